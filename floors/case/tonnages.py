"""Quantities in another unit than t, or of ore where metal is meant: capacities far off what is wanted of a good, and
what must run, arrive or lie there far off both."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from floors.case.apart import FAR, Cell, is_said, spot, times
from floors.case.consistency import Supply, most_activity
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.errors import Problem
from floors.study.scenarios import BASE

UNLIKE = 50.0  # times what is wanted and what all others can: one that is in another unit than they
SHORT = 30.0  # times what can be made: in a shortage a part is missing, not all but a thirtieth
OF_ROWS = ("minimums", "route_minimums", "exemptions", "contracts", "stock_targets", "caps")
IN_TONNES = {"demand", "processes", "plants", "capacities", "routes", "qualified", "stockpiles", *OF_ROWS}
HINT = "Quantities are t/yr: check that both are of the same, and neither in kg or kt, unless it is meant."


class _Amount(NamedTuple):
    """t per year, and the cell that says most of it."""

    tonnes: float
    cell: Cell | None


class Tonnages:
    """By commodity: what is wanted in the year of most, what can be made, and the cells that say so; t per year."""

    def __init__(self, case: Case) -> None:
        self.case, self.production = case, case.production.untagged
        self._row = {row["process"]: i for i, row in enumerate(case.study.rows("processes"))}
        self._plant = {row["plant"]: i for i, row in enumerate(case.study.rows("plants"))}
        self._by_year = {
            row["process"]: (i, row["years"]) for i, row in enumerate(case.study.rows("capacities"))
        }
        self.makers: dict[str, list[str]] = {}
        self._users: dict[str, list[str]] = {}
        for p in self.production.processes:
            for c in self.production.made(p):
                self.makers.setdefault(c, []).append(p)
            for c in self.production.used(p):
                self._users.setdefault(c, []).append(p)
        self.demand = self._demanded()
        self._wanted: dict[str, _Amount] = {}
        self._most: dict[str, float] = {}
        self._capacity: dict[str, _Amount] = {}

    def _demanded(self) -> dict[str, _Amount]:
        demand = self.case.demand
        sums: dict[str, dict[int, float]] = {}
        rows: dict[tuple[str, int], dict[int, float]] = {}
        for (d, segment, c, t), tonnes in demand.quantity.items():
            of = sums.setdefault(c, {})
            of[t] = of.get(t, 0.0) + tonnes
            cells = rows.setdefault((c, t), {})
            row = demand.row[d, segment, c]
            cells[row] = cells.get(row, 0.0) + tonnes
        found = {}
        for c, of in sums.items():
            t = max(of, key=lambda t: of[t])
            largest = rows[c, t]
            found[c] = _Amount(of[t], Cell("demand", max(largest, key=lambda row: largest[row]), t))
        return found

    def wanted(self, c: str) -> _Amount:
        """What buyers want of it, and what makers of what is wanted need of it, as far as they can run."""
        found = self._wanted.get(c)
        if found is None:
            self._wanted[c] = found = self.demand.get(c, _Amount(0.0, None))  # met again: no more than that
            parts = [found, *(self._needed(p, c) for p in self._users.get(c, ()))]
            largest = max(parts, key=lambda part: part.tonnes)
            found = self._wanted[c] = _Amount(sum(part.tonnes for part in parts), largest.cell)
        return found

    def _needed(self, p: str, c: str) -> _Amount:
        made = self.production.made(p)
        asked = [(self.wanted(good), a) for good, a in made.items()]
        run, cell = max(
            ((of.tonnes / a, of.cell) for of, a in asked), key=lambda one: one[0], default=(0.0, None)
        )
        a = self.production.used(p)[c]
        most = self.most(p)
        if most < run:
            run, cell = most, self.capacity(p).cell or cell
        return _Amount(run * a, cell)

    def most(self, p: str) -> float:
        """What a process can run in its best year, with all that can be built."""
        if p not in self._most:
            years = self.production.active[p]
            grows = any(x in self.production.expansion for x in self.production.limits_on(p))
            most = max((most_activity(self.case, p, t) for t in years), default=0.0) if grows else 0.0
            self._most[p] = most if grows else self.capacity(p).tonnes
        return self._most[p]

    def capacity(self, p: str) -> _Amount:
        """What of a process exists in its best year, and the cell that says it; infinite without a limit."""
        if p not in self._capacity:
            self._capacity[p] = self._exists(p)
        return self._capacity[p]

    def _exists(self, p: str) -> _Amount:
        production, best, of = self.production, 0.0, None
        loads = [(x, production.load[x][p]) for x in production.limits_on(p) if production.load[x][p] > 0]
        for t in production.active[p]:
            limits = [(production.capacity[x, t] / a, x) for x, a in loads if (x, t) in production.capacity]
            if not limits:
                return _Amount(inf, None)
            tonnes, x = min(limits)
            if tonnes > best:
                best, of = tonnes, (x, t)
        return _Amount(best, None if of is None else self._cell(*of))

    def _cell(self, x: str, t: int) -> Cell:
        row, years = self._by_year.get(x, (0, {}))
        if t in years:
            return Cell("capacities", row, t)
        return (
            Cell("processes", self._row[x], "capacity")
            if x in self._row
            else Cell("plants", self._plant[x], "capacity")
        )

    def narrowest(self, supply: Supply, c: str, t: int) -> Cell | None:
        """The capacity that holds back what can be made of a commodity, its own or that of an input, in a year."""
        for _ in range(len(self.makers)):
            running = [p for p in self.makers.get(c, ()) if t in self.production.active[p]]
            able = {p: most_activity(self.case, p, t) * self.production.made(p)[c] for p in running}
            largest = max(able, key=lambda p: able[p], default=None)
            if largest is None:
                return None
            inputs = {
                u: supply.at(self.production.region[largest], u, t) / a
                for u, a in self.production.used(largest).items()
            }
            scarce = min(inputs, key=lambda u: inputs[u], default=None)
            if scarce is None or inputs[scarce] >= most_activity(self.case, largest, t):
                return self.capacity(largest).cell
            c = scarce
        return None

    def shared(self, p: str) -> bool:
        """Whether a process shares its capacity with what makes other goods."""
        made = set(self.production.made(p))
        loads = (self.production.load[x] for x in self.production.limits_on(p))
        return any(set(self.production.made(q)) != made for load in loads for q in load)


def tonnages(case: Case, supply: Supply) -> Iterator[Problem]:
    """Warnings on quantities in another unit; in a scenario where it set one of the two."""
    if case.study.scenario_name != BASE and not case.study.changed_tables & IN_TONNES:
        return
    of = Tonnages(case)
    for c in case.commodities:
        if c in of.makers and of.wanted(c).tonnes > 0:
            yield from _too_much(case, of, c)
        if c in of.makers and c in of.demand:
            yield from _too_little(case, of, supply, c)
    yield from _of_rows(case, of)


def _too_much(case: Case, of: Tonnages, c: str) -> Iterator[Problem]:
    """What exists to make a commodity beside what is wanted of it: all of it, or one that is unlike all others."""
    makers, wanted = of.makers[c], of.wanted(c)
    there = {p: of.capacity(p) for p in makers}
    able = {p: there[p].tonnes * of.production.made(p)[c] for p in makers if there[p].tonnes < inf}
    if not able or any(of.shared(p) for p in able):
        return
    largest = max(able, key=lambda p: able[p])
    total, cell = sum(able.values()), there[largest].cell
    if cell is None or wanted.cell is None:
        return
    others = total - able[largest]
    alone = len(able) > 2 and others > 0 and able[largest] >= UNLIKE * max(others, wanted.tonnes)
    all_of_it = len(able) == len(makers) and total >= FAR * wanted.tonnes
    if (all_of_it or alone) and is_said(case.study, cell, wanted.cell):
        made, asked = in_print(total, wanted.tonnes)
        message = (
            f"{made} t of {c} can be made, {times(total / wanted.tonnes)} what is wanted, {asked} t "
            f"({spot(case.study, wanted.cell)}); most of it is here."
        )
        yield _problem(case, cell, message, wanted.cell)


def _too_little(case: Case, of: Tonnages, supply: Supply, c: str) -> Iterator[Problem]:
    """What buyers want of a commodity beside the most that can be made, as far as inputs reach."""
    wanted = of.demand[c]
    assert wanted.cell is not None
    t = wanted.cell.column
    regions = {of.production.region[p] for p in of.makers[c]}
    made = sum(supply.made(o, c, int(t)) for o in regions)
    if not 0 < made <= wanted.tonnes / SHORT or any(s.commodity == c for s in case.stocks.whole.values()):
        return
    cell = of.narrowest(supply, c, int(t))
    if cell is not None and is_said(case.study, cell, wanted.cell):
        asked, most = in_print(wanted.tonnes, made)
        message = (
            f"{asked} t of {c} are wanted in {t}, {times(wanted.tonnes / made)} the most that can be made, {most} t "
            f"({spot(case.study, cell)})."
        )
        yield _problem(case, wanted.cell, message, cell)


def _of_rows(case: Case, of: Tonnages) -> Iterator[Problem]:
    """What must run, arrive or lie there beside what is wanted and can be made."""
    told: set[tuple[str, str, str]] = set()
    for cell, c, tonnes in _rows(case, of):
        wanted = of.wanted(c)
        if (
            wanted.cell is None
            or tonnes < FAR * wanted.tonnes
            or not wanted.tonnes
            or not is_said(case.study, cell, wanted.cell)
        ):
            continue
        able = sum(of.most(p) * of.production.made(p)[c] for p in of.makers.get(c, ()))
        if able < inf and tonnes < FAR * able:
            continue
        kind = cell.table, str(cell.column) if isinstance(cell.column, str) else "years", c
        if kind in told:
            continue
        told.add(kind)
        said, asked = in_print(tonnes, wanted.tonnes)
        message = (
            f"{said} t of {c} are {times(tonnes / wanted.tonnes)} what is wanted in a year, {asked} t "
            f"({spot(case.study, wanted.cell)})."
        )
        yield _problem(case, cell, message, wanted.cell)


def _rows(case: Case, of: Tonnages) -> Iterator[tuple[Cell, str, float]]:
    """Cells in t of one commodity."""
    study, made = case.study, of.production.made
    piles = {row["stockpile"]: row["commodity"] for row in study.rows("stockpiles")}
    goods = {row["process"]: made(row["process"]) for row in study.rows("processes")}
    for i, row in enumerate(study.rows("processes")):
        for c, a in made(row["process"]).items() if row["minimum"] else ():
            yield Cell("processes", i, "minimum"), c, row["minimum"] * a
    for table, column in (("routes", "minimum"), ("qualified", "t"), ("stockpiles", "opening")):
        for i, row in enumerate(study.rows(table)):
            if row["commodity"] != "*" and row[column] is not None:
                yield Cell(table, i, column), row["commodity"], row[column]
    for table in OF_ROWS:
        for i, row in enumerate(study.rows(table)):
            shares: dict[str, float] = {row["commodity"]: 1.0} if "commodity" in row else {}
            if table == "minimums":
                shares = goods[row["process"]]
            elif table == "stock_targets":
                shares = {piles[row["stockpile"]]: 1.0}
            elif table == "contracts":
                shares = {row["commodity"] or next(iter(goods[row["process"]])): 1.0}
            elif row.get("basis", "tonnes") != "tonnes":
                continue
            for c, a in shares.items():
                for t, tonnes in row["years"].items() if c in case.commodities else ():
                    if isinstance(tonnes, (int, float)):
                        yield Cell(table, i, t), c, tonnes * a


def _problem(case: Case, cell: Cell, message: str, other: Cell) -> Problem:
    found = case.study.problem(*cell, message, HINT, "quantity_far_off", "warning")
    return found._replace(also=(spot(case.study, other),))
