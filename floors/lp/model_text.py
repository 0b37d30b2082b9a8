"""LP and MPS files: text that HiGHS, CBC, GLPK and others read back to the last bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from floors.lp.sparse import Matrix
from floors.lp.stated import CONSTANT, OBJECTIVE, Stated


def lp_text(stated: Stated, told: Iterable[str]) -> Iterator[str]:
    """Pieces of an LP file; `told` are lines of comment at its beginning."""
    yield from (f"\\ {line}\n" for line in told)
    columns = [one.name for one in stated.columns]
    yield f"{'Maximize' if stated.maximised else 'Minimize'}\n {OBJECTIVE}:\n"
    anywhere = np.zeros(len(columns), dtype=bool)
    anywhere[stated.matrix.indices] = True
    wanted = np.flatnonzero((stated.cost != 0) | ~anywhere)
    yield _terms(stated.cost[wanted], [columns[j] for j in wanted.tolist()])
    constant = _has_constant(stated)
    if constant:
        yield f" {stated.offset:+} {CONSTANT}\n"
    yield "Subject To\n"
    some = columns[0] if columns else CONSTANT
    starts, values = stated.matrix.indptr.tolist(), stated.matrix.data
    names = [columns[j] for j in stated.matrix.indices.tolist()]
    terms = [f" {value:+} {name}\n" for value, name in zip(values.tolist(), names, strict=True)]
    for i, (row, sense, side) in enumerate(zip(stated.rows, stated.sense, stated.side.tolist(), strict=True)):
        body = "".join(terms[starts[i] : starts[i + 1]]) or f" +0.0 {some}\n"
        yield f" {row.name}:\n{body} {sense} {side!r}\n"
    yield "Bounds\n"
    yield from _lp_bounds(stated, columns)
    if constant:
        yield f" {CONSTANT} = 1\n"
    yield "End\n"


def _has_constant(stated: Stated) -> bool:
    """Whether a column fixed at 1 is needed: not every reader takes a number in the objective, nor no column at all."""
    return stated.offset != 0 or not stated.columns


def _terms(values: Any, names: list[str]) -> str:
    return "".join(f" {value:+} {name}\n" for value, name in zip(values.tolist(), names, strict=True))


def _lp_bounds(stated: Stated, columns: list[str]) -> Iterator[str]:
    for name, low, high in zip(columns, stated.lower.tolist(), stated.upper.tolist(), strict=True):
        if low == high:
            yield f" {name} = {low!r}\n"
        elif low == -np.inf and high == np.inf:
            yield f" {name} free\n"
        elif high < np.inf:
            yield f" {low!r} <= {name} <= {high!r}\n"
        elif low != 0:
            yield f" {name} >= {low!r}\n"


_KIND = {"<=": "L", ">=": "G", "=": "E"}


def mps_text(stated: Stated, told: Iterable[str]) -> Iterator[str]:
    """Pieces of an MPS file of free format; `told` are lines of comment at its beginning."""
    yield from (f"* {line}\n" for line in told)
    yield "NAME floors\n"
    if stated.maximised:
        yield "OBJSENSE\n    MAX\n"
    yield f"ROWS\n N  {OBJECTIVE}\n"
    rows = [one.name for one in stated.rows]
    yield "".join(f" {_KIND[sense]}  {name}\n" for sense, name in zip(stated.sense, rows, strict=True))
    yield "COLUMNS\n"
    yield from _mps_columns(stated, rows, stated.matrix.T)
    if _has_constant(stated):
        yield f"    {CONSTANT}  {OBJECTIVE}  {stated.offset!r}\n"
    yield "RHS\n"
    yield "".join(
        f"    RHS  {name}  {side!r}\n" for name, side in zip(rows, stated.side.tolist(), strict=True) if side
    )
    yield "BOUNDS\n"
    yield from _mps_bounds(stated)
    if _has_constant(stated):
        yield f" FX BND  {CONSTANT}  1\n"
    yield "ENDATA\n"


def _mps_columns(stated: Stated, rows: list[str], by_column: Matrix) -> Iterator[str]:
    starts = by_column.indptr.tolist()
    at = [rows[i] for i in by_column.indices.tolist()]
    values = by_column.data.tolist()
    for j, (column, cost) in enumerate(zip(stated.columns, stated.cost.tolist(), strict=True)):
        first, end = starts[j], starts[j + 1]
        begin = f"    {column.name}  "
        if cost or first == end:
            yield f"{begin}{OBJECTIVE}  {cost!r}\n"
        yield "".join(
            f"{begin}{row}  {value!r}\n" for row, value in zip(at[first:end], values[first:end], strict=True)
        )


def _mps_bounds(stated: Stated) -> Iterator[str]:
    for column, low, high in zip(stated.columns, stated.lower.tolist(), stated.upper.tolist(), strict=True):
        if low == high:
            yield f" FX BND  {column.name}  {low!r}\n"
            continue
        if low == -np.inf:
            yield f" {'FR' if high == np.inf else 'MI'} BND  {column.name}\n"
        elif low != 0 or high < 0:
            yield f" LO BND  {column.name}  {low!r}\n"
        if high < np.inf:
            yield f" UP BND  {column.name}  {high!r}\n"
