"""What is said of each kind of row: the cells that set it, what it demands, and what would have to change.

One entry a kind, in the order in which a conflict is told: what must be, what is allowed, what there is, and last
what only says where things come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from floors.diagnosis import links
from floors.diagnosis.advice import Advice, Asked
from floors.diagnosis.cells import Cells, Found
from floors.diagnosis.diagnosis import Change, Finding
from floors.diagnosis.relax import Dial
from floors.diagnosis.rows import DECIDED, OWN, Row
from floors.diagnosis.statements import Keys, Statements
from floors.lp.linear import Vector


@dataclass(frozen=True, kw_only=True)
class Words:
    """Of one kind of row.

    `cells(cells, *key)`: the cells behind a row, first the number that would be changed. `says(statements, keys)`: a
    sentence about rows that are told together, those of which `alike(statements, *key)` is the same; None tells
    each by itself. `advice(advice, asked)`: the change that lets it give way; None where no number could.
    """

    cells: Callable[..., Found]
    says: Callable[[Statements, Keys], str]
    alike: Callable[..., tuple[Any, ...] | None]
    advice: Callable[[Advice, Asked], Change] | None


def one(says: Callable[..., str]) -> Callable[[Statements, Keys], str]:
    """A sentence about a row that is told by itself."""

    def about(statements: Statements, keys: Keys) -> str:
        (key,) = keys
        return says(statements, *key)

    return about


def by_itself(statements: Statements, *key: Any) -> None:
    """Nothing that other rows could be told with."""


WORDS: dict[str, Words] = {
    "must_serve": Words(
        cells=lambda cells, d, g, c, j, t: (cells.wanted(d, g, c, t), cells.value(d, g, c)),
        says=Statements.needs,
        alike=lambda statements, d, g, c, j, t: (c, t),
        advice=Advice.must_serve,
    ),
    "stock_target": Words(
        cells=Cells.stock_target,
        says=one(Statements.stock_target),
        alike=by_itself,
        advice=Advice.stock_target,
    ),
    "route_minimum": Words(
        cells=Cells.route_minimum,
        says=one(Statements.route_minimum),
        alike=by_itself,
        advice=Advice.route_minimum,
    ),
    "process_minimum": Words(
        cells=Cells.process_minimum,
        says=one(Statements.process_minimum),
        alike=by_itself,
        advice=Advice.process_minimum,
    ),
    "cap": Words(cells=Cells.cap, says=one(Statements.cap), alike=by_itself, advice=Advice.cap),
    "route_limit": Words(
        cells=Cells.route_limit,
        says=Statements.route_limits,
        alike=Statements.embargo,
        advice=Advice.route_limit,
    ),
    "export_limit": Words(
        cells=lambda cells, seller, c, t: (),  # an answer that is tried stands in no cell
        says=one(Statements.export_limit),
        alike=by_itself,
        advice=None,
    ),
    "link": Words(cells=links.link_cells, says=one(links.link), alike=by_itself, advice=links.raise_link),
    "release": Words(
        cells=Cells.release,
        says=one(Statements.release),
        alike=by_itself,
        advice=Advice.release,
    ),
    "fund": Words(
        cells=lambda cells, f: (cells.named("funds", f, "amount"),),
        says=one(Statements.fund),
        alike=by_itself,
        advice=Advice.fund,
    ),
    "demand": Words(
        cells=lambda cells, d, g, c, j, t: (cells.wanted(d, g, c, t),),
        says=one(Statements.demand),
        alike=by_itself,
        advice=Advice.demand,
    ),
    "capacity": Words(
        cells=Cells.capacity,
        says=Statements.capacities,
        alike=lambda statements, x, t: (t,),
        advice=Advice.capacity,
    ),
    "build_limit": Words(
        cells=lambda cells, x, b: (cells.unit(x, "max_build"),),
        says=Statements.build_limits,
        alike=lambda statements, x, b: (x,),
        advice=Advice.build_limit,
    ),
    "build_total": Words(
        cells=lambda cells, x: (cells.unit(x, "max_total"),),
        says=one(Statements.build_total),
        alike=by_itself,
        advice=Advice.build_total,
    ),
    "connect_limit": Words(
        cells=links.limit_cells,
        says=links.limits,
        alike=links.pair_and_row,
        advice=links.raise_limit,
    ),
    "stock_opening": Words(
        cells=lambda cells, k, t: (cells.pile(k, "opening"),),
        says=one(Statements.stock_opening),
        alike=by_itself,
        advice=Advice.stock_opening,
    ),
    "stock_capacity": Words(
        cells=lambda cells, k, t: (cells.pile(k, "capacity"),),
        says=one(Statements.stock_capacity),
        alike=by_itself,
        advice=Advice.stock_capacity,
    ),
    "use": Words(cells=Cells.use, says=Statements.uses, alike=Statements.sources, advice=None),
    "use_or_waste": Words(cells=Cells.use, says=Statements.uses, alike=Statements.sources, advice=None),
    "supply": Words(
        cells=Cells.supply,
        says=Statements.supplies,
        alike=lambda statements, o, c, t: (c, t),
        advice=None,
    ),
    "exemption": Words(cells=Cells.exemption, says=one(Statements.exemption), alike=by_itself, advice=None),
    "exempt_or_liable": Words(
        cells=Cells.exempt_or_liable, says=one(Statements.exempt_or_liable), alike=by_itself, advice=None
    ),
    "stock_balance": Words(
        cells=lambda cells, k, t, before: (cells.pile(k, "stockpile"),),
        says=Statements.stock_balances,
        alike=lambda statements, k, t, before: (k,),
        advice=None,
    ),
}


def finding(statements: Statements, row: Row) -> Finding:
    """The finding that a row takes part in a conflict."""
    if row.kind == DECIDED:
        return Finding(row.kind, row.name, statements.decided([row]))
    if row.kind == OWN:
        return Finding(row.kind, row.name, statements.own(row))
    words = WORDS[row.kind]
    return Finding(
        row.kind, row.name, words.says(statements, [row.key]), words.cells(statements.cells, *row.key)
    )


def change(
    advice: Advice,
    dial: Dial,
    by: float,
    plan: Vector,
    felt: tuple[Any, ...] = (),
    value: float | None = None,
) -> Change:
    """The change that lets a dial give way by so many of its units, in a plan (n) that this makes possible: for rows
    with these keys (the first without any), to this value of its cell where that is not `by` from the present one."""
    if dial.kind == OWN:
        return advice.own(Asked(dial, by, plan, (), ()))
    words = WORDS[dial.kind]
    assert words.advice is not None, f"no number gives way in {dial.kind}"
    cells = words.cells(advice.cells, *(felt[0] if felt else dial.key))
    return words.advice(advice, Asked(dial, by, plan, cells, felt, value))
