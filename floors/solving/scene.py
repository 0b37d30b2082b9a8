"""What was being solved when no result came out: all that a diagnosis needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.case.caps import Cap
from floors.case.derive import Case
from floors.lp.highs import Solution
from floors.lp.linear import Compiled
from floors.pricing.dual import FloorRows, Rule
from floors.solving.planned import Past


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The case, its model and arrays, and what was decided before; `message` is what the solve said of it.

    `plan`, `floors` and `rules` are there where the plan was found but not the prices.
    """

    case: Case
    model: Any = field(repr=False)
    compiled: Compiled = field(repr=False)
    past: Past | None = field(default=None, repr=False)
    message: str = ""
    plan: Solution | None = field(default=None, repr=False)
    floors: FloorRows | None = field(default=None, repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)

    @cached_property
    def caps(self) -> dict[str, Cap]:
        """Caps by name."""
        return {cap.name: cap for cap in self.case.caps}
