"""What tasks share, and what is told alike of coalitions and of the points of a sweep."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Any


class Shared:
    """What the tasks of one call have in common, made of what is `given`: on its way to another process packed once,
    and made once there."""

    def __init__(self, *given: Any) -> None:
        self._given = given

    @cached_property
    def _packed(self) -> bytes:
        return zlib.compress(pickle.dumps((type(self), self._given), protocol=5), level=1)

    def __reduce__(self) -> tuple[Callable[[bytes], Shared], tuple[bytes]]:
        return _arrived, (self._packed,)


@lru_cache(maxsize=2)
def _arrived(content: bytes) -> Shared:
    kind, given = pickle.loads(zlib.decompress(content))
    found: Shared = kind(*given)
    return found


def first_of_each(found: Iterable[tuple[str, str, str]]) -> list[str]:
    """Of (name, status, message): those without a result, the first of each message."""
    first: dict[str, list[tuple[str, str]]] = {}
    for name, status, message in found:
        if status != "optimal":
            first.setdefault(message, []).append((name, status))
    return [
        f"{some[0][0]}{f' and {len(some) - 1} more' if len(some) > 1 else ''}: {some[0][1]}: {message}"
        for message, some in first.items()
    ]


def less(value: float | None, other: float | None) -> float | None:
    """The difference of two numbers; None where one is not known."""
    return None if value is None or other is None else value - other
