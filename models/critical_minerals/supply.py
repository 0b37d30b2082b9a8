"""Who makes a good: China at its price, plants that run elsewhere, committed ones, what could be built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from models.books.book import Book
from models.books.figures import YEARS, Figure, Series, between
from models.books.production import Growth, add_process
from models.critical_minerals.goods import MEMBERS, REGIONS, Good, countries, summed
from models.critical_minerals.idle import add_idle
from models.critical_minerals.prices import (
    capital_of,
    freight_of,
    new_cost,
    price_path,
    price_points,
    running_cost,
    with_all_growth,
    with_growth,
)
from models.critical_minerals.steps import add_technology, made_by, step_of, yield_of

Grown = Callable[[Figure], Series]
ROUNDED_UP = 1 + 2e-5  # of what is built a year: as six digits stand, no crumb is left for a year more


def add_supply(book: Book, good: Good, feeds: tuple[Good, ...], maker: Good | None) -> dict[str, Figure]:
    """Sheets technologies, processes, capacities and unit_costs; t made in 2024 by region."""
    if good.of:
        add_technology(book, good)
    made = made_in(book, good)

    def grown(value: Figure) -> Series:
        return with_all_growth(value, book, good, maker, _share(book, good, maker))

    for region, tonnes in (made | _not_yet(book, good, made)).items():
        if region == "CN":
            _add_china(book, good, feeds, grown)
        else:
            _add_running(book, good, feeds, region, tonnes, grown)
            if region in made:
                _add_contracted(book, good, region, tonnes)
    _add_stocks(book, good)
    add_idle(book, good, feeds, made)
    _add_committed(book, good, feeds)
    _add_new(book, good, feeds)
    return made


def made_in(book: Book, good: Good) -> dict[str, Figure]:
    """t made in 2024 by region; of China's what was used, where the balance of the world does not close."""
    made = {r: t for r, t in summed(book, "made", good, "made in 2024").items() if t > 0}
    closing = book.known(f"{good.name}_closing")
    if closing is not None and "CN" in made:
        made["CN"] = book.derived(
            (stated := made["CN"]) * closing,
            f"{good.title}, China, as the balance closes",
            "t",
            f"{stated:,g} x {closing:g}: the rest went into stocks or is counted twice",
            stated,
            closing,
        )
    return made


def _not_yet(book: Book, good: Good, made: Mapping[str, Figure]) -> dict[str, Figure]:
    """Nothing made in 2024, where a published base case has plants by 2030."""
    return {
        region: book.derived(
            0.0,
            f"{good.title}, made in 2024, {REGIONS[region]}",
            "t/yr",
            "none: its base case begins later",
            *found,
        )
        for region, parts in countries(book, "path", good.name).items()
        if region not in made and (found := [figure for _, figure in parts])
    }


def _share(book: Book, good: Good, maker: Good | None) -> Figure | None:
    """What part of the world's use of a good goes into the next one."""
    if maker is None or not good.final:
        return None
    used = summed(book, "used", good, "used in 2024", "t").values()
    made, per = made_in(book, maker).values(), yield_of(book, maker, good.name)
    return book.derived(
        min(per * sum(made) / sum(used), 1.0),
        f"{good.title} that goes into {maker.title}, 2024",
        "share",
        f"{per:g} x {sum(made):,g} made of {sum(used):,g} used",
        per,
        *made,
        *used,
    )


def _china_asks(book: Book, good: Good, feeds: tuple[Good, ...]) -> Series:
    """USD/kg that China asks for making it: its price, less what goes in at its price."""
    if not feeds:
        return price_path(book, good)
    points = {}
    for year, price in price_points(book, good).items():
        parts = [(yield_of(book, good, feed.name), price_points(book, feed)[year]) for feed in feeds]
        points[year] = book.derived(
            price - sum(per * paid for per, paid in parts),
            f"{good.title}, step from {' and '.join(good.of)}, China, {year}",
            "USD/kg",
            f"{price:.4g} less " + " and ".join(f"{per:g} x {paid:.4g}" for per, paid in parts),
            price,
            *(figure for part in parts for figure in part),
        )
    return between(points)


def _add_china(book: Book, good: Good, feeds: tuple[Good, ...], grown: Grown) -> None:
    """It sells at its price as much as it can make, and grows with the world's use."""
    size = book.known(f"{good.name}_capacity_CN")
    if size is None:
        made, room = summed(book, "made", good, "made in 2024")["CN"], book.cited("china_room")
        size = book.derived(
            made * room,
            f"{good.title}, China, capacity",
            "t/yr",
            f"{made:,g} made x {room:g}",
            made,
            room,
        )
    add_process(
        book,
        f"CN {good.label}",
        "CN",
        **made_by(good),
        cost=_china_asks(book, good, feeds),
        capacity=grown(size),
        note="at its price; grows with the world's use",
    )


def _add_running(
    book: Book, good: Good, feeds: tuple[Good, ...], region: str, made: Figure, grown: Grown
) -> None:
    """What ran in 2024; as a published base case grows it, or as use does where many make it; under a quota first."""
    capacity, note = (grown(made), "") if good.spread else (between({2024: made}), "what ran in 2024")
    path = countries(book, "path", good.name).get(region, ())
    quota = book.known(f"{good.chain}_quota_{region}") if good.stage == "ore" else None
    if path:
        points = {2024: made}
        for year in ("2030", "2035"):
            parts = [figure for rest, figure in path if rest == year]
            points[int(year)] = book.derived(
                sum(parts),
                f"{good.title}, {REGIONS[region]}, base case of {year}",
                "t/yr",
                " + ".join(f"{part:,g}" for part in parts),
                *parts,
            )
        capacity, note = between(points), "what ran in 2024, and a base case of 2030 and 2035"
    if quota is not None:
        last = book.cited(f"{good.chain}_quota_last")
        values = {year: float(quota) if year <= last else capacity[year] for year in YEARS}
        capacity = Series(
            values, (quota, last, *capacity.basis), f"its export quota until {last:g}; {capacity.note}"
        )
    add_process(
        book,
        f"{region} {good.label}",
        region,
        **made_by(good),
        cost=_asks(book, good, region) or step_of(book, good, feeds, running_cost(book, good, region)),
        capacity=capacity,
        note=note,
    )


