"""Plans that weigh the worst: by hand, and against a linear program written out in numbers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from floors.many.risks.averse import Aversion
from tests.many.test_risk import POLICIES, toy
from tests.support.averse import embargo, plant, set_to, vault
from tests.support.shocked import shocked
from tests.support.studies import metric, one, settings, table, years


@pytest.mark.parametrize(
    ("aversion", "built", "expected", "cvar", "weight", "floor", "premium"),
    [
        (0.0, 40, 3.94, 14.2, 0.1, 10 + 20 + 8 / 0.9, 0),
        (0.5, 100, 4.42, 5.5, 0.55, 10 + 20, 25 - 0.1 * 25 / 0.55),
    ],
)
def test_a_plant_is_built_for_the_tail(
    aversion: float, built: float, expected: float, cvar: float, weight: float, floor: float, premium: float
) -> None:
    """Neutral: 40 t for the cap, whose plants earn 17 of 25 in the embargo and so 8 / 0.9 above 30 in base. Averse: all
    100 t; in the embargo, which counts for 0.55, they earn 25 / 0.55, a tenth of which owners expect by probability."""
    found = floors.risk(plant(), aversion=aversion)
    states = found.states.set_index("scenario")
    assert metric(found, "expected_cost") == approx(expected) == metric(found, "total_cost")
    assert metric(found, "cvar") == approx(cvar)
    assert metric(found, "risk_objective") == approx((1 - aversion) * expected + aversion * cvar)
    assert states["weight"].to_dict() == approx({"base": 1 - weight, "embargo": weight})
    assert one(found.investment, "added", scenario="base") == approx(built)
    assert one(found.floors, "floor", scenario="base") == approx(floor)
    assert one(found.investment, "risk_premium", scenario="base") == approx(premium)
    assert found.status == "optimal"


def test_the_settings_are_the_measure_unless_another_is_asked_for() -> None:
    found = floors.risk(plant())
    assert found.aversion == Aversion(0.5, 0.1) and metric(found, "risk_objective") == approx(4.96)
    assert found.risk_objective == approx(4.96)
    assert floors.risk(plant(), tail=1.0).aversion == Aversion(0.5, 1.0)


def test_a_tail_that_holds_all_weighs_nothing() -> None:
    """The mean of the worst of all that may come is the average."""
    found, neutral = floors.risk(plant(), tail=1.0), floors.risk(plant(), aversion=0.0)
    assert found.states["weight"].tolist() == approx([0.9, 0.1])
    assert metric(found, "risk_objective") == approx(metric(neutral, "total_cost"))
    assert found.floors["floor"].tolist() == approx(neutral.floors["floor"].tolist())


@pytest.mark.parametrize(("aversion", "price"), [(0.0, 1.7), (0.5, 10.25)])
def test_a_fund_is_worth_what_it_buys_by_weight(aversion: float, price: float) -> None:
    """50 t at 10, held for 2: worth 10 in base and 200 in the embargo, so 17 or 102.5 a kg beyond the 12."""
    found = floors.risk(vault(), aversion=aversion)
    assert metric(found, "fund_shadow_price") == approx(price)
    for state in ("base", "embargo"):
        assert one(found.stocks, "put", scenario=state, year=2026) == approx(50)
    assert metric(found, "expected_cost") == approx(0.9 * 2.1 + 0.1 * 11.6)
    assert metric(found, "cvar") == approx(11.6)


def test_without_a_fund_there_is_no_price_of_one() -> None:
    found = floors.risk(plant())
    assert found.summary.set_index("metric")["value"].isna()["fund_shadow_price"]


def test_each_of_two_funds_has_its_price() -> None:
    """The second buys what is kept at 4: 15 a kg, 10 of which are money."""
    found = floors.risk(
        vault(
            stockpiles=table(
                "stockpile region commodity opening holding_cost fund",
                ("vault", "US", "oxide", 0, 2, "fund"),
                ("barn", "US", "oxide", 0, 4, "other"),
            ),
            stock_targets=table("stockpile 2026 2027", ("vault", 0, 0), ("barn", 0, 0)),
            funds=table("fund amount", ("fund", 0.3), ("other", 0.2)),
        ),
        aversion=0.0,
    )
    assert metric(found, "fund_shadow_price fund") == approx(1.7)
    assert metric(found, "fund_shadow_price other") == approx(1.5)


@pytest.mark.parametrize(
    ("costs", "tail", "cvar"),
    [
        ((1, 2, 9), 0.1, 9),
        ((1, 2, 9), 0.2, 9),
        ((1, 2, 9), 0.5, (0.2 * 9 + 0.3 * 2) / 0.5),
        ((1, 2, 9), 1, 3),
    ],
)
def test_the_mean_of_the_worst(costs: tuple[float, ...], tail: float, cvar: float) -> None:
    assert Aversion(0.5, tail).cvar((0.4, 0.4, 0.2), costs) == approx(cvar)


@pytest.mark.parametrize(("aversion", "tail"), [(1.0, 0.1), (-0.1, 0.1), (0.5, 0.0), (0.5, 1.5), (True, 0.1)])
def test_what_is_no_measure_is_refused(aversion: float, tail: float) -> None:
    with pytest.raises(floors.UsageError):
        floors.risk(plant(), aversion=aversion, tail=tail)


# Against a linear program written out in numbers


class Plain:
    """Least (1 - a) x expected cost + a x CVaR of `drawn`, in thousand."""

    def __init__(self, numbers: dict[str, Any], a: float, b: float) -> None:
        self.columns: dict[Any, int] = {}
        self.bounds: list[tuple[float | None, float | None]] = []
        self.rows: list[tuple[dict[int, float], str, float]] = []
        odds = numbers["odds"]
        cost = {s: dict[int, float]() for s in odds}
        constant = dict.fromkeys(odds, 0.0)
        new = self.column
        for t in (2026, 2027):
            built = new(("build", t), high=numbers["most"])
            for s in odds:
                cost[s][built] = numbers["charge"] * (2028 - t)
        for s in odds:
            embargo_, price = numbers["shut"][s], numbers["price"][s]
            for t in (2026, 2027):
                late = t == 2027
                cn = new(("cn", s, t), high=0 if late and embargo_ else numbers["cap"])
                us, put, take, gap = (new((name, s, t)) for name in ("us", "put", "take", "gap"))
                held = new(("held", s, t))
                wanted = numbers["wanted"][s] if late else 100.0
                self.row({cn: 1, us: 1, take: 1, put: -1, gap: 1}, "=", wanted)
                alive = {self.columns["build", b]: -1.0 for b in (2026, 2027) if b <= t}
                self.row({us: 1, **alive}, "<", 0.0)
                before = {self.columns["held", s, 2026]: -1.0} if late else {}
                self.row({held: 1, put: -1, take: 1, **before}, "=", 0.0)
                for column, each in ((cn, price if late else 10.0), (us, 30.0), (gap, 200.0), (held, 2.0)):
                    cost[s][column] = cost[s].get(column, 0.0) + each
            for flow in numbers["tied"]:
                here, there = (self.columns[flow, one_, 2026] for one_ in (s, "base"))
                if here != there:
                    self.row({here: 1, there: -1}, "=", 0.0)
        eta = new("eta", low=None)
        total: dict[int, float] = {eta: a}
        for s, chance in odds.items():
            beyond = new(("beyond", s))
            total[beyond] = a * chance / b
            self.row({**{k: -c for k, c in cost[s].items()}, beyond: 1.0, eta: 1.0}, ">", constant[s])
            for k, c in cost[s].items():
                total[k] = total.get(k, 0.0) + (1 - a) * chance * c
        self.total = total

    def column(self, name: Any, low: float | None = 0.0, high: float | None = None) -> int:
        self.columns[name] = len(self.bounds)
        self.bounds.append((low, high))
        return self.columns[name]

    def row(self, terms: dict[int, float], sense: str, side: float) -> None:
        self.rows.append((terms, sense, side))

    def least(self) -> float:
        def dense(terms: dict[int, float]) -> np.ndarray:
            found = np.zeros(len(self.bounds))
            found[list(terms)] = list(terms.values())
            return found

        above = [(dense(terms) * (-1 if sense == ">" else 1), side * (-1 if sense == ">" else 1))
                 for terms, sense, side in self.rows if sense != "="]  # fmt: skip
        equal = [(dense(terms), side) for terms, sense, side in self.rows if sense == "="]
        answer = linprog(
            dense(self.total),
            A_ub=np.array([terms for terms, _ in above]),
            b_ub=[side for _, side in above],
            A_eq=np.array([terms for terms, _ in equal]),
            b_eq=[side for _, side in equal],
            bounds=self.bounds,
        )
        assert answer.status == 0
        return float(answer.fun)


def drawn(seed: int) -> tuple[dict[str, Any], floors.Study]:
    """Two years, base and up to three states that differ in 2027: an embargo, a price of CN, what is wanted."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(int(rng.integers(1, 4)))]
    chances = rng.dirichlet(np.ones(len(names) + 1)).round(3)
    odds = {"base": 1 - float(chances[1:].sum()), **dict(zip(names, chances[1:].tolist(), strict=True))}
    known = bool(rng.integers(2))
    numbers: dict[str, Any] = {
        "odds": odds,
        "cap": float(rng.integers(50, 90)),
        "charge": float(rng.integers(5, 40)),
        "most": float(rng.integers(20, 120)),
        "shut": {"base": False} | {s: bool(rng.integers(2)) for s in names},
        "price": {"base": 10.0} | {s: float(rng.integers(4, 60)) for s in names},
        "wanted": {"base": 100.0} | {s: float(rng.integers(60, 140)) for s in names},
        "tied": ("put", "take", *(("cn", "us", "gap") if known else ())),
    }
    changes = []
    for s in names:
        changes += [
            set_to(s, "unit_costs", "process=cn", 2027, numbers["price"][s]),
            set_to(s, "demand", "region=US", 2027, numbers["wanted"][s]),
            *([embargo(s)] if numbers["shut"][s] else []),
        ]
    header = "process region commodity unit_cost capital_cost lifetime max_build"
    given = plant(
        settings=settings(discount_rate=0),
        years=years((2026, 1), (2027, 1)),
        processes=table(
            header,
            ("cn", "CN", "oxide", 10),
            ("us", "US", "oxide", 30, numbers["charge"] * 2, 2, numbers["most"]),
        ),
        unit_costs=table("process 2026 2027", ("cn", 10, 10)),
        route_limits=table("origin destination commodity 2026 2027", ("CN", "US", "oxide", None, None)),
        demand=table("region segment commodity value 2026 2027", ("US", "a", "oxide", 200, 100, 100)),
        caps=table(
            "scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", numbers["cap"], numbers["cap"])
        ),
        stockpiles=table("stockpile region commodity opening holding_cost", ("vault", "US", "oxide", 0, 2)),
        stock_targets=table("stockpile 2026 2027", ("vault", 0, 0)),
        scenarios=[
            {"scenario": s, "probability": odds[s], "known_from": 2027 if known else None} for s in names
        ],
        changes=changes,
    )
    return numbers, given


