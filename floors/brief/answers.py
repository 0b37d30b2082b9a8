"""The answers, at most five, worst first: each is said where its rule holds, and not said where it would be false."""

from __future__ import annotations

from collections.abc import Callable

from floors.brief.bill import bears, costs
from floors.brief.facts import Facts
from floors.brief.floors_told import delayed, idle_caps, path_answer, prohibitive
from floors.brief.headline import alarm
from floors.brief.insurance import insurance
from floors.brief.papers import papers, relabelled, seen_through
from floors.brief.shares import pooled
from floors.brief.shortage import short_answer
from floors.page.page import Paragraph

MOST = 5

Made = Callable[[Facts], Paragraph | None]


def not_proven(facts: Facts) -> Paragraph | None:
    """That nothing here is proven, where it is not."""
    if not alarm(facts):
        return None
    return Paragraph(
        "It is not proven.", "A check of the certificate did not pass: sheet certificate says which."
    )


BEFORE: tuple[Made, ...] = (short_answer, not_proven, costs, insurance)
AFTER: tuple[Made, ...] = (delayed, pooled, bears, idle_caps, prohibitive, relabelled, seen_through, papers)


def answers(facts: Facts) -> tuple[Paragraph, ...]:
    """The first five that hold; where there is room, how the floor moves before who bears what."""
    before, after = _holding(facts, BEFORE), _holding(facts, AFTER)
    path = _holding(facts, (path_answer,)) if len(before) + len(after) < MOST else []
    return tuple([*before, *path, *after][:MOST])


def _holding(facts: Facts, made: tuple[Made, ...]) -> list[Paragraph]:
    return [answer for make in made if (answer := make(facts)) is not None]
