"""The tables of `floors alternatives` as its page and pictures are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import Facts
from floors.brief.tables import Tables
from floors.contract.results.alternatives import (
    ALTERNATIVES,
    FLOORS,
    ORIGINS,
    SHARE_RANGES,
    NearFloorRow,
    OriginRow,
    PlanRow,
    ShareRangeRow,
)
from floors.page.colours import OTHERS, colours

LEAST_LEVY = 1e-6  # USD/kg
ROUNDING = 1e-9  # of the least cost: less is nothing


@dataclass(frozen=True)
class NearPlans:
    """Tables of plans that cost at most `within` of the least cost more; `goods` are what shares are of, `capped`
    whether caps name them."""

    tables: Tables
    within: float
    goods: tuple[str, ...]
    under_caps: bool

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def rows(self) -> list[PlanRow]:
        """All plans, that of least cost first."""
        return self.tables.read(ALTERNATIVES)

    @property
    def least(self) -> PlanRow:
        """The plan of least cost."""
        return self.rows[0]

    @cached_property
    def found(self) -> list[PlanRow]:
        """The plans that were found, that of least cost among them."""
        return [row for row in self.rows if row.cost is not None]

    @cached_property
    def others(self) -> list[PlanRow]:
        """Those that were found and differ from the plan of least cost and from each other."""
        return [row for row in self.found[1:] if row.same_as is None]

    @cached_property
    def origins(self) -> dict[str, dict[str, float]]:
        """Shares by plan, then by region."""
        found: dict[str, dict[str, float]] = {}
        rows: list[OriginRow] = self.tables.read(ORIGINS)
        for row in rows:
            if row.share is not None:
                found.setdefault(row.plan, {})[row.origin] = row.share
        return found

    @cached_property
    def ranges(self) -> list[ShareRangeRow]:
        """Capped shares and how far they can go."""
        return self.tables.read(SHARE_RANGES)

    @cached_property
    def of_all(self) -> ShareRangeRow | None:
        """That of everything in all years."""
        return next((row for row in self.ranges if row.year is None and row.least is not None), None)

    @cached_property
    def floors(self) -> list[NearFloorRow]:
        return self.tables.read(FLOORS)

    @cached_property
    def good(self) -> tuple[str, str] | None:
        """The commodity and member whose floors are drawn first: those of the largest levy in any plan."""
        levied = [row for row in self.floors if row.levy > LEAST_LEVY]
        most = max(levied, key=lambda row: row.levy, default=None)
        return None if most is None else (most.commodity, most.member)

    def nothing(self, million: float) -> bool:
        """Whether an amount is rounding beside the least cost, however much more may be spent."""
        return abs(million) <= ROUNDING * abs(self.least.cost or 0.0)

    @cached_property
    def colour(self) -> dict[str, str]:
        """The colour of each region, by what it sends in all plans."""
        weight = dict.fromkeys(self.tables.role, 0.0)
        for shares in self.origins.values():
            for origin, share in shares.items():
                weight[origin] += share
        return colours(weight, self.tables.capped, self.tables.members)

    def own(self) -> list[str]:
        """Regions with a colour of their own that send anything, capped ones first, the largest first."""
        rank = {"capped": 0, "member": 1}
        size = {o: sum(of.get(o, 0.0) for of in self.origins.values()) for o in self.colour}
        some = [o for o in self.colour if size[o] > 0 and self.colour[o] != OTHERS]
        return sorted(some, key=lambda o: (rank.get(self.tables.role[o], 2), -size[o]))
