"""Writes the known-answer cases: input workbooks of the contract, and `answers.json`.

    python tests/cases/make.py [FOLDER]

The published data stand in toy.py, plans.py, trade.py, textbook.py and ampl.py; sheets.py says how a case is written down.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import ampl
import plans
import textbook
import toy
import trade
import xlsxwriter
from sheets import Case, Source, table

CASES = {
    "toy": toy.toy,
    "mexss": plans.mexss,
    "ampl_steelP": plans.ampl_steel_p,
    "ampl_steelT": plans.ampl_steel_t,
    "dantzig": plans.dantzig,
    "three_countries": trade.three_countries,
    "tp1": trade.tp1,
    "tp2": trade.tp2,
    "tp3": trade.tp3,
    "tp4": trade.tp4,
    "tp5": trade.tp5,
    "wheat": textbook.wheat,
    "prodmix": textbook.prodmix,
    "blend": textbook.blend,
    "whouse": textbook.whouse,
    "robert": textbook.robert,
    "ajax": textbook.ajax,
    "ampl_steel4": ampl.ampl_steel4,
    "ampl_diet": ampl.ampl_diet,
    "ampl_transp": ampl.ampl_transp,
    "ampl_multi": ampl.ampl_multi,
}
READING = (
    "value = scale x (sum of columns over the rows of sheet that match where) + offset, in the run of "
    "scenario (base where there is none) and under floor_rules (rule: value in every year, for all "
    "commodities); less: the same of that scenario is taken off first; each: every matching row by itself. "
    "tolerance is absolute. Money is in thousands unless `what` names its unit; summary and accounts are in "
    "millions."
)


def write_workbook(case: Case, path: Path) -> None:
    """One sheet a table, the sources last; the date is fixed so that the same data give the same bytes."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": datetime(2026, 1, 1)})
    sources = table(" ".join(Source._fields), [[field or None for field in case.source]])
    for name, rows in {**case.sheets, "sources": sources}.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write_number(r, c, cell)
    book.close()


def main(folder: Path) -> None:
    """Writes every case into the folder."""
    published = []
    for name, build in CASES.items():
        case = build()
        write_workbook(case, folder / f"{name}.xlsx")
        lines = ",\n  ".join(map(json.dumps, case.answers))
        source = json.dumps(case.source.citation)
        published.append(f'{json.dumps(name)}: {{"source": {source}, "answers": [\n  {lines}\n ]}}')
    cases = ",\n ".join(published)
    text = f'{{"reading": {json.dumps(READING)},\n"cases": {{\n {cases}\n}}}}\n'
    (folder / "answers.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
