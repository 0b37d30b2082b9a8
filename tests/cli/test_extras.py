"""What comes with an extra alone: who needs it is told its name before anything is solved; nobody else misses it."""

from __future__ import annotations

import sys
from pathlib import Path

import polars
import pytest

import floors
from floors.cli.main import cli, run
from tests.support.places import TOY

PACKAGES = {"dask": ("distributed",), "exchange": ("pyarrow",), "report": ("py_mini_racer", "resvg_py")}
ARGUMENTS = {"sweep": ("--cap", "0.9:0.5:2"), "coalition": ("--members", "US,EU"), "solve": ("--all",)}


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Packages cannot be imported."""
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)


def commands(option: str) -> list[str]:
    """The names of those that have an option."""
    return sorted(
        name for name, one in cli.commands.items() if any(option in param.opts for param in one.params)
    )


@pytest.mark.parametrize("name", commands("--dask"))
def test_a_cluster_needs_dask(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, *PACKAGES["dask"])
    arguments = [name, str(TOY), *ARGUMENTS.get(name, ()), "--dask", "tcp://127.0.0.1:9", "-o", "out.xlsx"]
    assert run(arguments) == 2
    assert "pip install 'floors[dask]'" in capsys.readouterr().err
    assert not list(folder.iterdir())


@pytest.mark.parametrize("missing", PACKAGES["report"])
@pytest.mark.parametrize("name", commands("--figures"))
def test_pictures_need_report(
    name: str,
    missing: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    without(monkeypatch, missing)
    floors.solve(floors.read(TOY)).to_excel(folder / "result.xlsx")
    arguments = {"report": ("result.xlsx",), "solve": (str(TOY), "--report")}[name]
    assert run([name, *arguments, "--figures", "slides"]) == 2
    assert 'pip install "floors[report]"' in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["result.xlsx"]


def test_arrow_needs_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, *PACKAGES["exchange"])
    with pytest.raises(floors.UsageError, match=r'needs pyarrow: pip install "floors\[exchange\]"'):
        floors.Study({"years": polars.DataFrame({"year": [2030]})})


def test_parquet_needs_exchange(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, *PACKAGES["exchange"])
    assert run(["convert", str(TOY), "tables", "--format", "parquet"]) == 2
    assert 'pip install "floors[exchange]"' in capsys.readouterr().err
    assert not list(folder.iterdir())


def test_nothing_else_needs_an_extra(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, *(package for packages in PACKAGES.values() for package in packages))
    floors.example("smallest.xlsx", "study.xlsx")
    assert run(["solve", "study.xlsx", "-o", "result.xlsx", "--report", "--quiet"]) == 0
    assert run(["verify", "study.xlsx", "result.xlsx", "--quiet"]) == 0
    assert len(floors.solve(floors.read(TOY)).floors) > 0
    capsys.readouterr()
    assert run(["report", "result.xlsx", "-o", "again.html"]) == 0
    assert 'pip install "floors[report]"' in capsys.readouterr().err
    assert (folder / "again.html").stat().st_size > 1_000_000
