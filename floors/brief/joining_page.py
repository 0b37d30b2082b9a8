"""The page of candidates: who should join first and why, and who loses by joining."""

from __future__ import annotations

from collections.abc import Sequence

from floors.brief.figures import decimals_for, signed_format
from floors.brief.joined import Joined, is_settled
from floors.brief.names import MOST_NAMED, counted, few, sentence
from floors.brief.page import assembled
from floors.brief.pictures.joining import BANDS, JOINING, pictures
from floors.brief.question import totals_alone
from floors.contract.results.coalition import CandidateRow, OrderRow
from floors.page.page import LEFT, RIGHT, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import listed, money, three_digits

MOST_ROWS = 16
MOST_BANDS = 4


def page(joined: Joined, stamp: str = "") -> Page:
    """The page of candidates; `stamp` is the day, where it was asked for."""
    facts = joined.facts
    blocks = [*_drawn(joined), _alone(joined), _order(joined), _sure(joined), _limits(joined)]
    return assembled(
        facts,
        headline=_headline(joined),
        question=_question(joined),
        answers=_answers(joined),
        blocks=blocks,
        stamp=stamp,
    )


def _headline(joined: Joined) -> str:
    names, currency = joined.facts.names, joined.tables.currency
    if not joined.bills:
        return "The bloc as it is has no plan, and nothing to hold a candidate’s joining against"
    if joined.most is not None and all(is_settled(row, "worth_together") for row in joined.best):
        amount = money(joined.gains[joined.most], currency)
        first = [names.the(row.joins) for row in joined.best[: joined.most + 1]]
        if len(first) == 1:
            return sentence(f"{first[0]} first: all who are in then gain {amount}")
        told = f", then {listed(first[1:])}" if len(first) <= MOST_NAMED else ""
        who = "both" if len(first) == 2 else counted(len(first)) + (" of them" if not told else "")
        return sentence(f"{first[0]} first{told}: with {who} in, all who are in gain {amount}")
    alone = [row.worth_together for row in joined.known if row.worth_together is not None]
    settled = all(is_settled(row, "worth_together") for row in joined.known)
    if len(alone) == len(joined.candidates) and settled and all(x <= 0 or joined.nothing(x) for x in alone):
        if len(alone) == 1:
            return f"{sentence(names.the(joined.candidates[0].candidate))}’s joining brings no more than it takes"
        return "No candidate’s joining alone brings more than it takes"
    if not joined.best:
        return "No order of joining has a plan at every step"
    order = listed([names.the(row.joins) for row in joined.best[:MOST_NAMED]])
    return (
        f"The order of joining that brings most begins with {order}" if len(joined.best) > 1 else _one(joined)
    )


def _one(joined: Joined) -> str:
    return f"What it is worth that {joined.facts.names.the(joined.candidates[0].candidate)} joins"


def _question(joined: Joined) -> str:
    names = joined.facts.names
    who = few([names.the(row.candidate) for row in joined.candidates], 6)
    order = ", and in which order" if len(joined.candidates) > 1 else ""
    return (
        f"Asked: what is it worth to the members ({names.regions(list(joined.members))}) and to itself that {who} "
        f"join{'s' if len(joined.candidates) == 1 else ''} the bloc{order}? Against not joining: net cost before less "
        f"after. {joined.asked - len(joined.lost)} of {joined.asked} sets have a plan. Totals: "
        f"{totals_alone(joined.facts)}."
    )


def _answers(joined: Joined) -> list[Paragraph | None]:
    return [_wanted(joined), _losers(joined), _both(joined), _ordered(joined), _unwanted(joined)]


def _wanted(joined: Joined) -> Paragraph | None:
    """Who is worth most to the members, and whether what they gain pays for what it loses."""
    rows = [row for row in joined.known if is_settled(row, "worth_to_members")]
    row = max(rows, key=lambda one: one.worth_to_members or 0.0, default=None)
    if row is None or len(rows) < len(joined.known):
        return None
    worth, itself, currency = row.worth_to_members or 0.0, row.worth_to_itself or 0.0, joined.tables.currency
    if worth <= 0 or joined.nothing(worth):
        return Paragraph("No candidate’s joining alone brings the members anything.", "")
    lead = f"{sentence(joined.facts.names.the(row.candidate))} is worth most to the members,"
    if len(joined.candidates) == 1:
        lead = f"{sentence(joined.facts.names.the(row.candidate))} is worth something to the members,"
    told = f"{money(worth, currency)} if it joins alone"
    if row.candidate not in joined.losing:
        return Paragraph(lead, f"{told}.")
    enough = "less than that: they can pay it to join" if worth > -itself else "more than they gain"
    return Paragraph(lead, f"{told}; itself it loses {money(-itself, currency)}, {enough}.")


