"""A scene without a plan: the least that would have to give, the conflict, and what would do alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from floors.diagnosis.advice import Advice
from floors.diagnosis.cells import Cells
from floors.diagnosis.conflict import conflicting, feasible, only
from floors.diagnosis.diagnosis import Change, Diagnosis, in_one_line
from floors.diagnosis.dials import CELL_OF_MANY, MODEL, by_cell, make_dials, merged
from floors.diagnosis.kinds import change, finding
from floors.diagnosis.relax import Dial, Elastic, Given
from floors.diagnosis.rows import Row, name_rows
from floors.diagnosis.settled import further, has_plan, scene_after
from floors.diagnosis.slanted import least, slanted
from floors.diagnosis.statements import Statements
from floors.diagnosis.told import told_together
from floors.lp.linear import Vector
from floors.solving.scene import Scene
from floors.sourcing.rows import ROW_KINDS, Gives
from floors.steps import stage

MOST_ROUNDS = 4  # of advice held against what it makes of the study
MOST_ALTERNATIVES = 40  # numbers of a conflict tried alone, an LP each


class Reasons:
    """The answers about one scene, each found when asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rows = name_rows(scene)
        numbers = make_dials(scene, self.rows)
        self.cell_of = np.zeros(len(numbers), dtype=int)
        cells = by_cell(scene, numbers)
        for k, those in enumerate(cells):
            self.cell_of[those] = k
        self.numbers = Elastic(scene.compiled.lp, numbers)
        self.dials = [merged([numbers[i] for i in those]) for those in cells]
        self.elastic = self.numbers if len(cells) == len(numbers) else Elastic(scene.compiled.lp, self.dials)
        self.cells = Cells(scene.case)
        self.advice = Advice(scene, self.cells)
        self.statements = Statements(scene, self.cells)

    @stage("the least that would give")
    def relaxation(self) -> tuple[Change, ...]:
        """The cheapest changes of any number; none where no number of the input could help."""
        return self._settled(self._cheapest(_any), _any) or ()

    @stage("policy alone")
    def policy(self) -> tuple[Change, ...] | None:
        """The cheapest changes of policy alone, or None."""
        return self._settled(self._cheapest(_policy), _policy)

    def _cheapest(self, may: Callable[[Dial], bool]) -> tuple[Change, ...] | None:
        """The cells that give way at least cost, each number of theirs counted by itself, and the least they must."""
        given = self.numbers.cheapest(np.array([may(dial) for dial in self.numbers.each], dtype=bool))
        if given is None or self.elastic is self.numbers:
            return self._changes(given)
        chosen = np.isin(np.arange(len(self.dials)), self.cell_of[given.by > 0])
        return self._changes(self.elastic.cheapest(chosen))

    def _settled(
        self, changes: tuple[Change, ...] | None, may: Callable[[Dial], bool]
    ) -> tuple[Change, ...] | None:
        """The changes, with what more it takes where they let leaks come by another way."""
        for _ in range(MOST_ROUNDS if changes else 0):
            assert changes is not None
            after = scene_after(self.scene, changes)
            if after is None or has_plan(after):
                break
            more = Reasons(after)._cheapest(may)
            if not more:
                return None
            found = {change.number: change for change in changes}
            for one in more:
                before = found.get(one.number)
                found[one.number] = one if before is None else further(before, one)
            changes = tuple(found.values())
        return changes

    def _settled_alone(self, dial: Dial, alone: Change) -> Change | None:
        """The same of a number that does alone; None where it does not then."""
        for _ in range(MOST_ROUNDS):
            after = scene_after(self.scene, [alone])
            if after is None or has_plan(after):
                return alone
            again = Reasons(after)
            same = [
                k
                for k, one in enumerate(again.dials)
                if one.kind == dial.kind and set(one.keys) & set(dial.keys)
            ]
            more = again._changes(again.elastic.alone(*same[:1]))
            if not more:
                return None
            alone = further(alone, more[0])
        return None

    @stage("the conflict")
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
        together: dict[Any, list[int]] = {}
        for k in asked:
            together.setdefault(self._with(self.dials[k]) or k, []).append(k)
        found = []
        tried = list(together.values())[:MOST_ALTERNATIVES]
        with stage("one number alone", len(tried)) as here:
            for ks in tried:
                changes = self._changes(self.elastic.alone(*self._all(ks)))
                if changes and len(changes) == 1:
                    found.append(self._settled_alone(self.dials[ks[0]], changes[0]))
                here.finished()
        return tuple(change for change in found if change is not None)

    def _with(self, dial: Dial) -> tuple[Any, ...] | None:
        """What a need has in common with others that go short together: the value that lets them; None for others."""
        return dial.key[:3] if dial.kind == "must_serve" else None

    def _all(self, ks: list[int]) -> list[int]:
        """These dials with those that share a value with them."""
        shared = self._with(self.dials[ks[0]])
        return ks if shared is None else [k for k, one in enumerate(self.dials) if self._with(one) == shared]

    def _changes(self, given: Given | None) -> tuple[Change, ...] | None:
        if given is None:
            return None
        found: dict[Any, list[Change]] = {}
        for k in np.flatnonzero(given.by).tolist():
            found.setdefault(self._with(self.dials[k]) or k, []).append(self._change(given, k))
        together = [self.advice.as_changed(self.advice.together(changes)) for changes in found.values()]
        return tuple(sorted(_of_one_row(together), key=lambda one: -one.counts))

    def _change(self, given: Given, k: int) -> Change:
        """The change of dial k, beside what the others give."""
        dial, by = self.dials[k], float(given.by[k])
        rows = slanted(self.scene, dial)
        if rows is not None:
            value, plan = least(self.elastic, given, k, *rows)
            made = change(self.advice, dial, by, plan, rows[0].felt(plan, rows[1]), value)
            return replace(made, counts=by * dial.price / 1000)
        plan = self.elastic.lightest(given, dial) if len(dial.keys) > 1 else given.plan
        short = self._short(dial, plan)
        felt = tuple(key for key, lacks in zip(dial.keys, short, strict=True) if lacks > 1e-6 * max(short))
        made = change(self.advice, dial, by, plan, felt)
        times = sum(short) / max(short) if dial.kind in CELL_OF_MANY and max(short, default=0.0) > 0 else 1.0
        return replace(made, counts=times * by * dial.price / 1000)

    def _short(self, dial: Dial, plan: Vector) -> list[float]:
        """By how much a plan breaks each row of the kind of a dial, in its units."""
        lp, rows = self.scene.compiled.lp, list(dial.rows[: len(dial.keys)])
        short = np.maximum(lp.row_lower[rows] - lp.matrix[rows] @ plan, 0.0)
        found: list[float] = short.tolist()
        return found

    def _order(self) -> Vector:
        """Rows of early years first, and in each year those that hold a number of the input."""

        def rank(row: Row) -> tuple[float, bool]:
            years = [part for part in row.key if isinstance(part, int)]
            return (max(years, default=0), row.kind in ROW_KINDS and ROW_KINDS[row.kind].gives is None)

        return np.array(sorted(range(len(self.rows)), key=lambda i: rank(self.rows[i])), dtype=int)


