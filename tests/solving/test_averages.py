"""What a cap costs on average, beside its levy."""

from __future__ import annotations

from typing import Any

from pytest import approx

import floors
from floors.many import solve_scenarios
from tests.support.studies import Table, cap, one, rows, settings, study, table, years

WORKS: Table = table(
    "process region commodity unit_cost capacity",
    ("CN works", "CN", "oxide", 50, None),
    ("US works", "US", "oxide", 70, 2),
    ("US bench", "US", "oxide", 90, None),
)


def averages(result: floors.Result, **where: Any) -> list[float]:
    return [float(x) for x in rows(result.caps, **where)["average"].dropna()]


def test_the_last_kg_costs_more_than_the_average() -> None:
    """Five of ten tonnes are kept out: two cost 20 more at home, and three 40."""
    given = study(caps=cap("bloc", "oxide", "demand", 0.5), processes=WORKS)
    result = floors.solve(given)
    assert one(result.caps, "levy") == approx(40) and averages(result) == [approx((2 * 20 + 3 * 40) / 5)]
    assert not floors.verify(given, result, exact=True).findings


def test_it_is_over_all_years_of_the_cap() -> None:
    """10 % of 2026 keep 9 t out, 80 % of the three years of 2027 2 t a year; a discount rate weighs them."""
    given = study(
        years=years((2026, 1), (2027, 3)),
        settings=settings(discount_rate=0.1),
        processes=WORKS,
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=cap("bloc", "oxide", "demand", 0.1, 0.8, header="scope commodity basis 2026 2027"),
    )
    result = floors.solve(given)
    later = 3 / 1.1
    cost, kept_out = 2 * 20 + 7 * 40 + later * 2 * 20, 9 + later * 2
    assert averages(result) == [approx(cost / kept_out)] * 2
    assert not floors.verify(given, result).findings


def test_after_a_surprise_it_is_of_the_years_from_it_on() -> None:
    """Without a surprise 3 of 10 t are kept out in each of three years, for (2 x 20 + 40) / 3; what is kept out from 2027
    on, 8 t a year, costs (2 x 20 + 6 * 40) / 8, and of 2026 what it cost in the parent is told."""
    header = "region segment commodity value 2026 2027 2028"
    given = study(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=WORKS,
        demand=table(header, ("US", "all", "oxide", 200, 10, 10, 10)),
        caps=cap("bloc", "oxide", "tonnes", 7, 7, 7, header="scope commodity basis 2026 2027 2028"),
        scenarios=[{"scenario": "surprise", "known_from": 2027}],
        changes=[
            {
                "scenario": "surprise",
                "sheet": "caps",
                "where": "scope=bloc",
                "column": str(t),
                "change": "set",
                "value": 2,
            }
            for t in (2027, 2028)
        ],
    )
    results = solve_scenarios(given)
    parent, later = (2 * 20 + 40) / 3, (2 * 20 + 6 * 40) / 8
    assert averages(results["base"]) == [approx(parent)] * 3
    assert averages(results["surprise"]) == [approx(parent), approx(later), approx(later)]
    told = [
        line for line in floors.solve(given.scenario("surprise")).sentences if line.startswith("On average")
    ]
    assert told and all("over its years from the surprise on each tonne" in line for line in told)
    assert not floors.verify(given, results, exact=True).findings
    assert one(results.caps, "average", scenario="surprise", year=2026) == approx(parent)


def test_of_two_caps_each_has_what_it_alone_keeps_out() -> None:
    """The US's own cap of 4 t keeps out 1 t more than the 5 t of the bloc's."""
    both = [*cap("bloc", "oxide", "tonnes", 5), *cap("US", "oxide", "tonnes", 4)]
    result = floors.solve(study(caps=both, processes=WORKS))
    assert averages(result, scope="US") == [approx(40)] and averages(result, scope="bloc") == []


def test_what_leaks_is_no_part_of_it() -> None:
    wanted = table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.8, 10))
    result = floors.solve(study(caps=cap("bloc", "oxide", "tonnes", 5), processes=WORKS, demand=wanted))
    assert averages(result) == [approx((2 * 20 + 3 * 40) / 5)]


def test_where_nothing_is_kept_out_or_nobody_looks_there_is_none() -> None:
    given = study(caps=cap("bloc", "oxide", "demand", 1.0), processes=WORKS)
    assert averages(floors.solve(given)) == []
    half = study(caps=cap("bloc", "oxide", "demand", 0.5), processes=WORKS)
    assert averages(floors.solve(half, ranges=False)) == []


def test_an_average_above_the_levy_is_told() -> None:
    given = study(caps=cap("bloc", "oxide", "demand", 0.5), processes=WORKS)
    result = floors.solve(given)
    (row,) = result.rows("caps")
    result._rows["caps"] = [row._replace(average=41.0)]
    told = floors.verify(given, result).findings
    assert any("no more on average than its highest levy" in finding.rule for finding in told)
    result._rows["caps"] = [row._replace(average=31.0)]
    assert any(finding.column == "average" for finding in floors.verify(given, result, exact=True).findings)
