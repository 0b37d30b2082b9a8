"""Why no plan obeys every row: the least that would have to give, in words and quantities.

A first answer on the way to a full diagnosis: every row may be missed at a price, the sum of what is missed
is least, and the rows that miss are named with their amounts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from floors.highs import Solver, Status
from floors.linear import Compiled

MISSED = 1e-6  # t
SHOWN = 5

_WORDS = {
    "supply": "{1} made in {0} in {2} is short by {amount} of what must leave it",
    "use": "{1} in {0} in {2} is short by {amount} of what must be used there",
    "must_serve": "demand {0}/{1} for {2} in {4} is short by {amount}",
    "capacity": "{0} would need {amount} more capacity in {1}",
    "build_limit": "{0} would need {amount} more to be built in {1} than max_build allows",
    "build_total": "{0} would need {amount} more in all than max_total allows",
    "process_minimum": "{0} cannot run its minimum in {1}: {amount} short",
    "route_limit": "the limit {0} to {1} on {2} in {3} is {amount} too low",
    "route_minimum": "the minimum {0} to {1} of {2} in {3} is {amount} too high",
    "cap": "cap {0} in {1} is {amount} too low",
    "stock_capacity": "stockpile {0} lacks room for {amount} in {1}",
    "stock_target": "stockpile {0} misses its target in {1} by {amount}",
    "stock_opening": "stockpile {0} cannot give {amount} in {1}",
    "stock_balance": "stockpile {0} cannot give {amount} in {1}",
    "fund": "fund {0} is {amount} too small (thousand)",
}
# What is a decision of policy gives way before what is physical.
_PRICE = {"cap": 1.0, "stock_target": 1.0, "route_minimum": 1.0, "process_minimum": 1.0, "route_limit": 2.0}
_DEAR = 10.0


def shortfall(m: Any, compiled: Compiled) -> str:
    """A sentence naming the rows that must give way, largest first; empty where none was found."""
    lp = compiled.lp
    rows, columns = lp.matrix.shape
    names = _row_names(m, compiled)
    price = np.array([_PRICE.get(names[i][0], _DEAR) if i in names else _DEAR * 10 for i in range(rows)])
    slack = sp.eye_array(rows)
    relaxed = replace(
        lp,
        cost=np.concatenate([np.zeros(columns), price, price]),
        matrix=sp.csr_array(sp.hstack([lp.matrix, slack, -slack])),
        lower=np.concatenate([lp.lower, np.zeros(2 * rows)]),
        upper=np.concatenate([lp.upper, np.full(2 * rows, np.inf)]),
    )
    found = Solver(relaxed).try_solve()
    if found.status is not Status.OPTIMAL:
        return ""
    missed = found.x[columns : columns + rows] + found.x[columns + rows :]
    told = [
        _WORDS[names[i][0]].format(*_keys(names[i][1]), amount=f"{missed[i]:,.4g} t")
        for i in np.argsort(-missed).tolist()
        if missed[i] > MISSED and i in names
    ]
    more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return "; ".join(told[:SHOWN]) + more


def _keys(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _row_names(m: Any, compiled: Compiled) -> dict[int, tuple[str, Any]]:
    """Row -> (component, key) for the rows of the standard model."""
    return {
        row: (name, key)
        for name in _WORDS
        if hasattr(m, name)
        for key, row in compiled.rows(getattr(m, name)).items()
    }
