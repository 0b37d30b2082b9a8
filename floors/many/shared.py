"""What calls of several studies share: what they refuse, and what the tasks of one have in common."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from floors.errors import UsageError
from floors.study.study import Study

NUMBERS = "what is decided before does not know its numbers"
CAPS_DECIDED = "the caps of earlier years are decided"
WHO_IS_IN = "what was decided before it depends on who was in"
"""Why a surprise is refused."""


def check_foreseen(study: Study, why: str = NUMBERS) -> None:
    """Raise UsageError for a scenario that comes as a surprise, and say why that cannot be."""
    if study.surprise is not None:
        raise UsageError(
            f"scenario {study.scenario_name} is a surprise of {study.surprise}: {why}. Choose a scenario that is known "
            "from the start."
        )


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
