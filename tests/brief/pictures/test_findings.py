"""The finding of each picture is said where it is true, and not where it would be false."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.brief.pictures.all import pictures
from floors.brief.pictures.shared import in_parts
from floors.brief.tables import Tables
from floors.many import solve_scenarios
from floors.page.colours import OTHERS
from floors.page.picture import BAND, BAR, DASHED, LAYER, LINE, OUTLINE, STEP, TOTAL, Panel, Picture, Series
from tests.support import everything, several, studies
from tests.support.studies import cap, table

HALF = cap("bloc", "oxide", "demand", 0.5)
PAIR = table("commodity", ("oxide",), ("metal",))
TWO_GOODS: dict[str, Any] = {
    "commodities": PAIR,
    "processes": table(
        "process region commodity unit_cost",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80),
        ("CN smelter", "CN", "metal", 20),
        ("US smelter", "US", "metal", 30),
    ),
    "demand": table(
        "region segment commodity value 2026",
        ("US", "all", "oxide", 200, 10),
        ("JP", "all", "metal", 100, 10),
    ),
}


def drawn(**sheets: Any) -> dict[str, Picture]:
    """The pictures of a study, by name."""
    return {picture.name: picture for picture in studies.solve(**sheets).pictures}


def series(panel: Panel, mark: str) -> list[Series]:
    return [one for one in panel.series if one.mark == mark]


# ------------------------------------------------------------------------------------------------------------ floors


def test_floors_say_by_how_much_they_lie_over_the_price() -> None:
    floors_of = drawn(caps=HALF)["picture_floors"]
    assert floors_of.title == "The floors on oxide lie above CN’s price by 30\u00a0USD/kg"
    (panel,) = floors_of.panels
    price, floor = panel.series
    assert (price.values, floor.values) == ((50.0,), (80.0,))
    assert (price.colour, floor.colour) == ("#D55E00", "#0B4F8A")
    assert panel.description == "Oxide: floor 80.00 USD/kg in 2026, over a price of 50.00."


def test_floors_without_a_levy_are_said_to_equal_the_price() -> None:
    picture = drawn(caps=cap("bloc", "oxide", "demand", 1.0))["picture_floors"]
    assert picture.title == "Every floor equals CN’s price: no levy is asked for"
    assert picture.panels[0].title == "Oxide: floor = CN’s price, no levy"
    assert not series(picture.panels[0], LINE)[1:]  # the floor is dashed over the price


def test_only_is_said_where_the_others_have_no_levy() -> None:
    caps = table(
        "scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5), ("bloc", "metal", "demand", 1.0)
    )
    picture = drawn(**TWO_GOODS, caps=caps)["picture_floors"]
    assert picture.title == "Only the floors on oxide lie above CN’s price, by 30\u00a0USD/kg"
    assert picture.note.startswith("On metal the floor is the price already there: no levy is asked for.")
    both = table(
        "scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5), ("bloc", "metal", "demand", 0.5)
    )
    picture = drawn(**TWO_GOODS, caps=both)["picture_floors"]
    assert picture.title == "Floors lie above CN’s price on oxide and metal; on oxide by 30\u00a0USD/kg"
    assert [panel.title for panel in picture.panels] == ["Oxide", "Metal"]


def test_a_shortage_is_no_floor_in_the_title() -> None:
    """Nobody but China makes any: half of what is demanded is missing, and 200 is a buyer's value."""
    processes = table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50))
    picture = drawn(processes=processes, caps=HALF)["picture_floors"]
    assert picture.title == "Floors and CN’s price"
    assert (
        "A shortage (drawn is what a buyer who goes without would pay, no floor): oxide in 2026."
        in picture.note
    )
    always = drawn(
        years=studies.years((2026, 1), (2027, 1)),
        processes=processes,
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
    )["picture_floors"]
    assert "no floor): oxide in every year." in always.note


