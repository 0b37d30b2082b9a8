"""Tables of a run as bytes, a sheet at a time: quick to hand on, a fraction of the memory, the same on disk.

Of bytes that lie on disk nothing is believed: they are read as texts and numbers alone, and no code in them runs.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from floors.contract.results import Row

_NUMBERS: tuple[type, ...] = (float, int, str)
_PLAIN: dict[str, type] = {kind.__name__: kind for kind in (bool, float, int, str)}


@dataclass(frozen=True)
class Packed:
    """Rows by sheet: how many, and as bytes."""

    counts: Mapping[str, int] = field(default_factory=dict)
    content: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Row]]) -> Packed:
        """Rows of texts, numbers, flags and None."""
        return cls(
            {sheet: len(some) for sheet, some in rows.items()},
            {sheet: packed(list(map(tuple, some))) for sheet, some in rows.items() if some},
        )

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a sheet, as they were but for their class; none where there are none."""
        content = self.content.get(sheet)
        rows: Sequence[Row] = () if content is None else unpacked(content)
        return rows

    def count(self, sheet: str) -> int:
        """How many rows a sheet has."""
        return self.counts.get(sheet, 0)


def packed(plain: object) -> bytes:
    """Texts, numbers, flags, None, and lists, tuples and dicts of them."""
    stream = BytesIO()
    _PlainPickler(stream, protocol=5).dump(plain)
    return zlib.compress(stream.getbuffer(), level=1)


def unpacked(content: bytes) -> Any:
    """What `packed` was given. Raises ValueError for anything else."""
    try:
        return _Plain(BytesIO(zlib.decompress(content))).load()
    except (zlib.error, pickle.UnpicklingError, EOFError, AttributeError, IndexError, KeyError) as error:
        raise ValueError(f"not bytes of plain values: {error}") from error


class _PlainPickler(pickle.Pickler):
    """Values without a class of their own; numbers of numpy as Python's."""

    def reducer_override(self, value: object) -> Any:
        if value in _PLAIN.values():
            return NotImplemented  # the name of a number's own kind
        for kind in _NUMBERS:
            if isinstance(value, kind):
                return kind, (kind(value),)
        if hasattr(value, "item"):
            return _PLAIN[type(plain := value.item()).__name__], (plain,)
        raise TypeError(f"{type(value).__name__} is no plain value")


class _Plain(pickle.Unpickler):
    """Values without a class of their own."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name in _PLAIN:
            return _PLAIN[name]
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")
