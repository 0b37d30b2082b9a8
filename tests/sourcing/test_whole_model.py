"""`floors.build` is a whole Pyomo model: whatever one does with such a model gives what a model of Pyomo's own
components gives (`plain.py`), where the rules are the same and every member is there from the start."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.lp_writer import LPWriter
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

import floors
from floors.case.derive import Case, derive
from floors.lp.by_pyomo import compile_by_pyomo
from floors.lp.highs import Solver
from floors.lp.linear import compile_by_rules, compile_model
from tests.lp.test_templates import by_name, check_same
from tests.support import everything, plain
from tests.support.matrices import dense
from tests.support.places import TOY

TOY_COST = 14488.502626


@pytest.fixture(scope="module")
def case() -> Case:
    """A study with one of everything."""
    return derive(everything.study())


@pytest.fixture
def ours(case: Case) -> Any:
    """The model of columns, untouched."""
    return floors.build(case)


@pytest.fixture
def theirs(case: Case) -> Any:
    """The same of Pyomo's own components."""
    with pytest.MonkeyPatch.context() as patch:
        plain.use(patch)
        return floors.build(case)


def components(model: Any) -> list[Any]:
    return [*model.component_objects()]


def said(component: Any) -> list[Any]:
    """Keys and what stands at them, as text."""
    return [(key, str(getattr(data, "expr", data)), str(data)) for key, data in component.items()]


def test_the_same_components_in_the_same_order(ours: Any, theirs: Any) -> None:
    assert [(one.name, one.ctype, len(one)) for one in components(ours)] == [
        (one.name, one.ctype, len(one)) for one in components(theirs)
    ]


def test_keys_values_and_items(ours: Any, theirs: Any) -> None:
    for one, other in zip(components(ours), components(theirs), strict=True):
        assert [*one.keys()] == [*other.keys()], one.name
    for one, other in zip(components(ours), components(theirs), strict=True):
        assert said(one) == said(other), one.name
        assert [str(v) for v in one.values()] == [str(v) for v in other.values()]
        assert [*one] == [*other]


def test_keys_and_lengths_make_no_members(ours: Any) -> None:
    for component in components(ours):
        (
            len(component),
            list(component.keys()),
            component.dim(),
            component.is_indexed(),
            component.is_reference(),
        )
    compile_by_rules(ours)


def test_keys_that_are_there_and_those_that_are_not(ours: Any) -> None:
    key = ours.SHIP.first()
    assert key in ours.SHIP and key in ours.ship and ("nowhere", *key[1:]) not in ours.ship
    assert ours.ship[key].name == f"ship[{','.join(map(str, key))}]"
    assert ours.ship[key].parent_component() is ours.ship and ours.ship[key].index() == key
    with pytest.raises(KeyError, match="nowhere"):
        ours.ship["nowhere", *key[1:]]
    with pytest.raises(KeyError):
        ours.freight["nowhere", *key[1:]]
    assert list(ours.ARRIVING[ours.USE.first()]) and ours.use[ours.USE.first()].active


def printed(model: Any) -> str:
    text = io.StringIO()
    model.pprint(ostream=text)
    return text.getvalue()


def test_pprint(ours: Any, theirs: Any) -> None:
    assert printed(ours) == printed(theirs)


def test_display_after_values(ours: Any, theirs: Any) -> None:
    texts = []
    for model in (ours, theirs):
        for variable in model.component_data_objects(pyo.Var):
            variable.set_value(1.0)
        text = io.StringIO()
        model.display(ostream=text)
        texts.append(text.getvalue())
    assert texts[0] == texts[1] and "supply" in texts[0]


def lp_text(model: Any) -> str:
    text = io.StringIO()
    LPWriter().write(model, text, symbolic_solver_labels=True)
    return text.getvalue()


def test_lp_file(ours: Any, theirs: Any, tmp_path: Path) -> None:
    assert lp_text(ours) == lp_text(theirs)
    ours.write(str(tmp_path / "model.lp"))
    theirs.write(str(tmp_path / "plain.lp"))
    assert (tmp_path / "model.lp").read_text() == (tmp_path / "plain.lp").read_text()


