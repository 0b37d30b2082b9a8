"""The page of coalitions: what a bloc costs its members, who would leave it, and whether they can be held."""

from __future__ import annotations

from floors.brief.blocs import SUM, Blocs
from floors.brief.figures import decimals_for, signed_format
from floors.brief.names import MOST_NAMED, counted, sentence
from floors.brief.page import assembled
from floors.brief.pictures.coalition import GAINS, pictures
from floors.brief.question import EACH, totals_alone
from floors.page.page import LEFT, RIGHT, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.told import listed, money

NO_PLAN = ("infeasible", "over_budget")
MOST_ANSWERS = 5
MOST_ROWS = 16  # coalitions of the table
MOST_ACROSS = 6  # players of the table
MOST_LEAVING = 4  # told with what they would have to be paid


def page(blocs: Blocs, stamp: str = "") -> Page:
    """The page of coalitions; `stamp` is the day, where it was asked for."""
    facts = blocs.facts
    blocks = [_drawn(blocs), _members(blocs), _coalitions(blocs), _sure(blocs), _limits(blocs)]
    return assembled(
        facts,
        headline=_headline(blocs),
        question=_question(blocs),
        answers=tuple(one for one in _answers(blocs) if one is not None)[:MOST_ANSWERS],
        blocks=blocks,
        stamp=stamp,
    )


def _headline(blocs: Blocs) -> str:
    whole = len(blocs.players)
    if blocs.everyone is None:
        asked = [one for one in blocs.asked if len(one.members) == whole]
        if asked:
            who = (
                "The bloc"
                if whole == 1
                else f"The bloc of {'both' if whole == 2 else f'all {counted(whole)}'}"
            )
            return f"{who} has no {'plan' if asked[0].status in NO_PLAN else 'result'}"
        return f"{len(blocs.of)} of {len(blocs.asked)} coalitions have a plan"
    if whole == 1 or not blocs.lacks:
        return _cost(blocs) or f"{len(blocs.of)} of {len(blocs.asked)} coalitions have a plan"
    settled = [one for one in blocs.leaving if blocs.is_settled(one)]
    if blocs.holds is False:
        first = "No payments among its members can hold the bloc together"
        if len(settled) == whole:
            return f"{first}: each of them bears less outside it"
        return f"{first}: {_outside(blocs, settled[0])}" if settled else first
    if blocs.holds and blocs.leaving:
        first = "Payments among its members can hold the bloc together"
        return f"{first}, though {_outside(blocs, settled[0])}" if settled else first
    if blocs.holds:
        return "No member would bear less outside the bloc"
    if settled:
        return sentence(_outside(blocs, settled[0]))
    if len(blocs.lacks) == whole:
        return (
            _cost(blocs) or "What each member bears in the bloc is not settled: plans of the same cost differ"
        )
    return _cost(blocs) or f"{len(blocs.of)} of {len(blocs.asked)} coalitions have a plan"


def _outside(blocs: Blocs, player: str) -> str:
    amount = money(blocs.leaving[player], blocs.tables.currency)
    return f"outside it {blocs.facts.names.the(player)} would bear {amount} less"


def _cost(blocs: Blocs) -> str:
    """'The bloc costs its members 1.6 billion USD'; empty where it is not known against no bloc."""
    found = _against_none(blocs)
    if found is None:
        return ""
    if blocs.nothing(found):
        return "The bloc costs its members nothing"
    return f"The bloc {'brings' if found > 0 else 'costs'} its members {money(found, blocs.tables.currency)}"


def _against_none(blocs: Blocs) -> float | None:
    """What all gain together by the bloc of all, where every plan of the same cost says so."""
    whole, none = blocs.everyone, blocs.nobody
    if whole is None or none is None or SUM in whole.open or none.open:
        return None
    return blocs.gain_together(whole)


def _question(blocs: Blocs) -> str:
    players = [blocs.facts.names.the(one) for one in blocs.players]
    who = listed(players) if len(players) <= MOST_ACROSS else f"{len(players)} members"
    return (
        f"Asked: what would each of {who} bear in every bloc of them, inside it or outside, and would it stay? "
        f"Outside there is no cap and no levy on what is bought. {len(blocs.of)} of {len(blocs.asked)} coalitions have "
        "a plan. Totals: "
        f"{totals_alone(blocs.facts)}."
    )


