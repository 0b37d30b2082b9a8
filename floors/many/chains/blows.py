"""The shocks that are weighed: scenarios with a probability that strike what was built before they were known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from floors.case.scenario_kinds import scenario_kind
from floors.contract.inputs import RULES, SHOCK, TABLES
from floors.errors import InputError, Problem
from floors.many.chains.chains import Chain, Goods
from floors.many.risks.states import APART, State, states_of
from floors.study.scenarios import BASE
from floors.study.study import Study


@dataclass(frozen=True)
class Blow:
    """A shock. `known_from` is None where it is known from the start: then what is built is decided without it.
    `parent` is the scenario, or base, that it comes in place of; `strikes` are the chains whose records it changes."""

    name: str
    probability: float
    known_from: int | None
    parent: str
    strikes: frozenset[str]


def blows_of(study: Study, chains: Sequence[Chain]) -> tuple[Blow, ...]:
    """The shocks among the states of a study, in sheet order: what is known from a later year on, and what is a shock
    by its kind; not what is a change of rules.

    Raises InputError where `floors risk` would for its states, and where none of them is a shock.
    """
    base = study.base
    order = {name: i for i, name in enumerate(base.scenario_names)}
    states = [state for state in states_of(base) if state.name != BASE]
    states.sort(key=lambda state: order[state.name])
    found = tuple(_blow(base, state, chains) for state in states if is_shock(base, state))
    if not found:
        rows = base.rows("scenarios")
        problems: list[Problem] = [
            base.problem(
                "scenarios",
                i,
                "probability",
                f"{row['scenario']} has a probability and is no shock: there is no loss to avoid.",
                "Give a shock a probability: an embargo, or what becomes known in a later year (known_from); or say so "
                "in column kind.",
                "no_shock",
            )
            for i, row in enumerate(rows)
            if row["probability"]
        ]
        raise InputError(problems)
    return found


def is_shock(base: Study, state: State) -> bool:
    """Whether a state is a shock: known from a later year on, unless it is a change of rules; or by its kind."""
    kind = scenario_kind(base, state.name).kind
    return kind == SHOCK or (state.known_from is not None and kind != RULES)


def _blow(base: Study, state: State, chains: Sequence[Chain]) -> Blow:
    late = state.known_from is not None
    parent = state.study.parent if late else base
    assert parent is not None, "a scenario is not base"
    return Blow(
        name=state.name,
        probability=state.probability,
        known_from=state.known_from,
        parent=parent.scenario_name,
        strikes=frozenset(chain.name for chain in chains if differs(state.study, parent, chain.goods)),
    )


def differs(one: Study, other: Study, goods: Sequence[str]) -> bool:
    """Whether two studies of one workbook differ in a record of these commodities, or of all commodities."""
    some = frozenset(goods)
    by_record = Goods(one), Goods(other)
    for table in TABLES:
        if table.name in APART or not one.has(table.name):
            continue
        for a, b in zip(one.rows(table.name), other.rows(table.name), strict=True):
            if a != b and any(
                _is_of(of.of(table.name, row), some) for of, row in zip(by_record, (a, b), strict=True)
            ):
                return True
    return False


def _is_of(goods: Sequence[str] | None, some: frozenset[str]) -> bool:
    return goods is None or not some.isdisjoint(goods)
