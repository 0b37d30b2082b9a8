"""What members' buyers want and do not get, where no curve of demand gives it up."""

from __future__ import annotations

from typing import NamedTuple

from floors.brief.facts import Facts
from floors.brief.figures import tonnes
from floors.page.page import Paragraph
from floors.page.told import percent


class Shortage(NamedTuple):
    """The shortage of the commodity that most is missing of: years in words, t in all, its share of demand in these
    years, who lacks most, and whether a cap is on it in one of these years."""

    good: str
    when: str
    tonnes: float
    share: float
    worst: str
    capped: bool


def shortage(facts: Facts) -> Shortage | None:
    """What is missing; None where all demand is met."""
    return None


def short_answer(facts: Facts) -> Paragraph | None:
    """What is not delivered, when, and to whom; no money, and no price."""
    found = shortage(facts)
    if found is None:
        return None
    lead = f"{tonnes(found.tonnes)} are not delivered in {found.when},"
    return Paragraph(
        lead, f"{percent(found.share)} of demand for {facts.names.good(found.good)}, worst in {found.worst}."
    )
