"""The sourcing LP in linopy, from the tables that `arrays.py` derives: what linopy takes for the same work.

Written for speed as its documentation says: a sparse model, one flat dimension a variable (no dense product of
origins, destinations, commodities and years with most of it masked), and sums by group. Rows and optimum are those of
`arrays.build`, but for rows there that no column is in.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

linopy.options["semantics"] = "v1"  # sparse models have it alone


class _Model:
    """A linopy model of flat variables."""

    def __init__(self) -> None:
        self.model = linopy.Model(sparse=True)
        self.costs: list[Any] = []

    def columns(self, name: str, cost: np.ndarray) -> Any:
        x = self.model.add_variables(lower=0, coords=[pd.RangeIndex(len(cost), name=name)], name=name)
        self.costs.append((xr.DataArray(cost, dims=[name], coords={name: x.coords[name]}) * x).sum())
        return x

    def rows(self, name: str, sense: str, right: np.ndarray, *parts: tuple[Any, Any, Any, Any]) -> None:
        """Add rows `sum of parts  sense  right`; a part is (variable, places of it, rows, coefficients)."""
        total: Any = None
        for x, places, rows, values in parts:
            if len(places) == 0:
                continue
            dim = x.dims[0]
            chosen = x.isel({dim: np.asarray(places)})
            value = xr.DataArray(
                np.asarray(values, dtype=float), dims=[dim], coords={dim: chosen.coords[dim]}
            )
            group = pd.Series(
                np.asarray(rows), index=pd.Index(chosen.coords[dim].values, name=dim), name=name
            )
            part = (value * chosen).groupby(group).sum()
            total = part if total is None else total.add(part, join="outer")
        if total is None:
            return
        at = total.coords[name].values
        limit = xr.DataArray(right[at], dims=[name], coords={name: total.coords[name]})
        self.model.add_constraints(total, sense, limit, name=name)


def build(s: SimpleNamespace) -> Any:
    """The model of a study of `arrays.study`."""
    m = _Model()
    arcs = _trade(s, m)
    runs = _production(s, m)
    served = _demand(s, m)
    stocks = _stocks(s, m, runs)
    _balances(s, m, arcs, runs, served, stocks)
    _caps(s, m, arcs, stocks)
    cost: Any = linopy.merge(m.costs, dim="_term")
    m.model.add_objective(cost)
    return m.model


def _flat(found: Iterable[tuple[Any, ...]], width: int) -> list[np.ndarray]:
    rows = list(found)
    return [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0, int)] * width


def _trade(s: SimpleNamespace, m: _Model) -> SimpleNamespace:
    makes = np.zeros((s.R, s.C), dtype=bool)
    touched = np.zeros((s.N, s.C), dtype=bool)
    for p in s.processes:
        for c, a in p.makes.items():
            makes[p.region, c] |= a > 0
            touched[p.region, c] = True
    for d in s.demand:
        touched[d.node, d.commodity] = True
    for k in s.stocks:
        touched[k.region, k.commodity] = True
    touched[: s.R] |= (s.least > 0).any(axis=(0, 3)) | (s.member[:, None] & s.in_caps)
    o, d, c, t = np.nonzero(s.open[:, s.node_region] & makes[:, None, :, None] & touched[None, :, :, None])
    route = (o, s.node_region[d], c, t)
    ref = np.where(np.isnan(s.ref[c, t]), 0, s.ref[c, t])
    cost = s.w[t] * (s.freight[route] + (s.tariff[route] + s.tax[route]) * ref)
    ship = m.columns("ship", cost)
    arcs = SimpleNamespace(
        ship=ship, o=o, d=d, c=c, t=t, kept=1 - s.loss[route], content=s.content[route], all=np.arange(len(o))
    )
    shape = s.limit.shape
    for name, sense, bound, has in (
        ("route_limit", "<=", s.limit, np.isfinite(s.limit)),
        ("route_minimum", ">=", s.least, s.least > 0),
    ):
        on = np.flatnonzero(has[route])
        rows = np.ravel_multi_index(tuple(part[on] for part in route), shape) if len(on) else on
        m.rows(name, sense, bound.ravel(), (ship, on, rows, np.ones(len(on))))
    return arcs


def _production(s: SimpleNamespace, m: _Model) -> SimpleNamespace:
    p_of, t_of = _flat(
        ((i, t) for i, p in enumerate(s.processes) for t in np.flatnonzero(p.active).tolist()), 2
    )
    cost = np.array([p.cost for p in s.processes]).reshape(-1, s.T)
    produce = m.columns("produce", (s.w * cost)[p_of, t_of])
    run = np.full((len(s.processes), s.T), -1)
    run[p_of, t_of] = np.arange(len(p_of))
    entry_p, entry_c, value = _flat(
        ((i, c, a) for i, p in enumerate(s.processes) for c, a in p.makes.items()), 3
    )
    places = run[entry_p]
    e, t = np.nonzero(places >= 0)
    runs = SimpleNamespace(
        produce=produce, run=run, place=places[e, t], t=t, c=entry_c[e], value=value[e],
        region=np.array([p.region for p in s.processes])[entry_p[e]],
    )  # fmt: skip

    units = s.processes + s.plants
    places_of = {id(p): i for i, p in enumerate(s.processes)}
    capacity = np.array([u.capacity for u in units]).reshape(-1, s.T)
    least = np.array([p.minimum for p in s.processes]).reshape(-1, s.T)
    on = np.flatnonzero(least[p_of, t_of] > 0)
    m.rows("process_minimum", ">=", least.ravel(), (produce, on, (p_of * s.T + t_of)[on], np.ones(len(on))))
    load_u, load_p, use = _flat(
        (
            *((i, i, 1.0) for i in range(len(s.processes))),
            *((len(s.processes) + i, places_of[id(p)], p.plant_use)
              for i, plant in enumerate(s.plants) for p in plant.users),
        ),
        3,
    )  # fmt: skip
    e, t = np.nonzero((run[load_p] >= 0) & np.isfinite(capacity[load_u]))
    load = (produce, run[load_p[e], t], load_u[e] * s.T + t, use[e])
    builds = [(i, u.build) for i, u in enumerate(units) if u.build is not None]
    u_of, b_of = _flat(((i, t) for i, b in builds for t in np.flatnonzero(b.alive.any(axis=1)).tolist()), 2)
    build_of = dict(builds)
    alive = [build_of[i].alive[t] for i, t in zip(u_of.tolist(), b_of.tolist(), strict=True)]
    lives = np.array(alive, dtype=bool).reshape(len(u_of), s.T)
    charge = np.array([build_of[i].charge for i in u_of.tolist()])
    build = m.columns("build", charge * (lives @ s.w))
    e, t = np.nonzero(lives & np.isfinite(capacity[u_of]))
    grown = (build, e, u_of[e] * s.T + t, -np.ones(len(e)))
    m.rows("capacity", "<=", capacity.ravel(), load, grown)
    most = np.array([build_of[i].max_build for i in u_of.tolist()]) * s.n[b_of]
    on = np.flatnonzero(np.isfinite(most))
    m.rows("build_limit", "<=", most, (build, on, on, np.ones(len(on))))
    total = np.array([u.build.max_total if u.build is not None else np.inf for u in units])
    on = np.flatnonzero(np.isfinite(total[u_of]))
    m.rows("build_total", "<=", total, (build, on, u_of[on], np.ones(len(on))))
    return runs


def _demand(s: SimpleNamespace, m: _Model) -> SimpleNamespace:
    i, t = _flat(((i, t) for i, d in enumerate(s.demand) for t in np.flatnonzero(d.quantity > 0).tolist()), 2)
    value = np.array([d.value for d in s.demand])
    quantity = np.array([d.quantity for d in s.demand]).reshape(-1, s.T)[i, t]
    must = np.isnan(value)[i]
    consume = m.columns("consume", np.where(must, 0, -s.w[t] * value[i]))
    for name, sense, which in (("must_serve", "==", must), ("demand", "<=", ~must)):
        on = np.flatnonzero(which)
        m.rows(name, sense, quantity, (consume, on, on, np.ones(len(on))))
    return SimpleNamespace(
        consume=consume,
        t=t,
        node=np.array([d.node for d in s.demand])[i],
        c=np.array([d.commodity for d in s.demand])[i],
    )


def _stocks(s: SimpleNamespace, m: _Model, runs: SimpleNamespace) -> SimpleNamespace:
    count = len(s.stocks)
    if not count:
        return SimpleNamespace(count=0)
    k, t = (part.ravel() for part in np.indices((count, s.T)))
    here = np.arange(count * s.T)
    holding = np.array([x.holding for x in s.stocks])
    put, take = (m.columns(name, np.zeros(len(here))) for name in ("put", "take"))
    stock = m.columns("stock", s.w[t] * holding[k])
    keep = np.array([x.keep for x in s.stocks])
    opening = np.zeros((count, s.T))
    opening[:, 0] = [x.keep[0] * x.opening for x in s.stocks]
    later = here[t > 0]
    m.rows(
        "stock_balance", "==", opening.ravel(),
        (stock, here, here, np.ones(len(here))), (stock, later - 1, later, -keep.ravel()[later]),
        (put, here, here, -s.n[t]), (take, here, here, s.n[t]),
    )  # fmt: skip
    room = np.array([x.capacity for x in s.stocks])[k]
    on = np.flatnonzero(np.isfinite(room))
    m.rows("stock_capacity", "<=", room, (stock, on, on, np.ones(len(on))))
    target, uses = np.full(count * s.T, np.nan), []
    for i, x in enumerate(s.stocks):
        wanted = list(x.targets)
        if np.isnan(wanted[-1]).all():
            wanted[-1] = (x.opening * float(np.prod(x.keep)), np.nan)
        for year, (tonnes, days) in enumerate(wanted):
            if not np.isnan(tonnes):
                target[i * s.T + year] = tonnes
            elif not np.isnan(days):
                target[i * s.T + year] = days / 365 * s.table[x.region, x.commodity, year]
                fed = (runs.region == x.region) & (runs.c == x.commodity) & (runs.t == year)
                uses += [
                    (place, i * s.T + year, value * days / 365)
                    for place, value in zip(runs.place[fed], runs.value[fed], strict=True)
                    if value < 0
                ]
    on = np.flatnonzero(~np.isnan(target))
    place, row, value = _flat(uses, 3)
    m.rows("stock_target", ">=", target, (stock, on, on, np.ones(len(on))), (runs.produce, place, row, value))
    funds = list(s.funds)
    on = np.flatnonzero([x.fund is not None for x in s.stocks])
    at = here.reshape(count, s.T)[on].ravel()
    price = np.array([s.n * s.ref[s.stocks[i].commodity] for i in on]).ravel()
    fund = np.repeat([funds.index(str(s.stocks[i].fund)) for i in on], s.T)
    m.rows("fund", "<=", np.array(list(s.funds.values())), (put, at, fund, price))
    return SimpleNamespace(
        count=count, put=put, take=take, here=here, t=t,
        region=np.array([x.region for x in s.stocks])[k], c=np.array([x.commodity for x in s.stocks])[k],
    )  # fmt: skip


def _balances(
    s: SimpleNamespace,
    m: _Model,
    arcs: SimpleNamespace,
    runs: SimpleNamespace,
    served: SimpleNamespace,
    stocks: SimpleNamespace,
) -> None:
    def row(place: Any, c: Any, t: Any) -> Any:
        return (place * s.C + c) * s.T + t

    made, used = np.flatnonzero(runs.value > 0), np.flatnonzero(runs.value < 0)
    at = row(runs.region, runs.c, runs.t)
    shipped = -np.ones(len(arcs.all))
    m.rows(
        "supply", ">=", np.zeros(s.R * s.C * s.T),
        (runs.produce, runs.place[made], at[made], runs.value[made]),
        (arcs.ship, arcs.all, row(arcs.o, arcs.c, arcs.t), shipped),
    )  # fmt: skip
    parts = [
        (arcs.ship, arcs.all, row(arcs.d, arcs.c, arcs.t), arcs.kept),
        (runs.produce, runs.place[used], at[used], runs.value[used]),
        (
            served.consume,
            np.arange(len(served.t)),
            row(served.node, served.c, served.t),
            -np.ones(len(served.t)),
        ),
    ]
    if stocks.count:
        where, one = row(stocks.region, stocks.c, stocks.t), np.ones(len(stocks.here))
        parts += [(stocks.put, stocks.here, where, -one), (stocks.take, stocks.here, where, one)]
    rebate = np.zeros((s.N, s.C, s.T))
    for cap in s.caps:
        share = np.where(np.isnan(cap.value), 0.0, cap.share)
        rebate += cap.nodes[:, None, None] * cap.weight[None, :, None] * share
    closed = rebate.ravel() > 0
    there = np.zeros(len(closed), dtype=bool)
    for _, _, rows, _ in parts:
        there[rows] = True
    at = np.flatnonzero(closed & there)
    arcs.wasted = np.unravel_index(at, rebate.shape)
    arcs.waste = m.columns("waste", np.zeros(len(at)))
    zero = np.zeros(len(closed))
    m.rows("use", ">=", zero, *(_some(part, ~closed) for part in parts))
    wasted = (arcs.waste, np.arange(len(at)), at, -np.ones(len(at)))
    m.rows("use_or_waste", "==", zero, *(_some(part, closed) for part in parts), wasted)


def _some(part: tuple[Any, Any, Any, Any], which: np.ndarray) -> tuple[Any, Any, Any, Any]:
    """The entries of a part that stand in these rows."""
    x, places, rows, values = part
    on = which[rows]
    return x, places[on], rows[on], values[on]


def _caps(s: SimpleNamespace, m: _Model, arcs: SimpleNamespace, stocks: SimpleNamespace) -> None:
    right, places, rows, values = [], [], [], []
    back: list[tuple[Any, Any, Any]] = []
    piled: list[tuple[Any, Any, Any]] = []
    node, good, year = arcs.wasted
    for i, cap in enumerate(s.caps):
        have = ~np.isnan(cap.value)
        right.append(cap.limit)
        on = np.flatnonzero(cap.nodes[arcs.d] & (cap.weight[arcs.c] > 0) & have[arcs.t])
        k = (
            arcs.content[on]
            if cap.origin is None
            else (arcs.o[on] == s.region[str(cap.origin)]).astype(float)
        )
        places.append(on)
        rows.append(i * s.T + arcs.t[on])
        seen = arcs.kept[on] if cap.basis == "use" else 1.0
        values.append(cap.weight[arcs.c[on]] * (k - cap.share[arcs.t[on]]) * seen)
        if cap.basis != "use":
            continue
        on = np.flatnonzero(cap.nodes[node] & (cap.weight[good] > 0) & have[year])
        back.append((on, i * s.T + year[on], cap.weight[good[on]] * cap.share[year[on]]))
        for number, pile in enumerate(s.stocks):
            when = np.flatnonzero(have & cap.nodes[pile.region] & (cap.weight[pile.commodity] > 0))
            piled.append((number * s.T + when, i * s.T + when, cap.weight[pile.commodity] * cap.share[when]))
    if right:
        entries = [(arcs.ship, *(np.concatenate(x) for x in (places, rows, values)))]
        if back:
            entries.append((arcs.waste, *(np.concatenate(x) for x in zip(*back, strict=True))))
        if piled:
            at, row, number = (np.concatenate(x) for x in zip(*piled, strict=True))
            entries += [(stocks.put, at, row, number), (stocks.take, at, row, -number)]
        m.rows("cap", "<=", np.concatenate(right), *entries)
