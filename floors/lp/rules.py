"""What a Pyomo rule says, found out once: the rule is called at places in place of keys, and what it returns is kept
as a tree of sums and products of names, which stands for every row of every model that has these components.

A rule that decides by a key, computes one, or uses what has no column (`Unknown`) is left to Pyomo. Nothing of Pyomo
is replaced meanwhile, so threads do not meet.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from pyomo.core.base.param import ScalarParam

from floors.lp.components import Members, Numbers, Quantities, Rows

VARIABLE, NUMBER, INDEX, GROUPS, SCALAR = "variable", "number", "index", "groups", "scalar"


class Unknown(Exception):
    """Something in a model that the rules' compiler leaves to Pyomo's."""


class Place:
    """Stands for a name or year of a key."""

    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        raise Unknown("a rule compares a key")

    def __bool__(self) -> Any:
        raise Unknown("a rule decides by a key")

    __hash__ = object.__hash__


class Node:
    """A part of what a rule says; `varies` where it holds a variable."""

    __slots__ = ("varies",)
    varies: bool

    def __add__(self, other: Any) -> Any:
        return _sum(self, _part(other))

    def __radd__(self, other: Any) -> Any:
        return _sum(_part(other), self)

    def __sub__(self, other: Any) -> Any:
        return _sum(self, Negation(_part(other)))

    def __rsub__(self, other: Any) -> Any:
        return _sum(_part(other), Negation(self))

    def __mul__(self, other: Any) -> Any:
        return Product(self, _part(other))

    def __rmul__(self, other: Any) -> Any:
        return Product(_part(other), self)

    def __truediv__(self, other: Any) -> Any:
        return Quotient(self, _part(other))

    def __rtruediv__(self, other: Any) -> Any:
        return Quotient(_part(other), self)

    def __neg__(self) -> Any:
        return Negation(self)

    def __le__(self, other: Any) -> Any:
        return Relation(self, _part(other), equal=False)

    def __ge__(self, other: Any) -> Any:
        return Relation(_part(other), self, equal=False)

    def __eq__(self, other: object) -> Any:
        return Relation(self, _part(other), equal=True)

    def __bool__(self) -> Any:
        raise Unknown("a rule decides by an expression")

    __hash__ = object.__hash__


class Number(Node):
    """A number that the rule itself writes."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.varies, self.value = False, value


class Member(Node):
    """A component at places, or by itself."""

    __slots__ = ("kind", "name", "places", "said")

    def __init__(self, said: _Listener, name: str, places: tuple[Any, ...] = ()) -> None:
        self.said, self.name, self.places = said, name, places
        self.kind = said.kind(name)
        self.varies = self.kind[0] == VARIABLE

    def __getitem__(self, key: Any) -> Member:
        return Member(self.said, self.name, key if key.__class__ is tuple else (key,))

    def __iter__(self) -> Iterator[Any]:
        width = self.kind[1]
        loop = Loop(tuple(Place() for _ in range(width)), self)
        self.said.loops.append(loop)
        try:
            yield loop.places if width > 1 else loop.places[0]
        finally:
            loop.open = False


class Loop:
    """Going through a Set, whose member stands at `places`; `open` as long as what goes through it has not left."""

    __slots__ = ("open", "over", "places")

    def __init__(self, places: tuple[Place, ...], over: Member) -> None:
        self.places, self.over, self.open = places, over, True


class Sum(Node):
    """Terms added up."""

    __slots__ = ("terms",)

    def __init__(self, *terms: Node) -> None:
        self.varies, self.terms = any(term.varies for term in terms), terms


class Total(Node):
    """A body added up over the members of Sets, each of which stands among the places of those before it."""

    __slots__ = ("body", "loops")

    def __init__(self, body: Node, loops: list[Loop]) -> None:
        self.varies, self.body, self.loops = body.varies, body, loops


class Product(Node):
    """One factor times another, at most one of which varies."""

    __slots__ = ("by", "of")

    def __init__(self, one: Node, other: Node) -> None:
        if one.varies and other.varies:
            raise Unknown("a product of variables")
        self.by, self.of = (other, one) if one.varies else (one, other)
        self.varies = self.of.varies


class Quotient(Node):
    """A dividend over a divisor that does not vary."""

    __slots__ = ("by", "of")

    def __init__(self, of: Node, by: Node) -> None:
        if by.varies:
            raise Unknown("a variable in a divisor")
        self.of, self.by, self.varies = of, by, of.varies


class Negation(Node):
    """The negative."""

    __slots__ = ("of",)

    def __init__(self, of: Node) -> None:
        self.of, self.varies = of, of.varies


