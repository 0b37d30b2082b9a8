"""Numbers as a cell of Excel would show them, by its number format."""

from __future__ import annotations

import re
from math import floor, isfinite, log10
from typing import NamedTuple

from floors.page.told import DASH, NO_BREAK

_PLACES = re.compile(r"\.([0#]+)")
_TINY = 1e-9  # told by powers of ten where the format asks for nothing
_GENERAL = 6  # significant digits where the format asks for none


class Look(NamedTuple):
    """How numbers are shown: so many decimals (None: as many as it takes), as a share of a hundred, with a sign, with
    commas between thousands, or by powers of ten."""

    decimals: int | None
    percent: bool = False
    signed: bool = False
    commas: bool = True
    powers: bool = False

    def text(self, value: float | None) -> str:
        """A number in words; nothing for None."""
        if value is None or not isfinite(value):
            return ""
        shown = value * 100 if self.percent else value
        tiny = self.decimals is None and 0 < abs(shown) < _TINY
        if self.powers or tiny:
            return f"{DASH if shown < 0 else ''}{abs(shown):.{2 if tiny else self.decimals or 0}E}"
        decimals = self.decimals if self.decimals is not None else _needed(shown)
        rounded = round(abs(shown), decimals)
        digits = f"{rounded:,.{decimals}f}" if self.commas else f"{rounded:.{decimals}f}"
        if self.decimals is None and "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        sign = "" if rounded == 0 else DASH if shown < 0 else "+" if self.signed else ""
        return f"{sign}{digits}{NO_BREAK + '%' if self.percent else ''}"


def look_of(number_format: str) -> Look:
    """How a number format of Excel shows numbers."""
    first = number_format.split(";")[0]
    first = re.sub(r"\[[^\]]*\]", "", first)
    if first in ("", "General", "@"):
        return Look(None)
    places = _PLACES.search(first)
    if "E+" in first:
        return Look(len(places[1]) if places else 0, powers=True)
    return Look(len(places[1]) if places else 0, "%" in first, first.startswith("+"), "," in first)


def _needed(value: float) -> int:
    """Decimals that keep six significant digits."""
    if value == 0:
        return 0
    return max(0, _GENERAL - 1 - floor(log10(abs(value))))
