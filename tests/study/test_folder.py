"""A study as a folder: nothing is lost from workbook to CSV to Parquet and back, and faults are told by file and line."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

import floors
from floors.errors import InputError, UsageError
from floors.study.study import Study, read
from tests.support.places import INPUTS, RARE_EARTHS, TOY
from tests.support.tiny import TINY, sheets, write

pytest.importorskip("pyarrow", reason="pyarrow, which reads and writes Parquet, is not installed")

Sheets = dict[str, list[list[Any]]]


def parts(path: Path) -> dict[str, bytes]:
    """What a workbook holds, part by part."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def there_and_back(study: Study, folder: Path) -> Study:
    """From a workbook to CSV, to Parquet and to a workbook again."""
    study.to_folder(folder / "csv", force=True)
    read(folder / "csv").to_folder(folder / "parquet", "parquet", force=True)
    return read(read(folder / "parquet").to_excel(folder / "back.xlsx", force=True))


def same(study: Study, other: Study, folder: Path) -> None:
    """One workbook is written of both: every cell of every sheet, notes and own sheets too."""
    one, two = folder / "one.xlsx", folder / "two.xlsx"
    assert parts(study.to_excel(one, force=True)) == parts(other.to_excel(two, force=True))
    for name in study.tables:
        assert study.rows(name) == other.rows(name)
    assert study.settings == other.settings and study.defaults == other.defaults


OWN = {"_my sheet/2?": [["a", None, "=1+1"], [None], ["NA", 7, "007"], ["\n", True, datetime(2024, 5, 1)]]}
ODD = [
    *("NA", "007", "12", "1e5", "1.50", "-", "'", "''=x", "'12", "=1+1", "+1", "@a", "-x", "TRUE", "true", "nan", "2024-05-01"),
    *("2026", "a,b", 'say "so"', "two\nlines", "two\r\nlines", "  spaces  ", "ünïcode 稀土", "'=", ";", "null", "1_0", "½"),
]  # fmt: skip


@pytest.mark.parametrize("path", [TOY, RARE_EARTHS, INPUTS / "smallest.xlsx"], ids=lambda path: path.stem)
def test_a_study_comes_back_as_it_was(path: Path, tmp_path: Path) -> None:
    study = read(path)
    same(study, there_and_back(study, tmp_path), tmp_path)


def test_every_sheet_notes_and_own_sheets_come_back(tmp_path: Path) -> None:
    book: Sheets = {**TINY, "_my sheet": OWN["_my sheet/2?"]}
    noted = [[*book["regions"][0], "note", "Source of role", "notes 2"]]
    noted += [[*row, odd, 2.0, None] for row, odd in zip(book["regions"][1:], ODD, strict=False)]
    study = read(write(tmp_path / "a.xlsx", {**book, "regions": noted}))
    found = there_and_back(study, tmp_path)
    same(study, found, tmp_path)
    assert [found.remark("regions", i, "note") for i in range(4)] == ODD[:4]
    assert found.rows("regions")[3]["region"] == "NA", "Namibia"


def test_a_sheet_of_ones_own_has_any_name(tmp_path: Path) -> None:
    own = [dict(enumerate(row)) for row in OWN["_my sheet/2?"]]
    study = floors.Study(
        {**{n: [dict(zip(t[0], r, strict=True)) for r in t[1:]] for n, t in TINY.items()}, "_a/b?%": own}
    )
    study.to_folder(tmp_path / "csv")
    assert (tmp_path / "csv" / "_a%2Fb%3F%25.csv").is_file()
    assert "_a/b?%" in read(tmp_path / "csv")._checked.reading.own


def numbers() -> Any:
    """Numbers that lose a digit, a sign or a magnitude where somebody rounds."""
    return some.one_of(
        some.floats(0, 1e300, allow_subnormal=True),
        some.sampled_from([0.0, -0.0, 1e300, 5e-324, 0.1 + 0.2, 1 / 3, 1e16, 123456789.12345679]),
        some.integers(0, 2**53),
    )


def texts() -> Any:
    plain = some.text(
        some.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    )
    return some.one_of(plain, some.sampled_from(ODD))


