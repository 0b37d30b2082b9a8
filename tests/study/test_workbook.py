"""Reading workbooks: every fault of a file, a header or a cell, found at its place; all else read as typed."""

from __future__ import annotations

import math
import zipfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import get_column_letter

from floors.errors import InputError
from floors.study.study import read
from tests.support.counts import MANY
from tests.support.tiny import TINY, errors, fill, places, sheets, write


def test_tiny_is_read_without_a_note(tmp_path: Path) -> None:
    path = write(tmp_path / "tiny.xlsx", TINY)
    study = read(path)
    assert study.notes == ()
    assert (study.name, study.path) == ("tiny", path)
    assert study.sha256 == sha256(path.read_bytes()).hexdigest()


def test_na_is_namibia_and_other_words_for_nothing_are_text(tmp_path: Path) -> None:
    rows = [["commodity"], *([word] for word in ("ore", "oxide", "NA", "None", "null", "n/a", "NaN"))]
    study = read(write(tmp_path / "a.xlsx", sheets(commodities=rows)))
    assert study.rows("regions")[3]["region"] == "NA"
    assert [row["commodity"] for row in study.rows("commodities")] == [row[0] for row in rows[1:]]


@pytest.mark.parametrize("header", [2026, 2026.0, "2026", " 2026 ", "2026.0"])
def test_a_year_header_may_be_number_or_text(tmp_path: Path, header: Any) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY, {"demand!G1": header}))
    assert study.rows("demand")[0]["years"] == {2026: 5.0, 2027: 6.0}


def test_sheets_and_columns_match_without_case_spaces_and_hyphens(tmp_path: Path) -> None:
    book = {name.replace("_", " ").title(): rows for name, rows in sheets().items()}
    edits = {"Processes!E1": "Unit Cost", "Processes!G1": "capital-cost", "Floor Rules!A1": " COMMODITY"}
    study = read(write(tmp_path / "a.xlsx", book, edits))
    assert study.rows("processes")[1]["unit_cost"] == 20.5
    assert study.rows("processes")[1]["capital_cost"] == 90.0
    assert study.rows("floor_rules")[0]["commodity"] == "*"


def test_the_users_own_columns_and_sheets_are_kept_and_not_read(tmp_path: Path) -> None:
    book = sheets() | {"_mine": [["anything", 1], [None, "#REF!"]]}
    path = write(
        tmp_path / "a.xlsx", book, {"plants!C1": "Note", "plants!C2": True, "plants!D1": "source_of_it"}
    )
    study = read(path)
    assert "Note" not in study.rows("plants")[0]
    assert study.tables["plants"]["Note"].tolist() == [True]
    study.to_excel(tmp_path / "b.xlsx")
    again = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert again["_mine"]["B1"].value == 1
    assert again["plants"]["C1"].value == "Note"


