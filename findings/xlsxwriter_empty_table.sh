#!/usr/bin/env bash
# XlsxWriter 3.3.1: `add_table` over cells that hold nothing keeps an entry for each of them.
#
# Guess: a table is its range, its headers and its style; what is kept for one over 200,000 rows of 8 columns
# without data is what is kept for one of two rows. In the file it is: the part of the table differs by the
# range alone.
#
# Seen: over 100 bytes for every cell, until the workbook is dropped: some 20,000 times as much as for two
# rows. Each cell is a key (row, column) of a dict that is asked whether a later table overlaps.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import sys
import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import xlsxwriter

COLUMNS = 8


def kept(rows):
    """Bytes that a table of this many rows under its header takes, and its part of the file."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    tracemalloc.start()
    sheet.add_table(0, 0, rows, COLUMNS - 1)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    book.close()
    return size, ZipFile(file).read("xl/tables/table1.xml")


print("XlsxWriter", xlsxwriter.__version__)
kept(2)  # what is made once
small, part = kept(2)
large, same = kept(200_000)
per_cell = large / (200_001 * COLUMNS)
print(f"2 rows: {small:,} bytes")
print(f"200,000 rows: {large:,} bytes, {per_cell:.0f} a cell, {large / small:,.0f} times as much")
print(f"the part of the file differs by the range alone: {part.replace(b'H3', b'H200001') == same}")
if per_cell < 50:
    sys.exit("This has changed.")
PY
