"""Random infeasible studies: what is advised makes them feasible, one per cent less does not, conflicts are
irreducible."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple

import floors
from floors.case.derive import derive
from floors.diagnosis.conflict import conflicting, feasible, only
from floors.diagnosis.diagnosis import Cell, Change
from floors.diagnosis.infeasible import Reasons
from floors.lp.linear import compile_model
from floors.solving.scene import Scene
from floors.sourcing.build import build
from tests.support import studies
from tests.support.studies import Table, table

YEARS = (2026, 2028)
Book = dict[str, Table]


def scene_of(book: Book) -> Scene | None:
    """The scene of an infeasible study; None where it has a plan."""
    case = derive(floors.Study(book))
    model = build(case)
    compiled = compile_model(model)
    return None if feasible(compiled.lp) else Scene(case=case, model=model, compiled=compiled)


def has_plan(book: Book) -> bool:
    return feasible(compile_model(floors.build(floors.Study(book))).lp)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Two years, two members; China under a cap, capacities, needs, a limit, a take-or-pay, a reserve, a minimum."""
    some = st.integers(0, 12)

    def pair(least: int = 0) -> list[int]:
        return [draw(st.integers(least, 12)) for _ in YEARS]

    processes = table(
        "process region commodity unit_cost capacity capital_cost max_build max_total lead_time",
        ("CN works", "CN", "oxide", 50, draw(some) + 6, None, None, None, None),
        (
            "US works",
            "US",
            "oxide",
            80,
            draw(some),
            100,
            draw(some) / 4,
            draw(some) / 2,
            draw(st.integers(0, 3)),
        ),
        ("AU works", "AU", "oxide", 70, draw(some), None, None, None, None),
    )
    basis = draw(st.sampled_from(["demand", "tonnes"]))
    scale = 12 if basis == "demand" else 1
    return studies.BASE | {
        "settings": studies.settings(discount_rate=draw(st.sampled_from([0, 0.1]))),
        "years": studies.years((2026, 2), (2028, 1)),
        "processes": processes,
        "capacities": table(
            "process 2026 2028", ("US works", *pair()), ("AU works", *pair()), ("CN works", *pair(5))
        ),
        "minimums": table("process 2026 2028", ("AU works", *pair())),
        "demand": table(
            "region segment commodity value 2026 2028",
            ("US", "cars", "oxide", None, *pair(1)),
            ("JP", "cars", "oxide", draw(st.sampled_from([None, 120])), *pair(1)),
        ),
        "caps": table(
            "scope commodity basis origin 2026 2028",
            ("bloc", "oxide", basis, draw(st.sampled_from([None, "CN"])), *(v / scale for v in pair())),
        ),
        "routes": table(
            "origin destination commodity loss", ("*", "*", "*", draw(st.sampled_from([0, 0.2])))
        ),
        "route_limits": table("origin destination commodity 2026 2028", ("AU", "US", "oxide", *pair())),
        "route_minimums": table("origin destination commodity 2026 2028", ("CN", "JP", "oxide", *pair())),
        "stockpiles": table(
            "stockpile region commodity opening capacity", ("pile", "US", "oxide", draw(some), draw(some))
        ),
        "stock_targets": table("stockpile 2026 2028", ("pile", *pair())),
    }


def edited(book: Book, changes: tuple[Change, ...], part: float | None = None) -> Book:
    """The book with the changes made in the cells that they name: as advised, or only this part of each."""
    book = deepcopy(book)
    for change in changes:
        if change.kind == "must_serve":
            for cell, by in _needs(change):
                _go_short(book, cell, by * (part or 1 + 1e-7))
            continue
        assert change.present is not None
        size = _per_unit(book, change)
        step = (
            change.by
            / size
            * (-1 if change.kind in ("process_minimum", "route_minimum", "stock_target") else 1)
        )
        value = change.needed if part is None else change.present + step * part
        record, column = _place(book, change.cells[0])
        assert record[column] == change.present
        record[column] = value
    return book