CELLS = [
    ("number as text", {"demand!D2": "1,234"}, "demand", "D2", "number_as_text", "'1,234'"),
    ("per cent as text", {"demand!D2": "12 %"}, "demand", "D2", "number_as_text", "'12 %'"),
    (
        "non-breaking space",
        {"demand!D2": "1\xa0234"},
        "demand",
        "D2",
        "number_as_text",
        "looks like a number",
    ),
    ("minus sign", {"demand!E2": "−0.5"}, "demand", "E2", "number_as_text", "looks like a number"),
    ("text", {"demand!D2": "many"}, "demand", "D2", "not_a_number", "'many'"),
    ("true", {"demand!G2": True}, "demand", "G2", "boolean", "TRUE"),
    (
        "one for true",
        {"regions!D1": "equivalent", "regions!D2": 1},
        "regions",
        "D2",
        "flag",
        "TRUE or FALSE, found 1",
    ),
    ("date", {"demand!D2": datetime(2026, 1, 2)}, "demand", "D2", "date", "2026-01-02"),
    ("error cell", {"demand!D2": "#REF!"}, "demand", "D2", "error_cell", "#REF!"),
    ("error in text", {"regions!B2": "#DIV/0!"}, "regions", "B2", "error_cell", "#DIV/0!"),
    ("lost result", {"demand!D2": "=100+200"}, "demand", "D2", "no_result", "=100+200"),
    ("lost result in text", {"regions!B2": '="U"&"S"'}, "regions", "B2", "no_result", "saved without"),
    ("number in text", {"regions!B2": 7}, "regions", "B2", "not_text", "the number 7"),
    ("true in text", {"regions!B2": True}, "regions", "B2", "not_text", "TRUE"),
    ("date in text", {"regions!B2": datetime(2026, 1, 2)}, "regions", "B2", "not_text", "2026-01-02"),
    ("fraction", {"scenarios!E4": 2026.5}, "scenarios", "E4", "not_whole", "2026.5"),
    ("missing", {"regions!C5": None}, "regions", "C5", "missing", "blank"),
    ("missing, spaces", {"regions!C5": "  "}, "regions", "C5", "missing", "blank"),
    ("role", {"regions!C2": "memebr"}, "regions", "C2", "choice", "member, capped, other"),
    ("setting", {"settings!A2": "titel"}, "settings", "A2", "choice", "'titel'"),
    ("value of a setting", {"settings!B3": "high"}, "settings", "B3", "not_a_number", "'high'"),
    ("days", {"stock_targets!C2": "60 days"}, "stock_targets", "C2", "not_a_number", "such as 60 d"),
    (
        "contract",
        {"settings!A3": "contract", "settings!B3": 2},
        "settings",
        "B3",
        "bounds",
        "(1)",
    ),
    ("rate", {"settings!B3": -1}, "settings", "B3", "bounds", "above -1"),
    ("steps", {"settings!A3": "demand_steps", "settings!B3": 0}, "settings", "B3", "bounds", "1 or more"),
    (
        "fine",
        {"settings!A3": "demand_steps", "settings!B3": 1e7},
        "settings",
        "B3",
        "bounds",
        "10000 or less",
    ),
    ("length", {"years!B2": 0}, "years", "B2", "bounds", "above 0"),
    ("price", {"reference_prices!B2": -1}, "reference_prices", "B2", "bounds", "0 or more"),
    ("capacity", {"processes!F2": -1}, "processes", "F2", "bounds", "0 or more"),
    ("capacity by year", {"capacities!B3": -1}, "capacities", "B3", "bounds", "0 or more"),
    ("minimum", {"minimums!B2": -1}, "minimums", "B2", "bounds", "0 or more"),
    ("loss", {"routes!F3": 1}, "routes", "F3", "bounds", "below 1"),
    ("content", {"routes!G3": 1.2}, "routes", "G3", "bounds", "1 or less"),
    ("limit", {"route_limits!D2": -1}, "route_limits", "D2", "bounds", "0 or more"),
    ("elasticity", {"demand!E3": 0.5}, "demand", "E3", "bounds", "0 or less"),
    ("enforcement", {"demand!F3": 1.5}, "demand", "F3", "bounds", "1 or less"),
    ("quantity", {"demand!G2": -5}, "demand", "G2", "bounds", "0 or more"),
    ("share of a cap", {"caps!F2": 1.1}, "caps", "F2", "bounds", "1 or less"),
    ("tonnes of a cap", {"caps!F3": -1}, "caps", "F3", "bounds", "0 or more"),
    ("rule", {"floor_rules!C2": -1}, "floor_rules", "C2", "bounds", "0 or more"),
    ("upside", {"contracts!D2": 2}, "contracts", "D2", "bounds", "1 or less"),
    ("opening", {"stockpiles!D2": -1}, "stockpiles", "D2", "bounds", "0 or more"),
    ("target", {"stock_targets!B2": -1}, "stock_targets", "B2", "bounds", "0 or more"),
    ("fund", {"funds!B2": -1}, "funds", "B2", "bounds", "0 or more"),
]


