"""How far the net cost of each member can move: its ends over all plans of least cost, at the prices of the result.

At given prices a region's net cost is linear in the plan: what arrives at delivered prices, what it spends, less what
its shipments earn and its treasury takes. What the plan does not decide is in the account that was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.errors import SolveError
from floors.lp.linear import Vector
from floors.lp.near_plans import Plans, in_changes, movable_in, on_the_face, unit_of
from floors.solving.accounts import Accounts, payers
from floors.solving.largest import Held
from floors.solving.outcome import Outcome
from floors.solving.payments import AGENTS, alive_in
from floors.sourcing.rows import COLUMN_KINDS
from floors.steps import stage

SHIPPED = ("ship", "exempt", "liable")  # whose costs and levies are told by what they pay on their way
SAME = 1e-7  # of the larger end
FULL = 1e-9  # of what a pair may ship without a levy: less is left by rounding
TOTAL = "total_net_cost"
WHAT = "least_net_cost and most_net_cost are of the members"
OF_CHANGES = "least_net and most_net are of the members"


Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class MembersRange:
    """Least and most net cost of each member, its markets in it, million at present value; None without an answer, or
    where none was asked for. `bloc` are the ends of the sum, and `levies` those of the bloc's levy revenue."""

    of: dict[str, Range | None]
    held: Held
    bloc: Range | None = None
    levies: Range | None = None


def same(least: float, most: float) -> bool:
    """Whether two ends are one."""
    return most - least <= SAME * max(abs(least), abs(most))


@stage("ranges of members")
def members_range(
    outcome: Outcome, accounts: Accounts, movable: Collection[Any], ranges: bool | None
) -> MembersRange:
    """Two LPs a member, and as many for their sum and for levies, over all plans that cost as little as that of the
    outcome; none where `ranges` is False.

    `movable` are the keys of shipments that are not the same in all of them. Where uplift is due, who is outside the
    bloc is paid it by members in the shares of the plan.
    """
    members, found = list(outcome.case.places.members), dict[str, Range | None]()
    if ranges is False:
        return MembersRange(of=dict.fromkeys(members), held=_held(len(members), 0))
    costs = net_costs(outcome, accounts)
    unit, plans = unit_of(outcome.plan.x), _moving(outcome, movable)
    columns = net_cost_columns(outcome, accounts, plans.moving_columns)
    with stage("members", len(members)) as here:
        for member, cost in zip(members, columns, strict=True):
            found[member] = _ends(plans, unit, cost, costs[member])
            here.finished(member)
    places, weight = outcome.case.places, outcome.case.calendar.weight
    taken = sum(
        weight[t] * account.levy_revenue for (d, t), account in accounts.of.items() if places.is_member(d, t)
    )
    return MembersRange(
        of=found,
        held=_held(len(members), sum(ends is None for ends in found.values())),
        bloc=_ends(plans, unit, *_of_bloc(outcome, accounts, plans.moving_columns, columns, costs)),
        levies=_ends(plans, unit, levy_columns(outcome), taken) if levies_are_shipments(outcome) else None,
    )


def change_range(
    outcome: Outcome, baseline: Outcome, policy: MembersRange, accounts: Accounts, ranges: bool | None
) -> MembersRange:
    """Least and most of what each member gains by the policy, million at present value: over all plans of least cost
    with the policy, and all without it; `policy` are the ends with it, `accounts` those of the baseline.

    Without a policy there is one plan, and nobody gains.
    """
    members = list(policy.of)
    if ranges is False:
        return MembersRange(of=dict.fromkeys(members), held=_held_of_changes(len(members), 0))
    if baseline is outcome:
        return MembersRange(of=dict.fromkeys(members, (0.0, 0.0)), held=_held_of_changes(len(members), 0))
    bare: dict[str, Range | None] = dict.fromkeys(members)
    with suppress(SolveError):  # where it is not known what can move: counted, and said
        movable = movable_in(baseline.plans, baseline.compiled, baseline.model.ship)
        bare = members_range(baseline, accounts, movable, ranges).of
    found = {member: _change(bare[member], policy.of[member]) for member in members}
    failed = sum(ends is None for ends in found.values())
    return MembersRange(of=found, held=_held_of_changes(len(members), failed))


def _change(before: Range | None, now: Range | None) -> Range | None:
    """Least and most of what a cost falls by."""
    return None if before is None or now is None else (before[0] - now[1], before[1] - now[0])


def _held_of_changes(members: int, failed: int) -> Held:
    return Held(table="who_pays", what=OF_CHANGES, held=members, of=members, failed=failed)


def _ends(plans: Plans, unit: float, cost: Vector, now: float) -> Range | None:
    """Least and most of what these columns cost, thousand, in all plans, million; None where the solver has no answer,
    which is counted and said: tables of LPs of their own do not fail the result."""
    columns = np.flatnonzero(cost)
    try:
        ends = [plans.end(columns, sign * cost[columns])[columns] for sign in (1.0, -1.0)]
    except SolveError:
        return None
    by = [unit * float((cost[columns] * end).sum()) / 1000 for end in ends]
    return now + min(0.0, *by), now + max(0.0, *by)


