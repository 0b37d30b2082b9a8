"""The bloc's floors and rules, as rows of the pricing LP: what a floor is a sum of, and what binds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from floors.case.axes import Ways
from floors.case.border import Floor, LevyKey, spread
from floors.case.derive import Case
from floors.errors import InputError
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix
from floors.pricing.dual import FloorRows, OwnLevies, PricingLP, Rule, change_rule, since
from floors.sourcing.rows import delivered_rows

Levies = dict[LevyKey, float]
CHANGES = ("max_rise", "max_fall", "max_rise_share", "max_fall_share")


def floor_rows(
    case: Case,
    m: Any,
    compiled: Compiled,
    levies: Levies,
    first: float = -np.inf,
    paying: Mapping[Any, int] | None = None,
) -> FloorRows:
    """Floor = price at the capped origin + friction of the pair + rent of a limit on its exports + sum over caps of
    coefficient x levy + the minimum rule's levy + the levy of its own of a shipment from that origin, where shipments
    (with their columns) are `paying` any.

    Prices of the LP are present values, so each is divided by the weight of its year. Floors that are the
    same sum share one variable. Floors of years before `first` are not in question any more.
    """
    if not levies and not paying and first == -np.inf:
        return compiled.once("floors", lambda: _floor_rows(case, m, compiled, {}, first, {}))
    return _floor_rows(case, m, compiled, levies, first, paying or {})


def _floor_rows(
    case: Case, m: Any, compiled: Compiled, levies: Levies, first: float, paying: Mapping[Any, int]
) -> FloorRows:
    asked = {floor: o for floor, o in case.border.origin.items() if floor.year >= first}
    supply, cap, asked_for = compiled.rows(m.supply), compiled.rows(m.cap), Asked(case, m, compiled)
    weight = case.calendar.weight
    distinct: dict[tuple[tuple[tuple[int, float], ...], float, int], int] = {}
    column: list[int] = []
    counting, minimum = _counting(case, list(asked)), minimum_levies(case, list(asked), levies)
    levy_of = {arc: i for i, arc in enumerate(paying)}
    tariffs: list[tuple[int, int, float]] = []
    for i, (floor, o) in enumerate(asked.items()):
        d, _, t = floor
        _, c, _ = source = case.border.source(floor)
        terms = {supply[source]: 1 / weight[t]}
        terms |= dict.fromkeys(asked_for.above(o, d, floor.commodity, t), 1 / weight[t])
        for k, number in counting.get(i, ()):
            row = cap.get((case.caps[k].name, t))
            if row is not None:
                terms[row] = number / weight[t]
        constant, levy = minimum[floor], levy_of.get((o, d, c, t), -1)
        column.append(distinct.setdefault((tuple(terms.items()), constant, levy), len(distinct)))
        if levy >= 0:
            tariffs.append((column[-1], levy, 1 / weight[t]))
    origin = [supply[case.border.source(floor)] for floor in asked]
    sources = ((key[0], *key[-2:]) for key in levies if key[-1] >= first)
    topped = {supply[source] for source in sources if source in supply}
    entries = [(f, row, a) for f, (terms_, _, _) in enumerate(distinct) for row, a in terms_]
    shape = (len(distinct), compiled.lp.matrix.shape[0])
    return FloorRows(
        keys=tuple(asked),
        column=np.array(column, dtype=int),
        matrix=_matrix(entries, shape),
        constant=np.array([constant for _, constant, _ in distinct], dtype=float),
        weight=np.array([weight[floor.year] for floor in asked], dtype=float),
        origin=np.array(origin, dtype=int),
        others=np.array(sorted(topped - {*origin}), dtype=int),
        levied=OwnLevies(
            np.array([*paying.values()], dtype=int), _matrix(tariffs, (len(distinct), len(paying)))
        ),
        order=in_turn([*asked]),
    )


def in_turn(floors: Sequence[Floor]) -> Vector:
    """Places of floors in the order in which those that can trade value are settled: by year, then by names."""
    by = [(t, c, d) for d, c, t in floors]
    return np.array(sorted(range(len(by)), key=lambda i: by[i]), dtype=int)


class Asked:
    """What a seller asks above its price at origin: the rows whose prices are that."""

    def __init__(self, case: Case, m: Any, compiled: Compiled) -> None:
        self.home = case.places.region_of
        self.links, self.exports = compiled.rows(m.link), compiled.rows(m.export_limit)

    def above(self, o: str, d: str, c: str, t: int) -> tuple[int, ...]:
        """The rows of the link of a pair, and of what o ships abroad at most."""
        r = self.home[d]
        rows = (self.links.get((o, r, c, t)), self.exports.get((o, c, t)) if r != o else None)
        return tuple(row for row in rows if row is not None)


def _matrix(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> Matrix:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return Matrix.from_entries(rows, columns, values, shape)


def _counting(case: Case, floors: Sequence[Floor]) -> dict[int, list[tuple[int, float]]]:
    """By floor: the caps whose rows a shipment from its origin would be in, and the number before it there."""
    scopes, at = case.scopes, case.ways_of(floors)
    floor, scope = scopes.meeting(at.d, at.c, at.t)
    content, loss = case.routes.content_at(*at.route), case.routes.at(case.routes.loss, *at.route)
    number = scopes.coefficient(scope, at.o[floor], content[floor], loss[floor])
    found: dict[int, list[tuple[int, float]]] = {}
    for i, k, a in zip(floor.tolist(), scopes.cap[scope].tolist(), number.tolist(), strict=True):
        if a:
            found.setdefault(i, []).append((k, a))
    return found


def minimum_levies(case: Case, floors: Sequence[Floor], levies: Levies) -> dict[Floor, float]:
    """What the minimum rule adds to each of these floors, USD/kg: its levy times the content of the shipment."""
    ways = case.ways_of(floors)
    found = minimum_levy_on(case, ways, case.routes.content_at(*ways.route), levies)
    return dict(zip(floors, found.tolist(), strict=True))


def minimum_levy_on(case: Case, ways: Ways, content: Vector, levies: Levies) -> Vector:
    """What the minimum rule levies on shipments of such content, USD/kg shipped."""
    if not levies:
        return np.zeros(len(content))
    found: Vector = case.pays_minimum(ways, content) * spread(levies, case.arcs.axes, ways)
    return found


def floor_rules(
    case: Case,
    m: Any,
    compiled: Compiled,
    rows: FloorRows,
    levies: Levies,
    dual: Vector,
    past: dict[Floor, float],
    shared: Mapping[Floor, int] | None = None,
) -> list[Rule]:
    """Every rule of `floor_rules` and `coordination` on the floors that exist, without repetition.

    `dual` are the duals of the plan (one per row): a minimum is held as near as its settled levy brings it.
    Rules that look back use the floors of the `past` where the year before is no longer in question, and the
    columns of `shared` where its floors are those of another case.
    """
    if not case.border.rules and case.study.settings.coordination != "bloc":
        return []
    column: dict[Floor, int] = dict(zip(rows.keys, rows.column.tolist(), strict=True))
    known = {**(shared or {}), **column}
    supply, asked_for = compiled.rows(m.supply), Asked(case, m, compiled)
    changes = [kind for kind in CHANGES if kind in case.border.rules]
    minimum = minimum_levies(case, list(column), levies)
    found: list[Rule] = []
    for floor, now in column.items():
        d, c, t = floor
        most = case.border.rule("maximum", c, t)
        if most is not None:
            source = ("maximum", c)
            found.append(
                Rule(name=f"maximum {c}", floors=((now, 1.0),), upper=most, number=most, source=source)
            )
        least = case.border.rule("minimum", c, t)
        if least is not None:
            above = asked_for.above(case.border.origin[floor], d, c, t)
            price = sum(float(dual[row]) for row in (supply[case.border.source(floor)], *above))
            settled = price / case.calendar.weight[t] + minimum[floor]
            found.append(
                Rule(
                    name=f"minimum {c}",
                    floors=((now, 1.0),),
                    lower=min(least, settled),
                    number=least,
                    source=("minimum", c),
                )
            )
        before = case.calendar.before(t)
        if before is None:
            continue
        earlier = known.get(Floor(d, c, before))
        for kind in changes:
            value = case.border.rule(kind, c, t)
            if value is None:
                continue
            if earlier is None and Floor(d, c, before) in past:
                was = past[Floor(d, c, before)]
                found.append(since(f"{kind} {c}", kind, now, was, value, t - before, (kind, c)))
            elif earlier is not None:
                found.append(change_rule(f"{kind} {c}", kind, now, earlier, value, t - before, (kind, c)))
    found += _margins(case, m, compiled, column)
    if case.study.settings.coordination == "bloc":
        found += _one_floor(case, column)
    return list(dict.fromkeys(found))


def contradiction(
    case: Case, compiled: Compiled, plan: Vector, rows: FloorRows, rules: list[Rule]
) -> InputError:
    """The rows of `floor_rules` without which some floors would obey the rest; all of them if it takes two."""
    sources = list(dict.fromkeys(rule.source for rule in rules if rule.source is not None))
    alone = [
        source
        for source in sources
        if PricingLP(compiled, plan, rows, [r for r in rules if r.source != source]).has_solution()
    ]
    lines = dict.fromkeys(case.border.rule_row[source] for source in alone or sources)
    return InputError(
        [
            case.study.problem(
                "floor_rules",
                line,
                None,
                "no floors obey this rule together with the others and with prices at which nobody gains.",
                "Loosen or remove it, or one of the other rules.",
                code="contradictory_rules",
            )
            for line in lines
        ]
    )


def _margins(case: Case, m: Any, compiled: Compiled, column: dict[Floor, int]) -> list[Rule]:
    """sum of coefficient x (floor, or delivered price) >= value x coefficient of c, by member and technology.

    A by-product that nobody in the member uses has no delivered price there; its price ex works counts.
    """
    if "margin" not in case.border.rules:
        return []
    use, supply, production = delivered_rows(m, compiled), compiled.rows(m.supply), case.production.untagged
    made_here: dict[tuple[str, str], dict[str, float]] = {}
    for p in production.processes:
        technology = production.technology[p]
        if technology is not None and production.region[p] in case.places.members:
            made_here[production.region[p], technology] = production.coefficient[p]
    found = []
    for (member, technology), io in made_here.items():
        for c, a in io.items():
            for t in case.calendar.years:
                value = case.border.rule("margin", c, t)
                if a <= 0 or value is None or Floor(member, c, t) not in column:
                    continue
                floors = tuple((column[f], b) for i, b in io.items() if (f := Floor(member, i, t)) in column)
                prices = tuple(
                    (row, b / case.calendar.weight[t])
                    for i, b in io.items()
                    if Floor(member, i, t) not in column
                    and (row := use.get((member, i, t), supply.get((member, i, t)))) is not None
                )
                found.append(
                    Rule(
                        name=f"margin {c} ({technology})",
                        floors=floors,
                        prices=prices,
                        lower=value * a,
                        number=value,
                        source=("margin", c),
                    )
                )
    return found


def _one_floor(case: Case, column: dict[Floor, int]) -> list[Rule]:
    """One floor per commodity, year and kind of market."""
    first: dict[tuple[str, str, int], int] = {}
    found = []
    for (d, c, t), now in column.items():
        leader = first.setdefault((case.places.kind(d), c, t), now)
        if leader != now:
            pair = (now, 1.0), (leader, -1.0)
            found.append(Rule(name=f"coordination {c}", floors=pair, lower=0.0, upper=0.0))
    return found


def consumption_cost(case: Case, m: Any, compiled: Compiled, consumed: dict[Any, float]) -> Vector:
    """One coefficient per price: planned consumption of members, so that the sum is what they pay (PV)."""
    use = delivered_rows(m, compiled)
    vector = np.zeros(compiled.lp.matrix.shape[0])
    for (d, _, c, _, t), quantity in consumed.items():
        if case.places.is_member(d, t) and (d, c, t) in use:
            vector[use[d, c, t]] += quantity
    return vector


def levies_on_use(case: Case, m: Any, compiled: Compiled) -> Vector:
    """One coefficient per price: the levies of caps on use, so that the sum is theirs (PV)."""
    use = {cap.name for cap in case.caps if cap.basis == "use"}
    vector = np.zeros(compiled.lp.matrix.shape[0])
    vector[[row for (name, _), row in compiled.rows(m.cap).items() if name in use] if use else []] = 1.0
    return vector


def steadiness(
    case: Case, pricing: PricingLP, past: dict[Floor, float], column: Mapping[Floor, int]
) -> Vector:
    """Sum over floors (at `column`) of |change from the year before| / reference price / years between; adds
    its variables."""
    steps: dict[tuple[int, int | None, float, float], float] = {}
    for (d, c, t), now in column.items():
        before = case.calendar.before(t)
        if before is None:
            continue
        earlier, was = column.get(Floor(d, c, before)), past.get(Floor(d, c, before))
        if earlier is not None or was is not None:
            key = (now, earlier, was or 0.0, 1 / case.reference[c, t] / (t - before))
            steps[key] = steps.get(key, 0.0) + key[3]
    changes = pricing.add_columns(np.zeros(len(steps)), np.full(len(steps), np.inf))
    entries, sides = list[tuple[int, int, float]](), list[float]()
    for change, (now, earlier, was, _) in zip(changes.tolist(), steps, strict=True):
        for sign in (1.0, -1.0):
            row = len(sides)
            entries += [(row, change, 1.0), (row, pricing.m + now, -sign)]
            if earlier is not None:
                entries.append((row, pricing.m + earlier, sign))
            sides.append(-sign * was if earlier is None else 0.0)
    if sides:
        at, columns, values = zip(*entries, strict=True)
        size = len(sides), len(pricing.column_lower)
        rows = Matrix.from_entries(at, columns, values, size)
        pricing.add_rows(np.array(sides), np.full(len(sides), np.inf), rows)
    cost = np.zeros(len(pricing.column_lower))
    cost[changes] = [*steps.values()]
    return cost
