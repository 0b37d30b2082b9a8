"""The border: which floors exist, the minimum rule's levies, and the rules on floors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from floors.case.axes import Axes, Ways
from floors.case.calendar import Calendar
from floors.case.counted import Scopes
from floors.case.links import Links
from floors.case.places import Places
from floors.case.reach import Reach
from floors.case.routes import Routes
from floors.errors import Problem
from floors.lp.labels import Vector
from floors.study.study import Study

MINIMUM_TOLERANCE = 0.01  # USD/kg: how near a minimum the levies settle


LevyKey = tuple[Any, ...]
"""Whose minimum levy: (origin, commodity, year), or (origin, region, commodity, year) of a pair that needs a link."""


def spread(levies: Mapping[LevyKey, float], axes: Axes, ways: Ways) -> Vector:
    """Numbers by levy key as numbers of these ways; 0 where there is none."""
    free = {key: number for key, number in levies.items() if len(key) == 3}
    found: Vector = axes.filled(free, "oct")[ways.o, ways.c, ways.t]
    if len(free) == len(levies):
        return found
    linked = {key: number for key, number in levies.items() if len(key) == 4}
    table = axes.labels.table(linked, 4)
    at = table.find(axes.table(ways.o, ways.r, ways.c, ways.t, kinds="ooct").columns)
    return np.where(at >= 0, np.array([*linked.values()])[at], found)


class Floor(NamedTuple):
    """A floor: where, of what, when; ex works at this capped origin."""

    member: str
    commodity: str
    year: int


@dataclass(frozen=True, kw_only=True)
class Border:
    """`origin[floor]`; `rules[rule][commodity][year]`; `start[o, c, t]` first levy of the minimum rule.

    `clean[floor]` is the name of the good at the origin where that is outside the class that is traced.
    """

    origin: dict[Floor, str]
    rules: dict[str, dict[str, dict[int, float]]]
    rule_row: dict[tuple[str, str], int]
    start: dict[LevyKey, float]
    levied_on: str
    equivalent: frozenset[str] = frozenset()
    clean: dict[Floor, str] = field(default_factory=dict)

    @staticmethod
    def without_rules(levied_on: str) -> Border:
        """No floors, and no rules on any."""
        return Border(origin={}, rules={}, rule_row={}, start={}, levied_on=levied_on)

    def source(self, floor: Floor) -> tuple[str, str, int]:
        """The good that a floor is of where it is made: origin, its name there, year."""
        return self.origin[floor], self.clean.get(floor, floor.commodity), floor.year

    def rule(self, rule: str, commodity: str, t: int) -> float | None:
        """The value of a rule for a commodity and year, or None."""
        return self.rules.get(rule, {}).get(commodity, {}).get(t)

    def levies(self, places: Places) -> Vector:
        """Whether levies of the bloc's own may fall on what comes from a region, [region, year]."""
        if self.levied_on != "non_members":
            return places.is_role("capped")
        equal = np.array([r in self.equivalent for r in places.regions], dtype=bool)
        found: Vector = places.is_role("capped") | ~(places.is_role("member") | equal[:, None])
        return found

    def pays_minimum(self, places: Places, axes: Axes, ways: Ways, content: Vector) -> Vector:
        """Levies of the minimum rule that one tonne of such content pays on each way: the content, or 1 where it is
        levied on non-members."""
        starts = spread(dict.fromkeys(self.start, 1.0), axes, ways) > 0
        member = places.is_role("member")
        share = np.ones(len(content)) if self.levied_on == "non_members" else content
        return np.where(starts & member[ways.r, ways.t], share, 0.0)


def derive_border(
    study: Study,
    calendar: Calendar,
    places: Places,
    commodities: tuple[str, ...],
    routes: Routes,
    links: Links,
    reach: Reach,
    scopes: Scopes,
    reference: dict[tuple[str, int], float],
    problems: list[Problem],
    equivalent: frozenset[str] = frozenset(),
) -> Border:
    """Sheet `floor_rules`, and the floors that caps and minimums make."""
    rules, rule_row = _rules(study, commodities)
    minimum = rules.get("minimum", {})
    _contradictions(study, rules, rule_row, problems)
    origin = _floors(places, routes, links, reach, scopes, minimum)
    if study.settings.floor_choice == "steadiest":
        _check_steadiest(origin, reference, problems)
    start = _first_levies(
        study, calendar, places, links, reach, minimum, rule_row, reference, problems, equivalent
    )
    tags = reach.axes.tags
    return Border(
        origin=origin,
        rules=rules,
        rule_row=rule_row,
        start=start,
        levied_on=study.settings.levy_on,
        equivalent=equivalent,
        clean={f: name for f, o in origin.items() if (name := tags.own(o, f.commodity)) != f.commodity},
    )


def _check_steadiest(
    origin: dict[Floor, str], reference: dict[tuple[str, int], float], problems: list[Problem]
) -> None:
    """Changes of floors are counted in shares of the reference price: it must be there, and above 0."""
    missing = {
        floor.commodity: floor.year for floor in origin if not reference.get((floor.commodity, floor.year))
    }
    for c, t in missing.items():
        found = "0" if (c, t) in reference else "none"
        problems.append(
            Problem(
                "reference_prices",
                "",
                None,
                "floor_choice steadiest counts changes as shares of the reference price, which must be above 0; "
                f"found {found} of {c} in {t}.",
                f"Give {c} a price in every year, or set floor_choice to lowest.",
                "missing_reference",
            )
        )


