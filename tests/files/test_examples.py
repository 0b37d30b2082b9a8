"""`floors example`: every workbook and model there is, copied as it is, from a wheel and from a working copy."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import floors
from floors.cli.main import run
from floors.files.examples import EXAMPLES
from tests.support.places import FLOORS, INPUTS, ROOT

MODELS = ROOT / "models"


def tree(folder: Path) -> dict[str, bytes]:
    """Files of a folder, but for what Python keeps beside them."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_workbook_and_every_model_that_stands_alone_is_an_example() -> None:
    workbooks = {path.name for path in INPUTS.glob("*.xlsx")}
    models = {path.name for path in MODELS.glob("*.py") if "def build(" in path.read_text(encoding="utf-8")}
    assert set(EXAMPLES) == {*workbooks, *models, "models"}


def test_without_a_name_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["example"]) == 0
    out, err = capsys.readouterr()
    assert [line.split("  ")[0] for line in out.splitlines()] == list(EXAMPLES) and err == ""


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "models"])
def test_a_copy_is_the_same_file(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = (path for path in (INPUTS / name, MODELS / name) if path.is_file())
    assert run(["example", name]) == 0
    assert capsys.readouterr() == ("", f"Written to {name}.\n")
    assert tree(folder) == {name: source.read_bytes()}
    assert floors.example(name, folder / "new" / name) == folder / "new" / name
    assert (folder / "new" / name).read_bytes() == source.read_bytes()


def test_a_copy_goes_into_a_folder_or_to_standard_output(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["example", "smallest.xlsx", "-o", "new/", "--quiet"]) == 0
    (folder / "there").mkdir()
    assert run(["example", "models", "-o", "there", "--quiet"]) == 0
    assert sorted(path.name for path in (folder / "new").iterdir()) == ["smallest.xlsx"]
    assert tree(folder / "there" / "models") == tree(MODELS)
    assert run(["example", "smallest.xlsx", "-o", "-", "--quiet"]) == 0
    assert capfdbinary.readouterr().out == (INPUTS / "smallest.xlsx").read_bytes()


def test_a_copy_solves_with_the_copy_of_a_model(folder: Path) -> None:
    assert run(["example", "smallest.xlsx", "-o", "mine.xlsx", "--quiet"]) == 0
    assert run(["example", "bloc.py", "--quiet"]) == 0
    assert run(["solve", "mine.xlsx", "--model", "bloc.py", "--quiet"]) == 0
    assert (folder / "outputs" / "mine-results.xlsx").is_file()


def test_the_folder_is_whole_and_its_scripts_make_the_workbooks(folder: Path) -> None:
    assert floors.example("models") == Path("models")
    assert tree(folder / "models") == tree(MODELS)
    command = [sys.executable, "-m", "models.smallest", "made.xlsx"]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=folder, check=True)
    made, ours = floors.read("made.xlsx"), floors.read(INPUTS / "smallest.xlsx")
    assert {name: made.rows(name) for name in made.tables} == {name: ours.rows(name) for name in ours.tables}
    assert len(made.rows("processes")) == 3


def test_what_is_there_and_differs_stays_unless_forced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors.example("bloc.py")
    floors.example("bloc.py")  # the same once more
    (folder / "models").mkdir()
    for mine in (folder / "bloc.py", folder / "models" / "facts.py"):
        mine.write_text("mine")
    for name in ("bloc.py", "models"):
        assert run(["example", name]) == 2
        assert "would be lost" in capsys.readouterr().err
    assert tree(folder) == {"bloc.py": b"mine", "models/facts.py": b"mine"}
    for name in ("bloc.py", "models"):
        assert run(["example", name, "--force", "--quiet"]) == 0
    assert tree(folder / "models") == tree(MODELS)
    assert (folder / "bloc.py").read_bytes() == (MODELS / "bloc.py").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["bloc"], 2, "There is no example 'bloc'; there are smallest.xlsx, rare_earths.xlsx"),
        (["../bloc.py"], 2, "There is no example"),
        (["smallest"], 2, "power_pool.py, models. Did you mean smallest.xlsx?"),
        (["Rare_Earth.xlsx"], 2, "Did you mean rare_earths.xlsx?"),
        (["zzz"], 2, "power_pool.py, models.\n"),
        (["models", "-o", "-"], 2, "is a folder of files"),
        (["bloc.py", "-o", "toy.xlsx/bloc.py"], 5, "is not a folder"),
        (["models", "-o", "toy.xlsx"], 5, "is not a folder"),
    ],
)
@pytest.mark.usefixtures("with_toy")
def test_a_copy_that_cannot_be(
    arguments: list[str], code: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(folder)
    assert run(["example", *arguments]) == code
    assert words in capsys.readouterr().err and tree(folder) == before


def test_a_copy_kept_beside_one_in_use_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bloc.py").write_text("mine")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == "bloc.py":
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(floors.OutputError, match=r"bloc\.py could not be replaced .* kept as .*bloc-1\.py"):
        floors.example("bloc.py", force=True)
    assert (folder / "bloc-1.py").read_bytes() == (MODELS / "bloc.py").read_bytes()


def packed(path: Path, *, examples: bool) -> Path:
    """The package as it is in a wheel, in one file."""
    with zipfile.ZipFile(path, "w") as wheel:
        for inner, content in tree(FLOORS).items():
            wheel.writestr(f"floors/{inner}", content)
        for folder in (INPUTS, MODELS) if examples else ():
            for inner, content in tree(folder).items():
                wheel.writestr(f"floors/examples/{folder.name}/{inner}", content)
    return path


@pytest.mark.parametrize("examples", [True, False])
def test_a_wheel_has_them_with_it(tmp_path: Path, examples: bool) -> None:
    wheel = packed(tmp_path / "floors.zip", examples=examples)
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    for name in ("rare_earths.xlsx", "models"):
        command = [sys.executable, "-P", "-m", "floors", "example", name]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == (0 if examples else 2), done.stderr
        assert ("without its examples" in done.stderr) is not examples
    if examples:
        assert (tmp_path / "rare_earths.xlsx").read_bytes() == (INPUTS / "rare_earths.xlsx").read_bytes()
        assert tree(tmp_path / "models") == tree(MODELS)
