"""Caps one point lower: floors worked out by hand, and random studies solved anew."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from pytest import approx

import floors
from floors.contract.results.border import NearestRow
from floors.errors import Infeasible, OverBudget, SolveError
from floors.many import solve_scenarios
from floors.solving import nearest
from tests.support import mixed, worked
from tests.support.studies import cap, study, table, years


def stepped(**given: Any) -> floors.Study:
    """The US wants 10 t: it makes 5.005 t at 80 and any more at 120, and China, at 50, may bring half of them."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, 5.005),
        ("US old works", "US", "oxide", 120),
    )
    return study(**{"processes": processes, "caps": cap("bloc", "oxide", "demand", 0.5)} | given)


def rows(result: floors.Result) -> list[NearestRow]:
    found: list[NearestRow] = list(result.rows("nearest"))
    return found


def test_the_floor_a_point_lower_and_the_part_of_a_point_that_does() -> None:
    """At 0.49 the US makes 5.1 t; at 0.4995 it makes 5.005, and the next hundredth of a point is dear."""
    given = stepped()
    result = floors.solve(given)
    (row,) = rows(result)
    assert (row.limit, row.tightened, row.year, row.row) == (0.5, 0.49, 2026, 2)
    assert (row.floor_member, row.floor_commodity, row.status) == ("US", "oxide", "optimal")
    assert (row.floor, row.floor_then, row.step_floor) == (approx(80), approx(120), approx(120))
    assert row.step == approx(0.06) and row.set_by_then == "US old works"
    assert not floors.verify(given, result).findings


def test_tonnes_move_by_one_per_cent() -> None:
    (row,) = rows(floors.solve(stepped(caps=cap("bloc", "oxide", "tonnes", 5))))
    assert (row.limit, row.tightened, row.floor_then) == (5, 4.95, approx(120))
    assert row.step == approx(0.11)  # 0.0055 t, of which 0.005 t is made at 80


def test_a_share_of_use_moves() -> None:
    (row,) = rows(floors.solve(stepped(caps=cap("bloc", "oxide", "use", 0.5))))
    assert row.floor_then is not None and row.floor is not None and row.floor_then > row.floor
    assert row.step == approx(0.06)


def test_less_than_a_point_is_all_there_is() -> None:
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, 9.97),
        ("US old works", "US", "oxide", 120),
    )
    (row,) = rows(floors.solve(stepped(processes=processes, caps=cap("bloc", "oxide", "demand", 0.004))))
    assert (row.tightened, row.floor_then) == (0, approx(120))
    assert row.step == approx(0.11)  # at 0.0029 the US makes 9.971 t


def test_a_ban_has_no_row_and_room_for_a_point_moves_nothing() -> None:
    caps = table(
        "scope commodity segment basis 2026 2027",
        ("bloc", "oxide", None, "demand", 0, None),
        ("US", "oxide", None, "tonnes", 50, 50),
    )
    demand = table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10))
    given = stepped(caps=caps, demand=demand, years=years((2026, 1), (2027, 1)))
    found = rows(floors.solve(given))
    assert [(row.scope, row.year) for row in found] == [("US", 2026), ("US", 2027)]
    assert all(row.floor == row.floor_then and row.step is None for row in found)


def test_no_plan_is_said() -> None:
    """The US must meet 10 t and makes 5.005 at most: half a point is all that can be given up."""
    demand = table("region segment commodity 2026", ("US", "all", "oxide", 10))
    processes = stepped().rows("processes")
    given = stepped(demand=demand, processes=[dict(row) for row in processes[:2]])
    result = floors.solve(given)
    (row,) = rows(result)
    assert row.status == "infeasible" and row.floor == approx(80)
    assert row.floor_then is None and row.step is None
    assert not floors.verify(given, result).findings


def test_the_worked_example() -> None:
    found = {(row.commodity, row.year, row.limit): row for row in rows(worked.solved())}
    row = found["magnet", 2031, 0.57]
    assert row.tightened == 0.56
    assert (row.floor, row.floor_then, row.step_floor) == (
        approx(64.8348, abs=1e-4),
        *[approx(72.8858, abs=1e-4)] * 2,
    )
    assert row.step == 0.42 and [key for key, one in found.items() if one.step is not None] == [
        ("magnet", 2031, 0.57)
    ]
    assert found["magnet", 2030, 0.61].floor_then == approx(62.6445, abs=1e-4)


