"""`python -m tests.fuzz 10000 --seed 1`: as many workbooks, one after the other, none of them without end."""

from __future__ import annotations

import argparse
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SECONDS = 40.0  # a machine may be busy; what a trial itself takes is measured


def main() -> None:
    """Run trials in a process of their own, which is ended where one takes too long; exit code 1 for a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first trial, to repeat one")
    parser.add_argument("--files", type=float, default=0.15, help="share written as files")
    parser.add_argument("--here", action="store_true", help="in this process, without a limit of time")
    given = parser.parse_args()
    if given.here:
        _work(given)
        return
    slow, faults, at, last = [], 0, given.first, given.first + given.count
    while at < last:
        at, stuck, more = _watch(at, last, given)
        faults += more
        if stuck:
            slow.append(at)
            print(f"{at}: longer than {SECONDS:g} s", flush=True)
            at += 1
    print(f"{faults} with faults, {len(slow)} too slow: {slow}")
    sys.exit(bool(faults or slow))


def _watch(first: int, last: int, given: argparse.Namespace) -> tuple[int, bool, int]:
    """Trials until the end, or until one takes too long: the next number, whether it hangs, faults seen."""
    command = [sys.executable, "-m", "tests.fuzz", str(last - first), "--seed", str(given.seed), "--here"]
    command += ["--first", str(first), "--files", str(given.files)]
    faults, at, begun = 0, first, False
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as worker:
        assert worker.stdout is not None
        while True:
            ready, _, _ = select.select([worker.stdout], [], [], SECONDS if begun else 120)
            line = worker.stdout.readline() if ready else None
            if line is None or (line == "" and at < last):
                worker.kill()
                return at, True, faults
            if line == "":
                return last, False, faults
            begun = True
            if line.startswith("done "):
                at = int(line.split()[1]) + 1
            else:
                print(line, end="", flush=True)
                faults += line.startswith("FAULT")


def _work(given: argparse.Namespace) -> None:
    from .trial import tell, trial

    counts: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.first, given.first + given.count):
            found = trial(number, given.seed, Path(folder), files=given.files)
            tell(counts, found)
            if found.faults:
                text = " | ".join(found.faults).replace("\n", " / ")
                print(
                    f"FAULT {number} {found.seed} {' '.join(found.done)}: {text}".encode(
                        "ascii", "backslashreplace"
                    ).decode()
                )
            print(f"done {number}", flush=True)
            if number % 500 == 499:
                _print(counts, started)
    _print(counts, started)


def _print(counts: Counter[str], started: float) -> None:
    listed = "; ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    print(
        f"{time.monotonic() - started:.0f} s; {listed}".encode("ascii", "backslashreplace").decode(),
        flush=True,
    )


if __name__ == "__main__":
    main()
