"""Links: what a pair is qualified to ship, what it qualifies beside, and who has the rent; worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.case.derive import derive
from floors.case.doubts import doubtful
from tests.support.studies import (
    floor,
    levy,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    shipped,
    study,
    table,
    years,
)

REGIONS = table("region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("MY", "other"))
OXIDE = table("commodity", ("oxide",))
PROCESSES = table("process region commodity unit_cost", ("cn", "CN", "oxide", 10), ("my", "MY", "oxide", 30))
HOME = table("process region commodity unit_cost", ("cn", "CN", "oxide", 10), ("us", "US", "oxide", 40))
ROUTES = "origin destination commodity qualify_cost qualify_time qualify_life qualify_limit"


def links(*pairs: tuple[str, str, float]) -> Any:
    """Sheet `qualified` of oxide."""
    return table("origin destination commodity t", *((o, r, "oxide", t) for o, r, t in pairs))


def wanted(tonnes: float = 100, *more: float, value: float = 200) -> Any:
    """Demand of one segment in the US, by year from 2026."""
    header = " ".join(["region segment commodity value", *(str(2026 + i) for i in range(1 + len(more)))])
    return table(header, ("US", "a", "oxide", value, tonnes, *more))


def capped(*limits: float) -> Any:
    """A cap on the tonnes of the bloc, by year from 2026."""
    header = " ".join(["scope commodity basis", *(str(2026 + i) for i in range(len(limits)))])
    return table(header, ("bloc", "oxide", "tonnes", *limits))


def linked(**sheets: Any) -> floors.Study:
    """One year: China at 10, its link to the US for 30 t, nothing more to be had; home supply at 40."""
    given: dict[str, Any] = {
        "regions": REGIONS,
        "commodities": OXIDE,
        "processes": HOME,
        "routes": table(ROUTES, ("CN", "member", "oxide", 100, 0, 10, 0)),
        "qualified": links(("CN", "US", 30)),
        "demand": wanted(),
    }
    return study(**(given | sheets))


def told(found: floors.Result, column: str = "friction", member: str = "US", year: int = 2026) -> float:
    """A number of sheet floors."""
    return float(one(found.floors, column, member=member, year=year))


def checked(given: floors.Study) -> floors.Result:
    """Solved, and nothing wrong with it by the second derivation."""
    found = floors.solve(given, ranges=True)
    report = floors.verify(given, found, exact=True)
    assert report.ok, report.findings
    return found


def test_a_link_that_is_full_is_paid_above_the_price_at_origin() -> None:
    """30 t come at 10, 70 t are made at home at 40; without a levy the link keeps the 30 between."""
    found = checked(linked(caps=capped(90)))
    assert shipped(found, "CN", "US") == pytest.approx(30) and price(found, "US") == pytest.approx(40)
    assert [
        told(found, name) for name in ("origin_price", "friction", "capped_price", "floor", "levy")
    ] == pytest.approx([10, 30, 40, 40, 0])
    assert one(found.accounts, "producer_surplus", region="CN") == pytest.approx(0.9)
    assert one(found.shipments, "friction", origin="CN") == pytest.approx(30)


def test_a_link_is_built_where_its_charge_is_less_than_what_it_saves() -> None:
    """Two years, a link of 6 a year from 2027 on for one year (12 over a life of 2): 50 t more, the limit of 25 a year
    of a period of 2 years."""
    found = checked(
        linked(
            settings=settings(),
            years=years((2026, 2), (2028, 1)),
            routes=table(ROUTES, ("CN", "US", "oxide", 12, 2, 2, 25)),
            demand=table("region segment commodity value 2026 2028", ("US", "a", "oxide", 200, 100, 100)),
            caps=table("scope commodity basis 2026 2028", ("bloc", "oxide", "tonnes", 100, 90)),
        )
    )
    assert one(found.links, "added", origin="CN", year=2026) == pytest.approx(50)
    assert [one(found.links, "room", origin="CN", year=t) for t in (2026, 2028)] == pytest.approx([30, 80])
    assert one(found.accounts, "link_charge", region="CN", year=2028) == pytest.approx(0.3)
    assert one(found.accounts, "link_charge", region="CN", year=2026) == 0
    assert metric(found, "link_cost") == pytest.approx(0.3)
    assert told(found, "friction", year=2028) == pytest.approx(30)
    assert metric(found, "total_cost") == pytest.approx(2 * (0.3 + 2.8) + 0.8 + 0.3 + 0.8)


def test_at_no_limit_the_price_of_a_link_is_its_charge() -> None:
    """What CN asks rises by the charge of 6, the floor stays that of home supply."""
    found = checked(linked(routes=table(ROUTES, ("CN", "US", "oxide", 60, 0, 10)), caps=capped(60)))
    assert [told(found, name) for name in ("friction", "levy", "floor")] == pytest.approx([6, 24, 40])
    assert one(found.links, "added", origin="CN") == pytest.approx(30)
    assert told(found, "capped_price") == pytest.approx(16)


@pytest.mark.parametrize("minimum", [0.0, None])
def test_of_a_cap_and_a_link_that_are_full_alike_the_treasury_has_the_rent(minimum: float | None) -> None:
    """The cap could be away: its levy of 30 is a tax on a scarcity rent, and worth anything from 0 to 30."""
    found = checked(linked(caps=capped(30)))
    assert [told(found, name) for name in ("friction", "levy", "floor")] == pytest.approx([0, 30, 40])
    assert one(found.floors, "state", member="US") == "idle"
    assert "a tax on a scarcity rent" in one(found.floors, "note", member="US")
    (cap,) = found.caps.to_dict("records")
    assert [cap[name] for name in ("levy", "lowest_levy", "highest_levy")] == pytest.approx([30, 0, 30])
    assert [cap[name] for name in ("lowest_per_point", "highest_per_point")] == pytest.approx([0, 0.03])
    assert one(found.accounts, "rent_revenue", region="US") == pytest.approx(0.9)


def test_where_the_limit_of_a_route_binds_with_its_link_the_link_has_the_rent() -> None:
    """Limit and link are both 30: the floor is 40, and not 10 with a rent of the route."""
    routes = table(f"{ROUTES} limit", ("CN", "member", "oxide", 100, 0, 10, 0, 30))
    found = checked(linked(routes=routes, caps=capped(60)))
    assert [told(found, name) for name in ("friction", "levy", "floor")] == pytest.approx([30, 0, 40])


def test_levies_of_their_own_do_not_give_way_to_the_price_of_a_link() -> None:
    """One floor for the bloc, the US at 40 by its cap: JP, all of it from China by a link of 100, is lifted by a levy
    of 30 and not by the link's price: 1.5 + 3.0 million."""
    found = checked(
        linked(
            settings=settings(coordination="bloc"),
            routes=table(
                ROUTES, ("CN", "US", "oxide"), ("CN", "JP", "oxide", 100, 0, 10, 0), ("US", "JP", "oxide")
            ),
            qualified=links(("CN", "JP", 100)),
            demand=table(
                "region segment commodity value 2026", *((r, "a", "oxide", 200, 100) for r in ("US", "JP"))
            ),
            caps=table(
                "scope commodity basis 2026", ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150)
            ),
        )
    )
    assert [told(found, name, "JP") for name in ("friction", "own_levy", "floor")] == pytest.approx(
        [0, 30, 40]
    )
    assert metric(found, "levy_revenue") == pytest.approx(4.5) and metric(found, "uplift") == 0


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [(30, [30, 0, 40]), (40, [0, 30, 40]), (50, [0, 40, 50])],
)
@pytest.mark.parametrize("reference", [10, 25])
def test_the_minimum_rule_counts_the_price_of_the_link(
    minimum: float, expected: list[float], reference: float
) -> None:
    """Below the home price the exporter keeps it all, at the home price the levy takes the most that holds, above it
    nothing comes; wherever the search starts."""
    found = checked(
        linked(
            reference_prices=table("commodity 2026", ("oxide", reference)),
            floor_rules=table("commodity rule 2026", ("oxide", "minimum", minimum)),
        )
    )
    assert [told(found, name) for name in ("friction", "levy", "floor")] == pytest.approx(expected)
    assert one(found.links, "minimum_levy", origin="CN", destination="US") == pytest.approx(expected[1])
    assert shipped(found, "CN", "US") == pytest.approx(30 if minimum <= 40 else 0)


