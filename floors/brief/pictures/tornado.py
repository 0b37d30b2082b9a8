"""Pictures of a tornado: what each input at low and at high changes, the widest on top."""

from __future__ import annotations

from collections.abc import Sequence

from floors.brief.figures import prices
from floors.brief.names import counted, sentence
from floors.brief.pictures.shared import tag
from floors.brief.spread import Spread
from floors.contract.results.tornado import BarRow
from floors.page.colours import FLOOR, GAIN
from floors.page.picture import NAMES, OPPOSED, Panel, Picture, Series
from floors.page.told import amount, held_together

TORNADO = "picture_tornado"
MOST_BARS = 10
MOST_GOODS = 5
LABEL = 0.25  # of what bars span: room for labels left of them


def pictures(spread: Spread) -> tuple[Picture, ...]:
    """The net cost of the bloc, and for each commodity the floor that moves most; nothing without a plan as it is."""
    made = [_bill(spread), *(_floor(spread, good) for good in spread.goods[:MOST_GOODS])]
    panels = tuple(panel for panel in made if panel is not None)
    if not panels:
        return ()
    picture = Picture(
        TORNADO,
        held_together(title(spread)),
        f"Change with one input at its low or its high, all else as it is; the {MOST_BARS} widest",
        f"Inputs with an end without a plan stand first. All bars{_more(spread)}: sheet tornado.",
        panels,
    )
    return (picture,)


def _more(spread: Spread) -> str:
    """How many commodities have floors and no panel."""
    more = len(spread.goods) - MOST_GOODS
    return (
        f", and floors of {counted(more)} more goods"
        if more > 1
        else ", and floors of one more good"
        if more == 1
        else ""
    )


def title(spread: Spread) -> str:
    """What moves the bloc's net cost most."""
    currency = spread.tables.currency
    moved = [row for row in spread.bill if row.range]
    if not moved:
        return "Nothing that was moved changes the bloc’s net cost"
    most = max(moved, key=lambda row: row.range or 0.0)
    return f"“{most.input}” moves the bloc’s net cost most: by {amount(most.range or 0.0)} {currency}"


def _bill(spread: Spread) -> Panel | None:
    name = f"Net cost of the bloc, million {spread.tables.currency}"
    return _panel(name, f"million {spread.tables.currency}", spread.bill)


def _floor(spread: Spread, good: str) -> Panel | None:
    rows = spread.widest_floor(good)
    if not rows:
        return None
    names, one = spread.facts.names, rows[0]
    (level,) = prices(one.base or 0.0)
    title = f"Floor on {names.good(good)}, {names.place(one.member or '')} {one.year}: {level} {spread.facts.per_kg}"
    return _panel(title, spread.facts.per_kg, rows)


def _panel(title: str, unit: str, rows: Sequence[BarRow]) -> Panel | None:
    """Bars of one number: what changes at low and at high."""
    shown = [row for row in rows if row.range or not row.status_low == row.status_high == "optimal"]
    shown = [row for row in shown if row.base is not None][:MOST_BARS]
    if not shown:
        return None
    series = []
    for name, colour, ends in (
        ("at low", GAIN, [row.at_low for row in shown]),
        ("at high", FLOOR, [row.at_high for row in shown]),
    ):
        change = [
            None if value is None or row.base is None else value - row.base
            for row, value in zip(shown, ends, strict=True)
        ]
        labels = tuple(None if moved is None else _signed(moved) for moved in change)
        series.append(Series(name, OPPOSED, colour, tuple(change), labels))
    values = [value for one in series for value in one.values if value is not None]
    least, most = min(values, default=0.0), max(values, default=0.0)
    largest = max(-least, most)
    widest = shown[0]
    told = f"{title}: {widest.input} moves it most" if widest.range else title
    return Panel(
        title,
        unit,
        tuple(map(_named, shown)),
        NAMES,
        tuple(series),
        "#,##0.00" if largest < 10 else "#,##0",
        lowest=least - LABEL * (most - least) if least < 0 else None,
        choice=sentence(title),
        description=f"{told}.",
    )


def _named(row: BarRow) -> str:
    """An input, with the end at which it leaves no plan, which has no bar, or a shortage that is none as it is."""
    ends = (("low", row.status_low, row.shortage_low), ("high", row.status_high, row.shortage_high))
    lost = [end for end, status, _ in ends if status != "optimal"]
    short = [end for end, _, shortage in ends if shortage and not row.shortage_base]
    said = [f"{what} at {' and '.join(of)}" for what, of in (("no plan", lost), ("a shortage", short)) if of]
    return f"{row.input} ({', '.join(said)})" if said else row.input


def _signed(moved: float) -> str:
    return f"+{tag(moved)}" if moved > 0 else tag(moved)
