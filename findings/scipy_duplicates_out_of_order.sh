#!/usr/bin/env bash
# scipy 1.17.1: what a csr_array makes of several entries of one place depends on what else is in the row.
#
# Guess: entries (value, row, column) of one place are added up in the order given, so they give the same
# number whatever other places hold; and csr_array and csc_array of the same entries hold the same numbers.
#
# Seen: 1e16, -1e16 and 1 at one place, in this order, give 1. With zeros given for another column between
# them they give 0 as soon as the row has more than 16 entries, and still 1 in a csc_array. The entries of a
# row are brought into the order of columns by a sort that is not stable for more than 16, and added up after
# that. With everyday numbers it is the last bits that differ, and so whether two ways to build a matrix give
# the same one. (scipy as built for Linux; the sort is that of the C++ library.)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
import scipy
import scipy.sparse as sp


def at_first(kind, between):
    """Place (0, 0), with this many zeros for column 1 after each of the first two of its entries."""
    apart = [(0.0, 1)] * between
    entries = [(1e16, 0), *apart, (-1e16, 0), *apart, (1.0, 0)]
    values, columns = zip(*entries, strict=True)
    return float(kind((values, (np.zeros(len(entries), dtype=int), columns)), shape=(1, 2))[0, 0])


print("scipy", scipy.__version__)
found = {}
for between in (0, 6, 7):
    found[between] = at_first(sp.csr_array, between), at_first(sp.csc_array, between)
    print(3 + 2 * between, "entries in the row: csr_array {}, csc_array {}".format(*found[between]))
random = np.random.default_rng(0)
values, columns = random.random(100), np.arange(100) % 2
ours = np.zeros(2)
for column, value in zip(columns, values, strict=True):
    ours[column] += value
theirs = sp.csr_array((values, (np.zeros(100, dtype=int), columns)), shape=(1, 2)).toarray()[0]
print(f"100 random numbers in two columns: csr_array less a loop: {theirs - ours}")
if found != {0: (1.0, 1.0), 6: (1.0, 1.0), 7: (0.0, 1.0)}:
    sys.exit("This has changed.")
PY