@pytest.mark.parametrize("seed", range(12))
def test_the_measure_is_that_of_a_program_written_out(seed: int) -> None:
    """The least measure, and weights that price the plan; knowing more is never worth less than nothing."""
    rng = np.random.default_rng(1000 + seed)
    a, b = float(rng.choice([0.0, 0.2, 0.5, 0.9])), float(rng.choice([0.05, 0.2, 0.5, 1.0]))
    numbers, given = drawn(seed)
    found = floors.risk(given, aversion=a, tail=b)
    assert 1000 * metric(found, "risk_objective") == approx(Plain(numbers, a, b).least(), rel=1e-8)
    assert found.status == "optimal"
    states = found.states
    assert states["weight"].sum() == approx(1)
    by_weight = float((states["weight"] * states["total_cost"]).sum())
    assert by_weight == approx(metric(found, "risk_objective"), rel=1e-8)
    for value in (
        found.value_of_perfect_information,
        found.value_of_stochastic_solution,
        found.value_over_base_plan,
    ):
        assert value is None or value >= -1e-7


def test_the_measure_of_values_is_that_of_the_plan() -> None:
    """EVPI of the case: each state known, 2.8 (40 t for the cap) and 5.5: 3.07 on average, 5.5 in the tail."""
    found = floors.risk(plant())
    assert found.value_of_perfect_information == approx(4.96 - (3.07 + 5.5) / 2)
    assert metric(found, "value_over_base_plan") == approx((3.94 + 14.2) / 2 - 4.96)
    assert replace(found, expected=found.expected | {"total_cost": None}).risk_objective is None


