"""What `floors.solve` must find, from the mathematics alone: it shares no code with the package, but reads a checked
`floors.Study`, a seller's answer (`study.answered`) in it. What `support_budget` and surprises add is not here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from tests.oracle import accounts, caps, demand, exempt, links, minimum, prices, steady
from tests.oracle.lp import NoSolution, Program, Solution
from tests.oracle.minimum import Unsettled
from tests.oracle.reading import Data
from tests.oracle.sourcing import moves
from tests.oracle.sourcing import sourcing as sourcing_lp
from tests.oracle.steady import NotLeast

__all__ = ["Answer", "NoSolution", "NotLeast", "Unsettled", "links", "solve"]


Plan = Mapping[tuple, float]


class Answer(NamedTuple):
    """Cost in thousand of present value; `plan.value` by column, `priced.price` by row; accounts in thousand a year."""

    data: Data
    lp: Program
    steps: dict[demand.Key, list[demand.Step]]
    caps: list[caps.Cap]
    plan: Solution
    cost: float
    priced: prices.Priced
    accounts: dict[tuple[str, int], accounts.Account]
    shipped: dict[str, float]
    """Tonnes of each commodity over all years in the first plan."""
    steadiest: float
    """The least sum of changes that a plan of this cost can have; of any plan's where none is chosen."""
    members: dict[str, tuple[float, float]]
    """Least and most net cost of each member, thousand of present value, over all plans of this cost; empty where
    what a plan costs its members hangs on more than these prices."""

    def changes(self) -> float:
        """The sum of changes of the plan."""
        return steady.changes(self.data, self.plan.value, self.shipped)

    def price(self, d: str, c: str, t: int) -> float:
        """The delivered price, USD/kg."""
        return self.priced.price["use", d, c, t] / self.data.weight[t]

    def usage(self, i: int, t: int) -> tuple[float, float]:
        """Limit and use of a cap in a year, t/yr, leaks in where they are counted; under `use` the limit is a share of
        what is used."""
        cap, share, used = self.caps[i], 0.0, 0.0
        pile = {
            row["stockpile"]: (row["region"], row["commodity"]) for row in self.data.study.rows("stockpiles")
        }
        for column, q in (self.plan.value | self.lp.fixed).items():
            if column[-1] != t:
                continue
            if column[0] in ("ship", "exempt") or (column[0] == "leak" and not cap.unseen):
                counted = cap.counts(self.data, *moves(column))
                share += (counted - cap.coefficient(self.data, *moves(column))) * q
                used += counted * q
            elif column[0] == "waste":
                share -= cap.uses(*column[1:]) * q
            elif column[0] in ("put", "take"):
                share += cap.uses(*pile[column[1]], t) * (q if column[0] == "take" else -q)
        return (share if cap.basis == "use" else cap.volume[t]), used

    def declared(self, i: int, t: int) -> float:
        """What of the use of a cap is on paper, t/yr."""
        ships = [(column, q) for column, q in self.plan.value.items() if column[0] in steady.SHIPPED]
        return sum(
            self.caps[i].counts(self.data, *moves(column)) * q for column, q in ships if column[-1] == t
        )


def solve(
    study: Any,
    *,
    policy: bool = True,
    cuts: demand.Cuts | None = None,
    settled: Mapping[minimum.Origin, tuple[float, float]] | None = None,
    ranges: bool = True,
    told: Plan | None = None,
    first: Plan | None = None,
) -> Answer:
    """The plan, its prices and accounts, with the policy or without.

    `cuts`: further prices at which curves of demand are cut. `settled`: levies of the minimum rule with the prices at
    origin that belong to them. `told`: a plan to be priced, `first`: the plan whose shipments changes are relative to,
    by column; both the oracle's own where None. All are proven, none is taken on trust. Raises NoSolution, Unsettled,
    and NotLeast.
    """
    data = Data(study)
    maximum, least = data.rule("maximum"), data.rule("minimum")
    if policy and any(value > maximum.get(key, value) for key, value in least.items()):
        raise NoSolution  # rules that contradict each other as they are written
    levies = {key: levy for key, (levy, _) in (settled or {}).items()} if policy else {}
    at_origin = {key: p for key, (_, p) in (settled or {}).items()}
    steps = demand.demand_steps(data, cuts or {})
    kept = list(caps.caps(data)) if policy else []
    lp = sourcing_lp(data, steps, kept, levies)
    cheapest = lp.solve()
    if policy and minimum.payers(data):
        minimum.prove(data, lp, levies, at_origin)
    shipped = steady.totals(data, steady.prove(lp, first, cheapest.least) if first else cheapest.value)
    face = steady.face(lp, cheapest)
    within = exempt.held(face, told) if told is not None else face
    chosen = steady.steadiest(data, within, shipped) if data.plan_choice == "steady" else cheapest
    plan = {column: chosen.value[column] for column in lp.cost}
    sum_of_changes = steady.changes(data, plan, shipped)
    if told is not None:
        plan = steady.prove(lp, told, cheapest.least)
    held = replace(cheapest, value=plan)
    priced = prices.price(data, lp, held, kept, levies, at_origin, policy, ranges)
    face = exempt.pinned(data, face, plan)
    entries = [*accounts.entries(data, lp, priced, steps, kept, levies, plan)]
    own = sum(levy for key, levy in priced.price.items() if key[0] == "levy")
    plain = ranges and not priced.uplift and own < 1e-9
    members = accounts.members_range(entries, data, face) if plain else {}
    books = accounts.accounts(entries, data, plan)
    cost = cheapest.least + lp.constant
    return Answer(data, lp, steps, kept, held, cost, priced, books, shipped, sum_of_changes, members)
