"""Where the bloc's material comes from: of its main commodity together and by member, and of every other one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from floors.brief.names import Names, sentence
from floors.brief.pictures.shared import (
    NO_TONNES,
    Layers,
    at,
    bought,
    by_weight,
    capped_regions,
    in_grey,
    joined,
    layers,
    named_once,
    one_of_many,
    possessive,
    tag,
    years_of,
)
from floors.brief.tables import Family, Tables, region_of
from floors.contract.results import BASELINE, CAPS, CONCENTRATION, SOURCING
from floors.contract.results.policy import ConcentrationRow
from floors.page.colours import CAPPED, INK
from floors.page.picture import BAR, DASHED, LINE, NAMES, YEARS, Panel, Picture, Series
from floors.page.told import DASH, listed, percent, three_digits

_MOST_MEMBERS = 8  # whose shares are drawn as lines; of more, bars of the last year
_BARS = 30
_FULL = 1e-6  # of a limit that is used up, what may be left
BLOC, USE = "bloc", "use"
_UNIT = "t/yr"


def picture(tables: Tables, family: Family) -> Picture | None:
    """What the bloc buys of its main commodity by origin, and the share of the capped by member."""
    goods = by_weight(tables)
    if not goods:
        return None
    good, names = goods[0], Names(tables)
    amounts = _by_origin(tables, good)
    stack = layers(tables, amounts, years_of(tables))
    without = _capped_without(tables, good)
    first = _panel(
        tables,
        f"The bloc: {names.good(good)}, {_UNIT}",
        sentence(names.good(good)),
        stack,
        "the bloc",
        without,
        named=True,
    )
    shares = _shares(tables, good)
    return Picture(
        "picture_mix",
        _title(tables, good, amounts, without),
        f"{sentence(names.good(good))} bought by the members by where they were made, {_UNIT}"
        + (f"; dashed: of {_capped(tables)} without the policy" if without else ""),
        joined(in_grey([stack]), _undetermined(tables, good), one_of_many(tables)),
        (first._replace(large=bool(shares)), *shares),
    )


def members(tables: Tables, family: Family) -> Picture | None:
    """What each member buys of the main commodity, by origin; None where there is one member."""
    goods = by_weight(tables)
    if not goods or len(tables.members) < 2:
        return None
    good, names = goods[0], Names(tables)
    stacks = {
        member: layers(tables, _by_origin(tables, good, member), years_of(tables))
        for member in tables.members
    }
    drawn = named_once({member: stack for member, stack in stacks.items() if stack.series})
    if len(drawn) <= 1:  # the bloc's own
        return None
    idle = [names.the(member) for member in tables.members if member not in drawn]
    panels = tuple(
        _panel(tables, sentence(names.region(member)), sentence(names.good(good)), stack, names.the(member))
        for member, stack in drawn.items()
    )
    nothing = f"{sentence(listed(idle))} {'buys' if len(idle) == 1 else 'buy'} none." if idle else ""
    return Picture(
        "picture_members",
        f"Origins of {names.good(good)}, member by member",
        f"{sentence(names.good(good))} bought by each member by where they were made, {_UNIT}",
        joined(
            in_grey(drawn.values()),
            nothing,
            one_of_many(tables),
            "Each panel has a scale of its own." if len(panels) > 1 else "",
        ),
        panels,
    )


def stages(tables: Tables, family: Family) -> Picture | None:
    """What the bloc buys of every other commodity, by origin; None where there is one commodity."""
    names, years = Names(tables), years_of(tables)
    stacks = {good: layers(tables, _by_origin(tables, good), years) for good in by_weight(tables)[1:]}
    drawn = named_once({good: stack for good, stack in stacks.items() if stack.series})
    if not drawn:
        return None
    stage = {row["commodity"]: row["stage"] for row in tables.study.rows("commodities")}
    panels = []
    for good, stack in drawn.items():
        name = sentence(names.good(good))
        panel = _panel(tables, name, name, stack, "the bloc", _capped_without(tables, good))
        panels.append(panel._replace(choice=f"{name} ({stage[good]})" if stage[good] else name))
    dashed = any(series.mark == DASHED for panel in panels for series in panel.series)
    return Picture(
        "picture_stages",
        "Origins of what else the bloc buys",
        f"Bought by the members by where they were made, {_UNIT}"
        + (f"; dashed: of {_capped(tables)} without the policy" if dashed else ""),
        joined(
            in_grey(drawn.values()),
            one_of_many(tables),
            "Each panel has a scale of its own." if len(panels) > 1 else "",
        ),
        tuple(panels),
    )


def _by_origin(tables: Tables, good: str, member: str | None = None) -> dict[str, dict[int, float]]:
    """What is bought by origin and year: of the bloc, or of a member with its segment markets."""
    found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in bought(tables):
        if row.commodity == good and member in (None, region_of(row.destination)):
            found[row.origin][row.year] += row.quantity
    return found


def _capped(tables: Tables) -> str:
    return capped_regions(tables, tables.capped)


def _capped_without(tables: Tables, good: str) -> dict[int, float]:
    """What the members would buy of capped origins without the policy, by year; empty where there is no policy, or
    nothing of them with it and without."""
    rows = tables.read(BASELINE)
    if not rows or not tables.capped:
        return {}
    found = dict.fromkeys(years_of(tables), 0.0)
    for row in rows:
        if row.item != "shipment" or row.commodity != good or row.destination is None:
            continue
        if tables.is_capped(row.name, row.year) and tables.inside(row.destination, row.year):
            found[row.year] += row.value
    for leak in bought(tables):  # what evades is the same with the policy and without
        if leak.leak and leak.commodity == good and leak.origin in tables.capped:
            found[leak.year] += leak.quantity
    there = any(row.origin in tables.capped for row in bought(tables) if row.commodity == good)
    return found if there or max(found.values()) > NO_TONNES else {}


def _panel(
    tables: Tables,
    title: str,
    what: str,
    stack: Layers,
    whose: str,
    without: dict[int, float] | None = None,
    *,
    named: bool = False,
) -> Panel:
    years = years_of(tables)
    series = list(stack.series)
    if without:
        name = f"{_capped(tables)} without the policy"
        label = {years[min(2, len(years) - 1)]: sentence(name)} if len(years) > 1 and named else {}
        values = tuple(without[year] for year in years)
        series.append(Series(name, DASHED, INK, values, at(years, label)))
    last = ", ".join(f"{one.name} {tag(one.values[-1] or 0.0)}" for one in stack.series)
    return Panel(
        title,
        _UNIT,
        years,
        YEARS,
        tuple(series),
        "#,##0",
        choice=title,
        description=f"{what}, bought by {whose} in {years[-1]}: {last} {_UNIT}.",
    )


def _shares(tables: Tables, good: str) -> list[Panel]:
    """The share of capped origins in what each member buys, with the policy and without."""
    rows = [
        row for row in tables.read(CONCENTRATION) if row.commodity == good and row.scope in tables.members
    ]
    if not tables.capped or not rows:
        return []
    by_member = {member: {row.year: row for row in rows if row.scope == member} for member in tables.members}
    by_member = {member: found for member, found in by_member.items() if found}
    if len(by_member) > _MOST_MEMBERS:
        return _bars(tables, by_member)
    return [_line(tables, member, found) for member, found in by_member.items()]


def _line(tables: Tables, member: str, found: dict[int, ConcentrationRow]) -> Panel:
    names, years = Names(tables), years_of(tables)
    policy = bool(tables.read(BASELINE))
    share = tuple(found[year].capped_share if year in found else None for year in years)
    before = tuple(found[year].baseline_capped_share if year in found else None for year in years)
    colour = tables.colour.get(tables.capped[0], CAPPED[0])
    series = []
    known = {year: value for year, value in zip(years, share, strict=True) if value is not None}
    was = {year: value for year, value in zip(years, before, strict=True) if value is not None}
    ends = {year: percent(known[year]) for year in (min(known), max(known))} if known else {}
    if policy and was:
        last = max(was)
        apart = last not in known or abs(was[last] - known[last]) > 0.02
        labels = {last: percent(was[last])} if apart else {}
        series.append(Series("without the policy", DASHED, colour, before, at(years, labels)))
    series.append(Series("with the policy" if policy else "share", LINE, colour, share, at(years, ends)))
    told = ", ".join(f"{percent(known[year])} in {year}" for year in ends)
    without = f"; without the policy {percent(was[max(was)])} in {max(was)}" if policy and was else ""
    title = f"{names.region(member)}: {possessive(_capped(tables))} share"
    return Panel(
        title,
        "share",
        years,
        YEARS,
        tuple(series),
        "0%",
        0.0,
        1.0,
        group="shares",
        choice=names.region(member),
        description=f"{title}, {told or 'nothing bought'}{without}.",
    )


def _bars(tables: Tables, by_member: dict[str, dict[int, ConcentrationRow]]) -> list[Panel]:
    """Many members: the shares of the last year, side by side."""
    names, last = Names(tables), years_of(tables)[-1]
    colour = tables.colour.get(tables.capped[0], CAPPED[0])
    shown = [member for member, found in by_member.items() if last in found]
    shown.sort(key=lambda member: -(by_member[member][last].capped_share or 0.0))
    panels = []
    for start in range(0, len(shown), _BARS):
        part = shown[start : start + _BARS]
        rows = [by_member[member][last] for member in part]
        now, was = (
            tuple(getattr(row, name) for row in rows) for name in ("capped_share", "baseline_capped_share")
        )
        made = [Series("with the policy", BAR, colour, now, _percents(now))]
        if tables.read(BASELINE):
            made.append(Series("without", BAR, CAPPED[1], was, _percents(was)))
        title = f"{possessive(sentence(_capped(tables)))} share in {last}"
        told = ", ".join(
            f"{names.region(one)} {text}" for one, text in zip(part, _percents(now), strict=True) if text
        )
        panels.append(
            Panel(
                title,
                "share",
                tuple(names.region(member) for member in part),
                NAMES,
                tuple(made),
                "0%",
                0.0,
                1.0,
                group="shares",
                description=f"{title}: {told}.",
            )
        )
    return panels


def _percents(values: Sequence[float | None]) -> tuple[str | None, ...]:
    return tuple(None if value is None else percent(value) for value in values)


def _title(tables: Tables, good: str, amounts: dict[str, dict[int, float]], without: dict[int, float]) -> str:
    """What the policy does to the sales of the capped; where it does nothing, what they supply."""
    names, last = Names(tables), years_of(tables)[-1]
    now = sum(amounts[region].get(last, 0.0) for region in tables.capped if region in amounts)
    total = sum(by_year.get(last, 0.0) for by_year in amounts.values())
    capped, what = _capped(tables), names.good(good)
    if not tables.capped or total < NO_TONNES or not _determined(tables, good, last):
        return f"Origins of the bloc\u2019s {what}"
    if without and abs(without[last] - now) > 0.01 * total:
        then, sells = three_digits(without[last]), "sells" if len(tables.capped) == 1 else "sell"
        sold = f"{sells} the bloc {three_digits(now)} t of {what} in {last}"
        return f"{sentence(capped)} {sold}, without the policy {then}"
    verb = "supplies" if len(tables.capped) == 1 else "supply"
    share = percent(now / total) if now > NO_TONNES else "none"
    same = bool(without) and percent(without[last] / total) == percent(now / total)
    also = ", with the policy and without" if same else ""
    return f"{sentence(capped)} {verb} {share} of the bloc\u2019s {what} in {last}{also}"


def _determined(tables: Tables, good: str, year: int) -> bool:
    """Whether what the bloc buys of the capped is the same in all plans of this cost: nothing can change place, or a
    cap on it is used up."""
    moves = any(row.movable for row in bought(tables) if (row.commodity, row.year) == (good, year))
    full = any(
        cap.scope == BLOC and cap.segment is None and cap.origin is None and cap.basis != USE
        and cap.slack <= _FULL * max(cap.limit, 1.0)
        for cap in tables.read(CAPS)
        if (cap.commodity, cap.year) == (good, year)
    )  # fmt: skip
    return full or not moves


def _undetermined(tables: Tables, good: str) -> str:
    """Members whose capped share in the last year is not determined, with its ends."""
    names, last = Names(tables), years_of(tables)[-1]
    markets: dict[str, set[str]] = defaultdict(set)
    for row in bought(tables):
        markets[region_of(row.destination)].add(row.destination)
    rows = [
        row
        for row in tables.read(SOURCING)
        if (row.commodity, row.year) == (good, last) and row.origin in tables.capped and not row.leak
    ]
    told = [
        f"{names.region(row.destination)} {percent(row.least_share).removesuffix(' %')}{DASH}{percent(row.most_share)}"
        for row in rows
        if len(tables.capped) == 1
        and markets.get(row.destination) == {row.destination}
        and row.least_share is not None
        and row.most_share is not None
        and row.most_share - row.least_share > 0.005
    ]
    return (
        f"Shares in {last} that other plans of the same cost could move: {', '.join(told)}." if told else ""
    )
