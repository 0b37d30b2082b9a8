"""What `floors check` finds is found once: shared with the workbook as written where a scenario changes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

import floors
from floors.case import consistency
from floors.case.consistency import Supply, impossible
from floors.case.derive import derive
from floors.case.doubts import doubtful
from floors.cli.check import of_study
from floors.errors import InputError
from floors.study import checked as checked_module
from tests.support import mixed
from tests.support.places import ROOT
from tests.support.studies import cap, study, table


def scenario_of(random: Random, book: mixed.Sheets) -> mixed.Sheets:
    """The study with two scenarios that change one sheet each, one of them built on the other."""
    process = random.choice(book["processes"])["process"]
    book["scenarios"] = table("scenario parent", ("less", None), ("more", "less"))
    book["changes"] = table(
        "scenario sheet where column change value",
        ("less", "processes", f"process={process}", "capacity", "set", random.choice([0, 1])),
        ("more", "demand", "commodity=*", "years", "multiply", random.choice([0.5, 1000])),
    )
    return book


def told(problems: Any) -> list[tuple[Any, ...]]:
    return [tuple(problem) for problem in problems]


@pytest.mark.parametrize("seed", range(20))
def test_a_scenario_is_what_it_would_be_read_anew(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    whole = floors.Study(scenario_of(random, mixed.sheets(random)))
    shared = [whole.scenario(name) for name in whole.scenario_names]
    monkeypatch.setattr(checked_module.Checked, "sound", lambda *_: False)
    for one in shared:
        anew = whole.scenario(one.scenario_name)
        for name in checked_module.BY_NAME:
            assert one.rows(name) == anew.rows(name) and one.has(name) == anew.has(name)
        assert one.defaults == anew.defaults and one.settings == anew.settings
        assert told(one.notes) == told(anew.notes)


def test_only_what_a_scenario_changes_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(3)
    whole = floors.Study(scenario_of(random, mixed.sheets(random)))
    read: list[str] = []
    check = checked_module.check_cells
    monkeypatch.setattr(
        checked_module, "check_cells", lambda sheet, by: (read.append(sheet.table.name), check(sheet, by))[1]
    )
    less, more = whole.scenario("less"), whole.scenario("more")
    assert read == ["processes", "processes", "demand"]
    assert less.rows("demand") is whole.rows("demand") and more.rows("demand") is not whole.rows("demand")


def test_a_sheet_with_a_warning_is_told_of_in_each_scenario() -> None:
    """Of a sheet that is not sound a scenario tells again what the workbook told."""
    whole = study(
        demand=table("region segment commodity value 2026", ("US ", "all", "oxide", 200, 10)),
        scenarios=table("scenario", ("dear",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    )
    (note,) = whole.notes
    assert note.code == "spaces" and told(whole.scenario("dear").notes) == [tuple(note)]


@pytest.mark.parametrize("seed", range(30))
def test_supply_looked_into_once_tells_the_same(seed: int) -> None:
    random = Random(seed)
    book = scenario_of(random, mixed.sheets(random))
    for row in book["processes"]:
        row["capacity"] = random.choice([0, 1, 5, 50])
    for row in book["demand"]:
        if random.random() < 0.5:
            row.pop("value", None)
            row.pop("elasticity", None)
    whole = floors.Study(book)
    for name in ("base", *whole.scenario_names):
        one = whole.scenario(name)
        try:
            case = derive(one)
        except InputError:
            continue
        apart = checked_module.group([*case.notes, *doubtful(case), *impossible(case)])
        assert told(of_study(one)) == told(apart)


def test_what_lies_on_a_circle_is_looked_into_anew() -> None:
    """Scrap comes from magnets and magnets from scrap: what can be had depends on where one starts."""
    works = table(
        "process region commodity unit_cost technology capacity",
        ("melting", "US", None, 5, "melting", 10),
        ("making", "US", None, 5, "making", 10),
        ("CN works", "CN", "oxide", 50, None, None),
    )
    circle = study(
        processes=works,
        commodities=table("commodity", ("oxide",), ("scrap",), ("magnet",)),
        technologies=table(
            "technology commodity coefficient",
            ("melting", "scrap", 1),
            ("melting", "magnet", -1),
            ("making", "magnet", 1),
            ("making", "scrap", -1),
        ),
    )
    supply = Supply(derive(circle))
    assert supply.at("US", "oxide", 2026) == float("inf") and supply.for_others() is supply
    assert supply.at("US", "scrap", 2026) == 10
    assert supply.for_others() is not supply


def test_minimums_of_routes_are_looked_at_where_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one nothing is spelt out; with one only what is wrong is."""
    spelt: list[Any] = []
    bare = derive(study())
    monkeypatch.setattr(type(bare.arcs), "_routes", property(lambda _: spelt.append(1)))
    assert list(consistency._contracts_of_routes(bare)) == [] and spelt == []
    rows = table("origin destination commodity minimum limit", ("CN", "US", "oxide", 5, 4))
    (problem,) = consistency._contracts_of_routes(derive(study(routes=rows)))
    assert problem.code == "minimum_above_limit" and spelt == []


def test_checking_loads_no_solver(tmp_path: Path) -> None:
    """Not even where scenarios have probabilities, which only `floors risk` weighs."""
    path = tmp_path / "a.xlsx"
    study(
        caps=cap("bloc", "oxide", "demand", 0.5),
        scenarios=table("scenario probability", ("dear", 0.5)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    ).to_excel(path)
    code = (
        "import sys; from floors.cli.main import run; code = run(['check', sys.argv[1], '--quiet']);"
        "print(code, [m for m in ('pyomo', 'highspy', 'scipy', 'pandas', 'xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 []"


def test_hints_name_what_is_known_in_one_order(tmp_path: Path) -> None:
    """Whatever order a set has in this process."""
    path = tmp_path / "a.py"
    path.write_text(
        "import sys; sys.path.insert(0, sys.argv[1]); from tests.support.studies import refused, table\n"
        "print([p.hint for p in refused(groups=table('group commodity weight', ('both', 'ore', 1), ('both', 'oxide', 1)),"
        "caps=table('scope commodity basis 2026', ('bloc', '12 %', 'demand', 0.5)))])"
    )
    said = {
        subprocess.run(
            [sys.executable, str(path), str(ROOT)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in range(2)
    }
    assert said == {"['Known: ore, oxide, magnet, both.']\n"}
