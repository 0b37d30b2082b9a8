"""The warnings of a result: what a careful reader must be told."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from floors.case.caps import table_base
from floors.contract.results.border import FloorRow
from floors.contract.results.trade import SourcingRow, StockRow
from floors.lp.linear import Vector
from floors.results.amounts import conjoined, full, nothing, plain, price, share, tonnes
from floors.results.embodied import Traced
from floors.results.levies import levies_paid
from floors.results.summary import Figures
from floors.solving.members_range import MembersRange, same
from floors.solving.outcome import Outcome

ROUNDING = 1e-9  # of what counts under a cap
AWAY = 0.05  # a base price further from its reference price is warned of
POINTS = 0.05  # a traced share above a cap by more is warned of


def warnings(
    outcome: Outcome,
    baseline: Outcome,
    found: Figures,
    floors: list[FloorRow],
    traced: Traced,
    stocks: list[StockRow],
    sourcing: list[SourcingRow],
    by_member: MembersRange,
) -> list[str]:
    """What a careful reader must be told; none changes a result."""
    said = [f"{note.place}: {note.message}" for note in outcome.case.notes]
    said += _reference_prices(baseline)
    said += _nobody_pays(outcome, floors)
    said += _embodied(outcome, traced)
    said += _payees(outcome, found)
    said += _funds(outcome, stocks)
    said += _not_unique(outcome, found, sourcing, by_member)
    said += _first_plan(outcome, "")
    said += _first_plan(baseline, " without policy") if baseline is not outcome else ()
    return said


def _not_unique(
    outcome: Outcome, found: Figures, sourcing: list[SourcingRow], by_member: MembersRange
) -> Iterator[str]:
    """Arrivals in the bloc that can change place at no cost: what hangs on which plan was taken."""
    inside = outcome.case.places.is_member
    moving = sorted({row.commodity for row in sourcing if row.movable and inside(row.destination, row.year)})
    if moving:
        first = f"sourcing: shipments of {conjoined(moving)} marked movable can change place at no cost"
        yield f"{first}{_hanging(by_member, found.scale)}."
    if outcome.rules_bind and any(row.movable for row in sourcing):
        why = "rules on floors bind" if outcome.rules else "no levy holds back all exempt tonnes"
        yield (
            "support: with another plan of the same cost uplift, make_whole, least_make_whole, own_levies and floors "
            f"may be others, since {why}."
        )


def _hanging(by_member: MembersRange, scale: float) -> str:
    """Which sums of money change with the plan, and how far."""
    if any(ends is None for ends in by_member.of.values()):
        return ", and the net cost of members may change with them"

    def moves(ends: tuple[float, float] | None) -> bool:
        return ends is not None and not same(*ends) and not nothing(ends[1] - ends[0], scale)

    open_ = [member for member, ends in by_member.of.items() if moves(ends)]
    told = [f"the net cost of {conjoined(open_)} (see members_range)"] if open_ else []
    for what, ends in (
        ("net cost of the bloc", by_member.bloc),
        ("levy revenue of the bloc", by_member.levies),
    ):
        if ends is not None and moves(ends):
            least, most = (plain(end, scale) for end in ends)
            told.append(f"the {what}, {least} to {most} million at present value")
    if not told:
        return "; the net cost of no member changes with them"
    verb = "change" if len(told) > 1 else "changes"
    fixed = (
        "; the sum of net costs does not" if open_ and by_member.bloc and not moves(by_member.bloc) else ""
    )
    return f", and {conjoined(told)} {verb} with them{fixed}"


def _first_plan(outcome: Outcome, which: str) -> Iterator[str]:
    """The steady plan is not taken: of plans that cost the same this is the one found first."""
    if outcome.choice.why:
        yield (
            f"settings: the plan{which} is the one found first, whatever plan_choice says, and its suppliers may "
            f"change from year to year for nothing: {outcome.choice.why}."
        )


def _reference_prices(baseline: Outcome) -> Iterator[str]:
    """A base price over 5 % away from its reference price where the capped origin sells, one line per commodity."""
    case = baseline.case
    sold = {(o, c, t) for (o, _, c, t), shipped in baseline.ship.items() if shipped}
    for c in case.commodities:
        worst: tuple[float, int, float] | None = None
        for t in case.calendar.years:
            names = [(o, case.tags.own(o, c), t) for o in case.places.capped_in(t)]
            makers = [key for key in names if key in sold]
            if not makers or not case.reference.get((c, t)):
                continue
            base, reference = baseline.origin_price[makers[0]], case.reference[c, t]
            away = abs(base - reference) / reference
            if away > AWAY and (worst is None or away > worst[0]):
                worst = (away, t, base)
        if worst is not None:
            away, t, base = worst
            yield (
                f"reference_prices: {c} is {price(case.reference[c, t])} in {t}, but its price without policy is "
                f"{price(base)} ({share(away)} away): tariffs, funds and curves use the reference price."
            )


def _nobody_pays(outcome: Outcome, floors: list[FloorRow]) -> Iterator[str]:
    """Minimums that nobody pays in a year, with the supply that stays below them; what is exempt is told apart."""
    told: set[str] = set()
    under: Vector | None = None
    axes = outcome.case.arcs.axes
    paying = {(one.commodity, t) for one in levies_paid(outcome) for t in one.years}
    for row in floors:
        c, t = row.commodity, row.year
        least = outcome.case.border.rule("minimum", c, t)
        if least is None or (c, t) in paying or c in told:
            continue
        under = _under_minimum(outcome) if under is None else under
        below = float(under[axes.commodity[c], axes.year[t]])
        if below > 0:
            told.add(c)
            yield (
                f"floor_rules: nobody pays the minimum of {least:g} on {c} in {t}: {tonnes(below)} t are delivered in "
                "the bloc below it from origins that no levy reaches."
            )


def _under_minimum(outcome: Outcome) -> Vector:
    """t per year delivered in the bloc at less than the minimum from origins that do not pay it, [commodity, year]."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    goods = [axes.commodities[k] for k in axes.plain]
    minimum = [[case.border.rule("minimum", c, t) for t in axes.years] for c in goods]
    least = np.array([[-inf if v is None else v for v in row] for row in minimum])
    inside = case.places.is_role("member")[arcs.r, arcs.t]
    low = outcome.delivered_at[arcs.d, arcs.c, arcs.t] < least[arcs.c, arcs.t] - outcome.binds
    free = case.pays_minimum(arcs.ways, arcs.content) == 0
    found = np.where(inside & low & free, outcome.ship_column, 0.0)
    return np.bincount(axes.plain[arcs.c] * len(axes.years) + arcs.t, found, least.size).reshape(least.shape)


