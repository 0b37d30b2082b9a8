"""The page on the command line: its commands run in a shell, its code says what it says."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from floors.verification.written import read_book
from tests.support.places import ROOT

_BLOCK = re.compile(r"^```(python|console|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(os.name == "nt", reason="the page is about shells of Unix")
def test_the_page_says_what_its_commands_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "bin" / "floors"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m floors "$@"\n')
    program.chmod(0o755)
    paths = {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    space: dict[str, Any] = {"__name__": "__main__"}
    said, compared, ran = "", 0, 0
    for kind, block in _BLOCK.findall((ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")):
        if kind == "console":
            for line in block.splitlines():
                command = f"set -o pipefail; {line.removeprefix('$ ')}"
                done = subprocess.run(
                    ["bash", "-c", command], env=os.environ | paths, capture_output=True, check=False
                )
                assert done.returncode == 0, (line, done.stderr)
                ran += 1
        elif kind == "python":
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                exec(block, space)
            said = told.getvalue()
        else:
            assert said.split() == block.split()
            compared += 1
    assert (compared, ran) == (2, 8)
    assert {path.name for path in (tmp_path / "results").iterdir()} == {
        "study-results.xlsx",
        "smallest-results.xlsx",
    }
    piped, half = read_book(tmp_path / "piped.xlsx"), read_book(tmp_path / "half.xlsx")
    assert piped.recorded("")["workbook"] == "stdin.xlsx" and half.recorded("")["set 1"] == "caps!H2=0.5"
