"""Sheet floor_parts: each part is a multiple of a number of the tables, and the parts of a floor add up to it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from floors.verification.buying import cut
from floors.verification.calendar import Place
from floors.verification.check import About, Checker, Either, Unknown
from floors.verification.given import Given
from floors.verification.plan import Plan
from floors.verification.written import Line

Numbers = dict[str, dict[int | None, tuple[float, ...]]]
"""What a part names -> by year (None: in any) the numbers that it can stand for; () where no table holds one."""

_YEAR = re.compile(r" \((\d+)\)$")
ADD_UP = 1e-6  # relative, as the certificate has it
NO_NUMBER = (
    "coefficient of floor_parts where the rule's number is 0, or where payments are held: the tables name no "
    "number that it multiplies"
)
OTHER = "other costs of the model"
PAYMENTS = "payments held at their least"


def check_parts(plan: Plan, lines: list[Line], checker: Checker) -> float:
    """Returns by how much the parts of a floor miss it at most, relative."""
    numbers = _numbers(plan)
    total = dict.fromkeys(plan.floor, 0.0)
    first: dict[Place, Line] = {}
    for line in lines:
        key: Any = line.key[:3]
        first.setdefault(key, line)
        total[key] = total.get(key, 0.0) + (line["amount"] or 0.0)
        checker.cell(line, "amount", _amount(numbers, line))
    worst = 0.0
    for key, amount in total.items():
        floor = plan.floor.get(key, 0.0)
        off = abs(amount - floor) / (1 + abs(floor))
        worst = max(worst, off)
        checker.compared += 1
        if off > ADD_UP:
            rule = "the parts of a floor add up to it"
            if key in first:
                checker.at(first[key], "amount", amount, floor, rule)
            else:
                checker.say("floor_parts", "", "amount", None, floor, rule, key)
    return worst


def _amount(numbers: Numbers, line: Line) -> Any:
    """Coefficient x one of the numbers that a part can stand for."""
    part, year, coefficient = str(line["part"]), line["year"], line["coefficient"] or 0.0
    match = _YEAR.search(part)
    if part not in numbers and match is not None:  # a number of another year than the floor's
        part, year = part[: match.start()], int(match[1])
    if part not in numbers:
        return "a cost, charge, value or rule of the tables"
    known = numbers[part].get(year, numbers[part].get(None, ()))
    if not known:
        return Unknown(NO_NUMBER)
    return Either(tuple(About(coefficient * number, abs(coefficient * number)) for number in known))


def _numbers(plan: Plan) -> Numbers:
    """Everything that a floor of this study can have for a part."""
    g, found = plan.given, defaultdict[str, dict[int | None, tuple[float, ...]]](dict)
    for (p, t), cost in g.making.cost.items():
        found[f"unit cost {p}"][t] = (cost,)
    for x, built in g.making.building.items():
        found[f"annual charge {x}"][None] = (built.charge,)
    for k, heap in g.heaps.items():
        found[f"holding cost {k}"][None] = (heap.holding,)
    for buyer, ladder in g.buying.ladder.items():
        who = f"{g.buyer_name(buyer)} {buyer[2]}"
        found[f"value {who}"][buyer[3]] = tuple(step.value for step in ladder if step.high is None)
        curve = [step for step in ladder if step.high is not None]
        bends = [part for step in curve for part in (step, *cut(g.buying.curve[buyer], step))]
        found[f"demand {who}"][buyer[3]] = tuple(step.value for step in bends)
    _routes(g, found)
    for o, c, t in g.borders.levied:
        found[f"minimum levy {o} {c}"][t] = _unless_0([plan.minimum.get((o, c, t), 0.0)])
    for rule, by_commodity in g.borders.rules.items():
        for c, values in by_commodity.items():
            names = [f"{rule} {c}"]
            if rule == "margin":
                names = [f"margin {c} ({x})" for x in {*g.making.technology.values()} if x]
            found |= {name: {None: _unless_0([*values.values()])} for name in names}
    found[PAYMENTS] = {}
    found[OTHER][None] = (1.0,)
    return found


def _unless_0(numbers: list[float]) -> tuple[float, ...]:
    return () if 0.0 in numbers else tuple(numbers)


def _routes(g: Given, found: Numbers) -> None:
    made = {(r, c) for p, r in g.making.region.items() for c in g.making.makes.get(p, ())}
    for o, c in made:
        for d in g.world.region:
            for t in g.calendar.years if g.world.takes(d, c) else ():
                road = g.road(o, d, c, t)
                if road is not None:
                    name = f"{o} > {d} {c}"
                    found[f"freight {name}"][t] = (road.freight,)
                    found[f"tariff {name}"][t] = (road.tariff,)
                    found[f"export tax {name}"][t] = (road.export_tax,)
