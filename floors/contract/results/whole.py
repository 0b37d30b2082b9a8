"""Sheets about a result as a whole: its headline numbers, its proof, how it was made, and several side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    ANY,
    SMALL,
    Cell,
    Kind,
    Row,
    Sheet,
    column,
    flag,
    key,
    number,
    scenario,
    sheet_of,
    text,
)


class SummaryRow(NamedTuple):
    """The headline numbers of the study."""

    metric: Annotated[str, key("What is measured.", 24)]
    value: Annotated[float | None, number("see unit", "Its value, in the unit beside it.", ANY, 16)]
    unit: Annotated[str, text("Unit of the value.", 30)]


SUMMARY = sheet_of("summary", SummaryRow)


class CheckRow(NamedTuple):
    """Proof of the result, computed apart from the solver."""

    check: Annotated[str, key("What was checked.", 34)]
    value: Annotated[float, number("", "Largest violation found.", SMALL, 14)]
    tolerance: Annotated[float, number("", "Largest violation allowed.", SMALL, 14)]
    passed: Annotated[bool, flag("TRUE where the value is within the tolerance.")]


CERTIFICATE = sheet_of("certificate", CheckRow)


class RunRow(NamedTuple):
    """How the result was made: versions, workbook, scenario, solver, sizes and every default used."""

    key: Annotated[str, key("What is recorded.", 34)]
    value: Annotated[str | None, text("As it was in this run, in words.", 70)]
    number: Annotated[float | None, number("", "The same where it is a number.", ANY, 16)]

    @staticmethod
    def of(key: str, recorded: Cell) -> RunRow:
        """The row of whatever was recorded."""
        if isinstance(recorded, bool):
            return RunRow(key=key, value=str(recorded).upper(), number=None)
        if isinstance(recorded, int | float):
            return RunRow(key=key, value=str(recorded), number=recorded)
        return RunRow(key=key, value=recorded, number=None)


RUN = sheet_of("run", RunRow)
COMMAND = "command"
OPTION = "option "
"""In sheet run: the key of the command that made the result, and how the keys of its options begin."""


class ComparisonRow(NamedTuple):
    """Every scenario beside base: its status, its summary, and the floors of the first member."""

    scenario: Annotated[str, scenario()]
    metric: Annotated[str, key("What is measured.", 24)]
    value: Annotated[float | None, number("see unit", "Its value, in the unit beside it.", ANY, 16)]
    difference: Annotated[
        float | None, number("see unit", "Value less that of base; blank where either has none.", ANY, 16)
    ]
    unit: Annotated[str | None, text("Unit of the value.", 30)]
    note: Annotated[
        str | None,
        text(
            "Why a scenario has no result; whose floor it is, and whether it is a shortage; costs at offers where "
            "these lie off their cost.",
            40,
        ),
    ]
    status: Annotated[str | None, text("As for a scenario: optimal, infeasible ...", 12)]


COMPARISON = sheet_of("comparison", ComparisonRow)

SIDE_BY_SIDE = "side_by_side"
EFFECT, LEVEL, DIFFERENCE = "effect of the policy", "level", "difference from base"
"""Parts of sheet side_by_side, in their order."""
MOST_ACROSS = 16_000  # scenarios: Excel has 16,384 columns
_LONGEST_HEADING = 200  # of the 255 characters that the header of an Excel table may have
_ABOUT = (
    column(
        "part", Kind.TEXT, key("What the numbers are: effect of the policy, level, difference from base.", 22)
    ),
    column(
        "metric",
        Kind.TEXT,
        key("What is measured, as in summary; a floor, or the levy in it.", 24),
    ),
    column(
        "member",
        Kind.TEXT,
        key("Member of a floor: the first of base, then of scenarios in which that one has none.", 12),
    ),
    column("unit", Kind.TEXT, text("Unit of the numbers.", 26)),
)
_NOTE = column(
    "note", Kind.TEXT, text("What to know about them; where a floor is left blank as a shortage.", 30)
)


def side_by_side_sheet(scenarios: Mapping[str, str]) -> Sheet:
    """Metrics and floors down, scenarios across: each with what is said of it beside its name."""
    return Sheet(
        SIDE_BY_SIDE,
        "Metrics and floors down, scenarios across. First what the policy does in each scenario: it less the same "
        "without caps and rules on floors, and the levy in each floor. Then levels. Then the difference from base, "
        "which mixes the world with the policy.",
        (
            *_ABOUT,
            *(
                column(heading, Kind.NUMBER, number("see unit", f"Scenario {name}{said}.", ANY, 14))
                for (name, said), heading in zip(
                    scenarios.items(), headings(list(scenarios)).values(), strict=True
                )
            ),
            _NOTE,
        ),
    )


def headings(scenarios: list[str]) -> dict[str, str]:
    """The column of each scenario in sheet side_by_side: its name, with a number where another is called alike."""
    taken = {about.name for about in (*_ABOUT, _NOTE)}
    found: dict[str, str] = {}
    for name in scenarios:
        heading, again = name[:_LONGEST_HEADING], 2
        while heading.casefold() in taken:
            heading, again = f"{name[:_LONGEST_HEADING]} ({again})", again + 1
        taken.add(heading.casefold())
        found[name] = heading
    return found


LONG = (*(about.name for about in _ABOUT), _NOTE.name, "scenario", "value")
"""Columns of the same table with scenarios down."""


def scenarios_down(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of sheet side_by_side, which has these columns, one number a row."""
    width = len(_ABOUT)
    for row in rows:
        about: Sequence[Cell] = (*row[:width], row[-1])
        for name, value in zip(columns[width:-1], row[width:-1], strict=True):
            yield (*about, name, value)
