"""What the package and the oracle say of one study, and where they differ.

Of plans that cost the same the oracle takes the package's, once it has proven it; a price that is not unique may still
differ, and what is counted from it. All optima, floors and their ranges are compared whatever those prices are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

import pandas as pd

import floors
from floors.solving.instruments import TARIFF, held_by
from floors.solving.outcome import Outcome
from tests import oracle
from tests.oracle.instruments import held as held_otherwise
from tests.support import entangled, mixed

OPTIMUM = 1e-8
PRICE = 1e-6
SAME_PLAN = 1e-6
NEAR = 1e-3  # USD/kg, t: what is less may be rounding
NARROW = 1.01  # a step that holds the price is narrower
Pair = tuple[str, Any, Any, float]


class Contradictory(Exception):
    """No floors obey the rules."""


def book_of(seed: int) -> mixed.Sheets:
    """The study of a seed; every fourth with ties, two of three with rules, `use` caps and ties put on top."""
    make = entangled.sheets if seed % 3 else mixed.sheets
    return make(Random(seed), spread=0.0 if seed % 4 == 0 else 0.01)


def ours(study: floors.Study, *, accept_failed: bool = False) -> floors.Result | None:
    """What the package says; None where it finds no plan. Raises Contradictory where no floors obey the rules."""
    try:
        return floors.solve(study, ranges=True, accept_failed=accept_failed)
    except floors.Infeasible:
        return None
    except floors.InputError as error:
        assert {problem.code for problem in error.problems} == {"contradictory_rules"}, error
        raise Contradictory from None


def settled(outcome: Outcome) -> dict[Any, tuple[float, float]]:
    """Levies of the minimum rule, and the prices at origin that they were settled on, USD/kg."""
    rows, weight = outcome.compiled.rows(outcome.model.supply), outcome.case.calendar.weight
    links, found = outcome.compiled.rows(outcome.model.link), {}
    for key, levy in outcome.levies.items():
        price = max(0.0, float(outcome.plan.dual[rows[key[0], *key[-2:]]]))
        if key in links:
            price += max(0.0, float(outcome.plan.dual[links[key]]))
        found[key] = levy, price / weight[key[-1]]
    return found


def columns(outcome: Outcome) -> dict[tuple, float]:
    """The package's plan by the names that columns have in the oracle."""
    kinds = ["produce", "build", "ship", "connect", "consume", "put", "take", "stock"]
    if outcome.case.caps:  # elsewhere what arrives and is not used is the slack of a row
        kinds.append("waste")
    found = {}
    for kind in kinds:
        component = getattr(outcome.model, kind, None)
        for key, q in outcome.quantity(component).items() if component is not None else ():
            found[kind, *key] = q
    for key, q in outcome.quantity(outcome.model.exempt).items() if len(outcome.case.exempt) else ():
        found["exempt", *key] = q
        found["ship", *key] = max(0.0, found["ship", *key] - q)
    return found


def theirs(study: floors.Study, result: floors.Result | None) -> tuple[oracle.Answer, oracle.Answer] | None:
    """What the oracle says with the policy and without; None where it finds no plan."""
    given: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    if result is not None:
        outcomes = result.outcome, result.baseline_outcome
        given = tuple({"cuts": o.case.cuts, "told": columns(o)} for o in outcomes)
        given[0]["settled"] = settled(result.outcome)
        if getattr(study.settings, "plan_choice", "any") == "steady":
            settings = study.tables["settings"]
            kept = settings[settings["key"] != "plan_choice"].to_dict("records")
            any_ = {**study.tables, "settings": [*kept, {"key": "plan_choice", "value": "any"}]}
            other = floors.Study(any_)
            if study.answering is not None:
                other = other.answered(study.answering, study.export_limits)
            before = floors.solve(other, accept_failed=True)
            given[0]["first"] = columns(before.outcome)
            given[1]["first"] = columns(before.baseline_outcome)
    try:
        return oracle.solve(study, **given[0]), oracle.solve(study, policy=False, ranges=False, **given[1])
    except oracle.NoSolution:
        return None


