"""What is put in store and qualified before a state is known is decided for all that cannot be told from it."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.many.risks.states import alike, first_difference, states_of
from tests.support.averse import REGIONS, embargo, set_to
from tests.support.studies import metric, one, settings, study, table, total, years

WORKS = table("process region commodity unit_cost", ("cn", "CN", "oxide", 10), ("my", "MY", "oxide", 30))
ROUTES = "origin destination commodity qualify_cost qualify_time qualify_life"
YEARS = (2026, 2027)


def linked(chance: float, *, known_from: int | None = None, **sheets: Any) -> floors.Study:
    """100 t a year at 200. CN offers them at 10, MY at 30 through a link of 6 a year, qualified the year before."""
    given: dict[str, Any] = {
        "settings": settings(discount_rate=0),
        "years": years((2026, 1), (2027, 1)),
        "regions": REGIONS,
        "commodities": table("commodity", ("oxide",)),
        "processes": WORKS,
        "routes": table(ROUTES, ("CN", "US", "oxide"), ("MY", "US", "oxide", 6, 1, 1)),
        "route_limits": table("origin destination commodity 2026 2027", ("CN", "US", "oxide", None, None)),
        "qualified": table("origin destination commodity t", ("MY", "US", "oxide", 0)),
        "demand": table("region segment commodity value 2026 2027", ("US", "a", "oxide", 200, 100, 100)),
        "scenarios": [{"scenario": "embargo", "probability": chance, "known_from": known_from}],
        "changes": [embargo("embargo")],
    }
    return study(**(given | sheets))


def stored(**sheets: Any) -> floors.Study:
    """No link; a stock that is bought at 10 in 2026 and held for 2."""
    return linked(
        0.1,
        routes=None,
        qualified=None,
        stockpiles=table("stockpile region commodity opening holding_cost", ("vault", "US", "oxide", 0, 2)),
        stock_targets=table("stockpile 2026 2027", ("vault", 0, 0)),
        funds=None,
        processes=table("process region commodity unit_cost", ("cn", "CN", "oxide", 10)),
        **sheets,
    )


@pytest.mark.parametrize("known_from", [None, 2027])
def test_a_link_is_qualified_before_it_is_known_whether_it_is_needed(known_from: int | None) -> None:
    """It saves 170 a kg in the embargo: at a tenth 17 of 6, and base pays 0.6 million too. At 3 % 5.1 of 6: none."""
    found = floors.risk(linked(0.1, known_from=known_from))
    costs = found.states.set_index("scenario")["total_cost"].to_dict()
    assert costs == approx({"base": 2.6, "embargo": 1 + 3 + 0.6})
    assert metric(found, "total_cost") == approx(0.9 * 2.6 + 0.1 * 4.6)
    assert found.value_over_base_plan == approx(0.1 * (1 + 20 - 4.6) - 0.9 * 0.6)
    rare = floors.risk(linked(0.03, known_from=known_from))
    assert rare.states.set_index("scenario")["total_cost"].to_dict() == approx({"base": 2.0, "embargo": 21.0})
    assert rare.value_over_base_plan == approx(0)


def test_a_link_known_to_be_needed_from_the_first_year_is_no_insurance() -> None:
    """known_from the first year: only the embargo pays for it."""
    found = floors.risk(linked(0.03, known_from=2026))
    costs = found.states.set_index("scenario")["total_cost"].to_dict()
    assert costs == approx({"base": 2.0, "embargo": 4.6})


def test_what_differs_without_a_year_differs_at_once() -> None:
    """Buyers who give up at 300 in the embargo are told from others in the first year."""
    value = set_to("embargo", "demand", "region=US", "value", 300)
    found = floors.risk(linked(0.03, changes=[embargo("embargo"), value]))
    assert found.states.set_index("scenario")["total_cost"].to_dict() == approx({"base": 2.0, "embargo": 4.6})


def test_what_is_put_in_store_is_for_all_states_until_their_data_differ() -> None:
    """A kg kept for 2027 costs 12 in both states, and 2 more than what base would buy then; it is worth 200 in the
    embargo. So 100 t are bought; in base they replace what costs 10."""
    found = floors.risk(stored())
    for state in ("base", "embargo"):
        assert one(found.stocks, "put", scenario=state, year=2026) == approx(100)
        assert one(found.stocks, "take", scenario=state, year=2027) == approx(100)
    assert found.states.set_index("scenario")["total_cost"].to_dict() == approx({"base": 2.2, "embargo": 2.2})
    assert found.value_over_base_plan == approx(0.9 * 2.0 + 0.1 * 21 - 2.2)


def test_two_states_part_in_the_year_in_which_they_differ() -> None:
    """Both are told from base in 2027 by what is wanted, from one another a year later: what is put in store in 2027 is
    theirs together, and not that of base."""
    limits = table("origin destination commodity 2026 2027 2028", ("CN", "US", "oxide", None, None, None))
    header = "region segment commodity value 2026 2027 2028"
    given = stored(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        route_limits=limits,
        demand=table(header, ("US", "a", "oxide", 200, 100, 100, 100)),
        scenarios=table("scenario probability", ("alarm", 0.4), ("embargo", 0.1)),
        changes=[
            set_to("alarm", "demand", "region=US", 2027, 90),
            set_to("embargo", "demand", "region=US", 2027, 90),
            embargo("embargo", 2028),
        ],
    )
    base, alarm, shut = states = states_of(given)
    assert first_difference(alarm.study, shut.study) == 2028
    assert [one.name for one in alike(states, shut, 2026)] == ["base", "alarm", "embargo"]
    assert [one.name for one in alike(states, shut, 2027)] == ["alarm", "embargo"]
    assert alike(states, shut, 2028) == [shut] and alike(states, base, 2027) == [base]
    found = floors.risk(given)
    put = {s: total(found.stocks, "put", scenario=s, year=2027) for s in ("base", "alarm", "embargo")}
    assert put == approx({"base": 0, "alarm": 100, "embargo": 100})
    assert (found.value_of_stochastic_solution or 0) >= -1e-9
    assert found.value_over_base_plan == approx(0.1 * (20 - 1.2) - 0.4 * 0.2)
