"""Workbooks on disk: change cells of an input, read tables of a result, compare folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

NOTHING_MOVES = [["sheet", "where", "column", "low", "high"]]
"""Sheet uncertainty with a header alone: what a study needs whose uncertain numbers are taken out."""


def edit(path: Path, **sheets: Any) -> None:
    """Change a workbook: cells by address, or a list of rows for a sheet of its own."""
    book = openpyxl.load_workbook(path)
    for name, content in sheets.items():
        if isinstance(content, list):
            if name in book.sheetnames:
                del book[name]
            sheet = book.create_sheet(name)
            for row in content:
                sheet.append(row)
        else:
            for cell, value in content.items():
                book[name][cell] = value
    book.save(path)


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """Rows of a results sheet by column, units and titles above the header skipped."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[0] in {"metric", "member", "key", "check"})
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :] if row[0] is not None]


def metric(path: Path, name: str) -> float:
    return next(row["value"] for row in table(path, "summary") if row["metric"] == name)


def said(path: Path, key: str) -> Any:
    return next(row["value"] for row in table(path, "run") if row["key"] == key)


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below, with its bytes."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


def foreign(path: Path) -> None:
    openpyxl.Workbook().save(path)
