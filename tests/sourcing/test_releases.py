"""What may be taken from a stockpile, and what is worth something at the end."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    cap,
    floor,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    solve,
    study,
    table,
    years,
)

PILE = "stockpile region commodity opening capacity holding_cost loss closing_value"
TWO_YEARS = years((2026, 1), (2027, 1))
CAPPED = {
    "years": TWO_YEARS,
    "demand": table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 100, 100)),
    "caps": cap("bloc", "oxide", "tonnes", 60, 60, header="scope commodity basis 2026 2027"),
    "stock_targets": table("stockpile 2027", ("pile", 0)),
}
"""100 t a year, of which 60 may come from China at 50 USD/kg; home works ask 80."""


def pile(*columns: Any) -> Table:
    """One stockpile of oxide in the US: opening, capacity, holding_cost, loss, closing_value."""
    return table(PILE, ("pile", "US", "oxide", *columns))


def series(result: floors.Result, column: str) -> list[float]:
    """A column of sheet stocks by year."""
    return [float(v) for v in result.stocks[column]]


def proven(given: floors.Study, result: floors.Result) -> bool:
    """Whether nothing is found wrong, and the prices prove the plan."""
    report = floors.verify(given, result)
    assert not report.findings, report.findings
    return all("proven least" in one for one in report.proof)


def test_no_more_is_taken_than_may_be_released() -> None:
    """60 t at 50, 12 t from the pile and 28 t at 80, twice."""
    given = study(**CAPPED, stockpiles=pile(50), releases=table("stockpile 2026 2027", ("pile", 12, 12)))
    result = floors.solve(given)
    assert series(result, "take") == approx([12, 12])
    assert series(result, "closing") == approx([38, 26])
    assert series(result, "released_limit") == approx([12, 12])
    assert metric(result, "total_cost") == approx(2 * (60 * 50 + 28 * 80) / 1000)
    assert [floor(result, year=t) for t in (2026, 2027)] == approx([80, 80])
    assert one(result.accounts, "stock_cost", region="US", year=2026) == approx(-0.96)
    assert proven(given, result)


@pytest.mark.parametrize(
    ("most", "taken"), [((0, 0), [0, 0]), ((None, 0), [80, 0]), ((7, None), [7, 73])], ids=str
)
def test_nothing_is_shut_and_a_blank_is_open(most: tuple[Any, ...], taken: list[float]) -> None:
    """80 t lie there, none of which must stay; all that may be taken is, in place of what would be bought."""
    given = study(**CAPPED, stockpiles=pile(80), releases=table("stockpile 2026 2027", ("pile", *most)))
    result = floors.solve(given)
    assert series(result, "take") == approx(taken)
    assert proven(given, result)
    assert [row.released_limit for row in result.rows("stocks")] == [*most]


def test_a_release_is_a_yearly_flow() -> None:
    """5 t a year over two years are 10 t."""
    result = solve(
        years=years((2026, 2)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 9)),
        stockpiles=pile(12),
        stock_targets=table("stockpile 2026", ("pile", 0)),
        releases=table("stockpile 2026", ("pile", 5)),
    )
    assert (series(result, "take"), series(result, "closing")) == (approx([5]), approx([2]))


def test_a_tonne_that_may_not_leave_is_worth_what_it_cost() -> None:
    """3 t must lie there at the end, and 6 t may be taken: 9 t are bought at 50 and held for 2. What they save is 100,
    so a tonne in store is worth 52 in 2027, neither nothing nor its price."""
    given = study(
        settings=settings(),
        years=TWO_YEARS,
        processes=table("process region commodity", ("works", "US", "oxide")),
        unit_costs=table("process 2026 2027", ("works", 50, 100)),
        demand=table("region segment commodity 2027", ("US", "all", "oxide", 10)),
        stockpiles=pile(0, None, 2),
        stock_targets=table("stockpile 2027", ("pile", 3)),
        releases=table("stockpile 2027", ("pile", 6)),
    )
    result = floors.solve(given)
    assert series(result, "put") == approx([9, 0])
    assert series(result, "take") == approx([0, 6])
    assert metric(result, "total_cost") == approx((9 * 50 + 9 * 2 + 3 * 2 + 4 * 100) / 1000)
    assert [price(result, "US", t) for t in (2026, 2027)] == approx([50, 100])
    assert proven(given, result)


def test_what_stays_is_worth_its_closing_value() -> None:
    """Home works ask 80, China may send nothing: 10 t are taken at the 60 that they are worth, 40 t stay."""
    given = study(caps=cap("bloc", "oxide", "tonnes", 0), stockpiles=pile(50, 50, 0, 0, 60))
    result = floors.solve(given)
    assert series(result, "take") == approx([10])
    assert series(result, "closing_worth") == approx([2.4])
    assert metric(result, "total_cost") == approx(-2.4)
    assert metric(result, "closing_worth") == approx(2.4)
    assert metric(result, "resource_cost") == approx(-2.4)
    assert floor(result) == approx(60)
    assert one(result.accounts, "stock_cost", region="US", year=2026) == approx(-0.6 - 2.4)
    (part,) = rows(result.floor_parts, member="US").to_dict("records")
    assert (part["part"], part["coefficient"], part["amount"]) == (
        "closing value pile",
        approx(1),
        approx(60),
    )
    assert one(result.floors, "set_by", member="US") == "pile"
    assert proven(given, result)


def test_buying_ends_where_the_room_does() -> None:
    """A value of 60 is above the 50 that China asks: as much is bought as there is room for. Over two years 10 t a
    year, worth 60 x 20 once, discounted to the beginning of its period as what is paid once in it."""
    given = study(
        settings=settings(discount_rate=0.25),
        years=years((2025, 1), (2026, 2)),
        demand=table("region segment commodity value 2025 2026", ("US", "all", "oxide", 200, 10, 10)),
        stockpiles=pile(0, 20, 0, 0, 60),
    )
    result = floors.solve(given)
    assert series(result, "put") == approx([0, 10])
    assert one(result.stocks, "closing_worth", year=2026) == approx(1.2)
    assert result.stocks["closing_worth"].isna().tolist() == [True, False]
    assert metric(result, "closing_worth") == approx(0.8 * 1.2)
    assert one(result.accounts, "stock_cost", region="US", year=2026) == approx(0.5 - 1.2 / 2)
    assert metric(result, "total_cost") == approx(0.5 + 1.6 * (0.5 + 0.5 - 0.6))
    assert proven(given, result)


def test_a_target_holds_beside_a_closing_value_and_the_default_does_not() -> None:
    """At a worth of 5 all 50 t may go, were it not for a target."""
    capped = cap("bloc", "oxide", "tonnes", 0)
    needy = table("region segment commodity value 2026", ("US", "all", "oxide", 200, 90))
    free = solve(caps=capped, demand=needy, stockpiles=pile(50, 50, 0, 0, 5))
    assert series(free, "closing") == approx([0])
    held = solve(
        caps=capped,
        demand=needy,
        stockpiles=pile(50, 50, 0, 0, 5),
        stock_targets=table("stockpile 2026", ("pile", 20)),
    )
    assert series(held, "closing") == approx([20])
    assert not any("stock_targets" in key for key in free.run["key"])
    bare = solve(caps=capped, demand=needy, stockpiles=pile(50, 50))
    assert any("stock_targets" in key for key in bare.run["key"])


def test_without_a_closing_value_there_is_none_to_tell() -> None:
    result = solve(stockpiles=pile(5, 5))
    assert "closing_worth" not in list(result.summary["metric"])
    assert result.stocks["closing_worth"].isna().all()


def test_opening_stock_that_may_not_leave_and_has_no_room_is_an_error() -> None:
    (problem,) = refused(stockpiles=pile(50, 30), releases=table("stockpile 2026", ("pile", 15)))
    assert (problem.sheet, problem.cell, problem.code) == ("releases", "B2", "opening_above_release")
    assert "at least 35 t stay, but there is room for 30 t" in problem.message
    assert not refused(stockpiles=pile(50, 35, 0, 0, 1), releases=table("stockpile 2026", ("pile", 15)))


def test_a_closing_value_needs_a_capacity() -> None:
    (problem,) = refused(stockpiles=pile(50, None, 0, 0, 5))
    assert (problem.sheet, problem.cell, problem.code) == (
        "stockpiles",
        "H2",
        "closing_value_without_capacity",
    )


@pytest.mark.parametrize(
    ("releases", "cell", "code"),
    [
        (table("stockpile 2026", ("heap", 1)), "A2", "unknown_reference"),
        (table("stockpile 2026", ("pile", 1), ("pile", 2)), "A3", "duplicate"),
        (table("stockpile 2026", ("pile", -1)), "B2", "bounds"),
    ],
)
def test_what_is_no_release_is_told_at_its_cell(releases: Table, cell: str, code: str) -> None:
    (problem,) = refused(stockpiles=pile(5, 5), releases=releases)
    assert (problem.sheet, problem.cell, problem.code) == ("releases", cell, code)


def test_without_stockpiles_neither_releases_nor_worth_count() -> None:
    """The comparator has nothing in store: all 40 t are made at home."""
    result = solve(
        **CAPPED,
        stockpiles=pile(50, 60, 0, 0, 70),
        releases=table("stockpile 2026 2027", ("pile", 12, 12)),
    )
    assert metric(result, "no_stockpiles_total_cost") == approx(2 * (60 * 50 + 40 * 80) / 1000)


def test_tampering_with_a_release_or_a_worth_is_seen() -> None:
    given = study(**CAPPED, stockpiles=pile(50, 60, 0, 0, 70), releases=table("stockpile 2026", ("pile", 12)))
    result = floors.solve(given)
    for column, more in (("released_limit", 1.0), ("closing_worth", 0.1), ("take", 1.0)):
        spoiled = spoil(result, "stocks", column, more)
        found = {(one.sheet, one.column) for one in floors.verify(given, spoiled).findings}
        assert any(sheet == "stocks" for sheet, _ in found), (column, found)


def spoil(result: floors.Result, sheet: str, column: str, more: float) -> floors.Result:
    """The result with a number more in the first row that has one."""
    changed, left = [], True
    for row in result.rows(sheet):
        value = getattr(row, column)
        if left and value is not None:
            row, left = row._replace(**{column: value + more}), False
        changed.append(row)
    assert not left, f"no {column}"
    return replaced(result, sheet, changed)


def replaced(result: floors.Result, sheet: str, changed: list[Any]) -> floors.Result:
    """The result with other rows."""
    from dataclasses import replace

    return replace(result, _rows={**result._rows, sheet: changed})


def test_more_may_be_let_go_in_a_shock_that_nobody_foresaw() -> None:
    """20 t lie there, of which 2 may be taken a year. In 2027 nothing comes from China any more: 10 may be taken then,
    and what is kept until the end is worth 60, less than the 80 that home works ask."""
    sheets: dict[str, Any] = {
        "years": years((2026, 1), (2027, 1), (2028, 1)),
        "demand": table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 9, 9, 9)
        ),
        "routes": table("origin destination commodity", ("CN", "US", "oxide")),
        "route_limits": table("origin destination commodity 2026 2027 2028", ("CN", "US", "oxide", 5, 5, 5)),
        "stockpiles": pile(20, 20, 0, 0, 60),
        "releases": table("stockpile 2026 2027 2028", ("pile", 2, 2, 2)),
        "scenarios": table("scenario known_from", ("shock", 2027)),
        "changes": table(
            "scenario sheet where column change value",
            ("shock", "route_limits", "origin=CN", 2027, "set", 0),
            ("shock", "releases", "stockpile=pile", 2027, "set", 10),
        ),
    }
    given = study(**sheets)
    calm, struck = floors.solve(given), floors.solve(given.scenario("shock"))
    assert series(calm, "take") == approx([2, 2, 2])
    assert series(struck, "take") == approx([2, 9, 2])
    assert metric(calm, "total_cost") == approx((3 * (5 * 50 + 2 * 80) - 14 * 60) / 1000)
    assert metric(struck, "total_cost") == approx((2 * (5 * 50 + 2 * 80) - 7 * 60) / 1000)
    assert proven(given, calm)
    assert not floors.verify(given.scenario("shock"), struck).findings
