"""What a command is doing, while it does it: on a terminal, in a log, and nowhere."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pyomo.core as pyo
import pytest
from rich.console import Console

import floors
from floors import steps
from floors.cli import progress
from floors.cli.main import run
from floors.cli.progress import SHARES, Lines, Moving, Way, duration
from tests.support.chained import chained
from tests.support.places import ROOT, TOY
from tests.support.tiny import TINY, write
from tests.support.toy import with_sheets

pytestmark = pytest.mark.usefixtures("with_toy")


class Clock:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(text: str) -> list[str]:
    """The lines of progress among messages."""
    return [line for line in text.splitlines() if line.startswith("... ")]


# What is said of the way


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (45.4, "45 s"), (99.4, "99 s"), (100, "2 min"), (3540, "59 min"), (7800, "2 h 10 min")],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_time_left_is_that_of_what_is_left_at_the_pace_so_far() -> None:
    clock = Clock()
    way = Way(clock=clock)
    with steps.listening(Lines(print, way)):
        with steps.stage("reading"):
            clock.now = 10.0
            assert (way.done, way.left, way.times) == (None, None, "10 s")
        with steps.stage("caps", 40) as here:
            assert (way.done, way.left) == (0, None)
            clock.now = 12.0
            here.finished("0.9")
            assert way.left is None  # one of forty says nothing yet
            here.finished("0.8")
            assert (way.words, way.count, way.times) == ("caps", "2 of 40", "12 s, about 38 s left")
            with steps.stage("prices"), steps.stage("ranges of floors", 7) as inner:
                inner.finished()
                assert way.words == "caps, prices, ranges of floors 1 of 7"
                assert way.count == "2 of 40"
    assert way.open == ()


def test_the_stages_of_one_solve_are_those_that_are_told() -> None:
    """Of a study with caps, each in its place; else the bar would stand or jump."""
    seen: list[str] = []

    class Seen:
        def begins(self, stage: steps.Stage) -> None:
            seen.append(", ".join(stage.path))

        def finished(self, stage: steps.Stage, name: str) -> None: ...
        def ends(self, stage: steps.Stage) -> None: ...

    with steps.listening(Seen()):
        floors.solve(floors.read(TOY)).to_excel("out.xlsx")
    known = [name for name in SHARES if name not in {"reading", "without stockpiles"}]  # of which it has none
    begun = [name for name in dict.fromkeys(seen) if name in SHARES]
    ended = [name for name in known if name != "tables"]  # which holds others, and ends after them
    assert [name for name in begun if name != "tables"] == ended and "tables" in begun


def test_a_solve_says_which_stage_of_how_many() -> None:
    clock = Clock()
    way = Way(SHARES, clock)
    with steps.listening(Lines(print, way)):
        for name in ("reading", "numbers", "building"):
            with steps.stage(name):
                pass
        clock.now = 4.0
        with steps.stage("plan"):
            assert (way.words, way.count, way.done) == (
                "plan",
                f"stage 4 of {len(SHARES)}",
                4 / sum(SHARES.values()),
            )
        with steps.stage("tables"), steps.stage("proof"):
            pass
        with steps.stage("writing"):
            pass
    assert way.count == f"stage {len(SHARES)} of {len(SHARES)}"


# Lines


def test_lines_say_a_stage_as_it_begins_and_every_tenth_of_many_steps() -> None:
    clock, said = Clock(), list[str]()
    with steps.listening(Lines(said.append, Way(clock=clock))):
        with steps.stage("reading"):
            assert said == []  # nobody waits for two seconds
        clock.now = 3.0
        with steps.stage("coalitions", 60) as here:
            for _ in range(60):
                clock.now += 1
                with steps.stage("prices"):
                    here.finished()
        with steps.stage("tables"), steps.stage("proof"):
            pass
    assert said == [
        "... coalitions (3 s)",
        *(
            f"... coalitions: {n} of 60 ({n + 3} s, about {duration(60 - n)} left)"
            for n in (6, 12, 18, 24, 30, 36, 42, 48, 54)
        ),
        "... tables (63 s)",
        "... tables, proof (63 s)",
    ]


def test_lines_come_at_most_every_two_seconds() -> None:
    clock, said = Clock(), list[str]()
    with steps.listening(Lines(said.append, Way(clock=clock))), steps.stage("caps", 10) as here:
        for _ in range(10):
            clock.now += 0.5
            here.finished()
    assert [line.split(" (")[0] for line in said] == ["... caps: 4 of 10", "... caps: 8 of 10"]


def test_a_stage_that_begins_again_and_again_has_one_line() -> None:
    clock, said = Clock(), []
    with steps.listening(Lines(said.append, Way(clock=clock))), steps.stage("nearest changes"):
        clock.now = 3.0
        for name in ("plan", "prices", "plan", "prices"):
            with steps.stage(name):
                pass
    assert said == ["... nearest changes, plan (3 s)", "... nearest changes, prices (3 s)"]


def test_a_command_says_its_stages_where_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    chained().to_excel("shock.xlsx")
    for arguments, stages in (
        (["solve", "toy.xlsx", "-o", "r.xlsx"], ["reading", "numbers", "plan", "baseline", "tables", "writing"]),
        (["sweep", "toy.xlsx", "-o", "s.xlsx", "--cap", "0.9:0.5:3"], ["reading", "caps", "caps: 1 of 4", "bends", "writing"]),
        (["alternatives", "toy.xlsx", "-o", "a.xlsx"], ["reading", "plans", "plans: 1 of 5", "writing"]),
        (["coalition", "toy.xlsx", "-o", "c.xlsx"], ["reading", "coalitions", "coalitions: 1 of 8", "writing"]),
        (["priorities", "shock.xlsx", "--n", "2", "-o", "p.xlsx"], ["reading", "chains", "samples", "samples: 1 of 2", "writing"]),
        (["check", "toy.xlsx"], ["reading", "scenarios checked"]),
        (["diagnose", "toy.xlsx"], ["reading", "plan"]),
        (["verify", "toy.xlsx", "r.xlsx"], ["reading", "scenarios checked"]),
        (["compare", "r.xlsx", "r.xlsx"], ["reading", "comparing"]),
    ):  # fmt: skip
        run(arguments)
        out, err = capsys.readouterr()
        said = [line.removeprefix("... ").split(" (")[0] for line in told(err)]
        assert out == "" and [one for one in said if one in stages] == stages, (arguments, said)


@pytest.mark.parametrize("option", ["--quiet", "--json"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "toy.xlsx", "-o", "r.xlsx"],
        ["sweep", "toy.xlsx", "-o", "s.xlsx", "--cap", "0.9:0.5:3"],
        ["check", "toy.xlsx"],
        ["diagnose", "toy.xlsx"],
    ],
)
def test_nothing_is_said_of_it_where_nobody_asked(
    option: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_terminal", lambda: pytest.fail("no line that moves either"))
    assert run([*arguments, option]) == 0
    out, err = capsys.readouterr()
    assert told(err) == [] and (json.loads(out) if option == "--json" else out == err == "")


# A terminal


def moving(way: Way) -> tuple[Moving, io.StringIO]:
    written = io.StringIO()
    return Moving(Console(file=written, force_terminal=True, width=100, color_system=None), way), written


def test_a_line_moves_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SOON", 0.0)
    drawn = threading.Event()
    draw = Moving._draw
    monkeypatch.setattr(Moving, "_draw", lambda self: (draw(self), drawn.set()))
    shown, written = moving(Way())
    with steps.listening(shown), steps.stage("scenarios", 4) as here:
        here.finished("base")
        for _ in range(3):  # drawn at least once after that
            drawn.clear()
            assert drawn.wait(20)
        shown.say("base: optimal, [0.1] s.", "")
    shown.close()
    text = written.getvalue()
    assert "scenarios" in text and "1 of 4" in text and "base: optimal, [0.1] s.\n" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor is back
    assert text.rstrip().endswith("\x1b[1A\x1b[2K")  # and the line gone
    assert not any(thread is shown._thread for thread in threading.enumerate())


def test_what_is_done_at_once_draws_nothing() -> None:
    shown, written = moving(Way())
    with steps.listening(shown), steps.stage("reading"):
        pass
    shown.close()
    assert written.getvalue() == ""


SCRIPT = """
import sys
from floors import stopping
from floors.cli import progress
progress.SOON = 0.0
from floors.cli.main import main
main()
"""


def on_a_terminal(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what a terminal showed on standard error, and standard output, which is none."""
    import subprocess

    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.stdout is not None
        out = process.stdout.read().decode()
    os.close(ours)
    return process.returncode, shown.decode(), out


