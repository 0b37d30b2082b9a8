"""A page and pictures go through the tables of a workbook and come back as they were."""

from __future__ import annotations

import pytest

from floors.contract.results.handed import BRIEF_TEXT
from floors.page.page import LEFT, Drawn, Entry, Head, Line, Page, Paragraph, Table, Term, Typed, Words
from floors.page.picture import BAND, FLOW, NAMES, YEARS, Panel, Picture, Series
from floors.page.written import brief_rows, page_of, picture_rows, picture_value_rows, pictures_of

PAGE = Page(
    kicker="Price floors",
    where="US, EU",
    headline="It takes 61.18",
    question="Asked: which?",
    answers=(Paragraph("It costs.", "Buyers pay 4.2."), Paragraph("", "No lead.")),
    blocks=(
        Table(
            "floors",
            "Floors",
            (Head("Year", 5, False), Head("floor", 3)),
            (
                Line((Entry("2030"), Entry(61.1834, "0.00", True, link="floor_parts!year=2030"))),
                Line((Entry(None), Entry("", faint=True)), total=True),
            ),
            ("a note",),
            rank=2,
            sheet="floors",
        ),
        Words("built", "Built", (Paragraph("l", "t"),), LEFT),
        Drawn("floor", "The floor jumps", "picture_floors", 1),
    ),
    source="file, hash",
    terms=(Term("floor", "the lowest price"),),
    alarm="The certificate failed.",
    typed=(
        Typed("unit cost US works", None, "processes!E4"),
        Typed("unit cost CN works", 2030, "unit_costs!C2"),
    ),
)
PICTURES = (
    Picture(
        "picture_floors",
        "The floor rises",
        "USD/kg",
        "",
        (
            Panel(
                "Magnets",
                "USD/kg",
                (2026, 2027),
                YEARS,
                (Series("range", BAND, "#CFE0F0", (80.0, None), ("80", None), (57.5, None)),),
                lowest=0.0,
                group="floors",
                large=True,
            ),
            Panel(
                "2027", "t", (), NAMES, (Series("mine > oxide", FLOW, "#000000", (3.0,), along=("CN > US",)),)
            ),
        ),
        screen_only=True,
    ),
)


def test_a_page_comes_back_as_it_was() -> None:
    assert page_of(brief_rows(PAGE)) == PAGE


def test_pictures_come_back_as_they_were() -> None:
    assert pictures_of(picture_rows(PICTURES), picture_value_rows(PICTURES)) == PICTURES


def test_every_text_of_the_page_is_in_the_table() -> None:
    texts = {row.text for row in brief_rows(PAGE)} | {row.lead for row in brief_rows(PAGE)}
    assert {"It takes 61.18", "a note", "The certificate failed.", "the lowest price"} <= texts
    assert BRIEF_TEXT.names[0] == "place"


def test_rows_of_no_page_are_refused() -> None:
    with pytest.raises(ValueError, match="no headline and no source"):
        page_of([])
    with pytest.raises(ValueError, match="has nothing of picture_floors"):
        pictures_of(picture_rows(PICTURES), [])
