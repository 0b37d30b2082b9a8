"""What the contract names and this version does not compute: refused, never ignored. The only such list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from floors.errors import Problem
from floors.reading.cells import Typed
from floors.reading.locate import Locator

_HINT = "Empty it; this version does not compute it."


def on_reading(tables: Mapping[str, Typed], locator: Locator) -> Iterator[Problem]:
    """Probabilities of scenarios."""
    for index, record in enumerate(tables["scenarios"].cells if "scenarios" in tables else ()):
        if "probability" in record:
            message = "probabilities of scenarios are not built yet."
            yield locator.problem("scenarios", index, "probability", message, _HINT, "not_built")
