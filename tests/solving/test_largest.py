"""Tables of one LP a row at size: the rows of most money, what was left out said, and never a failed result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx

import floors
from floors.errors import SolveError
from floors.lp import near_plans
from floors.lp.highs import Status
from floors.pricing import floor_ends
from floors.results.temptation import BEST
from floors.solving import largest, mix, run, slopes
from floors.verification import verify_files
from tests.results.test_mix import TWO
from tests.support.places import TOY
from tests.support.studies import cap, one, rows, study, table, years

LEVY = {"oxide": 30.0, "magnet": 100.0}
TWO_CAPS: dict[str, Any] = {
    "processes": table(
        "process region commodity unit_cost",
        ("CN oxide", "CN", "oxide", 50), ("US oxide", "US", "oxide", 80),
        ("CN magnet", "CN", "magnet", 60), ("US magnet", "US", "magnet", 160),
    ),
    "demand": table(
        "region segment commodity value 2026", ("US", "all", "oxide", 400, 100), ("US", "all", "magnet", 400, 10)
    ),
    "caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 50), ("bloc", "magnet", "tonnes", 5)),
}  # fmt: skip
"""Levies of 30 on 50 t of oxide, 1.5 million, and of 100 on 5 t of magnets, 0.5 million."""


def checked(given: floors.Study, result: floors.Result) -> list[str]:
    """What verify finds wrong with a result."""
    return [str(finding) for finding in floors.verify(given, result).findings]


def recorded(result: floors.Result) -> dict[str, Any]:
    return dict(zip(result.run["key"], result.run["number"], strict=True))


def test_the_largest_in_their_own_order_of_equals_the_first() -> None:
    assert largest.largest(np.array([1.0, 5.0, 3.0, 5.0, 5.0]), 3).tolist() == [1, 3, 4]
    assert largest.largest(np.array([2.0, 5.0, 2.0, 2.0]), 2).tolist() == [0, 1]
    assert largest.largest(np.zeros(0), 5).tolist() == []
    assert largest.affordable(1000) == largest.WORK // 1000 and largest.affordable(10**9) == largest.FEWEST


def test_what_is_said_of_a_table_that_holds_a_part() -> None:
    assert largest.Held(table="x", what="X are of the caps", held=3, of=3).said == ""
    part = largest.Held(table="x", what="X are of the caps", held=3, of=1200, failed=1)
    assert part.left_out == 1197
    assert part.said == (
        "X are of the caps: the 3 largest by money of 1,200; --ranges asks for all; the solver gave no answer for 1."
    )


def test_sensitivity_of_the_cap_that_is_most_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """The levy on magnets is higher; that on oxide is more money."""
    given = study(**TWO_CAPS)
    whole = floors.solve(given)
    assert list(whole.sensitivity["commodity"]) == ["oxide", "magnet"] and not recorded(whole).keys() & {
        "left out of sensitivity"
    }
    monkeypatch.setattr(slopes, "affordable", lambda _: 1)
    result = floors.solve(given)
    assert list(result.sensitivity["commodity"]) == ["oxide"]
    assert recorded(result)["left out of sensitivity"] == 1
    assert (
        "Sheet sensitivity is of the caps that bind: the 1 largest by money of 2; --ranges asks for all."
        in result.sentences
    )
    assert checked(given, result) == []
    assert len(floors.solve(given, ranges=True).sensitivity) == 2


def test_verify_counts_what_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A row that is missing beyond what sheet run says is one too few."""
    monkeypatch.setattr(slopes, "affordable", lambda _: 1)
    study(**TWO_CAPS).to_excel(tmp_path / "in.xlsx")
    target = floors.solve(floors.read(tmp_path / "in.xlsx")).to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(target)
    for row in book["run"].iter_rows():
        if row[0].value == "left out of sensitivity":
            row[1].value, row[2].value = "0", 0
    book.save(target)
    found = [str(finding) for finding in verify_files(tmp_path / "in.xlsx", target).findings]
    assert any("sensitivity" in text and "every row is there" in text for text in found)


