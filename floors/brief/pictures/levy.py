"""The levies: how high, whether they are paid or keep all out, and what they bring each member."""

from __future__ import annotations

from collections import defaultdict

from floors.brief.names import Names, counted, sentence
from floors.brief.pictures.floors import Floors, alike
from floors.brief.pictures.shared import NO_PRICE, in_grey, joined, layers, some_places, tag, years_of
from floors.brief.tables import Family, Tables, region_of
from floors.contract.results import ACCOUNTS, FLOORS
from floors.page.colours import FLOOR, OTHERS
from floors.page.picture import BAR, YEARS, Panel, Picture, Series
from floors.page.told import listed, money, three_digits

_FEW = 3  # commodities that a title names
_PAID, _OUT = "paid", "nothing arrives that would pay it"
_NOTHING = 1e-6  # million


def picture(tables: Tables, family: Family) -> Picture | None:
    """Levies of every commodity that has one, and what they bring; None where there are none."""
    levied = [group for groups in alike(tables) for group in groups if group.levied]
    if not levied:
        return None
    panels = [
        _panel(tables, group, [other for other in levied if other.commodity == group.commodity])
        for group in levied
    ]
    brought, grey = _brought(tables)
    out = any(series.name == _OUT for panel in panels for series in panel.series)
    more = f", and what levies bring, million {tables.currency}/yr" if brought else ""
    return Picture(
        "picture_levy",
        _title(tables, levied),
        f"Levy, {tables.currency}/kg{more}" + (f"; grey: {_OUT}" if out else ""),
        joined(grey),
        (*panels, *brought),
    )


def _panel(tables: Tables, group: Floors, of_it: list[Floors]) -> Panel:
    names, along = Names(tables), tuple(row.year for row in group.rows)
    name = sentence(names.good(group.commodity))
    if len(of_it) > 1 or len(group.markets) < len(tables.members):
        name = f"{name}, {some_places(names, group.markets)}"
    paid = _paid(tables, group)
    levies = {row.year: row.levy for row in group.rows}
    series = []
    for mark, colour, years in ((_PAID, FLOOR, paid), (_OUT, OTHERS, set(along) - paid)):
        shown = {year for year in years if levies[year] >= NO_PRICE}
        if any(levies[year] >= NO_PRICE for year in shown):
            values = tuple(levies[year] if year in shown else None for year in along)
            labels = tuple(
                tag(levies[year]) if year in shown and levies[year] >= NO_PRICE else None for year in along
            )
            series.append(Series(mark, BAR, colour, values, labels))
    ends = dict.fromkeys((group.rows[0].year, group.rows[-1].year))
    told = ", ".join(f"{levies[year]:.2f} in {year}" for year in ends)
    return Panel(
        name,
        f"{tables.currency}/kg",
        along,
        YEARS,
        tuple(series),
        "0.00",
        choice=name,
        description=f"Levy on {names.good(group.commodity)}: {told}.",
    )


def _paid(tables: Tables, group: Floors) -> set[int]:
    """Years in which somebody pays the levy."""
    rows = [
        row for row in tables.read(FLOORS) if row.commodity == group.commodity and row.member in group.markets
    ]
    return {row.year for row in rows if row.state == "paid"}


def _brought(tables: Tables) -> tuple[list[Panel], str]:
    """What levies bring each member by year, and who is in grey."""
    amounts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in tables.read(ACCOUNTS):
        if row.role == "member":
            amounts[region_of(row.region)][row.year] += row.levy_revenue
    drawn = {
        region: by_year
        for region, by_year in amounts.items()
        if any(abs(x) > _NOTHING for x in by_year.values())
    }
    if not drawn:
        return [], ""
    stack, along = layers(tables, drawn, years_of(tables)), years_of(tables)
    told = ", ".join(f"{one.name} {tag(one.values[-1] or 0.0)}" for one in stack.series)
    unit = f"million {tables.currency}/yr"
    title = f"What levies bring, {unit}"
    panel = Panel(
        title, unit, along, YEARS, stack.series, choice=title, description=f"{title}, in {along[-1]}: {told}."
    )
    return [panel], in_grey([stack])


def _title(tables: Tables, levied: list[Floors]) -> str:
    brought = tables.metric.get("levy_revenue")
    names = list(dict.fromkeys(Names(tables).good(group.commodity) for group in levied))
    on = listed(names) if len(names) <= _FEW else f"{counted(len(names))} commodities"
    highest = max((row for group in levied[:1] for row in group.rows), key=lambda row: row.levy)
    size = f"{three_digits(highest.levy)} {tables.currency}/kg"
    if brought is not None and brought > _NOTHING:
        return f"Levies on {on} bring the bloc {money(brought, tables.currency)}, present value"
    first = names[0]
    return f"The levy on {first} is highest in {highest.year}: {size}"
