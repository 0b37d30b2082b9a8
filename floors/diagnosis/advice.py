"""What to change, and by how much, for each number of the input that could give way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from floors.case.caps import Cap
from floors.case.stocks import DAYS_A_YEAR
from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell, Change
from floors.diagnosis.dials import alike, most_moved
from floors.diagnosis.phrases import down, number, percent, said, tonnes, up
from floors.diagnosis.relax import Dial
from floors.diagnosis.statements import counted
from floors.lp.linear import Vector
from floors.solving.outcome import ship_places, tonnes_at, unused
from floors.solving.scene import Scene


class Asked(NamedTuple):
    """A dial that gives way by so many of its units, a plan (n) that this makes possible, and the cells of the dial."""

    dial: Dial
    by: float
    plan: Vector
    cells: tuple[Cell, ...]

    def change(
        self,
        unit: str,
        present: float | None,
        needed: float | None,
        sentence: str,
        cells: tuple[Cell, ...],
        by: float | None = None,
    ) -> Change:
        """The change of the number; `by` in `unit` where that is not the dial's."""
        moved = self.by if by is None else by
        return Change(self.dial.kind, self.dial.name, moved, unit, present, needed, sentence, cells)


class Advice:
    """Changes of the input by dial; `plan` (n) is a plan that the changes make possible."""

    def __init__(self, scene: Scene, cells: Cells) -> None:
        self.scene, self.case, self.cells = scene, scene.case, cells

    def _raise(self, asked: Asked, present: float, what: str, unit: str = "t") -> Change:
        cells, needed = asked.cells[:1], up(present + asked.by)
        sentence = f"raise {what} from {tonnes(present)} to {tonnes(needed)}{said(cells)}"
        return asked.change(unit, present, needed, sentence, cells)

    def _lower(self, asked: Asked, present: float, what: str, unit: str = "t") -> Change:
        needed = down(max(0.0, present - asked.by))
        sentence = f"lower {what} from {tonnes(present)} to {tonnes(needed)}{said(asked.cells)}"
        return asked.change(unit, present, needed, sentence, asked.cells)

    def cap(self, asked: Asked) -> Change:
        """A cap's share or tonnes; beyond a whole no share does."""
        name, t = asked.dial.key
        cap, by = self.scene.caps[name], asked.by
        cells = asked.cells[:1]
        present = float(self.case.study.rows("caps")[cap.row]["years"][t])
        place, room = cells[0].place, tonnes(up(by, 4))
        if cap.basis == "tonnes":
            needed = up(present + by / most_moved(self.scene, cap, t))
            told = f"raise {place} from {tonnes(present)} to {tonnes(needed)} ({counted(cap)} in {t})"
            return asked.change("t", present, needed, told, cells)
        share, cap = self._share(cap, t, by, asked.plan)
        more = f"({counted(cap)} in {t}: {room} more)"
        needed_share = up(100 * share, 4) / 100
        if needed_share > 1:
            return asked.change("t", present, None, f"empty {place}, so that there is no cap {more}", cells)
        sentence = f"raise {place} from {percent(present)} to {percent(needed_share)} {more}"
        return asked.change("t", present, needed_share, sentence, cells)

    def _share(self, cap: Cap, t: int, by: float, plan: Vector) -> tuple[float, Cap]:
        """The share that lets `by` tonnes more in: of the largest base, or of what arrives in the plan, and then
        for the one that needs most of the caps that the cell makes."""
        if cap.basis == "demand":
            return cap.given[t] + by / most_moved(self.scene, cap, t), cap
        needed = [(self._arriving(one, t, plan), one) for one in alike(self.scene, cap, t)]
        return max(needed, key=lambda pair: pair[0])

    def _arriving(self, cap: Cap, t: int, plan: Vector) -> float:
        """The share of what a cap counts in what is used in the plan."""
        shipped = ship_places(self.case, self.scene.model, self.scene.compiled)
        away = unused(self.case, self.scene.model, self.scene.compiled, plan)
        used, arriving = self.case.counted_in(tonnes_at(shipped, plan), away)
        at = self.case.caps.index(cap), self.case.arcs.axes.year[t]
        return float(used[at] / arriving[at])

    def capacity(self, asked: Asked) -> Change:
        """What exists of a process or plant, in one year."""
        x, t = asked.dial.key
        present = self.case.production.capacity[x, t]
        change = self._raise(asked, present, f"the capacity of {x} in {t}", "t/yr")
        (cell,) = change.cells
        if cell.sheet.lower() != "capacities":
            own = f"{change.sentence}, which holds for every year; or give {t} alone in sheet capacities"
            if len(self.case.calendar.years) > 1:
                return replace(change, sentence=own)
        return change

    def build_limit(self, asked: Asked) -> Change:
        """What can be added in a year."""
        x = asked.dial.key[0]
        present = self.case.production.expansion[x].max_build or 0.0
        return self._raise(asked, present, f"max_build of {x}", "t/yr per year")

    def build_total(self, asked: Asked) -> Change:
        """What can be added over the horizon."""
        x = asked.dial.key[0]
        present = self.case.production.expansion[x].max_total or 0.0
        return self._raise(asked, present, f"max_total of {x}", "t/yr")

    def process_minimum(self, asked: Asked) -> Change:
        """The minimum of a process, or what is under contract."""
        p, t = asked.dial.key
        return self._lower(asked, self.case.production.minimum[p, t], f"what {p} must run in {t}", "t/yr")

    def route_limit(self, asked: Asked) -> Change:
        """What may be shipped from one region to another."""
        o, r, c, t = asked.dial.key
        limit = self.case.routes.of[o, r, c, t].limit or 0.0
        change = self._raise(asked, limit, f"what {o} may ship of {c} to {r} in {t}", "t/yr")
        return self._own_row(change, "route_limits", asked.dial.key)

    def route_minimum(self, asked: Asked) -> Change:
        """A take-or-pay quantity."""
        o, r, c, t = asked.dial.key
        least = self.case.routes.of[o, r, c, t].minimum or 0.0
        change = self._lower(asked, least, f"what {o} must ship of {c} to {r} in {t}", "t/yr")
        return self._own_row(change, "route_minimums", asked.dial.key)

    def _own_row(self, change: Change, sheet: str, key: tuple[Any, ...]) -> Change:
        """The change, with what else its cell is for: other pairs or years."""
        o, r, c, t = key
        if self.cells.for_pair_alone(o, r, c, t, sheet):
            return change
        own = f"{change.sentence}, whose row is for more than that; or give {o}, {r}, {c} a row in {sheet}"
        return replace(change, sentence=own)

    def demand(self, asked: Asked) -> Change:
        """A quantity that is bought at most: it binds in a user's own model alone."""
        d, g, c, j, t = asked.dial.key
        width = self.case.demand.steps[d, g, c, t][j].width
        return self._raise(asked, width, f"what {d} ({g}) buys of {c} in {t}", "t/yr")

    def must_serve(self, asked: Asked) -> Change:
        """A need that goes short: with a value it may."""
        d, g, c, j, t = asked.dial.key
        width, cells, by = self.case.demand.steps[d, g, c, t][j].width, asked.cells, asked.by
        short = "all" if by >= width * (1 - 1e-9) else f"{tonnes(up(by, 4))} of"
        who = d if d.endswith(f"/{g}") else f"{d} ({g})"
        sentence = (
            f"let {who} go without {short} its {tonnes(width)} of {c} in {t}{said(cells[:1])}: give {cells[1].place} "
            "a value, the most a buyer would pay"
        )
        return asked.change("t/yr", width, width - by, sentence, cells)

    def stock_opening(self, asked: Asked) -> Change:
        """What a stockpile begins with."""
        k = asked.dial.key[0]
        return self._raise(asked, self.case.stocks.piles[k].opening, f"the opening stock of {k}")

    def stock_capacity(self, asked: Asked) -> Change:
        """The room of a stockpile."""
        k = asked.dial.key[0]
        present = self.case.stocks.piles[k].capacity or 0.0
        return self._raise(asked, present, f"the capacity of stockpile {k}")

    def stock_target(self, asked: Asked) -> Change:
        """A target in t, in days of demand and use, or the default that an empty cell stands for."""
        k, t = asked.dial.key
        pile, cells = self.case.stocks.piles[k], asked.cells
        if t not in pile.cover:
            change = self._lower(asked, pile.target[t], f"what stockpile {k} must hold at the end of {t}")
            if cells[0].sheet.lower() == "stock_targets":
                return change
            told = f"give stockpile {k} a target of {tonnes(change.needed or 0.0)} for {t} in sheet stock_targets"
            own = f"{told}, in place of {tonnes(pile.target[t])} by default{said(cells)}"
            return replace(change, sentence=own)
        a_day = self._a_year(k, t, asked.plan) / DAYS_A_YEAR
        present = pile.cover[t] * DAYS_A_YEAR
        needed = down(max(0.0, present - asked.by / a_day))
        less = f"{k} in {t}: {tonnes(up(asked.by, 4))} less"
        sentence = f"lower {cells[0].place} from {number(present)} d to {number(needed)} d ({less})"
        return asked.change("t", present, needed, sentence, cells)

    def _a_year(self, k: str, t: int, plan: Vector) -> float:
        """A year's demand and planned use of what a stockpile holds [t]."""
        pile, data = self.case.stocks.piles[k], self.case.production
        places = tuple(self.case.places.destinations(pile.region, pile.commodity))
        used = sum(
            data.used(p).get(pile.commodity, 0.0) * float(plan[j])
            for (p, y), j in self.scene.compiled.column_of(self.scene.model.produce).items()
            if y == t and data.region[p] == pile.region
        )
        return self.case.demand.table(places, pile.commodity, t) + used

    def fund(self, asked: Asked) -> Change:
        """Money of a fund, in million."""
        (f,), cells, million = asked.dial.key, asked.cells, asked.by / 1000
        present = self.case.stocks.funds[f] / 1000
        needed = up(present + million)
        currency = self.case.study.settings.currency
        sentence = (
            f"raise fund {f} from {number(present)} to {number(needed)} million {currency}{said(cells)}"
        )
        return asked.change(f"million {currency}", present, needed, sentence, cells, million)

    def own(self, asked: Asked) -> Change:
        """A row of the user's own model."""
        compiled, dial = self.scene.compiled, asked.dial
        row = dial.rows[0]
        above = dial.effect[0] < 0 if compiled.equality[row] else bool(compiled.flipped[row])
        way = "be above" if above else "stay below"
        told = f"let {dial.name} of the model {way} its right side by {number(up(asked.by, 4))}"
        return asked.change("", None, None, told, ())