def _of_one_row(changes: list[Change]) -> list[Change]:
    """Of changes of cells that one row of sheet `changes` sets the one that goes furthest: it is one number."""
    found: dict[Any, Change] = {}
    for one in changes:
        row = (
            one.cells[0].changed if one.cells and one.needed is not None and one.kind != "must_serve" else ""
        )
        key = (one.kind, one.unit, row) if row else id(one)
        before = found.get(key)
        if before is not None:
            most = max(one, before, key=_move)
            found[key] = replace(most, counts=one.counts + before.counts)
        else:
            found[key] = one
    return list(found.values())


def _move(one: Change) -> float:
    """How far a number moves, as a share of itself where it is not 0."""
    assert one.needed is not None and one.present is not None
    return abs(one.needed - one.present) / (abs(one.present) or 1.0)


def _any(_: Dial) -> bool:
    return True


def _policy(dial: Dial) -> bool:
    return dial.group == Gives.POLICY.group


def group_of(one: Change) -> str:
    """Whether what gives way is policy, physics, a need, or a row that the model alone knows."""
    gives = ROW_KINDS[one.kind].gives if one.kind in ROW_KINDS else None
    return MODEL if gives is None else gives.group


def short(scene: Scene) -> str:
    """What would have to give, in one line."""
    return in_one_line(Reasons(scene).relaxation())


def cannot_hold(scene: Scene) -> list[str]:
    """What cannot hold together, a seller's answer first: of a conflict the rows that hold a number."""
    reasons = Reasons(scene)
    conflict = reasons.conflict()
    answer = [row for row in conflict if row.kind == "export_limit"]
    given = [row for row in conflict if row.kind in ROW_KINDS and ROW_KINDS[row.kind].gives is not None]
    return told_together(reasons.statements, answer) + told_together(reasons.statements, given)


def explain(scene: Scene, message: str) -> Diagnosis:
    """The whole diagnosis of a scene without a plan."""
    reasons = Reasons(scene)
    relaxation, conflict = reasons.relaxation(), reasons.conflict()
    beyond = any(group_of(one) != Gives.POLICY.group for one in relaxation)
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
