"""Exemptions in words: what they cost in delay, what their senders keep, and what no levy holds back; and who may keep
the levy of a minimum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from floors.contract.results.border import FloorRow
from floors.results.amounts import conjoined, nothing, plain, tonnes, years
from floors.solving.bloc import minimum_levy_on
from floors.solving.outcome import Outcome


def exempt_in_words(outcome: Outcome, floors: list[FloorRow], scale: float, currency: str) -> Iterator[str]:
    """For each commodity how much comes exempt, from whom, what of the levies its senders keep, and when its floors
    first bite."""
    kept = _kept(outcome)
    for good, (exempt, money, origins) in kept.items():
        said = f"{good}: {tonnes(exempt)} t from {conjoined(origins)} are exempt and pay no levy"
        if nothing(money, scale):
            yield f"{said}."
            continue
        who = f"{conjoined(origins)} {'keep' if len(origins) > 1 else 'keeps'}"
        yield f"{said}; {who} {plain(money, scale)} million {currency} (present value) that the levy would take."
    yield from _delay(outcome, floors)


def _kept(outcome: Outcome) -> dict[str, tuple[float, float, list[str]]]:
    """By commodity t that come exempt over the horizon, million at present value of levies in their price that stay
    with the sender, and who that is."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    found: dict[str, tuple[float, float, list[str]]] = {}
    at = np.flatnonzero(outcome.exempt_column)
    landed = (1 - arcs.loss) * outcome.delivered_at[arcs.d, arcs.c, arcs.t]
    above = landed - arcs.carriage - outcome.origin_price_at[arcs.o, arcs.c, arcs.t]
    saved = np.clip(np.minimum(outcome.levy_column, above), 0.0, None)
    for i in at.tolist():
        good = axes.commodities[axes.plain[arcs.c[i]]]
        exempt, money, origins = found.get(good, (0.0, 0.0, []))
        t, o = axes.years[arcs.t[i]], axes.regions[arcs.o[i]]
        q = float(outcome.exempt_column[i])
        found[good] = (
            exempt + case.calendar.length[t] * q,
            money + case.calendar.weight[t] * q * float(saved[i]) / 1000,
            origins if o in origins else [*origins, o],
        )
    return found


def _delay(outcome: Outcome, floors: list[FloorRow]) -> Iterator[str]:
    """When floors first bite under exemptions, alike told together; and what comes before."""
    by_place: dict[tuple[str, str], list[FloorRow]] = {}
    for row in floors:
        by_place.setdefault((row.commodity, row.member), []).append(row)
    alike: dict[tuple[str, int | None, tuple[int, ...]], list[str]] = {}
    for (good, place), rows in by_place.items():
        free = covered(outcome, rows)
        if free or rows[0].bites_from is not None:
            alike.setdefault((good, rows[0].bites_from, free), []).append(place)
    for (good, first, free), places in alike.items():
        where, calendar = conjoined(places), outcome.case.calendar.years
        if first is None:
            yield (
                f"{good}: the floor bites in no year in {where}; in {years(free, calendar)} all capped material that "
                "comes is exempt."
            )
        elif before := [t for t in free if t < first]:
            yield (
                f"{good}: exemptions delay the floor in {where}, which first bites in {first}; in "
                f"{years(before, calendar)} all capped material that comes is exempt."
            )
        else:
            yield f"{good}: the floor in {where} first bites in {first}, exempt tonnes apart."


def covered(outcome: Outcome, rows: list[FloorRow]) -> tuple[int, ...]:
    """Years in which a floor with a levy is idle since all capped material that comes is exempt."""
    exempt = exempt_at(outcome)
    return tuple(
        row.year
        for row in rows
        if row.binding and row.state == "idle" and exempt.get((row.member, row.commodity, row.year))
    )


def exempt_at(outcome: Outcome) -> Mapping[tuple[str, str, int], float]:
    """t per year that arrive without a levy by an exemption, by place, commodity (tags together) and year."""
    arcs, axes = outcome.case.arcs, outcome.case.arcs.axes
    found: dict[tuple[str, str, int], float] = {}
    for i in np.flatnonzero(outcome.exempt_column).tolist():
        key = (axes.places[arcs.d[i]], axes.commodities[axes.plain[arcs.c[i]]], axes.years[arcs.t[i]])
        found[key] = found.get(key, 0.0) + float(outcome.exempt_column[i])
    return found


def who_keeps_a_minimum(outcome: Outcome, scale: float, currency: str) -> Iterator[str]:
    """Both ends of who has the levy of a minimum: a duty of floor less customs value is 0 on goods entered at it."""
    case, arcs = outcome.case, outcome.case.arcs
    levy = minimum_levy_on(case, arcs.ways, arcs.content, outcome.levies) * outcome.liable_column
    worth = float((case.weight_at[arcs.t] * levy).sum()) / 1000
    if nothing(worth, scale):
        return
    amount = f"{plain(worth, scale)} million {currency} (present value)"
    here = (
        "exporters keep them, as settings!rent says"
        if case.exporter_keeps
        else "the treasuries take them, as settings!rent says"
    )
    yield (
        f"The levies of the minimum come to {amount} where goods are entered at their price, and to 0 where exporters "
        f"enter them at the floor and keep as much; here {here}."
    )
