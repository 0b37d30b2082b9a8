"""What the prices prove of the cost: finite and right, or nothing; and nothing of a plan that could be bettered."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import floors
from floors.contract import results as tables
from floors.verification import verify
from tests.support import mixed, studies
from tests.support.planted import Copy

PROVEN = "proven least"
CHEAP, DEAR = 20, 100_000
BUILT = "process region commodity unit_cost capacity capital_cost"


def _us(capital_cost: float, **more: Any) -> studies.Table:
    row = studies.table(BUILT, ("US works", "US", "oxide", 50, 5, capital_cost))[0]
    return [row | more]


def _found(of: floors.Study, result: Any) -> tuple[list[str], str]:
    """What `verify` says of a result of another study: findings, but for that of the workbook, and the proof."""
    report = verify(of, result)
    said = [str(one) for one in report.findings if one.key != "workbook sha256"]
    return said, " ".join(report.proof)


def test_a_plan_that_builds_nothing_where_building_is_cheaper_is_not_proven() -> None:
    """At a price of 200 a build that costs 20 would pay many times over; the one solved costs 100,000."""
    dear, cheap = (studies.study(processes=_us(cost)) for cost in (DEAR, CHEAP))
    result = floors.solve(dear)
    assert _found(dear, result)[0] == [] and PROVEN in _found(dear, result)[1]
    wrong, proof = _found(cheap, result)
    assert any("US works would earn" in one and "nobody gains by building more" in one for one in wrong)
    assert "not proven" in proof and "building US works in 2026" in proof


@pytest.mark.parametrize(
    ("limits", "proven"), [({"max_build": 2}, 7.0), ({"max_total": 2}, 7.0), ({"max_total": 0}, 5.0)]
)
def test_a_build_with_a_limit_counts_up_to_it(limits: dict[str, float], proven: float) -> None:
    """Of 10 t wanted 5 t, or 7 t at charges of 20 x annuity, are made: right once, no proof of the plan without."""
    dear, cheap = (studies.study(processes=_us(cost, **limits)) for cost in (DEAR, CHEAP))
    result = floors.solve(cheap)
    assert studies.activity(result, "US works") == pytest.approx(proven)
    assert _found(cheap, result)[0] == [] and PROVEN in _found(cheap, result)[1]
    wrong, proof = _found(cheap, floors.solve(dear))
    if proven > 5:
        assert any("would earn" in one for one in wrong) and PROVEN not in proof
    else:
        assert wrong == [] and PROVEN in proof


@pytest.mark.parametrize("capacity", [None, 3])
def test_a_process_with_room_that_gains_is_no_proof(capacity: float | None) -> None:
    """At a price of 200 whoever makes it at 50 gains: up to its capacity, or without end."""
    header = "process region commodity unit_cost capacity"
    rows = [("US works", "US", "oxide", 80, 5), ("US more", "US", "oxide", 500, capacity)]
    dear = studies.study(processes=studies.table(header, *rows))
    cheap = studies.study(processes=studies.table(header, rows[0], ("US more", "US", "oxide", 50, capacity)))
    wrong, proof = _found(cheap, floors.solve(dear))
    assert any("US more earns" in one for one in wrong)
    assert PROVEN not in proof and "not proven" in proof


def test_a_full_plant_shares_its_margin_with_what_was_built() -> None:
    """Hall and process are full at 10 t of 15; the margin of 150 pays the charge, and the rest is the hall's."""
    given = studies.study(
        processes=[
            {
                "process": "us",
                "region": "US",
                "commodity": "oxide",
                "unit_cost": 50,
                "capital_cost": 100,
                "plant": "hall",
            }
        ],
        plants=[{"plant": "hall", "capacity": 10}],
        demand=studies.table("region segment commodity value 2026", ("US", "all", "oxide", 200, 15)),
    )
    result = floors.solve(given)
    assert studies.metric(result, "total_cost") == pytest.approx(1.55)
    assert _found(given, result) == (
        [],
        "no plan costs less than 1.550000 million: the plan's cost is proven least by the prices.",
    )


@pytest.mark.parametrize("capacity", [None, 4])
def test_holding_that_would_pay_is_found(capacity: float | None) -> None:
    """US makes 5 t a year at 80; a stock carries them from a year without demand to one of 200, unless it costs 1,000."""

    def given(holding: float) -> floors.Study:
        return studies.study(
            years=studies.years((2026, 1), (2027, 1)),
            processes=studies.table(
                "process region commodity unit_cost capacity", ("US w", "US", "oxide", 80, 5)
            ),
            demand=studies.table(
                "region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 1, 10)
            ),
            stockpiles=studies.table(
                "stockpile region commodity opening capacity holding_cost",
                ("pile", "US", "oxide", 0, capacity, holding),
            ),
        )

    right, wrong = given(1), given(1000)
    assert _found(right, floors.solve(right))[0] == []
    assert PROVEN in _found(right, floors.solve(right))[1]
    found, proof = _found(right, floors.solve(wrong))
    assert any("holding more earns" in one and one.startswith("stocks") for one in found)
    assert PROVEN not in proof


