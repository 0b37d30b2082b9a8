"""The worked example's workbooks: written by their scripts, and every number with its source."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import openpyxl
import pytest

import floors
from tests.support.places import ROOT

sys.path.insert(0, str(ROOT))

from models.books.book import Book, Row
from models.books.excel import write_workbook
from models.books.figures import CONFIDENCES, STATUSES, YEARS, Figure, read_cited
from models.critical_minerals import study as minerals
from models.rare_earths.study import ABOUT, CITED, make_book, make_tables
from models.smallest import make_smallest

FIGURES = ROOT / "models" / "figures"
NOT_DATA = ("_about", "_figures", "sources")
Rows = list[tuple[object, ...]]


def cells(path: Path) -> dict[str, Rows]:
    """Every sheet as rows of values, header first."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def records(rows: Rows) -> list[dict[object, object]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def written() -> dict[str, tuple[dict[str, list[Row]], tuple[str, ...]]]:
    """Tables and first words of each workbook that is made of figures, by its name."""
    made = {one.name: (minerals.make_tables(one), one.about) for one in minerals.WORKBOOKS}
    return {"rare_earths": (make_tables(), ABOUT)} | made


NAMES = ("rare_earths", *(one.name for one in minerals.WORKBOOKS))


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def committed(name: str) -> dict[str, Rows]:
    return cells(ROOT / "inputs" / f"{name}.xlsx")


def test_the_script_writes_the_committed_workbook(
    name: str, committed: dict[str, Rows], tmp_path: Path
) -> None:
    tables, about = written()[name]
    write_workbook(tables, about, tmp_path / "again.xlsx")
    assert cells(tmp_path / "again.xlsx") == committed


def test_the_script_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(make_tables(), ABOUT, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_the_smallest_has_the_five_sheets_and_ten_rows(tmp_path: Path) -> None:
    write_workbook(make_smallest(), (), tmp_path / "again.xlsx")
    written = cells(ROOT / "inputs" / "smallest.xlsx")
    assert cells(tmp_path / "again.xlsx") == written
    assert list(written) == ["years", "regions", "commodities", "processes", "demand"]
    assert sum(len(rows) - 1 for rows in written.values()) == 10
    assert floors.read(ROOT / "inputs" / "smallest.xlsx").notes == ()


def test_every_row_names_its_sources(committed: dict[str, Rows]) -> None:
    known = {record["source"] for record in records(committed["sources"])}
    used = set()
    for name, rows in committed.items():
        if name in NOT_DATA:
            continue
        for line, record in enumerate(records(rows), start=2):
            sources = str(record["source"] or "").split("; ")
            assert set(sources) <= known, f"{name} row {line}: {sources}"
            assert record["source_status"] in STATUSES, f"{name} row {line}"
            assert record["source_confidence"] in CONFIDENCES, f"{name} row {line}"
            used |= set(sources)
    for record in records(committed["_figures"]):
        used |= set(str(record["source"]).split("; "))
    assert known == used


def test_every_source_is_a_citation(committed: dict[str, Rows]) -> None:
    for record in records(committed["sources"]):
        assert record["citation"] and record["publisher"] and record["date"], record["source"]


def test_every_figure_has_unit_status_and_confidence(committed: dict[str, Rows]) -> None:
    listed = records(committed["_figures"])
    assert len({record["what"] for record in listed}) == len(listed)
    for record in listed:
        assert isinstance(record["value"], int | float), record
        assert record["status"] in STATUSES and record["confidence"] in CONFIDENCES, record
        assert record["unit"] is not None or record["what"] == "elasticity of magnet demand", record
        if record["status"] in ("derived", "assumption"):
            assert record["formula or reason"], f"{record['what']} does not say how or why"


def test_only_cited_figures_in_use_are_kept() -> None:
    used = {figure.what for figure in make_book().figures.values()}
    assert [name for name, figure in read_cited(CITED).items() if figure.what not in used] == []


def test_figures_of_minerals_are_in_use_or_beside_the_model() -> None:
    """Prices of other years and places, and customs that hold other goods too, stand in docs/minerals.md alone."""
    used = {what for one in minerals.WORKBOOKS for what in minerals.make_book(one).figures}
    files = {name for one in minerals.WORKBOOKS for name in one.files if name.startswith("minerals/")}
    idle = [
        name
        for name, figure in read_cited(sorted(files)).items()
        if figure.what not in used and not any(kind in name for kind in ("_past_", "_market_", "_seen_"))
    ]
    assert idle == []


def test_a_weak_good_is_called_so_wherever_it_stands() -> None:
    weak = next(one for one in minerals.WORKBOOKS if one.name == "critical_minerals_weak")
    assert {good.label for good in weak.goods} == {
        f"{name} (weak)" for name in ("germanium", "indium", "bismuth", "vanadium", "tellurium")
    }
    for sheet, rows in minerals.make_tables(weak).items():
        for row in rows:
            assert row.get("commodity", "(weak)") in (None, "*") or "(weak)" in str(
                row.get("commodity", "(weak)")
            ), sheet


def test_a_number_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="unit_cost"):
        Book().add("processes", process="mine", unit_cost=3.0)
    with pytest.raises(ValueError, match="no source"):
        Book().add("regions", region="US")


