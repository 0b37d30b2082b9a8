"""Ctrl-C and a request to end: heard at once, also while HiGHS runs, and nothing stays behind."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

import floors
from floors import stopping
from floors.cli.main import run
from floors.files.targets import replace_atomically
from floors.lp.highs import Solver, Status
from floors.lp.linear import LinearProgram
from floors.lp.sparse import Matrix
from tests.support.counts import few
from tests.support.places import ROOT
from tests.support.scripts import by_hand

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The handlers of a process in the foreground (one in the background ignores Ctrl-C), and nothing asked yet."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    monkeypatch.setattr(stopping, "_asked", [])
    told = logging.getLogger("pyomo").level
    yield
    logging.getLogger("pyomo").setLevel(told)
    for number, handler in before.items():
        signal.signal(number, handler)


def large(size: int = 700) -> LinearProgram:
    """A packing LP that takes HiGHS thousands of iterations."""
    chance = np.random.default_rng(0)
    return LinearProgram(
        matrix=Matrix.of(sp.random_array((size, size), density=0.02, random_state=chance).toarray()),
        cost=-chance.random(size),
        offset=0.0,
        lower=np.zeros(size),
        upper=np.full(size, 10.0),
        row_lower=np.full(size, -np.inf),
        row_upper=5 * chance.random(size),
    )


def at_step(monkeypatch: pytest.MonkeyPatch, step: int, number: int = signal.SIGINT) -> list[int]:
    """Send the signal when HiGHS asks for the n-th time whether to go on; the steps it asked at."""
    asked: list[int] = []
    real = stopping.SignalsHeld.waiting

    def waiting(self: stopping.SignalsHeld) -> bool:
        asked.append(len(asked) + 1)
        if len(asked) == step:
            os.kill(os.getpid(), number)
        return bool(real.fget(self))  # type: ignore[attr-defined]

    monkeypatch.setattr(stopping.SignalsHeld, "waiting", property(waiting))
    return asked


@pytest.mark.parametrize("step", [1, 2, 50, 300])
def test_the_solver_stops_within_a_few_steps_of_a_signal(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    solver = Solver(large())
    steps = solver.try_solve().iterations
    assert steps > 400
    solver = Solver(large())
    asked = at_step(monkeypatch, step)
    with pytest.raises(KeyboardInterrupt):
        solver.try_solve()
    assert step <= len(asked) <= step + 20
    monkeypatch.undo()
    assert solver.try_solve().status is Status.OPTIMAL, "the solver can go on"


def test_a_handler_that_only_takes_note_does_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Solver(large()).try_solve()
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    signal.signal(signal.SIGINT, note)
    at_step(monkeypatch, 100)
    found = Solver(large()).try_solve()
    assert came == [signal.SIGINT] and signal.getsignal(signal.SIGINT) is note
    assert found.status is Status.OPTIMAL and found.objective == pytest.approx(whole.objective)


def test_the_handlers_are_back_after_a_solve_and_a_thread_has_none() -> None:
    before = signal.getsignal(signal.SIGINT)
    found: list[Status] = []
    worker = threading.Thread(target=lambda: found.append(Solver(large(60)).try_solve().status))
    worker.start()
    worker.join()
    assert Solver(large(60)).try_solve().status is Status.OPTIMAL and found == [Status.OPTIMAL]
    assert signal.getsignal(signal.SIGINT) is before


def test_highs_asks_only_where_a_signal_would_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_step(monkeypatch, -1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    assert not stopping.heard() and Solver(large(60)).try_solve().status is Status.OPTIMAL
    assert len(asked) == 1, "once, when HiGHS has ended"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    assert stopping.heard() and Solver(large(60)).try_solve().status is Status.OPTIMAL
    assert len(asked) > 2


def test_held_signals_are_handed_on_in_order() -> None:
    stopping.listen()
    with pytest.raises(KeyboardInterrupt), stopping.SignalsHeld() as held:
        assert not held.waiting
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
        assert held.waiting and not stopping.asked()
    assert stopping.asked() and stopping.exit_code() == 143


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As in the background of a shell, or under nohup."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    stopping.listen()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is stopping._stop
    assert (stopping.asked(), stopping.exit_code()) == (False, 130)


def test_a_signal_after_the_last_step_changes_nothing(tmp_path: Path) -> None:
    """The file is in its place: the command is done, and says so."""

    def fails() -> None:
        raise OSError

    assert stopping.finish(lambda: 1) == 1 and signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN
    stopping.listen()
    with pytest.raises(OSError):
        stopping.finish(fails)
    assert signal.getsignal(signal.SIGTERM) is stopping._stop
    target = tmp_path / "file.xlsx"
    assert replace_atomically(target, lambda path: None, lambda path: None) == target
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.01)
    assert target.exists() and not stopping.asked()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_fails_because_of_a_signal_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, code: int
) -> None:
    """An import cut short tells of anything but the signal."""

    def cut_short(*_: Any, **__: Any) -> None:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
            time.sleep(1)
        raise ImportError("cannot import name 'random'")

    stopping.listen()
    monkeypatch.setattr("floors.excel.template.write_template", cut_short)
    assert run(["template", "study.xlsx"]) == code
    assert capsys.readouterr().err == "Interrupted.\n"


WAITS = """
import sys, time
from floors import stopping

