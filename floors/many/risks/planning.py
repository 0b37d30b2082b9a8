"""`floors.risk`: a plan that weighs the states of the world, and what weighing them is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property

from floors.case.border import Floor
from floors.contract.results import Row
from floors.contract.results.risk import FrontierRow, PathRow, StateRow
from floors.diagnosis.explained import explaining
from floors.excel.record import UNASKED, Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import less
from floors.many.executors import begin, executor_of
from floors.many.risks.alternatives import (
    Course,
    capacity_for_one,
    expected,
    known_beforehand,
    without_policy,
)
from floors.many.risks.averse import Aversion, cvar_of
from floors.many.risks.break_even import Arms, begin_arms
from floors.many.risks.floor_parts import path_parts
from floors.many.risks.frontier import frontier, weights_of
from floors.many.risks.hedge import Hedge, costs_without_policy, hedge
from floors.many.risks.margins import Margins
from floors.many.risks.plan import solve_plan, steady_plan
from floors.many.risks.premium import investment_rows
from floors.many.risks.purchases import Spent, otherwise
from floors.many.risks.states import State, states_of, told_by
from floors.many.risks.summary import summary_rows
from floors.many.risks.vault import needs_of, planned, plans_table, stockpiles_table, years_table
from floors.many.risks.weighed import Risk, status_of, value_of
from floors.many.risks.words import tail_notes
from floors.pricing.choosing import zero
from floors.results.amounts import by_name, nothing, plain
from floors.results.border import caps_table, own_levies_table, parts_table, prices_table
from floors.results.plan import production_table, shipments_table, stocks_table
from floors.results.policy import accounts_table
from floors.results.result import check_rows
from floors.results.summary import below_cost_total, bloc_total
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.certificate import Check, prove, require
from floors.solving.floor_parts import Part, set_by
from floors.solving.outcome import Outcome
from floors.solving.run import How
from floors.steps import Step, stage, telling
from floors.study.study import Study, check_study


def risk(
    study: Study,
    *,
    aversion: float | str | Iterable[float] | None = None,
    tail: float | None = None,
    time_limit: float | None = None,
    log: bool = False,
    accept_failed: bool = False,
    executor: object = None,
    done: Callable[[Step], None] | None = None,
) -> Risk:
    """Decide capacity and floors before it is known which scenario comes true; see `floors.risk`.

    The states are base and every scenario of the workbook with a probability. `aversion`, from 0 to below 1, is the
    weight of the mean cost of the worst share `tail`, above 0 to 1, of what may come, the rest being that of the
    expected cost; None: settings `risk_aversion` and `risk_tail`. Several weights, or LOW:HIGH:POINTS such as 0:0.9:10,
    draw the frontier (sheet `frontier`) beside the plan at that of the settings. `time_limit` in seconds for each solve
    of a sourcing LP. Plans beside the one of interest are made on `executor`, if there is one: any of
    concurrent.futures, or a Dask client; the numbers are the same. `done` is told of each Step. Raises InputError,
    UsageError, Infeasible (naming the state), OverBudget, Unbounded, TimeLimit, NotConverged, and CertificateFailed
    unless `accept_failed`.
    """
    check_study(study, "floors.risk")
    where = executor_of(executor)
    states = states_of(study)
    weights = weights_of(aversion) if isinstance(aversion, str | Iterable) else ()
    told = weights if weights and not isinstance(aversion, str) else aversion
    limits = {"time_limit": time_limit, "accept_failed": accept_failed or None}
    asked = Asked("risk", {"aversion": told, "tail": tail} | limits)
    given = Aversion.of(study.base)
    averse = Aversion(
        given.weight if aversion is None or isinstance(aversion, str | Iterable) else aversion,
        given.tail if tail is None else tail,
    )
    with telling(done):
        how = How(time_limit=time_limit, log=log)
        found = replace(_weighing(study, states, averse, weights, how, where), asked=asked).risk()
    if not accept_failed:
        require(found.checks)
    return found


def _weighing(
    study: Study,
    states: tuple[State, ...],
    aversion: Aversion,
    weights: Sequence[float],
    how: How,
    where: Executor | None,
) -> Weighing:
    """The plan of interest, and the plans beside it."""
    alone = known_beforehand(states, {}, how)
    cuts = {key: prices for found in alone.outcomes.values() for key, prices in found.case.cuts.items()}
    with stage("all states"):
        plan = steady_plan(solve_plan(states, cuts, how, aversion=aversion), how)
    cuts = {key: prices for case in plan.cases.values() for key, prices in case.cuts.items()}
    if any(found.case.cuts != cuts for found in alone.outcomes.values()):
        alone = known_beforehand(states, cuts, how)
    leader = max(
        states, key=lambda state: (state.name == states[0].study.base.scenario_name, state.probability)
    )
    arms = begin_arms(study, how, cuts, where)
    without_hedged = begin(where, costs_without_policy, states, cuts, how, aversion)
    needs = needs_of(plan)
    basis = plan.basic if plan.tail is None else plan.tail.basic
    bought = begin(where, otherwise, states, cuts, how, aversion, needs, basis)
    # What is known here need not be sent: elsewhere each state is solved again.
    beside = begin(where, capacity_for_one, states, cuts, leader, alone if where is None else None)
    with explaining():
        with stage("one path of floors"):
            hedged = hedge(plan)
        with stage("without policy"):
            without = without_policy(states, cuts, leader)
    with stage("mean plan and base plan"):
        mean, naive = beside()
    with stage("hedged without policy"):
        course = without_hedged()
    drawn = frontier(states, cuts, how, weights, aversion.tail, where)
    ways = [planned(plan), *bought()] if needs else []
    return Weighing(
        study.base, plan.states, hedged, alone, mean, naive, without, course, drawn, leader, arms(), ways
    )


@dataclass(frozen=True)
class Weighing:
    """A two-stage plan beside the plans that do not weigh the states, and all that follows from them."""

    study: Study
    weighed: tuple[State, ...]
    hedged: Hedge = field(repr=False)
    alone: Course = field(repr=False)
    mean: Course = field(repr=False)
    naive: Course = field(repr=False)
    without: Course = field(repr=False)
    without_hedged: Course = field(repr=False)
    drawn: Sequence[FrontierRow] = field(repr=False)
    leader: State = field(repr=False)
    arms: Arms = field(repr=False)
    ways: Sequence[Spent] = field(repr=False)
    asked: Asked = UNASKED

    def risk(self) -> Risk:
        """The result, which holds all that it tells."""
        priced = self.hedged.priced
        return Risk(
            study=self.study,
            weighed=self.weighed,
            leader=self.leader,
            aversion=self.aversion,
            costs=self.costs,
            expected=self.expected,
            cvar=self.cvar,
            uplift=priced.uplift / 1000,
            make_whole=priced.make_whole / 1000,
            foregone=priced.foregone / 1000,
            checks=self.checks,
            warnings=self.warnings,
            _rows=self._rows(),
            _model=self.hedged,
            asked=self.asked,
        )

    @cached_property
    def _books(self) -> dict[str, Accounts]:
        return {name: keep_accounts(found) for name, found in self.hedged.outcomes.items()}

    @cached_property
    def _books_without(self) -> dict[str, Accounts]:
        return {name: keep_accounts(found) for name, found in self.without.outcomes.items()}

    @cached_property
    def _parts(self) -> dict[Floor, list[Part]]:
        return path_parts(self.hedged)

    @cached_property
    def costs(self) -> dict[str, dict[str, float | None]]:
        """By the columns of sheet `states`, by state."""
        here = self.hedged.outcomes
        known: dict[str, Mapping[str, float]] = {
            "total_cost": {s.name: self.hedged.plan.cost(s) / 1000 for s in self.weighed},
            "bloc_net_cost": _blocs(here, self._books),
            "known_beforehand": self.alone.costs,
            "mean_plan": self.mean.costs,
            "base_plan": self.naive.costs,
            "without_policy": self.without.costs,
            "without_policy_bloc": _blocs(self.without.outcomes, self._books_without),
            "without_policy_hedged": self.without_hedged.costs,
            "without_policy_hedged_bloc": self.without_hedged.bloc,
        }
        found = {name: {s.name: costs.get(s.name) for s in self.weighed} for name, costs in known.items()}
        for worth, without, cost in (
            ("worth", "without_policy", "total_cost"),
            ("worth_bloc", "without_policy_bloc", "bloc_net_cost"),
            ("worth_hedged", "without_policy_hedged", "total_cost"),
            ("worth_hedged_bloc", "without_policy_hedged_bloc", "bloc_net_cost"),
        ):
            found[worth] = {s.name: less(found[without][s.name], found[cost][s.name]) for s in self.weighed}
        for name in ("make_whole", "foregone"):
            found[name] = {s.name: getattr(here[s.name].priced, name) / 1000 for s in self.weighed}
        return found

    @cached_property
    def expected(self) -> dict[str, float | None]:
        """Expectation of each column of sheet `states`."""
        return {name: expected(self.weighed, by_state) for name, by_state in self.costs.items()}

    @property
    def aversion(self) -> Aversion:
        """How much the tail counts beside the average."""
        return self.hedged.plan.aversion

    @cached_property
    def cvar(self) -> dict[str, float | None]:
        """The mean cost of the worst of what may come, of each column of sheet `states`."""
        return {name: cvar_of(self.weighed, by_state, self.aversion) for name, by_state in self.costs.items()}

    def _by_weight(self, name: str) -> float:
        """A column of sheet `states`, by the weight of each state."""
        return sum(s.weight * (self.costs[name][s.name] or 0.0) for s in self.weighed)

    @cached_property
    def checks(self) -> list[Check]:
        """The certificate: of the two solutions, the accounts of each state, and what the states share."""
        here = self.hedged
        worst = max(self._books.values(), key=lambda books: books.imbalance())
        cost, total = self._by_weight("total_cost"), here.plan.solution.objective / 1000
        return [
            *prove(here.joint, worst),
            Check("states: costs add up to the expected cost (relative)", _off(cost, total), 1e-9),
            *self._weights(total),
            Check(
                "states: make-whole and foregone add up to the uplift (relative)",
                self._unshared() / (1 + abs(total)),
                1e-9,
            ),
            Check("states: what is decided in ignorance differs (t)", here.apart(), 1e-6),
            Check("floors: parts add up to the floor (relative)", self._off_parts(), 1e-6),
            Check("floors: one path in all states (relative)", here.off_path(), 1e-6),
        ]

    def _weights(self, total: float) -> list[Check]:
        """With aversion: the weights of the states add up to 1, are none that the tail cannot give, and price the plan
        as it was chosen."""
        a, b = self.aversion.weight, self.aversion.tail
        if not a:
            return []
        off = max(
            max((1 - a) * s.probability - s.weight, s.weight - (1 - a + a / b) * s.probability)
            for s in self.weighed
        )
        chosen = value_of("total_cost", self.expected, self.cvar, self.aversion)
        return [
            Check("weights_sum", abs(sum(s.weight for s in self.weighed) - 1), 1e-9),
            Check("weights: outside what the tail can give", max(0.0, off), 1e-9),
            Check("weights: cost by weight less that which was least (relative)", _off(chosen, total), 1e-9),
        ]

    def _off_parts(self) -> float:
        """The largest difference between a floor and the sum of its parts, relative."""
        path = self.hedged.path
        return max(
            (_off(sum(p.amount for p in parts), path[f]) for f, parts in self._parts.items()), default=0.0
        )

    def _unshared(self) -> float:
        """Uplift less what the states have of it, million."""
        shared = self._by_weight("make_whole") + self._by_weight("foregone")
        return abs(self.hedged.priced.uplift / 1000 - shared)

    @property
    def warnings(self) -> list[str]:
        """Plans that do not exist, and why; what the cases noted."""
        found = [
            f"{what}: {course.why}"
            for what, course in (
                ("no value of the stochastic solution", self.mean),
                (f"capacity decided for {self.leader.name} alone", self.naive),
                ("without the policy", self.without),
            )
            if course.why
        ]
        notes = dict.fromkeys(str(note) for case in self.hedged.plan.cases.values() for note in case.notes)
        tail = tail_notes(self.weighed, self.aversion, self.hedged.plan.tail)
        return [*found, *self.arms.warnings, *tail, *self._below_cost(), *notes]

    def _below_cost(self) -> Iterator[str]:
        """States in which offers lie below cost: their costs are at offers, as those of all ways compared are."""
        lost = {name: below_cost_total(one) for name, one in self.hedged.outcomes.items()}
        size = max(abs(self.expected["total_cost"] or 0.0), *map(abs, lost.values()))
        told = {
            name: plain(more, size) for name, more in lost.items() if more > 0 and not nothing(more, size)
        }
        if told:
            yield (
                "costs of the system are at offers: what is sold below cost in these states is a loss of its sellers "
                f"beside them (million, present value): {by_name(told)}."
            )

    def _rows(self) -> Mapping[str, Sequence[Row]]:
        outcomes, margins = self.hedged.outcomes, Margins(self.hedged.plan)
        found: dict[str, Sequence[Row]] = {
            "summary": [
                *summary_rows(self.hedged, self.expected, self.cvar, margins.funds()),
                *self.arms.summary(self.study.settings.currency),
            ],
            "states": self._states,
            "frontier": self.drawn,
            "break_even": self.arms.break_even,
            "waiting": self.arms.waiting,
            "vault": stockpiles_table(self.hedged, self.ways, needs_of(self.hedged.plan), margins),
            "vault_plans": plans_table(self.weighed, self.ways, self.aversion),
            "vault_years": years_table(self.hedged),
            "floors": self._floors,
            "floor_parts": parts_table(self._parts),
            "accounts": self._accounts(),
            "investment": investment_rows(self.hedged),
            "certificate": check_rows(self.checks),
            "run": self._record(),
        }
        for name, table in (
            ("own_levies", own_levies_table),
            ("prices", prices_table),
            ("shipments", shipments_table),
            ("production", production_table),
            ("stocks", stocks_table),
            ("caps", caps_table),
        ):
            found[name] = [(state, *row) for state, one in outcomes.items() for row in table(one)]
        return found

    @cached_property
    def _states(self) -> list[StateRow]:
        return [
            StateRow(
                scenario=s.name,
                probability=s.probability,
                weight=s.weight,
                known_from=s.known_from,
                **{name: by_state[s.name] for name, by_state in self.costs.items()},
            )
            for s in self.weighed
        ]

    @cached_property
    def _floors(self) -> list[PathRow]:
        rows: list[PathRow] = []
        for state in self.weighed:
            found, alone = self.hedged.outcomes[state.name], self.alone.outcomes[state.name]
            for floor, border in found.floor.items():
                origin = found.case.border.origin[floor]
                price = found.origin_price[found.case.border.source(floor)]
                holder = told_by(self.weighed, state, floor.year).name
                rows.append(
                    PathRow(
                        scenario=state.name,
                        member=floor.member,
                        commodity=floor.commodity,
                        year=floor.year,
                        origin=origin,
                        floor=self.hedged.path[floor],
                        capped_price=price,
                        levy=zero(border - price, border),
                        border_price=border,
                        floor_alone=alone.floor.get(floor),
                        set_by=set_by(self._parts[floor]),
                        held_up=self.hedged.tops_up.get((holder, floor), False),
                    )
                )
        return rows

    def _accounts(self) -> list[Row]:
        rows: list[Row] = []
        for name, found in self.hedged.outcomes.items():
            books, base = self._books[name], self._books_without.get(name)
            for row in accounts_table(found, books, base or books):
                known = row if base else row._replace(change=None, consumer_surplus_change=None)
                rows.append((name, *known))
        return rows

    def _record(self) -> Sequence[Row]:
        lp = self.hedged.plan.compiled.lp
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": status_of(self.checks),
                        **{f"probability of {s.name}": s.probability for s in self.weighed},
                        "risk_aversion": self.aversion.weight,
                        "risk_tail": self.aversion.tail,
                        "capacity in base_plan and without_policy decided for": self.leader.name,
                        "two-stage LP rows": lp.matrix.shape[0],
                        "two-stage LP columns": lp.matrix.shape[1],
                    }
                ),
                *assumed(self.study),
                *numbered("warning", self.warnings),
            ]
        )


def _blocs(outcomes: Mapping[str, Outcome], books: Mapping[str, Accounts]) -> dict[str, float]:
    """Net cost of the bloc in each state, million at present value."""
    return {name: bloc_total(found, books[name], "net_cost") for name, found in outcomes.items()}


def _off(value: float | None, other: float) -> float:
    """Relative difference; NaN, which never passes, where there is no value."""
    return float("nan") if value is None else abs(value - other) / (1 + abs(other))
