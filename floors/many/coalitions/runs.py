"""Solving coalitions: each by itself, from where its own members lead, so that order and executor play no part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property

from floors.contract.results import Row
from floors.contract.results.coalition import coalitions_sheet, cost_of
from floors.diagnosis.explained import explain
from floors.errors import FloorsError, SolveError
from floors.lp.highs import Basic, Solver
from floors.many.coalitions.blocs import Bloc, make_common
from floors.many.coalitions.lps import Basis, Cut, Whole, cut, make_whole
from floors.many.coalitions.owen import owen_shares
from floors.many.executors import in_order
from floors.many.shared import Shared
from floors.solving.accounts import keep_accounts
from floors.solving.certificate import prove
from floors.solving.cutting import Cuts, cut_until_narrow, finer_cuts
from floors.solving.members_range import not_settled
from floors.solving.minimum import settle_minimum
from floors.solving.outcome import Outcome
from floors.solving.run import Settled, check_possible, name_numbers, price_once, settle_once
from floors.stopping import seconds_left
from floors.study.study import Study

TOGETHER = 5  # coalitions that differ in the last so many players only are solved in one task


@dataclass(frozen=True, kw_only=True)
class CoalitionRun:
    """One coalition solved, or not: `status` is a word of the contract and `message` why there is no result.

    `costs` is the net cost of every player, in or out, its segment markets with it, in million of present
    value; `outsiders` that of all other regions; `open` names the players whose net cost another plan of the same cost
    may change, and `total_net_cost` where it may change their sum. For the coalition of all players, `owen` is filled.
    """

    members: tuple[str, ...]
    status: str
    message: str = ""
    costs: dict[str, float] = field(default_factory=dict)
    outsiders: float | None = None
    uplift: float | None = None
    owen: dict[str, float] = field(default_factory=dict)
    open: tuple[str, ...] = ()

    @property
    def cost(self) -> float | None:
        """What the coalition costs its members together, million of present value; None without a result."""
        return sum(self.costs[i] for i in self.members) if self.costs else None


def named(members: tuple[str, ...]) -> str:
    """Who is in, as it is told."""
    return ", ".join(members) or "the empty coalition"


def coalition_row(players: tuple[str, ...], run: CoalitionRun) -> Row:
    """The row of sheet coalitions."""
    return coalitions_sheet(players).row(
        members=", ".join(run.members) or None,
        size=len(run.members),
        status=run.status,
        total_net_cost=run.cost,
        outsiders=run.outsiders,
        not_settled=", ".join(run.open) or None,
        message=run.message or None,
        **{cost_of(i): run.costs.get(i) for i in players},
    )


class Game(Shared):
    """A study and who may join; its LP is compiled once in each process.

    `base` are players who are in every coalition that is asked for. With `split` a cap of all in tonnes is shared out;
    else it is that of every coalition.
    """

    def __init__(
        self, study: Study, players: tuple[str, ...], base: Bloc = frozenset(), split: bool = True
    ) -> None:
        super().__init__(study, players, base, split)
        self.study, self.players, self.base, self.split = study, players, base, split

    @cached_property
    def whole(self) -> Whole:
        """The LP of all coalitions. Raises InputError where the study of all or of none is at fault."""
        return make_whole(make_common(self.study, self.players, split=self.split))


@dataclass(frozen=True)
class _Task:
    """Coalitions that agree in the first players, smaller ones first, and the basis that the smallest starts from."""

    game: Game
    head: Bloc
    start: Basis | None
    blocs: tuple[Bloc, ...]


def solve_blocs(
    game: Game,
    blocs: Sequence[Bloc],
    executor: Executor | None,
    told: Callable[[CoalitionRun], None],
    together: int = TOGETHER,
) -> Iterator[CoalitionRun]:
    """The runs in the order given, here one after the other or on an executor; each is `told` as it is there. Raises
    InputError where the study of all players is at fault; what goes wrong with a coalition is told in its run. Those
    that differ in the last `together` players only are one task."""
    players = game.players
    first = frozenset(players[: max(0, len(players) - together)])
    heads: dict[Bloc, list[Bloc]] = {}
    for bloc in sorted(blocs, key=len):
        heads.setdefault(bloc & first, []).append(bloc)
    bases = Bases(game.whole, {game.base: None})
    tasks = [_Task(game, head, bases.below(head), tuple(of)) for head, of in heads.items()]
    found: dict[Bloc, CoalitionRun] = {}
    alone = executor is None or len(tasks) == 1  # nothing to share out, and each is told of as it is there
    for runs in map(_each, tasks) if alone else in_order(_solve, tasks, executor):
        for run in runs:
            found[frozenset(run.members)] = run
            told(run)
    yield from (found[bloc] for bloc in blocs)


class Bases:
    """The basis of the plan of coalitions. Each starts from that of the same coalition without its last member,
    found on the way where it is not known, so that it depends on nothing else; those in `start` start from what it
    says, the empty one from nothing."""

    def __init__(self, whole: Whole, start: dict[Bloc, Basis | None] | None = None) -> None:
        self.whole, self._start, self._known = whole, start or {}, dict[Bloc, Basis | None]()

    def below(self, bloc: Bloc) -> Basis | None:
        """Where a coalition starts; None: from nothing."""
        if bloc in self._start or not bloc:
            return self._start.get(bloc)
        before = bloc - {max(bloc, key=self.whole.common.players.index)}
        if before not in self._known:
            self._known[before] = self._find(before)
        return self._known[before]

    def keep(self, bloc: Bloc, one: Cut, basic: Basic) -> None:
        """Remember the basis of the plan of a coalition, which `below` would find, where others start from it."""
        if self.whole.common.players[-1] not in bloc:
            self._known[bloc] = one.basis(basic)

    def _find(self, bloc: Bloc) -> Basis | None:
        """The basis of the plan of a coalition, or where it starts if it has none."""
        start = self.below(bloc)
        try:
            one = cut(self.whole, bloc)
            check_possible(one.case)
            solver = Solver(one.arrays.lp)
            if start is not None:
                solver.start_like(*one.start(start))
            settle_minimum(one.case, one.model, one.arrays, solver, None)
        except FloorsError:
            return start  # its own run, if it is asked for, tells why
        return one.basis(solver.basic())


def _solve(task: _Task) -> list[CoalitionRun]:
    return list(_each(task))


def _each(task: _Task) -> Iterator[CoalitionRun]:
    """The runs of a task, one by one."""
    whole, players = task.game.whole, task.game.players
    start: dict[Bloc, Basis | None] = {task.game.base: None}
    bases = Bases(whole, start | {task.head: task.start})
    for bloc in task.blocs:
        members = tuple(i for i in players if i in bloc)
        try:
            seconds_left()
            yield _run(members, players, _settle(whole, bases, bloc))
        except FloorsError as error:
            explain(error)
            if isinstance(error, SolveError):
                name_numbers(error, whole.common.study)
            yield CoalitionRun(members=members, status=error.status, message=str(error))


def _settle(whole: Whole, bases: Bases, bloc: Bloc) -> Outcome:
    """The outcome of a coalition; its elastic demand is cut until a step is narrow."""
    below = bases.below(bloc)

    def step(cuts: Cuts) -> tuple[Settled, Cuts]:
        first = cuts == whole.common.cuts
        one: Cut = cut(whole if first else make_whole(whole.common.at(cuts)), bloc)
        check_possible(one.case)
        # Where the minimum rule settles may hang on where it starts: there as `floors.solve`, from nothing.
        start = one.start(below) if first and below is not None and not one.case.border.start else None
        found = settle_once(one.case, one.model, one.arrays, start=start)
        if first:
            bases.keep(bloc, one, found.solver.basic())
        return found, finer_cuts(one.case, one.model, found.compiled, found.plan.dual)

    return price_once(cut_until_narrow(step, whole.common.cuts))


def _run(members: tuple[str, ...], players: tuple[str, ...], outcome: Outcome) -> CoalitionRun:
    accounts, case = keep_accounts(outcome), outcome.case
    broken = [check.check for check in prove(outcome, accounts) if not check.passed]
    if broken:
        return CoalitionRun(
            members=members, status="failed", message=f"the certificate failed: {', '.join(broken)}"
        )
    total = dict.fromkeys(case.places.regions, 0.0)
    for (d, t), account in accounts.of.items():
        total[case.places.region_of[d]] += case.calendar.weight[t] * account.net_cost
    found = CoalitionRun(
        members=members,
        status="optimal",
        costs={i: total[i] for i in players},
        outsiders=sum(cost for region, cost in total.items() if region not in players),
        uplift=outcome.priced.uplift / 1000,
        open=not_settled(outcome, accounts, players),
    )
    if members != players:
        return found
    shares = owen_shares(outcome)
    return replace(found, owen={i: shares[i] for i in players})
