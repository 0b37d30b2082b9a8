"""What is wrong with links, and what is likely a slip in them, told before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from floors.case.consistency import ABOVE, Supply
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.errors import Problem
from floors.study.locate import spans
from floors.study.scenarios import BASE

NEVER = "no link that is built stands in any year"


def link_doubts(case: Case) -> Iterator[Problem]:
    """Warnings: links that are none."""
    if case.study.scenario_name == BASE:
        yield from _of_routes(case)
        yield from _of_pairs(case)


def short_of_links(case: Case, supply: Supply) -> Iterator[Problem]:
    """Demand with a value that more would reach if no link were needed: short whatever the policy."""
    if not case.links.any:
        return
    free, told = Supply(case, linked=False), dict[tuple[str, str], list[tuple[int, float]]]()
    wanted: dict[tuple[str, str, int], float] = {}
    for (d, _, c, t), steps in case.demand.steps.items():
        if len(steps) == 1 and steps[0].value is not None:
            key = case.places.region_of[d], c, t
            wanted[key] = wanted.get(key, 0.0) + steps[0].width
    for (r, c, t), asked in wanted.items():
        reached = supply.at(r, c, t)
        if asked > reached * ABOVE and min(asked, free.at(r, c, t)) > reached * ABOVE:
            told.setdefault((r, c), []).append((t, min(asked, free.at(r, c, t)) - reached))
    rows = {(case.places.region_of[d], c): row for (d, _, c), row in reversed(case.demand.row.items())}
    for (r, c), years in told.items():
        first, tonnes = years[0]
        (missing,) = in_print(tonnes)
        message = (
            f"{missing} t of {c} that {r} wants could come only through links that do not stand yet: short in "
            f"{spans([t for t, _ in years])} whatever the policy."
        )
        hint = "Raise t in sheet qualified, or shorten qualify_time, unless it is meant."
        yield case.study.problem("demand", rows[r, c], first, message, hint, "short_of_links", "warning")


def _of_routes(case: Case) -> Iterator[Problem]:
    """Rows of sheet routes whose terms of links are of no use."""
    study, links, routes = case.study, case.links, case.routes
    listed = {row["commodity"] for row in study.rows("qualified")}
    by_row = np.broadcast_to(routes.by_row, routes.shape)
    own = np.eye(len(routes.axes.regions), dtype=bool)[:, :, None, None]
    open_ = np.broadcast_to(routes.open, routes.shape) & ~own
    length = case.calendar.length
    for i, row in enumerate(study.rows("routes")):
        if row["qualify_cost"] is None:
            continue

        def fault(column: str, message: str, hint: str, code: str, level: str, i: int = i) -> Problem:
            return study.problem("routes", i, column, message, hint, code, level)

        good = row["commodity"]
        if good not in listed and not (good == "*" and listed):
            what = f"{good} has" if good != "*" else "no commodity has"
            message = f"{what} {'no ' if good != '*' else 'a '}row in sheet qualified: its pairs ship freely."
            hint = "Give sheet qualified a row of what a pair can ship, or empty this cell."
            yield fault("qualify_cost", message, hint, "link_without_qualified", "warning")
            continue
        here = by_row == i
        if here.any() and not (here & open_).any():
            message = "a link is of no use here: the route is closed, or within a region, which needs none."
            yield fault("qualify_cost", message, "Empty this cell.", "link_of_no_use", "warning")
            continue
        alive = links.terms.alive[i]
        if not alive.any():
            hint = "Shorten qualify_time, or set qualify_limit to 0 if nothing shall be qualified."
            yield fault("qualify_time", f"{NEVER} of the study.", hint, "link_never_stands", "warning")
        years = [
            t for t, stands in zip(case.calendar.years, alive.any(axis=0).tolist(), strict=True) if stands
        ]
        brief = [t for t in years if length[t] > row["qualify_life"] * ABOVE]
        if brief:
            message = (
                f"a link lasts {row['qualify_life']:g} years, less than the {length[brief[0]]:g} of the period "
                f"from {brief[0]}, in all of which it counts."
            )
            hint = "Lengthen qualify_life, or split the period."
            yield fault("qualify_life", message, hint, "link_shorter_than_period", "warning")


def _of_pairs(case: Case) -> Iterator[Problem]:
    """Listed pairs whose route has no cost of a link, beside others of the commodity that have one."""
    links, axes, routes = case.links, case.routes.axes, case.routes
    if not links.any:
        return
    goods = {axes.commodities[c] for c in np.flatnonzero(links.bound.any(axis=(0, 1, 3))).tolist()}
    open_ = np.broadcast_to(routes.open, routes.shape)
    for i, row in enumerate(case.study.rows("qualified")):
        o, r, c = row["origin"], row["destination"], row["commodity"]
        at = axes.place[o], axes.place[r], axes.commodity[c]
        if c in goods and o != r and open_[at].any() and not links.bound[at].any():
            message = f"the route from {o} to {r} has no qualify_cost for {c}: the pair ships freely, others do not."
            hint = "Give the route a qualify_cost (0 counts), unless it is meant."
            yield case.study.problem("qualified", i, "t", message, hint, "link_free", "warning")
