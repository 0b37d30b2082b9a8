"""Two results, number by number: what differs, by how much, and what counts."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap

import openpyxl
import pytest

import floors
from floors.cli.main import run
from floors.many import solve_scenarios
from floors.verification.differences import compare_files
from floors.verification.side_by_side import DECLARED, read_written
from tests.support import checked, studies


def solved(path: Path, unit_cost: float = 80) -> Path:
    """A result in which the US works cost this much."""
    study = studies.study(
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
        processes=studies.table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", unit_cost),
        ),
    )
    return floors.solve(study).to_excel(path)


def test_the_same_twice_is_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    assert run(["compare", str(a), str(b)]) == 0
    assert "no differences" in capsys.readouterr().err
    found = compare_files(a, b, 0)
    assert found.differences == () and found.compared > 100


def test_differences_come_largest_first_with_key_and_column(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 100)
    found = compare_files(a, b, 1e-6)
    sizes = [difference.size for difference in found.differences]
    assert sizes == sorted(sizes, reverse=True)
    (levy,) = [d for d in found.differences if (d.sheet, d.column) == ("caps", "levy")]
    assert (levy.key, levy.a, levy.b, levy.difference) == ("bloc, oxide, demand, 2026", 30, 50, 20)
    assert str(levy) == "caps, bloc, oxide, demand, 2026: levy 30 | 50 (+20)"


def test_a_tolerance_is_relative_to_the_larger(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 80.001)
    assert compare_files(a, b, 1e-6).differences
    assert not [d for d in compare_files(a, b, 1e-2).differences if d.kind == "number"]


def test_a_row_or_a_sheet_that_only_one_has_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(b)
    book["shipments"].delete_rows(2)
    del book["prices"]
    book.save(b)
    assert run(["compare", str(a), str(b)]) == 6
    said = capsys.readouterr().err
    assert "prices: only in a" in said and "oxide, 2026, False: only in a" in said


def test_run_is_shown_and_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(b)
    book["run"]["B3"] = "older"
    book.save(b)
    assert [(key, later) for key, _, later in compare_files(a, b, 1e-6).run] == [("source revision", "older")]
    assert run(["compare", str(a), str(b)]) == 0
    assert "run, not counted: source revision: " in capsys.readouterr().err


def test_a_workbook_of_differences_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, out = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 100), tmp_path / "differences.xlsx"
    assert run(["compare", str(a), str(b), "-o", str(out), "--json"]) == 6
    said = json.loads(capsys.readouterr().out)
    assert not said["equal"]
    page = openpyxl.load_workbook(out)["differences"]
    assert page.max_row == len(said["differences"]) + 1
    header = ["sheet", "key", "column", "a", "b", "difference", "kind", "region", "tie"]
    assert [cell.value for cell in page[1]] == header
    groups = openpyxl.load_workbook(out)["groups"]
    assert sum(row[3].value for row in groups.iter_rows(min_row=2)) == len(said["differences"])
    assert [group["differ"] for group in said["groups"]] == [
        row[3].value for row in groups.iter_rows(min_row=2)
    ]


def test_several_scenarios_compare_by_scenario_and_not_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = solved(tmp_path / "a.xlsx"), tmp_path / "several.xlsx"
    _, runs = checked.several()
    runs.to_excel(b)
    assert run(["compare", str(b), str(b)]) == 0
    assert run(["compare", str(a), str(b)]) == 2
    assert "holds several scenarios" in capsys.readouterr().err


def family(path: Path, kind: str, home: float = 80) -> Path:
    """The workbook of a command that solves several studies."""
    study = studies.study(
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
        processes=studies.table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", home),
        ),
        demand=studies.table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 4),
        ),
        scenarios=studies.table("scenario probability kind", ("dear", 0.25, "shock")),
        changes=studies.table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    )
    makers = {
        "coalition": floors.coalition,
        "risk": floors.risk,
        "priorities": lambda study: floors.priorities(study, 2),
        "sweep": lambda given: floors.sweep(given, [0.8, 0.5, 0.2]),
        "tornado": floors.tornado,
        "sample": lambda study: floors.sample(study, 3),
        "all": solve_scenarios,
        "one": floors.solve,
    }
    return Path(makers[kind](study).to_excel(path))


KINDS = ("one", "all", "sweep", "tornado", "sample", "coalition", "risk", "priorities")


@pytest.fixture(scope="module", params=KINDS)
def twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of each kind."""
    return family(tmp_path_factory.mktemp("kinds") / f"{request.param}.xlsx", request.param)


def compared(path: Path) -> list[str]:
    """The sheets that are compared cell by cell."""
    return [sheet.name for sheet in DECLARED[read_written(path).kind]]


