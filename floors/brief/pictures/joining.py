"""Pictures of what joining is worth: each candidate alone, and the best order step by step."""

from __future__ import annotations

from floors.brief.joined import Joined, is_settled
from floors.brief.names import MOST_NAMED, sentence
from floors.brief.pictures.shared import tag
from floors.page.colours import FLOOR, GAIN, OTHERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import held_together

JOINING, BANDS = "picture_candidates", "bands"
MOST = 16


def pictures(joined: Joined) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no worth is known."""
    panels = [panel for panel in (_alone(joined), _order(joined), _bands(joined)) if panel is not None]
    if not panels:
        return ()
    loose = any(row.not_settled for row in joined.known) or any(row.not_settled for row in joined.best)
    note = "To the members: all who were in before, together."
    if loose:
        note += " Other plans of the same cost move some of this money (not_settled)."
    made = Picture(
        JOINING,
        held_together(title(joined)),
        f"Gain (+) or loss (–) against not joining; million {joined.tables.currency}, present value",
        note,
        tuple(panels),
    )
    return (made,)


def title(joined: Joined) -> str:
    """Who loses by joining alone, where every plan says so; else a plain noun."""
    settled = len(joined.known) == len(joined.candidates) and all(
        is_settled(row, "worth_to_itself") for row in joined.known
    )
    if settled and len(joined.losing) == len(joined.candidates) > 1:
        return "Each candidate loses by joining alone"
    if 0 < len(joined.losing) <= MOST_NAMED:
        who = sentence(joined.facts.names.regions(list(joined.losing)))
        return f"{who} {'loses' if len(joined.losing) == 1 else 'lose'} by joining alone"
    if settled and not joined.losing:
        return "No candidate loses by joining alone"
    return "What joining is worth to the members and to the one who joins"


def _alone(joined: Joined) -> Panel | None:
    rows = joined.known[:MOST]
    if not rows:
        return None
    along = tuple(joined.facts.names.region(row.candidate) for row in rows)
    members = tuple(row.worth_to_members for row in rows)
    itself = tuple(row.worth_to_itself for row in rows)
    return _panel(
        joined,
        "Joining alone",
        along,
        (("to the members", FLOOR, members), ("to itself", OTHERS, itself)),
        "alone",
    )


def _order(joined: Joined) -> Panel | None:
    """The sum of all gains after each step."""
    if len(joined.best) < 2:
        return None
    names = joined.facts.names
    along = tuple(
        f"{'+ ' if place else ''}{names.region(row.joins)}" for place, row in enumerate(joined.best[:MOST])
    )
    gains = tuple(row.cumulative_gain for row in joined.best[:MOST])
    name = "Order found step by step" if joined.greedy else "Best order"
    return _panel(joined, name, along, (("all who are in, so far", GAIN, gains),), "order")


def _bands(joined: Joined) -> Panel | None:
    """How sure it is what joining alone is worth to all who are then in; nothing without samples."""
    rows = joined.bands[:MOST]
    if not rows:
        return None
    along = tuple(joined.facts.names.region(row.candidate) for row in rows)
    drawn = (
        ("one sample in twenty below", OTHERS, tuple(row.p5 for row in rows)),
        ("half above", GAIN, tuple(row.p50 for row in rows)),
        ("one in twenty above", FLOOR, tuple(row.p95 for row in rows)),
    )
    return _panel(joined, "How sure: joining alone, to all who are then in", along, drawn, BANDS)


def _panel(
    joined: Joined,
    name: str,
    along: tuple[str, ...],
    drawn: tuple[tuple[str, str, tuple[float | None, ...]], ...],
    choice: str,
) -> Panel:
    series = tuple(
        Series(of, BAR, colour, values, tuple(None if one is None else _signed(one) for one in values))
        for of, colour, values in drawn
    )
    told = "; ".join(
        f"{one.name}: {', '.join(f'{at} {label}' for at, label in zip(along, one.labels, strict=True))}"
        for one in series
    )
    return Panel(
        name,
        f"million {joined.tables.currency}",
        along,
        NAMES,
        series,
        choice=choice,
        description=f"{name}. {told}.",
    )


def _signed(value: float) -> str:
    return f"+{tag(value)}" if value > 0 else tag(value)
