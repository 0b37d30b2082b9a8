"""What is thrown away, whose use is paid for, and what no row of a cap sees: told where it is so, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import cap, metric, one, rows, solve, table, total, years

REGIONS = table("region role", ("US", "member"), ("MX", "member"), ("CN", "capped"), ("MY", "other"))
DEMAND = "region segment commodity value 2026"
AWAY = "Surplus that arrives and nobody uses is thrown away: "
PAID = "Use that makes room under a cap on use is paid for: "


def said(result: floors.Result, start: str) -> str:
    """The sentence with this beginning, without it; blank where there is none."""
    found = [words.removeprefix(start) for words in result.sentences if words.startswith(start)]
    assert len(found) <= 1
    return found[0] if found else ""


def warned(result: floors.Result, of: str) -> list[str]:
    return [warning for warning in result.warnings if of in warning]


# ---------------------------------------------------------------- surplus


def forced(basis: str | None, number: float = 0.5, **sheets: Any) -> floors.Result:
    """Mexico must take 80 t from Malaysia and uses 30 at most; the US uses 100 of its own or of China's."""
    given: dict[str, Any] = {
        "regions": REGIONS,
        "processes": table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 10),
            ("MY works", "MY", "oxide", 5),
            ("US works", "US", "oxide", 100),
        ),
        "routes": table(
            "origin destination commodity freight minimum",
            ("CN", "US", "oxide", 1),
            ("MY", "MX", "oxide", 0, 80),
        ),
        "demand": table(DEMAND, ("US", "all", "oxide", 300, 100), ("MX", "all", "oxide", 1, 30)),
        "caps": cap("bloc", "oxide", basis, number) if basis else None,
    }
    return solve(**given | sheets)


@pytest.mark.parametrize(("basis", "number"), [(None, 0), ("use", 0.5), ("demand", 0.5), ("tonnes", 50)])
def test_surplus_is_told_by_place_and_tonnes_under_every_basis(basis: str | None, number: float) -> None:
    assert said(forced(basis, number), AWAY) == "50 t of oxide in MX."


def test_surplus_is_summed_over_years_the_most_first() -> None:
    result = forced(
        None,
        years=years((2026, 2), (2028, 3)),
        routes=table(
            "origin destination commodity minimum last_year",
            ("CN", "US", "oxide"), ("MY", "MX", "oxide", 80), ("MY", "US", "oxide", 110, 2026),
        ),
        demand=table(f"{DEMAND} 2028", ("US", "all", "oxide", 300, 100, 100), ("MX", "all", "oxide", 1, 30, 20)),
    )  # fmt: skip
    assert said(result, AWAY) == "280 t of oxide in MX; 20 t of oxide in US."


def test_nothing_is_thrown_away_where_all_is_used() -> None:
    result = forced(
        "use", demand=table(DEMAND, ("US", "all", "oxide", 300, 100), ("MX", "all", "oxide", 1, 80))
    )
    assert said(result, AWAY) == "" and one(result.caps, "wasted") == approx(0, abs=1e-9)


# ---------------------------------------------------------------- use that is paid for


def test_use_that_is_paid_for_is_named() -> None:
    assert said(forced("use"), PAID) == "MX 44.50 USD/kg for oxide in 2026."
    assert said(forced("demand"), PAID) == said(forced(None), PAID) == ""


def test_a_price_below_nothing_that_nobody_is_paid_is_not_told() -> None:
    """Mexico throws all of it away: that its price is -44.5 there concerns nobody."""
    result = forced("use", demand=table(DEMAND, ("US", "all", "oxide", 300, 100)))
    assert one(result.prices, "price", region="MX") == approx(-44.5)
    assert said(result, PAID) == "" and said(result, AWAY) == "80 t of oxide in MX."


