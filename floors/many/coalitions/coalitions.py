"""`floors.coalition`: every coalition solved, and what follows for its members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any, overload

from floors.brief.blocs import Blocs, Solved
from floors.brief.coalition_page import page
from floors.brief.pictures.coalition import pictures
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.coalition import MEMBERS, MemberRow, sheets_of
from floors.errors import SolveError, UsageError
from floors.excel.record import Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, less, without_result, worst
from floors.many.coalitions.blocs import Bloc, players_of, regions_of
from floors.many.coalitions.candidates import Candidates, candidates_of, solve_candidates
from floors.many.coalitions.game import LeastCore, Objection, adds_up, in_core, least_core, objection, shapley
from floors.many.coalitions.runs import CoalitionRun, Game, coalition_row, named, solve_blocs
from floors.many.executors import executor_of
from floors.many.shared import WHO_IS_IN, check_foreseen
from floors.page.page import Page
from floors.page.picture import Picture
from floors.results.amounts import by_name, conjoined, nothing, plain
from floors.solving.members_range import TOTAL
from floors.solving.run import name_numbers
from floors.steps import stage
from floors.study.study import Study, check_study

MOST_PLAYERS = 12  # 4,096 coalitions; more are solved only if they are named


@overload
def coalition(
    study: Study,
    members: Iterable[str] | None = None,
    coalitions: Iterable[Iterable[str]] | None = None,
    executor: object = None,
    *,
    candidates: None = None,
    done: Callable[[CoalitionRun], None] | None = None,
) -> Coalitions: ...
@overload
def coalition(
    study: Study,
    members: Iterable[str] | None = None,
    coalitions: None = None,
    executor: object = None,
    *,
    candidates: Iterable[str],
    n: int | None = None,
    seed: int | None = None,
    done: Callable[[CoalitionRun], None] | None = None,
) -> Candidates: ...
def coalition(
    study: Study,
    members: Iterable[str] | None = None,
    coalitions: Iterable[Iterable[str]] | None = None,
    executor: object = None,
    *,
    candidates: Iterable[str] | None = None,
    n: int | None = None,
    seed: int | None = None,
    done: Callable[[CoalitionRun], None] | None = None,
) -> Coalitions | Candidates:
    """Solve every coalition of `members` (None: those of the study), or those given; see `floors.many.coalitions`.

    With `candidates` (regions, or `all`: each of role `other` that demands what is capped) what their joining the
    members is worth, alone and in which order, million of present value: every set of the members and some of them.
    With `n` every set is also solved at so many draws of what sheet uncertainty says is uncertain, from `seed` (None:
    0), and each worth has its band.

    Any executor of concurrent.futures, or a Dask client, gives the same numbers. `done` is told of each coalition as
    it is there. A coalition without a plan stops no other. Raises InputError, and UsageError for regions that cannot
    be members or join, for a scenario that is a surprise, and for more than 12 members where no coalitions are given.
    """
    check_study(study, "floors.coalition")
    where = executor_of(executor)
    players = players_of(study, members)
    among: dict[str, Any] = {"members": None if members is None else players}
    check_foreseen(study, WHO_IS_IN)
    if candidates is not None:
        if coalitions is not None:
            raise UsageError("coalitions are those of members: leave them out where candidates are given.")
        if seed is not None and n is None:
            raise UsageError(
                "seed is what the draws start from: give n, how many there are, where seed is given."
            )
        joining = candidates_of(study, players, candidates)
        try:
            found = solve_candidates(study, players, joining, where, done, n, 0 if seed is None else seed)
        except SolveError as error:
            name_numbers(error, study)
            raise
        told = candidates if isinstance(candidates, str) else joining
        return replace(found, asked=Asked("coalition", among | {"candidates": told, "n": n, "seed": seed}))
    if n is not None or seed is not None:
        given = "n" if n is not None else "seed"
        raise UsageError(f"samples are of what joining is worth: give candidates where {given} is given.")
    blocs = _blocs(players, coalitions)

    def tell(run: CoalitionRun) -> None:
        here.finished(named(run.members))
        if done:
            done(run)

    try:
        with stage("coalitions", len(blocs)) as here:
            runs = tuple(solve_blocs(Game(study, players), blocs, where, tell))
    except SolveError as error:
        name_numbers(error, study)
        raise
    listed = None if coalitions is None else [[one for one in players if one in bloc] for bloc in blocs]
    return Coalitions(study, players, runs, asked=Asked("coalition", among | {"coalitions": listed}))


def _blocs(players: tuple[str, ...], given: Iterable[Iterable[str]] | None) -> list[Bloc]:
    """The coalitions to solve, small ones first, or as given; each once."""
    if given is None:
        if len(players) > MOST_PLAYERS:
            raise UsageError(
                f"{len(players)} members make {2 ** len(players):,} coalitions; choose at most {MOST_PLAYERS} "
                "members, or name the coalitions."
            )
        sizes = range(len(players) + 1)
        return [frozenset(chosen) for size in sizes for chosen in combinations(players, size)]
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise UsageError(f"coalitions expects a list of lists of regions; found {given!r}.")
    blocs = list(dict.fromkeys(frozenset(regions_of("a coalition", chosen)) for chosen in given))
    for region in sorted(frozenset().union(*blocs) - set(players)):
        raise UsageError(f"a coalition names {region!r}, which is not among {', '.join(players)}.")
    if not blocs:
        raise UsageError("there is no coalition to solve.")
    return blocs


@dataclass(frozen=True, repr=False)
class Coalitions(Answer):
    """Coalitions solved. `coalitions.members`, `coalitions.coalitions` and `coalitions.run` are DataFrames.

    Numbers are million of present value; None (NaN) where a coalition that is needed was not solved.
    """

    players: tuple[str, ...]
    runs: tuple[CoalitionRun, ...] = field(repr=False)

    coalitions = Table()
    members = Table()
    run = Table()

    def __getitem__(self, members: Iterable[str]) -> CoalitionRun:
        """The run of one coalition."""
        bloc = frozenset(members)
        if bloc not in self._run:
            raise KeyError(f"{', '.join(sorted(bloc)) or 'the empty coalition'} was not solved")
        return self._run[bloc]

    @cached_property
    def _run(self) -> dict[Bloc, CoalitionRun]:
        return {frozenset(run.members): run for run in self.runs}

    @cached_property
    def cost(self) -> dict[Bloc, float]:
        """v(S) of every coalition that has a plan."""
        return {bloc: run.cost for bloc, run in self._run.items() if run.cost is not None}

    @property
    def everyone(self) -> Bloc:
        """The coalition of all players."""
        return frozenset(self.players)

    def _of(self, bloc: Bloc, member: str) -> float | None:
        run = self._run.get(bloc)
        return run.costs.get(member) if run else None

    @cached_property
    def inside(self) -> dict[str, float | None]:
        """Net cost of each player with all inside."""
        return {i: self._of(self.everyone, i) for i in self.players}

    @cached_property
    def free_rider(self) -> dict[str, float | None]:
        """Net cost of each player outside, while all others are the bloc."""
        return {i: self._of(self.everyone - {i}, i) for i in self.players}

    @cached_property
    def alone(self) -> dict[str, float | None]:
        """Net cost of each player as a bloc of its own."""
        return {i: self._of(frozenset({i}), i) for i in self.players}

    @cached_property
    def missing(self) -> dict[str, float | None]:
        """What each player lacks to stay: inside less the better of free rider and alone; negative: it gains."""
        found: dict[str, float | None] = {}
        for i in self.players:
            inside, outside = (
                self.inside[i],
                [c for c in (self.free_rider[i], self.alone[i]) if c is not None],
            )
            found[i] = inside - min(outside) if inside is not None and outside else None
        return found

    @cached_property
    def side_payment(self) -> dict[str, float | None]:
        """What each player must be paid to stay: what it lacks, or 0."""
        return {i: None if lacks is None else max(0.0, lacks) for i, lacks in self.missing.items()}

    @cached_property
    def shapley(self) -> dict[str, float] | None:
        """Shapley values; None unless every coalition has a plan."""
        if len(self.cost) < 2 ** len(self.players):
            return None
        return shapley(self.players, self.cost)

    @cached_property
    def owen(self) -> dict[str, float] | None:
        """The Owen allocation; None where all players together were not solved."""
        run = self._run.get(self.everyone)
        return run.owen if run and run.owen else None

    @cached_property
    def owen_adds_up(self) -> bool | None:
        """Whether the Owen allocation shares out the cost of all; None where there is none."""
        return None if self.owen is None else adds_up(self.players, self.cost, self.owen)

    @cached_property
    def owen_in_core(self) -> bool | None:
        """Whether nobody objects to it, of the coalitions solved; None where there is none."""
        return None if self.owen is None else in_core(self.players, self.cost, self.owen)

    @cached_property
    def _least(self) -> LeastCore | None:
        if self.everyone not in self.cost:
            return None
        return least_core(self.players, self.cost, self._run[self.everyone].costs)

    @property
    def least_core(self) -> dict[str, float] | None:
        """An allocation of the least core, the one nearest to what each bears inside; None where any will do."""
        return self._least.borne if self._least else None

    @property
    def epsilon(self) -> float | None:
        """The largest objection to it, million of present value: the core is empty where it is above 0."""
        return self._least.epsilon if self._least else None

    @property
    def status(self) -> str:
        """`optimal` where every coalition is, else what is wrong first: without a plan before stopped early."""
        return worst(run.status for run in self.runs)

    @property
    def warnings(self) -> list[str]:
        """Coalitions without a result, the first of each message; and what is not determined."""
        said = []
        tied = [run for run in self.runs if run.open]
        if tied:
            more = f" and {len(tied) - 1} more" if len(tied) > 1 else ""
            hang = conjoined(["net costs in column not_settled", *self._hanging(tied)])
            said.append(
                f"in {len(tied)} of {len(self.runs)} coalitions ({named(tied[0].members)}{more}) shipments can change "
                f"place at no cost, and another plan of the same cost may change {hang}."
            )
        if self._least and not self._least.only:
            said.append("the allocation of the least core that moves least money is not the only one.")
        return said + without_result((named(run.members), run.status, run.message) for run in self.runs)

    def _hanging(self, tied: Sequence[CoalitionRun]) -> list[str]:
        """Columns of sheet members that are counted from net costs which are not settled."""
        everyone = [run for run in tied if frozenset(run.members) == self.everyone]
        total = any(TOTAL in run.open for run in tied)
        inside = any(set(run.open) & set(self.players) for run in everyone)
        outside = any(i in run.open for run in tied for i in self.players if i not in run.members)
        alone = any(run.members[0] in run.open for run in tied if len(run.members) == 1)
        found = {
            "inside": inside,
            "free_rider": outside,
            "alone": alone,
            "what is counted from them": inside or outside or alone,
            "shapley": total and self.shapley is not None,
            "least_core": (total or inside) and self.least_core is not None,
        }
        return [name for name, hangs in found.items() if hangs]

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        money, scale = f"million {self.currency}, present value", self._scale
        said = [f"{len(self.cost)} of {len(self.runs)} coalitions of {', '.join(self.players)} have a plan."]
        if self.everyone in self.cost:
            whole = self.cost[self.everyone]
            verb = "gain" if whole < 0 and not nothing(whole, scale) else "cost"
            said.append(f"All together {verb} {plain(abs(whole), scale)} {money}.")
        missing = {i: lacks for i, lacks in self.missing.items() if lacks is not None}
        if missing:
            said.append(_leaving(missing, len(self.players), scale, money))
        if self.owen is not None:
            said.append(self._owen_said(self.owen, money))
        if self.epsilon is not None and len(self.players) > 1:
            said.append(_core(self.epsilon, len(self.cost) == 2 ** len(self.players), scale, money))
        return said

    @property
    def _scale(self) -> float:
        """The largest net cost of any player or coalition, million."""
        own = (abs(cost) for run in self.runs for cost in run.costs.values())
        return max([0.0, *own, *map(abs, self.cost.values())])

    def _owen_said(self, owen: dict[str, float], money: str) -> str:
        if not self.owen_adds_up:
            return (
                "The duals do not share out what all together bear, as where rules on floors bind or exporters keep "
                "rent: "
                f"{plain(sum(owen.values()), self._scale)} against {plain(self.cost[self.everyone], self._scale)} "
                f"{money}; see the least core."
            )
        if self.owen_in_core:
            said = (
                "is in the core"
                if len(self.cost) == 2 ** len(self.players)
                else "passes, as far as that is known"
            )
            return f"The Owen allocation {said}: no coalition solved costs less by itself."
        worst: Objection = objection(self.players, self.cost, owen)
        return (
            "The Owen allocation is not in the core: "
            f"{named(tuple(i for i in self.players if i in worst.bloc))} would bear "
            f"{plain(worst.excess, self._scale)} {money} less by itself; see the least core."
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return sheets_of(self.players)

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        if sheet == MEMBERS.name:
            return [self._member(i) for i in self.players]
        return self._record() if sheet == "run" else [coalition_row(self.players, run) for run in self.runs]

    def _member(self, i: str) -> MemberRow:
        inside, rider, alone = self.inside[i], self.free_rider[i], self.alone[i]
        return MemberRow(
            member=i,
            inside=inside,
            free_rider=rider,
            alone=alone,
            gain_on_free_rider=less(rider, inside),
            gain_on_alone=less(alone, inside),
            side_payment=self.side_payment[i],
            shapley=None if self.shapley is None else self.shapley[i],
            owen=None if self.owen is None else self.owen[i],
            least_core=None if self.least_core is None else self.least_core[i],
        )

    def _record(self) -> Sequence[Row]:
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "members": ", ".join(self.players),
                        "coalitions": len(self.runs),
                        "coalitions with a plan": len(self.cost),
                        "owen adds up": self.owen_adds_up,
                        "owen in core": self.owen_in_core,
                        "least core epsilon": self.epsilon,
                    }
                ),
                *assumed(self.study),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
            ]
        )

    @cached_property
    def brief(self) -> Page:
        """The page of the coalitions."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """What each member gains inside, outside and alone."""
        return pictures(self._told)

    @property
    def _told(self) -> Blocs:
        asked = tuple(Solved(run.members, run.status, run.costs, frozenset(run.open)) for run in self.runs)
        return Blocs(Tables(self.study, self.rows), self.players, asked, self.epsilon)

    def described(self) -> dict[str, Any]:
        """The result for --json: the rows of both sheets as objects, and whether the Owen allocation holds."""
        tables = {sheet.name: self.records(sheet.name) for sheet in self.sheets[:2]}
        core = {"owen_adds_up": self.owen_adds_up, "owen_in_core": self.owen_in_core}
        return {**tables, **core, "epsilon": self.epsilon}


def _leaving(missing: dict[str, float], players: int, scale: float, money: str) -> str:
    """Who would leave, and whether the others could pay for it: nothing of players of whom that is not known."""
    known = "" if len(missing) == players else f" of {conjoined(list(missing))}, who alone are known,"
    leaving = {i: p for i, p in missing.items() if p > 0 and not nothing(p, scale)}
    if not leaving:
        who = f"None{known}" if known else "No member"
        return f"{who} gains by leaving, as a free rider or alone."
    told = by_name({i: plain(p, scale) for i, p in sorted(leaving.items(), key=lambda one: -one[1])})
    first = f"These{known} would leave, and would stay if paid ({money}): {told}."
    if known or players == 1:
        return first
    if len(leaving) == players:
        return f"{first} They are all of its members: payments inside the bloc cannot hold it."
    spare, needed = -sum(missing.values()), sum(leaving.values())
    if nothing(spare, scale):
        return f"{first} The others gain just enough to pay it."
    if nothing(needed + spare, scale):
        return f"{first} The others gain nothing: payments inside the bloc cannot hold it."
    if spare < 0:
        short = plain(-spare, scale)
        return f"{first} The others gain {short} less than that: payments inside the bloc cannot hold it."
    return f"{first} The others gain enough to pay it: {plain(spare, scale)} would be left."


def _core(epsilon: float, every: bool, scale: float, money: str) -> str:
    """Whether the core is empty, as far as coalitions were solved."""
    largest = f"the largest objection is {plain(epsilon, scale)} {money}"
    if epsilon > 0 and not nothing(epsilon, scale):
        return f"Least core: the core is empty; {largest}."
    core = "the core is not empty" if every else "no coalition solved shows that the core is empty"
    if nothing(epsilon, scale):
        return f"Least core: {core}; the largest objection is 0."
    return f"Least core: {core}; every coalition solved gains at least {plain(-epsilon, scale)} {money}."
