"""The tables of caps against answers as their page and pictures are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import NOTHING, Facts
from floors.brief.figures import typed_share
from floors.brief.tables import Tables
from floors.contract.results.grid import FIRST, GRID, MEMBERS, FirstRow, GridRow
from floors.page.told import three_digits

OFFER = "offer"


@dataclass(frozen=True)
class Answered:
    """Caps against answers: tables, study, the swept rows of sheet caps, and who answers by which lever (`offer`: its
    prices; `export`: what it sells abroad)."""

    tables: Tables
    rows: tuple[int, ...]
    lever: str
    region: str

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @property
    def seller(self) -> str:
        """Who answers, in a sentence."""
        return self.facts.names.the(self.region)

    @cached_property
    def grid(self) -> list[GridRow]:
        return self.tables.read(GRID)

    @cached_property
    def solved(self) -> list[GridRow]:
        return [row for row in self.grid if row.bloc_net_cost is not None]

    @cached_property
    def caps(self) -> list[float]:
        """From the loosest to the tightest."""
        return list(dict.fromkeys(row.cap for row in self.grid))

    @cached_property
    def answers(self) -> list[float]:
        """From the least to the most."""
        return list(dict.fromkeys(row.answer for row in self.grid))

    @cached_property
    def at(self) -> dict[tuple[float, float], GridRow]:
        return {(row.cap, row.answer): row for row in self.grid}

    @cached_property
    def stays(self) -> list[GridRow]:
        """Cells that neither side leaves."""
        return [row for row in self.grid if row.neither_moves]

    @cached_property
    def alike(self) -> bool:
        """Whether all of these pay both sides the same."""
        return all(
            self.nothing((row.bloc_net_cost or 0.0) - (self.stays[0].bloc_net_cost or 0.0))
            and self.nothing((row.region_surplus or 0.0) - (self.stays[0].region_surplus or 0.0))
            for row in self.stays
        )

    @cached_property
    def first(self) -> dict[str, list[FirstRow]]:
        """What is best to commit to, by who goes first."""
        found: dict[str, list[FirstRow]] = {}
        for row in self.tables.read(FIRST):
            found.setdefault("bloc" if row.first == "bloc" else "region", []).append(row)
        return found

    @cached_property
    def members(self) -> dict[tuple[float, float], dict[str, float | None]]:
        """What each member bears more than at no cap and no answer, by cell."""
        found: dict[tuple[float, float], dict[str, float | None]] = {}
        for row in self.tables.read(MEMBERS):
            found.setdefault((row.cap, row.answer), {})[row.member] = row.change
        return found

    @property
    def against(self) -> bool:
        """Whether no cap and no answer has a plan, so that changes are known."""
        return any(row.change_of_bloc_net_cost is not None for row in self.solved)

    def shown(self, *, bloc: bool, signs: bool = False) -> str:
        """What is shown of a side: what it gains or loses, where that is known; else the amount itself."""
        if not self.against:
            return "The bloc\u2019s net cost, with a minus" if bloc else f"The surplus of {self.seller}"
        gains = "gains (+) or loses (\u2013)" if signs else "gains or loses"
        return f"What {'the bloc' if bloc else self.seller} {gains}"

    def bloc(self, row: GridRow) -> float | None:
        """What the bloc gains (below 0: loses) against no cap and no answer; without that, less what it pays."""
        amount = row.change_of_bloc_net_cost if self.against else row.bloc_net_cost
        return None if amount is None else -amount

    def gains(self, row: GridRow) -> float | None:
        """The same of the seller's region: its surplus."""
        return row.change_of_region_surplus if self.against else row.region_surplus

    def without(self, *, bloc: bool) -> float:
        """Net cost of the bloc, or surplus of the region, at no cap and no answer; where that is known."""
        row = next(row for row in self.solved if row.change_of_bloc_net_cost is not None)
        if bloc:
            return (row.bloc_net_cost or 0.0) - (row.change_of_bloc_net_cost or 0.0)
        return (row.region_surplus or 0.0) - (row.change_of_region_surplus or 0.0)

    @cached_property
    def size(self) -> float:
        """The largest amount that the bloc pays in any cell, million."""
        return max((abs(row.bloc_net_cost or 0.0) for row in self.solved), default=0.0)

    def nothing(self, million: float) -> bool:
        """Whether an amount is nothing beside what the bloc pays."""
        return abs(million) <= NOTHING * self.size

    def answer(self, answer: float) -> str:
        """An answer beside a row or a column."""
        return f"\u00d7 {three_digits(answer)}" if self.lever == OFFER else typed_share(answer)

    def answering(self, answer: float) -> str:
        """An answer in a sentence."""
        if self.lever == OFFER:
            return f"offer prices times {three_digits(answer)}"
        return f"exports of at most {typed_share(answer)}"

    def cell(self, row: GridRow) -> str:
        """A cell in a sentence."""
        return f"a cap of {typed_share(row.cap)} and {self.answering(row.answer)}"

    @cached_property
    def corners(self) -> list[GridRow]:
        """The loosest and the tightest cap against the least and the most answer."""
        caps = dict.fromkeys((self.caps[0], self.caps[-1]))
        answers = dict.fromkeys((self.answers[0], self.answers[-1]))
        return [self.at[cap, answer] for cap in caps for answer in answers]
