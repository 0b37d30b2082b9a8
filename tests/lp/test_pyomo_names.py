"""Names and ways of Pyomo that no documentation promises: which of them changed, where floors stops working with a
new version. `PRIVATE` lists the names of `floors.lp.components`; the rest is how Pyomo reads a model."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.core.base.component_namer import index_repr
from pyomo.core.base.initializer import Initializer
from pyomo.core.base.param import ParamData
from pyomo.core.base.set import InsertionOrderSetData
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from pyomo.version import version

import floors.lp.components as components

# What floors.lp.components relies on: each is asked below.
PRIVATE = {
    "_constructed": "a component that is added to a block is constructed unless this says that it is",
    "_data": "a component keeps its members there, a plain dict by key, and asks for them nowhere else",
    "_values": "an ordered Set keeps its keys there, in order, as those of a dict, and changes that dict",
    "_dimen": "the number of places of a Set's keys",
    "_index": "the key of a member",
    "_value": "the number of a member of a mutable Param",
    "_mutable": "whether the members of a Param are objects; else they are bare numbers",
    "_ComponentDataClass": "what the members of an indexed Set are made of",
    "_rule": "what constructing a Constraint calls with a block and a key",
    "_args_": "an Objective keeps its expression there, as the one member of a tuple",
}


def model() -> Any:
    """One component of each kind."""
    m = pyo.ConcreteModel()
    m.S = pyo.Set(initialize=[("a", 1), ("b", 2)], dimen=2)
    m.G = pyo.Set(["k", "l"], initialize=lambda m, k: ["a", "b"])
    m.p, m.q = pyo.Param(m.S, initialize=1.5), pyo.Param(m.S, initialize=2.5, mutable=True)
    m.x = pyo.Var(m.S, domain=pyo.NonNegativeReals)
    m.c = pyo.Constraint(m.S, rule=lambda m, *k: m.x[k] <= m.p[k])
    m.o = pyo.Objective(expr=m.x["a", 1] + 1)
    return m


def constructed() -> bool:
    class Told(pyo.Set):
        def construct(self, data: Any = None) -> None:
            raise AssertionError

    loose, done = pyo.Var([1]), pyo.Var([1])
    done._constructed = True
    m = pyo.ConcreteModel()
    before = loose._constructed
    m.loose, m.done = loose, done
    return (before, loose._constructed, len(loose), len(done)) == (False, True, 1, 0)


def data() -> bool:
    """Put a dict of one's own there: every way to the members goes through it."""
    m = model()
    for component in (m.G, m.p, m.q, m.x, m.c):
        if type(component._data) is not dict or "_data" not in vars(component):
            return False
        first = next(iter(component.index_set()))
        component._data = {first: component._data[first]}
        if component.is_reference() or len(component) != 1 or [*component.keys()] != [first]:
            return False
        if [key for key, _ in component.items()] != [first] or len([*component.values()]) != 1:
            return False
    second = list(m.S)[1]
    return second not in m.x and second not in m.c


def values() -> bool:
    m = model()
    same = m.S._values
    m.S.add(("c", 3))
    m.S.remove(("a", 1))
    m.S.discard(("a", 1))
    return m.S._values is same and [*same] == [*m.S] == [("b", 2), ("c", 3)] and isinstance(same, dict)


def dimen() -> bool:
    m = model()
    m.S._dimen = 3
    return m.S.dimen == 3


def index() -> bool:
    m = model()
    return all(one._index == one.index() == key for c in (m.q, m.x, m.c, m.G) for key, one in c.items())


def value() -> bool:
    m = model()
    one = ParamData(m.q)
    one._index, one._value = ("a", 1), 7.0
    m.q._data["a", 1] = one
    return pyo.value(m.q["a", 1]) == 7 and m.q["a", 1].name == "q[a,1]"


def mutable() -> bool:
    m = model()
    m.p._data["a", 1] = 9.0
    bare = m.p["a", 1] == 9.0 and isinstance(m.p["b", 2], float)
    return bare and not m.p._mutable and m.q._mutable and isinstance(m.q["a", 1], ParamData)


def data_class() -> bool:
    m = model()
    one = InsertionOrderSetData(component=m.G)
    one._values, one._dimen, one._index = {"z": None}, 1, "k"
    m.G._data["k"] = one
    return m.G._ComponentDataClass is InsertionOrderSetData and [*m.G["k"]] == ["z"] and m.G["k"].dimen == 1


def rule() -> bool:
    late = pyo.Constraint([1, 2])
    m = pyo.ConcreteModel()
    m.x = pyo.Var()
    m.late = late
    none = len(late)
    late._rule = Initializer(lambda m, i: m.x <= i)
    late._constructed = False
    late.construct()
    return (none, len(late), late[2].upper) == (0, 2, 2)


