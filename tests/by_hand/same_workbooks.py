"""Compares two workbooks: every cell of every sheet with its number format, and every other part as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

NEAR = 1e-9
VERSIONS = {
    "floors",
    "source revision",
    "system",
    "python",
    "pandas",
    "pyomo",
    "highspy",
    "numpy",
    "scipy",
    "openpyxl",
    "xlsxwriter",
}
LEFT_OUT = {
    "version": "value of the rows of sheet run that hold versions, and the property of the file with that of floors",
    "fingerprint": "value of the rows of sheet run that begin with 'fingerprint of sheet': of last digits",
    "file name": "value of the row 'workbook' of sheet run",
    "seconds": "seconds said in words ('in 0.4 s') and in JSON",
    "date of file": "dates in docProps/core.xml",
}
NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
DATE = re.compile(r"(<dcterms:\w+[^>]*>)[^<]*")
DATA = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
VALUE = re.compile(rb"<v>|<is>")


class Open(NamedTuple):
    """A sheet of which a plan with ties leaves the split of a group's rows open.

    `sums` must agree over a group; rows and `free` columns of it may differ, where `by` says that ties are the
    reason: every row that differs is marked movable, its commodity and year are so in sheet sourcing, or the
    shipments of that year were found split otherwise.
    """

    group: tuple[str, ...]
    sums: tuple[str, ...]
    free: tuple[str, ...]
    by: str


OPEN = {
    "sourcing": Open(
        ("scenario", "destination", "commodity", "year"), ("quantity",), ("quantity", "share"), "row"
    ),
    "shipments": Open(
        ("scenario", "commodity", "year"), ("quantity",), ("quantity", "levy", "cost"), "commodity"
    ),
    "accounts": Open(
        ("scenario", "year"), ("net_cost",), ("levy_revenue", "tariff_revenue", "net_cost"), "year"
    ),
}


@dataclass
class Found:
    """What a comparison came to."""

    differences: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    cells: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # by kind of command, and sheet or stream
    left_out: Counter[str] = field(default_factory=Counter)


def same(a: Any, b: Any) -> bool:
    """Equal: numbers within NEAR of the larger or 1; a flag is no number, a number in letters neither."""
    if isinstance(a, bool) or isinstance(b, bool) or not (_number(a) and _number(b)):
        return type(a) is type(b) and bool(a == b)
    return abs(a - b) <= NEAR * max(1.0, abs(a), abs(b))


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def compare_workbooks(a: Path, b: Path, kind: str, found: Found) -> Iterator[str]:
    """Differences of two workbooks: sheets, then cells, then all other parts of the file."""
    with ZipFile(a) as mine, ZipFile(b) as theirs:
        books = [openpyxl.load_workbook(path, read_only=True) for path in (a, b)]
        try:
            names = [book.sheetnames for book in books]
            if names[0] != names[1]:
                yield f"sheets {names[0]} | {names[1]}"
            shared = _part(mine, "xl/sharedStrings.xml") == _part(theirs, "xl/sharedStrings.xml")
            shared = shared and _part(mine, "xl/styles.xml") == _part(theirs, "xl/styles.xml")
            moved: set[tuple[Any, ...]] = set()
            for name in names[0]:
                if name not in names[1]:
                    continue
                parts = [
                    _part(file, _path(book, name)) for file, book in zip((mine, theirs), books, strict=True)
                ]
                if shared and parts[0] == parts[1]:
                    count = len(VALUE.findall(parts[0]))
                else:
                    told = _Sheet(name, books, found, moved)
                    yield from told.differences()
                    count = told.count
                found.cells[kind, f"sheet {name}"] += count
                if not count and kind != "check":
                    yield f"{name}: nothing was compared"
        finally:
            for book in books:
                book.close()
        yield from _other_parts(mine, theirs, found)


def _path(book: Any, name: str) -> str:
    """The part of the file that holds a sheet."""
    return str(book[name]._worksheet_path)


def _part(file: ZipFile, name: str) -> bytes:
    name = name.lstrip("/")
    return file.read(name) if name in file.namelist() else b""


def _other_parts(mine: ZipFile, theirs: ZipFile, found: Found) -> Iterator[str]:
    """Notes, charts, tables, styles, widths and properties, as text; numbers in them as numbers."""
    names = [{name for name in file.namelist() if not name.endswith("/")} for file in (mine, theirs)]
    for name in sorted(names[0] ^ names[1]):
        yield f"part {name}: only {'before' if name in names[0] else 'after'}"
    for name in sorted(names[0] & names[1]):
        if name == "xl/sharedStrings.xml":
            continue  # compared in the cells that show them
        one, other = mine.read(name), theirs.read(name)
        if one == other:
            continue
        if name == "docProps/custom.xml":
            found.left_out["version"] += 1
            continue
        if name.startswith("xl/worksheets/sheet"):
            one, other = DATA.sub(b"", one), DATA.sub(b"", other)
        texts = [part.decode("utf-8", "replace") for part in (one, other)]
        if name == "docProps/core.xml":
            found.left_out["date of file"] += 1
            texts = [DATE.sub(r"\1", text) for text in texts]
        if not _same_text(*texts):
            yield f"part {name}: {_around(*texts)}"


def _same_text(a: str, b: str) -> bool:
    mine, theirs = NUMBER.split(a), NUMBER.split(b)
    if len(mine) != len(theirs):
        return False
    words, numbers = mine[::2] == theirs[::2], zip(mine[1::2], theirs[1::2], strict=True)
    return words and all(x == y or same(float(x), float(y)) for x, y in numbers)


def _around(a: str, b: str) -> str:
    """Where two texts begin to differ."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return f"{a[max(at - 40, 0) : at + 60]!r} | {b[max(at - 40, 0) : at + 60]!r}"


