"""Names of what is clean, which no workbook can hold: of a commodity, of the mode that makes it out of clean
inputs, and of the clean part of a stockpile."""

from __future__ import annotations

CLEAN = "\x1fclean"


def clean(name: str) -> str:
    """What is clean of a commodity; the clean mode of a process; the clean part of a stockpile."""
    return name + CLEAN


def plain(name: str) -> str:
    """The commodity, process or stockpile."""
    return name.removesuffix(CLEAN)


def is_clean(name: str) -> bool:
    """Whether this is the clean one."""
    return name.endswith(CLEAN)


def told(name: str) -> str:
    """A name as a finding says it."""
    return f"{plain(name)} (clean)" if is_clean(name) else name
