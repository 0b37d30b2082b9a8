"""Any linear Pyomo model as arrays, by Pyomo's own standard form: right for every model, and slower than its rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from floors.errors import Infeasible, UsageError
from floors.lp.linear import Compiled, LinearProgram, Placed, Vector
from floors.lp.listed import with_bounds
from floors.lp.sparse import Matrix


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
    asking: Vector = ~empty
    return asking


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

    bounds = [(held[id(v)],) * 2 if id(v) in held else v.bounds for v in form.columns]
    matrix, rhs, equality, flipped, free = with_bounds(
        matrix,
        rhs,
        equality,
        flipped,
        np.array([-np.inf if low is None else float(low) for low, _ in bounds]),
        np.array([np.inf if high is None else float(high) for _, high in bounds]),
        np.array([id(v) in held for v in form.columns], dtype=bool),
    )
    lp = LinearProgram(
        cost=np.asarray(form.c.todense(), dtype=float).ravel(),
        offset=float(form.c_offset[0]),
        matrix=matrix,
        row_lower=rhs,
        row_upper=np.where(equality, rhs, np.inf),
        lower=np.where(free, -np.inf, 0.0),
        upper=np.full(n, np.inf),
    )
    return Compiled(
        lp=lp,
        equality=equality,
        flipped=flipped,
        free=free,
        maximised=form.objectives[0].sense == pyo.maximize,
        variables=_parts(form.columns),
        constraints=_parts([row.constraint for row in form_rows]),
    )


def _parts(members: Sequence[Any]) -> tuple[Placed, ...]:
    """Members of components at their places, by component."""
    found: dict[int, tuple[Any, dict[Any, list[int]]]] = {}
    for place, member in enumerate(members):
        component = member.parent_component()
        found.setdefault(id(component), (component, {}))[1].setdefault(member.index(), []).append(place)
    parts = []
    for component, places in found.values():
        keys = list(component.keys())
        at = np.array([places.get(key, (-1,))[0] for key in keys], dtype=int)
        two = any(len(both) > 1 for both in places.values())
        other = (
            np.array([places.get(key, (-1,))[1:] or (-1,) for key in keys], dtype=int).ravel()
            if two
            else None
        )
        parts.append(Placed(component, at, keys, other))
    return tuple(parts)
