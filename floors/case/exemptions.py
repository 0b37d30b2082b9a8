"""What pays no levy: tonnes of sheet `exemptions`, by pair of regions, commodity and year; and non-members with a floor
of their own, `equivalent` of sheet `regions`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.arcs import Arcs
from floors.case.axes import Axes
from floors.case.places import Places
from floors.case.routes import best_by_year
from floors.errors import Problem
from floors.lp.labels import KeyTable, Vector
from floors.study.study import Study


@dataclass(frozen=True, eq=False, kw_only=True)
class Exemptions:
    """`tonnes` [o, d, c, t] that pay no levy, t/yr, 0 where none; `row` the record of each (-1: none).

    `row` has a single year where nothing depends on it; both a single place along each axis where the sheet has no
    rows.
    """

    tonnes: Vector
    row: Vector

    def at(self, o: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
        """t/yr of these pairs of regions, commodities and years."""
        if self.tonnes.shape[3] == 1 and self.tonnes.size == 1:
            return np.zeros(np.broadcast_shapes(*map(np.shape, (o, r, c, t))))
        found: Vector = self.tonnes[o, r, c, t]
        return found

    def cell(self, axes: Axes, key: tuple[str, str, str, int]) -> tuple[str, int, int]:
        """Where the tonnes of a pair are written: sheet, record, year."""
        o, r, c, t = key
        year = axes.year[t] if self.row.shape[3] > 1 else 0
        row = self.row[axes.place[o], axes.place[r], axes.commodity[c], year]
        return "exemptions", int(row), t


def derive_exemptions(study: Study, places: Places, axes: Axes, problems: list[Problem]) -> Exemptions:
    """Sheet exemptions for every pair of regions: of several rows the most exact, as in sheet routes."""
    none = np.zeros((1, 1, 1, 1))
    tonnes, row = best_by_year(study, "exemptions", none, places, axes, problems)
    return Exemptions(tonnes=tonnes, row=np.full(none.shape, -1) if row is None else row)


def derive_equivalent(
    study: Study, places: Places, problems: list[Problem], notes: list[Problem]
) -> frozenset[str]:
    """Non-members whose own floor counts as the bloc's: no levy on non-members falls on them."""
    found = {row["region"]: i for i, row in enumerate(study.rows("regions")) if row["equivalent"]}
    for region, i in found.items():
        roles = list(dict.fromkeys(places.role_in(region, t) for t in places.years))
        if "other" not in roles:
            message = (
                f"only a region with role other can have an equivalent floor; found {' and '.join(roles)}."
            )
            hint = "Clear the cell: a member has the bloc's floor, and a capped region pays its levies."
            problems.append(study.problem("regions", i, "equivalent", message, hint, "equivalent_role"))
    if found and study.settings.levy_on == "capped":
        i = next(iter(found.values()))
        message = "levies fall on capped regions alone, so that an equivalent floor changes nothing."
        hint = "Set levy_on to non_members where others shall pay, or clear the cell."
        notes.append(
            study.problem("regions", i, "equivalent", message, hint, "equivalent_without_levy", "warning")
        )
    return frozenset(found)


class Exempt:
    """Shipments of which some may come without a levy: `arc` (positions among `arcs`), the table of their keys, and
    the t/yr that the pair of each has in all (`tonnes`)."""

    def __init__(self, arcs: Arcs, exemptions: Exemptions, levied: Vector) -> None:
        """`levied`: whether any levy may fall on each shipment."""
        tonnes = exemptions.at(arcs.o, arcs.r, arcs.c, arcs.t)
        self.arcs, self.arc = arcs, np.flatnonzero(levied & (tonnes > 0))
        self.tonnes: Vector = tonnes[self.arc]
        self.table = arcs.table.take(self.arc)

    @staticmethod
    def everywhere(arcs: Arcs, exemptions: Exemptions) -> Exempt:
        """As if levies could fall on every shipment."""
        return Exempt(arcs, exemptions, np.ones(len(arcs), dtype=bool))

    def __len__(self) -> int:
        return len(self.arc)

    @cached_property
    def pair(self) -> KeyTable:
        """The pair of regions of each, with commodity, tainted and clean together, and year."""
        arcs, at = self.arcs, self.arc
        plain = arcs.axes.plain[arcs.c[at]]
        return arcs.axes.table(arcs.o[at], arcs.r[at], plain, arcs.t[at], kinds="ooct")

    @cached_property
    def keys(self) -> frozenset[Any]:
        """Their keys: (origin, place, commodity, year)."""
        return frozenset(self.table.keys)

    @cached_property
    def first(self) -> Vector:
        """Of each pair the position of its first shipment."""
        return np.flatnonzero(self.pair.find(self.pair.columns) == np.arange(len(self)))

    def used(self, shipped: Vector, levy: Vector) -> Vector:
        """Of each of these shipments the t/yr that pay no levy, `shipped` in all: those of a pair in the order of the
        levy that they save, highest first, as far as its tonnes go."""
        left = self.tonnes.copy()
        group = self.pair.find(self.pair.columns)
        found = np.zeros(len(self))
        for i in np.argsort(-levy, kind="stable").tolist():
            found[i] = min(left[group[i]], max(0.0, shipped[i]))
            left[group[i]] -= found[i]
        return found

    def by_pair(self, numbers: Vector) -> dict[Any, float]:
        """Sums over the shipments of each pair, by (origin, region, commodity, year)."""
        sums = np.bincount(self.pair.find(self.pair.columns), numbers, len(self))
        return dict(zip(self.pair.take(self.first).keys, sums[self.first].tolist(), strict=True))
