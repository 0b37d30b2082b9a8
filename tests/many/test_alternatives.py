"""`floors alternatives`: plans that cost nearly as little as the least, worked by hand, and how the command tells them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

import floors
from floors.cli.main import run
from tests.support.studies import cap, one, study, table

WORKS = table(
    "process region commodity unit_cost capacity capital_cost max_total lead_time lifetime rate",
    ("CN works", "CN", "oxide", 50),
    ("US old", "US", "oxide", 52, 30),
    ("US new", "US", "oxide", 40, None, 115, 60, None, 10, 0),
)
MUST = table("region segment commodity value 2026", ("US", "all", "oxide", None, 100))
PLANS = ["least cost", "least capped", "most domestic", "fewest new plants", "most even"]


def three_ways(**sheets: Any) -> floors.Study:
    """100 t wanted, at most 70 of them from China at 50; the US has 30 t at 52 and may build 60 t at 51.50."""
    return study(**{"processes": WORKS, "demand": MUST, "caps": cap("US", "oxide", "demand", 0.7), **sheets})


def row(found: floors.Alternatives, plan: str) -> dict[str, Any]:
    return next(row for row in found.described()["alternatives"] if row["plan"] == plan)


def made(found: floors.Alternatives, plan: str) -> dict[str, float]:
    return {key.origin: q for key, q in found[plan].quantities.items() if key.kind == "production"}


def test_four_plans_by_hand() -> None:
    """The least is 70 x 50 + 30 x 51.50 = 5,045 thousand, so that 50.45 may be spent more. 30 t more that is built costs
    1.50 each, and 2.725 t from the old works 2 each. Without new plants the old works fill the rest: 0.50 dearer each,
    which is what holds them, since at 52 somebody would build. Half from each costs 1.50 x 20 more."""
    found = floors.alternatives(three_ways())
    assert found.status == "optimal" and [row["plan"] for row in found.described()["alternatives"]] == PLANS
    assert found.least_cost == approx(5.045) and found.limit == approx(5.045 * 1.01)
    assert made(found, "least cost") == approx({"CN works": 70, "US new": 30})
    for plan in ("least capped", "most domestic"):
        assert made(found, plan) == approx({"CN works": 37.275, "US new": 60, "US old": 2.725})
        assert row(found, plan)["cost"] == approx(5.09545)
        assert row(found, plan)["dearer_by"] == approx(0.05045)
        assert row(found, plan)["capped_share"] == approx(0.37275)
        assert row(found, plan)["domestic_share"] == approx(0.62725)
        assert row(found, plan)["uplift"] == 0
        assert one(found.floors, "floor", plan=plan) == approx(52)
    assert row(found, "most domestic")["same_as"] == "least capped"
    few = row(found, "fewest new plants")
    assert made(found, "fewest new plants") == approx({"CN works": 70, "US old": 30})
    assert few["built_t"] == 0 and few["dearer_by"] == approx(0.015)
    assert few["uplift"] == approx(0.015) and few["make_whole"] == approx(0.015)
    assert one(found.floors, "floor", plan="fewest new plants") == approx(51.5)
    even = row(found, "most even")
    assert made(found, "most even") == approx({"CN works": 50, "US new": 50})
    assert even["dearer_by"] == approx(0.03) and even["hhi"] == approx(5000) and even["uplift"] == 0
    assert even["largest_share"] == approx(0.5) and even["built_t"] == approx(50)
    assert one(found.floors, "floor", plan="most even") == approx(51.5)


@pytest.mark.parametrize("within", [-0.01, float("nan"), float("inf"), "much", True])
def test_what_is_no_share_is_refused(within: Any) -> None:
    with pytest.raises(floors.UsageError, match="within expects"):
        floors.alternatives(three_ways(), within)


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workbook = tmp_path / "three.xlsx"
    three_ways().to_excel(workbook)
    out = tmp_path / "found.xlsx"
    assert run(["alternatives", str(workbook), "-o", str(out), "--json", "--jobs", "1"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["limit"] == approx(5.09545) and [row["plan"] for row in told["alternatives"]] == PLANS
    assert run(["alternatives", str(workbook), "--within", "-1", "--force", "-o", str(out)]) == 2
    assert "within expects" in capfd.readouterr().err
    assert run(["alternatives", str(workbook), "--within", "some", "--force", "-o", str(out)]) == 2


def test_no_plan_at_all() -> None:
    """Without the US 30 t are wanted that nobody may ship."""
    with pytest.raises(floors.Infeasible, match="floors diagnose"):
        floors.alternatives(three_ways(processes=WORKS[:1]))
