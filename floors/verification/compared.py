"""Sheet comparison: the other sheets have its numbers already, but for their differences from base."""

from __future__ import annotations

from typing import Any

from floors.verification.check import About, Checker
from floors.verification.written import Book, Line

WHY = "why a scenario has no result, in comparison: only solving it again tells"


def check_comparison(book: Book, checker: Checker) -> None:
    """Status, summary and floors of one member: as the other sheets have them, less those of base."""
    by_scenario: dict[str, list[Line]] = {}
    for line in book.comparison:
        by_scenario.setdefault(line["scenario"], []).append(line)
    base = {line["metric"]: line for line in by_scenario.get("base", ())}
    for scenario, lines in by_scenario.items():
        wanted = _wanted(book, scenario, lines) if book.lines(scenario, "summary") else None
        for line in lines:
            _check(line, base, scenario, checker)
            if wanted is not None:
                checker.cell(line, "value", wanted.pop(line["metric"], "no such row, or one less"))
            elif line["metric"] == "status" and line["value"] != "optimal":
                checker.unknown[WHY] = None
        for metric in wanted or ():
            rule = "every metric and floor is compared"
            checker.say("comparison", "", metric, "no row", "a row", rule, (scenario,))
    for scenario in book.of.keys() - by_scenario.keys():
        checker.say("comparison", "", "scenario", "no rows", scenario, "every scenario is compared")


def _check(line: Line, base: dict[str, Line], scenario: str, checker: Checker) -> None:
    """A value less that of base: of a floor only where both are of the same member."""
    value, before = line["value"], base.get(line["metric"])
    if before is None or line["metric"] == "status" or None in (value, before["value"]):
        checker.cell(line, "difference", None)
        return
    other = scenario != "base" and line["metric"].startswith("floor ") and _member(line) != _member(before)
    checker.cell(line, "difference", None if other else About(value - before["value"], abs(value)))


def _wanted(book: Book, scenario: str, lines: list[Line]) -> dict[str, Any]:
    """Metric -> value: status, summary, and the floors of the members that the notes name."""
    found: dict[str, Any] = {"status": book.recorded(scenario).get("status")}
    found |= {line["metric"]: line["value"] for line in book.lines(scenario, "summary")}
    shown: dict[str, str] = {}
    for line in book.lines(scenario, "floors"):
        shown.setdefault(line["commodity"], line["member"])
    for line in lines:
        commodity = line["metric"].removeprefix("floor ").rpartition(" ")[0]
        if commodity in shown and line["metric"].startswith("floor "):
            shown[commodity] = _member(line)
    for line in book.lines(scenario, "floors"):
        if shown[line["commodity"]] == line["member"]:
            found[f"floor {line['commodity']} {line['year']}"] = line["floor"]
    return found


def _member(line: Line) -> str:
    return str(line["note"] or "").partition(";")[0]