def test_all_that_are_paid_are_named_with_their_years() -> None:
    """In 2028 the US uses 20 t alone, which China may then supply: nothing is paid."""
    result = forced(
        "use",
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=table(
            f"{DEMAND} 2027 2028",
            ("US", "all", "oxide", 300, 100, 100, 20),
            ("MX", "all", "oxide", 1, 30, 30, 30),
        ),
        caps=cap("bloc", "oxide", "use", 0.5, 0.25, 0.5, header="scope commodity basis 2026 2027 2028"),
    )
    assert said(result, PAID) == "MX 22.25 to 44.50 USD/kg for oxide in 2026 to 2027."


# ---------------------------------------------------------------- use that no row sees


def ground(caps: Any, dust: float = 0, value: float = 300, **sheets: Any) -> floors.Result:
    """Mexico mines oxide at 20 and may grind it to dust, of which nobody, or somebody, wants some."""
    given: dict[str, Any] = {
        "regions": REGIONS,
        "commodities": table("commodity", ("oxide",), ("dust",)),
        "technologies": table("technology commodity coefficient", ("mill", "oxide", -1), ("mill", "dust", 1)),
        "processes": table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 10),
            ("MX works", "MX", None, "oxide", 20),
            ("US works", "US", None, "oxide", 100),
            ("MX mill", "MX", "mill", None, 0),
        ),
        "routes": table("origin destination commodity freight", ("CN", "US", "oxide", 1)),
        "demand": table(DEMAND, ("US", "all", "oxide", value, 100), ("MX", "all", "dust", 25, dust)),
        "caps": caps,
    }
    return solve(**given | sheets)


def test_a_process_whose_product_is_thrown_away_is_named() -> None:
    """The way round the cap on use that is left: 3.1 instead of 5.55 million, with all of it Chinese in the US."""
    result = ground(cap("bloc", "oxide", "use", 0.5))
    assert metric(result, "total_cost") == approx(3.1)
    assert warned(result, "no row sees") == [
        "caps: bloc oxide use: what MX mill uses counts as use, 100 t of oxide in 2026, though 100 t of the dust made in "
        "MX are thrown away: no row sees that."
    ]


def test_a_process_whose_product_is_wanted_is_not() -> None:
    """With 100 t of dust wanted at 25 it pays its way; and where no cap on use binds nobody gains by it."""
    assert warned(ground(cap("bloc", "oxide", "use", 0.5), dust=100), "no row sees") == []
    forced_to_run = table(
        "process region technology commodity unit_cost minimum",
        ("CN works", "CN", None, "oxide", 10), ("MX works", "MX", None, "oxide", 20),
        ("US works", "US", None, "oxide", 100), ("MX mill", "MX", "mill", None, 0, 100),
    )  # fmt: skip
    for caps in (cap("bloc", "oxide", "demand", 0.5), cap("bloc", "oxide", "use", 0.9), None):
        result = ground(caps, processes=forced_to_run)
        assert total(result.production, "activity", process="MX mill") == approx(100)
        assert warned(result, "no row sees") == []


# ---------------------------------------------------------------- bans met from stock


def banned(**sheets: Any) -> floors.Result:
    """50 t a year for the US, out of China at 10 or its own works at 100; from 2027 on China is banned."""
    given: dict[str, Any] = {
        "years": years((2026, 1), (2027, 1)),
        "processes": table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 10),
            ("US works", "US", "oxide", 100),
        ),
        "demand": table(f"{DEMAND} 2027", ("US", "all", "oxide", 300, 50, 50)),
        "caps": cap("bloc", "oxide", "demand", None, 0, header="scope commodity basis 2026 2027"),
        "stockpiles": table("stockpile region commodity holding_cost capacity", ("v", "US", "oxide", 1)),
        "stock_targets": table("stockpile 2027", ("v", 0)),
    }
    return solve(**given | sheets)


BAN = "caps: bloc oxide demand is a ban, but 50 t of oxide that it bans are taken out of v in 2027: 100% of what is used there. Put away before: 50 t in 2026."  # fmt: skip


