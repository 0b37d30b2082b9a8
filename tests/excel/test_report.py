"""The results workbook: what is written is what was given, and reads straight back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from floors.contract import results as tables
from floors.contract.results import Cell, columns
from floors.contract.results.handed import HANDED_ON, WORDS
from floors.errors import CertificateFailed, OutputError, UsageError
from floors.excel import report
from floors.excel.report import FAILED_MARK
from floors.files.targets import is_ours
from floors.page.page import Page, Term
from floors.page.picture import Panel, Picture, Series

YEARS = range(2026, 2036)
MEMBERS = ("US", "EU", "JP", "US/defence")
COMMODITIES = ("NdPr_oxide", "Dy_oxide", "magnet")
PRICE_IN_CN = {"NdPr_oxide": 62.0, "Dy_oxide": 228.0, "magnet": 48.5}
REGIONS = (*MEMBERS, "CN", "MY", "AU", "VN")


@dataclass
class Fabricated:
    """A result with tables made up for the test, in the size of a real one."""

    tables: dict[str, list[tuple[Cell, ...]]]
    title: str = "Rare earths & magnets: a 50 % cap"
    currency: str = "USD"
    scenario_name: str = "base"
    members: tuple[str, ...] = MEMBERS
    failed: bool = False
    sentences: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    brief: Page | None = None
    pictures: tuple[Picture, ...] = ()

    def rows(self, sheet: str) -> list[tuple[Cell, ...]]:
        return self.tables.get(sheet, [])


def write(result: Fabricated, path: Path, **how: Any) -> Path:
    return report.write(result, path, **how)


def rising(commodity: str, year: int) -> float:
    """A levy that rises, peaks in 2030 and settles."""
    return PRICE_IN_CN[commodity] * (0.05 * min(year - 2025, 6) + (0.4 if year == 2030 else 0.0))


def floor_rows() -> Iterator[tuple[Cell, ...]]:
    for member, commodity, year in product(MEMBERS, COMMODITIES, YEARS):
        there = PRICE_IN_CN[commodity] * (1 + 0.01 * (year - 2026))
        levy = rising(commodity, year) + (6.5 if commodity == "magnet" and member != "US" else 0.0)
        floor = there + levy
        short = commodity != "Dy_oxide" and year == 2030
        set_by = f"unserved {member}/vehicles" if short else "separation plant Kuantan, expansion"
        yield (
            *(member, commodity, year, "CN", floor, there, levy, 0.0, there, 0.0, levy / there),
            *(floor * 1.03 + 0.5, 0.0, floor, True, "paid", None),
            *(floor - 2.0, None if year == 2030 else floor * 1.1),
            *(set_by, True, "shortage" if short else None),
        )


def sourcing_rows() -> Iterator[tuple[Cell, ...]]:
    for destination, commodity, year in product((*MEMBERS, "CN"), COMMODITIES, YEARS):
        for place, origin in enumerate(("CN", "US", "MY", "AU", "EU")):
            quantity = 900.0 + 130 * place + 35 * (year - 2026) * (place - 1)
            share = quantity / 8000
            yield (
                destination,
                commodity,
                year,
                origin,
                None,
                quantity,
                share,
                False,
                place == 2,
                0.0,
                1.0,
                None,
                None,
            )
        yield destination, commodity, year, "CN", None, 40.0, 0.005, True, False, None, None, None, None


def account_rows() -> Iterator[tuple[Cell, ...]]:
    for place, region in enumerate(REGIONS):
        role = "member" if region in MEMBERS else "capped" if region == "CN" else "other"
        for year in YEARS:
            change = (420.0 - 130 * place) * (1 + 0.05 * (year - 2026))
            money = (
                1520.25,
                0.0,
                210.5,
                12.0,
                85.125,
                0.0,
                -3.5,
                0.0,
                4.0,
                0.0,
                0.0,
                0.0,
                1200.0 + change,
                0.0,
                1200.0,
                change,
                -2.5,
            )
            yield region, role, year, *money


def filler_rows(sheet: str, count: int = 60) -> Iterator[tuple[Cell, ...]]:
    """Plausible rows by the format of each column."""
    values: dict[str, Cell] = {
        columns.TEXT: "separation plant Kuantan",
        columns.PRICE: 41.375,
        columns.TONNES: 12345.678,
        columns.MONEY: 1234.5678,
        columns.SHARE: 0.4375,
        columns.PER_T: 20701.25,
        columns.INDEX: 3120.4,
        columns.COUNT: 4,
        columns.FACTOR: 1.1,
        columns.BOOL: True,
        columns.ANY: 41.375,
        columns.SMALL: 1e-12,
    }
    for number in range(count):
        yield tuple(
            2026 + number % 10 if column.name == "year" else values[column.format]
            for column in tables.BY_NAME[sheet].columns
        )


def fabricated(**changes: object) -> Fabricated:
    result = Fabricated(
        {sheet.name: list(filler_rows(sheet.name)) for sheet in tables.RESULTS}
        | {
            "floors": list(floor_rows()),
            "sourcing": list(sourcing_rows()),
            "accounts": list(account_rows()),
            "members_range": [("US", 1.0, 2.5)],
            "summary": [
                ("total_cost", 123456.789, "million USD, present value"),
                ("uplift", 0.0, "million USD, present value"),
                ("capped_share", 0.4987, "share"),
                ("embodied_share", 0.6123, "share"),
                ("largest_floor", 312.5, "USD/kg"),
                ("redirected", 1450.5, "t/yr"),
                ("binding_floors", 120, ""),
            ],
            "certificate": [
                ("dual feasibility", 0.0, 1e-7, True),
                ("gap", -1.25e-12, 1e-9, True),
            ],
            "run": [
                ("floors", "0.1.0", None),
                ("workbook sha256", "ab" * 32, None),
                ("rows", "5500", 5500),
                ("fixed", "FALSE", None),
            ],
        },
        sentences=[
            "At these floors, between 62.00 and 478.80 USD/kg, no company can do better than this mix: "
            "50 % from CN, 22 % from US, 15 % from MY, the rest from AU and EU.",
            "The proof holds to 1e-12 of the cost.",
        ],
        warnings=["magnet: embodied share 61 % is 11 points above the cap; a cap sees the last process."],
    )
    for name, value in changes.items():
        setattr(result, name, value)
    return result


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(fabricated(), tmp_path_factory.mktemp("outputs") / "rare_earths-results.xlsx")


@pytest.fixture(scope="module")
def book(written: Path) -> Any:
    return openpyxl.load_workbook(written)


def only(tmp_path: Path, sheet: str, rows: list[tuple[Cell, ...]], **changes: object) -> Path:
    """A workbook with rows on one sheet alone."""
    return write(fabricated(tables={sheet: rows}, **changes), tmp_path / "one.xlsx")


def test_sheets_stand_in_the_order_of_the_contract(book: Any) -> None:
    assert book.sheetnames == [sheet.name for sheet in (*tables.RESULTS, *HANDED_ON)]


def test_a_page_stands_first_pictures_behind_it_and_terms_last(tmp_path: Path) -> None:
    page = Page("Oxide", "one member", "A floor", "Asked", (), (), "source", (Term("levy", "a tariff"),))
    line = Series("floor", "line", "#0B4F8A", (1.0, 2.0))
    panel = Panel("It rises", "USD/kg", (2026, 2027), "years", (line,))
    pictures = (
        Picture("picture_floors", "Floors", "", "", (panel,)),
        Picture("picture_flows", "Flows", "", "", (panel,), screen_only=True),
    )
    path = write(fabricated(brief=page, pictures=pictures), tmp_path / "one.xlsx")
    names = openpyxl.load_workbook(path).sheetnames
    tables_there = [sheet.name for sheet in (*tables.RESULTS, *HANDED_ON)]
    assert names == ["brief", "picture_floors", *tables_there, "terms"]


@pytest.mark.parametrize("sheet", tables.RESULTS, ids=lambda sheet: sheet.name)
def test_every_value_comes_back_as_it_was_given(book: Any, sheet: tables.Sheet) -> None:
    page, last = book[sheet.name], len(sheet.columns)
    given = fabricated().rows(sheet.name)
    got = list(page.iter_rows(max_row=len(given) + 1, max_col=last, values_only=True))
    assert got[0] == sheet.names
    assert len(got) == len(given) + 1
    for there, here in zip(got[1:], given, strict=True):
        # A workbook keeps sixteen digits of a number.
        assert list(there) == [pytest.approx(x, rel=1e-14) if isinstance(x, float) else x for x in here]
        assert [isinstance(x, bool) for x in there] == [isinstance(x, bool) for x in here]


@pytest.mark.parametrize("sheet", tables.RESULTS, ids=lambda sheet: sheet.name)
def test_each_sheet_is_a_filtered_table_with_noted_headers(book: Any, sheet: tables.Sheet) -> None:
    page = book[sheet.name]
    corner = page.cell(len(fabricated().rows(sheet.name)) + 1, len(sheet.columns)).coordinate
    table = page.tables[sheet.name]
    assert table.ref == f"A1:{corner}"
    assert table.autoFilter.ref == table.ref
    assert table.tableStyleInfo.name == "TableStyleLight1" and page.freeze_panes == "A2"
    assert page.oddHeader.left.text == "Rare earths && magnets: a 50 % cap (base)"
    for cell, column in zip(page[1], sheet.columns, strict=False):
        assert cell.font.bold and cell.fill.fgColor.rgb == "FF1F4E79"
        assert column.meaning in cell.comment.text
        assert column.unit_in("USD") in cell.comment.text
        assert "{" not in cell.comment.text
        (wide,) = [w for w in page.column_dimensions.values() if w.min <= cell.column <= w.max]
        assert wide.width >= len(column.name)


def formats(page: Any) -> dict[str, str]:
    return {str(page.cell(1, cell.column).value): cell.number_format for cell in page[2]}


def test_number_formats_follow_the_columns(book: Any) -> None:
    floors = formats(book["floors"])
    assert floors["floor"] == "0.00" and floors["levy_rate"] == "0.0%"
    assert floors["year"] == "0" and floors["set_by"] == "@"
    assert formats(book["sourcing"])["quantity"] == "#,##0.0"
    assert formats(book["accounts"])["net_cost"] == "#,##0.000"
    assert formats(book["certificate"])["value"] == "0.0E+00"
    by_unit = [book["summary"].cell(row, 2).number_format for row in (2, 4, 6, 7, 8)]
    assert by_unit == ["#,##0.000", "0.0%", "0.00", "#,##0.0", "General"]


def test_pandas_reads_the_tables_straight_back(written: Path) -> None:
    for sheet in tables.RESULTS:
        frame = pd.read_excel(
            written, sheet_name=sheet.name, engine="openpyxl", keep_default_na=False, na_values=[""]
        )
        frame = frame[list(sheet.names)].dropna(how="all")
        assert len(frame) == len(fabricated().rows(sheet.name))
    frame = pd.read_excel(written, sheet_name="floors", engine="openpyxl")
    assert len(frame) == len(list(floor_rows()))
    assert frame["floor"].sum() == pytest.approx(sum(float(row[4] or 0) for row in floor_rows()), rel=1e-12)


def test_words_stand_in_a_sheet_of_their_own_one_a_row(book: Any) -> None:
    told = [row[:3] for row in book[WORDS.name].iter_rows(2, values_only=True)]
    given = fabricated()
    expected = [("sentence", place, text) for place, text in enumerate(given.sentences, 1)]
    expected += [("warning", place, text) for place, text in enumerate(given.warnings, 1)]
    assert told == expected
    assert all(cell.alignment.wrap_text for row in book[WORDS.name].iter_rows(2, 3, 3) for cell in row)
    assert book["summary"].max_column == len(tables.SUMMARY.columns), "a sheet of a table holds it alone"


DANGEROUS = ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(1)", "http://x.org", "_x0041_", " NA ", "{=1}", "TRUE"]


def test_text_is_inert(tmp_path: Path) -> None:
    path = only(tmp_path, "run", [(text, text, None) for text in DANGEROUS], title="=1+1", warnings=["=2+2"])
    book: Any = openpyxl.load_workbook(path)
    for row, text in enumerate(DANGEROUS, start=2):
        cell = book["run"].cell(row, 2)
        assert cell.data_type == "s" and cell.hyperlink is None
        assert cell.value == text
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(tables.RESULTS) + len(HANDED_ON)
        assert not any(b"<f>" in parts.read(name) or b"hyperlink" in parts.read(name) for name in sheets)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_number_is_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(OutputError, match=r"prices, price, row 3: (nan|-?inf)"):
        only(
            tmp_path,
            "prices",
            [("US", "Dy", year, price, 1.0, *[None] * 10) for year, price in ((2026, 1.0), (2027, value))],
        )
    assert list(tmp_path.iterdir()) == []


def test_other_types_and_short_rows_are_bugs(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="run, value, row 2: tuple"):
        only(tmp_path, "run", [("key", (1, 2), None)])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="shorter"):
        only(tmp_path, "run", [("key",)])
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_is_kept_and_a_longer_one_refused(tmp_path: Path) -> None:
    path = only(tmp_path, "run", [("key", "x" * 32_767, None)])
    assert len(str(openpyxl.load_workbook(path)["run"]["B2"].value)) == 32_767
    for text in ("x" * 32_768, "\U0001f9f2" * 16_384):
        with pytest.raises(OutputError, match=r"run, value, row 2: .*32,767"):
            only(tmp_path, "run", [("key", text, None)])


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"'run' would have 1,048,576 rows"):
        only(tmp_path, "run", [("key", "1", 1)] * 1_048_576)


def test_an_empty_result_still_has_its_headers(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(write(fabricated(tables={}), tmp_path / "empty.xlsx"))
    for sheet in tables.RESULTS:
        page = book[sheet.name]
        assert tuple(cell.value for cell in page[1])[: len(sheet.columns)] == sheet.names
        assert page["A1"].fill.fgColor.rgb == "FF1F4E79" and not page.tables
        assert page.auto_filter.ref == f"A1:{page.cell(1, len(sheet.columns)).coordinate}"


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(fabricated(), tmp_path / name) for name in ("one.xlsx", "two.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_a_failed_certificate_is_kept_on_request_and_marked_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "failed.xlsx"
    with pytest.raises(CertificateFailed):
        write(fabricated(failed=True), path)
    assert not path.exists()
    book: Any = openpyxl.load_workbook(write(fabricated(failed=True), path, keep=True))
    for sheet in tables.RESULTS:
        page = book[sheet.name]
        assert page["A1"].value == sheet.names[0] and page["A1"].fill.fgColor.rgb == "FFC00000"
        mark = page.cell(1, len(sheet.columns) + 2)
        assert mark.value == FAILED_MARK and mark.font.color.rgb == "FFC00000"
        assert page.sheet_properties.tabColor.rgb == "FFC00000"


def test_our_own_workbook_is_replaced_and_a_foreign_one_is_not(written: Path, tmp_path: Path) -> None:
    assert is_ours(written)
    path = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not written by floors"):
        write(fabricated(), path)
    assert path.read_bytes() == before
    assert write(fabricated(tables={}), path, force=True) == path
    assert write(fabricated(), path) == path
    assert path.read_bytes() == written.read_bytes()
