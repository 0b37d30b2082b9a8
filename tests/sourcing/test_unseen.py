"""Caps that bind what papers show: what leaks takes no room, and is no demand to take a share of."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from tests.support.paged import told
from tests.support.studies import (
    Table,
    floor,
    levy,
    metric,
    one,
    refused,
    rows,
    settings,
    shipped,
    solve,
    study,
    table,
    total,
)


def caps(basis: str, number: float, leaks: str | None = "unseen", **keys: Any) -> Table:
    keys = {"scope": "bloc", "commodity": "oxide", "segment": None, "origin": None} | keys
    return [keys | {"basis": basis, "leaks": leaks, 2026: number}]


def leaky(*enforced: tuple[str, float, float], **sheets: Any) -> dict[str, Any]:
    """Members buy oxide of CN at 50 or of the US at 80: (member, enforcement, t)."""
    wanted = table(
        "region segment commodity value enforcement 2026",
        *((member, "all", "oxide", 200, e, q) for member, e, q in enforced),
    )
    return {"demand": wanted} | sheets


def test_share_numerator_and_demand_are_what_papers_show() -> None:
    """Of 100 t a fifth leaks: 40 % of 80 t, so 32 t, and 52 t in truth. Counted, it is 40 of 100 with the 20 in it."""
    given = study(**leaky(("US", 0.8, 100), caps=caps("demand", 0.4)))
    result = floors.solve(given)
    row = rows(result.caps).iloc[0]
    assert [row[name] for name in ("limit", "used", "declared", "slack")] == approx([32, 32, 32, 0])
    assert row["leaks"] == "unseen" and row["per_point"] == approx(30 * 0.8 / 1000)
    assert shipped(result, "CN", "US") == approx(32)
    assert metric(result, "declared_share") == approx(0.4) and metric(result, "capped_share") == approx(0.52)
    share = rows(result.concentration, scope="bloc").iloc[0]
    assert [share["declared_share"], share["capped_share"]] == approx([0.4, 0.52])
    assert share["hhi"] == approx(100**2 * (0.52**2 + 0.48**2))
    assert floor(result) == approx(80) and levy(result) == approx(30)
    assert total(result.accounts, "levy_revenue") == approx(32 * 30 / 1000)
    assert metric(result, "total_cost") == approx((52 * 50 + 48 * 80) / 1000)
    assert not floors.verify(given, result, exact=True).findings
    counted = solve(**leaky(("US", 0.8, 100), caps=caps("demand", 0.4, None)))
    row = rows(counted.caps).iloc[0]
    assert [row[name] for name in ("limit", "used", "declared")] == approx([40, 40, 20])
    assert row["leaks"] == "counted" and shipped(counted, "CN", "US") == approx(20)
    assert metric(counted, "declared_share") == approx(0.25) and metric(counted, "capped_share") == approx(
        0.4
    )


def test_with_the_whole_demand_it_would_not_bind() -> None:
    """At enforcement 0.4 a cap of 40 % of 100 t would be all of the 40 t that the papers show."""
    result = solve(**leaky(("US", 0.4, 100), caps=caps("demand", 0.4)))
    assert shipped(result, "CN", "US") == approx(16) and levy(result) == approx(30)
    assert metric(result, "capped_share") == approx(1 - 0.4 * (1 - 0.4))


def test_more_may_leak_than_the_cap_allows() -> None:
    """60 t leak under a cap of 5 t: a contradiction where they count alone."""
    given = leaky(("US", 0.4, 100))
    result = solve(**given, caps=caps("tonnes", 5))
    row = rows(result.caps).iloc[0]
    assert [row[name] for name in ("limit", "used", "declared")] == approx([5, 5, 5])
    assert shipped(result, "CN", "US") == approx(5)
    with pytest.raises(floors.Infeasible, match="limited in 2026 to 5 t, but 60 t leak"):
        solve(**given, caps=caps("tonnes", 5, "counted"))


def test_under_use_leaks_are_nowhere_in_the_row() -> None:
    """Of the 80 t on paper half: 40. Counted, (x + 20) / 100 = half: 30."""
    given = leaky(("US", 0.8, 100))
    unseen, counted = (solve(**given, caps=caps("use", 0.5, leaks)) for leaks in ("unseen", "counted"))
    assert [shipped(result, "CN", "US") for result in (unseen, counted)] == approx([40, 30])
    assert [one(unseen.caps, name) for name in ("limit", "used", "declared")] == approx([40, 40, 40])
    assert [one(counted.caps, name) for name in ("limit", "used", "declared")] == approx([50, 50, 30])


@pytest.mark.parametrize(
    ("basis", "number", "us", "jp"),
    [("demand", 0.5, 10, 40), ("tonnes", 50, 10, 40)],
)
def test_under_national_members_share_what_papers_show(
    basis: str, number: float, us: float, jp: float
) -> None:
    """The US's demand of 100 t is 20 on paper, Japan's is 80: a bloc's 50 t are shared out 1 to 4."""
    given = study(
        **leaky(("US", 0.2, 100), ("JP", 1, 80)),
        caps=caps(basis, number),
        settings=settings(coordination="national"),
    )
    result = floors.solve(given)
    assert [shipped(result, "CN", member) for member in ("US", "JP")] == approx([us, jp])
    limit = {row["scope"]: row["limit"] for row in result.caps.to_dict("records")}
    assert limit == {"US": approx(us), "JP": approx(jp)}
    assert not floors.verify(given, result, exact=True).findings


