"""What a tonne more and a tonne less under a cap are worth, and how far that holds, against solving again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from floors.contract.results.border import SensitivityRow
from floors.results import sensitivity
from tests.results.test_mix import tied
from tests.support.studies import cap, one, settings, solve, table, total, years

HEAD = "process region commodity unit_cost capacity"
STEPS = {
    "processes": table(
        HEAD,
        ("CN works", "CN", "oxide", 50, None), ("US works", "US", "oxide", 80, 3), ("AU works", "AU", "oxide", 90, 4),
    ),
    "demand": table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10)),
}  # fmt: skip
"""10 t: 3 t at 80, then 4 t at 90, then nothing at a value of 200; China at 50."""


def stepped(limit: float, **sheets: Any) -> floors.Result:
    return solve(**{**STEPS, "caps": cap("bloc", "oxide", "tonnes", limit), **sheets})


def row(result: floors.Result, **where: Any) -> Any:
    found = result.sensitivity
    for column, value in where.items():
        found = found[found[column] == value]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("limit", "more", "low", "high"), [(1, 150, 0, 3), (5, 40, 3, 7), (3.5, 40, 3, 7), (8.25, 30, 7, 10)]
)
def test_a_step_and_its_ends(limit: float, more: float, low: float, high: float) -> None:
    found = row(stepped(limit))
    assert (found["saves_more"], found["costs_less"]) == approx((1000 * more, 1000 * more))
    assert (found["holds_from"], found["holds_to"]) == approx((low, high))
    assert (found["levy"], found["per_tonne"], found["limit"]) == approx((more, 1000 * more, limit))
    assert found["per_point"] == approx(more * 0.1 / 1000) and found["note"] == ""


def cost(limit: float) -> float:
    """Total cost in currency units."""
    return 1e6 * stepped(limit).figures.total_cost


@pytest.mark.parametrize("limit", [1.0, 5.0, 8.25])
def test_by_solving_again_at_both_ends_and_just_outside(limit: float) -> None:
    found, now = row(stepped(limit)), cost(limit)
    for end, slope, outside in (("holds_to", "saves_more", 0.1), ("holds_from", "costs_less", -0.1)):
        at = found[end]
        assert now - cost(at) == approx(found[slope] * (at - limit), rel=1e-9)
        if at + outside >= 0:
            beyond = (cost(at) - cost(at + outside)) / outside
            assert abs(beyond - found[slope]) > 1000, "beyond its end a tonne is worth something else"


@pytest.mark.parametrize(("limit", "left", "right", "low", "high"), [(3, 150, 40, 0, 7), (7, 40, 30, 3, 10)])
def test_at_a_kink_there_are_two_prices(
    limit: float, left: float, right: float, low: float, high: float
) -> None:
    result = stepped(limit)
    found = row(result)
    assert (found["saves_more"], found["costs_less"]) == approx((1000 * right, 1000 * left))
    assert (found["holds_from"], found["holds_to"]) == approx((low, high))
    assert right - 1e-6 <= found["levy"] <= left + 1e-6
    assert (
        found["note"]
        == "not one price: a tonne less costs more than a tonne more saves, and the levy lies between"
    )
    (said,) = (text for text in result.sentences if text.startswith("One more tonne"))
    assert said == (
        f"One more tonne of oxide from capped origins in 2026 (cap: bloc, tonnes) saves {1000 * right:,.0f} USD, true "
        f"for {high - limit:,.4g} t more; one less costs {1000 * left:,.0f} USD, true for {limit - low:,.4g} t less, so the "
        "levy is not the only one."
    )
    assert (cost(limit) - cost(limit + 0.5)) / 0.5 == approx(1000 * right)
    assert (cost(limit - 0.5) - cost(limit)) / 0.5 == approx(1000 * left)


def test_a_cap_that_just_binds() -> None:
    """At 10 t nobody would buy more; one less still costs 30. Above, the cap costs nothing and has no row."""
    found = row(stepped(10))
    assert (found["saves_more"], found["costs_less"]) == approx((0, 30_000), abs=1e-6)
    assert found["holds_from"] == approx(7) and pd.isna(found["holds_to"])
    (said,) = (text for text in stepped(10).sentences if text.startswith("One more tonne"))
    assert "saves nothing, however many; one less costs 30,000 USD, true for 3 t less, so" in said
    assert len(stepped(10.5).sensitivity) == 0
    assert not any(text.startswith("One more") for text in stepped(10.5).sentences)


def test_less_than_must_be_served_is_not_possible() -> None:
    must = table("region segment commodity 2026", ("US", "all", "oxide", 10))
    result = stepped(3, demand=must)
    found = row(result)
    assert found["saves_more"] == approx(40_000) and found["holds_to"] == approx(7)
    assert pd.isna(found["costs_less"])
    assert found["holds_from"] == 3 and found["note"] == "less is not possible"
    assert any(text.endswith("true for 4 t more; less is not possible.") for text in result.sentences)


def test_a_ban() -> None:
    found = row(stepped(0))
    assert found["saves_more"] == approx(150_000) and found["holds_to"] == approx(3)
    assert found["note"] == "less is not possible; a ban"
    nobody = stepped(
        0, processes=table(HEAD, ("CN works", "CN", "oxide", 90, None), ("US works", "US", "oxide", 80, None))
    )
    assert len(nobody.sensitivity) == 0, "a ban that costs nothing"


def test_a_ban_under_which_nothing_moves() -> None:
    """Nobody else makes it: the first tonne is worth 200 less the 50 that it costs, and so are all 10."""
    works = table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50))
    result = solve(processes=works, caps=cap("bloc", "oxide", "demand", 0))
    assert one(result.sensitivity, "saves_more") == approx(150_000)
    assert one(result.sensitivity, "holds_to") == approx(10)


def test_years_of_a_period_and_discounting() -> None:
    """A tonne a year over a period of 5 years is worth its levy in each of them, undiscounted."""
    result = solve(
        **STEPS | {
            "settings": settings(discount_rate=0.07),
            "years": years((2026, 1), (2030, 5)),
            "demand": table("region segment commodity value 2026 2030", ("US", "all", "oxide", 200, 10, 10)),
            "caps": cap("bloc", "oxide", "tonnes", 5, 2, header="scope commodity basis 2026 2030"),
        }
    )  # fmt: skip
    assert row(result, year=2026)["saves_more"] == approx(40_000)
    late = row(result, year=2030)
    assert (late["saves_more"], late["holds_from"], late["holds_to"]) == approx((150_000, 0, 3))


def test_a_cap_on_use_counts_tonnes_above_the_share() -> None:
    """Half of arrivals: a tonne above the share lets China send one more in place of one at 90."""
    result = solve(**STEPS | {"caps": cap("bloc", "oxide", "use", 0.5)})
    found = row(result)
    assert (found["saves_more"], found["limit"]) == approx((40_000, 5))
    assert (found["holds_from"], found["holds_to"]) == approx((3, 7))
    assert found["note"].startswith("a tonne above the share of use")


def test_rules_on_floors_move_what_is_charged_and_not_what_a_tonne_saves() -> None:
    result = stepped(5, floor_rules=table("commodity rule 2026", ("oxide", "maximum", 70)))
    found = row(result)
    assert found["levy"] == approx(40) and found["saves_more"] == approx(40_000) and not found["note"]
    assert one(result.caps, "levy") == approx(40) and one(result.caps, "charged") == approx(20)
    assert one(result.caps, "per_point") == approx(0.01 * 10 * 40 / 1000)
    assert total(result.accounts, "levy_revenue") == approx(5 * 20 / 1000)


def test_levies_of_the_minimum_rule_stay() -> None:
    result = stepped(
        5,
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 60)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
    )
    found = row(result)
    assert found["saves_more"] == approx(30_000, abs=20)
    assert found["note"] == "at the levies of the minimum rule as they are"


def test_segments_and_origins_are_named_and_only_the_largest_told() -> None:
    result = solve(
        **STEPS | {
            "demand": table(
                "region segment commodity value 2026", ("US", "defence", "oxide", 200, 5), ("US", "all", "oxide", 200, 5),
            ),
            "caps": table(
                "scope commodity segment origin basis 2026",
                ("US", "oxide", "defence", "CN", "demand", 0.2), ("bloc", "oxide", None, None, "tonnes", 9),
            ),
        }
    )  # fmt: skip
    assert list(result.sensitivity["segment"]) == ["defence"]
    said = [text for text in result.sentences if text.startswith("One more tonne")]
    assert any("of oxide from CN in 2026 (cap: US, defence, demand)" in text for text in said)
    many = [
        SensitivityRow("a", "b", None, None, "use", 2026 + i, 1.0, 1.0, 1.0, i, 1.0, 1.0, None, None, "")
        for i in range(5)
    ]
    case = tied(0)
    outcome = floors.solve(case).outcome
    told = list(sensitivity.sensitivity_in_words(outcome, [r for r in many if r.year in case.years] * 4))
    assert len(told) == sensitivity.TOLD


@pytest.mark.parametrize("seed", range(6))
def test_random_studies_against_solving_again(seed: int) -> None:
    """Slopes at a small step, and the cost at the ends of their ranges, by solving with another volume."""
    base = tied(seed, cheap=True)
    result = floors.solve(base)
    for _, found in result.sensitivity.iterrows():
        limit, year = found["limit"], int(found["year"])
        weight = result.outcome.case.calendar.weight[year]

        def dearer(to: float, year: int = year, weight: float = weight) -> float:
            """What the system costs more at another limit, currency units of that year."""
            limits = dict(zip(result.caps["year"], result.caps["limit"], strict=True)) | {year: to}
            other = table(
                "scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", limits[2026], limits[2027])
            )
            changed = floors.Study(dict(base.tables) | {"caps": other})
            return 1e6 * (floors.solve(changed).figures.total_cost - result.figures.total_cost) / weight

        step = 1e-3
        assert -dearer(limit + step) / step == approx(found["saves_more"], rel=1e-4, abs=1)
        if found["costs_less"] == found["costs_less"]:
            assert dearer(limit - step) / step == approx(found["costs_less"], rel=1e-4, abs=1)
            low = found["holds_from"]
            assert dearer(low) == approx(found["costs_less"] * (limit - low), rel=1e-6, abs=1e-3)
        if found["holds_to"] == found["holds_to"]:
            high = found["holds_to"]
            assert -dearer(high) == approx(found["saves_more"] * (high - limit), rel=1e-6, abs=1e-3)


def test_the_random_studies_bind() -> None:
    """Else the comparison above would compare nothing."""
    assert sum(len(floors.solve(tied(seed, cheap=True)).sensitivity) for seed in range(6)) >= 6


def test_the_sheet_is_written(tmp_path: Path) -> None:
    import openpyxl

    page = openpyxl.load_workbook(stepped(5).to_excel(tmp_path / "one.xlsx"))["sensitivity"]
    cells = dict(zip((c.value for c in page[1]), (c.value for c in page[2]), strict=False))
    assert cells["saves_more"] == approx(40_000) and cells["holds_to"] == approx(7)
    assert one(stepped(5).caps, "levy") == cells["levy"]


def test_a_cap_that_cannot_be_tighter_says_so_however_fine_the_step() -> None:
    """Half of what JP uses may be Chinese, and nothing else can come: none may, and less than none is no plan. A step
    too fine for the solver's tolerance looked like one."""
    found = solve(
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("US", "JP", "oxide", 0)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 10),
        ),
        caps=cap("JP", "oxide", "use", 0.5),
    ).sensitivity
    assert one(found, "saves_more") == pytest.approx(300_000)
    assert pd.isna(one(found, "costs_less")) and one(found, "note").startswith("less is not possible")
