"""Prices that nothing else settles, so that none hangs on the solver's path: floors one by one, the rest by names.

Floors that can trade value while their sum stays are rare. Where there are none the present basis proves it: whatever
else it would let in moves no floor. Only where it does not is anything solved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floors.errors import SolveError, Unbounded
from floors.lp.blocks import Blocks
from floors.lp.by_name import of_columns, of_rows
from floors.lp.highs import Basic
from floors.lp.linear import Vector
from floors.lp.staged import StagedLP, open_blocks
from floors.steps import LOG

if TYPE_CHECKING:
    from floors.lp.highs import Solution
    from floors.pricing.dual import PricingLP


def settle_floors(pricing: PricingLP) -> Solution | None:
    """Every floor in its turn as low as it can be on the present face, held before the next; as high as it can be
    where it has no lowest. The last solution; None where no floor could move.

    Each block of the open face by itself, in turn: what one holds, no other sees.
    """
    turns = pricing.m + pricing.floors.turns
    if not pricing.could_move(_weights(turns, len(pricing.column_lower))):
        return None
    blocks, basic = open_blocks(pricing), pricing.solver.basic()
    which = blocks.block_of_column[turns]
    parts = [_Part(pricing, blocks, int(k), basic) for k in np.unique(which[which >= 0])]
    held = [part for part in parts if part.settle(blocks.places[turns[which == part.k]])]
    if not held:
        return None
    before = pricing.as_it_stands(pricing.cost), pricing.solver.basis()
    for part in held:
        part.hold_in(pricing)
    try:
        return pricing.least(pricing.over_floors(pricing.floors.weight))
    except SolveError as error:
        LOG.warning("floors that can trade value with others are left where they are: %s", error)
        pricing.go_back(*before)
        return None


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


def _weights(columns: Vector, count: int) -> Vector:
    """A cost vector: these columns (of `count`), weighed so that no two moves cancel."""
    cost = np.zeros(count)
    cost[columns] = np.random.default_rng(0).uniform(1.0, 2.0, len(columns))
    return cost


class _Part:
    """Block `k` of the open face of a pricing LP, whose floors are settled without the others."""

    def __init__(self, pricing: PricingLP, blocks: Blocks, k: int, basic: Basic) -> None:
        self.k, self.block = k, blocks.block(k)
        solver, _ = blocks.solver(k, basic, ~np.isfinite(self.block.lp.row_lower))
        solver.keep_feasible()
        self.lp = StagedLP(self.block.lp, solver)
        self.bounding = (
            None if pricing.bounding is None else pricing.over_prices(pricing.bounding)[self.block.columns]
        )
        self.lp.solver.solve("the pricing LP")

    def settle(self, floors: Vector) -> bool:
        """Floors at these places of the block, in this order, each as low as it can be; whether any could move."""
        next_, moved = 0, False
        while (open_ := self._first_open(floors[next_:])) is not None:
            next_ += open_
            moved |= self._end(int(floors[next_]))
            next_ += 1
        return moved

    def hold_in(self, pricing: PricingLP) -> None:
        """Hold in the whole LP what is held here."""
        was, now, rows, columns = self.block.lp, self.lp, self.block.rows, self.block.columns
        value, held = np.zeros(len(pricing.column_lower)), now.column_lower == now.column_upper
        value[columns] = now.column_lower
        pricing.hold_columns(columns[held & (was.lower < was.upper)], value)
        side, held = np.zeros(len(pricing.lower)), now.lower == now.upper
        side[rows] = np.where(now.lower == was.row_lower, pricing.lower[rows], pricing.upper[rows])
        pricing.hold_rows(rows[held & (was.row_lower < was.row_upper)], side)

    def _first_open(self, floors: Vector) -> int | None:
        """The place of the first of these floors that the present basis does not prove to be fixed."""
        weight = _weights(np.arange(len(floors)), len(floors))

        def could_move(count: int) -> bool:
            cost = np.zeros(len(self.lp.column_lower))
            cost[floors[:count]] = weight[:count]
            return self.lp.could_move(cost)

        if not could_move(len(floors)):
            return None
        first, last = 0, len(floors) - 1
        while first < last:
            middle = (first + last) // 2
            if could_move(middle + 1):
                last = middle
            else:
                first = middle + 1
        return first

    def _end(self, floor: int) -> bool:
        """Hold a floor at its lowest, or else at its highest; False, and said, where the solver finds neither."""
        cost = np.zeros(len(self.lp.column_lower))
        cost[floor] = 1.0
        before = self.lp.solver.basis()
        try:
            for direction in (cost, -cost):
                try:
                    self.lp.hold(self._least(direction))
                    return True
                except Unbounded:
                    self.lp.solver.set_basis(before)
        except SolveError as error:
            LOG.warning("a floor that can trade value with others is left where it is: %s", error)
            self.lp.solver.set_basis(before)
        return False

    def _least(self, cost: Vector) -> Solution:
        """As of the whole LP: where there is no least, that of the bounding prices comes first."""
        try:
            return self.lp.least(cost)
        except Unbounded:
            if self.bounding is None:
                raise
            first, self.bounding = self.bounding, None
            self.lp.hold(self.lp.least(first))
            return self.lp.least(cost)
