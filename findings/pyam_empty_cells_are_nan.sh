#!/usr/bin/env bash
# pyam 4.0.0 under pandas 3: an empty cell of the wide form becomes a row with NaN.
#
# Guess: data in the IAMC format say nothing where a cell is empty, so `IamDataFrame` has no row for it: the same data
# long, without that row, are equal. A NaN in the long form is left out, and a cell that is no number is refused.
#
# Seen: under pandas 2.3.3 so it is. Under 3.1.1 the row stays, with NaN, from a DataFrame as from a file, and `equals`
# calls the two equal all the same. pyam calls DataFrame.stack and relies on it to drop them; in pandas 3 it does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --upgrade pip
seen=0
for pandas in 2.3.3 3.1.1; do
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyam-iamc==4.0.0 "pandas==$pandas"
    "$folder/venv/bin/python" -W ignore - 2>/dev/null <<'PY' || seen=$((seen + 1))
import sys

import pandas
import pyam

index = ["model", "scenario", "region", "variable", "unit"]
wide = pandas.DataFrame(
    [["m", "s", "Japan", "Production", "kt/yr", 1.0, None], ["m", "s", "Korea", "Production", "kt/yr", 2.0, 3.0]],
    columns=[*index, 2026, 2027],
)
long = wide.melt(index, var_name="year").dropna()
read, told = pyam.IamDataFrame(wide), pyam.IamDataFrame(long)
empty = int(read.data["value"].isna().sum())
print(f"pandas {pandas.__version__}: {len(read.data)} rows, {empty} of NaN; equal to the long form: {read.equals(told)}")
sys.exit(empty)
PY
done
[ "$seen" = 1 ] || { echo "This has changed."; exit 1; }
