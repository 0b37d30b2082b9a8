"""The template follows the schema, and its example is a study that solves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floors
from floors.contract.input_columns import Column, Table
from floors.contract.inputs import SETTINGS, TABLES
from floors.errors import InputError
from floors.excel.dropdowns import ROWS, Lists, condition
from floors.excel.template import _rule, write_template
from floors.study.cells import Fault, convert
from floors.study.matching import FIXED
from floors.study.study import read
from tests.support.packages import converted
from tests.support.tiny import places


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "blank.xlsx"
    write_template(path)
    return path


def test_one_sheet_a_table_in_the_order_of_the_contract(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    assert book.sheetnames == ["_guide", *(table.name for table in TABLES), "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    for table in TABLES:
        sheet = book[table.name]
        headers = [cell.value for cell in sheet[1]]
        assert headers[: len(table.columns)] == [column.name for column in table.columns]
        assert sheet.freeze_panes is not None
        for cell, column in zip(sheet[1], table.columns, strict=False):
            assert column.meaning.removesuffix(" ...") in cell.comment.text
            assert column.unit in cell.comment.text
        if table.years is not None:
            assert 2026 in headers


def test_the_guide_names_every_column(blank: Path) -> None:
    rows = set(openpyxl.load_workbook(blank)["_guide"].iter_rows(min_col=1, max_col=2, values_only=True))
    assert {(table.name, column.name) for table in TABLES for column in table.columns} <= rows


class Cell:
    """A cell as Excel compares it: text is above every number, TRUE above every text."""

    def __init__(self, value: Any) -> None:
        self.value = value
        rank = 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0
        self.order = (rank, value.lower() if isinstance(value, str) else value)

    def __lt__(self, other: Any) -> bool:
        return self.order < Cell(other).order

    def __le__(self, other: Any) -> bool:
        return self.order <= Cell(other).order

    def __gt__(self, other: Any) -> bool:
        return self.order > Cell(other).order

    def __ge__(self, other: Any) -> bool:
        return self.order >= Cell(other).order

    def __eq__(self, other: object) -> bool:
        return self.order == (other.order if isinstance(other, Cell) else Cell(other).order)

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Any:
        try:
            return -float(self.value)
        except ValueError:
            return Cell("#VALUE!")


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Cell) else str(value)


def _is_number(value: Any) -> bool:
    value = value.value if isinstance(value, Cell) else value
    return isinstance(value, (int, float)) and not isinstance(value, bool)


EXCEL = {
    "AND": lambda *parts: all(parts),
    "OR": lambda *parts: any(parts),
    "IF": lambda when, then, otherwise: then if when else otherwise,
    "ISNUMBER": _is_number,
    "ISTEXT": lambda cell: isinstance(cell.value, str),
    "INT": lambda cell: Cell(cell.value // 1 if _is_number(cell) else "#VALUE!"),
    "TRIM": lambda cell: Cell(" ".join(_text(cell).split(" ")).strip(" ")),
    "LEFT": lambda cell: Cell(_text(cell)[:1]),
    "RIGHT": lambda cell, n=1: Cell(_text(cell)[-n:]),
    "EXACT": lambda one, other: _text(one) == _text(other),
}


def allows(formula: str, **cells: Any) -> bool:
    """Whether a condition of the template lets values through; cells are given by their letters."""
    text = re.sub(r"(?<![<>=])=(?!=)", "==", formula.removeprefix("="))
    text = re.sub(r"\$?\b([A-Z])(\d+)\b", r"\1", text)
    return bool(
        eval(text, EXCEL | {name: Cell(value) for name, value in cells.items()})
    )  # the formula is ours


def validations(book: openpyxl.Workbook) -> dict[tuple[str, str], Any]:
    """The validation of each (sheet, header), of the last rows where rows differ."""
    found = {}
    for table in TABLES:
        page = book[table.name]
        for rule in page.data_validations.dataValidation:
            for area in rule.sqref.ranges:
                if area.max_row == ROWS + 1:
                    found[table.name, page.cell(1, area.min_col).value] = rule
    return found


def offered(book: openpyxl.Workbook, rule: Any) -> list[Any]:
    """The words of a dropdown, as the workbook's saved results have them."""
    if rule.formula1.startswith('"'):
        return str(rule.formula1).strip('"').split(",")
    match = re.fullmatch(r"OFFSET\('_lists'!\$([A-Z]+)\$1,0,0,MAX\(1,([^,]+)\),1\)", rule.formula1)
    assert match is not None, rule.formula1
    count = 0
    for part in match[2].split("+"):
        place = re.fullmatch(r"'_lists'!\$([A-Z]+)\$(\d+)", part)
        count += book["_lists"][f"{place[1]}{place[2]}"].value if place else int(part)
    return [book["_lists"][f"{match[1]}{line}"].value for line in range(1, max(1, count) + 1)]


