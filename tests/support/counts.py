"""How many cases are tried: few by default, the rest under the marker `long`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

MANY = os.environ.get("FLOORS_EXAMPLES")
"""How many random examples are wanted, where that is said."""


def few(cases: Iterable[Any], count: int) -> list[Any]:
    """Parameters of a test: the first `count` as they are, all others marked `long`."""
    found = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=[pytest.mark.long] * (n >= count)) for n, case in enumerate(found)]
