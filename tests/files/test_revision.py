"""Of which source a package is: of a checkout, of a build, or that nobody knows."""

from __future__ import annotations

import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from floors.files.revision import BUILT, of_checkout, of_package, source_revision


def git(folder: Path, *words: str) -> str:
    """What git says in a folder, as nobody in particular."""
    who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of one file."""
    folder = tmp_path / "work" / "floors"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("x = 1\n", encoding="ascii")
    return folder


@pytest.fixture
def checkout(package: Path) -> tuple[Path, str]:
    """The same in a checkout, and its commit."""
    if shutil.which("git") is None:
        pytest.skip("git is not there")
    git(package.parent, "init", "-q")
    git(package.parent, "add", "-A")
    git(package.parent, "commit", "-q", "-m", "first")
    return package, git(package.parent, "rev-parse", "HEAD")


def test_a_checkout_is_its_commit(checkout: tuple[Path, str]) -> None:
    package, commit = checkout
    assert of_package(package) == commit and len(commit) == 40


@pytest.mark.parametrize("name", ["one.py", "two.py"])
def test_a_changed_or_a_new_file_of_the_package_is_said(checkout: tuple[Path, str], name: str) -> None:
    package, commit = checkout
    (package / name).write_text("x = 2\n", encoding="ascii")
    assert of_package(package) == f"{commit}, changed since"


def test_a_checkout_that_somebody_else_is_at_work_in_is_not_asked(
    checkout: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where floors is run by a hook of git."""
    package, commit = checkout
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert of_package(package) == commit


def test_a_file_beside_the_package_changes_nothing(checkout: tuple[Path, str]) -> None:
    package, commit = checkout
    (package.parent / "notes.txt").write_text("x", encoding="ascii")
    assert of_package(package) == commit


def test_a_folder_in_a_checkout_of_others_is_no_checkout(checkout: tuple[Path, str]) -> None:
    """An environment within somebody's repository, of which floors is no part."""
    package, _ = checkout
    installed = package.parent / "venv" / "floors"
    installed.mkdir(parents=True)
    assert of_package(installed) != of_checkout(package)


def test_without_git_or_a_commit_it_is_not_known(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package.parent / ".git").mkdir()
    assert of_package(package) == "not known: git does not answer for this checkout"
    monkeypatch.setenv("PATH", str(package))
    assert of_package(package) == "not known: git does not answer for this checkout"


def test_a_build_has_it_in_a_file(package: Path) -> None:
    (package / BUILT).write_text("abc, changed since\n", encoding="ascii")
    assert of_package(package) == "abc, changed since"


class Installed:
    """A distribution with what pip noted."""

    def __init__(self, noted: str | None) -> None:
        self.noted = noted

    def read_text(self, name: str) -> str | None:
        return self.noted if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ('{"url": "https://x.org/y.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}', "abc"),
        ('{"url": "file:///x", "dir_info": {}}', "not known: the installed package does not say"),
        (None, "not known: the installed package does not say"),
    ],
)
def test_an_install_of_a_repository_is_noted_by_pip(
    package: Path, monkeypatch: pytest.MonkeyPatch, noted: str | None, said: str
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda _: Installed(noted))
    assert of_package(package) == said


def test_what_is_said_names_no_place_of_this_machine() -> None:
    assert str(Path.cwd()) not in source_revision() and "/" not in source_revision()
