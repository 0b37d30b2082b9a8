"""Caps: bases, scopes, segments, origins, groups; and what a share cap does that a volume cap does not."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    BASE,
    Table,
    activity,
    cap,
    consumption,
    floor,
    levy,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    shipped,
    solve,
    study,
    table,
    total,
    years,
)

BUYERS = "region segment commodity value 2026"
ORDER = "scope commodity segment origin basis 2026"
TWO = table(BUYERS, ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 5))
FOUR = table(
    "process region commodity unit_cost capacity",
    ("CN works", "CN", "oxide", 50, None),
    ("AU works", "AU", "oxide", 60, None),
    ("US works", "US", "oxide", 90, None),
)


@pytest.mark.parametrize(("basis", "number"), [("demand", 0.4), ("tonnes", 6), ("use", 0.4)])
def test_bases(basis: str, number: float) -> None:
    result = solve(caps=cap("bloc", "oxide", basis, number), demand=TWO)
    assert total(result.sourcing, "quantity", origin="CN") == approx(6)
    assert one(result.caps, "limit") == approx(6)
    assert one(result.caps, "used") == approx(6)
    assert one(result.caps, "slack") == approx(0)
    assert one(result.caps, "levy") == approx(30)
    assert one(result.caps, "per_point") == approx(30 * 0.01 * 15 / 1000)
    assert floor(result) == approx(50 + 30 * (1 if basis != "use" else 0.6))


def test_a_levy_is_the_saving_of_one_more_tonne() -> None:
    more, less = (metric(solve(caps=cap("bloc", "oxide", "tonnes", v)), "total_cost") for v in (6, 5))
    assert 1000 * (less - more) == approx(levy(solve(caps=cap("bloc", "oxide", "tonnes", 5.5))))


@pytest.mark.parametrize(("scope", "chinese"), [("bloc", 7.5), ("US", 5 + 5), ("JP", 10 + 2.5)])
def test_scopes(scope: str, chinese: float) -> None:
    result = solve(caps=cap(scope, "oxide", "demand", 0.5), demand=TWO)
    assert total(result.sourcing, "quantity", origin="CN") == approx(chinese)
    floored = {"US", "JP"} if scope == "bloc" else {scope}
    assert set(result.floors["member"]) == floored


def test_the_blocs_cap_is_used_where_it_saves_most() -> None:
    """Japan has nothing dearer than 120 to turn to, the US has its own at 80."""
    result = solve(
        caps=cap("bloc", "oxide", "demand", 0.4),
        demand=TWO,
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80),
        ),
        routes=table("origin destination commodity freight", ("CN", "*", "*", 0), ("US", "JP", "*", 40)),
    )
    assert shipped(result, "CN", "JP") == approx(5)
    assert shipped(result, "CN", "US") == approx(1)
    assert floor(result, "JP") == floor(result, "US") == approx(80)


def test_national_coordination_splits_a_share_and_tonnes_by_table_demand() -> None:
    regions = table(
        "region role", ("US", "member"), ("JP", "member"), ("EU", "member"), ("CN", "capped"), ("AU", "other")
    )
    for basis, number in (("demand", 0.4), ("tonnes", 6)):
        result = solve(
            settings=settings(coordination="national"),
            regions=regions,
            caps=cap("bloc", "oxide", basis, number),
            demand=TWO,
        )
        limits = dict(zip(result.caps["scope"], result.caps["limit"], strict=True))
        assert limits == {"US": approx(4), "JP": approx(2), "EU": approx(0)}
        assert shipped(result, "CN", "US") == approx(4)
        assert shipped(result, "CN", "JP") == approx(2)


def test_national_coordination_leaves_a_members_own_cap_alone() -> None:
    result = solve(
        settings=settings(coordination="national"), caps=cap("JP", "oxide", "tonnes", 1), demand=TWO
    )
    assert shipped(result, "CN", "JP") == approx(1)
    assert shipped(result, "CN", "US") == approx(10)


def test_national_caps_make_floors_of_their_own() -> None:
    """At home the US pays 80; Japan pays freight of 8 on top."""
    given: dict[str, Any] = {
        "caps": cap("bloc", "oxide", "demand", 0.4),
        "demand": TWO,
        "routes": table("origin destination commodity freight", ("CN", "*", "*", 0), ("US", "JP", "*", 8)),
    }
    result = solve(settings=settings(coordination="national"), **given)
    assert (floor(result, "US"), floor(result, "JP")) == (approx(80), approx(88))
    assert metric(result, "uplift") == 0
    together = solve(**given)
    assert floor(together, "US") == approx(floor(together, "JP"))


def test_an_origin_of_its_own_counts_in_full_whatever_its_content() -> None:
    result = solve(
        caps=table(ORDER, ("bloc", "oxide", None, "AU", "tonnes", 2)), processes=[*FOUR[1:]], demand=TWO
    )
    assert total(result.sourcing, "quantity", origin="AU") == approx(2)
    assert result.floors.empty  # nothing from a capped origin is held up
    assert one(result.caps, "levy") == approx(30)
    assert metric(result, "levy_revenue") == approx(2 * 30 / 1000)


def test_blank_origin_counts_content_of_third_countries() -> None:
    """Half of what Australia sells is Chinese: 4 t may be, so 8 t of Australia or 4 t of China."""
    result = solve(
        caps=table(ORDER, ("bloc", "oxide", None, None, "tonnes", 4)),
        processes=FOUR,
        routes=table(
            "origin destination commodity content", ("AU", "US", "oxide", 0.5), ("CN", "US", "oxide", None)
        ),
        demand=[*BASE["demand"], *table(BUYERS, ("CN", "home", "oxide", 100, 1))],
    )
    # a tonne of cap saves 40 in China, (90 - 60) / 0.5 = 60 in Australia
    assert shipped(result, "AU", "US") == approx(8)
    assert shipped(result, "US", "US") == approx(2)
    assert one(result.caps, "levy") == approx(60)
    assert one(result.shipments, "levy", origin="AU") == approx(30)
    assert floor(result) == approx(110)
    assert metric(result, "capped_share") == approx(0.4)


def test_each_caps_every_non_member_on_its_own() -> None:
    result = solve(caps=table(ORDER, ("bloc", "oxide", None, "each", "demand", 0.3)), processes=FOUR)
    assert shipped(result, "CN", "US") == approx(3)
    assert shipped(result, "AU", "US") == approx(3)
    assert shipped(result, "US", "US") == approx(4)
    assert set(result.caps["origin"]) >= {"CN", "AU"}
    assert not {"US", "JP"} & set(result.caps["origin"])
    assert one(result.caps, "levy", origin="CN") == approx(40)
    assert one(result.caps, "levy", origin="AU") == approx(30)
    assert floor(result) == approx(90)


def test_each_under_use_pays_rebates_to_the_others() -> None:
    """30 % of arrivals at most from any one: 3, 3 and 4; both rows bind and both pay a rebate."""
    result = solve(caps=table(ORDER, ("bloc", "oxide", None, "each", "use", 0.3)), processes=FOUR)
    assert shipped(result, "CN", "US") == approx(3)
    assert shipped(result, "AU", "US") == approx(3)
    levies = {o: one(result.caps, "levy", origin=o) for o in ("CN", "AU")}
    assert levies == {"CN": approx(40), "AU": approx(30)}
    assert price(result, "US") == approx(90 - 0.3 * 70)
    assert metric(result, "levy_revenue") == approx(0, abs=1e-9)
    assert one(result.floors, "rebate", member="US") == approx(0.3 * 70)
    assert one(result.floors, "producer_price", member="US") == approx(90)


def test_caps_of_one_shipment_add_up() -> None:
    result = solve(
        caps=table(
            ORDER, ("bloc", "oxide", None, None, "tonnes", 6), ("US", "oxide", None, "CN", "tonnes", 3)
        ),
        demand=TWO,
    )
    assert shipped(result, "CN", "US") <= 3 * (1 + 1e-9)
    assert shipped(result, "CN", "US") + shipped(result, "CN", "JP") == approx(6)
    assert floor(result, "US") == floor(result, "JP") == approx(80)
    assert one(result.caps, "levy", scope="bloc") == approx(30)
    assert one(result.caps, "levy", scope="US") == approx(0)


GROUPED: dict[str, Table] = {
    "groups": table("group commodity weight", ("NdPr", "oxide", 1), ("NdPr", "magnet", 0.5)),
    "processes": table(
        "process region commodity unit_cost",
        ("CN oxide", "CN", "oxide", 50),
        ("CN magnet", "CN", "magnet", 100),
        ("US oxide", "US", "oxide", 80),
        ("US magnet", "US", "magnet", 120),
    ),
    "demand": table(BUYERS, ("US", "a", "oxide", 200, 10), ("US", "b", "magnet", 300, 8)),
}


@pytest.mark.parametrize(("basis", "number"), [("tonnes", 7), ("demand", 0.5), ("use", 0.5)])
def test_a_group_counts_by_weight(basis: str, number: float) -> None:
    """14 t weighted; a weighted tonne saves 30 in oxide and 20 / 0.5 = 40 in magnets."""
    result = solve(**GROUPED, caps=cap("bloc", "NdPr", basis, number))
    assert shipped(result, "CN", "US", commodity="magnet") == approx(8)
    assert shipped(result, "CN", "US", commodity="oxide") == approx(3)
    assert one(result.caps, "limit") == approx(7)
    assert one(result.caps, "used") == approx(7)
    assert one(result.caps, "levy") == approx(30)
    kept = 1 - number if basis == "use" else 1
    assert levy(result, commodity="oxide") == approx(30 * kept)
    assert levy(result, commodity="magnet") == approx(0.5 * 30 * kept)


MAGNETS = table("technology commodity coefficient", ("alloy", "oxide", -0.5), ("alloy", "magnet", 1))


def test_use_on_a_group_made_from_one_another_is_an_error() -> None:
    processes = table(
        "process region technology commodity unit_cost",
        ("CN oxide", "CN", None, "oxide", 50),
        ("US oxide", "US", None, "oxide", 80),
        ("US alloy", "US", "alloy", None, 5),
    )
    given = {**GROUPED, "technologies": MAGNETS, "processes": processes}
    problems = refused(**given, caps=cap("bloc", "NdPr", "use", 0.5))
    assert [(p.sheet, p.cell) for p in problems] == [("caps", "B2")]
    assert not refused(**given, caps=cap("bloc", "NdPr", "tonnes", 50))


def test_a_share_of_demand_that_nobody_has_is_an_error() -> None:
    problems = refused(caps=cap("bloc", "ore", "demand", 0.5))
    assert [(p.sheet, p.cell) for p in problems] == [("caps", "B2")]
    problems = refused(caps=cap("JP", "oxide", "demand", 0.5))
    assert [(p.sheet, p.cell) for p in problems] == [("caps", "B2")]
    assert not refused(caps=cap("bloc", "ore", "tonnes", 0))


def test_two_rows_with_the_same_keys_and_shares_above_one_are_errors() -> None:
    problems = refused(caps=[*cap("bloc", "oxide", "demand", 0.5), *cap("bloc", "oxide", "demand", 0.4)])
    assert [p.sheet for p in problems] == ["caps"]
    for basis in ("demand", "use"):
        problems = refused(caps=cap("bloc", "oxide", basis, 1.2))
        assert [(p.sheet, p.cell) for p in problems] == [("caps", "D2")]
    assert not refused(caps=cap("bloc", "oxide", "tonnes", 1.2))


def test_a_scope_that_is_capped_is_an_error_and_one_that_may_join_a_note() -> None:
    problems = refused(caps=cap("CN", "oxide", "tonnes", 3))
    assert [(p.sheet, p.cell) for p in problems] == [("caps", "A2")]
    outside = solve(caps=cap("AU", "oxide", "tonnes", 3))
    assert any("caps!A2" in said and "AU is not a member" in said for said in outside.warnings)
    assert outside.caps.empty
    leaving = study(
        demand=TWO,
        caps=table(
            "scope commodity basis 2026", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", 0.2)
        ),
        scenarios=table("scenario", ("exit",)),
        changes=table(
            "scenario sheet where column change value",
            ("exit", "regions", "region=JP", "role", "set", "other"),
        ),
    ).scenario("exit")
    result = floors.solve(leaving)
    assert shipped(result, "CN", "JP") == approx(5)
    assert shipped(result, "CN", "US") == approx(5)
    assert any("caps!A3" in said and "JP" in said for said in result.warnings)
    assert set(result.caps["scope"]) == {"US"}


def test_blank_is_no_cap_and_nothing_is_a_ban() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 10, 10, 10)
        ),
        caps=table("scope commodity basis 2026 2027 2028", ("bloc", "oxide", "demand", None, 0, 1)),
    )
    assert [shipped(result, "CN", "US", t) for t in (2026, 2027, 2028)] == approx([10, 0, 10])
    assert rows(result.floors, member="US")["year"].tolist() == [2027, 2028]
    assert result.caps["year"].tolist() == [2027, 2028]
    assert levy(result, year=2027) == approx(30)
    assert levy(result, year=2028) == approx(0)


def test_caps_count_what_leaves_not_what_arrives() -> None:
    result = solve(
        caps=cap("bloc", "oxide", "tonnes", 5),
        routes=table("origin destination commodity loss", ("CN", "US", "oxide", 0.2)),
    )
    assert shipped(result, "CN", "US") == approx(5)
    assert shipped(result, "US", "US") == approx(6)
    assert levy(result) == approx(0.8 * 80 - 50)


def test_use_counts_what_members_make_and_what_processes_take() -> None:
    """Half of 8 t of oxide, 3 of them made into magnets: 4 t Chinese."""
    result = solve(
        technologies=MAGNETS,
        processes=table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 50),
            ("US works", "US", None, "oxide", 80),
            ("US alloy", "US", "alloy", None, 5),
        ),
        demand=table(BUYERS, ("US", "a", "oxide", 200, 5), ("US", "b", "magnet", 300, 6)),
        caps=cap("bloc", "oxide", "use", 0.5),
    )
    assert shipped(result, "CN", "US") == approx(4)
    assert one(result.caps, "limit") == approx(4)
    assert price(result, "US") == approx(65)
    assert price(result, "US", commodity="magnet") == approx(0.5 * 65 + 5)


def test_share_cap_and_volume_cap_differ_by_share_times_levy() -> None:
    """A volume leaves the others' price at 80; a share pays them a rebate of 0.5 x 30 that buyers keep."""
    elastic = table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.8, 10))
    given = {"demand": elastic, "reference_prices": table("commodity 2026", ("oxide", 50))}
    volume = solve(**given, caps=cap("bloc", "oxide", "tonnes", 3))
    share = solve(**given, caps=cap("bloc", "oxide", "use", 0.5))
    assert one(volume.caps, "levy") == one(share.caps, "levy") == approx(30)
    assert price(volume, "US") - price(share, "US") == approx(0.5 * 30)
    assert consumption(volume, "US") == approx(10 * (80 / 50) ** -0.8, rel=0.01)
    assert consumption(share, "US") == approx(10 * (65 / 50) ** -0.8, rel=0.01)
    assert metric(volume, "levy_revenue") == approx(3 * 30 / 1000)
    assert metric(share, "levy_revenue") == approx(0, abs=1e-9)
    assert one(share.floors, "rebate", member="US") == approx(15)
    assert one(share.floors, "producer_price", member="US") == approx(80)
    assert floor(share) == approx(65)


def test_without_a_capped_region_or_a_cap_it_is_a_plain_sourcing_model() -> None:
    bare = dict.fromkeys(("settings",))
    result = solve(**bare, regions=table("region role", ("US", "member"), ("CN", "other"), ("JP", "member")))
    assert result.floors.empty
    assert activity(result, "CN works") == approx(10)
    assert metric(result, "total_cost") == approx(10 * 50 / 1000)


def test_a_national_share_of_use_is_each_members_own() -> None:
    result = solve(
        settings=settings(coordination="national"), caps=cap("bloc", "oxide", "use", 0.4), demand=TWO
    )
    assert shipped(result, "CN", "US") == approx(4)
    assert shipped(result, "CN", "JP") == approx(2)
