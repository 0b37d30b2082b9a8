"""What every command says where there is no plan: the short form of a diagnosis, put into the error on its way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from floors.diagnosis.infeasible import short
from floors.diagnosis.unbounded import paid_without_limit
from floors.errors import FloorsError, Infeasible, OverBudget, SolveError, TimeLimit
from floors.solving.scene import Scene


def explain(error: FloorsError) -> None:
    """Add to an error what would have to give, or what is paid without limit; nothing where that is said already, or
    there is no time to find it."""
    if not isinstance(error, SolveError) or error.scene is None or error.explained:
        return
    if isinstance(error, OverBudget):
        return
    error.explained = True
    with suppress(TimeLimit):
        _explain(error, error.scene)


def _explain(error: SolveError, scene: Scene) -> None:
    if isinstance(error, Infeasible):
        why = short(scene)
        told = f"The least that would have to give: {why}. `floors diagnose` says why." if why else ""
    else:
        told = " ".join(finding.sentence for finding in paid_without_limit(scene))
    baseline = "" if scene.case.policy else " (This is the baseline, without caps and floor rules.)"
    said = f"{scene.message}{baseline} {told}".rstrip()
    error.args = (str(error).replace(scene.message, said, 1),)


@contextmanager
def explaining() -> Iterator[None]:
    """A block that no SolveError leaves unexplained."""
    try:
        yield
    except SolveError as error:
        explain(error)
        raise
