"""Sheets instruments, grants and tariffs: what follows of them from the plan, its accounts and each other.

At the border they are the accounts of the result. Of the other instruments there are no prices in the tables: that
nobody gains at them, and that what is paid is the least, takes a solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, inf
from typing import Any

from floors.verification.check import RELATIVE, About, Checker, Row
from floors.verification.money import Accounts, payee_place
from floors.verification.named import is_clean, plain
from floors.verification.plan import Plan
from floors.verification.who_pays import present
from floors.verification.written import Line

BORDER, CONTRACTS, GRANTS, TARIFF, GUARANTEE = INSTRUMENTS = (
    "border",
    "contracts",
    "grants",
    "tariff",
    "guarantee",
)
OF_ACCOUNTS = {
    "buyers": ("outlay",),
    "levies": ("levy_revenue",),
    "support": ("support",),
    "producers": ("producer_surplus",),
    "net_cost": ("net_cost",),
    "unserved": ("unserved",),
    "stockpiles": ("stock_cost",),
    "contracts": ("contract_payments",),
    "tariffs": ("tariff_revenue",),
    "export_taxes": ("export_tax_revenue",),
}
"""Column -> columns of the accounts that it is the present value of."""
OF_THE_PLAN = ("unserved", "tariffs", "export_taxes")
COSTS = ("buyers", "unserved", "stockpiles", "support", "grants", "running", "contracts")
GAINS = ("levies", "tariffs", "export_taxes", "producers")
SOLVED = (
    "buyers",
    "levies",
    "support",
    "grants",
    "running",
    "producers",
    "net_cost",
    "stockpiles",
    "contracts",
)
Span = tuple[Any, ...]  # commodity, and the year from which on
NEAR = 1e-6  # relative: what is paid is the optimum of a linear program
NOISE = 1e-15  # of all money at present value: differences of doubles that are rounding of 0
PRICES = (
    "instruments, grants and tariffs: that at the prices of contracts, grants and a tariff nobody gains, and that no "
    "less would do (--exact finds them)"
)


def check_instruments(
    plan: Plan, accounts: Accounts, found: Mapping[str, list[Line]], checker: Checker
) -> None:
    """Every cell that follows; sums that close under each instrument; no rows where nothing was looked for."""
    instruments, grants, tariffs = (found[sheet] for sheet in ("instruments", "grants", "tariffs"))
    if not instruments:
        for sheet, lines in (("grants", grants), ("tariffs", tariffs)):
            checker.table(sheet, lines, [])
        return
    g = plan.given
    minimum = g.borders.rules.get("minimum", {})
    taxed = {c for cap in g.caps if cap.given for c in cap.weights} | set(minimum)
    rate = {line.key: line["tariff"] or 0.0 for line in tariffs}
    weight = g.calendar.weight
    noise = NOISE * fsum(weight[t] * abs(a) for (_, t, _), of in accounts.terms.items() for a in of)
    checker.table("instruments", instruments, _rows(plan, accounts, rate, noise) if taxed else [])
    if not taxed:
        return
    first = g.calendar.years[0]
    starts = sorted({first, g.known_from, *(t for _, t in rate if first < t < g.known_from)})
    checker.table("tariffs", tariffs, _tariffs(plan, [c for c in g.commodities if c in taxed], starts))
    for line in tariffs:
        checker.between(line, "tariff", 0.0, inf, "no tariff is below 0")
    _closes(accounts, instruments, noise, checker)
    _grants(plan, instruments, grants, checker)
    checker.unknown[PRICES] = None


def _rows(plan: Plan, accounts: Accounts, rate: Mapping[Span, float], noise: float) -> Iterator[Row]:
    g = plan.given
    for name in INSTRUMENTS:
        for region in g.world.regions:
            of_plan = {column: present(accounts, region, OF_ACCOUNTS[column]) for column in OF_THE_PLAN}
            cells: dict[str, Any] = {"grants": 0.0, "running": 0.0, **of_plan}
            if name == BORDER:
                cells |= {column: present(accounts, region, of) for column, of in OF_ACCOUNTS.items()}
            elif name == GRANTS:
                cells = {"support": 0.0, **of_plan}
            if name in (CONTRACTS, GRANTS, GUARANTEE):
                cells["levies"] = 0.0
            elif name == TARIFF:
                cells["levies"] = About.sum_of(_taken(plan, region, rate))
            if not g.heaps:
                cells["stockpiles"] = 0.0
            if not g.contracts:
                cells["contracts"] = 0.0
            yield (name, region), {column: _near(value, noise) for column, value in cells.items()}


def _near(value: float | About, noise: float) -> About:
    """An expected amount, which rounding of 0 agrees with."""
    about = value if isinstance(value, About) else About(value)
    return about._replace(slack=about.slack + noise)


def _taken(plan: Plan, region: str, rate: Mapping[Span, float]) -> list[float]:
    """What a region takes in under the tariff, million at present value."""
    g = plan.given
    if g.study.settings.rent == "exporter":
        return []
    starts = sorted({first for _, first in rate})
    return [
        g.calendar.weight[t]
        * rate.get((plain(c), _start(starts, t)), 0.0)
        * _part(plan, o, d, c, t)
        * plan.liable((o, d, c, t))
        / 1000
        for o, d, c, t in plan.ship
        if g.world.region[d] == region
    ]


def _start(starts: Sequence[int], t: int) -> int:
    """The year from which the tariff of a year holds."""
    return max((first for first in starts if first <= t), default=t)


def _part(plan: Plan, o: str, d: str, c: str, t: int) -> float:
    """What part of a shipment pays the tariff: all of it from where levies fall on or a cap names, and of what a
    traced cap counts, else its content; nothing outside the bloc."""
    g = plan.given
    role = g.world.roles[o, t]
    if not g.world.is_member(d, t):
        return 0.0
    over = [cap for cap in g.caps if cap.given and plain(c) in cap.weights]
    traced = role != "member" and not is_clean(c) and any(cap.traced for cap in over)
    if (
        role == "capped"
        or (o in g.charged and role != "member")
        or traced
        or o in {cap.origin for cap in over}
    ):
        return 1.0
    return g.sure_road(o, d, c, t).content


def _tariffs(plan: Plan, commodities: list[str], starts: Sequence[int]) -> Iterator[Row]:
    """The least and the most that what is shipped pays at the border."""
    for first in starts:
        for c in commodities:
            paid = [
                plan.levy_on(*arc) / part
                for arc, q in plan.ship.items()
                if plain(arc[2]) == c
                and _start(starts, arc[3]) == first
                and q > 0
                and (part := _part(plan, *arc))
            ]
            slack = 1e-9 * plan.dearest
            cells = {"least_levy": min(paid, default=None), "most_levy": max(paid, default=None)}
            yield (c, first), {k: v if v is None else About(v, slack=slack) for k, v in cells.items()}


def _closes(accounts: Accounts, lines: list[Line], noise: float, checker: Checker) -> None:
    """Costs less gains are the net cost of a row, and all net costs what the plan spends, under every instrument."""
    spent = accounts.spent()
    for name in INSTRUMENTS:
        rows = [line for line in lines if line["instrument"] == name]
        for line in rows:
            terms = [line[c] or 0.0 for c in COSTS] + [-(line[c] or 0.0) for c in GAINS]
            net, slack = fsum(terms), 1e-9 * fsum(map(abs, terms)) + noise
            checker.between(line, "net_cost", net - slack, net + slack, "costs less gains of the row")
        net = fsum(line["net_cost"] or 0.0 for line in rows)
        slack = 1e-8 * max(spent.scale, fsum(abs(line["net_cost"] or 0.0) for line in rows))
        checker.compared += 1
        if rows and abs(net - spent.value) > slack:
            rule = "over all regions net costs are what the plan spends and leaves unserved"
            checker.at(rows[0], "net_cost", net, spent.value, rule)


def _grants(plan: Plan, instruments: list[Line], lines: list[Line], checker: Checker) -> None:
    """A row a build, whose share follows from its grant; what members pay is what the rows come to, and no less than
    what contracts cost them."""
    g = plan.given
    making, weight, length = g.making, g.calendar.weight, g.calendar.length
    found = {line.key: line["grant"] or 0.0 for line in lines}
    expected: list[Row] = []
    cost = []
    for (x, b), added in plan.added.items():
        grant, built = found.get((x, b), 0.0), making.building[x]
        charges = built.charge * fsum(weight[t] for t in built.alive[b])
        once = weight[b] / length[b]
        cost.append(grant * added * once / 1000)
        share = About(grant * once / charges, 1.0) if charges else None
        kind = "plant" if x in making.plants else "process"
        expected.append(((x, b), {"kind": kind, "share_of_charges": share}))
    for line in lines:
        name, b = line.key
        if b is None and payee_place(g, line["kind"], str(name)) is not None:
            expected.append((line.key, {"grant": None, "share_of_charges": None}))
        checker.between(line, "running", 0.0, inf, "nobody pays for being kept running")
        if b is not None:
            checker.between(line, "grant", 0.0, inf, "no grant is below 0")
        if line["share_of_charges"] is not None:
            checker.between(
                line, "share_of_charges", 0.0, 1 + NEAR, "no grant is above the charges of the build"
            )
    checker.table("grants", lines, expected)
    rows = {name: [line for line in instruments if line["instrument"] == name] for name in INSTRUMENTS}
    paid = {c: fsum(line[c] or 0.0 for line in rows[GRANTS]) for c in ("grants", "running")}
    sums = {"running": fsum(line["running"] or 0.0 for line in lines)}
    if (
        not g.surprise
    ):  # builds of the years before are in part paid for in years that are no longer the parent's
        sums["grants"] = fsum(cost)
    for column, whole in sums.items() if rows[GRANTS] else ():
        near = RELATIVE if column == "running" else NEAR  # the very payments, one by one
        checker.compared += 1
        if abs(paid[column] - whole) > near * abs(whole) + 1e-9 * sum(paid.values()):
            checker.at(
                rows[GRANTS][0], column, paid[column], whole, "over all regions, what sheet grants has of it"
            )
    if rows[CONTRACTS]:
        support, both = fsum(line["support"] or 0.0 for line in rows[CONTRACTS]), sum(paid.values())
        checker.compared += 1
        if support > both + NEAR * max(support, both):
            rule = "contracts cost no more than grants and what they cannot hold: they are the least"
            checker.at(rows[CONTRACTS][0], "support", support, f"at most {both:.10g}", rule)
