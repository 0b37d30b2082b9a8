"""Caps against answers: by hand, against solves of each changed workbook, and against a linear program of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from floors.errors import UsageError
from floors.many.sweep.best import Game
from tests.support.answering import moving, restless, short_at_home, sold_below_cost
from tests.support.counts import few
from tests.support.studies import cap, study, table

CAUSE = (
    "CN ships at most 0 t of oxide abroad in 2026: its answer to the policy; US (all) must get all 1,000 t of oxide in "
    "2026 (demand!E2), with no value at which to go without (demand!D2 (blank)); In 2026 there is room for 500 t of US "
    "works (processes!E4)"
)
CAPS, OFFERS, EXPORTS = "0.9:0.1:3", "CN:1:1.2:3", "CN:0:1:3"


def by_cell(found: floors.Grid, column: str) -> dict[tuple[float, float], Any]:
    """A column of sheet grid by cap and answer."""
    return {(row["cap"], row["answer"]): row[column] for row in found.records("grid")}


def best(found: floors.Grid) -> list[tuple[float, float]]:
    """Cells that neither side leaves."""
    return [place for place, stays in by_cell(found, "neither_moves").items() if stays]


def test_offers_by_hand() -> None:
    """At a cap of 0.9 the dear mine sets the price, at 0.5 and 0.1 the cheap one; at 1.2 home is cheaper (moving)."""
    found = floors.sweep(moving(), CAPS, offer=OFFERS)
    assert isinstance(found, floors.Grid) and found.exit_code == 0
    cost, surplus, below = (
        by_cell(found, name) for name in ("bloc_net_cost", "region_surplus", "below_cost")
    )
    thousand = {
        (0.9, 1.0): 900 * 45.6 + 100 * 50.2,
        (0.9, 1.1): 900 * 50.16 + 100 * 50.2,
        (0.9, 1.2): 1000 * 50.2,
        (0.5, 1.0): 500 * 42 + 500 * 50.2,
        (0.5, 1.1): 500 * 46.2 + 500 * 50.2,
        (0.5, 1.2): 1000 * 50.2,
        (0.1, 1.0): 100 * 42 + 900 * 50.2,
        (0.1, 1.1): 100 * 46.2 + 900 * 50.2,
        (0.1, 1.2): 1000 * 50.2,
    }
    assert cost == approx({place: money / 1000 for place, money in thousand.items()})
    gained = {
        (0.9, 1.0): 600 * 3.6,
        (0.9, 1.1): 600 * 8.16 + 300 * 4.56,
        (0.5, 1.1): 500 * 4.2,
        (0.1, 1.1): 420,
    }
    assert surplus == approx({place: gained.get(place, 0) / 1000 for place in thousand}, abs=1e-9)
    assert below[0.9, 1.1] == approx(-(600 * 4.2 + 300 * 4.56) / 1000) and below[0.5, 1.0] == 0
    assert by_cell(found, "total_cost")[0.9, 1.1] == approx((600 * 46.2 + 300 * 50.16 + 100 * 50.2) / 1000)
    assert by_cell(found, "world_cost_at_basis")[0.9, 1.1] == approx(
        (600 * 42 + 300 * 45.6 + 100 * 50.2) / 1000
    )
    assert by_cell(found, "sold")[0.9, 1.1] == approx(900) and by_cell(found, "sold")[0.9, 1.2] == 0
    assert by_cell(found, "change_of_bloc_net_cost")[0.5, 1.1] == approx(cost[0.5, 1.1] - 45.6)
    assert best(found) == [(0.5, 1.1)]
    assert [by_cell(found, edge)[0.5, 1.1] for edge in ("at_edge_cap", "at_edge_answer")] == [False, False]
    told = found.described()
    assert [one["caps"] for one in told["best_cap"]] == [[0.9], [0.5], [0.9, 0.5, 0.1]]
    assert [one["answers"] for one in told["best_answer"]] == [[1.1]] * 3
    # The region would commit to 1: then the bloc takes 0.9 and it sells 600 t of the cheap mine at 3.6 more.
    bloc, region = found.records("first")
    assert (bloc["choice"], bloc["reply"], bloc["worth"]) == (0.5, 1.1, approx(0))
    assert (region["choice"], region["reply"], region["worth"]) == (1.0, 0.9, approx(0.06))
    members = [row for row in found.records("members") if row["member"] == "US"]
    assert {(row["cap"], row["answer"]): row["net_cost"] for row in members} == approx(cost)


def test_exports_by_hand() -> None:
    """Of 1,000 t sold without a policy 500: all from the cheap mine, at what home makes it for; the seller keeps that."""
    found = floors.sweep(moving(), "0.9:0.3:3", export=EXPORTS)
    cost, surplus = by_cell(found, "bloc_net_cost"), by_cell(found, "region_surplus")
    assert cost[0.9, 0.5] == approx(50.2) and surplus[0.9, 0.5] == approx(500 * 8.2 / 1000)
    assert cost[0.9, 1.0] == approx((900 * 45.6 + 100 * 50.2) / 1000)
    assert cost[0.3, 0.5] == approx((300 * 42 + 700 * 50.2) / 1000) and surplus[0.3, 0.5] == approx(
        0, abs=1e-9
    )
    assert cost[0.6, 0.0] == approx(50.2) and by_cell(found, "sold")[0.6, 0.0] == 0
    floor = {
        (row["cap"], row["answer"]): (row["floor"], row["levy"])
        for row in found.records("floors")
        if row["member"] == "US"
    }
    assert floor[0.9, 0.5] == approx((50.2, 0)) and floor[0.3, 0.5] == approx((50.2, 8.2))
    # Export 0 and 0.5 gain the region nothing at 0.3, and the bloc nothing better elsewhere; they pay it differently.
    assert best(found) == [(0.3, 0.0), (0.3, 0.5)]
    assert by_cell(found, "at_edge_answer")[0.3, 0.0] and not by_cell(found, "at_edge_answer")[0.3, 0.5]
    assert {row["worth"] for row in found.records("first")} == {None}


def test_there_may_be_no_cell_that_both_keep() -> None:
    found = floors.sweep(restless(), "0.9:0.15:3", offer="CN:0.9:1.3:3")
    assert best(found) == [] and [row["worth"] for row in found.records("first")] == [None, None]
    assert found.described()["neither_moves"] == []


def test_a_cap_as_tight_as_the_export_limit_leaves_the_rent_to_the_treasury() -> None:
    """As with a link: who is left it by both is who takes the levy."""
    found = floors.sweep(moving(), [0.5], export="CN:0.5:0.5:1")
    assert by_cell(found, "bloc_net_cost")[0.5, 0.5] == approx((500 * 42 + 500 * 50.2) / 1000)


def test_a_minimum_tops_up_what_the_seller_asks_rent_and_all() -> None:
    """500 t at most, worth 50.2 at home: nothing is left for a minimum of 48 to take, and all of it for one of 55."""
    for minimum, floor in ((48.0, 50.2), (55.0, 55.0)):
        rules = table("commodity rule 2026", ("oxide", "minimum", minimum))
        tables = dict(moving().tables) | {
            "floor_rules": rules,
            "reference_prices": table("commodity 2026", ("oxide", 50)),
        }
        found = floors.sweep(floors.Study(tables), [0.9], export="CN:0.5:0.5:1")
        (told,) = [row for row in found.records("floors") if row["member"] == "US"]
        assert told["floor"] == approx(floor, abs=0.011)


def test_reference_prices_follow_offers_and_tariffs_with_them() -> None:
    tables = dict(moving().tables) | {
        "reference_prices": table("commodity 2026", ("oxide", 40)),
        "routes": table("origin destination commodity tariff", ("CN", "US", "oxide", 0.05)),
    }
    found = floors.sweep(floors.Study(tables), [0.5], offer="CN:0.5:1:2")
    assert by_cell(found, "total_cost") == approx(
        {(0.5, 0.5): (500 * (21 + 1) + 500 * 50.2) / 1000, (0.5, 1.0): (500 * (42 + 2) + 500 * 50.2) / 1000}
    )


def test_a_cell_without_a_plan_is_blank_and_nobodys_best_answer() -> None:
    """Home makes 500 t alone: without exports, and at the tightest cap, there is no plan."""
    found = floors.sweep(short_at_home(), "0.9:0.1:3", export=EXPORTS)
    solved = {(row["cap"], row["answer"]) for row in found.records("grid") if row["status"] == "optimal"}
    assert solved == {(0.9, 0.5), (0.9, 1.0), (0.5, 0.5), (0.5, 1.0)} and found.exit_code == 3
    for row in found.records("grid"):
        if (row["cap"], row["answer"]) not in solved:
            assert row["status"] == "infeasible" and row["message"]
            assert row["bloc_net_cost"] is None and row["bloc_best"] is None and row["region_best"] is None
    causes = {place: cause for place, cause in by_cell(found, "cause").items() if cause is not None}
    assert causes == {(0.9, 0.0): CAUSE} and f"could: {CAUSE}." in found.sentences[1]
    assert found.described()["best_cap"][0] == {"answer": 0.0, "caps": []}
    assert found.described()["best_answer"][2] == {"cap": 0.1, "answers": []}
    assert all(row["choice"] not in (0.0, 0.1) for row in found.records("first"))


def test_below_cost_is_what_scenarios_and_offers_leave_as_it_is() -> None:
    """A cost_basis of 60 stays; a blank one is the unit cost of the workbook, year by year."""
    found = floors.sweep(sold_below_cost(), [0.5], offer="CN:0.8:1:2")
    assert by_cell(found, "below_cost") == approx({(0.5, 0.8): 500 * 24 / 1000, (0.5, 1.0): 500 * 15 / 1000})
    tables = dict(moving().tables) | {"unit_costs": table("process 2026", ("n", 40))}
    found = floors.sweep(floors.Study(tables), [0.5], offer="CN:0.5:0.5:1")
    assert by_cell(found, "below_cost")[0.5, 0.5] == approx(500 * 20 / 1000)
    assert by_cell(found, "region_surplus")[0.5, 0.5] == approx(-500 * 20 / 1000)


def test_offers_are_below_cost_in_years_in_which_the_region_is_not_capped_too() -> None:
    """CN is capped from 2027 on; in 2026 as well it sells 1,000 t, at half of what they cost."""
    tables = dict(moving().tables)
    both = {
        "years": table("year length", (2026, 1), (2027, 1)),
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
        "roles": table("region 2026", ("CN", "other")),
        "demand": table("region segment commodity value 2026 2027", ("US", "all", "oxide", None, 1000, 1000)),
        "caps": table("scope commodity basis 2027", ("US", "oxide", "demand", 0.5)),
    }
    found = floors.sweep(floors.Study(tables | both), [0.5], offer="CN:0.5:0.5:1")
    assert by_cell(found, "below_cost")[0.5, 0.5] == approx((600 * 21 + 400 * 22.8 + 500 * 21) / 1000)


WRONG = {
    "offer: there is no region": {"offer": "CX:0.6:1.2:7"},
    "expected a capped region, which answers the caps; US is member": {"offer": "US:0.6:1.2:7"},
    "AU is other": {"export": "AU:0:1:3"},
    "factors above 0; found -1": {"offer": "CN:-1:1.2:7"},
    "factors above 0; found 0": {"offer": "CN:0:1.2:7"},
    "shares from 0 to 1; found -0.5": {"export": "CN:-0.5:1:3"},
    "shares from 0 to 1; found 100 in": {"export": "CN:0:100:3"},
    "with 1 point or more; found 0 points": {"offer": "CN:0.6:1.2:0"},
    "found one point for two ends": {"offer": "CN:0.6:1.2:1"},
    "at most 1000 points": {"offer": "CN:0.6:1.2:1001"},
    "REGION:FIRST:LAST:POINTS, such as CN:0:1:5; found 'CN'": {"export": "CN"},
    "found nan": {"offer": "CN:nan:1:2"},
    "expected one of offer and export; found both": {"offer": "CN:0.6:1.2:7", "export": "CN:0:1:5"},
}


@pytest.mark.parametrize("said", WRONG)
def test_what_cannot_be_tried_is_said(said: str) -> None:
    with pytest.raises(UsageError) as raised:
        floors.sweep(moving(), CAPS, **WRONG[said])
    assert said in str(raised.value)


def test_a_region_that_sells_nothing_has_nothing_to_withhold() -> None:
    with pytest.raises(UsageError, match="CN sells nothing abroad"):
        floors.sweep(moving(2.0), CAPS, export=EXPORTS)
    idle = dict(moving().tables) | {
        "regions": table("region role", ("US", "member"), ("CN", "capped"), ("RU", "capped"))
    }
    with pytest.raises(UsageError, match="RU makes nothing"):
        floors.sweep(floors.Study(idle), CAPS, offer="RU:0.6:1.2:3")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, out = tmp_path / "study.xlsx", tmp_path / "out.xlsx"
    moving().to_excel(book)
    words = ["sweep", str(book), "--cap", CAPS, "-o", str(out), "--jobs", "1"]
    assert run([*words, "--offer", OFFERS]) == 0 and out.exists()
    assert "a cap of 0.5 and offer prices times 1.1" in capsys.readouterr().err
    assert run([*words, "--offer", OFFERS, "--export", EXPORTS]) == 2
    assert "expected one of offer and export" in capsys.readouterr().err


def test_any_executor_finds_the_same() -> None:
    told = floors.sweep(moving(), CAPS, export=EXPORTS)
    with ProcessPoolExecutor(2) as pool:
        other = floors.sweep(moving(), CAPS, None, pool, export=EXPORTS)
    for sheet in ("grid", "first", "members", "floors"):
        assert other.rows(sheet) == told.rows(sheet)


# Random studies: two mines of CN, works at home in the US, AU that sells to JP.


def drawn(random: Random) -> dict[str, float]:
    """Costs and quantities without ties."""
    return {
        "cheap": random.uniform(20, 45),
        "dear": random.uniform(45, 50),
        "mine": random.uniform(100, 700),
        "home": random.uniform(48, 60),
        "other": random.uniform(48, 60),
        "US": random.uniform(200, 700),
        "JP": random.uniform(200, 700),
    }


def drawn_study(of: Mapping[str, float], times: float = 1.0) -> floors.Study:
    """The study of these, CN's offers `times` its cost."""
    return study(
        processes=table(
            "process region commodity unit_cost capacity cost_basis",
            ("n", "CN", "oxide", of["cheap"] * times, of["mine"], of["cheap"]),
            ("s", "CN", "oxide", of["dear"] * times, None, of["dear"]),
            ("US works", "US", "oxide", of["home"]),
            ("AU works", "AU", "oxide", of["other"]),
        ),
        routes=table(
            "origin destination commodity freight", ("CN", "*", "oxide", 0), ("AU", "JP", "oxide", 0.5)
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, of["US"]),
            ("JP", "all", "oxide", None, of["JP"]),
        ),
        caps=cap("US", "oxide", "demand", 0.9) + cap("JP", "oxide", "demand", 0.9),
    )


