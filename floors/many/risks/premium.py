"""What owners of new capacity are paid for the risk: its charge less the rent that they expect by probability."""

from __future__ import annotations

from floors.contract.results import Row
from floors.many.risks.hedge import Hedge
from floors.pricing.choosing import zero
from floors.results.plan import investment_table


def investment_rows(found: Hedge) -> list[Row]:
    """Rows of sheet `investment` of each state, each with its `risk_premium`: USD per kg/yr, the annual charge less the
    rent of a year that it stands, expected by probability, years by their weight in present value."""
    rows: list[Row] = []
    for state, outcome in found.outcomes.items():
        data, weight = outcome.case.production, outcome.case.calendar.weight
        for row in investment_table(outcome):
            years = [t for t in data.expansion[row.process].alive[row.year] if t in weight]
            charge = data.expansion[row.process].charge
            earned = sum(weight[t] * _expected(found, row.process, t) for t in years) / sum(
                weight[t] for t in years
            )
            rows.append((state, *row, zero(charge - earned, charge)))
    return rows


def _expected(found: Hedge, process: str, year: int) -> float:
    """Rent of a kg/yr of its capacity, USD, expected by probability."""
    return sum(
        state.probability * found.outcomes[state.name].capacity_rent.get((process, year), 0.0)
        for state in found.plan.states
    )
