"""Sparse matrices by rows, of numpy arrays alone: what an LP needs of them, and no more.

Sums are taken entry by entry in the order of the entries, so results are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Vector = np.ndarray


@dataclass(frozen=True, eq=False)
class Matrix:
    """An m x n matrix: row i holds `data[indptr[i]:indptr[i + 1]]` in the columns `indices` of the same places.

    Not to be changed: its arrays are read-only. No two entries of a row are in one column.
    """

    shape: tuple[int, int]
    data: Vector
    indices: Vector  # int32
    indptr: Vector  # int32

    __array_ufunc__ = None  # numpy leaves `vector @ matrix` to the matrix

    def __post_init__(self) -> None:
        for name, kind in (("data", np.float64), ("indices", np.int32), ("indptr", np.int32)):
            array = np.asarray(getattr(self, name), dtype=kind).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @staticmethod
    def from_entries(row: Any, column: Any, value: Any, shape: tuple[int, int]) -> Matrix:
        """A matrix with these entries, columns of each row in order; entries of one place are added up."""
        row, column = np.asarray(row, dtype=np.int32), np.asarray(column, dtype=np.int32)
        order = in_order(column)
        order = order[in_order(row[order])]
        row, column, data = row[order], column[order], np.asarray(value, dtype=float)[order]
        again = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
        if again.any():
            first = np.append(True, ~again)
            row, column, data = row[first], column[first], np.bincount(np.cumsum(first) - 1, data)
        return Matrix(shape, data, column, _starts(row, shape[0]))

    @staticmethod
    def empty(rows: int, columns: int) -> Matrix:
        """A matrix of zeros."""
        return Matrix((rows, columns), np.zeros(0), np.zeros(0), np.zeros(rows + 1))

    @staticmethod
    def identity(size: int) -> Matrix:
        """Ones on the diagonal."""
        return Matrix((size, size), np.ones(size), np.arange(size), np.arange(size + 1))

    @staticmethod
    def of(dense: Any) -> Matrix:
        """A dense array without its zeros."""
        dense = np.atleast_2d(np.asarray(dense, dtype=float))
        row, column = np.nonzero(dense)
        return Matrix(dense.shape, dense[row, column], column, _starts(row, len(dense)))

    @property
    def nnz(self) -> int:
        """Number of entries."""
        return len(self.data)

    @cached_property
    def row(self) -> Vector:
        """The row of every entry."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def T(self) -> Matrix:  # noqa: N802 - as numpy calls it
        """The transpose; its rows are in the order of columns here."""
        order = in_order(self.indices)
        m, n = self.shape
        return Matrix((n, m), self.data[order], self.row[order], _starts(self.indices, n))

    def __matmul__(self, x: Vector) -> Vector:
        """Matrix x vector (n)."""
        x = np.asarray(x)
        if x.shape != self.shape[1:]:
            raise ValueError(
                f"expected {self.shape[1]:,} numbers for a matrix {self.shape}; found {x.shape}."
            )
        return np.bincount(self.row, self.data * x[self.indices], self.shape[0])

    def __rmatmul__(self, y: Vector) -> Vector:
        """Vector (m) x matrix: the transpose times the vector."""
        y = np.asarray(y)
        if y.shape != self.shape[:1]:
            raise ValueError(
                f"expected {self.shape[0]:,} numbers for a matrix {self.shape}; found {y.shape}."
            )
        return np.bincount(self.indices, self.data * y[self.row], self.shape[1])

    def __getitem__(self, rows: Any) -> Matrix:
        """These rows: a mask, positions or a slice."""
        which = _positions(rows, self.shape[0])
        start = self.indptr[which].astype(np.int64)
        size = self.indptr[which + 1] - start
        ends = np.append(0, np.cumsum(size))
        at = np.arange(ends[-1]) + np.repeat(start - ends[:-1], size)
        return Matrix((len(which), self.shape[1]), self.data[at], self.indices[at], ends)

    def columns(self, columns: Any) -> Matrix:
        """These columns, each at most once: a mask, positions or a slice."""
        which = _positions(columns, self.shape[1])
        place = np.full(self.shape[1], -1)
        place[which] = np.arange(len(which))
        at = place[self.indices]
        kept = at >= 0
        ends = np.append(0, np.cumsum(kept))[self.indptr]
        found = Matrix((self.shape[0], len(which)), self.data[kept], at[kept], ends)
        in_order = len(which) < 2 or bool((which[1:] > which[:-1]).all())
        return found if in_order else found.T.T

    def __neg__(self) -> Matrix:
        return self._with(-self.data)

    def __abs__(self) -> Matrix:
        return self._with(np.abs(self.data))

    def scaled(self, factors: Vector) -> Matrix:
        """Every row times its factor (m)."""
        return self._with(self.data * np.asarray(factors, dtype=float)[self.row])

    def without_zeros(self) -> Matrix:
        """The same without entries that are 0."""
        kept = self.data != 0
        ends = np.append(0, np.cumsum(kept))[self.indptr]
        return Matrix(self.shape, self.data[kept], self.indices[kept], ends)

    def __reduce__(self) -> Any:
        """What is sent elsewhere is the matrix, without what was found out about it."""
        return Matrix, (self.shape, self.data, self.indices, self.indptr)

    def _with(self, data: Vector) -> Matrix:
        return Matrix(self.shape, data, self.indices, self.indptr)


