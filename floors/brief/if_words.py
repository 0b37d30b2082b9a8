"""What if members leave, or there were no stockpiles: a sentence each."""

from __future__ import annotations

from floors.brief.facts import Facts
from floors.brief.figures import prices
from floors.brief.floors_table import paths, told_years
from floors.brief.insurance import shocks
from floors.brief.tables import RULES, Tables
from floors.page.page import RIGHT, Paragraph, Words
from floors.page.told import amount, listed, money, percent
from floors.study.scenarios import BASE

MOST = 2  # blocs, and shocks


def if_words(facts: Facts) -> Words | None:
    """What other blocs and the stockpiles would change; None where neither was solved."""
    found = [*_leaving(facts), _worth(facts)]
    told = tuple(one for one in found if one is not None)
    return Words("if", "What if", told, RIGHT, rank=3, sheet="side_by_side") if told else None


def _leaving(facts: Facts) -> list[Paragraph]:
    """Scenarios that members leave and that change no more than who is one."""
    if facts.tables.scenario != BASE or not facts.policy:
        return []
    told = []
    for name, tables in facts.family.of.items():
        left = [member for member in facts.members if member not in tables.members]
        chosen = facts.family.kinds.get(name) == RULES and name not in facts.family.mixed
        if left and tables.members and chosen and not tables.failed and _roles_alone(tables):
            told.append(_left(facts, tables, left))
    return [one for one in told if one is not None][:MOST]


def _roles_alone(tables: Tables) -> bool:
    study = tables.study
    return all(
        study.rows(name) == study.base.rows(name)
        for name in ("caps", "floor_rules", "demand", "processes", "routes")
    )


def _left(facts: Facts, tables: Tables, left: list[str]) -> Paragraph | None:
    other = Facts(tables)
    now = {row.region: row.net for row in other.payers}
    before = {row.region: row.net for row in facts.payers}
    stay = [member for member in facts.members if member in tables.members]
    if not now or not before or not stay:
        return None
    then, alone, outside = sum(before[m] for m in stay), sum(now[m] for m in stay), sum(now[m] for m in left)
    same = (alone < 0) == (then < 0) and not facts.nothing(alone) and not facts.nothing(then)
    beside = f" ({amount(then)} where all stay)" if same else f", and {_fare(facts, then)} where all stay"
    if _fare(facts, alone) == _fare(facts, then):
        beside = ", as they do where all stay"
    said = f"those who stay {_fare(facts, alone)}{beside}"
    said += f"; those outside {_fare(facts, outside)}." if not facts.nothing(outside) else "."
    verb = "leave" if len(left) > 1 else "leaves"
    return Paragraph(f"If {facts.names.regions(left)} {verb}:", f"{said}{_floors(facts, other)}")


def _fare(facts: Facts, net: float) -> str:
    """'lose 1.1 billion USD' by the policy."""
    if facts.nothing(net):
        return "lose nothing"
    return f"{'lose' if net < 0 else 'gain'} {money(net, facts.currency)}"


def _floors(facts: Facts, other: Facts) -> str:
    """Floors of two years beside those of the page."""
    if facts.main is None:
        return ""
    mine, others = paths(facts, facts.main), paths(other, facts.main)
    if not mine or not others:
        return ""
    years = told_years(mine[0].rows)
    told = []
    for year in years if len(years) <= 2 else [years[1], years[-1]]:
        a, b = mine[0].at(year), others[0].at(year)
        if a is not None and b is not None:
            now, then = prices(b.floor, a.floor)
            told.append(f"{now} in {year} (not {then})" if now != then else f"{now} in {year} as before")
    return f" The floor is {listed(told)}." if told else ""


def _worth(facts: Facts) -> Paragraph | None:
    """From which probability of a shock on the stockpiles are worth what they cost: bills with and without them."""
    metric = facts.tables.metric
    bare, now = metric.get("no_stockpiles_bloc_net_cost"), metric.get("bloc_net_cost")
    if bare is None or now is None:
        return None
    cost, whose = now - bare, _stockpiles(facts)
    if facts.nothing(cost):
        return Paragraph(f"Without {whose}", "the bloc’s bill is the same.")
    told = money(abs(cost), facts.currency)
    if facts.struck:
        return Paragraph(
            f"Without {whose}",
            f"the bloc’s bill is {told} {'higher' if cost < 0 else 'lower'} in this shock.",
        )
    if cost < 0:
        return Paragraph(f"Without {whose}", f"the bloc’s bill is {told} higher, with no shock at all.")
    said = f"the bloc’s bill is {told} lower"
    saved = _saved(facts)
    if not saved:
        return Paragraph(f"Without {whose}", f"{said}; what they save in a shock was not solved.")
    worth = [(less, shock) for less, shock in saved if less > 0 and not facts.nothing(less)][:MOST]
    if not worth:
        return Paragraph(
            f"Without {whose}", f"{said}, and no higher {listed([when for _, (when, _) in saved])}."
        )
    odds = [percent(cost / (cost + less)) for less, _ in worth]
    less, (when, _) = worth[0]
    also = "; ".join(f"{short}: {odd}" for (_, (_, short)), odd in zip(worth[1:], odds[1:], strict=True))
    higher = f"but {amount(less)} higher {when}: they are worth it if that is likelier than {odds[0]}"
    return Paragraph(f"Without {whose}", f"{said}, {higher}{f' ({also})' if also else ''}.")


def _stockpiles(facts: Facts) -> str:
    """All of them, by the name of their fund where they have one in common."""
    funds = {row["fund"] for row in facts.tables.study.rows("stockpiles")}
    name = next(iter(funds)) if len(funds) == 1 else None
    return f"the stockpiles of {name}" if name else "stockpiles"


def _saved(facts: Facts) -> list[tuple[float, tuple[str, str]]]:
    """By how much stockpiles lower the bill in each shock, when that is, and the same in short."""
    found = []
    for one in shocks(facts):
        tables = facts.family.of.get(one.name)
        bare = tables.metric.get("no_stockpiles_bloc_net_cost") if tables else None
        if bare is None:
            continue
        stop = f"if exports stop in {one.year}", f"in {one.year}"
        named = f"in “{one.name}”", f"“{one.name}”"
        found.append((bare - one.after, stop if one.stops else named))
    return found