def test_every_column_refuses_by_stopping_but_one_that_may_be_written_otherwise(blank: Path) -> None:
    rules = validations(openpyxl.load_workbook(blank))
    for table in TABLES:
        for column in table.columns:
            rule = rules.get((table.name, column.name))
            if column.kind == "any":
                assert rule is None
            elif column.name == "sheet" and table.name in ("changes", "uncertainty"):
                assert (rule.type, rule.errorStyle) == ("list", "warning")
            else:
                assert rule.errorStyle in (None, "stop") and rule.showErrorMessage, (table.name, column.name)
                assert rule.type == ("list" if column.choices or column.refers else "custom")
                assert rule.error and len(rule.formula1) <= 255
        if table.years is not None:
            assert [(table.name, year) in rules for year in (2026, 2027, 2028, 2029)] == [True] * 4


def test_lists_offer_what_the_reader_accepts_and_nothing_else(example: Path) -> None:
    """For every column that chooses: its words, and each name on the sheets that it refers to, once."""
    book = openpyxl.load_workbook(example, data_only=True)
    study = read(example)
    rules = validations(openpyxl.load_workbook(example))
    chosen = 0
    for table in TABLES:
        for column in table.columns:
            if column.choices:
                assert offered(book, rules[table.name, column.name]) == list(column.choices)
            elif column.refers:
                names = [row[t.split(".")[1]] for t in column.refers for row in study.rows(t.split(".")[0])]
                expected = [*column.words, *dict.fromkeys(names)] or [None]
                assert offered(book, rules[table.name, column.name]) == expected, (table.name, column.name)
            else:
                continue
            chosen += 1
    assert chosen > 25
    assert offered(book, rules["caps", "segment"]) == ["vehicles", "electronics"]
    assert offered(book, rules["processes", "technology"]) == ["separation"]
    listed = offered(book, rules["changes", "sheet"])
    assert listed == [table.name for table in TABLES if table.name not in FIXED]


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in TABLES for column in table.columns if column.choices]
)
@settings(max_examples=30, deadline=None)
@given(word=st.text(max_size=8))
def test_a_choice_is_accepted_by_both_or_by_neither(table: Table, column: Column, word: str) -> None:
    rule = _rule(column, "A2", "", Lists({}))
    for value in (word, *column.choices, *(choice.upper() for choice in column.choices)):
        accepted = not isinstance(convert(column, value), Fault)
        assert accepted == (value.strip() in rule["source"])


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([-1, -0.5, 0, 0.5, 1, 2, 9999, 10000, 1e-9, 2026.5, True, False]),
    st.integers(-5, 10_000),
)
TYPED = st.one_of(
    NUMBERS,
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6),
    st.sampled_from(["60 d", "60d", "1.5 d", "d", "x d", "60 D", "1,5"]),
)
CONDITIONED = [
    (f"{table.name}.{column.name}", column, by)
    for table in TABLES
    for column in (*table.columns, *((table.years,) if table.years else ()))
    if not column.choices and not column.refers and column.kind != "any"
    for by in ("", *column.variants)
] + [(f"settings.{one.name}", one, "") for one in SETTINGS if not one.choices]


@pytest.mark.parametrize(
    ("name", "column", "by"), CONDITIONED, ids=[f"{case[0]} {case[2]}" for case in CONDITIONED]
)
@settings(max_examples=25, deadline=None)
@given(value=TYPED)
def test_a_condition_lets_through_what_the_reader_takes(
    name: str, column: Column, by: str, value: Any
) -> None:
    formula = condition(column, "F2", "$E2")
    taken = not isinstance(convert(column.variants.get(by, column), value), Fault)
    let = allows(formula, F=value, E=by)
    days = column.kind == "target" and isinstance(value, str) and value.strip()[:1].isdigit()
    assert let == taken or (days and let), "only days are looked at less closely than on reading"
    if days and taken:
        assert let


def test_rows_of_settings_that_are_filled_take_their_own_key_and_its_values(blank: Path) -> None:
    page = openpyxl.load_workbook(blank)["settings"]
    rules = {area.coord: rule for rule in page.data_validations.dataValidation for area in rule.sqref.ranges}
    for line, setting in enumerate(SETTINGS, 2):
        assert rules[f"A{line}"].formula1 == f'"{setting.name}"'
        rule = rules[f"B{line}"]
        if setting.choices:
            assert rule.formula1 == f'"{",".join(setting.choices)}"'
        else:
            assert allows(
                rule.formula1,
                B=setting.default if setting.default is not None else 1 if setting.kind != "text" else "x",
            )
            assert not allows(rule.formula1, B=True)
        assert setting.name in rules[f"A{line}"].error and setting.meaning[:40] in rule.error
    last = len(SETTINGS) + 2
    assert rules[f"A{last}:A{ROWS + 1}"].formula1.count(",") == len(SETTINGS) - 1
    assert f"B{last}:B{ROWS + 1}" not in rules


