"""Exempt tonnes: they count in caps and pay no levy; what that leaves of floors, prices, accounts and uplift, by hand.

China offers oxide at 10, the US and others make it at 40 or more; each study is small enough to be worked out beside it.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

import floors
from tests.support import tagged
from tests.support.studies import Table, refused, settings, solve, study, table, years

TWO = years((2026, 1), (2027, 1))
ROLES = table("region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("MY", "other"))
MAKERS = table(
    "process region commodity unit_cost capacity",
    ("cn", "CN", "oxide", 10, 1000),
    ("us", "US", "oxide", 40, 1000),
)
WANTED = table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 100, 100))
PRICES = table("commodity 2026 2027", ("oxide", 10, 10))
MINIMUM = table("commodity rule 2026 2027", ("oxide", "minimum", 30, 30))


def let_off(*rows: tuple[Any, ...]) -> Table:
    return table("origin destination commodity 2026 2027", *rows)


def capped(*rows: tuple[Any, ...]) -> Table:
    return table("scope commodity segment basis 2026 2027", *rows)


def given(**sheets: Table | None) -> dict[str, Any]:
    """The sheets of this file, with others on top."""
    return {
        "regions": ROLES,
        "years": TWO,
        "processes": MAKERS,
        "demand": WANTED,
        "reference_prices": PRICES,
    } | sheets


def solved(**sheets: Table | None) -> floors.Result:
    result = solve(**given(**sheets))
    report = floors.verify(result.study, result)
    assert report.ok, report
    return result


def by_year(result: floors.Result, column: str, place: str = "US") -> list[Any]:
    """A column of sheet floors at a place."""
    return [row[column] for row in result.floors.to_dict("records") if row["member"] == place]


def account(result: floors.Result, region: str, year: int) -> dict[str, Any]:
    (row,) = (r for r in result.accounts.to_dict("records") if (r["region"], r["year"]) == (region, year))
    return row


def came(result: floors.Result, origin: str = "CN") -> dict[tuple[str, int, bool], tuple[float, float]]:
    """t/yr and levy by place, year and whether exempt, of what an origin ships."""
    return {
        (row["destination"], row["year"], row["exempt"]): (row["quantity"], row["levy"])
        for row in result.shipments.to_dict("records")
        if row["origin"] == origin and row["destination"] != origin
    }


def test_a_minimum_bites_once_more_comes_than_is_exempt() -> None:
    """120 t are exempt of 100 in 2026, 60 in 2027: a levy of 20 on 40 t, and 60 x 20 kept by the sender."""
    result = solved(floor_rules=MINIMUM, exemptions=let_off(("CN", "US", "oxide", 120, 60)))
    assert result.figures.total_cost == pytest.approx(1.0 + (40 * 30 + 60 * 10) / 1000)
    prices = {(row.region, row.year): row.price for row in result.prices.itertuples()}
    assert (prices["US", 2026], prices["US", 2027]) == pytest.approx((10, 30))
    assert by_year(result, "floor") == pytest.approx([30, 30]) and by_year(result, "levy") == pytest.approx(
        [20, 20]
    )
    assert by_year(result, "state") == ["idle", "paid"] and by_year(result, "effective") == [False, True]
    assert by_year(result, "bites_from") == [2027, 2027]
    assert came(result) == {
        ("US", 2026, True): (100, 0),
        ("US", 2027, True): (60, 0),
        ("US", 2027, False): pytest.approx((40, 20)),
    }
    assert account(result, "US", 2026)["levy_revenue"] == 0
    assert account(result, "US", 2027)["levy_revenue"] == pytest.approx(0.8)
    assert account(result, "CN", 2027)["producer_surplus"] == pytest.approx(1.2)
    assert any("delay the floor in US, which first bites in 2027" in one for one in result.sentences)


def test_exempt_tonnes_take_room_from_a_cap_and_pay_no_levy() -> None:
    """60 t may come, 25 of them exempt: the levy of 30 is paid on 35, and 25 x 30 stay with the sender."""
    result = solved(
        exemptions=let_off(("CN", "US", "oxide", 25, 60)),
        caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
    )
    assert result.figures.uplift == 0 and by_year(result, "floor") == pytest.approx([40, 40])
    assert list(result.caps["used"]) == pytest.approx([60, 60]) and list(result.caps["exempt"]) == [25, 60]
    assert list(result.caps["levy"]) == pytest.approx([30, 30])
    assert account(result, "US", 2026)["levy_revenue"] == pytest.approx(1.05)
    assert account(result, "CN", 2026)["producer_surplus"] == pytest.approx(0.75)
    assert account(result, "US", 2027)["levy_revenue"] == 0
    assert account(result, "CN", 2027)["producer_surplus"] == pytest.approx(1.8)


def test_more_exempt_than_the_cap_allows_is_foregone_and_no_levy_holds_it() -> None:
    """Cap 60, exempt 80, a gain of 30 a kg: 20 x 30 tempts, and nobody is paid."""
    result = solved(
        exemptions=let_off(("CN", "US", "oxide", 80, 0)),
        caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
    )
    assert result.figures.uplift == pytest.approx(0.6) == result.figures.foregone
    (row,) = result.support.to_dict("records")
    assert (row["kind"], row["name"], row["year"]) == ("route", "CN > US oxide", 2026)
    assert row["foregone"] == pytest.approx(0.6) and row["make_whole"] == 0
    assert by_year(result, "state") == ["idle", "paid"]
    assert any(
        "Exempt tonnes that no levy holds back cost an uplift of 0.60 million" in one
        for one in result.sentences
    )
    (warned,) = (note for note in result.outcome.case.notes if note.code == "exempt_above_cap")
    assert warned.place == "exemptions!D2" and "caps!E2" in warned.message and warned.level == "warning"


def test_of_equal_plans_whoever_may_come_without_a_levy_comes_first() -> None:
    """Two members and one cap: the 50 t that come are those that are exempt, where they are."""
    result = solved(
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("JP", "all", "oxide", 200, 100, 100),
        ),
        exemptions=let_off(("CN", "US", "oxide", 20, 0), ("CN", "JP", "oxide", 30, 50)),
        caps=capped(("bloc", "oxide", None, "tonnes", 50, 50)),
    )
    assert result.figures.uplift == 0
    free = {key: q for key, (q, _) in came(result).items() if key[2]}
    assert free == pytest.approx({("US", 2026, True): 20, ("JP", 2026, True): 30, ("JP", 2027, True): 50})


def test_the_exemption_of_a_pair_binds_the_sum_of_its_markets_where_it_saves_most() -> None:
    """Defence is capped at 5 t and pays 30 above the price, all else nothing: of 4 t all are used there."""
    result = solved(
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("US", "defence", "oxide", 200, 20, 20),
        ),
        exemptions=let_off(("CN", "US", "oxide", 4, 4)),
        caps=capped(("US", "oxide", "defence", "tonnes", 5, 5)),
    )
    assert result.figures.uplift == 0
    assert came(result)["US/defence", 2026, True] == (4, 0)
    assert came(result)["US/defence", 2026, False] == pytest.approx((1, 30))
    assert came(result)["US", 2026, False] == (100, 0) and ("US", 2026, True) not in came(result)


def test_what_moves_to_a_dearer_market_without_a_levy_no_levy_holds() -> None:
    """4 t are exempt, 1 t may come to defence: who makes the rest there at 40 loses, or 3 t are tempted at 30 a kg."""
    result = solved(
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("US", "defence", "oxide", 200, 20, 20),
        ),
        exemptions=let_off(("CN", "US", "oxide", 4, 0)),
        caps=capped(("US", "oxide", "defence", "tonnes", 1, 1)),
    )
    assert result.figures.uplift == pytest.approx(3 * 30 / 1000)


def test_under_a_share_of_use_exempt_tonnes_pay_nothing_and_others_keep_their_rebate() -> None:
    """40 % of 100 t: d = 30, a levy of 18 and a rebate of 12; 15 t are exempt, so 25 x 18 pay for 60 x 12 short of 15 x 18."""
    result = solved(
        exemptions=let_off(("CN", "US", "oxide", 15, 15)),
        caps=capped(("bloc", "oxide", None, "use", 0.4, 0.4)),
    )
    assert result.figures.uplift == 0 and by_year(result, "levy") == pytest.approx([18, 18])
    assert by_year(result, "rebate") == pytest.approx([12, 12])
    assert account(result, "US", 2026)["levy_revenue"] == pytest.approx((25 * 18 - 60 * 12) / 1000)
    assert account(result, "CN", 2026)["producer_surplus"] == pytest.approx(15 * 18 / 1000)


def test_exporters_keep_the_rest_where_the_rent_is_theirs() -> None:
    result = solved(
        settings=settings(rent="exporter"),
        exemptions=let_off(("CN", "US", "oxide", 25, 25)),
        caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
    )
    assert account(result, "US", 2026)["levy_revenue"] == 0
    assert account(result, "CN", 2026)["producer_surplus"] == pytest.approx(1.8)


def test_a_rule_lifts_the_floor_by_a_levy_that_exempt_tonnes_do_not_pay() -> None:
    """One floor of 40 in both: JP pays a levy of its own of 30 on what is not exempt."""
    result = solved(
        settings=settings(coordination="bloc"),
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("JP", "all", "oxide", 200, 50, 50),
        ),
        exemptions=let_off(("CN", "JP", "oxide", 10, 0)),
        caps=capped(("US", "oxide", None, "tonnes", 50, 50), ("JP", "oxide", None, "tonnes", 80, 80)),
    )
    assert result.figures.uplift == 0 and by_year(result, "own_levy", "JP") == pytest.approx([30, 30])
    assert account(result, "JP", 2026)["levy_revenue"] == pytest.approx(40 * 30 / 1000)
    assert account(result, "CN", 2026)["producer_surplus"] == pytest.approx(10 * 30 / 1000)


def test_a_non_member_with_an_equivalent_floor_pays_no_levy_of_non_members() -> None:
    """MY makes it at 20: with levies on all non-members it asks 30 for what it sells, or 20 where it is let off."""
    sheets = given(
        settings=settings(levy_on="non_members"),
        processes=[
            *MAKERS[1:],
            {"process": "cn", "region": "CN", "commodity": "oxide", "unit_cost": 10, "capacity": 1000},
            {"process": "my", "region": "MY", "commodity": "oxide", "unit_cost": 20, "capacity": 60},
        ],
        floor_rules=MINIMUM,
    )
    both, off = (
        solved(
            **(sheets | {"regions": [row | {"equivalent": row["region"] == "MY" and let} for row in ROLES]})
        )
        for let in (False, True)
    )
    assert (
        account(both, "US", 2026)["levy_revenue"],
        account(off, "US", 2026)["levy_revenue"],
    ) == pytest.approx(
        ((60 * 10 + 40 * 20) / 1000 if account(both, "MY", 2026)["producer_surplus"] == 0 else 2.0, 0.8)
    )
    assert account(off, "MY", 2026)["producer_surplus"] == pytest.approx(60 * 10 / 1000)
    assert off.outcome.levies.keys() == {("CN", "oxide", t) for t in (2026, 2027)}


def test_wide_rows_give_each_pair_its_tonnes_and_the_exact_one_counts() -> None:
    result = solved(
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("JP", "all", "oxide", 200, 100, 100),
        ),
        floor_rules=MINIMUM,
        exemptions=let_off(("*", "member", "*", 10, 10), ("CN", "JP", "oxide", 25, None)),
    )
    free = {key: q for key, (q, _) in came(result).items() if key[2]}
    assert free == pytest.approx(
        {("US", 2026, True): 10, ("US", 2027, True): 10, ("JP", 2026, True): 25, ("JP", 2027, True): 10}
    )


def test_a_shock_leaves_what_was_exempt_before_it() -> None:
    """Half is exempt in 2026; from 2027 the exemption is gone, which nobody foresaw."""
    sheets = given(
        exemptions=let_off(("CN", "US", "oxide", 30, 30)),
        caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
        scenarios=table("scenario known_from", ("ended", 2027)),
        changes=[
            {
                "scenario": "ended",
                "sheet": "exemptions",
                "where": "origin=CN",
                "column": "2027",
                "change": "set",
                "value": 0,
            }
        ],
    )
    result = floors.solve(study(**sheets).scenario("ended"))
    assert floors.verify(result.study, result).ok
    assert came(result)["US", 2026, True] == (30, 0) and ("US", 2027, True) not in came(result)
    assert account(result, "US", 2026)["levy_revenue"] == pytest.approx(0.9)
    assert account(result, "US", 2027)["levy_revenue"] == pytest.approx(1.8)


def test_states_that_are_weighed_have_their_own_exemptions() -> None:
    """Half is exempt in 2026; of 2027 it is known only then whether it still is."""
    found = floors.risk(
        study(
            **given(
                exemptions=let_off(("CN", "US", "oxide", 30, 30)),
                caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
                scenarios=table("scenario probability known_from", ("ended", 0.5, 2027)),
                changes=[
                    {
                        "scenario": "ended",
                        "sheet": "exemptions",
                        "where": "origin=CN",
                        "column": "2027",
                        "change": "set",
                        "value": 0,
                    }
                ],
            )
        )
    )
    taken = {
        (row["scenario"], row["year"]): row["levy_revenue"]
        for row in found.accounts.to_dict("records")
        if row["region"] == "US"
    }
    assert found.certificate["passed"].all()
    assert taken == pytest.approx(
        {("base", 2026): 0.9, ("base", 2027): 0.9, ("ended", 2026): 0.9, ("ended", 2027): 1.8}
    )


def test_every_bloc_has_the_exemptions_of_its_members() -> None:
    sheets = given(
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("JP", "all", "oxide", 200, 100, 100),
        ),
        exemptions=let_off(("CN", "member", "oxide", 10, 0), ("CN", "JP", "oxide", 30, 30)),
        caps=capped(("bloc", "oxide", None, "demand", 0.5, 0.5)),
        floor_rules=MINIMUM,
    )
    found = floors.coalition(study(**sheets)).coalitions.set_index("members")
    assert found.loc["US, JP", "total_net_cost"] == pytest.approx(solved(**sheets).figures.bloc_net_cost)
    alone = sheets | {
        "regions": [row | {"role": "other" if row["region"] == "JP" else row["role"]} for row in ROLES]
    }
    assert found.loc["US", "cost_US"] == pytest.approx(solved(**alone).figures.bloc_net_cost)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [(0, "quantity", 20), (1, "quantity", 40), (0, "exempt", True), (1, "exempt", False), (1, "levy", 30)],
)
def test_verify_sees_what_is_called_exempt(row: int, column: str, value: object) -> None:
    """35 t that pay 30 and 25 t that pay nothing, under another number or name."""
    result = solved(
        exemptions=let_off(("CN", "US", "oxide", 25, 0)),
        caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)),
    )
    rows: list[Any] = list(result.rows("shipments"))
    first = next(i for i, one in enumerate(rows) if (one.origin, one.year) == ("CN", 2026))
    assert [one.exempt for one in rows[first : first + 2]] == [False, True]
    rows[first + row] = rows[first + row]._replace(**{column: value})
    told = replace(result, _rows={**result._rows, "shipments": rows})
    assert any(
        finding.sheet in ("shipments", "accounts") for finding in floors.verify(result.study, told).findings
    )


@pytest.mark.parametrize(
    ("sheets", "code", "cell"),
    [
        ({"exemptions": let_off(("CN", "*", "oxide", 1, 1), ("*", "US", "oxide", 2, 2))}, "route_tie", "A3"),
        ({"exemptions": let_off(("CN", "US", "oxide", -1, 1))}, "bounds", "D2"),
        ({"exemptions": let_off(("XX", "US", "oxide", 1, 1))}, "unknown_reference", "A2"),
        (
            {"regions": [row | {"equivalent": row["region"] == "US"} for row in ROLES]},
            "equivalent_role",
            "C2",
        ),
        (
            {"regions": [row | {"equivalent": row["region"] == "CN"} for row in ROLES]},
            "equivalent_role",
            "C4",
        ),
    ],
)
def test_what_is_typed_wrong_is_told_at_its_cell(sheets: dict[str, Any], code: str, cell: str) -> None:
    (problem,) = refused(**given(**sheets))
    assert (problem.code, problem.cell) == (code, cell)


def test_an_equivalent_floor_without_levies_on_non_members_is_noted() -> None:
    regions = [row | {"equivalent": row["region"] == "MY"} for row in ROLES]
    result = solved(regions=regions, caps=capped(("bloc", "oxide", None, "tonnes", 60, 60)))
    (noted,) = (note for note in result.outcome.case.notes if note.code == "equivalent_without_levy")
    assert noted.place == "regions!C5" and noted.level == "warning"


def test_who_keeps_the_levy_of_a_minimum_is_told_from_both_ends() -> None:
    for rent, here in (("government", "the treasuries take them"), ("exporter", "exporters keep them")):
        result = solved(settings=settings(rent=rent), floor_rules=MINIMUM)
        (said,) = (
            one
            for one in result.sentences
            if one.startswith("The levies of the minimum come to 4.00 million")
        )
        assert "and to 0 where exporters enter them at the floor" in said and here in said


@pytest.mark.parametrize(("seed", "spread"), [(40, 0.0), (18, 0.01)])
def test_what_caps_are_worth_is_the_dual_of_the_plan_though_nobody_must_be_paid(
    seed: int, spread: float
) -> None:
    """The market has exempt tonnes outside the caps, and other prices for them than the plan; these prove it least."""
    given = floors.Study(tagged.sheets(Random(seed), spread=spread))
    result = floors.solve(given)
    assert result.figures.uplift == 0 and given.rows("exemptions")
    found = floors.verify(given, result)
    assert found.ok and "proven least" in " ".join(found.proof)
