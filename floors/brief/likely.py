"""The tables of samples as their page and pictures are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from floors.brief.facts import Facts
from floors.brief.tables import Tables
from floors.contract.results.sample import (
    BANDS,
    FAILURES,
    FLOORS,
    INDICES,
    MOVED,
    BandRow,
    FailureRow,
    IndexRow,
    MovedRow,
    SampledFloorRow,
)
from floors.study.uncertain_rows import SHEET

BILL, FLOOR, NO_PLAN, CAPPED = "bloc_net_cost", "floor", "has_no_plan", "capped_share"
STAYS = 1e-9  # of a number, or of 1: what moves by no more does not
ALIKE = 0.005  # USD/kg: floors that read alike
NOTHING = 0.005  # a share of variance that is none
MANY_FAIL = 0.05
NINE_IN_TEN, ABOUT = 0.9, 0.015

Key: TypeAlias = tuple[str, str | None, str | None, int | None]


class Path(NamedTuple):
    """The floors of a commodity that are alike at several markets, by year."""

    good: str
    markets: list[str]
    rows: list[SampledFloorRow]


@dataclass(frozen=True)
class Likely:
    """Samples: their tables and study, how many were `solved` and how many of them bands are of (`there`), the bloc's
    net cost in each of these (`costs`, million), and by number the share of them that its band holds (`held`)."""

    tables: Tables
    solved: int
    there: int
    costs: tuple[float, ...] = field(repr=False)
    held: Mapping[Key, float] = field(repr=False)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @property
    def usual(self) -> bool:
        """Whether there is no sheet of ranges, so that all moved by as much."""
        return not self.tables.study.has(SHEET)

    @cached_property
    def bands(self) -> dict[Key, BandRow]:
        """Bands by number, of those that have one."""
        return {row.of: row for row in self.tables.read(BANDS) if row.samples}

    @property
    def bill(self) -> BandRow | None:
        """The band of the bloc's net cost."""
        return self.bands.get((BILL, None, None, None))

    @cached_property
    def failures(self) -> list[FailureRow]:
        return self.tables.read(FAILURES)

    @property
    def failed(self) -> int:
        """How many samples have no plan or no result."""
        return sum(row.samples for row in self.failures)

    @cached_property
    def inputs(self) -> dict[str, list[MovedRow]]:
        """What moves, by name."""
        found: dict[str, list[MovedRow]] = {}
        for row in self.tables.read(MOVED):
            found.setdefault(row.input, []).append(row)
        return found

    @cached_property
    def indices(self) -> dict[Key, list[IndexRow]]:
        """Indices by number, the largest total first; of those that have any."""
        found: dict[Key, list[IndexRow]] = {}
        for row in self.tables.read(INDICES):
            if row.total is not None:
                found.setdefault(row.of, []).append(row)
        return found

    def first(self, key: Key, most: int) -> list[IndexRow]:
        """The inputs that a number hangs on most."""
        return [row for row in self.indices.get(key, []) if (row.total or 0.0) > NOTHING][:most]

    @cached_property
    def paths(self) -> dict[str, list[Path]]:
        """Floors of each commodity, those that are alike together, in the order of the workbook."""
        by_place: dict[str, dict[str, list[SampledFloorRow]]] = {}
        for row in self.tables.read(FLOORS):
            if row.samples:
                by_place.setdefault(row.commodity, {}).setdefault(row.member, []).append(row)
        names = [row["commodity"] for row in self.tables.study.rows("commodities")]
        return {good: _together(good, by_place[good]) for good in names if good in by_place}

    @cached_property
    def goods(self) -> list[str]:
        """Commodities whose floors move, the least sure first."""
        widest = {good: max(map(relative, self._rows(good))) for good in self.paths}
        return sorted((good for good in widest if widest[good] > 0), key=lambda good: -widest[good])

    def widest(self, good: str) -> SampledFloorRow:
        """The floor of a commodity that is least sure, beside its middle."""
        return max(self._rows(good), key=relative)

    def _rows(self, good: str) -> list[SampledFloorRow]:
        return [row for path in self.paths[good] for row in path.rows]


def key_of(row: SampledFloorRow) -> Key:
    """The number that a floor is."""
    return FLOOR, row.member, row.commodity, row.year


def relative(row: SampledFloorRow) -> float:
    """How wide a band is beside its middle; 0 where it does not move."""
    if row.p5 is None or row.p50 is None or row.p95 is None or row.p95 - row.p5 < ALIKE:
        return 0.0
    return (row.p95 - row.p5) / abs(row.p50) if row.p50 else 1.0


def stays(row: BandRow) -> bool:
    """Whether a number is the same in all samples."""
    if row.least is None or row.most is None:
        return True
    return row.most - row.least <= STAYS * max(1.0, abs(row.most), abs(row.least))


def _together(good: str, by_place: dict[str, list[SampledFloorRow]]) -> list[Path]:
    found: list[Path] = []
    for market, rows in by_place.items():
        same = next((path for path in found if _same(path.rows, rows)), None)
        if same is None:
            found.append(Path(good, [market], sorted(rows, key=lambda row: row.year)))
        else:
            same.markets.append(market)
    return sorted(found, key=lambda path: -max(row.p95 or 0.0 for row in path.rows))


def _same(some: list[SampledFloorRow], others: list[SampledFloorRow]) -> bool:
    by_year = {row.year: row for row in others}
    return len(some) == len(others) and all(
        row.year in by_year
        and all(
            (a is None) == (b is None) and (a is None or b is None or abs(a - b) < ALIKE)
            for a, b in zip(row.band, by_year[row.year].band, strict=True)
        )
        for row in some
    )