def brute(found: floors.Grid) -> None:
    """Best answers and first moves by looking at every cell, against what is told."""
    cost, gain = by_cell(found, "bloc_net_cost"), by_cell(found, "region_surplus")
    caps, answers = found.shares, found.answers.tried
    near = 1e-9 * max(map(abs, cost.values()))
    bloc = {(c, a) for c, a in cost if all(cost[c, a] <= cost[o, a] + near for o in caps)}
    region = {(c, a) for c, a in gain if all(gain[c, a] >= gain[c, o] - near for o in answers)}
    assert {place for place, yes in by_cell(found, "bloc_best").items() if yes} == bloc
    assert {place for place, yes in by_cell(found, "region_best").items() if yes} == region
    assert set(best(found)) == bloc & region
    leads = {c: max(cost[c, a] for a in answers if (c, a) in region) for c in caps}
    follows = {a: min(gain[c, a] for c in caps if (c, a) in bloc) for a in answers}
    told = {row["first"]: row for row in found.records("first")}
    assert told["bloc"]["payoff"] == approx(min(leads.values()))
    assert told["CN"]["payoff"] == approx(max(follows.values()), abs=1e-9)
    for who, lead in (("bloc", leads), ("CN", follows)):
        pays = [row["choice"] for row in found.records("first") if row["first"] == who]
        assert pays and [lead[choice] for choice in pays] == approx(
            [told[who]["payoff"]] * len(pays), abs=near
        )


