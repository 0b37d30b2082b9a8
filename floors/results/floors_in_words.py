"""The floors in words: how high, who is kept out, and where there is no levy at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

from floors.contract.results.border import FloorRow
from floors.results.amounts import conjoined, price, years
from floors.results.border import could_pay, more_exempt
from floors.results.exempt_in_words import exempt_at
from floors.results.levies import Paid
from floors.solving.outcome import Outcome

RULES = ("minimum", "maximum", "max_rise", "max_fall", "max_rise_share", "max_fall_share", "margin")


class _Path(NamedTuple):
    """Floors of one commodity that are told together: the same in every year at all of these places."""

    commodity: str
    places: tuple[str, ...]
    by_place: dict[str, list[FloorRow]]
    everywhere: bool

    @property
    def rows(self) -> list[FloorRow]:
        """Those of the first place."""
        return self.by_place[self.places[0]]

    @property
    def name(self) -> str:
        """The commodity, with the places where it is not all."""
        return self.commodity if self.everywhere else f"{self.commodity} in {conjoined(self.places)}"


def floors_in_words(
    outcome: Outcome, floors: list[FloorRow], paid: list[Paid], movable: Set[Any] = frozenset()
) -> Iterator[str]:
    """A sentence for each path of floors, and for all places that share it; `movable`: keys of shipments that can
    change at no cost."""
    if not floors:
        yield "No floor exists: no cap or minimum meets a capped origin that can supply a member."
        return
    by_good: dict[str, dict[str, list[FloorRow]]] = {}
    for row in floors:
        by_good.setdefault(row.commodity, {}).setdefault(row.member, []).append(row)
    currency = outcome.case.study.settings.currency
    others = {(one.commodity, t) for one in paid for t in one.years if not one.capped}
    known = _known(outcome, movable)
    for good, by_place in by_good.items():
        for path in _paths(outcome, good, by_place):
            if any(row.binding for row in path.rows):
                yield "".join(_levied(outcome, path, currency, known))
            else:
                yield _without_levy(outcome, path, currency, others)


def _paths(outcome: Outcome, good: str, by_place: dict[str, list[FloorRow]]) -> list[_Path]:
    alike: dict[tuple[object, ...], list[str]] = {}
    for place, rows in by_place.items():
        path = tuple((row.year, price(row.floor), row.origin, row.binding) for row in rows)
        alike.setdefault(path, []).append(place)
    all_there = _all_there(outcome, by_place)
    return [_Path(good, tuple(of), by_place, all_there and len(alike) == 1) for of in alike.values()]


def _all_there(outcome: Outcome, by_place: dict[str, list[FloorRow]]) -> bool:
    """Whether every member has a floor in every year in which it is one and another has."""
    places = outcome.case.places
    found = {(place, row.year) for place, rows in by_place.items() for row in rows}
    members = {(d, t) for t in {t for _, t in found} for d in places.members_in(t)}
    return members <= found if places.changes else set(places.members) <= by_place.keys()


def _without_levy(outcome: Outcome, path: _Path, currency: str, others: set[tuple[str, int]]) -> str:
    rows = path.rows
    said = f"{path.name}: the levy on {_origins(path)} is 0 {_when(outcome, [row.year for row in rows])}"
    rules = sorted({row.set_by for row in rows if _is_rule(outcome, row)})
    span = _span([row.floor for row in rows], currency)
    if rules:
        return f"{said}; {conjoined(rules)} sets the floor ({span})."
    if any(row.rebate > outcome.binds for row in rows) or any(
        (path.commodity, row.year) in others for row in rows
    ):
        return f"{said}; the floor ({span}) is its own price."
    return f"{said}, so the floor ({span}) is its own price and holds nothing up."


class _Known(NamedTuple):
    """Where and when some shipment `could` pay, where goods are `wanted`, where some come `exempt`,
    and where `more` may: found once for all paths."""

    could: Set[tuple[str, str, int]]
    wanted: Set[tuple[str, str, int]]
    exempt: Set[tuple[str, str, int]]
    more: Set[tuple[str, str, int]]


def _known(outcome: Outcome, movable: Set[Any]) -> _Known:
    plain = outcome.case.tags.plain
    wanted = {(d, plain.get(c, c), t) for _, d, c, t in outcome.ship} | {
        (d, c, t) for d, _, c, t in outcome.case.demand.steps
    }
    return _Known(could_pay(outcome, movable), wanted, set(exempt_at(outcome)), more_exempt(outcome))


def _levied(outcome: Outcome, path: _Path, currency: str, known: _Known) -> Iterator[str]:
    """How high the floor is, what is a shortage and no floor, where the levy keeps all out, and where it is 0."""
    levied = [row for row in path.rows if row.binding]
    levels = [price(row.floor) for row in levied]
    when = _years(outcome, levied)
    if len(set(levels)) == 1:
        yield f"{path.name}: the floor is {levels[0]} {currency}/kg in {when}."
    else:
        yield _moving(path.name, levied, currency)
    short = [row for row in levied if _is_shortage(outcome, row)]
    if short:
        yield f" In {_years(outcome, short)} this is a buyer's value: a shortage, not a floor."
    yield from _unpaid(outcome, path, known)
    free = [row for row in path.rows if not row.binding]
    if free:
        own = _span([row.floor for row in free], currency)
        yield f" In {_years(outcome, free)} there is no levy: the floor ({own}) is the capped origin's own price."


def _moving(name: str, levied: Sequence[FloorRow], currency: str) -> str:
    """A floor that changes: its ends, and what lies beyond them in between."""
    first, last = levied[0], levied[-1]
    start, end = price(first.floor), price(last.floor)
    turn = ""
    for extreme, word in (
        (min(levied, key=lambda row: row.floor), "lowest"),
        (max(levied, key=lambda row: row.floor), "highest"),
    ):
        told = price(extreme.floor)
        low, high = sorted((first.floor, last.floor))
        if told not in (start, end) and not low <= extreme.floor <= high:
            turn += f", {told} at its {word} in {extreme.year}"
    ends = (
        f"{start} {currency}/kg in {first.year} and in {last.year}{turn}"
        if start == end
        else f"{start} {currency}/kg in {first.year}{turn} and {end} in {last.year}"
    )
    prices = [price(row.capped_price) for row in (first, last)]
    own = f"{prices[0]} in both" if prices[0] == prices[1] else f"{prices[0]} and {prices[1]}"
    return f"{name}: the floor is {ends}; the capped origin's price is {own}, the rest is the levy."


def _unpaid(outcome: Outcome, path: _Path, known: _Known) -> Iterator[str]:
    """Where no shipment of capped origin pays the levy, since it keeps them out, since none would come anyway, or in
    this one of the plans that cost the same; but for places that have no use for the commodity."""
    could, wanted, exempt, more = known

    def exemption(key: tuple[str, str, int]) -> str:
        return "more" if key in more else "some" if key in exempt else ""

    for state, open_, free, why in (
        ("prohibitive", False, "", "it keeps them all out"),
        ("prohibitive", False, "some", "it keeps all out but what is exempt"),
        ("idle", False, "", "none would come without it either"),
        ("idle", False, "some", "what comes is exempt"),
        ("idle", False, "more", "more may come exempt, and no levy keeps it out"),
        ("prohibitive", True, None, "so it is in this plan, while others of the same cost bring some"),
    ):
        alike: dict[tuple[int, ...], list[str]] = {}
        for place in path.places:
            found = tuple(
                row.year
                for row in path.by_place[place]
                if row.binding
                and not row.effective
                and row.state == state
                and (key := (row.member, row.commodity, row.year)) in wanted
                and (key in could) == open_
                and free in (None, exemption(key))
            )
            if found:
                alike.setdefault(found, []).append(place)
        levied = tuple(row.year for row in path.rows if row.binding)
        wanting = [
            place
            for place in path.places
            if any((row.member, row.commodity, row.year) in wanted for row in path.by_place[place])
        ]
        if [*alike.items()] == [(levied, wanting)]:
            yield f" No shipment of capped origin pays the levy: {why}."
        elif alike:
            where = conjoined([_where(outcome, path, *one) for one in alike.items()])
            yield f" No shipment of capped origin pays the levy {where}: {why}."


def _where(outcome: Outcome, path: _Path, found: Sequence[int], places: list[str]) -> str:
    at = "" if len(places) == len(path.places) else f"at {conjoined(places)} "
    return f"{at}in {years(found, outcome.case.calendar.years)}"


def _origins(path: _Path) -> str:
    return conjoined(list(dict.fromkeys(row.origin for row in path.rows)))


def _is_rule(outcome: Outcome, row: FloorRow) -> bool:
    """Whether a rule sets a floor; a process may bear the name of one."""
    return row.set_by.split(" ")[0] in RULES and not _is_process(outcome, row.set_by)


def _is_shortage(outcome: Outcome, row: FloorRow) -> bool:
    return row.set_by.startswith("unserved ") and not _is_process(outcome, row.set_by)


def _is_process(outcome: Outcome, name: str) -> bool:
    return name in outcome.case.production.region


def _years(outcome: Outcome, rows: Sequence[FloorRow]) -> str:
    return years([row.year for row in rows], outcome.case.calendar.years)


def _when(outcome: Outcome, found: Sequence[int]) -> str:
    calendar = outcome.case.calendar.years
    return "in every year" if 1 < len(found) == len(calendar) else f"in {years(found, calendar)}"


def _span(levels: Sequence[float], currency: str) -> str:
    low, high = price(min(levels)), price(max(levels))
    return f"{low} {currency}/kg" if low == high else f"{low} to {high} {currency}/kg"
