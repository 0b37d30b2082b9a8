"""A case derived once more for a study that differs in some numbers alone: what exists stays as it was found."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

import numpy as np

from floors.case.arcs import Arcs
from floors.case.caps import derive_caps
from floors.case.contracts import keep_contracts
from floors.case.demand import derive_demand
from floors.case.derive import Case
from floors.case.links import Links, charges
from floors.case.production import derive_production
from floors.case.renaming import check_renaming
from floors.case.routes import Routes, by_row
from floors.case.stocks import derive_stocks
from floors.contract.input_columns import Key
from floors.errors import InputError, Problem
from floors.study.locate import group
from floors.study.study import Study

YEARS = "years"  # any column of a year
NUMBERS: dict[str, frozenset[str]] = {
    "processes": frozenset(
        {"unit_cost", "capital_cost", "capacity", "minimum", "max_build", "max_total", "plant_use"}
    ),
    "unit_costs": frozenset({YEARS}),
    "plants": frozenset({"capital_cost", "capacity", "max_build", "max_total"}),
    "capacities": frozenset({YEARS}),
    "minimums": frozenset({YEARS}),
    "technologies": frozenset({"coefficient"}),
    "reference_prices": frozenset({YEARS}),
    "routes": frozenset({"freight", "tariff", "qualify_cost"}),
    "demand": frozenset({YEARS, "value"}),
}
"""Columns of whose numbers only the sign decides what exists, by sheet."""

STAYS = ("scopes", "counted", "exempt", "pool", "mingled", "spots", "returned", "weight_at", "floors_at")
"""What a Case finds when asked, and does not hang on these numbers."""


def numbers_alone(cells: Iterable[tuple[str, Key]]) -> bool:
    """Whether all of these cells (sheet, column) are of NUMBERS."""
    return all((YEARS if isinstance(key, int) else key) in NUMBERS.get(table, ()) for table, key in cells)


def stays_whole(case: Case) -> bool:
    """Whether nothing in a case hangs on how large these numbers are, only on whether they are there: no curve, no
    leak, no first levy, nothing tagged."""
    curved = any(len(steps) > 1 for steps in case.demand.steps.values())
    return not (curved or case.demand.leak or case.border.start or case.tags.clean)


def derive_again(study: Study, like: Case) -> Case:
    """The case of a study that differs from that of `like` in numbers of NUMBERS, none of which is 0 or of another sign
    in one of the two, where `like` `stays_whole`. Raises InputError as `derive`."""
    problems: list[Problem] = []
    notes: list[Problem] = list(study.notes)
    calendar, places, axes = like.calendar, like.places, like.arcs.axes
    reference = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    production = keep_contracts(derive_production(study, calendar, places, problems), like.contracts)
    routes = _routes(study, like.routes, axes.filled(reference, "ct"))
    demand = derive_demand(study, calendar, places, routes, like.reach, reference, {}, problems, notes)
    stocks = derive_stocks(study, calendar, reference, problems)
    caps = derive_caps(study, places, production, demand, problems, notes)
    check_renaming(study, places, production, caps, problems)
    if problems:
        raise InputError(group(problems))
    found = replace(
        like,
        study=study,
        reference=reference,
        production=production,
        routes=routes,
        links=_links(study, like.links),
        demand=demand,
        stocks=stocks,
        caps=caps,
        arcs=_arcs(like.arcs, routes),
        notes=tuple(notes),
    )
    vars(found).update({name: getattr(like, name) for name in STAYS})
    return found


def _routes(study: Study, like: Routes, reference: np.ndarray) -> Routes:
    rows = study.rows("routes")
    own = np.eye(len(like.axes.regions), dtype=bool)[:, :, None, None]
    found = replace(
        like,
        reference=reference,
        freight=by_row(rows, "freight", 0.0, like.by_row),
        tariff=np.where(own, 0.0, by_row(rows, "tariff", 0.0, like.by_row)),
    )
    if "open" in vars(like):
        vars(found)["open"] = like.open
    return found


def _links(study: Study, like: Links) -> Links:
    charge, social = charges(study)
    found = replace(like, terms=replace(like.terms, charge=charge, social=social))
    vars(found).update(
        {name: vars(like)[name] for name in ("standing", "passable", "growth") if name in vars(like)}
    )
    return found


def _arcs(like: Arcs, routes: Routes) -> Arcs:
    """The same shipments at the numbers of these routes."""
    found = copy(like)
    vars(found).pop("_routes", None)
    found.take_numbers(routes)
    return found
