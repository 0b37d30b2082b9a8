"""A third evaluator, that trusts nothing: every number of a result recomputed from the tables alone.

It knows neither the model nor the solver: what it shares with the rest is the reader of the input, the names of
sheets and columns, and nothing that computes. Written again from the documents, so that an error of one is
seen by the other.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.errors import InputError, UsageError
from floors.steps import Step, stage, telling
from floors.study.overrides import parse, recorded
from floors.verification.check import Checker
from floors.verification.fingerprints import check_fingerprints, check_shared
from floors.verification.given import Given
from floors.verification.report import Finding, Report
from floors.verification.scenario import check_scenario
from floors.verification.written import Book, book_of, read_book

if TYPE_CHECKING:
    from floors.study.study import Study

__all__ = ["Finding", "Report", "verify", "verify_files"]

NO_FILE = "that the results are of this very file: one of the two is of tables that came from no file"


def verify(
    study: Study, result: Any, *, exact: bool = False, done: Callable[[Step], None] | None = None
) -> Report:
    """Check a result (or several, from `floors.solve_many` or scenarios) against its study: in memory, or by the path
    of its workbook or folder, the bytes of the workbook, or an open file.

    `exact` solves the study again, compares what takes a solver (ranges of floors, least make-whole, movable),
    and weighs the plan, the prices and total_cost in exact fractions on the LP of the study. `done` is told of each
    Step. What the result records as set in place of cells is set in a study that has nothing set. Raises UsageError
    for a study or a result that is none, InputError for a file that holds none.
    """
    from floors.study.locate import shown
    from floors.study.study import Study, check_study

    check_study(study, "floors.verify")
    if isinstance(result, str | PathLike | bytes | bytearray) or hasattr(result, "read"):
        with telling(done):
            return _check(study, read_book(result), exact)
    if isinstance(result, Study | type) or not hasattr(result, "rows"):
        raise UsageError(f"floors.verify expects a result, from floors.solve(study); found {shown(result)}.")
    several = hasattr(result, "comparison")
    with telling(done):
        return _check(study, book_of(result, several), exact)


def verify_files(workbook: Path, output: Path, *, exact: bool = False) -> Report:
    """Check a results workbook against its input. Raises InputError for one that cannot be read."""
    from floors.study.study import read

    with stage("reading", 2) as here:
        study = read(workbook)
        here.finished(workbook.name)
        book = read_book(output)
        here.finished(output.name)
    return _check(study, book, exact)


def _check(study: Study, book: Book, exact: bool) -> Report:
    checker = Checker(findings=list(book.findings))
    study = _as_solved(study, book, checker)
    proof: list[str] = []
    numbers: dict[str, dict[str, Any]] = {}
    with stage("scenarios checked", len(book.of)) as here:
        for name in book.of:
            told = book.recorded(name)
            checker.scenario = name
            given = _given(study, name or told.get("scenario") or "base", checker)
            _check_run(study, book, name, checker)
            if given is not None and (book.lines(name, "summary") or told.get("status") == "optimal"):
                proof += _check_tables(given, book, name, checker)
                if exact:
                    proof += _check_exactly(given, book, name, checker, numbers)
            here.finished(name)
    checker.scenario = ""
    if book.several:
        check_shared(book, checker, {finding.sheet for finding in checker.findings})
    if book.written:
        from floors.verification.handed import check_handed

        check_handed(study, book, checker)
    return Report(tuple(checker.findings), checker.compared, tuple(checker.unknown), tuple(proof), numbers)


def _as_solved(study: Study, book: Book, checker: Checker) -> Study:
    """The study with what sheet run says was set in place of its cells; a finding where that cannot be, or was not."""
    runs = (recorded(book.recorded(name)) for name in book.of)
    told: tuple[str, ...] = next((run for run in runs if run), ())
    if list(map(parse, told)) == list(map(parse, study.overrides)):
        return study
    rule = "what was set in place of cells, as sheet run records it, can be set in this input"
    found = " ".join(f"--set {text}" for text in told) or "nothing set"
    if study.overrides:
        expected = " ".join(f"--set {text}" for text in study.overrides)
        checker.say(
            "run", "", "value", found, expected, "the results are of the study with what is set in it"
        )
        return study
    try:
        return study.overridden_by(told)
    except (InputError, UsageError) as error:
        checker.say("run", "", "value", found, str(error), rule)
        return study


def _check_tables(given: Given, book: Book, name: str, checker: Checker) -> list[str]:
    """Every table of a scenario, and the fingerprints of those in which nothing was found; what its proof says."""
    before = len(checker.findings)
    words = check_scenario(given, book, name, checker)
    check_fingerprints(book, name, checker, {f.sheet for f in [*book.findings, *checker.findings[before:]]})
    return [words] if words else []


def _check_exactly(
    given: Given, book: Book, name: str, checker: Checker, numbers: dict[str, dict[str, Any]]
) -> list[str]:
    """A scenario solved again and weighed in exact fractions, its `numbers` kept; what is said of that."""
    from floors.verification.exact.again import check_again

    said: list[str] = []
    for weighed in check_again(given, book, name, checker):
        whole = numbers.setdefault(name or given.study.scenario_name, {})
        if weighed.baseline:
            whole["baseline"] = weighed.json()
        else:
            whole.update(weighed.json())
        said += weighed.said(name)
    return said


def _given(study: Study, scenario: str, checker: Checker) -> Given | None:
    """The tables of a scenario, or a finding where the input has none of the name."""
    if study.scenario_name == scenario:
        return Given(study)
    try:
        return Given(study.scenario(scenario))
    except InputError as error:
        if checker.scenario and not scenario:
            raise
        checker.unknown[f"scenario {scenario}: {error}"] = None
        return None


def _check_run(study: Study, book: Book, name: str, checker: Checker) -> None:
    """The results are of this workbook, and say what they assumed of it."""
    for line in book.lines(name, "run"):
        if line["key"] == "workbook sha256":
            checker.compared += 1
            if (study.sha256 is None) != (line["value"] is None):
                checker.unknown[NO_FILE] = None
            elif line["value"] != study.sha256:
                rule = "the results are of this input workbook, byte for byte"
                checker.at(line, "value", line["value"], study.sha256, rule)
