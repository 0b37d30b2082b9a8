"""What cells of the template refuse on typing: lists to choose from, and conditions on numbers and texts.

Both follow from the schema, and let through what the reader lets through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floors.contract.input_columns import Bounds, Column, Key
from floors.contract.inputs import BY_NAME
from floors.study.locate import letters

ROWS = 500
"""Rows of a sheet that are validated, and from which lists take their entries."""

LISTS = "_lists"
_LONGEST_LIST = 255
_LONGEST_MESSAGE = 255

Content = Mapping[str, Sequence[Mapping[Key, Any]]]


def condition(column: Column, cell: str, by: str = "") -> str:
    """A formula that is true for what the column allows in `cell`; empty where that is anything.

    `by` is the cell of the same row that may change the rules.
    """
    formula = _allowed(column, cell)
    for word, variant in column.variants.items() if formula else ():
        formula = f'IF({by}="{word}",{_allowed(variant, cell)},{formula})'
    return f"={formula}" if formula else ""


def _allowed(column: Column, cell: str) -> str:
    if column.kind in ("name", "text"):
        return f"ISTEXT({cell})"
    if column.kind == "any":
        return ""
    parts = [f"ISNUMBER({cell})", *_within(column.bounds, cell)]
    if column.kind == "whole":
        parts.append(f"{cell}=INT({cell})")
    number = f"AND({','.join(parts)})"
    if column.kind != "target":
        return number
    days = f'AND(ISTEXT({cell}),EXACT(RIGHT(TRIM({cell})),"d"),ISNUMBER(-LEFT(TRIM({cell}))))'
    return f"OR({number},{days})"


def _within(bounds: Bounds, cell: str) -> list[str]:
    found = []
    if bounds.low > -float("inf"):
        found.append(f"{cell}>{'' if bounds.open_low else '='}{bounds.low:g}")
    if bounds.high < float("inf"):
        found.append(f"{cell}<{'' if bounds.open_high else '='}{bounds.high:g}")
    return found


class Lists:
    """Lists of words, and of what the user has typed on other sheets, in columns of a hidden sheet of our own.

    Each column of another sheet takes two here: how many different entries it has down to each row, and these
    entries one under the other, so that blank rows and repeated names do no harm. A list that has words too, or
    draws on two sheets, takes one more.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._columns: list[list[Any]] = []
        self._sources: dict[str, int] = {}
        self._lists: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}

    def rule(self, words: tuple[str, ...], refers: tuple[str, ...]) -> Any:
        """What xlsxwriter takes as the source of a dropdown."""
        if not refers and len(",".join(words)) <= _LONGEST_LIST:
            return list(words)
        place = self._lists.setdefault((words, refers), 0) or self._add(words, refers)
        self._lists[words, refers] = place
        column = letters(place)
        count = "+".join([str(len(words)), *(self._count(target) for target in refers)])
        return f"=OFFSET('{LISTS}'!${column}$1,0,0,MAX(1,{count}),1)"

    def _add(self, words: tuple[str, ...], refers: tuple[str, ...]) -> int:
        entries = [self._source(target) for target in refers]
        if len(refers) == 1 and not words:
            return entries[0]
        values: list[str] = [value for target in refers for value in self._entries(target)]
        cells: list[Any] = list(words)
        for n in range(1, ROWS * len(refers) + 1):
            cells.append((self._entry(n, refers, entries), values[n - 1] if n <= len(values) else ""))
        return self._put(cells)

    def _entry(self, n: int, refers: tuple[str, ...], places: Sequence[int]) -> str:
        """Formula of the n-th entry of all sheets together; empty beyond the last."""
        formula, before = '""', [self._count(target) for target in refers]
        for i in reversed(range(len(refers))):
            passed = "+".join(before[:i])
            own = f"{n}-({passed})" if passed else str(n)
            column = letters(places[i])
            formula = (
                f"IF({n}<={'+'.join(before[: i + 1])},INDEX(${column}$1:${column}${ROWS},{own}),{formula})"
            )
        return f"={formula}"

    def _source(self, target: str) -> int:
        """The column with the entries of ``table.column``; beside it, on the left, their count down to each row."""
        if target in self._sources:
            return self._sources[target]
        table, name = target.split(".")
        column = letters([one.name for one in BY_NAME[table].columns].index(name) + 1)
        once = BY_NAME[table].key == (name,)
        typed = [record.get(name) for record in self._content.get(table, ())]
        counter = letters(len(self._columns) + 1)
        counts: list[Any] = []
        for line in range(1, ROWS + 1):
            cell = f"{table}!${column}${line + 1}"
            before = f"{table}!${column}$1:${column}${line}"
            new = "1" if once else f"IF(SUMPRODUCT(--EXACT({before},{cell}))>0,0,1)"
            above = f"{counter}{line - 1}+" if line > 1 else ""
            known = len(set(typed[:line]) - {None})
            counts.append((f'={above}IF({cell}="",0,{new})', known))
        self._put(counts)
        span = f"{table}!${column}$2:${column}${ROWS + 1}"
        values = self._entries(target)
        entries: list[Any] = []
        for n in range(1, ROWS + 1):
            found = f"INDEX({span},MATCH({n},${counter}$1:${counter}${ROWS},0))"
            value = values[n - 1] if n <= len(values) else ""
            entries.append((f'=IF({n}>${counter}${ROWS},"",{found})', value))
        self._sources[target] = self._put(entries)
        return self._sources[target]

    def _entries(self, target: str) -> list[str]:
        table, name = target.split(".")
        return list(dict.fromkeys(r[name] for r in self._content.get(table, ()) if r.get(name) is not None))

    def _count(self, target: str) -> str:
        """Where the number of entries of a column stands."""
        return f"'{LISTS}'!${letters(self._source(target) - 1)}${ROWS}"

    def _put(self, cells: list[Any]) -> int:
        self._columns.append(cells)
        return len(self._columns)

    def write(self, book: Any) -> None:
        """Write the sheet, hidden; formulas with the results that they have for what the template holds."""
        page = book.add_worksheet(LISTS)
        for place, cells in enumerate(self._columns):
            for line, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(line, place, cell)
                else:
                    page.write_formula(line, place, cell[0], None, cell[1])
        page.hide()


def refusal(column: Column, says: str) -> dict[str, Any]:
    """What is said when a cell refuses what was typed; it stops, and does not only warn."""
    return {
        "error_type": "stop",
        "error_title": f"Not allowed: {column.name}"[:32],
        "error_message": says[:_LONGEST_MESSAGE],
    }
