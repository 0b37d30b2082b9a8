"""Random workbooks with traced caps: the package's cost, with the policy and without, against an LP that sums tags; and
that every result verifies."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

import floors
from tests.oracle.lp import NoSolution
from tests.oracle.traced import CLEAN, TAINTED, least_cost
from tests.support import mixed, tagged
from tests.support.counts import MANY, few

COUNT = int(MANY or 24)
WITHOUT = {"exempt", "let off", "turning", "linked"}
BESIDE = ("instruments", "grants", "tariffs")
"""Sheets of what holds the same plan up otherwise, which are compared elsewhere."""
REFUSED = {"contradictory_rules", "de_minimis_chain"}
SEEN: Counter[str] = Counter()


def solved(study: floors.Study) -> floors.Result | None:
    """None where there is no plan; of rules that contradict each other the oracle says nothing."""
    try:
        return floors.solve(study)
    except floors.Infeasible:
        return None
    except floors.InputError as error:
        assert {problem.code for problem in error.problems} <= REFUSED, error
        pytest.skip("no floors obey the rules, or a chain launders")


@pytest.mark.parametrize("seed", few(range(COUNT), 12))
def test_tags_cost_what_an_lp_of_sums_finds(seed: int) -> None:
    book = tagged.sheets(Random(seed), without=WITHOUT, spread=0.0 if seed % 4 == 0 else 0.01)
    study = floors.Study(book)
    result = solved(study)
    if result is None:
        with pytest.raises(NoSolution):
            least_cost(study, {}, {}, policy=True)
        return
    outcomes = result.outcome, result.baseline_outcome
    for outcome, policy in zip(outcomes, (True, False), strict=True):
        tags = outcome.case.tags
        levies = {TAINTED: {}, CLEAN: {}}
        for (o, name, t), levy in outcome.levies.items():
            good = tags.plain.get(name, name)
            of = levies[tags.tag(name)] if good in tags.clean else levies
            of[o, good, t] = levy
        found = least_cost(study, outcome.case.cuts, levies, policy=policy)
        assert outcome.plan.objective == pytest.approx(found, rel=1e-8), mixed.described(book)
    report = floors.verify(study, result)
    wrong = [found for found in report.findings if found.sheet not in BESIDE]
    assert not wrong, f"{wrong[:3]}\n{mixed.described(book)}"
    SEEN["solved"] += 1
    SEEN["binding"] += bool((result.caps.loc[result.caps["traced"], "levy"] > 1e-6).any())
    SEEN["both tags"] += result.shipments["tag"].nunique() == 2


def test_what_is_sent_as_tainted_at_a_loss_is_paid_once() -> None:
    study = floors.Study(tagged.sheets(Random(29), spread=0.01))
    result = floors.solve(study)
    assert (result.instruments.loc[result.instruments["instrument"] == "contracts", "support"] > 0).any()
    assert not floors.verify(study, result).findings


@pytest.mark.parametrize("seed", [94, 119, 345, 450])
def test_studies_in_which_some_is_exempt_or_let_off_verify(seed: int) -> None:
    """With what the others leave out: prices that prove the plan beside exempt tonnes; prices that are 0 but for the
    rounding of others, which use pays back."""
    study = floors.Study(tagged.sheets(Random(seed), spread=0.01))
    report = floors.verify(study, floors.solve(study))
    assert not report.findings and "proven least" in " ".join(report.proof)


def test_enough_was_compared() -> None:
    if not SEEN:
        pytest.skip("the comparison did not run in this process")
    assert min(SEEN["binding"], SEEN["both tags"]) > SEEN["solved"] / 5, SEEN
