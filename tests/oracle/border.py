"""The bloc's floors as sums of prices, and its rules on them as rows.

A floor stands where a cap counts what the first capped supplier of a place ships, or a minimum holds: it is the price
at that origin, plus coefficient x the price of each cap, plus the levy of its own, plus the levy of the minimum rule.
Into a place with a floor every capped origin, or every non-member, can be charged a levy of its own by the t.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.oracle import links
from tests.oracle.caps import Cap
from tests.oracle.lp import INF, Program
from tests.oracle.minimum import Levies, Origin, levy_key, pays
from tests.oracle.reading import Data

Terms = dict[tuple, float]
FloorKey = tuple[str, str, int]  # place, commodity, year
CHANGES = ("max_rise", "max_fall", "max_rise_share", "max_fall_share")


class Sum(NamedTuple):
    """Terms in prices, and a constant [USD/kg]: a floor is one, and so is what a rule bounds."""

    terms: Terms
    constant: float = 0.0

    def at(self, price: Mapping[tuple, float]) -> float:
        return self.constant + sum(a * price[row] for row, a in self.terms.items())


class Floor(NamedTuple):
    """Ex works at this capped origin."""

    origin: str
    sum: Sum


def combined(*parts: tuple[float, Sum]) -> Sum:
    """A weighted sum of sums."""
    terms: Terms = {}
    for factor, part in parts:
        for row, a in part.terms.items():
            terms[row] = terms.get(row, 0.0) + factor * a
    return Sum(terms, sum(factor * part.constant for factor, part in parts))


def floors(
    data: Data, lp: Program, caps: list[Cap], levies: Levies, minimum: bool
) -> Iterator[tuple[FloorKey, Floor]]:
    """Every floor that stands, without levies of their own."""
    asked = data.rule("minimum") if minimum else {}
    for d, c in data.nodes():
        r = data.region_of[d]
        for t, w in data.weight.items():
            if not data.is_member(r, t):
                continue
            o = data.supplier(r, c, t)
            if o and ((c, t) in asked or any(cap.counts(data, o, d, c, t) > 0 for cap in caps)):
                terms: Terms = {("supply", o, c, t): 1 / w} | links.friction(data, lp, o, r, c, t)
                for i, cap in enumerate(caps):
                    number = cap.coefficient(data, o, d, c, t)
                    if number and ("cap", i, t) in lp.rows:
                        terms["cap", i, t] = -number / w
                yield (d, c, t), Floor(o, Sum(terms, pays(data, levies, o, r, c, t)))


def own_levies(data: Data, lp: Program, found: Mapping[FloorKey, Floor]) -> dict[tuple, tuple]:
    """Each levy of its own, `("levy", o, d, c, t)` [present value by the t], with the shipment that it is on."""
    everyone = data.settings.levy_on == "non_members"
    return {
        ("levy", *ship[1:]): ship
        for ship in lp.cost
        if ship[0] == "ship" and ship[2:] in found
        if data.is_charged(ship[1], ship[4], everyone)
    }


def topped(data: Data, found: Mapping[FloorKey, Floor], own: Mapping[tuple, tuple]) -> dict[FloorKey, Floor]:
    """Floors with the levies of their own."""
    whole = {}
    for key, (origin, floor) in found.items():
        levy = ("levy", origin, *key)
        terms = {levy: 1 / data.weight[key[2]]} if levy in own else {}
        whole[key] = Floor(origin, Sum(floor.terms | terms, floor.constant))
    return whole


def rules(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor], at_origin: Mapping[Origin, float]
) -> Iterator[tuple[float, Sum, float]]:
    """Every rule as low <= sum <= high."""
    maximum, minimum = data.rule("maximum"), data.rule("minimum")
    leader: dict[tuple, Sum] = {}
    for (d, c, t), (origin, floor) in found.items():
        if (c, t) in maximum:
            yield -INF, floor, maximum[c, t]
        if (c, t) in minimum:  # as near as the levies settled
            key = levy_key(data, origin, data.region_of[d], c, t)
            yield min(minimum[c, t], at_origin[key] + floor.constant), floor, INF
        first = leader.setdefault((d.removeprefix(data.region_of[d]), c, t), floor)
        if data.settings.coordination == "bloc" and first is not floor:
            yield 0.0, combined((1, floor), (-1, first)), 0.0
        earlier = found.get((d, c, data.before.get(t, 0)))
        for name in CHANGES if earlier else ():
            value = data.rule(name).get((c, t))
            if earlier and value is not None:
                years, sign = t - data.before[t], 1 if "rise" in name else -1
                grown, most = (
                    (1.0, value * years) if name in CHANGES[:2] else ((1 + sign * value) ** years, 0.0)
                )
                yield -INF, combined((sign, floor), (-sign * grown, earlier.sum)), most
    for (c, t), least in data.rule("margin").items():
        for p in data.processes.values():
            if p.technology and p.makes.get(c, 0) > 0 and (p.region, c, t) in found:
                worth = ((a, _worth(data, lp, caps, found, p.region, k, t)) for k, a in p.makes.items())
                yield least * p.makes[c], combined(*worth), INF


def _worth(
    data: Data, lp: Program, caps: list[Cap], found: dict[FloorKey, Floor], r: str, c: str, t: int
) -> Sum:
    """For a margin: the floor, or the delivered price, or of a by-product that nobody in the member uses the price ex works."""
    used = any(column[0] not in ("ship", "exempt", "waste") for column in lp.rows["use", r, c, t][1])
    counted = any(cap.covers(r, c, t) and cap.share[t] * cap.weight[c] for cap in caps)
    row = ("use" if used or counted or ("supply", r, c, t) not in lp.rows else "supply", r, c, t)
    return found[r, c, t].sum if (r, c, t) in found else Sum({row: 1 / data.weight[t]})
