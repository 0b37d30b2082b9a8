"""Proof of a result, from the arrays given to the solver and the two solutions, apart from the solver."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from floors.case.border import MINIMUM_TOLERANCE, Floor
from floors.errors import CertificateFailed
from floors.lp import sizes
from floors.lp.aims import Best
from floors.lp.exact import proven_bound
from floors.lp.lower_bound import LowerBound
from floors.lp.scaling import of_one_unit
from floors.solving.accounts import Accounts
from floors.solving.bloc import minimum_levies
from floors.solving.floor_parts import Part
from floors.solving.outcome import Outcome
from floors.solving.round_trip import round_trip
from floors.solving.steady import costs_more
from floors.solving.tag_balances import tags_close
from floors.steps import stage

BILLIONTH = 1e-9
ROUND_TRIP = 1e-7  # prices are solved to 1e-9 each, and are held against loose bounds on what buyers might do


class Check(NamedTuple):
    """One check: the largest violation found and allowed."""

    check: str
    value: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """True where the violation is within the tolerance; NaN never is."""
        return bool(self.value <= self.tolerance)


@stage("proof")
def certify(
    outcome: Outcome,
    accounts: Accounts,
    baseline: Outcome,
    baseline_accounts: Accounts,
    parts: dict[Floor, list[Part]],
) -> list[Check]:
    """Every check of a result and of the baseline it is compared with."""
    amounts = {floor: sum(part.amount for part in found) for floor, found in parts.items()}
    checks = certify_policy(outcome, accounts, amounts)
    if baseline is not outcome:
        checks += prove(baseline, baseline_accounts, "baseline ")
    return checks


def certify_policy(
    outcome: Outcome, accounts: Accounts, parts: dict[Floor, float] | None = None
) -> list[Check]:
    """Every check of an outcome that needs no baseline; `parts` is what the parts of each floor add up to, where they
    are told."""
    checks = [*_plan_checks(outcome, ""), *_price_checks(outcome, ""), *_floor_checks(outcome, parts)]
    return [*checks, *_round_trip_checks(outcome), _money(accounts, "")]


def certify_within_rounding(outcome: Outcome, accounts: Accounts) -> list[Check]:
    """The checks of an outcome that are sums over its arrays: plan and duals are feasible and complementary, which
    proves least cost but for what rounding may hide; so are the prices; floors obey their rules. Without the lower
    bound that is rounded outward, and without the round trip, which the checks of the prices imply."""
    checks = [*_plan_checks(outcome, "", bound=False), *_price_checks(outcome, "")]
    return [*checks, *_floor_checks(outcome, None), _money(accounts, "")]


def certify_near(
    outcome: Outcome, accounts: Accounts, parts: dict[Floor, float], best: Best, limit: float
) -> list[Check]:
    """Every check of a plan that may cost as much as `limit`, thousand at present value: it is one, within the limit;
    none within it is better by its aim, nor as good and cheaper; its prices are those of least uplift."""
    size = outcome.size or 1.0
    return [
        *_obeys(outcome, ""),
        Check(
            "plan: cost above the limit (relative)",
            _worst(np.array([outcome.plan.objective - limit])) / size,
            BILLIONTH,
        ),
        Check("plan: aim above its proven least (relative)", best.unproven, BILLIONTH),
        Check(
            "plan: cost above the proven least of plans as good (relative)", best.cheaper / size, BILLIONTH
        ),
        *_price_checks(outcome, ""),
        *_floor_checks(outcome, parts),
        *_round_trip_checks(outcome),
        _money(accounts, ""),
    ]


def prove(outcome: Outcome, accounts: Accounts, of: str = "") -> list[Check]:
    """Every check of one outcome by itself, but for its floors."""
    return [*_plan_checks(outcome, of), *_price_checks(outcome, of), _money(accounts, of)]


def require(checks: list[Check]) -> None:
    """Raise CertificateFailed, naming each check that did not pass, where there is one."""
    failed = [check for check in checks if not check.passed]
    if failed:
        raise CertificateFailed(
            "the certificate failed: "
            + "; ".join(f"{c.check} is {c.value:.2e}, allowed {c.tolerance:.0e}" for c in failed)
            + ". Use --accept-failed to see the result all the same."
        )


def _money(accounts: Accounts, of: str) -> Check:
    return Check(f"{of}money balance, worst year (relative)", accounts.imbalance(), BILLIONTH)


def _worst(violation: np.ndarray) -> float:
    """The largest violation, 0 where there is none; NaN where one is no number, so that it passes nothing."""
    return float(np.maximum(0.0, violation.max(initial=0.0))) + 0.0


def _obeys(outcome: Outcome, of: str) -> list[Check]:
    """The plan obeys every row and bound, and costs what is said."""
    lp, x = outcome.compiled.lp, outcome.plan.x
    activity = lp.matrix @ x
    scale = sizes.of_rows(lp, x)
    below = (lp.row_lower - activity) / scale
    above = np.where(np.isfinite(lp.row_upper), activity - lp.row_upper, 0.0) / scale
    cost = float(lp.cost @ x) + lp.offset
    return [
        Check(f"{of}plan: worst row violation (relative)", _worst(np.maximum(below, above)), 1e-7),
        Check(
            f"{of}plan: worst negative quantity (relative)",
            _worst(-x[~outcome.compiled.free]) / (sizes.largest(x) or 1.0),
            BILLIONTH,
        ),
        Check(
            f"{of}plan: cost reported less that of its quantities (relative)",
            abs(outcome.plan.objective - cost) / (outcome.size or 1.0),
            BILLIONTH,
        ),
        *([Check(f"{of}tags_close", tags_close(outcome), BILLIONTH)] if outcome.case.tags.clean else []),
    ]


def _plan_checks(outcome: Outcome, of: str, *, bound: bool = True) -> list[Check]:
    """The plan obeys every row and bound, and the solver's duals prove that none is cheaper; `bound`: by a lower bound
    too that holds whatever rounding did."""
    lp, x = outcome.compiled.lp, outcome.plan.x
    dual = np.where(outcome.compiled.equality, outcome.plan.dual, np.maximum(outcome.plan.dual, 0.0))
    wrong_sign = np.where(outcome.compiled.equality, 0.0, -outcome.plan.dual)
    reduced = lp.cost - dual @ lp.matrix
    wrong = np.where(outcome.compiled.free, np.abs(reduced), -reduced) / sizes.of_columns(lp, dual)
    size = outcome.size or 1.0
    wrong_sign /= sizes.largest(dual) or 1.0
    choice, slack = outcome.choice, lp.matrix @ x - lp.row_lower
    rows, quantities, cost, *tags = _obeys(outcome, of)
    return [
        rows,
        quantities,
        Check(f"{of}plan: worst sign of a row's dual", _worst(wrong_sign), 1e-7),
        Check(f"{of}plan: worst sign of a reduced cost (relative)", _worst(wrong), 1e-7),
        Check(
            f"{of}plan: complementarity (relative)",
            float(np.abs(x * reduced).sum() + np.abs(dual * slack).sum()) / size,
            BILLIONTH,
        ),
        cost,
        *(
            [
                Check(
                    f"{of}plan: cost above its proven lower bound (relative){_assumed(outcome.proven)}",
                    abs(outcome.gap),
                    BILLIONTH,
                )
            ]
            if bound
            else []
        ),
        *(
            [
                Check(
                    f"{of}steady_costs_no_more",
                    _worst(np.array([costs_more(lp, choice.corner, x)])),
                    BILLIONTH,
                )
            ]
            if choice.steady
            else []
        ),
        *tags,
    ]


def _assumed(bound: LowerBound) -> str:
    """What a bound takes for granted, if it does."""
    return f", no quantity above {bound.largest:.0e} t" if bound.assumed else ""


def _price_checks(outcome: Outcome, of: str) -> list[Check]:
    """No company could do better than the plan by more than the uplift, which splits exactly and is least."""
    lp, priced = outcome.market.lp, outcome.priced
    money = sizes.of_columns(lp, priced.price)
    profit = np.where(outcome.compiled.free, np.abs(priced.reduced), -priced.reduced) / money
    cost = float(lp.cost @ outcome.plan.x)
    size = outcome.size or 1.0
    value = float(lp.row_lower @ priced.price) - float(priced.own @ outcome.plan.x)
    negative = np.where(outcome.compiled.equality, 0.0, -priced.price) / (sizes.largest(priced.price) or 1.0)
    checks = [
        Check(f"{of}prices: worst negative price of an inequality", _worst(negative), 1e-7),
        Check(f"{of}prices: worst profit from doing more (relative)", _worst(profit), 1e-7),
        *(
            []
            if of
            else [Check("own_levies", _worst(-priced.own) / (sizes.largest(priced.price) or 1.0), 1e-7)]
        ),
        Check(
            f"{of}prices: cost less dual value is the uplift (relative)",
            abs(cost - value - priced.uplift) / size,
            BILLIONTH,
        ),
        Check(
            f"{of}prices: uplift is make-whole and foregone (relative)",
            abs(priced.uplift - priced.make_whole - priced.foregone) / size,
            BILLIONTH,
        ),
    ]
    if priced.least is not None:
        pricing, dual = priced.least
        highest = sizes.FAR * max(sizes.largest(priced.price), sizes.largest(lp.cost))
        bound = proven_bound(of_one_unit(pricing), dual, priced.uplift - cost, size, largest=highest)
        taken = f", no price above {highest:.0e}" if bound.assumed else ""
        checks.append(
            Check(
                f"{of}prices: uplift above the proven least (relative){taken}",
                abs(priced.uplift - cost - bound.value) / size,
                BILLIONTH,
            )
        )
    return checks


def _round_trip_checks(outcome: Outcome) -> list[Check]:
    """Without caps, at the levies reported, the market costs plan + levies, or less by no more than the uplift."""
    trip = round_trip(outcome)
    if trip is None:
        return []
    both = trip.plan + trip.levies
    size = (outcome.size + abs(trip.levies)) or 1.0
    return [
        Check(
            "round trip: plan without caps costs plan + levies",
            abs(trip.cost - both) / size,
            ROUND_TRIP,
        ),
        Check(
            "round trip: proven cost below plan + levies - uplift",
            _worst(np.array([both - outcome.priced.uplift - trip.least])) / size,
            ROUND_TRIP,
        ),
    ]


def _floor_checks(outcome: Outcome, parts: dict[Floor, float] | None) -> list[Check]:
    """Floors obey their rules, are the sum of their parts, and reach their minimums."""
    checks = []
    if outcome.floor and parts is not None:
        off = [abs(parts[f] - v) / _highest(outcome) for f, v in outcome.floor.items()]
        checks.append(Check("floors: parts add up to the floor (relative)", _worst(np.array(off)), 1e-6))
    if outcome.rules:
        checks.append(Check("floors: worst violation of a rule", _rule_violation(outcome), 1e-6))
    border = outcome.case.border
    some = list(outcome.floor) if "minimum" in border.rules else []
    paid, gap = minimum_levies(outcome.case, some, outcome.levies), []
    for f in some:
        floor = outcome.floor[f]
        least = border.rule("minimum", f.commodity, f.year)
        if least is not None:
            unpaid = outcome.levies.get(outcome.case.levy_key(f), 0.0) - paid[f]
            gap.append(least - unpaid - floor)
    if gap:
        checks.append(Check("minimum_met", _worst(np.array(gap)), MINIMUM_TOLERANCE + 1e-6))
    return checks


def _rule_violation(outcome: Outcome) -> float:
    distinct = np.zeros(outcome.floors.count)
    distinct[outcome.floors.column] = outcome.priced.floor
    broken = []
    for rule in outcome.rules:
        value = sum(a * distinct[f] for f, a in rule.floors)
        value += sum(a * outcome.priced.price[r] for r, a in rule.prices)
        broken += [value - rule.upper, rule.lower - value]
    return _worst(np.array(broken)) / _highest(outcome)


def _highest(outcome: Outcome) -> float:
    """The highest floor, beside which violations of floors are weighed."""
    return max(map(abs, outcome.floor.values()), default=0.0) or 1.0
