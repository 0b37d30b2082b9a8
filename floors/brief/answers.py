"""The answers, at most five, worst first: each is said where its rule holds, and not said where it would be false."""

from __future__ import annotations

from collections.abc import Callable

from floors.brief.bill import bears, costs
from floors.brief.facts import Facts
from floors.brief.shortage import short_answer
from floors.page.page import Paragraph

MOST = 5

ALL: tuple[Callable[[Facts], Paragraph | None], ...] = (short_answer, costs, bears)


def answers(facts: Facts) -> tuple[Paragraph, ...]:
    """The first five that hold."""
    found = (make(facts) for make in ALL)
    return tuple(answer for answer in found if answer is not None)[:MOST]
