"""Processes and plants: what they make and use, what they can, what they cost, what can be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.errors import Problem
from floors.study.study import Study


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """Capacity that can be added to a process or plant.

    `charge` is the annual capital charge, USD/kg per year: capital_cost x q / (1 - (1 + q)^-lifetime),
    capital_cost / lifetime at q = 0; `social` is the same at the discount rate. `alive[b]` lists the years of
    the horizon in which capacity built in b runs; builds that never run within it are left out.
    """

    name: str
    charge: float
    social: float
    max_build: float | None
    max_total: float | None
    alive: dict[int, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Production:
    """Data of production, by process p, plant or process x, commodity c and year t."""

    region: dict[str, str]  # p, and plants -> region
    coefficient: dict[str, dict[str, float]]  # p -> c -> t made (+) or used (-) per t of activity
    active: dict[str, tuple[int, ...]]  # p -> years in which it may run
    unit_cost: dict[tuple[str, int], float]  # (p, t), USD/kg of activity
    basis: dict[tuple[str, int], float]  # (p, t), what that costs, where it is offered at another price
    minimum: dict[tuple[str, int], float]  # (p, t), t/yr, only where above 0
    plants: tuple[str, ...]
    load: dict[str, dict[str, float]]  # x with capacity -> p -> t of capacity per t of activity
    capacity: dict[tuple[str, int], float]  # (x, t) where limited: what exists, t/yr
    expansion: dict[str, Expansion]
    technology: dict[str, str | None]
    mode: Mapping[str, str] = field(default_factory=dict)  # the name of a clean mode -> its process
    plain: Production | None = None  # without modes, where there are some

    @property
    def processes(self) -> tuple[str, ...]:
        """Processes in sheet order, each followed by its clean mode where it has two."""
        return tuple(self.coefficient)

    @property
    def untagged(self) -> Production:
        """The same without modes: what the sheets say."""
        return self.plain or self

    def process(self, p: str) -> str:
        """The process of a mode."""
        return self.mode.get(p, p)

    def modes(self, p: str) -> tuple[str, ...]:
        """A process, and its clean mode where it has two."""
        return (p, *(q for q, of in self.mode.items() if of == p))

    def made(self, p: str) -> dict[str, float]:
        """Commodities that p makes; to be read alone."""
        return self._made[p]

    def used(self, p: str) -> dict[str, float]:
        """Commodities that p uses, as positive t per t of activity; to be read alone."""
        return self._used[p]

    @cached_property
    def _made(self) -> dict[str, dict[str, float]]:
        return {p: {c: a for c, a in of.items() if a > 0} for p, of in self.coefficient.items()}

    @cached_property
    def _used(self) -> dict[str, dict[str, float]]:
        return {p: {c: -a for c, a in of.items() if a < 0} for p, of in self.coefficient.items()}

    def limits_on(self, p: str) -> tuple[str, ...]:
        """The capacities that p loads: its own and its plant's."""
        return self._limits.get(p, ())

    @cached_property
    def _limits(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for x, loads in self.load.items():
            for p in loads:
                found[p] = (*found.get(p, ()), x)
        return found


def capital_charge(capital_cost: float, rate: float, lifetime: float) -> float:
    """Annuity of a capital cost, USD/kg per year over `lifetime` years at `rate` (0 is a rate)."""
    if rate == 0:
        return capital_cost / lifetime
    return capital_cost * rate / (1 - float((1 + rate) ** -lifetime))


def derive_production(
    study: Study, calendar: Calendar, places: Places, problems: list[Problem]
) -> Production:
    """Sheets technologies, processes, plants, capacities, unit_costs and minimums."""
    io: dict[str, dict[str, float]] = {}
    for row in study.rows("technologies"):
        io.setdefault(row["technology"], {})[row["commodity"]] = row["coefficient"]
    capacities = {row["process"]: row["years"] for row in study.rows("capacities")}
    unit_costs = {row["process"]: row["years"] for row in study.rows("unit_costs")}
    minimums = {row["process"]: row["years"] for row in study.rows("minimums")}

    region: dict[str, str] = {}
    coefficient: dict[str, dict[str, float]] = {}
    active: dict[str, tuple[int, ...]] = {}
    technology: dict[str, str | None] = {}
    cost: dict[tuple[str, int], float] = {}
    basis: dict[tuple[str, int], float] = {}
    before = _costs_before(study)
    minimum: dict[tuple[str, int], float] = {}
    load: dict[str, dict[str, float]] = {}
    capacity: dict[tuple[str, int], float] = {}
    expansion: dict[str, Expansion] = {}
    plant_row = {row["plant"]: row for row in study.rows("plants")}
    answering, none = study.answering, dict[int, float]()

    for i, row in enumerate(study.rows("processes")):
        p = row["process"]
        region[p] = row["region"]
        technology[p] = row["technology"]
        coefficient[p] = _coefficients(study, i, row, io, problems)
        active[p] = tuple(t for t in calendar.years if _within(t, row["first_year"], row["last_year"]))
        costs, minima, was = unit_costs.get(p, none), minimums.get(p, none), before.get(p, {})
        for t in active[p]:
            found = costs.get(t, row["unit_cost"])
            if found is None:
                problems.append(_no_cost(study, i, t))
                break
            cost[p, t] = found
            offers = places.role_in(region[p], t) == "capped" or region[p] == answering
            basis[p, t] = _basis(row, was if offers else {}, t, found)
            least = minima.get(t, row["minimum"])
            if least > 0:
                minimum[p, t] = least
        if _limit(p, row, capacities, active[p], capacity):
            load[p] = {p: 1.0}
        if row["capital_cost"] is not None:
            expansion[p] = _expansion(p, row, study, calendar)
        if row["plant"] is not None:
            load.setdefault(row["plant"], {})[p] = row["plant_use"]
            first = region.setdefault(row["plant"], row["region"])
            if first != row["region"]:
                problems.append(_two_regions(study, i, first))
    for x, row in plant_row.items():
        if x not in load:
            continue
        years = tuple(t for t in calendar.years if any(t in active[p] for p in load[x]))
        _limit(x, row, capacities, years, capacity)
        if row["capital_cost"] is not None:
            expansion[x] = _expansion(x, row, study, calendar)
    plants = tuple(x for x in plant_row if x in load)
    return Production(
        region=region,
        coefficient=coefficient,
        active=active,
        unit_cost=cost,
        basis=basis,
        minimum=minimum,
        plants=plants,
        load=load,
        capacity=capacity,
        expansion=expansion,
        technology=technology,
    )


def _costs_before(study: Study) -> dict[str, dict[int | None, float | None]]:
    """Unit costs of the workbook as written, before any scenario or answer, by process and year; under None that of all
    other years."""
    written = study.unanswered.base
    by_year = {row["process"]: row["years"] for row in written.rows("unit_costs")}
    return {
        row["process"]: {**by_year.get(row["process"], {}), None: row["unit_cost"]}
        for row in written.rows("processes")
    }


def _basis(row: dict[str, Any], before: dict[int | None, float | None], t: int, cost: float) -> float:
    """What a process costs: as given; else, where it may be offered at another price, as the workbook has it before
    scenarios; elsewhere its unit cost."""
    given: float | None = row["cost_basis"]
    if given is not None:
        return given
    known = before.get(t, before.get(None))
    return cost if known is None else known


def _no_cost(study: Study, i: int, t: int) -> Problem:
    p = study.rows("processes")[i]["process"]
    return study.problem(
        "processes",
        i,
        "unit_cost",
        f"expected the unit cost of {p} in {t}, found none here nor in unit_costs.",
        "Fill this cell, or the year in sheet unit_costs.",
        code="missing",
    )


def _two_regions(study: Study, i: int, first: str) -> Problem:
    row = study.rows("processes")[i]
    return study.problem(
        "processes",
        i,
        "plant",
        f"plant {row['plant']} stands in {first}, but {row['process']} is in {row['region']}.",
        "All processes of a plant are in one region: make one plant for each region.",
        code="plant_in_two_regions",
    )


def _coefficients(
    study: Study, i: int, row: dict[str, Any], io: dict[str, dict[str, float]], problems: list[Problem]
) -> dict[str, float]:
    technology, commodity = row["technology"], row["commodity"]
    if technology is not None:
        found = io.get(technology, {})
        if commodity is not None and found.get(commodity, 0) <= 0:
            problems.append(
                study.problem(
                    "processes",
                    i,
                    "commodity",
                    f"technology {technology} does not make {commodity}.",
                    "Leave the commodity blank where a technology is given.",
                    code="commodity_not_made",
                )
            )
        return {c: a for c, a in found.items() if a != 0}
    if commodity is None:
        problems.append(
            study.problem(
                "processes",
                i,
                "commodity",
                f"expected a technology, or the commodity that {row['process']} makes from nothing; "
                "found neither.",
                "Fill one of the two cells.",
                code="missing",
            )
        )
        return {}
    return {commodity: 1.0}


def _within(year: int, first: float | None, last: float | None) -> bool:
    return (first is None or year >= first) and (last is None or year <= last)


def _limit(
    x: str,
    row: dict[str, Any],
    capacities: dict[str, dict[int, float]],
    years: tuple[int, ...],
    capacity: dict[tuple[str, int], float],
) -> bool:
    """Fill what exists of x by year; False where x has no limit of its own in any year."""
    column = row["capacity"]
    if column is None and row["capital_cost"] is not None:
        column = 0.0
    given, limited = capacities.get(x, {}), False
    for t in years:
        found = given.get(t, column)
        if found is not None:
            capacity[x, t] = found
            limited = True
    return limited


def _expansion(x: str, row: dict[str, Any], study: Study, calendar: Calendar) -> Expansion:
    life, lead = row["lifetime"], row["lead_time"]
    rate = study.settings.capital_rate if row["rate"] is None else row["rate"]
    alive = {b: tuple(t for t in calendar.years if b + lead <= t < b + lead + life) for b in calendar.years}
    return Expansion(
        name=x,
        charge=capital_charge(row["capital_cost"], rate, life),
        social=capital_charge(row["capital_cost"], study.settings.discount_rate, life),
        max_build=row["max_build"],
        max_total=row["max_total"],
        alive={b: years for b, years in alive.items() if years},
    )
