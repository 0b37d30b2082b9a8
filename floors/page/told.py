"""Numbers as a reader of newspapers has them: three digits in words, and no break between a number and its unit."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

NO_BREAK = "\u00a0"
DASH = "\u2013"  # of ranges; before a number, its minus

_UNIT = re.compile(r"(?<=\d) (?=(?:%|t\b|t/yr|kg|million|billion|trillion|thousand|point|[A-Z]{3}\b))")
_MINUS = re.compile(r"(?<![^\s(])\u2013(?=\d)")


def held_together(text: str, *, minus: bool = True) -> str:
    """A text whose numbers part neither from their units at the end of a line nor, with `minus`, from their minus.

    After a dash a line may break, after the sign not. Beside cells of numbers, which have dashes, it keeps the dash.
    """
    found = _UNIT.sub(NO_BREAK, text)
    return _MINUS.sub("\u2212", found) if minus else found


def three_digits(value: float) -> str:
    """61, 4.24, 0.74, 12,300, 1,620,000: three significant digits and no zeros for show; 0 where it is 0.

    Raises ValueError for what is no number.
    """
    if not isfinite(value):
        raise ValueError(f"expected a number to tell; found {value}.")
    if value == 0:
        return "0"
    size = floor(log10(abs(value)))
    rounded = round(abs(value), 2 - size)
    places = max(0, 2 - floor(log10(rounded)))
    text = f"{rounded:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{DASH if value < 0 else ''}{text}"


def money(million: float, currency: str) -> str:
    """An amount in words, of its size: '1.6 billion USD', '42 million USD'. The sign is said in words, not here."""
    return f"{amount(million)} {currency}"


def amount(million: float, fine: bool = False) -> str:
    """The same without its currency: '1.6 billion' ('1.62 billion' where `fine`), '42 million', '420 thousand'."""
    size = abs(million)
    for unit, least in (("trillion", 999_950.0), ("billion", 999.5)):
        if size >= least:
            whole = size / (1e6 if unit == "trillion" else 1e3)
            return f"{three_digits(whole) if fine else _short(whole)} {unit}"
    if size >= 0.9995 or size == 0:
        return f"{three_digits(size)} million"
    return f"{three_digits(1e3 * size)} thousand" if size >= 0.0009995 else three_digits(1e6 * size)


def _short(value: float) -> str:
    """One decimal below 100, else none: 1.6, 49.2, 312."""
    return f"{value:,.1f}" if value < 99.95 else f"{value:,.0f}"


def percent(share: float) -> str:
    """A share in words: '40 %'; below 1 % as fine as three digits."""
    size = share * 100
    whole = f"{size:.0f}".replace("-", DASH)
    return f"{whole} %" if abs(size) >= 0.95 or size == 0 else f"{three_digits(float(f'{size:.1g}'))} %"


def signed(value: float, most: float = 0.5) -> str:
    """Gains + and losses -, whole; 0 where it rounds to nothing."""
    return "0" if abs(value) < most else f"{'+' if value > 0 else DASH}{abs(value):,.0f}"


def years(first: int, last: int) -> str:
    """'2027\u20132035', or the one year."""
    return str(first) if first == last else f"{first}{DASH}{last}"


def listed(names: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
