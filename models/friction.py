"""The worked example with links at half and twice their cost and time: origins without policy, and floors.

python models/friction.py   prints the table of docs/worked_example.md
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import floors
from floors.contract.results import CONCENTRATION, FLOORS

WORKBOOK = Path(__file__).resolve().parent.parent / "inputs" / "rare_earths.xlsx"
SCENARIOS = ("links at half", "base", "links at twice")
MEMBERS = ("US", "EU", "JP", "MX")
SHOWN = (2026, 2028)
FLOORS_OF = (2027, 2030, 2035)


class Row(NamedTuple):
    """Of one scenario: China's share of magnets without policy by (member, year), floors of the EU by year
    (USD/kg), and what the policy costs the bloc (million, present value)."""

    scenario: str
    shares: dict[tuple[str, int], float]
    floors: dict[int, float]
    cost: float


def row(scenario: str) -> Row:
    """One scenario, solved."""
    result = floors.solve(floors.read(WORKBOOK).scenario(scenario))
    return Row(
        scenario,
        {
            (r.scope, r.year): r.baseline_capped_share
            for r in CONCENTRATION.read(result.rows("concentration"))
            if r.commodity == "magnet" and r.scope in MEMBERS and r.year in SHOWN
        },
        {
            r.year: r.floor
            for r in FLOORS.read(result.rows("floors"))
            if (r.member, r.commodity) == ("EU", "magnet") and r.year in FLOORS_OF
        },
        result.figures.bloc_net_cost - result.figures.baseline_bloc_net_cost,
    )


if __name__ == "__main__":
    shown = [f"{m} {year}" for m in MEMBERS for year in SHOWN]
    print("| links | " + " | ".join([*shown, *map(str, FLOORS_OF)]) + " | policy |")
    print("| --- |" + " --- |" * (len(shown) + len(FLOORS_OF) + 1))
    for found in map(row, SCENARIOS):
        shares = [f"{found.shares[m, year]:.1%}".replace("%", " %") for m in MEMBERS for year in SHOWN]
        prices = [f"{found.floors[year]:.1f}" for year in FLOORS_OF]
        print(f"| {found.scenario} | " + " | ".join([*shares, *prices]) + f" | {found.cost:,.0f} |")
