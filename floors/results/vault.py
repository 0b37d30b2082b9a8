"""Sheet vault: what each fund bought and sold, what it owes, and who bears a loss, at the prices of the result."""

from __future__ import annotations

from floors.contract.results.trade import VaultRow
from floors.solving.outcome import Outcome


def vault_table(outcome: Outcome) -> list[VaultRow]:
    """One row a year of every fund that a stockpile names, million."""
    stocks = outcome.case.stocks
    used = {pile.fund for pile in stocks.piles.values()}
    return [row for fund in stocks.funds if fund in used for row in _of(outcome, fund)]


def _of(outcome: Outcome, name: str) -> list[VaultRow]:
    case, balance, rows = outcome.case, 0.0, list[VaultRow]()
    fund, length = case.stocks.funds[name], case.calendar.length
    piles = {k: pile for k, pile in case.stocks.piles.items() if pile.fund == name}
    for t in case.calendar.years:
        price = {k: outcome.delivered[s.region, s.commodity, t] * length[t] / 1000 for k, s in piles.items()}
        bought = sum(price[k] * outcome.put[k, t] for k in piles)
        sold = sum(price[k] * outcome.take[k, t] for k in piles)
        holding = sum(s.holding * outcome.stock[k, t] * length[t] / 1000 for k, s in piles.items())
        interest = fund.interest(balance, length[t])
        balance += interest + bought + holding - sold
        last = t == case.calendar.years[-1]
        worth = sum(closing_worth(outcome, k, t) for k in piles) if last else None
        result = None if worth is None else worth - balance
        private, treasury = (None, None) if result is None else fund.borne(result)
        rows.append(
            VaultRow(
                fund=name,
                year=t,
                purchases=bought,
                sales=sold,
                holding=holding,
                interest=interest,
                balance=balance,
                closing_worth=worth,
                result=result,
                borne_by_private=private,
                borne_by_treasury=treasury,
            )
        )
    return rows


def closing_worth(outcome: Outcome, k: str, last: int) -> float:
    """What is left of a stockpile, by its closing value, else at the reference price, million."""
    pile = outcome.case.stocks.piles[k]
    value = pile.closing_value
    if value is None:
        value = outcome.case.stocks.price[k, last]
    return value * outcome.stock[k, last] / 1000
