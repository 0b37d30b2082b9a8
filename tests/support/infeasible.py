"""Random studies without a plan, and advice typed into their cells as it is printed."""

from __future__ import annotations

import re
from copy import deepcopy
from random import Random
from typing import Any

from floors.diagnosis import Cell, Change
from tests.support import mixed
from tests.support.mixed import Record, Sheets

WAYS = (
    "caps",
    "embargo",
    "minimums",
    "targets",
    "capacities",
    "funds",
    "takes",
    "builds",
    "use",
    "contracts",
)
WORTH = 1000.0  # USD/kg: a value that lets a need go short


def sheets(random: Random) -> Sheets:
    """A study of which some needs must be met, and which three of the ways ask for too much."""
    book = mixed.sheets(random)
    years = mixed.years(book)
    for row in book["demand"]:
        if random.random() < 0.6:
            row.pop("value", None)
            row.pop("elasticity", None)
    for way in random.sample(WAYS, 3):
        _spoil(random, book, years, way)
    return {name: rows for name, rows in book.items() if rows}


def _spoil(random: Random, book: Sheets, years: list[int], way: str) -> None:
    if way == "caps":
        _scale(book.get("caps", []), years, random.choice([0.1, 0.37, 0.6]))
    if way == "embargo":
        who = {"origin": random.choice(["capped", "other", "*"]), "destination": "member", "commodity": "*"}
        limits = {t: random.choice([0, 0, 3.3]) for t in years}
        book.setdefault("route_limits", []).append({**who, **limits})
    if way == "minimums":
        for row in random.sample(book["processes"], min(2, len(book["processes"]))):
            row["minimum"] = random.choice([7, 33, 120.7])
    if way == "targets":
        book["stock_targets"] = [
            {"stockpile": row["stockpile"], **{t: random.choice([None, 9, "200 d", 44.4]) for t in years}}
            for row in book.get("stockpiles", [])
        ]
    if way == "capacities":
        _scale(book["processes"], ["capacity"], random.choice([0.1, 0.33]))
    if way == "funds":
        _scale(book.get("funds", []), ["amount"], 0.001)
        _scale(book.get("stockpiles", []), ["opening"], 0.0)
    if way == "takes":
        for row in book.get("routes", []):
            if "limit" not in row and row["origin"] != "*" and random.random() < 0.4:
                row["minimum"] = random.choice([11, 55.5])
    if way == "builds":
        for row in book["processes"]:
            if "capital_cost" in row:
                row |= {"max_build": random.choice([0.1, 1]), "capacity": 1}
    if way == "use":
        _use(random, book, years)
    if way == "contracts":
        _scale(book.get("contracts", []), years, 20.0)


def _scale(rows: list[Record], keys: list[Any], times: float) -> None:
    for row in rows:
        row |= {key: row[key] * times for key in keys if key in row}


def _use(random: Random, book: Sheets, years: list[int]) -> None:
    good = book["commodities"][-1]["commodity"]
    caps = book.setdefault("caps", [])
    if not any((row["scope"], row["basis"], row["commodity"]) == ("bloc", "use", good) for row in caps):
        shares = {t: random.choice([0.05, 0.3]) for t in years}
        caps.append({"scope": "bloc", "commodity": good, "basis": "use", **shares})
    if random.random() < 0.5:
        book["settings"] = [row for row in book["settings"] if row["key"] != "coordination"]
        book["settings"].append({"key": "coordination", "value": "national"})


_FROM_TO = re.compile(r" from ([\d,.]+)(?: (t|%|d))? to ([\d,.]+)")
_DEFAULT = re.compile(r"a target of ([\d,.]+) t for (\d+) in sheet")


def typed(book: Sheets, changes: list[Change] | tuple[Change, ...], part: float = 1.0) -> Sheets:
    """The study with the numbers that the sentences name typed into their cells; a part of the way there."""
    made = deepcopy(book)
    for change in changes:
        _type(made, change, part)
    return made


def _type(book: Sheets, change: Change, part: float) -> None:
    default, found = _DEFAULT.search(change.sentence), _FROM_TO.search(change.sentence)
    if default:
        pile = book[change.cells[0].sheet][_line(change.cells[0])]["stockpile"]
        rows = book.setdefault("stock_targets", [])
        if not any(row["stockpile"] == pile for row in rows):
            rows.append({"stockpile": pile})
        row = next(row for row in rows if row["stockpile"] == pile)
        row[int(default[2])] = _on_the_way(change, _number(default[1]), part)
    elif change.kind == "must_serve":
        for cell in change.cells:
            if _column(book, cell) == "value":
                book[cell.sheet][_line(cell)]["value"] = WORTH
    elif change.sentence.startswith("empty "):
        book[change.cells[0].sheet][_line(change.cells[0])][_column(book, change.cells[0])] = None
    else:
        assert found, change.sentence
        value: Any = _on_the_way(change, _number(found[3]) / (100 if found[2] == "%" else 1), part)
        for cell in change.cells if change.kind == "process_minimum" else change.cells[:1]:
            book[cell.sheet][_line(cell)][_column(book, cell)] = f"{value:f} d" if found[2] == "d" else value


def _on_the_way(change: Change, printed: float, part: float) -> float:
    assert change.present is not None
    return change.present + part * (printed - change.present) if part < 1 else printed


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _line(cell: Cell) -> int:
    return int(re.sub(r"\D", "", cell.cell)) - 2


def _column(book: Sheets, cell: Cell) -> Any:
    """What heads the column of a cell; its name where the sheet lacks it."""
    if cell.column:
        return int(cell.column) if cell.column.isdigit() else cell.column
    place = 0
    for letter in re.sub(r"\d", "", cell.cell):
        place = 26 * place + ord(letter) - 64
    return list(dict.fromkeys(key for row in book[cell.sheet] for key in row))[place - 1]
