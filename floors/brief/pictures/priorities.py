"""Picture of which chains come first: loss avoided for each million that caps cost, with its band."""

from __future__ import annotations

from floors.brief.pictures.shared import tag
from floors.brief.ranked import Ranked
from floors.contract.results.priorities import PriorityRow
from floors.page.colours import BAND, FLOOR, OTHERS
from floors.page.picture import NAMES, OPPOSED, Panel, Picture, Series
from floors.page.told import held_together, listed

PRIORITIES = "picture_priorities"
MOST = 16
LABEL = 0.15  # of the span: room for a label left of a bar


def pictures(ranked: Ranked) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no chain has a ratio."""
    rows = [row for row in ranked.ranked if row.avoided_per_million is not None][:MOST]
    if not rows:
        return ()
    banded = any(row.p95 is not None for row in rows)
    what = "All are weak" if ranked.all_weak else "Weak"
    some = ranked.all_weak or any(row.weak for row in rows)
    weak = (
        f" {what}: more than half of the input rows are assumptions, gaps or of low confidence."
        if some
        else ""
    )
    free = [row for row in ranked.ranked if row.avoided_per_million is None]
    aside = (
        f" Without a bar, since they cost nothing: {listed([ranked.name(row) for row in free])}."
        if free
        else ""
    )
    band = f" Over each other: percentiles of {ranked.samples:,} samples." if banded else ""
    made = Picture(
        PRIORITIES,
        held_together(title(ranked)),
        f"Loss that caps avoid on average, million {ranked.tables.currency} for each million that they cost the bloc",
        f"Shocks by their probabilities.{band}{weak}{aside}",
        (_panel(ranked, rows, banded),),
    )
    return (made,)


def title(ranked: Ranked) -> str:
    """Which come first; a plain noun where none avoids a loss."""
    first = [ranked.plain(row) for row in ranked.first]
    if not first:
        return "What the caps of each chain avoid for what they cost"
    return f"Caps avoid most for what they cost on {listed(first)}"


def _panel(ranked: Ranked, rows: list[PriorityRow], banded: bool) -> Panel:
    along = tuple(f"{row.rank}. {ranked.name(row)}" for row in rows)
    value = tuple(row.avoided_per_million for row in rows)
    series = [
        Series(
            "as the workbook is",
            OPPOSED,
            FLOOR,
            value,
            tuple(tag(row.avoided_per_million or 0.0) for row in rows),
        )
    ]
    if banded:
        series.insert(0, Series("95th percentile", OPPOSED, BAND, tuple(row.p95 for row in rows)))
        series.append(Series("5th percentile", OPPOSED, OTHERS, tuple(row.p5 for row in rows)))
    ends = [one for of in series for one in of.values if one is not None]
    least, most = min(ends), max(ends)
    told = "; ".join(
        f"{name}: {tag(row.avoided_per_million or 0.0)}" for name, row in zip(along, rows, strict=True)
    )
    return Panel(
        "",
        "million avoided for each million of cost",
        along,
        NAMES,
        tuple(series),
        "0.00",
        lowest=least - LABEL * (max(most, 0.0) - least) if least < 0 else None,
        description=f"Loss avoided on average for each million of cost. {told}.",
    )
