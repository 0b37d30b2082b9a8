"""Every check of the certificate passes on honest results and fails when what it guards is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import floors
import floors.solving.certificate
from floors.case.border import Floor
from floors.errors import CertificateFailed
from floors.lp.lower_bound import LowerBound
from floors.results.result import make_result
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.certificate import Check, certify, certify_policy, certify_within_rounding, prove
from floors.solving.floor_parts import Part, floor_parts
from floors.solving.outcome import Outcome
from floors.solving.round_trip import round_trip
from floors.solving.run import solve_both
from floors.sourcing.build import build
from tests.lp.test_highs import program
from tests.support import toy
from tests.support.books import unmarked
from tests.support.places import INPUTS
from tests.support.studies import cap, settings, study, table, years


class Case(NamedTuple):
    """What is certified."""

    outcome: Outcome
    accounts: Accounts
    baseline: Outcome
    baseline_accounts: Accounts
    parts: dict[Floor, list[Part]]


def under_rules() -> floors.Study:
    """The toy under a maximum, whose uplift is 125 thousand."""
    return toy.with_sheets(floor_rules=toy.rules(("maximum", 100)))


def with_a_minimum() -> floors.Study:
    """Two years at 5 %: a cap on use, a leak, a minimum that China pays, a stock that goes in and out."""
    return study(
        settings=settings(discount_rate=0.05),
        years=years((2026, 1), (2028, 2)),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None), ("US works", "US", "oxide", 80, 4), ("AU works", "AU", "oxide", 90, None),
        ),
        reference_prices=table("commodity 2026 2028", ("oxide", 50, 50)),
        demand=table("region segment commodity value enforcement 2026 2028", ("US", "all", "oxide", 200, 0.9, 10, 14)),
        caps=table("scope commodity basis 2026 2028", ("bloc", "oxide", "use", 0.5, 0.4)),
        floor_rules=table("commodity rule 2026 2028", ("oxide", "minimum", 60, 95)),
        stockpiles=table("stockpile region commodity opening", ("pile", "US", "oxide", 1)),
    )  # fmt: skip


STUDIES: dict[str, Callable[[], floors.Study]] = {"rules": under_rules, "minimum": with_a_minimum}


@cache
def solved(name: str) -> Case:
    outcome, baseline = solve_both(STUDIES[name](), build)
    return Case(outcome, keep_accounts(outcome), baseline, keep_accounts(baseline), floor_parts(outcome))


def failed(case: Case) -> set[str]:
    return {check.check for check in certify(*case) if not check.passed}


def plan(**change: Callable[[Any], Any]) -> Callable[[Outcome], Outcome]:
    """Spoil fields of the plan."""

    def spoil(o: Outcome) -> Outcome:
        return replace(o, plan=replace(o.plan, **{k: f(getattr(o.plan, k)) for k, f in change.items()}))

    return spoil


def priced(**change: Callable[[Any], Any]) -> Callable[[Outcome], Outcome]:
    """Spoil fields of the prices."""

    def spoil(o: Outcome) -> Outcome:
        return replace(o, priced=replace(o.priced, **{k: f(getattr(o.priced, k)) for k, f in change.items()}))

    return spoil


def first(value: float) -> Callable[[np.ndarray], np.ndarray]:
    """Set the first entry."""

    def change(vector: np.ndarray) -> np.ndarray:
        new = vector.copy()
        new[0] = value
        return new

    return change


def inequality_dual(o: Outcome) -> Outcome:
    dual = o.plan.dual.copy()
    dual[np.flatnonzero(~o.compiled.equality)[0]] = -1.0
    return replace(o, plan=replace(o.plan, dual=dual))


def inequality_price(o: Outcome) -> Outcome:
    price = o.priced.price.copy()
    price[np.flatnonzero(~o.compiled.equality)[0]] = -1.0
    return replace(o, priced=replace(o.priced, price=price))


def dearer_than_first(o: Outcome) -> Outcome:
    corner = o.choice.corner.copy()
    j = int(np.argmax(o.compiled.lp.cost * corner))
    corner[j] *= 0.999
    return replace(o, choice=replace(o.choice, corner=corner))


def levies(by: float) -> Callable[[Outcome], Outcome]:
    """Report other levies on shipments than the prices say."""

    def spoil(o: Outcome) -> Outcome:
        new = replace(o)
        vars(new)["levy_column"] = o.levy_column + by
        return new

    return spoil


PLAN: dict[str, Callable[[Outcome], Outcome]] = {
    "plan: worst row violation (relative)": plan(x=lambda x: 1.001 * x),
    "plan: worst negative quantity (relative)": plan(x=first(-1e-6)),
    "plan: worst sign of a row's dual": inequality_dual,
    "plan: worst sign of a reduced cost (relative)": plan(dual=lambda y: 1.001 * y),
    "plan: complementarity (relative)": plan(dual=lambda y: 0.999 * y),
    "plan: cost reported less that of its quantities (relative)": plan(
        objective=lambda v: v * (1 + 2e-9) + 2e-9
    ),
    "plan: cost above its proven lower bound (relative)": plan(dual=lambda y: (1 - 1e-8) * y),
    "steady_costs_no_more": dearer_than_first,
    "prices: worst negative price of an inequality": inequality_price,
    "prices: worst profit from doing more (relative)": priced(reduced=first(-1.0)),
    "prices: cost less dual value is the uplift (relative)": priced(uplift=lambda u: u + 0.01),
    "prices: uplift is make-whole and foregone (relative)": priced(foregone=lambda f: f + 0.01),
}
OTHER: dict[str, tuple[str, Callable[[Outcome], Outcome]]] = {
    "prices: uplift above the proven least (relative)": ("rules", priced(uplift=lambda u: u + 0.01)),
    "floors: parts add up to the floor (relative)": ("rules", priced(floor=lambda f: f + 0.01)),
    "floors: worst violation of a rule": ("rules", priced(floor=lambda f: f + 0.01)),
    "round trip: plan without caps costs plan + levies": ("rules", levies(0.001)),
    "round trip: proven cost below plan + levies - uplift": ("minimum", levies(-0.001)),
    "own_levies": ("rules", priced(own=first(-1e-3))),
    "minimum_met": ("minimum", priced(floor=lambda f: f - 0.02)),
}  # fmt: skip


@pytest.mark.parametrize("name", STUDIES)
def test_honest_results_pass_and_every_check_has_a_way_to_fail(name: str) -> None:
    checks = certify(*solved(name))
    assert all(check.passed for check in checks), [c for c in checks if not c.passed]
    money = {"money balance, worst year (relative)", "baseline money balance, worst year (relative)"}
    covered = {*PLAN, *(f"baseline {n}" for n in PLAN), *OTHER, *money}
    covered.add("baseline prices: uplift above the proven least (relative)")
    assert {c.check for c in checks} <= covered
    assert len({c.check for c in checks}) == len(checks)


def test_the_studies_have_what_they_are_for() -> None:
    rules, minimum = solved("rules").outcome, solved("minimum").outcome
    assert rules.priced.uplift == pytest.approx(125.1, abs=0.1) and rules.priced.least is not None
    assert (minimum.levy_column < 0).any(), "a rebate"
    assert max(minimum.levies.values()) > 1 and minimum.case.demand.leak


@pytest.mark.parametrize("name", PLAN)
@pytest.mark.parametrize("which", STUDIES)
def test_a_spoilt_plan_fails(which: str, name: str) -> None:
    case = solved(which)
    assert name in failed(case._replace(outcome=PLAN[name](case.outcome)))
    assert f"baseline {name}" in failed(case._replace(baseline=PLAN[name](case.baseline)))
    alone = {c.check for c in prove(PLAN[name](case.outcome), case.accounts) if not c.passed}
    assert name in alone


@pytest.mark.parametrize("name", PLAN)
@pytest.mark.parametrize("which", STUDIES)
def test_the_checks_within_rounding_see_a_spoilt_plan_too(which: str, name: str) -> None:
    case = solved(which)
    assert all(check.passed for check in certify_within_rounding(case.outcome, case.accounts))
    spoilt = certify_within_rounding(PLAN[name](case.outcome), case.accounts)
    assert any(not check.passed for check in spoilt)
    assert name in {check.check for check in spoilt if not check.passed} or "proven lower bound" in name


@pytest.mark.parametrize("which", STUDIES)
def test_they_leave_out_the_outward_bound_and_the_round_trip_alone(which: str) -> None:
    case = solved(which)
    whole, some = (
        [check.check for check in checks(case.outcome, case.accounts)]
        for checks in (certify_policy, certify_within_rounding)
    )
    assert [name for name in whole if name not in some] == [
        name for name in whole if "proven lower bound" in name or name.startswith("round trip")
    ]
    assert set(some) < set(whole)


@pytest.mark.parametrize("name", OTHER)
def test_spoilt_floors_levies_and_uplift_fail(name: str) -> None:
    which, spoil = OTHER[name]
    case = solved(which)
    assert name in failed(case._replace(outcome=spoil(case.outcome)))


def test_spoilt_books_fail() -> None:
    case = solved("rules")
    for side, of in (("accounts", ""), ("baseline_accounts", "baseline ")):
        books = deepcopy(getattr(case, side))
        next(iter(books.of.values())).outlay += 1e-6
        assert failed(case._replace(**{side: books})) == {f"{of}money balance, worst year (relative)"}


def test_parts_that_do_not_add_up_fail() -> None:
    case = solved("rules")
    parts = {f: list(found) for f, found in case.parts.items()}
    some = next(iter(parts))
    parts[some] = [
        p._replace(amount=p.amount + 1) if hasattr(p, "_replace") else replace(p, amount=p.amount + 1)
        for p in parts[some]
    ]
    assert failed(case._replace(parts=parts)) == {"floors: parts add up to the floor (relative)"}


def test_prices_that_are_not_the_least_uplift_fail() -> None:
    """Prices that are consistent in all else but dearer than need be: only the proof of the least sees them."""
    case = solved("rules")
    pricing, dual = case.outcome.priced.least or (None, None)
    assert pricing is not None and dual is not None
    worse = priced(least=lambda _: (pricing, 0.999 * dual))(case.outcome)
    assert failed(case._replace(outcome=worse)) == {"prices: uplift above the proven least (relative)"}


def test_prices_of_all_rows_but_the_caps_are_what_the_round_trip_needs() -> None:
    case = solved("rules")
    caps = sorted(case.outcome.compiled.rows(case.outcome.model.cap).values())
    price = case.outcome.priced.price * 0.999
    price[caps] = case.outcome.priced.price[caps]
    spoilt = failed(case._replace(outcome=priced(price=lambda _: price)(case.outcome)))
    assert "round trip: proven cost below plan + levies - uplift" in spoilt
    assert "round trip: plan without caps costs plan + levies" not in spoilt


def test_the_round_trip_by_solving_it() -> None:
    """The market without caps at the levies, solved: plan + levies where the uplift is 0, within it elsewhere."""
    from floors.lp.highs import Solver
    from floors.solving.round_trip import _at_the_levies

    for name in STUDIES:
        outcome = solved(name).outcome
        trip = round_trip(outcome)
        assert trip is not None and trip.levies != 0
        market = _at_the_levies(outcome)
        caps = list(outcome.compiled.rows(outcome.model.cap).values())
        lower = market.row_lower.copy()
        lower[caps] = -np.inf
        least = Solver(replace(market, row_lower=lower)).solve().objective
        both, size = trip.plan + trip.levies, 1e-9 * abs(trip.plan)
        assert both - outcome.priced.uplift - size <= trip.least <= least + size <= both + 2 * size
        if outcome.priced.uplift == 0:
            assert least == pytest.approx(both, rel=1e-9)


def test_no_cap_no_round_trip() -> None:
    outcome, _ = solve_both(study(), build)
    assert round_trip(outcome) is None
    assert not any("round trip" in c.check for c in floors.solve(study()).checks)


def test_a_surprise_makes_its_round_trip_in_the_years_left() -> None:
    late = study(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 50)),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", 60, 70)),
        scenarios=table("scenario known_from", ("late", 2027)),
        changes=table("scenario sheet where column change value", ("late", "unit_costs", "process=CN works", 2027, "set", 55)),
        unit_costs=table("process 2026 2027", ("CN works",)),
    ).scenario("late")  # fmt: skip
    outcome, baseline = solve_both(late, build)
    trip = round_trip(outcome)
    assert trip is not None and trip.levies > 0
    case = Case(outcome, keep_accounts(outcome), baseline, keep_accounts(baseline), floor_parts(outcome))
    assert failed(case) == set()
    assert "round trip: plan without caps costs plan + levies" in failed(
        case._replace(outcome=levies(0.001)(outcome))
    )


def test_a_bound_that_assumes_something_says_so() -> None:
    case = solved("rules")
    outcome = replace(case.outcome)
    vars(outcome)["proven"] = LowerBound(case.outcome.proven.value, 2, 1e9)
    loose = (program([0.0], [[1.0]], [1.0]), np.array([1e-300]))
    names = {c.check for c in certify(*case._replace(outcome=priced(least=lambda _: loose)(outcome)))}
    (of_prices,) = [name for name in names if name.startswith("prices: uplift above the proven least")]
    highest = 1e3 * max(abs(outcome.priced.price).max(), abs(outcome.compiled.lp.cost).max())
    assert of_prices.endswith(f", no price above {highest:.0e}")
    names = {c.check for c in certify(*case._replace(outcome=outcome))}
    assert "plan: cost above its proven lower bound (relative), no quantity above 1e+09 t" in names


def test_the_words_say_what_is_proven() -> None:
    result = floors.solve(study(caps=cap("bloc", "oxide", "tonnes", 5)))
    assert result.sentences[-1].endswith(
        "at the duties given, proven to within one part in a billion: no plan that obeys the same rows and pays these "
        "costs less by more than that."
    )
    assert result.figures.gap == result.outcome.gap < 1e-12


def test_a_spoilt_result_is_refused_unless_accepted_and_then_marked(tmp_path: Path) -> None:
    import openpyxl

    case = solved("rules")
    name = "round trip: plan without caps costs plan + levies"
    outcome = levies(0.001)(case.outcome)
    with pytest.raises(CertificateFailed, match="round trip: plan without caps") as caught:
        make_result(under_rules(), outcome, case.baseline)
    assert caught.value.exit_code == 4
    result = make_result(under_rules(), outcome, case.baseline, accept_failed=True)
    assert result.failed and result.status == "failed"
    assert not next(check for check in result.checks if check.check == name).passed
    book = openpyxl.load_workbook(result.to_excel(tmp_path / "kept.xlsx"))
    assert unmarked(book) == []


def test_nan_passes_nothing() -> None:
    assert not Check("x", float("nan"), 1.0).passed
    case = solved("rules")
    nan = float("nan")
    spoilt = failed(case._replace(outcome=plan(x=lambda x: x + nan, dual=lambda y: y + nan)(case.outcome)))
    assert {name for name in PLAN if name.startswith("plan")} - {"plan: worst sign of a row's dual"} <= spoilt
    spoilt = failed(
        case._replace(outcome=priced(floor=lambda f: f + nan, uplift=lambda _: nan)(case.outcome))
    )
    guarded = [
        name
        for name, (which, _) in OTHER.items()
        if which == "rules" and "costs plan" not in name and name != "own_levies"
    ]
    assert len(guarded) == 3
    assert all(any(found.startswith(name) for found in spoilt) for name in guarded)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "same"),
    [
        ("processes", 0, "unit_cost", 5.74673e-05, False),
        ("processes", 2, "capacity", 1.35e16, True),
        ("demand", 0, "value", 3e8, True),
    ],
)
def test_a_number_far_from_the_others_leaves_the_proof(
    sheet: str, row: int, column: str, value: float, same: bool
) -> None:
    """Floors of the smallest workbook where "no limit" was typed as a number, or an offer price is next to none."""
    smallest = floors.read(INPUTS / "smallest.xlsx")
    changed = smallest.tables[sheet].astype(object)
    changed.loc[row, column] = value
    result = floors.solve(floors.Study(dict(smallest.tables) | {sheet: changed}))
    assert result.certificate["passed"].all()
    if same:
        assert result.floors["floor"].tolist() == pytest.approx(
            floors.solve(smallest).floors["floor"].tolist()
        )
