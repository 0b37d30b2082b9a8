"""A model compiled once more with other numbers: what its rules look up, and where its rows and columns went, stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from floors.lp.components import Columns
from floors.lp.linear import Compiled, Vector, check_fit, compile_by_rules
from floors.lp.rules import Unknown
from floors.lp.templates import Compiler


class Again:
    """A model of rules whose Params take other numbers, the model itself never changed. `compiled`: as it is."""

    def __init__(self, model: Any) -> None:
        """Raises Unknown for a model that it takes Pyomo's own compiler for."""
        self.model, self._walk = model, Compiler(kept=True)
        self.compiled = compile_by_rules(model, self._walk)
        vars(self.compiled)["kept"] = {}
        check_fit(self.compiled)
        self._columns: Mapping[int, Vector] = dict(self._walk.columns_of)

    def with_numbers(self, columns: Columns) -> Compiled | None:
        """The arrays with these numbers in place of those of the Params; None where they are not of the same shape:
        where a number is 0 that was none, or the other way round. Raises `Unfit` as `compile_model`."""
        numbers = dict(self._columns)
        for name, (_, column) in columns.items():
            place = id(self.model.component(name))
            if place in numbers:  # else no rule asks for it
                numbers[place] = np.asarray(column, dtype=float)
        self._walk.columns_of = numbers
        try:
            found = compile_by_rules(self.model, self._walk)
        except Unknown:
            return None
        before = self.compiled
        if not _same_places(before, found):
            return None
        compiled = replace(before, lp=found.lp)
        vars(compiled)["kept"] = before.kept  # of another LP the names alone are the same
        check_fit(compiled)
        return compiled


def _same_places(one: Compiled, other: Compiled) -> bool:
    """Whether entries, rows and columns stand at the same places."""
    a, b = one.lp.matrix, other.lp.matrix
    parts = [(*one.variables, *one.constraints), (*other.variables, *other.constraints)]
    return (
        a.shape == b.shape
        and np.array_equal(a.indptr, b.indptr)
        and np.array_equal(a.indices, b.indices)
        and np.array_equal(one.equality, other.equality)
        and np.array_equal(one.flipped, other.flipped)
        and len(parts[0]) == len(parts[1])
        and all(np.array_equal(x.at, y.at) for x, y in zip(*parts, strict=True))
    )
