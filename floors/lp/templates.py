"""From Pyomo rules to arrays: every rule is called once, at placeholders, and what it returns is walked once,
with a whole column of numbers where the walk of a single row would have one.

Known: sums over Sets, Params, Vars, products by numbers, quotients, negations, `<=`, `>=`, `==`. `Unknown` is raised
at anything else, and by `written` where a member of the model exists already, since it may have been changed:
the caller then lets Pyomo's own compiler do it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.core as pyo
from pyomo.core.expr import numeric_expr as ne
from pyomo.core.expr import relational_expr as relations
from pyomo.core.expr import template_expr as te

from floors.lp.components import Each, Least, Members, Numbers, Quantities, Rows
from floors.lp.tables import Vector

SUMS = (ne.SumExpression, ne.LinearExpression, ne.NPV_SumExpression)
PRODUCTS = (ne.ProductExpression, ne.MonomialTermExpression, ne.NPV_ProductExpression)
NEGATIONS = (ne.NegationExpression, ne.NPV_NegationExpression)
QUOTIENTS = (ne.DivisionExpression, ne.NPV_DivisionExpression)
EQUALS, AT_MOST = relations.EqualityExpression, relations.InequalityExpression


class Unknown(Exception):
    """Something in a model that the rules' compiler leaves to Pyomo's."""


@dataclass
class Written:
    """A whole model as arrays: rows read `a x >= side`, or `= side` where `equality`; entries in any order."""

    columns: list[tuple[Any, int, int]]  # a Var, its first column, one beyond its last
    rows: list[tuple[Any, Vector]]  # a Constraint, the row of each of its keys, -1 for none
    cost: Vector
    offset: float
    row: Vector
    column: Vector
    value: Vector
    side: Vector
    equality: Vector
    flipped: Vector


@dataclass
class _Scope:
    """The rows over which a template stands: `row[i]` of the rule's index that each belongs to, and what each
    placeholder is in it."""

    row: Vector
    code: dict[int, Any]  # id(placeholder) -> column of codes
    found: dict[Any, Vector] = field(default_factory=dict)  # look-ups done, or known, in this scope
    position: Vector | None = (
        None  # in a sum: the row of the scope around it that each of its rows belongs to
    )


class _Terms:
    """Entries and constants of a block of rows as they come."""

    def __init__(self, count: int) -> None:
        self.entries: list[tuple[Vector, Vector, Vector]] = []
        self.constant = np.zeros(count)

    def add(self, scope: _Scope, number: Any) -> None:
        """A number that stands by itself."""
        number = np.broadcast_to(np.asarray(number, dtype=float), len(scope.row))
        self.constant += np.bincount(scope.row, number, len(self.constant))


class Compiler:
    """Walks the templates of one model."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}  # id(Var) -> its first column
        self.vars: list[Any] = []
        self.width = 0

    def block(self, rule: Any, index: Any, parent: Any) -> tuple[Any, _Scope]:
        """The template of a rule, and the scope of its index."""
        expression, placeholders = te.templatize_rule(parent, rule, index)
        if index is None:
            return expression, _Scope(np.zeros(1, dtype=np.int64), {})
        _untouched(index)
        columns = index.table.columns
        code = {id(p): column for p, column in zip(placeholders, columns, strict=True)}
        scope = _Scope(np.arange(len(index)), code)
        scope.found[id(index), *map(id, placeholders)] = scope.row
        return expression, scope

    # ------------------------------------------------------------- numbers

    def find(self, index: Any, places: Any, scope: _Scope) -> Vector:
        """The rows of an index at these places."""
        if not isinstance(index, Rows):
            raise Unknown(f"{index} is not held as columns")
        _untouched(index)
        key = (id(index), *map(id, places))
        rows = scope.found.get(key)
        if rows is None:
            codes = [self._code(index, place, scope) for place in places]
            rows = np.broadcast_to(index.table.find(codes), len(scope.row))
            if len(rows) and rows.min() < 0:
                raise Unknown(f"a rule looks for a key that {index} does not have")
            scope.found[key] = rows
        return rows

    def _code(self, index: Any, place: Any, scope: _Scope) -> Any:
        if place.__class__ is te.IndexTemplate:
            return scope.code[id(place)]
        if hasattr(place, "is_expression_type"):
            raise Unknown(f"an index that is itself computed: {place}")
        return index.table.labels.code.get(place, -1)

    def number(self, e: Any, scope: _Scope) -> Any:
        """The value of an expression without variables: a number, or one for each row of the scope."""
        kind = e.__class__
        if kind in ne.native_numeric_types:
            return e
        if isinstance(e, te.GetItemExpression):
            component, *places = e._args_
            if not isinstance(component, Numbers):
                raise Unknown(f"{component} is not held as a column")
            _untouched(component)
            return component.column[self.find(component.index_set(), places, scope)]
        if isinstance(e, SUMS):
            return sum(self.number(a, scope) for a in e.args)
        if isinstance(e, PRODUCTS):
            a, b = e.args
            return self.number(a, scope) * self.number(b, scope)
        if isinstance(e, NEGATIONS):
            return -self.number(e.args[0], scope)
        if isinstance(e, QUOTIENTS):
            a, b = e.args
            return self.number(a, scope) / self.number(b, scope)
        if kind is te.TemplateSumExpression:
            body, inner = self._inside(e, scope)
            numbers = np.broadcast_to(self.number(body, inner), len(inner.row))
            return np.bincount(inner.position, numbers, len(scope.row))
        if not e.is_expression_type() and e.is_constant():
            return pyo.value(e)
        raise Unknown(f"{kind.__name__} in a rule")

    # ------------------------------------------------------------- sums over Sets

    def _inside(self, e: Any, scope: _Scope) -> tuple[Any, _Scope]:
        """The body of a sum and the scope that it stands in."""
        body, *sets = e.template_args()
        position = np.arange(len(scope.row))
        for placeholders, over in zip(e.template_iters(), sets, strict=True):
            if isinstance(over, te.GetItemExpression) and isinstance(over._args_[0], Members):
                component, *places = over._args_
                _untouched(component)
                step, at = component.groups.expand(self.find(component.index_set(), places, scope))
                members = component.members.take(at)
                key = id(component.of), *map(id, component.key(places, placeholders))
                known = {key: component.groups.order[at]}
            elif isinstance(over, Rows):
                _untouched(over)
                count, size = len(scope.row), len(over)
                step = np.repeat(np.arange(count), size)
                at = np.tile(np.arange(size), count)
                members = over.table if count == 1 else over.table.take(at)
                known = {(id(over), *map(id, placeholders)): at}
            else:
                raise Unknown(f"a sum over {over}")
            code = {key: c[step] if isinstance(c, np.ndarray) else c for key, c in scope.code.items()}
            code |= {id(p): c for p, c in zip(placeholders, members.columns, strict=True)}
            position = position[step]
            scope = _Scope(scope.row[step], code, known, position)
        return body, scope

    # ------------------------------------------------------------- linear expressions

    def linear(self, e: Any, scope: _Scope, by: Any, terms: _Terms) -> None:
        """Add `by` x the expression to the terms."""
        kind = e.__class__
        if kind in ne.native_numeric_types or not e.is_potentially_variable():
            terms.add(scope, by * self.number(e, scope))
        elif isinstance(e, te.GetItemExpression):
            variable, *places = e._args_
            column = self._first(variable) + self.find(variable.index_set(), places, scope)
            terms.entries.append((scope.row, column, np.broadcast_to(np.asarray(by, float), len(scope.row))))
        elif kind is te.TemplateSumExpression:
            body, inner = self._inside(e, scope)
            self.linear(body, inner, by[inner.position] if np.ndim(by) else by, terms)
        elif isinstance(e, SUMS):
            for a in e.args:
                self.linear(a, scope, by, terms)
        elif isinstance(e, PRODUCTS):
            a, b = e.args
            if a.__class__ not in ne.native_numeric_types and a.is_potentially_variable():
                a, b = b, a
            self.linear(b, scope, by * self.number(a, scope), terms)
        elif isinstance(e, NEGATIONS):
            self.linear(e.args[0], scope, -by, terms)
        elif isinstance(e, QUOTIENTS):
            a, b = e.args
            self.linear(a, scope, by / self.number(b, scope), terms)
        else:
            raise Unknown(f"{kind.__name__} in a rule")

    def _first(self, variable: Any) -> int:
        found = self.first.get(id(variable))
        if found is None:
            if not isinstance(variable, Quantities):
                raise Unknown(f"{variable} is not held as columns")
            _untouched(variable)
            found = self.first[id(variable)] = self.width
            self.vars.append(variable)
            self.width += len(variable.index_set())
        return found