def test_ends_of_the_floors_that_are_most_money(monkeypatch: pytest.MonkeyPatch) -> None:
    given = study(**TWO_CAPS)
    monkeypatch.setattr(run, "affordable", lambda _: 1)
    result = floors.solve(given)
    found = result.floors.set_index("commodity")
    member = found[found["member"] == "US"]
    assert member.loc["oxide", "lowest"] == approx(80) and member.loc["oxide", "highest"] == approx(80)
    assert member.loc["magnet", ["lowest", "highest"]].isna().all()
    count = len(result.floors)
    assert recorded(result)["left out of lowest"] == int(result.floors["lowest"].isna().sum()) > 0
    assert any(f"largest by money of {count}; --ranges" in text for text in result.sentences)
    assert checked(given, result) == []
    assert floors.solve(given, ranges=True).floors["lowest"].notna().all()


def test_ranges_of_the_shares_that_are_most_money(monkeypatch: pytest.MonkeyPatch) -> None:
    given = study(**TWO)
    monkeypatch.setattr(mix, "WORK", 0)
    monkeypatch.setattr(mix, "FEWEST", 1)
    result = floors.solve(given)
    shares = result.sourcing[~result.sourcing["leak"]]
    told = shares[shares["least_share"].notna()]
    assert len(told) == 1 and told["quantity"].iloc[0] == shares["quantity"].max()
    assert recorded(result)["left out of least_share"] == len(shares) - 1 == 2
    assert any("the 1 largest by money of 3; --ranges" in text for text in result.sentences)
    assert any("Widest seen is" in text and "--ranges finds the ends" in text for text in result.sentences)
    assert checked(given, result) == []


def no_answer(*_: Any, **__: Any) -> Any:
    raise SolveError("the solver gave no answer.")


def test_slopes_without_an_answer_fail_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slopes._Slopes, "side", no_answer)
    given = study(**TWO_CAPS)
    result = floors.solve(given)
    assert result.sensitivity.empty and recorded(result)["no answer in sensitivity"] == 2
    assert any("the solver gave no answer for 2." in text for text in result.sentences)
    assert checked(given, result) == []


def test_shares_without_an_answer_fail_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mix, "share_ranges", no_answer)
    given = study(**TWO)
    result = floors.solve(given)
    assert result.sourcing["least_share"].isna().all() and result.status == "optimal"
    assert any(text.startswith(mix.SHARES) and "gave no answer" in text for text in result.sentences)


def test_ends_without_an_answer_fail_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_ends._Face, "proves", lambda *_: (False, False))
    monkeypatch.setattr(floor_ends._Face, "end", lambda *_: (Status.FAILED, 0.0))
    given = study(**TWO_CAPS)
    result = floors.solve(given)
    assert result.floors["lowest"].isna().all() and result.status == "optimal"
    assert any(f"gave no answer for {len(result.floors)}." in text for text in result.sentences)


