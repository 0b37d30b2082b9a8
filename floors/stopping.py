"""Ctrl-C and a request to end: a command stops where it stands, and what it had begun to write is removed."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

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