def filled(path: Path) -> dict[str, int]:
    """Rows of every sheet but run."""
    pages = [page for page in openpyxl.load_workbook(path).worksheets if page.title in compared(path)]
    rows = {
        page.title: sum(row[0] is not None for row in page.iter_rows(2, values_only=True)) for page in pages
    }
    return {name: count for name, count in rows.items() if name != "run" and count}


def test_a_changed_number_is_found_in_every_sheet_of_every_command(twice: Path, tmp_path: Path) -> None:
    book, expected = openpyxl.load_workbook(twice), {}
    for page in (book[sheet] for sheet in filled(twice)):
        width = next(n for n in range(1, page.max_column + 1) if page.cell(1, n + 1).value is None)
        cells = [cell for row in page.iter_rows(2, page.max_row, 1, width) for cell in row]
        number = next(cell for cell in reversed(cells) if type(cell.value) in (int, float))
        expected[page.title] = (page.cell(1, number.column).value, number.value)
        number.value += 1000
    book.save(tmp_path / "changed.xlsx")
    found = compare_files(twice, tmp_path / "changed.xlsx", 1e-6).differences
    assert {one.sheet: (one.column, one.a) for one in found} == expected
    assert len(found) == len(expected) and all(one.difference == pytest.approx(1000) for one in found)
    assert all(one.key for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_results_of_other_studies_differ(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = family(tmp_path / "a.xlsx", kind), family(tmp_path / "b.xlsx", kind, 85)
    assert run(["compare", str(a), str(b)]) == 6
    assert "no differences" not in capsys.readouterr().err


def test_rows_are_matched_by_their_declared_keys_in_any_order(twice: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(twice)
    for page in (book[name] for name in (*compared(twice), "words") if name != "run"):
        width = next(n for n in range(1, page.max_column + 1) if page.cell(1, n + 1).value is None)
        last = max(row for row in range(1, page.max_row + 1) if page.cell(row, 1).value is not None)
        rows = [*page.iter_rows(2, last, 1, width, values_only=True)]
        for number, row in enumerate(reversed(rows), 2):
            for place, value in enumerate(row, 1):
                page.cell(number, place).value = value
    book.save(tmp_path / "turned.xlsx")
    found = compare_files(twice, tmp_path / "turned.xlsx", 0)
    assert found.differences == () and found.compared == compare_files(twice, twice, 0).compared


def test_all_sheets_of_a_command_are_declared(twice: Path) -> None:
    written = read_written(twice)
    assert [*written.sheets] == [sheet.name for sheet in DECLARED[written.kind]]
    assert all(set(written.keys(name)) <= set(lines.columns) for name, lines in written.sheets.items())


def test_a_cap_where_cost_bends_is_known_again_by_its_first_digits(tmp_path: Path) -> None:
    a = family(tmp_path / "a.xlsx", "sweep")
    book = openpyxl.load_workbook(a)
    page = book["sweep"]
    page["A4"].value = page["A4"].value * (1 + 1e-12)
    book.save(tmp_path / "b.xlsx")
    assert compare_files(a, tmp_path / "b.xlsx", 1e-9).differences == ()
    page["A4"].value = page["A4"].value * 1.01
    book.save(tmp_path / "b.xlsx")
    assert [d.kind for d in compare_files(a, tmp_path / "b.xlsx", 1e-9).differences] == [
        "only in a",
        "only in b",
    ]


def test_sheets_that_no_command_declares_are_compared_by_the_order_of_rows(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    book = openpyxl.load_workbook(a)
    for row in (["conflict", None, "by"], ["cap", 1, 2], ["demand", 3, 4]):
        (book["own"] if "own" in book.sheetnames else book.create_sheet("own")).append(row)
    book.save(a)
    book["own"]["B3"] = 5
    book["own"].append(["more"])
    book.save(b)
    told = [str(difference) for difference in compare_files(a, b, 0).differences]
    assert told == ["own, row 4: only in b", "own, row 3: B 3 | 5 (+2)"]


def test_a_column_that_only_one_has_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = family(tmp_path / "a.xlsx", "coalition"), tmp_path / "b.xlsx"
    book = openpyxl.load_workbook(a)
    book["coalitions"]["E1"] = "cost_EU"
    book.save(b)
    assert run(["compare", str(a), str(b)]) == 6
    said = capsys.readouterr().err
    assert "coalitions, column cost_US: only in a" in said and "coalitions, column cost_EU: only in b" in said


def test_two_kinds_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = family(tmp_path / "a.xlsx", "coalition"), family(tmp_path / "b.xlsx", "sweep")
    assert run(["compare", str(a), str(b)]) == 2
    assert f"{a} holds coalitions and {b} holds a sweep" in capsys.readouterr().err


def test_diagnoses_are_compared_by_the_rows_of_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def diagnosed(name: str, room: float) -> Path:
        study = studies.study(
            processes=studies.table(
                "process region commodity capacity unit_cost", ("mine", "US", "oxide", room, 80)
            ),
            demand=studies.table("region segment commodity 2026", ("US", "all", "oxide", 10)),
        )
        return floors.diagnose(study).to_excel(tmp_path / f"{name}.xlsx")

    a, b = diagnosed("a", 4), diagnosed("b", 3)
    written = read_written(a)
    assert [*written.sheets] == [
        sheet.name for sheet in DECLARED["a diagnosis"]
    ] and written.kind == "a diagnosis"
    keys = {(one.sheet, one.key) for one in compare_files(a, b, 0).differences}
    assert ("findings", "capacity[mine,2026]") in keys and ("remedies", "least, capacity[mine,2026]") in keys
    assert not any(key.startswith("row ") for _, key in keys)
    assert run(["compare", str(a), str(solved(tmp_path / "solved.xlsx"))]) == 2
    assert f"{a} holds a diagnosis and" in capsys.readouterr().err


def test_nothing_to_compare_is_not_equality(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "run"
    book["run"].append(["key", "value"])
    book["run"].append(["floors", "1"])
    book.save(empty)
    assert run(["compare", str(empty), str(empty)]) == 2
    assert "there is nothing to compare" in capsys.readouterr().err


def test_a_wrong_type_is_compared_too(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    book = openpyxl.load_workbook(a)
    book["prices"]["D2"] = "dear"
    book.save(a)
    book["prices"]["D2"] = "dearer"
    book.save(b)
    (found,) = compare_files(a, b, 0).differences
    assert (found.sheet, found.a, found.b, found.kind) == ("prices", "dear", "dearer", "text")


def words_of(path: Path) -> tuple[openpyxl.Workbook, list[openpyxl.cell.Cell]]:
    """A workbook and the cells of its sentences."""
    book = openpyxl.load_workbook(path)
    return book, [row[2] for row in book["words"].iter_rows(2) if row[0].value == "sentence"]


def beside_the_summary(path: Path, warnings: bool = True) -> None:
    """Sentences and warnings where floors 0.1.0 told them, in lines of text past a blank column."""
    book = openpyxl.load_workbook(path)
    rows = list(book["words"].iter_rows(2, values_only=True))
    lines = ["Title", "Scenario: base", None]
    for kind in ("sentence", "warning"):
        lines += [None, "Warnings"] if kind == "warning" and warnings else []
        for text in (str(row[2]) for row in rows if row[0] == kind):
            first, *rest = wrap(text, 60)
            lines += [f"- {first}", *(f"   {line}" for line in rest)]
    for number, line in enumerate(lines, 1):
        book["summary"].cell(number, 5).value = line
    for name in ("brief", "words", "brief_text", "pictures", "picture_values"):
        del book[name]
    book.save(path)


def test_a_workbook_of_0_1_0_told_its_words_beside_the_summary(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    now = read_written(b)
    beside_the_summary(b)
    assert "words" not in openpyxl.load_workbook(b).sheetnames
    found = compare_files(a, b, 0)
    assert found.differences == () and found.compared == compare_files(a, a, 0).compared
    assert read_written(b).told == now.told and len(now.told["sentences"]) > 3


def test_a_changed_sentence_counts_in_every_kind(
    twice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, (first, *_) = words_of(twice)
    first.value = f"{first.value} Or so."
    book.save(tmp_path / "changed.xlsx")
    (found,) = compare_files(twice, tmp_path / "changed.xlsx", 0.5).differences
    assert (found.sheet, found.key, found.kind) == ("sentences", "sentence 1", "text")
    assert run(["compare", str(twice), str(tmp_path / "changed.xlsx")]) == 6
    assert "sentences, sentence 1:" in capsys.readouterr().err


def test_a_sentence_broken_into_other_lines_is_the_same(tmp_path: Path) -> None:
    a = solved(tmp_path / "a.xlsx")
    book, cells = words_of(a)
    cells[0].value = str(cells[0].value).replace(" ", "\n  ", 3)
    book.save(tmp_path / "b.xlsx")
    assert compare_files(a, tmp_path / "b.xlsx", 0).differences == ()


def test_a_warning_that_only_one_has_is_told(tmp_path: Path) -> None:
    def warned(name: str, price: float) -> Path:
        prices = studies.table("commodity 2026", ("oxide", price))
        return floors.solve(studies.study(reference_prices=prices)).to_excel(tmp_path / name)

    a, b = warned("a.xlsx", 50), warned("b.xlsx", 90)
    found = [one for one in compare_files(a, b, 0).differences if one.sheet == "warnings"]
    assert [one.kind for one in found] == ["only in b"]
    assert "reference_prices: oxide is 90.00" in str(found[0])


def test_of_sentences_the_others_stay_paired_where_one_is_new(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    book, cells = words_of(a)
    for cell in cells:
        cell.offset(column=-1).value += 1
    book["words"].append(["sentence", 1, "One more."])
    book.save(b)
    (found,) = compare_files(a, b, 0).differences
    assert (found.key, found.kind, found.b) == ("sentence 1", "only in b", "One more.")


def test_nothing_in_common_is_no_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, metric in (("a", "one"), ("b", "other")):
        book = openpyxl.Workbook()
        book.active.title = "summary"
        book["summary"].append(["metric", "value", "unit"])
        book["summary"].append([metric, 1, "t"])
        book.save(tmp_path / f"{name}.xlsx")
    assert run(["compare", str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx")]) == 2
    assert "no row of results in common" in capsys.readouterr().err


def test_results_of_a_surprise_are_compared(tmp_path: Path) -> None:
    def struck(name: str, cost: float) -> Path:
        study = studies.study(
            years=studies.years((2026, 1), (2027, 1)),
            demand=studies.table(
                "region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)
            ),
            caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.5, 2027: 0.5}],
            scenarios=studies.table("scenario known_from", ("shock", 2027)),
            changes=studies.table(
                "scenario sheet where column change value",
                ("shock", "unit_costs", "process=US works", 2027, "set", cost),
            ),
            unit_costs=studies.table("process 2026 2027", ("US works", 80, 80)),
        )
        return floors.solve(study.scenario("shock")).to_excel(tmp_path / name)

    a, b = struck("a.xlsx", 90), struck("b.xlsx", 95)
    assert compare_files(a, a, 0).differences == ()
    found = {one.sheet for one in compare_files(a, b, 1e-6).differences}
    assert {"floors", "accounts", "summary", "sentences"} <= found


def halves() -> floors.Study:
    """US and JP may buy 10 t in China together: which of them does costs the same."""
    makers = [(f"{r} works", r, "oxide", cost) for r, cost in (("CN", 50), ("US", 80), ("JP", 80))]
    return studies.study(
        demand=studies.table(
            "region segment commodity 2026", ("US", "all", "oxide", 10), ("JP", "all", "oxide", 10)
        ),
        processes=studies.table("process region commodity unit_cost", *makers),
        routes=studies.table("origin destination commodity", ("CN", "*", "oxide")),
        caps=studies.table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 10)),
    )


def moved(path: Path, target: Path, **cost: float) -> Path:
    """The workbook with another plan of the same cost typed in, and a floor that is none of its."""
    book = openpyxl.load_workbook(path)
    for sheet, column in (("sourcing", "quantity"), ("shipments", "quantity"), ("accounts", "net_cost")):
        heads = {cell.value: cell.column for cell in book[sheet][1]}
        for row in range(2, book[sheet].max_row + 1):
            cell = book[sheet].cell(row, heads[column])
            cell.value = cell.value + 1
    floor = book["floors"].cell(2, [cell.value for cell in book["floors"][1]].index("floor") + 1)
    floor.value += 1
    for row in book["summary"].iter_rows(min_row=2):
        if row[0].value in cost:
            row[1].value = cost[row[0].value]
    book.save(target)
    return target


def test_what_plans_of_the_same_cost_leave_open_stands_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = floors.solve(halves()).to_excel(tmp_path / "a.xlsx")
    b = moved(a, tmp_path / "b.xlsx")
    found = compare_files(a, b, 1e-6)
    firm = {(one.sheet, one.region) for one in found.differences if not one.tie}
    assert firm == {("floors", "US")} or firm == {("floors", "JP")}
    assert {one.sheet for one in found.differences if one.tie} == {"sourcing", "shipments", "accounts"}
    assert found.ties == len(found.differences) - 1
    assert [group.tie for group in found.groups] == sorted(group.tie for group in found.groups)
    assert run(["compare", str(a), str(b)]) == 6
    said = capsys.readouterr().err
    assert "Where plans of the same cost differ (total_cost is equal, sourcing says movable):" in said
    assert f"{found.ties} of them where plans of the same cost differ" in said


def test_at_another_cost_nothing_is_a_tie(tmp_path: Path) -> None:
    a = floors.solve(halves()).to_excel(tmp_path / "a.xlsx")
    found = compare_files(a, moved(a, tmp_path / "b.xlsx", total_cost=99.0), 1e-6)
    assert len(found.differences) > 3 and found.ties == 0


def test_many_differences_are_told_by_sheet_and_region(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 100)
    found = compare_files(a, b, 1e-6)
    assert len(found.differences) > 30 and found.ties == 0
    assert run(["compare", str(a), str(b)]) == 6
    said = capsys.readouterr().err
    for group in found.groups[:5]:
        told = group.largest if group.differ == 1 else f"{group.differ} in {group.sheet}"
        assert told in said
    assert len(said.splitlines()) < 40
