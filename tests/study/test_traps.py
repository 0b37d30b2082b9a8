"""Traps of spreadsheets: each is found at its place, says what it is, and one cause gives one message."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table

from floors.errors import InputError, Problem
from floors.study.locate import MOST_PER_SHEET, group
from floors.study.study import Study, read
from tests.study.test_workbook import refused, rewritten
from tests.support.tiny import TINY, errors, fill, places, sheets, tiny_study, write

Change = Callable[[openpyxl.Workbook], None]


def spoiled(tmp_path: Path, change: Change, book: Any = TINY) -> Path:
    """A workbook with one thing done to it."""
    workbook = fill(tmp_path, book)
    change(workbook)
    workbook.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def column(name: str, sheet: str) -> int:
    return TINY[sheet][0].index(name) + 1


def replaced(old: str, new: str, *names: str) -> Change:
    """Every cell that holds `old`, in these sheets, holds `new`."""

    def change(workbook: openpyxl.Workbook) -> None:
        for name in names:
            for row in workbook[name].iter_rows():
                for cell in row:
                    if cell.value == old:
                        cell.value = new

    return change


# One cause, one message


@pytest.mark.parametrize(
    ("sheet", "name"), [("processes", "region"), ("regions", "region"), ("years", "year")]
)
def test_a_deleted_column_is_one_message(tmp_path: Path, sheet: str, name: str) -> None:
    path = spoiled(tmp_path, lambda book: book[sheet].delete_cols(column(name, sheet)))
    (problem,) = errors(path)
    assert places([problem]) == [(sheet, "", "missing_column")]
    assert f"column {name} is missing" in problem.message


@pytest.mark.parametrize("sheet", [name for name, rows in TINY.items() if name not in ("sources",)])
@pytest.mark.parametrize("title", [None, "All of it, in t"])
def test_headers_in_the_second_row_are_one_message(tmp_path: Path, sheet: str, title: str | None) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet].insert_rows(1)
        book[sheet]["A1"] = title

    (problem,) = errors(spoiled(tmp_path, change))
    assert places([problem]) == [(sheet, "A2", "header_row")]
    assert "row 2" in problem.message
    assert "Delete the rows above" in problem.hint


def test_headers_are_looked_for_in_the_first_rows_alone(tmp_path: Path) -> None:
    for shift, code in ((19, "header_row"), (20, "missing_column")):
        path = spoiled(tmp_path, lambda book, by=shift: book["funds"].insert_rows(1, by))
        assert {problem.code for problem in errors(path)} >= {code}


def test_a_renamed_region_is_one_message_where_it_was_renamed(tmp_path: Path) -> None:
    (problem,) = errors(spoiled(tmp_path, replaced("US", "USA", "regions")))
    assert places([problem]) == [("regions", "A2", "renamed")]
    assert "'US', which is not defined, is used in 6 cells" in problem.message
    assert "demand!A (row 2)" in problem.message
    assert "Call it US here, or USA there" in problem.hint


def test_the_only_entry_that_nothing_uses_was_renamed_however_unlike(tmp_path: Path) -> None:
    (problem,) = errors(spoiled(tmp_path, replaced("US", "America", "regions")))
    assert places([problem]) == [("regions", "A2", "renamed")]


def test_a_deleted_region_is_one_message_at_its_first_use(tmp_path: Path) -> None:
    (problem,) = errors(spoiled(tmp_path, lambda book: book["regions"].delete_rows(2)))
    assert places([problem]) == [("processes", "B4", "unknown_reference")]
    assert "It is used in 6 cells: processes!B (row 4)" in problem.message


def test_a_misspelt_commodity_in_many_sheets_is_one_message(tmp_path: Path) -> None:
    names = ("reference_prices", "technologies", "demand", "caps", "groups")
    (problem,) = errors(spoiled(tmp_path, replaced("oxide", "oxyde", *names)))
    assert places([problem]) == [("reference_prices", "A2", "unknown_reference")]
    assert "It is used in 6 cells" in problem.message
    assert "Did you mean oxide?" in problem.hint


def test_a_year_left_out_of_years_is_one_message(tmp_path: Path) -> None:
    (problem,) = errors(spoiled(tmp_path, lambda book: book["years"].delete_rows(3)))
    assert places([problem]) == [("reference_prices", "C1", "unknown_year")]
    assert "It heads columns of 11 sheets: reference_prices, minimums" in problem.message


def test_a_missing_sheet_is_one_message_however_often_it_is_referred_to() -> None:
    rows = [*TINY["processes"], *([f"p{i}", "US", "sep", None, 1] for i in range(30))]
    (problem,) = refusal(technologies=None, processes=rows)
    assert places([problem]) == [("technologies", "", "undefined_sheet")]
    assert "is missing, but is referred to by 31 cells: processes!C (rows 4:34)" in problem.message
    (problem,) = refusal(technologies=TINY["technologies"][:1])
    assert "has no rows, but is referred to by 1 cell" in problem.message
    assert problem.hint == "Add it, or empty that cell."


def test_a_name_used_where_either_of_two_sheets_may_define_it_is_one_message() -> None:
    plants = [*TINY["plants"], ["shed", 5]]  # what nothing uses and is not like it is not its old name
    (problem,) = refusal({"processes!H4": "haal", "capacities!A2": "haal"}, plants=plants)
    assert places([problem]) == [("plants", "A2", "renamed")]
    assert "'haal', which is not defined, is used in 2 cells: processes!H" in problem.message
    hall = [*TINY["processes"], ["US mine", "US", None, "ore", 9, None, None, "hall"]]
    (problem,) = refusal({"processes!H4": "haal", "capacities!A2": "haal"}, processes=hall)
    assert places([problem]) == [("processes", "H4", "unknown_reference")]
    assert "is not in sheet processes or plants. It is used in 2 cells" in problem.message


def test_a_renamed_process_is_not_missed_again_by_the_scenarios() -> None:
    changes = [*TINY["changes"], ["cheap", "processes", "process=US sep", "unit_cost", "set", 1]]
    (problem,) = refusal({"processes!A4": "US refinery"}, changes=changes)
    assert places([problem]) == [("contracts", "A2", "unknown_reference")]
    (problem,) = refusal({"years!A3": None, "years!B3": None})
    assert problem.code == "unknown_year"


def test_a_scenario_that_matches_nothing_is_still_said_beside_other_faults() -> None:
    changes = [*TINY["changes"], ["cheap", "processes", "region=JP", "unit_cost", "set", 1]]
    found = refusal({"contracts!A2": "US sepp"}, changes=changes)
    assert places(found) == [("contracts", "A2", "unknown_reference"), ("changes", "C5", "no_match")]


def test_a_row_of_comment_is_one_message(tmp_path: Path) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"caps!A4": "all shares are of table demand"}))
    assert places([problem]) == [("caps", "B4", "missing")]
    assert "columns commodity and basis" in problem.message
    assert "headed note" in problem.hint


def test_another_workbook_is_one_message(tmp_path: Path) -> None:
    book = {"Sheet1": [["a"]], "caps": [["scope"]], "x": [["b"]]}
    (problem,) = errors(write(tmp_path / "a.xlsx", book))
    assert places([problem]) == [("Sheet1", "", "not_a_study")]
    assert "found Sheet1, caps, x" in problem.message
    (problem,) = errors(write(tmp_path / "r.xlsx", {"summary": [["a"]], "run": [["key", "value"]]}))
    assert "is a results workbook" in problem.hint
    with pytest.raises(InputError, match="found no sheet"):
        Study({})


def test_only_chart_sheets_are_no_study(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("a chart")
    del workbook["Sheet"]
    workbook.save(tmp_path / "a.xlsx")
    assert [problem.code for problem in errors(tmp_path / "a.xlsx")] == ["not_a_study"]


def test_merged_cells_are_one_message_and_nothing_seems_blank(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["regions"].merge_cells("C2:C3")
        book["caps"].merge_cells("F2:G2")
        book["caps"].merge_cells("E2:E3")
        book["routes"].merge_cells("F20:G21")
        book["groups"].merge_cells("A1:B1")
        book["plants"].merge_cells("F2:G3")

    found = errors(spoiled(tmp_path, change))
    assert places(found) == [
        ("regions", "C2:C3", "merged"),
        ("routes", "F20:G21", "merged"),
        ("groups", "A1:B1", "merged"),
        ("caps", "E2:E3", "merged"),
    ]
    assert "(E2:E3, F2:G2)" in found[3].message


def refusal(edits: Any = None, **changed: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        tiny_study(edits, **changed)
    return caught.value.problems


# Cells

LOOK_ALIKES = [
    *("1,234", "1.234,5", "1'234", "1’234", "12 %", "12%", "1 234", "1\xa0234", "1\u202f234", "1\u2009234"),
    *("−5", "-5", "+5", " 5", "5\xa0", "(5)", "$5", "€ 5", "£5", "¥5", "1e3", "1E+3", ".5", "٥", "2026"),
]  # fmt: skip


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_text_that_looks_like_a_number_is_never_guessed_at(tmp_path: Path, text: str) -> None:
    workbook = fill(tmp_path, TINY)
    workbook["demand"]["D2"].value = text
    workbook["demand"]["D2"].data_type = "s"
    workbook.save(tmp_path / "a.xlsx")
    (problem,) = errors(tmp_path / "a.xlsx")
    assert places([problem]) == [("demand", "D2", "number_as_text")]
    assert problem.value == text
    assert "Type it as a number" in problem.hint


@pytest.mark.parametrize("text", ["NA", "None", "null", "n/a", "NaN", "-", "TRUE", "5 t", "#REF"])
def test_words_in_place_of_a_number_are_text(tmp_path: Path, text: str) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!D2": text}))
    assert places([problem]) == [("demand", "D2", "not_a_number")]


@pytest.mark.parametrize("value", [datetime(2026, 5, 1), time(1, 30), timedelta(hours=30)])
def test_dates_and_times_in_place_of_a_number(tmp_path: Path, value: object) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!D2": value}))
    assert places([problem]) == [("demand", "D2", "date")]


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_error_cells(tmp_path: Path, error: str) -> None:
    found = errors(write(tmp_path / "a.xlsx", TINY, {"demand!D2": error, "regions!B2": error}))
    assert places(found) == [("regions", "B2", "error_cell"), ("demand", "D2", "error_cell")]
    assert all(error in problem.message for problem in found)


@pytest.mark.parametrize("blank", ["", " ", "\xa0", "\t", "\u2003 \n"])
def test_nothing_but_spaces_is_blank(tmp_path: Path, blank: str) -> None:
    study = read(
        write(tmp_path / "a.xlsx", TINY, {"demand!D2": blank, "demand!G4": blank, "demand!Z9": blank})
    )
    assert study.rows("demand")[0]["value"] is None
    assert len(study.rows("demand")) == 2
    assert study.notes == ()


@pytest.mark.parametrize("number", ["1E400", "-1e999", "9" * 400])
def test_numbers_beyond_what_can_be_held(tmp_path: Path, number: str) -> None:
    path = write(tmp_path / "a.xlsx", TINY, {"demand!D2": 12321})

    def grow(_: str, content: bytes) -> bytes:
        return content.replace(b"<v>12321</v>", f"<v>{number}</v>".encode())

    (problem,) = errors(rewritten(path, tmp_path / "b.xlsx", grow))
    assert places([problem]) == [("demand", "D2", "not_finite")]
    assert len(problem.message) < 200


@pytest.mark.parametrize("number", ["NaN", "inf", "twelve"])
def test_a_cell_of_numbers_that_holds_none_is_damage(tmp_path: Path, number: str) -> None:
    path = write(tmp_path / "a.xlsx", TINY, {"demand!D2": 12321})

    def spoil(_: str, content: bytes) -> bytes:
        return content.replace(b"<v>12321</v>", f"<v>{number}</v>".encode())

    refused(rewritten(path, tmp_path / "b.xlsx", spoil), "damaged", "cannot be read")


@pytest.mark.parametrize("text", ["U\nS", "US\u200b", "\ufeffUS", "U\u00adS", "US\u202e", "U\x07S"])
def test_characters_that_are_not_seen_are_refused_in_names(tmp_path: Path, text: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, rows in TINY.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
        book.get_worksheet_by_name("demand").write_string("A2", text)
        book.get_worksheet_by_name("regions").write_string("B2", text)  # free text may hold them
    (problem,) = errors(tmp_path / "a.xlsx")
    assert places([problem]) == [("demand", "A2", "unseen_character")]
    assert problem.value == text.replace("\x07", "_x0007_")  # as it is stored


def test_a_long_text_is_quoted_in_part(tmp_path: Path) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!D2": "many " * 5000}))
    assert len(problem.message) < 150
    assert " ..." in problem.message


# Headers and layout


@pytest.mark.parametrize("header", [2026.5, True, "2026 t", "FY2026", "20266", datetime(2026, 1, 1), time(1)])
def test_what_is_no_year_heads_no_column(tmp_path: Path, header: Any) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!G1": header}))
    code = "date_header" if isinstance(header, datetime) else "unknown_column"
    assert places([problem]) == [("demand", "G1", code)]


@pytest.mark.parametrize("again", [2026, 2026.0, "2026", " 2026", "2026.0", "2026.00"])
def test_a_year_twice_however_written(tmp_path: Path, again: Any) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!I1": again}))
    assert places([problem]) == [("demand", "I1", "duplicate_column")]
    assert "column G" in problem.message


def test_columns_without_header_are_one_message_for_neighbours(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", TINY, {"demand!J3": 5, "demand!K2": 6, "demand!K3": 7, "demand!M2": 8})
    found = errors(path)
    assert places(found) == [("demand", "J1:K1", "blank_header"), ("demand", "M1", "blank_header")]
    assert "columns J to K have values, such as J3" in found[0].message
    assert found[1].message.startswith("M2 has a value")


def test_a_header_of_spaces_is_blank(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY, {"demand!I1": "  ", "demand!I3": " "}))
    assert study.notes == ()
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!I1": "  ", "demand!I3": 4}))
    assert places([problem]) == [("demand", "I1", "blank_header")]


def test_pictures_and_other_large_parts_are_not_looked_into(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", TINY)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"<!DOCTYPE" + random.Random(1).randbytes(2**20))
    assert errors(path) == []


def test_a_hint_where_nothing_is_defined() -> None:
    changes = [["scenario", "sheet", "where", "column", "change", "value"]]
    changes.append(["free", "processes", "lifetime=3", "unit_cost", "set", 1])
    (problem,) = refusal(changes=changes)
    assert places([problem]) == [("changes", "C2", "no_match")]
    assert problem.hint == "Column lifetime is blank in every row."


def test_a_value_in_the_last_cell_of_the_sheet_is_found(tmp_path: Path) -> None:
    (problem,) = errors(write(tmp_path / "a.xlsx", TINY, {"demand!XFD1048576": "x"}))
    assert places([problem]) == [("demand", "XFD1", "blank_header")]
    assert "XFD1048576" in problem.message


def test_a_dimension_that_is_wrong_hides_nothing(tmp_path: Path) -> None:
    """As some programs write it: a reader that believes it finds one cell."""

    def small(name: str, content: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content)

    source = fill(tmp_path, TINY)
    source.save(tmp_path / "a.xlsx")
    found = read(rewritten(tmp_path / "a.xlsx", tmp_path / "b.xlsx", small))
    assert found.rows("demand") == read(tmp_path / "a.xlsx").rows("demand")


def test_a_value_far_below_is_a_record(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY, {"sources!A1048576": "x"}))
    assert places(list(study.notes)) == [("sources", "A3:A1048575", "blank_row")]
    assert "3:1048575" in study.notes[0].message


def test_each_kind_of_warning_is_said_once_a_sheet(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for line in (2, 4, 5):
            book["processes"].row_dimensions[line].hidden = True
        book["processes"].row_dimensions[9].hidden = True
        for letter in "EF":
            book["processes"].column_dimensions[letter].hidden = True
        book["sources"].sheet_state = "veryHidden"
        book["processes"].insert_rows(3)
        book["processes"].move_range("A5:H5", rows=2)

    found = list(read(spoiled(tmp_path, change)).notes)
    assert places(found) == [
        ("processes", "E1", "hidden_column"),
        ("processes", "A2", "hidden_row"),
        ("processes", "A3", "blank_row"),
        ("sources", "", "hidden_sheet"),
    ]
    assert "unit_cost (E), capacity (F)" in found[0].message
    assert "read like any other: 2, 4." in found[1].message
    assert "skipped: 3, 5:6." in found[2].message
    assert {problem.level for problem in found} == {"warning"}


@pytest.mark.parametrize("as_table", [False, True])
def test_a_filtered_table_is_read_in_full_with_a_warning(tmp_path: Path, as_table: bool) -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = book["demand"]
        page.row_dimensions[3].hidden = True
        if as_table:
            for line in (1, 1):
                for cell in page[line]:
                    cell.value = str(cell.value)
            table = Table(displayName="Demand", ref="A1:H3")
            table._initialise_columns()
            page.add_table(table)
        else:
            page.auto_filter.ref = "A1:H3"
            page.auto_filter.filterColumn.append(FilterColumn(0, filters=Filters(filter=["US"])))

    study = read(spoiled(tmp_path, change))
    assert [row["region"] for row in study.rows("demand")] == ["US", "JP"]
    assert places(list(study.notes)) == [("demand", "A3", "filtered")]
    assert "a filter hides" in study.notes[0].message


@pytest.mark.parametrize(
    ("code", "warns"),
    [
        ("#,##0,", True),
        ('0.0,,"m"', True),
        ("0,;-0,", True),
        ("#,##0", False),
        ('0" in t,"', False),
        ("0.00%", False),
        ("General", False),
    ],
)
def test_numbers_shown_in_thousands_are_warned_of(tmp_path: Path, code: str, warns: bool) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["demand"]["D2"].number_format = code
        book["demand"]["D3"].number_format = code
        book["demand"]["A2"].number_format = code  # a text
        book["demand"]["D9"].number_format = code  # blank

    study = read(spoiled(tmp_path, change))
    expected = [("demand", "D2", "shown_in_thousands")] if warns else []
    assert places(list(study.notes)) == expected
    assert study.rows("demand")[0]["value"] == 300.0
    if warns:
        assert "2 cells" in study.notes[0].message
        assert "holds 300" in study.notes[0].message


def test_warnings_change_no_record(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for page in book:
            page.sheet_state = "hidden" if page.title != "settings" else "visible"
            page.row_dimensions[2].hidden = True
            page.column_dimensions["A"].hidden = True
            page["B2"].number_format = "0,"

    plain, warned = read(write(tmp_path / "b.xlsx", TINY)), read(spoiled(tmp_path, change))
    assert warned.notes
    assert plain.notes == ()
    for name in TINY:
        assert warned.rows(name) == plain.rows(name)
    assert warned.defaults == plain.defaults


# Many at once


def many(level: str, count: int) -> list[Problem]:
    return [Problem("demand", "", i, f"{level} {i}", "", "bounds", level) for i in range(count)]


def test_what_is_left_out_of_a_long_list_is_warnings_first() -> None:
    found = group([*many("warning", 150), *many("error", 150)])
    assert [problem.level for problem in found].count("error") == 150
    assert [problem.level for problem in found].count("warning") == 51
    assert (found[-1].code, found[-1].level) == ("more", "warning")
    assert found[-1].message.startswith("100 more")
    found = group(many("error", MOST_PER_SHEET + 1))
    assert (len(found), found[-1].level) == (MOST_PER_SHEET + 1, "error")
    assert len(group(many("error", MOST_PER_SHEET))) == MOST_PER_SHEET


def test_many_warnings_do_not_make_a_workbook_faulty(tmp_path: Path) -> None:
    rows = [TINY["commodities"][0], *TINY["commodities"][1:], *([f"c{i} ", None] for i in range(250))]
    for i in range(1, 250, 2):
        rows[3 + i][0] = f"c{i}"  # every other one, so that they are no range
    for i in range(0, 250, 2):
        rows[3 + i][0] = f"c{i} "
    study = read(write(tmp_path / "a.xlsx", sheets(commodities=rows)))
    assert {note.level for note in study.notes} == {"warning"}
    assert len(study.notes) == 125


# Bytes


def test_the_file_is_read_once_and_what_was_read_is_hashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.xlsx", TINY, {"demand!D2": "=1+1", "demand!D3": 300})
    content, reads = path.read_bytes(), []

    def once(self: Path, *_: object) -> BytesIO:
        reads.append(self)
        path.unlink()  # nothing is left to be read a second time
        return BytesIO(content)

    monkeypatch.setattr(Path, "open", once)
    assert places(errors(path)) == [("demand", "D2", "no_result")]
    assert reads == [path]


@pytest.mark.parametrize("name", ["study.txt", "study.xls", "study", "study.csv"])
def test_a_workbook_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.xlsx", TINY).rename(tmp_path / name)
    assert read(path).notes == ()
