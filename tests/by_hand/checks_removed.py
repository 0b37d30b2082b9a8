"""Remove each check of the input in turn and see that a test fails. Run by hand:

    python -m tests.by_hand.checks_removed [part of a file name] ...

A check is a statement that makes a problem: `problems.append(...)`, `yield` or `return` of one, `raise refuse(...)`.
In the diagnosis and where files are written it is also each case set aside and each thing listed. Each is replaced by
`pass` in a copy of the project, and the tests that reach it are run there. What no test misses is listed, and the exit
code is 1 where there is such a check without a reason below. Needs the package coverage.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from coverage import CoverageData

from tests.support.places import ROOT

STEPS = (
    "floors/files/targets.py",
    *(f"floors/diagnosis/{path.name}" for path in sorted((ROOT / "floors" / "diagnosis").glob("*.py"))),
)
FILES = (
    "floors/contract/inputs.py",
    *(f"floors/study/{path.name}" for path in sorted((ROOT / "floors" / "study").glob("*.py"))),
    *(f"floors/case/{path.name}" for path in sorted((ROOT / "floors" / "case").glob("*.py"))),
    *STEPS,
)
TESTS = (
    "workbook",
    "traps",
    "gate",
    "inert",
    "study",
    "schema",
    "scenarios",
    "surprise",
    "between_sheets",
    "consistency",
    "files",
    "caps",
    "contracts",
    "demand",
    "production",
    "routes",
    "stocks",
    "rules",
    "minimum",
    "evasion",
    "diagnosis",
    "diagnosis_cells",
    "diagnosis_others",
    "diagnosis_proof",
    "diagnosis_worth",
    "diagnose_command",
)
ALL = ("-m", "")  # those marked long too
MAKERS = {"Problem", "problem", "Fault", "fault", "refuse"}
HOLDERS = {"problems", "found", "notes", "more"}
REASONS: dict[str, str] = {
    "if fcntl is None:": "Windows alone",
    "if best.by[k] == 0 or best.count == 1:": "spares solves; the answer is the same",
}
"""First line of a check -> why no test can miss it."""


class Mutant(NamedTuple):
    """A file without one of its checks."""

    file: str
    first: int
    last: int
    text: str
    source: str


def mutants(file: str) -> Iterator[Mutant]:
    """The file as often as it has checks, each time without one."""
    source = (ROOT / file).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and (is_check(node) or (file in STEPS and is_step(node))):
            assert node.end_lineno is not None
            indent = " " * node.col_offset
            # a function that yields must stay a generator without its only yield
            instead = (
                "yield from ()"
                if isinstance(getattr(node, "value", None), (ast.Yield, ast.YieldFrom))
                else "pass"
            )
            changed = [*lines[: node.lineno - 1], f"{indent}{instead}\n", *lines[node.end_lineno :]]
            text = lines[node.lineno - 1].strip()
            yield Mutant(file, node.lineno, node.end_lineno, text, "".join(changed))


def is_check(node: ast.stmt) -> bool:
    """A statement that reports a problem, and nothing else."""
    if isinstance(node, ast.Raise):
        return node.exc is not None and makes(node.exc)
    if isinstance(node, ast.Return):
        return node.value is not None and makes(node.value)
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, (ast.Yield, ast.YieldFrom)):
        return value.value is not None and (makes(value.value) or isinstance(value, ast.YieldFrom))
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr in {"append", "extend"} and name(value.func.value) in HOLDERS
    return isinstance(value, ast.Call) and name(value.func) in MAKERS


def is_step(node: ast.stmt) -> bool:
    """What a diagnosis rests on: a case set aside, or a sentence, row or number put on a list or given out."""
    if isinstance(node, ast.If):
        return not node.orelse and isinstance(node.body[-1], (ast.Return, ast.Continue, ast.Raise))
    if not isinstance(node, ast.Expr):
        return isinstance(node, (ast.Raise, ast.AugAssign))
    value = node.value
    listed = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
    return isinstance(value, (ast.Yield, ast.YieldFrom)) or (
        listed and value.func.attr in {"append", "extend"}
    )


def makes(node: ast.expr) -> bool:
    """A call that makes a problem, or a pair of such calls joined by `or`."""
    calls = node.values if isinstance(node, ast.BoolOp) else [node]
    return any(
        isinstance(c, ast.Call) and (name(c.func) in MAKERS or name(c.func).startswith("_")) for c in calls
    )


def name(node: ast.AST) -> str:
    """The last name of a dotted one."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def copy(folder: Path) -> Path:
    """A copy of what the tests need of the project."""
    target = folder / "project"
    for part in ("floors", "tests", "inputs", "docs"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def run(project: Path, *command: str) -> int:
    """Run Python in the project; its output is dropped."""
    environment = os.environ | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=project, env=environment, capture_output=True, check=False
    )
    return done.returncode


