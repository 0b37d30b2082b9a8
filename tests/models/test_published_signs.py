"""Signs that any model of a buyers' bloc must show, on the worked example: each is a theorem of the sourcing LP,
so that what fails here is the program or the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyomo.core as pyo
import pytest

import floors
from floors import Result, Study
from tests.support.counts import few
from tests.support.worked import solved, study

STUDY = study()
SAME = 1e-9  # relative


def cost(result: Result) -> float:
    """Of the whole system, million at present value."""
    return result.figures.total_cost


def capped_magnets(result: Result) -> dict[int, float]:
    """Magnets of capped origin that arrive in the bloc, t by year."""
    rows = result.sourcing
    rows = rows[rows["destination"].isin(result.members) & rows["commodity"].eq("magnet")]
    found = rows[rows["origin"].eq("CN")].groupby("year")["quantity"].sum()
    return {t: float(found.get(t, 0.0)) for t in STUDY.years}


def with_magnet_cap(path: dict[int, float], basis: str, scope: str = "bloc") -> Study:
    """The worked example with this cap on magnets in place of all caps but those of US defence."""
    tables: dict[str, Any] = {name: STUDY.tables[name] for name in STUDY.tables}
    caps = tables["caps"]
    new = {"scope": scope, "commodity": "magnet", "basis": basis} | path
    tables["caps"] = pd.concat([caps[caps["segment"].notna()], pd.DataFrame([new])], ignore_index=True)
    del tables["changes"], tables["scenarios"]
    return Study(tables)


@pytest.mark.parametrize(("member", "saves"), few([("EU", 500), ("US", 0), ("JP", 50), ("MX", 100)], 1))
def test_coordinated_costs_less_than_unilateral_for_the_same_cut(member: str, saves: float) -> None:
    """One member cuts its own magnets; together the bloc cuts as much at less cost, in million at least this.

    Not where the US does it: its tariffs make Chinese magnets dearest there, so that this is the cheapest cut. Japan buys
    less of them than the caps allow: its own is half as high.
    """
    half = 0.5 if member == "JP" else 1.0
    alone = floors.solve(with_magnet_cap({t: half * v for t, v in _magnet_path().items()}, "demand", member))
    volume = {t: q for t, q in capped_magnets(alone).items() if t >= 2027}
    together = floors.solve(with_magnet_cap(volume, "tonnes"))
    bought = capped_magnets(together)
    assert all(bought[t] <= volume[t] * (1 + SAME) + 1e-6 for t in volume)
    assert cost(solved("free trade")) * (1 + SAME) < cost(together) <= cost(alone) * (1 + SAME) - saves


def test_a_pooled_cap_costs_no_more_than_national_caps() -> None:
    assert cost(solved()) < cost(solved("national caps")) * (1 - SAME)


@pytest.mark.parametrize("tighter", few([0.75, 0.9], 1))
def test_tighter_caps_cost_no_less(tighter: float) -> None:
    """Each year's share times this, and again: what was feasible is feasible no more."""
    path = _magnet_path()
    costs = [
        cost(floors.solve(with_magnet_cap({t: v * f for t, v in path.items()}, "demand")))
        for f in (1, tighter)
    ]
    assert cost(solved("free trade")) < costs[0] < costs[1]


def _magnet_path() -> dict[int, float]:
    """The bloc's cap on magnets, share by year."""
    (row,) = (
        row
        for row in STUDY.rows("caps")
        if (row["scope"], row["commodity"], row["segment"]) == ("bloc", "magnet", None)
    )
    return row["years"]


def least_cost(groups: Iterable[set[str]]) -> float:
    """Cost of the plan, million, where each group of members keeps the bloc's path of magnets by itself."""
    m = floors.build(STUDY)
    case, shares = solved().outcome.case, _magnet_path()
    (name,) = {i for i, _ in m.CAP if i == "bloc magnet demand"}
    m.of_group = pyo.ConstraintList()
    for t, share in shares.items():
        m.cap[name, t].deactivate()
        for group in groups:
            places = [d for d in case.places.bloc if case.places.region_of[d] in group]
            bought = sum(
                m.coefficient[name, o, d, c, t] * m.ship[o, d, c, t]
                for o, d, c in m.COUNTED[name, t]
                if d in places
            )
            m.of_group.add(bought <= share * case.demand.table(tuple(places), "magnet", t))
    return floors.price(m, {}).cost / 1000


