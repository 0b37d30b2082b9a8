"""Whether a cell, a row or a sentence was changed after the solve: what is not derived is told at least by that.

Labels, notes, units, the order of rows and the sentences are derived nowhere here: written twice in the same words
they would prove nothing.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from floors.contract import results as tables
from floors.contract.fingerprints import (
    KEY,
    OF_ALL,
    OF_OPTIONS,
    OF_RECORD,
    SENTENCES,
    SHEET,
    TEXTS,
    changed,
    changed_texts,
    fingerprint_of_record,
    fingerprint_of_sentences,
)
from floors.contract.results.handed import WORDS
from floors.contract.results.whole import COMMAND, LONG, OPTION
from floors.files.beside import FOLDER
from floors.verification.check import Checker
from floors.verification.written import Book, Line

CHANGED = (
    "the numbers of this column are those of the solve, by their fingerprint in sheet run; --exact says which"
)
CHANGED_TEXTS = "the texts of this column are those of the solve, by their fingerprint in sheet run"
REPEATED = "what repeats the other sheets is as it was solved, by its fingerprint in sheet run"
CHANGED_ROWS = "the rows are those of the solve, by their fingerprint in sheet run"
CHANGED_WORDS = "the sentences and warnings are those of the solve, by their fingerprint in sheet run"
MISSING = "that no number was changed since the solve: sheet run holds no fingerprints"
NO_TEXTS = (
    "that no label, note or sentence was changed since the solve: sheet run holds no fingerprints of texts"
)
NO_WORDS = "that no sentence or warning was changed since the solve: sheet run holds no fingerprint of them"
CHANGED_RECORD = "what sheet run records is as it was written, by its fingerprint there"
TITLE = "the title: no other cell pins it"
BESIDE = "the title, and what sheet run records but the workbook: no other cell pins them"
NO_COMPARISON = (
    "sheets comparison and side_by_side, which repeat the others: sheet run holds no fingerprint of them"
)


def check_fingerprints(book: Book, scenario: str, checker: Checker, wrong: Container[str]) -> None:
    """Each sheet against its fingerprints in sheet run; sheets known to be `wrong` are left out."""
    recorded = {str(key): str(value) for key, value in book.recorded(scenario).items()}
    _check_record(book, scenario, checker)
    for sheet in tables.RESULTS:
        if sheet is not tables.RUN and sheet.name not in wrong:
            _check(recorded, sheet.name, book.lines(scenario, sheet.name), checker)
    if not book.several:
        _check_words(book, recorded.get(SENTENCES), checker)


def _check_record(book: Book, scenario: str, checker: Checker) -> None:
    """What sheet run records of itself, where it has fingerprints of that."""
    told = {str(line["key"]): line["value"] for line in book.lines(scenario, tables.RUN.name)}
    checker.unknown[TITLE if OF_RECORD in told else BESIDE] = None
    checker.compared += len({OF_RECORD, OF_OPTIONS} & told.keys())
    for what in altered(told):
        checker.say(tables.RUN.name, "", "value", f"another {what}", "as it was written", CHANGED_RECORD)


def altered(told: Mapping[str, Any]) -> list[str]:
    """Which parts of what sheet run records, key to value, are not those of the fingerprints beside: `record`, and
    `options` with the command."""
    asked = {key for key in told if key == COMMAND or key.startswith(OPTION)}
    own = {key for key in told if not key.startswith((KEY, FOLDER))} - asked
    return [
        seal.removeprefix(KEY)
        for seal, keys in ((OF_OPTIONS, asked), (OF_RECORD, own))
        if seal in told and fingerprint_of_record((key, told[key]) for key in keys) != told[seal]
    ]


def check_shared(book: Book, checker: Checker, wrong: Container[str]) -> None:
    """What is of all scenarios together: sheet comparison, and the sentences."""
    recorded = {
        str(key): str(value) for scenario in book.of for key, value in book.recorded(scenario).items()
    }
    comparison = tables.COMPARISON.name
    if TEXTS + comparison not in recorded:
        checker.unknown[NO_COMPARISON] = None
    else:
        if comparison not in wrong:
            _check(recorded, comparison, book.comparison, checker)
        _check_across(recorded, book, checker)
    _check_words(book, recorded.get(OF_ALL), checker)


def _check_across(recorded: dict[str, str], book: Book, checker: Checker) -> None:
    """Sheet side_by_side, whose fingerprint is of its rows with scenarios down."""
    sheet = tables.SIDE_BY_SIDE
    for key, tell, what in ((SHEET, changed, "other numbers"), (TEXTS, changed_texts, "other texts")):
        if key + sheet in recorded or book.across:
            checker.compared += 1
            for column in tell(recorded.get(key + sheet, ""), LONG, book.across):
                checker.say(sheet, "", column, what, "those of the solve", REPEATED)


def _check(recorded: dict[str, str], sheet: str, lines: list[Line], checker: Checker) -> None:
    if not lines:
        if SHEET + sheet in recorded:
            checker.say(sheet, "", "", "no rows", "those of the solve", CHANGED_ROWS)
        return
    columns, rows = list(lines[0].cells), [list(line.cells.values()) for line in lines]
    for key, tell, what, rule, missing in (
        (SHEET, changed, "other numbers", CHANGED, MISSING),
        (TEXTS, changed_texts, "other texts", CHANGED_TEXTS, NO_TEXTS),
    ):
        if not any(one.startswith(key) for one in recorded):
            checker.unknown[missing] = None
            continue
        checker.compared += 1
        for column in tell(recorded.get(key + sheet, ""), columns, rows):
            first, last = lines[0], lines[-1]
            cells = f"{first.cell(column)}:{last.cell(column)}" if last is not first else first.cell(column)
            repeats = sheet == tables.COMPARISON.name
            checker.say(sheet, cells, column, what, "those of the solve", REPEATED if repeats else rule)


def _check_words(book: Book, recorded: str | None, checker: Checker) -> None:
    """The sentences and warnings; a result in memory may have none."""
    if recorded is None:
        checker.unknown[NO_WORDS] = None
    elif book.words is not None and fingerprint_of_sentences(book.words) != recorded:
        checker.say(WORDS.name, "", "", "other sentences", "those of the solve", CHANGED_WORDS)
