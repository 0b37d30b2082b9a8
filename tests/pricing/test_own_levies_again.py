"""Levies of their own on random studies, found again by scipy from Pyomo's standard form of the sourcing LP.

At the plan of the results: least uplift over prices and levies under the rules, then the least sum of these levies,
then the ends of every floor. A floor is read off the matrix: what a shipment from its origin has in the rows of supply
and caps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from pytest import approx
from scipy.optimize import linprog

import floors
from tests.support import mixed
from tests.support.counts import few

ABOVE, EQUAL = -1, 0  # how the standard form writes >=, =
LEFT_OUT = ("minimum", "elastic", "leaks", "national")
KINDS = ("maximum", "max_rise", "max_fall", "max_rise_share", "max_fall_share")
SMALL = 1e-8
Terms = dict[int, float]
Place = tuple[str, str, int]


@dataclass
class Pricing:
    """Prices y by row, then levies: `matrix` z <= `most`; `uplift` is this cost + `cost`; floors as sums of both.

    Of `tight` rows (bool) both sides are equal, once what they are worth in a stage before is held."""

    matrix: np.ndarray
    most: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cost: float
    uplift: np.ndarray
    levies: int
    floor: dict[Place, Terms]
    tight: np.ndarray

    def least(self, cost: np.ndarray, hold: bool = False) -> float:
        """The least of a cost; NaN where it has none. With `hold` all that follows keeps to it."""
        found = linprog(
            cost,
            A_ub=self.matrix[~self.tight],
            b_ub=self.most[~self.tight],
            A_eq=self.matrix[self.tight],
            b_eq=self.most[self.tight],
            bounds=np.column_stack([self.low, self.high]),
        )
        assert found.status in (0, 3), found.message
        if hold:
            worth = np.flatnonzero(~self.tight)[np.abs(found.ineqlin.marginals) > SMALL]
            at_low, at_high = found.lower.marginals > SMALL, found.upper.marginals < -SMALL
            self.high[at_low], self.low[at_high] = self.low[at_low], self.high[at_high]
            self.tight[worth] = True
        return float(found.fun) if found.status == 0 else float("nan")


def pricing(study: floors.Study, result: floors.Result) -> Pricing:
    """The pricing LP of a plan, put together anew."""
    model = floors.build(study)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    a, c, b = form.A.toarray(), form.c.toarray().ravel(), np.asarray(form.rhs)
    m, n = a.shape
    name = {v.name: j for j, v in enumerate(form.columns)}
    row = {item.constraint.name: i for i, item in enumerate(form.rows)}
    sense = [item.bound_type for item in form.rows]
    weight = dict(model.weight.items())
    role = {r["region"]: r["role"] for r in study.rows("regions")}
    levied_on = ("capped", "other") if study.settings.levy_on == "non_members" else ("capped",)
    there = {(line.member, line.commodity, line.year): line.origin for line in result.floors.itertuples()}
    ship = {key: name[model.ship[key].name] for key in model.ship if model.ship[key].name in name}
    paying = [key for key in ship if key[1:] in there and role[key[0]] in levied_on]
    plan = {
        (line.origin, line.destination, line.commodity, line.year): line.quantity
        for line in result.shipments.itertuples()
    }
    pays = np.zeros((n, len(paying)))
    pays[[ship[key] for key in paying], range(len(paying))] = -1.0
    floor: dict[Place, Terms] = {}
    for (d, g, t), o in there.items():
        summed = [row[one.name] for one in (model.supply[o, g, t], *model.cap.values()) if one.name in row]
        terms = {i: -a[i, ship[o, d, g, t]] / weight[t] for i in summed if a[i, ship[o, d, g, t]]}
        terms[m + paying.index((o, d, g, t))] = 1 / weight[t]
        floor[d, g, t] = terms
    lines, most = [np.hstack([a.T, pays])], [c]
    for terms, side in rules_on(study, floor):
        line = np.zeros((1, m + len(paying)))
        line[0, list(terms)] = list(terms.values())
        lines.append(line)
        most.append(np.array([side]))
    free = len(paying)
    low = np.array([0.0 if s == ABOVE else -np.inf for s in sense] + [0.0] * free)
    high = np.array([np.inf if s in (ABOVE, EQUAL) else 0.0 for s in sense] + [np.inf] * free)
    shipped = np.array([plan.get(key, 0.0) for key in paying])
    cost = 1000 * result.figures.total_cost - float(form.c_offset[0])
    uplift = np.concatenate([-b, shipped])
    matrix = np.vstack(lines)
    tight = np.zeros(len(matrix), dtype=bool)
    return Pricing(matrix, np.concatenate(most), low, high, cost, uplift, free, floor, tight)


def rules_on(study: floors.Study, floor: dict[Place, Terms]) -> list[tuple[Terms, float]]:
    """Every rule as (terms, most)."""

    def less(one: Terms, other: Terms, factor: float = 1.0) -> Terms:
        return {i: one.get(i, 0.0) - factor * other.get(i, 0.0) for i in {*one, *other}}

    named = sorted(study.rows("floor_rules"), key=lambda rule: rule["commodity"] != "*")
    years, found = list(study.years), []
    for (d, g, t), now in floor.items():
        before = years[years.index(t) - 1] if t != years[0] else None
        was, gap = floor.get((d, g, before or 0)), t - (before or 0)
        value = {r["rule"]: r["years"].get(t) for r in named if r["commodity"] in ("*", g) and r["years"]}
        if value.get("maximum") is not None:
            found.append((now, value["maximum"]))
        for kind in KINDS[1:] if was is not None else ():
            v = value.get(kind)
            if v is not None:
                found.append(
                    {
                        "max_rise": lambda v, now=now, was=was, gap=gap: (less(now, was), v * gap),
                        "max_fall": lambda v, now=now, was=was, gap=gap: (less(was, now), v * gap),
                        "max_rise_share": lambda v, now=now, was=was, gap=gap: (
                            less(now, was, (1 + v) ** gap),
                            0.0,
                        ),
                        "max_fall_share": lambda v, now=now, was=was, gap=gap: (
                            less({}, less(now, was, (1 - v) ** gap)),
                            0.0,
                        ),
                    }[kind](v)
                )
    if study.settings.coordination == "bloc":
        kinds: dict[tuple[str, str, int], list[Terms]] = {}
        for (d, g, t), now in floor.items():
            kinds.setdefault((d.partition("/")[2], g, t), []).append(now)
        for alike in kinds.values():
            for one, other in pairwise(alike):
                found += [(less(one, other), 0.0), (less(other, one), 0.0)]
    return found


def drawn(seed: int) -> tuple[floors.Study, floors.Result] | None:
    """A random study with rules, and its result; None where it has no plan."""
    book = mixed.sheets(Random(seed), without=LEFT_OUT, spread=1e-3)
    book["floor_rules"] = [r for r in book.get("floor_rules", ()) if r["rule"] in KINDS]
    set_to = {row["key"]: row for row in book["settings"]}
    set_to["coordination"] = {"key": "coordination", "value": "bloc" if seed % 3 else "as_given"}
    set_to.pop("support_budget", None)
    book["settings"] = list(set_to.values())
    study = floors.Study(book)
    try:
        return study, floors.solve(study, ranges=True)
    except (floors.Infeasible, floors.InputError):
        return None


@pytest.mark.parametrize("first", few(list(range(0, 400, 40)), 1))
def test_uplift_levies_and_floors_are_found_again(first: int) -> None:
    levied = 0
    for seed in range(first, first + 40):
        pair = drawn(seed)
        if pair is None or pair[1].floors.empty:
            continue
        study, result = pair
        levied += _found_again(study, result)
    assert levied > 0


def _found_again(study: floors.Study, result: floors.Result) -> bool:
    lp = pricing(study, result)
    size = 1 + abs(lp.cost)
    assert 1000 * result.figures.uplift == approx(lp.least(lp.uplift, hold=True) + lp.cost, abs=1e-7 * size)
    own = lp.least(np.concatenate([np.zeros(len(lp.uplift) - lp.levies), np.ones(lp.levies)]), hold=True)
    weight = floors.build(study).weight
    paid = sum(weight[line.year] * line.own_levy for line in result.own_levies.itertuples())
    assert paid == approx(own, abs=1e-6 * (1 + own))
    for line in result.floors.itertuples():
        ends = np.zeros(len(lp.uplift))
        terms = lp.floor[line.member, line.commodity, line.year]
        ends[list(terms)] = list(terms.values())
        near: dict[str, Any] = {"abs": 1e-6 * (1 + abs(line.floor))}
        assert line.lowest == approx(lp.least(ends), **near)
        top = -lp.least(-ends)
        assert pd.isna(line.highest) if np.isnan(top) else line.highest == approx(top, **near)
    return bool(paid > 1e-6)
