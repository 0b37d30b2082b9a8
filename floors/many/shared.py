"""What the tasks of one call share."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
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
