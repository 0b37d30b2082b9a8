"""`floors alternatives`: plans that cost nearly as little as the least, worked by hand, and how the command tells them."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

import floors
from floors.cli.main import run
from floors.pricing import choosing
from floors.solving import near_shares
from tests.support.studies import cap, one, settings, study, table, years

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


def test_how_far_a_share_can_go_by_hand() -> None:
    """The cap holds China to 70 t; 50.45 thousand more buy 62.725 t elsewhere, as above. Twice the cost buys all of what
    the US can make, 90 t, and the most stays at the cap."""
    rows = floors.alternatives(three_ways()).described()["share_ranges"]
    assert [(r["destination"], r["commodity"], r["year"]) for r in rows] == [
        ("bloc", None, None),
        ("bloc", "oxide", 2026),
        ("US", "oxide", 2026),
    ]
    for far in rows:
        assert (far["quantity"], far["least_cost"]) == (approx(100), approx(0.7))
        assert (far["least"], far["most"]) == (approx(0.37275), approx(0.7))
    (_, _, far) = floors.alternatives(three_ways(), 1.0).described()["share_ranges"]
    assert (far["least"], far["most"]) == (approx(0.1), approx(0.7))


def test_a_share_of_what_need_not_arrive() -> None:
    """Buyers leave 60 thousand at 12 t of 5: of what they buy at 10 % more than the least, nothing or all is from
    China."""
    two = works(("CN works", "CN", "oxide", 6), ("US works", "US", "oxide", 6.1))
    wanted = table("region segment commodity value 2026", ("US", "all", "oxide", 5, 12))
    found = floors.alternatives(study(processes=two, demand=wanted), 0.1).described()["share_ranges"]
    assert [r["least_cost"] for r in found] == [None] * 3 and [r["quantity"] for r in found] == [0.0] * 3
    assert [(r["least"], r["most"]) for r in found] == [(approx(0), approx(1))] * 3


def test_what_never_arrives_has_no_share() -> None:
    two = works(("CN works", "CN", "oxide", 60, 0), ("US works", "US", "oxide", 60, 0))
    wanted = table("region segment commodity value 2026", ("US", "all", "oxide", 5, 12))
    found = floors.alternatives(study(processes=two, demand=wanted), 0.1).described()["share_ranges"]
    assert found and all(r["least"] is None and r["most"] is None for r in found)


def test_of_many_shares_those_of_most_money_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two years, so that there are five shares in all: of the later one, of which more is bought, those of the bloc and
    of its member."""
    monkeypatch.setattr(near_shares, "affordable", lambda columns: 3)
    wanted = table("region segment commodity value 2026 2027", ("US", "all", "oxide", None, 100, 110))
    sheets = {"years": years((2026, 1), (2027, 1)), "demand": wanted, "caps": None}
    found = floors.alternatives(three_ways(**sheets))
    told = found.described()["share_ranges"]
    assert [(r["destination"], r["year"]) for r in told] == [
        ("bloc", None),
        ("bloc", 2027),
        ("US", 2027),
    ]
    assert any("the 3 largest by money of 5; --ranges asks for all" in line for line in found.warnings)
    assert len(floors.alternatives(three_ways(**sheets), ranges=True).described()["share_ranges"]) == 5
    none = floors.alternatives(three_ways(**sheets), ranges=False)
    assert len(none.described()["share_ranges"]) == 1 and not none.warnings


def test_a_share_that_the_solver_fails_at_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: Any) -> float:
        raise floors.SolveError("no answer")

    monkeypatch.setattr(near_shares, "_end", failing)
    found = floors.alternatives(three_ways())
    assert [r["least"] for r in found.described()["share_ranges"]] == [None] * 3
    assert any("the solver gave no answer for 3" in line for line in found.warnings)


def works(*rows: tuple[Any, ...]) -> list[dict[str | int, Any]]:
    return table("process region commodity unit_cost capacity", *rows)


