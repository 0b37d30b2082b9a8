"""What joining is worth: each candidate alone, and in which order. Numbers alone: costs of sets, by region.

Worth of c to a set S that it joins: to S, the sum over S of net cost before less after; to itself, its own net cost
before less after. An order is worth the sum over its steps of what members and all who have joined have gained up to
then, so that early gains count most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, permutations

Bloc = frozenset[str]
Costs = Mapping[Bloc, Mapping[str, float]]
NEAR = 1e-8  # of the largest net cost: orders that differ by less are worth the same


@dataclass(frozen=True, kw_only=True)
class Step:
    """A candidate joins those who are in `before`. Worths are million of present value; None where one of both sets
    has no result."""

    before: Bloc
    joins: str
    worth_to_members: float | None
    worth_to_itself: float | None

    @property
    def after(self) -> Bloc:
        """Who is in then."""
        return self.before | {self.joins}

    @property
    def gain(self) -> float | None:
        """What both gain together, those who were in and who joins."""
        if self.worth_to_members is None or self.worth_to_itself is None:
            return None
        return self.worth_to_members + self.worth_to_itself


@dataclass(frozen=True)
class Order:
    """Candidates in the order in which they join."""

    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Who joins, the first first."""
        return tuple(step.joins for step in self.steps)

    @property
    def cumulative(self) -> tuple[float | None, ...]:
        """The gain of members and all who have joined after each step; None from the first that is not known on."""
        gains = [step.gain for step in self.steps]
        known = [gain for gain in gains[: gains.index(None) if None in gains else None] if gain is not None]
        return (*accumulate(known), *[None] * (len(gains) - len(known)))

    @property
    def worth(self) -> float | None:
        """The sum of these over the steps; None where one is not known."""
        known = [gain for gain in self.cumulative if gain is not None]
        return sum(known) if len(known) == len(self.steps) else None


def step(cost: Costs, before: Bloc, joins: str) -> Step:
    """What it is worth when one joins those who are in."""
    old, new = cost.get(before), cost.get(before | {joins})
    if old is None or new is None:
        return Step(before=before, joins=joins, worth_to_members=None, worth_to_itself=None)
    return Step(
        before=before,
        joins=joins,
        worth_to_members=sum(old[one] - new[one] for one in sorted(before)),
        worth_to_itself=old[joins] - new[joins],
    )


def orders(cost: Costs, members: Bloc, candidates: Sequence[str]) -> list[Order]:
    """Every order of joining: best first, those worth as much in the order of the sheet, those without a plan at some
    step last."""
    found = []
    for names in permutations(candidates):
        before, steps = members, []
        for one in names:
            steps.append(step(cost, before, one))
            before = steps[-1].after
        found.append(Order(tuple(steps)))
    worths = [(order.worth, order) for order in found]
    known = [(worth, order) for worth, order in worths if worth is not None]
    if known:
        least = max(worth for worth, _ in known) - nearness(cost)
        best = next(order for worth, order in known if worth >= least)
        rest = sorted((one for one in known if one[1] is not best), key=lambda one: -one[0])
        return [best, *(order for _, order in rest), *(order for worth, order in worths if worth is None)]
    return found


def greedy(costs: Callable[[list[Bloc]], Costs], members: Bloc, candidates: Sequence[str]) -> Order:
    """The order in which each step gains most, of equals the first in the sheet; it ends where nobody left can join.

    `costs` solves sets, and returns the costs of all that were.
    """
    before, left, steps = members, list(candidates), list[Step]()
    while left:
        cost = costs([before | {one} for one in left])
        tried = [step(cost, before, one) for one in left]
        gains = [one.gain for one in tried if one.gain is not None]
        if not gains:
            break
        least = max(gains) - nearness(cost)
        best = next(one for one in tried if one.gain is not None and one.gain >= least)
        steps.append(best)
        left.remove(best.joins)
        before = best.after
    return Order(tuple(steps))


def nearness(cost: Costs) -> float:
    """What is too little to tell two orders apart, million."""
    return NEAR * max((abs(x) for of in cost.values() for x in of.values()), default=0.0)
