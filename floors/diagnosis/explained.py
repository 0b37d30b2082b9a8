"""What `solve` says where there is no plan: the short form of a diagnosis."""

from __future__ import annotations

from typing import Any

from floors.case.derive import Case
from floors.diagnosis.infeasible import short
from floors.diagnosis.rows import Scene
from floors.diagnosis.unbounded import paid_without_limit
from floors.errors import Infeasible, SolveError
from floors.lp.linear import Compiled
from floors.solving.outcome import Past


def explained(error: SolveError, case: Case, m: Any, compiled: Compiled, past: Past | None) -> SolveError:
    """The error with what would have to give, and the scene that a diagnosis needs."""
    scene = Scene(case, m, compiled, past)
    if isinstance(error, Infeasible):
        why = short(scene)
        told = f"The least that would have to give: {why}. `floors diagnose` says why." if why else ""
    else:
        told = " ".join(finding.sentence for finding in paid_without_limit(scene))
    baseline = "" if case.policy else " (This is the baseline, without caps and floor rules.)"
    found = type(error)(f"{error}{baseline} {told}".rstrip())
    found.scene = scene
    return found
