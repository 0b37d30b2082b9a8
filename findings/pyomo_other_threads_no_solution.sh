#!/usr/bin/env bash
# Pyomo 6.10.1 with highspy 1.16.0: a model solved with `threads` 1 has, with `threads` 2, no feasible
# solution.
#
# Guess: `threads` is an option of one solve and decides how fast it is. Where HiGHS cannot have that number,
# it takes another one or says so; that a model is infeasible is said of the model.
#
# Seen: the first solve in a thread of Python fixes the number of workers of HiGHS there. A later one with
# another number, of a new model by a new solver, ends in "A feasible solution was not found". Without
# `threads`, or in a new thread of Python, the same model is solved. What HiGHS writes of the cause is shown
# with `tee=True` alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyomo==6.10.1 highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys
import threading
from importlib.metadata import version

import pyomo.environ as pyo


def cost(options):
    """Least cost of a new model by a new solver, or what was raised."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(bounds=(0, 10)), pyo.Var(bounds=(0, 10))
    m.demand = pyo.Constraint(expr=m.x + m.y >= 2)
    m.cost = pyo.Objective(expr=m.x + 2 * m.y)
    try:
        pyo.SolverFactory("highs").solve(m, options=options)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).partition(',')[0]}"
    return pyo.value(m.cost)


print("Pyomo", version("pyomo"), "highspy", version("highspy"))
found = [cost(options) for options in ({"threads": 1}, {"threads": 2}, {})]
elsewhere = threading.Thread(target=lambda: found.append(cost({"threads": 2})))
elsewhere.start()
elsewhere.join()
cases = ("1 thread", "then 2 threads", "then any number", "then 2 threads, in another thread of Python")
for case, answer in zip(cases, found, strict=True):
    print(f"{case}: {answer}")
second = found.pop(1)
if found != [2, 2, 2] or "feasible solution was not found" not in str(second):
    sys.exit("This has changed.")
PY
