#!/usr/bin/env bash
# Pyomo 6.10.1: while a rule is made a template, `sum` and the iteration of Sets are other functions for
# everybody.
#
# Guess: making a template of a Constraint's rule (TEMPLATIZE_CONSTRAINTS, `templatize_rule`) concerns that
# model. Another model in another thread, and code that has nothing to do with Pyomo, go on as before; models
# are not shared here.
#
# Seen: for as long as the rule runs, `builtins.sum` and `__iter__` of the class of Sets are replaced in the
# whole process. In another thread, meanwhile: a Set of three members of another model has one member, which
# is no member; a sum over it is no number; `sum([1, 2], 0)` is a TypeError and the sum of an empty generator
# a StopIteration. The first two are silent, and the rule itself is built without a word. Events make the two
# threads meet; in the wild they meet now and then.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyomo==6.10.1
"$folder/venv/bin/python" - <<'PY'
import sys
import threading

import pyomo.core.base.constraint as constraint
import pyomo.environ as pyo
from pyomo.version import version

QUESTIONS = {
    "[*other.S]": lambda other: [*other.S],
    "len([*other.S])": lambda other: len([*other.S]),
    "sum(1 for _ in other.S)": lambda other: sum(1 for _ in other.S),
    "sum([1, 2], 0)": lambda other: sum([1, 2], 0),
    "sum(n for n in [])": lambda other: sum(n for n in []),
}


def asked(question, templates):
    """What a question about a model of its own answers in another thread, while a rule runs."""
    inside, answered, answer = threading.Event(), threading.Event(), []
    m = pyo.ConcreteModel()
    m.I = pyo.RangeSet(3)
    m.x = pyo.Var(m.I)
    other = pyo.ConcreteModel()
    other.S = pyo.Set(initialize=["cobalt", "copper", "tin"])

    def rule(m, i):
        inside.set()
        answered.wait(60)
        return m.x[i] <= 1

    def elsewhere():
        inside.wait(60)
        try:
            answer.append(question(other))
        except (TypeError, StopIteration) as error:
            answer.append(type(error).__name__)
        answered.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    constraint.TEMPLATIZE_CONSTRAINTS = templates
    m.c = pyo.Constraint(m.I, rule=rule)
    constraint.TEMPLATIZE_CONSTRAINTS = False
    thread.join()
    return answer[0]


print("Pyomo", version)
found = {}
for text, question in QUESTIONS.items():
    plain, found[text] = asked(question, False), asked(question, True)
    print(f"{text}: {plain}; while a template is made: {found[text]}")
members, length, count, typed, empty = found.values()
if (
    members[0] == "cobalt"
    or (length, typed, empty) != (1, "TypeError", "StopIteration")
    or isinstance(count, int)
):
    sys.exit("This has changed.")
PY
