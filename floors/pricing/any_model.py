"""`floors.price`: floors for any linear model, under rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from floors.errors import UsageError
from floors.lp.compiling import compile_any
from floors.lp.highs import Solver
from floors.lp.linear import Compiled, Vector
from floors.lp.listed import Listed
from floors.lp.sparse import Matrix
from floors.pricing.choosing import choose
from floors.pricing.dual import FloorRows, Rule, change_rule
from floors.steps import Step, stage, telling
from floors.study.locate import closest, listed, shown


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Floors for any LP: what `price` returns.

    `floors`, `lowest`, `highest` by key (NaN: unbounded); money in the units of the model: `cost` of the
    plan (as the model states it), `uplift` = `make_whole` + `foregone`.
    """

    floors: dict[Hashable, float]
    lowest: dict[Hashable, float]
    highest: dict[Hashable, float]
    cost: float
    uplift: float
    make_whole: float
    foregone: float
    least_make_whole: float
    _compiled: Compiled = field(repr=False)
    _price: Vector = field(repr=False)

    def of(self, constraint: Any) -> float:
        """The price of a constraint, or of the row of such a name, in present value: for an inequality what one unit of
        its right side is worth, never negative; for an equality, and for a row with two sides, what raising its right
        side costs. Raises UsageError."""
        rows = self._compiled.rows_of(constraint)
        if not rows:
            raise UsageError(
                f"{_called(constraint)} is no active row of the priced model{_hint(self._compiled, constraint)}"
            )
        signs = [1.0 if len(rows) < 2 or not self._compiled.flipped[i] else -1.0 for i in rows]
        return float(sum(s * self._price[i] for s, i in zip(signs, rows, strict=True)))


def price(
    model: Any,
    floors: Mapping[Any, Iterable[tuple[Any, float]]],
    rules: Iterable[tuple[Any, ...]] = (),
    discount: Mapping[Any, float] | None = None,
    *,
    ranges: bool = True,
    done: Callable[[Step], None] | None = None,
) -> Prices:
    """Solve any linear model and price it under rules on floors.

    `model`: a Pyomo model or block, a linopy model, or the path of an LP or MPS file. `floors[key]` lists (constraint,
    weight), the constraint as the model has it (of linopy what `sel` leaves of one) or the name of its row, such as
    "cap[2030]", which of a file is the only way: the floor is the sum of weight x price of the constraint over
    `discount[key]` (1 where none is given), where the price of an inequality is never negative, whichever
    way it is written. Rules: ("maximum" | "minimum", key, value), ("max_rise" | "max_fall" |
    "max_rise_share" | "max_fall_share", key, key_before, value), ("equal", key, other_key). The model must
    be active, continuous and linear with one objective; bounds, ranges and fixed variables become rows,
    maximisation is turned round. The model's variables keep their values: ask `Prices`.
    For the model of `floors.build` prices are present values in thousand per t: give the weight of the year,
    model.weight[t], as discount to have USD/kg. Raises UsageError for anything else, Infeasible, Unbounded, and
    SolveError for a number of the model that HiGHS would take for another, by the names of its row and column.
    `done` is told of each Step.
    """
    compiled = compile_any(model)
    for name, given in (("floors", floors), ("discount", discount or {})):
        if not isinstance(given, Mapping):
            raise UsageError(f"{name} expects a mapping by key; found {shown(given)}.")
    if isinstance(rules, str | Mapping) or not isinstance(rules, Iterable):
        raise UsageError(
            f"rules expects a list of rules, such as [('maximum', key, 50)]; found {shown(rules)}."
        )
    rows = _floor_rows(compiled, floors, discount or {})
    column = dict(zip(rows.keys, rows.column.tolist(), strict=True))
    under = [_rule(rule, column) for rule in rules]
    with telling(done):
        solver = Solver(compiled.lp)
        with stage("plan"):
            plan = solver.solve("the model")
        priced = choose(compiled, plan, rows, under, start=solver.basic(), ranges=ranges)
    sign = -1.0 if compiled.maximised else 1.0

    def by_key(values: Vector | None) -> dict[Hashable, float]:
        return {} if values is None else dict(zip(rows.keys, values.tolist(), strict=True))

    return Prices(
        floors=by_key(priced.floor),
        lowest=by_key(priced.lowest),
        highest=by_key(priced.highest),
        cost=sign * plan.objective,
        uplift=priced.uplift,
        make_whole=priced.make_whole,
        foregone=priced.foregone,
        least_make_whole=priced.least_make_whole,
        _compiled=compiled,
        _price=priced.price,
    )


def _term(key: Hashable, term: Any) -> tuple[Any, float]:
    """(constraint, weight) of a floor, or UsageError."""
    if not isinstance(term, tuple | list) or len(term) != 2:
        raise UsageError(f"floor {key!r} expects a list of (constraint, weight); found {shown(term)} in it.")
    return term[0], _number(term[1], f"the weight of {_called(term[0])} in floor {key!r}")


