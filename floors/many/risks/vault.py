"""Sheets `vault`, `vault_plans` and `vault_years` of `floors risk`: what funds buy before it is known what comes, what
the last money spent on each stockpile saves, and what other ways to spend it would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from floors.contract.results import Row
from floors.contract.results.vault import NOTHING_BOUGHT, PLANNED, RULE, SpendingRow, StockpileRow
from floors.many.risks.alternatives import expected
from floors.many.risks.averse import Aversion, cvar_of
from floors.many.risks.hedge import Hedge
from floors.many.risks.margins import Margins
from floors.many.risks.plan import TwoStagePlan
from floors.many.risks.purchases import (
    Needs,
    Spent,
    amounts,
    beyond,
    days_of,
    spent,
    stockpiles_of_funds,
)
from floors.many.risks.states import State, together
from floors.results.vault import closing_worth, vault_table
from floors.solving.outcome import Outcome
from floors.solving.tonnes import quantities


def years_table(found: Hedge) -> list[Row]:
    """Sheet `vault_years`: the account of each fund in each state."""
    return [(state, *row) for state, one in found.outcomes.items() for row in vault_table(one)]


def needs_of(plan: TwoStagePlan) -> Needs:
    """Table demand and planned use of the region of each stockpile of a fund, t/yr."""
    found = {}
    for state in plan.states:
        case, mine = plan.cases[state.name], stockpiles_of_funds(state)
        made = quantities(plan.compiled, plan.block(state).produce, plan.solution.x)
        data = case.production
        for k in mine:
            pile = case.stocks.piles[k]
            places = tuple(case.places.destinations(pile.region, pile.commodity))
            names = case.tags.names(pile.commodity)
            for t in case.calendar.years:
                used = sum(
                    data.used(p).get(c, 0.0) * tonnes
                    for (p, year), tonnes in made.items()
                    if year == t and data.region[p] == pile.region
                    for c in names
                )
                found[state.name, k, t] = case.demand.table(places, pile.commodity, t) + used
    return found


# ------------------------------------------------------- a row for each way


def planned(plan: TwoStagePlan) -> Spent:
    """What the plan itself spends."""
    return spent(plan, PLANNED, sum(amounts(plan.states[0]).values()))


def plans_table(states: tuple[State, ...], ways: Iterable[Spent], aversion: Aversion) -> list[SpendingRow]:
    """Sheet `vault_plans`: the plan first."""
    ways = list(ways)
    told = {(way.way, way.fund): _measures(states, way, aversion) for way in ways}
    of_plan, of_none = (told.get((name, None), (None, None, None))[2] for name in (PLANNED, NOTHING_BOUGHT))
    rows = []
    for way in ways:
        mean, worst, measure = told[way.way, way.fund]
        spending = sum(way.spending.values()) if way.costs else None
        avoided = None if measure is None or of_none is None else of_none - measure
        rows.append(
            SpendingRow(
                way=way.way,
                fund=way.fund,
                days=way.days,
                limited_by=way.short,
                amount=way.amount,
                spending=spending,
                expected_cost=mean,
                cvar=worst,
                risk_objective=measure,
                avoided=avoided,
                avoided_each=None if avoided is None or not spending else avoided / spending,
                beyond_plan=None if measure is None or of_plan is None else measure - of_plan,
                status=way.status,
            )
        )
    return rows


def _measures(
    states: tuple[State, ...], way: Spent, aversion: Aversion
) -> tuple[float | None, float | None, float | None]:
    """Expected cost, CVaR and what a plan is the least of."""
    if not way.costs:
        return None, None, None
    mean, worst = expected(states, way.costs), cvar_of(states, way.costs, aversion)
    return mean, worst, None if mean is None or worst is None else aversion.measure(mean, worst)


# -------------------------------------------------- a row for each stockpile


def stockpiles_table(
    found: Hedge, ways: Sequence[Spent], needs: Needs, margins: Margins
) -> list[StockpileRow]:
    """Sheet `vault`."""
    plan = found.plan
    first, mine = plan.states[0], stockpiles_of_funds(plan.states[0])
    if not mine:
        return []
    of_plan, have = planned(plan), amounts(first)
    rule = next((way for way in ways if way.way == RULE and way.costs), None)
    books, values = _expected_books(found), margins.stockpiles()
    here = found.outcomes[first.name]
    rows = []
    for k, fund in mine.items():
        pile, book = here.case.stocks.piles[k], books[k]
        stock = {t: _sum_of_parts(here, here.stock, k, t) for t in here.case.calendar.years}
        year = max(stock, key=lambda t: stock[t])
        value, when = values[k]
        spending = of_plan.spending.get(k, 0.0)
        rows.append(
            StockpileRow(
                stockpile=k,
                fund=fund,
                commodity=pile.commodity,
                region=pile.region,
                put=of_plan.put.get(k, 0.0),
                put_before=_put_before(plan, here, k),
                spending=spending,
                share_of_fund=spending / have[fund] if have[fund] else None,
                stock=stock[year],
                stock_year=year,
                days=days_of(stock[year], needs[first.name, k, year]),
                **book,
                marginal_value=value,
                marginal_year=when,
                rule_put=None if rule is None else rule.put.get(k, 0.0),
                rule_spending=None if rule is None else rule.spending.get(k, 0.0),
            )
        )
    return rows


def _sum_of_parts(outcome: Outcome, amount: Mapping[tuple[str, int], float], k: str, t: int) -> float:
    """Of a stockpile, tainted and clean together."""
    return sum(amount[part, t] for part in outcome.case.stocks.parts(k))


def _put_before(plan: TwoStagePlan, here: Outcome, k: str) -> float:
    """t put while no state can be told from another."""
    return sum(here.case.calendar.length[t] * _moved(here, k, t)[0] for t in together(plan.states))


def _moved(outcome: Outcome, k: str, t: int, price: bool = False) -> tuple[float, float]:
    """What is put and taken in a year, each beyond the other, tainted and clean apart: t/yr, or thousand at delivered
    prices."""
    put = take = 0.0
    for part in outcome.case.stocks.parts(k):
        pile, at = outcome.case.stocks.piles[part], (part, t)
        each = outcome.delivered[pile.region, pile.commodity, t] if price else 1.0
        put += each * beyond(outcome.put[at], outcome.take[at])
        take += each * beyond(outcome.take[at], outcome.put[at])
    return put, take


def _expected_books(found: Hedge) -> dict[str, dict[str, float]]:
    """Purchases, sales, holding, interest, closing stock and worth, and the result of each stockpile, expected."""
    total: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for state in found.plan.states:
        for k, book in _books(found.outcomes[state.name]).items():
            for name, value in book.items():
                total[k][name] += state.probability * value
    return {k: dict(book) for k, book in total.items()}


def _books(outcome: Outcome) -> dict[str, dict[str, float]]:
    """Those of a state. The interest of a fund is shared by what each of its stockpiles owes of its balance."""
    stocks, length, years = outcome.case.stocks, outcome.case.calendar.length, outcome.case.calendar.years
    books: dict[str, dict[str, float]] = {}
    owed: dict[str, float] = {}
    for k, pile in stocks.whole.items():
        if pile.fund is not None:
            names = ("purchases", "sales", "holding", "interest", "closing", "closing_worth", "result")
            books[k], owed[k] = dict.fromkeys(names, 0.0), 0.0
    for t in years:
        for name, fund in stocks.funds.items():
            mine = [k for k in books if stocks.piles[k].fund == name]
            balance = sum(owed[k] for k in mine)
            whole = fund.interest(balance, length[t])
            rate = whole / balance if balance else (1 + fund.rate) ** length[t] - 1
            for k in mine:
                book, pile = books[k], stocks.piles[k]
                bought, sold = _moved(outcome, k, t, price=True)
                now = {
                    "purchases": length[t] * bought / 1000,
                    "sales": length[t] * sold / 1000,
                    "holding": length[t] * pile.holding * _sum_of_parts(outcome, outcome.stock, k, t) / 1000,
                    "interest": rate * owed[k],
                }
                for what, value in now.items():
                    book[what] += value
                owed[k] += now["purchases"] + now["holding"] + now["interest"] - now["sales"]
    for k, book in books.items():
        book["closing"] = _sum_of_parts(outcome, outcome.stock, k, years[-1])
        book["closing_worth"] = sum(closing_worth(outcome, part, years[-1]) for part in stocks.parts(k))
        book["result"] = book["closing_worth"] - owed[k]
    return books
