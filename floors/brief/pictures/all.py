"""Every picture of a result, in the order in which they are handed on."""

from __future__ import annotations

from collections.abc import Callable

from floors.brief.pictures import (
    capacity,
    floors,
    flow,
    levy,
    mix,
    scenario_floors,
    scenarios,
    stock,
    who_pays,
)
from floors.brief.tables import ALONE, Family, Tables
from floors.page.picture import Picture, Series
from floors.page.told import held_together

MADE: tuple[Callable[[Tables, Family], Picture | None], ...] = (
    floors.picture,
    levy.picture,
    who_pays.picture,
    mix.picture,
    mix.members,
    mix.stages,
    capacity.picture,
    capacity.stages,
    stock.picture,
    scenarios.picture,
    scenario_floors.picture,
    flow.picture,
)
"""Each makes one picture, or None where there is nothing to show."""


def pictures(tables: Tables, family: Family = ALONE) -> tuple[Picture, ...]:
    """The pictures of one scenario and its family."""
    made = (make(tables, family) for make in MADE)
    return tuple(_held(picture) for picture in made if picture is not None)


def _held(picture: Picture) -> Picture:
    """A picture whose words do not part numbers from their units, and whose series without labels have none."""
    title, subtitle, note = map(held_together, (picture.title, picture.subtitle, picture.note))
    panels = tuple(panel._replace(series=tuple(map(_bare, panel.series))) for panel in picture.panels)
    return picture._replace(title=title, subtitle=subtitle, note=note, panels=panels)


def _bare(series: Series) -> Series:
    return series if any(series.labels) else series._replace(labels=())
