"""Models to start from: the standard one spelled out, one with a row more, and one that is not ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyomo.environ as pyo
import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from floors.cli.main import run
from floors.lp.linear import Compiled, compile_model
from tests.support import everything, tags
from tests.support.places import ROOT, TOY
from tests.support.studies import cap, metric, study

MODELS = ROOT / "models"
sys.path.insert(0, str(MODELS))
import bloc  # noqa: E402
import domestic_content  # noqa: E402
import power_pool  # noqa: E402

sys.path.remove(str(MODELS))


@pytest.fixture(scope="module")
def studies(example: Path) -> dict[str, floors.Study]:
    """The toy, the example of the template, and a study with one of everything."""
    return {
        "toy": floors.read(TOY),
        "example": floors.read(example),
        "everything": everything.withheld(),
        "tags": tags.study(),
    }


def numbers(compiled: Compiled) -> dict[Any, float]:
    """Every number of a compiled model by the names of its row and column."""
    lp, rows, names = compiled.lp, compiled.row_names, compiled.column_names
    assert all(rows) and len(set(rows)) == len(rows) == lp.matrix.shape[0]
    matrix = lp.matrix
    found = {
        (rows[i], names[j]): float(a) for i, j, a in zip(matrix.row, matrix.indices, matrix.data, strict=True)
    }
    for i, row in enumerate(rows):
        found[row, "sides"] = (float(lp.row_lower[i]), float(lp.row_upper[i]))
    for j, name in enumerate(names):
        found["cost", name] = float(lp.cost[j])
        found["bounds", name] = (float(lp.lower[j]), float(lp.upper[j]))
    return found | {("cost", "offset"): lp.offset}


@pytest.mark.parametrize("name", ["toy", "example", "everything", "tags"])
def test_the_standard_model_spelled_out_is_the_standard_model(
    name: str, studies: dict[str, floors.Study]
) -> None:
    """Same rows, columns, coefficients, sides and cost, by name."""
    ours, theirs = (
        floors.build(studies[name]),
        bloc.build(derive(studies[name])),
    )  # names last as long as these
    standard, spelled_out = compile_model(ours), compile_model(theirs)
    found, expected = numbers(spelled_out), numbers(standard)
    assert found.keys() == expected.keys()
    apart = [key for key, number in expected.items() if found[key] != pytest.approx(number, rel=1e-12)]
    assert apart == []


@pytest.mark.parametrize("name", ["toy", "example", "everything"])
def test_solving_with_the_model_spelled_out_gives_the_same_tables(
    name: str, studies: dict[str, floors.Study]
) -> None:
    one = floors.solve(studies[name])
    other = floors.solve(studies[name], model=bloc.build)
    assert other.figures.total_cost == pytest.approx(one.figures.total_cost, rel=1e-12)
    assert other.figures.uplift == pytest.approx(one.figures.uplift, abs=1e-9)
    assert other.outcome.floor == pytest.approx(one.outcome.floor, rel=1e-9)
    assert other.figures.baseline_total_cost == pytest.approx(one.figures.baseline_total_cost, rel=1e-12)


@pytest.fixture(scope="module")
def domestic() -> tuple[floors.Result, floors.Result]:
    """The toy as it is, and with a share of the bloc's own."""
    study = floors.read(TOY)
    return floors.solve(study), floors.solve(study, model=domestic_content.build)


def own_share(result: floors.Result) -> dict[int, float]:
    """Share of members in the bloc's arrivals of oxide, by year."""
    table = result.sourcing
    table = table[(table["commodity"] == "oxide") & table["destination"].isin(["US", "EU", "JP"])]
    own = table[table["origin"].isin(["US", "EU", "JP"])].groupby("year")["quantity"].sum()
    return (own / table.groupby("year")["quantity"].sum()).fillna(0.0).to_dict()


