"""Sheets summary and certificate: the headline numbers, and the checks that the tables can repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isclose
from typing import Any

from floors.verification.calendar import Place
from floors.verification.check import About, Checker, Either, Unknown, rule_of
from floors.verification.edges import breaks_rules, missed, rules_kept, unheld
from floors.verification.leaving import GAIN, LOSS, Costs, leaving
from floors.verification.links import charged
from floors.verification.money import Accounts, imbalance
from floors.verification.named import is_clean
from floors.verification.plan import Plan
from floors.verification.shares import BlocShares
from floors.verification.written import Line

NONE = 1e-9  # of the cost: uplift below is none
IN_TERMS = 1e-3  # of the terms of a cost: one that is a smaller share of them is weighed by them
NOT_LISTED = 1e-12  # of the cost: a payment of less is in no row of sheet support
LEAST = "least_make_whole in summary under rules on floors: it takes a linear program (--exact finds it)"
PARENT = (
    "shock_loss and shock_loss_without_policy in summary: the scenario before the shock is not among the results "
    "(--exact solves it)"
)
WITHOUT_STOCKS = (
    "no_stockpiles_total_cost and no_stockpiles_bloc_net_cost in summary: the plan without stockpiles is in no table "
    "(--exact solves it)"
)
NO_STOCKS = ("no_stockpiles_total_cost", "no_stockpiles_bloc_net_cost")
LOSSES = ("shock_loss", "shock_loss_without_policy")
NONE_AVOIDED = 1e-6  # of the larger loss
EDGE = 1e-9  # of the larger loss: so near the threshold either answer goes
ROUNDING = 1e-7  # what a certificate calls a violation is rounding: it is repeated to this
TOLERANCES = (1e-9, 1e-7, 1e-6)

RULES = {
    "total_cost": "unit costs, charges, freight, duties, minimum levies, holding and unserved value, discounted",
    "resource_cost": "the same without duties, levies and unserved value",
    "link_cost": "annual charges of links, discounted",
    "closing_worth": "closing_value x what is left in the last year, discounted to its beginning once",
    "capital_premium": "charges at the hurdle rate less those at the discount rate",
    "uplift": "make_whole + foregone; 0 without rules on floors and exemptions beyond what caps allow",
    "make_whole": "sum of make_whole in sheet support",
    "foregone": "sum of foregone in sheet support",
    "least_make_whole": "between 0 and make_whole; 0 without rules",
    "capped_share": "content x arrivals over arrivals of what caps name, years by length",
    "embodied_share": "traced content of arrivals and of stock taken, over both, less what is put away of them",
    "declared_share": "content x arrivals over arrivals, both without leaks",
    "traced_share": "tainted arrivals over arrivals of what is tagged and a cap names, years by length",
    "world_cost": "resources and unserved value of the world, discounted",
    "policy_cost": "cost without the shock, less the same without policy",
    "shock_loss": "cost with the shock less that of the scenario before it",
    "shock_loss_without_policy": "the same without policy",
    GAIN: "net cost of the region before it leaves less its net cost with it outside",
    LOSS: "net cost of those who stay less what it was before",
    "loss_avoided": "shock_loss_without_policy - shock_loss",
    "implied_premium": "policy_cost / loss_avoided; blank where no loss is avoided",
    "change_in_consumer_surplus": "baseline outlay and unserved value less those of the policy, bloc",
    "deadweight_loss": "resources and unserved value less those of the baseline",
    "change_in_bloc_net_cost": "bloc_net_cost - baseline_bloc_net_cost",
    "change_in_resource_cost": "resource_cost - baseline_resource_cost",
    "below_cost": "what processes cost above their offers, all regions, discounted",
    "world_cost_at_basis": "world_cost + below_cost",
    "baseline_world_cost_at_basis": "baseline_world_cost + baseline_below_cost",
    "baseline_world_cost": "resources and unserved value of the world without policy, discounted",
}
"""Metric of the summary -> the rule by which it is expected."""


@dataclass(frozen=True)
class Books:
    """What the headline numbers follow from, with and without policy.

    `parent` is the summary of the scenario before a shock, None where it is not among the results, and `then` the net
    costs of its places by year.
    """

    plan: Plan
    baseline: Plan
    accounts: Accounts
    base_accounts: Accounts
    shares: BlocShares
    base_shares: BlocShares
    support: list[Line]
    parent: Mapping[str, Any] | None
    then: Costs


def metric_rule(line: Line, column: str) -> str:
    """The rule by which a metric of the summary is expected."""
    metric = str(line["metric"])
    if metric in RULES:
        return RULES[metric]
    if metric.removeprefix("world_") in RULES:
        return f"of the world: {RULES[metric.removeprefix('world_')]}"
    if metric.startswith("baseline_"):
        return f"{metric.removeprefix('baseline_')} recomputed from sheet baseline"
    return f"present value of {metric.removeprefix('bloc_')} over members and their markets"


def total_cost(plan: Plan, accounts: Accounts) -> About:
    """Objective of the sourcing LP, million at present value: resources, duties and minimum levies."""
    duties: dict[int, list[float]] = {}
    for (o, d, c, t), q in plan.flows:
        road = plan.given.sure_road(o, d, c, t)
        duties.setdefault(t, []).append((road.tariff + road.export_tax) * q / 1000)
    for arc in plan.ship:
        duties.setdefault(arc[3], []).append(plan.minimum_paid(*arc) * plan.liable(arc) / 1000)
    return _plus(accounts.spent(), accounts.present(duties))


def capital_premium(plan: Plan) -> float:
    """Annual charges at hurdle rates less those at the discount rate, million at present value."""
    g, links = plan.given, plan.given.links
    linked = [
        q * (terms.charge - terms.social) * g.calendar.weight[t] / 1000
        for key, q in plan.connected.items()
        if (terms := links.terms(*key)) is not None
        for t in terms.alive
    ]
    return fsum(linked) + fsum(
        q * (g.making.building[x].charge - g.making.building[x].social) * g.calendar.weight[t] / 1000
        for (x, b), q in plan.added.items()
        for t in g.making.building[x].alive[b]
    )


def closing_worth(plan: Plan) -> About:
    """What is left in store at the end by its closing value, million at present value."""
    g = plan.given
    last = g.calendar.years[-1]
    once = g.calendar.weight[last] / g.calendar.length[last]
    return About.sum_of(
        once * heap.value * plan.closing.get((k, last), 0.0) / 1000
        for k, heap in g.heaps.items()
        if heap.value is not None
    )


def check_summary(b: Books, lines: list[Line], checker: Checker) -> None:
    """Every metric, each with a rule of its own."""
    found = {line["metric"]: line["value"] for line in lines}
    expected = (((metric,), {"value": value}) for metric, value in metrics(b, found).items())
    checker.table("summary", lines, expected, metric_rule)


def metrics(b: Books, found: Mapping[str, Any]) -> dict[str, Any]:
    """Every metric of the summary; `found` are those that are there."""
    cost, base_cost = total_cost(b.plan, b.accounts), total_cost(b.baseline, b.base_accounts)
    world, base_world = b.accounts.spent(), b.base_accounts.spent()
    real, base_real = _less(world, b.accounts.unserved()), _less(base_world, b.base_accounts.unserved())
    net, base_net = b.accounts.bloc("net_cost"), b.base_accounts.bloc("net_cost")
    paid, base_paid = (_plus(a.bloc("outlay"), a.bloc("unserved")) for a in (b.accounts, b.base_accounts))
    expected: dict[str, Any] = {
        "total_cost": cost,
        "resource_cost": real,
        "world_cost": world,
        "capital_premium": About(capital_premium(b.plan), cost.scale),
        "unserved_cost": b.accounts.bloc("unserved"),
        "levy_revenue": b.accounts.bloc("levy_revenue"),
        "bloc_net_cost": net,
        "baseline_bloc_net_cost": base_net,
        "baseline_total_cost": base_cost,
        "baseline_resource_cost": base_real,
        **_uplift(b, found, cost),
        "capped_share": _share(b.shares.capped),
        "embodied_share": _share(b.shares.traced),
        "baseline_capped_share": _share(b.base_shares.capped),
        "declared_share": _share(b.shares.declared),
        "outlay": b.accounts.bloc("outlay"),
        "baseline_outlay": b.base_accounts.bloc("outlay"),
        "baseline_unserved_cost": b.base_accounts.bloc("unserved"),
        "baseline_world_cost": base_world,
        "change_in_consumer_surplus": _less(base_paid, paid),
        "deadweight_loss": _less(world, base_world),
        "change_in_bloc_net_cost": _less(net, base_net),
        "change_in_resource_cost": _less(real, base_real),
    }
    if b.plan.given.links.any:
        weight = b.plan.given.calendar.weight
        expected["link_cost"] = About.sum_of(weight[t] * amount for (*_, t), amount in charged(b.plan))
    below, base_below = b.accounts.below_cost(), b.base_accounts.below_cost()
    expected |= {
        "below_cost": below,
        "baseline_below_cost": base_below,
        "world_cost_at_basis": _plus(world, below),
        "baseline_world_cost_at_basis": _plus(base_world, base_below),
    }
    if any(heap.value is not None for heap in b.plan.given.heaps.values()):
        expected["closing_worth"] = closing_worth(b.plan)
    if b.shares.tainted is not None:
        expected["traced_share"] = _share(b.shares.tainted)
    if b.plan.given.contracts:
        expected["contract_payments"] = b.accounts.bloc("contract_payments")
        expected["baseline_contract_payments"] = b.base_accounts.bloc("contract_payments")
    if b.plan.given.heaps:
        expected |= {name: Unknown(WITHOUT_STOCKS) for name in NO_STOCKS if name in found}
    if b.plan.given.surprise:
        parent = b.parent or {}
        bloc = [parent.get(name) for name in ("bloc_net_cost", "baseline_bloc_net_cost")]
        both = [parent.get(name) for name in ("world_cost_at_basis", "baseline_world_cost_at_basis")]
        real, bare = _plus(world, below), _plus(base_world, base_below)
        expected |= leaving(b.plan.given.study, b.accounts, b.then)
        expected |= _shock("", net, base_net, found, bloc) | _shock("world_", real, bare, found, both)
    return expected


def _shock(
    of: str, policy: About, bare: About, found: Mapping[str, Any], before: list[float | None]
) -> dict[str, Any]:
    """What a shock that nobody foresaw costs with the policy and without it.

    Four costs are behind these metrics: with the shock, as the sheets of the scenario have them, and `before` it.
    Where these are not known, two of the numbers are taken as they are and the others follow from them.
    """
    told = [_value(found, of + name) for name in LOSSES]
    costs = [policy.value - told[0], bare.value - told[1]]
    known = None not in before
    if known:
        costs = [float(cost or 0.0) for cost in before]
    scale = policy.scale + bare.scale + sum(map(abs, costs))
    lost, bare_lost = policy.value - costs[0], bare.value - costs[1]
    cost, avoided = _value(found, f"{of}policy_cost"), _value(found, f"{of}loss_avoided")
    size, ratio = max(map(abs, told)), cost / avoided if avoided else None
    premium: Any = ratio if avoided > NONE_AVOIDED * size else None
    if abs(avoided - NONE_AVOIDED * size) <= EDGE * size:
        premium = Either((ratio, None))
    return {
        f"{of}policy_cost": About(costs[0] - costs[1], scale),
        of + LOSSES[0]: About(lost, scale) if known else Unknown(PARENT),
        of + LOSSES[1]: About(bare_lost, scale) if known else Unknown(PARENT),
        f"{of}loss_avoided": About(bare_lost - lost, scale),
        f"{of}implied_premium": premium,
    }


def _plus(one: About, other: About) -> About:
    return About(one.value + other.value, one.scale + other.scale)


def _less(one: About, other: About) -> About:
    return About(one.value - other.value, one.scale + other.scale)


def _share(value: float | None) -> About | None:
    return None if value is None else About(value, 1.0, 1e-9)


def _uplift(b: Books, found: Mapping[str, Any], cost: About) -> dict[str, Any]:
    """Uplift and its parts, as sheet support has them."""
    slack = NOT_LISTED * (1 + len(b.plan.flows) + len(b.plan.make)) * cost.scale
    parts = {
        name: _or_none(About(fsum(line[name] or 0.0 for line in b.support), 0.0, slack), cost)
        for name in ("make_whole", "foregone")
    }
    both = fsum(_value(found, name) for name in parts)
    ruled = bool(b.plan.given.borders.rules) or b.plan.given.study.settings.coordination == "bloc"
    told, most = _value(found, "least_make_whole"), _value(found, "make_whole")
    least: Any = Unknown(LEAST) if ruled and told else 0.0
    size = max(abs(cost.value), IN_TERMS * cost.scale)
    if ruled and not 0.0 <= told <= most * (1 + 1e-9) + 2 * NONE * size:
        least = f"at most make_whole, {most:.10g}"
    fixed = (
        (ruled and breaks_rules(b.plan)) or b.plan.given.surprise or unheld(b.plan)
    )  # else the plan's own prices cost nothing
    uplift = _or_none(About(both, 0.0, 2 * NONE * size), cost) if fixed else About(0.0, 0.0, 2 * NONE * size)
    return {"uplift": uplift, **parts, "least_make_whole": least}


def _value(found: Mapping[str, Any], name: str) -> float:
    return float(found.get(name) or 0.0)


def _or_none(amount: About, cost: About) -> Any:
    """An amount that is rounding beside the cost may be said to be none."""
    tiny = abs(amount.value) <= 2 * NONE * max(abs(cost.value), IN_TERMS * cost.scale)
    return Either((amount, 0.0)) if tiny else amount


def certificate(b: Books, parts_off: float) -> dict[str, tuple[float, tuple[float, ...]]]:
    """Checks whose value the tables hold: their value and tolerance."""
    g, kept, minimum = b.plan.given, rules_kept(b.plan), missed(b.plan)
    found: dict[str, tuple[float, tuple[float, ...]]] = {
        "money balance, worst year (relative)": (imbalance(b.accounts), (1e-9,)),
        "own_levies": (max(0.0, *(-levy for levy in b.plan.own.values()), 0.0), (1e-7,)),
    }
    if g.borders.origin:
        found["floors: parts add up to the floor (relative)"] = (parts_off, (1e-6,))
    if kept:
        highest = max(map(abs, b.plan.floor.values()), default=0.0) or 1.0
        worst = max(0.0, *(off for _, _, _, off in kept)) / highest
        found["floors: worst violation of a rule"] = (worst, (1e-6,))
    if minimum:
        found["minimum_met"] = (max(0.0, *minimum), (0.01 + 1e-6,))
    if g.tagging.goods:
        found["tags_close"] = (tags_off(b.plan), (1e-9,))
        if g.has_policy or g.surprise:
            found["baseline tags_close"] = (tags_off(b.baseline), (1e-9,))
    steady = g.study.settings.plan_choice == "steady"
    if steady:
        found["steady_costs_no_more"] = (0.0, (1e-9,))
    if g.has_policy or g.surprise:
        found["baseline money balance, worst year (relative)"] = (imbalance(b.base_accounts), (1e-9,))
        if steady:
            found["baseline steady_costs_no_more"] = (0.0, (1e-9,))
    return found


def tags_off(plan: Plan) -> float:
    """The most of what is clean that is sent and not made, or used and not there, of the largest quantity."""
    sent: dict[Place, float] = {}
    for (o, _, c, t), q in plan.flows:
        sent[o, c, t] = sent.get((o, c, t), 0.0) + q
    more = [q - plan.made.get(key, 0.0) for key, q in sent.items() if is_clean(key[1])]
    more += [-q for key, q in plan.net.items() if is_clean(key[1])]
    return max(0.0, *more, 0.0) / (plan.largest or 1.0)


def check_certificate(
    expected: Mapping[str, tuple[float, tuple[float, ...]]], lines: list[Line], checker: Checker
) -> None:
    """Tolerance and verdict of every check; its value where the tables hold what it is of."""
    there = {line["check"] for line in lines}
    for name in expected.keys() - there:
        checker.say("certificate", "", "", "no row", "a row", "every row is there", (name,))
    for line in lines:
        value, tolerance = line["value"], line["tolerance"]
        if value is None or tolerance is None:
            checker.at(line, "value", value, "a number", rule_of(line, "value"))
            continue
        again, allowed = expected.get(line["check"], (value, TOLERANCES))
        checker.cell(line, "value", About(again, 0.0, ROUNDING))
        if not any(isclose(tolerance, known) for known in allowed):
            checker.at(line, "tolerance", tolerance, allowed[0], rule_of(line, "tolerance"))
        checker.cell(line, "passed", value <= tolerance)
        if line["passed"] is False:
            checker.at(line, "passed", False, True, "every check of a result that can be used has passed")
