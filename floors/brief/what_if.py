"""What other choices and shocks would do: bills with the policy and without it, floors, and who stays outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from floors.brief.facts import UNMET, Facts
from floors.brief.figures import decimals_for, signed
from floors.brief.floors_table import paths, told_years
from floors.brief.names import few
from floors.brief.tables import RULES, SHOCK, Tables
from floors.page.page import Entry, Head, Line, Table
from floors.page.told import DASH, listed, money
from floors.study.scenarios import BASE

MOST_RULES, MOST_SHOCKS = 5, 3
SHORT = "short"


class _Other(NamedTuple):
    """A scenario solved beside: its tables, bills of its bloc with the policy and without, and what stands apart."""

    tables: Tables
    bill: float
    without: float

    @property
    def cost(self) -> float:
        return self.bill - self.without


def what_if(facts: Facts) -> Table | None:
    """The other rules and the shocks that change most, after the case of the page; None where there are none."""
    if facts.tables.scenario != BASE or not facts.policy:
        return None
    base = _other(facts.tables)
    rules, shocks = _of_kind(facts, RULES), _of_kind(facts, SHOCK)
    if base is None or not (rules or shocks):
        return None
    chosen = [*_chosen(facts, rules, base, MOST_RULES), *_chosen(facts, shocks, base, MOST_SHOCKS)]
    years = _years(facts)
    lines = [_line(facts, "as asked", base, years, strong=True)]
    lines += [_line(facts, _name(facts, one.tables), one, years) for one in chosen]
    heads = (
        Head("If ...", 11, False),
        Head("the bloc’s bill", 5),
        Head("without a policy", 6),
        Head("the policy costs", 6),
        *(Head(f"floor {year}", 4) for year in years),
    )
    more = [one.tables.scenario for one in (*rules, *shocks) if one not in chosen]
    notes = [
        f"Million {facts.currency}, and {facts.per_kg} of {facts.names.good(facts.main)}."
        if facts.main
        else f"Million {facts.currency}.",
        *(_outside(facts, one) for one in chosen),
        *(_below_cost(facts, one) for one in chosen),
        "A dash: there is no floor."
        if any(entry.value is None for line in lines for entry in line.entries)
        else "",
        f"Also solved: {few(more)} (sheet side_by_side)." if more else "",
    ]
    title = "What if: other rules and shocks, each with the policy and without"
    told = tuple(filter(None, [" ".join(filter(None, notes))]))
    return Table("what_if", title, heads, tuple(lines), told, rank=10, sheet="side_by_side")


def _other(tables: Tables) -> _Other | None:
    bill, without = tables.metric.get("bloc_net_cost"), tables.metric.get("baseline_bloc_net_cost")
    return None if bill is None or without is None else _Other(tables, bill, without)


def _of_kind(facts: Facts, kind: str) -> list[_Other]:
    """Scenarios of one kind alone that have a policy and a proof."""
    found = []
    for name, tables in facts.family.of.items():
        if (
            name == BASE
            or facts.family.kinds.get(name) != kind
            or name in facts.family.mixed
            or tables.failed
        ):
            continue
        other = _other(tables) if Facts(tables).policy else None
        if other is not None:
            found.append(other)
    return found


def _chosen(facts: Facts, of: Sequence[_Other], base: _Other, most: int) -> list[_Other]:
    """Those that a member leaves first, then surprises, then those whose policy costs most otherwise; told as in the
    workbook."""

    def first(one: _Other) -> tuple[bool, bool, float]:
        leaves = bool(_left(facts, one.tables))
        return not leaves, one.tables.study.surprise is None, -abs(one.cost - base.cost)

    kept = sorted(of, key=first)[:most]
    return [one for one in of if one in kept]


def _below_cost(facts: Facts, one: _Other) -> str:
    """What sellers lose by what they sell below cost in a scenario, which no bill of the bloc holds."""
    lost = one.tables.metric.get("below_cost") or 0.0
    if lost <= 0 or facts.nothing(lost):
        return ""
    size = money(lost, facts.currency)
    return f"“{one.tables.scenario}”: sellers’ costs lie {size} above their offers, which no bill here holds."


def _name(facts: Facts, tables: Tables) -> str:
    """The name of a scenario, and how many members it has where they are others."""
    count = f"{len(tables.members)} member{'s' if len(tables.members) != 1 else ''}"
    turned = [name for name in tables.bloc if name not in facts.tables.bloc]
    other = f" ({count})" if tables.members != facts.members else f" ({listed(turned)})" if turned else ""
    return f"{tables.scenario}{other}"


def _left(facts: Facts, tables: Tables) -> list[str]:
    """Members that are none in years in which they are one in the scenario of the page."""
    mine, other = facts.tables.study.roles, tables.study.roles
    return [
        region
        for region in facts.members
        if any(
            role == "member" and other.get((r, t)) != "member" for (r, t), role in mine.items() if r == region
        )
    ]


def _years(facts: Facts) -> list[int]:
    """Two years whose floors are told."""
    if facts.main is None or not (found := paths(facts, facts.main)):
        return []
    years = told_years(found[0].rows)
    return years if len(years) <= 2 else [years[1], years[-1]]


def _line(facts: Facts, name: str, one: _Other, years: Sequence[int], strong: bool = False) -> Line:
    whole = f"#,##0{'.' + '0' * digits if (digits := decimals_for(abs(one.bill))) else ''}"
    return Line(
        (
            Entry(name, strong=strong),
            Entry(one.bill, whole),
            Entry(one.without, whole, faint=True),
            Entry(one.cost, f"{whole};{DASH}{whole};0", strong=True),
            *(_floor(facts, one.tables, year) for year in years),
        )
    )


def _floor(facts: Facts, tables: Tables, year: int) -> Entry:
    """The highest floor that members of both blocs have in a year; a word where it is a shortage, a dash for none."""
    rows = [
        row
        for place, of in Facts(tables).floors.get(facts.main or "", {}).items()
        for row in of
        if row.year == year and place.split("/")[0] in facts.members
    ]
    if not rows:
        return Entry(None)
    if any(row.set_by.startswith(UNMET) for row in rows):
        return Entry(SHORT, faint=True)
    return Entry(max(row.floor for row in rows), "0.00")


def _outside(facts: Facts, one: _Other) -> str:
    """Who is not of the bloc any more: what those who stay lose, as where all stay, and what the others gain."""
    left = _left(facts, one.tables)
    stay = [member for member in facts.members if member not in left]
    now = {row.region: row.net for row in Facts(one.tables).payers}
    before = {row.region: row.net for row in facts.payers}
    if not left or not now or not before:
        return ""
    digits = decimals_for(max(map(abs, now.values()), default=0.0))
    apart = listed([f"{facts.names.region(member)} {signed(now[member], digits)}" for member in left])
    with_all = sum(before[member] for member in stay)
    alone = sum(now[member] for member in stay)
    return (
        f"“{one.tables.scenario}”: those who stay {signed(alone, digits)} ({signed(with_all, digits)} where all stay), "
        f"outside {apart}."
    )
