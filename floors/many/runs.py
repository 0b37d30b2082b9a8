"""Several studies solved: each is a run, and together they are one workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from floors.brief.page import page
from floors.brief.pictures.all import pictures
from floors.brief.tables import Family, Tables, told_together
from floors.brief.unsolved import Missing, page_without
from floors.case.scenario_kinds import ScenarioKind, scenario_kind
from floors.contract import results as tables
from floors.contract.fingerprints import OF_ALL, fingerprint_of_sentences
from floors.contract.results import Row
from floors.contract.results.whole import ComparisonRow, RunRow, scenarios_down
from floors.errors import SolveError
from floors.excel.tabled import Answer, Table, worst
from floors.many.comparison import comparison_table, other_bloc
from floors.many.packed import Packed
from floors.many.side_by_side import side_by_side_table
from floors.page.page import Page
from floors.page.picture import Picture
from floors.results.amounts import plain, signed
from floors.results.scenario_tables import ScenarioTables
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    import pandas as pd

    from floors.excel.embedded import Embedded
    from floors.iamc.written import ScenarioData
    from floors.results.summary import Figures
    from floors.study.study import Study


@dataclass(frozen=True, kw_only=True)
class Run(ScenarioTables):
    """One of several studies, solved or not: the tables of a Result without its model, so that it travels.

    `status` is a word of the contract, `message` why there is no result; `figures`, in million at present
    value, is None then. `members` are those of any year, their markets with them, and `bloc` the regions among them,
    with the years in which they are members where these are not all. `trace` is where an error came from; `resumed`:
    solved by an earlier command.
    """

    scenario: str
    status: str
    message: str
    seconds: float
    figures: Figures | None = None
    members: tuple[str, ...] = ()
    bloc: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failed: bool = False
    trace: str = field(default="", repr=False)
    tables: Packed = field(default=Packed(), repr=False)
    resumed: bool = False

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet; none where there is no result."""
        return list(tables.BY_NAME[sheet].read(self.tables.rows(sheet)))

    def count(self, sheet: str) -> int:
        """How many rows a results sheet has."""
        return self.tables.count(sheet)

    def frame(self, sheet: str) -> pd.DataFrame:
        """A results sheet as a DataFrame. Raises SolveError where there is no result."""
        if self.figures is None:
            raise SolveError(f"{self.scenario} has no {sheet}: {self.status}: {self.message}")
        return super().frame(sheet)


