"""What every result has: its tables as attributes, plain words, its workbook, and copies without its model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar, overload

from floors.contract.results import Rows, Sheet, frame
from floors.errors import UsageError
from floors.excel.record import UNASKED, Asked
from floors.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from floors.excel.embedded import Embedded
    from floors.html.plots import Plots
    from floors.page.page import Page
    from floors.page.picture import Picture

Model = TypeVar("Model")
NO_PLAN = ("infeasible", "over_budget")


class Table:
    """A sheet of results as an attribute, under its name: a DataFrame of its own each time it is asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, result: None, owner: type) -> Self: ...
    @overload
    def __get__(self, result: Tabled, owner: type) -> pd.DataFrame: ...
    def __get__(self, result: Tabled | None, owner: type) -> Self | pd.DataFrame:
        return self if result is None else result.frame(self.name)


class Tabled(ABC):
    """What has tables, one a sheet; a class names each of them as an attribute, ``floors = Table()``."""

    @property
    @abstractmethod
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook, in order."""

    @abstractmethod
    def rows(self, sheet: str) -> Rows:
        """Rows of a results sheet in the order of its columns; None where there is no value."""

    def frame(self, sheet: str) -> pd.DataFrame:
        """A results sheet as a DataFrame. Raises KeyError for a name that no sheet has."""
        return frame(self._sheet(sheet), self.rows(sheet))

    def records(self, sheet: str) -> list[dict[str, Any]]:
        """A results sheet as dicts, one a row. Raises KeyError for a name that no sheet has."""
        return list(self._sheet(sheet).records(self.rows(sheet)))

    def arrow(self, sheet: str) -> Any:
        """A results sheet as a pyarrow Table, which has the Arrow interface (`__arrow_c_stream__`): units and meanings
        are metadata of its columns. Raises KeyError for a name that no sheet has, UsageError without pyarrow."""
        from floors.excel.folder import arrow_of

        return arrow_of(self, self._sheet(sheet), getattr(self, "currency", "USD"))

    def _sheet(self, name: str) -> Sheet:
        found = {sheet.name: sheet for sheet in self.sheets}
        if name not in found:
            raise KeyError(f"there is no sheet {name!r}; there are {', '.join(found)}")
        return found[name]


@dataclass(frozen=True, repr=False)
class Answer(Tabled):
    """What was found about a study by the call `asked`. Copied, pickled or sent by another process it is without its
    model."""

    study: Study
    asked: Asked = field(default=UNASKED, kw_only=True, repr=False, compare=False)

    @property
    def title(self) -> str:
        """Title of the study."""
        return self.study.settings.title or self.study.name

    @property
    def currency(self) -> str:
        """Currency of the study."""
        return self.study.settings.currency

    @property
    def scenario_name(self) -> str:
        """`base`, or the scenario of the study."""
        return self.study.scenario_name

    if TYPE_CHECKING:  # fields of some results, computed by others

        @property
        def status(self) -> str:
            """`optimal`, or the word of the contract for what is wrong."""

        @property
        def sentences(self) -> list[str]:
            """What a reader should know first, one sentence a line."""

        @property
        def warnings(self) -> list[str]:
            """What a careful reader must be told."""

    @property
    def exit_code(self) -> int:
        """0 where the status is optimal, 3 where there is no plan or it is over budget, else 4."""
        return 0 if self.status == "optimal" else 3 if self.status in NO_PLAN else 4

    @property
    def failed(self) -> bool:
        """Whether a certificate did not pass and the result was accepted all the same."""
        return False

    @overload
    def to_excel(
        self, path: str | Path, *, force: bool = False, day: str = "", embed: bool | Embedded = False
    ) -> Path: ...
    @overload
    def to_excel(
        self, path: IO[bytes], *, force: bool = False, day: str = "", embed: bool | Embedded = False
    ) -> None: ...
    def to_excel(
        self,
        path: str | Path | IO[bytes],
        *,
        force: bool = False,
        day: str = "",
        embed: bool | Embedded = False,
    ) -> Path | None:
        """Write the results workbook, with the day at the foot of its page, to a path or into a file that is open for
        bytes; returns where it went, None for a file. `embed` keeps the input in it, as it was read. Raises OutputError
        or UsageError."""
        from floors.excel.embedded import to_embed
        from floors.files.into import write_into

        kept_input = to_embed(self.study, embed)
        if isinstance(path, str | PathLike):
            return self._write(Path(path), force=force, day=day, embed=kept_input)
        write_into(path, partial(self._write, force=force, day=day, embed=kept_input))
        return None

    def _write(self, path: Path, *, force: bool, day: str, embed: Embedded | None) -> Path:
        from floors.excel.report import write
        from floors.files.beside import drop
        from floors.files.targets import check_target

        check_target(path, self.study.path, force)
        written = write(self, path, force=force, keep=self.failed, sheets=self.sheets, day=day, embed=embed)
        drop(written)
        return written

    def to_folder(self, path: str | Path, format: str = "csv", *, force: bool = False) -> Path:
        """Write every table, the words and what the page is made of to a folder, one file `csv` or `parquet` a sheet,
        with a Frictionless `datapackage.json`. Returns where it went.

        One that floors wrote is replaced. Raises OutputError, and UsageError for the input itself and for a folder with
        tables that floors did not write.
        """
        from floors.excel.folder import write_folder

        return write_folder(self, Path(path), format, force)

    @property
    def brief(self) -> Page | None:
        """The page of what was found; None where there is none."""
        return None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of what was found."""
        return ()

    @property
    def plot(self) -> Plots:
        """Its pictures, a method each, such as ``result.plot.floors()``."""
        from floors.html.plots import Plots

        return Plots(self.pictures)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.study.name}, {self.scenario_name}: {self.status}>"

    def _repr_html_(self) -> str:
        from floors.html.notebook import of_page, of_words

        page = self.brief
        if page is None:
            return of_words(self.title, f"{self.scenario_name}: {self.status}", self.sentences)
        return of_page(page, self.pictures)

    def __getstate__(self) -> dict[str, Any]:
        return {name: None if name == "_model" else value for name, value in vars(self).items()}


def kept(model: Model | None, what: str) -> Model:
    """The model of a result. Raises UsageError for a copy, which is without it."""
    if model is None:
        raise UsageError(
            f"{what} needs the model, which stays where the study was solved: a copy of a result, or one that another "
            "process sent, has its tables and words alone. Solve the study here: floors.solve(result.study)."
        )
    return model


def less(value: float | None, other: float | None) -> float | None:
    """The difference of two numbers of tables; None where one is missing."""
    return None if value is None or other is None else value - other


def without_result(runs: Iterable[tuple[str, str, str]]) -> list[str]:
    """Of runs (name, status, message) those without a result, the first of each message."""
    of: dict[str, list[tuple[str, str]]] = {}
    for name, status, message in runs:
        if status != "optimal":
            of.setdefault(message, []).append((name, status))
    return [
        f"{found[0][0]}{f' and {len(found) - 1} more' if len(found) > 1 else ''}: {found[0][1]}: {message}"
        for message, found in of.items()
    ]


def worst(statuses: Iterable[str]) -> str:
    """`optimal` where all are, else what is wrong first: without a plan before stopped early."""
    found = [status for status in statuses if status != "optimal"]
    return next(iter([*(status for status in found if status in NO_PLAN), *found]), "optimal")
