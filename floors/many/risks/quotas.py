"""Floors in states in which no cap binds: held by a levy on the volume of the plan.

That volume becomes a cap of its own there, whose dual is the levy up to the common floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from floors.case.border import Floor
from floors.case.caps import Cap
from floors.lp.highs import Solver
from floors.lp.linear import compile_model
from floors.many.risks.model import two_stage
from floors.many.risks.plan import TwoStagePlan, charged_states
from floors.many.risks.states import State
from floors.solving.minimum import cost_at
from floors.solving.outcome import quantities
from floors.sourcing.rows import COLUMN_KINDS

TIGHT = 1e-9  # of the volume of a cap: less room than that is none


def with_quotas(plan: TwoStagePlan) -> tuple[TwoStagePlan, dict[tuple[str, Floor], bool]]:
    """The plan in the LP with a cap on its volume wherever a floor stands and no cap binds; and of all other floors
    of each state whether a cap or a minimum tops up the price there."""
    quotas = {state.name: _quotas(plan, state) for state in plan.states}
    if any(quotas.values()):
        plan = _with(plan, quotas)
    tops_up = {
        (state.name, f): held
        for state in plan.states
        for f, held in _topped_up(plan, state).items()
        if not any(
            f.year in cap.given and f.member in cap.places.get(f.commodity, ()) for cap in quotas[state.name]
        )
    }
    return plan, tops_up


def _topped_up(plan: TwoStagePlan, state: State) -> dict[Floor, bool]:
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
    found = {f: levies.get((case.border.origin[f], f.commodity, f.year), 0.0) > 0 for f in floors}
    for i, k in zip(way[counts].tolist(), scopes.cap[scope[counts]].tolist(), strict=True):
        cap, t = case.caps[k], floors[i].year
        room = case.room[cap.name, t] - float(used[k, axes.year[t]])
        if room <= TIGHT * max(1.0, abs(cap.limit[t])):
            found[floors[i]] = True
    return found


def _quotas(plan: TwoStagePlan, state: State) -> tuple[Cap, ...]:
    """The volume of the plan as a cap, where a floor stands and no cap binds: one for each place and commodity."""
    case, arcs, axes = plan.cases[state.name], plan.cases[state.name].arcs, plan.cases[state.name].arcs.axes
    capped = arcs.arriving(arcs.content * plan.shipped(state))
    volume: dict[tuple[str, str], dict[int, float]] = {}
    for f, held in _topped_up(plan, state).items():
        if not held:
            at = axes.place[f.member], axes.commodity[f.commodity], axes.year[f.year]
            volume.setdefault((f.member, f.commodity), {})[f.year] = float(capped[at])
    found = []
    for (d, c), given in volume.items():
        cap = Cap(
            row=-1,
            scope=case.places.region_of[d],
            commodity=c,
            segment=case.places.kind(d) or None,
            origin=None,
            basis="tonnes",
            weights={c: 1.0},
            places={c: (d,)},
            given=given,
            limit=given,
            note="volume of the plan",
        )
        leaked = replace(case, caps=(cap,)).leaked
        limit = {t: v + leaked[cap.name, t] for t, v in given.items()}
        found.append(replace(cap, given=limit, limit=limit))
    return tuple(found)


def _with(plan: TwoStagePlan, extra: Mapping[str, tuple[Cap, ...]]) -> TwoStagePlan:
    """The same plan in the LP that has these caps too."""
    cases = {name: replace(case, caps=(*case.caps, *extra[name])) for name, case in plan.cases.items()}
    model = two_stage(plan.states, cases)
    compiled = compile_model(model)
    charged = charged_states(plan.states, cases, model)
    cost = cost_at(charged, compiled, [plan.levies[name] for name in cases])
    compiled = replace(compiled, lp=replace(compiled.lp, cost=cost))
    solver = Solver(compiled.lp)
    again = solver.solve("the sourcing plan")
    x = again.x.copy()
    for state in plan.states:
        for name in COLUMN_KINDS:
            was = quantities(plan.compiled, plan.block(state).component(name), plan.solution.x)
            for key, place in compiled.column_of(model.state[state.name].component(name)).items():
                x[place] = was[key]
    return replace(
        plan,
        cases=cases,
        model=model,
        compiled=compiled,
        solution=replace(again, x=x),
        basic=solver.basic(),
        choice=replace(plan.choice, corner=again.x),
    )
