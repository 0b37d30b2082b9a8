"""How numbers are told in sentences: as fine as the study is large, and never as 0 where there is something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor, log10

DIGITS = 3  # that the largest amount of a study shows at least
NOTHING = 1e-9  # of the largest amount: what is less is rounding


def nothing(amount: float, scale: float) -> bool:
    """Whether an amount is rounding beside the largest of its study."""
    return abs(amount) <= NOTHING * abs(scale)


def plain(amount: float, scale: float, digits: int = DIGITS) -> str:
    """An amount in as many decimals as show so many digits of the largest and two of its own, at least one."""
    if nothing(amount, scale):
        return "0"
    decimals = max(1, digits - 1 - _power(max(abs(scale), abs(amount))), 1 - _power(amount))
    return f"{amount:,.{decimals}f}"


def signed(amount: float, scale: float) -> str:
    """The same with its sign; 0 has none."""
    told = plain(amount, scale)
    return told if told == "0" or amount < 0 else f"+{told}"


def tonnes(quantity: float) -> str:
    """A quantity in whole tonnes, or in three digits where it is below 100."""
    return f"{quantity:,.0f}" if abs(quantity) >= 100 or quantity == 0 else _digits(quantity, 3)


def price(amount: float) -> str:
    """Money per kg in cents, or in three digits where it is below 0.1."""
    return f"{amount:,.2f}" if abs(amount) >= 0.1 or amount == 0 else _digits(amount, 3)


def share(part: float) -> str:
    """A share in per cent, to a tenth; neither 0 nor 100 unless it is."""
    for decimals in (1, 3, 5):
        told = f"{100 * part:.{decimals}f}"
        if float(told) not in (0.0, 100.0) or part in (0.0, 1.0):
            break
    return f"{told.rstrip('0').rstrip('.')}%"


def full(amount: float) -> str:
    """An amount in nine digits."""
    return _digits(amount, 9) if amount else "0"


def alike(*amounts: float) -> list[str]:
    """Amounts in the same number of decimals: nine digits of the largest and two of each, without zeros that all end
    in."""
    powers = [_power(amount) for amount in amounts if amount]
    decimals = max([0, 8 - max(powers), 1 - min(powers)]) if powers else 0
    told = [f"{amount:,.{decimals}f}" for amount in amounts]
    while decimals and all(one.endswith("0") for one in told):
        decimals -= 1
        told = [one[:-1] for one in told]
    return [one.removesuffix(".") for one in told]


def _power(amount: float) -> int:
    """The power of ten of the first digit, once the amount is rounded to two."""
    return floor(log10(abs(float(f"{amount:.1e}"))))


def _digits(amount: float, digits: int) -> str:
    """So many digits, without an exponent and without zeros at the end."""
    decimals = max(0, digits - 1 - _power(amount))
    told = f"{amount:,.{decimals}f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def years(chosen: Iterable[int], calendar: Sequence[int]) -> str:
    """Years in words: those that follow each other in the calendar as one span."""
    place = {year: i for i, year in enumerate(calendar)}
    spans: list[list[int]] = []
    for year in sorted(chosen):
        if spans and place[year] == place[spans[-1][1]] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return conjoined([str(a) if a == b else f"{a} to {b}" for a, b in spans])


def conjoined(words: Sequence[str]) -> str:
    """Words with commas, and `and` before the last."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def by_name(amounts: Mapping[str, str]) -> str:
    """Names with their amounts in order; those of one amount together, so that no figure is told twice."""
    names: dict[str, list[str]] = {}
    for name, amount in amounts.items():
        names.setdefault(amount, []).append(name)
    return "; ".join(
        f"{conjoined(of)} {amount}{' each' if len(of) > 1 else ''}" for amount, of in names.items()
    )
