"""What `floors sample` does once for all samples, and what for each: counts, which no busy machine changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import floors
from floors.errors import SolveError
from floors.lp.highs import Solver
from floors.many.varied import solving
from floors.pricing import dual
from floors.solving import steady
from floors.solving.certificate import Check
from tests.support.sampled import COST, OFFER, works
from tests.support.uncertain import leaching

SAMPLES = 7


def counted(monkeypatch: pytest.MonkeyPatch, *names: tuple[Any, str]) -> Counter[str]:
    """How often each of these functions of a module (or class) is called from now on."""
    calls: Counter[str] = Counter()

    def watch(place: Any, name: str) -> None:
        before = getattr(place, name)

        def also(*given: Any, **named: Any) -> Any:
            calls[name] += 1
            return before(*given, **named)

        monkeypatch.setattr(place, name, also)

    for place, name in names:
        watch(place, name)
    return calls


def test_the_workbook_as_it_is_is_proven_and_samples_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(
        monkeypatch, (solving, "certify_policy"), (solving, "certify_within_rounding"), (solving, "require")
    )
    found = floors.sample(leaching(), SAMPLES)
    assert found.status == "optimal" and found.failed_share == 0
    assert calls == {"certify_policy": 1, "certify_within_rounding": SAMPLES, "require": SAMPLES + 1}


def test_the_steady_plan_is_found_at_the_first_try(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, (steady.Solver, "lightly"), (steady, "on_the_face"))
    floors.sample(works(COST, OFFER), SAMPLES)
    assert calls["on_the_face"] == SAMPLES + 1


def test_where_the_light_way_finds_no_steady_plan_the_usual_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    study = works(COST, OFFER)
    before = floors.sample(study, SAMPLES)

    class Spoilt(Solver):
        def lightly(self, *, devex: bool = True) -> None:
            super().lightly(devex=devex)
            self._set("simplex_iteration_limit", 0)

    monkeypatch.setattr(steady, "Solver", Spoilt)
    calls = counted(monkeypatch, (steady, "on_the_face"), (steady, "_least_changes"))
    after = floors.sample(study, SAMPLES)
    assert after.records("bands") == before.records("bands")
    assert calls["on_the_face"] >= SAMPLES + 1


def test_prices_are_found_from_corner_to_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, (dual.Solver, "keep_feasible"), (solving, "solve_case"))
    floors.sample(leaching(), SAMPLES)
    assert calls == {"keep_feasible": SAMPLES + 1}


def test_where_the_light_way_finds_no_prices_a_sample_is_solved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = floors.sample(leaching(), SAMPLES)

    def spoilt(self: Any) -> None:
        raise SolveError("the solver gave no answer")

    monkeypatch.setattr(dual.Solver, "keep_feasible", spoilt)
    calls = counted(monkeypatch, (solving, "solve_case"))
    after = floors.sample(leaching(), SAMPLES)
    assert calls == {"solve_case": SAMPLES + 1}
    for one, other in zip(before.records("bands"), after.records("bands"), strict=True):
        assert [one[name] for name in ("p5", "p50", "p95")] == pytest.approx(
            [other[name] for name in ("p5", "p50", "p95")], rel=1e-9
        )


def test_a_sample_that_fails_its_checks_is_solved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before, checks = floors.sample(leaching(), SAMPLES), solving.certify_within_rounding
    told: list[int] = []

    def doubting(outcome: Any, accounts: Any) -> Any:
        told.append(1)
        failed = [Check("spoilt", 1.0, 0.0)] if len(told) == 1 else []
        return [*checks(outcome, accounts), *failed]

    monkeypatch.setattr(solving, "certify_within_rounding", doubting)
    calls = counted(monkeypatch, (solving, "solve_case"))
    after = floors.sample(leaching(), SAMPLES)
    assert calls == {"solve_case": 1} and len(told) == SAMPLES + 1
    assert after.failed_share == 0
    assert [r["p50"] for r in after.records("bands")] == pytest.approx(
        [r["p50"] for r in before.records("bands")], rel=1e-9
    )


def test_what_the_plan_proves_of_prices_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, (dual.PricingLP, "known"))
    floors.sample(leaching(), SAMPLES)
    assert calls == {"known": SAMPLES + 1}