def test_there_is_no_picture_of_floors_without_a_policy() -> None:
    assert "picture_floors" not in drawn()
    assert "picture_levy" not in drawn()
    assert "picture_who_pays" not in drawn()


def test_floors_that_differ_are_drawn_apart_and_named() -> None:
    demand = table(
        "region segment commodity value 2026",
        ("US", "all", "oxide", 200, 10),
        ("JP", "all", "oxide", 200, 10),
    )
    caps = table("scope commodity basis 2026", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", 1.0))
    picture = drawn(demand=demand, caps=caps)["picture_floors"]
    assert [panel.title for panel in picture.panels] == [
        "Oxide, US",
        "Oxide, JP: floor = CN’s price, no levy",
    ]
    same = drawn(demand=demand, caps=HALF)["picture_floors"]
    assert [panel.title for panel in same.panels] == ["Oxide"]


def test_floors_of_many_members_lie_between_two_lines() -> None:
    members = [f"M{n}" for n in range(5)]
    regions = table("region role", ("CN", "capped"), *((name, "member") for name in members))
    works = table(
        "process region commodity unit_cost",
        ("CN works", "CN", "oxide", 50),
        *((f"{name} works", name, "oxide", 60 + 10 * n) for n, name in enumerate(members)),
    )
    demand = table(
        "region segment commodity value 2026", *((name, "all", "oxide", 200, 10) for name in members)
    )
    routes = table("origin destination commodity freight", ("CN", "member", "*", 0))
    caps = table("scope commodity basis 2026", *((name, "oxide", "demand", 0.5) for name in members))
    picture = drawn(regions=regions, processes=works, demand=demand, routes=routes, caps=caps)[
        "picture_floors"
    ]
    (panel,) = picture.panels
    assert panel.title == "Oxide: lowest and highest floor of five markets"
    (band,) = series(panel, BAND)
    assert (band.low, band.values) == ((60.0,), (100.0,))


def test_a_band_is_over_other_worlds_where_they_were_solved() -> None:
    scenarios = table("scenario kind", *((f"world {n}", "world") for n in (1, 2, 3)), ("no cap", "rules"))
    changes = table(
        "scenario sheet where column change value",
        *((f"world {n}", "processes", "process=US works", "unit_cost", "set", 80 + n) for n in (1, 2, 3)),
        ("no cap", "caps", "scope=bloc", "years", "set", None),
    )
    study = studies.study(caps=HALF, scenarios=scenarios, changes=changes)
    runs = solve_scenarios(study)
    picture = next(one for one in runs.pictures if one.name == "picture_floors")
    (band,) = series(picture.panels[0], BAND)
    assert (band.name, band.low, band.values) == ("floors in other worlds", (80.0,), (83.0,))
    assert "shaded: floors in other worlds" in picture.subtitle
    alone = drawn(caps=HALF)["picture_floors"]
    assert not series(alone.panels[0], BAND)
    assert "shaded" not in alone.subtitle


# -------------------------------------------------------------------------------------------------- levy and who pays


def test_levies_that_are_paid_say_what_they_bring() -> None:
    picture = drawn(caps=HALF)["picture_levy"]
    assert picture.title == "Levies on oxide bring the bloc 150\u00a0thousand USD, present value"
    levy, brought = picture.panels
    assert [(one.name, one.values) for one in levy.series] == [("paid", (30.0,))]
    assert [(one.name, one.values) for one in brought.series] == [("US", (0.15,))]


def test_a_levy_that_keeps_all_out_is_grey_and_brings_nothing() -> None:
    picture = drawn(caps=cap("bloc", "oxide", "demand", 0.0))["picture_levy"]
    assert picture.title == "The levy on oxide is highest in 2026: 30\u00a0USD/kg"
    (levy,) = picture.panels
    assert [(one.name, one.colour) for one in levy.series] == [("nothing arrives that would pay it", OTHERS)]
    assert "grey" in picture.subtitle


def test_who_pays_adds_up_step_by_step() -> None:
    """10 t cost 30 more a kg; half of that comes back as levy."""
    picture = drawn(caps=HALF)["picture_who_pays"]
    assert picture.title == (
        "Buyers pay 300\u00a0thousand USD more and levies return 150\u00a0thousand USD; the bloc loses "
        "150\u00a0thousand USD"
    )
    for panel in picture.panels:
        (steps,), (total,) = series(panel, STEP), series(panel, TOTAL)
        assert sum(value or 0.0 for value in steps.values) == pytest.approx(total.values[-1], rel=1e-12)
    assert picture.panels[0].large
    assert {panel.group for panel in picture.panels[1:]} == {"members"}
    assert [panel.title for panel in picture.panels] == ["The bloc: –0.150", "US: –0.150", "JP: 0"]


def test_one_member_is_the_bloc() -> None:
    regions = table("region role", ("US", "member"), ("CN", "capped"))
    (panel,) = drawn(regions=regions, caps=HALF)["picture_who_pays"].panels
    assert (panel.title, panel.large, panel.group) == ("US: –0.150", False, "members")


# ---------------------------------------------------------------------------------------------------------------- mix


def test_the_mix_says_what_the_policy_does_to_the_capped() -> None:
    picture = drawn(caps=HALF)["picture_mix"]
    assert picture.title == "CN sells the bloc 5\u00a0t of oxide in 2026, without the policy 10"
    stack, share = picture.panels
    assert [(one.name, one.values) for one in series(stack, LAYER)] == [("CN", (5.0,)), ("US", (5.0,))]
    assert [one.values for one in series(stack, DASHED)] == [(10.0,)]
    assert [(one.name, one.values) for one in share.series] == [
        ("without the policy", (1.0,)),
        ("with the policy", (0.5,)),
    ]


def test_the_mix_without_an_effect_says_what_the_capped_supply() -> None:
    loose = drawn(caps=cap("bloc", "oxide", "demand", 1.0))["picture_mix"]
    assert loose.title == "CN supplies 100\u00a0% of the bloc’s oxide in 2026, with the policy and without"
    none = drawn()["picture_mix"]
    assert none.title == "CN supplies 100\u00a0% of the bloc’s oxide in 2026"


def test_what_other_plans_of_the_cost_could_move_is_no_finding() -> None:
    """Australia and China offer at one price: only a cap that is full says how much is China's."""
    works = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 50)
    )
    tied = drawn(processes=works)["picture_mix"]
    assert tied.title == "Origins of the bloc’s oxide"
    assert "Of plans that cost the same, one is drawn." in tied.note
    assert "Of plans" not in drawn()["picture_mix"].note


