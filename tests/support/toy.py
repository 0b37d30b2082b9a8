"""The toy: read once, solved once, and with sheets of one's own."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

import floors
from tests.support.places import TOY
from tests.support.studies import Table

YEARS = range(2026, 2034)
SIDES = [{"origin": "CN", "destination": role, "commodity": "*", 2026: None} for role in ("member", "other")]
"""Rows of `route_limits` that set no limit: what an embargo changes."""


@cache
def study() -> floors.Study:
    """The toy as it is."""
    return floors.read(TOY)


@cache
def solved() -> floors.Result:
    """Its result."""
    return floors.solve(study())


def with_sheets(**sheets: Any) -> floors.Study:
    """The toy with sheets added or replaced."""
    return floors.Study(dict(study().tables) | sheets)


def with_rows(**sheets: Table) -> floors.Study:
    """The toy with rows added to its sheets; sheets that it lacks are these rows."""
    tables = dict(study().tables)
    for name, rows in sheets.items():
        before = [tables[name]] if name in tables else []
        tables[name] = pd.concat([*before, pd.DataFrame(rows)], ignore_index=True)
    return floors.Study(tables)


def rules(*rows: tuple[str, float]) -> Table:
    """Rows of `floor_rules` on oxide, the same in every year."""
    return [{"commodity": "oxide", "rule": rule} | dict.fromkeys(YEARS, value) for rule, value in rows]


def embargo(scenario: str, column: str | int) -> dict[str, Any]:
    """A row of `changes`: nothing leaves CN in this year. Needs rows of `route_limits`."""
    row = {"scenario": scenario, "sheet": "route_limits", "where": "origin=CN", "column": column}
    return row | {"change": "set", "value": 0}
