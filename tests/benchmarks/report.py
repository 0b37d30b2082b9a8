"""Figures in words, as CSV and as a picture."""

from __future__ import annotations

import csv
import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

from tests.benchmarks.ledger import REST, START
from tests.benchmarks.measure import WHOLE, Figure, ratio, spread
from tests.benchmarks.phases import FLOORS, OPTIONAL, PIPELINE, REPORTS

PACKAGES = ("floors", "pyomo", "highspy", "numpy", "scipy", "openpyxl", "xlsxwriter", "linopy")
BASES = ("arrays", "bare")
HANDOFF = "build + hand-off"
EXIT = "exit"
ALL_REPORTS, ALL, LIKE = "all reports", "all phases", "like for like"
PRINTED = 0.002  # of the most that anything takes: phases below are in the CSV alone
SLIGHT = 0.02  # seconds: below this at the larger size a growth says nothing
NOT_DONE = f"""\
The script (tests/benchmarks/arrays.py) reads the same workbook, solves the same LPs with and without policy, finds the
same prices and writes summary, floors, prices, sourcing, shipments, production, investment, stocks, caps and accounts
as bare cells. It does not check what it reads beyond what it needs, knows no scenarios, shocks, elastic demand, support
budget or minimum rule, proves no certificate, and does not write floor_parts, sensitivity, support, concentration,
shuffling, temptation, baseline, certificate and run, nor what may move at no cost, fingerprints, sentences, warnings,
notes, styles and charts. Its collector of garbage is off. `{LIKE}` leaves {", ".join(OPTIONAL)} out of floors.
`{HANDOFF}` starts from the tables as read and ends when HiGHS holds the LP; the script and linopy, which starts from
the tables that the script derives, keep shipments that can be of no use, so their LPs have more columns."""


