"""The sourcing LP of a sweep: built once, moved to each share by changing the numbers of the swept caps alone.

Every share starts from the same corner, that of one share solved before: so what is found at a share does not
depend on which others are asked for, in which order, or by whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import RLock
from typing import Any

from floors.case.derive import Case, derive
from floors.lp.highs import Solver, Status
from floors.lp.linear import Compiled, compile_model
from floors.many.shared import Shared
from floors.many.sweep.points import at_share
from floors.solving.moved import CapsMoved
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
    def _caps(self) -> CapsMoved:
        return CapsMoved(self.case, self.model, self.compiled)

    def at(self, share: float) -> tuple[Case, Compiled] | None:
        """Case and arrays at a share; None where they are not those of the model with other numbers."""
        fewer = self.under_use and share == 0  # columns: nothing is paid back
        if not self.movable or fewer:
            return None
        with self._built:
            caps = self._caps
            case = caps.moved(at_share(self.study, self.chosen, share))
            compiled = caps.arrays(case)
        return None if compiled is None else (case, compiled)

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