class _Sheet:
    """One sheet in two workbooks: its cells, and its table where its split is open."""

    def __init__(self, name: str, books: Iterable[Any], found: Found, moved: set[tuple[Any, ...]]) -> None:
        self.name, self.found, self.moved, self.count = name, found, moved, 0
        self._grids = [[*book[name].iter_rows()] for book in books]
        self._tables = [[cell.value for cell in grid[0]] if grid else [] for grid in self._grids]
        header = self._tables[0]
        self.columns = header[: header.index(None)] if None in header else header
        self._books = list(books)

    def differences(self) -> Iterator[str]:
        """All that differs, by cell; an open split goes to `found`."""
        whole = self._tables[0] == self._tables[1] and self.name in OPEN
        told: list[tuple[int, int, str]] = []
        for r, lines in enumerate(zip_longest(*self._grids, fillvalue=()), 1):
            for c, (one, other) in enumerate(zip_longest(*lines), 1):
                text = self._cell(r, lines, c, one, other)
                if text:
                    told.append((r, c, text))
        if whole and any(c <= len(self.columns) for _, c, _ in told):
            yield from self._by_group(OPEN[self.name])
            told = [line for line in told if line[1] > len(self.columns)]
        yield from (text for _, _, text in told)

    def _cell(self, r: int, lines: Any, c: int, one: Any, other: Any) -> str:
        a, b = (None if cell is None else cell.value for cell in (one, other))
        if a is None and b is None:
            return ""
        self.count += 1
        place = f"{self.name}!{get_column_letter(c)}{r}"
        if not same(a, b):
            rule = self._rule(lines, c)
            if not rule:
                return f"{place}: {a!r} | {b!r}"
            self.found.left_out[rule] += 1
        formats = [getattr(cell, "number_format", None) for cell in (one, other)]
        return f"{place}: format {formats[0]} | {formats[1]}" if formats[0] != formats[1] else ""

    def _rule(self, lines: Any, c: int) -> str:
        """The rule that leaves a cell out; only values of sheet run are."""
        if self.name != "run" or "key" not in self.columns or c != self.columns.index("value") + 1:
            return ""
        at = self.columns.index("key")
        keys = [line[at].value if len(line) > at else None for line in lines]
        if keys[0] != keys[1] or not isinstance(keys[0], str):
            return ""
        if keys[0].startswith("fingerprint of sheet "):
            return "fingerprint"
        if keys[0] == "workbook":
            return "file name"
        return "version" if keys[0] in VERSIONS else ""

    def _by_group(self, rule: Open) -> Iterator[str]:
        """Rows by group and then by key: a split that ties leave open is listed, all else differs."""
        groups: list[dict[Any, list[tuple[int, dict[str, Any]]]]] = [{}, {}]
        at = [name for name in rule.group if name in self.columns]
        for found, rows in zip(groups, map(self._rows, self._grids), strict=True):
            for number, row in rows:
                found.setdefault(tuple(row[name] for name in at), []).append((number, row))
        for group in dict.fromkeys([*groups[0], *groups[1]]):
            mine, theirs = (found.get(group, []) for found in groups)
            if self._alike(mine, theirs, self.columns):
                continue
            named = dict(zip(at, group, strict=True))
            words = ", ".join(str(part) for part in group)
            if self._open(rule, named, mine, theirs):
                sums = ", ".join(f"{name} {_sum(mine, name):.10g}" for name in rule.sums)
                self.found.splits.append(
                    f"{self.name}, {words}: {len(mine)} | {len(theirs)} rows, sum of {sums}"
                )
            else:
                yield from self._rows_differ(words, mine, theirs)

    def _rows(self, grid: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, line in enumerate(grid[1:], 2):
            values = [cell.value for cell in line[: len(self.columns)]]
            if any(value is not None for value in values):
                yield number, dict(zip(self.columns, values, strict=False))

    def _alike(self, mine: Any, theirs: Any, columns: Iterable[str]) -> bool:
        names = [*columns]
        return len(mine) == len(theirs) and all(
            same(one.get(name), other.get(name))
            for (_, one), (_, other) in zip(mine, theirs, strict=True)
            for name in names
        )

    def _open(self, rule: Open, named: dict[str, Any], mine: Any, theirs: Any) -> bool:
        """Whether ties are the reason and the sums agree; rows that both have differ in free columns alone."""
        scenario, year = named.get("scenario"), named.get("year")
        if rule.by == "row":
            keys = [self._by_key(rule, rows) for rows in (mine, theirs)]
            unlike = [key for key in {*keys[0], *keys[1]} if not self._same_row(keys, key)]
            if not all(
                row["movable"] is True for key in unlike for found in keys for row in found.get(key, ())
            ):
                return False
            self.moved.add(("commodity", scenario, named["commodity"], year))
        elif rule.by == "commodity":
            if ("commodity", scenario, named["commodity"], year) not in self.moved:
                return False
            self.moved.add(("year", scenario, year))
        elif ("year", scenario, year) not in self.moved:
            return False
        keys = [self._by_key(rule, rows) for rows in (mine, theirs)]
        both = [key for key in keys[0] if key in keys[1]]
        held = [name for name in self.columns if name not in rule.free]
        kept = all(same(keys[0][key][0][name], keys[1][key][0][name]) for key in both for name in held)
        return kept and all(same(_sum(mine, name), _sum(theirs, name)) for name in rule.sums)

    def _by_key(self, rule: Open, rows: Any) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
        """Rows by their words and flags: what is no number."""
        found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for _, row in rows:
            found.setdefault(
                tuple(v for v in row.values() if not _number(v) or isinstance(v, bool)), []
            ).append(row)
        return found

    def _same_row(self, keys: Any, key: Any) -> bool:
        one, other = (found.get(key, []) for found in keys)
        return self._alike([(0, row) for row in one], [(0, row) for row in other], self.columns)

    def _rows_differ(self, words: str, mine: Any, theirs: Any) -> Iterator[str]:
        for one, other in zip_longest(mine, theirs):
            if one is None or other is None:
                number, row = one or other
                yield f"{self.name}!A{number}: only {'before' if other is None else 'after'}: {[*row.values()]}"
                continue
            for place, name in enumerate(self.columns, 1):
                if not same(one[1][name], other[1][name]):
                    cell = f"{self.name}!{get_column_letter(place)}{one[0]}"
                    yield f"{cell} ({words}): {name} {one[1][name]!r} | {other[1][name]!r}"


def _sum(rows: Any, name: str) -> float:
    return float(sum(row[name] for _, row in rows if _number(row.get(name))))
