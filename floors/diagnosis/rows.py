"""The rows of a model that has no plan: what each is called."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from floors.lp.linear import Vector, compile_model
from floors.solving.scene import Scene
from floors.sourcing.build import build
from floors.sourcing.rows import ROW_KINDS, parts

OWN = "model"  # kind of a row that only the model knows
DECIDED = "decided"  # kind of a row that holds a variable of past years


class Row(NamedTuple):
    """Row `place` of the arrays: a component of the standard model and a key, or what the model calls it."""

    place: int
    kind: str
    key: tuple[Any, ...]
    name: str


def name_rows(scene: Scene) -> list[Row]:
    """Every row of the arrays with its name, in their order.

    A row of a standard component whose right side is not that of the standard model is one of the user's own
    model, and is spoken of by its name there alone.
    """
    compiled, names = scene.compiled, scene.compiled.row_names
    found = {i: Row(i, OWN, (), name) for i, name in enumerate(names) if name}
    model = build(scene.case)
    standard = compile_model(model)
    for kind in ROW_KINDS:
        if not hasattr(scene.model, kind):
            continue
        places = standard.rows(getattr(model, kind))
        for index, i in compiled.rows(getattr(scene.model, kind)).items():
            if index in places and _agree(standard.lp.row_lower[places[index]], compiled.lp.row_lower[i]):
                key = parts(index)
                found[i] = Row(i, kind, key, f"{kind}[{','.join(map(str, key))}]")
    return [found.get(i) or _of_variable(scene, i) for i in range(len(names))]


def _agree(expected: float, written: float) -> bool:
    return abs(expected - written) <= 1e-9 * max(1.0, abs(expected))


def _of_variable(scene: Scene, i: int) -> Row:
    """A row on one variable: a decision of past years, or a bound."""
    compiled, past = scene.compiled, scene.past
    column = int(compiled.lp.matrix[[i]].indices[0])
    variable, index = compiled.variable(column)
    key = parts(index)
    name = compiled.column_names[column]
    if past is not None and compiled.equality[i] and key[-1] < past.known_from:
        return Row(i, DECIDED, (variable.local_name, *key), name)
    return Row(i, OWN, (), f"a bound on {name}")


def decided_value(scene: Scene, row: Row) -> float:
    """What a variable of past years was decided to be."""
    return float(scene.compiled.lp.row_lower[row.place])


def support(vector: Vector) -> Vector:
    """Places of entries that are not rounding beside the largest."""
    return np.flatnonzero(np.abs(vector) > 1e-11 * np.abs(vector).max(initial=0.0))
