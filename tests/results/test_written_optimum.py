"""The LP that is written, of random studies of everything, has the optimum that `floors solve` finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import floors
from tests.support import entangled, mixed
from tests.support.mixed import Sheets
from tests.support.model_files import has_no_plan, optimum


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5, 6])
@pytest.mark.parametrize("sheets", [mixed.sheets, entangled.sheets])
def test_the_optimum_of_the_file_is_the_cost_of_the_plan(
    sheets: Callable[[Random], Sheets], seed: int, tmp_path: Path
) -> None:
    try:
        result = floors.solve(floors.Study(sheets(Random(seed))), ranges=False)
    except floors.Infeasible as error:
        assert has_no_plan(floors.write_model(error, tmp_path / "model.lp"))
        return
    for ending in ("lp", "mps"):
        path = floors.write_model(result, tmp_path / f"model.{ending}")
        assert optimum(path) == pytest.approx(result.outcome.plan.objective, rel=1e-8, abs=1e-6)
