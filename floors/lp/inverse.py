"""Rows of the inverse of a basis, part by part: where they are not zero there is little to solve."""

from __future__ import annotations

import numpy as np

from floors.lp.blocks import components
from floors.lp.highs import Factor
from floors.lp.labels import Groups
from floors.lp.sparse import Matrix, distinct

NOTHING = 1e-12


def inverse_rows(
    matrix: Matrix, basic_columns: np.ndarray, basic_rows: np.ndarray, asked: np.ndarray
) -> Matrix:
    """For each of these columns the row of the inverse of the basis matrix (len x m), empty where it is not basic.

    A row whose slack is basic has no weight, so only the others and the basic columns matter: a square matrix
    that falls into parts, of which those of the columns asked for are factorised, each once.
    """
    rows, columns = np.flatnonzero(~basic_rows), np.flatnonzero(basic_columns)
    square = matrix[rows].columns(columns)
    place = np.full(matrix.shape[1], -1)
    place[columns] = np.arange(len(columns))
    at = place[asked]
    part_of_row, part_of_column = components(*square.shape, square.row, square.indices)
    rows_in, columns_in = Groups(part_of_row), Groups(part_of_column)
    here = np.zeros(len(columns), dtype=int)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [
        (np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    ]
    basic = np.flatnonzero(at >= 0)
    part = part_of_column[at[basic]]
    for k in distinct(part).tolist():
        r, c, mine = rows_in[k], columns_in[k], basic[part == k]
        here[c] = np.arange(len(c))
        factor = Factor(square[r].columns(c))
        for f in mine.tolist():
            i, value = factor.row_of_inverse(int(here[at[f]]))
            kept = np.abs(value) > NOTHING
            found.append((np.full(np.count_nonzero(kept), f), rows[r[i[kept]]], value[kept]))
    f, i, value = (np.concatenate(column) for column in zip(*found, strict=True))
    return Matrix.from_entries(f, i, value, (len(asked), matrix.shape[0]))