class Relation:
    """`left <= right`, or `left == right`."""

    def __init__(self, left: Node, right: Node, *, equal: bool) -> None:
        self.left, self.right, self.equal = left, right, equal

    def __bool__(self) -> Any:
        raise Unknown("a rule decides by a comparison")


def _part(other: Any) -> Node:
    if isinstance(other, Node):
        return other
    if isinstance(other, int | float):
        return Number(float(other))
    raise Unknown(f"{other!r} in a rule")


def _sum(*terms: Node) -> Node:
    flat: list[Node] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else (term,)
    return Sum(*flat)


@dataclass(frozen=True)
class Said:
    """What a rule says of `places`, and what it took each component to be."""

    expression: Any
    places: tuple[Place, ...]
    kinds: dict[str, tuple[str, int]]

    def fits(self, block: Any) -> bool:
        """Whether the components of a block are what they were taken to be."""
        return all(kind_of(block, name) == kind for name, kind in self.kinds.items())


class _Model:
    """Stands for the block of a rule: components by name."""

    def __init__(self, said: _Listener) -> None:
        self._said = said

    def __getattr__(self, name: str) -> Member:
        return Member(self._said, name)


class _Listener:
    """Notes which components a rule names, and over which Sets it adds up."""

    def __init__(self, block: Any) -> None:
        self.block = block
        self.kinds: dict[str, tuple[str, int]] = {}
        self.loops: list[Loop] = []

    def kind(self, name: str) -> tuple[str, int]:
        if name not in self.kinds:
            self.kinds[name] = kind_of(self.block, name)
        return self.kinds[name]


_now = threading.local()  # `listener` while a rule is being called at places
_known: WeakKeyDictionary[Callable[..., Any], Said] = WeakKeyDictionary()


def kind_of(block: Any, name: str) -> tuple[str, int]:
    """What a component is, and the number of places that one goes through in a sum over it."""
    component = block.component(name)
    if isinstance(component, Quantities):
        return VARIABLE, 0
    if isinstance(component, Numbers):
        return NUMBER, 0
    if isinstance(component, Rows):
        return INDEX, component.table.width
    if isinstance(component, Members):
        return GROUPS, len(component.rest)
    if isinstance(component, ScalarParam):
        return SCALAR, 0
    raise Unknown(f"{name} is not held as columns")


def sum(terms: Iterable[Any], /) -> Any:
    """The builtin, which while a rule is called at places adds up over whole Sets."""
    listener = getattr(_now, "listener", None)
    if listener is None:
        return builtins.sum(terms)
    around, listener.loops = listener.loops, []
    loops, bodies = listener.loops, []
    try:
        for body in terms:
            if not all(loop.open for loop in loops):  # a Set that something in the body went through
                raise Unknown("a Set gone through outside a sum")
            bodies.append(body)
    finally:
        listener.loops = around
    if not loops:
        return builtins.sum(bodies)
    if len(bodies) != 1:
        raise Unknown("a sum over a Set and something else")
    return Total(_part(bodies[0]), loops)


def said_by(rule: Callable[..., Any], block: Any, width: int) -> Said:
    """What a rule of a block says of keys with so many places; raises Unknown.

    Kept as long as the rule, since it names components and holds none: rules are pure.
    """
    known = _known.get(rule)
    if known is not None and len(known.places) == width and known.fits(block):
        return known
    listener, places = _Listener(block), tuple(Place() for _ in range(width))
    before = getattr(_now, "listener", None)
    _now.listener = listener
    try:
        expression = rule(_Model(listener), *places)
    except (
        TypeError,
        ValueError,
        AttributeError,
        LookupError,
    ) as error:  # with keys it works, or says so itself
        raise Unknown(f"{type(error).__name__}: {error}") from error
    finally:
        _now.listener = before
    if listener.loops:
        raise Unknown("a Set gone through outside a sum")
    found = Said(expression, places, listener.kinds)
    if _lasting(rule):
        _known[rule] = found
    return found


def _lasting(rule: Any) -> bool:
    """Whether a rule says the same whenever it is asked: it reads no number from around it."""
    if getattr(rule, "__closure__", None) or getattr(rule, "__defaults__", None):
        return False
    around, codes = getattr(rule, "__globals__", {}), [getattr(rule, "__code__", None)]
    for code in codes:
        if code is None:
            return False
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
        read = (around[name] for name in code.co_names if name in around)
        if not all(callable(value) or isinstance(value, ModuleType) for value in read):
            return False
    return True
