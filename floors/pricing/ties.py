"""Prices that nothing else settles, so that none hangs on the solver's path: floors one by one, the rest by names.

Floors that can trade value while their sum stays are rare. Where there are none the present basis proves it: whatever
else it would let in moves no floor. Only where it does not is anything solved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floors.errors import SolveError, Unbounded
from floors.lp.by_name import of_columns, of_rows
from floors.lp.linear import Vector
from floors.steps import LOG

if TYPE_CHECKING:
    from floors.lp.highs import Solution
    from floors.pricing.dual import PricingLP


def settle_floors(pricing: PricingLP) -> Solution | None:
    """Every floor in its turn as low as it can be on the present face, held before the next; as high as it can be
    where it has no lowest. The last solution; None where no floor could move."""
    turns, next_, last = pricing.floors.turns, 0, None
    while (open_ := _first_open(pricing, turns[next_:])) is not None:
        next_ += open_
        found = _end(pricing, int(turns[next_]))
        if found is not None:
            pricing.hold(found)
            last = found
        next_ += 1
    return last


def settle_prices(pricing: PricingLP) -> Solution | None:
    """The least sum of all prices and levies of their own, each at a number from 1 to 2 that hangs on its name alone;
    where prices that may have either sign have no least, that of the others first. Nothing is meant by it. The last
    solution; None where nothing could move. Nothing is held: it comes last."""
    compiled, weight = pricing.compiled, of_rows(pricing.compiled)
    one, either = (
        pricing.over_prices(np.where(compiled.equality == equal, weight, 0.0)) for equal in (False, True)
    )
    one[pricing.levy] = of_columns(compiled, pricing.floors.own.column)
    if not (pricing.light or pricing.could_move(one + either)):  # to try is as quick as to look
        return None
    if (found := pricing.try_to(one + either)) is not None or not either.any():
        return found
    if (found := pricing.try_to(one)) is not None:
        pricing.hold(found)
    return pricing.try_to(either) or pricing.try_to(-either) or found


def _first_open(pricing: PricingLP, floors: Vector) -> int | None:
    """The place of the first of these distinct floors that the present basis does not prove to be fixed."""
    weight = np.random.default_rng(0).uniform(1.0, 2.0, len(floors))  # so that no two moves cancel

    def could_move(some: Vector) -> bool:
        cost = np.zeros(len(pricing.column_lower))
        cost[pricing.m + some] = weight[: len(some)]
        return pricing.could_move(cost)

    if not could_move(floors):
        return None
    first, last = 0, len(floors) - 1
    while first < last:
        middle = (first + last) // 2
        if could_move(floors[: middle + 1]):
            last = middle
        else:
            first = middle + 1
    return first


def _end(pricing: PricingLP, floor: int) -> Solution | None:
    """The prices at which a distinct floor is lowest, or else highest; None, and said, where there are none."""
    cost = np.zeros(len(pricing.column_lower))
    cost[pricing.m + floor] = 1.0
    before = pricing.solver.basis()
    try:
        for direction in (cost, -cost):
            try:
                return pricing.solve(direction)
            except Unbounded:
                pricing.solver.set_basis(before)
    except SolveError as error:
        LOG.warning("a floor that can trade value with others is left where it is: %s", error)
        pricing.solver.set_basis(before)
    return None
