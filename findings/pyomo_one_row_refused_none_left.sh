#!/usr/bin/env bash
# Pyomo 6.10.1 with highspy 1.16.0: a model of which HiGHS refuses one row is solved without any of its rows,
# and is optimal.
#
# Guess: a number that the solver cannot hold (a coefficient of 1e15 and more, a right side of 1e20 and more)
# is an error, or at the least one row is missing.
#
# Seen: rows are handed over in one batch, whose answer is not read; HiGHS takes all of a batch or nothing. The
# optimum of the model without rows is reported as that of the model, by `highs` and by `appsi_highs`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyomo==6.10.1 highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import pyomo.environ as pyo


def cost(name, entry):
    """How it ended, and the least x + y where x >= 3 and entry x + y >= 1: 3."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(within=pyo.NonNegativeReals), pyo.Var(within=pyo.NonNegativeReals)
    m.least = pyo.Constraint(expr=m.x >= 3)
    m.need = pyo.Constraint(expr=entry * m.x + m.y >= 1)
    m.cost = pyo.Objective(expr=m.x + m.y)
    ended = pyo.SolverFactory(name).solve(m).solver.termination_condition
    return str(ended), pyo.value(m.cost)


print("Pyomo", version("pyomo"), "highspy", version("highspy"))
found = []
for name in ("highs", "appsi_highs"):
    for entry in (1e14, 1e16):
        found.append(cost(name, entry))
        print(f"{name}, coefficient {entry:g}: {found[-1][0]}, cost {found[-1][1]}")
if found != 2 * [("optimal", 3), ("optimal", 0)]:
    sys.exit("This has changed.")
PY
