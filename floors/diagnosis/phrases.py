"""Numbers, lists and cells as an economist writes them; advice is never rounded so far that it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor, log10

from floors.diagnosis.diagnosis import Cell

SLACK = 1e-7  # relative: a number this close to a round one is meant to be that
TYPED = 1e-10  # the same of a number that is to be typed
EXACT = 15  # digits of a number that is to be typed
MOST_CELLS = 6
DIGITS = 5
_SINGLE = re.compile(r"([A-Z]+)(\d+)")


def number(x: float, digits: int = 6) -> str:
    """``1,234.5``: so many significant digits, no exponent, no trailing zeros."""
    if x == 0:
        return "0"
    places = max(0, digits - 1 - floor(log10(abs(x))))
    text = f"{x:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def up(x: float, digits: int = DIGITS, by: float = 0.0) -> float:
    """The next number of so many digits that is not below x; of more where it is to be typed and only `by` away from
    another."""
    return _rounded(x, digits, by, ceil)


def down(x: float, digits: int = DIGITS, by: float = 0.0) -> float:
    """The next number of so many digits that is not above x; at least 0."""
    return 0.0 if x <= 1e-8 * by else max(0.0, _rounded(x, digits, by, floor))


def _rounded(x: float, digits: int, by: float, way: Callable[[float], int]) -> float:
    if x <= 0:
        return x
    places = digits - 1 - floor(log10(x))
    slack = TYPED if by > 0 else SLACK
    if by > 0:
        places = min(max(places, DIGITS - 2 - floor(log10(by))), EXACT - 1 - floor(log10(x)))
    steps = x * 10.0**places
    nearest = round(steps)
    whole = nearest if abs(steps - nearest) <= min(slack * steps, 1e-4 if by > 0 else 1.0) else way(steps)
    return round(whole * 10.0**-places, max(places, 0))


def apart(present: float, needed: float) -> tuple[str, str]:
    """Two numbers in words: the second to its last digit; the first too where it has ten or fewer, else to six, or as
    many as tell it from the second."""
    typed, whole = number(needed, EXACT), number(present, 10)
    if float(whole.replace(",", "")) == present:
        return whole, typed
    told = (number(present, digits) for digits in range(6, EXACT + 1))
    return next((text for text in told if text != typed), typed), typed


def tonnes(x: float) -> str:
    """``262 t``: to six digits, or to ten where it has no more."""
    whole = number(x, 10)
    return f"{whole if float(whole.replace(',', '')) == x else number(x)} t"


def percent(share: float) -> str:
    """``40 %``."""
    return f"{number(100 * share)} %"


def listed(words: Iterable[str]) -> str:
    """``A, B and C``, each once."""
    once = list(dict.fromkeys(words))
    return once[0] if len(once) == 1 else f"{', '.join(once[:-1])} and {once[-1]}"


def years(found: Sequence[int], all_years: Sequence[int]) -> str:
    """``2026 to 2035``, or ``2026 and 2028`` where there are years between them."""
    first, last = all_years.index(found[0]), all_years.index(found[-1])
    if len(found) > 2 and len(found) == last - first + 1:
        return f"{found[0]} to {found[-1]}"
    return listed([str(year) for year in found])


def said(cells: Iterable[Cell]) -> str:
    """`` (caps!F3, demand!G2:G4, G7)``; nothing without cells."""
    places = _places(list(dict.fromkeys(cells)))
    more = f" and {len(places) - MOST_CELLS} more" if len(places) > MOST_CELLS else ""
    return f" ({', '.join(places[:MOST_CELLS])}{more})" if places else ""


def _places(cells: Sequence[Cell]) -> list[str]:
    """Cells that touch as a range, a sheet named once for cells that follow each other."""
    found: list[str] = []
    runs: list[tuple[Cell, Cell]] = []
    for cell in cells:
        if runs and _touch(runs[-1], cell):
            runs[-1] = (runs[-1][0], cell)
        else:
            runs.append((cell, cell))
    sheet = ""
    for first, last in runs:
        plain = not (first.changed or first.column or first.value is None)
        if first != last:
            text = f"{first.cell}:{last.cell}{'' if plain else ' blank'}"
            found.append(text if first.sheet == sheet else f"{first.sheet}!{text}")
        else:
            found.append(first.cell if plain and first.sheet == sheet else first.place)
        sheet = first.sheet if plain else ""
    return found


def _touch(run: tuple[Cell, Cell], cell: Cell) -> bool:
    """Whether a cell goes on with a run of one column or row, as blank or filled as it."""
    first, last = run
    alike = (first.sheet, first.value is None) == (cell.sheet, cell.value is None)
    if not alike or any(one.changed or one.column for one in (first, cell)):
        return False
    (a, i), (b, j), (c, k) = (_at(one.cell) for one in (first, last, cell))
    return (a == b == c and k == j + 1) or (i == j == k and c == b + 1)


def _at(cell: str) -> tuple[int, int]:
    match = _SINGLE.fullmatch(cell)
    assert match is not None, cell
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return column, int(match[2])
