"""What must move one way: cost in caps, routes, freight, capacity and pooling; and the levy as its slope.

Costs are optima only without the `minimum` rule, which settles levies; and exact only without elastic demand,
whose curve is cut finer where its price happens to lie.
"""

from __future__ import annotations

from random import Random

from hypothesis import assume

from tests.support import mixed
from tests.support import properties as p
from tests.support.mixed import Record, Sheets

OPTIMUM = p.CURVED | p.PLAN_BY_RULE


def with_cap(book: Sheets, index: int, year: int, value: float) -> Sheets:
    """The study with one cell of `caps` changed."""
    new = mixed.changed(book)
    new["caps"][index][year] = value
    return new


def a_cap(random: Random, book: Sheets, *bases: str) -> tuple[int, int, float]:
    """Row, year and value of a cell of `caps`."""
    cells = [
        (n, t, value)
        for n, row in enumerate(book.get("caps", []))
        if row["basis"] in (bases or ("demand", "use", "tonnes"))
        for t, value in row.items()
        if isinstance(t, int)
    ]
    assume(cells)
    return random.choice(cells)


@p.tries
def test_a_looser_cap_costs_no_more(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM)
    n, t, value = a_cap(random, book)
    step = random.choice([0.01, 0.1, 0.5])
    looser = value + 10 * step if book["caps"][n]["basis"] == "tonnes" else min(1.0, value + step)
    tight, loose = p.cost(book), p.cost(with_cap(book, n, t, looser))
    assume(tight < float("inf"))
    assert p.at_most(loose, tight), p.told(book)


@p.tries
def test_no_cap_costs_no_more_than_one(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM | {"segments"})  # blank, a cap with a segment makes a market still
    capped = p.must_solve(book)
    free = p.must_solve(mixed.changed(book, caps=[], floor_rules=[]))
    assert p.at_most(free.figures.total_cost, capped.figures.total_cost), p.told(book)
    assert p.near(free.figures.total_cost, capped.figures.baseline_total_cost), p.told(book)


@p.tries
def test_new_routes_cost_no_more(random: Random) -> None:
    """The wildcard row competes with no other; leaks come by any route, wanted or not."""
    book = p.draw(random, without=OPTIMUM | {"leaks"})
    rows = book.get("routes", [])
    assume(len(rows) > 1)
    few = mixed.changed(book, routes=rows[1:])
    asked = [row for row in [*rows, *book.get("route_minimums", [])] if "minimum" in row]
    assume(not asked and "route_minimums" not in book)
    before, after = p.cost(few), p.cost(book)
    assert p.at_most(after, before), p.told(book)


@p.tries
def test_cheaper_freight_costs_no_more(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM)
    assume("routes" in book)
    new = mixed.changed(book)
    row = random.choice(new["routes"])
    row["freight"] = row["freight"] / 2
    one = p.must_solve(book)
    assert p.at_most(p.cost(new), one.figures.total_cost), p.told(book)


@p.tries
def test_more_room_costs_no_more(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM)
    new = mixed.changed(book)
    columns = [
        (row, key)
        for sheet in ("processes", "plants", "capacities")
        for row in new.get(sheet, [])
        for key in row
        if (key in ("capacity", "max_build", "max_total") or isinstance(key, int)) and row[key]
    ]
    row, key = p.pick(random, columns)  # type: ignore[arg-type, misc]
    row[key] *= random.choice([1.1, 2])
    one = p.must_solve(book)
    assert p.at_most(p.cost(new), one.figures.total_cost), p.told(book)


@p.tries
def test_cost_is_convex_in_a_cap_and_the_levy_is_its_slope(random: Random) -> None:
    """Between the slopes on both sides, at a kink too. Not under `use`, whose share stands in the matrix."""
    book = p.draw(random, without=OPTIMUM | {"rules", "bloc", "national", "each"})
    n, t, value = a_cap(random, book, "demand", "tonnes")
    row = book["caps"][n]
    step = 0.5 if row["basis"] == "tonnes" else 0.05
    assume(value >= step and (row["basis"] == "tonnes" or value + step <= 1))
    here = p.must_solve(book)
    low, high = p.cost(with_cap(book, n, t, value - step)), p.cost(with_cap(book, n, t, value + step))
    middle = here.figures.total_cost
    assert p.at_most(2 * middle, low + high), p.told(book)
    cap = next(c for c in here.outcome.case.caps if c.row == n)
    dual = here.outcome.cap_levy.get((cap.name, t), 0.0) * here.outcome.case.calendar.weight[t]
    base = cap.limit[t] / value
    slope = dual * base / 1000  # million per unit of the cell
    assert p.at_most((middle - high) / step, slope), p.told(book)
    assert p.at_most(slope, (low - middle) / step), p.told(book)


@p.tries
def test_a_pooled_cap_costs_no_more_than_national_ones(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM | {"bloc", "national"})
    national = mixed.changed(book, settings=[*book["settings"], {"key": "coordination", "value": "national"}])
    apart = p.must_solve(national)
    assert p.at_most(p.cost(book), apart.figures.total_cost), p.told(book)


@p.tries
def test_two_goods_pooled_cost_no_more_than_apart(random: Random) -> None:
    book = p.draw(random, without=OPTIMUM | {"groups", "segments", "each", "national"})
    goods = [row["commodity"] for row in book["commodities"]][-2:]
    year = mixed.years(book)[0]
    volume = {c: random.randint(0, 12) for c in goods}
    rest: list[Record] = [row for row in book.get("caps", []) if row["basis"] != "tonnes"]
    common = {"scope": "bloc", "basis": "tonnes"}
    apart = mixed.changed(book, caps=[*rest, *({**common, "commodity": c, year: volume[c]} for c in goods)])
    pooled = mixed.changed(
        book,
        groups=[{"group": "both", "commodity": c, "weight": 1} for c in goods],
        caps=[*rest, {**common, "commodity": "both", year: sum(volume.values())}],
    )
    one = p.must_solve(apart)
    assert p.at_most(p.cost(pooled), one.figures.total_cost), p.told(pooled)


@p.tries
def test_floors_lie_in_their_range(random: Random) -> None:
    book = p.draw(random)
    result = p.must_solve(book, ranges=True)
    for row in result.floors.to_dict("records"):
        assert p.at_most(row["lowest"], row["floor"]), p.told(book)
        if row["highest"] is not None and row["highest"] == row["highest"]:
            assert p.at_most(row["floor"], row["highest"]), p.told(book)


@p.tries
def test_no_uplift_without_rules(random: Random) -> None:
    """`coordination = bloc` and the minimum are rules too."""
    book = p.draw(random, without={"rules", "bloc", "minimum"})
    result = p.must_solve(book)
    assert result.figures.uplift == result.figures.make_whole == result.figures.foregone == 0, p.told(book)
    assert result.support.empty, p.told(book)


@p.tries
def test_a_looser_rule_needs_no_more_uplift(random: Random) -> None:
    book = p.draw(random, without=p.PLAN_BY_RULE)
    rules = [row for row in book.get("floor_rules", []) if row["rule"] != "margin"]
    row = p.pick(random, rules)
    loose = {
        k: min(1.0, 2 * v) if str(row["rule"]).endswith("share") else 1.2 * v
        for k, v in row.items()
        if isinstance(k, int)
    }
    looser = [{**one, **loose} if one is row else one for one in book["floor_rules"]]
    tight, other = p.must_solve(book), p.must_solve(mixed.changed(book, floor_rules=looser))
    assert p.near(tight.figures.total_cost, other.figures.total_cost), p.told(book)
    assert p.at_most(other.figures.uplift, tight.figures.uplift), p.told(book)
