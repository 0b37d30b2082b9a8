"""Who pays: a row a member, the bloc and all others; gains are +, losses are \u2013, and rows and columns close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floors.brief.facts import Facts
from floors.brief.figures import decimals_for, signed, signed_format
from floors.brief.question import without
from floors.page.page import Entry, Head, Line, Table
from floors.page.told import DASH

COLUMNS = (
    ("buyers", "buyers pay"),
    ("levies", "levies received"),
    ("tariffs", "ordinary tariffs"),
    ("export_taxes", "export taxes"),
    ("producers", "own producers"),
    ("stockpiles", "stockpiles"),
    ("contracts", "contracts, support"),
)
OTHER = "other"
MOST_MEMBERS = 12  # told one by one
MOST_OTHERS = 4
ROUNDING = 1e-9  # of what the bloc's buyers spend

Sums = dict[str, float]


def payers(facts: Facts) -> Table | None:
    """The table of who pays; None where results do not tell, or where there is no policy."""
    rows = facts.payers
    if not rows or not facts.policy:
        return None
    members = sorted((row for row in rows if row.region in facts.members), key=lambda row: row.net)
    others = [row for row in rows if row.region not in facts.members]
    told, rest = _told(members)
    lines = [(facts.names.region(row.region), _of([row]), row) for row in told]
    if rest:
        lines.append((f"{len(rest)} other members", _of(rest), None))
    together = "All of them" if facts.tables.turns else "The bloc"  # in years outside it too
    bloc = (together, _of(members), None) if len(members) != 1 else None
    whole = [*lines, *([bloc] if bloc else []), *([("All others", _of(others), None)] if others else [])]
    largest = max((abs(x) for _, sums, _ in whole for x in sums.values()), default=0.0)
    decimals = decimals_for(0.0 if largest <= ROUNDING * abs(facts.spent_without) else largest)
    columns = _columns([sums for _, sums, _ in whole], 0.5 * 10**-decimals)
    looked = any(row.least_net is not None for row in told)
    ranged = looked and any(_may_be(row, decimals) is not None for row in told)
    heads = [
        Head("", 8, False),
        *(Head(_head(facts, name, text), 4) for name, text in columns),
        Head("net", 4),
    ]
    made = []
    for name, sums, row in whole:
        total = bloc is not None and name == bloc[0]
        faint = row is None and not total
        entries = [
            Entry(name, strong=total, faint=faint),
            *(
                Entry(_amount(sums, column, columns), signed_format(decimals), strong=total, faint=faint)
                for column, _ in columns
            ),
            Entry(sums["net"], signed_format(decimals), strong=True, faint=faint, link=_link(row)),
        ]
        if ranged:
            entries.append(Entry(_may_be(row, decimals), faint=True))
        made.append(Line(tuple(entries), total))
    if ranged:
        heads.append(Head("net may be", 5))
    title = (
        f"Who gains (+) and who loses ({DASH}), million {facts.currency}, "
        f"{facts.span}, against {without(facts)}"
    )
    notes = tuple(filter(None, [_note(facts, rows, decimals, looked, ranged)]))
    return Table("payers", title, tuple(heads), tuple(made), notes, sheet="who_pays")


def _head(facts: Facts, name: str, text: str) -> str:
    return "buyers pay, miss" if name == "buyers" and not facts.buyers_pay_alone else text


def _told(members: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Members told one by one, and those told together: of many, those that gain or lose least."""
    if len(members) <= MOST_MEMBERS:
        return list(members), []
    largest = sorted(members, key=lambda row: -abs(row.net))[: MOST_MEMBERS - 1]
    return [row for row in members if row in largest], [row for row in members if row not in largest]


def _of(rows: Sequence[Any]) -> Sums:
    return {name: sum(getattr(row, name) for row in rows) for name in (*(one for one, _ in COLUMNS), "net")}


def _columns(lines: Sequence[Sums], least: float) -> list[tuple[str, str]]:
    """Columns that are something somewhere; what is left out stands together where it is something in all."""
    kept = [(name, text) for name, text in COLUMNS if any(abs(sums[name]) >= 2 * least for sums in lines)]
    kept = kept or [COLUMNS[0]]
    names = [name for name, _ in kept]
    if any(abs(_rest(sums, names)) >= 3 * least for sums in lines):
        kept.append((OTHER, "other"))
    return kept


def _rest(sums: Sums, names: Sequence[str]) -> float:
    return sum(sums[name] for name, _ in COLUMNS if name not in names)


def _amount(sums: Sums, column: str, columns: Sequence[tuple[str, str]]) -> float:
    return _rest(sums, [name for name, _ in columns]) if column == OTHER else sums[column]


def _may_be(row: Any, decimals: int) -> str | None:
    """Least and most of a member's net; a dash where they agree, or where there is none."""
    if row is None:
        return None
    if row.least_net is None or row.most_net is None:
        return "unknown"
    low, high = signed(row.least_net, decimals), signed(row.most_net, decimals)
    return None if low == high else f"{low} to {high}"


def _link(row: Any) -> str:
    return f"who_pays!region={row.region}" if row is not None else ""


def _note(facts: Facts, rows: Sequence[Any], decimals: int, looked: bool, ranged: bool) -> str:
    told = [f"Rounded, so sums may differ by {10**-decimals:.{decimals}f}."]
    if ranged:
        told.append("“May be”: least and most over all plans of the same cost, at these prices.")
    elif looked and len(facts.members) > 1:
        told.append("No plan of the same cost shares it out otherwise between members.")
    elif len(facts.members) > 1:
        told.append(
            "How far the split between members could differ at the same cost was not looked for (--ranges)."
        )
    others = [row for row in rows if row.region not in facts.members and signed(row.net, decimals) != "0"]
    if others:
        first = sorted(others, key=lambda row: -abs(row.net))[:MOST_OTHERS]
        more = f" and {len(others) - len(first)} more" if len(others) > len(first) else ""
        named = ", ".join(f"{facts.names.region(row.region)} {signed(row.net, decimals)}" for row in first)
        told.append(f"Others: {named}{more}.")
    world = sum(row.net for row in rows)
    size = signed(world, decimals)
    if size == "0":
        told.append("The world as a whole neither gains nor loses.")
    else:
        told.append(f"The world as a whole {'gains' if world > 0 else 'loses'} {size[1:]}.")
    return " ".join(told)
