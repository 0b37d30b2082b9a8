"""Two results, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from floors.contract.fingerprints import KEY
from floors.contract.results import ANY, RUN, Row
from floors.contract.results.columns import flag, number, sheet_of, text
from floors.errors import UsageError
from floors.page.page import Page
from floors.page.picture import Picture
from floors.steps import stage
from floors.verification.grouped import GROUPS, Group, Ties, grouped, whose
from floors.verification.side_by_side import ONE, SEVERAL, TOLD_IN_RUN, Key, Table, Written, read_written
from floors.verification.written import SCENARIO

Cells = dict[str, Any]


class Difference(NamedTuple):
    """A cell that differs, or a sheet, column or row that only one has; `difference` is b - a of two numbers."""

    sheet: Annotated[str, text("Sheet of the results.", 18)]
    key: Annotated[str, text("Key of the row.", 40)]
    column: Annotated[
        str, text("Column that differs, or that only one has; blank for a row that only one has.", 22)
    ]
    a: Annotated[Any, number("", "As the first workbook has it.", ANY, 20)]
    b: Annotated[Any, number("", "As the second workbook has it.", ANY, 20)]
    difference: Annotated[float | None, number("", "b less a, where both are numbers.", ANY, 16)]
    kind: Annotated[str, text("number, text, only in a, only in b.", 12)]
    region: Annotated[str, text("Whose the row is; blank where it names none.", 14)] = ""
    tie: Annotated[
        bool,
        flag(
            "TRUE where plans of the same cost differ: total_cost is equal, and the row is of a shipment marked "
            "movable in sourcing, or of what follows from shipments in such a year."
        ),
    ] = False

    @property
    def size(self) -> float:
        """Relative to the larger of the two or 1; texts and rows before all numbers."""
        if self.difference is None:
            return inf
        return float(abs(self.difference) / max(1.0, abs(self.a), abs(self.b)))

    def __str__(self) -> str:
        if self.kind.startswith("only"):
            column = f"column {self.column}" if self.column else ""
            said = self.a if self.a is not None else self.b
            told = "" if said is None else f": {said}"
            return f"{', '.join(part for part in (self.sheet, self.key, column) if part)}: {self.kind}{told}"
        by = f" ({self.difference:+.6g})" if self.difference is not None else ""
        return f"{self.sheet}, {self.key}: {self.column} {_said(self.a)} | {_said(self.b)}{by}"


@dataclass(frozen=True)
class Comparison:
    """All differences, largest first; `run` holds what differs in sheet run, and does not count."""

    differences: tuple[Difference, ...]
    compared: int
    run: tuple[tuple[str, Any, Any], ...]

    @property
    def ties(self) -> int:
        """How many lie where plans of the same cost differ."""
        return sum(difference.tie for difference in self.differences)

    @cached_property
    def groups(self) -> list[Group]:
        """By sheet and region, the largest first and those of ties last."""
        return grouped(self.differences)

    def as_json(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "equal": not self.differences,
            "compared": self.compared,
            "ties": self.ties,
            "groups": [group._asdict() for group in self.groups],
            "differences": [difference._asdict() for difference in self.differences],
            "run": [{"key": key, "a": a, "b": b} for key, a, b in self.run],
        }


def compare_files(first: Path, second: Path, tolerance: float) -> Comparison:
    """Compare two results workbooks of any command.

    Rows are matched by the keys that the contract declares for their sheet, else by their order. Raises
    InputError for a file that is none, UsageError for different kinds, and where there is nothing to compare.
    """
    with stage("reading", 2) as here:
        a = read_written(first)
        here.finished(first.name)
        b = read_written(second)
        here.finished(second.name)
    if a.kind != b.kind:
        raise UsageError(_unlike((first, a.kind), (second, b.kind)))
    with stage("comparing"):
        found = compare_written(a, b, tolerance)
    if not found.compared:
        raise UsageError(
            f"{first} and {second} hold no row of results in common: there is nothing to compare."
        )
    return found


def _unlike(*written: tuple[Path, str]) -> str:
    kinds = {kind: path for path, kind in written}
    if kinds.keys() == {ONE, SEVERAL}:
        return (
            f"{kinds[SEVERAL]} holds several scenarios and {kinds[ONE]} one: solve the same scenarios for both, with "
            "--all or the same --scenario names."
        )
    told = " and ".join(f"{path} holds {kind}" for kind, path in kinds.items())
    return f"{told}: compare two workbooks of one command."


def compare_written(a: Written, b: Written, tolerance: float) -> Comparison:
    """Compare two workbooks of one kind, sheet by sheet."""
    found: list[Difference] = []
    compared, ties = 0, Ties(a, b, tolerance)
    for name in dict.fromkeys([*a.sheets, *b.sheets]):
        if name == RUN.name:
            continue
        if name not in a.sheets or name not in b.sheets:
            found.append(_only(name, "", "", name in a.sheets))
            continue
        mine, theirs = a.sheets[name], b.sheets[name]
        both = [column for column in mine.columns if column in theirs.columns]
        for column in dict.fromkeys([*mine.columns, *theirs.columns]):
            if column not in both:
                found.append(_only(name, "", column, column in mine.columns))
        keys = a.keys(name)
        keys = keys if set(keys) <= set(both) else ()
        for key, one, other in _pairs(mine.by(keys), theirs.by(keys), tolerance):
            words = ", ".join(str(part) for part in key[:-1] if part is not None)
            row = one or other or {}
            if one is None or other is None:
                only = _only(name, words, "", one is not None)
                found.append(only._replace(region=whose(row), tie=ties.hold(name, row, "")))
                continue
            for column in both:
                compared += 1
                for off in _cell(name, words, column, one[column], other[column], tolerance):
                    found.append(off._replace(region=whose(row), tie=ties.hold(name, row, column)))
    for kind in dict.fromkeys([*a.told, *b.told]):
        told = list(_sentences(kind, a.told.get(kind, []), b.told.get(kind, [])))
        compared += len(told)
        found += [one for one in told if one is not None]
    found.sort(key=lambda difference: -difference.size)
    return Comparison(tuple(found), compared, tuple(_run(a, b)))


def _sentences(kind: str, a: Sequence[str], b: Sequence[str]) -> Iterator[Difference | None]:
    """Sentences or warnings in their order, those that are the same as None; where lines break plays no part."""
    mine, theirs = (["".join(text.split()) for text in told] for told in (a, b))
    for word, i, end, j, last in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if word == "equal":
            yield from (None for _ in range(i, end))
            continue
        for n, (one, other) in enumerate(zip_longest(a[i:end], b[j:last])):
            key = f"{kind.removesuffix('s')} {(i if one is not None else j) + n + 1}"
            which = "text" if one and other else "only in a" if one else "only in b"
            yield Difference(kind, key, "", one, other, None, which)


def _only(sheet: str, key: str, column: str, in_a: bool) -> Difference:
    return Difference(sheet, key, column, None, None, None, "only in a" if in_a else "only in b")


def _pairs(a: Table, b: Table, tolerance: float) -> Iterator[tuple[Key, Cells | None, Cells | None]]:
    """Rows that belong together, and rows without a partner.

    A number in a key, such as a cap where cost bends, need not be the same to the last digit.
    """
    partner = {key: key for key in a.rows if key in b.rows}
    alone: dict[Key, list[Key]] = {}  # by what is no such number
    for key in b.rows:
        if key not in partner:
            alone.setdefault(_exact(key), []).append(key)
    for key in a.rows:
        likely = alone.get(_exact(key), []) if key not in partner else []
        near = next((other for other in likely if _near(key, other, tolerance)), None)
        if near is not None:
            partner[key] = near
            likely.remove(near)
        yield key, a.rows[key], b.rows[partner[key]] if key in partner else None
    for key in (key for keys in alone.values() for key in keys):
        yield key, None, b.rows[key]


def _exact(key: Key) -> Key:
    return tuple(float if isinstance(part, float) else part for part in key)


def _near(a: Key, b: Key, tolerance: float) -> bool:
    pairs = zip(a, b, strict=True)
    return all(not any(_cell("", "", "", one, other, tolerance)) for one, other in pairs)


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


def _run(a: Written, b: Written) -> Iterator[tuple[str, Any, Any]]:
    """What differs in how the two were made."""
    mine, theirs = (dict(_recorded(written)) for written in (a, b))
    for key in dict.fromkeys([*mine, *theirs]):
        if mine.get(key) != theirs.get(key):
            yield key, mine.get(key), theirs.get(key)


def _recorded(written: Written) -> Iterator[tuple[str, Any]]:
    """Sheet run by scenario and key, but for the fingerprints."""
    for _, row in written.sheets[RUN.name].rows if RUN.name in written.sheets else ():
        key = str(row.get("key"))
        if not key.startswith((KEY, *(f"{told} " for told in TOLD_IN_RUN.values()))):
            number = row.get("number")
            told = row.get("value") if number is None else number
            yield ", ".join(part for part in (row.get(SCENARIO), key) if part), told


DIFFERENCES = sheet_of("differences", Difference)


@dataclass(frozen=True)
class _Written:
    """A comparison as the report writes it."""

    title: str
    sentences: Sequence[str]
    found: Comparison
    currency: str = ""
    scenario_name: str = "differences"
    warnings: Sequence[str] = ()
    failed: bool = False
    brief: Page | None = None
    pictures: Sequence[Picture] = ()

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a sheet."""
        return self.found.groups if sheet == GROUPS.name else self.found.differences


def write_differences(found: Comparison, first: Path, second: Path, path: Path, force: bool) -> Path:
    """Write a workbook of all differences; returns where it went. Raises OutputError or UsageError."""
    from floors.excel.report import write

    written = _Written(f"{first.name} and {second.name}", (), found)
    return write(written, path, force=force, sheets=(GROUPS, DIFFERENCES))
