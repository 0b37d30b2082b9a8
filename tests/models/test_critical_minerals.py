"""The workbooks of many minerals: their base year against facts, and what they say of floors."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from models.books.base_year import Fact
from models.critical_minerals.facts import FACTS, facts
from models.critical_minerals.goods import countries
from models.critical_minerals.study import WORKBOOKS, Workbook, make_book


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


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda one: one.name)
def test_who_a_published_base_case_names_can_make_it(workbook: Workbook) -> None:
    """Those too that made nothing in the base year."""
    book = make_book(workbook)
    makers = {str(row["process"]) for row in book.sheets["capacities"]}
    named = {
        f"{region} {good.label}" for good in workbook.goods for region in countries(book, "path", good.name)
    }
    assert named <= makers


def test_nobody_makes_in_crumbs() -> None:
    """As much as may be built a year, for as many years as it may take, is all that may be built."""
    book = make_book(WORKBOOKS[0])
    years = book.cited("years_to_build_all")
    rows = [row for row in book.sheets["processes"] if row.get("max_build") and row.get("max_total")]
    short = [str(row["process"]) for row in rows if years * float(row["max_build"]) < float(row["max_total"])]
    assert rows
    assert short == []
