"""Bands of what joining is worth: each draw typed into the workbook, each set solved by itself."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pytest import approx
from scipy.stats import qmc

import floors
from floors.many.coalitions.candidates import Candidates
from floors.page.page import Drawn
from tests.many.test_candidates import tried, worth
from tests.support.candidates import THREE, bloc, short
from tests.support.studies import table


def certain(n: int = 12, seed: int = 3, executor: Any = None, **sheets: Any) -> Candidates:
    given = bloc({"US": 300, "JP": 400, "KR": 150}, uncertainty=WIDE, **sheets)
    return floors.coalition(given, candidates=["JP", "KR"], n=n, seed=seed, executor=executor)


WIDE = table(
    "sheet where column low high",
    ("processes", "process=AU works", "unit_cost", 0.8, 1.3),
    ("demand", "region=JP", "years", 0.4, 1.2),
)


def test_bands_are_those_of_workbooks_with_other_numbers() -> None:
    """Each draw is typed into the workbook, each set solved with its roles by `floors solve`; numpy's percentiles."""
    found = certain()
    drawn = qmc.LatinHypercube(2, rng=3).random(12)
    rows: dict[tuple[str, str], list[float]] = {}
    firsts = []
    for at_works, at_demand in drawn:
        tables = {name: frame.to_dict("records") for name, frame in found.study.tables.items()}
        tables.pop("uncertainty")
        for row in tables["processes"]:
            row["unit_cost"] *= 0.8 + 0.5 * at_works if row["process"] == "AU works" else 1
        for row in tables["demand"]:
            for year in (2026, 2027):
                row[year] *= 0.4 + 0.8 * at_demand if row["region"] == "JP" else 1
        orders = tried(floors.Study(tables), ("JP", "KR"))
        for one, order in (("JP", ("JP", "KR")), ("KR", ("KR", "JP"))):
            for how, step in (("alone", orders[order][0]), (f"step {found.best_order.index(one) + 1}", None)):
                at = found.best_order.index(one)
                members, itself = step or orders[tuple(found.best_order)][at]
                for name, value in zip(NAMES, (members, itself, members + itself), strict=True):
                    rows.setdefault((f"{one} {how}", name), []).append(value)
        firsts.append(max(orders, key=lambda order: worth(orders[order])))
    bands = found.worth_bands
    assert len(bands) == len(rows) == 12
    for row in bands.to_dict("records"):
        values = rows[f"{row['candidate']} {row['joins']}", row["worth"]]
        assert [row["p5"], row["p50"], row["p95"]] == approx(
            np.percentile(values, [5, 50, 95]), rel=1e-6, abs=1e-8
        )
        assert row["above_zero"] == approx(sum(value > 1e-9 for value in values) / 12, abs=0.01)
        assert (row["samples"], row["failed_share"]) == (12, 0)
    assert found.best_in == sum(list(first) == found.best_order for first in firsts)
    assert found.rows("worth_bands") == certain().rows("worth_bands") != certain(seed=4).rows("worth_bands")


def test_bands_are_drawn_and_on_the_page(tmp_path: Path) -> None:
    found = certain()
    bands = found.pictures[0].panels[-1]
    rows = [
        row
        for row in found.worth_bands.to_dict("records")
        if (row["joins"], row["worth"]) == ("alone", "worth_together")
    ]
    assert bands.title == "How sure: joining alone, to all who are then in" and bands.along == ("JP", "KR")
    for series, column in zip(bands.series, ("p5", "p50", "p95"), strict=True):
        assert list(series.values) == approx([row[column] for row in rows])
    assert {"joining", "bands"} <= {block.name for block in found.brief.blocks if isinstance(block, Drawn)}
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    assert len(book["picture_candidates"]._charts) == len(found.pictures[0].panels)
    plain = floors.coalition(bloc(THREE), candidates=["JP"])
    assert all(panel.choice != "bands" for picture in plain.pictures for panel in picture.panels)


NAMES = ("worth_to_members", "worth_to_itself", "worth_together")


def test_samples_on_any_executor_are_the_same() -> None:
    with ProcessPoolExecutor(2) as pool:
        assert certain(executor=pool).rows("worth_bands") == certain().rows("worth_bands")


def test_a_sample_without_a_plan_is_counted_and_in_no_band() -> None:
    """AU makes 100 to 300 t, of which US needs 150: of a Latin hypercube of 20 exactly 5 are short."""
    spread = table("sheet where column low high", ("processes", "process=AU works", "capacity", 0.5, 1.5))
    found = floors.coalition(short(uncertainty=spread), candidates=["JP"], n=20)
    (alone,) = (
        row
        for row in found.worth_bands.to_dict("records")
        if (row["joins"], row["worth"]) == ("alone", NAMES[0])
    )
    assert alone["samples"] == 20 - found.sampled.failed["infeasible"]
    assert alone["failed_share"] == approx(0.25) and found.sampled.failed_share == approx(0.25)
    assert alone["p5"] is not None and found.status == "optimal"
    assert "25.0% of the samples some set has no plan (5 infeasible)" in found.warnings[0]
    told = {row["key"]: row["value"] for row in found.run.to_dict("records")}
    assert (told["samples"], told["samples infeasible"], told["seed"]) == ("20", "5", "0")


@pytest.mark.parametrize(
    ("n", "seed", "says"), [(0, 0, "--n as a number of solves"), (5, -1, "--seed as a whole")]
)
def test_what_is_no_count_or_seed_is_refused(n: int, seed: int, says: str) -> None:
    with pytest.raises(floors.UsageError, match=says):
        certain(n, seed)


def test_samples_need_candidates() -> None:
    with pytest.raises(floors.UsageError, match="give candidates where seed is given"):
        floors.coalition(bloc(THREE), seed=0)  # type: ignore[call-overload]
    with pytest.raises(floors.UsageError, match="give n, how many there are, where seed is given"):
        floors.coalition(bloc(THREE), candidates=["JP"], seed=0)
    with pytest.raises(floors.UsageError, match="give candidates where n is given"):
        floors.coalition(bloc(THREE), n=5)  # type: ignore[call-overload]
    plain = floors.coalition(bloc(THREE), candidates=["JP"])
    assert "worth_bands" not in {sheet.name for sheet in plain.sheets} and plain.best_in is None
