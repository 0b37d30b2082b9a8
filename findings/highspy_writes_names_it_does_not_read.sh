#!/usr/bin/env bash
# highspy 1.16.0: an LP file that HiGHS has written, answering "ok", HiGHS does not read.
#
# Guess: `writeModel` refuses a name that an LP file cannot hold, or writes another in its place (as it does where a
# name has blanks), and says so by kWarning; what it writes with kOk, `readModel` reads.
#
# Seen: columns named `2e3` and `3x`, which `passColName` takes, stand in the file as they are, the answer is kOk,
# and `readModel` answers kError: they begin with numbers. As MPS the same model is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from importlib.metadata import version

import highspy
import numpy as np


def ways(name, ending):
    """What HiGHS answers as it writes min x where x >= 1, x called by this name, and as it reads that."""
    h = highspy.Highs()
    h.silent()
    h.addCol(1.0, 0, highspy.kHighsInf, 0, [], [])
    named = h.passColName(0, name)
    h.addRow(1, highspy.kHighsInf, 1, np.array([0], dtype=np.int32), np.array([1.0]))
    h.passRowName(0, "row")
    file = f"{sys.argv[1]}/model.{ending}"
    written = h.writeModel(file)
    back = highspy.Highs()
    back.silent()
    return named.name, written.name, back.readModel(file).name


print("highspy", version("highspy"))
found = {(name, ending): ways(name, ending) for name in ("x", "2e3", "3x") for ending in ("lp", "mps")}
for (name, ending), answers in found.items():
    print(f"{name} in .{ending}: named {answers[0]}, written {answers[1]}, read {answers[2]}")
refused = {("2e3", "lp"), ("3x", "lp")}
if any(answers != ("kOk", "kOk", "kError" if key in refused else "kOk") for key, answers in found.items()):
    sys.exit("This has changed.")
PY
