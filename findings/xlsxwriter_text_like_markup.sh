#!/usr/bin/env bash
# XlsxWriter 3.3.1: `write_string` of a text that begins with <r> and ends with </r> loses some of it.
#
# Guess: `write_string` writes the text; `<`, `>` and `&` are escaped, as they are in every other text. Where
# a text cannot be written, the return value is not 0 or something is raised.
#
# Seen: such a text goes into the file as it is, because the writer's own runs of rich text look so.
# `<r>hello</r>` reads back as an empty text, `<r><t>hello</t></r>` as `hello`. The return value is 0 each time.
# `<b>hello</b>` is written as it should be.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - <<'PY'
import sys
from io import BytesIO

import openpyxl
import xlsxwriter

SEEN = {
    "<b>hello</b>": "<b>hello</b>",
    "<r>hello</r>": "",
    "<r><t>hello</t></r>": "hello",
}

print("XlsxWriter", xlsxwriter.__version__, "openpyxl", openpyxl.__version__)
changed = False
for text, seen in SEEN.items():
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    returned = book.add_worksheet().write_string("A1", text)
    book.close()
    back = openpyxl.load_workbook(file).active["A1"].value or ""
    print(f"{text!r}: returned {returned}, reads back as {back!r}")
    changed |= (returned, back) != (0, seen)
if changed:
    sys.exit("This has changed.")
PY
