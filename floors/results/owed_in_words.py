"""What funds and take-or-pay contracts at prices of their own come to, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from floors.contract.results.trade import VaultRow
from floors.results.amounts import conjoined, nothing, plain
from floors.solving.outcome import Outcome
from floors.solving.settled import settled

MOST = 4  # pairs told one by one


def vault_in_words(rows: Iterable[VaultRow], currency: str) -> Iterator[str]:
    """What each fund that bought or sold anything comes to, and who bears a loss."""
    by_fund: dict[str, list[VaultRow]] = {}
    for row in rows:
        by_fund.setdefault(row.fund, []).append(row)
    for name, years in by_fund.items():
        last = years[-1]
        bought, sold = sum(row.purchases for row in years), sum(row.sales for row in years)
        kept, interest = sum(row.holding for row in years), sum(row.interest for row in years)
        worth, result = last.closing_worth or 0.0, last.result or 0.0
        scale = max(map(abs, (bought, sold, kept, interest, worth, last.balance)))
        if not bought and not sold:
            continue
        owes = (
            f"has {plain(-last.balance, scale)} in hand"
            if last.balance < 0
            else f"owes {plain(last.balance, scale)}"
        )
        yield (
            f"Fund {name}, million {currency}, undiscounted: it buys for {plain(bought, scale)} and sells for "
            f"{plain(sold, scale)} at delivered prices, with {plain(kept, scale)} of holding and "
            f"{plain(interest, scale)} of interest; at the end of {last.year} it {owes}, and what is left is worth "
            f"{plain(worth, scale)}: {_comes_to(last, result, scale)}."
        )


def _comes_to(last: VaultRow, result: float, scale: float) -> str:
    if nothing(result, scale):
        return "it comes out even"
    if result > 0:
        return f"it gains {plain(result, scale)}"
    private, treasury = last.borne_by_private or 0.0, last.borne_by_treasury or 0.0
    lost = f"it loses {plain(-result, scale)}"
    if nothing(treasury, scale):
        return f"{lost}, all of it borne by private capital"
    if nothing(private, scale):
        return f"{lost}, all of it borne by the treasury"
    return f"{lost}, {plain(private, scale)} borne by private capital and {plain(treasury, scale)} by the treasury"


def settled_in_words(outcome: Outcome, scale: float, currency: str) -> Iterator[str]:
    """What take-or-pay contracts at prices of their own move; `scale` million is the size of the study's costs."""
    found, arcs = settled(outcome), outcome.case.arcs
    axes, pairs = arcs.axes, dict[tuple[str, str, str], float]()
    for i, amount in zip(found.at.tolist(), found.amount.tolist(), strict=True):
        key = axes.places[arcs.r[i]], axes.places[arcs.o[i]], axes.commodities[axes.plain[arcs.c[i]]]
        pairs[key] = pairs.get(key, 0.0) + amount * outcome.case.calendar.weight[axes.years[arcs.t[i]]]
    told = {key: paid for key, paid in pairs.items() if not nothing(paid, scale)}
    first = sorted(told, key=lambda key: -abs(told[key]))[:MOST]
    if not first:
        return
    each = [
        f"buyers in {r} pay {'makers there' if o == r else o} {plain(abs(told[r, o, c]), scale)} "
        f"{'more' if told[r, o, c] > 0 else 'less'} for {c}"
        for r, o, c in first
    ]
    more = f", and so on for {len(told) - len(first)} more pairs" if len(told) > len(first) else ""
    yield (
        f"Take-or-pay contracts settle at prices of their own, not at the market's: {conjoined(each)}{more} (million "
        f"{currency}, present value); that moves neither plan nor prices."
    )
