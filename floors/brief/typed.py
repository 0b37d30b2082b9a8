"""The cell of the input workbook behind each part of a floor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from floors.brief.tables import Tables, region_of
from floors.contract import results as sheets
from floors.page.page import Typed

_MADE = re.compile(r"^(unit cost|annual charge|holding cost|closing value) (.+)$")
_SHIPPED = re.compile(r"^(freight|tariff|export tax|link charge) (.+) > (.+) (\S+)$")
_OTHER_YEAR = re.compile(r"^(.*) \((\d{4})\)$")
_COLUMN = {
    "unit cost": "unit_cost",
    "holding cost": "holding_cost",
    "freight": "freight",
    "tariff": "tariff",
    "export tax": "export_tax",
    "link charge": "qualify_cost",
}


def typed(tables: Tables) -> tuple[Typed, ...]:
    """Cell and year of every part of a floor that is typed in a cell of its own, each once; one that is the same in all
    years has no year. What is summed of several cells, or follows from a rule, has none."""
    cells = Cells(tables)
    found: dict[str, dict[int, str]] = {}
    for row in tables.read(sheets.FLOOR_PARTS):
        years = found.setdefault(row.part, {})
        if row.year not in years:
            years[row.year] = cells.of(row.part, row.year)
    told = []
    for part, years in found.items():
        same = len(set(years.values())) == 1
        for year, cell in list(years.items())[: 1 if same else None]:
            if cell:
                told.append(Typed(part, None if same else year, cell))
    return tuple(told)


class Cells:
    """Where the numbers of one study are typed."""

    def __init__(self, tables: Tables) -> None:
        self._study = tables.study

    def of(self, part: str, year: int) -> str:
        """The cell of a part of a floor of a year, such as ``processes!E68``; empty where it has none of its own."""
        if other := _OTHER_YEAR.match(part):
            part, year = other[1], int(other[2])
        if made := _MADE.match(part):
            return next(self._made(made[1], made[2], year), "")
        if shipped := _SHIPPED.match(part):
            return self._shipped(_COLUMN[shipped[1]], (shipped[2], region_of(shipped[3]), shipped[4]), year)
        return ""

    def _made(self, what: str, name: str, year: int) -> Iterator[str]:
        if what in ("holding cost", "closing value"):
            yield from self._named("stockpiles", "stockpile", name, what.replace(" ", "_"))
        elif what == "annual charge":
            yield from self._named("plants", "plant", name, "capital_cost")
            yield from self._named("processes", "process", name, "capital_cost")
        else:
            for index, row in enumerate(self._study.rows("unit_costs")):
                if row["process"] == name and year in row["years"]:
                    yield self._cell("unit_costs", index, year)
            yield from self._named("processes", "process", name, "unit_cost")

    def _named(self, table: str, key: str, name: str, column: str) -> Iterator[str]:
        for index, row in enumerate(self._study.rows(table)):
            if row[key] == name and row[column] is not None:
                yield self._cell(table, index, column)

    def _shipped(self, column: str, way: tuple[str, str, str], year: int) -> str:
        """Of the row of routes that fits most exactly."""
        fitting = [
            (exactness, -index)
            for index, row in enumerate(self._routes)
            if (exactness := self._exactness(row, way, year)) is not None
        ]
        if not fitting:
            return ""
        index = -max(fitting)[1]
        return self._cell("routes", index, column) if self._routes[index][column] is not None else ""

    @cached_property
    def _routes(self) -> Sequence[Any]:
        return self._study.rows("routes")

    def _exactness(self, row: Any, way: tuple[str, str, str], year: int) -> tuple[int, ...] | None:
        """Names before roles before `*`; None where the row does not fit."""
        keys = row["origin"], row["destination"]
        good = row["commodity"]
        first, last = row["first_year"], row["last_year"]
        if good not in (way[2], "*") or (first or year) > year or (last or year) < year:
            return None
        kinds = []
        for key, place in zip(keys, way, strict=False):
            if key not in (place, self._study.roles.get((place, year)), "*"):
                return None
            kinds.append(2 if key == place else 0 if key == "*" else 1)
        if way[0] == way[1] and kinds != [2, 2]:
            return None
        named = int(good != "*")
        return kinds.count(2) + named, kinds.count(1), *kinds, named

    def _cell(self, table: str, index: int, column: str | int) -> str:
        sheet, cell, _ = self._study.place(table, index, column)
        return f"{sheet}!{cell}"
