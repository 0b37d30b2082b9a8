"""What a sheet of results is made of: a class of rows whose fields are its columns.

    class CapRow(NamedTuple):
        'Each cap.'
        scope: Annotated[str, key("The bloc, or the member that is capped.")]
        levy: Annotated[float | None, price("What one kg more room would save.")]

    CAPS = sheet_of("caps", CapRow)

The name of a field is the name of its column, its type the kind; unit, meaning, number format and width stand
beside. Rows are made by keyword and read by attribute, so that a type checker knows every column.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, partial
from inspect import cleandoc
from types import NoneType
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, get_args, get_type_hints

Cell: TypeAlias = bool | int | float | str | None
Row: TypeAlias = Sequence[Cell]
Made = TypeVar("Made", bound=tuple[Any, ...])

TEXT = "@"
YEAR = "0"
COUNT = "0"
BOOL = '"TRUE";"TRUE";"FALSE"'
ANY = "General"
PRICE = "0.00"
FACTOR = "0.000"
TONNES = "#,##0.0"
MONEY = "#,##0.000"
PER_T = "#,##0.00"
SHARE = "0.0%"
INDEX = "#,##0"
SMALL = "0.0E+00"

PER_KG = "{currency}/kg"
PER_TONNE = "{currency}/t"
PER_YEAR = "t/yr"
MILLION_A_YEAR = "million {currency}/yr"
MILLION_PV = "million {currency}, present value"

_ROOM_FOR_FILTER_BUTTON = 4


class Kind(Enum):
    """What the cells of a column hold, if they are not blank. `EITHER` is for sheets that are no DataFrame."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "flag"
    EITHER = "text or number"


_KINDS: dict[frozenset[Any], Kind] = {
    frozenset([str]): Kind.TEXT,
    frozenset([int]): Kind.WHOLE,
    frozenset([float]): Kind.NUMBER,
    frozenset([bool]): Kind.FLAG,
    frozenset([Any]): Kind.EITHER,
}


class About(NamedTuple):
    """What is said of a column beside its name and kind."""

    unit: str
    meaning: str
    format: str
    width: int
    key: bool = False


class Column(NamedTuple):
    """One column: `unit` may hold ``{currency}``; `format` is Excel's; `width` in characters."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    format: str
    width: int
    key: bool = False

    def unit_in(self, currency: str) -> str:
        """The unit with the currency of the study in it."""
        return self.unit.replace("{currency}", currency)


class Rows(Protocol):
    """The rows of a sheet, however they are kept: as many as it says, the same each time they are gone through."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...


@dataclass(frozen=True)
class Sheet:
    """One sheet of the results: a tidy table, one row per combination of its key columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.key)

    def row(self, **cells: Cell) -> Row:
        """A row of a sheet whose columns follow from data. Raises TypeError for a missing or an unknown column."""
        return tuple(self._ordered(cells))

    def records(self, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
        """Rows by the names of their columns."""
        names = self.names
        return (dict(zip(names, row, strict=True)) for row in rows)

    def after(self, first: Column) -> Sheet:
        """The sheet with a column before its own."""
        return Sheet(self.name, self.meaning, (first, *self.columns))

    def before(self, last: Column) -> Sheet:
        """The sheet with a column after its own."""
        return Sheet(self.name, self.meaning, (*self.columns, last))

    def _ordered(self, given: Mapping[str, Any]) -> list[Any]:
        if given.keys() != set(self.names):
            wrong = ", ".join(sorted(given.keys() ^ set(self.names)))
            raise TypeError(f"{self.name}: missing or unknown are {wrong}.")
        return [given[name] for name in self.names]


@dataclass(frozen=True)
class SheetOf(Sheet, Generic[Made]):
    """A sheet whose rows are of a class."""

    made: type[Made]

    def read(self, rows: Iterable[Row]) -> Iterator[Made]:
        """Rows by name, of whatever they were kept as. Raises TypeError for a row of another width."""
        make: Callable[[Row], Made] = self.made._make  # type: ignore[attr-defined]
        return map(make, rows)

    def from_columns(self, **columns: Iterable[Cell]) -> list[Made]:
        """The rows of a large table, out of columns of one length. Raises TypeError for a missing or an unknown
        column, ValueError for one of another length."""
        rows = zip(*self._ordered(columns), strict=True)
        return list(map(partial(tuple.__new__, self.made), rows))  # a million at a time: the width is known


def sheet_of(name: str, made: type[Made]) -> SheetOf[Made]:
    """The sheet of a class of rows, which says what it means. Raises TypeError for a field that is no column."""
    return SheetOf(name, cleandoc(made.__doc__ or ""), columns_of(made), made)


def columns_of(made: type[tuple[Any, ...]]) -> tuple[Column, ...]:
    """The columns that the fields of a class of rows are."""
    names = vars(sys.modules[made.__module__])  # not the fields, which may be called as what is said of them
    return tuple(_column(*field) for field in get_type_hints(made, names, {}, include_extras=True).items())


def _column(name: str, hint: Any) -> Column:
    about = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, About)]
    held = hint.__origin__ if about else hint
    kind = _KINDS.get(frozenset(get_args(held) or (held,)) - {NoneType})
    if kind is None or len(about) != 1:
        raise TypeError(
            f"{name}: expected Annotated[str, int, float or bool, what is said of it]; found {hint}."
        )
    return column(name, kind, about[0])


def column(name: str, kind: Kind, about: About) -> Column:
    """A column by itself, wide enough for its name."""
    width = max(about.width, len(name) + _ROOM_FOR_FILTER_BUTTON)
    return Column(name, kind, about.unit, about.meaning, about.format, width, about.key)


def number(unit: str, meaning: str, number_format: str, width: int, key: bool = False) -> About:
    return About(unit, meaning, number_format, width, key)


def key(meaning: str, width: int = 14) -> About:
    return About("", meaning, TEXT, width, key=True)


def year(meaning: str = "Year of the study.") -> About:
    return About("", meaning, YEAR, 8, key=True)


def scenario() -> About:
    return key("Scenario solved; base is the workbook as it stands.", 26)


def text(meaning: str, width: int = 14) -> About:
    return About("", meaning, TEXT, width)


def flag(meaning: str, key: bool = False) -> About:
    return About("", meaning, BOOL, 9, key)


def price(meaning: str) -> About:
    return About(PER_KG, meaning, PRICE, 11)


def tonnes(meaning: str, unit: str = PER_YEAR) -> About:
    return About(unit, meaning, TONNES, 12)


def share(meaning: str) -> About:
    return About("share", meaning, SHARE, 10)


def per_tonne(meaning: str) -> About:
    return About(PER_TONNE, meaning, PER_T, 12)


def money(meaning: str, unit: str = MILLION_A_YEAR, width: int = 14) -> About:
    return About(unit, meaning, MONEY, width)
