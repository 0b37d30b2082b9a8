"""Start-up: importing `floors` and asking for help load nothing heavy; every public name is there."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import floors
from tests.support.counts import few
from tests.support.places import TOY

HEAVY = {
    *("numpy", "pandas", "pyomo", "highspy", "openpyxl", "xlsxwriter", "scipy", "pydantic"),
    *("pydantic_core", "rich", "click"),
    *("distributed", "pyarrow", "py_mini_racer", "resvg_py"),  # of extras
}
LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"


def loaded(code: str) -> set[str]:
    """Packages in `sys.modules` after the code ran in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{LOADED}"], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def command(*arguments: str) -> set[str]:
    """Packages loaded by a command."""
    return loaded(f"from floors.cli.main import run\nassert run({list(arguments)!r}) == 0")


@pytest.mark.parametrize(
    "code",
    [
        "import floors",
        "import floors; floors.__version__, dir(floors), floors.__all__",
        "import floors; floors.InputError, floors.Infeasible, floors.Problem",
        "from floors import FloorsError, UsageError",
        "import floors.errors",
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    found = loaded(code)
    assert "floors" in found
    assert found & HEAVY == set()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["solve", "--help"], ["check", "-h"], ["template", "--help"]]
)
def test_help_imports_click_and_nothing_else(arguments: list[str]) -> None:
    assert command(*arguments) & HEAVY == {"click"}


