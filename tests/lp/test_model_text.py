"""LP and MPS files of floors: read back by HiGHS, and by GLPK, they are the same LP, whatever its names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floors.files.model_files import write_model_file
from floors.lp.compiling import compile_any
from floors.lp.linear import Compiled
from floors.lp.listed import Sides, compile_sides
from floors.lp.model_text import lp_text, mps_text
from floors.lp.sparse import Matrix
from floors.lp.stated import LONGEST, Stated, state
from tests.support.model_files import optimum

INF = float("inf")
ODD = [
    *(
        "free",
        "2e3",
        "inf",
        "Infinity",
        "nan",
        "Nanjing",
        "infra",
        "e5",
        "E",
        "e",
        "st",
        "s.t.",
        "subject to",
        "end",
    ),
    *(
        "bounds",
        "Bounds",
        "BOUNDS",
        "max",
        "bin",
        "sos1",
        "cost",
        "COST",
        "constant",
        "rhs",
        "x y",
        "x_y",
        "x  y",
    ),
    *(
        "cap[bloc,2030]",
        "cap(bloc,2030)",
        "a<b",
        "a:b",
        "\\a",
        "a;b",
        "-x",
        "+x",
        "3x",
        ".x",
        "x^2",
        "x*y",
        "[",
        "]",
    ),
    *(
        "",
        " ",
        "_",
        "中国",
        "中",
        "é",
        "e\u0301",
        "a\nb",
        "a\tb",
        "'",
        '"',
        "$x",
        "#",
        "x" * 300,
        "x" * 299 + "y",
        "0",
    ),
    *(
        "x_2",
        "x",
        "x",
        "free_2",
        "n_free",
        "n_2e3",
        "=SUM(A1)",
        "RANGES",
        "obj",
        "a" * 100,
        "a" * 92 + "_1",
        "NaN1",
    ),
]
ODD = [*dict.fromkeys(ODD)]
NUMBERS = [
    0.1,
    1 / 3,
    -2.5,
    1e-7,
    123456789.123456789,
    0.30000000000000004,
    5e-324 * 2**40,
    1e14,
    -7.0,
    1e-300,
]


def sides(columns: list[str], rows: list[str], seed: int, *, maximised: bool = False) -> Sides:
    """A feasible and bounded LP with these names, every kind of row and bound, and numbers of every size."""
    draw = np.random.default_rng(seed)
    n, m = len(columns), len(rows)
    matrix = draw.uniform(-3, 3, (m, n)) * (draw.random((m, n)) < 0.5)
    at = draw.uniform(-2, 2, n)
    kind = draw.integers(0, 4, m)  # >=, <=, =, both
    value = matrix @ at
    lower = np.where(draw.random(n) < 0.3, 0.0, at - draw.uniform(0, 3, n))
    lower[draw.random(n) < 0.1] = -4.0
    upper = np.maximum(at, lower) + draw.uniform(0, 3, n)
    at = np.clip(at, lower, upper)
    value = matrix @ at
    fixed = draw.random(n) < 0.15
    lower[fixed] = upper[fixed] = at[fixed]
    return Sides(
        maximised=maximised,
        cost=draw.uniform(-1, 1, n) * (draw.random(n) < 0.8),
        offset=float(draw.choice([0.0, 0.1, -1e6 / 3])),
        matrix=Matrix.of(matrix) if m else Matrix.empty(0, n),
        row_lower=np.where(kind == 1, -INF, value - (kind != 2) * draw.uniform(0, 2, m)),
        row_upper=np.where(kind == 0, INF, np.where(kind == 2, value, value + draw.uniform(0, 2, m))),
        lower=lower,
        upper=upper,
        rows=rows,
        columns=columns,
    )


Writer = Callable[[Stated, Iterable[str]], Iterable[str]]
WRITERS: dict[str, Writer] = {"lp": lp_text, "mps": mps_text}


def written(compiled: Compiled, folder: Path, ending: str) -> tuple[Stated, Path]:
    stated = state(compiled)
    path = folder / f"model.{ending}"
    write_model_file(path, WRITERS[ending](stated, ["written by floors"]))
    return stated, path


def by_name(stated: Stated, *, read: bool = False) -> dict[str, Any]:
    """Everything that an LP says, by the names of its file; of one that was `read` these are its own."""
    names, rows = (
        [one.component if read else one.name for one in part] for part in (stated.columns, stated.rows)
    )
    cost = dict(zip(names, stated.cost.tolist(), strict=True))
    bounds = {c: (float(a), float(b)) for c, a, b in zip(names, stated.lower, stated.upper, strict=True)}
    if stated.offset:
        cost["constant"], bounds["constant"] = stated.offset, (1.0, 1.0)
    entries = {
        (rows[i], names[j]): value
        for i, j, value in zip(
            stated.matrix.row.tolist(),
            stated.matrix.indices.tolist(),
            stated.matrix.data.tolist(),
            strict=True,
        )
    }
    sides = {r: (s, b) for r, s, b in zip(rows, stated.sense, stated.side.tolist(), strict=True)}
    return {"maximised": stated.maximised, "cost": cost, "bounds": bounds, "entries": entries, "sides": sides}


def known(given: Sides) -> float:
    """The optimum of the arrays as they are, by HiGHS without a file."""
    h = highspy.Highs()
    h.silent()
    for j in range(len(given.columns)):
        h.addCol(given.cost[j], given.lower[j], given.upper[j], 0, [], [])
    for i in range(len(given.rows)):
        row = given.matrix[[i]]
        h.addRow(given.row_lower[i], given.row_upper[i], row.nnz, row.indices, row.data)
    h.changeObjectiveSense(highspy.ObjSense.kMaximize if given.maximised else highspy.ObjSense.kMinimize)
    h.run()
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getObjectiveValue()) + given.offset


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("maximised", [False, True])
def test_odd_names_read_back(ending: str, maximised: bool, tmp_path: Path) -> None:
    odd = sides(ODD, ODD[::-1], 3, maximised=maximised)
    compiled = compile_sides(odd)
    stated, path = written(compiled, tmp_path, ending)
    names = [one.name for one in (*stated.columns, *stated.rows)]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and len(name) <= LONGEST for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert [one.component for one in stated.columns] == ODD
    assert by_name(state(compile_any(path)), read=True) == by_name(stated)
    assert optimum(path) == pytest.approx(known(odd), rel=1e-9)


texts = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=12)), min_size=1, max_size=8, unique=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=texts, rows=texts, seed=st.integers(0, 10**6), maximised=st.booleans())
def test_any_names_read_back(
    columns: list[str], rows: list[str], seed: int, maximised: bool, tmp_path: Path
) -> None:
    any_ = sides(columns, rows, seed, maximised=maximised)
    compiled = compile_sides(any_)
    for ending in WRITERS:
        stated, path = written(compiled, tmp_path, ending)
        assert by_name(state(compile_any(path)), read=True) == by_name(stated)
        assert optimum(path) == pytest.approx(known(any_), rel=1e-9, abs=1e-9)


def special(**changed: Any) -> Sides:
    """Numbers whose last bit must not be lost, an empty row, a column that is nowhere, free and fixed ones."""
    n = len(NUMBERS)
    matrix = np.zeros((3, n))
    matrix[0] = np.where(np.abs(NUMBERS) > 1e-12, NUMBERS, 0.0)
    matrix[2, 0] = 1 / 7
    given: dict[str, Any] = {
        "maximised": False,
        "cost": np.where(np.arange(n) == 4, 0.0, NUMBERS),
        "offset": 0.1 + 0.2,
        "matrix": Matrix.of(matrix),
        "row_lower": np.array([-1 / 3, -5e-310, 1e-17]),
        "row_upper": np.array([INF, INF, 1e-17]),
        "lower": np.array([0, -INF, -INF, 1 / 3, -1 / 3, 0.1, 0, -4, -INF, 0.0]),
        "upper": np.array([INF, INF, -0.1, 1 / 3, 2 / 3, INF, 0, -3, 0.0, 1e-300]),
        "rows": ["all", "empty", "one"],
        "columns": [f"c{j}" for j in range(n)],
    }
    return Sides(**given | changed)


@pytest.mark.parametrize("ending", WRITERS)
def test_numbers_are_exact(ending: str, tmp_path: Path) -> None:
    stated, path = written(compile_sides(special()), tmp_path, ending)
    back = state(compile_any(path))
    assert by_name(back, read=True) == by_name(stated)
    assert stated.offset == 0.1 + 0.2 and by_name(back, read=True)["cost"]["constant"] == 0.1 + 0.2
    assert dict(zip((one.name for one in stated.rows), stated.side, strict=True)) == {
        "all": -1 / 3,
        "empty": -5e-310,
        "one": 1e-17,
    }


@pytest.mark.parametrize("ending", WRITERS)
def test_no_rows_and_no_columns(ending: str, tmp_path: Path) -> None:
    none = Sides(
        maximised=False,
        cost=np.array([2.0]),
        offset=0.0,
        matrix=Matrix.empty(0, 1),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        lower=np.array([3.0]),
        upper=np.array([INF]),
        rows=[],
        columns=["x"],
    )
    _, path = written(compile_sides(none), tmp_path, ending)
    assert optimum(path) == 6
    empty = Sides(
        maximised=False,
        cost=np.zeros(0),
        offset=7.0,
        matrix=Matrix.empty(1, 0),
        row_lower=np.array([-1.0]),
        row_upper=np.array([INF]),
        lower=np.zeros(0),
        upper=np.zeros(0),
        rows=["r"],
        columns=[],
    )
    _, path = written(compile_sides(empty), tmp_path, ending)
    assert optimum(path) == 7


SMALL = """\\ written by floors
Maximize
 cost:
 +3.0 x
 +2.0 n_free
 +100.0 constant
