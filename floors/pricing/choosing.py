"""Which prices are chosen, in the order of the model, and who is paid.

Least uplift under rules and budget; the least sum of levies of their own, and of what links ask for beyond their
price without rules; the floor choice; least rents of limits of routes with a link; least floors, and floors that can
trade value one by one; least prices of links whose pairs pay levies; least make-whole and its payees. Each is held by
complementary slackness before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from floors.errors import Infeasible, OverBudget
from floors.lp import sizes
from floors.lp.highs import Solution
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.sparse import Matrix, without
from floors.pricing.dual import FloorRows, FloorShares, PricingLP, Rule
from floors.pricing.floor_ends import floor_ends
from floors.pricing.ties import settle_floors, settle_prices
from floors.steps import stage

BILLIONTH = 1e-9  # of the cost of the plan: uplift of less is none
NONE = 1e-12  # of the largest quantity: less is rounding
NOBODY = 1e-10  # of the cost: who is paid less is paid nothing, and stays so while others are settled


@dataclass(frozen=True, kw_only=True)
class Payees:
    """Who is paid make-whole: `agent[j]` of each column (-1: nobody), their names in sheet order, `size` (t
    sold over the horizon), which columns are of regions that are capped in their year (bool, one per column), and which
    agents are routes (bool, one per agent)."""

    agent: Vector
    names: tuple[Hashable, ...]
    size: Vector
    capped: Vector
    route: Vector


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A solved pricing LP, and the `rows` and `rules` of its floors.

    `price` per row (m, present value), `floor` per key of FloorRows, `own` levy of each column beside the prices
    of rows (n, present value), `reduced` cost per column (n), its own levy in it,
    `lowest`/`highest` per key or None where none was asked for (NaN: unbounded, or not asked for: `ranged` are the
    distinct floors whose ends were found, `no_answer` counts keys for which the solver gave none). Money in the units
    of the LP.
    """

    rows: FloorRows
    rules: tuple[Rule, ...]
    price: Vector
    floor: Vector
    own: Vector
    reduced: Vector
    uplift: float
    make_whole: float
    foregone: float
    least_make_whole: float
    lowest: Vector | None
    highest: Vector | None
    ranged: Vector
    no_answer: int
    shares: Callable[[], FloorShares]  # found when asked for: it takes as long as all the prices
    least: tuple[LinearProgram, Vector] | None = None  # pricing LP and its duals at least uplift, under rules
    gains: Callable[[Vector], Vector] | None = (
        None  # PricingLP.floor_gains, where nothing but costs is at the right
    )
    stays: Vector | None = None  # bool per key: whether it is what it was, by prices that stay; None: nowhere


@dataclass(frozen=True, kw_only=True)
class Friction:
    """Rows of links, whose prices share a rent with others: `limits` rows of limits of routes with a link, `levied`
    rows of links of pairs that caps or levies fall on; `unruled` price of each of these without rules on floors, where
    it is known."""

    limits: Vector
    levied: Vector
    unruled: Vector | None = None


@dataclass(frozen=True)
class Standing:
    """Rows whose prices are known before any are chosen, and these prices in the money of the LP: those that `stay`
    what they were (bool, one per row), and 0 of rows that hold nothing back."""

    rows: Vector
    price: Vector
    stay: Vector


def zero(amount: float, scale: float) -> float:
    """`amount`, or 0 where it is rounding beside `scale`."""
    return 0.0 if abs(amount) <= BILLIONTH * abs(scale) else amount


Lifted = Callable[[], tuple[FloorRows, Sequence[Rule], Friction | None]]


