"""Cell by cell: what the results say against what follows from the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum, inf
from typing import Any, NamedTuple

from floors.verification.named import told
from floors.verification.report import Finding
from floors.verification.written import Line, sheet_of

Key = tuple[Any, ...]
Row = tuple[Key, dict[str, Any]]  # the cells of the key columns, and what others are expected to hold

RELATIVE = 1e-9  # cells hold doubles; sums of many terms lose some digits
OF_TERMS = 1e-11  # beside the largest term of a sum


class About(NamedTuple):
    """An expected number that is a sum: `scale` is the size of its terms, `slack` what may be lost beside."""

    value: float
    scale: float = 0.0
    slack: float = 0.0

    @classmethod
    def sum_of(cls, terms: Iterable[float], slack: float = 0.0) -> About:
        """The sum of terms."""
        found = [*terms]
        return cls(fsum(found), fsum(map(abs, found)), slack)


class Either(NamedTuple):
    """Expected values of which any will do."""

    values: tuple[Any, ...]


class Unknown(NamedTuple):
    """What the tables cannot pin; `why` is said."""

    why: str


def rule_of(line: Line, column: str) -> str:
    """The rule by which a cell is expected: what the contract says of its column."""
    return next(one.meaning for one in sheet_of(line.sheet).columns if one.name == column)


@dataclass
class Checker:
    """Collects what is wrong, what was compared and what cannot be."""

    scenario: str = ""
    findings: list[Finding] = field(default_factory=list)
    compared: int = 0
    unknown: dict[str, None] = field(default_factory=dict)

    def table(
        self,
        sheet: str,
        found: Iterable[Line],
        expected: Iterable[Row],
        rule: Callable[[Line, str], str] = rule_of,
    ) -> None:
        """Rows by their keys: those that are missing or too many, and the expected cells of all others.

        Columns that are not expected are the plan and the prices themselves, which are checked by what follows
        from them, or words and what takes a solver, which are held by their fingerprints.
        """
        waiting: dict[Key, list[Line]] = {}
        for line in found:
            waiting.setdefault(line.key, []).append(line)
        for key, cells in expected:
            if not waiting.get(key):
                self.say(sheet, "", "", "no row", "a row", "every row is there", key)
                continue
            line = waiting[key].pop(0)
            for column, value in cells.items():
                self.cell(line, column, value, rule)
        for line in (line for lines in waiting.values() for line in lines):
            first = next(iter(line.cells))
            self.at(line, first, "a row", "no such row, or one less", "no row is there without reason")

    def cell(
        self, line: Line, column: str, expected: Any, rule: Callable[[Line, str], str] = rule_of
    ) -> None:
        """One cell against what is expected."""
        self.compared += 1
        if isinstance(expected, Unknown):
            self.unknown[expected.why] = None
        elif not agrees(line[column], expected):
            self.at(line, column, line[column], _plain(expected), rule(line, column))

    def between(self, line: Line, column: str, low: float, high: float, rule: str) -> None:
        """A cell that holds a number from `low` to `high`, of which one may be infinite."""
        self.compared += 1
        value = line[column]
        if value is None or not low <= value <= high:
            said = f"from {low:.10g} to {high:.10g}"
            if inf in (-low, high):
                said = f"at most {high:.10g}" if low == -inf else f"at least {low:.10g}"
            self.at(line, column, value, said, rule)

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
        words = [self.scenario, *(told(str(part)) for part in key if part is not None)]
        said = ", ".join(word for word in words if word)
        self.findings.append(Finding(sheet, cell, column, found, expected, rule, said))


def _plain(expected: Any) -> Any:
    """What is expected, as a finding says it."""
    if isinstance(expected, Either):
        return " or ".join(dict.fromkeys(str(_plain(value)) for value in expected.values))
    return expected.value if isinstance(expected, About) else expected


def agrees(found: Any, expected: Any) -> bool:
    """Whether a cell holds what is expected."""
    if isinstance(expected, Either):
        return any(agrees(found, value) for value in expected.values)
    if isinstance(expected, About):
        allowed = RELATIVE * abs(expected.value) + OF_TERMS * expected.scale + expected.slack
        return _number(found) and abs(found - expected.value) <= allowed
    if isinstance(expected, bool) or isinstance(found, bool) or not _number(expected):
        return (found or None) == (expected or None) if not isinstance(expected, bool) else found is expected
    return _number(found) and abs(found - expected) <= RELATIVE * abs(expected)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
