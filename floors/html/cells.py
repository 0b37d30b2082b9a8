"""The input cell behind each part of a floor, as a column of sheet floor_parts in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from floors.contract.results import FLOOR_PARTS, SCENARIO
from floors.html.read import Column, Handed, Table
from floors.page.page import Typed

INPUT_CELL = Column(
    "input cell", "", "Cell of the input workbook in which the number behind the part is typed."
)


def with_input_cells(handed: Handed) -> Handed:
    """What a workbook hands on, with the cells that its page names beside the parts of floors."""
    typed = handed.page.typed if handed.page else ()
    if not typed:
        return handed
    tables = tuple(
        _with_cells(table, typed, handed.scenario) if table.name == FLOOR_PARTS.name else table
        for table in handed.tables
    )
    return replace(handed, tables=tables)


def _with_cells(table: Table, typed: Iterable[Typed], scenario: str) -> Table:
    cell: Mapping[tuple[str, int | None], str] = {(one.part, one.year): one.cell for one in typed}
    names = [column.name for column in table.columns]
    part, year = names.index("part"), names.index("year")
    of = names.index(SCENARIO.name) if SCENARIO.name in names else None

    def found(row: tuple[Any, ...]) -> str | None:
        if of is not None and row[of] != scenario:
            return None  # its changes may have put another number there
        return cell.get((row[part], None)) or cell.get((row[part], row[year]))

    rows = [(*row, found(row)) for row in table.rows]
    return replace(table, columns=(*table.columns, INPUT_CELL), rows=rows)
