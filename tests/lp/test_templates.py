"""The rules' compiler against Pyomo's: the same rows in the same order, the same columns, every number.

Pyomo compiles a model of its own components, made of the same index sets, numbers and rules (`plain.py`).
FLOORS_EXAMPLES sets how many random studies are compared; seed n is always the same study.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

import floors
from floors.case.derive import Case, derive
from floors.errors import InputError
from floors.lp.by_pyomo import compile_by_pyomo
from floors.lp.components import Each, Least, Members, Numbers, Quantities, Rows
from floors.lp.labels import Labels
from floors.lp.linear import Compiled, compile_by_rules, compile_model
from floors.lp.rules import Unknown, sum
from tests.support import everything, mixed, plain, worked
from tests.support.counts import MANY, few
from tests.support.matrices import dense
from tests.support.places import CASES, INPUTS, ROOT, TOY

ROWS = ROOT / "tests" / "sourcing" / "rows"
BOOKS = [*sorted(CASES.glob("*.xlsx")), INPUTS / "smallest.xlsx"]
COUNT = int(MANY or "12")


def by_name(compiled: Compiled) -> dict[Any, float]:
    """Every coefficient and cost by the names of its row and column."""
    lp, rows, columns = compiled.lp, compiled.row_names, compiled.column_names
    matrix = lp.matrix
    at = zip(matrix.row.tolist(), matrix.indices.tolist(), matrix.data.tolist(), strict=True)
    found = {(rows[i], columns[j]): a for i, j, a in at}
    assert len(found) == len(matrix.data) and all(found.values())
    return found | {("cost", name): float(a) for name, a in zip(columns, lp.cost, strict=True)}


def check_same(one: Compiled, other: Compiled) -> None:
    """Rows in the same order; coefficients, costs, signs and kinds equal; sides within the rounding of a sum."""
    assert one.row_names == other.row_names
    assert sorted(one.column_names) == sorted(other.column_names)
    assert by_name(one) == by_name(other)
    assert one.flipped.tolist() == other.flipped.tolist() and one.equality.tolist() == other.equality.tolist()
    assert one.lp.row_lower == pytest.approx(other.lp.row_lower, rel=1e-12, abs=0)
    assert one.lp.row_upper == pytest.approx(other.lp.row_upper, rel=1e-12, abs=0)
    assert one.lp.offset == pytest.approx(other.lp.offset, rel=1e-12)
    for arrays in (one, other):
        assert not arrays.free.any() and not arrays.maximised
        assert not arrays.lp.lower.any() and np.isinf(arrays.lp.upper).all()


def compare(case: Case) -> Compiled:
    """One case by both compilers."""
    model = floors.build(case)
    found = compile_by_rules(model)
    parts = [*model.component_objects()]
    assert [one.name for one in parts if getattr(one, "touched", False)] == []  # no member was made,
    assert [
        one.name for one in parts if getattr(one, "_spelled", None) is not None
    ] == []  # and no key spelled
    with pytest.MonkeyPatch.context() as patch:
        plain.use(patch)
        expected = compile_by_pyomo(floors.build(case))
    check_same(found, expected)
    return found


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "baseline"])
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_cases(path: Path, policy: bool) -> None:
    compare(derive(floors.read(path), policy=policy))


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "baseline"])
def test_one_of_everything(policy: bool) -> None:
    found = compare(derive(everything.withheld(), policy=policy))
    kinds = {name.split("[")[0] for name in found.row_names}
    of_policy = set() if policy else {"cap", "use_or_waste", "exempt_or_liable", "exemption"}
    assert kinds == {path.stem for path in ROWS.glob("*.lp")} - {"cost"} - of_policy


@pytest.mark.parametrize("scenario", few(["base", *worked.study().scenario_names], 2))
def test_the_worked_example_and_its_scenarios(scenario: str) -> None:
    compare(derive(worked.study().scenario(scenario)))


def test_random_studies() -> None:
    compared = 0
    for seed in range(COUNT):
        book = mixed.sheets(Random(seed), spread=0.0 if seed % 4 == 0 else 0.01)
        try:
            case = derive(floors.Study(book))
        except InputError:
            continue
        compare(case)
        compared += 1
    assert compared > 0.8 * COUNT


# Rules of one's own


def small(rule: Callable[..., Any], cost: Callable[..., Any] | None = None) -> tuple[Any, Any]:
    """Four goods, two of each kind, two years; a rule over goods and years: of columns, and of Pyomo's components."""
    labels = Labels()
    goods = labels.table([(g, t) for g in "abcd" for t in (1, 2)], 2)
    kinds = labels.table([("k", "a"), ("k", "b"), ("l", "c")], 2)

    def build(rows: Any, members: Any, numbers: Any, quantities: Any, each: Any, least: Any) -> Any:
        m = pyo.ConcreteModel()
        m.GOODS = rows(goods)
        m.KIND = rows(labels.table(["k", "l", "none"], 1))
        m.PAIRS = rows(kinds)
        m.OF = members(m.KIND, m.PAIRS, by=(0,))
        m.x, m.y = quantities(m.GOODS), quantities(m.GOODS)
        m.number = numbers(m.GOODS, [1.5, -2.0, 0.0, 4.0, 0.1, 0.3, 7.0, -0.5])
        m.share = numbers(m.PAIRS, [0.25, 3.0, 0.7])
        m.side = numbers(m.KIND, [1.0, 2.0, -3.0], mutable=True)
        m.scalar = pyo.Param(initialize=1.25)
        m.row = each(m.KIND, rule=rule) if rule.__code__.co_argcount == 2 else each(m.GOODS, rule=rule)
        m.cost = least(rule=cost or (lambda m: sum(m.x[g, t] + 2 * m.y[g, t] for g, t in m.GOODS)))
        return m

    ours = build(Rows, Members, Numbers, Quantities, Each, Least)
    theirs = build(plain.rows, plain.members, plain.numbers, plain.quantities, pyo.Constraint, pyo.Objective)
    return ours, theirs


