"""How numbers are made: for each number of the page that says so, the rows behind it, and where these are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from floors.contract.results import FLOOR_PARTS
from floors.html.markup import TRUE_FALSE, attribute, data, framed, table, text
from floors.html.read import Column, Table, link_of
from floors.html.shown import look_of

_MOST_ROWS = 60


@dataclass
class Made:
    """The rows behind the numbers of a page, each told once."""

    table: Callable[[str], Table | None]
    _places: dict[str, str] = field(default_factory=dict)

    def target(self, link: str) -> str:
        """The id of what explains a number; empty where there is nothing to explain it."""
        if link not in self._places:
            sheet, wanted = link_of(link)
            found = self.table(sheet)
            here = found is not None and (not wanted or bool(found.where(wanted)))
            self._places[link] = f"made-{len(self._places) + 1}" if here else ""
        return self._places[link]

    def drawn(self) -> str:
        """All that was asked for, to be opened one by one."""
        return "".join(self._one(link, place) for link, place in self._places.items() if place)

    def _one(self, link: str, place: str) -> str:
        sheet, wanted = link_of(link)
        found = self.table(sheet)
        if found is None:
            return ""
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


def _rows(found: Table, rows: list[tuple[object, ...]], wanted: dict[str, str]) -> str:
    """The rows, without the columns that were asked for."""
    kept = [place for place, column in enumerate(found.columns) if column.name not in wanted]
    heads = [_head(found.columns[place]) for place in kept]
    return table(
        heads, [[cell(row[place], found.columns[place]) for place in kept] for row in rows], found.name
    )


def _parts(found: Table, rows: list[tuple[object, ...]], said: str) -> str:
    """The parts of a floor, what is typed behind each, and their sum, which is the floor."""
    names = [column.name for column in found.columns]
    part, coefficient, amount = (names.index(name) for name in ("part", "coefficient", "amount"))
    lines = []
    total = 0.0
    for row in rows:
        value = row[amount]
        total += value if isinstance(value, int | float) else 0.0
        cells = [cell(row[at], found.columns[at]) for at in (coefficient, amount)]
        lines.append(
            f'<tr><th scope="row">{text(str(row[part]))}</th>{"".join(f"<td>{one}</td>" for one in cells)}'
            f'<td class="words">{text(typed_in(str(row[part])))}</td></tr>'
        )
    lines.append(
        '<tr class="total"><th scope="row">floor</th><td></td>'
        f"<td>{cell(total, found.columns[amount])}</td><td></td></tr>"
    )
    heads = "".join(
        f'<th scope="col"{side}>{head}</th>'
        for head, side in (("part", ""), ("coefficient", ""), ("amount", ""), ("typed in", ' class="words"'))
    )
    drawn = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return framed(drawn, f"Parts of the floor: {said}")


_TYPED = {
    "unit cost ": ("unit_cost of", "processes or unit_costs"),
    "annual charge ": ("capital_cost of", "plants or processes"),
    "freight ": ("freight of", "routes"),
    "tariff ": ("tariff of", "routes"),
    "export tax ": ("export_tax of", "routes"),
    "value ": ("value of", "demand"),
    "demand ": ("value and elasticity of", "demand"),
    "holding cost ": ("holding_cost of", "stockpiles"),
}


def typed_in(part: str) -> str:
    """Where the number behind a part of a floor is typed in the input workbook; empty where it is none."""
    for begins, (column, sheet) in _TYPED.items():
        if part.startswith(begins):
            return f"{sheet}: {column} {part.removeprefix(begins)}"
    return ""


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
