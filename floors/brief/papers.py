"""What the cap does not see: capped material under another name, and what evades it."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.brief.figures import tonnes
from floors.contract.results.policy import ConcentrationRow
from floors.page.page import Paragraph
from floors.page.told import percent

APART = 0.01  # of two shares: from here on a difference is told


def _row(facts: Facts) -> ConcentrationRow | None:
    """The bloc's shares of the commodity of the page in the last year under a cap."""
    return None if facts.main is None else _bloc(facts, facts.main)


def _bloc(facts: Facts, good: str) -> ConcentrationRow | None:
    """The bloc's shares of a commodity in the last year under a cap."""
    years = facts.capped_years(good)
    return facts.share.get(("bloc", good, years[-1])) if years else None


def relabelled(facts: Facts) -> Paragraph | None:
    """What is capped when traced through the chain, and not by where it was last made; of the same tonnes alone."""
    row = _row(facts)
    if row is None or not facts.tables.study.rows("technologies") or _stored(facts, row):
        return None
    if (
        row.embodied_share is None
        or row.capped_share is None
        or row.embodied_share - row.capped_share <= APART
    ):
        return None
    bought = sum(
        q for (_, good, year), q in facts.bought.items() if (good, year) == (row.commodity, row.year)
    )
    more = (row.embodied_share - row.capped_share) * bought
    good = facts.names.good(row.commodity)
    counted = any(
        one.segment is None
        and one.origin is None
        and one.basis != "use"
        and not one.on_paper
        and not one.traced
        and row.year in one.given
        and one.commodity == row.commodity
        and (one.scope == "bloc" or [one.scope] == facts.members)
        for one in facts.asked
    )
    its = facts.names.verb("their names", "its name")
    evaded = row.declared_share is None or abs(row.capped_share - row.declared_share) > APART / 10
    than = "the cap counts" if counted else "are shipped from there" if evaded else f"arrive under {its}"
    return Paragraph(
        f"{tonnes(more)} more come from {facts.names.capped} than {than}:",
        f"of the {good} bought in {row.year}, {percent(row.capped_share)} is from there, and "
        f"{percent(row.embodied_share)} if it is traced back through what it is made of.",
    )


def seen_through(facts: Facts) -> Paragraph | None:
    """What a traced cap counts, beside what comes from capped regions themselves."""
    others = (_bloc(facts, one.commodity) for one in facts.asked if one.traced)
    row = _row(facts) or next(filter(None, others), None)
    if row is None or row.traced_share is None or row.capped_share is None:
        return None
    on = [one for one in facts.asked if row.year in one.given and facts.covers(one.commodity, row.commodity)]
    if not any(one.traced for one in on) or abs(row.traced_share - row.capped_share) <= APART:
        return None
    return Paragraph(
        "The cap sees through the chain:",
        f"of the {facts.names.good(row.commodity)} bought in {row.year}, {percent(row.traced_share)} counts as made of "
        f"material from {facts.names.capped}, wherever it was made, and {percent(row.capped_share)} comes from there.",
    )


def _stored(facts: Facts, row: ConcentrationRow) -> bool:
    """Whether stocks of the commodity stand between what arrives and what is used."""
    return any(
        pile["commodity"] == row.commodity and pile["region"] in facts.members
        for pile in facts.tables.study.rows("stockpiles")
    )


def _levied(facts: Facts, row: ConcentrationRow) -> bool:
    """Whether there is a levy to evade in that year."""
    places = facts.floors.get(row.commodity, {}).values()
    return any(one.binding and one.year == row.year for of_place in places for one in of_place)


def papers(facts: Facts) -> Paragraph | None:
    """What the papers say beside what is true, where enforcement leaks."""
    row = _row(facts)
    if row is None or row.declared_share is None or row.capped_share is None:
        return None
    if row.capped_share - row.declared_share <= APART:
        return None
    good = facts.names.good(row.commodity)
    on = [one for one in facts.asked if row.year in one.given and facts.covers(one.commodity, row.commodity)]
    how = "what evades the levy" if _levied(facts, row) else "the rest that comes in"
    seen = ""
    if on and all(one.on_paper for one in on):
        kept = "The cap is" if len(on) == 1 else "The caps are"
        seen = f" {kept} kept on paper, where what is smuggled takes no room."
    elif any(
        one.basis != "use" and one.segment is None and one.origin is None and not one.on_paper for one in on
    ):
        seen = " The cap counts what is smuggled, which nobody at the border can see."
    return Paragraph(
        f"On paper {percent(row.declared_share)}, in truth {percent(row.capped_share)}.",
        f"So much of the {good} bought in {row.year} is from {facts.names.capped}: {how} is on no paper.{seen}",
    )
