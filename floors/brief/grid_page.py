"""The page of caps against answers: what both sides would do, who loses what in each corner, and what is assumed."""

from __future__ import annotations

from floors.brief.answered import OFFER, Answered
from floors.brief.figures import decimals_for, signed_format, tonnes, typed_share
from floors.brief.names import sentence
from floors.brief.page import assembled
from floors.brief.pictures.grid import ANSWERS, MARKS, pictures, title
from floors.brief.question import goods_of
from floors.contract.results.grid import FirstRow, GridRow
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import listed, money, three_digits

MOST_STAYS = 3
MOST_MEMBERS = 3


def page(answered: Answered, stamp: str = "") -> Page:
    """The page of caps against answers; `stamp` is the day, where it was asked for."""
    blocks: list[Block | None] = [*_drawn(answered), _corners(answered), _sure(answered), _limits(answered)]
    facts = answered.facts
    return assembled(
        facts,
        headline=title(answered),
        question=_question(answered),
        answers=_answers(answered),
        blocks=blocks,
        stamp=stamp,
    )


def _question(answered: Answered) -> str:
    facts, settings = answered.facts, answered.tables.study.settings
    caps = answered.tables.study.rows("caps")
    goods = listed(list(dict.fromkeys(goods_of(facts, caps[i]["commodity"]) for i in answered.rows)))
    price = f"{settings.currency} of {settings.price_year}" if settings.price_year else settings.currency
    rate = settings.discount_rate
    first, last = answered.answers[0], answered.answers[-1]
    if answered.lever == OFFER:
        how = f"by its prices, from {three_digits(first)} to {three_digits(last)} times what it offers now"
    else:
        how = f"by selling abroad at most {typed_share(first)} to {typed_share(last)} of what it sells without a policy"
    loose, tight = typed_share(answered.caps[0]), typed_share(answered.caps[-1])
    span = loose if loose == tight else f"{loose} to {tight}"
    return (
        f"Asked: what if {answered.seller} answers a cap of {span} on {goods} {how}? Totals: {facts.span}, {price}, "
        f"{f'discounted at {typed_share(rate)}' if rate else 'not discounted'}"
        f"{', against no cap and no answer' if answered.against else ''}."
    )


def _answers(answered: Answered) -> tuple[Paragraph, ...]:
    told = [_no_plan(answered), _stays(answered), *_first(answered), _worst(answered)]
    return tuple(one for one in told if one is not None)


def _no_plan(answered: Answered) -> Paragraph | None:
    lost = len(answered.grid) - len(answered.solved)
    if not lost:
        return None
    return Paragraph(
        f"{lost} of {len(answered.grid)} pairs of cap and answer have no result,",
        "so that nobody is taken to choose them." + _cause(answered),
    )


def _cause(answered: Answered) -> str:
    """What stands in the way of a plan, of one cell without."""
    row = next((row for row in answered.grid if row.cause is not None), None)
    return "" if row is None else f" At {answered.cell(row)} these cannot hold together: {row.cause}."


def _stays(answered: Answered) -> Paragraph | None:
    """Where neither side moves, and that it is at the edge of what was tried."""
    stays, seller = answered.stays, answered.seller
    if not answered.solved:
        return None
    if not stays:
        return Paragraph(
            "There is no resting place:",
            f"at each pair of cap and answer the bloc or {seller} does better by moving alone.",
        )
    more = f", and {len(stays) - MOST_STAYS} more" if len(stays) > MOST_STAYS else ""
    told = "; ".join(answered.cell(row) for row in stays[:MOST_STAYS])
    edges = [row for row in stays if row.at_edge_cap or row.at_edge_answer]
    edge = ""
    if edges:
        which = (
            "That is" if len(stays) == 1 else "Some of them are" if len(edges) < len(stays) else "They are"
        )
        edge = f" {which} at the edge of what was tried: what is beyond was not looked at."
    return Paragraph("Neither side gains by moving alone at", f"{told}{more}.{edge}")


