#!/usr/bin/env bash
# highspy 1.16.0: `lp.col_cost_[0] = 5` changes a HighsLp; the same for every other vector of it does nothing.
#
# Guess: the vectors of a HighsLp behave alike. Either assignment to an entry changes the model, or it is
# refused. Who has tried it with costs, and seen the optimum move, will write `lp.integrality_[0] =
# HighsVarType.kInteger`.
#
# Seen: `col_cost_` is a numpy view of the model's memory, and takes it. Bounds, sides, integrality, and
# start, index and value of the matrix are each a new list at every look, and so are status and values of
# bases and solutions: assignment to an entry changes the list, which is then thrown away. A model meant as
# whole numbers is solved as continuous, `kOk` and `kOptimal`, with a better objective than there is.
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

INTEGER, CONTINUOUS = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous


def model():
    """Most x + y with 2x + 2y <= 3."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.sense_ = 2, 1, highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.ones(2), np.zeros(2), np.full(2, 10.0)
    lp.row_lower_, lp.row_upper_ = np.array([-highspy.kHighsInf]), np.array([3.0])
    a = lp.a_matrix_
    a.format_ = highspy.MatrixFormat.kRowwise
    a.start_, a.index_, a.value_ = np.array([0, 2]), np.array([0, 1]), np.full(2, 2.0)
    lp.integrality_ = [CONTINUOUS] * 2
    return lp


def best(lp):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    outcomes = highs.passModel(lp), highs.run()
    if (
        set(outcomes) != {highspy.HighsStatus.kOk}
        or highs.getModelStatus() != highspy.HighsModelStatus.kOptimal
    ):
        sys.exit(f"The model is not solved: {outcomes}.")
    return highs.getInfo().objective_function_value


print("highspy", version("highspy"))
changes = dict.fromkeys(("col_cost_", "col_lower_", "col_upper_", "row_lower_", "row_upper_"), 1.0)
changes |= {"integrality_": INTEGER, "start_": 1, "index_": 1, "value_": 4.0}
taken = []
for name, new in changes.items():
    lp = model()
    lp.col_cost_ = np.full(2, 3.0)
    holder = lp.a_matrix_ if hasattr(lp.a_matrix_, name) else lp
    getattr(holder, name)[0] = new
    if getattr(holder, name)[0] == new:
        taken.append(name)
    print(
        f"{name}[0] = {new}: {type(getattr(holder, name)).__name__}, {'taken' if name in taken else 'lost'}"
    )

by_entry, whole = model(), model()
by_entry.integrality_[0] = by_entry.integrality_[1] = INTEGER
whole.integrality_ = [INTEGER] * 2
costs = model()
costs.col_cost_[0] = costs.col_cost_[1] = 7.0
answers = best(model()), best(costs), best(whole), best(by_entry)
asked = "as it is", "costs changed by entry", "integrality as a whole", "integrality by entry"
print("optimum:", *(f"{text}: {answer};" for text, answer in zip(asked, answers, strict=True)))
if taken != ["col_cost_"] or answers != (1.5, 10.5, 1.0, 1.5):
    sys.exit("This has changed.")
PY
