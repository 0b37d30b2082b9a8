"""What a call is doing, step by step: told to whoever listens, and to the log named `floors`.

The log says INFO as a stage begins, and DEBUG how long it took and how large a model is. Nothing of it is shown unless
a program asks for it, as with ``logging.basicConfig(level="INFO")``: no level or handler is set here.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Protocol

LOG = logging.getLogger("floors")
LOG.addHandler(logging.NullHandler())


class Step(NamedTuple):
    """A step that is done: the `done`-th of the `total` of a stage; `name` says which, where they have names (a
    scenario, a sheet). A stage within another is called ``baseline, prices``."""

    stage: str
    done: int
    total: int
    name: str = ""


class Stage:
    """A stage that has begun: its name, how many of its steps there are and are done, and the stage it is part of."""

    def __init__(self, name: str, total: int, within: Stage | None) -> None:
        self.name, self.total, self.within = name, total, within
        self.done = 0
        self.depth: int = within.depth + 1 if within else 0

    @property
    def path(self) -> tuple[str, ...]:
        """Its name, after those of the stages it is part of."""
        return (*(self.within.path if self.within else ()), self.name)

    def finished(self, name: str = "") -> None:
        """One more of its steps is done."""
        self.done += 1
        for listener in _heard():
            listener.finished(self, name)


class Listener(Protocol):
    """Who is told: as a stage begins, as a step of it is done, and as it ends, done or not."""

    def begins(self, stage: Stage) -> None: ...
    def finished(self, stage: Stage, name: str) -> None: ...
    def ends(self, stage: Stage) -> None: ...


_stage: ContextVar[Stage | None] = ContextVar("stage", default=None)
_listeners: ContextVar[tuple[tuple[int, Listener], ...]] = ContextVar("listeners", default=())


@contextmanager
def stage(name: str, total: int | None = None) -> Iterator[Stage]:
    """What is done in the block is this stage: of so many steps, each told by `finished`; None: it is one step."""
    here = Stage(name, 1 if total is None else total, _stage.get())
    before = _stage.set(here)
    started = time.perf_counter()
    LOG.info("%s", ", ".join(here.path))
    try:
        for listener in _heard():
            listener.begins(here)
        yield here
        if total is None:
            here.finished()
        LOG.debug("%s: %.3f s", ", ".join(here.path), time.perf_counter() - started)
    finally:
        _stage.reset(before)
        for listener in _heard():
            listener.ends(here)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """The listener is told of the stages in the block, in this process and thread."""
    before = _listeners.set((*_listeners.get(), (os.getpid(), listener)))
    try:
        yield
    finally:
        _listeners.reset(before)


@contextmanager
def telling(done: Callable[[Step], None] | None) -> Iterator[None]:
    """`done` is told of each step that is done in the block; None: nobody is."""
    if done is None:
        yield
        return
    with listening(_Told(done, _stage.get())):
        yield


class _Told:
    """Hands on steps that are done, with the names of the stages within the one that was there before."""

    def __init__(self, done: Callable[[Step], None], before: Stage | None) -> None:
        self._done, self._outer = done, len(before.path) if before else 0

    def begins(self, stage: Stage) -> None:
        """Nothing is done yet."""

    def finished(self, stage: Stage, name: str) -> None:
        self._done(Step(", ".join(stage.path[self._outer :]), stage.done, stage.total, name))

    def ends(self, stage: Stage) -> None:
        """Its last step was told."""


def _heard() -> Iterator[Listener]:
    """Who listens in this process: a copy of it has nobody."""
    here = os.getpid()
    return (listener for process, listener in _listeners.get() if process == here)
