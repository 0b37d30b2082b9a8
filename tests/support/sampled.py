"""Studies with sheet `uncertainty` whose samples are known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

import floors
from floors.many.varied.design import design
from tests.support.studies import cap, study, table
from tests.support.uncertain import uncertain

COST = ("processes", "process=US works", "unit_cost", 0.8, 1.4, None, "cost")
ROOM = ("processes", "process=US works", "capacity", 0.8, 1.3, None, "room")
OFFER = ("processes", "process=CN works", "unit_cost", 0.9, 1.1, None, "offer")


def works(*rows: tuple[Any, ...], room: float | None = None, value: float | None = None) -> floors.Study:
    """10 t, of which at least 4 t are made at home at 80, the rest at 50 in China; who goes short pays no `value` if
    there is none. With `room` at home of 4 t / 0.9 each draw of ROOM below 0.9 leaves no plan: a fifth of them."""
    return study(
        regions=table("region role", ("US", "member"), ("CN", "capped")),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80, room),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", value, 10)),
        caps=cap("bloc", "oxide", "demand", 0.6),
        uncertainty=uncertain(*(rows or (COST,))),
    )


FAILING = 4 / 0.9


def failing(*rows: tuple[Any, ...]) -> floors.Study:
    """A fifth of the samples have no plan."""
    return works(*(rows or (COST, ROOM)), room=FAILING)


def drawn(n: int, inputs: int, seed: int = 0, indices: bool = False) -> np.ndarray:
    """Quantiles of the samples."""
    return np.asarray(design(n, inputs, indices=indices, seed=seed).quantiles)


def between(low: float, high: float, quantiles: np.ndarray) -> np.ndarray:
    """Uniform factors."""
    return low + (high - low) * quantiles
