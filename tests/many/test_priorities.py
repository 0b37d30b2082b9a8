"""`floors priorities`: costs, losses avoided and ranks by hand, the same by workbooks with blank caps, and the command."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from floors.many.chains.chains import chains_of
from tests.support.chained import LAST, avoided_by, cost_of, good, together
from tests.support.studies import table


def first() -> floors.Study:
    """Oxide avoids 7 for each 1 that it costs; ore, whose plant costs more and whose buyers pay less, 1; metal stays under
    its cap without policy; nickel has no cap."""
    return together(
        good("oxide", 0.6),
        good("ore", 0.5, run=80, value=140),
        good("metal", 0.8, existing=50),
        good("nickel", None),
    )


def by_chain(found: floors.Priorities) -> pd.DataFrame:
    """Sheet priorities by chain."""
    return found.priorities.set_index("chain")


def test_costs_losses_and_ranks_by_hand() -> None:
    found = floors.priorities(first(), 0)
    rows = by_chain(found)
    assert (found.status, found.exit_code) == ("optimal", 0)
    assert rows.index.tolist() == ["oxide", "ore", "metal", "nickel"]
    assert rows.loc["oxide", "cost"] == approx(cost_of(0.6)) == approx(0.8)
    assert rows.loc["oxide", "expected_avoided"] == approx(0.1 * avoided_by(0.6)) == approx(0.56)
    assert rows.loc["oxide", "avoided_per_million"] == approx(0.7)
    assert rows.loc["oxide", "gain"] == approx(0.56 - 0.9 * 0.8)
    assert rows.loc["ore", "cost"] == approx(cost_of(0.5, run=80)) == approx(2.5)
    assert (
        rows.loc["ore", "avoided_per_million"]
        == approx(0.1 * avoided_by(0.5, run=80, value=140) / 2.5)
        == approx(0.1)
    )
    assert rows["rank"].tolist()[:2] == [1, 2] and rows["rank"].isna().tolist() == [False, False, True, True]
    assert rows["need"].tolist() == ["floor", "floor", "under the cap", "no cap"]
    assert rows.loc["metal", ["cost", "expected_avoided", "levy"]].tolist() == [0, 0, 0]
    assert rows.loc["nickel", ["cost", "expected_avoided", "levy"]].isna().all()
    assert rows.loc["oxide", ["levy", "floor", "levy_year"]].tolist() == [20, 60, LAST]
    assert (rows["weakest_status"] == "not said").all() and rows["weak"].isna().all()
    shocks = found.priority_shocks.set_index("chain")
    assert shocks.loc["oxide", "scenario"] == "embargo oxide" and len(shocks) == 3
    assert shocks.loc["oxide", "avoided"] == approx(avoided_by(0.6))
    assert shocks.loc["oxide", "without_caps"] == approx(0.1 * 40 + 20)


def test_each_row_is_what_two_workbooks_differ_by() -> None:
    """The same study with the cells of one commodity in sheet caps blank, solved as a whole."""
    given = first()
    found = by_chain(floors.priorities(given, 0))

    def net(blank: str | None, scenario: str) -> float:
        tables = {name: frame.to_dict("records") for name, frame in given.tables.items()}
        for row in tables["caps"]:
            if row["commodity"] == blank:
                row[LAST] = None
        result = floors.solve(floors.Study(tables).scenario(scenario), ranges=False)
        return result.figures.bloc_net_cost

    for name in ("oxide", "ore", "metal"):
        assert found.loc[name, "cost"] == approx(net(None, "base") - net(name, "base"), abs=1e-9)
        avoided = net(name, f"embargo {name}") - net(None, f"embargo {name}")
        assert found.loc[name, "expected_avoided"] == approx(0.1 * avoided, abs=1e-9)


@pytest.mark.parametrize(
    ("sheets", "names"),
    [
        ({}, ["tin ore, tin metal, lead"]),
        ({"technologies": None}, ["tin ore", "tin metal", "lead"]),
        (
            {
                "technologies": table(
                    "technology commodity coefficient", ("smelt", "tin ore", -1), ("smelt", "tin metal", 1)
                )
            },
            ["tin", "lead"],
        ),
        (
            {
                "technologies": None,
                "groups": table("group commodity weight", ("both", "tin ore", 1), ("both", "lead", 1)),
                "caps": table("scope commodity basis 2026", ("bloc", "both", "tonnes", 5)),
            },
            ["tin ore, lead", "tin metal"],
        ),
    ],
)
def test_a_chain_is_what_technologies_and_caps_join(sheets: dict[str, Any], names: list[str]) -> None:
    given: dict[str, Any] = {
        "commodities": table("commodity", ("tin ore",), ("tin metal",), ("lead",)),
        "technologies": table(
            "technology commodity coefficient",
            ("smelt", "tin ore", -1),
            ("smelt", "tin metal", 1),
            ("smelt", "lead", 1),
        ),
        "processes": table("process region commodity unit_cost", ("CN tin", "CN", "tin ore", 1)),
        "demand": table("region segment commodity 2026", ("US", "all", "tin ore", 1)),
        "years": table("year", (2026,)),
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
    }
    study = floors.Study({name: rows for name, rows in {**given, **sheets}.items() if rows is not None})
    assert [chain.name for chain in chains_of(study)] == names
