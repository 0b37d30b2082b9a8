"""The same states with the money of funds spent otherwise: none of it, a little more, without the targets of their
stockpiles, or on so many days of each.

The rule of thumb holds `RULE_DAYS` days of every stockpile of a fund, of the region's table demand and planned use,
until it is known which state comes true, neither more nor less; where more lies there already nothing is bought. What
is known later is free, as in the plan. Where the rule has no plan the most whole days that have one stand for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import floor, log10

import numpy as np

from floors.case.demand import Key
from floors.case.stocks import DAYS_A_YEAR
from floors.contract.results.vault import FREE, MORE, NOTHING_BOUGHT, RULE, RULE_DAYS
from floors.errors import Infeasible, SolveError
from floors.lp.highs import Basic, Solver, Status
from floors.lp.linear import Compiled
from floors.lp.sparse import Matrix
from floors.many.risks.averse import NEUTRAL, Aversion
from floors.many.risks.plan import StatesLP, TwoStagePlan
from floors.many.risks.states import State, deciding
from floors.solving.run import How
from floors.solving.tonnes import quantities
from floors.steps import stage

Cuts = Mapping[Key, tuple[float, ...]]
Needs = Mapping[tuple[str, str, int], float]  # by state, stockpile and year


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A way to spend what the funds have: `amount` million. `put[k]` in t and `spending[k]` in million at reference
    prices over all years, expected, by stockpile, and `costs` of the states, million at present value, are empty where
    there is no plan, and `status` says why. `days` of each under the rule; `short` says what allows no more:
    the fund, or something else."""

    way: str
    fund: str | None = None
    days: float | None = None
    amount: float
    put: Mapping[str, float] = field(default_factory=dict)
    spending: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float | None] = field(default_factory=dict)
    status: str = "optimal"
    short: str | None = None


def step_of(amount: float) -> float:
    """The next money of a fund that is asked for, million: 100 of 11,670, a power of ten between a thousandth and a
    hundredth of what it has; 100 of nothing."""
    return 100.0 if amount <= 0 else float(10.0 ** floor(log10(amount / 100)))


def stockpiles_of_funds(state: State) -> dict[str, str]:
    """The fund of each stockpile that one buys for."""
    return {row["stockpile"]: row["fund"] for row in state.study.rows("stockpiles") if row["fund"]}


def beyond(one: float, other: float) -> float:
    """What goes one way beyond what goes the other in the same period: t that come and go cost nothing."""
    return max(0.0, one - other)


def spent(plan: TwoStagePlan, way: str, amount: float) -> Spent:
    """What a plan buys and costs."""
    put, spending = dict[str, float](), dict[str, float]()
    for state in plan.states:
        stocks, block = plan.cases[state.name].stocks, plan.block(state)
        length = plan.cases[state.name].calendar.length
        into, out = (quantities(plan.compiled, flow, plan.solution.x) for flow in (block.put, block.take))
        for (k, t), tonnes in into.items():
            if (k, t) in stocks.price:
                stays = state.probability * length[t] * beyond(tonnes, out[k, t])
                pile = stocks.pile(k)
                put[pile] = put.get(pile, 0.0) + stays
                spending[pile] = spending.get(pile, 0.0) + stays * stocks.price[k, t] / 1000
    costs: dict[str, float | None] = {s.name: plan.cost(s) / 1000 for s in plan.states}
    return Spent(way=way, amount=amount, put=put, spending=spending, costs=costs)


def amounts(state: State) -> dict[str, float]:
    """Million that each fund has for which a stockpile is bought."""
    used = set(stockpiles_of_funds(state).values())
    return {row["fund"]: row["amount"] for row in state.study.rows("funds") if row["fund"] in used}


