"""What a region gains that leaves the bloc in a shock, and what those lose who stay, out of the accounts of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum
from typing import Any

from floors.study.study import Study
from floors.verification.calendar import World, read_world
from floors.verification.check import About, Unknown
from floors.verification.money import Accounts
from floors.verification.written import Line

GAIN, LOSS = "gain_of_leaving", "loss_of_those_who_stay"
ALONE = f"{GAIN} and {LOSS} in summary: the scenario before the shock is not among the results (--exact solves it)"
Costs = Mapping[tuple[str, int], float]  # net cost of places by year, million


def by_place(lines: Iterable[Line]) -> dict[tuple[str, int], float]:
    """Net cost of each place and year in a sheet of accounts, million a year."""
    return {(str(line["region"]), int(line["year"])): float(line["net_cost"] or 0.0) for line in lines}


def bloc_then(world: World, parent: Study, costs: Costs, weight: Mapping[int, float]) -> float | None:
    """Net cost, before a shock, of those who are members after it, million at present value; None where they are the
    same."""
    if not costs or world.roles == read_world(parent).roles:
        return None
    return fsum(
        weight[t] * cost for (d, t), cost in costs.items() if d in world.region and world.is_member(d, t)
    )


def leaving(study: Study, accounts: Accounts, then: Costs) -> dict[str, Any]:
    """The two rows of sheet summary: where one region leaves and the scenario changes nothing else. `then` are the net
    costs of the scenario before, empty where it is not among the results."""
    parent, world, weight = study.parent, accounts.given.world, accounts.given.calendar.weight
    if parent is None or not accounts.given.surprise:
        return {}
    before = read_world(parent)
    turned = {r for (r, t), role in world.roles.items() if role != before.roles[r, t]}
    own = study.lineage(study.scenario_name)[study.scenario_name]
    if len(turned) != 1 or any(change.table != "roles" for change in own):
        return {}
    (region,) = turned
    later = next(
        (t for t in weight if world.is_member(region, t) != (before.roles[region, t] == "member")), None
    )
    if later is None or before.roles[region, later] != "member":
        return {}
    if not then:
        return {GAIN: Unknown(ALONE), LOSS: Unknown(ALONE)}
    late = [t for t in weight if t >= accounts.given.known_from]
    stay = {
        r
        for r in world.regions
        if all(world.is_member(r, t) and before.roles[r, t] == "member" for t in late)
    }
    gain = _change(accounts, then, {region})
    return {GAIN: About(-gain.value, gain.scale), LOSS: _change(accounts, then, stay)}


def _change(accounts: Accounts, then: Costs, regions: set[str]) -> About:
    """Net cost of these regions, their markets in them, less what it was before."""
    world, weight = accounts.given.world, accounts.given.calendar.weight
    keys = [(d, t) for d, r in world.region.items() if r in regions for t in weight]
    now = fsum(weight[t] * accounts.sum(d, t, "net_cost") for d, t in keys)
    was = fsum(weight[t] * then.get((d, t), 0.0) for d, t in keys)
    scale = fsum(weight[t] * accounts.scale(d, t, "net_cost") for d, t in keys)
    return About(now - was, scale + abs(was))
