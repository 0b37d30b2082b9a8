"""What tests of several folders ask for."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from floors.excel.template import write_template
from floors.many import Runs, executors, solve_scenarios
from tests.support import several
from tests.support.places import TOY

if "IAM_UNITS_CACHE" not in os.environ:  # that of the user may hold paths of an environment that is gone
    os.environ["IAM_UNITS_CACHE"] = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, os.environ["IAM_UNITS_CACHE"], ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def one_process() -> Iterator[None]:
    """Commands solve in this process where no --jobs is given: others take a second to begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executors, "cores", lambda: 1)
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def with_toy(folder: Path) -> None:
    """The toy lies in the working folder."""
    shutil.copy(TOY, folder / "toy.xlsx")


@pytest.fixture(scope="session")
def family() -> Runs:
    """Every scenario of the tiny family, solved once; to be read alone."""
    return solve_scenarios(several.case())


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with the example in it; to be read alone."""
    return write_template(tmp_path_factory.mktemp("template") / "example.xlsx", example=True)
