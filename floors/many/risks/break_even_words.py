"""From which probability of a shock a policy pays, and what waiting is worth, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from floors.contract.results.break_even import BREAK_EVEN, WAITING, BreakEvenRow, WaitingRow
from floors.results.amounts import conjoined, nothing, plain, share


def break_even_in_words(rows: Sequence[Any], waiting: Sequence[Any], money: str) -> list[str]:
    """One or two sentences for each shock, of rows of sheets break_even and waiting."""
    shocks: dict[str, list[BreakEvenRow]] = {}
    for row in BREAK_EVEN.read(rows):
        shocks.setdefault(row.scenario, []).append(row)
    said = [line for shock, of in shocks.items() for line in _of(shock, of)]
    return said + [line for row in WAITING.read(waiting) for line in _waiting(row, money)]


def _of(shock: str, rows: list[BreakEvenRow]) -> Iterator[str]:
    """What pays from which probability on, up to which, at none and at any."""
    at: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        at.setdefault((row.answer, share(row.break_even_probability or 0.0)), []).append(_named(row))
    told = {
        answer: [(odds, conjoined(of)) for (one, odds), of in at.items() if one == answer]
        for answer in ("from", "until")
    }
    parts = [f"from a probability of {odds} on it pays to have {of}" for odds, of in told["from"]]
    parts += [f"only below a probability of {odds} it pays to have {of}" for odds, of in told["until"]]
    always, never = ([_named(row) for row in rows if row.answer == one] for one in ("always", "never"))
    parts += [f"at any probability it pays to have {conjoined(always)}"] if always else []
    parts += [f"at no probability does it pay to have {conjoined(never)}"] if never else []
    if parts:
        yield f"For the bloc, if {shock} is the only shock and nobody expects it: {'; '.join(parts)}."
    alone = next((row for row in rows if row.policy == "caps"), None)
    if alone is not None and alone.foreseen_from is not None and alone.foreseen_from < 1:
        yield (
            f"Without caps, those who foresee {shock} would prepare for it from a probability of "
            f"{share(alone.foreseen_from)} on."
        )


def _named(row: BreakEvenRow) -> str:
    return f"contract {row.name}" if row.policy == "contract" else row.name


def _waiting(row: WaitingRow, money: str) -> Iterator[str]:
    """What it is worth to wait, and up to where."""
    worth, size = row.value_of_waiting, max(abs(row.now or 0.0), abs(row.wait or 0.0))
    if worth is None or nothing(worth, size):
        return
    verb = "saves" if worth > 0 else "costs"
    until = ""
    if row.waiting_pays_until is not None:
        turns = share(row.waiting_pays_until)
        until = f"; it pays from {turns} on" if row.answer == "from" else f"; it pays up to {turns}"
    yield (
        f"To build nothing in {row.decided} and wait until it is known whether {row.scenario} comes {verb} the system "
        f"{plain(abs(worth), size)} on average ({money}) at a probability of {share(row.probability)}{until}."
    )
