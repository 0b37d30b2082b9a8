"""What the sentences of a page are made from: sums and choices over the tables of one scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from floors.brief.bands import Band, world_bands
from floors.brief.names import FEW, Names
from floors.brief.tables import ALONE, SHOCK, Family, Tables
from floors.case.calendar import derive_calendar
from floors.contract import results as sheets
from floors.contract.results.border import CapRow, FloorRow
from floors.contract.results.policy import ConcentrationRow
from floors.contract.results.trade import SourcingRow
from floors.page.told import three_digits, years
from floors.study.scenarios import BASE

NOTHING = 5e-4  # of what the bloc's buyers spend without policy: less is nothing
FULL = 1e-7  # of a cap: less room than that is none
LEAST_LEVY = 1e-6  # USD/kg
LEAST_SHORT = 1e-6  # of what is wanted: less is delivered
OTHERS_BRING = "others of the same cost bring"  # in the note of a floor that other plans have somebody pay
UNMET = "unserved"  # begins what sets a floor that is a buyer's value


class Asked(NamedTuple):
    """A row of sheet caps that holds in some year, with its number by year (a share, t under `tonnes`); `on_paper`
    where it binds what papers show and some of what it is on evades them, `traced` where it counts what is made of
    capped material wherever it was made."""

    scope: str
    commodity: str
    segment: str | None
    origin: str | None
    basis: str
    given: dict[int, float]
    on_paper: bool = False
    traced: bool = False


@dataclass(frozen=True)
class Facts:
    """One scenario and what was solved beside it."""

    tables: Tables
    family: Family = ALONE

    def rows(self, name: str) -> list[Any]:
        """The rows of a sheet of results; none where results have no such sheet."""
        sheet = sheets.BY_NAME.get(name)
        return [] if sheet is None else self.tables.read(sheet)

    @cached_property
    def names(self) -> Names:
        return Names(self.tables)

    @property
    def currency(self) -> str:
        return self.tables.currency

    @property
    def per_kg(self) -> str:
        return f"{self.currency}/kg"

    @property
    def members(self) -> list[str]:
        return self.tables.members

    @cached_property
    def weight(self) -> dict[int, float]:
        """What a yearly flow counts at present value."""
        return derive_calendar(self.tables.study).weight

    @cached_property
    def length(self) -> dict[int, float]:
        """Years that a listed year stands for."""
        return derive_calendar(self.tables.study).length

    @property
    def years(self) -> tuple[int, ...]:
        return self.tables.study.years

    @cached_property
    def ends(self) -> dict[int, int]:
        """The last year that a listed year stands for."""
        return {year: year + max(1, ceil(length)) - 1 for year, length in self.length.items()}

    @property
    def span(self) -> str:
        """What totals are over: '2026\u20132033', to the end of the last period; fewer where years between are not
        in the study."""
        first, last = self.years[0], self.ends[self.years[-1]]
        told = years(first, last)
        gaps = any(b > self.ends[a] + 1 for a, b in pairwise(self.years))
        return f"{three_digits(sum(self.length.values()))} of the years {told}" if gaps else told

    # ------------------------------------------------------------- the policy

    @cached_property
    def asked(self) -> list[Asked]:
        """The caps of the study, row by row."""
        role = self.tables.role
        return [
            Asked(
                row["scope"],
                row["commodity"],
                row["segment"],
                row["origin"],
                row["basis"],
                dict(row["years"]),
                row["leaks"] == "unseen" and self._leaks(row),
                row["traced"],
            )
            for row in self.tables.study.rows("caps")
            if row["years"] and (row["scope"] == "bloc" or role.get(row["scope"]) == "member")
        ]

    def _leaks(self, cap: dict[str, Any]) -> bool:
        """Whether buyers evade what a row of sheet caps is on."""
        scope = self.members if cap["scope"] == "bloc" else [cap["scope"]]
        return any(
            row["enforcement"] < 1
            and row["region"] in scope
            and cap["segment"] in (None, row["segment"])
            and self.covers(cap["commodity"], row["commodity"])
            for row in self.tables.study.rows("demand")
        )

    @cached_property
    def rules(self) -> list[dict[str, Any]]:
        """The rules on floors that hold in some year."""
        return [row for row in self.tables.study.rows("floor_rules") if row["years"]]

    @property
    def policy(self) -> bool:
        return bool(self.asked or self.rules)

    @cached_property
    def in_group(self) -> dict[str, tuple[str, ...]]:
        """The commodities of each group."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.tables.study.rows("groups"):
            found[row["group"]].append(row["commodity"])
        return {group: tuple(goods) for group, goods in found.items()}

    def covers(self, capped: str, commodity: str) -> bool:
        """Whether a cap on a commodity or group is on this commodity."""
        return commodity in self.in_group.get(capped, (capped,))

    def capped_years(self, commodity: str) -> list[int]:
        """Years in which some cap is on a commodity."""
        return sorted(
            {year for one in self.asked if self.covers(one.commodity, commodity) for year in one.given}
        )

    @property
    def struck(self) -> bool:
        """Whether the page is of a shock."""
        study = self.tables.study
        return study.surprise is not None or self.family.kinds.get(study.scenario_name) == SHOCK

    # ------------------------------------------------------------- floors and levies

    @cached_property
    def floors(self) -> dict[str, dict[str, list[FloorRow]]]:
        """Floors by commodity and place, in the order of years."""
        found: dict[str, dict[str, list[FloorRow]]] = defaultdict(lambda: defaultdict(list))
        for row in self.tables.read(sheets.FLOORS):
            found[row.commodity][row.member].append(row)
        return {
            good: {place: sorted(rows, key=lambda row: row.year) for place, rows in places.items()}
            for good, places in found.items()
        }

    @cached_property
    def bands(self) -> dict[tuple[str, str, int], Band]:
        """Lowest and highest floors over other states of the world; none on the page of a scenario of its own."""
        return world_bands(self.family) if self.tables.scenario == BASE else {}

    @cached_property
    def floor_at(self) -> dict[tuple[str, str, int], FloorRow]:
        """Floors by place, commodity and year."""
        return {(row.member, row.commodity, row.year): row for row in self.tables.read(sheets.FLOORS)}

    @cached_property
    def bought(self) -> dict[tuple[str, str, int], float]:
        """t a year that is sent to a place of the bloc, by place, commodity and year."""
        found: dict[tuple[str, str, int], float] = defaultdict(float)
        for row in self.tables.read(sheets.SOURCING):
            if self.tables.inside(row.destination, row.year):
                found[row.destination, row.commodity, row.year] += row.quantity
        return dict(found)

    @cached_property
    def wanted(self) -> dict[str, float]:
        """t that members demand in all listed years, by commodity: nothing of what only makers use."""
        found: dict[str, float] = defaultdict(float)
        for row in self.tables.study.rows("demand"):
            found[row["commodity"]] += sum(
                tonnes for year, tonnes in row["years"].items() if self.tables.inside(row["region"], year)
            )
        return dict(found)

    def ranked(self, goods: Sequence[str], price: Callable[[str], float]) -> list[str]:
        """Commodities in the order given; where they are more than a sentence lists, by a price (USD/kg) times what
        members demand."""
        if len(goods) <= FEW + 1:
            return list(goods)
        return sorted(goods, key=lambda good: -price(good) * self.wanted.get(good, 0.0))

    @cached_property
    def sourced(self) -> dict[tuple[str, int], list[SourcingRow]]:
        """Sheet sourcing by commodity and year."""
        found: dict[tuple[str, int], list[SourcingRow]] = defaultdict(list)
        for row in self.tables.read(sheets.SOURCING):
            found[row.commodity, row.year].append(row)
        return dict(found)

    @cached_property
    def bought_by(self) -> dict[tuple[str, str], float]:
        """t that places of the bloc buy in all listed years, by place and commodity."""
        found: dict[tuple[str, str], float] = defaultdict(float)
        for (place, good, _), quantity in self.bought.items():
            found[place, good] += quantity
        return dict(found)

    @cached_property
    def arrives(self) -> dict[tuple[str, str, int], float]:
        """t a year that is sent to a place by capped regions, leaks included, by place, commodity and year."""
        capped = set(self.tables.capped)
        found: dict[tuple[str, str, int], float] = defaultdict(float)
        for row in self.tables.read(sheets.SOURCING):
            if row.origin in capped:
                found[row.destination, row.commodity, row.year] += row.quantity
        return dict(found)

    @cached_property
    def charged(self) -> dict[str, set[str]]:
        """Who pays a levy on what it ships to members, by commodity."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.tables.read(sheets.SHIPMENTS):
            if row.levy > LEAST_LEVY and row.quantity > 0:
                found[row.commodity].add(row.origin)
        return dict(found)

    @cached_property
    def levied(self) -> dict[str, float]:
        """Levy times all that is bought under it, million at present value, of each commodity with a levy; the largest
        first."""
        found: dict[str, float] = {}
        for good, places in self.floors.items():
            for place, rows in places.items():
                for row in rows:
                    if row.binding and row.state != "idle":
                        worth = (
                            row.levy
                            * self.bought.get((place, good, row.year), 0.0)
                            * self.weight[row.year]
                            / 1000
                        )
                        found[good] = found.get(good, 0.0) + worth
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    @cached_property
    def main(self) -> str | None:
        """The commodity that the page is about: with the largest levy times tonnes; without levies of those with a
        floor, under a cap first, what is most short of, or most is spent on. None where there is no floor."""
        if self.levied:
            return next(iter(self.levied))
        capped = [good for good in self.floors if any(self.covers(one.commodity, good) for one in self.asked)]
        candidates = capped or list(self.floors)
        return max(candidates, key=self._weight, default=None)

    def _weight(self, good: str) -> tuple[float, float]:
        """What is short of a commodity, at its value, and what is bought of it at its floors: summed over years."""
        short = sum(
            row.value
            for row in self.tables.read(sheets.UNSERVED)
            if row.commodity == good and self.tables.inside(row.region, row.year)
        )
        bought = sum(
            row.floor * self.bought.get((place, good, row.year), 0.0)
            for place, rows in self.floors[good].items()
            for row in rows
        )
        return short, bought

    @cached_property
    def caps(self) -> list[CapRow]:
        return self.tables.read(sheets.CAPS)

    @cached_property
    def share(self) -> dict[tuple[str, str, int], ConcentrationRow]:
        """Sheet concentration by scope, commodity and year."""
        return {(row.scope, row.commodity, row.year): row for row in self.tables.read(sheets.CONCENTRATION)}

    # ------------------------------------------------------------- money

    @cached_property
    def spent_without(self) -> float:
        """What the bloc's buyers pay without policy, and the value they go without: million at present value."""
        return sum(
            self.weight[row.year] * (row.outlay + row.unserved + (row.consumer_surplus_change or 0.0))
            for row in self.tables.read(sheets.ACCOUNTS)
            if self.tables.inside(row.region, row.year)
        )

    def nothing(self, million: float) -> bool:
        """Whether an amount is nothing beside what the bloc's buyers spend."""
        return abs(million) <= NOTHING * abs(self.spent_without)

    @cached_property
    def loss(self) -> float:
        """What the policy costs the bloc, million at present value; below 0 it gains."""
        return self.tables.metric.get("change_in_bloc_net_cost") or 0.0

    @cached_property
    def payers(self) -> list[Any]:
        """Sheet who_pays: a row a region."""
        return self.rows("who_pays")

    @cached_property
    def makers(self) -> dict[str, str]:
        """The region of each process and plant."""
        study = self.tables.study
        plants = {row["plant"]: "" for row in study.rows("plants")}
        found = {row["process"]: row["region"] for row in study.rows("processes")}
        for row in study.rows("processes"):
            if row["plant"] in plants:
                found.setdefault(row["plant"], row["region"])
        return found

    @cached_property
    def buyers_pay_alone(self) -> bool:
        """Whether buyers of members gain and lose by what they pay alone: nobody goes short or answers prices."""
        members = set(self.members)
        elastic = any(
            row["elasticity"] for row in self.tables.study.rows("demand") if row["region"] in members
        )
        return not elastic and not any(
            max(row.unserved, row.baseline_unserved) > LEAST_SHORT * row.wanted
            for row in self.tables.read(sheets.UNSERVED)
            if self.tables.inside(row.region, row.year)
        )
