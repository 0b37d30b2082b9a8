"""The rows of a model that has no plan: what each is called, and the number of the input on its right side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from floors.case.caps import Cap
from floors.case.derive import Case
from floors.case.leaks import leaked_from, leaked_on
from floors.lp.linear import Vector
from floors.solving.scene import Scene

OWN = "model"  # kind of a row that only the model knows
DECIDED = "decided"  # kind of a row that holds a variable of past years
AT_MOST = ("capacity", "build_limit", "build_total", "route_limit", "demand", "cap", "stock_capacity", "fund")


class Row(NamedTuple):
    """Row `place` of the arrays: a component of the standard model and a key, or what the model calls it."""

    place: int
    kind: str
    key: tuple[Any, ...]
    name: str


def name_rows(scene: Scene) -> list[Row]:
    """Every row of the arrays with its name, in their order.

    A row of a standard component whose right side is not what the case says is one of the user's own model,
    and is spoken of by its name there alone.
    """
    compiled, names = scene.compiled, scene.compiled.row_names
    found = {i: Row(i, OWN, (), name) for i, name in enumerate(names) if name}
    for kind, side in side_by_kind(scene.case, scene.caps).items():
        if not hasattr(scene.model, kind):
            continue
        for index, i in compiled.rows(getattr(scene.model, kind)).items():
            key = index if isinstance(index, tuple) else (index,)
            written = float(compiled.lp.row_lower[i])
            if _agrees(side, key, -written if kind in AT_MOST else written):
                found[i] = Row(i, kind, key, f"{kind}[{','.join(map(str, key))}]")
    return [found.get(i) or _of_variable(scene, i) for i in range(len(names))]


def _agrees(side: Callable[..., float], key: tuple[Any, ...], written: float) -> bool:
    """Whether the case has this row with this right side."""
    try:
        expected = side(*key)
    except (KeyError, TypeError):  # a key that only the user's model has
        return False
    return abs(expected - written) <= 1e-9 * max(1.0, abs(expected))


def _of_variable(scene: Scene, i: int) -> Row:
    """A row on one variable: a decision of past years, or a bound."""
    compiled, past = scene.compiled, scene.past
    column = int(compiled.lp.matrix[[i]].indices[0])
    variable, index = compiled.variable(column)
    key = index if isinstance(index, tuple) else (index,)
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


def side_by_kind(case: Case, caps: dict[str, Cap]) -> dict[str, Callable[..., float]]:
    """For each kind of row, its right side as a function of its key; KeyError where the case has no such row."""
    data, demand, piles, length = case.production, case.demand, case.stocks.piles, case.calendar.length
    made, on_route = leaked_from(case), leaked_on(case)

    def build_limit(x: str, b: int) -> float:
        return (data.expansion[x].max_build or 0.0) * length[b]

    def build_total(x: str) -> float:
        return data.expansion[x].max_total or 0.0

    def route_limit(o: str, r: str, c: str, t: int) -> float:
        return (case.routes.of[o, r, c, t].limit or 0.0) - on_route.get((o, r, c, t), 0.0)

    def route_minimum(o: str, r: str, c: str, t: int) -> float:
        return case.routes.of[o, r, c, t].minimum or 0.0

    def width(d: str, g: str, c: str, j: int, t: int) -> float:
        return demand.steps[d, g, c, t][j].width

    return {
        "supply": lambda o, c, t: made.get((o, c, t), 0.0),
        "use": lambda d, c, t: 0.0,
        "capacity": lambda x, t: data.capacity[x, t],
        "build_limit": build_limit,
        "build_total": build_total,
        "process_minimum": lambda p, t: data.minimum[p, t],
        "route_limit": route_limit,
        "route_minimum": route_minimum,
        "demand": width,
        "must_serve": width,
        "cap": lambda name, t: case.room[name, t],
        "stock_opening": lambda k, t: piles[k].opening * piles[k].kept(length[t]),
        "stock_balance": lambda k, t, before: 0.0,
        "stock_capacity": lambda k, t: piles[k].capacity or 0.0,
        "stock_target": lambda k, t: least_stock(case, k, t),
        "fund": lambda f: case.stocks.funds[f],
    }


def least_stock(case: Case, k: str, t: int) -> float:
    """The right side of a stock's target: tonnes, or days of the region's table demand [t]."""
    pile = case.stocks.piles[k]
    if t not in pile.cover:
        return pile.target[t]
    places = tuple(case.places.destinations(pile.region, pile.commodity))
    return pile.cover[t] * case.demand.table(places, pile.commodity, t)
