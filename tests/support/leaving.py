"""Small studies in which a member leaves the bloc in 2027, or joins it, worked by hand: US and JP without a route
between them, China at 10 without limit, JP at home 60 and US at home 40; nothing is discounted."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import Table, settings, study, table, years


def _two(header: str, *rows: tuple[Any, ...]) -> Table:
    """Rows with the same number in both years."""
    return table(f"{header} 2026 2027", *((*row, row[-1]) for row in rows))


def _change(region: str, role: str) -> dict[str, Any]:
    """A row of sheet changes: a region has another role in 2027."""
    where = {"sheet": "roles", "where": f"region={region}", "column": "2027"}
    return {"scenario": "leaves", **where, "change": "set", "value": role}


def family(*changes: dict[str, Any], caps: Table | None = None, **sheets: Table | None) -> floors.Study:
    """Base and a scenario `leaves` known from 2027, in which JP leaves unless `changes` say otherwise."""
    given: dict[str, Table | None] = {
        "settings": settings(),
        "years": years((2026, 1), (2027, 1)),
        "regions": table(
            "region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("MY", "other")
        ),
        "roles": table("region 2026 2027", ("US",), ("JP",), ("MY",)),
        "processes": table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 10),
            ("US works", "US", "oxide", 40),
            ("JP works", "JP", "oxide", 60),
        ),
        "routes": table("origin destination commodity freight", ("CN", "*", "*", 0)),
        "demand": _two(
            "region segment commodity value",
            ("US", "all", "oxide", 200, 100),
            ("JP", "all", "oxide", 200, 100),
        ),
        "caps": caps
        or _two("scope commodity basis", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", 0.5)),
        "scenarios": table("scenario known_from", ("leaves", 2027)),
        "changes": [*changes] or [_change("JP", "other")],
    }
    return study(**{**given, **sheets})


def alone() -> floors.Study:
    """Each member has a cap of its own: floors 40 and 60. JP pays 6.0 - 2.5 of levies inside, 1.0 outside: 2.5 gained."""
    return family()


def pooled() -> floors.Study:
    """One cap for both, and all of China's goes to JP, where it is worth 50: JP pays 7.2 - 5.5 inside, 1.2 outside. US
    pays 4.0 while JP is in, and 4.0 - 1.5 of levies once it is out."""
    demand = _two(
        "region segment commodity value", ("US", "all", "oxide", 200, 100), ("JP", "all", "oxide", 200, 120)
    )
    return family(caps=_two("scope commodity basis", ("bloc", "oxide", "demand", 0.5)), demand=demand)


def exporter() -> floors.Study:
    """JP makes 150 t at 20 and sells US what it does not use, at 60 as long as US makes some itself: it pays 0 inside.
    Outside it buys 100 t from China at 11, and all that it makes goes to US, where it is worth 20: 1.1."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 10),
        ("US works", "US", "oxide", 60),
        ("JP works", "JP", "oxide", 20, 150),
    )
    routes = table(
        "origin destination commodity freight",
        ("CN", "US", "*", 0),
        ("CN", "JP", "*", 1),
        ("JP", "US", "*", 0),
    )
    caps = _two("scope commodity basis", ("bloc", "oxide", "demand", 0.1))
    return family(caps=caps, processes=processes, routes=routes)


def room(at_home: float) -> floors.Study:
    """One cap for both, and all of China's goes to US, where home costs 60, so that JP's demand is room for US: US pays
    7.2 - 5.5 while JP is in, and 7.2 - 3.0 once it is out. JP makes at 40 or 12 what it could have at 10: it gains 3.0
    or 0.2."""
    processes = table(
        "process region commodity unit_cost",
        ("CN works", "CN", "oxide", 10),
        ("US works", "US", "oxide", 60),
        ("JP works", "JP", "oxide", at_home),
    )
    demand = _two(
        "region segment commodity value", ("US", "all", "oxide", 200, 120), ("JP", "all", "oxide", 200, 100)
    )
    caps = _two("scope commodity basis", ("bloc", "oxide", "demand", 0.5))
    return family(caps=caps, processes=processes, demand=demand)


def ties() -> floors.Study:
    """JP makes as dearly as US, and one cap lets as much in as one of them uses: who has it is the same to the plan."""
    processes = table(
        "process region commodity unit_cost",
        ("CN works", "CN", "oxide", 10),
        ("US works", "US", "oxide", 40),
        ("JP works", "JP", "oxide", 40),
    )
    return family(caps=_two("scope commodity basis", ("bloc", "oxide", "demand", 0.5)), processes=processes)


def contracted() -> floors.Study:
    """US tops up its works to 45 on 20 t a year: 0.1 million, whoever is a member."""
    contracts = _two("process commodity strike payer", ("US works", "oxide", 45, "US", 20))
    return family(contracts=contracts)


def joins() -> floors.Study:
    """MY, without a cap of its own, joins and pays what it paid before."""
    return family(_change("MY", "member"))


def both() -> floors.Study:
    """US and JP leave together, and nobody stays."""
    return family(_change("JP", "other"), _change("US", "other"))


def more() -> floors.Study:
    """JP leaves, and China asks for more."""
    dearer = {
        "sheet": "unit_costs",
        "where": "process=CN works",
        "column": "2027",
        "change": "set",
        "value": 12,
    }
    unit_costs = table("process 2026 2027", ("CN works", 10, 10))
    return family(_change("JP", "other"), {"scenario": "leaves", **dearer}, unit_costs=unit_costs)


def bare() -> floors.Study:
    """Only JP has a cap, and so a floor."""
    return family(caps=_two("scope commodity basis", ("JP", "oxide", "demand", 0.5)))


LEAVING = {
    "a member leaves": alone,
    "a member leaves room": pooled,
    "a member that does not want to": exporter,
    "a dear member takes room with it": lambda: room(40),
    "a member takes room with it": lambda: room(12),
    "a member leaves for what it has": ties,
    "a member leaves its contracts": contracted,
    "one joins": joins,
    "two leave": both,
    "a member leaves, and more": more,
    "one stays without a floor": bare,
}
"""Studies by what happens in their scenario `leaves`."""
