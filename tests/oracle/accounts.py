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
COSTS = ("outlay", "unserved", "stock_cost", "contract_payments")
INCOMES = ("levy_revenue", "tariff_revenue", "export_tax_revenue", "producer_surplus")


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

    def price(*row: str | int) -> float:
        return priced.price.get(row, 0.0) / data.weight[row[3]]

    for (kind, *way), q in x.items():
        if kind == "ship" and q:
            o, d, c, t = way
            route = data.route(o, data.region_of[d], c, t)
            assert route is not None
            tariff, tax = data.duties(route, c, t)
            levy = pays(data, levies, o, data.region_of[d], c, t)
            for i, cap in enumerate(caps):
                levy -= (
                    cap.coefficient(data, o, d, c, t) * priced.price.get(("cap", i, t), 0.0) / data.weight[t]
                )
            collected = 0.0 if data.settings.rent == "exporter" else levy
            of[d, t]["tariff_revenue"] += q * tariff
            of[o, t]["export_tax_revenue"] += q * tax
            of[d, t]["levy_revenue"] += q * collected
            landed = (1 - route.loss) * price("use", d, c, t)
            of[o, t]["producer_surplus"] += q * (landed - route.freight - tariff - tax - collected)
    for (d, _, c, t), (o, q, route) in leaks(data).items():
        tariff, tax = data.duties(route, c, t)
        of[d, t]["outlay"] += q * (price("supply", o, c, t) + route.freight + tariff + tax)
        of[d, t]["tariff_revenue"] += q * tariff
        of[o, t]["export_tax_revenue"] += q * tax
        of[o, t]["producer_surplus"] += q * price("supply", o, c, t)
    for p in data.processes.values():
        for t, cost in p.cost.items():
            inputs = sum(-a * price("use", p.region, c, t) for c, a in p.makes.items() if a < 0)
            of[p.region, t]["producer_surplus"] -= x["produce", p.name, t] * (cost + inputs)
    for works in data.works:
        for b, alive in works.alive.items():
            for t in alive:
                of[works.region, t]["producer_surplus"] -= works.charge * x["build", works.name, b]
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            bought = x["consume", d, g, c, j, t]
            of[d, t]["outlay"] += price("use", d, c, t) * bought
            of[d, t]["unserved"] += (step.value or 0.0) * (step.width - bought)
    for (kind, *node), (_, terms, _) in lp.rows.items():
        if kind == "use":  # what arrives and is used by nobody is paid for
            of[node[0], node[2]]["outlay"] += price("use", *node) * sum(a * x[k] for k, a in terms.items())
    for row in data.study.rows("stockpiles"):
        k, r, c = row["stockpile"], row["region"], row["commodity"]
        for t in data.years:
            added = x["put", k, t] - x["take", k, t]
            of[r, t]["stock_cost"] += price("use", r, c, t) * added + row["holding_cost"] * x["stock", k, t]
    for p, c, row in data.contracts:
        for t, tonnes in row["years"].items():
            above = price("supply", p.region, c, t) - row["strike"]
            paid = (max(-above, 0.0) - row["upside"] * max(above, 0.0)) * tonnes
            of[row["payer"], t]["contract_payments"] += paid
            of[p.region, t]["producer_surplus"] += paid
    for account in of.values():
        account["net_cost"] = sum(account[k] for k in COSTS) - sum(account[k] for k in INCOMES)
    return of