def _first(answered: Answered) -> list[Paragraph]:
    """What each side gets by committing first, where that is known against where neither moves."""
    found, currency = [], answered.tables.currency
    for who, name in (("bloc", "the bloc"), ("region", answered.seller)):
        rows = answered.first.get(who, [])
        if not rows:
            continue
        row = rows[0]
        choice = f"a cap of {typed_share(row.choice)}" if who == "bloc" else answered.answering(row.choice)
        reply = answered.answering(row.reply) if who == "bloc" else f"a cap of {typed_share(row.reply)}"
        others = (
            f" (or {len(rows) - 1} other{'s' if len(rows) > 2 else ''} that pay it alike)" if rows[1:] else ""
        )
        pays = _payoff(answered, row)
        against = ""
        if row.worth is not None:
            gain = -row.worth if who == "bloc" else row.worth
            amount = money(gain, currency)
            against = (
                ", as where neither moves"
                if answered.nothing(gain)
                else f", {amount} {'better' if gain > 0 else 'worse'} than where neither moves"
            )
        found.append(
            Paragraph(
                f"If {name} commits first, {choice} is best for it{others}:",
                f"met by {reply}, it {pays}{against}.",
            )
        )
    return found


def _payoff(answered: Answered, row: FirstRow) -> str:
    """What who went first gains or loses, where it is known against what; else what it bears or has."""
    bloc, currency = row.first == "bloc", answered.tables.currency
    if not answered.against:
        told = money(row.payoff, currency)
        least = "less than nothing, " if row.payoff < 0 else ""
        return f"bears {least}{told}" if bloc else f"has a surplus of {least}{told}"
    gain = row.payoff - answered.without(bloc=bloc)
    gain = -gain if bloc else gain
    if answered.nothing(gain):
        return "neither gains nor loses"
    return f"{'gains' if gain > 0 else 'loses'} {money(gain, currency)}"


def _worst(answered: Answered) -> Paragraph | None:
    """Where the bloc loses most, and what the seller has of it."""
    if not answered.against:
        return None
    row = min(answered.solved, key=lambda one: answered.bloc(one) or 0.0)
    bloc, gain, currency = answered.bloc(row) or 0.0, answered.gains(row) or 0.0, answered.tables.currency
    if bloc >= 0 or answered.nothing(bloc):
        return None
    seller = answered.seller
    then = (
        f"{seller} neither gains nor loses"
        if answered.nothing(gain)
        else f"{seller} {'gains' if gain > 0 else 'loses'} {money(gain, currency)}"
    )
    return Paragraph(
        "The bloc loses most,", f"{money(bloc, currency)}, at {answered.cell(row)}; {then} there."
    )


def _drawn(answered: Answered) -> list[Block]:
    if not pictures(answered):
        return []
    return [
        Drawn("bloc", answered.shown(bloc=True), ANSWERS, 0, LEFT, sheet=ANSWERS),
        Drawn("region", answered.shown(bloc=False), ANSWERS, 1, RIGHT, sheet=ANSWERS),
    ]


