"""What can be said about a table and its columns: kinds, units, defaults, bounds, references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

Key = str | int
"""A column of a table: its name, or a year."""


@dataclass(frozen=True)
class Bounds:
    """An interval of allowed numbers; an open end is itself not allowed."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def holds(self, number: float) -> bool:
        """True for a number inside."""
        above = number > self.low if self.open_low else number >= self.low
        return above and (number < self.high if self.open_high else number <= self.high)

    @property
    def text(self) -> str:
        """The interval in words, such as ``above 0`` or ``0 or more and below 1``."""
        if self.low == self.high:
            return f"{self.low:g}"
        low = "" if self.low == -inf else f"above {self.low:g}" if self.open_low else f"{self.low:g} or more"
        if self.high == inf:
            return low
        high = f"below {self.high:g}" if self.open_high else f"{self.high:g} or less"
        return f"{low} and {high}" if low else high


ANY = Bounds()
NOT_NEGATIVE = Bounds(low=0)
POSITIVE = Bounds(low=0, open_low=True)
SHARE = Bounds(low=0, high=1)
LOSS = Bounds(low=0, high=1, open_high=True)
RATE = Bounds(low=-1, open_low=True)


@dataclass(frozen=True)
class Column:
    """One column. `kind` says what a cell may hold:

    ``name`` a key or a reference, ``text`` free text, ``number``, ``whole`` a whole number, ``target`` a
    number or days such as ``60 d``, ``flag`` TRUE or FALSE, ``any`` whatever was typed. `default` is the
    constant that a blank cell stands for; `blank` says what a blank means where that is no constant; both are
    only used in rows where `with_column` is filled. `refers` lists the ``table.column`` whose entries are
    allowed, `words` what else is. `by` names a column of the same row that may change the rules: see `variants`.
    """

    name: str
    meaning: str
    kind: str = "name"
    unit: str = ""
    required: bool = False
    default: str | float | None = None
    blank: str = ""
    with_column: str = ""
    choices: tuple[str, ...] = ()
    bounds: Bounds = ANY
    warn_above: float = inf
    refers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    by: str = ""
    variants: Mapping[str, Column] = field(default_factory=dict)

    @property
    def default_shown(self) -> str | float | None:
        """The default as it is typed."""
        return str(self.default).upper() if isinstance(self.default, bool) else self.default


@dataclass(frozen=True)
class Table:
    """One sheet. No two rows share all of `key`; `years` describes the columns headed by a year."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    years: Column | None = None
    required: bool = False

    def column(self, key: Key) -> Column | None:
        """The column of that name, or the rules of a year; None where the table has no such column."""
        if isinstance(key, int):
            return self.years
        return next((column for column in self.columns if column.name == key), None)


def name(name: str, meaning: str, *refers: str, **more: Any) -> Column:
    return replace(Column(name, meaning, required=True, refers=refers), **more)


def number(name: str, unit: str, meaning: str, bounds: Bounds, **more: Any) -> Column:
    return replace(Column(name, meaning, "number", unit, bounds=bounds), **more)


def whole(name: str, meaning: str, bounds: Bounds = ANY, **more: Any) -> Column:
    return replace(Column(name, meaning, "whole", bounds=bounds), **more)


def text(name: str, meaning: str) -> Column:
    return Column(name, meaning, "text")


def flag(name: str, meaning: str) -> Column:
    return Column(name, meaning, "flag", default=False, choices=("TRUE", "FALSE"))


def years(unit: str, meaning: str, bounds: Bounds, blank: str) -> Column:
    return Column("years", meaning, "number", unit, bounds=bounds, blank=blank)
