"""Sheet side_by_side: metrics and floors down, scenarios across; what the policy does in each of them first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from floors.contract import results as tables
from floors.contract.results import Row, Sheet
from floors.contract.results.whole import DIFFERENCE, EFFECT, LEVEL, SummaryRow, headings
from floors.excel.tabled import less
from floors.many.comparison import AT_OFFERS, OFFERS, Path, base_of, floor_paths, other_bloc
from floors.study.scenarios import BASE

if TYPE_CHECKING:
    from floors.many.runs import Run

FIRST = ("change_in_bloc_net_cost", "deadweight_loss", "change_in_consumer_surplus")
_CHANGE, _WITHOUT = "change_in_", "baseline_"
_TOLD = ("world_cost",)  # what differs of it is deadweight_loss
_MIXED = "mixes the world with the policy"
_NAMED = 8  # scenarios, in a note

Values = Mapping[str, float | None]  # by scenario


class _Line(NamedTuple):
    metric: str
    unit: str
    values: Values
    note: str = ""
    member: str = ""


def side_by_side_table(runs: Sequence[Run], sheet: Sheet, currency: str) -> list[Row]:
    """The rows of sheet side_by_side: effects, levels, and where base was solved differences from it."""
    metrics, units = _summaries(runs)
    floors, levies = _floors(runs, currency)
    parts = [(EFFECT, [*_effects(metrics, units), *levies])]
    levels = [_Line(metric, units[metric], of) for metric, of in metrics.items() if not _is_effect(metric)]
    parts.append((LEVEL, [*levels, *floors]))
    base = base_of(runs)
    if base is not None and base.figures is not None:
        others = [run.scenario for run in runs if other_bloc(run, base)]
        note = f"{_MIXED}; another bloc: {_named(others)}" if others else _MIXED
        known = [line for line in (*levels, *floors) if line.values.get(BASE) is not None]
        parts.append((DIFFERENCE, [_from_base(line, note) for line in known]))
    places = headings([run.scenario for run in runs])
    off_cost = any(metrics.get("below_cost", {}).values())
    return [
        sheet.row(
            part=part,
            metric=line.metric,
            member=line.member or None,
            unit=line.unit,
            note=_noted(line, off_cost) or None,
            **{heading: line.values.get(name) for name, heading in places.items()},
        )
        for part, lines in parts
        for line in lines
    ]


def _noted(line: _Line, off_cost: bool) -> str:
    """The note of a line, and where offers lie off their cost that it is at offers."""
    offers = OFFERS if off_cost and line.metric in AT_OFFERS else ""
    return "; ".join(filter(None, (offers, line.note)))


def _summaries(runs: Sequence[Run]) -> tuple[dict[str, dict[str, float | None]], dict[str, str]]:
    """Every metric of any summary, by scenario, in the order of the summaries; and the units."""
    found: dict[str, dict[str, float | None]] = {}
    units: dict[str, str] = {}
    for run in runs:
        rows: Iterator[SummaryRow] = tables.SUMMARY.read(run.rows("summary"))
        for row in rows:
            found.setdefault(row.metric, {})[run.scenario] = row.value
            units[row.metric] = row.unit
    return found, units


def _is_effect(metric: str) -> bool:
    return metric in FIRST or metric.startswith(_CHANGE)


def _effects(metrics: Mapping[str, Values], units: Mapping[str, str]) -> list[_Line]:
    """What differs from the same scenario without caps and rules: what the summary has of it, and what else it has
    both with and without them."""
    told = {metric: of for metric, of in metrics.items() if _is_effect(metric)}
    for metric, of in metrics.items():
        before = metrics.get(_WITHOUT + metric)
        if metric in _TOLD:
            continue
        if before is not None and _CHANGE + metric not in told:
            told[_CHANGE + metric] = {name: less(of[name], before.get(name)) for name in of}
    order = [*(metric for metric in FIRST if metric in told), *(m for m in told if m not in FIRST)]
    return [_Line(m, units.get(m) or units[m.removeprefix(_CHANGE)], told[m]) for m in order]


def _floors(runs: Sequence[Run], currency: str) -> tuple[list[_Line], list[_Line]]:
    """Floors and levies of the first member, as in sheet comparison; a shortage is left blank and named."""
    at: dict[tuple[str, str], dict[str, Path]] = {}
    for name, of in floor_paths(runs).items():
        for commodity, path in of.items():
            at.setdefault((commodity, path.member), {})[name] = path
    floors: list[_Line] = []
    levies: list[_Line] = []
    for (commodity, member), there in at.items():
        for year in sorted({year for path in there.values() for year in path.floors}):
            short = [name for name, path in there.items() if year in path.short]
            told = {n: path for n, path in there.items() if year in path.floors and n not in short}
            line = _Line("", f"{currency}/kg", {}, f"a shortage in {_named(short)}" if short else "", member)
            for kind, lines, values in (
                ("floor", floors, {name: path.floors[year] for name, path in told.items()}),
                ("levy", levies, {name: path.levies[year] for name, path in told.items()}),
            ):
                lines.append(line._replace(metric=f"{kind} {commodity} {year}", values=values))
    return floors, levies


def _from_base(line: _Line, note: str) -> _Line:
    base = line.values.get(BASE)
    return line._replace(
        values={name: less(value, base) for name, value in line.values.items()},
        note=f"{line.note}; {note}" if line.note else note,
    )


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
