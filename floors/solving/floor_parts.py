"""What a floor is made of: the right sides of the pricing LP's last basis, named and summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from floors.case.axes import Ways
from floors.case.border import Floor
from floors.lp.labels import Vector
from floors.lp.sparse import distinct
from floors.solving.outcome import Outcome

SMALL = 1e-9


class Term(NamedTuple):
    """One cost inside a column's cost: its label, whose it is, year (None: of builds), number in USD/kg (per
    year for a charge), and its part of the column's cost (thousand, PV, per unit of the column)."""

    label: str
    owner: str
    year: int | None
    number: float
    cost: float
    shortage: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a floor: amount in USD/kg = coefficient x the number named."""

    label: str
    owner: str
    coefficient: float
    amount: float
    rule: bool = False
    shortage: bool = False


def cost_terms(outcome: Outcome, columns: Vector) -> dict[int, list[Term]]:
    """Terms of the cost of these columns of the sourcing LP, those that have one."""
    m = outcome.model
    makers: dict[int, Callable[[Outcome, Any], Iterator[Term]]] = {
        id(m.produce): _unit_costs,
        id(m.build): _charges,
        id(m.ship): _trade_terms,
        id(m.consume): _values,
        id(m.stock): _holding,
    }
    return {
        column: [term for term in makers[id(variable)](outcome, key) if term.cost]
        for column, (variable, key) in zip(columns.tolist(), outcome.compiled.named(columns), strict=True)
        if id(variable) in makers
    }


def _unit_costs(outcome: Outcome, key: tuple[str, int]) -> Iterator[Term]:
    p, t = key
    cost = outcome.case.production.unit_cost[key]
    yield Term(f"unit cost {p}", p, t, cost, cost * outcome.case.calendar.weight[t])


def _charges(outcome: Outcome, key: tuple[str, int]) -> Iterator[Term]:
    x, b = key
    expansion, weight = outcome.case.production.expansion[x], outcome.case.calendar.weight
    yield Term(
        f"annual charge {x}",
        x,
        None,
        expansion.charge,
        expansion.charge * sum(weight[t] for t in expansion.alive[b]),
    )


def _trade_terms(outcome: Outcome, key: tuple[str, str, str, int]) -> Iterator[Term]:
    o, d, c, t = key
    case = outcome.case
    route, weight = case.arcs[key], case.calendar.weight[t]
    name = f"{o} > {d} {c}"
    yield Term(f"freight {name}", name, t, route.freight, route.freight * weight)
    for label, share in (("tariff", route.tariff), ("export tax", route.export_tax)):
        if share:
            money = share * case.reference[c, t]
            yield Term(f"{label} {name}", name, t, money, money * weight)
    if outcome.levies:
        ways = Ways.of(case.arcs.axes, [key])
        pays = float(case.pays_minimum(ways, case.routes.content_at(*ways.route))[0])
        if pays:
            levy = outcome.levies[o, c, t]
            yield Term(f"minimum levy {o} {c}", f"minimum {c}", t, levy, pays * levy * weight)


def _values(outcome: Outcome, key: tuple[str, str, str, int, int]) -> Iterator[Term]:
    d, g, c, j, t = key
    step = outcome.case.demand.steps[d, g, c, t][j]
    if step.value is None:
        return
    buyer = d if outcome.case.places.is_market(d) else f"{d}/{g}"
    cost = -step.value * outcome.case.calendar.weight[t]
    if step.bends:
        yield Term(f"demand {buyer} {c}", f"demand {buyer}", t, step.value, cost)
    else:
        yield Term(f"value {buyer} {c}", f"unserved {buyer}", t, step.value, cost, True)


def _holding(outcome: Outcome, key: tuple[str, int]) -> Iterator[Term]:
    k, t = key
    cost = outcome.case.stocks.piles[k].holding
    yield Term(f"holding cost {k}", k, t, cost, cost * outcome.case.calendar.weight[t])


def floor_parts(outcome: Outcome) -> dict[Floor, list[Part]]:
    """Parts of every floor, largest first; they add up to the floor."""
    n, k = outcome.compiled.lp.matrix.shape[1], outcome.floors.count
    shares = outcome.priced.shares()
    terms = cost_terms(outcome, distinct(shares.entry.indices[shares.entry.indices < n]))
    made: dict[tuple[int, int], list[Part]] = {}
    found: dict[Floor, list[Part]] = {}
    for floor, column in zip(outcome.floors.keys, outcome.floors.column.tolist(), strict=True):
        if (column, floor.year) not in made:
            row = shares.entry[[column]]
            pairs = list(zip(row.indices.tolist(), row.data.tolist(), strict=True))
            named = [(Term(*t), entry) for i, entry in pairs if i < n for t in terms.get(i, ())]
            parts = summed(named, floor.year)
            parts.extend(_from_rows(outcome, pairs, n, k, floor.year))
            parts.extend(_unnamed(outcome, pairs, terms, n))
            made[column, floor.year] = sorted(parts, key=lambda part: -abs(part.amount))
        found[floor] = made[column, floor.year]
    return outcome.with_past(found, floor_parts(outcome.past.outcome) if outcome.past else None)


def summed(named: list[tuple[Term, float]], year: int) -> list[Part]:
    """Sums by label, another year's with its year in the name."""
    total: dict[str, list[float]] = {}
    first: dict[str, Term] = {}
    for term, entry in named:
        other = term.year is not None and term.year != year
        label = f"{term.label} ({term.year})" if other else term.label
        total.setdefault(label, []).append(entry * term.cost)
        first.setdefault(label, term)
    return [
        Part(
            label=label,
            owner=first[label].owner,
            coefficient=sum(amounts) / first[label].number,
            amount=sum(amounts),
            shortage=first[label].shortage,
        )
        for label, amounts in total.items()
        if abs(sum(amounts)) > SMALL
    ]


