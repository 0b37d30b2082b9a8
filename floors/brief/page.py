"""The page of a result: question, answers and evidence in words of a newspaper reader."""

from __future__ import annotations

from floors.brief.tables import ALONE, Family, Tables
from floors.page.page import Page


def page(tables: Tables, family: Family = ALONE, stamp: str = "") -> Page:
    """The page of one scenario, with what its family adds; `stamp` is the day, where it was asked for."""
    return Page(
        kicker=tables.study.settings.title or tables.study.name,
        where=tables.scenario,
        headline="",
        question="",
        answers=(),
        blocks=(),
        source=stamp,
    )
