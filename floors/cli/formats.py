"""Problems as other programs read them: a line each, for editors, and for workflows of GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath

from floors.cli.shared import visible
from floors.errors import Problem

_LINE = re.compile(r"\d+")


def concise(workbook: str, problem: Problem) -> str:
    """``study.xlsx:caps!D2: bounds expected a number ...``, ``folder/caps.csv:2: bounds column 2026: ...``; of a value
    that an option gave, that in place of the cell."""
    level = "" if problem.level == "error" else f"{problem.level}: "
    told = f"{problem.message} {problem.hint}".strip()
    file, line = _file(workbook, problem)
    if file != workbook:
        place = f"{line}:" if line else ""
        level += f"column {problem.column}: " if problem.column else ""
    else:
        place = "" if problem.sheet == PurePath(workbook).name else f"{problem.place}:"
    return " ".join(visible(f"{file}:{place} {problem.code} {level}{told}").split())


def github(workbook: str, problem: Problem) -> str:
    """``::error file=study.xlsx,title=bounds caps!D2::caps!D2: ...``, as workflow commands of GitHub are written."""
    file, line = _file(workbook, problem)
    at = f",line={line}" if line else ""
    title = _property(visible(f"{problem.code} {problem.place}"))
    told = _data(visible(str(problem)))
    return f"::{problem.level} file={_property(visible(file))}{at},title={title}::{told}"


def _file(workbook: str, problem: Problem) -> tuple[str, str]:
    """The file of a problem, and its line where it is one of text."""
    if not problem.file or problem.option:
        return workbook, ""
    line = _LINE.search(problem.cell)
    text = PurePath(problem.file).suffix == ".csv"
    return str(PurePath(workbook) / problem.file), line[0] if line and text else ""


def _data(text: str) -> str:
    """Text behind the second ::, in which a line would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property, which ends at , or ::."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMS: Mapping[str, Callable[[str, Problem], str]] = {"concise": concise, "github": github}
"""How a problem of a workbook is written, by the name of the format."""
