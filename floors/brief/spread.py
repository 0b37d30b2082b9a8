"""The tables of a tornado as its page, pictures and sentences are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from floors.brief.facts import Facts
from floors.brief.tables import Tables
from floors.contract.results.tornado import INPUTS, TORNADO, BarRow, InputRow
from floors.study.uncertain_rows import SHEET

BILL, FLOOR = "bloc_net_cost", "floor"
LITTLE = 5e-4  # of a number: what moves it by less moves it hardly
SHORTER = 1e-6  # of what goes unserved: less is rounding
MOST = 3  # numbers that are to be looked up first


class Hang(NamedTuple):
    """How much floors of a commodity hang on an input: the mean over them of range over floor."""

    input: str
    share: float


@dataclass(frozen=True)
class Spread:
    """A tornado: its tables and study."""

    tables: Tables

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def inputs(self) -> list[InputRow]:
        return self.tables.read(INPUTS)

    @cached_property
    def names(self) -> list[str]:
        """The inputs, in sheet order."""
        return list(dict.fromkeys(row.input for row in self.inputs))

    @property
    def usual(self) -> bool:
        """Whether there is no sheet of ranges, so that all moved by as much."""
        return not self.tables.study.has(SHEET)

    @cached_property
    def bars(self) -> dict[tuple[str, str | None, str | None, int | None], list[BarRow]]:
        """The bars of each number, the widest first."""
        found: dict[tuple[str, str | None, str | None, int | None], list[BarRow]] = {}
        for row in self.tables.read(TORNADO):
            found.setdefault((row.output, row.member, row.commodity, row.year), []).append(row)
        return found

    @cached_property
    def bill(self) -> list[BarRow]:
        """Bars of the bloc's net cost."""
        return self.bars.get((BILL, None, None, None), [])

    @property
    def base(self) -> float | None:
        """Net cost of the bloc as it is, million; None where there is no plan."""
        return self.bill[0].base if self.bill else None

    @cached_property
    def lost(self) -> list[tuple[str, str, str]]:
        """Inputs without a plan at an end: name, which end, status."""
        found = dict.fromkeys(
            (row.input, end, status)
            for row in self.inputs
            for end, status in (("low", row.status_low), ("high", row.status_high))
            if status != "optimal"
        )
        return list(found)

    @cached_property
    def short(self) -> list[tuple[str, str, float]]:
        """Inputs at an end of which members go short of more than as it is: name, which end, and how much more, t."""
        found: dict[tuple[str, str], float] = {}
        for row in self.inputs:
            for end, left in (("low", row.unserved_low), ("high", row.unserved_high)):
                base = row.unserved_base
                if left is not None and base is not None and left - base > SHORTER * left:
                    found[row.input, end] = left - base
        return [(name, end, more) for (name, end), more in found.items()]

    @cached_property
    def idle(self) -> list[str]:
        """Inputs that have a plan at both ends and move none of the numbers."""
        moving = {row.input for rows in self.bars.values() for row in rows if row.range}
        lost = {name for name, _, _ in self.lost}
        return [name for name in self.names if name not in moving | lost]

    @cached_property
    def first(self) -> list[BarRow]:
        """What moves the bloc's net cost most, at most three; what leaves no plan comes before."""
        size = abs(self.base or 0.0)
        lost = {name for name, _, _ in self.lost}
        return [row for row in self.bill if row.input in lost or (row.range or 0.0) > LITTLE * size][:MOST]

    @cached_property
    def goods(self) -> list[str]:
        """Commodities with floors in the order of the workbook; of many, that of most floor times demand first."""
        held: dict[str, float] = {}
        for (name, _, commodity, _), rows in self.bars.items():
            if name == FLOOR and commodity is not None:
                held[commodity] = max(held.get(commodity, 0.0), *(abs(row.base or 0.0) for row in rows))
        known = [row["commodity"] for row in self.tables.study.rows("commodities")]
        return self.facts.ranked([good for good in known if good in held], lambda good: held[good])

    def floors_hang_on(self, good: str) -> list[Hang]:
        """What the floors of a commodity hang on, the most first; in sheet order where that is as much."""
        sums: dict[str, list[float]] = {name: [] for name in self.names}
        for (name, _, commodity, _), rows in self.bars.items():
            if name == FLOOR and commodity == good:
                for row in rows:
                    if row.range is not None and row.base:
                        sums[row.input].append(row.range / abs(row.base))
        found = [Hang(name, sum(of) / len(of)) for name, of in sums.items() if of]
        return sorted((one for one in found if one.share > LITTLE), key=lambda one: -round(one.share, 9))

    def widest_floor(self, good: str) -> list[BarRow]:
        """The bars of the floor of a commodity that an input moves most, beside itself."""
        of = [
            rows
            for (name, _, commodity, _), rows in self.bars.items()
            if name == FLOOR and commodity == good and rows[0].base
        ]
        return max(
            of,
            key=lambda rows: max((row.range or 0.0) for row in rows) / abs(rows[0].base or 1.0),
            default=[],
        )

    def typed(self, name: str) -> list[InputRow]:
        """Where an input is typed."""
        return [row for row in self.inputs if row.input == name]
