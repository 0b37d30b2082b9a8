"""What --iamc does: the result as data of the IAMC beside the results workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.cli.shared import Talk, check_placed
from floors.errors import UsageError

if TYPE_CHECKING:
    from floors.iamc.written import Row
    from floors.many import Runs
    from floors.results.result import Result
    from floors.study.study import Study


@dataclass
class IamcFile:
    """The file asked for, if any; `rows` are those of what was solved."""

    talk: Talk
    path: Path | None
    force: bool
    rows: list[Row] = field(default_factory=list)

    def check(self, study: Study, target: Path, scenarios: Iterable[str]) -> None:
        """Find out, before anything is solved, whether it can be made of these scenarios and written. Raises
        InputError, UsageError, OutputError."""
        if self.path is None:
            return
        from floors.iamc.names import names_of
        from floors.iamc.written import check_file, check_texts

        if self.path.resolve() == target.resolve():
            raise UsageError(f"{self.path} is the results workbook; name another file for --iamc.")
        check_file(self.path, study.path, self.force)
        for name in scenarios:
            check_texts(name, names_of(study.scenario(name)).region.values())

    def take(self, solved: Result | Runs) -> None:
        """Make its rows, while the tables of what was solved are there."""
        if self.path is not None:
            from floors.iamc.written import records

            self.rows = list(records(solved.iamc_scenarios))

    def write(self, source: Path | None) -> dict[str, Any]:
        """Write it; what --json says of it."""
        if self.path is None:
            return {}
        from floors.iamc.written import write

        if not self.rows:
            self.talk.complain(f"{self.path} is not written: no scenario has a result that is proven.")
            return {"iamc": None}
        written = write(self.rows, self.path, source, force=self.force)
        check_placed(written, self.path)
        return {"iamc": str(written)}
