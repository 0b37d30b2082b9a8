"""What is said about a plan grows with the plan: no count of a solve grows with the square of the study.

Made studies in pairs are solved and written, the second of a pair with four times the chains of commodities, or with
twice the regions and plants, and what each phase does is counted: calls of Python functions, LPs and their sizes,
numbers in and out of HiGHS, bytes allocated, cells of every sheet. Counts are the same on any machine; seconds are for
tests/benchmarks.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

from tests.benchmarks.counts import Counter, counted, growth, watch_highs
from tests.benchmarks.phases import FLOORS, REPORTS

CHAINS = [4, 4, 4, 5, 4, False], [4, 4, 16, 5, 4, False]
REGIONS = [4, 4, 4, 5, 4, False], [8, 8, 4, 5, 8, False]
MOST = 1.25  # exponent: 1 is in proportion, 2 the square; a square of two fifths of a count shows as this
LEAST = {"calls": 2_000, "LPs": 20, "LP size": 5_000, "traffic": 5_000, "bytes": 400_000, "cells": 500}


@pytest.fixture(scope="module")
def counts() -> list[dict[str, Any]]:
    """Counts of the two chains."""
    return counted([*CHAINS])


def above(small: dict[str, Any], large: dict[str, Any]) -> dict[str, float]:
    """What grows faster than it may."""
    found = growth(small, large, LEAST)
    return {name: round(exponent, 2) for name, exponent in found.items() if exponent > MOST}


@pytest.mark.long
def test_no_count_grows_with_the_square_of_commodities(counts: list[dict[str, Any]]) -> None:
    assert above(*counts[:2]) == {}


@pytest.mark.long
def test_no_count_but_of_bytes_grows_with_the_square_of_regions() -> None:
    """Terms of routes, and the tables in which shipments are looked up, have a place for every pair of regions, whether
    or not a shipment can be of use; pairs alone would be an exponent of 1.9 here. An LP of `mix` is of the block in which a
    shipment can move, and a block has more places where there are more regions."""
    found = above(*counted([*REGIONS]))
    assert {name for name in found if not name.endswith(": bytes")} <= {"mix: LP size"}
    assert found.get("mix: LP size", 0) < 1.4
    assert all(exponent < 1.75 for exponent in found.values()), found


@pytest.mark.long
def test_every_phase_and_sheet_is_looked_at(counts: list[dict[str, Any]]) -> None:
    small, large = counts[:2]
    found = growth(small, large, LEAST)
    assert set(FLOORS) <= set(large["phases"])
    assert large["size"] > 3.5 * small["size"]
    named = {name.partition(":")[0] for name in found}
    assert {"derive", "pricing", "write", "sensitivity", "floor_parts", "mix"} <= named
    assert {"sourcing: cells", "sensitivity: LPs", "floor_parts: bytes"} <= set(found)


@pytest.mark.long
def test_reports_solve_parts_of_the_plan_and_not_the_plan_again(counts: list[dict[str, Any]]) -> None:
    large = counts[1]
    for phase in REPORTS:
        kinds = large["phases"].get(phase, {})
        if kinds.get("LPs", 0) > 10:
            assert kinds["LP size"] / kinds["LPs"] < 0.25 * large["size"], phase


PLANTED = """
import numpy as np
def each(i):
    return i
def report(n):
    return [each(i) for i in range(n)]
def scan(n):
    return [each(i) for i in range(n) for _ in range(n)]
def dense(n):
    return np.ones((n, n)).sum()
def solved(n):
    for _ in range(n):
        lp(n)
"""


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Counter, Any]]:
    """A module with a report in proportion and three squares, and what counts it."""
    (tmp_path / "planted_reports.py").write_text(PLANTED)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(highspy._core, "_Highs", highspy._core._Highs)
    names = ("report", "scan", "dense", "solved")
    counter = Counter({name: (f"planted_reports:{name}",) for name in names}, {})
    watch_highs(counter.note)
    counter.install()
    import planted_reports

    yield counter, planted_reports
    counter.close()
    del sys.modules["planted_reports"]


def solve_chain(n: int) -> None:
    """An LP of n columns and n rows."""
    highs = highspy._core._Highs()
    highs.setOptionValue("output_flag", False)
    one, index = np.ones(n), np.arange(n, dtype=np.int32)
    status = highs.passModel(
        n, n, n, 1, 1, 0.0, one, 0 * one, one, 0 * one, one, index, index, one, np.zeros(n, dtype=np.int32)
    )
    assert status == highspy.HighsStatus.kOk
    highs.run()


def test_a_planted_square_is_found_by_each_kind_of_count(planted: tuple[Counter, Any]) -> None:
    counter, reports = planted
    reports.lp = solve_chain
    found = []
    for n in (50, 200):
        counter.clear()
        sys.setprofile(counter.profile)
        reports.report(n), reports.scan(n), reports.solved(n)
        sys.setprofile(None)
        counts = counter.counts
        counter.clear()
        tracemalloc.start()
        reports.dense(n)
        counter.switch("rest")
        tracemalloc.stop()
        counts["dense"] = counter.counts["dense"]
        found.append({"size": n, "phases": counts, "cells": {"report": n, "scan": n * n}})
    exponents = growth(*found, dict.fromkeys(LEAST, 1))
    assert exponents["report: calls"] == pytest.approx(1, abs=0.05)
    assert exponents["report: cells"] == pytest.approx(1)
    for name in ("scan: calls", "scan: cells", "dense: bytes", "solved: LP size", "solved: traffic"):
        assert exponents[name] == pytest.approx(2, abs=0.1), name
    assert exponents["solved: LPs"] == pytest.approx(1)


def test_a_phase_whose_function_is_gone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moved_reports.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    counter = Counter({"report": ("moved_reports:report",)}, {})
    counter.install()
    try:
        with pytest.raises(LookupError, match="moved_reports has no report"):
            import moved_reports  # noqa: F401
    finally:
        with pytest.raises(LookupError, match="never loaded"):
            counter.close()
