#!/usr/bin/env bash
# pandas 3.1.1 on CPython 3.11: rows of `itertuples()` stay with the garbage collector, plain tuples do not.
#
# Guess: a named tuple of numbers costs the collector what the tuple of the same numbers does: CPython stops
# looking at a tuple once a collection has found nothing in it that could be part of a cycle.
#
# Seen: that is so for tuples alone and not for their subclasses. Of 100,000 rows of numbers kept in a list, all
# are still looked at by each full collection where they have names (the default of `itertuples`), none where
# `name=None`. Whoever keeps a million named rows pays for them at every full collection from then on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1
"$folder/venv/bin/python" - <<'PY'
import gc
import sys

import pandas as pd

ROWS = 100_000
frame = pd.DataFrame({"a": range(ROWS), "b": 1.5, "c": 2.5})
print("Python", sys.version.split()[0], "pandas", pd.__version__)
looked_at = {}
for name in ("Row", None):
    rows = list(frame.itertuples(index=False, name=name))
    gc.collect()
    looked_at[name] = sum(map(gc.is_tracked, rows))
    print(f"name={name!r}: {looked_at[name]:,} of {len(rows):,} rows looked at by the collector")
if looked_at != {"Row": ROWS, None: 0}:
    sys.exit("This has changed.")
PY
