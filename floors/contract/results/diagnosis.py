"""The workbook of a diagnosis: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import RUN, SUMMARY
from floors.contract.results.columns import ANY, MILLION_PV, key, money, number, sheet_of, text


class FindingRow(NamedTuple):
    """Rows that cannot hold together: without any one of them the others could."""

    kind: Annotated[str, text("Kind of row.", 18)]
    row: Annotated[str, key("Row of the model.", 40)]
    sentence: Annotated[str, text("The same in words.", 60)]
    cells: Annotated[str | None, text("The cells of the input that set it.", 40)]


class RemedyRow(NamedTuple):
    """Numbers that could give way."""

    choice: Annotated[str, key("least, policy (the least of policy alone), or alone (any one would do).", 12)]
    kind: Annotated[str, text("Kind of row.", 18)]
    row: Annotated[str, key("Row of the model.", 40)]
    by: Annotated[float, number("see unit", "How much gives way.", ANY, 14)]
    unit: Annotated[str, text("Unit of it.", 16)]
    present: Annotated[
        float | None,
        number("", "In its cell, in the unit of the cell; blank where it is in none.", ANY, 14),
    ]
    needed: Annotated[float | None, number("", "What would do there; blank where no number would.", ANY, 14)]
    counts: Annotated[float, money("What it was weighed at.", MILLION_PV)]
    sentence: Annotated[str, text("The same in words.", 60)]
    cells: Annotated[str | None, text("The cells of the input that set it.", 40)]


FINDINGS = sheet_of("findings", FindingRow)
REMEDIES = sheet_of("remedies", RemedyRow)
SHEETS = (SUMMARY, FINDINGS, REMEDIES, RUN)
