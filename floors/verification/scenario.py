"""One scenario: every sheet of its results against what follows from its tables."""

from __future__ import annotations

from typing import Any

from floors.contract import results as tables
from floors.verification import edges, flows, headline, mixes, money, selling, shares, slopes
from floors.verification.balances import check_plan
from floors.verification.check import Checker, Left
from floors.verification.floor_parts import Names, check_sums, parts, setters
from floors.verification.given import Given
from floors.verification.plan import Plan, read_baseline, read_plan
from floors.verification.profits import check_prices
from floors.verification.proof import lower_bound, said
from floors.verification.written import Book, Line

FURTHER = "further rows of the model"
LEFT_OUT = "left out of "
NO_ANSWER = "no answer in "


def check_scenario(given: Given, book: Book, scenario: str, checker: Checker) -> str:
    """Every sheet but `run` and `comparison`; returns what the prices prove about the cost."""
    found = {name: book.lines(scenario, name) for name in _SHEETS}
    plan, baseline = read_plan(given, book, scenario), read_baseline(given, book, scenario)
    _strange([plan, baseline], checker)
    same = not given.has_policy and not given.surprise
    if same:
        for line in found["baseline"]:
            checker.at(line, "value", line["value"], "no row", "without policy there is no other baseline")
        baseline = _as_baseline(plan)
    accounts, payer = money.keep(plan, found["support"])
    base_accounts, _ = money.keep(baseline, [])
    further = book.recorded(scenario).get(FURTHER)
    parent = _parent(given, book)
    recorded = book.recorded(scenario)
    left = {name: _left(recorded, name) for name in ("sensitivity", "least_share", "lowest")}
    _sheets(plan, baseline, accounts, base_accounts, payer, found, parent, left, checker)
    for one, of in ((plan, ""), (baseline, "baseline ")):
        if of and same:
            continue
        check_plan(one, of, checker)
        if further:
            why = f"prices against profits: the model has rows that are not in the workbook ({further})"
            checker.unknown[why] = None
        else:
            lines = {} if of else {line.key: line for line in found["prices"]}
            check_prices(one, of, [] if of else found["support"], checker, lines)
    return "" if further else _prove(plan, accounts, found["summary"], scenario, checker)


def _left(recorded: dict[str, Any], table: str) -> Left:
    """How many rows a table leaves out, and whether only those of least money, as sheet run has it."""
    least, failed = (recorded.get(f"{word}{table}") for word in (LEFT_OUT, NO_ANSWER))
    counts = [int(count) if isinstance(count, int | float) else 0 for count in (least, failed)]
    return Left(sum(counts), counts[1] == 0)


def _parent(given: Given, book: Book) -> dict[str, Any] | None:
    """Summary of the scenario from which a surprise starts; None where it is not among the results."""
    before = given.study.parent
    lines = book.lines(before.scenario_name, "summary") if before is not None and given.surprise else []
    return {line["metric"]: line["value"] for line in lines} or None


def _prove(plan: Plan, accounts: money.Accounts, summary: list[Line], scenario: str, checker: Checker) -> str:
    """No bound is above the cost less the uplift: else a plan, a price or the uplift is wrong."""
    cost = headline.total_cost(plan, accounts).value
    lines = {line["metric"]: line for line in summary}
    uplift = (lines["uplift"]["value"] or 0.0) if "uplift" in lines else 0.0
    bound, why_not = lower_bound(plan)
    checker.compared += 1
    if not why_not and bound > cost - uplift + 1e-7 * max(1.0, abs(cost)) and "uplift" in lines:
        most = f"at most {cost - bound:.10g}"
        checker.at(
            lines["uplift"], "value", uplift, most, "total_cost less what the prices prove is the uplift"
        )
    return said(scenario, cost, uplift, bound, why_not)


_SHEETS = tuple(sheet.name for sheet in tables.RESULTS if sheet is not tables.RUN)


def _strange(plans: list[Plan], checker: Checker) -> None:
    """Rows about what cannot be: no such route, process, year or item, or a quantity below 0."""
    for plan in plans:
        for line in plan.strange:
            first = next(iter(line.cells))
            said = {k: v for k, v in line.cells.items() if v is not None}
            rule = (
                "rows are of routes, processes, places and years that there are, and no quantity is below 0"
            )
            checker.at(line, first, str(said), "no such row", rule)


def _as_baseline(plan: Plan) -> Plan:
    """Without policy the plan is its own baseline."""
    fields = {name: getattr(plan, name) for name in ("ship", "make", "added", "put", "take", "closing")}
    return Plan(plan.given.bare, **fields, price=plan.price, origin=plan.origin)


