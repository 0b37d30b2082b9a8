"""Numbers of prices, shares and money in words, as fine as two that stand beside each other need."""

from __future__ import annotations

from math import floor, log10

from floors.page.told import DASH, percent, three_digits

CLOSE = 4  # decimals after which two numbers are the same


def prices(*amounts: float) -> list[str]:
    """Prices in words: whole from 10 on, two digits below; finer where two that differ would read alike."""
    finest = list(map(_price, amounts))
    for decimals in range(CLOSE + 1):
        if len(set(finest)) == len({round(x, CLOSE) for x in amounts}):
            break
        finest = [f"{x:,.{decimals}f}" for x in amounts]
    return [told.replace("-", DASH) for told in finest]


def _price(amount: float) -> str:
    if abs(amount) >= 9.95 or amount == 0:
        return f"{amount:,.0f}"
    decimals = max(1, 1 - floor(log10(abs(amount))))
    return f"{amount:,.{decimals}f}"


def span(least: float, most: float) -> str:
    """'43–49 %' of two shares, '100 %' of one."""
    low, high = percent(least), percent(most)
    return high if low == high else f"{low.removesuffix(' %')}{DASH}{high}"


def typed_share(share: float) -> str:
    """A share as it is typed: '12.5 %', not '12 %'."""
    return f"{three_digits(100 * share)} %"


def tonnes(quantity: float) -> str:
    """'12,300 t'."""
    return f"{three_digits(quantity)} t"


def decimals_for(largest: float) -> int:
    """Decimals in which the largest of a table has three digits; none from 100 on."""
    return 0 if largest == 0 else max(0, 2 - floor(log10(largest)))


def signed(amount: float, decimals: int) -> str:
    """Gains + and losses \u2013; 0 where it rounds to nothing."""
    if abs(amount) < 0.5 * 10**-decimals:
        return "0"
    return f"{'+' if amount > 0 else DASH}{abs(amount):,.{decimals}f}"


def signed_format(decimals: int) -> str:
    """The same as a number format of Excel."""
    shape = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    least = f"{0.5 * 10**-decimals:.{decimals + 1}f}"
    return f"[>={least}]+{shape};[<=-{least}]\u2013{shape};0"
