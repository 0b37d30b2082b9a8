"""Row -> the cells of the input that set it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from math import inf, nextafter

from floors.case.contracts import contracted_activity
from floors.case.derive import Case
from floors.contract.input_columns import Key
from floors.diagnosis.diagnosis import Cell

Found = tuple[Cell, ...]
ROUNDING = 1e-9  # of what a process must run
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMED = (
    ("processes", "process"),
    ("plants", "plant"),
    ("capacities", "process"),
    ("minimums", "process"),
    ("unit_costs", "process"),
    ("stockpiles", "stockpile"),
    ("stock_targets", "stockpile"),
    ("releases", "stockpile"),
    ("funds", "fund"),
)


class Cells:
    """The cells behind the rows of one case; the first one named is the number that would be changed."""

    def __init__(self, case: Case) -> None:
        self.case, self.study = case, case.study

    def at(self, table: str, index: int, column: Key) -> Cell:
        """The cell of a record; ``row 3`` where its sheet has no such column."""
        title, cell, value = self.study.place(table, index, column)
        changed = self.study.changed_by(table, index, column) or self.study.option(table, index, column)
        if self.study.has_column(table, column):
            return Cell(title, cell, value, changed, record=(table, index, column))
        row = cell.partition(":")[0].lstrip(LETTERS)
        return Cell(title, f"row {row}", value, changed, str(column), (table, index, column))

    @cached_property
    def _records(self) -> dict[tuple[str, str], int]:
        """(sheet, name of a record) -> record, for sheets with a name in their first column."""
        return {
            (sheet, row[name]): i for sheet, name in NAMED for i, row in enumerate(self.study.rows(sheet))
        }

    def named(self, sheet: str, name: str, column: Key) -> Cell:
        """The cell of the record of this name. Raises KeyError where there is none."""
        return self.at(sheet, self._records[sheet, name], column)

    def year(self, sheet: str, name: str, t: int) -> Cell | None:
        """The cell of a year, or None where the sheet has no number for it."""
        i = self._records.get((sheet, name))
        return None if i is None or t not in self.study.rows(sheet)[i]["years"] else self.at(sheet, i, t)

    def unit(self, x: str, column: str) -> Cell:
        """A column of a process or plant."""
        return self.named("plants" if x in self.case.production.plants else "processes", x, column)

    def capacity(self, x: str, t: int) -> Found:
        """What exists of x: its year in capacities, else its column; and the lead time of what comes too late."""
        found = self.year("capacities", x, t) or self.unit(x, "capacity")
        return (found, self.unit(x, "lead_time")) if self.too_late(x, t) else (found,)

    def unit_cost(self, p: str, t: int) -> Cell:
        """The unit cost of a process in a year."""
        return self.year("unit_costs", p, t) or self.unit(p, "unit_cost")

    def too_late(self, x: str, t: int) -> bool:
        """Whether x can be expanded, but nothing built within the horizon runs in t."""
        expansion = self.case.production.expansion.get(x)
        return expansion is not None and not any(t in alive for alive in expansion.alive.values())

    def process_minimum(self, p: str, t: int, above: float | None = None) -> Found:
        """The minimum of a process, or the contracts that ask for more; both where they ask for the same, or for more
        than `above`, t/yr."""
        least = (
            self.case.production.minimum[p, t] if above is None else nextafter(above * (1 + ROUNDING), inf)
        )
        asked = contracted_activity(self.case.production.untagged, self.case.contracts).get((p, t), 0.0)
        row = self.study.rows("processes")[self._records["processes", p]]
        own = self.year("minimums", p, t) or self.unit(p, "minimum")
        found = [own] if self._own_minimum(p, t, row["minimum"]) >= least else []
        if asked >= least:
            found += [
                self.at("contracts", i, t)
                for i, contract in enumerate(self.study.rows("contracts"))
                if contract["process"] == p and contract["years"].get(t, 0) > 0
            ]
        return tuple(found)

    def _own_minimum(self, p: str, t: int, column: float) -> float:
        i = self._records.get(("minimums", p))
        return column if i is None else float(self.study.rows("minimums")[i]["years"].get(t, column))

    def route(self, o: str, d: str, c: str, t: int) -> Cell | None:
        """The row of routes that opens the way from o to region d; None where no row is needed."""
        i, _, _ = self.case.routes.rows(o, d, c, t)
        return None if i is None else self.at("routes", i, "origin")

    def route_limit(self, o: str, r: str, c: str, t: int) -> Found:
        """The limit of a pair, and the enforcement of demand from which leaks take part of it."""
        region = self.case.places.region_of
        return (
            self.limit(o, r, c, t),
            *self._leaking(lambda _, d, s, k, y: (s, region[d], k, y) == (o, r, c, t)),
        )

    def limit(self, o: str, r: str, c: str, t: int) -> Cell:
        """The limit of a pair."""
        i, j, _ = self.case.routes.rows(o, r, c, t)
        return self._either("limit", i, "route_limits", j, t)

    def route_minimum(self, o: str, r: str, c: str, t: int) -> Found:
        """The take-or-pay quantity of a pair."""
        i, _, j = self.case.routes.rows(o, r, c, t)
        return (self._either("minimum", i, "route_minimums", j, t),)

    def exemption(self, o: str, r: str, c: str, t: int) -> Found:
        """The tonnes of a pair that pay no levy."""
        return (self.at(*self.case.exemptions.cell(self.case.arcs.axes, (o, r, c, t))),)

    def exempt_or_liable(self, o: str, d: str, c: str, t: int) -> Found:
        """The tonnes of the pair of a shipment that pay no levy."""
        return self.exemption(o, self.case.places.region_of[d], self.case.tags.plain.get(c, c), t)

    def _either(self, column: str, i: int | None, sheet: str, j: int | None, t: int) -> Cell:
        if j is not None:
            return self.at(sheet, j, t)
        assert i is not None, "a route has a limit or minimum only from a row"
        return self.at("routes", i, column)

    def for_pair_alone(self, o: str, r: str, c: str, t: int, sheet: str) -> bool:
        """Whether the number of a pair (sheet route_limits or route_minimums) holds for nothing else."""
        i, limit, minimum = self.case.routes.rows(o, r, c, t)
        own = limit if sheet == "route_limits" else minimum
        row = self.study.rows("routes")[i or 0] if own is None else self.study.rows(sheet)[own]
        exact = (row["origin"], row["destination"], row["commodity"]) == (o, r, c)
        return exact and (own is not None or len(self.case.calendar.years) == 1)

    def _leaking(self, which: Callable[..., bool]) -> Found:
        """Enforcement of the demand whose leaks (number, place, origin, commodity, year) are of this kind."""
        rows = self.case.demand.row
        found = {
            rows[d, g, c]: None
            for i, ((d, g, c, t), (o, quantity)) in enumerate(self.case.demand.leak.items())
            if quantity and which(i, d, o, c, t)
        }
        return tuple(self.at("demand", i, "enforcement") for i in found)

    def wanted(self, d: str, g: str, c: str, t: int) -> Cell:
        """The quantity of a demand."""
        return self.at("demand", self.case.demand.row[d, g, c], t)

    def value(self, d: str, g: str, c: str) -> Cell:
        """The most a buyer would pay."""
        return self.at("demand", self.case.demand.row[d, g, c], "value")

    def cap(self, name: str, t: int) -> Found:
        """The share or tonnes of a cap; the demand that a share is of; the enforcement of what leaks into it."""
        cap = next(one for one in self.case.caps if one.name == name)
        demand = self.case.demand.quantity if cap.basis == "demand" else ()
        inside = {(d, c) for c in cap.places for d in cap.places_in(c, t)}
        base = [self.wanted(d, g, c, y) for d, g, c, y in demand if y == t and (d, c) in inside]
        if cap.unseen:  # leaks take no room, but lower the demand that papers show
            evaded = self._leaking(lambda _, d, o, c, y: y == t and (d, c) in inside)
            return (self.at("caps", cap.row, t), *base, *(evaded if cap.basis == "demand" else ()))
        of, year = self.case.counted_leaks, self.case.arcs.axes.year[t]
        here = (of.cap == self.case.caps.index(cap)) & (of.t == year) & (of.coefficient != 0)
        under = set(of.arc[here].tolist())
        return (self.at("caps", cap.row, t), *base, *self._leaking(lambda i, *_: i in under))

    def pile(self, k: str, column: str) -> Cell:
        """A column of a stockpile."""
        return self.named("stockpiles", self.case.stocks.pile(k), column)

    def stock_target(self, k: str, t: int) -> Found:
        """The target of a year; by default the opening stock."""
        return (self.year("stock_targets", k, t) or self.pile(k, "opening"),)

    def release(self, k: str, t: int) -> Found:
        """What may be taken in a year."""
        cell = self.year("releases", k, t)
        assert cell is not None, "only a number limits what is taken"
        return (cell,)

    def makers(self, o: str, c: str, t: int) -> list[str]:
        """Processes that can make c in o."""
        data = self.case.production
        found = [
            p for p in data.processes if data.region[p] == o and c in data.made(p) and t in data.active[p]
        ]
        return [*dict.fromkeys(map(data.process, found))]

    def supply(self, o: str, c: str, t: int) -> Found:
        """The processes that make c in o, and the enforcement of demand into which some of it leaks."""
        leaks = self._leaking(lambda _, d, s, k, y: (s, self.case.tags.own(s, k), y) == (o, c, t))
        return (*self._processes(self.makers(o, c, t), "process"), *leaks)

    def use(self, d: str, c: str, t: int) -> Found:
        """The rows of routes by which c reaches d."""
        region = self.case.places.region_of[d]
        routes = (self.route(o, region, c, t) for o in self.origins(d, c, t))
        return tuple(dict.fromkeys(cell for cell in routes if cell is not None))

    def origins(self, d: str, c: str, t: int) -> list[str]:
        """Regions that can ship c to d, in sheet order."""
        return [o for o in self.case.places.regions if (o, d, c, t) in self.case.arcs]

    def idle(self, c: str, t: int) -> tuple[list[str], Found]:
        """Processes that make c, but may not run in t, with their first or last year."""
        data = self.case.production
        idle = [p for p in data.processes if c in data.made(p) and t not in data.active[p]]
        found = [*dict.fromkeys(map(data.process, idle))]
        late = [p for p in found if (self._first_year(p) or t) > t]
        early = [p for p in found if p not in late]
        return [*late, *early], (*self._processes(late, "first_year"), *self._processes(early, "last_year"))

    def _first_year(self, p: str) -> float | None:
        first: float | None = self.study.rows("processes")[self._records["processes", p]]["first_year"]
        return first

    def _processes(self, names: Iterable[str], column: str) -> Found:
        return tuple(self.named("processes", p, column) for p in names)
