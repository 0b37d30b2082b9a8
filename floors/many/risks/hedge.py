"""Prices of a two-stage plan: one path of floors for all states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from floors.case.border import Floor
from floors.case.demand import Key
from floors.lp.blocks import components
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix, vstack
from floors.many.risks.alternatives import Course
from floors.many.risks.averse import NEUTRAL, Aversion
from floors.many.risks.plan import TwoStagePlan, links_of, solve_plan, steady_plan
from floors.many.risks.states import State, told_by, weight_of
from floors.many.risks.topped import topped_up
from floors.pricing.choosing import Friction, Payees, Priced, choose, zero
from floors.pricing.dual import FloorRows, OwnLevies, PricingLP, Rule
from floors.results.summary import bloc_total
from floors.solving.accounts import keep_accounts
from floors.solving.bloc import consumption_cost, floor_rows, floor_rules, in_turn, levies_on_use, steadiness
from floors.solving.exempt import unavoidable
from floors.solving.friction import friction_rows
from floors.solving.outcome import Outcome
from floors.solving.own import own_columns
from floors.solving.planned import Past
from floors.solving.run import How
from floors.solving.tonnes import levied_places, quantities
from floors.sourcing.rows import ROW_KINDS

ONE_PATH = "one floor in all states"
ROUNDING = 1e-15  # of the largest price: less is none
NOBODY = Payees(
    agent=np.zeros(0),
    names=(),
    size=np.zeros(0),
    capped=np.zeros(0, dtype=bool),
    route=np.zeros(0, dtype=bool),
)


@dataclass(frozen=True, kw_only=True)
class Hedge:
    """A two-stage plan and its prices. `outcomes[state]` are in the money of that state, as if it were certain;
    `path[floor]` is the floor of all states, that of the state and column in `leaders`;
    `tops_up[state, floor]` whether a levy can hold it there."""

    plan: TwoStagePlan
    priced: Priced
    joint: Outcome
    outcomes: Mapping[str, Outcome]
    path: Mapping[Floor, float]
    leaders: Mapping[Floor, tuple[str, int]]
    tops_up: Mapping[tuple[str, Floor], bool]

    def apart(self) -> float:
        """The largest difference between what two states decided in ignorance of which comes true, t."""
        lp, links = self.plan.compiled.lp, links_of(self.plan)
        return float(np.abs(lp.matrix[links] @ self.plan.solution.x).max(initial=0.0))

    def off_path(self) -> float:
        """How far the border price of a state strays from the floor of all, or below it where no cap binds."""
        worst = 0.0
        for (name, f), held in self.tops_up.items():
            gap = self.outcomes[name].floor[f] - self.path[f]
            worst = max(worst, (abs(gap) if held else -gap) / (1 + abs(self.path[f])))
        return worst


def hedge(plan: TwoStagePlan) -> Hedge:
    """Prices of a plan with one path of floors: least expected uplift first, then as for a single study.

    In a state in which no cap binds its floors are held by levies of their own.
    """
    tops_up = {(state.name, f): held for state in plan.states for f, held in topped_up(plan, state).items()}

    def under_rules(own: bool) -> tuple[FloorRows, list[Rule]]:
        rows = _floor_rows(plan, own)
        columns = _columns(rows)
        return rows, [*_rules_of_states(plan, rows, columns), *_one_path(columns, tops_up)]

    rows, rules = under_rules(own=False)

    @cache
    def unruled() -> Priced:
        return _unruled(plan, plan.compiled, rows, tops_up)

    def unruled_at_border() -> Priced:
        at_border = plan.market is not plan.compiled
        return _unruled(plan, plan.market, rows, tops_up) if at_border else unruled()

    def lifted() -> tuple[FloorRows, list[Rule], Friction | None]:
        return *under_rules(own=True), _friction(plan, unruled_at_border)

    budget = plan.states[0].study.settings.support_budget
    unheld = 0.0
    if plan.market is not plan.compiled:
        unheld = unavoidable(plan.market, plan.solution.x, rows, plan.basic)
    priced = choose(
        plan.market,
        plan.solution,
        rows,
        rules,
        lifted=lifted,
        unavoidable=unheld,
        start=plan.basic,
        budget=None if budget is None else 1000 * budget,
        choice=partial(_choice, plan, tops_up),
        payees=replace(
            NOBODY,
            agent=np.full(len(plan.compiled.lp.cost), -1),
            capped=np.zeros(len(plan.compiled.lp.cost), dtype=bool),
        ),
        friction=_friction(plan),
    )
    priced = _unrounded(plan, priced)
    bound = priced.uplift > 0 or bool(priced.own.any())
    value = dict(zip(priced.rows.keys, priced.floor.tolist(), strict=True))
    leaders = _leaders(_columns(priced.rows), tops_up, value)
    path = {f: value[name, f] for f, (name, _) in leaders.items()}
    first = plan.states[0].name
    joint = Outcome(
        case=plan.cases[first],
        model=plan.block(plan.states[0]),
        compiled=plan.compiled,
        market=plan.market,
        plan=plan.solution,
        floors=priced.rows,
        rules=priced.rules,
        priced=priced,
        unruled=unruled() if bound or plan.market is not plan.compiled else priced,
        levies=dict(plan.levies[first]),
        basic=plan.basic,
        whole=plan.compiled,
        choice=plan.choice,
        solves=plan.solves,
        unheld=unheld / 1000,
    )
    return Hedge(
        plan=plan,
        priced=priced,
        joint=joint,
        outcomes=_outcomes(plan, joint, value),
        path=path,
        leaders=leaders,
        tops_up=tops_up,
    )


def _unrounded(plan: TwoStagePlan, priced: Priced) -> Priced:
    """The prices without what is rounding in those of deciding alike, which are all that a column of years in which its
    state is not known has: none is then too small to be rounding."""
    size = float(np.abs(priced.price).max(initial=0.0))
    dust = np.where(links_of(plan) & (np.abs(priced.price) <= ROUNDING * size), priced.price, 0.0)
    return replace(priced, price=priced.price - dust, reduced=priced.reduced + dust @ plan.market.lp.matrix)


def _unruled(
    plan: TwoStagePlan, held_up: Compiled, rows: FloorRows, tops_up: Mapping[tuple[str, Floor], bool]
) -> Priced:
    """The prices of the same plan, of the LP that they hold up, if no rule stood on floors, one path not either."""
    choice = partial(_choice, plan, tops_up)
    return choose(
        held_up,
        plan.solution,
        rows,
        [],
        start=plan.basic,
        choice=choice,
        friction=_friction(plan),
    )


def _friction(plan: TwoStagePlan, unruled: Callable[[], Priced] | None = None) -> Friction | None:
    """The rows of links of all states that share a rent with others; with `unruled`, levies of their own in."""
    parts = []
    for state in plan.states:
        case, block = plan.cases[state.name], plan.block(state)
        paying = {} if unruled is None else own_columns(case, block, plan.compiled, state.first)
        parts.append(friction_rows(case, block, plan.compiled, paying, unruled))
    found = [part for part in parts if part is not None]
    if not found:
        return None
    prices = [part.unruled for part in found if part.unruled is not None]
    return Friction(
        limits=np.concatenate([part.limits for part in found]),
        levied=np.concatenate([part.levied for part in found]),
        unruled=np.concatenate(prices) if prices else None,
    )


def costs_without_policy(
    states: tuple[State, ...],
    cuts: Mapping[Key, tuple[float, ...]],
    how: How,
    aversion: Aversion = NEUTRAL,
) -> Course:
    """What the plan costs system and bloc in each state where there is no policy and the states are weighed alike."""
    plan = steady_plan(solve_plan(states, cuts, how, policy=False, aversion=aversion), how)
    found = hedge(plan).outcomes
    return Course(
        {state.name: plan.cost(state) / 1000 for state in plan.states},
        bloc={name: bloc_total(one, keep_accounts(one), "net_cost") for name, one in found.items()},
    )


Columns = dict[tuple[str, Floor], int]


def _columns(rows: FloorRows) -> Columns:
    """Where each floor of each state stands."""
    return dict(zip(rows.keys, rows.column.tolist(), strict=True))


def _floor_rows(plan: TwoStagePlan, own: bool) -> FloorRows:
    """The floors of all states in one, in the money of their state; with `own`, levies of their own too."""
    scale = plan.row_scale()
    keys: list[tuple[str, Floor]] = []
    columns, matrices, constants, weights, origins, others = [], [], [], [], [], []
    offset, paid, tariffs = 0, list[int](), list[tuple[int, int, float]]()
    for state in plan.states:
        case, block = plan.cases[state.name], plan.block(state)
        paying = own_columns(case, block, plan.compiled, state.first) if own else {}
        rows = floor_rows(case, block, plan.compiled, plan.levies[state.name], state.first, paying)
        keys += [(state.name, f) for f in rows.keys]
        columns.append(rows.column + offset)
        matrices.append(replace(rows.matrix, data=rows.matrix.data * scale[rows.matrix.indices]))
        constants.append(rows.constant)
        weights.append(rows.weight * state.weight)
        origins.append(rows.origin)
        others.append(rows.others)
        share, levied = [weight_of(plan.states, state, arc[-1]) for arc in paying], rows.own.matrix
        tariffs += [
            (f + offset, k + len(paid), a / share[k])
            for f, k, a in zip(
                levied.row.tolist(), levied.indices.tolist(), levied.data.tolist(), strict=True
            )
        ]
        paid += paying.values()
        offset += rows.count
    f, k, a = zip(*tariffs, strict=True) if tariffs else ((), (), ())
    return FloorRows(
        keys=tuple(keys),
        column=np.concatenate(columns),
        matrix=vstack(matrices),
        constant=np.concatenate(constants),
        weight=np.concatenate(weights),
        origin=np.concatenate([o for o in origins if o is not None]),
        others=np.concatenate([o for o in others if o is not None]),
        levied=OwnLevies(np.array(paid, dtype=int), Matrix.from_entries(f, k, a, (offset, len(paid)))),
        order=in_turn([f for _, f in keys]),
    )


def _rules_of_states(plan: TwoStagePlan, rows: FloorRows, columns: Columns) -> list[Rule]:
    """The rules of each state on its own floors; those that look back do so through the years it shares."""
    scale = plan.row_scale()
    dual = plan.solution.dual * scale
    found: dict[Rule, None] = {}
    for state in plan.states:
        mine = [i for i, (name, _) in enumerate(rows.keys) if name == state.name]
        own = replace(rows, keys=tuple(rows.keys[i][1] for i in mine), column=rows.column[mine])
        shared = {
            f: columns[told_by(plan.states, state, f.year).name, f]
            for f in plan.cases[state.name].border.origin
            if (told_by(plan.states, state, f.year).name, f) in columns
        }
        case, block = plan.cases[state.name], plan.block(state)
        for rule in floor_rules(case, block, plan.compiled, own, plan.levies[state.name], dual, {}, shared):
            prices = tuple((row, a * float(scale[row])) for row, a in rule.prices)
            found[replace(rule, prices=prices)] = None
    return list(found)


def _leaders(
    columns: Columns,
    tops_up: Mapping[tuple[str, Floor], bool],
    value: Mapping[tuple[str, Floor], float] | None = None,
) -> dict[Floor, tuple[str, int]]:
    """The state whose floor is that of all: the first in which a cap holds it, else the lowest."""
    found: dict[Floor, tuple[str, int]] = {}
    for (name, f), column in columns.items():
        if tops_up.get((name, f)) and f not in found:
            found[f] = name, column
    for (name, f), column in columns.items():
        if f in found and tops_up.get((found[f][0], f)):
            continue
        if f not in found or (value is not None and value[name, f] < value[found[f][0], f]):
            found[f] = name, column
    return found


def _one_path(columns: Columns, tops_up: Mapping[tuple[str, Floor], bool]) -> list[Rule]:
    """One floor in all states that a cap holds up; at least that at the border of the others."""
    leaders = _leaders(columns, tops_up)
    found: dict[Rule, None] = {}
    for (name, f), column in columns.items():
        leader, first = leaders[f]
        if first != column and tops_up.get((leader, f)):
            pair, most = ((column, 1.0), (first, -1.0)), 0.0 if tops_up.get((name, f)) else np.inf
            found[Rule(name=f"{ONE_PATH} {f.commodity}", floors=pair, lower=0.0, upper=most)] = None
    return list(found)


def _choice(plan: TwoStagePlan, tops_up: Mapping[tuple[str, Floor], bool], pricing: PricingLP) -> Vector:
    """What is asked of prices after the least uplift: `floor_choice`, expected."""
    columns = _columns(pricing.floors)
    states = [(plan.cases[s.name], plan.block(s)) for s in plan.states]
    pricing.bounding = np.sum([levies_on_use(case, m, plan.compiled) for case, m in states], axis=0)
    if plan.states[0].study.settings.floor_choice == "steadiest" and columns:
        path = {f: column for f, (_, column) in _leaders(columns, tops_up).items()}
        return steadiness(plan.cases[plan.states[0].name], pricing, {}, path)
    total = np.zeros(plan.compiled.lp.matrix.shape[0])
    for state in plan.states:
        block = plan.block(state)
        consumed = quantities(plan.compiled, block.consume, plan.solution.x)
        total += consumption_cost(plan.cases[state.name], block, plan.compiled, consumed)
    return pricing.over_prices(total)


def _reduced(plan: TwoStagePlan, priced: Priced) -> Vector:
    """Reduced cost of every column in the money of its state: what is decided for several is shared by all (n)."""
    lp = plan.market.lp
    links = links_of(plan)
    reduced = lp.cost + priced.own - priced.price[~links] @ lp.matrix[~links]
    share = np.zeros(len(lp.cost))
    for state in plan.states:
        share[plan.columns(state)] = state.weight
    tied = lp.matrix[links]
    _, group = components(*tied.shape, tied.row, tied.indices)
    total, weight = np.bincount(group, reduced), np.bincount(group, share)
    shared: Vector = np.where(
        weight[group] > 0, total[group] / np.where(weight[group] > 0, weight[group], 1.0), reduced
    )
    return shared


def _foregone(plan: TwoStagePlan, price: Vector) -> dict[str, float]:
    """Price x slack of each state's rows, thousand in its money; of years not told apart, of its parent's;
    of what is built, the expectation."""
    lp = plan.market.lp
    amount = price * (lp.matrix @ plan.solution.x - lp.row_lower)
    yearly: dict[str, dict[int, float]] = {}
    over_all: dict[str, float] = {}
    built = 0.0
    for state in plan.states:
        block = plan.block(state)
        mine = yearly.setdefault(state.name, dict.fromkeys(state.study.years, 0.0))
        over_all[state.name] = 0.0
        for kind in ROW_KINDS.values():
            for index, row in plan.compiled.rows(block.component(kind.name)).items():
                year = kind.own_year(index)
                if kind.shared:
                    built += state.weight * float(amount[row])
                elif year is None:
                    over_all[state.name] += float(amount[row])
                else:
                    mine[year] += float(amount[row])
    return {
        s.name: built
        + over_all[s.name]
        + sum(yearly[told_by(plan.states, s, t).name][t] for t in s.study.years)
        for s in plan.states
    }


def _column_scale(plan: TwoStagePlan) -> Vector:
    """What turns a levy on a shipment, weighed by probability, into that of its state (n)."""
    scale = np.ones(len(plan.compiled.lp.cost))
    for state in plan.states:
        case = plan.cases[state.name]
        share = np.array([weight_of(plan.states, state, t) for t in case.arcs.axes.years])
        columns = levied_places(case, plan.block(state), plan.compiled)
        there = columns >= 0
        scale[columns[there]] = 1 / share[case.arcs.t[there]]
    return scale


def _outcomes(
    plan: TwoStagePlan, joint: Outcome, value: Mapping[tuple[str, Floor], float]
) -> dict[str, Outcome]:
    """Each state as an outcome of its own, with the prices and floors that hold in it."""
    rows, priced = joint.floors, joint.priced
    scale, reduced = plan.row_scale(), _reduced(plan, priced)
    price, tariff = priced.price * scale, priced.own * _column_scale(plan)
    unruled = replace(joint.unruled, price=joint.unruled.price * scale)
    foregone, uplift = _foregone(plan, price), priced.uplift
    found: dict[str, Outcome] = {}
    for state in plan.states:
        mine = [i for i, (name, _) in enumerate(rows.keys) if name == state.name]
        keys = tuple(rows.keys[i][1] for i in mine)
        own = replace(rows, keys=keys, column=rows.column[mine], weight=rows.weight[mine])
        columns = plan.columns(state)
        here = replace(
            priced,
            price=price,
            own=tariff,
            floor=np.array([value[state.name, f] for f in keys]),
            reduced=reduced,
            make_whole=zero(float(plan.solution.x[columns] @ reduced[columns]), uplift) if uplift else 0.0,
            foregone=zero(foregone[state.name], uplift) if uplift else 0.0,
        )
        known = state.known_from
        past = Past(found[state.parent], known) if state.parent is not None and known is not None else None
        solution = replace(plan.solution, dual=plan.solution.dual * scale, objective=plan.cost(state))
        found[state.name] = replace(
            joint,
            case=plan.cases[state.name],
            model=plan.block(state),
            plan=solution,
            floors=own,
            priced=here,
            unruled=here if joint.unruled is joint.priced else unruled,
            levies=dict(plan.levies[state.name]),
            past=past,
        )
    return found
