"""The bloc's best cap and the world's: by hand, of ties the loosest, and on random studies by looking at every cap."""

from __future__ import annotations

from random import Random

import pytest
from pytest import approx

import floors
from floors.errors import FloorsError
from tests.support import mixed
from tests.support.answering import moving, sold_below_cost
from tests.support.counts import few


def test_a_cap_that_idles_the_dear_mine_saves_its_price_on_all_that_is_bought() -> None:
    """At 0.9 all 900 t cost 50.16, though 600 of them are made at 46.2; at 0.5 they cost that."""
    found = floors.sweep(moving(1.1), "0.9:0.1:3")
    bloc = {0.9: 900 * 50.16 + 100 * 50.2, 0.5: 500 * 46.2 + 500 * 50.2}
    world = {0.9: 600 * 46.2 + 300 * 50.16 + 100 * 50.2, 0.5: bloc[0.5]}
    told = found.described()
    assert (told["cap_of_least_bloc_net_cost"], told["cap_of_least_world_cost"]) == (0.5, 0.9)
    assert told["worth_of_the_difference"] == approx((bloc[0.9] - bloc[0.5]) / 1000)
    assert told["costs_the_world"] == approx((world[0.5] - world[0.9]) / 1000)
    rows = {row["best_for"]: row for row in told["optimum"]}
    assert list(rows) == ["bloc", "world", "no cap"]
    assert rows["world"]["bloc_bears_more"] == told["worth_of_the_difference"]
    assert rows["bloc"]["world_bears_more"] == told["costs_the_world"]
    assert rows["no cap"]["cap"] is None and rows["no cap"]["bloc_net_cost"] == approx(50.16)
    assert rows["no cap"]["bloc_bears_more"] == approx(50.16 - bloc[0.5] / 1000)
    page = found.brief
    assert (
        "Of these caps 50 % is the cheapest for the bloc, 90 % for the world: the bloc bears 1.96 million USD less at its "
        "own than at the world\u2019s, and the world 412 thousand USD more"
        in "\n".join(page.texts).replace("\u00a0", " ")
    )


def test_of_caps_that_cost_the_same_the_loosest() -> None:
    """Offers above home: nothing is bought from CN, whatever the cap."""
    told = floors.sweep(moving(2.0), "0.9:0.1:3").described()
    assert (told["cap_of_least_bloc_net_cost"], told["cap_of_least_world_cost"]) == (0.9, 0.9)
    assert told["worth_of_the_difference"] == 0 == told["costs_the_world"]


def test_goods_at_what_they_cost() -> None:
    """CN offers at 45 what costs it 60: the world pays 15 more for each tonne than offers say."""
    found = floors.sweep(sold_below_cost(), "0.9:0.1:3")
    by_cap = {row["cap"]: row for row in found.records("sweep") if row["bloc_net_cost"] is not None}
    for share in (0.9, 0.5, 0.1):
        missed = by_cap[share]["world_cost_at_basis"] - by_cap[share]["total_cost"]
        assert missed == approx(1000 * share * 15 / 1000)
    assert found.best is not None and (found.best.world[0], found.best.at_cost[0]) == (0.9, 0.1)


def test_where_no_cap_has_a_plan_there_is_no_best() -> None:
    starved = dict(moving().tables)
    starved["processes"] = starved["processes"].assign(capacity=[10, 10, 10])
    told = floors.sweep(floors.Study(starved), [0.9, 0.5]).described()
    assert told["optimum"] == [] and told["cap_of_least_bloc_net_cost"] is None
    assert told["worth_of_the_difference"] is None


def test_of_one_cap_nothing_is_compared() -> None:
    found = floors.sweep(moving(), [0.9])
    assert [row["best_for"] for row in found.records("optimum")] == ["bloc", "world", "no cap"]
    assert "costs the bloc least" not in "\n".join(found.sentences)


@pytest.mark.parametrize("seed", few(range(40), 8))
def test_by_looking_at_every_cap(seed: int) -> None:
    try:
        found = floors.sweep(floors.Study(mixed.sheets(Random(seed))), "0.9:0.1:5")
    except FloorsError:
        pytest.skip("nothing to sweep in this study")
    rows = [
        row for row in found.records("sweep") if row["cap"] is not None and row["bloc_net_cost"] is not None
    ]
    if not rows:
        assert found.best is None
        return
    assert found.best is not None
    for (cap, _), name in ((found.best.bloc, "bloc_net_cost"), (found.best.world, "total_cost")):
        least = min(row[name] for row in rows)
        near = [row["cap"] for row in rows if row[name] - least <= 1e-9 * abs(least)]
        assert cap == max(near)
    at = {row["cap"]: row for row in rows}
    worth = at[found.best.world[0]]["bloc_net_cost"] - at[found.best.bloc[0]]["bloc_net_cost"]
    assert found.best.worth == worth >= 0