KNOWN: dict[str, Callable[..., Any]] = {
    "at most": lambda m, g, t: m.x[g, t] <= 3,
    "at least": lambda m, g, t: m.x[g, t] >= 3,
    "number at least": lambda m, g, t: operator.ge(3, m.x[g, t]),
    "number at most": lambda m, g, t: operator.le(3, m.x[g, t]),
    "equal": lambda m, g, t: m.x[g, t] == m.y[g, t] + 4,
    "number equals": lambda m, g, t: operator.eq(4, m.x[g, t]),
    "param equals": lambda m, g, t: m.number[g, t] == m.x[g, t] - 2,
    "coefficients that are zero": lambda m, g, t: m.number[g, t] * m.x[g, t] + m.y[g, t] <= 1,
    "left without variables in a row": lambda m, g, t: m.number[g, t] * m.x[g, t] == m.y[g, t] - 3,
    "left is less, without variables in a row": lambda m, g, t: m.number[g, t] * m.x[g, t] <= m.y[g, t] - 3,
    "both sides": lambda m, g, t: 2 * m.x[g, t] + 5 >= 7 - m.y[g, t] / 4,
    "the same twice": lambda m, g, t: m.x[g, t] + m.y[g, t] + 2 * m.x[g, t] <= 9 - m.x[g, t],
    "negative": lambda m, g, t: -(m.x[g, t] - m.y[g, t]) <= -m.number[g, t] + 2,
    "quotient": lambda m, g, t: (m.x[g, t] + m.y[g, t]) / (m.scalar + 1) <= m.number[g, t] / 3,
    "scalar": lambda m, g, t: m.scalar * m.x[g, t] - m.scalar <= 1 / m.scalar,
    "product of sums": lambda m, g, t: (m.number[g, t] + 3) * (m.x[g, t] - m.y[g, t]) >= m.scalar,
    "nothing to begin with": lambda m, g, t: 0 + m.x[g, t] - 1 >= 0 - m.y[g, t],
    "literal key": lambda m, g, t: m.x[g, t] + m.y["a", 2] <= m.number["d", 1],
    "sum over a list": lambda m, g, t: sum(m.x[g, s] for s in (1, 2)) <= 4,
    "sum of the whole": lambda m, k: sum(m.number[g, t] * m.x[g, t] for g, t in m.GOODS) <= m.side[k],
    "sum of a group": lambda m, k: sum(m.share[k, g] * m.x[g, 1] for g in m.OF[k]) + m.y["a", 1] <= m.side[k],
    "group without members on the left": lambda m, k: (
        sum(m.x[g, 2] for g in m.OF[k]) <= m.y["a", 1] + m.side[k]
    ),
    "group without members in an equation": lambda m, k: sum(m.x[g, 2] for g in m.OF[k]) == m.y["a", 1] - 1,
    "group without members on the right": lambda m, k: m.y["a", 1] >= sum(m.x[g, 2] for g in m.OF[k]),
    "sum of numbers": lambda m, k: m.x["a", 1] * sum(m.share[k, g] for g in m.OF[k]) + m.y["b", 1] >= 1,
    "number of members": lambda m, k: m.x["a", 1] <= 5 + sum(1 for g in m.OF[k]),
    "what does not depend on the member": lambda m, k: (
        sum(m.x["a", 1] + m.side[k] for g in m.OF[k]) <= m.y["b", 1]
    ),
    "sum in a sum": lambda m, k: (
        sum(m.share[k, g] * sum(m.x[h, t] - 1 for h, t in m.GOODS) for g in m.OF[k]) <= m.y["a", 1]
    ),
    "two at once": lambda m, k: (
        sum(m.share[k, g] * m.x[h, 1] for g in m.OF[k] for h in m.OF["k"]) <= m.y["c", 1]
    ),
    "sum of sums": lambda m, k: (
        sum(m.x[g, 1] for g in m.OF[k]) - 2 * sum(m.y[g, 2] for g in m.OF[k]) + m.y["d", 2] >= 0
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_rules_that_are_known(name: str) -> None:
    ours, theirs = small(KNOWN[name])
    found = compile_by_rules(ours)
    assert not ours.x.touched and not ours.row.touched
    check_same(found, compile_by_pyomo(theirs))
    check_same(compile_by_pyomo(ours), compile_by_pyomo(theirs))


@pytest.mark.parametrize(
    "cost",
    [
        lambda m: sum(m.number[g, t] * (4 - m.x[g, t]) for g, t in m.GOODS) + m.scalar,
        lambda m: sum(m.x[g, t] for g, t in m.GOODS) / 8 - sum(m.share[k, g] for k, g in m.PAIRS),
        lambda m: 3 * m.x["a", 1] + 0.5,
    ],
)
def test_costs_that_are_known(cost: Callable[..., Any]) -> None:
    ours, theirs = small(KNOWN["both sides"], cost)
    check_same(compile_by_rules(ours), compile_by_pyomo(theirs))


LEFT_TO_PYOMO: dict[str, Callable[..., Any]] = {
    "an if on a key": lambda m, g, t: m.x[g, t] <= (3 if g == "a" else 4),
    "a key in a Set": lambda m, g, t: m.x[g, t] <= (3 if ("k", g) in m.PAIRS else 4),
    "a computed key": lambda m, g, t: m.x[g, 3 - t] <= 4,
    "a key as a number": lambda m, g, t: m.x[g, t] <= t,
    "a look at a number": lambda m, g, t: m.x[g, t] <= (3 if m.number[g, t] > 0 else 4),
    "a sum over a list and a Set": lambda m, k: (
        sum(m.x[g, s] for s in (1, 2) for g in m.OF[k]) + m.y["a", 1] <= 4
    ),
    "a Set gone through outside a sum": lambda m, k: m.y["a", 1] <= len(list(m.OF[k])),
    "a tuple": lambda m, g, t: (m.x[g, t], 4),
    "a row left out": lambda m, g, t: pyo.Constraint.Skip if g == "b" else m.x[g, t] <= 4,
    "what cancels": lambda m, g, t: m.x[g, t] - m.x[g, t] + m.y[g, t] <= 4,
    "a power of a number": lambda m, g, t: m.number[g, t] ** 2 * m.x[g, t] <= 4,
    "the builtin sum": lambda m, k: builtins.sum(m.x[g, 1] for g in m.OF[k]) + m.y["a", 1] <= m.side[k],
    "the builtin sum of one Set inside ours": lambda m, k: (
        sum(m.share[k, g] * builtins.sum(m.x[h, t] for h, t in m.GOODS) for g in m.OF[k]) <= m.y["a", 1]
    ),
    "the builtin sum beside a term": lambda m, k: (
        sum(m.x[g, 1] + builtins.sum(m.y[h, t] for h, t in m.GOODS) for g in m.OF[k]) <= m.y["a", 1]
    ),
    "the first of a Set": lambda m, k: (
        sum(m.x[g, 1] + m.y[next(iter(m.OF["k"])), 1] for g in m.OF[k]) <= m.y["a", 1]
    ),
    "pyomo's own sum": lambda m, k: pyo.quicksum(m.x[g, 1] for g in m.OF["k"]) <= m.side[k] + 9,
}


@pytest.mark.parametrize("name", LEFT_TO_PYOMO)
def test_rules_that_are_left_to_pyomo(name: str) -> None:
    ours, theirs = small(LEFT_TO_PYOMO[name])
    with pytest.raises(Unknown):
        compile_by_rules(ours)
    found, expected = compile_model(ours), compile_by_pyomo(theirs)
    check_same(found, expected)


def test_a_rule_of_ranges_is_left_to_pyomo() -> None:
    ours, _ = small(lambda m, g, t: (1, m.x[g, t], 4 + m.number[g, t]))
    found = compile_model(ours)
    assert [found.rows_of(ours.row["a", 1]), found.rows(ours.row)["d", 2]] == [[0, 1], 14]
    assert found.row_names[:3] == ["row[a,1]", "row[a,1]", "row[a,2]"]
    assert sorted(found.lp.row_lower[:2].tolist()) == [-5.5, 1.0]
    bare = found.without(ours.row, found.lp.cost)
    assert bare.rows(ours.row) == {} and bare.lp.matrix.shape == (0, 16)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda m, g, t: m.x[g, t] * m.y[g, t] <= 4, "linear models only"),
        (lambda m, g, t: 1 / m.x[g, t] <= 4, "linear models only"),
    ],
)
def test_what_is_not_linear_is_refused_as_ever(rule: Callable[..., Any], message: str) -> None:
    with pytest.raises(floors.UsageError, match=message):
        compile_model(small(rule)[0])


