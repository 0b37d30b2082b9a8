"""What is no study, no table and no model is refused with what to pass instead; decimals and fractions are numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyomo.environ as pyo
import pyomo.kernel as pmo
import pytest

import floors
from floors.comparator import fiscal
from floors.errors import InputError, UsageError
from tests.support.places import TOY
from tests.support.studies import BASE, study


def own() -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(within=pyo.NonNegativeReals)
    m.need = pyo.Constraint(expr=m.x >= 1)
    m.needs = pyo.Constraint([1, 2], rule=lambda m, i: m.x >= i)
    m.cost = pyo.Objective(expr=m.x)
    return m


def abstract() -> pyo.AbstractModel:
    m = pyo.AbstractModel()
    m.x = pyo.Var(within=pyo.NonNegativeReals)
    m.need = pyo.Constraint(rule=lambda m: m.x >= 1)
    m.cost = pyo.Objective(rule=lambda m: m.x)
    return m


def kernel() -> Any:
    m = pmo.block()
    m.x = pmo.variable(lb=0)
    m.need = pmo.constraint(m.x >= 1)
    m.cost = pmo.objective(m.x)
    return m


UNFIT: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "a list": lambda: [1],
    "nothing": list,
    "a number": lambda: 3,
    "a text": lambda: str(TOY),
    "a path": lambda: Path(TOY),
    "a class": lambda: floors.Study,
    "an object": object,
    "a frame": lambda: pd.DataFrame({"a": [1]}),
    "a model": own,
    "a kernel model": kernel,
    "an abstract model": abstract,
}
TAKE_A_STUDY = ("solve", "build", "sweep", "coalition", "risk", "diagnose", "verify")


@pytest.mark.parametrize("name", UNFIT)
@pytest.mark.parametrize("call", TAKE_A_STUDY)
def test_what_is_no_study(call: str, name: str) -> None:
    given = UNFIT[name]()
    with pytest.raises(
        UsageError, match=rf"^floors.{call} expects a Study, from floors.read\(path\); found "
    ):
        getattr(floors, call)(given, *([None] if call == "verify" else []))


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_tables_no_path_and_no_result(name: str) -> None:
    given = UNFIT[name]()
    with pytest.raises(
        UsageError, match=r"floors.Study expects a mapping of sheets to tables.* floors.read\(path\)"
    ):
        floors.Study(given)
    with pytest.raises(UsageError, match=r"fiscal expects a Result, from floors.solve\(study\)"):
        fiscal(given)
    if name in {"a text", "a path"}:
        with pytest.raises(
            InputError, match="expected a results workbook of floors; found none of its sheets"
        ):
            floors.verify(floors.Study(BASE), given)
    else:
        with pytest.raises(UsageError, match=r"verify expects a result, from floors.solve\(study\)"):
            floors.verify(floors.Study(BASE), given)
    if name not in {"a text", "a path"}:
        with pytest.raises(
            UsageError,
            match=r"floors.read expects a workbook or a folder: its path, its bytes or an open file; found",
        ):
            floors.read(given)
    if name != "nothing":
        with pytest.raises(UsageError, match=r"floors.solve_many expects"):
            floors.solve_many(given)


@pytest.mark.parametrize("given", [floors.Study(BASE), {"a": None}, [str(TOY)]], ids=["one", "none", "text"])
def test_what_is_not_several_studies(given: Any) -> None:
    with pytest.raises(UsageError, match=r"floors.solve_many expects"):
        floors.solve_many(given)


@pytest.mark.parametrize(
    "given",
    [None, 3, "US", {"region": "US"}, [["US"]], [None], [("region", "US")], pd.Series(["US"])],
    ids=repr,
)
def test_what_is_no_table(given: Any) -> None:
    with pytest.raises(
        UsageError, match=r"^table regions expects a DataFrame, a table of Arrow, a mapping of columns"
    ):
        floors.Study(BASE | {"regions": given})


@pytest.mark.parametrize("name", [None, 3, ["base"]])
def test_what_is_no_name(name: Any) -> None:
    with pytest.raises(UsageError, match="the name of a Study is a text; found"):
        floors.Study(BASE, name)
    with pytest.raises(UsageError, match="the name of a scenario is a text; found"):
        floors.Study(BASE).scenario(name)


@pytest.mark.parametrize("kind", [Decimal, Fraction])
def test_decimals_and_fractions_are_numbers(kind: Any) -> None:
    rows = [dict(row) for row in BASE["processes"]]
    demand = [dict(row) for row in BASE["demand"]]
    rows[0]["unit_cost"], demand[0][2026] = kind("49.9"), kind(6)
    found = study(processes=rows, demand=demand)
    assert found.rows("processes")[0]["unit_cost"] == 49.9 and found.rows("demand")[0]["years"][2026] == 6.0
    framed = floors.Study({name: pd.DataFrame(given) for name, given in (BASE | {"processes": rows}).items()})
    assert framed.rows("processes") == found.rows("processes")
    years = study(years=[{"year": kind(2026), "length": kind(1)}])
    assert years.years == (2026,)


def test_a_decimal_that_is_no_number() -> None:
    rows = [dict(row) for row in BASE["processes"]]
    rows[0]["capacity"] = Decimal("NaN")
    assert study(processes=rows).rows("processes")[0]["capacity"] is None, "blank, as a float that is none"
    for wrong in (Decimal("Infinity"), Decimal("1e400"), Decimal("sNaN"), Fraction(10**400)):
        rows[0]["capacity"] = wrong
        with pytest.raises(InputError, match="expected a number, found"):
            study(processes=rows)


# Models

MODELS = {
    "None": (lambda: None, "found NoneType"),
    "a list": (lambda: [own()], "found list"),
    "its name": (lambda: "b", "found the text 'b': pass the block itself"),
    "kernel": (kernel, "found one of pyomo.kernel: write it with pyomo.environ"),
    "abstract": (
        abstract,
        "found AbstractModel, which has no members yet: pass what its create_instance() makes",
    ),
    "a loose block": (pyo.Block, "found ScalarBlock, which has no members yet: add it to a model first"),
    "blocks": (lambda: pyo.Block([1, 2]), "found IndexedBlock"),
    "a row": (lambda: own().need, "found ScalarConstraint"),
    "a study": (lambda: floors.Study(BASE), "found Study"),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_is_no_model(name: str) -> None:
    make, said = MODELS[name]
    calls: list[Callable[[Any], Any]] = [] if name == "its name" else [lambda m: floors.price(m, {})]
    if name != "None":
        calls.append(lambda m: floors.build(floors.Study(BASE), m))
    if name not in {"a loose block", "blocks"}:
        calls.append(lambda m: floors.solve(floors.Study(BASE), model=lambda case: m))
    for call in calls:
        with pytest.raises(UsageError) as caught:
            call(make())
        assert str(caught.value).startswith("expected a Pyomo model: a ConcreteModel, or a Block of one; ")
        assert said in str(caught.value)


def test_a_function_that_makes_no_model_of_a_study() -> None:
    with pytest.raises(
        UsageError, match="model= expects a function that makes the model of a case; found 'mine'"
    ):
        floors.solve(floors.Study(BASE), model="mine")  # type: ignore[arg-type]
    with pytest.raises(
        UsageError, match=r"keeps the components of floors.build; this one has no produce, ship"
    ):
        floors.solve(floors.Study(BASE), model=lambda case: own())


@pytest.mark.parametrize("ranges", ["all", 3])
def test_ranges_that_are_none(ranges: Any) -> None:
    with pytest.raises(UsageError, match="ranges expects True, False or None; found"):
        floors.solve(floors.Study(BASE), ranges=ranges)


def test_an_instance_of_an_abstract_model_is_a_model() -> None:
    m = abstract().create_instance()
    assert floors.price(m, {"a": [(m.need, 1)]}).floors == pytest.approx({"a": 1})


def test_a_block_of_a_model_is_built_into_once() -> None:
    given, m = floors.Study(BASE), pyo.ConcreteModel()
    m.study, m.other = pyo.Block(), pyo.Block()
    floors.build(given, m.study)
    first = m.study.ship
    with pytest.raises(
        UsageError, match=r"block study has components named YEARS, .* already: build into a block of"
    ):
        floors.build(given, m.study)
    assert m.study.ship is first, "what was there stays"
    floors.build(given, m.other)


def test_a_block_keeps_what_has_the_name_of_a_component() -> None:
    m = pyo.ConcreteModel()
    m.weight = pyo.Var()
    with pytest.raises(UsageError, match=r"has components named weight already"):
        floors.build(floors.Study(BASE), m)
    assert isinstance(m.weight, pyo.Var) and len(m.component_map()) == 1


GIVEN: list[tuple[str, Callable[[pyo.ConcreteModel], dict[str, Any]]]] = [
    ("floors expects a mapping by key; found None", lambda m: {"floors": None}),
    ("floors expects a mapping by key; found", lambda m: {"floors": [(m.need, 1)]}),
    ("floors expects a mapping by key; found 'need'", lambda m: {"floors": "need"}),
    ("floor 'a' expects a list of (constraint, weight); found None", lambda m: {"floors": {"a": None}}),
    ("floor 'a' expects a list of (constraint, weight); found 5", lambda m: {"floors": {"a": 5}}),
    ("floor 'a' names needed, which is no active row", lambda m: {"floors": {"a": [("needed", 1)]}}),
    ("floor 'a' names needs, which is no active row", lambda m: {"floors": {"a": [(m.needs, 1)]}}),
    ("discount expects a mapping by key; found 3", lambda m: {"discount": 3}),
    ("rules expects a list of rules, such as", lambda m: {"rules": None}),
    ("rules expects a list of rules, such as", lambda m: {"rules": "maximum"}),
    ("a rule is a tuple, such as ('maximum', key, 50); found 3", lambda m: {"rules": [3]}),
    (
        "a rule is a tuple, such as ('maximum', key, 50); found 'maximum'",
        lambda m: {"rules": ("maximum", "a", 1)},
    ),
    ("rule maximum names ['a'], which is no floor", lambda m: {"rules": [("maximum", ["a"], 1)]}),
    ("unknown rule ['a']", lambda m: {"rules": [(["a"], 1)]}),
]


@pytest.mark.parametrize(("said", "given"), GIVEN, ids=[said for said, _ in GIVEN])
def test_what_price_cannot_take(said: str, given: Callable[[pyo.ConcreteModel], dict[str, Any]]) -> None:
    m = own()
    with pytest.raises(UsageError) as caught:
        floors.price(m, **{"floors": {"a": [(m.need, 1)]}} | given(m))
    assert str(caught.value).startswith(said)


def test_price_takes_decimals() -> None:
    m = own()
    floor = {"a": [(m.needs[2], Decimal("1.5"))]}
    prices = floors.price(m, floor, [("maximum", "a", Decimal(2))], {"a": Decimal("0.5")})
    assert prices.floors["a"] == pytest.approx(2)
