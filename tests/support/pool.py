"""A pool of three plants with prices that are found by hand, and what holds for any prices of it."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
import pytest

import floors

NEAR = 1e-7


def pool(loads: tuple[float, ...], peak: bool = True, limit: float = 60.0, base: float = 30.0) -> Any:
    """Loads met by imports at 20 up to a limit, a base plant at 35 up to its size, a peak plant at 90."""
    m = pyo.ConcreteModel()
    m.H = pyo.RangeSet(len(loads))
    m.imports = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.base = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.peak = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.need = pyo.Constraint(
        m.H, rule=lambda m, h: m.imports[h] + m.base[h] + (m.peak[h] if peak else 0) >= loads[h - 1]
    )
    m.limit = pyo.Constraint(m.H, rule=lambda m, h: m.imports[h] <= limit)
    m.size = pyo.Constraint(m.H, rule=lambda m, h: m.base[h] <= base)
    m.cost = pyo.Objective(expr=sum(20 * m.imports[h] + 35 * m.base[h] + 90 * m.peak[h] for h in m.H))
    return m


def loads_of(m: Any) -> dict[Any, list[tuple[Any, float]]]:
    """One floor for each hour: the price of its load."""
    return {h: [(m.need[h], 1.0)] for h in m.H}


def check_split(found: floors.Prices) -> None:
    """Uplift is make-whole and foregone, none of them negative."""
    assert found.uplift >= 0 and found.make_whole >= 0 and found.foregone >= 0
    assert found.uplift == pytest.approx(found.make_whole + found.foregone, abs=NEAR)
    assert found.least_make_whole <= found.make_whole + NEAR