def names() -> Any:
    """What a key may be: texts without ends of spaces, and without what is not seen."""
    return some.sampled_from(
        [
            *(
                "NA",
                "007",
                "12",
                "1e5",
                "-x",
                "=1",
                "'a",
                "TRUE",
                "None",
                "nan",
                "a,b",
                'q"q',
                "稀土",
                "2024-05-01",
                "0",
            )
        ]
    )


def anything() -> Any:
    moments = some.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    )
    return some.one_of(
        some.none(), texts(), numbers(), some.booleans(), moments, some.integers(-(2**53), 2**53)
    )


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    given_names=some.lists(names(), min_size=4, max_size=4, unique_by=str.lower),
    quantities=some.lists(some.one_of(some.none(), numbers()), min_size=4, max_size=4),
    notes=some.lists(anything(), min_size=8, max_size=8),
    order=some.permutations(range(6)),
    own=some.lists(some.lists(anything(), min_size=1, max_size=3), max_size=4),
)
def test_nothing_is_lost_whatever_is_typed(
    tmp_path: Path,
    given_names: list[str],
    quantities: list[Any],
    notes: list[Any],
    order: list[int],
    own: list[list[Any]],
) -> None:
    member, seller, good, maker = given_names
    demand = [
        ["region", "segment", "commodity", "note", 2026, "source 2"],
        [member, "all", good, notes[0], quantities[0], notes[1]],
        [seller, "12", good, notes[2], quantities[1], notes[3]],
        [seller, "007", good, notes[4], 1.5, notes[5]],
    ]
    records: dict[str, list[dict[Any, Any]]] = {
        "settings": [{"key": "title", "value": member}, {"key": "discount_rate", "value": 0.1 + 0.2}],
        "years": [{"year": 2026}],
        "regions": [
            {"region": member, "role": "member"},
            {"region": seller, "role": "capped", "equivalent": None},
        ],
        "commodities": [{"commodity": good, "name": str(notes[6] or "x").replace("\x00", "")}],
        "processes": [
            {
                "process": maker,
                "region": seller,
                "commodity": good,
                "unit_cost": quantities[2],
                "capacity": quantities[3],
            }
        ],
        "demand": [{demand[0][i]: row[i] for i in order} for row in demand[1:]],
        "_own": [{n: value for n, value in enumerate(row) if value is not None} for row in own],
    }
    study = floors.Study(records)
    first = read(study.to_excel(tmp_path / "first.xlsx", force=True))
    found = there_and_back(first, tmp_path)
    same(first, found, tmp_path)
    assert [row["years"] for row in found.rows("demand")] == [row["years"] for row in study.rows("demand")]
    assert [row["segment"] for row in found.rows("demand")] == ["all", "12", "007"]
    assert list(found.tables["demand"].columns) == list(first.tables["demand"].columns)


def spoilt(folder: Path, name: str, change: Callable[[str], str]) -> list[str]:
    """What is said of TINY as CSV after a change of one file."""
    read(write(folder / "a.xlsx", TINY)).to_folder(folder / "a")
    file = folder / "a" / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    with pytest.raises(InputError) as caught:
        read(folder / "a")
    return [str(problem) for problem in caught.value.problems]


def test_a_fault_is_told_by_file_line_and_column(tmp_path: Path) -> None:
    (said,) = spoilt(tmp_path, "demand.csv", lambda text: text.replace("300,,,5,6", '300,,,"5,5",6'))
    assert said.startswith("demand.csv, line 2, column 2026: expected a number, found the text '5,5'")


def test_lines_are_those_of_the_file_where_cells_have_several(tmp_path: Path) -> None:
    def change(text: str) -> str:
        header, *rows = text.splitlines()
        noted = [f"{header},note", *(f'{row},"one\ntwo\nthree"' for row in rows)]
        return "\r\n".join(noted).replace("JP,all", "JX,all")

    (said,) = spoilt(tmp_path, "demand.csv", change)
    assert said.startswith("demand.csv, line 5, column region: ")


