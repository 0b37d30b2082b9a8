"""A result's first year beside what is known of it."""

from __future__ import annotations

from typing import NamedTuple

from floors import Result


class Fact(NamedTuple):
    """What is known, what the model says, how far they may be apart, and whether the model was told.

    `apart` says why the model is further from it than it may be, where it is known to be.
    """

    name: str
    known: float
    found: float
    unit: str
    tolerance: float
    kind: str
    source: str
    apart: str

    @property
    def holds(self) -> bool:
        """True where the model is within the tolerance of the fact."""
        return abs(self.found - self.known) <= self.tolerance


class BaseYear:
    """The base year of a result: what is made, shipped and priced."""

    def __init__(self, result: Result, year: int) -> None:
        case = result.outcome.case
        self.made: dict[tuple[str, str], float] = {}
        self.made_by: dict[tuple[str, str], float] = {}
        for (p, t), activity in result.outcome.produce.items():
            if t == year:
                for c, a in case.production.made(p).items():
                    key = (case.production.region[p], c)
                    self.made[key] = self.made.get(key, 0.0) + a * activity
                    self.made_by[p, c] = a * activity
        self.run = {p: q for (p, t), q in result.outcome.produce.items() if t == year}
        self.sent: dict[tuple[str, str, str], float] = {}
        for (o, d, c, t), quantity in result.outcome.ship.items():
            if t == year:
                key = (o, case.places.region_of[d], c)
                self.sent[key] = self.sent.get(key, 0.0) + quantity
        self.price = {(r, c): p for (r, c, t), p in result.outcome.origin_price.items() if t == year}

    def of(self, region: str | None, *goods: str) -> float:
        """t made of these goods in a region, or in the world."""
        return sum(q for (r, c), q in self.made.items() if c in goods and region in (None, r))

    def share_made(self, *goods: str) -> float:
        """China's share of what is made of these goods."""
        return self.of("CN", *goods) / self.of(None, *goods)

    def bought(self, region: str, origin: str | None = None, goods: tuple[str, ...] = ("magnet",)) -> float:
        """t that arrive in a region, of its own too, from one origin or all."""
        return sum(
            q for (o, d, c), q in self.sent.items() if d == region and c in goods and origin in (None, o)
        )

    def from_china(self, region: str, *goods: str, imports: bool = False) -> float:
        """China's share of what a region buys (magnets, if nothing is named), or of what it imports."""
        kinds = goods or ("magnet",)
        home = self.bought(region, region, kinds) if imports else 0.0
        return self.bought(region, "CN", kinds) / (self.bought(region, goods=kinds) - home)