def test_other_commands_say_that_they_do_not_heed_it() -> None:
    noted = [note for note in floors.solve(plant()).outcome.case.notes if note.code == "risk_alone"]
    assert [(note.sheet, note.cell) for note in noted] == [("settings", "B3")]
    plain = plant(settings=settings(discount_rate=0, risk_aversion=0, risk_tail=0.1))
    assert not [note for note in floors.solve(plain).outcome.case.notes if note.code == "risk_alone"]
    assert not any("heeded" in warning for warning in floors.risk(plant()).warnings)


@pytest.mark.parametrize(
    ("key", "value"), [("risk_aversion", 1), ("risk_aversion", -0.1), ("risk_tail", 0), ("risk_tail", 2)]
)
def test_a_setting_outside_its_bounds_is_an_error_at_its_cell(key: str, value: float) -> None:
    with pytest.raises(floors.InputError) as caught:
        plant(settings=settings(discount_rate=0, **{key: value}))
    assert [(p.sheet, p.cell) for p in caught.value.problems] == [("settings", "B3")]


def test_the_frontier_by_hand() -> None:
    """A plant for the 60 t beyond the cap costs 25 a kg and saves 170 in the embargo: it is built where that counts for
    more than 25 / 170 = 0.147, which at a weight of the tail of 0 it does not (0.1), and at 0.1 does (0.19)."""
    found = floors.risk(plant(), aversion="0:0.2:3")
    rows = found.frontier
    assert rows["aversion"].tolist() == approx([0, 0.1, 0.2])
    assert rows["expected_cost"].tolist() == approx([3.94, 4.42, 4.42])
    assert rows["cvar"].tolist() == approx([14.2, 5.5, 5.5])
    assert rows["risk_objective"].tolist() == approx([3.94, 0.9 * 4.42 + 0.1 * 5.5, 0.8 * 4.42 + 0.2 * 5.5])
    assert rows["dearest_state"].tolist() == ["embargo"] * 3
    assert rows["dearest_cost"].tolist() == approx([14.2, 5.5, 5.5])
    assert rows["charges"].tolist() == approx([1.0, 2.5, 2.5])
    assert found.aversion.weight == 0.5, "the plan is that of the settings"


