"""`floors.write_model`: what of a study, a result, an error or any model is written, and what its table says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest

import floors
from tests.support import everything, several, studies
from tests.support.model_files import has_no_plan, no_plan, optimum
from tests.support.studies import study, table


def names(path: Path) -> dict[str, dict[str, str]]:
    """The table beside a file, by name."""
    with path.with_name(f"{path.stem}-names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["name"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def capped() -> floors.Study:
    """China at 50 and at most half of 10 t, the US at 80: 5 x 50 + 5 x 80 = 650 thousand; a tonne of China saves 30."""
    return study(caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)))


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_a_study_by_hand(ending: str, tmp_path: Path) -> None:
    path = floors.write_model(capped(), tmp_path / f"deep/model.{ending}")
    assert path == tmp_path / f"deep/model.{ending}"
    assert optimum(path) == pytest.approx(5 * 50 + 5 * 80)
    found = names(path)
    assert found["cost"]["unit"] == "thousand USD, present value"
    ship = found["ship_CN_US_oxide_2026"]
    assert (ship["kind"], ship["component"], ship["unit"]) == ("column", "ship", "t/yr")
    assert json.loads(ship["index"]) == ["CN", "US", "oxide", 2026]
    cap = next(row for row in found.values() if row["component"] == "cap")
    assert (cap["kind"], cap["unit"]) == ("row", "t/yr as a cap counts them")
    # and its price in the file is the levy
    assert floors.price(path, {"levy": [(cap["name"], 1)]}).floors == pytest.approx({"levy": 30})


def test_what_is_solved_is_what_is_written(tmp_path: Path) -> None:
    """One of each row: the optimum of the file is the cost of the plan."""
    result = floors.solve(everything.study(), ranges=False)
    outcome = result.outcome
    for ending in ("lp", "mps"):
        path = floors.write_model(result, tmp_path / f"model.{ending}")
        assert optimum(path) == pytest.approx(outcome.plan.objective, rel=1e-9)
        found = names(path)
        rows, columns = outcome.compiled.lp.matrix.shape
        kinds = [row["kind"] for row in found.values()]
        assert kinds.count("row") == rows
        assert kinds.count("column") == columns + ("constant" in found)
        assert all(row["unit"] and row["meaning"] for row in found.values() if row["component"])


def test_a_study_and_its_result_are_the_same_file(tmp_path: Path) -> None:
    built = floors.write_model(capped(), tmp_path / "a.lp").read_text()
    solved = floors.write_model(floors.solve(capped()), tmp_path / "b.lp").read_text()
    assert built == solved.replace("b-names.csv", "a-names.csv")


def test_an_lp_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(floors.Infeasible) as raised:
        floors.solve(no_plan())
    path = floors.write_model(raised.value, tmp_path / "no_plan.mps")
    assert has_no_plan(path)
    assert path.read_text() == floors.write_model(no_plan(), tmp_path / "built.mps").read_text().replace(
        "built-names", "no_plan-names"
    )


def test_an_error_that_holds_no_lp(tmp_path: Path) -> None:
    with pytest.raises(floors.UsageError, match="holds no LP"):
        floors.write_model(floors.Infeasible("somewhere else"), tmp_path / "model.lp")


def test_a_surprise_is_written_once_it_is_solved(tmp_path: Path) -> None:
    shock = several.case().scenario("shock")
    with pytest.raises(floors.UsageError, match="scenario shock starts from the plan of its parent"):
        floors.write_model(shock, tmp_path / "model.lp")
    assert not list(tmp_path.iterdir())
    result = floors.solve(shock)
    path = floors.write_model(result, tmp_path / "model.lp")
    assert optimum(path) == pytest.approx(result.outcome.plan.objective, rel=1e-9)


def test_a_copy_of_a_result_has_no_lp(tmp_path: Path) -> None:
    import copy

    with pytest.raises(floors.UsageError, match="outcome"):
        floors.write_model(copy.copy(floors.solve(capped())), tmp_path / "model.lp")


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    def doubled(case: Any) -> Any:
        m = floors.build(case)
        m.free = pyo.Constraint(expr=m.ship["CN", "US", "oxide", 2026] <= 2, doc="no more than 2 t of China")
        return m

    path = floors.write_model(capped(), tmp_path / "own.lp", model=doubled)
    assert optimum(path) == pytest.approx(2 * 50 + 8 * 80)
    row = names(path)["n_free"]
    assert (row["component"], row["index"], row["meaning"]) == ("free", "[]", "no more than 2 t of China")


def odd() -> Any:
    """Names that readers of LP files take for something else; bounds, two sides, a fixed and a free variable."""
    m = pyo.ConcreteModel()
    m.inf = pyo.Var(["2e3", "a b"], domain=pyo.NonNegativeReals, bounds=(0, 9))
    m.e5, m.free, m.end = pyo.Var(), pyo.Var(bounds=(-3, -1)), pyo.Var()
    m.end.fix(2)
    m.st = pyo.Constraint([("y", 1), ("y", "1")], rule=lambda m, *_: m.inf["2e3"] + m.e5 >= 2)
    m.bounds = pyo.Constraint(expr=pyo.inequality(1, m.inf["a b"] - m.free + m.end, 8))
    m.max = pyo.Objective(expr=-2 * m.inf["2e3"] - m.inf["a b"] - m.e5 + m.free + 0.1, sense=pyo.maximize)
    return m


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_odd_names_of_a_pyomo_model(ending: str, tmp_path: Path) -> None:
    path = floors.write_model(odd(), tmp_path / f"odd.{ending}")
    # e5 is 2, free -1, the rest 0: 1 <= 0 + 1 + 2 <= 8
    assert optimum(path) == pytest.approx(-2 - 1 + 0.1)
    found = {name: (row["component"], row["index"], row["side"]) for name, row in names(path).items()}
    assert found["n_inf_2e3"] == ("'inf'", '["2e3"]', "")  # as Pyomo quotes it
    assert {found[name] for name in ("bounds_lower", "bounds_upper")} == {
        ("bounds", "[]", "lower"),
        ("bounds", "[]", "upper"),
    }
    assert found["st_y_1"] != found["st_y_1_2"]
    assert {found[name][1] for name in ("st_y_1", "st_y_1_2")} == {'["y", 1]', '["y", "1"]'}


def test_a_file_is_made_another(tmp_path: Path) -> None:
    lp = floors.write_model(odd(), tmp_path / "odd.lp")
    mps = floors.write_model(str(lp), tmp_path / "again.mps")
    assert optimum(mps) == pytest.approx(optimum(lp))


# Files


@pytest.mark.parametrize("which", ["model.lp", "model-names.csv"])
def test_what_is_not_ours_stays(which: str, tmp_path: Path) -> None:
    (tmp_path / which).write_text("mine", encoding="utf-8")
    with pytest.raises(floors.UsageError, match="was not written by floors"):
        floors.write_model(capped(), tmp_path / "model.lp")
    assert [file.name for file in tmp_path.iterdir()] == [which]
    assert (tmp_path / which).read_text(encoding="utf-8") == "mine"
    floors.write_model(capped(), tmp_path / "model.lp", force=True)
    floors.write_model(capped(), str(tmp_path / "model.lp"))  # ours by now
    assert {file.name for file in tmp_path.iterdir()} == {"model.lp", "model-names.csv"}


def test_another_ending(tmp_path: Path) -> None:
    with pytest.raises(floors.UsageError, match=r"ends in \.lp or \.mps"):
        floors.write_model(capped(), tmp_path / "model.txt")


def test_a_name_that_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    m = pyo.ConcreteModel()
    m.add_component("=1+1", pyo.Var(bounds=(2, None)))
    m.row = pyo.Constraint(expr=m.component("=1+1") >= 3)
    m.cost = pyo.Objective(expr=m.component("=1+1"))
    path = floors.write_model(m, tmp_path / "model.lp")
    assert names(path)["n_1_1"]["component"] == "'=1+1"


def test_units_are_those_of_the_study_s_money(tmp_path: Path) -> None:
    euro = study(settings=studies.settings(currency="EUR"))
    assert names(floors.write_model(euro, tmp_path / "m.lp"))["cost"]["unit"] == "thousand EUR, present value"


def test_a_table_that_is_held_open_is_kept_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where Excel has it open: the old one stays, and where the new one lies is said."""
    floors.write_model(capped(), tmp_path / "model.lp")
    replace = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if Path(target).name == "model-names.csv":
            raise PermissionError(13, "in use")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(floors.OutputError, match=r"names were kept as .*model-names-1\.csv"):
        floors.write_model(capped(), tmp_path / "model.lp")
    assert names(tmp_path / "model.lp")["cost"]["kind"] == "objective"


def test_a_study_s_name_in_any_letters(tmp_path: Path) -> None:
    named = floors.Study(capped().tables, name="magnéts\n中国")
    first = floors.write_model(named, tmp_path / "model.mps").read_text(encoding="ascii").splitlines()[:3]
    assert first[1] == "* study magn?ts ??, scenario base"
