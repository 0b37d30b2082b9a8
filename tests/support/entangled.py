"""Random studies in which rules, slack caps, `use` caps and ties meet: `mixed.sheets` with more put on top.

Caps of single members beside rules that tie their floors together; `use` caps over stocks, groups, losses, leaks and
material that nobody wants; two sellers of one price, and what came before the first year.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from floors.contract.inputs import BY_NAME, SETTINGS
from tests.support import kept, let_off, linked, mixed, turning
from tests.support.mixed import Draw, Record, Sheets, regions, years

MORE = frozenset({"twins", "slack", "used", "thrown away", "known", "kept", "turning", "let off", "linked"})
"""What is put on top, besides all of `mixed.FEATURES`."""
KEYS = ("scope", "commodity", "segment", "origin", "basis")


def sheets(random: Random, without: Collection[str] = (), spread: float = 0.0) -> Sheets:
    """A random study as sheets of records. `spread`: relative shift of every amount but for what twins ask."""
    draw = Draw(random, (mixed.FEATURES | MORE) - set(without))
    book: dict[str, list[Record]] = {name: [] for name in BY_NAME}
    book |= mixed.sheets(random, without=without)
    good = book["commodities"][-1]["commodity"]
    twins = draw.chance("twins", 50)
    if twins:
        _twins(draw, book, good)
    if draw.chance("slack", 60):
        _slack(draw, book, good)
    thrown = draw.chance("thrown away", 40)
    if thrown:
        _thrown_away(draw, book, good)
    if draw.chance("used", 95 if thrown else 55):
        _used(draw, book, good)
    if draw.chance("known", 70 if twins else 30):
        _known(draw, book)
    if draw.chance("kept", 50):
        kept.add(draw, book, good)
    if draw.chance("turning", 40):
        turning.add(draw, book)
    if draw.chance("let off", 35):
        let_off.add(draw, book, good)
    if draw.chance("linked", 40):
        linked.add(draw, book, good)
    if spread:
        mixed.shift(draw, book, spread)
    mixed.unseen(book, draw.features)
    sellers = [row for row in book["processes"] if row["process"].startswith("twin ")]
    for row in sellers:
        row["unit_cost"] = sellers[0]["unit_cost"]
    return {name: rows for name, rows in book.items() if rows}


def knows(sheet: str, setting: str = "") -> bool:
    """Whether a workbook can have the sheet, or the setting."""
    return sheet in BY_NAME and (not setting or any(column.name == setting for column in SETTINGS))


def _twins(draw: Draw, book: Sheets, good: str) -> None:
    """Two others that sell at one price, so that the plan can go to and fro between them."""
    cost = draw.amount(40, 80)
    for region in "OP":
        if region not in regions(book, "other"):
            book["regions"].append({"region": region, "role": "other"})
        row: Record = {"process": f"twin {region}", "region": region, "commodity": good, "unit_cost": cost}
        if draw.chance(percent=60):
            row["capacity"] = draw.amount(3, 20)
        book["processes"].append(row)
    if knows("settings", "plan_choice") and draw.chance(percent=25):
        book["settings"].append({"key": "plan_choice", "value": "any"})


def _rule(draw: Draw, book: Sheets, good: str, name: str, low: float, high: float) -> None:
    """A rule on the good, in place of what stood there."""
    others = [row for row in book["floor_rules"] if (row["commodity"], row["rule"]) != (good, name)]
    rule: Record = {"commodity": good, "rule": name}
    book["floor_rules"] = [*others, rule | draw.path(years(book), low, high, blanks=20)]


def _slack(draw: Draw, book: Sheets, good: str) -> None:
    """Caps of single members, in some years far above what comes, and rules across members and years."""
    found = {tuple(row.get(k) for k in KEYS): row for row in book["caps"]}
    for member in regions(book, "member"):
        if draw.chance(percent=80):
            volume = {t: draw.amount(0, 12) if draw.chance() else draw.amount(60, 200) for t in years(book)}
            found[member, good, None, None, "tonnes"] = {
                "scope": member,
                "commodity": good,
                "basis": "tonnes",
                **{t: v for t, v in volume.items() if draw.chance(percent=90)},
            }
    book["caps"] = [row for row in found.values() if any(isinstance(key, int) for key in row)]
    settings = {row["key"]: row["value"] for row in book["settings"]}
    if draw.chance("bloc", 50):
        settings["coordination"] = "bloc"
    if draw.chance("levy on all", 20):
        settings["levy_on"] = "non_members"
    book["settings"] = [{"key": key, "value": value} for key, value in settings.items()]
    for name, low, high in (
        ("max_fall", 0, 15),
        ("max_rise", 0, 15),
        ("max_fall_share", 0, 0.2),
        ("margin", 0, 30),
        ("maximum", 50, 120),
    ):
        if draw.chance("rules", 30):
            _rule(draw, book, good, name, low, high)
    if draw.chance("minimum", 8):
        _rule(draw, book, good, "minimum", 40, 90)


def _used(draw: Draw, book: Sheets, good: str) -> None:
    """Caps on shares of what is used, where stocks, losses, leaks, groups and markets bear on what is used."""
    group = good
    if draw.chance("groups", 35):
        group = _side(draw, book, good)
    found = {tuple(row.get(k) for k in KEYS): row for row in book["caps"]}
    wanted = {
        row["region"] for row in book["demand"] if row["segment"] == "defence" and row["commodity"] == good
    }
    for _ in range(draw.whole(1, 2)):
        row: Record = {"scope": draw.one_of(["bloc", "bloc", *regions(book, "member")]), "commodity": group}
        row["basis"] = "use"
        scope = regions(book, "member") if row["scope"] == "bloc" else [row["scope"]]
        if wanted.intersection(scope) and draw.chance("segments", 25):
            row["segment"] = "defence"
        if draw.chance("origins", 20):
            row["origin"] = draw.one_of(["each", *regions(book, "capped", "other")])
        found[tuple(row.get(k) for k in KEYS)] = row | draw.path(years(book), 0.1, 0.9, blanks=15)
    book["caps"] = [*found.values()]
    if book["routes"] and draw.chance(percent=50):
        for row in book["routes"]:
            if row["origin"] != row["destination"] and draw.chance(percent=40):
                row["loss"] = draw.one_of([0.05, 0.2])
    for row in book["demand"]:
        if row["region"] in regions(book, "member") and draw.chance("leaks", 15):
            row["enforcement"] = draw.one_of([0.8, 0.95])
    for n, region in enumerate(regions(book, "member")):
        if draw.chance("stocks", 40):
            name = f"heap {n}"
            heap: Record = {"stockpile": name, "region": region, "commodity": good}
            heap |= {"opening": draw.one_of([0, draw.amount(0, 8)]), "holding_cost": draw.amount(0, 1)}
            book["stockpiles"].append(heap)
            if draw.chance(percent=60):
                book["stock_targets"].append({"stockpile": name, years(book)[-1]: 0})


def _side(draw: Draw, book: Sheets, good: str) -> str:
    """A good of its own that is made from nothing here, and the group of both."""
    book["commodities"].append({"commodity": "dust"})
    book["reference_prices"].append({"commodity": "dust", **draw.path(years(book), 20, 40)})
    book["groups"] += [
        {"group": "pair", "commodity": good, "weight": 1},
        {"group": "pair", "commodity": "dust", "weight": draw.one_of([0.5, 1, 3])},
    ]
    for n, (region, cost) in enumerate((("X", 10), (draw.one_of(regions(book, "member", "other")), 40))):
        row: Record = {"process": f"dust {n}", "region": region, "commodity": "dust"}
        book["processes"].append(row | {"unit_cost": draw.amount(cost, cost + 40)})
    for region in regions(book, "member"):
        if draw.chance(percent=70):
            row = {"region": region, "segment": "all", "commodity": "dust", "value": draw.one_of([100, 200])}
            book["demand"].append(row | draw.path(years(book), 1, 10))
    return "pair"


def _thrown_away(draw: Draw, book: Sheets, good: str) -> None:
    """More than anybody wants: a works that must run, and a member that must buy of it."""
    member = draw.one_of(regions(book, "member"))
    works = draw.one_of([r for r in regions(book, "member", "other", "capped") if r != member])
    row: Record = {"process": "must run", "region": works, "commodity": good}
    row |= {"unit_cost": draw.amount(10, 120), "capacity": 60, "minimum": draw.amount(2, 40)}
    book["processes"].append(row)
    key: Record = {"origin": works, "destination": member, "commodity": good}
    taken = {tuple(route.get(k) for k in key) for name in ("routes", "route_limits") for route in book[name]}
    if tuple(key.values()) in taken or not draw.chance("takes", 80):
        return
    if not book["routes"]:
        book["routes"] = [{"origin": "*", "destination": "*", "commodity": "*", "freight": 0}]
    least = row["minimum"] * draw.one_of([0.25, 0.5, 0.75])
    book["routes"].append({**key, "freight": draw.amount(0, 4), "minimum": least})
    for need in book["demand"]:  # so that much less is wanted there
        if (need["region"], need["commodity"]) == (member, good) and draw.chance():
            need |= {t: need[t] / 4 for t in years(book)}


def _known(draw: Draw, book: Sheets) -> None:
    """What pairs shipped in the year before the first."""
    if not knows("qualified"):
        return
    found: dict[tuple[Any, ...], Record] = {}
    twins = [row for row in book["processes"] if row["process"].startswith("twin ")]
    for _ in range(draw.whole(1, 4)):
        c = draw.one_of(book["commodities"])["commodity"]
        o, d = draw.one_of(regions(book, "capped", "other", "member")), draw.one_of(regions(book, "member"))
        if twins and draw.chance(percent=60):  # between whom there is a choice
            o, c = (draw.one_of(twins)[key] for key in ("region", "commodity"))
        if o == d:
            continue
        found[o, d, c] = {"origin": o, "destination": d, "commodity": c, "t": draw.amount(0, 12)}
        if draw.chance():
            found[o, d, c]["before"] = draw.amount(0, 12)
    book["qualified"] = [*found.values()]
