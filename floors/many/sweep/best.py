"""Two sides and a grid of what they may do: best answers, cells that neither leaves, and who gains by committing first.

A side's payoff is what it wants more of; a cell without a plan (None) is nobody's best answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

ALIKE = 1e-9  # of the best, or of what the grid is about: payoffs that differ by less are alike

Cell = tuple[int, int]  # position of the row player's choice, of the column player's


@dataclass(frozen=True)
class First:
    """What one side gets by committing to one of its `choices` (positions), with the `reply` to each that is worst for
    it; `payoff` then, and `favoured` where ties of the other side fall its way."""

    choices: tuple[int, ...]
    replies: tuple[int, ...]
    payoff: float
    favoured: float


@dataclass(frozen=True)
class Game:
    """Payoffs of both sides by cell, none for a cell without a plan; `size` is the money that the grid is about."""

    rows: int
    columns: int
    row_payoff: Mapping[Cell, float]
    column_payoff: Mapping[Cell, float]
    size: float

    def _alike(self, payoff: float, best: float) -> bool:
        return payoff >= best - ALIKE * max(abs(best), self.size)

    def _best(self, payoff: Mapping[Cell, float], cells: Sequence[Cell]) -> frozenset[Cell]:
        known = {cell: payoff[cell] for cell in cells if cell in payoff}
        best = max(known.values(), default=0.0)
        return frozenset(cell for cell, value in known.items() if self._alike(value, best))

    @cached_property
    def row_best(self) -> frozenset[Cell]:
        """Cells in which the row player does as well as it can against the column."""
        columns = [[(i, j) for i in range(self.rows)] for j in range(self.columns)]
        return frozenset().union(*(self._best(self.row_payoff, cells) for cells in columns))

    @cached_property
    def column_best(self) -> frozenset[Cell]:
        """Cells in which the column player does as well as it can against the row."""
        rows = [[(i, j) for j in range(self.columns)] for i in range(self.rows)]
        return frozenset().union(*(self._best(self.column_payoff, cells) for cells in rows))

    @cached_property
    def neither_moves(self) -> tuple[Cell, ...]:
        """Cells that neither side gains by leaving alone."""
        return tuple(sorted(self.row_best & self.column_best))

    def edges(self, cell: Cell) -> tuple[bool, bool]:
        """Whether a cell is in the first or last row, and column."""
        return cell[0] in (0, self.rows - 1), cell[1] in (0, self.columns - 1)

    @cached_property
    def row_first(self) -> First | None:
        """The row player commits, the column player answers; None where no row has a plan."""
        return self._commits(self.row_payoff, self.column_best, 0)

    @cached_property
    def column_first(self) -> First | None:
        """The column player commits, the row player answers; None where no column has a plan."""
        return self._commits(self.column_payoff, self.row_best, 1)

    def _commits(self, payoff: Mapping[Cell, float], replies: frozenset[Cell], own: int) -> First | None:
        """The best of the worst: ties of who answers are taken against who commits."""
        by_choice: dict[int, list[Cell]] = {}
        for cell in sorted(replies):
            by_choice.setdefault(cell[own], []).append(cell)
        if not by_choice:
            return None
        worst = {choice: min(cells, key=payoff.__getitem__) for choice, cells in by_choice.items()}
        best = max(payoff[cell] for cell in worst.values())
        taken = [choice for choice, cell in sorted(worst.items()) if self._alike(payoff[cell], best)]
        favoured = max(payoff[cell] for cells in by_choice.values() for cell in cells)
        return First(tuple(taken), tuple(worst[choice][1 - own] for choice in taken), best, favoured)

    @cached_property
    def settled(self) -> Cell | None:
        """A cell that neither side leaves, where all that there are pay both sides alike; else None."""
        cells = self.neither_moves
        if not cells:
            return None
        for payoff in (self.row_payoff, self.column_payoff):
            paid = [payoff[cell] for cell in cells]
            if not self._alike(min(paid), max(paid)):
                return None
        return cells[0]
