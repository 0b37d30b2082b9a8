"""docs/worked_example.md: its tables of facts are those of the workbook and of models/figures/facts.csv."""

from __future__ import annotations

from models.facts import tables
from tests.support.places import ROOT


def test_tables_of_facts_are_on_the_page() -> None:
    page = (ROOT / "docs" / "worked_example.md").read_text(encoding="utf-8")
    held, wrong = tables()
    assert f"\n\n{held}\n\n" in page, "python -m models.facts prints it"
    assert f"\n\n{wrong}\n\n" in page, "python -m models.facts prints it"
