"""The page of plans that cost nearly as little: what each would be like, what it costs more, and what holding it would
cost."""

from __future__ import annotations

from floors.brief.figures import decimals_for, signed_format, typed_share
from floors.brief.names import sentence
from floors.brief.near import NearPlans
from floors.brief.page import assembled
from floors.brief.pictures.near import FLOORS, ORIGINS, origins_title, pictures, told_goods
from floors.brief.question import totals_alone
from floors.contract.results.alternatives import (
    BLOC,
    FEWEST_PLANTS,
    LEAST_CAPPED,
    LEAST_COST,
    MOST_DOMESTIC,
    MOST_EVEN,
    SHARE_RANGES,
    PlanRow,
    ShareRangeRow,
    spread,
)
from floors.page.page import LEFT, RIGHT, Block, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import money, percent, three_digits

WIDE = 0.05  # of a share: what moves by less has no row
MOST_RANGES = 8


def page(near: NearPlans, stamp: str = "") -> Page:
    """The page of these plans; `stamp` is the day, where it was asked for."""
    facts = near.facts
    blocks: list[Block | None] = [*_drawn(near), _table(near), _reach(near), _sure(near), _limits(near)]
    return assembled(
        facts,
        headline=_headline(near),
        question=_question(near),
        answers=tuple(_answer(near, row) for row in near.rows[1:]),
        blocks=blocks,
        stamp=stamp,
    )


def _headline(near: NearPlans) -> str:
    if near.others:
        return origins_title(near)
    return "No plan within the limit of cost is better by any of four aims"


def _question(near: NearPlans) -> str:
    more = (
        f"at most {typed_share(near.within)} more than the least" if near.within else "no more than the least"
    )
    return (
        f"Asked: which plans cost {more} and are least of capped origin, most made in the bloc, least built, or most "
        f"even between countries, caps and all limits kept? Shares are of what members buy of {told_goods(near)}. "
        f"Totals: {totals_alone(near.facts)}."
    )


_LEADS = {
    LEAST_CAPPED: "Least of capped origin:",
    MOST_DOMESTIC: "Most made in the bloc:",
    FEWEST_PLANTS: "Fewest new plants:",
    MOST_EVEN: "Most even:",
}


def _answer(near: NearPlans, row: PlanRow) -> Paragraph:
    """What one plan is like, what it costs more, and what holding it would cost."""
    lead = _LEADS[row.plan]
    if row.cost is None:
        return Paragraph(lead, f"no answer ({row.status}).")
    if row.same_as == LEAST_COST:
        return Paragraph(lead, "the plan of least cost is that already.")
    if row.same_as is not None:
        return Paragraph(lead, f"the same plan as “{row.same_as}”.")
    currency = near.tables.currency
    dearer = row.dearer_by or 0.0
    cost = "costs nothing more" if near.nothing(dearer) else f"costs {money(dearer, currency)} more"
    return Paragraph(lead, f"{_like(near, row)}. It {cost}, and {_holding(near, row)}.")


def _like(near: NearPlans, row: PlanRow) -> str:
    least = near.least
    if row.plan == FEWEST_PLANTS:
        now, then = row.built_t or 0.0, least.built_t or 0.0
        what = "nothing is built" if not now else f"{three_digits(now)} t are built"
        return f"{what}, against {three_digits(then)} t at least cost"
    shares = {
        LEAST_CAPPED: (f"comes from {near.facts.names.capped}", row.capped_share, least.capped_share),
        MOST_DOMESTIC: ("is made in the bloc", row.domestic_share, least.domestic_share),
        MOST_EVEN: ("comes from one country at most", row.largest_share, least.largest_share),
    }
    words, now_, then_ = shares[row.plan]
    if now_ is None or then_ is None:
        return "nothing is bought"
    return f"{percent(now_)} {words}, against {percent(then_)} at least cost"


def _holding(near: NearPlans, row: PlanRow) -> str:
    if row.uplift is None:
        return "no floors within the budget for support hold it"
    if near.nothing(row.uplift):
        return "prices and levies hold it"
    currency = near.tables.currency
    paid = row.make_whole or 0.0
    who = "nobody is paid" if near.nothing(paid) else f"{money(paid, currency)} would have to be paid out"
    return f"beside levies it is short of {money(row.uplift, currency)} to be held: {who}"


