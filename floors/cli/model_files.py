"""What --write-lp and --write-mps do: the LP of a study as files for other solvers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.cli.shared import Talk, check_placed
from floors.errors import FloorsError, SolveError, UsageError

if TYPE_CHECKING:
    from floors.study.study import Study


@dataclass
class ModelFiles:
    """The files asked for; `told` is what --json says of those that were written."""

    talk: Talk
    lp: Path | None
    mps: Path | None
    force: bool
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """Those asked for."""
        return [path for path in (self.lp, self.mps) if path is not None]

    def check(self, workbook: Path, several: bool) -> None:
        """Find out, before anything is solved, whether they can be written. Raises UsageError, OutputError."""
        for option, path, ending in (("--write-lp", self.lp, ".lp"), ("--write-mps", self.mps, ".mps")):
            if path is None:
                continue
            from floors.files.model_files import check_model_file

            if path.suffix.lower() != ending:
                raise UsageError(f"{option} expects a name that ends in {ending}; found {path}.")
            if several:
                raise UsageError(f"{option} writes one LP: give one scenario, by --scenario.")
            check_model_file(path, workbook, self.force)

    def write(self, of: Any, model: Callable[[Any], Any] | None = None) -> None:
        """Write them, of whatever `floors.write_model` takes."""
        for path in self.paths:
            from floors.files.model_files import names_beside
            from floors.results.write_model import write_model

            written = write_model(of, path, model=model, force=self.force)
            self.told.setdefault("models", []).append(
                {"output": str(written), "names": str(names_beside(path))}
            )
            check_placed(written, path)
            self.talk.say(f"The LP was written to {written}, its names to {names_beside(path)}.")

    @contextmanager
    def also_without_a_plan(self, study: Study, model: Callable[[Any], Any] | None) -> Iterator[None]:
        """A block that solves; where it has no optimum, the files are written before the error goes on."""
        try:
            yield
        except SolveError as error:
            try:
                if error.scene is not None:
                    self.write(error)
                elif study.surprise is None:
                    self.write(study, model)
            except FloorsError as other:  # a row that cannot hold whatever the plan makes no LP at all
                self.talk.complain(f"No LP was written: {other}")
            raise
