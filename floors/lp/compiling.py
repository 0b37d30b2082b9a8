"""Any model as arrays: of Pyomo, of linopy, of an LP or MPS file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from floors.errors import UsageError
from floors.lp.linear import Compiled, check_model, compile_model


def compile_any(model: Any) -> Compiled:
    """A Pyomo model or block, a linopy model, or the path of an LP or MPS file as arrays.

    Raises UsageError for anything else, and what the compiler of each raises.
    """
    if isinstance(model, str | PathLike):
        from floors.lp.highs_file import compile_file

        return compile_file(Path(model))
    from floors.lp.by_linopy import compile_linopy, is_linopy

    if is_linopy(model):
        return compile_linopy(model)
    if type(model).__module__.split(".")[0] == "pypsa":
        raise UsageError(
            f"expected a model; found {type(model).__name__} of pypsa: pass what n.optimize.create_model() makes."
        )
    check_model(model, "; a linopy model; or the path of an LP or MPS file")
    return compile_model(model)
