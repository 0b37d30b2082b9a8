"""verify --exact: the proof of a result weighed in fractions, on the numbers of its own tables."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

import floors
import floors.lp.exact
from floors.cli.main import run
from floors.contract import results as tables
from floors.verification import verify
from floors.verification.exact.rational import OF_SOLVER, OF_WORKBOOK
from floors.verification.report import Finding
from tests.support import checked, studies
from tests.support.places import ROOT, TOY
from tests.support.planted import Copy


def place(sheet: str, column: str) -> int:
    return tables.BY_NAME[sheet].names.index(column)


def by_exact(study: floors.Study, result: Any) -> list[Finding]:
    """What the exact proof finds and the check without it does not."""
    known = set(map(str, verify(study, result).findings))
    return [f for f in verify(study, result, exact=True).findings if str(f) not in known]


def recorded(result: floors.Result) -> dict[str, Any]:
    return {
        row.key: row.value if row.number is None else row.number
        for row in tables.RUN.read(result.rows("run"))
    }


def total(copy: Copy) -> list[Any]:
    return next(row for row in copy.rows("summary") if row[0] == "total_cost")


def two_sources(dear: float) -> tuple[floors.Study, Any]:
    """10 t from works of 10 t/yr at 50 a kg; others at `dear` could make them."""
    study = studies.study(
        regions=studies.table("region role", ("US", "member"), ("CN", "other"), ("AU", "other")),
        processes=studies.table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, 10),
            ("AU works", "AU", "oxide", dear, 10),
        ),
        demand=studies.table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10)),
    )
    return study, floors.solve(study)


@pytest.mark.parametrize("name", ["one_of_everything", "several"])
def test_tables_prove_themselves_by_their_own_prices(name: str) -> None:
    study, result = getattr(checked, name)()
    assert by_exact(study, result) == []
    found = verify(study, result, exact=True).exact
    assert len(found) == (3 if name == "several" else 1)
    for whole in found.values():
        assert whole["baseline"]["total_cost"] != whole["total_cost"]
        assert "corner" in whole and "corner" not in whole["baseline"]
    for numbers in [*found.values(), *(whole["baseline"] for whole in found.values())]:
        assert numbers["prices"] == OF_WORKBOOK
        assert abs(numbers["gap"]) < 1e-13 and abs(numbers["plan_gap"]) < 1e-13
        assert numbers["row_violation"] < 1e-12 and numbers["reduced_sign"] < 1e-12
        assert numbers["negative_quantity"] == 0 and numbers["assumed"] == 0
        if "corner" not in numbers:
            continue
        assert float(numbers["corner"]) == pytest.approx(numbers["total_cost"], rel=1e-13)
        assert abs(numbers["corner_gap"]) < 1e-13


def test_the_baseline_is_weighed_too() -> None:
    """A plan that ships a tenth less leaves buyers unserved, at a cost."""
    study, result = checked.ruled_toy()
    copy, value = Copy(result, False), place("baseline", "value")
    row = next(r for r in copy.rows("baseline") if r[0] == "shipment" and r[value])
    row[value] *= 0.9
    found = [f for f in by_exact(study, copy) if f.sheet == "baseline"]
    assert any(f.rule.startswith("no plan is cheaper than that of the tables, exactly") for f in found)


def test_what_rules_cost_is_no_gap() -> None:
    """Under rules with an uplift prices prove less than the cost: those of the plan, beside them, take their place."""
    study, result = checked.ruled_toy()
    assert result.figures.uplift > 0 and by_exact(study, result) == []
    (found,) = verify(study, result, exact=True).exact.values()
    assert found["prices"] == OF_WORKBOOK and abs(found["gap"]) < 1e-13
    assert found["corner_optimal"] is False, "a tie in decimals is none in doubles, by a last bit"
    assert found["corner_fault"].startswith("a reduced cost has the wrong sign")


@pytest.mark.parametrize("wrong", [1e-6, 1e-8, -1e-6])
def test_a_total_cost_a_little_off_is_found(wrong: float) -> None:
    study, result = checked.one_of_everything()
    copy = Copy(result, False)
    total(copy)[place("summary", "value")] *= 1 + wrong
    (finding,) = [f for f in by_exact(study, copy) if "least that any plan can cost" in f.rule]
    assert (finding.sheet, finding.column, finding.key) == ("summary", "value", "total_cost")
    assert finding.expected == pytest.approx(result.figures.total_cost, rel=1e-13)
    (found,) = verify(study, copy, exact=True).exact.values()
    assert found["gap"] == pytest.approx(wrong, rel=1e-3) and abs(found["plan_gap"]) < 1e-13


def swapped(result: Any, tonnes: float) -> Copy:
    """Tonnes of CN bought in AU at 10 a kg more (or of AU in CN, where all come from there), in every sheet that the
    proof reads."""
    copy = Copy(result, False)
    shipped, made = copy.rows("shipments"), copy.rows("production")
    (row,) = shipped
    one, another = ("CN", "AU") if row[place("shipments", "origin")] == "CN" else ("AU", "CN")
    other = list(row)
    other[place("shipments", "origin")], other[place("shipments", "quantity")] = another, tonnes
    row[place("shipments", "quantity")] -= tonnes
    shipped.append(other)
    for process, change in ((f"{one} works", -tonnes), (f"{another} works", tonnes)):
        line = next(line for line in made if line[0] == process)
        line[place("production", "activity")] += change
    total(copy)[place("summary", "value")] += 10 * tonnes / 1000
    return copy


def test_a_plan_that_is_dearer_by_a_ten_millionth_is_found() -> None:
    study, result = two_sources(60)
    assert by_exact(study, result) == []
    copy = swapped(result, 5e-6)
    rules = [f.rule for f in by_exact(study, copy)]
    assert any(rule.startswith("no plan is cheaper than that of the tables") for rule in rules)
    assert any(rule.startswith("total_cost is the least that any plan can cost") for rule in rules)
    assert not any("obeys row" in rule for rule in rules), "it is a plan, only a dear one"
    (found,) = verify(study, copy, exact=True).exact.values()
    assert found["plan_gap"] == pytest.approx(1e-7, rel=0.01) == found["gap"]
    assert found["prices"] == OF_WORKBOOK and found["corner"] == "0.5"


def test_a_plan_that_costs_the_same_is_as_good() -> None:
    study, result = two_sources(50)
    copy = swapped(result, 0.0)
    for row, tonnes in zip(copy.rows("shipments"), (4.0, 6.0), strict=True):
        row[place("shipments", "quantity")] = tonnes
    for row in copy.rows("production"):
        row[place("production", "activity")] = (
            4.0 if row[0] == copy.rows("shipments")[0][0] + " works" else 6.0
        )
    assert not [f for f in by_exact(study, copy) if "exactly" in f.rule]


def test_a_broken_row_is_named() -> None:
    study, result = two_sources(60)
    copy = Copy(result, False)
    copy.rows("shipments")[0][place("shipments", "quantity")] += 1e-5
    (finding,) = [f for f in by_exact(study, copy) if "obeys row" in f.rule]
    assert finding.rule == "the plan obeys row supply[CN,oxide,2026], exactly, within 1e-07"
    assert finding.found == pytest.approx(1e-5 / 20, rel=1e-5), "10 t made and 10 t shipped"
    assert finding.sheet == "shipments"


def test_a_negative_quantity_is_found() -> None:
    study, result = two_sources(60)
    (finding,) = [f for f in by_exact(study, swapped(result, -1e-5)) if "below 0" in f.rule]
    assert finding.found == pytest.approx(1e-5 / 10, rel=1e-5) and finding.expected == 0


def test_prices_that_prove_nothing_give_way_to_the_solvers() -> None:
    study, result = two_sources(60)
    copy = Copy(result, False)
    where = place("prices", "origin_price")
    next(row for row in copy.rows("prices") if row[where])[where] += 1.0
    (found,) = verify(study, copy, exact=True).exact.values()
    assert found["prices"] == OF_SOLVER and abs(found["gap"]) < 1e-13
    assert not [f for f in by_exact(study, copy) if "exactly" in f.rule]
    assert not verify(study, copy).ok, "the wrong price is found without"


def test_no_total_cost_no_proof() -> None:
    study, result = two_sources(60)
    copy = Copy(result, False)
    copy.rows("summary").remove(total(copy))
    report = verify(study, copy, exact=True)
    assert report.exact == {} and not report.ok


def test_a_corner_of_many_rows_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    study, result = two_sources(60)
    monkeypatch.setattr(floors.lp.exact, "MOST_ROWS", 1)
    report = verify(study, result, exact=True)
    (found,) = report.exact.values()
    assert found["corner"] is None and found["corner_gap"] is None and abs(found["gap"]) < 1e-13
    assert any(
        "no exact corner: an exact corner is found for at most 1 rows" in line for line in report.proof
    )


def test_the_command_prints_the_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "results.xlsx"
    floors.solve(floors.read(TOY)).to_excel(target)
    run(["verify", str(TOY), str(target), "--json"])
    assert json.loads(capsys.readouterr().out)["exact"] == {}
    run(["verify", str(TOY), str(target), "--exact", "--json"])
    (numbers,) = json.loads(capsys.readouterr().out)["exact"].values()
    assert numbers["prices"] == OF_WORKBOOK and abs(numbers["gap"]) < 1e-13
    run(["verify", str(TOY), str(target), "--exact"])
    said = capsys.readouterr().err
    assert "exactly, by prices of the workbook: no plan costs less than 14.488502626 million" in said
    assert "the exact corner of the basis costs 14.4885026260497 million" in said
    run(["verify", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert all(name in told for name in numbers)


def domestic() -> Any:
    spec = importlib.util.spec_from_file_location("domestic", ROOT / "models" / "domestic_content.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build


@pytest.mark.parametrize("exact", [False, True])
def test_rows_of_a_users_model_are_recorded_and_said(exact: bool) -> None:
    study = floors.read(TOY)
    plain, own = floors.solve(study), floors.solve(study, model=domestic())
    assert "further rows of the model" not in recorded(plain)
    assert recorded(own)["further rows of the model"] == "8 of domestic"
    report = verify(study, own, exact=exact)
    assert len(report.findings) == len(verify(study, plain).findings), "its rows are no fault"
    why = "the model has rows that are not in the workbook (8 of domestic)"
    assert f"prices against profits: {why}" in report.not_checked
    assert (f"by solving again: {why}" in report.not_checked) == exact
    assert report.exact == {}


def test_every_key_of_run_is_there_once() -> None:
    result = floors.solve(floors.read(TOY))
    keys = [row[0] for row in result.rows("run")]
    assert len(keys) == len(set(keys))
    assert recorded(result)["number of floors"] == len(result.rows("floors")) == 24


def test_the_past_of_a_surprise_is_that_of_the_tables() -> None:
    """Two works that cost the same in the past: results may hold another split of them than solving again."""
    study = studies.study(
        years=studies.years((2026, 1), (2027, 1)),
        regions=studies.table("region role", ("US", "member"), ("CN", "other"), ("AU", "other")),
        processes=studies.table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, 10),
            ("AU works", "AU", "oxide", 50, 10),
        ),
        unit_costs=studies.table("process 2026 2027", ("CN works",)),
        demand=studies.table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        scenarios=studies.table("scenario known_from", ("shock", 2027)),
        changes=studies.table(
            "scenario sheet where column change value",
            ("shock", "unit_costs", "process=CN works", 2027, "set", 60),
        ),
    )
    copy = Copy(floors.solve(study.scenario("shock")), False)
    shipped, made = copy.rows("shipments"), copy.rows("production")
    (then,) = [row for row in shipped if row[place("shipments", "year")] == 2026]
    origin, quantity = place("shipments", "origin"), place("shipments", "quantity")
    then[quantity] = 4.0
    shipped.append(list(then))
    shipped[-1][origin], shipped[-1][quantity] = "AU" if then[origin] == "CN" else "CN", 6.0
    for row in made:
        if row[place("production", "year")] == 2026:
            row[place("production", "activity")] = 4.0 if row[0] == f"{then[origin]} works" else 6.0
    assert not [f for f in by_exact(study, copy) if "exactly" in f.rule]
    (numbers,) = verify(study, copy, exact=True).exact.values()
    assert numbers["row_violation"] == 0 and abs(numbers["gap"]) < 1e-13
    then[quantity] = 3.0
    assert [f.key for f in by_exact(study, copy) if "least that any plan can cost" in f.rule] == [
        "total_cost"
    ]


def test_minimum_levies_are_those_of_the_tables() -> None:
    """Another solve may settle them a little elsewhere, within a cent: cost and prices go with them."""
    study = studies.study(
        floor_rules=studies.table("commodity rule 2026", ("oxide", "minimum", 70)),
        reference_prices=studies.table("commodity 2026", ("oxide", 50)),
    )
    result = floors.solve(study)
    copy, change = Copy(result, False), 0.005
    moved = (("floors", ("floor", "levy")), ("prices", ("price", "origin_price")), ("shipments", ("levy",)))
    for sheet, columns in moved:
        for row in copy.rows(sheet):
            if row[0] == "US" or (row[0] == "CN" and sheet == "shipments"):
                for column in columns:
                    row[place(sheet, column)] += change
            elif row[0] == "CN" and sheet == "prices":
                row[place("prices", "minimum_levy")] += change
    total(copy)[place("summary", "value")] += 10 * change / 1000
    assert not [f for f in by_exact(study, copy) if "exactly" in f.rule]
    (numbers,) = verify(study, copy, exact=True).exact.values()
    assert numbers["bound"] == pytest.approx(0.70005, abs=1e-12) and numbers["prices"] == OF_WORKBOOK
