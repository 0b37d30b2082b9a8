"""LP and MPS files, read by HiGHS."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from highspy import _core

from floors.errors import UsageError
from floors.lp.linear import Compiled
from floors.lp.listed import Sides, compile_sides
from floors.lp.mps_slips import check_mps
from floors.lp.sparse import Matrix

ENDINGS = (".lp", ".mps", ".lp.gz", ".mps.gz")
SMALLEST = 1e-12  # of entries that HiGHS keeps at most
_WORSE = (highspy.HighsLogType.kWarning, highspy.HighsLogType.kError)


def compile_file(path: Path) -> Compiled:
    """The LP of a file, its rows and columns by the names that it gives them.

    Raises UsageError for what is no such file, for integers and anything not linear, and where HiGHS warns: what it
    warns of it has left out or changed.
    """
    if not path.name.lower().endswith(ENDINGS):
        raise UsageError(f"{path}: expected an LP or MPS file, whose name ends in {', '.join(ENDINGS)}.")
    try:
        if path.name.lower().removesuffix(".gz").endswith(".mps"):
            check_mps(path)
        else:
            path.open("rb").close()
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    highs, said = _core._Highs(), list[str]()

    def listen(_kind: Any, text: str, out: Any, *_: Any) -> None:
        if out.log_type in _WORSE:
            said.append(" ".join(text.split()))

    highs.setOptionValue("log_to_console", False)
    highs.setOptionValue("small_matrix_value", SMALLEST)
    highs.setCallback(listen, None)
    highs.startCallback(_core.cb.HighsCallbackType.kCallbackLogging)
    status = highs.readModel(str(path))
    why = "; ".join(said) or "it does not say why."
    if status == highspy.HighsStatus.kError:
        raise UsageError(f"HiGHS could not read {path}: {why}")
    if said or status != highspy.HighsStatus.kOk:  # of an MPS file it forgets what it has warned of (1.16)
        raise UsageError(f"HiGHS left out or changed part of {path}: {why}")
    return compile_sides(_sides(highs, path))


def _sides(highs: Any, path: Path) -> Sides:
    lp = highs.getLp()
    names = list(lp.col_names_)
    whole = [
        name
        for name, kind in zip(names, lp.integrality_, strict=False)
        if kind != highspy.HighsVarType.kContinuous
    ]
    if whole:
        raise UsageError(
            f"expected continuous variables, found integer or semi-continuous ones: {', '.join(whole[:5])}."
        )
    if highs.getModel().hessian_.dim_:
        raise UsageError(f"floors can price linear models only: the objective of {path} is quadratic.")
    if not names:
        raise UsageError(f"{path} has no columns.")
    for what, called in (("columns", names), ("rows", list(lp.row_names_))):
        again = [name for name, count in Counter(called).items() if count > 1]
        if again:
            raise UsageError(f"{path} has several {what} of one name: {', '.join(again[:5])}.")
    open_ = [name for name in names if name.count("(") != name.count(")")]
    if open_:
        raise UsageError(
            f"{path} has columns {', '.join(open_[:5])}: an LP file has no products of brackets; write each term."
        )
    stored, (m, n) = lp.a_matrix_, (lp.num_row_, lp.num_col_)
    start = np.asarray(stored.start_)
    major = np.repeat(np.arange(len(start) - 1), np.diff(start))
    minor = np.asarray(stored.index_)
    rowwise = stored.format_ == highspy.MatrixFormat.kRowwise
    row, column = (major, minor) if rowwise else (minor, major)
    return Sides(
        maximised=lp.sense_ == highspy.ObjSense.kMaximize,
        cost=np.array(lp.col_cost_, dtype=float),
        offset=float(lp.offset_),
        matrix=Matrix.from_entries(row, column, np.asarray(stored.value_, dtype=float), (m, n)),
        row_lower=np.array(lp.row_lower_, dtype=float),
        row_upper=np.array(lp.row_upper_, dtype=float),
        lower=np.array(lp.col_lower_, dtype=float),
        upper=np.array(lp.col_upper_, dtype=float),
        rows=list(lp.row_names_),
        columns=names,
    )
