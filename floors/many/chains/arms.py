"""What a chain costs the bloc with its caps and without them, before each shock and in it.

In either arm all is decided before a shock is known as if it never came, as in `floors.many.risks.break_even`; of a
shock that is known from the start that is what is built, and what goes in and out of store until its data differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np

from floors.case.again import derive_again, stays_whole
from floors.case.derive import Case, derive
from floors.contract.inputs import TABLES
from floors.diagnosis.explained import explain
from floors.errors import FloorsError, SolveError
from floors.lp.again import Again
from floors.lp.linear import Compiled
from floors.lp.rules import Unknown
from floors.many.chains.blows import Blow
from floors.many.chains.chains import WHOLE, Chain, Goods
from floors.many.risks.states import FIRST_STAGE, first_difference
from floors.many.shared import Shared
from floors.results.summary import bloc_total
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.certificate import certify_policy, certify_within_rounding, require
from floors.solving.outcome import Outcome
from floors.solving.planned import Past
from floors.solving.run import (
    PLAINLY,
    How,
    check_possible,
    name_numbers,
    solve_case,
)
from floors.sourcing.build import build, completed, numbers_again
from floors.sourcing.rows import COLUMN_KINDS
from floors.study.parts import part_of
from floors.study.scenarios import BASE
from floors.study.study import Study

LIGHTLY = How(lightly=True)
SAME = 1e-9  # of the largest quantity: less is rounding


@dataclass(frozen=True)
class Solved:
    """An arm in one state: what it costs the bloc, million at present value, or why there is no plan; of each fund what
    is `spent` and what there is, thousand at reference prices."""

    net: float | None = None
    status: str = "optimal"
    message: str = ""
    spent: Mapping[str, tuple[float, float]] = field(default_factory=dict)


Arm = Mapping[str, Solved]
"""An arm by state: base, and each shock that strikes."""


@dataclass(frozen=True)
class Found:
    """The arms of chains that were solved together: with all caps, and by chain without its own."""

    chains: tuple[str, ...]
    held: Arm
    dropped: Mapping[str, Arm]

    @property
    def funds(self) -> frozenset[str]:
        """Funds that they may spend of."""
        return frozenset(
            f for arm in (self.held, *self.dropped.values()) for one in arm.values() for f in one.spent
        )


class Work(Shared):
    """A study, its chains and its shocks, as tasks share them."""

    def __init__(self, study: Study, chains: tuple[Chain, ...], blows: tuple[Blow, ...]) -> None:
        super().__init__(study, chains, blows)
        self.study, self.chains, self.blows = study.base, chains, blows
        self._like: dict[tuple[tuple[str, ...], str | None, str], tuple[Case, Again] | None] = {}
        self._kept: dict[tuple[str, ...], tuple[dict[str, tuple[int, ...]], Study]] = {}
        self._lock = RLock()  # a pool of threads shares it

    @cached_property
    def chain(self) -> dict[str, Chain]:
        """The chains by name."""
        return {chain.name: chain for chain in self.chains}

    @cached_property
    def _goods(self) -> Goods:
        return Goods(self.study)

    def part(self, names: Sequence[str], scenario: str, whole: Callable[[str], Study]) -> Study:
        """What of a study is of these chains; `whole` gives the study in a scenario."""
        key = tuple(names)
        with self._lock:
            if key not in self._kept:
                goods = [c for name in names for c in self.chain[name].goods]
                kept = self._goods.records(goods, [t for t in PARTED if self.study.has(t)])
                self._kept[key] = kept, part_of(self.study, kept)
        return part_of(whole(scenario), *self._kept[key])

    def arm(
        self, names: Sequence[str], without: str | None, scenario: str, whole: Callable[[str], Study]
    ) -> Study:
        """The part of a study, without the caps of a chain or (None) with all."""
        study = self.part(names, scenario, whole)
        return study if without is None else study.with_rows(caps=self.caps(without, study))

    def again(
        self, names: tuple[str, ...], without: str | None, scenario: str, study: Study
    ) -> tuple[Case, tuple[Any, Compiled]] | None:
        """The case and the arrays of an arm that differs from that of the workbook in numbers alone, anew; None where
        more could change. Raises InputError."""
        key = names, without, scenario
        with self._lock:
            if key not in self._like:
                self._like[key] = _compiled_once(
                    derive(self.arm(names, without, scenario, self.study.scenario))
                )
            like = self._like[key]
            if like is None:
                return None
            case = derive_again(study, like[0])
            compiled = like[1].with_numbers(numbers_again(like[1].model, case))
            return None if compiled is None else (case, (like[1].model, compiled))

    def caps(self, name: str, study: Study) -> list[dict[str, object]]:
        """Sheet caps of a part with the rows of a chain blank."""
        own = set(self.chain[name].goods)
        of = Goods(study)
        return [
            row | {"years": {}} if not own.isdisjoint(of.of("caps", row) or ()) else row
            for row in study.rows("caps")
        ]


PARTED = tuple(table.name for table in TABLES if table.name not in WHOLE)
"""Sheets whose records are of chains."""


class Arms:
    """The outcomes of chains that are solved together, each once; `whole` gives the study in each scenario. `lightly`:
    its numbers are checked within rounding, and of one without a plan it is not said why; `alone`: it differs from the
    workbook in numbers alone (`floors.case.again`)."""

    def __init__(
        self,
        work: Work,
        names: tuple[str, ...],
        whole: Callable[[str], Study],
        *,
        lightly: bool = False,
        alone: bool = False,
    ) -> None:
        self.work, self.names, self.whole, self.lightly, self.alone = work, names, whole, lightly, alone
        self.outcomes: dict[tuple[str | None, str], tuple[Outcome, Accounts] | FloorsError] = {}

    def found(self) -> Found:
        """What all arms cost."""
        capped = [name for name in self.names if self.work.chain[name].capped]
        struck = {b.name for b in self.work.blows if not b.strikes.isdisjoint(capped)}
        return Found(
            self.names,
            self._arm(None, struck),
            {
                name: self._arm(name, {b.name for b in self.work.blows if name in b.strikes})
                for name in capped
            },
        )

    def _arm(self, without: str | None, struck: set[str]) -> dict[str, Solved]:
        states = (BASE, *(b.name for b in self.work.blows if b.name in struck))
        parents = (b.parent for b in self.work.blows if b.name in struck)
        return {name: self._told(without, name) for name in dict.fromkeys((*states, *parents))}

    def _told(self, without: str | None, scenario: str) -> Solved:
        found = self.outcome(without, scenario)
        if isinstance(found, FloorsError):
            return Solved(None, found.status, str(found))
        outcome, accounts = found
        return Solved(bloc_total(outcome, accounts, "net_cost"), spent=_spent(outcome))

    def outcome(self, without: str | None, scenario: str) -> tuple[Outcome, Accounts] | FloorsError:
        """The outcome of a scenario without the caps of a chain (None: with all), or what went wrong."""
        key = without, scenario
        if key not in self.outcomes:
            self.outcomes[key] = self._tried(without, scenario)
        return self.outcomes[key]

    def _tried(self, without: str | None, scenario: str) -> tuple[Outcome, Accounts] | FloorsError:
        try:
            study = self.work.arm(self.names, without, scenario, self.whole)
        except FloorsError as error:
            return error
        blow = next((b for b in self.work.blows if b.name == scenario), None)
        start = blow.parent if blow is not None else self._parent(study, scenario)
        before = None if start is None else self.outcome(without, start)
        if isinstance(before, FloorsError):
            return before
        try:
            past = None if before is None else self._past(before[0], study, blow)
            made = self.work.again(self.names, without, scenario, study) if self.alone else None
            case, ready = made or (
                derive(study, cuts=None if before is None else dict(before[0].case.cuts)),
                None,
            )
            check_possible(case)
            how = LIGHTLY if self.lightly else PLAINLY
            outcome = solve_case(case, build, how, ready=ready, past=past)
            accounts = keep_accounts(outcome, rents=False)
            require((certify_within_rounding if self.lightly else certify_policy)(outcome, accounts))
            return self._or_held(without, scenario, (outcome, accounts))
        except FloorsError as error:
            if not self.lightly:
                explain(error)
                if isinstance(error, SolveError):
                    name_numbers(error, study)
            return error

    def _or_held(
        self, without: str | None, scenario: str, found: tuple[Outcome, Accounts]
    ) -> tuple[Outcome, Accounts]:
        """What was found without the caps of a chain, or the same with all caps where that is the same plan and these
        caps have no price in it: its prices then hold up the plan without them too, and money that moves between prices
        which are as good is nothing that caps cost or avoid."""
        if without is None:
            return found
        held = self.outcome(None, scenario)
        if isinstance(held, FloorsError):
            return found
        goods = frozenset(self.work.chain[without].goods)
        return held if not priced_caps(goods, held[0]) and same_plan(held[0], found[0]) else found

    def _parent(self, study: Study, scenario: str) -> str | None:
        """The scenario that one which is no shock itself starts from; None where it is known from the start."""
        parent = self.work.study.scenario(scenario).parent if study.surprise is not None else None
        return None if parent is None else parent.scenario_name

    def _past(self, before: Outcome, study: Study, blow: Blow | None) -> Past:
        """What is decided before a scenario is known."""
        known = study.surprise
        if known is not None:
            return Past(before, known)
        first = study.years[0]
        shared: dict[int, Outcome] = {}
        if blow is not None and blow.known_from is None:
            until = first_difference(study, before.case.study)
            shared = {t: before for t in study.years if t < until}
        return Past(before, first, capacity=True, shared=shared, shared_columns=FIRST_STAGE)


def _spent(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """What is spent of each fund, and its amount, thousand at reference prices, undiscounted."""
    stocks, length = outcome.case.stocks, outcome.case.calendar.length
    put = outcome.quantity(outcome.model.put)
    found = dict.fromkeys(stocks.funds, 0.0)
    for (pile, t), price in stocks.price.items():
        fund = stocks.piles[pile].fund
        if fund is not None:
            found[fund] += length[t] * price * put.get((pile, t), 0.0)
    return {fund: (spent, 1000.0 * stocks.funds[fund].amount) for fund, spent in found.items()}


def _compiled_once(case: Case) -> tuple[Case, Again] | None:
    """A case, and what compiles its model at other numbers; None where more than numbers may change."""
    if not stays_whole(case):
        return None
    try:
        return case, Again(completed(build(case), case))
    except Unknown:
        return None


def priced_caps(goods: Collection[str], outcome: Outcome) -> bool:
    """Whether any cap on these commodities has a price in any year."""
    own = {cap.name for cap in outcome.case.caps if not cap.weights.keys().isdisjoint(goods)}
    levies = outcome.cap_levy | {
        key: max(v, outcome.cap_levy.get(key, v)) for key, v in outcome.cap_worth.items()
    }
    return any(levy > outcome.binds for (name, _), levy in levies.items() if name in own)


def same_plan(one: Outcome, other: Outcome) -> bool:
    """Whether two plans ship, make, build, store and use the same, but for rounding."""
    most = max((float(np.abs(of.plan.x).max(initial=0.0)) for of in (one, other)), default=0.0)
    for name in COLUMN_KINDS:
        now, then = quantities_of(one, name), quantities_of(other, name)
        if any(abs(now.get(key, 0.0) - then.get(key, 0.0)) > SAME * most for key in now.keys() | then.keys()):
            return False
    return True


def quantities_of(outcome: Outcome, name: str) -> dict[Any, float]:
    """Values of a variable by key, t per year or t."""
    return outcome.surplus if name == "waste" else outcome.quantity(getattr(outcome.model, name))
