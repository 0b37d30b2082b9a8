"""What a floor is made of: the right sides of the pricing LP's last basis, named and summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from floors.case.axes import Ways
from floors.case.border import Floor
from floors.lp.labels import Vector
from floors.lp.sparse import distinct
from floors.solving.outcome import Outcome

SMALL = 1e-11  # of all parts of a floor: one of less is none
NO_SHARE = 1e-9  # of a floor: by less it does not move
NO_ENTRY = 1e-9  # USD/kg of a floor for one of a rule


class Nature(Enum):
    """What a part of a floor is."""

    MAKING = "unit cost"
    CHARGE = "annual charge"
    LINK = "annual charge of a link"
    FREIGHT = "freight"
    TARIFF = "tariff"
    EXPORT_TAX = "export tax"
    HOLDING = "holding cost"
    CLOSING = "closing value"
    OTHER = "a rule, a levy, a buyer's value, a model's own cost"


class What(NamedTuple):
    """What a part is; of which commodities, kg of each per unit; and the region that makes them, or levies a duty."""

    nature: Nature
    goods: Mapping[str, float]
    region: str | None = None


OTHER = What(Nature.OTHER, {})


class Term(NamedTuple):
    """One cost inside a column's cost: its label, whose it is, year (None: of builds), number in USD/kg (per
    year for a charge), its part of the column's cost (thousand, PV, per unit of the column), and what it is."""

    label: str
    owner: str
    year: int | None
    number: float
    cost: float
    shortage: bool = False
    what: What = OTHER


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a floor: amount in USD/kg = coefficient x the number named, of a year (None: of builds and rules)."""

    label: str
    owner: str
    coefficient: float
    amount: float
    year: int | None = None
    rule: bool = False
    shortage: bool = False
    what: What = OTHER


def cost_terms(outcome: Outcome, columns: Vector) -> dict[int, list[Term]]:
    """Terms of the cost of these columns of the sourcing LP, those that have one."""
    m = outcome.model
    makers: dict[int, Callable[[Outcome, Any], Iterator[Term]]] = {
        id(m.produce): _unit_costs,
        id(m.build): _charges,
        id(m.ship): _trade_terms,
        id(m.connect): _link_charges,
        id(m.liable): _minimum_terms,
        id(m.consume): _values,
        id(m.stock): _holding,
    }
    return {
        column: [term for term in makers[id(variable)](outcome, key) if term.cost]
        for column, (variable, key) in zip(columns.tolist(), outcome.compiled.named(columns), strict=True)
        if id(variable) in makers
    }


def _unit_costs(outcome: Outcome, key: tuple[str, int]) -> Iterator[Term]:
    mode, t = key
    production = outcome.case.production
    p, cost = production.process(mode), production.unit_cost[key]
    what = What(Nature.MAKING, production.untagged.made(p), production.region[p])
    yield Term(f"unit cost {p}", p, t, cost, cost * outcome.case.calendar.weight[t], what=what)


def _charges(outcome: Outcome, key: tuple[str, int]) -> Iterator[Term]:
    x, b = key
    production, weight = outcome.case.production.untagged, outcome.case.calendar.weight
    expansion = production.expansion[x]
    yield Term(
        f"annual charge {x}",
        x,
        None,
        expansion.charge,
        expansion.charge * sum(weight[t] for t in expansion.alive[b]),
        what=What(Nature.CHARGE, {c: 1.0 for p in production.load[x] for c in production.made(p)}),
    )


def _trade_terms(outcome: Outcome, key: tuple[str, str, str, int]) -> Iterator[Term]:
    o, d, good, t = key
    case = outcome.case
    c = case.tags.plain.get(good, good)
    route, weight = case.arcs[key], case.calendar.weight[t]
    name = f"{o} > {d} {c}"
    goods = {c: 1.0}
    freight = What(Nature.FREIGHT, goods)
    yield Term(f"freight {name}", name, t, route.freight, route.freight * weight, what=freight)
    for what, share in (
        (What(Nature.TARIFF, goods, case.places.region_of[d]), route.tariff),
        (What(Nature.EXPORT_TAX, goods, o), route.export_tax),
    ):
        if share:
            money = share * case.reference[c, t]
            yield Term(f"{what.nature.value} {name}", name, t, money, money * weight, what=what)
    if key not in outcome.case.exempt.keys:
        yield from _minimum_terms(outcome, key)


def _minimum_terms(outcome: Outcome, key: tuple[str, str, str, int]) -> Iterator[Term]:
    """The levy of the minimum rule, where it falls."""
    (o, d, good, t), case = key, outcome.case
    c = case.tags.plain.get(good, good)
    if outcome.levies:
        ways = Ways.of(case.arcs.axes, [key])
        pays = float(case.pays_minimum(ways, case.routes.content_at(*ways.route))[0])
        if pays:
            region = case.places.region_of[d]
            pair = (o, region, good, t) if case.links.needed(o, region, good, t) else (o, good, t)
            levy = outcome.levies[pair]
            cost = pays * levy * case.calendar.weight[t]
            yield Term(f"minimum levy {o} {good}", f"minimum {c}", t, levy, cost)


def _link_charges(outcome: Outcome, key: tuple[str, str, str, int]) -> Iterator[Term]:
    o, r, c, _ = key
    links, weight, name = outcome.case.links, outcome.case.calendar.weight, f"link {o} > {r} {c}"
    charge = links.charge(*key)
    cost = charge * sum(weight[t] for t in links.alive(*key))
    yield Term(f"link charge {o} > {r} {c}", name, None, charge, cost, what=What(Nature.LINK, {c: 1.0}))


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
    part, t = key
    case, pile = outcome.case, outcome.case.stocks.piles[part]
    calendar, k = case.calendar, case.stocks.pile(part)
    what = What(Nature.HOLDING, {case.tags.plain.get(pile.commodity, pile.commodity): 1.0})
    cost = pile.holding * calendar.weight[t]
    yield Term(f"holding cost {k}", k, t, pile.holding, cost, what=what)
    if pile.closing_value is not None and t == calendar.years[-1]:
        worth = -pile.closing_value * calendar.weight[t] / calendar.length[t]
        what = what._replace(nature=Nature.CLOSING)
        yield Term(f"closing value {k}", k, t, pile.closing_value, worth, what=what)


def floor_parts(outcome: Outcome) -> dict[Floor, list[Part]]:
    """Parts of every floor, largest first; they add up to the floor."""
    terms = cost_terms(outcome, bearing(outcome))
    made: dict[tuple[int, int], list[Part]] = {}
    found: dict[Floor, list[Part]] = {}
    for floor, column in zip(outcome.floors.keys, outcome.floors.column.tolist(), strict=True):
        if (column, floor.year) not in made:
            constant = partial(_levied, outcome, floor.year)
            made[column, floor.year] = parts_of(outcome, terms, column, floor.year, constant)
        found[floor] = made[column, floor.year]
    if outcome.past is None:
        return found
    then, stays = floor_parts(outcome.past.outcome), outcome.priced.stays
    if stays is not None:
        kept = zip(outcome.floors.keys, stays.tolist(), strict=True)
        found |= {floor: then[floor] for floor, stay in kept if stay and floor in then}
    merged = outcome.with_past(found, then)
    return {floor: merged[floor] for floor in outcome.case.border.origin if floor in merged}


def hang_on_values(outcome: Outcome) -> Vector:
    """Which distinct floors have a buyer's value among their parts (bool): they move where values do, each by a share
    of its own, so that no two moves cancel. Where `gains` are known, and quicker than the parts."""
    assert outcome.priced.gains is not None
    compiled, case = outcome.compiled, outcome.case
    costs = np.zeros(len(compiled.lp.cost))
    share = np.random.default_rng(0).uniform(1.0, 2.0, len(costs))
    for key, column in compiled.column_of(outcome.model.consume).items():
        step = case.demand.steps[key[:3] + key[-1:]][key[3]]
        if step.value is not None and not step.bends:
            costs[column] = compiled.lp.cost[column] * share[column]
    floor = np.zeros(outcome.floors.count)
    floor[outcome.floors.column] = np.abs(outcome.priced.floor)
    found: Vector = np.abs(outcome.priced.gains(costs)) > NO_SHARE * np.maximum(
        floor, floor.max(initial=0.0) / 1e3
    )
    return found


def bearing(outcome: Outcome) -> Vector:
    """The columns of the sourcing LP whose costs the floors are made of."""
    used = outcome.priced.shares().entry.indices
    return distinct(used[used < len(outcome.compiled.lp.cost)])


def parts_of(
    outcome: Outcome,
    terms: Mapping[int, list[Term]],
    column: int,
    year: int,
    constant: Callable[[int], tuple[str, str, float]],
) -> list[Part]:
    """Parts of a distinct floor as they are told of a year, largest first. `terms` are those of the columns in
    `bearing`; `constant` is what the own constant of a floor is told as: label, owner, and the levy behind it."""
    n, shares = len(outcome.compiled.lp.cost), outcome.priced.shares()
    row = shares.entry[[column]]
    pairs = list(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    none = SMALL * sum(abs(entry * float(shares.side[i])) for i, entry in pairs)
    parts = summed([(term, entry) for i, entry in pairs if i < n for term in terms.get(i, ())], year, none)
    for i, entry in pairs:
        if i >= n:
            parts += _from_row(outcome, i - n, entry, entry * float(shares.side[i]), none, constant)
    parts += _unnamed(outcome, pairs, terms, n, none)
    return sorted(parts, key=lambda part: -abs(part.amount))


def summed(named: list[tuple[Term, float]], year: int, none: float = 0.0) -> list[Part]:
    """Sums by label, another year's with its year in the name; but for those of no more than `none`."""
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
            year=first[label].year,
            shortage=first[label].shortage,
            what=first[label].what,
        )
        for label, amounts in total.items()
        if abs(sum(amounts)) > none
    ]


