"""The numbers of the input that could give way, and what that counts in money.

A tonne a year that a row is short of counts what a buyer would pay for it at most: the highest `value` in sheet
demand for the commodity, else its reference price, else the dearest unit cost of making it; discounted by the
weight of its year. A tonne of activity counts as what it makes; a tonne of capacity built, so in each year
that it is alive; a tonne in stock is one tonne, not one a year; money of a fund is itself. A number that moves
several rows counts where it counts most. What must be met in
full has no value because it is worth more than any: it counts twice the highest. Where it is the same money,
caps give way first, then limits of routes (1 % more) and what else is policy (2 %), and last capacity, room and
opening stock, which a decision alone does not bring (5 %).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from floors.case.caps import Cap, table_base
from floors.case.derive import Case
from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell
from floors.diagnosis.relax import Dial
from floors.diagnosis.rows import OWN, Row
from floors.solving.scene import Scene
from floors.sourcing.rows import ROW_KINDS, Measure

CELL_OF_MANY: dict[str, Callable[..., Cell]] = {
    "capacity": lambda cells, *key: cells.capacity(*key)[0],
    "process_minimum": lambda cells, *key: cells.process_minimum(*key)[0],
    "route_limit": Cells.limit,
    "route_minimum": lambda cells, *key: cells.route_minimum(*key)[0],
    "connect_limit": lambda cells, *key: cells.at("routes", cells.case.links.built(*key), "qualify_limit"),
}
"""The cell of what may stand in one for several years or pairs."""
MODEL = "model"  # group of what the model alone knows
LEAST_WORTH = 1e-3  # USD/kg: nothing may be had for nothing


class Worth:
    """What a unit of each kind of row counts, in thousand at present value."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.case = scene, scene.case
        self.weight, self.length = self.case.calendar.weight, self.case.calendar.length

    @cached_property
    def _values(self) -> dict[str, float]:
        """Highest value of each commodity in sheet demand."""
        found: dict[str, float] = {}
        for row in self.case.study.rows("demand"):
            c, value = row["commodity"], row["value"]
            if value is not None:
                found[c] = max(value, found.get(c, value))
        return found

    def tonne(self, c: str, t: int) -> float:
        """A tonne of a commodity, USD/kg: highest value, else reference price, else dearest unit cost."""
        case, data = self.case, self.case.production
        costs = [data.unit_cost[p, t] for p in data.processes if c in data.made(p) and t in data.active[p]]
        worth = (
            self._values.get(case.tags.plain.get(c, c))
            or case.reference.get((c, t))
            or max(costs, default=1.0)
        )
        return max(worth, LEAST_WORTH)

    def activity(self, p: str, t: int) -> float:
        """A tonne of activity: what it makes."""
        return sum(a * self.tonne(c, t) for c, a in self.case.production.made(p).items())

    def capacity(self, x: str, t: int) -> float:
        """A tonne of capacity in a year: the dearest activity that it lets run [thousand, PV]."""
        data = self.case.production
        loads = ((p, load) for p, load in data.load[x].items() if t in data.active[p] and load)
        return self.weight[t] * max((self.activity(p, t) / load for p, load in loads), default=LEAST_WORTH)

    def built(self, x: str, b: int | None = None) -> float:
        """A tonne of capacity built, in the best period where that is open: so much in each year that it is alive
        [thousand, PV]."""
        alive = self.case.production.expansion[x].alive
        return max(sum(self.capacity(x, t) for t in alive[at]) for at in (alive if b is None else (b,)))

    def linked(self, o: str, r: str, c: str, b: int) -> float:
        """A tonne of link built: so much in each year that it is alive [thousand, PV]."""
        return sum(self.weight[t] * self.tonne(c, t) for t in self.case.links.alive(o, r, c, b))

    def stored(self, k: str, t: int) -> float:
        """A tonne in a stockpile [thousand, PV]."""
        return self.weight[t] / self.length[t] * self.tonne(self.case.stocks.piles[k].commodity, t)

    def counted(self, name: str, t: int) -> float:
        """A tonne under a cap: of a group, the dearest that it lets in [thousand, PV]."""
        weights = self.scene.caps[name].weights
        return self.weight[t] * max(
            (self.tonne(c, t) / w for c, w in weights.items() if w), default=LEAST_WORTH
        )

    def of(self, kind: str, key: tuple[Any, ...]) -> float:
        """What a unit of a row counts before its group [thousand, PV]."""
        row = ROW_KINDS[kind]
        part = dict(zip(row.key, key, strict=True))
        by_measure: dict[Measure, Callable[..., float]] = {
            Measure.GOODS: lambda *_: self.weight[part["t"]] * self.tonne(self._good(part), part["t"]),
            Measure.ACTIVITY: lambda p, t: self.weight[t] * self.activity(p, t),
            Measure.CAPACITY: self.capacity,
            Measure.BUILT: self.built,
            Measure.LINKED: self.linked,
            Measure.STORED: self.stored,
            Measure.COUNTED: self.counted,
            Measure.MONEY: lambda *_: 1.0,
        }
        return by_measure[row.measure](*key)

    def _good(self, part: dict[str, Any]) -> str:
        """The commodity of a row, or of its stockpile."""
        return str(part["c"] if "c" in part else self.case.stocks.piles[part["k"]].commodity)


