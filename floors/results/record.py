"""Sheet run: how the result was made, so that it can be made again."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from floors.outcome import Outcome
from floors.study import Study

Row = tuple[Any, ...]
PACKAGES = ("pyomo", "highspy", "numpy", "scipy", "openpyxl", "xlsxwriter")


def record(study: Study, outcome: Outcome, warnings: list[str]) -> list[Row]:
    """key, value: versions, workbook, scenario, solver, sizes, settings, every default used, warnings."""
    lp = outcome.compiled.lp
    rows: list[Row] = [
        ("floors", version("floors")),
        ("python", platform.python_version()),
        *((name, version(name)) for name in PACKAGES),
        ("workbook", study.path.name if study.path else study.name),
        ("workbook sha256", study.sha256),
        ("scenario", study.scenario_name),
        ("solver", "HiGHS simplex"),
        ("status", "optimal"),
        ("sourcing LP rows", lp.matrix.shape[0]),
        ("sourcing LP columns", lp.matrix.shape[1]),
        ("sourcing LP nonzeros", int(lp.matrix.nnz)),
        ("solves for the minimum rule", outcome.solves),
        ("floors", len(outcome.case.border.origin)),
        ("distinct floors", outcome.floors.count),
        ("rules on floors", len(outcome.rules)),
    ]
    settings = study.settings
    rows += [(f"setting {name}", getattr(settings, name)) for name in settings.__dataclass_fields__]
    rows += [
        (f"default {sheet}.{column}", f"{value} (used {count} times)")
        for sheet, column, value, count in study.defaults
    ]
    rows += [(f"warning {i}", text) for i, text in enumerate(warnings, 1)]
    return rows
