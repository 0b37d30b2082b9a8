"""The results workbook of `floors sample`: its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    ANY,
    COUNT,
    FACTOR,
    SHARE,
    Column,
    Kind,
    Sheet,
    column,
    key,
    number,
    price,
    sheet_of,
    text,
    year,
)

UNIT_BESIDE = "see unit"
SAMPLES = "samples"
_LONGEST_HEADING = 200  # of the 255 characters that the header of an Excel table may have


class BandRow(NamedTuple):
    """What each number is over the samples that have a plan; failed samples enter none of it."""

    output: Annotated[
        str, key("floor, net_cost (of a member), bloc_net_cost, capped_share, embodied_share.", 16)
    ]
    member: Annotated[str | None, key("Member, or segment market of one.")]
    commodity: Annotated[str | None, key("Commodity.")]
    year: Annotated[int | None, year()]
    unit: Annotated[str, text("Unit of the numbers.", 28)]
    base: Annotated[float | None, number(UNIT_BESIDE, "With every number as it is in the workbook.", ANY, 12)]
    mean: Annotated[float | None, number(UNIT_BESIDE, "Mean.", ANY, 12)]
    variance: Annotated[
        float | None, number("square of the unit", "Mean square of the distance from the mean.", ANY, 12)
    ]
    least: Annotated[float | None, number(UNIT_BESIDE, "The least of all.", ANY, 12)]
    p5: Annotated[float | None, number(UNIT_BESIDE, "One sample in twenty is below.", ANY, 12)]
    p50: Annotated[float | None, number(UNIT_BESIDE, "Half of the samples are below.", ANY, 12)]
    p95: Annotated[float | None, number(UNIT_BESIDE, "One sample in twenty is above.", ANY, 12)]
    most: Annotated[float | None, number(UNIT_BESIDE, "The most of all.", ANY, 12)]
    samples: Annotated[int, number("", "Samples that have a plan, and this number in it.", COUNT, 11)]

    @property
    def of(self) -> tuple[str, str | None, str | None, int | None]:
        """Which number: output, member, commodity and year."""
        return self.output, self.member, self.commodity, self.year


BANDS = sheet_of("bands", BandRow)


class SampledFloorRow(NamedTuple):
    """The floors with their bands: between `p5` and `p95` lie 90 % of the samples that have a plan."""

    member: Annotated[str, key("Member, or segment market of one.")]
    commodity: Annotated[str, key("Commodity.")]
    year: Annotated[int, year()]
    floor: Annotated[
        float | None, price("Price floor, ex works at the capped origin, with every number as it is.")
    ]
    p5: Annotated[float | None, price("One sample in twenty has a lower one.")]
    p50: Annotated[float | None, price("Half of the samples have a lower one.")]
    p95: Annotated[float | None, price("One sample in twenty has a higher one.")]
    shortage: Annotated[
        float | None,
        number(
            "share",
            "Of these samples, in how many it is what a buyer who goes short would pay, and no floor.",
            SHARE,
            12,
        ),
    ]
    samples: Annotated[int, number("", "Samples that have a plan with this floor.", COUNT, 11)]

    @property
    def where(self) -> tuple[str, str, int]:
        """Member, commodity and year."""
        return self.member, self.commodity, self.year

    @property
    def band(self) -> tuple[float | None, ...]:
        """The floor as it is, and its band, USD/kg."""
        return self.floor, self.p5, self.p50, self.p95


FLOORS = sheet_of("floors", SampledFloorRow)


class IndexRow(NamedTuple):
    """Which input makes each number uncertain: the share of its variance; by total index, the largest first."""

    output: Annotated[
        str, key("As in sheet bands; has_no_plan is 1 where a sample has no plan, 0 where it has one.", 16)
    ]
    member: Annotated[str | None, key("Member, or segment market of one.")]
    commodity: Annotated[str | None, key("Commodity.")]
    year: Annotated[int | None, year()]
    input: Annotated[str, key("Input: a group of sheet uncertainty, or what its row is on.", 26)]
    first_order: Annotated[
        float | None, number("share", "What it does by itself: so much less, were it known.", FACTOR, 12)
    ]
    first_order_error: Annotated[
        float | None, number("share", "Half of the 95 % interval of a bootstrap of rows.", FACTOR, 12)
    ]
    total: Annotated[
        float | None,
        number(
            "share", "With all it does together with others: what is left, were all others known.", FACTOR, 12
        ),
    ]
    total_error: Annotated[
        float | None, number("share", "Half of the 95 % interval of a bootstrap of rows.", FACTOR, 12)
    ]
    rows: Annotated[
        int, number("", "Rows in which nothing is missing; with fewer than 64 indices are blank.", COUNT, 9)
    ]
    blank: Annotated[str | None, text("Why there are none.", 26)]

    @property
    def of(self) -> tuple[str, str | None, str | None, int | None]:
        """Which number: output, member, commodity and year."""
        return self.output, self.member, self.commodity, self.year


INDICES = sheet_of("indices", IndexRow)


class FailureRow(NamedTuple):
    """Samples without a plan or a result, by status: they enter no mean, no band and no index."""

    status: Annotated[str, key("infeasible, over_budget, time_limit, not_converged or failed.", 16)]
    samples: Annotated[int, number("", "How many.", COUNT, 11)]
    share: Annotated[float, number("share", "Of all samples.", SHARE, 10)]
    first: Annotated[int, number("", "The first of them, in sheet samples.", COUNT, 9)]
    message: Annotated[str, text("What the first of them says.", 60)]


FAILURES = sheet_of("failures", FailureRow)


class MovedRow(NamedTuple):
    """What moves: an input is one draw, and moves all of its cells at once."""

    input: Annotated[str, key("As in the other sheets.", 26)]
    shape: Annotated[str, text("uniform, or triangular with mode 1.", 12)]
    low: Annotated[float, number("factor", "The least factor on these cells.", FACTOR, 9, key=True)]
    high: Annotated[float, number("factor", "The largest factor on these cells.", FACTOR, 9, key=True)]
    cells: Annotated[int, number("", "How many cells it moves between these.", COUNT, 9)]
    on: Annotated[str, text("Sheets and columns of these cells.", 40)]


MOVED = sheet_of("inputs", MovedRow)

_ABOUT = (
    column("sample", Kind.WHOLE, number("", "Its number; 0 is the workbook as it is.", COUNT, 10, key=True)),
    column(
        "part",
        Kind.TEXT,
        text(
            "A, B: rows that bands are made of; else the input whose column of A is that of B. Blank: no indices.",
            20,
        ),
    ),
    column("status", Kind.TEXT, text("As for a scenario: optimal, infeasible ...", 12)),
    column(
        "message", Kind.TEXT, text("Why; of the first sample of a status also what would have to give.", 20)
    ),
)


def samples_sheet(factors: Sequence[str], outputs: Sequence[tuple[str, str]]) -> Sheet:
    """Each sample a row: what it is, the factors drawn, by name, and its numbers, by name and unit."""
    headings = distinct([*(about.name for about in _ABOUT), *factors, *(name for name, _ in outputs)])
    of_factors = headings[len(_ABOUT) : len(_ABOUT) + len(factors)]
    of_outputs = headings[len(_ABOUT) + len(factors) :]
    columns: list[Column] = [
        *_ABOUT,
        *(column(one, Kind.NUMBER, number("factor", "Factor drawn.", FACTOR, 10)) for one in of_factors),
        *(
            column(one, Kind.NUMBER, number(unit, "As in sheet bands.", ANY, 12))
            for one, (_, unit) in zip(of_outputs, outputs, strict=True)
        ),
    ]
    return Sheet(SAMPLES, "Each sample: the factors drawn and what follows from them.", tuple(columns))


def distinct(names: Sequence[str]) -> list[str]:
    """Headings of columns, with a number where another is called alike."""
    taken: set[str] = set()
    found = []
    for name in names:
        heading, again = name[:_LONGEST_HEADING], 2
        while heading.casefold() in taken:
            heading, again = f"{name[:_LONGEST_HEADING]} ({again})", again + 1
        taken.add(heading.casefold())
        found.append(heading)
    return found


def sheets_of(factors: Sequence[str] = (), outputs: Sequence[tuple[str, str]] = ()) -> tuple[Sheet, ...]:
    """All sheets, those of samples with these columns."""
    return (FLOORS, BANDS, INDICES, FAILURES, MOVED, samples_sheet(factors, outputs), RUN)