def test_domestic_content_holds_and_was_not_met_without_it(
    domestic: tuple[floors.Result, floors.Result],
) -> None:
    standard, variant = domestic
    shares = own_share(variant)
    assert len(shares) == 8
    assert min(shares.values()) >= domestic_content.SHARE - 1e-9
    assert min(own_share(standard).values()) < domestic_content.SHARE - 0.01


def test_domestic_content_costs_and_changes_floors(domestic: tuple[floors.Result, floors.Result]) -> None:
    """The row needs no pricing code: floors move, no company gains by more, and the certificate passes."""
    standard, variant = domestic
    assert variant.figures.total_cost > standard.figures.total_cost + 1e-3
    change = (variant.floors["floor"] - standard.floors["floor"]).abs()
    assert change.max() > 1
    assert variant.figures.uplift == 0
    assert variant.certificate["passed"].all()
    prices = variant.outcome
    row = prices.compiled.rows(prices.model.domestic)
    assert len(row) == 8 and max(prices.priced.price[i] for i in row.values()) > 1


@pytest.mark.parametrize("file", ["bloc.py", "domestic_content.py"])
def test_a_model_runs_from_the_command_line(
    file: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "result.xlsx"
    assert run(["solve", str(TOY), "--model", str(MODELS / file), "-o", str(target), "--quiet"]) == 0
    assert target.is_file() and capfd.readouterr() == ("", "")


def test_power_pool_without_a_ceiling() -> None:
    """Loads 80, 100, 120 less imports 70, 60, 50: base (40) sets the first two prices, peak the last."""
    found = power_pool.prices()
    assert found.floors == pytest.approx({1: 35, 2: 35, 3: 90})
    assert found.cost == pytest.approx(20 * 180 + 35 * (10 + 40 + 40) + 90 * 30)
    assert found.highest == pytest.approx({1: 35, 2: 90, 3: 90})  # in hour 2 base is just enough
    assert found.uplift == 0


def test_power_pool_under_a_ceiling() -> None:
    found = power_pool.prices(60.0)
    assert found.floors == pytest.approx({1: 35, 2: 35, 3: 60})
    assert found.uplift == pytest.approx(30 * 30)  # 30 MW of peak, each 30 short
    assert found.make_whole == pytest.approx(900) and found.foregone == pytest.approx(0)


def test_power_pool_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(MODELS / "power_pool.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert "ceiling None" in lines[0] and "uplift 0.0" in lines[0]
    assert "ceiling 60.0" in lines[1] and "uplift 900.0" in lines[1]


@pytest.mark.parametrize("module", [bloc, domestic_content, power_pool])
def test_every_model_says_what_it_is(module: ModuleType) -> None:
    assert module.__doc__ and module.build.__doc__


def without_waste(case: Any) -> pyo.ConcreteModel:
    """A model written before there was waste, or by somebody who has no cap on use."""
    model = bloc.build(case)
    model.del_component(model.use_or_waste)
    if not len(model.WASTE):
        model.del_component(model.waste)
    return model


def without_release(case: Any) -> pyo.ConcreteModel:
    """A model written before there was a sheet `releases`."""
    model = bloc.build(case)
    model.del_component(model.release)
    return model


def test_a_model_without_releases_does_where_none_is_limited() -> None:
    pile = {"stockpiles": [{"stockpile": "pile", "region": "US", "commodity": "oxide", "opening": 5}]}
    assert floors.solve(study(**pile), model=without_release).status == "optimal"
    with pytest.raises(floors.UsageError, match=r"no release, which sheet releases needs"):
        floors.solve(study(**pile, releases=[{"stockpile": "pile", 2026: 1}]), model=without_release)


def test_a_model_without_waste_does_where_no_cap_is_on_use() -> None:
    given = study(caps=cap("bloc", "oxide", "demand", 0.5))
    other = floors.solve(given, model=without_waste)
    assert metric(other, "total_cost") == metric(floors.solve(given), "total_cost") == approx(0.65)
    with pytest.raises(floors.UsageError, match=r"no use_or_waste, which a cap with basis use needs"):
        floors.solve(study(caps=cap("bloc", "oxide", "use", 0.5)), model=without_waste)
