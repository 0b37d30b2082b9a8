"""Tables beside a workbook: read back as they were, inert, and checked by verify like those inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import floors
from floors.contract import results as tables
from floors.files.beside import read_csv, write_csv
from floors.many import large
from floors.many.solving import solve_scenarios
from floors.verification import verify_files
from tests.support.places import RARE_EARTHS

EXAMPLE = RARE_EARTHS
SHIPMENTS = next(sheet for sheet in tables.SEVERAL if sheet.name == "shipments")
SOURCING = next(sheet for sheet in tables.SEVERAL if sheet.name == "sourcing")


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        (
            "base",
            "CN",
            "US/a, b",
            'oxide "x"',
            2026,
            "clean",
            False,
            0.1 + 0.2,
            1e-300,
            None,
            -5.0,
            0.25,
            7.0,
        ),
        ("base", "CN\rno end", "two\nlines", "é", 2027, None, True, 12345678.9, 0.0, 1.0, 2.0, None, None),
    ]
    write_csv(tmp_path / "shipments.csv", SHIPMENTS, rows)
    assert [tuple(row) for row in read_csv(tmp_path / "shipments.csv", SHIPMENTS)] == rows
    flags = [("base", "US", "oxide", 2026, "CN", "tainted", 1.0, 0.5, False, True, *[None] * 4)]
    write_csv(tmp_path / "sourcing.csv", SOURCING, flags)
    assert [tuple(row) for row in read_csv(tmp_path / "sourcing.csv", SOURCING)] == flags


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted", "'=1", "''-1"])
def test_a_text_is_no_formula(name: str, tmp_path: Path) -> None:
    row = (name, "CN", "US", "oxide", 2026, None, False, -1.0, 1.0, None, 0.0, 0.0, 0.0)
    write_csv(tmp_path / "a.csv", SHIPMENTS, [row])
    written = (tmp_path / "a.csv").read_text("utf-8").splitlines()[1]
    assert written[0] in "'\"" and ",-1.0," in written, "a number stays one"
    assert [tuple(back) for back in read_csv(tmp_path / "a.csv", SHIPMENTS)] == [row]


def test_another_table_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", SOURCING, [])
    with pytest.raises(ValueError, match="other columns than sheet shipments"):
        list(read_csv(tmp_path / "a.csv", SHIPMENTS))


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of the worked example, with an Excel of 300 rows."""
    target = tmp_path_factory.mktemp("beside") / "out.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "MOST_ROWS", 300)
        runs = solve_scenarios(floors.read(EXAMPLE), ["fast path"])
        assert large.write_runs(runs, target).folder is not None
    return target


def test_verify_reads_what_lies_beside(beside: Path) -> None:
    report = verify_files(EXAMPLE, beside)
    assert report.findings == () and report.compared > 25_000


def test_verify_finds_a_changed_number_beside(beside: Path) -> None:
    file = beside.with_name("out-tables") / "prices.csv"
    before = file.read_text("utf-8")
    lines = before.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if ",magnet,2030," in line)
    cells, price = lines[at].split(","), lines[0].split(",").index("price")
    lines[at] = ",".join([*cells[:price], str(float(cells[price]) + 1), *cells[price + 1 :]])
    file.write_text("".join(lines), "utf-8")
    found = {finding.sheet for finding in verify_files(EXAMPLE, beside).findings}
    file.write_text(before, "utf-8")
    assert "prices" in found


def test_verify_tells_of_a_table_that_is_gone(beside: Path) -> None:
    file = beside.with_name("out-tables") / "caps.csv"
    content = file.read_bytes()
    file.unlink()
    found = [str(finding) for finding in verify_files(EXAMPLE, beside).findings]
    file.write_bytes(content)
    assert any("out-tables/caps.csv" in text and "sheet run names" in text for text in found)


def test_tables_of_an_earlier_result_go_with_it(tmp_path: Path) -> None:
    target, folder = tmp_path / "out.xlsx", tmp_path / "out-tables"
    study = floors.read(EXAMPLE.with_name("smallest.xlsx"))
    folder.mkdir()
    (folder / "shipments.csv").write_text("mine\n")
    floors.solve(study).to_excel(target)
    assert (folder / "shipments.csv").read_text() == "mine\n", "a file of somebody's own stays"
    write_csv(folder / "shipments.csv", SHIPMENTS, [])
    floors.solve(study).to_excel(target)
    assert {path.name for path in tmp_path.iterdir()} == {"out.xlsx"}