def test_a_study_without_a_capped_region_has_a_plain_title() -> None:
    regions = table("region role", ("US", "member"), ("CN", "other"))
    assert drawn(regions=regions)["picture_mix"].title == "Origins of the bloc’s oxide"


def test_regions_beyond_eight_are_grey_together_and_named() -> None:
    others = [f"O{n:02d}" for n in range(12)]
    regions = table("region role", ("US", "member"), ("CN", "capped"), *((name, "other") for name in others))
    works = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, 20),
        *((f"{name} works", name, "oxide", 60, 1 + n) for n, name in enumerate(others)),
    )
    demand = table("region segment commodity value 2026", ("US", "all", "oxide", 200, 98))
    picture = drawn(regions=regions, processes=works, demand=demand)["picture_mix"]
    layers = series(picture.panels[0], LAYER)
    assert sum(one.values[0] or 0.0 for one in layers) == 98
    assert (layers[0].name, layers[-1].name, layers[-1].colour) == ("CN", "others", OTHERS)
    assert len({one.colour for one in layers}) == len(layers)
    named = picture.note.partition(".")[0].removeprefix("Grey: ").replace(" and ", ", ").split(", ")
    assert len(named) + len(layers) - 1 == 13
    assert layers[-1].values[0] == sum(1 + others.index(name) for name in named)