def test_a_rule_takes_from_a_link_what_its_sender_is_paid_in_equal_yearly_amounts() -> None:
    """MY must qualify 20 t for two years at 7.5 a year; a maximum of 36 leaves its link 6, in both years 1.5 short."""
    found = checked(
        linked(
            years=years((2026, 1), (2027, 1)),
            processes=PROCESSES,
            routes=table(ROUTES, ("CN", "US", "oxide", 100, 0, 10, 0), ("MY", "US", "oxide", 15, 0, 2)),
            qualified=links(("CN", "US", 100), ("MY", "US", 30)),
            demand=wanted(100, 100),
            caps=capped(50, 50),
            floor_rules=table("commodity rule 2026 2027", ("oxide", "maximum", 36, 36)),
        )
    )
    assert metric(found, "make_whole") == pytest.approx(0.06)
    paid = rows(found.support, kind="route")
    assert paid["name"].unique().tolist() == ["MY > US oxide"]
    assert paid["make_whole"].tolist() == pytest.approx([0.03, 0.03])
    assert floor(found) == pytest.approx(36)


def test_a_floor_exists_only_where_something_can_come() -> None:
    """Nothing can be qualified for JP, so that there is nothing to hold up."""
    demand = table(
        "region segment commodity value 2026", *((r, "a", "oxide", 200, 100) for r in ("US", "JP"))
    )
    processes = [*HOME, *table("process region commodity unit_cost", ("jp", "JP", "oxide", 40))]
    found = checked(linked(processes=processes, demand=demand, caps=capped(60)))
    assert found.floors["member"].tolist() == ["US"]


