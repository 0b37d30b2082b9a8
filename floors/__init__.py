"""Price floors and sourcing mixes for a critical-minerals trading bloc.

The names below are imported when they are first used, so that ``import floors`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floors.diagnosis import Diagnosis, diagnose
    from floors.errors import (
        CertificateFailed,
        FloorsError,
        Infeasible,
        InputError,
        NotConverged,
        OutputError,
        OverBudget,
        Problem,
        SolveError,
        TimeLimit,
        Unbounded,
        UsageError,
    )
    from floors.many import solve_many
    from floors.many.coalitions import Coalitions, coalition
    from floors.many.risks import Risk, risk
    from floors.many.sweep.sweeping import Sweep, sweep
    from floors.pricing.any_model import Prices, price
    from floors.results.result import Result
    from floors.results.solve import solve
    from floors.sourcing.build import build
    from floors.study.study import Study, read
    from floors.verification import Report, verify

__version__ = "0.1.0"

_HOME = {
    "CertificateFailed": "floors.errors",
    "Coalitions": "floors.many.coalitions",
    "Diagnosis": "floors.diagnosis",
    "FloorsError": "floors.errors",
    "Infeasible": "floors.errors",
    "InputError": "floors.errors",
    "NotConverged": "floors.errors",
    "OutputError": "floors.errors",
    "OverBudget": "floors.errors",
    "Prices": "floors.pricing.any_model",
    "Report": "floors.verification",
    "Problem": "floors.errors",
    "Result": "floors.results.result",
    "Risk": "floors.many.risks",
    "SolveError": "floors.errors",
    "Study": "floors.study.study",
    "Sweep": "floors.many.sweep.sweeping",
    "TimeLimit": "floors.errors",
    "Unbounded": "floors.errors",
    "UsageError": "floors.errors",
    "build": "floors.sourcing.build",
    "coalition": "floors.many.coalitions",
    "diagnose": "floors.diagnosis",
    "price": "floors.pricing.any_model",
    "read": "floors.study.study",
    "risk": "floors.many.risks",
    "solve": "floors.results.solve",
    "solve_many": "floors.many",
    "sweep": "floors.many.sweep.sweeping",
    "verify": "floors.verification",
}

__all__ = [
    "CertificateFailed",
    "Coalitions",
    "Diagnosis",
    "FloorsError",
    "Infeasible",
    "InputError",
    "NotConverged",
    "OutputError",
    "OverBudget",
    "Prices",
    "Problem",
    "Report",
    "Result",
    "Risk",
    "SolveError",
    "Study",
    "Sweep",
    "TimeLimit",
    "Unbounded",
    "UsageError",
    "__version__",
    "build",
    "coalition",
    "diagnose",
    "price",
    "read",
    "risk",
    "solve",
    "solve_many",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name from the file that defines it, once."""
    if name in _HOME:
        found = getattr(import_module(_HOME[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'floors' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
