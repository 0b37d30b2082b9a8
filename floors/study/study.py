"""A study: the checked tables of one workbook, and of each of its scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

from floors.contract.input_columns import Key
from floors.contract.inputs import BY_NAME
from floors.errors import InputError, Problem, UsageError
from floors.study.checked import Checked, SellersAnswer, check_reading
from floors.study.filled import Default, Settings
from floors.study.locate import nearest, shown
from floors.study.roles import Roles, joining, roles_by_year, told_with_role
from floors.study.scenarios import BASE, CellChange, apply
from floors.study.sheets import Overridden, Reading, read_grids
from floors.study.uncertain_rows import UncertainRow

if TYPE_CHECKING:
    import pandas as pd

    from floors.study.source import Source

    GivenTables = Mapping[str, Any]


class Study:
    """Checked, typed tables. A study never changes: `scenario` makes a new one.

    `tables` maps the names of sheets to DataFrames, tables of Arrow (polars, pyarrow, DuckDB: whatever has
    `__arrow_c_stream__`), mappings of columns or sequences of mappings; record i of a table is spoken of as row i + 2
    of its sheet. Raises InputError listing every problem, UsageError for what are no tables.
    """

    name: str
    path: Path | None = None
    sha256: str | None = None
    scenario_name: str = BASE
    _base: Study | None = None
    _checked: Checked

    def __init__(self, tables: GivenTables, name: str = "study") -> None:
        from floors.study.given import grids_of

        if not isinstance(name, str):
            raise UsageError(f"the name of a Study is a text; found {shown(name)}.")
        self.__dict__.update(_checked=check_reading(read_grids(grids_of(tables))), name=name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a study never changes; cannot set {name}")

    def __repr__(self) -> str:
        return f"<Study {self.name}, scenario {self.scenario_name}>"

    def _repr_html_(self) -> str:
        from floors.study.shown import in_notebook

        return in_notebook(self)

    @property
    def base(self) -> Study:
        """The study as written; itself unless this is a scenario."""
        return self if self._base is None else self._base

    def has(self, table: str) -> bool:
        """True where the sheet is present, even if it has no rows."""
        return table in self._checked.tables

    def rows(self, table: str) -> tuple[dict[str, Any], ...]:
        """Records of a sheet, with constant defaults filled in; () where the sheet is absent.

        Every column of the contract is a key; `years` maps each filled year to its value.
        """
        if table not in BY_NAME:
            raise KeyError(f"there is no table {table!r}. {nearest(table, BY_NAME)}")
        return self._checked.rows.get(table, ())

    def remark(self, table: str, record: int, column: str) -> str:
        """What the user wrote beside a record in a column of their own, such as `note_value`; empty if nothing."""
        if table not in self._checked.tables:
            return ""
        cells = self._checked.tables[table].sheet.own_cells
        found = cells[record].get(column) if record < len(cells) else None
        return "" if found is None else str(found).strip()

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The sheets given, as DataFrames: columns as written, years as ints, blanks None or NaN."""
        from floors.study.frames import Frames

        return Frames(self._checked.tables)

    @property
    def settings(self) -> Settings:
        """Sheet `settings`, with its defaults."""
        return self._checked.settings

    @property
    def defaults(self) -> tuple[Default, ...]:
        """(sheet, column, default, number of rows) of every default used."""
        return self._checked.defaults

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the study, ascending."""
        return self._checked.years

    @cached_property
    def roles(self) -> Roles:
        """The role of each region in each year, by (region, year)."""
        role = {row["region"]: row["role"] for row in self.rows("regions")}
        return roles_by_year(role, ((row["region"], row["years"]) for row in self.rows("roles")), self.years)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Members of any year, each with its years where these are not all, such as `JP (to 2029)`."""
        regions = [row["region"] for row in self.rows("regions")]
        return tuple(told_with_role(self.roles, "member", regions, self.years))

    @cached_property
    def joining(self) -> frozenset[str]:
        """Regions that a surprise which starts from this scenario makes members in later years."""
        base = self.base
        surprises = frozenset(
            row["scenario"]
            for row in base.rows("scenarios")
            if row["known_from"] is not None and row["known_from"] > base.years[0]
        )
        tables = base._checked.tables
        if not surprises or "roles" not in tables:
            return frozenset()
        rows = [record.get("region") for record in tables["roles"].cells]
        return joining(base._checked.plan, self.scenario_name, surprises, rows)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Warnings found on reading."""
        return self._checked.notes

    @property
    def parent(self) -> Study | None:
        """The study that this scenario is built on; None for the study as written."""
        if self._base is None:
            return None
        lineage = self._base._checked.plan.lineage[self.scenario_name]
        return self._base.scenario(lineage[-2]) if len(lineage) > 1 else self._base

    def lineage(self, name: str) -> dict[str, tuple[CellChange, ...]]:
        """The changes of a scenario, each ancestor's own after those before it, its own last; none for base."""
        plan = self.base._checked.plan
        return {
            one: tuple(change for change in plan.changes if change.scenario == one)
            for one in plan.lineage.get(name, ())
        }

    @property
    def known_from(self) -> int | None:
        """The year from which this scenario is known; None: from the start."""
        rows = {row["scenario"]: row for row in self.base.rows("scenarios")}
        row = rows.get(self.scenario_name)
        return None if row is None or row["known_from"] is None else int(row["known_from"])

    @property
    def surprise(self) -> int | None:
        """The year in which what nobody foresaw becomes known; None where all is known from the start."""
        known = self.known_from
        return known if known is not None and known > self.years[0] else None

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Scenarios in sheet order, without `base`."""
        return tuple(self._checked.plan.lineage)

    def problem(
        self,
        table: str,
        index: int,
        column: Key | None,
        message: str,
        hint: str = "",
        code: str = "value",
        level: str = "error",
    ) -> Problem:
        """A problem at the cell of record `index`; at its whole row where `column` is None."""
        return self._checked.locator.problem(table, index, column, message, hint, code, level)

    def alone(self, problem: Problem) -> Problem:
        """A warning of this scenario that the workbook as written does not have, with the name of the scenario."""
        return self._checked.locator.alone(problem)

    def place(self, table: str, index: int, column: Key | None) -> tuple[str, str, object]:
        """Title of the sheet, address and value of the cell of record `index`, or of its whole row."""
        return self._checked.locator.place(table, index, column)

    def value_cell(self, table: str, index: int, column: Key) -> str:
        """Address of a cell, such as ``D5``; of the row where the sheet has no such column."""
        return self._checked.locator.sheets[table].address(index, column)

    def holds(self, table: str, index: int, column: Key) -> Any:
        """What the cell of record `index` holds in this scenario, without any default; None where it is blank."""
        return self._checked.tables[table].cells[index].get(column)

    @property
    def uncertain(self) -> tuple[UncertainRow, ...]:
        """Rows of sheet `uncertainty`, with the cells that they name in the sheets as written."""
        return self._checked.uncertain

    def spot(self, table: str, index: int, column: Key) -> tuple[int, int]:
        """Column (0: none) and row of a cell on its sheet."""
        sheet = self._checked.locator.sheets[table]
        return sheet.columns.get(column, 0), sheet.lines[index]

    def has_column(self, table: str, column: Key) -> bool:
        """Whether the sheet has this column."""
        return bool(self._checked.locator.sheets[table].header(column))

    def changed_by(self, table: str, index: int, column: Key) -> str:
        """The cell of sheet `changes` that last set a cell in this scenario; empty where none did."""
        return self._checked.locator.changed.get((table, index, column), "")

    @cached_property
    def changed_tables(self) -> frozenset[str]:
        """Tables of which this scenario sets cells; none for the workbook as written."""
        return frozenset(table for table, _, _ in self._checked.locator.changed)

    def change_of(self, table: str, index: int, column: Key) -> tuple[str, object] | None:
        """What the row of sheet `changes` that last set a cell in this scenario does, and by what; None without one."""
        if self._base is None:
            return None
        for one in reversed(self._base._checked.plan.of(self.scenario_name)):
            if one.table == table and index in one.rows and column in one.columns:
                return one.how, one.value
        return None

    def changed_by_scenarios(self, table: str) -> frozenset[tuple[int, Key]]:
        """(record, column) of every cell of a sheet that some scenario changes."""
        changes = self.base._checked.plan.changes
        return frozenset(
            (row, key) for one in changes if one.table == table for row in one.rows for key in one.columns
        )

    def scenario(self, name: str) -> Study:
        """The study with the changes of a scenario made. Raises InputError (unknown name, faulty changes)."""
        base = self.base
        if not isinstance(name, str):
            raise UsageError(f"the name of a scenario is a text; found {shown(name)}.")
        if name == BASE:
            return base
        plan, locator = base._checked.plan, base._checked.locator
        if name not in plan.lineage:
            sheet = locator.sheets["scenarios"].title if "scenarios" in locator.sheets else "scenarios"
            message = f"there is no scenario {name!r}."
            hint = nearest(name, (BASE, *plan.lineage))
            raise InputError([Problem(sheet, "", name, message, hint, "unknown_scenario")])
        # What is wrong with the changes of any scenario was found on reading.
        changed = apply(plan.of(name), locator)
        reading = replace(base._checked.reading, sheets=changed.sheets)
        checked = check_reading(
            reading, replace(locator, sheets=changed.sheets, scenario=name, changed=changed.cells), base
        )
        return study_of(checked, base.name, base.path, base.sha256, name, base)

    def set(self, target: str, value: object) -> Study:
        """The study with a value in place of what cells hold, as if it were typed there: before scenarios, checked as
        a whole, in the units of the column.

        `target` is the address of a cell, ``caps!D2``, or rows and a column, ``caps[commodity=magnet].2030``, with
        several conditions by commas; None is a blank cell. Raises InputError where it names no cell, or the study is
        faulty then; UsageError for what is no target or value.
        """
        from floors.study.overrides import override, put

        return self._again(put([override(target, value)], self.base._checked.reading))

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was set in place of the workbook, as --set has it: ``caps!D2=0.4``."""
        return tuple(one.text for one in self._checked.reading.overridden)

    @property
    def overridden(self) -> tuple[Overridden, ...]:
        """The same, with the cells that each set."""
        return self._checked.reading.overridden

    def overridden_by(self, overrides: Sequence[str]) -> Study:
        """The study with overrides as typed, such as a result records. Raises InputError and UsageError, as `set`."""
        return self._again(with_overrides(self.base._checked.reading, overrides)) if overrides else self

    def _again(self, reading: Reading) -> Study:
        """The study, in its scenario, of sheets that are not quite its own."""
        base = self.base
        plain = all(self._checked.rows[name] is one.rows for name, one in self._checked.filled.items())
        if not plain or self._checked.answer is not None:
            raise UsageError(
                "a study whose records were replaced in Python has no cells to set: set them first."
            )
        found = study_of(check_reading(reading), base.name, base.path, base.sha256)
        return found.scenario(self.scenario_name)

    def option(self, table: str, index: int, column: Key) -> str:
        """The option by which a cell has its value, such as ``--set caps!D2=0.4``; empty where none did."""
        return self._checked.locator.option(table, index, column)

    def with_rows(self, **rows: Sequence[dict[str, Any]]) -> Study:
        """The study with other records in these sheets, taken as they are; cells and `tables` stay as written."""
        changed = replace(self._checked, rows=self._checked.rows | {k: tuple(v) for k, v in rows.items()})
        return study_of(changed, self.name, self.path, self.sha256, self.scenario_name, self._base)

    def answered(
        self,
        region: str,
        exports: Mapping[tuple[str, str, int], float] | None = None,
        **rows: Sequence[dict[str, Any]],
    ) -> Study:
        """The study under the answer of a selling region: with other records in these sheets, as `with_rows`, and with
        at most so much of its exports, t/yr by (region, commodity, year)."""
        changed = self.with_rows(**rows)
        answer = SellersAnswer(region=region, before=self.unanswered, exports=dict(exports or {}))
        checked = replace(changed._checked, answer=answer)
        return study_of(checked, self.name, self.path, self.sha256, self.scenario_name, self._base)

    @property
    def unanswered(self) -> Study:
        """The study without a seller's answer; itself where there is none."""
        return self if self._checked.answer is None else self._checked.answer.before

    @property
    def answering(self) -> str | None:
        """The region whose answer this is; None without one."""
        return None if self._checked.answer is None else self._checked.answer.region

    @property
    def export_limits(self) -> Mapping[tuple[str, str, int], float]:
        """The most that sellers answer to ship abroad, t/yr by (region, commodity, year); empty without an answer."""
        return {} if self._checked.answer is None else self._checked.answer.exports

    @overload
    def to_excel(self, path: str | Path, *, force: bool = False) -> Path: ...
    @overload
    def to_excel(self, path: IO[bytes], *, force: bool = False) -> None: ...
    def to_excel(self, path: str | Path | IO[bytes], *, force: bool = False) -> Path | None:
        """Write the tables as a workbook that reads back as the same rows, to a path or into a file that is open for
        bytes; returns where it went, None for a file.

        Raises OutputError, and UsageError for the workbook itself or, without `force`, for any other that exists.
        """
        from floors.files.into import write_into
        from floors.study.frames import write_tables

        def write(target: Path) -> Path:
            return write_tables(self._checked.tables, self._checked.reading.own, target, self.path, force)

        if isinstance(path, str | PathLike):
            return write(Path(path))
        write_into(path, write)
        return None

    def arrow(self, table: str) -> Any:
        """A sheet as a pyarrow Table, which has the Arrow interface (`__arrow_c_stream__`): units and meanings are
        metadata of its columns; a column that holds numbers and texts is one of texts. Raises KeyError for a sheet that
        is not there, UsageError without pyarrow."""
        from floors.study.folder_out import arrow_of

        return arrow_of(self, table)

    def to_folder(self, path: str | Path, format: str = "csv", *, force: bool = False) -> Path:
        """Write the tables to a folder, one file `csv` or `parquet` a sheet, with a Frictionless `datapackage.json`;
        they read back as the same rows. Returns where it went.

        Raises OutputError, and UsageError for the input itself, for a folder with tables that floors did not write, and
        without `force` for one that it wrote.
        """
        from floors.study.folder_out import write_folder

        return write_folder(self, Path(path), format, force)