def versions() -> str:
    """What was measured, and on what."""
    found = [f"python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"{', '.join(found)}; {platform.machine()}, {platform.system()}"


def with_sums(figures: Sequence[Figure]) -> list[Figure]:
    """The figures, and for whoever was measured by phase: all reports, all phases, and like for like."""
    sums: list[Figure] = []
    whole = [*FLOORS, "other reports", "outcome", START, REST, EXIT]
    for study, peer in dict.fromkeys((f.study, f.peer) for f in figures):
        mine = [f for f in figures if (f.study, f.peer) == (study, peer) and f.phase in whole]
        if not mine:
            continue
        for name, chosen in (
            (ALL_REPORTS, [f for f in mine if f.phase in REPORTS]),
            (ALL, mine),
            (LIKE, [f for f in mine if f.phase not in OPTIONAL]),
        ):
            if chosen:
                total = Figure(study, name, peer)
                total.cpu = [sum(run) for run in zip(*(f.cpu for f in chosen), strict=True)]
                total.wall = [0.0] * len(total.cpu)
                total.memory = [max(run) for run in zip(*(f.memory for f in chosen), strict=True)]
                sums.append(total)
    sizes: dict[str, int] = {}
    for figure in figures:
        if figure.peer == "floors":  # the script and linopy keep columns that can be of no use
            sizes[figure.study] = max(sizes.get(figure.study, 0), figure.columns)
    for figure in (*figures, *sums):
        figure.columns = sizes.get(figure.study, 0)
    return [*figures, *sums]


def base_of(figure: Figure, figures: Sequence[Figure]) -> Figure | None:
    """What a figure is measured against: the script, or the library alone."""
    for other in figures:
        if other.peer in BASES and (other.study, other.phase) == (figure.study, figure.phase):
            return None if other is figure else other
    return None


def ordered(figures: Sequence[Figure]) -> list[Figure]:
    """By study as they came, by phase as a run goes."""
    names = [WHOLE, HANDOFF, START, *PIPELINE, "outcome", *FLOORS, "other reports"]
    rank = {name: i for i, name in enumerate(dict.fromkeys(names))}
    for name in ("write", REST, EXIT, ALL_REPORTS, ALL, LIKE):
        rank[name] = max(rank.values()) + 1
    studies = list(dict.fromkeys(f.study for f in figures))
    return sorted(figures, key=lambda f: (studies.index(f.study), rank.get(f.phase, 99)))


def text(figures: Sequence[Figure], runs: int) -> str:
    """Tables of every study, growth by phase between sizes, and what the script does not do."""
    complete = ordered(with_sums(figures))
    beside = ["", NOT_DONE] if any(f.peer == "arrays" for f in complete) else []
    return "\n".join([versions(), *_tables(complete, runs), *_growth(complete), *beside])


def _tables(figures: Sequence[Figure], runs: int) -> Iterator[str]:
    for study in dict.fromkeys(f.study for f in figures):
        mine = [f for f in figures if f.study == study]
        size = f", {mine[0].columns:,} columns" if mine[0].columns else ""
        yield ""
        yield f"{study}{size}: median of {runs} (least to most), CPU seconds and MiB"
        yield f"{'phase':<18}{'peer':<8}{'CPU':>9}  {'':<19}{'MiB':>7}{'wall':>9}{'x CPU':>8}{'x MiB':>7}"
        slight = PRINTED * max(spread(f.cpu)[0] for f in mine)
        for f in mine:
            if spread(f.cpu)[0] < slight and f.phase not in (*PIPELINE, HANDOFF):
                continue
            cpu, least, most = spread(f.cpu)
            wall, base = spread(f.wall)[0], base_of(f, mine)
            cells = [
                f"{f.phase:<18}{f.peer:<8}{cpu:9.3f}  {f'({least:.3f} to {most:.3f})':<19}",
                f"{spread(f.memory)[0]:7.0f}",
                f"{wall:9.2f}" if wall else " " * 9,
                f"{ratio(f, base):8.2f}" if base else " " * 8,
                f"{ratio(f, base, 'memory'):7.2f}" if base else "",
            ]
            yield "".join(cells).rstrip()


def exponent(small: Figure, large: Figure) -> float:
    """How cost grows with columns: 1 is in proportion, 2 with the square."""
    return log(spread(large.cpu)[0] / spread(small.cpu)[0]) / log(large.columns / small.columns)


def growth(figures: Iterable[Figure]) -> Iterator[tuple[Figure, Figure, float]]:
    """Every two sizes that follow each other, of one phase and peer, with the exponent between them."""
    lines: dict[tuple[str, str], list[Figure]] = {}
    for f in figures:
        if f.columns:
            lines.setdefault((f.phase, f.peer), []).append(f)
    for line in lines.values():
        line.sort(key=lambda f: f.columns)
        for small, large in pairwise(line):
            if (
                large.columns >= 1.5 * small.columns
                and spread(small.cpu)[0] > 0
                and spread(large.cpu)[0] > SLIGHT
            ):
                yield small, large, exponent(small, large)


def _growth(figures: Sequence[Figure]) -> Iterator[str]:
    found = [(a, b, e) for a, b, e in growth(figures) if a.peer != "bare"]
    if not found:
        return
    steps = list(dict.fromkeys((a.study, b.study) for a, b, _ in sorted(found, key=lambda x: x[0].columns)))
    yield ""
    yield "exponent of growth of CPU with columns (1: in proportion, 2: with the square)"
    yield f"{'phase':<18}{'peer':<8}" + "".join(f"{f'{a} to {b}':>18}" for a, b in steps)
    by_line: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for a, b, e in found:
        by_line.setdefault((a.phase, a.peer), {})[a.study, b.study] = e
    for (phase, peer), line in by_line.items():
        cells = "".join(f"{line[step]:18.2f}" if step in line else " " * 18 for step in steps)
        yield f"{phase:<18}{peer:<8}{cells}".rstrip()


def write_csv(figures: Sequence[Figure], path: Path) -> None:
    """One row for each study, phase and peer."""
    complete = ordered(with_sums(figures))
    made = versions()
    with path.open("w", newline="", encoding="utf-8") as file:
        sheet = csv.writer(file)
        sheet.writerow(
            [
                *("study", "columns", "phase", "peer", "runs", "cpu_median", "cpu_least", "cpu_most"),
                *(
                    "mib_median",
                    "mib_least",
                    "mib_most",
                    "wall_median",
                    "cpu_ratio",
                    "mib_ratio",
                    "made_with",
                ),
            ]
        )
        for f in complete:
            base = base_of(f, complete)
            sheet.writerow(
                [
                    *(f.study, f.columns or None, f.phase, f.peer, len(f.cpu)),
                    *(round(x, 5) for x in spread(f.cpu)),
                    *(round(x, 1) for x in spread(f.memory)),
                    round(spread(f.wall)[0], 3) or None,
                    round(ratio(f, base), 4) if base else None,
                    round(ratio(f, base, "memory"), 4) if base else None,
                    made,
                ]
            )


def draw(figures: Sequence[Figure], path: Path) -> None:
    """CPU against columns, both axes in logarithms: whole command and hand-off by peer, floors by phase."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    complete = [f for f in with_sums(figures) if f.columns]
    page, places = pyplot.subplots(1, 3, figsize=(15, 5.5), layout="constrained")
    for place, title, chosen, name in (
        (places[0], "whole command", [f for f in complete if f.phase == WHOLE], "peer"),
        (places[1], HANDOFF, [f for f in complete if f.phase == HANDOFF], "peer"),
        (places[2], "floors, by phase", _largest(complete), "phase"),
    ):
        _lines(place, title, chosen, name)
    page.suptitle(versions(), fontsize=8)
    page.savefig(path, dpi=110)
    pyplot.close(page)


def _largest(figures: Sequence[Figure], most: int = 9) -> list[Figure]:
    """The phases of floors that cost most at its largest study."""
    sums = (WHOLE, HANDOFF, ALL_REPORTS, ALL, LIKE, REST, EXIT)
    mine = [f for f in figures if f.peer == "floors" and f.phase not in sums]
    if not mine:
        return []
    top = max(f.columns for f in mine)
    at_top = sorted((f for f in mine if f.columns == top), key=lambda f: -spread(f.cpu)[0])
    kept = {f.phase for f in at_top[:most]}
    return [f for f in mine if f.phase in kept]


def _lines(place: Any, title: str, figures: Sequence[Figure], name: str) -> None:
    place.set(title=title, xscale="log", yscale="log", xlabel="columns of the LP", ylabel="CPU seconds")
    place.grid(True, which="both", alpha=0.25)
    for label in dict.fromkeys(getattr(f, name) for f in figures):
        line = sorted((f for f in figures if getattr(f, name) == label), key=lambda f: f.columns)
        middle = [spread(f.cpu)[0] for f in line]
        apart = [
            [m - spread(f.cpu)[1] for m, f in zip(middle, line, strict=True)],
            [spread(f.cpu)[2] - m for m, f in zip(middle, line, strict=True)],
        ]
        place.errorbar([f.columns for f in line], middle, yerr=apart, marker="o", capsize=3, label=label)
    if figures:
        low, high = min(f.columns for f in figures), max(f.columns for f in figures)
        foot = min(spread(f.cpu)[0] for f in figures)
        place.plot([low, high], [foot, foot * high / low], ":", color="grey", label="in proportion")
        place.legend(fontsize=8)