def vstack(parts: Sequence[Matrix]) -> Matrix:
    """Matrices of as many columns, one below the other."""
    width = {part.shape[1] for part in parts}
    if len(width) != 1:
        raise ValueError(f"expected matrices of one width; found {sorted(width)}.")
    size = np.concatenate([[0], *(np.diff(part.indptr) for part in parts)])
    return Matrix(
        (len(size) - 1, width.pop()),
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.indices for part in parts]),
        np.cumsum(size),
    )


def hstack(parts: Sequence[Matrix]) -> Matrix:
    """Matrices of as many rows, one beside the other."""
    height = {part.shape[0] for part in parts}
    if len(height) != 1:
        raise ValueError(f"expected matrices of one height; found {sorted(height)}.")
    starts = np.sum([part.indptr for part in parts], axis=0)
    data, indices = np.zeros(starts[-1]), np.zeros(starts[-1], dtype=np.int32)
    begin, left = starts[:-1].copy(), 0
    for part in parts:
        at = np.arange(part.nnz) + (begin - part.indptr[:-1])[part.row]
        data[at], indices[at] = part.data, part.indices + np.int32(left)
        begin, left = begin + np.diff(part.indptr), left + part.shape[1]
    return Matrix((height.pop(), left), data, indices, starts)


def distinct(numbers: Vector) -> Vector:
    """Small whole numbers, each once, in their order; np.unique would import numpy.ma."""
    return np.flatnonzero(np.bincount(numbers))


def median(numbers: Vector) -> float:
    """The middle number, or the mean of the middle two; numpy's own imports numpy.ma."""
    ordered, half = np.sort(numbers), len(numbers) // 2
    return float(ordered[half] if len(numbers) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def without(numbers: Vector, others: Vector) -> Vector:
    """Small whole numbers, as they come, but those that are among the others; np.isin would import numpy.ma."""
    among = np.zeros(max(numbers.max(initial=-1), others.max(initial=-1)) + 1, dtype=bool)
    among[others] = True
    kept: Vector = numbers[~among[numbers]]
    return kept


def in_order(keys: Vector) -> Vector:
    """Positions of small whole numbers in their order, equal ones as they come: numpy counts digits of 16 bits."""
    if len(keys) == 0 or int(keys.max()) < 1 << 16:
        return np.argsort(keys.astype(np.uint16), kind="stable")
    order = np.argsort(keys.astype(np.uint16), kind="stable")  # what is above wraps away
    whole: Vector = order[in_order((keys >> 16)[order])]
    return whole


def _starts(row: Vector, rows: int) -> Vector:
    """Where each row starts among entries in the order of rows."""
    return np.append(0, np.cumsum(np.bincount(row, minlength=rows)))


def _positions(which: Any, size: int) -> Vector:
    """A mask, positions or a slice as positions; raises IndexError for one outside."""
    if isinstance(which, slice):
        return np.arange(size)[which]
    which = np.asarray(which)
    if which.dtype == bool:
        if which.shape != (size,):
            raise IndexError(f"expected a mask of {size:,}; found one of {which.shape}.")
        return np.flatnonzero(which)
    which = which.astype(np.int64)
    if len(which) and not -size <= which.min() <= which.max() < size:
        raise IndexError(f"expected positions in {size:,}; found {which.min()} to {which.max()}.")
    places: Vector = np.where(which < 0, which + size, which)
    return places
