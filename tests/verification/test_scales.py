"""Right results of studies of any size verify, and no plan that could be bettered is called proven.

The few of the default suite are always the same; `-m long` runs 2,000 of each.
"""

from __future__ import annotations

from random import Random

import pytest

import floors
from floors.verification import verify
from tests.support import mixed
from tests.support.mixed import Sheets
from tests.support.properties import solve
from tests.support.scaled import scaled, spread
from tests.support.worse import worse

FEW, ALL = 24, 2_000
LEAST, MOST = -6, 10  # decades of tonnes of a study at one scale


def of_size(seed: int) -> Sheets:
    """A random study: every second one at one scale from 1e-6 to 1e10 t, the others with up to nine decades between
    quantities."""
    random = Random(seed)
    book = mixed.sheets(random, spread=random.choice([0.0, 0.01]))
    if seed % 2:
        return scaled(book, 10 ** random.uniform(LEAST, MOST))
    return spread(scaled(book, 10 ** random.uniform(LEAST + 3, MOST - 4)), random)


def verified(seed: int) -> bool:
    """Whether the study has a plan; asserts that its result verifies."""
    book = of_size(seed)
    result = solve(book, ranges=seed % 5 == 0)
    if result is None:
        return False
    wrong = [str(one) for one in verify(floors.Study(book), result).findings]
    assert wrong == [], f"seed {seed}: {wrong[:3]}"
    return True


def caught(seed: int) -> int:
    """How many worse plans were tried; asserts that each of them fails or is not proven."""
    book, random = of_size(seed), Random(seed)
    result = solve(book)
    tried = 0
    for what, bad in worse(result, random) if result is not None else ():
        report = verify(floors.Study(book), bad)
        beside = [one for one in report.findings if one.sheet != "certificate"]
        proof = " ".join(report.proof)
        assert beside or "not proven" in proof or "no bound" in proof, f"seed {seed}: {what}"
        assert "proven least" not in proof, f"seed {seed}: {what}"
        tried += 1
    return tried


def test_right_results_of_any_size_verify() -> None:
    assert sum(verified(seed) for seed in range(FEW)) > FEW / 2


def test_plans_that_could_be_bettered_are_not_proven() -> None:
    assert sum(caught(seed) for seed in range(FEW // 2)) > FEW / 4


@pytest.mark.long
def test_all_right_results_of_any_size_verify() -> None:
    assert sum(verified(seed) for seed in range(ALL)) > ALL / 2


@pytest.mark.long
def test_all_plans_that_could_be_bettered_are_not_proven() -> None:
    assert sum(caught(seed) for seed in range(ALL)) > ALL / 4


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e9])
def test_flags_and_proof_do_not_hang_on_the_unit(factor: float) -> None:
    """The same study in grams or in millions of tonnes has the same prices, flags and words of proof."""
    book = mixed.sheets(Random(3))
    one, other = (floors.solve(floors.Study(scaled(book, size))) for size in (1.0, factor))
    flags = [(row.member, row.commodity, row.year, row.effective, row.binding) for row in one.rows("floors")]
    assert flags and flags == [
        (row.member, row.commodity, row.year, row.effective, row.binding) for row in other.rows("floors")
    ]
    assert [row.price for row in other.rows("prices")] == pytest.approx(
        [row.price for row in one.rows("prices")]
    )
    assert other.figures.total_cost == pytest.approx(factor * one.figures.total_cost)
    assert [check.check for check in one.checks if not check.passed] == []


@pytest.mark.parametrize("factor", [1e-4, 1e-2, 1e2, 1e4])
def test_flags_do_not_hang_on_the_currency(factor: float) -> None:
    book = mixed.sheets(Random(3), without={"minimum"})
    one, other = (floors.solve(floors.Study(scaled(book, 1.0, price))) for price in (1.0, factor))
    assert [(row.effective, row.binding) for row in one.rows("floors")] == [
        (row.effective, row.binding) for row in other.rows("floors")
    ]
    assert verify(floors.Study(scaled(book, 1.0, factor)), other).findings == ()


def credited(seed: int) -> Sheets:
    """A mine whose by-products pay more than its costs, without an end to how much of it may be built."""
    random = Random(seed)
    years = [2026 + i for i in range(random.randint(1, 4))]
    size = 10 ** random.uniform(-3, 9)
    return {
        "settings": [{"key": "discount_rate", "value": random.choice([0.0, 0.05, 0.07, 0.1])}],
        "years": [{"year": year, "length": 1} for year in years],
        "regions": [{"region": "US", "role": "member"}, {"region": "CN", "role": "capped"}],
        "commodities": [{"commodity": "ore"}, {"commodity": "oxide"}],
        "technologies": [
            {"technology": "sep", "commodity": "ore", "coefficient": -random.choice([1.1, 1.25, 3.7])},
            {"technology": "sep", "commodity": "oxide", "coefficient": 1},
        ],
        "processes": [
            {"process": "sep", "region": "US", "technology": "sep", "unit_cost": random.uniform(5, 30)},
            {
                "process": "mine",
                "region": "CN",
                "commodity": "ore",
                "unit_cost": -random.uniform(0.1, 6),
                "capital_cost": random.uniform(80, 200),
                "lifetime": random.randint(5, 20),
            },
        ],
        "demand": [
            {"region": "US", "segment": "a", "commodity": "oxide", "value": 300}
            | {year: size * random.uniform(1, 9) for year in years}
        ],
    }


@pytest.mark.parametrize("seed", range(12))
def test_unlimited_expansion_with_a_by_product_credit_is_proven(seed: int) -> None:
    """Nothing limits the mine but what its ore is worth, and rounding of its price is no profit without end."""
    study = floors.Study(credited(seed))
    result = floors.solve(study)
    report = verify(study, result)
    assert report.findings == () and "proven least" in " ".join(report.proof)
    assert result.figures.gap < 1e-9
