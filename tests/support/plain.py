"""The standard model of Pyomo's own components, every member there from the start: what the rules are tried on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pyomo.environ as pyo
import pytest

from floors.lp.labels import KeyTable
from floors.sourcing import caps, demand, exemptions, exports, links, production, stockpiles, time, trade

MODULES = (
    caps,
    demand,
    exemptions,
    exports,
    links,
    production,
    stockpiles,
    time,
    trade,
    import_module("floors.sourcing.build"),
)


def rows(table: KeyTable) -> Any:
    """A Set of the keys of a table."""
    found = pyo.Set(initialize=table.keys, dimen=table.width)
    found.table = table
    return found


def members(index: Any, of: Any, by: tuple[int, ...]) -> Any:
    """An indexed Set: what is left of each key without the places `by`, which are a key of the index."""
    table = of if isinstance(of, KeyTable) else of.table
    rest = [k for k in range(table.width) if k not in by]
    found = defaultdict(list)
    for key in table.keys:
        places, left = tuple(key[k] for k in by), tuple(key[k] for k in rest)
        found[places if len(by) > 1 else places[0]].append(left if len(rest) > 1 else left[0])
    return pyo.Set(index, initialize=lambda m, *key: found[key if len(key) > 1 else key[0]], dimen=len(rest))


def numbers(index: Any, column: Any, mutable: bool = False, doc: str | None = None) -> Any:
    """A Param of a column."""
    pairs = zip(index.table.keys, map(float, column), strict=True)
    return pyo.Param(index, initialize=dict(pairs), mutable=mutable, within=pyo.Any, doc=doc)


def quantities(index: Any, doc: str | None = None) -> Any:
    """A Var that is never negative."""
    return pyo.Var(index, domain=pyo.NonNegativeReals, doc=doc)


def each(index: Any, rule: Callable[..., Any]) -> Any:
    """A Constraint of a rule."""
    return pyo.Constraint(index, rule=rule, doc=" ".join(str(rule.__doc__).split()))


def least(rule: Callable[..., Any]) -> Any:
    """An Objective of a rule."""
    return pyo.Objective(rule=rule, doc=" ".join(str(rule.__doc__).split()))


CLASSES = {
    "Rows": rows,
    "Members": members,
    "Numbers": numbers,
    "Quantities": quantities,
    "Each": each,
    "Least": least,
}


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on `floors.build` makes the model of these."""
    for module in MODULES:
        for name, made in CLASSES.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, made)
