"""What each policy saves the bloc on average by the probability of a shock: lines that cross 0 at the break-even."""

from __future__ import annotations

from floors.brief.figures import typed_share
from floors.brief.weighed import Weighed
from floors.contract.results.break_even import BreakEvenRow
from floors.page.colours import FLOOR, GAIN, GREY, MEMBERS
from floors.page.picture import LINE, SHARES, Panel, Picture, Series
from floors.page.told import held_together, signed

BREAK_EVEN = "picture_break_even"
MOST_SHOCKS, MOST_POLICIES = 4, 4
_COLOURS = (FLOOR, GAIN, MEMBERS[2], GREY)


def gains(weighed: Weighed) -> Picture | None:
    """A panel for each shock, a line for each policy that makes a difference; None without one."""
    shocks: dict[str, list[BreakEvenRow]] = {}
    for row in weighed.break_even:
        if row.premium is not None and row.saved is not None and row.answer != "no difference":
            shocks.setdefault(row.scenario, []).append(row)
    if not shocks:
        return None
    panels = tuple(
        _panel(weighed, shock, rows[:MOST_POLICIES]) for shock, rows in [*shocks.items()][:MOST_SHOCKS]
    )
    return Picture(
        BREAK_EVEN,
        "What a policy saves the bloc, by the probability of a shock",
        f"Saved (+) or lost (–) on average, million {weighed.tables.currency}, present value; one shock at a time, and "
        "all that is decided before it is known as if it never came",
        "A policy pays where its line lies above 0.",
        panels,
    )


def _panel(weighed: Weighed, shock: str, rows: list[BreakEvenRow]) -> Panel:
    along = (0.0, *sorted({round(row.probability, 12) for row in rows}), 1.0)
    series = []
    for row, colour in zip(rows, _COLOURS, strict=False):
        premium, saved = row.premium or 0.0, row.saved or 0.0
        values = tuple(p * saved - (1 - p) * premium for p in along)
        labels = (*[None] * (len(along) - 1), f"{row.name}: {signed(values[-1])}")
        series.append(Series(row.name, LINE, colour, values, labels))
    told = "; ".join(f"{row.name}: {_told(row)}" for row in rows)
    title = held_together(f"{shock} (typed in: {typed_share(rows[0].probability)})")
    unit = f"million {weighed.tables.currency}"
    largest = max(abs(value or 0.0) for one in series for value in one.values)
    return Panel(
        title,
        unit,
        along,
        SHARES,
        tuple(series),
        "#,##0.0" if largest < 20 else "#,##0",
        choice=title,
        description=held_together(f"By the probability of {shock}. {told}."),
    )


def _told(row: BreakEvenRow) -> str:
    if row.answer in ("from", "until") and row.break_even_probability is not None:
        return f"pays {row.answer} {typed_share(row.break_even_probability)}"
    return f"pays {row.answer}"
