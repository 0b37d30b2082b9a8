"""What evades enforcement: a share of table demand that comes from the first capped region that can supply it, pays
no levy, and takes room from every cap."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tests.oracle.reading import Data, Route


class Leak(NamedTuple):
    """Tonnes a year that leave `origin`; less the loss of the route arrives."""

    origin: str
    leaves: float
    route: Route


@lru_cache(maxsize=4)
def leaks(data: Data) -> dict[tuple[str, str, str, int], Leak]:
    """By place, segment, commodity and year: (1 - enforcement) x table demand arrives."""
    found = {}
    for row in data.demand:
        r, c, evading = row["region"], row["commodity"], 1 - row["enforcement"]
        for t, quantity in row["years"].items():
            o = data.supplier(r, c, t, linked=False)
            route = data.route(o, r, c, t) if o else None
            if o and route and evading * quantity > 0:
                found[data.place_of(row), row["segment"], c, t] = Leak(
                    o, evading * quantity / (1 - route.loss), route
                )
    return found
