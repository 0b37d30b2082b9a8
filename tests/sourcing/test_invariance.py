"""What must not matter: order, names, units, and things cut in two; and what scales an answer.

Ties between *plans* are broken by the order of the sheets: where two plans cost the same, reordering or renaming
may give the other one, and the floor that is chosen follows planned consumption. Cost, uplift and the lowest and
highest of every floor do not depend on the plan, so they are compared always; the chosen floor where the plan
is the same. Two things are said by the order of `regions` itself: floors stand on the price of the first
capped region that can supply, and leaks come from there.
"""

from __future__ import annotations

from random import Random

from hypothesis import assume

import floors
from tests.support import mixed
from tests.support import properties as p
from tests.support.mixed import Record, Sheets


def check_same(
    one: floors.Result, other: floors.Result | None, text: str, back: dict[str, str] | None = None
) -> None:
    """Cost, uplift and ranges of floors are the same; floors too where the plan is."""
    assert other is not None, text
    a, b = one.figures, other.figures
    assert p.near(a.total_cost, b.total_cost), text
    assert p.near(a.uplift, b.uplift, a.total_cost), text
    assert not p.same_ranges(one, other, back=back), text
    if p.same_plan(one, other, back=back):
        assert not p.same_ranges(one, other, back=back, columns=("floor",)), text


@p.tries
def test_order_of_rows_sheets_and_columns(random: Random) -> None:
    book = p.draw(random)
    one, other = p.solve(book, ranges=True), p.solve(p.permuted(book, random), ranges=True)
    assert (one is None) == (other is None), p.told(book)
    assume(one is not None)
    assert one is not None
    check_same(one, other, p.told(book))


@p.tries
def test_names(random: Random) -> None:
    book = p.draw(random)
    new, back = p.renamed(book)
    one, other = p.solve(book, ranges=True), p.solve(new, ranges=True)
    assert (one is None) == (other is None), p.told(book)
    assume(one is not None)
    assert one is not None
    check_same(one, other, p.told(book), back)


@p.tries
def test_money_scales_the_answer(random: Random) -> None:
    book = p.draw(random, without=p.PLAN_BY_RULE)  # its levies settle to 0.01 USD/kg, whatever the currency
    factor = random.choice([0.5, 2.0, 10.0])
    one = p.must_solve(book, ranges=True)
    other = p.must_solve(p.scaled(book, p.PRICES, factor), ranges=True)
    assert p.near(factor * one.figures.total_cost, other.figures.total_cost), p.told(book)
    assert p.near(factor * one.figures.uplift, other.figures.uplift, one.figures.total_cost), p.told(book)
    assert not p.same_ranges(one, other, factor), p.told(book)


@p.tries
def test_mass_scales_the_answer(random: Random) -> None:
    book = p.draw(random)
    factor = random.choice([0.5, 2.0, 10.0])
    one = p.must_solve(book, ranges=True)
    other = p.must_solve(p.scaled(book, p.QUANTITIES, factor), ranges=True)
    assert p.near(factor * one.figures.total_cost, other.figures.total_cost), p.told(book)
    assert p.near(factor * one.figures.uplift, other.figures.uplift, one.figures.total_cost), p.told(book)
    assert not p.same_ranges(one, other), p.told(book)


def halves(book: Sheets, name: str, part: float) -> Sheets:
    """A process, or a plant and all that share it, as two of which the first is a `part`."""
    split = {name} | {row["process"] for row in book["processes"] if row.get("plant") == name}
    amounts = {*p.QUANTITIES["processes"], "t"}
    new: Sheets = {}
    for sheet, rows in book.items():
        new[sheet] = []
        for row in rows:
            key = {"plants": "plant"}.get(sheet, "process")
            if row.get(key) not in split:
                new[sheet].append(dict(row))
                continue
            for n, share in enumerate((part, 1 - part), 1):
                half = {
                    k: v * share
                    if isinstance(v, int | float)
                    and (
                        k in amounts
                        or (isinstance(k, int) and sheet in ("capacities", "minimums", "contracts"))
                    )
                    else v
                    for k, v in row.items()
                }
                half[key] = f"{row[key]} / {n}"
                if row.get("plant") == name:
                    half["plant"] = f"{name} / {n}"
                new[sheet].append(half)
    return new


@p.tries
def test_a_process_or_plant_in_two(random: Random) -> None:
    book = p.draw(random)
    names = [row["process"] for row in book["processes"]] + [row["plant"] for row in book.get("plants", [])]
    new = halves(book, random.choice(names), random.choice([0.5, 0.3]))
    one = p.must_solve(book, ranges=True)
    check_same(one, p.solve(new, ranges=True), p.told(book, new))


