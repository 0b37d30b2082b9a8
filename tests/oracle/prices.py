"""The pricing LP: prices at which nobody gains by doing otherwise, and floors that obey the bloc's rules.

One price a row of the sourcing LP; for each of its columns A'y <= cost. Uplift is cost - b'y, least first; each further
choice is made among all prices as good so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.oracle.caps import Cap
from tests.oracle.lp import INF, NoEnd, Program, Solution
from tests.oracle.minimum import Levies, Origin, minimums, pays, rule
from tests.oracle.reading import Data

Terms = dict[tuple, float]
FloorKey = tuple[str, str, int]  # place, commodity, year
UPLIFT = 1e-6  # thousand; less is none


class Floor(NamedTuple):
    """USD/kg ex works at the capped `origin`: terms in prices, and the levy of the minimum rule."""

    origin: str
    terms: Terms
    levy: float

    def at(self, price: Mapping[tuple, float]) -> float:
        return self.levy + sum(a * price[row] for row, a in self.terms.items())


@dataclass
class Priced:
    """Prices by row of the sourcing LP [present value]; floors and their ends in USD/kg; money in thousand."""

    price: dict[tuple, float]
    floor: dict[FloorKey, float]
    lowest: dict[FloorKey, float]
    highest: dict[FloorKey, float]
    uplift: float
    make_whole: float


def floors(data: Data, lp: Program, caps: list[Cap], levies: Levies, policy: bool) -> dict[FloorKey, Floor]:
    """Where a cap counts what the first capped supplier ships, or a minimum holds."""
    asked = minimums(data) if policy else {}
    found = {}
    for d, c in data.nodes():
        r = data.region_of[d]
        for t in data.years if r in data.members else ():
            o = data.supplier(r, c, t)
            if o is None or not ((c, t) in asked or any(cap.counts(data, o, d, c, t) > 0 for cap in caps)):
                continue
            terms: Terms = {("supply", o, c, t): 1 / data.weight[t]}
            for i, cap in enumerate(caps):
                if ("cap", i, t) in lp.rows and (a := cap.coefficient(data, o, d, c, t)):
                    terms["cap", i, t] = -a / data.weight[t]
            found[d, c, t] = Floor(o, terms, pays(data, levies, o, r, c, t))
    return found


def combined(*parts: tuple[float, Floor | Terms]) -> tuple[Terms, float]:
    """A sum of floors and prices as terms and a constant."""
    terms: Terms = {}
    constant = 0.0
    for factor, part in parts:
        for row, a in (part.terms if isinstance(part, Floor) else part).items():
            terms[row] = terms.get(row, 0.0) + factor * a
        constant += factor * part.levy if isinstance(part, Floor) else 0.0
    return terms, constant


def rules(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor], at_origin: Mapping[Origin, float]
) -> Iterator[tuple[float, tuple[Terms, float], float]]:
    """Every rule as low <= sum of floors and prices <= high."""
    change = {name: rule(data, name) for name in ("max_rise", "max_fall", "max_rise_share", "max_fall_share")}
    maximum, minimum, before = (
        rule(data, "maximum"),
        minimums(data),
        dict(zip(data.years[1:], data.years, strict=False)),
    )
    leader: dict[tuple, Floor] = {}
    for (d, c, t), floor in found.items():
        if (c, t) in maximum:
            yield -INF, combined((1, floor)), maximum[c, t]
        if (c, t) in minimum:  # as near as the levies settled
            yield min(minimum[c, t], at_origin[floor.origin, c, t] + floor.levy), combined((1, floor)), INF
        earlier = found.get((d, c, before.get(t, 0)))
        if earlier is not None:
            gap = t - before[t]
            if (c, t) in change["max_rise"]:
                yield -INF, combined((1, floor), (-1, earlier)), change["max_rise"][c, t] * gap
            if (c, t) in change["max_fall"]:
                yield -change["max_fall"][c, t] * gap, combined((1, floor), (-1, earlier)), INF
            if (c, t) in change["max_rise_share"]:
                yield (
                    -INF,
                    combined((1, floor), (-((1 + change["max_rise_share"][c, t]) ** gap), earlier)),
                    0.0,
                )
            if (c, t) in change["max_fall_share"]:
                yield (
                    0.0,
                    combined((1, floor), (-((1 - change["max_fall_share"][c, t]) ** gap), earlier)),
                    INF,
                )
        kind = d.removeprefix(data.region_of[d])
        first = leader.setdefault((kind, c, t), floor)
        if data.settings.coordination == "bloc" and first is not floor:
            yield 0.0, combined((1, floor), (-1, first)), 0.0
    yield from _margins(data, lp, caps, found)


def _margins(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor]
) -> Iterator[tuple[float, tuple[Terms, float], float]]:
    """What a member's technology earns at floors, and at prices where there is none: at the delivered price, or ex
    works for a by-product that nobody in the member uses."""
    margin = rule(data, "margin")

    def worth(r: str, c: str, t: int) -> Floor | Terms:
        used = any(column[0] != "ship" for column in lp.rows["use", r, c, t][1])
        counted = any(cap.covers(r, c, t) and cap.share[t] * cap.weight[c] for cap in caps)
        row = ("use" if used or counted or ("supply", r, c, t) not in lp.rows else "supply", r, c, t)
        return found.get((r, c, t), {row: 1 / data.weight[t]})

    for p in data.processes.values():
        for (c, t), least in margin.items():
            if (
                p.technology
                and p.region in data.members
                and p.makes.get(c, 0) > 0
                and (p.region, c, t) in found
            ):
                sides = [(a, worth(p.region, k, t)) for k, a in p.makes.items()]
                yield least * p.makes[c], combined(*sides), INF


def price(
    data: Data,
    lp: Program,
    plan: Solution,
    caps: list[Cap],
    levies: Levies,
    at_origin: Mapping[Origin, float],
    policy: bool = True,
    ranges: bool = True,
) -> Priced:
    """Prices and floors in the order of the model. Raises NoSolution where rules contradict each other."""
    dual = lp.dual()
    found = floors(data, lp, caps, levies, policy)
    asked = list(rules(data, lp, caps, found, at_origin)) if policy else []
    for n, (low, (terms, constant), high) in enumerate(asked):
        dual.row(("rule", n), low - constant, terms, high - constant)
    best = dual.solve()
    uplift = plan.least + best.least
    uplift = uplift if asked and uplift > UPLIFT else 0.0
    dual.hold(best)
    ends = [{key: _end(dual, f, sign) for key, f in found.items()} if ranges else {} for sign in (1, -1)]
    if data.settings.floor_choice == "steadiest" and found:
        _hold_least(dual, _steadiness(data, dual, found))
    else:
        _hold_least(dual, _bill(data, plan))
    _hold_least(dual, combined(*((data.weight[t], f) for (_, _, t), f in found.items()))[0])
    used = {row: sum(a * plan.value[k] for k, a in terms.items()) for row, (_, terms, _) in lp.rows.items()}
    if uplift:  # make-whole is cost less what the plan earns
        _hold_least(dual, {row: -amount for row, amount in used.items()})
    # where an origin sells nothing its price is open: the highest, so that no levy is larger than it need be
    last = dual.solve({("supply", f.origin, c, t): -1.0 for (_, c, t), f in found.items()})
    y = {row: last.value[row] for row in lp.rows}
    earned = sum(y[row] * amount for row, amount in used.items())
    make_whole = plan.least - earned if uplift else 0.0
    return Priced(y, {k: f.at(y) for k, f in found.items()}, *ends, uplift, make_whole)


def _hold_least(dual: Program, goal: Terms) -> None:
    dual.hold(dual.solve(goal))


def _end(dual: Program, floor: Floor, sign: int) -> float:
    """The least (sign 1) or greatest floor; NaN where there is no end."""
    try:
        return floor.levy + sign * dual.solve({row: sign * a for row, a in floor.terms.items()}).least
    except NoEnd:
        return float("nan")


def _bill(data: Data, plan: Solution) -> Terms:
    """What members pay for what the plan has them consume."""
    bill: Terms = {}
    for column, quantity in plan.value.items():
        if column[0] == "consume" and data.region_of[column[1]] in data.members:
            _, d, _, c, _, t = column
            bill["use", d, c, t] = bill.get(("use", d, c, t), 0.0) + quantity
    return bill


def _steadiness(data: Data, dual: Program, found: dict[FloorKey, Floor]) -> Terms:
    """Sum of |change from the year before| / reference price / years between."""
    goal: Terms = {}
    before = dict(zip(data.years[1:], data.years, strict=False))
    for (d, c, t), floor in found.items():
        earlier = found.get((d, c, before.get(t, 0)))
        if earlier is not None:
            change = dual.column(("change", d, c, t))
            terms, constant = combined((1, floor), (-1, earlier))
            dual.row(("up", d, c, t), constant, {change: 1.0} | {row: -a for row, a in terms.items()})
            dual.row(("down", d, c, t), -constant, {change: 1.0} | terms)
            goal[change] = 1 / data.reference[c, t] / (t - before[t])
    return goal
