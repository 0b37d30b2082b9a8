"""A tiny study with a scenario for each way to be solved or to fail, and the reading of its comparison."""

from __future__ import annotations

from typing import Any

import floors
from floors.many import Runs
from tests.support import studies
from tests.support.studies import table

CHANGES = table(
    "scenario sheet where column change value",
    ("no cap", "caps", "scope=bloc", "years", "set", None),
    ("dear home", "processes", "process=US works", "unit_cost", "set", 90),
    ("starved", "processes", "process=*", "capacity", "set", 1),
    ("starved", "demand", "region=*", "value", "set", None),
    ("broke", "floor_rules", "rule=maximum", "years", "set", 60),
    ("broke", "settings", "key=support_budget", "value", "set", 0.0001),
    ("endless", "processes", "process=CN works", "unit_cost", "set", -5),
    ("faulty", "demand", "region=US", 2027, "set", -1),
    ("misplaced", "caps", "scope=bloc", "commodity", "set", "ore"),
    ("late", "processes", "process=US works", "last_year", "set", 2026),
    ("shock", "unit_costs", "process=CN works", 2027, "set", 75),
)
STATUS = {
    "base": ("optimal", ""),
    "no cap": ("optimal", ""),
    "dear home": ("optimal", ""),
    "starved": ("infeasible", "no solution"),
    "broke": ("over_budget", "support_budget"),
    "endless": ("unbounded", "no bound"),
    "faulty": ("failed", "changes!F9"),
    "misplaced": ("failed", "changes!F10"),
    "late": ("optimal", ""),
    "shock": ("optimal", ""),
}


def case(*names: str) -> floors.Study:
    """Two years; half of 10 t may come from China at 50, the US makes it at 80; with these scenarios, or all."""
    chosen = names or tuple(name for name in STATUS if name != "base")
    return studies.study(
        years=studies.years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        unit_costs=table("process 2026 2027", ("CN works",)),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "maximum")),
        scenarios=table("scenario known_from", *((n, 2027 if n == "shock" else None) for n in chosen)),
        changes=[change for change in CHANGES if change["scenario"] in chosen],
    )


def compared(runs: Runs, scenario: str, metric: str) -> tuple[Any, Any]:
    """Value and difference of a row of the comparison."""
    rows = studies.rows(runs.comparison, scenario=scenario, metric=metric)
    assert len(rows) == 1, f"{len(rows)} rows of {scenario}, {metric}"
    return rows["value"].iloc[0], rows["difference"].iloc[0]
