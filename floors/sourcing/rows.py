"""Every kind of row and column of the sourcing LP, declared once: what follows from a kind follows from here.

The names of a rule's parameters are the key of its rows: `t` is the year, `b` the period in which something is
built, `before` the year before. A kind is told in words, and its cells are named, in `floors.diagnosis.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from inspect import signature
from typing import Any, Literal

from floors.sourcing import caps, demand, exemptions, exports, links, production, stockpiles, trade

PER_KG = "{currency}/kg"


class Measure(Enum):
    """What the right side of a row is in (`side`), and the unit of its dual (`dual`), over weight[year] where the
    row is of a year."""

    GOODS = "t/yr", PER_KG
    COUNTED = "t/yr as a cap counts them", PER_KG
    ACTIVITY = "t/yr of activity", PER_KG
    CAPACITY = "t/yr of capacity", PER_KG
    BUILT = "t/yr of capacity built", PER_KG
    LINKED = "t/yr of link qualified", PER_KG
    STORED = "t at the end of a period", PER_KG
    MONEY = "thousand {currency}", "{currency}/{currency}"

    def __init__(self, side: str, dual: str) -> None:
        self.side, self.dual = side, dual


class Holder(Enum):
    """Whose room or duty a row is: who has its rent, is paid make-whole for it, and bears its right side.

    Make-whole is paid by the member where the holder is, or by all where that is no member. In the order of sheet
    `support`.
    """

    GOODS = "nobody: the price of the good, between who sells and who buys it; leaks are their buyers'"
    PLANT = "the owner of the process or plant, in the region where it stands"
    ROUTE = "the sender"
    SELLER = "the sender, of all that it ships abroad"
    BUYER = "the buyers, where they are"
    CAP = "the treasuries of the members under the cap; its room is theirs by table demand"
    STOCKPILE = "the owner of the stockpile, in its region"
    PLACE = "those who let it go to waste, where it arrived"
    POOL = "who has it, where it is"
    FUND = "the fund; its money is of the regions where it buys"


class Gives(Enum):
    """Whether a number on the right side is `policy`, `physics` or a `need`, and how much dearer than its worth it is
    to let it give way where a study has no plan: of what costs the same the first gives way."""

    CAP = "policy", 1.0
    ROUTE = "policy", 1.01
    POLICY = "policy", 1.02
    PHYSICS = "physics", 1.05
    NEED = "need", 2.0

    def __init__(self, group: str, times: float) -> None:
        self.group, self.times = group, times


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """One kind of row: constraint `name` of the model, called as its rule is, a row for each key of its set `index`.

    `gives` is None for what is no number of the input but an identity. `shared`: one row for all states of the
    world, as what is built is decided before any of them is known. `by_bloc`: a sum of shipments, or
    of what is paid back for them, made anew for each bloc of a coalition.
    """

    rule: Callable[..., Any]
    index: str
    sense: Literal["<=", ">=", "="]
    measure: Measure
    holder: Holder
    gives: Gives | None
    shared: bool = False
    by_bloc: bool = False

    @property
    def name(self) -> str:
        """What the constraint is called."""
        return self.rule.__name__

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the parts of a key, in order."""
        return tuple(signature(self.rule).parameters)[1:]

    @cached_property
    def year(self) -> int | None:
        """Which part of the key is the year; None for a row over the horizon."""
        return next((i for i, part in enumerate(self.key) if part in ("t", "b")), None)

    def year_of(self, index: Any) -> int | None:
        """The year of a row; None for one over the horizon."""
        return None if self.year is None else parts(index)[self.year]

    def own_year(self, index: Any) -> int | None:
        """The year of a row that a state of the world has for itself once it is known; None for any other."""
        return None if self.shared else self.year_of(index)