def _answers(blocs: Blocs) -> list[Paragraph | None]:
    return [_price(blocs), _leavers(blocs), _by_itself(blocs), _best(blocs), _core(blocs)]


def _price(blocs: Blocs) -> Paragraph | None:
    """What the bloc of all costs against none, and who bears it."""
    found, whole, none = _against_none(blocs), blocs.everyone, blocs.nobody
    if found is None or whole is None or none is None or len(blocs.players) == 1:
        return None
    currency, names = blocs.tables.currency, blocs.facts.names
    if blocs.nothing(found):
        return Paragraph("The bloc of all costs its members nothing", "against no bloc.")
    more = "less" if found > 0 else "more"
    lead = f"Together they bear {money(found, currency)} {more} than without a bloc."
    own = {one: blocs.gain(whole, one) or 0.0 for one in blocs.players if one not in whole.open}
    alike = {one: gain for one, gain in own.items() if gain * found > 0 and not blocs.nothing(gain, one)}
    text = ""
    if alike:
        first = max(alike, key=lambda one: abs(alike[one]))
        text = f"{sentence(names.the(first))} bears {money(alike[first], currency)} {more}"
        against = [one for one, gain in own.items() if gain * found < 0 and not blocs.nothing(gain, one)]
        turned = f"; {names.regions(against)} bear{'s' if len(against) == 1 else ''} {'more' if found > 0 else 'less'}"
        text += f"{turned if against and len(against) <= MOST_NAMED else ''}."
    return Paragraph(lead, text)


def _leavers(blocs: Blocs) -> Paragraph | None:
    """Who bears less outside, and by how much: first those of whom every plan says so."""
    if len(blocs.players) == 1 or not blocs.leaving:
        return None
    sure = [one for one in blocs.leaving if blocs.is_settled(one)]
    loose = [one for one in blocs.leaving if one not in sure]
    told = f"Outside, as a free rider or alone, {_amounts(blocs, sure)} less." if sure else ""
    also = " also" if sure else ""
    if loose:
        told += f" In this plan{also} {_amounts(blocs, loose)} less; other plans of the same cost move money "
        told += "between members."
    if loose:
        return Paragraph("Staying would have to be paid for.", told.strip())
    lead = f"To stay they would have to be paid {money(sum(blocs.leaving.values()), blocs.tables.currency)}."
    if len(sure) == 1:
        lead = f"{sentence(blocs.facts.names.the(sure[0]))} would have to be paid to stay."
    return Paragraph(lead, told)


def _amounts(blocs: Blocs, chosen: list[str]) -> str:
    """'the United States would bear 1.1 billion USD', 'A would bear 2 and B 1 million USD'."""
    names, currency = blocs.facts.names, blocs.tables.currency
    told = [f"{names.the(one)} would bear {money(blocs.leaving[one], currency)}" for one in chosen[:1]]
    told += [f"{names.the(one)} {money(blocs.leaving[one], currency)}" for one in chosen[1:MOST_LEAVING]]
    more = len(chosen) - MOST_LEAVING
    return listed([*told, *([f"{counted(more)} more less than that"] if more > 0 else [])])


def _by_itself(blocs: Blocs) -> Paragraph | None:
    """For whom a bloc of its own is dearer than the bloc of all."""
    whole = blocs.everyone
    if whole is None or len(blocs.players) == 1:
        return None
    dearer = {
        one: alone.costs[one] - whole.costs[one]
        for one in blocs.players
        if (alone := blocs.alone(one)) is not None
        and one not in alone.open | whole.open
        and alone.costs[one] > whole.costs[one]
        and not blocs.nothing(alone.costs[one] - whole.costs[one], one)
    }
    if not dearer:
        return None
    first = max(dearer, key=lambda one: dearer[one])
    who = blocs.facts.names.regions(list(dearer)[:MOST_NAMED])
    amount = money(dearer[first], blocs.tables.currency)
    said = f"by {amount}" if len(dearer) == 1 else f"most for {blocs.facts.names.the(first)}, by {amount}"
    return Paragraph(f"A bloc of its own is dearer for {who}", f"than the bloc of all, {said}.")


