"""The same plan held by other instruments than the levies of the border: who would pay for it.

The plan stays, and nobody gains by doing more of anything. What differs is which prices there are:

- border: levies are the duals of caps, those of the minimum rule and those of their own: the prices of the result.
- contracts: no levy, and no price for a row that is slack in the plan. Whoever then loses is made whole, for as little
  as will do.
- grants: the same prices, but everything except builds is made whole for as little as will do first (running), then
  builds (a grant for capital).
- tariff: one levy a commodity, the same for all members and years, at the least uplift; not on what is exempt.
- guarantee: buyers pay as under contracts, and treasuries keep everybody at the surplus that the border leaves them:
  topped up for what they sell for less, and paying back what they save on inputs. A rent that `rent = exporter` leaves
  to exporters ends. The contracts of the workbook settle as at the border.

Without levies elastic buyers, and those who went short, would want more than the plan: that is rationed, by as little
money as can be, and nobody is paid for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.errors import SolveError
from floors.lp import sizes
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix, vstack
from floors.pricing.choosing import Priced
from floors.pricing.otherwise import hold_otherwise
from floors.solving.accounts import Accounts, contracts_paid, keep_accounts, payers
from floors.solving.bloc import consumption_cost, floor_rows
from floors.solving.friction import friction_rows
from floors.solving.largest import Held, affordable
from floors.solving.minimum import levied_columns, recharged
from floors.solving.outcome import Outcome
from floors.solving.payments import payees
from floors.solving.tonnes import quantities
from floors.sourcing.rows import ROW_KINDS, Holder
from floors.steps import stage

TIGHT = 1e-9  # of the terms of a row: less slack is none
BORDER, CONTRACTS, GRANTS, TARIFF, GUARANTEE = INSTRUMENTS = (
    "border",
    "contracts",
    "grants",
    "tariff",
    "guarantee",
)
WHAT = "instruments, grants and tariffs are of the instruments"
RATIONED = (
    Holder.BUYER,
    Holder.STOCKPILE,
)  # whose room may be worth something where cheaper goods would fill it


@dataclass(frozen=True, kw_only=True)
class HeldBy:
    """A plan held by one instrument: its `outcome` has the prices, `accounts` who pays."""

    instrument: str
    outcome: Outcome
    accounts: Accounts

    @property
    def uplift(self) -> float:
        """Make-whole and what is foregone, million at present value."""
        return self.outcome.priced.uplift / 1000


def held_by(outcome: Outcome, instrument: str) -> Outcome:
    """The outcome at the prices of another instrument; of a surprise the years before are under it too."""
    if instrument == BORDER:
        return outcome
    past = outcome.past
    if past is not None:
        past = replace(past, outcome=held_by(past.outcome, instrument))
    priced = _PRICED[instrument](outcome, _without_minimum(outcome))
    compiled = _without_minimum(outcome)
    cost = float(compiled.lp.cost @ outcome.plan.x) + compiled.lp.offset
    return replace(
        outcome,
        compiled=compiled,
        plan=replace(outcome.plan, objective=cost),
        floors=priced.rows,
        rules=(),
        priced=priced,
        unruled=priced,
        levies={},
        past=past,
    )


def _without_minimum(outcome: Outcome) -> Compiled:
    """The arrays at costs without the levies of the minimum rule."""
    cost = outcome.compiled.lp.cost.copy()
    for column, key, per_unit in levied_columns(outcome.model, outcome.compiled):
        start = outcome.case.border.start[key]
        cost[column] = recharged(cost[column], per_unit, outcome.levies[key], 0.0, most=start)
    return replace(outcome.compiled, lp=replace(outcome.compiled.lp, cost=cost))


def _by_contracts(outcome: Outcome, compiled: Compiled) -> Priced:
    return _untaxed(outcome, compiled, [np.ones(len(compiled.lp.cost), dtype=bool)])


def _by_grants(outcome: Outcome, compiled: Compiled) -> Priced:
    built = np.zeros(len(compiled.lp.cost), dtype=bool)
    built[[*compiled.column_of(outcome.model.build).values()]] = True
    return _untaxed(outcome, compiled, [~built, built])


def _untaxed(outcome: Outcome, compiled: Compiled, paid: list[Vector]) -> Priced:
    """Prices without levies."""
    none = _rows_of(outcome.model.cap, compiled) | _slack(outcome, compiled)
    wanted = _rationed(outcome, compiled)
    caps = _rows_of(outcome.model.cap, compiled)
    return _priced(outcome, compiled, closed=[none, none & ~wanted, caps], paid=paid)


def _by_tariff(outcome: Outcome, compiled: Compiled) -> Priced:
    """Each commodity's levy is the price of a row of its own, with what the plan ships as its limit."""
    commodities, taxed = tariffed(outcome.case, outcome)
    n, x = len(compiled.lp.cost), outcome.plan.x
    arcs, at = outcome.case.arcs, outcome.levied_place
    here = np.flatnonzero(taxed > 0)
    rows = np.searchsorted(commodities, arcs.axes.plain[arcs.c[here]])
    number = -(taxed * outcome.case.weight_at[arcs.t])[here]
    further = Matrix.from_entries(rows, at[here], number, (len(commodities), n))
    m = len(compiled.equality)
    lp = compiled.lp
    longer = replace(
        compiled,
        lp=replace(
            lp,
            matrix=vstack([lp.matrix, further]),
            row_lower=np.concatenate([lp.row_lower, further @ x]),
            row_upper=np.concatenate([lp.row_upper, np.full(len(commodities), np.inf)]),
        ),
        equality=np.concatenate([compiled.equality, np.zeros(len(commodities), dtype=bool)]),
        flipped=np.concatenate([compiled.flipped, np.ones(len(commodities), dtype=bool)]),
    )
    caps = _rows_of(outcome.model.cap, longer)
    levies = np.zeros(len(longer.equality))
    levies[m:] = 1.0
    priced = _priced(outcome, longer, closed=[caps], paid=[], first=[levies])
    own = np.zeros(n)
    own[at[here]] = -number * priced.price[m:][rows]
    return replace(priced, price=priced.price[:m], own=own)