def _moving(outcome: Outcome, movable: Collection[Any]) -> Plans:
    """All plans of least cost, by what they change of that of the outcome."""
    x, held = outcome.plan.x, np.zeros(len(outcome.plan.x), dtype=bool)
    arcs, at = outcome.case.arcs, outcome.ship_place
    held[at[at >= 0]] = True
    held[at[arcs.table.find(arcs.axes.table(*arcs.axes.at(movable, "odct"), kinds="odct").columns)]] = False
    held[pinned(outcome)] = True
    unit = unit_of(x)
    lp = in_changes(on_the_face(outcome.compiled.lp, outcome.plan), x, unit, held)
    return Plans(lp, np.zeros(len(x)), outcome.basic, float(np.abs(x).max(initial=0.0)) / unit)


def _held(members: int, failed: int) -> Held:
    return Held(table="members_range", what=WHAT, held=members, of=members, failed=failed)


def net_costs(outcome: Outcome, accounts: Accounts, regions: Sequence[str] | None = None) -> dict[str, float]:
    """Net cost of each region (None: of the members), its markets in it, million at present value."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    found = dict.fromkeys(places.members if regions is None else regions, 0.0)
    for (d, t), account in accounts.of.items():
        if places.region_of[d] in found:
            found[places.region_of[d]] += weight[t] * account.net_cost
    return found


def not_settled(outcome: Outcome, accounts: Accounts, regions: Sequence[str]) -> tuple[str, ...]:
    """Of these regions, those whose net cost is not the same in all plans of least cost; and TOTAL where the sum of the
    members among them is not. Where uplift is due, or the solver has no answer, all that may not be.

    Raises SolveError where it is not even known whether shipments can move.
    """
    movable = movable_in(outcome.plans, outcome.compiled, outcome.model.ship)
    if not movable:
        return ()
    if outcome.priced.uplift:
        return (*regions, TOTAL)
    moving, unit = _moving(outcome, movable), unit_of(outcome.plan.x)
    found = net_cost_columns(outcome, accounts, moving.moving_columns, regions)
    members = [k for k, region in enumerate(regions) if region in outcome.case.places.members]
    costs = net_costs(outcome, accounts, regions)
    ends = {
        region: _ends(moving, unit, cost, costs[region]) for region, cost in zip(regions, found, strict=True)
    }
    if members:
        total = sum(costs[regions[k]] for k in members)
        ends[TOTAL] = _ends(moving, unit, found[members].sum(axis=0), total)
    return tuple(name for name, of in ends.items() if of is None or not same(*of))


def ends_of(outcome: Outcome, accounts: Accounts, region: str) -> Range | None:
    """Least and most net cost of a region, million at present value, in all plans that cost as little; None where the
    solver has no answer."""
    cost = net_costs(outcome, accounts, [region])[region]
    try:
        movable = movable_in(outcome.plans, outcome.compiled, outcome.model.ship)
    except SolveError:
        return None
    if not movable:
        return cost, cost
    plans = _moving(outcome, movable)
    (columns,) = net_cost_columns(outcome, accounts, plans.moving_columns, [region])
    return _ends(plans, unit_of(outcome.plan.x), columns, cost)


def net_cost_columns(
    outcome: Outcome, accounts: Accounts, moving: Vector, regions: Sequence[str] | None = None
) -> Vector:
    """What one unit of each of these columns adds to the net cost of each region (None: of the members; k x n),
    thousand at present value.

    Delivered prices of what a region uses, keeps or stores cancel within it, and so does what it pays its own.
    """
    case, lp, arcs = outcome.case, outcome.compiled.lp, outcome.case.arcs
    index = {region: k for k, region in enumerate(case.places.members if regions is None else regions)}
    found = np.zeros((len(index), len(lp.cost)))
    for j, (variable, key) in zip(moving.tolist(), outcome.compiled.named(moving), strict=True):
        kind = COLUMN_KINDS.get(variable.local_name)
        if kind is None:  # of a model of somebody's own: nobody's account has it
            continue
        place = AGENTS[kind.holder](case, *key).place
        k = index.get(case.places.region_of[place])
        if k is not None and kind.name not in SHIPPED:
            found[k, j] = lp.cost[j]
        if outcome.priced.uplift and outcome.priced.reduced[j]:
            found[:, j] += outcome.priced.reduced[j] * _bearing(
                outcome, accounts, kind.name, key, place, index
            )
    for columns, out, into, there in _shipping(outcome, moving):
        for region, k in index.items():
            own = arcs.axes.place[region]
            per_tonne = np.where(arcs.o == own, out, 0.0) + np.where(arcs.r == own, into, 0.0)
            found[k, columns[there]] += per_tonne[there]
    return found


def _shipping(outcome: Outcome, moving: Vector) -> Iterator[tuple[Vector, Vector, Vector, Vector]]:
    """Columns of shipments, and of what of them pays levies where some need not; what one tonne adds to the net cost of
    who sends it and of where it arrives, thousand at present value; and the shipments whose columns are among these."""
    case, arcs, at = outcome.case, outcome.case.arcs, outcome.ship_place
    weight, kept = case.weight_at[arcs.t], outcome.kept_column
    landed = (1 - arcs.loss) * outcome.delivered_at[arcs.d, arcs.c, arcs.t]
    relief, on = outcome.relief_column, 0.0 if case.exporter_keeps else 1.0
    paid, relief = on * kept, on * relief
    liable = np.where(outcome.levied_place != at, outcome.levied_place, -1)
    sent = arcs.carriage + paid - arcs.export_tax_paid - landed
    taken = landed - arcs.tariff_paid - paid
    open_ = np.zeros(len(outcome.compiled.lp.cost) + 1, dtype=bool)  # the last is that of no column
    open_[moving] = True
    for columns, out, into in ((at, sent, taken), (liable, relief, -relief)):
        yield columns, weight * out, weight * into, np.flatnonzero(open_[columns])


def pinned(outcome: Outcome) -> Vector:
    """Columns that stay in all plans at these prices: what is exempt where a pair uses up what it may, else what is
    liable."""
    exempt = outcome.case.exempt
    if not len(exempt):
        return np.zeros(0, dtype=int)
    used = exempt.by_pair(outcome.exempt_column[exempt.arc])
    full = np.array([used[key] for key in exempt.pair.keys]) >= exempt.tonnes * (1 - FULL)
    places = (outcome.compiled.places(variable) for variable in (outcome.model.exempt, outcome.model.liable))
    found: Vector = np.where(full, *places)
    return found[found >= 0]


def _of_bloc(
    outcome: Outcome, accounts: Accounts, moving: Vector, columns: Vector, costs: dict[str, float]
) -> tuple[Vector, float]:
    """What one unit of each of these columns adds to the net cost of the bloc, thousand at present value, and that net
    cost, million: of its members of each year. `columns` and `costs` are those of every member in all years."""
    case, arcs, lp, priced = outcome.case, outcome.case.arcs, outcome.compiled.lp, outcome.priced
    if not case.places.changes:
        return columns.sum(axis=0), sum(costs.values())
    inside, weight = case.places.is_member, case.calendar.weight
    found = np.zeros(len(lp.cost))
    for j, (variable, key) in zip(moving.tolist(), outcome.compiled.named(moving), strict=True):
        kind = COLUMN_KINDS.get(variable.local_name)
        if kind is None:
            continue
        place = AGENTS[kind.holder](case, *key).place
        reduced = priced.reduced[j] if priced.uplift else 0.0
        for t, part in _years_of(outcome, kind.name, key).items():
            if kind.name != "ship" and inside(place, t):
                found[j] += part * lp.cost[j]
            if reduced:
                paid = sum(
                    share for d, share in payers(outcome, accounts.of, place, t).items() if inside(d, t)
                )
                found[j] += part * reduced * (paid - inside(place, t))
    member = case.places.is_role("member")
    for at, out, into, there in _shipping(outcome, moving):
        per_tonne = np.where(member[arcs.o, arcs.t], out, 0.0) + np.where(member[arcs.r, arcs.t], into, 0.0)
        found[at[there]] += per_tonne[there]
    cost = sum(weight[t] * account.net_cost for (d, t), account in accounts.of.items() if inside(d, t))
    return found, cost


def _years_of(outcome: Outcome, kind: str, key: tuple[Any, ...]) -> dict[int, float]:
    """The years of a column, and what part of its cost at present value is of each."""
    weight = outcome.case.calendar.weight
    alive = alive_in(outcome.case, kind, key)
    return {t: weight[t] / sum(weight[y] for y in alive) for t in alive}


def _bearing(
    outcome: Outcome, accounts: Accounts, kind: str, key: tuple[Any, ...], place: str, index: dict[str, int]
) -> Vector:
    """What part of the make-whole of a column each region bears, at present value: what it pays less what it gets."""
    region_of = outcome.case.places.region_of
    found = np.zeros(len(index))
    for t, part in _years_of(outcome, kind, key).items():
        for d, share in payers(outcome, accounts.of, place, t).items():
            if region_of[d] in index:
                found[index[region_of[d]]] += share * part
        if region_of[place] in index:
            found[index[region_of[place]]] -= part
    return found


def levies_are_shipments(outcome: Outcome) -> bool:
    """Whether all levy revenue is from shipments: waste and stocks pay and earn some under `use` caps."""
    return not outcome.earned.any()


def levy_columns(outcome: Outcome) -> Vector:
    """What one tonne of every shipment adds to the levy revenue of the bloc (n), thousand at present value."""
    case, arcs, relief = outcome.case, outcome.case.arcs, outcome.relief_column
    bloc = case.places.is_role("member")[arcs.r, arcs.t]
    found = np.zeros(len(outcome.compiled.lp.cost))
    for at, levy in (
        (outcome.ship_place, outcome.kept_column),
        (outcome.levied_place, relief),
    ):
        inside = bloc & (at >= 0)
        if not case.exporter_keeps:
            np.add.at(found, at[inside], (case.weight_at[arcs.t] * levy)[inside])
    return found
