"""Sheet links: what pairs of regions can ship, what they qualified, and what a link is worth."""

from __future__ import annotations

from floors.contract.results.links import LinkRow
from floors.solving.friction import link_charges
from floors.solving.outcome import Outcome

Pair = tuple[str, str, str, int]  # origin, region of destination, commodity, year


def links_table(outcome: Outcome) -> list[LinkRow]:
    """One row for every pair and year in which a link stands, is built, is paid for, has a price or a minimum levy."""
    case, links = outcome.case, outcome.case.links
    shipped: dict[Pair, float] = {}
    for (o, d, c, t), tonnes in outcome.ship.items():
        pair = o, case.places.region_of[d], case.tags.plain.get(c, c), t
        shipped[pair] = shipped.get(pair, 0.0) + tonnes
    alive: dict[Pair, float] = {}
    for key, added in outcome.connect.items():
        for t in links.alive(*key) if added else ():
            alive[*key[:3], t] = alive.get((*key[:3], t), 0.0) + added
    stands = [
        (o, r, c, t) for (o, r, c), tonnes in links.qualified.items() if tonnes for t in case.calendar.years
    ]
    keys = dict.fromkeys(key for key in stands if links.needed(*key))
    for told in (outcome.connect, outcome.friction, outcome.plan_friction):
        keys |= dict.fromkeys(key for key, number in told.items() if number)
    plain, clean = case.tags.plain, case.tags.clean
    keys |= dict.fromkeys(alive)
    for o, r, name, t in (key for key in outcome.levies if len(key) == 4):
        keys[o, r, plain.get(str(name), str(name)), t] = None
    charges, axes = link_charges(outcome), case.arcs.axes

    def order(key: Pair) -> tuple[int, int, int, int]:
        o, r, c, t = key
        return axes.place[o], axes.place[r], axes.commodity[c], t

    return [
        LinkRow(
            origin=o,
            destination=r,
            commodity=c,
            year=t,
            qualified=links.stands(o, r, c),
            added=outcome.connect.get((o, r, c, t), 0.0),
            room=links.stands(o, r, c) + alive.get((o, r, c, t), 0.0) if links.needed(o, r, c, t) else None,
            shipped=shipped.get((o, r, c, t), 0.0),
            friction=outcome.friction.get((o, r, c, t), 0.0) if links.needed(o, r, c, t) else None,
            plan_friction=outcome.plan_friction.get((o, r, c, t)),
            scarce=(o, r, c, t) in outcome.scarcity.pairs,
            minimum_levy=outcome.levies.get((o, r, c, t)),
            clean_minimum_levy=outcome.levies.get((o, r, clean[c], t)) if c in clean else None,
            charge=charges.get((o, r, c, t), 0.0),
        )
        for o, r, c, t in sorted(keys, key=order)
    ]
