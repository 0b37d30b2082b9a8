"""Figures: numbers that know what they are, where they come from, and how far to trust them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "figures"
STATUSES = ("retrieved", "derived", "memory", "assumption")
CONFIDENCES = ("high", "medium-high", "medium", "low-medium", "low")
YEARS = tuple(range(2026, 2036))
DIGITS = 6  # significant digits kept: no figure here is known better


@dataclass(frozen=True)
class Ground:
    """What a number rests on; `sources` are names of the sheet `sources`."""

    status: str
    confidence: str
    sources: tuple[str, ...]


DEFINITION = Ground("derived", "high", ("definition",))


def weakest(grounds: Iterable[Ground]) -> Ground:
    """All sources, the weakest status and the lowest confidence of several grounds."""
    found = list(grounds)
    return Ground(
        max((g.status for g in found), key=STATUSES.index),
        max((g.confidence for g in found), key=CONFIDENCES.index),
        tuple(dict.fromkeys(source for g in found for source in g.sources)),
    )


def tidy(value: float) -> float:
    """The number as it is written: six significant digits."""
    return float(f"{value:.{DIGITS}g}")


class Figure(float):
    """A number with its meaning, unit, ground and note (how it is derived, or why it is assumed)."""

    what: str
    unit: str
    ground: Ground
    note: str

    def __new__(cls, value: float, what: str, unit: str, ground: Ground, note: str = "") -> Figure:
        self = super().__new__(cls, tidy(value))
        self.what, self.unit, self.ground, self.note = what, unit, ground, note
        return self


ONE = Figure(1.0, "one tonne of product per tonne of activity", "t/t", DEFINITION)


class Series(dict[int, float]):
    """Values by year with the figures they rest on; `note` says how the years follow from them."""

    def __init__(self, values: Mapping[int, float], basis: Iterable[Figure], note: str) -> None:
        super().__init__({year: tidy(value) for year, value in values.items()})
        self.basis, self.note = tuple(basis), note

    @property
    def ground(self) -> Ground:
        return weakest(figure.ground for figure in self.basis)


def between(points: Mapping[int, Figure]) -> Series:
    """Straight lines between the years given, the last value from then on."""
    known = sorted(points)
    values: dict[int, float] = {}
    for year in YEARS:
        low = max((k for k in known if k <= year), default=known[0])
        high = min((k for k in known if k >= year), default=known[-1])
        step = (points[high] - points[low]) / (high - low) if high > low else 0.0
        values[year] = points[low] + step * (year - low)
    marks = ", ".join(f"{year}: {points[year]:g}" for year in known)
    note = f"straight lines between {marks}" if len(known) > 1 else "the same in every year"
    return Series(values, points.values(), note)


def grow(value: Figure, rate: Figure, since: int) -> Series:
    """The value of year `since`, growing at `rate`."""
    values = {year: value * (1 + rate) ** (year - since) for year in YEARS}
    return Series(values, (value, rate), f"{value:g} in {since}, {rate:+.2%} a year")


def read_cited(files: Iterable[str]) -> dict[str, Figure]:
    """Every figure of these files of models/figures, by its short name."""
    found: dict[str, Figure] = {}
    for name in files:
        for row in _rows(name):
            ground = Ground(row["status"], row["confidence"], tuple(row["source"].split(";")))
            figure = Figure(float(row["value"]), row["what"], row["unit"], ground, row["note"])
            if row["figure"] in found:
                raise ValueError(f"figure {row['figure']} stands twice, the second time in {name}.csv")
            found[row["figure"]] = figure
    return found


def read_sources() -> list[dict[str, str]]:
    """Records of the sheet `sources`."""
    return _rows("sources")


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
