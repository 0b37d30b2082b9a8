"""Price floors and sourcing mixes for a critical-minerals trading bloc.

The names below are imported when they are first used, so that ``import floors`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "floors.case.derive": "Case",
    "floors.contract.schema": "schema",
    "floors.diagnosis": "Diagnosis diagnose",
    "floors.errors": "CertificateFailed FloorsError Infeasible InputError NotConverged OutputError "
    "OverBudget Problem SolveError TimeLimit Unbounded UsageError",
    "floors.files.examples": "example",
    "floors.many": "Runs solve_many",
    "floors.many.coalitions": "Candidates Coalitions coalition",
    "floors.many.chains.priorities": "Priorities priorities",
    "floors.many.near.alternatives": "Alternatives alternatives",
    "floors.many.risks": "Risk risk",
    "floors.many.sweep.grid": "Grid",
    "floors.many.sweep.sweeping": "Sweep sweep",
    "floors.many.varied.sampled": "Sample",
    "floors.many.varied.sampling": "sample",
    "floors.many.varied.tornado": "Tornado tornado",
    "floors.pricing.any_model": "Prices price",
    "floors.reproducing": "Reproduction reproduce",
    "floors.results.result": "Result",
    "floors.results.solve": "solve",
    "floors.results.write_model": "write_model",
    "floors.sourcing.build": "build",
    "floors.sourcing.caps": "caps_data",
    "floors.sourcing.demand": "demand_data",
    "floors.sourcing.exports": "exports_data",
    "floors.sourcing.links": "links_data",
    "floors.sourcing.production": "production_data",
    "floors.sourcing.stockpiles": "stock_data",
    "floors.sourcing.time": "add_time",
    "floors.sourcing.trade": "trade_data use_data",
    "floors.steps": "Step",
    "floors.stopping": "Deadline",
    "floors.study.study": "Study read",
    "floors.verification": "Report verify",
}
"""Where public names are defined."""

_HOME = {name: module for module, names in _PUBLIC.items() for name in names.split()}
__all__ = sorted(["__version__", *_HOME])

if TYPE_CHECKING:  # the same for type checkers
    from floors.case.derive import Case as Case
    from floors.contract.schema import schema as schema
    from floors.diagnosis import Diagnosis as Diagnosis
    from floors.diagnosis import diagnose as diagnose
    from floors.errors import (
        CertificateFailed as CertificateFailed,
    )
    from floors.errors import (
        FloorsError as FloorsError,
    )
    from floors.errors import (
        Infeasible as Infeasible,
    )
    from floors.errors import (
        InputError as InputError,
    )
    from floors.errors import (
        NotConverged as NotConverged,
    )
    from floors.errors import (
        OutputError as OutputError,
    )
    from floors.errors import (
        OverBudget as OverBudget,
    )
    from floors.errors import (
        Problem as Problem,
    )
    from floors.errors import (
        SolveError as SolveError,
    )
    from floors.errors import (
        TimeLimit as TimeLimit,
    )
    from floors.errors import (
        Unbounded as Unbounded,
    )
    from floors.errors import (
        UsageError as UsageError,
    )
    from floors.files.examples import example as example
    from floors.many import Runs as Runs
    from floors.many import solve_many as solve_many
    from floors.many.chains.priorities import Priorities as Priorities
    from floors.many.chains.priorities import priorities as priorities
    from floors.many.coalitions import Candidates as Candidates
    from floors.many.coalitions import Coalitions as Coalitions
    from floors.many.coalitions import coalition as coalition
    from floors.many.near.alternatives import Alternatives as Alternatives
    from floors.many.near.alternatives import alternatives as alternatives
    from floors.many.risks import Risk as Risk
    from floors.many.risks import risk as risk
    from floors.many.sweep.grid import Grid as Grid
    from floors.many.sweep.sweeping import Sweep as Sweep
    from floors.many.sweep.sweeping import sweep as sweep
    from floors.many.varied.sampled import Sample as Sample
    from floors.many.varied.sampling import sample as sample
    from floors.many.varied.tornado import Tornado as Tornado
    from floors.many.varied.tornado import tornado as tornado
    from floors.pricing.any_model import Prices as Prices
    from floors.pricing.any_model import price as price
    from floors.reproducing import Reproduction as Reproduction
    from floors.reproducing import reproduce as reproduce
    from floors.results.result import Result as Result
    from floors.results.solve import solve as solve
    from floors.results.write_model import write_model as write_model
    from floors.sourcing.build import build as build
    from floors.sourcing.caps import caps_data as caps_data
    from floors.sourcing.demand import demand_data as demand_data
    from floors.sourcing.exports import exports_data as exports_data
    from floors.sourcing.links import links_data as links_data
    from floors.sourcing.production import production_data as production_data
    from floors.sourcing.stockpiles import stock_data as stock_data
    from floors.sourcing.time import add_time as add_time
    from floors.sourcing.trade import trade_data as trade_data
    from floors.sourcing.trade import use_data as use_data
    from floors.steps import Step as Step
    from floors.stopping import Deadline as Deadline
    from floors.study.study import Study as Study
    from floors.study.study import read as read
    from floors.verification import Report as Report
    from floors.verification import verify as verify
else:

    def __getattr__(name: str) -> Any:
        """Import a public name from the file that defines it, once."""
        if name in _HOME:
            found = getattr(import_module(_HOME[name]), name)
            globals()[name] = found
            return found
        raise AttributeError(f"module 'floors' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
