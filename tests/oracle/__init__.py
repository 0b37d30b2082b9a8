"""What `floors.solve` must find, from the mathematics alone: it shares no code with the package, but reads a checked
`floors.Study`. What `support_budget` and surprises add is not here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.oracle import accounts, caps, demand, minimum, prices
from tests.oracle.lp import NoSolution, Program, Solution
from tests.oracle.minimum import Unsettled
from tests.oracle.reading import Data
from tests.oracle.sourcing import moves, sourcing

__all__ = ["Answer", "NoSolution", "Unsettled", "solve"]


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

    def price(self, d: str, c: str, t: int) -> float:
        """The delivered price, USD/kg."""
        return self.priced.price["use", d, c, t] / self.data.weight[t]

    def usage(self, i: int, t: int) -> tuple[float, float]:
        """Limit and use of a cap in a year, t/yr, leaks in; under `use` the limit is a share of all arrivals."""
        cap, arrivals, used = self.caps[i], 0.0, 0.0
        for column, q in (self.plan.value | self.lp.fixed).items():
            if column[0] in ("ship", "leak") and column[-1] == t:
                _, d, c, _ = way = moves(column)
                arrivals += cap.weight[c] * q if cap.covers(d, c, t) else 0.0
                used += cap.counts(self.data, *way) * q
        return (cap.share[t] * arrivals if cap.basis == "use" else cap.volume[t]), used


def solve(
    study: Any,
    *,
    policy: bool = True,
    cuts: demand.Cuts | None = None,
    settled: Mapping[minimum.Origin, tuple[float, float]] | None = None,
    ranges: bool = True,
) -> Answer:
    """The plan, its prices and accounts, with the policy or without.

    `cuts`: further prices at which curves of demand are cut. `settled`: levies of the minimum rule with the prices at
    origin that belong to them, which is proven, not taken on trust. Raises NoSolution, and Unsettled.
    """
    data = Data(study)
    maximum, least = data.rule("maximum"), data.rule("minimum")
    if policy and any(value > maximum.get(key, value) for key, value in least.items()):
        raise NoSolution  # rules that contradict each other as they are written
    levies = {key: levy for key, (levy, _) in (settled or {}).items()} if policy else {}
    at_origin = {key: p for key, (_, p) in (settled or {}).items()}
    steps = demand.demand_steps(data, cuts or {})
    kept = list(caps.caps(data)) if policy else []
    lp = sourcing(data, steps, kept, levies)
    plan = lp.solve()
    if policy and minimum.payers(data):
        minimum.prove(data, lp, levies, at_origin)
    priced = prices.price(data, lp, plan, kept, levies, at_origin, policy, ranges)
    books = accounts.accounts(data, lp, plan, priced, steps, kept, levies)
    return Answer(data, lp, steps, kept, plan, plan.least + lp.constant, priced, books)