@pytest.mark.parametrize("case", CELLS, ids=[case[0] for case in CELLS])
def test_a_faulty_cell_is_the_only_problem(tmp_path: Path, case: tuple[Any, ...]) -> None:
    _, edits, sheet, cell, code, text = case
    found = errors(write(tmp_path / "a.xlsx", TINY, edits))
    assert places(found) == [(sheet, cell, code)]
    assert text in found[0].message
    assert found[0].hint
    assert found[0].level == "error"


@pytest.mark.parametrize(
    ("column", "value"),
    [("lead_time", -1), ("lifetime", 0), ("rate", -1), ("max_build", -1), ("plant_use", -1)],
)
def test_bounds_of_expansion(tmp_path: Path, column: str, value: float) -> None:
    found = errors(write(tmp_path / "a.xlsx", TINY, {"processes!I1": column, "processes!I3": value}))
    assert places(found) == [("processes", "I3", "bounds")]


HEADERS = [
    ("unknown column", {"demand!D1": "valeu"}, "demand", "D1", "unknown_column", "value"),
    ("year where none is", {"regions!D1": 2026}, "regions", "D1", "unknown_column", "no columns by year"),
    ("date", {"demand!G1": datetime(2026, 1, 1)}, "demand", "G1", "date_header", "2026-01-01"),
    ("duplicate year", {"demand!H1": "2026"}, "demand", "H1", "duplicate_column", "column G"),
    ("duplicate column", {"regions!D1": "Role"}, "regions", "D1", "duplicate_column", "column C"),
    ("no header", {"demand!I3": 5}, "demand", "I1", "blank_header", "no header"),
    ("error", {"regions!B1": "#REF!"}, "regions", "B1", "error_cell", "#REF!"),
    ("formula", {"regions!B1": '="name"'}, "regions", "B1", "no_result", "formula"),
    ("unknown year", {"demand!H1": 2030}, "demand", "H1", "unknown_year", "2030"),
    ("note in sources", {"sources!C1": "note"}, "sources", "C1", "unknown_column", "note"),
]


@pytest.mark.parametrize("case", HEADERS, ids=[case[0] for case in HEADERS])
def test_a_faulty_header_is_the_only_problem(tmp_path: Path, case: tuple[Any, ...]) -> None:
    _, edits, sheet, cell, code, text = case
    found = errors(write(tmp_path / "a.xlsx", TINY, edits))
    assert places(found) == [(sheet, cell, code)]
    assert text in found[0].message + found[0].hint


def test_missing_columns_and_sheets(tmp_path: Path) -> None:
    book = sheets(demand=None)
    found = errors(write(tmp_path / "a.xlsx", book, {"groups!C1": "note"}))
    assert places(found) == [("groups", "", "missing_column"), ("demand", "", "missing_sheet")]
    assert "weight" in found[0].message


def test_rows_without_their_key_are_not_called_duplicates(tmp_path: Path) -> None:
    found = errors(write(tmp_path / "a.xlsx", TINY, {"regions!A1": "note"}))
    assert places(found) == [("regions", "", "missing_column")]


def test_a_required_sheet_without_rows(tmp_path: Path) -> None:
    found = errors(write(tmp_path / "a.xlsx", sheets(demand=[])))
    assert ("demand", "", "no_rows") in places(found)


def test_unknown_and_doubled_sheets_name_the_nearest(tmp_path: Path) -> None:
    book = sheets() | {"demnd": [["a"]], "Floor-Rules": TINY["floor_rules"]}
    found = errors(write(tmp_path / "a.xlsx", book))
    assert places(found) == [("demnd", "", "unknown_sheet"), ("Floor-Rules", "", "duplicate_sheet")]
    assert "Did you mean demand?" in found[0].hint


