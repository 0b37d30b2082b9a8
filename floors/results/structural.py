"""What of the shape of a study its sentences say: without figures, so that many scenarios of one shape say it once."""

from __future__ import annotations

from collections.abc import Iterator

from floors.contract.results.border import FloorRow
from floors.contract.results.policy import ShufflingRow
from floors.results.amounts import conjoined
from floors.results.border import HOLDS_NOTHING
from floors.results.papers import papers_in_words
from floors.results.shuffling import sent_elsewhere
from floors.solving.outcome import Outcome


def structural(
    outcome: Outcome, baseline: Outcome, floors: list[FloorRow], shuffling: list[ShufflingRow]
) -> Iterator[str]:
    """Floors that hold nothing up in any year, trade that only changes places, and what papers do not show."""
    idle: dict[str, bool] = {}
    for row in floors:
        idle[row.commodity] = idle.get(row.commodity, True) and HOLDS_NOTHING in row.note
    goods = [good for good, whole in idle.items() if whole]
    if goods:
        yield (
            f"floors: no levy is due on {conjoined(goods)} from capped origins in any year; floors there hold nothing "
            "up."
        )
    moved = [f"{c} of {o}" for c, o, _, _ in sent_elsewhere(outcome, baseline, shuffling)]
    if moved:
        yield (
            f"caps: of {conjoined(moved)} most of what is kept from the bloc goes to other countries instead: trade "
            "changes places."
        )
    yield from (f"caps: {said}" for said in papers_in_words(outcome))
