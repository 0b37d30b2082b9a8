"""What a check found: every number that is wrong, where, what it should be, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong: `cell` in the results workbook (or the row's number in memory), both numbers
    as they were found and expected, and the rule by which it is expected."""

    sheet: str
    cell: str
    column: str
    found: object
    expected: object
    rule: str
    key: str = ""

    def __str__(self) -> str:
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        what = f"{self.column} " if self.column else ""
        whose = f" ({self.key})" if self.key else ""
        return f"{where}: {what}{_said(self.found)}, expected {_said(self.expected)}{whose}: {self.rule}"


def _said(value: object) -> str:
    if value is None:
        return "blank"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Report:
    """The outcome of a check. `findings` in the order of the sheets; `compared` cells; `not_checked` what the
    tables cannot pin, in words; `proof` what the tables prove about the cost, scenario by scenario; `exact` the
    numbers of the exact proof, by scenario, where it was asked for."""

    findings: tuple[Finding, ...]
    compared: int
    not_checked: tuple[str, ...]
    proof: tuple[str, ...]
    exact: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True where nothing is wrong."""
        return not self.findings
