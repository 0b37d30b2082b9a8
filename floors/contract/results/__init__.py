"""The results workbook, once: every sheet and column with its unit, meaning, number format and key.

The report, the results object and the documents follow from `RESULTS`. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from floors.contract.results.border import (
    CAPS,
    FLOOR_KINDS,
    FLOOR_PARTS,
    FLOORS,
    NEAREST,
    OWN_LEVIES,
    PRICES,
    SENSITIVITY,
    TEMPTATION,
)
from floors.contract.results.columns import (
    ANY,
    BOOL,
    MONEY,
    PER_YEAR,
    PRICE,
    SHARE,
    TEXT,
    TONNES,
    YEAR,
    Cell,
    Column,
    Kind,
    Row,
    Rows,
    Sheet,
    SheetOf,
    column,
    scenario,
)
from floors.contract.results.frames import frame
from floors.contract.results.instruments import GRANTS, INSTRUMENTS, TARIFFS
from floors.contract.results.links import LINKS
from floors.contract.results.policy import (
    ACCOUNTS,
    BASELINE_ACCOUNTS,
    CONCENTRATION,
    MEMBERS_RANGE,
    SHUFFLING,
    SUPPORT,
    WHO_PAYS,
)
from floors.contract.results.trade import (
    BASELINE,
    INVESTMENT,
    PRODUCTION,
    SHIPMENTS,
    SOURCING,
    STOCKS,
    UNSERVED,
    VAULT,
)
from floors.contract.results.whole import (
    CERTIFICATE,
    COMPARISON,
    MOST_ACROSS,
    RUN,
    SIDE_BY_SIDE,
    SUMMARY,
    side_by_side_sheet,
)

__all__ = [
    "ACCOUNTS",
    "ANY",
    "BASELINE",
    "BASELINE_ACCOUNTS",
    "BOOL",
    "BY_NAME",
    "CAPS",
    "CERTIFICATE",
    "COMPARISON",
    "CONCENTRATION",
    "FLOORS",
    "FLOOR_KINDS",
    "FLOOR_PARTS",
    "GRANTS",
    "INSTRUMENTS",
    "INVESTMENT",
    "LINKS",
    "MEMBERS_RANGE",
    "MONEY",
    "NEAREST",
    "OWN_LEVIES",
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
    "SIDE_BY_SIDE",
    "SOURCING",
    "STOCKS",
    "SUMMARY",
    "SUPPORT",
    "TARIFFS",
    "TEMPTATION",
    "TEXT",
    "TONNES",
    "UNSERVED",
    "VAULT",
    "WHO_PAYS",
    "YEAR",
    "Cell",
    "Column",
    "Kind",
    "Reportable",
    "Row",
    "Rows",
    "Sheet",
    "SheetOf",
    "frame",
    "several",
]

RESULTS: tuple[SheetOf[Any], ...] = (
    SUMMARY,
    FLOORS,
    FLOOR_PARTS,
    FLOOR_KINDS,
    OWN_LEVIES,
    PRICES,
    SOURCING,
    SHIPMENTS,
    PRODUCTION,
    INVESTMENT,
    LINKS,
    STOCKS,
    VAULT,
    UNSERVED,
    CAPS,
    SENSITIVITY,
    NEAREST,
    SUPPORT,
    ACCOUNTS,
    BASELINE_ACCOUNTS,
    WHO_PAYS,
    MEMBERS_RANGE,
    INSTRUMENTS,
    GRANTS,
    TARIFFS,
    CONCENTRATION,
    SHUFFLING,
    TEMPTATION,
    BASELINE,
    CERTIFICATE,
    RUN,
)
"""All sheets of the results workbook, in the order of the contract."""

BY_NAME = {sheet.name: sheet for sheet in RESULTS}

SCENARIO = column("scenario", Kind.TEXT, scenario())


_SEVERAL = tuple(sheet.after(SCENARIO) for sheet in RESULTS)
SEVERAL: tuple[Sheet, ...] = (_SEVERAL[0], COMPARISON, *_SEVERAL[1:])
"""All sheets of the results workbook of several scenarios, whatever they are called."""


def several(scenarios: Mapping[str, str]) -> tuple[Sheet, ...]:
    """All sheets of the results workbook of these scenarios, each with what is said of it beside its name."""
    across = (side_by_side_sheet(scenarios),) if len(scenarios) <= MOST_ACROSS else ()
    return (SEVERAL[0], *across, *SEVERAL[1:])


class Reportable(Protocol):
    """What a result offers to whoever writes it out.

    `sentences` is the result in plain words; `failed` whether its certificate failed; `rows` a sheet's rows in
    the order of its columns (by name: `SheetOf.read`), None where there is no value.
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
