"""What the package and the oracle say of one study, and where they differ.

A plan or a price that is not unique may differ between the two, and what is counted from it; all optima, floors and
their ranges are compared whatever the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

import pandas as pd

import floors
from floors.solving.outcome import Outcome
from tests import oracle
from tests.support import mixed

OPTIMUM = 1e-8
PRICE = 1e-6
SAME_PLAN = 1e-6
NARROW = 1.01  # a step that holds the price is narrower
Pair = tuple[str, Any, Any, float]


class Contradictory(Exception):
    """No floors obey the rules."""


def book_of(seed: int) -> mixed.Sheets:
    """The study of a seed; every fourth with ties."""
    return mixed.sheets(Random(seed), spread=0.0 if seed % 4 == 0 else 0.01)


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
    return {
        key: (levy, max(0.0, float(outcome.plan.dual[rows[key]])) / weight[key[2]])
        for key, levy in outcome.levies.items()
    }


def theirs(study: floors.Study, result: floors.Result | None) -> tuple[oracle.Answer, oracle.Answer] | None:
    """What the oracle says with the policy and without; None where it finds no plan."""
    with_policy: dict[str, Any] = {}
    without: dict[str, Any] = {}
    if result is not None:
        with_policy = {"cuts": result.outcome.case.cuts, "settled": settled(result.outcome)}
        without = {"cuts": result.baseline_outcome.case.cuts}
    try:
        return (
            oracle.solve(study, **with_policy),
            oracle.solve(study, policy=False, ranges=False, **without),
        )
    except oracle.NoSolution:
        return None


def same_flows(outcome: Outcome, answer: oracle.Answer) -> bool:
    """Whether shipments are those of the oracle, and delivered prices where something arrives."""
    shipped = {key[1:]: q for key, q in answer.plan.value.items() if key[0] == "ship"}
    if not all(abs(outcome.ship[key] - q) < SAME_PLAN for key, q in shipped.items()):
        return False
    arriving = {(d, c, t) for (_, d, c, t), q in shipped.items() if q > SAME_PLAN}
    return all(abs(outcome.delivered[key] - answer.price(*key)) < SAME_PLAN for key in arriving)


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
    yield from leaking(result, policy)
    if not same_flows(result.outcome, policy):
        return
    sums = [
        sum(data.weight[key[2]] * f for key, f in all_.items())
        for all_ in ({key: row["floor"] for key, row in mine.items()}, priced.floor)
    ]
    yield "sum of floors", *sums, PRICE
    for key, row in mine.items():
        yield f"floor {key}", row["floor"], priced.floor[key], PRICE
    yield "make_whole", found.make_whole, priced.make_whole / 1000, PRICE
    yield from accounts(result, policy, base)


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


def accounts(result: floors.Result, policy: oracle.Answer, base: oracle.Answer) -> Iterator[Pair]:
    """Accounts in million, and how full the caps are."""
    skipped: set[str] = set()
    if result.figures.uplift > 0:  # who is paid how much of the make-whole, the oracle leaves open
        skipped = {"outlay", "producer_surplus", "net_cost"}
    same_base = same_flows(result.baseline_outcome, base)
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
        for column, number in (("limit", limit), ("used", used), ("slack", limit - used)):
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
