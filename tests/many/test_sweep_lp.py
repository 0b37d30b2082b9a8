"""The LP that a sweep moves from cap to cap: it is that of each share, and what it gives is what solve gives."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import astuple
from random import Random
from typing import Any

import numpy as np
import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from floors.errors import FloorsError, Infeasible, InputError, SolveError
from floors.lp.linear import Compiled, compile_model
from floors.many.sweep import lps as sweep_lp
from floors.many.sweep import solving as sweep_parts
from floors.many.sweep.lps import MovedLP
from floors.many.sweep.points import Point, at_share, swept_rows
from floors.solving.certificate import Check
from floors.sourcing.build import build
from tests.support import mixed
from tests.support.counts import few
from tests.support.matrices import to_scipy
from tests.support.places import RARE_EARTHS
from tests.support.studies import cap, study, table

SHARES = (1.0, 0.8, 0.6, 0.5, 0.25, 0.1, 0.0)
SOLVED_ALONE = {"elastic", "minimum"}
MONEY = ("total_cost", "resource_cost", "bloc_net_cost", "levy_revenue", "uplift", "make_whole")


def capped(seed: int, without: Sequence[str] | set[str] = (), spread: float = 0.0) -> floors.Study:
    """A random study with a cap to sweep."""
    book = mixed.sheets(Random(seed), without=without, spread=spread)
    if not any(isinstance(key, int) for row in book.get("caps", ()) for key in row):
        pytest.skip("no caps in this study")
    return floors.Study(book)


def toy(basis: str = "demand", share: float = 0.5) -> floors.Study:
    """10 t wanted: China offers oxide at 50, the US makes 4 t at 80 and 3 t at 100; the buyer pays up to 200."""
    works = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, 4),
        ("US dear", "US", "oxide", 100, 3),
    )
    return study(processes=works, caps=cap("bloc", "oxide", basis, share))


def solved(of: floors.Study, share: float | None) -> floors.Result | FloorsError:
    """`floors.solve` of the study at a share."""
    try:
        return floors.solve(at_share(of, swept_rows(of, None), share), ranges=False)
    except FloorsError as error:
        return error


def check_point(point: Point, found: floors.Result | FloorsError, *, only: bool) -> None:
    """A point tells what solve tells: all of it where the cheapest plan is the `only` one."""
    if isinstance(found, FloorsError):
        assert point.status == (found.status if isinstance(found, SolveError) else "failed")
        assert point.message == str(found) and point.figures is None
        return
    assert point.status == "optimal" and point.figures is not None
    told = {name: getattr(point.figures, name) for name in vars(point.figures)}
    ruled = point.figures.uplift > 0
    names = tuple(told) if only else ("total_cost",) if ruled else ("total_cost", "uplift")
    assert [told[n] for n in names] == approx([getattr(found.figures, n) for n in names], rel=1e-7, abs=1e-7)
    rows = list(found.floors.itertuples(index=False))

    def near(name: str) -> bool:
        there = [getattr(row, name) for row in rows]
        return [getattr(row, name) for row in point.floors] == approx(there, rel=1e-7, abs=1e-7)

    for name in ("member", "commodity", "year", *(("effective",) if only else ())):
        assert [getattr(row, name) for row in point.floors] == [getattr(row, name) for row in rows]
    assert (near("floor") or (ruled and not only)) and (near("levy") or not only)


def alike(a: Compiled, b: Compiled) -> bool:
    """The same numbers in the same places, but for entries of 0."""
    same = all(
        np.array_equal(getattr(a.lp, name), getattr(b.lp, name))
        for name in ("cost", "row_lower", "row_upper", "lower", "upper")
    )
    return (
        same and a.lp.offset == b.lp.offset and abs(to_scipy(a.lp.matrix) - to_scipy(b.lp.matrix)).max() == 0
    )


@pytest.mark.parametrize("seed", few(range(40), 12))
def test_moved_arrays_are_those_of_the_share(seed: int) -> None:
    of = capped(seed, without=SOLVED_ALONE)
    chosen = swept_rows(of, None)
    try:
        lp = MovedLP(of, chosen)
    except InputError:
        pytest.skip("a faulty study")
    compared = 0
    for share in SHARES:
        moved = lp.at(share)
        if moved is None:
            assert share == 0 and lp.under_use
            continue
        case = derive(at_share(of, chosen, share))
        assert moved[0].caps == case.caps and moved[0].border.origin == case.border.origin
        alone = compile_model(build(case))
        if alone.lp.matrix.shape == moved[1].lp.matrix.shape:  # at 1 and 0 a row may have no entry left
            assert alike(alone, moved[1])
            compared += 1
    assert compared >= 4


@pytest.mark.parametrize("basis", ["demand", "use"])
def test_a_coefficient_that_comes_and_goes(basis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a share at which all that is capped cancels, the LP cannot be moved under use: it is built anew."""
    monkeypatch.setattr(sweep_lp, "START", 1.0)
    of = toy(basis)
    assert (MovedLP(of, swept_rows(of, None)).at(0.5) is None) == (basis == "use")
    check_point(floors.sweep(of, [0.5]).points[0], solved(of, 0.5), only=True)


