"""What each place pays and gets in each year, thousand a year, but for make-whole: who is paid it is no question of
prices. At given prices all of it is linear in the plan, and so there is a least and a most of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from tests.oracle import links
from tests.oracle.caps import Cap
from tests.oracle.demand import Key, Step
from tests.oracle.leaks import leaks
from tests.oracle.lp import NoEnd, Program, Terms
from tests.oracle.minimum import Levies, pays
from tests.oracle.prices import Priced
from tests.oracle.reading import Data

Account = dict[str, float]
COSTS = ("outlay", "unserved", "stock_cost", "contract_payments")
INCOMES = ("levy_revenue", "tariff_revenue", "export_tax_revenue", "producer_surplus")
BESIDE = (
    "settled",
    "link_charge",
    "below_cost",
)  # the first is in two others, the second in one, the third in none
ONE = ("one",)
"""The column of what hangs on no column."""


class Entry(NamedTuple):
    """`amount` thousand a year for each t a year of a column."""

    place: str
    year: int
    account: str
    column: tuple
    amount: float


def accounts(entries: list[Entry], data: Data, value: Terms) -> dict[tuple[str, int], Account]:
    """By place and year; `net_cost` is what it all comes to."""
    of: dict[tuple[str, int], Account] = {
        (d, t): dict.fromkeys((*COSTS, *INCOMES, *BESIDE), 0.0) for d in data.region_of for t in data.years
    }
    for entry in entries:
        quantity = 1.0 if entry.column == ONE else value[entry.column]
        of[entry.place, entry.year][entry.account] += entry.amount * quantity
    for account in of.values():
        account["net_cost"] = sum(account[k] for k in COSTS) - sum(account[k] for k in INCOMES)
    return of


def members_range(entries: list[Entry], data: Data, face: Program) -> dict[str, tuple[float, float]]:
    """Least and most present value of what each member pays, with its markets, over the plans of a face; NaN where
    there is no end."""
    found = {}
    for member in data.members:
        cost: dict[tuple, float] = defaultdict(float)
        for place, t, account, column, amount in entries:
            if data.region_of[place] == member and account not in BESIDE:
                cost[column] += (1 if account in COSTS else -1) * amount * data.weight[t]
        constant = cost.pop(ONE, 0.0)
        ends = []
        for sign in (1, -1):
            try:
                ends.append(constant + sign * face.solve({k: sign * a for k, a in cost.items()}).least)
            except NoEnd:
                ends.append(float("nan"))
        found[member] = ends[0], ends[1]
    return found


def entries(
    data: Data,
    lp: Program,
    priced: Priced,
    steps: dict[Key, list[Step]],
    caps: list[Cap],
    levies: Levies,
    plan: Terms,
) -> Iterator[Entry]:
    """Everything that anybody pays or gets at these prices; of a plan what it owes under contracts with a price."""

    def price(*row: str | int) -> float:
        return priced.price.get(row, 0.0) / data.weight[row[-1]]

    yield from _shipping(data, lp, priced, caps, levies)
    yield from _owed(data, priced, caps, levies, plan)
    for (d, _, c, t), (o, q, route) in leaks(data).items():
        tariff, tax = data.duties(route, c, t)
        yield Entry(d, t, "outlay", ONE, q * (price("supply", o, c, t) + route.freight + tariff + tax))
        yield Entry(d, t, "tariff_revenue", ONE, q * tariff)
        yield Entry(o, t, "export_tax_revenue", ONE, q * tax)
        yield Entry(o, t, "producer_surplus", ONE, q * price("supply", o, c, t))
    for p in data.processes.values():
        for t, cost in p.cost.items():
            inputs = sum(-a * price("use", p.region, c, t) for c, a in p.makes.items() if a < 0)
            yield Entry(p.region, t, "producer_surplus", ("produce", p.name, t), -cost - inputs)
            yield Entry(p.region, t, "below_cost", ("produce", p.name, t), p.basis[t] - cost)
    for works in data.works:
        for b, alive in works.alive.items():
            for t in alive:
                yield Entry(works.region, t, "producer_surplus", ("build", works.name, b), -works.charge)
    for column in lp.cost:
        if column[0] == "connect":
            _, o, r, c, b = column
            one = links.terms(data, o, r, c, b)
            assert one is not None
            for t in one.alive:
                yield Entry(o, t, "producer_surplus", column, -one.charge)
                yield Entry(o, t, "link_charge", column, one.charge)
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            bought, value = ("consume", d, g, c, j, t), step.value or 0.0
            yield Entry(d, t, "outlay", bought, price("use", d, c, t))
            yield Entry(d, t, "unserved", ONE, value * step.width)
            yield Entry(d, t, "unserved", bought, -value)
    for (kind, *node), (_, terms, _) in lp.rows.items():
        if kind == "use":  # what arrives and is used by nobody is paid for
            for column, a in terms.items():
                yield Entry(node[0], node[2], "outlay", column, price("use", *node) * a)
    for d, c in data.nodes():
        for t in data.years:
            if ("waste", d, c, t) in lp.cost:
                yield Entry(d, t, "outlay", ("waste", d, c, t), price("use", d, c, t))
    for row in data.study.rows("stockpiles"):
        k, r, c = row["stockpile"], row["region"], row["commodity"]
        for t in data.years:
            for kind, sign in (("put", 1.0), ("take", -1.0)):
                yield Entry(r, t, "stock_cost", (kind, k, t), sign * price("use", r, c, t))
            worth = (row["closing_value"] or 0.0) / data.length[t] if t == data.years[-1] else 0.0
            yield Entry(r, t, "stock_cost", ("stock", k, t), row["holding_cost"] - worth)
    yield from _charges(data, lp, priced)
    for p, c, row in data.contracts:
        for t, tonnes in row["years"].items():
            above = price("supply", p.region, c, t) - row["strike"]
            paid = (max(-above, 0.0) - row["upside"] * max(above, 0.0)) * tonnes
            yield Entry(row["payer"], t, "contract_payments", ONE, paid)
            yield Entry(p.region, t, "producer_surplus", ONE, paid)


def _shipping(data: Data, lp: Program, priced: Priced, caps: list[Cap], levies: Levies) -> Iterator[Entry]:
    """Duties, levies, and what is left to the sender of what the place pays him."""
    for ship in lp.cost:
        if ship[0] not in ("ship", "exempt"):
            continue
        _, o, d, c, t = ship
        route, w = data.route(o, data.region_of[d], c, t), data.weight[t]
        assert route is not None
        tariff, tax = data.duties(route, c, t)
        levy = _levy(data, priced, caps, levies, ship)
        collected = 0.0 if data.settings.rent == "exporter" else levy
        landed = (1 - route.loss) * priced.price["use", d, c, t] / w
        yield Entry(d, t, "tariff_revenue", ship, tariff)
        yield Entry(o, t, "export_tax_revenue", ship, tax)
        yield Entry(d, t, "levy_revenue", ship, collected)
        yield Entry(o, t, "producer_surplus", ship, landed - route.freight - tariff - tax - collected)


def _owed(data: Data, priced: Priced, caps: list[Cap], levies: Levies, plan: Terms) -> Iterator[Entry]:
    """What a route must take is settled at its price: the difference to what its sender gets there by the market."""
    sent: dict[tuple, dict[tuple, float]] = {}
    for ship, q in plan.items():
        if ship[0] in ("ship", "exempt") and q > 0:
            _, o, d, c, t = ship
            sent.setdefault((o, data.region_of[d], c, t), {})[ship] = q
    for (o, r, c, t), ships in sent.items():
        route, w, whole = data.route(o, r, c, t), data.weight[t], sum(ships.values())
        assert route is not None
        if route.price is None:
            continue
        for ship, q in ships.items():
            d = ship[2]
            market = (1 - route.loss) * priced.price["use", d, c, t] / w - route.freight
            market -= sum(data.duties(route, c, t)) + _levy(data, priced, caps, levies, ship)
            paid = route.least * q / whole * (route.price - market)
            yield Entry(d, t, "outlay", ONE, paid)
            yield Entry(o, t, "producer_surplus", ONE, paid)
            for place in (d, o):
                yield Entry(place, t, "settled", ONE, paid)


def _levy(data: Data, priced: Priced, caps: list[Cap], levies: Levies, ship: tuple) -> float:
    """All levies on a shipment, USD/kg; of what is exempt its rebates alone."""
    kind, o, d, c, t = ship
    w = data.weight[t]
    by_cap = [
        -cap.coefficient(data, o, d, c, t) * priced.price.get(("cap", i, t), 0.0) / w
        for i, cap in enumerate(caps)
    ]
    if kind == "exempt":
        return sum(levy for levy in by_cap if levy < 0)
    own = priced.price.get(("levy", *ship[1:]), 0.0) / w
    return pays(data, levies, o, data.region_of[d], c, t) + own + sum(by_cap)


def _charges(data: Data, lp: Program, priced: Priced) -> Iterator[Entry]:
    """What a `use` cap charges on what is thrown away or put away, and gives for what is taken: no shipment, so it
    is the treasury's whoever has the rents of shipments."""
    pile = {row["stockpile"]: row["region"] for row in data.study.rows("stockpiles")}
    for row, (_, terms, _) in lp.rows.items():
        if row[0] != "cap":
            continue
        for column, share in terms.items():
            if column[0] in ("waste", "put", "take"):
                place = column[1] if column[0] == "waste" else pile[column[1]]
                charge = -share * priced.price[row] / data.weight[row[2]]
                account = "outlay" if column[0] == "waste" else "stock_cost"
                yield Entry(place, row[2], account, column, charge)
                yield Entry(place, row[2], "levy_revenue", column, charge)
