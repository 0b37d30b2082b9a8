"""Names and years that other sheets use and no sheet defines: one problem each, however often they are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from floors.contract.inputs import BY_NAME
from floors.errors import Problem
from floors.study.cells import Typed
from floors.study.locate import Locator, closest, listed, nearest, spans
from floors.study.sheets import plain

Tables = Mapping[str, Typed]


class Use(NamedTuple):
    """A cell that names something: sheet, record and column."""

    table: str
    record: int
    column: str


@dataclass
class Unknown:
    """A name that none of the columns in `refers` (``table.column``) defines, and the cells that use it."""

    name: str
    refers: set[str]
    words: set[str]
    uses: list[Use] = field(default_factory=list)

    @property
    def sheets(self) -> list[str]:
        """Sheets that could define it, in their order."""
        return [table for table in BY_NAME if any(target.startswith(f"{table}.") for target in self.refers)]


def check_names(tables: Tables, unread: set[str], locator: Locator) -> Iterator[Problem]:
    """Names that are not defined where their column says; sheets in `unread` may define any.

    Where entries of the column that should define them are faulty, so many names are passed over. A sheet that is
    missing, or has no rows, is one problem. So is a name, at the first cell that uses it; or, where a sheet
    defines one like it that nothing uses, at that entry: it was renamed.
    """
    unknown, used = unknown_names(tables)
    absent: dict[tuple[str, ...], list[Use]] = {}
    for one in _certain(unknown, tables, unread):
        known = defined(tables, one.refers)
        if not known and not one.words:
            absent.setdefault(tuple(one.sheets), []).extend(one.uses)
            continue
        yield _renamed(one, known, used, locator) or _unknown(one, known, locator)
    for sheets, uses in absent.items():
        state = "has no rows" if sheets[0] in tables else "is missing"
        message = f"sheet {' or '.join(sheets)} {state}, but is referred to by {places(uses, locator)}."
        hint = f"Add it, or empty {'that cell' if len(uses) == 1 else 'those cells'}."
        title = locator.sheets[sheets[0]].title if sheets[0] in locator.sheets else sheets[0]
        yield Problem(title, "", None, message, hint, "undefined_sheet")


def _certain(unknown: list[Unknown], tables: Tables, unread: set[str]) -> list[Unknown]:
    """Names that no entry defines, whatever the faulty ones were meant to be: n faulty entries may be meant for the
    n names most used, but for what looks like a slip in a name that there is."""
    left = list(unknown)
    for target in sorted({target for one in unknown for target in one.refers}):
        lost = _lost(tables, unread, target)
        found = [one for one in left if target in one.refers] if lost else []
        if lost < inf:
            found = [one for one in found if not _slip(one, tables)]
            found = sorted(found, key=lambda one: -len(one.uses))[: int(lost)]
        left = [one for one in left if one not in found]
    return left


def _slip(one: Unknown, tables: Tables) -> bool:
    """Whether a name is one that there is but for case, spaces, or a letter too many, too few or changed over."""
    return any(_misspelt(plain(one.name), plain(name)) for name in {*one.words, *defined(tables, one.refers)})


def _misspelt(word: str, name: str) -> bool:
    short, long = sorted((word, name), key=len)
    if len(long) == len(short):
        swapped = (long[:i] + long[i + 1] + long[i] + long[i + 2 :] for i in range(len(long) - 1))
        return word == name or short in swapped
    return any(short == long[:i] + long[i + 1 :] for i, letter in enumerate(long) if letter.isalpha())


def _lost(tables: Tables, unread: set[str], target: str) -> float:
    """How many entries of a column (``table.column``) could not be read; infinite where nobody knows."""
    table, column = target.split(".")
    if table in unread:
        return inf
    if table not in tables:
        return inf if BY_NAME[table].required else 0
    if not tables[table].cells:
        return inf if BY_NAME[table].required else 0
    return tables[table].lacks(column)


def unknown_names(tables: Tables) -> tuple[list[Unknown], set[str]]:
    """Names that no sheet defines, each once, and the names that are used and defined."""
    unknown: dict[str, list[Unknown]] = {}
    used: set[str] = set()
    for name, typed in tables.items():
        for column in typed.sheet.table.columns:
            if not column.refers:
                continue
            known = {*column.words, *defined(tables, column.refers)}
            for index, record in enumerate(typed.cells):
                value = record.get(column.name)
                if value in known:
                    used.add(value)
                elif value is not None:
                    same = unknown.setdefault(value, [])
                    one = next((one for one in same if one.refers & {*column.refers}), None)
                    if one is None:
                        one = Unknown(value, set(), set())
                        same.append(one)
                    one.refers |= {*column.refers}
                    one.words |= {*column.words}
                    one.uses.append(Use(name, index, column.name))
    return [one for same in unknown.values() for one in same], used


def defined(tables: Tables, refers: Iterable[str]) -> dict[str, Use]:
    """Every entry of the columns referred to, with its first cell."""
    found: dict[str, Use] = {}
    for target in sorted(refers):  # a set: names in hints are in the same order every time
        table, column = target.split(".")
        for index, record in enumerate(tables[table].cells if table in tables else ()):
            if column in record:
                found.setdefault(record[column], Use(table, index, column))
    return found


def _renamed(one: Unknown, known: Mapping[str, Use], used: set[str], locator: Locator) -> Problem | None:
    """At the entry like it that nothing uses, where the name is used in several sheets."""
    idle = [name for name in known if name not in used]
    name = closest(one.name, idle)
    if name is None and len(idle) == 1 and "processes" not in one.sheets:  # few other sheets name a process
        name = idle[0]
    if name is None or len({use.table for use in one.uses}) < 2:
        return None
    cells = places(one.uses, locator)
    message = f"nothing refers to {name!r}, but {one.name!r}, which is not defined, is used in {cells}."
    hint = f"Was it renamed? Call it {one.name} here, or {name} there."
    return locator.problem(*known[name], message, hint, "renamed")


def _unknown(one: Unknown, known: Mapping[str, Use], locator: Locator) -> Problem:
    message = f"{one.name!r} is not in sheet {' or '.join(one.sheets)}."
    if len(one.uses) > 1:
        message += f" It is used in {places(one.uses, locator)}."
    hint = nearest(one.name, (*known, *sorted(one.words)))
    also = (locator.place(*use) for use in one.uses[1:])
    return locator.problem(*one.uses[0], message, hint, "unknown_reference")._replace(
        also=tuple(f"{title}!{cell}" for title, cell, _ in also)
    )


def places(uses: list[Use], locator: Locator) -> str:
    """Cells in words, by sheet and column: ``24 cells: processes!B (rows 14, 29:30), routes!B (row 22)``."""
    by_column: dict[tuple[str, str], list[int]] = {}
    for use in uses:
        sheet = locator.sheets[use.table]
        header = sheet.header(use.column).removesuffix("1")
        by_column.setdefault((sheet.title, header), []).append(sheet.lines[use.record])
    said = [
        f"{title}!{header} (row{'s' if len(lines) > 1 else ''} {spans(lines)})"
        for (title, header), lines in by_column.items()
    ]
    return f"{len(uses)} cell{'s' if len(uses) > 1 else ''}: {listed(said)}"


def check_years(tables: Tables, years: tuple[int, ...]) -> Iterator[Problem]:
    """Columns headed by a year that sheet years lacks: one problem a year, at the first of them."""
    headed: dict[int, list[tuple[str, str]]] = {}
    for typed in tables.values():
        for column in typed.sheet.columns if years else ():
            if isinstance(column, int) and column not in years:
                headed.setdefault(column, []).append((typed.sheet.title, typed.sheet.header(column)))
    for year, cells in headed.items():
        message = f"year {year} is not in sheet years."
        if len(cells) > 1:
            message += f" It heads columns of {len(cells)} sheets: {listed([title for title, _ in cells])}."
        hint = f"Add it there, or remove the column; years are {years[0]} to {years[-1]}."
        yield Problem(*cells[0], year, message, hint, "unknown_year")
