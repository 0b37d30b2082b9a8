"""Everything that can go wrong, as types; one `Problem` per faulty cell, collected and raised once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """One fault of a workbook: where it is, what was found, what is expected, what to do.

    `cell` is an address such as ``D5`` or ``D5:D9`` (empty where the fault is of a whole sheet);
    `code` is a short fixed name; `level` is ``error`` or ``warning``; `set_by` is the cell, such as
    ``changes!F3``, by which a scenario filled the cell; `also` are further cells of the same fault, such as
    ``caps!B4``. Where the sheet is a `file` in a folder, its rows are lines of the file; `column` is the header of a
    cell in one. `option` is what gave the value in place of the cell, such as ``--set caps!D2=0.4``.
    """

    sheet: str
    cell: str
    value: object
    message: str
    hint: str = ""
    code: str = "value"
    level: str = "error"
    set_by: str = ""
    also: tuple[str, ...] = ()
    file: str = ""
    column: str = ""
    option: str = ""

    @property
    def place(self) -> str:
        """`sheet!cell`, or the sheet alone; of a file its name, with line and column. The option that gave the value,
        where one did, is named before it, or alone where it names the cell itself."""
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        if self.option and (not self.cell or self.option.startswith(f"--set {place}=")):
            return self.option
        if self.file:
            place = ", ".join((self.file, *_in_words(self.file, self.cell, self.column)))
        return f"{self.option} ({place})" if self.option else place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.hint}" if self.hint else "")


_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def _in_words(file: str, cell: str, column: str) -> list[str]:
    """An address as line and column; a column is left out where there are several. Parquet has no lines: of its
    records the first is 1, under the header."""
    match = _RANGE.fullmatch(cell)
    if match is None:
        return [cell] if cell else []
    first, start, last, end = match[1], match[2], match[3] or match[1], match[4] or match[2]
    called, first_line, last_line = "line", int(start), int(end)
    if file.lower().endswith(".parquet") and first_line > 1:
        called, first_line, last_line = "record", first_line - 1, last_line - 1
    lines = f"{called} {first_line}" if start == end else f"{called}s {first_line} to {last_line}"
    if first != last and not column:
        return [lines]
    return [lines, f"column {column or first}"]


class FloorsError(Exception):
    """Base of every exception raised on purpose by `floors`; `status` is one of the words of the contract."""

    status = "failed"
    exit_code = 1


class InputError(FloorsError):
    """The input is wrong; `problems` lists every fault found, each with its sheet and cell, and `warnings` what was
    doubtful beside them."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.problems, self.warnings = list(problems), list(warnings)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.warnings)


class UsageError(FloorsError):
    """A command or call that cannot be carried out as it was written."""

    exit_code = 2


class SolveError(FloorsError):
    """The solver gave no optimum.

    `scene` is what was being solved, for a diagnosis; it stays in the process in which this was raised.
    `explained`: whether the message says already what would have to give.
    """

    exit_code = 4
    scene: Any = None
    explained = False

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args, {name: value for name, value in vars(self).items() if name != "scene"}


class Infeasible(SolveError):
    """No plan obeys every row: some demand, cap, minimum or target cannot be met together."""

    status = "infeasible"
    exit_code = 3


class OverBudget(SolveError):
    """No floors under the rules need as little make-whole as `support_budget` allows."""

    status = "over_budget"
    exit_code = 3


class Unbounded(SolveError):
    """The cost falls without end: something is paid for being made or moved, without a limit."""

    status = "unbounded"


class TimeLimit(SolveError):
    """The solver stopped at its time limit."""

    status = "time_limit"


class NotConverged(SolveError):
    """The levies of a minimum rule did not settle."""

    status = "not_converged"


class CertificateFailed(SolveError):
    """The independent check of the two solutions found a violation."""


class OutputError(FloorsError):
    """The result could not be written where it was asked for."""

    exit_code = 5
