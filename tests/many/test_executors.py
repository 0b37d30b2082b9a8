"""Where studies are solved: order, limits and failures of any executor, and processes that leave with their parent."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import floors
import floors.solving.run
from floors.cli.main import run
from floors.cli.shared import workers
from floors.many import executors
from floors.many.executors import as_taken, cores, executor_of, in_order, processes
from tests.support import studies
from tests.support.places import ROOT
from tests.support.several import case

posix = pytest.mark.skipif(os.name != "posix", reason="signals")


class Late(Executor):
    """An executor that ends its tasks the last one first, and counts how many it holds."""

    def __init__(self) -> None:
        self.held: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, call: Any, /, *given: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.held.append((future, lambda: call(*given, **more)))
        self.most = max(self.most, len(self.held))
        return future

    def end(self) -> None:
        """End what is held."""
        while self.held:
            future, work = self.held.pop()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except ZeroDivisionError as error:
                    future.set_exception(error)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Late:
    """Whoever waits for it, waits until it has ended what it holds."""
    made, real = Late(), executors.wait

    def wait(futures: Any, **how: Any) -> Any:
        made.end()
        return real(futures, **how)

    monkeypatch.setattr(executors, "wait", wait)
    return made


def test_cores_are_those_of_this_process() -> None:
    assert cores() == (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())


@pytest.mark.parametrize(("jobs", "tasks", "count"), [(None, None, 5), (None, 2, 2), (3, None, 3), (3, 2, 2)])
def test_a_process_for_each_core_unless_told(
    jobs: int | None, tasks: int | None, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(executors, "cores", lambda: 5)
    monkeypatch.setattr(executors, "processes", lambda count: nullcontext(begun.append(count)))
    with workers(jobs, tasks):
        assert begun == [count]


def test_the_executor_that_is_meant(late: Late) -> None:
    class Client:
        def get_executor(self) -> Executor:
            return late

    assert executor_of(None) is None
    assert executor_of(late) is executor_of(Client()) is late
    study = case("no cap")
    for solve in (floors.solve_many, floors.sweep, floors.coalition):
        with pytest.raises(
            floors.UsageError, match=r"executor= expects an executor .* Dask client; found int"
        ):
            solve([study] if solve is floors.solve_many else study, executor=4)  # type: ignore[arg-type, operator]


def test_results_come_in_the_order_of_the_tasks(late: Late, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "AHEAD", 7)
    asked: list[int] = []

    def tasks() -> Iterator[int]:
        for n in range(40):
            asked.append(n)
            yield n

    assert list(in_order(str, tasks(), late)) == list(map(str, range(40)))
    assert late.most == 7, "so many are sent ahead, and no more"
    assert asked == list(range(40))


def test_what_a_task_raises_is_raised_in_its_place(late: Late) -> None:
    found = in_order(lambda n: 1 / n, [2, 1, 0, 4], late)
    assert [next(found), next(found)] == [0.5, 1.0]
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_tasks_not_begun_are_taken_back_when_nobody_waits_for_them() -> None:
    made = Late()
    with pytest.raises(RuntimeError, match="enough"):
        for _ in as_taken(str, range(3), _first_ended(made), lambda *_: 1):
            raise RuntimeError("enough")
    assert [future.cancelled() for future, _ in made.held] == [True, True]


def _first_ended(made: Late) -> Executor:
    """As `made`, but its first task has ended already."""

    class First(Executor):
        def submit(self, call: Any, /, *given: Any, **more: Any) -> Future[Any]:
            future = made.submit(call, *given, **more)
            if given == (0,):
                made.end()
            return future

    return First()


def test_an_executor_that_is_closed_fails_each_task_and_is_told() -> None:
    with ThreadPoolExecutor(1) as closed:
        pass
    runs = floors.solve_many([case("no cap")], closed)
    assert [one.status for one in runs] == ["failed"] and "after shutdown" in runs["base"].message


def test_one_process_is_this_one() -> None:
    with processes(1) as executor:
        assert executor is None
        assert list(in_order(_who, [0], executor)) == [os.getpid()]


def _who(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_processes_are_others_and_end_with_the_block() -> None:
    with processes(2) as executor:
        found = set(in_order(_who, [0.3] * 4, executor))
    assert len(found) == 2 and os.getpid() not in found
    assert not any(map(_is_there, found))


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@posix
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_processes_end_at_once_where_the_block_is_left_by_an_error(error: type[BaseException]) -> None:
    started = time.monotonic()
    with pytest.raises(error), processes(2) as executor:
        found = set(in_order(_who, [0.2] * 4, executor))
        assert executor is not None
        left = [executor.submit(_who, 60) for _ in range(6)]
        raise error
    for future in left:
        with pytest.raises(BrokenExecutor):
            future.result(timeout=20)
    assert time.monotonic() - started < 40
    assert not any(map(_is_there, found))


@posix
def test_processes_leave_signals_to_their_parent() -> None:
    with processes(2) as executor:
        found = set(in_order(_who, [0.2] * 4, executor))
        for process in found:
            os.kill(process, signal.SIGINT)
            os.kill(process, signal.SIGTERM)
        assert set(in_order(_who, [0.2] * 4, executor)) == found


KILLED = """
import os, signal, sys
sys.path[:0] = {path!r}
from tests.many.test_executors import _who
from floors.many.executors import in_order, processes
if __name__ == "__main__":
    with processes(3) as executor:
        print(*set(in_order(_who, [0.3] * 6, executor)), flush=True)
        executor.submit(_who, 60)
        os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
