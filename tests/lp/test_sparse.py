"""Sparse matrices of `floors.lp.sparse`: entry by entry what scipy makes of the same, and to the last bit."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from floors.lp.blocks import components
from floors.lp.highs import Factor, Singular
from floors.lp.inverse import inverse_rows
from floors.lp.sparse import Matrix, hstack, in_order, vstack
from tests.support.matrices import dense as as_dense


def twice(seed: int, m: int, n: int, count: int) -> tuple[Matrix, Any]:
    """The same random entries, in any order, as a matrix of ours and of scipy."""
    chance = np.random.default_rng(seed)
    row, column = np.divmod(chance.permutation(m * n)[:count], n)
    count = len(row)
    value = chance.normal(size=count) * 10.0 ** chance.integers(-6, 7, count)
    theirs = sp.csr_array((value, (row, column)), shape=(m, n))
    theirs.sort_indices()
    return Matrix.from_entries(row, column, value, (m, n)), theirs


def same(ours: Matrix, theirs: Any) -> bool:
    """To the last bit, stored zeros too."""
    csr = sp.csr_array(theirs)
    csr.sort_indices()
    return (
        ours.shape == csr.shape
        and np.array_equal(ours.indptr, csr.indptr)
        and np.array_equal(ours.indices, csr.indices)
        and np.array_equal(ours.data, csr.data)
    )


SIZES = st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12), st.integers(0, 60))


@settings(max_examples=300, deadline=None)
@given(SIZES)
def test_whatever_is_made_of_it_is_what_scipy_makes(sizes: tuple[int, int, int, int]) -> None:
    seed, m, n, _ = sizes
    ours, theirs = twice(*sizes)
    chance = np.random.default_rng(seed)
    x, y = chance.normal(size=n), chance.normal(size=m)
    assert same(ours, theirs)
    assert np.array_equal(as_dense(ours), theirs.toarray()) and ours.nnz == theirs.nnz
    assert same(Matrix.of(theirs.toarray()), sp.csr_array(theirs.toarray()))
    assert np.array_equal(ours @ x, theirs @ x)
    assert np.array_equal(y @ ours, theirs.T @ y) and np.array_equal(ours.T @ y, theirs.T @ y)
    assert same(ours.T, theirs.T) and same(-ours, -theirs) and same(abs(ours), abs(theirs))
    assert same(ours.scaled(y), theirs.multiply(y[:, None]))
    rows, columns = chance.permutation(m)[: m // 2 + 1], chance.permutation(n)[: n // 2 + 1]
    mask, beside = chance.random(m) < 0.5, chance.random(n) < 0.5
    assert same(ours[rows], theirs[rows]) and same(ours[mask], theirs[mask])
    assert same(ours[-1:], theirs[-1:]) and same(ours[[m - 1, -m]], theirs[[m - 1, 0]])
    assert same(ours.columns(columns), theirs[:, columns]) and same(ours.columns(beside), theirs[:, beside])
    assert same(vstack([ours, -ours, ours[mask]]), sp.vstack([theirs, -theirs, theirs[mask]]))
    assert same(hstack([ours, Matrix.empty(m, 2), ours]), sp.hstack([theirs, sp.csr_array((m, 2)), theirs]))
    assert same(Matrix.identity(n), sp.eye_array(n, format="csr"))
    assert same(pickle.loads(pickle.dumps(ours)), theirs)


def test_entries_of_one_place_are_added_as_they_come() -> None:
    chance = np.random.default_rng(0)
    row, column = chance.integers(0, 5, 900), chance.integers(0, 7, 900)
    value = chance.normal(size=900) * 10.0 ** chance.integers(-6, 7, 900)
    dense = np.zeros((5, 7))
    np.add.at(dense, (row, column), value)
    assert np.array_equal(as_dense(Matrix.from_entries(row, column, value, (5, 7))), dense)


def test_entries_that_cancel_stay_until_they_are_asked_away() -> None:
    made = Matrix.from_entries([0, 0, 1], [1, 1, 0], [2.0, -2.0, 3.0], (2, 2))
    assert made.nnz == 2 and as_dense(made.without_zeros()).tolist() == [[0, 0], [3, 0]]
    assert made.without_zeros().nnz == 1


def test_nothing_is_a_matrix_too() -> None:
    none = Matrix.from_entries([], [], [], (0, 3))
    assert (none @ np.ones(3)).shape == (0,) and (np.zeros(0) @ none).tolist() == [0, 0, 0]
    assert none.T.shape == (3, 0) and vstack([none, none]).shape == (0, 3)
    assert (Matrix.empty(2, 0) @ np.zeros(0)).tolist() == [0, 0]


def test_it_cannot_be_changed_and_refuses_what_does_not_fit() -> None:
    made = Matrix.identity(3)
    with pytest.raises(ValueError, match="read-only"):
        made.data[0] = 2.0
    for wrong in (lambda: made @ np.ones(2), lambda: np.ones(4) @ made, lambda: made @ np.ones((2, 3))):
        with pytest.raises(ValueError, match="expected 3 numbers"):
            wrong()
    for which in ([3], [-4], np.ones(2, dtype=bool)):
        with pytest.raises(IndexError):
            made[which]
    for stack in (vstack, hstack):
        with pytest.raises(ValueError, match="expected matrices of one"):
            stack([made, Matrix.empty(2, 2)])


@pytest.mark.parametrize("most", [3, 70_000, 40_000_000])
def test_equal_keys_stay_in_order(most: int) -> None:
    keys = np.random.default_rng(most).integers(0, most, 5000).astype(np.int32)
    assert np.array_equal(in_order(keys), np.argsort(keys, kind="stable"))


@settings(max_examples=300, deadline=None)
@given(SIZES)
def test_components_are_scipys_and_numbered_as_its(sizes: tuple[int, int, int, int]) -> None:
    ours, theirs = twice(*sizes)
    m, n = ours.shape
    graph = sp.block_array(
        [[sp.csr_array((m, m)), abs(theirs)], [sp.csr_array((n, m)), sp.csr_array((n, n))]]
    )
    count, label = connected_components(graph, directed=False)
    rows, columns = components(m, n, ours.row, ours.indices)
    assert np.array_equal(np.append(rows, columns), label) and label.max() == count - 1


def test_a_long_chain_is_one_component() -> None:
    """Rows and columns in a random order along one line: the worst for what passes from neighbour to neighbour."""
    size = 20_000
    order = np.random.default_rng(0).permutation(size)
    rows, columns = components(
        size, size, np.append(order, order[1:]), np.append(order[::-1], order[::-1][:-1])
    )
    assert not rows.any() and not columns.any()


def well_made(seed: int, size: int) -> Matrix:
    """A square matrix with numbers far apart, not singular."""
    chance = np.random.default_rng(seed)
    place = chance.permutation(size)
    row = np.append(np.arange(size), chance.integers(0, size, 2 * size))
    column = np.append(place, chance.integers(0, size, 2 * size))
    scale = 10.0 ** chance.integers(-3, 4, size)
    value = np.append(5 + chance.random(size), 0.3 * chance.normal(size=2 * size)) * scale[row]
    return Matrix.from_entries(row, column, value, (size, size))


@pytest.mark.parametrize("size", [0, 1, 2, 7, 60, 700])
def test_a_factorised_matrix_gives_rows_of_its_inverse(size: int) -> None:
    matrix = well_made(size, size)
    factor = Factor(matrix)
    for k in range(0, size, 50):
        at, value = factor.row_of_inverse(k)
        row = np.zeros(size)
        row[at] = value
        assert row @ matrix == pytest.approx(np.eye(size)[k], abs=1e-9)


def test_a_singular_matrix_is_told() -> None:
    for dense in ([[0.0]], [[1.0, 2.0], [2.0, 4.0]], [[1.0, 0.0], [1.0, 0.0]]):
        with pytest.raises(Singular, match="depend on each other"):
            Factor(Matrix.of(dense))


def test_rows_of_the_inverse_of_a_basis_part_by_part() -> None:
    """Basic: columns 0, 1, 3 and the slack of row 2, which weighs nothing; column 2 is not basic."""
    dense = np.array([[2.0, 0, 5, 0], [0, 4, 6, 1], [7, 0, 8, 1], [0, 1, 9, -1]])
    basic_columns, basic_rows = np.array([True, True, False, True]), np.array([False, False, True, False])
    found = as_dense(inverse_rows(Matrix.of(dense), basic_columns, basic_rows, np.array([3, 2, 0])))
    inverse = np.linalg.inv(dense[np.ix_([0, 1, 3], [0, 1, 3])])
    assert found[:, [0, 1, 3]] == pytest.approx(np.array([inverse[2], [0, 0, 0], inverse[0]]))
    assert not found[:, 2].any()