_PRICED: dict[str, Callable[[Outcome, Compiled], Priced]] = {
    CONTRACTS: _by_contracts,
    GRANTS: _by_grants,
    TARIFF: _by_tariff,
}


def policied(case: Case) -> set[str]:
    """The commodities that any cap or minimum meets."""
    return {c for cap in case.caps if cap.given for c in cap.weights} | {
        *case.border.rules.get("minimum", {})
    }


def tariffed(case: Case, outcome: Outcome) -> tuple[Vector, Vector]:
    """The commodities (positions) that a plain tariff falls on, and what part of each shipment pays it: those that any
    cap or minimum meets, into the bloc, in all years. All of what comes from where levies may fall on, from where a cap
    names, and of what a traced cap counts; of the rest its content of capped origin."""
    arcs, axes, places = case.arcs, case.arcs.axes, case.places
    commodities = np.sort(axes.goods(policied(case)))
    c, tainted = axes.plain[arcs.c], np.isin(arcs.c, axes.tagged[0])
    levied = case.border.levies(places)
    named = np.zeros((len(axes.regions), len(axes.commodities)), dtype=bool)
    traced = np.zeros(len(axes.commodities), dtype=bool)
    for cap in case.caps:
        goods = axes.goods(cap.weights if cap.given else ())
        traced[goods] |= cap.traced
        if cap.origin is not None:
            named[axes.place[cap.origin], goods] = True
    abroad = ~places.is_role("member")[arcs.o, arcs.t]
    whole = levied[arcs.o, arcs.t] | named[arcs.o, c] | (traced[c] & tainted & abroad)
    inside = places.is_role("member")[arcs.r, arcs.t]
    there = inside & np.isin(c, commodities) & (outcome.ship_place >= 0)
    return commodities, np.where(there, np.where(whole, 1.0, arcs.content), 0.0)


def _priced(
    outcome: Outcome,
    compiled: Compiled,
    *,
    closed: list[Vector],
    paid: list[Vector],
    first: list[Vector] | None = None,
) -> Priced:
    case, m, plan = outcome.case, outcome.model, outcome.plan
    consumed = quantities(compiled, m.consume, plan.x)
    columns, rows = outcome.basic
    further = np.ones(len(compiled.equality) - len(rows), dtype=bool)
    shared = friction_rows(case, m, compiled)
    limits, levied = ((), ()) if shared is None else (shared.limits, shared.levied)
    return hold_otherwise(
        compiled,
        plan,
        floor_rows(case, m, compiled, {}, outcome.first),
        closed=closed,
        paid=paid,
        then=[*(first or []), consumption_cost(case, m, compiled, consumed), _sum_of(compiled, limits)],
        after=[_sum_of(compiled, levied)],
        payees=payees(case, m, compiled, plan.x),
        start=(columns, np.concatenate([rows, further])),
    )


