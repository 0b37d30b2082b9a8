"""Solving a study: the plan, the levies of the minimum rule, the prices, the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

import numpy as np

from floors.case.border import Border
from floors.case.coefficients import small
from floors.case.consistency import impossible, without_row
from floors.case.derive import Case, derive
from floors.case.doubts import doubtful, enormous
from floors.errors import Infeasible, OverBudget, SolveError, TimeLimit, Unbounded, UsageError
from floors.lp.bounded import BoundedSolver
from floors.lp.highs import Solution, Solver
from floors.lp.linear import Compiled, Vector, compile_model
from floors.lp.sparse import distinct
from floors.pricing.choosing import Friction, Payees, Priced, choose
from floors.pricing.dual import FloorRows, PricingLP, Rule
from floors.solving.bloc import (
    Levies,
    consumption_cost,
    contradiction,
    floor_rows,
    floor_rules,
    levies_on_use,
    steadiness,
)
from floors.solving.cutting import Cuts, cut_until_narrow, finer_cuts
from floors.solving.exempt import exempted, most_exempt, outside_caps, unavoidable
from floors.solving.friction import friction_rows
from floors.solving.largest import affordable, largest
from floors.solving.minimum import levied_columns, recharged, settle_minimum
from floors.solving.outcome import Outcome
from floors.solving.own import own_columns
from floors.solving.payments import payees
from floors.solving.planned import Choice, Past
from floors.solving.scene import Scene
from floors.solving.standing import standing
from floors.solving.steady import state_of, steadied
from floors.solving.tonnes import quantities, ship_places, tonnes_at
from floors.sourcing.build import completed
from floors.sourcing.rows import delivered_rows, variables
from floors.steps import LOG, stage
from floors.study.locate import group
from floors.study.scenarios import BASE
from floors.study.study import Study

MOST_PARENTS = 2  # whose outcomes are kept at a time

Builder = Callable[[Any], Any]
Changed = Callable[[Any, Compiled], Compiled]
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class How:
    """How a study is solved: which `ranges` are found, as for `floors.solve`; `time_limit` in seconds for each solve
    of the sourcing LP; `log`: whether the solver tells what it does; `any_plan`: of equal plans the first, whatever
    `plan_choice` is, where no rule stands on floors: with one they may hang on the plan; `lightly`: a study like it
    has been solved, and what is quicker then is tried first (`Solver.lightly`). Raises UsageError."""

    ranges: bool | None = False
    time_limit: float | None = None
    log: bool = False
    any_plan: bool = False
    lightly: bool = False

    def __post_init__(self) -> None:
        if self.ranges is not None and not isinstance(self.ranges, bool):
            raise UsageError(f"ranges expects True, False or None; found {self.ranges!r}.")
        limit = self.time_limit
        seconds = isinstance(limit, int | float) and not isinstance(limit, bool) and limit >= 0
        if limit is not None and not seconds:
            raise UsageError(f"time_limit expects seconds, 0 or more; found {limit!r}.")


PLAINLY = How()


@dataclass(frozen=True)
class Parents:
    """Outcomes, with the policy and without, of the studies `of` that surprises start from, and with the policy
    `without_stocks`: each is solved once for all who are handed the same Parents, with the same options."""

    of: frozenset[str]
    found: dict[str, tuple[Outcome, Outcome]] = field(default_factory=dict, repr=False)
    without_stocks: dict[str, Outcome] = field(default_factory=dict, repr=False)

    @classmethod
    def in_family(cls, study: Study) -> Parents:
        """The parents of the surprises among the scenarios of a study."""
        rows, first = study.base.rows("scenarios"), study.years[0]
        surprises = [row for row in rows if row["known_from"] is not None and row["known_from"] > first]
        return cls(frozenset(row["parent"] or BASE for row in surprises))


def keep_few(kept: dict[str, Kept], name: str, found: Kept) -> None:
    """Keep one more outcome: they are large, and so are few."""
    while len(kept) >= MOST_PARENTS:
        del kept[next(iter(kept))]
    kept[name] = found


def name_numbers(error: SolveError, study: Study) -> None:
    """Where a solve failed, add the numbers beyond anything real, large or small: they are a likely cause, and only a
    warning until then."""
    if isinstance(error, Infeasible | OverBudget):
        return
    with suppress(TimeLimit):  # of a deadline, which leaves no time for it
        numbers = group([*enormous(study), *small(derive(study))])
        error.args = ("\n".join([str(error), *map(str, numbers)]),)


def solve_both(
    study: Study, make: Builder, how: How = PLAINLY, parents: Parents | None = None
) -> tuple[Outcome, Outcome]:
    """The study with its policy and its baseline; both start from the parent's where a shock is a surprise."""
    name = study.scenario_name
    if parents is not None and name in parents.found:
        return parents.found[name]
    found = _solve_both(study, make, how, parents)
    if parents is not None and name in parents.of:
        keep_few(parents.found, name, found)
    return found


