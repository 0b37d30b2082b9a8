"""What is told of one chain in base: its floors, what it needs, and who pays for its caps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.contract.results.priorities import (
    BINDS,
    NO_CAP,
    NO_CAPPED,
    NO_LEVY,
    REDIRECTED,
    SHORTAGE,
    UNDER,
    PriorityFloorRow,
    PriorityPayerRow,
)
from floors.many.chains.arms import Arms, priced_caps, quantities_of
from floors.many.chains.chains import Chain
from floors.many.varied.outputs import shortages
from floors.results.border import floor_levies, of_capped_origin
from floors.solving.accounts import Account, Accounts
from floors.solving.outcome import Outcome
from floors.sourcing.rows import COLUMN_KINDS
from floors.study.scenarios import BASE

SLIGHT = 1e-9  # of the largest: less is rounding


@dataclass(frozen=True)
class Told:
    """Of a chain: a word of column `need`, its floors, and who pays."""

    need: str = ""
    floors: tuple[PriorityFloorRow, ...] = ()
    payers: tuple[PriorityPayerRow, ...] = ()


def tell(arms: Arms, chain: Chain) -> Told:
    """What there is to tell; nothing where base has no plan."""
    held = arms.outcome(None, BASE)
    if not isinstance(held, tuple):
        return Told()
    rows = _floors(chain, held[0])
    need = _levied(chain, held[0], rows)
    if not chain.capped:
        return Told(need or NO_CAP, rows)
    bare = arms.outcome(chain.name, BASE)
    if not isinstance(bare, tuple):
        return Told(need, rows)
    payers = _payers(chain, *held, bare[1])
    return Told(need or _why_none(chain, held[0], bare[0]), rows, payers)


def _floors(chain: Chain, outcome: Outcome) -> tuple[PriorityFloorRow, ...]:
    axes, weight = outcome.case.arcs.axes, outcome.case.weight_at
    arriving = outcome.case.arcs.arriving(outcome.ship_column)
    plain, clean = axes.tagged
    arriving[:, plain] += arriving[:, clean]
    short = shortages(outcome)
    of: dict[tuple[str, str], list[tuple[int, float, float, float, bool]]] = {}
    for floor, (level, levy, _) in zip(outcome.floor, floor_levies(outcome), strict=True):
        if floor.commodity in chain.goods:
            t = axes.year[floor.year]
            bought = arriving[axes.place[floor.member], axes.commodity[floor.commodity], t] * weight[t]
            paid = levy if levy > outcome.binds else 0.0
            of.setdefault((floor.commodity, floor.member), []).append(
                (floor.year, level, paid, float(bought), floor in short)
            )
    return tuple(_floor(chain, good, member, by_year) for (good, member), by_year in of.items())


def _floor(
    chain: Chain, good: str, member: str, by_year: list[tuple[int, float, float, float, bool]]
) -> PriorityFloorRow:
    years, level, levy, bought, short = (list(of) for of in zip(*by_year, strict=True))
    first = next((t for t, one in zip(years, levy, strict=True) if one > 0), None)
    at, highest = int(np.argmax(levy)), int(np.argmax(level))
    whole = sum(bought)
    return PriorityFloorRow(
        chain=chain.name,
        commodity=good,
        member=member,
        first_year=first,
        levy=levy[at],
        year=years[at],
        floor=level[at],
        highest_floor=level[highest],
        highest_year=years[highest],
        mean_levy=float(np.dot(levy, bought)) / whole if whole > 0 else None,
        mean_floor=float(np.dot(level, bought)) / whole if whole > 0 else None,
        shortage=levy[at] > 0 and short[at],
    )


def _levied(chain: Chain, outcome: Outcome, rows: tuple[PriorityFloorRow, ...]) -> str:
    """A floor, or a shortage where no levy is anything else; empty where nothing is levied."""
    levied = [row for row in rows if row.levy > 0]
    if levied:
        return SHORTAGE if all(row.shortage for row in levied) else BINDS
    return BINDS if priced_caps(chain.goods, outcome) else ""


def _why_none(chain: Chain, held: Outcome, bare: Outcome) -> str:
    """Why a chain with caps needs no levy."""
    arcs = bare.case.arcs
    member = bare.case.places.is_role("member")
    goods = [
        i
        for i, name in enumerate(arcs.axes.commodities)
        if bare.case.tags.plain.get(name, name) in chain.goods
    ]
    comes = of_capped_origin(bare.case) & member[arcs.r, arcs.t] & np.isin(arcs.c, goods)
    tonnes = bare.ship_column[comes]
    if not (tonnes > 0).any():
        return NO_CAPPED
    if (
        held.case.tags.clean.keys() != bare.case.tags.clean.keys()
    ):  # what is traced has other names without caps
        return NO_LEVY
    if _obeys(chain, held, bare):
        return UNDER
    return NO_LEVY if _made_otherwise(held, bare) else REDIRECTED


def _obeys(chain: Chain, held: Outcome, bare: Outcome) -> bool:
    """Whether the plan without the caps of a chain obeys them."""
    x = np.zeros(len(held.plan.x))
    for name in COLUMN_KINDS:
        was = quantities_of(bare, name)
        for key, column in held.compiled.column_of(getattr(held.model, name)).items():
            x[column] = was.get(key, 0.0)
    lp = held.compiled.lp
    caps = {cap.name for cap in held.case.caps if not set(chain.goods).isdisjoint(cap.weights)}
    rows = [row for (name, _), row in held.compiled.rows(held.model.cap).items() if name in caps]
    room = SLIGHT * float(np.abs(x).max(initial=0.0))
    used, least, most = (lp.matrix @ x)[rows], lp.row_lower[rows], lp.row_upper[rows]
    return bool((used >= least - room).all() and (used <= most + room).all())


def _made_otherwise(held: Outcome, bare: Outcome) -> bool:
    """Whether anything is made or built otherwise without the caps."""
    for now, then in ((held.produce, bare.produce), (held.build, bare.build)):
        most = max(map(abs, [*now.values(), *then.values()]), default=0.0)
        if any(abs(now.get(key, 0.0) - then.get(key, 0.0)) > 1e-6 * most for key in now.keys() | then.keys()):
            return True
    return False


def _payers(chain: Chain, held: Outcome, now: Accounts, then: Accounts) -> tuple[PriorityPayerRow, ...]:
    """Every place whose account the caps of a chain change."""
    places, weight = held.case.places, held.case.calendar.weight
    sums: dict[str, list[float]] = {}
    size = 0.0
    for sign, accounts in ((1.0, now), (-1.0, then)):
        for (place, t), account in accounts.of.items():
            of = sums.setdefault(place, [0.0] * 4)
            for i, amount in enumerate(_items(account)):
                of[i] += sign * weight[t] * amount
                size = max(size, abs(weight[t] * amount))
    return tuple(
        PriorityPayerRow(
            chain=chain.name,
            place=place,
            role=places.told_role(places.region_of[place]),
            **dict(
                zip(("net_cost", "buyers", "producers", "treasury"), map(_cleaned(size), of), strict=True)
            ),
        )
        for place, of in sums.items()
        if any(abs(amount) > SLIGHT * size for amount in of)
    )


def _cleaned(size: float) -> Any:
    return lambda amount: 0.0 if abs(amount) <= SLIGHT * size else amount


def _items(a: Account) -> tuple[float, float, float, float]:
    """Net cost, and what buyers, producers and the treasury make of it."""
    treasury = a.levy_revenue + a.tariff_revenue + a.export_tax_revenue - a.support - a.contract_payments
    return a.net_cost, a.outlay + a.unserved, a.producer_surplus, treasury