def reached(project: Path) -> CoverageData:
    """Which test function reaches which line."""
    settings = project / "contexts.cfg"
    settings.write_text("[run]\ndynamic_context = test_function\nsource = floors\n", encoding="utf-8")
    tests = [str(path.relative_to(ROOT)) for test in TESTS for path in ROOT.glob(f"tests/*/test_{test}.py")]
    code = run(project, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", *ALL, *tests)
    if code:
        raise SystemExit("the tests fail before anything is removed: mend them first.")
    data = CoverageData(str(project / ".coverage"))
    data.read()
    return data


def tests_of(mutant: Mutant, data: CoverageData, project: Path) -> list[str]:
    """The test functions that reach a check, as pytest names them."""
    contexts = data.contexts_by_lineno(str(project / mutant.file))
    lines = range(mutant.first, mutant.last + 1)
    found = {context for line in lines for context in contexts.get(line, ()) if ".test_" in context}
    pairs = sorted(context.rsplit(".", 1) for context in found)
    wanted = {f"test_{test}" for test in TESTS}  # other functions of such names are of the tools of testing
    return [
        f"{module.replace('.', '/')}.py::{function}"
        for module, function in pairs
        if module.rpartition(".")[2] in wanted
    ]


def survives(mutant: Mutant, tests: list[str]) -> bool:
    """True where every test passes without the check. In a process of its own, which has floors not yet loaded."""
    if not tests:
        return True
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nothing:
        project = copy(Path(folder))
        (project / mutant.file).write_text(mutant.source, encoding="utf-8")
        os.chdir(project)
        sys.path.insert(0, str(project))
        os.environ["PYTHONPATH"] = str(project)
        with contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
            code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *ALL, *tests]))
        os.chdir(ROOT)
    sys.stderr.write(f"{'killed' if code else 'SURVIVED'} {mutant.file}:{mutant.first} {mutant.text}\n")
    if code not in (0, 1, 2):
        raise SystemExit(f"pytest ended with {code} on {mutant.file}:{mutant.first}")
    return code == 0


def main(wanted: list[str]) -> int:
    """List the checks that no test misses; 1 where one has no reason."""
    chosen = [file for file in FILES if not wanted or any(part in file for part in wanted)]
    removed = [mutant for file in chosen for mutant in mutants(file)]
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        data = reached(project)
        sys.stderr.write(f"{len(removed)} checks\n")
        tests = [tests_of(mutant, data, project) for mutant in removed]
    for heavy in ("pandas", "openpyxl", "xlsxwriter", "hypothesis"):  # once, and not in every process
        importlib.import_module(heavy)
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        alive = pool.starmap(survives, zip(removed, tests, strict=True), chunksize=1)
    unexplained = 0
    for mutant, survived in zip(removed, alive, strict=True):
        if survived:
            reason = REASONS.get(mutant.text)
            unexplained += reason is None
            sys.stdout.write(
                f"survived  {mutant.file}:{mutant.first}  {mutant.text}  ({reason or 'no reason'})\n"
            )
    killed = alive.count(False)
    sys.stdout.write(f"{len(removed)} checks removed, {killed} missed by a test, {unexplained} unexplained\n")
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
