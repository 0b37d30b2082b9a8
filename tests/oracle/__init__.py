"""What `floors.solve` must find, from the mathematics alone: it shares no code with the package, but reads a checked
`floors.Study`.

`solve(study, policy=..., cuts=..., settled=...)`: `cuts` are further prices at which curves of demand are cut;
`settled` are the levies of the minimum rule with the prices at origin that belong to them, which are proven to
belong together, not taken on trust. What `support_budget` and surprises add is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle import accounts, caps, demand, minimum, prices, sourcing
from tests.oracle.lp import NoSolution, Program, Solution
from tests.oracle.minimum import Unsettled
from tests.oracle.reading import Data

__all__ = ["Answer", "NoSolution", "Unsettled", "solve"]


@dataclass
class Answer:
    """Cost in thousand of present value; `plan.value` by column, `priced` by row; accounts in thousand a year."""

    data: Data
    lp: Program = field(repr=False)
    steps: dict[demand.Key, list[demand.Step]] = field(repr=False)
    caps: list[caps.Cap] = field(repr=False)
    plan: Solution = field(repr=False)
    cost: float
    priced: prices.Priced
    accounts: dict[tuple[str, int], accounts.Account] = field(repr=False)

    def price(self, d: str, c: str, t: int) -> float:
        """The delivered price, USD/kg."""
        return self.priced.price["use", d, c, t] / self.data.weight[t]

    def usage(self, i: int, t: int) -> tuple[float, float]:
        """Limit and use of a cap in a year, t/yr; under `use` the limit is its share of all arrivals, and leaks are in both."""
        cap, arrivals, used = self.caps[i], 0.0, 0.0
        leaving = [
            (leak.origin, d, c, y, leak.leaves)
            for (d, _, c, y), leak in sourcing.leaks.leaks(self.data).items()
        ]
        for o, d, c, y, q in [(*k[1:], q) for k, q in self.plan.value.items() if k[0] == "ship"] + leaving:
            if y == t and cap.covers(d, c, t):
                arrivals += cap.weight[c] * q
                used += cap.counts(self.data, o, d, c, t) * q
        return (cap.share[t] * arrivals if cap.basis == "use" else cap.volume[t]), used


def solve(
    study: Any,
    *,
    policy: bool = True,
    cuts: demand.Cuts | None = None,
    settled: Mapping[minimum.Origin, tuple[float, float]] | None = None,
    ranges: bool = True,
) -> Answer:
    """The plan, its prices and accounts, with the policy or without. Raises NoSolution, and Unsettled."""
    data = Data(study)
    levies = {key: levy for key, (levy, _) in (settled or {}).items()} if policy else {}
    at_origin = {key: p for key, (_, p) in (settled or {}).items()}
    steps = demand.demand_steps(data, cuts or {})
    kept = list(caps.caps(data)) if policy else []
    lp = sourcing.sourcing(data, steps, kept, levies)
    plan = lp.solve()
    if policy and minimum.payers(data):
        minimum.prove(data, lp, levies, at_origin)
    priced = prices.price(data, lp, plan, kept, levies, at_origin, policy, ranges)
    books = accounts.accounts(data, lp, plan, priced, steps, kept, levies)
    return Answer(data, lp, steps, kept, plan, plan.least + sourcing.constant(data, steps), priced, books)