def test_a_list_too_long_for_a_cell_comes_from_the_hidden_sheet() -> None:
    words = tuple(f"word {n}" for n in range(60))
    lists = Lists({})
    assert lists.rule(words, ()) == "=OFFSET('_lists'!$A$1,0,0,MAX(1,60),1)"
    assert lists.rule(words, ()) == "=OFFSET('_lists'!$A$1,0,0,MAX(1,60),1)"
    assert lists.rule(words[:3], ()) == ["word 0", "word 1", "word 2"]


@pytest.mark.long
def test_lists_are_live_and_skip_blank_rows_and_repeated_names(blank: Path, tmp_path: Path) -> None:
    """Names typed into the blank template are offered: recalculated by LibreOffice."""
    book = openpyxl.load_workbook(blank)
    typed = {
        "regions": ["US", None, "CN"],
        "groups": ["g", "g", "h"],
        "commodities": ["ore"],
        "plants": ["hall"],
    }
    for name, names in typed.items():
        for line, value in enumerate(names, 2):
            book[name].cell(line, 1, value)
    for line, value in enumerate(["all", "all", None, "All", "wind"], 2):
        book["demand"].cell(line, 2, value)
    book["processes"]["A3"] = "mine"
    book.save(tmp_path / "filled.xlsx")
    (tmp_path / "out").mkdir()
    again = openpyxl.load_workbook(
        converted(tmp_path / "filled.xlsx", "xlsx", tmp_path / "out"), data_only=True
    )
    rules = validations(book)
    expected = {
        ("caps", "scope"): ["bloc", "US", "CN"],
        ("caps", "commodity"): ["ore", "g", "h"],
        ("caps", "segment"): ["all", "All", "wind"],
        ("capacities", "process"): ["mine", "hall"],
        ("routes", "origin"): ["*", "member", "capped", "other", "US", "CN"],
        ("stockpiles", "region"): ["US", "CN"],
        ("stockpiles", "fund"): [None],
    }
    assert {key: offered(again, rules[key]) for key in expected} == expected


def test_a_blank_template_lacks_only_what_must_be_filled(blank: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(blank)
    missing = ["regions", "commodities", "processes", "demand"]
    assert places(caught.value.problems) == [(name, "", "no_rows") for name in missing]


def test_a_blank_template_is_a_study_once_filled(blank: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank)
    for sheet, row in {
        "regions": ["US", None, "member"],
        "commodities": ["ore"],
        "processes": ["mine", "US", None, "ore", 3],
        "demand": ["US", "all", "ore", 9, None, None, 1],
    }.items():
        for place, value in enumerate(row, 1):
            book[sheet].cell(2, place, value)
    book.save(tmp_path / "a.xlsx")
    study = read(tmp_path / "a.xlsx")
    assert study.notes == ()
    assert study.rows("routes")[0]["freight"] == 0.0
    assert study.settings.demand_steps == 40


def test_the_example_round_trips(example: Path, tmp_path: Path) -> None:
    study = read(example)
    assert study.notes == ()
    roles = [row["role"] for row in study.rows("regions")]
    assert (roles.count("member"), roles.count("capped")) == (3, 1)
    for name in study.scenario_names:
        assert study.scenario(name).scenario_name == name
    study.to_excel(tmp_path / "a.xlsx")
    again = read(tmp_path / "a.xlsx")
    assert all(again.rows(table.name) == study.rows(table.name) for table in TABLES)


def test_every_number_of_the_example_says_what_it_is(example: Path) -> None:
    tables = read(example).tables
    for name, frame in tables.items():
        if name != "sources":
            assert (frame["note"] == "illustrative").all(), name


def test_the_example_solves_with_a_floor_that_rises(example: Path) -> None:
    result = floors.solve(read(example))
    assert result.status == "optimal"
    floor = result.floors[result.floors["member"] == "EU"].set_index("year")["floor"]
    assert floor.is_monotonic_increasing
    assert floor.iloc[-1] > floor.iloc[0]
    paying = result.floors[result.floors["effective"]]
    assert len(paying) >= 6 and (paying["floor"] > paying["capped_price"] + 1).all()


def test_every_scenario_of_the_example_solves(example: Path) -> None:
    study = read(example)
    assert len(study.scenario_names) == 2
    assert {floors.solve(study.scenario(name)).status for name in study.scenario_names} == {"optimal"}


def test_the_same_template_is_the_same_bytes(example: Path, tmp_path: Path) -> None:
    write_template(tmp_path / "example.xlsx", example=True)
    assert (tmp_path / "example.xlsx").read_bytes() == example.read_bytes()