def _drawn(near: NearPlans) -> list[Block]:
    names = {picture.name for picture in pictures(near)}
    blocks: list[Block] = []
    if ORIGINS in names:
        blocks.append(Drawn("origins", "Where it comes from", ORIGINS, 0, LEFT, rank=2, sheet=ORIGINS))
    if FLOORS in names and near.good is not None:
        good = near.facts.names.good(near.good[0])
        blocks.append(Drawn("floor", f"The floor on {good}", FLOORS, 0, RIGHT, rank=2, sheet=FLOORS))
    return blocks


def _table(near: NearPlans) -> Table:
    """Every plan, a row each."""
    currency = near.tables.currency
    size = max(abs(amount or 0.0) for row in near.found for amount in (row.dearer_by, row.uplift))
    shape = signed_format(decimals_for(size))
    heads = (
        Head("Plan", 7, right=False),
        Head("costs more", 5),
        Head("capped origin", 4),
        Head("made in the bloc", 5),
        Head("largest", 4),
        Head("built, t", 4),
        Head("uplift", 4),
        Head("of it paid", 3),
    )
    lines = tuple(
        Line(
            (
                Entry(sentence(row.plan), strong=row.plan == LEAST_COST),
                Entry(row.dearer_by, shape),
                Entry(row.capped_share, "0%"),
                Entry(row.domestic_share, "0%"),
                Entry(row.largest_share, "0%"),
                Entry(row.built_t, "#,##0"),
                Entry(row.uplift, shape, strong=True),
                Entry(row.make_whole, shape),
            )
        )
        for row in near.found
    )
    notes = (
        f"Million {currency}, present value; shares of what members buy of {told_goods(near)}, all years. Uplift: what "
        "the plan costs more than its prices and levies hold up.",
    )
    return Table("plans", "The plans side by side", heads, lines, notes, sheet="alternatives")


def _reach(near: NearPlans) -> Table | None:
    """The capped shares that can go farthest, over all plans within the limit."""
    rows = [row for row in near.ranges if row.year is not None and spread(row) > WIDE]
    if not rows:
        return None
    rows.sort(key=lambda row: (-round(spread(row), 3), -row.quantity))
    heads = (
        Head("In what is bought in", 14, right=False),
        Head("at least cost", 5),
        Head("least", 4),
        Head("most", 4),
        Head("bought, t", 5),
    )
    names = near.facts.names
    lines = tuple(
        Line(
            (
                Entry(f"{_place(near, row)}: {names.good(row.commodity or '')}, {row.year}"),
                Entry(row.least_cost, "0%"),
                Entry(row.least, "0%", strong=True),
                Entry(row.most, "0%", strong=True),
                Entry(row.quantity, "#,##0"),
            )
        )
        for row in rows[:MOST_RANGES]
    )
    seller = names.capped
    notes = (
        "Over all plans within the limit; any share between the ends is that of one. All of it: sheet share_ranges.",
    )
    return Table(
        "ranges",
        f"How far the share of {seller} can go",
        heads,
        lines,
        notes,
        rank=3,
        sheet=SHARE_RANGES.name,
    )


def _place(near: NearPlans, row: ShareRangeRow) -> str:
    return "the bloc" if row.destination == BLOC else near.facts.names.region(row.destination)


def _sure(near: NearPlans) -> Words:
    some = len([row for row in near.found[1:] if row.status == "optimal"])
    told = [
        Paragraph(
            "Proof.",
            "Each plan keeps every limit, costs no more than allowed, and none that does is better by its aim. That "
            "proves the arithmetic, not the inputs.",
        )
    ]
    return Words("sure", "How sure", tuple(told) if some else (), LEFT)


def _limits(near: NearPlans) -> Words:
    told = [
        Paragraph("Plans between these", "can be had too: each of them is one end."),
        Paragraph(
            "Holding a plan", "takes its floors and levies, and the uplift: nobody follows it for the aim."
        ),
        Paragraph("Nobody has market power,", "and the capped origin does not answer the floor."),
    ]
    return Words("limits", "What this does not say", tuple(told), RIGHT, rank=5)
