"""Pictures of samples: how often the bloc pays how much, bands of floors, and which inputs they hang on."""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, log10

from floors.brief.figures import prices
from floors.brief.likely import BILL, NO_PLAN, Key, Likely, Path, key_of, relative
from floors.brief.names import sentence
from floors.brief.pictures.shared import at, tag
from floors.page.colours import BAND, FLOOR, GREY, MEMBERS
from floors.page.picture import BAND as AREA
from floors.page.picture import BAR, DASHED, LINE, NAMES, YEARS, Panel, Picture, Series
from floors.page.told import DASH, held_together, listed

COSTS, FLOORS, INDICES = "picture_costs", "picture_floors", "picture_indices"
BINS = 12  # at most
MOST_INPUTS = 10
MOST_PATHS = 3  # of one commodity


def pictures(likely: Likely) -> tuple[Picture, ...]:
    """What there is to draw: nothing without a plan."""
    made = (_costs(likely), _floors(likely), _indices(likely))
    return tuple(_held(picture) for picture in made if picture is not None)


def _held(picture: Picture) -> Picture:
    panels = tuple(
        panel._replace(title=held_together(panel.title), description=held_together(panel.description))
        for panel in picture.panels
    )
    return picture._replace(title=held_together(picture.title), panels=panels)


def bins(values: tuple[float, ...]) -> tuple[float, list[int]]:
    """A round width, and the numbers n of the bins [n width, (n + 1) width) that hold values, first and last."""
    low, high = min(values), max(values)
    rough = (high - low) / BINS
    power = 10.0 ** floor(log10(rough))
    width = next(power * step for step in (1, 2, 5, 10) if power * step >= rough * (1 - 1e-9))
    first, last = floor(low / width), max(floor(low / width), ceil(high / width) - 1)
    return width, list(range(first, last + 1))


def _costs(likely: Likely) -> Picture | None:
    """How many samples cost the bloc how much."""
    row, currency = likely.bill, likely.tables.currency
    if row is None or row.p5 is None or row.p95 is None or len(likely.costs) < 2:
        return None
    if row.p95 - row.p5 <= 1e-9 * max(abs(row.p95), abs(row.p5)):
        return None
    size, scale = _scaled(max(map(abs, likely.costs)))
    costs = tuple(cost / size for cost in likely.costs)
    width, numbers = bins(costs)
    count = Counter(min(max(floor(cost / width), numbers[0]), numbers[-1]) for cost in costs)
    places = max(0, -floor(log10(width)))
    names = [f"{_plain(n * width, places)} to {_plain((n + 1) * width, places)}" for n in numbers]
    series = [
        Series(
            "samples",
            BAR,
            FLOOR,
            tuple(float(count[n]) for n in numbers),
            tuple(str(count[n]) for n in numbers),
        )
    ]
    unit = f"{scale} {currency}"
    told = "; ".join(f"{name}: {count[n]}" for name, n in zip(names, numbers, strict=True))
    panel = Panel(
        f"Samples by net cost of the bloc, {unit}",
        "samples",
        tuple(names),
        NAMES,
        tuple(series),
        description=f"Samples by net cost of the bloc, {unit}: {told}.",
    )
    without = (
        f" {likely.failed:,} of {likely.solved:,} samples have none, and are not drawn."
        if likely.failed
        else ""
    )
    return Picture(
        COSTS,
        f"The bloc’s net cost: {between(row.p5, row.p95, currency)} from the 5th to the 95th percentile",
        f"Samples that have a plan, by net cost of the bloc, {unit}, present value",
        f"A bar holds its lower end.{without}",
        (panel,),
    )


def _scaled(most: float) -> tuple[float, str]:
    """What money is told in, by its size."""
    for size, name in ((1e3, "billion"), (1.0, "million")):
        if most >= (2 * size if size > 1 else 1.0):
            return size, name
    return 1e-3, "thousand"


def _plain(value: float, places: int) -> str:
    return f"{value:,.{places}f}".replace("-", DASH)


def between(low: float, high: float, currency: str) -> str:
    """Two amounts of money as fine as tells them apart: '1.72 to 2.31 million USD'."""
    first, last = levels(low, high)
    return f"{first.rpartition(' ')[0]} to {last} {currency}"


def levels(*million: float) -> list[str]:
    """Amounts of money of one unit, as fine as tells the least from the most: '1.72 million', '2.31 million'."""
    size, scale = _scaled(max(map(abs, million)))
    apart = (max(million) - min(million)) / size
    places = min(4, max(0, 1 - floor(log10(apart)))) if apart > 0 else 2
    return [f"{_plain(one / size, places)} {scale}" for one in million]


