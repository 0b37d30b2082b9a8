"""The minimum rule: a levy that rises as far as the price of a capped origin falls."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    activity,
    cap,
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
    table,
    years,
)

TOLERANCE = 0.010001
RULE = "commodity rule 2026"
DEMAND = table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10))


def dumping(offer: float = 37, least: float = 110, **sheets: Any) -> floors.Result:
    """China sells at `offer` under a minimum; the US makes 4 t at 100 and more at 130; no cap."""
    given: dict[str, Any] = {
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", offer, None),
            ("US old", "US", "oxide", 100, 4),
            ("US new", "US", "oxide", 130, None),
        ),
        "reference_prices": table("commodity 2026", ("oxide", 62)),
        "floor_rules": table(RULE, ("oxide", "minimum", least)),
        "demand": DEMAND,
    }
    return solve(**given | sheets)


@pytest.mark.parametrize("offer", [0, 5, 37, 62, 99, 109.995])
def test_dumping_does_not_go_below_the_minimum(offer: float) -> None:
    result = dumping(offer)
    assert floor(result) == approx(110, abs=TOLERANCE)
    assert levy(result) == approx(110 - offer, abs=TOLERANCE)
    assert one(result.floors, "capped_price", member="US") == approx(offer, abs=1e-9)
    assert activity(result, "US old") == approx(4)
    assert shipped(result, "CN", "US") == approx(6)
    assert price(result, "US") == approx(110, abs=TOLERANCE)
    assert one(result.certificate, "passed", check="minimum_met")
    assert metric(result, "uplift") == approx(0, abs=1e-6)


@pytest.mark.parametrize("offer", [54, 60])
def test_what_rounding_leaves_of_a_levy_is_no_cost(offer: float) -> None:
    """A cost of -9e-16 for a free journey gave the baseline no proven bound: the certificate failed."""
    for least in (58.61, 59.35, 60.46, 60.83, 61.94):
        result = solve(
            processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", offer)),
            years=years((2026, 1), (2027, 1)),
            reference_prices=table("commodity 2026 2027", ("oxide", 41.5, 41.5)),
            demand=table("region segment commodity 2026 2027", ("US", "all", "oxide", 9.5, 9.5)),
            floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", least, least)),
            settings=settings(discount_rate=0.07),
        )
        costs = result.baseline_outcome.compiled.lp.cost
        assert (costs >= 0).all(), costs


def test_a_price_above_the_minimum_pays_no_levy() -> None:
    result = dumping(115)
    assert levy(result) == approx(0, abs=TOLERANCE)
    assert floor(result) == approx(115, abs=TOLERANCE)


def test_a_minimum_above_what_others_cost_sells_nothing_chinese() -> None:
    result = dumping(37, least=150)
    assert shipped(result, "CN", "US") == approx(0)
    assert price(result, "US") == approx(130)
    assert floor(result) >= 150 - TOLERANCE


def test_the_levy_is_a_cost_but_no_resource() -> None:
    result = dumping()
    assert metric(result, "levy_revenue") == approx(6 * 73 / 1000, rel=1e-3)
    assert metric(result, "total_cost") == approx((4 * 100 + 6 * 110) / 1000, rel=1e-3)
    assert metric(result, "resource_cost") == approx((4 * 100 + 6 * 37) / 1000)
    assert one(result.accounts, "baseline_cost", region="US", year=2026) == approx(10 * 37 / 1000)


def test_with_blank_caps_it_says_what_share_is_chinese() -> None:
    result = dumping(caps=cap("bloc", "oxide", "demand", None))
    assert metric(result, "capped_share") == approx(0.6)
    assert floor(result) == approx(110, abs=TOLERANCE)


def test_cap_levies_come_on_top() -> None:
    """The minimum of 70 asks 8 above an offer of 62; the cap of 4 t asks 60 more, up to 130."""
    result = dumping(62, least=70, caps=cap("bloc", "oxide", "tonnes", 4))
    assert shipped(result, "CN", "US") == approx(4)
    assert floor(result) == approx(130, abs=TOLERANCE)
    assert levy(result) == approx(68, abs=TOLERANCE)
    assert one(result.caps, "levy") == approx(60, abs=TOLERANCE)


def test_the_price_is_that_in_the_solution() -> None:
    """China's first 5 t cost 40, the rest 90: the bloc takes 6 t, so the price is 90 and the levy 20."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN cheap", "CN", "oxide", 40, 5),
        ("CN dear", "CN", "oxide", 90, None),
        ("US old", "US", "oxide", 100, 4),
        ("US new", "US", "oxide", 130, None),
    )
    result = dumping(processes=processes)
    assert one(result.floors, "capped_price", member="US") == approx(90, abs=TOLERANCE)
    assert levy(result) == approx(20, abs=TOLERANCE)


