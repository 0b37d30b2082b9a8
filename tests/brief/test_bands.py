"""Bands of floors: over the world alone, from enough of it, and never from a shortage."""

from __future__ import annotations

from dataclasses import replace

import floors
from floors.brief.bands import Band, bands, world_bands
from floors.brief.tables import Family
from floors.contract import results as sheets
from floors.contract.results.border import FloorRow
from floors.many import Runs
from tests.support import studies
from tests.support.studies import table


def family() -> Family:
    """Half of 10 t may come from China at 50, the US makes it at 80, or at another cost in four worlds; a tighter cap
    among them would be another rule, and in one world the US makes nothing."""
    study = studies.study(
        regions=table("region role", ("US", "member"), ("CN", "capped")),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10)),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum")),
        scenarios=table("scenario", ("dear",), ("cheap",), ("as cheap",), ("none",), ("dear by rule",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "set", 95),
            ("cheap", "processes", "process=US works", "unit_cost", "set", 60),
            ("as cheap", "processes", "process=US works", "unit_cost", "set", 60),
            ("none", "processes", "process=US works", "capacity", "set", 1),
            ("dear by rule", "floor_rules", "rule=minimum", "years", "set", 150),
        ),
    )
    runs = floors.solve_many([study, *map(study.scenario, study.scenario_names)])
    assert isinstance(runs, Runs)
    told = runs._told
    assert told is not None
    return told[1]


def test_the_band_is_over_the_world_and_says_who_gives_its_ends() -> None:
    """80 in base, 95 and 60 in other worlds; 200 is a buyer's value, and 150 a rule."""
    found = world_bands(family())
    assert found == {
        ("US", "oxide", 2026): Band(60, 95, ("cheap", "as cheap"), ("dear",), over=3, short=("none",))
    }


def test_a_family_without_base_or_with_few_worlds_has_no_band() -> None:
    whole = family()
    assert not world_bands(replace(whole, of={n: t for n, t in whole.of.items() if n != "base"}))
    assert not world_bands(replace(whole, of={n: t for n, t in whole.of.items() if n != "cheap"}))


def test_no_band_is_told_around_a_shortage() -> None:
    of = {name: tables.read(sheets.FLOORS) for name, tables in family().of.items()}
    short = {name: [_unserved(row) for row in rows] if name == "base" else rows for name, rows in of.items()}
    assert bands(of)
    assert not bands(short)


def _unserved(row: FloorRow) -> FloorRow:
    return row._replace(set_by="unserved US/all")
