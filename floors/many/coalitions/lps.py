"""The LP of every coalition: one LP, compiled once with all that any coalition may do, with changed numbers.

The model of that LP is `floors.build`'s, with the shipments of all coalitions, demand and waste wherever they may
stand, and nothing that sums shipments. A coalition differs in which of these columns it has, in what shipments cost
and lose on the way, in what is demanded and leaks, and in the rows that sum its shipments: limits, take-or-pay and
caps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import compress
from types import SimpleNamespace
from typing import Any

import numpy as np

from floors.case.border import Border, spread
from floors.case.derive import Case
from floors.case.exemptions import Exempt
from floors.case.leaks import constant_cost, leaked_from
from floors.lp.labels import KeyTable
from floors.lp.linear import Compiled, LinearProgram, Placed, Vector, compile_model
from floors.lp.sparse import Matrix
from floors.many.coalitions.blocs import Bloc, Common, case_of, links_of_any
from floors.sourcing.build import build, build_sums
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS

Row = tuple[str, Any]  # name of the component, key


class Component:
    """What stands for a component of a Pyomo model: its name, its keys, and these as columns in a table."""

    def __init__(self, name: str, keys: list[Any]) -> None:
        self.name = self.local_name = name
        self._keys = keys
        self.table: KeyTable | None = None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys)

    def is_indexed(self) -> bool:
        """As all of them."""
        return True

    def index_set(self) -> Component:
        """Itself: it is its own index."""
        return self


@dataclass(frozen=True)
class Basis:
    """Which columns and rows of the whole LP are basic (bool), and which rows that sum shipments are not."""

    columns: Vector
    rows: Vector
    tight: frozenset[Row]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The LP with the columns of all coalitions, without rows that sum shipments.

    `columns` and `rows` are its components: keys, and the column or row of each. `entry[k]` is where in the data of
    the matrix the arrival of shipment k stands; `ladder[place, segment, commodity, year]` is the first of its steps
    in `consume`, `asked` the row of each step.
    """

    common: Common
    compiled: Compiled = field(repr=False)
    columns: dict[str, tuple[list[Any], Vector]] = field(repr=False)
    rows: dict[str, tuple[list[Any], Vector]] = field(repr=False)
    entry: Vector = field(repr=False)
    ladder: dict[Any, int] = field(repr=False)
    asked: Vector = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What one coalition is of the whole: its case, model and arrays, and which columns and rows are kept.

    The model has the components that the rest of the program asks for by name, as Parts.
    """

    case: Case
    model: Any
    arrays: Compiled
    columns: Vector
    rows: Vector
    sums: list[Row]

    def basis(self, basic: tuple[Vector, Vector]) -> Basis:
        """A basis of this coalition (columns, rows) as one that others can start from."""
        columns, rows = np.zeros(len(self.columns), dtype=bool), np.ones(len(self.rows), dtype=bool)
        own = int(self.rows.sum())
        columns[self.columns], rows[self.rows] = basic[0], basic[1][:own]
        return Basis(columns, rows, frozenset(compress(self.sums, (~basic[1][own:]).tolist())))

    def start(self, basis: Basis) -> tuple[Vector, Vector]:
        """A basis of another coalition, as far as it is there; a row that it lacked is basic."""
        sums = np.array([name not in basis.tight for name in self.sums], dtype=bool)
        return basis.columns[self.columns], np.concatenate([basis.rows[self.rows], sums])


def make_whole(common: Common) -> Whole:
    """Build and compile the LP with the columns of all coalitions."""
    whole = common.whole
    case = replace(
        whole,
        demand=replace(whole.demand, steps=common.steps, leak={}),
        caps=tuple(cap for cap in whole.caps if cap.basis == "use"),  # whose scopes say where waste may be
        border=Border.without_rules(whole.border.levied_on),
        arcs=common.ships,
        links=links_of_any(common),
    )
    vars(case)["exempt"] = Exempt.everywhere(
        case.arcs, case.exemptions
    )  # which of it is, hangs on the coalition
    model = build(case)
    compiled = compile_model(model)
    for summing in (
        model.cap,
        model.exemption,
        model.exempt_or_liable,
        model.link,
        model.connect_limit,
        model.export_limit,
    ):
        compiled = compiled.without(summing, compiled.lp.cost)
    columns = {name: compiled.columns(getattr(model, name)) for name in COLUMN_KINDS}
    rows = {
        name: _listed(compiled.rows(getattr(model, name)))
        for name, kind in ROW_KINDS.items()
        if not kind.by_bloc
    }
    ladder: dict[Any, int] = {}
    for i, (d, g, c, _, t) in enumerate(columns["consume"][0]):
        ladder.setdefault((d, g, c, t), i)
    row = compiled.rows(model.demand) | compiled.rows(model.must_serve)
    asked = np.array([row[key] for key in columns["consume"][0]], dtype=int)
    entry = _entries(compiled.lp, columns["ship"][1], np.append(rows["use"][1], rows["use_or_waste"][1]))
    bare = replace(compiled, variables=(), constraints=())
    return Whole(
        common=common, compiled=bare, columns=columns, rows=rows, entry=entry, ladder=ladder, asked=asked
    )


def _listed(rows: dict[Any, int]) -> tuple[list[Any], Vector]:
    return list(rows), np.array(list(rows.values()), dtype=int)


def _entries(lp: LinearProgram, ship: Vector, use: Vector) -> Vector:
    """Where in the data of the matrix the arrival of every shipment stands."""
    arriving, shipment = np.zeros(len(lp.row_lower), dtype=bool), np.full(len(lp.cost), -1)
    arriving[use], shipment[ship] = True, np.arange(len(ship))
    of = shipment[lp.matrix.indices]
    at = np.flatnonzero(arriving[lp.matrix.row] & (of >= 0))
    entry = np.full(len(ship), -1)
    entry[of[at]] = at
    return entry


def cut(whole: Whole, bloc: Bloc) -> Cut:
    """The case, model and arrays in which `bloc` is the bloc. Raises InputError where its sheets contradict."""
    case, which = case_of(whole.common, bloc)
    lp, ship, consume = whole.compiled.lp, whole.columns["ship"][1], whole.columns["consume"][1]
    shipped = np.zeros(len(ship), dtype=bool)
    shipped[which] = True
    width = _widths(whole, case)
    bought = ~np.isnan(width)
    keep = np.ones(len(lp.cost), dtype=bool)
    wasted = set(case.spots.closed.keys)
    waste = np.array([key in wasted for key in whole.columns["waste"][0]], dtype=bool)
    charges = _charges(case)
    linked = np.array([key in charges for key in whole.columns["connect"][0]], dtype=bool)
    connect = whole.columns["connect"][1]
    keep[ship[~shipped]] = keep[consume[~bought]] = keep[whole.columns["waste"][1][~waste]] = False
    keep[connect[~linked]] = False
    exempted = set(case.exempt.table.keys)
    exempt = np.array([key in exempted for key in whole.columns["exempt"][0]], dtype=bool)
    for name in ("exempt", "liable"):
        keep[whole.columns[name][1][~exempt]] = False
    kept = keep[lp.matrix.indices]
    filled = np.zeros(len(lp.row_lower), dtype=bool)
    filled[lp.matrix.row[kept]] = True
    column, row = (np.where(there, np.cumsum(there) - 1, -1) for there in (keep, filled))
    first, sums, levied = int(filled.sum()), _sums(case, whole, ship[which]), _levied(case)
    summing = sums.compiled.lp
    cost, data = lp.cost.copy(), lp.matrix.data.copy()
    carried, levy = case.weight_at[case.arcs.t] * case.arcs.carriage, levied.pop("cost")
    cost[whole.columns["liable"][1][exempt]] = levy[case.exempt.arc]
    levy[case.exempt.arc] = 0.0
    cost[ship[which]] = carried + levy
    cost[connect[linked]] = [charges[key] for key in compress(whole.columns["connect"][0], linked.tolist())]
    data[whole.entry[which]] = 1 - case.arcs.loss
    lower = np.concatenate([_sides(whole, case, width)[filled], summing.row_lower])
    rows = np.concatenate([row[lp.matrix.row[kept]], first + summing.matrix.row])
    matrix = Matrix(
        (len(lower), int(keep.sum())),
        np.concatenate([data[kept], summing.matrix.data]),
        np.concatenate([column[lp.matrix.indices[kept]], column[sums.column]]),
        np.append(0, np.cumsum(np.bincount(rows, minlength=len(lower)))),
    )
    balances = _balances(whole, wasted)
    equal, flipped = whole.compiled.equality.copy(), whole.compiled.flipped.copy()
    equal[balances["use"][1]], flipped[balances["use"][1]] = False, True
    equality = np.append(equal[filled], sums.compiled.equality)
    upper = np.where(equality, lower, np.inf)
    mine = LinearProgram(
        cost=cost[keep],
        offset=constant_cost(case),
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        lower=lp.lower[keep],
        upper=lp.upper[keep],
    )
    some = {"ship": shipped, "consume": bought, "waste": waste, "connect": linked}
    some |= {"exempt": exempt, "liable": exempt}
    variables = tuple(
        _part(name, keys, np.where(at < 0, -1, column[at]), some.get(name))
        for name, (keys, at) in whole.columns.items()
    )
    constraints = tuple(
        _part(name, keys, row[at], filled[at]) for name, (keys, at) in (whole.rows | balances).items()
    ) + tuple(_summed(name, rows, first) for name, rows in sums.rows.items())
    model = SimpleNamespace(
        **{part.component.name: part.component for part in (*variables, *constraints)},
        **levied,
        weight=case.calendar.weight,
    )
    model.ship.table = case.arcs.table
    turned = np.zeros(len(filled), dtype=bool)  # where something is left on the side that was turned round
    turned[lp.matrix.row[kept & (lp.matrix.data < 0)]] = True
    flipped = np.append((flipped & turned)[filled], sums.compiled.flipped)
    arrays = Compiled(
        lp=mine,
        equality=equality,
        flipped=flipped,
        free=whole.compiled.free[keep],
        maximised=False,
        variables=variables,
        constraints=constraints,
    )
    return Cut(case=case, model=model, arrays=arrays, columns=keep, rows=filled, sums=sums.names)


def _part(name: str, keys: list[Any], at: Vector, which: Vector | None = None) -> Placed:
    """A component and its places; `which` (bool): those that there are."""
    if which is not None:
        keys, at = [*compress(keys, which.tolist())], at[which]
    return Placed(Component(name, keys), at, keys)


def _summed(name: str, rows: dict[Any, int], first: int) -> Placed:
    """A component of rows that sum shipments, which begin at `first`."""
    keys, at = _listed(rows)
    return _part(name, keys, first + at)


def _widths(whole: Whole, case: Case) -> Vector:
    """What each column of `consume` is bought up to, t/yr; NaN where there is no such step."""
    width = np.full(len(whole.asked), np.nan)
    for key, steps in case.demand.steps.items():
        start = whole.ladder[key]
        width[start : start + len(steps)] = [step.width for step in steps]
    return width


def _sides(whole: Whole, case: Case, width: Vector) -> Vector:
    """Right sides of the rows of the whole LP: what leaks must be made, and demand is what it is here."""
    side = whole.compiled.lp.row_lower.copy()
    leaked = leaked_from(case)
    if leaked:
        row = dict(zip(*whole.rows["supply"], strict=True))
        side[[row[key] for key in leaked]] = list(leaked.values())
    side[whole.asked] = np.sign(side[whole.asked]) * width
    return side


def _charges(case: Case) -> dict[Any, float]:
    """What links of each pair and period cost, thousand at present value per t/yr, where a coalition can build them."""
    if not case.links.any:
        return {}
    model = build_sums(case)
    return dict(zip(model.CONNECT.table.keys, model.connect_charge.column.tolist(), strict=True))


def _levied(case: Case) -> dict[str, Any]:
    """Levies of the minimum rule: what the first ones add to the `cost` of each shipment, and what
    `settle_minimum` asks of a model."""
    arcs, border = case.arcs, case.border
    if not border.start:
        none: dict[str, Any] = {"LEVIED": [], "LEVY": [], "pays": {}, "LIABLE": [], "liable_pays": {}}
        none |= {"LINK_LEVIED": [], "LINK_LIABLE": [], "LINK_LEVY": [], "link_pays": {}, "link_levy": {}}
        return none | {"minimum_levy": {}, "cost": np.zeros(len(arcs))}
    pays, keys = case.pays_minimum(arcs.ways, arcs.content), arcs.table.keys
    linked = case.links.holds(arcs.o, arcs.r, arcs.c, arcs.t)
    paying = {keys[k]: float(pays[k]) for k in np.flatnonzero((pays != 0) & ~linked).tolist()}
    first = {(o, c, t): border.start[o, c, t] for o, _, c, t in paying}
    home, by_pair = case.places.region_of, dict[Any, float]()
    for k in np.flatnonzero((pays != 0) & linked).tolist():
        o, d, c, t = keys[k]
        by_pair[o, d, home[d], c, t] = float(pays[k])
    of_pair = {(o, r, c, t): border.start[o, r, c, t] for o, _, r, c, t in by_pair}
    start, exempt = spread(border.start, arcs.axes, arcs.ways), set(case.exempt.table.keys)
    liable = {key: paying[key] for key in case.exempt.table.keys if key in paying}
    return {
        "LEVIED": [key for key in paying if key not in liable],
        "LEVY": [*first],
        "pays": paying,
        "LIABLE": [*liable],
        "liable_pays": liable,
        "minimum_levy": first,
        "LINK_LEVIED": [(o, d, r, c, t) for o, d, r, c, t in by_pair if (o, d, c, t) not in exempt],
        "LINK_LIABLE": [(o, d, r, c, t) for o, d, r, c, t in by_pair if (o, d, c, t) in exempt],
        "LINK_LEVY": [*of_pair],
        "link_pays": by_pair,
        "link_levy": of_pair,
        "cost": case.weight_at[arcs.t] * pays * start,
    }


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Rows that sum shipments, compiled: the column of the whole that each entry stands in; key -> row by component."""

    compiled: Compiled
    column: Vector
    rows: dict[str, dict[Any, int]]

    @property
    def names(self) -> list[Row]:
        """What each row is, in order."""
        return [(name, key) for name, rows in self.rows.items() for key in rows]


