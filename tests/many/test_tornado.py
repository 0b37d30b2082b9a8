"""`floors tornado`: bars by hand, ends without a plan, the same numbers as a solve of the typed cells, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from floors.errors import FloorsError
from floors.many.varied.outputs import Output, outputs_of
from floors.many.varied.solving import Varied, solve_varied
from floors.study.uncertainty import factors, inputs_of
from tests.support import entangled, mixed
from tests.support.counts import few
from tests.support.places import INPUTS
from tests.support.studies import study, table
from tests.support.uncertain import (
    COST,
    DEMAND,
    FREIGHT,
    SHORT,
    UNSURE,
    USED,
    YIELD,
    floor,
    leaching,
    may_lack,
    must_have,
    net_cost,
    uncertain,
)


def bars(found: floors.Tornado, output: str, member: str | None = None) -> list[dict[str, Any]]:
    """The bars of one number, in order."""
    rows = found.records("tornado")
    return [row for row in rows if (row["output"], row["member"]) == (output, member)]


def test_bars_by_hand() -> None:
    found = floors.tornado(leaching())
    assert (found.status, found.exit_code, len(found.ends)) == ("optimal", 0, 4)
    for member in DEMAND:
        (base,) = {row["base"] for row in bars(found, "floor", member)}
        assert base == approx(floor(member))
        ends = {row["input"]: (row["at_low"], row["at_high"]) for row in bars(found, "floor", member)}
        leach = "processes unit_cost, process=AU leach"
        assert ends[leach] == approx((floor(member, AU_leach=0.8), floor(member, AU_leach=1.1)))
        low, high = {"US_leach": 0.7, "JP_leach": 0.9}, {"US_leach": 1.4, "JP_leach": 1.2}
        assert ends["leaching"] == approx((floor(member, **low), floor(member, **high)))
        costs = {row["input"]: (row["at_low"], row["at_high"]) for row in bars(found, "net_cost", member)}
        assert costs["demand"] == approx((net_cost(member, 0.9), net_cost(member, 1.3)))
        assert costs["leaching"] == approx((net_cost(member, **low), net_cost(member, **high)))
    whole = {row["input"]: row["at_high"] for row in bars(found, "bloc_net_cost")}
    assert whole["demand"] == approx(sum(net_cost(member, 1.3) for member in DEMAND))
    assert all(row["base"] == approx(USED) and row["range"] == 0 for row in bars(found, "capped_share"))
    for rows in (bars(found, "floor", "US"), bars(found, "net_cost", "JP"), bars(found, "bloc_net_cost")):
        ranges = [row["range"] for row in rows]
        assert ranges == sorted(ranges, reverse=True) and [row["rank"] for row in rows] == [1, 2, 3, 4]
        for row in rows:
            three = (row["at_low"], row["base"], row["at_high"])
            assert row["range"] == approx(max(three) - min(three))
    assert bars(found, "bloc_net_cost")[-1]["input"] == "processes unit_cost, process=AU old"
    assert [row["input"] for row in bars(found, "capped_share")] == list(
        dict.fromkeys(row["input"] for row in found.records("inputs"))
    )


def test_a_plain_linear_program_finds_the_same_net_costs() -> None:
    """Supply of each member by scipy, at the dual of its balance: apart from everything of floors."""
    found = floors.tornado(leaching())
    ends = {row["input"]: (row["at_low"], row["at_high"]) for row in bars(found, "bloc_net_cost")}

    def whole(factor: dict[str, float], wanted: float = 1.0) -> float:
        cost = {process: COST[process] * factor.get(process, 1.0) / YIELD[process] for process in COST}
        total = 0.0
        for member, tonnes in DEMAND.items():
            sources = [cost["CN offer"], cost[f"{member} leach"]]
            sources += [cost[process] + FREIGHT for process in ("AU leach", "AU old")]
            need = tonnes * wanted
            limit, served = np.zeros((1, 4)), np.ones((1, 4))
            limit[0, 0] = 1.0
            plan = linprog(sources, A_ub=limit, b_ub=[USED * need], A_eq=served, b_eq=[need])
            levy = -plan.ineqlin.marginals[0]
            total += plan.eqlin.marginals[0] * need - levy * plan.x[0]
        return total / 1000

    assert ends["processes unit_cost, process=AU leach"] == approx(
        (whole({"AU leach": 0.8}), whole({"AU leach": 1.1}))
    )
    assert ends["demand"] == approx((whole({}, 0.9), whole({}, 1.3)))


def test_the_base_counts_in_the_range() -> None:
    """Where both ends are on one side of the base: a factor that only lowers, and one that moves nothing."""
    rows = (
        ("processes", "process=US leach", "unit_cost", 0.7, 0.8),
        ("processes", "process=AU old", "unit_cost", 1, 1),
    )
    found = floors.tornado(leaching(*rows))
    first, second = bars(found, "floor", "US")
    assert first["base"] == approx(floor("US")) and first["at_high"] == approx(floor("US", US_leach=0.8))
    assert first["range"] == approx(floor("US") - floor("US", US_leach=0.7))
    assert second["range"] == 0 and second["status_low"] == "optimal"


def test_an_end_without_a_plan_is_blank_named_and_first() -> None:
    found = floors.tornado(must_have(5))
    assert found.status == "optimal" and found.exit_code == 0
    for output, member in (
        ("floor", "US"),
        ("bloc_net_cost", None),
        ("net_cost", "US"),
        ("capped_share", None),
    ):
        first, second = bars(found, output, member)
        assert (first["input"], first["at_low"], first["status_low"]) == ("room", None, "infeasible")
        assert first["at_high"] == approx(first["base"]) and first["range"] == 0 and first["rank"] == 1
        assert second["status_low"] == second["status_high"] == "optimal"
    assert second["range"] == 0 and bars(found, "floor", "US")[1]["range"] == approx(80 * 0.5)
    row = next(row for row in found.records("inputs") if row["input"] == "room")
    assert "no solution obeys every row" in row["message_low"] and row["message_high"] is None
    assert "Without a result: room at low (infeasible)." in found.sentences
    assert any("room at low: infeasible" in warning for warning in found.warnings)


def test_several_ends_without_a_plan_are_in_order_of_what_is_left() -> None:
    rows = (
        ("processes", "process=US works", "capacity", 0.5, 1, None, "room"),
        ("demand", "region=US", 2026, 0.9, 2, None, "demand"),
        UNSURE,
    )
    found = floors.tornado(must_have(5, *rows))
    assert [row["input"] for row in bars(found, "bloc_net_cost")] == ["demand", "room", "cost"]
    assert [row["input"] for row in bars(found, "floor", "US")] == ["room", "demand", "cost"]


def test_ends_at_which_buyers_go_short_are_marked() -> None:
    found = floors.tornado(may_lack())
    for row in found.records("tornado"):
        ends = (row["shortage_low"], row["shortage_base"], row["shortage_high"])
        if row["output"] != "floor":
            assert ends == (None, None, None)
        else:
            assert ends == ((False, False, True) if row["input"] == "cost" else (True, False, False))
    at_low = {row["input"]: row["at_low"] for row in bars(found, "floor", "US")}
    assert at_low == approx({"cost": 64, "room": 100})
    short = {row["input"]: (row["unserved_low"], row["unserved_high"]) for row in found.records("inputs")}
    assert short == {"cost": (0.0, approx(4)), "room": (approx(2), 0.0)}
    assert {row["unserved_base"] for row in found.records("inputs")} == {0.0}
    (said,) = [one for one in found.sentences if "go short" in one]
    assert said.endswith("with cost at high (4 t) and room at low (2 t).")
    with ProcessPoolExecutor(2) as pool:
        assert floors.tornado(may_lack(), executor=pool).described() == found.described()
    lost = floors.tornado(must_have(5)).records("inputs")
    assert [row["unserved_low"] for row in lost] == [0.0, None]
    only = floors.tornado(may_lack(), "JP/*/*").records("tornado")
    assert {row["member"] for row in only if row["output"] == "floor"} == {"JP"}
    assert all(row["shortage_low"] is not None for row in only if row["output"] == "floor")


def test_without_a_plan_as_it_is_the_ends_are_told_all_the_same(tmp_path: Path) -> None:
    given = must_have(3.5, SHORT)
    found = floors.tornado(given)
    assert (found.status, found.exit_code) == ("infeasible", 3)
    (bar,) = bars(found, "bloc_net_cost")
    assert bar["base"] is None and bar["at_low"] is None
    assert bar["at_high"] == approx(10 * (0.6 * 50 + 0.4 * 80) / 1000) and bar["range"] == 0
    assert "no plan" in found.brief.headline and found.pictures == ()
    assert "Net cost" not in "\n".join(found.sentences)
    found.to_excel(tmp_path / "out.xlsx")


def test_a_cell_that_cannot_be_typed_is_an_end_that_failed() -> None:
    """Take-or-pay above the limit of its route, which the sheets contradict each other in."""
    given = study(
        processes=table(
            "process region commodity unit_cost minimum capacity",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80, 3, 4),
        ),
        uncertainty=uncertain(("processes", "process=US works", "capacity", 0.5, 1.2, None, "room")),
    )
    found = floors.tornado(given)
    (bar,) = bars(found, "bloc_net_cost")
    assert bar["at_low"] is None and bar["status_low"] != "optimal"
    assert bar["at_high"] == approx(bar["base"])


def test_chosen_floors(tmp_path: Path) -> None:
    found = floors.tornado(leaching(), floors="US/*/2026")
    assert {row["member"] for row in found.records("tornado") if row["output"] == "floor"} == {"US"}
    assert bars(found, "net_cost", "JP")
    both = floors.tornado(leaching(), floors=["US/oxide/2026", "JP/oxide/*"])
    assert both.records("tornado") == floors.tornado(leaching()).records("tornado")
    for wrong in ("US/oxide", "US/oxyde/2026", "US/oxide/2027"):
        with pytest.raises(floors.UsageError, match="floor"):
            floors.tornado(leaching(), floors=wrong)


def test_a_surprise_is_refused() -> None:
    given = study(
        years=table("year length", (2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        scenarios=table("scenario known_from", ("later", 2027)),
        changes=table(
            "scenario sheet where column change value", ("later", "demand", "region=US", 2027, "multiply", 2)
        ),
    )
    with pytest.raises(floors.UsageError, match="surprise"):
        floors.tornado(given.scenario("later"))
    with pytest.raises(floors.UsageError, match="expects a Study"):
        floors.tornado("study.xlsx")  # type: ignore[arg-type]


def test_the_scenario_comes_first() -> None:
    given = leaching(
        scenarios=table("scenario", ("dear",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=AU leach", "unit_cost", "multiply", 1.05),
        ),
    ).scenario("dear")
    found = {row["input"]: row for row in bars(floors.tornado(given), "floor", "JP")}
    row = found["processes unit_cost, process=AU leach"]
    assert (row["at_low"], row["base"]) == approx((floor("JP", AU_leach=0.84), floor("JP", AU_leach=1.05)))


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2)])
def test_any_executor_and_any_order_give_equal_numbers(make: Callable[[], Executor]) -> None:
    given = leaching()
    inputs, outputs = inputs_of(given), outputs_of(given)
    rows = np.random.default_rng(1).random((9, len(inputs)))
    alone = solve_varied(given, inputs, rows, outputs)
    order = np.random.default_rng(2).permutation(len(rows))
    with make() as executor:
        told: list[tuple[int, Varied]] = []
        there = solve_varied(given, inputs, rows[order], outputs, executor, lambda *one: told.append(one))
    assert [there[place] for place in np.argsort(order)] == list(alone)
    assert told == list(enumerate(there))
    with pytest.raises(floors.UsageError, match="quantiles"):
        solve_varied(given, inputs, rows[:, :2], outputs)


def compared(
    given: floors.Study, count: int, seed: int
) -> Iterator[tuple[Output, float | None, float | None]]:
    """Outputs at random factors: as found, and as `floors.solve` has them for the study with the cells typed in; both
    None where both have no plan."""
    inputs, outputs = inputs_of(given), outputs_of(given)
    rows = np.random.default_rng(seed).random((count, len(inputs)))
    for one, moved in zip(solve_varied(given, inputs, rows, outputs), factors(inputs, rows), strict=True):
        typed = {name: frame.copy().astype(object) for name, frame in given.tables.items()}
        for (name, row, column), factor in moved.items():
            typed[name].loc[row, column] *= factor
        typed.pop("uncertainty", None)
        try:
            result = floors.solve(
                floors.Study({name: rows_of(frame) for name, frame in typed.items()}), ranges=False
            )
        except FloorsError as error:
            assert one.status == error.status and not one.values, (error, one)
            continue
        assert one.status == "optimal", one.message
        known = told_by(result)
        for output, value in zip(outputs, one.values, strict=True):
            yield output, value, known.get(output[:4])


def rows_of(frame: Any) -> list[dict[Any, Any]]:
    """Records of a sheet without its blanks."""
    return [
        {key: value for key, value in row.items() if value == value and value is not None}
        for row in frame.to_dict("records")
    ]


def told_by(result: floors.Result) -> dict[tuple[str, str, str, int], float]:
    """The outputs of a result, out of its sheets."""
    found = {("floor", r.member, r.commodity, r.year): r.floor for r in result.floors.itertuples()}
    weight = result.outcome.case.calendar.weight
    inside = result.outcome.case.places
    for row in result.accounts.itertuples():
        if inside.is_member(row.region, row.year):
            key = ("net_cost", inside.region_of[row.region], "", 0)
            found[key] = found.get(key, 0.0) + weight[row.year] * row.net_cost
    summary = dict(zip(result.summary["metric"], result.summary["value"], strict=True))
    return found | {
        ("bloc_net_cost", "", "", 0): summary["bloc_net_cost"],
        ("capped_share", "", "", 0): summary["capped_share"],
        ("embodied_share", "", "", 0): summary["embodied_share"],
    }


def same(value: float | None, known: float | None) -> bool:
    if value is None or known is None or known != known:
        return value is None and (known is None or known != known)
    return value == approx(known, rel=1e-9, abs=1e-9)


def test_thirty_vectors_are_those_of_a_solve_of_the_typed_cells() -> None:
    assert all(same(value, known) for _, value, known in compared(leaching(), 30, 3))


@pytest.mark.parametrize("seed", few(range(40), 6))
def test_random_studies_are_solved_as_if_typed(seed: int) -> None:
    """Prices are shifted a little, so that floors are unique; numbers of the sheets are moved as without a sheet."""
    make = mixed.sheets if seed % 2 else entangled.sheets
    book = make(Random(seed), spread=0.05)
    if any(row["key"] == "demand_steps" for row in book.get("settings", ())):
        book["settings"] = [row for row in book["settings"] if row["key"] != "demand_steps"]
    given = floors.Study(book)
    wrong = [
        (output, value, known) for output, value, known in compared(given, 2, seed) if not same(value, known)
    ]
    assert not wrong, wrong[:5]


@pytest.mark.long
def test_the_worked_example_is_solved_as_if_typed() -> None:
    found = list(compared(floors.read(INPUTS / "rare_earths.xlsx"), 8, 7))
    wrong = [(output, value, known) for output, value, known in found if not same(value, known)]
    assert len(found) > 1500 and not wrong, wrong[:5]


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet as rows of values."""
    return {page.title: list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(path)}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = leaching().to_excel(tmp_path / "study.xlsx"), tmp_path / "out.xlsx"
    assert run(["tornado", str(source), "-o", str(target), "--jobs", "1", "--json", "--floor", "US/*/*"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "optimal" and told["output"] == str(target)
    assert {row["member"] for row in told["tornado"] if row["output"] == "floor"} == {"US"}
    assert [row["input"] for row in told["inputs"]][2] == "leaching"
    first = cells(target)
    again = tmp_path / "again.xlsx"
    assert run(["tornado", str(source), "-o", str(again), "--jobs", "2", "--quiet", "--floor", "US/*/*"]) == 0
    assert cells(again) == first and {"tornado", "inputs", "run", "brief", "picture_tornado"} <= set(first)
    assert run(["tornado", str(source), "--floor", "US", "-o", str(again)]) == 2
    assert "MEMBER/COMMODITY/YEAR" in capsys.readouterr().err


def test_the_command_tells_ends_and_a_base_without_a_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = must_have(5).to_excel(tmp_path / "study.xlsx")
    assert run(["tornado", str(source), "-o", str(tmp_path / "out.xlsx"), "--jobs", "1"]) == 0
    assert "room at low (infeasible)" in capsys.readouterr().err
    source = must_have(3).to_excel(tmp_path / "none.xlsx")
    assert run(["tornado", str(source), "-o", str(tmp_path / "none_out.xlsx"), "--quiet"]) == 3
    assert (tmp_path / "none_out.xlsx").exists()