def check_study(given: object, call: str) -> None:
    """Raise UsageError, saying what to pass to the function `call`, for anything but a Study."""
    if not isinstance(given, Study):
        raise UsageError(f"{call} expects a Study, from floors.read(path); found {shown(given)}.")


def read(path: Source, *, overrides: Sequence[str] = ()) -> Study:
    """Read and check a workbook, or a folder with one CSV or Parquet file a sheet: by its path, or a workbook by its
    bytes or an open file. Raises InputError with every problem, UsageError for anything else.

    `overrides` are values in place of what cells hold, as `--set` has them: "caps!D2=0.4"; see `Study.set`.
    """
    from floors.study.source import read_source

    found = read_source(path)
    reading = read_grids(found.grids)
    found.grids.clear()  # so that the cells as found do not lie beside the tables made of them
    reading = with_overrides(reading, overrides)
    return study_of(check_reading(reading), found.name, found.path, found.digest)


def with_overrides(reading: Reading, overrides: Sequence[str]) -> Reading:
    """The sheets with these overrides, as typed. Raises UsageError for what is none."""
    if not overrides:
        return reading
    from floors.study.overrides import parse, put

    return put([parse(text) for text in overrides], reading)


_FIELDS = ("_checked", "name", "path", "sha256", "scenario_name", "_base")


def study_of(checked: Checked, name: str, *rest: Any) -> Study:
    study = object.__new__(Study)
    study.__dict__.update(zip(_FIELDS, (checked, name, *rest), strict=False))
    return study
