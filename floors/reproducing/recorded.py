"""What a results workbook records of the call that made it: out of sheet run, held against its fingerprints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floors.contract.results import RUN
from floors.contract.results.whole import COMMAND, OPTION
from floors.errors import TimeLimit, UsageError
from floors.verification.fingerprints import altered
from floors.verification.side_by_side import SEVERAL, Written
from floors.verification.written import SCENARIO

Told = dict[str, Any]
MADE_BY = {
    "one scenario": "solve",
    SEVERAL: "solve",
    "a sweep": "sweep",
    "caps and answers": "sweep",
    "alternatives": "alternatives",
    "candidates": "coalition",
    "coalitions": "coalition",
    "a tornado": "tornado",
    "samples": "sample",
    "risk": "risk",
    "priorities": "priorities",
    "a diagnosis": "diagnose",
}
"""The kind of a results workbook -> the command that writes it, where it does not say."""


def _flag(text: str) -> bool:
    return {"TRUE": True, "FALSE": False}[text]


def _listed(text: str) -> Any:
    """A list, as JSON, or a text as it is."""
    return json.loads(text) if text.startswith(("[", "{")) else text


def _weights(text: str) -> Any:
    found = _listed(text)
    if isinstance(found, str) and ":" not in found:
        return float(found)
    return found


_LIMIT: Mapping[str, Callable[[str], Any]] = {"time_limit": float}
_SOLVED: Mapping[str, Callable[[str], Any]] = {
    **_LIMIT,
    "accept_failed": _flag,
    "ranges": _flag,
    "model": str,
    "model sha256": str,
}
OPTIONS: Mapping[str, Mapping[str, Callable[[str], Any]]] = {
    "solve": {**_SOLVED, "scenarios": _listed},
    "solve_many": {**_SOLVED, "studies": _listed},
    "sweep": {"caps": _listed, "commodity": str, "offer": str, "export": str},
    "alternatives": {**_LIMIT, "within": float, "ranges": _flag},
    "tornado": {"floors": _listed},
    "sample": {"n": int, "indices": _flag, "seed": int},
    "coalition": {"members": _listed, "candidates": _listed, "coalitions": _listed, "n": int, "seed": int},
    "risk": {**_LIMIT, "aversion": _weights, "tail": float, "accept_failed": _flag},
    "priorities": {"n": int, "seed": int},
    "diagnose": {**_LIMIT, "scenario": str, "model": str, "model sha256": str},
}
"""Of each command the options that its results record, and how the text of each is read."""


@dataclass(frozen=True)
class Recorded:
    """How a result was made. `changed` says what of the record is not as it was written, `assumed` what was not
    recorded and is taken to be; `run` has the rest of sheet run, of the first scenario that has it."""

    command: str
    options: Told
    scenario: str
    run: Told = field(repr=False)
    changed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version of floors that made it."""
        return str(self.run.get("floors") or "an unknown version")

    @property
    def sha256(self) -> str:
        """The fingerprint of the input; empty where it was made of tables in memory."""
        return str(self.run.get("workbook sha256") or "")


def recorded_in(path: Path, written: Written) -> Recorded:
    """What a results workbook records. Raises UsageError for options that this version does not know."""
    if RUN.name not in written.sheets:
        raise UsageError(f"{path.name} has no sheet run: nothing says how it was made.")
    by_scenario: dict[str, Told] = {}
    for _, row in written.sheets[RUN.name].rows:
        by_scenario.setdefault(str(row.get(SCENARIO) or ""), {})[str(row.get("key"))] = row.get("value")
    run: Told = {}
    for told in by_scenario.values():
        for key, value in told.items():
            run.setdefault(key, value)
    changed = [text for name, told in by_scenario.items() for text in _changed(name, told)]
    assumed: list[str] = []
    if any(told.get("status") == TimeLimit.status for told in by_scenario.values()):
        assumed.append(f"{path.name} was cut short by a time limit; it is made again without one")
    command = str(run.get(COMMAND) or "")
    options = {key.removeprefix(OPTION): str(value) for key, value in run.items() if key.startswith(OPTION)}
    if not command and written.kind not in MADE_BY:
        raise UsageError(f"{path.name} does not say which command made it.")
    if not command:
        command = MADE_BY[written.kind]
        named = [name for name in by_scenario if name]
        if written.kind == SEVERAL:
            options = {"scenarios": json.dumps(named)}
        assumed.append(
            f"sheet run of {path.name} records no command and no options: floors {command}"
            + (f" of the scenarios {', '.join(named)}" if named else "")
            + " is taken, with the options that it has where none are given"
        )
    return Recorded(
        command,
        _read(path, command, options),
        str(run.get("scenario") or "base"),
        run,
        tuple(changed),
        tuple(assumed),
    )


def _changed(scenario: str, told: Told) -> list[str]:
    """Which records are not those of the fingerprints that stand beside them."""
    of = f" of scenario {scenario}" if scenario else ""
    return [
        f"sheet run{of} was changed since: the fingerprint of its {what} is another" for what in altered(told)
    ]


def _read(path: Path, command: str, options: Mapping[str, str]) -> Told:
    if command not in OPTIONS:
        known = ", ".join(OPTIONS)
        raise UsageError(
            f"{path.name} was made by {command!r}, which this version does not know; it knows {known}."
        )
    found: Told = {}
    for name, text in options.items():
        if name not in OPTIONS[command]:
            raise UsageError(
                f"{path.name} was made with the option {name!r} of floors {command}, which this version does not know."
            )
        try:
            found[name] = OPTIONS[command][name](text)
        except (ValueError, KeyError) as error:
            raise UsageError(
                f"{path.name} records {text!r} for the option {name} of floors {command}, which is no value of it."
            ) from error
    return found
