"""The headline: the price first, then what it costs; it says what it takes, and recommends nothing."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from floors.brief.facts import LEAST_LEVY, UNMET, Asked, Facts
from floors.brief.figures import prices, tonnes
from floors.brief.floors_table import is_rule, listed_apart
from floors.brief.names import MOST_NAMED, counted
from floors.brief.question import EACH, goods_of, level, origin_of
from floors.brief.shortage import shortage
from floors.contract import results as sheets
from floors.contract.results.border import CapRow, FloorRow
from floors.page.told import money, percent

DIFFER = 0.01  # of floors between members: more is told


class _Top(NamedTuple):
    """The floor of a headline: its row, whether others differ from it, and the cap behind it (None: a rule)."""

    row: FloorRow
    differs: bool
    cap: Asked | None


def alarm(facts: Facts) -> str:
    """What is said first of a result whose certificate did not pass; nothing of any other."""
    failed = [row.check for row in facts.tables.read(sheets.CERTIFICATE) if not row.passed]
    if not failed and not facts.tables.failed:
        return ""
    more = f" and {len(failed) - 2} more" if len(failed) > 2 else ""
    where = f" in {'; '.join(failed[:2])}{more}" if failed else ""
    return f"The certificate failed{where}: do not use this page."


def headline(facts: Facts) -> str:
    """The headline of a page."""
    if alarm(facts):
        return "This result is not proven"
    if not facts.policy:
        return _no_policy(facts)
    short = shortage(facts)
    if short is not None and short.capped:
        named = facts.names.good(short.good)
        return f"In {short.when} the bloc goes short of {tonnes(short.tonnes)} of {named}: no floor closes that gap"
    top = _top(facts)
    return _idle(facts) if top is None else _takes(facts, top)


# ----------------------------------------------------------------- H1, H4


def _top(facts: Facts) -> _Top | None:
    """The floor of the last year in which one is paid, or keeps all out; None where there is none."""
    if facts.main is None or facts.main not in facts.levied:
        return None
    rows = [
        row
        for of_place in facts.floors[facts.main].values()
        for row in of_place
        if row.binding and row.state != "idle" and not row.set_by.startswith(UNMET)
    ]
    if not rows:
        return None
    last = max(row.year for row in rows)
    there = sorted((row for row in rows if row.year == last), key=lambda row: -row.floor)
    # A floor that nobody pays is not the headline where another is paid.
    paid = [row for row in there if row.state == "paid"] or there
    everywhere = [
        row for of_place in facts.floors[facts.main].values() for row in of_place if row.year == last
    ]
    top = paid[0]
    differs = any(abs(row.floor - top.floor) > DIFFER * abs(top.floor) for row in everywhere)
    return _Top(top, differs, _behind(facts, top))


def _behind(facts: Facts, row: FloorRow) -> Asked | None:
    """The cap that has a floor paid: of the bloc before others, on all buyers before some."""
    charged = [
        cap
        for cap in facts.caps
        if cap.year == row.year
        and cap.charged > 0
        and facts.covers(cap.commodity, row.commodity)
        and _there(cap, row)
    ]
    if not charged:
        return None
    first = min(
        charged,
        key=lambda cap: (
            cap.scope != "bloc",
            cap.segment is not None,
            cap.origin is not None,
            -cap.charged,
        ),
    )
    return next((one for one in facts.asked if _made_of(one, first)), None)


def _there(cap: CapRow, row: FloorRow) -> bool:
    """Whether a cap is on what comes from the origin of a floor to its place."""
    region, _, segment = row.member.partition("/")
    there = cap.scope in ("bloc", region) and cap.segment in (None, segment or None)
    return there and cap.origin in (None, row.origin)


def _made_of(asked: Asked, row: CapRow) -> bool:
    """Whether a row of the results is that of a row of the study, or one of those that it is spelled out to."""
    return (
        asked.scope in (row.scope, "bloc")
        and (asked.commodity, asked.segment, asked.basis) == (row.commodity, row.segment, row.basis)
        and asked.origin in (row.origin, EACH)
        and row.year in asked.given
    )


def _takes(facts: Facts, top: _Top) -> str:
    row, names = top.row, facts.names
    floor, capped = prices(row.floor, row.capped_price)
    seller = names.the(row.origin)
    place = f" in {names.the_place(row.member)}" if top.differs else ""
    if top.cap is None:
        where = f"{names.good(row.commodity)}{place} in {row.year}"
        own = "set by the bloc’s own rules"
        gains = facts.loss < 0 and not facts.nothing(facts.loss)
        floor_on = f"A floor of {floor} {facts.per_kg} on {where} ({seller} sells at {capped})"
        return (
            f"{floor_on} is {own} {cost(facts)}"
            if gains
            else f"{floor_on}, {own}, {cost(facts).removeprefix('and ')}"
        )
    sells = f"{seller} sells at {capped}" + ("; a rule of the bloc sets it" if is_rule(row.set_by) else "")
    if listed_apart(facts):
        return _many(facts, row, f"{floor} {facts.per_kg}{place} in {row.year} ({sells})")
    when = f" in {row.year}" if _since(facts, top.cap, row.year) < row.year else ""
    on = f" on {names.good(row.commodity)}" if top.cap.commodity != row.commodity else ""
    takes = f"takes a floor of {floor} {facts.per_kg}{on}{place}{when} ({sells})"
    return f"{_holding(facts, top, top.cap)} {takes} {cost(facts)}"


def _many(facts: Facts, row: FloorRow, floor: str) -> str:
    """Caps on many goods: on how many there are levies, what all cost, and the floor that weighs most."""
    need = f"The caps need levies on {_of_all(len(facts.levied), len(facts.floors))} goods"
    weighs = f"{facts.names.good(row.commodity)} weighs most, with a floor of {floor}"
    return f"{need} {cost(facts).replace('costs', 'cost')}: {weighs}"


def _of_all(some: int, every: int) -> str:
    return f"all {counted(every)}" if some == every else f"{counted(some)} of {counted(every)}"


def _holding(facts: Facts, top: _Top, cap: Asked) -> str:
    row = top.row
    good = goods_of(facts, cap.commodity)
    since = _since(facts, cap, row.year)
    looser = [level for year, level in cap.given.items() if year < row.year]
    when = (
        f"from {since}"
        if since < row.year
        else f"by {row.year}"
        if looser and min(looser) > cap.given[row.year]
        else f"in {row.year}"
    )
    whom = f"material from {origin_of(facts, cap)}" if cap.traced else origin_of(facts, cap)
    whose = _whose(facts, cap)
    if not cap.given[row.year]:
        return f"Keeping {whom} out of {whose} {good} {when}"
    if cap.basis == "tonnes":
        return f"Holding {whom} to {level(cap, row.year)} of {whose} {good} {when}"
    use = "use of " if cap.basis == "use" else ""
    return f"Holding {whom} to {level(cap, row.year)} of {whose} {use}{good} {when}"


def _since(facts: Facts, cap: Asked, year: int) -> int:
    """The first year from which on a cap is what it is in a year, without a year between in which there is none."""
    since = year
    for one in sorted((t for t in facts.years if t < year), reverse=True):
        if cap.given.get(one) != cap.given[year]:
            break
        since = one
    return since


def _whose(facts: Facts, cap: Asked) -> str:
    national = facts.tables.study.settings.coordination == "national" and len(facts.members) > 1
    bloc = "each member’s" if national else "the bloc’s"
    whose = bloc if cap.scope == "bloc" else facts.names.of(cap.scope)
    return f"{whose} {cap.segment}" if cap.segment else whose


def cost(facts: Facts) -> str:
    """'and costs the bloc 1.6 billion USD'."""
    if facts.nothing(facts.loss):
        return "and costs the bloc nothing"
    told = money(abs(facts.loss), facts.currency)
    return f"and costs the bloc {told}" if facts.loss > 0 else f"and the bloc gains {told} by it"


# ----------------------------------------------------------------- H2, no policy


def _idle(facts: Facts) -> str:
    """No levy on what is capped."""
    if facts.charged:
        return _charged(facts)
    if not facts.nothing(facts.loss):  # what must run is paid for otherwise
        many = len(facts.asked) != 1
        whose = "The rules on floors" if not facts.asked else "The caps" if many else "The cap"
        need, costs = ("need", "cost") if many else ("needs", "costs")
        said = cost(facts).replace("costs", costs)
        return f"{whose} {need} no levy in any year{_in_shock(facts)} {said}"
    if not facts.asked:
        return f"The rules on floors ask for nothing: no levy is paid in any year{_in_shock(facts)}"
    what = "The caps ask for nothing" if len(facts.asked) > 1 else "The cap asks for nothing"
    if _stays_below(facts):
        verb = facts.names.verb("stay", "stays")
        it = "them" if len(facts.asked) > 1 else "it"
        return f"{what}: {facts.names.capped} {verb} below {it} without any policy{_in_shock(facts)}"
    return f"{what}: no levy is needed in any year{_in_shock(facts)}"


def _charged(facts: Facts) -> str:
    """Others pay a levy than those whose floor it is: a cap is on them alone, or a minimum is levied on them."""
    good = max(facts.charged, key=lambda one: len(facts.charged[one]))
    who = sorted(facts.charged[good], key=facts.members.__contains__)
    named = facts.names.regions(who) if len(who) <= MOST_NAMED else f"{counted(len(who))} regions"
    by_caps = any(cap.charged > LEAST_LEVY and facts.covers(cap.commodity, good) for cap in facts.caps)
    ask = (
        ("The caps put" if len(facts.asked) > 1 else "The cap puts") if by_caps else "The rules on floors put"
    )
    paid = [
        row.levy
        for row in facts.tables.read(sheets.SHIPMENTS)
        if row.commodity == good
        and row.origin in facts.charged[good]
        and row.levy > LEAST_LEVY
        and row.quantity > 0
    ]
    least, most = prices(min(paid), max(paid))
    size = f"{'' if least == most else 'up to '}{most} {facts.per_kg}"
    seen = any(one.traced and facts.covers(one.commodity, good) for one in facts.asked)
    of = f" made of material from {facts.names.capped}" if seen else ""
    levy = f"{ask} a levy of {size} on {facts.names.good(good)} from {named}{of}"
    return f"{levy}, {cost(facts).replace('and costs', 'which costs')}"


def _in_shock(facts: Facts) -> str:
    """An embargo leaves a cap idle; so much is said."""
    return f" once “{facts.tables.scenario}” has come" if facts.struck else ""


def _stays_below(facts: Facts) -> bool:
    """Whether what is bought of capped origin without policy is seen to be below every cap; only caps on all
    buyers that are shares can be held against what arrives."""
    for one in facts.asked:
        if one.segment is not None or one.origin is not None or one.basis == "tonnes":
            return False
        national = facts.tables.study.settings.coordination == "national"
        scopes = facts.members if one.scope == "bloc" and national else [one.scope]
        for scope, (year, limit) in product(scopes, one.given.items()):
            row = facts.share.get((scope, one.commodity, year))
            found = row.baseline_capped_share if row else None
            if found is not None and found > limit:
                return False
    return not facts.in_group


def _no_policy(facts: Facts) -> str:
    bill = facts.tables.metric.get("bloc_net_cost")
    last = facts.years[-1]
    shares = {
        good: share
        for (scope, good, year), row in facts.share.items()
        if scope == "bloc" and year == last and (share := row.capped_share) is not None
    }
    bought = {
        good: sum(q for (_, c, t), q in facts.bought.items() if c == good and t == last) for good in shares
    }
    demanded = {row["commodity"] for row in facts.tables.study.rows("demand")}
    goods = [good for good in bought if good in demanded] or list(bought)
    told = "the bloc buys freely"
    if bill is not None:  # below 0 members sell for more than they spend
        size = money(bill, facts.currency)
        told = f"the bloc’s bill is {size}" if bill >= 0 else f"the bloc earns {size}"
    if not goods or not facts.tables.capped:
        return f"Without caps and rules on floors {told} in {facts.span}"
    good = max(goods, key=lambda one: bought[one])
    supplies = f"{facts.names.capped} {facts.names.verb('supply', 'supplies')} {percent(shares[good])}"
    return f"Without caps and rules on floors {supplies} of the bloc’s {facts.names.good(good)} in {last}, and {told}"
