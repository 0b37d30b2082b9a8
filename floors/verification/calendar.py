"""Years, lengths and present-value weights, and what the regions are, read again from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from floors.study.study import Study

Place = tuple[str, str, int]  # region or market, commodity, year


@dataclass(frozen=True)
class Calendar:
    """`length[t]` in years, `weight[t]` = length x (1 + rate)^-(t - first year)."""

    years: tuple[int, ...]
    length: dict[int, float]
    weight: dict[int, float]

    def before(self, t: int) -> int | None:
        """The year of the table before t."""
        earlier = [y for y in self.years if y < t]
        return earlier[-1] if earlier else None

    def after(self, t: int) -> int | None:
        """The year of the table after t."""
        return next((y for y in self.years if y > t), None)


def read_calendar(study: Study) -> Calendar:
    """From sheets years and settings."""
    rows = study.rows("years")
    years = tuple(row["year"] for row in rows)
    length = {row["year"]: row["length"] for row in rows}
    growth = 1 + study.settings.discount_rate
    return Calendar(years, length, {t: n / growth ** (t - years[0]) for t, n in length.items()})


@dataclass(frozen=True)
class World:
    """Regions with their roles, and the segment markets that rows of `caps` make of demand."""

    role: dict[str, str]
    groups: dict[str, dict[str, float]]
    market: dict[tuple[str, str, str], str]  # region, segment, commodity -> region/segment

    @cached_property
    def region(self) -> dict[str, str]:
        """Every place with its region: regions first, markets in the order in which caps name them."""
        return {r: r for r in self.role} | {name: key[0] for key, name in self.market.items()}

    @cached_property
    def bloc(self) -> tuple[str, ...]:
        """Members and their markets."""
        return tuple(d for d, r in self.region.items() if self.role[r] == "member")

    def of_role(self, role: str) -> tuple[str, ...]:
        """Regions of a role, in sheet order."""
        return tuple(r for r, found in self.role.items() if found == role)

    def is_market(self, d: str) -> bool:
        """True for region/segment."""
        return self.region[d] != d

    def segment_of(self, d: str) -> str:
        """The segment of a market, blank for a region."""
        return d[len(self.region[d]) + 1 :] if self.is_market(d) else ""

    def buys(self, region: str, segment: str, c: str) -> str:
        """Where this demand is met."""
        return self.market.get((region, segment, c), region)

    def takes(self, d: str, c: str) -> bool:
        """Whether this commodity can go there: a market takes what its segment has a cap on."""
        return not self.is_market(d) or any(name == d and key[2] == c for key, name in self.market.items())

    def parts(self, r: str, c: str) -> list[str]:
        """The region and its markets for a commodity."""
        return [r] + [name for key, name in self.market.items() if key[0] == r and key[2] == c]

    def weights(self, name: str) -> dict[str, float]:
        """Commodities of a group with their weights; a commodity alone weighs 1."""
        return self.groups.get(name, {name: 1.0})


def read_world(study: Study) -> World:
    """From sheets regions, groups, caps and demand."""
    role = {row["region"]: row["role"] for row in study.rows("regions")}
    groups: dict[str, dict[str, float]] = {}
    for row in study.rows("groups"):
        groups.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
    wanted = {(row["region"], row["segment"], row["commodity"]) for row in study.rows("demand")}
    market: dict[tuple[str, str, str], str] = {}
    for row in study.rows("caps"):
        if row["segment"] is None or not counts(role, row):
            continue
        for r in role if row["scope"] == "bloc" else (row["scope"],):
            for c in groups.get(row["commodity"], {row["commodity"]: 1.0}):
                if role[r] == "member" and (r, row["segment"], c) in wanted:
                    market[r, row["segment"], c] = f"{r}/{row['segment']}"
    return World(role, groups, market)


def counts(role: dict[str, str], row: dict[str, Any]) -> bool:
    """A cap of a region that is not a member (any more) is ignored."""
    return row["scope"] == "bloc" or role[row["scope"]] == "member"