def _from_rows(outcome: Outcome, pairs: list[tuple[int, float]], n: int, k: int, year: int) -> Iterator[Part]:
    """Parts from the floors' own constants, from rules, and from what later stages added."""
    side = outcome.priced.shares().side
    for i, entry in pairs:
        if i < n:
            continue
        amount = entry * float(side[i])
        if i < n + k:
            if abs(amount) > SMALL:
                floor = _first_floor(outcome, i - n)
                o = outcome.case.border.origin[floor]
                label = f"minimum levy {o} {floor.commodity}"
                label += f" ({floor.year})" if floor.year != year else ""
                levy = outcome.levies[o, floor.commodity, floor.year]
                yield Part(
                    label=label,
                    owner=f"minimum {floor.commodity}",
                    coefficient=amount / levy,
                    amount=amount,
                    rule=True,
                )
        elif i < n + k + len(outcome.rules):
            rule = outcome.rules[i - n - k]
            if not rule.name.startswith("coordination") and abs(entry) > SMALL:
                number = rule.number
                yield Part(
                    label=rule.name,
                    owner=rule.name,
                    coefficient=amount / number if number else entry,
                    amount=amount,
                    rule=True,
                )
        elif abs(amount) > SMALL:
            yield Part(
                label="payments held at their least",
                owner="support",
                coefficient=entry,
                amount=amount,
                rule=True,
            )


def _first_floor(outcome: Outcome, column: int) -> Floor:
    """One of the floors that are this distinct floor: they share origin, commodity and year."""
    place = int(np.flatnonzero(outcome.floors.column == column)[0])
    return Floor(*outcome.floors.keys[place])


def _unnamed(
    outcome: Outcome, pairs: list[tuple[int, float]], terms: dict[int, list[Term]], n: int
) -> Iterator[Part]:
    """Costs of columns that the standard model does not have: those of a user's own model."""
    total = sum(entry * float(outcome.compiled.lp.cost[i]) for i, entry in pairs if i < n and i not in terms)
    if abs(total) > SMALL:
        yield Part(
            label="other costs of the model", owner="other costs of the model", coefficient=1.0, amount=total
        )


def set_by(parts: list[Part]) -> str:
    """The rule, or the shortage, among the parts; else the owner with the largest sum, first in order."""
    for part in parts:
        if part.rule:
            return part.owner
    for part in parts:
        if part.shortage:
            return part.owner
    total: dict[str, float] = {}
    for part in parts:
        total[part.owner] = total.get(part.owner, 0.0) + part.amount
    return max(total, key=lambda owner: abs(total[owner])) if total else ""