def _floors(likely: Likely) -> Picture | None:
    """Bands of floors: a panel for each commodity and path."""
    panels = [
        _panel(likely, path, alone=len(likely.paths[good]) == 1)
        for good in [*likely.goods, *(good for good in likely.paths if good not in likely.goods)]
        for path in likely.paths[good][:MOST_PATHS]
    ]
    if not panels:
        return None
    return Picture(
        FLOORS,
        floors_title(likely),
        f"Floor, {likely.facts.per_kg} at the factory gate of the capped origin; shaded: from the 5th to the 95th "
        "percentile of the samples that have a plan",
        "Half of these samples lie above the line; dashed: with every number as it is."
        + (" Each panel has a scale of its own." if len(panels) > 1 else ""),
        tuple(panels),
    )


def floors_title(likely: Likely) -> str:
    """The floor that is least sure."""
    names = likely.facts.names
    if not likely.goods:
        return "No floor moves"
    row = likely.widest(likely.goods[0])
    low, high = prices(row.p5 or 0.0, row.p95 or 0.0)
    whose = "" if len(likely.paths[row.commodity]) == 1 else f" in {names.the_place(row.member)}"
    return (
        f"The floor on {names.good(row.commodity)}{whose} is least sure in {row.year}: {low} to {high} "
        f"{likely.facts.per_kg} from the 5th to the 95th percentile"
    )


def _panel(likely: Likely, path: Path, alone: bool) -> Panel:
    names, rows = likely.facts.names, path.rows
    name = sentence(names.good(path.good))
    title = name if alone else f"{name}, {listed([names.place(market) for market in path.markets])}"
    along = tuple(row.year for row in rows)
    last = rows[-1]
    middle = "" if last.p50 is None else f"half above {tag(last.p50)}"
    series = (
        Series(
            "5th to 95th percentile",
            AREA,
            BAND,
            tuple(row.p95 for row in rows),
            low=tuple(row.p5 for row in rows),
        ),
        Series("as it is", DASHED, GREY, tuple(row.floor for row in rows)),
        Series(
            "half above",
            LINE,
            FLOOR,
            tuple(row.p50 for row in rows),
            at(along, {along[-1]: middle} if middle else {}),
        ),
    )
    unit = likely.facts.per_kg
    widest = max(rows, key=relative)
    return Panel(
        title,
        unit,
        along,
        YEARS,
        series,
        "0.00",
        choice=title,
        description=f"Floor on {title}: {widest.p5:.2f} to {widest.p95:.2f} {unit} in {widest.year}, where it is least "
        "sure.",
    )


def _indices(likely: Likely) -> Picture | None:
    """The inputs that the bloc's net cost, the least sure floor, and whether there is a plan hang on."""
    names = likely.facts.names
    asked: list[tuple[Key, str]] = [((BILL, None, None, None), "Net cost of the bloc")]
    for good in likely.goods:
        row = likely.widest(good)
        asked.append((key_of(row), f"Floor on {names.good(good)}, {names.place(row.member)} {row.year}"))
    asked.append(((NO_PLAN, None, None, None), "Whether there is a plan"))
    panels = [_bars(likely, key, title) for key, title in asked if likely.first(key, 1)]
    if not panels:
        return None
    return Picture(
        INDICES,
        indices_title(likely),
        f"Share of the variance of each number, by itself and with all it does together with others; at most "
        f"{MOST_INPUTS} inputs",
        "Estimates: their errors are in sheet indices.",
        tuple(panels),
    )


def indices_title(likely: Likely) -> str:
    """What the bloc's net cost hangs on most."""
    first = likely.first((BILL, None, None, None), 1)
    if not first:
        return "What floors, and whether there is a plan, hang on"
    return f"The bloc’s net cost hangs most on “{first[0].input}”"


def _bars(likely: Likely, key: Key, title: str) -> Panel:
    rows = likely.first(key, MOST_INPUTS)
    series = (
        Series("by itself", BAR, FLOOR, tuple(row.first_order for row in rows)),
        Series("and with others", BAR, MEMBERS[1], tuple(row.total for row in rows)),
    )
    return Panel(
        title,
        "share of variance",
        tuple(row.input for row in rows),
        NAMES,
        series,
        "0%",
        choice=title,
        description=f"{title}: {rows[0].input} makes {100 * (rows[0].total or 0.0):.0f} % of its variance.",
    )
