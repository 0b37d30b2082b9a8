#!/usr/bin/env bash
# NumPy 2.4.6: `bincount` with weights of float64 gives int64 where there is nothing to count.
#
# Guess: where weights are given the sums are float64, of however many entries.
#
# Seen: of one entry and more they are float64; of none, with the same types of arrays, int64. What is added to them in
# place then raises UFuncTypeError, and only in the data in which nothing is counted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np

print("NumPy", np.__version__)
kinds = {}
for count in (0, 1, 2):
    places, weights = np.zeros(count, dtype=int), np.full(count, 0.5)
    kinds[count] = np.bincount(places, weights, 3).dtype
    print(count, "entries of", weights.dtype, "summed:", kinds[count])
sums = np.bincount(np.zeros(0, dtype=int), np.zeros(0), 3)
try:
    sums += 0.5
except TypeError as error:
    print(type(error).__name__, error)
else:
    sys.exit("This has changed.")
if kinds[0] == kinds[1]:
    sys.exit("This has changed.")
PY
