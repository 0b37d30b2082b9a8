"""How numbers are made: for each number of the page that says so, the rows behind it, and where these are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from floors.contract.results import FLOOR_PARTS, SCENARIO
from floors.html.cells import INPUT_CELL
from floors.html.markup import TRUE_FALSE, attribute, data, framed, table, text
from floors.html.read import Column, Table, link_of
from floors.html.shown import look_of

_MOST_ROWS = 60


@dataclass
class Made:
    """The rows behind the numbers of a page, each told once."""

    table: Callable[[str], Table | None]
    scenario: str = ""
    """Of the page, where the tables have a column of scenarios."""
    _places: dict[str, str] = field(default_factory=dict)

    def target(self, link: str) -> str:
        """The id of what explains a number; empty where there is nothing to explain it."""
        if link not in self._places:
            found, wanted = self._asked(link)
            here = found is not None and (not wanted or bool(found.where(wanted)))
            self._places[link] = f"made-{len(self._places) + 1}" if here else ""
        return self._places[link]

    def _asked(self, link: str) -> tuple[Table | None, dict[str, str]]:
        """The table, and the cells of the rows that are asked for."""
        sheet, wanted = link_of(link)
        found = self.table(sheet)
        several = found is not None and found.columns[0].name == SCENARIO.name
        if several and self.scenario and SCENARIO.name not in wanted:
            wanted = {SCENARIO.name: self.scenario, **wanted}
        return found, wanted

    def drawn(self) -> str:
        """All that was asked for, to be opened one by one."""
        return "".join(self._one(link, place) for link, place in self._places.items() if place)

    def _one(self, link: str, place: str) -> str:
        found, wanted = self._asked(link)
        if found is None:
            return ""
        sheet = found.name
        rows = found.where(wanted) if wanted else found.rows
        said = ", ".join(wanted.values())
        more = f"<p>The first {_MOST_ROWS} of {len(rows):,} rows.</p>" if len(rows) > _MOST_ROWS else ""
        opened = data({"sheet": sheet, "where": wanted})
        inside = (
            _parts(found, rows, said)
            if sheet == FLOOR_PARTS.name
            else _rows(found, rows[:_MOST_ROWS], wanted)
        )
        return (
            f'<details id="{place}" class="made"><summary>{text(sheet)}{": " if said else ""}{text(said)}</summary>'
            f'<p class="note">{text(found.meaning)} <a href="#tables" data-open="{attribute(opened)}">Show it among '
            f"all tables</a></p>{inside}{more}</details>"
        )


def _rows(found: Table, rows: list[tuple[Any, ...]], wanted: dict[str, str]) -> str:
    """The rows, without the columns that were asked for."""
    kept = [place for place, column in enumerate(found.columns) if column.name not in wanted]
    heads = [_head(found.columns[place]) for place in kept]
    return table(
        heads, [[cell(row[place], found.columns[place]) for place in kept] for row in rows], found.name
    )


def _parts(found: Table, rows: list[tuple[Any, ...]], said: str) -> str:
    """The parts of a floor, the cell that is typed behind each, and their sum, which is the floor."""
    place = {column.name: at for at, column in enumerate(found.columns)}
    cells = place.get(INPUT_CELL.name)
    lines = []
    for row in rows:
        numbers = [cell(row[place[name]], found.columns[place[name]]) for name in ("coefficient", "amount")]
        typed = "" if cells is None else f'<td class="words">{text(row[cells] or "")}</td>'
        name = f'<th scope="row">{text(str(row[place["part"]]))}</th>'
        lines.append(f"<tr>{name}<td>{numbers[0]}</td><td>{numbers[1]}</td>{typed}</tr>")
    total = sum(row[place["amount"]] or 0.0 for row in rows)
    end = "" if cells is None else "<td></td>"
    told = cell(total, found.columns[place["amount"]])
    lines.append(f'<tr class="total"><th scope="row">floor</th><td></td><td>{told}</td>{end}</tr>')
    heads = [("part", ""), ("coefficient", ""), ("amount", "")]
    heads += [] if cells is None else [(INPUT_CELL.name, ' class="words"')]
    head = "".join(f'<th scope="col"{side}>{name}</th>' for name, side in heads)
    drawn = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return framed(drawn, f"Parts of the floor: {said}")


def _head(column: Column) -> str:
    return text(column.name)


def cell(value: object, column: Column) -> str:
    """A cell of a table of results as Excel shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUE_FALSE[value]
    if isinstance(value, int | float):
        return text(look_of(column.format).text(value))
    return text(str(value))
