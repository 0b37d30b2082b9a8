"""What shows only once sheets are put together, told beside faults that keep a workbook from being put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from floors.errors import InputError, Problem
from floors.study.sound import sound_part
from floors.study.study import Study

_FLOWS = frozenset(
    ("processes", "technologies", "plants", "capacities", "minimums", "contracts", "stockpiles", "routes")
    + ("route_limits", "route_minimums", "regions", "commodities", "demand")
)
LEANS: dict[str, frozenset[str]] = {
    "route_tie": frozenset({"routes", "route_limits", "route_minimums"}),
    "plant_in_two_regions": frozenset(),
    "commodity_not_made": frozenset({"technologies"}),
    "missing": frozenset({"unit_costs"}),
    "not_active": frozenset(),
    "value_below_curve": frozenset({"reference_prices"}),
    "elasticity_too_steep": frozenset({"reference_prices"}),
    "missing_reference": frozenset({"reference_prices"}),
    "contradictory_rules": frozenset(),
    "renaming_chain": frozenset({"technologies", "processes", "regions", "caps"}),
    "traced_each": frozenset(),
    "traced_classes": frozenset({"regions"}),
    "de_minimis_chain": frozenset({"technologies", "processes", "regions", "caps", "groups"}),
    "renewing_chain": frozenset({"technologies", "processes", "regions", "caps", "groups"}),
    "use_counts_twice": frozenset({"technologies"}),
    "cap_without_demand": frozenset({"demand", "groups", "regions", "settings"}),
    "duplicate": frozenset(),
    "minimum_above_capacity": frozenset({"capacities", "plants", "minimums", "contracts"}),
    "minimum_without_maker": _FLOWS,
    "minimum_above_limit": frozenset({"routes", "route_limits", "route_minimums"}),
    "target_above_capacity": frozenset({"stock_targets"}),
    "opening_above_capacity": frozenset(),
    "demand_above_capacity": _FLOWS,
    "unreachable_demand": _FLOWS,
    "input_unavailable": _FLOWS,
    "more_than_used": frozenset({"technologies"}),
    "enormous": frozenset(),
    "year_gap": frozenset(),
    "cap_gap": frozenset(),
    "never_alive": frozenset({"capacities", "plants", "processes", "changes", "scenarios"}),
    "never_valid": frozenset({"changes", "scenarios"}),
    "inside_period": frozenset(),
    "exists_later": frozenset(),
    "value_alone": frozenset({"changes", "scenarios"}),
}
"""Codes of what is told of the sound rows of a workbook, each unless one of these tables lost a row."""
OF_A_CELL = frozenset(
    {"bounds", "choice", "not_a_number", "number_as_text", "not_whole", "not_text", "boolean"}
)


def beside_faults(workbook: Path, told: list[Problem], overrides: Sequence[str] = ()) -> Iterator[Problem]:
    """Problems between the sound rows of a faulty workbook, and in its scenarios, which its faults cannot have brought
    about; but for those that are `told` already."""
    found = sound_part(workbook, overrides)
    if found is None:
        return
    study, lost = found
    if "years" in lost:
        return
    cells = {(one.sheet, one.cell) for one in told}
    for problem in _problems(study):
        leans = LEANS.get(problem.code)
        sure = not leans & lost if leans is not None else problem.code in OF_A_CELL and bool(problem.set_by)
        if sure and (problem.sheet, problem.cell) not in cells:
            yield problem


def _problems(study: Study) -> dict[Problem, None]:
    """What is wrong with a study and each of its scenarios, each once."""
    from floors.cli.check import of_study
    from floors.study.scenarios import BASE

    found: dict[Problem, None] = {}
    for name in (BASE, *study.scenario_names):
        try:
            found.update(dict.fromkeys(of_study(study.scenario(name))))
        except InputError as error:
            found.update(dict.fromkeys(error.problems))
    return found
