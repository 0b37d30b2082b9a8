"""Planning for states of the world nobody can rule out: capacity and floors first, quantities when it is known.

**The states** are base and every scenario with a `probability`; base has what is left to 1.

**Two stages.** What is built in any year, and one path of floors, are decided before it is known which state
comes true, and are the same in all; quantities follow in each state. A scenario with `known_from` cannot be told
from its parent until then, so the quantities of the years before are its parent's too. Without it, what goes in and
out of store and what is qualified is the same in all states until the year in which their data differ. The plan is
that of one linear program: a block of the sourcing LP for each state, weighed by its probability, and the rows that
make what is decided in ignorance the same. It minimises the expected cost of the system. Real companies could also
build less or more once they know; that they cannot here makes the plan a cautious one.

**Risk aversion.** With `risk_aversion` a the plan is the least of (1 - a) x expected cost + a x the mean cost of the
worst share `risk_tail` of what may come. Prices are those of owners who weigh the states as the bloc does: see
`floors.many.risks.averse`. Money is told by probability.

**One path of floors.** In a state in which a cap binds, price at the capped origin plus levies is the floor of all
such states. In a state in which no cap binds, a levy on the volume of the plan tops the price up to that floor;
where the price lies above it anyway nothing is levied. Where a state lets nothing in there is no floor to hold.
What one path for all costs is uplift, found by the pricing LP as for any other rule on floors.

**Beside it**, all in million of present value:

- *known beforehand*: each state with a plan of its own; what that saves on average is the value of perfect
  information (EVPI);
- *mean plan*: capacity decided for the mean of every number that differs between states, then held in each; what
  weighing the states saves against it is the value of the stochastic solution (VSS; Birge 1982). States that differ
  in a name or in what is blank (no limit) have no mean;
- *base plan*: capacity and, until a state is known, quantities as if base (else the likeliest state) were certain;
- *without policy*: the same without caps and rules on floors, and what the floors are *worth* in a state is the
  cost of that less the cost with them: an insurance costs a premium in the quiet states and pays in the others.
  *Without policy, hedged* weighs the states but has no caps: the rest of what a planner with foresight could save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floors.many.risks.planning import risk
    from floors.many.risks.weighed import Risk
else:

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used: what only reads the states solves nothing."""
        if name in __all__:
            from floors.many.risks import planning

            return getattr(planning, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Risk", "risk"]
