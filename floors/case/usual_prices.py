"""Costs far off what is usual in the same table, and prices that move too far in a year: likely another unit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import log
from statistics import median_low

from floors.case.apart import FAR, GAP, Cell, far_off, is_said, named, spot, times
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.errors import Problem
from floors.study.study import Study

FEWEST = 4  # rows that say what is usual
ABOVE = 100.0  # times what is usual; below it by FAR


def usual_prices(case: Case, told: set[Cell]) -> Iterator[Problem]:
    """Warnings on freight and on costs of making the same that are far off those of other rows."""
    study, production = case.study, case.production.untagged
    freight: dict[str, dict[Cell, float]] = {}
    for i, row in enumerate(study.rows("routes")):
        if row["freight"] > 0:
            freight.setdefault(row["commodity"], {})[Cell("routes", i, "freight")] = row["freight"]
    costs: dict[tuple[str, str], dict[Cell, float]] = {}
    for i, row in enumerate(study.rows("processes")):
        made, used = production.made(row["process"]), production.used(row["process"])
        for column in ("unit_cost", "capital_cost"):
            if (row[column] or 0) > 0 and len(made) == 1:
                (c,) = made
                kind = f"{column} with inputs" if used else column
                costs.setdefault((c, kind), {})[Cell("processes", i, column)] = row[column] / made[c]
    for of in freight.values():
        yield from _unlike(study, of, told, below=False)
    for (_, kind), of in costs.items():
        yield from _unlike(study, of, told, below=kind != "capital_cost")


def _unlike(study: Study, of: dict[Cell, float], told: set[Cell], below: bool = True) -> Iterator[Problem]:
    """Those far above the middle of their like, and far below where that says something and the next is far as well."""
    if len(of) < FEWEST:
        return
    usual = median_low(of.values())
    like = min(of, key=lambda cell: abs(log(of[cell] / usual)))
    above, least = ABOVE * of[like], of[like] / FAR if below else 0.0
    rest = [value for value in of.values() if least < value < above]
    for cell, value in of.items():
        far = value >= max(above, GAP * max(rest)) or value <= min(least, min(rest) / GAP)
        if not far or cell in told or not is_said(study, cell, like):
            continue
        ratio = value / of[like]
        said, other = in_print(value, of[like])
        message = (
            f"{named(cell)} {said} {study.settings.currency}/kg is {times(ratio)} that of a usual row, {other} "
            f"({spot(study, like)})."
        )
        told.add(cell)
        yield far_off(study, cell, message, ratio, [like])


def between_years(study: Study, told: set[Cell]) -> Iterator[Problem]:
    """Warnings on prices that move by 200 times from one year to the next."""
    for table in ("reference_prices", "unit_costs", "floor_rules"):
        for i, row in enumerate(study.rows(table)):
            if row.get("rule", "minimum") not in ("minimum", "maximum"):
                continue
            years = [(t, p) for t, p in sorted(row["years"].items()) if p > 0]
            for (t, p), (u, q) in pairwise(years):
                cells = Cell(table, i, t), Cell(table, i, u)
                if 1 / FAR < q / p < FAR or told & {*cells} or not is_said(study, *cells):
                    continue
                before, after = in_print(p, q)
                of = f"that of {t}, {before} ({spot(study, cells[0])})"
                message = f"{named(cells[1])} {after} {study.settings.currency}/kg is {times(q / p)} {of}."
                yield far_off(study, cells[1], message, q / p, [cells[0]])
                break
