"""Which draws are solved: every stratum once, the rows of Saltelli, and how many solves that is."""

from __future__ import annotations

import numpy as np
import pytest

from floors.errors import UsageError
from floors.many.varied.design import base_of, checked, design, least_solves


def test_a_latin_hypercube_has_a_draw_in_every_stratum_of_every_input() -> None:
    drawn = design(1000, 3, indices=False, seed=0)
    assert drawn.quantiles.shape == (1000, 3)
    assert (drawn.base, drawn.independent) == (0, 1000)
    for column in drawn.quantiles.T:
        assert sorted(np.floor(column * 1000).tolist()) == list(range(1000))


def test_rows_of_saltelli_are_a_then_b_then_a_with_a_column_of_b() -> None:
    drawn = design(1000, 3, indices=True, seed=5)
    assert drawn.base == 128  # 5 x 128 = 640 of 1000
    assert drawn.quantiles.shape == (640, 3)
    assert drawn.independent == 256
    a, b, *mixed = drawn.quantiles.reshape(5, 128, 3)
    for i, one in enumerate(mixed):
        assert one[:, i].tolist() == b[:, i].tolist()
        rest = [k for k in range(3) if k != i]
        assert one[:, rest].tolist() == a[:, rest].tolist()
    assert not np.isclose(a, b).all(axis=1).any()


@pytest.mark.parametrize(
    ("solves", "inputs", "base"),
    [(1000, 2, 128), (1024, 2, 256), (191, 1, 32), (192, 1, 64), (3, 1, 1), (2, 1, 0)],
)
def test_n_counts_solves(solves: int, inputs: int, base: int) -> None:
    assert base_of(solves, inputs) == base


def test_the_seed_decides() -> None:
    for indices in (False, True):
        once, again, other = (design(100, 2, indices=indices, seed=seed).quantiles for seed in (3, 3, 4))
        assert once.tolist() == again.tolist()
        assert once.tolist() != other.tolist()


def test_no_room_for_one_row_is_said() -> None:
    assert least_solves(3) == 320
    with pytest.raises(UsageError, match=r"expected --n of 320 or more, found 4"):
        design(4, 3, indices=True, seed=0)


@pytest.mark.parametrize("solves", [0, -5, 10**7, True, 2.5, "100", None])
def test_n_is_a_number_of_solves(solves: object) -> None:
    with pytest.raises(UsageError, match=r"expected --n as a number of solves from 1 to 1000000, found "):
        checked(solves, 0)


@pytest.mark.parametrize("seed", [-1, True, 0.5, "0", None, 2**63])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(UsageError, match=r"expected --seed as a whole number from 0 to "):
        checked(10, seed)
    assert checked(np.int64(10), np.int64(0)) == (10, 0)