def _best(blocs: Blocs) -> Paragraph | None:
    """The coalition whose members gain most against no bloc, or lose least."""
    if blocs.nobody is None or blocs.nobody.open or len(blocs.of) < 3:
        return None
    gains = [
        (gain, one)
        for one in blocs.of.values()
        if one.members and SUM not in one.open and (gain := blocs.gain_together(one)) is not None
    ]
    if len(gains) < len(blocs.of) - 1:
        return None
    gain, best = max(gains, key=lambda found: found[0])
    who = blocs.facts.names.regions(list(best.members))
    amount = money(gain, blocs.tables.currency)
    alone = " alone" if len(best.members) == 1 else ""
    if blocs.nothing(gain):
        if all(blocs.nothing(other) for other, _ in gains):
            return None
        return Paragraph("No bloc brings its members anything.", f"It costs nothing to {who}{alone}.")
    if gain < 0:
        said = f"Each of the {len(gains)} costs its members more than no bloc; {who}{alone} least, {amount}."
        return Paragraph("No bloc pays for itself.", said)
    return Paragraph("The bloc that gains most", f"against no bloc is {who}{alone}: {amount}.")


def _core(blocs: Blocs) -> Paragraph | None:
    """Whether the bill of all can be divided so that no coalition objects."""
    if blocs.epsilon is None or len(blocs.players) == 1:
        return None
    whole = blocs.everyone
    if whole is None or any(SUM in one.open for one in blocs.of.values()):
        return None
    amount = money(blocs.epsilon, blocs.tables.currency)
    if blocs.epsilon > 0 and not blocs.nothing(blocs.epsilon):
        lead = "However the bill of all is divided,"
        return Paragraph(
            lead, f"some members together would bear at least {amount} less in a bloc of their own."
        )
    if len(blocs.of) < 2 ** len(blocs.players) or blocs.epsilon > 0:
        return None
    riding = (
        "; it is outside, while the others stay, that somebody bears less" if blocs.holds is False else ""
    )
    return Paragraph(
        "The bill of all can be divided",
        f"so that no members together would bear less in a bloc of their own{riding}.",
    )


# ----------------------------------------------------------------- evidence


def _drawn(blocs: Blocs) -> Drawn | None:
    if not any(picture.name == GAINS for picture in pictures(blocs)):
        return None
    return Drawn("gains", "What each gains inside, outside and alone", GAINS, 0, LEFT, rank=2, sheet=GAINS)


def _members(blocs: Blocs) -> Table | None:
    """Each player inside, outside and alone, against no bloc; its bills where that was not solved."""
    whole = blocs.everyone
    if whole is None:
        return None
    against = blocs.nobody
    entries: list[list[float | None]] = []
    for player in blocs.players:
        cases = (whole, blocs.without(player), blocs.alone(player))
        costs = [None if one is None else one.costs[player] for one in cases]
        if against is None:
            entries.append([*costs, blocs.leaving.get(player, 0.0) if player in blocs.lacks else None])
            continue
        changes = [None if cost is None else against.costs[player] - cost for cost in costs]
        lacks = max(0.0, blocs.lacks[player]) if player in blocs.lacks else None
        entries.append([against.costs[player], *changes, lacks])
    shown = [abs(x) for row in entries for x in row[0 if against is None else 1 :] if x is not None]
    fine = decimals_for(max(shown, default=0.0))
    plain = f"#,##0.{'0' * fine}" if fine else "#,##0"
    signs = plain if against is None else signed_format(fine)
    first = () if against is None else (Head("bill without a bloc", 6),)
    names = blocs.facts.names
    loose = [player for player in blocs.players if not blocs.is_settled(player)]
    lines = tuple(
        Line(
            (
                Entry(f"{names.region(player)}{'*' if player in loose else ''}"),
                *((Entry(row[0], plain, faint=True),) if against is not None else ()),
                *(
                    Entry(value, signs, strong=place == 0)
                    for place, value in enumerate(row[(1 if against is not None else 0) : -1])
                ),
                Entry(row[-1], plain),
            )
        )
        for player, row in zip(blocs.players, entries, strict=True)
    )
    heads = (
        Head("", 10 if against is None else 8, right=False),
        *first,
        Head("in the bloc of all", 6),
        Head("outside, others stay", 6),
        Head("alone", 4),
        Head("what keeps it in", 6),
    )
    currency = blocs.tables.currency
    title = f"What each bears, million {currency}"
    if against is not None:
        title = f"What each gains (+) or loses (–) by a bloc, million {currency}, against no bloc"
    notes = ["What keeps it in: what it bears inside more than outside or alone; 0 where it stays."]
    if loose:
        notes.append(
            "* Other plans of the same cost move money to or from it: see not_settled in sheet coalitions."
        )
    return Table("members", title, heads, lines, tuple(notes), sheet="members")


