"""The report of a results workbook: written as a file, with its pictures beside it where these are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from floors.errors import UsageError
from floors.files.targets import replace_atomically
from floors.html import stills
from floors.html.document import document
from floors.html.read import Handed, read
from floors.html.slides import slides
from floors.html.targets import check_figure, check_folder, check_page, check_report
from floors.steps import stage


class Reported(NamedTuple):
    """What was written: the report, its pictures, and the tables that it has no room for. `stills` says whether
    pictures stand in the page before scripts run."""

    report: Path
    figures: tuple[Path, ...]
    left_out: tuple[str, ...]
    stills: bool


def beside(workbook: Path, folder: Path) -> Path:
    """Where the report of a results workbook goes if nothing else is said: `rare_earths-report.html`."""
    name = workbook.resolve().name if workbook.is_dir() else workbook.stem
    return folder / f"{name.removesuffix('-results')}-report.html"


def check_targets(target: Path, workbook: Path, figures: Path | None, force: bool) -> None:
    """Find out whether a report and its pictures can be written. Raises UsageError and OutputError, as `write_report`
    does."""
    check_report(target, workbook, force)
    if figures is not None:
        if not stills.available(png=True):
            raise UsageError(f"--figures draws pictures, for which floors[report] is needed: {stills.EXTRA}.")
        check_folder(figures)


def write_report(
    workbook: Path, target: Path, *, figures: Path | None = None, force: bool = False, day: str = ""
) -> Reported:
    """Write the report of a results workbook to `target`, and each of its pictures to the folder `figures`.

    Raises InputError for a file that is no results workbook of this version or the one before, UsageError and
    OutputError for targets as `floors.files.targets` does, and UsageError where pictures are asked for without
    floors[report].
    """
    check_targets(target, workbook, figures, force)
    with stage("reading"):
        handed = read(workbook)
    with stage("drawing", sum(len(picture.panels) for picture in handed.pictures)) as here:
        made = document(handed, day, here.finished)
    drawn = tuple(_write_figures(handed, figures, force)) if figures is not None else ()
    with stage("writing"):
        written = replace_atomically(target, lambda file: _write(file, made.html.encode()), check_page)
    return Reported(written, drawn, made.left_out, stills.available() or not handed.pictures)


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def _write_figures(handed: Handed, folder: Path, force: bool) -> Iterator[Path]:
    """Each panel of each picture as SVG and PNG; all targets are looked at before the first is written."""
    made = [(folder / slide.name, slide) for picture in handed.pictures for slide in slides(picture)]
    for path, _ in made:
        for ending in (".svg", ".png"):
            check_figure(path.with_name(path.name + ending), force)
    with stage("figures", len(made)) as here:
        for path, slide in made:
            for ending, content in ((".svg", slide.svg.encode()), (".png", slide.png())):
                file = path.with_name(path.name + ending)
                yield replace_atomically(file, partial(_write, content=content), lambda _: None)
            here.finished(slide.name)
