"""Flows from the mine to the buyer: the chain follows from the technologies, and the material adds up."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from floors.brief.pictures.flow import chain_of
from floors.brief.tables import Tables
from floors.page.picture import FLOW, Panel, Picture
from tests.support import studies
from tests.support.studies import cap, table

CHAIN: dict[str, Any] = {
    "commodities": table(
        "commodity stage", ("ore", "mine"), ("oxide", "oxide"), ("additive", "oxide"), ("magnet", "magnet")
    ),
    "technologies": table(
        "technology commodity coefficient",
        ("separate", "ore", -1),
        ("separate", "oxide", 0.25),
        ("sinter", "oxide", -0.5),
        ("sinter", "additive", -0.125),
        ("sinter", "magnet", 1),
    ),
    "processes": table(
        "process region technology commodity unit_cost capacity",
        ("AU mine", "AU", None, "ore", 1, 60),
        ("CN mine", "CN", None, "ore", 2, None),
        ("additive", "CN", None, "additive", 1, None),
        ("CN separates", "CN", "separate", None, 1, None),
        ("CN sinters", "CN", "sinter", None, 5, None),
        ("US sinters", "US", "sinter", None, 20, None),
    ),
    "demand": table("region segment commodity value 2026", ("US", "all", "magnet", 400, 40)),
}
"""40 t of magnets hold 20 t of oxide, which 80 t of ore hold: 60 t from Australia, the rest from China."""


def flows(picture: Picture) -> dict[str, dict[str, dict[str, float]]]:
    """Tonnes by panel, by columns and by pair of regions."""
    return {panel.title: _by_columns(panel) for panel in picture.panels}


def _by_columns(panel: Panel) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for one in panel.series:
        assert one.mark == FLOW
        for pair, value in zip(one.along, one.values, strict=True):
            assert isinstance(pair, str) and value is not None
            found[one.name][pair] = found[one.name].get(pair, 0.0) + value
    return {name: dict(pairs) for name, pairs in found.items()}


def drawn(**sheets: Any) -> Picture:
    result = studies.solve(**{**CHAIN, **sheets})
    return next(picture for picture in result.pictures if picture.name == "picture_flow")


def test_the_material_is_what_weighs_most_and_is_followed_up_to_the_ore() -> None:
    result = studies.solve(**CHAIN)
    chain = chain_of(Tables(result.study, result.rows), "magnet")
    assert chain.material == "oxide"
    assert chain.column == {"ore": 0, "oxide": 1, "magnet": 2}
    assert chain.content == {"oxide": 1.0, "ore": 0.25}


def test_tonnes_of_the_material_add_up_through_all_stages() -> None:
    found = flows(drawn(caps=cap("bloc", "magnet", "demand", 0.25)))
    with_it, without = found["2026, with the policy"], found["2026, without the policy"]
    assert with_it["Ore > Oxide"] == pytest.approx({"AU > CN": 15, "CN > CN": 5})
    assert with_it["Oxide > Magnet"] == pytest.approx({"CN > CN": 5, "CN > US": 15})
    assert with_it["Magnet > Bought in"] == pytest.approx({"CN > US": 5, "US > US": 15})
    assert without["Oxide > Magnet"] == pytest.approx({"CN > CN": 20})
    for stages in (*with_it.values(), *without.values()):
        assert sum(stages.values()) == pytest.approx(20)


def test_without_a_policy_there_is_one_panel_a_year() -> None:
    picture = drawn()
    assert [panel.title for panel in picture.panels] == ["2026"]
    assert picture.screen_only
    assert picture.title == "From the mine to the buyers of magnet"
    assert picture.subtitle.startswith("Oxide, in what it is made of, as itself and in magnet, t/yr")


def test_what_is_made_of_nothing_has_one_stage() -> None:
    picture = next(one for one in studies.solve().pictures if one.name == "picture_flow")
    assert picture.title == "Who sells oxide to whom"
    assert picture.subtitle.startswith("Oxide, t/yr")
    assert flows(picture) == {"2026": {"Oxide > Bought in": {"CN > US": 10}}}


def test_a_year_that_begins_at_a_later_stage_is_drawn() -> None:
    """The ore of 2026 is made into oxide; the oxide of 2027 is made of nothing."""
    found = flows(
        drawn(
            years=table("year length", (2026, 1), (2027, 1)),
            technologies=table(
                "technology commodity coefficient",
                ("separate", "ore", -2),
                ("separate", "oxide", 1),
                ("sinter", "oxide", -1),
                ("sinter", "magnet", 1),
            ),
            processes=table(
                "process region technology commodity unit_cost first_year last_year",
                ("AU mine", "AU", None, "ore", 1),
                ("US separates", "US", "separate", None, 1, None, 2026),
                ("CN works", "CN", None, "oxide", 50, 2027),
                ("US sinters", "US", "sinter", None, 1),
            ),
            demand=table("region segment commodity value 2026 2027", ("US", "all", "magnet", 200, 10, 10)),
            commodities=table("commodity", ("ore",), ("oxide",), ("magnet",)),
        )
    )
    assert list(found) == ["2026", "2027"]
    assert "Ore > Oxide" in found["2026"] and "Ore > Oxide" not in found["2027"]


def test_a_stage_that_is_passed_over_is_passed_through() -> None:
    """Some magnets are made of blocks, others of oxide straight: the column of blocks lets those through."""
    commodities = table("commodity", ("oxide",), ("block",), ("magnet",))
    technologies = table(
        "technology commodity coefficient",
        ("press", "oxide", -0.5),
        ("press", "block", 1),
        ("finish", "block", -1),
        ("finish", "magnet", 1),
        ("sinter", "oxide", -0.5),
        ("sinter", "magnet", 1),
    )
    processes = table(
        "process region technology commodity unit_cost capacity",
        ("CN oxide", "CN", None, "oxide", 1, None),
        ("MY presses", "MY", "press", None, 1, None),
        ("US finishes", "US", "finish", None, 1, 10),
        ("US sinters", "US", "sinter", None, 20, None),
    )
    found = flows(drawn(commodities=commodities, technologies=technologies, processes=processes))["2026"]
    assert found["Oxide > Block"] == pytest.approx({"CN > MY": 5, "CN > US": 15})
    assert found["Block > Magnet"] == pytest.approx({"MY > US": 5, "US > US": 15})
    assert found["Magnet > Bought in"] == pytest.approx({"US > US": 20})
