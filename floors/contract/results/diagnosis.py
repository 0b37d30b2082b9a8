"""The workbook of a diagnosis: its sheets."""

from __future__ import annotations

from floors.contract.results import ANY, MILLION_PV, MONEY, SUMMARY, TEXT, Column, Sheet

_ROW = Column("row", "", "Row of the model.", TEXT, 40, True)
_KIND = Column("kind", "", "Kind of row.", TEXT, 18)
_SAID = (
    Column("sentence", "", "The same in words.", TEXT, 60),
    Column("cells", "", "The cells of the input that set it.", TEXT, 40),
)

FINDINGS = Sheet(
    "findings",
    "Rows that cannot hold together: without any one of them the others could.",
    (_KIND, _ROW, *_SAID),
)

REMEDIES = Sheet(
    "remedies",
    "Numbers that could give way.",
    (
        Column(
            "choice",
            "",
            "least, policy (the least of policy alone), or alone (any one would do).",
            TEXT,
            12,
            True,
        ),
        _KIND,
        _ROW,
        Column("by", "see unit", "How much gives way.", ANY, 14),
        Column("unit", "", "Unit of it.", TEXT, 16),
        Column("present", "", "In its cell, in the unit of the cell; blank where it is in none.", ANY, 14),
        Column("needed", "", "What would do there; blank where no number would.", ANY, 14),
        Column("counts", MILLION_PV, "What it was weighed at.", MONEY, 14),
        *_SAID,
    ),
)

SHEETS = (SUMMARY, FINDINGS, REMEDIES)