def _losers(joined: Joined) -> Paragraph | None:
    """Who loses by joining alone."""
    names, currency, losing = joined.facts.names, joined.tables.currency, joined.losing
    if losing:
        told = [f"{names.the(one)} {money(x, currency)}" for one, x in list(losing.items())[:4]]
        more = [f"{counted(len(losing) - 4)} more less than that"] if len(losing) > 4 else []
        lead = _how_many(len(losing), len(joined.candidates))
        return Paragraph(f"{lead} by joining alone:", f"{listed([*told, *more])}.")
    settled = all(is_settled(row, "worth_to_itself") for row in joined.known)
    if settled and len(joined.known) == len(joined.candidates):
        return Paragraph("No candidate loses by joining alone.", "")
    return None


def _how_many(losing: int, of: int) -> str:
    """'Both lose', 'All seven lose', 'Two of seven lose'."""
    if losing == of:
        return "The candidate loses" if of == 1 else "Both lose" if of == 2 else f"All {counted(of)} lose"
    return f"{sentence(counted(losing))} of {counted(of)} lose{'s' if losing == 1 else ''}"


def _both(joined: Joined) -> Paragraph | None:
    """Whose joining alone pays both sides."""
    found = [row for row in joined.known if _pays(joined, row)]
    if not found:
        return None
    who = joined.facts.names.regions([row.candidate for row in found[:MOST_NAMED]])
    more = f" and {counted(len(found) - MOST_NAMED)} more" if len(found) > MOST_NAMED else ""
    return Paragraph(
        "Both sides gain", f"where {who}{more} {'joins alone' if len(found) == 1 else 'join, each alone'}."
    )


def _pays(joined: Joined, row: CandidateRow) -> bool:
    members, itself = row.worth_to_members or 0.0, row.worth_to_itself or 0.0
    return (
        row.not_settled is None
        and members > 0
        and itself > 0
        and not (joined.nothing(members) or joined.nothing(itself, row.candidate))
    )


def _ordered(joined: Joined) -> Paragraph | None:
    """The best order, and how it was found."""
    if len(joined.candidates) < 2:
        return None
    if not joined.best:
        return Paragraph("No order has a plan at every step.", "See statuses in sheet orders.")
    names = ", ".join(joined.facts.names.region(row.joins) for row in joined.best)
    how = (
        "found step by step, each the one that brings most, or takes least, then; a better order may be missed."
        if joined.greedy
        else f"of {'both' if joined.orders == 2 else f'all {joined.orders}'} the one {_early(joined)}."
    )
    return Paragraph(f"Order of joining: {names},", f"{how}{_why(joined)}")


def _early(joined: Joined) -> str:
    """What the best order has more of than others: early gains, or where nothing is ever gained fewer losses."""
    gains = [row.cumulative_gain or 0.0 for row in joined.best]
    if all(map(joined.nothing, gains)):
        return "that comes first in sheet regions: none brings anything"
    return (
        "in which most is gained early"
        if max(gains) > 0
        else "in which least is lost, early losses counting most"
    )


def _why(joined: Joined) -> str:
    """Which later step of it brings most to those who are in before, where every plan says so."""
    worths = [row.worth_to_members or 0.0 for row in joined.best]
    place = max(range(len(worths)), key=lambda n: worths[n])
    row, worth = joined.best[place], worths[place]
    if place == 0 or joined.nothing(worth) or worth <= 0 or not is_settled(row, "worth_to_members"):
        return ""
    before = "the others are" if place == len(worths) - 1 else f"{counted(place)} of the others are"
    if place == 1:
        before = f"{joined.facts.names.the(joined.best[0].joins)} is"
    who = joined.facts.names.the(row.joins)
    return f" Those who are in gain most by {who}, once {before} in: {money(worth, joined.tables.currency)}."


def _unwanted(joined: Joined) -> Paragraph | None:
    """Whose joining alone costs the members."""
    rows = [
        row
        for row in joined.known
        if (row.worth_to_members or 0.0) < 0
        and not joined.nothing(row.worth_to_members or 0.0)
        and is_settled(row, "worth_to_members")
    ]
    if not rows:
        return None
    row = min(rows, key=lambda one: one.worth_to_members or 0.0)
    amount = money(-(row.worth_to_members or 0.0), joined.tables.currency)
    who = joined.facts.names.regions([one.candidate for one in rows[:MOST_NAMED]])
    most = "" if len(rows) == 1 else f" most for {joined.facts.names.the(row.candidate)},"
    return Paragraph(
        "The members lose", f"where {who} {'joins' if len(rows) == 1 else 'join'} alone,{most} {amount}."
    )


# ----------------------------------------------------------------- evidence


