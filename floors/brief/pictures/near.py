"""Pictures of plans that cost nearly as little: where what members buy comes from, and the floors that go with each."""

from __future__ import annotations

from floors.brief.figures import typed_share
from floors.brief.names import sentence
from floors.brief.near import NearPlans
from floors.brief.pictures.shared import tag
from floors.page.colours import FLOOR, INK, MEMBERS, OTHERS, REST
from floors.page.picture import BAR, LINE, NAMES, YEARS, Panel, Picture, Series
from floors.page.told import held_together, listed, percent

ORIGINS, FLOORS = "picture_origins", "picture_floors"
_LINES = (INK, FLOOR, MEMBERS[2], MEMBERS[3], REST[0])
MOST_PANELS = 12


def pictures(near: NearPlans) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no plan differs from that of least cost."""
    if not near.others:
        return ()
    made = (_origins(near), _floors(near))
    return tuple(
        picture._replace(title=held_together(picture.title), note=held_together(picture.note))
        for picture in made
        if picture is not None
    )


def told_goods(near: NearPlans) -> str:
    """What shares are of, in a sentence."""
    names = near.facts.names
    if not near.under_caps:
        return "all goods"
    return (
        listed([names.good(good) for good in near.goods]) if len(near.goods) <= 3 else "the goods under caps"
    )


def _plans(near: NearPlans) -> list[str]:
    """The plans that are drawn: one of those that are the same."""
    return [row.plan for row in near.found if row.same_as is None]


def _origins(near: NearPlans) -> Picture | None:
    """Shares by region of origin, plan by plan."""
    along = tuple(plan for plan in _plans(near) if plan in near.origins)
    own = near.own()
    if len(along) < 2 or not own:
        return None
    series = [
        Series(
            near.facts.names.region(origin),
            BAR,
            near.colour[origin],
            tuple(near.origins[plan].get(origin, 0.0) for plan in along),
            tuple(percent(near.origins[plan].get(origin, 0.0)) for plan in along),
        )
        for origin in own
    ]
    rest = tuple(1 - sum(near.origins[plan].get(origin, 0.0) for origin in own) for plan in along)
    if max(rest) > 1e-6:
        series.append(Series("others", BAR, OTHERS, rest, tuple(percent(max(0.0, one)) for one in rest)))
    told = "; ".join(
        f"{one.name}: {', '.join(f'{plan} {label}' for plan, label in zip(along, one.labels, strict=True))}"
        for one in series
    )
    return Picture(
        ORIGINS,
        origins_title(near),
        f"Shares of regions of origin in what members buy of {told_goods(near)}, all years, by plan",
        "Of plans that are as good by their aim the cheapest is drawn; the ends in the title are of all "
        "plans within the limit.",
        (Panel("", "share", along, NAMES, tuple(series), "0%", description=f"Shares of origins. {told}."),),
    )


def origins_title(near: NearPlans) -> str:
    """How far the share of capped origin goes over all plans within the limit."""
    row = near.of_all
    more = typed_share(near.within)
    if row is None or not near.tables.capped:
        return "Where what members buy comes from, plan by plan"
    low, high = percent(row.least or 0.0), percent(row.most or 0.0)
    seller = near.facts.names.capped
    if low == high:
        return f"Whichever plan, {low} comes from {seller}"
    room = f"For at most {more} more cost" if near.within else "At the same cost"
    return f"{room} anywhere from {low} to {high} may come from {seller}"


def _floors(near: NearPlans) -> Picture | None:
    """Floors by plan, for each commodity and member with a levy."""
    pairs = dict.fromkeys((row.commodity, row.member) for row in near.floors if row.levy > 1e-6)
    first = near.good
    if first is None:
        return None
    order = [first, *(pair for pair in pairs if pair != first)][:MOST_PANELS]
    panels = tuple(_panel(near, good, member) for good, member in order)
    currency = near.tables.currency
    return Picture(
        FLOORS,
        f"Floors on {near.facts.names.good(first[0])} that go with each plan",
        f"Floors of least uplift, {currency}/kg at the factory gate of the capped origin, by plan",
        "What a floor leaves to be paid to hold its plan is the uplift in sheet alternatives.",
        panels,
    )


def _panel(near: NearPlans, good: str, member: str) -> Panel:
    names, plans = near.facts.names, _plans(near)
    floor = {
        (row.plan, row.year): row.floor
        for row in near.floors
        if (row.commodity, row.member) == (good, member)
    }
    years = tuple(sorted({year for _, year in floor}))
    title = f"{sentence(names.good(good))}, {names.place(member)}"
    unit = f"{near.tables.currency}/kg"
    if len(years) == 1:
        held = tuple(plan for plan in plans if (plan, years[0]) in floor)
        values = tuple(floor[plan, years[0]] for plan in held)
        bars = (Series(str(years[0]), BAR, FLOOR, values, tuple(map(tag, values))),)
        told = ", ".join(f"{plan} {tag(value)}" for plan, value in zip(held, values, strict=True))
        return Panel(title, unit, held, NAMES, bars, "0.00", choice=title, description=f"{title}: {told}.")
    lines = []
    for colour, plan in zip(_LINES, plans, strict=False):
        values_ = tuple(floor.get((plan, year)) for year in years)
        if all(value is None for value in values_):
            continue
        last = values_[-1]
        label = None if last is None else f"{plan}: {tag(last)}"
        lines.append(Series(plan, LINE, colour, values_, (*[None] * (len(years) - 1), label)))
    told = "; ".join(str(one.labels[-1]) for one in lines if one.labels[-1])
    return Panel(
        title,
        unit,
        years,
        YEARS,
        tuple(lines),
        "0",
        choice=title,
        description=f"{title} in {years[-1]}: {told}.",
    )
