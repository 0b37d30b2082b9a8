#!/usr/bin/env bash
# Python 3.11.7, module csv: a writer with `lineterminator="\n"` writes a text that holds a carriage return without
# quotes, and a reader of the same module ends the row there.
#
# Guess: whatever a writer writes, a reader with the same settings reads back: the manual says that a writer of minimal
# quoting quotes "fields which contain special characters such as delimiter, quotechar or any of the characters in
# lineterminator", and one believes that what ends a row to the reader is among them.
#
# Seen: with "\r\n", the default, "\r" is quoted; with "\n", which is what one gives for files of Unix, it is not, but the
# reader, whose lineterminator is not heeded, ends rows at either. One row becomes two, without an error.
set -eu
"${PYTHON:-python3}" - <<'PY'
import csv
import io
import sys

ROW = ["one\rtwo", "three"]
found = {}
for end in ("\r\n", "\n"):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerow(ROW)
    found[end] = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    print(f"lineterminator {end!r}: written {text.getvalue()!r}, read {found[end]}")
print("python", sys.version.split()[0])
if found["\r\n"] != [ROW] or found["\n"] != [["one"], ["two", "three"]]:
    sys.exit("This has changed.")
PY