def test_component_data_objects(ours: Any, theirs: Any) -> None:
    for ctype in (pyo.Var, pyo.Constraint, pyo.Param, pyo.Objective):
        one, other = (
            [getattr(data, "name", data) for data in model.component_data_objects(ctype, active=True)]
            for model in (ours, theirs)
        )
        assert one == other and one  # of a Param that is not mutable they are bare numbers


def test_pyomos_standard_form(ours: Any, theirs: Any) -> None:
    forms = [LinearStandardFormCompiler().write(model, mixed_form=True) for model in (ours, theirs)]
    assert (forms[0].A.toarray() == forms[1].A.toarray()).all()
    assert (forms[0].c.toarray() == forms[1].c.toarray()).all()
    assert [v.name for v in forms[0].columns] == [v.name for v in forms[1].columns]


def test_transformations(ours: Any, theirs: Any) -> None:
    for name in ("core.lp_dual", "core.relax_integer_vars", "contrib.init_vars_midpoint"):
        if name == "core.lp_dual":
            one, other = (pyo.TransformationFactory(name).create_using(m) for m in (ours, theirs))
            assert by_name(compile_by_pyomo(one)) == by_name(compile_by_pyomo(other))
        else:
            pyo.TransformationFactory(name).apply_to(ours)
    assert lp_text(ours) == lp_text(theirs)


@pytest.mark.parametrize("looked_at", [False, True], ids=["untouched", "looked at"])
def test_clone_and_pickle(ours: Any, theirs: Any, looked_at: bool) -> None:
    if looked_at:
        assert printed(ours)
    for again in (ours.clone(), pickle.loads(pickle.dumps(ours))):
        assert printed(again) == printed(theirs)
        check_same(compile_model(again), compile_by_pyomo(theirs))
        again.ship[again.SHIP.first()].fix(1.0)
        assert not ours.ship[ours.SHIP.first()].fixed


def larger(case: Case, build: Any) -> Any:
    """Two studies side by side in a model of one's own, tied by a row, at costs of one's own."""
    m = pyo.ConcreteModel()
    m.one, m.two = pyo.Block(), pyo.Block()
    for block in (m.one, m.two):
        build(case, block)
        block.cost.deactivate()
    key = m.one.SHIP.first()
    m.tie = pyo.Constraint(expr=m.one.ship[key] + m.two.ship[key] <= 5)
    m.all = pyo.Constraint(m.one.SHIP, rule=lambda m, *k: m.one.ship[k] >= 0.5 * m.two.ship[k] - 3)
    m.total = pyo.Objective(expr=0.4 * m.one.cost.expr + 0.6 * m.two.cost.expr)
    return m


def test_inside_blocks_of_a_larger_model(case: Case) -> None:
    ours = larger(case, floors.build)
    with pytest.MonkeyPatch.context() as patch:
        plain.use(patch)
        theirs = larger(case, floors.build)
    check_same(compile_model(ours), compile_by_pyomo(theirs))
    assert Solver(compile_model(ours).lp).solve().objective == pytest.approx(
        Solver(compile_model(theirs).lp).solve().objective, rel=1e-9
    )


def test_in_a_block_alone_it_is_compiled_by_its_rules(case: Case) -> None:
    m = pyo.ConcreteModel()
    m.inner = pyo.Block()
    floors.build(case, m.inner)
    found = compile_by_rules(m)
    alone = compile_by_rules(floors.build(case))
    assert found.row_names == [f"inner.{name}" for name in alone.row_names]
    assert dense(found.lp.matrix).tolist() == dense(alone.lp.matrix).tolist()
    assert found.lp.cost.tolist() == alone.lp.cost.tolist()


def test_of_an_indexed_block(case: Case) -> None:
    """What a `--risk` or a user builds: a block for each state."""

    def build() -> Any:
        m = pyo.ConcreteModel()
        m.state = pyo.Block(["low", "high"], rule=lambda b, s: floors.build(case, b) and None)
        for s in m.state:
            m.state[s].cost.deactivate()
        m.cost = pyo.Objective(expr=sum(m.state[s].cost.expr for s in m.state))
        return m

    ours = build()
    with pytest.MonkeyPatch.context() as patch:
        plain.use(patch)
        theirs = build()
    check_same(compile_model(ours), compile_by_pyomo(theirs))


