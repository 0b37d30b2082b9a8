"""One measurement in a process of its own: prints one JSON object. Started by `measure`, never by hand."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks import phases
from tests.benchmarks.ledger import KIB, Ledger


def traced(ledger: Ledger, main: Callable[[], None], arguments: list[str]) -> dict[str, Any]:
    """Run a command under a ledger; its charges."""
    sys.argv = arguments
    said = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(said):
        try:
            main()
        except SystemExit as leave:
            code = leave.code
    ledger.close()
    if code not in (None, 0):
        raise SystemExit(f"{' '.join(arguments)}: {code}")
    return {
        "spent": dict(ledger.spent),
        "peak": dict(ledger.peak),
        "calls": dict(ledger.calls),
        "columns": ledger.columns,
    }


def floors_command(source: str, target: str) -> dict[str, Any]:
    """`floors solve`, by phase."""
    ledger = Ledger(phases.FLOORS, phases.FLOORS_CONTAINERS, missing_ok=OTHER)
    ledger.install()

    def main() -> None:
        from floors.__main__ import main as command

        command()

    return traced(ledger, main, ["floors", "solve", source, "-o", target, "--quiet", "--force"])


def arrays_command(source: str, target: str) -> dict[str, Any]:
    """The script of bare arrays, by phase."""
    ledger = Ledger(phases.ARRAYS, phases.ARRAYS_CONTAINERS)
    ledger.install()
    script_file = Path(__file__).with_name("arrays.py")
    compile(script_file.read_text(encoding="utf-8"), str(script_file), "exec")  # a script is, at every run

    def main() -> None:
        from tests.benchmarks.arrays import main as script

        script()

    found = traced(ledger, main, ["arrays.py", source, target])
    for counts in (found["spent"], found["calls"]):
        counts["pricing"] = counts.get("pricing", 0) + counts.pop("pricing ", 0)
    found["peak"]["pricing"] = max(found["peak"].get("pricing", 0), found["peak"].pop("pricing ", 0))
    return found


class _Imports:
    """CPU seconds since it was made, less those of imports."""

    def __init__(self) -> None:
        self.ledger = Ledger({}, {})
        self.ledger.install()
        gc.collect()
        gc.freeze()
        self.ledger.switch("work")

    def __call__(self) -> float:
        self.ledger.close()
        return self.ledger.spent["work"]


def handoff_floors(source: str) -> dict[str, Any]:
    """Case, Pyomo model, arrays, HiGHS holding them."""
    import floors
    from floors.case.derive import derive
    from floors.lp.highs import Solver
    from floors.lp.linear import compile_model
    from floors.sourcing.build import build

    study = floors.read(source)
    clock = _Imports()
    solver = Solver(compile_model(build(derive(study))).lp)
    return held(clock(), solver.highs)


def handoff_appsi(source: str) -> dict[str, Any]:
    """Case, the same Pyomo model, and Pyomo's own way to HiGHS."""
    from pyomo.contrib.appsi.solvers import Highs

    import floors
    from floors.case.derive import derive
    from floors.sourcing.build import build

    study = floors.read(source)
    clock = _Imports()
    solver = Highs()
    solver.set_instance(build(derive(study)))
    return held(clock(), solver._solver_model)


def handoff_arrays(source: str) -> dict[str, Any]:
    """Numpy arrays, HiGHS holding them: the functions of the script."""
    from tests.benchmarks import arrays

    tables = arrays.read(source)
    clock = _Imports()
    model = arrays.build(arrays.study(tables))
    solver = arrays.Solver(model.lp, model.lp.kind)
    return held(clock(), solver.h, model.constant)


def handoff_linopy(source: str) -> dict[str, Any]:
    """The tables that the script derives, a linopy model of them, and linopy's way to HiGHS."""
    from tests.benchmarks import arrays, linopy_model

    tables = arrays.read(source)
    clock = _Imports()
    study = arrays.study(tables)
    highs = linopy_model.build(study).to_highspy()
    seconds = clock()
    return held(seconds, highs, arrays.build(study).constant)


