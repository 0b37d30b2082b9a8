"""Where goods are used: regions, and the segment markets that caps with a segment make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from floors.errors import Problem
from floors.study.study import Study

ROLES = ("member", "capped", "other")


@dataclass(frozen=True, kw_only=True)
class Places:
    """Regions in sheet order, then markets named `region/segment`.

    `markets` maps (member, segment, commodity) to the name of the market that serves that demand alone.
    """

    regions: tuple[str, ...]
    role: dict[str, str]
    markets: dict[tuple[str, str, str], str]
    region_of: dict[str, str]
    groups: dict[str, dict[str, float]]

    @property
    def all(self) -> tuple[str, ...]:
        """Regions, then markets."""
        return tuple(self.region_of)

    @property
    def members(self) -> tuple[str, ...]:
        """Member regions."""
        return tuple(r for r in self.regions if self.role[r] == "member")

    @property
    def capped(self) -> tuple[str, ...]:
        """Capped regions."""
        return tuple(r for r in self.regions if self.role[r] == "capped")

    @property
    def bloc(self) -> tuple[str, ...]:
        """Member regions and the markets of members."""
        return tuple(d for d, r in self.region_of.items() if self.role[r] == "member")

    def is_market(self, place: str) -> bool:
        """True for a segment market."""
        return self.region_of[place] != place

    def kind(self, place: str) -> str:
        """The segment of a market, '' for a region: `coordination = bloc` makes one floor per kind."""
        region = self.region_of[place]
        return "" if region == place else place[len(region) + 1 :]

    def place_of(self, region: str, segment: str, commodity: str) -> str:
        """Where this demand is met: its market if it has one, else its region."""
        return self.markets.get((region, segment, commodity), region)

    def destinations(self, region: str, commodity: str) -> Iterator[str]:
        """The region, then its markets for this commodity."""
        yield region
        yield from (m for (r, _, c), m in self.markets.items() if r == region and c == commodity)

    def commodities_of(self, name: str) -> dict[str, float]:
        """Commodity -> weight of a group; {name: 1} for a commodity."""
        return self.groups.get(name, {name: 1.0})


def derive_places(study: Study, notes: list[Problem]) -> Places:
    """Regions and roles, groups, and one market per (member, commodity, segment) that a cap names."""
    regions = tuple(row["region"] for row in study.rows("regions"))
    role = {row["region"]: row["role"] for row in study.rows("regions")}
    groups: dict[str, dict[str, float]] = {}
    for row in study.rows("groups"):
        groups.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
    demanded = {(row["region"], row["segment"], row["commodity"]) for row in study.rows("demand")}
    markets: dict[tuple[str, str, str], str] = {}
    for i, row in enumerate(study.rows("caps")):
        scope, segment = row["scope"], row["segment"]
        if scope != "bloc" and role[scope] != "member":
            if row["years"]:
                message = f"{scope} is not a member in this scenario, so this cap is ignored."
                notes.append(study.problem("caps", i, "scope", message, "", "scope_not_member", "warning"))
            continue
        if segment is None:
            continue
        for member in regions if scope == "bloc" else (scope,):
            for commodity in groups.get(row["commodity"], {row["commodity"]: 1.0}):
                key = (member, segment, commodity)
                if role[member] == "member" and key in demanded:
                    markets[key] = f"{member}/{segment}"
    region_of = {r: r for r in regions} | {name: key[0] for key, name in markets.items()}
    return Places(regions=regions, role=role, markets=markets, region_of=region_of, groups=groups)
