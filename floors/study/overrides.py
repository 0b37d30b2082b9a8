"""Values given beside a workbook, in place of what its cells hold: `--set "caps!D2=0.4"`.

They are put into the sheets as found, before anything is checked and before any scenario, as if they were typed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, NamedTuple

from floors.contract.input_columns import Key
from floors.contract.inputs import BY_NAME, SETTINGS
from floors.errors import Problem, UsageError
from floors.study.calculated import stale
from floors.study.locate import SheetCells, letters, nearest, shown
from floors.study.matching import column_hint, columns_of, equal, where_hint
from floors.study.sheets import Overridden, Reading, plain

FORMS = "write SHEET!CELL=VALUE, such as 'caps!D2=0.4', or SHEET[COLUMN=NAME].COLUMN=VALUE, such as "
FORMS += "'caps[commodity=magnet].2030=0.4'."
RECORDED = "set "
"""How the key of each, with its number, begins in sheet `run`."""

_SHEET = r"\s*(?:'([^']+)'|([^!\[\].='][^!\[\].=]*?))\s*"
_QUOTED = re.compile(r"'([^']*)'")
"""All of it in the quotes that most shells take away; cmd.exe hands them on."""
_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})"
_ADDRESS = re.compile(_SHEET + rf"!\s*{_CELL}(?:\s*:\s*{_CELL})?\s*")
_LIKE_AN_ADDRESS = re.compile(r"[A-Za-z]{1,3}[1-9]\d{0,6}")
_MOST_CELLS = 10_000  # of an address
_ROWS = re.compile(_SHEET + r"(\[|(?=\.))")
_CONDITION = re.compile(
    r"""\s*([^=,;\[\]]+?)\s*=\s*('[^']*'(?=\s*[,;\]])|"[^"]*"(?=\s*[,;\]])|[^,;\]]*?)\s*([,;\]])"""
)
_COLUMN = re.compile(r"\s*\.\s*([^=]+?)\s*(?==)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PERCENTAGE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))%")
_MOST_DIGITS = 15  # of a whole number that is one exactly
_SETTINGS = {plain(column.name): column.name for column in SETTINGS}


class Address(NamedTuple):
    """Cells by their place on their sheet: columns from 1, and lines."""

    sheet: str
    numbers: range
    lines: range


class Rows(NamedTuple):
    """Cells of a column, in the rows that meet all conditions (column, value)."""

    sheet: str
    conditions: tuple[tuple[str, str], ...]
    column: str


@dataclass(frozen=True)
class Override:
    """A value for the cells that `target` names; None is a blank cell. `text` is how it was, or would be, typed."""

    text: str = field(compare=False)
    target: Address | Rows
    value: object

    @property
    def option(self) -> str:
        """As a message names it."""
        return f"--set {self.text}"


def parse(text: str) -> Override:
    """An override as typed, `TARGET=VALUE`. Raises UsageError for what is none."""
    if quoted := _QUOTED.fullmatch(text.strip()):
        text = quoted[1]
    found = _target(text)
    if found is None:
        raise UsageError(f"--set {text}: {FORMS}")
    target, rest = found
    return Override(text.strip(), target, typed(rest))


def override(target: object, value: object) -> Override:
    """An override of a value that is one of Python's. Raises UsageError for a target or value that is none."""
    if not isinstance(target, str):
        raise UsageError(f"set expects a text that names cells; found {shown(target)}.")
    told = f"{target.strip()}={_written(value)}"
    found = _target(told)
    if found is None or typed(found[1]) != typed(_written(value)):
        raise UsageError(
            f"set: there is no cell {target!r}; {FORMS.replace('=VALUE', '').replace('=0.4', '')}"
        )
    return Override(told, found[0], typed(found[1]))


def recorded(run: Mapping[Any, Any]) -> tuple[str, ...]:
    """The overrides of a result, as typed, by what its sheet `run` records (key -> value), in their order."""
    keys = {str(key): value for key, value in run.items()}
    numbers = sorted(int(key.removeprefix(RECORDED)) for key in keys if re.fullmatch(rf"{RECORDED}\d+", key))
    return tuple(str(keys[f"{RECORDED}{number}"]) for number in numbers)


def typed(text: str) -> object:
    """What a cell holds once this was typed into it; None where it is blank. An apostrophe before it makes it text."""
    if text.lstrip().startswith("'"):
        return text.lstrip()[1:]
    text = text.strip()
    if text in {"", '""'}:
        return None
    if _NUMBER.fullmatch(text):
        whole = text.lstrip("+-").isdigit() and len(text) <= _MOST_DIGITS
        return int(text) if whole else float(text)
    if percentage := _PERCENTAGE.fullmatch(text):
        return float(f"{percentage[1]}e-2")
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE"
    return text


def _written(value: Any) -> str:
    """What would have to be typed for this value."""
    value = value.item() if hasattr(value, "item") else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value if value != "" and typed(value) == value else f"'{value}"
    if not isinstance(value, int | float) or not isfinite(value):
        raise UsageError(
            f"set expects a finite number, a text, a bool or None (blank); found {shown(value)}."
        )
    return repr(value)


