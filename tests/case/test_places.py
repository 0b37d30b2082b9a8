"""Who has which role in which year."""

from __future__ import annotations

from floors.case.derive import derive
from tests.support.studies import cap, study, years


def test_roles_without_a_sheet_of_their_own_are_those_of_regions_in_every_year() -> None:
    tables = study(
        years=years((2026, 1), (2028, 2)),
        demand=[{"region": "US", "segment": "all", "commodity": "oxide", "value": 200, 2026: 10, 2028: 10}],
        caps=cap("US", "oxide", "tonnes", "all", 5, header="scope commodity basis segment 2026"),
    )
    places = derive(tables).places
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
    assert places.place_is("member").tolist() == [[True] * 2] * 2 + [[False] * 2] * 3 + [[True] * 2]
