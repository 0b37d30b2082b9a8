"""`floors solve`: floors, sourcing mix and accounts of one or several scenarios."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.cli import options
from floors.cli.iamc_file import IamcFile
from floors.cli.model_files import ModelFiles
from floors.cli.places import Place, target_of
from floors.cli.progress import SHARES
from floors.cli.report import described, make_report
from floors.cli.several import for_each
from floors.cli.shared import (
    Talk,
    builder,
    check_placed,
    day_of,
    prepared,
    print_json,
    status_of,
    stem_of,
    workers,
)
from floors.errors import TimeLimit, UsageError
from floors.stopping import Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from floors.excel.embedded import Embedded
    from floors.many import Run, Runs
    from floors.many.large import Written
    from floors.results.summary import Figures
    from floors.study.study import Study


@click.command()
@options.workbooks
@options.output("results")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="Solve this scenario instead of the workbook as it stands; given several times, all of them into one "
    "workbook with a sheet comparison (base is solved for it where it is not named).",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Solve base and every scenario into one workbook, whatever happens to some of them. Exit code 0 where "
    "all are optimal, else 3 where one is infeasible or over budget, else 4.",
)
@options.overrides
@options.model
@options.write_lp
@options.write_mps
@click.option(
    "--ranges",
    is_flag=True,
    help="Find lowest and highest of every floor, the range of every share and what every cap is worth, however "
    "many there are; without it those of most money where all would be much work.",
)
@options.jobs
@options.time_limit
@options.dask
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with several scenarios where a run into the same OUTPUT was killed, or reached its time limit: what it "
    "had solved, of the same workbook with the same options, is not solved again, and stays for another time if this "
    "run is stopped too.",
)
@options.report
@options.figures
@options.iamc
@options.stamp
@options.embed
@options.force
@options.accept_failed
@options.as_json(
    "{workbook, status, output, scenarios: [{scenario, status, total_cost, "
    "uplift, make_whole, capped_share, seconds, message}]}; with --report also {report: {output, figures, left_out}}, "
    "with --write-lp or --write-mps {models: [{output, names}]}, with --iamc {iamc: FILE}.",
)
@options.quiet
@options.verbose
@options.debug
@for_each
def solve(
    workbook: Path,
    output: Place | None,
    scenarios: tuple[str, ...],
    overrides: tuple[str, ...],
    everything: bool,
    model_file: Path | None,
    write_lp: Path | None,
    write_mps: Path | None,
    ranges: bool,
    jobs: int | None,
    dask: str | None,
    time_limit: float | None,
    resume: bool,
    with_report: bool,
    figures: Path | None,
    iamc: Path | None,
    stamp: bool,
    embed: bool,
    force: bool,
    accept_failed: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    debug: bool,
) -> None:
    """Solve a workbook: price floors, sourcing mix and accounts, written to a results workbook.

    Of several workbooks each is solved by itself, and the exit code is the highest of all; --json is a line for each.
    """
    limit = Deadline(time_limit)
    started = time.perf_counter()
    several = everything or len(dict.fromkeys(scenarios)) > 1
    talk = Talk(quiet, progress=not as_json, shares=None if several else SHARES)
    names = tuple(dict.fromkeys(scenarios)) or ("base",)
    code, beside = 0, ""
    day = day_of(stamp)
    target = target_of(output, Path("outputs") / f"{stem_of(workbook)}-results.xlsx", as_json=as_json)
    target.only("--resume", resume)
    target.only("--report", with_report)
    asked = _Report(talk, figures, force) if with_report else None
    models, data = ModelFiles(talk, write_lp, write_mps, force), IamcFile(talk, iamc, force)
    from floors.excel.embedded import to_embed
    from floors.files.targets import locks

    try:
        if everything and scenarios:
            raise UsageError("--all solves base and every scenario: leave out --scenario.")
        if resume and not everything and len(names) == 1:
            raise UsageError(
                "--resume goes on with several scenarios: give --all, or --scenario more than once."
            )
        if figures is not None and not with_report:
            raise UsageError("--figures are those of the report: give --report, too.")
        if asked:
            asked.check(target.path)
        models.check(workbook, several)
        if locks(workbook):
            talk.say(f"warning: {workbook} is open in another program; changes not saved there are not seen.")
        with talk.showing():
            study = prepared(workbook, target.path, force, overrides, talk=talk, resume=resume)
        kept = to_embed(study, embed)  # as it was read: it may change while the study is solved
        data.check(study, target.path, ("base", *study.scenario_names) if everything else names)
        how: dict[str, Any] = {
            "ranges": True if ranges else None,
            "model": builder(model_file) if model_file else None,
            "log": verbose and not as_json,
            "accept_failed": accept_failed,
        }
        if several:
            family = _Family(talk, jobs, dask, resume, debug, day, kept, limit, data)
            runs, done = family.solve_and_write(study, None if everything else names, target.path, force, how)
            entries = [_entry(r.scenario, r.status, r.figures, r.seconds, r.message) for r in runs]
            status, code, written, beside = runs.status, runs.exit_code, done.workbook, done.told
            target.only("A table of more rows than Excel holds", beside)
        else:
            from floors.results.solve import solve as solve_study

            study = study.scenario(names[0])
            with models.also_without_a_plan(study, how["model"]), talk.showing(moving=not verbose), limit:
                result = solve_study(study, **how)
            seconds = time.perf_counter() - started
            entries = [_entry(names[0], result.status, result.figures, seconds, "")]
            talk.say_result(result)
            with talk.showing():
                written = result.to_excel(target.path, force=force, day=day, embed=kept or False)
            status = result.status
            models.write(result)
            data.take(result)
        told = models.told | (asked.write(written) if asked else {})
        told |= data.write(study.path)
    except Exception as error:
        if as_json:
            print_json(
                {
                    "status": status_of(error),
                    "output": None,
                    "scenarios": [
                        _entry(names[0], status_of(error), None, time.perf_counter() - started, str(error))
                    ],
                    **models.told,
                }
            )
        raise
    if limit.reached:
        status, code = TimeLimit.status, TimeLimit.exit_code
    if as_json:
        print_json({"status": status, "output": str(written), "scenarios": entries, **told})
    where = target.placed(written)
    if beside:
        talk.say(beside)
    talk.say(f"Written to {where} in {time.perf_counter() - started:.1f} s.")
    if limit.reached:
        talk.complain(
            limit.told + (" --resume goes on from there." if several and not target.streams else "")
        )
    if code:
        raise click.exceptions.Exit(code)


@dataclass(frozen=True)
class _Report:
    """The report that was asked for beside the results workbook."""

    talk: Talk
    figures: Path | None
    force: bool

    def check(self, target: Path) -> None:
        """Find out, before anything is solved, whether it can be written."""
        from floors.html.report import beside, check_targets

        check_targets(beside(target, target.parent), target, self.figures, self.force)

    def write(self, written: Path) -> dict[str, Any]:
        """Write it; what --json says of it."""
        from floors.html.report import beside

        made = make_report(self.talk, written, beside(written, written.parent), self.figures, self.force)
        check_placed(made.report, beside(written, written.parent))
        return {"report": described(made)}


@dataclass(frozen=True)
class _Family:
    """Several scenarios into one workbook: how they are solved, and who is told."""

    talk: Talk
    jobs: int | None
    dask: str | None
    resume: bool
    debug: bool
    day: str
    embed: Embedded | None
    limit: Deadline
    data: IamcFile

    def solve_and_write(
        self,
        study: Study,
        names: tuple[str, ...] | None,
        target: Path,
        force: bool,
        options: Mapping[str, Any],
    ) -> tuple[Runs, Written]:
        """The runs, and where they were written; until then each lies in a part beside the target."""
        from floors.files.gate import unread
        from floors.files.targets import hold_parts
        from floors.many import solve_scenarios
        from floors.many.kept import Kept
        from floors.many.large import write_runs

        count = 1 + len(study.scenario_names) if names is None else len(names)
        # Workers first: copies of a process that holds a lock hold it too.
        with (
            workers(self.jobs, count, self.dask) as executor,
            hold_parts(target, resume=self.resume, keep=lambda: self.limit.reached) as folder,
        ):
            parts = Kept(folder, resume=self.resume)
            with self.talk.showing(moving=not options["log"]), self.limit:
                runs = solve_scenarios(study, names, executor, done=self._tell, parts=parts, **options)
            if executor is not None:
                executor.shutdown()
            self.talk.say_result(runs)
            with self.talk.showing():
                written = write_runs(runs, target, force=force, day=self.day, embed=self.embed or False)
                self.data.take(runs)
        if why := unread(written.workbook):
            self.talk.complain(
                f"warning: {written.workbook.name} is too large for floors verify, report, compare and reproduce: "
                f"{why}. Solve fewer scenarios into one workbook (--scenario) for these."
            )
        return runs, written

    def _tell(self, run: Run) -> None:
        """One of several scenarios is there, or is not; why not is never silenced."""
        if run.status == "optimal":
            when = "solved before" if run.resumed else f"{run.seconds:.1f} s"
            self.talk.say(f"{run.scenario}: optimal, {when}.")
        else:
            self.talk.complain(f"{run.scenario}: {run.status}: {run.message}")
            if self.debug and run.trace:
                self.talk.complain(run.trace)


def _entry(
    scenario: str, status: str, figures: Figures | None, seconds: float, message: str
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "status": status,
        "total_cost": figures.total_cost if figures else None,
        "uplift": figures.uplift if figures else None,
        "make_whole": figures.make_whole if figures else None,
        "capped_share": figures.capped_share if figures else None,
        "seconds": round(seconds, 3),
        "message": message,
    }
