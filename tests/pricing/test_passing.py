"""What a plan makes of the rows of its LP, as coefficients of prices."""

from __future__ import annotations

import numpy as np

from floors.lp.sparse import Matrix
from floors.pricing.dual import passing


def test_what_cancels_in_a_row_is_nothing_and_what_is_small_is_kept() -> None:
    """0.1 + 0.2 - 0.3 leaves 5.6e-17, which is rounding; a row of 1e-30 alone is one."""
    matrix = Matrix.of(np.array([[1.0, 1.0, -1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]]))
    plan = np.array([0.1, 0.2, 0.3, 1e-30])
    assert 0 < abs((matrix @ plan)[0]) < 1e-16
    assert passing(matrix, plan).tolist() == [0.0, 1e-30, 0.1]
