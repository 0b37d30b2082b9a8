"""Where capped origins sell, with the policy and without: what a cap only sends elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from floors.contract.results.policy import ShufflingRow
from floors.results.amounts import share, tonnes
from floors.results.border import uses
from floors.solving.outcome import Outcome

MOSTLY = 0.5  # share of the fall in sales to members that goes elsewhere and is worth a sentence
RELATIVE = 1e-9


class _Sold(NamedTuple):
    """What a capped origin sells of a commodity in a year, t/yr."""

    members: float = 0.0
    others: float = 0.0
    home: float = 0.0


def shuffling_table(outcome: Outcome, baseline: Outcome) -> list[ShufflingRow]:
    """Sales of each capped origin to members, to others and at home, before and after, t per year before loss.

    redirected = the smaller of the fall in sales to members and the rise in sales to others, at least 0.
    """
    now, before = _sales(outcome), _sales(baseline)
    order = {c: i for i, c in enumerate(outcome.case.commodities)}
    origins = outcome.case.places.capped
    rows: list[ShufflingRow] = []
    keys = sorted(now.keys() | before.keys(), key=lambda k: (order[k[0]], k[1], origins.index(k[2])))
    for c, t, o in keys:
        after, then = now.get((c, t, o), _Sold()), before.get((c, t, o), _Sold())
        rows.append(
            ShufflingRow(
                commodity=c,
                year=t,
                origin=o,
                members=after.members,
                others=after.others,
                home=after.home,
                baseline_members=then.members,
                baseline_others=then.others,
                baseline_home=then.home,
                redirected=max(0.0, min(then.members - after.members, after.others - then.others)),
            )
        )
    return rows


def _sales(outcome: Outcome) -> dict[tuple[str, int, str], _Sold]:
    """By (commodity, year, origin)."""
    case, found = outcome.case, dict[tuple[str, int, str], _Sold]()
    for o, d, c, t, quantity in _sold(outcome):
        region = case.places.region_of[d]
        buyer = "home" if region == o else "members" if case.places.is_member(region, t) else "others"
        sold = found.get((c, t, o), _Sold())
        found[c, t, o] = sold._replace(**{buyer: getattr(sold, buyer) + quantity})
    return found


def _sold(outcome: Outcome) -> Iterator[tuple[str, str, str, int, float]]:
    """(origin, place, commodity, year, t) of everything that a capped origin ships or leaks."""
    case, plain = outcome.case, outcome.case.tags.plain
    for (o, d, c, t), quantity in outcome.ship.items():
        if quantity and case.places.role_in(o, t) == "capped":
            yield o, d, plain.get(c, c), t, quantity
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        if quantity:
            yield o, d, c, t, quantity


def shuffled(outcome: Outcome, baseline: Outcome, rows: list[ShufflingRow]) -> Iterator[str]:
    """A sentence for each commodity whose fall in sales to members is mostly made up elsewhere."""
    for c, o, fall, redirected in sent_elsewhere(outcome, baseline, rows):
        yield (
            f"{c}: {o} sells the bloc {tonnes(fall)} t less over the years than without the policy, but "
            f"{share(min(redirected / fall, 1.0))} of that goes to other countries instead: trade changes places."
        )


def sent_elsewhere(
    outcome: Outcome, baseline: Outcome, rows: list[ShufflingRow]
) -> Iterator[tuple[str, str, float, float]]:
    """Commodity, capped origin, by how many t its sales to members fall over the years, and what of that goes
    elsewhere, where that is most of it.

    Only of years in which the plan without policy would break a cap: elsewhere no cap forces anything, and two
    plans that cost the same may differ all the same.
    """
    forced = _forced(outcome, baseline)
    length = outcome.case.calendar.length
    total: dict[tuple[str, str], tuple[float, float]] = {}
    for row in rows:
        if (row.commodity, row.year) in forced:
            fall, redirected = total.get((row.commodity, row.origin), (0.0, 0.0))
            total[row.commodity, row.origin] = (
                fall + length[row.year] * (row.baseline_members - row.members),
                redirected + length[row.year] * row.redirected,
            )
    for (c, o), (fall, redirected) in total.items():
        if redirected > MOSTLY * fall > 0:
            yield c, o, fall, redirected


def _forced(outcome: Outcome, baseline: Outcome) -> set[tuple[str, int]]:
    """(commodity, year) under a cap that the baseline breaks."""
    case = outcome.case
    found: set[tuple[str, int]] = set()
    counted_under, arriving = uses(baseline, case)
    for k, cap in enumerate(case.caps):
        for t, allowed in cap.given.items():
            y = case.arcs.axes.year[t]
            limit = allowed * arriving[k, y] if cap.basis == "use" else cap.limit[t]
            if counted_under[k, y] > limit + RELATIVE * max(limit, arriving[k, y]):
                found.update((c, t) for c in cap.weights)
    return found
