"""The tables of a sweep as its page and pictures are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import Facts
from floors.brief.tables import Tables
from floors.contract.results.sweep import (
    FLOORS,
    JUMPS,
    OPTIMUM,
    SWEEP,
    JumpRow,
    OptimumRow,
    SweepRow,
    SweptFloorRow,
)

NOTHING = 5e-4  # of the bloc's net cost without the cap: less is nothing
LEAST_LEVY = 1e-6  # USD/kg
ALIKE = 0.01  # of a floor: members whose floors differ by less have one floor


@dataclass(frozen=True)
class Swept:
    """A sweep: its tables and study, and the swept rows of sheet caps; `tightest` is the least cap that has a plan,
    where it was looked for, `exact` whether cost is known between the caps."""

    tables: Tables
    rows: tuple[int, ...]
    tightest: float | None = None
    exact: bool = False

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def sweep(self) -> list[SweepRow]:
        return self.tables.read(SWEEP)

    @property
    def free(self) -> SweepRow:
        """The row of no cap."""
        return next(row for row in self.sweep if row.cap is None)

    @cached_property
    def solved(self) -> list[SweepRow]:
        """The caps that were solved and have a plan, the loosest first."""
        return [row for row in self.sweep if row.cap is not None and row.bloc_net_cost is not None]

    @property
    def asked(self) -> list[SweepRow]:
        """All caps that were asked for: bends between them have no floors of their own, and no net cost."""
        return [
            row
            for row in self.sweep
            if row.cap is not None and (row.status != "optimal" or row in self.solved)
        ]

    @cached_property
    def costs(self) -> list[tuple[float, float]]:
        """Caps and what the bloc bears more than without, million; none where there is no plan without."""
        found = [(row.cap, row.change_of_bloc_net_cost) for row in self.solved]
        return [(cap, cost) for cap, cost in found if cap is not None and cost is not None]

    @cached_property
    def best(self) -> dict[str, OptimumRow]:
        """The best cap for the bloc, and that for the world, by whose it is; none where no cap has a plan."""
        return {row.best_for: row for row in self.tables.read(OPTIMUM)}

    def nothing(self, million: float) -> bool:
        """Whether an amount is nothing beside what the bloc pays."""
        return abs(million) <= NOTHING * abs(self.free.bloc_net_cost or 0.0)

    @cached_property
    def idle(self) -> float | None:
        """The tightest cap down to which the bloc bears nothing; None where already the loosest costs or brings it
        something."""
        found = None
        for cap, cost in self.costs:
            if not self.nothing(cost):
                break
            found = cap
        return found

    @cached_property
    def goods(self) -> list[str]:
        """Commodities with a levy at some cap, those under a swept cap first, in the order of the workbook; of many,
        that of most levy times demand first."""
        levied: dict[str, float] = {}
        for row in self.tables.read(FLOORS):
            if row.cap is not None and row.levy > LEAST_LEVY:
                levied[row.commodity] = max(row.levy, levied.get(row.commodity, 0.0))
        caps = self.tables.study.rows("caps")
        names = [row["commodity"] for row in self.tables.study.rows("commodities")]
        swept = [good for i in self.rows for good in names if self.facts.covers(caps[i]["commodity"], good)]
        first = [good for good in dict.fromkeys(swept) if good in levied]
        rest = [good for good in names if good in levied and good not in first]
        return [good for of in (first, rest) for good in self.facts.ranked(of, lambda good: levied[good])]

    @cached_property
    def floors(self) -> dict[tuple[str, str, int], dict[float, SweptFloorRow]]:
        """Floors by member, commodity and year, then by cap."""
        found: dict[tuple[str, str, int], dict[float, SweptFloorRow]] = {}
        for row in self.tables.read(FLOORS):
            if row.cap is not None:
                found.setdefault((row.member, row.commodity, row.year), {})[row.cap] = row
        return found

    def members(self, good: str) -> list[str]:
        """Who has floors of a commodity: one for all whose floors are alike, the highest first."""
        by_member: dict[str, dict[tuple[int, float], float]] = {}
        for (member, commodity, year), caps in self.floors.items():
            if commodity == good:
                by_member.setdefault(member, {}).update({(year, cap): row.floor for cap, row in caps.items()})
        found: list[str] = []
        for member in sorted(by_member, key=lambda one: -max(by_member[one].values())):
            if not any(_alike(by_member[member], by_member[other]) for other in found):
                found.append(member)
        return found

    @cached_property
    def jumps(self) -> list[JumpRow]:
        return self.tables.read(JUMPS)


def _alike(some: dict[tuple[int, float], float], others: dict[tuple[int, float], float]) -> bool:
    return some.keys() == others.keys() and all(
        abs(floor - others[key]) <= ALIKE * max(abs(floor), abs(others[key])) for key, floor in some.items()
    )