def test_what_is_found_by_solving_is_not_moved() -> None:
    elastic = table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.5, 10))
    prices = table("commodity 2026", ("oxide", 60))
    bent = study(demand=elastic, reference_prices=prices, caps=cap("bloc", "oxide", "use", 0.5))
    held = study(
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 70)),
        reference_prices=prices,
        caps=cap("bloc", "oxide", "use", 0.5),
    )
    for of in (bent, held):
        assert MovedLP(of, (0,)).at(0.5) is None
        found = floors.sweep(of, [0.6, 0.3])
        for point in (found.free, *found.points):
            check_point(point, solved(of, point.share), only=True)


@pytest.mark.parametrize("basis", ["demand", "use"])
def test_points_of_the_toy(basis: str) -> None:
    of = toy(basis)
    found = floors.sweep(of, [0.95, 0.6, 0.45, 0.0])
    assert [point.status for point in found.points] == ["optimal"] * 4
    for point in (found.free, *found.points):
        check_point(point, solved(of, point.share), only=True)


@pytest.mark.parametrize(("seed", "spread"), few(((n, 0.01 if n % 2 else 0.0) for n in range(50)), 12))
def test_points_of_random_studies(seed: int, spread: float) -> None:
    """All that is told is what solve tells, where no shipment into the bloc can move at the least cost and no stock is
    there to be put away and taken in one year; of plans that cost the same another may be found, whose cost is the same,
    and whose uplift and floors are where rules cost nothing."""
    of = capped(seed, spread=spread)
    try:
        found = floors.sweep(of, [0.9, 0.4, 0.05])
    except InputError:
        pytest.skip("a faulty study")
    for point in (found.free, *found.points):
        alone = solved(of, point.share)
        tied = isinstance(alone, floors.Result) and (alone.sourcing["movable"].any() or len(alone.stocks))
        check_point(point, alone, only=not tied)


def test_points_of_the_worked_example() -> None:
    of = floors.read(RARE_EARTHS)
    found = floors.sweep(of, [0.9, 0.55, 0.2])
    for point in (found.free, *found.points):
        alone = solved(of, point.share)
        assert isinstance(alone, floors.Result) and point.figures is not None
        check_point(point, alone, only=False)
        for name in MONEY:
            assert getattr(point.figures, name) == approx(getattr(alone.figures, name), rel=1e-7, abs=1e-7)
        assert [row.levy for row in point.floors] == approx(list(alone.floors["levy"]), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("of", [capped(7), toy("use"), toy()], ids=["random", "use", "demand"])
def test_a_point_depends_on_no_other(of: floors.Study) -> None:
    """To the last bit, whatever other caps are asked for and whoever solves them."""
    shares = [0.9, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1]
    whole = floors.sweep(of, shares)
    for point in whole.points[1::2]:
        alone = floors.sweep(of, [point.share or 0.0]).points
        assert list(map(astuple, alone)) == [astuple(point)]
    for kind in (ProcessPoolExecutor, ThreadPoolExecutor):
        with kind(2) as executor:
            assert floors.sweep(of, shares, executor=executor).points == whole.points


def test_one_lp_is_built_and_no_result_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """15 caps, two LPs built: that without the swept caps and that which is moved; no tables."""
    built: list[Any] = []

    def counting(case: Any) -> Any:
        built.append(case)
        return build(case)

    monkeypatch.setattr(sweep_lp, "build", counting)
    monkeypatch.setattr(sweep_parts, "build", counting)
    monkeypatch.setattr("floors.results.result.make_result", None)
    found = floors.sweep(toy("use"), "0.9:0.2:15")
    assert found.status == "optimal" and len(found.points) == 15 and len(built) == 2


def test_the_baseline_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    solves: list[float] = []
    solve_baseline = sweep_parts.solve_baseline

    def counting(*given: Any, **named: Any) -> Any:
        solves.append(1)
        return solve_baseline(*given, **named)

    monkeypatch.setattr(sweep_parts, "solve_baseline", counting)
    two = [*cap("bloc", "oxide", "demand", 0.5), *cap("bloc", "ore", "tonnes", 1)]
    floors.sweep(toy(), [0.9, 0.5])
    assert solves == []  # without its only cap the study is its own baseline
    floors.sweep(study(caps=two), [0.9, 0.5, 0.2], commodity="oxide")
    assert solves == [1]


def test_a_faulty_baseline_leaves_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [Check("baseline money", 1.0, 1e-9)]
    monkeypatch.setattr(sweep_parts, "prove", lambda *_: bad)
    rules = table("commodity rule 2026", ("oxide", "maximum", 90))
    works = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US", "US", "oxide", 80)
    )
    found = floors.sweep(
        study(processes=works, floor_rules=rules, caps=cap("bloc", "oxide", "use", 0.5)), [0.5, 0.2]
    )
    assert [p.share for p in (found.free, *found.points)] == [None, 0.5, 0.2]
    for point in (found.free, *found.points):
        assert point.figures is None and point.floors == ()
        assert "baseline money is 1.00e+00" in point.message


