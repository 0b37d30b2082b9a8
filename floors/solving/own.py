"""Levies of their own: what the adjustable tariff takes beside the duals of caps, so that rules on floors cost nothing
that a tariff can hold up.

Nobody has a licence for unused room under a tariff, so a floor may stand above the price although a cap is slack.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.lp.linear import Compiled, Vector
from floors.solving.tonnes import levied_places


def own_columns(case: Case, m: Any, compiled: Compiled, first: float = -np.inf) -> dict[Any, int]:
    """The shipments that a levy of its own may fall on, and their columns: to every place with a floor, from every
    capped origin; under `levy_on = non_members` from every non-member; under a traced cap what is tainted from every
    non-member. Years before `first` are not in question."""
    arcs, axes = case.arcs, case.arcs.axes
    stands = axes.filled({floor: 1.0 for floor in case.border.origin if floor.year >= first}, "dct") > 0
    payer = case.border.levies(case.places)
    columns, held = levied_places(case, m, compiled), stands[arcs.d, axes.plain[arcs.c], arcs.t]
    at = np.flatnonzero(held & (payer[arcs.o, arcs.t] | _traced(case)) & (columns >= 0))
    return dict(zip(arcs.table.take(at).keys, columns[at].tolist(), strict=True))


def _traced(case: Case) -> Vector:
    """Which shipments are of what is tainted, from a non-member, to where a traced cap counts it."""
    arcs, axes, scopes = case.arcs, case.arcs.axes, case.scopes
    under = np.zeros((len(axes.places), len(axes.commodities), len(axes.years)), dtype=bool)
    at = np.flatnonzero(scopes.tainted == 1)
    under[scopes.d[at], scopes.c[at], scopes.t[at]] = True
    abroad = ~case.places.is_role("member")
    found: Vector = under[arcs.d, arcs.c, arcs.t] & abroad[arcs.o, arcs.t]
    return found
