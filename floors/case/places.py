"""Where goods are used: regions, and the segment markets that caps with a segment make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floors.errors import Problem
from floors.lp.labels import Vector
from floors.study.study import Study

ROLES = ("member", "capped", "other")
OUTSIDE = "Leave it where it is meant for when it joins; else empty its cells, or make it a member then."


@dataclass(frozen=True, kw_only=True)
class Places:
    """Regions in sheet order, then markets named `region/segment`, and the role of each region in each year.

    `markets` maps (member, segment, commodity) to the name of the market that serves that demand alone. A market
    has the role of its region, and stays a market when that is no member.

    Who is a member in a year: `role_in`, `is_member`, `members_in`, `capped_in`, `bloc_in`; of arrays: `is_role(role)`
    [region, year], in the order of `Axes`. `members`, `capped` and `bloc` are those that have the role in at least
    one year.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    roles: dict[tuple[str, int], str]
    markets: dict[tuple[str, str, str], str]
    region_of: dict[str, str]
    groups: dict[str, dict[str, float]]

    @property
    def all(self) -> tuple[str, ...]:
        """Regions, then markets."""
        return tuple(self.region_of)

    def role_in(self, place: str, t: int) -> str:
        """The role of a region, or of a market's region, in a year."""
        return self.roles[self.region_of[place], t]

    @cached_property
    def changes(self) -> bool:
        """Whether the role of any region changes from year to year."""
        return len({(r, role) for (r, _), role in self.roles.items()}) > len(self.regions)

    @cached_property
    def _is_role(self) -> dict[str, Vector]:
        held = np.array([[self.roles[r, t] for t in self.years] for r in self.regions])
        return {role: held == role for role in ROLES}

    def is_role(self, role: str) -> Vector:
        """Which regions have the role when, [region, year]."""
        return self._is_role[role]

    def _ever(self, role: str) -> tuple[str, ...]:
        return tuple(r for r, held in zip(self.regions, self._is_role[role], strict=True) if held.any())

    def _in(self, role: str, t: int) -> tuple[str, ...]:
        return self._in_year[role, t]

    @cached_property
    def _in_year(self) -> dict[tuple[str, int], tuple[str, ...]]:
        return {
            (role, t): tuple(r for r in self.regions if self.roles[r, t] == role)
            for role in ROLES
            for t in self.years
        }

    @cached_property
    def outside(self) -> dict[int, frozenset[str]]:
        """By year, those of the bloc that are no members then, and their markets; no entry where there are none."""
        found = {t: frozenset(self.bloc).difference(self.bloc_in(t)) for t in self.years}
        return {t: places for t, places in found.items() if places}

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Regions that are members in at least one year."""
        return self._ever("member")

    @cached_property
    def capped(self) -> tuple[str, ...]:
        """Regions that are capped in at least one year."""
        return self._ever("capped")

    @cached_property
    def bloc(self) -> tuple[str, ...]:
        """Regions that are members in at least one year, and their markets."""
        members = set(self.members)
        return tuple(d for d, r in self.region_of.items() if r in members)

    def is_member(self, place: str, t: int) -> bool:
        """Whether a region, or a market's region, is a member in a year."""
        return self.roles[self.region_of[place], t] == "member"

    def told_role(self, region: str) -> str:
        """The role of a region in words, with the years from which it is another."""
        said, before = self.roles[region, self.years[0]], self.roles[region, self.years[0]]
        for t in self.years[1:]:
            if self.roles[region, t] != before:
                before = self.roles[region, t]
                said += f"; {before} from {t}"
        return said

    def members_in(self, t: int) -> tuple[str, ...]:
        """Member regions of the year."""
        return self._in("member", t)

    def capped_in(self, t: int) -> tuple[str, ...]:
        """Capped regions of the year."""
        return self._in("capped", t)

    def bloc_in(self, t: int) -> tuple[str, ...]:
        """Member regions of the year, and their markets."""
        return self._bloc_in[t]

    @cached_property
    def _bloc_in(self) -> dict[int, tuple[str, ...]]:
        return {t: tuple(d for d in self.region_of if self.is_member(d, t)) for t in self.years}

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
    role = study.roles
    ever = {r for (r, _), one in role.items() if one == "member"}
    marketed = ever | study.joining
    groups: dict[str, dict[str, float]] = {}
    for row in study.rows("groups"):
        groups.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
    demanded = {(row["region"], row["segment"], row["commodity"]) for row in study.rows("demand")}
    markets: dict[tuple[str, str, str], str] = {}
    for i, row in enumerate(study.rows("caps")):
        scope, segment = row["scope"], row["segment"]
        if scope != "bloc" and scope not in marketed:
            if row["years"]:
                message = f"{scope} is not a member, so this cap is ignored."
                note = study.problem("caps", i, "scope", message, OUTSIDE, "scope_not_member", "warning")
                notes.append(study.alone(note))
            continue
        _note_years_outside(study, i, scope, row["years"], notes)
        if segment is None:
            continue
        for member in regions if scope == "bloc" else (scope,):
            for commodity in groups.get(row["commodity"], {row["commodity"]: 1.0}):
                key = (member, segment, commodity)
                if member in marketed and key in demanded:
                    markets[key] = f"{member}/{segment}"
    region_of = {r: r for r in regions} | {name: key[0] for key, name in markets.items()}
    return Places(
        regions=regions, years=study.years, roles=role, markets=markets, region_of=region_of, groups=groups
    )


def _note_years_outside(
    study: Study, i: int, scope: str, years: Mapping[int, float], notes: list[Problem]
) -> None:
    """A cap of a region has no effect in years in which that is no member."""
    left = [t for t in years if scope != "bloc" and study.roles[scope, t] != "member"]
    if left:
        told = ", ".join(map(str, left))
        message = f"{scope} is not a member in {told}, so this cap is ignored then."
        note = study.problem("caps", i, left[0], message, OUTSIDE, "scope_not_member", "warning")
        as_written = all(study.base.roles[scope, t] != "member" for t in left)
        notes.append(note if as_written else study.alone(note))
