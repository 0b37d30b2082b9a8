"""Cost against cap: one study solved at many caps, and the caps at which its cost bends.

**What is swept.** The rows of `caps` on what all buyers take: those with a value, without a segment and with an
origin that is blank or a region (a segment's own cap and a rule on `each` origin stay as they are). Where no
row is like that, all rows with a value. `commodity` (a commodity or a group) chooses among them. In every year
that has a value the swept share takes its place: of table demand under basis `demand`, of use under `use`; a row
in `tonnes` becomes that share of the table demand in its scope; where leaks are unseen, of what of it does not leak.
"No cap" is the study with these rows blank and every other row as it is.

**What is found exactly.** Under `demand` and `tonnes` the least cost is convex and piecewise linear in the share, so
its breaks are found by following its tangents (`floors.lp.kinks`), and so is the tightest share that has a plan.
Not so under `use`, where the share stands before the shipments, nor with elastic demand, whose steps are cut
anew, nor under a `minimum`, which is no least cost: there the sweep is a grid.

**What is solved.** One LP whose numbers are moved to each share (`floors.many.sweep.lps`), from the corner of one share
solved before; with elastic demand or a `minimum` every cap by itself. Costs, uplift and floors are those that
`floors.solve` gives at that cap. Where several plans cost the same it may be another of them, but under rules on
floors: what depends on which (`capped_share`, `embodied_share`, `effective`, and with them a member's money) can
differ as it can between solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Any, overload

from floors.brief.pictures.sweep import pictures
from floors.brief.sweep_page import page
from floors.brief.swept import Swept
from floors.brief.tables import Tables
from floors.case.derive import Case
from floors.contract.results import Row, Sheet
from floors.contract.results.sweep import (
    FLOORS,
    JUMPS,
    OPTIMUM,
    SHEETS,
    SWEEP,
    JumpRow,
    OptimumRow,
    SweepRow,
    SweptFloorRow,
)
from floors.errors import Infeasible, SolveError, TimeLimit
from floors.excel.record import Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, without_result, worst
from floors.lp.kinks import NARROW, Corner, make_line
from floors.many.executors import executor_of, in_order
from floors.many.shared import CAPS_DECIDED, check_foreseen
from floors.many.sweep.answers import answers_of
from floors.many.sweep.grid import Grid, solve_grid
from floors.many.sweep.jumps import jumps, jumps_in_words
from floors.many.sweep.lps import MovedLP
from floors.many.sweep.optimum import Optimum, optimum_in_words, optimum_of, optimum_rows
from floors.many.sweep.points import DEFAULT, CapFigures, Point, shares_of, swept_rows
from floors.many.sweep.solving import solve_part, with_baseline
from floors.page.page import Page
from floors.page.picture import Picture
from floors.results.amounts import conjoined, plain
from floors.solving.run import name_numbers
from floors.steps import stage
from floors.study.study import Study, check_study

AT_ONCE = 4  # caps of one task: each task carries the study, and a process keeps its LP from one to the next


@dataclass(frozen=True, repr=False)
class Sweep(Answer):
    """A study at many caps. `sweep.sweep`, `sweep.optimum`, `sweep.floors`, `sweep.jumps` are DataFrames; `kinks` the
    shares where cost bends.

    `tightest` is the least share that has a plan, None where it was not looked for or none has; `exact` says
    whether the line of costs between the points is known.
    """

    commodity: str | None
    free: Point
    points: tuple[Point, ...] = field(repr=False)
    corners: tuple[Corner, ...] = field(default=(), repr=False)
    tightest: float | None = None
    exact: bool = False

    sweep = Table()
    optimum = Table()
    floors = Table()
    jumps = Table()
    run = Table()

    @property
    def kinks(self) -> tuple[float, ...]:
        """Shares at which cost bends, loosest first."""
        return tuple(c.share for c in reversed(self.corners) if c.breaks)

    @property
    def status(self) -> str:
        """`optimal` where every cap is, else what is wrong first: without a plan before stopped early."""
        return worst(point.status for point in (self.free, *self.points))

    @property
    def warnings(self) -> list[str]:
        """Caps without a result, the first of each message."""
        points = (self.free, *self.points)
        tied, said = [_named(p) for p in points if p.movable], []
        if tied:
            more = f" and {len(tied) - 1} more" if len(tied) > 1 else ""
            said.append(
                f"at {len(tied)} of {len(points)} caps ({tied[0]}{more}; column movable) shipments into the bloc can "
                "change place at no cost: what buyers, treasuries and producers have of it, shares of capped origin "
                "and make-whole may be others in another plan of the same cost."
            )
        return said + without_result((_named(p), p.status, p.message) for p in points)

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        solved = [p for p in self.points if p.figures is not None]
        said = [f"{len(solved)} of {len(self.points)} caps have a plan."]
        money = f"million {self.currency}, present value"
        if solved and self.free.figures is not None:
            said.append(f"{_dearer(self.free.figures, solved)} ({money}).")
        said += optimum_in_words(self.points, self.free.figures, self.currency)
        if self.exact and self.tightest is not None:
            said.append(f"The tightest cap that has a plan is {self.tightest:.6g}.")
        if self.exact and solved:
            kinks = ", ".join(f"{share:.4g}" for share in self.kinks[:12])
            more = f" and {len(self.kinks) - 12} more" if len(self.kinks) > 12 else ""
            said.append(f"Cost bends at {kinks}{more}." if kinks else "Cost bends nowhere in between.")
        elif not self.exact:
            said.append(
                "Where cost bends was not looked for (never under basis use, elastic demand or a minimum)."
            )
        said += jumps_in_words(self._jumps, self.currency)
        return said

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        if sheet == SWEEP.name:
            return self._sweep
        if sheet == OPTIMUM.name:
            return self._optimum
        if sheet == FLOORS.name:
            return self._floors
        if sheet == JUMPS.name:
            return self._jumps
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "swept commodity": self.commodity or "all",
                        "plan_choice at each cap": "any where no rule stands on floors",
                    }
                ),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
                *assumed(self.study),
            ]
        )

    @cached_property
    def brief(self) -> Page:
        """The page of the sweep."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Cost and floors against the cap."""
        return pictures(self._told)

    @cached_property
    def _told(self) -> Swept:
        chosen = swept_rows(self.study, self.commodity)
        return Swept(Tables(self.study, self.rows), chosen, self.tightest, self.exact)

    @property
    def best(self) -> Optimum | None:
        """The caps that cost the bloc and the world least; None where no cap has a plan."""
        return optimum_of(self.points)

    @cached_property
    def _optimum(self) -> list[OptimumRow]:
        return list(optimum_rows(self.best, self.free.figures))

    @cached_property
    def _floors(self) -> list[SweptFloorRow]:
        return [row for p in (self.free, *self.points) for row in p.floors]

    @cached_property
    def _jumps(self) -> list[JumpRow]:
        """Under rules on floors these may move where cost does not bend."""
        return jumps((self.free, *self.points), () if self._ruled else self.kinks)

    @property
    def _ruled(self) -> bool:
        """Whether there are rules on floors."""
        return any(row["years"] for row in self.study.rows("floor_rules"))

    @cached_property
    def _sweep(self) -> list[SweepRow]:
        """No cap first, then from the loosest cap to the tightest, breaks off the grid among them."""
        bends = {c.share: c for c in self.corners if c.breaks}
        rows = [self._row(self.free, None)]
        for point in self.points:
            near = [share for share in bends if abs(share - (point.share or 0.0)) < 1e-7]
            rows.append(self._row(point, bends.pop(near[0]) if near else None))
        rows += [self._bend(corner) for corner in bends.values()]
        return sorted(rows, key=lambda row: -inf if row.cap is None else -row.cap)

    def _row(self, point: Point, bend: Corner | None) -> SweepRow:
        found, free = point.figures, self.free.figures
        marginal = -bend.left / 100 if bend and found else point.marginal_cost
        row = SweepRow(
            cap=point.share, kink=bend is not None, status=point.status, message=point.message or None
        )
        if found is None:
            return row
        return row._replace(
            **vars(found),
            cost_of_cap=found.total_cost - free.total_cost if free else None,
            change_of_bloc_net_cost=found.bloc_net_cost - free.bloc_net_cost if free else None,
            marginal_cost=marginal,
            movable=point.movable,
        )

    def _bend(self, corner: Corner) -> SweepRow:
        free = self.free.figures
        return SweepRow(
            cap=corner.share,
            kink=True,
            status="optimal",
            total_cost=corner.cost,
            cost_of_cap=corner.cost - free.total_cost if free else None,
            marginal_cost=-corner.left / 100,
        )

    def described(self) -> dict[str, Any]:
        """The tables as lists of objects, the bends, the tightest cap, and the best for the bloc and for the world."""
        tables = {sheet.name: self.records(sheet.name) for sheet in (SWEEP, OPTIMUM, FLOORS, JUMPS)}
        best = self.best
        return {
            **tables,
            "kinks": list(self.kinks),
            "tightest": self.tightest,
            "cap_of_least_bloc_net_cost": best and best.bloc[0],
            "cap_of_least_world_cost": best and best.world[0],
            "worth_of_the_difference": best and best.worth,
            "costs_the_world": best and best.costs_the_world,
        }


