"""The two-stage LP: capacity is decided once for all states, quantities in each when it is known.

One block of the sourcing LP a state, weighed by its probability, and the rows that make what is decided in
ignorance the same in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from floors.case.derive import Case
from floors.lp.components import Each, Least, Rows
from floors.lp.labels import KeyTable, Labels
from floors.lp.linear import Compiled, LinearProgram, Placed, Vector, compile_model
from floors.lp.sparse import Matrix
from floors.many.risks.states import FIRST_STAGE, State, alike
from floors.sourcing.build import build
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS

FLOWS = tuple(name for name, kind in COLUMN_KINDS.items() if not kind.shared)
"""Columns that each state has for itself."""

CAPACITY = "build"
Columns = Mapping[Any, int]  # key -> column of its state, -1 for one that stands in no row


def two_stage(states: Sequence[State], cases: Mapping[str, Case]) -> tuple[pyo.ConcreteModel, Compiled]:
    """The Pyomo model (Block state[name], rows same_capacity and same_<flow>, the expected cost) and its arrays.

    Rows of years in which a state is not known stand in its block and not in the arrays: they are those of its parent,
    and a second copy has no price. Money in thousand at present value, weighed by probability: the price of a row of a
    state, over the probability of all who share it and weight[year], is in USD/kg.
    """
    m = pyo.ConcreteModel("two-stage")
    m.STATES = pyo.Set(initialize=[s.name for s in states])
    m.probability = pyo.Param(
        m.STATES, initialize={s.name: s.probability for s in states}, doc="Probability of a state [share]"
    )
    m.state = pyo.Block(m.STATES)
    parts = []
    with PauseGC():
        for s in states:
            build(cases[s.name], block=m.state[s.name])
            parts.append(compile_model(m.state[s.name]))
            m.state[s.name].cost.deactivate()
        m.expected_cost = Least(rule=expected_cost)
        return m, _joined(m, states, parts)


def expected_cost(m: Any) -> Any:
    """Probability x cost of each state [thousand, PV]."""
    return sum(m.probability[s] * m.state[s].cost.expr for s in m.STATES)


def same(flow: str) -> Callable[..., Any]:
    """The rule that a state decides of `flow` what another one does: what is built as the first that can build it, and
    until it is known its quantities too [t/yr]."""

    def rule(m: Any, s: str, other: str, *key: Any) -> Any:
        """What a state decides, as the state that decides for it does [t/yr, a stock in t]."""
        return m.state[s].component(flow)[key] == m.state[other].component(flow)[key]

    return rule


def none(flow: str) -> Callable[..., Any]:
    """The rule that what the other cannot do is not done until the state is known [t/yr]."""

    def rule(m: Any, s: str, *key: Any) -> Any:
        """What the state that decides for this one cannot do is not done [t/yr]."""
        return m.state[s].component(flow)[key] == 0

    return rule


@dataclass(frozen=True)
class _Ties:
    """Rows that make states decide alike: the constraint, its keys, and the columns that are the same (-1: nothing)."""

    name: str
    rule: Callable[..., Any]
    keys: list[tuple[Any, ...]]
    here: list[int]
    there: list[int]


def _joined(m: Any, states: Sequence[State], parts: Sequence[Compiled]) -> Compiled:
    """The arrays of all states, each weighed by its probability, and what they decide alike."""
    starts = np.cumsum([0, *(len(part.lp.cost) for part in parts)])
    columns = {
        s.name: {name: _columns(part, m.state[s.name].component(name), start) for name in (CAPACITY, *FLOWS)}
        for s, part, start in zip(states, parts, starts.tolist(), strict=False)
    }
    kept = [_kept(part, m.state[s.name], s) for s, part in zip(states, parts, strict=True)]
    ends = np.cumsum([0, *(int(rows.sum()) for rows in kept)])
    entries = []
    variables, constraints = list[Placed](), list[Placed]()
    for part, rows, start, end in zip(parts, kept, starts.tolist(), ends.tolist(), strict=False):
        place = np.append(np.where(rows, np.cumsum(rows) - 1 + end, -1), -1)
        matrix = part.lp.matrix[rows]
        entries.append((matrix.row + end, matrix.indices + start, matrix.data))
        moved = np.append(np.arange(len(part.lp.cost)) + start, -1)
        variables += [one.moved(moved) for one in part.variables]
        constraints += [one.moved(place) for one in part.constraints]
    labels, count, m_ = Labels(), int(starts[-1]), int(ends[-1])
    for tie in (_same_capacity(states, columns), *_same_quantities(states, columns)):
        if not tie.keys and tie.name != "same_capacity":
            continue
        table = labels.table(tie.keys, len(tie.keys[0]) if tie.keys else 4)
        at = _entries(entries, tie, m_)
        constraints.append(Placed(_component(m, tie, table), at, table))
        m_ += int((at >= 0).sum())
    row, column, value = (np.concatenate([one[k] for one in entries]) for k in range(3))
    tied = np.ones(m_ - int(ends[-1]), dtype=bool)
    nothing, end_ = np.zeros(len(tied)), int(ends[-1])
    lower = np.concatenate(
        [*(part.lp.row_lower[rows] for part, rows in zip(parts, kept, strict=True)), nothing]
    )
    upper = np.concatenate(
        [*(part.lp.row_upper[rows] for part, rows in zip(parts, kept, strict=True)), nothing]
    )
    assert len(lower) == end_ + len(tied)
    lp = LinearProgram(
        cost=np.concatenate([s.probability * part.lp.cost for s, part in zip(states, parts, strict=True)]),
        offset=sum(s.probability * part.lp.offset for s, part in zip(states, parts, strict=True)),
        matrix=Matrix.from_entries(row, column, value, (m_, count)),
        row_lower=lower,
        row_upper=upper,
        lower=np.concatenate([part.lp.lower for part in parts]),
        upper=np.concatenate([part.lp.upper for part in parts]),
    )

    def of_rows(name: str, more: Vector) -> Vector:
        found = [getattr(part, name)[rows] for part, rows in zip(parts, kept, strict=True)]
        return np.concatenate([*found, more])

    return Compiled(
        lp=lp,
        equality=of_rows("equality", tied),
        flipped=of_rows("flipped", ~tied),
        free=np.concatenate([part.free for part in parts]),
        maximised=False,
        variables=tuple(variables),
        constraints=tuple(constraints),
    )


def _columns(part: Compiled, component: Any, start: int) -> Columns:
    keys, at = part.columns(component)
    return dict(zip(keys, np.where(at >= 0, at + start, -1).tolist(), strict=True))


def _kept(part: Compiled, block: Any, state: State) -> Vector:
    """Rows of a state that are its own (bool): those of years in which it is not known are its parent's."""
    kept = np.ones(len(part.equality), dtype=bool)
    if state.known_from is None:
        return kept
    for kind in ROW_KINDS.values():
        for index, row in part.rows(block.component(kind.name)).items():
            year = kind.own_year(index)
            if year is not None and year < state.known_from:
                kept[row] = False
    return kept


