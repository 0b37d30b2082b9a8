"""`floors.priorities`: which minerals first, by the loss that caps avoid for what they cost.

**A chain** is a set of commodities that are made of each other or with each other (sheet technologies, and processes
that share a plant), or capped together (a group in sheet caps). Chains share nothing else but funds and the budget for
support, and are solved apart where these do not bind (`floors.many.chains.blocks`).

**What its caps cost** the bloc is its net cost in base, with all caps, less that with the rows of this chain in sheet
caps blank. **What they avoid** in a shock is the same there with the sign turned, where all that is decided before the
shock is known is decided in either arm as if it never came. The rank is the sum of probability x avoided over the
shocks that strike the chain, for each million of cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.brief.pictures.priorities import pictures
from floors.brief.priorities_page import page
from floors.brief.ranked import Ranked
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.priorities import (
    FLOORS,
    INPUTS,
    PAYERS,
    PRIORITIES,
    SHEETS,
    SHOCKS,
    PriorityFloorRow,
    PriorityInputRow,
    PriorityPayerRow,
    PriorityRow,
    PriorityShockRow,
)
from floors.excel.record import Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, without_result, worst
from floors.many.chains.arms import Arms, Found, Work
from floors.many.chains.blocks import Block, solve_blocks
from floors.many.chains.blows import Blow, blows_of
from floors.many.chains.chains import Chain, chains_of
from floors.many.chains.known import Known, is_weak, known_of
from floors.many.chains.ranking import Weighed, ranks, weigh
from floors.many.chains.sampled import Band, Draw, Draws, sampled
from floors.many.chains.told import Told, tell
from floors.many.chains.words import priorities_in_words, priorities_warned
from floors.many.executors import executor_of, in_order
from floors.many.varied.design import checked
from floors.page.page import Page
from floors.page.picture import Picture
from floors.steps import stage
from floors.study.study import Study, check_study
from floors.study.uncertainty import inputs_of

USUAL = 64  # samples


@dataclass(frozen=True, repr=False)
class Priorities(Answer):
    """The chains of a study by rank. `priorities.priorities`, `.priority_shocks`, `.priority_floors`,
    `.priority_payers` and `.priority_inputs` are DataFrames; money in million at present value.

    `weighed` is what each chain costs and avoids, in the order of the workbook; `draws` the samples, None without.
    """

    chains: tuple[Chain, ...] = field(repr=False)
    blows: tuple[Blow, ...] = field(repr=False)
    weighed: tuple[Weighed, ...] = field(repr=False)
    told: tuple[Told, ...] = field(repr=False)
    together: tuple[Block, ...] = field(repr=False)
    draws: Draws | None = field(repr=False)

    priorities = Table()
    priority_shocks = Table()
    priority_floors = Table()
    priority_payers = Table()
    priority_inputs = Table()
    run = Table()

    @property
    def status(self) -> str:
        """`optimal` where every chain is, else what is wrong first: without a plan before stopped early."""
        return worst(one.status for one in self.weighed)

    @property
    def warnings(self) -> list[str]:
        """Chains without a result, the first of each message."""
        failed = without_result((one.chain, one.status, one.message) for one in self.weighed)
        return [*priorities_warned(self), *failed]

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return priorities_in_words(self)

    @cached_property
    def priority_rows(self) -> list[PriorityRow]:
        """Rows of sheet `priorities`."""
        return [self._row(i) for i in self.order]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        return self._rows[sheet]

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The rank of each chain that has one."""
        return ranks(self.weighed)

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """How well the inputs of each chain are known."""
        return {chain.name: known_of(self.study, chain) for chain in self.chains}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Positions of the chains by rank, those without one last, in the order of the workbook."""
        last = len(self.chains) + 1
        return tuple(sorted(range(len(self.chains)), key=lambda i: self.rank.get(self.chains[i].name, last)))

    @cached_property
    def brief(self) -> Page:
        """The page of which chains come first."""
        return page(self._ranked)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The chains by rank."""
        return pictures(self._ranked)

    @cached_property
    def _ranked(self) -> Ranked:
        draws = self.draws
        tables = Tables(self.study, self.rows)
        return Ranked(tables, 0 if draws is None else len(draws.of), 0 if draws is None else draws.incomplete)

    @cached_property
    def _rows(self) -> dict[str, Sequence[Row]]:
        return {
            PRIORITIES.name: self.priority_rows,
            SHOCKS.name: [row for i in self.order for row in self._shocks(self.weighed[i])],
            FLOORS.name: self._floors,
            PAYERS.name: self._payers,
            INPUTS.name: [row for i in self.order for row in self._inputs(self.chains[i])],
            "run": self._run(),
        }

    @property
    def _floors(self) -> list[PriorityFloorRow]:
        return [row for i in self.order for row in self.told[i].floors]

    @property
    def _payers(self) -> list[PriorityPayerRow]:
        return [row for i in self.order for row in self.told[i].payers]

    def _row(self, i: int) -> PriorityRow:
        chain, one, told = self.chains[i], self.weighed[i], self.told[i]
        top = max(told.floors, key=lambda row: row.levy, default=None)
        band = Band() if self.draws is None or not chain.capped else self.draws.band(chain.name)
        known = self.known[chain.name]
        status, confidence = known.weakest
        members = self._by_region(told, "net_cost", members=True)
        makers = self._by_region(told, "producers", members=False)
        payer = max(members, key=lambda r: members[r], default=None)
        gainer = max(makers, key=lambda r: makers[r], default=None)
        return PriorityRow(
            chain=chain.name,
            rank=self.rank.get(chain.name),
            need=told.need,
            status=one.status,
            levy=None if top is None else top.levy,
            floor=top.floor if top is not None and top.levy > 0 else None,
            levy_commodity=top.commodity if top is not None and top.levy > 0 else None,
            levy_member=top.member if top is not None and top.levy > 0 else None,
            levy_year=top.year if top is not None and top.levy > 0 else None,
            cost=one.cost,
            expected_avoided=one.expected,
            avoided_per_million=one.ratio,
            p5=band.p5,
            p50=band.p50,
            p95=band.p95,
            samples=None if self.draws is None or not chain.capped else band.samples,
            free_share=band.free_share,
            first_three=band.first_three,
            gain=one.gain,
            payer=payer if payer is not None and members[payer] > 0 else None,
            payer_cost=members[payer] if payer is not None and members[payer] > 0 else None,
            gainer=gainer if gainer is not None and makers[gainer] > 0 else None,
            gainer_gain=makers[gainer] if gainer is not None and makers[gainer] > 0 else None,
            weak=known.weak,
            weak_share=known.weak_share,
            weakest_status=status,
            weakest_confidence=confidence,
            commodities=", ".join(chain.goods),
            message=one.message or None,
        )

    def _by_region(self, told: Told, item: str, *, members: bool) -> dict[str, float]:
        """A change by region, its markets among it; of those that are members in any year, or of all."""
        found: dict[str, float] = {}
        for row in told.payers:
            if not members or "member" in row.role:
                region = row.place.split("/", 1)[0]
                found[region] = found.get(region, 0.0) + getattr(row, item)
        return found

    def _shocks(self, one: Weighed) -> list[PriorityShockRow]:
        return [
            PriorityShockRow(
                chain=one.chain,
                scenario=of.blow.name,
                probability=of.blow.probability,
                parent=of.blow.parent,
                known_from=of.blow.known_from,
                with_caps=of.held,
                without_caps=of.dropped,
                avoided=of.avoided,
                status=of.status,
            )
            for of in one.shocks
        ]

    def _inputs(self, chain: Chain) -> list[PriorityInputRow]:
        found = self.known[chain.name].rows
        return [
            PriorityInputRow(
                chain=chain.name, source_status=of[0], source_confidence=of[1], rows=count, weak=is_weak(of)
            )
            for of, count in found.most_common()
        ]

    def _run(self) -> Sequence[Row]:
        draws = self.draws
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "chains": len(self.chains),
                        "shocks": ", ".join(blow.name for blow in self.blows),
                        "solved together": "; ".join(", ".join(block) for block in self.together) or None,
                        "samples": None if draws is None else len(draws.of),
                        "samples without a plan": None if draws is None else draws.incomplete,
                        "seed": None if draws is None else draws.seed,
                        "uncertain inputs": None if draws is None else draws.inputs,
                    }
                ),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
                *assumed(self.study),
            ]
        )

    def described(self) -> dict[str, Any]:
        """The tables as lists of objects, and how many samples there are."""
        tables = {sheet.name: self.records(sheet.name) for sheet in self.sheets[:-1]}
        return {"samples": 0 if self.draws is None else len(self.draws.of), **tables}


