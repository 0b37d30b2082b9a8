"""Linear programs as arrays, and the way from a Pyomo model to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from floors.errors import Infeasible, UsageError
from floors.lp.sparse import Matrix, vstack

Vector = np.ndarray


@dataclass(frozen=True)
class LinearProgram:
    """Minimise cost @ x + offset over row_lower <= matrix @ x <= row_upper, lower <= x <= upper.

    `matrix` is m x n; all other arrays are float vectors of length m or n.
    """

    cost: Vector
    offset: float
    matrix: Matrix
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector


@dataclass(frozen=True)
class Compiled:
    """A Pyomo LP as arrays in priced form, and where its parts went.

    Every row reads `a x >= b` or `a x = b` (rows written `<=` are turned round), every column is `>= 0` or
    free: bounds of any other kind, and fixed variables, have become rows at the end. `flipped` rows are
    those turned round; the price of an inequality is therefore never negative.
    """

    lp: LinearProgram
    equality: Vector  # m, bool
    flipped: Vector  # m, bool
    free: Vector  # n, bool
    maximised: bool
    column_of: dict[int, int] = field(repr=False)  # id(VarData) -> column
    rows_of: dict[int, list[int]] = field(repr=False)  # id(ConstraintData) -> its rows
    keep: tuple[Any, ...] = field(repr=False)  # the Pyomo objects whose ids are used above

    def columns(self, component: Any) -> tuple[list[Any], Vector]:
        """Keys of a Var and their columns, -1 for a variable that appears nowhere."""
        keys = list(component.keys())
        places = (self.column_of.get(id(v), -1) for v in component.values())
        return keys, np.fromiter(places, dtype=int, count=len(keys))

    def rows(self, component: Any) -> dict[Any, int]:
        """Key of a Constraint -> its row, for those that were not empty."""
        return {key: self.rows_of[id(c)][0] for key, c in component.items() if id(c) in self.rows_of}

    def without(self, component: Any, cost: Vector) -> Compiled:
        """The same LP without the rows of a Constraint, at other costs (n)."""
        gone = {i for c in component.values() for i in self.rows_of.get(id(c), ())}
        return self._rows(np.array([i not in gone for i in range(len(self.equality))], dtype=bool), cost)

    def held(self, columns: Vector, values: Vector) -> Compiled:
        """The same LP with these columns fixed, a row each; rows that hold none but fixed columns go."""
        n = len(self.lp.cost)
        fixed = np.zeros(n, dtype=bool)
        fixed[columns] = True
        entries = self.lp.matrix
        keep = np.zeros(entries.shape[0], dtype=bool)
        keep[entries.row[~fixed[entries.indices]]] = True
        kept = self._rows(keep, self.lp.cost)
        new = Matrix.from_entries(np.arange(len(columns)), columns, np.ones(len(columns)), (len(columns), n))
        lp = replace(
            kept.lp,
            matrix=vstack([kept.lp.matrix, new]),
            row_lower=np.concatenate([kept.lp.row_lower, values]),
            row_upper=np.concatenate([kept.lp.row_upper, values]),
        )
        return replace(
            kept,
            lp=lp,
            equality=np.concatenate([kept.equality, np.ones(len(columns), dtype=bool)]),
            flipped=np.concatenate([kept.flipped, np.zeros(len(columns), dtype=bool)]),
        )

    def _rows(self, keep: Vector, cost: Vector) -> Compiled:
        """The same LP with these rows alone (bool, m), at other costs (n)."""
        place = np.cumsum(keep) - 1
        lp = LinearProgram(
            cost,
            self.lp.offset,
            self.lp.matrix[keep],
            self.lp.row_lower[keep],
            self.lp.row_upper[keep],
            self.lp.lower,
            self.lp.upper,
        )
        rows = {key: [int(place[i]) for i in rows if keep[i]] for key, rows in self.rows_of.items()}
        return replace(
            self,
            lp=lp,
            equality=self.equality[keep],
            flipped=self.flipped[keep],
            rows_of={key: places for key, places in rows.items() if places},
        )


@dataclass(frozen=True)
class Placed(Compiled):
    """Arrays that the rules' compiler made: `of[id(component)]` are the column or row of each of its keys."""

    of: dict[int, Vector] = field(default_factory=dict, repr=False)
    known: dict[int, dict[Any, int]] = field(default_factory=dict, repr=False)

    def columns(self, component: Any) -> tuple[list[Any], Vector]:
        """Keys of a Var and their columns, -1 for a variable that appears nowhere."""
        keys = component.index_set().table.keys
        return keys, self.of.get(id(component), np.full(len(keys), -1))

    def rows(self, component: Any) -> dict[Any, int]:
        """Key of a Constraint -> its row, for those that were not empty."""
        found = self.known.get(id(component))
        if found is None:
            keys, places = component.index_set().table.keys, self.of[id(component)]
            found = dict(zip(keys, places.tolist(), strict=True))
            if (places < 0).any():
                found = {key: place for key, place in found.items() if place >= 0}
            self.known[id(component)] = found
        return found

    def without(self, component: Any, cost: Vector) -> Compiled:
        """The same LP without the rows of a Constraint, at other costs (n)."""
        keep = np.ones(len(self.equality), dtype=bool)
        places = self.of[id(component)]
        keep[places[places >= 0]] = False
        return self._rows(keep, cost)

    def _rows(self, keep: Vector, cost: Vector) -> Compiled:
        kept = super()._rows(keep, cost)
        place = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
        columns = {id(component) for component in self.keep[0]}
        of = {key: at if key in columns else place[at] for key, at in self.of.items()}
        return replace(kept, of=of, known={})


