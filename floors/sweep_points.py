"""The points of a sweep: which rows of `caps` move, to which shares, and one of them solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floors.case.caps import Cap, table_base
from floors.errors import FloorsError, SolveError, UsageError
from floors.outcome import Outcome
from floors.results.summary import Figures
from floors.run import solve
from floors.study import Study
from floors.tables import BY_NAME

Row = tuple[Any, ...]
MOST_POINTS = 1000
DEFAULT = "0.9:0.2:15"


@dataclass(frozen=True)
class Point:
    """One cap tried: `share` None is no cap. `status` is a word of the contract, `message` why there is no result.

    `marginal_cost` is what a percentage point of cap less costs more, by the duals of the plan, million of
    present value; `floors` are rows of sheet `floors`.
    """

    share: float | None
    status: str
    message: str = ""
    figures: Figures | None = None
    marginal_cost: float | None = None
    floors: tuple[Row, ...] = field(default=(), repr=False)


def shares_of(caps: str | Iterable[float]) -> tuple[float, ...]:
    """Shares from the loosest to the tightest, each once. Raises UsageError for what is no share."""
    if isinstance(caps, str):
        given = _parsed(caps)
    else:
        given = [float(share) for share in caps]
    wrong = [share for share in given if not 0 <= share <= 1]
    if wrong or not given:
        found = f"{wrong[0]:g}" if wrong else "none"
        raise UsageError(f"expected caps as shares from 0 to 1, found {found}.")
    if len(given) > MOST_POINTS:
        raise UsageError(f"expected at most {MOST_POINTS} caps, found {len(given)}.")
    return tuple(sorted(set(given), reverse=True))


def _parsed(text: str) -> list[float]:
    parts = text.split(":")
    try:
        first, last, count = float(parts[0]), float(parts[1]), int(parts[2])
        if len(parts) != 3 or count < 1 or (count == 1 and first != last):
            raise ValueError(text)
    except (ValueError, IndexError):
        raise UsageError(f"expected caps as FIRST:LAST:POINTS, such as {DEFAULT}; found {text!r}.") from None
    if count > MOST_POINTS:
        raise UsageError(f"expected at most {MOST_POINTS} caps, found {count}.")
    return [round(float(share), 12) for share in np.linspace(first, last, count)]


def swept_rows(study: Study, commodity: str | None) -> tuple[int, ...]:
    """Which rows of `caps` are swept. Raises UsageError where there is none."""
    filled = [(i, row) for i, row in enumerate(study.rows("caps")) if row["years"]]
    names = list(dict.fromkeys(row["commodity"] for _, row in filled))
    if commodity is not None:
        filled = [(i, row) for i, row in filled if row["commodity"] == commodity]
    if not filled:
        wanted = "" if commodity is None else f" of {commodity}"
        capped = f" Capped are {', '.join(names)}." if names else ""
        raise UsageError(f"no row of caps{wanted} has a value, so there is nothing to sweep.{capped}")
    whole = [i for i, row in filled if row["segment"] is None and row["origin"] != "each"]
    return tuple(whole or [i for i, _ in filled])


def at_share(study: Study, chosen: Sequence[int], share: float | None) -> Study:
    """The study with the chosen rows at a share; None: blank."""
    caps = list(study.rows("caps"))
    for i in chosen:
        years = {} if share is None else dict.fromkeys(caps[i]["years"], share)
        basis = "demand" if caps[i]["basis"] == "tonnes" else caps[i]["basis"]
        caps[i] = caps[i] | {"years": years, "basis": basis}
    return study.with_rows(caps=caps)


def solve_at(task: tuple[Study, tuple[int, ...], float | None]) -> Point:
    """Solve at one share; whatever goes wrong is told in the point."""
    study, chosen, share = task
    try:
        result = solve(at_share(study, chosen, share), ranges=False)
    except FloorsError as error:
        return Point(share, error.status if isinstance(error, SolveError) else "failed", str(error))
    names = BY_NAME["floors"].names
    kept = [names.index(c) for c in ("member", "commodity", "year", "floor", "levy", "effective")]
    floors = tuple(tuple(row[n] for n in kept) for row in result.rows("floors"))
    marginal = 0.0 if share is None else _marginal(result.outcome, chosen)
    return Point(share, result.status, "", result.figures, marginal, floors)


def _marginal(outcome: Outcome, chosen: Sequence[int]) -> float:
    """What a percentage point less costs more: duals of the plan x base / 100, million of present value."""
    rows, dual = outcome.compiled.rows(outcome.model.cap), outcome.plan.dual
    return sum(
        float(dual[rows[cap.name, t]]) * base / 100 / 1000
        for cap in outcome.case.caps
        if cap.row in chosen
        for t, base in _bases(outcome, cap)
        if (cap.name, t) in rows
    )


def _bases(outcome: Outcome, cap: Cap) -> Iterator[tuple[int, float]]:
    """Year and what the share is of: table demand, or what arrives, leaks in, t/yr."""
    case = outcome.case
    for t in cap.given:
        if cap.basis != "use":
            yield t, table_base(cap, case.demand, t)
            continue
        inside = {(d, c): w for c, w in cap.weights.items() for d in cap.places[c]}
        arrived = sum(inside.get((d, c), 0.0) * q for (_, d, c, y), q in outcome.ship.items() if y == t)
        leaks = case.demand.leak.items()
        yield t, arrived + sum(inside.get((d, c), 0.0) * q for (d, _, c, y), (_, q) in leaks if y == t)
