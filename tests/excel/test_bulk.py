"""Tables written in bulk: the cells of xlsxwriter's own path, a piece of the rows in memory, nothing converted."""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import python_calamine
import xlsxwriter

from floors.contract import results as tables
from floors.contract.results import Cell
from floors.errors import OutputError
from floors.excel import packing, report
from floors.excel.bulk import Look
from floors.excel.packing import bulk_book

AWKWARD: tuple[Cell, ...] = (
    *(None, True, False, 0, 1, -7, 2030, 10**15 + 1, 2**53 + 1, -(10**25), 0.0, -0.0, 1.0, 0.1 + 0.2, 1 / 3),
    *(1e22, 1.5e300, -5e-324, 2.2250738585072014e-308, 123456789.123456789, 1.7976931348623157e308),
    *(
        "",
        " ",
        " led",
        "trailed ",
        "two\nlines",
        "tab\there",
        "a\r\nb",
        "=1+1",
        "_x003D_1",
        "_x0041_",
        "TRUE",
    ),
    *("\x01\x1f", "\ufffe", "<v>1</v>&amp;]]>", "\"&<>'", "1", "NA", "é漢字🙂", "http://a.b", "x" * 32_767),
)
LIKE_MARKUP = ("<r><t>=1</t></r>", "<r>plain</r>", "<r>a<b & c</r>", "<r> </r>", "<r><si><r>x</r></si></r>")


def written(
    path: Path, rows: Any, unit: int | None = None, beside: Sequence[tuple[int, int, Cell]] = ()
) -> Path:
    """Rows under headers a, b, ..., in bulk, and cells beside them."""
    names = [chr(97 + place) for place in range(len(next(iter(rows))))]
    with bulk_book(path) as target:
        page = target.add_sheet("one")
        page.write_rows(rows, names, look(target.book, len(names), unit), target.rows)
        fill(page, names, beside)
        page.frame([{"header": name} for name in names], len(rows), "Table Style Light 1")
        target.close()
    return path


def as_xlsxwriter(path: Path, rows: Any, beside: Sequence[tuple[int, int, Cell]] = ()) -> Path:
    """The same cells by xlsxwriter's own methods, one at a time."""
    names = [chr(97 + place) for place in range(len(rows[0]))]
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    page, known = book.add_worksheet("one"), look(book, len(names), None)
    for line, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            put(page, line, place, cell, known)
    fill(page, names, beside)
    page.add_table(
        0,
        0,
        len(rows),
        len(names) - 1,
        {"name": "one", "style": "Table Style Light 1", "columns": [{"header": n} for n in names]},
    )
    book.close()
    return path


def look(book: Any, width: int, unit: int | None) -> Look:
    formats = [book.add_format({"num_format": f"0.{'0' * place}"}) for place in range(width)]
    percent, plain = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "0.0E+00"})
    text, flag = book.add_format({"num_format": "@", "indent": 1}), book.add_format({"align": "center"})
    return Look(formats, [text] * width, flag, unit, lambda found: percent if found == "share" else plain)


def put(page: Any, line: int, place: int, cell: Cell, known: Look) -> None:
    if isinstance(cell, bool):
        page.write_boolean(line, place, cell, known.flag)
    elif isinstance(cell, str):
        page.write_string(line, place, cell, known.texts[place])
    elif cell is not None:
        page.write_number(line, place, cell, known.numbers[place])


def fill(page: Any, names: Sequence[str], beside: Sequence[tuple[int, int, Cell]]) -> None:
    for place, name in enumerate(names):
        page.write_string(0, place, name)
        page.write_comment(0, place, f"about {name}")
    for line, place, cell in beside:
        (page.write_string if isinstance(cell, str) else page.write_number)(line, place, cell)