def make_dials(scene: Scene, rows: list[Row]) -> list[Dial]:
    """A dial for each number that rows come from; two, one each way, for an equality of the user's own model."""
    worth = Worth(scene)
    together: dict[tuple[Any, ...], list[tuple[Row, float]]] = {}
    for row in rows:
        if row.kind in ROW_KINDS and ROW_KINDS[row.kind].gives is not None:
            number, per_unit = _number(scene, row)
            together.setdefault((row.kind, *number), []).append((row, per_unit))
    targets = {row.key: row for row in rows if row.kind == "stock_target"}
    dials = []
    for members in together.values():
        row = members[0][0]
        gives = ROW_KINDS[row.kind].gives
        assert gives is not None
        price = max(abs(per_unit) * worth.of(one.kind, one.key) for one, per_unit in members)
        effects = {one.place: per_unit for one, per_unit in members if per_unit}
        if row.kind == "stock_opening":
            effects |= _default_target(scene, row, targets)
        dials.append(
            Dial(
                row.kind,
                row.key,
                row.name,
                tuple(effects),
                tuple(effects.values()),
                gives.times * max(price, LEAST_WORTH),
                gives.group,
                tuple(one.key for one, _ in members),
            )
        )
    dearest = max((dial.price for dial in dials), default=1.0)
    for row in rows:
        if row.kind == OWN:
            for sign in (1.0, -1.0) if scene.compiled.equality[row.place] else (1.0,):
                dials.append(Dial(OWN, (), row.name, (row.place,), (sign,), dearest, MODEL))
    return dials


def by_cell(scene: Scene, dials: list[Dial]) -> list[list[int]]:
    """Which dials (by number) stand in one cell, as the capacity of all years or the limit of many pairs does."""
    cells = Cells(scene.case)
    found: dict[Any, list[int]] = {}
    for k, dial in enumerate(dials):
        cell = CELL_OF_MANY[dial.kind](cells, *dial.key) if dial.kind in CELL_OF_MANY else k
        found.setdefault((dial.kind, cell), []).append(k)
    return list(found.values())


def merged(dials: list[Dial]) -> Dial:
    """The numbers of one cell as one: what it gives it gives to each of their rows."""
    first = dials[0]
    return replace(
        first,
        rows=tuple(row for dial in dials for row in dial.rows),
        effect=tuple(effect for dial in dials for effect in dial.effect),
        keys=tuple(key for dial in dials for key in dial.keys),
        price=max(dial.price for dial in dials),
    )


def _number(scene: Scene, row: Row) -> tuple[tuple[Any, ...], float]:
    """Which number of the input a row comes from, and what a unit of it does: in t, or as the cell has it."""
    case, key = scene.case, row.key
    if row.kind == "cap":
        cap = scene.caps[key[0]]
        most = most_moved(scene, cap, key[1])
        return (cap.row, key[1]), moves(scene, cap, key[1]) / most if most else 1.0
    if row.kind == "build_limit":
        return (key[0],), case.calendar.length[key[1]]
    if row.kind == "link":
        return key[:3], 1.0
    if row.kind == "connect_limit":
        return (*key[:3], case.links.built(*key)), case.calendar.length[key[3]]
    if row.kind == "stock_capacity":
        return (key[0],), 1.0
    if row.kind == "stock_opening":
        pile, k = case.stocks.piles[key[0]], case.stocks.pile(key[0])
        whole = case.stocks.whole[k].opening
        share = pile.opening / whole if whole else _content(case, k, key[0])
        return (k, key[1]), -share * pile.kept(case.calendar.length[key[1]])
    return key, 1.0


def _content(case: Case, k: str, part: str) -> float:
    """The share of an opening stock of 0 that would be in one of its parts."""
    row = next(row for row in case.study.rows("stockpiles") if row["stockpile"] == k)
    shares = case.tags.split(row["commodity"], row["opening_content"])
    return dict(shares)[case.stocks.piles[part].commodity]


def alike(scene: Scene, cap: Cap, t: int) -> list[Cap]:
    """The caps of a year that one cell makes."""
    return [one for one in scene.case.caps if one.row == cap.row and t in one.given]


def moves(scene: Scene, cap: Cap, t: int) -> float:
    """By how many tonnes a unit of its cell moves a cap: what a share is of, or a member's part of the tonnes."""
    demand = scene.case.demand
    if cap.basis == "demand":
        return table_base(cap, demand, t)
    base = {one.scope: table_base(one, demand, t) for one in alike(scene, cap, t)}
    if len(base) == 1:
        return 1.0
    return base[cap.scope] / sum(base.values()) if any(base.values()) else 0.0


def most_moved(scene: Scene, cap: Cap, t: int) -> float:
    """The tonnes by which a unit of its cell moves the cap that it moves most; 0 where no number would move one."""
    return max(moves(scene, one, t) for one in alike(scene, cap, t))


def _default_target(scene: Scene, row: Row, targets: dict[tuple[Any, ...], Row]) -> dict[int, float]:
    """More opening stock raises the target that stands where none is given: as much as is left of it."""
    k = scene.case.stocks.pile(row.key[0])
    pile, calendar = scene.case.stocks.piles[k], scene.case.calendar
    last = calendar.years[-1]
    given = {one["stockpile"]: one["years"] for one in scene.case.study.rows("stock_targets")}
    if last in given.get(k, {}) or (k, last) not in targets:
        return {}
    return {targets[k, last].place: -pile.kept(sum(calendar.length.values()))}
