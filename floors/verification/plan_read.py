"""The plan, its prices and its levies, read out of a result."""

from __future__ import annotations

from typing import Any

from floors.verification.given import Given
from floors.verification.named import clean
from floors.verification.plan import Arc, Plan
from floors.verification.written import Book, Line

OF_ITEM = {
    "shipment": "ship",
    "exempt": "exempt",
    "activity": "make",
    "added": "added",
    "link": "connected",
    "put": "put",
    "take": "take",
    "closing": "closing",
    "price": "price",
    "origin price": "origin",
    "friction": "friction",
}
"""What sheet baseline calls a quantity or a price -> the field of a Plan."""


def read_plan(given: Given, book: Book, scenario: str) -> Plan:
    """The plan of a scenario out of its sheets."""
    plan = Plan(given)
    for line in book.lines(scenario, "shipments"):
        _read(plan, line, "shipment", arc_of(given, line), "quantity")
        if line["exempt"]:
            _read(plan, line, "exempt", arc_of(given, line), "quantity")
    for line in book.lines(scenario, "production"):
        if line["process"] in given.making.makes:  # and no plant
            _read(
                plan, line, "activity", _mode(given, line["process"], line["mode"], line["year"]), "activity"
            )
    for line in book.lines(scenario, "investment"):
        _read(plan, line, "added", line.key, "added")
    for line in book.lines(scenario, "links"):
        if line["added"]:
            _read(plan, line, "link", line.key, "added")
        if line["scarce"] and _there(given, "friction", line.key):
            plan.scarce.add(line.key)
        if line["friction"] is not None:
            _read(plan, line, "friction", line.key, "friction")
        if line["plan_friction"] is not None and _there(given, "friction", line.key):
            plan.plan_friction[line.key] = _number(line, "plan_friction")
    for line in book.lines(scenario, "stocks"):
        for item in ("put", "take", "closing"):
            _read(plan, line, item, _part(given, line["stockpile"], line["tag"], line["year"]), item)
    for line in book.lines(scenario, "prices"):
        d, c, t = line.key
        _read(plan, line, "price", line.key, "price")
        if line["origin_price"] is not None:
            _read(plan, line, "origin price", line.key, "origin_price")
        for item in ("price", "origin price"):
            column = f"clean_{item.replace(' ', '_')}"
            if line[column] is not None:
                _read(plan, line, item, (d, clean(c), t), column)
        for name, key in (("plan", line.key), ("clean_plan", (d, clean(c), t))):
            for item, of in (("price", plan.plan_price), ("origin price", plan.plan_origin)):
                column = f"{name}_{item.replace(' ', '_')}"
                if line[column] is not None and _there(given, item, key):
                    of[key] = _number(line, column)
    _levies(plan, book, scenario)
    return plan


def _read(plan: Plan, line: Line, item: str, key: tuple[Any, ...], column: str) -> None:
    """One number of a row; a row about what cannot be, or below 0, is a strange one. (How far below 0 a delivered
    price may be is for `profits` to say.)"""
    there, value = _there(plan.given, item, key), _number(line, column)
    if there and line[column] is not None:
        of = getattr(plan, OF_ITEM[item])
        of[key] = of.get(key, 0.0) + value
    if (not there or (value < 0 and item != "price")) and line not in plan.strange:
        plan.strange.append(line)


def arc_of(given: Given, line: Line) -> Arc:
    """The shipment that a row is about."""
    c = given.tagging.of(line["commodity"], line["tag"])
    return line["origin"], line["destination"], c, line["year"]


def _mode(given: Given, p: str, mode: str | None, t: int) -> tuple[str, int]:
    """The process of a row, in its mode."""
    return (clean(p) if mode == "clean" and clean(p) in given.making.makes else p), t


def _part(given: Given, k: str, tag: str | None, t: int) -> tuple[str, int]:
    """The stockpile of a row, or its clean part."""
    return (clean(k) if tag == "clean" and clean(k) in given.heaps else k), t


