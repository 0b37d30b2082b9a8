"""Quantities of a message: without an exponent, and different in print where they differ."""

from __future__ import annotations

from math import floor, isfinite, log10

FEW, TYPED, MOST = 6, 10, 15  # digits: of what is told, of what people type, of what a cell holds


def in_print(*quantities: float) -> list[str]:
    """The numbers of one sentence: as typed where that has ten digits or fewer, else in six, or in as many (at most
    15) as keep those apart that differ."""
    for digits in range(FEW, MOST + 1):
        said = [_digits(x, TYPED) if float(f"{x:.{TYPED}g}") == x else _digits(x, digits) for x in quantities]
        if len(set(said)) == len(set(quantities)):
            break
    return said


def _digits(x: float, digits: int) -> str:
    if x == 0 or not isfinite(x):
        return "0" if x == 0 else str(x)
    places = max(0, digits - 1 - floor(log10(abs(x))))
    text = f"{x:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text
