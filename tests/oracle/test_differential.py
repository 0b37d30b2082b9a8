"""Random workbooks of mixed features, solved by the package and by the oracle, which shares no code with it.

FLOORS_EXAMPLES sets how many; seed n is always the same workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from random import Random

import pytest

import floors
from tests import oracle
from tests.oracle.comparing import PRICE, Contradictory, book_of, differences, ours, same_prices, theirs
from tests.support import entangled, mixed
from tests.support.counts import MANY, few

COUNT = int(MANY or 40)
FINE, BEND = 1500, 2e-5  # steps of a curve, and what steps of 1 % may be off by beside them
UNIQUE = 0.4  # of all studies, at least so many must have been compared down to the accounts


SEEN: Counter[str] = Counter()


def note(result: floors.Result, policy: oracle.Answer) -> None:
    """What the studies that were compared held."""
    SEEN["solved"] += 1
    SEEN["compared whole"] += same_prices(result.outcome, policy)
    SEEN["uplift"] += result.figures.uplift > 0
    SEEN["levy"] += bool((result.floors["levy"] > PRICE).any())
    own = [levy for key, levy in policy.priced.price.items() if key[0] == "levy"]
    SEEN["levy of its own"] += any(levy > PRICE for levy in own)
    used = {i for i, cap in enumerate(policy.caps) if cap.basis == "use"}
    prices = policy.priced.price.items()
    SEEN["use cap"] += any(key[0] == "cap" and key[1] in used and price < -PRICE for key, price in prices)
    SEEN["minimum"] += any(levy > 0 for levy in result.outcome.levies.values())


def has_minimum(book: mixed.Sheets) -> bool:
    return any(row["rule"] == "minimum" for row in book.get("floor_rules", ()))


def seeds() -> Iterator[int]:
    """Every third study is one of those that have the rarest feature, a minimum."""
    rare = (seed for seed in count(10_000) if has_minimum(book_of(seed)))
    for seed in count(0):
        yield next(rare) if seed % 3 == 2 else seed


SEEDS = [*islice(seeds(), COUNT)]
EXEMPT = [10063, 20069, 20548, 20684]
"""Some is exempt: from a minimum; under rules that look back, with links; with releases; beside an equivalent floor."""


@pytest.mark.parametrize("seed", [*few(SEEDS, 24), *EXEMPT])
def test_the_oracle_finds_the_same(seed: int, tmp_path: Path) -> None:
    book, path = book_of(seed), tmp_path / "mixed.xlsx"
    floors.Study(book).to_excel(path)
    study = floors.read(path)
    try:
        result = ours(study)
    except Contradictory:  # of a minimum whose levies are not known the oracle cannot say more
        with pytest.raises((oracle.NoSolution, oracle.Unsettled)):
            oracle.solve(study)
        return
    try:
        answers = theirs(study, result)
    except oracle.NotLeast as error:
        pytest.fail(f"{error}\n{mixed.described(book)}")
    assert (result is None) == (answers is None), f"one finds a plan, one none\n{mixed.described(book)}"
    if result is None or answers is None:
        return
    note(result, answers[0])
    wrong = list(differences(result, answers))
    assert not wrong, f"{wrong[:6]}\n{mixed.described(book)}"


def withholding(study: floors.Study, seed: int) -> floors.Study | None:
    """The study in which a capped region ships abroad at most a share of what it ships without a policy; None where it
    ships nothing, or there is no plan."""
    free = ours(study)
    seller = next((row["region"] for row in study.rows("regions") if row["role"] == "capped"), None)
    if free is None or seller is None:
        return None
    base, sold = free.baseline_outcome, Counter[tuple[str, str, int]]()
    for (o, d, c, t), tonnes in base.ship.items():
        if o == seller and base.case.places.region_of[d] != o:
            sold[o, base.case.tags.plain.get(c, c), t] += tonnes
    share = Random(seed).choice((0.3, 0.6, 0.9))
    limits = {key: share * tonnes for key, tonnes in sold.items() if tonnes}
    return study.answered(seller, limits) if limits else None


@pytest.mark.parametrize("seed", few(range(COUNT), 8))
def test_the_oracle_finds_the_same_of_a_seller_that_withholds(seed: int) -> None:
    """A minimum apart: the price that its levy is settled on is the package's to find."""
    make = entangled.sheets if seed % 3 else mixed.sheets
    book = make(Random(seed), without={"minimum"}, spread=0.0 if seed % 4 == 0 else 0.01)
    study = withholding(floors.Study(book), seed)
    if study is None:
        return
    result = ours(study)
    answers = theirs(study, result)
    assert (result is None) == (answers is None), f"one finds a plan, one none\n{mixed.described(book)}"
    if result is None or answers is None:
        return
    SEEN["withheld"] += 1
    prices = answers[0].priced.price.items()
    SEEN["rent of what is withheld"] += any(k[0] == "export_limit" and p < -PRICE for k, p in prices)
    wrong = list(differences(result, answers))
    assert not wrong, f"{wrong[:6]}\n{mixed.described(book)}"


@pytest.mark.parametrize("seed", few(range(COUNT // 5), 4))
def test_curves_cost_what_they_cost_in_fine_steps(seed: int) -> None:
    study = floors.Study(mixed.sheets(Random(seed), without={"minimum"}, spread=0.01))
    result = ours(study)
    if result is None:
        return
    coarse = oracle.solve(study, cuts=result.outcome.case.cuts, ranges=False)
    cuts = {}
    for key, ladder in coarse.steps.items():
        if len(ladder) > 1:
            low, high = ladder[-1].low, ladder[0].value or 0.0
            cuts[key] = [low * (high / low) ** ((j + 0.5) / FINE) for j in range(FINE)]
    fine = oracle.solve(study, cuts=cuts, ranges=False)
    assert result.figures.total_cost == pytest.approx(fine.cost / 1000, rel=BEND)


def test_the_studies_hold_what_is_to_be_compared() -> None:
    books = [book_of(seed) for seed in SEEDS]
    curves = sum(any(row.get("elasticity") for row in book["demand"]) for book in books)
    leaks = sum(any("enforcement" in row for row in book["demand"]) for book in books)
    on_all = sum(any(row["value"] == "non_members" for row in book["settings"]) for book in books)
    assert min(curves, leaks, on_all) > COUNT / 10 and sum(map(has_minimum, books)) > COUNT / 4


def test_enough_was_compared() -> None:
    if SEEN["solved"] < min(COUNT, 24) * 0.6:
        pytest.skip("the comparison did not run in this process")
    assert SEEN["compared whole"] > UNIQUE * SEEN["solved"], SEEN
    assert SEEN["levy"] > SEEN["solved"] / 2 and SEEN["use cap"] > SEEN["solved"] / 10, SEEN
    assert min(SEEN[what] for what in ("uplift", "minimum", "levy of its own")) > 0, SEEN
