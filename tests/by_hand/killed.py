"""`python -m tests.by_hand.killed 200 --seed 1`: runs killed at random moments while they write, and what they leave.

Every kind of workbook that is written has its turn. The moments are spread over the time that the writing
takes, and a little beyond. Prints a JSON object of counts; exit code 1 where a file is broken or something is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import floors
from floors.excel.template import write_template
from floors.files.targets import check_target, check_workbook
from floors.many import solve_scenarios
from floors.study.frames import check_opens
from tests.support import several, studies

Write = Callable[[Path], object]


def writers() -> dict[str, tuple[Write, Callable[[Path], None]]]:
    """What writes each kind of workbook over whatever is there, and what reads it back."""
    study = studies.study(caps=studies.cap("bloc", "oxide", "demand", 0.5))
    result, coalitions = floors.solve(study), floors.coalition(study)
    runs = solve_scenarios(several.case("no cap"))
    return {
        "results": (lambda path: result.to_excel(path, force=True), check_workbook),
        "scenarios": (lambda path: runs.to_excel(path, force=True), check_workbook),
        "coalition": (lambda path: coalitions.to_excel(path, force=True), check_workbook),
        "template": (lambda path: write_template(path, example=True), check_opens),
        "study": (lambda path: study.to_excel(path, force=True), check_opens),
    }


def kill_many(count: int, seed: int, folder: Path) -> Counter[str]:
    """Kill `count` runs in the folder; counts of `old`, `new`, `broken`, `left` (by a killed run) and
    `left after the next` (run)."""
    counts: Counter[str] = Counter()
    kinds = list(writers().items())
    chance = random.Random(seed)
    for number in range(count):
        kind, (write, check) = kinds[number % len(kinds)]
        target = folder / f"{kind}.xlsx"
        started = time.perf_counter()
        write(target)
        lasts = time.perf_counter() - started
        check(target)
        new = target.read_bytes()
        target.write_bytes(old := b"an earlier file")
        _killed_after(chance.uniform(0, 1.3 * lasts), write, target)
        found = target.read_bytes()
        counts["old" if found == old else "new" if found == new else "broken"] += 1
        counts["left"] += len(list(folder.iterdir())) - 1
        check_target(target, force=True)
        counts["left after the next"] += len(list(folder.iterdir())) - 1
        target.unlink()
    return counts


def _killed_after(seconds: float, write: Write, target: Path) -> None:
    """Write in a process of its own, killed so many seconds after it began."""
    begun, begins = os.pipe()
    child = os.fork()
    if not child:
        os.write(begins, b".")
        write(target)
        os._exit(0)
    os.read(begun, 1)
    os.close(begun)
    os.close(begins)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Count, and say it."""
    parser = argparse.ArgumentParser(prog="python -m tests.by_hand.killed")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder  # what is left among temporary files counts too
        counts = kill_many(given.count, given.seed, Path(folder))
    print(json.dumps(counts))
    sys.exit(bool(counts["broken"] or counts["left after the next"]))


if __name__ == "__main__":
    main()