def cells(path: Path) -> dict[str, tuple[Any, ...]]:
    """Every cell by address: value and type, and what it looks like."""
    page: Any = openpyxl.load_workbook(path)["one"]
    return {
        cell.coordinate: (
            cell.value,
            type(cell.value),
            cell.data_type,
            cell.number_format,
            str(cell.alignment),
        )
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


def in_calamine(path: Path) -> list[list[Any]]:
    return python_calamine.load_workbook(path).get_sheet_by_name("one").to_python()


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def table(seed: int, count: int) -> list[tuple[Cell, ...]]:
    """Columns of one kind, of one kind with blanks, of all kinds, all blank."""
    chance = random.Random(seed)
    numbers = [cell for cell in AWKWARD if type(cell) is float]
    texts = [cell for cell in AWKWARD if isinstance(cell, str)]
    return [
        (
            *(chance.choice(numbers), chance.choice([*numbers, None]), chance.choice(texts)),
            *(chance.choice([*texts, None]), chance.choice([True, False]), chance.choice([True, None])),
            *(2026 + chance.randrange(9), chance.choice([3, 0.5, None]), chance.choice(AWKWARD), None),
        )
        for _ in range(count)
    ]


BESIDE = [(0, 12, "head"), (1, 12, 1.5), (3, 13, "words"), (700, 12, 2), (3000, 14, "far below")]


@pytest.mark.parametrize(("seed", "count"), [(1, 1), (2, 40), (3, 1300)])
def test_the_cells_are_those_of_xlsxwriters_own_path(tmp_path: Path, seed: int, count: int) -> None:
    rows = table(seed, count)
    ours = written(tmp_path / "ours.xlsx", rows, beside=BESIDE)
    theirs = as_xlsxwriter(tmp_path / "theirs.xlsx", rows, BESIDE)
    assert cells(ours) == cells(theirs)
    assert in_calamine(ours) == in_calamine(theirs)
    for name in ("xl/tables/table1.xml", "xl/comments1.xml", "xl/worksheets/_rels/sheet1.xml.rels"):
        assert part(ours, name) == part(theirs, name)
    dimension = re.compile('<dimension ref="[^"]+"/>')
    sheet = "xl/worksheets/sheet1.xml"
    assert dimension.findall(part(ours, sheet)) == dimension.findall(part(theirs, sheet))
    # The shared texts come in another order, and as often.
    texts = "xl/sharedStrings.xml"
    assert sorted(part(ours, texts).split("<si>")) == sorted(part(theirs, texts).split("<si>"))


def test_text_that_xlsxwriter_takes_for_its_own_markup_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path / "one.xlsx", [(text,) for text in LIKE_MARKUP], beside=[(1, 2, LIKE_MARKUP[0])])
    page: Any = openpyxl.load_workbook(path)["one"]
    assert [cell.value for cell in page["A"][1:]] == list(LIKE_MARKUP)
    assert page["C2"].value == LIKE_MARKUP[0]
    assert [row[0] for row in in_calamine(path)[1:]] == list(LIKE_MARKUP)


def test_numbers_take_the_format_of_their_unit(tmp_path: Path) -> None:
    rows: list[tuple[Cell, ...]] = [
        (0.5, "share", 3),
        (2.0, "t", 4.0),
        (None, "share", None),
        (7.5, None, 1.0),
    ]
    found = cells(written(tmp_path / "one.xlsx", rows, unit=1))
    formats = {address: found[address][3] for address in ("A2", "A3", "A5", "C2", "C3", "C5")}
    # A whole number is one of things, and keeps the format of its column.
    assert formats == dict.fromkeys(("A2",), "0%") | {"C2": "0.00"} | dict.fromkeys(
        ("A3", "A5", "C3", "C5"), "0.0E+00"
    )


class Streamed:
    """Rows made as they are asked for: how often they were gone through, and how many were alive at once."""

    def __init__(self, count: int, announced: int | None = None, more: int = 0) -> None:
        self.more = more  # blank columns
        self.count, self.announced = count, count if announced is None else announced
        self.times = self.alive = self.most = 0

    def __len__(self) -> int:
        return self.announced

    def __iter__(self) -> Iterator[list[Cell]]:
        self.times += 1
        return (
            _Row(self, [number, f"text {number % 7}", *[None] * self.more]) for number in range(self.count)
        )


class _Row(list[Cell]):
    def __init__(self, source: Streamed, content: list[Cell]) -> None:
        super().__init__(content)
        self.source = source
        source.alive += 1
        source.most = max(source.most, source.alive)

    def __del__(self) -> None:
        self.source.alive -= 1


