"""Caps: what a shipment counts, and the volume it counts against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from tests.oracle.leaks import leaks
from tests.oracle.reading import Data, Route


class Cap(NamedTuple):
    """A row of the sheet, or one of those that `each` or `national` make of it: `volume[t]` t/yr for what arrives at
    `places[c, t]`; `share[t]` of what is used under `use`, else 0. Without an `origin` it counts content."""

    scope: str
    origin: str | None
    basis: str
    weight: dict[str, float]
    places: dict[tuple[str, int], list[str]]
    volume: dict[int, float]
    share: dict[int, float]
    unseen: bool = False

    def covers(self, d: str, c: str, t: int) -> bool:
        return t in self.volume and d in self.places.get((c, t), ())

    def counts(self, data: Data, o: str, d: str, c: str, t: int) -> float:
        """What a tonne sent counts: content, or whether it comes from the origin named; groups weighted, and under
        `use` of what arrives of it."""
        route = data.route(o, data.region_of[d], c, t)
        if route is None or not self.covers(d, c, t):
            return 0.0
        k = route.content if self.origin is None else float(self.origin == o)
        return self.weight[c] * k * self._arrives(route)

    def uses(self, d: str, c: str, t: int) -> float:
        """What a tonne used there, after loss, gives room for: the share under `use`, weighted."""
        return self.share[t] * self.weight[c] if self.covers(d, c, t) else 0.0

    def coefficient(self, data: Data, o: str, d: str, c: str, t: int) -> float:
        """k before loss, or (k - share)(1 - loss) under `use`: what is beyond its share of what is used."""
        route = data.route(o, data.region_of[d], c, t)
        given = self.uses(d, c, t) * self._arrives(route) if route else 0.0
        return self.counts(data, o, d, c, t) - given

    def _arrives(self, route: Route) -> float:
        return 1 - route.loss if self.basis == "use" else 1.0


def caps(data: Data) -> Iterator[Cap]:
    """Sheet `caps`; under `national` a bloc's cap is one for each member, of the same share, or of tonnes by table
    demand."""
    for row in data.study.rows("caps"):
        scope, basis, weight = row["scope"], row["basis"], data.group[row["commodity"]]
        if scope not in ("bloc", *data.members):
            continue
        national = data.settings.coordination == "national" and scope == "bloc"
        members = data.members if scope == "bloc" else [scope]
        unseen = row["leaks"] == "unseen"
        table = partial(on_paper, data) if unseen else data.table
        whole = {
            (c, t): [d for r in members if data.is_member(r, t) for d in data.places(r, c, row["segment"])]
            for c in weight
            for t in data.years
        }
        for where in members if national else [scope]:
            places = {key: [d for d in whole[key] if where in ("bloc", data.region_of[d])] for key in whole}
            inside = members if where == "bloc" else [where]
            given = {t: v for t, v in row["years"].items() if any(data.is_member(r, t) for r in inside)}
            volume = {}
            for t, value in given.items():
                here, all_ = (
                    sum(w * table(at[c, t], c, t) for c, w in weight.items()) for at in (places, whole)
                )
                tonnes = value * ((here / all_ if all_ else 0.0) if national else 1.0)
                volume[t] = {"demand": value * here, "tonnes": tonnes, "use": 0.0}[basis]
            share = {t: value if basis == "use" else 0.0 for t, value in given.items()}
            for origin in data.role if row["origin"] == "each" else [row["origin"]]:
                out = {t for t in given if row["origin"] != "each" or not data.is_member(origin, t)}
                if out or not given:
                    yield Cap(
                        where,
                        origin,
                        basis,
                        weight,
                        places,
                        {t: volume[t] for t in out},
                        {t: share[t] for t in out},
                        unseen,
                    )


def on_paper(data: Data, places: list[str], c: str, t: int) -> float:
    """Table demand less what leaks into it, t a year."""
    found = data.table(places, c, t)
    return found - sum(
        leak.leaves * (1 - leak.route.loss)
        for (d, _, good, year), leak in leaks(data).items()
        if d in places and (good, year) == (c, t)
    )
