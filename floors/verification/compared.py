"""Sheet comparison: every scenario beside base, repeated from the other sheets."""

from __future__ import annotations

from typing import Any

from floors.verification.check import About, Checker, agrees
from floors.verification.written import Book, Line

WHY = "why a scenario has no result, in comparison: only solving it again tells"
SHORTAGE = "a buyer's value: a shortage, not a floor"


def check_comparison(book: Book, currency: str, checker: Checker) -> None:
    """Status, summary and floors of the first member: as the other sheets have them, less those of base."""
    by_scenario: dict[str, list[Line]] = {}
    for line in book.comparison:
        by_scenario.setdefault(line["scenario"], []).append(line)
    base = {line["metric"]: line["value"] for line in by_scenario.get("base", ())}
    first = _first_members(book, by_scenario)
    for scenario, lines in by_scenario.items():
        _scenario(book, scenario, lines, base, first, currency, checker)
    for scenario in book.of:
        if scenario not in by_scenario:
            checker.say("comparison", "", "scenario", "no rows", scenario, "every scenario is compared")


def _scenario(
    book: Book,
    scenario: str,
    lines: list[Line],
    base: dict[str, Any],
    first: dict[str, str],
    currency: str,
    checker: Checker,
) -> None:
    there = scenario in book.of and book.lines(scenario, "summary")
    wanted = _wanted(book, scenario, first, currency) if there else None
    floors_of_base = scenario == "base" or not there
    for line in lines:
        checker.compared += 5
        metric, value = line["metric"], line["value"]
        status = book.recorded(scenario).get("status", line["status"] if scenario not in book.of else None)
        if line["status"] != status:
            checker.at(line, "status", line["status"], status, "status in sheet run")
        if metric == "status":
            _status(line, checker)
            continue
        before = base.get(metric)
        if not floors_of_base and metric.startswith("floor ") and not _same_member(line, book, base, first):
            before = None
        less = None if value is None or before is None else About(value - before, abs(value))
        if not agrees(line["difference"], less):
            said = less.value if less else None
            checker.at(line, "difference", line["difference"], said, "value less that of base")
        if wanted is not None:
            _like(line, wanted.pop(metric, None), checker)
    for metric in wanted or ():
        checker.say(
            "comparison", "", metric, "no row", "a row", "every metric and floor is compared", (scenario,)
        )


def _status(line: Line, checker: Checker) -> None:
    """The note of a status says why there is no result, which no table holds."""
    for column in ("value", "difference", "unit"):
        if line[column] is not None:
            checker.at(line, column, line[column], None, "a status has none")
    if line["status"] != "optimal":
        checker.unknown[WHY] = None
    elif line["note"] is not None and not line["note"].startswith("the bloc is "):
        checker.at(line, "note", line["note"], None, "an optimal scenario needs no note but of another bloc")


def _like(line: Line, wanted: dict[str, Any] | None, checker: Checker) -> None:
    if wanted is None:
        checker.at(
            line, "metric", line["metric"], "no such row, or one less", "no row is there without reason"
        )
        return
    for column, value in wanted.items():
        if not agrees(line[column], value):
            checker.at(line, column, line[column], value, "as the sheet of the scenario has it")


def _wanted(book: Book, scenario: str, first: dict[str, str], currency: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in book.lines(scenario, "summary"):
        found[line["metric"]] = {"value": line["value"], "unit": line["unit"], "note": None}
    members: dict[str, dict[str, list[Line]]] = {}
    for line in book.lines(scenario, "floors"):
        members.setdefault(line["commodity"], {}).setdefault(line["member"], []).append(line)
    for c, by_member in members.items():
        lines = by_member.get(first.get(c, "")) or next(iter(by_member.values()))
        for line in lines:
            short = str(line["set_by"]).startswith("unserved")
            note = f"{line['member']}; {SHORTAGE}" if short else line["member"]
            unit = f"{currency}/kg"
            found[f"floor {c} {line['year']}"] = {"value": line["floor"], "unit": unit, "note": note}
    return found


def _first_members(book: Book, by_scenario: dict[str, list[Line]]) -> dict[str, str]:
    """The member whose floor is shown: the first of base, else of the first scenario that has one."""
    first: dict[str, str] = {}
    for scenario in sorted(by_scenario, key=lambda name: name != "base"):
        if scenario == "base" and not book.lines(scenario, "floors"):
            for line in by_scenario[scenario]:
                if line["metric"].startswith("floor ") and line["note"]:
                    c = line["metric"].split(" ", 1)[1].rsplit(" ", 1)[0]
                    first.setdefault(c, line["note"].partition(";")[0])
        for line in book.lines(scenario, "floors"):
            first.setdefault(line["commodity"], line["member"])
    return first


def _same_member(line: Line, book: Book, base: dict[str, Any], first: dict[str, str]) -> bool:
    c = line["metric"].split(" ", 1)[1].rsplit(" ", 1)[0]
    return (line["note"] or "").partition(";")[0] == first.get(c)