ORDER = ("consume", "produce", "build", "ship", "stock", "put", "take")


def placed(model: Any) -> Placed:
    """The arrays of a model of rules; raises `floors.lp.templates.Unknown`."""
    from floors.lp.templates import compile_rules

    w = compile_rules(model)
    used = w.cost != 0
    used[w.column] = True
    order = sorted(w.columns, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    rank = np.concatenate([np.arange(*w.columns[name][1:]) for name in order]) if order else np.zeros(0, int)
    rank = rank[used[rank]]
    place = np.full(len(used), -1)
    place[rank] = np.arange(len(rank))
    m, n = len(w.side), len(rank)
    if not (np.isfinite(w.cost).all() and np.isfinite(w.value).all() and np.isfinite(w.side).all()):
        from floors.lp.templates import Unknown

        raise Unknown("a number is not finite")
    matrix = Matrix.from_entries(w.row, place[w.column], w.value, (m, n))
    lp = LinearProgram(
        w.cost[rank],
        w.offset,
        matrix,
        w.side,
        np.where(w.equality, w.side, np.inf),
        np.zeros(n),
        np.full(n, np.inf),
    )
    of = {id(v): place[a:b] for v, a, b in w.columns.values()}
    of |= {id(c): at for c, at in w.rows.values()}
    variables = tuple(v for v, _, _ in w.columns.values())
    return Placed(
        lp,
        w.equality,
        w.flipped,
        np.zeros(n, dtype=bool),
        False,
        {},
        {},
        (variables, tuple(c for c, _ in w.rows.values())),
        of,
    )


def compile_model(model: Any) -> Compiled:
    """A model as arrays: by its rules where they are all known, else by Pyomo's own compiler."""
    from floors.lp.templates import Unknown

    try:
        return placed(model)
    except Unknown:
        return compile_by_pyomo(model)


def compile_by_pyomo(model: Any) -> Compiled:
    """Turn an active, continuous, linear Pyomo model with one objective into arrays.

    Raises UsageError for integers, for anything not linear, and where there is not exactly one objective;
    Infeasible where a row without variables cannot hold.
    """
    import pyomo.core as pyo
    from pyomo.common.errors import InfeasibleConstraintException, InvalidValueError
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    held = [(v, v.value) for v in model.component_data_objects(pyo.Var, active=True) if v.fixed]
    for v, number in held:
        if number is None:
            raise UsageError(f"variable {v.name} is fixed without a value.")
    for v, _ in held:
        v.unfix()
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
    except InfeasibleConstraintException as error:
        raise Infeasible(f"a row without variables cannot hold: {error}") from error
    except (InvalidValueError, ValueError) as error:
        told = ", ".join(v.name for v, _ in held[:3])
        fixed = (
            f" A fixed variable that multiplies another must be a Param: fixed are {told}." if held else ""
        )
        raise UsageError(f"floors can price linear models only: {error}{fixed}") from error
    finally:
        for v, number in held:
            v.fix(number)
    if not (np.isfinite(form.c.data).all() and np.isfinite(form.A.data).all()):
        raise UsageError("expected finite costs and coefficients; found an infinite or missing one.")
    if len(form.objectives) != 1:
        raise UsageError(f"expected one active objective, found {len(form.objectives)}.")
    whole = [v.name for v in form.columns if not v.is_continuous()]
    if whole:
        raise UsageError(
            f"expected continuous variables, found integer or binary ones: {', '.join(whole[:5])}."
        )
    return _priced_form(form, {id(v): number for v, number in held}, pyo)


def _asking(form: Any) -> Vector:
    """Which rows ask for something (bool): a side at infinity that any plan keeps is no row at all."""
    sides = np.asarray(form.rhs, dtype=float)
    kinds = np.array([row.bound_type for row in form.rows], dtype=int)
    empty = ((kinds == 1) & (sides == np.inf)) | ((kinds == -1) & (sides == -np.inf))
    bad = np.flatnonzero(~np.isfinite(sides) & ~empty)
    if len(bad):
        name = form.rows[int(bad[0])].constraint.name
        raise UsageError(f"expected a finite right side of {name}; found {sides[bad[0]]}.")
    return ~empty


def _priced_form(form: Any, held: dict[int, float], pyo: Any) -> Compiled:
    n = len(form.columns)
    asks = _asking(form)
    form_rows = [row for row, wanted in zip(form.rows, asks, strict=True) if wanted]
    kind = np.fromiter((row.bound_type for row in form_rows), dtype=int, count=len(form_rows))
    sign = np.where(kind == 1, -1.0, 1.0)
    form_matrix = form.A.tocoo()
    matrix = Matrix.from_entries(form_matrix.row, form_matrix.col, form_matrix.data, form.A.shape)
    matrix = matrix[asks].scaled(sign)
    rhs = np.asarray(form.rhs, dtype=float)[asks] * sign
    equality = kind == 0
    flipped = kind == 1

    lower = np.zeros(n)
    upper = np.full(n, np.inf)
    free = np.zeros(n, dtype=bool)
    extra: list[tuple[int, float, float, bool]] = []  # column, sign, right side, equality
    for j, v in enumerate(form.columns):
        if id(v) in held:
            free[j] = True
            extra.append((j, 1.0, held[id(v)], True))
            continue
        low, high = v.bounds
        if low == 0 and high is None:
            continue
        free[j] = low != 0
        if low is not None and low != 0:
            extra.append((j, 1.0, float(low), False))
        if high is not None:
            extra.append((j, -1.0, -float(high), False))
    if extra:
        columns = np.array([j for j, _, _, _ in extra])
        signs = np.array([s for _, s, _, _ in extra])
        matrix = vstack([matrix, Matrix.from_entries(np.arange(len(extra)), columns, signs, (len(extra), n))])
        rhs = np.concatenate([rhs, [b for _, _, b, _ in extra]])
        equality = np.concatenate([equality, [e for _, _, _, e in extra]])
        flipped = np.concatenate([flipped, signs < 0])
    lower[free] = -np.inf
    lp = LinearProgram(
        cost=np.asarray(form.c.todense(), dtype=float).ravel(),
        offset=float(form.c_offset[0]),
        matrix=matrix,
        row_lower=rhs,
        row_upper=np.where(equality, rhs, np.inf),
        lower=lower,
        upper=upper,
    )
    rows_of: dict[int, list[int]] = {}
    for i, row in enumerate(form_rows):
        rows_of.setdefault(id(row.constraint), []).append(i)
    return Compiled(
        lp=lp,
        equality=equality,
        flipped=flipped,
        free=free,
        maximised=form.objectives[0].sense == pyo.maximize,
        column_of={id(v): j for j, v in enumerate(form.columns)},
        rows_of=rows_of,
        keep=(tuple(form.columns), tuple(row.constraint for row in form_rows)),
    )
