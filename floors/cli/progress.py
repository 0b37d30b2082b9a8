"""What a command is doing, while it does it: a line that moves on a terminal, lines of their own elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from floors.steps import Stage, listening
from floors.stopping import SignalsHeld

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 2.0  # seconds in which nothing is told but on a terminal
EVERY = 10  # lines of a stage at most
TOLD = "scenarios"  # the stage of which every step has a line of its own
KNOWN = 0.05  # of the whole: before so much is done nothing is said of the time left
OFTEN = 0.1  # seconds from one drawing to the next
SOON = 0.5  # seconds after which the line is there: what is done by then needs none
SHARES = {
    "reading": 1,
    "numbers": 2,
    "building": 1,
    "plan": 7,
    "steady plan": 6,
    "prices": 7,
    "baseline": 9,
    "nearest changes": 25,
    "without stockpiles": 12,
    "tables, accounts": 6,
    "tables, proof": 7,
    "tables, ranges of shares": 22,
    "tables, worth of caps": 8,
    "tables, ranges of members": 4,
    "tables": 12,
    "writing": 8,
}
"""The stages of one solve in their order, and the part of its time that each takes where it takes long."""


def duration(seconds: float) -> str:
    """A time in words: 45 s, 3 min, 2 h 10 min."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class Way:
    """How far a command has come: the stages that are open, and how much of the outermost is done. `shares` are the
    stages of a command that solves once, in their order, and the part of its time that each takes."""

    def __init__(
        self, shares: Mapping[str, float] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shares, self._clock = shares or {}, clock
        self.started = clock()
        self.open: tuple[Stage, ...] = ()  # changed whole: another thread reads it
        self._since = self.started
        self._place = 0  # how many of the shares are passed

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._clock() - self.started

    def begins(self, stage: Stage) -> None:
        """A stage has begun."""
        if not self.open:
            self._since = self._clock()
        self.open = (*self.open, stage)

    def ends(self, stage: Stage) -> None:
        """A stage has ended, done or not."""
        self.open = tuple(one for one in self.open if one is not stage)
        name = ", ".join(stage.path)
        if name in self._shares:
            self._place = min([*self._shares].index(name) + 1, len(self._shares) - 1)

    @property
    def counted(self) -> Stage | None:
        """The outermost stage that has several steps."""
        return next((stage for stage in self.open if stage.total > 1), None)

    @property
    def done(self) -> float | None:
        """The part that is done of the command, or of its present stage where that has several steps; None where that
        is not known."""
        if self._shares:
            return sum([*self._shares.values()][: self._place]) / sum(self._shares.values())
        stage = next(iter(self.open), None)
        return stage.done / stage.total if stage and stage.total > 1 else None

    @property
    def left(self) -> float | None:
        """Seconds that it takes still, if the rest goes as what is done; None where that is not known."""
        done = self.done
        spent = self._clock() - (self.started if self._shares else self._since)
        return None if done is None or done < KNOWN else spent * (1 - done) / done

    @property
    def times(self) -> str:
        """The time spent and, where it is known, left."""
        left = self.left
        return duration(self.elapsed) + (f", about {duration(left)} left" if left and left >= 1 else "")

    @property
    def count(self) -> str:
        """Which stage of all of a solve, or how many steps of the outermost stage that has several."""
        if self._shares:
            return f"stage {self._place + 1} of {len(self._shares)}"
        stage = self.counted
        return f"{stage.done} of {stage.total}" if stage else ""

    @property
    def words(self) -> str:
        """The stages that are open, each with how many of its steps are done, where `count` does not say it."""
        said = None if self._shares else self.counted
        return ", ".join(
            f"{stage.name} {stage.done} of {stage.total}"
            if stage.total > 1 and stage is not said
            else stage.name
            for stage in self.open
        )


class Lines:
    """Lines of their own, for logs: a stage as it first begins, and every tenth of one with many steps. What is done
    within two seconds says nothing."""

    def __init__(self, say: Callable[[str], None], way: Way) -> None:
        self._say, self._way = say, way
        self._last = 0.0
        self._begun: set[str] = set()

    def begins(self, stage: Stage) -> None:
        within = self._way.counted
        self._way.begins(stage)
        what = ", ".join(one.name for one in self._way.open)
        if within is None and stage.depth < 2 and self._way.elapsed >= PATIENCE and what not in self._begun:
            self._begun.add(what)
            self._tell(what)

    def finished(self, stage: Stage, name: str) -> None:
        if stage is not self._way.counted or stage.depth or stage.name == TOLD:
            return
        before, now = ((stage.done - k) * EVERY // stage.total for k in (1, 0))
        if now > before and stage.done < stage.total and self._way.elapsed >= self._last + PATIENCE:
            self._tell(f"{stage.name}: {self._way.count}")

    def ends(self, stage: Stage) -> None:
        self._way.ends(stage)

    def close(self) -> None:
        """Nothing is left on the screen."""

    def _tell(self, what: str) -> None:
        self._last = self._way.elapsed
        self._say(f"... {what} ({self._way.times})")


class Moving:
    """A line of a terminal that moves: the stage, a bar, steps done of all, time spent and left."""

    def __init__(self, console: Any, way: Way) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        self._way = way
        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            TextColumn("{task.fields[count]}", markup=False),
            TextColumn("{task.fields[times]}", markup=False),
            console=console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=1.0, count="", times="")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._turn, daemon=True)
        self._thread.start()

    def begins(self, stage: Stage) -> None:
        self._way.begins(stage)

    def finished(self, stage: Stage, name: str) -> None:
        """Seen when the line is drawn again."""

    def ends(self, stage: Stage) -> None:
        self._way.ends(stage)

    def say(self, text: str, style: str) -> None:
        """A line above the one that moves."""
        from rich.text import Text

        self._progress.console.print(Text(text, style), soft_wrap=True)

    def close(self) -> None:
        """Take the line off the screen; the cursor, hidden beside it, comes back."""
        with SignalsHeld():
            self._over.set()
            self._thread.join()
            self._progress.stop()

    def _turn(self) -> None:
        wait = SOON
        while not self._over.wait(wait):
            wait = OFTEN
            self._draw()
            self._progress.start()  # once

    def _draw(self) -> None:
        way = self._way
        # Without a total the bar shows that something is done, and not how much.
        self._progress.update(
            self._task,
            description=way.words,
            count=way.count,
            times=way.times,
            completed=way.done or 0.0,
            total=None if way.done is None else 1.0,
            refresh=True,
        )


@contextmanager
def showing(say: Callable[[str], None], way: Way, *, moving: bool) -> Iterator[Moving | None]:
    """Stages of the block are shown: on a terminal by a line that moves, if `moving`; else `say` is handed lines."""
    console = _terminal() if moving else None
    shown: Moving | Lines = Lines(say, way) if console is None else Moving(console, way)
    try:
        with listening(shown):
            yield shown if isinstance(shown, Moving) else None
    finally:
        shown.close()


def _terminal() -> Any | None:
    """The terminal on standard error; None where it is none, or cannot move its cursor."""
    if not sys.stderr.isatty():
        return None
    from floors.cli.shared import console

    found = console(stderr=True, highlight=False)
    return found if found.is_terminal and not found.is_dumb_terminal else None
