#!/usr/bin/env bash
# XlsxWriter 3.3.1: `Workbook` changes the dict given as `default_format_properties`.
#
# Guess: two workbooks made one after the other with the same options are the same, byte by byte.
#
# Seen: the first puts `theme_font_name` into the caller's dict. With it there the second gives every font the scheme
# "minor", by which Excel takes the font of the theme (Calibri) and not the one named (Arial).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import re
import sys
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import xlsxwriter

font = {"font_name": "Arial", "font_size": 10}


def made():
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"default_format_properties": font})
    book.set_properties({"created": datetime(2000, 1, 1)})
    book.add_worksheet()
    book.close()
    return re.search(rb"<font>.*?</font>", ZipFile(file).read("xl/styles.xml"))[0].decode()


print("XlsxWriter", xlsxwriter.__version__)
first, second = made(), made()
print("first: ", first)
print("second:", second)
print("the dict given:", font)
if first == second:
    sys.exit("This has changed.")
PY
