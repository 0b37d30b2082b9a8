"""Cells that are allowed and likely not meant: what can never run, years inside a period, what exists before it may.

What depends on the workbook as written alone is said of that; of a scenario only what it changes itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.case.production import Expansion
from floors.contract.input_columns import Key
from floors.errors import Problem
from floors.study.locate import listed
from floors.study.scenarios import BASE

OF_A_BUILD = frozenset({"capital_cost", "max_build", "max_total", "lead_time", "lifetime"})
OF_ITS_YEARS = frozenset({"first_year", "last_year", "plant", "plant_use"})


def slips(case: Case) -> Iterator[Problem]:
    """Warnings on single cells of a case."""
    yield from _inside_periods(case)
    yield from _there_before(case)
    if case.study.scenario_name == BASE:
        yield from _never_runs(case)
        yield from _never_valid(case)
        yield from _known_inside(case)
        yield from _value_alone(case)
    yield from _price_alone(case)


def _says(case: Case, table: str, row: int, columns: tuple[Key, ...]) -> bool:
    """Whether a warning on cells of a record is for this study: as written, or where its scenario changed one."""
    study = case.study
    return study.scenario_name == BASE or any(study.changed_by(table, row, column) for column in columns)


def _period(case: Case, year: float) -> int | None:
    """The year by which the period is called that a year lies in; None where it lies in none."""
    return next((t for t, n in case.calendar.length.items() if t <= year < t + n), None)


def _valid(case: Case, first: float | None, last: float | None) -> list[int]:
    low, high = -inf if first is None else first, inf if last is None else last
    return [t for t in case.calendar.years if low <= t <= high]


def _inside_periods(case: Case) -> Iterator[Problem]:
    """First and last years that cut a period in two: it counts as a whole, by its first year."""
    for table, what in (("processes", "it may run"), ("routes", "the row holds")):
        for i, row in enumerate(case.study.rows(table)):
            valid = _valid(case, row["first_year"], row["last_year"])
            for column, year in (("first_year", row["first_year"]), ("last_year", row["last_year"])):
                t = None if year is None else _period(case, year)
                if t is None or not valid or not _says(case, table, i, (column,)):
                    continue
                n = case.calendar.length[t]
                told = f"{year:g} lies inside the period of {n:g} years that begins in {t}"
                if column == "first_year" and year > t:
                    message = f"{told}: {what} from {valid[0]} on, not before."
                elif column == "last_year" and year + 1 < t + n and t in valid:
                    message = f"{told}: {what} to the end of that period."
                else:
                    continue
                hint = "Name the first year of a period or the last, or cut the period in sheet years."
                yield case.study.problem(table, i, column, message, hint, "inside_period", "warning")


def _known_inside(case: Case) -> Iterator[Problem]:
    """A surprise in the middle of a period: what is decided for that stays."""
    for i, row in enumerate(case.study.rows("scenarios")):
        year = row["known_from"]
        t = None if year is None else _period(case, year)
        if t is not None and year > t:
            n = case.calendar.length[t]
            message = (
                f"{year:g} lies inside the period of {n:g} years that begins in {t}: what is decided for all of that "
                "period stays."
            )
            hint = "Name the first year of a period, or cut the period in sheet years."
            yield case.study.problem("scenarios", i, "known_from", message, hint, "inside_period", "warning")


def _there_before(case: Case) -> Iterator[Problem]:
    """Existing capacity of what may run only later: it comes without any capital cost."""
    first = case.calendar.years[0]
    for i, row in enumerate(case.study.rows("processes")):
        valid = _valid(case, row["first_year"], row["last_year"])
        late = row["first_year"] is not None and row["first_year"] > first and valid
        if not late or not row["capacity"] or not _says(case, "processes", i, ("capacity", "first_year")):
            continue
        message = (
            f"capacity is what exists: {row['process']} has {row['capacity']:,.6g} t/yr from {valid[0]} on, its first "
            "year, at no capital cost."
        )
        hint = "Leave it blank and give a capital_cost and lead_time for what is still to be built, unless it is meant."
        yield case.study.problem("processes", i, "capacity", message, hint, "exists_later", "warning")


def _never_runs(case: Case) -> Iterator[Problem]:
    """Processes and plants of which nothing that is built can run in any year, and those that can never run."""
    study, production = case.study, case.production
    if study.changed_by_scenarios("years"):
        return
    for table, name in (("processes", "process"), ("plants", "plant")):
        changed = study.changed_by_scenarios(table)
        of_years = {row for row, _ in study.changed_by_scenarios("capacities")}
        by_year = {row["process"]: i for i, row in enumerate(study.rows("capacities"))}
        timed = {column for _, column in study.changed_by_scenarios("processes")} & OF_ITS_YEARS
        for i, row in enumerate(study.rows(table)):
            x = row[name]
            load = production.load.get(x, {})
            running = {t for p, a in load.items() if a > 0 for t in production.active[p]}
            if not running or timed or any((i, column) in changed for column in OF_A_BUILD):
                continue
            fault = _nothing_built(case, row, production.expansion.get(x), running)
            there = any(production.capacity.get((x, t), inf) > 0 for t in running)
            touched = (i, "capacity") in changed or by_year.get(x) in of_years
            if fault is not None:
                column, why = fault
                more = "" if there or touched else f" {x} can never run."
                hint = "Mend it, or leave capital_cost blank, unless it is meant."
                yield study.problem(table, i, column, why + more, hint, "never_alive", "warning")
            elif x not in production.expansion and not there and not touched:
                message = f"{x} has no capacity in any year, and cannot be expanded: it can never run."
                hint = "Give it a capacity or a capital_cost, or remove it."
                yield study.problem(table, i, "capacity", message, hint, "never_alive", "warning")


def _nothing_built(
    case: Case, row: dict[str, Any], expansion: Expansion | None, running: set[int]
) -> tuple[str, str] | None:
    """The cell by which nothing can be built that ever runs, and why; None where something can."""
    if expansion is None:
        return None
    for column, most in (("max_build", expansion.max_build), ("max_total", expansion.max_total)):
        if most == 0:
            return column, f"{column} is 0, so that nothing can be built, whatever its capital_cost."
    alive = {t for years in expansion.alive.values() for t in years}
    if alive & running:
        return None
    years = listed([str(t) for t in case.calendar.years])
    if alive:
        column = "first_year" if row.get("first_year") is not None else "last_year"
        told = f"what is built here is there in {listed([str(t) for t in sorted(alive)])} alone"
        return (column if column in row else "lead_time"), f"{told}, when nothing may run on it."
    first, lead = case.calendar.years[0], row["lead_time"]
    begins, ends = _there(first, row)
    return "lead_time" if lead else "lifetime", (
        f"nothing built here runs in any year of the study ({years}): begun in {first} it would be there from "
        f"{begins:g} until {ends:g} begins, and so on."
    )


def _there(b: int, row: dict[str, Any]) -> tuple[float, float]:
    """From when until when what is begun in b is there."""
    begins = b + row["lead_time"]
    return begins, begins + row["lifetime"]


def _never_valid(case: Case) -> Iterator[Problem]:
    """Routes that hold in no year of the study."""
    changed = case.study.changed_by_scenarios("routes")
    for i, row in enumerate(case.study.rows("routes")):
        if (
            _valid(case, row["first_year"], row["last_year"])
            or {(i, "first_year"), (i, "last_year")} & changed
        ):
            continue
        column = "last_year" if row["last_year"] is not None else "first_year"
        message = "first_year and last_year let this row hold in no year of the study."
        hint = "Mend them, or remove the row."
        yield case.study.problem("routes", i, column, message, hint, "never_valid", "warning")


def _price_alone(case: Case) -> Iterator[Problem]:
    """Routes with a price and no minimum that it could settle: of the workbook as written where no scenario sets one
    either, of a scenario where it sets the price."""
    study, routes = case.study, case.routes
    asked = np.broadcast_to(routes.minimum > 0, routes.shape)
    bound = {*np.broadcast_to(routes.by_row, routes.shape)[asked].tolist()}
    base = study.scenario_name == BASE
    for i, row in enumerate(study.rows("routes")):
        if row["price"] is None or i in bound:
            continue
        later = (i, "minimum") in study.changed_by_scenarios("routes") or study.changed_by_scenarios(
            "route_minimums"
        )
        if not later if base else study.changed_by("routes", i, "price"):
            message = "the price is what a take-or-pay settles at, and no minimum of this row is above 0 in any year."
            hint = "Give the row a minimum, or a row of route_minimums; else remove the price."
            yield study.problem("routes", i, "price", message, hint, "price_without_minimum", "warning")


def _value_alone(case: Case) -> Iterator[Problem]:
    """Demand with a value and no tonnes in any year, which no scenario sets either."""
    changed = {row for row, _ in case.study.changed_by_scenarios("demand")}
    for i, row in enumerate(case.study.rows("demand")):
        if row["value"] is not None and not row["years"] and i not in changed:
            message = (
                f"value is the most that a buyer pays, in {case.study.settings.currency}/kg, and this row has no "
                "tonnes in any year: nothing is demanded."
            )
            hint = "Write t/yr under the years, or remove the row."
            yield case.study.problem("demand", i, "value", message, hint, "value_alone", "warning")