def test_the_frontier_is_the_same_on_any_executor() -> None:
    with ThreadPoolExecutor(2) as executor:
        there = floors.risk(plant(), aversion=[0.2, 0.0], executor=executor)
    here = floors.risk(plant(), aversion=[0.0, 0.2])
    assert there.rows("frontier") == here.rows("frontier") and len(here.frontier) == 2


def test_the_frontier_is_drawn_where_plans_differ() -> None:
    found = floors.risk(plant(), aversion="0:0.9:4")
    (drawn,) = (one for one in found.pictures if one.name == "picture_frontier")
    (series,) = drawn.panels[0].series
    assert drawn.panels[0].along == approx((3.94, 4.42)) and series.values == approx((14.2, 5.5))
    assert series.labels == ("0", "0.3")
    assert drawn.title.replace("\u00a0", " ") == (
        "480 thousand USD more on average takes 8.7 million USD off the worst 10 %"
    )
    alike = floors.risk(plant(), aversion="0.3:0.9:3")
    assert [one.name for one in alike.pictures] == ["picture_risk"]
    assert len(floors.risk(plant()).frontier) == 0


@pytest.mark.parametrize("given", ["abc", "0:1:3", "0:0.9:0", [], [1.0], "0:0.5:201", [True]])
def test_what_is_no_frontier_is_refused(given: Any) -> None:
    with pytest.raises(floors.UsageError):
        floors.risk(plant(), aversion=given)