def otherwise(
    states: tuple[State, ...],
    cuts: Cuts,
    how: How,
    aversion: Aversion = NEUTRAL,
    needs: Needs | None = None,
    start: Basic | None = None,
) -> list[Spent]:
    """Nothing bought, no targets, the next money of each fund, and the rule of thumb; nothing without a fund. `needs`
    are those of the plan, t/yr, and `start` is a basis like its own."""
    have = amounts(states[0])
    if not have:
        return []
    whole = sum(have.values())
    asked = [_Asked(NOTHING_BOUGHT, {fund: -amount for fund, amount in have.items()}, targets=False)]
    if any(_targets(state) for state in states):
        asked.append(_Asked(FREE, {}, targets=False))
    asked += [_Asked(MORE, {fund: step_of(amount)}, fund=fund) for fund, amount in have.items()]
    found = []
    with stage("fund", len(asked) + 1) as here:
        lp = StatesLP.made(states, cuts, how, aversion=aversion)
        for one in asked:
            amount = whole + sum(one.more.values())
            try:
                found.append(
                    replace(spent(lp.solved(_changed(lp, one), start), one.way, amount), fund=one.fund)
                )
            except Infeasible as error:
                found.append(Spent(way=one.way, fund=one.fund, amount=amount, status=error.status))
            here.finished(one.way)
        found += rule_of_thumb(states, cuts, how, aversion, whole, needs or {})
        here.finished(RULE)
    return found


@dataclass(frozen=True)
class _Asked:
    """A way to spend: so much `more` in each fund, million, and whether the targets of its stockpiles hold."""

    way: str
    more: Mapping[str, float]
    fund: str | None = None
    targets: bool = True


def _targets(state: State) -> set[tuple[str, int]]:
    """Stockpiles of funds and years with a target of more than nothing in sheet stock_targets."""
    mine = stockpiles_of_funds(state)
    return {
        (row["stockpile"], t)
        for row in state.study.rows("stock_targets")
        if row["stockpile"] in mine
        for t, value in row["years"].items()
        if value
    }


def _changed(lp: StatesLP, asked: _Asked) -> Compiled:
    """The LP with other money, and without targets where they do not hold: their rows ask for a stock of 0 or more."""
    lower, matrix = lp.compiled.lp.row_lower.copy(), lp.compiled.lp.matrix
    let_go = np.zeros(len(lower), dtype=bool)
    for state in lp.states:
        funds, block = lp.cases[state.name].stocks.funds, lp.model.state[state.name]
        for fund, row in lp.compiled.rows(block.fund).items():
            if fund in asked.more:
                lower[row] = -1000 * (funds[fund].amount + asked.more[fund])
        rows = lp.compiled.rows(block.stock_target)
        if not asked.targets:
            let_go[[rows[key] for key in _targets(state) if key in rows]] = True
    lower[let_go] = 0.0
    left = ~(let_go[matrix.row] & (matrix.data < 0))  # below 0: what is used
    changed = Matrix.from_entries(matrix.row[left], matrix.indices[left], matrix.data[left], matrix.shape)
    return replace(lp.compiled, lp=replace(lp.compiled.lp, row_lower=lower, matrix=changed))


# ------------------------------------------------------- so many days of each


def unknown_in(states: tuple[State, ...], state: State) -> list[int]:
    """Years in which what is put in store is decided before the state is told from some other."""
    return [
        t
        for t in state.study.years
        if sum(deciding(states, one, t) == deciding(states, state, t) for one in states) > 1
    ]


def rule_of_thumb(
    states: tuple[State, ...], cuts: Cuts, how: How, aversion: Aversion, amount: float, needs: Needs
) -> Iterator[Spent]:
    """The plan of the rule; nothing where no year comes before the states are told apart."""
    ruled = tuple(replace(state, study=_held(states, state).study) for state in states)
    if not any(unknown_in(states, state) for state in states):
        return
    lp = StatesLP.made(ruled, cuts, how, aversion=aversion)
    rule = _Rule(states, lp, needs)
    days, short = float(RULE_DAYS), None
    if not rule.possible(RULE_DAYS):
        most, least = RULE_DAYS, -1  # without a plan, with one
        while most - least > 1:
            middle = (most + least) // 2
            most, least = (most, middle) if rule.possible(middle) else (middle, least)
        if least < 0:
            yield Spent(way=RULE, amount=amount, days=0.0, status=Status.INFEASIBLE)
            return
        days, short = float(least), "fund" if rule.possible(least + 1, funds=False) else "other"
    yield replace(spent(lp.solved(rule.at(days)), RULE, amount), days=days, short=short)


