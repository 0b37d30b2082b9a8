"""Concentration: HHI, shares by content and traced to the ore, and trade that only changed places."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.contract.results.policy import ShufflingRow
from floors.results.shuffling import shuffled
from tests.support import toy
from tests.support.studies import BASE, Table, cap, metric, one, rows, solve, table, years

HALF = cap("bloc", "oxide", "demand", 0.5)
BUYERS = "region segment commodity value 2026"
MAKERS = "process region technology commodity unit_cost capacity"


def share(
    result: floors.Result, column: str, year: int = 2026, scope: str = "bloc", commodity: str = "oxide"
) -> float:
    """One number of sheet `concentration`."""
    return float(one(result.concentration, column, commodity=commodity, year=year, scope=scope))


def test_a_cheap_chinese_mine_keeps_the_cap_while_all_ore_is_chinese() -> None:
    """At 24 a tonne it displaces every other mine, but separation elsewhere still costs more than China's oxide."""
    mine = {"process": "CN_mine", "region": "CN", "commodity": "concentrate", "unit_cost": 24}
    result = floors.solve(toy.with_rows(processes=[mine]))
    for year in (2032, 2033):
        assert share(result, "capped_share", year) == approx(0.5)
        assert share(result, "embodied_share", year) == approx(1)
    assert any("caps" in said and "chain" in said for said in result.warnings)
    assert metric(result, "embodied_share") > metric(result, "capped_share") + 0.2
    plain = toy.solved()
    assert share(plain, "embodied_share", 2033) == approx(share(plain, "capped_share", 2033)) == approx(0.5)
    assert not any("chain" in said for said in plain.warnings)


@pytest.mark.parametrize(
    ("chinese", "index"), [(10, 10_000), (6, 3_600 + 1_600), (2, 10_000 * (0.04 + 0.64)), (0, 10_000)]
)
def test_hhi_is_of_percentages(chinese: float, index: float) -> None:
    result = solve(caps=cap("bloc", "oxide", "tonnes", chinese))
    assert share(result, "hhi") == approx(index)
    assert share(result, "capped_share") == approx(chinese / 10)
    assert share(result, "top_share") == approx(max(chinese, 10 - chinese) / 10)
    assert one(result.concentration, "top_origin", scope="bloc") == ("US" if chinese < 5 else "CN")


def test_scopes_are_the_bloc_and_each_member_with_its_markets() -> None:
    result = solve(
        demand=table(
            BUYERS,
            ("US", "defence", "oxide", 300, 4),
            ("US", "cars", "oxide", 200, 6),
            ("JP", "a", "oxide", 200, 10),
        ),
        caps=table("scope commodity segment basis 2026", ("US", "oxide", "defence", "demand", 0)),
    )
    assert set(result.concentration["scope"]) == {"bloc", "US", "JP"}
    assert share(result, "capped_share", scope="US") == approx(0.6)
    assert share(result, "capped_share", scope="JP") == approx(1)
    assert share(result, "capped_share") == approx(0.8)
    assert metric(result, "capped_share") == approx(0.8)


def test_shares_are_of_what_leaves_before_loss() -> None:
    """To have 5 t arrive from China 10 t leave; the US adds 5 t."""
    result = solve(
        routes=table("origin destination commodity loss", ("CN", "US", "*", 0.5)), unit_costs=table("process 2026", ("CN works", 30)),
        caps=cap("bloc", "oxide", "tonnes", 10),
    )  # fmt: skip
    assert share(result, "capped_share") == approx(10 / 15)
    assert metric(result, "capped_share") == approx(10 / 15)


def test_summary_weighs_years_by_their_length_and_takes_only_capped_commodities() -> None:
    result = solve(
        years=years((2026, 1), (2027, 3)),
        processes=[
            *BASE["processes"],
            *table("process region commodity unit_cost", ("CN ore", "CN", "ore", 5)),
        ],
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 10, 10),
            ("US", "all", "ore", 20, 50, 50),
        ),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.8, 0.4)),
    )
    assert metric(result, "capped_share") == approx((0.8 + 3 * 0.4) / 4)
    assert one(result.summary, "value", metric="baseline_capped_share") == approx(1)
    assert share(result, "capped_share", commodity="ore") == approx(1)


