"""The Pyomo model in hands of others: every component says what it is, and a persistent solver changes one number."""

from __future__ import annotations

import re
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.contrib import appsi
from pyomo.contrib.solver.solvers.highs import Highs

import floors
from tests.support import everything
from tests.support.studies import metric, study, table, years

UNIT = re.compile(r"\[([^\[\]]+)\]")


def components(m: Any, *kinds: Any) -> list[Any]:
    """The components of a model, whether or not they have members."""
    return [one for kind in kinds for one in m.component_objects(kind)]


def test_every_component_says_what_it_is_and_in_which_unit() -> None:
    m = floors.build(everything.study())
    found = components(m, pyo.Var, pyo.Constraint, pyo.Param, pyo.Objective)
    assert len(found) > 60
    for one in found:
        assert one.doc, f"{one.name} has no doc"
        assert UNIT.search(one.doc), f"{one.name}: no unit in {one.doc!r}"
        assert "\n" not in one.doc
    texts = [one.doc for one in found]
    assert len(set(texts)) == len(texts)  # none copied


def capped(first: float, second: float) -> floors.Study:
    """China offers at 50, the US makes at 80 and builds at a charge; 10 and 12 t, of which these shares may be capped."""
    return study(
        years=years((2026, 1), (2027, 1)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", first, second)),
        processes=table(
            "process region commodity unit_cost capacity capital_cost",
            ("CN works", "CN", "oxide", 50, None, None),
            ("US works", "US", "oxide", 80, 7, 100),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 300, 10, 12)),
    )


CAP = "bloc oxide demand"
CHANGES = [(2026, 0.1), (2027, 0.0), (2026, 0.9), (2027, 0.55)]


@pytest.mark.parametrize("solver", [appsi.solvers.Highs, Highs], ids=["appsi_highs", "highs"])
def test_a_persistent_solver_changes_one_number_of_a_cap(solver: Any) -> None:
    """One model in Pyomo's persistent solvers, a number of a cap at a time: the cost of floors at that number."""
    shares = {2026: 0.4, 2027: 0.2}
    m, persistent = floors.build(capped(*shares.values())), solver()
    persistent.solve(m)
    seen = []
    for year, share in [(2026, 0.4), *CHANGES]:
        shares[year] = share
        m.volume[CAP, year] = share * (10 if year == 2026 else 12)
        persistent.solve(m)
        seen.append(pyo.value(m.cost))
        result = floors.solve(capped(*shares.values()))
        assert seen[-1] / 1000 == pytest.approx(metric(result, "total_cost"), rel=1e-9)
    assert len(set(seen)) == len(seen)


def test_floors_prices_the_model_as_it_was_changed() -> None:
    """What stands in the model now is what is compiled: all may come from China, whose levy is then none."""
    m = floors.build(capped(0.4, 0.2))
    asked = {"levy": [(m.cap[CAP, 2026], 1.0)]}
    before = floors.price(m, asked)
    m.volume[CAP, 2026] = 10.0
    after = floors.price(m, asked)
    assert before.floors["levy"] > 0
    assert (after.floors["levy"], after.of(m.cap[CAP, 2026])) == (0, 0)
    assert after.cost / 1000 == pytest.approx(metric(floors.solve(capped(1.0, 0.2)), "total_cost"), rel=1e-9)
