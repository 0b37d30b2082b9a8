"""All tables of the result, packed into the page: scripts unpack one when it is opened, to sort and filter it."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Collection, Iterable
from typing import NamedTuple

from floors.contract.results import CERTIFICATE, COMPARISON, FLOOR_PARTS, FLOORS, SUMMARY
from floors.html.canvas import Json
from floors.html.markup import attribute, data, text
from floors.html.read import Table
from floors.html.shown import look_of

LINKS: dict[str, dict[str, Json]] = {
    FLOORS.name: {
        "floor": {"sheet": FLOOR_PARTS.name, "keys": ["scenario", "member", "commodity", "year"]},
    },
}
"""Columns whose numbers are made of the rows of another sheet that have the same keys."""

_FIRST = (SUMMARY.name, COMPARISON.name, FLOORS.name, FLOOR_PARTS.name, CERTIFICATE.name)


_AROUND = 200  # bytes of the elements around a table


class Packed(NamedTuple):
    """A table, packed (columns of JSON, gzip, base64), and what scripts must know of it."""

    table: Table
    content: str
    about: Json

    @property
    def size(self) -> int:
        """Bytes that it takes in the page."""
        return len(self.content) + len(data(self.about).encode()) + _AROUND


def packed(tables: Iterable[Table], currency: str) -> list[Packed]:
    """The tables that have rows, packed."""
    return [Packed(table, _pack(table), _about(table, currency)) for table in tables if table.rows]


def _pack(table: Table) -> str:
    columns = [list(column) for column in zip(*table.rows, strict=True)]
    return b64encode(gzip.compress(data(columns).encode(), 6, mtime=0)).decode("ascii")


def that_fit(
    tables: Iterable[Packed], room: int, needed: Collection[str]
) -> tuple[list[Packed], list[Packed]]:
    """The tables for which there is so much room (bytes), in their order, and those left out: the ones that the page
    needs are in first, then those without which no other is understood, then the smallest."""
    tables = list(tables)

    def rank(one: Packed) -> tuple[bool, bool, int]:
        return one.table.name not in needed, one.table.name not in _FIRST, one.size

    kept: set[str] = set()
    for one in sorted(tables, key=rank):
        if one.size <= room:
            room -= one.size
            kept.add(one.table.name)
    return [one for one in tables if one.table.name in kept], [
        one for one in tables if one.table.name not in kept
    ]


def _about(table: Table, currency: str) -> Json:
    return {
        "name": table.name,
        "meaning": table.meaning,
        "rows": len(table.rows),
        "columns": [
            {
                "name": column.name,
                "unit": column.unit.replace("{currency}", currency),
                "meaning": column.meaning,
                "look": look_of(column.format)._asdict(),
            }
            for column in table.columns
        ],
        "links": LINKS.get(table.name, {}),
    }


def scripts(tables: Iterable[Packed]) -> str:
    """The packed tables as elements of the page."""
    return "".join(
        f'<script type="application/octet-stream" id="table-{attribute(table.name)}">{content}</script>'
        for table, content, _ in tables
    )


def section(tables: Iterable[Packed], left_out: Iterable[Packed], file: str) -> str:
    """Where a reader looks at them."""
    options = "".join(
        f'<option value="{attribute(table.name)}">{text(table.name)}</option>' for table, *_ in tables
    )
    lacking = ", ".join(f"{table.name} ({len(table.rows):,} rows)" for table, *_ in left_out)
    missing = (
        f'<p class="note">Too large for this page: {text(lacking)}; they are in {text(file)}.</p>'
        if lacking
        else ""
    )
    return (
        '<section id="tables"><h2>All tables of the result</h2>'
        f'<p class="unscripted">Tables need scripts; the same are sheets of {text(file)}.</p>'
        '<div class="choices" id="table-controls" hidden>'
        f'<label>Table <select id="sheet">{options}</select></label> '
        '<label>Rows with <input type="search" id="find" placeholder="words or numbers"></label> '
        '<button type="button" id="clear">Clear filters</button> <span id="count" role="status"></span></div>'
        '<p class="note" id="meaning"></p>'
        '<div class="scroll" id="grid" tabindex="0" role="region" aria-label="Table"></div>'
        f'<p><button type="button" id="more" hidden>Show more rows</button></p>{missing}</section>'
    )
