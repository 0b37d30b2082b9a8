"""The documents: tables as the code has them, paths that exist, commands and options that there are."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

import floors
from floors.cli.main import cli
from tests.by_hand.documents import DOCUMENTS, MADE, made, names
from tests.support.places import FLOORS, ROOT

_PATH = re.compile(r"`((?:\w+/)+(?:\w+\.(?:py|md|sh))?)`")
WORKBOOK = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_tables_are_those_of_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert made(text) == text, "python -m tests.by_hand.documents writes them"


def test_every_table_that_is_made_has_one_place() -> None:
    assert sorted(names()) == sorted(MADE)


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.stem
)
def test_every_path_named_is_there(path: Path) -> None:
    """Of our own files and folders, as `case/caps.py` below floors/ or from the root."""
    named = set(_PATH.findall(path.read_text(encoding="utf-8")))
    missing = {name for name in named if not (ROOT / name).exists() and not (FLOORS / name).exists()}
    assert {name for name in missing if not name.startswith(("outputs/", "inputs/"))} == set()


def test_files_named_in_the_row_of_a_folder_are_in_it() -> None:
    """Of the table in architecture.md, as `caps.py` in the row of `case/`."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = dict(re.findall(r"^\| `(\w+)/` \|(.*)$", text, re.MULTILINE))
    assert folders.keys() == {path.name for path in FLOORS.iterdir() if (path / "__init__.py").exists()}
    named = [(folder, name) for folder, row in folders.items() for name in re.findall(r"`(\w+\.py)`", row)]
    assert len(named) > 50
    assert [(folder, name) for folder, name in named if not (FLOORS / folder / name).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    """In README, and nothing has one that is not there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"], *chain(*extras)]
    names = {re.split(r"[^\w-]", needed)[0] for needed in wanted} - {"floors"}
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Dependencies")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\w, -]+) \| (.+) \|$", table, re.MULTILINE)[2:]
    told = [name for packages, _ in rows for name in packages.split(", ")]
    assert sorted(told) == sorted(names)
    assert all(len(reason) > 3 for _, reason in rows)


def test_every_public_name_is_on_its_page() -> None:
    """Of docs/api.md: where a public name has no docstring there is nothing to show."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\.\. auto\w+:: floors\.(\w+)$", text, re.MULTILINE))
    assert shown == {name for name in floors.__all__ if not name.startswith("_")}
    assert all(getattr(floors, name).__doc__ for name in shown)


def test_citation_is_of_this_version() -> None:
    """What the schema of CFF 1.2.0 requires, and a version that is ours."""
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    keys = {key for key, colon, _ in (line.partition(":") for line in lines if line[:1].isalpha()) if colon}
    assert {"cff-version", "message", "title", "authors"} <= keys
    assert f"version: {floors.__version__}" in lines
    bibtex = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    assert f"version = {{{floors.__version__}}}" in bibtex


def test_commands_and_options_named_are_there() -> None:
    told = dict(re.findall(r"^floors (\w+) (.*)$", WORKBOOK.split("## Commands")[1], re.MULTILINE))
    assert told.keys() == cli.commands.keys()
    for name, rest in told.items():
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", rest)) <= known, name