def test_a_ban_met_from_stock_is_told() -> None:
    result = banned()
    assert metric(result, "total_cost") == approx(1.05)
    assert warned(result, "is a ban") == [BAN]
    bloc = rows(result.concentration, scope="bloc", year=2027).iloc[0]
    assert bloc["embodied_share"] == approx(1)
    assert (
        bloc[["hhi", "capped_share", "declared_share", "top_origin", "top_share", "top3_share"]].isna().all()
    )
    assert metric(result, "embodied_share") == approx(1)


@pytest.mark.parametrize(("basis", "number"), [("tonnes", 0), ("use", 0), ("demand", 0)])
def test_under_every_basis(basis: str, number: float) -> None:
    caps = cap("bloc", "oxide", basis, None, number, header="scope commodity basis 2026 2027")
    assert warned(banned(caps=caps), "is a ban") == [BAN.replace("demand", basis)]


def test_of_what_was_put_away_the_part_that_is_banned() -> None:
    """There is room for 30 t; what is put away is of a pool that is three quarters Chinese."""
    result = banned(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 10, 60), ("US works", "US", "oxide", 100, None),
        ),
        stockpiles=table("stockpile region commodity holding_cost capacity", ("v", "US", "oxide", 1, 30)),
        stock_targets=table("stockpile 2026 2027", ("v", 30, 0)),
    )  # fmt: skip
    assert total(result.shipments, "quantity", origin="CN", year=2026) == approx(60)
    assert warned(result, "is a ban") == [
        "caps: bloc oxide demand is a ban, but 22.5 t of oxide that it bans are taken out of v in 2027: 45% of what is used "
        "there. Put away before: 22.5 t in 2026."
    ]
    assert one(result.concentration, "embodied_share", scope="bloc", year=2027) == approx(0.45)
    assert one(result.concentration, "embodied_share", scope="bloc", year=2026) == approx(0.75)


def test_a_stock_of_what_is_not_banned_is_not_told() -> None:
    """Of home make, or there from the start: nothing that the ban would have counted was put away."""
    home = table("process region commodity unit_cost last_year", ("CN works", "CN", "oxide", 120), ("US works", "US", "oxide", 100, 2026))  # fmt: skip
    made_at_home = banned(processes=home)
    assert total(made_at_home.stocks, "take", year=2027) == approx(50)
    opened = banned(stockpiles=table("stockpile region commodity opening", ("v", "US", "oxide", 50)), stock_targets=table("stockpile 2026 2027", ("v", 50, 0)))  # fmt: skip
    assert total(opened.stocks, "take", year=2027) == approx(50)
    loose = banned(caps=cap("bloc", "oxide", "demand", None, 0.5, header="scope commodity basis 2026 2027"))
    for result in (made_at_home, opened, loose):
        assert warned(result, "is a ban") == []


def test_a_ban_of_a_named_origin_counts_that_origin_alone() -> None:
    caps = table("scope commodity origin basis 2027", ("bloc", "oxide", "CN", "tonnes", 0))
    assert "from CN tonnes is a ban, but 50 t" in warned(banned(caps=caps), "is a ban")[0]
    other = table("scope commodity origin basis 2027", ("bloc", "oxide", "MY", "tonnes", 0))
    assert warned(banned(caps=[*caps, *other]), "from MY tonnes is a ban") == []


def test_a_process_that_makes_nothing_is_named_too() -> None:
    burns = table("technology commodity coefficient", ("mill", "oxide", -1))
    assert warned(ground(cap("bloc", "oxide", "use", 0.5), technologies=burns), "no row sees") == [
        "caps: bloc oxide use: what MX mill uses counts as use, 100 t of oxide in 2026, though it makes nothing: no row "
        "sees that."
    ]
    assert warned(ground(cap("bloc", "oxide", "demand", 0.5), technologies=burns), "no row sees") == []
