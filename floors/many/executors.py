"""Where studies are solved: here, on processes of this machine, or on whatever executor is given."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait as wait_for
from typing import Any, TypeVar, cast

from floors.errors import UsageError
from floors.stopping import in_time

Task = TypeVar("Task")
Found = TypeVar("Found")
Kept = TypeVar("Kept")

AHEAD = 256  # tasks sent and not yet taken: enough for any cluster at hand, and what waits stays small
ANSWERS = 10  # seconds in which a scheduler must
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def executor_of(given: object) -> Executor | None:
    """The executor that is meant: itself, or that of a Dask client. Raises UsageError for what has none."""
    if given is None or isinstance(given, Executor):
        return given
    made = getattr(given, "get_executor", None)
    if not callable(made):
        raise UsageError(
            f"executor= expects an executor of concurrent.futures or a Dask client; found {type(given).__name__}."
        )
    return cast(Executor, made())


def in_order(
    call: Callable[[Task], Found], tasks: Iterable[Task], executor: Executor | None
) -> Iterator[Found]:
    """What `call` makes of each task, in the order given; raises what it raises. None: here, one by one."""
    if executor is None:
        yield from map(call, tasks)
        return
    for future in as_taken(call, tasks, executor, lambda _, future: future):
        yield future.result()


def begin(executor: Executor | None, call: Callable[..., Found], *given: Any) -> Callable[[], Found]:
    """Begin a call on an executor; its result, or what it raises, is had by calling what is returned. None: the
    call is made here then."""
    return partial(call, *given) if executor is None else executor.submit(in_time(call), *given).result


def as_taken(
    call: Callable[[Task], Found],
    tasks: Iterable[Task],
    executor: Executor,
    take: Callable[[Task, Future[Found]], Kept],
    work: Callable[[Task], float] | None = None,
) -> Iterator[Kept]:
    """What `take` makes of each task and its future as soon as that is done, in the order of the tasks.

    Tasks of more `work` are begun first, so that none is left to one process at the end. At most `AHEAD` tasks are
    with the executor at a time; those not begun are taken back where the caller stops.
    """
    left: Iterator[tuple[int, Task]] = enumerate(tasks)
    if work is not None:
        left = iter(sorted(left, key=lambda one: -work(one[1])))
    sent: dict[Future[Found], tuple[int, Task]] = {}
    kept: dict[int, Kept] = {}
    following = 0
    try:
        while True:
            while len(sent) < AHEAD and (one := next(left, None)) is not None:
                sent[_submit(executor, call, one[1])] = one
            if not sent:
                return
            for future in wait(sent, return_when=FIRST_COMPLETED).done:
                number, task = sent.pop(future)
                kept[number] = take(task, future)
            while following in kept:
                yield kept.pop(following)
                following += 1
    finally:
        if not isinstance(executor, _Processes):
            for future in sent:
                future.cancel()


def _submit(executor: Executor, call: Callable[[Task], Found], task: Task) -> Future[Found]:
    """The future of a task; one that an executor does not take any more has failed."""
    try:
        return executor.submit(in_time(call), task)
    except Exception as error:  # noqa: BLE001 - told by its future, never swallowed
        failed: Future[Found] = Future()
        failed.set_exception(error)
        return failed


class _Processes(ProcessPoolExecutor):
    """Processes that end with their block, whatever is left to do. So nothing is taken back from them, which a
    pool whose processes end at the same time does not bear: its thread ends with a traceback."""


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, by the address of its scheduler. Raises UsageError where none answers."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--dask needs the package distributed: pip install 'floors[dask]'.") from error
    try:
        client = Client(address, timeout=ANSWERS, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:  # an address that is none raises any of them
        raise UsageError(f"--dask: no scheduler of Dask answers at {address}: {error}") from error
    with client:
        executor = executor_of(client)
        assert executor is not None
        yield executor


@contextmanager
def processes(count: int) -> Iterator[Executor | None]:
    """So many processes of this machine to solve on; None for one: that is this process.

    They end with the block, at once where it is left by an error or a signal, and with this process however
    that ends. They leave Ctrl-C and a request to end to it.
    """
    if count <= 1:
        yield None
        return
    before = set(multiprocessing.active_children())
    pool = _Processes(count, _context(), _begin, gc.get_threshold())
    try:
        with _signals_later():
            for _ in range(
                count
            ):  # all of them now: none is made later, when a signal could meet it half made
                pool.submit(_nothing)
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
            process.join()
        raise
    pool.shutdown()


def _context() -> Any:
    """How processes are made: as copies of this one, which costs nothing, where no thread of it could be
    holding a lock meanwhile; else anew, each with imports of its own."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return multiprocessing.get_context("spawn")
    if "highspy" in sys.modules:
        from floors.lp.highs import end_threads

        end_threads()
    return multiprocessing.get_context("fork")


def _begin(*threshold: int) -> None:
    """A worker leaves signals to the process that made it, and leaves with it; it looks for garbage as seldom,
    and not in what it began with."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    gc.set_threshold(*threshold)
    gc.freeze()
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    os._exit(1)


def _nothing() -> None:
    """A task by which a worker is made."""


@contextmanager
def _signals_later() -> Iterator[None]:
    """Signals wait while processes are made, and these begin so too: one that came before a worker is ready
    for it would end that with a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