def test_content_counts_in_the_capped_share() -> None:
    result = solve(
        processes=table("process region commodity unit_cost", ("AU works", "AU", "oxide", 50), ("US works", "US", "oxide", 80)),
        routes=table("origin destination commodity content", ("AU", "US", "*", 0.5)),
        caps=cap("bloc", "oxide", "demand", 0.4),
    )  # fmt: skip
    assert share(result, "capped_share") == approx(0.4)
    assert share(result, "embodied_share") == approx(0.4)


ALLOY = table(
    "technology commodity coefficient", ("alloy", "oxide", -2), ("alloy", "ore", -1), ("alloy", "magnet", 1.5)
)


def alloying(region: str, **sheets: Any) -> floors.Result:
    """Magnets for the US from 2 oxide (half Chinese, half from the US) and 1 ore of the US."""
    given: dict[str, Any] = {
        "technologies": ALLOY,
        "processes": table(
            MAKERS,
            ("CN oxide", "CN", None, "oxide", 50, 4),
            ("US oxide", "US", None, "oxide", 80, None),
            ("US ore", "US", None, "ore", 5, None),
            ("alloy", region, "alloy", None, 1, None),
        ),
        "demand": table(BUYERS, ("US", "all", "magnet", 900, 6)),
        "caps": cap("bloc", "magnet", "demand", 1),
    }
    return solve(**given | sheets)


def test_a_process_takes_the_average_of_its_inputs_by_mass() -> None:
    """4 t of activity use 8 t of oxide, 4 of them Chinese, and 4 t of ore: 4 of 12."""
    result = alloying("US")
    assert share(result, "capped_share", commodity="magnet") == approx(0)
    assert share(result, "embodied_share", commodity="magnet") == approx(4 / 12)
    assert share(result, "embodied_share", commodity="oxide") == approx(0.5)
    assert metric(result, "embodied_share") == approx(4 / 12)


def test_losses_thin_out_the_pool() -> None:
    """Of 4 t that leave China 3 arrive: 3 of 12."""
    routes = table("origin destination commodity loss", ("CN", "US", "*", 0.25))
    assert share(alloying("US", routes=routes), "embodied_share", commodity="magnet") == approx(3 / 12)


def test_what_a_capped_region_makes_is_its_own_whatever_it_used() -> None:
    result = alloying("CN")
    assert share(result, "capped_share", commodity="magnet") == approx(1)
    assert share(result, "embodied_share", commodity="magnet") == approx(1)


def test_a_third_country_hands_on_what_it_used() -> None:
    result = alloying("AU")
    assert share(result, "capped_share", commodity="magnet") == approx(0)
    assert share(result, "embodied_share", commodity="magnet") == approx(4 / 12)


@pytest.mark.parametrize(("content", "expected"), [(0.2, 4 / 12), (0.7, 0.7)])
def test_the_larger_of_traced_and_content_counts(content: float, expected: float) -> None:
    routes = table(
        "origin destination commodity content", ("AU", "US", "magnet", content), ("*", "AU", "*", None)
    )
    result = alloying("AU", routes=routes)
    assert share(result, "capped_share", commodity="magnet") == approx(content)
    assert share(result, "embodied_share", commodity="magnet") == approx(expected)


def test_content_goes_on_into_what_is_made_of_it() -> None:
    """Australia's oxide is half Chinese by its route: 4 t of the 8, so 2 of the 12 t that go into magnets."""
    processes = table(
        MAKERS,
        ("AU oxide", "AU", None, "oxide", 50, 4),
        ("US oxide", "US", None, "oxide", 80, None),
        ("US ore", "US", None, "ore", 5, None),
        ("alloy", "US", "alloy", None, 1, None),
    )
    routes = table("origin destination commodity content", ("AU", "US", "oxide", 0.5))
    result = alloying("US", processes=processes, routes=routes)
    assert share(result, "embodied_share", commodity="magnet") == approx(2 / 12)


def test_chains_that_close_on_themselves_settle() -> None:
    """Of 10 t of oxide 8 are ground down and come back as 4; the rest are 6 t from a pool a third Chinese.

    Arrivals of oxide in the US: 3 Chinese, 3 of its own ore, 4 that came back. With x the share of the pool,
    10 x = 3 + 4 x, so x is a half.
    """
    ring = table(
        "technology commodity coefficient", ("down", "oxide", -1), ("down", "magnet", 1), ("back", "magnet", -2), ("back", "oxide", 1)
    )  # fmt: skip
    result = solve(
        technologies=ring,
        processes=table(
            f"{MAKERS} minimum",
            ("CN oxide", "CN", None, "oxide", 50, 3, 3),
            ("US oxide", "US", None, "oxide", 80, 3, 3),
            ("down", "US", "down", None, 1, 8, 8),
            ("back", "US", "back", None, 1, 4, 4),
        ),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 2)),
        route_minimums=table(
            "origin destination commodity 2026", ("CN", "US", "oxide", 3), ("US", "US", "oxide", 7)
        ),
    )
    assert share(result, "embodied_share") == approx(0.5)
    assert share(result, "embodied_share", commodity="magnet") == approx(0.5)


