"""`python -m tests.by_hand.documents`: write the tables of docs/ that are made from the code.

Each stands between a line `<!-- made: NAME -->` and the next `<!-- end -->`; a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from inspect import cleandoc

import click

from floors.cli.main import cli
from floors.contract.input_columns import Column, Table
from floors.contract.inputs import SETTINGS, TABLES
from floors.contract.results import (
    COMPARISON,
    RESULTS,
    alternatives,
    coalition,
    diagnosis,
    grid,
    priorities,
    risk,
    sample,
    sweep,
    tornado,
)
from floors.contract.results.columns import Sheet
from floors.contract.results.handed import EMBEDDED, HANDED_ON
from floors.contract.results.whole import side_by_side_sheet
from floors.sourcing.rows import ROW_KINDS
from tests.support.places import ROOT

DOCUMENTS = tuple(sorted((ROOT / "docs").glob("*.md")))
_MADE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    lines = [list(headers), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """Text in a table of Markdown, where a bar would end the cell, in code too."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def settings() -> str:
    """The keys of sheet settings."""
    return table(("key", "holds", "blank"), ((f"`{c.name}`", _holds(c), _blank(c)) for c in SETTINGS))


def inputs() -> str:
    """Every input sheet, with its columns."""
    return "\n".join(map(_input, TABLES))


def _input(sheet: Table) -> str:
    needed = " Required." if sheet.required else ""
    key = f" One row for each {' x '.join(sheet.key)}." if sheet.key else ""
    rows = [(f"`{c.name}`", _holds(c), _blank(c)) for c in sheet.columns]
    if sheet.years:
        rows.append(("one a year", _holds(sheet.years), _blank(sheet.years)))
    return f"### {sheet.name}\n\n{sheet.meaning}{needed}{key}\n\n{table(('column', 'holds', 'blank'), rows)}"


def _holds(column: Column) -> str:
    """Meaning, unit and what is allowed, in one phrase."""
    choices = " one of " + ", ".join(column.choices) if column.choices and column.name != "key" else ""
    told = [column.meaning, column.unit, column.bounds.text, choices.strip()]
    if column.refers:
        told.append(f"an entry of {' or '.join(column.refers)}")
    if column.words:
        told.append(f"or {', '.join(column.words)}")
    return "; ".join(part for part in told if part)


def _blank(column: Column) -> str:
    """What a blank cell means."""
    if column.required:
        return "an error"
    if column.default is not None:
        return f"{column.default:g}" if isinstance(column.default, float) else str(column.default_shown)
    return column.blank


def results() -> str:
    """Every sheet of the results of floors solve."""
    across = side_by_side_sheet({"SCENARIO": ""})
    return "\n".join(map(_result, (*RESULTS, COMPARISON, across, *HANDED_ON, EMBEDDED)))


def others() -> str:
    """Sheets of the results of other commands."""
    return "\n".join(
        f"## Results of `floors {command}`\n\n" + "\n".join(map(_result, sheets))
        for command, sheets in (
            ("sweep", sweep.SHEETS[:3]),
            ("sweep --offer, --export", grid.SHEETS[:4]),
            ("alternatives", alternatives.SHEETS[:-1]),
            ("tornado", tornado.SHEETS[:2]),
            ("sample", sample.sheets_of()[:-1]),
            ("coalition", coalition.sheets_of(("MEMBER",))[:2]),
            ("coalition --candidates", coalition.candidates_sheets(("MEMBER",))[:3]),
            (
                "risk",
                (
                    *(risk.STATES, risk.FLOORS, risk.FRONTIER, risk.VAULT, risk.VAULT_PLANS),
                    *(risk.INVESTMENT, risk.VAULT_YEARS),
                ),
            ),
            ("priorities", priorities.SHEETS[:-1]),
            ("diagnose", (diagnosis.FINDINGS, diagnosis.REMEDIES)),
        )
    )


def _result(sheet: Sheet) -> str:
    rows = ((f"`{c.name}`" + (" (key)" if c.key else ""), c.unit_in("USD"), c.meaning) for c in sheet.columns)
    return f"### {sheet.name}\n\n{sheet.meaning}\n\n{table(('column', 'unit', 'meaning'), rows)}"


def rows() -> str:
    """Every kind of row of the sourcing LP."""
    return table(
        ("row", "statement", "in", "unit of its dual", "whose room or duty"),
        (
            (
                f"`{kind.name}[{','.join(kind.key)}]`",
                " ".join(str(kind.rule.__doc__).split()),
                *(unit.replace("{currency}", "USD") for unit in kind.measure.value),
                kind.holder.value,
            )
            for kind in ROW_KINDS.values()
        ),
    )


def commands() -> str:
    """Every command with its help, as click has it."""
    return "\n".join(_command(name, command) for name, command in cli.commands.items())


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"floors {name}", help_option_names=["-h", "--help"])
    used = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    asked = (parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option))
    records = [option.get_help_record(context) for option in asked]
    options = table(("option", "what it does"), ((f"`{r[0]}`", _plain(r[1])) for r in records if r))
    said = _plain(cleandoc(command.help or "").replace("\b\n", ""))
    return f"## floors {name}\n\n```text\n{used}\n```\n\n{said}\n\n{options}"


def _plain(text: str) -> str:
    """Words of help as they are, to Markdown too."""
    return re.sub(r"([*<|\[\]])", r"\\\1", text)


MADE: dict[str, Callable[[], str]] = {
    "rows": rows,
    "settings": settings,
    "inputs": inputs,
    "results": results,
    "others": others,
    "commands": commands,
}


def made(text: str) -> str:
    """A document with its tables as the code has them. Raises KeyError for a table that nothing makes."""
    return _MADE.sub(lambda found: f"{found[1]}{MADE[found[2]]()}{found[3]}", text)


def names() -> Iterator[str]:
    """Tables that the documents have a place for."""
    for path in DOCUMENTS:
        yield from (found[1] for found in _MADE.findall(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        path.write_text(made(text), encoding="utf-8")
