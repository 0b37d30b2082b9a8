"""Sheet comparison: every scenario beside base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from floors.brief.bands import is_shortage
from floors.contract import results as tables
from floors.contract.results.border import FloorRow
from floors.contract.results.whole import ComparisonRow
from floors.excel.tabled import less
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.many.runs import Run

LONGEST_NOTE = 1_000
AT_OFFERS = frozenset(
    {"total_cost", "resource_cost", "world_cost", "deadweight_loss", "change_in_resource_cost"}
)
OFFERS = "at offers, of which some lie off their cost: see world_cost_at_basis"
_SHORTAGE = "a buyer's value: a shortage, not a floor"


class Path(NamedTuple):
    """The floors of a commodity at the border of one member, and the levies in them, by year, per kg; `short` the years
    of shortage."""

    member: str
    floors: dict[int, float]
    levies: dict[int, float]
    short: set[int]


def comparison_table(runs: Sequence[Run], currency: str) -> list[ComparisonRow]:
    """Of each scenario the status, then the summary, then floors of the first member."""
    base = base_of(runs)
    before = summary_of(base) if base else {}
    paths = floor_paths(runs)
    rows: list[ComparisonRow] = []
    for run in runs:
        row = ComparisonRow(
            scenario=run.scenario,
            metric="status",
            value=None,
            difference=None,
            unit=None,
            note=_status_note(run, base),
            status=run.status,
        )
        rows.append(row)
        row = row._replace(note=None)
        off_cost = any(summary.get("below_cost") for summary in (before, summary_of(run)))
        for of in tables.SUMMARY.read(run.rows("summary")):
            difference = less(of.value, before.get(of.metric))
            note = OFFERS if off_cost and of.metric in AT_OFFERS else None
            rows.append(
                row._replace(metric=of.metric, value=of.value, difference=difference, unit=of.unit, note=note)
            )
        for commodity, path in paths[run.scenario].items():
            there = paths[BASE].get(commodity) if base else None
            beside = there.floors if there and there.member == path.member else {}
            for year, floor in path.floors.items():
                note = f"{path.member}; {_SHORTAGE}" if year in path.short else path.member
                metric, difference = f"floor {commodity} {year}", less(floor, beside.get(year))
                unit = f"{currency}/kg"
                rows.append(
                    row._replace(metric=metric, value=floor, difference=difference, unit=unit, note=note)
                )
    return rows


def base_of(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if run.scenario == BASE), None)


def summary_of(run: Run) -> dict[str, float]:
    """The metrics that have a value."""
    rows = tables.SUMMARY.read(run.rows("summary"))
    return {row.metric: row.value for row in rows if row.value is not None}


def _status_note(run: Run, base: Run | None) -> str | None:
    """Why there is no result; or that the bloc is another one than that of base."""
    if run.message:
        return run.message if len(run.message) <= LONGEST_NOTE else f"{run.message[:LONGEST_NOTE]} ..."
    return f"the bloc is {', '.join(run.bloc)}" if base and other_bloc(run, base) else None


def other_bloc(run: Run, base: Run) -> bool:
    """Whether both are solved and their members differ, so that sums over the bloc are of different blocs."""
    return bool(run.bloc and base.bloc) and set(run.bloc) != set(base.bloc)


def floor_paths(runs: Sequence[Run]) -> dict[str, dict[str, Path]]:
    """By scenario and commodity, the floors of the first member: that of base, where the scenario has it too."""
    first: dict[str, str] = {}
    for run in sorted(runs, key=lambda run: run.scenario != BASE):
        for row in _floors(run):
            first.setdefault(row.commodity, row.member)
    return {run.scenario: _paths_of(run, first) for run in runs}


def _paths_of(run: Run, first: Mapping[str, str]) -> dict[str, Path]:
    by_member: dict[str, dict[str, list[FloorRow]]] = {}
    for row in _floors(run):
        by_member.setdefault(row.commodity, {}).setdefault(row.member, []).append(row)
    return {
        commodity: _path(members.get(first[commodity]) or next(iter(members.values())))
        for commodity, members in by_member.items()
    }


def _path(rows: Sequence[FloorRow]) -> Path:
    first, *_ = rows
    floors = {row.year: row.floor for row in rows}
    levies = {row.year: row.levy for row in rows}
    short = {row.year for row in rows if is_shortage(row)}
    return Path(first.member, floors, levies, short)


def _floors(run: Run) -> Iterator[FloorRow]:
    return tables.FLOORS.read(run.rows("floors"))
