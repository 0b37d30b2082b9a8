"""What every result records in sheet run: by what it was made, of which workbook, with which settings and defaults."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from floors import __version__
from floors.case.scenario_kinds import told as kind_told
from floors.contract.results import Cell
from floors.contract.results.whole import RunRow
from floors.study.overrides import RECORDED
from floors.study.study import Study

PACKAGES = ("pyomo", "highspy", "numpy", "scipy", "openpyxl", "xlsxwriter")


def made_with(study: Study) -> list[RunRow]:
    """Versions, workbook, scenario and solver."""
    return recorded(
        {
            "floors": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
            "workbook": study.path.name if study.path else study.name,
            "workbook sha256": study.sha256,
            **{f"{RECORDED}{number}": text for number, text in enumerate(study.overrides, 1)},
            "scenario": study.scenario_name,
            **({"kind of scenario": kind} if (kind := kind_told(study)) else {}),
            "solver": "HiGHS simplex",
        }
    )


@cache
def version(package: str) -> str:
    """The version of an installed package, by the folder that says so beside it.

    importlib.metadata reads more than the name of that folder, and takes longer than to solve a small study.
    """
    spec = find_spec(package)
    beside = Path(spec.origin).parent.parent if spec is not None and spec.origin else Path()
    found = {path.stem.split("-")[1] for path in beside.glob(f"{package}-*.dist-info")}
    if len(found) == 1:
        return found.pop()
    from importlib.metadata import version as told

    return told(package)


def assumed(study: Study) -> list[RunRow]:
    """Settings, and every default used."""
    settings = study.settings
    return recorded(
        {f"setting {name}": getattr(settings, name) for name in settings.__dataclass_fields__}
        | {
            f"default {sheet}.{column}": f"{value} (used {count} times)"
            for sheet, column, value, count in study.defaults
        }
    )


def recorded(told: Mapping[str, Cell]) -> list[RunRow]:
    """A row for each of these."""
    return [RunRow.of(key, value) for key, value in told.items()]


def numbered(what: str, texts: Iterable[str]) -> list[RunRow]:
    """A row for each text, by its number."""
    return recorded({f"{what} {i}": text for i, text in enumerate(texts, 1)})
