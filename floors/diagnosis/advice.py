"""What to change, and by how much, for each number of the input that could give way."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell, Change
from floors.diagnosis.dials import most_moved
from floors.diagnosis.phrases import apart, down, number, said, tonnes, up
from floors.diagnosis.relax import Dial
from floors.diagnosis.statements import counted
from floors.lp.linear import Vector
from floors.solving.scene import Scene


class Asked(NamedTuple):
    """A dial that gives way by so many of its units, a plan (n) that this makes possible, and the cells of the dial.

    `felt` are the keys of its rows that the plan needs it for; `value` what its cell must hold where that is not the
    present number and `by`, as it multiplies what is planned.
    """

    dial: Dial
    by: float
    plan: Vector
    cells: tuple[Cell, ...]
    felt: tuple[tuple[Any, ...], ...] = ()
    value: float | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The key of the first row that is felt."""
        return self.felt[0] if self.felt else self.dial.key

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
        name = f"{self.dial.kind}[{','.join(map(str, self.key))}]" if self.dial.keys else self.dial.name
        return Change(self.dial.kind, name, moved, unit, present, needed, sentence, cells)


class Advice:
    """Changes of the input by dial; `plan` (n) is a plan that the changes make possible."""

    def __init__(self, scene: Scene, cells: Cells) -> None:
        self.scene, self.case, self.cells = scene, scene.case, cells

    def _raise(self, asked: Asked, present: float, what: str, unit: str = "t") -> Change:
        cells, needed = asked.cells[:1], up(present + asked.by, by=asked.by)
        before, after = apart(present, needed)
        sentence = f"raise {what} from {before} t to {after} t{said(cells)}"
        return asked.change(unit, present, needed, sentence, cells)

    def _lower(self, asked: Asked, present: float, what: str, unit: str = "t") -> Change:
        needed = down(max(0.0, present - asked.by), by=asked.by)
        before, after = apart(present, needed)
        sentence = f"lower {what} from {before} t to {after} t{said(asked.cells)}"
        return asked.change(unit, present, needed, sentence, asked.cells)

    def cap(self, asked: Asked) -> Change:
        """A cap's share or tonnes; beyond a whole no share does, nor where there is nothing to take it of."""
        name, t = asked.key
        cap, by = self.scene.caps[name], asked.by
        cells = asked.cells[:1]
        present = float(self.case.study.rows("caps")[cap.row]["years"][t])
        place, room = cells[0].place, tonnes(up(by, 4))
        more = f"({counted(cap)} in {t}: {room} more)"
        moved = most_moved(self.scene, cap, t)
        needed = present + by / moved if moved else inf
        if asked.value is not None:
            needed = asked.value
        if cap.basis == "tonnes" and moved:
            needed = up(needed, by=needed - present)
            before, after = apart(present, needed)
            told = f"raise {place} from {before} t to {after} t ({counted(cap)} in {t})"
            return asked.change("t", present, needed, told, cells)
        share = up(100 * needed, by=100 * (needed - present)) if needed <= 1 else inf
        if share > 100:
            return asked.change("t", present, None, f"empty {place}, so that there is no cap {more}", cells)
        before, after = apart(100 * present, share)
        sentence = f"raise {place} from {before} % to {after} % {more}"
        return asked.change("t", present, share / 100, sentence, cells)

    def capacity(self, asked: Asked) -> Change:
        """What exists of a process or plant, in one year or in all."""
        x, t = asked.key
        present = self.case.production.capacity[x, t]
        (cell,) = asked.cells[:1]
        every = cell.sheet.lower() != "capacities" and len(self.case.calendar.years) > 1
        years = {year for _, year in asked.felt}
        when = f" in {t}" if len(years) == 1 else ""
        change = self._raise(asked, present, f"the capacity of {x}{when}", "t/yr")
        if not every:
            return change
        own = f"{change.sentence}, which holds for every year"
        if len(years) == 1:
            own = f"{own}; or give {t} alone in sheet capacities"
        return replace(change, sentence=own)

    def build_limit(self, asked: Asked) -> Change:
        """What can be added in a year."""
        x = asked.key[0]
        present = self.case.production.expansion[x].max_build or 0.0
        return self._raise(asked, present, f"max_build of {x}", "t/yr per year")

    def build_total(self, asked: Asked) -> Change:
        """What can be added over the horizon."""
        x = asked.key[0]
        present = self.case.production.expansion[x].max_total or 0.0
        return self._raise(asked, present, f"max_total of {x}", "t/yr")

    def process_minimum(self, asked: Asked) -> Change:
        """The minimum of a process, or what is under contract."""
        p, t = asked.key
        when = f" in {t}" if len(asked.felt) == 1 else ""
        needed = max(0.0, self.case.production.minimum[p, t] - asked.by)
        others = [cell for q, year in asked.felt for cell in self.cells.process_minimum(q, year, needed)]
        asked = asked._replace(cells=tuple(dict.fromkeys([*asked.cells, *others])))
        return self._lower(asked, self.case.production.minimum[p, t], f"what {p} must run{when}", "t/yr")

    def route_limit(self, asked: Asked) -> Change:
        """What may be shipped from one region to another, or by each pair of a row."""
        o, r, c, t = asked.key
        limit = self.case.routes.of[o, r, c, t].limit or 0.0
        if len(asked.felt) > 1:
            return self._raise(asked, limit, "what each pair of the row may ship", "t/yr")
        change = self._raise(asked, limit, f"what {o} may ship of {c} to {r} in {t}", "t/yr")
        return self._own_row(change, "route_limits", asked.key)

    def route_minimum(self, asked: Asked) -> Change:
        """A take-or-pay quantity, of one pair or of each of a row."""
        o, r, c, t = asked.key
        least = self.case.routes.of[o, r, c, t].minimum or 0.0
        if len(asked.felt) > 1:
            return self._lower(asked, least, "what each pair of the row must ship", "t/yr")
        change = self._lower(asked, least, f"what {o} must ship of {c} to {r} in {t}", "t/yr")
        return self._own_row(change, "route_minimums", asked.key)

    def _own_row(self, change: Change, sheet: str, key: tuple[Any, ...]) -> Change:
        """The change, with what else its cell is for: other pairs or years."""
        o, r, c, t = key
        if self.cells.for_pair_alone(o, r, c, t, sheet):
            return change
        own = f"{change.sentence}, whose row is for more than that; or give {o}, {r}, {c} a row in {sheet}"
        return replace(change, sentence=own)

    def demand(self, asked: Asked) -> Change:
        """A quantity that is bought at most: it binds in a user's own model alone."""
        d, g, c, j, t = asked.key
        width = self.case.demand.steps[d, g, c, t][j].width
        return self._raise(asked, width, f"what {d} ({g}) buys of {c} in {t}", "t/yr")

    def must_serve(self, asked: Asked) -> Change:
        """A need that goes short: with a value it may."""
        d, g, c, j, t = asked.key
        width, cells, by = self.case.demand.steps[d, g, c, t][j].width, asked.cells, asked.by
        short = "all" if by >= width * (1 - 1e-9) else f"{tonnes(up(by, 4))} of"
        who = d if d.endswith(f"/{g}") else f"{d} ({g})"
        sentence = (
            f"let {who} go without {short} its {tonnes(width)} of {c} in {t}{said(cells[:1])}: give {cells[1].place} "
            "a value, the most a buyer would pay"
        )
        return asked.change("t/yr", width, width - by, sentence, cells)

    def together(self, changes: list[Change]) -> Change:
        """Needs that go short once they have a value, which they share, as one change; any other change itself."""
        if len(changes) == 1:
            return changes[0]
        first = changes[0]
        parts = [change.sentence.partition(": give ") for change in changes]
        sentence = f"{', and '.join(part[0] for part in parts)}: give {parts[0][2]}"
        return replace(
            first,
            sentence=sentence,
            by=sum(change.by for change in changes),
            present=sum(change.present or 0.0 for change in changes),
            needed=sum(change.needed or 0.0 for change in changes),
            counts=sum(change.counts for change in changes),
            cells=tuple(dict.fromkeys(cell for change in changes for cell in change.cells)),
        )

    def as_changed(self, change: Change) -> Change:
        """The change, with what to type where a scenario multiplies or adds to the number."""
        cell = change.cells[0] if change.cells else None
        present, needed = change.present, change.needed
        if (
            cell is None
            or cell.record is None
            or present is None
            or needed is None
            or change.kind == "must_serve"
        ):
            return change
        how, value = self.case.study.change_of(*cell.record) or ("set", None)
        if how == "set" or not isinstance(value, (int, float)):
            return change
        rounded = up if needed > present else down
        if how == "multiply" and present:
            moved = value * needed / present
            before, after = apart(value, rounded(moved, by=abs(moved - value)))
            return replace(
                change, sentence=f"{change.sentence}: multiply by {after} there, in place of {before}"
            )
        if how == "add":
            moved = value + needed - present
            before, after = apart(value, rounded(moved, by=abs(needed - present)) if moved > 0 else moved)
            return replace(change, sentence=f"{change.sentence}: add {after} there, in place of {before}")
        return replace(change, sentence=f"{change.sentence}: set it there, since no factor does")

    def stock_opening(self, asked: Asked) -> Change:
        """What a stockpile begins with."""
        k = self.case.stocks.pile(asked.key[0])
        return self._raise(asked, self.case.stocks.whole[k].opening, f"the opening stock of {k}")

    def stock_capacity(self, asked: Asked) -> Change:
        """The room of a stockpile."""
        k = asked.key[0]
        present = self.case.stocks.piles[k].capacity or 0.0
        return self._raise(asked, present, f"the capacity of stockpile {k}")

    def release(self, asked: Asked) -> Change:
        """What may be taken from a stockpile."""
        k, t = asked.key
        return self._raise(
            asked, self.case.stocks.piles[k].release[t], f"what may be taken from stockpile {k} in {t}"
        )

    def stock_target(self, asked: Asked) -> Change:
        """A target in t, in days of demand and use, or the default that an empty cell stands for."""
        k, t = asked.key
        pile, cells = self.case.stocks.piles[k], asked.cells
        if t not in pile.cover:
            change = self._lower(asked, pile.target[t], f"what stockpile {k} must hold at the end of {t}")
            if cells[0].sheet.lower() == "stock_targets":
                return change
            before, after = apart(pile.target[t], change.needed or 0.0)
            told = f"give stockpile {k} a target of {after} t for {t} in sheet stock_targets"
            own = f"{told}, in place of {before} t by default{said(cells)}"
            return replace(change, sentence=own)
        assert asked.value is not None, "days multiply what is used"
        present = float(str(cells[0].value).removesuffix("d"))
        needed = down(max(0.0, asked.value), by=present - asked.value)
        before, after = apart(present, needed)
        less = f"{k} in {t}: {tonnes(up(asked.by, 4))} less"
        sentence = f"lower {cells[0].place} from {before} d to {after} d ({less})"
        return asked.change("t", present, needed, sentence, cells)

    def fund(self, asked: Asked) -> Change:
        """Money of a fund, in million."""
        (f,), cells, million = asked.key, asked.cells, asked.by / 1000
        present = self.case.stocks.funds[f].amount
        needed = up(present + million, by=million)
        currency = self.case.study.settings.currency
        before, after = apart(present, needed)
        sentence = f"raise fund {f} from {before} to {after} million {currency}{said(cells)}"
        return asked.change(f"million {currency}", present, needed, sentence, cells, million)

    def own(self, asked: Asked) -> Change:
        """A row of the user's own model."""
        compiled, dial = self.scene.compiled, asked.dial
        row = dial.rows[0]
        above = dial.effect[0] < 0 if compiled.equality[row] else bool(compiled.flipped[row])
        way = "be above" if above else "stay below"
        told = f"let {dial.name} of the model {way} its right side by {number(up(asked.by, 4))}"
        return asked.change("", None, None, told, ())
