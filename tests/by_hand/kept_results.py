"""Keeps what `floors` writes and says, and compares two such folders: does a change of the code change a result?

    PYTHONPATH=/path/of/the/code python -m tests.by_hand.kept_results make BEFORE --workbooks FOLDER
    PYTHONPATH=/path/of/other/code python -m tests.by_hand.kept_results make AFTER --as BEFORE
    python -m tests.by_hand.kept_results compare BEFORE AFTER

`make` runs the command line of the `floors` that this Python finds (PYTHONPATH says which) on many workbooks:
those of inputs/ and tests/cases/, those that the tests build, and all below each --workbooks. Each is checked
and marked, diagnosed (every scenario too), solved with ranges, solved with all scenarios, verified, swept, and
solved for every coalition and for the risk. Exit code, both streams and every file written are kept in FOLDER,
with the inputs, so that --as takes the very same ones again. `compare` is in same_results.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from tests.by_hand.same_results import MANIFEST, compare
from tests.support import checked, everything, mixed, several, tiny
from tests.support.places import CASES, INPUTS, ROOT

SAID = ("stdout", "stderr")
LONGEST = 900  # seconds of one command
SEEDS = 12  # random studies
MODELS = ("bloc.py", "domestic_content.py")
COMMANDS = (
    "alternatives",
    "check",
    "coalition",
    "compare",
    "diagnose",
    "priorities",
    "risk",
    "sample",
    "solve",
    "sweep",
    "template",
    "tornado",
    "verify",
)
WITH_OTHERS = "--jobs 1"


class Run(NamedTuple):
    """One command line: the folder it runs in below runs/, its kind, and its words after `python`."""

    where: str
    kind: str
    words: tuple[str, ...]


def make(folder: Path, workbooks: Sequence[Path], earlier: Path | None, only: str, jobs: int) -> int:
    """Fill a folder that is not there yet; returns the exit code, 1 where a command did not come to its end."""
    folder.mkdir(parents=True)
    print(f"Commands are run by {_code(folder)}.")
    if earlier is not None:
        shutil.copytree(earlier / "inputs", folder / "inputs")
    else:
        _gather(folder / "inputs", workbooks)
    shutil.copytree(ROOT / "models", folder / "models", ignore=shutil.ignore_patterns("__pycache__"))
    found = sorted(path.relative_to(folder / "inputs") for path in (folder / "inputs").rglob("*.xlsx"))
    chosen = [path for path in found if fnmatch(str(path), only)]
    if not chosen:
        print(f"No workbook matches {only}.", file=sys.stderr)
        return 2
    by_workbook = [[*_runs(folder, path)] for path in chosen]
    if only == "*":
        by_workbook += [[run] for run in _runs_without()]
    with ThreadPoolExecutor(jobs) as pool:
        kept = [
            entry for entries in pool.map(lambda runs: _keep(folder, runs), by_workbook) for entry in entries
        ]
    inputs = {str(path): _digest(folder / "inputs" / path) for path in chosen}
    manifest = {
        "code": _code(folder),
        "inputs": inputs,
        "runs": {entry.pop("where"): entry for entry in kept},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    stopped = [where for where, entry in manifest["runs"].items() if entry["exit"] is None]
    for where in stopped:
        print(f"{where}: stopped after {LONGEST} s", file=sys.stderr)
    print(f"{len(kept)} commands on {len(chosen)} workbooks by {manifest['code']}, kept in {folder}.")
    return 1 if stopped else 0


def _code(folder: Path) -> str:
    """Where the code lies that is run."""
    words = [sys.executable, "-c", "import floors; print(floors.__file__)"]
    return subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def _gather(target: Path, folders: Sequence[Path]) -> None:
    """Copy or build every input workbook."""
    places = {"inputs": INPUTS, "tests_cases": CASES}
    places |= {f"{path.resolve().parent.name}_{path.resolve().name}": path for path in folders}
    for label, source in places.items():
        for path in sorted(source.rglob("*.xlsx")):
            copy = target / label / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    _build(target / "built")


def _build(target: Path) -> None:
    """Write the studies that the tests make for themselves."""
    target.mkdir(parents=True)
    tiny.write(target / "tiny.xlsx", tiny.TINY)
    studies = {
        "everything": everything.study(),
        "several": several.case(),
        "ruled_toy": checked.ruled_toy()[0],
        "checked_several": checked.several()[0],
    }
    tables = {
        name: {
            sheet: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for sheet, frame in study.tables.items()
        }
        for name, study in studies.items()
    }
    for seed in range(SEEDS):
        tables[f"mixed_{seed}"] = mixed.sheets(random.Random(seed), spread=0.01 if seed % 2 else 0.0)
    for name, sheets in tables.items():
        tiny.write(target / f"{name}.xlsx", {sheet: _grid(rows) for sheet, rows in sheets.items()})


def _grid(rows: Sequence[Mapping[Any, Any]]) -> list[list[Any]]:
    """Records as a header and rows."""
    header = [*dict.fromkeys(key for row in rows for key in row)]
    return [header, *([row.get(key) for key in header] for row in rows)]


def _runs(folder: Path, workbook: Path) -> Iterator[Run]:
    """All command lines of one workbook, in an order in which each finds what it reads."""
    place = str(workbook.with_suffix(""))
    up = "/".join([".."] * (len(workbook.parts) + 2))
    given, floors = f"{up}/inputs/{workbook}", ("-m", "floors")
    others = tuple(WITH_OTHERS.split())

    def run(kind: str, *words: str, named: str = "") -> Run:
        return Run(f"{place}/{named or kind}", kind, (*floors, *words))

    yield run("check", "check", given, "--json", "--mark", "marked.xlsx")
    yield run("diagnose", "diagnose", given, "--json")
    for place_of, name in enumerate(_scenarios(folder / "inputs" / workbook)):
        yield run("diagnose", "diagnose", given, "--json", "--scenario", name, named=f"diagnose_{place_of}")
    yield run("solve", "solve", given, "--ranges", "-o", "result.xlsx", *others)
    yield run("verify", "verify", given, "../solve/result.xlsx")
    yield run("solve_all", "solve", given, "--all", "--json", "-o", "result.xlsx", *others)
    yield run("sweep", "sweep", given, "--cap", "0.8:0.2:3", "--json", "-o", "result.xlsx", *others)
    yield run("alternatives", "alternatives", given, "--json", "-o", "result.xlsx", *others)
    answers = ("--offer", "CN:0.8:1.2:2", "--json", "-o", "result.xlsx", *others)
    yield run("sweep", "sweep", given, "--cap", "0.8:0.4:2", *answers, named="sweep_answered")
    yield run("tornado", "tornado", given, "--json", "-o", "result.xlsx", *others)
    yield run("sample", "sample", given, "--n", "3", "--json", "-o", "result.xlsx", *others)
    yield run("coalition", "coalition", given, "--json", "-o", "result.xlsx", *others)
    yield run("risk", "risk", given, "--json", "-o", "result.xlsx", *others)
    yield run("priorities", "priorities", given, "--n", "3", "--json", "-o", "result.xlsx", *others)
    if workbook.name in ("toy.xlsx", "rare_earths.xlsx"):
        for model in MODELS:
            words = ("solve", given, "--model", f"{up}/models/{model}", "-o", "result.xlsx", *others)
            yield run("model", *words, named=f"model_{Path(model).stem}")
        words = ("solve", given, "--all", "--quiet", "-o", "result.xlsx", "--jobs", "2")
        yield run("solve_all", *words, named="solve_all_2")
        for kind in ("sweep", "coalition", "risk"):
            yield run(kind, kind, given, "-o", "result.xlsx", *others, named=f"{kind}_told")


def _runs_without() -> Iterator[Run]:
    """Command lines that need no workbook."""
    for command in ("", *COMMANDS):
        yield Run(f"none/help_{command}", "help", ("-m", "floors", *command.split(), "--help"))
    yield Run("none/template", "template", ("-m", "floors", "template", "study.xlsx"))
    yield Run("none/template_example", "template", ("-m", "floors", "template", "study.xlsx", "--example"))
    yield Run("none/power_pool", "model", ("../../../models/power_pool.py",))


def _scenarios(path: Path) -> list[str]:
    """The names in sheet scenarios."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        if "scenarios" not in book.sheetnames:
            return []
        rows = [*book["scenarios"].iter_rows(values_only=True)]
    finally:
        book.close()
    place = rows[0].index("scenario") if rows and "scenario" in rows[0] else None
    return [str(row[place]) for row in rows[1:] if row[place] is not None] if place is not None else []


