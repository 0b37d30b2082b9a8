"""A model that is not ours, priced by `floors.price`: two power plants, one limit on imports.

Any linear Pyomo model can be priced: name the rows whose prices make up each floor, and the rules.
Run: python models/power_pool.py
"""

from __future__ import annotations

import pyomo.environ as pyo

import floors

HOURS = (1, 2, 3)
LOAD = {1: 80.0, 2: 100.0, 3: 120.0}  # MW, illustrative
IMPORT_LIMIT = {1: 70.0, 2: 60.0, 3: 50.0}  # MW, illustrative


def build() -> pyo.ConcreteModel:
    """Cheapest supply of a load by imports, a base plant and a peak plant; money per MWh."""
    m = pyo.ConcreteModel("power pool")
    m.HOURS = pyo.Set(initialize=HOURS)
    m.imports = pyo.Var(m.HOURS, domain=pyo.NonNegativeReals)
    m.base = pyo.Var(m.HOURS, bounds=(0, 40))
    m.peak = pyo.Var(m.HOURS, domain=pyo.NonNegativeReals)
    m.load_met = pyo.Constraint(m.HOURS, rule=lambda m, h: m.imports[h] + m.base[h] + m.peak[h] >= LOAD[h])
    m.import_limit = pyo.Constraint(m.HOURS, rule=lambda m, h: m.imports[h] <= IMPORT_LIMIT[h])
    m.cost = pyo.Objective(
        rule=lambda m: sum(20 * m.imports[h] + 35 * m.base[h] + 90 * m.peak[h] for h in m.HOURS)
    )
    return m


def prices(most: float | None = None) -> floors.Prices:
    """Price the pool; `most` is a ceiling on the price in every hour."""
    m = build()
    return floors.price(
        m,
        floors={h: [(m.load_met[h], 1.0)] for h in HOURS},
        rules=[("maximum", h, most) for h in HOURS] if most is not None else [],
    )


if __name__ == "__main__":
    for most in (None, 60.0):
        found = prices(most)
        print(
            f"ceiling {most}: prices {found.floors}, uplift {found.uplift:.1f}, make-whole {found.make_whole:.1f}"
        )