@overload
def sweep(
    study: Study,
    caps: str | Iterable[float] = ...,
    commodity: str | None = ...,
    executor: object = ...,
    *,
    offer: None = ...,
    export: None = ...,
    done: Callable[[Point], None] | None = ...,
) -> Sweep: ...
@overload
def sweep(
    study: Study,
    caps: str | Iterable[float] = ...,
    commodity: str | None = ...,
    executor: object = ...,
    *,
    offer: str | None = ...,
    export: str | None = ...,
    done: Callable[[Any], None] | None = ...,
) -> Sweep | Grid: ...
def sweep(
    study: Study,
    caps: str | Iterable[float] = DEFAULT,
    commodity: str | None = None,
    executor: object = None,
    *,
    offer: str | None = None,
    export: str | None = None,
    done: Callable[[Any], None] | None = None,
) -> Sweep | Grid:
    """Solve a study at many caps; see `floors.many.sweep.sweeping` for which rows are swept and what is exact.

    `caps` are shares from 0 to 1, or FIRST:LAST:POINTS such as 0.9:0.2:15. Any executor of concurrent.futures,
    or a Dask client, gives the same numbers; `done` is told of each cap. A cap without a plan stops no other. With
    `offer` (CN:0.6:1.2:7: factors on its offer prices) or `export` (CN:0:1:5: shares of what it sells abroad without a
    policy) each cap is solved against each answer of a capped region: a Grid (`floors.many.sweep.grid`), of whose cells
    `done` is told. Raises UsageError for shares, answers or a commodity that cannot be swept and for a
    scenario that is a surprise, InputError for a faulty study.
    """
    check_study(study, "floors.sweep")
    where = executor_of(executor)
    shares = shares_of(caps)
    given = caps if isinstance(caps, str) else shares
    asked = Asked("sweep", {"caps": given, "commodity": commodity, "offer": offer, "export": export})
    chosen = swept_rows(study, commodity)
    check_foreseen(study, CAPS_DECIDED)
    answers = answers_of(study, offer, export)
    if answers is not None:
        return replace(solve_grid(study, commodity, shares, answers, where, done), asked=asked)
    lp = MovedLP(study, chosen)  # a fault of the study is no fault of a cap
    at_once = 1 if where is None else AT_ONCE
    parts = [(), *(shares[n : n + at_once] for n in range(0, len(shares), at_once))]
    found: list[Point] = []
    baseline: Point | None = None
    with stage("caps", 1 + len(shares)) as here:
        for answer in in_order(solve_part, [(lp, part) for part in parts], where):
            if baseline is None:
                *answer, baseline = answer
            for point in answer:
                found.append(with_baseline(point, baseline))
                here.finished(_named(point))
                if done:
                    done(found[-1])
    try:
        with stage("bends"):
            corners, tightest, exact = _line(lp, shares)
    except TimeLimit:  # the caps are there: where the line bends is not looked for
        corners, tightest, exact = [], None, False
    except SolveError as error:
        name_numbers(error, study)
        raise
    return Sweep(study, commodity, found[0], tuple(found[1:]), tuple(corners), tightest, exact, asked=asked)


