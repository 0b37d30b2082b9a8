"""What the policy itself costs the bloc in every scenario: other worlds beside other rules."""

from __future__ import annotations

from collections.abc import Sequence

from floors.brief.pictures.shared import Amount, in_parts, joined
from floors.brief.tables import RULES, SHOCK, WORLD, Family, Tables
from floors.contract.results import CAPS, FLOORS
from floors.page.colours import FLOOR, INK, OTHERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import DASH, listed, money
from floors.study.scenarios import BASE

_LEAST = 3  # worlds over which a range is told
_GREEN, _VIOLET = "#007A5E", "#7A5BA8"
_BOTH = "both"
_NOTHING = 1e-6  # million
_MOST_NAMED = 8
_MOST_BARS = 40


def picture(tables: Tables, family: Family) -> Picture | None:
    """The policy's own effect: what it changes of the bloc's bill within each scenario; None for one scenario alone."""
    own = {name: found for name, of in family.of.items() if (found := own_cost(of)) is not None}
    ruled = {name for name in own if len(family.of[name].read(CAPS)) or len(family.of[name].read(FLOORS))}
    free = [name for name in own if name not in ruled and name != BASE]
    own = {name: cost for name, cost in own.items() if name not in free}
    if len(own) < 2 or not any(abs(cost) > _NOTHING for cost in own.values()):
        return None
    of_kind: dict[str, list[str]] = {WORLD: [], SHOCK: [], RULES: [], _BOTH: []}
    for name in own:
        if name != BASE:
            of_kind[_kind(tables, family, name)].append(name)
    unit, told = f"million {tables.currency}", Amount.for_largest(max(map(abs, own.values())))
    panels = []
    if of_kind[WORLD] or of_kind[SHOCK]:
        parts = (of_kind[WORLD], FLOOR), (of_kind[SHOCK], OTHERS)
        panels.append(_panel("If the world is different, with the same rules", own, parts, unit, told))
    if of_kind[RULES] or of_kind[_BOTH]:
        title = "If the rules are different, in the same world"
        if of_kind[_BOTH]:
            title = "If the rules are different (violet: in another world)"
        panels.append(_panel(title, own, ((of_kind[RULES], _GREEN), (of_kind[_BOTH], _VIOLET)), unit, told))
    return Picture(
        "picture_scenarios",
        _title(tables, own, of_kind[WORLD], told),
        f"What the policy costs the bloc in each scenario, against the same scenario without it; {unit}, present value"
        + ("; grey: shocks" if of_kind[SHOCK] else ""),
        joined(
            f"{DASH}: the bloc gains." if any(cost <= -told.least for cost in own.values()) else "",
            f"Without a policy, and so not shown: {_some(free)}." if free else "",
            f"Without a result: {_some(list(family.without))}." if family.without else "",
            "Differences to base are not shown: they mix the world with the policy.",
        ),
        tuple(part for panel in panels for part in in_parts(panel, _MOST_BARS)),
    )


def _kind(tables: Tables, family: Family, name: str) -> str:
    """The kind of a scenario; both, where one that it stands on is of another kind."""
    parents = {row["scenario"]: row["parent"] for row in tables.study.rows("scenarios")}
    kind, above = family.kinds.get(name, WORLD), parents.get(name)
    while above is not None and above != BASE:
        if family.kinds.get(above, kind) != kind:
            return _BOTH
        above = parents.get(above)
    return kind


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= _MOST_NAMED else f"{len(names)} scenarios"


def own_cost(of: Tables) -> float | None:
    """What the policy changes of the bloc's bill within a scenario; None where it is not known."""
    with_it, without = of.metric.get("bloc_net_cost"), of.metric.get("baseline_bloc_net_cost")
    return None if with_it is None or without is None or of.failed else with_it - without


def _panel(
    title: str, own: dict[str, float], parts: Sequence[tuple[Sequence[str], str]], unit: str, amount: Amount
) -> Panel:
    """Base in black first, then each part, of a colour of its own, from least to most."""
    groups = [([BASE], INK), *parts] if BASE in own else [*parts]
    order = [name for names, _ in groups for name in sorted(names, key=lambda name: own[name])]
    series = tuple(
        Series(
            "As it stands" if names == [BASE] else "scenarios",
            BAR,
            colour,
            tuple(own[name] if name in names else None for name in order),
            tuple(amount.plain(own[name]) if name in names else None for name in order),
        )
        for names, colour in groups
        if names
    )
    along = tuple("As it stands" if name == BASE else name for name in order)
    told = ", ".join(f"{name} {amount.plain(own[key])}" for name, key in zip(along, order, strict=True))
    return Panel(
        title, unit, along, NAMES, series, group="scenarios", choice=title, description=f"{title}: {told}."
    )


def _title(tables: Tables, own: dict[str, float], worlds: Sequence[str], amount: Amount) -> str:
    """From least to most over base and the worlds; a plain noun where there are too few."""
    if len(worlds) < _LEAST or BASE not in own:
        return "What the policy costs the bloc, scenario by scenario"
    over = [own[name] for name in (BASE, *worlds)]
    low, high = min(over), max(over)

    def told(value: float) -> str:
        return "nothing" if abs(value) < amount.least else money(value, tables.currency)

    if low <= -amount.least and high >= amount.least:
        return f"The same rules bring the bloc {told(low)} in one world and cost it {told(high)} in another"
    verb, first, second = ("cost", low, high) if high >= amount.least else ("bring", high, low)
    if told(first) == told(second):
        return f"The same rules {verb} the bloc {told(first)} in every world that was solved"
    return f"The same rules {verb} the bloc from {told(first)} to {told(second)}, depending on the world"