def test_members_are_drawn_where_several_buy() -> None:
    demand = table(
        "region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 4)
    )
    picture = drawn(demand=demand)["picture_members"]
    assert [(panel.title, panel.series[0].values) for panel in picture.panels] == [
        ("US", (10.0,)),
        ("JP", (4.0,)),
    ]
    assert "picture_members" not in drawn()


# ------------------------------------------------------------------------------------------------- capacity and stock


def test_capacity_names_the_member_whose_plants_stand_most_idle() -> None:
    def built(capacity: float) -> Picture:
        works = table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 80, capacity),
        )
        return drawn(processes=works, caps=HALF)["picture_capacity"]

    idle = built(20)
    assert (
        idle.title
        == "Capacity for oxide in US is used least in 2026: 25\u00a0%, 5 of 20\u00a0t/yr".replace(
            "US", "the US"
        )
    )
    (panel,) = idle.panels
    (capacity,), (used,) = series(panel, OUTLINE), series(panel, BAR)
    assert (capacity.values, used.values) == ((20.0,), (5.0,))
    assert built(5).title == "Capacity for oxide, and its use"
    assert built(5).panels[0].title == "US: full"
    assert "picture_capacity" not in drawn(caps=HALF)


def test_the_largest_stock_is_told_with_its_year() -> None:
    picture = {one.name: one for one in floors.solve(everything.study()).pictures}["picture_stock"]
    assert picture.title == "The largest stock is 7\u00a0t of ore, at the end of 2027"
    assert "picture_stock" not in drawn()


# ---------------------------------------------------------------------------------------------------------- scenarios


def test_scenarios_show_the_policys_own_effect() -> None:
    runs = solve_scenarios(several.case("dear home", "no cap"))
    picture = next(one for one in runs.pictures if one.name == "picture_scenarios")
    told = {
        name: value
        for panel in picture.panels
        for one in panel.series
        for name, value in zip(panel.along, one.values, strict=True)
        if value is not None
    }
    assert {name: round(value, 6) for name, value in told.items()} == {"As it stands": 0.3, "dear home": 0.4}
    assert "Without a policy, and so not shown: no cap." in picture.note
    assert picture.title == "What the policy costs the bloc, scenario by scenario"  # two worlds are no range


def test_a_panel_of_too_many_bars_is_drawn_in_parts() -> None:
    names = tuple(f"s{n}" for n in range(90))
    black = Series("base", BAR, "#1B2129", (1.0, *[None] * 89), ("1", *[None] * 89))
    blue = Series("worlds", BAR, "#0B4F8A", (None, *map(float, range(89))))
    parts = in_parts(Panel("Worlds", "million", names, "names", (black, blue)), 40)
    assert [panel.title for panel in parts] == [f"Worlds ({n} of 3)" for n in (1, 2, 3)]
    assert tuple(name for panel in parts for name in panel.along) == names
    assert [[one.name for one in panel.series] for panel in parts] == [
        ["base", "worlds"],
        ["worlds"],
        ["worlds"],
    ]
    assert in_parts(parts[0], 40) == [parts[0]]


def test_a_scenario_alone_has_no_picture_of_scenarios() -> None:
    assert "picture_scenarios" not in drawn(caps=HALF)


# --------------------------------------------------------------------------------------------------------- everywhere


def test_every_number_of_a_picture_is_a_number_and_every_label_has_its_place() -> None:
    result = floors.solve(everything.study())
    for picture in pictures(Tables(result.study, result.rows)):
        assert picture.title and picture.subtitle
        for panel in picture.panels:
            assert panel.series and panel.description
            for one in panel.series:
                along = one.along or panel.along
                assert len(along) == len(one.values)
                assert len(one.labels) in (0, len(along)) and len(one.low) in (0, len(along))
                assert all(value is None or value == value for value in (*one.values, *one.low))