def test_a_minimum_between_two_steps_of_supply_settles() -> None:
    """5 t at 40 are all there is: they fetch what buyers pay, 130, so no levy is needed."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN cheap", "CN", "oxide", 40, 5),
        ("US new", "US", "oxide", 130, None),
    )
    result = dumping(processes=processes)
    assert levy(result) <= 130 - 40 + TOLERANCE
    assert floor(result) >= 110 - TOLERANCE
    assert price(result, "US") == approx(130, abs=TOLERANCE)


HEAD = "origin destination commodity freight content"
WITH_AU = table(
    "process region commodity unit_cost capacity",
    ("CN works", "CN", "oxide", 37, None),
    ("AU works", "AU", "oxide", 60, None),
    ("US old", "US", "oxide", 100, 4),
    ("US new", "US", "oxide", 130, None),
)


def test_third_countries_pay_nothing_and_undercut_and_the_user_is_told() -> None:
    result = dumping(processes=WITH_AU)
    assert shipped(result, "AU", "US") == approx(10)
    assert price(result, "US") == approx(60)
    assert floor(result) == approx(110, abs=TOLERANCE)
    assert not one(result.floors, "effective", member="US")
    assert any("minimum" in said and "nobody" in said for said in result.warnings)


def test_content_from_third_countries_does_not_pay_the_levy_on_capped_regions() -> None:
    """The levy is on shipments from a capped origin; Australia is none, whatever is in its oxide."""
    routes = table(HEAD, ("AU", "US", "oxide", 0, 0.5), ("CN", "US", "oxide", 0, None))
    result = dumping(processes=WITH_AU, routes=routes)
    assert shipped(result, "AU", "US") == approx(10)
    assert metric(result, "levy_revenue") == approx(0)


def test_levy_on_non_members_tops_up_every_origins_own_price() -> None:
    result = dumping(processes=WITH_AU, settings=settings(levy_on="non_members"))
    assert price(result, "US") == approx(110, abs=TOLERANCE)
    assert activity(result, "US old") == approx(4)
    levies = rows(result.shipments, destination="US")
    for origin, quantity, paid in zip(levies["origin"], levies["quantity"], levies["levy"], strict=True):
        if origin != "US" and quantity:
            assert paid == approx({"CN": 73, "AU": 50}[origin], abs=TOLERANCE)
    assert not any("nobody" in said for said in result.warnings)


def test_members_never_pay_it() -> None:
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 37, None),
        ("JP works", "JP", "oxide", 70, None),
    )
    result = dumping(processes=processes, settings=settings(levy_on="non_members"))
    assert shipped(result, "JP", "US") == approx(10)
    assert price(result, "US") == approx(70)


def test_a_capped_origin_of_half_content_pays_half_the_levy() -> None:
    """Content multiplies the levy on its way in."""
    routes = table(HEAD, ("CN", "US", "oxide", 0, 0.5), ("CN", "JP", "oxide", 0, None))
    demand = table(
        "region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 5)
    )
    result = dumping(routes=routes, demand=demand)
    assert floor(result, "JP") == approx(110, abs=TOLERANCE)
    assert levy(result, "US") == approx(0.5 * 73, abs=TOLERANCE)


def test_freight_comes_on_top_of_the_minimum() -> None:
    result = dumping(37, routes=table(HEAD, ("CN", "US", "oxide", 6, None)))
    assert one(result.floors, "landed_price", member="US") == approx(116, abs=TOLERANCE)
    assert price(result, "US") == approx(116, abs=TOLERANCE)


def test_years_differ_and_blank_years_have_no_minimum() -> None:
    result = dumping(
        years=years((2026, 1), (2027, 2), (2028, 1)),
        settings=settings(discount_rate=0.07),
        reference_prices=table("commodity 2026 2027 2028", ("oxide", 62, 62, 62)),
        floor_rules=table("commodity rule 2026 2027 2028", ("oxide", "minimum", 90, None, 120)),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 10, 10, 10)
        ),
    )
    assert rows(result.floors, member="US")["year"].tolist() == [2026, 2028]
    assert floor(result, year=2026) == approx(90, abs=TOLERANCE)
    assert floor(result, year=2028) == approx(120, abs=TOLERANCE)
    assert price(result, "US", 2027) == approx(37)
    assert [activity(result, "US old", t) for t in (2026, 2027, 2028)] == approx([0, 0, 4])


def test_a_minimum_needs_a_reference_price() -> None:
    problems = refused(processes=WITH_AU, floor_rules=table(RULE, ("oxide", "minimum", 110)), demand=DEMAND)
    assert [p.code for p in problems] == ["missing_reference"]
    assert problems[0].sheet == "floor_rules"


def test_a_minimum_on_everything_but_one() -> None:
    """A row that names a commodity replaces `*`, even where it is lower."""
    demand = [*DEMAND, *table("region segment commodity value 2026", ("US", "m", "magnet", 300, 5))]
    processes = table(
        "process region commodity unit_cost",
        ("CN oxide", "CN", "oxide", 37),
        ("CN magnet", "CN", "magnet", 50),
    )
    result = dumping(
        demand=demand,
        processes=processes,
        reference_prices=table("commodity 2026", ("oxide", 62), ("magnet", 62)),
        floor_rules=table(RULE, ("oxide", "minimum", 40), ("*", "minimum", 110)),
    )
    assert floor(result) == approx(40, abs=TOLERANCE)
    assert floor(result, commodity="magnet") == approx(110, abs=TOLERANCE)


def test_a_minimum_above_a_maximum_is_an_error() -> None:
    rules: Table = table(RULE, ("*", "minimum", 110), ("oxide", "maximum", 100))
    problems = refused(
        processes=WITH_AU,
        reference_prices=table("commodity 2026", ("oxide", 62)),
        floor_rules=rules,
        demand=DEMAND,
    )
    assert [(p.sheet, p.code) for p in problems] == [("floor_rules", "contradictory_rules")]


def test_segment_markets_have_their_minimum_too() -> None:
    demand = table(
        "region segment commodity value 2026",
        ("US", "defence", "oxide", 300, 4),
        ("US", "cars", "oxide", 200, 6),
    )
    caps = table("scope commodity segment basis 2026", ("bloc", "oxide", "defence", "demand", 0.25))
    result = dumping(demand=demand, caps=caps)
    assert floor(result, "US") == approx(110, abs=TOLERANCE)
    assert floor(result, "US/defence") >= 110 - TOLERANCE
    into_defence = shipped(result, "CN", "US/defence")
    assert into_defence <= 1 + 1e-9
    assert into_defence + shipped(result, "CN", "US") == approx(6)


def test_a_minimum_holds_where_nobody_buys() -> None:
    """A floor exists wherever a minimum covers what a capped origin can send, wanted or not."""
    result = dumping(
        years=years((2026, 1), (2027, 1)),
        reference_prices=table("commodity 2026 2027", ("oxide", 62, 62)),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", 110, 110)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, None)),
    )
    assert [floor(result, year=t) for t in (2026, 2027)] == approx([110, 110], abs=TOLERANCE)
    assert one(result.certificate, "passed", check="minimum_met")


def test_every_capped_origin_is_topped_up_from_its_own_price() -> None:
    """Russia offers at 70 and fills 5 t, China the rest at 37; Russia is the first of the two in the sheet."""
    result = dumping(
        regions=table("region role", ("US", "member"), ("RU", "capped"), ("CN", "capped")),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 37, None),
            ("RU works", "RU", "oxide", 70, None),
            ("US new", "US", "oxide", 130, None),
        ),
        route_limits=table("origin destination commodity 2026", ("CN", "US", "oxide", 6)),
        settings=settings(plan_choice="any"),
    )
    assert one(result.floors, "origin") == "RU"
    assert floor(result) == approx(110, abs=TOLERANCE)
    assert one(result.shipments, "levy", origin="RU") == approx(40, abs=TOLERANCE)
    assert one(result.shipments, "levy", origin="CN") == approx(73, abs=TOLERANCE)


@pytest.mark.parametrize("traced", [None, True])
@pytest.mark.parametrize("home", [50, 60, 100])
@pytest.mark.parametrize("first", [37, 50])
def test_where_nothing_is_sold_a_levy_tops_up_what_it_would_cost(
    traced: bool | None, home: float, first: float
) -> None:
    """Nothing may come from China or Russia, which offer at 37 and 50, or the other way round: any price from 0 to the
    offer would do at each, and a levy of the rest of 60; the highest is taken, in the levies and in what is told."""
    offers = {"CN": first, "RU": 87 - first}
    result = solve(
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("RU", "capped")),
        processes=table(
            "process region commodity unit_cost",
            ("US works", "US", "oxide", home),
            *((f"{r} works", r, "oxide", offer) for r, offer in offers.items()),
        ),
        demand=DEMAND,
        reference_prices=table("commodity 2026", ("oxide", 20)),
        caps=table("scope commodity basis traced 2026", ("bloc", "oxide", "tonnes", traced, 0)),
        floor_rules=table(RULE, ("oxide", "minimum", 60)),
    )
    for region, offer in offers.items():
        (told,) = rows(result.prices, region=region).to_dict("records")
        assert (told["origin_price"], told["minimum_levy"]) == approx((offer, 60 - offer), abs=TOLERANCE)
    assert one(result.floors, "capped_price") == approx(first)
    assert floor(result) == approx(max(home, 60), abs=TOLERANCE)
    assert floors.verify(result.study, result).ok


@pytest.mark.parametrize("offers", [(37, 50), (50, 37)])
def test_the_price_of_an_origin_that_no_floor_names_is_the_highest_too(offers: tuple[float, float]) -> None:
    """At home it costs 50, so that nobody buys from either: Russia's price is its offer, not 60 less its levy on 50."""
    result = solve(
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("RU", "capped")),
        processes=table(
            "process region commodity unit_cost",
            ("US works", "US", "oxide", 50),
            ("CN works", "CN", "oxide", offers[0]),
            ("RU works", "RU", "oxide", offers[1]),
        ),
        demand=DEMAND,
        reference_prices=table("commodity 2026", ("oxide", 20)),
        floor_rules=table(RULE, ("oxide", "minimum", 60)),
    )
    for region, offer in zip(("CN", "RU"), offers, strict=True):
        (told,) = rows(result.prices, region=region).to_dict("records")
        assert (told["origin_price"], told["minimum_levy"]) == approx((offer, 60 - offer), abs=TOLERANCE)


def test_a_leak_pays_no_minimum_levy() -> None:
    demand = table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.7, 10))
    result = dumping(demand=demand)
    assert one(result.accounts, "outlay", region="US") == approx((3 * 37 + 7 * 110) / 1000, rel=1e-3)
    assert one(result.accounts, "levy_revenue", region="US") == approx(3 * 73 / 1000, rel=1e-3)
    assert activity(result, "US old") == approx(4)


def test_a_price_without_policy_far_from_its_reference_is_warned_of() -> None:
    assert any("reference_prices" in said and "oxide" in said for said in dumping(37).warnings)
    assert not any("reference_prices" in said for said in dumping(60).warnings)


def test_rules_that_no_floors_can_obey_are_an_input_error() -> None:
    """At most 70 in 2026, a rise of at most 10, at least 110 in 2027."""
    problems = refused(
        years=years((2026, 1), (2027, 1)),
        reference_prices=table("commodity 2026 2027", ("oxide", 62, 62)),
        floor_rules=table(
            "commodity rule 2026 2027",
            ("oxide", "maximum", 70, None),
            ("oxide", "max_rise", None, 10),
            ("oxide", "minimum", None, 110),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
    )
    assert problems and {p.sheet for p in problems} == {"floor_rules"}
