"""Every variable of the IAMC, by numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from tests.support.studies import settings, study, table, years

IN_2020 = settings(price_year=2020)
CAP = table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.4))


def told(result: floors.Result | floors.Runs, **where: Any) -> dict[tuple[Any, ...], float]:
    """The numbers with these values, by all else but the model."""
    frame = result.to_iamc()
    for column, value in where.items():
        frame = frame[frame[column] == value]
    left = [name for name in ("scenario", "region", "variable", "unit", "year") if name not in where]
    keys = frame[left].itertuples(index=False, name=None)
    found = {key if len(left) > 1 else key[0]: value for key, value in zip(keys, frame["value"], strict=True)}
    assert len(found) == len(frame)
    return found


def test_a_capped_year_by_hand() -> None:
    """China offers at 50, the US makes at 80; of 10 t 4 may come from China, which then pays a levy of 30."""
    result = floors.solve(study(settings=IN_2020, caps=CAP))
    found = told(result, year=2026, scenario="base")
    price, kt, money = "USD_2020/t", "kt/yr", "million USD_2020/yr"
    assert found == {
        ("CN", "Price|Production|oxide", price): 50_000,
        ("US", "Price|Production|oxide", price): 80_000,
        ("US", "Price|Production|oxide [Delivered]", price): 80_000,
        ("JP", "Price|Production|oxide [Delivered]", price): 0,  # as sheet prices: nobody there wants any
        ("US", "Price|Production|oxide [Floor]", price): 80_000,
        ("JP", "Price|Production|oxide [Floor]", price): 80_000,
        ("US", "Price|Production|oxide [Levy]", price): 30_000,
        ("JP", "Price|Production|oxide [Levy]", price): 30_000,
        ("CN", "Production|oxide", kt): 0.004,
        ("US", "Production|oxide", kt): 0.006,
        ("Bloc", "Production|oxide", kt): 0.006,
        ("CN", "Trade|oxide [Volume]", kt): 0.004,
        ("US", "Trade|oxide [Volume]", kt): -0.004,
        ("Bloc", "Trade|oxide [Volume]", kt): -0.004,
        ("CN>US", "Trade|oxide [Volume]", kt): 0.004,
        ("US", "Demand|oxide [Unserved]", kt): 0,
        ("Bloc", "Demand|oxide [Unserved]", kt): 0,
        **{(r, "Policy Cost|Net Cost", money): 0 for r in ("JP", "CN", "AU", "MY")},
        # 10 t at 80 instead of 50, less the levy of 30 on 4 t
        ("US", "Policy Cost|Net Cost", money): pytest.approx(0.18),
        ("Bloc", "Policy Cost|Net Cost", money): pytest.approx(0.18),
        **{(r, "Revenue|Government|Levies", money): 0 for r in ("JP", "CN", "AU", "MY")},
        ("US", "Revenue|Government|Levies", money): pytest.approx(0.12),
        ("Bloc", "Revenue|Government|Levies", money): pytest.approx(0.12),
    }
    assert set(result.to_iamc()["model"]) == {f"floors {floors.__version__}"}
    assert set(result.to_iamc("mine 2")["model"]) == {"mine 2"}


def test_bloc_is_who_is_a_member_in_the_year() -> None:
    result = floors.solve(
        study(
            settings=IN_2020,
            years=years((2026, 1), (2027, 1)),
            roles=table("region 2026 2027", ("JP", "other", "member")),
            processes=table(
                "process region commodity unit_cost",
                ("US works", "US", "oxide", 80),
                ("JP works", "JP", "oxide", 70),
            ),
            demand=table("region segment commodity 2026 2027", ("US", "all", "oxide", 10, 10)),
        )
    )
    found = told(result, variable="Production|oxide", unit="kt/yr", scenario="base")
    assert found == {
        ("US", 2026): 0,
        ("US", 2027): 0,
        ("JP", 2026): 0.01,
        ("JP", 2027): 0.01,
        ("Bloc", 2026): 0,
        ("Bloc", 2027): 0.01,
    }
    trade = told(result, variable="Trade|oxide [Volume]", unit="kt/yr", scenario="base")
    assert (trade["Bloc", 2026], trade["Bloc", 2027]) == (-0.01, 0)
    assert trade["JP>US", 2026] == trade["JP>US", 2027] == 0.01


def test_recycling_is_secondary() -> None:
    """The US recycles 3 t; of China's 7 t nothing is recycled, which is told too."""
    result = floors.solve(
        study(
            settings=IN_2020,
            processes=table(
                "process region commodity unit_cost capacity renews",
                ("CN works", "CN", "oxide", 50, None, False),
                ("US shredder", "US", "oxide", 20, 3, True),
            ),
        )
    )
    found = told(result, year=2026, unit="kt/yr", scenario="base")
    assert {key: value for key, value in found.items() if key[1].startswith("Production|")} == {
        ("CN", "Production|oxide"): 0.007,
        ("CN", "Production|oxide|Primary"): 0.007,
        ("CN", "Production|oxide|Secondary"): 0,
        ("US", "Production|oxide"): 0.003,
        ("US", "Production|oxide|Primary"): 0,
        ("US", "Production|oxide|Secondary"): 0.003,
        ("Bloc", "Production|oxide"): 0.003,
        ("Bloc", "Production|oxide|Primary"): 0,
        ("Bloc", "Production|oxide|Secondary"): 0.003,
    }
    assert found["US", "Capacity|oxide"] == 0.003
    assert ("CN", "Capacity|oxide") not in found  # without a limit