def _corners(answered: Answered) -> Table | None:
    """Who loses what in each corner, and where neither side moves."""
    rows = [row for row in answered.corners if row in answered.solved]
    rows += [row for row in answered.stays[:MOST_STAYS] if row not in rows]
    if not rows:
        return None
    members = list(
        dict.fromkeys(name for row in rows for name in answered.members.get((row.cap, row.answer), {}))
    )
    shown = members if answered.against and 1 < len(members) <= MOST_MEMBERS else []
    amounts = [
        abs(value) for row in rows for value in (answered.bloc(row), answered.gains(row)) if value is not None
    ]
    shape = signed_format(decimals_for(max(amounts, default=0.0)))
    names, width = answered.facts.names, 20 // (3 + len(shown))
    heads = (
        Head("Cap", 4, right=False),
        Head("offers" if answered.lever == OFFER else "exports", 4, right=False),
        Head("", 8, right=False),
        Head("the bloc", width),
        *(Head(names.region(name), width) for name in shown),
        Head(names.region(answered.region), width),
        Head("sells abroad, t", width),
    )
    lines = tuple(_line(answered, row, shown, shape) for row in rows)
    against = (
        ", against no cap and no answer: + gains, \u2013 loses"
        if answered.against
        else f": of the bloc its net cost with a minus, of {answered.seller} its surplus (what either would be with no "
        "cap and no answer is not known)"
    )
    sold = f"Sells abroad: all that {answered.seller} ships to others, members or not, over all years."
    return Table(
        "corners",
        "Who loses what in each corner" if answered.against else "What each side has in each corner",
        heads,
        lines,
        (
            f"Million {answered.tables.currency}, present value{against}. Down the cap, across the answer. {MARKS} "
            f"{sold}",
        ),
        sheet="grid",
    )


def _line(answered: Answered, row: GridRow, shown: list[str], shape: str) -> Line:
    of = answered.members.get((row.cap, row.answer), {})
    changes = [of.get(name) for name in shown]
    return Line(
        (
            Entry(typed_share(row.cap)),
            Entry(answered.answer(row.answer)),
            Entry(_remark(row), faint=True),
            Entry(answered.bloc(row), shape, strong=True),
            *(Entry(None if change is None else -change, shape) for change in changes),
            Entry(answered.gains(row), shape, strong=True),
            Entry(row.sold, "#,##0"),
        )
    )


def _remark(row: GridRow) -> str:
    if row.neither_moves:
        return "neither side moves"
    return "best cap here" if row.bloc_best else "best answer here" if row.region_best else ""


def _sure(answered: Answered) -> Words:
    solved = len(answered.solved)
    told = []
    if solved:
        told.append(
            Paragraph(
                "Proof.",
                f"{f'Each of the {solved} pairs' if solved > 1 else 'The pair'} with a plan passed its checks: no plan "
                "under its cap is cheaper at its offers. That proves the arithmetic, not the inputs.",
            )
        )
    if any(row.movable for row in answered.solved):
        told.append(
            Paragraph(
                "Who trades with whom",
                "is not settled in every cell: plans of the same cost differ, and what each side has of it with them.",
            )
        )
    told.append(Paragraph("Between the caps and answers", "nothing was looked at: a best one may lie there."))
    return Words("sure", "How sure", tuple(told), LEFT)


def _limits(answered: Answered) -> Words:
    seller = answered.seller
    told = [
        Paragraph(
            f"{sentence(seller)} is taken to want the largest surplus",
            "of its own producers and treasury, at what goods cost it. A state that wants something else, such as its "
            "share of the market, or that others do not build, may answer otherwise.",
        ),
        Paragraph(
            "The bloc is taken to want the least net cost", "of its members together, however it is shared."
        ),
        Paragraph(
            "One answer in every year,", "known from the start; both sides know what the other would do."
        ),
    ]
    if answered.lever == OFFER:
        told.append(Paragraph("Prices", "move alike for all that it makes; its capacity and its costs stay."))
    else:
        told.append(
            Paragraph(
                "What it withholds",
                f"raises the price at which it sells the rest, and that rent is its own: {tonnes_sold(answered)}.",
            )
        )
    return Words("limits", "What this takes for granted", tuple(told), RIGHT, rank=5)


def tonnes_sold(answered: Answered) -> str:
    """How much the seller ships abroad in the cells, from least to most."""
    sold = [row.sold for row in answered.solved if row.sold is not None]
    if not sold:
        return "it sells nothing in any pair with a plan"
    low, high = tonnes(min(sold)), tonnes(max(sold))
    return f"it sells {low} in every pair" if low == high else f"it sells {low} to {high}"