@dataclass(frozen=True, repr=False)
class Runs(ScenarioTables, Answer):
    """Several studies solved, in the order given: `runs["fast path"]`, `for run in runs`.

    `runs.comparison`, `runs.floors` and so on are DataFrames with a first column `scenario`. `reference` is
    base where it was solved for the comparison alone, `study` the first of the studies, `given` all by name where they
    are no scenarios of it. `elsewhere` are rows of sheet run about tables that are not in the workbook.
    """

    runs: tuple[Run, ...]
    reference: Run | None = None
    elsewhere: tuple[Row, ...] = field(default=(), repr=False)
    given: Mapping[str, Study] = field(default_factory=dict, repr=False, compare=False)

    comparison = Table()
    side_by_side = Table()

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, scenario: str) -> Run:
        found = {run.scenario: run for run in self.runs}
        if scenario not in found:
            raise KeyError(f"there is no scenario {scenario!r}; solved were {', '.join(found)}")
        return found[scenario]

    @property
    def compared(self) -> tuple[Run, ...]:
        """The runs, after base where it was solved for the comparison alone."""
        return (*([self.reference] if self.reference else []), *self.runs)

    @property
    def status(self) -> str:
        """`optimal` where every run is, else what is wrong first: without a solution before stopped early."""
        return worst(run.status for run in self.runs)

    @property
    def scenario_name(self) -> str:
        """How many scenarios there are."""
        return f"{len(self.runs)} scenarios" if len(self.runs) != 1 else self.runs[0].scenario

    @property
    def members(self) -> list[str]:
        """Members and their segment markets, of any run."""
        return list(dict.fromkeys(member for run in self.runs for member in run.members))

    @property
    def failed(self) -> bool:
        """True where the certificate of a run did not pass and was accepted."""
        return any(run.failed for run in self.compared)

    @property
    def sentences(self) -> list[str]:
        """A line a scenario: what the policy costs in it, then how it differs from base; or its status and why."""
        base = next((run for run in self.compared if run.scenario == BASE), None)
        return [self._sentence(run, base) for run in self.compared]

    def _sentence(self, run: Run, base: Run | None) -> str:
        if run.figures is None or run.failed:
            return f"{run.scenario}: {run.status}: {_first_line(run.message)}"
        said = f"{run.scenario}: {_of_the_policy(run.figures, f'million {self.currency}, present value')}"
        if base is None or base.figures is None or run is base:
            return f"{said}."
        other = f" (another bloc: {', '.join(run.bloc)})" if other_bloc(run, base) else ""
        scale = max(run.figures.scale, base.figures.scale)
        bloc, world, offers = (
            signed(getattr(run.figures, name) - getattr(base.figures, name), scale)
            for name in ("bloc_net_cost", "world_cost_at_basis", "world_cost")
        )
        if world != offers:
            world = f"{world} at what things cost ({offers} at offers)"
        if bloc == world:
            return f"{said}; against base, net cost of the bloc{other} and cost of the world {bloc}."
        return f"{said}; against base, net cost of the bloc{other} {bloc}, cost of the world {world}."

    @property
    def warnings(self) -> list[str]:
        """Each warning once, with its scenarios where it is not of all that were solved."""
        of: dict[str, list[str]] = {}
        for run in self.runs:
            for text in run.warnings:
                of.setdefault(text, []).append(run.scenario)
        solved = sum(run.figures is not None for run in self.runs)
        return [
            text if len(names) == solved else f"{text} [{'; '.join(names)}]" for text, names in of.items()
        ]

    @property
    def sheets(self) -> tuple[tables.Sheet, ...]:
        """The sheets of the results workbook, in order."""
        return self._sheets

    @cached_property
    def _sheets(self) -> tuple[tables.Sheet, ...]:
        return tables.several({run.scenario: self._said_of(run) for run in self.compared})

    def _said_of(self, run: Run) -> str:
        """Of what kind a scenario is, and that it has no result, beside its name."""
        kind = self._kinds.get(run.scenario)
        said = f", {kind.kind}" if kind is not None else ""
        return said if run.figures is not None else f"{said}; without a result: {run.status}"

    @cached_property
    def _kinds(self) -> dict[str, ScenarioKind]:
        named = self.study.base.scenario_names
        return {
            run.scenario: scenario_kind(self.study, run.scenario)
            for run in self.compared
            if run.scenario in named
        }

    def rows(self, sheet: str) -> tables.Rows:
        """Rows of a results sheet, each after the name of its scenario; of one scenario at a time in memory."""
        if sheet == tables.COMPARISON.name:
            return self._comparison
        if sheet == tables.SIDE_BY_SIDE:
            return self._side_by_side
        if sheet != tables.RUN.name:
            return _OneAfterAnother(self.runs, sheet)
        failed = [run for run in self.runs if run.figures is None]
        more: list[Row] = [
            (run.scenario, *RunRow.of("status", run.status)) for run in failed if run is not self.runs[0]
        ]
        return _OneAfterAnother(
            self.runs, sheet, [*self.elsewhere, *self._asked], [*more, *self._fingerprints]
        )

    @cached_property
    def _asked(self) -> list[Row]:
        """Rows of sheet run about the call, which stand with the first; and by what it was made, where that one has no
        result to record it."""
        from floors.excel.record import made_with, sealed

        first = self.runs[0]
        made = (
            [] if first.figures is not None else [*made_with(self.study), RunRow.of("status", first.status)]
        )
        return [(first.scenario, *row) for row in (*(sealed(made) if made else ()), *self.asked.rows())]

    @cached_property
    def _comparison(self) -> list[ComparisonRow]:
        return comparison_table(self.compared, self.currency)

    @cached_property
    def _side_by_side(self) -> list[Row]:
        return side_by_side_table(self.compared, self._sheet(tables.SIDE_BY_SIDE), self.currency)

    @cached_property
    def _fingerprints(self) -> list[Row]:
        """Rows of sheet run about what is of all scenarios together; they stand with the first."""
        from floors.results.record import fingerprints

        told = fingerprint_of_sentences([*self.sentences, *self.warnings])
        shared: dict[str, Sequence[Row]] = {tables.COMPARISON.name: self._comparison}
        across = next((sheet for sheet in self.sheets if sheet.name == tables.SIDE_BY_SIDE), None)
        if across is not None:
            shared[across.name] = list(scenarios_down(across.names, self._side_by_side))
        found = [*fingerprints(shared), RunRow.of(OF_ALL, told)]
        return [(run.scenario, *row) for run in self.runs[:1] for row in found]

    def to_iamc(self, model: str | None = None) -> pd.DataFrame:
        """All that were solved in the data format of the IAMC, as `Result.to_iamc`, each a scenario; those without a
        result, or whose certificate failed, are left out. Raises InputError, UsageError."""
        from floors.iamc.written import MODEL, data_frame, records

        return data_frame(records(self.iamc_scenarios, model or MODEL))

    @property
    def iamc_scenarios(self) -> Iterator[ScenarioData]:
        """The scenarios that `to_iamc` holds."""
        from floors.iamc.written import ScenarioData

        for run in self.runs:
            if run.figures is not None and not run.failed:
                study = self.given.get(run.scenario) or self.study.scenario(run.scenario)
                yield ScenarioData(run.scenario, study, run.rows)

    @cached_property
    def brief(self) -> Page:
        """The page of base, or of the first that was solved, with what the others add; why there is none where none
        was."""
        found = self._told
        if found:
            return page(*found)
        return page_without(
            self.study, {run.scenario: Missing(run.status, run.message) for run in self.compared}
        )

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of base, or of the first that was solved, and of all together."""
        found = self._told
        return pictures(*found) if found else ()

    @cached_property
    def _told(self) -> tuple[Tables, Family] | None:
        solved = {run.scenario: run for run in self.compared if run.figures is not None}
        if not solved:
            return None
        failed = {name for name, run in solved.items() if run.failed}
        without = {run.scenario: run.status for run in self.compared if run.figures is None}
        return told_together(self.study, {name: run.rows for name, run in solved.items()}, failed, without)

    def _write(self, path: Path, *, force: bool, day: str, embed: Embedded | None) -> Path:
        """One workbook for all; tables that Excel has no room for lie in a folder beside it."""
        from floors.many.large import write_runs

        return write_runs(self, path, force=force, day=day, embed=embed or False).workbook


@dataclass(frozen=True)
class _OneAfterAnother:
    """Rows `before`, those of a sheet of every run, read when they are gone through, and rows `after`."""

    runs: Sequence[Run]
    sheet: str
    before: Sequence[Row] = ()
    after: Sequence[Row] = ()

    def __len__(self) -> int:
        return len(self.before) + sum(run.count(self.sheet) for run in self.runs) + len(self.after)

    def __iter__(self) -> Iterator[Row]:
        yield from self.before
        for run in self.runs:
            for row in run.tables.rows(self.sheet):
                yield (run.scenario, *row)
        yield from self.after


def _of_the_policy(found: Figures, money: str) -> str:
    """What the policy costs bloc and world within a scenario, against the same without it."""
    bill = found.bloc_net_cost - found.baseline_bloc_net_cost
    more = found.deadweight_loss + found.more_below_cost
    amounts = [plain(abs(x), found.scale) for x in (bill, more)]
    verbs = [
        "costs" if x >= 0 or told == "0" else "gains" for x, told in zip((bill, more), amounts, strict=True)
    ]
    (bloc, world), (first, second) = ("nothing" if told == "0" else told for told in amounts), verbs
    if bloc == world == "nothing":
        return "the policy costs bloc and world nothing"
    if (bloc, first) == (world, second):
        return f"the policy {first} bloc and world {bloc} each ({money})"
    second = "" if second == first else f"{second} "
    return f"the policy {first} the bloc {bloc} and {second}the world {world} ({money})"


def _first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} ..." if rest else first