def test_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(path=[str(ROOT)]))
    done = subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    found = [int(word) for word in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL and len(found) == 3
    for _ in range(500):
        if not any(map(_is_there, found)):
            break
        time.sleep(0.02)
    assert not any(map(_is_there, found))


MODEL = """
import floors
def build(case):
    assert case.study.scenario_name != "late", "no model of this one"
    return floors.build(case)
"""


def test_the_workbook_is_the_same_however_many_processes_make_it(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case().to_excel(folder / "study.xlsx")
    (folder / "mine.py").write_text(MODEL)
    made, told = [], []
    for jobs in ("1", "3"):
        assert (
            run(["solve", "study.xlsx", "--all", "-o", "a.xlsx", "--model", "mine.py", "--jobs", jobs]) == 3
        )
        made.append((folder / "a.xlsx").read_bytes())
        told.append(
            [line for line in capfd.readouterr().err.splitlines() if "late: failed: mine.py, line 4" in line]
        )
    assert made[0] == made[1]
    assert [len(lines) for lines in told] == [2, 2], told


@pytest.mark.parametrize("command", ["sweep", "coalition", "risk"])
def test_other_commands_give_the_same_bytes_too(command: str, folder: Path) -> None:
    study = case("dear home")
    likely = {"scenarios": studies.table("scenario probability", ("dear home", 0.25))}
    floors.Study({name: study.tables[name] for name in study.tables} | likely).to_excel(folder / "study.xlsx")
    more = ["--cap", "0.9:0.3:5"] if command == "sweep" else []
    for jobs in ("1", "2"):
        run([command, "study.xlsx", "-o", f"{jobs}.xlsx", "--jobs", jobs, "--quiet", *more])
    assert (folder / "1.xlsx").read_bytes() == (folder / "2.xlsx").read_bytes()


def test_problems_are_the_same_however_many_processes_find_them(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case().to_excel(folder / "study.xlsx")
    told = []
    for jobs in ("1", "3"):
        assert run(["check", "study.xlsx", "--json", "--jobs", jobs]) == 2
        told.append(capfd.readouterr().out)
    assert told[0] == told[1] and "changes!F9" in told[0] and "changes!F10" in told[0]


def test_errors_travel_whole() -> None:
    problem = floors.Problem("caps", "C2", 2.0, "too much.", "Less.", "share")
    with processes(2) as executor, pytest.raises(floors.InputError) as caught:
        list(in_order(_refuse, [problem], executor))
    assert caught.value.problems == [problem] and str(caught.value) == str(problem)


def _refuse(problem: floors.Problem) -> None:
    raise floors.InputError([problem])


def test_no_processes_are_asked_for_as_what_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "study.xlsx", "--all", "--jobs", "0"]) == 2
    assert "--jobs" in capfd.readouterr().err


def test_a_parent_is_solved_once_for_all_its_surprises(monkeypatch: pytest.MonkeyPatch) -> None:
    study = case("shock", "no cap")
    later = [*study.rows("scenarios"), {"scenario": "again", "known_from": 2027}]
    changes = [*study.rows("changes"), {**study.rows("changes")[-1], "scenario": "again", "value": 70}]
    tables = {name: list(study.tables[name].to_dict("records")) for name in study.tables}
    tables["scenarios"] = [{"scenario": r["scenario"], "known_from": r.get("known_from")} for r in later]
    tables["changes"] = [
        {k: r[k] for k in ("scenario", "sheet", "where", "column", "change", "value")} for r in changes
    ]
    study = floors.Study(tables)
    real, solved = floors.solving.run._solve_both, []

    def counted(one: floors.Study, *given: Any, **more: Any) -> Any:
        solved.append(one.scenario_name)
        return real(one, *given, **more)

    monkeypatch.setattr(floors.solving.run, "_solve_both", counted)
    runs = floors.many.solve_scenarios(study)
    assert sorted(solved) == ["again", "base", "no cap", "shock"]
    monkeypatch.undo()
    for one in runs:
        alone = floors.solve(study.scenario(one.scenario))
        for sheet in floors.contract.results.RESULTS:
            rows = alone.rows(sheet.name)
            if sheet.name == "run":  # how several were asked for is recorded once, with all of them
                rows = [row for row in rows if row.key not in ("command", "fingerprint of options")]
            assert list(one.rows(sheet.name)) == rows


def test_no_model_outlives_its_run() -> None:
    """A thousand scenarios take the memory of one: the model of one is gone when the next is solved."""
    gc.collect()
    before, left = _models(), []
    study = case("no cap")
    many = {str(n): study for n in range(8)}
    floors.solve_many(many, done=lambda _: left.append(_models() - before))
    assert max(left) <= 2, left


def _models() -> int:
    return sum(type(one).__name__ == "ConcreteModel" for one in gc.get_objects())


def test_tasks_of_more_work_are_begun_first_and_answered_in_their_order() -> None:
    begun: list[int] = []

    def call(task: int) -> int:
        begun.append(task)
        return 10 * task

    with ThreadPoolExecutor(1) as executor:
        found = as_taken(call, [1, 5, 2, 5, 3], executor, lambda _, future: future.result(), float)
        assert list(found) == [10, 50, 20, 50, 30]
    assert begun == [5, 5, 3, 2, 1]