def _keep(folder: Path, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Run command lines one after the other and keep what comes of each."""
    entries: list[dict[str, Any]] = []
    for run in runs:
        where = folder / "runs" / run.where
        where.mkdir(parents=True)
        try:
            done = subprocess.run(
                [sys.executable, *run.words], cwd=where, capture_output=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            entries.append(
                {"where": run.where, "kind": run.kind, "words": run.words, "exit": None, "files": []}
            )
            continue
        for name, said in zip(SAID, (done.stdout, done.stderr), strict=True):
            (where / name).write_bytes(said)
        files = sorted(str(path.relative_to(where)) for path in where.rglob("*") if path.is_file())
        entries.append(
            {
                "where": run.where,
                "kind": run.kind,
                "words": run.words,
                "exit": done.returncode,
                "files": files,
            }
        )
    return entries


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="run everything and keep it")
    making.add_argument("folder", type=Path, help="must not exist")
    making.add_argument("--workbooks", type=Path, action="append", default=[], metavar="FOLDER")
    making.add_argument(
        "--as", dest="earlier", type=Path, metavar="FOLDER", help="the inputs of an earlier make"
    )
    making.add_argument("--only", default="*", metavar="PATTERN", help="of inputs, such as 'tests_cases/*'")
    making.add_argument("--jobs", type=int, default=1, help="workbooks at a time")
    comparing = commands.add_parser("compare", help="compare two folders")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--only", default="*", metavar="PATTERN", help="of runs, such as 'built/*/solve'")
    comparing.add_argument("--most", type=int, default=20, help="differences shown of each file")
    given = parser.parse_args()
    if given.command == "make":
        return make(given.folder, given.workbooks, given.earlier, given.only, given.jobs)
    return compare(given.before, given.after, given.only, given.most)


if __name__ == "__main__":
    sys.exit(main())
