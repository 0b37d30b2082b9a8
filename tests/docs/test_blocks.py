"""The manual and the README: every block of code runs, mypy takes it, every link leads somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.blocks import ELSEWHERE, PAGES, blocks, code, commands, elsewhere, require, run_page
from tests.support.places import ROOT

LANGUAGES = {"python", "console", "text", "toml", "bibtex"}
RUN = [page for page in PAGES if any(block.python or block.info == "console" for block in blocks(page))]
LONG = {"iamc", "many_cases", "provenance", "tutorial", "workbook"}
"""Pages that take seconds."""
NEEDED = {
    "pypsa": ("pypsa",),
    "other_models": ("linopy",),
    "tables": ("pyarrow", "polars", "duckdb"),
    "many_cases": ("distributed",),
}
"""What a page takes that floors does not need."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    "page", [pytest.param(p, marks=[pytest.mark.long] * (p.stem in LONG), id=name(p)) for p in RUN]
)
@pytest.mark.filterwarnings("ignore::FutureWarning:pypsa")
def test_every_block_runs(page: Path, folder: Path) -> None:
    for needed in NEEDED.get(page.stem, ()):
        pytest.importorskip(needed, reason=f"the page takes {needed}, which floors does not need")
    for kept in ("inputs", "models"):
        shutil.copytree(ROOT / kept, folder / kept, ignore=shutil.ignore_patterns("__pycache__"))
    assert run_page(page, folder) or page.name in ("CONTRIBUTING.md", "adding.md", "developing.md")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_it_is(page: Path) -> None:
    found = {block.info for block in blocks(page) if not block.info.startswith("{")}
    assert found <= LANGUAGES


def test_what_is_not_run_is_there() -> None:
    """Modules, folders and scripts of commands that are not run; each kind of exception is needed."""
    told = [
        part
        for page in PAGES
        for block in blocks(page)
        if block.info == "console"
        for _, command, _ in commands(block)
        for part in command.split(" && ")
        if elsewhere(part)
    ]
    assert len(told) > 15
    for part in told:
        for module in re.findall(r"python -m ((?:tests|models)[.\w]*)", part):
            assert find_spec(module), part
        for path in re.findall(r"(?<![\w/.])(?:tests|findings|\.ci)/[\w/.]+", part):
            assert (ROOT / path).exists() or "NAME" in path, part
    for start in ELSEWHERE:
        assert any(re.match(rf"\s*({start})", part) for part in told), start


def test_mypy_passes(tmp_path: Path) -> None:
    """On the Python of each page as one module, strictly."""
    for page in RUN:
        lines: list[str] = []
        for block in (b for b in blocks(page) if b.python):
            lines += [""] * (block.line - 1 - len(lines)) + code(block).splitlines()
        (tmp_path / f"page_{page.stem}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(ROOT / "pyproject.toml"),
            *map(str, tmp_path.iterdir()),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def anchors(page: Path) -> set[str]:
    """Of headings, as GitHub and the manual name them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).replace("`", "").lower() for head in heads)
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in plain}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"https?:", target):
            assert re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/[\w./~%+:@=&?#,;()!*-]*)?", target), (
                target
            )
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_pages_find_what_differs() -> None:
    """What this holds pages to is not held by chance."""
    require("a  b\nc", "a b ... c".replace("... ", ""), "here")
    require("1 of 3 solved", "... solved", "here")
    require("x in 1.3 s.", "x in ... s.", "here")
    with pytest.raises(AssertionError, match="here: expected"):
        require("a b", "a c", "here")


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
