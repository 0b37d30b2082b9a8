"""What joining is worth as its page and pictures are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import NOTHING, Facts
from floors.brief.tables import Tables
from floors.contract.results.coalition import CANDIDATES, ORDERS, CandidateRow, OrderRow


@dataclass(frozen=True)
class Joined:
    """Candidates and orders of joining as sheets have them. `bills` are the net costs of members and candidates where
    nobody joined (none without a plan), `lost` the sets without a result with their status, `asked` how many were
    solved; `greedy` whether each step alone was looked at, `orders` how many were compared."""

    tables: Tables
    members: tuple[str, ...]
    bills: Mapping[str, float]
    lost: Mapping[tuple[str, ...], str]
    asked: int
    orders: int
    greedy: bool

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def candidates(self) -> list[CandidateRow]:
        """One row each, in the order of the sheet."""
        return self.tables.read(CANDIDATES)

    @cached_property
    def known(self) -> list[CandidateRow]:
        """Those of whom it is known what their joining alone is worth."""
        return [row for row in self.candidates if row.worth_together is not None]

    @cached_property
    def best(self) -> list[OrderRow]:
        """The steps of the best order; none where no order has a plan at every step."""
        return [row for row in self.tables.read(ORDERS) if row.rank == 1]

    @cached_property
    def gains(self) -> list[float]:
        """What members and all who have joined have gained after each of them."""
        return [row.cumulative_gain for row in self.best if row.cumulative_gain is not None]

    @cached_property
    def most(self) -> int | None:
        """After which step of the best order most is gained; None where that is never more than nothing."""
        if not self.gains:
            return None
        place = max(range(len(self.gains)), key=lambda n: self.gains[n])
        return place if self.gains[place] > 0 and not self.nothing(self.gains[place]) else None

    def nothing(self, million: float, one: str | None = None) -> bool:
        """Whether an amount is nothing beside what one pays, or beside what the members do."""
        if not self.bills:
            return million == 0
        whose = [one] if one else list(self.members)
        bill = sum(self.bills[region] for region in whose)
        return abs(million) <= max(NOTHING * abs(bill), 1e-6 * max(map(abs, self.bills.values())))

    @cached_property
    def losing(self) -> dict[str, float]:
        """Who loses by joining alone, and how much; the most first; of those of whom every plan says so."""
        found = {
            row.candidate: -row.worth_to_itself
            for row in self.known
            if row.worth_to_itself is not None
            and row.worth_to_itself < 0
            and not self.nothing(row.worth_to_itself, row.candidate)
            and is_settled(row, "worth_to_itself")
        }
        return dict(sorted(found.items(), key=lambda one: -one[1]))


def is_settled(row: CandidateRow | OrderRow, name: str) -> bool:
    """Whether a worth is the same in every plan of the same cost."""
    return name not in (row.not_settled or "").split(", ")