def test_rows_are_gone_through_once_and_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_IN_MEMORY", 1000)
    rows = Streamed(6000)
    with bulk_book(tmp_path / "one.xlsx") as target:
        page = target.add_sheet("one")
        assert page.write_rows(rows, ("a", "b"), look(target.book, 2, None), target.rows) == [0, 6]
        fill(page, ("a", "b"), [])
        target.close()
    assert rows.times == 1 and rows.most <= 1001
    assert in_calamine(tmp_path / "one.xlsx")[1:] == [[n, f"text {n % 7}"] for n in range(6000)]
    assert [path.name for path in tmp_path.iterdir()] == ["one.xlsx"]


class Family:
    """A result whose rows are made as they are asked for."""

    title, currency, scenario_name, failed, brief = "t", "USD", "base", False, None
    members = sentences = warnings = pictures = ()

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.made = Streamed(3000, more=1)

    def rows(self, sheet: str) -> Any:
        self.asked[sheet] += 1
        return self.made if sheet == "run" else []


def test_a_report_asks_for_each_sheet_once_and_never_holds_its_rows(tmp_path: Path) -> None:
    family = Family()
    report.write(family, tmp_path / "one.xlsx")
    assert family.asked == Counter(sheet.name for sheet in tables.RESULTS)
    assert family.made.times == 1 and family.made.most <= 1001
    page: Any = openpyxl.load_workbook(tmp_path / "one.xlsx")["run"]
    assert page.max_row == 3001 and page.tables["run"].ref == "A1:C3001"


@pytest.mark.parametrize("announced", [599, 601])
def test_another_number_of_rows_than_announced_is_a_bug(tmp_path: Path, announced: int) -> None:
    with pytest.raises(ValueError, match=f"one: {announced} rows were announced, 600 came"):
        written(tmp_path / "one.xlsx", Streamed(600, announced))


@pytest.mark.parametrize("row", [("a",), ("a", "b", "c")])
@pytest.mark.parametrize("place", [0, 3])
def test_a_row_of_another_width_is_a_bug(tmp_path: Path, row: tuple[str, ...], place: int) -> None:
    rows = [("a", "b")] * 3
    rows.insert(place, row)
    said = f"one, row {place + 2}: {len(row)} cells, {'shorter' if len(row) < 2 else 'longer'} than the 2 columns"
    with bulk_book(tmp_path / "one.xlsx") as target, pytest.raises(ValueError, match=said):
        target.add_sheet("one").write_rows(rows, ("a", "b"), look(target.book, 2, None), target.rows)


BEYOND: list[tuple[Any, type[Exception], str]] = [
    (float("nan"), OutputError, "nan is not a number that can be reported"),
    (float("-inf"), OutputError, "-inf is not a number that can be reported"),
    (10**400, OutputError, "a whole number of 1329 bits is not a number"),
    ("\U0001f9f2" * 16_384, OutputError, "longer than the 32,767 of an Excel cell"),
    (np.int64(3), TypeError, "int64 is not a cell value"),
    (np.bool_(True), TypeError, "bool"),
    (b"bytes", TypeError, "bytes is not a cell value"),
]


@pytest.mark.parametrize(("cell", "error", "said"), BEYOND, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("other", [1.0, 2, "text", True, None])
def test_what_no_cell_holds_is_refused_at_its_place(
    tmp_path: Path, cell: Any, error: type[Exception], said: str, other: Cell
) -> None:
    """Whatever else its column holds."""
    rows = [("x", other)] * 600 + [("x", cell)] + [("x", other)] * 3
    with pytest.raises(error, match=f"one, b, row 602: .*{said}"):
        written(tmp_path / "one.xlsx", rows)
    assert list(tmp_path.iterdir()) == []


def test_finite_numbers_whose_sum_is_not_are_written(tmp_path: Path) -> None:
    rows = [(1.7e308, -1.7e308)] * 3
    assert in_calamine(written(tmp_path / "one.xlsx", rows))[1:] == [list(row) for row in rows]


def test_numpys_own_floats_and_texts_are_those_of_python(tmp_path: Path) -> None:
    rows = [(np.float64(0.1), np.str_("a")), (0.2, "a")]
    path = written(tmp_path / "one.xlsx", rows)
    assert in_calamine(path)[1:] == [[0.1, "a"], [0.2, "a"]]
    assert part(path, "xl/sharedStrings.xml").count("<si>") == 2
