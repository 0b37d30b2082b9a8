"""Friction: the prices of links, what a seller asks on a route above the price at its origin; and what links cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from floors.case.axes import Ways
from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.linear import Compiled, Vector
from floors.pricing.choosing import Friction, Priced
from floors.solving.outcome import Outcome

SLACK = 1e-9  # of the terms of a row: less room is none


def friction_rows(
    case: Case,
    m: Any,
    compiled: Compiled,
    paying: Mapping[Any, int] | None = None,
    unruled: Callable[[], Priced] | None = None,
) -> Friction | None:
    """The rows of links and of limits on exports that share a rent with others, where a case has any: with limits of
    their routes, and with what caps, the minimum rule and levies of their own (of shipments `paying`) take of a pair
    into the bloc.

    `unruled` gives the prices without rules on floors, with which levies of their own come.
    """
    links, exports = compiled.rows(m.link), compiled.rows(m.export_limit)
    if not links and not exports:
        return None
    if paying is None and unruled is None:
        return compiled.once("friction", lambda: _friction_rows(case, m, compiled, None, None))
    return _friction_rows(case, m, compiled, paying, unruled)


def _friction_rows(
    case: Case,
    m: Any,
    compiled: Compiled,
    paying: Mapping[Any, int] | None,
    unruled: Callable[[], Priced] | None,
) -> Friction:
    links, exports = compiled.rows(m.link), compiled.rows(m.export_limit)
    arcs, limits = case.arcs, compiled.rows(m.route_limit)
    falls = case.pays_minimum(arcs.ways, arcs.content) != 0
    falls[case.counted.arc[case.counted.coefficient != 0]] = True
    pairs = dict.fromkeys(_pair(case, key) for key in arcs.table.take(falls).keys)
    pairs |= dict.fromkeys(_pair(case, key) for key in paying or ())
    sold = dict.fromkeys((o, c, t) for o, r, c, t in pairs if o != r)
    rows = [links[pair] for pair in pairs if pair in links] + [exports[key] for key in sold if key in exports]
    levied = np.array(rows, dtype=int)
    held = [
        row
        for (o, r, c, t), row in limits.items()
        if (o, r, c, t) in links or (o != r and (o, c, t) in exports)
    ]
    return Friction(
        limits=np.array(held, dtype=int),
        levied=levied,
        unruled=None if unruled is None else unruled().price[levied],
    )


def link_charges(outcome: Outcome) -> dict[tuple[str, str, str, int], float]:
    """Annual charges of the links of each pair of regions, million a year, by (origin, region, commodity, year)."""
    links, found = outcome.case.links, dict[tuple[str, str, str, int], float]()
    for (o, r, c, b), added in outcome.connect.items():
        if not added:
            continue
        charge = links.charge(o, r, c, b) * added / 1000
        for t in links.alive(o, r, c, b):
            found[o, r, c, t] = found.get((o, r, c, t), 0.0) + charge
    return found


def _pair(case: Case, key: tuple[str, str, str, int]) -> tuple[str, str, str, int]:
    """The pair of regions of a shipment."""
    o, d, c, t = key
    return o, case.places.region_of[d], case.tags.plain.get(c, c), t


def charge_per_tonne(outcome: Outcome) -> Vector:
    """Annual charges of links by shipment of the case, million per t: those of a pair over what it ships; 0 where it
    ships nothing."""
    arcs, charges = outcome.case.arcs, link_charges(outcome)
    if not charges:
        return np.zeros(len(arcs))
    axes = arcs.axes
    pair = axes.labels.table(charges, 4).find(
        axes.table(arcs.o, arcs.r, axes.plain[arcs.c], arcs.t, kinds="ooct").columns
    )
    tonnes = np.where(pair >= 0, outcome.ship_column, 0.0)
    total = np.bincount(pair + 1, tonnes, len(charges) + 1)[pair + 1]
    charge = np.append([*charges.values()], 0.0)[pair]
    return np.where(total > 0, charge / np.where(total > 0, total, 1.0), 0.0)


def one_more(outcome: Outcome, ways: Ways) -> Vector:
    """What one more kg of link takes on each way, USD/kg: the least charge of one alive then where the pair's is full,
    else 0, and 0 where none can be built."""
    case, axes, rows = outcome.case, outcome.case.arcs.axes, outcome.compiled.rows(outcome.model.link)
    if not rows:
        return np.zeros(len(ways.o))
    lp, x = outcome.compiled.lp, outcome.plan.x
    at = np.array([*rows.values()], dtype=int)
    slack = (lp.matrix @ x - lp.row_lower)[at]
    full = np.append(slack <= SLACK * sizes.of_rows(lp, x)[at], False)
    pair = axes.labels.table(rows, 4).find(
        axes.table(ways.o, ways.r, axes.plain[ways.c], ways.t, kinds="ooct").columns
    )
    charge = case.links.least_charge(*ways.route)
    return np.where(full[pair] & np.isfinite(charge), charge, 0.0)


def scarce_arcs(case: Case, pairs: frozenset[tuple[str, str, str, int]]) -> Vector:
    """Which shipments of a case are of these pairs of regions."""
    arcs, axes = case.arcs, case.arcs.axes
    if not pairs:
        return np.zeros(len(arcs), dtype=bool)
    table = axes.table(arcs.o, arcs.r, axes.plain[arcs.c], arcs.t, kinds="ooct")
    found: Vector = axes.labels.table(sorted(pairs), 4).find(table.columns) >= 0
    return found