def test_what_keeps_material_out_counts_what_a_link_would_take() -> None:
    """A ban, and a link that would have to be built: at 5 a year it would come but for the levy, at 50 it would not."""
    for cost, state in ((5, "prohibitive"), (50, "idle")):
        routes = table(ROUTES, ("CN", "US", "oxide", cost, 0, 1))
        found = checked(linked(routes=routes, qualified=links(("CN", "US", 0)), caps=capped(0)))
        assert one(found.floors, "state", member="US") == state, cost


def test_leaks_need_no_link_and_pay_no_friction() -> None:
    """A tenth evades: 10 t at 10, beside 30 t through the link at 40."""
    demand = table("region segment commodity value enforcement 2026", ("US", "a", "oxide", 200, 0.9, 100))
    found = checked(linked(demand=demand, caps=capped(80)))
    assert shipped(found, "CN", "US") == pytest.approx(30)
    assert one(found.accounts, "producer_surplus", region="CN") == pytest.approx(30 * 30 / 1000)
    assert one(found.accounts, "outlay", region="US") == pytest.approx((90 * 40 + 10 * 10) / 1000)


def test_markets_of_a_region_share_its_link() -> None:
    """Defence, whose cap makes it a market, and all else together get 30 t."""
    demand = table(
        "region segment commodity value 2026",
        ("US", "a", "oxide", 200, 60),
        ("US", "defence", "oxide", 300, 40),
    )
    caps = table("scope commodity segment basis 2026", ("US", "oxide", "defence", "tonnes", 10))
    found = checked(linked(demand=demand, caps=caps))
    assert shipped(found, "CN", "US") + shipped(found, "CN", "US/defence") == pytest.approx(30)
    assert one(found.links, "shipped", origin="CN") == pytest.approx(30)


