"""How the capped seller answers: which prices it asks, or how much it sells abroad, each as a share of today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from floors.case.derive import derive
from floors.errors import SolveError, UsageError
from floors.many.sweep.points import MOST_POINTS
from floors.solving.accounts import keep_accounts
from floors.solving.certificate import prove, require
from floors.solving.outcome import Outcome
from floors.solving.run import solve_case
from floors.sourcing.build import build
from floors.study.locate import nearest
from floors.study.study import Study

Lever = Literal["offer", "export"]
OFFER: Lever = "offer"
EXPORT: Lever = "export"
EXAMPLES = {OFFER: "CN:0.6:1.2:7", EXPORT: "CN:0:1:5"}


@dataclass(frozen=True)
class Answers:
    """What a region may answer: `lever` offer, factors on its offer prices; export, shares of what it sells abroad
    without a policy; `tried` from the least to the most."""

    lever: Lever
    region: str
    tried: tuple[float, ...]


def answers_of(study: Study, offer: str | None, export: str | None) -> Answers | None:
    """The answers that are asked for; None where none are. Raises UsageError for what cannot be tried."""
    if offer is not None and export is not None:
        raise UsageError("expected one of offer and export; found both. Try them one after the other.")
    if offer is not None:
        found = Answers(OFFER, *_parsed(OFFER, offer))
    elif export is not None:
        found = Answers(EXPORT, *_parsed(EXPORT, export))
    else:
        return None
    _check_region(study, found)
    return found


def _parsed(lever: Lever, text: object) -> tuple[str, tuple[float, ...]]:
    what = f"{lever} as REGION:FIRST:LAST:POINTS, such as {EXAMPLES[lever]}"
    if not isinstance(text, str):
        raise UsageError(f"expected {what}; found {text!r}.")
    parts = text.rsplit(":", 3)
    try:
        region, first, last, count = parts[0].strip(), float(parts[1]), float(parts[2]), int(parts[3])
    except (ValueError, IndexError):
        raise UsageError(f"expected {what}; found {text!r}.") from None
    if count < 1:
        raise UsageError(f"expected {what}, with 1 point or more; found {count} points.")
    if count == 1 and first != last:
        raise UsageError(f"expected {what}; found one point for two ends, {first:g} and {last:g}.")
    if count > MOST_POINTS:
        raise UsageError(f"expected {what}, with at most {MOST_POINTS} points; found {count}.")
    wrong = [
        end
        for end in (first, last)
        if not np.isfinite(end) or not (end > 0 if lever == OFFER else 0 <= end <= 1)
    ]
    if wrong:
        least = "factors above 0" if lever == OFFER else "shares from 0 to 1"
        raise UsageError(f"expected {lever} as {least}; found {wrong[0]:g} in {text!r}.")
    tried = {round(float(one), 12) for one in np.linspace(first, last, count)}
    return region, tuple(sorted(tried))


def _check_region(study: Study, asked: Answers) -> None:
    """Raise UsageError for a region that there is not, that is no capped one, or that makes nothing."""
    regions = [row["region"] for row in study.rows("regions")]
    if asked.region not in regions:
        raise UsageError(
            f"{asked.lever}: there is no region {asked.region!r}. {nearest(asked.region, regions)}"
        )
    roles = {study.roles[asked.region, t] for t in study.years}
    if "capped" not in roles:
        capped = [r for r in regions if any(study.roles[r, t] == "capped" for t in study.years)]
        raise UsageError(
            f"{asked.lever}: expected a capped region, which answers the caps; {asked.region} is "
            f"{' and '.join(sorted(roles))}. Capped: {', '.join(capped) or 'none'}."
        )
    if not any(row["region"] == asked.region for row in study.rows("processes")):
        raise UsageError(
            f"{asked.lever}: {asked.region} makes nothing in sheet processes, so it sells nothing."
        )


def studies_of(study: Study, asked: Answers) -> list[Study]:
    """The study under each answer. Raises UsageError where there is nothing to withhold; SolveError where what is
    sold without a policy has no answer."""
    if asked.lever == OFFER:
        made = _made(study, asked.region)
        return [_offered(study, asked.region, made, factor) for factor in asked.tried]
    sold = _sold_without_policy(study, asked.region)
    if not any(sold.values()):
        raise UsageError(
            f"export: without a policy {asked.region} sells nothing abroad, so it can withhold nothing."
        )
    return [
        study.answered(
            asked.region, {(asked.region, c, t): share * tonnes for (c, t), tonnes in sold.items()}
        )
        for share in asked.tried
    ]


def _made(study: Study, region: str) -> frozenset[str]:
    data = derive(study).production.untagged
    return frozenset(c for p in data.processes if data.region[p] == region for c in data.made(p))


def _offered(study: Study, region: str, made: frozenset[str], factor: float) -> Study:
    """The study in which all that a region makes is offered at a factor on its unit costs, and reference prices of it
    follow."""
    own = {row["process"] for row in study.rows("processes") if row["region"] == region}
    return study.answered(
        region,
        processes=[
            row | {"unit_cost": _times(row["unit_cost"], factor)} if row["process"] in own else row
            for row in study.rows("processes")
        ],
        unit_costs=_scaled(study.rows("unit_costs"), "process", own, factor),
        reference_prices=_scaled(study.rows("reference_prices"), "commodity", made, factor),
    )


def _scaled(
    rows: Sequence[dict[str, Any]], column: str, names: set[str] | frozenset[str], factor: float
) -> list[dict[str, Any]]:
    return [
        row | {"years": {t: factor * v for t, v in row["years"].items()}} if row[column] in names else row
        for row in rows
    ]


def _times(number: float | None, factor: float) -> float | None:
    return None if number is None else factor * number


def _sold_without_policy(study: Study, region: str) -> dict[tuple[str, int], float]:
    """What a region ships abroad without caps and rules on floors, t/yr by commodity and year."""
    try:
        bare = solve_case(derive(study, policy=False), build)
    except SolveError as error:
        error.args = (f"without caps and rules on floors, of whose exports these would be shares: {error}",)
        raise
    require(prove(bare, keep_accounts(bare), "baseline "))
    return sold_abroad(bare, region)


def sold_abroad(outcome: Outcome, region: str) -> dict[tuple[str, int], float]:
    """What a region ships to others and their markets, t/yr by commodity, tags together, and year."""
    arcs, found = outcome.case.arcs, dict[tuple[str, int], float]()
    axes = arcs.axes
    mine = np.flatnonzero((arcs.o == axes.place[region]) & (arcs.r != arcs.o))
    for i, tonnes in zip(mine.tolist(), outcome.ship_column[mine].tolist(), strict=True):
        key = axes.commodities[axes.plain[arcs.c[i]]], axes.years[arcs.t[i]]
        found[key] = found.get(key, 0.0) + tonnes
    return found