def _drawn(joined: Joined) -> list[Drawn]:
    """What joining alone is worth, and how sure that is where there are samples."""
    made = pictures(joined)
    if not made or not joined.known:
        return []
    found = [Drawn("joining", "What joining alone is worth", JOINING, 0, LEFT, rank=2, sheet=JOINING)]
    for place, panel in enumerate(made[0].panels):
        if panel.choice == BANDS:
            found.append(Drawn("bands", panel.title, JOINING, place, RIGHT, rank=2, sheet=JOINING))
    return found


def _alone(joined: Joined) -> Table | None:
    """Every candidate alone."""
    rows = joined.candidates[:MOST_ROWS]
    if not joined.known:
        return None
    shape = _shape([x for row in rows for x in (row.worth_to_members, row.worth_to_itself)])
    heads = (
        Head("Joins alone", 12, right=False),
        Head("worth to members", 8),
        Head("to itself", 8),
        Head("together", 8),
    )
    lines = tuple(
        Line(
            (
                Entry(f"{joined.facts.names.region(row.candidate)}{'*' if row.not_settled else ''}"),
                Entry(row.worth_to_members, shape),
                Entry(row.worth_to_itself, shape),
                Entry(row.worth_together, shape, strong=True),
            )
        )
        for row in rows
    )
    title = f"What joining alone brings, million {joined.tables.currency}"
    return Table("candidates", title, heads, lines, _notes(joined, rows), sheet="candidates")


def _order(joined: Joined) -> Table | None:
    """The best order, step by step."""
    rows = joined.best[:MOST_ROWS]
    if len(rows) < 2:
        return None
    shape = _shape(
        [x for row in rows for x in (row.worth_to_members, row.worth_to_itself, row.cumulative_gain)]
    )
    heads = (
        Head("Step", 10, right=False),
        Head("to those who are in", 9),
        Head("to itself", 8),
        Head("all, so far", 9),
    )
    lines = tuple(
        Line(
            (
                Entry(f"{place}. {joined.facts.names.region(row.joins)}{'*' if row.not_settled else ''}"),
                Entry(row.worth_to_members, shape),
                Entry(row.worth_to_itself, shape),
                Entry(row.cumulative_gain, shape, strong=True),
            )
        )
        for place, row in enumerate(rows, 1)
    )
    title = f"{'The order found step by step' if joined.greedy else 'The best order'}, million {joined.tables.currency}"
    return Table("orders", title, heads, lines, _notes(joined, rows), rank=3, sheet="orders")


def _shape(values: list[float | None]) -> str:
    return signed_format(decimals_for(max((abs(x) for x in values if x is not None), default=0.0)))


def _notes(joined: Joined, rows: Sequence[CandidateRow | OrderRow]) -> tuple[str, ...]:
    if any(row.not_settled for row in rows):
        return ("* Other plans of the same cost move some of this: see not_settled.",)
    return ()


def _sure(joined: Joined) -> Words:
    told = []
    if joined.lost:
        first, status = next(iter(joined.lost.items()))
        more = f" and {len(joined.lost) - 1} more" if len(joined.lost) > 1 else ""
        told.append(
            Paragraph("Without a result:", f"{joined.facts.names.regions(list(first))} ({status}){more}.")
        )
    if joined.bands:
        told.append(Paragraph("In nine of ten samples", f"{_bands(joined)} (sheet worth_bands)."))
    told.append(
        Paragraph("Plans", "are the cheapest of each set. That says nothing of how good the inputs are.")
    )
    return Words("sure", "How sure", tuple(told), LEFT)


def _bands(joined: Joined) -> str:
    """What joining alone is worth to all who are then in, from the 5th to the 95th percentile."""
    shape = three_digits
    told = [
        f"{shape(row.p5)} to {shape(row.p95)} where {joined.facts.names.the(row.candidate)} joins"
        for row in joined.bands[:MOST_BANDS]
        if row.p5 is not None and row.p95 is not None
    ]
    more = f"; {counted(len(joined.bands) - MOST_BANDS)} more" if len(joined.bands) > MOST_BANDS else ""
    return f"joining alone is worth to all who are then in, million {joined.tables.currency}: {'; '.join(told)}{more}"


def _limits(joined: Joined) -> Words:
    told = [
        Paragraph("Whoever is outside", "stands alone, has no cap and pays no levy on what it buys."),
        Paragraph("Nobody bargains or retaliates,", "and the capped origin answers neither caps nor floors."),
        Paragraph("Money is all that counts:", "what a bloc is worth in a shock is not in it (floors risk)."),
    ]
    if any(
        row["scope"] == "bloc" and row["basis"] == "tonnes" and row["years"]
        for row in joined.tables.study.rows("caps")
    ):
        told.insert(1, Paragraph("A cap in tonnes", "stays what it is, whoever joins: it is shared by more."))
    return Words("limits", "What this does not say", tuple(told), RIGHT, rank=5)