def test_a_figure_is_no_better_than_what_it_rests_on() -> None:
    book = Book(CITED)
    guess = book.assumed(2.0, "a guess", "t", "none")
    known = book.cited("ndpr_2026")
    product = book.derived(guess * known, "a product", "t", "x", guess, known)
    book.add("funds", fund="one", amount=known, note="")
    book.add("funds", fund="two", amount=guess)
    assert product.ground.confidence == "low"
    assert set(product.ground.sources) == {"assumption", "lynas_fy26"}
    assert [row["source_status"] for row in book.sheets["funds"]] == ["retrieved", "assumption"]


def test_derivations_can_be_done_by_hand() -> None:
    figures: dict[str, Figure] = make_book().figures
    assert figures["Dy oxide, China, without VAT"] == pytest.approx((239 + 291) / 2 / 1.13, rel=1e-5)
    assert figures["NdPr oxide, China, without VAT, from 2030"] == pytest.approx(80 / 1.13, rel=1e-5)
    oxides = (0.35 * 55 + 2568 / 240000 * 257 + 490 / 240000 * 812) / 1.13
    assert figures["making magnets, China"] == pytest.approx(49.2 - oxides, rel=1e-5)
    magnet = next(row for row in make_tables()["reference_prices"] if row["commodity"] == "magnet")
    heavies = 2568 / 240000 * 234.513 + 490 / 240000 * 938.052
    assert magnet[2035] == pytest.approx(49.2 - oxides + 0.35 * 80 / 1.13 + heavies, rel=1e-5)


def test_the_workbook_reads_without_a_word_and_each_scenario_changes_it() -> None:
    study = floors.read(ROOT / "inputs" / "rare_earths.xlsx")
    assert study.notes == ()
    assert study.years == YEARS
    surprises = {row["scenario"] for row in study.rows("scenarios") if row["known_from"] is not None}
    assert surprises == {name for name in study.scenario_names if name.split(" without")[0] in SURPRISES}
    for name in set(study.scenario_names) - surprises:
        changed = study.scenario(name)
        assert any(changed.rows(table) != study.rows(table) for table in study.tables), name


SURPRISES = (
    "embargo 2028",
    "embargo 2033",
    "Mexico leaves in 2030",
    "Japan leaves in 2030",
    "Korea joins in 2030",
)


def test_nothing_names_a_machine_or_a_working_file(committed: dict[str, Rows]) -> None:
    for name, rows in committed.items():
        for row in rows:
            for cell in row:
                assert not any(bad in str(cell) for bad in ("/work", "shared/", "/home", "/tmp", ".csv")), (
                    name,
                    cell,
                )


def test_facts_are_complete() -> None:
    with (FIGURES / "sources.csv").open(encoding="utf-8", newline="") as file:
        known = {row["source"] for row in csv.DictReader(file)}
    with (FIGURES / "facts.csv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file))
    assert len({fact["quantity"] for fact in facts}) == len(facts) > 20
    for fact in facts:
        assert float(fact["value"]) > 0 and float(fact["tolerance"]) > 0, fact
        assert fact["kind"] in ("imposed", "predicted"), fact
        assert fact["status"] in STATUSES and fact["confidence"] in CONFIDENCES, fact
        assert set(fact["source"].split(";")) <= known, fact
        assert fact["how"], fact
