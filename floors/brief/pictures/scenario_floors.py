"""The floor of the main commodity in every scenario: other worlds with their band, other rules, shocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from floors.brief.bands import Band, Key, is_shortage, world_bands
from floors.brief.figures import prices
from floors.brief.names import Names, few
from floors.brief.pictures.floors import Floors, alike
from floors.brief.pictures.shared import NO_PRICE, at, joined, tag
from floors.brief.tables import RULES, SHOCK, WORLD, Family, Tables
from floors.contract.results import FLOORS
from floors.page.colours import BAND, FLOOR, LOSS, MEMBERS, OTHERS
from floors.page.picture import BAND as AREA
from floors.page.picture import LINE, YEARS, Panel, Picture, Series
from floors.page.told import listed
from floors.study.scenarios import BASE

_MOST_LINES = 30  # of one panel
_TITLES = {
    WORLD: "Other worlds",
    RULES: "Other rules",
    SHOCK: "Shocks",
}
_HIGHEST, _LOWEST = LOSS, MEMBERS[2]  # colours of the lines that are named beside base

Path = tuple[float | None, ...]


def picture(tables: Tables, family: Family) -> Picture | None:
    """A line for each scenario; None without base, of fewer than two with a floor, and where no levy is asked for."""
    if BASE not in family.of:
        return None
    found = alike(family.of[BASE])
    if not found or not any(group.levied for group in found[0]):
        return None
    group, names = found[0][0], Names(tables)
    member, along = group.markets[0], tuple(row.year for row in group.rows)
    paths = {name: _path(of, group, along) for name, of in family.of.items()}
    drawn = {name: path for name, path in paths.items() if sum(x is not None for x in path) > 1}
    if BASE not in drawn:
        return None
    same = [name for name in drawn if name != BASE and _apart(drawn[name], drawn[BASE]) < NO_PRICE]
    drawn = {name: path for name, path in drawn.items() if name not in same}
    if len(drawn) < 2:
        return None
    bands = world_bands(family)
    over = [bands.get((member, group.commodity, year)) for year in along]
    panels = [
        _panel(kind, {BASE: drawn[BASE], **some}, along, over if kind == WORLD else (), tables.currency)
        for kind in (WORLD, RULES, SHOCK)
        if (some := {name: path for name, path in drawn.items() if family.kinds.get(name) == kind})
    ]
    what = names.good(group.commodity) + (f" in {names.the_place(member)}" if len(found[0]) > 1 else "")
    about = (
        f"Floor on {what}, {tables.currency}/kg at the factory gate of the capped origin; blue: as it stands"
    )
    banded = any(one.mark == AREA for panel in panels for one in panel.series)
    shaded = "; shaded: from the lowest to the highest world" if banded else ""
    without = [name for name in paths if name not in drawn and name not in same]
    most = max(len(panel.series) for panel in panels)
    return Picture(
        "picture_scenario_floors",
        _title(tables, what, bands, (member, group.commodity, along[-1])),
        f"{about}; grey: scenarios neither highest nor lowest in {along[-1]}{shaded}",
        joined(
            f"As it stands, wherever there is a floor: {few(same, 8)}." if same else "",
            f"Without a floor there in two years, and so not drawn: {few(without, 8)}." if without else "",
            f"Without a result: {few(list(family.without), 8)}." if family.without else "",
            "Gaps: no floor, or a shortage, and what a buyer who goes without would pay is no floor."
            if any(None in path for path in drawn.values())
            else "",
            f"Of more than {_MOST_LINES} scenarios, those that differ most are drawn."
            if most > _MOST_LINES
            else "",
        ),
        tuple(panels),
    )


def _path(of: Tables, group: Floors, along: Sequence[int]) -> Path:
    """The floors of the first market, or, where that has none, the highest of those that had the same; None where there
    is none, and where a shortage sets it."""
    rows = [
        row for row in of.read(FLOORS) if row.commodity == group.commodity and row.member in group.markets
    ]
    if any(row.member == group.markets[0] for row in rows):
        rows = [row for row in rows if row.member == group.markets[0]]
    floors: dict[int, float] = {}
    for row in rows:
        if not is_shortage(row):
            floors[row.year] = max(row.floor, floors.get(row.year, row.floor))
    return tuple(floors.get(year) for year in along)


def _panel(
    kind: str,
    paths: Mapping[str, Path],
    along: tuple[int, ...],
    over: Sequence[Band | None],
    currency: str,
) -> Panel:
    """Lines in grey, the highest and the lowest of the last year in colour, and base over them."""
    apart = sorted(
        (name for name in paths if name != BASE), key=lambda name: -_apart(paths[name], paths[BASE])
    )
    shown = [*apart[:_MOST_LINES], BASE]
    ends = _ends({name: paths[name] for name in shown})
    colours = {ends.get("highest", ""): _HIGHEST, ends.get("lowest", ""): _LOWEST} | {BASE: FLOOR}
    labels = {
        name: f"{_told(name)} {tag(paths[name][-1] or 0.0)}" for name in colours if name in ends.values()
    }
    series = [
        Series(
            _told(name),
            LINE,
            colours.get(name, OTHERS),
            paths[name],
            at(along, {along[-1]: labels[name]} if name in labels else {}),
        )
        for name in sorted(shown, key=lambda name: name in colours)
    ]
    if all(over) and over:
        lows, highs = (tuple(getattr(band, end) for band in over) for end in ("lowest", "highest"))
        series.insert(0, Series("lowest to highest world", AREA, BAND, highs, low=lows))
    said = "; ".join(f"{_told(name)} {paths[name][-1]:.2f}" for name in shown if paths[name][-1] is not None)
    found = [f"\u201c{name}\u201d {which}" for which, name in ends.items() if name != BASE]
    title = f"{_TITLES[kind]}{f': {listed(found)}' if found else ''}"
    return Panel(
        title,
        f"{currency}/kg",
        along,
        YEARS,
        tuple(series),
        "0.00",
        group="scenario floors",
        choice=_TITLES[kind],
        description=f"{_TITLES[kind]}, floors in {along[-1]}: {said}.",
    )


def _told(name: str) -> str:
    return "as it stands" if name == BASE else name


def _apart(path: Path, base: Path) -> float:
    """How far a line runs from base, at most."""
    return max(
        (abs(a - b) for a, b in zip(path, base, strict=True) if a is not None and b is not None), default=0.0
    )


def _ends(paths: Mapping[str, Path]) -> dict[str, str]:
    """Which lines are named in the last year: what lies highest and lowest, where that is not base, and base."""
    last = {name: path[-1] for name, path in paths.items() if path[-1] is not None}
    found = {BASE: BASE} if BASE in last else {}
    for which, choose in (("highest", max), ("lowest", min)):
        name = choose(last, key=lambda name: last[name], default=BASE)
        if name != BASE and abs(last[name] - last.get(BASE, last[name] + 1)) >= NO_PRICE:
            found[which] = name
    return found


def _title(tables: Tables, what: str, bands: Mapping[Key, Band], key: Key) -> str:
    """From the lowest to the highest world in the last year; a plain noun where there are too few."""
    band = bands.get(key)
    if band is None:
        return f"The floor on {what}, scenario by scenario"
    low, high = prices(band.lowest, band.highest)
    unit = f"{tables.currency}/kg"
    if low == high:
        return f"In {key[2]} the floor on {what} is {low} {unit} in every world that was solved"
    return f"In {key[2]} the floor on {what} is {low} to {high} {unit}, depending on the world"
