"""Pages of small studies as plain text, and tables of results with other rows in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import floors
from floors.brief.tables import Tables
from floors.contract.results import BY_NAME
from floors.page.page import Page, Table, Words
from tests.support.told_studies import SOLVED


def plain(text: str) -> str:
    """With breaks where blanks are."""
    return text.replace("\u00a0", " ")


@cache
def solved(name: str) -> floors.Result:
    """One of the small studies, solved."""
    return floors.solve(SOLVED[name]())


@cache
def text_of(name: str) -> str:
    """Every text of the page of one of the small studies, a line each."""
    return told(solved(name).brief)


def told(page: Page) -> str:
    """Every text of a page, a line each."""
    return plain("\n".join(page.texts))


def answers_of(page: Page) -> list[str]:
    """Its answers, with their bold words."""
    return [plain(one.plain) for one in page.answers]


def block(page: Page, name: str) -> Any:
    """One of its blocks; None where it has none of that name."""
    return next((one for one in page.blocks if one.name == name), None)


def cells(table: Table) -> list[list[Any]]:
    """Its values, row by row."""
    return [[entry.value for entry in line.entries] for line in table.lines]


def heads(table: Table) -> list[str]:
    return [head.text for head in table.heads]


def paragraphs(words: Words) -> list[str]:
    return [plain(one.plain) for one in words.paragraphs]


def with_rows(result: floors.Result, study: floors.Study | None = None, **rows: Sequence[Any]) -> Tables:
    """The tables of a result, with other rows in some sheets: dicts of the columns that matter, the rest blank."""

    def read(sheet: str) -> Sequence[Any]:
        if sheet not in rows:
            return result.rows(sheet)
        made = [dict.fromkeys(BY_NAME[sheet].names) | row for row in rows[sheet]]
        return [BY_NAME[sheet].row(**row) for row in made]

    return Tables(study or result.study, read)


def with_metrics(result: floors.Result, study: floors.Study | None = None, **metrics: float) -> Tables:
    """The tables of a result with other numbers in its summary."""
    kept = {row["metric"]: row for row in result.records("summary")}
    changed = {name: {"metric": name, "value": value, "unit": ""} for name, value in metrics.items()}
    return with_rows(result, study, summary=list((kept | changed).values()))
