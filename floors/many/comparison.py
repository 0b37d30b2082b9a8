"""Sheet comparison: every scenario beside base, in numbers and in charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from floors.contract import results as tables
from floors.contract.results.border import FloorRow
from floors.contract.results.whole import ComparisonRow
from floors.excel.charts import CAPPED_COLOURS, CHARTS_A_SHEET, COLOURS, Chart, Series
from floors.excel.tabled import less
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.many.runs import Run

MOST_LINES = 8
LONGEST_NOTE = 1_000
SAME = 0.005  # USD/kg: floors that look alike in a cell or on a line
DWARFS = 4.0  # times the median difference: beyond, a scenario hides the others in a chart
_NOTHING = 1e-6  # million
_BASE_COLOUR = "#404040"
_LINE_COLOURS = (*COLOURS[:6], CAPPED_COLOURS[0])
_LINES = (("net cost of the bloc", COLOURS[0]), ("cost of the world, unserved value included", COLOURS[1]))
_COSTS = ("bloc_net_cost", "world_cost")
_CHANGES = ("change_in_bloc_net_cost", "deadweight_loss")
_SHORTAGE = "a buyer's value: a shortage, not a floor"


class Path(NamedTuple):
    """The floors of a commodity at the border of one member, by year, per kg; `short` the years of shortage."""

    member: str
    floors: dict[int, float]
    short: set[int]
    binding: bool


def comparison_table(runs: Sequence[Run], currency: str) -> list[ComparisonRow]:
    """Of each scenario the status, then the summary, then floors of the first member."""
    base = _base(runs)
    before = _summary(base) if base else {}
    paths = _paths(runs)
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
        for of in tables.SUMMARY.read(run.rows("summary")):
            difference = less(of.value, before.get(of.metric))
            rows.append(row._replace(metric=of.metric, value=of.value, difference=difference, unit=of.unit))
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


def _base(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if run.scenario == BASE), None)


def _summary(run: Run) -> dict[str, float]:
    """The metrics that have a value."""
    rows = tables.SUMMARY.read(run.rows("summary"))
    return {row.metric: row.value for row in rows if row.value is not None}


def _status_note(run: Run, base: Run | None) -> str | None:
    """Why there is no result; or that the bloc is another one than that of base."""
    if run.message:
        return run.message if len(run.message) <= LONGEST_NOTE else f"{run.message[:LONGEST_NOTE]} ..."
    return f"the bloc is {', '.join(_regions(run))}" if base and other_bloc(run, base) else None


def other_bloc(run: Run, base: Run) -> bool:
    """Whether both are solved and their members differ, so that sums over the bloc are of different blocs."""
    return bool(run.members and base.members) and _regions(run).keys() != _regions(base).keys()


def _regions(run: Run) -> dict[str, None]:
    """Members without their segment markets."""
    return dict.fromkeys(member.partition("/")[0] for member in run.members)


def _paths(runs: Sequence[Run]) -> dict[str, dict[str, Path]]:
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
    short = {row.year for row in rows if str(row.set_by).startswith("unserved")}
    return Path(first.member, floors, short, any(row.binding for row in rows))


def _floors(run: Run) -> Iterator[FloorRow]:
    return tables.FLOORS.read(run.rows("floors"))


def comparison_charts(runs: Sequence[Run], currency: str) -> list[Chart]:
    """What each scenario costs more than base; and each binding floor by year, a line a scenario."""
    paths = _paths(runs)
    binding = dict.fromkeys(c for found in paths.values() for c, path in found.items() if path.binding)
    drawn = [chart for c in binding if (chart := _floor_chart(c, paths, currency))]
    return [*_cost_charts(runs, currency), *drawn[:CHARTS_A_SHEET]]


def _cost_charts(runs: Sequence[Run], currency: str) -> list[Chart]:
    """What the policy costs the bloc and the world within each scenario; and each scenario less base.

    Scenarios that would dwarf the others, such as an embargo, have a chart of their own.
    """
    base = _base(runs)
    known = {run.scenario: _summary(run) for run in runs}
    before = known[BASE] if base else {}
    names = [name for name, summary in known.items() if summary]
    others = [run.scenario for run in runs if base and other_bloc(run, base)]
    policy = {name: tuple(known[name][metric] for metric in _CHANGES) for name in names}
    less = {
        name: tuple(known[name][metric] - before[metric] for metric in _COSTS)
        for name in names
        if before and name != BASE
    }
    large = _large({name: max(map(abs, pair)) for name, pair in less.items()})
    shown: tuple[tuple[str, str, dict[str, tuple[float, ...]], list[str], str], ...] = (
        ("policy", "Cost of the policy in each scenario, against the same without it", policy, [], ""),
        (
            "cost",
            "Cost of each scenario less that of base",
            {name: pair for name, pair in less.items() if name not in large},
            others,
            "the largest differences are in the next chart" if large else "",
        ),
        (
            "large cost",
            "Cost less that of base: the largest differences",
            {name: pair for name, pair in less.items() if name in large},
            others,
            "",
        ),
    )
    charts = []
    for label, title, amounts, strange, note in shown:
        if any(any(pair) for pair in amounts.values()):
            there = ", ".join(name for name in strange if name in amounts)
            told = [f"Another bloc than in base: {there}"] if there else []
            charts.append(
                _columns(label, title, amounts, "; ".join([*told, *([note] if note else [])]), currency)
            )
    return charts


def _columns(
    label: str, title: str, amounts: Mapping[str, tuple[float, ...]], note: str, currency: str
) -> Chart:
    series = tuple(
        Series(name, colour, tuple(pair[place] for pair in amounts.values()))
        for place, (name, colour) in enumerate(_LINES)
    )
    return Chart(label, title, f"million {currency}, present value", tuple(amounts), series, False, note)


def _large(size: Mapping[str, float]) -> set[str]:
    """Names whose size is beyond `DWARFS` times the median of those that have one."""
    sizes = [value for value in size.values() if value > _NOTHING]
    return {name for name, value in size.items() if sizes and value > DWARFS * median(sizes)}


def _floor_chart(commodity: str, paths: Mapping[str, Mapping[str, Path]], currency: str) -> Chart | None:
    """A line a scenario that has a floor for this member; a shortage is a gap."""
    found = {scenario: there[commodity] for scenario, there in paths.items() if commodity in there}
    member = next(iter(found.values())).member if BASE not in found else found[BASE].member
    found = {scenario: path for scenario, path in found.items() if path.member == member}
    lines = {
        scenario: {year: floor for year, floor in path.floors.items() if year not in path.short}
        for scenario, path in found.items()
    }
    lines = {scenario: line for scenario, line in lines.items() if line}
    if not lines:
        return None
    shown = _shown(lines)
    years = tuple(sorted({year for scenario in shown for year in lines[scenario]}))
    colours = dict(zip([scenario for scenario in shown if scenario != BASE], _LINE_COLOURS, strict=False))
    series = tuple(
        Series(
            scenario,
            colours.get(scenario, _BASE_COLOUR),
            tuple(lines[scenario].get(year) for year in years),
        )
        for scenario in shown
    )
    notes = []
    if len(shown) < len(lines):
        notes.append(
            f"{len(shown)} of {len(lines)} scenarios; the others lie on one of these or nearer to base"
        )
    if any(path.short for path in found.values()):
        notes.append("gaps are shortages")
    return Chart(
        commodity,
        f"Price floor of {commodity}, {member}, by scenario",
        f"{currency}/kg, ex works",
        years,
        series,
        stacked=False,
        note="; ".join(notes),
    )


def _shown(lines: Mapping[str, Mapping[int, float]]) -> list[str]:
    """The scenarios to draw, in their order: all, or base and the farthest from it, of equal ones the first."""
    if len(lines) <= MOST_LINES:
        return list(lines)
    base = lines.get(BASE, {})
    chosen: list[str] = []
    for scenario in sorted(lines, key=lambda one: (one != BASE, -_gap(lines[one], base))):
        if all(
            lines[scenario].keys() - lines[one].keys() or _gap(lines[scenario], lines[one]) > SAME
            for one in chosen
        ):
            chosen.append(scenario)
    return [scenario for scenario in lines if scenario in chosen[:MOST_LINES]]


def _gap(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The largest difference in a year that both have."""
    return max((abs(one[year] - other[year]) for year in one.keys() & other.keys()), default=0.0)