def priorities(
    study: Study,
    n: int = USUAL,
    seed: int = 0,
    executor: object = None,
    *,
    done: Callable[[str], None] | None = None,
) -> Priorities:
    """The chains of a workbook, by the loss that their caps avoid on average for each million that they cost the bloc.

    Shocks are scenarios with a probability; see `floors.many.chains.priorities` for what is solved. `n` draws of what
    sheet uncertainty says is uncertain make the bands, a Latin hypercube from `seed`; 0: none. Any executor of
    concurrent.futures, or a Dask client, gives the same numbers; `done` is told of each chain. A chain without a plan
    stops no other. Raises UsageError for an n or seed that is none, InputError for a faulty study and where no scenario
    with a probability is a shock.
    """
    check_study(study, "floors.priorities")
    where = executor_of(executor)
    if n != 0 or isinstance(n, bool):
        n, seed = checked(n, seed)
    base = study.base
    chains = chains_of(base)
    blows = blows_of(base, chains)
    if n:
        inputs_of(base)  # what is wrong with sheet uncertainty is said before anything is solved
    work = Work(base, chains, blows)
    told: dict[str, Told] = {}
    with stage("chains", len(chains)) as here:

        def solve(blocks: Sequence[Block]) -> list[Found]:
            found = []
            for one, said in in_order(_solved, [(work, block) for block in blocks], where):
                found.append(one)
                told.update(said)
                if len(one.chains) == 1 or len(blocks) == 1:
                    for name in one.chains:
                        here.finished(name)
                        if done:
                            done(name)
            return found

        found = solve_blocks(work, solve)
    weighed = tuple(weigh(chain.name, found[chain.name], blows) for chain in chains)
    together = dict.fromkeys(one.chains for one in found.values() if len(one.chains) > 1)
    draws = None
    if n and any(chain.capped for chain in chains):
        with stage("samples", n) as here:

            def drawn(_: Draw) -> None:
                here.finished()

            draws = sampled(work, n, seed, where, drawn)
    return Priorities(
        base,
        chains,
        blows,
        weighed,
        tuple(told[chain.name] for chain in chains),
        tuple(together),
        draws,
        asked=Asked("priorities", {"n": n, "seed": seed}),
    )


def _solved(task: tuple[Work, Block]) -> tuple[Found, dict[str, Told]]:
    work, names = task
    arms = Arms(work, names, work.study.scenario)
    return arms.found(), {name: tell(arms, work.chain[name]) for name in names}


__all__ = ["Priorities", "priorities"]
