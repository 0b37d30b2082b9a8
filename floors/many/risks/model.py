"""The two-stage LP: capacity is decided once for all states, quantities in each when it is known.

One block of the sourcing LP a state, weighed by its probability, and the rows that make what is decided in
ignorance the same in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from floors.case.derive import Case
from floors.many.risks.states import FIRST_STAGE, State, alike
from floors.sourcing.build import build
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS

FLOWS = tuple(name for name, kind in COLUMN_KINDS.items() if not kind.shared)
"""Columns that each state has for itself."""


def two_stage(states: Sequence[State], cases: Mapping[str, Case]) -> pyo.ConcreteModel:
    """The Pyomo model: Block state[name], rows same_capacity and same_<flow>, the expected cost.

    Money in thousand at present value, weighed by probability: the price of a row of a state, over the
    probability of all who share it and weight[year], is in USD/kg.
    """
    m = pyo.ConcreteModel("two-stage")
    m.STATES = pyo.Set(initialize=[s.name for s in states])
    m.probability = pyo.Param(m.STATES, initialize={s.name: s.probability for s in states})
    m.state = pyo.Block(m.STATES)
    with PauseGC():
        for s in states:
            build(cases[s.name], block=m.state[s.name])
            m.state[s.name].cost.deactivate()
            _leave_to_parent(m.state[s.name], s)
        _share_capacity(m, states)
        _share_quantities(m, states)
        m.expected_cost = pyo.Objective(rule=expected_cost)
    return m


def expected_cost(m: Any) -> Any:
    """Probability x cost of each state [thousand, PV]."""
    return sum(m.probability[s] * m.state[s].cost.expr for s in m.STATES)


def same_capacity(m: Any, s: str, first: str, x: str, b: int) -> Any:
    """What is built in a state is what is built in the first state that can build it [t/yr]."""
    return m.state[s].build[x, b] == m.state[first].build[x, b]


def same_quantity(flow: str) -> Any:
    """The rule that until a state is known its quantities of `flow` are those of another [t/yr]."""

    def rule(m: Any, s: str, parent: str, *key: Any) -> Any:
        return m.state[s].component(flow)[key] == m.state[parent].component(flow)[key]

    return rule


def no_quantity(flow: str) -> Any:
    """The rule that what the other cannot do is not done until the state is known [t/yr]."""

    def rule(m: Any, s: str, *key: Any) -> Any:
        return m.state[s].component(flow)[key] == 0

    return rule


def _leave_to_parent(block: Any, state: State) -> None:
    """Rows of years in which the state is not known are those of its parent: a second copy has no price."""
    if state.known_from is None:
        return
    for kind in ROW_KINDS.values():
        for index, row in block.component(kind.name).items():
            year = kind.own_year(index)
            if year is not None and year < state.known_from:
                row.deactivate()


def _share_capacity(m: Any, states: Sequence[State]) -> None:
    first: dict[Any, str] = {}
    same = []
    for s in states:
        for key in m.state[s.name].build:
            if key in first:
                same.append((s.name, first[key], *key))
            else:
                first[key] = s.name
    m.SAME_CAPACITY = pyo.Set(dimen=4, initialize=same)
    m.same_capacity = pyo.Constraint(m.SAME_CAPACITY, rule=same_capacity)


def _share_quantities(m: Any, states: Sequence[State]) -> None:
    for flow in FLOWS:
        same, none = [], []
        for s in states:
            with_whom = {t: _decides(states, s, flow, t) for t in s.study.years}
            for key in m.state[s.name].component(flow):
                one = with_whom[key[-1]]
                if one is None:
                    continue
                if key in m.state[one].component(flow):
                    same.append((s.name, one, *key))
                else:
                    none.append((s.name, *key))
        if same:
            m.add_component(f"SAME_{flow}", pyo.Set(dimen=len(same[0]), initialize=same))
            rows = pyo.Constraint(m.component(f"SAME_{flow}"), rule=same_quantity(flow))
            m.add_component(f"same_{flow}", rows)
        if none:
            m.add_component(f"NO_{flow}", pyo.Set(dimen=len(none[0]), initialize=none))
            m.add_component(f"no_{flow}", pyo.Constraint(m.component(f"NO_{flow}"), rule=no_quantity(flow)))


def _decides(states: Sequence[State], state: State, flow: str, year: int) -> str | None:
    """The state whose quantities of this year are those of `state` too; None: they are its own."""
    if state.known_from is not None and year < state.known_from:
        return state.parent
    first = alike(states, state, year)[0] if flow in FIRST_STAGE else state
    return None if first is state else first.name
