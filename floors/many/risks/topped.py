"""In which states a cap or a minimum tops up the price under a floor; elsewhere a levy of its own holds it there."""

from __future__ import annotations

from floors.case.border import Floor
from floors.many.risks.plan import TwoStagePlan
from floors.many.risks.states import State

TIGHT = 1e-9  # of the volume of a cap: less room than that is none


def topped_up(plan: TwoStagePlan, state: State) -> dict[Floor, bool]:
    """Of each floor of a state in the years in which it is known, whether a cap that counts the shipment under it
    leaves no room, or a minimum is levied."""
    case, axes = plan.cases[state.name], plan.cases[state.name].arcs.axes
    floors = [f for f in case.border.origin if f.year >= state.first]
    counted, shipped = case.counted, plan.shipped(state)
    used = counted.by_cap(counted.coefficient * shipped[counted.arc]) + case.paid_back_in(plan.unused(state))
    scopes, ways = case.scopes, case.ways_of(floors)
    way, scope = scopes.meeting(ways.d, ways.c, ways.t)
    counts = scopes.counts(scope, ways.o[way], case.routes.content_at(*ways.route)[way]) > 0
    levies = plan.levies[state.name]
    found = {f: levies.get(case.levy_key(f), 0.0) > 0 for f in floors}
    for i, k in zip(way[counts].tolist(), scopes.cap[scope[counts]].tolist(), strict=True):
        cap, t = case.caps[k], floors[i].year
        room = case.room[cap.name, t] - float(used[k, axes.year[t]])
        if room <= TIGHT * max(1.0, abs(cap.limit[t])):
            found[floors[i]] = True
    return found
