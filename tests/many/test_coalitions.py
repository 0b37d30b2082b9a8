"""Coalitions: hand-checked games, what a coalition means, and that arrays and `floors solve` agree."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx

import floors
from floors.cli.main import run
from floors.lp.highs import Solver
from floors.lp.linear import compile_model
from floors.many.coalitions.blocs import case_of, make_common, players_of, study_of
from floors.many.coalitions.game import adds_up, in_core, least_core, objection, shapley
from floors.many.coalitions.lps import cut, make_whole
from floors.many.coalitions.runs import CoalitionRun
from floors.sourcing.build import build
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS
from tests.support import everything, mixed
from tests.support.books import tables_in
from tests.support.places import RARE_EARTHS
from tests.support.studies import Table, settings, study, table, years
from tests.support.workbooks import contents

OWN = {"AA": 60.0, "BB": 80.0, "CC": 100.0}
CAP = table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5))


def three(caps: Table = CAP, **sheets: Table | None) -> floors.Study:
    """Three members want 10 t each; China offers oxide at 50 to all, each makes its own at 60, 80 and 100, and
    none ships to another: only the room under the cap is shared, so the rows of the LP are additive."""
    return study(
        regions=table(
            "region role", *((i, "member") for i in OWN), ("CN", "capped"), ("AU", "other"), ("MY", "other")
        ),
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            *((f"{i} works", i, "oxide", cost) for i, cost in OWN.items()),
        ),
        routes=table("origin destination commodity freight", *(("CN", i, "oxide", 0) for i in OWN)),
        demand=table("region segment commodity value 2026", *((i, "all", "oxide", None, 10) for i in OWN)),
        caps=caps,
        **sheets,
    )


def thousand(value: float | None) -> float | None:
    """Million as thousand, which is t x USD/kg."""
    return None if value is None else 1000 * value


def costs(found: floors.Coalitions) -> dict[str, float]:
    """v(S) in thousand, by the first letters of the members."""
    return {"".join(sorted(i[0] for i in bloc)): 1000 * cost for bloc, cost in found.cost.items()}


def near(amounts: dict[str, float] | None, *expected: float) -> bool:
    assert amounts is not None
    return [1000 * amount for amount in amounts.values()] == approx(expected, abs=1e-4)


@pytest.fixture(scope="module")
def game() -> floors.Coalitions:
    return floors.coalition(three())


def test_each_coalition_spends_its_room_under_the_cap_where_home_is_dearest(game: floors.Coalitions) -> None:
    """Alone: 5 t at 50 and 5 at home; AB gives all 10 t to B, BC to C; all together 10 t to C and 5 to B."""
    assert costs(game) == approx(
        {"": 0, "A": 550, "B": 650, "C": 750, "AB": 1100, "AC": 1100, "BC": 1300, "ABC": 1750}
    )


def test_inside_free_rider_and_alone_by_hand(game: floors.Coalitions) -> None:
    """Levy 30. A buys at home; B pays 80 and collects 5 x 30; C pays 80 and collects 10 x 30. Outside: 500."""
    assert near(game.inside, 600, 650, 500)
    assert near(game.free_rider, 500, 500, 500)
    assert near(game.alone, 550, 650, 750)


def test_who_would_leave_and_what_keeps_it(game: floors.Coalitions) -> None:
    """A and B would rather buy in China at 50; C gains nothing by leaving. Nobody gains what would pay for it."""
    assert near(game.side_payment, 100, 150, 0)
    members = game.members.set_index("member")
    assert list(members["gain_on_free_rider"]) == approx([-0.1, -0.15, 0], abs=1e-7)
    assert list(members["gain_on_alone"]) == approx([-0.05, 0, 0.25], abs=1e-7)
    said = " ".join(game.sentences)
    assert "would stay if paid" in said and "BB 0.15; AA 0.10" in said
    assert "The others gain nothing: payments inside the bloc cannot hold it." in said


def test_shapley_values_by_hand_and_their_sum(game: floors.Coalitions) -> None:
    """A: 550/3 + (1100 - 650)/6 + (1100 - 750)/6 + (1750 - 1300)/3, and so on."""
    assert near(game.shapley, 1400 / 3, 1850 / 3, 2000 / 3)
    assert game.shapley is not None
    assert sum(game.shapley.values()) == approx(game.cost[game.everyone])


def test_owen_gives_each_its_room_at_the_levy_and_is_in_the_core(game: floors.Coalitions) -> None:
    """Demand at 60, 80 and 80 less 5 t of room at the levy of 30, whoever uses it."""
    assert near(game.owen, 450, 650, 650)
    assert game.owen_adds_up and game.owen_in_core
    assert "The Owen allocation is in the core" in " ".join(game.sentences)


def test_the_least_core_beats_every_other_allocation(game: floors.Coalitions) -> None:
    """Three equations bind: A + B and A + C, or B alone against the others."""
    assert game.least_core is not None and game.epsilon is not None
    cost = game.cost
    assert adds_up(game.players, cost, game.least_core)
    assert objection(game.players, cost, game.least_core).excess == approx(game.epsilon, abs=1e-8)
    assert game.owen is not None
    assert game.epsilon <= objection(game.players, cost, game.owen).excess + 1e-9
    # B + AC >= ABC + 2 epsilon', and C + AB: 650 + 1100 - 1750 = 0, so nobody can be given less than nothing.
    assert game.epsilon == approx(0, abs=1e-9)


def test_two_members_by_hand() -> None:
    """A and C alone pay 550 and 750; together C gets all room: 600 and 500, so 200 to share."""
    found = floors.coalition(three(), ["AA", "CC"])
    assert costs(found) == approx({"": 0, "A": 550, "C": 750, "AC": 1100})
    assert near(found.shapley, 450, 650)
    assert near(found.least_core, 450, 650)
    assert thousand(found.epsilon) == approx(-100)
    assert found["AA"[:0]].costs == approx({"AA": 0.5, "CC": 0.5})
    # BB is a member of the study, not a player: outside whatever happens, with its 10 t at 50.
    assert all(thousand(r.outsiders) == approx(500) for r in found.runs)


def test_one_member_bears_its_cost_alone() -> None:
    found = floors.coalition(three(), ["BB"])
    assert near(found.inside, 650) and near(found.shapley, 650) and near(found.least_core, 650)
    assert near(found.free_rider, 500) and near(found.side_payment, 150)


def test_a_region_that_is_no_member_can_be_a_player() -> None:
    """AU wants nothing: it neither brings room nor costs."""
    found = floors.coalition(three(), ["AA", "AU"])
    assert {tuple(sorted(bloc)): cost for bloc, cost in found.cost.items()} == approx(
        {(): 0, ("AA",): 0.55, ("AU",): 0, ("AA", "AU"): 0.55}
    )


def test_tonnes_are_shared_by_table_demand() -> None:
    """15 t of room for 30 t of demand is 5 t each, as half of demand is."""
    cap = table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 15))
    assert costs(floors.coalition(three(cap))) == approx(costs(floors.coalition(three())))


def test_tonnes_without_table_demand_are_refused_with_their_cell() -> None:
    cap = table("scope commodity basis 2026", ("bloc", "ore", "tonnes", 15))
    with pytest.raises(floors.InputError, match="shared out by table demand") as caught:
        floors.coalition(three(cap))
    assert [(p.sheet, p.cell) for p in caught.value.problems] == [("caps", "D2")]


def test_a_cap_of_a_member_leaves_with_it() -> None:
    """C bans Chinese oxide: alone it pays 1000, outside 500; in a bloc with A nothing of C's is shared."""
    caps = table("scope commodity basis 2026", ("CC", "oxide", "demand", 0.0))
    found = floors.coalition(three(caps), ["AA", "CC"])
    assert costs(found) == approx({"": 0, "A": 500, "C": 1000, "AC": 1500})
    assert near(found.free_rider, 500, 500)


