"""`floors.reproduce`: the input of a result solved again with its options, and compared number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from floors.contract.results.handed import EMBEDDED
from floors.errors import InputError, Problem, UsageError
from floors.excel.embedded import taken_out
from floors.excel.record import made_with
from floors.files.gate import TABLE_FILES
from floors.files.tables_out import PACKAGE
from floors.reproducing.recorded import Recorded, recorded_in
from floors.steps import Step, stage, telling
from floors.study.overrides import parse
from floors.study.overrides import recorded as recorded_overrides
from floors.study.study import Study, read
from floors.verification.differences import Comparison, Difference, compare_files
from floors.verification.earlier import of_this_version, was_written
from floors.verification.side_by_side import read_written
from floors.verification.written import sheets_of

if TYPE_CHECKING:
    from floors.excel.tabled import Answer

TOLERANCE = 1e-6
_FEW = 4
_VERSIONS = ("floors", "source revision", "system", "python", "pyomo", "highspy", "numpy", "scipy", "pandas")


@dataclass(frozen=True)
class Reproduction:
    """A result beside the same made again: `comparison` has every difference, `a` as it was and `b` as it is now.

    `made_with` and `runs_with` are versions and platform of both. `changed` says what of the record was altered since,
    `assumed` what it does not say and was taken. `added` are sheets and columns that the version that made it did not
    write; they do not count as differences.
    """

    command: str
    options: Mapping[str, Any]
    made_with: Mapping[str, str]
    runs_with: Mapping[str, str]
    comparison: Comparison = field(repr=False)
    changed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no cell differs, and nothing of the record was altered."""
        return not self.comparison.differences and not self.changed

    @property
    def sentences(self) -> list[str]:
        """By what it was made, by what it was made again, what was altered or assumed, and how the two compare."""
        return [
            f"Made by floors {_told(self.made_with)}; made again by floors {_told(self.runs_with)}.",
            *(f"Also other: {', '.join(self._others)}." for _ in self._others[:1]),
            *(f"{text[:1].upper()}{text[1:]}." for text in (*self.changed, *self.assumed)),
            *(f"Not compared, since it does not have them: {text}." for text in self._added_in_short),
        ]

    @property
    def _added_in_short(self) -> list[str]:
        """Sheets by name, and how many columns of others; none where nothing was added."""
        columns = [name for name in self.added if "." in name]
        sheets = [name for name in self.added if name not in columns]
        first = ", ".join(columns[:_FEW]) + (" ..." if len(columns) > _FEW else "")
        told = [
            f"the sheets {', '.join(sheets)}" if sheets else "",
            f"{len(columns)} column{'s' if len(columns) > 1 else ''} of others ({first})" if columns else "",
        ]
        return [" and ".join(filter(None, told))] if self.added else []

    @property
    def _others(self) -> list[str]:
        return [
            f"{key} {self.made_with.get(key, 'not recorded')} then, {self.runs_with[key]} now"
            for key in _VERSIONS[2:]
            if key in self.runs_with and self.made_with.get(key) != self.runs_with[key]
        ]

    def as_json(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "same": self.same,
            "command": self.command,
            "options": dict(self.options),
            "made_with": dict(self.made_with),
            "runs_with": dict(self.runs_with),
            "changed": list(self.changed),
            "assumed": list(self.assumed),
            "added": list(self.added),
            **self.comparison.as_json(),
        }


def _told(versions: Mapping[str, str]) -> str:
    revision = versions.get("source revision", "not recorded")
    return f"{versions.get('floors', 'of an unknown version')} (source revision {revision})"


def reproduce(
    result: str | Path,
    study: Study | str | Path | None = None,
    *,
    model: Callable[[Any], Any] | None = None,
    tolerance: float = TOLERANCE,
    executor: object = None,
    done: Callable[[Step], None] | None = None,
) -> Reproduction:
    """Solve the input of a results workbook again, with the command and the options that its sheet run records, and
    compare.

    `study` is the input, or where it lies; None: the one that was kept in the result (`to_excel(..., embed=True)`).
    `model` is the model of the user's own with which it was made. Numbers differ where they are further apart than
    `tolerance`, relative to the larger or to 1. Raises InputError for a result or an input that cannot be read and for
    another input than that of the result, UsageError for options that cannot be applied, and what the call itself
    raises.
    """
    path = Path(result)
    with telling(done), TemporaryDirectory() as folder:
        with stage("reading"):
            written = read_written(path)
            recorded = recorded_in(path, written)
            given = study if isinstance(study, Study) else _input(path, study, recorded, Path(folder))
            chosen = _prepared(path, given.base, recorded)
            options = _with_model(path, recorded, model)
        found = _made(recorded.command, chosen, options, executor)
        target = found.to_excel(Path(folder) / "again" / f"{path.stem or 'result'}.xlsx")
        comparison = compare_files(path, target, tolerance)
    now = {row.key: str(row.value) for row in made_with(chosen) if row.key in _VERSIONS}
    then = {key: str(recorded.run[key]) for key in _VERSIONS if recorded.run.get(key) is not None}
    comparison, added = _without_added(comparison, recorded)
    return Reproduction(
        recorded.command, recorded.options, then, now, comparison, recorded.changed, recorded.assumed, added
    )


