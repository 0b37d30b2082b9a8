"""Who should join first: every set of members and candidates, solved, and what joining is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

from floors.brief.joined import Joined
from floors.brief.joining_page import page
from floors.brief.pictures.joining import pictures
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.coalition import (
    CANDIDATES,
    ORDERS,
    WORTH_BANDS,
    CandidateRow,
    OrderRow,
    WorthBandRow,
    candidates_sheets,
)
from floors.errors import UsageError
from floors.excel.record import assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, without_result, worst
from floors.many.coalitions.banded import ALONE, WORTHS, Sampled, sample_sets
from floors.many.coalitions.blocs import Bloc, regions_of
from floors.many.coalitions.joining import Costs, Order, Step, greedy, nearness, orders, step
from floors.many.coalitions.joining_in_words import joining_in_words
from floors.many.coalitions.runs import CoalitionRun, Game, coalition_row, named, solve_blocs
from floors.many.varied.design import checked
from floors.page.page import Page
from floors.page.picture import Picture
from floors.solving.members_range import TOTAL
from floors.steps import stage
from floors.study.roles import told_with_role
from floors.study.study import Study
from floors.study.uncertainty import inputs_of

ALL = "all"
MOST_ORDERED = 6  # candidates of whom every order is compared: 64 sets, 720 orders
LEAST_FAILED = 0.05  # of the samples: more is warned of
MOST_ORDERS = 24  # orders of the sheet
TOGETHER = 3  # sets that differ in the last so many candidates only are solved in one task


def candidates_of(study: Study, members: Sequence[str], given: Iterable[str]) -> tuple[str, ...]:
    """The candidates in sheet order: those named, or under `all` every region of role `other` that demands what is
    capped.

    Raises UsageError for a region that is not there, is a member or always capped, or is named twice, and for none.
    """
    held: dict[str, set[str]] = {row["region"]: set() for row in study.rows("regions")}
    for (region, _), role in study.roles.items():
        held[region].add(role)
    if given == ALL:
        wanting = _wanting(study)
        found = tuple(
            r for r, roles in held.items() if r in wanting and r not in members and "other" in roles
        )
        if not found:
            raise UsageError(
                "no region of role other has table demand of a capped commodity: name candidates."
            )
        return found
    asked = regions_of("candidates", given)
    for region in asked:
        if region not in held:
            raise UsageError(f"there is no region {region!r}; regions are {', '.join(held)}.")
        if region in members:
            (told,) = told_with_role(study.roles, "member", [region], study.years) or [region]
            raise UsageError(f"{told} is a member: a candidate is a region that is none.")
        if held[region] == {"capped"}:
            raise UsageError(f"{region} is capped: it cannot join the bloc.")
        if asked.count(region) > 1:
            raise UsageError(f"candidates names {region} more than once.")
    if not asked:
        raise UsageError("there is no candidate.")
    return tuple(region for region in held if region in asked)


def _wanting(study: Study) -> set[str]:
    """Regions with table demand, in some year, of a commodity that a row of caps names or that is in its group."""
    capped = {row["commodity"] for row in study.rows("caps") if row["years"]}
    capped |= {row["commodity"] for row in study.rows("groups") if row["group"] in capped}
    return {
        row["region"]
        for row in study.rows("demand")
        if row["commodity"] in capped and any(row["years"].values())
    }


def solve_candidates(
    study: Study,
    members: tuple[str, ...],
    candidates: tuple[str, ...],
    executor: Executor | None,
    done: Callable[[CoalitionRun], None] | None,
    n: int | None = None,
    seed: int = 0,
) -> Candidates:
    """Every set of the members and some candidates, or of more than 6 those that a greedy order asks for; with `n` each
    in so many samples too."""
    if n is not None:
        checked(n, seed)
        inputs_of(study)  # a sheet uncertainty that says nothing is told before anything is solved
    base, count = frozenset(members), len(candidates)
    game = Game(study, (*members, *candidates), base, False)
    every = count <= MOST_ORDERED
    found: dict[Bloc, CoalitionRun] = {}
    with stage("coalitions", 2**count if every else 1 + count * (count + 1) // 2) as here:

        def told(run: CoalitionRun) -> None:
            here.finished(named(run.members))
            if done:
                done(run)

        def costs(blocs: list[Bloc]) -> Costs:
            new = [bloc for bloc in blocs if bloc not in found]
            for run in solve_blocs(game, new, executor, told, TOGETHER):
                found[frozenset(run.members)] = run
            return {bloc: run.costs for bloc, run in found.items() if run.costs}

        if every:
            sets = [base | set(some) for size in range(count + 1) for some in combinations(candidates, size)]
            ordered = orders(costs(sets), base, candidates)
        else:
            costs([base])
            ordered = [greedy(costs, base, candidates)]
    sampled = None if n is None else sample_sets(study, members, candidates, tuple(found), n, seed, executor)
    return Candidates(study, members, candidates, tuple(found.values()), tuple(ordered), sampled)


@dataclass(frozen=True, repr=False)
class Candidates(Answer):
    """What joining is worth: tables `candidates`, `orders`, `coalitions` and `run` are DataFrames.

    Numbers are million of present value; None (NaN) where a set that is needed has no result. `orders_of_joining` are
    all of them, the best first; of more than 6 candidates the one in which each step gains most.
    """

    members: tuple[str, ...]
    named: tuple[str, ...]
    runs: tuple[CoalitionRun, ...] = field(repr=False)
    orders_of_joining: tuple[Order, ...] = field(repr=False)
    sampled: Sampled | None = field(default=None, repr=False)

    candidates = Table()
    orders = Table()
    worth_bands = Table()
    coalitions = Table()
    run = Table()

    def __getitem__(self, joined: Iterable[str]) -> CoalitionRun:
        """The run of the members and these candidates."""
        bloc = frozenset(self.members) | frozenset(joined)
        if bloc not in self._run:
            raise KeyError(f"{', '.join(sorted(bloc))} was not solved")
        return self._run[bloc]

    @cached_property
    def _run(self) -> dict[Bloc, CoalitionRun]:
        return {frozenset(run.members): run for run in self.runs}

    @cached_property
    def cost(self) -> Costs:
        """Net cost of each member and candidate, in or out, of every set that has a plan."""
        return {bloc: run.costs for bloc, run in self._run.items() if run.costs}

    @property
    def greedy(self) -> bool:
        """Whether each step alone was looked at, and a better order may be missed."""
        return len(self.named) > MOST_ORDERED

    @cached_property
    def joining_alone(self) -> dict[str, Step]:
        """What it is worth when one candidate joins the members, and nobody else does."""
        base = frozenset(self.members)
        return {one: step(self.cost, base, one) for one in self.named}

    @cached_property
    def best(self) -> Order | None:
        """The best order of joining; None where none has a plan at every step."""
        first = self.orders_of_joining[0]
        return first if first.worth is not None and len(first.steps) == len(self.named) else None

    @property
    def best_order(self) -> list[str] | None:
        """Who joins in it, the first first."""
        return None if self.best is None else list(self.best.names)

    @cached_property
    def as_good(self) -> int:
        """How many orders are worth as much as the best, itself among them."""
        worths = [order.worth for order in self.orders_of_joining]
        if self.best is None or self.best.worth is None:
            return 0
        near = nearness(self.cost)
        return sum(worth is not None and worth >= self.best.worth - near for worth in worths)

    @property
    def status(self) -> str:
        """`optimal` where every set is, else what is wrong first: without a plan before stopped early."""
        return worst(run.status for run in self.runs)

    @property
    def warnings(self) -> list[str]:
        """Sets without a result, the first of each message; and what is not determined."""
        said = []
        tied = [run for run in self.runs if run.open]
        if tied:
            more = f" and {len(tied) - 1} more" if len(tied) > 1 else ""
            said.append(
                f"in {len(tied)} of {len(self.runs)} sets ({named(tied[0].members)}{more}) shipments can change place "
                "at no cost, and another plan of the same cost may change the worths in column not_settled."
            )
        if self.sampled is not None and self.sampled.failed_share > LEAST_FAILED:
            counted = ", ".join(f"{count} {status}" for status, count in self.sampled.failed.items())
            said.insert(
                0,
                f"in {100 * self.sampled.failed_share:.1f}% of the samples some set has no plan ({counted}): bands are "
                "of those that have one.",
            )
        return said + without_result((named(run.members), run.status, run.message) for run in self.runs)

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return joining_in_words(self)

    @property
    def scale(self) -> float:
        """The largest net cost of anybody, million."""
        return max((abs(x) for of in self.cost.values() for x in of.values()), default=0.0)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        found = candidates_sheets((*self.members, *self.named))
        return tuple(one for one in found if one is not WORTH_BANDS or self.sampled is not None)

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        if sheet == CANDIDATES.name:
            return [self._candidate(one) for one in self.named]
        if sheet == WORTH_BANDS.name:
            return self._bands()
        if sheet == ORDERS.name:
            return [
                row
                for rank, order in enumerate(self.orders_of_joining[:MOST_ORDERS], 1)
                for row in self._order(rank, order)
            ]
        players = (*self.members, *self.named)
        return self._record() if sheet == "run" else [coalition_row(players, run) for run in self.runs]

    def _candidate(self, one: str) -> CandidateRow:
        alone = self.joining_alone[one]
        after = self._run[alone.after]
        return CandidateRow(
            candidate=one,
            status=self._status(alone),
            worth_to_members=alone.worth_to_members,
            worth_to_itself=alone.worth_to_itself,
            worth_together=alone.gain,
            place=None if self.best is None else self.best.names.index(one) + 1,
            not_settled=self._open(alone),
            message=after.message or self._run[alone.before].message or None,
        )

    def _bands(self) -> list[WorthBandRow]:
        if self.sampled is None:
            return []
        alone = [(ALONE, one) for one in self.joining_alone.values()]
        ordered = [] if self.best is None else list(enumerate(self.best.steps, 1))
        return list(self.sampled.rows([*alone, *((f"step {place}", one) for place, one in ordered)]))

    @cached_property
    def best_in(self) -> int | None:
        """In how many samples the best order is the best one; None without samples, and of a greedy one."""
        if self.sampled is None or self.best is None or self.greedy:
            return None
        return self.sampled.best_in(self.best, frozenset(self.members), self.named)

    def _order(self, rank: int, order: Order) -> list[OrderRow]:
        whole = order.worth is not None and len(order.steps) == len(self.named)
        return [
            OrderRow(
                order=", ".join(order.names),
                step=place,
                joins=one.joins,
                rank=rank if whole else None,
                status=self._status(one),
                worth_to_members=one.worth_to_members,
                worth_to_itself=one.worth_to_itself,
                cumulative_gain=gained,
                worth_of_order=order.worth if whole else None,
                not_settled=self._open(one),
            )
            for place, (one, gained) in enumerate(zip(order.steps, order.cumulative, strict=True), 1)
        ]

    def _status(self, one: Step) -> str:
        return worst((self._run[one.after].status, self._run[one.before].status))

    def _open(self, one: Step) -> str | None:
        """Which worths of a step another plan of the same cost may change."""
        if one.gain is None:
            return None
        old, new = self._run[one.before].open, self._run[one.after].open
        itself = one.joins in old or one.joins in new
        together = TOTAL in old or one.joins in old or TOTAL in new
        members = TOTAL in old or (bool(one.before & set(new)) and (TOTAL in new or one.joins in new))
        told = [name for name, hangs in zip(WORTHS, (members, itself, together), strict=True) if hangs]
        return ", ".join(told) or None

    @property
    def _failed(self) -> dict[str, int]:
        return {} if self.sampled is None else self.sampled.failed

    def _record(self) -> Sequence[Row]:
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "members": ", ".join(self.members),
                        "candidates": ", ".join(self.named),
                        "coalitions": len(self.runs),
                        "coalitions with a plan": len(self.cost),
                        "best order": None if self.best is None else ", ".join(self.best.names),
                        "samples": None if self.sampled is None else len(self.sampled.costs),
                        **{f"samples {status}": count for status, count in self._failed.items()},
                        "seed": None if self.sampled is None else self.sampled.seed,
                        "orders compared": "greedy" if self.greedy else len(self.orders_of_joining),
                    }
                ),
                *assumed(self.study),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
            ]
        )

    @cached_property
    def brief(self) -> Page:
        """The page of who should join first."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """What each gains, alone and in the best order."""
        return pictures(self._told)

    @property
    def _told(self) -> Joined:
        return Joined(
            tables=Tables(self.study, self.rows),
            members=self.members,
            bills=self._run[frozenset(self.members)].costs,
            lost={run.members: run.status for run in self.runs if not run.costs},
            asked=len(self.runs),
            orders=len(self.orders_of_joining),
            greedy=self.greedy,
        )

    def described(self) -> dict[str, Any]:
        """The result for --json: the rows of the sheets as objects, and the best order."""
        tables = {sheet.name: self.records(sheet.name) for sheet in self.sheets if sheet.name != "run"}
        return {**tables, "best_order": self.best_order, "greedy": self.greedy, "best_in": self.best_in}
