"""The study in which every number that differs between states is its mean: what a planner without states expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floors.contract.inputs import TABLES
from floors.many.risks.states import APART, State
from floors.study.study import Study


class NoMean(Exception):
    """The states differ in something that has no mean; the message says where and in what."""


def mean_study(states: Sequence[State]) -> Study:
    """The first state with every differing number replaced by its expectation.

    Raises NoMean where states differ in a name, a year, or in what is blank in some and filled in others.
    """
    first = states[0].study
    changed: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        if table.name in APART or not first.has(table.name):
            continue
        whole = {column.name for column in table.columns if column.kind == "whole"}
        rows = [state.study.rows(table.name) for state in states]
        found = [
            _mean_record(states, table.name, i, [r[i] for r in rows], whole) for i in range(len(rows[0]))
        ]
        if found != list(rows[0]):
            changed[table.name] = found
    return first.with_rows(**changed)


def _mean_record(
    states: Sequence[State], table: str, index: int, records: Sequence[Mapping[str, Any]], whole: set[str]
) -> dict[str, Any]:
    mean: dict[str, Any] = {}
    for key, value in records[0].items():
        if key == "years":
            years = dict.fromkeys(t for record in records for t in record["years"])
            mean[key] = {
                t: _mean(states, table, index, t, [r["years"].get(t) for r in records]) for t in years
            }
        elif key in whole and any(record[key] != value for record in records):
            raise NoMean(_told(states, table, index, key, [record[key] for record in records]))
        else:
            mean[key] = _mean(states, table, index, key, [record[key] for record in records])
    return mean


def _mean(states: Sequence[State], table: str, index: int, key: str | int, values: Sequence[Any]) -> Any:
    if all(value == values[0] for value in values):
        return values[0]
    if any(isinstance(value, (bool, str)) or value is None for value in values):
        raise NoMean(_told(states, table, index, key, values))
    return sum(state.probability * float(value) for state, value in zip(states, values, strict=True))


def _told(states: Sequence[State], table: str, index: int, key: str | int, values: Sequence[Any]) -> str:
    """Where two states differ in what has no mean."""
    other = next(i for i, value in enumerate(values) if value != values[0])
    cell = states[0].study.base.value_cell(table, index, key)
    told = ["blank" if value is None else f"{value}" for value in (values[0], values[other])]
    return f"{table}!{cell} is {told[0]} in {states[0].name} and {told[1]} in {states[other].name}"