def _solve_both(study: Study, make: Builder, how: How, parents: Parents | None) -> tuple[Outcome, Outcome]:
    policy, past = solve_policy(study, make, how, parents)
    if not (policy.case.caps or policy.case.border.rules) and policy.past is None:
        return policy, policy
    return policy, solve_baseline(policy, make, how, past)


def solve_policy(
    study: Study, make: Builder, how: How = PLAINLY, parents: Parents | None = None
) -> tuple[Outcome, Past | None]:
    """The study with its policy, and the past that its baseline would start from."""
    past: tuple[Past | None, Past | None] = (None, None)
    known_from, parent = study.surprise, study.parent
    if known_from is not None and parent is not None:
        try:
            with stage("parent"):
                before = solve_both(parent, make, how, parents)
        except SolveError as error:
            error.args = (f"scenario {parent.scenario_name}, from which it starts: {error}",)
            raise
        past = (Past(before[0], known_from), Past(before[1], known_from))
    with stage("numbers"):
        case = derive(study, cuts=past[0].outcome.case.cuts if past[0] else None)
        check_possible(case)
        case = replace(case, notes=(*case.notes, *group(doubtful(case))))
    try:
        return solve_case(case, make, how, past=past[0]), past[1]
    except Infeasible as error:
        name_contradictions(error, case)
        raise


def name_contradictions(error: Infeasible, case: Case) -> None:
    """Where there is no plan, add what asks for too much."""
    error.args = ("\n".join([str(error), *(str(problem) for problem in impossible(case))]),)


@stage("baseline")
def solve_baseline(policy: Outcome, make: Builder, how: How = PLAINLY, past: Past | None = None) -> Outcome:
    """The same study without caps and floor rules: the same model without the rows of its caps."""
    case, how = policy.case, replace(how, ranges=False)
    bare = replace(case, caps=(), border=Border.without_rules(case.border.levied_on), policy=False, notes=())
    if case.cuts or (past is not None and not same_steps(case, past)):
        bare = derive(case.study, policy=False, cuts=past.outcome.case.cuts if past else None)
        return solve_case(bare, make, how, past=past)
    cost = policy.whole.lp.cost.copy()
    for column, key, per_unit in levied_columns(policy.model, policy.whole):
        start = case.border.start[key]
        cost[column] = recharged(cost[column], per_unit, policy.levies[key], 0.0, most=start)
    ready = policy.model, policy.whole.without(policy.model.cap, cost)
    return solve_case(bare, make, how, ready=ready, past=past)


