"""A fixed number of workbooks changed at random; `python -m tests.fuzz 10000 --seed 1` tries more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz import trial as trials
from tests.fuzz.mutate import grids, pages
from tests.fuzz.trial import original, tell, trial
from tests.support.counts import few


@pytest.mark.parametrize(("first", "count"), few([(0, 60), (60, 160)], 1))
def test_workbooks_changed_at_random_end_as_the_contract_says(first: int, count: int, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for number in range(first, first + count):
        found = trial(number, 20261126, tmp_path, large=0.0)
        assert found.faults == (), found
        tell(counts, found)
    assert counts["check 0"] > count / 10 and counts["check 2"] > count / 3, (
        "the changes are too tame or wild"
    )
    assert counts["solve 0"] > count / 20


def test_a_fault_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that breaks, warns or points outside the sheet does not pass."""
    book = pages(list(original("tiny")))
    path = tmp_path / "book.xlsx"
    assert trials._judged(1, "tiny", [], path, book).faults == ()

    def breaks(_: object) -> None:
        raise RuntimeError("two by two is five")

    with monkeypatch.context() as patch:
        patch.setattr("floors.study.study.read_grids", breaks)
        faults = trials._judged(1, "tiny", [], path, book).faults
    assert any("exit code 1" in fault and "two by two" in fault for fault in faults)
    with monkeypatch.context() as patch:
        patch.setattr("floors.study.locate.SheetCells.address", lambda *_: "A999")
        next(page for page in book if page.title == "demand").cells[2, 4] = "much"
        faults = trials._judged(1, "tiny", [], path, book).faults
    assert any("outside the sheet" in fault for fault in faults)
    assert len(grids(book)) == len(book)