PLAIN = {"takes", "limits", "national", "segments"}


def two_regions(book: Sheets, region: str, part: float) -> Sheets:
    """A region as two with free trade between them; the first has a `part` of demand, processes one of both."""
    second = f"{region}2"
    new = mixed.changed(book)
    new["regions"] = [
        one
        for row in book["regions"]
        for one in [row, *([{**row, "region": second}] if row["region"] == region else [])]
    ]
    for n, row in enumerate(new["processes"]):
        if row["region"] == region and not row.get("plant") and n % 2:
            row["region"] = second
    demand: list[Record] = []
    for row in new["demand"]:
        if row["region"] != region:
            demand.append(row)
            continue
        for name, share in ((region, part), (second, 1 - part)):
            years = {t: share * q for t, q in row.items() if isinstance(t, int)}
            demand.append({**row, "region": name, **years})
    new["demand"] = demand
    if "routes" in new:
        routes: list[Record] = []
        for row in new["routes"]:
            routes.append(row)
            for column in ("origin", "destination"):
                if row[column] == region:
                    routes.append({**row, column: second})
        between = [(region, second), (second, region)]
        routes += [
            {"origin": o, "destination": d, "commodity": c["commodity"], "freight": 0}
            for o, d in between
            for c in new["commodities"]
        ]
        new["routes"] = routes
    return new


@p.tries
def test_a_member_in_two(random: Random) -> None:
    """Without caps and rules that name it: nothing else tells its halves apart."""
    book = p.draw(random, without=PLAIN)
    region = random.choice(mixed.regions(book, "member"))
    stocked = {row["region"] for row in book.get("stockpiles", [])}
    # What has arrived starts no new journey: a stockpile serves the half it lies in alone.
    assume(region not in stocked and all(row["scope"] != region for row in book.get("caps", [])))
    new = two_regions(book, region, 0.5)
    one, other = p.must_solve(book), p.solve(new)
    assert other is not None, p.told(book, new)
    assert p.near(one.figures.total_cost, other.figures.total_cost), p.told(book, new)
    assert p.near(one.figures.uplift, other.figures.uplift, one.figures.total_cost), p.told(book, new)


@p.tries
def test_a_stockpile_without_room(random: Random) -> None:
    book = p.draw(random)
    pile = {"stockpile": "empty", "opening": 0, "capacity": 0, "holding_cost": 1}
    pile["region"] = random.choice(mixed.regions(book, "member", "other", "capped"))
    pile["commodity"] = random.choice(book["commodities"])["commodity"]
    new = mixed.changed(book, stockpiles=[*book.get("stockpiles", []), pile])
    one = p.must_solve(book, ranges=True)
    check_same(one, p.solve(new, ranges=True), p.told(new))


@p.tries
def test_a_share_of_all_that_is_used_is_no_cap(random: Random) -> None:
    """Under `use` always. A rule on floors may stand on the new row, so uplift is not compared."""
    book = p.draw(random, without=p.PLAN_BY_RULE)
    row = {"scope": "bloc", "commodity": book["commodities"][-1]["commodity"], "basis": "use", "origin": None}
    caps = [c for c in book.get("caps", []) if (c["basis"], c["commodity"]) != ("use", row["commodity"])]
    without = mixed.changed(book, caps=caps)
    new = mixed.changed(book, caps=[*caps, {**row, **dict.fromkeys(mixed.years(book), 1)}])
    one, other = p.must_solve(without), p.must_solve(new)
    assert p.near(one.figures.total_cost, other.figures.total_cost), p.told(new)


@p.tries
def test_a_share_of_all_demand_is_no_cap(random: Random) -> None:
    """Under `demand`, where a good is neither lost, stored, taken for pay nor made into anything, and what is
    wanted does not grow above the table: else more than table demand may arrive, and 1 is a cap."""
    book = p.draw(random, without={"elastic", "leaks", "takes", "stocks", "use", *p.PLAN_BY_RULE})
    last = book["commodities"][-1]["commodity"]
    for row in book.get("routes", []):
        row.pop("loss", None)
    row = {"scope": "bloc", "commodity": last, "basis": "demand"}
    caps = [c for c in book.get("caps", []) if (c["basis"], c["commodity"]) != ("demand", last)]
    without = mixed.changed(book, caps=caps)
    new = mixed.changed(book, caps=[*caps, {**row, **dict.fromkeys(mixed.years(book), 1)}])
    one, other = p.must_solve(without), p.must_solve(new)
    assert p.near(one.figures.total_cost, other.figures.total_cost), p.told(new)