def test_a_row_without_variables_that_cannot_hold_is_infeasible() -> None:
    ours, _ = small(lambda m, g, t: m.side["k"] * (m.number[g, t] + 2) <= 0 * m.x[g, t] - 9)
    with pytest.raises(floors.Infeasible, match="row"):
        compile_model(ours)


def called() -> None:
    """Called by a rule that counts how often it is asked."""


def counting(m: Any, g: str, t: int) -> Any:
    """A rule that reads nothing from around it but functions."""
    called()
    return m.x[g, t] <= m.number[g, t] + 3


def test_what_a_rule_says_is_asked_once_and_asked_again_of_other_components(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setitem(globals(), "called", lambda: asked.append(1))
    rule, theirs = counting, small(counting)[1]
    first, second = small(rule)[0], small(rule)[0]
    asked.clear()
    compile_by_rules(first)
    found = compile_by_rules(second)
    assert len(asked) == 1
    check_same(found, compile_by_pyomo(theirs))
    other = pyo.ConcreteModel()
    labels = Labels()
    other.ROWS = Rows(labels.table([("a", 1), ("b", 2)], 2))
    other.x, other.number = Quantities(other.ROWS), Quantities(other.ROWS)  # now a variable
    other.row = Each(other.ROWS, rule=rule)
    other.cost = Least(rule=lambda m: sum(m.x[g, t] for g, t in m.ROWS))
    found = compile_by_rules(other)
    assert dense(found.lp.matrix).tolist() == [[-1, 0, 1, 0], [0, -1, 0, 1]]


def test_threads_do_not_meet() -> None:
    """Rules are called at places in one thread while others add up numbers, and compile, as ever."""

    def rule_of(by: float) -> Callable[..., Any]:
        return lambda m, k: sum(by * m.share[k, g] * m.x[g, 1] for g in m.OF[k]) + m.y["a", 1] <= m.side[k]

    rules = [rule_of(by) for by in range(1, 41)]
    models = [small(rule)[0] for rule in rules]

    def compiled(model: Any) -> dict[Any, float]:
        assert builtins.sum(one for one in range(100)) == sum(one for one in range(100)) == 4950
        return by_name(compile_by_rules(model))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(compiled, models))
    for by, entries in enumerate(found, 1):
        assert entries["row[k]", "x[a,1]"] == -0.25 * by and entries["row[k]", "x[b,1]"] == -3.0 * by


