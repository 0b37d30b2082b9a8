#!/usr/bin/env bash
# highspy 1.16.0: `time_limit` is the limit of all runs of one object together; `clearSolver` and another model do
# not begin anew.
#
# Guess: `time_limit` is the most that a run may take; at the least a model that is passed anew has its own.
#
# Seen: `getRunTime` adds up the seconds of every run of the object, and the limit is held against the sum: once it
# is used up, every run ends at once with `kTimeLimit`, whatever the model.
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

h = highspy.Highs()
h.silent()
size = 60
entries = np.random.default_rng(0).random((size, size))


def model():
    """min the sum of x where each of 60 rows is at least 1."""
    h.clearModel()
    for _ in range(size):
        h.addCol(1, 0, highspy.kHighsInf, 0, [], [])
    for row in entries:
        h.addRow(1, highspy.kHighsInf, size, np.arange(size, dtype=np.int32), row)


print("highspy", version("highspy"))
found, seconds = [], []
for _ in range(3):
    model()
    h.run()
    found.append(h.getModelStatus().name)
    seconds.append(h.getRunTime())
    h.setOptionValue("time_limit", max(seconds) if len(found) == 2 else highspy.kHighsInf)
    print(f"{found[-1]}, {seconds[-1]:.4f} s so far")
if found != ["kOptimal", "kOptimal", "kTimeLimit"] or not seconds[0] < seconds[1]:
    sys.exit("This has changed.")
PY
