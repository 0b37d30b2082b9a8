"""What every result records in sheet run: by what it was made, of which workbook, with which settings and defaults."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from floors import __version__
from floors.case.scenario_kinds import told as kind_told
from floors.contract.fingerprints import KEY, OF_OPTIONS, OF_RECORD, fingerprint_of_record
from floors.contract.results import Cell
from floors.contract.results.whole import COMMAND, OPTION, RunRow
from floors.files.revision import source_revision
from floors.study.overrides import RECORDED
from floors.study.study import Study

PACKAGES = ("pyomo", "highspy", "numpy", "scipy", "pandas", "openpyxl", "xlsxwriter")


class Asked(NamedTuple):
    """The call that made a result: a command, and the options that its numbers follow from, None where not given."""

    command: str = ""
    options: Mapping[str, Any] = {}

    def rows(self) -> list[RunRow]:
        """A row for the command, and one for each option; lists as JSON. None where nobody asked."""
        if not self.command:
            return []
        told = {f"{OPTION}{name}": _plain(value) for name, value in self.options.items() if value is not None}
        rows = recorded({COMMAND: self.command, **told})
        return [*rows, _seal(OF_OPTIONS, rows)]


UNASKED = Asked()
"""Of what no call of a command made."""


def sealed(rows: Sequence[RunRow]) -> list[RunRow]:
    """Rows of sheet run, with the fingerprint of those that no other one is of."""
    own = [row for row in rows if row.key != COMMAND and not row.key.startswith((KEY, OPTION))]
    return [*rows, _seal(OF_RECORD, own)]


def _seal(key: str, rows: Sequence[RunRow]) -> RunRow:
    return RunRow.of(key, fingerprint_of_record((row.key, row.value) for row in rows))


def _plain(value: Any) -> Cell:
    return value if isinstance(value, str | bool | int | float) else json.dumps(value, ensure_ascii=False)


def model_asked(model: Any) -> dict[str, str]:
    """A model of the user's own as options: its file with the digest of that, or the name of its function."""
    if model is None:
        return {}
    path, content = getattr(model, "path", None), getattr(model, "content", None)
    if path is None or content is None:
        name = getattr(model, "__qualname__", type(model).__qualname__)
        return {"model": f"{getattr(model, '__module__', '')}.{name}"}
    return {"model": path.name, "model sha256": sha256(content).hexdigest()}


def made_with(study: Study, asked: Asked = UNASKED) -> list[RunRow]:
    """Versions, platform, workbook, scenario and solver; the call, where one is given."""
    found = recorded(
        {
            "floors": __version__,
            "source revision": source_revision(),
            "system": system(),
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
    return [*found, *asked.rows()]


@cache
def system() -> str:
    """Operating system, machine and C library: what may move the last digits of a number."""
    library = " ".join(platform.libc_ver())
    return ", ".join(filter(str.strip, (platform.system(), platform.machine(), library)))


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
