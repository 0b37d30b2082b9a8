"""One scenario: every sheet of its results against what follows from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

from floors.contract import results as tables
from floors.verification import edges, flows, headline, leaving, money, ranges, shares
from floors.verification.balances import check_plan
from floors.verification.check import Checker
from floors.verification.floor_kinds import check_kinds
from floors.verification.floor_parts import check_parts
from floors.verification.given import Given
from floors.verification.instruments import check_instruments
from floors.verification.links import link_rows
from floors.verification.nearest import check_nearest
from floors.verification.plan import Plan
from floors.verification.plan_read import read_baseline, read_plan
from floors.verification.prices import traded
from floors.verification.profits import Profits
from floors.verification.proof import BEYOND, lower_bound, said
from floors.verification.unserved import unserved
from floors.verification.vault import vault
from floors.verification.who_pays import check_who_pays
from floors.verification.written import Book, Line

FURTHER = "further rows of the model"
LEFT_OUT = "left out of "
NO_ANSWER = "no answer in "
Found = dict[str, list[Line]]


def check_scenario(given: Given, book: Book, scenario: str, checker: Checker) -> str:
    """Every sheet but `run` and `comparison`; returns what the prices prove about the cost."""
    found = {sheet.name: book.lines(scenario, sheet.name) for sheet in tables.RESULTS}
    plan, baseline = read_plan(given, book, scenario), read_baseline(given, book, scenario)
    before = len(checker.findings)
    _strange([plan, baseline], checker)
    same = not given.has_policy and not given.surprise
    if same:
        for line in found["baseline"]:
            checker.at(line, "value", line["value"], "no row", "without policy there is no other baseline")
        baseline = _as_baseline(plan)
    for sheet in ("baseline", "support", "certificate"):
        checker.table(
            sheet, found[sheet], [(key, {}) for key in dict.fromkeys(line.key for line in found[sheet])]
        )
    checker.table("prices", found["prices"], traded(plan, found["prices"]))
    recorded = book.recorded(scenario)
    further = recorded.get(FURTHER)
    if further:
        why = f"prices against profits: the model has rows that are not in the workbook ({further})"
        checker.unknown[why] = None
    profits = Profits(plan, "", found["support"], checker, {line.key: line for line in found["prices"]})
    accounts = money.keep(plan, found["support"])
    _sheets(
        plan,
        baseline,
        accounts,
        profits,
        found,
        _parent(given, book),
        recorded,
        checker,
        _then(given, book),
        _before(given, book, "caps"),
    )
    check_plan(plan, "", checker)
    if not further:
        profits.check()
    if not same:
        check_plan(baseline, "baseline ", checker)
        if not further:
            Profits(baseline, "baseline ", [], checker, {}).check()
    return "" if further else _prove(profits, accounts, found, scenario, checker, before)


def _parent(given: Given, book: Book) -> dict[str, Any] | None:
    """Summary of the scenario from which a surprise starts; None where it is not among the results."""
    before = given.study.parent
    if before is None or not given.surprise:
        return None
    found = {line["metric"]: line["value"] for line in book.lines(before.scenario_name, "summary")}
    for name, sheet in (("bloc_net_cost", "accounts"), ("baseline_bloc_net_cost", "baseline_accounts")):
        costs = leaving.by_place(book.lines(before.scenario_name, sheet))
        bloc = leaving.bloc_then(given.world, before, costs, given.calendar.weight)
        if found and bloc is not None:
            found[name] = bloc
    return found or None


def _then(given: Given, book: Book) -> dict[tuple[str, int], float]:
    """Net cost of each place and year in the scenario from which a surprise starts; empty where it is not there."""
    return leaving.by_place(_before(given, book, "accounts"))


def _before(given: Given, book: Book, sheet: str) -> list[Line]:
    """A sheet of the scenario from which a surprise starts; empty where it is not there."""
    parent = given.study.parent
    return book.lines(parent.scenario_name, sheet) if parent is not None and given.surprise else []


def _prove(
    profits: Profits, accounts: money.Accounts, found: Found, scenario: str, checker: Checker, before: int
) -> str:
    """At the prices of the results no bound is above the cost and the levies of their own, less the uplift: else a
    plan, a price or the uplift is wrong. What is proven of the plan is by its prices without rules on floors.

    `before`: how many findings there were before those of the scenario.
    """
    plan = profits.plan
    cost, size = headline.total_cost(plan, accounts)[:2]
    line = next((line for line in found["summary"] if line["metric"] == "uplift"), None)
    uplift = (line["value"] or 0.0) if line else 0.0
    bound = lower_bound(profits)
    checker.compared += 1
    weight = plan.given.calendar.weight
    most = cost + fsum(weight[arc[3]] * levy * plan.liable(arc) / 1000 for arc, levy in plan.own.items())
    if line and bound.is_one and bound.value > most - uplift + BEYOND * (size + bound.size):
        allowed = f"at most {most - bound.value:.10g}"
        checker.at(line, "value", uplift, allowed, "total_cost less what the prices prove is the uplift")
    bare = plan.without_rules()
    if bare is not plan or plan.given.exempts:
        lines = {line.key: line for line in found["prices"]}
        plain = Profits(bare, "", [], checker, lines, "plan_", plain=True)
        if bare is not plan:
            plain.check()
        bound = lower_bound(plain)
    return said(scenario, cost, bound, len(checker.findings) > before)


def _strange(plans: list[Plan], checker: Checker) -> None:
    """Rows about what cannot be: no such route, process, year or item, or a quantity below 0."""
    rule = "rows are of routes, processes, places and years that there are, and no quantity is below 0"
    for plan in plans:
        for line in plan.strange:
            there = {k: v for k, v in line.cells.items() if v is not None}
            checker.at(line, next(iter(line.cells)), str(there), "no such row", rule)


def _as_baseline(plan: Plan) -> Plan:
    """Without policy the plan is its own baseline."""
    fields = {
        name: getattr(plan, name) for name in ("ship", "make", "added", "connected", "put", "take", "closing")
    }
    return Plan(plan.given.bare, **fields, price=plan.price, origin=plan.origin, friction=plan.friction)


def _sheets(
    plan: Plan,
    baseline: Plan,
    accounts: money.Accounts,
    profits: Profits,
    found: Found,
    parent: dict[str, Any] | None,
    recorded: Mapping[str, Any],
    checker: Checker,
    then: leaving.Costs,
    caps_before: list[Line],
) -> None:
    base_accounts = money.keep(baseline, [])
    arrivals, base_arrivals = shares.arrivals(plan), shares.arrivals(baseline)
    books = headline.Books(
        plan,
        baseline,
        accounts,
        base_accounts,
        shares.bloc_shares(plan, arrivals),
        shares.bloc_shares(baseline, base_arrivals),
        found["support"],
        parent,
        then,
    )
    headline.check_summary(books, found["summary"], checker)
    for sheet, expected in (
        ("floors", edges.floors(plan)),
        ("own_levies", edges.own_levies(plan)),
        ("sourcing", flows.sourcing(plan)),
        ("shipments", flows.shipments(plan)),
        ("production", flows.production(plan, profits)),
        ("investment", flows.investment(plan)),
        ("links", link_rows(plan)),
        ("stocks", flows.stocks(plan)),
        ("vault", vault(plan)),
        ("unserved", unserved(plan, baseline)),
        ("caps", edges.caps(plan)),
        ("accounts", money.account_rows(accounts, base_accounts)),
        ("baseline_accounts", money.baseline_rows(base_accounts)),
        ("concentration", shares.concentration(plan, baseline, arrivals, base_arrivals)),
        ("shuffling", flows.shuffling(plan, baseline)),
        ("temptation", edges.temptation(plan, found["temptation"])),
    ):
        checker.table(sheet, found[sheet], expected)
    off = check_parts(plan, found["floor_parts"], checker)
    check_kinds(plan, found["floor_parts"], found["floors"], found["floor_kinds"], checker)
    check_who_pays(accounts, base_accounts, found["members_range"], found["who_pays"], checker)
    check_instruments(plan, accounts, found, checker)
    left = _left_out(recorded, "sensitivity")
    ranges.check_floors(found["floors"], checker)
    ranges.check_members(accounts, found["members_range"], checker)
    ranges.check_shares(found["sourcing"], checker)
    ranges.check_averages(plan, found["caps"], caps_before, checker)
    ranges.check_levies(plan, found["caps"], checker)
    ranges.check_slopes(plan, found["caps"], found["sensitivity"], left, checker)
    missing = _left_out(recorded, "nearest")
    none = not found["nearest"] and not missing  # not asked for, or not to be had
    check_nearest(plan.given, found["floors"], found["nearest"], None if none else missing, checker)
    headline.check_certificate(headline.certificate(books, off), found["certificate"], checker)


def _left_out(recorded: Mapping[str, Any], sheet: str) -> int:
    """How many rows a sheet leaves out, and says so."""
    counts = [recorded.get(f"{word}{sheet}") for word in (LEFT_OUT, NO_ANSWER)]
    return sum(int(count) for count in counts if isinstance(count, int | float))
