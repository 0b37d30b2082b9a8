#!/usr/bin/env bash
# Pyomo 6.10.1: a term whose coefficient is 0 turns the sign of a constraint's dual.
#
# Guess: `2 <= y` and `rate * x + 2 <= y` are the same row where the Param `rate` is 0 (it is not mutable, so
# it is known when the row is written): the same least y, and the same dual, +1 in a minimisation, as one more
# on the left costs one.
#
# Seen: the same optimum, and duals of +1 and -1. The term stays as `0.0*x`, so both sides have a variable;
# Pyomo then moves everything to one side, as `0.0*x + 2 - y <= 0`, whose bound is an upper one. A row without
# such a term keeps its lower bound. One number in the data so decides the sign that a user reads, row by row
# within one Constraint.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyomo==6.10.1 highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys

import pyomo.environ as pyo
from pyomo.version import version

m = pyo.ConcreteModel()
m.K = pyo.Set(initialize=["without", "with"])
m.T = pyo.Set(m.K, initialize={"without": [], "with": ["a"]})
m.rate = pyo.Param(["a"], initialize=0.0)
m.x = pyo.Var(["a"], bounds=(0, 1))
m.y = pyo.Var(m.K)
m.c = pyo.Constraint(m.K, rule=lambda m, k: sum(m.rate[t] * m.x[t] for t in m.T[k]) + 2 <= m.y[k])
m.cost = pyo.Objective(expr=sum(m.y[k] for k in m.K))
m.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT)
pyo.SolverFactory("highs").solve(m)
print("Pyomo", version)
for k in m.K:
    print(f"{k} a term of 0: {m.c[k].expr}; y = {m.y[k].value}, dual = {m.dual[m.c[k]]}")
if [m.dual[m.c[k]] for k in m.K] != [1, -1]:
    sys.exit("This has changed.")
PY