def solve_case(
    case: Case,
    make: Builder,
    how: How = PLAINLY,
    *,
    ready: tuple[Any, Compiled] | None = None,
    past: Past | None = None,
    changed: Changed = lambda _, whole: whole,
) -> Outcome:
    """Solve one case; elastic demand is cut again around its prices until a step is narrower than 1 %.

    `ready` is the model of the case and its arrays, where they exist already; `past` what is decided; `changed` what
    is made of a model's arrays before they are solved.
    """

    def step(cuts: Cuts) -> tuple[Settled, Cuts]:
        here, made = case, ready
        if cuts != case.cuts:
            here, made = replace(derive(case.study, policy=case.policy, cuts=cuts), notes=case.notes), None
        if made is None:
            made = _built(here, make)
        found = settle_once(here, made[0], changed(*made), past, how)
        return found, finer_cuts(here, found.model, found.compiled, found.plan.dual)

    return price_once(cut_until_narrow(step, case.cuts), how)


@stage("building")
def _built(case: Case, make: Builder) -> tuple[Any, Compiled]:
    """The model of a case and its arrays."""
    model = completed(make(case), case)
    compiled = compile_model(model)
    (rows, columns), entries = compiled.lp.matrix.shape, len(compiled.lp.matrix.data)
    LOG.debug(
        "%s: an LP of %d rows, %d columns, %d entries", case.study.scenario_name, rows, columns, entries
    )
    return model, compiled


