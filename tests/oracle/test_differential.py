"""Random workbooks of mixed features, solved by the package and by the oracle, which shares no code with it.

FLOORS_EXAMPLES sets how many; seed n is always the same workbook.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

import floors
from tests import oracle
from tests.oracle.comparing import PRICE, Contradictory, book_of, differences, ours, same_flows, theirs
from tests.support import mixed

COUNT = int(os.environ.get("FLOORS_EXAMPLES", "40"))
FINE, BEND = 1500, 2e-5  # steps of a curve, and what steps of 1 % may be off by beside them
UNIQUE = 0.4  # of all studies, at least so many must have been compared down to the accounts


SEEN: Counter[str] = Counter()


def count(book: mixed.Sheets, result: floors.Result, policy: oracle.Answer) -> None:
    """What the studies that were compared held."""
    SEEN["solved"] += 1
    SEEN["compared whole"] += same_flows(result.outcome, policy)
    SEEN["uplift"] += result.figures.uplift > 0
    SEEN["levy"] += bool((result.floors["levy"] > PRICE).any())
    SEEN["curves"] += any(len(ladder) > 1 for ladder in policy.steps.values())
    SEEN["leaks"] += bool(oracle.leaks.leaks(policy.data))
    SEEN["minimum"] += any(levy > 0 for levy in result.outcome.levies.values())
    SEEN["levy on all"] += any(row["value"] == "non_members" for row in book["settings"])


def seeds() -> Iterator[int]:
    """Every study in turn, and after two thirds of them those alone that have the rarest feature, a minimum."""
    for seed in range(100 * COUNT):
        if seed < COUNT * 2 / 3 or any(
            row["rule"] == "minimum" for row in book_of(seed).get("floor_rules", ())
        ):
            yield seed


@pytest.mark.parametrize("seed", [*islice(seeds(), COUNT)])
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
    answers = theirs(study, result)
    assert (result is None) == (answers is None), f"one finds a plan, one none\n{mixed.described(book)}"
    if result is None or answers is None:
        return
    count(book, result, answers[0])
    wrong = list(differences(result, answers))
    assert not wrong, f"{wrong[:6]}\n{mixed.described(book)}"


@pytest.mark.parametrize("seed", range(COUNT // 5))
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


def test_enough_was_compared() -> None:
    if SEEN["solved"] < COUNT * 0.8:
        pytest.skip("the comparison did not run in this process")
    assert SEEN["compared whole"] > UNIQUE * COUNT, SEEN
    assert SEEN["levy"] > COUNT / 2 and SEEN["uplift"] > 0, SEEN
    assert SEEN["curves"] > COUNT / 10 and SEEN["leaks"] > COUNT / 20, SEEN
    assert SEEN["minimum"] > COUNT / 6 and SEEN["levy on all"] > COUNT / 20, SEEN
