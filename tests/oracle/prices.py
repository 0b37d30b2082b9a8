"""The pricing LP: prices at which nobody gains by doing otherwise, under which floors obey the bloc's rules.

One price a row of the sourcing LP; for each of its columns A'y <= cost + levy of its own. Uplift is cost + those
levies x what the plan ships - b'y, least first; then the least sum of those levies; each further choice is made among
all prices as good so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from tests.oracle import exempt, links
from tests.oracle.border import Floor, FloorKey, Sum, Terms, combined, floors, own_levies, rules, topped
from tests.oracle.caps import Cap
from tests.oracle.lp import NoEnd, NoSolution, Program, Solution
from tests.oracle.minimum import Levies, Origin
from tests.oracle.reading import Data

UPLIFT = 1e-6  # thousand; less is none
SAME = 1e-7  # USD/kg of each floor


class Priced(NamedTuple):
    """Prices by row of the sourcing LP, levies of their own by `("levy", o, d, c, t)` [present value]; floors and their ends in USD/kg; money in thousand."""

    price: dict[tuple, float]
    floor: dict[FloorKey, float]
    lowest: dict[FloorKey, float]
    highest: dict[FloorKey, float]
    uplift: float
    make_whole: float


def price(
    data: Data,
    lp: Program,
    plan: Solution,
    caps: list[Cap],
    levies: Levies,
    at_origin: Mapping[Origin, float],
    policy: bool = True,
    ranges: bool = True,
    ruled: bool = True,
) -> Priced:
    """Prices and floors in the order of the model; not `ruled`, without rules on floors. Raises NoSolution where rules
    contradict each other."""
    market, free = exempt.market(lp, plan), any(column[0] == "exempt" for column in lp.cost)
    dual, found = market.dual(), dict(floors(data, lp, caps, levies, policy))
    own = own_levies(data, lp, found)
    found = topped(data, found, own)
    asked = [*rules(data, lp, caps, found, at_origin)] if policy and ruled else []
    shared = links.levied(data, lp, caps, own)
    without: Mapping[tuple, float] = {}
    if asked and shared:
        without = price(data, lp, plan, caps, levies, at_origin, policy, False, False).price
    if free and not (asked and shared) and not _asked_for(market, found, asked):
        own = {}  # rules cost no more than what no levy holds
        found = {key: floor._replace(sum=_without_levies(floor.sum)) for key, floor in found.items()}
        asked = [(low, _without_levies(limited), high) for low, limited, high in asked]
    for levy, ship in own.items():
        dual.column(levy, plan.value[ship])
        dual.rows["gain", ship][1][levy] = -1.0
    for n, (low, limited, high) in enumerate(asked):
        dual.row(("rule", n), low - limited.constant, limited.terms, high - limited.constant)
    best = dual.solve()
    dual.hold(best)
    uplift = plan.least + best.least
    uplift = uplift if (asked or free) and uplift > UPLIFT else 0.0
    _least_of_their_own(dual, own, {row: -without[row] for row in shared} if without else {})
    lowest, highest = (
        {key: _end(dual, f.sum, sign) for key, f in found.items() if ranges} for sign in (1, -1)
    )
    steady = data.settings.floor_choice == "steadiest" and found
    dual.hold(dual.solve(_unsteadiness(data, dual, found) if steady else _bill(data, plan)))
    dual.hold(dual.solve(dict.fromkeys(links.limits(lp), -1.0)))
    dual.hold(dual.solve(combined(*((data.weight[key[2]], f.sum) for key, f in found.items())).terms))
    _least_in_turn(dual, found)
    dual.hold(dual.solve(dict.fromkeys(shared, -1.0)))
    used = {
        row: sum(a * plan.value[k] for k, a in terms.items()) for row, (_, terms, _) in market.rows.items()
    }
    charged = {levy: plan.value[ship] for levy, ship in own.items()}
    if uplift:  # make-whole is cost and levies of their own, less what the plan earns
        dual.hold(dual.solve({row: -amount for row, amount in used.items()} | charged))
    # where an origin sells nothing its price is open: the highest, so that no levy is larger than it need be
    y = dual.solve({("supply", f.origin, c, t): -1.0 for (_, c, t), f in found.items()}).value
    earned = sum(y[row] * amount for row, amount in used.items()) - sum(y[k] * q for k, q in charged.items())
    make_whole = plan.least - earned if uplift else 0.0
    return Priced(y, {key: f.sum.at(y) for key, f in found.items()}, lowest, highest, uplift, make_whole)


def _without_levies(of: Sum) -> Sum:
    return Sum({row: a for row, a in of.terms.items() if row[0] != "levy"}, of.constant)


def _asked_for(market: Program, found: dict[FloorKey, Floor], asked: list[tuple[float, Sum, float]]) -> bool:
    """Whether rules cost uplift, without levies of their own, beside that of no rules."""
    if not asked:
        return False
    dual = market.dual()
    least = dual.solve().least
    for n, (low, limited, high) in enumerate(asked):
        bare = _without_levies(limited)
        dual.row(("rule", n), low - bare.constant, bare.terms, high - bare.constant)
    try:
        return dual.solve().least > least + UPLIFT
    except NoSolution:
        return True


def _least_of_their_own(dual: Program, own: Mapping[tuple, tuple], friction: Mapping[tuple, float]) -> None:
    """What caps can carry, caps carry; and what exceeds the prices of links without rules (`friction`), levies."""
    excess = []
    for row, price_ in friction.items():
        excess.append(dual.column(("excess", *row)))
        dual.row(("excess", *row), -price_, {row: 1.0, excess[-1]: 1.0})
    dual.hold(dual.solve(dict.fromkeys([*own, *excess], 1.0)))
    if excess:
        dual.hold(dual.solve(dict.fromkeys(excess, 1.0)))


def _least_in_turn(dual: Program, found: Mapping[FloorKey, Floor]) -> None:
    """Each floor as low as it can be before the next, by year, commodity and member; else as high. Nothing to do where
    sums of them at weights drawn at random have one value alone."""
    draw = Random(0)
    mixed = combined(*((draw.uniform(1, 2), floor.sum) for floor in found.values()))
    if not found or abs(_end(dual, mixed, 1) - _end(dual, mixed, -1)) <= SAME * sum(
        map(abs, mixed.terms.values())
    ):
        return
    for key in sorted(found, key=lambda key: (key[2], key[1], key[0])):
        for sign in (1, -1):
            try:
                best = dual.solve({row: sign * a for row, a in found[key].sum.terms.items()})
            except NoEnd:
                continue
            dual.hold(best)
            break


def _end(dual: Program, floor: Sum, sign: int) -> float:
    """The least (sign 1) or greatest floor; NaN where there is no end."""
    try:
        return floor.constant + sign * dual.solve({row: sign * a for row, a in floor.terms.items()}).least
    except NoEnd:
        return float("nan")


def _bill(data: Data, plan: Solution) -> Terms:
    """What members pay for what the plan has them consume."""
    bill: Terms = {}
    for (kind, d, *column), quantity in plan.value.items():
        if kind == "consume" and data.is_member(data.region_of[d], column[-1]):
            _, c, _, t = column
            bill["use", d, c, t] = bill.get(("use", d, c, t), 0.0) + quantity
    return bill


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
