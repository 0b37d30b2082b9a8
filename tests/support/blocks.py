"""Code blocks of the manual and the README: found, and run as a reader would, one page after the other.

A block `python` (or a cell of a notebook) runs in the namespace of its page; what it prints is compared where a block
`text` follows at once. In a block `console` lines that begin with `$ ` are commands, run by bash in the folder of the
page, those of `floors` alone in this process; lines below a command are what it says, on standard output or error.
`...` in what is expected stands for anything, blanks count as one.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from floors.cli.main import run as floors
from tests.support.places import ROOT

PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(
        path for path in (ROOT / "docs").rglob("*.md") if not path.is_relative_to(ROOT / "docs" / "_build")
    ),
)
ELSEWHERE = {
    r"uv run|python -m venv|pip install|\. \.venv/|\.venv\\": ".ci/run does it, in an environment of its own",
    r"(python -m )?pytest|\.ci/|FLOORS_EXAMPLES=|PYTHONPATH=": "tests do not run tests; .ci/run and .ci/long do",
    r"ruff|mypy|lint-imports|sphinx-build": ".ci/run does it",
    r"python -m (tests|models)\.|bash findings/": "written for hours, or over what is kept; that it is there is tested",
    r"dask (scheduler|worker) |floors .* --dask ": "they take a port for themselves; tests/many has a free one",
}
"""Commands that a page may name and this does not run, by how they begin: why not."""

GREETING = ("Running HiGHS", "Includes third")
"""What linopy's solver says first, whatever it is told."""

_FENCE = re.compile(
    r"^(?P<bar>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=bar)[ \t]*$", re.MULTILINE | re.DOTALL
)
_PYTHON = ("python", "{code-cell} ipython3", "{code-cell} python")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, what it is called, what is in it."""

    page: Path
    line: int
    info: str
    text: str
    follows: bool
    """Nothing but blanks is between it and the block before."""

    @property
    def python(self) -> bool:
        """Whether it is Python to be run."""
        return self.info in _PYTHON

    @property
    def place(self) -> str:
        """Page and line, as editors take them."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found, end = [], 0
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        follows = bool(found) and not text[end : match.start()].strip()
        found.append(Block(page, line, match["info"].strip(), match["text"], follows))
        end = match.end()
    return found


def code(block: Block) -> str:
    """The Python of a block: of a cell without its options and commands, so that lines keep their numbers."""
    lines = block.text.split("\n")
    return "\n".join(
        "" if block.info.startswith("{") and line.startswith((":", "!")) else line for line in lines
    )


def commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """Commands of a block `console`: line, command, what it is expected to say."""
    command, said, begun = "", [], 0
    for number, line in enumerate([*block.text.splitlines(), "$ "], block.line):
        if line.startswith("$ "):
            if command:
                yield begun, command, "\n".join(said)
            command, said, begun = line[2:], [], number
        elif command.endswith("\\"):
            command = command[:-1] + line.strip()
        else:
            said.append(line)


def elsewhere(command: str) -> bool:
    """Whether a command is not run here."""
    return any(re.match(rf"\s*({start})", command) for start in ELSEWHERE)


def run_page(page: Path, folder: Path) -> int:
    """Run what a page holds in a folder, which is the working one; how many blocks and commands that was."""
    space: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    found = blocks(page)
    for block, after in zip_longest(found, found[1:]):
        if block.python:
            said = _python(block, space)
            if after is not None and after.follows and after.info == "text":
                require(said, after.text, after.place)
            count += 1
        elif block.info == "console":
            for line, command, expected in commands(block):
                place = f"{page.relative_to(ROOT)}:{line}"
                for part in re.split(r" && ", command):
                    if not elsewhere(part):
                        said = _floors(part, place) if _plain(part) else _bash(part, folder, place)
                        count += 1
                if expected.strip():
                    require(said, expected, place)
    return count


def _python(block: Block, space: dict[str, Any]) -> str:
    for number, line in enumerate(block.text.split("\n"), block.line):
        if line.startswith("!"):
            _floors(line[1:], f"{block.page.relative_to(ROOT)}:{number}")
    told = io.StringIO()
    body = compile("\n" * (block.line - 1) + code(block), str(block.page), "exec")
    with contextlib.redirect_stdout(told):
        exec(body, space)
    return "\n".join(line for line in told.getvalue().splitlines() if not line.startswith(GREETING))


def _plain(command: str) -> bool:
    """Whether it is a command of floors and nothing else."""
    return command.startswith("floors ") and not re.search(r"[|;<>]|\$\(", command.split("#")[0])


def _floors(command: str, place: str) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        status = floors(shlex.split(command, comments=True)[1:])
    assert status == 0, f"{place}: {command}: exit code {status}\n{told.getvalue()}"
    return told.getvalue()


def _bash(command: str, folder: Path, place: str) -> str:
    done = subprocess.run(
        ["bash", "-ec", f'floors() {{ "{sys.executable}" -m floors "$@"; }}; {command}'],
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{place}: {command}: exit code {done.returncode}\n{done.stdout}"
    return done.stdout


def require(said: str, expected: str, place: str) -> None:
    """What was said must read as expected."""
    wanted = ".*?".join(re.escape(" ".join(part.split())) for part in expected.split("..."))
    wanted = wanted.replace(".*?\\ ", ".*?").replace("\\ .*?", ".*?")
    assert re.fullmatch(rf"\s*{wanted}\s*", " ".join(said.split()), re.DOTALL), (
        f"{place}: expected\n{expected}\nbut it says\n{said}"
    )
