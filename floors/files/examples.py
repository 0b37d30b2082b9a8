"""The example workbooks and models: in a wheel in the folder examples of the package, in a working copy in inputs/ and
models/ beside it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from floors.errors import OutputError, UsageError
from floors.files.targets import check_choice, replace_atomically

FOLDER = "models"
EXAMPLES = {
    "smallest.xlsx": "five sheets, ten rows: the least that solves",
    "rare_earths.xlsx": "the worked example: rare earths from mine to magnet",
    "critical_minerals.xlsx": "rare earths and ten more minerals",
    "critical_minerals_weak.xlsx": "five minerals of which little is known",
    "bloc.py": "for --model: the standard model spelled out, to copy and add to",
    "domestic_content.py": "for --model: the standard model with one row more",
    "power_pool.py": "floors.price of a model that is not ours",
    FOLDER: "a folder: every model, and the scripts and figures that the workbooks are made of",
}
"""What each example is, by name."""


def example(name: str, output: str | Path | None = None, *, force: bool = False) -> Path:
    """Write a copy of an example workbook or model, as `output` or under its own name in the working folder.

    ``floors.read(floors.example("rare_earths.xlsx"))`` reads the worked example; ``"models"`` is a folder; an unknown
    name is told the others. What is there already and differs is replaced under `force` alone. Returns where the copy
    lies. Raises UsageError, OutputError.
    """
    if name not in EXAMPLES:
        near = get_close_matches(name, EXAMPLES, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no example {name!r}; there are {', '.join(EXAMPLES)}.{hint}")
    source, target = _find(name), Path(output or name)
    copies = {target / inner: file.read_bytes() for inner, file in _files(source)}
    for copy, content in copies.items():
        check_choice(copy, None, force, partial(_is_same, content), "")
    for copy, content in copies.items():
        _write(copy, content)
    return target


def _find(name: str) -> Traversable:
    """The example in the package, or beside it in a working copy. Raises UsageError."""
    package = files("floors")
    installed = package / "examples"
    root = installed if installed.is_dir() else Path(str(package)).parent
    for one in (root / "inputs" / name, root / "models" / name, root / name):
        if one.is_file() or one.is_dir():
            return one
    raise UsageError(
        f"This copy of floors is without its examples: {name} is not in {root}. Install it again."
    )


def _files(one: Traversable, inner: str = "") -> Iterator[tuple[str, Traversable]]:
    """Every file of a folder by its path in it, or the file itself; not what Python keeps beside its files."""
    if one.is_file():
        yield inner, one
        return
    for part in one.iterdir():
        if part.name != "__pycache__":
            yield from _files(part, f"{inner}/{part.name}" if inner else part.name)


def _is_same(content: bytes, there: Path) -> bool:
    return there.read_bytes() == content


def _write(copy: Path, content: bytes) -> None:
    def fill(unfinished: Path) -> None:
        unfinished.write_bytes(content)

    def check(unfinished: Path) -> None:
        if unfinished.read_bytes() != content:
            raise OutputError(f"{copy} was written but does not read back.")

    placed = replace_atomically(copy, fill, check)
    if placed != copy:
        raise OutputError(f"{copy} could not be replaced (is it open elsewhere?); it was kept as {placed}.")
