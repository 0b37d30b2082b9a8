"""A linopy model as arrays. It is recognised by its type, and linopy is never imported here."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from pandas import Timestamp

from floors.errors import UsageError
from floors.lp.linear import Compiled, Vector
from floors.lp.listed import Sides, compile_sides
from floors.lp.sparse import Matrix


def is_linopy(model: Any) -> bool:
    """Whether it is a model of linopy."""
    return any(base.__module__ == "linopy.model" and base.__name__ == "Model" for base in type(model).__mro__)


@dataclass(frozen=True, kw_only=True)
class OfLinopy(Compiled):
    """An LP of linopy: its rows are asked for by name, such as `need[2030]`, or as what `sel` makes of a constraint of
    the model."""

    labels: Vector = field(repr=False)  # of the rows as linopy has them
    names: list[str] = field(repr=False)
    model: Any = field(repr=False)

    def rows_of(self, constraint: Any) -> list[int]:
        """The rows of one constraint."""
        ours = getattr(constraint, "model", None) is self.model and hasattr(constraint, "sign")
        if isinstance(constraint, str) or not ours:
            return super().rows_of(constraint)
        labels = np.asarray(constraint.labels.values).ravel()
        at = np.searchsorted(self.labels, labels[labels >= 0])
        if not (self.labels[np.minimum(at, len(self.labels) - 1)] == labels[labels >= 0]).all():
            return []  # of what was removed
        return [row for i in at.tolist() for row in super(OfLinopy, self).rows_of(self.names[i])]


def compile_linopy(model: Any) -> Compiled:
    """Turn a linear, continuous linopy model into arrays. Raises UsageError for any other."""
    matrices = model.matrices
    if set(matrices.vtypes) - {"C"}:
        whole = [*model.binaries, *model.integers, *model.semi_continuous]
        raise UsageError(
            f"expected continuous variables, found integer or semi-continuous ones: {', '.join(whole[:5])}."
        )
    constant = float(np.sum(getattr(model.objective.expression, "const", 0.0)))
    if not model.is_linear:
        raise UsageError("floors can price linear models only: the objective is quadratic.")
    if len(getattr(model, "indicator_constraints", ())) or _has_sos(model):
        raise UsageError("floors can price linear models only: found indicator or SOS constraints.")
    columns = _names(model.variables, matrices.vlabels)
    rows = _names(model.constraints, matrices.clabels)
    n, m = len(columns), len(rows)
    if matrices.A is None:
        entries = Matrix.empty(m, n)
    else:
        stored = matrices.A.tocoo()
        entries = Matrix.from_entries(stored.row, stored.col, stored.data, (m, n))
    column_scale, row_scale, cost_scale = _scales(model, matrices)
    if column_scale is not None:
        entries = Matrix(
            entries.shape,
            entries.data * column_scale[entries.indices] / row_scale[entries.row],
            entries.indices,
            entries.indptr,
        )
    else:
        column_scale, row_scale = np.ones(n), np.ones(m)
    side = np.asarray(matrices.b, dtype=float) / row_scale
    sense = np.asarray(matrices.sense, dtype=object)
    compiled = compile_sides(
        Sides(
            maximised=model.objective.sense == "max",
            cost=np.asarray(matrices.c, dtype=float) * column_scale / cost_scale,
            offset=0.0 if np.isnan(constant) else constant,  # linopy has NaN where there is none
            matrix=entries,
            row_lower=np.where(sense == "<", -np.inf, side),
            row_upper=np.where(sense == ">", np.inf, side),
            lower=np.asarray(matrices.lb, dtype=float) / column_scale,
            upper=np.asarray(matrices.ub, dtype=float) / column_scale,
            rows=rows,
            columns=columns,
        )
    )
    labels = np.asarray(matrices.clabels)
    order = np.argsort(labels, kind="stable")
    given = {one.name: getattr(compiled, one.name) for one in fields(Compiled)}
    return OfLinopy(**given, labels=labels[order], names=[rows[i] for i in order.tolist()], model=model)


def _has_sos(model: Any) -> bool:
    return any("sos_type" in variable.attrs for _, variable in model.variables.items())


def _names(parts: Any, labels: Vector) -> list[str]:
    """What linopy calls each of these labels, with the values of its coordinates in brackets."""
    found = parts.get_label_position(np.asarray(labels)) if len(labels) else []
    return [f"{name}[{','.join(map(_spelled, at.values()))}]" if at else str(name) for name, at in found]


def _spelled(value: Any) -> str:
    """A coordinate; midnight is told as its date."""
    text = str(Timestamp(value)) if isinstance(value, np.datetime64) else str(value)
    return text.removesuffix(" 00:00:00")


def _scales(model: Any, matrices: Any) -> tuple[Vector | None, Vector, float]:
    """What linopy has multiplied columns, rows and costs with for its solver (n, m, 1); None: nothing but the cost."""
    cost = float(getattr(model.objective, "scaling", 1.0))
    columns = getattr(matrices, "var_scaling", np.ones(len(matrices.vlabels)))
    rows = [
        np.broadcast_to(np.asarray(one.scaling.values), one.labels.shape).ravel()[
            one.labels.values.ravel() >= 0
        ]
        for one in model.constraints.data.values()
        if hasattr(one, "scaling")
    ]
    row = np.concatenate(rows) if rows else np.ones(len(matrices.clabels))
    if (columns == 1).all() and (row == 1).all():
        return None, row, cost
    return columns, row, cost
