"""Solving coalitions: each by itself, from the basis of the empty one, so that order and executor play no part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from floors.accounts import keep_accounts
from floors.certificate import prove
from floors.coalitions.arrays import Basis, Cut, Whole, cut, make_whole
from floors.coalitions.blocs import Bloc, make_common
from floors.coalitions.owen import owen_shares
from floors.errors import FloorsError, NotConverged, SolveError
from floors.highs import basic_in
from floors.many.executors import in_order
from floors.near_plans import movable
from floors.outcome import Outcome
from floors.run import MOST_CUTS, check_possible, finer_cuts, solve_once
from floors.study import Study

CHUNK = 32  # coalitions that share the cuts of elastic demand, whoever solves them


@dataclass(frozen=True)
class Run:
    """One coalition solved, or not: `status` is a word of the contract and `message` why there is no result.

    `costs` is the net cost of every player, in or out, its segment markets with it, in million of present
    value; `outsiders` that of all other regions. For the coalition of all players, `owen` is filled and
    `movable` names the commodities whose arrivals in the bloc can change place at no cost.
    """

    members: tuple[str, ...]
    status: str
    message: str = ""
    costs: dict[str, float] = field(default_factory=dict)
    outsiders: float | None = None
    uplift: float | None = None
    owen: dict[str, float] = field(default_factory=dict)
    movable: tuple[str, ...] = ()

    @property
    def cost(self) -> float | None:
        """What the coalition costs its members together, million of present value; None without a result."""
        return sum(self.costs[i] for i in self.members) if self.costs else None


@dataclass(frozen=True)
class _Task:
    """Coalitions to solve one after the other."""

    whole: Whole
    basis: Basis | None
    blocs: tuple[Bloc, ...]


def solve_blocs(
    study: Study, players: tuple[str, ...], blocs: Sequence[Bloc], executor: Executor | None
) -> Iterator[Run]:
    """The runs in the order given, here one after the other or on an executor. Raises InputError where the
    study of all players is at fault; what goes wrong with a coalition is told in its run."""
    whole = make_whole(make_common(study, players))
    basis = _first_basis(whole)
    tasks = [_Task(whole, basis, tuple(blocs[n : n + CHUNK])) for n in range(0, len(blocs), CHUNK)]
    for runs in in_order(_solve, tasks, executor):
        yield from runs


def _first_basis(whole: Whole) -> Basis | None:
    """The basis of the plan of the empty coalition; None where it has no plan."""
    one = cut(whole, frozenset())
    try:
        outcome = solve_once(one.case, one.model, one.arrays, ranges=False)
    except FloorsError:
        return None  # each coalition then starts from nothing, the empty one too, whose run tells why
    return one.basis(basic_in(outcome.basis))


def _solve(task: _Task) -> list[Run]:
    runs, whole, basis = [], task.whole, task.basis
    for bloc in task.blocs:
        members = tuple(i for i in whole.common.players if i in bloc)
        try:
            outcome, finer = _settle(whole, basis, bloc)
        except FloorsError as error:
            runs.append(Run(members, error.status if isinstance(error, SolveError) else "failed", str(error)))
            continue
        if finer is not whole:
            whole, basis = finer, None
        runs.append(_run(members, whole.common.players, outcome))
    return runs


def _settle(whole: Whole, basis: Basis | None, bloc: Bloc) -> tuple[Outcome, Whole]:
    """The outcome of a coalition, and the LP it was found with: elastic demand is cut until a step is narrow."""
    for _ in range(MOST_CUTS):
        one: Cut = cut(whole, bloc)
        check_possible(one.case)
        start = one.start(basis) if basis is not None else None
        outcome = solve_once(one.case, one.model, one.arrays, ranges=False, start=start)
        finer = finer_cuts(one.case, one.model, outcome.compiled, outcome.plan.dual)
        if not finer:
            return outcome, whole
        whole, basis = make_whole(whole.common.recut(finer)), None
    raise NotConverged("the steps of elastic demand did not settle; set a higher demand_steps in settings.")


def _run(members: tuple[str, ...], players: tuple[str, ...], outcome: Outcome) -> Run:
    accounts, case = keep_accounts(outcome), outcome.case
    broken = [check.check for check in prove(outcome, accounts) if not check.passed]
    if broken:
        return Run(members, "failed", f"the certificate failed: {', '.join(broken)}")
    total = dict.fromkeys(case.places.regions, 0.0)
    for (d, t), account in accounts.of.items():
        total[case.places.region_of[d]] += case.calendar.weight[t] * account.net_cost
    found = Run(
        members,
        "optimal",
        costs={i: total[i] for i in players},
        outsiders=sum(cost for region, cost in total.items() if region not in players),
        uplift=outcome.priced.uplift / 1000,
    )
    if members != players:
        return found
    shares, bloc = owen_shares(outcome), set(case.places.bloc)
    moves = movable(outcome.compiled, outcome.plan, outcome.model.ship, outcome.basis)
    moving = {c for o, d, c, t in moves if d in bloc and outcome.ship[o, d, c, t]}
    return replace(found, owen={i: shares[i] for i in players}, movable=tuple(sorted(moving)))