def _component(m: Any, tie: _Ties, table: KeyTable) -> Each:
    m.add_component(f"INDEX_{tie.name}", Rows(table))
    rows = Each(m.component(f"INDEX_{tie.name}"), rule=tie.rule)
    m.add_component(tie.name, rows)
    return rows


def _entries(entries: list[tuple[Vector, Vector, Vector]], tie: _Ties, start: int) -> Vector:
    """Add the entries of a tie; the row of each of its keys, -1 where its columns stand in no row."""
    here, there = np.array(tie.here), np.array(tie.there)
    some = (here >= 0) | (there >= 0)
    at = np.where(some, np.cumsum(some) - 1 + start, -1)
    for columns, value in ((here, 1.0), (there, -1.0)):
        has = columns >= 0
        entries.append((at[has], columns[has], np.full(int(has.sum()), value)))
    return at


def _same_capacity(states: Sequence[State], columns: Mapping[str, Mapping[str, Columns]]) -> _Ties:
    first: dict[Any, str] = {}
    tie = _Ties("same_capacity", same(CAPACITY), [], [], [])
    for s in states:
        mine = columns[s.name][CAPACITY]
        for key, column in mine.items():
            other = first.setdefault(key, s.name)
            if other != s.name:
                tie.keys.append((s.name, other, *key))
                tie.here.append(column)
                tie.there.append(columns[other][CAPACITY][key])
    return tie


def _same_quantities(
    states: Sequence[State], columns: Mapping[str, Mapping[str, Columns]]
) -> Iterator[_Ties]:
    for flow in FLOWS:
        tie = _Ties(f"same_{flow}", same(flow), [], [], [])
        nothing = _Ties(f"no_{flow}", none(flow), [], [], [])
        for s in states:
            with_whom = {t: _decides(states, s, flow, t) for t in s.study.years}
            for key, column in columns[s.name][flow].items():
                one = with_whom[key[-1]]
                if one is None:
                    continue
                if key in columns[one][flow]:
                    tie.keys.append((s.name, one, *key))
                    tie.here.append(column)
                    tie.there.append(columns[one][flow][key])
                else:
                    nothing.keys.append((s.name, *key))
                    nothing.here.append(column)
                    nothing.there.append(-1)
        yield tie
        yield nothing


def _decides(states: Sequence[State], state: State, flow: str, year: int) -> str | None:
    """The state whose quantities of this year are those of `state` too; None: they are its own."""
    if state.known_from is not None and year < state.known_from:
        return state.parent
    first = alike(states, state, year)[0] if flow in FIRST_STAGE else state
    return None if first is state else first.name
