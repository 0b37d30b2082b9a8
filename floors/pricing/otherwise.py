"""The same plan at other prices: which levies there are, and which rows may have a price, is said by who asks.

Nobody can gain by doing more of anything, as in every pricing LP. What tempts or is rationed is least first, where it
cannot be nothing; then what is paid, in the order asked for; then, of equal prices, what buyers pay, the prices at the
origins of floors, and who is paid, as in `floors.pricing.choosing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from floors.errors import Infeasible
from floors.lp import sizes
from floors.lp.highs import Solution
from floors.lp.linear import Compiled, Vector
from floors.pricing.choosing import Payees, Priced, settle_payments, zero
from floors.pricing.dual import FloorRows, PricingLP


def hold_otherwise(
    compiled: Compiled,
    plan: Solution,
    floors: FloorRows,
    *,
    closed: Sequence[Vector],
    paid: Sequence[Vector],
    then: Sequence[Vector],
    after: Sequence[Vector],
    payees: Payees,
    start: tuple[Vector, Vector] | None = None,
) -> Priced:
    """Prices at which nobody gains by doing more of anything.

    `closed`: rows (bool, m) without a price; where no such prices exist those of the next, at which what the rows that
    are open again tempt with is least. `paid`: columns (bool, n) whose make-whole is least, one after the other; the
    uplift is least where there are none. `then`: further costs of prices (m), in order, and
    `after` those after the prices at the origins of floors. Raises Infeasible where there are no prices even at the
    last of `closed`.
    """
    pricing = _open(compiled, plan, floors, closed, start)
    lp, m, size = compiled.lp, pricing.m, sizes.of_cost(compiled.lp, plan.x)
    costs = [pricing.make_whole_cost(which)[0] for which in paid] or [pricing.least_uplift]
    costs += [*map(pricing.over_prices, then), pricing.over_floors(floors.weight)]
    for cost in [*costs, *map(pricing.over_prices, after)]:
        if cost.any():
            pricing.hold(pricing.solve(cost))
    last = pricing.solve(np.zeros(len(pricing.column_lower)))
    uplift = zero(float(lp.cost @ plan.x) - float(lp.row_lower @ last.x[:m]), size)
    if uplift > 0:
        last = settle_payments(pricing, payees, size) or last
    price = np.where(compiled.equality, last.x[:m], np.maximum(last.x[:m], 0.0))
    reduced = lp.cost - price @ lp.matrix
    return Priced(
        rows=floors,
        rules=(),
        price=price,
        floor=(floors.matrix @ price + floors.constant)[floors.column],
        own=np.zeros(pricing.n),
        reduced=reduced,
        uplift=uplift,
        make_whole=zero(float(plan.x @ reduced), size) if uplift else 0.0,
        foregone=zero(float(price @ pricing.slack), size) if uplift else 0.0,
        least_make_whole=0.0,
        lowest=None,
        highest=None,
        ranged=np.zeros(0, dtype=int),
        no_answer=0,
        shares=cache(partial(pricing.shares, last)),
    )


def _open(
    compiled: Compiled,
    plan: Solution,
    floors: FloorRows,
    closed: Sequence[Vector],
    start: tuple[Vector, Vector] | None,
) -> PricingLP:
    """The pricing LP with the first rows closed at which there are prices, held where the rest tempts least."""
    for rows in closed:
        pricing = PricingLP(compiled, plan.x, floors, start=start)
        pricing.close(rows)
        tempting = np.where(closed[0] & ~rows, np.maximum(pricing.slack, 0.0), 0.0)
        try:
            pricing.hold(pricing.solve(pricing.over_prices(tempting)))
        except Infeasible:
            continue
        return pricing
    raise Infeasible("there are no prices at which nobody would gain by doing more than the plan.")
