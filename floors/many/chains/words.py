"""Which minerals come first, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from floors.contract.results.priorities import WHY_NONE, PriorityRow
from floors.many.chains.blows import is_shock
from floors.many.risks.states import states_of
from floors.results.amounts import conjoined, nothing, plain, price, share, signed
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.many.chains.priorities import Priorities

FIRST = 3
MANY = 0.05  # of the samples


def priorities_in_words(found: Priorities) -> list[str]:
    """What a reader should know first, one sentence a line."""
    rows = found.priority_rows
    scale = max((abs(row.cost or 0.0) for row in rows), default=0.0)
    return [
        *_first(found, rows, scale),
        *_last(rows, scale),
        *_alike(rows),
        *_no_floor(rows, scale),
        *_saves(rows, scale, found.currency),
        *_not_struck(found, rows),
        *_sure(found, rows),
        *_weak(rows),
        *_worlds(found),
    ]


def _first(found: Priorities, rows: Sequence[PriorityRow], scale: float) -> Iterator[str]:
    """The first three of those whose caps avoid anything."""
    first = [
        row for row in rows if row.rank is not None and row.rank <= FIRST and (row.expected_avoided or 0) > 0
    ]
    free = [row for row in first if row.avoided_per_million is None]
    money = f"million {found.currency}, present value"
    if free:
        told = [f"{_named(row)} ({plain(row.expected_avoided or 0.0, scale)})" for row in free]
        yield f"Caps that cost the bloc nothing and yet avoid losses on average: {conjoined(told)} ({money})."
    paid = [row for row in first if row.avoided_per_million is not None]
    if paid:
        told = [f"{_named(row)} {price(row.avoided_per_million or 0.0)}" for row in paid]
        yield f"First by loss avoided on average for each million that their caps cost: {'; '.join(told)}."
    if not first and any(row.rank is not None for row in rows):
        yield "On average over the shocks the caps on no chain avoid a loss."


def _last(rows: Sequence[PriorityRow], scale: float) -> Iterator[str]:
    """Those whose caps cost something and avoid nothing."""
    idle = [
        row
        for row in rows
        if row.rank is not None and (row.cost or 0) > 0 and (row.expected_avoided or 0) <= 0
    ]
    if idle:
        told = [f"{_named(row)} ({plain(row.cost or 0.0, scale)})" for row in idle]
        yield f"Caps that cost something and avoid nothing on average come last: {conjoined(told)}."


def _alike(rows: Sequence[PriorityRow]) -> Iterator[str]:
    """Ranks that several share."""
    of: dict[int, list[str]] = {}
    for row in rows:
        if row.rank is not None:
            of.setdefault(row.rank, []).append(row.chain)
    for rank, names in of.items():
        if len(names) > 1:
            yield f"{conjoined(names)} share rank {rank}."


def _no_floor(rows: Sequence[PriorityRow], scale: float) -> Iterator[str]:
    """Those that need no floor in any year, and why; what their caps cost all the same."""
    told = []
    for need, why in WHY_NONE.items():
        for row in rows:
            if row.need == need:
                costs = row.cost is not None and not nothing(row.cost, scale)
                beside = (
                    f", though its caps change what the bloc pays by {signed(row.cost or 0.0, scale)}"
                    if costs
                    else ""
                )
                told.append(f"{_named(row)} ({why}{beside})")
    if told:
        yield f"No floor is needed in any year on {conjoined(told)}."


def _saves(rows: Sequence[PriorityRow], scale: float, currency: str) -> Iterator[str]:
    """Caps that more than pay for themselves at these probabilities."""
    ranked = [row for row in rows if row.rank is not None]
    more = [row for row in ranked if (row.gain or 0) > 0 and not nothing(row.gain or 0.0, scale)]
    less = [row for row in ranked if (row.gain or 0) < 0 and not nothing(row.gain or 0.0, scale)]
    if more:
        told = [f"{row.chain} {plain(row.gain or 0.0, scale)}" for row in more]
        money = f"million {currency}, present value"
        yield f"At these probabilities caps save the bloc more than they cost it: {'; '.join(told)} ({money})."
    elif less and len(less) == len(ranked):
        yield "At these probabilities the caps on no chain save the bloc as much as they cost it."


def _not_struck(found: Priorities, rows: Sequence[PriorityRow]) -> Iterator[str]:
    """Caps that cost something, of which no shock says what they avoid."""
    struck = {one.chain for one in found.weighed if one.shocks}
    bare = [row.chain for row in rows if (row.cost or 0) != 0 and row.chain not in struck]
    if bare:
        yield f"No shock with a probability strikes {conjoined(bare)}: what those caps would avoid is not known."


def _sure(found: Priorities, rows: Sequence[PriorityRow]) -> Iterator[str]:
    """How often those that come first do so in the samples."""
    if found.draws is None or len([row for row in rows if row.rank is not None]) <= FIRST:
        return
    told = [
        f"{row.chain} in {share(row.first_three)}"
        for row in rows
        if row.rank is not None and row.rank <= FIRST and row.first_three is not None
    ]
    if told:
        yield f"Of the samples in which every chain has a plan, among the first three: {'; '.join(told)}."


def _weak(rows: Sequence[PriorityRow]) -> Iterator[str]:
    """Chains whose inputs are weak."""
    weak = [row for row in rows if row.weak]
    if weak:
        told = [f"{row.chain} ({share(row.weak_share or 0.0)})" for row in weak]
        yield (
            f"Weak: more than half of the input rows are assumptions, gaps or of low confidence for {conjoined(told)}."
        )


def _worlds(found: Priorities) -> Iterator[str]:
    """States with a probability that are no shock."""
    names = [
        state.name
        for state in states_of(found.study)
        if state.name != BASE and not is_shock(found.study.base, state)
    ]
    if names:
        yield f"No shock, so that what caps cost or avoid there is not counted: {conjoined(names)}."


def _named(row: PriorityRow) -> str:
    return f"{row.chain} (weak)" if row.weak else row.chain


def priorities_warned(found: Priorities) -> Iterator[str]:
    """What a careful reader must be told, failures apart."""
    draws = found.draws
    if draws is not None and draws.failed and sum(draws.failed.values()) > MANY * len(draws.of):
        counted = ", ".join(f"{count} {status}" for status, count in draws.failed.items())
        yield (
            f"in {share(sum(draws.failed.values()) / len(draws.of))} of the samples some chain has no plan "
            f"({counted}): bands are of those that have one."
        )
