"""Exempt tonnes: outside the caps in the market that prices hold up, and as many as there may be in the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.oracle.caps import Cap
from tests.oracle.lp import Program, Solution
from tests.oracle.minimum import Levies, levy_key
from tests.oracle.reading import Data

FULL = 1e-9


def may_pay(data: Data, caps: list[Cap], levies: Levies, o: str, d: str, c: str, t: int) -> bool:
    """Whether a levy may fall on a shipment: of a cap, of a minimum, or of its own, where a floor stands."""
    r = data.region_of[d]
    route, everyone = data.route(o, r, c, t), data.settings.levy_on == "non_members"
    if any(cap.coefficient(data, o, d, c, t) > 0 for cap in caps):
        return True
    if route is None or not data.is_member(r, t):
        return False
    if levy_key(data, o, r, c, t) in levies and (everyone or route.content > 0):
        return True
    first = data.supplier(r, c, t)
    held = first and (
        any((k, y) == (c, t) for *_, k, y in levies)
        or any(cap.counts(data, first, d, c, t) > 0 for cap in caps)
    )
    return bool(held) and data.is_charged(o, t, everyone)


def market(lp: Program, plan: Solution) -> Program:
    """The LP that prices hold up: caps see what pays a levy alone, against the room that the rest leaves."""
    found = replace(lp, rows=dict(lp.rows))
    for row, (low, terms, high) in lp.rows.items():
        free = {k: a for k, a in terms.items() if row[0] == "cap" and k[0] == "exempt" and a > 0}
        taken = sum(a * plan.value[k] for k, a in free.items())
        if free:
            found.rows[row] = (low - taken, {k: a for k, a in terms.items() if k not in free}, high - taken)
    return found


def held(face: Program, plan: Mapping[tuple, float]) -> Program:
    """The plans of a face with as much exempt as this one."""
    found = face.copy()
    for column in found.cost:
        if column[0] == "exempt":
            found.bounds[column] = (plan.get(column, 0.0),) * 2
    return found


def pinned(data: Data, face: Program, plan: Mapping[tuple, float]) -> Program:
    """The plans of a face at the prices of this one: what is exempt stays where a pair has no more, else what pays."""
    found, used = face.copy(), dict[tuple, float]()
    free = [column for column in face.cost if column[0] == "exempt"]
    for _, o, d, c, t in free:
        key = o, data.region_of[d], c, t
        used[key] = used.get(key, 0.0) + plan["exempt", o, d, c, t]
    for _, o, d, c, t in free:
        most = data.exempt(o, data.region_of[d], c, t)
        full = used[o, data.region_of[d], c, t] >= most * (1 - FULL)
        column = ("exempt" if full else "ship", o, d, c, t)
        found.bounds[column] = (plan[column],) * 2
    return found