def test_capacity_is_the_most_that_could_be_made() -> None:
    """A plant of 12 t: rich ore makes 2 t of oxide for one of the plant, 5 t of it at most; poor ore 1 t for two. So
    5 t of the plant make 10, the other 7 make 3.5. A third, of its own, makes 4 x 0.5 of 4."""
    result = floors.solve(
        study(
            settings=IN_2020,
            technologies=table(
                "technology commodity coefficient",
                ("rich", "oxide", 2),
                ("poor", "oxide", 1),
                ("lean", "oxide", 0.5),
            ),
            plants=table("plant capacity", ("mill", 12)),
            processes=table(
                "process region technology unit_cost capacity plant plant_use",
                ("poor ore", "US", "poor", 90, None, "mill", 2),
                ("rich ore", "US", "rich", 80, 5, "mill", 1),
                ("lean ore", "US", "lean", 95, 4, None, None),
            ),
        )
    )
    found = told(result, year=2026, unit="kt/yr", scenario="base", region="US")
    assert found["Capacity|oxide"] == pytest.approx((10 + 3.5 + 2) / 1000)
    assert found["Production|oxide"] == pytest.approx(0.01)


def test_additions_are_by_year_of_the_period() -> None:
    """8 t are built for a period of two years that begins in 2026, none for the next: 4 t a year."""
    result = floors.solve(
        study(
            settings=IN_2020,
            years=years((2026, 2), (2028, 2)),
            processes=table(
                "process region commodity unit_cost capital_cost", ("US works", "US", "oxide", 30, 1)
            ),
            demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 8, 8)),
        )
    )
    added = told(result, variable="Capacity Additions|oxide", unit="kt/yr/yr", scenario="base", region="US")
    assert added == {2026: pytest.approx(0.004), 2028: 0}
    capacity = told(result, variable="Capacity|oxide", unit="kt/yr", scenario="base", region="US")
    assert capacity == {2026: pytest.approx(0.008), 2028: pytest.approx(0.008)}


def test_a_market_has_prices_of_its_own_and_trade_of_its_region() -> None:
    result = floors.solve(
        study(
            settings=IN_2020,
            caps=table("scope commodity segment basis 2026", ("bloc", "oxide", "defence", "demand", 0)),
            demand=table(
                "region segment commodity value 2026",
                ("US", "defence", "oxide", None, 4),
                ("US", "cars", "oxide", None, 6),
            ),
        )
    )
    price = told(result, year=2026, unit="USD_2020/t", scenario="base")
    assert price["US/defence", "Price|Production|oxide [Delivered]"] == 80_000
    assert price["US", "Price|Production|oxide [Delivered]"] == 50_000
    trade = told(result, year=2026, variable="Trade|oxide [Volume]", unit="kt/yr", scenario="base")
    assert trade == {"CN": 0.006, "US": -0.006, "Bloc": -0.006, "CN>US": 0.006}
    costs = told(
        result, year=2026, variable="Policy Cost|Net Cost", scenario="base", unit="million USD_2020/yr"
    )
    assert costs["US"] == pytest.approx(4 * 30 / 1000)


def test_a_shortage_is_no_floor() -> None:
    """All that China may not send is wanted and not there: a buyer's 200 is no floor, and 6 t are unserved."""
    result = floors.solve(
        study(
            settings=IN_2020,
            caps=CAP,
            processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        )
    )
    assert set(result.floors["floor"]) == {200}
    found = told(result, year=2026, scenario="base", region="US")
    assert not any("[Floor]" in variable for variable, _ in found)
    assert found["Demand|oxide [Unserved]", "kt/yr"] == 0.006


def test_scenarios_and_studies_each_by_its_own_names() -> None:
    base = study(
        settings=IN_2020,
        scenarios=table("scenario", ("dear",), ("impossible",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "processes", "process=CN works", "unit_cost", "set", 60),
            ("impossible", "processes", "commodity=oxide", "capacity", "set", 1),
        ),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
    )
    runs = floors.solve_many({name: base.scenario(name) for name in ("base", "dear", "impossible")})
    assert [run.status for run in runs] == ["optimal", "optimal", "infeasible"]
    price = told(runs, region="CN", variable="Price|Production|oxide", unit="USD_2020/t", year=2026)
    assert price == {"base": 50_000, "dear": 60_000}
    other = study(settings=settings(price_year=2015, currency="EUR"))
    frame = floors.solve_many({"base": base, "dear": other}).to_iamc()
    assert set(frame[frame.scenario == "dear"].unit) == {"EUR_2015/t", "kt/yr", "million EUR_2015/yr"}
    assert not frame.isna().any(axis=None)