def _sum_of(compiled: Compiled, rows: Sequence[int] | Vector) -> Vector:
    """One coefficient per price (m), so that the sum is that of these rows."""
    found: Vector = np.zeros(len(compiled.equality))
    found[np.array(rows, dtype=int)] = 1.0
    return found


def _rows_of(component: Any, compiled: Compiled) -> Vector:
    found: Vector = np.zeros(len(compiled.equality), dtype=bool)
    found[[*compiled.rows(component).values()]] = True
    return found


def _slack(outcome: Outcome, compiled: Compiled) -> Vector:
    """Rows that the plan leaves room in (bool, m). None of them has a price in the result without rules."""
    lp, x = compiled.lp, outcome.plan.x
    room, price = lp.matrix @ x - lp.row_lower, outcome.unruled.price
    priced = price > TIGHT * sizes.largest(price)
    found: Vector = ~compiled.equality & (room > TIGHT * sizes.of_rows(lp, x)) & ~priced
    return found


def _rationed(outcome: Outcome, compiled: Compiled) -> Vector:
    """Rows of buyers and of room in stockpiles (bool, m)."""
    found = np.zeros(len(compiled.equality), dtype=bool)
    for kind in ROW_KINDS.values():
        if kind.holder in RATIONED:
            found |= _rows_of(getattr(outcome.model, kind.name), compiled)
    return found


def guaranteed(border: Outcome, levied: Accounts, contracts: Outcome) -> Accounts:
    """Accounts at the prices of contracts, with everybody kept at the surplus in `levied`."""
    books = keep_accounts(contracts)
    for outcome, sign in ((contracts, -1), (border, 1)):  # the workbook's own settle at what is guaranteed
        for paid in contracts_paid(outcome):
            books.of[paid.contract.payer, paid.year].contract_payments += sign * paid.amount
            books.of[paid.place, paid.year].producer_surplus += sign * paid.amount
    owed = {key: levied.of[key].producer_surplus - a.producer_surplus for key, a in books.of.items()}
    if border.case.exporter_keeps:
        levies = border.levied[border.shipping].tolist()
        for key, taken in zip(border.ship, levies, strict=True):
            owed[key[0], key[-1]] -= taken / 1000
    shares = {
        (place, t): payers(contracts, books.of, place, t) for (place, t), amount in owed.items() if amount
    }
    for (place, t), by in shares.items():
        books.of[place, t].producer_surplus += owed[place, t]
        for payer, share in by.items():
            books.of[payer, t].support += share * owed[place, t]
    return books


@dataclass(frozen=True, kw_only=True)
class Instruments:
    """The plan as each instrument holds it, in the order of INSTRUMENTS; none where it was not asked for, or where
    there is neither a cap nor a minimum. `held` says whether they were too much work unasked."""

    by: dict[str, HeldBy]
    held: Held


def instruments(outcome: Outcome, accounts: Accounts, ranges: bool | None = True) -> Instruments:
    """The plan held by each instrument; `ranges` as for `floors.solve`: None where that is little work, False never."""
    asked = len(INSTRUMENTS) if policied(outcome.case) and ranges is not False else 0
    told = asked if ranges or _solves(outcome) <= affordable(len(outcome.compiled.lp.cost)) else 0
    failed, found = 0, dict[str, HeldBy]()
    try:
        found = _held_by_each(outcome, accounts) if told else {}
    except SolveError:  # counted and said: tables of LPs of their own do not fail the result
        failed = told
    return Instruments(
        by=found, held=Held(table="instruments", what=WHAT, held=told, of=asked, failed=failed)
    )


def _solves(outcome: Outcome) -> int:
    """About how many linear programs it takes: who is paid is settled one by one, under each instrument priced anew."""
    arcs, at = outcome.case.arcs, outcome.shipping
    routes = {*zip(arcs.o[at].tolist(), arcs.d[at].tolist(), arcs.c[at].tolist(), strict=True)}
    return len(_PRICED) * (len(routes) + len(outcome.case.production.processes))


@stage("other instruments")
def _held_by_each(outcome: Outcome, accounts: Accounts) -> dict[str, HeldBy]:
    at = {name: held_by(outcome, name) for name in (BORDER, CONTRACTS, GRANTS, TARIFF)}
    books = {name: accounts if name == BORDER else keep_accounts(other) for name, other in at.items()}
    books[GUARANTEE] = guaranteed(outcome, accounts, at[CONTRACTS])
    return {
        name: HeldBy(
            instrument=name, outcome=at[CONTRACTS if name == GUARANTEE else name], accounts=books[name]
        )
        for name in INSTRUMENTS
    }