def test_a_large_sum_is_held_against_its_terms() -> None:
    """Two million tonnes at 50 a kg leave 1e-11 million of what nobody misses: rounding of 1e11."""
    given = studies.study(
        processes=studies.table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        routes=studies.table("origin destination commodity loss", ("CN", "US", "oxide", 0.1)),
        demand=studies.table("region segment commodity value 2026", ("US", "all", "oxide", 200, 2_000_000)),
    )
    wrong, proof = _found(given, floors.solve(given))
    assert wrong == [] and PROVEN in proof


def test_a_tonne_missing_among_billions_is_found() -> None:
    """A tonne of a hundred in one country is no rounding, whatever another country buys."""
    given = studies.study(
        demand=studies.table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 1e9),
            ("JP", "all", "oxide", 200, 100),
        )
    )
    result = floors.solve(given)
    less = Copy(result, False)
    (row,) = [row for row in less.rows("shipments") if row[1] == "JP"]
    row[tables.SHIPMENTS.names.index("quantity")] -= 1
    assert any("JP/all oxide goes without" in one for one in _found(given, less)[0])


@pytest.mark.parametrize("seed", [29, 42, 78, 90, 121, 188, 1011, 1019, 1080, 1113, 1116])
def test_right_results_under_rules_have_no_findings(seed: int) -> None:
    """Second capped origins that ship nothing pay a levy too; of two buyers with one value either may go without; a
    rule may set a price within a step of a curve."""
    given = floors.Study(mixed.sheets(Random(seed)))
    assert [str(one) for one in verify(given, floors.solve(given)).findings] == []


def test_a_commitment_of_a_pair_excuses_a_loss_on_the_way_to_its_market() -> None:
    """MY must send 20 t to the US and sends 50 t to its market, where a maximum of 30 leaves 10 of its 40 a kg
    unpaid: 30 t x 10 are foregone of the commitment, which holds for region and market together."""
    study = studies.study(
        processes=studies.table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 10),
            ("MY works", "MY", "oxide", 40),
        ),
        routes=studies.table(
            "origin destination commodity minimum", ("*", "*", "*"), ("MY", "US", "oxide", 20)
        ),
        demand=studies.table("region segment commodity value 2026", ("US", "defence", "oxide", 200, 100)),
        caps=studies.table("scope commodity segment basis 2026", ("US", "oxide", "defence", "tonnes", 50)),
        floor_rules=studies.table("commodity rule 2026", ("oxide", "maximum", 30)),
    )
    result = floors.solve(study)
    assert studies.total(result.support, "foregone", name="MY > US oxide") == pytest.approx(0.3)
    assert not floors.verify(study, result).findings


@pytest.mark.parametrize(
    "of_rules", [None, studies.table("commodity rule 2026 2027", ("oxide", "max_fall", 30, 30))]
)
def test_a_levy_of_its_own_that_no_rule_asks_for_is_found(of_rules: studies.Table | None) -> None:
    """A cap that binds in the first year alone; the floor may fall by 5 from 80, which takes a levy of 25 of its own,
    and takes none where it may fall by 30, or as it likes."""
    sheets = {
        "years": studies.years((2026, 1), (2027, 1)),
        "demand": studies.table(
            "region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)
        ),
        "caps": studies.table("scope commodity basis 2026 2027", ("US", "oxide", "tonnes", 5, 15)),
    }
    strict = studies.table("commodity rule 2026 2027", ("oxide", "max_fall", 5, 5))
    study, other = (studies.study(floor_rules=rules, **sheets) for rules in (strict, of_rules))
    result = floors.solve(study)
    assert studies.one(result.floors, "own_levy", year=2027) == pytest.approx(25)
    assert _found(study, result)[0] == []
    assert any("own_levies!" in one for one in _found(other, result)[0])


def test_an_uplift_that_no_rule_asks_for_is_found() -> None:
    """A maximum of 60 under a floor of 80 costs 5 t x 20; one of 90 costs nothing."""
    half = studies.cap("bloc", "oxide", "demand", 0.5)
    maxima = (studies.table("commodity rule 2026", ("oxide", "maximum", most)) for most in (60, 90))
    study, other = (studies.study(caps=half, floor_rules=rule) for rule in maxima)
    result = floors.solve(study)
    assert studies.metric(result, "uplift") == pytest.approx(0.1)
    assert _found(study, result)[0] == []
    assert any("(uplift)" in one for one in _found(other, result)[0])
