"""Cell by cell: what the results say against what follows from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from floors.contract import results as tables
from floors.verification.report import Finding
from floors.verification.words import rule_of
from floors.verification.written import Line

RELATIVE = 1e-9  # cells hold doubles; sums of many terms lose some digits
OF_TERMS = 1e-11  # beside the largest term of a sum


class About(NamedTuple):
    """An expected number that is a sum: `scale` is the size of its terms, `slack` what may be lost beside."""

    value: float
    scale: float = 0.0
    slack: float = 0.0


class Either(NamedTuple):
    """Expected values of which any will do."""

    values: tuple[Any, ...]


class Unknown(NamedTuple):
    """What the tables cannot pin; `why` is said."""

    why: str


class Left(NamedTuple):
    """How many `rows` a table leaves out; `least_money`: all of them less money than what is there."""

    rows: int
    least_money: bool


Row = Mapping[str, Any]


@dataclass
class Checker:
    """Collects what is wrong, what was compared and what cannot be."""

    scenario: str = ""
    findings: list[Finding] = field(default_factory=list)
    compared: int = 0
    unknown: dict[str, None] = field(default_factory=dict)

    def table(
        self, sheet: str, found: Sequence[Line], expected: Iterable[Row], ties: str | None = None
    ) -> None:
        """Rows by their keys: missing, extra and misplaced ones, and every cell of those that match.

        Rows that are the same in column `ties` may stand in any order.

        Columns that an expected row does not have are the plan and the prices themselves: they are checked
        by what follows from them.
        """
        keys = [column.name for column in tables.BY_NAME[sheet].columns if column.key]
        waiting: dict[tuple[Any, ...], list[Line]] = {}
        for line in found:
            waiting.setdefault(line.key, []).append(line)
        numbers: list[Line] = []
        for row in expected:
            key = tuple(row[name] for name in keys)
            lines = waiting.get(key)
            if not lines:
                self.say(sheet, "", "", "no row", "a row", "every row is there", key)
                continue
            line = lines.pop(0)
            numbers.append(line)
            for column, value in row.items():
                if column not in keys:
                    self.cell(line, column, value)
        for lines in waiting.values():
            for line in lines:
                self.at(line, keys[0], "a row", "no such row, or one less", "no row is there without reason")
        self._order(numbers, ties)

    def _order(self, lines: list[Line], ties: str | None) -> None:
        for before, line in pairwise(lines):
            tied = ties is not None and agrees(abs(line[ties] or 0.0), About(abs(before[ties] or 0.0), 1.0))
            if line.number < before.number and not tied:
                first = next(iter(line.cells))
                rule = "rows are in the order of the input's sheets"
                self.at(line, first, f"row {line.number}", f"a row after {before.number}", rule)
                return

    def cell(self, line: Line, column: str, expected: Any) -> None:
        """One cell against what is expected."""
        self.compared += 1
        if isinstance(expected, Unknown):
            self.unknown[expected.why] = None
            return
        if not agrees(line[column], expected):
            if isinstance(expected, Either):
                expected = " or ".join(map(str, dict.fromkeys(expected.values)))
            value = expected.value if isinstance(expected, About) else expected
            self.at(line, column, line[column], value, rule_of(line.sheet, column))

    def at(self, line: Line, column: str, found: Any, expected: Any, rule: str) -> None:
        """Something is wrong with a cell."""
        self.say(line.sheet, line.cell(column), column, found, expected, rule, line.key)

    def say(
        self,
        sheet: str,
        cell: str,
        column: str,
        found: Any,
        expected: Any,
        rule: str,
        key: Sequence[Any] = (),
    ) -> None:
        """Something is wrong."""
        words = [self.scenario, *(str(part) for part in key if part is not None)]
        said = ", ".join(word for word in words if word)
        self.findings.append(Finding(sheet, cell, column, found, expected, rule, said))


def agrees(found: Any, expected: Any) -> bool:
    """Whether a cell holds what is expected."""
    if isinstance(expected, Either):
        return any(agrees(found, value) for value in expected.values)
    if isinstance(expected, About):
        allowed = RELATIVE * abs(expected.value) + OF_TERMS * (1 + expected.scale) + expected.slack
        return _number(found) and abs(found - expected.value) <= allowed
    if isinstance(expected, bool) or isinstance(found, bool) or not _number(expected):
        return (found or None) == (expected or None) if not isinstance(expected, bool) else found is expected
    return _number(found) and abs(found - expected) <= RELATIVE * abs(expected) + OF_TERMS


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
