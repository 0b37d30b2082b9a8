"""Two cells that are far apart, as by another unit: how that is said."""

from __future__ import annotations

from typing import NamedTuple

from floors.case.in_print import in_print
from floors.contract.input_columns import Key
from floors.errors import Problem
from floors.study.scenarios import BASE
from floors.study.study import Study

FAR = 200.0  # between what real markets show, some 40, and the 1,000 of a price per t
GAP = 10.0  # between what is far off and the next of its column: steps of a curve have none
NEAR = 0.01
PER = (
    (1000.0, "A price per t is 1,000 times one per kg"),
    (2204.62, "A price per t is 2,204.62 times one per lb"),
)


class Cell(NamedTuple):
    """A cell of a table: its record, and its column or year."""

    table: str
    row: int
    column: Key


def is_said(study: Study, *cells: Cell) -> bool:
    """Whether what these cells are together is said of this study: as written, or where its scenario set one."""
    return study.scenario_name == BASE or any(study.changed_by(*cell) for cell in cells)


def spot(study: Study, cell: Cell) -> str:
    """``demand!D5``."""
    title, address, _ = study.place(*cell)
    return f"{title}!{address}"


def near(x: float, y: float, by: float = NEAR) -> bool:
    """Whether two numbers are the same but for a hundredth."""
    return abs(x / y - 1) <= by


def named(cell: Cell) -> str:
    """What a cell is called: its column, or its table and year."""
    if not isinstance(cell.column, int):
        return cell.column.replace("_", " ")
    what = {"unit_costs": "unit cost", "floor_rules": "rule", "reference_prices": "reference price"}
    return f"{what.get(cell.table, cell.table)} of {cell.column}"


def times(ratio: float) -> str:
    """How far apart two numbers are: `1,000 times`, `1/1,000 of`."""
    (said,) = in_print(float(f"{max(ratio, 1 / ratio):.3g}"))
    return f"{said} times" if ratio >= 1 else f"1/{said} of"


def far_off(study: Study, cell: Cell, message: str, ratio: float, also: list[Cell]) -> Problem:
    """A warning on a price that is `ratio` times another."""
    apart = max(ratio, 1 / ratio)
    what = next((said for factor, said in reversed(PER) if near(apart, factor)), PER[0][1])
    hint = f"{what}: write each per kg, unless it is meant."
    found = study.problem(*cell, message, hint, "price_far_off", "warning")
    return found._replace(also=tuple(spot(study, one) for one in also))
