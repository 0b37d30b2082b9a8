"""The coalitions of a study as their page and pictures are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from floors.brief.facts import NOTHING, Facts
from floors.brief.tables import Tables

SUM = "total_net_cost"  # among what is not settled: the sum of those who are in

Bloc = frozenset[str]


class Solved(NamedTuple):
    """One coalition: what each player bears, in or out, million of present value (none without a result); `open`
    names those whose net cost another plan of the same cost may change."""

    members: tuple[str, ...]
    status: str
    costs: Mapping[str, float]
    open: frozenset[str]

    @property
    def total(self) -> float | None:
        """What its members bear together."""
        return sum(self.costs[one] for one in self.members) if self.costs else None


@dataclass(frozen=True)
class Blocs:
    """Players and every coalition of them that was asked for; `epsilon` is the largest objection to the allocation of
    the least core, None where there is none."""

    tables: Tables
    players: tuple[str, ...]
    asked: tuple[Solved, ...]
    epsilon: float | None = None

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def of(self) -> dict[Bloc, Solved]:
        """The coalitions that have a result."""
        return {frozenset(one.members): one for one in self.asked if one.costs}

    @property
    def everyone(self) -> Solved | None:
        """The bloc of all."""
        return self.of.get(frozenset(self.players))

    @property
    def nobody(self) -> Solved | None:
        """No bloc."""
        return self.of.get(frozenset())

    def without(self, player: str) -> Solved | None:
        """The bloc of all others, in which a player is a free rider."""
        return self.of.get(frozenset(self.players) - {player})

    def alone(self, player: str) -> Solved | None:
        """The bloc of one."""
        return self.of.get(frozenset({player}))

    @cached_property
    def lacks(self) -> dict[str, float]:
        """What each bears inside more than outside, as a free rider or alone, whichever is less; of those of whom it
        is known both ways."""
        whole = self.everyone
        if whole is None:
            return {}
        found: dict[str, float] = {}
        for player in self.players:
            rides, alone = self.without(player), self.alone(player)
            if rides is not None and alone is not None:
                found[player] = whole.costs[player] - min(rides.costs[player], alone.costs[player])
        return found

    def is_settled(self, player: str) -> bool:
        """Whether what a player lacks is the same in every plan of the same cost."""
        known = (self.everyone, self.without(player), self.alone(player))
        return all(one is not None and player not in one.open for one in known)

    @cached_property
    def sum_is_settled(self) -> bool:
        """Whether what all lack together is."""
        outside = [
            (player, one) for player in self.players for one in (self.without(player), self.alone(player))
        ]
        whole = self.everyone
        return (
            whole is not None
            and SUM not in whole.open
            and len(self.lacks) == len(self.players)
            and all(one is not None and player not in one.open for player, one in outside)
        )

    def nothing(self, million: float, player: str | None = None) -> bool:
        """Whether an amount is nothing beside what a player bears without a bloc, or all players do."""
        least = self.nobody or self.everyone or next(iter(self.of.values()), None)
        if least is None:
            return million == 0
        bills = [least.costs[player]] if player else list(least.costs.values())
        return abs(million) <= max(NOTHING * abs(sum(bills)), 1e-6 * max(map(abs, least.costs.values())))

    @cached_property
    def leaving(self) -> dict[str, float]:
        """Who bears less outside, and by how much; the most first."""
        more = {one: lacks for one, lacks in self.lacks.items() if lacks > 0 and not self.nothing(lacks, one)}
        return dict(sorted(more.items(), key=lambda one: -one[1]))

    @cached_property
    def holds(self) -> bool | None:
        """Whether payments among members can hold the bloc of all together; None where that is not known."""
        if len(self.lacks) < len(self.players):
            return None
        if not self.leaving:
            return True if all(map(self.is_settled, self.players)) else None
        if not self.sum_is_settled:
            return None
        lacking = sum(self.lacks.values())
        return lacking <= 0 or self.nothing(lacking)

    def gain(self, one: Solved, player: str) -> float | None:
        """What a player gains by a coalition, against no bloc; None where that was not solved."""
        return None if self.nobody is None else self.nobody.costs[player] - one.costs[player]

    def gain_together(self, one: Solved) -> float | None:
        """The same of its members together."""
        if self.nobody is None or one.total is None:
            return None
        return sum(self.nobody.costs[player] for player in one.members) - one.total
