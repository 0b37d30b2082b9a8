"""Arrays by the names of a case."""

from __future__ import annotations

import numpy as np
import pytest

from floors.case.derive import derive
from tests.support.studies import study


@pytest.mark.parametrize("count", [0, 1, 2])
def test_sums_are_of_floats_however_few_there_are(count: int) -> None:
    """numpy counts in whole numbers where there is nothing to sum."""
    axes = derive(study()).arcs.axes
    places = np.zeros(count, dtype=int)
    sums = axes.summed(np.full(count, 0.5), places, places, places, kinds="dct")
    assert sums.dtype == np.float64 and sums[0, 0, 0] == count / 2 and sums.sum() == count / 2
    sums += 0.5
