"""Processes and plants, read again: coefficients, costs, capacities, minimums, what can be built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from floors.study.study import Study
from floors.verification.calendar import Calendar, World
from floors.verification.named import clean, is_clean, plain


@dataclass(frozen=True)
class Building:
    """What capacity costs to add: USD/kg a year at the hurdle rate and at the discount rate; `alive[b]` years."""

    charge: float
    social: float
    a_year: float | None
    in_all: float | None
    alive: dict[int, tuple[int, ...]]


@dataclass
class Making:
    """Everything about processes (in sheet order) and plants; t/yr, USD/kg of activity."""

    region: dict[str, str] = field(default_factory=dict)
    technology: dict[str, str | None] = field(default_factory=dict)
    makes: dict[str, dict[str, float]] = field(default_factory=dict)
    uses: dict[str, dict[str, float]] = field(default_factory=dict)
    runs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    cost: dict[tuple[str, int], float] = field(default_factory=dict)
    basis: dict[tuple[str, int], float] = field(
        default_factory=dict
    )  # what it costs, whatever it is offered at
    least: dict[tuple[str, int], float] = field(default_factory=dict)
    room: dict[tuple[str, int], float] = field(default_factory=dict)  # what exists, where limited
    load: dict[str, dict[str, float]] = field(
        default_factory=dict
    )  # own capacity or plant -> process -> load
    building: dict[str, Building] = field(default_factory=dict)
    plants: tuple[str, ...] = ()

    @property
    def processes(self) -> tuple[str, ...]:
        """In sheet order."""
        return tuple(p for p in self.makes if not is_clean(p))

    def modes(self, p: str) -> tuple[str, ...]:
        """A process, and its clean mode where it has two."""
        return (p, clean(p)) if clean(p) in self.makes else (p,)

    def limits(self, p: str) -> list[str]:
        """Capacities that the process, in whatever mode, loads."""
        return [x for x, load in self.load.items() if plain(p) in load]


def annuity(capital_cost: float, rate: float, life: float) -> float:
    """Equal yearly charge that pays a capital cost over a life."""
    if rate == 0:
        return capital_cost / life
    return capital_cost * rate / (1 - float((1 + rate) ** -life))


def read_making(study: Study, calendar: Calendar, world: World) -> Making:
    """From sheets processes, plants, technologies, capacities, unit_costs, minimums and contracts."""
    found = Making()
    recipes: dict[str, dict[str, float]] = {}
    for row in study.rows("technologies"):
        recipes.setdefault(row["technology"], {})[row["commodity"]] = row["coefficient"]
    by_year = {
        sheet: {row["process"]: row["years"] for row in study.rows(sheet)}
        for sheet in ("capacities", "unit_costs", "minimums")
    }
    for row in study.rows("processes"):
        p = row["process"]
        recipe = recipes.get(row["technology"], {}) if row["technology"] else {row["commodity"]: 1.0}
        found.region[p], found.technology[p] = row["region"], row["technology"]
        found.makes[p] = {c: a for c, a in recipe.items() if a > 0}
        found.uses[p] = {c: -a for c, a in recipe.items() if a < 0}
        found.runs[p] = tuple(
            t
            for t in calendar.years
            if (row["first_year"] is None or row["first_year"] <= t)
            and (row["last_year"] is None or t <= row["last_year"])
        )
        for t in found.runs[p]:
            found.cost[p, t] = by_year["unit_costs"].get(p, {}).get(t, row["unit_cost"])
            found.basis[p, t] = _basis(
                study, row, t, found.cost[p, t], world.roles[row["region"], t] == "capped"
            )
            found.least[p, t] = by_year["minimums"].get(p, {}).get(t, row["minimum"]) or 0.0
        if _capacity(found, p, row, by_year["capacities"], found.runs[p]):
            found.load[p] = {p: 1.0}
        _building(found, p, row, study, calendar)
        if row["plant"] is not None:
            found.load.setdefault(row["plant"], {})[p] = row["plant_use"]
            found.region.setdefault(row["plant"], row["region"])
    found.plants = tuple(row["plant"] for row in study.rows("plants") if row["plant"] in found.load)
    for row in study.rows("plants"):
        x = row["plant"]
        if x in found.plants:
            years = [t for t in calendar.years if any(t in found.runs[p] for p in found.load[x])]
            _capacity(found, x, row, by_year["capacities"], tuple(years))
            _building(found, x, row, study, calendar)
    _contracts(study, found)
    return found


def _basis(study: Study, row: dict[str, Any], t: int, cost: float, offers: bool) -> float:
    """As given; else in a capped region as the workbook stands before scenarios, elsewhere the unit cost."""
    if row["cost_basis"] is not None:
        return float(row["cost_basis"])
    if not offers:
        return cost
    tables = study.base
    years = [one["years"] for one in tables.rows("unit_costs") if one["process"] == row["process"]]
    single = [one["unit_cost"] for one in tables.rows("processes") if one["process"] == row["process"]]
    known = next((year[t] for year in years if t in year), *single)
    return cost if known is None else float(known)


def _capacity(
    found: Making, x: str, row: dict[str, Any], given: dict[str, dict[int, float]], years: tuple[int, ...]
) -> bool:
    """Blank is no limit of its own, but 0 where capacity can be built."""
    blank = 0.0 if row["capital_cost"] is not None else None
    column = blank if row["capacity"] is None else row["capacity"]
    for t in years:
        room = given.get(x, {}).get(t, column)
        if room is not None:
            found.room[x, t] = room
    return any((x, t) in found.room for t in years)


def _building(found: Making, x: str, row: dict[str, Any], study: Study, calendar: Calendar) -> None:
    if row["capital_cost"] is None:
        return
    settings, life, lead = study.settings, row["lifetime"], row["lead_time"]
    hurdle = settings.capital_rate if row["rate"] is None else row["rate"]
    alive = {b: tuple(t for t in calendar.years if lead <= t - b < lead + life) for b in calendar.years}
    found.building[x] = Building(
        annuity(row["capital_cost"], hurdle, life),
        annuity(row["capital_cost"], settings.discount_rate, life),
        row["max_build"],
        row["max_total"],
        {b: years for b, years in alive.items() if years},
    )


def _contracts(study: Study, found: Making) -> None:
    """Contracts for one commodity add up; of several commodities the one that asks for most activity counts."""
    tonnes: dict[tuple[str, str, int], float] = {}
    for one in read_contracts(study, found):
        for t, quantity in one.tonnes.items():
            key = (one.process, one.commodity, t)
            tonnes[key] = tonnes.get(key, 0.0) + quantity
    for (p, c, t), quantity in tonnes.items():
        found.least[p, t] = max(quantity / found.makes[p][c], found.least.get((p, t), 0.0))


@dataclass(frozen=True)
class Contract:
    """A contract for difference: t/yr of one commodity by year."""

    process: str
    commodity: str
    strike: float
    upside: float
    payer: str
    tonnes: dict[int, float]

    def pays(self, price: float, t: int) -> float:
        """Million a year from the payer; negative when upside flows back."""
        gap = self.strike - price
        return (gap if gap > 0 else self.upside * gap) * self.tonnes[t] / 1000


def read_contracts(study: Study, making: Making) -> list[Contract]:
    """From sheet contracts, in sheet order."""
    return [
        Contract(
            row["process"],
            row["commodity"] or next(iter(making.makes[row["process"]])),
            row["strike"],
            row["upside"],
            row["payer"],
            {t: q for t, q in sorted(row["years"].items()) if q > 0},
        )
        for row in study.rows("contracts")
    ]
