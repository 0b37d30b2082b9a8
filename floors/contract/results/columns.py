"""What a sheet of results is made of: columns with unit, meaning, number format and width."""

from __future__ import annotations

from typing import NamedTuple

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


class Column(NamedTuple):
    """One column: `unit` may hold ``{currency}``; `format` is Excel's; `width` in characters."""

    name: str
    unit: str
    meaning: str
    format: str
    width: int
    key: bool = False

    def unit_in(self, currency: str) -> str:
        """The unit with the currency of the study in it."""
        return self.unit.replace("{currency}", currency)


class Sheet(NamedTuple):
    """One sheet of the results: a tidy table, one row per combination of its key columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.key)


def column(name: str, unit: str, meaning: str, number_format: str, width: int, key: bool = False) -> Column:
    return Column(name, unit, meaning, number_format, max(width, len(name) + _ROOM_FOR_FILTER_BUTTON), key)


def key(name: str, meaning: str, width: int = 14) -> Column:
    return column(name, "", meaning, TEXT, width, key=True)


def year(meaning: str = "Year of the study.") -> Column:
    return column("year", "", meaning, YEAR, 8, key=True)


def text(name: str, meaning: str, width: int = 14) -> Column:
    return column(name, "", meaning, TEXT, width)


def flag(name: str, meaning: str, key: bool = False) -> Column:
    return column(name, "", meaning, BOOL, 9, key)


def price(name: str, meaning: str) -> Column:
    return column(name, PER_KG, meaning, PRICE, 11)


def tonnes(name: str, meaning: str, unit: str = PER_YEAR) -> Column:
    return column(name, unit, meaning, TONNES, 12)


def share(name: str, meaning: str) -> Column:
    return column(name, "share", meaning, SHARE, 10)


def per_tonne(name: str, meaning: str) -> Column:
    return column(name, PER_TONNE, meaning, PER_T, 12)


def money(name: str, meaning: str, unit: str = MILLION_A_YEAR) -> Column:
    return column(name, unit, meaning, MONEY, 14)
