"""Papers against truth, in words: where a cap binds what the papers show, what they show beside what is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from floors.case.caps import Cap, table_base
from floors.case.counted import Counted
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


def unseen(outcome: Outcome) -> list[Cap]:
    """The caps that bind what papers show, into whose scope something leaks in a year in which they hold."""
    case = outcome.case
    leaks = Counted(case.scopes, case.caps, case.arcs.axes, case.leaks)
    met = set(leaks.cap[case.leaks.tonnes[leaks.arc] > 0].tolist())
    return [cap for k, cap in enumerate(case.caps) if cap.unseen and k in met]


def papers_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each such cap, in its first and last year."""
    for cap in unseen(outcome):
        readings = _readings(outcome, cap)
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


def _readings(outcome: Outcome, cap: Cap) -> list[_Reading]:
    """Years in which there is something on paper to be a share of."""
    case, k = outcome.case, outcome.case.caps.index(cap)
    leaks = Counted(case.scopes, case.caps, case.arcs.axes, case.leaks)
    tonnes_of = case.leaks.tonnes[leaks.arc]
    counted, whole = leaks.by_cap(leaks.counts * tonnes_of), leaks.by_cap(leaks.weight * tonnes_of)
    used, arriving = uses(outcome, case)
    found = []
    for t in sorted(cap.given):
        y = case.arcs.axes.year[t]
        shown, more = float(used[k, y]), float(counted[k, y])
        if cap.basis == "use":
            of, true_of = float(arriving[k, y]), float(arriving[k, y] + whole[k, y])
            limit = cap.given[t] * of
        else:
            of, true_of = (table_base(one, case.demand, t) for one in (cap, replace(cap, unseen=False)))
            limit = cap.limit[t]
        if (of > 0 and true_of > 0) or cap.basis == "tonnes":
            full = limit - shown <= FULL * limit
            found.append(_Reading(t, shown, of, shown + more, true_of, full))
    return found