def test_a_point_whose_certificate_fails_has_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from floors.many.sweep import points as sweep_points

    certify = sweep_points.certify_policy

    def failing(outcome: Any, accounts: Any, parts: Any) -> list[Check]:
        checks = certify(outcome, accounts, parts)
        share = next((cap.given.get(2026) for cap in outcome.case.caps), None)
        return [*checks, Check("of the test", 1.0, 0.5)] if share == 0.5 else checks

    monkeypatch.setattr(sweep_points, "certify_policy", failing)
    found = floors.sweep(toy(), [0.9, 0.5])
    assert found.points[0].figures is not None and found.points[1].figures is None
    assert "of the test is 1.00e+00, allowed 5e-01" in found.points[1].message


@pytest.mark.parametrize(
    "check", ["floors: parts add up", "round trip", "money balance", "proven lower bound"]
)
def test_every_point_is_certified(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from floors.many.sweep import points as sweep_points

    made: list[list[str]] = []
    certify = sweep_points.certify_policy

    def listening(*given: Any) -> list[Check]:
        checks = certify(*given)
        made.append([one.check for one in checks])
        return checks

    monkeypatch.setattr(sweep_points, "certify_policy", listening)
    floors.sweep(toy("use"), [0.9, 0.5])
    assert len(made) == 3 and all(any(check in name for name in names) for names in made[1:])


def test_the_parts_of_a_floor_are_checked_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from floors.many.sweep import points as sweep_points

    parts = sweep_points._parts
    monkeypatch.setattr(
        sweep_points, "_parts", lambda outcome: {f: 1.001 * v for f, v in parts(outcome).items()}
    )
    (point,) = floors.sweep(toy(), [0.5]).points
    assert point.figures is None and "parts add up" in point.message


def test_where_the_near_start_fails_the_point_is_solved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def failing(lp: MovedLP, share: float, told: object) -> None:
        tried.append(share)
        raise Infeasible("of the test")

    of = toy()
    whole = floors.sweep(of, [0.9, 0.5, 0.2])
    monkeypatch.setattr(sweep_parts, "_near", failing)
    again = floors.sweep(of, [0.9, 0.5, 0.2])
    assert tried == [0.9, 0.5, 0.2]
    for a, b in zip(whole.points, again.points, strict=True):
        assert a.figures is not None and b.figures is not None
        assert astuple(a.figures) == approx(astuple(b.figures))


def test_without_a_plan_at_the_start_points_are_found_all_the_same() -> None:
    """At most half can come from elsewhere and all must be served: no plan where the LP is first solved."""
    must = table("region segment commodity value 2026", ("US", "all", "oxide", None, 10))
    works = table(
        "process region commodity unit_cost capacity", ("CN", "CN", "oxide", 50), ("US", "US", "oxide", 80, 4)
    )
    of = study(processes=works, demand=must, caps=cap("bloc", "oxide", "demand", 0.5))
    found = floors.sweep(of, [0.9, 0.7, 0.5])
    assert [point.status for point in found.points] == ["optimal", "optimal", "infeasible"]
    assert found.tightest == approx(0.6)
    for point in found.points:
        check_point(point, solved(of, point.share), only=True)
