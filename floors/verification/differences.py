"""Two results, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from floors.contract import results as tables
from floors.contract.fingerprints import KEY
from floors.contract.results import ANY, TEXT, Column, Row, Sheet
from floors.errors import UsageError
from floors.verification.written import Book, Line, read_book


class Difference(NamedTuple):
    """A cell that differs, or a row that only one has; `difference` is b - a where both are numbers."""

    sheet: str
    key: str
    column: str
    a: Any
    b: Any
    difference: float | None
    kind: str  # number, text, only in a, only in b

    @property
    def size(self) -> float:
        """Relative to the larger of the two or 1; texts and rows before all numbers."""
        if self.difference is None:
            return inf
        return abs(self.difference) / max(1.0, abs(self.a), abs(self.b))

    def __str__(self) -> str:
        if self.kind.startswith("only"):
            return f"{self.sheet}{', ' if self.key else ''}{self.key}: {self.kind}"
        by = f" ({self.difference:+.6g})" if self.difference is not None else ""
        return f"{self.sheet}, {self.key}: {self.column} {_said(self.a)} | {_said(self.b)}{by}"


@dataclass(frozen=True)
class Comparison:
    """All differences, largest first; `run` holds what differs in sheet run, and does not count."""

    differences: tuple[Difference, ...]
    compared: int
    run: tuple[tuple[str, Any, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "equal": not self.differences,
            "compared": self.compared,
            "differences": [difference._asdict() for difference in self.differences],
            "run": [{"key": key, "a": a, "b": b} for key, a, b in self.run],
        }


def compare_files(first: Path, second: Path, tolerance: float) -> Comparison:
    """Compare two results workbooks. Raises InputError for one that is none, UsageError for different kinds."""
    a, b = read_book(first), read_book(second)
    if a.several != b.several:
        several, single = (first, second) if a.several else (second, first)
        raise UsageError(
            f"{several} holds several scenarios and {single} one: solve the same scenarios for both, with --all or "
            "the same --scenario names."
        )
    return compare_books(a, b, tolerance)


def compare_books(a: Book, b: Book, tolerance: float) -> Comparison:
    """Compare two books of one kind."""
    found: list[Difference] = []
    compared = 0
    for sheet in tables.SEVERAL if a.several else tables.RESULTS:
        if sheet.name == tables.RUN.name:
            continue
        missing = [f.sheet for f in (*a.findings, *b.findings) if f.found == "no sheet"]
        if missing.count(sheet.name) == 1:
            where = "b" if any(f.sheet == sheet.name and f.found == "no sheet" for f in a.findings) else "a"
            found.append(Difference(sheet.name, "", "", None, None, None, f"only in {where}"))
            continue
        mine, theirs = _by_key(a, sheet), _by_key(b, sheet)
        for key in dict.fromkeys([*mine, *theirs]):
            one, other = mine.get(key), theirs.get(key)
            words = ", ".join(str(part) for part in key[:-1] if part is not None)
            if one is None or other is None:
                kind = "only in b" if one is None else "only in a"
                found.append(Difference(sheet.name, words, "", None, None, None, kind))
                continue
            for column in one.cells:
                compared += 1
                found += _cell(sheet.name, words, column, one[column], other[column], tolerance)
    found.sort(key=lambda difference: -difference.size)
    return Comparison(tuple(found), compared, tuple(_run(a, b)))


def _by_key(book: Book, sheet: Sheet) -> dict[tuple[Any, ...], Line]:
    """Rows by scenario and key, the number of rows of that key before it last."""
    found: dict[tuple[Any, ...], Line] = {}
    lines: Iterator[tuple[Any, Line]]
    if sheet.name == tables.COMPARISON.name:
        lines = ((None, line) for line in book.comparison)
    else:
        lines = ((name or None, line) for name in book.of for line in book.lines(name, sheet.name))
    for scenario, line in lines:
        key = (scenario, *line.key)
        count = 0
        while (*key, count) in found:
            count += 1
        found[*key, count] = line
    return found


def _cell(sheet: str, key: str, column: str, a: Any, b: Any, tolerance: float) -> Iterator[Difference]:
    if _number(a) and _number(b):
        if abs(b - a) > tolerance * max(1.0, abs(a), abs(b)):
            yield Difference(sheet, key, column, a, b, b - a, "number")
    elif a != b or isinstance(a, bool) != isinstance(b, bool):
        yield Difference(sheet, key, column, a, b, None, "text")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    if value is None:
        return "blank"
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _run(a: Book, b: Book) -> Iterator[tuple[str, Any, Any]]:
    """What differs in how the two were made."""
    for scenario in dict.fromkeys([*a.of, *b.of]):
        mine, theirs = a.recorded(scenario), b.recorded(scenario)
        for key in dict.fromkeys([*mine, *theirs]):
            if mine.get(key) != theirs.get(key) and not key.startswith(KEY):
                yield f"{scenario}, {key}" if scenario else key, mine.get(key), theirs.get(key)


def _column(name: str, meaning: str, number_format: str, width: int) -> Column:
    return Column(name, "", meaning, number_format, width)


DIFFERENCES = Sheet(
    "differences",
    "Every cell that differs, largest first; rows that only one has before them.",
    (
        _column("sheet", "Sheet of the results.", TEXT, 18),
        _column("key", "Key of the row.", TEXT, 40),
        _column("column", "Column that differs; blank for a row that only one has.", TEXT, 22),
        _column("a", "As the first workbook has it.", ANY, 20),
        _column("b", "As the second workbook has it.", ANY, 20),
        _column("difference", "b less a, where both are numbers.", ANY, 16),
        _column("kind", "number, text, only in a, only in b.", TEXT, 12),
    ),
)


@dataclass(frozen=True)
class _Written:
    """A comparison as the report writes it."""

    title: str
    sentences: Sequence[str]
    found: Comparison
    currency: str = ""
    scenario_name: str = "differences"
    members: Sequence[str] = ()
    warnings: Sequence[str] = ()
    failed: bool = False

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of the only sheet."""
        return [tuple(difference) for difference in self.found.differences]


def write_differences(found: Comparison, first: Path, second: Path, path: Path, force: bool) -> Path:
    """Write a workbook of all differences; returns where it went. Raises OutputError or UsageError."""
    from floors.excel.report import write

    written = _Written(f"{first.name} and {second.name}", (), found)
    return write(written, path, force=force, sheets=(DIFFERENCES,), charts={})
