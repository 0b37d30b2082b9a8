"""Which minerals come first, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from floors.contract.results.priorities import NO_CAP, WHY_NONE, PriorityRow
from floors.many.chains.blows import is_shock
from floors.many.risks.states import states_of
from floors.results.amounts import conjoined, nothing, plain, price, share, signed
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.many.chains.priorities import Priorities

Names = Mapping[str, str]

FIRST = 3
MANY = 0.05  # of the samples


def names_of(rows: Sequence[PriorityRow]) -> Names:
    """The names of chains, each with that it is weak, unless all are."""
    all_weak = all(row.weak for row in rows)
    return {row.chain: f"{row.chain} (weak)" if row.weak and not all_weak else row.chain for row in rows}


def priorities_in_words(found: Priorities) -> list[str]:
    """What a reader should know first, one sentence a line."""
    rows = found.priority_rows
    scale = max((abs(row.cost or 0.0) for row in rows), default=0.0)
    names = names_of(rows)
    return [
        *_all_weak(rows),
        *_first(found, rows, scale, names),
        *_last(found, rows, scale, names),
        *_alike(rows),
        *_no_floor(rows, scale, names),
        *_saves(found, rows, scale, names),
        *_not_struck(found, rows),
        *_sure(found, rows),
        *_weak(rows),
        *_worlds(found),
    ]


def _first(found: Priorities, rows: Sequence[PriorityRow], scale: float, names: Names) -> Iterator[str]:
    """The first three of those whose caps avoid anything."""
    first = [
        row for row in rows if row.rank is not None and row.rank <= FIRST and (row.expected_avoided or 0) > 0
    ]
    free = [row for row in first if row.avoided_per_million is None]
    money = f"million {found.currency}, present value"
    if free:
        told = [f"{names[row.chain]} ({plain(row.expected_avoided or 0.0, scale)})" for row in free]
        yield f"Caps that cost the bloc nothing and yet avoid losses on average: {conjoined(told)} ({money})."
    paid = [row for row in first if row.avoided_per_million is not None]
    if paid:
        told = [f"{names[row.chain]} {price(row.avoided_per_million or 0.0)}" for row in paid]
        yield f"First by loss avoided on average for each million that their caps cost: {'; '.join(told)}."
    if not first and _all_known(rows):
        yield "On average over the shocks the caps on no chain avoid a loss."


def _last(found: Priorities, rows: Sequence[PriorityRow], scale: float, names: Names) -> Iterator[str]:
    """Those whose caps cost something and avoid nothing in the shocks that strike them."""
    struck = _struck(found)
    idle = [
        row
        for row in rows
        if row.rank is not None
        and row.chain in struck
        and (row.cost or 0) > 0
        and (row.expected_avoided or 0) <= 0
    ]
    if idle:
        told = [f"{names[row.chain]} ({plain(row.cost or 0.0, scale)})" for row in idle]
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


def _no_floor(rows: Sequence[PriorityRow], scale: float, names: Names) -> Iterator[str]:
    """Those that need no floor in any year, and why; what their caps cost all the same."""
    told = []
    for need, why in WHY_NONE.items():
        of = [row for row in rows if row.need == need]
        if of:
            told.append(f"{conjoined([names[row.chain] for row in of])} ({why})")
    if told:
        yield f"No floor is needed in any year on {'; '.join(told)}."
    costs = [row for row in rows if row.need in WHY_NONE and not nothing(row.cost or 0.0, scale)]
    if costs:
        moved = [f"{names[row.chain]} {signed(row.cost or 0.0, scale)}" for row in costs]
        yield f"Without a levy caps change what the bloc pays all the same: {'; '.join(moved)}."


def _saves(found: Priorities, rows: Sequence[PriorityRow], scale: float, names: Names) -> Iterator[str]:
    """Caps that more than pay for themselves at these probabilities."""
    ranked = [row for row in rows if row.rank is not None]
    more = [row for row in ranked if (row.gain or 0) > 0 and not nothing(row.gain or 0.0, scale)]
    less = [row for row in ranked if (row.gain or 0) < 0 and not nothing(row.gain or 0.0, scale)]
    if more:
        told = [f"{names[row.chain]} {plain(row.gain or 0.0, scale)}" for row in more]
        money = f"million {found.currency}, present value"
        yield f"At these probabilities caps save the bloc more than they cost it: {'; '.join(told)} ({money})."
    elif less and len(less) == len(ranked) and _all_known(rows):
        yield "At these probabilities the caps on no chain save the bloc as much as they cost it."


def _struck(found: Priorities) -> set[str]:
    """Chains that a shock strikes."""
    return {name for blow in found.blows for name in blow.strikes}


def _not_struck(found: Priorities, rows: Sequence[PriorityRow]) -> Iterator[str]:
    """Caps that cost something, of which no shock says what they avoid."""
    struck = _struck(found)
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
        yield f"Of the samples in which they have their plans, among the first three: {'; '.join(told)}."


def _weak(rows: Sequence[PriorityRow]) -> Iterator[str]:
    """Chains whose inputs are weak."""
    weak = [row for row in rows if row.weak]
    if weak and len(weak) < len(rows):
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


def _all_weak(rows: Sequence[PriorityRow]) -> Iterator[str]:
    """That no chain stands on better inputs than another."""
    if rows and all(row.weak for row in rows):
        yield (
            "All of it is weak: more than half of the input rows of every chain are assumptions, gaps or of low "
            "confidence."
        )


def _all_known(rows: Sequence[PriorityRow]) -> bool:
    """Whether there is a chain with a rank, and none with caps of which anything is not known."""
    capped = [row for row in rows if row.need != NO_CAP]
    return any(row.rank is not None for row in rows) and all(row.status == "optimal" for row in capped)


def priorities_warned(found: Priorities) -> Iterator[str]:
    """What a careful reader must be told, failures of the workbook as it is apart."""
    draws = found.draws
    planned = {one.chain for one in found.weighed if one.complete}
    failed = {} if draws is None else {name: n for name, n in draws.failed.items() if name in planned}
    if draws is not None and any(n > MANY * len(draws.of) for n in failed.values()):
        counted = ", ".join(f"{name} in {n} of {len(draws.of)}" for name, n in failed.items())
        yield f"in some samples a chain has no plan ({counted}): its band is of those in which it has one."
