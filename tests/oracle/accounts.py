"""What each place pays and gets in each year, thousand a year, but for make-whole: who is paid it is no question of
prices."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.caps import Cap
from tests.oracle.demand import Key, Step
from tests.oracle.leaks import leaks
from tests.oracle.lp import Program, Solution
from tests.oracle.minimum import Levies, pays
from tests.oracle.prices import Priced
from tests.oracle.reading import Data

Account = dict[str, float]


def accounts(
    data: Data,
    lp: Program,
    plan: Solution,
    priced: Priced,
    steps: dict[Key, list[Step]],
    caps: list[Cap],
    levies: Levies,
) -> dict[tuple[str, int], Account]:
    """By place and year; `net_cost` is what it all comes to."""
    of: dict[tuple[str, int], Account] = {
        (d, t): defaultdict(float) for d in data.region_of for t in data.years
    }
    x = plan.value

    def price(row: str, place: str, c: str, t: int) -> float:
        return priced.price.get((row, place, c, t), 0.0) / data.weight[t]

    for column, q in x.items():
        if column[0] == "ship" and q:
            _, o, d, c, t = column
            route = data.route(o, data.region_of[d], c, t)
            reference = data.reference.get((c, t), 0.0)
            tariff, tax = route.tariff * reference, route.tax * reference
            levy = pays(data, levies, o, data.region_of[d], c, t)
            for i, cap in enumerate(caps):
                if ("cap", i, t) in lp.rows:
                    levy -= cap.coefficient(data, o, d, c, t) * priced.price["cap", i, t] / data.weight[t]
            kept = data.settings.rent == "exporter"
            of[d, t]["tariff_revenue"] += q * tariff
            of[o, t]["export_tax_revenue"] += q * tax
            of[d, t]["levy_revenue"] += 0.0 if kept else q * levy
            paid = route.freight + tariff + tax + (0.0 if kept else levy)
            of[o, t]["producer_surplus"] += q * ((1 - route.loss) * price("use", d, c, t) - paid)
    for (d, _, c, t), leak in leaks(data).items():
        origin, route, reference = (
            price("supply", leak.origin, c, t),
            leak.route,
            data.reference.get((c, t), 0.0),
        )
        of[d, t]["outlay"] += leak.leaves * (origin + route.freight + data.duty(route, c, t))
        of[d, t]["tariff_revenue"] += leak.leaves * route.tariff * reference
        of[leak.origin, t]["export_tax_revenue"] += leak.leaves * route.tax * reference
        of[leak.origin, t]["producer_surplus"] += leak.leaves * origin
    for p in data.processes.values():
        for t, cost in p.cost.items():
            inputs = sum(-a * price("use", p.region, c, t) for c, a in p.makes.items() if a < 0)
            of[p.region, t]["producer_surplus"] -= x["produce", p.name, t] * (cost + inputs)
    for works in data.works.values():
        for b, alive in works.alive.items():
            for t in alive:
                of[works.region, t]["producer_surplus"] -= works.charge * x["build", works.name, b]
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            bought = x["consume", d, g, c, j, t]
            of[d, t]["outlay"] += price("use", d, c, t) * bought
            of[d, t]["unserved"] += (step.value or 0.0) * (step.width - bought)
    for row, (_, terms, _) in lp.rows.items():
        if row[0] == "use":  # what arrives and is used by nobody is paid for
            _, d, c, t = row
            of[d, t]["outlay"] += price("use", d, c, t) * sum(a * x[k] for k, a in terms.items())
    for row in data.study.rows("stockpiles"):
        k, r, c = row["stockpile"], row["region"], row["commodity"]
        for t in data.years:
            added = x["put", k, t] - x["take", k, t]
            of[r, t]["stock_cost"] += price("use", r, c, t) * added + row["holding_cost"] * x["stock", k, t]
    for name, c, row in data.contracts:
        for t, tonnes in row["years"].items():
            above = price("supply", data.processes[name].region, c, t) - row["strike"] if tonnes else 0.0
            paid = (max(-above, 0.0) - row["upside"] * max(above, 0.0)) * tonnes
            of[row["payer"], t]["contract_payments"] += paid
            of[data.processes[name].region, t]["producer_surplus"] += paid
    for account in of.values():
        costs = sum(account[k] for k in ("outlay", "unserved", "stock_cost", "contract_payments"))
        incomes = ("levy_revenue", "tariff_revenue", "export_tax_revenue", "producer_surplus")
        account["net_cost"] = costs - sum(account[k] for k in incomes)
    return of
