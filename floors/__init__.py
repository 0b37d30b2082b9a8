"""Price floors and sourcing mixes for a critical-minerals trading bloc.

The names below are imported when they are first used, so that ``import floors`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floors.coalitions import Coalitions, coalition
    from floors.errors import (
        CertificateFailed,
        FloorsError,
        Infeasible,
        InputError,
        NotBuilt,
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
    from floors.priced_model import Prices, price
    from floors.result import Result
    from floors.run import solve
    from floors.sourcing.build import build
    from floors.study import Study, read
    from floors.verification import Report, verify

__version__ = "0.1.0"

_HOME = {
    "CertificateFailed": "floors.errors",
    "Coalitions": "floors.coalitions",
    "FloorsError": "floors.errors",
    "Infeasible": "floors.errors",
    "InputError": "floors.errors",
    "NotBuilt": "floors.errors",
    "NotConverged": "floors.errors",
    "OutputError": "floors.errors",
    "OverBudget": "floors.errors",
    "Prices": "floors.priced_model",
    "Report": "floors.verification",
    "Problem": "floors.errors",
    "Result": "floors.result",
    "SolveError": "floors.errors",
    "Study": "floors.study",
    "TimeLimit": "floors.errors",
    "Unbounded": "floors.errors",
    "UsageError": "floors.errors",
    "build": "floors.sourcing.build",
    "coalition": "floors.coalitions",
    "price": "floors.priced_model",
    "read": "floors.study",
    "solve": "floors.run",
    "solve_many": "floors.many",
    "verify": "floors.verification",
}

__all__ = [
    "CertificateFailed",
    "Coalitions",
    "FloorsError",
    "Infeasible",
    "InputError",
    "NotBuilt",
    "NotConverged",
    "OutputError",
    "OverBudget",
    "Prices",
    "Problem",
    "Report",
    "Result",
    "SolveError",
    "Study",
    "TimeLimit",
    "Unbounded",
    "UsageError",
    "__version__",
    "build",
    "coalition",
    "price",
    "read",
    "solve",
    "solve_many",
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