@stage("prices")
def choose(
    compiled: Compiled,
    plan: Solution,
    floors: FloorRows,
    rules: Sequence[Rule],
    *,
    lifted: Lifted | None = None,
    dearer: bool = False,
    unavoidable: float = 0.0,
    start: tuple[Vector, Vector] | None = None,
    budget: float | None = None,
    choice: Callable[[PricingLP], Vector] | None = None,
    payees: Payees | None = None,
    ranges: bool | Callable[[FloorRows], Vector] = False,
    friction: Friction | None = None,
    lightly: bool = False,
    corner: Vector | None = None,
    standing: Standing | None = None,
) -> Priced:
    """Prices and floors in the order of the model: least uplift under rules and budget; least sum of levies of their
    own; `choice` (a function that gives the next cost vector, given the PricingLP); least sum of weight x floor; who
    is paid, last; who has a rent that is shared with the price of a link, by `friction`. `ranges`: whether the ends
    of floors are found, or of which distinct floors (positions). `lightly` as for PricingLP;
    `corner`: the quantities (n) at `start`, where the duals of the plan are prices of this very LP at which nothing
    costs uplift: these are not found again. `standing`: prices that stay where they hold the plan, without rules.

    `lifted` gives the floors and rules with levies of their own, and the friction then. They are asked for only where
    the rules cost something without, more than the `unavoidable` uplift of no rules (where they cost nothing, no such
    levy is the least), or a link could keep what such a levy might take.
    Raises OverBudget where no floors need as little make-whole as the budget, Infeasible where rules
    contradict each other.
    """
    lp, size = compiled.lp, sizes.of_cost(compiled.lp, plan.x)
    pricing = PricingLP(compiled, plan.x, floors, rules, start, lightly=lightly)
    last, least = None, 0.0
    try:
        last = pricing.solve() if corner is None or rules else pricing.known(plan, corner)
    except Infeasible:
        if lifted is None:
            raise
    uplift = None if last is None else zero(float(lp.cost @ plan.x) + last.objective, size)
    shared = lifted is not None and friction is not None and len(friction.levied) > 0
    if (rules or dearer) and (uplift is None or zero(uplift - unavoidable, size) > 0 or shared):
        if lifted is not None:
            floors, rules, friction = lifted()
        if budget is not None:
            least = least_make_whole(compiled, plan, floors, rules, start, lightly=lightly)
            _require_budget(least, budget, rules, dearer)
        if lifted is not None or budget is not None:
            pricing = PricingLP(compiled, plan.x, floors, rules, start, budget, lightly=lightly)
            last = pricing.solve()
        assert last is not None
        if budget is None and zero(float(lp.cost @ plan.x) + last.objective, size) > 0:  # else it is none
            least = _least_make_whole(pricing, size)
    assert last is not None
    proven = bool(pricing.rules) or dearer
    return _chosen(pricing, plan, last, least, proven, choice, payees, ranges, friction, standing)


def _require_budget(least: float, budget: float, rules: Sequence[Rule], dearer: bool) -> None:
    """Raises OverBudget where the least make-whole is above what there is for it."""
    if least > budget * (1 + BILLIONTH):
        who = ("this plan and the " if dearer else "the ") + "rules on floors need"
        loosen = ", or loosen floor_rules"
        if not rules:
            who, loosen = "this plan needs", ""
        raise OverBudget(
            f"{who} at least {least / 1000:,.6g} million of make-whole (present value), "
            f"above the support_budget of {budget / 1000:,.6g}. Raise support_budget in settings{loosen}."
        )


def least_make_whole(
    compiled: Compiled,
    plan: Solution,
    floors: FloorRows,
    rules: Sequence[Rule],
    start: tuple[Vector, Vector] | None = None,
    *,
    lightly: bool = False,
) -> float:
    """The least make-whole that any floors under these rules need [money of the LP]. Raises Infeasible where rules
    contradict each other."""
    bare = PricingLP(compiled, plan.x, floors, rules, start, lightly=lightly)
    return _least_make_whole(bare, sizes.of_cost(compiled.lp, plan.x))


