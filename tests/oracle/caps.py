"""Caps: what a shipment counts, and the volume it counts against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.leaks import leaks
from tests.oracle.reading import Data


@dataclass(frozen=True)
class Cap:
    """A row of the sheet, or one of those that `each` or `national` make of it: `volume[t]` t/yr for what arrives at
    `places[c]`; `share[t]` of all arrivals under `use`, else 0."""

    number: int
    scope: str
    commodity: str
    segment: str | None
    origin: str | None
    basis: str
    weight: dict[str, float]
    places: dict[str, list[str]]
    volume: dict[int, float]
    share: dict[int, float]

    def covers(self, d: str, c: str, t: int) -> bool:
        return t in self.volume and d in self.places.get(c, ())

    def counts(self, data: Data, o: str, d: str, c: str, t: int) -> float:
        """k: content, or whether it comes from the origin named; groups weighted."""
        route = data.route(o, data.region_of[d], c, t)
        if route is None or not self.covers(d, c, t):
            return 0.0
        return self.weight[c] * (route.content if self.origin is None else float(self.origin == o))

    def coefficient(self, data: Data, o: str, d: str, c: str, t: int) -> float:
        """k, or k - share under `use`: what is beyond its share of all arrivals."""
        return self.counts(data, o, d, c, t) - (
            self.share[t] * self.weight[c] if self.covers(d, c, t) else 0.0
        )

    def leaked(self, data: Data, t: int) -> float:
        """What leaks takes room like any shipment."""
        return sum(
            self.coefficient(data, leak.origin, d, c, t) * leak.leaves
            for (d, _, c, y), leak in leaks(data).items()
            if y == t
        )


def caps(data: Data) -> Iterator[Cap]:
    """Sheet `caps`."""
    for row in data.study.rows("caps"):
        scope, segment, basis = row["scope"], row["segment"], row["basis"]
        if scope not in ("bloc", *data.members):
            continue
        weight = data.group[row["commodity"]]
        members = data.members if scope == "bloc" else [scope]
        national = data.settings.coordination == "national" and scope == "bloc"
        outsiders = [r for r in data.role if r not in data.members]

        def places(
            inside: list[str], segment: str | None = segment, weight: dict[str, float] = weight
        ) -> dict[str, list[str]]:
            def of(r: str, c: str) -> list[str]:
                if segment is None:
                    return data.places(r, c)
                return [name for key, name in data.market.items() if key == (r, segment, c)]

            return {c: [d for r in inside for d in of(r, c)] for c in weight}

        def base(inside: list[str], t: int, weight: dict[str, float] = weight) -> float:
            return sum(w * data.table(places(inside)[c], c, t) for c, w in weight.items())

        for inside in [[m] for m in members] if national else [members]:
            volume = {}
            for t, value in row["years"].items():
                whole, part = base(members, t), base(inside, t)
                tonnes = value * ((part / whole if whole else 0.0) if national else 1.0)
                volume[t] = {"demand": value * part, "tonnes": tonnes, "use": 0.0}[basis]
            share = row["years"] if basis == "use" else dict.fromkeys(row["years"], 0.0)
            for n, origin in enumerate(outsiders if row["origin"] == "each" else [row["origin"]]):
                yield Cap(
                    n, inside[0] if national else scope, row["commodity"], segment, origin, basis, weight,
                    places(inside), volume, share,
                )  # fmt: skip
