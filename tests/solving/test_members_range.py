"""Ends of the net cost of each member: the accounts of plans that cost as little, and LPs of scipy."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.errors import SolveError
from floors.lp.near_plans import Plans
from floors.solving.accounts import keep_accounts
from floors.solving.members_range import net_costs
from floors.solving.outcome import Outcome
from tests.support import mixed
from tests.support.studies import settings, study, table


def pooled(**given: Any) -> floors.Study:
    """US and JP want 10 t each at home prices of 80, and may buy 10 t in China at 50 together: whoever buys them has
    the levy of 30, so that each bears between 500 and 800 thousand, and both 1300."""
    makers = [
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80),
        ("JP works", "JP", "oxide", 80),
    ]
    sheets = {
        "demand": table(
            "region segment commodity 2026", ("US", "all", "oxide", 10), ("JP", "all", "oxide", 10)
        ),
        "processes": table("process region commodity unit_cost", *makers),
        "routes": table("origin destination commodity", ("CN", "*", "oxide")),
        "caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 10)),
    }
    return study(**sheets | given)


def test_who_takes_the_levy_is_open() -> None:
    result = floors.solve(pooled())
    found = result.members_range.set_index("member")
    for member in ("US", "JP"):
        assert found.loc[member].tolist() == approx([0.5, 0.8])
    assert any(
        "the net cost of US and JP (see members_range) changes with them" in text for text in result.warnings
    )


def test_where_the_exporter_keeps_it_nothing_is_open() -> None:
    result = floors.solve(pooled(settings=settings(rent="exporter")))
    assert result.members_range["least_net_cost"].tolist() == approx([0.8, 0.8])
    assert result.members_range["most_net_cost"].tolist() == approx([0.8, 0.8])
    assert any("the net cost of no member changes with them" in text for text in result.warnings)


def test_make_whole_of_outsiders_is_shared_as_in_the_plan() -> None:
    """MY sells what China does not at 80 under a maximum of 70: both pay half of the 100 thousand that it loses."""
    makers = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("MY works", "MY", "oxide", 80)
    )
    routes = table("origin destination commodity", ("CN", "*", "oxide"), ("MY", "*", "oxide"))
    rules = table("commodity rule 2026", ("oxide", "maximum", 70))
    result = floors.solve(pooled(processes=makers, routes=routes, floor_rules=rules))
    assert result.figures.make_whole == approx(0.1)
    assert result.members_range["least_net_cost"].tolist() == approx([0.55, 0.55])
    assert result.members_range["most_net_cost"].tolist() == approx([0.75, 0.75])


def test_no_ranges_and_no_answer_are_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    assert floors.solve(pooled(), ranges=False).members_range["least_net_cost"].isna().all()

    def none(*_: Any) -> None:
        raise SolveError("no")

    end = Plans.end
    monkeypatch.setattr(
        Plans, "end", lambda self, *given: none() if not self.plan.any() else end(self, *given)
    )
    result = floors.solve(pooled())
    assert result.members_range["most_net_cost"].isna().all() and result.status == "optimal"
    assert result.run.set_index("key")["number"]["no answer in members_range"] == 2
    assert any("the solver gave no answer for 2" in text for text in result.sentences)


def accounted(outcome: Outcome, x: np.ndarray) -> dict[str, float]:
    """Net costs of the members if this were the plan."""
    other = replace(outcome, plan=replace(outcome.plan, x=x))
    return net_costs(other, keep_accounts(other))


def test_no_plan_of_least_cost_is_beyond_the_ends() -> None:
    """Without rules on floors: with them payments are shared out by outlay, which no LP knows."""
    solved = open_ = 0
    for seed in range(24):
        sheets = mixed.sheets(Random(seed), without=("rules", "bloc", "must"))
        try:
            result = floors.solve(floors.Study(sheets))
        except (floors.Infeasible, floors.InputError):
            continue
        solved += 1
        for row, (least, most) in zip(result.members_range.itertuples(), ends(result), strict=True):
            near = {"rel": 1e-5, "abs": 1e-5}
            assert (row.least_net_cost, row.most_net_cost) == (approx(least, **near), approx(most, **near)), (
                seed
            )
            open_ += most - least > 1e-3
    assert solved > 12 and open_ > 4


def ends(result: floors.Result) -> list[tuple[float, float]]:
    """Least and most net cost of each member: what a unit of each column adds by the accounts themselves, over what the
    rows and the cost of the LP leave open."""
    outcome, lp = result.outcome, result.outcome.compiled.lp
    x = outcome.plan.x
    none, units = accounted(outcome, np.zeros(len(x))), [accounted(outcome, unit) for unit in np.eye(len(x))]
    matrix = sp.csr_array((lp.matrix.data, lp.matrix.indices, lp.matrix.indptr), shape=lp.matrix.shape)
    equal, cost = lp.row_lower == lp.row_upper, float(lp.cost @ x)
    rows = sp.vstack([-matrix[~equal], sp.csr_array(lp.cost[None, :])])
    sides = np.append(-lp.row_lower[~equal], cost + 1e-9 * (1 + abs(cost)))
    bounds = list(zip(lp.lower, lp.upper, strict=True))
    found = []
    for member in result.members_range["member"]:
        adds = np.array([one[member] - none[member] for one in units])
        least, most = (
            linprog(sign * adds, rows, sides, matrix[equal], lp.row_lower[equal], bounds, method="highs")
            for sign in (1.0, -1.0)
        )
        assert least.status == most.status == 0
        found.append((least.fun + none[member], none[member] - most.fun))
    return found
