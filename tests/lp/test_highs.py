"""The solver: statuses become the exceptions of the contract, and it never speaks on standard output."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pytest

import floors
from floors.errors import Infeasible, SolveError, TimeLimit, Unbounded
from floors.lp import highs
from floors.lp.highs import Solver, Status, basic_in
from floors.lp.linear import LinearProgram, compile_model
from floors.lp.sparse import Matrix
from tests.support.counts import few
from tests.support.places import TOY

INF = np.inf


def program(
    cost: list[float],
    rows: list[list[float]],
    lower: list[float],
    upper: list[float] | None = None,
    offset: float = 0.0,
    column_lower: float = 0.0,
    column_upper: float = INF,
) -> LinearProgram:
    """A small LP; rows are `>=` unless upper sides are given."""
    n, m = len(cost), len(rows)
    return LinearProgram(
        cost=np.array(cost, dtype=float),
        offset=offset,
        matrix=Matrix.of(np.array(rows, dtype=float).reshape(m, n)),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.full(m, INF) if upper is None else np.array(upper, dtype=float),
        lower=np.full(n, column_lower),
        upper=np.full(n, column_upper),
    )


def diet() -> LinearProgram:
    """min 2 x + 3 y + 10; x + y >= 4, x + 3 y >= 6: x = 3, y = 1; prices 3/2 and 1/2."""
    return program([2, 3], [[1, 1], [1, 3]], [4, 6], offset=10)


def large() -> LinearProgram:
    """A real plan with some thousand entries: more than can be solved in no time at all."""
    return compile_model(floors.build(floors.read(TOY))).lp


def test_an_optimum_with_its_prices() -> None:
    found = Solver(diet()).solve()
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(19)
    assert found.x == pytest.approx([3, 1])
    assert found.dual == pytest.approx([1.5, 0.5])
    assert found.reduced == pytest.approx([0, 0])


def test_duals_are_what_the_optimum_gains_when_a_side_rises() -> None:
    """Also for a row that holds from above, and for the reduced cost of a column that stays out."""
    lp = program([2, 3, 9], [[1, 1, 1], [-1, 0, 0]], [4, -1])
    found = Solver(lp).solve()
    assert found.x == pytest.approx([1, 3, 0])
    assert found.dual == pytest.approx([3, 1])
    assert found.reduced == pytest.approx([0, 0, 6])


INFEASIBLE = {
    "rows": program([1], [[1], [-1]], [3, -2]),
    "a row and bounds": program([1], [[1]], [3], column_upper=2),
    "an equality": program([1, 1], [[1, 1], [1, 1]], [3, 4], [3, 4]),
    "and unbounded": program([-1, -1], [[1, -1], [-1, 1]], [1, 0]),
}
UNBOUNDED = {
    "a ray": program([-1, -1], [[1, -1]], [0]),
    "no rows": program([-1], [], []),
    "free columns": program([1], [[1]], [-INF], column_lower=-INF),
}


@pytest.mark.parametrize("name", INFEASIBLE)
def test_infeasible(name: str) -> None:
    assert Solver(INFEASIBLE[name]).try_solve().status is Status.INFEASIBLE
    with pytest.raises(Infeasible, match=r"^the plan: no solution obeys every row\.$") as caught:
        Solver(INFEASIBLE[name]).solve()
    assert (caught.value.status, caught.value.exit_code) == ("infeasible", 3)


@pytest.mark.parametrize("name", UNBOUNDED)
def test_unbounded(name: str) -> None:
    assert Solver(UNBOUNDED[name]).try_solve().status is Status.UNBOUNDED
    with pytest.raises(Unbounded, match=r"^prices: the objective has no bound\.$") as caught:
        Solver(UNBOUNDED[name]).solve("prices")
    assert (caught.value.status, caught.value.exit_code) == ("unbounded", 4)


@pytest.mark.parametrize("name", [*INFEASIBLE, *UNBOUNDED])
def test_a_status_that_leaves_it_open_is_settled(name: str) -> None:
    """HiGHS may stop at `unbounded or infeasible`; which of the two it is decides the exit code."""
    solver = Solver((INFEASIBLE | UNBOUNDED)[name])
    solver.highs.setOptionValue("allow_unbounded_or_infeasible", True)
    assert solver.try_solve().status is (Status.INFEASIBLE if name in INFEASIBLE else Status.UNBOUNDED)


def test_time_limit() -> None:
    with pytest.raises(TimeLimit, match="time limit") as caught:
        Solver(large(), time_limit=0.0).solve()
    assert (caught.value.status, caught.value.exit_code) == ("time_limit", 4)


def test_costs_that_are_large_beside_the_tolerance() -> None:
    """The dual simplex of HiGHS answers kError to some (`excessive dual values`); the primal solves them."""
    chance = np.random.default_rng(0)
    rows = np.where(chance.random((700, 700)) < 0.02, chance.random((700, 700)), 0)
    lp = program(
        (-1e6 * chance.random(700)).tolist(),
        (-rows).tolist(),
        (-5 * chance.random(700)).tolist(),
        column_upper=10,
    )
    found = Solver(lp).solve()
    assert found.objective == pytest.approx(
        float(lp.row_lower @ found.dual + np.minimum(found.reduced, 0) @ lp.upper)
    )


def test_the_time_limit_is_for_each_solve() -> None:
    """HiGHS adds up the seconds of all runs of one object; `clearSolver` and another model do not set them back."""
    solver = Solver(large(), time_limit=1.0)
    solves = 0
    while solver.highs.getRunTime() < 1.2:
        solver.highs.clearSolver()
        assert solver.try_solve().status is Status.OPTIMAL
        solves += 1
    assert solves > 1


@pytest.mark.parametrize("limit", [-1.0, np.nan, "soon", True])
def test_a_time_limit_that_is_none(limit: Any) -> None:
    with pytest.raises(floors.UsageError, match="time_limit expects seconds, 0 or more"):
        floors.solve(floors.read(TOY), time_limit=limit)


def test_time_limit_of_a_study() -> None:
    with pytest.raises(floors.TimeLimit, match="the sourcing plan"):
        floors.solve(floors.read(TOY), time_limit=0.0)


@pytest.mark.parametrize("place", ["cost", "row_lower", "matrix"])
def test_a_model_with_nan_is_refused(place: str) -> None:
    lp = diet()
    bad = (lp.matrix.data if place == "matrix" else getattr(lp, place)).copy()
    bad[0] = np.nan
    lp = replace(lp, **{place: replace(lp.matrix, data=bad) if place == "matrix" else bad})
    with pytest.raises(SolveError):
        Solver(lp).solve()


def test_no_columns_at_all() -> None:
    found = Solver(program([], [], [], offset=7)).solve()
    assert found.objective == 7 and len(found.x) == 0


def test_changes_are_solved_from_where_it_stands() -> None:
    solver = Solver(diet())
    solver.solve()
    solver.set_cost(np.array([2.0, 1.0]))
    assert solver.solve().objective == pytest.approx(10 + 4)
    solver.set_bounds(np.array([1]), np.array([0.0]), np.array([1.0]))
    assert solver.solve().x == pytest.approx([3, 1])
    solver.set_rows(np.array([0]), np.array([6.0]), np.array([INF]))
    assert solver.solve().x == pytest.approx([5, 1])
    assert solver.add_columns(np.zeros(1), np.full(1, INF)).tolist() == [2]
    solver.set_cost(np.array([0.5]), np.array([2]))
    solver.add_rows(np.array([1.0]), np.array([INF]), Matrix.of([[1.0, 0.0, 1.0]]))
    assert (solver.rows, solver.columns) == (3, 3)
    found = solver.solve()
    assert len(found.x) == 3 and found.x == pytest.approx([5, 1, 0])
    solver.set_rows(np.array([2]), np.array([8.0]), np.array([INF]))
    assert solver.solve().x == pytest.approx([5, 1, 3])


def test_a_solver_that_failed_once_can_go_on() -> None:
    solver = Solver(diet())
    solver.set_rows(np.array([0]), np.array([4.0]), np.array([3.0]))
    with pytest.raises(SolveError):
        solver.solve()
    solver.set_rows(np.array([0]), np.array([4.0]), np.array([INF]))
    assert solver.solve().objective == pytest.approx(19)


@pytest.mark.parametrize("wrong", [Status.UNBOUNDED, Status.FAILED])
def test_what_gave_no_optimum_is_solved_once_more_from_nothing(
    monkeypatch: pytest.MonkeyPatch, wrong: Status
) -> None:
    """As after a step from a basis that numbers of very different size led astray; the way of stepping stays."""
    solver, answers = Solver(diet()), [wrong]
    solver.keep_feasible()
    honest = Solver.try_solve
    monkeypatch.setattr(
        Solver,
        "try_solve",
        lambda self: replace(honest(self), status=answers.pop()) if answers else honest(self),
    )
    assert solver.solve_anew("the plan").x.tolist() == pytest.approx([3, 1])
    assert answers == [] and solver.highs.getOptionValue("simplex_strategy")[1] == 4
    answers += [Status.INFEASIBLE, wrong]
    with pytest.raises(Infeasible, match="the plan: no solution"):
        solver.solve_anew("the plan")


def test_what_gave_no_answer_is_asked_once_more_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    solver, answers = Solver(diet()), [highspy.HighsModelStatus.kUnknown]
    solver.keep_feasible()
    honest, asked = Solver._run, list[int]()

    def run(self: Solver) -> Any:
        asked.append(self.highs.getOptionValue("simplex_strategy")[1])
        return answers.pop() if answers else honest(self)

    monkeypatch.setattr(Solver, "_run", run)
    assert solver.solve().x.tolist() == pytest.approx([3, 1])
    assert asked == [4, 0] and solver.highs.getOptionValue("simplex_strategy")[1] == 4
    answers += [highspy.HighsModelStatus.kUnknown] * 2
    with pytest.raises(SolveError, match="the solver gave no answer"):
        solver.solve()


def test_a_basis_is_kept_and_returned_to() -> None:
    solver = Solver(diet())
    solver.solve()
    columns, rows = solver.basic()
    assert columns.tolist() == [True, True] and rows.tolist() == [False, False]
    basis = solver.basis()
    solver.set_cost(np.array([1.0, 9.0]))
    solver.solve()
    solver.set_cost(np.array([2.0, 3.0]))
    solver.set_basis(basis)
    again = solver.solve()
    assert again.iterations == 0 and again.x == pytest.approx([3, 1])


def test_a_start_that_is_optimal_needs_no_iteration() -> None:
    solver = Solver(diet())
    solver.start_from(np.array([True, True]), np.array([False, False]), np.array([False, False]))
    found = solver.solve()
    assert found.iterations == 0 and found.objective == pytest.approx(19)


def test_what_is_basic_is_what_the_basis_says() -> None:
    """By HiGHS's list of basic variables, before and after a solve, and where it has no list."""
    lps = (diet(), large(), program([0], [], []), program([], [[]], [0]))
    for lp in lps:
        solver = Solver(lp)
        for _ in range(2):
            columns, rows = solver.basic()
            assert (len(columns), len(rows)) == (solver.columns, solver.rows)
            if solver.basis().valid:
                said = basic_in(solver.basis())
                assert columns.tolist() == said[0].tolist() and rows.tolist() == said[1].tolist()
            solver.try_solve()


