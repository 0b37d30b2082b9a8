"""What a floor of all states is made of: costs of what is built for all, and of what is done in each state."""

from __future__ import annotations

from collections.abc import Iterator

from floors.case.border import Floor
from floors.lp.labels import Vector
from floors.lp.sparse import distinct
from floors.many.risks.hedge import ONE_PATH, Hedge
from floors.many.risks.states import told_by
from floors.solving.floor_parts import SMALL, Part, Term, cost_terms, summed


def path_parts(found: Hedge) -> dict[Floor, list[Part]]:
    """Parts of every floor of the path, largest first, in the money of the state that leads it; they add up to it."""
    shares, rows = found.priced.shares(), found.joint.floors
    n = len(found.plan.compiled.lp.cost)
    terms = _terms(found, distinct(shares.entry.indices[shares.entry.indices < n]))
    made: dict[Floor, list[Part]] = {}
    for floor, (state, column) in found.leaders.items():
        row = shares.entry[[column]]
        pairs = list(zip(row.indices.tolist(), row.data.tolist(), strict=True))
        named = [(term, entry) for i, entry in pairs if i < n for term in terms.get(i, ())]
        parts = summed(named, floor.year)
        for i, entry in pairs:
            if i >= n:
                parts += _from_row(found, i - n, rows.count, entry, float(shares.side[i]), state, floor)
        made[floor] = sorted(parts, key=lambda part: -abs(part.amount))
    return made


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
                    cost=state.probability * term.cost,
                )
                for term in ones
            ]
    return terms


def _from_row(
    found: Hedge, place: int, distinct: int, entry: float, side: float, state: str, floor: Floor
) -> Iterator[Part]:
    """The part of a floor's own constant, of a rule, or of what a later stage held."""
    amount = entry * side
    if place < distinct:
        if abs(amount) > SMALL:
            levy = found.plan.levies[state][found.outcomes[state].case.border.origin[floor], *floor[1:]]
            label = f"minimum levy {floor.commodity} [{state}]"
            yield Part(
                label=label,
                owner=f"minimum {floor.commodity}",
                coefficient=amount / levy,
                amount=amount,
                rule=True,
            )
    elif place < distinct + len(found.joint.rules):
        rule = found.joint.rules[place - distinct]
        if not rule.name.startswith(("coordination", ONE_PATH)) and abs(entry) > SMALL:
            yield Part(
                label=rule.name,
                owner=rule.name,
                coefficient=amount / rule.number if rule.number else entry,
                amount=amount,
                rule=True,
            )
    elif abs(amount) > SMALL:
        yield Part(
            label="payments held at their least", owner="support", coefficient=entry, amount=amount, rule=True
        )
