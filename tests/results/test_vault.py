"""Sheet vault: what a fund bought, sold and owes, by hand, and who bears a loss."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.sourcing.test_releases import spoil
from tests.support.studies import Table, one, refused, settings, study, table, years

FUND = "fund amount loan rate private private_rate"
ENDS = ("closing_worth", "result", "borne_by_private", "borne_by_treasury")


def vault(*fund: Any, value: float | None = None, **sheets: Table | None) -> floors.Study:
    """10 t bought at 50 in 2026 and held at 5 for a period of two years; 4 t taken each year of 2028 in place of what
    costs 200, and 2 t left, at a reference price of 60 or a value."""
    given: dict[str, Table | None] = {
        "settings": settings(),
        "years": years((2026, 1), (2027, 2), (2029, 2)),
        "processes": table("process region commodity", ("works", "US", "oxide")),
        "unit_costs": table("process 2026 2027 2029", ("works", 50, 100, 200)),
        "demand": table("region segment commodity 2026 2027 2029", ("US", "all", "oxide", 1, 1, 5)),
        "reference_prices": table("commodity 2026 2027 2029", ("oxide", 50, 55, 60)),
        "stockpiles": table(
            "stockpile region commodity capacity holding_cost fund closing_value",
            ("pile", "US", "oxide", 10, 5, "vault", value),
        ),
        "stock_targets": table("stockpile 2026 2027 2029", ("pile", 10, 10, 2)),
        "funds": table(FUND, ("vault", *fund)),
    }
    return study(**given | sheets)


def series(result: floors.Result, column: str) -> list[float]:
    return [float(v) for v in result.vault[column]]


def ends(result: floors.Result) -> list[float]:
    """What stands in the last year alone."""
    assert all(getattr(row, name) is None for row in result.rows("vault")[:-1] for name in ENDS)
    return [getattr(result.rows("vault")[-1], name) for name in ENDS]


def test_without_interest_it_is_purchases_holding_and_sales() -> None:
    """10 x 50, 10 x 5 and 10 x 5 x 2; 8 t are sold at 200, 2 t held for two years and worth 60 each."""
    given = vault(1)
    result = floors.solve(given)
    assert series(result, "purchases") == approx([0.5, 0, 0])
    assert series(result, "holding") == approx([0.05, 0.1, 0.02])
    assert series(result, "sales") == approx([0, 0, 1.6])
    assert series(result, "interest") == approx([0, 0, 0])
    assert series(result, "balance") == approx([0.55, 0.65, -0.93])
    assert ends(result) == approx([0.12, 1.05, 0, 0])
    assert not floors.verify(given, result).findings


def test_interest_is_of_the_loan_first_and_compounds_over_a_period() -> None:
    """Of 0.55 owed 0.4 are lent at 10 % and 0.15 private at 20 %, for two years; then 0.4 and 0.3 and what is beyond
    both at the rate of the loan."""
    given = vault(0.7, 0.4, 0.1, 0.3, 0.2)
    result = floors.solve(given)
    first = 0.4 * 0.21 + 0.15 * 0.44
    owed = 0.55 + first + 0.1
    assert owed > 0.7
    then = 0.4 * 0.21 + 0.3 * 0.44 + (owed - 0.7) * 0.21
    assert series(result, "interest") == approx([0, first, then])
    assert series(result, "balance") == approx([0.55, owed, owed + then + 0.02 - 1.6])
    assert not floors.verify(given, result).findings


@pytest.mark.parametrize(("private", "borne"), [(0.1, (0.1, None)), (1.0, (None, 0.0)), (None, (0.0, None))])
def test_private_capital_loses_first(private: float | None, borne: tuple[float | None, float | None]) -> None:
    """Nothing sells at more than 50: what is bought at 50 and held at 5 makes a loss."""
    cheap = table("process 2026 2027 2029", ("works", 50, 50, 50))
    given = vault(1, None, 0.05, private, None, value=20, unit_costs=cheap)
    result = floors.solve(given)
    worth, profit, by_private, by_treasury = ends(result)
    assert worth == approx(0.04) and profit < -0.2
    assert by_private + by_treasury == approx(-profit)
    for found, right in zip((by_private, by_treasury), borne, strict=True):
        assert right is None or found == approx(right)
    assert not floors.verify(given, result).findings


def test_what_is_in_hand_earns_the_rate_of_the_loan() -> None:
    """5 t that lay there are sold in 2026 at 50; nothing is bought."""
    given = vault(
        1,
        None,
        0.1,
        stockpiles=table("stockpile region commodity opening fund", ("pile", "US", "oxide", 5, "vault")),
        stock_targets=table("stockpile 2029", ("pile", 0)),
        unit_costs=table("process 2026 2027 2029", ("works", 50, 5, 5)),
        demand=table("region segment commodity 2026 2027 2029", ("US", "all", "oxide", 6, 1, 1)),
    )
    result = floors.solve(given)
    assert series(result, "balance") == approx([-0.25, -0.25 * 1.21, -0.25 * 1.21**2])
    assert ends(result) == approx([0, 0.25 * 1.21**2, 0, 0])


def test_a_fund_that_no_stockpile_names_has_no_rows() -> None:
    result = floors.solve(vault(1, funds=table(FUND, ("vault", 1), ("idle", 1))))
    assert set(result.vault["fund"]) == {"vault"}


def test_its_terms_have_no_effect_on_the_plan() -> None:
    plain, dear = floors.solve(vault(1)), floors.solve(vault(1, 0.5, 0.3, 0.5, 0.9))
    for sheet in ("summary", "floors", "stocks", "shipments", "production", "accounts"):
        assert plain.rows(sheet) == dear.rows(sheet)


@pytest.mark.parametrize(
    ("fund", "cell"), [((1, 0.5, 0, 0.4), "C2"), ((1, None, 0, 1.5), "E2"), ((1, 2), "C2")], ids=str
)
def test_loan_and_private_capital_make_the_amount(fund: tuple[Any, ...], cell: str) -> None:
    (problem,) = refused(
        funds=table(FUND, ("vault", *fund)),
        stockpiles=table("stockpile region commodity", ("pile", "US", "oxide")),
    )
    assert (problem.sheet, problem.cell, problem.code) == ("funds", cell, "fund_capital")


@pytest.mark.parametrize(("column", "cell"), [(1, "C2"), (2, "D2"), (3, "E2"), (4, "F2")])
def test_nothing_of_a_fund_is_below_0(column: int, cell: str) -> None:
    fund: list[Any] = [1, None, None, None, None]
    fund[column] = -0.1
    (problem,) = refused(
        funds=table(FUND, ("vault", *fund)),
        stockpiles=table("stockpile region commodity", ("pile", "US", "oxide")),
    )
    assert (problem.sheet, problem.cell, problem.code) == ("funds", cell, "bounds")


@pytest.mark.parametrize(
    "column", ["purchases", "sales", "interest", "balance", "result", "borne_by_treasury"]
)
def test_tampering_with_the_vault_is_seen(column: str) -> None:
    given = vault(1, None, 0.05)
    found = floors.verify(given, spoil(floors.solve(given), "vault", column, 0.01)).findings
    assert ("vault", column) in {(one.sheet, one.column) for one in found}


def test_a_study_without_funds_has_an_empty_vault() -> None:
    result = floors.solve(study())
    assert not len(result.vault) and one(result.summary, "value", metric="uplift") == 0


def test_the_page_says_what_it_gains_and_who_bears_a_loss() -> None:
    cheap = table("process 2026 2027 2029", ("works", 50, 50, 50))
    gains = floors.solve(vault(1)).brief
    loses = floors.solve(vault(1, None, 0.05, 0.1, None, value=20, unit_costs=cheap)).brief
    even = floors.solve(vault(1, stockpiles=idle(), stock_targets=None)).brief
    said = [
        " ".join(p.text for b in page.blocks if b.name == "built" for p in b.paragraphs)
        for page in (gains, loses, even)
    ]
    said = [text.replace("\u00a0", " ") for text in said]
    assert "what it holds in the end is worth 120 thousand: a gain of 1.05 million after interest." in said[0]
    assert "borne by private capital (100 thousand) and the treasury (" in said[1]
    assert "after interest" not in said[2] and "buys nothing" in said[2]


def idle() -> Table:
    """A stockpile that nothing is put into."""
    return table("stockpile region commodity capacity fund", ("pile", "US", "oxide", 0, "vault"))
