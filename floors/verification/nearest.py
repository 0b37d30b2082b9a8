"""Sheet nearest: its rows are numbers of sheet caps, its floors those of sheet floors; what a lower number makes of
them takes a solver."""

from __future__ import annotations

from math import inf

from floors.verification.calendar import years_of
from floors.verification.check import Checker
from floors.verification.given import Given
from floors.verification.written import Line

THEN = (
    "floor_then, status, step, step_floor and set_by_then in nearest, and that no floor there moves more: what a lower "
    "cap makes takes a solver (--exact finds it)"
)
POINT, HUNDREDTH = 0.01, 0.01
NEAR = 1e-9


def check_nearest(
    given: Given, floors: list[Line], found: list[Line], left: int | None, checker: Checker
) -> None:
    """Every number of sheet caps but for bans has a row, so many as are `left` out; None: none was looked for."""
    study, world = given.study, given.world
    level = {line.key: line["floor"] for line in floors}
    there = {line.key for line in found}
    expected = []
    for i, row in enumerate(study.rows("caps")):
        for t, limit in sorted(years_of(world, row).items()):
            if left is None or not limit:
                continue
            keys = (row[name] for name in ("scope", "commodity", "segment", "origin", "basis"))
            key = (*keys, t, i + 2)
            if key not in there and left:
                left -= 1
                continue
            lower = limit - POINT * (limit if row["basis"] == "tonnes" else 1.0)
            expected.append((key, {"limit": limit, "tightened": round(max(0.0, lower), 12)}))
    checker.table("nearest", found, expected)
    for line in found:
        _row(line, level, set(world.weights(line["commodity"])), checker)
    stepped = [line for line in found if line["step"] is not None]
    for line in stepped[1:]:
        checker.at(line, "step", line["step"], "blank", "a step is of the floor that moves most alone")
    moved = [line for line in found if _move(line) > NEAR]
    if moved and stepped and _move(stepped[0]) < max(map(_move, moved)) * (1 - NEAR):
        checker.at(
            stepped[0], "step", "a step", "blank", "a step is of the floor that moves most, of its size"
        )
    if found:
        checker.unknown[THEN] = None


def _row(line: Line, level: dict[tuple[object, ...], float], goods: set[str], checker: Checker) -> None:
    """The floor is there, of this cap's commodity; a step is part of a point and goes half of the way."""
    floor = line["floor_member"], line["floor_commodity"], line["year"]
    at = level.get(floor)
    if line["floor_member"] is not None and (at is None or line["floor_commodity"] not in goods):
        checker.at(line, "floor_member", floor, "a floor", "it is a floor of the cap's commodity and year")
    checker.cell(line, "floor", at)
    solved = line["status"] == "optimal"
    if (line["floor_then"] is not None) != (solved and at is not None):
        expected = "a floor" if solved and at is not None else None
        checker.at(line, "floor_then", line["floor_then"], expected, "a floor where there are floors at all")
    if line["step"] is None or line["floor"] is None or line["floor_then"] is None:
        for column in ("step", "step_floor", "set_by_then"):
            checker.cell(line, column, None)
        return
    checker.between(line, "step", HUNDREDTH * (1 - NEAR), 1 + NEAR, "a step is at most a point")
    half, near = (line["floor"] + line["floor_then"]) / 2, NEAR * abs(line["floor"])
    low, high = (half - near, inf) if line["floor_then"] > line["floor"] else (-inf, half + near)
    checker.between(line, "step_floor", low, high, "after a step the floor has moved half of its way or more")


def _move(line: Line) -> float:
    """By how much a floor moves, of the larger of the two."""
    before, then = line["floor"], line["floor_then"]
    if before is None or then is None:
        return 0.0
    size = max(abs(then), abs(before))
    return float(abs(then - before) / (size or 1.0))