def test_pooling_two_capped_groups_costs_no_more_than_the_two_apart() -> None:
    apart = least_cost([{"US", "MX"}, {"EU", "JP"}])
    whole = least_cost([{"US", "MX", "EU", "JP"}])
    each = least_cost([{"US"}, {"MX"}, {"EU"}, {"JP"}])
    assert whole == pytest.approx(cost(solved()), rel=SAME)
    assert whole <= apart * (1 + SAME) and apart <= each * (1 + SAME)
    assert whole < each * (1 - SAME)


def test_a_pooled_group_of_goods_costs_no_more_than_a_cap_on_each() -> None:
    """Magnets by their NdPr and NdPr itself, as tonnes: one cap on both is looser than one on each."""
    path, weight = _magnet_path(), 0.3
    demanded = {
        t: sum(q for (d, _, c, y), q in solved().outcome.case.demand.quantity.items() if c == "magnet" and y == t and d in solved().members)
        for t in path
    }  # fmt: skip
    limits = {"magnet": {t: path[t] * demanded[t] for t in path}, "ndpr": dict.fromkeys(path, 50.0)}
    tables: dict[str, Any] = {
        name: STUDY.tables[name] for name in STUDY.tables if name not in ("changes", "scenarios")
    }
    caps = tables["caps"][tables["caps"]["segment"].notna()]
    keys = {"scope": "bloc", "basis": "tonnes"}
    apart = pd.DataFrame([keys | {"commodity": c} | limit for c, limit in limits.items()])
    both = {t: weight * limits["magnet"][t] + limits["ndpr"][t] for t in path}
    pooled = pd.DataFrame([keys | {"commodity": "content"} | both])
    groups = pd.DataFrame(
        [
            {"group": "content", "commodity": "magnet", "weight": weight},
            {"group": "content", "commodity": "ndpr", "weight": 1.0},
        ]
    )
    found = []
    for more, given in ((apart, None), (pooled, groups)):
        sheets = tables | {"caps": pd.concat([caps, more], ignore_index=True)}
        if given is not None:
            sheets["groups"] = (
                pd.concat([sheets["groups"], given], ignore_index=True) if "groups" in sheets else given
            )
        found.append(cost(floors.solve(Study(sheets))))
    assert cost(solved("free trade")) < found[1] <= found[0] * (1 + SAME)


@pytest.mark.parametrize("year", [2028, 2033])
def test_the_loss_from_an_embargo_falls_with_earlier_diversification(year: int) -> None:
    """By the world's cost and by the bloc's, after years of caps and after years without."""
    summary = dict(solved(f"embargo {year}").summary[["metric", "value"]].itertuples(index=False))
    for of in ("", "world_"):
        assert 0 < summary[f"{of}shock_loss"] < summary[f"{of}shock_loss_without_policy"]
        assert summary[f"{of}implied_premium"] == pytest.approx(
            summary[f"{of}policy_cost"] / summary[f"{of}loss_avoided"]
        )


def test_more_time_to_diversify_avoids_more_of_the_loss() -> None:
    avoided, loss = {}, {}
    for year in (2028, 2033):
        summary = dict(solved(f"embargo {year}").summary[["metric", "value"]].itertuples(index=False))
        avoided[year] = summary["world_loss_avoided"]
        loss[year] = summary["world_shock_loss_without_policy"]
    assert avoided[2033] / loss[2033] > avoided[2028] / loss[2028]


def test_a_surprise_costs_no_less_than_what_is_foreseen() -> None:
    assert cost(solved("embargo 2028")) > cost(solved("embargo foreseen")) * (1 + SAME)


def test_reserves_are_released_in_an_embargo() -> None:
    """What had been put away by 2032 is let go from 2033 on, when nothing arrives from China: oxides of heavies and magnets
    whole; of NdPr, whose makers run short first of other things, what is bought back is worth something at the end."""
    stocks = solved("embargo 2033").stocks
    piled = stocks[stocks["year"].eq(2032)].set_index("stockpile")["closing"]
    taken = stocks[stocks["year"].eq(2033)].set_index("stockpile")["take"]
    left = stocks[stocks["year"].eq(2035)].set_index("stockpile")["closing"]
    assert (piled > 0).all() and (taken > 0.2 * piled).all()
    assert {name for name, closing in left.items() if closing > 0} == {"Vault ndpr", "Japan ndpr"}