def test_a_near_start_gives_the_optimum_of_its_own_numbers() -> None:
    """From the corner of a plan with other sides: few iterations, and the duals of the LP itself."""
    lp = large()
    first = Solver(lp)
    first.solve()
    moved = replace(lp, row_lower=np.where(lp.row_lower < 0, 0.9 * lp.row_lower, lp.row_lower))
    moved = replace(moved, row_upper=np.where(np.isfinite(lp.row_upper), moved.row_lower, INF))
    alone, near = Solver(moved), Solver(moved)
    near.start_near(first.basis())
    expected, found = alone.solve(), near.solve()
    assert found.objective == pytest.approx(expected.objective, rel=1e-12)
    assert found.iterations < expected.iterations
    assert float(moved.row_lower @ found.dual) + moved.offset == pytest.approx(found.objective)
    assert near.duals().tolist() == found.dual.tolist()


def test_solving_twice_gives_the_same_numbers() -> None:
    one, other = Solver(large()).solve(), Solver(large()).solve()
    assert (one.x == other.x).all() and (one.dual == other.dual).all()


@pytest.mark.parametrize("name", ["optimal", *INFEASIBLE, *UNBOUNDED, "refused", "time limit", "study"])
def test_nothing_is_printed(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to --json: neither the banner nor a warning of the solver may get there."""
    if name == "study":
        floors.solve(floors.read(TOY))
    elif name == "optimal":
        Solver(diet()).solve()
    else:
        lp = (INFEASIBLE | UNBOUNDED).get(name) or (large() if name == "time limit" else diet())
        if name == "refused":
            lp.cost[0] = np.nan
        with pytest.raises(SolveError):
            Solver(lp, time_limit=0.0 if name == "time limit" else None).solve()
    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed_by_a_process_to_its_end() -> None:
    """What the solver's own library writes may lie in its buffer until the process ends."""
    code = f"import floors; floors.solve(floors.read({str(TOY)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_log_is_shown_where_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    Solver(diet(), log=True).solve()
    assert "HiGHS" in capfd.readouterr().out


OTHERS = f"""
import highspy
import numpy as np
import floors

def other(threads):
    h = highspy._core._Highs()
    h.setOptionValue("output_flag", False)
    if threads is not None:
        h.setOptionValue("threads", threads)
    h.addCol(1.0, 0.0, np.inf, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
    h.addRow(1.0, np.inf, 1, np.zeros(1, dtype=np.int32), np.ones(1))
    assert h.run() == highspy.HighsStatus.kOk
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal


def ours():
    assert floors.solve(floors.read({str(TOY)!r})).status == "optimal"
"""


@pytest.mark.parametrize("steps", ["other({0}); ours(); other({0})", "ours(); other({0}); ours()"])
@pytest.mark.parametrize("threads", few([2, None, 1, 3], 1))
def test_other_code_runs_highs_on_as_many_threads_as_it_likes(steps: str, threads: int | None) -> None:
    """HiGHS refuses another number of threads than that on which it was first run by a thread of Python."""
    script = OTHERS + steps.format(threads)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_answer_of_highs_is_read() -> None:
    """Whatever gives back a status goes through `_do`, but for a run and what asks whether a basis is singular."""
    source = ast.parse(inspect.getsource(highs))
    called = [node.func for node in ast.walk(source) if isinstance(node, ast.Call)]
    named = [f.attr for f in called if isinstance(f, ast.Attribute) and hasattr(highspy._core._Highs, f.attr)]
    answering = [name for name in named if "HighsStatus" in str(getattr(highspy._core._Highs, name).__doc__)]
    assert sorted(answering) == ["getBasicVariables", "getBasicVariables", "run", "run"]
    names = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)} | {*named}
    assert not names & {"getIis", "getPrimalRay", "getDualRay"}, (
        "which answer otherwise than asked, or solve again"
    )
    done = [node.args[1] for node in ast.walk(source) if isinstance(node, ast.Call) and _is_do(node)]
    assert {"passModel", "addRows", "addCols", "setOptionValue", "setBasis", "clearSolver"} <= {
        node.value for node in done if isinstance(node, ast.Constant)
    }


def _is_do(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "_do"
