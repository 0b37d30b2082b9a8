"""The command `floors`: its subcommands, exit codes, and what is said when one fails."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from floors import __version__, stopping
from floors.cli.alternatives import alternatives
from floors.cli.check import check
from floors.cli.coalition import coalition
from floors.cli.compare import compare
from floors.cli.convert import convert
from floors.cli.diagnose import diagnose
from floors.cli.example import example
from floors.cli.priorities import priorities
from floors.cli.report import report
from floors.cli.reproduce import reproduce
from floors.cli.risk import risk
from floors.cli.sample import sample
from floors.cli.schema import schema
from floors.cli.shared import Talk, coloured, show, unexpected
from floors.cli.solve import solve
from floors.cli.sweep import sweep
from floors.cli.template import template
from floors.cli.tornado import tornado
from floors.cli.verify import verify
from floors.errors import FloorsError, OutputError

FULL = {errno.ENOSPC, errno.EFBIG}
"""What the system says of a file that takes no more."""


@contextmanager
def _told() -> Iterator[None]:
    """What click would leave without a word: in the block an interrupt is its Abort, and standard output that does not
    take all an OutputError."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise click.Abort from stop
    except BrokenPipeError as error:  # of which click would make exit code 1
        _leave_standard_output()
        raise OutputError("Standard output was closed before all was written.") from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        _leave_standard_output()
        raise OutputError(f"Not all could be written: {error.strerror}.") from error


class _Commands(click.Group):
    """Ctrl-C is one line, which `run` writes; click would write an empty one before it. Commands are listed in the
    order in which they were added, each with the whole of its short help."""

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        """This writes the help and the version."""
        with _told():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _told():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they were added."""
        return [*self.commands]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="floors")
def cli() -> None:
    """Coordinated price floors and sourcing mixes for a critical-minerals bloc.

    A workbook with the tables of a study goes in, a workbook of results comes out; `floors template` makes one to begin
    with, and `floors COMMAND --help` tells all of a command.

    Where a command takes a file, - is standard input or, behind -o, standard output. NO_COLOR takes colours away,
    FORCE_COLOR gives them where there is no terminal.

    Exit codes: 0 done; 1 unexpected; 2 wrong usage or bad input; 3 infeasible or over budget; 4 the solver
    stopped early or the certificate failed; 5 the output could not be written; 6 a check failed (verify,
    reproduce, compare); 130 interrupted, 143 terminated. Of several workbooks the highest of all.

    \b
    Names of commands and options are completed by the tab key after
      eval "$(_FLOORS_COMPLETE=bash_source floors)"  in ~/.bashrc
      eval "$(_FLOORS_COMPLETE=zsh_source floors)"   in ~/.zshrc
      _FLOORS_COMPLETE=fish_source floors | source   in ~/.config/fish/config.fish
    """


IN_SHORT = {
    example: "A copy of a worked example; without a name: what there is.",
    template: "A workbook to start from.",
    check: "Every problem of a workbook, by sheet and cell.",
    solve: "Floors, sourcing mix and accounts.",
    sweep: "Cost against cap, and where it bends.",
    alternatives: "Other plans that cost nearly as little.",
    tornado: "Which uncertain numbers move floors and costs most.",
    sample: "How sure floors and costs are.",
    coalition: "Every coalition: who gains, who would leave.",
    risk: "Capacity and floors before the future is known.",
    priorities: "Which minerals first: loss avoided for what caps cost.",
    diagnose: "Why there is no plan, and what would have to give.",
    report: "One HTML file to mail, and pictures for slides.",
    verify: "A result against its workbook, from the tables alone.",
    reproduce: "A result made again from its input, and compared.",
    compare: "Two results, number by number.",
    convert: "A workbook as a folder of CSV or Parquet, and back.",
    schema: "What an input is, for other programs.",
}
"""What each command gives, in the list of all: short enough for a terminal of 80 characters."""
for command, words in IN_SHORT.items():
    command.short_help = words
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with the exit code of the contract."""
    import gc

    gc.set_threshold(20_000, 10, 10)  # garbage is a model as a whole, seldom and large
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # what is left need not be looked through on leaving
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command; returns its exit code."""
    talk = Talk(False)
    try:
        outcome = cli.main(args=arguments, prog_name="floors", standalone_mode=False, color=coloured())
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(talk)
    except FloorsError as error:
        show(error, talk, debug="--debug" in arguments)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last line of defence: said, never swallowed
        if stopping.asked():
            return _interrupted(talk)
        return unexpected(error, talk, debug="--debug" in arguments)
    return outcome if isinstance(outcome, int) else 0


def _leave_standard_output() -> None:
    """What is still to be written to standard output, which nobody reads any more, goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupted(talk: Talk) -> int:
    if sys.stderr.isatty():
        talk.complain("")  # beside it stands ^C
    talk.complain("Interrupted.")
    return stopping.exit_code()
