"""Whether the policy is an insurance: bills of the bloc as levels, with a shock, with the policy and without it."""

from __future__ import annotations

from typing import NamedTuple

from floors.brief.facts import Facts
from floors.brief.tables import SHOCK, Tables
from floors.page.page import Paragraph
from floors.page.told import DASH, amount, money, percent

MOST = 2  # shocks that are told


class Shock(NamedTuple):
    """A shock that nobody foresaw: its scenario and year, and the bloc's bill with it, after the policy and without."""

    name: str
    year: int
    stops: str
    after: float
    without: float


def shocks(facts: Facts) -> list[Shock]:
    """The surprises that were solved under the policy of the page, in the order of their years."""
    if not facts.policy:
        return []
    found = []
    for tables in (one for one in _struck(facts) if not one.rebuilt):  # else bills are of two blocs
        year, metric = tables.study.surprise, tables.metric
        after, without = metric.get("bloc_net_cost"), metric.get("baseline_bloc_net_cost")
        if year is not None and after is not None and without is not None:
            found.append(Shock(tables.scenario, year, _stopped(tables), after, without))
    return sorted(found, key=lambda one: one.year)


def _struck(facts: Facts) -> list[Tables]:
    """The page's own shock, or those that strike its scenario under its rules."""
    if facts.tables.study.surprise is not None:
        return [facts.tables]
    family = facts.family
    return [
        tables
        for name, tables in family.of.items()
        if family.kinds.get(name) == SHOCK
        and name not in family.mixed
        and not tables.failed
        and tables.study.parent is not None
        and tables.study.parent.scenario_name == facts.tables.scenario
    ]


def _stopped(tables: Tables) -> str:
    """The capped region that may sell nothing abroad any more; empty where the shock is another."""
    study, year = tables.study, tables.study.surprise
    rows = [row for row in study.base.rows("changes") if row["scenario"] == study.scenario_name]
    for row in rows:
        if row["sheet"] != "route_limits" or row["change"] != "set" or row["value"] != 0:
            continue
        where = dict(part.strip().split("=", 1) for part in row["where"].split(";") if "=" in part)
        origin: str = where.pop("origin", "").strip()
        everything = all(value.strip() == "*" for value in where.values())
        if origin in tables.capped and everything and year is not None and _closed(tables, origin, year):
            return origin
    return ""


def _closed(tables: Tables, origin: str, year: int) -> bool:
    """Whether no way out of a region is open: to each other region there is a limit of 0 for each commodity."""
    shut = [
        (row["destination"], row["commodity"])
        for row in tables.study.rows("route_limits")
        if row["origin"] in (origin, "*") and row["years"].get(year) == 0
    ]
    goods = [row["commodity"] for row in tables.study.rows("commodities")]
    return all(
        any(
            there in (region, tables.study.roles[region, year], "*") and good in (one, "*")
            for there, good in shut
        )
        for region in tables.role
        if region != origin
        for one in goods
    )


def policy_cost(facts: Facts) -> float:
    """What the policy costs the bloc where no shock comes."""
    told = facts.tables.metric.get("policy_cost")
    return facts.loss if told is None else told


def insurance(facts: Facts) -> Paragraph | None:
    """No insurance, or from which probability on it pays; said where the policy costs something."""
    found, cost = shocks(facts), policy_cost(facts)
    if not found or cost <= 0 or facts.nothing(cost):
        return None
    saved = [one for one in found if one.without > one.after and not facts.nothing(one.without - one.after)]
    return _pays(facts, saved, cost) if saved else _is_none(facts, found)


def _pays(facts: Facts, saved: list[Shock], cost: float) -> Paragraph:
    """Expected bills with and without the policy are equal where the shock has this probability."""
    best = max(saved, key=lambda one: one.without - one.after)
    less = best.without - best.after
    odds = percent(cost / (cost + less))
    lead = f"As insurance it pays if {_named(facts, best, 'a shock such as')} is likelier than {odds}:"
    text = f"it costs {money(cost, facts.currency)} without it and lowers the bloc’s bill by {amount(less)} with it."
    return Paragraph(lead, f"{text} {_bills(facts, best, first=True)}")


def _is_none(facts: Facts, found: list[Shock]) -> Paragraph:
    """Bills are told, for a loss can be lower and the bill not."""
    told = found if len(found) <= MOST else [found[0], found[-1]]
    said = "; ".join(_bills(facts, one, first=i == 0).removesuffix(".") for i, one in enumerate(told))
    return Paragraph("It is no insurance.", f"{said}. {_calm(facts)}".rstrip())


def _calm(facts: Facts) -> str:
    """The bill where no shock comes; not said where the page is of a shock itself."""
    metric = facts.tables.metric
    now, bare = metric.get("bloc_net_cost"), metric.get("baseline_bloc_net_cost")
    if facts.tables.study.surprise is not None or now is None or bare is None:
        return ""
    with_it, without = _apart(facts, now, bare)
    unit = with_it.partition(" ")[2]
    same = unit == without.partition(" ")[2]
    return f"Without a shock: {with_it.removesuffix(f' {unit}') if same else with_it} and {without}."


def _bills(facts: Facts, one: Shock, first: bool) -> str:
    """Both bills of a shock; the unit and what is with and without are told of the first."""
    with_it, bare = _apart(facts, one.after, one.without)
    if not first:
        when = f"in {one.year}" if one.stops else f"with “{one.name}”"
        return f"{when}, {with_it} with and {'as much' if with_it == bare else bare} without."
    policy = "the caps" if facts.asked and not facts.rules else "the policy"
    without = "as much" if with_it == bare else bare
    bill = f"the bloc’s bill would be {with_it} {facts.currency} with {policy} and {without} without"
    return f"{_if(facts, one)} {bill}."


def _if(facts: Facts, one: Shock) -> str:
    if one.stops:
        return f"If {facts.names.the(one.stops)} stopped all exports in {one.year},"
    return f"If “{one.name}” came as a surprise in {one.year},"


def _named(facts: Facts, one: Shock, otherwise: str) -> str:
    if one.stops:
        return f"a stop of all exports by {facts.names.the(one.stops)} in {one.year}"
    return f"{otherwise} “{one.name}”"


def _apart(facts: Facts, *million: float) -> list[str]:
    """Amounts that differ by something are told so that they differ."""
    sign = [DASH if x < 0 else "" for x in million]
    told = [f"{minus}{amount(x)}" for minus, x in zip(sign, million, strict=True)]
    if len(set(told)) > 1 or facts.nothing(max(million) - min(million)):
        return told
    unit, size = ("million", 1.0) if max(map(abs, million)) >= 1 else ("thousand", 1e-3)
    decimals = 0
    while len({f"{x / size:,.{decimals}f}" for x in million}) == 1:
        decimals += 1
    return [f"{minus}{abs(x) / size:,.{decimals}f} {unit}" for minus, x in zip(sign, million, strict=True)]
