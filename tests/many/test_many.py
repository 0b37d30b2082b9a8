"""Several scenarios in one run: what is solved, what is told of what is not, and the command."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import floors
import floors.results.result
import floors.results.solve
import floors.solving.certificate
from floors.cli.main import run
from floors.contract import results as tables
from floors.many import Runs, solve_scenarios
from tests.support import studies
from tests.support.books import tables_in, unmarked
from tests.support.several import STATUS, case, compared

# Running


def test_a_scenario_that_fails_stops_no_other(family: Runs) -> None:
    assert [r.scenario for r in family] == list(STATUS)
    for one in family:
        status, words = STATUS[one.scenario]
        assert one.status == status and words in one.message, (one.status, one.message)
        assert (one.message == "") is (status == "optimal") is (one.figures is not None)
        assert one.seconds > 0


def test_each_has_the_tables_of_a_result_of_its_own(family: Runs) -> None:
    study = case()
    for name in ("base", "dear home", "shock"):
        alone = floors.solve(study.scenario(name))
        for sheet in tables.RESULTS:
            if sheet.name == "nearest" and name != "base":  # of a family it is solved for base alone
                assert studies.rows(family.nearest, scenario=name).empty
                continue
            there = studies.rows(getattr(family, sheet.name), scenario=name).drop(columns="scenario")
            here, own = getattr(alone, sheet.name), getattr(family[name], sheet.name)
            if sheet is tables.RUN:  # the first scenario's rows hold the fingerprints of what is of all
                shared = (
                    "comparison|side_by_side|all scenarios|^command$|fingerprint of options|option scenarios"
                )
                shared = shared if name == "base" else f"{shared}|sheet nearest"
                there, here, own = (told[~told["key"].str.contains(shared)] for told in (there, here, own))
            for told in (there, own):
                pd.testing.assert_frame_equal(
                    told.reset_index(drop=True), here.reset_index(drop=True), check_dtype=told is own
                )
    assert family["shock"].figures == floors.solve(study.scenario("shock")).figures


def test_a_run_without_a_result_says_so_when_asked_for_a_table(family: Runs) -> None:
    with pytest.raises(floors.SolveError, match=r"starved has no floors: infeasible: .*no solution"):
        _ = family["starved"].floors
    with pytest.raises(AttributeError, match="'flors'"):
        _ = family["base"].flors
    with pytest.raises(AttributeError, match="'flors'"):
        _ = family.flors
    with pytest.raises(KeyError, match="'storm'; solved were base, no cap"):
        _ = family["storm"]


@pytest.mark.parametrize(
    ("names", "status", "code"),
    [
        (("no cap", "dear home"), "optimal", 0),
        (("starved", "no cap"), "infeasible", 3),
        (("endless", "faulty", "broke"), "over_budget", 3),
        (("endless", "starved"), "infeasible", 3),
        (("endless", "no cap"), "unbounded", 4),
        (("no cap", "faulty"), "failed", 4),
    ],
)
def test_status_and_exit_code_of_all(names: tuple[str, ...], status: str, code: int) -> None:
    runs = solve_scenarios(case(*names))
    assert (runs.status, runs.exit_code) == (status, code)


@pytest.mark.parametrize("error", [floors.TimeLimit, floors.NotConverged, floors.CertificateFailed])
def test_what_stops_early_is_told(error: type[floors.SolveError], monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: Any, **__: Any) -> None:
        raise error("stopped early")

    monkeypatch.setattr(floors.results.solve, "solve", solve)
    (one,) = runs = floors.solve_many([case("no cap")])
    assert (one.status, one.message, runs.exit_code) == (error.status, "stopped early", 4)


def test_options_are_those_of_solve() -> None:
    runs = floors.solve_many([case("no cap")], ranges=False)
    assert runs.floors["lowest"].isna().all()
    assert not floors.solve_many([case("no cap")]).floors["lowest"].isna().any()


def test_studies_are_called_by_their_scenarios_or_as_they_are_named() -> None:
    study = case("no cap")
    assert [r.scenario for r in floors.solve_many([study, study.scenario("no cap")])] == ["base", "no cap"]
    dear = studies.study(processes=[*studies.BASE["processes"]])
    named = floors.solve_many({"mine": study, "another": dear})
    assert [one.scenario for one in named] == ["mine", "another"]
    assert compared(named, "mine", "total_cost")[0] == pytest.approx(1.3)
    assert named.comparison["difference"].isna().all(), "none of them is called base"
    with pytest.raises(floors.UsageError, match="two studies are called 'base'"):
        floors.solve_many([study, dear])
    with pytest.raises(floors.UsageError, match="no study"):
        floors.solve_many([])


def test_a_name_that_is_not_there_is_found_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors.results.solve, "solve", lambda *_, **__: pytest.fail("solved"))
    with pytest.raises(floors.InputError, match=r"no scenario 'no cup'.*no cap"):
        solve_scenarios(case("no cap"), ["base", "no cup"])


def test_a_bug_in_one_is_told_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = floors.results.solve.solve

    def solve(study: floors.Study, **options: Any) -> floors.Result:
        if study.scenario_name == "no cap":
            raise RuntimeError("two by two is five")
        return real(study, **options)

    monkeypatch.setattr(floors.results.solve, "solve", solve)
    runs = solve_scenarios(case("no cap", "dear home"))
    assert [one.status for one in runs] == ["optimal", "failed", "optimal"]
    assert "RuntimeError: two by two is five (a bug in floors" in runs["no cap"].message
    assert "Traceback" in runs["no cap"].trace and 'raise RuntimeError("two' in runs["no cap"].trace


def test_an_interruption_is_no_failure_of_a_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(floors.results.solve, "solve", solve)
    with pytest.raises(KeyboardInterrupt):
        solve_scenarios(case("no cap"))


# Executors


class Breaking(Executor):
    """An executor that loses every second task, as one does whose worker is killed."""

    def __init__(self) -> None:
        self.sent = 0

    def submit(self, call: Any, /, *given: Any, **more: Any) -> Future[Any]:
        self.sent += 1
        future: Future[Any] = Future()
        if self.sent % 2:
            future.set_result(call(*given, **more))
        else:
            future.set_exception(OSError("the worker is gone"))
        return future


def test_any_executor_gives_the_same_in_the_same_order() -> None:
    study = case("starved", "dear home", "faulty")
    here = solve_scenarios(study)
    told: list[str] = []
    spawn = multiprocessing.get_context("spawn")
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, mp_context=spawn) as processes:
        for executor in (threads, processes):
            runs = solve_scenarios(study, executor=executor, done=lambda one: told.append(one.scenario))
            assert [one.scenario for one in runs] == told == [one.scenario for one in here]
            assert [one.message for one in runs] == [one.message for one in here]
            for sheet in runs.sheets:
                assert list(runs.rows(sheet.name)) == list(here.rows(sheet.name))
                assert len(runs.rows(sheet.name)) == len(list(here.rows(sheet.name)))
            told.clear()


def test_a_task_that_an_executor_loses_is_a_failure_of_its_own() -> None:
    runs = solve_scenarios(case("no cap", "dear home"), executor=Breaking())
    assert [one.status for one in runs] == ["optimal", "failed", "optimal"]
    assert "the worker is gone" in runs["no cap"].message


# The command


def test_all_into_one_workbook(folder: Path, capsys: pytest.CaptureFixture[str], family: Runs) -> None:
    case().to_excel(folder / "study.xlsx")
    assert run(["solve", "study.xlsx", "--all"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "Written to outputs/study-results.xlsx" in err
    assert "starved: infeasible: " in err and "dear home: optimal" in err
    book: Any = openpyxl.load_workbook(folder / "outputs" / "study-results.xlsx")
    assert tables_in(book) == [sheet.name for sheet in family.sheets]
    assert book.sheetnames[0] == "brief"
    for sheet in family.sheets:
        rows = list(book[sheet.name].iter_rows(max_col=len(sheet.columns), values_only=True))
        given = [row for row in family.rows(sheet.name) if "workbook" not in str(row[1])]
        got = [row for row in rows[1:] if row[0] is not None and "workbook" not in str(row[1])]
        assert rows[0] == sheet.names and rows[0][0] == (
            "part" if sheet.name == "side_by_side" else "scenario"
        )
        assert len(got) == len(given)
        for there, here in zip(got, given, strict=True):
            assert there[:2] == tuple(here[:2])
    assert "(10 scenarios)" in book["summary"].oddHeader.left.text
    told = [row[2] for row in book["words"].iter_rows(2, values_only=True) if row[0] == "sentence"]
    assert told == family.sentences
    assert [c.number_format for c in book["comparison"][3]][2:4] == ["#,##0.000"] * 2


@pytest.mark.parametrize("names", [(), ("base", "starved", "dear home"), ("dear home", "starved")])
def test_json_has_an_entry_for_each(
    names: tuple[str, ...], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case("starved", "dear home").to_excel(folder / "study.xlsx")
    arguments = [word for name in names for word in ("--scenario", name)] or ["--all"]
    assert run(["solve", "study.xlsx", "--json", "-v", "-o", "a.xlsx", *arguments]) == 3
    out, _ = capfd.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert (found["status"], found["output"]) == ("infeasible", "a.xlsx")
    assert [entry["scenario"] for entry in found["scenarios"]] == list(
        names or ("base", "starved", "dear home")
    )
    by_name = {entry["scenario"]: entry for entry in found["scenarios"]}
    assert by_name["starved"]["status"] == "infeasible" and "no solution" in by_name["starved"]["message"]
    assert by_name["starved"]["total_cost"] is by_name["starved"]["capped_share"] is None
    assert by_name["dear home"]["total_cost"] == pytest.approx(1.4)
    assert by_name["dear home"]["message"] == "" and by_name["dear home"]["seconds"] > 0
    comparison = pd.read_excel(folder / "a.xlsx", sheet_name="comparison", engine="openpyxl")
    assert set(comparison["scenario"].dropna()) == {"base", "starved", "dear home"}


def test_all_optimal_is_done_and_quiet_says_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case("no cap", "shock").to_excel(folder / "study.xlsx")
    assert run(["solve", "study.xlsx", "--all", "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")
    first = (folder / "outputs" / "study-results.xlsx").read_bytes()
    assert run(["solve", "study.xlsx", "--all", "--quiet"]) == 0
    assert (folder / "outputs" / "study-results.xlsx").read_bytes() == first


def test_the_workbook_is_written_even_if_nothing_is_solved(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case("faulty").to_excel(folder / "study.xlsx")

    def solve(*_: Any, **__: Any) -> None:
        raise RuntimeError("two by two is five")

    monkeypatch.setattr(floors.results.solve, "solve", solve)
    # What is put in the place of code here is not there in a process that is started anew.
    assert run(["solve", "study.xlsx", "--all", "-o", "a.xlsx", "--quiet", "--debug", "--jobs", "1"]) == 4
    out, err = capfd.readouterr()
    assert out == "" and "base: failed: RuntimeError" in err and "changes!F" in err
    assert "Traceback (most recent call last)" in err
    book: Any = openpyxl.load_workbook(folder / "a.xlsx")
    head, *rows = book["comparison"].iter_rows(max_col=7, values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    told = [(row["scenario"], row["metric"], row["status"]) for row in found]
    assert told == [("base", "status", "failed"), ("faulty", "status", "failed")]
    assert book["floors"]["A1"].value == "scenario" and book["floors"]["A2"].value is None


def test_one_scenario_named_twice_is_one(folder: Path) -> None:
    case("no cap").to_excel(folder / "study.xlsx")
    once = ["solve", "study.xlsx", "--quiet", "--scenario", "no cap"]
    assert run([*once, "-o", "one.xlsx"]) == 0
    assert run([*once, "--scenario", "no cap", "-o", "two.xlsx"]) == 0
    assert (folder / "one.xlsx").read_bytes() == (folder / "two.xlsx").read_bytes()
    book: Any = openpyxl.load_workbook(folder / "one.xlsx")
    assert tables_in(book) == [sheet.name for sheet in tables.RESULTS]
    assert book["floors"]["A1"].value == "member"


def test_a_failed_certificate_is_a_failure_unless_accepted_and_then_marked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case("no cap").to_excel(folder / "study.xlsx")
    check = floors.solving.certificate.Check("money balance", 0.5, 1e-9)
    monkeypatch.setattr(floors.results.result, "certify", lambda *_: [check])
    arguments = ["solve", "study.xlsx", "--all", "--quiet", "--jobs", "1", "-o"]
    assert run([*arguments, "refused.xlsx"]) == 4
    book: Any = openpyxl.load_workbook(folder / "refused.xlsx")
    assert book["floors"]["A2"].value is None and "certificate failed" in book["comparison"]["F2"].value
    assert run([*arguments, "kept.xlsx", "--accept-failed"]) == 4
    book = openpyxl.load_workbook(folder / "kept.xlsx")
    assert book["floors"]["A2"].value == "base" and "money balance" in book["comparison"]["F2"].value
    assert unmarked(book) == []
