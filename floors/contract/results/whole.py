"""Sheets about a result as a whole: its headline numbers, its proof, how it was made, and several beside base."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import ANY, SMALL, Cell, flag, key, number, scenario, sheet_of, text


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
        str | None, text("Why a scenario has no result; whose floor it is, and whether it is a shortage.", 40)
    ]
    status: Annotated[str | None, text("As for a scenario: optimal, infeasible ...", 12)]


COMPARISON = sheet_of("comparison", ComparisonRow)
