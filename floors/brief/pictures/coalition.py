"""Pictures of coalitions: what each member gains inside, outside and alone, and what each bloc gains."""

from __future__ import annotations

from floors.brief.blocs import SUM, Blocs, Solved
from floors.brief.names import MOST_NAMED, sentence
from floors.page.colours import FLOOR, GAIN, OTHERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import held_together, signed

GAINS = "picture_coalitions"
MOST = 16  # coalitions of a panel


def pictures(blocs: Blocs) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no bloc, or the bloc of all, was not solved."""
    whole = blocs.everyone
    if blocs.nobody is None or whole is None or len(blocs.players) < 2:
        return ()
    panels = [_members(blocs, whole)]
    together = _together(blocs)
    if together is not None:
        panels.append(together)
    unit = f"million {blocs.tables.currency}"
    loose = [player for player in blocs.players if not blocs.is_settled(player)]
    note = "Outside, others stay: a free rider without cap and levy. Alone: a bloc of its own."
    if loose:
        note += (
            f" Other plans of the same cost move money to or from {blocs.facts.names.regions(loose)}."
            if len(loose) <= MOST_NAMED
            else f" Other plans of the same cost move money to or from {len(loose)} of them."
        )
    made = Picture(
        GAINS,
        held_together(title(blocs)),
        f"Gain (+) or loss (–) against no bloc; {unit}, present value",
        held_together(note),
        tuple(panels),
    )
    return (made,)


def title(blocs: Blocs) -> str:
    """Who does better outside, where every plan says so; else a plain noun."""
    settled = [player for player in blocs.lacks if blocs.is_settled(player)]
    leaving = [player for player in blocs.leaving if player in settled]
    if leaving and len(leaving) <= MOST_NAMED:
        who = sentence(blocs.facts.names.regions(leaving))
        return f"{who} {'does' if len(leaving) == 1 else 'do'} better outside the bloc than in it"
    if len(settled) == len(blocs.players) and not leaving:
        return "No member does better outside the bloc than in it"
    return "What each member gains in the bloc, outside it and alone"


def _members(blocs: Blocs, whole: Solved) -> Panel:
    unit = f"million {blocs.tables.currency}"
    names = blocs.facts.names
    cases: tuple[tuple[str, str, list[Solved | None]], ...] = (
        ("in the bloc of all", FLOOR, [whole for _ in blocs.players]),
        ("outside, others stay", GAIN, [blocs.without(player) for player in blocs.players]),
        ("alone", OTHERS, [blocs.alone(player) for player in blocs.players]),
    )
    series = []
    for name, colour, solved in cases:
        gains = [
            None if one is None else blocs.gain(one, player)
            for player, one in zip(blocs.players, solved, strict=True)
        ]
        if any(gain is not None for gain in gains):
            labels = tuple(None if gain is None else signed(gain) for gain in gains)
            series.append(Series(name, BAR, colour, tuple(gains), labels))
    along = tuple(names.region(player) for player in blocs.players)
    told = "; ".join(
        f"{one.name}: "
        + ", ".join(f"{name} {label}" for name, label in zip(along, one.labels, strict=True) if label)
        for one in series
    )
    return Panel(
        "Each member",
        unit,
        along,
        NAMES,
        tuple(series),
        choice="members",
        description=f"Gains against no bloc. {told}.",
    )


def _together(blocs: Blocs) -> Panel | None:
    """The members of each bloc together, the most first; blocs whose sum is not settled have none."""
    gains = {
        ", ".join(one.members): gain
        for one in blocs.of.values()
        if one.members and SUM not in one.open and (gain := blocs.gain_together(one)) is not None
    }
    if not 3 <= len(gains) <= MOST:
        return None
    order = sorted(gains, key=lambda name: -gains[name])
    series = Series(
        "its members together",
        BAR,
        FLOOR,
        tuple(gains[name] for name in order),
        tuple(signed(gains[name]) for name in order),
    )
    told = ", ".join(f"{name} {signed(gains[name])}" for name in order)
    unit = f"million {blocs.tables.currency}"
    return Panel(
        "The members of each bloc together",
        unit,
        tuple(order),
        NAMES,
        (series,),
        choice="blocs",
        description=f"Gains of the members of each bloc together against no bloc: {told}.",
    )
