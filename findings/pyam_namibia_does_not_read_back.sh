#!/usr/bin/env bash
# pyam 4.0.0: a region NA is kept in memory, and its own file of it is refused.
#
# Guess: what `to_excel` and `to_csv` write, `IamDataFrame` reads: a region called NA (Namibia) is a text like any other,
# as it is in a DataFrame.
#
# Seen: "Empty cells in `data` (columns: 'region')". Files are read with pandas' list of texts for missing values,
# which has NA, None, nan and null. With `keep_default_na=False` they read back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --upgrade pip
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyam-iamc==4.0.0
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import sys

import pandas
import pyam

columns = ["model", "scenario", "region", "variable", "unit", "year", "value"]
data = pyam.IamDataFrame(pandas.DataFrame([["m", "s", "NA", "Production", "kt/yr", 2026, 1.0]], columns=columns))
print("pyam", pyam.__version__, "in memory:", data.region)
refused = 0
for name, write in (("data.csv", data.to_csv), ("data.xlsx", data.to_excel)):
    path = f"{sys.argv[1]}/{name}"
    write(path)
    try:
        pyam.IamDataFrame(path)
    except ValueError as error:
        refused += 1
        print(f"{name}: {str(error).splitlines()[0]}")
again = pyam.IamDataFrame(f"{sys.argv[1]}/data.csv", keep_default_na=False)
print("with keep_default_na=False:", again.region)
if refused != 2:
    sys.exit("This has changed.")
PY