def _per_unit(book: Book, change: Change) -> float:
    """Tonnes by which a unit of the cell moves the row: the demand that a share is of."""
    if change.kind != "cap" or book["caps"][0]["basis"] != "demand":
        return 1.0
    year = next(y for y in YEARS if str(y) in change.row)
    return float(sum(row[year] for row in book["demand"]))


def _place(book: Book, cell: Cell) -> tuple[dict[Any, Any], Any]:
    line, column = coordinate_to_tuple(cell.cell)
    return book[cell.sheet][line - 2], list(book[cell.sheet][0])[column - 1]


def _needs(change: Change) -> list[tuple[Cell, float]]:
    """The cells of what goes short, and by how much each does: those that share a value are one change."""
    told = re.findall(
        r"go without (all|[\d.,]+ t of) its ([\d.,]+) t of [^(]*\(demand!([A-Z]+\d+)", change.sentence
    )
    if len(told) == 1:
        return [(change.cells[0], change.by)]
    at = {cell.cell: cell for cell in change.cells}
    found = [
        (at[cell], float((width if short == "all" else short.split()[0]).replace(",", "")))
        for short, width, cell in told
    ]
    assert abs(sum(by for _, by in found) - change.by) <= 1e-3 * change.by
    return found


def _go_short(book: Book, cell: Cell, by: float) -> None:
    """Part of a need becomes a demand with a value: the table stays as large."""
    record, year = _place(book, cell)
    record[year] -= by
    if record[year] < 1e-6:
        record[year] = 0
    wish = {"segment": f"wish {cell.cell}", "value": 1}
    book["demand"].append(
        dict.fromkeys(record) | {k: record[k] for k in ("region", "commodity")} | wish | {year: by}
    )


QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@QUICK
@given(books())
def test_the_advice_makes_a_plan_possible_and_one_per_cent_less_does_not(book: Book) -> None:
    scene = scene_of(book)
    assume(scene is not None)
    assert scene is not None
    reasons = Reasons(scene)
    changes = reasons.relaxation()
    assert changes and all(change.by > 0 for change in changes)
    assume(all(change.kind != "cap" or change.needed is not None for change in changes))
    assert has_plan(edited(book, changes))
    assert not has_plan(edited(book, changes, 0.99))


@QUICK
@given(books())
def test_each_alternative_does_alone_and_one_per_cent_less_does_not(book: Book) -> None:
    scene = scene_of(book)
    assume(scene is not None)
    assert scene is not None
    reasons = Reasons(scene)
    conflict = reasons.conflict()
    for change in reasons.alternatives(conflict) if not reasons.further(conflict) else ():
        if change.kind == "cap" and change.needed is None:
            continue
        assert has_plan(edited(book, (change,)))
        assert not has_plan(edited(book, (change,), 0.99))


@QUICK
@given(books())
def test_a_conflict_is_infeasible_and_without_any_of_its_rows_is_not(book: Book) -> None:
    scene = scene_of(book)
    assume(scene is not None)
    assert scene is not None
    lp = scene.compiled.lp
    rng = np.random.default_rng(0)
    for order in (np.arange(lp.matrix.shape[0]), rng.permutation(lp.matrix.shape[0])):
        rows = conflicting(lp, order)
        assert len(rows) and not feasible(only(lp, rows))
        for row in rows:
            assert feasible(only(lp, rows[rows != row]))


@QUICK
@given(books())
def test_policy_alone_is_policy_alone(book: Book) -> None:
    """Where it can do it does, and never for less money than everything together."""
    scene = scene_of(book)
    assume(scene is not None)
    assert scene is not None
    reasons = Reasons(scene)
    changes = reasons.policy()
    if changes is None:
        assert any(change.kind not in ("cap", "route_limit") for change in reasons.relaxation())
        return
    assert {c.kind for c in changes} <= {
        "cap",
        "route_limit",
        "route_minimum",
        "process_minimum",
        "stock_target",
    }
    assume(all(change.kind != "cap" or change.needed is not None for change in changes))
    assert has_plan(edited(book, changes))
