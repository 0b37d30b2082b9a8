"""A cell as text, in CSV and in columns of texts: so that it reads back as the same number, flag, date or text.

Where a column holds numbers, or texts, alone, its cells are written as they are; where it may hold anything, a text
that would read as something else stands behind an apostrophe, as in a spreadsheet. So does, everywhere, a text that
a spreadsheet would take for a formula.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LEADING_ZEROS = re.compile(r"[+-]?0\d", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{6})?)?", re.ASCII)
_LIVE = ("=", "+", "-", "@", "\t", "\r")
_FLAGS = {"TRUE": True, "FALSE": False}


class Holds(Enum):
    """What the cells of a column are read as."""

    NUMBERS = "numbers"  # whatever looks like one; `007` is 7
    TEXTS = "texts"
    FLAGS = "flags"  # true and false in any case
    ANYTHING = "anything"  # `007` is a text


def written(value: Any, holds: Holds) -> str:
    """A filled cell as a text that `read` takes for the same."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        told = repr(value)
        return told[:-2] if holds is Holds.NUMBERS and told.endswith(".0") and value else told
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.replace(tzinfo=None).isoformat()
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    return f"'{text}" if _is_taken(text, holds) else text


def read(text: str, holds: Holds) -> Any:
    """The cell that a text stands for; None for an empty one. What is no number under NUMBERS stays the text."""
    if text == "":
        return None
    if holds is Holds.NUMBERS:
        return _number(text.strip()) if _NUMBER.fullmatch(text.strip()) else text
    if holds is Holds.FLAGS:
        return _FLAGS.get(text.strip().upper(), text)
    if text[0] == "'":
        return text[1:] if _is_taken(text, holds) else text
    if holds is Holds.TEXTS:
        return text
    if text in _FLAGS:
        return _FLAGS[text]
    if _is_number(text):
        return _number(text)
    return _day(text) if _DAY.fullmatch(text) else text


def is_live(text: str) -> bool:
    """Whether a text would be a formula, but for apostrophes before it."""
    return text.lstrip("'").startswith(_LIVE)


def _is_taken(text: str, holds: Holds) -> bool:
    """Whether a text would be taken for something else, but for apostrophes before it."""
    bare = text.lstrip("'")
    if holds is Holds.ANYTHING and (bare in _FLAGS or _is_number(bare) or _DAY.fullmatch(bare)):
        return True
    return bare.startswith(_LIVE)


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and not _LEADING_ZEROS.match(text)


def _number(text: str) -> int | float:
    return int(text) if _WHOLE.fullmatch(text) and text != "-0" else float(text)


def _day(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # the 31st of April
        return text
