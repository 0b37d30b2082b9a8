"""What joining is worth, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floors.contract.results.coalition import WorthBandRow
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
    return [*said, *_ordered(found, money), *_sampled(found, money)]


def _sampled(found: Candidates, money: str) -> list[str]:
    """How sure that is."""
    if found.sampled is None:
        return []
    said, scale, count = [], found.scale, len(found.sampled.costs)
    alone = [
        f"{row.candidate} {plain(row.p5, scale)} to {plain(row.p95, scale)}"
        for row in found.rows("worth_bands")
        if isinstance(row, WorthBandRow) and (row.joins, row.worth) == ("alone", "worth_together")
        if row.p5 is not None and row.p95 is not None
    ]
    if alone:
        said.append(
            f"In {count} samples of what is uncertain, of those with a plan, joining alone is worth to all who are "
            f"then in ({money}; 5th to 95th percentile): {'; '.join(alone)}."
        )
    if found.best_in is not None and len(found.named) > 1:
        said.append(f"The best order is the best one in {found.best_in} of the {count} samples.")
    return said


def _losing(found: Candidates) -> list[str]:
    """Who loses by joining alone; that nobody does only where that is known of all."""
    worths = {one: step.worth_to_itself for one, step in found.joining_alone.items()}
    losing = [
        one
        for one, worth in worths.items()
        if worth is not None and worth < 0 and not nothing(worth, found.scale)
    ]
    if losing:
        return [f"{conjoined(losing)} would bear more after joining alone than before."]
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
        return [*said, "At no step of this order have all who are in gained more than they lost."]
    joined = best.names[: gains.index(most) + 1]
    if len(found.named) > 1 and len(joined) < len(best.names):
        said.append(
            f"Most is gained when {conjoined(joined)} {'has' if len(joined) == 1 else 'have'} joined and nobody else."
        )
    return said