def test_csv_is_converted_without_pandas_and_pyarrow(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    assert (
        command("convert", str(TOY), str(folder), "--quiet") & {"pandas", "pyarrow", "pyomo", "highspy"}
        == set()
    )
    assert (folder / "demand.csv").is_file()
    assert command("schema") & HEAVY == {"click"}


def test_a_problem_of_usage_is_found_before_anything_heavy_is_imported() -> None:
    found = loaded("from floors.cli.main import run\nassert run(['solve', '--fast']) == 2")
    assert found & HEAVY == {"click"}


NOT_TO_SOLVE = {
    *("scipy", "pandas", "rich", "pydantic", "pyomo.environ", "numpy.ma"),
    *("distributed", "pyarrow", "py_mini_racer", "resvg_py"),
}


def test_a_study_is_solved_without_what_it_does_not_need(tmp_path: Path) -> None:
    """The whole way from workbook to workbook; what is missing here is most of the time of a small study."""
    code = f"""
from floors.cli.main import run
assert run(["solve", {str(TOY)!r}, "-o", {str(tmp_path / "out.xlsx")!r}, "--quiet"]) == 0
import sys
print(*(name for name in {NOT_TO_SOLVE!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


SCIPY = """
import scipy
import scipy.optimize
import scipy.optimize as so
from scipy import optimize
from scipy.optimize import linprog
from scipy.optimize import minimize, brentq
import scipy.sparse
import scipy.sparse as sp
from scipy import sparse
from scipy.sparse import csr_array, csr_matrix
import scipy.sparse.linalg
from scipy.sparse.linalg import spsolve
import scipy.stats
import scipy.stats as st
from scipy import stats
from scipy.stats import norm
import scipy.interpolate
from scipy import interpolate
from scipy.interpolate import CubicSpline, interp1d
import scipy.linalg
from scipy import linalg
from scipy.linalg import solve
import scipy.integrate
from scipy.integrate import quad
import scipy.special
from scipy.special import expit
import scipy.spatial
from scipy.spatial import distance
from scipy import signal, fft
import scipy.cluster
from scipy import *
""".strip().splitlines()
BEFORE = [
    "import floors.cli.shared",
    "import pyomo.environ, floors.cli.shared",
    "import floors; floors.solve",
]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("before", few(BEFORE, 0))
def test_a_model_file_imports_scipy_as_it_likes(tmp_path: Path, before: str) -> None:
    """Each way as the first import of scipy: whoever waits for that (Pyomo does) imports more in the middle of it."""
    for n, style in enumerate(SCIPY):
        (tmp_path / f"way{n}.py").write_text(f"{style}\nfrom floors import build\n")
    code = f"""
import os
{before}
from pathlib import Path
from floors.cli.shared import builder
for n in range({len(SCIPY)}):
    child = os.fork()
    if not child:
        try:
            builder(Path({str(tmp_path)!r}) / f"way{{n}}.py")
        except BaseException as error:
            print(error, flush=True)
            os._exit(1)
        os._exit(0)
    os.waitpid(child, 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("order", [1, -1])
def test_a_model_file_solves_with_all_of_scipy_and_a_dataclass(tmp_path: Path, order: int) -> None:
    model = tmp_path / "scipy.py"  # which is not what it imports
    model.write_text(
        "\n".join(
            [
                "from __future__ import annotations",
                "from dataclasses import dataclass",
                *SCIPY[::order],
                "import floors",
                "@dataclass",
                "class Mine:",
                "    share: float = float(norm.cdf(0))",
                "def build(case):",
                "    assert Mine().share == expit(0) == 0.5",
                "    return floors.build(case)",
            ]
        )
    )
    arguments = ["solve", str(TOY), "-o", str(tmp_path / "out.xlsx"), "--quiet", "--model", str(model)]
    code = f"from floors.cli.main import run\nassert run({arguments!r}) == 0"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_model_file_may_use_what_it_likes(tmp_path: Path) -> None:
    """Anything of scipy and Pyomo, imported by the file itself, after the command has begun."""
    model = tmp_path / "mine.py"
    model.write_text(
        "from scipy.interpolate import CubicSpline\nfrom scipy.stats import norm\nimport pyomo.environ as pyo\n"
        "import floors\n\ndef build(case):\n    m = floors.build(case)\n"
        "    half = float(CubicSpline([0, 1, 2], [0, 1, 4])(1)) / 2 * norm.cdf(0) * 2\n"
        "    m.half = pyo.Constraint(expr=sum(m.produce.values()) >= half)\n    return m\n",
        encoding="utf-8",
    )
    code = f"""
from floors.cli.main import run
arguments = ["solve", {str(TOY)!r}, "-o", {str(tmp_path / "out.xlsx")!r}, "--quiet", "--model", {str(model)!r}]
assert run(arguments) == 0
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", floors.__all__)
def test_every_public_name_resolves(name: str) -> None:
    value = getattr(floors, name)
    assert value is getattr(floors, name)
    assert name == "__version__" or value.__name__ == name
    assert name == "__version__" or value.__doc__


def test_public_names_are_listed_and_no_others_are_there() -> None:
    assert dir(floors) == sorted(floors.__all__) == sorted(set(floors.__all__))
    with pytest.raises(AttributeError, match="'floors' has no attribute 'flors'"):
        _ = floors.flors  # type: ignore[attr-defined]


def test_type_checkers_are_told_of_the_same_names() -> None:
    """What is imported at run time by name is what the block of imports says."""
    tree = ast.parse(Path(floors.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    told = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert all(one.asname == one.name for node in told for one in node.names), "else they are not exported"
    assert {one.name: node.module for node in told for one in node.names} == floors._HOME


def test_every_exception_of_floors_is_a_floors_error() -> None:
    """One `except floors.FloorsError` catches all that is raised on purpose, each with its exit code."""
    codes = {
        name: getattr(floors, name).exit_code
        for name in floors.__all__
        if isinstance(getattr(floors, name), type) and issubclass(getattr(floors, name), Exception)
    }
    assert codes == {
        "FloorsError": 1,
        "InputError": 2,
        "UsageError": 2,
        "Infeasible": 3,
        "OverBudget": 3,
        "SolveError": 4,
        "Unbounded": 4,
        "TimeLimit": 4,
        "NotConverged": 4,
        "CertificateFailed": 4,
        "OutputError": 5,
    }
    for name in codes:
        assert issubclass(getattr(floors, name), floors.FloorsError)


def test_star_import_gives_the_public_names() -> None:
    found: dict[str, object] = {}
    exec("from floors import *", found)
    assert set(floors.__all__) <= set(found)
