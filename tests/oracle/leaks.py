"""What evades enforcement: a share of table demand that comes from the first capped region that can supply it, pays
no levy, and takes room from every cap."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tests.oracle.reading import Data, Route


class Leak(NamedTuple):
    """Tonnes a year that leave `origin` for `region`; less the loss of the route arrives."""

    origin: str
    region: str
    leaves: float
    route: Route


@lru_cache(maxsize=4)
def leaks(data: Data) -> dict[tuple[str, str, str, int], Leak]:
    """By place, segment, commodity and year: (1 - enforcement) x table demand arrives."""
    found = {}
    for row in data.demand:
        for t, quantity in row["years"].items():
            r, c, evading = row["region"], row["commodity"], 1 - row["enforcement"]
            o = data.supplier(r, c, t)
            route = o and data.route(o, r, c, t)
            if o and route and evading * quantity > 0:
                leaves = evading * quantity / (1 - route.loss)
                found[data.place_of(row), row["segment"], c, t] = Leak(o, r, leaves, route)
    return found


def cost(data: Data) -> float:
    """Freight, tariffs and export taxes of what leaks, thousand of present value."""
    return sum(
        data.weight[t] * leak.leaves * (leak.route.freight + data.duty(leak.route, c, t))
        for (_, _, c, t), leak in leaks(data).items()
    )


def from_origin(data: Data, o: str, c: str, t: int) -> float:
    """t/yr of c that leak out of o: its supply must cover them."""
    return sum(leak.leaves for (_, _, k, y), leak in leaks(data).items() if (leak.origin, k, y) == (o, c, t))


def on_route(data: Data, o: str, r: str, c: str, t: int) -> float:
    """t/yr of c that leak from o to r: they use the route's limit."""
    found = leaks(data).items()
    return sum(
        leak.leaves for (_, _, k, y), leak in found if (leak.origin, leak.region, k, y) == (o, r, c, t)
    )
