"""What each row that takes part in a conflict says, in the words of the workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floors.case.caps import Cap, table_base
from floors.case.leaks import leaked_from
from floors.diagnosis.cells import Cells
from floors.diagnosis.phrases import listed, number, percent, said, tonnes, years
from floors.diagnosis.rows import Row, decided_value
from floors.solving.scene import Scene
from floors.sourcing.rows import ROW_KINDS

MOST_NAMES = 4  # buyers named with their segments
MOST_DECISIONS = 8


DECISIONS: dict[str, Callable[..., str]] = {
    "produce": lambda amount, p, t: f"{p} runs {amount} in {t}",
    "build": lambda amount, x, b: f"{amount} are added to {x} in {b}",
    "ship": lambda amount, o, d, c, t: f"{o} ships {amount} of {c} to {d} in {t}",
    "connect": lambda amount, o, r, c, b: f"{o} qualifies {amount} of {c} to {r} in {b}",
    "consume": lambda amount, d, g, c, j, t: f"{d} ({g}) buys {amount} of {c} in {t}",
    "put": lambda amount, k, t: f"{amount} a year are put into stockpile {k} in {t}",
    "take": lambda amount, k, t: f"{amount} a year are taken from stockpile {k} in {t}",
    "stock": lambda amount, k, t: f"stockpile {k} holds {amount} at the end of {t}",
    "waste": lambda amount, d, c, t: f"{amount} of {c} go to waste in {d} in {t}",
    "exempt": lambda amount, o, d, c, t: f"{amount} of {c} from {o} to {d} in {t} pay no levy",
    "liable": lambda amount, o, d, c, t: f"{amount} of {c} from {o} to {d} in {t} are liable to levies",
    "passed": lambda amount, d, c, t: f"{amount} of clean {c} are used as any in {d} in {t}",
    "mingled": lambda amount, o, c, t: f"{amount} of clean {c} leave {o} as tainted in {t}",
}
"""What was decided of a column, by its kind."""
Keys = list[tuple[Any, ...]]


def counted(cap: Cap) -> str:
    """What a cap counts: ``oxide of capped origin into the bloc``."""
    group = "group " if cap.commodity not in cap.weights else ""
    origin = "of capped origin" if cap.origin is None else f"from {cap.origin}"
    if cap.traced:
        origin = f"made of material {origin}"
    scope = "the bloc" if cap.scope == "bloc" else cap.scope
    segment = f", segment {cap.segment}" if cap.segment is not None else ""
    return f"{group}{cap.commodity} {origin} into {scope}{segment}"


class Statements:
    """Sentences about the rows of one scene."""

    def __init__(self, scene: Scene, cells: Cells) -> None:
        self.scene, self.case, self.cells = scene, scene.case, cells

    def own(self, row: Row) -> str:
        """A row of the user's own model."""
        return f"The model has a row that floors does not know: {row.name}."

    def supplies(self, keys: Keys) -> str:
        """Who makes what regions ship of one commodity in one year."""
        c, t = keys[0][1:]
        told = []
        for o, _, _ in keys:
            leak = leaked_from(self.case).get((o, c, t), 0.0)
            leaks = f", less {tonnes(leak)} that leak past enforcement" if leak else ""
            makers = listed(self.cells.makers(o, c, t))
            told.append(f"in {o} by {makers}{leaks}{said(self.cells.supply(o, c, t))}")
        where = "it comes" if len(keys) == 1 else "each comes"
        idle = self._idle(c, t, {o for o, _, _ in keys})
        return f"What is shipped of {c} in {t} is made where {where} from: {listed(told)}.{idle}"

    def uses(self, keys: Keys) -> str:
        """Where places get one commodity from in one year, being the same origins for all of them."""
        d, c, t = keys[0]
        places, origins = [place for place, _, _ in keys], self.cells.origins(d, c, t)
        sources = origins + [f"stockpile {self.case.stocks.pile(k)}" for k in self.case.stocks.at(d, c)]
        if not sources:
            return (
                f"{listed(places)} can get no {c} in {t}{self._out_of_reach(c, t)}.{self._idle(c, t, None)}"
            )
        cells = [cell for place, _, _ in keys for cell in self.cells.use(place, c, t)]
        use = "uses" if len(keys) == 1 else "use"
        why = "" if origins else self._out_of_reach(c, t)
        told = (
            f"What {listed(places)} {use} of {c} in {t} comes from {listed(sources)} alone{said(cells)}{why}"
        )
        return f"{told}.{self._idle(c, t, None)}"

    def sources(self, d: str, c: str, t: int) -> tuple[Any, ...]:
        """A commodity and year, and all that a place can get it from."""
        return c, t, *self.cells.origins(d, c, t), *self.case.stocks.at(d, c)

    def _out_of_reach(self, c: str, t: int) -> str:
        """Why nobody can ship a commodity to where it is used."""
        data = self.case.production
        makers = [data.region[p] for p in data.processes if c in data.made(p) and t in data.active[p]]
        if not makers:
            return ": no process makes it"
        return f": sheet routes opens no way there from {listed(makers)}, where it is made"

    def _idle(self, c: str, t: int, regions: set[str] | None) -> str:
        """Who could make it, but not in this year."""
        names, cells = self.cells.idle(c, t)
        here = [
            (name, cell)
            for name, cell in zip(names, cells, strict=True)
            if regions is None or self.case.production.region[name] in regions
        ]
        if not here:
            return ""
        return f" {listed([n for n, _ in here])} may not run in {t}{said(cell for _, cell in here)}."

    def capacities(self, keys: Keys) -> str:
        """What exists of processes and plants in one year."""
        t = keys[0][1]
        told = [self._exists(x, t) for x, _ in keys]
        late = [self.cells.capacity(x, t)[1] for x, _ in keys if self.cells.too_late(x, t)]
        names = [x for x, _ in keys if self.cells.too_late(x, t)]
        first = self.case.calendar.years[0]
        built = f" Nothing built from {first} on runs by then in {listed(names)}{said(late)}." if late else ""
        return f"In {t} there is room for {listed(told)}.{built}"

    def _exists(self, x: str, t: int) -> str:
        data = self.case.production
        cell, expansion = self.cells.capacity(x, t)[0], data.expansion.get(x)
        default = ": 0 by default" if cell.value is None else ""
        built = " besides what is built" if expansion is not None and not self.cells.too_late(x, t) else ""
        return f"{tonnes(data.capacity[x, t])} of {x}{built}{said([cell])}{default}"

    def build_limits(self, keys: Keys) -> str:
        """What can be added to one process or plant, period by period."""
        x, length = keys[0][0], self.case.calendar.length
        most = self.case.production.expansion[x].max_build or 0.0
        periods = [
            f"{b}" if length[b] == 1 else f"{b} ({number(length[b])} years)"
            for _, b in sorted(keys, key=lambda k: k[1])
        ]
        cell = self.cells.unit(x, "max_build")
        return f"At most {tonnes(most)} a year can be added to {x} in {listed(periods)}{said([cell])}."

    def build_total(self, x: str) -> str:
        most = self.case.production.expansion[x].max_total or 0.0
        return f"At most {tonnes(most)} can be added to {x} in all{said([self.cells.unit(x, 'max_total')])}."

    def process_minimum(self, p: str, t: int) -> str:
        cells = self.cells.process_minimum(p, t)
        contract = " under contract" if any(cell.sheet.lower() == "contracts" for cell in cells) else ""
        least = self.case.production.minimum[p, t]
        return f"{p} must run at least {tonnes(least)} in {t}{contract}{said(cells)}."

    def route_limits(self, keys: Keys) -> str:
        """What one origin may ship: regions to which it may ship none are told together."""
        o, r, c, t = keys[0]
        if self.embargo(o, r, c, t):
            return self._embargoes(keys)
        limit, cells = self.case.routes.of[o, r, c, t].limit or 0.0, self.cells.route_limit(o, r, c, t)
        leak = limit - self._side("route_limit", o, r, c, t)
        leaks = f", of which {tonnes(leak)} leak past enforcement" if leak else ""
        return f"{o} may ship at most {tonnes(limit)} of {c} to {r} in {t}{leaks}{said(cells)}."

    def embargo(self, o: str, r: str, c: str, t: int) -> tuple[str, str, int] | None:
        """Origin, commodity and year of a limit of 0."""
        return (o, c, t) if self.case.routes.of[o, r, c, t].limit == 0 else None

    def _embargoes(self, keys: Keys) -> str:
        o, _, c, t = keys[0]
        cells = [cell for key in keys for cell in self.cells.route_limit(*key)]
        return f"{o} may ship no {c} to {listed([r for _, r, _, _ in keys])} in {t}, an embargo{said(cells)}."

    def route_minimum(self, o: str, r: str, c: str, t: int) -> str:
        least = self.case.routes.of[o, r, c, t].minimum or 0.0
        return (
            f"{o} must ship at least {tonnes(least)} of {c} to {r} in {t}"
            f"{said(self.cells.route_minimum(o, r, c, t))}."
        )

    def demand(self, d: str, g: str, c: str, j: int, t: int) -> str:
        width = self.case.demand.steps[d, g, c, t][j].width
        return f"{d} ({g}) buys at most {tonnes(width)} of {c} in {t}{said([self.cells.wanted(d, g, c, t)])}."

    def needs(self, keys: Keys) -> str:
        """Demands for one commodity in one year that must be met in full."""
        _, _, c, _, t = keys[0]
        total = sum(self.case.demand.steps[d, g, k, y][j].width for d, g, k, j, y in keys)
        who = [d if d.endswith(f"/{g}") else f"{d} ({g})" for d, g, *_ in keys]
        if len(who) > MOST_NAMES:
            who = [d for d, *_ in keys]
        cells = [self.cells.wanted(d, g, k, y) for d, g, k, _, y in keys]
        values = [self.cells.value(d, g, k) for d, g, k, *_ in keys]
        need = "must" if len(keys) == 1 else "together must"
        return (
            f"{listed(who)} {need} get all {tonnes(total)} of {c} in {t}{said(cells)}, with no value at which to go "
            f"without{said(values)}."
        )

    def cap(self, name: str, t: int) -> str:
        cap = self.scene.caps[name]
        cells = self.cells.cap(name, t)
        where = cells[0].place
        leak = cap.limit[t] - self._side("cap", name, t)
        leaks = f", of which {tonnes(leak)} leak past enforcement" if leak and cap.basis != "use" else ""
        if cap.basis == "use":
            share = percent(cap.given[t])
            return f"{where} limits {counted(cap)} in {t} to {share} of what arrives there{said(cells[1:])}."
        if cap.basis == "demand":
            base = table_base(cap, self.case.demand, t)
            shown = " that does not leak" if cap.unseen else ""
            told = f"{percent(cap.given[t])} of demand{shown}, {tonnes(cap.limit[t])} of {tonnes(base)}"
        else:
            told = tonnes(cap.limit[t])
        return f"{where} limits {counted(cap)} in {t} to {told}{leaks}{said(cells[1:])}."

    def export_limit(self, s: str, c: str, t: int) -> str:
        most = self._side("export_limit", s, c, t)
        return f"{s} ships at most {tonnes(most)} of {c} abroad in {t}: its answer to the policy."

    def exemption(self, o: str, r: str, c: str, t: int) -> str:
        cells = self.cells.exemption(o, r, c, t)
        most = self._side("exemption", o, r, c, t)
        return f"Of what {o} ships of {c} to {r} in {t}, at most {tonnes(most)} pay no levy{said(cells)}."

    def exempt_or_liable(self, o: str, d: str, c: str, t: int) -> str:
        cells = self.cells.exempt_or_liable(o, d, c, t)
        return f"What {o} ships of {c} to {d} in {t} is exempt from levies or liable to them{said(cells)}."

    def stock_opening(self, k: str, t: int) -> str:
        pile = self.case.stocks.piles[k]
        cell = self.cells.pile(k, "opening")
        return f"Stockpile {k} begins with {tonnes(pile.opening)} of {pile.commodity}{said([cell])}."

    def stock_balances(self, keys: Keys) -> str:
        """What one stockpile holds, year by year."""
        k, when = keys[0][0], years(sorted(t for _, t, _ in keys), self.case.calendar.years)
        cells = [self.cells.pile(k, "stockpile")]
        return f"What stockpile {k} holds in {when} was there the year before or is put there{said(cells)}."

    def release(self, k: str, t: int) -> str:
        most = self.case.stocks.piles[k].release[t]
        told = f"At most {tonnes(most)} a year" if most else "Nothing"
        return f"{told} may be taken from stockpile {k} in {t}{said(self.cells.release(k, t))}."

    def stock_capacity(self, k: str, t: int) -> str:
        room = self.case.stocks.piles[k].capacity or 0.0
        return f"Stockpile {k} has room for {tonnes(room)} in {t}{said([self.cells.pile(k, 'capacity')])}."

    def stock_target(self, k: str, t: int) -> str:
        cells, pile = self.cells.stock_target(k, t), self.case.stocks.piles[k]
        if isinstance(cells[0].value, str):
            least = self._side("stock_target", k, t)
            days = f"{cells[0].value} of what is demanded and used there"
            or_more = f", {tonnes(least)} or more," if least else ""
            return f"Stockpile {k} must hold {days}{or_more} at the end of {t}{said(cells)}."
        default = "" if cells[0].sheet.lower() == "stock_targets" else ", what is left of its opening stock"
        return f"Stockpile {k} must hold {tonnes(pile.target[t])} at the end of {t}{default}{said(cells)}."

    def fund(self, f: str) -> str:
        currency = self.case.study.settings.currency
        return (
            f"Fund {f} may spend {number(self.case.stocks.funds[f].amount)} million {currency} in all, at "
            f"reference prices{said([self.cells.named('funds', f, 'amount')])}."
        )

    def decided(self, rows: list[Row]) -> str:
        """Decisions of years before the surprise."""
        assert self.scene.past is not None
        told = [self._decision(row) for row in rows]
        more = f"; and {len(told) - MOST_DECISIONS} more" if len(told) > MOST_DECISIONS else ""
        first = self.scene.past.known_from
        return f"What was decided before {first} stays: {'; '.join(told[:MOST_DECISIONS])}{more}."

    def _decision(self, row: Row) -> str:
        value, (what, *key) = decided_value(self.scene, row), row.key
        return DECISIONS[what](tonnes(value), *key) if what in DECISIONS else f"{row.name} is {number(value)}"

    def _side(self, kind: str, *key: Any) -> float:
        """The right side of a row that the model has, as the rule writes it."""
        compiled = self.scene.compiled
        side = compiled.lp.row_lower[compiled.rows(getattr(self.scene.model, kind))[key]]
        return float(-side if ROW_KINDS[kind].sense == "<=" else side)