def _untouched(component: Any) -> None:
    if component.touched:
        raise Unknown(f"members of {component} exist, and may not be what the rules say")


def written(model: Any) -> Written:
    """A model of `floors.lp.components` as arrays; raises Unknown where it takes Pyomo's own compiler."""
    walk = Compiler()
    objectives = [*model.component_objects(pyo.Objective, active=True)]
    if len(objectives) != 1 or not isinstance(objectives[0], Least) or objectives[0].sense != pyo.minimize:
        raise Unknown("not one objective to minimise that is held as a rule")
    _untouched(objectives[0])
    cost = _Terms(1)
    expression, scope = walk.block(objectives[0].rule, None, objectives[0].parent_block())
    walk.linear(expression, scope, 1.0, cost)
    rows: list[tuple[Any, Vector]] = []
    row, column, value, side, equal, flipped = [], [], [], [], [], []
    height = 0
    for component in model.component_objects(pyo.Constraint, active=True):
        if not isinstance(component, Each):
            raise Unknown(f"{component} is not held as columns")
        _untouched(component)
        index = component.index_set()
        count = len(index)
        if not count:
            rows.append((component, np.zeros(0, dtype=np.int64)))
            continue
        relation, scope = walk.block(component.rule, index, component.parent_block())
        if relation.__class__ not in (EQUALS, AT_MOST) or getattr(relation, "_strict", False):
            raise Unknown(f"{component} is not `<=`, `>=` or `==` of two sides")
        left, right = relation.args
        number_left = left.__class__ in ne.native_numeric_types or not left.is_potentially_variable()
        # Priced form: right - left >= 0; an equation as Pyomo has it, which is left - right unless left is a number.
        sign = -1.0 if relation.__class__ is AT_MOST or number_left else 1.0
        terms = _Terms(count)
        walk.linear(left, scope, sign, terms)
        of_left = len(terms.entries)
        walk.linear(right, scope, -sign, terms)
        at = _joined(terms.entries, 0, np.int64)
        number = _joined(terms.entries, 2, float)
        there = number != 0
        if not (np.isfinite(number).all() and np.isfinite(terms.constant).all()):
            raise Unknown(f"a number of {component} is not finite")
        held = np.bincount(at[there], minlength=count) > 0
        _check_empty(component, held, relation, terms.constant)
        place = np.where(held, height + np.cumsum(held) - 1, -1)
        rows.append((component, place))
        row.append(place[at[there]])
        column.append(_joined(terms.entries, 1, np.int64)[there])
        value.append(number[there])
        side.append(-terms.constant[held])
        equal.append(np.full(int(held.sum()), relation.__class__ is EQUALS))
        on_left = np.bincount(_joined(terms.entries[:of_left], 0, np.int64), minlength=count)[held] > 0
        flipped.append(on_left & (relation.__class__ is AT_MOST))
        height += int(held.sum())
    costs = np.zeros(walk.width)
    for _, at, number in cost.entries:
        costs += np.bincount(at, number, walk.width)
    if not (np.isfinite(costs).all() and np.isfinite(cost.constant).all()):
        raise Unknown("a cost is not finite")
    return Written(
        [(v, walk.first[id(v)], walk.first[id(v)] + len(v.index_set())) for v in walk.vars],
        rows,
        costs,
        float(cost.constant[0]),
        *(
            np.concatenate(parts) if parts else np.zeros(0)
            for parts in (row, column, value, side, equal, flipped)
        ),
    )


def _joined(entries: list[tuple[Vector, Vector, Vector]], k: int, kind: Any) -> Vector:
    return np.concatenate([e[k] for e in entries]) if entries else np.zeros(0, dtype=kind)


def _check_empty(component: Any, held: Vector, relation: Any, constant: Vector) -> None:
    """A row without variables must hold by itself, as it does for Pyomo."""
    off = constant != 0 if relation.__class__ is EQUALS else constant < 0
    if (off & ~held).any():
        raise Unknown(f"a row of {component} has no variables and does not hold")