def test_what_a_free_rider_does_not_buy_makes_room_for_others() -> None:
    """China makes 18 t. Without a bloc C and B take them, at the 80 that B would pay at home; with C under a cap
    there is some for A too, at its 60, and B pays 200 less."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, 18),
        *((f"{i} works", i, "oxide", cost, None) for i, cost in OWN.items()),
    )
    sheets: dict[str, Any] = {"processes": processes}
    base = three()
    tables = {name: [dict(row) for row in frame.to_dict("records")] for name, frame in base.tables.items()}
    found = floors.coalition(floors.Study(tables | sheets), ["BB", "CC"])
    assert [thousand(found[bloc].costs["BB"]) for bloc in ([], ["CC"])] == approx([800, 600])


def test_an_infeasible_coalition_stops_no_other() -> None:
    """A has a mill of 4 t and must serve 10: alone under the cap it cannot; with C's room it can."""
    base = three()
    tables = {name: [dict(row) for row in frame.to_dict("records")] for name, frame in base.tables.items()}
    for row in tables["processes"]:
        row["capacity"] = 4 if row["process"] == "AA works" else None
    found = floors.coalition(floors.Study(tables), ["AA", "CC"])
    assert [run.status for run in found.runs] == ["optimal", "infeasible", "optimal", "optimal"]
    assert found.status == "infeasible" and found.exit_code == 3
    assert found["AA",].cost is None
    assert "raise caps!D2 from 50 % to 60 % (oxide of capped origin into the bloc in 2026: 1 t more)" in (
        found["AA",].message
    )
    assert found.shapley is None
    # 6 t of room to A and 4 to C; alone C pays 750, and A never objects.
    assert costs(found) == approx({"": 0, "C": 750, "AC": 240 + 300 + 600 + 200})
    assert np.isnan(found.members["alone"].astype(float).iloc[0]) and found.alone["AA"] is None
    assert any("AA: infeasible" in line for line in found.warnings)