def _coalitions(blocs: Blocs) -> Table | None:
    """Every bloc and what each player gains by it, in or out."""
    rows = [one for one in blocs.of.values() if one.members]
    if blocs.nobody is None or len(rows) < 2 or len(blocs.players) > MOST_ACROSS:
        return None
    names, whole = blocs.facts.names, len(blocs.players)
    kept = rows
    if len(rows) > MOST_ROWS:
        kept = [one for one in rows if len(one.members) in (1, whole - 1, whole)][:MOST_ROWS]
    gains = [[blocs.gain(one, player) for player in blocs.players] for one in kept]
    totals = [blocs.gain_together(one) for one in kept]
    fine = decimals_for(max(abs(x) for row in [*gains, totals] for x in row if x is not None))
    signs = signed_format(fine)
    share = 20 // whole
    heads = (
        Head("In the bloc", 36 - 6 - share * whole, right=False),
        *(Head(one if len(names.region(one)) > 9 else names.region(one), share) for one in blocs.players),
        Head("its members", 6),
    )
    lines = tuple(
        Line(
            (
                Entry(", ".join(one.members)),
                *(
                    Entry(gain, signs, faint=player not in one.members)
                    for player, gain in zip(blocs.players, row, strict=True)
                ),
                Entry(total, signs, strong=True),
            )
        )
        for one, row, total in zip(kept, gains, totals, strict=True)
    )
    notes = ["Grey: outside."]
    if len(kept) < len(rows):
        notes.append(f"{len(kept)} of {len(rows)} blocs: all others are in sheet coalitions.")
    title = f"Every bloc, million {blocs.tables.currency} against no bloc"
    if len(kept) < len(rows):
        title = f"Blocs of one and of nearly all, million {blocs.tables.currency} against no bloc"
    return Table("coalitions", title, heads, lines, tuple(notes), rank=3, sheet="coalitions")


def _sure(blocs: Blocs) -> Words | None:
    told = []
    lost = [one for one in blocs.asked if not one.costs]
    if lost:
        named = blocs.facts.names.regions(list(lost[0].members)) or "no bloc"
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        told.append(Paragraph("Without a result:", f"{named} ({lost[0].status}){more}."))
    tied = [one for one in blocs.of.values() if one.open]
    if tied:
        told.append(
            Paragraph(
                "Not settled.",
                f"In {len(tied)} of {len(blocs.of)} coalitions shipments can change place at no cost, and who bears "
                "what changes with them (sheet coalitions, not_settled).",
            )
        )
    if len(blocs.asked) < 2 ** len(blocs.players):
        whole = 2 ** len(blocs.players)
        told.append(Paragraph("Not all coalitions were solved:", f"{len(blocs.asked)} of {whole}."))
    told.append(
        Paragraph(
            "Plans", "are the cheapest of each coalition. That says nothing of how good the inputs are."
        )
    )
    return Words("sure", "How sure", tuple(told), LEFT)


def _charged(blocs: Blocs) -> str:
    """That outsiders who sell into the bloc are charged, where every non-member is."""
    each = any(one.origin == EACH for one in blocs.facts.asked)
    minimum = blocs.tables.study.settings.levy_on == "non_members" and bool(blocs.facts.rules)
    return (
        ", but what it sells into the bloc is capped or levied as that of others" if each or minimum else ""
    )


def _limits(blocs: Blocs) -> Words:
    told = (
        Paragraph(
            "Whoever is outside",
            f"has no cap and pays no levy on what it buys{_charged(blocs)}; those inside keep the caps as they are "
            "written.",
        ),
        Paragraph("Nobody bargains or retaliates,", "and the capped origin answers neither caps nor floors."),
        Paragraph(
            "Money is all that counts:",
            "what a bloc is worth in a shock is not in it (floors solve --all, floors risk).",
        ),
    )
    return Words("limits", "What this does not say", told, RIGHT, rank=5)
