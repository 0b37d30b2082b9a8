"""The tables of `floors priorities` as its page and pictures are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import Facts
from floors.brief.tables import Tables
from floors.contract.results.priorities import (
    NO_CAP,
    PAYERS,
    PRIORITIES,
    SHOCKS,
    WHY_NONE,
    PriorityPayerRow,
    PriorityRow,
    PriorityShockRow,
)

FIRST = 3


@dataclass(frozen=True)
class Ranked:
    """Chains by rank: their tables and study; `samples` of which `failed` have no plan of some chain, 0: none drawn."""

    tables: Tables
    samples: int
    failed: int

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def rows(self) -> list[PriorityRow]:
        """All chains, those with a rank first."""
        return self.tables.read(PRIORITIES)

    @cached_property
    def ranked(self) -> list[PriorityRow]:
        """The chains that have a rank."""
        return [row for row in self.rows if row.rank is not None]

    @cached_property
    def first(self) -> list[PriorityRow]:
        """Those of the first three ranks whose caps avoid a loss on average."""
        return [row for row in self.ranked if (row.rank or 0) <= FIRST and (row.expected_avoided or 0.0) > 0]

    @cached_property
    def idle(self) -> list[PriorityRow]:
        """Those whose caps cost something and avoid nothing in the shocks that strike them."""
        return [row for row in self._without_use if row.chain in self.shocks]

    @cached_property
    def spared(self) -> list[PriorityRow]:
        """Those whose caps cost something and for which no shock moves what is paid, with caps or without."""
        return [row for row in self._without_use if row.chain not in self.shocks]

    @property
    def _without_use(self) -> list[PriorityRow]:
        return [row for row in self.ranked if (row.cost or 0.0) > 0 and (row.expected_avoided or 0.0) <= 0]

    @cached_property
    def unneeded(self) -> list[PriorityRow]:
        """Those that need no floor in any year."""
        return [row for row in self.rows if row.need in WHY_NONE]

    @cached_property
    def shocks(self) -> dict[str, list[PriorityShockRow]]:
        """Shocks that strike each chain."""
        found: dict[str, list[PriorityShockRow]] = {}
        for row in self.tables.read(SHOCKS):
            found.setdefault(row.chain, []).append(row)
        return found

    @cached_property
    def payers(self) -> dict[str, list[PriorityPayerRow]]:
        """Who pays for the caps of each chain."""
        found: dict[str, list[PriorityPayerRow]] = {}
        for row in self.tables.read(PAYERS):
            found.setdefault(row.chain, []).append(row)
        return found

    @cached_property
    def size(self) -> float:
        """The largest amount of cost, million."""
        return max((abs(row.cost or 0.0) for row in self.rows), default=0.0)

    @cached_property
    def all_weak(self) -> bool:
        """Whether the inputs of every chain are weak: then it is said of all at once."""
        return bool(self.rows) and all(row.weak for row in self.rows)

    @cached_property
    def lost(self) -> list[PriorityRow]:
        """Chains of which something has no plan."""
        return [row for row in self.rows if row.status != "optimal"]

    @cached_property
    def all_known(self) -> bool:
        """Whether there is a chain with a rank, and none with caps of which anything is not known."""
        return bool(self.ranked) and not any(row.need != NO_CAP for row in self.lost)

    def name(self, row: PriorityRow) -> str:
        """A chain in words: a commodity by its full name, and that its inputs are weak, unless all are."""
        return f"{self.plain(row)} (weak)" if row.weak and not self.all_weak else self.plain(row)

    def plain(self, row: PriorityRow) -> str:
        """The same without."""
        alone = row.commodities == row.chain
        return self.facts.names.good(row.chain) if alone else row.chain