def test_a_contract_that_nobody_can_keep_is_told_with_its_cell() -> None:
    base = three()
    tables = {name: [dict(row) for row in frame.to_dict("records")] for name, frame in base.tables.items()}
    tables["routes"] = [row | {"minimum": None} for row in tables["routes"]]
    tables["routes"].append(tables["routes"][0] | {"origin": "AU", "destination": "AA", "minimum": 5})
    for found in floors.coalition(floors.Study(tables), ["AA"]).runs:
        assert found.status == "infeasible"
        assert "routes!E5: AU must ship at least 5 t of oxide to AA in 2026, but no process" in found.message


def test_given_coalitions_are_solved_and_no_others() -> None:
    found = floors.coalition(three(), coalitions=[["AA", "BB", "CC"], ["BB", "CC"], ["AA", "BB", "CC"]])
    assert [run.members for run in found.runs] == [("AA", "BB", "CC"), ("BB", "CC")]
    assert found.shapley is None and found.owen is not None
    assert list(found.free_rider.values()) == [approx(0.5), None, None]
    assert list(found.side_payment.values()) == [approx(0.1), None, None]


def test_owen_that_does_not_add_up_says_so() -> None:
    """Exporters keep the levy: the room under the cap is not the members' to share."""
    found = floors.coalition(three(settings=settings(rent="exporter")))
    assert found.owen_adds_up is False and found.owen_in_core is False
    assert "The duals do not share out what all together bear" in " ".join(found.sentences)
    assert found.least_core is not None


def test_shipments_that_can_move_leave_the_split_open(game: floors.Coalitions) -> None:
    """Where home costs the same in two members, room under the cap is worth the same in both."""
    assert not game.warnings
    base = three()
    tables = {name: [dict(row) for row in frame.to_dict("records")] for name, frame in base.tables.items()}
    for row in tables["processes"]:
        row["unit_cost"] = 50 if row["region"] == "CN" else 80
    found = floors.coalition(floors.Study(tables))
    (warning,) = found.warnings
    assert "shipments can change place at no cost" in warning and "inside" in warning
    assert "shapley" not in warning, "what a coalition costs together does not hang on it"
    open_ = found.coalitions.set_index("size")["not_settled"]
    assert set(open_[3].split(", ")) <= {"AA", "BB", "CC"} and open_[:1].isna().all()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"members": "AA"}, "members expects a list of regions, such as .*; found 'AA'"),
        ({"members": 5}, "members expects a list of regions"),
        ({"members": [None]}, "members expects a list of regions"),
        ({"coalitions": 5}, "coalitions expects a list of lists of regions; found 5"),
        ({"coalitions": "AA"}, "coalitions expects a list of lists of regions; found 'AA'"),
        ({"coalitions": ["AA"]}, "a coalition expects a list of regions, such as .*; found 'AA'"),
        ({"coalitions": [None]}, "a coalition expects a list of regions"),
    ],
)
def test_what_is_no_list_of_regions_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(floors.UsageError, match=says):
        floors.coalition(three(), **given)