ROW_KINDS: dict[str, RowKind] = {
    kind.name: kind
    for kind in (
        RowKind(
            rule=production.capacity,
            index="CAPACITY",
            sense="<=",
            measure=Measure.CAPACITY,
            holder=Holder.PLANT,
            gives=Gives.PHYSICS,
        ),
        RowKind(
            rule=production.build_limit,
            index="BUILD_LIMITED",
            sense="<=",
            measure=Measure.BUILT,
            holder=Holder.PLANT,
            gives=Gives.PHYSICS,
            shared=True,
        ),
        RowKind(
            rule=production.build_total,
            index="TOTAL_LIMITED",
            sense="<=",
            measure=Measure.BUILT,
            holder=Holder.PLANT,
            gives=Gives.PHYSICS,
            shared=True,
        ),
        RowKind(
            rule=production.process_minimum,
            index="PROCESS_MINIMUM",
            sense=">=",
            measure=Measure.ACTIVITY,
            holder=Holder.PLANT,
            gives=Gives.POLICY,
        ),
        RowKind(
            rule=trade.supply,
            index="SUPPLY",
            sense=">=",
            measure=Measure.GOODS,
            holder=Holder.GOODS,
            gives=None,
        ),
        RowKind(
            rule=trade.route_limit,
            index="ROUTE_LIMIT",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.ROUTE,
            gives=Gives.ROUTE,
            by_bloc=True,
        ),
        RowKind(
            rule=trade.route_minimum,
            index="ROUTE_MINIMUM",
            sense=">=",
            measure=Measure.GOODS,
            holder=Holder.ROUTE,
            gives=Gives.POLICY,
            by_bloc=True,
        ),
        RowKind(
            rule=links.link,
            index="LINK",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.ROUTE,
            gives=Gives.PHYSICS,
            by_bloc=True,
        ),
        RowKind(
            rule=links.connect_limit,
            index="CONNECT_LIMITED",
            sense="<=",
            measure=Measure.LINKED,
            holder=Holder.ROUTE,
            gives=Gives.PHYSICS,
            by_bloc=True,
        ),
        RowKind(
            rule=exports.export_limit,
            index="EXPORT_LIMIT",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.SELLER,
            gives=None,
            by_bloc=True,
        ),
        RowKind(
            rule=exemptions.exemption,
            index="EXEMPTION",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.ROUTE,
            gives=None,
            by_bloc=True,
        ),
        RowKind(
            rule=exemptions.exempt_or_liable,
            index="EXEMPT",
            sense="=",
            measure=Measure.GOODS,
            holder=Holder.ROUTE,
            gives=None,
            by_bloc=True,
        ),
        RowKind(
            rule=demand.demand,
            index="VALUED",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.BUYER,
            gives=Gives.NEED,
        ),
        RowKind(
            rule=demand.must_serve,
            index="MUST_SERVE",
            sense="=",
            measure=Measure.GOODS,
            holder=Holder.BUYER,
            gives=Gives.NEED,
        ),
        RowKind(
            rule=trade.use,
            index="USE",
            sense=">=",
            measure=Measure.GOODS,
            holder=Holder.GOODS,
            gives=None,
        ),
        RowKind(
            rule=trade.use_or_waste,
            index="WASTE",
            sense="=",
            measure=Measure.GOODS,
            holder=Holder.GOODS,
            gives=None,
        ),
        RowKind(
            rule=stockpiles.stock_opening,
            index="OPENED",
            sense="=",
            measure=Measure.STORED,
            holder=Holder.STOCKPILE,
            gives=Gives.PHYSICS,
        ),
        RowKind(
            rule=stockpiles.stock_balance,
            index="CARRIED",
            sense="=",
            measure=Measure.STORED,
            holder=Holder.STOCKPILE,
            gives=None,
        ),
        RowKind(
            rule=stockpiles.release,
            index="RELEASED",
            sense="<=",
            measure=Measure.GOODS,
            holder=Holder.STOCKPILE,
            gives=Gives.POLICY,
        ),
        RowKind(
            rule=stockpiles.stock_capacity,
            index="ROOM",
            sense="<=",
            measure=Measure.STORED,
            holder=Holder.STOCKPILE,
            gives=Gives.PHYSICS,
        ),
        RowKind(
            rule=stockpiles.stock_target,
            index="TARGET",
            sense=">=",
            measure=Measure.STORED,
            holder=Holder.STOCKPILE,
            gives=Gives.POLICY,
        ),
        RowKind(
            rule=stockpiles.fund,
            index="FUND",
            sense="<=",
            measure=Measure.MONEY,
            holder=Holder.FUND,
            gives=Gives.POLICY,
        ),
        RowKind(
            rule=caps.cap,
            index="CAP",
            sense="<=",
            measure=Measure.COUNTED,
            holder=Holder.CAP,
            gives=Gives.CAP,
            by_bloc=True,
        ),
    )
}
"""By name, in the order in which the rows stand in the LP."""


@dataclass(frozen=True, kw_only=True)
class ColumnKind:
    """One kind of column: variable `name` of the model, whose it is, what it is in (`measure.side`), and whether all
    states of the world share it."""

    name: str
    holder: Holder
    measure: Measure = Measure.GOODS
    shared: bool = False


COLUMN_KINDS: dict[str, ColumnKind] = {
    kind.name: kind
    for kind in (
        ColumnKind(name="produce", holder=Holder.PLANT, measure=Measure.ACTIVITY),
        ColumnKind(name="build", holder=Holder.PLANT, measure=Measure.BUILT, shared=True),
        ColumnKind(name="ship", holder=Holder.ROUTE),
        ColumnKind(name="connect", holder=Holder.ROUTE, measure=Measure.LINKED),
        ColumnKind(name="consume", holder=Holder.BUYER),
        ColumnKind(name="put", holder=Holder.STOCKPILE),
        ColumnKind(name="take", holder=Holder.STOCKPILE),
        ColumnKind(name="stock", holder=Holder.STOCKPILE, measure=Measure.STORED),
        ColumnKind(name="waste", holder=Holder.PLACE),
        ColumnKind(name="passed", holder=Holder.POOL),
        ColumnKind(name="mingled", holder=Holder.POOL),
        ColumnKind(name="exempt", holder=Holder.ROUTE),
        ColumnKind(name="liable", holder=Holder.ROUTE),
    )
}


def variables(m: Any) -> tuple[Any, ...]:
    """The Vars of a model, a kind each."""
    return tuple(getattr(m, name) for name in COLUMN_KINDS)


def delivered_rows(m: Any, compiled: Any) -> dict[Any, int]:
    """The row of each balance of what arrives, whose dual is the delivered price, by (place, commodity, year)."""
    found: dict[Any, int] = compiled.rows(m.use) | compiled.rows(m.use_or_waste)
    return found


def parts(index: Any) -> tuple[Any, ...]:
    """The key of a row as a tuple; Pyomo has single names bare."""
    return index if isinstance(index, tuple) else (index,)
