"""The least change of a number that multiplies what is planned: the share of a cap on use, the days of a target.

A tonne more in such a row is not a share more: how much it is hangs on the plan, and the plan on it. The rows are
affine in the number, so that two models say what they are at any. From the number that some plan needs, a plan is
looked for that obeys them by the widest margin, which needs less; and so on until none needs less (Dinkelbach 1967; for
several rows Crouzeix, Ferland and Schaible 1985).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.case.derive import derive
from floors.diagnosis.relax import Dial, Elastic, Given
from floors.lp.highs import Solver, Status
from floors.lp.linear import Compiled, Vector, compile_model
from floors.lp.sparse import Matrix, hstack, vstack
from floors.solving.scene import Scene
from floors.sourcing.build import build
from floors.study.study import Study

MOST_TURNS = 30
ANOTHER = 0.48271  # a share that no content is likely to be, so that no entry of a row is 0 at it
SAME = 1e-10  # relative: a number no smaller than this is no smaller


@dataclass(frozen=True)
class Slanted:
    """Rows `(base + (v - at) x turn) x >= side + (v - at) x turn_side`, v the number in their cell; `places` of the
    rows."""

    at: float
    keys: tuple[tuple[Any, ...], ...]
    places: Vector
    base: Vector
    side: Vector
    turn: Vector
    turn_side: Vector

    def needed(self, plan: Vector, way: float) -> float:
        """The number nearest to `at`, above it (way 1) or below (-1), with which a plan obeys the rows."""
        return self.at + way * float(self._moves(plan, way).max(initial=0.0))

    def felt(self, plan: Vector, way: float) -> tuple[tuple[Any, ...], ...]:
        """The keys of the rows for which a plan needs another number than `at`, that which needs most first."""
        moves = self._moves(plan, way)
        return tuple(self.keys[i] for i in np.argsort(-moves, kind="stable").tolist() if moves[i] > 0)

    def _moves(self, plan: Vector, way: float) -> Vector:
        """How far the number must move for each row."""
        short = self.side - self.base @ plan
        gains = way * (self.turn @ plan - self.turn_side)
        large = np.abs(self.turn) @ np.abs(plan) + np.abs(self.turn_side)
        some = (short > 0) & (gains > 1e-12 * large)
        return np.where(some, short / np.where(some, gains, 1.0), 0.0)

    def moved(self, v: float) -> tuple[Vector, Vector]:
        """Left and right sides of the rows at a number."""
        return self.base + (v - self.at) * self.turn, self.side + (v - self.at) * self.turn_side


def slanted(scene: Scene, dial: Dial) -> tuple[Slanted, float] | None:
    """The rows of a dial whose number multiplies what is planned, and which way it gives; None for any other."""
    case, study, t = scene.case, scene.case.study, dial.key[-1] if dial.key else 0
    if dial.kind == "cap" and scene.caps[dial.key[0]].basis == "use":
        row = scene.caps[dial.key[0]].row
        at = float(study.rows("caps")[row]["years"][t])
        to = ANOTHER if at < ANOTHER * 0.9 else at / 2
        return _between(scene, dial, at, to, with_number(study, "caps", row, t, to)), 1.0
    if dial.kind == "stock_target" and t in case.stocks.piles[dial.key[0]].cover:
        rows = study.rows("stock_targets")
        row = next(i for i, one in enumerate(rows) if one["stockpile"] == dial.key[0])
        at = float(rows[row]["years"][t].removesuffix("d"))
        to = 2 * at + 1  # at 0 days the target would have no row
        return _between(scene, dial, at, to, with_number(study, "stock_targets", row, t, f"{to} d")), -1.0
    return None


def with_number(study: Study, sheet: str, row: int, t: int, value: float | str) -> Study:
    """The study with another number in one cell of a table by year."""
    rows = list(study.rows(sheet))
    rows[row] = rows[row] | {"years": rows[row]["years"] | {t: value}}
    return study.with_rows(**{sheet: rows})


def _between(scene: Scene, dial: Dial, at: float, to: float, other: Study) -> Slanted:
    """The rows at a number, and what they gain by each unit on the way to another."""
    made = build(derive(other, policy=scene.case.policy, cuts=scene.case.cuts))
    compiled = compile_model(made)
    there = compiled.rows(getattr(made, dial.kind))
    found = [(key, place) for key, place in zip(dial.keys, dial.rows, strict=True) if key in there]
    keys, places = tuple(key for key, _ in found), np.array([place for _, place in found], dtype=int)
    others = np.array([there[key] for key in keys], dtype=int)
    number = {name: j for j, name in enumerate(scene.compiled.column_names)}
    column = np.array([number.get(name, -1) for name in compiled.column_names], dtype=int)
    base = _dense(scene.compiled, places)
    moved = np.zeros_like(base)
    moved[:, column[column >= 0]] = _dense(compiled, others)[:, column >= 0]
    side, moved_side = scene.compiled.lp.row_lower[places], compiled.lp.row_lower[others]
    turn, turn_side = (moved - base) / (to - at), (moved_side - side) / (to - at)
    return Slanted(at, keys, places, base, side, turn, turn_side)


def _dense(compiled: Compiled, rows: Vector) -> Vector:
    found = np.zeros((len(rows), compiled.lp.matrix.shape[1]))
    part = compiled.lp.matrix[rows]
    found[part.row, part.indices] = part.data
    return found


def least(elastic: Elastic, given: Given, k: int, rows: Slanted, way: float) -> tuple[float, Vector]:
    """The number nearest to the one in the cell of dial k that does, beside what the other dials give, and a plan that
    it makes possible."""
    plan = given.plan
    value = rows.needed(plan, way)
    margin = np.ones((len(rows.places), 1))
    for _ in range(MOST_TURNS):
        found = _plan(elastic, given, k, rows, value, margin, -max(1.0, float(given.by[k])))
        if found is None:
            break
        nearer = rows.needed(found, way)
        if way * (value - nearer) <= SAME * max(abs(value), abs(value - rows.at)):
            break
        plan, value = found, nearer
    if len(rows.places) > 1:  # a plan in which only the rows are short that must be
        gentle = _plan(elastic, given, k, rows, value * (1 + way * 1e-9), np.zeros((len(rows.places), 0)))
        plan = plan if gentle is None else gentle
    return value, plan


def _plan(
    elastic: Elastic,
    given: Given,
    k: int,
    rows: Slanted,
    value: float,
    margin: Vector,
    least_margin: float = 0.0,
) -> Vector | None:
    """Of the plans that obey every other row, one that obeys these at a number by the widest margin (a column of ones;
    as far as that matters), or, without a margin, one that breaks them least at the number that is there."""
    lp, columns, count, some = elastic.lp, elastic.columns, len(elastic.lp.cost), len(rows.places)
    upper = lp.upper.copy()
    upper[elastic.dials] = given.by * (1 + 1e-9)
    upper[elastic.dials[k]] = 0.0
    lower = lp.row_lower.copy()
    lower[rows.places] = -np.inf
    left, right = rows.moved(value)
    parts, sides, beside = [_wide(left, count)], [right], [margin]
    if not margin.size:
        parts, sides = [*parts, _wide(rows.base, count)], [*sides, rows.side]
        beside = [np.zeros((some, some)), np.eye(some)]
    extra = np.vstack([np.zeros((len(lower), beside[0].shape[1])), *beside])
    more, free = extra.shape[1], np.full(len(extra) - len(lower), np.inf)
    found = Solver(
        replace(
            lp,
            cost=np.append(np.zeros(count), np.ones(more)),
            matrix=hstack([vstack([lp.matrix, *parts]), Matrix.of(extra)]),
            row_lower=np.concatenate([lower, *sides]),
            row_upper=np.concatenate([lp.row_upper, free]),
            lower=np.append(lp.lower, np.full(more, least_margin)),
            upper=np.append(upper, np.full(more, np.inf)),
        )
    ).try_solve()
    return found.x[:columns] if found.status is Status.OPTIMAL else None


def _wide(rows: Vector, columns: int) -> Matrix:
    """Rows of the plan with no entry in the columns of dials."""
    row, column = np.nonzero(rows)
    return Matrix.from_entries(row, column, rows[row, column], (len(rows), columns))
