"""The order of chains: what their caps avoid on average for what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from floors.many.chains.arms import Arm, Found
from floors.many.chains.blows import Blow
from floors.study.scenarios import BASE

SMALL = 1e-9  # of what the bloc pays: less than that is nothing
FREE, PAID, GAINS, LOSES = 0, 1, 2, 3


@dataclass(frozen=True)
class Struck:
    """A chain in a shock: what it costs the bloc with its caps and without, million at present value, None without a
    plan."""

    blow: Blow
    held: float | None
    dropped: float | None
    status: str
    size: float

    @property
    def avoided(self) -> float | None:
        """The loss that the caps avoid."""
        return (
            None if self.held is None or self.dropped is None else zero(self.dropped - self.held, self.size)
        )


@dataclass(frozen=True)
class Weighed:
    """What the caps of a chain cost and avoid; `cost` None where base has no plan with them or without them."""

    chain: str
    cost: float | None
    shocks: tuple[Struck, ...]
    status: str = "optimal"
    message: str = ""

    @property
    def complete(self) -> bool:
        """Whether every solve has a plan."""
        return self.status == "optimal"

    @cached_property
    def expected(self) -> float | None:
        """Sum of probability x loss avoided; None where one is not known."""
        avoided = [(one.blow.probability, one.avoided) for one in self.shocks]
        if self.cost is None or any(a is None for _, a in avoided):
            return None
        size = max((one.size for one in self.shocks), default=0.0)
        return zero(sum(p * a for p, a in avoided if a is not None), size)

    @property
    def ratio(self) -> float | None:
        """Loss avoided on average for each million of cost; None where the caps cost nothing."""
        if self.cost is None or self.expected is None or self.cost <= 0:
            return None
        return self.expected / self.cost

    @property
    def gain(self) -> float | None:
        """What the caps save the bloc on average."""
        if self.cost is None or self.expected is None:
            return None
        return self.expected - (1 - sum(one.blow.probability for one in self.shocks)) * self.cost

    @property
    def at_stake(self) -> bool:
        """Whether the caps cost or avoid anything."""
        return self.expected is not None and (self.cost != 0 or self.expected != 0)

    @property
    def free(self) -> bool:
        """Whether the caps cost nothing and avoid something, or more than pay for themselves."""
        return self.at_stake and (self.cost or 0.0) <= 0 and (self.expected or 0.0) >= 0

    @property
    def order(self) -> tuple[int, float]:
        """The least is first: what costs nothing and avoids something, by what it avoids and saves; then by the ratio;
        then what saves without a shock and loses in one; then what costs and avoids nothing."""
        cost, expected = self.cost or 0.0, self.expected or 0.0
        if cost <= 0:
            return (FREE, cost - expected) if expected >= 0 else (GAINS, -(self.gain or 0.0))
        return (PAID if expected > 0 else LOSES), -expected / cost


def weigh(name: str, found: Found, blows: Sequence[Blow]) -> Weighed:
    """What the caps of a chain cost and avoid, out of its arms."""
    held, dropped = found.held, found.dropped.get(name)
    if dropped is None:
        one = held[BASE]
        return Weighed(name, None, (), one.status, one.message)
    size = _size(held, dropped)
    cost = _less(held[BASE].net, dropped[BASE].net, size)
    shocks = tuple(_struck(blow, held, dropped, size) for blow in blows if name in blow.strikes)
    shocks = tuple(one for one in shocks if _moves(one, held, dropped))
    solved = [held[BASE], dropped[BASE]] + [arm[one.blow.name] for one in shocks for arm in (held, dropped)]
    wrong = next((one for one in solved if one.net is None), None)
    if wrong is not None:
        return Weighed(name, cost, shocks, wrong.status, wrong.message)
    return Weighed(name, cost, shocks)


def _struck(blow: Blow, held: Arm, dropped: Arm, size: float) -> Struck:
    now, then = held[blow.name], dropped[blow.name]
    status = now.status if now.net is None else then.status
    return Struck(blow, now.net, then.net, status, size)


def _moves(one: Struck, held: Arm, dropped: Arm) -> bool:
    """Whether a shock moves what the bloc pays for the chain, with its caps or without."""
    before = held[one.blow.parent].net, dropped[one.blow.parent].net
    if one.held is None or one.dropped is None or before[0] is None or before[1] is None:
        return True
    return bool(zero(one.held - before[0], one.size) or zero(one.dropped - before[1], one.size))


def _size(*arms: Arm) -> float:
    return max((abs(one.net) for arm in arms for one in arm.values() if one.net is not None), default=0.0)


def _less(one: float | None, other: float | None, size: float) -> float | None:
    return None if one is None or other is None else zero(one - other, size)


def zero(value: float, size: float) -> float:
    """The value, or 0 where it is rounding beside `size`."""
    return 0.0 if abs(value) <= SMALL * (1 + size) else value


def ranks(weighed: Sequence[Weighed]) -> Mapping[str, int]:
    """The rank of each chain at whose caps anything is at stake: 1 is first, of equals the same."""
    some = [one for one in weighed if one.complete and one.at_stake]
    found: dict[str, int] = {}
    before: Weighed | None = None
    for place, one in enumerate(sorted(some, key=lambda one: one.order), 1):
        same = before is not None and _alike(before.order, one.order)
        found[one.chain] = found[before.chain] if before is not None and same else place
        before = one
    return found


def _alike(one: tuple[int, float], other: tuple[int, float]) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) <= SMALL * (1 + abs(one[1]))
