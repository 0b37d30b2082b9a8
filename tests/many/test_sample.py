"""`floors sample`: bands by hand, samples without a plan, indices, the same numbers however they are solved."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from floors.errors import InputError, UsageError
from floors.files.targets import hold_parts
from floors.many.kept import Parts
from floors.many.varied import sampling
from floors.many.varied.solving import Varied
from tests.support.sampled import COST, OFFER, ROOM, between, drawn, failing, works
from tests.support.studies import study, table
from tests.support.uncertain import floor, leaching, net_cost, uncertain


def band(found: floors.Sample, output: str, member: str | None = None) -> dict[str, Any]:
    """The band of one number."""
    (row,) = [r for r in found.records("bands") if (r["output"], r["member"]) == (output, member)]
    return row


def indices_of(found: floors.Sample, output: str) -> dict[str, dict[str, Any]]:
    return {row["input"]: row for row in found.records("indices") if row["output"] == output}


def is_band_of(row: dict[str, Any], values: np.ndarray) -> None:
    """Whether a band is that of these values."""
    assert [row[name] for name in ("p5", "p50", "p95")] == approx(np.percentile(values, [5, 50, 95]))
    assert (row["mean"], row["variance"]) == approx((values.mean(), ((values - values.mean()) ** 2).mean()))
    assert (row["least"], row["most"], row["samples"]) == (
        approx(values.min()),
        approx(values.max()),
        len(values),
    )


def test_bands_are_those_of_floors_and_costs_by_hand() -> None:
    found = floors.sample(leaching(), 50, seed=3)
    q = drawn(50, 4, seed=3)  # AU old, AU leach, leaching, demand
    factors = {
        "AU_old": between(0.5, 1.5, q[:, 0]),
        "AU_leach": between(0.8, 1.1, q[:, 1]),
        "US_leach": between(0.7, 1.4, q[:, 2]),
        "JP_leach": between(0.9, 1.2, q[:, 2]),
    }
    wanted = between(0.9, 1.3, q[:, 3])
    by_sample = [{name: of[n] for name, of in factors.items()} for n in range(50)]
    for member in ("US", "JP"):
        is_band_of(band(found, "floor", member), np.array([floor(member, **f) for f in by_sample]))
        costs = np.array([net_cost(member, d, **f) for d, f in zip(wanted, by_sample, strict=True)])
        is_band_of(band(found, "net_cost", member), costs)
        assert band(found, "floor", member)["base"] == approx(floor(member))
    whole = np.array(
        [sum(net_cost(m, d, **f) for m in ("US", "JP")) for d, f in zip(wanted, by_sample, strict=True)]
    )
    is_band_of(band(found, "bloc_net_cost"), whole)
    assert band(found, "capped_share")["p5"] == approx(0.6) == approx(band(found, "capped_share")["p95"])
    assert (found.status, found.exit_code, found.failed_share, found.warnings) == ("optimal", 0, 0.0, [])
    shown = found.records("floors")
    assert [(r["member"], r["p50"]) for r in shown] == [
        (r["member"], r["p50"]) for r in found.records("bands") if r["output"] == "floor"
    ]


def test_a_plain_linear_program_finds_the_same_costs_and_floors() -> None:
    """Each draw solved by scipy, at the duals of its rows: apart from everything of floors."""
    found = floors.sample(works(COST, OFFER), 30)
    q = drawn(30, 2)
    costs, prices = [], []
    for home, abroad in zip(between(0.8, 1.4, q[:, 0]), between(0.9, 1.1, q[:, 1]), strict=True):
        plan = linprog([80 * home, 50 * abroad], A_ub=[[0, 1]], b_ub=[6], A_eq=[[1, 1]], b_eq=[10])
        price = plan.eqlin.marginals[0]
        prices.append(price)
        costs.append((10 * price + plan.ineqlin.marginals[0] * 6) / 1000)
    is_band_of(band(found, "floor", "US"), np.array(prices))
    is_band_of(band(found, "bloc_net_cost"), np.array(costs))


def test_a_triangular_shape_and_one_input_alone() -> None:
    row = ("processes", "process=US works", "unit_cost", 0.8, 1.6, "triangular")
    found = floors.sample(works(row), 200)
    (rows,) = {len(found.rows(sheet)) for sheet in ("inputs",)}
    q = drawn(200, 1)[:, 0]
    width, left = 0.8, 0.2  # the mode 1 is a quarter of the way
    factor = np.where(
        q < left / width, 0.8 + np.sqrt(q * width * left), 1.6 - np.sqrt((1 - q) * width * (width - left))
    )
    assert rows == 1
    is_band_of(band(found, "floor", "US"), 80 * factor)
    alone = floors.sample(works(row), 192, indices=True)
    (of,) = indices_of(alone, "floor").values()
    assert alone.drawn.base == 64 and (of["first_order"], of["total"]) == approx((1, 1), abs=0.1)


def test_failed_samples_are_counted_and_enter_nothing() -> None:
    found = floors.sample(failing(), 100)
    q = drawn(100, 2)
    (row,) = found.records("failures")
    assert (row["status"], row["samples"], row["share"]) == ("infeasible", 20, 0.2)
    assert row["first"] == 1 + int(np.flatnonzero(q[:, 1] < 0.2)[0])
    assert "floors diagnose" in row["message"]
    messages = [one.message for one in found.solved if one.status != "optimal"]
    assert sum("floors diagnose" in said for said in messages) == 1  # of the first alone
    assert (found.status, found.exit_code, found.failed_share) == ("optimal", 0, 0.2)
    is_band_of(band(found, "floor", "US"), 80 * between(0.8, 1.4, q[q[:, 1] >= 0.2, 0]))
    assert found.warnings[0].startswith("20% of the samples have no plan or no result (20 infeasible)")
    samples = found.records("samples")
    assert [bool(row["floor US oxide 2026"]) for row in samples[1:]] == (q[:, 1] >= 0.2).tolist()
    assert {row["status"] for row in samples if row["floor US oxide 2026"] is None} == {"infeasible"}


def test_where_all_fail_there_is_no_band() -> None:
    found = floors.sample(failing(("processes", "process=US works", "capacity", 0.5, 0.8)), 8)
    assert (found.status, found.exit_code, found.failed_share) == ("infeasible", 3, 1.0)
    for row in found.records("bands"):
        assert row["samples"] == 0
        assert {row[name] for name in ("mean", "variance", "least", "p5", "p50", "p95", "most")} == {None}
    assert found.pictures == ()
    assert found.sentences[0] == "None of 8 samples of 1 input has a plan: 8 infeasible."


def test_indices_of_failures_and_of_what_has_a_plan() -> None:
    found = floors.sample(failing(), 512, indices=True)
    assert (found.drawn.base, len(found.solved)) == (128, 512)
    assert abs(found.failed_share - 0.2) < 0.01
    fails, price = indices_of(found, "has_no_plan"), indices_of(found, "floor")
    assert {name: (row["first_order"], row["total"]) for name, row in fails.items()} == {
        "room": (approx(1, abs=0.12), approx(1, abs=0.12)),
        "cost": (0.0, 0.0),
    }
    assert {name: (row["first_order"], row["total"]) for name, row in price.items()} == {
        "cost": (approx(1, abs=0.12), approx(1, abs=0.12)),
        "room": (0.0, 0.0),
    }
    assert fails["room"]["rows"] == 128 > price["cost"]["rows"] >= 64
    for of, name in ((fails, "room"), (price, "cost")):
        for index in ("first_order", "total"):
            assert abs(of[name][index] - 1) <= 2 * of[name][f"{index}_error"]
    assert [row["input"] for row in found.records("indices") if row["output"] == "floor"] == ["cost", "room"]
    assert {row["blank"] for row in found.records("indices") if row["output"] == "capped_share"} == {
        "does not vary"
    }
    is_band_of(
        band(found, "floor", "US"),
        80 * between(0.8, 1.4, (q := drawn(512, 2, indices=True)[:256])[q[:, 1] >= 0.2, 0]),
    )


def test_a_group_is_one_draw() -> None:
    rows = (COST, ("processes", "process=CN works", "unit_cost", 0.9, 1.3, None, "cost"))
    found = floors.sample(works(*rows), 40)
    q = drawn(40, 1)[:, 0]
    home, abroad = 80 * between(0.8, 1.4, q), 50 * between(0.9, 1.3, q)
    is_band_of(band(found, "bloc_net_cost"), (4 * home + 6 * abroad) / 1000)
    assert [row["sample"] for row in found.records("samples")] == list(range(41))
    first = found.records("samples")[1]
    assert (first["cost, 0.8 to 1.4"], first["cost, 0.9 to 1.3"]) == approx((home[0] / 80, abroad[0] / 50))
    assert [(r["low"], r["high"], r["cells"]) for r in found.records("inputs")] == [
        (0.8, 1.4, 1),
        (0.9, 1.3, 1),
    ]


def test_few_solves_leave_indices_blank_and_say_so() -> None:
    found = floors.sample(works(COST, OFFER), 100, indices=True)
    assert (found.drawn.base, len(found.solved)) == (16, 64)
    assert {row["blank"] for row in found.records("indices")} == {"fewer than 64 rows", "does not vary"}
    assert {row["total"] for row in found.records("indices")} == {None}
    assert any("indices are blank: 100 solves are 16 rows of 2 inputs" in said for said in found.warnings)
    assert any("--n 256 is enough" in said for said in found.warnings)


def test_a_shortage_is_told_beside_the_floor() -> None:
    """Who goes short would pay 90: where home costs more, that is what stands for the floor."""
    found = floors.sample(works(value=90), 100)
    q = drawn(100, 1)[:, 0]
    dear = 80 * between(0.8, 1.4, q) > 90
    (row,) = found.records("floors")
    assert row["shortage"] == approx(dear.mean()) and 0.4 < dear.mean() < 0.5
    assert row["p95"] == approx(90)
    assert any("of the samples it is a shortage, and no floor" in said for said in found.sentences)


def test_without_the_sheet_numbers_move_by_20_per_cent() -> None:
    found = floors.sample(study(), 10)
    assert {(row["low"], row["high"]) for row in found.records("inputs")} == {(0.8, 1.2)}
    assert any("move by up to 20%" in said for said in found.sentences)


def test_what_no_sample_moves_is_told_beside_what_it_is_as_typed() -> None:
    """Home costs 96 in every sample, and 80 as typed: 684 thousand, and not 620."""
    found = floors.sample(works((*COST[:3], 1.2, 1.2, None, "cost")), 5)
    said = "\n".join(found.sentences)
    every = "in every sample that has a plan; with every number as it is, "
    assert f"The bloc's net cost is 0.684 million USD, present value {every}0.620." in said
    told = "\n".join(found.brief.texts).replace("\u00a0", " ")
    assert f"is 684 thousand USD {every}620 thousand USD." in told


def test_what_moves_by_less_than_is_shown_is_one_number() -> None:
    found = floors.sample(works((*COST[:3], 1, 1.00001, None, "cost")), 5)
    said = "\n".join(found.sentences)
    assert "The bloc's net cost is 0.620 million USD, present value in every sample that has a plan." in said


def test_the_base_may_have_no_plan_where_samples_have() -> None:
    found = floors.sample(works(("processes", "process=US works", "capacity", 1.5, 2), room=3), 5)
    assert (found.status, found.base.status, found.failed_share) == ("optimal", "infeasible", 0.0)
    assert band(found, "floor", "US")["base"] is None and band(found, "floor", "US")["p50"] == approx(80)
    assert any("with every number as it is the workbook has no result" in said for said in found.warnings)


def test_a_scenario_comes_before_the_factors_and_a_surprise_is_refused() -> None:
    sheets = {
        "scenarios": table("scenario known_from", ("dear",), ("surprise", 2027)),
        "changes": table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "multiply", 2),
            ("surprise", "demand", "region=US", 2027, "multiply", 2),
        ),
        "years": table("year length", (2026, 1), (2027, 1)),
        "demand": table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        "uncertainty": uncertain(("processes", "process=US works", "unit_cost", 0.9, 1.1)),
    }
    whole = study(caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.5}], **sheets)
    row = next(r for r in floors.sample(whole.scenario("dear"), 9).records("bands") if r["output"] == "floor")
    assert row["p50"] == approx(160, rel=0.02)
    with pytest.raises(UsageError, match="surprise of 2027"):
        floors.sample(whole.scenario("surprise"), 9)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(UsageError, match=r"expected --n as a number of solves from 1 to 1000000, found 0"):
        floors.sample(works(), 0)
    with pytest.raises(UsageError, match="expects a Study"):
        floors.sample("study.xlsx")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"expected --n of 256 or more, found 3"):
        floors.sample(works(COST, OFFER), 3, indices=True)
    with pytest.raises(InputError, match="nothing moves"):
        floors.sample(study(uncertainty=uncertain()))


# The same numbers, however they are solved


def tables_of(found: floors.Sample) -> dict[str, Any]:
    return {sheet.name: list(map(tuple, found.rows(sheet.name))) for sheet in found.sheets}


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_bits(kind: Callable[[int], Executor]) -> None:
    alone = floors.sample(failing(), 40, indices=True)
    with kind(2) as executor:
        together = floors.sample(failing(), 40, indices=True, executor=executor)
    assert tables_of(together) == tables_of(alone)
    other = floors.sample(failing(), 40, indices=True, seed=1)
    assert tables_of(other)["bands"] != tables_of(alone)["bands"]


def test_a_stopped_call_goes_on_from_what_it_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, whole = tmp_path / "out.xlsx", floors.sample(failing(), 90)
    real, counts = sampling.solve_varied, list[int]()

    def counted(
        given: floors.Study, inputs: Any, rows: np.ndarray, *others: Any, why: bool = True
    ) -> tuple[Varied, ...]:
        if not why:
            counts.append(len(rows))
        return real(given, inputs, rows, *others, why=why)

    monkeypatch.setattr(sampling, "solve_varied", counted)

    def stop(one: Varied) -> None:
        told.append(one)
        if len(told) == 60:
            raise KeyboardInterrupt

    told: list[Varied] = []
    with pytest.raises(KeyboardInterrupt), hold_parts(target, resume=True) as folder:
        floors.sample(failing(), 90, done=stop, parts=Parts(folder, resume=True))
    again: list[Varied] = []
    with hold_parts(target, resume=True) as folder:
        resumed = floors.sample(failing(), 90, done=again.append, parts=Parts(folder, resume=True))
    assert counts == [91, 41]  # two parts of 25 are whole
    assert tables_of(resumed) == tables_of(whole)
    assert again[:60] == told
    assert [one[::2] for one in again] == [one[::2] for one in (whole.base, *whole.solved)]
    with hold_parts(target, resume=True) as folder:
        floors.sample(failing(), 90, seed=1, parts=Parts(folder, resume=True))
        floors.sample(works(), 90, parts=Parts(folder, resume=True))
    assert counts[2:] == [91, 91]  # of another seed, and of another study, nothing is there


def test_what_stopped_early_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, rows_of = sampling.solve_varied, list[int]()

    def late(given: Any, inputs: Any, rows: Any, outputs: Any, where: Any, take: Any, why: bool) -> Any:
        rows_of.append(len(rows))

        def told(n: int, one: Varied) -> None:
            take(n, Varied("time_limit", "too late", ()) if n == 3 and len(rows_of) == 1 else one)

        return real(given, inputs, rows, outputs, where, told, why=why)

    monkeypatch.setattr(sampling, "solve_varied", late)
    parts = Parts(tmp_path, resume=True)
    first = floors.sample(works(), 30, parts=parts)
    assert [row["status"] for row in first.records("failures")] == ["time_limit"]
    second = floors.sample(works(), 30, parts=parts)
    assert (rows_of, second.failed_share) == ([31, 1], 0.0)


# The command


@pytest.fixture
def workbook(folder: Path) -> Path:
    """A fifth of its samples have no plan."""
    return failing().to_excel(folder / "study.xlsx")


def test_the_command_writes_a_workbook_and_one_object(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sample", str(workbook), "--n", "50", "--jobs", "1", "--json", "-o", "out.xlsx"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["n"], said["solves"], said["seed"], said["rows"]) == (
        "optimal",
        50,
        50,
        0,
        0,
    )
    assert said["failed_share"] == 0.2 and said["failures"][0]["status"] == "infeasible"
    assert [row["output"] for row in said["bands"]] == [
        "floor",
        "bloc_net_cost",
        "net_cost",
        "capped_share",
        "embodied_share",
    ]
    book = openpyxl.load_workbook("out.xlsx", read_only=True)
    assert {"brief", "picture_costs", "picture_floors", "floors", "bands", "failures", "samples"} <= set(
        book.sheetnames
    )
    run_sheet = {row[0]: row[1] for row in book["run"].iter_rows(values_only=True)}
    assert (run_sheet["n"], run_sheet["seed"], run_sheet["design"]) == ("50", "0", "Latin hypercube")


@pytest.mark.parametrize("n", ["0", "-5"])
def test_a_count_that_is_none_is_wrong_usage(
    workbook: Path, capsys: pytest.CaptureFixture[str], n: str
) -> None:
    assert run(["sample", str(workbook), "--n", n]) == 2
    assert f"expected --n as a number of solves from 1 to 1000000, found {n}." in capsys.readouterr().err
    assert not Path("outputs").exists()


def test_without_any_plan_the_exit_code_says_so(folder: Path) -> None:
    given = failing(("processes", "process=US works", "capacity", 0.5, 0.8)).to_excel(folder / "none.xlsx")
    assert run(["sample", str(given), "--n", "4", "--jobs", "1", "--quiet", "-o", "none_out.xlsx"]) == 3
    assert Path("none_out.xlsx").exists()


def test_jobs_and_resume_write_the_same(workbook: Path) -> None:
    for name, options in (("a", ["--jobs", "1"]), ("b", ["--jobs", "2"]), ("c", ["--resume", "--jobs", "1"])):
        assert run(["sample", str(workbook), "--n", "40", "--quiet", "-o", f"{name}.xlsx", *options]) == 0
    a, b, c = (_cells(Path(f"{name}.xlsx")) for name in "abc")
    assert a == b == c


def _cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_rows_of_saltelli_are_named_in_the_sheet_of_samples() -> None:
    found = floors.sample(works(COST, OFFER), 16, indices=True)
    parts = [row["part"] for row in found.records("samples")]
    assert parts == [None, *["A"] * 4, *["B"] * 4, *["cost"] * 4, *["offer"] * 4]
    q = drawn(16, 2, indices=True)
    assert [row["cost"] for row in found.records("samples")[1:]] == approx(between(0.8, 1.4, q[:, 0]))


def test_columns_of_samples_have_names_of_their_own() -> None:
    rows = ((*COST[:6], "status"), (*OFFER[:6], "Sample"), (*ROOM[:6], "net_cost US"))
    found = floors.sample(works(*rows, room=10), 2)
    names = list(found.records("samples")[0])
    assert len(names) == len({name.casefold() for name in names})
    assert {"status (2)", "Sample (2)", "net_cost US", "net_cost US (2)"} <= set(names)
