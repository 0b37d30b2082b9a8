"""Fingerprints are those of every earlier version: a result made by one is verified by the next."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from floors.contract.fingerprints import (
    changed,
    changed_texts,
    fingerprint,
    fingerprint_of_sentences,
    fingerprint_of_texts,
)

ROWS: list[tuple[Any, ...]] = [
    ("US", 1.25, 2026, True, None, 0.0, "x"),
    ("EU", -3e-7, 2027, False, 2.5, 0, 3.5),
    ("JP", 0.1 + 0.2, 2028, True, inf, -0.0, "y"),
    ("KR", 5e-324, -(10**25), True, nan, None, -1e308),
    ("CN", 1 / 3, 1, None, -2.5, 1e-3, True),
]
OF_0_1_0 = (
    "b:0.012000:9d3be7d1 c:0.226000:b9d04650 d:0.500000:11dc132e e:0.374155:d29dde9c "
    "f:0.517863:a8a88bca g:0.747684:993a1138"
)


def test_the_fingerprint_of_version_0_1_0() -> None:
    assert fingerprint("abcdefg", ROWS) == OF_0_1_0
    assert changed(OF_0_1_0, "abcdefg", ROWS) == []


@pytest.mark.parametrize(
    ("row", "place", "value"),
    [
        (0, 1, 1.25 * (1 + 1e-8)),
        (1, 1, 3e-7),
        (1, 3, True),
        (4, 4, None),
        (0, 5, None),
        (3, 6, "z"),
        (2, 2, 2029),
    ],
)
def test_one_changed_cell_is_told_of_in_its_column_alone(row: int, place: int, value: Any) -> None:
    rows = [list(cells) for cells in ROWS]
    rows[row][place] = value
    assert changed(OF_0_1_0, "abcdefg", rows) == ["abcdefg"[place]]


def test_rows_that_changed_places_are_told_of() -> None:
    assert changed(OF_0_1_0, "abcdefg", [*ROWS[1:], ROWS[0]]) == list("bcdefg")


def test_no_rows_and_no_numbers_have_no_fingerprint() -> None:
    assert fingerprint("ab", []) == fingerprint("ab", [("x", None), (None, nan)]) == ""
    assert changed("", "ab", [("x", None)]) == []


def test_texts_have_fingerprints_of_their_own() -> None:
    rows = [("US", 1.0, "", None), ("EU", 2.0, "a note", None)]
    recorded = fingerprint_of_texts("abcd", rows)
    assert [part.split(":")[0] for part in recorded.split()] == ["a", "c"]
    assert changed_texts(recorded, "abcd", [("US", 9.0, None, 1), ("EU", None, "a note", "")]) == []


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([("US", 1.0, None), ("EU", 2.0, "another note")], ["c"]),
        ([("US", 1.0, None), ("EU", 2.0, None)], ["c"]),
        ([("US", 1.0, "a note"), ("EU", 2.0, None)], ["c"]),
        ([("EU", 2.0, "a note"), ("US", 1.0, None)], ["a", "c"]),
        ([("US", 1.0, None), ("EU", 2.0, "a note"), ("EU", 2.0, "a note")], ["a", "c"]),
        ([("US", "x", None), ("EU", 2.0, "a note")], ["b"]),
        ([], ["a", "c"]),
    ],
)
def test_a_changed_text_is_told_of_in_its_column(rows: list[tuple[Any, ...]], columns: list[str]) -> None:
    recorded = fingerprint_of_texts("abc", [("US", 1.0, None), ("EU", 2.0, "a note")])
    assert changed_texts(recorded, "abc", rows) == columns


def test_texts_that_only_together_are_the_same_are_not_the_same() -> None:
    assert fingerprint_of_texts("a", [("x\n1 y",), ("z",)]) != fingerprint_of_texts(
        "a", [("x",), ("y\n1 z",)]
    )


def test_sentences_are_the_same_wherever_their_lines_break() -> None:
    said = fingerprint_of_sentences(["The levy is 0.", "Nobody pays it."])
    assert said == fingerprint_of_sentences(["The levy", "  is 0.", "Nobody pays", "it."])
    assert said != fingerprint_of_sentences(["The levy is 1.", "Nobody pays it."])
    assert said != fingerprint_of_sentences(["Nobody pays it.", "The levy is 0."])
