"""The page of a tornado: which numbers should be looked up before anybody decides on it."""

from __future__ import annotations

from floors.brief.figures import decimals_for, tonnes, typed_share
from floors.brief.names import counted
from floors.brief.page import assembled
from floors.brief.pictures.tornado import TORNADO, pictures
from floors.brief.spread import LITTLE, MOST, Spread
from floors.contract.results.tornado import BarRow
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import amount, listed, money, percent, three_digits

MOST_LINES = 10
MOST_GOODS = 2  # commodities whose floors have a sentence and a column
NO_PLAN = "no plan"


def page(spread: Spread, stamp: str = "") -> Page:
    """The page of a tornado; `stamp` is the day, where it was asked for."""
    blocks = [_table(spread), *_drawn(spread), _typed(spread), _sure(spread), _limits(spread)]
    facts = spread.facts
    return assembled(
        facts,
        headline=_headline(spread),
        question=_question(spread),
        answers=_answers(spread),
        blocks=blocks,
        stamp=stamp,
    )


def _quoted(name: str) -> str:
    return f"“{name}”"


def _headline(spread: Spread) -> str:
    if spread.base is None:
        return "As it is, the study has no plan: there is nothing to compare with"
    first = [_quoted(row.input) for row in spread.first]
    if first:
        return f"Look up first: {listed(first)}"
    floors = [hang.input for good in spread.goods for hang in spread.floors_hang_on(good)[:1]]
    if floors:
        return f"Look up first, for the floors alone: {listed([_quoted(name) for name in dict.fromkeys(floors)])}"
    return "None of the numbers that were moved changes what the bloc pays, nor any floor"


def _question(spread: Spread) -> str:
    facts, settings = spread.facts, spread.tables.study.settings
    price = f"{settings.currency} of {settings.price_year}" if settings.price_year else settings.currency
    rate = settings.discount_rate
    how = "by 20 % each" if spread.usual else "as far as sheet uncertainty says each may be off"
    count = len(spread.names)
    moved = (
        "one number, or group of numbers" if count == 1 else f"{counted(count)} numbers, or groups of numbers"
    )
    return (
        f"Asked: which numbers should be looked up better before this is decided? Moved, one at a "
        f"time: {moved}, {how}. Totals: {facts.span}, {price}, "
        f"{f'discounted at {typed_share(rate)}' if rate else 'not discounted'}."
    )


def _answers(spread: Spread) -> tuple[Paragraph, ...]:
    told = [_lost(spread), _short(spread), _bill(spread), *_floors(spread), _idle(spread)]
    return tuple(one for one in told if one is not None)


def _lost(spread: Spread) -> Paragraph | None:
    """Inputs that leave no plan."""
    if spread.base is None or not spread.lost:
        return None
    ends = [f"{_quoted(name)} at its {end}" for name, end, _ in spread.lost]
    more = f" and {len(ends) - MOST} more" if len(ends) > MOST else ""
    named = listed(ends[:MOST]) if not more else f"{', '.join(ends[:MOST])}{more}"
    if all(status == "infeasible" for _, _, status in spread.lost):
        return Paragraph(
            "No plan at all", f"is left with {named}: what is asked cannot be had, whatever is paid."
        )
    return Paragraph("No result", f"was found with {named}.")


def _short(spread: Spread) -> Paragraph | None:
    """Inputs at an end of which buyers go short of more than as it is."""
    if spread.base is None or not spread.short:
        return None
    ends = [f"{_quoted(name)} at its {end} ({tonnes(more)})" for name, end, more in spread.short]
    more = f" and {len(ends) - MOST} more" if len(ends) > MOST else ""
    named = listed(ends[:MOST]) if not more else f"{', '.join(ends[:MOST])}{more}"
    return Paragraph(
        "Buyers go short", f"of more than as it is with {named}: a floor there can be what they would pay."
    )


def _bill(spread: Spread) -> Paragraph | None:
    """What the bloc's net cost hangs on."""
    moved = [row for row in spread.first if row.range]
    if spread.base is None:
        return None
    currency = spread.tables.currency
    lead = f"The bloc’s net cost, {_money(spread.base, currency)},"
    if not moved:
        return Paragraph(lead, "moves with none of them.")
    told = [
        f"with {_quoted(row.input)} by {money(row.range or 0.0, currency)}{_between(spread, row)}"
        for row in moved
    ]
    return Paragraph(lead, f"moves most {'; then '.join(told)}.")


def _money(million: float, currency: str) -> str:
    return f"{'minus ' if million < 0 else ''}{money(million, currency)}"


def _between(spread: Spread, row: BarRow) -> str:
    """What it is at both ends, where it has both; that it is more, or less, at neither."""
    if row.at_low is None or row.at_high is None:
        return ""
    low, high = (_signed_amount(value) for value in (row.at_low, row.at_high))
    outside = row.range is not None and row.range > abs(row.at_high - row.at_low) * (1 + LITTLE)
    base = f", {_signed_amount(row.base)} as it is" if outside and row.base is not None else ""
    return f" ({low} at its low, {high} at its high{base})"


def _signed_amount(million: float) -> str:
    return f"{'minus ' if million < 0 else ''}{amount(million, fine=True)}"


def _floors(spread: Spread) -> list[Paragraph]:
    """What the floors of the first commodities hang on."""
    found: list[Paragraph] = []
    for good in spread.goods:
        hang = spread.floors_hang_on(good)[:MOST]
        if not hang or spread.base is None:
            continue
        told = [f"{_quoted(one.input)} ({percent(one.share)})" for one in hang]
        lead = f"Floors on {spread.facts.names.good(good)}"
        found.append(
            Paragraph(
                lead,
                f"move most with {listed(told)}: so much of the floor from lowest to highest, on average.",
            )
        )
    return found[:MOST_GOODS]