def _without_added(found: Comparison, recorded: Recorded) -> tuple[Comparison, tuple[str, ...]]:
    """The comparison without sheets and columns that another version did not write, and these by name. What has a
    fingerprint in sheet run was there."""
    if of_this_version(recorded.run):
        return found, ()
    added = [one for one in found.differences if one.kind == "only in b" and _unwritten(one, recorded)]
    names = tuple(f"{one.sheet}.{one.column}" if one.column else one.sheet for one in added)
    counted = tuple(one for one in found.differences if one not in added)
    return replace(found, differences=counted), names


def _unwritten(one: Difference, recorded: Recorded) -> bool:
    """Whether a sheet or a column that only the new result has was never in the other."""
    if one.key or (one.a, one.b) != (None, None):  # a row, a sentence
        return False
    return not was_written(recorded.run, one.sheet, one.column)


def _input(path: Path, given: str | Path | None, recorded: Recorded, folder: Path) -> Study:
    """The study of the input that was given, or of the one that was kept in the result."""
    if given is not None:
        return read(given)
    cells = sheets_of(path).get(EMBEDDED.name)
    if cells is None:
        raise UsageError(
            f"{path.name} does not hold its input, which --embed would have kept: name it, too, as in "
            f"floors reproduce {path.name} {recorded.run.get('workbook') or 'INPUT.xlsx'}."
        )
    files = taken_out(cells, path.name)
    place = folder
    if all(name == PACKAGE or name.lower().endswith(TABLE_FILES) for name in files):
        place = folder / (Path(str(recorded.run.get("workbook") or "study")).name or "study")
        place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    return read(place if place != folder else folder / next(iter(files)))


def _prepared(path: Path, study: Study, recorded: Recorded) -> Study:
    """The study of the result: its input, whose fingerprint it records, in its scenario."""
    if recorded.sha256 and study.sha256 != recorded.sha256:
        message = (
            f"the input of {path.name} has the fingerprint {recorded.sha256[:12]}, and this one has "
            f"{(study.sha256 or 'none')[:12]}."
        )
        name = study.path.name if study.path else study.name
        hint = (
            "Name the workbook that it was made of, byte for byte; floors solve makes a result of this one."
        )
        raise InputError([Problem(name, "", None, message, hint, "other_input")])
    set_in_it = recorded_overrides(recorded.run)
    if list(map(parse, set_in_it)) != list(map(parse, study.overrides)):
        if study.overrides:
            raise UsageError(
                f"{path.name} was made with {_set(set_in_it)}, and this study has {_set(study.overrides)}."
            )
        study = study.overridden_by(set_in_it)
    return study.scenario(str(recorded.options.get("scenario") or recorded.scenario))


def _set(overrides: Sequence[str]) -> str:
    return " ".join(f"--set {text}" for text in overrides) or "nothing set"


def _with_model(path: Path, recorded: Recorded, model: Callable[[Any], Any] | None) -> dict[str, Any]:
    """The options of the call, with the model that was given where the result was made with one of a user's own."""
    options = {name: value for name, value in recorded.options.items() if name != "scenario"}
    name, digest = options.pop("model", None), options.pop("model sha256", None)
    if name is None:
        if model is not None:
            raise UsageError(f"{path.name} was made with the standard model: leave out the model.")
        return options
    if model is None:
        raise UsageError(
            f"{path.name} was made with the model {name}: give it, floors reproduce --model {name}."
        )
    content = getattr(model, "content", None)
    if digest is not None and content is not None and sha256(content).hexdigest() != digest:
        raise UsageError(
            f"{path.name} was made with another model than this one: the file {name} had the fingerprint {digest[:12]}."
        )
    return options | {"model": model}


def _made(command: str, study: Study, options: dict[str, Any], executor: object) -> Answer:
    """The result of the call."""
    import floors
    from floors.many.solving import solve_many, solve_scenarios

    call: Callable[..., Answer] = floors.solve
    if command == "solve" and "scenarios" in options:
        names = options.pop("scenarios")
        return solve_scenarios(study, None if names == "all" else names, executor, **options)
    if command == "solve_many":
        named = options.pop("studies")
        studies = {name: study.base.scenario(scenario) for name, scenario in named.items()}
        return solve_many(studies, executor, **options)
    call = getattr(floors, command)
    return call(study, **options, **({} if command in ("solve", "diagnose") else {"executor": executor}))