def read_baseline(given: Given, book: Book, scenario: str) -> Plan:
    """The plan and prices without policy, out of sheet baseline."""
    plan = Plan(given.bare)
    for line in book.lines(scenario, "baseline"):
        key: tuple[Any, ...]
        item, name, c, t = line["item"], line["name"], line["commodity"], line["year"]
        if item in ("shipment", "price", "origin price"):
            c = given.tagging.of(c, line["tag"])
            key = (name, line["destination"], c, t) if item == "shipment" else (name, c, t)
        elif item in ("link", "friction"):
            key = (name, line["destination"], c, t)
        elif item == "activity":
            key = _mode(given, name, line["tag"], t)
        else:
            key = _part(given, name, line["tag"], t)
        _read(plan, line, item, key, "value")
    return plan


def _there(given: Given, item: str, key: tuple[Any, ...]) -> bool:
    """Whether there is such a route, process, capacity to build, stockpile or place."""
    making, t = given.making, key[-1]
    if item in ("shipment", "exempt"):
        return _is_arc(given, *key)
    if item in ("link", "friction"):
        pair = key[0] in given.world.regions and key[1] in given.world.regions and t in given.calendar.years
        return pair and (given.links.needed(*key) if item == "friction" else given.links.can_build(*key))
    if item in ("price", "origin price"):
        return _is_place(given, *key) and (item == "price" or key[0] in given.world.regions)
    if item == "activity":
        return key[0] in making.makes and t in making.runs[key[0]]
    if item == "added":
        return key[0] in making.building and t in making.building[key[0]].alive
    return item in OF_ITEM and key[0] in given.heaps and t in given.calendar.years


def _is_place(given: Given, d: str, c: str, t: int) -> bool:
    return d in given.world.region and c in given.goods and t in given.calendar.years


def _is_arc(given: Given, o: str, d: str, c: str, t: int) -> bool:
    """A route that is there, from where a process makes the commodity to a place that can take it. What is clean takes
    no route that makes it tainted, and is tainted there."""
    if o not in given.world.regions or not _is_place(given, d, c, t) or not given.takes(d, c):
        return False
    if given.road(o, d, c, t) is None or not given.ships(o, d, c, t):
        return False
    made = {c} if given.ships(o, d, clean(c), t) else {c, clean(c)}
    making = given.making
    return any(
        r == o and made & making.makes[p].keys() and t in making.runs[p]
        for p, r in making.region.items()
        if p in making.makes
    )


def _levies(plan: Plan, book: Book, scenario: str) -> None:
    """Cap levies from sheet caps, levies of their own from own_levies, those of the minimum rule from prices; and the
    floors."""
    g = plan.given
    for line in book.lines(scenario, "own_levies"):
        arc = arc_of(g, line)
        if _is_arc(g, *arc):
            plan.own[arc] = _number(line, "own_levy")
        else:
            plan.strange.append(line)
    lines: dict[tuple[object, ...], list[Line]] = {}
    for line in book.lines(scenario, "caps"):
        lines.setdefault(line.key, []).append(line)
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            found = lines.get(cap.key(t))
            if found:
                row = found.pop(0)
                plan.levy[i, t], plan.cap_worth[i, t] = _number(row, "charged"), _number(row, "levy")
    for line in book.lines(scenario, "floors"):
        plan.floor[line.key] = _number(line, "floor")
    for line in book.lines(scenario, "prices"):
        (d, c, t) = line.key
        for column, name in (("minimum_levy", c), ("clean_minimum_levy", clean(c))):
            if line[column] is not None:
                plan.minimum[d, name, t] = _number(line, column)
    for line in book.lines(scenario, "links"):
        o, r, c, t = line.key
        for column, name in (("minimum_levy", c), ("clean_minimum_levy", clean(c))):
            if line[column] is not None and _there(g, "friction", line.key):
                plan.minimum[o, r, name, t] = _number(line, column)
            elif line[column] is not None and line not in plan.strange:
                plan.strange.append(line)


def _number(line: Line, column: str) -> float:
    """The number of a cell; a blank one counts as 0 here and is found elsewhere."""
    value = line[column]
    return 0.0 if value is None else float(value)
