"""The documents: tables as the code has them, paths that exist, commands and options that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


def test_commands_and_options_named_are_there() -> None:
    told = dict(re.findall(r"^floors (\w+) (.*)$", WORKBOOK.split("## Commands")[1], re.MULTILINE))
    assert told.keys() == cli.commands.keys()
    for name, rest in told.items():
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", rest)) <= known, name
