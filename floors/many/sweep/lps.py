"""The sourcing LP of a sweep: built once, moved to each share by changing the numbers of the swept caps alone.

Every share starts from the same corner, that of one share solved before: so what is found at a share does not
depend on which others are asked for, in which order, or by whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from floors.case.caps import derive_caps
from floors.case.derive import Case, derive
from floors.lp.highs import Solver, Status
from floors.lp.linear import Compiled, Vector, compile_model
from floors.lp.sparse import Matrix
from floors.many.shared import Shared
from floors.many.sweep.points import at_share
from floors.sourcing.build import build
from floors.study.study import Study

START = 0.5173  # a share at which hardly a cell's content leaves a coefficient of 0 under basis use


class MovedLP(Shared):
    """The LP of a study whose swept rows of `caps` can be set to any share.

    `movable`: whether it is one LP; steps of demand and levies of the minimum rule are found by solving and belong
    to one share alone. `under_use`: whether a swept share stands before shipments, so that costs along it bend.
    Raises InputError where the sheets contradict each other; `compiled` raises Infeasible where a row without
    variables cannot hold.
    """

    def __init__(self, study: Study, chosen: Sequence[int]) -> None:
        super().__init__(study, chosen)
        self.study, self.chosen = study, tuple(chosen)
        self._built = RLock()  # a pool of threads shares it
        self.case = derive(at_share(study, chosen, START))
        self.under_use = any(study.rows("caps")[i]["basis"] == "use" for i in chosen)
        curved = any(len(steps) > 1 for steps in self.case.demand.steps.values())
        self.movable = not (curved or self.case.border.start)

    @cached_property
    def model(self) -> Any:
        """The Pyomo model of the case, whose components name rows and columns at every share."""
        return build(self.case)

    @cached_property
    def compiled(self) -> Compiled:
        """The arrays at START."""
        return compile_model(self.model)

    @cached_property
    def _spots(self) -> _Spots:
        """Where in the arrays the numbers of the caps stand."""
        counted, matrix, compiled, m = self.case.counted, self.compiled.lp.matrix, self.compiled, self.model
        held, (waste, piles) = counted.coefficient != 0, self.case.returned
        rows, years = compiled.rows(m.cap), self.case.arcs.axes.years
        of = np.array([[rows.get((cap.name, t), -1) for t in years] for cap in self.case.caps], dtype=int)
        of = of.reshape(-1, len(years))
        row = np.concatenate(
            [of.reshape(-1)[counted.cell[held]], *(of[one.cap, one.t] for one in (waste, piles, piles))]
        )
        column = np.concatenate(
            [
                compiled.columns(m.ship)[1][counted.arc[held]],
                *(
                    compiled.columns(variable)[1][variable.index_set().table.find(one.keys.columns)]
                    for variable, one in ((m.waste, waste), (m.put, piles), (m.take, piles))
                ),
            ]
        )
        width = matrix.shape[1]
        spot = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * width + matrix.indices
        return _Spots(
            rows,
            held,
            np.searchsorted(spot, row * width + column),
            np.where(compiled.flipped[row], -1.0, 1.0),
        )

    def at(self, share: float) -> tuple[Case, Compiled] | None:
        """Case and arrays at a share; None where they are not those of the model with other numbers."""
        fewer = self.under_use and share == 0  # columns: nothing is paid back
        if not self.movable or fewer:
            return None
        study, old = at_share(self.study, self.chosen, share), self.case
        case = replace(
            old, study=study, caps=derive_caps(study, old.places, old.production, old.demand, [], [])
        )
        with self._built:
            spots, coefficient = self._spots, case.counted.coefficient
        if (coefficient[~spots.held] != 0).any():
            return None
        waste, piles = case.returned
        numbers = np.concatenate([coefficient[spots.held], waste.rebate, piles.rebate, -piles.rebate])
        lp = self.compiled.lp
        data, lower = lp.matrix.data.copy(), lp.row_lower.copy()
        data[spots.entry] = spots.sign * numbers
        for key, volume in case.room.items():
            row = spots.row.get(key)
            if row is not None:
                lower[row] = -volume if self.compiled.flipped[row] else volume
        matrix = Matrix(lp.matrix.shape, data, lp.matrix.indices, lp.matrix.indptr)
        return case, replace(self.compiled, lp=replace(lp, matrix=matrix, row_lower=lower))

    @cached_property
    def _basis(self) -> Any:
        """The corner at START; None where there is no plan."""
        solver = Solver(self.compiled.lp)
        return solver.basis() if solver.optimum()[0] is Status.OPTIMAL else None

    def solver(self, compiled: Compiled) -> Solver:
        """A solver of the arrays at a share, which stands where that at START ended, if there is a plan."""
        solver = Solver(compiled.lp)
        if self._basis is not None:
            solver.start_near(self._basis)
        return solver


class _Spots(NamedTuple):
    """`row` of each (cap, year); of each counted shipment whether its coefficient is `held` in the matrix, and of
    those that are, then of what pays back, the `entry` in its data and its `sign` there."""

    row: dict[tuple[str, int], int]
    held: Vector
    entry: Vector
    sign: Vector