def _from_row(
    outcome: Outcome,
    place: int,
    entry: float,
    amount: float,
    none: float,
    constant: Callable[[int], tuple[str, str, float]],
) -> Iterator[Part]:
    """The part from a floor's own constant, from a rule, or from what a later stage added."""
    k = outcome.floors.count
    rule = outcome.rules[place - k] if k <= place < k + len(outcome.rules) else None
    if rule is not None:
        if rule.source is not None and abs(entry) > NO_ENTRY:
            coefficient = amount / rule.number if rule.number else entry
            yield Part(label=rule.name, owner=rule.name, coefficient=coefficient, amount=amount, rule=True)
    elif abs(amount) > none:
        label, owner, coefficient = "payments held at their least", "support", entry
        if place < k:
            label, owner, levy = constant(place)
            coefficient = amount / levy
        yield Part(label=label, owner=owner, coefficient=coefficient, amount=amount, rule=True)


def _levied(outcome: Outcome, year: int, column: int) -> tuple[str, str, float]:
    """Minimum levies, of one of the floors that are this distinct floor: they share origin, commodity and year."""
    place = int(np.flatnonzero(outcome.floors.column == column)[0])
    floor = Floor(*outcome.floors.keys[place])
    o, *_, c, t = key = outcome.case.levy_key(floor)
    label = f"minimum levy {o} {c}" + (f" ({t})" if t != year else "")
    return label, f"minimum {floor.commodity}", outcome.levies[key]


def _unnamed(
    outcome: Outcome, pairs: list[tuple[int, float]], terms: Mapping[int, list[Term]], n: int, none: float
) -> Iterator[Part]:
    """Costs of columns that the standard model does not have: those of a user's own model."""
    total = sum(entry * float(outcome.compiled.lp.cost[i]) for i, entry in pairs if i < n and i not in terms)
    if abs(total) > none:
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
