#!/usr/bin/env bash
# scipy 1.17.1, SALib 1.6.0: one missing value among thousands makes all Sobol' indices 0.
#
# Guess: an output that is NaN at one of the points gives indices that are NaN, as np.mean and np.var do, or an error
# (scipy's page says that values must be finite), or the point is left out with a warning.
#
# Seen: first-order and total indices of all inputs are exactly 0.0, those of SALib with an error of exactly 0.0, and no
# warning. 0 is also what an input without effect has, and an index of 0 "with an error of 0" reads as surely none. In
# scipy whatever is not finite is set to 0 ("null variance means null indices"); in SALib the quotient is taken
# where the variance is above an epsilon, which NaN is not, and is 0 elsewhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6 SALib==1.6.0
"$folder/venv/bin/python" - <<'PY'
import sys
import warnings
from importlib.metadata import version

import numpy as np
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import sobol_indices, uniform

BOUND, ROWS = np.pi, 512


def ishigami(x):
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def by_scipy(missing):
    calls = []

    def function(x):
        y = ishigami(x)
        if missing and not calls:
            y[0] = np.nan
        calls.append(1)
        return y

    found = sobol_indices(func=function, n=ROWS, dists=[uniform(-BOUND, 2 * BOUND)] * 3, rng=0)
    return np.concatenate([found.first_order, found.total_order])


def by_salib(missing):
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-BOUND, BOUND]] * 3}
    y = ishigami(sample.sample(problem, ROWS, calc_second_order=False, seed=0).T)
    if missing:
        y[0] = np.nan
    found = analyze.analyze(problem, y, calc_second_order=False, seed=0)
    return np.concatenate([found["S1"], found["ST"], found["S1_conf"], found["ST_conf"]])


print("scipy", version("scipy"), "SALib", version("SALib"))
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    found = {}
    for name, of in (("scipy", by_scipy), ("SALib", by_salib)):
        for missing in (False, True):
            found[name, missing] = of(missing)
            print(name, "with one NaN" if missing else "whole", np.round(found[name, missing], 4).tolist())
print("warnings:", [str(one.message) for one in told])
if told or any(found[name, True].any() for name in ("scipy", "SALib")):
    sys.exit("This has changed.")
PY