def test_merged_cells(tmp_path: Path) -> None:
    workbook = fill(tmp_path, TINY)
    workbook["regions"].merge_cells("C2:C3")
    workbook["regions"].merge_cells("F8:G9")
    workbook.save(tmp_path / "a.xlsx")
    found = errors(tmp_path / "a.xlsx")
    assert ("regions", "C2:C3", "merged") in places(found)
    assert not any(problem.cell == "F8:G9" for problem in found)


def test_hidden_and_blank_rows_are_warned_of_and_read(tmp_path: Path) -> None:
    rows = TINY["regions"][:3] + [[None], ["  "]] + TINY["regions"][3:]
    workbook = fill(tmp_path, sheets(regions=rows))
    workbook["plants"].row_dimensions[2].hidden = True
    workbook["routes"].column_dimensions["D"].hidden = True
    workbook["funds"].sheet_state = "hidden"
    workbook.save(tmp_path / "a.xlsx")
    study = read(tmp_path / "a.xlsx")
    assert places(list(study.notes)) == [
        ("regions", "A4:A5", "blank_row"),
        ("plants", "A2", "hidden_row"),
        ("routes", "D1", "hidden_column"),
        ("funds", "", "hidden_sheet"),
    ]
    assert {note.level for note in study.notes} == {"warning"}
    assert [row["region"] for row in study.rows("regions")] == ["US", "JP", "CN", "NA"]
    assert study.value_cell("regions", 2, "role") == "C6"
    assert study.rows("plants")[0]["capacity"] == 10.0
    assert study.rows("routes")[1]["freight"] == 2.0


def test_spaces_around_a_name_are_dropped_with_a_warning(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY, {"demand!A2": "US\xa0"}))
    assert places(list(study.notes)) == [("demand", "A2", "spaces")]
    assert study.rows("demand")[0]["region"] == "US"