def _target(text: str) -> tuple[Address | Rows, str] | None:
    """The cells that a text names, and what stands behind the sign after them; None where it names none."""
    if at := _ADDRESS.match(text):
        numbers = _number(at[3]), _number(at[5] or at[3])
        lines = int(at[4]), int(at[6] or at[4])
        spans = (range(min(ends), max(ends) + 1) for ends in (numbers, lines))
        return _with_value(Address(at[1] or at[2], *spans), text, at.end())
    if not (at := _ROWS.match(text)):
        return None
    sheet, conditions, end = at[1] or at[2], [], at.end()
    closed = at[3] != "["
    while not closed:
        if not (found := _CONDITION.match(text, end)):
            return None
        conditions.append((found[1], found[2]))
        end, closed = found.end(), found[3] == "]"
    if not (column := _COLUMN.match(text, end)):
        return None
    return _with_value(Rows(sheet, tuple(conditions), column[1]), text, column.end())


def _number(letters_of_column: str) -> int:
    number = 0
    for letter in letters_of_column.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _with_value(target: Address | Rows, text: str, end: int) -> tuple[Address | Rows, str] | None:
    return (target, text[end + 1 :]) if text[end : end + 1] == "=" else None


def put(overrides: Iterable[Override], reading: Reading) -> Reading:
    """The sheets with each value put where it belongs, one after the other; what names no cell becomes a problem."""
    found = replace(reading, sheets=dict(reading.sheets), problems=list(reading.problems))
    given: dict[tuple[str, int, Key], str] = {}  # by line: records move where one is added
    done = []
    for one in overrides:
        cells = _put(one, found)
        if isinstance(cells, Problem):
            found.problems.append(cells)
            continue
        done.append(Overridden(one.text, tuple((cell.place, cell.before) for cell in cells)))
        given.update(((cell.table, cell.line, cell.key), one.option) for cell in cells)
    index = {name: {line: i for i, line in enumerate(sheet.lines)} for name, sheet in found.sheets.items()}
    by_record = {
        (name, index[name][line], key): option
        for (name, line, key), option in given.items()
        if line in index[name]
    }
    found = replace(found, overridden=(*reading.overridden, *done), given=reading.given | by_record)
    found.problems.extend(stale(found))
    return found


class _Put(NamedTuple):
    """A cell that was set: its table, line and column, how it is named, and what it held before."""

    table: str
    line: int
    key: Key
    place: str
    before: object


def _put(one: Override, reading: Reading) -> list[_Put] | Problem:
    """Put a value into its cells of `reading`."""
    name = _TABLES.get(plain(one.target.sheet))
    if name is None:
        own = one.target.sheet.strip().startswith("_")
        message = "a sheet whose name begins with _ is not read." if own else _none_of(one.target.sheet)
        return _problem(one, one.target.sheet, message, nearest(one.target.sheet, BY_NAME))
    if isinstance(one.target, Address):
        return _put_at(one, one.target, name, reading)
    return _put_in_rows(one, one.target, name, reading)


_TABLES = {plain(name): name for name in BY_NAME}


def _none_of(sheet: str) -> str:
    return f"there is no sheet {sheet}."


def _problem(one: Override, sheet: str, message: str, hint: str) -> Problem:
    return Problem(sheet, "", one.value, message, hint, "set_nothing", option=one.option)


def _put_at(one: Override, at: Address, name: str, reading: Reading) -> list[_Put] | Problem:
    sheet = reading.sheets.get(name)
    if sheet is None:
        return _problem(one, name, f"the workbook has no sheet {name}.", "Add the sheet.")
    if at.lines[0] == 1:
        cell = f"{letters(at.numbers[0])}1"
        return _problem(one, sheet.title, f"{cell} is a header.", "Set cells below it.")
    if (count := len(at.numbers) * len(at.lines)) > _MOST_CELLS:
        message = f"the range has {count:,} cells, more than {_MOST_CELLS:,}."
        return _problem(
            one, sheet.title, message, "Name rows by conditions, as in 'caps[scope=bloc].2030=0.4'."
        )
    heads = {number: key for key, number in sheet.columns.items() if number}
    for number in at.numbers:
        if number not in heads:
            known = ", ".join(f"{letters(place)} is {key}" for place, key in sorted(heads.items()))
            own = "is a column of your own, which changes nothing" if number in sheet.own.values() else ""
            message = f"column {letters(number)} of sheet {sheet.title} {own or 'has no header'}."
            return _problem(one, sheet.title, message, f"Of its columns, {known}." if known else "")
    places = [(line, heads[number]) for line in at.lines for number in at.numbers]
    reading.sheets[name], done = _with_value_in(sheet, places, one.value)
    return done


