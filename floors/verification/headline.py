"""Sheets summary and certificate: the headline numbers, and the checks that the tables can repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from typing import Any

from floors.verification.check import About, Checker, Either, Unknown, agrees
from floors.verification.edges import rules_kept
from floors.verification.insurance import Struck, shock_metrics
from floors.verification.money import Accounts
from floors.verification.plan import Plan
from floors.verification.shares import BlocShares
from floors.verification.words import metric_rule, rule_of
from floors.verification.written import Line

NONE = 1e-9  # of the cost: uplift below is none
LEAST = "least_make_whole in summary under rules on floors: it takes a linear program (--exact finds it)"
ROUNDING = 1e-7  # what a certificate calls a violation is rounding: it is repeated to this


@dataclass(frozen=True)
class Books:
    """What the headline numbers follow from, with and without policy."""

    plan: Plan
    baseline: Plan
    accounts: Accounts
    base_accounts: Accounts
    shares: BlocShares
    base_shares: BlocShares
    support: list[Line]
    parent: dict[str, Any] | None = (
        None  # summary of the scenario before a shock, where it is among the results
    )


def total_cost(plan: Plan, accounts: Accounts) -> About:
    """Objective of the sourcing LP, million at present value: resources, duties and minimum levies."""
    g, duties = plan.given, dict[int, list[float]]()
    flows = list(plan.ship.items())
    flows += [((o, d, c, t), q) for (d, _, c, t), (o, q) in g.buying.leak.items()]
    for (o, d, c, t), q in flows:
        road = g.sure_road(o, d, c, t)
        duties.setdefault(t, []).append((road.tariff + road.export_tax) * q / 1000)
    for (o, d, c, t), q in plan.ship.items():
        duties.setdefault(t, []).append(plan.minimum_paid(o, d, c, t) * q / 1000)
    real, paid = accounts.spent(), accounts.present(duties)
    return About(real.value + paid.value, real.scale + paid.scale)


def capital_premium(plan: Plan) -> float:
    """Annual charges at hurdle rates less those at the discount rate, million at present value."""
    g = plan.given
    return fsum(
        q * (g.making.building[x].charge - g.making.building[x].social) * g.calendar.weight[t] / 1000
        for (x, b), q in plan.added.items()
        for t in g.making.building[x].alive[b]
    )


def metrics(b: Books, found: dict[str, Any]) -> dict[str, Any]:
    """Every metric of the summary, in order."""
    cost, base_cost = total_cost(b.plan, b.accounts), total_cost(b.baseline, b.base_accounts)
    real, base_real = (_less(a.spent(), a.unserved()) for a in (b.accounts, b.base_accounts))
    net, base_net = b.accounts.bloc("net_cost"), b.base_accounts.bloc("net_cost")
    paid, base_paid = (_plus(a.bloc("outlay"), a.bloc("unserved")) for a in (b.accounts, b.base_accounts))
    contracts: dict[str, Any] = {}
    if b.plan.given.contracts:
        contracts = {
            "contract_payments": b.accounts.bloc("contract_payments"),
            "baseline_contract_payments": b.base_accounts.bloc("contract_payments"),
        }
    return {
        "total_cost": cost,
        "resource_cost": real,
        "world_cost": b.accounts.spent(),
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
        **contracts,
        "change_in_consumer_surplus": _less(base_paid, paid),
        "deadweight_loss": _less(b.accounts.spent(), b.base_accounts.spent()),
        "change_in_bloc_net_cost": _less(net, base_net),
        "change_in_resource_cost": _less(real, base_real),
        **_shock(b, found),
    }


def _shock(b: Books, found: dict[str, Any]) -> dict[str, Any]:
    """Metrics of a shock that nobody foresaw; none of any other scenario."""
    if not b.plan.given.surprise:
        return {}
    bloc = Struck(b.accounts.bloc("net_cost"), b.base_accounts.bloc("net_cost"))
    world = Struck(b.accounts.spent(), b.base_accounts.spent())
    return dict(shock_metrics(bloc, world, found, b.parent))


def _plus(one: About, other: About) -> About:
    return About(one.value + other.value, one.scale + other.scale)


def _less(one: About, other: About) -> About:
    return About(one.value - other.value, one.scale + other.scale)


def _share(value: float | None) -> About | None:
    return None if value is None else About(value, 1.0, 1e-9)


def _uplift(b: Books, found: dict[str, Any], cost: About) -> dict[str, Any]:
    """Uplift and its parts, as sheet support has them."""
    slack = 2e-9 * (1 + len(b.support))  # what is below 1e-9 is not listed
    parts = {}
    for name in ("make_whole", "foregone"):
        total = fsum(line[name] or 0.0 for line in b.support)
        parts[name] = _or_none(About(total, 0.0, slack), cost)
    both = fsum(_value(found, name) for name in parts)
    ruled = bool(b.plan.given.borders.rules) or b.plan.given.study.settings.coordination == "bloc"
    least: Any = Unknown(LEAST) if ruled and _value(found, "least_make_whole") else 0.0
    if least != 0.0 and not 0.0 <= _value(found, "least_make_whole") <= _value(found, "make_whole") * (
        1 + 1e-9
    ):
        least = f"at most make_whole, {_value(found, 'make_whole'):.10g}"
    return {
        "uplift": _or_none(About(both, 0.0, 2 * NONE * abs(cost.value)), cost),
        **parts,
        "least_make_whole": least,
    }


def _value(found: dict[str, Any], name: str) -> float:
    return float(found.get(name) or 0.0)


def _or_none(amount: About, cost: About) -> Any:
    """An amount that is rounding beside the cost may be said to be none."""
    tiny = abs(amount.value) <= 2 * NONE * max(1e-3, abs(cost.value))
    return Either((amount, 0.0)) if tiny else amount


def check_summary(b: Books, lines: list[Line], checker: Checker) -> None:
    """Every metric, each with a rule of its own."""
    found = {line["metric"]: line["value"] for line in lines}
    expected = metrics(b, found)
    money = f"million {b.plan.given.study.settings.currency}, present value"
    checker.table("summary", lines, [{"metric": m, "unit": _unit(m, money)} for m in expected])
    for line in lines:
        if line["metric"] in expected:
            checker.compared += 1
            value = expected[line["metric"]]
            if isinstance(value, Unknown):
                checker.unknown[value.why] = None
            elif not agrees(line["value"], value):
                said = value.values[0] if isinstance(value, Either) else value
                said = said.value if isinstance(said, About) else said
                checker.at(line, "value", line["value"], said, metric_rule(line["metric"]))


def _unit(metric: str, money: str) -> str:
    return "share" if metric.endswith(("_share", "implied_premium")) else money


def certificate(
    b: Books, parts_off: float, money: tuple[float, float], lines: list[Line]
) -> Iterator[tuple[str, float | None, float]]:
    """(check, value as far as the tables hold it, tolerance) in order; names that say what was taken for
    granted, and checks that only some models have, as `lines` have them."""
    there = [str(line["check"]) for line in lines]
    yield from _of_plan("", there)
    yield from _of_prices("", there, bool(rules_kept(b.plan)))
    plan = b.plan
    if plan.given.borders.origin:
        yield "floors: parts add up to the floor (relative)", parts_off, 1e-6
    kept = rules_kept(plan)
    minimum = [
        key for key in plan.given.borders.origin if plan.given.borders.rule("minimum", *key[1:]) is not None
    ]
    if kept or any(key[2] >= plan.given.known_from for key in minimum):
        worst = max((off / (1 + abs(number)) for _, _, number, off in kept), default=0.0)
        yield "floors: worst violation of a rule", max(0.0, worst), 1e-6
    if minimum:
        yield "minimum_met", max(0.0, *(_missed(plan, key) for key in minimum)), 0.01 + 1e-6
    for name in ("plan without caps costs plan + levies", "proven cost below plan + levies - uplift"):
        levied = any(levy > 1e-6 for levy in plan.levy.values())
        if levied or (f"round trip: {name}" in there and plan.given.caps):
            yield f"round trip: {name}", None, 1e-7
    yield "money balance, worst year (relative)", money[0], 1e-9
    if plan.given.has_policy or plan.given.surprise:
        yield from _of_plan("baseline ", there)
        yield from _of_prices("baseline ", there)
        yield "baseline money balance, worst year (relative)", money[1], 1e-9


def _missed(plan: Plan, key: tuple[str, str, int]) -> float:
    """By how much a floor misses its minimum, the levy of content that does not pay apart."""
    g, (d, c, t) = plan.given, key
    o, least = g.borders.origin[key], g.borders.rule("minimum", c, t)
    assert least is not None
    unpaid = (1 - g.borders.pays(g.world, g.roads, o, d, c, t)) * plan.minimum.get((o, c, t), 0.0)
    return least - unpaid - plan.floor.get(key, 0.0)


def _as_there(name: str, there: list[str]) -> str:
    """The name of a check, with what it takes for granted where it says so."""
    granted = re.compile(re.escape(name) + r"(, no (quantity|price) above [0-9.]+e\+[0-9]+( t)?)?")
    return next((one for one in there if granted.fullmatch(one)), name)


def _of_plan(of: str, there: list[str]) -> Iterator[tuple[str, None, float]]:
    for words, allowed in (
        ("worst row violation (relative)", 1e-7),
        ("worst negative quantity (t)", 1e-7),
        ("worst sign of a row's dual", 1e-7),
        ("worst sign of a reduced cost (relative)", 1e-7),
        ("complementarity (relative)", 1e-9),
        ("cost reported less that of its quantities (relative)", 1e-9),
        ("cost above its proven lower bound (relative)", 1e-9),
    ):
        yield _as_there(f"{of}plan: {words}", there), None, allowed


def _of_prices(of: str, there: list[str], ruled: bool = False) -> Iterator[tuple[str, None, float]]:
    for words, allowed in (
        ("worst negative price of an inequality", 1e-7),
        ("worst profit from doing more (relative)", 1e-7),
        ("cost less dual value is the uplift (relative)", 1e-9),
        ("uplift is make-whole and foregone (relative)", 1e-9),
    ):
        yield f"{of}prices: {words}", None, allowed
    least = _as_there(f"{of}prices: uplift above the proven least (relative)", there)
    if ruled or least in there:
        yield least, None, 1e-9


def check_certificate(
    expected: Iterator[tuple[str, float | None, float]], lines: list[Line], checker: Checker
) -> None:
    """Names, tolerances and verdicts of every check; its value where the tables hold what it is of."""
    checks = list(expected)
    checker.table("certificate", lines, [{"check": name} for name, _, _ in checks])
    allowed_of = {name: allowed for name, _, allowed in checks}
    value_of = {name: value for name, value, _ in checks}
    for line in lines:
        checker.compared += 2
        value, allowed = line["value"], line["tolerance"]
        if value is None or allowed is None:
            checker.at(line, "value", value, "a number", rule_of("certificate", "value"))
            continue
        known = allowed_of.get(line["check"], allowed)
        if abs(allowed - known) > 1e-9 * known:
            checker.at(line, "tolerance", allowed, known, rule_of("certificate", "tolerance"))
        if line["passed"] is not (value <= allowed):
            checker.at(line, "passed", line["passed"], value <= allowed, rule_of("certificate", "passed"))
        if line["passed"] is False:
            checker.at(line, "passed", False, True, "every check of a result that can be used has passed")
        again = value_of.get(line["check"])
        if again is not None and abs(value - again) > ROUNDING:
            checker.at(line, "value", value, again, rule_of("certificate", "value"))
