"""What is uncertain in a study: inputs that move by factors, each on its own, and studies with such factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from floors.contract.input_columns import Key
from floors.errors import InputError, Problem
from floors.study.checked import check_reading
from floors.study.moved import numbers_moved
from floors.study.study import Study, study_of
from floors.study.uncertain_rows import SHEET, groups, number

Cells = tuple[str, int, Key]
"""Sheet, record and column."""

USUAL = 0.8, 1.2
"""What each number moves between where there is no sheet `uncertainty`."""


class MovedCell(NamedTuple):
    """A cell and the least and the largest factor on it."""

    table: str
    row: int
    column: Key
    low: float
    high: float


@dataclass(frozen=True)
class Input:
    """What is drawn once: at each quantile every cell has the factor of its own range. `shape` as in the sheet."""

    name: str
    shape: str
    cells: tuple[MovedCell, ...]

    def factors(self, quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Factors [quantile, cell] by the inverse distribution function; 1 where a quantile is NaN."""
        low = np.array([cell.low for cell in self.cells])
        high = np.array([cell.high for cell in self.cells])
        q = np.asarray(quantiles, dtype=float)[:, None]
        width = high - low
        if self.shape == "triangular":
            below = q * width < 1 - low
            found = np.where(
                below,
                low + np.sqrt(np.maximum(q, 0) * width * (1 - low)),
                high - np.sqrt(np.maximum(1 - q, 0) * width * (high - 1)),
            )
        else:
            found = low + q * width
        found = np.where(q >= 1, high, np.where(q <= 0, low, found))  # the ends as typed
        return np.where(np.isnan(q), 1.0, found)


def inputs_of(study: Study) -> tuple[Input, ...]:
    """The inputs of a study in sheet order; without a sheet `uncertainty` each cost, value, tariff and demand by 20 %.

    Cells that are blank in the scenario stay so. Raises InputError where the sheet has no row, or nothing can move.
    """
    if not study.has(SHEET):
        found = _usual(study)
        if not found:
            message = "there is no sheet uncertainty, and no cost, value, tariff or demand to move by 20 %."
            raise InputError([Problem(SHEET, "", None, message, "Add the sheet.", "nothing_moves")])
        return found
    rows = study.uncertain
    if not rows:
        message = "the sheet has no row, so that nothing moves."
        hint = "Add rows, or remove the sheet: then costs, values, tariffs and demand move by 20 %."
        raise InputError([Problem(SHEET, "", None, message, hint, "nothing_moves")])
    return tuple(
        Input(
            name=group[0].group or group[0].name,
            shape=group[0].shape,
            cells=tuple(
                MovedCell(row.table, i, key, row.low, row.high)
                for row in group
                for i in row.rows
                for key in row.columns
                if study.holds(row.table, i, key) is not None
            ),
        )
        for group in groups(rows)
    )


def factors(inputs: Sequence[Input], quantiles: NDArray[np.float64]) -> list[dict[Cells, float]]:
    """Of each row of quantiles [sample, input] the factor of each cell; NaN is a factor of 1."""
    found: list[dict[Cells, float]] = [{} for _ in range(len(quantiles))]
    for j, one in enumerate(inputs):
        for of, row in zip(found, one.factors(quantiles[:, j]).tolist(), strict=True):
            of.update(((c.table, c.row, c.column), factor) for c, factor in zip(one.cells, row, strict=True))
    return found


def with_factors(study: Study, by_cell: Mapping[Cells, float]) -> Study:
    """The study with these cells multiplied, checked as if they were typed. Raises InputError where they cannot be."""
    checked = study._checked
    sheets = dict(checked.reading.sheets)
    changed: dict[str, dict[int, dict[Key, float]]] = {}
    for (table, i, key), factor in by_cell.items():
        held = number(sheets[table].cells[i].get(key))
        if factor == 1 or held is None or held == 0:
            continue
        changed.setdefault(table, {}).setdefault(i, {})[key] = held * factor
    if not changed:
        return study
    if (again := numbers_moved(study, changed)) is not None:
        return again
    for table, records in changed.items():
        sheets[table] = replace(
            sheets[table],
            cells=tuple({**record, **records.get(i, {})} for i, record in enumerate(sheets[table].cells)),
        )
    locator = replace(checked.locator, sheets=sheets)
    moved = check_reading(replace(checked.reading, sheets=sheets), locator, study)
    return study_of(moved, study.name, study.path, study.sha256, study.scenario_name, study._base)


def _usual(study: Study) -> tuple[Input, ...]:
    """Costs by column and technology, values and demand by segment, tariffs together, in the order of the sheets."""
    technology = {row["process"]: row["technology"] or row["commodity"] for row in study.rows("processes")}
    on_plant: dict[str, list[str]] = {}
    for row in study.rows("processes"):
        if row["plant"]:
            on_plant.setdefault(row["plant"], []).append(technology[row["process"]])
    found: dict[str, list[MovedCell]] = {}

    def move(name: str, table: str, i: int, keys: Iterable[Key]) -> None:
        cells = [MovedCell(table, i, key, *USUAL) for key in keys if number(study.holds(table, i, key))]
        if cells:
            found.setdefault(name, []).extend(cells)

    for i, row in enumerate(study.rows("processes")):
        for column in ("unit_cost", "capital_cost"):
            move(f"{column} {technology[row['process']]}", "processes", i, [column])
    for i, row in enumerate(study.rows("plants")):
        made_by = set(on_plant.get(row["plant"], ()))
        of = made_by.pop() if len(made_by) == 1 else row["plant"]
        move(f"capital_cost {of}", "plants", i, ["capital_cost"])
    for i, row in enumerate(study.rows("unit_costs")):
        move(f"unit_cost {technology[row['process']]}", "unit_costs", i, row["years"])
    for i in range(len(study.rows("routes"))):
        move("tariff", "routes", i, ["tariff"])
    for i, row in enumerate(study.rows("demand")):
        move(f"value {row['segment']}", "demand", i, ["value"])
        move(f"demand {row['segment']}", "demand", i, row["years"])
    return tuple(Input(name, "uniform", tuple(cells)) for name, cells in found.items())