def solve_once(
    case: Case,
    m: Any,
    whole: Compiled,
    *,
    past: Past | None = None,
    solver: Solver | BoundedSolver | None = None,
    any_plan: bool = False,
    lightly: bool = False,
) -> Outcome:
    """Plan and prices, without ranges, of one case at the steps of its demand; `solver`: one that holds the LP already,
    where no past is given; `any_plan` and `lightly` as in How."""
    how = How(any_plan=any_plan, lightly=lightly)
    return price_once(settle_once(case, m, whole, past, solver=solver), how)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The plan of a case, at the steps of its demand, without prices; `solver` stands at its basis."""

    case: Case
    model: Any
    whole: Compiled
    compiled: Compiled
    plan: Solution
    levies: Levies
    solves: int
    solver: Solver | BoundedSolver
    past: Past | None


def settle_once(
    case: Case,
    m: Any,
    whole: Compiled,
    past: Past | None = None,
    how: How = PLAINLY,
    start: tuple[Vector, Vector] | None = None,
    solver: Solver | BoundedSolver | None = None,
) -> Settled:
    """The plan alone, which is all that the steps of elastic demand are cut by; see `solve_once`. `start`: columns and
    rows (bool) that are basic in the plan of a case like it."""
    compiled = _with_past(m, whole, past)
    if solver is None:
        solver = Solver(compiled.lp, log=how.log, time_limit=how.time_limit)
        if start is not None:
            solver.start_like(*start)
    try:
        plan, levies, compiled, solves = settle_minimum(case, m, compiled, solver, past)
    except (Infeasible, Unbounded) as error:
        error.scene = Scene(case=case, model=m, compiled=compiled, past=past, message=str(error))
        raise
    return Settled(
        case=case,
        model=m,
        whole=replace(whole, lp=replace(whole.lp, cost=compiled.lp.cost)),
        compiled=compiled,
        plan=plan,
        levies=levies,
        solves=solves,
        solver=solver,
        past=past,
    )


def price_once(found: Settled, how: How = PLAINLY) -> Outcome:
    """Prices of a plan, after which of those that cost as much it is."""
    case, m, compiled, past = found.case, found.model, found.compiled, found.past
    basic, first = found.solver.basic(), past.known_from if past else -np.inf
    plan, free = most_exempt([m], compiled, found.plan, log=how.log, time_limit=how.time_limit)
    plan = exempted(case, m, compiled, plan, first)
    choice_made = Choice(corner=found.plan.x)
    ruled = _under_rules(found, plan)
    if case.study.settings.plan_choice == "steady" and (ruled[1] or not how.any_plan):
        plan, choice_made = steadied(
            [state_of(case, m)],
            compiled,
            plan,
            basic,
            held=free,
            log=how.log,
            time_limit=how.time_limit,
            lightly=how.lightly,
        )
        plan = exempted(case, m, compiled, plan, first)
    return _priced(found, plan, basic, choice_made, ruled, how)


def price_dearer(least: Outcome, x: Vector, how: How = PLAINLY) -> Outcome:
    """Prices of a plan (n) that costs more than the one of least cost, which is fixed: nothing in them minimises cost.
    Levies of the minimum rule are those of the plan of least cost, and so are the duals of the sourcing LP.

    Least uplift, then least levies of their own, then as for any plan. Raises OverBudget where no floors need as little
    make-whole as the budget.
    """
    cost = float(least.compiled.lp.cost @ x) + least.compiled.lp.offset
    plan = replace(least.plan, x=x, objective=cost)
    plan = exempted(least.case, least.model, least.compiled, plan, least.first)
    ruled = _under_rules(least, plan)
    return _priced(least, plan, least.basic, Choice(corner=least.choice.corner), ruled, how, least)


def _under_rules(
    found: Settled | Outcome, plan: Solution, paying: Mapping[Any, int] | None = None
) -> tuple[FloorRows, list[Rule]]:
    """The floors, with levies of their own where shipments are `paying` any, and the rules on them."""
    case, m, compiled, levies, past = found.case, found.model, found.compiled, found.levies, found.past
    rows = floor_rows(case, m, compiled, levies, past.known_from if past else -np.inf, paying)
    then = past.outcome.floor if past else {}
    return rows, floor_rules(case, m, compiled, rows, levies, plan.dual, then)


def _priced(
    found: Settled | Outcome,
    plan: Solution,
    basic: tuple[Vector, Vector],
    choice_made: Choice,
    ruled: tuple[FloorRows, list[Rule]],
    how: How,
    least: Outcome | None = None,
) -> Outcome:
    """Prices of this plan; of `least`, where it costs more than that."""
    case, m, compiled, levies, past = found.case, found.model, found.compiled, found.levies, found.past
    settings, (rows, rules) = case.study.settings, ruled
    first = past.known_from if past else -np.inf
    floors_then = past.outcome.floor if past else {}

    @cache
    def lifted() -> tuple[FloorRows, list[Rule], Friction | None]:
        paying = own_columns(case, m, compiled, first)
        return *_under_rules(found, plan, paying), friction_rows(case, m, compiled, paying, unruled_at_border)

    def choice(pricing: PricingLP) -> Vector:
        pricing.bounding = levies_on_use(case, m, compiled)
        rows = pricing.floors
        if settings.floor_choice == "steadiest" and rows.count:
            return steadiness(
                case, pricing, floors_then, dict(zip(rows.keys, rows.column.tolist(), strict=True))
            )
        return pricing.over_prices(consumption_cost(case, m, compiled, consumed))

    def largest_of(rows: FloorRows) -> Vector:
        return largest_floors(case, m, compiled, plan, rows)

    market = outside_caps([m], compiled, plan.x)
    unheld = 0.0 if market is compiled or least is not None else unavoidable(market, plan.x, rows, basic)
    consumed = quantities(compiled, m.consume, plan.x)
    friction = friction_rows(case, m, compiled)

    def without_rules(held_up: Compiled) -> Priced:
        return choose(
            held_up, plan, rows, [], start=basic, choice=choice, friction=friction, lightly=how.lightly
        )

    @cache
    def unruled() -> Priced:
        return without_rules(compiled) if least is None else least.unruled

    def unruled_at_border() -> Priced:
        return unruled() if market is compiled else without_rules(market)

    def chosen(paid: Payees | None) -> Priced:
        return choose(
            market,
            plan,
            rows,
            rules,
            lifted=lifted,
            dearer=least is not None,
            unavoidable=unheld,
            start=basic,
            budget=None if settings.support_budget is None else 1000 * settings.support_budget,
            choice=choice,
            payees=paid,
            ranges=largest_of if how.ranges is None else how.ranges,
            friction=friction,
            lightly=how.lightly,
            standing=stands,
            corner=choice_made.corner if how.lightly and market is compiled and least is None else None,
        )

    plainly = past is not None and not rules and market is compiled and least is None
    stands = standing(compiled, plan.x, past) if past is not None and plainly else None
    due = bool(rules) or least is not None or (unheld > 0 and not how.any_plan)
    paid = payees(case, m, compiled, plan.x) if due else None
    try:
        priced = chosen(paid)
    except OverBudget as error:
        rows, rules, _ = lifted()
        error.scene = Scene(
            case=case, model=m, compiled=compiled, past=past, plan=plan, floors=rows, rules=tuple(rules)
        )
        raise
    except Infeasible:
        if paid is None or (rules and least is None):
            raise contradiction(case, market, plan.x, *lifted()[:2]) from None
        if least is not None:  # rules that the plan of least cost obeys contradict nothing here
            LOG.warning("of what is paid to hold a dearer plan the least is found, and not who is paid it")
            priced = chosen(replace(paid, size=np.zeros(len(paid.size))))
        else:
            LOG.warning(
                "what is paid beside exempt tonnes is settled no further: the solver finds no prices for it"
            )
            priced = chosen(None)
    bound = priced.uplift > 0 or bool(priced.own.any())
    return Outcome(
        case=case,
        model=m,
        compiled=compiled,
        market=market,
        plan=plan,
        floors=priced.rows,
        rules=priced.rules,
        priced=priced,
        unruled=unruled() if bound or market is not compiled else priced,
        levies=levies,
        whole=found.whole,
        choice=choice_made,
        solves=found.solves,
        past=past,
        basic=basic,
        unheld=unheld / 1000,
    )


def largest_floors(case: Case, m: Any, compiled: Compiled, plan: Solution, rows: FloorRows) -> Vector:
    """The distinct floors whose ends are found unasked: all, or those of most money where they would be much work:
    what is shipped to the place at the delivered price of the plan (present value)."""
    most = affordable(len(compiled.lp.cost))
    if len(rows.keys) <= most:
        return np.arange(rows.count)
    use, axes, arcs = delivered_rows(m, compiled), case.arcs.axes, case.arcs
    arriving = arcs.arriving(tonnes_at(ship_places(case, m, compiled), plan.x))
    money = []
    for d, c, t in rows.keys:
        row = use.get((d, c, t))
        price = max(0.0, float(plan.dual[row])) if row is not None else 0.0
        money.append(price * arriving[axes.place[d], axes.commodity[c], axes.year[t]])
    return distinct(rows.column[largest(np.array(money), most)])


def _with_past(m: Any, whole: Compiled, past: Past | None) -> Compiled:
    """The arrays with every variable of past years fixed where the past left it."""
    if past is None:
        return whole
    columns, values = [], []
    for then, now in zip(variables(past.outcome.model), variables(m), strict=True):
        was = past.outcome.surplus if now is m.waste else past.outcome.quantity(then)
        decided = past.capacity and now is m.build
        for key, place in whole.column_of(now).items():
            if decided or key[-1] < past.known_from:
                columns.append(place)
                values.append(was.get(key, 0.0))
            elif now.local_name in past.shared_columns and key[-1] in past.shared:
                columns.append(place)
                values.append(getattr(past.shared[key[-1]], now.local_name).get(key, 0.0))
    return whole.held(np.array(columns, dtype=int), np.array(values, dtype=float))


def same_steps(case: Case, past: Past) -> bool:
    """Whether demand of past years is cut into the same steps."""
    then = past.outcome.case.demand.steps
    return all(
        steps == then.get(key) for key, steps in case.demand.steps.items() if key[-1] < past.known_from
    )


def check_possible(case: Case) -> None:
    """Raise Infeasible where numbers of the workbook contradict each other and no row could say so."""
    found = without_row(case)
    if found:
        raise Infeasible("\n".join(["no solution obeys every row.", *(str(problem) for problem in found)]))