@pytest.mark.skipif(os.name != "posix", reason="no terminals to make")
def test_errors_stand_on_a_terminal_and_are_not_swallowed(folder: Path) -> None:
    write(folder / "bad.xlsx", TINY, {"demand!D2": "ten"})
    code, shown, out = on_a_terminal("solve", "bad.xlsx")
    assert code == 2 and out == "" and "demand!D2" in shown and "1 problem; nothing was solved" in shown
    code, shown, out = on_a_terminal("solve", "toy.xlsx", "-o", "r.xlsx")
    assert code == 0 and out == "" and "Written to r.xlsx" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")
    (folder / "mine.py").write_text(
        "import floors\n\ndef build(case):\n    print('built')\n    return floors.build(case)\n"
    )
    code, shown, out = on_a_terminal("solve", "toy.xlsx", "-o", "r.xlsx", "--model", "mine.py")
    assert (
        code == 0 and set(out.split()) == {"built"} and "built" not in shown
    )  # no word of it changes its stream
    code, shown, out = on_a_terminal("solve", "toy.xlsx", "-o", "r.xlsx", "--quiet")
    assert (code, shown, out) == (0, "", "")
    code, shown, out = on_a_terminal("solve", "toy.xlsx", "-o", "r.xlsx", "--json")
    assert code == 0 and json.loads(out)["status"] == "optimal" and "\x1b[?25l" not in shown