def _line(lp: MovedLP, shares: Sequence[float]) -> tuple[list[Corner], float | None, bool]:
    """Corners of the line of costs, the tightest share, and whether there is such a line."""
    if not lp.movable or lp.under_use:
        return [], None, False
    try:
        none, whole = lp.at(0.0), lp.at(1.0)
    except Infeasible:  # whatever the share: each point says why
        return [], None, True
    if none is None or whole is None:
        return [], None, False
    line = make_line(none[1], whole[1])
    tightest = line.tightest()
    if tightest is None:
        return [], None, True
    tightest = max(tightest, _leaks(whole[0], lp.chosen))
    low, high = max(min(shares), tightest), max(shares)
    corners = line.corners(low, high) if high - low > NARROW else []
    return corners, tightest if tightest > NARROW else 0.0, True


def _leaks(case: Case, chosen: tuple[int, ...]) -> float:
    """The share that leaks alone take, where they take most."""
    taken = [
        case.leaked[cap.name, t] / limit
        for cap in case.caps
        if cap.row in chosen
        for t, limit in cap.limit.items()
        if limit
    ]
    return max(taken, default=0.0)


def _dearer(free: CapFigures, solved: Sequence[Point]) -> str:
    """What the system costs more than without cap, at the loosest and the tightest that has a plan."""
    scale = max(abs(free.total_cost), *(abs(p.figures.total_cost) for p in solved if p.figures))
    ends = {
        _named(p): plain(p.figures.total_cost - free.total_cost, scale)
        for p in (solved[0], solved[-1])
        if p.figures
    }
    if set(ends.values()) == {"0"}:
        return f"A cap of {conjoined(list(ends))} costs the system nothing"
    if len(ends) > 1 and len(set(ends.values())) == 1:
        ends = {conjoined(list(ends)): next(iter(ends.values()))}
    told = (f"{'nothing' if amount == '0' else amount} more at {name}" for name, amount in ends.items())
    return f"Against no cap the system costs {'; '.join(told)}"


def _named(point: Point) -> str:
    return "no cap" if point.share is None else f"{point.share:.4g}"


__all__ = ["Grid", "Point", "Sweep", "sweep"]
