"""Writes inputs/critical_minerals.xlsx and inputs/critical_minerals_weak.xlsx.

python -m models.critical_minerals [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from models.books.excel import write_workbook
from models.critical_minerals.study import WORKBOOKS, make_tables

INPUTS = Path(__file__).resolve().parents[2] / "inputs"

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    for workbook in WORKBOOKS:
        tables = make_tables(workbook)
        path = folder / f"{workbook.name}.xlsx"
        write_workbook(tables, workbook.about, path)
        print(f"{path}: {sum(map(len, tables.values()))} rows in {len(tables)} sheets")