def test_the_command_takes_a_weight_or_a_frontier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, out = tmp_path / "given.xlsx", tmp_path / "out.xlsx"
    plant().to_excel(given)
    often = ["risk", str(given), "-o", str(out), "--json", "--force", "--jobs", "1"]
    assert run([*often, "--aversion", "0", "--tail", "0.2"]) == 0
    told = {row["metric"]: row["value"] for row in json.loads(capsys.readouterr().out)["summary"]}
    assert (told["risk_objective"], told["cvar"]) == approx((3.94, (14.2 + 2.8) / 2))
    assert run([*often, "--aversion", "0:0.9:2"]) == 0
    assert [row["aversion"] for row in json.loads(capsys.readouterr().out)["frontier"]] == [0, 0.9]
    assert "picture_frontier" in openpyxl.load_workbook(out).sheetnames
    assert run([*often, "--aversion", "nothing"]) == 2
    assert "LOW:HIGH:POINTS" in capsys.readouterr().out


@pytest.mark.parametrize("policy", ["minimum", "maximum", "change"])
def test_weights_hold_under_rules_on_floors(policy: str) -> None:
    """Levies of a minimum are in the cost of a state, and topped up from its price by weight."""
    found = floors.risk(
        toy(
            [
                {"scenario": "dumping", "probability": 0.25},
                {"scenario": "shut", "probability": 0.1, "known_from": 2031},
            ],
            [set_to("dumping", "processes", "region=CN", "unit_cost", 60), embargo("shut", 2032)],
            **POLICIES[policy],
        ),
        aversion=0.6,
        tail=0.2,
    )
    assert found.status == "optimal"
    weights = found.states.set_index("scenario")["weight"].to_dict()
    assert sum(weights.values()) == approx(1) and weights["shut"] > 0.1
    assert found.expected["total_cost"] == approx(metric(found, "expected_cost"))


@pytest.mark.parametrize(("probability", "weight"), [(0.2, 0.5), (0.3, 0.8), (0.15, 0.3)])
def test_what_no_policy_costs_with_the_same_foresight(probability: float, weight: float) -> None:
    """Whoever foresees the embargo builds all 100 t, 1 million a year, without a policy: 4 + 5 million where all then
    comes from abroad, 4 + 6 million in the embargo; nobody else has a cost."""
    found = floors.risk(shocked(probability=probability), aversion=weight, tail=0.1)
    hedged = found.states.set_index("scenario")["without_policy_hedged"]
    assert hedged.to_dict() == {"base": approx(9.0), "embargo": approx(10.0)}
    bloc = found.states["without_policy_hedged_bloc"]
    assert bloc.tolist() == approx(hedged.tolist())
    rows = found.summary.set_index("metric")["value"]
    assert rows["worth_hedged"] == approx((1 - probability) * -0.4)
    assert rows["without_policy_hedged"] == approx(9 + probability)
