"""The capped share member by member, and what a cap on all of them together hides."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from floors.brief.facts import FULL, OTHERS_BRING, Asked, Facts
from floors.brief.figures import span, typed_share
from floors.brief.names import counted
from floors.brief.shortage import demand_of
from floors.brief.tables import region_of
from floors.contract.results.trade import SourcingRow
from floors.page.page import RIGHT, Entry, Head, Line, Paragraph, Table
from floors.page.told import listed, percent

APART = 0.10  # between the shares of members: from here on an average hides something
SAME = 0.005  # of two shares that are told alike
MOST = 8  # members of the table
SHARE = "0 %"
UNKNOWN = "unknown"


class Reach(NamedTuple):
    """A member's share of capped origin in a year: of this plan, least and most of all plans of the same cost (None:
    not looked for), and without policy."""

    member: str
    share: float
    least: float | None
    most: float | None
    without: float | None

    @property
    def pinned(self) -> bool:
        """Whether every plan of the same cost has this share."""
        return self.least is not None and self.most is not None and self.most - self.least <= SAME


def reaches(facts: Facts, good: str, year: int) -> list[Reach]:
    """The share of each member that buys a commodity, largest first."""
    found = []
    for member in facts.members:
        row = facts.share.get((member, good, year))
        if row is not None and row.capped_share is not None:
            least, most = _ends(facts, member, good, year, row.capped_share)
            found.append(Reach(member, row.capped_share, least, most, row.baseline_capped_share))
    return sorted(found, key=lambda one: -one.share)


def _ends(facts: Facts, member: str, good: str, year: int, share: float) -> tuple[float | None, float | None]:
    """Least and most; None where a part of it can move and nobody looked how far, or where several parts can, whose
    ends cannot be added."""
    by_place: dict[str, list[SourcingRow]] = defaultdict(list)
    for row in facts.sourced.get((good, year), ()):
        if region_of(row.destination) == member:
            by_place[row.destination].append(row)
    total = sum(row.quantity for rows in by_place.values() for row in rows)
    capped = {row.origin for rows in by_place.values() for row in rows} & set(facts.tables.capped)
    by_origin = sum(row.quantity for rows in by_place.values() for row in rows if row.origin in capped)
    if total <= 0 or abs(by_origin / total - share) > SAME / 10:
        return None, None  # capped material comes from others too
    low = high = 0.0
    moving = 0
    for rows in by_place.values():
        here = sum(row.quantity for row in rows)
        for row in rows:
            if row.origin not in capped:
                continue
            if not row.movable:
                low, high = low + row.quantity, high + row.quantity
                continue
            moving += 1
            if row.least_share is None or row.most_share is None:
                return None, None
            low, high = low + here * row.least_share, high + here * row.most_share
        here_capped = any(row.origin in facts.tables.capped for row in rows)
        if not here_capped and any(row.movable for row in rows) and not _kept_out(facts, rows[0]):
            return None, None  # none here, and what is here can move
    return (low / total, high / total) if moving <= 1 else (None, None)


def _kept_out(facts: Facts, row: SourcingRow) -> bool:
    """Whether no plan of the same cost brings capped material to a place: it cannot come, or a levy keeps it out."""
    floor = facts.floor_at.get((row.destination, row.commodity, row.year))
    if floor is None:  # under a cap there is a floor wherever a capped region can supply
        return row.year in facts.capped_years(row.commodity)
    return floor.binding and floor.state == "prohibitive" and OTHERS_BRING not in floor.note


def pooled_cap(facts: Facts) -> tuple[Asked, int] | None:
    """The cap of the bloc on the commodity of the page, a share that binds on all buyers together, and its last year;
    None where there is none."""
    if facts.main is None or len(facts.members) < 2 or facts.tables.study.settings.coordination == "national":
        return None
    for one in facts.asked:
        whole = one.scope == "bloc" and one.segment is None and one.origin is None and one.basis != "tonnes"
        whole = whole and not one.on_paper and not one.traced
        if whole and one.commodity == facts.main:
            last = max(one.given)
            rows = [
                row
                for row in facts.caps
                if (row.scope, row.commodity, row.segment, row.origin, row.basis)
                == (one.scope, one.commodity, None, None, one.basis)
                and row.year == last
            ]
            if rows and rows[0].limit > 0 and rows[0].slack <= FULL * rows[0].limit:
                return one, last
    return None


def pooled(facts: Facts) -> Paragraph | None:
    """That a share of all is an average; said where the shares of members lie apart."""
    found = pooled_cap(facts)
    if found is None or facts.main is None:
        return None
    cap, year = found
    of = reaches(facts, facts.main, year)
    if len(of) < 2 or of[0].share - of[-1].share <= APART:
        return None
    told = of if len(of) <= 4 else [*of[:3], of[-1]]
    good, first = facts.names.good(facts.main), told[0]
    pinned = all(one.pinned for one in told)
    begin = f"In {year}" if pinned else "In this plan"
    when = "" if pinned else f" in {year}"
    most = f"{_share(first.share)} of the {good} bought in {facts.names.the(first.member)}{when}"
    rest = [f"{_share(one.share)} in {facts.names.the(one.member)}" for one in told[1:]]
    other = "." if pinned else "; plans of the same cost may share it out otherwise."
    supplies = f"{facts.names.capped} {facts.names.verb('supply', 'supplies')}"
    text = f"{begin} {supplies} {listed([most, *rest])}{other}"
    return Paragraph(f"“{typed_share(cap.given[year])}” is an average.", text)


def _share(share: float) -> str:
    return "all" if share > 1 - SAME else "none" if share < SAME / 10 else percent(share)


def shares(facts: Facts) -> Table | None:
    """The table of shares by member; None where no capped region sells the commodity of the page."""
    if facts.main is None or not facts.tables.capped:
        return None
    capped = facts.capped_years(facts.main)
    last = capped[-1] if capped else facts.years[-1]
    first = facts.years[0]
    of = reaches(facts, facts.main, last)
    if not of:
        return None
    before = {one.member: one.share for one in reaches(facts, facts.main, first)} if first != last else {}
    told, more = of[:MOST], of[MOST:]
    several = len(facts.members) > 1
    ranged = any(not one.pinned for one in told)
    unknown = any(_may_be(one) == UNKNOWN for one in told)
    bare = facts.policy and any(one.without is not None for one in told)
    heads = [
        Head("", 15, False),
        *([Head(str(first), 4)] if before else []),
        Head(str(last), 5),
        *([Head("may be", 7)] if ranged else []),
        *([Head("no caps" if not facts.rules else "no policy", 5)] if bare else []),
    ]

    def line(
        name: str,
        then: float | None,
        now: float | None,
        may_be: str | None,
        without: float | None,
        total: bool,
    ) -> Line:
        return Line(
            (
                Entry(name, strong=total),
                *([Entry(then, SHARE, strong=total)] if before else []),
                Entry(now, SHARE, strong=True),
                *([Entry(may_be, faint=True)] if ranged else []),
                *([Entry(without, SHARE, faint=True)] if bare else []),
            ),
            total,
        )

    lines = [
        line(
            facts.names.region(one.member),
            before.get(one.member),
            one.share,
            _may_be(one),
            one.without,
            total=False,
        )
        for one in told
    ]
    bloc = {year: facts.share.get(("bloc", facts.main, year)) for year in (first, last)}
    whole = bloc[last]
    if several and whole is not None:
        then = bloc[first]
        name = "Both" if len(facts.members) == 2 else f"All {counted(len(facts.members))}"
        lines.append(
            line(
                name,
                then.capped_share if then else None,
                whole.capped_share,
                None,
                whole.baseline_capped_share,
                total=True,
            )
        )
    hides = pooled(facts) is not None
    whose = (
        "share of the capped countries"
        if facts.names.capped.startswith("the ")
        else f"{_of_capped(facts)} share"
    )
    title = f"What a pooled cap hides: {whose}" if hides else f"{whose[:1].upper()}{whose[1:]} by member"
    notes = [f"Of {facts.names.good(facts.main)} bought{_explained(ranged, unknown, bare, last, facts)}"]
    if whole is not None and _wanted(facts, last, whole.capped_share):
        notes.append("The cap is a share of what is wanted, of which less is bought.")
    if more:
        notes.append(f"{len(more)} more members: sheet concentration.")
    return Table(
        "shares", title, tuple(heads), tuple(lines), tuple(notes), RIGHT, rank=8, sheet="concentration"
    )


def _wanted(facts: Facts, year: int, share: float | None) -> bool:
    """Whether more than a cap's share of what the bloc buys is capped, for it buys less than it wants."""
    if share is None or facts.main is None:
        return False
    bought = sum(q for (_, good, t), q in facts.bought.items() if (good, t) == (facts.main, year))
    if facts.length[year] * bought >= (1 - SAME) * demand_of(facts, facts.main, [year]):
        return False
    return any(
        one.scope == "bloc"
        and one.commodity == facts.main
        and one.segment is None
        and one.origin is None
        and one.basis == "demand"
        and not one.on_paper
        and not one.traced
        and share - one.given.get(year, 1.0) > SAME
        for one in facts.asked
    )


def _of_capped(facts: Facts) -> str:
    told = facts.names.capped
    return f"{told}’" if told.endswith("s") else f"{told}’s"


def _may_be(one: Reach) -> str | None:
    if one.least is None or one.most is None:
        return UNKNOWN
    return None if one.pinned else span(one.least, one.most)


def _explained(ranged: bool, unknown: bool, bare: bool, year: int, facts: Facts) -> str:
    without = "“no policy”: without it" if facts.rules else "“no caps”: without them"
    told = [
        *(["“may be”: over all plans of the same cost (“unknown”: not looked for)"] if unknown else []),
        *(["“may be”: over all plans of the same cost"] if ranged and not unknown else []),
        *([without] if bare else []),
    ]
    return f"; {listed(told)}, in {year}." if told else "."
