"""Rows of the inverse of a basis, part by part: where they are not zero there is little to solve."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from floors.lp.parts import components, members

NOTHING = 1e-12
AT_ONCE = 4_000_000  # numbers of a dense block of right sides


def inverse_rows(
    matrix: sp.csr_array, basic_columns: np.ndarray, basic_rows: np.ndarray, asked: np.ndarray
) -> sp.csr_array:
    """For each of these columns the row of the inverse of the basis matrix (len x m), empty where it is not basic.

    A row whose slack is basic has no weight, so only the others and the basic columns matter: a square matrix
    that falls into parts, of which those of the columns asked for are factorised, each once.
    """
    rows, columns = np.flatnonzero(~basic_rows), np.flatnonzero(basic_columns)
    square = sp.csc_array(matrix[rows][:, columns])
    place = np.full(matrix.shape[1], -1)
    place[columns] = np.arange(len(columns))
    at = place[asked]
    entries = sp.coo_array(square)
    part_of_row, part_of_column = components(*square.shape, *entries.coords)
    rows_in, columns_in = members(part_of_row), members(part_of_column)
    here = np.zeros(len(columns), dtype=int)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [
        (np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    ]
    basic = np.flatnonzero(at >= 0)
    part = part_of_column[at[basic]]
    for k in np.unique(part).tolist():
        r, c, mine = rows_in(k), columns_in(k), basic[part == k]
        here[c] = np.arange(len(c))
        factor = splu(sp.csc_array(square[:, c][r]))
        for some in np.array_split(mine, max(1, len(mine) * len(c) // AT_ONCE + 1)):
            right = np.zeros((len(c), len(some)))
            right[here[at[some]], np.arange(len(some))] = 1.0
            solved = factor.solve(right, trans="T")
            i, f = np.nonzero(np.abs(solved) > NOTHING)
            found.append((some[f], rows[r[i]], solved[i, f]))
    f, i, value = (np.concatenate(column) for column in zip(*found, strict=True))
    made = sp.csr_array((value, (f, i)), shape=(len(asked), matrix.shape[0]))
    made.sort_indices()
    return made
