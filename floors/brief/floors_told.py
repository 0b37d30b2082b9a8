"""Answers about floors: how they move, where a cap asks for nothing, and where a levy keeps everything out."""

from __future__ import annotations

from collections.abc import Sequence

from floors.brief.facts import OTHERS_BRING, UNMET, Facts
from floors.brief.figures import prices
from floors.brief.floors_table import listed_apart, paths, told_years
from floors.brief.names import few, sentence
from floors.brief.shares import SAME
from floors.brief.shortage import shortage
from floors.contract import results as sheets
from floors.contract.results.border import ALL_EXEMPT, FloorRow
from floors.page.page import Paragraph
from floors.page.told import DASH, listed, percent

MOVES = 0.01  # of a floor: less is the same
NEXT_TO_NONE = 0.01  # of what is bought


def title_of_path(facts: Facts, good: str) -> str:
    """What the floor of a commodity does over the years, for a picture of it: of the path of most tonnes."""
    rows = _path(facts, good)
    if not rows:
        return f"The floor on {facts.names.good(good)}"
    if any(row.set_by.startswith(UNMET) for row in rows):
        return "Where a buyer goes short there is a value, not a floor"
    on = f" on {facts.names.good(good)}" if listed_apart(facts) else ""
    floor = f"The floor{on}{_places(facts, good)}"
    if not any(row.binding for row in rows):
        return f"{floor} is {facts.names.of(rows[0].origin)} own price"
    first, last = rows[0], rows[-1]
    low, high = min(rows, key=lambda row: row.floor), max(rows, key=lambda row: row.floor)
    if len(rows) == 1:
        return f"{floor} is {prices(last.floor)[0]} {facts.per_kg} in {last.year}"
    if high.floor - low.floor <= MOVES * abs(high.floor):
        return f"{floor} stays at {prices(last.floor)[0]} {facts.per_kg}"
    begin, least, most, end = prices(first.floor, low.floor, high.floor, last.floor)
    if _inside(low, rows):
        return f"{floor} falls to {least} {facts.per_kg} in {low.year}, then rises to {end} in {last.year}"
    if _inside(high, rows):
        return f"{floor} rises to {most} {facts.per_kg} in {high.year}, then falls to {end} in {last.year}"
    verb = "rises" if last.floor > first.floor else "falls"
    return f"{floor} {verb} from {begin} {facts.per_kg} in {first.year} to {end} in {last.year}"


def _inside(row: FloorRow, rows: Sequence[FloorRow]) -> bool:
    """Whether a year between has a floor clearly beyond those of both ends."""
    ends = rows[0].floor, rows[-1].floor
    return all(abs(row.floor - end) > MOVES * abs(end) for end in ends)


def _places(facts: Facts, good: str) -> str:
    """Where the path of most tonnes is, where others differ: ' in A and B'."""
    found = paths(facts, good)
    if len(found) < 2:
        return ""
    return f" in {few([facts.names.the_place(place) for place in found[0].places], 2)}"


def _path(facts: Facts, good: str) -> Sequence[FloorRow]:
    found = paths(facts, good)
    return found[0].rows if found else ()


def path_answer(facts: Facts) -> Paragraph | None:
    """The floors of some years in a row; said where there is a levy and more than one year."""
    if facts.main is None or facts.main not in facts.levied:
        return None
    rows = _path(facts, facts.main)
    if (
        len(rows) < 2
        or any(row.set_by.startswith(UNMET) for row in rows)
        or not any(row.binding for row in rows)
    ):
        return None
    years = told_years(rows)
    at = {row.year: row for row in rows}
    told = prices(*(at[year].floor for year in years))
    levied = [row for row in rows if row.binding]
    where = _places(facts, facts.main)
    first = f"There is no levy{where} before {levied[0].year}. " if levied[0] is not rows[0] else ""
    path = listed([f"{price} in {year}" for price, year in zip(told, years, strict=True)])
    lead = f"{title_of_path(facts, facts.main)}."
    return Paragraph(lead, f"{first}The floor on {facts.names.good(facts.main)}{where}: {path}.")


