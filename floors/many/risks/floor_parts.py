"""What a floor of all states is made of: costs of what is built for all, and of what is done in each state."""

from __future__ import annotations

from functools import partial

import numpy as np

from floors.case.border import Floor
from floors.lp.labels import Vector
from floors.many.risks.hedge import Hedge
from floors.many.risks.states import told_by
from floors.solving.floor_parts import Part, Term, bearing, cost_terms, parts_of


def path_parts(found: Hedge) -> dict[Floor, list[Part]]:
    """Parts of every floor of the path, largest first, in the money of the state that leads it; they add up to it."""
    terms = _terms(found, bearing(found.joint))
    return {
        floor: parts_of(found.joint, terms, column, floor.year, partial(_levied, found, floor.year))
        for floor, (_, column) in found.leaders.items()
    }


def _terms(found: Hedge, columns: Vector) -> dict[int, list[Term]]:
    """Terms of the cost of these columns, weighed by probability; the state is said where the year is its own."""
    terms: dict[int, list[Term]] = {}
    states = found.plan.states
    for state in states:
        for column, ones in cost_terms(found.outcomes[state.name], columns).items():
            terms[column] = [
                term._replace(
                    label=term.label
                    if term.year is None
                    else f"{term.label} [{told_by(states, state, term.year).name}]",
                    cost=state.weight * term.cost,
                )
                for term in ones
            ]
    return terms


def _levied(found: Hedge, year: int, column: int) -> tuple[str, str, float]:
    """The minimum levy behind the constant of a floor: of any state, commodity and year, since costs and rules lead
    from one floor to another."""
    rows = found.joint.floors
    state, floor = rows.keys[int(np.flatnonzero(rows.column == column)[0])]
    c, t = floor.commodity, floor.year
    key = found.outcomes[state].case.levy_key(floor)
    label = f"minimum levy {c} [{state}]" + (f" ({t})" if t != year else "")
    return label, f"minimum {c}", found.plan.levies[state][key]
