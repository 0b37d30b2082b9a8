"""Problems as other programs read them: a line each, for editors, and for workflows of GitHub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from floors.cli.shared import visible
from floors.errors import Problem


def concise(workbook: str, problem: Problem) -> str:
    """``study.xlsx:caps!D2: bounds expected a number ...``; of a value set by an option that in place of the cell."""
    level = "" if problem.level == "error" else f"{problem.level}: "
    told = f"{problem.message} {problem.hint}".strip()
    place = "" if problem.sheet == PurePath(workbook).name else f"{problem.place}:"
    return " ".join(visible(f"{workbook}:{place} {problem.code} {level}{told}").split())


def github(workbook: str, problem: Problem) -> str:
    """``::error file=study.xlsx,title=bounds caps!D2::caps!D2: ...``, as workflow commands of GitHub are written."""
    title = _property(visible(f"{problem.code} {problem.place}"))
    return f"::{problem.level} file={_property(workbook)},title={title}::{_data(visible(str(problem)))}"


def _data(text: str) -> str:
    """Text behind the second ::, in which a line would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property, which ends at , or ::."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMS: Mapping[str, Callable[[str, Problem], str]] = {"concise": concise, "github": github}
"""How a problem of a workbook is written, by the name of the format."""