def test_refusals() -> None:
    with pytest.raises(floors.UsageError, match="there is no region 'XX'"):
        floors.coalition(three(), ["AA", "XX"])
    with pytest.raises(floors.UsageError, match="CN is capped"):
        floors.coalition(three(), ["AA", "CN"])
    with pytest.raises(floors.UsageError, match="names 'BB', which is not among AA, CC"):
        floors.coalition(three(), ["AA", "CC"], [["BB"]])
    with pytest.raises(floors.UsageError, match="no coalition to solve"):
        floors.coalition(three(), coalitions=[])
    with pytest.raises(floors.UsageError, match="there is no member"):
        floors.coalition(three(), [])
    many = [f"R{n}" for n in range(13)]
    regions = table("region role", *((r, "member") for r in many), ("CN", "capped"))
    demand = table("region segment commodity value 2026", ("R0", "all", "oxide", 90, 1))
    processes = table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50))
    crowd = study(regions=regions, demand=demand, processes=processes)
    with pytest.raises(floors.UsageError, match="13 members make 8,192 coalitions"):
        floors.coalition(crowd)
    assert len(floors.coalition(crowd, coalitions=[many]).runs) == 1
    with pytest.raises(KeyError, match="the empty coalition was not solved"):
        floors.coalition(crowd, coalitions=[many])[[]]


