"""What the money of a fund is: lent, or private capital; nothing of it is in the plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose

from floors.errors import Problem
from floors.study.study import Study

SAME = 1e-9  # of the amount


@dataclass(frozen=True, kw_only=True)
class Fund:
    """`amount`, `loan` and `private` in million; `rate` and `private_rate` per year."""

    amount: float
    loan: float
    rate: float
    private: float
    private_rate: float

    def interest(self, balance: float, years: float) -> float:
        """On what is owed, million: at `rate` up to the loan, at `private_rate` on the next private, at `rate` beyond.
        What is in hand (below 0) earns `rate`."""
        private = min(max(balance - self.loan, 0.0), self.private)
        dear, cheap = ((1 + rate) ** years - 1 for rate in (self.private_rate, self.rate))
        found: float = private * dear + (balance - private) * cheap
        return found

    def borne(self, result: float) -> tuple[float, float]:
        """Of a loss, what private capital bears, which is lost first, and what the treasury bears, million."""
        loss = max(0.0, -result)
        private = min(loss, self.private)
        return private, loss - private


def derive_funds(study: Study, problems: list[Problem]) -> dict[str, Fund]:
    """Sheet funds."""
    found = {}
    for i, row in enumerate(study.rows("funds")):
        amount, private = row["amount"], row["private"]
        loan = amount - private if row["loan"] is None else row["loan"]
        rate = row["rate"]
        found[row["fund"]] = Fund(
            amount=amount,
            loan=loan,
            rate=rate,
            private=private,
            private_rate=rate if row["private_rate"] is None else row["private_rate"],
        )
        if loan >= 0 and isclose(loan + private, amount, rel_tol=SAME):
            continue
        column = "private" if row["loan"] is None else "loan"
        lent = "" if row["loan"] is None else f"{loan:,.10g} million lent and "
        capital = f"{lent}{private:,.10g} million of private capital"
        message = f"fund {row['fund']} has {amount:,.10g} million, but {capital}."
        hint = "Make loan and private add up to amount, or leave loan blank: it is amount less private."
        problems.append(study.problem("funds", i, column, message, hint, code="fund_capital"))
    return found
