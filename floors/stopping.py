"""Ctrl-C and a request to end: a command stops where it stands, and what it had begun to write is removed. A deadline:
after it nothing more is solved."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from functools import partial
from types import FrameType
from typing import Any, TypeVar

from floors.errors import TimeLimit, UsageError

T = TypeVar("T")

INTERRUPTED = 130
SILENT = 1000  # above every level of a log
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_asked: list[int] = []


def listen() -> None:
    """From now on a request to end (SIGTERM) stops like Ctrl-C; a signal that is ignored stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            signal.signal(number, _stop)


def finish(step: Callable[[], T]) -> T:
    """Run the last step of a command, after which it is done: a signal that comes later changes nothing.

    Where no command listens (`listen`), signals stay as they are.
    """
    mine = [number for number in _SIGNALS if signal.getsignal(number) is _stop]
    if not mine or threading.current_thread() is not threading.main_thread():
        return step()
    for number in mine:
        signal.signal(number, signal.SIG_IGN)
    try:
        return step()
    except BaseException:
        for number in mine:
            signal.signal(number, _stop)
        raise


def asked() -> bool:
    """Whether a signal asked to stop: what fails after that, such as an import cut short, is no fault."""
    return bool(_asked)


def heard() -> bool:
    """Whether a signal would be heard here: in the main thread of a process that does something about it."""
    here = threading.current_thread() is threading.main_thread()
    return here and any(callable(signal.getsignal(number)) for number in _SIGNALS)


def exit_code() -> int:
    """130 after Ctrl-C, 143 after a request to end, as shells have it."""
    return 128 + _asked[-1] if _asked else INTERRUPTED


def _stop(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
    if "pyomo" in sys.modules:
        # Of whatever cuts short what it makes, Pyomo writes an error for each component around it.
        sys.modules["logging"].getLogger("pyomo").setLevel(SILENT)
    raise KeyboardInterrupt


class SignalsHeld:
    """Signals kept back while other code than Python's runs, which cannot be left in the middle.

    `waiting` is true once one came. They are handed on, in order, when the block ends. Outside the main
    thread no signal arrives, and nothing is done.
    """

    def __init__(self) -> None:
        self._came: list[tuple[int, FrameType | None]] = []
        self._before: dict[int, Callable[[int, FrameType | None], object]] = {}

    @property
    def waiting(self) -> bool:
        """Whether a signal came."""
        return bool(self._came)

    def __enter__(self) -> SignalsHeld:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler):
                    self._before[number] = handler
                    signal.signal(number, self._keep)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        while self._came:
            number, frame = self._came.pop(0)
            self._before[number](number, frame)

    def _keep(self, number: int, frame: FrameType | None) -> None:
        self._came.append((number, frame))


class Deadline:
    """No LP is solved any more so many `seconds` after this was made, in a block of it, wherever its tasks are solved:
    whatever needs it then raises TimeLimit. None: there is no limit.

        with floors.Deadline(600):
            sample = floors.sample(study)

    `reached` says after the block whether the time was over before the block was. Raises UsageError for what are no
    seconds, 0 or more.
    """

    def __init__(self, seconds: float | None) -> None:
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
        if seconds is not None and not number:
            raise UsageError(f"a Deadline expects seconds, 0 or more; found {seconds!r}.")
        self.seconds = seconds
        self.ends = None if seconds is None else time.time() + seconds
        self.reached = False
        self._before: list[Token[Deadline | None]] = []

    def __enter__(self) -> Deadline:
        self._before.append(_deadline.set(self if self.ends is not None else _deadline.get()))
        return self

    def __exit__(self, *_: object) -> None:
        _deadline.reset(self._before.pop())
        self.reached = self.over

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self.ends is not None and time.time() >= self.ends

    def require(self, what: str) -> None:
        """Raise TimeLimit where it was reached before `what`."""
        if self.reached:
            raise TimeLimit(f"the time limit of {self.seconds:g} s was reached before {what}.")

    @property
    def told(self) -> str:
        """What a person must know where it was reached."""
        return (
            f"The time limit of {self.seconds:g} s was reached: what was not solved by then has status time_limit, or "
            "is said to have no answer."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _deadline_of, (self.seconds, self.ends)


def _deadline_of(seconds: float, ends: float) -> Deadline:
    found = Deadline(seconds)
    found.ends = ends
    return found


_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def seconds_left() -> float | None:
    """The time that is left to solve in; None where there is no limit. Raises TimeLimit where it is over."""
    here = _deadline.get()
    if here is None or here.ends is None:
        return None
    left = here.ends - time.time()
    if left <= 0:
        raise time_is_over()
    return left


def time_is_over() -> TimeLimit:
    """The error of a deadline that was reached."""
    here = _deadline.get()
    seconds = "" if here is None else f" of {here.seconds:g} s"
    return TimeLimit(f"the time limit{seconds} was reached before all was solved.")


def in_time(call: Callable[..., T]) -> Callable[..., T]:
    """The call, so that on another thread, process or machine it keeps the deadline of this one."""
    here = _deadline.get()
    return call if here is None else partial(_in_time, here, call)


def _in_time(limit: Deadline, call: Callable[..., T], *given: Any) -> T:
    with limit:
        return call(*given)
