"""The tables of a scenario as attributes: of a result, of one of several runs, and of all runs together."""

from __future__ import annotations

from floors.contract.results import RESULTS, Sheet
from floors.excel.tabled import Table, Tabled


class ScenarioTables(Tabled):
    """One table per sheet of the contract."""

    summary = Table()
    floors = Table()
    floor_parts = Table()
    floor_kinds = Table()
    own_levies = Table()
    prices = Table()
    sourcing = Table()
    shipments = Table()
    production = Table()
    investment = Table()
    links = Table()
    stocks = Table()
    vault = Table()
    unserved = Table()
    caps = Table()
    sensitivity = Table()
    nearest = Table()
    support = Table()
    accounts = Table()
    baseline_accounts = Table()
    who_pays = Table()
    members_range = Table()
    instruments = Table()
    grants = Table()
    tariffs = Table()
    concentration = Table()
    shuffling = Table()
    temptation = Table()
    baseline = Table()
    certificate = Table()
    run = Table()

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook, in order."""
        return RESULTS
