"""The states of the world that were weighed, as their page and pictures are made from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from floors.brief.facts import NOTHING, Facts
from floors.brief.tables import Tables
from floors.contract.results.risk import FLOORS, FRONTIER, STATES, FrontierRow, PathRow, StateRow
from floors.study.scenarios import BASE


@dataclass(frozen=True)
class Weighed:
    """Tables of `floors risk`; `leader` is the state for which capacity is decided where nothing is foreseen."""

    tables: Tables
    leader: str

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.tables)

    @cached_property
    def states(self) -> list[StateRow]:
        return self.tables.read(STATES)

    @cached_property
    def paths(self) -> list[PathRow]:
        return self.tables.read(FLOORS)

    @cached_property
    def frontier(self) -> list[FrontierRow]:
        """The plan at each weight of the tail, where these were asked for, from the least."""
        return self.tables.read(FRONTIER)

    def named(self, state: str) -> str:
        """A state in a sentence."""
        return "the base case" if state == BASE else f"“{state}”"

    def expected(self, name: str) -> float | None:
        """The expectation of a column of sheet states, or a metric of the summary; None where it is not known."""
        return self.tables.metric.get(name)

    @property
    def aversion(self) -> float:
        """What the tail counts for in what the plan is the least of; 0 without aversion to risk."""
        return self._recorded("risk_aversion")

    @property
    def tail(self) -> float:
        """The share of the worst that the tail holds."""
        return self._recorded("risk_tail")

    def _recorded(self, key: str) -> float:
        found = self.tables.recorded[key]
        assert isinstance(found, int | float), f"sheet run has no number for {key}"
        return float(found)

    @property
    def on_average(self) -> str:
        """How amounts are told that are by the measure of the plan."""
        return "as the worst is weighed" if self.aversion else "on average"

    def nothing(self, million: float) -> bool:
        """Whether an amount is nothing beside what the bloc is expected to pay."""
        whole = self.expected("bloc_net_cost") or self.expected("total_cost") or 0.0
        return abs(million) <= NOTHING * abs(whole)

    @cached_property
    def foresight(self) -> dict[str, float]:
        """What knowing that each state may come saves the bloc in it without any policy, where it is known."""
        return {
            row.scenario: row.without_policy_bloc - row.without_policy_hedged_bloc
            for row in self.states
            if row.without_policy_bloc is not None and row.without_policy_hedged_bloc is not None
        }

    @cached_property
    def floors(self) -> dict[str, float]:
        """What the floors save the bloc in each state against no policy with the same foresight, where it is known."""
        return {
            row.scenario: row.worth_hedged_bloc for row in self.states if row.worth_hedged_bloc is not None
        }

    def average(self, by_state: dict[str, float]) -> float | None:
        """The expectation, where it is known in every state."""
        if not by_state or len(by_state) < len(self.states):
            return None
        return sum(row.probability * by_state[row.scenario] for row in self.states)

    @property
    def policy(self) -> bool:
        """Whether there are floors, in any state."""
        return bool(self.paths)

    @cached_property
    def path(self) -> dict[tuple[str, str], dict[int, PathRow]]:
        """The one path of floors by commodity and place, by year."""
        found: dict[tuple[str, str], dict[int, PathRow]] = defaultdict(dict)
        for row in self.paths:
            found[row.commodity, row.member].setdefault(row.year, row)
        return dict(found)

    @cached_property
    def levies(self) -> dict[tuple[str, str, int], dict[str, float]]:
        """The levy that tops each state up to the floor, by commodity, place and year."""
        found: dict[tuple[str, str, int], dict[str, float]] = defaultdict(dict)
        for row in self.paths:
            found[row.commodity, row.member, row.year][row.scenario] = row.levy
        return dict(found)

    @cached_property
    def main(self) -> tuple[str, str] | None:
        """Commodity and place of the path that asks for most beside the price: its first place; None without a levy."""
        odds = {row.scenario: row.probability for row in self.states}
        size: dict[str, float] = defaultdict(float)
        for row in self.paths:
            if row.held_up and row.floor > 0:
                size[row.commodity] += odds[row.scenario] * row.levy / row.floor
        asked = {good: weight for good, weight in size.items() if weight > 0}
        if not asked:
            return None
        good = max(asked, key=lambda one: asked[one])
        return next(at for at in self.path if at[0] == good)
