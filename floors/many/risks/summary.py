"""The headline numbers of a weighed plan."""

from __future__ import annotations

from collections.abc import Mapping

from floors.contract.results.whole import SummaryRow
from floors.many.risks.hedge import Hedge
from floors.many.risks.vault_words import FUND_PRICE
from floors.many.risks.weighed import VALUES, Known, value_between, value_of


def summary_rows(
    found: Hedge, expected: Known, cvar: Known, of_funds: Mapping[str, float | None]
) -> list[SummaryRow]:
    """Sheet `summary`: `expected` and `cvar` of each column of sheet `states`, in million, what one more unit of money
    saves in each of the funds, and the rest."""
    plan, priced = found.plan, found.priced
    aversion, currency = plan.aversion, plan.states[0].study.settings.currency
    measured = expected, cvar, aversion
    told = {
        **expected,
        **{name: value_between(name, *measured) for name in VALUES},
        "uplift": priced.uplift / 1000,
        "least_make_whole": priced.least_make_whole / 1000,
        "expected_cost": expected["total_cost"],
        "cvar": cvar["total_cost"],
        "risk_objective": value_of("total_cost", *measured),
    }
    money = f"million {currency}, present value"
    units = dict.fromkeys(told, f"{money}, expected")
    if aversion.weight:
        weighed = (*VALUES, "uplift", "least_make_whole", "risk_objective")
        units |= dict.fromkeys(weighed, f"{money}, as weighed")
    units["cvar"] = f"{money}, mean of the worst {100 * aversion.tail:g} %"
    prices = _fund_prices(of_funds)
    return [
        *(SummaryRow(metric=name, value=value, unit=units[name]) for name, value in told.items()),
        *(SummaryRow(metric=n, value=v, unit=f"{currency}/{currency}") for n, v in prices.items()),
    ]


def _fund_prices(prices: Mapping[str, float | None]) -> dict[str, float | None]:
    """What one more unit of money in each fund would save, by weight; None without a fund."""
    if len(prices) < 2:
        return {FUND_PRICE: next(iter(prices.values()), None)}
    return {f"{FUND_PRICE} {fund}": price for fund, price in prices.items()}
