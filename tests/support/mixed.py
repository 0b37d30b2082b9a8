"""Random studies that mix features: one generator for seeds and, through `st.randoms()`, for Hypothesis.

Numbers are of round digits, so that ties and limits that just bind occur, until `spread` shifts each of them a
little. A buyer's value bounds what demand costs, so a study has no plan only where minimums, contracts or
targets ask for more than there is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import deepcopy
from itertools import pairwise
from random import Random
from typing import Any

Record = dict[Any, Any]
Sheets = dict[str, list[Record]]

FEATURES = frozenset(
    {
        "lead times",
        "plants",
        "routes",
        "limits",
        "takes",
        "segments",
        "use",
        "groups",
        "each",
        "origins",
        "national",
        "bloc",
        "elastic",
        "leaks",
        "unseen",
        "below cost",
        "rules",
        "minimum",
        "contracts",
        "stocks",
        "must",
        "exporter",
        "steadiest",
        "levy on all",
        "years",
    }
)
"""What a study may hold; `minimum` is the rule of that name, `must` minimums of processes."""


class Draw:
    """Draws of one study."""

    def __init__(self, random: Random, features: Collection[str]) -> None:
        self.random, self.features = random, frozenset(features)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def one_of(self, options: Sequence[Any]) -> Any:
        return options[self.random.randint(0, len(options) - 1)]

    def chance(self, feature: str | None = None, percent: int = 50) -> bool:
        """Whether something happens; never where its feature is not wanted."""
        drawn = self.random.randint(1, 100) <= percent
        return drawn and (feature is None or feature in self.features)

    def path(self, years: Sequence[int], low: float, high: float, blanks: int = 0) -> Record:
        """A value a year, between two numbers, to two digits of their distance; some left out."""
        found = {t: self.amount(low, high) for t in years}
        kept = [t for t in years if self.random.randint(1, 100) > blanks]
        return {t: found[t] for t in kept or years[:1]}

    def amount(self, low: float, high: float) -> float:
        return round(low + (high - low) * self.random.randint(0, 20) / 20, 6)


def sheets(
    random: Random, features: Collection[str] = FEATURES, without: Collection[str] = (), spread: float = 0.0
) -> Sheets:
    """A random study as sheets of records. `spread`: relative shift of every amount, which breaks ties."""
    draw = Draw(random, set(features) - set(without))
    book: Sheets = {}
    _frame(draw, book)
    _production(draw, book)
    _trade(draw, book)
    _demand(draw, book)
    _policy(draw, book)
    _stocks(draw, book)
    if spread:
        shift(draw, book, spread)
    unseen(book, draw.features)
    _below_cost(book, draw.features)
    return {name: rows for name, rows in book.items() if rows}


def regions(book: Sheets, *roles: str) -> list[str]:
    """Regions with one of these roles, in sheet order."""
    return [row["region"] for row in book["regions"] if row["role"] in roles]


def years(book: Sheets) -> list[int]:
    """The years of the study."""
    return [row["year"] for row in book["years"]]


def _frame(draw: Draw, book: Sheets) -> None:
    settings = [("discount_rate", draw.one_of([0, 0.05, 0.1])), ("demand_steps", draw.whole(2, 5))]
    if draw.chance(percent=30):
        settings.append(("capital_rate", draw.one_of([0, 0.12])))
    coordination = [name for name in ("national", "bloc") if name in draw.features]
    if coordination and draw.chance(percent=40):
        settings.append(("coordination", draw.one_of(coordination)))
    if draw.chance("exporter", 20):
        settings.append(("rent", "exporter"))
    if draw.chance("steadiest", 30):
        settings.append(("floor_choice", "steadiest"))
    if draw.chance("levy on all", 20):
        settings.append(("levy_on", "non_members"))
    book["settings"] = [{"key": key, "value": value} for key, value in settings]
    book["years"], at = [], 2026
    for _ in range(draw.whole(1, 3) if "years" in draw.features else 1):
        length = draw.whole(1, 3)
        book["years"].append({"year": at, "length": length})
        at += length
    roles = [
        ("member", "ABC", draw.whole(1, 3)),
        ("capped", "XY", draw.whole(1, 2)),
        ("other", "OP", draw.whole(0, 2)),
    ]
    book["regions"] = [{"region": name, "role": role} for role, names, n in roles for name in names[:n]]
    goods = ["ore", "oxide", "metal"][: draw.whole(2, 3)]
    book["commodities"] = [{"commodity": name} for name in goods]
    book["reference_prices"] = [
        {"commodity": c, **draw.path(years(book), 20 * (n + 1), 20 * (n + 1) + 10)}
        for n, c in enumerate(goods)
    ]


def _production(draw: Draw, book: Sheets) -> None:
    goods = [row["commodity"] for row in book["commodities"]]
    book["technologies"] = [
        {"technology": f"to {made}", "commodity": c, "coefficient": a}
        for used, made in pairwise(goods)
        for c, a in ((used, -draw.one_of([1.1, 1.25, 2])), (made, 1))
    ]
    if len(goods) == 3 and draw.chance(percent=25):  # ore gives some metal on the side
        book["technologies"].append({"technology": "to oxide", "commodity": "metal", "coefficient": 0.125})
    book["processes"], book["plants"] = [], []
    for region in regions(book, "capped"):
        for c in goods[1:]:
            if draw.chance(percent=80):
                _process(draw, book, region, 20 + 20 * goods.index(c), commodity=c, room=(40, 200))
    for region in regions(book, "member", "other", "capped"):
        if draw.chance(percent=60):
            _process(draw, book, region, 15, commodity="ore", room=(5, 30))
        for made in goods[1:]:
            if draw.chance(percent=50):
                _process(draw, book, region, 15, technology=f"to {made}", room=(3, 20))
    for c in goods[1:]:
        _process(
            draw,
            book,
            regions(book, "member", "other")[0],
            60 + 30 * goods.index(c),
            commodity=c,
            room=(3, 12),
        )
    _plants(draw, book)
    book["capacities"] = [
        {"process": row.get("process") or row["plant"], **draw.path(years(book), 2, 30, blanks=40)}
        for row in book["processes"] + book["plants"]
        if draw.chance(percent=15)
    ]
    book["unit_costs"] = [
        {"process": row["process"], **draw.path(years(book), 20, 80, blanks=40)}
        for row in book["processes"]
        if draw.chance(percent=15)
    ]
    book["minimums"] = [
        {"process": row["process"], **draw.path(years(book), 0, 2, blanks=30)}
        for row in book["processes"]
        if draw.chance("must", 8)
    ]


def _process(
    draw: Draw, book: Sheets, region: str, cost: float, room: tuple[float, float], **makes: str
) -> None:
    row: Record = {"process": f"{region} {len(book['processes']) + 1}", "region": region, **makes}
    row["unit_cost"] = draw.amount(cost, cost + 20)
    if draw.chance(percent=85):
        row["capacity"] = draw.amount(*room)
    if draw.chance("lead times", 30):
        row |= _expansion(draw)
    if draw.chance("must", 8):
        row["minimum"] = draw.amount(0, 2)
    if draw.chance("years", 10):
        row["last_year"] = draw.one_of(years(book))
    book["processes"].append(row)


def _expansion(draw: Draw) -> Record:
    row: Record = {"capital_cost": draw.amount(20, 200), "lead_time": draw.whole(0, 2)}
    row["lifetime"] = draw.whole(2, 20)
    if draw.chance():
        row["max_build"] = draw.amount(1, 6)
    if draw.chance(percent=30):
        row["max_total"] = draw.amount(2, 9)
    if draw.chance(percent=20):
        row["rate"] = draw.one_of([0, 0.15])
    return row


def _plants(draw: Draw, book: Sheets) -> None:
    for region in regions(book, "member", "other"):
        users = [row for row in book["processes"] if row["region"] == region]
        if len(users) < 2 or not draw.chance("plants", 40):
            continue
        name = f"{region} plant"
        plant: Record = {"plant": name, "capacity": draw.amount(5, 25)}
        if draw.chance("lead times", 40):
            plant |= _expansion(draw)
        book["plants"].append(plant)
        for row in users[:2]:
            row["plant"] = name
            if draw.chance():
                row["plant_use"] = draw.one_of([0.5, 2])


def _trade(draw: Draw, book: Sheets) -> None:
    book["routes"], book["route_limits"], book["route_minimums"] = [], [], []
    if not draw.chance("routes", 90):
        return
    book["routes"] = [_terms(draw, {"origin": "*", "destination": "*", "commodity": "*"})]
    for origin, destination in (("capped", "member"), ("other", "*"), ("capped", "*")):
        if draw.chance(percent=50):
            key = {"origin": origin, "destination": destination, "commodity": "*"}
            book["routes"].append(_terms(draw, key, duties=True))
    seen = set()
    for _ in range(draw.whole(0, 3)):
        o, d = (
            draw.one_of(regions(book, "capped", "other", "member")),
            draw.one_of(regions(book, "member", "other")),
        )
        c = draw.one_of(book["commodities"])["commodity"]
        if o == d or (o, d, c) in seen:
            continue
        seen.add((o, d, c))
        key = {"origin": o, "destination": d, "commodity": c}
        row = _terms(draw, key, duties=True)
        if draw.chance("limits", 40):
            row["limit"] = draw.amount(0, 20)
        elif draw.chance("takes", 10):
            row["minimum"] = draw.amount(0, 2)
        if draw.chance("origins", 15):
            row["content"] = draw.one_of([0, 0.5, 1])
        book["routes"].append(row)
        if draw.chance("limits", 25) and "minimum" not in row:
            book["route_limits"].append({**key, **draw.path(years(book), 0, 15, blanks=50)})
        if draw.chance("takes", 8) and "limit" not in row:
            book["route_minimums"].append({**key, **draw.path(years(book), 0, 2, blanks=50)})
    limited = {tuple(r[k] for k in ("origin", "destination", "commodity")) for r in book["route_limits"]}
    book["route_minimums"] = [
        r
        for r in book["route_minimums"]
        if tuple(r[k] for k in ("origin", "destination", "commodity")) not in limited
    ]


def _terms(draw: Draw, key: Record, duties: bool = False) -> Record:
    row = {**key, "freight": draw.amount(0, 4)}
    if duties and draw.chance(percent=30):
        row["tariff"] = draw.one_of([0.05, 0.1, 0.25])
    if duties and draw.chance(percent=20):
        row["export_tax"] = draw.one_of([0.05, 0.1])
    if duties and draw.chance(percent=20):
        row["loss"] = draw.one_of([0.02, 0.1])
    return row


def _demand(draw: Draw, book: Sheets) -> None:
    goods = [row["commodity"] for row in book["commodities"]]
    book["demand"] = []
    for region in regions(book, "member", "other"):
        role = next(row["role"] for row in book["regions"] if row["region"] == region)
        for c in goods[1:] if role == "member" else goods[-1:]:
            for segment in ("all", "defence")[: draw.whole(1, 2) if "segments" in draw.features else 1]:
                if role != "member" and not draw.chance(percent=40):
                    continue
                row: Record = {"region": region, "segment": segment, "commodity": c}
                row["value"] = draw.one_of([150, 200, 300])
                if draw.chance("elastic", 20):
                    row["elasticity"] = draw.one_of([-0.3, -1, -2])
                if role == "member" and draw.chance("leaks", 10):
                    row["enforcement"] = draw.one_of([0.9, 0.95])
                book["demand"].append(row | draw.path(years(book), 2, 12))


def _below_cost(book: Sheets, features: Collection[str]) -> None:
    """What processes cost, whatever they are offered at: drawn apart, so that all else stays."""
    draw = Draw(Random(repr(book["processes"])), features)
    for row in book["processes"]:
        if draw.chance("below cost", 15):
            row["cost_basis"] = draw.amount(10, 90)


def unseen(book: Sheets, features: Collection[str]) -> None:
    """Caps that bind what papers show: drawn apart, from what is demanded, so that all else stays."""
    draw = Draw(Random(repr(book["demand"])), features)
    for row in book["caps"] if any("enforcement" in row for row in book["demand"]) else ():
        if draw.chance("unseen", 40):
            row["leaks"] = "unseen"


def _policy(draw: Draw, book: Sheets) -> None:
    goods = [row["commodity"] for row in book["commodities"]]
    book["groups"], book["caps"], book["floor_rules"] = [], [], []
    bases = ["demand", "tonnes", *(["use"] if "use" in draw.features else [])]
    if draw.chance("groups", 25):
        weights = (1, draw.one_of([0.5, 1, 2]))
        book["groups"] = [
            {"group": "both", "commodity": c, "weight": w} for c, w in zip(goods[-2:], weights, strict=True)
        ]
    wanted = {(row["region"], row["commodity"]) for row in book["demand"]}
    seen = set()
    for _ in range(draw.whole(1, 3)):
        row: Record = {"scope": draw.one_of(["bloc", "bloc", "bloc", *regions(book, "member")])}
        row["commodity"] = draw.one_of([goods[-1], *goods[1:], *(["both"] if book["groups"] else [])])
        row["basis"] = draw.one_of(bases)
        if row["commodity"] == "both" and row["basis"] == "use":
            row["basis"] = "demand"
        if row["commodity"] == "ore":
            row["basis"] = "tonnes"
        if draw.chance("segments", 25):
            row["segment"] = "defence"
        if draw.chance("each", 15):
            row["origin"] = "each"
        elif draw.chance("origins", 15):
            row["origin"] = draw.one_of(regions(book, "capped", "other"))
        covers = [c in goods[-2:] if row["commodity"] == "both" else c == row["commodity"] for c in goods]
        scope = regions(book, "member") if row["scope"] == "bloc" else [row["scope"]]
        segment = row.get("segment")
        needs = [
            d
            for d in book["demand"]
            if d["region"] in scope
            and covers[goods.index(d["commodity"])]
            and segment in (None, d["segment"])
        ]
        key = tuple(row.get(k) for k in ("scope", "commodity", "segment", "origin", "basis"))
        if key in seen or not wanted or (row["basis"] == "demand" and not any(sum(_path(d)) for d in needs)):
            continue
        if segment is not None and not needs:
            continue
        seen.add(key)
        low, high = (0, 15) if row["basis"] == "tonnes" else (0.2, 0.9)
        book["caps"].append(row | draw.path(years(book), low, high, blanks=15))
    _rules(draw, book, goods)


def _path(row: Record) -> list[float]:
    return [value for key, value in row.items() if isinstance(key, int)]


def _rules(draw: Draw, book: Sheets, goods: list[str]) -> None:
    limits = {
        "maximum": (60, 120),
        "max_rise": (1, 20),
        "max_fall": (1, 20),
        "max_rise_share": (0.05, 0.3),
        "max_fall_share": (0.05, 0.3),
        "margin": (-20, 10),
        "minimum": (40, 90),
    }
    for rule, (low, high) in limits.items():
        if draw.chance("minimum" if rule == "minimum" else "rules", 15):
            commodity = draw.one_of(["*", goods[-1]] if rule != "minimum" else goods[-1:])
            row = {"commodity": commodity, "rule": rule}
            book["floor_rules"].append(row | draw.path(years(book), low, high, blanks=20))


def _stocks(draw: Draw, book: Sheets) -> None:
    goods = [row["commodity"] for row in book["commodities"]]
    book["stockpiles"], book["stock_targets"], book["funds"], book["contracts"] = [], [], [], []
    for n, region in enumerate(regions(book, "member")):
        if not draw.chance("stocks", 25):
            continue
        row: Record = {"stockpile": f"pile {n}", "region": region, "commodity": draw.one_of(goods[1:])}
        row |= {"opening": draw.amount(0, 4), "holding_cost": draw.amount(0, 2)}
        if draw.chance():
            row["capacity"] = draw.amount(4, 8)
        if draw.chance(percent=30):
            row["loss"] = draw.one_of([0.02, 0.1])
        if draw.chance(percent=40):
            row["fund"] = f"fund {n}"
            book["funds"].append({"fund": row["fund"], "amount": draw.amount(0.1, 0.5)})
        book["stockpiles"].append(row)
        if draw.chance():
            target = {t: draw.one_of(["30 d", "60 d", 1]) for t in years(book) if draw.chance()}
            if target:
                book["stock_targets"].append({"stockpile": row["stockpile"], **target})
    makers = {
        row["process"]: row
        for row in book["processes"]
        if row.get("commodity") in goods[1:] and "last_year" not in row
    }
    if makers and draw.chance("contracts", 20):
        name = draw.one_of(list(makers))
        row = {"process": name, "strike": draw.amount(60, 140), "payer": regions(book, "member")[0]}
        row["upside"] = draw.one_of([0, 0.3])
        book["contracts"].append(row | draw.path(years(book), 0, 2, blanks=20))


KEPT = frozenset(
    {"year", "length", "lead_time", "lifetime", "first_year", "last_year", "weight", "plant_use"}
    | {"elasticity", "enforcement", "content", "rate", "coefficient", "upside", "loss"}
)


def shift(draw: Draw, book: Sheets, spread: float) -> None:
    """Shift every amount a little, each by itself."""
    for name in book:
        if name in ("settings", "years", "groups"):
            continue
        for row in book[name]:
            for key, value in row.items():
                if key not in KEPT and isinstance(value, int | float) and value:
                    row[key] = value * (1 - spread * draw.random.randint(1, 10**6) / 10**6)


def changed(book: Sheets, **rows: list[Record]) -> Sheets:
    """A copy with some sheets replaced."""
    return deepcopy(book | rows)


def described(book: Sheets) -> str:
    """The study as text, for a failing test to print."""
    return "\n".join(f"{name}: {row}" for name, rows in book.items() for row in rows)
