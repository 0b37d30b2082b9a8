"""Numbers that hang on names alone: they tell what ties apart, alike wherever the same study is solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np

from floors.lp.labels import KeyTable, Labels
from floors.lp.linear import Compiled, Placed, Vector

MIXING = 0x9E3779B97F4A7C15  # odd, 2^64 over the golden ratio: its products spread over the high bits
WHOLE = 2**64


def of_columns(compiled: Compiled, columns: Vector) -> Vector:
    """A number from 1 to 2 for each of these columns: a hash of its variable and its key there."""
    if compiled.kept is None:
        return _of_columns(compiled, columns)
    every = np.arange(len(compiled.free))
    found: Vector = compiled.once("columns by name", lambda: _of_columns(compiled, every))[columns]
    return found


def _of_columns(compiled: Compiled, columns: Vector) -> Vector:
    found: Vector = 1 + np.nan_to_num(_numbers(compiled.variables, len(compiled.free), columns)[columns])
    return found


def of_rows(compiled: Compiled) -> Vector:
    """A number from 1 to 2 for each row: a hash of its constraint and its key there, or of the variable that it is a
    bound of."""
    return compiled.once("rows by name", lambda: _of_rows(compiled))


def _of_rows(compiled: Compiled) -> Vector:
    m = len(compiled.equality)
    found = _numbers(compiled.constraints, m, np.arange(m))
    matrix = compiled.lp.matrix
    bound = np.flatnonzero(np.isnan(found) & (np.diff(matrix.indptr) > 0))
    if len(bound):
        at = matrix.indptr[bound]
        of_column = of_columns(compiled, matrix.indices[at])
        found[bound] = (of_column + np.where(matrix.data[at] > 0, 0.25, 0.75)) % 1
    numbers: Vector = 1 + np.nan_to_num(found)
    return numbers


def _numbers(parts: Sequence[Placed], count: int, wanted: Vector) -> Vector:
    """From 0 to 1, of those that are wanted and have a name; NaN of all else (count)."""
    found, asked = np.full(count, np.nan), np.zeros(count + 1, dtype=bool)
    asked[wanted] = True  # the last is that of what appears nowhere
    hashes: dict[Labels, Vector] = {}
    for part in parts:
        name = crc32(part.component.name.encode())
        for second, at in enumerate((part.at, part.other)):
            which = np.flatnonzero(asked[at] if at is not None else [])
            if at is None or not len(which):
                continue
            table = part.index
            if isinstance(table, KeyTable):
                if table.labels not in hashes:
                    hashes[table.labels] = _hashed(table.labels.names)
                names, keys = hashes[table.labels], table.take(which).columns
                number = np.full(len(which), name + second, dtype=np.uint64)
                for column in keys:
                    number = (number ^ names[column]) * np.uint64(MIXING)
            else:
                number = np.array([_of_key(name + second, table[i]) for i in which.tolist()], dtype=np.uint64)
            found[at[which]] = (number >> np.uint64(32)).astype(float) / 2**32
    return found


def _of_key(number: int, key: Any) -> int:
    for place in key if isinstance(key, tuple) else (key,):
        number = (number ^ crc32(str(place).encode())) * MIXING % WHOLE
    return number


def _hashed(names: Sequence[Any]) -> Vector:
    return np.array([crc32(str(name).encode()) for name in names], dtype=np.uint64)