def _floors(
    places: Places,
    routes: Routes,
    links: Links,
    reach: Reach,
    scopes: Scopes,
    minimum: dict[str, dict[int, float]],
) -> dict[Floor, str]:
    """Where a cap or a minimum meets the first capped region that can supply the place: floor -> that region."""
    axes = reach.axes
    shape = len(axes.places), len(axes.commodities), len(axes.years)
    home = axes.home
    supplier, goods = np.full(shape, -1), np.arange(len(axes.commodities))
    open_ = np.broadcast_to(routes.open & links.passable, routes.shape)
    for o in reversed([axes.place[r] for r in places.capped]):
        made = reach.makes[o][axes.own(np.full(len(goods), o), goods)]
        supplier[(open_[o] & made & places.is_role("capped")[o])[home]] = o
    supplier[:, axes.tagged[1]] = -1
    asked = np.zeros(shape, dtype=bool)
    plain = axes.plain[scopes.c]
    o = supplier[scopes.d, plain, scopes.t]
    content = routes.at(routes.content, o, home[scopes.d], scopes.c, scopes.t)
    counts = (scopes.counts(np.arange(len(o)), o, content) > 0) & (axes.own(o, plain) == scopes.c)
    asked[scopes.d[counts], plain[counts], scopes.t[counts]] = True
    for c, years in minimum.items():
        asked[:, axes.commodity[c], [axes.year[t] for t in years]] = True
    stands, member = np.zeros(shape, dtype=bool), places.is_role("member")
    for d in places.bloc:
        sold = [axes.commodity[c] for (_, _, c), name in places.markets.items() if name == d]
        stands[axes.place[d], sold if places.is_market(d) else slice(None)] = member[home[axes.place[d]]]
    found = np.argwhere(stands & asked & (supplier >= 0))
    return {
        Floor(axes.places[d], axes.commodities[c], axes.years[t]): axes.places[supplier[d, c, t]]
        for d, c, t in found.tolist()
    }


def _rules(
    study: Study, commodities: tuple[str, ...]
) -> tuple[dict[str, dict[str, dict[int, float]]], dict[tuple[str, str], int]]:
    """Rule -> commodity -> year -> value; a row naming a commodity replaces `*` for that rule."""
    rules: dict[str, dict[str, dict[int, float]]] = {}
    rows: dict[tuple[str, str], int] = {}
    for named in (False, True):
        for i, row in enumerate(study.rows("floor_rules")):
            if (row["commodity"] != "*") is not named or not row["years"]:
                continue
            for c in (row["commodity"],) if named else commodities:
                rules.setdefault(row["rule"], {})[c] = dict(row["years"])
                rows[row["rule"], c] = i
    return rules, rows


def _contradictions(
    study: Study,
    rules: dict[str, dict[str, dict[int, float]]],
    rows: dict[tuple[str, str], int],
    problems: list[Problem],
) -> None:
    seen: set[tuple[int, int]] = set()
    for c, values in rules.get("minimum", {}).items():
        for t, least in values.items():
            most = rules.get("maximum", {}).get(c, {}).get(t)
            pair = (rows["minimum", c], rows.get(("maximum", c), -1))
            if most is not None and most < least and pair not in seen:
                seen.add(pair)
                where = study.value_cell("floor_rules", pair[1], t)
                problems.append(
                    study.problem(
                        "floor_rules",
                        pair[0],
                        t,
                        f"minimum {least:g} for {c} in {t} is above the maximum {most:g} at {where}.",
                        "Raise the maximum or lower the minimum.",
                        code="contradictory_rules",
                    )
                )


def _first_levies(
    study: Study,
    calendar: Calendar,
    places: Places,
    links: Links,
    reach: Reach,
    minimum: dict[str, dict[int, float]],
    rows: dict[tuple[str, str], int],
    reference: dict[tuple[str, int], float],
    problems: list[Problem],
    equivalent: frozenset[str],
) -> dict[LevyKey, float]:
    """The minimum less the reference price, at least 0, for every origin that pays it; the whole minimum for every pair
    that needs a link, so that of the levies that its price leaves open the largest is found."""
    start: dict[LevyKey, float] = {}
    missing: set[str] = set()
    non_members = study.settings.levy_on == "non_members"
    for c, values in minimum.items():
        for t, least in values.items():
            members = places.members_in(t)
            let_off = equivalent - set(places.capped_in(t))
            others = [r for r in places.regions if r not in members and r not in let_off]
            payers = others if non_members else places.capped_in(t)
            makers = [
                (o, name) for o in payers for name in reach.axes.tags.names(c) if reach.can_make(o, name, t)
            ]
            if not makers:
                continue
            if (c, t) not in reference:
                if c not in missing:
                    problems.append(
                        study.problem(
                            "floor_rules",
                            rows["minimum", c],
                            t,
                            f"a minimum starts from the reference price; found none of {c} in {t}.",
                            "Fill it in sheet reference_prices.",
                            code="missing_reference",
                        )
                    )
                missing.add(c)
                continue
            for o, name in makers:
                linked = [r for r in members if r != o and links.needed(o, r, c, t)]
                start |= {(o, r, name, t): least for r in linked}
                if len(linked) < sum(r != o for r in members) or not linked:
                    start[o, name, t] = max(0.0, least - reference[c, t])
    return start