def test_what_is_wrong_with_whole_columns_and_files(tmp_path: Path) -> None:
    (said,) = spoilt(tmp_path, "demand.csv", lambda text: text.replace("enforcement", "enforcment"))
    assert said.startswith("demand.csv, line 1, column F: sheet demand has no column enforcment.")
    (tmp_path / "a" / "demand.csv").rename(tmp_path / "a" / "demnd.csv")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a")
    assert any(
        str(one).startswith("demnd.csv: there is no table of the name demnd. Did you mean demand?")
        for one in caught.value.problems
    )


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (
            b"region;role\nUS;member\n",
            "csv_separator",
            "regions.csv: its columns are separated by semicolons",
        ),
        (b"region,role\nUS,member\nCN,\xff\n", "not_unicode", "regions.csv: line 3 is not text in UTF-8."),
        (b"region,role\nUS,mem\0ber\n", "not_unicode", "regions.csv: line 2 holds a null character."),
        (b'region,role\nUS,"member\n', "not_csv", "regions.csv: the row that begins on line 2 is not CSV"),
    ],
    ids=["semicolons", "another encoding", "null", "an open quote"],
)
def test_what_is_no_csv(content: bytes, code: str, said: str, tmp_path: Path) -> None:
    read(write(tmp_path / "a.xlsx", TINY)).to_folder(tmp_path / "a")
    (tmp_path / "a" / "regions.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a")
    (problem,) = caught.value.problems
    assert problem.code == code and str(problem).startswith(said)


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    """A mark of the order of bytes, ends of lines of Windows, True and False, spaces around numbers, names of files in
    capitals, other files beside them."""
    study = read(write(tmp_path / "a.xlsx", TINY))
    study.to_folder(tmp_path / "a")
    folder = tmp_path / "a"
    for file in folder.glob("*.csv"):
        text = (
            file.read_text(encoding="utf-8")
            .replace(",6\n", ", 6 \n")
            .replace("TRUE", "True")
            .replace("\n", "\r\n")
        )
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (folder / "regions.csv").rename(folder / "Regions.CSV")
    (folder / "README.md").write_text("what lies here")
    (folder / ".~lock.demand.csv#").write_text("open")
    (folder / "._demand.csv").write_bytes(b"\0\5\x16\7")
    found = read(folder / "datapackage.json")
    assert [found.rows(name) for name in TINY] == [study.rows(name) for name in TINY]


def test_of_which_folders_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder holds no tables"):
        read(tmp_path)
    read(write(tmp_path / "a.xlsx", TINY)).to_folder(tmp_path / "a")
    twice = read(tmp_path / "a.xlsx").to_folder(tmp_path / "b", "parquet")
    (tmp_path / "a" / "caps.csv").replace(twice / "caps.csv")
    with pytest.raises(InputError, match=r"both caps.parquet and caps.csv are sheet caps"):
        read(twice)
    (twice / "caps.csv").unlink()
    (twice / "caps.parquet").write_bytes((twice / "caps.parquet").read_bytes()[:-9])
    with pytest.raises(InputError, match=r"caps.parquet: the file cannot be read as Parquet"):
        read(twice)


def test_what_lies_in_a_folder_is_not_lost(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY))
    target = study.to_folder(tmp_path / "a")
    with pytest.raises(UsageError, match="exists; name another folder, or overwrite it with --force"):
        study.to_folder(target)
    (target / "README.md").write_text("mine")
    smaller = read(
        write(tmp_path / "b.xlsx", sheets(funds=None, stockpiles=None, stock_targets=None, releases=None))
    )
    smaller.to_folder(target, "parquet", force=True)
    assert {one.name for one in target.iterdir()} == {
        *(f"{name}.parquet" for name in smaller.tables), "README.md", "datapackage.json",
    }  # fmt: skip
    (target / "mine.csv").write_text("a,b")
    for force in (False, True):
        with pytest.raises(UsageError, match=r"holds mine.csv, which floors did not write"):
            study.to_folder(target, force=force)
    (target / "mine.csv").unlink()
    with pytest.raises(UsageError, match="is the input itself"):
        read(target).to_folder(target, force=True)
    with pytest.raises(UsageError, match="format expects csv or parquet; found 'xlsx'"):
        study.to_folder(tmp_path / "c", "xlsx")
    assert not (tmp_path / "c").exists()
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_what_killed_runs_left_beside_a_folder_is_removed(tmp_path: Path) -> None:
    old, young, other = (tmp_path / f".floors-{name}" for name in ("0" * 16, "1" * 16, "mine"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "demand.csv").write_text("half")
    for folder in (old, other):
        os.utime(folder, (0, 0))
    read(TOY).to_folder(tmp_path / "toy")
    assert [folder.exists() for folder in (old, young, other)] == [False, True, True]
