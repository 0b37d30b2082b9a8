"""Roles by year, derived a second time: results of who leaves and joins, and wrong numbers of these."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count, islice

import pytest

import floors
from floors.contract import results as tables
from floors.many import solve_scenarios
from floors.many.runs import Runs
from floors.verification import verify
from tests.oracle.comparing import book_of
from tests.support import leaving
from tests.support.leaving import LEAVING
from tests.support.planted import Copy


@cache
def both(name: str) -> tuple[floors.Study, Runs]:
    study = LEAVING[name]()
    return study, solve_scenarios(study, ["base", "leaves"])


@pytest.mark.parametrize("name", LEAVING)
def test_nothing_is_wrong_with_who_leaves_and_joins(name: str) -> None:
    study, runs = both(name)
    assert verify(study, runs).findings == ()


def test_without_the_scenario_before_it_is_said_what_is_not_known() -> None:
    study = leaving.pooled()
    result = floors.solve(study.scenario("leaves"))
    found = verify(study.scenario("leaves"), result)
    assert not found.findings and any("gain_of_leaving" in why for why in found.not_checked)
    copy = Copy(result, False)
    row = next(row for row in copy.rows("summary") if row[0] == "gain_of_leaving")
    row[1] += 1.0
    wrong = verify(study.scenario("leaves"), copy, exact=True).findings
    assert ("summary", "gain_of_leaving") in {(f.sheet, f.key.split()[-1]) for f in wrong}


@pytest.mark.parametrize(
    ("sheet", "key", "column", "wrong"),
    [
        ("summary", ("gain_of_leaving",), "value", lambda x: x + 0.1),
        ("summary", ("loss_of_those_who_stay",), "value", lambda x: -x),
        ("summary", ("shock_loss",), "value", lambda x: x + 0.1),
        ("accounts", ("JP", 2027), "role", lambda _: "member"),
        ("baseline_accounts", ("JP", 2027), "role", lambda _: "member"),
        ("who_pays", ("JP",), "role", lambda _: "member"),
        ("caps", ("bloc", 2027), "limit", lambda x: x + 60),
        ("concentration", ("oxide", 2027, "bloc"), "capped_share", lambda x: x / 2),
    ],
)
def test_a_wrong_number_is_found(
    sheet: str, key: tuple[object, ...], column: str, wrong: Callable[[float], object]
) -> None:
    study, runs = both("a member leaves room")
    copy = Copy(runs, True)
    at = tables.BY_NAME[sheet].names.index(column) + 1
    (row,) = (row for row in copy.rows(sheet) if row[0] == "leaves" and set(key) <= set(row))
    row[at] = wrong(row[at])
    found = {(f.sheet, f.column) for f in verify(study, copy).findings}
    assert (sheet, column) in found


def turning() -> list[int]:
    """Random studies that have the sheet."""
    return [*islice((seed for seed in count() if book_of(seed).get("roles")), 3)]


@pytest.mark.parametrize("seed", turning())
def test_nothing_is_wrong_with_random_studies(seed: int) -> None:
    study = floors.Study(book_of(seed))
    try:
        result = floors.solve(study)
    except (floors.SolveError, floors.InputError) as error:
        pytest.skip(f"no plan: {type(error).__name__}")
    assert verify(study, result).findings == ()
