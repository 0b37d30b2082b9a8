"""Sheet floor_parts: what each part names, and who sets a floor by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from floors.verification.buying import Buyer, cut
from floors.verification.calendar import Place
from floors.verification.check import About, Checker, Either, Unknown
from floors.verification.given import Given
from floors.verification.plan import Plan
from floors.verification.written import Line

Row = dict[str, Any]
_YEAR = re.compile(r" \((\d+)\)$")
ADD_UP = 1e-6  # relative, as the certificate has it
NO_NUMBER = (
    "coefficient of floor_parts where the rule's number is 0, or where payments are held: the tables name no "
    "number that it multiplies"
)
OTHER = "other costs of the model"
PAYMENTS = "payments held at their least"


@dataclass(frozen=True)
class Named:
    """What a part names: whose it is, the numbers it can stand for by year (None: of any year), and its kind."""

    owner: str
    numbers: dict[int | None, tuple[float, ...]]
    rule: bool = False
    shortage: bool = False


class Names:
    """Every part that a floor of this study can have."""

    def __init__(self, plan: Plan) -> None:
        self._of: dict[str, Named] = {}
        g = plan.given
        for p in g.making.processes:
            self._of[f"unit cost {p}"] = Named(p, {t: (g.making.cost[p, t],) for t in g.making.runs[p]})
        for x, built in g.making.building.items():
            self._of[f"annual charge {x}"] = Named(x, {None: (built.charge,)})
        for k, heap in g.heaps.items():
            self._of[f"holding cost {k}"] = Named(k, dict.fromkeys(g.calendar.years, (heap.holding,)))
        for buyer in g.buying.ladder:
            self._buyer(g, buyer)
        self._routes(g)
        for o, c, t in sorted(g.borders.levied):
            owner = Named(f"minimum {c}", {}, rule=True)
            known = self._of.setdefault(f"minimum levy {o} {c}", owner).numbers
            known[t] = (plan.minimum.get((o, c, t), 0.0),)
        self._rules(g)
        self._of[PAYMENTS] = Named("support", {}, rule=True)
        self._of[OTHER] = Named(OTHER, {None: (1.0,)})

    def _buyer(self, g: Given, buyer: Buyer) -> None:
        """A step of a curve bends; any other is a shortage where it sets a price."""
        who, c, t = g.buyer_name(buyer), buyer[2], buyer[3]
        bends, ends = [], []
        for step in g.buying.ladder[buyer]:
            if step.high is None:
                ends.append(step.value)
            else:
                bends += [step.value, *(part.value for part in cut(g.buying.curve[buyer], step))]
        self._of.setdefault(f"demand {who} {c}", Named(f"demand {who}", {})).numbers[t] = tuple(bends)
        shortage = Named(f"unserved {who}", {}, shortage=True)
        self._of.setdefault(f"value {who} {c}", shortage).numbers[t] = tuple(ends)

    def _routes(self, g: Given) -> None:
        made = {
            (r, c)
            for t in g.calendar.years
            for p, r in g.making.region.items()
            for c in g.making.makes.get(p, ())
        }
        for o, c in sorted(made):
            for d in g.world.region:
                name = f"{o} > {d} {c}"
                roads = {t: road for t in g.calendar.years if (road := g.road(o, d, c, t)) is not None}
                if not roads or not g.world.takes(d, c):
                    continue
                self._of[f"freight {name}"] = Named(name, {t: (r.freight,) for t, r in roads.items()})
                self._of[f"tariff {name}"] = Named(name, {t: (r.tariff,) for t, r in roads.items()})
                self._of[f"export tax {name}"] = Named(name, {t: (r.export_tax,) for t, r in roads.items()})

    def _rules(self, g: Given) -> None:
        for rule, by_commodity in g.borders.rules.items():
            for c, values in by_commodity.items():
                names = [f"{rule} {c}"]
                if rule == "margin":
                    names = [f"margin {c} ({x})" for x in {*g.making.technology.values()} if x]
                for name in names:
                    self._of[name] = Named(name, {None: tuple(values.values())}, rule=True)

    def find(self, label: str, year: int) -> tuple[Named, tuple[float, ...]] | None:
        """What a label of a floor of a year names, with the numbers it can stand for; None: nothing known."""
        named = self._of.get(label)
        if named is None:
            match = _YEAR.search(label)
            named = self._of.get(label[: match.start()]) if match else None
            if match is None or named is None or int(match[1]) == year:
                return None
            year = int(match[1])
        return named, named.numbers.get(year, named.numbers.get(None, ()))


def parts(plan: Plan, names: Names, lines: list[Line]) -> Iterator[Row]:
    """The parts as they stand, floor by floor and largest first; amount = coefficient x the number named."""
    stages = plan.given.stages
    past_first = sorted(plan.given.borders.origin, key=lambda key: sum(key[2] >= first for first in stages))
    by_floor: dict[Place, list[Line]] = {key: [] for key in past_first}
    for line in lines:
        key = (line["member"], line["commodity"], line["year"])
        if key in by_floor and line["part"] and names.find(line["part"], key[2]):
            by_floor[key].append(line)
    for key, found in by_floor.items():
        for line in sorted(found, key=lambda line: -abs(line["amount"] or 0.0)):
            row: Row = dict(zip(("member", "commodity", "year"), key, strict=True)) | {"part": line["part"]}
            known = names.find(line["part"], key[2])
            assert known is not None
            row["amount"] = _amount(line, *known)
            yield row


def _amount(line: Line, named: Named, numbers: tuple[float, ...]) -> Any:
    coefficient = line["coefficient"] or 0.0
    if line["part"] == PAYMENTS or (named.rule and 0.0 in numbers):
        return Unknown(NO_NUMBER)
    if not numbers:
        return "a number that the tables hold"
    return Either(tuple(About(coefficient * number, abs(coefficient * number)) for number in numbers))


def setters(names: Names, lines: list[Line]) -> dict[Place, tuple[str, ...]]:
    """Who sets each floor: a rule, or a shortage, among the parts; else the owner with the largest sum."""
    by_floor: dict[Place, list[tuple[Named, str, float]]] = {}
    for line in lines:
        key = (line["member"], line["commodity"], line["year"])
        known = names.find(line["part"], key[2]) if line["part"] else None
        if known:
            by_floor.setdefault(key, []).append((known[0], line["part"], line["amount"] or 0.0))
    return {key: _setter(found) for key, found in by_floor.items()}


def _setter(found: list[tuple[Named, str, float]]) -> tuple[str, ...]:
    """A minimum levy that a route pays counts as a cost, one that the floor itself has as a rule: either goes."""
    answers: list[str] = []
    for levy_is_rule in (True, False):
        rules = [n.owner for n, label, _ in found if n.rule and (levy_is_rule or not _is_levy(label))]
        short = [n.owner for n, _, _ in found if n.shortage]
        total: dict[str, float] = {}
        for n, _, amount in found:
            total[n.owner] = total.get(n.owner, 0.0) + amount
        most = max(map(abs, total.values()))
        largest = [owner for owner, amount in total.items() if abs(amount) >= most * (1 - 1e-9)]
        answers += rules[:1] or short[:1] or largest
    return tuple(dict.fromkeys(answers))


def _is_levy(label: str) -> bool:
    return label.startswith("minimum levy ")


def check_sums(plan: Plan, names: Names, lines: list[Line], checker: Checker) -> float:
    """The parts of each floor add up to it; returns the largest miss, relative. Unknown parts are said."""
    total = dict.fromkeys(plan.given.borders.origin, 0.0)
    first: dict[Place, Line] = {}
    for line in lines:
        key = (line["member"], line["commodity"], line["year"])
        first.setdefault(key, line)
        total[key] = total.get(key, 0.0) + (line["amount"] or 0.0)
    worst = 0.0
    for key, floor in plan.floor.items():
        off = abs(total.get(key, 0.0) - floor) / (1 + abs(floor))
        worst = max(worst, off)
        checker.compared += 1
        if off > ADD_UP:
            rule = "the parts of a floor add up to it"
            if key in first:
                checker.at(first[key], "amount", total[key], floor, rule)
            else:
                checker.say("floor_parts", "", "amount", None, floor, rule, key)
    return worst
