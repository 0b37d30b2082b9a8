"""What joining is worth, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floors.results.amounts import conjoined, nothing, plain

if TYPE_CHECKING:
    from floors.many.coalitions.candidates import Candidates


def joining_in_words(found: Candidates) -> list[str]:
    """One sentence a line; each is true of every study in which it is said."""
    money, scale = f"million {found.currency}, present value", found.scale
    said = [
        f"{len(found.cost)} of {len(found.runs)} sets of {', '.join(found.members)} and candidates have a plan."
    ]
    alone = {one: step for one, step in found.joining_alone.items() if step.gain is not None}
    if alone:
        told = "; ".join(
            f"{one} {plain(step.worth_to_members or 0.0, scale)} and {plain(step.worth_to_itself or 0.0, scale)}"
            for one, step in alone.items()
        )
        said.append(f"Joining alone brings those who are in, and the one who joins ({money}): {told}.")
    said += _losing(found)
    return said + _ordered(found, money)


def _losing(found: Candidates) -> list[str]:
    """Who loses by joining alone; that nobody does only where that is known of all."""
    worths = {one: step.worth_to_itself for one, step in found.joining_alone.items()}
    losing = [
        one
        for one, worth in worths.items()
        if worth is not None and worth < 0 and not nothing(worth, found.scale)
    ]
    if losing:
        verb = "loses" if len(losing) == 1 else "lose"
        return [f"{conjoined(losing)} {verb} by joining alone."]
    if None in worths.values():
        return []
    return ["No candidate loses by joining alone."]


def _ordered(found: Candidates, money: str) -> list[str]:
    """The best order, what is gained on its way, and how it was looked for."""
    best, scale = found.best, found.scale
    if best is None:
        return ["There is no order of joining that has a plan at every step."]
    gains = [gain for gain in best.cumulative if gain is not None]
    names = ", ".join(best.names)
    if len(found.named) == 1:
        said = []
    else:
        told = ", ".join(plain(gain, scale) for gain in gains)
        said = [
            f"Best order of joining: {names}; after each step those who are in have gained ({money}): {told}."
        ]
    if found.greedy:
        said.append(
            "In this order each step is the one that brings most then; with so many candidates not all orders are "
            "compared, and a better one may be missed."
        )
    elif found.as_good > 1:
        said.append(
            f"{found.as_good} of {len(found.orders_of_joining)} orders are worth as much; it is the first of them in "
            "the order of sheet regions."
        )
    most = max(gains)
    if nothing(most, scale) or most < 0:
        return [*said, "Nobody's joining in this order brings those who are in more than it takes."]
    joined = best.names[: gains.index(most) + 1]
    if len(found.named) > 1 and len(joined) < len(best.names):
        said.append(
            f"Most is gained when {conjoined(joined)} {'has' if len(joined) == 1 else 'have'} joined and nobody else."
        )
    return said
