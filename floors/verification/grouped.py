"""Differences of two results by sheet and region, and which of them are a choice between plans of the same cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from floors.contract import results as tables
from floors.contract.results.columns import COUNT, flag, number, sheet_of, text
from floors.verification.side_by_side import Written
from floors.verification.written import SCENARIO

if TYPE_CHECKING:
    from floors.verification.differences import Difference

PLACES = ("region", "member", "destination", "floor_member", "scope", "player")
"""Columns that say whose a row is: the first that a sheet has."""

FOLLOW = {
    tables.CONCENTRATION.name: None,
    tables.SHUFFLING.name: None,
    tables.PRODUCTION.name: None,
    tables.INVESTMENT.name: None,
    tables.STOCKS.name: None,
    tables.ACCOUNTS.name: None,
    tables.WHO_PAYS.name: None,
    tables.CAPS.name: {"used", "slack", "wasted"},
    tables.FLOORS.name: {"effective", "state", "note"},
    tables.PRICES.name: {"bought", "sold"},
}
"""Sheets, and of some the columns, that follow from which shipments are made."""


class Group(NamedTuple):
    """Differences of one sheet and region. Those of a tie are where plans of the same cost differ."""

    sheet: Annotated[str, text("Sheet of the results.", 18)]
    region: Annotated[
        str, text("Whose the rows are: region, member, destination or scope; blank where nobody's.", 18)
    ]
    tie: Annotated[bool, flag("TRUE where plans of the same cost differ: see differences.")]
    differ: Annotated[int, number("", "How many differ.", COUNT, 10)]
    largest: Annotated[str, text("The largest of them.", 60)]


GROUPS = sheet_of("groups", Group)


def grouped(differences: Iterable[Difference]) -> list[Group]:
    """Differences, largest first, by sheet and region: those of ties last, else by the largest of each."""
    found: dict[tuple[str, str, bool], list[Difference]] = {}
    for one in differences:
        found.setdefault((one.sheet, one.region, one.tie), []).append(one)
    groups = [Group(*key, len(of), str(of[0])) for key, of in found.items()]
    return sorted(groups, key=lambda group: group.tie)


def whose(row: Mapping[str, Any]) -> str:
    """The region whose a row is; empty where it names none."""
    return next((str(row[name]) for name in PLACES if row.get(name) is not None), "")


class Ties:
    """Which differences are a choice between plans that cost the same: where the total cost of a scenario is equal in
    both, shipments that either calls movable, and what follows from shipments."""

    def __init__(self, a: Written, b: Written, tolerance: float) -> None:
        self._at: dict[Any, set[tuple[Any, ...]]] = {}
        costs = [_total(written) for written in (a, b)]
        for scenario, cost in costs[0].items():
            other = costs[1].get(scenario)
            if other is not None and abs(cost - other) <= tolerance * max(1.0, abs(cost), abs(other)):
                self._at[scenario] = set()
        for written in (a, b):
            for row in _rows(written, tables.SOURCING.name):
                if row.get("movable") is True and row.get(SCENARIO) in self._at:
                    self._at[row.get(SCENARIO)].add(_place(row))
        self._some = {scenario: {(c, t) for _, c, t in at} for scenario, at in self._at.items()}

    def hold(self, sheet: str, row: Mapping[str, Any], column: str) -> bool:
        """Whether a difference in this row is one: in shipments marked movable, or in what follows from them in a year
        in which some are."""
        at = self._at.get(row.get(SCENARIO))
        if not at:
            return False
        if sheet in (tables.SOURCING.name, tables.SHIPMENTS.name):
            return _place(row) in at
        if sheet not in FOLLOW or (FOLLOW[sheet] is not None and column not in (FOLLOW[sheet] or ())):
            return False
        some = self._some[row.get(SCENARIO)]
        if sheet in (tables.CONCENTRATION.name, tables.SHUFFLING.name):
            return (row.get("commodity"), row.get("year")) in some
        return "year" not in row or row["year"] in {t for _, t in some}


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row.get("destination"), row.get("commodity"), row.get("year")


def _rows(written: Written, sheet: str) -> list[dict[str, Any]]:
    return [row for _, row in written.sheets[sheet].rows] if sheet in written.sheets else []


def _total(written: Written) -> dict[Any, float]:
    """Total cost by scenario."""
    return {
        row.get(SCENARIO): float(row["value"])
        for row in _rows(written, tables.SUMMARY.name)
        if row.get("metric") == "total_cost" and isinstance(row.get("value"), int | float)
    }
