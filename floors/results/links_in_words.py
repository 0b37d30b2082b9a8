"""What links do to floors, and who pays for them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from floors.contract.results.border import FloorRow
from floors.results.amounts import conjoined, plain, price, tonnes, years
from floors.solving.friction import link_charges, scarce_arcs
from floors.solving.outcome import Outcome


def links_in_words(
    outcome: Outcome, floors: Sequence[FloorRow], scale: float, currency: str
) -> Iterator[str]:
    """Friction in floors, rents that levies tax, what a minimum leaves to exporters, what is built, who needs none."""
    if not outcome.case.links.any:
        return
    yield from _friction(outcome, floors, currency)
    yield from _rents(outcome, scale, currency)
    yield from _kept(outcome, currency)
    yield from _built(outcome, scale, currency)
    yield from _home(outcome)


def _span(numbers: Iterable[float]) -> str:
    """The least to the largest of prices, or the one."""
    told = [price(number) for number in sorted(numbers)]
    return told[0] if told[0] == told[-1] else f"{told[0]} to {told[-1]}"


def _friction(outcome: Outcome, floors: Sequence[FloorRow], currency: str) -> Iterator[str]:
    """What of floors is the price of a link: places of one origin and the same years together."""
    by_place: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in floors:
        if row.friction > outcome.binds:
            by_place.setdefault((row.commodity, row.origin, row.member), {})[row.year] = row.friction
    together: dict[tuple[str, str, tuple[int, ...]], dict[str, list[float]]] = {}
    for (good, origin, member), asked in by_place.items():
        together.setdefault((good, origin, tuple(asked)), {})[member] = [*asked.values()]
    for (good, origin, when), of in together.items():
        amount = _span(number for asked in of.values() for number in asked)
        yield (
            f"{good}: {amount} {currency}/kg of the floor in {years(when, outcome.case.calendar.years)} is friction, "
            f"the price of the link from {origin} to {conjoined([*of])}; the levy is less by it."
        )


def _rents(outcome: Outcome, scale: float, currency: str) -> Iterator[str]:
    """Levies that tax the rent of a link."""
    case, levy, arcs = outcome.case, outcome.levy_column, outcome.case.arcs
    paid = np.where(scarce_arcs(case, outcome.scarcity.pairs), levy * outcome.liable_column, 0.0)
    found: dict[str, float] = {}
    when: dict[str, set[int]] = {}
    for i in np.flatnonzero((levy > outcome.binds) & (paid > 0)).tolist():
        good, t = arcs.axes.commodities[arcs.axes.plain[arcs.c[i]]], arcs.axes.years[arcs.t[i]]
        found[good] = found.get(good, 0.0) + case.calendar.weight[t] * float(paid[i]) / 1000
        when.setdefault(good, set()).add(t)
    taker = "they stay with exporters" if case.exporter_keeps else "they go from exporters to treasuries"
    for good, amount in found.items():
        yield (
            f"{good}: levies of {plain(amount, scale)} million {currency} (present value) in "
            f"{years(when[good], case.calendar.years)} are a tax on a scarcity rent: full links alone would hold the "
            f"plan, and {taker}."
        )


def _kept(outcome: Outcome, currency: str) -> Iterator[str]:
    """Pairs of which a minimum takes nothing, since the price of their link is above it."""
    found: dict[tuple[str, str, str], dict[int, float]] = {}
    places, plain_name = outcome.case.places, outcome.case.tags.plain
    for key, levy in outcome.levies.items():
        if len(key) == 4 and levy <= outcome.binds:
            o, r, c, t = str(key[0]), str(key[1]), str(key[2]), int(key[3])
            good = plain_name.get(c, c)
            asked = outcome.friction.get((o, r, good, t), 0.0)
            if asked > outcome.binds and any(outcome.ship[o, d, c, t] for d in places.destinations(r, good)):
                found.setdefault((o, r, good), {})[t] = asked
    for (o, r, good), of in found.items():
        yield (
            f"{good}: the minimum takes nothing of what {o} ships to {r} in "
            f"{years(of, outcome.case.calendar.years)}: its link is full, and its seller keeps {_span(of.values())} "
            f"{currency}/kg for it."
        )


def _built(outcome: Outcome, scale: float, currency: str) -> Iterator[str]:
    """What is qualified beside what stood, and what that costs."""
    weight, case = outcome.case.calendar.weight, outcome.case
    added: dict[str, float] = {}
    for (_, _, c, _), tonnes_a_year in outcome.connect.items():
        added[c] = added.get(c, 0.0) + tonnes_a_year
    charges: dict[str, float] = {}
    for (_, _, c, t), amount in link_charges(outcome).items():
        charges[c] = charges.get(c, 0.0) + weight[t] * amount
    pairs = {tuple(key) for key in np.argwhere(case.links.bound.any(axis=3)).tolist()}
    axes = case.arcs.axes
    for c, built in added.items():
        if built <= 0 or c not in charges:
            continue
        stood = sum(
            t
            for (o, r, good), t in case.links.qualified.items()
            if good == c and (axes.place[o], axes.place[r], axes.commodity[good]) in pairs
        )
        yield (
            f"{c}: {tonnes(built)} t a year of links are qualified in all beside the {tonnes(stood)} that stood; "
            f"senders pay {plain(charges[c], scale)} million {currency} (present value) for them."
        )


def _home(outcome: Outcome) -> Iterator[str]:
    """Growth favours home supply where what crosses a border needs a link."""
    case = outcome.case
    axes, members, data = case.arcs.axes, set(case.places.members), case.production
    ends = case.calendar.years[0], case.calendar.years[-1]
    needed = np.asarray(case.links.bound.any(axis=(0, 3)))
    for c in np.flatnonzero(needed.any(axis=0) & (axes.plain == np.arange(len(axes.commodities)))).tolist():
        good = axes.commodities[c]
        into = {axes.regions[r] for r in np.flatnonzero(needed[:, c]).tolist()}
        home = {data.region[p] for p in data.processes if good in data.made(p)} & into & members
        rows = [r for r in case.study.rows("demand") if r["region"] in home and r["commodity"] == good]
        before, later = (sum(row["years"].get(t, 0.0) for row in rows) for t in ends)
        if home and later > before:
            makers = conjoined([r for r in case.places.regions if r in home])
            yield (
                f"{good}: demand grows in {makers}, where it is made too: what comes from elsewhere needs links, home "
                "supply none, so that growth favours it."
            )
