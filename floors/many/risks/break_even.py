"""From which probability of a shock a policy pays for the bloc, and what it is worth to put off a year's decisions.

One shock at a time, the others never: the shock comes with a probability, else what it starts from. Of each policy (the
caps with the rules on floors, the reserve targets, each contract) there are two arms, with it and without it. In
either all is decided before the shock is known as if it never came, so that what the bloc pays is a line in the
probability, and the two lines meet at the break-even.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from floors.case.derive import derive
from floors.contract.results.break_even import BreakEvenRow, WaitingRow
from floors.contract.results.whole import SummaryRow
from floors.diagnosis.explained import explain
from floors.errors import FloorsError, SolveError
from floors.many.executors import begin
from floors.many.risks.pair import Cuts, Line, Pair, Plans, Without
from floors.results.summary import bloc_total
from floors.solving.accounts import keep_accounts
from floors.solving.outcome import Outcome
from floors.solving.planned import Past
from floors.solving.run import How, check_possible, name_numbers, solve_case
from floors.sourcing.build import build
from floors.steps import stage
from floors.study.study import Study

SMALL = 1e-9  # of what the bloc pays: less than that is nothing
MOST_STEPS = 40
CERTAIN = 1 - 1e-6  # a state that never comes has no price: this is as good as certain


@dataclass(frozen=True)
class Shock:
    """A scenario that is known from a later year on, with its probability."""

    study: Study
    probability: float

    @property
    def name(self) -> str:
        return self.study.scenario_name

    @property
    def parent(self) -> Study:
        """The study it cannot be told from before."""
        parent = self.study.parent
        assert parent is not None, "a shock starts from another scenario or from base"
        return parent

    @property
    def known_from(self) -> int:
        """The first year of the study in which it is known."""
        known = self.study.surprise
        assert known is not None, "what is known from the start is no shock"
        return min(t for t in self.study.years if t >= known)

    @property
    def before(self) -> int:
        """The last year in which it is not known."""
        return max(t for t in self.study.years if t < self.known_from)


def shocks_of(study: Study) -> tuple[Shock, ...]:
    """The scenarios with a probability above 0 that become known after the first year and within the study, in sheet
    order."""
    first, last = study.years[0], study.years[-1]
    return tuple(
        Shock(study.base.scenario(row["scenario"]), float(row["probability"]))
        for row in study.base.rows("scenarios")
        if row["probability"] and row["known_from"] is not None and first < row["known_from"] <= last
    )


@dataclass(frozen=True)
class Policy:
    """A policy in question, by kind and name; `drops` the rows by which it is known, of sheet `contracts`."""

    kind: str = ""
    name: str = ""
    drops: tuple[Any, ...] = ()

    def without(self, study: Study) -> Study:
        """The study without its rows; caps and rules go with the policy of its case."""
        if self.kind == "stock":
            return study.with_rows(stock_targets=())
        if self.kind == "contract":
            kept = [row for row in study.rows("contracts") if _contract(row) != self.drops]
            return study.with_rows(contracts=kept)
        return study

    @property
    def bare(self) -> bool:
        """Whether caps and rules on floors are what goes."""
        return self.kind == "caps"


def _contract(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["process"], row["commodity"], row["payer"]


def policies_of(study: Study) -> tuple[Policy, ...]:
    """The policies that a study has: its caps with its rules on floors, its reserve targets, each of its contracts."""
    found = []
    if any(row["years"] for name in ("caps", "floor_rules") for row in study.rows(name)):
        found.append(Policy("caps", "caps and rules on floors"))
    if any(row["years"] for row in study.rows("stock_targets")):
        found.append(Policy("stock", "reserve targets"))
    for row in study.rows("contracts"):
        if row["years"]:
            name = f"{row['process']} {row['commodity']}" if row["commodity"] else row["process"]
            found.append(Policy("contract", name, _contract(row)))
    return tuple(found)


@dataclass(frozen=True)
class Told:
    """What an arm costs the bloc and the system, million at present value, or its status; `cuts` of its demand."""

    bloc: float | None = None
    system: float | None = None
    status: str = "optimal"
    message: str = ""
    cuts: Cuts = field(default_factory=dict)


def arm(policy: Policy, shocks: tuple[Shock, ...], how: How) -> dict[str, Told]:
    """What the study costs without a policy, by scenario: each shock, and what it starts from."""
    outcomes: dict[str, Outcome | Told] = {}

    def solved(study: Study) -> Outcome | Told:
        name = study.scenario_name
        if name not in outcomes:
            outcomes[name] = _tried(study, before(study))
        return outcomes[name]

    def before(study: Study) -> Outcome | Told | None:
        parent = study.parent
        return None if study.surprise is None or parent is None else solved(parent)

    def _tried(study: Study, start: Outcome | Told | None) -> Outcome | Told:
        if isinstance(start, Told):
            return start
        try:
            past = None if start is None or study.surprise is None else Past(start, study.surprise)
            cuts = dict(start.case.cuts) if start is not None else None
            case = derive(policy.without(study), policy=not policy.bare, cuts=cuts)
            check_possible(case)
            return solve_case(case, build, how, past=past)
        except FloorsError as error:
            explain(error)
            if isinstance(error, SolveError):
                name_numbers(error, study)
            return Told(status=error.status, message=str(error))

    for shock in shocks:
        solved(shock.study)
    return {name: one if isinstance(one, Told) else _told(one) for name, one in outcomes.items()}


def _told(found: Outcome) -> Told:
    net = bloc_total(found, keep_accounts(found), "net_cost")
    return Told(net, found.plan.objective / 1000, cuts=found.case.cuts)


def foreseen_from(
    plans: Callable[[], Plans], told: tuple[Told, Told], odds: float
) -> tuple[float | None, str]:
    """The least probability from which, without the policy, a system that knows what may come decides otherwise than
    one that expects no shock; 1 where it never does. With why there is none."""
    parent, struck = told
    if parent.system is None or struck.system is None:
        return None, parent.status if parent.system is None else struck.status
    if struck.cuts:
        return None, "demand is elastic"
    alone = Line(parent.system, struck.system)
    try:
        found = plans()

        def gain_at(p: float) -> tuple[Line, bool]:
            gain = alone.less(found.line(p))
            return gain, gain.at(p) > SMALL * (1 + abs(alone.at(p)))

        gain, some = gain_at(odds)
        if not some:
            odds = CERTAIN
            gain, some = gain_at(odds)
            if not some:
                return 1.0, ""
        for _ in range(MOST_STEPS):
            odds = min(CERTAIN, max(0.0, gain.root or 0.0))
            if odds <= 1 - CERTAIN:
                return 0.0, ""
            gain, some = gain_at(odds)
            if not some:
                return odds, ""
    except FloorsError as error:
        explain(error)
        return None, error.status
    return None, "not_converged"


def waiting(shock: Shock, pair: Callable[[], Pair]) -> WaitingRow:
    """What it is worth to put off what is built in the last year in which a shock is not known until it is."""
    row = _unweighed(shock)
    odds = min(CERTAIN, shock.probability)
    try:
        made = pair()
        now = made.plans(when_known=False)
        first = now.line(odds).at(odds)
        row = row._replace(now=first)
        both = made.plans(when_known=True).line(odds).at(odds)
        row = row._replace(both_allowed=both, option_value=_zero(first - both, both))
        wait = made.plans(when_known=True, idle=shock.before)
        later = wait.line(odds).at(odds)
        row = row._replace(wait=later, value_of_waiting=_zero(first - later, both))
        until, answer = pays_until(now, wait, odds)
        return row._replace(waiting_pays_until=until, answer=answer)
    except FloorsError as error:
        explain(error)
        return row._replace(status=error.status)


def _unweighed(shock: Shock) -> WaitingRow:
    """The row of a shock of which nothing is known yet."""
    return WaitingRow(
        scenario=shock.name,
        parent=shock.parent.scenario_name,
        decided=shock.before,
        known_from=shock.known_from,
        probability=shock.probability,
        now=None,
        wait=None,
        value_of_waiting=None,
        both_allowed=None,
        option_value=None,
        waiting_pays_until=None,
        answer="",
        status="optimal",
    )


def pays_until(now: Plans, wait: Plans, odds: float) -> tuple[float | None, str]:
    """The probability at which waiting is worth nothing, with what it is: waiting pays `until` there or `from` there;
    `always` where it pays here and costs at neither end; `never` where it pays neither here nor towards an end."""

    def worth(p: float) -> Line:
        return now.line(p).less(wait.line(p))

    def sign(p: float) -> int:
        value = worth(p).at(p)
        return 0 if abs(value) <= SMALL * (1 + abs(now.line(p).at(p))) else 1 if value > 0 else -1

    def root(pays: float, other: float) -> float | None:
        """Between a probability at which waiting pays, or that is an end, and one at which it does not."""
        low, high, at = min(pays, other), max(pays, other), other
        for _ in range(MOST_STEPS):
            by_line = worth(at).root
            at = by_line if by_line is not None and low < by_line < high else (low + high) / 2
            there = sign(at)
            if there == 0:
                return at
            low, high = (at, high) if (there > 0) == (pays < other) else (low, at)
        return None

    least, most = 1 - CERTAIN, CERTAIN
    here, ends = sign(odds), {least: sign(least), most: sign(most)}
    if here == 0:
        if not any(ends.values()):
            return None, "no difference"
        line = worth(odds)
        if abs(line.struck - line.without) > SMALL * (1 + abs(now.line(odds).at(odds))):
            return odds, "until" if line.struck < line.without else "from"
    if here > 0:
        turns = [(odds, end) for end in (most, least) if ends[end] < 0]
    else:
        turns = [(end, odds) for end in (least, most) if ends[end] > here]
    for pays, other in turns:
        at = root(pays, other)
        if at is None:
            return None, "not_converged"
        if here > 0 or sign((pays + at) / 2) > 0:
            return at, "until" if pays < other else "from"
    return None, "always" if here > 0 else "never"


def break_even(
    shock: Shock, policy: Policy, held: Mapping[str, Told], without: Mapping[str, Told]
) -> BreakEvenRow:
    """The row of a shock and a policy, without what foresight says."""
    parent = shock.parent.scenario_name
    arms = held[parent], held[shock.name], without[parent], without[shock.name]
    costs = [one.bloc for one in arms]
    row = BreakEvenRow(
        scenario=shock.name,
        parent=parent,
        known_from=shock.known_from,
        probability=shock.probability,
        policy=policy.kind,
        name=policy.name,
        held=costs[0],
        held_struck=costs[1],
        dropped=costs[2],
        dropped_struck=costs[3],
        premium=None,
        saved=None,
        break_even_probability=None,
        answer="",
        gain=None,
        foreseen_from=None,
        status=next((one.status for one in arms if one.bloc is None), "optimal"),
    )
    with_it, struck, bare, bare_struck = costs
    if with_it is None or struck is None or bare is None or bare_struck is None:
        return row
    size = max(map(abs, (with_it, struck, bare, bare_struck)))
    premium, saved = _zero(with_it - bare, size), _zero(bare_struck - struck, size)
    at, answer = meeting(premium, saved)
    return row._replace(
        premium=premium,
        saved=saved,
        break_even_probability=at,
        answer=answer,
        gain=shock.probability * saved - (1 - shock.probability) * premium,
    )


def meeting(premium: float, saved: float) -> tuple[float | None, str]:
    """Where p x saved = (1 - p) x premium, and what it is: the policy pays `from` there or `until` there; `always`;
    `never`; `no difference`."""
    if premium == 0 and saved == 0:
        return None, "no difference"
    at = premium / (premium + saved) if premium + saved != 0 else None
    if premium > 0 and saved > 0:
        return at, "from"
    if premium < 0 and saved < 0:
        return at, "until"
    inside = at if at is not None and 0 <= at <= 1 else None
    return (inside, "never") if premium >= 0 and saved <= 0 else (inside, "always")


def _zero(value: float, size: float) -> float:
    return 0.0 if abs(value) <= SMALL * (1 + abs(size)) else value


Foreseen = dict[Policy, tuple[float | None, str]]
NESTED = "its parent is a shock itself"


def weighed_alone(
    shock: Shock, how: How, cuts: Cuts, dropped: Mapping[Policy, tuple[Told, Told]]
) -> tuple[WaitingRow, Foreseen]:
    """A shock against what it starts from, with the same foresight: what waiting is worth, and from when it is foreseen
    without each policy, of whose arm `dropped` tells what base alone costs."""

    @cache
    def pair() -> Pair:
        return Pair(shock.parent, shock.study, shock.known_from, how, cuts=cuts)

    def plans(policy: Policy) -> Plans:
        if not policy.bare:
            gone = Without(
                targets=policy.kind == "stock",
                contracts=policy.without if policy.kind == "contract" else None,
            )
            return pair().plans(when_known=True, without=gone)
        if not pair().minimum:
            return pair().plans(when_known=True, without=Without(caps=True))
        bare = Pair(shock.parent, shock.study, shock.known_from, how, cuts=cuts, policy=False)
        return bare.plans(when_known=True)

    if shock.parent.surprise is not None:
        return _unweighed(shock)._replace(status=NESTED), dict.fromkeys(dropped, (None, NESTED))
    foreseen = {
        policy: foreseen_from(partial(plans, policy), told, shock.probability)
        for policy, told in dropped.items()
    }
    return waiting(shock, pair), foreseen


@dataclass(frozen=True)
class Arms:
    """Sheets break_even and waiting of a study, and what went wrong in words."""

    break_even: list[BreakEvenRow] = field(default_factory=list)
    waiting: list[WaitingRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def summary(self, currency: str) -> list[SummaryRow]:
        """Rows of sheet summary: the break-even of each policy, and the value of waiting, by shock."""
        money = f"million {currency}, present value, expected"
        found = [
            SummaryRow(f"break_even_probability {row.scenario}: {row.name}", row.break_even_probability, "")
            for row in self.break_even
        ]
        for row in self.waiting:
            for name in ("value_of_waiting", "option_value"):
                found.append(SummaryRow(f"{name} {row.scenario}", getattr(row, name), money))
        return found


def begin_arms(study: Study, how: How, cuts: Cuts, where: Executor | None) -> Callable[[], Arms]:
    """Begin what the two sheets are made of on an executor; calling what is returned puts them together."""
    shocks = shocks_of(study)
    policies = policies_of(study.base) if shocks else ()
    held = begin(where, arm, Policy(), shocks, how) if policies else dict
    dropped = {policy: begin(where, arm, policy, shocks, how) for policy in policies}

    def together() -> Arms:
        rows, delayed, warnings = list[BreakEvenRow](), list[WaitingRow](), list[str]()
        with stage("break-even", len(policies) + len(shocks)) as here:
            with_all, without = held(), dict[Policy, dict[str, Told]]()
            for policy, one in dropped.items():
                without[policy] = one()
                here.finished(policy.name)
            begun = [begin(where, weighed_alone, shock, how, cuts, _of(shock, without)) for shock in shocks]
            for shock, weighed in zip(shocks, begun, strict=True):
                wait, foreseen = weighed()
                delayed.append(wait)
                for policy in policies:
                    at, why = foreseen[policy]
                    row = break_even(shock, policy, with_all, without[policy])
                    rows.append(row._replace(foreseen_from=at))
                    warnings += _failed(row, why)
                if wait.status != "optimal":
                    warnings.append(f"value of waiting for {shock.name}: {wait.status}")
                here.finished(shock.name)
        return Arms(rows, delayed, list(dict.fromkeys(warnings)))

    return together


def _of(shock: Shock, without: Mapping[Policy, Mapping[str, Told]]) -> dict[Policy, tuple[Told, Told]]:
    return {policy: (told[shock.parent.scenario_name], told[shock.name]) for policy, told in without.items()}


def _failed(row: BreakEvenRow, why: str) -> Iterator[str]:
    if row.status != "optimal":
        yield f"break-even of {row.name} against {row.scenario}: {row.status}"
    elif why:
        yield f"foresight without {row.name} against {row.scenario} is not told: {why}"
