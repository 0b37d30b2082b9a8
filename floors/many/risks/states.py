"""States of the world: base and the scenarios with a probability, and what none of them can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan

from floors.contract.inputs import TABLES
from floors.errors import InputError, Problem
from floors.study.locate import group
from floors.study.scenarios import BASE
from floors.study.study import Study

APART = (
    "scenarios",
    "changes",
    "sources",
    "settings",
    "years",
)  # sheets in which no state differs from another
FIRST_STAGE = ("put", "take", "connect")
"""Columns, beside what is built, that are decided before a state can be told by its data. Were what is taken free, what
is put would be no decision: it could leave in the same year."""
WHOLE = 1e-9  # probabilities that add up to 1 but for this leave none to base


@dataclass(frozen=True, kw_only=True)
class State:
    """One way the world may go. Until `known_from` nobody can tell it from `parent`; None: it differs at once.
    `weight` is what it counts for in prices: more than its probability where the worst counts for more."""

    name: str
    probability: float
    weight: float = nan  # its probability, unless given
    study: Study
    parent: str | None
    known_from: int | None
    at_once: bool = (
        False  # its known_from is the first year: nobody decides anything but what is built without it
    )

    def __post_init__(self) -> None:
        if isnan(self.weight):
            object.__setattr__(self, "weight", self.probability)

    @property
    def first(self) -> float:
        """The first year in which it can be told from its parent; -inf where it always can."""
        return -inf if self.known_from is None else self.known_from


def states_of(study: Study) -> tuple[State, ...]:
    """Base, with the probability that is left to it, then the scenarios that have one above 0, parents first.

    Raises InputError where there is none, where they add up to more than 1, where a scenario that is known
    later has no parent among the states, and where one changes a setting or belongs to another calendar.
    """
    base = study.base
    rows = base.rows("scenarios")
    likely = [(i, row) for i, row in enumerate(rows) if row["probability"]]
    total = sum(row["probability"] for _, row in likely)
    problems = _unlikely(base, bool(rows)) if not likely else []
    if total > 1 + WHOLE:
        problems = [
            base.problem(
                "scenarios",
                i,
                "probability",
                f"probabilities add up to {total:g}; expected at most 1, the rest being that of base.",
                "Lower some of them.",
                "probabilities",
            )
            for i, _ in likely
        ]
    if problems:
        raise InputError(group(problems))
    found = (
        [State(name=BASE, probability=1.0 - total, study=base, parent=None, known_from=None)]
        if total < 1 - WHOLE
        else []
    )
    names = {BASE} if found else set()
    names |= {row["scenario"] for _, row in likely}
    for i, row in likely:
        state = State(
            name=row["scenario"],
            probability=row["probability"],
            study=base.scenario(row["scenario"]),
            parent=None,
            known_from=None,
        )
        known, parent = row["known_from"], row["parent"] or BASE
        if known is not None and known <= base.years[0]:
            state = replace(state, at_once=True)
        elif known is not None:
            if parent not in names:
                problems.append(_orphan(base, i, row["scenario"], parent))
            state = replace(state, parent=parent, known_from=int(known))
        problems += _unlike(base, i, state.study)
        found.append(state)
    if problems:
        raise InputError(group(problems))
    return _parents_first(found)


def _unlikely(base: Study, some: bool) -> list[Problem]:
    """Nothing to weigh: no scenario has a probability."""
    message = "no scenario has a probability above 0" if some else "there are no scenarios"
    hint = "Fill column probability of sheet scenarios; base gets what is left to 1."
    return [Problem("scenarios", "", None, f"{message}: there is no risk to plan for.", hint, "no_risk")]


def _orphan(base: Study, index: int, name: str, parent: str) -> Problem:
    return base.problem(
        "scenarios",
        index,
        "known_from",
        f"until it is known nobody can tell {name} from its parent {parent}, which has no probability itself.",
        f"Give {parent} a probability (base has what is left to 1), choose another parent, or empty known_from.",
        "parent_not_likely",
    )


def _unlike(base: Study, index: int, study: Study) -> list[Problem]:
    """States differ in what happens, not in how it is counted."""
    same = replace(study.settings, title=base.settings.title) == base.settings
    lengths = [row["length"] for row in study.rows("years")] == [r["length"] for r in base.rows("years")]
    found = [
        what
        for what, kept in (("settings", same), ("years", lengths and study.years == base.years))
        if not kept
    ]
    return [
        base.problem(
            "scenarios",
            index,
            "probability",
            f"{study.scenario_name} changes sheet {sheet}; states of the world differ in what happens, not in how it "
            "is counted.",
            "Empty its probability, or remove the change.",
            "state_changes_settings",
        )
        for sheet in found
    ]


def _parents_first(found: list[State]) -> tuple[State, ...]:
    """States in sheet order, but each after its parent."""
    order: list[State] = []
    by_name = {state.name: state for state in found}

    def add(state: State) -> None:
        if state.parent is not None:
            add(by_name[state.parent])
        if state not in order:
            order.append(state)

    for state in found:
        add(state)
    return tuple(order)


def told_by(states: tuple[State, ...], state: State, year: int) -> State:
    """The state whose decisions of this year are also those of `state`: itself, or who it is not told from."""
    by_name = {one.name: one for one in states}
    while state.parent is not None and state.known_from is not None and year < state.known_from:
        state = by_name[state.parent]
    return state


def weight_of(states: tuple[State, ...], state: State, year: int) -> float:
    """Weight of all states that share the decisions of `state` in this year."""
    decides = told_by(states, state, year)
    return sum(one.weight for one in states if told_by(states, one, year) is decides)


def first_difference(one: Study, other: Study) -> float:
    """The first year in which two studies of one workbook differ, at once in what has no year; inf: in nothing."""
    first = inf
    for table in TABLES:
        if table.name in APART or not one.has(table.name):
            continue
        for a, b in zip(one.rows(table.name), other.rows(table.name), strict=True):
            if a == b:
                continue
            if any(a[key] != b[key] for key in a if key != "years"):
                return one.years[0]
            years = (t for t in {**a["years"], **b["years"]} if a["years"].get(t) != b["years"].get(t))
            first = min(first, *years)
    return first


def alike(states: Sequence[State], state: State, year: int) -> list[State]:
    """Of the states without known_from those whose data are the same until the end of a year, this one among them: what
    goes in and out of store and is qualified in it is decided for all. Only this one where it has a known_from."""
    if state.parent is not None or state.at_once:
        return [state]
    return [
        one
        for one in states
        if one is state
        or (one.parent is None and not one.at_once and first_difference(one.study, state.study) > year)
    ]


def deciding(states: Sequence[State], state: State, year: int) -> str:
    """The state that decides what `state` puts in store in a year: itself, or one that it cannot be told from."""
    while state.known_from is not None and year < state.known_from:
        state = next(one for one in states if one.name == state.parent)
    return alike(states, state, year)[0].name


def together(states: Sequence[State]) -> list[int]:
    """Years in which what is put in store is the same in all states: none can be told from another."""
    return [t for t in states[0].study.years if len({deciding(states, s, t) for s in states}) == 1]
