"""The arrays of a case with other numbers in its caps: the same LP, of which entries and right sides are changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from floors.case.caps import derive_caps
from floors.case.derive import Case
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix
from floors.study.study import Study


class _Spots(NamedTuple):
    """`row` of each (cap, year); of each counted shipment whether its coefficient is `held` in the matrix, and of
    those that are, then of what pays back, the `entry` in its data and its `sign` there."""

    row: dict[tuple[str, int], int]
    held: Vector
    entry: Vector
    sign: Vector


class CapsMoved:
    """A case, its model and its arrays, which can be moved to other numbers in sheet `caps`."""

    def __init__(self, case: Case, model: Any, compiled: Compiled) -> None:
        self.case, self.model, self.compiled = case, model, compiled

    @cached_property
    def _spots(self) -> _Spots:
        """Where in the arrays the numbers of the caps stand."""
        counted, matrix, compiled, m = self.case.counted, self.compiled.lp.matrix, self.compiled, self.model
        held, (waste, piles) = counted.coefficient != 0, self.case.returned
        rows, years = self._rows, self.case.arcs.axes.years
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

    def moved(self, study: Study) -> Case:
        """The case of a study that differs in the numbers of its caps alone."""
        old = self.case
        caps = derive_caps(study, old.places, old.production, old.demand, [], [])
        return replace(old, study=study, caps=caps)

    def limited(self, study: Study, row: int) -> tuple[Case, Compiled] | None:
        """Case and arrays of a study that differs in one row of its caps alone; None where they are not the same with
        other numbers. Of what is no share of use the case stays: its limits are right sides and nothing else."""
        if study.rows("caps")[row]["basis"] == "use":
            case = self.moved(study)
            compiled = self.arrays(case)
            return None if compiled is None else (case, compiled)
        old, at, lp = self.case, self._rows, self.compiled.lp
        lower = lp.row_lower.copy()
        for cap in derive_caps(study, old.places, old.production, old.demand, [], []):
            for t in cap.given if cap.row == row else ():
                place = at.get((cap.name, t))
                room = cap.limit[t] - old.leaked[cap.name, t]
                if place is None or room < 0:  # no row may be there to say that there is no plan
                    return None
                lower[place] = -room if self.compiled.flipped[place] else room
        return old, replace(self.compiled, lp=replace(lp, row_lower=lower))

    @cached_property
    def _rows(self) -> dict[tuple[str, int], int]:
        return self.compiled.rows(self.model.cap)

    def arrays(self, case: Case) -> Compiled | None:
        """The arrays of a moved case; None where they are not the same with other numbers."""
        spots, counted, lp = self._spots, case.counted, self.compiled.lp
        if (counted.coefficient[~spots.held] != 0).any():
            return None
        waste, piles = case.returned
        numbers = np.concatenate([counted.coefficient[spots.held], waste.rebate, piles.rebate, -piles.rebate])
        if len(numbers) != len(spots.entry):
            return None
        data, lower = lp.matrix.data.copy(), lp.row_lower.copy()
        data[spots.entry] = spots.sign * numbers
        for key, volume in case.room.items():
            row = spots.row.get(key)
            if row is not None:
                lower[row] = -volume if self.compiled.flipped[row] else volume
        matrix = Matrix(lp.matrix.shape, data, lp.matrix.indices, lp.matrix.indptr)
        return replace(self.compiled, lp=replace(lp, matrix=matrix, row_lower=lower))
