"""Tables of one linear program a row: above a stated work they hold the rows of most money, and say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floors.lp.labels import Vector

WORK = 20_000_000  # rows of such a table x columns of the sourcing LP, unless --ranges asks for all
FEWEST = 50  # rows that it holds however large the LP is


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a table holds of what it could: `held` of `of`, the largest by money where these differ; `failed` are those
    for which the solver gave no answer."""

    table: str  # the sheet, or the first of the columns
    what: str
    held: int
    of: int
    failed: int = 0

    @property
    def left_out(self) -> int:
        """How many were not looked at."""
        return self.of - self.held

    @property
    def said(self) -> str:
        """A sentence about what was left out; empty where nothing was."""
        told = []
        if self.held < self.of and not self.held:
            told.append(f"none of {self.of:,} unasked, each a solve by itself; --ranges asks for all")
        elif self.held < self.of:
            told.append(f"the {self.held} largest by money of {self.of:,}; --ranges asks for all")
        if self.failed:
            told.append(f"the solver gave no answer for {self.failed}")
        return f"{self.what}: {'; '.join(told)}." if told else ""


def affordable(columns: int) -> int:
    """How many rows of one LP each are worked out unasked, for a sourcing LP of so many columns."""
    return max(FEWEST, WORK // max(1, columns))


def largest(money: Vector, most: int) -> Vector:
    """Positions of the largest, in their own order; of equals the first."""
    return np.sort(np.argsort(-money, kind="stable")[:most])