def test_a_segment_alone_can_be_kept_tight() -> None:
    """Defence keeps papers that are true, vehicles half: 10 % of 20 t, and half of the 40 t that are seen of 80."""
    given = study(
        demand=table(
            "region segment commodity value enforcement 2026",
            ("US", "defence", "oxide", 200, 1, 20),
            ("US", "vehicles", "oxide", 200, 0.5, 80),
        ),
        caps=[
            *caps("demand", 0.1, segment="defence", leaks=None),
            *caps("demand", 0.5, segment="vehicles"),
        ],
    )
    result = floors.solve(given)
    assert [shipped(result, "CN", f"US/{name}") for name in ("defence", "vehicles")] == approx([2, 20])
    assert rows(result.caps, segment="vehicles")["leaks"].tolist() == ["unseen"]
    assert any(
        "vehicles in the bloc the papers show 50%" in said and "75%" in said for said in result.sentences
    )
    assert not floors.verify(given, result, exact=True).findings


def test_a_cap_that_is_wholly_evaded_shows_nothing() -> None:
    result = solve(**leaky(("US", 0, 100), caps=caps("demand", 0.4)))
    assert [one(result.caps, name) for name in ("limit", "used", "declared")] == [0, 0, 0]
    assert rows(result.concentration, scope="bloc")["declared_share"].isna().all()
    assert metric(result, "capped_share") == approx(1)


def test_unseen_where_nothing_leaks_is_noted() -> None:
    (note,) = derive(study(caps=caps("demand", 0.4))).notes
    assert (note.sheet, note.cell, note.code, note.level) == ("caps", "F2", "unseen_without_leaks", "warning")
    assert not derive(study(**leaky(("US", 0.8, 10), caps=caps("demand", 0.4)))).notes
    elsewhere = leaky(("US", 1, 10), ("JP", 0.5, 10), caps=caps("demand", 0.4, scope="US"))
    assert [note.code for note in derive(study(**elsewhere)).notes] == ["unseen_without_leaks"]


def test_two_rows_that_differ_in_leaks_alone_are_the_same_cap() -> None:
    given = [*caps("demand", 0.4), *caps("demand", 0.4, "counted")]
    assert refused(**leaky(("US", 0.8, 10)), caps=given)


def test_a_sweep_and_coalitions_hold_what_papers_show() -> None:
    given = leaky(("US", 0.8, 100), ("JP", 1, 50), caps=caps("demand", 0.4))
    whole_sweep = floors.sweep(study(**given), caps=(0.4, 0.2))
    assert "one share of the demand of oxide (as papers show it)" in told(whole_sweep.brief)
    swept = whole_sweep.sweep
    for share in (0.4, 0.2):
        alone = solve(**(given | {"caps": caps("demand", share)}))
        assert one(swept, "total_cost", cap=share) == approx(metric(alone, "total_cost"))
    found = floors.coalition(study(**given))
    assert one(found.coalitions, "cost_US", size=1, members="US") == approx((52 * 50 + 48 * 80) / 1000)
    whole = metric(solve(**given), "bloc_net_cost")
    assert one(found.coalitions, "total_net_cost", size=2) == approx(whole)
    assert found.members["owen"].sum() == approx(whole)


def test_a_diagnosis_names_what_is_on_paper_and_what_that_hangs_on() -> None:
    """80 t must be met, of which papers let in 32 t and home makes 30 t."""
    works = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, None),
        ("US works", "US", "oxide", 80, 30),
    )
    wanted = table("region segment commodity value enforcement 2026", ("US", "all", "oxide", None, 0.8, 100))
    found = floors.diagnose(study(demand=wanted, caps=caps("demand", 0.4), processes=works))
    said = "\n".join(found.sentences)
    assert "to 40 % of demand that does not leak, 32 t of 80 t (demand!F2, E2)" in said
    assert "from 40 % to 62.5 %" in said
