"""Studies: rows, defaults, settings, checks of rows and sheets against each other, and writing back."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from floors.errors import InputError, OutputError, UsageError
from floors.study.filled import Settings
from floors.study.study import Study, read
from tests.support.tiny import TINY, errors, places, sheets, table, tiny_study, write

PLAIN = {name: TINY[name] for name in ("years", "regions", "commodities", "processes", "demand")}


def test_rows_hold_every_column_with_constant_defaults(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY))
    assert study.rows("processes")[0] == {
        "process": "CN oxide",
        "region": "CN",
        "technology": None,
        "commodity": "oxide",
        "unit_cost": 50.0,
        "capacity": 100.0,
        "minimum": 0.0,
        "capital_cost": None,
        "max_build": None,
        "max_total": None,
        "lead_time": 0.0,
        "lifetime": 20.0,
        "rate": None,
        "first_year": None,
        "last_year": None,
        "plant": None,
        "plant_use": 1.0,
        "cost_basis": None,
        "renews": False,
    }
    assert study.rows("routes")[0] == {
        "origin": "*",
        "destination": "*",
        "commodity": "*",
        "freight": 1.0,
        "tariff": 0.0,
        "export_tax": 0.0,
        "loss": 0.0,
        "limit": None,
        "minimum": None,
        "content": None,
        "price": None,
        "qualify_cost": None,
        "qualify_time": 0.0,
        "qualify_life": 10.0,
        "qualify_limit": None,
        "first_year": None,
        "last_year": None,
    }
    assert study.rows("demand")[1] == {
        "region": "JP",
        "segment": "all",
        "commodity": "oxide",
        "value": 300.0,
        "elasticity": -0.5,
        "enforcement": 0.9,
        "years": {2026: 4.0},
    }
    assert study.rows("stock_targets") == ({"stockpile": "pile", "years": {2026: 2.0, 2027: "60 d"}},)
    assert study.rows("caps")[0]["segment"] is None
    assert study.rows("route_limits")[0]["years"] == {}
    assert study.rows("stockpiles")[0]["holding_cost"] == 0.0
    assert study.rows("stockpiles")[0]["capacity"] is None
    assert [row["length"] for row in study.rows("years")] == [1.0, 1.0]
    assert study.years == (2026, 2027)


def test_an_absent_sheet_is_not_an_empty_one() -> None:
    study = tiny_study(routes=None, groups=[], caps=None, changes=None)
    assert (study.has("routes"), study.rows("routes")) == (False, ())
    assert (study.has("groups"), study.rows("groups")) == (True, ())
    with pytest.raises(KeyError, match="Did you mean routes"):
        study.rows("route")


def test_an_empty_sheet_of_routes_is_warned_of() -> None:
    study = tiny_study(routes=[TINY["routes"][0]])
    assert places(list(study.notes)) == [("routes", "", "no_routes")]


def test_a_smallest_study_needs_five_tables() -> None:
    book = {name: table(rows) for name, rows in PLAIN.items()}
    book["processes"] = [{"process": "mine", "region": "US", "commodity": "ore", "unit_cost": 3}]
    assert Study(book).settings == Settings()
    for name in PLAIN:
        with pytest.raises(InputError) as caught:
            Study({key: rows for key, rows in book.items() if key != name})
        assert places(caught.value.problems) == [(name, "", "missing_sheet")]


def test_settings_and_their_defaults() -> None:
    study = tiny_study()
    assert study.settings == Settings(title="Tiny", discount_rate=0.05, capital_rate=0.05)
    rows = [
        ["key", "value"],
        ["capital_rate", 0.1],
        ["discount_rate", 0],
        ["price_year", 2025],
        ["rent", None],
    ]
    study = tiny_study(settings=rows)
    assert study.settings == Settings(discount_rate=0.0, capital_rate=0.1, price_year=2025)
    used = {column: (value, count) for sheet, column, value, count in study.defaults if sheet == "settings"}
    assert used["rent"] == ("government", 1)
    assert used["demand_steps"] == (40, 1)
    assert used["contract"] == (1, 1)
    assert not {"discount_rate", "capital_rate", "title", "price_year"} & used.keys()


def test_every_default_used_is_listed_where_it_matters() -> None:
    used = {(sheet, column): (value, count) for sheet, column, value, count in tiny_study().defaults}
    assert used["settings", "capital_rate"] == (0.05, 1)
    assert used["years", "length"] == (1.0, 1)
    assert used["routes", "tariff"] == (0.0, 1)
    assert used["demand", "enforcement"] == (1.0, 1)
    assert used["processes", "minimum"] == (0.0, 3)
    # of three processes one can be expanded, and one shares a plant
    assert used["processes", "lifetime"] == (20.0, 1)
    assert used["processes", "rate"] == ("capital_rate", 1)
    assert used["processes", "plant_use"] == (1.0, 1)
    assert ("plants", "lifetime") not in used
    assert ("demand", "value") not in used


def test_frames_and_records_give_the_same_study(tmp_path: Path) -> None:
    written = read(write(tmp_path / "a.xlsx", TINY))
    records = tiny_study()
    frames = Study({name: pd.DataFrame(rows[1:], columns=rows[0]) for name, rows in TINY.items()}, "frames")
    again = Study(written.tables)
    for name in TINY:
        assert written.rows(name) == records.rows(name) == frames.rows(name) == again.rows(name)
    assert (frames.name, frames.path, frames.sha256) == ("frames", None, None)


def test_tables_are_frames_of_what_was_written() -> None:
    study = tiny_study()
    frame = study.tables["demand"]
    assert list(frame.columns) == TINY["demand"][0]
    assert frame[2026].tolist() == [5.0, 4.0]
    assert frame[2027].isna().tolist() == [False, True]
    assert set(study.tables) == set(TINY)
    assert study.tables["years"]["year"].tolist() == [2026, 2027]


def test_a_study_never_changes() -> None:
    study = tiny_study()
    with pytest.raises(AttributeError):
        study.name = "other"  # type: ignore[misc]
    frame = study.tables["demand"]
    frame.loc[0, "value"] = 1.0
    assert study.tables["demand"]["value"].tolist() == [300.0, 300.0]
    copy = pickle.loads(pickle.dumps(study.scenario("free")))
    assert copy.rows("demand") == study.rows("demand")
    assert copy.scenario_name == "free"


def test_cells_are_named_by_their_place_on_the_sheet(tmp_path: Path) -> None:
    rows = TINY["demand"]
    shuffled = [[row[5], row[0], *row[1:5], *row[6:]] for row in rows]
    study = read(write(tmp_path / "a.xlsx", sheets(demand=[shuffled[0], [None], *shuffled[1:]])))
    assert study.value_cell("demand", 1, "region") == "B4"
    assert study.value_cell("demand", 0, 2027) == "H3"
    problem = study.problem("demand", 0, "value", "too high.", "Lower it.", "high", "warning")
    assert problem == ("demand", "E3", 300, "too high.", "Lower it.", "high", "warning", "", (), "", "", "")
    assert study.problem("demand", 0, None, "odd.").cell == "A3:H3"
    assert study.problem("processes", 0, "lifetime", "odd.").cell == "A2:H2"
    assert tiny_study().value_cell("demand", 1, "value") == "D3"


def test_writing_back_gives_the_same_rows(tmp_path: Path) -> None:
    study = tiny_study(
        {"demand!D2": 0.1 + 0.2, "processes!E2": 1 / 3, "regions!B2": "=1+1", "regions!B3": "NA"}
    )
    study.to_excel(tmp_path / "a.xlsx")
    again = read(tmp_path / "a.xlsx")
    for name in TINY:
        assert again.rows(name) == study.rows(name)
    again.scenario("cheap").to_excel(tmp_path / "b.xlsx")
    assert read(tmp_path / "b.xlsx").rows("processes") == study.scenario("cheap").rows("processes")
    with pytest.raises(UsageError):
        again.to_excel(tmp_path / "a.xlsx")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        study.to_excel(tmp_path / "file" / "c.xlsx")


# Rows against rows, sheets against sheets

FAULTS: list[tuple[str, dict[str, Any], str, str, str, str]] = [
    ("setting twice", {"settings!A3": "title", "settings!B3": "b"}, "settings", "A3", "duplicate", "row 2"),
    ("year twice", {"years!A3": 2026}, "years", "A3", "duplicate", "row 2"),
    ("years fall", {"years!A4": 2025}, "years", "A4", "order", "2025"),
    ("region twice", {"regions!A6": "US", "regions!C6": "other"}, "regions", "A6", "duplicate", "region US"),
    ("commodity twice", {"commodities!A4": "ore"}, "commodities", "A4", "duplicate", "row 2"),
    ("price twice", {"reference_prices!A3": "oxide"}, "reference_prices", "A3", "duplicate", "row 2"),
    ("technology twice", {"technologies!B3": "ore"}, "technologies", "A3", "duplicate", "commodity ore"),
    ("process twice", {"processes!A3": "CN oxide"}, "processes", "A3", "duplicate", "row 2"),
    ("plant twice", {"plants!A3": "hall"}, "plants", "A3", "duplicate", "row 2"),
    ("minimum twice", {"minimums!A3": "NA mine"}, "minimums", "A3", "duplicate", "row 2"),
    ("capacity twice", {"capacities!A4": "hall"}, "capacities", "A4", "duplicate", "row 2"),
    ("unit cost twice", {"unit_costs!A3": "NA mine"}, "unit_costs", "A3", "duplicate", "row 2"),
    ("group twice", {"groups!B3": "ore"}, "groups", "A3", "duplicate", "group both"),
    ("rule twice", {"floor_rules!A4": "*", "floor_rules!B4": "maximum"}, "floor_rules", "A4", "duplicate", "row 2"),
    ("fund twice", {"funds!A3": "chest", "funds!B3": 1}, "funds", "A3", "duplicate", "row 2"),
    ("target twice", {"stock_targets!A3": "pile"}, "stock_targets", "A3", "duplicate", "row 2"),
    ("scenario twice", {"scenarios!A3": "free", "scenarios!C3": None}, "scenarios", "A3", "duplicate", "row 2"),
    ("region bloc", {"regions!A5": "bloc"}, "regions", "A5", "reserved_name", "bloc"),
    ("region each", {"regions!A5": "each"}, "regions", "A5", "reserved_name", "each"),
    ("region star", {"regions!A5": "*"}, "regions", "A5", "reserved_name", "*"),
    ("region member", {"regions!A5": "member"}, "regions", "A5", "reserved_name", "member"),
    ("region slash", {"regions!A5": "US/x"}, "regions", "A5", "reserved_name", "/"),
    ("commodity star", {"commodities!A4": "*"}, "commodities", "A4", "reserved_name", "*"),
    ("scenario base", {"scenarios!A4": "base"}, "scenarios", "A4", "reserved_name", "base"),
    ("plant and process", {"plants!A3": "US sep"}, "plants", "A3", "shared_name", "US sep"),
    ("group and commodity", {"groups!A2": "ore"}, "groups", "A2", "shared_name", "ore"),
    ("price of", {"reference_prices!A2": "oxid"}, "reference_prices", "A2", "unknown_reference", "oxide?"),
    ("technology makes", {"technologies!B2": "ores"}, "technologies", "B2", "unknown_reference", "ore?"),
    ("process in", {"processes!B2": "CHN"}, "processes", "B2", "unknown_reference", "CN?"),
    ("process with", {"processes!C4": "sepp"}, "processes", "C4", "unknown_reference", "sep?"),
    ("process makes", {"processes!D2": "oxides"}, "processes", "D2", "unknown_reference", "oxide?"),
    ("process shares", {"processes!H4": "hal"}, "processes", "H4", "unknown_reference", "hall?"),
    ("minimum of a plant", {"minimums!A2": "hall"}, "minimums", "A2", "unknown_reference", "processes"),
    ("capacity of", {"capacities!A2": "hal"}, "capacities", "A2", "unknown_reference", "hall?"),
    ("unit cost of", {"unit_costs!A2": "mine"}, "unit_costs", "A2", "unknown_reference", "NA mine?"),
    ("route from", {"routes!A3": "capd"}, "routes", "A3", "unknown_reference", "capped?"),
    ("route to", {"routes!B3": "members"}, "routes", "B3", "unknown_reference", "member?"),
    ("route of", {"routes!C3": "both"}, "routes", "C3", "unknown_reference", "commodities"),
    ("limit from", {"route_limits!A2": "C"}, "route_limits", "A2", "unknown_reference", "CN?"),
    ("take-or-pay to", {"route_minimums!B2": "USA"}, "route_minimums", "B2", "unknown_reference", "US?"),
    ("demand in", {"demand!A3": "Japan"}, "demand", "A3", "unknown_reference", "regions"),
    ("demand for", {"demand!C3": "oxid"}, "demand", "C3", "unknown_reference", "oxide?"),
    ("group of", {"groups!B2": "orre"}, "groups", "B2", "unknown_reference", "ore?"),
    ("cap of", {"caps!A2": "blok"}, "caps", "A2", "unknown_reference", "bloc?"),
    ("cap on", {"caps!B3": "bth"}, "caps", "B3", "unknown_reference", "both?"),
    ("cap of segment", {"caps!C3": "defense"}, "caps", "C3", "unknown_reference", "defence?"),
    ("cap from", {"caps!D3": "eech"}, "caps", "D3", "unknown_reference", "each?"),
    ("cap of capped", {"caps!A3": "CN"}, "caps", "A3", "not_a_member", "CN is capped"),
    ("rule on", {"floor_rules!A3": "both"}, "floor_rules", "A3", "unknown_reference", "commodities"),
    ("contract of", {"contracts!A2": "US sepp"}, "contracts", "A2", "unknown_reference", "US sep?"),
    ("contract paid by", {"contracts!E2": "CN", "contracts!F2": 1}, "contracts", "E2", "not_a_member", "CN is capped"),
    ("stock in", {"stockpiles!B2": "USA"}, "stockpiles", "B2", "unknown_reference", "US?"),
    ("stock of", {"stockpiles!C2": "oxid"}, "stockpiles", "C2", "unknown_reference", "oxide?"),
    ("stock by", {"stockpiles!E2": "chst"}, "stockpiles", "E2", "unknown_reference", "chest?"),
    ("target of", {"stock_targets!A2": "pil"}, "stock_targets", "A2", "unknown_reference", "pile?"),
    ("cap year", {"caps!F1": 2028}, "caps", "F1", "unknown_year", "2028"),
]  # fmt: skip


@pytest.mark.parametrize("case", FAULTS, ids=[case[0] for case in FAULTS])
def test_a_fault_between_rows_is_the_only_problem(tmp_path: Path, case: tuple[Any, ...]) -> None:
    _, edits, sheet, cell, code, text = case
    found = errors(write(tmp_path / "a.xlsx", TINY, edits))
    assert places(found) == [(sheet, cell, code)]
    assert text in found[0].message + found[0].hint
    with pytest.raises(InputError) as caught:
        tiny_study(edits)
    assert places(caught.value.problems) == [(sheet, cell, code)]


def test_keys_of_several_columns() -> None:
    twice = [*TINY["demand"], TINY["demand"][1]]
    with pytest.raises(InputError) as caught:
        tiny_study(demand=twice)
    assert places(caught.value.problems) == [("demand", "A4", "duplicate")]
    assert "region US, segment defence, commodity oxide" in caught.value.problems[0].message
    with pytest.raises(InputError) as caught:
        tiny_study(caps=[*TINY["caps"], ["bloc", "oxide", None, None, "demand", 0.5, None]])
    assert places(caught.value.problems) == [("caps", "A4", "duplicate")]
    fine = [["bloc", "oxide", None, "each", "demand", 0.5], ["bloc", "oxide", None, None, "use", 0.5]]
    assert len(tiny_study(caps=[*TINY["caps"], *fine]).rows("caps")) == 4
    assert len(tiny_study(routes=[*TINY["routes"], TINY["routes"][1]]).rows("routes")) == 3


def test_one_fault_is_one_message(tmp_path: Path) -> None:
    """A sheet with a faulty cell is not searched for what other sheets refer to."""
    found = errors(write(tmp_path / "a.xlsx", TINY, {"regions!A3": 5}))
    assert places(found) == [("regions", "A3", "not_text")]


def test_a_unit_cost_of_a_plant_is_warned_of() -> None:
    study = tiny_study({"unit_costs!A3": "hall", "unit_costs!B3": 4})
    assert places(list(study.notes)) == [("unit_costs", "A3", "no_effect")]


def test_not_finite_numbers_from_python() -> None:
    for value in (float("inf"), 10**400):
        with pytest.raises(InputError) as caught:
            tiny_study({"demand!D2": value})
        assert places(caught.value.problems) == [("demand", "D2", "not_finite")]
    assert tiny_study({"demand!D2": float("nan")}).rows("demand")[0]["value"] is None