@pytest.mark.parametrize("solver", ["appsi_highs", "highs"])
def test_other_solvers(solver: str) -> None:
    model = floors.build(floors.read(TOY))
    opt = pyo.SolverFactory(solver)
    if not opt.available(exception_flag=False):
        pytest.skip(f"{solver} is not here")
    opt.solve(model)
    assert pyo.value(model.cost) == pytest.approx(TOY_COST, rel=1e-6)
    assert sum(pyo.value(v) for v in model.ship.values()) > 0
    again = compile_model(model)  # values are no change of the model, but Pyomo is asked all the same
    assert Solver(again.lp).solve().objective == pytest.approx(TOY_COST, rel=1e-6)


def test_references(ours: Any, theirs: Any) -> None:
    found = []
    for model in (ours, theirs):
        origin, _, c, t = model.SHIP.first()
        model.some = pyo.Reference(model.ship[origin, :, c, t])
        model.rows = pyo.Reference(model.supply[origin, :, :])
        model.less = pyo.Constraint(expr=sum(model.some.values()) <= 7)
        found.append(compile_model(model))
        keys, columns = found[-1].columns(model.some)
        names = [found[-1].column_names[j] for j in columns]
        assert names == [model.some[key].name for key in keys] and len(keys) > 1
        rows = found[-1].rows(model.rows)
        assert {key: found[-1].row_names[i] for key, i in rows.items()} == {
            k: c.name for k, c in model.rows.items()
        }
        bare = found[-1].without(model.rows, found[-1].lp.cost)
        assert len(bare.row_names) == len(found[-1].row_names) - len(rows) and not bare.rows(model.rows)
    check_same(*found)


def test_rows_and_variables_of_ones_own(ours: Any, theirs: Any) -> None:
    found = []
    for model in (ours, theirs):
        model.extra = pyo.Var(model.YEARS, domain=pyo.NonNegativeReals)
        model.linked = pyo.Constraint(
            model.YEARS,
            rule=lambda m, t: m.extra[t] >= sum(m.ship[k] for k in m.SHIP if k[3] == t) - m.length[t],
        )
        model.dear = pyo.Expression(expr=sum(model.weight[t] * model.extra[t] for t in model.YEARS))
        model.cost.deactivate()
        model.whole = pyo.Objective(expr=model.cost.expr + model.dear)
        found.append(compile_model(model))
    check_same(*found)
    assert found[0].rows(ours.linked).keys() == set(ours.YEARS)


def test_places_are_those_of_the_arrays(ours: Any, theirs: Any) -> None:
    """Keys and rows of a component mean the same by either compiler."""
    one, other = compile_by_rules(ours), compile_by_pyomo(theirs)
    for name in ("ship", "produce", "consume", "put"):
        (keys, at), (others, there) = (
            c.columns(m.component(name)) for c, m in ((one, ours), (other, theirs))
        )
        assert keys == others
        names = [[c.column_names[j] if j >= 0 else None for j in p] for c, p in ((one, at), (other, there))]
        assert names[0] == names[1]
        for key, j in zip(keys, at.tolist(), strict=True):
            assert j < 0 or one.variable(j) == (ours.component(name), key)
    for name in ("use", "cap", "fund", "stock_balance"):
        assert one.rows(ours.component(name)) == other.rows(theirs.component(name))
        for key, i in one.rows(ours.component(name)).items():
            assert one.rows_of(ours.component(name)[key]) == [i]
    assert one.rows_of(theirs.cap[theirs.CAP.first()]) == [] and one.rows_of("cap") == []
    held = one.held(np.array([3, 5]), np.array([1.0, 2.0]))
    again = pickle.loads(pickle.dumps(held))
    assert again.row_names == held.row_names and again.row_names[-2:] == ["", ""]
