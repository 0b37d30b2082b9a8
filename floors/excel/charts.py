"""Which charts a result shows, and the numbers in them; `floors.excel.report` draws them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from floors.contract import results as tables
from floors.contract.results import Reportable
from floors.contract.results.border import FloorRow

CHARTS_A_SHEET = 4
FAINT = "#A6A6A6"
CAPPED_COLOURS = ("#D55E00", "#F4A582", "#8C2D04")
COLOURS = ("#1F77B4", "#009E73", "#CC79A7", "#56B4E9", "#E5C100", "#7B5EA7", "#004B87")
_NO_MONEY = 1e-6


class Series(NamedTuple):
    """One line or one layer of columns, a value for each year or scenario (None: a gap)."""

    name: str
    colour: str
    values: tuple[float | None, ...]
    width: float = 2.25


class Chart(NamedTuple):
    """A chart along years, or along scenarios as columns; `note` is said under the axis, `label` heads its data.

    `scale` names another number than a year that lies along it, a share: it is then drawn to scale.
    """

    label: str
    title: str
    unit: str
    along: tuple[int, ...] | tuple[str, ...] | tuple[float, ...]
    series: tuple[Series, ...]
    stacked: bool
    note: str = ""
    scale: str = ""

    @property
    def by_scenario(self) -> bool:
        """Whether scenarios, and not years, lie along it."""
        return isinstance(self.along[0], str)


Amounts: TypeAlias = dict[str, dict[int, float]]


class Charted(Reportable, Protocol):
    """A result of one scenario; `members` are the bloc's members and their segment markets, in sheet order."""

    @property
    def members(self) -> Sequence[str]: ...


def charts_of(result: Charted) -> dict[str, list[Chart]]:
    """The charts of a result of one scenario, by sheet."""
    return {"floors": floor_charts(result), **origin_charts(result)}


def floor_charts(result: Reportable) -> list[Chart]:
    """For each commodity with a binding floor: floor and capped price of the first member that has one."""
    rows = list(tables.FLOORS.read(result.rows("floors")))
    return [
        _floor_chart([row for row in rows if row.commodity == commodity], result.currency)
        for commodity in _under_floor(rows)
    ]


def _under_floor(rows: Iterable[FloorRow]) -> list[str]:
    return list(dict.fromkeys(row.commodity for row in rows if row.binding))[:CHARTS_A_SHEET]


def _floor_chart(rows: Sequence[FloorRow], currency: str) -> Chart:
    member = next(row.member for row in rows if row.binding)
    shown = sorted((row for row in rows if row.member == member), key=lambda row: row.year)
    (commodity, *_) = dict.fromkeys(row.commodity for row in shown)
    origins = "/".join(dict.fromkeys(row.origin for row in shown if row.origin is not None))
    series = (
        Series("lowest", FAINT, tuple(row.lowest for row in shown), 1.0),
        Series("highest", FAINT, tuple(row.highest for row in shown), 1.0),
        Series(f"price in {origins}", CAPPED_COLOURS[0], tuple(row.capped_price for row in shown)),
        Series("floor", COLOURS[0], tuple(row.floor for row in shown)),
    )
    short = ", ".join(str(row.year) for row in shown if str(row.set_by).startswith("unserved"))
    return Chart(
        label=commodity,
        title=f"Price floor of {commodity}, {'all members' if _all_alike(rows, shown) else member}",
        unit=f"{currency}/kg, ex works",
        along=tuple(row.year for row in shown),
        series=tuple(line for line in series if any(value is not None for value in line.values)),
        stacked=False,
        note=f"Shortage in {short}: a buyer's value, not a floor" if short else "",
    )


def _all_alike(rows: Sequence[FloorRow], shown: Sequence[FloorRow]) -> bool:
    """Whether there are several members, all with the floors of the one shown, to what the cells show."""
    floors = {row.year: row.floor for row in shown}
    pairs = [(row.floor, floors.get(row.year)) for row in rows]
    alike = (a == b or (b is not None and abs(a - b) < 0.005) for a, b in pairs)
    return len(rows) > len(shown) and all(alike)


def origin_charts(result: Charted) -> dict[str, list[Chart]]:
    """What the bloc buys from whom (`sourcing`), and what the policy costs whom (`accounts`), by year."""
    floors = list(tables.FLOORS.read(result.rows("floors")))
    bought: dict[str, Amounts] = {name: defaultdict(dict) for name in _under_floor(floors)}
    members = set(result.members)
    for row in tables.SOURCING.read(result.rows("sourcing")):
        if row.destination in members and row.commodity in bought:
            years = bought[row.commodity][row.origin]
            years[row.year] = years.get(row.year, 0.0) + row.quantity
    change: Amounts = defaultdict(dict)
    capped = dict.fromkeys(row.origin for row in floors if row.origin is not None)
    for account in tables.ACCOUNTS.read(result.rows("accounts")):
        if account.role == "capped":
            capped.setdefault(account.region)
        if account.change is not None:
            change[account.region][account.year] = account.change
    colours = _colours([*bought.values(), change], list(capped))
    sourcing = [
        _stacked(name, f"Where the bloc's {name} comes from", "t/yr", amounts, colours)
        for name, amounts in bought.items()
        if amounts
    ]
    costs = ("change", "Net cost against the baseline, by region", f"million {result.currency}/yr")
    moved = any(abs(value) > _NO_MONEY for years in change.values() for value in years.values())
    return {"sourcing": sourcing, "accounts": [_stacked(*costs, change, colours)] if moved else []}


def _colours(charts: Iterable[Amounts], capped: Sequence[str]) -> dict[str, str]:
    """One colour a region for all charts: oranges for capped origins, then by weight in the charts."""
    weight: dict[str, float] = defaultdict(float)
    for amounts in charts:
        total = sum(abs(value) for years in amounts.values() for value in years.values())
        for name, years in amounts.items():
            weight[name] += sum(abs(value) for value in years.values()) / total if total else 0.0
    others = sorted((name for name in weight if name not in capped), key=lambda name: -weight[name])
    oranges = {name: CAPPED_COLOURS[min(place, 2)] for place, name in enumerate(capped)}
    return oranges | dict(zip(others, COLOURS, strict=False))


def _stacked(label: str, title: str, unit: str, amounts: Amounts, colours: dict[str, str]) -> Chart:
    """Columns in the order of the colours; regions too small to have one are added up as others."""
    years = sorted({year for by_year in amounts.values() for year in by_year})
    layers = [
        Series(name, colour, tuple(amounts[name].get(year, 0.0) for year in years))
        for name, colour in colours.items()
        if any(amounts.get(name, {}).values())
    ]
    rest = [by_year for name, by_year in amounts.items() if name not in colours]
    if any(value for by_year in rest for value in by_year.values()):
        sums = tuple(sum(by_year.get(year, 0.0) for by_year in rest) for year in years)
        layers.append(Series("others", FAINT, sums))
    return Chart(label, title, unit, tuple(years), tuple(layers), stacked=True)