def _with_value_in(
    sheet: SheetCells, places: Sequence[tuple[int, Key]], value: object
) -> tuple[SheetCells, list[_Put]]:
    """The sheet with a value in cells by (line, column), which may be the first or the last of their rows; and what
    each held before."""
    rows = {
        at: (cells, own) for at, cells, own in zip(sheet.lines, sheet.cells, sheet.own_cells, strict=True)
    }
    new: dict[int, dict[Key, object]] = {}
    before = []
    for line, key in places:
        if line not in new:
            new[line] = dict(rows[line][0]) if line in rows else {}
        before.append(new[line].pop(key, None))
        if value is not None:
            new[line][key] = value
    rows |= {line: (cells, rows[line][1] if line in rows else {}) for line, cells in new.items()}
    lines = tuple(sorted(line for line, (cells, _) in rows.items() if cells))
    found = replace(
        sheet,
        columns={**sheet.columns, **{key: 0 for _, key in places if key not in sheet.columns}},
        lines=lines,
        cells=tuple(rows[line][0] for line in lines),
        own_cells=tuple(rows[line][1] for line in lines),
    )
    name = sheet.table.name
    done = [
        _Put(name, line, key, _told(found, line, key), held)
        for (line, key), held in zip(places, before, strict=True)
    ]
    return found, done


def _put_in_rows(one: Override, rows: Rows, name: str, reading: Reading) -> list[_Put] | Problem:
    sheet = reading.sheets.get(name)
    title = sheet.title if sheet else name
    written, conditions = rows.column, rows.conditions
    if name == "settings" and not conditions and plain(written) not in {"key", "value"}:
        if plain(written) not in _SETTINGS:  # settings.discount_rate is settings[key=discount_rate].value
            return _problem(
                one, title, f"there is no setting {written}.", nearest(written, _SETTINGS.values())
            )
        conditions, written = (("key", _SETTINGS[plain(written)]),), "value"
    years = _years(reading)
    columns = columns_of(written, name, sheet, years)
    if isinstance(columns, str):
        like = _LIKE_AN_ADDRESS.fullmatch(written) and not conditions
        hint = f"An address is written {title}!{written}." if like else column_hint(written, name, years)
        if sheet and plain(written) in {plain(header) for header in sheet.own}:
            columns = f"column {written} of sheet {title} is a column of your own, which changes nothing."
        return _problem(one, title, columns, hint)
    met = _conditions(conditions, name)
    if isinstance(met, _Unknown):
        return _problem(one, title, met.message, met.hint)
    found = (
        [
            (line, cells)
            for line, cells in zip(sheet.lines, sheet.cells, strict=True)
            if all(equal(cells.get(column), value) for column, value in met)
        ]
        if sheet
        else []
    )
    if not found and name == "settings" and columns == ("value",) and _is_setting(met):
        sheet = sheet or SheetCells(BY_NAME[name], name, {"key": 1, "value": 2}, {}, (), (), ())
        line = max(sheet.lines, default=1) + 1
        sheet, _ = _with_value_in(sheet, [(line, "key")], met[0][1].strip("'"))
        found = [(line, {})]
    if sheet is None or not found:
        said = ", ".join(f"{column}={value}" for column, value in conditions)
        message = f"no row of sheet {title} has {said}." if said else f"sheet {title} has no rows."
        return _problem(one, title, message, where_hint(sheet, met))
    places = [(line, key) for line, _ in found for key in columns]
    reading.sheets[name], done = _with_value_in(sheet, places, one.value)
    return done


def _told(sheet: SheetCells, line: int, key: Key) -> str:
    """``caps!D2``; of a cell in a column that the sheet lacks its row, and the column; of a file its line."""
    if sheet.file:
        return f"{sheet.file}, line {line}, column {key}"
    number = sheet.columns.get(key, 0)
    return f"{sheet.title}!{letters(number)}{line}" if number else f"{sheet.title} row {line} (no {key})"


def _is_setting(met: Sequence[tuple[Key, str]]) -> bool:
    return len(met) == 1 and met[0][0] == "key" and met[0][1].strip("'") in _SETTINGS.values()


class _Unknown(NamedTuple):
    """What is wrong with a condition, and what to do."""

    message: str
    hint: str


def _conditions(typed_in: Sequence[tuple[str, str]], table: str) -> list[tuple[Key, str]] | _Unknown:
    """Conditions with columns of the table, or what is wrong with one."""
    rules = BY_NAME[table]
    names: dict[str, Key] = {plain(column.name): column.name for column in rules.columns}
    found: list[tuple[Key, str]] = []
    for column, value in typed_in:
        key = names.get(plain(column))
        if key is None and rules.years is not None and re.fullmatch(r"\d{1,4}", column):
            key = int(column)
        if key is None:
            return _Unknown(f"sheet {table} has no column {column}.", nearest(column, names.values()))
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        found.append((key, f"'{value[1:-1]}'" if quoted else value))
    return found


def _years(reading: Reading) -> tuple[int, ...]:
    """The years of the study, as they stand in sheet years."""
    sheet = reading.sheets.get("years")
    held = [cells.get("year") for cells in sheet.cells] if sheet else []
    return tuple(int(year) for year in held if isinstance(year, int | float) and year == year // 1)
