"""What `floors sample` does once for all samples, and what for each: counts, which no busy machine changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import floors
from floors.many.varied import solving
from floors.solving import steady
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
    light = steady.Solver.lightly

    def spoilt(self: Any) -> None:
        light(self)
        self._set("simplex_iteration_limit", 0)

    monkeypatch.setattr(steady.Solver, "lightly", spoilt)
    calls = counted(monkeypatch, (steady, "on_the_face"), (steady, "_least_changes"))
    after = floors.sample(study, SAMPLES)
    assert after.records("bands") == before.records("bands")
    assert calls["on_the_face"] >= SAMPLES + 1
