"""Sparse matrices of ours as those of scipy and numpy."""

from __future__ import annotations

from typing import Any

from scipy.sparse import csr_array

from floors.lp.sparse import Matrix


def to_scipy(matrix: Matrix) -> Any:
    """The same entries as a csr_array."""
    parts = (matrix.data.copy(), matrix.indices.copy(), matrix.indptr.copy())
    return csr_array(parts, shape=matrix.shape)


def dense(matrix: Matrix) -> Any:
    """The same entries as an array."""
    return to_scipy(matrix).toarray()
