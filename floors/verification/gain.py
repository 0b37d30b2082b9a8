"""A gain, with the size of the terms that it is the difference of."""

from __future__ import annotations

from typing import NamedTuple

NEAR = 1e-8  # of the terms that are subtracted: what is nearer to 0 is rounding of the solver


class Gain(NamedTuple):
    """What somebody gains by one more: `terms` are the sizes of all that is added and subtracted."""

    value: float
    terms: float

    @classmethod
    def of(cls, *terms: float) -> Gain:
        """The sum of terms."""
        return cls(sum(terms), sum(map(abs, terms)))

    @property
    def is_one(self) -> bool:
        """Whether it is more than rounding."""
        return self.value > NEAR * self.terms

    @property
    def is_loss(self) -> bool:
        """Whether it is a loss of more than rounding."""
        return -self.value > NEAR * self.terms

    def times(self, factor: float) -> Gain:
        """So many of them."""
        return Gain(self.value * factor, self.terms * abs(factor))

    def less(self, amount: float) -> Gain:
        """With something subtracted."""
        return Gain(self.value - amount, self.terms + abs(amount))
