"""One workbook changed, checked and solved: what came out, and what of it breaks the contract."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from openpyxl.utils import range_boundaries

import floors.study.source as source
import floors.study.workbook as reader
from floors.cli.main import run
from floors.excel.example import EXAMPLE
from floors.files.targets import check_workbook
from floors.study.given import grids_of
from floors.study.sheets import Grid
from tests.support import entangled
from tests.support.tiny import TINY

from .damage import DAMAGES, saved
from .mutate import Book, Page, grids, mutate, pages

ROOT = Path(__file__).parents[2]
ALLOWED = {0, 2, 3, 4, 5}
SECONDS = 10.0  # of the processor, for check and solve
SEEDS = ("tiny", "smallest", "toy", "example", "entangled", "rare_earths")
SMALL = SEEDS[:5]


class Outcome(NamedTuple):
    """What a command left: exit code, standard output and error, warnings of other packages."""

    code: int
    out: str
    err: str
    warnings: tuple[str, ...]


class Trial(NamedTuple):
    """One workbook: where it came from, what was done, how it ended, and its faults (none if all is well)."""

    number: int
    seed: str
    done: tuple[str, ...]
    check: int
    solve: int | None
    said: str
    faults: tuple[str, ...]


@cache
def original(seed: str) -> tuple[Grid, ...]:
    """The grids of a workbook to start from."""
    if seed == "tiny":
        return tuple(
            Grid(
                name,
                {(i, j): v for i, row in enumerate(rows, 1) for j, v in enumerate(row, 1) if v is not None},
            )
            for name, rows in TINY.items()
        )
    if seed.startswith("entangled"):
        return tuple(grids_of(entangled.sheets(Random(seed))))
    if seed == "example":
        return tuple(grids_of(EXAMPLE))
    path = ROOT / ("tests/cases/toy.xlsx" if seed == "toy" else f"inputs/{seed}.xlsx")
    return tuple(reader.read_workbook(path)[0])


def trial(number: int, base: int, folder: Path, *, files: float = 0.3, large: float = 0.02) -> Trial:
    """Trial `number` of a series; a share of `files` is written as a file, of `large` the largest workbook."""
    random = Random(f"{base}-{number}")
    seed = "rare_earths" if random.random() < large else random.choice(SMALL)
    if seed == "entangled":
        seed += f" {random.randrange(100)}"
    book = pages(list(original(seed)))
    done = mutate(book, random)
    path = folder / "book.xlsx"
    shutil.rmtree(folder / "out", ignore_errors=True)
    if random.random() < files:
        content = saved(book)
        if content and random.random() < 0.6:
            damage = random.choice(DAMAGES)
            content, done = damage(content, random), [*done, damage.__name__]
        path.write_bytes(content)
        return _judged(number, seed, done, path, None)
    return _judged(number, seed, done, path, book)


def _judged(number: int, seed: str, done: list[str], path: Path, book: Book | None) -> Trial:
    target = path.parent / "out" / "result.xlsx"
    started = time.process_time()
    with _read_as(book):
        checked = command("check", str(path), "--json")
        solved = None
        if checked.code == 0 and (seed != "rare_earths" or number % 10 == 0):
            solved = command("solve", str(path), "-o", str(target), "--json")
    faults = [*_broken(checked), *_misplaced(checked, book)]
    if solved is not None:
        faults += _broken(solved)
        if solved.code == 2:
            faults.append(f"check found nothing, solve did: {solved.err[-300:]}")
        if (solved.code == 0) != target.exists():
            faults.append(f"exit code {solved.code}, and the result is {target.exists()}")
        if target.exists():
            check_workbook(target)
    if (took := time.process_time() - started) > SECONDS:
        faults.append(f"took {took:.1f} s")
    left = [p.name for p in path.parent.rglob(".*")]
    if left:
        faults.append(f"left behind: {left}")
    said = solved.err.strip().splitlines()[-1][:100] if solved and solved.code else ""
    return Trial(number, seed, tuple(done), checked.code, solved and solved.code, said, tuple(faults))


@contextmanager
def _read_as(book: Book | None) -> Iterator[None]:
    """The reader gives these grids, whatever the file."""
    if book is None:
        yield
        return
    before = source.read_workbook
    source.read_workbook = lambda path: (grids(book), "0" * 64)  # type: ignore[assignment]
    try:
        yield
    finally:
        source.read_workbook = before


def command(*arguments: str) -> Outcome:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(record=True) as caught, redirect_stdout(out), redirect_stderr(err):
        warnings.simplefilter("always")
        code = run([*arguments, "--debug"])
    return Outcome(code, out.getvalue(), err.getvalue(), tuple(str(one.message) for one in caught))


def _broken(outcome: Outcome) -> Iterator[str]:
    """What no command may do, whatever the workbook."""
    if outcome.code not in ALLOWED:
        yield f"exit code {outcome.code}: {outcome.err[-1500:]}"
    yield from (f"warning: {text}" for text in outcome.warnings)
    try:
        json.loads(outcome.out)
    except ValueError:
        yield f"no JSON: {outcome.out[:200]!r}"


def _misplaced(outcome: Outcome, book: Book | None) -> Iterator[str]:
    """Problems that point outside what the sheet holds."""
    if book is None or outcome.code not in ALLOWED or not outcome.out:
        return
    titles: dict[str, Page] = {page.title: page for page in book}
    for problem in json.loads(outcome.out)["problems"]:
        cell = problem["cell"]
        if not cell or problem["sheet"] not in titles:
            continue
        page: Any = titles[problem["sheet"]]
        if not re.fullmatch(r"[A-Z]+\d+(:[A-Z]+\d+)?", cell):
            yield f"no address: {problem}"
            continue
        _, _, right, bottom = range_boundaries(cell)
        if page.merged and problem["code"] == "merged":
            continue
        if right > page.columns + 1 or bottom > page.rows + 1:
            yield f"outside the sheet ({page.rows} x {page.columns}): {problem}"


def tell(counts: Counter[str], found: Trial) -> None:
    """Count a trial."""
    counts[f"check {found.check}"] += 1
    if found.solve is not None:
        counts[f"solve {found.solve}"] += 1
    if found.solve == 4:
        counts[f"4: {re.sub(r'[0-9.e+-]+', '#', found.said)[:60]}"] += 1
    counts["with faults"] += bool(found.faults)
