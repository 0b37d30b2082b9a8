"""The pricing LP: prices at which nobody gains by doing otherwise, and floors that obey the bloc's rules.

One price a row of the sourcing LP; for each of its columns A'y <= cost. Uplift is cost - b'y, least first; each further
choice is made among all prices as good so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.oracle.caps import Cap
from tests.oracle.lp import INF, NoEnd, Program, Solution
from tests.oracle.minimum import Levies, Origin, minimums, pays, rule
from tests.oracle.reading import Data

Terms = dict[tuple, float]
FloorKey = tuple[str, str, int]  # place, commodity, year
UPLIFT = 1e-6  # thousand; less is none


class Sum(NamedTuple):
    """Terms in prices, and a constant [USD/kg]: a floor is one, and so is what a rule bounds."""

    terms: Terms
    constant: float = 0.0

    def at(self, price: Mapping[tuple, float]) -> float:
        return self.constant + sum(a * price[row] for row, a in self.terms.items())


class Floor(NamedTuple):
    """Ex works at this capped origin."""

    origin: str
    sum: Sum


class Priced(NamedTuple):
    """Prices by row of the sourcing LP [present value]; floors and their ends in USD/kg; money in thousand."""

    price: dict[tuple, float]
    floor: dict[FloorKey, float]
    lowest: dict[FloorKey, float]
    highest: dict[FloorKey, float]
    uplift: float
    make_whole: float


def combined(*parts: tuple[float, Sum]) -> Sum:
    """A weighted sum of sums."""
    terms: Terms = {}
    for factor, part in parts:
        for row, a in part.terms.items():
            terms[row] = terms.get(row, 0.0) + factor * a
    return Sum(terms, sum(factor * part.constant for factor, part in parts))


def floors(
    data: Data, lp: Program, caps: list[Cap], levies: Levies, policy: bool
) -> Iterator[tuple[FloorKey, Floor]]:
    """Where a cap counts what the first capped supplier ships, or a minimum holds: its price, plus coefficient x the
    price of each cap, plus the levy of the minimum rule."""
    asked = minimums(data) if policy else {}
    for d, c in data.nodes():
        r = data.region_of[d]
        for t, w in data.weight.items() if r in data.members else ():
            o = data.supplier(r, c, t)
            if o and ((c, t) in asked or any(cap.counts(data, o, d, c, t) > 0 for cap in caps)):
                counted = {
                    ("cap", i, t): -cap.coefficient(data, o, d, c, t) / w for i, cap in enumerate(caps)
                }
                terms = {row: a for row, a in counted.items() if a and row in lp.rows}
                yield (
                    (d, c, t),
                    Floor(o, Sum({("supply", o, c, t): 1 / w, **terms}, pays(data, levies, o, r, c, t))),
                )


def rules(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor], at_origin: Mapping[Origin, float]
) -> Iterator[tuple[float, Sum, float]]:
    """Every rule as low <= sum <= high."""
    names = ("max_rise", "max_fall", "max_rise_share", "max_fall_share")
    changes, maximum, minimum = (
        {name: rule(data, name) for name in names},
        rule(data, "maximum"),
        minimums(data),
    )
    leader: dict[tuple, Sum] = {}
    for (d, c, t), (origin, floor) in found.items():
        if (c, t) in maximum:
            yield -INF, floor, maximum[c, t]
        if (c, t) in minimum:  # as near as the levies settled
            yield min(minimum[c, t], at_origin[origin, c, t] + floor.constant), floor, INF
        earlier = found.get((d, c, data.before.get(t, 0)))
        for name, values in changes.items():
            if earlier and (c, t) in values:
                years, value, sign = t - data.before[t], values[c, t], 1 if "rise" in name else -1
                share = name.endswith("share")
                grown = (1 + sign * value) ** years if share else 1.0
                yield (
                    -INF,
                    combined((sign, floor), (-sign * grown, earlier.sum)),
                    0.0 if share else value * years,
                )
        first = leader.setdefault((d.removeprefix(data.region_of[d]), c, t), floor)
        if data.settings.coordination == "bloc" and first is not floor:
            yield 0.0, combined((1, floor), (-1, first)), 0.0
    for p in (
        data.processes.values()
    ):  # what a technology earns in a member at floors, and prices where there is none
        for (c, t), least in rule(data, "margin").items():
            if (
                p.technology
                and p.region in data.members
                and p.makes.get(c, 0) > 0
                and (p.region, c, t) in found
            ):
                worth = {k: _worth(data, lp, caps, found, p.region, k, t) for k in p.makes}
                yield least * p.makes[c], combined(*((a, worth[k]) for k, a in p.makes.items())), INF


def _worth(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor], r: str, c: str, t: int
) -> Sum:
    """The floor, or the delivered price, or of a by-product that nobody in the member uses the price ex works."""
    used = any(column[0] != "ship" for column in lp.rows["use", r, c, t][1])
    counted = any(cap.covers(r, c, t) and cap.share[t] * cap.weight[c] for cap in caps)
    row = ("use" if used or counted or ("supply", r, c, t) not in lp.rows else "supply", r, c, t)
    return found[r, c, t].sum if (r, c, t) in found else Sum({row: 1 / data.weight[t]})


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
    dual, found = lp.dual(), dict(floors(data, lp, caps, levies, policy))
    asked = [*rules(data, lp, caps, found, at_origin)] if policy else []
    for n, (low, limited, high) in enumerate(asked):
        dual.row(("rule", n), low - limited.constant, limited.terms, high - limited.constant)
    best = dual.solve()
    dual.hold(best)
    uplift = plan.least + best.least
    uplift = uplift if asked and uplift > UPLIFT else 0.0
    lowest, highest = (
        {key: _end(dual, f.sum, sign) for key, f in found.items() if ranges} for sign in (1, -1)
    )
    steady = data.settings.floor_choice == "steadiest" and found
    dual.hold(dual.solve(_unsteadiness(data, dual, found) if steady else _bill(data, plan)))
    dual.hold(dual.solve(combined(*((data.weight[key[2]], f.sum) for key, f in found.items())).terms))
    used = {row: sum(a * plan.value[k] for k, a in terms.items()) for row, (_, terms, _) in lp.rows.items()}
    if uplift:  # make-whole is cost less what the plan earns
        dual.hold(dual.solve({row: -amount for row, amount in used.items()}))
    # where an origin sells nothing its price is open: the highest, so that no levy is larger than it need be
    y = dual.solve({("supply", f.origin, c, t): -1.0 for (_, c, t), f in found.items()}).value
    make_whole = plan.least - sum(y[row] * amount for row, amount in used.items()) if uplift else 0.0
    return Priced(y, {key: f.sum.at(y) for key, f in found.items()}, lowest, highest, uplift, make_whole)


def _end(dual: Program, floor: Sum, sign: int) -> float:
    """The least (sign 1) or greatest floor; NaN where there is no end."""
    try:
        return floor.constant + sign * dual.solve({row: sign * a for row, a in floor.terms.items()}).least
    except NoEnd:
        return float("nan")


def _bill(data: Data, plan: Solution) -> Terms:
    """What members pay for what the plan has them consume."""
    bill: Counter[tuple] = Counter()
    for (kind, *column), quantity in plan.value.items():
        if kind == "consume" and data.region_of[column[0]] in data.members:
            d, _, c, _, t = column
            bill["use", d, c, t] += quantity  # type: ignore[assignment]
    return dict(bill)


def _unsteadiness(data: Data, dual: Program, found: dict[FloorKey, Floor]) -> Terms:
    """Sum of |change from the year before| / reference price / years between."""
    goal: Terms = {}
    for (d, c, t), floor in found.items():
        earlier = found.get((d, c, data.before.get(t, 0)))
        if earlier:
            change = dual.column(("change", d, c, t))
            goal[change] = 1 / data.reference[c, t] / (t - data.before[t])
            for sign in (1, -1):
                moved = combined((sign, floor.sum), (-sign, earlier.sum))
                terms = {change: 1.0} | {row: -a for row, a in moved.terms.items()}
                dual.row(("change", sign, d, c, t), moved.constant, terms)
    return goal
