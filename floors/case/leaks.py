"""What leaks past enforcement: quantities that the case fixes before anything is solved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from floors.case.derive import Case

Key = TypeVar("Key")


def _leaked(case: Case, key: Callable[[str, str, str, int], Key]) -> dict[Key, float]:
    """Tonnes that leave unseen, by a key made of (origin, place, commodity, year)."""
    found: dict[Key, float] = {}
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        one = key(o, d, c, t)
        found[one] = found.get(one, 0.0) + quantity
    return found


def leaked_on(case: Case) -> dict[tuple[str, str, str, int], float]:
    """By pair of regions, commodity and year."""
    return _leaked(case, lambda o, d, c, t: (o, case.places.region_of[d], c, t))


def leaked_from(case: Case) -> dict[tuple[str, str, int], float]:
    """By origin, name of the good there and year."""
    return _leaked(case, lambda o, _, c, t: (o, case.tags.own(o, c), t))


def leaked_to(case: Case) -> dict[tuple[str, str, int], dict[str, float]]:
    """By where they arrive, and there by origin."""
    found: dict[tuple[str, str, int], dict[str, float]] = {}
    for (o, *place), quantity in _leaked(case, lambda *key: key).items():
        found.setdefault(tuple(place), {})[o] = quantity
    return found


def constant_cost(case: Case) -> float:
    """What the objective has beside what the plan decides: the value of all demand, and the costs of leaks
    [thousand, PV]."""
    return sum(case.demand.worth(case.calendar.weight).values()) + sum(leak_costs(case))


def leak_costs(case: Case) -> list[float]:
    """Freight, tariffs and export taxes of each leak: constants of the cost [thousand, PV]."""
    leaks = case.leaks
    costs: list[float] = (case.weight_at[leaks.t] * leaks.tonnes * leaks.carriage).tolist()
    return costs
