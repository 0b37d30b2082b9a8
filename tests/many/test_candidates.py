"""Who should join first: worths by hand, and each set against `floors solve` of a workbook with its roles, every order
tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations, pairwise, permutations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pytest import approx

import floors
from floors.cli.main import run
from floors.many.coalitions.candidates import Candidates
from tests.support.books import tables_in
from tests.support.candidates import THREE, bloc, short, twins
from tests.support.studies import table, years


def solved(given: floors.Study, joined: Sequence[str]) -> dict[str, float]:
    """Net cost of each region, million, where these are members too: the workbook with other roles, solved."""
    tables = {name: frame.to_dict("records") for name, frame in given.tables.items()}
    for row in tables["regions"]:
        row["role"] = "member" if row["region"] in joined else row["role"]
    accounts = floors.solve(floors.Study(tables)).accounts
    length = {row["year"]: row["length"] for row in given.rows("years")}
    found: dict[str, float] = {}
    for row in accounts.to_dict("records"):
        region = str(row["region"]).partition("/")[0]
        found[region] = found.get(region, 0.0) + length[row["year"]] * row["net_cost"]
    return found


Worth = tuple[float, float]  # to members, to itself


def tried(given: floors.Study, names: tuple[str, ...]) -> dict[tuple[str, ...], list[Worth]]:
    """Every order with what each step is worth, of sets solved one by one."""
    cost = {
        frozenset(some): solved(given, some) for n in range(len(names) + 1) for some in combinations(names, n)
    }
    found = {}
    for order in permutations(names):
        inside, steps = frozenset[str](), list[Worth]()
        for one in order:
            old, new = cost[inside], cost[inside | {one}]
            steps.append((sum(old[i] - new[i] for i in ("US", *sorted(inside))), old[one] - new[one]))
            inside |= {one}
        found[order] = steps
    return found


def worth(steps: list[Worth]) -> float:
    """The sum over steps of what all have gained up to each."""
    return sum(sum(sum(step) for step in steps[: n + 1]) for n in range(len(steps)))


def check(given: floors.Study, *names: str) -> Candidates:
    """The answer, held against every order tried."""
    found, orders = floors.coalition(given, candidates=names), tried(given, names)
    assert len(found.runs) == 2 ** len(names) and len(found.orders_of_joining) == len(orders)
    for order in found.orders_of_joining:
        own = orders[order.names]
        for step, expected in zip(order.steps, own, strict=True):
            assert (step.worth_to_members, step.worth_to_itself) == approx(expected, rel=1e-6, abs=1e-8)
        assert order.worth == approx(worth(own), rel=1e-6, abs=1e-8)
    alone = {order[0]: steps[0] for order, steps in orders.items()}
    for one, step in found.joining_alone.items():
        assert (step.worth_to_members, step.worth_to_itself) == approx(alone[one], rel=1e-6, abs=1e-8)
    most = max(map(worth, orders.values()))
    assert found.best_order == list(next(order for order in orders if worth(orders[order]) >= most - 1e-7))
    return found


def test_joining_that_pays_both_by_hand() -> None:
    """Without JP 550 t of 400 are wanted in China, at 40: US 150 x 40 + 150 x 46 = 12.9 thousand x thousand, JP 16.0.
    With it 350 are, at 30: US 150 x 30 + 150 x 46 = 11.4, JP 200 x 30 + 200 x 47 = 15.4."""
    one = bloc(
        {"US": 300, "JP": 400},
        years=years((2026, 1)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 300),
            ("JP", "all", "oxide", None, 400),
        ),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)),
    )
    found = check(one, "JP")
    (row,) = found.candidates.to_dict("records")
    assert (row["worth_to_members"], row["worth_to_itself"], row["worth_together"]) == approx((1.5, 0.6, 2.1))
    assert row["place"] == 1 and found.best_order == ["JP"]
    assert "No candidate loses by joining alone." in found.sentences


@pytest.mark.parametrize("coordination", ["national", "bloc", "as_given"])
@pytest.mark.parametrize("names", [("JP",), ("KR", "JP"), ("IN", "JP", "KR")])
def test_sets_and_orders_are_those_of_workbooks_with_other_roles(
    coordination: str, names: tuple[str, ...]
) -> None:
    found = check(bloc(THREE, given=coordination), *names)
    assert found.named == tuple(one for one in THREE if one in names)  # in the order of the sheet
    assert sorted(found.candidates["place"]) == [*range(1, len(names) + 1)]


def test_roles_by_year_hold_in_every_set() -> None:
    """US is in the bloc from 2027 alone, and KR is capped in 2026, so that it can join in 2027 only."""
    turning = table("region 2026 2027", ("US", "other", None), ("KR", "capped", None))
    given = bloc(THREE, roles=turning)
    found = floors.coalition(given, candidates=["JP", "KR"])
    for some in ((), ("JP",), ("KR",), ("JP", "KR")):
        tables = {name: frame.to_dict("records") for name, frame in given.tables.items()}
        for row in tables["regions"]:
            row["role"] = "member" if row["region"] in some else row["role"]
        costs = solved(floors.Study(tables | {"roles": turning}), ())
        assert found[some].costs == approx({i: costs[i] for i in ("US", "JP", "KR")}, rel=1e-6)


def test_a_cap_of_a_candidate_binds_in_the_sets_that_it_is_in() -> None:
    """Without its own row KR may buy half in China; with it none, where it is a member."""
    rows = table(
        "scope commodity segment basis 2026 2027",
        ("bloc", "oxide", None, "demand", 0.5, 0.4),
        ("KR", "oxide", "all", "demand", 0.0, 0.0),
    )
    bare, strict = bloc(THREE), bloc(THREE, caps=rows)
    assert {note.code for note in floors.solve(strict).outcome.case.notes} >= {"scope_not_member"}
    found, plain = check(strict, "JP", "KR"), floors.coalition(bare, candidates=["JP", "KR"])
    assert found[()].costs == approx(plain[()].costs) and found["JP",].costs == approx(plain["JP",].costs)
    assert found["KR",].costs["KR"] > plain["KR",].costs["KR"] + 0.1


def test_a_cap_in_tonnes_stays_what_the_sheet_says() -> None:
    """150 t for the members as they are is 150 t for whoever is in: who joins shares the room, as in a workbook."""
    caps = table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 150, 100))
    check(bloc(THREE, given="as_given", caps=caps), "JP", "KR")


def test_of_more_than_six_each_step_is_the_one_that_gains_most() -> None:
    demand = {"US": 300.0, "A": 100.0, "B": 260.0, "C": 40.0, "D": 80.0, "E": 120.0, "F": 60.0, "G": 30.0}
    given = bloc(demand)
    found = floors.coalition(given, candidates=tuple("GFEDCBA"))
    assert found.greedy and len(found.runs) <= 29 and found.named == tuple("ABCDEFG")
    cost: dict[frozenset[str], dict[str, float]] = {}
    inside, order = frozenset[str](), []
    cost[inside] = solved(given, ())
    while len(order) < 7:
        best = ("", -1e9)
        for one in "ABCDEFG":
            if one not in inside:
                cost[inside | {one}] = solved(given, (*inside, one))
                gain = sum(cost[inside][i] - cost[inside | {one}][i] for i in sorted({"US", one, *inside}))
                best = (one, gain) if gain > best[1] + 1e-7 else best
        order.append(best[0])
        inside |= {best[0]}
    assert found.best_order == order
    assert any("a better one may be missed" in line for line in found.sentences)


def test_orders_through_a_set_without_a_plan_are_not_best() -> None:
    found = floors.coalition(short(), candidates=["KR", "JP"])
    assert [run.status for run in found.runs] == ["optimal", "optimal", "infeasible", "optimal"]
    assert found.best_order == ["JP", "KR"] and found.status == "infeasible" and found.exit_code == 3
    candidates = found.candidates.set_index("candidate")
    assert candidates["worth_to_members"].isna().tolist() == [False, True]
    assert candidates["status"].tolist() == ["optimal", "infeasible"]
    assert "caps!" in candidates["message"]["KR"]
    orders = found.orders.set_index(["order", "step"])
    assert orders["rank"].tolist()[:2] == [1, 1] and orders["rank"].isna().tolist()[2:] == [True, True]
    assert orders["status"].tolist() == ["optimal", "optimal", "infeasible", "infeasible"]
    lost = orders.loc["KR, JP"]
    assert (
        lost[["worth_to_members", "worth_to_itself", "cumulative_gain", "worth_of_order"]]
        .isna()
        .all(axis=None)
    )
    own = tried_of(found, ("JP", "KR"))
    assert own == approx(
        worth([(s.worth_to_members or 0.0, s.worth_to_itself or 0.0) for s in found.best.steps])
    )
    assert any("US, KR: infeasible" in line for line in found.warnings)


def tried_of(found: Candidates, order: tuple[str, ...]) -> float:
    """The worth of one order, of sets solved by themselves."""
    costs = [solved(found.study, order[:n]) for n in range(len(order) + 1)]
    steps = [
        (sum(old[i] - new[i] for i in ("US", *order[:n])), old[order[n]] - new[order[n]])
        for n, (old, new) in enumerate(pairwise(costs))
    ]
    return worth(steps)


def test_no_order_with_a_plan_and_members_without_one() -> None:
    """KR alone has no plan in the bloc, whoever else is there: no order is best."""
    found = floors.coalition(short(), candidates=["KR"])
    assert found.best is None and found.best_order is None and found.orders["rank"].isna().all()
    assert "There is no order of joining that has a plan at every step." in found.sentences
    dry = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 40, None),
        ("AU works", "AU", "oxide", 45, 100),
        ("JP works", "JP", "oxide", 46, None),
    )
    none = floors.coalition(short(processes=dry), candidates=["KR", "JP"])
    assert none[()].status == "infeasible" and none.best is None
    assert none.candidates["worth_together"].isna().all() and set(none.candidates["status"]) == {"infeasible"}


def test_twins_are_told_apart_by_the_sheet() -> None:
    """Two candidates that are alike in everything: both orders are worth the same, and the sheet decides."""
    found = check(twins(), "X", "Y")
    assert found.best_order == ["X", "Y"] and found.as_good == 2
    assert any("2 of 2 orders are worth as much" in line for line in found.sentences)


def test_whoever_demands_what_is_capped_is_a_candidate_if_none_is_named() -> None:
    """JP demands ore alone, MY oxide of 0; KR and IN oxide. CN is capped and AU demands nothing."""
    wanted = table(
        "region segment commodity value 2026 2027",
        ("US", "all", "oxide", None, 300, 300),
        ("JP", "all", "ore", 100, 50, 50),
        ("MY", "all", "oxide", None, 0, 0),
        ("IN", "all", "oxide", None, 0, 5),
        ("KR", "all", "oxide", None, 20, 20),
        ("CN", "all", "oxide", None, 20, 20),
    )
    given = bloc(
        {"US": 1, "JP": 1, "MY": 1, "KR": 1, "IN": 1},
        demand=wanted,
        commodities=table("commodity", ("oxide",), ("ore",)),
    )
    assert floors.coalition(given, candidates="all").named == ("KR", "IN")
    group = table("group commodity weight", ("both", "oxide", 1), ("both", "ore", 1))
    caps = table("scope commodity basis 2026 2027", ("bloc", "both", "demand", 0.5, 0.4))
    grouped = floors.Study({**given.tables, "groups": group, "caps": caps})
    assert floors.coalition(grouped, candidates="all").named == ("JP", "KR", "IN")
    with pytest.raises(
        floors.UsageError, match="no region of role other has table demand of a capped commodity"
    ):
        floors.coalition(bloc({"US": 300}), candidates="all")


@pytest.mark.parametrize(
    ("named", "says"),
    [
        (["JP", "XX"], "there is no region 'XX'; regions are US, JP, KR, IN, AU, CN"),
        (["US"], "US is a member: a candidate is a region that is none"),
        (["CN"], "CN is capped: it cannot join the bloc"),
        (["JP", "KR", "JP"], "candidates names JP more than once"),
        ([], "there is no candidate"),
        ("JP", "candidates expects a list of regions"),
        (5, "candidates expects a list of regions"),
        ([None], "candidates expects a list of regions"),
    ],
)
def test_who_cannot_be_a_candidate_is_refused(named: Any, says: str) -> None:
    with pytest.raises(floors.UsageError, match=says):
        floors.coalition(bloc(THREE), candidates=named)


def test_a_member_of_some_years_is_one_and_named_with_them() -> None:
    turning = table("region 2026 2027", ("KR", None, "member"))
    with pytest.raises(floors.UsageError, match=r"KR \(from 2027\) is a member"):
        floors.coalition(bloc(THREE, roles=turning), candidates=["KR"])


def test_coalitions_and_candidates_do_not_go_together() -> None:
    with pytest.raises(floors.UsageError, match="leave them out where candidates are given"):
        floors.coalition(bloc(THREE), coalitions=[["US"]], candidates=["JP"])  # type: ignore[call-overload]
    with pytest.raises(KeyError, match="AU, US was not solved"):
        floors.coalition(bloc(THREE), candidates=["JP"])[["AU"]]


def test_members_that_are_named_are_who_is_in() -> None:
    """With JP in from the start, KR is worth what it is as the second one to join."""
    first = floors.coalition(bloc(THREE), ["US", "JP"], candidates=["KR"])
    both = floors.coalition(bloc(THREE), candidates=["JP", "KR"])
    second = next(o for o in both.orders_of_joining if o.names == ("JP", "KR")).steps[1]
    assert first.joining_alone["KR"].gain == approx(second.gain)


def test_any_executor_gives_the_same_numbers() -> None:
    given, names = bloc(THREE, given="as_given"), ("JP", "KR", "IN")
    here = floors.coalition(given, candidates=names)
    with ProcessPoolExecutor(2) as pool:
        there = floors.coalition(given, candidates=names, executor=pool)
    assert [run.costs for run in there.runs] == [run.costs for run in here.runs]
    assert there.best_order == here.best_order and there.rows("orders") == here.rows("orders")


@pytest.fixture
def workbook(folder: Path) -> Path:
    return bloc(THREE).to_excel(folder / "three.xlsx")


def test_the_command(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coalition", str(workbook), "--candidates", "KR, JP", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = floors.coalition(floors.read(workbook), candidates=["JP", "KR"])
    assert told["status"] == "optimal" and told["output"] == "outputs/three-candidates.xlsx"
    assert told["best_order"] == found.best_order and told["greedy"] is False
    assert [row["worth_to_members"] for row in told["candidates"]] == approx(
        [found.joining_alone[one].worth_to_members for one in ("JP", "KR")]
    )
    assert len(told["orders"]) == 4 and len(told["coalitions"]) == 4
    book = openpyxl.load_workbook(told["output"])
    assert tables_in(book) == ["candidates", "orders", "coalitions", "run"]
    for bare in (["--candidates", "all"], ["--candidates"]):
        assert run(["coalition", str(workbook), "--json", *bare]) == 0
        rows = json.loads(capsys.readouterr().out)["candidates"]
        assert [row["candidate"] for row in rows] == ["JP", "KR", "IN"]


def test_the_command_refuses(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for names, says in (("US", "US is a member"), ("JP,JP", "more than once"), ("", "there is no candidate")):
        assert run(["coalition", str(workbook), "--candidates", names, "--json"]) == 2
        out, err = capsys.readouterr()
        assert says in err and json.loads(out)["status"] == "failed"
    assert run(["coalition", str(workbook), "--candidates", "JP", "--seed", "3"]) == 2
    assert "give n, how many there are, where seed is given" in capsys.readouterr().err
    assert run(["coalition", str(workbook), "--seed", "3"]) == 2
    assert "give candidates where seed is given" in capsys.readouterr().err
