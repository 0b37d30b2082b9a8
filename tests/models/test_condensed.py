"""Rare earths condensed for the workbook of many minerals: near the full study, and open to motors."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

import floors
from floors.contract.results import CAPS, FLOORS, SOURCING, UNSERVED
from tests.support.places import ROOT

sys.path.insert(0, str(ROOT))

from models.books.book import Row
from models.books.excel import write_workbook
from models.critical_minerals.goods import CHAIN, CONDENSED, HEAVIES, MAGNET, MOTOR, NDPR, STRONG
from models.critical_minerals.study import Workbook, make_tables
from models.rare_earths.study import make_tables as make_full

Tables = dict[str, list[Row]]
RUNS = ("", "no policy", "motors too", "licences for magnets")
LATER = ("scenarios", "changes", "uncertainty", "stockpiles", "releases", "stock_targets")
NEAR, APART = 1.0, {2028: 5.0}  # USD/kg: in 2028 oxide of the United States is cheaper than in the full study
MEMBERS = ("US", "EU", "JP", "MX")


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The chain of rare earths alone."""
    return make_tables(Workbook("rare", tuple(good for good in STRONG if good.chain == CHAIN), ("rare",)))


def row(tables: Tables, sheet: str, **keys: object) -> Row:
    (found,) = (one for one in tables[sheet] if all(one.get(key) == value for key, value in keys.items()))
    return found


def test_numbers_are_those_of_the_full_study(tables: Tables) -> None:
    """By hand: Lynas 7,260 t; MP and White Mesa's heavies are 3,900 / 0.13973 x 0.00071017 + 500 / 0.22 x 0.0027241."""
    assert row(tables, "capacities", process=f"MY Lynas {NDPR}")[2026] == 7260
    assert row(tables, "capacities", process=f"US plants {MAGNET}")[2030] == 12000
    assert row(tables, "capacities", process=f"JP plants {MAGNET}")[2026] == pytest.approx(
        13500 - (4333 - 4120)
    )
    assert row(tables, "capacities", process=f"US {HEAVIES}")[2026] == pytest.approx(26.01, abs=0.02)
    assert row(tables, "capacities", process=f"AU {HEAVIES}")[2030] == pytest.approx(49.53, abs=0.02)
    assert row(tables, "reference_prices", commodity=MAGNET)[2030] == pytest.approx(57.467, abs=0.001)
    assert row(tables, "reference_prices", commodity=HEAVIES)[2030] == pytest.approx(
        (0.0107 * 234.513 + 0.00204167 * 938.053) / 0.01274167, rel=1e-4
    )
    made = {
        one["commodity"]: one["coefficient"]
        for one in tables["technologies"]
        if one["technology"] == f"{MAGNET} from {NDPR} and {HEAVIES}"
    }
    assert made == {MAGNET: 1, NDPR: -0.35, HEAVIES: pytest.approx(-0.0127417, rel=1e-5)}
    agreed = row(tables, "route_minimums", origin="JP", destination="JP", commodity=MAGNET)
    assert agreed[2026] == pytest.approx(6167 + 2831)


def test_magnets_are_wanted_once(tables: Tables) -> None:
    """What members buy as such and what their motor makers can put in is what they bought, grown by two years."""
    bought = {"US": 9984.0, "EU": 24454.0, "JP": 15085.0, "MX": 4013.0}
    parts = {"US": 0.37 + 0.28, "EU": 0.42 + 0.28, "JP": 0.46 + 0.28, "MX": 0.75 + 0.15}
    for region, tonnes in bought.items():
        as_such = sum(
            float(one[2026] or 0)
            for one in tables["demand"]
            if (one["region"], one["commodity"]) == (region, MAGNET)
        )
        stood = row(tables, "capacities", process=f"{region} {MOTOR}")[2026]
        base = tonnes / 1.0401
        assert stood == pytest.approx(base * parts[region], rel=1e-3)
        assert as_such == pytest.approx(base * (1 - parts[region]) * 1.0265**2, rel=0.01)


def test_every_motor_is_made_somewhere(tables: Tables) -> None:
    """Net imports and exports of the base year balance: members' from China are what China sells."""
    net = [
        float(one["value"] or 0)
        for one in tables["_figures"]
        if str(one["what"]).endswith(", net") and one["unit"] == "t of magnet"
    ]
    assert sum(net) == pytest.approx(0, abs=0.5)
    assert len(net) == 6


