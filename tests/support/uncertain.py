"""A study with sheet `uncertainty` whose floors and net costs are known in closed form."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import Table, study, table

USED, DEMAND, FREIGHT = 0.6, {"US": 1000.0, "JP": 500.0}, 0.2
YIELD = {"CN offer": 1.0, "US leach": 0.5, "JP leach": 0.4, "AU leach": 0.5, "AU old": 0.1}
COST = {"CN offer": 1.1, "US leach": 0.9, "JP leach": 1.0, "AU leach": 1.0, "AU old": 1.0}
ROWS = (
    ("processes", "process=AU old", "unit_cost", 0.5, 1.5),
    ("processes", "process=AU leach", "unit_cost", 0.8, 1.1),
    ("processes", "process=US leach", "unit_cost", 0.7, 1.4, "uniform", "leaching"),
    ("processes", "process=JP leach", "unit_cost", 0.9, 1.2, "uniform", "leaching"),
    ("demand", "segment=*", "years", 0.9, 1.3, None, "demand"),
)
UNSURE = ("processes", "process=US works", "unit_cost", 0.8, 1.3, None, "cost")
SHORT = ("processes", "process=US works", "capacity", 0.5, 1.3, None, "room")
HEADER = "sheet where column low high shape group"


def uncertain(*rows: tuple[Any, ...]) -> Table:
    """Sheet `uncertainty`."""
    return table(HEADER, *rows)


def leaching(*rows: tuple[Any, ...], **sheets: Any) -> floors.Study:
    """Oxide from China at its offer, or leached at home or in Australia; 60 % of each member's may be Chinese."""
    return study(
        **{
            "technologies": table(
                "technology commodity coefficient", *((p, "oxide", e) for p, e in YIELD.items())
            ),
            "processes": table(
                "process region technology unit_cost", *((p, p[:2], p, u) for p, u in COST.items())
            ),
            "routes": table(
                "origin destination commodity freight",
                *(("CN", r, "oxide", 0) for r in DEMAND),
                *(("AU", r, "oxide", FREIGHT) for r in DEMAND),
            ),
            "demand": table(
                "region segment commodity 2026", *((r, "all", "oxide", d) for r, d in DEMAND.items())
            ),
            "caps": table("scope commodity basis 2026", *((r, "oxide", "demand", USED) for r in DEMAND)),
            "uncertainty": uncertain(*(rows or ROWS)),
        }
        | sheets
    )


def floor(member: str, **factor: float) -> float:
    """The floor by hand, USD/kg: what the cheapest other source costs. Factors by process, `_` for a space."""

    def cost(process: str) -> float:
        return COST[process] * factor.get(process.replace(" ", "_"), 1.0) / YIELD[process]

    return min(cost(f"{member} leach"), cost("AU leach") + FREIGHT, cost("AU old") + FREIGHT)


def net_cost(member: str, demand: float = 1.0, **factor: float) -> float:
    """Net cost by hand, million: what China asks for its part, the floor for the rest."""
    offer = COST["CN offer"] * factor.get("CN_offer", 1.0)
    return DEMAND[member] * demand * (USED * offer + (1 - USED) * floor(member, **factor)) / 1000


def may_lack() -> floors.Study:
    """As `must_have`, with room for the 4 t that are to come from home, of which buyers pay 100 at most: with half the
    room 2 t are lacking, with dearer works all 4."""
    tables = dict(must_have(4).tables)
    asked = table("region segment commodity value 2026", ("US", "all", "oxide", 100, 10))
    return floors.Study(tables | {"demand": asked})


def must_have(room: float, *rows: tuple[Any, ...]) -> floors.Study:
    """10 t must be had, of which 40 % at home, where there is so much room, t/yr."""
    return study(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80, room),
        ),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.6)),
        uncertainty=uncertain(*(rows or (UNSURE, SHORT))),
    )
