"""How fast floors is beside others that do the same work.

    python -m tests.benchmarks                                   the two inputs and S, three runs each
    python -m tests.benchmarks --studies rare_earths S M L XL --runs 5 --csv speed.csv --picture speed.png
    python -m tests.benchmarks --folder FOLDER                   every workbook of a folder instead
    python -m tests.benchmarks --groups families                 sweep, scenarios, coalitions, check
    python -m tests.benchmarks --against FOLDER                  another version of floors (a checkout) in turn

Groups: `whole` (the command, from a fresh process to the written workbook), `phases` (the same, by phase), `handoff`
(from the tables read to HiGHS holding the LP), `families`, `start` (start-up, reading and writing many rows).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.measure import ROOT, WHOLE, Measure, child, run_all
from tests.benchmarks.studies import INPUTS, SIZES, given

GROUPS = ("whole", "phases", "handoff", "families", "start")
PEERS = ("arrays", "linopy", "appsi")
ARRAYS = str(ROOT / "tests" / "benchmarks" / "arrays.py")
BARE = "import numpy, highspy, openpyxl, xlsxwriter"
NINE = "US,EU,JP,MX,AU,KR,IN,UK,CA"  # members of the worked example that make 512 coalitions


def main() -> None:
    """Measure what the command line asks for and print it."""
    options = _options()
    if options.picture and importlib.util.find_spec("matplotlib") is None:
        sys.exit("--picture needs matplotlib: pip install 'floors[bench]'")
    peers = list(options.peers)
    if "linopy" in peers and "handoff" in options.groups and importlib.util.find_spec("linopy") is None:
        print("linopy is not installed (pip install 'floors[bench]'): measured without it.", file=sys.stderr)
        peers.remove("linopy")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        studies = dict(_studies(options, folder))
        measures = list(_measures(options, studies, peers, folder))
        figures, failed = run_all(measures, options.runs, None if options.quiet else _say)
    if options.phases:
        kept = {*options.phases, WHOLE}
        figures = [f for f in figures if f.phase in kept]
    print(report.text(figures, options.runs))
    if options.csv:
        report.write_csv(figures, options.csv)
    if options.picture:
        report.draw(figures, options.picture)
    if failed:
        sys.exit("\n".join(["", "without a figure, since it failed:", *map(str, failed)]))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--studies", nargs="+", default=["smallest", "rare_earths", "S"], choices=[*INPUTS, *SIZES]
    )
    parser.add_argument("--folder", type=Path, help="workbooks to measure in place of --studies")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="of --folder, these (without .xlsx)")
    parser.add_argument("--groups", nargs="+", default=["whole", "phases", "handoff"], choices=GROUPS)
    parser.add_argument("--phases", nargs="+", metavar="PHASE", help="print these phases alone")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="a checkout of another version")
    parser.add_argument("--against-python", type=Path, metavar="PYTHON", default=sys.executable)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--picture", type=Path, metavar="FILE.png")
    parser.add_argument("--quiet", action="store_true", help="no word on what is being run")
    return parser.parse_args()


def _studies(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    if options.folder:
        for name, path in given(options.folder):
            if not options.only or name in options.only:
                yield name, path.resolve()
        return
    for name in options.studies:
        if name in INPUTS:
            yield name, INPUTS[name]
        else:
            path = folder / f"{name}.xlsx"
            _make(json.dumps(astuple(SIZES[name])), path)
            yield name, path


def _make(what: str, path: Path) -> None:
    """Make a workbook in a process of its own, so that this one stays small."""
    command = [sys.executable, "-m", "tests.benchmarks.studies", what, str(path)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def _measures(
    options: argparse.Namespace, studies: dict[str, Path], peers: list[str], folder: Path
) -> Iterator[Measure]:
    out = str(folder / "out.xlsx")
    versions = [("floors", ROOT, sys.executable)]
    if options.against:
        versions.append(("before", options.against.resolve(), str(options.against_python)))
    command: tuple[str, ...]
    for name, path in studies.items():
        source = str(path)
        if "whole" in options.groups:
            for who, root, python in versions:
                command = (python, "-m", "floors", "solve", source, "-o", out, "--quiet", "--force")
                yield Measure(name, WHOLE, who, command, root=root)
            if "arrays" in peers:
                yield Measure(name, WHOLE, "arrays", (sys.executable, ARRAYS, source, out))
        if "phases" in options.groups:
            for who, root, python in versions:
                command = (python, *child("floors", source, out, root=root)[1:])
                yield Measure(name, "phases", who, command, split=True)
            if "arrays" in peers:
                yield Measure(name, "phases", "arrays", child("arrays", source, out), split=True)
        if "handoff" in options.groups:
            for peer in ("floors", *peers):
                yield Measure(name, "hand-off", peer, child(f"handoff-{peer}", source), split=True)
    if "families" in options.groups:
        yield from families(out)
    if "start" in options.groups:
        yield from starting(folder, out)


def families(out: str) -> Iterator[Measure]:
    """Several solves of the worked example in one command, beside one run of the script."""
    source = str(INPUTS["rare_earths"])
    floors = (sys.executable, "-m", "floors")
    last = ("--quiet", "--force")
    commands: dict[str, tuple[str, ...]] = {
        "15 points": (*floors, "sweep", source, "-o", out, *last),
        "every scenario": (*floors, "solve", source, "--all", "-o", out, *last),
        "512 coalitions": (*floors, "coalition", source, "-o", out, "--members", NINE, *last),
        "check": (*floors, "check", source),
    }
    for name, command in commands.items():
        yield Measure(f"family: {name}", WHOLE, "floors", command, family=True)
        yield Measure(f"family: {name}", WHOLE, "arrays", (sys.executable, ARRAYS, source, out))


def starting(folder: Path, out: str) -> Iterator[Measure]:
    """Start-up, and many rows read and written, beside the libraries alone."""
    smallest = str(INPUTS["smallest"])
    command = (sys.executable, "-m", "floors", "solve", smallest, "-o", out, "--quiet", "--force")
    yield Measure("start-up", WHOLE, "floors", command)
    yield Measure("start-up", WHOLE, "bare", (sys.executable, "-c", BARE))
    routes = folder / "routes.xlsx"
    _make("routes", routes)
    for task, label, argument in (
        ("read", "100,000 rows in", str(routes)),
        ("write", "200,000 rows out", out),
    ):
        yield Measure(label, f"{task} rows", "floors", child(task, argument), split=True)
        yield Measure(label, f"{task} rows", "bare", child(f"{task}-bare", argument), split=True)
    usual = child("read-usual", str(routes))
    yield Measure("100,000 rows in", "read rows", "usual", usual, split=True)


if __name__ == "__main__":
    main()