def _idle(spread: Spread) -> Paragraph | None:
    """Numbers that may stay as they are."""
    if spread.base is None or not spread.idle or len(spread.names) == 1:
        return None
    count = len(spread.idle)
    named = f": {listed([_quoted(name) for name in spread.idle])}" if count <= MOST else ""
    needs, they, change = ("needs", "it", "changes") if count == 1 else ("need", "they", "change")
    return Paragraph(
        f"{counted(count).capitalize()} of the {counted(len(spread.names))} {needs} no better number:",
        f"moved as far as {they} may be off, {they} {change} nothing that is told here{named}.",
    )


def _drawn(spread: Spread) -> list[Block]:
    drawn = pictures(spread)
    if not drawn:
        return []
    blocks: list[Block] = []
    for place, (panel, side) in enumerate(zip(drawn[0].panels[:2], (LEFT, RIGHT), strict=False)):
        blocks.append(Drawn(f"bars {place + 1}", panel.title, TORNADO, place, side, sheet=TORNADO))
    return blocks


def _table(spread: Spread) -> Table | None:
    """The inputs that move the bloc's net cost most, with what they do to floors."""
    rows = [row for row in spread.bill if row.range or not _planned(row)][:MOST_LINES]
    if not rows or spread.base is None:
        return None
    names, currency = spread.facts.names, spread.tables.currency
    goods = [good for good in spread.goods if spread.floors_hang_on(good)][:MOST_GOODS]
    share = {good: {one.input: one.share for one in spread.floors_hang_on(good)} for good in goods}
    known = [value for row in rows for value in (row.at_low, row.at_high) if value is not None]
    fine = decimals_for(max(map(abs, (*known, spread.base))))
    shape = f"#,##0.{'0' * fine}" if fine else "#,##0"
    wide = 10 if goods else 18
    heads = (
        Head("Number, or group of numbers", wide, right=False),
        Head("factors", 4, right=False),
        Head("at its low", 4),
        Head("at its high", 5),
        Head("apart by", 5),
        *(Head(f"floors on {names.good(good)}", 8 // len(goods)) for good in goods),
    )
    lines = tuple(
        Line(
            (
                Entry(row.input, strong=place < MOST),
                Entry(_factors(spread, row.input), faint=True),
                Entry(NO_PLAN if row.status_low != "optimal" else row.at_low, shape),
                Entry(NO_PLAN if row.status_high != "optimal" else row.at_high, shape),
                Entry(row.range, shape, strong=place < MOST),
                *(Entry(share[good].get(row.input, 0.0), "0 %") for good in goods),
            )
        )
        for place, row in enumerate(rows)
    )
    notes = [
        f"Net cost of the bloc, million {currency}, present value; as it is {_level(spread.base, fine)}. Apart by: "
        "from the lowest to the highest of both ends and as it is."
    ]
    if goods:
        notes.append("Floors: how far apart so, beside the floor as it is; their average.")
    left = len(spread.names) - len(rows)
    if left:
        notes.append(f"The other {counted(left)}: sheet tornado.")
    return Table(
        "numbers",
        "Which numbers move the bloc’s net cost",
        heads,
        lines,
        tuple(notes),
        rank=4,
        sheet="tornado",
    )


def _level(value: float, fine: int) -> str:
    return f"{value:,.{fine}f}".replace("-", "–")


def _planned(row: BarRow) -> bool:
    return row.status_low == row.status_high == "optimal"


def _factors(spread: Spread, name: str) -> str:
    typed = spread.typed(name)
    low, high = min(row.low for row in typed), max(row.high for row in typed)
    return f"{three_digits(low)} to {three_digits(high)}"


def _typed(spread: Spread) -> Words | None:
    """Where the first numbers are typed."""
    told = []
    for row in spread.first:
        blocks = [f"{one.sheet}!{one.cells}" for one in spread.typed(row.input)]
        more = ["more on sheet inputs"] if len(blocks) > MOST else []
        cells = listed(blocks[:MOST] + more)
        told.append(Paragraph(f"{_quoted(row.input)}:", f"{cells}."))
    return Words("typed", "Where they are typed", tuple(told), LEFT, rank=3, sheet="inputs") if told else None


def _sure(spread: Spread) -> Words:
    ends = [status for row in spread.inputs for status in (row.status_low, row.status_high)]
    solved = 2 * len(spread.names) - len(spread.lost) + (spread.base is not None)
    told = []
    if solved and ends:
        told.append(
            Paragraph(
                "Proof.",
                f"Each of the {solved} plans passed its checks: none under its numbers is cheaper. That proves the "
                "arithmetic, not the numbers.",
            )
        )
    if spread.usual:
        told.append(
            Paragraph(
                "Nobody said how sure each number is:",
                "without a sheet uncertainty a number that is hardly known moves as far as one that is well known.",
            )
        )
    else:
        told.append(Paragraph("How far each number may be off", "is what sheet uncertainty says, no more."))
    return Words("sure", "How sure", tuple(told), RIGHT)


def _limits(spread: Spread) -> Words:
    told = [
        Paragraph("One at a time:", "what two numbers do together, when both are off, is not seen here."),
        Paragraph("Two ends:", "between them a floor can be higher or lower than at both."),
    ]
    return Words("limits", "What this does not say", tuple(told), LEFT, rank=5)
