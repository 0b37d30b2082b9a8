"""What kind a scenario is of: another state of the world, other rules, or a shock."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from floors.case.axes import Axes
from floors.case.calendar import derive_calendar
from floors.case.places import derive_places
from floors.case.routes import derive_routes
from floors.contract.input_columns import Key
from floors.contract.inputs import RULES, SHOCK, WORLD
from floors.lp.labels import Vector
from floors.study.scenarios import BASE, CellChange
from floors.study.study import Study

ALL = frozenset[Key]()
CHOSEN: dict[str, frozenset[Key]] = {
    "caps": ALL,
    "groups": ALL,
    "floor_rules": ALL,
    "contracts": ALL,
    "funds": ALL,
    "stockpiles": frozenset({"opening", "capacity", "fund", "closing_value"}),
    "stock_targets": ALL,
    "releases": ALL,
    "exemptions": ALL,
    "regions": frozenset({"role"}),
    "roles": ALL,
}
"""Sheets, and columns of them (ALL: every one), that hold what a bloc chooses."""
CHOSEN_SETTINGS = frozenset(
    {"coordination", "floor_choice", "support_budget", "rent", "levy_on", "plan_choice"}
)
NAMES: dict[str, frozenset[Key]] = {
    "settings": frozenset({"contract", "title", "currency", "price_year", "demand_steps"}),
    "regions": frozenset({"region", "name"}),
    "commodities": frozenset({"name", "stage", "unit", "iamc"}),
}
"""What says nothing of the world."""
LIMITS: dict[str, frozenset[Key]] = {"routes": frozenset({"limit"}), "route_limits": ALL}


class ScenarioKind(NamedTuple):
    """The kind of a scenario; whether it was typed; and all that it and its parents are of."""

    kind: str
    typed: bool
    touches: frozenset[str]

    @property
    def mixed(self) -> bool:
        """Whether more than one of world, rules and shock differs from base."""
        return len(self.touches) > 1


def scenario_kind(study: Study, name: str) -> ScenarioKind:
    """The kind typed for a scenario, else told from what it and its parents change.

    Rules where it changes what a bloc chooses, even if it changes more; else shock where it has a year from which it is
    known, or is an embargo: nothing under a cap comes any more from a capped region; else world. Who is in the bloc
    from such a year on is rules alone. Stocks that are let go in a shock are part of it. A parent is of the kind typed
    for it.
    """
    rows = {row["scenario"]: row for row in study.base.rows("scenarios")}
    touches: set[str] = set()
    released = False
    for one, changes in study.lineage(name).items():
        row = rows[one]
        if row["kind"] is not None:
            touches, released = {row["kind"]}, False
            continue
        turned = bool(changes) and all(change.table == "roles" for change in changes)
        struck = (row["known_from"] is not None and not turned) or (
            any(_is_limit(change) for change in changes) and is_embargo(study, one)
        )
        if struck:
            touches.add(SHOCK)
        for change in changes:
            if change.table in ("stock_targets", "releases"):
                released = True
            elif _chosen(study, change):
                touches.add(RULES)
            elif not (struck and (row["known_from"] is not None or _is_limit(change))) and _counts(
                study, change
            ):
                touches.add(WORLD)
    if released and SHOCK not in touches:
        touches.add(RULES)
    kind = RULES if RULES in touches else SHOCK if SHOCK in touches else WORLD
    return ScenarioKind(kind, name in rows and rows[name]["kind"] is not None, frozenset(touches or {WORLD}))


def told(study: Study) -> str | None:
    """The kind of the scenario that a study is, and how it is known; None for base."""
    if study.scenario_name == BASE:
        return None
    found = scenario_kind(study, study.scenario_name)
    return found.kind if found.typed else f"{found.kind} (told from what it and its parents change)"


def is_embargo(study: Study, name: str) -> bool:
    """Whether from some capped region nothing under a cap can come to any member in a year in which in base it can."""
    before, after = _ways(study.base), _ways(study.scenario(name))
    return bool((before & ~after).any())


def _ways(study: Study) -> Vector:
    """[region, year]: whether any route from a capped region to a member is open for a good under a cap (under
    none: any good).

    Regions are capped and members, and goods under a cap, as in base.
    """
    base, calendar = study.base, derive_calendar(study)
    places = derive_places(study, [])
    goods = tuple(row["commodity"] for row in study.rows("commodities"))
    axes = Axes.of(places, goods, calendar)
    reference = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    routes = derive_routes(study, axes, places, reference, [])
    in_base, size = derive_places(base, []), len(axes.regions)
    capped, members = in_base.is_role("capped"), in_base.is_role("member")
    offered = _made(base)
    made = np.array([[(region, good) in offered for good in goods] for region in axes.regions], dtype=bool)
    named = _under_a_cap(base)
    wanted = made & np.array([not named or good in named for good in goods], dtype=bool)
    full = np.broadcast_to(routes.open, (size, size, len(goods), len(axes.years)))
    found: Vector = (full & wanted[:, None, :, None] & members[None, :, None]).any(axis=(1, 2)) & capped
    return found


def _made(study: Study) -> set[tuple[str, str]]:
    """Region and commodity of everything that some process makes."""
    made: dict[str, set[str]] = {}
    for row in study.rows("technologies"):
        if row["coefficient"] > 0:
            made.setdefault(row["technology"], set()).add(row["commodity"])
    return {
        (row["region"], good)
        for row in study.rows("processes")
        for good in (made.get(row["technology"], ()) if row["technology"] else (row["commodity"],))
    }


def _under_a_cap(study: Study) -> set[str]:
    groups: dict[str, set[str]] = {}
    for row in study.rows("groups"):
        groups.setdefault(row["group"], set()).add(row["commodity"])
    return {
        good
        for row in study.rows("caps")
        if row["years"]
        for good in groups.get(row["commodity"], {row["commodity"]})
    }


def _is_limit(change: CellChange) -> bool:
    return _among(LIMITS, change)


def _counts(study: Study, change: CellChange) -> bool:
    """Whether what is changed says something of the world."""
    if change.table == "settings":
        return bool(_settings(study, change) - NAMES["settings"])
    return not _among(NAMES, change)


def _chosen(study: Study, change: CellChange) -> bool:
    """Whether what is changed is chosen by a bloc."""
    if change.table == "settings":
        return bool(_settings(study, change) & CHOSEN_SETTINGS)
    return _among(CHOSEN, change)


def _settings(study: Study, change: CellChange) -> set[Key]:
    """The settings that are changed."""
    rows = study.base.rows("settings")
    return {rows[index]["key"] for index in change.rows} | ({change.adds} if change.adds else set())


def _among(columns: dict[str, frozenset[Key]], change: CellChange) -> bool:
    found = columns.get(change.table)
    return found is not None and (found == ALL or bool(found & set(change.columns)))
