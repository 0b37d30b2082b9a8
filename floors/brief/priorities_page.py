"""The page of which minerals come first, and which need no floor at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from floors.brief.figures import decimals_for, signed_format
from floors.brief.names import counted, few, sentence
from floors.brief.page import assembled
from floors.brief.pictures.priorities import PRIORITIES, pictures
from floors.brief.question import totals_alone
from floors.brief.ranked import FIRST, Ranked
from floors.contract.results.priorities import BINDS, NO_CAP, SHORTAGE, WHY_NONE, PriorityRow
from floors.page.page import (
    LEFT,
    RIGHT,
    WHOLE,
    Block,
    Drawn,
    Entry,
    Head,
    Line,
    Page,
    Paragraph,
    Table,
    Words,
)
from floors.page.told import DASH, listed, money, three_digits

MOST_LINES = 14
LITTLE = 5e-4  # of the largest cost: less is nothing
NEEDS = {BINDS: "floor", SHORTAGE: "shortage"}


def page(ranked: Ranked, stamp: str = "") -> Page:
    """The page of the chains; `stamp` is the day, where it was asked for."""
    blocks = [
        *_drawn(ranked),
        _unneeded(ranked),
        _table(ranked),
        _who(ranked),
        _sure(ranked),
        _limits(ranked),
    ]
    return assembled(
        ranked.facts,
        headline=_headline(ranked),
        question=_question(ranked),
        answers=[
            *(_answer(ranked, row) for row in ranked.first),
            _fewer(ranked),
            _lost(ranked),
            _rest(ranked),
            _spared(ranked),
            _pays(ranked),
        ],
        blocks=blocks,
        stamp=stamp,
    )


def _headline(ranked: Ranked) -> str:
    none = [ranked.name(row) for row in ranked.unneeded]
    rest = f"; no floor is needed on {few(none)}" if none else ""
    rest += " (all inputs are weak)" if ranked.all_weak else ""
    if ranked.first:
        return f"First: {listed([ranked.name(row) for row in ranked.first])}{rest}"
    if ranked.all_known:
        return f"No chain’s caps avoid a loss on average{rest}"
    return sentence(rest.removeprefix("; ")) if rest else "Nothing is known of what caps avoid"


def _question(ranked: Ranked) -> str:
    names = list(dict.fromkeys(row.scenario for rows in ranked.shocks.values() for row in rows))
    told = few(names) if names else "none of which strikes a chain"
    return (
        f"Asked: which minerals come first, by the loss that their caps avoid in shocks ({told}) for what they cost "
        f"the bloc? Totals: {totals_alone(ranked.facts)}; costs are against the same without the caps of that chain "
        "alone."
    )


def _answer(ranked: Ranked, row: PriorityRow) -> Paragraph:
    """One of those that come first: what its caps cost and avoid, its floor, who pays and who gains."""
    currency = ranked.tables.currency
    avoided = money(row.expected_avoided or 0.0, currency)
    cost = row.cost or 0.0
    if row.avoided_per_million is None:
        costs = "cost nothing" if cost == 0 else f"save {money(-cost, currency)} without any shock"
        what = f"its caps {costs} and avoid {avoided} on average"
    else:
        what = (
            f"its caps cost {money(cost, currency)} and avoid {avoided} on average, "
            f"{three_digits(row.avoided_per_million)} for each 1{_band(row)}"
        )
    return Paragraph(f"{sentence(ranked.name(row))}:", f"{what}. {_floor(ranked, row)}{_whom(ranked, row)}")


def _band(row: PriorityRow) -> str:
    if row.p5 is None or row.p95 is None:
        return ""
    return (
        f" ({three_digits(row.p5)} to {three_digits(row.p95)} from the 5th to the 95th percentile)".replace(
            DASH, "minus "
        )
    )


def _floor(ranked: Ranked, row: PriorityRow) -> str:
    if row.floor is None or row.levy_member is None or row.levy_commodity is None:
        return "It needs no levy."
    names, per_kg = ranked.facts.names, ranked.facts.per_kg
    where = f"on {names.good(row.levy_commodity)} in {names.the_place(row.levy_member)} in {row.levy_year}"
    if row.need == SHORTAGE:
        return f"The levy of {three_digits(row.levy or 0.0)} {per_kg} {where} is a shortage, and no floor."
    level = three_digits(row.floor)
    return f"Its highest levy is {three_digits(row.levy or 0.0)} {per_kg}, {where}: a floor of {level}."


def _whom(ranked: Ranked, row: PriorityRow) -> str:
    """Who pays and who gains by it."""
    names, currency = ranked.facts.names, ranked.tables.currency
    told = []
    if row.payer is not None and not _nothing(ranked, row.payer_cost):
        told.append(f"{names.the(row.payer)} pays most ({money(row.payer_cost or 0.0, currency)})")
    if row.gainer is not None and not _nothing(ranked, row.gainer_gain):
        told.append(
            f"makers in {names.the(row.gainer)} gain most ({money(row.gainer_gain or 0.0, currency)})"
        )
    return f" {sentence(listed(told))}." if told else ""


def _nothing(ranked: Ranked, million: float | None) -> bool:
    return abs(million or 0.0) <= LITTLE * ranked.size


def _lost(ranked: Ranked) -> Paragraph | None:
    """Chains that have no rank, since something of them has no plan."""
    if not ranked.lost:
        return None
    where = {
        row.chain: [one.scenario for one in ranked.shocks.get(row.chain, ()) if one.status != "optimal"]
        for row in ranked.lost
    }
    told = [
        f"{ranked.name(row)} ({few(where[row.chain] or ['the workbook as it is'], 2)})" for row in ranked.lost
    ]
    return Paragraph("Without a plan, and so without a rank:", f"{few(told)}.")


def _fewer(ranked: Ranked) -> Paragraph | None:
    """Why fewer than three come first, or none."""
    capped = [row for row in ranked.rows if row.need != NO_CAP]
    if len(ranked.first) >= FIRST or not capped or not ranked.all_known:
        return None
    shocks = {row.scenario for rows in ranked.shocks.values() for row in rows}
    where = "in this shock" if len(shocks) == 1 else "on average over these shocks"
    if not ranked.first:
        return Paragraph("None comes first:", f"no chain’s caps avoid a loss {where}.")
    if len(capped) == len(ranked.first):
        return None
    lead = "Only this one:" if len(ranked.first) == 1 else f"Only these {counted(len(ranked.first))}:"
    return Paragraph(lead, f"caps on no other chain avoid a loss {where}.")


def _rest(ranked: Ranked) -> Paragraph | None:
    """Caps that cost and avoid nothing."""
    if not ranked.idle:
        return None
    told = few(_costs(ranked, ranked.idle))
    return Paragraph("Last:", f"caps on {told} cost the bloc something and avoid nothing on average.")


def _spared(ranked: Ranked) -> Paragraph | None:
    """Caps that cost something, for whose chains no shock moves what is paid."""
    if not ranked.spared:
        return None
    told = few(_costs(ranked, ranked.spared))
    return Paragraph(
        "No shock moves", f"what the bloc pays for {told}: none says what those caps would avoid."
    )


def _costs(ranked: Ranked, rows: Sequence[PriorityRow]) -> list[str]:
    return [f"{ranked.name(row)} ({money(row.cost or 0.0, ranked.tables.currency)})" for row in rows]


def _pays(ranked: Ranked) -> Paragraph | None:
    """Whether caps save more than they cost at these probabilities."""
    some = [row for row in ranked.ranked if row.gain is not None and not _nothing(ranked, row.gain)]
    more = [ranked.plain(row) for row in some if (row.gain or 0.0) > 0]
    if not some or (not more and (len(some) < len(ranked.ranked) or not ranked.all_known)):
        return None
    if more:
        return Paragraph("They pay for themselves", f"at these probabilities on {few(more)}.")
    return Paragraph(
        "None pays for itself:", "at these probabilities every chain’s caps cost more than they save."
    )


def _drawn(ranked: Ranked) -> Iterator[Block]:
    if pictures(ranked):
        title = "Loss avoided for each million of cost"
        yield Drawn("ranks", title, PRIORITIES, 0, LEFT, rank=3, sheet=PRIORITIES)


def _unneeded(ranked: Ranked) -> Words | None:
    """Which need no floor, and why."""
    told = []
    for need, why in WHY_NONE.items():
        names = [ranked.name(row) for row in ranked.unneeded if row.need == need]
        if names:
            told.append(Paragraph(f"{sentence(few(names, 6))}:", f"{why}."))
    if not told:
        return None
    costs = [row for row in ranked.unneeded if not _nothing(ranked, row.cost)]
    if costs:
        names = [
            f"{ranked.plain(row)} ({money(abs(row.cost or 0.0), ranked.tables.currency)})" for row in costs
        ]
        told.append(Paragraph("Money moves all the same", f"without a levy on {few(names)}."))
    else:
        told.append(Paragraph("", "None of these caps costs the bloc anything."))
    return Words("unneeded", "No floor needed, and why", tuple(told), RIGHT, rank=2, sheet="priorities")


def _table(ranked: Ranked) -> Table:
    """All chains by rank."""
    rows = ranked.rows[:MOST_LINES]
    largest = max(
        (abs(x) for row in rows for x in (row.cost, row.expected_avoided) if x is not None), default=0.0
    )
    shape = signed_format(decimals_for(largest))
    banded = any(row.p5 is not None or row.p95 is not None for row in rows)
    heads = (
        Head("Chain", 9, right=False),
        Head("needs", 5, right=False),
        Head("levy", 3),
        Head("costs", 4),
        Head("avoids", 4),
        Head("for each 1", 4),
        *((Head("5th to 95th", 4), Head("in first three", 3)) if banded else ()),
    )
    lines = tuple(
        Line(
            (
                Entry(f"{row.rank or DASH}  {sentence(ranked.name(row))}", strong=row in ranked.first),
                Entry(NEEDS.get(row.need, "no floor") if row.need else None, faint=row.need in WHY_NONE),
                Entry(row.levy, "#,##0.00"),
                Entry(row.cost, shape),
                Entry(row.expected_avoided, shape),
                Entry(row.avoided_per_million, "0.00", strong=True),
                *((Entry(_ends(row)), Entry(row.first_three, "0%")) if banded else ()),
            )
        )
        for row in rows
    )
    currency = ranked.tables.currency
    notes = [
        f"Costs, avoids on average: million {currency}, present value, of the bloc. Highest levy: "
        f"{ranked.facts.per_kg}."
    ]
    if any(row.weak for row in ranked.rows):
        what = "All are weak" if ranked.all_weak else "Weak"
        notes.append(f"{what}: more than half of the input rows are assumptions, gaps or of low confidence.")
    more = len(ranked.rows) - len(rows)
    if more:
        notes.append(f"The other {counted(more)}: sheet priorities.")
    return Table("chains", "All chains by rank", heads, lines, tuple(notes), WHOLE, sheet="priorities")


def _ends(row: PriorityRow) -> str | None:
    if row.p5 is None:
        return None
    return f"{_two(row.p5)} to {'∞' if row.p95 is None else _two(row.p95)}"


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _who(ranked: Ranked) -> Words | None:
    """Who would pay and who would gain, of those that come first."""
    told = []
    for row in ranked.first:
        rows = ranked.payers.get(row.chain, [])
        pay = _largest(ranked, [(one.place, one.buyers) for one in rows if "member" in one.role])
        gain = _largest(ranked, [(one.place, one.producers) for one in rows])
        parts = [f"buyers in {pay} pay"] if pay else []
        parts += [f"makers in {gain} gain"] if gain else []
        if parts:
            told.append(Paragraph(f"{sentence(ranked.plain(row))}:", f"{'; '.join(parts)}."))
    if not told:
        return None
    title = "Who would pay, who would gain"
    return Words("who", title, tuple(told), WHOLE, rank=4, sheet="priority_payers")


def _largest(ranked: Ranked, amounts: list[tuple[str, float]]) -> str:
    """Those with the largest amounts above nothing, in a sentence."""
    names, currency = ranked.facts.names, ranked.tables.currency
    some = sorted(
        (one for one in amounts if one[1] > 0 and not _nothing(ranked, one[1])), key=lambda one: -one[1]
    )
    return (
        few([f"{names.the_place(place)} ({money(much, currency)})" for place, much in some], 3)
        if some
        else ""
    )


def _sure(ranked: Ranked) -> Words:
    told = [
        Paragraph(
            "Proof.",
            "Each plan passed its checks: none under its numbers is cheaper. That proves the arithmetic.",
        )
    ]
    weak = [ranked.plain(row) for row in ranked.rows if row.weak]
    if weak:
        named = "of every chain" if ranked.all_weak else f"of {few(weak, 6)}"
        told.append(Paragraph("Weak inputs", f"{named}: their place may change with better numbers."))
    if ranked.samples:
        failed = f"; {ranked.failed:,} of them have no plan of some chain" if ranked.failed else ""
        told.append(Paragraph("Samples:", f"{ranked.samples:,} draws of what is uncertain{failed}."))
    loose = [row for row in ranked.first if row.first_three is not None and row.first_three < 0.5]
    if loose:
        told.append(
            Paragraph(
                "Not sure:",
                f"in most samples {few([ranked.plain(r) for r in loose])} would not be among the first three.",
            )
        )
    return Words("sure", "How sure", tuple(told), LEFT)


def _limits(ranked: Ranked) -> Words:
    told = [
        Paragraph("Probabilities", "are the workbook’s. Twice a probability is twice what is avoided by it."),
        Paragraph("Nobody prepares:", "until a shock is known all is decided as if it never came."),
        Paragraph("One chain at a time:", "the caps of all others stay."),
    ]
    return Words("limits", "What this does not say", tuple(told), RIGHT, rank=5)