def _add_contracted(book: Book, good: Good, region: str, made: Figure) -> None:
    """Sheet minimums: what is sold whatever China asks."""
    share = book.known(f"{good.name}_contracted")
    if share is None:
        return
    sold = book.derived(
        share * made,
        f"{good.title}, sold under contract, {REGIONS[region]}",
        "t/yr",
        f"{share:.0%} of {made:,g}",
        share,
        made,
    )
    book.add("minimums", process=f"{region} {good.label}", series=between({2024: sold}))


def _asks(book: Book, good: Good, region: str) -> Series | None:
    """Who makes most of what China refines asks what China pays."""
    if book.known(f"{good.chain}_quota_{region}") is None or good.stage != "ore":
        return None
    path, freight = price_points(book, good), freight_of(book, good)
    points = {
        year: book.derived(
            price - freight,
            f"{good.title}, {REGIONS[region]}, asked, {year}",
            "USD/kg",
            f"what China pays, {price:.4g}, less freight: it sells under a quota, above its cost",
            price,
            freight,
        )
        for year, price in path.items()
    }
    return between(points)


def _add_stocks(book: Book, good: Good) -> None:
    """What stocks in China give while a quota holds back its ore, at China's price."""
    refined = good.name.removesuffix("_ore")
    needed = book.known(f"{refined}_stocks_needed") if good.stage == "ore" else None
    if needed is None:
        return
    last, metal = book.cited(f"{good.chain}_quota_last"), replace(good, name=refined)
    used = summed(book, "used", metal, "used in 2024", "t")
    world = book.derived(
        sum(used.values()), f"{refined}, used in 2024, world", "t", "all regions", *used.values()
    )
    path = with_growth(world, book, metal)
    values = {year: needed + path[year] - path[YEARS[0]] if year <= last else 0.0 for year in YEARS}
    add_process(
        book,
        f"CN stocks of {good.label}",
        "CN",
        **made_by(good),
        cost=price_path(book, good),
        capacity=Series(
            values, (needed, last, world), f"{needed:,.4g} in {YEARS[0]}, growing with use, until {last:g}"
        ),
        note="drawn while the quota holds, at China's price",
    )


def _committed_cost(book: Book, good: Good, region: str) -> Figure:
    """USD/kg of running a plant that is decided: a new one's, of a by-product what others ask if that is less."""
    new, running = new_cost(book, good, region), running_cost(book, good, region)
    return min(new, running) if good.by_product else new


def _add_committed(book: Book, good: Good, feeds: tuple[Good, ...]) -> None:
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
                f"{region} {rest or 'project'} {good.label}",
                region,
                **made_by(good),
                cost=step_of(book, good, feeds, _committed_cost(book, good, region)),
                capacity=series,
                note="committed" + ("; runs with its carrier" if good.by_product else ""),
            )


def _add_new(book: Book, good: Good, feeds: tuple[Good, ...]) -> None:
    """What could be built outside China: as much as is announced and as much again; where ore or carrier do not bind
    it, a share of what a member will use."""
    capital, lead = capital_of(book, good), book.known(f"{good.name}_lead")
    if capital is None or lead is None:
        return
    years = book.cited("years_to_build_all")
    starts = {
        region: [year for _, year in found] for region, found in countries(book, "from", good.name).items()
    }
    for region, most in _most(book, good).items():
        yearly = book.derived(
            most / years * ROUNDED_UP,
            f"{good.title}, most built a year, {REGIONS[region]}",
            "t/yr per year",
            f"{most:,.4g} / {years:g}, rounded up",
            most,
            years,
        )
        add_process(
            book,
            f"{region} new {good.label}",
            region,
            **made_by(good),
            cost=step_of(book, good, feeds, new_cost(book, good, region)),
            growth=Growth(capital, lead, yearly, most),
            first_year=min(starts.get(region, ()), default=None),
            note="could be built",
        )


def _most(book: Book, good: Good) -> dict[str, Figure]:
    """t/yr that can be built by the last year, by region."""
    more, room = book.cited("more_than_announced"), book.cited("industrial_room")
    found = {
        region: book.derived(
            total * more,
            f"{good.title}, as much again as is announced, {REGIONS[region]}",
            "t/yr",
            f"{total:,g} announced x {more:g}",
            total,
            more,
        )
        for region, total in summed(book, "plan", good, "announced").items()
    }
    if good.by_product or good.stage == "ore":
        return found
    for region, used in summed(book, "used", good, "used in 2024", "t").items():
        last = with_growth(used, book, good)[YEARS[-1]]
        if region in MEMBERS and room * last > found.get(region, 0.0):
            found[region] = book.derived(
                room * last,
                f"{good.title}, most that is built, {REGIONS[region]}",
                "t/yr",
                f"{room:.0%} of the {last:,.4g} t used in {YEARS[-1]}; more than is announced",
                room,
                used,
            )
    return found
