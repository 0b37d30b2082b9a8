"""What is likely a slip, told before anything is solved: warnings, few and true, which never change a result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import inf

import numpy as np

from floors.case.cap_bases import demand_alone
from floors.case.coefficients import small
from floors.case.consistency import ABOVE, Supply, room_of
from floors.case.derive import Case, derive
from floors.case.in_print import in_print
from floors.case.link_doubts import link_doubts, short_of_links
from floors.case.price_units import price_units
from floors.case.same_units import same_units
from floors.case.slips import slips
from floors.case.tonnages import tonnages
from floors.contract.inputs import BY_NAME, TABLES
from floors.errors import InputError, Problem
from floors.study.locate import listed, spans
from floors.study.scenarios import BASE
from floors.study.study import Study

# Tables that should go on to the last year once they began: a blank there falls back on something else.
GOING_ON = ("reference_prices", "capacities", "unit_costs", "route_limits")
WITHOUT_GAPS = (*GOING_ON, "demand", "floor_rules")
OF_RISK = {"risk_aversion": 0.0, "risk_tail": 0.1}  # what these settings are unless set
ABOVE_ROUNDING = 1e-9  # of the room under a cap
# By how a unit begins: what nothing real comes near. Beside such a number a solver has no digits for the others.
# Assumptions, well above what is known: rhodium was below 1e6 USD/kg at its highest (2021), and all steel made in a
# year is some 2e9 t (World Steel Association).
ENORMOUS = tuple((unit, 1e6) for unit in ("USD", "t per t", "t of", "share", "per year", "years")) + (
    ("t", 1e12),
)


def doubtful(case: Case, supply: Supply | None = None) -> list[Problem]:
    """Warnings on a case, as the scenario makes it.

    `supply`: that of the case, where it was looked into already.
    """
    supply = supply or Supply(case)
    return [
        *_short(case, supply),
        *link_doubts(case),
        *_opening(case),
        *_exempt_above_caps(case),
        *_of_risk_alone(case),
        *slips(case),
        *price_units(case),
        *tonnages(case, supply.for_others()),
        *same_units(case),
        *_structural(case, supply),
        *extreme(case),
    ]


def _of_risk_alone(case: Case) -> Iterator[Problem]:
    """Settings that only `floors risk`, which asks for none of these warnings, heeds."""
    study = case.study
    if study.scenario_name != BASE or not study.has("settings"):
        return
    for i, row in enumerate(study.rows("settings")):
        if row["key"] in OF_RISK and row["value"] != OF_RISK[row["key"]]:
            message = f"{row['key']} is heeded by floors risk alone, and changes nothing here."
            yield study.problem("settings", i, "value", message, "", "risk_alone", "warning")


def _short(case: Case, supply: Supply) -> list[Problem]:
    """Demand that cannot be met; a scenario is named where the workbook as written is not as short."""
    found = [*_unserved(case, supply), *short_of_links(case, supply)]
    if not found or case.study.scenario_name == BASE:
        return found
    as_written = _of_base(case.study.base, _short)
    return [one if one in as_written else case.study.alone(one) for one in found]


def _structural(case: Case, supply: Supply) -> list[Problem]:
    """What plays no part or cannot be meant; of a scenario what it sets itself, and what the workbook has as written,
    not what the scenario cuts off: an embargo is meant."""
    found = [
        *_idle_caps(case),
        *demand_alone(case),
        *_without_input(case, supply.for_others()),
        *_more_than_used(case),
        *_years(case),
        *_unused(case),
    ]
    if not found or case.study.scenario_name == BASE:
        return found
    return [one for one in found if one.set_by or one in _of_base(case.study.base, _structural)]


@lru_cache(maxsize=2)
def _of_base(base: Study, what: Callable[[Case, Supply], list[Problem]]) -> tuple[Problem, ...]:
    """The same of the workbook as written; nothing where that is faulty, which is told elsewhere."""
    try:
        case = derive(base)
    except InputError:
        return ()
    return tuple(what(case, Supply(case)))


def extreme(case: Case) -> list[Problem]:
    """Numbers too large or too small for a solver; in a scenario those that it sets itself."""
    numbers = [*enormous(case.study), *small(case)]
    return [one for one in numbers if one.set_by or case.study.scenario_name == BASE]


def _unserved(case: Case, supply: Supply) -> Iterator[Problem]:
    """Demand with a value that nobody can make or ship there, links or no links: it stays unserved."""
    years: dict[tuple[str, str, str], list[int]] = {}
    free = Supply(case, linked=False) if case.links.any else supply
    for (d, segment, c, t), steps in case.demand.steps.items():
        region = case.places.region_of[d]
        if steps[0].value is not None and not free.at(region, c, t, stocks=d == region):
            years.setdefault((d, segment, c), []).append(t)
    for (d, segment, c), found in years.items():
        row, t = case.demand.row[d, segment, c], found[0]
        (unserved,) = in_print(case.demand.quantity[d, segment, c, t])
        message = (
            f"nobody can make {c} and ship it to {case.places.region_of[d]} in {spans(found)}: "
            f"{unserved} t of {segment} stay unserved in {t}."
        )
        hint = "Add a process or a route, unless it is meant."
        yield case.study.problem("demand", row, t, message, hint, "unreachable_demand", "warning")


def _opening(case: Case) -> Iterator[Problem]:
    for i, (k, pile) in enumerate(case.stocks.whole.items()):
        if pile.opening > room_of(pile) * ABOVE:
            opening, room = in_print(pile.opening, room_of(pile))
            message = (
                f"stockpile {k} opens with {opening} t, but has room for {room} t: "
                f"the rest must be used in the first year."
            )
            hint = "Lower the opening, or raise the capacity."
            yield case.study.problem(
                "stockpiles", i, "opening", message, hint, "opening_above_capacity", "warning"
            )


def _exempt_above_caps(case: Case) -> Iterator[Problem]:
    """Caps under which more may come exempt than they leave room for, at the row of most of it: shares of use hang on
    the plan, and are not looked into."""
    counted, exempt, axes = case.counted, case.exempt, case.arcs.axes
    if not len(exempt):
        return
    most = np.zeros(len(case.arcs))
    most[exempt.arc] = np.minimum(exempt.tonnes, case.arcs.limit[exempt.arc])
    pair = np.full(len(case.arcs), -1)
    pair[exempt.arc] = exempt.pair.find(exempt.pair.columns)
    found: dict[tuple[int, int], dict[int, tuple[float, float]]] = {}
    for k, cap in enumerate(case.caps):
        for t in cap.given if cap.basis != "use" else ():
            under = (counted.cap == k) & (counted.t == axes.year[t]) & (pair[counted.arc] >= 0)
            of_pair = np.zeros(len(exempt))
            np.maximum.at(of_pair, pair[counted.arc[under]], (most[counted.arc] * counted.coefficient)[under])
            total, room = float(of_pair.sum()), case.room[cap.name, t]
            if total > room * (1 + ABOVE_ROUNDING):
                key = exempt.pair.take(np.array([int(of_pair.argmax())])).keys[0]
                row = case.exemptions.cell(axes, key)[1]
                found.setdefault((cap.row, row), {})[t] = total, room
    for (cap_row, row), years in found.items():
        t = next(iter(years))
        total_t, room_t = in_print(*years[t])
        where = case.study.value_cell("caps", cap_row, t)
        message = (
            f"{total_t} t may come exempt in {t} under the cap at caps!{where}, which leaves room for {room_t} t: no "
            "levy can hold back what is exempt."
        )
        if len(years) > 1:
            message = f"{message} More than the cap in {spans(list(years))}."
        hint = "Lower the exemption, raise the cap, or hold the rest by a limit in sheet route_limits."
        yield case.study.problem("exemptions", row, t, message, hint, "exempt_above_cap", "warning")


def _idle_caps(case: Case) -> Iterator[Problem]:
    """Caps of which no shipment can ever count."""
    arcs, counted = case.arcs, case.counted
    possible = (arcs.limit != 0) & case.reach.makes[arcs.o, arcs.c, arcs.t]
    numbers = counted.by_cap(((counted.counts > 0) & possible[counted.arc]).astype(float))
    counting: dict[int, bool] = {}
    names = {cap.row: cap for cap in reversed(case.caps)}
    for cap, sums in zip(case.caps, numbers, strict=True):
        counting[cap.row] = counting.get(cap.row, False) or bool(sums.any())
    for row, counts in counting.items():
        cap = names[row]
        if not counts and cap.given:
            origin = "a capped origin" if cap.origin is None or cap.note else cap.origin
            message = f"{origin} can ship no {cap.commodity} that counts under this cap, in any of its years."
            hint = "Check its scope, commodity and origin, and the routes."
            yield case.study.problem("caps", row, "commodity", message, hint, "cap_on_nothing", "warning")


def _without_input(case: Case, supply: Supply) -> Iterator[Problem]:
    """Processes that can never run, since nobody can make what they use."""
    production = case.production.untagged
    for i, p in enumerate(production.processes):
        region = production.region[p]
        for c in production.used(p):
            if production.active[p] and not any(supply.at(region, c, t) > 0 for t in production.active[p]):
                message = (
                    f"{p} uses {c}, which nobody can make and ship to {region} in any year: it can never run."
                )
                hint = "Add a process or a route, or remove this process."
                yield case.study.problem(
                    "processes", i, "process", message, hint, "input_unavailable", "warning"
                )
                break


def _more_than_used(case: Case) -> Iterator[Problem]:
    """Technologies that split one thing into more than it, or make more than they use where another does not.

    A single product may well weigh more than what goes in, as a magnet does, whose iron is not in the study;
    then all technologies that make it out of the same say so.
    """
    rows: dict[str, dict[str, tuple[int, float]]] = {}
    for i, row in enumerate(case.study.rows("technologies")):
        rows.setdefault(row["technology"], {})[row["commodity"]] = (i, row["coefficient"])
    made = {name: sum(a for _, a in parts.values() if a > 0) for name, parts in rows.items()}
    used = {name: -sum(a for _, a in parts.values() if a < 0) for name, parts in rows.items()}
    gains = [name for name in rows if 0 < used[name] < made[name] / ABOVE]
    sound = {
        (c, u)
        for name, parts in rows.items()
        for c, (_, a) in parts.items()
        for u, (_, b) in parts.items()
        if a > 0 > b and name not in gains
    }
    for name in gains:
        inputs = [c for c, (_, a) in rows[name].items() if a < 0]
        products = [c for c, (_, a) in rows[name].items() if a > 0]
        if len(products) > 1 or any((c, u) in sound for c in products for u in inputs):
            output, inputs_used = in_print(made[name], used[name])
            message = f"technology {name} makes {output} t out of {inputs_used} t."
            hint = "Check the coefficients and their signs: made above 0, used below 0."
            line = rows[name][products[0]][0]
            yield case.study.problem(
                "technologies", line, "coefficient", message, hint, "more_than_used", "warning"
            )


def _years(case: Case) -> Iterator[Problem]:
    """Years that a table by year lacks at its end, or that a row leaves blank between two that it has."""
    years, study = case.calendar.years, case.study
    for name in WITHOUT_GAPS:
        rules = BY_NAME[name].years
        means = f"it means {rules.blank}" if rules is not None else ""
        rows = study.rows(name)
        headed = {t for row in rows for t in row["years"]}
        missing = [t for t in years if headed and t > min(headed) and t not in headed]
        if missing and name in GOING_ON:
            message = f"sheet {name} says nothing of {spans(missing)}, though of years before: {means}."
            yield Problem(
                name, "", None, message, "Fill these years, unless it is meant.", "year_missing", "warning"
            )
        for i, row in enumerate(rows):
            held = row["years"]
            gaps = [t for t in headed if held and min(held) < t < max(held) and t not in held]
            if gaps:
                message = f"{spans(gaps)} is blank between years that have a value: {means}."
                hint = "Fill it, unless it is meant."
                yield study.problem(name, i, min(gaps), message, hint, "year_gap", "warning")


def _unused(case: Case) -> Iterator[Problem]:
    """Regions, commodities, processes and plants that no number of the study concerns."""
    study, production = case.study, case.production.untagged
    demanded = [row for row in study.rows("demand") if row["years"]]
    piles = case.stocks.whole.values()
    regions = {*production.region.values(), *(row["region"] for row in demanded), *(s.region for s in piles)}
    commodities = {
        *(c for p in production.processes for c in production.coefficient[p]),
        *(row["commodity"] for row in demanded),
        *(s.commodity for s in piles),
    }
    named = _named_by_scenarios(case)
    for table, column, used, why in (
        ("regions", "region", regions, "no process, demand or stockpile is there"),
        ("commodities", "commodity", commodities, "no process, demand or stockpile has it"),
        (
            "processes",
            "process",
            {p for p in production.processes if production.active[p]},
            "it may run in no year",
        ),
        ("plants", "plant", set(production.plants), "no process shares it"),
    ):
        unused = [
            (i, row[column]) for i, row in enumerate(study.rows(table)) if row[column] not in used | named
        ]
        if unused:
            message = f"{listed([name for _, name in unused])} of sheet {table} plays no part: {why}."
            yield study.problem(
                table, unused[0][0], column, message, "Remove it, unless it is meant.", "unused", "warning"
            )


def enormous(study: Study) -> Iterator[Problem]:
    """Numbers typed to stand for no limit, or with digits too many."""
    for table in TABLES:
        for i, row in enumerate(study.rows(table.name)):
            for key, value in (*row.items(), *row.get("years", {}).items()):
                column = table.column(key)
                if column is None or not isinstance(value, (int, float)) or not column.unit:
                    continue
                unit = column.unit
                if table.name == "caps" and column is table.years:
                    unit = "t/yr" if row["basis"] == "tonnes" else "share"
                most = next((most for of, most in ENORMOUS if unit.startswith(of)), inf)
                if abs(value) > most:
                    message = (
                        f"{value:g} {unit} is beyond anything real: beside it the rest lose their digits."
                    )
                    blank = f", or leave the cell blank ({column.blank})" if column.blank else ""
                    hint = f"Write a true number{blank}."
                    yield study.problem(table.name, i, key, message, hint, "enormous", "warning")


def _named_by_scenarios(case: Case) -> set[str]:
    """Names that a scenario may bring into play."""
    changes = case.study.rows("changes")
    put = {row["value"] for row in changes if isinstance(row["value"], str)}
    chosen = {part.split("=")[-1].strip() for row in changes for part in row["where"].split(";")}
    return put | chosen
