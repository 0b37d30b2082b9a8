"""A scene without a plan: the least that would have to give, the conflict, and what would do alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floors.diagnosis.advice import Advice
from floors.diagnosis.cells import Cells
from floors.diagnosis.conflict import conflicting, feasible, only
from floors.diagnosis.diagnosis import Change, Diagnosis, in_one_line
from floors.diagnosis.dials import make_dials
from floors.diagnosis.kinds import change, finding
from floors.diagnosis.relax import Dial, Elastic, Given
from floors.diagnosis.rows import Row, name_rows
from floors.diagnosis.statements import Statements
from floors.diagnosis.told import told_together
from floors.lp.linear import Vector
from floors.solving.scene import Scene
from floors.sourcing.rows import ROW_KINDS, Gives

MOST_ALTERNATIVES = 40  # numbers of a conflict tried alone, an LP each


class Reasons:
    """The answers about one scene, each found when asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rows = name_rows(scene)
        self.dials = make_dials(scene, self.rows)
        self.elastic = Elastic(scene.compiled.lp, self.dials)
        self.cells = Cells(scene.case)
        self.advice = Advice(scene, self.cells)
        self.statements = Statements(scene, self.cells)

    def relaxation(self) -> tuple[Change, ...]:
        """The cheapest changes of any number; none where no number of the input could help."""
        return self._changes(self.elastic.cheapest(np.ones(len(self.dials), dtype=bool))) or ()

    def policy(self) -> tuple[Change, ...] | None:
        """The cheapest changes of policy alone, or None."""
        return self._changes(
            self.elastic.cheapest(np.array([d.group == Gives.POLICY.group for d in self.dials], dtype=bool))
        )

    def conflict(self) -> list[Row]:
        """An irreducible set of rows: the earliest of several."""
        return [self.rows[i] for i in conflicting(self.scene.compiled.lp, self._order()).tolist()]

    def further(self, conflict: list[Row]) -> bool:
        """Whether the rows outside a conflict are in conflict too."""
        rest = np.setdiff1d(np.arange(len(self.rows)), [row.place for row in conflict])
        return not feasible(only(self.scene.compiled.lp, rest))

    def alternatives(self, conflict: list[Row]) -> tuple[Change, ...]:
        """Numbers of the conflict that would do alone."""
        inside = {row.place for row in conflict}
        asked = [k for k, dial in enumerate(self.dials) if inside & set(dial.rows)]
        found = (self._changes(self.elastic.alone(k)) for k in asked[:MOST_ALTERNATIVES])
        return tuple(changes[0] for changes in found if changes)

    def _changes(self, given: Given | None) -> tuple[Change, ...] | None:
        if given is None:
            return None
        counts = given.by * np.array([dial.price for dial in self.dials]) / 1000
        order = np.argsort(-counts, kind="stable").tolist()
        found = []
        for k in order:
            if given.by[k] > 0:
                dial = self.dials[k]
                plan = self.elastic.lightest(given, dial) if dial.kind == "cap" else given.plan
                needed = change(self.advice, dial, float(given.by[k]), plan)
                found.append(replace(needed, counts=float(counts[k])))
        return tuple(found)

    def _order(self) -> Vector:
        """Rows of early years first, and in each year those that hold a number of the input."""

        def rank(row: Row) -> tuple[float, bool]:
            years = [part for part in row.key if isinstance(part, int)]
            return (max(years, default=0), row.kind in ROW_KINDS and ROW_KINDS[row.kind].gives is None)

        return np.array(sorted(range(len(self.rows)), key=lambda i: rank(self.rows[i])), dtype=int)


def short(scene: Scene) -> str:
    """What would have to give, in one line."""
    return in_one_line(Reasons(scene).relaxation())


def explain(scene: Scene, message: str) -> Diagnosis:
    """The whole diagnosis of a scene without a plan."""
    reasons = Reasons(scene)
    relaxation, conflict = reasons.relaxation(), reasons.conflict()
    by_name: dict[str, Dial] = {dial.name: dial for dial in reasons.dials}
    beyond = any(by_name[one.row].group != Gives.POLICY.group for one in relaxation)
    policy = reasons.policy() if beyond else None
    further = reasons.further(conflict)
    return Diagnosis(
        scene.case.study,
        "infeasible",
        message,
        relaxation=relaxation,
        policy=policy,
        policy_cannot=beyond and policy is None,
        conflict=tuple(finding(reasons.statements, row) for row in conflict),
        further=further,
        alternatives=() if further else reasons.alternatives(conflict),
        told=tuple(told_together(reasons.statements, conflict)),
    )
