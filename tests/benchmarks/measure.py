"""Measurements, each in a process of its own and all of one study in turn, so that a slow moment hits them alike.

CPU is user and system seconds of the process and of all it waited for; memory is the most that one process held, or
for a family of runs the most that all of them together held. The process that measures imports nothing large: Linux
counts what the parent held when the child was started as the child's.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WHOLE = "whole command"
MIB = 1024 * 1024
KIB = 1024 if sys.platform != "darwin" else MIB  # ru_maxrss counts in KiB, on macOS in bytes
EVERY = 0.05  # seconds between two looks at the memory of a family


@dataclass(frozen=True)
class Measure:
    """What to run for one study: `peer` is who does the work, `phase` which; `split`: the process says itself
    what it spent, by phase."""

    study: str
    phase: str
    peer: str
    command: tuple[str, ...]
    split: bool = False
    family: bool = False
    root: Path = ROOT


@dataclass
class Figure:
    """CPU seconds, wall seconds and MiB of each run of one phase of a peer on a study."""

    study: str
    phase: str
    peer: str
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    columns: int = 0


class Failed(Exception):
    """A command that was measured did not succeed."""


def run_all(measures: Sequence[Measure], runs: int, say: Any = None) -> tuple[list[Figure], list[Failed]]:
    """Run every measure `runs` times, in turn within a study; figures, and what did not succeed and so has none."""
    figures: dict[tuple[str, str, str], Figure] = {}
    failed: dict[Measure, Failed] = {}
    for study in dict.fromkeys(m.study for m in measures):
        for turn in range(runs):
            for measure in (m for m in measures if m.study == study):
                if say:
                    say(f"{study}, run {turn + 1} of {runs}: {measure.phase}, {measure.peer}")
                try:
                    found = [] if measure in failed else list(run(measure))
                except Failed as error:
                    failed[measure] = error
                    continue
                for phase, cpu, wall, memory, columns in found:
                    key = (study, phase, measure.peer)
                    figure = figures.setdefault(key, Figure(*key))
                    figure.cpu.append(cpu)
                    figure.wall.append(wall)
                    figure.memory.append(memory)
                    figure.columns = max(figure.columns, columns)
    return [f for f in figures.values() if len(f.cpu) == runs], list(failed.values())


def run(measure: Measure) -> Iterable[tuple[str, float, float, float, int]]:
    """Run once; (phase, CPU seconds, wall seconds, MiB, columns of the LP or 0)."""
    environment = {**os.environ, "PYTHONPATH": str(measure.root), "PYTHONHASHSEED": "0"}
    began = time.perf_counter()
    with subprocess.Popen(
        measure.command,
        cwd=ROOT if measure.split else measure.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = _Watch(process.pid) if measure.family else None
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
    together = watch.stop() if watch else 0.0
    if process.returncode != 0:
        raise Failed(f"{' '.join(measure.command)}: exit code {process.returncode}\n{said[-2000:]}")
    memory = max(usage.ru_maxrss / KIB, together)
    if not measure.split:
        yield measure.phase, usage.ru_utime + usage.ru_stime, wall, memory, 0
        return
    found = last_json(said)
    peaks = found.get("peak", {})
    if measure.phase == "phases":  # giving back what was held, after the last word of the program
        found["spent"]["exit"] = usage.ru_utime + usage.ru_stime - found["total"]
    for phase, seconds in found["spent"].items():
        yield phase, seconds, 0.0, peaks.get(phase, found["megabytes"]), found.get("columns", 0)


def last_json(said: str) -> dict[str, Any]:
    """What a process that measures itself says last; HiGHS may have said something before."""
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


class _Watch:
    """Looks again and again at what a process and its descendants hold together; shared pages count once where
    the system says so."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most, self.over = pid, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        while not self.over.wait(EVERY):
            self.most = max(self.most, sum(map(_held, _family(self.pid))))

    def stop(self) -> float:
        """The most MiB that were seen; 0 where the system does not tell."""
        self.over.set()
        self.thread.join()
        return self.most


def _family(pid: int) -> Iterable[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))
    except OSError:  # gone meanwhile, or a system without /proc
        return


def _held(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return 0.0


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, least and most."""
    return statistics.median(values), min(values), max(values)


def ratio(of: Figure, to: Figure, what: str = "cpu") -> float:
    """Median of the ratios run by run."""
    pairs = zip(getattr(of, what), getattr(to, what), strict=False)
    return statistics.median(a / b for a, b in pairs)


def child(task: str, *arguments: str, root: Path = ROOT) -> tuple[str, ...]:
    """The command that measures itself."""
    return (sys.executable, "-m", "tests.benchmarks.child", task, str(root), *arguments)
