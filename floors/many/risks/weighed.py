"""What `floors.risk` returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from floors.brief.pictures.risk import pictures
from floors.brief.risk_page import page
from floors.brief.tables import Tables
from floors.brief.weighed import Weighed
from floors.contract.results import Row, Sheet
from floors.contract.results.risk import SHEETS
from floors.excel.tabled import Answer, Table, kept, less
from floors.many.risks.averse import Aversion
from floors.many.risks.hedge import Hedge
from floors.many.risks.states import State
from floors.many.risks.words import risk_in_words
from floors.page.page import Page
from floors.page.picture import Picture
from floors.solving.certificate import Check

VALUES = {
    "value_of_perfect_information": ("total_cost", "known_beforehand"),
    "value_of_stochastic_solution": ("mean_plan", "total_cost"),
    "value_over_base_plan": ("base_plan", "total_cost"),
}
"""What each value is the difference of, among the columns of sheet `states`."""


Known = Mapping[str, float | None]


def value_of(name: str, expected: Known, cvar: Known, aversion: Aversion) -> float | None:
    """What a column of sheet `states` is weighed to cost: that of which the plan is the least; None where it is not
    known."""
    mean, worst = expected[name], cvar[name]
    return None if mean is None or worst is None else aversion.measure(mean, worst)


def value_between(name: str, expected: Known, cvar: Known, aversion: Aversion) -> float | None:
    """One of VALUES, by the same measure; None where it is not known."""
    more, other = (value_of(one, expected, cvar, aversion) for one in VALUES[name])
    return less(more, other)


@dataclass(frozen=True, kw_only=True, repr=False)
class Risk(Answer):
    """A two-stage plan beside the plans that do not weigh the states. `risk.states`, `risk.floors` and so on are
    DataFrames, one per results sheet; money in million at present value, None (NaN) where a plan does not exist.

    `costs` are by the columns of sheet `states`, by state, `expected` their expectations and `cvar` the mean of the
    worst share `aversion.tail` of what may come; the certificate in `checks` is of the two solutions, the accounts of
    each state, and what the states share.
    """

    weighed: tuple[State, ...]
    leader: State = field(repr=False)
    aversion: Aversion = field(repr=False)
    costs: Mapping[str, Known] = field(repr=False)
    expected: Known = field(repr=False)
    cvar: Known = field(repr=False)
    uplift: float = field(repr=False)
    make_whole: float = field(repr=False)
    foregone: float = field(repr=False)
    checks: list[Check] = field(repr=False)
    warnings: list[str] = field(repr=False)
    _rows: Mapping[str, Sequence[Row]] = field(repr=False)
    _model: Hedge | None = field(repr=False, compare=False)

    summary = Table()
    states = Table()
    floors = Table()
    frontier = Table()
    break_even = Table()
    waiting = Table()
    vault = Table()
    vault_plans = Table()
    floor_parts = Table()
    own_levies = Table()
    prices = Table()
    shipments = Table()
    production = Table()
    investment = Table()
    stocks = Table()
    caps = Table()
    accounts = Table()
    vault_years = Table()
    certificate = Table()
    run = Table()

    @property
    def status(self) -> str:
        """`optimal`, or `failed` where a check of the certificate did not pass."""
        return status_of(self.checks)

    @property
    def failed(self) -> bool:
        """True where a check of the certificate did not pass."""
        return self.status == "failed"

    @property
    def value_of_perfect_information(self) -> float | None:
        """What it would be worth to know the state beforehand (EVPI), by the measure of which the plan is the least."""
        return self._value("value_of_perfect_information")

    @property
    def value_of_stochastic_solution(self) -> float | None:
        """What weighing the states saves against planning for their mean (VSS); None where there is no mean."""
        return self._value("value_of_stochastic_solution")

    @property
    def value_over_base_plan(self) -> float | None:
        """What weighing the states saves against planning for base (else the likeliest state, `leader`) alone."""
        return self._value("value_over_base_plan")

    @property
    def risk_objective(self) -> float | None:
        """What the plan is the least of: the expected cost, and by its weight that of the tail."""
        return value_of("total_cost", self.expected, self.cvar, self.aversion)

    def _value(self, name: str) -> float | None:
        return value_between(name, self.expected, self.cvar, self.aversion)

    @property
    def hedged(self) -> Hedge:
        """The plan with its prices. Raises UsageError for a copy, which is without its model."""
        return kept(self._model, "hedged")

    @property
    def scenario_name(self) -> str:
        """How many states were weighed."""
        return f"{len(self.weighed)} states"

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return risk_in_words(self)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        return self._rows[sheet]

    @cached_property
    def brief(self) -> Page:
        """The page of the plan."""
        return page(self._told)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """What foresight and the floors save, by state."""
        return pictures(self._told)

    @property
    def _told(self) -> Weighed:
        return Weighed(Tables(self.study, self.rows, self.failed), self.leader.name)

    def described(self) -> dict[str, Any]:
        """The result for --json: the rows of the sheets from summary to vault_plans as objects."""
        return {sheet.name: self.records(sheet.name) for sheet in self.sheets[:8]}


def status_of(checks: Sequence[Check]) -> str:
    """What a certificate says."""
    return "optimal" if all(check.passed for check in checks) else "failed"
