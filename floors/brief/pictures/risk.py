"""The picture of a weighed plan: what foresight and what the floors save, state by state."""

from __future__ import annotations

from floors.brief.figures import typed_share
from floors.brief.pictures.break_even import gains
from floors.brief.weighed import Weighed
from floors.page.colours import FLOOR, GAIN, MEMBERS
from floors.page.picture import BAR, NAMES, Panel, Picture, Series
from floors.page.told import held_together, listed, money, signed

RISK = "picture_risk"
ON_AVERAGE = "on average"


def pictures(weighed: Weighed) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no plan without policy is known."""
    made = (_by_state(weighed), gains(weighed))
    return tuple(one for one in made if one is not None)


def _by_state(weighed: Weighed) -> Picture | None:
    found = _saved(weighed)
    if not found:
        return None
    along = (*(f"{row.scenario} ({typed_share(row.probability)})" for row in weighed.states), ON_AVERAGE)
    series = tuple(
        Series(name, BAR, colour, values, tuple(None if value is None else signed(value) for value in values))
        for name, colour, values in found
    )
    told = "; ".join(
        f"{one.name}: "
        + ", ".join(f"{at} {label}" for at, label in zip(along, one.labels, strict=True) if label)
        for one in series
    )
    unit = f"million {weighed.tables.currency}"
    return Picture(
        RISK,
        held_together(title(weighed)),
        f"What the bloc saves (+) or loses (–) against no policy and capacity decided for {weighed.leader} alone; "
        f"{unit}, present value, by state of the world and its probability",
        "Foresight: capacity decided knowing that any of these states may come.",
        (Panel("", unit, along, NAMES, series, description=f"Saved by state. {told}."),),
    )


def _saved(weighed: Weighed) -> list[tuple[str, str, tuple[float | None, ...]]]:
    """Name, colour and values by state and on average, of what is known anywhere."""
    states = weighed.states
    own = [weighed.foresight.get(row.scenario) for row in states]
    columns: list[tuple[str, str, list[float | None]]] = [("foresight and no policy", MEMBERS[2], own)]
    if weighed.policy:
        columns += [
            ("foresight and the floors", FLOOR, [row.worth_bloc for row in states]),
            ("the same, all countries", GAIN, [row.worth for row in states]),
        ]
    else:
        every = [_less(row.without_policy, row.without_policy_hedged) for row in states]
        columns.append(("the same, all countries", GAIN, every))
    return [
        (name, colour, (*values, _average(weighed, values)))
        for name, colour, values in columns
        if any(value is not None for value in values)
    ]


def _average(weighed: Weighed, values: list[float | None]) -> float | None:
    if any(value is None for value in values):
        return None
    return sum(row.probability * (value or 0.0) for row, value in zip(weighed.states, values, strict=True))


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def title(weighed: Weighed) -> str:
    """What foresight and what the floors on top of it do to the bloc on average; a plain noun where it is not known."""
    foresight, floors = weighed.average(weighed.foresight), weighed.average(weighed.floors)
    currency = weighed.tables.currency
    if foresight is None or (floors is None and weighed.policy):
        return (
            "What foresight and the floors save, state by state" if weighed.policy else "What foresight saves"
        )
    first = _does("Foresight", foresight, weighed)
    if floors is None or not weighed.policy:
        return f"{first} on average"
    if weighed.nothing(floors):
        return f"{first} on average, and the floors change nothing beside it"
    if weighed.nothing(foresight):
        return f"On average the floors {'save' if floors > 0 else 'cost'} the bloc {money(floors, currency)}"
    same = (foresight > 0) == (floors > 0)
    verb = "save" if floors > 0 else "cost"
    joint = (
        f"and the floors {verb} it {money(floors, currency)} more"
        if same
        else (f"and the floors {verb} it {money(floors, currency)}")
    )
    return f"{first} on average, {joint}"


def _does(who: str, amount: float, weighed: Weighed) -> str:
    if weighed.nothing(amount):
        return f"{who} saves the bloc nothing"
    return f"{who} {'saves' if amount > 0 else 'costs'} the bloc {money(amount, weighed.tables.currency)}"


def odds(weighed: Weighed) -> str:
    """The states with their probabilities, in a sentence."""
    return listed(
        [f"{weighed.named(row.scenario)} ({typed_share(row.probability)})" for row in weighed.states]
    )
