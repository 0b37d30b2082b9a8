"""A tiny workbook that uses every input sheet, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl

from floors.errors import InputError, Problem
from floors.study.study import Study, read

Sheets = dict[str, list[list[Any]]]

TINY: Sheets = {
    "settings": [["key", "value"], ["title", "Tiny"], ["discount_rate", 0.05]],
    "years": [["year", "length"], [2026, 1], [2027, None]],
    "regions": [
        ["region", "name", "role"],
        ["US", "United States", "member"],
        ["JP", "Japan", "member"],
        ["CN", "China", "capped"],
        ["NA", "Namibia", "other"],
    ],
    "roles": [["region", 2026], ["JP", "member"]],
    "commodities": [["commodity", "stage"], ["ore", "concentrate"], ["oxide", "oxide"]],
    "reference_prices": [["commodity", 2026, 2027], ["oxide", 50, 51]],
    "technologies": [["technology", "commodity", "coefficient"], ["sep", "ore", -1.2], ["sep", "oxide", 1]],
    "processes": [
        ["process", "region", "technology", "commodity", "unit_cost", "capacity", "capital_cost", "plant"],
        ["CN oxide", "CN", None, "oxide", 50, 100, None, None],
        ["NA mine", "NA", None, "ore", 20.5, 40, 90, None],
        ["US sep", "US", "sep", None, 30, None, None, "hall"],
    ],
    "plants": [["plant", "capacity"], ["hall", 10]],
    "minimums": [["process", 2026, 2027], ["NA mine", 1, None]],
    "capacities": [["process", 2026, 2027], ["hall", None, 12], ["CN oxide", 90, 95]],
    "unit_costs": [["process", 2026, 2027], ["NA mine", 21, 22]],
    "routes": [
        ["origin", "destination", "commodity", "freight", "tariff", "loss", "content"],
        ["*", "*", "*", 1, None, None, None],
        ["CN", "member", "oxide", 2, 0.1, 0.01, 1],
    ],
    "route_limits": [["origin", "destination", "commodity", 2026, 2027], ["CN", "*", "oxide", None, None]],
    "route_minimums": [["origin", "destination", "commodity", 2026, 2027], ["CN", "US", "oxide", 1, None]],
    "exemptions": [["origin", "destination", "commodity", 2026], ["CN", "JP", "oxide", 0]],
    "demand": [
        ["region", "segment", "commodity", "value", "elasticity", "enforcement", 2026, 2027],
        ["US", "defence", "oxide", 300, None, None, 5, 6],
        ["JP", "all", "oxide", 300, -0.5, 0.9, 4, None],
    ],
    "groups": [["group", "commodity", "weight"], ["both", "ore", 0.3], ["both", "oxide", 1]],
    "caps": [
        ["scope", "commodity", "segment", "origin", "basis", 2026, 2027],
        ["bloc", "oxide", None, None, "demand", 0.9, 0.8],
        ["US", "both", "defence", "CN", "tonnes", 4, None],
    ],
    "floor_rules": [
        ["commodity", "rule", 2026, 2027],
        ["*", "maximum", 120, None],
        ["oxide", "margin", -2, None],
    ],
    "contracts": [
        ["process", "commodity", "strike", "upside", "payer", 2026, 2027],
        ["US sep", "oxide", 80, 0.3, "US", None, None],
    ],
    "stockpiles": [
        ["stockpile", "region", "commodity", "opening", "fund"],
        ["pile", "US", "oxide", 2, "chest"],
    ],
    "releases": [["stockpile", 2026], ["pile", 9]],
    "stock_targets": [["stockpile", 2026, 2027], ["pile", 2, "60 d"]],
    "funds": [["fund", "amount"], ["chest", 3]],
    "scenarios": [
        ["scenario", "description", "parent", "probability", "known_from"],
        ["free", "no cap", None, None, None],
        ["cheap", "and dumping", "free", None, None],
        ["late", "a surprise", None, None, 2027],
    ],
    "changes": [
        ["scenario", "sheet", "where", "column", "change", "value"],
        ["free", "caps", "scope=bloc", "years", "set", None],
        ["cheap", "processes", "region=CN", "unit_cost", "multiply", 0.5],
        ["late", "route_limits", "origin=CN", 2027, "set", 0],
    ],
    "sources": [["source", "citation"], ["made up", "for tests"]],
}


def sheets(**changed: list[list[Any]] | None) -> Sheets:
    """TINY with some sheets replaced, or left out where None is given."""
    book = deepcopy(TINY | {name: rows for name, rows in changed.items() if rows is not None})
    return {name: rows for name, rows in book.items() if name not in changed or changed[name] is not None}


def fill(path: Path, book: Mapping[str, list[list[Any]]]) -> openpyxl.Workbook:
    """An unsaved workbook with these sheets."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return workbook


def write(path: Path, book: Mapping[str, list[list[Any]]], edits: Mapping[str, Any] | None = None) -> Path:
    """Save the sheets with single cells edited: ``{"demand!D2": 7}``."""
    workbook = fill(path, book)
    for place, value in (edits or {}).items():
        sheet, cell = place.split("!")
        workbook[sheet][cell] = value
    workbook.save(path)
    return path


def table(rows: list[list[Any]]) -> list[dict[Any, Any]]:
    """The records of a sheet, as a Study takes them."""
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def tiny_study(edits: Mapping[str, Any] | None = None, **changed: list[list[Any]] | None) -> Study:
    """TINY without Excel, with cells edited and sheets replaced."""
    book = sheets(**changed)
    for place, value in (edits or {}).items():
        name, cell = place.split("!")
        line, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
        while len(book[name]) < line:
            book[name].append([None] * len(book[name][0]))
        for row in book[name]:
            row.extend([None] * (column - len(row)))
        book[name][line - 1][column - 1] = value
    return Study({name: table(rows) for name, rows in book.items()})


def errors(path: Path) -> list[Problem]:
    """The problems for which a workbook is refused; none if it is read."""
    try:
        read(path)
    except InputError as error:
        return error.problems
    return []


def places(problems: list[Problem]) -> list[tuple[str, str, str]]:
    """(sheet, cell, code) of each problem."""
    return [(problem.sheet, problem.cell, problem.code) for problem in problems]
