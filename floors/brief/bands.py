"""The band of floors over what was solved beside: over the world alone, not over what a bloc could choose otherwise.

Sheet floors has a range of its own, `lowest` to `highest`: the range that keeps its plan, which says nothing of the
world.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from floors.brief.tables import WORLD, Family
from floors.contract import results as sheets
from floors.contract.results.border import FloorRow
from floors.study.scenarios import BASE

LEAST = 3  # other states of the world: two more lines are no band
SAME = 0.005  # USD/kg: floors that look alike in a cell

Key = tuple[str, str, int]  # member, commodity, year


class Band(NamedTuple):
    """The lowest and the highest floor of base and `over` others, and which scenarios have them.

    `short` are those others in which it is no floor but a buyer's value, a shortage: they are left out, and so a band
    is over fewer than were solved.
    """

    lowest: float
    highest: float
    lowest_in: tuple[str, ...]
    highest_in: tuple[str, ...]
    over: int
    short: tuple[str, ...] = ()


def is_shortage(row: FloorRow) -> bool:
    """Whether a floor is what a buyer would pay who goes short."""
    return row.set_by.startswith("unserved")


def world_bands(family: Family) -> dict[Key, Band]:
    """The bands over base and every scenario that is another state of the world; none without base or with fewer than
    `LEAST` of these."""
    names = [name for name in family.of if name != BASE and family.kinds.get(name) == WORLD]
    if BASE not in family.of:
        return {}
    return bands({name: family.of[name].read(sheets.FLOORS) for name in (BASE, *names)})


def bands(of: Mapping[str, Iterable[FloorRow]], centre: str = BASE) -> dict[Key, Band]:
    """The band of each floor of `centre` over it and the others, by member, commodity and year.

    There is none where the floor of `centre` is a shortage, or fewer than `LEAST` others have a floor there.
    """
    floors: dict[Key, dict[str, float]] = {}
    short: dict[Key, list[str]] = {}
    for name, rows in of.items():
        for row in rows:
            at = row.member, row.commodity, row.year
            if is_shortage(row):
                short.setdefault(at, []).append(name)
            else:
                floors.setdefault(at, {})[name] = row.floor
    return {
        at: _band(found, tuple(short.get(at, ())))
        for at, found in floors.items()
        if centre in found and len(found) > LEAST
    }


def _band(floors: Mapping[str, float], short: tuple[str, ...]) -> Band:
    lowest, highest = min(floors.values()), max(floors.values())
    return Band(
        lowest,
        highest,
        tuple(name for name, floor in floors.items() if floor - lowest < SAME),
        tuple(name for name, floor in floors.items() if highest - floor < SAME),
        len(floors) - 1,
        short,
    )
