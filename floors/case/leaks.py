"""What leaks past enforcement: quantities that the case fixes before anything is solved."""

from __future__ import annotations

from floors.case.caps import Cap
from floors.case.derive import Case


def leaked_on(case: Case) -> dict[tuple[str, str, str, int], float]:
    """Tonnes that leave unseen, by pair of regions, commodity and year."""
    leaked: dict[tuple[str, str, str, int], float] = {}
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        key = (o, case.places.region_of[d], c, t)
        leaked[key] = leaked.get(key, 0.0) + quantity
    return leaked


def leaked_into(case: Case, cap: Cap, t: int) -> float:
    """Coefficient x what leaks: taken off the right side of a cap's row [t/yr]."""
    return sum(
        quantity * cap.coefficient(case.routes, case.places.region_of, o, d, c, t)
        for (d, _, c, y), (o, quantity) in case.demand.leak.items()
        if y == t
    )