Subject To
 hours:
 +1.0 x
 +1.0 n_free
 <= 4.0
 span_lower:
 +1.0 x
 >= -1.0
 span_upper:
 +1.0 x
 <= 3.0
Bounds
 -2.0 <= n_free <= 5.0
 constant = 1
End
"""


def test_the_text_by_hand(tmp_path: Path) -> None:
    small = Sides(
        maximised=True,
        cost=np.array([3.0, 2.0]),
        offset=100.0,
        matrix=Matrix.of([[1, 1], [1, 0]]),
        row_lower=np.array([-INF, -1.0]),
        row_upper=np.array([4.0, 3.0]),
        lower=np.array([0.0, -2.0]),
        upper=np.array([INF, 5.0]),
        rows=["hours", "span"],
        columns=["x", "free"],
    )
    _, path = written(compile_sides(small), tmp_path, "lp")
    assert path.read_text() == SMALL
    assert optimum(path) == 111


# A second reader


def glpk_reads(path: Path) -> tuple[dict[str, float], float]:
    """Costs by name and the optimum, as GLPK has them."""
    glpk = pytest.importorskip("swiglpk", reason="GLPK is no dependency of floors")
    glpk.glp_term_out(glpk.GLP_OFF)
    p = glpk.glp_create_prob()
    read = (
        glpk.glp_read_lp(p, None, str(path))
        if path.suffix == ".lp"
        else glpk.glp_read_mps(p, glpk.GLP_MPS_FILE, None, str(path))
    )
    assert read == 0
    costs = {
        glpk.glp_get_col_name(p, j): glpk.glp_get_obj_coef(p, j)
        for j in range(1, glpk.glp_get_num_cols(p) + 1)
    }
    assert glpk.glp_simplex(p, None) == 0 and glpk.glp_get_status(p) == glpk.GLP_OPT
    return costs, float(glpk.glp_get_obj_val(p))


@pytest.mark.parametrize(("ending", "maximised"), [("lp", False), ("lp", True), ("mps", False)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_glpk_reads_the_same(ending: str, maximised: bool, seed: int, tmp_path: Path) -> None:
    """GLPK 5.0 knows no maximisation in an MPS file."""
    odd = sides(ODD, ODD[::-1], seed, maximised=maximised)
    stated, path = written(compile_sides(odd), tmp_path, ending)
    costs, best = glpk_reads(path)
    assert costs == by_name(stated)["cost"]
    assert best == pytest.approx(known(odd), rel=1e-7)