def _least_make_whole(pricing: PricingLP, size: float) -> float:
    """That of a pricing LP which holds nothing yet; it stands where it stood, at the least uplift."""
    before = pricing.solver.basis()
    cost, constant = pricing.make_whole_cost()
    with pricing.solver.staying_feasible():  # from prices that obey the rules, where there are some
        found = pricing.solve(cost).objective + constant
    pricing.least_uplift_from(before)
    return max(0.0, zero(found, size))


def _chosen(
    pricing: PricingLP,
    plan: Solution,
    last: Solution,
    least: float,
    proven: bool,
    choice: Callable[[PricingLP], Vector] | None,
    payees: Payees | None,
    ranges: bool | Callable[[FloorRows], Vector],
    friction: Friction | None,
    standing: Standing | None,
) -> Priced:
    """The stages after the least uplift, whose solution is `last`; `proven`: whether what proves it is kept."""
    compiled, floors, lp = pricing.compiled, pricing.floors, pricing.compiled.lp
    size = sizes.of_cost(lp, plan.x)
    proof = (pricing.as_it_stands(pricing.least_uplift), last.dual) if proven else None
    pricing.hold(last)
    uplift = zero(float(lp.cost @ plan.x) + last.objective, size)
    if len(pricing.levy):
        for cost in _own_levies(pricing, friction):
            last = pricing.solve(cost)
            pricing.hold(last)
    if callable(ranges):
        asked = ranges(floors)
    else:
        asked = np.arange(floors.count if ranges else 0)
    ends = floor_ends(pricing, asked) if len(asked) else None
    stays = None
    if standing is not None and not pricing.rules and pricing.keep(standing.rows, standing.price):
        stays = _that_stay(pricing.floors, standing, pricing.m)
    if choice is not None:
        last = pricing.solve(choice(pricing))
        pricing.hold(last)
    if friction is not None and len(friction.limits):
        last = pricing.solve(pricing.over_prices(_least(pricing, friction.limits)))
        pricing.hold(last)
    if floors.count:
        last = pricing.solve(pricing.over_floors(floors.weight))
        pricing.hold(last)
        last = settle_floors(pricing) or last
    if friction is not None and len(friction.levied):
        last = pricing.solve(pricing.over_prices(_least(pricing, friction.levied)))
        pricing.hold(last)
    if uplift > 0 and payees is not None:
        last = settle_payments(pricing, payees, size) or last
    for rows in (floors.origin, floors.others):
        if rows is not None and len(rows):
            last = pricing.try_to(pricing.over_prices(-_least(pricing, rows))) or last
            pricing.hold(last)
    last = settle_prices(pricing) or last
    price = np.where(compiled.equality, last.x[: pricing.m], np.maximum(last.x[: pricing.m], 0.0))
    if stays is not None and standing is not None:
        price[standing.rows] = standing.price  # to the last digit
    own = pricing.own_levies(last.x)
    reduced = lp.cost + own - price @ lp.matrix
    made_whole = zero(float(plan.x @ reduced), size)
    return Priced(
        rows=floors,
        rules=pricing.rules,
        price=price,
        floor=(floors.matrix @ price + floors.own.matrix @ own[floors.own.column] + floors.constant)[
            floors.column
        ],
        own=own,
        reduced=reduced,
        uplift=uplift,
        make_whole=made_whole if uplift else 0.0,
        foregone=zero(float(price @ pricing.slack), size) if uplift else 0.0,
        least_make_whole=least,
        lowest=None if ends is None else ends.lowest[floors.column],
        highest=None if ends is None else ends.highest[floors.column],
        stays=stays,
        ranged=without(asked, ends.failed) if ends is not None else asked,
        no_answer=0 if ends is None else len(floors.column) - len(without(floors.column, ends.failed)),
        shares=cache(partial(pricing.shares, last)),
        gains=pricing.floor_gains if pricing.of_costs_alone else None,
        least=proof,
    )


