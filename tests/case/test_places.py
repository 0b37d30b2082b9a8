"""Who has which role in which year."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.case.derive import derive
from tests.support.studies import Table, cap, refused, study, table, years

YEARS = years((2026, 1), (2028, 2))
DEMAND = table("region segment commodity value 2026 2028", ("US", "all", "oxide", 200, 10, 10))
CAP = cap("US", "oxide", "tonnes", "all", 5, header="scope commodity basis segment 2026")


def by_year(*rows: Any, **sheets: Table | None) -> floors.Study:
    given: dict[str, Table | None] = {"years": YEARS, "demand": DEMAND, "caps": CAP}
    return study(**{**given, "roles": table("region 2026 2028", *rows), **sheets})


def test_roles_without_a_sheet_of_their_own_are_those_of_regions_in_every_year() -> None:
    places = derive(by_year(roles=None)).places
    assert places.years == (2026, 2028) and not places.changes
    assert places.members_in(2028) == places.members == ("US", "JP")
    assert places.capped_in(2026) == places.capped == ("CN",)
    assert places.bloc_in(2028) == places.bloc == ("US", "JP", "US/all")
    assert [places.role_in(d, 2026) for d in places.all] == [
        "member",
        "member",
        "capped",
        "other",
        "other",
        "member",
    ]
    assert places.is_role("other").tolist() == [[False, False]] * 3 + [[True, True]] * 2


def test_a_year_has_its_own_role_and_a_market_stays_one() -> None:
    places = derive(by_year(("US", None, "other"), ("MY", None, "member"), ("AU",), ("JP", "capped"))).places
    assert places.changes and places.members == ("US", "JP", "MY")
    assert [places.members_in(t) for t in places.years] == [("US",), ("JP", "MY")]
    assert [places.bloc_in(t) for t in places.years] == [("US", "US/all"), ("JP", "MY")]
    assert [places.capped_in(t) for t in places.years] == [("JP", "CN"), ("CN",)]
    assert places.outside == {2026: {"JP", "MY"}, 2028: {"US", "US/all"}}
    assert places.told_role("JP") == "capped; member from 2028" and places.told_role("AU") == "other"


def test_a_cap_of_a_region_is_ignored_in_years_in_which_it_is_no_member() -> None:
    caps = cap("US", "oxide", "tonnes", 5, 5, header="scope commodity basis 2026 2028")
    case = derive(by_year(("US", None, "other"), caps=caps))
    assert [one.given for one in case.caps] == [{2026: 5}]
    (note,) = (note for note in case.notes if note.code == "scope_not_member")
    assert (note.sheet, note.cell, note.level) == ("caps", "E2", "warning") and "in 2028" in note.message
    assert "make it a member" in note.hint


def test_a_cap_of_the_bloc_is_one_of_the_members_of_the_year() -> None:
    demand = table(
        "region segment commodity value 2026 2028",
        ("US", "all", "oxide", 200, 10, 10),
        ("JP", "all", "oxide", 200, 6, 6),
        ("MY", "all", "oxide", 200, 3, 3),
    )
    caps = cap("bloc", "oxide", "demand", 0.5, 0.5, header="scope commodity basis 2026 2028")
    roles = ("JP", None, "other"), ("MY", None, "member")
    case = derive(by_year(*roles, demand=demand, caps=caps))
    assert case.caps[0].limit == {2026: 8.0, 2028: 6.5}
    national = derive(
        by_year(
            *roles,
            demand=demand,
            caps=[{**caps[0], "basis": "tonnes", 2026: 8, 2028: 13}],
            settings=[{"key": "coordination", "value": "national"}],
        )
    )
    assert {one.scope: one.limit for one in national.caps} == {
        "US": {2026: 5.0, 2028: 10.0},
        "JP": {2026: 3.0},
        "MY": {2028: 3.0},
    }
    each = derive(by_year(*roles, demand=demand, caps=[{**caps[0], "origin": "each"}]))
    assert {one.origin: list(one.given) for one in each.caps} == {
        "JP": [2028],
        "CN": [2026, 2028],
        "AU": [2026, 2028],
        "MY": [2026],
    }


def test_a_role_in_routes_is_that_of_the_year() -> None:
    routes = table(
        "origin destination commodity freight",
        ("*", "*", "*", 1),
        ("*", "member", "*", 2),
        ("MY", "*", "*", 3),
    )
    routes[2]["destination"] = "capped"
    case = derive(by_year(("US", None, "other"), ("MY", None, "capped"), routes=routes))
    way = case.routes.of
    assert [way["CN", "US", "oxide", t].freight for t in (2026, 2028)] == [2, 1]
    assert [way["MY", "JP", "oxide", t].content for t in (2026, 2028)] == [0, 1]
    assert [way["AU", "MY", "oxide", t].freight for t in (2026, 2028)] == [1, 1]
    assert [way["MY", "CN", "oxide", t].freight for t in (2026, 2028)] == [3, 3]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (("MX", None, "member"), "unknown_reference", "A2"),
        (("US", None, "partner"), "choice", "C2"),
    ],
)
def test_an_unknown_region_or_role_is_an_error(row: Any, code: str, cell: str) -> None:
    found = refused(years=YEARS, demand=DEMAND, roles=table("region 2026 2028", row))
    assert [(one.sheet, one.cell, one.code) for one in found] == [("roles", cell, code)]


def test_a_region_twice_is_an_error() -> None:
    roles = table("region 2026 2028", ("US", "member"), ("US", None, "other"))
    found = refused(years=YEARS, demand=DEMAND, roles=roles)
    assert [(one.sheet, one.cell, one.code) for one in found] == [("roles", "A3", "duplicate")]


def test_where_origin_is_traced_a_region_is_capped_always_or_never() -> None:
    roles = table("region 2026 2028", ("US", None, "other"), ("CN", None, "other"))
    caps = [{"scope": "bloc", "commodity": "oxide", "basis": "tonnes", "traced": True, 2026: 5}]
    found = refused(years=YEARS, demand=DEMAND, roles=roles, caps=caps)
    assert [(one.sheet, one.cell, one.code) for one in found] == [("roles", "C3", "capped_some_years")]
    assert "caps!D2" in found[0].message
    left = table("region 2026 2028", ("US", None, "other"))
    assert not refused(years=YEARS, demand=DEMAND, roles=left, caps=[{**caps[0], "traced": False}])