def same_prices(outcome: Outcome, answer: oracle.Answer) -> bool:
    """Whether delivered prices are those of the oracle where something arrives, and prices at origin where something
    leaves."""
    kinds = ("ship", "exempt")
    shipped = [key[1:] for key, q in answer.plan.value.items() if key[0] in kinds and q > SAME_PLAN]
    arriving, leaving = {(d, c, t) for _, d, c, t in shipped}, {(o, c, t) for o, _, c, t in shipped}
    at_origin = {key: answer.priced.price["supply", *key] / answer.data.weight[key[2]] for key in leaving}
    delivered = {key: answer.price(*key) for key in arriving}
    mine = ((outcome.delivered, delivered), (outcome.origin_price, at_origin))
    return all(abs(prices[key] - p) < SAME_PLAN for prices, found in mine for key, p in found.items())


def pairs(result: floors.Result, policy: oracle.Answer, base: oracle.Answer) -> Iterator[Pair]:
    """What is said twice: (what, by the package, by the oracle, tolerance)."""
    found, priced, data = result.figures, policy.priced, policy.data
    yield "total_cost", found.total_cost, policy.cost / 1000, OPTIMUM
    yield "baseline", result.baseline_outcome.plan.objective, base.cost, OPTIMUM
    yield "uplift", found.uplift, priced.uplift / 1000, OPTIMUM
    mine = {(row["member"], row["commodity"], row["year"]): row for row in result.floors.to_dict("records")}
    assert mine.keys() == priced.floor.keys(), mine.keys() ^ priced.floor.keys()
    for key, row in mine.items():
        yield f"lowest {key}", row["lowest"], priced.lowest[key], PRICE
        yield f"highest {key}", row["highest"], priced.highest[key], PRICE
        yield f"floor {key}", row["floor"], priced.floor[key], PRICE
    yield from leaking(result, policy)
    for answer in (policy, base) if policy.data.plan_choice == "steady" else ():
        yield "sum of changes", answer.changes(), answer.steadiest, PRICE
    yield from members(result, policy)
    sums = [
        sum(data.weight[key[2]] * f for key, f in all_.items())
        for all_ in ({key: row["floor"] for key, row in mine.items()}, priced.floor)
    ]
    yield "sum of floors", *sums, PRICE
    yield "make_whole", found.make_whole, priced.make_whole / 1000, PRICE
    yield from instruments(result, policy)
    if not same_prices(result.outcome, policy):
        return
    for key, row in mine.items():
        yield from border(key, row, policy)
    yield from accounts(result, policy, base)


def instruments(result: floors.Result, policy: oracle.Answer) -> Iterator[Pair]:
    """What must be paid at least to hold the plan otherwise, million of present value."""
    if result.instruments.empty:
        return
    paid = result.instruments.groupby("instrument")[["support", "running", "grants"]].sum()
    tariff = held_by(result.outcome, TARIFF).priced.uplift
    theirs = held_otherwise(policy)
    yield "paid by contracts", paid["support"]["contracts"], theirs.paid / 1000, PRICE
    yield "running beside grants", paid["running"]["grants"], theirs.running / 1000, PRICE
    yield "grants", paid["grants"]["grants"], theirs.grants / 1000, PRICE
    yield "uplift of a tariff", tariff / 1000, theirs.tariff / 1000, PRICE


def border(key: tuple[str, str, int], row: dict[str, Any], policy: oracle.Answer) -> Iterator[Pair]:
    """The levy of a floor, and what it does, where that is beyond doubt: 1 where it is said so."""
    d, c, t = key
    data, o = policy.data, row["origin"]
    friction = oracle.links.friction(data, policy.lp, o, data.region_of[d], c, t)
    asked = sum(a * policy.priced.price[row] for row, a in friction.items())
    price = policy.priced.price["supply", o, c, t] / data.weight[t] + asked
    levy = policy.priced.floor[key] - price
    yield f"levy of {key}", row["levy"], levy, PRICE
    if "state" not in row or friction:  # what a full link does to it takes more than these prices
        return
    free = any(key[0] == "exempt" and key[2:] == (d, c, t) for key in policy.plan.value)
    arriving = [
        policy.plan.value.get(("ship", capped, d, c, t), 0.0)
        for capped in data.role
        if data.is_capped(capped, t)
    ]
    anything = any(
        q > SAME_PLAN for key, q in policy.plan.value.items() if key[0] == "ship" and key[2:] == (d, c, t)
    )
    route = data.route(o, data.region_of[d], c, t)
    assert route is not None
    left = (1 - route.loss) * policy.price(*key) - route.freight - sum(data.duties(route, c, t)) - price
    right = ""
    if levy > NEAR and policy.plan.value.get(("ship", o, d, c, t), 0.0) > NEAR:
        right = "paid"
    elif free:
        right = ""
    elif max(arriving) == 0 and levy < PRICE:
        right = "idle"
    elif max(arriving) == 0 and levy > NEAR and abs(left) > NEAR and anything:
        right = "prohibitive" if left > 0 else "idle"
    if right:
        yield f"state of {key}: {row['state']}, not {right}", float(row["state"] == right), 1.0, 0.0


