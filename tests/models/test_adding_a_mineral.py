"""docs/adding_a_mineral.md: the rows it names are enough, in Excel and as a file of figures."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.case.derive import derive
from floors.case.price_units import price_units
from models.books import figures
from models.books.excel import write_workbook
from models.books.figures import YEARS, read_cited
from models.critical_minerals.goods import MEMBERS, Good
from models.critical_minerals.study import Workbook, make_tables
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "adding_a_mineral.md").read_text(encoding="utf-8")
GOOD = "exotium"
PATH = {2027: 2.0, 2030: 4.5, 2035: 5.0}  # levy, USD/kg, as the page works it out


def tried(name: str) -> list[list[str]]:
    """Cells of the rows of one of the page's tables."""
    found = re.search(rf"<!-- tried: {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert found is not None
    lines = found[1].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def cells(row: str) -> dict[object, object]:
    """`key: value` of a row; years may be a span."""
    found: dict[object, object] = {}
    for part in row.split("; "):
        key, value = part.split(": ")
        years = [int(year) for year in key.split("-")] if key[:2] == "20" else []
        names: list[object] = list(range(years[0], years[-1] + 1)) if years else [key]
        number = re.fullmatch(r"[\d.]+", value)
        found.update(dict.fromkeys(names, float(value) if number else value))
    return found


def in_excel(path: Path, **other: object) -> Path:
    """A copy of the workbook with the rows of the page; `other` replaces cells of the row of a process."""
    book = openpyxl.load_workbook(ROOT / "inputs" / "critical_minerals.xlsx")
    for name, text in tried("excel"):
        sheet, row = book[name.strip("`")], cells(text)
        if name == "`processes`" and row["region"] == "US":
            row.update(other)
        header = [cell.value for cell in sheet[1]]
        assert row.keys() <= set(header), row
        sheet.append([row.get(column) for column in header])
    book.save(path)
    return path


def test_rows_added_in_excel_are_a_good_of_its_own(tmp_path: Path) -> None:
    study = floors.read(in_excel(tmp_path / "copy.xlsx"))
    assert study.notes == ()
    rows: Any = floors.solve(study).caps
    rows = rows[rows["commodity"] == GOOD].set_index("year")
    assert {year: rows.loc[year, "levy"] for year in PATH} == pytest.approx(PATH)
    assert {year: rows.loc[year, "used"] for year in PATH} == pytest.approx(
        {2027: 190.0, 2030: 130.0, 2035: 80.0}
    )
    free: Any = study.scenario("no policy").tables["caps"]
    assert free[free["commodity"] == GOOD][list(YEARS)].isna().all(axis=None)


def test_a_price_per_tonne_is_told(tmp_path: Path) -> None:
    study = floors.read(in_excel(tmp_path / "copy.xlsx", unit_cost=15_000))
    (found,) = price_units(derive(study))
    assert (found.code, found.value) == ("price_far_off", 15_000)
    assert f"1,500 times the reference price of {GOOD}, 10" in found.message


def test_the_smallest_file_of_figures_makes_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """China sells what the others do not make, at its price and what a route costs."""
    shutil.copytree(figures.FOLDER, tmp_path / "figures")
    rows = [
        (name, f"{GOOD}, {name}", value, unit, "assumption", "low", "assumption", "made up")
        for name, value, unit, _ in tried("figures")
    ]
    with (tmp_path / "figures" / "minerals" / f"{GOOD}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("figure", "what", "value", "unit", "status", "confidence", "source", "note"), *rows]
        )
    monkeypatch.setattr(figures, "FOLDER", tmp_path / "figures")
    workbook = Workbook(GOOD, (Good(GOOD, GOOD, "metal", GOOD),), ("A made-up good",))
    tables = make_tables(workbook)
    write_workbook(tables, workbook.about, tmp_path / "made.xlsx")
    study = floors.read(tmp_path / "made.xlsx")
    assert study.notes == ()
    result = floors.solve(study.scenario("no policy"))
    output: Any = result.production
    first = output[output["year"] == YEARS[0]].groupby("region")["activity"].sum()
    assert first["AU"] == pytest.approx(100.0)
    assert first["AU"] + first["CN"] == pytest.approx(900 * 1.03**2)


def test_what_the_page_says_of_tellurium() -> None:
    """One maker who is missing in a table of the world makes a floor."""
    good, study = "tellurium (weak)", floors.read(ROOT / "inputs" / "critical_minerals_weak.xlsx")
    kept = {name: frame for name, frame in study.tables.items() if name not in ("scenarios", "changes")}
    sizes = kept["capacities"].copy()
    sizes.loc[sizes["process"].isin([f"KR {good}", f"KR idle {good}"]), list(YEARS)] = 0.0
    results = {
        "with": floors.solve(floors.Study(kept)),
        "without Korea": floors.solve(floors.Study(kept | {"capacities": sizes})),
        "embargo": floors.solve(study.scenario("embargo on tellurium 2028")),
    }
    caps: dict[str, Any] = {name: of.caps[of.caps["commodity"] == good] for name, of in results.items()}
    levies = {name: rows.set_index("year")["levy"] for name, rows in caps.items()}
    assert (levies["with"] == 0).all()
    assert levies["without Korea"][2035] == pytest.approx(76, abs=1)
    assert read_cited(["minerals/tellurium"])["tellurium_price_2030"] < 76
    bought: Any = results["with"].shipments
    bought = bought[(bought["commodity"] == good) & bought["destination"].isin(MEMBERS)]
    total = bought.groupby("year")["quantity"].sum()
    share = bought[bought["origin"] == "CN"].groupby("year")["quantity"].sum() / total
    assert 0.08 < share[2026] < 0.13
    assert 0.2 < share[2035] < 0.3
    short: Any = results["embargo"].unserved
    short = short[(short["commodity"] == good) & short["region"].isin(MEMBERS)]
    missing = short.groupby("year")["unserved"].sum()
    assert all(missing[year] > 1 for year in range(2028, 2036))
    assert 100 < missing[2035] < 200
