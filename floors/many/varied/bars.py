"""Bars of a tornado: what each input moves each output by, sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from floors.many.varied.outputs import Output
from floors.many.varied.solving import Varied

ALIKE = 1e-9  # of the largest number of an output: ranges that differ by less are tied, and less is none


@dataclass(frozen=True)
class Bar:
    """An output at both ends of an input (its number in sheet order): None where there is no such number. `range` is
    that of what there is, with the base; None where nothing is left."""

    output: Output
    input: int
    at_low: float | None
    base: float | None
    at_high: float | None
    range: float | None
    status_low: str
    status_high: str

    @property
    def failed(self) -> bool:
        """Whether an end has no plan."""
        return (self.status_low, self.status_high) != ("optimal", "optimal")


def bars(outputs: Sequence[Output], base: Varied, ends: Sequence[tuple[Varied, Varied]]) -> list[list[Bar]]:
    """The bars of each output: first inputs with an end without a plan, then by range, what ties in sheet order."""
    found = []
    for i, output in enumerate(outputs):
        values = [_value(base, i), *(_value(end, i) for pair in ends for end in pair)]
        size = ALIKE * max((abs(value) for value in values if value is not None), default=0.0)
        made = [
            _bar(output, j, _value(low, i), values[0], _value(high, i), (low.status, high.status), size)
            for j, (low, high) in enumerate(ends)
        ]
        made.sort(key=lambda bar: (not bar.failed, -(bar.range or 0.0)))
        found.append(_tied(made, size))
    return found


def _value(found: Varied, i: int) -> float | None:
    return found.values[i] if found.values else None


def _bar(
    output: Output,
    j: int,
    low: float | None,
    base: float | None,
    high: float | None,
    statuses: tuple[str, str],
    size: float,
) -> Bar:
    left = [value for value in (low, base, high) if value is not None]
    width = max(left) - min(left) if left else None
    if width is not None and width <= size:
        width = 0.0
    return Bar(output, j, low, base, high, width, *statuses)


def _tied(made: Sequence[Bar], size: float) -> list[Bar]:
    """The bars, those of one range but for rounding in sheet order."""
    found: list[Bar] = []
    tied: list[Bar] = []
    for bar in made:
        if tied and (bar.failed != tied[-1].failed or (tied[-1].range or 0.0) - (bar.range or 0.0) > size):
            found += sorted(tied, key=lambda one: one.input)
            tied = []
        tied.append(bar)
    return found + sorted(tied, key=lambda one: one.input)
