"""The sourcing LP of every coalition, as arrays cut out of one LP that holds the columns of all of them.

The columns of that LP are made by the model once; a coalition differs in which shipments there are, what they
cost and lose on the way, in which markets stand apart, and in the rows that sum shipments: limits, take-or-pay
and caps. Those rows are made here, as `floors/sourcing` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import compress
from types import SimpleNamespace
from typing import Any

import numpy as np

from floors.case.border import Border
from floors.case.demand import Key, Step
from floors.case.derive import Arc, Case
from floors.case.routes import Route, Routes
from floors.coalitions.blocs import Bloc, Common, case_of
from floors.coalitions.shipments import SUMS, Row, Shipments, Sums, make_shipments, sums_of
from floors.linear import Compiled, LinearProgram, Vector, compile_model
from floors.lp.sparse import Matrix, vstack
from floors.sourcing.build import build
from floors.sourcing.trade import leak_cost, leaked_from

COLUMNS = ("produce", "build", "ship", "consume", "put", "take", "stock")
ROWS = (
    *("supply", "use", "demand", "must_serve", "capacity", "build_limit", "build_total", "process_minimum"),
    *("stock_opening", "stock_balance", "stock_capacity", "stock_target", "fund"),
)


class Part:
    """What a component of a model is to the rest of the program: its keys, and where each of them is."""

    def __init__(self, keys: list[Any], places: Vector) -> None:
        self.listed, self.places = keys, places

    def __iter__(self) -> Iterator[Any]:
        return iter(self.listed)


@dataclass(frozen=True)
class Arrays(Compiled):
    """Arrays of a coalition; components are Parts, which know their places."""

    def columns(self, component: Any) -> tuple[list[Any], Vector]:
        """Keys of a variable and their columns, -1 for one that appears nowhere."""
        return component.listed, component.places

    def rows(self, component: Any) -> dict[Any, int]:
        """Key of a constraint -> its row."""
        return dict(zip(component.listed, component.places.tolist(), strict=True))


@dataclass(frozen=True)
class Basis:
    """Which columns and rows of the whole LP are basic (bool), and which rows that sum shipments by name."""

    columns: Vector
    rows: Vector
    sums: dict[Row, bool]


@dataclass(frozen=True)
class Whole:
    """The LP with the columns of all coalitions, without rows that sum shipments.

    `columns[name]` and `rows[name]` are the keys and places of a component; `entry[k]` is where in the data
    of the matrix the arrival of shipment k stands, `width` what each column of `consume` is bought up to, t/yr.
    """

    common: Common
    lp: LinearProgram = field(repr=False)
    equality: Vector
    flipped: Vector
    free: Vector
    columns: dict[str, tuple[list[Any], Vector]] = field(repr=False)
    rows: dict[str, tuple[list[Any], Vector]] = field(repr=False)
    shipments: Shipments = field(repr=False)
    entry: Vector
    width: Vector


@dataclass(frozen=True)
class Cut:
    """What one coalition is of the whole: its case, model and arrays, and which columns and rows are kept.

    The model has the components that the rest of the program asks for by name, as Parts.
    """

    case: Case
    model: Any
    arrays: Arrays
    columns: Vector
    rows: Vector
    sums: list[Row]

    def basis(self, basic: tuple[Vector, Vector]) -> Basis:
        """A basis of this coalition (columns, rows) as one that others can start from."""
        columns, rows = np.zeros(len(self.columns), dtype=bool), np.ones(len(self.rows), dtype=bool)
        own = int(self.rows.sum())
        columns[self.columns], rows[self.rows] = basic[0], basic[1][:own]
        return Basis(columns, rows, dict(zip(self.sums, basic[1][own:].tolist(), strict=True)))

    def start(self, basis: Basis) -> tuple[Vector, Vector]:
        """A basis of another coalition, as far as it is there; a row that it lacked is basic."""
        sums = np.array([basis.sums.get(name, True) for name in self.sums], dtype=bool)
        return basis.columns[self.columns], np.concatenate([basis.rows[self.rows], sums])


def make_whole(common: Common) -> Whole:
    """Build and compile the LP with the columns of all coalitions."""
    case, shipments = common.whole, make_shipments(common)
    free = Route(0.0, 0.0, 0.0, 0.0, 0.0, None, None)
    steps = dict(common.none.demand.steps) | dict(case.demand.steps)
    region = case.places.region_of
    union = replace(
        case,
        demand=replace(case.demand, steps=steps, leak={}),
        routes=Routes({(o, region[d], c, t): free for o, d, c, t in shipments.arcs}),
        caps=(),
        border=Border({}, {}, {}, {}, case.border.levied_on),
        arcs=dict.fromkeys(shipments.arcs, free),
    )
    model = build(union)
    compiled = compile_model(model)
    columns = {name: compiled.columns(getattr(model, name)) for name in COLUMNS}
    rows = {
        name: (list(found), np.array(list(found.values()), dtype=int))
        for name in ROWS
        for found in [compiled.rows(getattr(model, name))]
    }
    return Whole(
        common,
        compiled.lp,
        compiled.equality,
        compiled.flipped,
        compiled.free,
        columns,
        rows,
        shipments,
        _entries(compiled, columns["ship"], rows["use"]),
        _widths(columns["consume"][0], steps),
    )


def _widths(keys: list[Any], steps: dict[Key, tuple[Step, ...]]) -> Vector:
    """What each column of `consume` is bought up to, t/yr; NaN where there is no such step."""
    ladders = ((steps.get((d, g, c, t)), j) for d, g, c, j, t in keys)
    return np.array([ladder[j].width if ladder else np.nan for ladder, j in ladders], dtype=float)


def _entries(compiled: Compiled, ship: tuple[list[Any], Vector], use: tuple[list[Any], Vector]) -> Vector:
    """Where in the data of the matrix the arrival of every shipment stands."""
    row = dict(zip(use[0], use[1].tolist(), strict=True))
    matrix = compiled.lp.matrix
    place = {
        (i, j): n
        for i in use[1].tolist()
        for n, j in enumerate(
            matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]].tolist(), int(matrix.indptr[i])
        )
    }
    return np.array(
        [place[row[key[1:]], j] for key, j in zip(ship[0], ship[1].tolist(), strict=True)], dtype=int
    )


def cut(whole: Whole, bloc: Bloc) -> Cut:
    """The case, model and arrays in which `bloc` is the bloc. Raises InputError where its sheets contradict."""
    ships = whole.shipments
    way = ships.way(whole.common.players, bloc)
    every = np.arange(len(way))
    routes = ships.route[way, every]
    shipped = np.zeros(len(way), dtype=bool)

    def pick(wanted: set[tuple[str, str, int]]) -> dict[Arc, Route]:
        needed = np.array([goal in wanted for goal in ships.goals], dtype=bool)[ships.goal]
        shipped[:] = ships.open[way, every] & (needed | ships.bound[way, every])
        return dict(compress(zip(ships.arcs, routes.tolist(), strict=True), shipped.tolist()))

    case = case_of(whole.common, bloc, pick)
    return _assemble(whole, case, way, shipped)


def _assemble(whole: Whole, case: Case, way: Vector, shipped: Vector) -> Cut:
    ships, every = whole.shipments, np.arange(len(way))
    ship = whole.columns["ship"][1]
    keep = np.ones(whole.lp.matrix.shape[1], dtype=bool)
    keep[ship[~shipped]] = False
    width = _widths(whole.columns["consume"][0], case.demand.steps)
    bought = ~np.isnan(width)
    keep[whole.columns["consume"][1][~bought]] = False
    cost, data = whole.lp.cost.copy(), whole.lp.matrix.data.copy()
    cost[ship] = ships.cost[way, every]
    data[whole.entry] = ships.arrives[way, every]
    levied = _levied(whole, case, shipped, cost)
    sums = sums_of(ships, case, way, shipped)
    column = np.where(keep, np.cumsum(keep) - 1, -1)
    kept = replace(whole.lp.matrix, data=data).columns(keep)
    filled = np.diff(kept.indptr) > 0
    row = np.where(filled, np.cumsum(filled) - 1, -1)
    below = Matrix.from_entries(
        sums.rows, column[ship[sums.shipments]], sums.values, (len(sums.names), kept.shape[1])
    )
    stacked = vstack([kept[filled], below])
    lower = np.concatenate([_sides(whole, case, width)[filled], np.array(sums.sides, dtype=float)])
    none = np.zeros(len(sums.names), dtype=bool)
    equality = np.concatenate([whole.equality[filled], none])
    lp = LinearProgram(
        cost[keep],
        _offset(case),
        stacked,
        lower,
        np.where(equality, lower, np.inf),
        whole.lp.lower[keep],
        whole.lp.upper[keep],
    )
    flipped = np.concatenate([whole.flipped[filled], np.array(sums.flipped, dtype=bool)])
    arrays = Arrays(lp, equality, flipped, whole.free[keep], False, {}, {}, ())
    parts = _parts(whole, column, row, {"ship": shipped, "consume": bought}, sums)
    model = SimpleNamespace(**parts, **levied, weight=case.calendar.weight)
    return Cut(case, model, arrays, keep, filled, sums.names)


def _sides(whole: Whole, case: Case, width: Vector) -> Vector:
    """Right sides of the rows of the whole LP: what leaks must be made, and demand is what it is here."""
    side = whole.lp.row_lower.copy()
    leaked = leaked_from(case)
    keys, rows = whole.rows["supply"]
    side[rows] = [leaked.get(key, 0.0) for key in keys]
    ratio = dict(zip(whole.columns["consume"][0], (width / whole.width).tolist(), strict=True))
    for name in ("demand", "must_serve"):
        keys, rows = whole.rows[name]
        side[rows] *= [ratio[key] for key in keys]
    return side


def _offset(case: Case) -> float:
    """Constants of the objective: the value of all demand, and freight and duties of what leaks."""
    weight = case.calendar.weight
    value = sum(
        weight[key[-1]] * step.value * step.width
        for key, steps in case.demand.steps.items()
        for step in steps
        if step.value is not None
    )
    return value + leak_cost(case)


def _levied(whole: Whole, case: Case, shipped: Vector, cost: Vector) -> dict[str, Any]:
    """Levies of the minimum rule: adds the first ones to `cost`, and gives what `settle_minimum` asks for."""
    border, weight, ship = case.border, case.calendar.weight, whole.columns["ship"][1]
    pays: dict[Arc, float] = {}
    for k in np.flatnonzero(shipped).tolist() if border.start else ():
        arc = whole.shipments.arcs[k]
        share = border.pays_minimum(case.places, case.routes, *arc)
        if share:
            pays[arc] = share
            cost[ship[k]] += weight[arc[3]] * share * border.start[arc[0], arc[2], arc[3]]
    keys = dict.fromkeys((o, c, t) for o, _, c, t in pays)
    levies = {key: border.start[key] for key in keys}
    return {"LEVIED": list(pays), "LEVY": list(keys), "pays": pays, "minimum_levy": levies}


def _parts(
    whole: Whole, column: Vector, row: Vector, there: dict[str, Vector], sums: Sums
) -> dict[str, Part]:
    """The components of the model by name; `there` are the keys that a coalition has, where not all."""
    parts: dict[str, Part] = {}
    for name, (keys, places) in whole.columns.items():
        at = np.where(places >= 0, column[places], -1)
        which = np.flatnonzero(there[name]) if name in there else None
        parts[name] = Part(keys, at) if which is None else Part([keys[k] for k in which.tolist()], at[which])
    for name, (keys, places) in whole.rows.items():
        at = row[places]
        which = np.flatnonzero(at >= 0)
        parts[name] = Part([keys[k] for k in which.tolist()], at[which])
    first = int(row.max(initial=-1)) + 1
    for name in SUMS:
        found = [(key, first + i) for i, (of, key) in enumerate(sums.names) if of == name]
        parts[name] = Part([key for key, _ in found], np.array([i for _, i in found], dtype=int))
    return parts
