"""The results workbook, once: every sheet and column with its unit, meaning, number format and key.

The report, the results object and the documents follow from `RESULTS`. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

from floors.contract.results.border import CAPS, FLOOR_PARTS, FLOORS, PRICES, SENSITIVITY, TEMPTATION
from floors.contract.results.columns import (
    ANY,
    BOOL,
    COUNT,
    FACTOR,
    INDEX,
    MILLION_A_YEAR,
    MILLION_PV,
    MONEY,
    PER_KG,
    PER_T,
    PER_TONNE,
    PER_YEAR,
    PRICE,
    SHARE,
    SMALL,
    TEXT,
    TONNES,
    YEAR,
    Column,
    Sheet,
    column,
    flag,
    key,
    text,
)
from floors.contract.results.policy import ACCOUNTS, CONCENTRATION, SHUFFLING, SUPPORT
from floors.contract.results.trade import BASELINE, INVESTMENT, PRODUCTION, SHIPMENTS, SOURCING, STOCKS

Cell: TypeAlias = bool | int | float | str | None
Row: TypeAlias = Sequence[Cell]

__all__ = [
    "ACCOUNTS",
    "ANY",
    "BASELINE",
    "BOOL",
    "BY_NAME",
    "CAPS",
    "CERTIFICATE",
    "COMPARISON",
    "CONCENTRATION",
    "COUNT",
    "FACTOR",
    "FLOORS",
    "FLOOR_PARTS",
    "INDEX",
    "INVESTMENT",
    "MILLION_A_YEAR",
    "MILLION_PV",
    "MONEY",
    "PER_KG",
    "PER_T",
    "PER_TONNE",
    "PER_YEAR",
    "PRICE",
    "PRICES",
    "PRODUCTION",
    "RESULTS",
    "RUN",
    "SCENARIO",
    "SENSITIVITY",
    "SEVERAL",
    "SHARE",
    "SHIPMENTS",
    "SHUFFLING",
    "SMALL",
    "SOURCING",
    "STOCKS",
    "SUMMARY",
    "SUPPORT",
    "TEMPTATION",
    "TEXT",
    "TONNES",
    "YEAR",
    "Cell",
    "Column",
    "Reportable",
    "Row",
    "Rows",
    "Sheet",
]

SUMMARY = Sheet(
    "summary",
    "The headline numbers of the study.",
    (
        key("metric", "What is measured.", 24),
        column("value", "see unit", "Its value, in the unit beside it.", ANY, 16),
        text("unit", "Unit of the value.", 30),
    ),
)

CERTIFICATE = Sheet(
    "certificate",
    "Proof of the result, computed apart from the solver.",
    (
        key("check", "What was checked.", 34),
        column("value", "", "Largest violation found.", SMALL, 14),
        column("tolerance", "", "Largest violation allowed.", SMALL, 14),
        flag("passed", "TRUE where the value is within the tolerance."),
    ),
)

RUN = Sheet(
    "run",
    "How the result was made: versions, workbook, scenario, solver, sizes and every default used.",
    (
        key("key", "What is recorded.", 34),
        column("value", "", "As it was in this run.", ANY, 70),
    ),
)

RESULTS: tuple[Sheet, ...] = (
    SUMMARY,
    FLOORS,
    FLOOR_PARTS,
    PRICES,
    SOURCING,
    SHIPMENTS,
    PRODUCTION,
    INVESTMENT,
    STOCKS,
    CAPS,
    SENSITIVITY,
    SUPPORT,
    ACCOUNTS,
    CONCENTRATION,
    SHUFFLING,
    TEMPTATION,
    BASELINE,
    CERTIFICATE,
    RUN,
)
"""All sheets of the results workbook, in the order of the contract."""

BY_NAME: dict[str, Sheet] = {sheet.name: sheet for sheet in RESULTS}

SCENARIO = key("scenario", "Scenario solved; base is the workbook as it stands.", 26)

COMPARISON = Sheet(
    "comparison",
    "Every scenario beside base: its status, its summary, and the floors of the first member.",
    (
        SCENARIO,
        *SUMMARY.columns[:2],
        column("difference", "see unit", "Value less that of base; blank where either has none.", ANY, 16),
        SUMMARY.columns[2],
        text("note", "Why a scenario has no result; whose floor it is, and whether it is a shortage.", 40),
    ),
)

_SEVERAL = tuple(sheet._replace(columns=(SCENARIO, *sheet.columns)) for sheet in RESULTS)
SEVERAL: tuple[Sheet, ...] = (_SEVERAL[0], COMPARISON, *_SEVERAL[1:])
"""All sheets of the results workbook of several scenarios."""


class Rows(Protocol):
    """The rows of a sheet, however they are kept: as many as it says, the same each time they are gone through."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...


class Reportable(Protocol):
    """What a result offers to whoever writes it out.

    `sentences` is the result in plain words; `failed` whether its certificate failed; `rows` a sheet's rows in
    the order of its columns, None where there is no value.
    """

    @property
    def title(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def scenario_name(self) -> str: ...
    @property
    def sentences(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def failed(self) -> bool: ...
    def rows(self, sheet: str) -> Rows: ...
