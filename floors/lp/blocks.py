"""Blocks of a linear program that share no row: each can be solved without the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.lp.highs import Basic, Solver
from floors.lp.labels import Groups
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix


@dataclass(frozen=True)
class Block:
    """An LP that is part of another: its rows and columns there."""

    rows: Vector
    columns: Vector
    lp: LinearProgram


class Blocks:
    """The blocks of an LP; columns that no row holds and that are shut (`lower = upper`) are in none."""

    def __init__(self, lp: LinearProgram, open_: Vector | None = None) -> None:
        """`open_` (bool, n): columns that count; None: all."""
        m, n = lp.matrix.shape
        self.lp, matrix = lp, lp.matrix
        counts = np.ones(len(matrix.indices), bool) if open_ is None else open_[matrix.indices]
        self.block_of_row, self.block_of_column = components(m, n, matrix.row[counts], matrix.indices[counts])
        if open_ is not None:
            self.block_of_column = np.where(open_, self.block_of_column, -1)
        self.count = int(max(self.block_of_row.max(initial=-1), self.block_of_column.max(initial=-1))) + 1
        self._rows, self._columns = (
            Groups(of, self.count) for of in (self.block_of_row, self.block_of_column)
        )
        self.places = np.full(n, -1)  # where each column stands in its block
        self.places[self._columns.order] = np.arange(len(self._columns.order)) - np.repeat(
            self._columns.start[:-1], np.diff(self._columns.start)
        )
        self._made: dict[int, Block] = {}
        self._solvers: dict[int, tuple[Solver, Any]] = {}

    def block(self, k: int) -> Block:
        """One block; entries in columns that do not count are left out."""
        if k not in self._made:
            lp, matrix = self.lp, self.lp.matrix
            rows, columns = self._rows[k], self._columns[k]
            some = matrix[rows]
            kept = self.block_of_column[some.indices] == k
            small = Matrix(
                (len(rows), len(columns)),
                some.data[kept],
                self.places[some.indices[kept]],
                np.append(0, np.cumsum(kept))[some.indptr],
            )
            self._made[k] = Block(
                rows,
                columns,
                LinearProgram(
                    cost=lp.cost[columns],
                    offset=0.0,
                    matrix=small,
                    row_lower=lp.row_lower[rows],
                    row_upper=lp.row_upper[rows],
                    lower=lp.lower[columns],
                    upper=lp.upper[columns],
                ),
            )
        return self._made[k]

    def solver(self, k: int, basic: Basic, upper_rows: Vector | None = None) -> tuple[Solver, Any]:
        """A solver that holds a block, and the basis of it that is part of one of the whole (`upper_rows`, of the
        block, at their upper side), from which it starts."""
        if k not in self._solvers:
            block = self.block(k)
            columns, rows = basic[0][block.columns], basic[1][block.rows]
            solver = Solver(block.lp)
            upper = np.zeros(len(rows), dtype=bool) if upper_rows is None else upper_rows
            solver.start_from(columns, rows, upper, whole=False)
            self._solvers[k] = solver, solver.basis()
        return self._solvers[k]


def components(m: int, n: int, row: Vector, column: Vector) -> tuple[Vector, Vector]:
    """The component of each row and column of a matrix with entries at these places, in the order of their first
    row, then of their column.

    Every node points to the least node seen to be joined to it; entries between two such nodes are all that is left
    to look at, and each round at least halves the nodes that a row of nodes leads through.
    """
    node = np.arange(m + n)
    a, b = row.astype(np.int64), column.astype(np.int64) + m
    while len(a):
        np.minimum.at(node, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(node, further := node[node]):
            node = further
        a, b = node[a], node[b]
        apart = a != b
        a, b = a[apart], b[apart]
    label = (np.cumsum(node == np.arange(m + n)) - 1)[node]
    return label[:m], label[m:]
