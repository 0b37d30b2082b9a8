"""The one picture of the page: the floor against the price that it lifts."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.brief.floors_table import listed_apart
from floors.brief.floors_told import title_of_path
from floors.brief.pictures import floors
from floors.page.page import LEFT, NEVER_DROPPED, Drawn

BESIDE_MANY = 5  # rank of one good's path where a table has the floors of many


def drawn(facts: Facts) -> Drawn | None:
    """The panel of the commodity of the page; None where there is no such picture."""
    picture = floors.picture(facts.tables, facts.family) if facts.main is not None else None
    if facts.main is None or picture is None:
        return None
    names = {facts.main, facts.names.good(facts.main)}
    of = [i for i, panel in enumerate(picture.panels) if panel.choice in names or panel.title in names]
    title = title_of_path(facts, facts.main)
    rank = BESIDE_MANY if listed_apart(facts) else NEVER_DROPPED
    return Drawn("floor", title, picture.name, of[0] if of else 0, LEFT, rank, sheet=picture.name)
