"""The command `floors`: its subcommands, exit codes, and what is said when one fails."""

from __future__ import annotations

import sys
from typing import Any

import click

from floors import __version__, stopping
from floors.cli.alternatives import alternatives
from floors.cli.check import check
from floors.cli.coalition import coalition
from floors.cli.compare import compare
from floors.cli.diagnose import diagnose
from floors.cli.example import example
from floors.cli.priorities import priorities
from floors.cli.report import report
from floors.cli.reproduce import reproduce
from floors.cli.risk import risk
from floors.cli.sample import sample
from floors.cli.shared import Talk
from floors.cli.solve import solve
from floors.cli.sweep import sweep
from floors.cli.template import template
from floors.cli.tornado import tornado
from floors.cli.verify import verify
from floors.errors import FloorsError, InputError

REPORT = "This is a bug in floors. Please report it with the workbook and the output of --debug."


class _Commands(click.Group):
    """Ctrl-C is one line, which `run` writes; click would write an empty one before it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise click.Abort from stop


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="floors")
def cli() -> None:
    """Coordinated price floors and sourcing mixes for a critical-minerals bloc.

    \b
    floors example rare_earths.xlsx        a copy of the worked example; without a name: what there is
    floors template study.xlsx --example   a workbook to start from
    floors check study.xlsx                every problem, by sheet and cell
    floors solve study.xlsx                floors, sourcing mix and accounts; --all: of every scenario
    floors sweep study.xlsx                cost against cap, and where it bends
    floors alternatives study.xlsx         other plans that cost nearly as little
    floors tornado study.xlsx              which uncertain numbers move floors and costs most
    floors sample study.xlsx               how sure floors and costs are, with all of them uncertain at once
    floors coalition study.xlsx            every coalition: who gains, who would leave
    floors risk study.xlsx                 capacity and floors before it is known which scenario comes true
    floors priorities study.xlsx           which minerals first: loss avoided for what caps cost
    floors diagnose study.xlsx             why there is no plan, and what would have to give
    floors report result.xlsx              one HTML file to mail, and pictures for slides
    floors verify study.xlsx result.xlsx   a result against its workbook, from the tables alone
    floors reproduce result.xlsx           a result made again from its input, and compared
    floors compare a.xlsx b.xlsx           two results, number by number

    Exit codes: 0 done; 1 unexpected; 2 wrong usage or bad input; 3 infeasible or over budget; 4 the solver
    stopped early or the certificate failed; 5 the output could not be written; 6 a check failed (verify,
    reproduce, compare); 130 interrupted, 143 terminated.
    """


SEVERAL = (sweep, alternatives, tornado, sample, coalition, risk, priorities)
for command in (solve, check, template, example, *SEVERAL, diagnose, report, verify, reproduce, compare):
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
        outcome = cli.main(args=arguments, prog_name="floors", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(talk)
    except FloorsError as error:
        _show(error, talk, "--debug" in arguments)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last line of defence: said, never swallowed
        if stopping.asked():
            return _interrupted(talk)
        _trace("--debug" in arguments)
        talk.complain(f"{type(error).__name__}: {error}\n{REPORT}")
        return 1
    return outcome if isinstance(outcome, int) else 0


def _interrupted(talk: Talk) -> int:
    if sys.stderr.isatty():
        talk.complain("")  # beside it stands ^C
    talk.complain("Interrupted.")
    return stopping.exit_code()


def _show(error: FloorsError, talk: Talk, debug: bool) -> None:
    _trace(debug)
    if isinstance(error, InputError):
        for problem in error.problems:
            talk.complain(str(problem))
        count = len(error.problems)
        talk.complain(f"{count} problem{'s' if count != 1 else ''}; nothing was solved or written.")
    else:
        talk.complain(str(error))


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