def test_a_stock_is_the_running_average_of_what_was_put_in() -> None:
    """2026 puts away 6 t of a pool two thirds Chinese; 2027 makes magnets of them alone."""
    result = solve(
        years=years((2026, 1), (2027, 1)),
        technologies=table(
            "technology commodity coefficient", ("alloy", "oxide", -1), ("alloy", "magnet", 1)
        ),
        processes=table(
            f"{MAKERS} last_year",
            ("CN oxide", "CN", None, "oxide", 50, 4, 2026),
            ("US oxide", "US", None, "oxide", 80, None, 2026),
            ("alloy", "US", "alloy", None, 1, None, None),
        ),
        demand=table("region segment commodity 2026 2027", ("US", "all", "magnet", 0, 6)),
        stockpiles=table("stockpile region commodity", ("pile", "US", "oxide")),
    )
    assert share(result, "embodied_share", 2027, commodity="magnet") == approx(4 / 6)


def test_a_leak_is_capped_in_full() -> None:
    result = solve(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.7, 10)),
        caps=cap("bloc", "oxide", "tonnes", 3),
    )
    assert share(result, "capped_share") == approx(0.3)
    assert share(result, "embodied_share") == approx(0.3)
    assert share(result, "hhi") == approx(10_000 * (0.09 + 0.49))


def redirecting(capped: Table | None) -> floors.Result:
    """Malaysia takes Australia's 5 t at 60 rather than China's at 62; the US has China's 10 t at 50."""
    return solve(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("AU works", "AU", "oxide", 60, 5),
            ("US works", "US", "oxide", 100, None),
        ),
        demand=table(BUYERS, ("US", "all", "oxide", 200, 10), ("MY", "all", "oxide", 200, 5)),
        routes=table(
            "origin destination commodity freight", ("CN", "US", "*", 0), ("CN", "MY", "*", 12), ("AU", "US", "*", 1), ("AU", "MY", "*", 0)
        ),
        caps=capped,
    )  # fmt: skip


def test_trade_that_swaps_destinations_is_redirected() -> None:
    """Under a cap of 5 t Australia sends its 5 t to the US and China its 5 t to Malaysia; nobody makes less."""
    swapped = redirecting(cap("bloc", "oxide", "tonnes", 5))
    assert share(swapped, "redirected") == approx(5 + 5)
    assert rows(swapped.concentration, scope="US")["redirected"].isna().all()
    assert metric(swapped, "total_cost") == approx((5 * 61 + 5 * 62 + 5 * 50) / 1000)


def test_trade_that_ends_is_not_redirected() -> None:
    """Under a cap of 2 t China's total falls by 3 and that of the US rises by 3: only the swap counts."""
    assert share(redirecting(cap("bloc", "oxide", "tonnes", 2)), "redirected") == approx(10)
    assert share(redirecting(None), "redirected") == approx(0)
    assert share(solve(caps=HALF), "redirected") == approx(0)


def test_the_three_largest_and_what_was_before() -> None:
    """Without a cap 10 t come from China; a cap of 4 t brings 3 from Australia, 2 from Malaysia, 1 from home."""
    result = solve(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("AU works", "AU", "oxide", 60, 3),
            ("MY works", "MY", "oxide", 70, 2),
            ("US works", "US", "oxide", 80, None),
        ),
        commodities=table("commodity stage", ("oxide", "separated")),
        caps=cap("bloc", "oxide", "tonnes", 4),
    )
    assert share(result, "hhi") == approx(1600 + 900 + 400 + 100)
    assert share(result, "top_share") == approx(0.4)
    assert share(result, "top3_share") == approx(0.9)
    assert share(result, "baseline_hhi") == approx(10_000)
    assert share(result, "baseline_top_share") == share(result, "baseline_top3_share") == approx(1)
    assert share(result, "baseline_capped_share") == share(result, "baseline_embodied_share") == approx(1)
    assert one(result.concentration, "baseline_top_origin", scope="bloc") == "CN"
    assert set(result.concentration["stage"]) == {"separated"}


