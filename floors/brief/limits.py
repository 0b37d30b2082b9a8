"""What the page does not say: the limits of the model that hold in this study, each with a figure where it has one."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from floors.brief.facts import LEAST_LEVY, Facts
from floors.brief.figures import prices
from floors.brief.insurance import shocks
from floors.brief.shortage import shortage
from floors.brief.tables import Tables, region_of
from floors.page.page import RIGHT, Paragraph, Words
from floors.page.told import DASH, amount, percent, three_digits

JUMP = 0.10  # of what a member buys: from here on a change from one year to the next is worth telling
SMALL = 0.05  # of what the bloc buys: members who buy less are no example


def limits(facts: Facts) -> Words:
    """A line each."""
    told = [
        _partners(facts),
        _market_power(facts),
        _value(facts),
        _average(facts),
        _evasion(facts),
        _left_out(facts),
        _foresight(facts),
    ]
    found = tuple(one for one in told if one is not None)
    return Words("limits", "What this does not say", found, RIGHT, rank=1)


def _partners(facts: Facts) -> Paragraph | None:
    """Trade changes at no cost but that of links, with the largest jump that comes of it."""
    if len(facts.tables.role) < 2:
        return None
    jump = _jump(facts) if facts.main is not None else ""
    study = facts.tables.study
    if study.rows("qualified") and any(row["qualify_cost"] is not None for row in study.rows("routes")):
        return Paragraph("Trade changes partners", f"for what a new link costs and takes, and no more.{jump}")
    return Paragraph("Trade changes partners", f"at once and free of charge.{jump}")


def _jump(facts: Facts) -> str:
    good = facts.main
    if good is None or not facts.tables.capped or facts.struck:
        return ""
    mine: dict[str, float] = defaultdict(float)
    for (place, c), quantity in facts.bought_by.items():
        if c == good:
            mine[region_of(place)] += quantity
    total = sum(mine.values())
    best = (JUMP, "")
    for member in facts.members:
        if mine[member] < SMALL * total:
            continue
        for a, b in pairwise(facts.years):
            rows = facts.share.get((member, good, a)), facts.share.get((member, good, b))
            before, now = (row.capped_share if row else None for row in rows)
            if before is None or now is None or percent(before) == percent(now):
                continue
            if abs(now - before) > best[0]:
                text = (
                    f" So {facts.names.the(member)} buys {percent(before)} of its {facts.names.good(good)} from "
                    f"{facts.names.capped} in {a} and {percent(now)} in {b}."
                )
                best = abs(now - before), text
    return best[1]


def _market_power(facts: Facts) -> Paragraph:
    who = facts.names.capped if facts.tables.capped else ""
    do = facts.names.verb("do", "does")
    answer = f"and {who} {do} not answer the floor." if who else "and nobody answers a policy."
    return Paragraph("Nobody has market power,", answer)


CONTRACTS = ("route_minimums", "minimums", "contracts")


def _left_out(facts: Facts) -> Paragraph | None:
    """A contract that stands in a scenario of its own: what the policy costs with it."""
    for name, tables in facts.family.of.items():
        if name == facts.tables.scenario or tables.failed:
            continue
        changed = {row["sheet"] for row in tables.study.base.rows("changes") if row["scenario"] == name}
        with_it = tables.metric.get("change_in_bloc_net_cost")
        only = bool(changed) and changed <= set(CONTRACTS)
        if (
            only
            and tables.study.parent is tables.study.base
            and with_it is not None
            and not facts.nothing(with_it - facts.loss)
        ):
            verb = "cost" if with_it > 0 else "gain"
            return Paragraph(
                "Contracts of a scenario of its own are left out.",
                f"With “{name}” the policy would {verb} the bloc {amount(with_it)}, not {_signed(facts)}.",
            )
    return None


def _signed(facts: Facts) -> str:
    return amount(facts.loss) if facts.loss > 0 else f"{DASH}{amount(facts.loss)}"


def _average(facts: Facts) -> Paragraph | None:
    """A levy is of the last kg: what the cap behind it costs on average is told where it is another number."""
    found = [
        cap
        for cap in facts.caps
        if cap.average is not None and cap.commodity == facts.main and cap.levy > LEAST_LEVY
    ]
    if not found:
        return None
    top = max(found, key=lambda cap: (cap.levy, cap.year))
    least, most = prices(top.average or 0.0, top.levy)
    if least == most:
        return None
    return Paragraph(
        "A levy is of the last kg:",
        f"{most} {facts.per_kg} under the cap of {top.year}; on average what it keeps out costs {least}.",
    )


def _evasion(facts: Facts) -> Paragraph | None:
    """Evasion counts against a cap: with the figure of the scenario in which it does most to the floor."""
    if not facts.asked:
        return None
    if _evades(facts, facts.tables):
        return _evaded(facts)
    for name, tables in facts.family.of.items():
        if name == facts.tables.scenario or tables.failed:
            continue
        if _evades(facts, tables):
            share = tables.metric.get("declared_share")
            true = tables.metric.get("capped_share")
            if share is None or true is None or percent(share) == percent(true):
                return None
            return Paragraph(
                "All pay the levy here.",
                f"With “{name}”, where some evade it, the papers say {percent(share)} of what is under caps, and the "
                f"truth is {percent(true)}.",
            )
    return None


def _evaded(facts: Facts) -> Paragraph:
    """Whether evasion takes room under the caps that are evaded: under all of them, some or none."""
    seen = [one for one in facts.asked if not one.on_paper]
    if len(seen) == len(facts.asked):
        return Paragraph(
            "Evasion counts against the cap,", "so the honest buy less the more others evade it."
        )
    share, true = (facts.tables.metric.get(name) for name in ("declared_share", "capped_share"))
    size = ""
    if share is not None and true is not None and percent(share) != percent(true):
        size = f": the papers say {percent(share)} of what is under caps, and the truth is {percent(true)}"
    which = "The cap binds" if len(facts.asked) == 1 else "Some caps bind" if seen else "The caps bind"
    return Paragraph(f"{which} what papers show,", f"so evasion takes no room from the honest{size}.")


def _evades(facts: Facts, tables: Tables) -> bool:
    """Whether buyers of members evade what a cap is on."""
    return any(
        row["enforcement"] < 1
        and row["region"] in tables.members
        and any(facts.covers(one.commodity, row["commodity"]) for one in facts.asked)
        for row in tables.study.rows("demand")
    )


def _value(facts: Facts) -> Paragraph | None:
    """What a shortage is valued at, wherever a shortage or a shock is told."""
    if shortage(facts) is None and not shocks(facts):
        return None
    members = set(facts.members)
    rows = [
        row["value"]
        for row in facts.tables.study.rows("demand")
        if row["region"] in members and row["value"] is not None and facts.main in (None, row["commodity"])
    ]
    if not rows:
        return None
    low, high = three_digits(min(rows)), three_digits(max(rows))
    span = low if low == high else f"{low}{DASH}{high}"
    what = "the bills of a shock rest on it." if shocks(facts) else "how much goes short rests on it."
    return Paragraph(
        "The value of a shortage", f"is an assumption ({span} {facts.per_kg}): {what}{_reasons(facts)}"
    )


def _reasons(facts: Facts) -> str:
    """Why the least and the most that members would pay is no more, where column note_value of demand says so."""
    study, members = facts.tables.study, set(facts.members)
    found = sorted(
        (row["value"], row["segment"], why)
        for i, row in enumerate(study.rows("demand"))
        if row["region"] in members
        and row["value"] is not None
        and facts.main in (None, row["commodity"])
        and (why := study.remark("demand", i, "note_value"))
    )
    ends = dict.fromkeys((found[0], found[-1])) if found else {}
    return "".join(f" {segment} {three_digits(value)}: {why}." for value, segment, why in ends)


def _foresight(facts: Facts) -> Paragraph | None:
    if len(facts.years) < 2:
        return None
    year = facts.tables.study.surprise
    if year is not None:
        return Paragraph(
            "All but the shock is foreseen:", f"nobody prepares for {year}, and from then on all is known."
        )
    return Paragraph("All years are foreseen,", "so plants are built in time where they can be.")
