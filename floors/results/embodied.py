"""Capped material traced through the chain: what the ore was, not only the last process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from floors.case.tags import TAINTED
from floors.lp import sizes
from floors.lp.labels import Vector
from floors.solving.outcome import Outcome
from floors.sourcing.rows import delivered_rows

SETTLED = 1e-12
NOTHING = 1e-9  # of the terms of a row: what is left of them is rounding
MOST_PASSES = 10_000


@dataclass(kw_only=True)
class _Flows:
    """One year as columns: shipments (`o`, place and good `pool`, tonnes arriving, `content`), what processes make
    (`maker`, origin and good `made`, tonnes) and use (`user`, place and good `used`, share of its inputs), whether
    a process stands in a capped region, and what is taken from stocks. Places and goods are one number together.
    Clean goods that are used as any (`pooled`) or leave as tainted (`mingled`): where they go, whence, tonnes."""

    made_of: Vector
    pool: Vector
    tonnes: Vector
    content: Vector
    maker: Vector
    made: Vector
    output: Vector
    user: Vector
    used: Vector
    part: Vector
    capped: Vector
    taken: Vector
    taken_at: Vector
    pooled: Vector
    mingled: Vector


class Traced(NamedTuple):
    """Shares of capped origin, traced by mass through the solved flows: of every shipment of the case (0 where nothing
    is shipped), and of what is `taken` from each stockpile, by (stockpile, year)."""

    shares: Vector
    taken: dict[tuple[str, int], float]


def traced_shares(outcome: Outcome) -> Traced:
    """Shares of capped origin by mass.

    A process in a capped region makes 1; any other the average of its inputs by mass; a place's pool is the
    average of its arrivals; a shipment the larger of what is traced and its `content`; a stock the running
    average; a leak 1. Chains may close on themselves, so the shares of a year are passed round until they
    settle.
    """
    arcs, piles = outcome.case.arcs, [*outcome.case.stocks.piles]
    size = len(arcs.axes.places) * len(arcs.axes.commodities)
    shares = np.zeros(len(arcs))
    kept = np.array(
        [outcome.case.tags.tag(p.commodity) == TAINTED for p in outcome.case.stocks.piles.values()]
    )
    kept = kept * float(set(outcome.case.places.capped) >= outcome.case.tags.regions)
    left = _left_clean(outcome)
    by_year, taken = dict[int, list[int]](), dict[tuple[str, int], float]()
    for i, y in zip(outcome.shipping.tolist(), arcs.t[outcome.shipping].tolist(), strict=True):
        by_year.setdefault(y, []).append(i)
    for y, t in enumerate(arcs.axes.years):
        at = np.array(by_year.get(y, ()), dtype=int)
        flows = _flows(outcome, t, at, left)
        made, pool = np.zeros(size), np.zeros(size)
        for _ in range(MOST_PASSES):
            made, pool, moved = _pass(flows, made, pool, kept)
            if moved <= SETTLED:
                break
        shares[at] = np.maximum(made[flows.made_of], flows.content)
        taken |= {(k, t): share for k, share in zip(piles, kept.tolist(), strict=True)}
        _close_stocks(outcome, t, pool, kept)
    return Traced(shares, taken)


def _flows(outcome: Outcome, t: int, at: Vector, left: Mapping[Any, float]) -> _Flows:
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    data, goods = case.production, len(axes.commodities)
    running = [p for p in data.processes if outcome.produce.get((p, t), 0.0)]
    spot = {p: axes.place[data.region[p]] * goods for p in running}
    makes = [
        (i, spot[p] + axes.commodity[c], a * outcome.produce[p, t])
        for i, p in enumerate(running)
        for c, a in data.made(p).items()
    ]
    uses = [
        (i, spot[p] + axes.commodity[c], a / total)
        for i, p in enumerate(running)
        if (total := sum(data.used(p).values()))
        for c, a in data.used(p).items()
    ]
    maker, made, output = np.array(makes, dtype=float).reshape(-1, 3).T
    user, used, part = np.array(uses, dtype=float).reshape(-1, 3).T
    stocks = [
        (outcome.take[k, t], axes.place[pile.region] * goods + axes.commodity[pile.commodity])
        for k, pile in case.stocks.piles.items()
    ]
    taken, taken_at = np.array(stocks, dtype=float).reshape(-1, 2).T
    return _Flows(
        made_of=arcs.o[at] * goods + arcs.c[at],
        pool=arcs.d[at] * goods + arcs.c[at],
        tonnes=outcome.ship_column[at] * (1 - arcs.loss[at]),
        content=arcs.content[at],
        maker=maker.astype(int),
        made=made.astype(int),
        output=output,
        user=user.astype(int),
        used=used.astype(int),
        part=part,
        capped=np.array([case.places.role_in(data.region[p], t) == "capped" for p in running], dtype=bool),
        taken=taken,
        taken_at=taken_at.astype(int),
        pooled=_moved(outcome, left, t),
        mingled=_moved(outcome, outcome.mingled, t),
    )


def _left_clean(outcome: Outcome) -> dict[Any, float]:
    """t per year that are clean and used as any, or by nobody: whether what nobody uses is passed first is open."""
    lp, x = outcome.compiled.lp, outcome.plan.x
    rows, wasted = delivered_rows(outcome.model, outcome.compiled), outcome.quantity(outcome.model.waste)
    room, terms, found = lp.matrix @ x - lp.row_lower, sizes.of_rows(lp, x), dict[Any, float]()
    for d, c, t in outcome.compiled.column_of(outcome.model.passed):
        key = d, outcome.case.tags.clean[c], t
        row = rows.get(key)
        left = float(room[row]) if row is not None and room[row] > NOTHING * terms[row] else 0.0
        found[d, c, t] = outcome.passed[d, c, t] + left + wasted.get(key, 0.0)
    return found


def _moved(outcome: Outcome, quantities: Mapping[tuple[str, str, int], float], t: int) -> Vector:
    """Clean goods that become any in a year: spots where they go and whence, and tonnes, a column each."""
    axes, clean = outcome.case.arcs.axes, outcome.case.tags.clean
    goods = len(axes.commodities)
    found = [
        (
            axes.place[d] * goods + axes.commodity[c],
            axes.place[d] * goods + axes.commodity[clean[c]],
            quantity,
        )
        for (d, c, year), quantity in quantities.items()
        if year == t and quantity
    ]
    return np.array(found, dtype=float).reshape(-1, 3).T


def _pass(flows: _Flows, made: Vector, pool: Vector, kept: Vector) -> tuple[Vector, Vector, float]:
    """Shares of what is made and of what lies at each place, once more from those before; the largest change."""
    size, count = len(made), len(flows.capped)
    inputs = np.bincount(flows.user, flows.part * pool[flows.used], count)
    share = np.where(flows.capped, 1.0, inputs)
    to, whence, tonnes = flows.mingled
    new_made = _mean(
        np.append(flows.made, to.astype(int)),
        np.append(flows.output, tonnes),
        np.append(share[flows.maker], made[whence.astype(int)]),
        size,
    )
    traced = np.maximum(new_made[flows.made_of], flows.content)
    to, whence, tonnes = flows.pooled
    new_pool = _mean(
        np.concatenate([flows.pool, flows.taken_at, to.astype(int)]),
        np.concatenate([flows.tonnes, flows.taken, tonnes]),
        np.concatenate([traced, kept, pool[whence.astype(int)]]),
        size,
    )
    moved = max(
        float(np.abs(new - old).max(initial=0.0)) for new, old in ((new_made, made), (new_pool, pool))
    )
    return new_made, new_pool, moved


def _mean(spot: Vector, mass: Vector, share: Vector, size: int) -> Vector:
    """Average of shares by mass at each spot, 0 where there is none."""
    total, capped = np.bincount(spot, mass, size), np.bincount(spot, mass * share, size)
    return np.divide(capped, total, out=np.zeros(size), where=total > 0)


def _close_stocks(outcome: Outcome, t: int, pool: Vector, kept: Vector) -> None:
    case, axes = outcome.case, outcome.case.arcs.axes
    length = case.calendar.length[t]
    for i, (k, pile) in enumerate(case.stocks.piles.items()):
        closing, put = outcome.stock[k, t], length * outcome.put[k, t]
        before = max(0.0, closing - put)
        if closing > 0 and put > 0:
            new = pool[axes.place[pile.region] * len(axes.commodities) + axes.commodity[pile.commodity]]
            kept[i] = (before * kept[i] + put * new) / (before + put)