def test_each_number_is_what_its_study_gives() -> None:
    """Solved anew with the lower number typed in: every floor, status and step, where nothing else is told."""
    solved = moved = steps = 0
    for seed in range(20):
        given = floors.Study(mixed.sheets(Random(seed)))
        try:
            result = floors.solve(given, ranges=True)
        except (Infeasible, OverBudget, floors.InputError):
            continue
        now = _levels(result)
        for row in rows(result):
            then = _typed(given, row, row.tightened)
            assert (then is None) == (row.status != "optimal"), (seed, row)
            if then is None or row.floor is None or row.floor_then is None:
                continue
            solved += 1
            key = (row.floor_member, row.floor_commodity, row.year)
            assert (row.floor, row.floor_then) == (now[key], approx(then[key], rel=1e-9)), (seed, row)
            move = abs(then[key] - now[key])
            goods = {c for _, c, _ in now if _under(given, row, c)}
            others = [abs(then[k] - now[k]) for k in now if k[2] == row.year and k[1] in goods]
            assert max(others) <= move + 1e-7, (seed, row)
            moved += move > 1e-6
            if row.step is not None:
                steps += 1
                at, before = (
                    _typed(given, row, _lower(row, row.step)),
                    _typed(given, row, _lower(row, row.step - 0.01)),
                )
                assert at is not None and before is not None
                assert row.step_floor == approx(at[key], rel=1e-9)
                assert abs(at[key] - now[key]) >= move / 2 - 1e-7 > abs(before[key] - now[key]) - 2e-7, (
                    seed,
                    row,
                )
    assert solved > 30 and moved > 2 and steps > 2


Level = dict[tuple[Any, ...], float]


def _levels(result: floors.Result) -> Level:
    return {(row.member, row.commodity, row.year): row.floor for row in result.floors.itertuples()}


def _typed(given: floors.Study, row: NearestRow, limit: float) -> Level | None:
    """All floors with another number in the cell of a row; None where there is no plan."""
    caps = list(given.rows("caps"))
    caps[row.row - 2] = caps[row.row - 2] | {"years": caps[row.row - 2]["years"] | {row.year: limit}}
    try:
        return _levels(floors.solve(given.with_rows(caps=caps), ranges=False))
    except (Infeasible, OverBudget):
        return None


def _lower(row: NearestRow, points: float) -> float:
    return max(0.0, round(row.limit - points * 0.01 * (row.limit if row.basis == "tonnes" else 1), 12))


def _under(given: floors.Study, row: NearestRow, commodity: str) -> bool:
    groups = {(one["group"], one["commodity"]) for one in given.rows("groups")}
    return commodity == row.commodity or (row.commodity, commodity) in groups


def test_where_each_takes_a_whole_solve_none_is_unasked() -> None:
    demand = table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.5, 10))
    prices = table("commodity 2026", ("oxide", 50))
    given = stepped(demand=demand, reference_prices=prices)
    result = floors.solve(given)
    assert rows(result) == []
    assert (
        "Sheet nearest is of the numbers of caps: none of 1 unasked, each a solve by itself; --ranges asks for all."
        in (result.sentences)
    )
    assert not floors.verify(given, result).findings
    (row,) = rows(floors.solve(given, ranges=True))
    then = _typed(given, row, row.tightened)
    assert then is not None and row.floor_then == then["US", "oxide", 2026]


def test_not_without_ranges_nor_in_a_scenario_of_a_family() -> None:
    given = stepped(scenarios=table("scenario parent", ("alike", "base")))
    assert rows(floors.solve(given, ranges=False)) == []
    runs = solve_scenarios(given)
    assert [len(run.rows("nearest")) for run in runs] == [1, 0]
    assert len(rows(floors.solve(given.scenario("alike")))) == 1


def test_not_under_a_surprise_whose_caps_were_known_before() -> None:
    given = stepped(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        scenarios=table("scenario known_from", ("surprise", 2027)),
    )
    result = floors.solve(given.scenario("surprise"))
    assert rows(result) == [] and not floors.verify(given.scenario("surprise"), result).findings


def test_a_solve_without_an_answer_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> Any:
        raise SolveError("the solver gave no answer.")

    monkeypatch.setattr(nearest, "settle_once", none)
    given = stepped()
    result = floors.solve(given)
    assert rows(result) == [] and result.run.set_index("key")["number"]["no answer in nearest"] == 1
    assert not floors.verify(given, result).findings


def test_most_money_first(monkeypatch: pytest.MonkeyPatch) -> None:
    caps = table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5), ("US", "oxide", "demand", 0.5))
    monkeypatch.setattr(nearest, "MOST", 1)
    given = stepped(caps=caps)
    result = floors.solve(given)
    assert len(rows(result)) == 1
    assert result.run.set_index("key")["number"]["left out of nearest"] == 1
    assert not floors.verify(given, result).findings
    assert len(rows(floors.solve(given, ranges=True))) == 2


@pytest.mark.parametrize("numbers", [0, 1, 2])
def test_of_a_large_study_fewer_are_solved_unasked(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """As many as the work allows for so many columns; sheet words says how many were left out."""
    caps = table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5), ("US", "oxide", "demand", 0.5))
    given = stepped(caps=caps)
    columns = len(floors.solve(given, ranges=False).outcome.whole.lp.cost)
    monkeypatch.setattr(nearest, "WORK", columns * numbers + columns - 1)
    result = floors.solve(given)
    assert len(rows(result)) == numbers
    assert any("Sheet nearest" in said for said in result.sentences) == (numbers < 2)
    assert len(rows(floors.solve(given, ranges=True))) == 2
