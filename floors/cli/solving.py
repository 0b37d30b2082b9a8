"""What commands share that solve many studies into one workbook."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.cli.places import Place, target_of
from floors.cli.shared import Talk, day_of, prepared, print_json, status_of, stem_of, workers
from floors.errors import TimeLimit
from floors.stopping import Deadline

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from floors.study.study import Study


@contextmanager
def _in_parts(
    call: Callable[..., Any], target: Path, resume: bool | None, limit: Deadline
) -> Iterator[Callable[..., Any]]:
    """The call, with a place for its parts beside the target where it may resume or not."""
    if resume is None:
        yield call
        return
    from floors.files.targets import hold_parts
    from floors.many.kept import Parts

    with hold_parts(target, resume=resume, keep=lambda: limit.reached) as folder:
        yield partial(call, parts=Parts(folder, resume=resume))


def solve_beside(
    name: str,
    solve: Callable[[Callable[..., Any], Study, Executor | None], Any],
    *,
    ending: str,
    workbook: Path,
    output: Place | None,
    overrides: Sequence[str],
    jobs: int | None,
    dask: str | None,
    time_limit: float | None,
    stamp: bool,
    embed: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,  # heeded by `main`
    tasks: int | None = None,
    verbose: bool = False,
    resume: bool | None = None,
) -> None:
    """Make a result of many studies with `floors.<name>`, which `solve` is handed; say and write it.

    The workbook is written whatever happens to some of the studies; the exit code is that of the result. Where it may
    `resume`, or not (None: never), what is solved lies beside the workbook until that is written.
    """
    import floors
    from floors.excel.embedded import to_embed

    limit = Deadline(time_limit)
    started = time.perf_counter()
    talk = Talk(quiet, progress=not as_json)
    usual = Path("outputs") / f"{stem_of(workbook)}-{ending}.xlsx"
    target = target_of(output, usual, as_json=as_json)
    target.only("--resume", resume)
    try:
        with talk.showing():
            study = prepared(workbook, target.path, force, overrides, talk=talk, resume=bool(resume))
        kept = to_embed(study, embed)  # as it was read: it may change while the study is solved
        call = getattr(floors, name)
        # Workers first: copies of a process that holds a lock hold it too.
        with workers(jobs, tasks, dask) as executor, _in_parts(call, target.path, resume, limit) as called:
            with talk.showing(moving=not verbose), limit:
                found = solve(called, study, executor)
            if executor is not None:
                executor.shutdown()
            talk.say_result(found)
            with talk.showing():
                written = found.to_excel(target.path, force=force, day=day_of(stamp), embed=kept or False)
    except Exception as error:
        if as_json:
            print_json({"status": status_of(error), "output": None, "message": str(error)})
        raise
    status, message = (TimeLimit.status, limit.told) if limit.reached else (found.status, "")
    if as_json:
        print_json({"status": status, "output": str(written), **found.described(), "message": message})
    where = target.placed(written)
    talk.say(f"Written to {where} in {time.perf_counter() - started:.1f} s.")
    code = found.exit_code if not found.failed else 0
    if limit.reached:
        talk.complain(
            limit.told + ("" if resume is None or target.streams else " --resume goes on from there.")
        )
        code = TimeLimit.exit_code
    if code:
        raise click.exceptions.Exit(code)
