"""From what rules say to arrays: every rule is walked once, with a whole column of numbers where the walk of a single
row would have one.

`Unknown` is raised at what the rules' compiler does not know, and by `written` where members of the model exist
already, since they may have been changed: the caller then lets Pyomo's own compiler do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.core as pyo

from floors.lp.components import Each, Least, Rows
from floors.lp.labels import Labels, Vector
from floors.lp.rules import (
    GROUPS,
    NUMBER,
    SCALAR,
    Member,
    Negation,
    Node,
    Number,
    Place,
    Product,
    Quotient,
    Relation,
    Sum,
    Total,
    Unknown,
    said_by,
)


@dataclass(kw_only=True)
class Arrays:
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


class _Scope:
    """The rows over which an expression stands: `row[i]` of the rule's index that each belongs to.

    Inside a sum `step[i]` is the row of the scope `around` it, out of which whatever does not depend on the members
    gone through is carried in.
    """

    def __init__(
        self,
        row: Vector,
        code: dict[Place, Vector],
        found: dict[Any, Vector],
        around: _Scope | None = None,
        step: Vector | None = None,
    ) -> None:
        self.row, self.around, self.step = row, around, step
        self.code = code  # of each place that this scope adds
        self.found = found  # rows of an index at places: those looked for, and those known from the start

    def owner(self, places: tuple[Any, ...]) -> _Scope:
        """The innermost scope that adds one of these places, else the outermost."""
        scope = self
        while scope.around is not None and not any(place in scope.code for place in places):
            scope = scope.around
        return scope

    def carried(self, numbers: Vector, scope: _Scope) -> Vector:
        """What there is one of for each row of a scope around, for each row of this one."""
        if scope is self:
            return numbers
        assert self.around is not None and self.step is not None
        return np.asarray(self.around.carried(numbers, scope)[self.step])


class _Terms:
    """Entries and constants of a block of rows as they come."""

    def __init__(self, count: int) -> None:
        self.entries: list[tuple[Vector, Vector, Vector]] = []  # row of the block, column, number
        self.constant = np.zeros(count)


class Compiler:
    """Walks what the rules of one model say. One that is `kept` looks nothing up again when it walks once more, with
    other numbers in `columns_of`."""

    def __init__(self, *, kept: bool = False) -> None:
        self.kept = kept
        self._opened: dict[int, tuple[Any, _Scope]] = {}  # by id of a component
        self._inside: dict[
            tuple[int, int], tuple[_Scope, Vector]
        ] = {}  # by ids of a sum and the scope around
        self.first: dict[int, int] = {}  # id(Var) -> its first column
        self.columns: list[tuple[Any, int, int]] = []
        self.columns_of: dict[int, Vector] = {}  # id(Param) -> its numbers
        self.width = 0
        self.block: Any = None
        self.labels: Labels | None = None

    def open(self, component: Any, index: Rows | None) -> tuple[Any, _Scope]:
        """What the rule of a component says, and the scope of its index."""
        self.block = component.parent_block()
        found = self._opened.get(id(component)) or self._open(component.says, index)
        if self.kept:
            self._opened[id(component)] = found
        return found

    def _open(self, rule: Any, index: Rows | None) -> tuple[Any, _Scope]:
        block = self.block
        if index is None:
            said = said_by(rule, block, 0)
            return said.expression, _Scope(np.zeros(1, dtype=np.int64), {}, {})
        said = said_by(rule, block, index.table.width)
        self.labels = index.table.labels
        code = dict(zip(said.places, index.table.columns, strict=True))
        row = np.arange(len(index.table))
        return said.expression, _Scope(row, code, {(id(index), *map(id, said.places)): row})

    # ------------------------------------------------------------- look-ups

    def component(self, name: str) -> Any:
        """A component whose members nobody has looked at."""
        found = self.block.component(name)
        _untouched(found)
        return found

    def column(self, numbers: Any) -> Vector:
        """What a Param holds now."""
        found = self.columns_of.get(id(numbers))
        if found is None:
            found = numbers.now()
            if found is None:
                raise Unknown(f"{numbers.name} has no number for some key, or an expression")
            self.columns_of[id(numbers)] = found
        return found

    def find(self, index: Rows, places: tuple[Any, ...], scope: _Scope) -> Vector:
        """The rows of an index at these places, for each row of the scope."""
        key = (id(index), *map(id, places))
        owner = scope.owner(places)
        rows = owner.found.get(key)
        if rows is None:
            _untouched(index)
            if len(places) != index.table.width:
                raise Unknown(f"{index.name} has {index.table.width} places, not {len(places)}")
            codes = [self._code(index, place, owner) for place in places]
            rows = np.broadcast_to(index.table.find(codes), len(owner.row))
            if len(rows) and rows.min() < 0:
                raise Unknown(f"a rule looks for a key that {index.name} does not have")
            owner.found[key] = rows
        return scope.carried(rows, owner)

    def _code(self, index: Rows, place: Any, scope: _Scope) -> Any:
        if place.__class__ is not Place:
            return index.table.labels.code.get(place, -1)
        if self.labels is not None and index.table.labels is not self.labels:
            raise Unknown(f"the names of {index.name} are of another model")
        owner = scope.owner((place,))
        return scope.carried(owner.code[place], owner)

    # ------------------------------------------------------------- sums over Sets

    def inside(self, e: Total, scope: _Scope) -> tuple[_Scope, Vector]:
        """The scope of the body of a sum, and the row of the scope around that each of its rows belongs to."""
        key = id(e), id(scope)
        found = self._inside.get(key) or self._go_inside(e, scope)
        if self.kept:
            self._inside[key] = found
        return found

    def _go_inside(self, e: Total, scope: _Scope) -> tuple[_Scope, Vector]:
        position = np.arange(len(scope.row))
        for loop in e.loops:
            places, over = loop.places, loop.over
            component = self.component(over.name)
            if over.kind[0] == GROUPS:
                index = component.index_set()
                step, at = component.groups.expand(self.find(index, over.places, scope))
                members = component.members.take(at)
                known = (id(component.of), *map(id, component.key(over.places, places)))
                found = {known: component.groups.order[at]}
            else:
                count, size = len(scope.row), len(component.table)
                step, at = np.repeat(np.arange(count), size), np.tile(np.arange(size), count)
                members = component.table if count == 1 else component.table.take(at)
                found = {(id(component), *map(id, places)): at}
            self.labels = self.labels or members.labels
            code = dict(zip(places, members.columns, strict=True))
            scope, position = _Scope(scope.row[step], code, found, scope, step), position[step]
        return scope, position

    # ------------------------------------------------------------- numbers

    def number(self, e: Node, scope: _Scope) -> Any:
        """The value of an expression without variables: a number, or one for each row of the scope."""
        if isinstance(e, Number):
            return e.value
        if isinstance(e, Member):
            component = self.block.component(e.name)
            if e.kind[0] == NUMBER:
                return self.column(component)[self.find(component.index_set(), e.places, scope)]
            if e.kind[0] != SCALAR or e.places:
                raise Unknown(f"{e.name} is no number")
            return pyo.value(component)
        if isinstance(e, Sum):
            return sum(self.number(term, scope) for term in e.terms)
        if isinstance(e, Product):
            return self.number(e.by, scope) * self.number(e.of, scope)
        if isinstance(e, Negation):
            return -self.number(e.of, scope)
        if isinstance(e, Quotient):
            return self.number(e.of, scope) / self.number(e.by, scope)
        assert isinstance(e, Total)
        inner, position = self.inside(e, scope)
        numbers = np.broadcast_to(self.number(e.body, inner), len(position))
        return np.bincount(position, numbers, len(scope.row))

    # ------------------------------------------------------------- linear expressions

    def linear(self, e: Node, scope: _Scope, by: Any, terms: _Terms) -> None:
        """Add `by` x the expression to the terms."""
        if not e.varies:
            number = np.broadcast_to(by * self.number(e, scope), len(scope.row))
            terms.constant += np.bincount(scope.row, number, len(terms.constant))
        elif isinstance(e, Member):
            variable = self.component(e.name)
            column = self._first(variable) + self.find(variable.index_set(), e.places, scope)
            terms.entries.append((scope.row, column, np.broadcast_to(np.asarray(by, float), len(scope.row))))
        elif isinstance(e, Sum):
            for term in e.terms:
                self.linear(term, scope, by, terms)
        elif isinstance(e, Total):
            inner, position = self.inside(e, scope)
            self.linear(e.body, inner, by[position] if np.ndim(by) else by, terms)
        elif isinstance(e, Product):
            self.linear(e.of, scope, by * self.number(e.by, scope), terms)
        elif isinstance(e, Negation):
            self.linear(e.of, scope, -by, terms)
        elif isinstance(e, Quotient):
            self.linear(e.of, scope, by / self.number(e.by, scope), terms)

    def _first(self, variable: Any) -> int:
        found = self.first.get(id(variable))
        if found is None:
            found = self.first[id(variable)] = self.width
            self.width += len(variable.index_set().table)
            self.columns.append((variable, found, self.width))
        return found


def _untouched(component: Any) -> None:
    if component.touched:
        raise Unknown(f"members of {component.name} exist, and may not be what the rules say")


def written(model: Any, walk: Compiler | None = None) -> Arrays:
    """A model of `floors.lp.components` as arrays; raises Unknown where it takes Pyomo's own compiler. `walk`: one that
    is kept for this very model."""
    walk = walk or Compiler()
    objectives = [*model.component_objects(pyo.Objective, active=True)]
    if len(objectives) != 1 or not isinstance(objectives[0], Least) or objectives[0].sense != pyo.minimize:
        raise Unknown("not one objective to minimise that is held as a rule")
    _untouched(objectives[0])
    cost = _Terms(1)
    expression, scope = walk.open(objectives[0], None)
    walk.linear(expression, scope, 1.0, cost)
    rows: list[tuple[Any, Vector]] = []
    blocks: list[tuple[Vector, ...]] = []
    height = 0
    for component in model.component_objects(pyo.Constraint, active=True):
        if not isinstance(component, Each):
            raise Unknown(f"{component.name} is not held as columns")
        _untouched(component)
        place, block = _block(walk, component, height)
        rows.append((component, place))
        blocks.append(block)
        height += len(block[3])
    costs = np.zeros(walk.width)
    for _, at, number in cost.entries:
        costs += np.bincount(at, number, walk.width)
    row, column, value, side, equality, flipped = (
        np.concatenate(parts) for parts in zip(_no_rows(), *blocks, strict=True)
    )
    for numbers in (costs, cost.constant, value, side):
        if not np.isfinite(numbers).all():
            raise Unknown("a number is not finite")
    return Arrays(
        columns=walk.columns,
        rows=rows,
        cost=costs,
        offset=float(cost.constant[0]),
        row=row,
        column=column,
        value=value,
        side=side,
        equality=equality,
        flipped=flipped,
    )


def _no_rows() -> tuple[Vector, ...]:
    """Row, column, value; side, equality, flipped."""
    kinds = (np.int64, np.int64, float, float, bool, bool)
    return tuple(np.zeros(0, dtype=kind) for kind in kinds)


def _block(walk: Compiler, component: Each, height: int) -> tuple[Vector, tuple[Vector, ...]]:
    """The rows of a Constraint below those there are already: the row of each key, and their arrays."""
    index = component.index_set()
    _untouched(index)
    count = len(index.table)
    if not count:
        return np.zeros(0, dtype=np.int64), _no_rows()
    relation, scope = walk.open(component, index)
    if relation.__class__ is not Relation:
        raise Unknown(f"{component.name} is not `<=`, `>=` or `==` of two sides")
    # Priced form: right - left >= 0; an equation as Pyomo has it, left - right.
    sign = 1.0 if relation.equal else -1.0
    terms = _Terms(count)
    walk.linear(relation.left, scope, sign, terms)
    from_left = len(terms.entries)
    walk.linear(relation.right, scope, -sign, terms)
    at, column, number = (np.concatenate(parts) for parts in zip(_no_rows()[:3], *terms.entries, strict=True))
    there = number != 0
    of_left = sum(len(entry[0]) for entry in terms.entries[:from_left])
    on_left = np.bincount(at[:of_left], minlength=count) > 0  # to Pyomo 0 x a variable is one too
    held = np.bincount(at[there], minlength=count) > 0
    constant = terms.constant
    if relation.equal:  # but right = left where only the right side has variables
        turned = np.where(on_left, 1.0, -1.0)
        number, constant = number * turned[at], constant * turned
    off = constant != 0 if relation.equal else constant < 0
    if (off & ~held).any():
        raise Unknown(f"a row of {component.name} has no variables and does not hold")
    place = np.where(held, height + np.cumsum(held) - 1, -1)
    flipped = on_left[held] & (not relation.equal)
    equality = np.full(len(flipped), relation.equal)
    return place, (place[at[there]], column[there], number[there], -constant[held], equality, flipped)