def test_what_a_parent_qualified_stays_after_a_surprise() -> None:
    """The base qualifies 30 t for both years; when demand halves in 2027 nobody has them back, and the charge stays."""
    given = linked(
        years=years((2026, 1), (2027, 1)),
        routes=table(ROUTES, ("CN", "US", "oxide", 8, 0, 2)),
        demand=wanted(60, 60),
        scenarios=table("scenario known_from", ("slump", 2027)),
        changes=table(
            "scenario sheet where column change value", ("slump", "demand", "region=US", 2027, "set", 20)
        ),
    )
    assert one(checked(given).links, "added", year=2026) == pytest.approx(30)
    found = checked(given.scenario("slump"))
    assert one(found.links, "added", year=2026) == pytest.approx(30)
    assert one(found.accounts, "link_charge", region="CN", year=2027) == pytest.approx(0.12)
    assert one(found.links, "friction", year=2027) == 0


def test_a_study_without_cost_of_links_has_none() -> None:
    """Sheet qualified alone serves the choice of a plan."""
    routes = table("origin destination commodity", ("CN", "member", "oxide"))
    found = floors.solve(linked(routes=routes, caps=capped(60)))
    assert len(found.links) == 0 and "link_cost" not in found.summary["metric"].tolist()
    assert levy(found) == pytest.approx(30) and shipped(found, "CN", "US") == pytest.approx(60)


# What is said of slips


