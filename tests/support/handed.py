"""A page and pictures made by hand, of every kind there is, and a results workbook that hands them on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import floors
from floors.page.colours import FLOOR, GAIN, GREY, LOSS, NET
from floors.page.page import LEFT, RIGHT, Drawn, Entry, Head, Line, Page, Paragraph, Table, Term, Typed, Words
from floors.page.picture import (
    BAND,
    BAR,
    DASHED,
    FLOW,
    LAYER,
    LINE,
    NAMES,
    OUTLINE,
    POINT,
    SHARES,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Picture,
    Series,
)
from tests.support import studies

CHINA, JAPAN = "#D55E00", "#007A5E"
Y3 = (2027, 2028, 2029)

PAGE = Page(
    kicker="Price floors for oxide",
    where="US, JP",
    headline="Holding China to 40 % takes a floor of 80 USD/kg",
    question="Asked: which floor keeps Chinese oxide within 40 %?",
    answers=(
        Paragraph("It costs more than it brings back.", "Buyers pay 4.2 million USD more."),
        Paragraph("", "Nothing else."),
    ),
    blocks=(
        Drawn("floor", "The floor jumps", "picture_floors", 0, LEFT),
        Table(
            "share",
            "What a pooled cap hides",
            (Head("", 10, False), Head("2026", 5)),
            (
                Line((Entry("United States"), Entry(0.4, "0 %", strong=True))),
                Line((Entry("All"), Entry(None)), True),
            ),
            ("Of oxide bought.",),
            RIGHT,
        ),
        Table(
            "floors",
            "Floors on oxide, USD/kg",
            (Head("Year", 5, False), Head("= floor", 5), Head("set by", 8, False)),
            (
                Line(
                    (
                        Entry(2026, "0"),
                        Entry(80.0, "0.00", link="floor_parts!member=US;commodity=oxide;year=2026"),
                        Entry("US works"),
                    )
                ),
            ),
            sheet="floors",
        ),
        Words("sure", "How sure", (Paragraph("Proof.", "All checks passed."),)),
    ),
    source="floors, tiny.xlsx",
    terms=(Term("levy", "what the tariff collects"),),
    typed=(Typed("unit cost US works", None, "processes!E3"),),
)


def flow(choice: str, scale: float) -> Panel:
    """From mine to buyer, in one year."""
    return Panel(
        f"{choice}: of {3 * scale:.0f} t all is mined in China",
        "t",
        (),
        NAMES,
        (
            Series("mined > refined", FLOW, CHINA, (3 * scale,), along=("China > China",)),
            Series(
                "refined > bought", FLOW, CHINA, (2 * scale, scale), along=("China > Japan", "China > China")
            ),
        ),
        choice=choice,
    )


STEPS = Panel(
    "The bloc loses 3",
    "million USD",
    ("buyers", "levies", "net"),
    NAMES,
    (
        Series("loss", STEP, LOSS, (-5.0, None, None)),
        Series("gain", STEP, GAIN, (None, 2.0, None)),
        Series("net", TOTAL, NET, (None, None, -3.0)),
    ),
    format="+#,##0;\u2013#,##0;0",
    group="pays",
    choice="The bloc",
)
FLOORS = Panel(
    "Oxide: the floor rises to 80",
    "USD/kg",
    Y3,
    YEARS,
    (
        Series("other worlds", BAND, "#CFE0F0", (70.0, 80.0, 90.0), low=(50.0, 52.0, 55.0)),
        Series("China's price", LINE, CHINA, (50.0, 50.0, 50.0), labels=(None, None, "China 50")),
        Series("floor", LINE, FLOOR, (61.184, 72.5, 80.0), labels=("61", None, "floor 80")),
    ),
    format="0.00",
    choice="Oxide",
    description="A line of floors above a line of prices.",
)
ORE = FLOORS._replace(
    title="Ore: the floor is China's price",
    choice="Ore",
    series=(Series("both", DASHED, FLOOR, (20.0, None, 21.0)),),
    description="",
)
PICTURES = (
    Picture(
        "picture_floors", "The floor jumps once plants are filled", "USD/kg", "Shaded: others.", (FLOORS, ORE)
    ),
    Picture(
        "picture_who_pays",
        "Buyers pay",
        "million USD",
        "",
        (STEPS, STEPS._replace(title="US: 3", choice="US")),
    ),
    Picture(
        "picture_chain",
        "From mine to buyer",
        "t",
        "Many flows could go elsewhere.",
        tuple(
            flow(f"{year}, {how}", size)
            for year, size in ((2026, 1.0), (2027, 2.0), (2028, 3.0))
            for how in ("with the caps", "without")
        ),
        screen_only=True,
    ),
    Picture(
        "picture_plants",
        "Plants fill up",
        "t/yr",
        "",
        (
            Panel(
                "Use",
                "t/yr",
                Y3,
                YEARS,
                (
                    Series("capacity", OUTLINE, GREY, (10.0, 10.0, 12.0)),
                    Series("use", BAR, FLOOR, (3.0, 5.0, 12.0)),
                ),
            ),
            Panel(
                "Mix",
                "t",
                Y3,
                YEARS,
                (
                    Series("China", LAYER, CHINA, (8.0, 6.0, 4.0)),
                    Series("Japan", LAYER, JAPAN, (2.0, 4.0, 6.0)),
                ),
            ),
        ),
    ),
    Picture(
        "picture_scenarios",
        "Costs by scenario",
        "million USD",
        "",
        (
            Panel(
                "Costs by scenario",
                "million USD",
                ("as drawn up", "dear"),
                NAMES,
                (Series("cost", BAR, FLOOR, (3.0, -1.0)),),
            ),
        ),
    ),
    Picture(
        "picture_caps",
        "Cost rises below 60 %",
        "million USD",
        "",
        (
            Panel(
                "Cost rises below 60 %",
                "million USD",
                (0.9, 0.6, 0.2),
                SHARES,
                (Series("the bloc", POINT, FLOOR, (0.0, 1.0, 9.0), labels=(None, None, "the bloc 9")),),
            ),
        ),
    ),
)


def handing(result: floors.Result, page: Page | None, pictures: tuple[Picture, ...]) -> floors.Result:
    """The result with a page and pictures of its own."""
    own = {"brief": property(lambda _: page), "pictures": property(lambda _: pictures)}
    made: floors.Result = object.__new__(type("Handing", (type(result),), own))
    vars(made).update(vars(result))
    return made


@lru_cache(maxsize=1)
def solved() -> floors.Result:
    """The usual tiny study under a cap, with words of its own in its title."""
    return studies.solve(
        settings=studies.settings(title="Oxide & caps"),
        caps=studies.table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.4)),
    )


def workbook(path: Path, page: Page | None = PAGE, pictures: tuple[Picture, ...] = PICTURES) -> Path:
    """A results workbook of the tiny study with this page and these pictures."""
    return handing(solved(), page, pictures).to_excel(path)