def test_a_surprise_is_refused_by_each_that_solves_many() -> None:
    later = study(
        caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.5}],
        years=table("year length", (2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        unit_costs=table("process 2026 2027", ("CN works",)),
        scenarios=table("scenario known_from", ("shock", 2027)),
        changes=table(
            "scenario sheet where column change value",
            ("shock", "unit_costs", "process=CN works", 2027, "set", 75),
        ),
    )
    for asked in (floors.coalition, floors.sweep, floors.alternatives, floors.tornado, floors.sample):
        with pytest.raises(
            floors.UsageError, match=r"surprise of 2027: .*\. Choose a scenario that is known from the start"
        ):
            asked(later.scenario("shock"))


def varied(**changes: Any) -> floors.Study:
    """One of everything with more regions, and routes whose every number depends on roles."""
    tables = {
        name: [{k: v for k, v in row.items() if v is not None and v == v} for row in frame.to_dict("records")]
        for name, frame in everything.study().tables.items()
    }
    tables["regions"] += [{"region": "JP", "role": "member"}, {"region": "KR", "role": "other"}]
    tables["processes"] += [{"process": "KR_oxide", "region": "KR", "commodity": "oxide", "unit_cost": 95.0}]
    tables["routes"] += [
        {"origin": "CN", "destination": "other", "commodity": "oxide", "freight": 1.5, "loss": 0.125},
        {"origin": "other", "destination": "member", "commodity": "oxide", "freight": 2.0, "tariff": 0.125},
        {"origin": "member", "destination": "member", "commodity": "oxide", "freight": 1.0, "limit": 5.0},
        {"origin": "member", "destination": "other", "commodity": "oxide", "freight": 3.0, "content": 0.25},
    ]
    for region, segment, quantity in (("JP", "all", 24.0), ("KR", "all", 16.0), ("JP", "defence", 1.0)):
        row = {"region": region, "segment": segment, "commodity": "oxide", "value": 150.0}
        tables["demand"].append(row | {2026: quantity, 2027: quantity, 2029: 1 + quantity})
    tables["caps"] = [
        {"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.5, 2027: 0.375, 2029: 0.5},
        {"scope": "bloc", "commodity": "oxide", "basis": "use", 2027: 0.625},
        {"scope": "bloc", "commodity": "oxide", "segment": "defence", "basis": "tonnes", 2029: 1.0},
        {"scope": "US", "commodity": "earths", "origin": "each", "basis": "tonnes", 2026: 30.0},
    ]
    return floors.Study(tables | changes, "varied")


def by_name(arrays: Any, model: Any) -> tuple[dict[Any, Any], dict[Any, Any], float]:
    """An LP as rows and columns by name: what each row asks for and sums, what each column costs."""
    lp = arrays.lp
    columns = {
        int(j): (name, key)
        for name in COLUMN_KINDS
        for key, j in zip(*arrays.columns(getattr(model, name)), strict=True)
        if j >= 0
    }
    rows = {i: (name, key) for name in ROW_KINDS for key, i in arrays.rows(getattr(model, name)).items()}
    assert len(columns) == lp.matrix.shape[1] and len(rows) == lp.matrix.shape[0]
    found = {
        rows[i]: (
            round(float(lp.row_lower[i]), 9),
            bool(arrays.equality[i]),
            bool(arrays.flipped[i]),
            {
                columns[j]: round(float(a), 12)
                for j, a in zip(
                    lp.matrix.indices[lp.matrix.indptr[i] : lp.matrix.indptr[i + 1]].tolist(),
                    lp.matrix.data[lp.matrix.indptr[i] : lp.matrix.indptr[i + 1]],
                    strict=True,
                )
                if a
            },
        )
        for i in rows
    }
    return found, {columns[j]: round(float(lp.cost[j]), 9) for j in columns}, round(lp.offset, 6)


@pytest.mark.parametrize("coordination", ["as_given", "national"])
def test_the_arrays_of_a_coalition_are_those_of_the_study_with_its_roles(coordination: str) -> None:
    """Every row, column, coefficient and right side, with routes, leaks, markets and caps that depend on roles."""
    base = varied(settings=settings(discount_rate=0.25, demand_steps=2, coordination=coordination))
    players = players_of(base, ["US", "JP", "KR"])
    whole = make_whole(make_common(base, players))
    for size in range(1, 4):
        for chosen in itertools.combinations(players, size):
            bloc = frozenset(chosen)
            one = cut(whole, bloc)
            model = floors.build(study_of(base, players, bloc))
            assert by_name(one.arrays, one.model) == by_name(compile_model(model), model), chosen


def same_as_the_study(base: floors.Study, players: tuple[str, ...]) -> int:
    """How many coalitions have an LP; each is that of the study with its roles."""
    whole, count = make_whole(make_common(base, players)), 0
    for size in range(len(players) + 1):
        for chosen in itertools.combinations(players, size):
            try:
                model = floors.build(study_of(base, players, frozenset(chosen)))
            except floors.InputError as error:  # a cap on a share of no demand is 0 here, and refused there
                assert {problem.code for problem in error.problems} == {"cap_without_demand"}
                continue
            one = cut(whole, frozenset(chosen))
            assert by_name(one.arrays, one.model) == by_name(compile_model(model), model), chosen
            count += 1
    return count


@pytest.mark.parametrize("seed", range(12))
def test_the_arrays_are_those_of_the_study_on_random_studies(seed: int) -> None:
    base = floors.Study(mixed.sheets(Random(seed), spread=0.01 if seed % 2 else 0.0))
    others = [row["region"] for row in base.rows("regions") if row["role"] == "other"]
    assert same_as_the_study(base, players_of(base, [*players_of(base, None), *others[:1]])[:4])


def test_routes_that_are_open_to_some_roles_alone() -> None:
    """Ore goes to members only, so what US can make depends on its being in."""
    sheet = varied().tables["routes"].to_dict("records")
    routes = [{k: v for k, v in row.items() if v is not None and v == v} for row in sheet]
    closed = {"origin": "AU", "destination": "other", "commodity": "ore", "limit": 0.0}
    base = varied(routes=[*routes, closed], stockpiles=[], stock_targets=[], releases=[], funds=[])
    assert make_common(three(), tuple(OWN)).open_alike
    common = make_common(base, ("US", "JP", "KR"))
    assert not common.open_alike
    makes = {i: case_of(common, frozenset({i}))[0].reach.can_make("US", "oxide", 2029) for i in ("US", "JP")}
    assert makes == {"US": True, "JP": False}
    assert same_as_the_study(base, ("US", "JP", "KR")) == 7


def test_one_lp_is_compiled_and_every_plan_starts_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is built again for a coalition, and its plan is a few steps from that of a smaller one."""
    built: list[Any] = []
    steps: list[int] = []

    def counted(case: Any) -> Any:
        built.append(case)
        return build(case)

    def solved(solver: Solver, what: str = "the plan") -> Any:
        found = solve(solver, what)
        if what == "the sourcing plan":
            steps.append(found.iterations)
        return found

    solve = Solver.solve
    monkeypatch.setattr("floors.many.coalitions.lps.build", counted)
    monkeypatch.setattr(Solver, "solve", solved)
    runs = floors.coalition(floors.read(RARE_EARTHS)).runs
    assert {run.status for run in runs} == {"optimal"} and len(runs) == 16
    assert len(built) == 1
    first, *others = steps
    assert first > 1000 and sum(others) / len(others) < first / 4


def test_a_coalition_costs_what_floors_solve_says_of_the_study_with_its_roles() -> None:
    base = varied(floor_rules=[{"commodity": "oxide", "rule": "maximum", 2027: 75.0}])
    players = ("US", "JP", "KR")
    found = floors.coalition(base, players)
    for bloc in ({"US"}, {"US", "JP"}, {"US", "JP", "KR"}):
        result = floors.solve(study_of(base, players_of(base, players), frozenset(bloc)))
        accounts = result.accounts
        weight = accounts["year"].map({2026: 1.0, 2027: 2 * 0.8, 2029: 3 * 0.512})
        total = (accounts["net_cost"] * weight).groupby(accounts["region"].str.partition("/")[0]).sum()
        assert found[bloc].status == "optimal", found[bloc].message
        assert found[bloc].cost == approx(sum(total[i] for i in bloc), rel=1e-6)
        assert sum(found[bloc].costs.values()) + (found[bloc].outsiders or 0) == approx(total.sum(), rel=1e-9)
        assert found[bloc].uplift == approx(result.figures.uplift, abs=1e-9)


def test_owen_shares_of_all_regions_are_what_is_spent() -> None:
    """Leaks, stocks, funds, minimums, tariffs: every row has an owner, and nothing is counted twice."""
    base = varied(floor_rules=[{"commodity": "oxide", "rule": "minimum", 2026: 80.0}])
    from floors.many.coalitions.owen import owen_shares

    for bloc in (("US",), ("US", "JP")):
        result = floors.solve(study_of(base, ("US", "JP"), frozenset(bloc)))
        weight = result.outcome.case.calendar.weight
        spent = sum(
            weight[year] * cost
            for year, cost in zip(result.accounts["year"], result.accounts["net_cost"], strict=True)
        )
        shares = owen_shares(result.outcome)
        assert sum(shares.values()) == approx(spent, rel=1e-9)
        own = result.accounts[result.accounts["region"].isin(["AU", "CN"])]
        there = sum(weight[t] * cost for t, cost in zip(own["year"], own["net_cost"], strict=True))
        assert shares["AU"] + shares["CN"] == approx(there, rel=1e-9)


def test_owen_counts_a_leak_once_where_its_origin_uses_the_good_too() -> None:
    base = floors.Study(mixed.sheets(Random(6), spread=0.01))
    leak = floors.solve(base).outcome.case.demand.leak
    used = set(build(base).use)
    assert any((o, c, t) in used for (_, _, c, t), (o, _) in leak.items())
    assert floors.coalition(base).owen_adds_up


def test_elastic_demand_is_cut_as_finely_as_by_floors_solve() -> None:
    rows = table(
        "region segment commodity value elasticity 2026", *((i, "all", "oxide", 200, -0.5, 10) for i in OWN)
    )
    base = three()
    tables = {name: [dict(row) for row in frame.to_dict("records")] for name, frame in base.tables.items()}
    reference = table("commodity 2026", ("oxide", 50))
    elastic = floors.Study(
        tables | {"demand": rows, "reference_prices": reference, "settings": settings(demand_steps=3)}
    )
    found = floors.coalition(elastic)
    for bloc in (("AA",), ("BB", "CC"), tuple(OWN)):
        accounts = floors.solve(study_of(elastic, tuple(OWN), frozenset(bloc))).accounts
        total = accounts[accounts["region"].isin(bloc)]["net_cost"].sum()
        assert found[bloc].cost == approx(total, rel=1e-9)


def test_an_executor_gives_the_same_numbers(game: floors.Coalitions) -> None:
    with ProcessPoolExecutor(1) as executor:
        assert floors.coalition(three(), executor=executor).runs == game.runs


def test_the_same_numbers_whatever_else_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit: not the order, nor which others are asked for, nor how many share a task."""
    base, players = varied(), ("US", "JP", "KR")
    whole = floors.coalition(base, players)
    blocs = [run.members for run in whole.runs]
    assert len(blocs) == 8
    for together in (0, 1, 2, 9):
        monkeypatch.setattr("floors.many.coalitions.runs.TOGETHER", together)
        for chosen in (blocs[::-1], blocs[5:6], [blocs[7], blocs[1], blocs[4]]):
            found = floors.coalition(base, players, chosen)
            assert [run.members for run in found.runs] == chosen
            assert all(run == whole[run.members] for run in found.runs)


def test_an_empty_core_has_an_epsilon_above_zero() -> None:
    """Any two do as well as all three: whoever is left out can offer more. Each pair costs 10, all 18."""
    players = ("a", "b", "c")
    cost = {frozenset(s): v for s, v in (("", 0), ("a", 9), ("b", 9), ("c", 9), ("abc", 18))}
    cost |= {frozenset(s): 10 for s in ("ab", "ac", "bc")}
    found = least_core(players, cost, dict.fromkeys(players, 6.0))
    assert found is not None
    shares, epsilon, only = found
    assert shares == approx(dict.fromkeys(players, 6.0)) and epsilon == approx(2) and only
    assert not in_core(players, cost, shares)
    assert objection(players, cost, {"a": 7, "b": 6, "c": 5}) == (frozenset("ab"), 3)
    assert shapley(players, cost) == approx(dict.fromkeys(players, 6.0))


def test_the_least_core_moves_as_little_money_as_it_can() -> None:
    """Of all ways to share 10 that nobody objects to by more than epsilon, the one nearest to what each bears."""
    players = ("a", "b", "c")
    cost = {frozenset(s): v for s, v in (("", 0), ("a", 4), ("b", 9), ("c", 9), ("abc", 10))}
    cost |= {frozenset(s): v for s, v in (("ab", 20), ("ac", 20), ("bc", 8))}
    # a and bc leave 4 + 8 - 10 = 2 between them: epsilon -1, a bears 3; b and c share 7 in many ways.
    found = least_core(players, cost, {"a": 3.0, "b": 1.0, "c": 6.0})
    assert found is not None
    shares, epsilon, only = found
    assert epsilon == approx(-1) and only
    assert shares == approx({"a": 3, "b": 1, "c": 6})
    # Whoever takes over what a bears no more, b or c, as little money is moved.
    other = least_core(players, cost, {"a": 4.0, "b": 3.0, "c": 3.0})
    assert other is not None and not other.only


def test_a_coalition_without_a_plan_never_objects() -> None:
    players = ("a", "b")
    cost = {frozenset(): 0.0, frozenset("a"): 3.0, frozenset("ab"): 10.0}
    assert least_core(players, cost, {"a": 5.0, "b": 5.0}) is None
    assert objection(players, cost, {"a": 5.0, "b": 5.0}) == (frozenset("a"), 2)
    assert in_core(players, cost, {"a": 3.0, "b": 7.0})
    assert not in_core(players, cost, {"a": 3.0, "b": 6.0})


def test_run_without_costs_has_no_cost() -> None:
    assert CoalitionRun(members=("a",), status="infeasible").cost is None
    assert CoalitionRun(members=(), status="optimal", costs={"a": 1.0}).cost == 0


@pytest.fixture
def workbook(folder: Path) -> Path:
    return three().to_excel(folder / "three.xlsx")


def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_command_writes_its_workbook(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coalition", str(workbook)]) == 0
    out, err = capsys.readouterr()
    assert out == "" and "8 of 8 coalitions of AA, BB, CC have a plan." in err
    written = Path("outputs/three-coalitions.xlsx")
    assert tables_in(openpyxl.load_workbook(written)) == ["coalitions", "members", "run"]
    coalitions = sheet(written, "coalitions")
    assert [row["members"] for row in coalitions][:2] == [None, "AA"]
    assert coalitions[-1]["total_net_cost"] == approx(1.75) and coalitions[-1]["cost_CC"] == approx(0.5)
    members = sheet(written, "members")
    assert list(members[0]) == [
        *("member", "inside", "free_rider", "alone", "gain_on_free_rider", "gain_on_alone", "side_payment"),
        *("shapley", "owen", "least_core"),
    ]
    assert members[0]["owen"] == approx(0.45)
    told = {row["key"]: row["value"] for row in sheet(written, "run")}
    assert (
        told["owen in core"] == "TRUE"
        and told["coalitions"] == "8"
        and told["setting coordination"] == "as_given"
    )
    before = contents(written.parent)
    assert run(["coalition", str(workbook), "--quiet"]) == 0
    assert contents(written.parent) == before
    assert capsys.readouterr() == ("", "")


def test_the_command_as_json(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coalition", str(workbook), "--members", "AA, CC", "--json", "--quiet", "-o", "x.xlsx"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "optimal" and found["output"] == "x.xlsx" and found["owen_in_core"] is True
    assert [row["members"] for row in found["coalitions"]] == [None, "AA", "CC", "AA, CC"]
    assert [row["shapley"] for row in found["members"]] == approx([0.45, 0.65])
    assert found["epsilon"] == approx(-0.1)


def test_the_command_refuses_and_says_so(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coalition", str(workbook), "--members", "AA,XX", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == "failed" and "there is no region 'XX'" in err
    assert run(["coalition", str(workbook), "--scenario", "nowhere"]) == 2
    Path("mine.xlsx").write_bytes(workbook.read_bytes())
    assert run(["coalition", str(workbook), "-o", "mine.xlsx"]) == 2
    assert run(["coalition", str(workbook), "-o", "mine.xlsx", "--force"]) == 0
    assert not Path("outputs/three-coalitions.xlsx").exists()


def test_an_infeasible_coalition_sets_the_exit_code(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(workbook)
    page = book["processes"]
    column = page.max_column + 1
    page.cell(1, column, "capacity")
    place = next(row for row in range(2, page.max_row + 1) if page.cell(row, 1).value == "AA works")
    page.cell(place, column, 4)
    book.save(workbook)
    assert run(["coalition", str(workbook), "--members", "AA,CC", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "infeasible"
    assert [row["status"] for row in found["coalitions"]] == ["optimal", "infeasible", "optimal", "optimal"]
    assert sheet(Path(found["output"]), "coalitions")[1]["message"].startswith("the sourcing plan")


def test_a_coalition_under_a_minimum_rule_has_the_numbers_of_solve() -> None:
    """Where the levies of the rule settle may hang on where it starts: 1.740 and 1.472 for B at one cost of the world."""
    given = study(
        settings=settings(levy_on="non_members"),
        years=years((2026, 3), (2029, 2), (2031, 2)),
        regions=table(
            "region role", ("A", "member"), ("B", "member"), ("X", "capped"), ("Y", "capped"), ("O", "other")
        ),
        commodities=table("commodity", ("oxide",)),
        reference_prices=table("commodity 2026 2029 2031", ("oxide", 49.840632, 39.9401152, 47.8419432)),
        processes=table(
            "process region commodity unit_cost capital_cost",
            ("A works", "A", "oxide", 17.82690282, 73.42665022),
            ("X works", "X", "oxide", 29.7174054),
            ("Y works", "Y", "oxide", 19.9659902),
            ("O works", "O", "oxide", 71.75276064),
        ),
        routes=table(
            "origin destination commodity export_tax", ("*", "*", "*"), ("capped", "member", "*", 0.0495894)
        ),
        demand=table(
            "region segment commodity value 2026 2029 2031",
            ("B", "all", "oxide", 299.750937, 8.99122446, 5.49520543, 2.48484195),
        ),
        floor_rules=table(
            "commodity rule 2026 2029 2031", ("oxide", "minimum", 71.87046945, 62.03176, 72.235899175)
        ),
    )
    game = floors.coalition(given)
    for one in game.runs:
        accounts = floors.solve(study_of(given, game.players, frozenset(one.members))).accounts
        of_b = accounts[accounts["region"] == "B"].set_index("year")["net_cost"]
        assert one.costs["B"] == approx(float((of_b * [3, 2, 2]).sum()), rel=1e-9)
