"""The sourcing mix in words: whether it is the only one at its cost, and where it is widest."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from floors.case.leaks import leaked_to
from floors.results.amounts import share as told_share
from floors.solving.mix import STILL, Mix, Place
from floors.solving.outcome import Outcome


def mix_in_words(outcome: Outcome, mix: Mix) -> Iterator[str]:
    """Whether the mix of the bloc is the only one at its cost, and where it is widest."""
    inside = outcome.case.places.is_member
    able = [key for key in mix.movable if inside(key[1], key[3])]
    moving = [key for key in able if outcome.ship[key]]
    if not able:
        yield "The sourcing mix of the bloc is the only one at this cost."
        return
    if not moving:
        yield (
            "The sourcing mix is not the only one at this cost: the bloc could buy what it does not buy, for what it "
            "is worth to it."
        )
        return
    count = f"{len(moving)} shipment{'s' if len(moving) > 1 else ''}"
    first = f"The sourcing mix is not the only one at this cost: {count} into the bloc can change"
    if mix.loose is None:
        yield f"{first} place at no cost (--ranges finds how far)."
        return
    share = _shares(outcome, moving)
    loose = {(d, name, t) for d, c, t in mix.loose for name in outcome.case.tags.names(c)}
    ends = {key: _ends(mix, loose, key, outcome.ship[key], share[key]) for key in sorted(moving)}
    widest = max(ends, key=lambda key: ends[key][1] - ends[key][0])
    (o, d, name, t), (least, most) = widest, ends[widest]
    tags = outcome.case.tags
    c, tag = tags.plain.get(name, name), tags.tag(name)
    o = f"{tag} goods of {o}" if tag else o
    known = not (mix.held.left_out or mix.held.failed)
    if most - least <= STILL:
        told = "with them" if known else "was seen to change with them"
        yield f"{first} at no cost, and no share of an origin {told}."
        return
    seen = "" if known else " at least (--ranges finds the ends)"
    ends_told, here = (told_share(least), told_share(most)), told_share(share[widest])
    place = {ends_told[0]: "the least", ends_told[1]: "the most"}.get(here, here)
    yield (
        f"{first} place at no cost. Widest {'is' if known else 'seen is'} the share of {o} in {c} at {d} in {t}: "
        f"{ends_told[0]} to {ends_told[1]}{seen}, {place} in this plan."
    )


def _ends(mix: Mix, loose: Set[Place], key: Any, quantity: float, share: float) -> tuple[float, float]:
    """Least and most share of a shipment, as found or as far as it was seen to move."""
    o, d, c, t = key
    if (d, c, t, o, False) in mix.ranges:
        return mix.ranges[d, c, t, o, False]
    if (d, c, t) in loose:
        return share, share  # tonnes that were seen are no share of what then arrives
    low, high = mix.seen[key]
    total = quantity / share
    return max(0.0, low / total), min(1.0, high / total)


def _shares(outcome: Outcome, keys: list[Any]) -> dict[Any, float]:
    """The shares of shipments in all that arrives where they do, leaks in."""
    total = {place: sum(by_origin.values()) for place, by_origin in leaked_to(outcome.case).items()}
    plain = outcome.case.tags.plain
    for (_, d, c, t), quantity in outcome.ship.items():
        place = d, plain.get(c, c), t
        total[place] = total.get(place, 0.0) + quantity
    return {key: outcome.ship[key] / total[key[1], plain.get(key[2], key[2]), key[3]] for key in keys}
