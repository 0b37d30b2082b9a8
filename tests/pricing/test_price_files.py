"""`floors.price` on LP and MPS files, against prices found by hand and by scipy."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.optimize import linprog

import floors
from tests.support.pool import pool

WORKSHOP = """\\ 3 x + 2 y at most, x + y <= 4, x <= 3: x = 3, y = 1, prices 2 and 1
Maximize
 gain: 3 x + 2 y + 100
Subject To
 hours: x + y <= 4
 wood: x <= 3
End
"""

# min 20 i + 35 b + 90 p + 1000 where i + b + p >= 100, i <= 60, b <= 30 as a bound, 0 <= 5 e - i <= 200, h = 7
POOL = """NAME pool
ROWS
 N  cost
 G  need
 L  limit
 G  span
 E  held
 N  other
COLUMNS
    i  cost  20  need  1
    i  limit  1  span  -1
    i  other  3
    b  cost  35  need  1
    p  cost  90  need  1
    e  cost  2  span  5
    h  cost  4  held  1
RHS
    RHS  cost  -1000  need  100
    RHS  limit  60  held  7
RANGES
    RNG  span  200
BOUNDS
 UP BND  b  30
ENDATA
"""


def written(folder: Path, text: str, name: str = "model.lp") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_lp_file_by_hand(tmp_path: Path) -> None:
    found = floors.price(
        written(tmp_path, WORKSHOP), {"hours": [("hours", 1)], "both": [("hours", 1), ("wood", 2)]}
    )
    assert found.cost == pytest.approx(111)
    assert found.floors == pytest.approx({"hours": 2, "both": 4})
    assert (found.of("hours"), found.of("wood"), found.uplift) == pytest.approx((2, 1, 0))


def test_rules_on_an_lp_file(tmp_path: Path) -> None:
    """At 2.5 an hour y loses 0.5 on its one unit; a ceiling of 1.5 would let it profit without end."""
    path = str(written(tmp_path, WORKSHOP))
    found = floors.price(path, {"hours": [("hours", 1)]}, [("minimum", "hours", 2.5)])
    assert (found.cost, found.floors["hours"], found.uplift) == pytest.approx((111, 2.5, 0.5))
    with pytest.raises(floors.Infeasible, match="rules"):
        floors.price(path, {"hours": [("hours", 1)]}, [("maximum", "hours", 1.5)])


def test_an_mps_file_by_hand(tmp_path: Path) -> None:
    """A ranged row, an equality, a constant, a bound, and a second row without sides."""
    found = floors.price(
        written(tmp_path, POOL, "pool.mps"), {"load": [("need", 1)], "levy": [("limit", 0.5), ("held", 1)]}
    )
    assert found.cost == pytest.approx(60 * 20 + 30 * 35 + 10 * 90 + 12 * 2 + 7 * 4 + 1000)
    assert found.floors == pytest.approx({"load": 90, "levy": 0.5 * (90 - 20 - 2 / 5) + 4})
    assert found.of("span") == pytest.approx(2 / 5)  # the side below binds
    assert found.of("held") == pytest.approx(4)
    with pytest.raises(floors.UsageError, match="other is no active row"):
        found.of("other")


def test_a_row_with_two_sides_is_priced_and_makes_no_floor(tmp_path: Path) -> None:
    text = POOL.replace("    e  cost  2  span  5\n", "    e  cost  -2  span  5\n")
    found = floors.price(written(tmp_path, text, "pool.mps"), {"load": [("need", 1)]})
    assert found.of("span") == pytest.approx(-2 / 5)  # the side above binds: raising both saves
    with pytest.raises(floors.UsageError, match="span, which has two sides"):
        floors.price(written(tmp_path, text, "pool.mps"), {"load": [("span", 1)]})


def test_the_same_model_from_pyomo_and_from_a_file(tmp_path: Path) -> None:
    m = pool((100, 80))
    rules = [("maximum", "load", 50.0)]
    mine = floors.price(m, {"load": [(m.need[1], 1)], "second": [("need[2]", 1)]}, rules)
    path = tmp_path / "pool.lp"
    m.write(str(path), io_options={"symbolic_solver_labels": True})
    theirs = floors.price(path, {"load": [("c_l_need(1)_", 1)], "second": [("c_l_need(2)_", 1)]}, rules)
    assert theirs.floors == pytest.approx(mine.floors)
    assert (theirs.cost, theirs.uplift, theirs.make_whole) == pytest.approx(
        (mine.cost, mine.uplift, mine.make_whole)
    )


@pytest.mark.parametrize("seed", range(12))
def test_prices_are_the_duals_that_scipy_finds(seed: int, tmp_path: Path) -> None:
    """Random LPs of every kind of row and bound, minimised and maximised, in both formats."""
    draw = np.random.default_rng(seed)
    m, n = 6, 5
    matrix = draw.integers(-3, 6, (m, n)).astype(float)
    at = draw.uniform(0.5, 3, n)
    kind = draw.integers(0, 3, m)  # <=, >=, =
    side = matrix @ at + np.where(kind == 0, 0.5, np.where(kind == 1, -0.5, 0)) * draw.uniform(0, 2, m)
    lower = np.where(draw.random(n) < 0.3, -draw.uniform(0, 3, n), 0.0)
    upper = at + draw.uniform(0, 5, n)
    cost, sign = draw.uniform(-4, 6, n), 1.0 if seed % 2 else -1.0
    h = highspy.Highs()
    h.silent()
    inf = highspy.kHighsInf
    for j in range(n):
        h.addVar(lower[j], upper[j])
        h.changeColCost(j, cost[j])
        h.passColName(j, f"x{j}")
    for i in range(m):
        low, high = side[i] if kind[i] else -inf, side[i] if kind[i] != 1 else inf
        h.addRow(low, high, n, np.arange(n, dtype=np.int32), matrix[i])
        h.passRowName(i, f"r{i}")
    h.changeObjectiveSense(highspy.ObjSense.kMinimize if sign > 0 else highspy.ObjSense.kMaximize)
    path = tmp_path / f"m.{'lp' if seed % 3 else 'mps'}"
    h.writeModel(str(path))
    found = floors.price(path, {i: [(f"r{i}", 1)] for i in range(m)})

    below, equal = kind != 2, kind == 2
    turned = np.where(kind == 1, -1.0, 1.0)
    theirs = linprog(
        sign * cost,
        (matrix * turned[:, None])[below],
        (side * turned)[below],
        matrix[equal] if equal.any() else None,
        side[equal] if equal.any() else None,
        list(zip(lower, upper, strict=True)),
    )
    duals = np.zeros(m)
    duals[below] = -theirs.ineqlin.marginals
    duals[equal] = theirs.eqlin.marginals
    assert found.cost == pytest.approx(sign * theirs.fun, rel=1e-9)
    assert [found.of(f"r{i}") for i in range(m)] == pytest.approx(duals.tolist(), rel=1e-6, abs=1e-8)
    assert [found.floors[i] for i in range(m)] == pytest.approx(duals.tolist(), rel=1e-6, abs=1e-8)


def test_a_row_that_says_not_below_zero_is_a_bound(tmp_path: Path) -> None:
    """PyPSA writes them of free columns. Under a ceiling of 50 the peak plant loses 40 on each of 10: it is made whole."""
    plain = """Minimize
 cost: 20 i + 35 b + 90 p