def idle_caps(facts: Facts) -> Paragraph | None:
    """The caps that ask for nothing beside those that do: no levy, and below the cap without any policy."""
    if not facts.levied or facts.struck or shortage(facts) is not None:
        return None  # said of all in the headline, or idle because nothing can come
    below: dict[str, float] = {}
    whose: dict[str, dict[str, None]] = {}
    above: set[str] = set()
    for one in facts.asked:
        idle = (
            one.commodity in facts.floors
            and one.commodity not in facts.levied
            and not _charged(facts, one.commodity)
        )
        whole = one.segment is None and one.origin is None and one.basis != "tonnes"
        if not (idle and whole):
            continue
        national = facts.tables.study.settings.coordination == "national"
        scopes = facts.members if one.scope == "bloc" and national else [one.scope]
        rows = [
            (facts.share.get((scope, one.commodity, year)), limit)
            for scope in scopes
            for year, limit in one.given.items()
        ]
        found = [(row.baseline_capped_share, limit) for row, limit in rows if row is not None]
        known = [(share, limit) for share, limit in found if share is not None]
        if not all(share <= limit for share, limit in known):
            above.add(one.commodity)
        elif known:
            whose.setdefault(one.commodity, {}).update(dict.fromkeys(scopes))
            below[one.commodity] = max(below.get(one.commodity, 0.0), *(share for share, _ in known))
    below = {good: share for good, share in below.items() if good not in above}
    if not below:
        return None
    goods = few([facts.names.good(good) for good in below])
    cap, ask = ("The cap", "asks") if len(below) == 1 else ("The caps", "ask")
    most = max(below.values())
    it = "it" if len(below) == 1 else "them"
    scopes = list(dict.fromkeys(scope for good in below for scope in whose[good]))
    who = few(["the bloc" if scope == "bloc" else facts.names.the(scope) for scope in scopes])
    buy = "buys" if len(scopes) == 1 else "each buy"
    if most < SAME / 10:
        bought = f"{buy} none of {it} from {facts.names.capped}"
    elif most < NEXT_TO_NONE:
        bought = f"{buy} next to none of {it} from {facts.names.capped}"
    else:
        bought = f"{buy} at most {percent(most)} of {it} from {facts.names.capped}"
    alone = len(below) == 1
    lifted = any(row.binding for good in below for rows in facts.floors[good].values() for row in rows)
    if lifted:  # by a rule
        floors = f"Where {'its floor lies' if alone else 'their floors lie'} above that price, nobody pays the levy."
    else:
        own = f"{_possessive(facts)} own price{'' if alone else 's'}"
        floors = (
            f"{'The floor there is' if alone else 'The floors there are'} {own}: nothing is held up by {it}."
        )
    return Paragraph(
        f"{cap} on {goods} {ask} for nothing.",
        f"Even without a policy {who} {bought} in any year under a cap. {floors}",
    )


def _possessive(facts: Facts) -> str:
    told = facts.names.capped
    return f"{told}’" if told.endswith("s") else f"{told}’s"


def _charged(facts: Facts, good: str) -> bool:
    """Whether anybody pays a levy on a commodity: by a minimum others than the capped may."""
    return good in facts.charged


def delayed(facts: Facts) -> Paragraph | None:
    """From when on a floor bites where exempt tonnes are all that comes at first; of the place that buys most."""
    best: tuple[float, list[FloorRow]] | None = None
    for good, places in facts.floors.items():
        for place, rows in places.items():
            free = [row for row in rows if ALL_EXEMPT in (row.note or "")]
            tonnes = sum(facts.bought.get((place, good, row.year), 0.0) for row in free)
            if free and (best is None or tonnes > best[0]):
                best = tonnes, free
    if best is None:
        return None
    free = best[1]
    good, where = facts.names.good(free[0].commodity), facts.names.the_place(free[0].member)
    first = free[0].bites_from
    early = [row.year for row in free if first is None or row.year < first]
    if not early:
        return None
    comes = f"in {listed([str(year) for year in early])} all that comes is exempt"
    if first is None:
        return Paragraph("Exempt tonnes leave the floor without a bite.", f"On {good} in {where} {comes}.")
    return Paragraph(
        "Exempt tonnes delay the floor.", f"On {good} in {where} it first bites in {first}: {comes}."
    )


def prohibitive(facts: Facts) -> Paragraph | None:
    """Where the levy keeps all out in every plan of the same cost; of the place that buys most."""
    best: tuple[float, list[FloorRow]] | None = None
    for good, places in facts.floors.items():
        for place, rows in places.items():
            run = _kept_out(facts, rows)
            if run and "/" not in place:
                tonnes = sum(facts.bought.get((place, good, row.year), 0.0) for row in run)
                if best is None or tonnes > best[0]:
                    best = tonnes, run
    if best is None or not best[0]:
        return None
    run = best[1]
    first, last = run[0], run[-1]
    good = facts.names.good(first.commodity)
    everywhere = facts.floors[first.commodity][first.member][-1].year == last.year
    since = f"from {first.year}" if everywhere and first.year != last.year else f"in {first.year}"
    if not everywhere and first.year != last.year:
        since = f"in {first.year}{DASH}{last.year}"
    low, high = prices(min(row.levy for row in run), max(row.levy for row in run))
    levy = low if low == high else f"{low}{DASH}{high}"
    sold = _sold_at(facts, last)
    where = facts.names.the_place(first.member)
    sells = f"{facts.names.capped} {facts.names.verb('sell', 'sells')}"
    return Paragraph(
        f"{sentence(sells)} no {good} in {where} {since}:",
        f"the levy of {levy} {facts.per_kg} keeps all out{sold}.",
    )


def _kept_out(facts: Facts, rows: Sequence[FloorRow]) -> list[FloorRow]:
    """The last years in a row in which a levy keeps out all that would come without a policy, and no other plan lets
    any in."""
    run: list[FloorRow] = []
    for row in reversed(rows):
        out = row.binding and row.state == "prohibitive" and OTHERS_BRING not in row.note
        short = row.set_by.startswith(UNMET)
        share = facts.share.get((row.member, row.commodity, row.year))
        comes = share is not None and (share.baseline_capped_share or 0.0) > SAME / 10
        if out and comes and not short and not facts.arrives.get((row.member, row.commodity, row.year)):
            run.insert(0, row)
        elif run:
            break
    return run


def _sold_at(facts: Facts, row: FloorRow) -> str:
    for one in facts.tables.read(sheets.PRICES):
        if (one.region, one.commodity, one.year) == (
            row.member,
            row.commodity,
            row.year,
        ) and one.price is not None:
            return f", and the price there is {prices(one.price)[0]} in {row.year}"
    return ""
