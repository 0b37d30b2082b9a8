"""Links: a pair of regions whose route has a `qualify_cost`, of a commodity in sheet `qualified`, ships what stands of its
link and what of it was qualified since and is alive; what is qualified pays an annuity in every year in which it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.oracle.caps import Cap
from tests.oracle.lp import INF, Program
from tests.oracle.reading import Data

Pair = tuple[str, str, str, int]  # origin, region, commodity, year


class Terms(NamedTuple):
    """USD per kg/yr a year; t/yr added in a period at most; years in which it stands."""

    charge: float
    most: float
    alive: list[int]


def needs(data: Data, o: str, r: str, c: str, t: int) -> bool:
    """Whether a pair ships no more than a link."""
    listed = {row["commodity"] for row in data.study.rows("qualified")}
    row = data.best("routes", o, r, c, t) if o != r and c in listed else None
    return row is not None and row["qualify_cost"] is not None


def stands(data: Data, o: str, r: str, c: str) -> float:
    """What stands when the first year begins, t/yr."""
    rows = data.study.rows("qualified")
    return sum(row["t"] for row in rows if (row["origin"], row["destination"], row["commodity"]) == (o, r, c))


def terms(data: Data, o: str, r: str, c: str, b: int) -> Terms | None:
    """What qualifying takes in a period."""
    if not needs(data, o, r, c, b):
        return None
    row, q = data.best("routes", o, r, c, b), data.settings.capital_rate
    assert row is not None
    life, wait = row["qualify_life"], row["qualify_time"]
    annuity = row["qualify_cost"] * (q / (1 - (1 + q) ** -life) if q else 1 / life)
    most = INF if row["qualify_limit"] is None else row["qualify_limit"] * data.length[b]
    return Terms(annuity, most, [t for t in data.years if b + wait <= t < b + wait + life])


def passable(data: Data, o: str, r: str, c: str, t: int) -> bool:
    """Whether anything can go this way."""
    if not needs(data, o, r, c, t) or stands(data, o, r, c) > 0:
        return True
    built = (terms(data, o, r, c, b) for b in data.years)
    return any(one is not None and one.most > 0 and t in one.alive for one in built)


def add(data: Data, lp: Program, shipped: Mapping[Pair, Mapping[tuple, float]]) -> None:
    """Rows and columns of links, of what each pair can ship."""
    needed = {pair: ships for pair, ships in shipped.items() if ships and needs(data, *pair)}
    alive: dict[Pair, dict[tuple, float]] = {pair: {} for pair in needed}
    for o, r, c in dict.fromkeys(pair[:3] for pair in needed):
        for b in data.years:
            one = terms(data, o, r, c, b)
            if one is None or not any((o, r, c, t) in needed for t in one.alive):
                continue
            built = lp.column(("connect", o, r, c, b), one.charge * sum(data.weight[t] for t in one.alive))
            lp.row(("connect_limit", o, r, c, b), -INF, {built: 1.0}, one.most)
            for t in one.alive:
                alive.get((o, r, c, t), {})[built] = -1.0
    for pair, ships in needed.items():
        lp.row(("link", *pair), -INF, dict(ships) | alive[pair], stands(data, *pair[:3]))


def friction(data: Data, lp: Program, o: str, r: str, c: str, t: int) -> dict[tuple, float]:
    """What a seller asks above its price at origin as a sum of prices, USD/kg: that of the link, and that of what it
    withholds; of rows with an upper side alone, whose price is not above 0."""
    rows = [("link", o, r, c, t), *([("export_limit", o, c, t)] if o != r else [])]
    return {row: -1 / data.weight[t] for row in rows if row in lp.rows}


def levied(data: Data, lp: Program, caps: list[Cap], own: Mapping[tuple, tuple]) -> list[tuple]:
    """Rows of links, and of limits on exports, of pairs that a cap, a minimum or a levy of its own falls on."""
    everyone, minimum = data.settings.levy_on == "non_members", data.rule("minimum") if caps or own else {}
    found = {}
    for _, o, d, c, t in (column for column in lp.cost if column[0] == "ship"):
        rows = friction(data, lp, o, r := data.region_of[d], c, t)
        if not rows:
            continue
        by_cap = any(
            ("cap", i, t) in lp.rows and t in cap.volume and cap.coefficient(data, o, d, c, t) != 0
            for i, cap in enumerate(caps)
        )
        route = data.route(o, r, c, t)
        payer = data.is_charged(o, t, everyone)
        pays = payer and data.is_member(r, t) and (c, t) in minimum and (o, c, t) in data.can_make
        by_minimum = pays and (everyone or (route is not None and route.content > 0))
        if by_cap or by_minimum or ("levy", o, d, c, t) in own:
            found |= dict.fromkeys(rows)
    return [*found]


def limits(lp: Program) -> Iterator[tuple]:
    """Rows of limits of routes that have a link, or go abroad from where exports are limited."""
    for row in lp.rows:
        if row[0] == "route_limit":
            _, o, r, c, t = row
            if ("link", o, r, c, t) in lp.rows or (o != r and ("export_limit", o, c, t) in lp.rows):
                yield row
