"""How far the sourcing mix can move at the least cost and within 1 % of it, against another way to find it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.case.leaks import leaked_to
from floors.solving import mix
from floors.solving.outcome import Outcome
from tests.support.matrices import to_scipy
from tests.support.studies import cap, one, rows, settings, solve, study, table, years

ENDS = ["least_share", "most_share"]
NEAR = ["least_share_1pc", "most_share_1pc"]
HEAD = "region segment commodity value 2026"
TWO = {
    "demand": table(HEAD, ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 10)),
    "caps": cap("bloc", "oxide", "tonnes", 5),
}


def ends(
    result: floors.Result, origin: str, destination: str, columns: list[str] = ENDS, **where: Any
) -> Any:
    found = rows(result.sourcing, origin=origin, destination=destination, **where)
    assert len(found) == 1
    return tuple(found[columns].iloc[0])


def test_who_of_two_takes_what_is_allowed() -> None:
    """5 t from China go to either; the US makes the rest for both."""
    result = solve(**TWO)
    for member in ("US", "JP"):
        for origin, span in (("CN", (0, 0.5)), ("US", (0.5, 1))):
            for _, row in rows(result.sourcing, origin=origin, destination=member).iterrows():
                assert (row["least_share"], row["most_share"]) == approx(span, abs=1e-9)
                assert row["movable"] and pd.isna(row["least_share_1pc"])
    (said,) = (text for text in result.sentences if "mix" in text)
    assert said.startswith("The sourcing mix is not the only one at this cost: 3 shipments into the bloc can")
    assert "0% to 50%, " in said or "50% to 100%, " in said


def test_a_mix_that_is_the_only_one() -> None:
    result = solve(caps=cap("bloc", "oxide", "tonnes", 4))
    assert ends(result, "CN", "US") == (0.4, 0.4) and ends(result, "US", "US") == (0.6, 0.6)
    assert not result.sourcing["movable"].any()
    assert "The sourcing mix of the bloc is the only one at this cost." in result.sentences


def test_a_share_is_a_ratio_where_arrivals_change() -> None:
    """Half of what Australia sends is lost on the way, at half the price: up to 8 t of it arrive as 4."""
    result = solve(
        processes=table(
            "process region commodity unit_cost capacity",
            ("AU works", "AU", "oxide", 40, 8), ("US works", "US", "oxide", 80, None),
        ),
        routes=table("origin destination commodity loss", ("AU", "US", "*", 0.5)),
    )  # fmt: skip
    assert ends(result, "US", "US") == approx((6 / 14, 1))
    for _, row in rows(result.sourcing, origin="AU").iterrows():
        assert (row["least_share"], row["most_share"]) == approx((0, 8 / 14))


def test_leaks_are_part_of_what_arrives() -> None:
    """A fifth of demand leaks in from China; the rest is free to come from the US or, after a loss, Australia."""
    sheets = {
        "processes": table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80), ("AU works", "AU", "oxide", 40),
        ),
        "routes": table("origin destination commodity loss", ("AU", "US", "*", 0.5), ("CN", "US", "*", None)),
        "demand": table(f"{HEAD} enforcement", ("US", "all", "oxide", 200, 10, 0.8)),
        "caps": cap("bloc", "oxide", "tonnes", 2),
    }  # fmt: skip
    result = solve(**sheets)
    assert ends(result, "CN", "US", leak=True) == approx((2 / 18, 2 / 10))
    fixed = solve(**sheets | {"routes": None})
    assert ends(fixed, "CN", "US", leak=True) == approx((0.2, 0.2))


def test_within_one_percent() -> None:
    """The plan costs 650. For 6.5 more, 6.5/30 t come from the US instead of China; or 6.5/120 t of the US's are
    not bought at all."""
    capped = study(caps=cap("bloc", "oxide", "tonnes", 5))
    result = floors.solve(capped, ranges=True)
    assert ends(result, "CN", "US") == approx((0.5, 0.5))
    assert ends(result, "CN", "US", NEAR) == approx(((5 - 6.5 / 30) / 10, 5 / (10 - 6.5 / 120)))
    plain = floors.solve(capped)
    assert plain.sourcing[NEAR].isna().all().all() and plain.sourcing[ENDS].notna().all().all()


def test_much_work_is_left_until_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mix, "WORK", 0)
    monkeypatch.setattr(mix, "FEWEST", 0)
    result = solve(**TWO)
    assert result.sourcing[ENDS].isna().all().all() and result.sourcing["movable"].all()
    (said,) = (text for text in result.sentences if "mix" in text)
    assert "at least (--ranges finds the ends)" in said and ("0% to 50%" in said or "50% to 100%" in said)
    asked = floors.solve(study(**TWO), ranges=True)
    assert asked.sourcing[ENDS].notna().all().all() and asked.sourcing[NEAR].notna().all().all()
    assert floors.solve(study(caps=TWO["caps"]), ranges=False).sourcing[ENDS].isna().all().all()


def by_charnes_cooper(outcome: Outcome, key: Any, dearer: float) -> tuple[float, float]:
    """Ends of a share by another way: scale every plan so that what arrives is 1 t, and cost by a row."""
    lp, (_, d, c, t) = outcome.compiled.lp, key
    keys, columns = outcome.compiled.columns(outcome.model.ship)
    n = len(lp.cost)
    group = [int(j) for k, j in zip(keys, columns, strict=True) if k[1:] == (d, c, t) and j >= 0]
    rest = sum(leaked_to(outcome.case).get((d, c, t), {}).values())
    most = outcome.plan.objective - lp.offset + max(dearer, 1e-12) * abs(outcome.plan.objective)
    equal = outcome.compiled.equality
    scaled = sp.hstack([to_scipy(lp.matrix), -lp.row_lower[:, None]]).tocsr()
    above = sp.vstack([-scaled[~equal], sp.csr_array(np.append(lp.cost, -most)[None, :])])
    one_tonne = np.zeros(n + 1)
    one_tonne[group], one_tonne[n] = 1.0, rest
    level = sp.vstack([scaled[equal], sp.csr_array(one_tonne[None, :])])
    right = np.append(np.zeros(int(equal.sum())), 1.0)
    bounds = [(None if free else 0, None) for free in outcome.compiled.free] + [(0, None)]
    cost = np.zeros(n + 1)
    cost[dict(zip(keys, columns.tolist(), strict=True))[key]] = 1.0
    found = []
    for sign in (1.0, -1.0):
        done = linprog(
            sign * cost, A_ub=above, b_ub=np.zeros(above.shape[0]), A_eq=level, b_eq=right, bounds=bounds
        )
        assert done.status == 0, done.message
        found.append(sign * done.fun)
    return found[0], found[1]


def tied(seed: int, *, cheap: bool = False) -> floors.Study:
    """Random studies with few different costs, so that many plans cost the same; `cheap`: China has as much as
    anybody wants at 20, so that caps bind."""
    g = np.random.default_rng(seed)
    places = ["US", "JP", "CN", "AU", "MY"]
    works = [
        (f"{r} {k}", r, "oxide", float(g.integers(4, 7)) * 10, float(g.integers(2, 9)))
        for r in places
        for k in "ab"
    ]
    works += [(f"{r} last", r, "oxide", 90, None) for r in ("US", "CN")]
    if cheap:
        works.append(("CN cheap", "CN", "oxide", 20, None))
    return study(
        settings=settings(discount_rate=0.05),
        years=years((2026, 1), (2027, 2)),
        processes=table("process region commodity unit_cost capacity", *works),
        routes=table(
            "origin destination commodity freight loss",
            ("*", "*", "*", 0, 0.1 if g.random() < 0.4 else None), ("CN", "*", "*", float(g.integers(0, 2)) * 10, None),
        ),
        demand=table(
            "region segment commodity value enforcement 2026 2027",
            *((r, "all", "oxide", 200, float(g.choice([1, 1, 0.9])) if r in ("US", "JP") else 1,
               float(g.integers(3, 12)), float(g.integers(3, 12))) for r in ("US", "JP", "AU")),
        ),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.6, float(g.choice([0.4, 0.6])))),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_ranges_against_another_way_to_find_them(seed: int) -> None:
    """Movable exactly where the range of the quantity or of the share is wider than rounding."""
    result = floors.solve(tied(seed), ranges=True)
    seen = 0
    for row in result.sourcing.itertuples():
        if row.leak:
            continue
        key = (row.origin, row.destination, row.commodity, row.year)
        least, most = by_charnes_cooper(result.outcome, key, 0.0)
        assert (row.least_share, row.most_share) == approx((least, most), abs=2e-6), key
        seen += most - least > 1e-4
        if most - least > 1e-4 and not row.movable:
            others = rows(result.sourcing, destination=row.destination, year=row.year)
            assert others["movable"].any(), "only the sum can have moved"
        if most - least < 1e-7:
            assert (
                not row.movable
                or rows(result.sourcing, destination=row.destination, year=row.year)["share"].iloc[0] == 1
            )
        if row.destination in ("US", "JP"):
            near = by_charnes_cooper(result.outcome, key, 0.01)
            assert (row.least_share_1pc, row.most_share_1pc) == approx(near, abs=2e-6), key
            assert (
                row.least_share_1pc <= row.least_share + 1e-9 and row.most_share_1pc >= row.most_share - 1e-9
            )
        else:
            assert pd.isna(row.least_share_1pc)
    assert seen or not result.sourcing["movable"].any()


def test_the_random_studies_tie() -> None:
    """Else the comparison above would compare nothing."""
    movable = [floors.solve(tied(seed)).sourcing["movable"] for seed in range(8)]
    assert sum(m.any() for m in movable) >= 4 and any(not m.all() for m in movable)


def test_mines_that_cost_nothing_may_ship_without_end() -> None:
    free = table(
        "process region commodity unit_cost", ("AU works", "AU", "oxide", 0), ("MY works", "MY", "oxide", 0)
    )
    result = floors.solve(study(processes=free), ranges=True)
    assert result.sourcing["movable"].all() and len(result.sourcing)
    for columns in (ENDS, NEAR):
        assert result.sourcing[columns].to_numpy().ravel() == approx([0, 1] * len(result.sourcing), abs=1e-6)


def test_the_sheet_is_written_with_its_blanks(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(solve(**TWO).to_excel(tmp_path / "one.xlsx"))
    header = [cell.value for cell in book["sourcing"][1][:13]]
    assert header[-4:] == [*ENDS, *NEAR]
    assert [cell.value for cell in book["sourcing"][2][11:13]] == [None, None]
    assert one(solve(**TWO).sourcing, "most_share", origin="CN") == approx(0.5)