def _that_stay(floors: FloorRows, standing: Standing, m: int) -> Vector:
    """Which floors (bool per key) are sums of prices (m) that stay."""
    known, stay = np.zeros(m, dtype=bool), np.zeros(m, dtype=bool)
    known[standing.rows], stay[standing.rows[standing.stay]] = True, True
    entries = floors.matrix
    open_, some = np.zeros(floors.count, dtype=bool), np.zeros(floors.count, dtype=bool)
    open_[entries.row[~known[entries.indices]]] = True
    some[entries.row[stay[entries.indices]]] = True
    found: Vector = (some & ~open_)[floors.column]
    return found


def _own_levies(pricing: PricingLP, friction: Friction | None) -> list[Vector]:
    """What is least in turn: the sum of levies of their own, with what prices of levied links exceed those without
    rules, else a link would keep what a levy might take; then that excess alone. Adds its variables."""
    if friction is None or friction.unruled is None or not len(friction.levied):
        return [pricing.over_levies()]
    links = len(friction.levied)
    excess = pricing.add_columns(np.zeros(links), np.full(links, np.inf))
    each, ones = np.arange(links), np.ones(links)
    rows = Matrix.from_entries(
        np.concatenate([each, each]),
        np.concatenate([friction.levied, excess]),
        np.concatenate([-ones, ones]),
        (links, len(pricing.column_lower)),
    )
    pricing.add_rows(-friction.unruled, np.full(links, np.inf), rows)
    alone = np.zeros(len(pricing.column_lower))
    alone[excess] = 1.0
    return [pricing.over_levies() + alone, alone]


def _least(pricing: PricingLP, rows: Vector) -> Vector:
    """One coefficient per price (m), so that the sum is that of these rows.

    Turned round, of origins: where one sells nothing its price is open, and the highest leaves no levy larger than it
    need be. Floors, uplift and payments are settled by then and do not change.
    """
    vector = np.zeros(pricing.m)
    vector[rows] = 1.0
    return vector


def settle_payments(pricing: PricingLP, payees: Payees, cost: float) -> Solution | None:
    """Least make-whole; of capped regions; of routes; least largest payment per tonne; then in sheet order.

    `cost`: the size of the cost of the plan, beside which little money is none.
    """
    none = NONE * sizes.largest(pricing.plan)
    done = pricing.plan > none
    last: Solution | None = None
    routes = np.isin(payees.agent, np.flatnonzero(payees.route))
    groups: list[Vector | None] = [None, payees.capped, routes]
    for which in groups:
        if which is not None and not (which & done).any():
            continue
        last = pricing.solve(pricing.make_whole_cost(which)[0])
        pricing.hold(last)
    selling = [a for a in range(len(payees.names)) if payees.size[a] > none]
    if not selling:
        return last
    (largest,) = pricing.add_columns(np.zeros(1), np.full(1, np.inf)).tolist()
    charges = pricing.make_whole_of(payees.agent, len(payees.names))
    shares = [
        (
            np.append(charges[a][0], largest),
            np.append(-charges[a][1] / payees.size[a], 1.0),
            charges[a][2] / payees.size[a],
        )
        for a in selling
    ]
    pricing.add_rows(
        np.array([lower for _, _, lower in shares]),
        np.full(len(selling), np.inf),
        Matrix.from_entries(
            np.repeat(np.arange(len(selling)), [len(columns) for columns, _, _ in shares]),
            np.concatenate([columns for columns, _, _ in shares]),
            np.concatenate([values for _, values, _ in shares]),
            (len(selling), len(pricing.column_lower)),
        ),
    )
    objective = np.zeros(len(pricing.column_lower))
    objective[largest] = 1.0
    last = pricing.solve(objective)
    pricing.hold(last)
    for a in selling:
        columns, charged, constant = charges[a]
        paid = float(charged @ last.x[columns]) + constant
        if paid <= NOBODY * cost:
            pricing.hold_rows(np.flatnonzero((payees.agent == a) & done), pricing.upper)
            continue
        objective = np.zeros(len(pricing.column_lower))
        objective[columns] = charged
        last = pricing.solve(objective)
        pricing.hold(last)
    return last
