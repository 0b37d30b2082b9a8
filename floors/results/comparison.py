"""Sheet comparison: every scenario beside base, in numbers and in charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from floors import tables
from floors.charts import CHARTS_A_SHEET, COLOURS, Chart, Series

Row = tuple[Any, ...]
BASE = "base"
MOST_LINES = 8
LONGEST_NOTE = 1_000
_BASE_COLOUR = "#404040"


class Compared(Protocol):
    """What is compared: a scenario, its status and why, and the rows of each sheet (none without a result)."""

    @property
    def scenario(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def message(self) -> str: ...
    def rows(self, sheet: str) -> Sequence[Row]: ...


class Floor(NamedTuple):
    """The floor of the member compared, USD/kg, or any currency."""

    member: str
    value: float
    short: bool
    binding: bool


Floors = dict[tuple[str, int], Floor]


def comparison_table(runs: Sequence[Compared], currency: str) -> list[Row]:
    """scenario, metric, value, difference, unit, note: status, then summary, then floors of the first member."""
    reference = _base(runs)
    before = {row[0]: row[1] for row in reference.rows("summary")} if reference else {}
    floors = dict(zip((run.scenario for run in runs), _floors(runs), strict=True))
    base_floors = floors.get(BASE, {})
    rows: list[Row] = []
    for run in runs:
        note = run.message if len(run.message) <= LONGEST_NOTE else f"{run.message[:LONGEST_NOTE]} ..."
        rows.append((run.scenario, "status", run.status, None, None, note or None))
        for metric, value, unit in run.rows("summary"):
            rows.append((run.scenario, metric, value, _less(value, before.get(metric)), unit, None))
        for (commodity, year), floor in floors[run.scenario].items():
            there = base_floors.get((commodity, year))
            same = there is not None and there.member == floor.member
            difference = floor.value - there.value if there is not None and same else None
            metric = f"floor {commodity} {year}"
            rows.append((run.scenario, metric, floor.value, difference, f"{currency}/kg", _floor_note(floor)))
    return rows


def _base(runs: Sequence[Compared]) -> Compared | None:
    return next((run for run in runs if run.scenario == BASE), None)


def _less(value: float | None, base: float | None) -> float | None:
    return None if value is None or base is None else value - base


def _floor_note(floor: Floor) -> str:
    return f"{floor.member}; a buyer's value: a shortage, not a floor" if floor.short else floor.member


def _floors(runs: Sequence[Compared]) -> list[Floors]:
    """By run, the floors of each commodity at its first member: that of base, where the run has it too."""
    first: dict[str, str] = {}
    found = []
    for run in sorted(runs, key=lambda run: run.scenario != BASE):
        for row in _records(run):
            first.setdefault(row["commodity"], row["member"])
    for run in runs:
        rows = list(_records(run))
        members: dict[str, dict[str, None]] = {}
        for row in rows:
            members.setdefault(row["commodity"], {})[row["member"]] = None
        shown = {c: first[c] if first[c] in there else next(iter(there)) for c, there in members.items()}
        found.append(
            {
                (row["commodity"], row["year"]): Floor(
                    row["member"],
                    row["floor"],
                    str(row["set_by"]).startswith("unserved"),
                    row["binding"],
                )
                for row in rows
                if row["member"] == shown[row["commodity"]]
            }
        )
    return found


def _records(run: Compared) -> Iterator[dict[str, Any]]:
    names = tables.BY_NAME["floors"].names
    return (dict(zip(names, row, strict=True)) for row in run.rows("floors"))


def comparison_charts(runs: Sequence[Compared], currency: str) -> list[Chart]:
    """What each scenario costs more than base; and each binding floor by year, a line a scenario."""
    cost = _cost_chart(runs, currency)
    floors = _floors(runs)
    binding = dict.fromkeys(c for found in floors for (c, _), floor in found.items() if floor.binding)
    names = [run.scenario for run in runs]
    drawn = [chart for c in binding if (chart := _floor_chart(c, names, floors, currency))]
    return [*([cost] if cost else []), *drawn[:CHARTS_A_SHEET]]


def _cost_chart(runs: Sequence[Compared], currency: str) -> Chart | None:
    """Present value of the bloc's net cost and of the world's resource cost, less those of base."""
    table = comparison_table(runs, currency)
    series = []
    scenarios: tuple[str, ...] = ()
    for metric, name, colour in (
        ("bloc_net_cost", "bloc's net cost", COLOURS[0]),
        ("resource_cost", "world's resource cost", COLOURS[1]),
    ):
        change = {row[0]: row[3] for row in table if row[1] == metric and row[0] != BASE}
        change = {scenario: value for scenario, value in change.items() if value is not None}
        scenarios = tuple(change)
        series.append(Series(name, colour, tuple(change.values())))
    if not scenarios:
        return None
    title = "Cost of each scenario less that of base"
    return Chart("cost", title, f"million {currency}, present value", scenarios, tuple(series), stacked=False)


def _floor_chart(
    commodity: str, scenarios: Sequence[str], floors: Sequence[Floors], currency: str
) -> Chart | None:
    """At most eight lines: base, and the scenarios that lie farthest from it; a shortage is a gap."""
    paths = {
        scenario: {
            year: floor.value for (c, year), floor in found.items() if c == commodity and not floor.short
        }
        for scenario, found in zip(scenarios, floors, strict=True)
    }
    paths = {scenario: path for scenario, path in paths.items() if path}
    if not paths:
        return None
    shown = _farthest(paths)
    years = tuple(sorted({year for scenario in shown for year in paths[scenario]}))
    members = dict.fromkeys(
        floor.member for found in floors for (c, _), floor in found.items() if c == commodity
    )
    others = (colour for colour in COLOURS)
    series = tuple(
        Series(
            scenario,
            _BASE_COLOUR if scenario == BASE else next(others, _BASE_COLOUR),
            tuple(paths[scenario].get(year) for year in years),
        )
        for scenario in shown
    )
    left = len(paths) - len(shown)
    short = any(floor.short for found in floors for (c, _), floor in found.items() if c == commodity)
    notes = [f"{len(shown)} of {len(paths)} scenarios, farthest from base first"] * bool(left)
    notes += ["gaps are shortages"] * short
    place = f", {next(iter(members))}" if len(members) == 1 else ""
    return Chart(
        commodity,
        f"Price floor of {commodity}{place}, by scenario",
        f"{currency}/kg, ex works",
        years,
        series,
        stacked=False,
        note="; ".join(notes),
    )


def _farthest(paths: dict[str, dict[int, float]]) -> list[str]:
    """The scenarios to draw, in their order: all, or base and those with the largest gap to it."""
    if len(paths) <= MOST_LINES:
        return list(paths)
    base = paths.get(BASE, {})
    gap = {
        scenario: max((abs(path[year] - base[year]) for year in path if year in base), default=0.0)
        for scenario, path in paths.items()
    }
    chosen = sorted(paths, key=lambda scenario: (scenario != BASE, -gap[scenario]))[:MOST_LINES]
    return [scenario for scenario in paths if scenario in chosen]
