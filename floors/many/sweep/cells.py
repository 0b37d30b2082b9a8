"""A cell of the grid: one cap and one answer of the seller, solved as a cap of a sweep is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from floors.diagnosis.infeasible import cannot_hold
from floors.errors import Infeasible
from floors.many.sweep.answers import Answers, sold_abroad
from floors.many.sweep.lps import MovedLP
from floors.many.sweep.points import at_share, cost_at_basis, floors_told, moves, require_proof
from floors.many.sweep.solving import anew, solve_at, tried
from floors.results.summary import bloc_total, present
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.below_cost import below_cost
from floors.solving.outcome import Outcome
from floors.study.study import Study

MOST_CAUSES = 4


@dataclass(frozen=True, kw_only=True)
class CellFigures:
    """Who pays what in a cell, million of present value; `sold` in t. `members`: net cost of each."""

    bloc_net_cost: float
    members: Mapping[str, float]
    region_surplus: float
    below_cost: float
    sold: float
    total_cost: float
    world_cost_at_basis: float
    levy_revenue: float


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One cap against one answer; both None: neither. `status` is a word of the contract, `message` why there is no
    result; `floors` are the columns of sheet `floors` but for cap and answer."""

    share: float | None
    answer: float | None
    status: str
    message: str = ""
    figures: CellFigures | None = None
    movable: bool = False
    floors: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class CellTask:
    """Some caps against one answer; no cap at all against none."""

    lp: MovedLP
    region: str
    answer: float | None
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Cause:
    """Why a cell has no plan: what of the input, and of the answer, cannot hold together."""

    cell: GridCell
    told: str


def cause_of(
    cells: Sequence[GridCell], studies: Sequence[Study], answers: Answers, chosen: tuple[int, ...]
) -> Cause | None:
    """Of the cells without a plan that of the loosest cap and the most answer, with the conflict that a diagnosis has;
    None where all have one."""
    lost = [cell for cell in cells if cell.status == Infeasible.status]
    if not lost:
        return None
    at = dict(zip(answers.tried, studies, strict=True))
    cell = max(lost, key=lambda one: (one.share or 0.0, one.answer or 0.0))
    try:
        anew(at_share(at[cell.answer or 0.0], chosen, cell.share))
    except Infeasible as error:
        told = [one.rstrip(".") for one in cannot_hold(error.scene)] if error.scene is not None else []
        more = [f"and {len(told) - MOST_CAUSES} more"] if len(told) > MOST_CAUSES else []
        return Cause(cell, "; ".join([*told[:MOST_CAUSES], *more])) if told else None
    return None


def solve_cells(task: CellTask) -> list[GridCell]:
    """The cells of some caps, or that of no cap and no answer. What goes wrong is told in a cell."""
    lp, told = task.lp, partial(cell_of, region=task.region, answer=task.answer)

    def failed(share: float | None, status: str, message: str) -> GridCell:
        return GridCell(share=share, answer=task.answer, status=status, message=message)

    if task.answer is None:
        free = at_share(lp.study, lp.chosen, None)
        return [tried(lambda study: told(anew(study), share=None), free, partial(failed, None))]
    return [
        tried(
            partial(solve_at, lp, share, told), at_share(lp.study, lp.chosen, share), partial(failed, share)
        )
        for share in task.shares
    ]


def cell_of(outcome: Outcome, *, share: float | None, answer: float | None, region: str) -> GridCell:
    """What is told of a cell, out of its plan and prices. Raises CertificateFailed where a check does not pass."""
    accounts = keep_accounts(outcome)
    require_proof(outcome, accounts)
    case, below = outcome.case, below_cost(outcome)
    lost = present(outcome, {t: below.get((region, t), 0.0) for t in case.calendar.years})
    sold = sum(case.calendar.length[t] * tonnes for (_, t), tonnes in sold_abroad(outcome, region).items())
    return GridCell(
        share=share,
        answer=answer,
        status="optimal",
        figures=CellFigures(
            bloc_net_cost=bloc_total(outcome, accounts, "net_cost"),
            members=_members(outcome, accounts),
            region_surplus=0.0 - _net_cost(outcome, accounts, region) - lost,
            below_cost=lost,
            sold=sold,
            total_cost=outcome.plan.objective / 1000,
            world_cost_at_basis=cost_at_basis(outcome, accounts),
            levy_revenue=bloc_total(outcome, accounts, "levy_revenue"),
        ),
        movable=moves(outcome),
        floors=tuple(floors_told(outcome)),
    )


def _net_cost(outcome: Outcome, accounts: Accounts, region: str) -> float:
    weight, home = outcome.case.calendar.weight, outcome.case.places.region_of
    return sum(weight[t] * a.net_cost for (d, t), a in accounts.of.items() if home[d] == region)


def _members(outcome: Outcome, accounts: Accounts) -> dict[str, float]:
    """Net cost of each member in the years in which it is one: together those of the bloc."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    found: dict[str, float] = {}
    for (d, t), account in accounts.of.items():
        if places.is_member(d, t):
            region = places.region_of[d]
            found[region] = found.get(region, 0.0) + weight[t] * account.net_cost
    return {region: found[region] for region in places.regions if region in found}