@pytest.mark.parametrize("seed", few(range(100), 6))
def test_offers_are_what_each_changed_workbook_gives(seed: int) -> None:
    of = drawn(Random(seed))
    found = floors.sweep(drawn_study(of), "0.8:0.2:3", offer="CN:0.8:1.3:3")
    for share, times in product(found.shares, found.answers.tried):
        changed = drawn_study(of, times).with_rows(
            caps=[row | {"years": {2026: share}} for row in drawn_study(of).rows("caps")]
        )
        accounts = floors.solve(changed).accounts.set_index("region")
        bloc = accounts.loc[["US", "JP"], "net_cost"].sum()
        surplus = -accounts.loc["CN", "net_cost"] - accounts.loc["CN", "below_cost"]
        assert by_cell(found, "bloc_net_cost")[share, times] == approx(bloc)
        assert by_cell(found, "region_surplus")[share, times] == approx(surplus, abs=1e-9)
    brute(found)


def plain_plan(of: Mapping[str, float], share: float, most: float) -> Any:
    """A linear program of its own: n, s; CN to US, CN to JP, US at home, AU to JP."""
    cost = np.array([of["cheap"], of["dear"], 0, 0, of["home"], of["other"] + 0.5])
    equal = np.array([[0, 0, 1, 0, 1, 0], [0, 0, 0, 1, 0, 1], [1, 1, -1, -1, 0, 0]], dtype=float)
    limited = np.array([[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 1, 1, 0, 0]])
    sides = [of["mine"], share * of["US"], share * of["JP"], most]
    done = linprog(cost, limited.astype(float), sides, equal, [of["US"], of["JP"], 0], method="highs")
    assert done.status == 0
    return done


