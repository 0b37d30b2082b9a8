"""What each uncertain input moves, one at a time: the study with it at low and at high, all else as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np

from floors.brief.pictures.tornado import pictures
from floors.brief.spread import Spread
from floors.brief.tables import Tables
from floors.brief.tornado_page import page
from floors.contract.results import Row, Sheet
from floors.contract.results.tornado import INPUTS, SHEETS, TORNADO, BarRow, InputRow
from floors.excel.record import Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, without_result
from floors.many.varied.bars import Bar, bars
from floors.many.varied.outputs import FLOOR, UNSERVED, Output, chosen_outputs, shortages_of
from floors.many.varied.solving import Varied, solve_varied
from floors.many.varied.words import sentences
from floors.page.page import Page
from floors.page.picture import Picture
from floors.steps import stage
from floors.study.locate import letters, listed, span
from floors.study.study import Study, check_study
from floors.study.uncertain_rows import SHEET
from floors.study.uncertainty import Input, MovedCell, inputs_of


@dataclass(frozen=True, repr=False)
class Tornado(Answer):
    """A study with each input at low and at high. `tornado.tornado` and `tornado.inputs` are DataFrames.

    `base` is the study as it is, `ends` what was found at low and at high of each of `inputs`, for `outputs`, then
    whether each floor among them is a shortage, and what members go short of, t.
    """

    inputs_moved: tuple[Input, ...] = field(repr=False)
    outputs: tuple[Output, ...] = field(repr=False)
    base: Varied = field(repr=False)
    ends: tuple[tuple[Varied, Varied], ...] = field(repr=False)

    tornado = Table()
    inputs = Table()
    run = Table()

    @property
    def status(self) -> str:
        """That of the study as it is: an end without a plan is told, and no fault of the result."""
        return self.base.status

    @property
    def warnings(self) -> list[str]:
        """The study as it is and the ends without a result, the first of each message."""
        runs = [("the study as it is", self.base.status, self.base.message)]
        for one, pair in zip(self.inputs_moved, self.ends, strict=True):
            runs += [
                (f"{one.name} at {end}", found.status, found.message)
                for end, found in zip(("low", "high"), pair, strict=True)
            ]
        return without_result(runs)

    @cached_property
    def bars(self) -> list[list[Bar]]:
        """The bars of each output, the widest first."""
        return bars(self.outputs, self.base, self.ends)

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return sentences(self._told)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        if sheet == TORNADO.name:
            return self._bars
        if sheet == INPUTS.name:
            return self._inputs
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded(
                    {
                        "status": self.status,
                        "inputs": "costs, values, tariffs and demand by 20 %"
                        if not self.study.has(SHEET)
                        else "sheet uncertainty",
                        "solves": 1 + 2 * len(self.ends),
                    }
                ),
                *numbered("result", self.sentences),
                *numbered("warning", self.warnings),
                *assumed(self.study),
            ]
        )

    @cached_property
    def _bars(self) -> list[BarRow]:
        return [
            BarRow(
                output=bar.output.name,
                member=bar.output.member or None,
                commodity=bar.output.commodity or None,
                year=bar.output.year or None,
                unit=bar.output.unit,
                rank=rank,
                input=self.inputs_moved[bar.input].name,
                at_low=bar.at_low,
                base=bar.base,
                at_high=bar.at_high,
                range=bar.range,
                status_low=bar.status_low,
                status_high=bar.status_high,
                **self._shortages(bar),
            )
            for of in self.bars
            for rank, bar in enumerate(of, 1)
        ]

    def _shortages(self, bar: Bar) -> dict[str, bool | None]:
        """Whether a floor is a shortage at low, as it is, and at high; None of what is no floor."""
        low, high = self.ends[bar.input]
        return {
            f"shortage_{end}": self._is_short(found, bar.output)
            for end, found in (("low", low), ("base", self.base), ("high", high))
        }

    def _is_short(self, found: Varied, output: Output) -> bool | None:
        place = self._short.get(output)
        value = None if place is None or not found.values else found.values[place]
        return None if value is None else bool(value)

    @cached_property
    def _short(self) -> dict[Output, int]:
        """Where it stands among the values whether each floor is a shortage."""
        floors = [one for one in self.outputs if one.name == FLOOR]
        return {one: len(self.outputs) + k for k, one in enumerate(floors)}

    @cached_property
    def _inputs(self) -> list[InputRow]:
        found = []
        for one, (low, high) in zip(self.inputs_moved, self.ends, strict=True):
            for (table, least, most), cells in _blocks(one.cells):
                found.append(
                    InputRow(
                        input=one.name,
                        sheet=table,
                        cells=_addresses(self.study, cells),
                        number_of_cells=len(cells),
                        low=least,
                        high=most,
                        shape=one.shape,
                        status_low=low.status,
                        status_high=high.status,
                        unserved_low=_unserved(low),
                        unserved_base=_unserved(self.base),
                        unserved_high=_unserved(high),
                        message_low=low.message or None,
                        message_high=high.message or None,
                    )
                )
        return found

    @cached_property
    def brief(self) -> Page:
        """The page of the tornado: which numbers to look up."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Bars of the bloc's net cost and of floors."""
        return pictures(self._told)

    @cached_property
    def _told(self) -> Spread:
        return Spread(Tables(self.study, self.rows))

    def described(self) -> dict[str, Any]:
        """The tables as lists of objects."""
        return {sheet.name: self.records(sheet.name) for sheet in (TORNADO, INPUTS)}


