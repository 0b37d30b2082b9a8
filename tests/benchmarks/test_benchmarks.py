"""What is measured is the same work: peers hold LPs of one optimum, and figures are what was spent."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas
import pytest

import floors
from tests.benchmarks import report, studies
from tests.benchmarks.ledger import START, Ledger
from tests.benchmarks.measure import ROOT, WHOLE, Figure, Measure, child, last_json, run, run_all
from tests.benchmarks.phases import ARRAYS, ARRAYS_CONTAINERS, FLOORS, FLOORS_CONTAINERS

TINY = studies.Size(members=3, others=2, chains=5, years=3, plants=3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return studies.make(TINY, tmp_path_factory.mktemp("made") / "tiny.xlsx")


@cache
def optimum(peer: str, source: Path) -> dict[str, float]:
    """What a peer's process says of the LP it handed over."""
    command = child(f"handoff-{peer}", str(source), "--solved")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return last_json(done.stdout)


@pytest.mark.long
@pytest.mark.parametrize("peer", ["arrays", "appsi", "linopy"])
def test_every_peer_hands_over_the_same_lp(peer: str, made: Path) -> None:
    if peer == "linopy" and importlib.util.find_spec("linopy") is None:
        pytest.skip("linopy is not installed: pip install 'floors[bench]'")
    ours, theirs = optimum("floors", made), optimum(peer, made)
    assert theirs["optimum"] == pytest.approx(ours["optimum"], rel=1e-9)
    assert theirs["columns"] >= ours["columns"] > 200
    if peer == "appsi":  # the same model, so the same LP
        assert [theirs[k] for k in ("columns", "rows", "entries")] == [
            ours[k] for k in ("columns", "rows", "entries")
        ]


def test_the_script_finds_what_floors_finds(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "tests/benchmarks/arrays.py", str(made), str(tmp_path / "out.xlsx"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    theirs, ours = last_json(done.stdout), floors.solve(floors.read(made), ranges=True)
    assert theirs["total_cost"] == pytest.approx(ours.figures.total_cost, rel=1e-8)
    assert theirs["uplift"] == pytest.approx(ours.figures.uplift, abs=1e-8)
    said = {(row["member"], row["commodity"], row["year"]): row for row in theirs["floors"]}
    rows = ours.floors.to_dict("records")
    assert len(said) == len(rows) > 20
    for row in rows:
        for end in ("lowest", "highest"):
            found = said[row["member"], row["commodity"], row["year"]][end]
            assert (found is None) == pandas.isna(row[end])
            assert found is None or found == pytest.approx(row[end], rel=1e-6)


def test_a_made_study_is_the_same_every_time() -> None:
    assert studies.tables(TINY) == studies.tables(TINY)
    sizes = [sum(map(len, studies.tables(size).values())) for size in studies.SIZES.values()]
    assert sizes == sorted(sizes)


@pytest.mark.long
@pytest.mark.parametrize("peer", ["floors", "arrays"])
def test_every_phase_is_met_and_charged(peer: str, made: Path, tmp_path: Path) -> None:
    measure = Measure("tiny", "phases", peer, child(peer, str(made), str(tmp_path / "out.xlsx")), split=True)
    measured = list(run(measure))
    found = {phase: cpu for phase, cpu, *_ in measured}
    assert peer == "arrays" or {columns for *_, columns in measured} == {optimum("floors", made)["columns"]}
    known, containers = (FLOORS, FLOORS_CONTAINERS) if peer == "floors" else (ARRAYS, ARRAYS_CONTAINERS)
    assert {*known, START, "exit"} <= set(found) <= {*known, *containers, START, "exit", "rest"}
    assert all(cpu >= 0 for phase, cpu in found.items() if phase != "exit")
    assert found[START] > 0.01


def test_the_first_phase_on_the_stack_has_all_and_a_container_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "charged.py").write_text(
        "def all(c):\n    c(1); first(c); c(2); second(c); c(4)\n"
        "def first(c):\n    c(10); second(c)\ndef second(c):\n    c(100)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    spent = [0.0]

    def charge(amount: float) -> None:
        spent[0] += amount

    names = {"first": ("charged:first",), "second": ("charged:second",)}
    ledger = Ledger(names, {"other": "charged:all"}, lambda: spent[0])
    ledger.install()
    import charged

    charged.all(charge)
    ledger.close()
    assert {k: ledger.spent[k] for k in ("first", "second", "other")} == {
        "first": 110,
        "second": 100,
        "other": 7,
    }
    assert ledger.calls == {"other": 1, "first": 1, "second": 1}


def test_ratios_are_taken_run_by_run_and_exponents_between_sizes(tmp_path: Path) -> None:
    figures = [
        Figure("a", WHOLE, "floors", [2.0, 6.0, 9.0], [1.0] * 3, [10.0] * 3, 1_000),
        Figure("a", WHOLE, "arrays", [1.0, 2.0, 9.0], [1.0] * 3, [5.0] * 3),
        Figure("b", WHOLE, "floors", [24.0] * 3, [1.0] * 3, [40.0] * 3, 4_000),
        Figure("b", WHOLE, "arrays", [8.0] * 3, [1.0] * 3, [20.0] * 3),
    ]
    said = report.text(figures, 3)
    assert "     1.00    2.00   2.00" in said  # the median of 2, 3 and 1
    grown = {(a.peer, b.study): e for a, b, e in report.growth(report.with_sums(figures))}
    assert grown == {("floors", "b"): pytest.approx(1), ("arrays", "b"): pytest.approx(1)}
    report.write_csv(figures, tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["study"], r["peer"], r["cpu_median"], r["cpu_ratio"]) for r in rows] == [
        ("a", "floors", "6.0", "2.0"),
        ("a", "arrays", "2.0", ""),
        ("b", "floors", "24.0", "3.0"),
        ("b", "arrays", "8.0", ""),
    ]


def test_what_fails_is_not_a_figure_and_is_said() -> None:
    bad = Measure("x", WHOLE, "floors", (sys.executable, "-c", "import sys; print('no'); sys.exit(3)"))
    good = Measure("x", WHOLE, "arrays", (sys.executable, "-c", "pass"))
    figures, failed = run_all([bad, good], 2)
    assert [(f.peer, len(f.cpu)) for f in figures] == [("arrays", 2)]
    assert [str(error).splitlines()[-2:] for error in failed] == [
        [f"{' '.join(bad.command)}: exit code 3", "no"]
    ]