Subject To
 need: i + b + p >= 100
 limit: i <= 60
 size: b <= 30
End
"""
    rows = plain.replace("End", "Bounds\n p free\n i free\nEnd").replace(
        " size:", " low: 2 p >= 0\n turned: - i <= 0\n size:"
    )
    mine, theirs = (
        floors.price(written(tmp_path, text), {"load": [("need", 1)]}, [("maximum", "load", 50)])
        for text in (plain, rows)
    )
    assert (mine.uplift, mine.make_whole, mine.foregone) == pytest.approx((400, 400, 0))
    assert (theirs.uplift, theirs.make_whole, theirs.foregone) == pytest.approx((400, 400, 0))
    with pytest.raises(floors.UsageError, match=r"low is no active row.*a column is not below 0"):
        theirs.of("low")
    bounded = floors.price(written(tmp_path, rows.replace("2 p >= 0", "2 p >= 24")), {"load": [("need", 1)]})
    assert (bounded.of("low"), bounded.floors["load"]) == pytest.approx(((90 - 35) / 2, 35))


FAULTS: dict[str, tuple[str, str, str]] = {
    "integers": ("m.lp", WORKSHOP.replace("End", "General\n x\nEnd"), "continuous variables, found.*: x"),
    "quadratic": ("m.lp", WORKSHOP.replace("+ 100", "+ [ x^2 ] / 2"), "quadratic"),
    "a constant that HiGHS leaves out": ("m.lp", WORKSHOP.replace("x + y <=", "x + y + 1 <="), "constant"),
    "half a packed file": ("m.mps.gz", "", "cannot be read"),
    "no LP": ("m.lp", "hello", "could not read.*expected a section keyword"),
    "empty": ("m.lp", "", "no columns"),
    "an entry that HiGHS would drop": (
        "m.lp",
        WORKSHOP.replace("x + y <=", "x + 1e-13 y <="),
        "left out or changed",
    ),
    "a bracket": (
        "m.lp",
        WORKSHOP.replace("x + y <=", "2 (x + y) <="),
        r"columns \(x, y\): an LP file has no products",
    ),
    "a name twice": ("m.lp", WORKSHOP.replace("wood:", "hours:"), "several rows of one name: hours"),
    "a number twice": (
        "m.mps",
        POOL.replace("    h  cost  4", "    h  cost  5\n    h  cost  4"),
        "duplicate",
    ),
    "a column in two places": (
        "m.mps",
        POOL.replace("    h  cost  4", "    i  need  4\n    h  cost  4"),
        "same name",
    ),
    "a range of no row": ("m.mps", POOL.replace("RNG  span", "RNG  spam"), "spam.*not defined"),
    "a third pair": (
        "m.mps",
        POOL.replace("held  1\n", "held  1  need  1\n"),
        r"line \d+: expected at most two pairs",
    ),
    "a letter in a number": (
        "m.mps",
        POOL.replace("e  cost  2 ", "e  cost  2O "),
        r"line \d+.*expected a number; found 2O",
    ),
    "Fortran's exponent": ("m.mps", POOL.replace("limit  60 ", "limit  6D1 "), "found 6D1"),
    "a bound on no column": ("m.mps", POOL.replace("BND  b", "BND  bb"), r"line \d+: no column bb"),
    "a letter in a bound": ("m.mps", POOL.replace("BND  b  30", "BND  b  3O"), "found 3O"),
    "another ending": ("m.txt", WORKSHOP, r"whose name ends in \.lp"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_not_taken(fault: str, tmp_path: Path) -> None:
    name, text, told = FAULTS[fault]
    if name.endswith("gz"):
        (tmp_path / name).write_bytes(gzip.compress(POOL.encode())[:60])
    with pytest.raises(floors.UsageError, match=told):
        floors.price(tmp_path / name if name.endswith("gz") else written(tmp_path, text, name), {})


@pytest.mark.parametrize("ending", ["lp.gz", "mps.gz", "MPS"])
def test_files_that_are_packed_and_named_otherwise(ending: str, tmp_path: Path) -> None:
    text = WORKSHOP if "lp" in ending else POOL
    path = tmp_path / f"m.{ending}"
    path.write_bytes(gzip.compress(text.encode()) if "gz" in ending else text.encode())
    row = "hours" if "lp" in ending else "need"
    assert floors.price(path, {"f": [(row, 1)]}).floors["f"] == pytest.approx(2 if "lp" in ending else 90)


def test_mps_without_names_of_sets_and_with_other_kinds_of_bounds(tmp_path: Path) -> None:
    """Sides without the name of their set; a column that is free, one below, one above only, one fixed."""
    text = (
        POOL.replace("    RHS  cost", "    cost").replace("    RHS  limit", "    limit") + "x"
    ).removesuffix("ENDATA\nx") + " FR BND  e\n LO BND  p  3\n MI BND  h\n FX BND  i  60\nENDATA\n"
    found = floors.price(written(tmp_path, text, "m.mps"), {"load": [("need", 1)]})
    assert (found.floors["load"], found.of("held")) == pytest.approx((90, 4))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(floors.UsageError, match="No such file"):
        floors.price(tmp_path / "model.lp", {})
    (tmp_path / "folder.lp").mkdir()
    with pytest.raises(floors.UsageError, match="cannot be read"):
        floors.price(tmp_path / "folder.lp", {})


def test_small_entries_are_kept(tmp_path: Path) -> None:
    text = WORKSHOP.replace("x + y <= 4", "1e-10 x + 1e-10 y <= 4e-10")
    found = floors.price(written(tmp_path, text), {"hours": [("hours", 1e-10)]})
    assert (found.cost, found.floors["hours"]) == pytest.approx((111, 2))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hour", "Did you mean hours"),
        ("x", "it is a column"),
        ("zzzzzz", "Its rows are hours, wood"),
    ],
)
def test_a_name_that_no_row_has(name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(floors.UsageError, match=f"names {name}, which is no active row.*{told}"):
        floors.price(written(tmp_path, WORKSHOP), {"hours": [(name, 1)]})


def test_names_of_a_pyomo_model() -> None:
    m: Any = pool((100, 80))
    found = floors.price(m, {1: [("need[1]", 1)], 2: [("need[2]", 1)]})
    assert found.floors == pytest.approx({1: 90, 2: 35})
    with pytest.raises(floors.UsageError, match=r"name one of its rows, need\[1\], need\[2\]"):
        floors.price(m, {1: [("need", 1)]})


def test_a_component_of_another_kind_of_model(tmp_path: Path) -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var()
    with pytest.raises(floors.UsageError, match="no active row"):
        floors.price(written(tmp_path, WORKSHOP), {"hours": [(m.x, 1)]})
