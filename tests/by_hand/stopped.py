"""`python -m tests.by_hand.stopped 40 --seed 1`: commands stopped by Ctrl-C or SIGTERM at random moments.

Each is started like a person would, stopped at a moment spread over the time that it takes, and looked at: its
exit code, what it says, and what lies in its folder and among the temporary files. Prints JSON counts; exit code 1
where one did not stop as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from floors.files.targets import check_workbook
from tests.support import several
from tests.support.places import ROOT, TOY

START = "from floors.__main__ import main; print(flush=True); main()"
# Workers leave Ctrl-C to the script: one that it stops while it waits for work keeps the others waiting for ever.
POOL = """
import sys, multiprocessing, signal
from concurrent.futures import ProcessPoolExecutor
print(flush=True)
if __name__ == "__main__":
    import floors
    from floors.many import solve_scenarios
    study = floors.read("toy.xlsx")
    alone = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), **alone) as pool:
        runs = floors.solve_many({str(n): study for n in range(4)}, executor=pool)
    runs.to_excel("out/pool.xlsx")
"""
COMMANDS = {
    "solve": ["-c", START, "solve", "toy.xlsx", "-o", "out/result.xlsx"],
    "all": ["-c", START, "solve", "toy.xlsx", "--all", "-o", "out/result.xlsx", "--json"],
    "jobs": ["-c", START, "solve", "many.xlsx", "--all", "-o", "out/result.xlsx", "--jobs", "3"],
    "check": ["-c", START, "check", "toy.xlsx"],
    "coalition": ["-c", START, "coalition", "toy.xlsx", "-o", "out/coalition.xlsx"],
    "template": ["-c", START, "template", "out/template.xlsx", "--example"],
    "pool": ["pool.py"],
}
DONE = {name: {3 if name == "jobs" else 0} for name in COMMANDS}
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
LATE = 20.0  # seconds after which a command has not heard the signal


def stop(name: str, number: int, chance: random.Random, lasts: dict[str, float]) -> tuple[str, str]:
    """Stop one command; how it ended (`stopped`, `done`, or what is wrong), and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(TOY, folder)
        Path(folder, "pool.py").write_text(POOL)
        several.case().to_excel(Path(folder, "many.xlsx"))
        temporary = Path(folder, "temporary")
        temporary.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
        with subprocess.Popen(
            [sys.executable, *COMMANDS[name]],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            started = time.perf_counter()
            if name not in lasts:
                said = process.communicate()[1]
                lasts[name] = time.perf_counter() - started
                return ("done" if process.returncode in DONE[name] else f"exit {process.returncode}"), said
            time.sleep(chance.uniform(0.1, max(lasts[name], 0.2)))
            which = signal.SIGINT if name == "pool" or number % 3 else signal.SIGTERM
            # Ctrl-C reaches every process of the terminal's group.
            os.killpg(process.pid, which)
            try:
                said = process.communicate(timeout=LATE)[1]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return "not heard", process.communicate()[1]
        if _alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
            return "processes left", said
        kept = {"toy.xlsx", "many.xlsx", "pool.py", "temporary"}
        if process.returncode in DONE[name]:
            return ("done" if Path(folder, "out").exists() or name == "check" else "nothing written"), said
        left = [str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.name not in kept]
        if name == "pool" and left == ["out", "out/pool.xlsx"]:
            check_workbook(Path(folder, "out", "pool.xlsx"))
            return "done", said  # the script had written it when the signal came
        if left:
            return f"left behind: {left}", said
        if name == "pool":  # a script without a command around it: Python tells of the interrupt
            return (
                "stopped" if process.returncode in (1, -which, 130) else f"exit {process.returncode}"
            ), said
        if process.returncode != CODES[which] or "Interrupted." not in said or "Traceback" in said:
            return f"exit {process.returncode} after signal {which}", said
        return "stopped", said


def _alive(group: int) -> bool:
    """Whether processes of a group are there a moment after the one that began it ended."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


def stop_many(count: int, seed: int, names: list[str]) -> tuple[Counter[str], list[str]]:
    """How so many commands ended, and what those said that did not stop as they should."""
    chance, lasts = random.Random(seed), dict[str, float]()
    counts: Counter[str] = Counter()
    said = []
    for name in names:
        stop(name, 0, chance, lasts)
    for number in range(count):
        name = names[number % len(names)]
        how, text = stop(name, number, chance, lasts)
        counts[f"{name}: {how}"] += 1
        if how not in ("stopped", "done"):
            said.append(f"{name}: {how}: {text[-2000:]}")
    return counts, said


def main() -> None:
    """Count, and say it."""
    parser = argparse.ArgumentParser(prog="python -m tests.by_hand.stopped")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=COMMANDS, action="append")
    given = parser.parse_args()
    counts, said = stop_many(given.count, given.seed, given.only or list(COMMANDS))
    print(json.dumps(dict(sorted(counts.items())), indent=1), *said, sep="\n")
    sys.exit(bool(said))


if __name__ == "__main__":
    main()
