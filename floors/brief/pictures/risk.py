"""The picture of a weighed plan: what foresight and what the floors save, state by state."""

from __future__ import annotations

from floors.brief.figures import typed_share
from floors.brief.names import sentence
from floors.brief.pictures.break_even import gains
from floors.brief.pictures.vault import vault
from floors.brief.weighed import Weighed
from floors.contract.results.risk import FrontierRow
from floors.page.colours import FLOOR, GAIN, MEMBERS
from floors.page.picture import BAR, NAMES, NUMBERS, POINT, Panel, Picture, Series
from floors.page.told import held_together, listed, money, signed

RISK, FRONTIER = "picture_risk", "picture_frontier"
SAME = 1e-9  # relative: a plan that costs no more on average is the same
DECIMALS = 200  # below, the axis shows tenths
ON_AVERAGE = "on average"


def pictures(weighed: Weighed) -> tuple[Picture, ...]:
    """What there is to draw: what is saved where a plan without policy is known, what funds buy, the frontier where
    there is one, and what policies save by the probability of a shock."""
    made = (_states(weighed), vault(weighed), _frontier(weighed), gains(weighed))
    return tuple(picture for picture in made if picture is not None)


def _frontier(weighed: Weighed) -> Picture | None:
    """The mean of the worst against the expected cost, a point for each weight that changes the plan."""
    rows: list[FrontierRow] = []
    for row in weighed.frontier:
        if not rows or row.expected_cost > rows[-1].expected_cost * (1 + SAME):
            rows.append(row)
    if len(rows) < 2:
        return None
    first, last = rows[0], rows[-1]
    currency = weighed.tables.currency
    size, scale = (1000.0, "billion") if max(abs(row.cvar) for row in rows) >= 2000 else (1.0, "million")
    unit = f"{scale} {currency}"
    points = Series(
        "the worst",
        POINT,
        FLOOR,
        tuple(row.cvar / size for row in rows),
        tuple(f"{row.aversion:g}" for row in rows),
    )
    more, less = last.expected_cost - first.expected_cost, first.cvar - last.cvar
    worst = f"the worst {typed_share(weighed.tail)}"
    said = f"{money(more, currency)} more on average takes {money(less, currency)} off {worst}"
    if less <= 0 or weighed.nothing(less):
        said = "What more weight of the worst costs on average"
    panel = Panel(
        "",
        unit,
        tuple(row.expected_cost / size for row in rows),
        NUMBERS,
        (points,),
        "#,##0.0" if max(abs(row.cvar) for row in rows) / size < DECIMALS else "#,##0",
        description=f"{sentence(worst)} against the expected cost. {said}.",
    )
    return Picture(
        FRONTIER,
        held_together(said),
        f"Mean cost of {worst} of what may come against the expected cost, {unit}, present value; beside each point "
        "the least weight of the worst, of those drawn, at which it is the plan",
        "Each point is a plan, and lines only join them.",
        (panel,),
    )


def _states(weighed: Weighed) -> Picture | None:
    """What foresight and the floors save, by state."""
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
