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
    """Regions with their roles in each year, and the segment markets that rows of `caps` make of demand."""

    regions: tuple[str, ...]
    roles: dict[tuple[str, int], str]
    groups: dict[str, dict[str, float]]
    market: dict[tuple[str, str, str], str]  # region, segment, commodity -> region/segment

    @cached_property
    def region(self) -> dict[str, str]:
        """Every place with its region: regions first, markets in the order in which caps name them."""
        return {r: r for r in self.regions} | {name: key[0] for key, name in self.market.items()}

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Members of any year, in sheet order."""
        ever = {r for (r, _), role in self.roles.items() if role == "member"}
        return tuple(r for r in self.regions if r in ever)

    @cached_property
    def capped(self) -> tuple[str, ...]:
        """Regions that are capped in any year, in sheet order."""
        ever = {r for (r, _), role in self.roles.items() if role == "capped"}
        return tuple(r for r in self.regions if r in ever)

    def role_in(self, d: str, t: int) -> str:
        """The role of a region or of a market's region in a year."""
        return self.roles[self.region[d], t]

    def is_member(self, d: str, t: int) -> bool:
        """Whether a region or a market's region is a member in a year."""
        return self.role_in(d, t) == "member"

    def bloc(self, t: int) -> tuple[str, ...]:
        """Members of a year and their markets."""
        return tuple(d for d in self.region if self.is_member(d, t))

    def of_role(self, role: str, t: int) -> tuple[str, ...]:
        """Regions of a role in a year, in sheet order."""
        return tuple(r for r in self.regions if self.roles[r, t] == role)

    def told_role(self, r: str) -> str:
        """The role of a region as who_pays tells it: that of the first year, and each other from its first year on."""
        said: list[tuple[str, int]] = []
        for (region, t), role in sorted(self.roles.items(), key=lambda one: one[0][1]):
            if region == r and (not said or said[-1][0] != role):
                said.append((role, t))
        return "; ".join([said[0][0], *(f"{role} from {t}" for role, t in said[1:])])

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
    """From sheets regions, roles, groups, caps and demand."""
    regions = {row["region"]: row["role"] for row in study.rows("regions")}
    roles = {(r, row["year"]): role for r, role in regions.items() for row in study.rows("years")}
    for row in study.rows("roles"):
        for t, role in row["years"].items():
            roles[row["region"], t] = role
    groups: dict[str, dict[str, float]] = {}
    for row in study.rows("groups"):
        groups.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
    wanted = {(row["region"], row["segment"], row["commodity"]) for row in study.rows("demand")}
    apart = {r for (r, _), role in roles.items() if role == "member"} | study.joining
    market: dict[tuple[str, str, str], str] = {}
    for row in study.rows("caps"):
        if row["segment"] is None:
            continue
        for r in regions if row["scope"] == "bloc" else (row["scope"],):
            for c in groups.get(row["commodity"], {row["commodity"]: 1.0}):
                if r in apart and (r, row["segment"], c) in wanted:
                    market[r, row["segment"], c] = f"{r}/{row['segment']}"
    return World(tuple(regions), roles, groups, market)


def years_of(world: World, row: dict[str, Any]) -> dict[int, float]:
    """The numbers of a row of `caps`, but for years in which its scope is no member, or nobody is: they are ignored."""
    here = row["scope"]
    if here != "bloc":
        return {t: v for t, v in row["years"].items() if world.is_member(here, t)}
    return {t: v for t, v in row["years"].items() if not world.members or world.bloc(t)}
