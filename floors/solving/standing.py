"""After a shock that nobody foresaw: which prices of before stand.

Plants that were built are sunk. The plan would be held without prices that pay for them, and the least floors would
fall everywhere, whatever the shock. So where the prices of before hold a part of the plan that shares nothing binding
with the rest, they stay; elsewhere they are found as ever.
"""

from __future__ import annotations

import numpy as np

from floors.lp import sizes
from floors.lp.blocks import components
from floors.lp.linear import Compiled, Vector
from floors.pricing.choosing import Standing
from floors.solving.planned import Past

NONE = 1e-12  # of the largest quantity: less is rounding
ROUNDING = 1e-9  # of the terms of a sum: less is none


def standing(compiled: Compiled, plan: Vector, past: Past) -> Standing | None:
    """The rows whose prices stay, and these prices (money of the LP); None where there are none, or where the prices
    of before were those of rules on floors, of levies of their own, or beside what is exempt."""
    then = past.outcome
    if then.rules or then.market is not then.compiled or then.priced.own.any():
        return None
    place = _places(compiled, then.compiled)
    was = np.where(place >= 0, then.priced.price[place], 0.0)
    lp, matrix = compiled.lp, compiled.lp.matrix
    m, n = matrix.shape
    fixing = place == _FIXES
    decided = np.zeros(n, dtype=bool)
    decided[matrix.indices[fixing[matrix.row]]] = True
    terms = abs(matrix) @ np.abs(plan) + np.abs(lp.row_lower)
    tight = compiled.equality | (np.abs(matrix @ plan - lp.row_lower) <= ROUNDING * terms)
    price = np.where(tight, was, 0.0)
    counts = (tight & ~fixing)[matrix.row] & ~decided[matrix.indices]
    of_row, of_column = components(m, n, matrix.row[counts], matrix.indices[counts])
    reduced = lp.cost - price @ matrix
    rounding = ROUNDING * (np.abs(lp.cost) + np.abs(price) @ abs(matrix))
    used = plan > NONE * sizes.largest(plan)
    gains = ~decided & ((reduced < -rounding) | ((used | compiled.free) & (reduced > rounding)))
    lost = (place == _NEW) & tight | ~tight & (was > ROUNDING * sizes.largest(was))
    broken = np.zeros(m + n, dtype=bool)
    broken[of_column[gains]] = True
    touching = lost[matrix.row] & ~decided[matrix.indices]
    broken[of_column[matrix.indices[touching]]] = True
    stays = tight & ~fixing & ~broken[of_row]
    rows = np.flatnonzero(stays | ~tight)
    return Standing(rows, price[rows], stays[rows]) if stays.any() else None


_NEW, _FIXES = -1, -2


def _places(now: Compiled, then: Compiled) -> Vector:
    """Of each row its place among those of before; _NEW where there was none, _FIXES where it is what was decided."""
    found = np.full(len(now.equality), _FIXES)
    before = {part.component.name: part.places for part in then.constraints}
    for part in now.constraints:
        was = before.get(part.component.name, {})
        there = np.flatnonzero(part.at >= 0)
        found[part.at[there]] = [was.get(key, _NEW) for key in part.spelled(there)]
        if part.other is not None:
            found[part.other[part.other >= 0]] = _NEW
    return found