def test_a_share_that_looks_like_per_cent_is_warned_of(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.xlsx", TINY, {"routes!E3": 25}))
    assert places(list(study.notes)) == [("routes", "E3", "percent")]
    assert "2500%" in study.notes[0].message
    assert study.rows("routes")[1]["tariff"] == 25.0


def test_formulas_with_a_saved_result_are_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, rows in TINY.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
        book.get_worksheet_by_name("demand").write_formula("D2", "=100+200", None, 300)
        book.get_worksheet_by_name("demand").write_formula("D3", '=IF(TRUE,"",1)', None, "")
        book.get_worksheet_by_name("regions").write_formula("B2", '="U"&"S"', None, "US")
    # an empty text is what spreadsheet programs save for "", a cell of type str
    study = read(
        rewritten(
            tmp_path / "a.xlsx",
            tmp_path / "b.xlsx",
            lambda _, content: content.replace(b'<c r="D3"><f>', b'<c r="D3" t="str"><f>'),
        )
    )
    assert study.rows("demand")[0]["value"] == 300.0
    assert study.rows("demand")[1]["value"] is None
    assert study.rows("regions")[0]["name"] == "US"
    lost = rewritten(
        tmp_path / "b.xlsx",
        tmp_path / "c.xlsx",
        lambda _, content: content.replace(b"<v>300</v></c>", b"</c>", 1),
    )
    assert (
        b"".join(zipfile.ZipFile(lost).read(part) for part in zipfile.ZipFile(lost).namelist()).count(b"<f>")
        == 3
    )
    assert places(errors(lost)) == [("demand", "D2", "no_result")]


def test_equal_faults_are_one_problem_a_range(tmp_path: Path) -> None:
    rows = TINY["groups"] + [[f"g{i}", "oxide", "heavy"] for i in range(39)]
    found = errors(write(tmp_path / "a.xlsx", sheets(groups=rows)))
    assert places(found) == [("groups", "C4:C42", "not_a_number")]
    assert "39 cells" in found[0].message
    assert found[0].value == "heavy"


def test_equal_faults_apart_are_two_problems(tmp_path: Path) -> None:
    rows = [*TINY["groups"], ["g", "oxide", "heavy"], ["h", "oxide", 1], ["i", "oxide", "heavy"]]
    found = errors(write(tmp_path / "a.xlsx", sheets(groups=rows)))
    assert places(found) == [("groups", "C4", "not_a_number"), ("groups", "C6", "not_a_number")]


def test_no_more_than_200_problems_of_a_sheet_are_listed(tmp_path: Path) -> None:
    rows = TINY["groups"] + [[f"g{i}", "oxide", f"heavy {i}"] for i in range(250)]
    found = errors(write(tmp_path / "a.xlsx", sheets(groups=rows), {"regions!C2": "x"}))
    assert len([problem for problem in found if problem.sheet == "groups"]) == 201
    assert found[-1].code == "more"
    assert found[-1].message.startswith("50 more")
    assert ("regions", "C2", "choice") in places(found)


def test_every_sheet_is_checked_at_once(tmp_path: Path) -> None:
    edits = {"years!B2": "x", "demand!D2": "x", "caps!E2": "x", "plants!B2": "x"}
    found = errors(write(tmp_path / "a.xlsx", TINY, edits))
    assert [problem.sheet for problem in found] == ["years", "plants", "demand", "caps"]


# The file


def rewritten(source: Path, target: Path, change: Any) -> Path:
    """A copy of a workbook with some parts changed: `change(name, content)` gives the new content."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return target


def refused(path: Path, code: str, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.cell, problem.code) == (path.name, "", code)
    assert text in problem.message
    assert problem.hint


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
CONTENTS = [
    ("empty", b"", "empty_file", "0 bytes"),
    ("csv", b"year,length\n2026,1\n", "not_excel", "not an Excel workbook"),
    ("xls", OLE, "old_format", ".xls"),
    ("password", OLE + "EncryptedPackage".encode("utf-16-le"), "password", "password"),
    ("cut off", b"PK\x03\x04 and no more", "damaged", "cut off"),
]


@pytest.mark.parametrize(("name", "content", "code", "text"), CONTENTS, ids=[case[0] for case in CONTENTS])
def test_what_is_no_workbook_is_told_by_content(
    tmp_path: Path, name: str, content: bytes, code: str, text: str
) -> None:
    (tmp_path / f"{name}.xlsx").write_bytes(content)
    refused(tmp_path / f"{name}.xlsx", code, text)


PACKAGES = [
    ("ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "open_document", "OpenDocument"),
    ("xlsb", {"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}, "binary_workbook", "binary"),
    ("other zip", {"readme.txt": b"hello"}, "not_excel", "not an Excel workbook"),
]


@pytest.mark.parametrize(("name", "parts", "code", "text"), PACKAGES, ids=[case[0] for case in PACKAGES])
def test_other_packages(tmp_path: Path, name: str, parts: dict[str, bytes], code: str, text: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    refused(tmp_path / "a.xlsx", code, text)


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    refused(tmp_path / "none.xlsx", "no_file", "no file")
    (tmp_path / "folder.xlsx").mkdir()
    refused(tmp_path / "folder.xlsx", "folder", "folder")
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    refused(tmp_path / "~$a.xlsx", "lock_file", "lock file")


def test_strict_open_xml(tmp_path: Path) -> None:
    normal = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    path = write(tmp_path / "a.xlsx", TINY)
    rewritten(path, tmp_path / "b.xlsx", lambda _, content: content.replace(normal, strict))
    refused(tmp_path / "b.xlsx", "strict", "Strict")


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY b "c">]>'])
def test_declared_entities(tmp_path: Path, declaration: bytes) -> None:
    path = write(tmp_path / "a.xlsx", TINY)

    def declare(part: str, content: bytes) -> bytes:
        return declaration + content if part == "xl/worksheets/sheet1.xml" else content

    refused(rewritten(path, tmp_path / "b.xlsx", declare), "entities", "sheet1.xml")


def test_parts_that_unpack_without_measure(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", TINY)

    def swell(part: str, content: bytes) -> bytes:
        return content + b" " * 2_000_000 if part == "xl/worksheets/sheet1.xml" else content

    refused(rewritten(path, tmp_path / "b.xlsx", swell), "too_large", "sheet1.xml")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2_000):
            archive.writestr(f"xl/{number}.xml", b"")
    refused(path, "too_large", "unpacked")


def test_a_large_file_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(50 * 2**20 + 1)
    refused(tmp_path / "a.xlsx", "too_large", "50 MB")


def test_damaged_parts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", TINY)

    def spoil(part: str, content: bytes) -> bytes:
        return content[: len(content) // 2] if part == "xl/worksheets/sheet3.xml" else content

    refused(rewritten(path, tmp_path / "b.xlsx", spoil), "damaged", "cannot be read")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for part in old.namelist():
            if part != "xl/worksheets/sheet3.xml":
                new.writestr(part, old.read(part))
    refused(tmp_path / "c.xlsx", "damaged", "regions")


def test_chart_sheets_even_empty_ones_are_passed_over(tmp_path: Path) -> None:
    workbook = fill(tmp_path, TINY)
    workbook.create_chartsheet("a chart")
    workbook.save(tmp_path / "a.xlsx")
    assert errors(tmp_path / "a.xlsx") == []


def test_a_wrong_dimension_hides_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", TINY)

    def shrink(part: str, content: bytes) -> bytes:
        start, end = content.find(b"<dimension"), content.find(b"<sheetViews")
        return content if start < 0 else content[:start] + b'<dimension ref="A1"/>' + content[end:]

    assert read(rewritten(path, tmp_path / "b.xlsx", shrink)).rows("demand") == read(path).rows("demand")


def test_a_space_in_the_last_cell_is_blank(tmp_path: Path) -> None:
    assert errors(write(tmp_path / "a.xlsx", TINY, {"demand!XFD1048576": " "})) == []


# As typed

ODD = [
    "NA",
    "None",
    "1,5",
    "12 %",
    "=1+1",
    "#REF!",
    "TRUE",
    "2026",
    "60 d",
    " x",
    "x ",
    "*",
    "−1",
    "'",
    "1e3",
    "US",
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    # openpyxl, which writes the test's workbook, keeps 16 digits
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: float(f"{x:.16g}")).filter(math.isfinite),
    st.sampled_from(ODD),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12),
)
PLACES = [
    (name, line, column)
    for name, rows in TINY.items()
    if name not in ("settings", "changes")
    for line in range(2, len(rows) + 1)
    for column in range(1, len(rows[0]) + 1)
]


@settings(
    max_examples=int(MANY or 25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_a_cell_without_a_problem_is_read_as_typed(
    tmp_path: Path, place: tuple[str, int, int], value: Any
) -> None:
    name, line, column = place
    workbook = fill(tmp_path, TINY)
    cell = workbook[name].cell(line, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    workbook.save(tmp_path / "a.xlsx")
    try:
        study = read(tmp_path / "a.xlsx")
    except InputError as error:
        assert error.problems
        return
    address = f"{get_column_letter(column)}{line}"
    if any((note.sheet, note.cell) == (name, address) for note in study.notes):
        return
    key = TINY[name][0][column - 1]
    indices = [i for i in range(len(study.rows(name))) if study.value_cell(name, i, key) == address]
    if not indices:
        assert value is None, "only a record without any value is no record"
        return
    read_back = study.tables[name][key][indices[0]]
    if value is None:
        assert read_back is None or read_back != read_back
    else:
        assert read_back == value
        assert isinstance(read_back, bool) == isinstance(value, bool)
        assert isinstance(read_back, str) == isinstance(value, str)
