"""The manual of messages: an entry for every code of a problem, no entry without one, each code seen in a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.places import ROOT

MANUAL = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^### (.+)$", MANUAL, re.MULTILINE)
MAKERS = {"Problem", "problem", "Fault", "fault", "refuse"}
LEVELS = {"warning", "error"}


def codes(tree: ast.AST) -> Iterator[str | None]:
    """The code of each problem made in a module; None where one is made without. A name `code` is set elsewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in MAKERS:
            yield from _code_of(node)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            names = [_name(target) for target in node.targets[0].elts]
            if "code" in names:
                values = (
                    [node.value.body, node.value.orelse]
                    if isinstance(node.value, ast.IfExp)
                    else [node.value]
                )
                for value in values:
                    assert isinstance(value, ast.Tuple)
                    code = value.elts[names.index("code")]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value


def _code_of(call: ast.Call) -> Iterator[str | None]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    plain = [arg for arg in call.args if not (isinstance(arg, ast.Constant) and arg.value in LEVELS)]
    plain = [arg for arg in plain if _name(arg) != "level"]
    last = (named or plain)[-1]
    if isinstance(last, ast.Starred) or _name(last) == "code":
        return
    if isinstance(last, ast.Constant) and isinstance(last.value, str) and re.fullmatch("[a-z_]+", last.value):
        yield last.value
    else:
        yield None


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


MADE = [
    (code, path.name)
    for path in sorted((ROOT / "floors").rglob("*.py"))
    for code in codes(ast.parse(path.read_text(encoding="utf-8")))
]


def test_every_problem_has_a_code() -> None:
    assert [name for code, name in MADE if code is None] == []
    assert len(MADE) > 90


def test_every_code_has_its_entry_and_every_entry_its_code() -> None:
    assert sorted(ENTRIES) == sorted({str(code) for code, _ in MADE})
    assert len(ENTRIES) == len(set(ENTRIES))


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_code_is_met_in_a_test(entry: str) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert f'"{entry}"' in tests


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_says_what_to_do(entry: str) -> None:
    text = MANUAL.split(f"### {entry}\n")[1].split("\n#")[0].strip()
    assert text.count(".") >= 1
    assert len(text) > 40


def test_warnings_are_called_so() -> None:
    levels: dict[str, set[str]] = {}
    for path in (ROOT / "floors").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in MAKERS:
                constants = [
                    a.value
                    for a in [*node.args, *(k.value for k in node.keywords)]
                    if isinstance(a, ast.Constant)
                ]
                level = "warning" if "warning" in constants else "error"
                for code in _code_of(node):
                    levels.setdefault(str(code), set()).add(level)
    for entry, found in levels.items():
        marked = MANUAL.split(f"### {entry}\n")[1].startswith("(warning)")
        assert marked == (found == {"warning"}), entry
