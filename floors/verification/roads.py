"""Routes, read again: of the rows that fit a pair, a commodity and a year, the most exact one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from floors.study.study import Study
from floors.verification.calendar import World
from floors.verification.named import plain
from floors.verification.tagging import Tagging

Open = Callable[[str, str, str, int], bool]
Made = dict[int, set[tuple[str, str]]]  # by year, the (region, commodity) that can be made
_ROLES = ("member", "capped", "other")


@dataclass(frozen=True)
class Road:
    """One route in one year: USD/kg shipped, shares, t/yr for the pair; `duty` = tariff + export tax in USD/kg."""

    freight: float
    tariff: float
    export_tax: float
    loss: float
    content: float
    limit: float | None
    least: float
    price: float | None = None  # at which the least settles, USD/kg ex works

    @property
    def cost(self) -> float:
        """Freight, tariff and export tax, USD/kg shipped."""
        return self.freight + self.tariff + self.export_tax


class Roads:
    """Routes between regions, found when they are asked for."""

    def __init__(self, study: Study, world: World, reference: dict[tuple[str, int], float]) -> None:
        self._world, self._reference = world, reference
        self._given = study.has("routes")
        self._rows = {n: study.rows(n) for n in ("routes", "route_limits", "route_minimums", "exemptions")}
        self._fits: dict[tuple[str, ...], list[tuple[tuple[int, int], dict[str, Any]]]] = {}
        self._known: dict[tuple[str, str, str, int], Road | None] = {}

    def get(self, o: str, r: str, c: str, t: int) -> Road | None:
        """The route from region to region, the same for both tags; None where nothing may be shipped."""
        key = (o, r, plain(c), t)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def row(self, o: str, r: str, c: str, t: int) -> dict[str, Any] | None:
        """The row of sheet routes that holds for a pair; None where none does, or a name is none of a region."""
        return self._best("routes", o, r, c, t)

    def exempt(self, o: str, r: str, c: str, t: int) -> float:
        """t/yr from region to region that pay no levy."""
        row = self._best("exemptions", o, r, c, t)
        return float(row["years"][t]) if row else 0.0

    def open(self, o: str, r: str, c: str, t: int) -> bool:
        """A route with a limit other than 0."""
        road = self.get(o, r, c, t)
        return road is not None and road.limit != 0

    def _find(self, o: str, r: str, c: str, t: int) -> Road | None:
        row = self.row(o, r, c, t)
        if row is None and self._given and (o != r or self._named_twice(o, c)):
            return None
        limit_row, least_row = (self._best(n, o, r, c, t) for n in ("route_limits", "route_minimums"))
        limit = limit_row["years"][t] if limit_row else row["limit"] if row else None
        least = least_row["years"][t] if least_row else row["minimum"] if row else None
        content = 1.0 if self._world.roles[o, t] == "capped" else 0.0
        if row is None:
            return Road(0.0, 0.0, 0.0, 0.0, content, limit, least or 0.0)
        reference = self._reference.get((c, t), 0.0) if o != r else 0.0
        return Road(
            row["freight"],
            row["tariff"] * reference,
            row["export_tax"] * reference,
            row["loss"],
            content if row["content"] is None else row["content"],
            limit,
            least or 0.0,
            row["price"],
        )

    def _named_twice(self, r: str, c: str) -> bool:
        """Whether a row, of whatever years, says what a region ships to itself: in others it ships itself nothing."""
        return any(
            row["origin"] == row["destination"] == r and row["commodity"] in (c, "*")
            for row in self._rows["routes"]
        )

    def _best(self, sheet: str, o: str, r: str, c: str, t: int) -> dict[str, Any] | None:
        known = self._world.roles
        if (o, t) not in known or (r, t) not in known:
            return None
        roles = known[o, t], known[r, t]
        key = (sheet, o, r, c, *roles)
        if key not in self._fits:
            self._fits[key] = sorted(
                ((rank, row) for row in self._rows[sheet] if (rank := self._rank(row, o, r, c, roles))),
                key=lambda found: found[0],
                reverse=True,
            )
        for _, row in self._fits[key]:
            if t in row["years"] if "years" in row else _valid(row, t):
                return row
        return None

    def _rank(
        self, row: dict[str, Any], o: str, r: str, c: str, roles: tuple[str, str]
    ) -> tuple[int, int] | None:
        """(exact names, roles) of a row that fits; a region's own shipments need its name twice."""
        origin, destination = row["origin"], row["destination"]
        if o == r and not origin == destination == o:
            return None
        if origin not in (o, roles[0], "*") or destination not in (r, roles[1], "*"):
            return None
        if row["commodity"] not in (c, "*"):
            return None
        exact = (origin == o) + (destination == r) + (row["commodity"] == c)
        return exact, (origin in _ROLES) + (destination in _ROLES)


def first_supplier(
    world: World, open_: Open, made: Made, tagging: Tagging, d: str, c: str, t: int
) -> str | None:
    """The first capped region in sheet order that can make its own of it and has a way to a place."""
    for o in world.of_role("capped", t):
        if (o, tagging.own(o, c)) in made[t] and open_(o, world.region[d], c, t):
            return o
    return None


def _valid(row: dict[str, Any], t: int) -> bool:
    first, last = row["first_year"], row["last_year"]
    return (first is None or first <= t) and (last is None or t <= last)
