"""The one picture of the page: the floor against the price that it lifts."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.brief.floors_told import title_of_path
from floors.brief.pictures.all import pictures
from floors.page.page import LEFT, Drawn

PICTURE = "picture_floors"


def drawn(facts: Facts) -> Drawn | None:
    """The panel of the commodity of the page; None where there is no such picture."""
    if facts.main is None:
        return None
    names = {facts.main, facts.names.good(facts.main)}
    for picture in pictures(facts.tables, facts.family):
        if picture.name == PICTURE:
            of = [
                i for i, panel in enumerate(picture.panels) if panel.choice in names or panel.title in names
            ]
            return Drawn(
                "floor", title_of_path(facts, facts.main), PICTURE, of[0] if of else 0, LEFT, sheet=PICTURE
            )
    return None
