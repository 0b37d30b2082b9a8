"""Numbers as a cell of Excel shows them, for the formats that pages use."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

_CONDITION = re.compile(r"^\[(>=|<=|>|<|=)(-?[\d.]+)\]")
_DIGITS = re.compile(r"[#0][#0,]*(?:\.([0#]+))?")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_MOST = 10  # digits of a number without a format


def shown(value: float, number_format: str = "General") -> str:
    """What a cell shows: '61.18' of 61.183 in '0.00', '+1,289' of 1289.4 in '+#,##0;...'. Raises ValueError for what is
    no number."""
    if not isfinite(value):
        raise ValueError(f"expected a number to show; found {value}.")
    if number_format in ("General", "@", ""):
        return f"{value:.{_MOST}g}"
    section, own_sign = _section(value, number_format.split(";"))
    found = _DIGITS.search(_QUOTED.sub(lambda text: " " * len(text[0]), section))
    if found is None:
        return _plain(section)
    places = len(found[1] or "")
    amount = Decimal(repr(float(value))) * (100 if "%" in section else 1)
    rounded = abs(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = f"{rounded:,f}" if "," in found[0] else f"{rounded:f}"
    sign = "-" if value < 0 and not own_sign and rounded else ""
    return sign + _plain(section[: found.start()]) + digits + _plain(section[found.end() :])


def _section(value: float, sections: list[str]) -> tuple[str, bool]:
    """The part of a format that a number is shown in, and whether that part brings the sign of a negative one."""
    if _CONDITION.match(sections[0]):
        for section in sections:
            condition = _CONDITION.match(section)
            if condition is None or _holds(value, condition[1], float(condition[2])):
                return section[condition.end() :] if condition else section, True
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], False


def _holds(value: float, sign: str, limit: float) -> bool:
    return {
        ">=": value >= limit,
        "<=": value <= limit,
        ">": value > limit,
        "<": value < limit,
        "=": value == limit,
    }[sign]


def _plain(text: str) -> str:
    return _QUOTED.sub(lambda found: found[1] if found[1] is not None else found[2], text)
