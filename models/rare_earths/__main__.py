"""Writes inputs/rare_earths.xlsx.

python -m models.rare_earths [OUTPUT.xlsx]
"""

from __future__ import annotations

import sys
from pathlib import Path

from models.books.excel import write_workbook
from models.rare_earths.study import ABOUT, make_tables

OUTPUT = Path(__file__).resolve().parents[2] / "inputs" / "rare_earths.xlsx"

if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    tables = make_tables()
    write_workbook(tables, ABOUT, path)
    print(f"{path}: {sum(map(len, tables.values()))} rows in {len(tables)} sheets")