def leaking(result: floors.Result, policy: oracle.Answer) -> Iterator[Pair]:
    """What evades enforcement, by where it goes and comes from."""
    told: defaultdict[Any, float] = defaultdict(float)
    for row in result.sourcing[result.sourcing["leak"]].to_dict("records"):
        told[row["destination"], row["commodity"], row["year"], row["origin"]] += row["quantity"]
    found: defaultdict[Any, float] = defaultdict(float)
    for (d, _, c, t), leak in oracle.leaks.leaks(policy.data).items():
        found[d, c, t, leak.origin] += leak.leaves
    for key in told.keys() | found.keys():
        yield f"leak {key}", told[key], found[key], OPTIMUM


def members(result: floors.Result, policy: oracle.Answer) -> Iterator[Pair]:
    """What each member may pay, least and most, over all plans of least cost."""
    table = getattr(result, "members_range", None)
    for row in table.to_dict("records") if table is not None and policy.members else ():
        least, most = policy.members[row["member"]]
        yield f"least of {row['member']}", row["least_net_cost"], least / 1000, PRICE
        yield f"most of {row['member']}", row["most_net_cost"], most / 1000, PRICE


def accounts(result: floors.Result, policy: oracle.Answer, base: oracle.Answer) -> Iterator[Pair]:
    """Accounts in million, and how full the caps are."""
    skipped: set[str] = set()
    if result.figures.uplift > 0:  # who is paid how much of the make-whole, the oracle leaves open
        skipped = {"outlay", "producer_surplus", "net_cost"}
    same_base = same_prices(result.baseline_outcome, base)
    for row in result.accounts.to_dict("records"):
        key = row["region"], row["year"]
        for column in policy.accounts[key].keys() - skipped:
            yield f"{column} {key}", row[column], policy.accounts[key][column] / 1000, PRICE
        if same_base:
            yield f"baseline {key}", row["baseline_cost"], base.accounts[key]["net_cost"] / 1000, PRICE
    caps = [(i, t) for i, cap in enumerate(policy.caps) for t in sorted(cap.volume)]
    assert len(caps) == len(result.caps)
    for (i, t), row in zip(caps, result.caps.to_dict("records"), strict=True):
        cap, (limit, used) = policy.caps[i], policy.usage(i, t)
        origin = None if missing(row["origin"]) else row["origin"]
        assert (cap.scope, cap.origin, t) == (row["scope"], origin, row["year"])
        asked = {"limit": limit, "used": used, "slack": limit - used, "declared": policy.declared(i, t)}
        for column, number in asked.items():
            yield f"{column} of cap {i} {t}", row[column], number, PRICE


def differences(result: floors.Result, answers: tuple[oracle.Answer, oracle.Answer]) -> Iterator[Any]:
    """Every number that is not the same, and every step of a curve that is too wide to hold its price."""
    for what, a, b, tolerance in pairs(result, *answers):
        if missing(a) or missing(b):
            if missing(a) != missing(b):
                yield what, a, b
        elif abs(a - b) > tolerance * max(1.0, abs(b)):
            yield what, a, b
    for answer in answers:
        for (d, g, c, t), ladder in answer.steps.items():
            for j, step in enumerate(ladder):
                bought = answer.plan.value["consume", d, g, c, j, t]
                split = 1e-6 * step.width < bought < (1 - 1e-6) * step.width
                if split and step.high > step.low * NARROW:
                    yield f"step {j} of {d} {g} {c} {t}", step.high / step.low, NARROW


def missing(number: Any) -> bool:
    """Blank: a floor without a highest, a cap without an origin."""
    return bool(pd.isna(number))