def test_what_nobody_bought_before_has_no_shares_before() -> None:
    """A minimum at home needs ore only where the cap on oxide makes it run."""
    result = alloying("US", caps=cap("bloc", "magnet", "demand", 0.5), processes=table(
        MAKERS, ("CN magnet", "CN", None, "magnet", 60, None), ("US oxide", "US", None, "oxide", 80, None),
        ("US ore", "US", None, "ore", 5, None), ("alloy", "US", "alloy", None, 1, None),
    ))  # fmt: skip
    assert share(result, "hhi") == approx(10_000)
    before = rows(result.concentration, commodity="oxide", scope="bloc").filter(like="baseline")
    assert before.isna().all(axis=None)
    assert share(result, "baseline_hhi", commodity="magnet") == approx(10_000)


@pytest.mark.parametrize("segment", [None, "all"])
def test_papers_know_nothing_of_what_leaks(segment: str | None) -> None:
    """3 t leak and 2 t of the other 7 come openly under a cap of 5 t: half is Chinese, on paper two sevenths."""
    result = solve(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.7, 10)),
        caps=table("scope commodity segment basis 2026", ("bloc", "oxide", segment, "tonnes", 5)),
    )
    assert share(result, "capped_share") == metric(result, "capped_share") == approx(0.5)
    assert share(result, "declared_share") == metric(result, "declared_share") == approx(2 / 7)
    assert any("3 t leak" in said and "50%" in said and "28.6%" in said for said in result.sentences)
    assert share(solve(caps=HALF), "declared_share") == approx(0.5)
    assert not any("leak" in said for said in solve(caps=HALF).sentences)


def sales(result: floors.Result, column: str) -> float:
    """One number of sheet `shuffling`, which has a single row."""
    return float(one(result.shuffling, column, commodity="oxide", year=2026, origin="CN"))


def test_a_cap_that_swaps_destinations_is_shuffling() -> None:
    """China's 5 t go to Malaysia instead, and what it makes is as much as before."""
    result = redirecting(cap("bloc", "oxide", "tonnes", 5))
    assert [sales(result, name) for name in ("members", "others", "home")] == approx([5, 5, 0])
    assert [sales(result, f"baseline_{name}") for name in ("members", "others", "home")] == approx([10, 0, 0])
    assert sales(result, "redirected") == approx(5)
    assert any(
        said.startswith("oxide: CN sells the bloc 5 t less") and "100%" in said for said in result.sentences
    )


def test_a_cap_that_ends_sales_is_none() -> None:
    result = solve(caps=HALF)
    assert (sales(result, "members"), sales(result, "redirected")) == approx((5, 0))
    assert not any("trade changes places" in said for said in result.sentences)


def test_shuffling_that_is_the_smaller_part_is_in_the_table_alone() -> None:
    """A cap of 0: 5 of the 10 t go to Malaysia; a half is not most."""
    result = redirecting(cap("bloc", "oxide", "tonnes", 0))
    assert sales(result, "redirected") == approx(5)
    assert not any("trade changes places" in said for said in result.sentences)


def test_shuffling_counts_leaks_and_what_stays_at_home() -> None:
    """Of 10 t wanted in the US 3 leak; China uses 4 t of its own; what others buy more at home is no redirection."""
    result = solve(
        demand=table(
            "region segment commodity value enforcement 2026",
            ("US", "all", "oxide", 200, 0.7, 10), ("CN", "all", "oxide", 200, 1, 4),
        ),
        caps=cap("bloc", "oxide", "tonnes", 5),
    )  # fmt: skip
    assert [sales(result, name) for name in ("members", "others", "home")] == approx([5, 0, 4])
    assert sales(result, "baseline_members") == approx(10)


def test_what_no_cap_forces_is_not_said_to_be_shuffled() -> None:
    """The plan without policy keeps this cap already: whatever differs is another plan of the same cost."""
    result = redirecting(cap("bloc", "oxide", "tonnes", 10))
    assert not any("trade changes places" in said for said in result.sentences)
    row = [ShufflingRow("oxide", 2026, "CN", 5.0, 5.0, 0.0, 10.0, 0.0, 0.0, 5.0)]
    assert list(shuffled(result.outcome, result.baseline_outcome, row)) == []
    forced = redirecting(cap("bloc", "oxide", "tonnes", 5))
    assert len(list(shuffled(forced.outcome, forced.baseline_outcome, row))) == 1
