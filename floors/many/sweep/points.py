"""The points of a sweep: which rows of `caps` move, to which shares, and what is told of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from floors.case.border import Floor
from floors.case.caps import table_base
from floors.contract.results.sweep import SweptFloorRow
from floors.errors import UsageError
from floors.lp.near_plans import movable_in
from floors.results.border import floor_levies, uses
from floors.results.concentration import bloc_shares
from floors.results.embodied import traced_shares
from floors.results.summary import bloc_total, resource_cost
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.below_cost import below_cost
from floors.solving.certificate import certify_policy, require
from floors.solving.floor_parts import floor_parts, set_by
from floors.solving.outcome import Outcome
from floors.study.study import Study

MOST_POINTS = 1000
DEFAULT = "0.9:0.2:15"


@dataclass(frozen=True, kw_only=True)
class CapFigures:
    """Headline numbers of a cap, million at present value unless a share; as in a result of that cap."""

    total_cost: float
    world_cost_at_basis: float
    resource_cost: float
    bloc_net_cost: float
    levy_revenue: float
    capped_share: float | None
    embodied_share: float | None
    uplift: float
    make_whole: float


@dataclass(frozen=True, kw_only=True)
class Point:
    """One cap tried: `share` None is no cap. `status` is a word of the contract, `message` why there is no result.

    `marginal_cost` is what a percentage point of cap less costs more, by the duals of the plan, million of
    present value; `movable` whether shipments into the bloc can change place at no cost; `floors` are rows of sheet
    `floors`.
    """

    share: float | None
    status: str
    message: str = ""
    figures: CapFigures | None = None
    marginal_cost: float | None = None
    movable: bool = False
    floors: tuple[SweptFloorRow, ...] = field(default=(), repr=False)


def shares_of(caps: str | Iterable[float]) -> tuple[float, ...]:
    """Shares from the loosest to the tightest, each once. Raises UsageError for what is no share."""
    if isinstance(caps, str):
        given = _parsed(caps)
    else:
        given = _listed(caps)
    wrong = [share for share in given if not 0 <= share <= 1]
    if wrong or not given:
        found = f"{wrong[0]:g}" if wrong else "none"
        raise UsageError(f"expected caps as shares from 0 to 1, found {found}.")
    if len(given) > MOST_POINTS:
        raise UsageError(f"expected at most {MOST_POINTS} caps, found {len(given)}.")
    return tuple(sorted(set(given), reverse=True))


def _listed(caps: object) -> list[float]:
    if not isinstance(caps, Iterable):
        raise UsageError(f"expected caps as a list of shares, or a text such as {DEFAULT!r}; found {caps!r}.")
    given = list(caps)
    for share in given:
        if isinstance(share, bool) or not isinstance(share, Real | Decimal):
            raise UsageError(f"expected caps as shares from 0 to 1, found {share!r}.")
    return [float(share) for share in given]


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


def point_of(outcome: Outcome, chosen: Sequence[int], share: float | None) -> Point:
    """What is told of a cap, out of its plan and prices. Raises CertificateFailed where a check does not pass."""
    accounts = keep_accounts(outcome)
    require_proof(outcome, accounts)
    shares = bloc_shares(outcome, traced_shares(outcome))
    figures = CapFigures(
        total_cost=outcome.plan.objective / 1000,
        world_cost_at_basis=cost_at_basis(outcome),
        resource_cost=resource_cost(outcome, accounts),
        bloc_net_cost=bloc_total(outcome, accounts, "net_cost"),
        levy_revenue=bloc_total(outcome, accounts, "levy_revenue"),
        capped_share=shares.capped,
        embodied_share=shares.embodied,
        uplift=outcome.priced.uplift / 1000,
        make_whole=outcome.priced.make_whole / 1000,
    )
    floors = tuple(SweptFloorRow(cap=share, **told) for told in floors_told(outcome))
    marginal = 0.0 if share is None else _marginal(outcome, chosen)
    return Point(
        share=share,
        status="optimal",
        message="",
        figures=figures,
        marginal_cost=marginal,
        movable=moves(outcome),
        floors=floors,
    )


def cost_at_basis(outcome: Outcome) -> float:
    """Cost of the whole system with goods at what they cost, whatever they are offered at, million of present value."""
    missed = (outcome.case.calendar.weight[t] * amount for (_, t), amount in below_cost(outcome).items())
    return outcome.plan.objective / 1000 + sum(missed)


def require_proof(outcome: Outcome, accounts: Accounts) -> None:
    """Raise CertificateFailed where a check of plan, prices or money does not pass."""
    require(certify_policy(outcome, accounts, _parts(outcome)))


def floors_told(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Of each floor the columns of its row in sheet floors, but for the cap: prices in USD/kg."""
    parts = floor_parts(outcome)
    for floor, (level, levy, effective) in zip(outcome.floor, floor_levies(outcome), strict=True):
        yield {
            "member": floor.member,
            "commodity": floor.commodity,
            "year": floor.year,
            "floor": level,
            "levy": levy,
            "effective": effective,
            "set_by": set_by(parts[floor]),
        }


def moves(outcome: Outcome) -> bool:
    """Whether shipments into the bloc are not the same in all plans of least cost."""
    inside = outcome.case.places.is_member
    moving = movable_in(outcome.plans, outcome.compiled, outcome.model.ship)
    return any(inside(d, t) for _, d, _, t in moving)


def _parts(outcome: Outcome) -> dict[Floor, float]:
    """What the parts of each floor add up to, without their names: USD/kg."""
    shares = outcome.priced.shares()
    amount = (shares.entry @ shares.side)[outcome.floors.column]
    return dict(zip(outcome.floors.keys, amount.tolist(), strict=True))


def _marginal(outcome: Outcome, chosen: Sequence[int]) -> float:
    """What a percentage point less costs more: duals of the plan x base / 100, million of present value."""
    rows, dual, case = outcome.compiled.rows(outcome.model.cap), outcome.plan.dual, outcome.case
    _, arriving = uses(outcome, case)
    found = 0.0
    for k, cap in enumerate(case.caps):
        for t in cap.given if cap.row in chosen else ():
            row = rows.get((cap.name, t))
            if row is not None:
                base = (
                    arriving[k, case.arcs.axes.year[t]]
                    if cap.basis == "use"
                    else table_base(cap, case.demand, t)
                )
                found += float(dual[row]) * float(base) / 100 / 1000
    return found