def _embodied(outcome: Outcome, traced: Traced) -> Iterator[str]:
    """A share cap kept on paper while what is traced through the chain is over it by more than 5 points.

    Both by weight, over what the cap is a share of: table demand, what lies in stock or goes unserved with it, or what
    arrives and is taken from stock.
    """
    case, shipped = outcome.case, outcome.ship_column
    of, leaks = case.counted, case.counted_leaks
    declared, arriving = case.counted_in(shipped, outcome.unused)
    found = of.by_cap(of.weight * (shipped * traced.shares)[of.arc])
    found += leaks.by_cap(leaks.weight * case.leaks.tonnes[leaks.arc])
    put = case.unused_in(_in_piles(outcome, outcome.put))
    taken = {(k, t): part * outcome.take[k, t] for (k, t), part in traced.taken.items()}
    of_stock = case.unused_in(_in_piles(outcome, taken))
    for k, cap in enumerate(case.caps):
        for t in sorted(cap.given) if cap.basis != "tonnes" and cap.origin is None else ():
            y = case.arcs.axes.year[t]
            base = table_base(cap, case.demand, t)
            more = found[k, y] > declared[k, y] * (1 + ROUNDING)
            if cap.basis == "use":  # what is put away is of the same pool as what is used
                base = arriving[k, y] + put[k, y]
                found[k, y] += of_stock[k, y]
            if base and more and found[k, y] / base > cap.given[t] + POINTS:
                why = (
                    "what counts as clean may hold some"
                    if cap.traced
                    else "a cap sees the country of the last process"
                )
                yield (
                    f"caps: {cap.name} is {share(cap.given[t])} in {t}, but {share(found[k, y] / base)} of that "
                    f"{cap.basis} holds capped material traced through the chain: {why}."
                )
                break


def _in_piles(outcome: Outcome, quantities: dict[tuple[str, int], float]) -> Vector:
    """t per year by stockpile and year, where they lie, [place, commodity, year]."""
    case, found = outcome.case, dict[tuple[str, str, int], float]()
    for (k, t), quantity in quantities.items():
        key = (case.stocks.piles[k].region, case.stocks.piles[k].commodity, t)
        found[key] = found.get(key, 0.0) + quantity
    return case.arcs.axes.filled(found, "dct")


def _payees(outcome: Outcome, found: Figures) -> Iterator[str]:
    """Make-whole that the rules leave to a capped origin."""
    from floors.solving.payments import payments

    role_in = outcome.case.places.role_in
    paid = sum(p.present for p in payments(outcome) if role_in(p.place, p.year) == "capped")
    if not nothing(paid, found.scale):
        yield (
            f"support: {plain(paid, found.scale)} million of make-whole (present value) goes to capped origins under "
            "these rules."
        )


def _funds(outcome: Outcome, stocks: list[StockRow]) -> Iterator[str]:
    """Funds that are spent in full, and those whose spending at delivered prices is above their amount."""
    case, buying = outcome.case, outcome.put
    for name, fund in case.stocks.funds.items():
        amount = 1000 * fund.amount
        piles = {k for k, pile in case.stocks.piles.items() if pile.fund == name}
        years = [t for k, t in buying if k in piles and buying[k, t]]
        used = sum(
            case.calendar.length[t] * case.stocks.price[k, t] * buying[k, t] for k, t in buying if k in piles
        )
        if years and used >= amount * (1 - 1e-9):
            yield (
                f"funds: {name} has spent all of its {full(fund.amount)} million, at reference prices, by "
                f"{max(years)}: no more can be put away."
            )
        spent = sum(row.fund_spent for row in stocks if row.stockpile in piles)
        over = spent - fund.amount
        if over > 0 and not nothing(over, fund.amount):
            yield (
                f"funds: {name} spends {plain(over, fund.amount)} million more at delivered prices than the "
                f"{full(fund.amount)} it has: the limit is kept at reference prices."
            )