def _held(states: tuple[State, ...], state: State) -> State:
    """The state with RULE_DAYS days of each as targets in the years in which it is not known, in place of its own."""
    years = unknown_in(states, state)
    asked = dict.fromkeys(years, f"{RULE_DAYS} d")
    own = {row["stockpile"]: row for row in state.study.rows("stock_targets")}
    for k in stockpiles_of_funds(state):
        row = own.get(k, {"stockpile": k, "years": {}})
        own[k] = {**row, "years": {**row["years"], **asked}}
    return replace(state, study=state.study.with_rows(stock_targets=list(own.values())))


@dataclass(frozen=True, kw_only=True)
class _Target:
    """A stock that the rule asks for: t/yr of table demand and planned use, t that would lie there of the opening, and
    the columns by which more is put there in that year."""

    need: float
    there: float
    puts: list[int]


class _Rule:
    """The LP with RULE_DAYS days of each, and with other days."""

    def __init__(self, states: tuple[State, ...], lp: StatesLP, needs: Needs) -> None:
        self.lp = lp
        self.rows: dict[int, _Target] = {}
        self.funds: list[int] = []
        for state in states:
            case, block = lp.cases[state.name], lp.model.state[state.name]
            length, unknown = case.calendar.length, set(unknown_in(states, state))
            self.funds += lp.compiled.rows(block.fund).values()
            mine, whole = set(stockpiles_of_funds(state)), case.stocks.whole
            puts = lp.compiled.column_of(block.put)
            for (k, t), row in lp.compiled.rows(block.stock_target).items():
                if k in mine and t in unknown:
                    gone = sum(length[one] for one in case.calendar.years if one <= t)
                    table = float(lp.compiled.lp.row_lower[row]) / RULE_DAYS * DAYS_A_YEAR
                    self.rows[row] = _Target(
                        need=max(table, needs.get((state.name, k, t), 0.0)),
                        there=whole[k].opening * whole[k].kept(gone),
                        puts=[puts[part, t] for part in case.stocks.parts(k) if (part, t) in puts],
                    )
        self.stored = np.zeros(len(lp.compiled.equality), dtype=bool)  # rows that say what lies in store
        for state in states:
            block = lp.model.state[state.name]
            for component in (block.stock_opening, block.stock_balance):
                self.stored[list(lp.compiled.rows(component).values())] = True

    def at(self, days: float, *, funds: bool = True) -> Compiled:
        """The LP with so many days of each; the funds without limit where that is asked for."""
        compiled = self.lp.compiled
        lp, part = compiled.lp, days / RULE_DAYS
        lower, upper, equality = lp.row_lower.copy(), lp.row_upper.copy(), compiled.equality.copy()
        times = np.ones(len(lower))
        enough = list[int]()
        for row, target in self.rows.items():
            lower[row], times[row] = part * lower[row], part
            if target.there <= days / DAYS_A_YEAR * target.need:
                upper[row], equality[row] = lower[row], True
            else:
                enough += target.puts
        if not funds:
            lower[self.funds] = -np.inf
        matrix = lp.matrix
        data = matrix.data * np.where(matrix.data < 0, times[matrix.row], 1.0)  # below 0: what is used
        left = (data != 0) & ~(self.stored[matrix.row] & np.isin(matrix.indices, enough))
        changed = Matrix.from_entries(matrix.row[left], matrix.indices[left], data[left], matrix.shape)
        return replace(
            compiled,
            lp=replace(lp, matrix=changed, row_lower=lower, row_upper=upper),
            equality=equality,
        )

    def possible(self, days: float, *, funds: bool = True) -> bool:
        """Whether so many days have any plan. Raises what a solver can end with."""
        lp = self.at(days, funds=funds).lp
        solver = Solver(replace(lp, cost=np.zeros(len(lp.cost))), time_limit=self.lp.how.time_limit)
        found = solver.try_solve()
        if found.status is Status.INFEASIBLE:
            return False
        if found.status is not Status.OPTIMAL:
            raise SolveError(f"whether {days:g} days of each can be held: {found.status}.")
        return True


def days_of(stock: float, need: float) -> float | None:
    """Days for which a stock in t serves a need in t/yr; None where nothing is needed."""
    return DAYS_A_YEAR * stock / need if need > 0 else None