def wait(*_, **__):
    print("here", flush=True)
    time.sleep(60)
"""
# Where Pyomo is in the middle of something: of a component of ours, of a rule of somebody's, of its own compiler.
MIDDLE = {
    "a component": "import floors.lp.components as parts\nparts.Each.construct = wait\n",
    "an index set": "import floors.lp.components as parts\nparts.Members.construct = wait\n",
    "a rule": "",
    "an expression": "",
    "the compiler": "from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler as form\nform.write = wait\n",
}
MODEL = """
import sys, time
import floors
import pyomo.environ as pyo

def rule(m, i):
    if KIND != "the compiler":
        print("here", flush=True)
        time.sleep(60)
    return sum(m.ship.values()) >= 0

def build(case):
    m = floors.build(case)
    m.mine = (pyo.Expression if KIND == "an expression" else pyo.Constraint)([1, 2], rule=rule)
    return m
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("middle", few(MIDDLE, 3))
def test_a_signal_while_pyomo_builds_is_one_line(tmp_path: Path, middle: str, number: int, code: int) -> None:
    """Pyomo writes an error, to standard output, for each component that something cuts short."""
    (tmp_path / "model.py").write_text(f"KIND = {middle!r}\n{MODEL}")
    own = [] if middle in {"a component", "an index set"} else ["--model", "model.py"]
    arguments = ["solve", str(widened(tmp_path)), "-o", "out.xlsx", "--quiet", *own]
    script = f"{WAITS}\nstopping.listen()\n{MIDDLE[middle]}\nfrom floors.__main__ import main\nmain()"
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n", process.communicate()
        process.send_signal(number)
        said = process.communicate(timeout=50)
    assert (process.returncode, said) == (code, ("", "Interrupted.\n"))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["model.py", "wide.xlsx"]


def widened(folder: Path) -> Path:
    """A study of some thousand shipments."""
    years = range(2026, 2046)
    members = [f"M{n}" for n in range(20)]
    tables: dict[str, Any] = {
        "years": [{"year": t} for t in years],
        "regions": [{"region": r, "role": "member"} for r in members] + [{"region": "CN", "role": "capped"}],
        "commodities": [{"commodity": "oxide"}],
        "processes": [
            {"process": f"{r} works", "region": r, "commodity": "oxide", "unit_cost": 9}
            for r in [*members, "CN"]
        ],
        "demand": [
            {"region": r, "segment": "all", "commodity": "oxide", "value": 99} | dict.fromkeys(years, 5)
            for r in members
        ],
    }
    return floors.Study(tables).to_excel(folder / "wide.xlsx")


@pytest.mark.parametrize("names", few([["solve"], ["solve", "template", "jobs"]], 1))
def test_commands_stopped_at_random_moments(names: list[str]) -> None:
    """`python -m tests.by_hand.stopped 200` tries more, and every command."""
    count = str(2 * len(names))
    told = by_hand("stopped", count, "--seed", "3", *(w for name in names for w in ("--only", name)))
    for name in names:
        assert f'"{name}: stopped"' in told
    assert told.count('": ') == told.count(': stopped"') + told.count(': done"'), told


@pytest.mark.long
def test_many_solves_on_other_processes_stop_together() -> None:
    told = by_hand("stopped", "1", "--seed", "5", "--only", "pool")
    assert told.count('": ') == told.count('"pool: stopped"') + told.count('"pool: done"'), told


MODULES = ("numpy", "click", "openpyxl", "pandas", "zipfile", "json")


def test_files_of_the_working_folder_are_not_imported(tmp_path: Path) -> None:
    """A numpy.py beside a workbook is no part of this program."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the working folder')")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in (
        ["-m", "floors"],
        ["-c", "import sys; del sys.path[0]; from floors.__main__ import main; main()"],
    ):
        done = subprocess.run(
            [sys.executable, *command, "template", "a.xlsx", "--example"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "Written to a.xlsx.\n"), done
        (tmp_path / "a.xlsx").unlink()