# Whoever calls


def test_done_is_told_of_each_step_of_each_call() -> None:
    toy = floors.read(TOY)
    found: dict[str, list[Any]] = {}

    def keep(name: str) -> Any:
        found[name] = []
        return found[name].append

    result = floors.solve(toy, done=keep("solve"))
    floors.diagnose(toy, done=keep("diagnose"))
    floors.verify(toy, result, exact=True, done=keep("verify"))
    floors.solve_many({"a": toy, "b": toy}, done=keep("solve_many"))
    floors.sweep(toy, "0.9:0.5:3", done=keep("sweep"))
    floors.coalition(toy, done=keep("coalition"))
    for name in ("solve", "diagnose", "verify"):
        assert all(isinstance(step, floors.Step) for step in found[name]), name
        assert len(found[name]) > 4, name
        assert all(1 <= step.done <= step.total for step in found[name]), name
    assert [step.stage for step in found["solve"]][-1] == "tables"
    assert ("baseline, plan", 1, 1, "") in found["solve"]
    assert ("scenarios checked", 1, 1, "") in found["verify"]
    assert ("scenarios checked, exact fractions", 1, 1, "") in found["verify"]
    assert [run.scenario for run in found["solve_many"]] == ["a", "b"]
    assert [point.share for point in found["sweep"]] == [None, 0.9, 0.7, 0.5]
    assert len(found["coalition"]) == 8
    assert [run.members for run in found["coalition"]][:2] == [(), ("US",)]


def test_done_of_risk_and_of_any_model() -> None:
    seen: list[floors.Step] = []
    floors.risk(with_sheets(scenarios=[{"scenario": "the same", "probability": 0.3}]), done=seen.append)
    assert [step.stage for step in seen if "," not in step.stage] == [
        *("states", "states", "all states", "one path of floors", "without policy"),
        *("mean plan and base plan", "hedged without policy"),
    ]
    assert [(step.done, step.total, step.name) for step in seen if step.stage == "states"] == [
        (1, 2, "base"),
        (2, 2, "the same"),
    ]
    seen.clear()
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(0, 5))
    m.need = pyo.Constraint(expr=m.x >= 3)
    m.cost = pyo.Objective(expr=2 * m.x)
    floors.price(m, {"need": [(m.need, 1)]}, done=seen.append)
    assert [step.stage for step in seen] == ["plan", "prices, ranges of floors", "prices"]


def test_what_done_raises_is_raised() -> None:
    def stop(step: floors.Step) -> None:
        raise ZeroDivisionError(step.stage)

    with pytest.raises(ZeroDivisionError, match="numbers"):
        floors.solve(floors.read(TOY), done=stop)
    assert steps._stage.get() is None and steps._listeners.get() == ()


def test_a_copy_of_the_process_tells_nobody(tmp_path: Path) -> None:
    """A worker made while somebody listens has its own steps to itself."""
    if not hasattr(os, "fork"):
        pytest.skip("no fork")
    heard: list[floors.Step] = []
    with steps.telling(heard.append):
        child = os.fork()
        if not child:
            with steps.stage("there"):
                pass
            os._exit(len(heard))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with steps.stage("here"):
            pass
    assert heard == [("here", 1, 1, "")]


# The log


def test_the_log_is_named_floors_and_says_stages_and_sizes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="floors"):
        floors.solve(floors.read(TOY))
    said = {(record.name, record.levelname, record.getMessage()) for record in caplog.records}
    assert ("floors", "INFO", "baseline, prices") in said
    sizes = [text for _, level, text in said if level == "DEBUG" and "an LP of" in text]
    assert len(sizes) == 1 and sizes[0].startswith("base: an LP of ")
    assert any(level == "DEBUG" and text.startswith("building: ") for _, level, text in said)


def test_nothing_of_the_log_is_set_up() -> None:
    log = logging.getLogger("floors")
    assert [type(handler) for handler in log.handlers] == [logging.NullHandler]
    assert log.level == logging.NOTSET and log.propagate