def args() -> bool:
    m = model()
    held = m.o._args_
    m.o._args_ = (3 * m.x["b", 2],)
    read = str(m.o.expr)
    m.o.set_value(m.x["a", 1])
    return len(held) == 1 and read == "3*x[b,2]" and m.o._args_[0] is m.x["a", 1]


CHECKS: dict[str, Callable[[], bool]] = {
    "_constructed": constructed,
    "_data": data,
    "_values": values,
    "_dimen": dimen,
    "_index": index,
    "_value": value,
    "_mutable": mutable,
    "_ComponentDataClass": data_class,
    "_rule": rule,
    "_args_": args,
}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_name_is_what_it_was(name: str) -> None:
    try:
        holds = CHECKS[name]()
    except (AttributeError, TypeError, KeyError) as error:
        pytest.fail(f"Pyomo {version}: {name} is gone or different ({error}): {PRIVATE[name]}.")
    assert holds, f"Pyomo {version}: {name} is not what it was: {PRIVATE[name]}."


def test_every_private_name_in_use_is_listed() -> None:
    """What floors/lp uses of the underscored attributes that Pyomo's components have."""
    used = set()
    folder = Path(components.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
                used.add(node.attr)
    m = model()
    parts = [m, m.S, m.G, m.G["k"], m.p, m.q, m.q["a", 1], m.x, m.x["a", 1], m.c, m.c["a", 1], m.o]
    assert used & {name for part in parts for name in dir(part)} == PRIVATE.keys()


# How Pyomo reads a model


def form(m: Any) -> list[tuple[str, int, float]]:
    """Name, kind (1: at most, -1: at least, 0: equal) and right side of each row of the standard form."""
    found = LinearStandardFormCompiler().write(m, mixed_form=True)
    return [
        (row.constraint.name, row.bound_type, float(b)) for row, b in zip(found.rows, found.rhs, strict=True)
    ]


def test_which_way_round_a_row_is() -> None:
    """Which side has a variable decides, whichever way it was written; of two such sides it is the left of `<=`."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(), pyo.Var()
    m.zero = pyo.Param(initialize=0.0)
    rows = {
        "at_most": (m.x <= 3, 1, 3),
        "at_least": (m.x >= 3, -1, 3),
        "both": (m.x <= m.y + 1, 1, 1),
        "both_turned": (m.x >= m.y + 1, 1, -1),
        "zero_times_a_variable": (m.zero * m.x <= m.y - 2, 1, -2),
        "equal": (m.x == m.y + 1, 0, 1),
        "number_equals": (m.zero + 4 == m.x - 2, 0, 6),
    }
    for name, (expression, _, _) in rows.items():
        m.add_component(name, pyo.Constraint(expr=expression))
    m.cost = pyo.Objective(expr=m.x)
    assert form(m) == [(name, kind, side) for name, (_, kind, side) in rows.items()]


def test_sums_quotients_and_zeros_are_simplified_as_they_were() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2])
    m.c = pyo.Constraint(expr=m.x[1] - m.x[1] + 0.0 * m.x[2] + (m.x[1] + m.x[2]) / 4 <= 5)
    m.none = pyo.Constraint(expr=m.x[1] - m.x[1] <= 5)
    m.cost = pyo.Objective(expr=m.x[1])
    found = LinearStandardFormCompiler().write(m, mixed_form=True)
    assert [row.constraint.name for row in found.rows] == ["c"]
    assert found.A.toarray().tolist() == [[0.25, 0.25]]


def test_names_are_spelled_as_they_were() -> None:
    m = pyo.ConcreteModel()
    keys = [("a", 1), ("a b", 2), ("it's", 3), ("x,y", 4), ("1", 5), ("CN_oxide", 6), ("a.b", 7), ("é", 8)]
    m.x, m.y = pyo.Var(keys), pyo.Var(["a", "1", "a b"])
    for component in (m.x, m.y):
        assert [v.name for v in component.values()] == [component.name + index_repr(key) for key in component]


def test_a_variable_that_is_never_negative() -> None:
    m = model()
    assert {(v.lb, v.ub, v.fixed, v.is_continuous()) for v in m.x.values()} == {(0, None, False, True)}


def test_keys_of_a_component_are_those_of_its_set() -> None:
    m = model()
    for component in (m.p, m.q, m.x, m.c):
        assert [*component.keys()] == [*component.index_set()] == [*m.S]


def test_what_an_objective_says_is_asked_once() -> None:
    """Where it is a rule: at once, for a ConcreteModel; `Least` puts that off."""
    asked = []
    m = model()
    m.o.deactivate()
    m.rule = pyo.Objective(rule=lambda m: asked.append(m) or m.x["a", 1])
    assert len(asked) == 1
    late = components.Least(rule=lambda m: asked.append(m) or m.x["a", 1])
    m.late = late
    assert len(asked) == 1
    assert str(late.expr) == "x[a,1]" and late.expr is m.x["a", 1] and len(asked) == 2