def test_plans_that_cannot_be_looked_for_fail_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even whether a shipment can move is known then: no share has a range, and that is said."""
    monkeypatch.setattr(near_plans.Plans, "end_of_block", no_answer)
    given = study(**TWO)
    result = floors.solve(given)
    assert result.sourcing["least_share"].isna().all() and result.status == "optimal"
    assert any(text.startswith(mix.SHARES) and "gave no answer" in text for text in result.sentences)
    assert checked(given, result) == []


@pytest.mark.parametrize("fails", [1.0, -1.0])
def test_a_floor_one_of_whose_ends_has_no_answer_has_none(
    monkeypatch: pytest.MonkeyPatch, fails: float
) -> None:
    """The other end alone would say that there is no end on this side."""
    end = floor_ends._Face.end
    monkeypatch.setattr(floor_ends._Face, "proves", lambda *_: (False, False))
    monkeypatch.setattr(
        floor_ends._Face,
        "end",
        lambda self, column, sign: (Status.FAILED, 0.0) if sign == fails else end(self, column, sign),
    )
    result = floors.solve(study(**TWO_CAPS))
    assert result.floors[["lowest", "highest"]].isna().all(axis=None) and result.status == "optimal"
    assert any(f"gave no answer for {len(result.floors)}." in text for text in result.sentences)


def test_ends_by_lps_are_those_that_the_basis_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    given = floors.read(TOY)
    proven = floors.solve(given, ranges=True).floors
    monkeypatch.setattr(floor_ends._Face, "proves", lambda *_: (False, False))
    by_lps = floors.solve(given, ranges=True).floors
    for end in ("lowest", "highest"):
        assert by_lps[end].tolist() == approx(proven[end].tolist(), rel=1e-9)


def test_the_best_three_detours_of_a_floor_and_how_many_pay() -> None:
    """Four hubs at freights of 1, 2, 2 and 5, a levy of 30: the two of equal cost in the order of regions."""
    hubs = ("AU", "MY", "IN", "VN")
    result = floors.solve(
        study(
            regions=table(
                "region role", ("US", "member"), ("CN", "capped"), *((hub, "other") for hub in hubs)
            ),
            routes=table(
                "origin destination commodity freight",
                ("*", "*", "*", 0), *(("CN", hub, "oxide", cost) for hub, cost in zip(hubs, (5, 2, 2, 1), strict=True)),
            ),
            caps=cap("bloc", "oxide", "tonnes", 5),
        )
    )  # fmt: skip
    found = result.temptation
    assert len(found) == BEST and found["hub"].tolist() == ["VN", "MY", "IN"]
    assert found["temptation"].tolist() == approx([29, 28, 28]) and found["hubs"].tolist() == [4, 4, 4]
    assert one(found, "detour_cost", hub="VN") == approx(1)
    assert rows(result.floors, member="US")["levy"].iloc[0] == approx(30)


def test_a_surprise_counts_the_floors_and_caps_of_its_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight floors, four of them of the year before; caps of that year bind nothing any more."""
    given = study(
        years=years((2026, 1), (2027, 1)),
        processes=TWO_CAPS["processes"],
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 400, 100, 100), ("US", "all", "magnet", 400, 10, 10),
        ),
        caps=table(
            "scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 50, 50), ("bloc", "magnet", "tonnes", 5, 5)
        ),
        scenarios=table("scenario known_from", ("hit", 2027)),
        changes=table("scenario sheet where column change value", ("hit", "demand", "commodity=oxide", 2027, "multiply", 1.5)),
    ).scenario("hit")  # fmt: skip
    monkeypatch.setattr(run, "affordable", lambda _: 1)
    monkeypatch.setattr(slopes, "affordable", lambda _: 1)
    result = floors.solve(given)
    blank = int(result.floors["lowest"].isna().sum())
    assert len(result.floors) == 8 and recorded(result)["left out of lowest"] == blank > 0
    assert any(f"the {8 - blank} largest by money of 8" in text for text in result.sentences)
    assert checked(given, result) == []


def test_no_share_is_widest_by_tonnes_where_arrivals_can_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """The US alone makes oxide; a stockpile moves what arrives between the years, and the share is 100 % all the same."""
    given = study(
        years=years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost", ("US works", "US", "oxide", 80), ("CN works", "CN", "oxide", 90)
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        stockpiles=table("stockpile region commodity opening capacity", ("pile", "US", "oxide", 0, 8)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
    )  # fmt: skip
    monkeypatch.setattr(mix, "WORK", 0)
    monkeypatch.setattr(mix, "FEWEST", 1)
    said = {
        ranges: next(t for t in floors.solve(given, ranges=ranges).sentences if "mix" in t)
        for ranges in (None, True, False)
    }
    assert said[None].endswith(
        "can change at no cost, and no share of an origin was seen to change with them."
    )
    assert said[True].endswith("can change at no cost, and no share of an origin with them.")
    assert said[False].endswith("can change place at no cost (--ranges finds how far).")
