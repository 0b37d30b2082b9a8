"""Sheet floor_kinds: the parts of each floor by what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from floors.case.border import Floor
from floors.contract.results.border import FloorKindRow
from floors.solving.floor_parts import Nature, Part, set_by
from floors.solving.outcome import Outcome

MAKING, NEW_PLANT, LINKS, INPUTS, TARIFFS, OTHER = (
    "making",
    "new_plant",
    "links",
    "inputs",
    "tariffs",
    "other",
)
KINDS = (MAKING, NEW_PLANT, LINKS, INPUTS, TARIFFS, OTHER)
SAME = 1e-6  # of what is made more or less in a region: no more of that is none
OF_ITSELF = {
    Nature.MAKING: MAKING,
    Nature.CHARGE: NEW_PLANT,
    Nature.LINK: LINKS,
    Nature.FREIGHT: TARIFFS,
    Nature.TARIFF: TARIFFS,
    Nature.EXPORT_TAX: TARIFFS,
    Nature.HOLDING: OTHER,
    Nature.CLOSING: OTHER,
}
"""Nature of a part that is of the commodity of the floor -> its kind."""


def kinds_of(parts: Sequence[Part], commodity: str) -> list[str]:
    """The kind of each part of a floor of this commodity.

    Where the processes of a region make no more and no less of it, one recipe takes the place of another: what that
    costs is what the inputs cost, whose price it sets.
    """
    more: dict[tuple[str | None, int | None], list[float]] = {}
    for part in parts:
        if part.what.nature is Nature.MAKING and commodity in part.what.goods:
            more.setdefault((part.what.region, part.year), []).append(
                part.coefficient * part.what.goods[commodity]
            )
    same = {at for at, made in more.items() if abs(sum(made)) <= SAME * sum(map(abs, made))}
    return [
        INPUTS
        if part.what.nature is Nature.MAKING and (part.what.region, part.year) in same
        else _kind(part, commodity)
        for part in parts
    ]


def _kind(part: Part, commodity: str) -> str:
    nature, goods, _ = part.what
    if nature is Nature.OTHER:
        return OTHER
    return OF_ITSELF[nature] if commodity in goods else INPUTS


def floor_kinds_table(outcome: Outcome, parts: Mapping[Floor, Sequence[Part]]) -> list[FloorKindRow]:
    """One row a floor."""
    return [_row(outcome, floor, level, parts[floor]) for floor, level in outcome.floor.items()]


def _row(outcome: Outcome, floor: Floor, level: float, parts: Sequence[Part]) -> FloorKindRow:
    sums = dict.fromkeys(KINDS, 0.0)
    borders: dict[str, float] = {}
    home = outcome.case.places.region_of[floor.member]
    for part, kind in zip(parts, kinds_of(parts, floor.commodity), strict=True):
        sums[kind] += part.amount
        where = part.what.region
        if kind == TARIFFS and where is not None and where != home:
            borders[where] = borders.get(where, 0.0) + part.amount
    return FloorKindRow(
        member=floor.member,
        commodity=floor.commodity,
        year=floor.year,
        floor=level,
        making=sums[MAKING],
        new_plant=sums[NEW_PLANT],
        links=sums[LINKS],
        inputs=sums[INPUTS],
        tariffs=sums[TARIFFS],
        other=sums[OTHER],
        third_country=sum(borders.values()),
        whose=max(borders, key=lambda region: abs(borders[region])) if borders else None,
        set_by=set_by([*parts]),
    )