def test_at_no_more_cost_plans_of_the_same_cost_contrast() -> None:
    """Both make oxide at 50: one plan of 500 thousand is as good as another until an aim chooses."""
    equal = works(("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 50))
    found = floors.alternatives(study(processes=equal), 0)
    assert found.limit == found.least_cost == approx(0.5)
    shares = {plan: row(found, plan)["capped_share"] for plan in PLANS}
    assert shares["least capped"] == shares["most domestic"] == approx(0)
    assert shares["most even"] == approx(0.5)
    for plan in PLANS:
        assert row(found, plan)["cost"] == approx(0.5) and row(found, plan)["uplift"] == 0


def test_a_least_cost_below_zero_leaves_its_size_as_room() -> None:
    """China is paid 5 for each of 10 t, a gain of 50 thousand: a tenth of it is 5, and to
    make all at home at 0.40 takes 4."""
    made_ = works(("CN works", "CN", "oxide", -5, 10), ("US works", "US", "oxide", 0.4, 10))
    found = floors.alternatives(study(processes=made_), 0.1)
    assert found.least_cost == approx(-0.05) and found.limit == approx(-0.045)
    assert row(found, "least capped")["capped_share"] == approx(0)
    assert row(found, "least capped")["dearer_by"] == approx(0.004)
    assert "at most 10% of its size more than the least (-0.0500 million USD" in found.sentences[0]


def test_nothing_is_bought_to_be_thrown_away() -> None:
    """6 t must be taken from China and 10 are wanted: 60 % is the least, though 250 thousand more would pay for 1.6 t
    at 80 beyond that, which nobody uses and which would make it 52 %."""
    asked = table("origin destination commodity minimum", ("CN", "US", "oxide", 6))
    found = floors.alternatives(study(routes=asked), 0.5)
    assert row(found, "least capped")["capped_share"] == approx(0.6)
    assert row(found, "least capped")["dearer_by"] == approx(0.12)


def test_what_no_floors_within_the_budget_hold_is_told_without_floors() -> None:
    """Without caps there are no levies: 33.3 t at 1.50 below what they cost are 50 thousand of make-whole."""
    sheets = {"caps": None, "settings": settings(support_budget=0.001)}
    found = floors.alternatives(three_ways(**sheets))
    least = row(found, "least capped")
    assert (least["status"], found.status, found.exit_code) == ("over_budget", "over_budget", 3)
    assert least["cost"] == approx(5.05) and least["capped_share"] == approx(2 / 3)
    assert least["uplift"] is None and not any(
        r["plan"] == "least capped" for r in found.described()["floors"]
    )
    assert "this plan needs at least 0.05 million of make-whole" in least["message"]
    assert row(found, "least cost")["uplift"] == 0


def test_where_who_is_paid_cannot_be_settled_the_least_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the solver fails at is the payees one by one: 15 thousand are still the least that holds the plan."""
    settle = choosing.settle_payments

    def failing(pricing: Any, payees: Any, cost: float) -> Any:
        if payees.size.any():
            raise floors.Infeasible("no prices")
        return settle(pricing, payees, cost)

    monkeypatch.setattr(choosing, "settle_payments", failing)
    few = row(floors.alternatives(three_ways()), "fewest new plants")
    assert few["status"] == "optimal" and few["make_whole"] == few["uplift"] == approx(0.015)


def test_years_count_by_their_length() -> None:
    """2 years at 10 t from China, then 3 at 20 t of which the US must make half: 20 + 30 of 80 t are capped."""
    length = years((2026, 2), (2028, 3))
    wanted = table("region segment commodity value 2026 2028", ("US", "all", "oxide", None, 10, 20))
    limit = [{"scope": "US", "commodity": "oxide", "basis": "demand", 2026: 1, 2028: 0.5}]
    found = floors.alternatives(study(years=length, demand=wanted, caps=limit), 0)
    assert row(found, "least cost")["capped_share"] == approx(50 / 80)
    origins = {r["origin"]: r["quantity"] for r in found.described()["origins"] if r["plan"] == "least cost"}
    assert origins["CN"] == approx(50) and origins["US"] == approx(30)


def test_any_executor_gives_the_same() -> None:
    here = floors.alternatives(three_ways()).described()
    with ProcessPoolExecutor(2) as pool:
        assert floors.alternatives(three_ways(), executor=pool).described() == here
    again = pickle.loads(pickle.dumps(floors.alternatives(three_ways())))
    assert again.described() == here


def test_the_page_by_hand() -> None:
    found = floors.alternatives(three_ways())
    told = "\n".join(found.brief.texts).replace("\u00a0", " ")
    assert "For at most 1 % more cost anywhere from 37 % to 70 % may come from CN" in told
    assert (
        "Least of capped origin: 37 % comes from CN, against 70 % at least cost. It costs 50.5 thousand USD"
        in told
    )
    assert "and prices and levies hold it" in told
    assert "Most made in the bloc: the same plan as “least capped”." in told
    assert "nothing is built, against 30 t at least cost. It costs 15 thousand USD more" in told
    assert "it is short of 15 thousand USD to be held: 15 thousand USD would have to be paid out" in told
    assert [picture.name for picture in found.pictures] == ["picture_origins", "picture_floors"]
    (panel,) = found.pictures[0].panels
    assert panel.along == ("least cost", "least capped", "fewest new plants", "most even")
    assert {one.name: one.values for one in panel.series}["CN"] == approx((0.7, 0.37275, 0.7, 0.5))
    (panel,) = found.pictures[1].panels
    assert panel.series[0].values == approx((51.5, 52, 51.5, 51.5))


def test_the_page_tells_an_uplift_however_much_more_may_be_spent() -> None:
    """Of 50.45 million more that may be spent the 15 thousand of the old works are little, and are still to be paid."""
    told = "\n".join(floors.alternatives(three_ways(), 10).brief.texts).replace("\u00a0", " ")
    assert "nothing is built, against 30 t at least cost. It costs 15 thousand USD more" in told
    assert "it is short of 15 thousand USD to be held: 15 thousand USD would have to be paid out" in told


def test_the_page_where_no_plan_is_better() -> None:
    found = floors.alternatives(study(processes=works(("CN works", "CN", "oxide", 50))))
    told = "\n".join(found.brief.texts)
    assert "No plan within the limit of cost is better by any of four aims" in told
    assert told.count("the plan of least cost is that already") == 4 and not found.pictures


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


def test_many_goods_are_under_caps_only_where_caps_name_them() -> None:
    goods = table("commodity", ("oxide",), ("ore",), ("metal",), ("magnet",))
    told = "\n".join(floors.alternatives(three_ways(commodities=goods, caps=None)).sentences)
    assert "what members buy of all 4 commodities" in told and "under caps" not in told


def test_no_plan_at_all() -> None:
    """Without the US 30 t are wanted that nobody may ship."""
    with pytest.raises(floors.Infeasible, match="floors diagnose"):
        floors.alternatives(three_ways(processes=WORKS[:1]))
