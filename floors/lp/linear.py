"""Linear programs as arrays, and the way from a Pyomo model to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from floors.errors import UsageError
from floors.lp.labels import KeyTable
from floors.lp.scales import Unfit, check_costs, check_sides, row_scales
from floors.lp.sparse import Matrix, vstack

if TYPE_CHECKING:
    from floors.lp.templates import Compiler

Vector = np.ndarray
Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class LinearProgram:
    """Minimise cost @ x + offset over row_lower <= matrix @ x <= row_upper, lower <= x <= upper.

    `matrix` is m x n; all other arrays are float vectors of length m or n.
    """

    cost: Vector
    offset: float
    matrix: Matrix
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector


@dataclass(frozen=True)
class Placed:
    """A Var or Constraint and where its members went: `at[i]` is the column or row of key i, -1 for none.

    A constraint with two sides has two rows; `other` is the second of each key, where there is one.
    """

    component: Any
    at: Vector
    index: KeyTable | list[Any] = field(repr=False)
    other: Vector | None = None

    @property
    def keys(self) -> list[Any]:
        """The keys of the component, in its order."""
        return self.index.keys if isinstance(self.index, KeyTable) else self.index

    def spelled(self, positions: Vector) -> list[Any]:
        """The keys at these positions."""
        if isinstance(self.index, KeyTable):
            return self.index.take(positions).keys
        return [self.index[i] for i in positions.tolist()]

    @cached_property
    def places(self) -> dict[Any, int]:
        """Key -> its place, for those that have one."""
        found = dict(zip(self.keys, self.at.tolist(), strict=True))
        return found if (self.at >= 0).all() else {key: place for key, place in found.items() if place >= 0}

    def all_of(self, key: Any) -> list[int]:
        """The places of a key."""
        if key not in self.places:
            return []
        more = [] if self.other is None else [int(self.other[self.keys.index(key)])]
        return [self.places[key], *(i for i in more if i >= 0)]

    def moved(self, place: Vector) -> Placed:
        """The same members at `place[old]`; `place` ends with the -1 of those that have none."""
        other = None if self.other is None else place[self.other]
        return Placed(self.component, place[self.at], self.index, other)


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A Pyomo LP as arrays in priced form, and where its parts went.

    Every row reads `a x >= b` or `a x = b` (rows written `<=` are turned round), every column is `>= 0` or
    free: bounds of any other kind, and fixed variables, have become rows at the end. `flipped` rows are
    those turned round; the price of an inequality is therefore never negative.
    """

    lp: LinearProgram
    equality: Vector  # m, bool
    flipped: Vector  # m, bool
    free: Vector  # n, bool
    maximised: bool
    variables: tuple[Placed, ...] = field(repr=False)
    constraints: tuple[Placed, ...] = field(repr=False)

    @cached_property
    def _vars(self) -> dict[int, Placed]:
        """By id of the component, which the part keeps alive."""
        return {id(part.component): part for part in self.variables}

    @cached_property
    def _rows_by(self) -> dict[int, Placed]:
        return {id(part.component): part for part in self.constraints}

    @cached_property
    def kept(self) -> dict[str, Any] | None:
        """What those of one `Again` share; None for any other."""
        return None

    def once(self, name: str, find: Callable[[], Found]) -> Found:
        """What `find` finds, which hangs on none of the numbers in which those of one `Again` differ: once for them
        all, each time for any other."""
        if self.kept is None:
            return find()
        if name not in self.kept:
            self.kept[name] = find()
        found: Found = self.kept[name]
        return found

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was looked up is by ids, which are those of this process."""
        return {one.name: self.__dict__[one.name] for one in fields(self)}

    def columns(self, component: Any) -> tuple[list[Any], Vector]:
        """Keys of a Var and their columns, -1 for a variable that appears nowhere."""
        part = self._vars.get(id(component))
        if part is not None:
            return part.keys, part.at
        keys = list(component.keys())
        if not component.is_reference():
            return keys, np.full(len(keys), -1)
        places = [_all_of(self._vars, member) for member in component.values()]
        return keys, np.array([at[0] if at else -1 for at in places], dtype=int)

    def column_of(self, component: Any) -> dict[Any, int]:
        """Key of a Var -> its column, for those that appear; of this LP, to be read alone."""
        part = self._vars.get(id(component))
        if part is not None:
            return part.places
        keys, places = self.columns(component)
        return {key: at for key, at in zip(keys, places.tolist(), strict=True) if at >= 0}

    def rows(self, component: Any) -> dict[Any, int]:
        """Key of a Constraint -> its row, the first where it has two, for those that were not empty."""
        part = self._rows_by.get(id(component))
        if part is not None:
            return part.places
        if not component.is_reference():
            return {}
        return {key: at[0] for key, member in component.items() if (at := self.rows_of(member))}

    def rows_of(self, constraint: Any) -> list[int]:
        """The rows of one constraint, such as `m.cap["bloc", 2030]` or its name: none where it takes no part, two where
        it has two sides."""
        if isinstance(constraint, str):
            return self.rows_named.get(constraint, [])
        return _all_of(self._rows_by, constraint)

    @cached_property
    def rows_named(self) -> dict[str, list[int]]:
        """The rows of each name."""
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.row_names):
            if name:
                found.setdefault(name, []).append(row)
        return found

    @cached_property
    def column_names(self) -> list[str]:
        """What the model calls each column."""
        return _names(self.variables, len(self.free))

    @cached_property
    def row_names(self) -> list[str]:
        """What the model calls each row; nothing where it is a bound, or holds a fixed variable."""
        return _names(self.constraints, len(self.equality))

    def places(self, component: Any) -> Vector:
        """The columns of a Var, in the order of its keys, which nobody spells; -1 for one that appears nowhere."""
        part = self._vars.get(id(component))
        return self.columns(component)[1] if part is None else part.at

    def variable(self, column: int) -> tuple[Any, Any]:
        """The Var of a column, and its key there."""
        return next(self.named(np.array([column])))

    def named(self, columns: Vector) -> Iterator[tuple[Any, Any]]:
        """Of each of these columns its Var and its key there; no other key is spelled."""
        owner, position = self._owner[:, columns]
        found: list[Any] = [None] * len(columns)
        for k, part in enumerate(self.variables):
            mine = np.flatnonzero(owner == k)
            for i, key in zip(mine.tolist(), part.spelled(position[mine]), strict=True):
                found[i] = part.component, key
        yield from found

    @cached_property
    def _owner(self) -> Vector:
        """For each column its part, and its position there."""
        found = np.zeros((2, len(self.free)), dtype=int)
        for k, part in enumerate(self.variables):
            at = np.flatnonzero(part.at >= 0)
            found[0, part.at[at]], found[1, part.at[at]] = k, at
        return found

    def without(self, component: Any, cost: Vector) -> Compiled:
        """The same LP without the rows of a Constraint, at other costs (n)."""
        keep = np.ones(len(self.equality), dtype=bool)
        part = self._rows_by.get(id(component))
        if part is not None:
            for at in (part.at, part.other):
                if at is not None:
                    keep[at[at >= 0]] = False
        elif component.is_reference():
            keep[[i for member in component.values() for i in self.rows_of(member)]] = False
        return self._rows(keep, cost)

    def held(self, columns: Vector, values: Vector) -> Compiled:
        """The same LP with these columns fixed, a row each; rows that hold none but fixed columns go."""
        n = len(self.lp.cost)
        fixed = np.zeros(n, dtype=bool)
        fixed[columns] = True
        entries = self.lp.matrix
        keep = np.zeros(entries.shape[0], dtype=bool)
        keep[entries.row[~fixed[entries.indices]]] = True
        kept = self._rows(keep, self.lp.cost)
        new = Matrix.from_entries(np.arange(len(columns)), columns, np.ones(len(columns)), (len(columns), n))
        lp = replace(
            kept.lp,
            matrix=vstack([kept.lp.matrix, new]),
            row_lower=np.concatenate([kept.lp.row_lower, values]),
            row_upper=np.concatenate([kept.lp.row_upper, values]),
        )
        return replace(
            kept,
            lp=lp,
            equality=np.concatenate([kept.equality, np.ones(len(columns), dtype=bool)]),
            flipped=np.concatenate([kept.flipped, np.zeros(len(columns), dtype=bool)]),
        )

    def _rows(self, keep: Vector, cost: Vector) -> Compiled:
        """The same LP with these rows alone (bool, m), at other costs (n)."""
        place = np.cumsum(keep) - 1
        lp = LinearProgram(
            cost=cost,
            offset=self.lp.offset,
            matrix=self.lp.matrix[keep],
            row_lower=self.lp.row_lower[keep],
            row_upper=self.lp.row_upper[keep],
            lower=self.lp.lower,
            upper=self.lp.upper,
        )
        moved = np.append(np.where(keep, place, -1), -1)
        return replace(
            self,
            lp=lp,
            equality=self.equality[keep],
            flipped=self.flipped[keep],
            constraints=tuple(part.moved(moved) for part in self.constraints),
        )


def _all_of(parts: dict[int, Placed], member: Any) -> list[int]:
    """The places of one member of a component; none of anything else."""
    if not hasattr(member, "parent_component") or not hasattr(member, "index"):
        return []
    part = parts.get(id(member.parent_component()))
    return [] if part is None else part.all_of(member.index())


def _names(parts: tuple[Placed, ...], count: int) -> list[str]:
    from pyomo.core.base.component_namer import index_repr

    names = [""] * count
    for part in parts:
        name, indexed = part.component.name, part.component.is_indexed()
        listed = getattr(part.component, "listed", False)
        for at in (part.at, *([] if part.other is None else [part.other])):
            for i in np.flatnonzero(at >= 0).tolist():
                key = part.keys[i]
                names[at[i]] = key if listed else name + index_repr(key) if indexed else name
    return names


# Columns of floors' own model stand in this order, so that of plans that cost the same the solver ends at the same.
ORDER = {
    name: i
    for i, name in enumerate(
        (
            *("consume", "produce", "build", "ship", "connect", "stock", "put", "take", "waste"),
            *("passed", "mingled", "exempt", "liable"),
        )
    )
}


def compile_model(model: Any) -> Compiled:
    """A model as arrays: by its rules where they are all known, else by Pyomo's own compiler.

    Raises what `floors.lp.by_pyomo` raises, UsageError for anything but a model, and `Unfit`, by the names of the
    model, for a number of which HiGHS would make another.
    """
    from floors.lp.rules import Unknown

    check_model(model)
    try:
        compiled = compile_by_rules(model)
    except Unknown:
        from floors.lp.by_pyomo import compile_by_pyomo

        compiled = compile_by_pyomo(model)
    check_fit(compiled)
    return compiled


def check_model(model: Any, also: str = "") -> None:
    """Raise UsageError, saying what to pass (and `also`), for anything but a Pyomo model, or block of one, with its
    members."""
    from pyomo.core.base.block import BlockData

    wanted = f"expected a Pyomo model: a ConcreteModel, or a Block of one{also}"
    if isinstance(model, str):
        raise UsageError(f"{wanted}; found the text {model[:80]!r}: pass the block itself.")
    if type(model).__module__.startswith("pyomo.core.kernel"):
        raise UsageError(f"{wanted}; found one of pyomo.kernel: write it with pyomo.environ.")
    if isinstance(model, BlockData) and not model.is_constructed():
        how = (
            "pass what its create_instance() makes"
            if hasattr(model, "create_instance")
            else "add it to a model first"
        )
        raise UsageError(f"{wanted}; found {type(model).__name__}, which has no members yet: {how}.")
    if not isinstance(model, BlockData):
        indexed = ": name one of its members" if hasattr(model, "component_data_objects") else ""
        raise UsageError(f"{wanted}; found {type(model).__name__}{indexed}.")


def check_fit(compiled: Compiled) -> None:
    """Raise `Unfit`, by the names of the model, where HiGHS has no number for one of its own."""
    lp = compiled.lp
    try:
        check_costs(lp.cost)
        scale = row_scales(lp.matrix)
        check_sides(
            *((lp.row_lower, lp.row_upper) if scale is None else (lp.row_lower * scale, lp.row_upper * scale))
        )
    except Unfit as error:
        row = compiled.row_names[error.row] if error.row >= 0 else ""
        if error.row >= 0 and not row:
            row = f"a bound of {compiled.column_names[lp.matrix[[error.row]].indices[0]]}"
        error.args = (error.told(row, compiled.column_names[error.column]),)
        raise


def compile_by_rules(model: Any, walk: Compiler | None = None) -> Compiled:
    """The arrays of a model of rules; raises `floors.lp.templates.Unknown`. `walk` as for `written`."""
    from floors.lp.rules import Unknown
    from floors.lp.templates import written

    w = written(model, walk)
    used = w.cost != 0
    used[w.column] = True
    order = sorted(w.columns, key=lambda one: ORDER.get(one[0].local_name, len(ORDER)))
    rank = np.concatenate([np.arange(first, end) for _, first, end in order]) if order else np.zeros(0, int)
    rank = rank[used[rank]]
    place = np.full(len(used), -1)
    place[rank] = np.arange(len(rank))
    m, n = len(w.side), len(rank)
    matrix = Matrix.from_entries(w.row, place[w.column], w.value, (m, n))
    if not matrix.data.all():
        raise Unknown("entries of a row that cancel")
    lp = LinearProgram(
        cost=w.cost[rank],
        offset=w.offset,
        matrix=matrix,
        row_lower=w.side,
        row_upper=np.where(w.equality, w.side, np.inf),
        lower=np.zeros(n),
        upper=np.full(n, np.inf),
    )
    return Compiled(
        lp=lp,
        equality=w.equality,
        flipped=w.flipped,
        free=np.zeros(n, dtype=bool),
        maximised=False,
        variables=tuple(Placed(v, place[first:end], v.index_set().table) for v, first, end in w.columns),
        constraints=tuple(Placed(c, at, c.index_set().table) for c, at in w.rows),
    )
