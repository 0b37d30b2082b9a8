"""Random workbooks of mixed features, solved by the package and by bare arrays that share no code with it.

FLOORS_EXAMPLES sets how many; seed n is always the same workbook. What the script of arrays does not know
(elastic demand, leaks, the minimum rule) is left out. A plan or a price that is not unique may differ between
the two, and what is counted from it; all optima, floors and their ranges are compared whatever the plan.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from typing import Any

import pytest

import floors
from floors.solving.outcome import Outcome
from tests.support import mixed

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "arrays.py"
COUNT = int(os.environ.get("FLOORS_EXAMPLES", "40"))
UNKNOWN = {"elastic", "leaks", "minimum", "levy on all"}
OPTIMUM = 1e-8
PRICE = 1e-6
SAME_PLAN = 1e-6
UNIQUE = 0.4  # of all studies, at least so many must have been compared down to the accounts
Told = dict[str, Any]


def load() -> Any:
    """The script of arrays as a module."""
    spec = spec_from_file_location("bare_arrays", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ARRAYS = load()


def book_of(seed: int) -> mixed.Sheets:
    """The study of a seed; every fourth with ties."""
    return mixed.sheets(Random(seed), without=UNKNOWN, spread=0.0 if seed % 4 == 0 else 0.01)


def theirs(path: Path) -> Told | None:
    """What the script says; None where it finds no plan. Its other refusals are failures."""
    study = ARRAYS.study(ARRAYS.read(str(path)))
    try:
        matrix = ARRAYS.build(study)
        run = ARRAYS.solve(study, matrix, lambda phase: None, True)
        base = ARRAYS.solve_baseline(study, matrix, run.basis, lambda phase: None)
    except SystemExit as stopped:
        assert "infeasible" in str(stopped), stopped
        return None
    ARRAYS.accounts(study, matrix, base)
    ARRAYS.accounts(study, matrix, run)
    tables = ARRAYS.tables_of(study, matrix, run, base)
    found = {
        name: [dict(zip(head.split(), row, strict=True)) for row in rows]
        for name, (head, rows) in tables.items()
    }
    return found | {
        "flows": (flows(study, matrix, run), flows(study, matrix, base)),
        "run": run,
        "base": base,
    }


def flows(study: Any, matrix: Any, run: Any) -> dict[Any, float]:
    """Shipments and delivered prices of a run of the script."""
    ships = zip(matrix.so, matrix.sd, matrix.sc, matrix.st, run.q, strict=True)
    return {
        (study.regions[o], study.nodes[d], study.commodities[c], study.years[t]): float(q)
        for o, d, c, t, q in ships
    } | {
        (study.nodes[d], study.commodities[c], study.years[t]): float(p)
        for (d, c, t), p in ARRAYS.np.ndenumerate(run.price)
        if p == p
    }


def same_flows(outcome: Outcome, other: dict[Any, float]) -> bool:
    """Whether shipments and delivered prices are those of the script, where both have them."""
    ours = outcome.ship | outcome.delivered
    ships = all(abs(ours.get(k, 0.0) - q) < SAME_PLAN for k, q in other.items() if len(k) == 4)
    return ships and all(abs(ours[k] - p) < SAME_PLAN for k, p in other.items() if len(k) == 3 and k in ours)


def keyed(rows: Any, *keys: str) -> dict[Any, Told]:
    """Rows of a sheet by their key."""
    return {tuple(row[k] for k in keys): row for row in rows}


def floors_of(rows: Any) -> dict[Any, Told]:
    """Rows of `floors` by key."""
    return keyed(rows, "member", "commodity", "year")


def differences(ours: floors.Result, other: Told) -> Iterator[tuple[str, Any, Any]]:
    """Every number that is not the same."""
    run, found = other["run"], ours.figures
    pairs: list[tuple[str, Any, Any, float]] = [
        ("total_cost", found.total_cost, run.total / 1000, OPTIMUM),
        ("baseline", ours.baseline_outcome.plan.objective, other["base"].total, OPTIMUM),
        ("uplift", found.uplift, run.uplift / 1000, OPTIMUM),
    ]
    mine, others = floors_of(ours.floors.to_dict("records")), floors_of(other["floors"])
    assert set(mine) == set(others), set(mine) ^ set(others)
    for key, row in mine.items():
        pairs += [(f"{c} {key}", row[c], others[key][c], PRICE) for c in ("lowest", "highest")]
    weight = dict(zip(ours.study.years, ours.outcome.case.calendar.weight.values(), strict=True))
    sums = [sum(weight[key[2]] * row["floor"] for key, row in rows.items()) for rows in (mine, others)]
    if alike(ours, other):
        pairs.append(("sum of floors", *sums, PRICE))
        pairs += [(f"floor {key}", row["floor"], others[key]["floor"], PRICE) for key, row in mine.items()]
        pairs.append(("make_whole", found.make_whole, run.make_whole / 1000, PRICE))
        pairs += list(accounts(ours, other))
    for what, a, b, tolerance in pairs:
        if missing(a) or missing(b):
            if missing(a) != missing(b):
                yield what, a, b
        elif abs(a - b) > tolerance * max(1.0, abs(b)):
            yield what, a, b


def missing(number: float | None) -> bool:
    """Blank: a floor without a highest."""
    return number is None or number != number


def alike(ours: floors.Result, other: Told) -> bool:
    """Whether plan and prices are the same, so that everything counted from them must be."""
    return same_flows(ours.outcome, other["flows"][0])


def accounts(ours: floors.Result, other: Told) -> Iterator[tuple[str, Any, Any, float]]:
    """Accounts, million, and levies, where their price at the origin is the same too."""
    theirs_of = keyed(other["accounts"], "region", "year")
    same_base = same_flows(ours.baseline_outcome, other["flows"][1])
    skipped = {"region", "role", "year"} | (set() if same_base else {"baseline_cost", "change"})
    if ours.figures.uplift > 0:  # who is paid how much of the make-whole, the script leaves open
        skipped |= {"support", "outlay", "producer_surplus", "net_cost", "change"}
    for row in ours.accounts.to_dict("records"):
        twin = theirs_of[row["region"], row["year"]]
        for column in twin.keys() - skipped:
            yield f"{column} {row['region']} {row['year']}", row[column], twin[column], PRICE
    assert len(other["caps"]) == len(ours.caps)
    for twin, row in zip(other["caps"], ours.caps.to_dict("records"), strict=True):
        for column in ("limit", "used", "slack"):
            yield f"{column} of cap {twin['scope']} {twin['year']}", row[column], twin[column], PRICE


SEEN: Counter[str] = Counter()


@pytest.mark.parametrize("seed", range(COUNT))
def test_arrays_find_the_same(seed: int, tmp_path: Path) -> None:
    book, path = book_of(seed), tmp_path / "mixed.xlsx"
    floors.Study(book).to_excel(path)
    other = theirs(path)
    try:
        ours = floors.solve(floors.read(path), ranges=True)
    except floors.Infeasible as error:
        assert other is None, f"{error}\n{mixed.described(book)}"
        return
    assert other is not None, f"the script finds no plan\n{mixed.described(book)}"
    SEEN["solved"] += 1
    SEEN["compared whole"] += alike(ours, other)
    SEEN["uplift"] += ours.figures.uplift > 0
    SEEN["levy"] += bool((ours.floors["levy"] > PRICE).any())
    wrong = list(differences(ours, other))
    assert not wrong, f"{wrong[:6]}\n{mixed.described(book)}"


def test_enough_was_compared() -> None:
    if SEEN["solved"] < COUNT * 0.8:
        pytest.skip("the comparison did not run in this process")
    assert SEEN["compared whole"] > UNIQUE * COUNT, SEEN
    assert SEEN["levy"] > COUNT / 2 and SEEN["uplift"] > 0, SEEN
