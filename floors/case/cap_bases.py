"""Caps that are a share of final demand, under which what processes use counts as well."""

from __future__ import annotations

from collections.abc import Iterator

from floors.case.caps import Cap, table_base
from floors.case.consistency import most_activity
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.errors import Problem
from floors.study.locate import listed, spans


def demand_alone(case: Case) -> Iterator[Problem]:
    """Caps with basis demand on what processes in their scope use, for goods that are not under the cap themselves:
    what these buy counts as an arrival and is no demand, so that the cap is tighter than its share."""
    told: set[int] = set()
    arrivals = _counted(case)
    for k, cap in enumerate(case.caps):
        if cap.basis != "demand" or cap.row in told:
            continue
        users = _users(case, cap, {key[1:] for key in arrivals if key[0] == k})
        if not users:
            continue
        told.add(cap.row)
        years = sorted({t for _, t in users})
        (base,) = in_print(table_base(cap, case.demand, years[0]))
        use = "uses" if len({p for p, _ in users}) == 1 else "use"
        message = (
            f"this cap is a share of final demand alone, {base} t in {years[0]}. What {_named(users)} {use} of "
            f"{cap.commodity} counts under it too, but is no part of that demand, in {spans(years)}."
        )
        hint = "Use basis `use` for a share of all that is used, or `tonnes`, unless it is meant."
        yield case.study.problem(
            "caps", cap.row, _column(case, cap), message, hint, "inputs_under_demand_cap", "warning"
        )


def _counted(case: Case) -> set[tuple[int, str, str, int]]:
    """(cap, place, commodity, year) in which a shipment can count."""
    arcs, counted, axes = case.arcs, case.counted, case.arcs.axes
    possible = (arcs.limit != 0) & case.reach.makes[arcs.o, arcs.c, arcs.t]
    at = (counted.counts > 0) & possible[counted.arc]
    arc = counted.arc[at]
    plain = axes.tags.plain
    names = [plain.get(c, c) for c in axes.commodities]
    keys = zip(counted.cap[at].tolist(), *(a[arc].tolist() for a in (arcs.d, arcs.c, arcs.t)), strict=True)
    return {(k, axes.places[d], names[c], axes.years[t]) for k, d, c, t in keys}


def _users(case: Case, cap: Cap, arrivals: set[tuple[str, str, int]]) -> list[tuple[str, int]]:
    """(process, year) that use what counts and make nothing that the cap holds too."""
    production, found = case.production.untagged, list[tuple[str, int]]()
    for p in production.processes:
        of = set(production.used(p)) & set(cap.weights)
        if of and not set(production.made(p)) & set(cap.weights):
            region = production.region[p]
            found += [
                (p, t)
                for t in production.active[p]
                if any((region, c, t) in arrivals for c in of) and most_activity(case, p, t) > 0
            ]
    return found


def _named(users: list[tuple[str, int]]) -> str:
    """The processes, or the first of many."""
    names = list(dict.fromkeys(p for p, _ in users))
    return listed(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} others"


def _column(case: Case, cap: Cap) -> str | int:
    """The cell of the basis; where only a scenario fills the row, that of the first year it fills."""
    study = case.study
    filled = next((t for t in cap.given if study.changed_by("caps", cap.row, t)), None)
    if filled is None or study.base.rows("caps")[cap.row]["years"]:
        return "basis"
    return filled
