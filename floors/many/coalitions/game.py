"""The cost game of a bloc: Shapley (1953) values, the core, and the least core of Maschler, Peleg and Shapley (1979).

`cost[S]` is what coalition S costs its members together; a coalition without a plan is left out, and never
objects. An allocation shares out the cost of all players. It is in the core where no coalition costs less
by itself than its members are given to bear; the least core is where the coalition with most to object has
least, and that least is epsilon: negative where every coalition is better off inside by that much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import factorial
from typing import NamedTuple

import numpy as np

from floors.errors import Unbounded
from floors.lp.highs import Solver
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix, vstack

Bloc = frozenset[str]
Costs = Mapping[Bloc, float]
NEAR = 1e-9  # of the largest cost: what is closer is equal
SEEN = 1e-6  # of the largest cost: two allocations further apart are two


class Objection(NamedTuple):
    """The coalition with most to object to an allocation: what its members bear above its own cost."""

    bloc: Bloc
    excess: float


class LeastCore(NamedTuple):
    """An allocation of the least core, the largest objection to it, and whether it is the `only` one as near."""

    borne: dict[str, float]
    epsilon: float
    only: bool


def shapley(players: Sequence[str], cost: Costs) -> dict[str, float]:
    """What each player adds to the cost of those before it, on average over all orders. Needs every coalition."""
    n = len(players)
    share = [factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)]
    value = dict.fromkeys(players, 0.0)
    for bloc, before in cost.items():
        for i in players:
            if i not in bloc and len(bloc) < n:
                value[i] += share[len(bloc)] * (cost[bloc | {i}] - before)
    return value


def objection(players: Sequence[str], cost: Costs, borne: Mapping[str, float]) -> Objection:
    """The coalition, neither empty nor all, whose members bear most above its own cost (below it: negative)."""
    found = [Objection(bloc, sum(borne[i] for i in bloc) - own) for bloc, own in _proper(players, cost)]
    return max(found, key=lambda one: one.excess, default=Objection(frozenset(), -np.inf))


def adds_up(players: Sequence[str], cost: Costs, borne: Mapping[str, float]) -> bool:
    """Whether an allocation shares out the cost of all, no more and no less."""
    whole = cost[frozenset(players)]
    return abs(sum(borne[i] for i in players) - whole) <= 1e-6 * _size(cost)


def in_core(players: Sequence[str], cost: Costs, borne: Mapping[str, float]) -> bool:
    """Whether an allocation adds up and nobody objects, by more than a millionth of the largest cost."""
    worst = objection(players, cost, borne).excess
    return adds_up(players, cost, borne) and worst <= 1e-6 * _size(cost)


def least_core(players: Sequence[str], cost: Costs, near: Mapping[str, float]) -> LeastCore | None:
    """An allocation of the least core, and epsilon; of several the one that moves least money from `near`.

    One player bears the cost of all, and epsilon is 0. None where the coalitions with a plan leave a player
    out, so that all others can be spared without end.
    """
    n, whole = len(players), cost[frozenset(players)]
    if n == 1:
        return LeastCore({players[0]: whole}, 0.0, only=True)
    rows = list(_proper(players, cost))
    inside = np.array([[-1.0 if i in bloc else 0.0 for i in players] for bloc, _ in rows]).reshape(-1, n)
    base = np.array([near[i] for i in players])
    # Columns: what each bears less `near`, as more and less, then epsilon. Rows: objections, then the sum.
    top = np.hstack([inside, -inside, np.ones((len(rows), 1))])
    total = np.concatenate([np.ones(n), -np.ones(n), [0.0]])
    lower = np.array([-own for _, own in rows] + [whole]) - np.concatenate([inside @ base, [base.sum()]])
    bounds = np.concatenate([np.zeros(2 * n), [-np.inf]])
    lp = LinearProgram(
        cost=np.concatenate([np.zeros(2 * n), [1.0]]),
        offset=0.0,
        matrix=Matrix.of(np.vstack([top, total])),
        row_lower=lower,
        row_upper=np.concatenate([np.full(len(rows), np.inf), lower[-1:]]),
        lower=bounds,
        upper=np.full(2 * n + 1, np.inf),
    )
    try:
        epsilon = float(Solver(lp).solve("the least core").x[-1])
    except Unbounded:
        return None
    moved = replace(
        lp,
        cost=np.concatenate([np.ones(2 * n), [0.0]]),
        upper=np.concatenate([np.full(2 * n, np.inf), [epsilon + NEAR * _size(cost)]]),
    )
    x: Vector = Solver(moved).solve("the least core").x
    borne = base + x[:n] - x[n : 2 * n]
    return LeastCore(
        dict(zip(players, borne.tolist(), strict=True)), epsilon, _only(moved, x, n, _size(cost))
    )


def _only(moved: LinearProgram, x: Vector, n: int, size: float) -> bool:
    """Whether no other allocation of the least core moves as little money: both ends of a random sum are one."""
    direction = np.random.default_rng(0).uniform(-1.0, 1.0, n)
    near = replace(
        moved,
        matrix=vstack([moved.matrix, Matrix.of(moved.cost)]),
        row_lower=np.append(moved.row_lower, -np.inf),
        row_upper=np.append(moved.row_upper, float(moved.cost @ x) + NEAR * size),
    )
    for sign in (1.0, -1.0):
        cost = np.concatenate([sign * direction, -sign * direction, [0.0]])
        end = Solver(replace(near, cost=cost)).solve("the least core").x
        if np.abs((end - x)[:n] - (end - x)[n : 2 * n]).max() > SEEN * size:
            return False
    return True


def _proper(players: Sequence[str], cost: Costs) -> list[tuple[Bloc, float]]:
    return [(bloc, own) for bloc, own in cost.items() if 0 < len(bloc) < len(players)]


def _size(cost: Costs) -> float:
    return max(map(abs, cost.values()), default=0.0)