@cache
def solved(which: str, folder: Path) -> floors.Result:
    """Condensed (under the demand and caps of the full study) or full; nothing in reserve."""
    tables = make_full()
    if which == "condensed":
        full, tables = (
            tables,
            make_tables(Workbook("c", tuple(g for g in STRONG if g.name in CONDENSED), ("c",))),
        )
        metal = next(one for one in full["caps"] if one["commodity"] == NDPR)
        for sheet in ("demand", "caps"):
            kept = [one for one in tables[sheet] if one["commodity"] != MAGNET]
            tables[sheet] = [one for one in full[sheet] if one["commodity"] == MAGNET] + kept
        for one in tables["caps"]:
            if one["commodity"] in (NDPR, HEAVIES):
                one.update({key: value for key, value in metal.items() if isinstance(key, int)})
    for sheet in LATER:
        tables.pop(sheet)
    path = folder / f"{which}.xlsx"
    write_workbook(tables, ("Condensed",), path)
    return floors.solve(floors.read(path))


def test_floors_are_near_those_of_the_full_study(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("near")
    found = {
        which: {
            one.year: one.floor
            for one in FLOORS.read(solved(which, folder).rows("floors"))
            if (one.member, one.commodity) == ("EU", MAGNET)
        }
        for which in ("condensed", "full")
    }
    assert list(found["condensed"]) == list(found["full"]) == list(range(2027, 2036))
    for year, floor in found["full"].items():
        assert found["condensed"][year] == pytest.approx(floor, abs=APART.get(year, NEAR))
    assert found["condensed"][2035] > 90


@pytest.fixture(scope="module")
def results(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[str, floors.Result]:
    path = tmp_path_factory.mktemp("leak") / "rare.xlsx"
    write_workbook(tables, ("Rare earths",), path)
    read = floors.read(path)
    return {name: floors.solve(read.scenario(name) if name else read) for name in RUNS}


def motors_from_china(result: floors.Result, year: int) -> float:
    """Share of China in the motors that members buy."""
    rows = [
        one for one in SOURCING.read(result.rows("sourcing")) if (one.commodity, one.year) == (MOTOR, year)
    ]
    bought = [one for one in rows if one.destination in MEMBERS]
    return sum(one.quantity for one in bought if one.origin == "CN") / sum(one.quantity for one in bought)


def test_a_cap_on_magnets_leaks_into_motors(results: dict[str, floors.Result]) -> None:
    free, base, both = (motors_from_china(results[name], 2035) for name in ("no policy", "", "motors too"))
    assert base > free + 0.1
    assert both < base - 0.05
    for name in ("", "motors too"):
        (cap,) = (
            one
            for one in CAPS.read(results[name].rows("caps"))
            if (one.commodity, one.year, one.scope) == (MAGNET, 2035, "bloc")
        )
        assert cap.slack == pytest.approx(0, abs=0.1)


def test_what_needs_no_licence_takes_the_place_of_what_does(results: dict[str, floors.Result]) -> None:
    free, licensed = (
        motors_from_china(results[name], 2028) for name in ("no policy", "licences for magnets")
    )
    assert licensed > free + 0.05


def test_nobody_goes_short_but_under_licences(results: dict[str, floors.Result]) -> None:
    for name, result in results.items():
        short = {one.commodity for one in UNSERVED.read(result.rows("unserved")) if one.unserved > 0.1}
        assert short == ({MAGNET} if name == "licences for magnets" else set())


def test_grades_and_agreements_on_trade(tables: Tables) -> None:
    used = {
        (one["technology"], one["commodity"]): one["coefficient"]
        for one in tables["technologies"]
        if MAGNET in str(one["technology"]).split()[0]
    }
    assert used["magnet low in heavies", HEAVIES] == pytest.approx(-0.0127417 / 2, rel=1e-5)
    assert ("magnet free of heavies", HEAVIES) not in used
    dear = {
        name: float(row(tables, "processes", process=f"EU {name}{MAGNET}")["unit_cost"] or 0)
        for name in ("", "low ", "free ")
    }
    assert dear == {"": 50, "low ": 53.5, "free ": pytest.approx(61.0467)}
    for origin, destination in (("MX", "US"), ("KR", "US"), ("KR", "EU"), ("JP", "EU")):
        assert (
            row(tables, "routes", origin=origin, destination=destination, commodity=MOTOR).get("tariff")
            is None
        )
    assert row(tables, "routes", origin="CN", destination="US", commodity=MOTOR)["tariff"] == pytest.approx(
        0.275
    )
