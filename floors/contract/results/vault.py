"""Sheets `vault` and `vault_plans` of `floors risk`."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    MILLION_PV,
    PRICE,
    SHARE,
    YEAR,
    key,
    money,
    number,
    sheet_of,
    text,
    tonnes,
)

RULE_DAYS = 60
PLANNED, NOTHING_BOUGHT, MORE, RULE = "as planned", "nothing bought", "more in the fund", "days of each"
FREE = "without targets"
"""The ways of sheet vault_plans."""
MILLION = "million {currency}"
DAYS = "0.0"


class StockpileRow(NamedTuple):
    """Each stockpile that a fund buys for, decided before it is known which state comes true: expected amounts over all
    years, undiscounted, at prices of each state, without what is put in store and taken in one period. Beside it what
    the rule of thumb would hold (sheet vault_plans)."""

    stockpile: Annotated[str, key("Stockpile.", 20)]
    fund: Annotated[str, text("Fund that buys for it.", 16)]
    commodity: Annotated[str, text("What lies there.", 16)]
    region: Annotated[str, text("Where it lies.")]
    put: Annotated[float, tonnes("Put in store over all years, expected.", "t")]
    put_before: Annotated[
        float, tonnes("Of it in years in which no state can be told from another: the same in all.", "t")
    ]
    spending: Annotated[
        float, money("Spent at reference prices, by which the fund is bounded, expected.", MILLION)
    ]
    share_of_fund: Annotated[float | None, number("", "Spending over what the fund has.", SHARE, 12)]
    stock: Annotated[float, tonnes("Largest closing stock in the first state of sheet states.", "t")]
    stock_year: Annotated[int, number("year", "The first year in which it lies there.", YEAR, 12)]
    days: Annotated[
        float | None,
        number(
            "days",
            "How long it lasts: of the table demand and planned use of the region in that state and year; blank: "
            "nothing is used.",
            DAYS,
            10,
        ),
    ]
    purchases: Annotated[float, money("Bought, at delivered prices.", MILLION)]
    sales: Annotated[float, money("Sold, at delivered prices.", MILLION)]
    holding: Annotated[float, money("Holding cost.", MILLION)]
    interest: Annotated[
        float, money("Its part of the interest of the fund (sheet vault_years): by what it owes.", MILLION)
    ]
    closing: Annotated[float, tonnes("Left at the end of the last year.", "t")]
    closing_worth: Annotated[
        float, money("What that is worth, by closing_value, else at reference prices.", MILLION)
    ]
    result: Annotated[float, money("Sales and closing worth less purchases, holding and interest.", MILLION)]
    marginal_value: Annotated[
        float | None,
        number(
            "{currency}/{currency}",
            "What a unit of money's worth more of it in store would save at the margin, beyond that money, at present "
            "value, as the states are weighed: of what is bought what one more unit of money in the fund saves.",
            PRICE,
            14,
        ),
    ]
    marginal_year: Annotated[
        int | None,
        number("year", "The year in which to spend it, before a state is known if there is one.", YEAR, 14),
    ]
    rule_put: Annotated[
        float | None, tonnes("Put in store under the rule of thumb, expected; blank: no such plan.", "t")
    ]
    rule_spending: Annotated[float | None, money("Spent under it at reference prices, expected.", MILLION)]


VAULT = sheet_of("vault", StockpileRow)


class SpendingRow(NamedTuple):
    """What the funds buy by choice, and what other ways to spend them cost: the system with the policy, each at its own
    plan of least measure."""

    way: Annotated[
        str,
        key(
            f"{PLANNED}; {NOTHING_BOUGHT} (nor held by stock_targets); {FREE} (of these stockpiles, if they have any); "
            f"{MORE} (the next money of one fund); {RULE} (the rule of thumb: so many days of each until a state is "
            "known, neither more nor less).",
            18,
        ),
    ]
    fund: Annotated[str | None, key("Fund that has more; blank: all.", 16)]
    days: Annotated[
        float | None,
        number(
            "days",
            f"Of each under the rule: {RULE_DAYS}, else the most whole days that can be held.",
            DAYS,
            10,
        ),
    ]
    limited_by: Annotated[
        str | None,
        text("Under 60 days what allows no more: fund, or other (supply, room, releases).", 12),
    ]
    amount: Annotated[float, money("What the funds have together.", MILLION)]
    spending: Annotated[float | None, money("Spent at reference prices, expected.", MILLION)]
    expected_cost: Annotated[float | None, money("Expected cost of the system.", MILLION_PV, 16)]
    cvar: Annotated[float | None, money("Mean cost of the worst share of what may come.", MILLION_PV, 16)]
    risk_objective: Annotated[
        float | None, money("The two as they are weighed: what a plan is the least of.", MILLION_PV, 16)
    ]
    avoided: Annotated[
        float | None, money("Risk objective with nothing bought less this one.", MILLION_PV, 14)
    ]
    avoided_each: Annotated[
        float | None,
        number("{currency}/{currency}", "Avoided over spending; blank where nothing is spent.", PRICE, 14),
    ]
    beyond_plan: Annotated[
        float | None, money("Risk objective less that of the plan: what this way costs more.", MILLION_PV, 14)
    ]
    status: Annotated[str, text("optimal, or why a cost is blank.", 14)]


VAULT_PLANS = sheet_of("vault_plans", SpendingRow)
