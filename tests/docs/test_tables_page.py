"""The page on tables: its code runs, and says what it says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from typing import Any

import pytest

from floors.cli.main import run
from tests.support.places import ROOT

_BLOCK = re.compile(r"^```(python|console|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_says_what_its_code_says(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "polars", "duckdb"):
        pytest.importorskip(name, reason=f"{name}, of which the page takes tables, is not installed")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "__main__"}
    said, compared = "", 0
    for kind, block in _BLOCK.findall((ROOT / "docs" / "tables.md").read_text(encoding="utf-8")):
        if kind == "console":
            for line in block.splitlines():
                if line.startswith("$ pip install"):
                    continue
                assert run(shlex.split(line.removeprefix("$ "))[1:]) == 0, line
        elif kind == "python":
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                exec(block, space)
            said = told.getvalue()
        else:
            assert said.split() == block.split()
            compared += 1
    assert compared == 5
