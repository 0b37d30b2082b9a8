"""The largest parts of one floor, each with the cell of the workbook that it comes from."""

from __future__ import annotations

import re

from floors.brief.facts import UNMET, Facts
from floors.brief.floors_table import paths, told_years
from floors.contract import results as sheets
from floors.page.page import LEFT, Entry, Head, Line, Table
from floors.page.told import DASH

MOST = 3
AMOUNT = f"0.00;{DASH}0.00;0.00"
_OF = re.compile(r"^(unit cost|annual charge) (.+?)$")


def parts(facts: Facts) -> Table | None:
    """The three largest parts of the first floor that has a levy; None where no floor has one."""
    if facts.main is None or facts.main not in facts.levied:
        return None
    path = next((one for one in paths(facts, facts.main) if any(row.binding for row in one.rows)), None)
    if path is None:
        return None
    binding = [row for row in path.rows if row.binding and not row.set_by.startswith(UNMET)]
    if not binding:
        return None
    row = next((row for year in told_years(path.rows) for row in binding if row.year == year), binding[0])
    of = [
        part
        for part in facts.tables.read(sheets.FLOOR_PARTS)
        if (part.member, part.commodity, part.year) == (row.member, row.commodity, row.year)
    ]
    largest = sorted(of, key=lambda part: -abs(part.amount))
    rest = sum(part.amount for part in largest[MOST:])
    link = f"floor_parts!member={row.member};commodity={row.commodity};year={row.year}"
    lines = [
        Line(
            (
                Entry(part.part),
                Entry(part.amount, AMOUNT, link=link),
                Entry(_cell(facts, part.part, row.year), faint=True),
            )
        )
        for part in largest[:MOST]
    ]
    if largest[MOST:]:
        lines.append(
            Line(
                (
                    Entry("1 other" if len(largest) == MOST + 1 else f"{len(largest) - MOST} others"),
                    Entry(rest, AMOUNT, link=link),
                    Entry("", faint=True),
                )
            )
        )
    lines.append(
        Line((Entry("Floor", strong=True), Entry(row.floor, AMOUNT, strong=True), Entry("")), total=True)
    )
    place = "" if len(paths(facts, facts.main)) == 1 else f" in {facts.names.the_place(row.member)}"
    title = f"Largest parts of the floor of {row.year}{place}, {facts.per_kg}"
    heads = (Head("", 20, False), Head("amount", 7), Head("input cell", 9))
    return Table("parts", title, heads, tuple(lines), (), LEFT, rank=7, sheet="floor_parts")


def _cell(facts: Facts, part: str, year: int) -> str:
    """The cell of a unit cost or a capital cost in the workbook; empty for other parts."""
    found = _OF.match(part)
    if not found:
        return ""
    for index, row in enumerate(facts.tables.study.rows("unit_costs")):
        if found[1] == "unit cost" and row["process"] == found[2] and year in row["years"]:
            sheet, cell, _ = facts.tables.study.place("unit_costs", index, year)
            return f"{sheet}!{cell}"
    column = "unit_cost" if found[1] == "unit cost" else "capital_cost"
    for table, key in (("processes", "process"), ("plants", "plant")):
        for index, row in enumerate(facts.tables.study.rows(table)):
            if row[key] == found[2] and (column != "unit_cost" or table == "processes"):
                sheet, cell, _ = facts.tables.study.place(table, index, column)
                return f"{sheet}!{cell}"
    return ""
