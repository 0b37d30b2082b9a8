"""Every picture of a result, in the order in which they are handed on."""

from __future__ import annotations

from collections.abc import Callable

from floors.brief.pictures import floors
from floors.brief.tables import ALONE, Family, Tables
from floors.page.picture import Picture

MADE: tuple[Callable[[Tables, Family], Picture | None], ...] = (floors.picture,)
"""Each makes one picture, or None where there is nothing to show."""


def pictures(tables: Tables, family: Family = ALONE) -> tuple[Picture, ...]:
    """The pictures of one scenario and its family."""
    return tuple(picture for make in MADE if (picture := make(tables, family)) is not None)
