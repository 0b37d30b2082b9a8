"""One route: from a region to a region, at what cost, within which limits."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("member", "capped", "other")


@dataclass(frozen=True)
class Route:
    """One route in one year. USD/kg shipped, before loss; shares; t/yr; `content` of capped origin."""

    freight: float
    tariff: float
    export_tax: float
    loss: float
    content: float
    limit: float | None
    minimum: float | None

    @property
    def open(self) -> bool:
        """False where the limit is 0."""
        return self.limit != 0