# What has been looked at or changed


def changed() -> Iterator[tuple[str, bool, Callable[[Any], Any]]]:
    """A change of a model, and whether the rules' compiler still knows it."""
    yield "a Set gone through", True, lambda m: list(m.SHIP)
    yield "a number looked at", True, lambda m: m.length[m.YEARS.first()]
    yield "a mutable number changed", True, lambda m: m.minimum_levy.store_values(dict.fromkeys(m.LEVY, 7.5))
    yield "a row looked at", False, lambda m: m.supply[m.SUPPLY.first()].body
    yield "a row deactivated", False, lambda m: m.cap[m.CAP.first()].deactivate()
    yield "rows deactivated", False, lambda m: m.cap.deactivate()
    yield "rows deactivated and activated", False, lambda m: (m.cap.deactivate(), m.cap.activate())
    yield "a variable fixed", False, lambda m: m.ship[m.SHIP.first()].fix(1.0)
    yield "a bound", False, lambda m: m.ship[m.SHIP.first()].setub(1.0)
    yield "bounds of all", False, lambda m: m.ship.setub(50.0)
    yield (
        "a row more",
        False,
        lambda m: m.add_component("more", pyo.Constraint(expr=m.ship[m.SHIP.first()] <= 2)),
    )
    yield "a variable more", True, lambda m: m.add_component("z", pyo.Var())
    yield "rows of a block", False, _with_block
    yield "a row replaced", False, lambda m: m.cap[m.CAP.first()].set_value(m.ship[m.SHIP.first()] <= 1)
    yield "the cost replaced", False, lambda m: m.cost.set_value(m.ship[m.SHIP.first()] * 3)
    yield "the cost expression replaced", False, lambda m: setattr(m.cost, "expr", 2 * m.cost.expr)
    yield "a cost of one's own", False, _with_cost
    yield "maximisation", False, lambda m: setattr(m.cost, "sense", pyo.maximize)
    yield "rows deleted", True, lambda m: m.del_component(m.cap)
    yield "a row deleted", False, lambda m: m.cap.__delitem__(m.CAP.first())