def codes(given: floors.Study) -> list[tuple[str, str]]:
    """Cell and code of what is said of a study that can be solved."""
    floors.solve(given)
    from floors.case.derive import derive
    from floors.case.doubts import doubtful

    return [(f"{p.sheet}!{p.cell}", p.code) for p in [*given.notes, *doubtful(derive(given))]]


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ({"routes": table(ROUTES, ("CN", "member", "oxide", None, 2))}, ("routes!E2", "link_without_cost")),
        ({"qualified": None}, ("routes!D2", "link_without_qualified")),
        (
            {"routes": table(f"{ROUTES} limit", ("CN", "US", "oxide", 1, 0, 10, None, 0))},
            ("routes!D2", "link_of_no_use"),
        ),
        ({"routes": table(ROUTES, ("CN", "US", "oxide", 1, 5))}, ("routes!E2", "link_never_stands")),
        (
            {
                "years": years((2026, 5)),
                "routes": table(ROUTES, ("CN", "US", "oxide", 1, 0, 3)),
            },
            ("routes!F2", "link_shorter_than_period"),
        ),
        (
            {
                "routes": table(ROUTES, ("CN", "US", "oxide", 1), ("CN", "JP", "oxide")),
                "qualified": links(("CN", "US", 30), ("CN", "JP", 5)),
            },
            ("qualified!D3", "link_free"),
        ),
        (
            {
                "processes": PROCESSES,
                "routes": table(ROUTES, ("*", "*", "oxide", 1, 5)),
                "qualified": links(("CN", "US", 30)),
            },
            ("demand!E2", "short_of_links"),
        ),
    ],
)
def test_a_slip_is_warned_of_at_its_cell(sheets: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in codes(linked(**sheets))


def test_the_tonnes_that_no_policy_could_bring_are_told() -> None:
    routes = table(ROUTES, ("*", "*", "oxide", 1, 1))
    given = linked(
        years=years((2026, 1), (2027, 1)), processes=PROCESSES, routes=routes, demand=wanted(100, 100)
    )
    said = [str(p) for p in floors.solve(given).outcome.case.notes if p.code == "short_of_links"]
    assert (
        len(said) == 1
        and "70 t of oxide that US wants" in said[0]
        and "short in 2026 whatever the policy" in said[0]
    )


def test_a_scenario_that_is_shorter_of_links_is_named() -> None:
    """The workbook lacks 70 t in 2026; with 80 t wanted it lacks 50, and a scenario that changes nothing is as short."""
    routes = table(ROUTES, ("*", "*", "oxide", 1, 1))
    given = linked(
        years=years((2026, 1), (2027, 1)),
        processes=PROCESSES,
        routes=routes,
        demand=wanted(100, 100),
        scenarios=table("scenario", ("less",), ("same",)),
        changes=table(
            "scenario sheet where column change value",
            ("less", "qualified", "destination=US", "t", "set", 50),
            ("same", "demand", "region=US", "value", "set", 190),
        ),
    )
    told = {
        name: [str(p) for p in doubtful(derive(given.scenario(name))) if p.code == "short_of_links"]
        for name in ("base", "less", "same")
    }
    assert told["same"] == told["base"] and "70 t" in told["base"][0] and "scenario" not in told["base"][0]
    (said,) = told["less"]
    assert "50 t of oxide that US wants" in said and "(In scenario less.)" in said


def test_a_minimum_above_a_link_that_cannot_stand_yet_names_both_cells() -> None:
    routes = table(f"{ROUTES} minimum", ("CN", "US", "oxide", 1, 1, 10, None, 40))
    given = {
        "regions": REGIONS,
        "commodities": OXIDE,
        "processes": HOME,
        "routes": routes,
        "qualified": links(("CN", "US", 30)),
        "demand": wanted(),
    }
    (found,) = refused(**given)
    assert (found.sheet, found.cell, found.code) == ("routes", "H2", "minimum_above_link")
    assert "qualified!D2" in found.message


def test_a_study_that_links_leave_short_is_told_what_to_qualify() -> None:
    """80 t must be met, 30 t stand, a link takes a year: 50 t more, or more time."""
    given = linked(
        processes=PROCESSES,
        routes=table(ROUTES, ("*", "*", "oxide", 1, 1)),
        demand=table("region segment commodity 2026", ("US", "a", "oxide", 80)),
    )
    told_ = floors.diagnose(given).remedies["sentence"].tolist()
    assert "raise what CN can ship of oxide to US from 30 t to 80 t (qualified!D2)" in told_
    assert "give MY, US, oxide a row in sheet qualified, t 50 (routes!D2)" in told_


def test_a_limit_on_qualifying_is_told_by_its_cell() -> None:
    """30 t stand and 20 t can be added before 2027, of 80 t: the limit would have to be 50 t."""
    given = linked(
        years=years((2026, 1), (2027, 1)),
        processes=PROCESSES,
        routes=table(ROUTES, ("CN", "US", "oxide", 1, 1, 10, 20)),
        demand=table("region segment commodity 2026 2027", ("US", "a", "oxide", 30, 80)),
    )
    found = floors.diagnose(given)
    said = "raise what can be qualified a year of oxide from CN to US from 20 t to 50 t (routes!G2)"
    assert said in found.remedies["sentence"].tolist()
    assert any("At most 20 t a year of oxide from CN to US" in text for text in found.findings["sentence"])


@pytest.mark.parametrize("members", [("US",), ("US", "JP")])
def test_a_coalition_costs_what_its_study_costs_with_links(members: tuple[str, ...]) -> None:
    """The routes of members alone take a link; both would buy 100 t."""
    given = linked(
        processes=[*HOME, *table("process region commodity unit_cost", ("jp", "JP", "oxide", 45))],
        routes=table(ROUTES, ("CN", "member", "oxide", 60, 0, 10, 40), ("CN", "other", "oxide")),
        qualified=links(("CN", "US", 30), ("CN", "JP", 20)),
        demand=table(
            "region segment commodity value 2026", *((r, "a", "oxide", 200, 100) for r in ("US", "JP"))
        ),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)),
    )
    found = floors.coalition(given)
    regions = [
        {"region": r, "role": "member" if r in members else role}
        for r, role in (("US", "other"), ("JP", "other"), ("CN", "capped"), ("MY", "other"))
    ]
    alone = floors.solve(floors.Study(dict(given.tables) | {"regions": regions}))
    (cost,) = found.coalitions.loc[found.coalitions["members"] == ", ".join(members), "total_net_cost"]
    assert cost == pytest.approx(metric(alone, "bloc_net_cost"))
