"""Coefficients so small that a solver may not see them: told at the cell that makes them, before anything is solved.

HiGHS holds rows to 1e-9 and has no entries of 1e-9 and less. `floors.lp.scales` multiplies rows until it keeps all of
theirs, but what hangs on such an entry is still near its tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from floors.case.derive import Case
from floors.contract.input_columns import Key
from floors.errors import Problem

SMALL = 1e-8
Found = tuple[str, int, Key, float]  # sheet, record, column, the coefficient


def small(case: Case) -> Iterator[Problem]:
    """A warning at each cell that makes a coefficient of a row of the LP below 1e-8 in size, but not 0."""
    cells: dict[tuple[str, int, Key], float] = {}
    for sheet, row, column, number in (*_written(case), *_in_time(case), *_rules(case), *_caps(case)):
        if 0 < abs(number) < SMALL:
            cells.setdefault((sheet, row, column), abs(float(number)))
    for (sheet, row, column), size in cells.items():
        value = case.study.place(sheet, row, column)[2]
        makes = (
            ""
            if isinstance(value, float) and abs(value) == size
            else f" makes a coefficient of {size:.3g}, which"
        )
        message = f"{value if value is not None else 'this'}{makes} is below {SMALL:g}: rows of the LP hold to 1e-9."
        hint = "Check its unit, or leave it out."
        yield case.study.problem(sheet, row, column, message, hint, "small_coefficient", "warning")


def _written(case: Case) -> Iterator[Found]:
    """What a cell says itself, or what it leaves of one."""
    study = case.study
    for i, row in enumerate(study.rows("technologies")):
        yield "technologies", i, "coefficient", row["coefficient"]
    for i, row in enumerate(study.rows("processes")):
        if row["plant"]:
            yield "processes", i, "plant_use", row["plant_use"]
    for i, row in enumerate(study.rows("groups")):
        yield "groups", i, "weight", row["weight"]
    for i, row in enumerate(study.rows("routes")):
        yield "routes", i, "loss", 1 - row["loss"]


def _in_time(case: Case) -> Iterator[Found]:
    """Lengths of periods, and what is kept, needed and paid in stockpiles."""
    study, length, piles = case.study, case.calendar.length, case.stocks.piles
    for i, row in enumerate(study.rows("years") if piles else ()):
        yield "years", i, "length", row["length"]
    for i, row in enumerate(study.rows("stockpiles")):
        for t in case.calendar.years[1:]:
            yield "stockpiles", i, "loss", piles[row["stockpile"]].kept(length[t])
    used: dict[tuple[str, str], set[float]] = {}
    for p, numbers in case.production.untagged.coefficient.items():
        for c, a in numbers.items():
            if a < 0:
                used.setdefault((case.production.region[p], c), set()).add(a)
    for i, row in enumerate(study.rows("stock_targets")):
        pile = piles[row["stockpile"]]
        for t, cover in pile.cover.items():
            for a in used.get((pile.region, pile.commodity), ()):
                yield "stock_targets", i, t, cover * a
    priced = {row["commodity"]: i for i, row in enumerate(study.rows("reference_prices"))}
    for (k, t), price in case.stocks.price.items():
        yield "reference_prices", priced[piles[case.stocks.pile(k)].commodity], t, price * length[t]


def _rules(case: Case) -> Iterator[Found]:
    """What a floor may not fall below, as a share of the one before it."""
    for i, row in enumerate(case.study.rows("floor_rules")):
        if row["rule"] == "max_fall_share":
            for before, t in pairwise(case.calendar.years):
                yield "floor_rules", i, t, (1 - row["years"].get(t, 0.0)) ** (t - before)


def _caps(case: Case) -> Iterator[Found]:
    """What a tonne counts under a cap: its weight, times its content less the share of `use`."""
    counted, arcs = case.counted, case.arcs
    few = np.flatnonzero((np.abs(counted.coefficient) < SMALL) & (counted.coefficient != 0))
    groups = {(row["group"], row["commodity"]): i for i, row in enumerate(case.study.rows("groups"))}
    for i in few.tolist():
        cap, arc = case.caps[counted.cap[i]], counted.arc[i]
        size, content = float(counted.coefficient[i]), float(counted.counts[i] / counted.weight[i])
        group = groups.get((cap.commodity, arcs.axes.commodities[arcs.axes.plain[arcs.c[arc]]]))
        if group is not None and counted.weight[i] < SMALL:
            yield "groups", group, "weight", size
        elif 0 < content < SMALL and (row := _route(case, arc)) is not None:
            yield "routes", row, "content", size
        else:
            yield "caps", cap.row, arcs.axes.years[arcs.t[arc]], size


def _route(case: Case, arc: int) -> int | None:
    """The row of routes behind a shipment."""
    arcs = case.arcs
    row = case.routes.at(case.routes.by_row, *(at[arc] for at in (arcs.o, arcs.r, arcs.c, arcs.t)))
    return None if row < 0 else int(row)