def _with_block(m: Any) -> None:
    m.b = pyo.Block()
    m.b.row = pyo.Constraint(expr=m.ship[m.SHIP.first()] <= 2)


def _with_cost(m: Any) -> None:
    m.cost.deactivate()
    m.own = pyo.Objective(expr=m.cost.expr + 5)


@pytest.mark.parametrize(("known", "change"), [pytest.param(*rest, id=name) for name, *rest in changed()])
def test_a_changed_model_is_what_pyomo_makes_of_it(known: bool, change: Callable[[Any], Any]) -> None:
    case = derive(everything.withheld())
    ours = floors.build(case)
    change(ours)
    if known:
        compile_by_rules(ours)
    else:
        with pytest.raises(Unknown):
            compile_by_rules(ours)
    found = compile_model(ours)
    with pytest.MonkeyPatch.context() as patch:
        plain.use(patch)
        theirs = floors.build(case)
    change(theirs)
    expected = compile_by_pyomo(theirs)
    assert found.row_names == expected.row_names
    assert by_name(found) == by_name(expected)
    assert found.lp.row_lower == pytest.approx(expected.lp.row_lower, rel=1e-12, abs=0)
    assert found.lp.row_upper == pytest.approx(expected.lp.row_upper, rel=1e-12, abs=0)
    assert found.maximised == expected.maximised


@pytest.mark.parametrize(
    "change",
    [
        lambda s, key: s.remove(key),
        lambda s, key: s.discard(key),
        lambda s, key: s.pop(),
        lambda s, key: s.clear(),
        lambda s, key: s.set_value([key]),
        lambda s, key: s.add(("x",) * len(key)),
    ],
    ids=["remove", "discard", "pop", "clear", "set_value", "add"],
)
def test_a_changed_set_is_noticed(change: Callable[[Any, Any], Any]) -> None:
    model = floors.build(everything.withheld())
    change(model.VALUED, model.VALUED.first())
    with pytest.raises(Unknown):
        compile_by_rules(model)


LIMIT = 100.0


def limited(m: Any, *key: Any) -> Any:
    """A rule that reads a number from around it."""
    return m.ship[key] <= LIMIT


def test_a_rule_that_reads_a_number_from_around_it_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def sides() -> set[float]:
        m = floors.build(floors.read(TOY))
        m.limited = Each(m.SHIP, rule=limited)
        found = compile_model(m)
        rows = found.rows(m.limited)
        return {-float(found.lp.row_lower[i]) for i in rows.values()}

    assert sides() == {100.0}
    monkeypatch.setitem(globals(), "LIMIT", 7.0)
    assert sides() == {7.0}
