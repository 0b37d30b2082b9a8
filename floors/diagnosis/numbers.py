"""Numbers as an economist writes them: few digits, and never so rounded that the advice no longer holds."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

SLACK = 1e-7  # relative: a number this close below a round one is meant to be that


def number(x: float, digits: int = 6) -> str:
    """``1,234.5``: so many significant digits, no exponent, no trailing zeros."""
    if x == 0:
        return "0"
    places = max(0, digits - 1 - floor(log10(abs(x))))
    text = f"{x:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def up(x: float, digits: int = 6) -> float:
    """The next number of so many digits that is not below x."""
    return _rounded(x, digits, ceil, -SLACK)


def down(x: float, digits: int = 6) -> float:
    """The next number of so many digits that is not above x; at least 0."""
    return max(0.0, _rounded(x, digits, floor, SLACK))


def _rounded(x: float, digits: int, way: object, slack: float) -> float:
    if x <= 0:
        return x
    unit = 10.0 ** (floor(log10(x)) - digits + 1)
    steps = x / unit
    nearest = round(steps)
    if abs(steps - nearest) <= abs(slack) * max(1.0, steps):
        return nearest * unit
    return (ceil if way is ceil else floor)(steps) * unit


def tonnes(x: float) -> str:
    """``262 t``."""
    return f"{number(x)} t"


def percent(share: float) -> str:
    """``40 %``."""
    return f"{number(100 * share)} %"


def listed(words: Sequence[str]) -> str:
    """``A, B and C``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