def held(seconds: float, highs: Any, constant: float = 0.0) -> dict[str, Any]:
    """What was spent until HiGHS held the LP, its size, and its optimum where that is asked for.

    `constant`: what its objective leaves out, the value of all demand.
    """
    found: dict[str, Any] = {
        "spent": {"build + hand-off": seconds},
        "columns": highs.getNumCol(),
        "rows": highs.getNumRow(),
        "entries": highs.getNumNz(),
    }
    if SOLVED:
        highs.setOptionValue("output_flag", False)
        highs.run()
        found["optimum"] = highs.getInfo().objective_function_value + constant
    return found


def reading(source: str) -> dict[str, Any]:
    """Rows of a large workbook: read and checked."""
    import floors

    floors.read(phases_smallest())
    clock = _Imports()
    study = floors.read(source)
    return {"spent": {"read rows": clock()}, "rows": len(study.rows("routes"))}


def reading_bare(source: str, *, quick: bool = True) -> dict[str, Any]:
    """The same cells by openpyxl, in its quicker way or in its usual one, which the script of arrays takes."""
    import openpyxl

    clock = _Imports()
    book = openpyxl.load_workbook(source, read_only=quick)
    rows = sum(1 for sheet in book.worksheets for _ in sheet.iter_rows(values_only=True))
    return {"spent": {"read rows": clock()}, "rows": rows}


def phases_smallest() -> str:
    """The smallest workbook, to have every module loaded before the clock starts."""
    from tests.benchmarks.studies import INPUTS

    return str(INPUTS["smallest"])


MANY_ROWS = 200_000


def writing(target: str) -> dict[str, Any]:
    """A result with many shipments, written."""
    from dataclasses import replace

    import floors

    result = floors.solve(floors.read(phases_smallest()))
    result.to_excel(target, force=True)
    rows = {**{name: result.rows(name) for name in result._rows}, "shipments": _many_rows(result)}
    large = replace(result, _rows=rows)
    clock = _Imports()
    large.to_excel(target, force=True)
    return {"spent": {"write rows": clock()}, "rows": MANY_ROWS}


def writing_bare(target: str) -> dict[str, Any]:
    """The same rows by xlsxwriter, without a style."""
    import xlsxwriter

    import floors

    rows = _many_rows(floors.solve(floors.read(phases_smallest())))
    clock = _Imports()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("shipments")
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(i, j, value)
            elif isinstance(value, bool):
                sheet.write_boolean(i, j, value)
            elif value is not None:
                sheet.write_number(i, j, value)
    book.close()
    return {"spent": {"write rows": clock()}, "rows": len(rows)}


def _many_rows(result: Any) -> list[tuple[Any, ...]]:
    """The shipments of a result over and over, with quantities that differ."""
    some = result.rows("shipments")
    return [
        tuple(value * (1 + i / 1e7) if isinstance(value, float) else value for value in some[i % len(some)])
        for i in range(MANY_ROWS)
    ]


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "floors": floors_command,
    "arrays": arrays_command,
    "handoff-floors": handoff_floors,
    "handoff-arrays": handoff_arrays,
    "handoff-linopy": handoff_linopy,
    "handoff-appsi": handoff_appsi,
    "read": reading,
    "read-bare": reading_bare,
    "read-usual": partial(reading_bare, quick=False),
    "write": writing,
    "write-bare": writing_bare,
}


if __name__ == "__main__":
    _, TASK, FLOORS_ROOT, *ARGUMENTS = sys.argv
    SOLVED = "--solved" in ARGUMENTS
    OTHER = str(Path(__file__).resolve().parents[2]) != FLOORS_ROOT
    sys.path.insert(0, FLOORS_ROOT)
    report = TASKS[TASK](*(a for a in ARGUMENTS if a != "--solved"))
    report["total"] = time.process_time()
    report["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    print(json.dumps(report))
