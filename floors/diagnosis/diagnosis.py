"""What a diagnosis says: findings and changes, each with the cells that set its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.brief import diagnosed
from floors.contract.input_columns import Key
from floors.contract.results import RUN, Row, Sheet
from floors.contract.results.diagnosis import FINDINGS, REMEDIES, SHEETS, FindingRow, RemedyRow
from floors.contract.results.whole import RunRow, SummaryRow
from floors.excel.record import assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table
from floors.page.page import Page
from floors.page.picture import Picture

SHOWN = 12  # findings or changes told in words; all are in the object and in JSON


@dataclass(frozen=True)
class Cell:
    """A cell of the input: `cell` is an address such as ``F3``, or ``row 3`` where the sheet lacks the column.

    `value` is what it holds, None where it is blank; `changed` the cell of sheet `changes`, or the option, that
    last set it; `column` the name of a column that the sheet lacks; `record` its table, record and column.
    """

    sheet: str
    cell: str
    value: object = None
    changed: str = ""
    column: str = ""
    record: tuple[str, int, Key] | None = field(default=None, repr=False, compare=False)

    @property
    def place(self) -> str:
        """``caps!F3``, ``processes row 3 (no capacity)``, or ``changes!F2 for caps!F3``."""
        own = f"{self.sheet} {self.cell} (no {self.column})" if self.column else f"{self.sheet}!{self.cell}"
        if self.changed:
            return f"{self.changed} for {own}"
        return f"{own} (blank)" if self.value is None and not self.column else own


@dataclass(frozen=True)
class Finding:
    """One row that takes part in a conflict: its kind and name in the model, its cells, and a sentence."""

    kind: str
    row: str
    sentence: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Change:
    """One number that gives way, `by` how much of `unit`, from `present` to `needed`.

    `present` and `needed` are in the units of the cell (a share where it is one), None where the number is not
    in a cell or no number would do; `counts` is what it was weighed at, million at present value.
    """

    kind: str
    row: str
    by: float
    unit: str
    present: float | None
    needed: float | None
    sentence: str
    cells: tuple[Cell, ...] = ()
    counts: float = 0.0

    @property
    def number(self) -> tuple[str, str]:
        """What gives way: a kind of row, and its cell, or its name where it has none."""
        return self.kind, self.cells[0].place if self.cells else self.row


@dataclass(frozen=True, repr=False)
class Diagnosis(Answer):
    """Why a study has no result, or that it has one.

    `relaxation` is the cheapest set of changes after which there is a plan; `policy` the cheapest of policy
    alone where `relaxation` touches more than that (None where policy alone cannot do, or need not);
    `conflict` an irreducible set of rows that cannot hold together; `further` whether there are more conflicts
    that share none of its rows; `alternatives` single changes each of which would do alone. `total_cost` in
    million at present value, where there is a plan. `diagnosis.findings` and `diagnosis.remedies` are DataFrames.
    """

    status: str
    message: str
    total_cost: float | None = None
    relaxation: tuple[Change, ...] = ()
    policy: tuple[Change, ...] | None = None
    policy_cannot: bool = False
    conflict: tuple[Finding, ...] = ()
    further: bool = False
    alternatives: tuple[Change, ...] = ()
    told: tuple[str, ...] = field(
        default=(), repr=False
    )  # the conflict in words, where rows are told together

    summary = Table()
    findings = Table()
    remedies = Table()
    run = Table()

    @property
    def scenario(self) -> str:
        """The scenario of which this is said: the one given, or a parent that has no plan itself."""
        return self.scenario_name

    @property
    def warnings(self) -> list[str]:
        """None: what is doubtful about the input is said by `floors.solve`."""
        return []

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of its workbook, in order."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a sheet in the order of its columns; None where there is no value."""
        if sheet == RUN.name:
            return self._record()
        if sheet == FINDINGS.name:
            return [
                FindingRow(kind=one.kind, row=one.row, sentence=one.sentence, cells=_places(one))
                for one in self.conflict
            ]
        counted = {"least": self.relaxation, "policy": self.policy or ()}
        if sheet == REMEDIES.name:
            return self._remedies()
        told: dict[str, float | None] = {"total_cost": self.total_cost}
        told |= {f"counts_{choice}": _counts(changes) for choice, changes in counted.items() if changes}
        money = f"million {self.currency}, present value"
        return [SummaryRow(metric=name, value=value, unit=money) for name, value in told.items()]

    def _remedies(self) -> list[RemedyRow]:
        choices = {
            diagnosed.LEAST: self.relaxation,
            diagnosed.POLICY: self.policy or (),
            diagnosed.ALONE: self.alternatives,
        }
        return [
            RemedyRow(
                choice=choice,
                kind=c.kind,
                row=c.row,
                by=c.by,
                unit=c.unit,
                present=c.present,
                needed=c.needed,
                counts=c.counts,
                sentence=c.sentence,
                cells=_places(c),
            )
            for choice, changes in choices.items()
            for c in changes
        ]

    def _record(self) -> list[RunRow]:
        return sealed(
            [
                *made_with(self.study, self.asked),
                *recorded({"status": self.status}),
                *assumed(self.study),
                *numbered("result", self.sentences),
            ]
        )

    @cached_property
    def brief(self) -> Page:
        """The page of the diagnosis."""
        return diagnosed.page(self._found)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """How far numbers would have to move."""
        return diagnosed.pictures(self._found)

    @cached_property
    def _found(self) -> diagnosed.Diagnosed:
        return diagnosed.Diagnosed(
            study=self.study,
            status=self.status,
            message=self.message,
            told=self._told,
            remedies=self._remedies(),
            further=self.further,
            policy_cannot=self.policy_cannot,
            total_cost=self.total_cost,
            recorded={row.key: row.value for row in made_with(self.study)},
        )

    @property
    def _told(self) -> tuple[str, ...]:
        """The conflict in words."""
        return self.told or tuple(finding.sentence for finding in self.conflict)

    @property
    def sentences(self) -> list[str]:
        """The diagnosis in plain words, a line each."""
        found = [self.message]
        lines = list(self._told)
        if lines:
            heading = {
                "infeasible": "These cannot hold together, and without any one of them the others could:",
                "over_budget": "What the rules on floors ask for:",
            }.get(self.status, "Paid without limit:")
            found += [heading, *_listed(lines)]
        if self.further:
            found.append("There are further conflicts, which share none of these rows.")
        if self.relaxation:
            over = self.status == "over_budget"
            least = f"The least that would have to give{self._counted(self.relaxation)}:"
            found.append("A budget that would do:" if over else least)
            found += _listed([change.sentence for change in self.relaxation])
        if self.policy is not None:
            who = "caps, limits of routes, minimums, targets, funds"
            found.append(f"The least if only policy gives way, {who}{self._counted(self.policy)}:")
            found += _listed([change.sentence for change in self.policy])
        if self.policy_cannot:
            found.append("No change of policy alone would do.")
        alone = self.relaxation[0].number if len(self.relaxation) == 1 else None
        others = [change for change in self.alternatives if change.number != alone]
        if others:
            found.append("Instead, any one of these would do:")
            found += _listed([change.sentence for change in others])
        return found

    def _counted(self, changes: tuple[Change, ...]) -> str:
        """What changes count together."""
        return f" (it counts {_counts(changes):,.4g} million {self.currency}, present value)"

    @property
    def short(self) -> str:
        """What would have to give, in one line; empty where that is not known."""
        return in_one_line(self.relaxation)

    def described(self) -> dict[str, Any]:
        """The diagnosis as plain lists and dicts, for JSON."""
        return {
            "status": self.status,
            "scenario": self.scenario,
            "total_cost": self.total_cost,
            "message": self.message,
            "conflict": [_plain(one) for one in self.conflict],
            "further": self.further,
            "relaxation": [_plain(one) for one in self.relaxation],
            "policy": None if self.policy is None else [_plain(one) for one in self.policy],
            "policy_cannot": self.policy_cannot,
            "alternatives": [_plain(one) for one in self.alternatives],
            "sentences": self.sentences,
        }


def in_one_line(changes: Sequence[Change]) -> str:
    """What would have to give; empty where that is not known."""
    told = [change.sentence for change in changes[:5]]
    more = len(changes) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _counts(changes: Sequence[Change]) -> float:
    return sum(change.counts for change in changes)


def _places(one: Finding | Change) -> str | None:
    return "; ".join(cell.place for cell in one.cells) or None


def _listed(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [f"  - {line}" for line in lines[:SHOWN]] + ([f"  - and {more} more"] if more > 0 else [])


def _plain(one: Finding | Change) -> dict[str, Any]:
    own = {name: value for name, value in vars(one).items() if name != "cells"}
    said = ("sheet", "cell", "value", "changed", "column")
    return own | {"cells": [{name: getattr(cell, name) for name in said} for cell in one.cells]}