def _sheets(
    plan: Plan,
    baseline: Plan,
    accounts: money.Accounts,
    base_accounts: money.Accounts,
    payer: dict[tuple[str, int], str],
    found: dict[str, list[Line]],
    parent: dict[str, Any] | None,
    left: dict[str, Left],
    checker: Checker,
) -> None:
    """`left`: what some tables leave out."""
    given = plan.given
    traced = shares.trace(plan)
    arrivals = shares.arrivals(plan, traced)
    base_arrivals = shares.arrivals(baseline, shares.trace(baseline))
    books = headline.Books(
        plan,
        baseline,
        accounts,
        base_accounts,
        shares.bloc_shares(plan, arrivals),
        shares.bloc_shares(baseline, base_arrivals),
        found["support"],
        parent,
    )
    names = Names(plan)
    uplift = any(
        (line["make_whole"] or 0) + (line["foregone"] or 0) > 0
        for line in found["support"]
        if line["year"] is not None and line["year"] >= given.known_from
    )
    paid = {
        (line["name"], line["year"])
        for line in found["support"]
        if line["kind"] == "process" and (line["make_whole"] or 0) > 1e-9
    }
    headline.check_summary(books, found["summary"], checker)
    by_key = {line.key: line for line in found["floors"]}
    sets = setters(names, found["floor_parts"])
    checker.table("floors", found["floors"], edges.floors(plan, sets, by_key))
    _check_ranges(found["floors"], left["lowest"].rows, checker)
    checker.table(
        "floor_parts", found["floor_parts"], parts(plan, names, found["floor_parts"]), ties="amount"
    )
    off = check_sums(plan, names, found["floor_parts"], checker)
    expected: dict[str, Any] = {
        "prices": edges.prices(plan),
        "sourcing": flows.sourcing(plan),
        "shipments": flows.shipments(plan),
        "production": flows.production(plan, paid),
        "investment": flows.investment(plan),
        "stocks": flows.stocks(plan),
        "caps": edges.caps(plan),
        "support": money.support_rows(given, found["support"], payer),
        "accounts": money.account_rows(accounts, base_accounts),
        "concentration": shares.concentration(plan, baseline, arrivals, base_arrivals),
        "shuffling": selling.shuffling(plan, baseline),
        "sensitivity": slopes.sensitivity(
            plan, found["caps"], found["sensitivity"], left["sensitivity"].rows
        ),
        "temptation": edges.temptation(plan, {(*line.key[:3], line["hub"]) for line in found["temptation"]}),
    }
    for sheet, rows in expected.items():
        ties = {"temptation": "temptation"}.get(sheet)
        checker.table(sheet, found[sheet], rows, ties=ties)
    pinned = not uplift and not given.surprise
    mixes.check_ranges(plan, found["sourcing"], pinned, left["least_share"], checker)
    slopes.check_left_out(plan, found["caps"], found["sensitivity"], left["sensitivity"], checker)
    slopes.check_slopes(plan, found["sensitivity"], checker)
    _check_baseline(baseline, found["baseline"], checker)
    balances = money.imbalance(accounts), money.imbalance(base_accounts)
    headline.check_certificate(
        headline.certificate(books, off, balances, found["certificate"]), found["certificate"], checker
    )


def _check_ranges(lines: list[Line], left: int, checker: Checker) -> None:
    """Lowest and highest are on either side of the floor, and asked for of all floors but so many, or of none."""
    asked = any(line["lowest"] is not None for line in lines)
    for line in lines:
        if asked and left > 0 and line["lowest"] is None and line["highest"] is None:
            left -= 1
            continue
        low, high, floor = line["lowest"], line["highest"], line["floor"] or 0.0
        near = 1e-6 * (1 + abs(floor))
        if (low is not None) != asked or (low is not None and low > floor + near):
            said = f"at most {floor:.10g}" if asked else None
            checker.at(line, "lowest", low, said, "not above the floor; of all floors or of none")
        if high is not None and (not asked or high < floor - near):
            checker.at(line, "highest", high, f"at least {floor:.10g}", "not below the floor")
    if lines:
        checker.unknown["lowest and highest in floors: that no lower or higher floor keeps the plan"] = None


def _check_baseline(baseline: Plan, lines: list[Line], checker: Checker) -> None:
    """Its rows are a plan and prices, checked by what follows from them; here units, and each row once."""
    currency = baseline.given.study.settings.currency
    unit = {"price": f"{currency}/kg", "origin price": f"{currency}/kg", "closing": "t"}
    strange = {id(line) for line in baseline.strange}
    rows = []
    seen = set()
    for line in lines:
        if id(line) not in strange and line.key not in seen:
            seen.add(line.key)
            keys = ("item", "name", "destination", "commodity", "year")
            rows.append({k: line[k] for k in keys} | {"unit": unit.get(line["item"], "t/yr")})
    checker.table("baseline", lines, sorted(rows, key=lambda row: _ITEMS.index(row["item"])))


_ITEMS = ("shipment", "activity", "added", "put", "take", "closing", "price", "origin price")