def plain_cell(of: Mapping[str, float], share: float, most: float) -> tuple[float, float]:
    """Net cost of the bloc and surplus of CN by its duals."""
    done = plain_plan(of, share, most)
    x, price, levy = done.x, done.eqlin.marginals, -done.ineqlin.marginals
    revenue = levy[1] * x[2] + levy[2] * x[3]
    bloc = price[0] * of["US"] + price[1] * of["JP"] - revenue - (price[0] - of["home"]) * x[4]
    earned = (price[0] - levy[1]) * x[2] + (price[1] - levy[2]) * x[3]
    spent = of["cheap"] * x[0] + of["dear"] * x[1]
    return bloc / 1000, (earned - spent) / 1000


@pytest.mark.parametrize("seed", few(range(100), 6))
def test_exports_are_what_a_linear_program_of_its_own_gives(seed: int) -> None:
    of = drawn(Random(seed))
    found = floors.sweep(drawn_study(of), "0.8:0.2:3", export="CN:0.07:0.93:3")
    bare = plain_plan(of, 1.0, 1e9).x[2:4].sum()
    for (share, part), told in by_cell(found, "bloc_net_cost").items():
        bloc, surplus = plain_cell(of, share, part * bare)
        assert told == approx(bloc)
        assert by_cell(found, "region_surplus")[share, part] == approx(surplus, abs=1e-9)
    brute(found)


