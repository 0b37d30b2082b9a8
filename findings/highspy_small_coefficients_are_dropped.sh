#!/usr/bin/env bash
# highspy 1.16.0: an LP with a coefficient of 1e-9 is solved without it, and is optimal at another cost.
#
# Guess: a solver whose rows hold to 1e-7 (or 1e-9) may not be exact, but x = 1e9 at 1e-9 each is found, as it is
# in any other unit of x. If it cannot be, the status says so.
#
# Seen: entries of `small_matrix_value`, 1e-9, and less are left out of the matrix. `passModel` and `addRow`
# answer `kWarning` (a line in the log); the run answers `kOk`, the model is `kOptimal`. The option may be 1e-12, not 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import highspy
import numpy as np


def cost(entry):
    """min entry x + 5 y where entry x + y >= 1: 1, whatever the unit of x."""
    h = highspy.Highs()
    h.silent()
    h.addCol(entry, 0, highspy.kHighsInf, 0, [], [])
    h.addCol(5, 0, highspy.kHighsInf, 0, [], [])
    said = h.addRow(1, highspy.kHighsInf, 2, np.array([0, 1], dtype=np.int32), np.array([entry, 1.0]))
    h.run()
    return said.name, h.getModelStatus().name, round(h.getObjectiveValue(), 9)


print("highspy", version("highspy"))
found = [cost(entry) for entry in (1e-6, 1e-9)]
for entry, answer in zip((1e-6, 1e-9), found, strict=True):
    print(f"coefficient {entry:g}:", *answer)
if found != [("kOk", "kOptimal", 1.0), ("kWarning", "kOptimal", 5.0)]:
    sys.exit("This has changed.")
PY
