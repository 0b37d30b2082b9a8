"""The picture of caps against answers: who loses what in each cell, as a table of coloured cells for each side."""

from __future__ import annotations

from collections.abc import Callable

from floors.brief.answered import OFFER, Answered
from floors.brief.figures import decimals_for, signed, signed_format, typed_share
from floors.brief.names import sentence
from floors.contract.results.grid import GridRow
from floors.page.colours import LOSS
from floors.page.picture import HEAT, NAMES, Panel, Picture, Series
from floors.page.told import amount, held_together

ANSWERS = "picture_answers"
BEST, STAYS = "\u2022", "\u25a0"
MARKS = (
    f"{BEST} the best cap at this answer, or the best answer at this cap. "
    f"{STAYS} Neither side gains by moving alone."
)


def pictures(answered: Answered) -> tuple[Picture, ...]:
    """What there is to draw: nothing where no cell has a plan."""
    if not answered.solved:
        return ()
    seller = sentence(answered.seller)
    unit = f"million {answered.tables.currency}"
    against = ", against no cap and no answer" if answered.against else ""
    across = (
        f"{seller} multiplies its offer prices"
        if answered.lever == OFFER
        else f"{seller} sells abroad at most"
    )
    panels = (
        _panel(answered, answered.shown(bloc=True, signs=True), unit, answered.bloc, "bloc_best"),
        _panel(answered, answered.shown(bloc=False, signs=True), unit, answered.gains, "region_best"),
    )
    made = Picture(
        ANSWERS,
        held_together(title(answered)),
        f"{sentence(unit)}, present value{against}; down: the cap, from loose to tight; across: {across}",
        f"{MARKS} Grey: no plan.",
        panels,
    )
    return (made,)


def title(answered: Answered) -> str:
    """The cell that neither side leaves and who loses what in it; that there is none, or several."""
    stays = answered.stays
    if not answered.solved:
        return "No cap and no answer has a plan"
    if not stays:
        return "No cap and answer that both sides would keep"
    if not answered.alike:
        return "More than one cap and answer could last, and they pay differently"
    row = stays[0]
    lead = "At" if len(stays) == 1 else "Of several that pay alike, at"
    told = f"{lead} {answered.cell(row)} neither side moves"
    bloc, gain = answered.bloc(row), answered.gains(row)
    if not answered.against or bloc is None or gain is None:
        return told
    return f"{told}: {_does(answered, 'the bloc', bloc)}, {_does(answered, answered.seller, gain)}"


def _does(answered: Answered, who: str, gain: float) -> str:
    if answered.nothing(gain):
        return f"{who} neither gains nor loses"
    return f"{who} {'gains' if gain > 0 else 'loses'} {amount(gain)} {answered.tables.currency}"


def _panel(
    answered: Answered, title: str, unit: str, of: Callable[[GridRow], float | None], best: str
) -> Panel:
    known = [value for row in answered.solved if (value := of(row)) is not None]
    fine = decimals_for(max(map(abs, known), default=0.0))
    series = []
    for cap in answered.caps:
        rows = [answered.at[cap, answer] for answer in answered.answers]
        labels = tuple(_label(row, of(row), fine, bool(getattr(row, best))) for row in rows)
        series.append(Series(typed_share(cap), HEAT, LOSS, tuple(map(of, rows)), labels))
    worst = min(answered.solved, key=lambda row: of(row) or 0.0)
    told = _label(worst, of(worst), fine, False) or ""
    return Panel(
        title,
        unit,
        tuple(answered.answer(answer) for answer in answered.answers),
        NAMES,
        tuple(series),
        signed_format(fine),
        choice=title,
        description=f"{title}, {unit}: least at {answered.cell(worst)}, {told}.",
    )


def _label(row: GridRow, value: float | None, fine: int, best: bool) -> str | None:
    """A number with what is said of its cell; None without one."""
    if value is None:
        return None
    mark = f" {STAYS}" if row.neither_moves else f" {BEST}" if best else ""
    return f"{signed(value, fine)}{mark}"
