"""Who makes a good: China at its price, plants that run elsewhere, committed ones, what could be built."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book
from models.books.figures import ONE, YEARS, Figure, Series, between
from models.books.production import Growth, add_process
from models.critical_minerals.goods import REGIONS, Good, countries, summed
from models.critical_minerals.prices import new_cost, price_path, price_points, running_cost, with_growth


def add_supply(book: Book, good: Good, ore: Good | None) -> dict[str, Figure]:
    """Sheets technologies, processes, capacities and unit_costs; t made in 2024 by region."""
    if good.of is not None:
        _add_technology(book, good)
    made = summed(book, "made", good, "made in 2024")
    for region, tonnes in made.items():
        if tonnes <= 0:
            continue
        if region == "CN":
            _add_china(book, good, ore, tonnes)
        else:
            _add_running(book, good, region, tonnes)
    _add_idle(book, good, made)
    _add_committed(book, good)
    _add_new(book, good)
    return {region: tonnes for region, tonnes in made.items() if tonnes > 0}


def technology(good: Good) -> str | None:
    """The name of the step that makes it, where it is made of another good."""
    return f"{good.name} from {good.of}" if good.of is not None else None


def _add_technology(book: Book, good: Good) -> None:
    name, per = technology(good), yield_of(book, good)
    used = book.derived(-per, f"{good.of} in {good.title}", "t/t", f"{per:g} t a t, used", per)
    book.add("technologies", technology=name, commodity=good.name, coefficient=ONE)
    book.add("technologies", technology=name, commodity=good.of, coefficient=used)


def _made(good: Good) -> dict[str, str | None]:
    return {"technology": technology(good), "commodity": None if good.of is not None else good.name}


def _step(book: Book, good: Good) -> Figure | None:
    """USD/kg of the step from ore outside China, inputs not included."""
    return book.cited(f"{good.name}_convert") if good.of is not None else None


def _china_asks(book: Book, good: Good, ore: Good | None) -> Series:
    """USD/kg that China asks for making it: its price, less what goes in at its price."""
    if ore is None:
        return price_path(book, good)
    per = yield_of(book, good)
    points = {}
    for year, price in price_points(book, good).items():
        feed = price_points(book, ore)[year]
        points[year] = book.derived(
            price - per * feed,
            f"{good.title}, step from {ore.name}, China, {year}",
            "USD/kg",
            f"{price:.4g} less {per:g} x {feed:.4g}",
            price,
            per,
            feed,
        )
    return between(points)


def yield_of(book: Book, good: Good) -> Figure:
    """t of what it is made of per t."""
    return book.known(f"{good.name}_yield") or ONE


def _add_china(book: Book, good: Good, ore: Good | None, made: Figure) -> None:
    """It sells at its price as much as it makes, and grows with the world's use."""
    size = book.known(f"{good.name}_capacity_CN") or made
    closing = book.known(f"{good.name}_closing")
    if closing is not None:
        size = book.derived(
            size * closing,
            f"{good.title}, China, as the balance closes",
            "t/yr",
            f"{size:,g} x {closing:g}",
            size,
            closing,
        )
    add_process(
        book,
        f"CN {good.name}",
        "CN",
        **_made(good),
        cost=_china_asks(book, good, ore),
        capacity=with_growth(size, book, good),
        note="at its price; grows with the world's use",
    )


def _add_running(book: Book, good: Good, region: str, made: Figure) -> None:
    quota = book.known(f"{good.chain}_quota_{region}") if good.stage == "ore" else None
    add_process(
        book,
        f"{region} {good.name}",
        region,
        **_made(good),
        cost=_step(book, good) or running_cost(book, good, region),
        capacity=between({YEARS[0]: quota or made}),
        note="its export quota" if quota is not None else "what ran in 2024",
    )


def _add_idle(book: Book, good: Good, made: Mapping[str, Figure]) -> None:
    """What stands outside China and did not run: it would at the price that brings new plants."""
    found = summed(book, "capacity", good, "capacity") | summed(book, "idle", good, "idle capacity")
    for region, capacity in found.items():
        ran = made.get(region)
        if region == "CN" or (ran is not None and capacity <= ran) or capacity <= 0:
            continue
        idle = capacity
        if ran is not None and ran > 0:
            idle = book.derived(
                capacity - ran,
                f"{good.title}, idle, {REGIONS[region]}",
                "t/yr",
                f"{capacity:,g} less {ran:,g} that ran",
                capacity,
                ran,
            )
        add_process(
            book,
            f"{region} idle {good.name}",
            region,
            **_made(good),
            cost=_step(book, good) or book.cited(f"{good.name}_incentive"),
            capacity=idle,
            note="did not run in 2024 at the prices of then: runs at what brings a new plant",
        )


def _add_committed(book: Book, good: Good) -> None:
    """Plants that are built or decided: half in the first year."""
    starts = {
        (region, rest): figure
        for region, found in countries(book, "start", good.name).items()
        for rest, figure in found
    }
    half = book.cited("first_year_share")
    for region, found in countries(book, "project", good.name).items():
        for rest, size in found:
            start = starts[region, rest]
            values = {
                year: 0.0 if year < start else size * (half if year == start else 1.0) for year in YEARS
            }
            series = Series(values, (size, start, half), f"{size:,g} from {start:g}, half in the first year")
            add_process(
                book,
                f"{region} {rest or 'project'} {good.name}",
                region,
                **_made(good),
                cost=_step(book, good) or new_cost(book, good),
                capacity=series,
                note="committed",
            )


def _add_new(book: Book, good: Good) -> None:
    """What could be built outside China: as much as is announced, and as much again."""
    if f"{good.name}_capital" not in book.names():
        return
    more, years = book.cited("more_than_announced"), book.cited("years_to_build_all")
    for region, total in summed(book, "plan", good, "announced").items():
        most = book.derived(
            total * more,
            f"{good.title}, most that is built, {REGIONS[region]}",
            "t/yr",
            f"{total:,g} announced x {more:g}",
            total,
            more,
        )
        yearly = book.derived(
            most / years,
            f"{good.title}, most built a year, {REGIONS[region]}",
            "t/yr per year",
            f"{most:,g} / {years:g}",
            most,
            years,
        )
        add_process(
            book,
            f"{region} new {good.name}",
            region,
            **_made(good),
            cost=_step(book, good) or new_cost(book, good),
            growth=Growth(book.cited(f"{good.name}_capital"), book.cited(f"{good.name}_lead"), yearly, most),
            note="could be built",
        )
