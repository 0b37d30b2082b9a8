"""On the workers of a Dask cluster: the same numbers, and what is said where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import floors
from floors.cli.main import run
from floors.contract import results as tables
from floors.many import solve_scenarios
from tests.support.several import case

distributed = pytest.importorskip("distributed", reason="needs floors[dask]")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


@pytest.fixture(scope="module")
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster, set_as_default=False) as made:
        yield made


def test_a_client_is_taken_for_its_executor(client: Any) -> None:
    study = case("starved", "dear home", "shock")
    here, there = solve_scenarios(study), solve_scenarios(study, executor=client)
    assert [one.message for one in there] == [one.message for one in here]
    for sheet in tables.SEVERAL:
        assert list(there.rows(sheet.name)) == list(here.rows(sheet.name))
    assert len(set(client.run(os.getpid).values()) - {os.getpid()}) == 2
    named = floors.solve_many({"one": study, "two": study.scenario("dear home")}, client)
    assert [run.status for run in named] == ["optimal", "optimal"]


def test_results_come_back_from_workers(client: Any) -> None:
    study = case("no cap")
    for solve in (floors.solve, floors.sweep, floors.coalition, floors.diagnose):
        here, there = solve(study), client.submit(solve, study, pure=False).result()
        assert there.sentences == here.sentences
        for sheet in here.sheets:
            assert there.frame(sheet.name).equals(here.frame(sheet.name))


@pytest.mark.parametrize("solve", [floors.sweep, floors.coalition])
def test_caps_and_coalitions_are_solved_on_a_client(client: Any, solve: Any) -> None:
    study = case("no cap")
    here, there = solve(study), solve(study, executor=client)
    for sheet in here.sheets:
        assert list(there.rows(sheet.name)) == list(here.rows(sheet.name))


def test_the_command_solves_on_a_cluster(
    cluster: Any, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case("starved", "dear home").to_excel(folder / "study.xlsx")
    command, address = ["solve", "study.xlsx", "--all", "--quiet", "-o"], cluster.scheduler_address
    assert (
        run([*command, "here.xlsx", "--jobs", "1"]) == run([*command, "there.xlsx", "--dask", address]) == 3
    )
    assert (folder / "here.xlsx").read_bytes() == (folder / "there.xlsx").read_bytes()
    assert run([*command, "two.xlsx", "--dask", address, "--jobs", "2"]) == 2
    assert "--jobs counts processes of this machine" in capfd.readouterr().err


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "tcp://127.0.0.1:port"])
def test_an_address_without_a_scheduler_is_wrong_usage(
    address: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("floors.many.executors.ANSWERS", 1)
    case("no cap").to_excel(folder / "study.xlsx")
    assert run(["solve", "study.xlsx", "--all", "--dask", address]) == 2
    assert f"no scheduler of Dask answers at {address}" in capfd.readouterr().err
    assert not (folder / "outputs").exists()


def test_without_the_package_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    case("no cap").to_excel(folder / "study.xlsx")
    assert run(["solve", "study.xlsx", "--all", "--dask", "tcp://127.0.0.1:8786"]) == 2
    assert "pip install 'floors[dask]'" in capfd.readouterr().err
