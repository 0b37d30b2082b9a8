"""Pictures of a sweep: what the cap costs, and which floors it takes, from loose to tight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from floors.brief.figures import prices, typed_share
from floors.brief.names import Names, counted, sentence
from floors.brief.pictures.shared import tag
from floors.brief.swept import Swept
from floors.contract.results.sweep import SweepRow, SweptFloorRow
from floors.page.colours import FLOOR, GAIN, GREY, MEMBERS, REST
from floors.page.picture import LINE, POINT, SHARES, Panel, Picture, Series
from floors.page.told import amount, held_together, listed

COST, FLOORS = "picture_cost", "picture_floors"
MOST_YEARS = 4
MOST_BENDS = 8  # drawn as points, with their caps
_YEARS = (REST[1], GAIN, MEMBERS[2], FLOOR)
"""Colours of years, the last that of the floor."""


def pictures(swept: Swept) -> tuple[Picture, ...]:
    """What there is to draw: nothing of fewer than two caps."""
    if len(swept.solved) < 2:
        return ()
    made = (_cost(swept), _floors(swept))
    return tuple(_held(picture) for picture in made if picture is not None)


def _held(picture: Picture) -> Picture:
    panels = tuple(
        panel._replace(title=held_together(panel.title), description=held_together(panel.description))
        for panel in picture.panels
    )
    return picture._replace(
        title=held_together(picture.title), note=held_together(picture.note), panels=panels
    )


def _cost(swept: Swept) -> Picture | None:
    """Net cost of the bloc and cost of the whole supply: the latter on a panel of its own, through every bend, where
    these are known."""
    if len(swept.costs) < 2:
        return None
    along = tuple(cap for cap, _ in swept.costs)
    whole = [
        (row, row.cost_of_cap)
        for row in swept.sweep
        if row.cap is not None and row.cost_of_cap is not None and min(along) <= row.cap <= max(along)
    ]
    size, scale = _scaled(max(abs(x) for x in (*(cost for _, cost in swept.costs), *(x for _, x in whole))))
    unit = f"{scale} {swept.tables.currency}"
    bloc = tuple(cost / size for _, cost in swept.costs)
    lines = [Series("the bloc", POINT, FLOOR, bloc, _last("bloc", bloc))]
    panels = []
    bends = [row for row, _ in whole if row.kink]
    if bends:
        panels.append(_exact(swept, [(row, cost / size) for row, cost in whole], unit))
    else:
        supply = tuple(cost / size for row, cost in whole if row in swept.solved)
        lines.insert(0, Series("whole supply", LINE, GREY, supply, _last("supply", supply)))
    both = "" if bends else " and cost of the whole supply"
    first = _panel_of_costs(f"Net cost of the bloc{both}, {unit}", unit, along, lines)
    return Picture(
        COST,
        cost_title(swept),
        f"{sentence(unit)}, present value, against the same without the cap; the cap from loose to tight",
        _bends(swept),
        (first, *panels),
    )


def _exact(swept: Swept, whole: Sequence[tuple[SweepRow, float]], unit: str) -> Panel:
    """Cost of the whole supply through every cap and bend, the bends as points."""
    along = tuple(row.cap for row, _ in whole if row.cap is not None)
    values = tuple(cost for _, cost in whole)
    lines = [Series("whole supply", LINE, GREY, values, _last("supply", values))]
    bends = [row.kink for row, _ in whole]
    if sum(bends) <= MOST_BENDS:
        points = tuple(cost if bend else None for (_, cost), bend in zip(whole, bends, strict=True))
        labels = tuple(typed_share(cap) if bend else None for cap, bend in zip(along, bends, strict=True))
        lines.append(Series("bends", POINT, FLOOR, points, labels))
    return _panel_of_costs(f"Cost of the whole supply, {unit}", unit, along, lines)


def _panel_of_costs(title: str, unit: str, along: tuple[float, ...], lines: Sequence[Series]) -> Panel:
    ends = listed([f"{one.name} {tag(one.values[-1])}" for one in lines if one.values[-1] is not None])
    largest = max(abs(value) for one in lines for value in one.values if value is not None)
    return Panel(
        title,
        unit,
        along,
        SHARES,
        tuple(lines),
        "#,##0.0" if largest < 20 else "#,##0",
        group="costs",
        choice=title,
        description=f"{title}: at a cap of {typed_share(along[-1])}, {ends}.",
    )


def _last(name: str, values: tuple[float | None, ...]) -> tuple[str | None, ...]:
    """A label at the last of these values."""
    return (*[None] * (len(values) - 1), f"{name}: {tag(values[-1] or 0.0)}")


def _scaled(most: float) -> tuple[float, str]:
    """Millions or thousands of them."""
    return (1000.0, "billion") if most >= 2000 else (1.0, "million")


def cost_title(swept: Swept) -> str:
    """What the tightest cap costs the bloc, and down to where it costs nothing."""
    (cap, cost), currency = swept.costs[-1], swept.tables.currency
    if swept.nothing(cost):
        if swept.idle == cap:
            return f"Down to {typed_share(cap)} the cap costs the bloc nothing"
        return f"At {typed_share(cap)} the bloc bears as much as without the cap"
    verb = "costs" if cost > 0 else "brings"
    told = f"at {typed_share(cap)} it {verb} {amount(cost)} {currency}"
    if swept.idle is not None:
        return f"Down to {typed_share(swept.idle)} the cap costs the bloc nothing; {told}"
    first, less = swept.costs[0]
    if len(swept.costs) == 1:
        return f"At {typed_share(cap)} the cap {verb} the bloc {amount(cost)} {currency}"
    opening = "costs" if less > 0 else "brings"
    return f"At {typed_share(first)} the cap {opening} the bloc {amount(less)} {currency}; {told}"


def _bends(swept: Swept) -> str:
    bends = sum(row.kink for row in swept.sweep)
    if not swept.exact:
        return "Lines join the caps that were solved: between them cost may bend."
    drawn = "The bloc’s line joins the caps that were solved; cost of the whole supply is exact between them"
    return (
        f"{drawn}, and bends at {counted(bends)} {'cap' if bends == 1 else 'caps'}."
        if bends
        else f"{drawn}, and straight."
    )


def _floors(swept: Swept) -> Picture | None:
    """Floors against the cap, for each commodity with a levy."""
    panels = [
        _panel(swept, good, member, alone=len(swept.members(good)) == 1)
        for good in swept.goods
        for member in swept.members(good)
    ]
    if not panels:
        return None
    currency = swept.tables.currency
    return Picture(
        FLOORS,
        floors_title(swept),
        f"Floor, {currency}/kg at the factory gate of the capped origin; the cap from loose to tight",
        "Lines join the caps that were solved: between them a floor goes up in steps.",
        tuple(panels),
    )


def _panel(swept: Swept, good: str, member: str, alone: bool) -> Panel:
    names = Names(swept.tables)
    caps = tuple(row.cap for row in swept.solved if row.cap is not None)
    years = shown_years(swept, good, member)
    series = []
    for colour, year in zip(_YEARS[-len(years) :], years, strict=True):
        of = swept.floors[member, good, year]
        values = tuple(of[cap].floor if cap in of else None for cap in caps)
        label = "" if values[-1] is None else f"{year}: {tag(values[-1])}"
        series.append(Series(str(year), POINT, colour, values, (*[None] * (len(caps) - 1), label or None)))
    name = sentence(names.good(good))
    title = name if alone else f"{name}, {names.place(member)}"
    ends = "; ".join(str(one.labels[-1]) for one in series if one.labels[-1])
    return Panel(
        title,
        f"{swept.tables.currency}/kg",
        caps,
        SHARES,
        tuple(series),
        "0",
        choice=title,
        description=f"Floor on {title} at a cap of {typed_share(caps[-1])}: {ends}.",
    )


def shown_years(swept: Swept, good: str, member: str) -> list[int]:
    """The first and the last year, and those between in which the floor moves most."""
    moves: dict[int, float] = {}
    for (whose, commodity, year), caps in swept.floors.items():
        if (whose, commodity) == (member, good):
            floors = [row.floor for row in caps.values()]
            moves[year] = max(floors) - min(floors)
    years = sorted(moves)
    between = sorted(years[1:-1], key=lambda year: -moves[year])[: MOST_YEARS - 2]
    return sorted({years[0], years[-1], *between})


def largest_jump(swept: Swept, good: str) -> tuple[SweptFloorRow, SweptFloorRow] | None:
    """The floors of a commodity at two caps that follow each other between which one moves most; None where all
    stay."""
    pairs = [
        (a, b)
        for (_, commodity, _), caps in swept.floors.items()
        if commodity == good
        for a, b in pairwise(sorted(caps.values(), key=lambda row: -(row.cap or 0.0)))
    ]
    most = max(pairs, key=lambda pair: abs(pair[1].floor - pair[0].floor), default=None)
    return (
        most if most is not None and abs(most[1].floor - most[0].floor) > 0.01 * abs(most[1].floor) else None
    )


def floors_title(swept: Swept) -> str:
    """The largest jump of the first commodity."""
    good, names = swept.goods[0], Names(swept.tables)
    jump = largest_jump(swept, good)
    if jump is None:
        return f"Floors on {names.good(good)} hardly move with the cap"
    a, b = jump
    verb = "jumps" if b.floor > a.floor else "falls"
    low, high = prices(a.floor, b.floor)
    return (
        f"The floor on {names.good(good)} {verb} most in {b.year}: {low} to {high} {swept.tables.currency}/kg "
        f"between caps of {typed_share(a.cap or 0.0)} and {typed_share(b.cap or 0.0)}"
    )
