"""What the policy itself costs the bloc in every scenario: other worlds beside other rules."""

from __future__ import annotations

from collections.abc import Sequence

from floors.brief.pictures.shared import joined
from floors.brief.tables import RULES, SHOCK, WORLD, Family, Tables
from floors.page.colours import FLOOR, INK, OTHERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import DASH, listed, money, signed
from floors.study.scenarios import BASE

_LEAST = 3  # worlds over which a range is told
_GREEN = "#007A5E"
_MOST_NAMED = 8


def picture(tables: Tables, family: Family) -> Picture | None:
    """The policy's own effect: what it changes of the bloc's bill within each scenario; None for one scenario alone."""
    own = {name: found for name, of in family.of.items() if (found := own_cost(of)) is not None}
    if len(own) < 2 or not any(abs(cost) > 0.0005 for cost in own.values()):
        return None
    kind = {name: family.kinds.get(name, WORLD) for name in own if name != BASE}
    worlds = [name for name in own if kind.get(name) == WORLD]
    shocks = [name for name in own if kind.get(name) == SHOCK]
    rules = [name for name in own if kind.get(name) == RULES]
    unit = f"million {tables.currency}"
    panels = []
    if worlds or shocks:
        panels.append(
            _panel("If the world is different, with the same rules", own, worlds, shocks, FLOOR, unit)
        )
    if rules:
        panels.append(_panel("If the rules are different, in the same world", own, rules, [], _GREEN, unit))
    return Picture(
        "picture_scenarios",
        _title(tables, own, worlds),
        f"What the policy costs the bloc in each scenario, against the same scenario without it; {unit}, present value"
        + ("; grey: shocks" if shocks else ""),
        joined(
            f"{DASH}: the bloc gains." if any(cost <= -0.5 for cost in own.values()) else "",
            _without(family),
            "Differences to base are not shown: they mix the world with the policy.",
        ),
        tuple(panels),
    )


def own_cost(of: Tables) -> float | None:
    """What the policy changes of the bloc's bill within a scenario; None where it is not known."""
    with_it, without = of.metric.get("bloc_net_cost"), of.metric.get("baseline_bloc_net_cost")
    return None if with_it is None or without is None or of.failed else with_it - without


def _panel(
    title: str, own: dict[str, float], names: Sequence[str], shocks: Sequence[str], colour: str, unit: str
) -> Panel:
    order = [name for name in (BASE,) if name in own]
    order += sorted(names, key=lambda name: own[name]) + sorted(shocks, key=lambda name: own[name])
    groups = (
        ("as it stands", INK, {BASE}),
        ("scenarios", colour, set(names)),
        ("shocks", OTHERS, set(shocks)),
    )
    series = tuple(
        Series(
            what,
            BAR,
            look,
            tuple(own[name] if name in there else None for name in order),
            tuple(_told(own[name]) if name in there else None for name in order),
        )
        for what, look, there in groups
        if any(name in there for name in order)
    )
    along = tuple("As it stands" if name == BASE else name for name in order)
    told = ", ".join(f"{name} {_told(own[key])}" for name, key in zip(along, order, strict=True))
    return Panel(
        title, unit, along, NAMES, series, group="scenarios", choice=title, description=f"{title}: {told}."
    )


def _told(cost: float) -> str:
    return signed(cost).removeprefix("+")


def _title(tables: Tables, own: dict[str, float], worlds: Sequence[str]) -> str:
    """From least to most over base and the worlds; a plain noun where there are too few."""
    if len(worlds) < _LEAST or BASE not in own:
        return "What the policy costs the bloc, scenario by scenario"
    over = [own[name] for name in (BASE, *worlds)]
    low, high = min(over), max(over)
    least, most = (_amount(tables, value) for value in (low, high))
    if least == most:
        return (
            f"The same rules {'cost' if high > 0 else 'bring'} the bloc {most} in every world that was solved"
        )
    if low <= -0.5 < 0.5 <= high:
        return f"The same rules bring the bloc {least} in one world and cost it {most} in another"
    verb = "cost" if high >= 0.5 else "bring"
    first, second = (least, most) if verb == "cost" else (most, least)
    return f"The same rules {verb} the bloc {first} to {second}, depending on the world"


def _amount(tables: Tables, value: float) -> str:
    return "nothing" if abs(value) < 0.5 else money(value, tables.currency)


def _without(family: Family) -> str:
    missing = list(family.without)
    if not missing:
        return ""
    named = listed(missing) if len(missing) <= _MOST_NAMED else f"{len(missing)} scenarios"
    return f"Without a result: {named}."
