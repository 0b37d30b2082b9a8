"""The table of floors: three or four years, what each is made of by kind, and who sets it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from floors.brief.bands import Band
from floors.brief.facts import UNMET, Facts
from floors.brief.figures import prices
from floors.brief.names import FEW, counted, few
from floors.contract.inputs import FLOOR_RULES
from floors.contract.results.border import FloorRow
from floors.page.page import NEVER_DROPPED, Entry, Head, Line, Table
from floors.page.told import DASH, listed
from floors.study.scenarios import BASE

MOST_YEARS = 4  # of one path
MOST_LINES = 8
MOST_EDGES = 2
BESIDE_MANY = 2  # rank of what one floor is made of where a table has those of many goods
MAKERS = "makers in "
STRAIGHT = 0.005  # of a floor: a path that is straight but for so much has no year between its ends to tell
EDGE = 0.05  # of a floor: what tariffs do to it is told from here on
KINDS = (
    ("making", "making it"),
    ("new_plant", "+ new plant"),
    ("links", "+ links"),
    ("inputs", "+ inputs"),
    ("tariffs", "tariffs, freight"),
    ("other", "other"),
)
CENT = 0.005
AMOUNT = f"0.00;{DASH}0.00;0.00"


class Path:
    """The floors of one commodity that are the same in every year at all of these places."""

    def __init__(self, places: Sequence[str], rows: Sequence[FloorRow]) -> None:
        self.places, self.rows = tuple(places), tuple(rows)

    def at(self, year: int) -> FloorRow | None:
        return next((row for row in self.rows if row.year == year), None)


def paths(facts: Facts, good: str) -> list[Path]:
    """The paths of the floors of a commodity, that of most tonnes first."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for place, rows in facts.floors.get(good, {}).items():
        alike.setdefault(
            tuple((r.year, round(r.floor, 2), r.origin, round(r.levy, 2)) for r in rows), []
        ).append(place)
    found = [Path(places, facts.floors[good][places[0]]) for places in alike.values()]

    def weight(path: Path) -> float:
        return sum(facts.bought_by.get((place, good), 0.0) for place in path.places)

    return sorted(found, key=lambda path: -weight(path))


def told_years(rows: Sequence[FloorRow], most: int = MOST_YEARS) -> list[int]:
    """The first year and the last, those between in which the floor is farthest from a line through the others, and
    then those in which somebody else sets it."""
    chosen = {0, len(rows) - 1}
    while len(chosen) < min(most, len(rows)):
        ends = sorted(chosen)
        away = {
            i: abs(rows[i].floor - _between(rows, a, b, i))
            for a, b in pairwise(ends)
            for i in range(a + 1, b)
        }
        if not away:
            break
        far = max(away, key=lambda i: away[i])
        if away[far] <= STRAIGHT * abs(rows[far].floor):
            turned = [i for i in sorted(away) if rows[i].set_by != rows[i - 1].set_by]
            if not turned:
                break
            far = turned[0]
        chosen.add(far)
    return [rows[i].year for i in sorted(chosen)]


def _between(rows: Sequence[FloorRow], a: int, b: int, i: int) -> float:
    first, last = rows[a], rows[b]
    part = (rows[i].year - first.year) / (last.year - first.year)
    return first.floor + part * (last.floor - first.floor)


