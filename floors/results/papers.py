"""Papers against truth, in words: where a cap binds what the papers show, what they show beside what is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from floors.case.caps import Cap, table_base
from floors.case.counted import Counted
from floors.lp.labels import Vector
from floors.results.amounts import conjoined, share, tonnes
from floors.results.border import uses
from floors.solving.outcome import Outcome

FULL = 1e-7  # of a cap: less room than that is none


class _Reading(NamedTuple):
    """Of one cap in a year, t per year: what counts and all that it is a share of, on paper and in truth; and whether
    the papers leave it no room."""

    year: int
    shown: float
    shown_of: float
    true: float
    true_of: float
    full: bool


class _Sums(NamedTuple):
    """t per year [cap, year]: what counts on paper and all that it is of, and what leaks of both."""

    used: Vector
    arriving: Vector
    leaked: Vector
    leaked_of: Vector


def unseen(outcome: Outcome) -> dict[int, Cap]:
    """The caps, by their place, that bind what papers show and into whose scope something leaks in their years."""
    case = outcome.case
    if not any(cap.unseen for cap in case.caps):
        return {}
    leaks = _leaks(outcome)
    met = set(leaks.cap[case.leaks.tonnes[leaks.arc] > 0].tolist())
    return {k: cap for k, cap in enumerate(case.caps) if cap.unseen and k in met}


def _leaks(outcome: Outcome) -> Counted:
    """Leaks under all caps, those that do not see them too."""
    case = outcome.case
    return Counted(case.scopes, case.caps, case.arcs.axes, case.leaks)


def papers_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each such cap, in its first and last year."""
    found = unseen(outcome)
    if not found:
        return
    leaks = _leaks(outcome)
    tonnes_of = outcome.case.leaks.tonnes[leaks.arc]
    sums = _Sums(
        *uses(outcome, outcome.case),
        leaks.by_cap(leaks.counts * tonnes_of),
        leaks.by_cap(leaks.weight * tonnes_of),
    )
    for k, cap in found.items():
        readings = list(_readings(outcome, cap, k, sums))
        if readings and "each" not in cap.note.split():
            ends = readings if len(readings) == 1 else [readings[0], readings[-1]]
            yield _sentence(outcome, cap, ends)


def _sentence(outcome: Outcome, cap: Cap, ends: list[_Reading]) -> str:
    weighed = " by weight" if cap.commodity in outcome.case.places.groups else ""
    buyers = f" for {cap.segment}" if cap.segment else ""
    where = "the bloc" if cap.scope == "bloc" else cap.scope
    whose = "of capped origin" if cap.origin is None else f"from {cap.origin}"
    kept = ", all that the cap allows" if all(one.full for one in ends) else ""
    good = f"{cap.commodity}{buyers} in {where}{weighed}"
    of = "" if cap.basis == "tonnes" else f"the {cap.basis} of "
    shown = conjoined([f"{_told(cap, one.shown, one.shown_of)} in {one.year}" for one in ends])
    true = conjoined([_told(cap, one.true, one.true_of) for one in ends])
    size, _, rest = shown.partition(" in ")
    return (
        f"Of {of}{good} the papers show {size} {whose} in {rest}{kept}; with what leaks, which that cap does not see, "
        f"it is {true}."
    )


def _told(cap: Cap, counted: float, of: float) -> str:
    return f"{tonnes(counted)} t" if cap.basis == "tonnes" else share(counted / of)


def _readings(outcome: Outcome, cap: Cap, k: int, sums: _Sums) -> Iterator[_Reading]:
    """Years in which there is something on paper to be a share of."""
    case = outcome.case
    for t in sorted(cap.given):
        y = case.arcs.axes.year[t]
        shown, more = float(sums.used[k, y]), float(sums.leaked[k, y])
        if cap.basis == "use":
            of = float(sums.arriving[k, y])
            true_of, limit = of + float(sums.leaked_of[k, y]), cap.given[t] * of
        else:
            of, true_of = (table_base(one, case.demand, t) for one in (cap, replace(cap, unseen=False)))
            limit = cap.limit[t]
        if (of > 0 and true_of > 0) or cap.basis == "tonnes":
            yield _Reading(t, shown, of, shown + more, true_of, limit - shown <= FULL * limit)