def _sums(case: Case, whole: Whole, ship: Vector) -> Sums:
    """Limits, take-or-pay and caps, as `floors.sourcing` makes them; `ship` are the columns of the shipments."""
    model = build_sums(case)
    compiled = compile_model(model)
    column = np.zeros(len(compiled.lp.cost), dtype=int)
    waste, connect = (dict(zip(*whole.columns[name], strict=True)) for name in ("waste", "connect"))
    exempt, liable = (dict(zip(*whole.columns[name], strict=True)) for name in ("exempt", "liable"))
    for variable, of in (
        (model.ship, ship),
        *(
            (variable, np.array([at[key] for key in case.exempt.table.keys], dtype=int))
            for variable, at in ((model.exempt, exempt), (model.liable, liable))
        ),
        (model.put, whole.columns["put"][1]),
        (model.take, whole.columns["take"][1]),
        (model.waste, np.array([waste[key] for key in case.spots.closed.keys], dtype=int)),
        (model.connect, np.array([connect[key] for key in model.CONNECT.table.keys], dtype=int)),
    ):
        at = compiled.places(variable)
        column[at[at >= 0]] = of[at >= 0]
    rows = {name: compiled.rows(model.component(name)) for name, kind in ROW_KINDS.items() if kind.by_bloc}
    return Sums(compiled=compiled, column=column[compiled.lp.matrix.indices], rows=rows)


def _balances(whole: Whole, wasted: set[Any]) -> dict[str, tuple[list[Any], Vector]]:
    """The balances of what arrives of one coalition: those where it has no `use` cap are open."""
    open_, closed = whole.rows["use"], whole.rows["use_or_waste"]
    mine = np.array([key in wasted for key in closed[0]], dtype=bool)
    left = [*compress(closed[0], (~mine).tolist())]
    return {
        "use": ([*open_[0], *left], np.append(open_[1], closed[1][~mine])),
        "use_or_waste": ([*compress(closed[0], mine.tolist())], closed[1][mine]),
    }