def floors_table(facts: Facts) -> Table | None:
    """The floors of the commodity that the page is about; None where there is no floor."""
    good = facts.main
    if good is None:
        return None
    found = paths(facts, good)
    several = len(found) > 1
    most = MOST_YEARS if not several else max(2, min(3, MOST_LINES // len(found)))
    told = found[: MOST_LINES // 2]
    lines = [(path, row) for path in told for year in told_years(path.rows, most) if (row := path.at(year))]
    kinds = {(row.member, row.year): row for row in facts.rows("floor_kinds") if row.commodity == good}
    columns = [
        (name, text)
        for name, text in KINDS
        if kinds and any(abs(getattr(kinds[row.member, row.year], name)) >= CENT for _, row in lines)
    ]
    bands = facts.bands if any((row.member, good, row.year) in facts.bands for _, row in lines) else {}
    origins = list(dict.fromkeys(row.origin for _, row in lines))
    seller = f"{facts.names.of(origins[0])} price" if len(origins) == 1 else "price there"
    by_makers = all(set_by(facts, row).startswith(MAKERS) for _, row in lines)
    heads = [
        *([Head("Where", 6, False)] if several else []),
        Head("Year", 3, False),
        Head(seller[:1].upper() + seller[1:], 4),
        Head("+ levy", 3),
        Head("= floor", 3),
        *([Head("other worlds*", 4)] if bands else []),
        *(Head(_head(name, text, [row for _, row in lines]), 3) for name, text in columns),
        Head("set by makers in" if by_makers else "set by", 7),
    ]
    made = []
    before = None
    for path, row in lines:
        where = _where(facts, path) if path is not before else ""
        before = path
        kind = kinds.get((row.member, row.year))
        short, setter = row.set_by.startswith(UNMET), set_by(facts, row)
        link = f"member={row.member};commodity={good};year={row.year}"
        there = f"prices!region={row.origin};commodity={good};year={row.year}"
        made.append(
            Line(
                (
                    *([Entry(where)] if several else []),
                    Entry(row.year, "0"),
                    Entry(row.capped_price, "0.00", link=there),
                    Entry(row.levy, "0.00", link=f"floors!{link}"),
                    Entry(row.floor, "0.00", strong=not short, faint=short, link=f"floor_parts!{link}"),
                    *([Entry(_band(bands.get((row.member, good, row.year))), faint=True)] if bands else []),
                    *(Entry(getattr(kind, name), AMOUNT, link=f"floor_kinds!{link}") for name, _ in columns),
                    Entry(setter.removeprefix(MAKERS) if by_makers else setter, faint=True),
                )
            )
        )
    gate = (
        f"at {facts.names.of(origins[0])} factory gate"
        if len(origins) == 1
        else "at the factory gate of origin"
    )
    same = "" if several or len(facts.members) == 1 else f" {DASH} the same for all members"
    parts = f" {DASH} and what each is made of" if columns else ""
    title = f"Floors on {facts.names.good(good)}, {facts.per_kg} {gate}{same}{parts}"
    told_bands = [bands[key] for _, row in lines if (key := (row.member, good, row.year)) in bands]
    notes = [
        _not_told(found, told),
        _values(lines),
        _rules(facts, [row for _, row in lines]),
        _worlds(told_bands, lines[-1][1].year),
        _edge(facts, lines, kinds),
        _others(facts, good),
    ]
    return Table(
        "floors",
        title,
        tuple(heads),
        tuple(made),
        tuple(filter(None, [" ".join(filter(None, notes))])),
        rank=BESIDE_MANY if listed_apart(facts) else NEVER_DROPPED,
        sheet="floors",
    )


def _head(name: str, text: str, rows: Sequence[FloorRow]) -> str:
    """What is other is told where it is of one kind."""
    if name != "other":
        return text
    buyers = [row for row in rows if row.set_by.startswith((UNMET, "demand "))]
    rules = [row for row in rows if is_rule(row.set_by)]
    return "buyer’s value" if buyers and not rules else "by rule" if rules and not buyers else text


def _where(facts: Facts, path: Path) -> str:
    return facts.names.place(path.places[0]) + (
        f" and {len(path.places) - 1} more" if len(path.places) > 1 else ""
    )


def _not_told(found: Sequence[Path], told: Sequence[Path]) -> str:
    more = [place for path in found[len(told) :] for place in path.places]
    places = "place" if len(more) == 1 else "places"
    return f"Others differ: {counted(len(more))} more {places} (sheet floors)." if more else ""


def _band(band: Band | None) -> str | None:
    """'57–74'; a dash where there is none."""
    if band is None:
        return None
    low, high = prices(band.lowest, band.highest)
    return low if low == high else f"{low}{DASH}{high}"


def _values(lines: Sequence[tuple[Path, FloorRow]]) -> str:
    """That a buyer's value is no floor."""
    if not any(row.set_by.startswith(UNMET) for _, row in lines):
        return ""
    return "Where a shortage sets it, the number is what a buyer would pay, and no floor."


def _rules(facts: Facts, rows: Sequence[FloorRow]) -> str:
    """The cells of the rules that set floors."""
    cells: dict[str, str] = {}
    for row in rows:
        rule, _, good = row.set_by.partition(" ")
        for index, given in enumerate(facts.tables.study.rows("floor_rules")):
            if (
                row.binding
                and given["rule"] == rule
                and given["commodity"] in ("*", good)
                and row.year in given["years"]
            ):
                sheet, cell, _ = facts.tables.study.place("floor_rules", index, row.year)
                cells.setdefault(f"{sheet}!{cell}", rule.replace("_", " "))
    return f"Rules: {'; '.join(f'{rule} of {cell}' for cell, rule in cells.items())}." if cells else ""


def _worlds(bands: Sequence[Band], year: int) -> str:
    """What the bands are over."""
    if not bands:
        return ""
    last = bands[-1]
    low, high = ([name for name in names if name != BASE] for names in (last.lowest_in, last.highest_in))
    ends = [*([f"“{low[0]}” lowest"] if low else []), *([f"“{high[0]}” highest"] if high else [])]
    such = f" (in {year} {listed(ends)})" if ends else ""
    short = any(band.short for band in bands)
    left_out = " Where a buyer goes short there is no floor, and it is left out." if short else ""
    over = max(band.over for band in bands)
    return f"* Over this and {over} scenarios that change the world and not the rules{such}.{left_out}"


def _edge(facts: Facts, lines: Sequence[tuple[Path, FloorRow]], kinds: dict[tuple[str, int], Any]) -> str:
    """What duties at other borders do to a floor, where they do most."""
    found = [
        (kind, row)
        for path, row in lines
        for place in path.places
        if row.binding  # else no floor is needed
        and facts.bought.get((place, row.commodity, row.year))
        and (kind := kinds.get((place, row.year))) is not None
        and kind.whose is not None
        and abs(kind.third_country) > EDGE * abs(row.floor)
    ]
    if not found:
        return ""
    found.sort(key=lambda one: -abs(one[0].third_country))
    kind, row = found[0]
    below = kind.third_country < 0
    alike = [one for one in found if one[0].member == kind.member and (one[0].third_country < 0) == below]
    told = sorted(alike[:MOST_EDGES], key=lambda one: one[1].year)
    seller, good = facts.names.the(row.origin), facts.names.good(row.commodity)
    pays = (
        f"what the way costs {good} from {seller} and not rivals"
        if below
        else f"what the way costs rivals and not {good} from {seller}"
    )
    sign = DASH if below else ""
    amounts = listed(
        [f"{sign}{abs(k.third_country):,.2f} of the {r.floor:,.2f} in {r.year}" for k, r in told]
    )
    return (
        f"“Tariffs, freight”: {pays}. For {facts.names.the_place(kind.member)} duties of others (first "
        f"{facts.names.of(kind.whose)}) are {amounts}: so much {'less' if below else 'more'} floor is needed."
    )


def listed_apart(facts: Facts) -> bool:
    """Whether more goods have floors than a line lists beside that of the page: they have a table of their own."""
    return bool(facts.levied) and len(facts.floors) > FEW + 1


def _others(facts: Facts, good: str) -> str:
    """The floors of all other commodities in a line; nothing where they have a table."""
    if listed_apart(facts):
        return ""
    told = []
    idle = []
    for other in dict.fromkeys((*facts.levied, *facts.floors)):
        if other == good:
            continue
        places = facts.floors[other]
        rows = [row for of in places.values() for row in of]
        top = max(rows, key=lambda row: row.levy)
        if other in facts.levied and top.binding:
            levy, floor = prices(top.levy, top.floor)
            told.append(f"{facts.names.good(other)}: levy up to {levy} (floor {floor} in {top.year})")
        else:
            idle.append(facts.names.good(other))
    if idle and (not facts.levied or facts.struck):  # else it is an answer of the page
        told.append(f"no levy on {few(idle)}")
    more = f"; {counted(len(told) - FEW)} more (sheet floors)" if len(told) > FEW else ""
    return f"Other floors, {facts.per_kg}: {'; '.join(told[:FEW])}{more}." if told else ""


def is_rule(name: str) -> bool:
    """Whether what sets a floor is a rule of the bloc."""
    return name.split(" ", 1)[0] in (*FLOOR_RULES, "coordination")


def set_by(facts: Facts, row: FloorRow) -> str:
    """Who or what sets a floor, in words."""
    told = row.binding or row.set_by.startswith(UNMET)  # the price of a seller may be what a buyer would pay
    return setter(facts, row.set_by) if told else f"{facts.names.of(row.origin)} price"


def setter(facts: Facts, name: str) -> str:
    """What `set_by` of a table names, in words."""
    if name.startswith(UNMET):
        return f"a shortage: {facts.names.buyer(name.removeprefix(UNMET).strip())}"
    if name.startswith("demand "):
        return f"buyers: {facts.names.buyer(name.removeprefix('demand '))}"
    if is_rule(name):
        return f"the rule {name.split(' ', 1)[0].replace('_', ' ')}"
    region = facts.makers.get(name)
    if region is not None:
        return f"{MAKERS}{facts.names.the(region)}"
    return name
