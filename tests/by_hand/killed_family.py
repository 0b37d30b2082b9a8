"""`python -m tests.by_hand.killed_family 20 --seed 1`: families killed at random moments and resumed.

Each is a command `floors solve --all`, killed (no signal that could be heard) at a moment spread over the time
that it takes, then gone on with by `--resume`; every other is killed a second time on the way. Prints a JSON
object of counts: `same` and `other` workbooks, runs that were `kept`, and what was `left` in the folder; exit code 1
where a workbook is another or something is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support import several
from tests.support.places import ROOT


def solve(folder: Path, *more: str) -> subprocess.Popen[str]:
    """The command, begun."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    arguments = ["solve", "study.xlsx", "--all", "-o", "out.xlsx", "--jobs", "2", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "floors", *arguments],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill(folder: Path, seconds: float, *more: str) -> None:
    """Begin the command, and kill it after so many seconds."""
    process = solve(folder, *more)
    time.sleep(seconds)
    process.kill()
    process.communicate()


def kill_many(count: int, seed: int, workbook: Path | None) -> Counter[str]:
    """Kill and resume so many families of a workbook, or of a tiny one of ten scenarios."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if workbook is None:
            several.case().to_excel(folder / "study.xlsx")
        else:
            shutil.copy(workbook, folder / "study.xlsx")
        started = time.perf_counter()
        process = solve(folder)
        process.communicate()
        lasts, code = time.perf_counter() - started, process.returncode
        whole = (folder / "out.xlsx").read_bytes()
        for number in range(count):
            (folder / "out.xlsx").unlink()
            kill(folder, chance.uniform(0.2, 1.1) * lasts)
            if number % 2:
                kill(folder, chance.uniform(0.2, 0.9) * lasts, "--resume")
            process = solve(folder, "--resume")
            said = process.communicate()[1]
            counts["kept"] += said.count("solved before")
            same = process.returncode == code and (folder / "out.xlsx").read_bytes() == whole
            counts["same" if same else "other"] += 1
            counts["left"] += len({path.name for path in folder.iterdir()} - {"study.xlsx", "out.xlsx"})
        kill(folder, 0.7 * lasts)
        solve(folder).communicate()
        counts["left by a run that does not resume"] = len(list(folder.iterdir())) - 2
    return counts


def main() -> None:
    """Count, and say it."""
    parser = argparse.ArgumentParser(prog="python -m tests.by_hand.killed_family")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workbook", type=Path)
    given = parser.parse_args()
    counts = kill_many(given.count, given.seed, given.workbook)
    print(json.dumps(counts))
    sys.exit(any(count for name, count in counts.items() if name not in ("same", "kept")))


if __name__ == "__main__":
    main()
