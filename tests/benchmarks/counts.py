"""What a solve does, counted, by phase: never seconds, so the same on any machine.

    python -m tests.benchmarks.counts SIZES [FLOORS_ROOT]        SIZES as in '[[4, 4, 2, 5, 4, false]]'

One JSON list, for each size: `size` (rows and columns of the LP); `phases`, each with `calls` (of Python functions),
`LPs` (runs of HiGHS), `LP size` (rows and columns of these LPs, summed), `traffic` (numbers handed to HiGHS and read
back), `bytes` (the most that was allocated in the phase on top of what was there, numpy's arrays included); and
`cells` of every sheet of the results.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any

from tests.benchmarks.ledger import REST, Ledger
from tests.benchmarks.phases import FLOORS, FLOORS_CONTAINERS
from tests.benchmarks.studies import INPUTS, Size, make

ROOT = Path(__file__).resolve().parents[2]


class Counter(Ledger):
    """A ledger of calls of Python functions, and of the most bytes that each phase allocates on top of what was
    there, where these are traced."""

    def __init__(
        self, phases: Mapping[str, Sequence[str]], containers: Mapping[str, str], **options: Any
    ) -> None:
        super().__init__(phases, containers, lambda: float(self.called), **options)
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self.called, self.since, self.there, self.now, self.largest = 0, 0.0, 0, REST, 0
        self.counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def switch(self, phase: str) -> None:
        now = self.counts[self.now]
        now["calls"] += self.called - int(self.since)
        if tracemalloc.is_tracing():
            held, most = tracemalloc.get_traced_memory()
            now["bytes"] = max(now["bytes"], most - self.there)
            tracemalloc.reset_peak()
            self.there = held
        self.now, self.since = phase, float(self.called)

    def profile(self, frame: Any, event: str, argument: Any) -> None:
        """Count a call, as a profiler of the interpreter."""
        if event == "call":
            self.called += 1

    def note(self, kind: str, number: int) -> None:
        """Add to a count of the phase that the run is in."""
        self.counts[self.now][kind] += number
        if kind == "LP size":
            self.largest = max(self.largest, number)


def watch_highs(note: Callable[[str, int], None]) -> None:
    """Have every HiGHS that is made from now on say what it runs and what passes in and out of it."""
    import highspy

    _core: Any = highspy._core

    def size(highs: Any) -> int:
        return int(highs.getNumCol() + highs.getNumRow())

    def with_traffic(name: str) -> Callable[..., Any]:
        plain = getattr(_core._Highs, name)

        def passing(self: Any, *arguments: Any) -> Any:
            note("traffic", sum(len(a) for a in arguments if hasattr(a, "__len__")) + size(self))
            return plain(self, *arguments)

        return passing

    def run(self: Any) -> Any:
        note("LPs", 1)
        note("LP size", size(self))
        return plain_run(self)

    plain_run = _core._Highs.run
    whole = ("passModel", "getSolution", "getBasis", "setBasis", "getBasicVariables")
    rows = ("getBasisInverseRow", "getBasisInverseRowSparse", "getBasisSolve", "getReducedRow")
    methods = {name: with_traffic(name) for name in (*whole, *rows)}
    _core._Highs = type("_Highs", (_core._Highs,), {**methods, "run": run})


def solve(source: Path, target: Path) -> Any:
    """The work of `floors solve`, without the ranges of floors, which are asked for by few studies alone."""
    import floors

    result = floors.solve(floors.read(source), ranges=False)
    result.to_excel(target, force=True)
    return result


def count(sizes: list[list[Any]], *, missing_ok: bool = False) -> list[dict[str, Any]]:
    """Solve a made study of each size twice and count."""
    gc.disable()  # when garbage is collected is no matter of the study, and would move the peaks of its bytes
    counter, found = Counter(FLOORS, FLOORS_CONTAINERS, missing_ok=missing_ok), []
    watch_highs(counter.note)
    counter.install()
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "study.xlsx", Path(name) / "out.xlsx"
        solve(INPUTS["smallest"], target)  # has everything imported
        for size in sizes:
            make(Size(*size), source)
            counter.clear()
            sys.setprofile(counter.profile)
            result = solve(source, target)
            sys.setprofile(None)
            counter.switch(REST)
            counts, largest = counter.counts, counter.largest
            counter.clear()
            tracemalloc.start()
            solve(source, target)
            counter.switch(REST)
            tracemalloc.stop()
            for phase, more in counter.counts.items():
                counts[phase]["bytes"] = more["bytes"]
            cells = {sheet: sum(map(len, rows)) for sheet, rows in result._rows.items()}
            found.append({"size": largest, "phases": counts, "cells": cells})
    counter.close()
    return found


def counted(sizes: list[list[Any]], root: Path = ROOT) -> list[dict[str, Any]]:
    """Counts of made studies, from a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.counts", json.dumps(sizes), str(root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def growth(small: dict[str, Any], large: dict[str, Any], least: dict[str, int]) -> dict[str, float]:
    """Exponent of growth with the size of the LP, by `phase: kind` and `sheet: cells`, of what counts `least` or
    more at the larger size."""
    apart = log(large["size"] / small["size"])
    pairs = {
        f"{phase}: {kind}": (small["phases"].get(phase, {}).get(kind, 0), number, least[kind])
        for phase, kinds in large["phases"].items()
        for kind, number in kinds.items()
    }
    pairs |= {
        f"{sheet}: cells": (small["cells"].get(sheet, 0), number, least["cells"])
        for sheet, number in large["cells"].items()
    }
    return {
        name: log(number / max(1, before)) / apart
        for name, (before, number, enough) in pairs.items()
        if number >= enough
    }


def main() -> None:
    """Count, as the command line asks."""
    _, sizes, root = (*sys.argv, str(ROOT))[:3]
    sys.path.insert(0, root)
    print(json.dumps(count(json.loads(sizes), missing_ok=Path(root) != ROOT)))


if __name__ == "__main__":
    main()