def _unserved(found: Varied) -> float | None:
    return found.values[-1] if found.values else None


def _blocks(cells: Iterable[MovedCell]) -> list[tuple[tuple[str, float, float], list[MovedCell]]]:
    """Cells that follow each other in one sheet, with one range."""
    return [(k, list(of)) for k, of in groupby(cells, lambda cell: (cell.table, cell.low, cell.high))]


def _addresses(study: Study, cells: Iterable[MovedCell]) -> str:
    """Cells by their addresses, those of touching rows of a column together."""
    runs: list[tuple[str, int, int]] = []
    order = sorted(cells, key=lambda cell: (str(cell.column), cell.row))
    for cell in order:
        column, line = study.spot(cell.table, cell.row, cell.column)
        name = letters(column) if column else "row "
        if runs and runs[-1][0] == name and line == runs[-1][2] + 1:
            runs[-1] = (name, runs[-1][1], line)
        else:
            runs.append((name, line, line))
    return listed([span(first, last, name) for name, first, last in runs], 12)


def tornado(
    study: Study,
    floors: str | Iterable[str] | None = None,
    executor: object = None,
    *,
    done: Callable[[Input, str, Varied], None] | None = None,
) -> Tornado:
    """Solve a study with each input of sheet `uncertainty` at low and at high, all else as it is.

    Told are floors (USD/kg), net costs of the bloc and of each member (million of present value) and shares of capped
    origin. `floors` chooses among the floors: MEMBER/COMMODITY/YEAR, each a name or `*`, or several; None is all. Any
    executor of concurrent.futures, or a Dask client, gives the same numbers; `done` is told of each end. An end without
    a plan stops no other. Raises UsageError for a floor that is none and for a scenario that is a surprise, InputError
    for a faulty study, and where no row of the sheet moves anything.
    """
    check_study(study, "floors.tornado")
    if isinstance(floors, Iterable) and not isinstance(floors, str):
        floors = tuple(floors)  # gone through twice
    moved = inputs_of(study)
    outputs = chosen_outputs(study, floors)
    count = len(moved)
    rows = np.full((1 + 2 * count, count), np.nan)
    for j in range(count):
        rows[1 + 2 * j, j], rows[2 + 2 * j, j] = 0.0, 1.0

    with stage("ends", len(rows)) as here:

        def told(place: int, found: Varied) -> None:
            j, end = divmod(place - 1, 2)
            which = "low" if end == 0 else "high"
            here.finished("as it is" if place == 0 else f"{moved[j].name} at {which}")
            if done and place:
                done(moved[j], which, found)

        asked = (*outputs, *shortages_of(outputs), Output(UNSERVED, unit="t"))
        found = solve_varied(study, moved, rows, asked, executor, told)
    ends = tuple(zip(found[1::2], found[2::2], strict=True))
    return Tornado(study, moved, outputs, found[0], ends, asked=Asked("tornado", {"floors": floors}))


__all__ = ["Tornado", "tornado"]