def test_payoffs_within_a_billionth_are_alike() -> None:
    row = {(0, 0): 1.0, (1, 0): 1.0 - 1e-10, (0, 1): 1.0, (1, 1): 1.0 - 1e-6}
    game = Game(2, 2, row, dict.fromkeys(row, 0.0), 1.0)
    assert game.row_best == {(0, 0), (1, 0), (0, 1)} and len(game.column_best) == 4
    assert game.neither_moves == ((0, 0), (0, 1), (1, 0)) and game.settled == (0, 0)


def test_levels_are_not_told_as_gains_and_nothing_is_nothing() -> None:
    """CN sells at 0.9 x its prices at a loss: its surplus is a level below 0, and what is alike has a change of 0."""
    told = "\n".join(floors.sweep(restless(), "0.9:0.15:3", offer="CN:0.9:1.3:3").sentences)
    assert "leaves it the largest surplus: 2.2" in told and "leaves it the least net cost: 45.7" in told
    assert "so that it may lie below 0 and still be more than at no cap and no answer" in told
    idle = floors.sweep(moving(2.0), CAPS, offer=OFFERS)
    assert (idle.grid[["change_of_bloc_net_cost", "change_of_region_surplus"]] == 0.0).all(axis=None)
    assert not np.signbit(idle.grid["region_surplus"]).any()
    assert any("a cap of 0.9 or 0.5 or 0.1 leaves it the least net cost" in one for one in idle.sentences)
