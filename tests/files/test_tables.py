"""Cells as text and back, CSV as it is written and read, and tables that are too large to be opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from floors.errors import InputError
from floors.files.as_text import Holds, read, written
from floors.files.csv_text import line_of, rows_of
from floors.files.gate import LONGEST_TEXT, MOST_ROWS
from floors.files.parquet import read_parquet
from floors.study.folder import read_folder


@pytest.mark.parametrize(
    ("text", "numbers", "texts", "anything"),
    [
        ("007", 7, "007", "007"),
        ("7", 7, "7", 7),
        (" 7 ", 7, " 7 ", " 7 "),
        ("+.5e3", 500.0, "+.5e3", 500.0),
        ("-0", -0.0, "-0", -0.0),
        ("1e400", float("inf"), "1e400", float("inf")),
        ("1,5", "1,5", "1,5", "1,5"),
        ("1_0", "1_0", "1_0", "1_0"),
        ("٣", "٣", "٣", "٣"),
        ("nan", "nan", "nan", "nan"),
        ("NA", "NA", "NA", "NA"),
        ("TRUE", "TRUE", "TRUE", True),
        ("true", "true", "true", "true"),
        ("2026-02-28", "2026-02-28", "2026-02-28", datetime(2026, 2, 28)),
        ("2026-02-30", "2026-02-30", "2026-02-30", "2026-02-30"),
        ("'7", "'7", "'7", "7"),
        ("'a", "'a", "'a", "'a"),
        ("'=a", "'=a", "=a", "=a"),
        ("", None, None, None),
    ],
)
def test_what_a_text_is_read_as(text: str, numbers: Any, texts: Any, anything: Any) -> None:
    for how, wanted in ((Holds.NUMBERS, numbers), (Holds.TEXTS, texts), (Holds.ANYTHING, anything)):
        found = read(text, how)
        assert (repr(found), type(found)) == (repr(wanted), type(wanted)), how


def test_flags_are_read_in_any_case() -> None:
    assert [read(text, Holds.FLAGS) for text in ("TRUE", "false", " True ", "1", "yes")] == [
        True,
        False,
        True,
        "1",
        "yes",
    ]


NUMBERS = some.one_of(some.floats(allow_nan=False, allow_infinity=False), some.integers(-(10**17), 10**17))
TEXTS = some.text(min_size=1).map(lambda text: text.replace("\x00", "0"))
ANYTHING = some.one_of(
    NUMBERS, TEXTS, some.booleans(), some.datetimes(), TEXTS.map(lambda text: f"'{text}"), NUMBERS.map(str)
)


@settings(max_examples=300, deadline=None)
@given(
    some.sampled_from([(Holds.NUMBERS, NUMBERS), (Holds.TEXTS, TEXTS), (Holds.ANYTHING, ANYTHING)]),
    some.data(),
)
def test_a_cell_reads_back_as_it_was(how: Any, data: Any) -> None:
    holds, values = how
    value = data.draw(values)
    found = read(written(value, holds), holds)
    assert found == value and (holds is Holds.NUMBERS or type(found) is type(value))
    assert str(found) == str(value) or holds is Holds.NUMBERS, "the sign of zero"


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.lists(some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5), min_size=2, max_size=2),
        max_size=4,
    )
)  # fmt: skip
def test_rows_read_back_as_they_were_here_and_by_python(rows: list[list[str]]) -> None:
    text = "".join(map(line_of, rows))
    found = list(rows_of(text.encode(), "a.csv"))
    assert [fields for _, _, fields in found] == rows
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows
    ends = [0, *(last for _, last, _ in found)]
    assert [first for first, _, _ in found] == [end + 1 for end in ends[:-1]], (
        "each begins where the one before ends"
    )


def parquet(columns: dict[str, Any], **more: Any) -> bytes:
    pa: Any = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet as files

    target = io.BytesIO()
    files.write_table(pa.table(columns), target, compression="zstd", **more)
    return target.getvalue()


LARGE: dict[str, Callable[[], bytes]] = {
    "rows": lambda: parquet({"a": [1] * (MOST_ROWS + 1)}),
    "unpacked": lambda: parquet({"a": ["x" * 100] * 700_000}, use_dictionary=False),
    "one text": lambda: parquet({"a": ["x" * (LONGEST_TEXT + 1)] * 1000}),
    "cells": lambda: parquet({f"c{n}": [1] * 200_001 for n in range(100)}),
}


@pytest.mark.parametrize("which", LARGE)
def test_parquet_that_unpacks_to_too_much(which: str) -> None:
    content = LARGE[which]()
    assert len(content) < 2**20, "small as a file"
    with pytest.raises(InputError) as caught:
        read_parquet(content, "a.parquet")
    assert [problem.code for problem in caught.value.problems] == ["too_large"]


def test_texts_packed_as_differences_are_refused() -> None:
    content = parquet({"a": ["abc", "abd"]}, use_dictionary=False, column_encoding={"a": "DELTA_BYTE_ARRAY"})
    with pytest.raises(InputError, match="packed as differences"):
        read_parquet(content, "a.parquet")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"a,b\n1,2\n"])
def test_what_is_no_parquet(content: bytes) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with pytest.raises(InputError) as caught:
        read_parquet(content, "a.parquet")
    assert [problem.code for problem in caught.value.problems] == ["damaged"]


@pytest.mark.parametrize(
    "content", [b"\n" * (MOST_ROWS + 1), (b"," * 4999 + b"\n") * 4001], ids=["rows", "cells"]
)
def test_csv_of_too_much(content: bytes) -> None:
    with pytest.raises(InputError, match="rows, or"):
        for _ in rows_of(content, "a.csv"):
            pass


def test_folders_of_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("demand", "regions", "years"):
        (tmp_path / f"{name}.csv").write_bytes(b"region\n" + b"US\n" * 10)
    assert len(read_folder(tmp_path)[0]) == 3
    monkeypatch.setattr("floors.files.gate.MOST_UNPACKED", 100)
    with pytest.raises(InputError, match="its tables are too large together"):
        read_folder(tmp_path)
    (tmp_path / "caps.csv").mkdir()
    monkeypatch.undo()
    with pytest.raises(InputError, match=r"caps.csv is no file"):
        read_folder(tmp_path)