def _floor_rows(
    compiled: Compiled,
    floors: Mapping[Hashable, Iterable[tuple[Any, float]]],
    discount: Mapping[Hashable, float],
) -> FloorRows:
    unknown = [key for key in discount if key not in floors]
    if unknown:
        raise UsageError(f"discount names {unknown[0]!r}, which is no floor.")
    for key, number in discount.items():
        if _number(number, f"discount of {key!r}") <= 0:
            raise UsageError(f"discount of {key!r} expects a number above 0; found {number!r}.")
    m = compiled.lp.matrix.shape[0]
    rows, columns, values = [], [], []
    for f, (key, terms) in enumerate(floors.items()):
        if not isinstance(terms, Iterable):
            raise UsageError(f"floor {key!r} expects a list of (constraint, weight); found {shown(terms)}.")
        for term in terms:
            constraint, weight = _term(key, term)
            found = compiled.rows_of(constraint)
            if not found:
                raise UsageError(
                    f"floor {key!r} names {_called(constraint)}, which is no active row of this model with "
                    f"variables{_hint(compiled, constraint)}"
                )
            if len(found) > 1:
                raise UsageError(
                    f"floor {key!r} names {_called(constraint)}, which {_several(compiled, found)}."
                )
            rows.append(f)
            columns.append(found[0])
            values.append(weight / float(discount.get(key, 1.0)))
    k = len(floors)
    return FloorRows(
        keys=tuple(floors),
        column=np.arange(k),
        matrix=Matrix.from_entries(rows, columns, values, (k, m)),
        constant=np.zeros(k),
        weight=np.array([float(discount.get(key, 1.0)) for key in floors]),
    )


def _called(constraint: Any) -> str:
    return constraint if isinstance(constraint, str) else str(getattr(constraint, "name", repr(constraint)))


def _hint(compiled: Compiled, constraint: Any) -> str:
    """What to name instead; the end of a sentence."""
    if not isinstance(constraint, str):
        return "; name one row, such as m.cap[2030]."
    if any(constraint in part.keys for part in compiled.constraints if isinstance(part.component, Listed)):
        return ": it has no side, or says that a column is not below 0, which is no row of its own."
    if constraint in compiled.column_names:
        return ": it is a column. A bound of one is a row only where it is written as a row."
    members = [name for name in compiled.rows_named if name.startswith(f"{constraint}[")]
    if members:
        return f": name one of its rows, {listed(members)}."
    near = closest(constraint, compiled.rows_named)
    if near is not None:
        return f". Did you mean {near}?"
    return f". Its rows are {listed([*compiled.rows_named])}." if compiled.rows_named else "; it has no rows."


def _several(compiled: Compiled, rows: list[int]) -> str:
    names = [*dict.fromkeys(compiled.row_names[i] for i in rows)]
    if len(names) > 1:
        return f"has {len(names)} rows: name one, such as {names[0]}"
    return "has two sides: split it into two"


_KEYS = {
    "maximum": 1,
    "minimum": 1,
    "max_rise": 2,
    "max_fall": 2,
    "max_rise_share": 2,
    "max_fall_share": 2,
    "equal": 2,
}


def _number(value: object, what: str) -> float:
    """A finite number, or UsageError."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal) or not isfinite(value):
        raise UsageError(f"{what} expects a finite number; found {value!r}.")
    return float(value)


def _rule(rule: tuple[Any, ...], column: Mapping[Hashable, int]) -> Rule:
    """One rule of `price` as a row; raises UsageError for a kind or key that is not known."""
    if not isinstance(rule, tuple | list):
        raise UsageError(f"a rule is a tuple, such as ('maximum', key, 50); found {shown(rule)}.")
    if not rule or not isinstance(rule[0], str) or rule[0] not in _KEYS:
        raise UsageError(f"unknown rule {rule[0] if rule else rule!r}: expected {', '.join(_KEYS)}.")
    kind, *rest = rule
    count, valued = _KEYS[kind], kind != "equal"
    if len(rest) != count + valued:
        wanted = ", ".join(["key", "other key"][:count] + ["value"] * valued)
        raise UsageError(f"rule {kind} expects ({kind}, {wanted}); found {shown(rule)}.")
    keys = rest[:count]
    for key in keys:
        if not isinstance(key, Hashable) or key not in column:
            raise UsageError(f"rule {kind} names {key!r}, which is no floor.")
    value = _number(rest[-1], f"rule {kind}") if valued else 0.0
    now = column[keys[0]]
    name = f"{kind} {keys[0]}"
    if kind == "maximum":
        return Rule(name=name, floors=((now, 1.0),), upper=value, number=value)
    if kind == "minimum":
        return Rule(name=name, floors=((now, 1.0),), lower=value, number=value)
    before = column[keys[1]]
    if kind == "equal":
        return Rule(name=name, floors=((now, 1.0), (before, -1.0)), lower=0.0, upper=0.0)
    return change_rule(name, kind, now, before, value, 1.0)
