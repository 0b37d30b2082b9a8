"""How far the net cost of each member can move: its ends over all plans of least cost, at the prices of the result.

At given prices a region's net cost is linear in the plan: what arrives at delivered prices, what it spends, less what
its shipments earn and its treasury takes. What the plan does not decide is in the account that was kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.errors import SolveError
from floors.lp.linear import Vector
from floors.lp.near_plans import Plans, in_changes, on_the_face, unit_of
from floors.solving.accounts import Accounts, payers
from floors.solving.largest import Held
from floors.solving.outcome import Outcome
from floors.solving.payments import AGENTS
from floors.sourcing.rows import COLUMN_KINDS, Holder

SAME = 1e-7  # of the larger end
WHAT = "least_net_cost and most_net_cost are of the members"


@dataclass(frozen=True, kw_only=True)
class MembersRange:
    """Least and most net cost of each member, its markets in it, million at present value; None without an answer, or
    where none was asked for."""

    of: dict[str, tuple[float, float] | None]
    held: Held


def same(least: float, most: float) -> bool:
    """Whether two ends are one."""
    return most - least <= SAME * max(1e-6, abs(least), abs(most))


def members_range(
    outcome: Outcome, accounts: Accounts, movable: Collection[Any], ranges: bool | None
) -> MembersRange:
    """Two LPs a member, over all plans that cost as little as that of the outcome; none where `ranges` is False.

    `movable` are the keys of shipments that are not the same in all of them. Where uplift is due, who is outside the
    bloc is paid it by members in the shares of the plan.
    """
    members, found = list(outcome.case.places.members), dict[str, tuple[float, float] | None]()
    if ranges is False:
        return MembersRange(of=dict.fromkeys(members), held=_held(len(members), 0))
    failed, costs = 0, net_costs(outcome, accounts)
    unit, plans = unit_of(outcome.plan.x), _moving(outcome, movable)
    for member, cost in zip(members, net_cost_columns(outcome, accounts, plans.moving_columns), strict=True):
        columns = np.flatnonzero(cost)
        try:
            ends = [plans.end(columns, sign * cost[columns])[columns] for sign in (1.0, -1.0)]
        except SolveError:  # counted, and said: tables of LPs of their own do not fail the result
            found[member], failed = None, failed + 1
            continue
        by = [unit * float((cost[columns] * end).sum()) / 1000 for end in ends]
        found[member] = costs[member] + min(0.0, *by), costs[member] + max(0.0, *by)
    return MembersRange(of=found, held=_held(len(members), failed))


def _moving(outcome: Outcome, movable: Collection[Any]) -> Plans:
    """All plans of least cost, by what they change of that of the outcome."""
    x, held = outcome.plan.x, np.zeros(len(outcome.plan.x), dtype=bool)
    arcs, at = outcome.case.arcs, outcome.ship_place
    held[at[at >= 0]] = True
    held[at[arcs.table.find(arcs.axes.table(*arcs.axes.at(movable, "odct"), kinds="odct").columns)]] = False
    unit = unit_of(x)
    lp = in_changes(on_the_face(outcome.compiled.lp, outcome.plan), x, unit, held)
    return Plans(lp, np.zeros(len(x)), outcome.basic, float(np.abs(x).max(initial=0.0)) / unit)


def _held(members: int, failed: int) -> Held:
    return Held(table="members_range", what=WHAT, held=members, of=members, failed=failed)


def net_costs(outcome: Outcome, accounts: Accounts) -> dict[str, float]:
    """Net cost of each member, its markets in it, million at present value."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    found = dict.fromkeys(places.members, 0.0)
    for (d, t), account in accounts.of.items():
        if places.region_of[d] in found:
            found[places.region_of[d]] += weight[t] * account.net_cost
    return found


def net_cost_columns(outcome: Outcome, accounts: Accounts, moving: Vector) -> Vector:
    """What one unit of each of these columns adds to the net cost of each member (k x n), thousand at present value.

    Delivered prices of what a region uses, keeps or stores cancel within it, and so does what it pays its own.
    """
    case, lp, arcs = outcome.case, outcome.compiled.lp, outcome.case.arcs
    index = {region: k for k, region in enumerate(case.places.members)}
    found = np.zeros((len(index), len(lp.cost)))
    for j, (variable, key) in zip(moving.tolist(), outcome.compiled.named(moving), strict=True):
        kind = COLUMN_KINDS.get(variable.local_name)
        if kind is None:  # of a model of somebody's own: nobody's account has it
            continue
        place = AGENTS[kind.holder](case, *key).place
        k = index.get(case.places.region_of[place])
        if k is not None and kind.holder is not Holder.ROUTE:
            found[k, j] = lp.cost[j]
        if k is None and outcome.priced.uplift and outcome.priced.reduced[j]:
            found[:, j] += outcome.priced.reduced[j] * _paying(outcome, accounts, kind.name, key, place)
    at, weight = outcome.ship_place, case.weight_at[arcs.t]
    landed = (1 - arcs.loss) * outcome.delivered_at[arcs.d, arcs.c, arcs.t]
    levy = outcome.levy_column
    sent = arcs.carriage + (0.0 * levy if case.exporter_keeps else levy) - arcs.export_tax_paid - landed
    taken = landed - arcs.tariff_paid - (0.0 * levy if case.exporter_keeps else levy)
    open_ = np.zeros(len(lp.cost) + 1, dtype=bool)  # the last is that of no column
    open_[moving] = True
    there = np.flatnonzero(open_[at])
    for region, k in index.items():
        own = arcs.axes.place[region]
        per_tonne = weight * (np.where(arcs.o == own, sent, 0.0) + np.where(arcs.r == own, taken, 0.0))
        found[k, at[there]] += per_tonne[there]
    return found


def _paying(outcome: Outcome, accounts: Accounts, kind: str, key: tuple[Any, ...], place: str) -> Vector:
    """What part of the make-whole of a column of somebody outside the bloc each member pays, at present value."""
    case, weight = outcome.case, outcome.case.calendar.weight
    years = case.production.expansion[key[0]].alive[key[1]] if kind == "build" else (key[-1],)
    index = {region: k for k, region in enumerate(case.places.members)}
    found = np.zeros(len(index))
    for t in years:
        for d, share in payers(outcome, accounts.of, place, t).items():
            found[index[case.places.region_of[d]]] += share * weight[t]
    total: Vector = found / sum(weight[t] for t in years)
    return total
