"""The workbooks of many minerals: their base year against facts, and what they say of floors."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from models.books.base_year import Fact
from models.critical_minerals.facts import FACTS, facts
from models.critical_minerals.study import WORKBOOKS


@cache
def known(name: str) -> dict[str, Fact]:
    workbook = next(one for one in WORKBOOKS if one.name == name)
    return {fact.name: fact for _, fact in facts(workbook)}


@pytest.mark.parametrize("name", [one.name for one in WORKBOOKS])
def test_the_base_year_is_what_is_known(name: str) -> None:
    """What is further from a fact than it may be says why, and what says why is further."""
    apart = [
        f"{fact.name}: model {fact.found:.4g}, fact {fact.known:.4g}"
        for fact in known(name).values()
        if fact.holds == bool(fact.apart)
    ]
    assert apart == []


def test_every_fact_is_of_a_good_of_one_workbook() -> None:
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(len(known(one.name)) for one in WORKBOOKS) == len(rows) >= 100
    assert sum(row["kind"] == "predicted" for row in rows) >= 40
