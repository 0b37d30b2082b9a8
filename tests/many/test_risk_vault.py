"""What a fund buys before it is known what comes, what its last money saves, and the rule of thumb: by hand."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from tests.support.averse import embargo, held, minerals, plant, set_to, vault
from tests.support.studies import one, settings, table, years


def plans(found: floors.Risk) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in found.records("vault_plans")}


def test_the_last_money_saves_most_where_a_ton_is_missed_most() -> None:
    """A kg of gallium costs 12 and is worth 10 in base, 210 in the embargo: 0.9 x 10 + 21 - 12 = 18 beyond itself, 1.8
    each of 10. Of tungsten 0.9 x 10 + 6 - 12 = 3: 0.3. So all of 1 million buys 100 t of gallium."""
    found = floors.risk(minerals())
    gallium, tungsten = found.records("vault")
    assert [gallium["put"], tungsten["put"]] == approx([100, 0], abs=1e-9)
    assert [gallium["marginal_value"], tungsten["marginal_value"]] == approx([1.8, 0.3])
    assert gallium["marginal_year"] == tungsten["marginal_year"] == 2026
    assert one(found.summary, "value", metric="fund_shadow_price") == approx(1.8)
    assert (gallium["spending"], gallium["share_of_fund"]) == approx((1.0, 1.0))
    assert (gallium["stock"], gallium["stock_year"], gallium["days"]) == approx((100, 2026, 100))
    assert gallium["put_before"] == approx(100)


def test_the_rule_of_thumb_buys_of_each_what_the_choice_does_not() -> None:
    """60 t of each for 1.2 million: 60 x 18 + 60 x 3 thousand saved, against 100 x 18 of the choice out of 1.2: 120 t."""
    found = floors.risk(minerals(1.2))
    ways = plans(found)
    rule = ways["days of each"]
    assert (rule["days"], rule["limited_by"], rule["spending"]) == (60, None, approx(1.2))
    assert (rule["avoided"], ways["as planned"]["avoided"]) == approx((1.26, 2.16))
    assert rule["avoided_each"] == approx(1.05) and rule["beyond_plan"] == approx(0.9)
    assert [row["rule_put"] for row in found.records("vault")] == approx([60, 60])


def test_of_a_fund_too_small_for_the_rule_the_days_it_affords_are_told() -> None:
    """1 million buys 50 days of each at 10 a kg and 1 t a day."""
    rule = plans(floors.risk(minerals(1.0)))["days of each"]
    assert (rule["days"], rule["limited_by"], rule["spending"]) == (50, "fund", approx(1.0))
    assert rule["avoided"] == approx(50 * 0.018 + 50 * 0.003)


def test_targets_of_its_own_are_let_go_where_nothing_is_bought() -> None:
    """40 days of each are held, and 40 t of gallium beside: 80 x 18 + 40 x 3; without targets 120 x 18."""
    ways = plans(floors.risk(held()))
    assert [ways[way]["avoided"] for way in ("as planned", "without targets")] == approx([1.56, 2.16])
    assert ways["nothing bought"]["avoided"] == 0 == ways["nothing bought"]["spending"]
    assert ways["days of each"]["avoided"] == approx(1.26)


def test_what_lies_there_counts_to_the_days() -> None:
    """70 t of tungsten stay, and 60 days of gallium are bought."""
    found = floors.risk(minerals(2.0, opening=(0, 70)))
    assert [row["rule_put"] for row in found.records("vault")] == approx([60, 0], abs=1e-9)


@pytest.mark.parametrize(("fund", "step"), [(1.0, 0.01), (0.5, 0.001), (11_670, 100), (0.0, 100.0)])
def test_the_next_money_is_a_round_part_of_the_fund(fund: float, step: float) -> None:
    more = plans(floors.risk(minerals(fund)))["more in the fund"]
    assert more["amount"] == approx(fund + step)


def test_the_next_money_saves_what_it_is_told_to() -> None:
    """1 t of gallium more saves 18 thousand; once all gallium is kept that will be missed, tungsten saves 3."""
    next_gallium = plans(floors.risk(minerals(1.0)))["more in the fund"]
    assert next_gallium["beyond_plan"] == approx(-0.018)
    next_tungsten = plans(floors.risk(minerals(4.0)))["more in the fund"]
    assert next_tungsten["beyond_plan"] == approx(-0.003)


def test_the_accounts_of_stockpiles_are_those_of_their_fund() -> None:
    """100 t bought at 10 and kept for 2; sold at 10 in base, at 210 in the embargo. 5 % on the 1.2 million owed."""
    fund = [{"fund": "Vault", "amount": 1.0, "rate": 0.05}]
    found = floors.risk(minerals(funds=fund))
    (row, nothing) = found.records("vault")
    wanted = {"purchases": 1.0, "holding": 0.2, "interest": 0.06, "sales": 0.9 * 1 + 0.1 * 21}
    assert {name: row[name] for name in wanted} == approx(wanted)
    assert row["result"] == approx(3.0 - 1.26) and nothing["result"] == 0
    base, shut = (one(found.vault_years, "result", scenario=s, year=2027) for s in ("base", "embargo"))
    assert 0.9 * base + 0.1 * shut == approx(row["result"])


def test_a_ton_kept_for_a_period_of_two_years_is_paid_for_twice() -> None:
    """50 t a year of gallium at 10, kept for 4: 0.9 x 10 + 21 - 14 = 16 a kg. Of tungsten 9 + 6 - 14 = 1."""
    goods = ("gallium", "tungsten")
    found = floors.risk(
        minerals(
            years=years((2026, 2), (2028, 1)),
            route_limits=table(
                "origin destination commodity 2026 2028", *(("CN", "US", good, None, None) for good in goods)
            ),
            demand=table(
                "region segment commodity value 2026 2028",
                *(("US", "a", good, loss, 365, 365) for good, loss in zip(goods, (210, 60), strict=True)),
            ),
            stock_targets=table("stockpile 2026 2028", *((f"pile {good}", 0, 0) for good in goods)),
            reference_prices=table("commodity 2026 2028", *((good, 10, 10) for good in goods)),
            scenarios=table("scenario probability known_from", ("embargo", 0.1, 2028)),
            changes=[embargo("embargo", 2028)],
        )
    )
    assert found.vault["put"].tolist() == approx([100, 0], abs=1e-9)
    assert found.vault["marginal_value"].tolist() == approx([1.6, 0.1])
    assert found.vault["holding"].tolist() == approx([0.4, 0])
    assert (plans(found)["days of each"]["days"], plans(found)["days of each"]["avoided"]) == approx(
        (50, 0.85)
    )


def test_without_a_fund_there_is_nothing_to_tell() -> None:
    found = floors.risk(vault(stockpiles=None, stock_targets=None, funds=None))
    assert not found.rows("vault") and not found.rows("vault_plans") and not found.rows("vault_years")


def test_the_vault_is_the_same_on_any_executor() -> None:
    with ThreadPoolExecutor(2) as executor:
        there = floors.risk(minerals(), executor=executor)
    here = floors.risk(minerals())
    for sheet in ("vault", "vault_plans", "vault_years"):
        assert there.rows(sheet) == here.rows(sheet) != []


def test_the_command_tells_of_the_vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, out = tmp_path / "given.xlsx", tmp_path / "out.xlsx"
    minerals().to_excel(given)
    assert run(["risk", str(given), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["marginal_value"] for row in told["vault"]] == approx([1.8, 0.3])
    assert [row["way"] for row in told["vault_plans"]] == [
        "as planned",
        "nothing bought",
        "more in the fund",
        "days of each",
    ]
    assert "picture_vault" in openpyxl.load_workbook(out).sheetnames


@pytest.mark.parametrize("least", [12.0, 15.0])
def test_a_minimum_on_floors_leaves_what_other_ways_cost_in_order(least: float) -> None:
    """A minimum under which the US makes nothing: its levies are in the cost of all ways alike."""
    found = floors.risk(
        minerals(floor_rules=table("commodity rule 2026 2027", ("gallium", "minimum", least, least)))
    )
    ways = plans(found)
    assert all(row["status"] == "optimal" for row in ways.values()) and found.status == "optimal"
    assert ways["nothing bought"]["spending"] == 0
    assert ways["as planned"]["avoided"] >= ways["days of each"]["avoided"] > 0


# One path of floors


@pytest.mark.parametrize("aversion", [0.0, 0.6])
def test_floors_are_decided_before_it_is_known_what_comes(aversion: float) -> None:
    """One floor a year in all states; until the embargo of 2027 is known its price and levy are those of base too."""
    found = floors.risk(
        plant(
            years=years((2026, 1), (2027, 1)),
            route_limits=table("origin destination commodity 2026 2027", ("CN", "US", "oxide", None, None)),
            demand=table("region segment commodity value 2026 2027", ("US", "a", "oxide", 200, 100, 100)),
            caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 60, 60)),
            scenarios=table("scenario probability known_from", ("embargo", 0.1, 2027)),
            changes=[embargo("embargo")],
        ),
        aversion=aversion,
    )
    rows = found.records("floors")
    for t in (2026, 2027):
        assert len({round(row["floor"], 9) for row in rows if row["year"] == t}) == 1
    before = {(row["capped_price"], row["levy"]) for row in rows if row["year"] == 2026}
    assert len(before) == 1 and min(before)[1] > 0
    built = {row["scenario"]: row["added"] for row in found.records("investment") if row["year"] == 2026}
    assert built["base"] == approx(built["embargo"])


# Against a linear program written out in numbers


def least(
    numbers: dict[str, Any], fund: float, exactly: float | None = None, free: int | None = None
) -> float:
    """Least (1 - a) x expected cost + a x CVaR in thousand of goods that are bought in 2026 and missed in 2027, with a
    fund in thousand; with so many t of each in store, or with 1 t of one of them that lies there as well."""
    goods, states = numbers["price"], numbers["states"]
    n, a, b = len(goods), numbers["aversion"], numbers["tail"]
    # columns: put, then for each state take, buy in 2027 and go without, of each good; eta; beyond of each state
    put = np.arange(n)
    take, buy, gap = (n + np.arange(len(states) * n).reshape(-1, n) + k * len(states) * n for k in range(3))
    eta = n + 3 * len(states) * n
    count = eta + 1 + len(states)
    above, most, equal, sides = [], [], [], []

    def row(terms: dict[int, float]) -> np.ndarray:
        made = np.zeros(count)
        for column, value in terms.items():
            made[column] += value
        return made

    above.append(row({put[i]: goods[i] for i in range(n)}))
    most.append(fund)
    if exactly is not None:
        equal += [row({put[i]: 1.0}) for i in range(n)]
        sides += [exactly] * n
    total = row({eta: a})
    for s, (chance, shut) in enumerate(states):
        cost, constant = row({}), 0.0
        for i in range(n):
            given = 1.0 if free == i else 0.0
            constant += goods[i] * (numbers["wanted"] + given) + numbers["keep"] * given
            cost += row(
                {put[i]: goods[i] + numbers["keep"], buy[s, i]: goods[i], gap[s, i]: numbers["loss"][i]}
            )
            equal.append(row({take[s, i]: 1, buy[s, i]: 1, gap[s, i]: 1}))
            sides.append(numbers["wanted"])
            above.append(row({take[s, i]: 1, put[i]: -1}))
            most.append(given)
            if i in shut:
                above.append(row({buy[s, i]: 1}))
                most.append(0.0)
        total += (1 - a) * chance * cost
        total += row({eta + 1 + s: a * chance / b})
        above.append(cost - row({eta + 1 + s: 1, eta: 1}))
        most.append(-constant)
    offset = (1 - a) * sum(
        chance
        * sum(goods[i] * (numbers["wanted"] + (free == i)) + numbers["keep"] * (free == i) for i in range(n))
        for chance, _ in states
    )
    bounds = [(None, None) if k == eta else (0, None) for k in range(count)]
    found = linprog(total, np.array(above), most, np.array(equal), sides, bounds)
    assert found.status == 0
    return float(found.fun) + offset


@pytest.mark.parametrize("seed", range(8))
def test_the_vault_of_random_studies_is_that_of_a_plain_lp(seed: int) -> None:
    """Three goods, an embargo on each and one on all, some weight of the worst: the plan, nothing bought, the next money,
    the rule of thumb, and what 1 t more of each would save."""
    dice = np.random.default_rng(seed)
    goods = ("gallium", "tungsten", "graphite")
    price, loss = dice.integers(5, 20, 3).astype(float), dice.integers(40, 300, 3).astype(float)
    chances = dice.dirichlet([6, 1, 1, 1, 1]).round(3)
    a, fund = float(dice.choice([0, 0.5])), float(dice.choice([1.0, 3.0, 20.0]))
    states = [
        (1 - chances[1:].sum(), set[int]()),
        *((chances[k + 1], {k}) for k in range(3)),
        (chances[4], {0, 1, 2}),
    ]
    numbers = {
        "price": price,
        "loss": loss,
        "states": states,
        "aversion": a,
        "tail": 0.2,
        "wanted": 365.0,
        "keep": 2.0,
    }
    names = [f"no {good}" for good in goods] + ["none"]
    found = floors.risk(
        minerals(
            fund,
            tuple(loss.tolist()),
            settings=settings(discount_rate=0, risk_aversion=a, risk_tail=0.2),
            processes=table(
                "process region commodity unit_cost",
                *((f"cn {good}", "CN", good, p) for good, p in zip(goods, price.tolist(), strict=True)),
            ),
            reference_prices=table(
                "commodity 2026 2027", *((good, p, p) for good, p in zip(goods, price.tolist(), strict=True))
            ),
            scenarios=[
                {"scenario": name, "probability": float(chance), "known_from": 2027}
                for name, chance in zip(names, chances[1:], strict=True)
            ],
            changes=[
                *(
                    set_to(f"no {good}", "route_limits", f"origin=CN; commodity={good}", 2027, 0)
                    for good in goods
                ),
                embargo("none"),
            ],
        )
    )
    told = {way: 1000 * row["risk_objective"] for way, row in plans(found).items()}
    here = 1000 * fund
    wanted = {"as planned": least(numbers, here), "nothing bought": least(numbers, 0.0)}
    wanted["more in the fund"] = least(numbers, 1000 * plans(found)["more in the fund"]["amount"])
    days = plans(found)["days of each"]["days"]
    assert days == min(60, int(here / price.sum() + 1e-9))
    wanted["days of each"] = least(numbers, here, exactly=days)
    assert told == approx(wanted)
    for i, row in enumerate(found.records("vault")):
        more = wanted["as planned"] - least(numbers, here, free=i)  # of a whole t: no more than at the margin
        assert more / price[i] <= row["marginal_value"] + 1e-6
        if row["put"] < 1e-9 or row["put"] > 2:
            assert more / price[i] == approx(row["marginal_value"], abs=1e-6)
