"""The tables of results that a page and pictures are made from, by scenario, and the study that they answer."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from floors.brief.untagged import both_tags
from floors.case.scenario_kinds import scenario_kind
from floors.contract import results as sheets
from floors.contract.inputs import RULES as RULES
from floors.contract.inputs import SHOCK as SHOCK
from floors.contract.inputs import WORLD as WORLD
from floors.contract.results import Row, SheetOf
from floors.page.colours import colours
from floors.study.roles import told_with_role
from floors.study.scenarios import BASE
from floors.study.study import Study

Made = TypeVar("Made", bound=tuple[Any, ...])


@dataclass(frozen=True)
class Tables:
    """The tables of one scenario, each read once, and its study (with the changes of the scenario in it).

    `rows_of` gives the rows of a results sheet; `failed` says that its certificate did not pass.
    """

    study: Study
    rows_of: Callable[[str], Iterable[Row]] = field(repr=False)
    failed: bool = False
    _read: dict[str, list[Any]] = field(default_factory=dict, repr=False, compare=False)

    def read(self, sheet: SheetOf[Made]) -> list[Made]:
        """The rows of a sheet, those of tainted and clean goods as one, their numbers to twelve digits: of two that
        differ by less none is the larger, and a workbook read back says the same."""
        if sheet.name not in self._read:
            rows = sheet.read(map(_to_twelve_digits, self.rows_of(sheet.name)))
            self._read[sheet.name] = both_tags(sheet.name, rows)
        found: list[Made] = self._read[sheet.name]
        return found

    @property
    def scenario(self) -> str:
        return self.study.scenario_name

    @property
    def currency(self) -> str:
        return self.study.settings.currency

    @cached_property
    def metric(self) -> dict[str, float | None]:
        """The headline numbers of sheet summary."""
        return {row.metric: row.value for row in self.read(sheets.SUMMARY)}

    @cached_property
    def recorded(self) -> dict[str, str | float | None]:
        """Sheet run: the number, or the words where there is none."""
        return {row.key: row.value if row.number is None else row.number for row in self.read(sheets.RUN)}

    @cached_property
    def role(self) -> dict[str, str]:
        """Role of each region: a member or capped, if it is in any year, else other."""
        found = {row["region"]: "other" for row in self.study.rows("regions")}
        for role in ("capped", "member"):
            found |= {region: role for (region, _), held in self.study.roles.items() if held == role}
        return found

    def inside(self, place: str, year: int) -> bool:
        """Whether a place is in a member of the year."""
        return self.study.roles.get((region_of(place), year)) == "member"

    def is_capped(self, region: str, year: int) -> bool:
        """Whether a region is capped in a year."""
        return self.study.roles.get((region, year)) == "capped"

    @cached_property
    def name(self) -> dict[str, str]:
        """Full name of each region and each commodity; its short one where there is none."""
        regions = {row["region"]: row["name"] or row["region"] for row in self.study.rows("regions")}
        goods = {row["commodity"]: row["name"] or row["commodity"] for row in self.study.rows("commodities")}
        return goods | regions

    @property
    def members(self) -> list[str]:
        """Members of the bloc in any year, in the order of the workbook."""
        return [region for region, role in self.role.items() if role == "member"]

    @property
    def turns(self) -> bool:
        """Whether some region is a member in some years alone."""
        return len({(region, role == "member") for (region, _), role in self.study.roles.items()}) > len(
            self.role
        )

    @property
    def rebuilt(self) -> bool:
        """Whether a surprise makes another bloc of that of the scenario from which it starts."""
        before = self.study.parent
        return self.study.surprise is not None and before is not None and before.members != self.study.members

    @property
    def bloc(self) -> list[str]:
        """The full names of members, with the years in which they are one where these are not all."""
        found = []
        for region in self.members:
            (told,) = told_with_role(self.study.roles, "member", [region], self.study.years)
            found.append(f"{self.name[region]}{told.removeprefix(region)}")
        return found

    @property
    def capped(self) -> list[str]:
        """Regions that are capped in any year, in the order of the workbook."""
        return [region for region, role in self.role.items() if role == "capped"]

    @cached_property
    def colour(self) -> dict[str, str]:
        """The colour of each region, the same in every picture: the largest by the worth of what the bloc buys of them
        and of what they buy of it themselves; all others grey."""
        weight = dict.fromkeys(self.role, 0.0)
        price = {(row.region, row.commodity, row.year): row.price for row in self.read(sheets.PRICES)}
        for row in self.read(sheets.SOURCING):
            market = region_of(row.destination)
            worth = row.quantity * max(price.get((row.destination, row.commodity, row.year)) or 0.0, 0.0)
            if self.inside(market, row.year):
                weight[row.origin] += worth
                weight[market] += worth
        return colours(weight, self.capped, self.members)


@dataclass(frozen=True)
class Family:
    """What was solved beside: scenarios that have a result, by name, each but `base` with its kind; `base` is among
    them where it was solved. `without` says of a scenario that has no result why. `mixed` are those told to change
    more than one of rules, world and shocks: what they do is no effect of their kind alone."""

    of: Mapping[str, Tables]
    kinds: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    mixed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.of)


ALONE = Family({})


def told_together(
    study: Study,
    rows_of: Mapping[str, Callable[[str], Iterable[Row]]],
    failed: Container[str],
    without: Mapping[str, str],
) -> tuple[Tables, Family]:
    """Base, or the first of the scenarios whose rows are given, and all of them with their kinds. `failed` are those
    whose certificate did not pass. A study that is not one of its scenarios stands for itself."""
    base = study.base
    named = base.scenario_names
    of = {
        name: Tables(base.scenario(name) if name in named else study, rows, name in failed)
        for name, rows in rows_of.items()
    }
    kinds = {name: scenario_kind(study, name) for name in (*of, *without) if name in named}
    mixed = frozenset(name for name, found in kinds.items() if found.mixed)
    family = Family(of, {name: found.kind for name, found in kinds.items()}, without, mixed)
    return of.get(BASE) or next(iter(of.values())), family


def _to_twelve_digits(row: Row) -> Row:
    return tuple(float(f"{cell:.12g}") if isinstance(cell, float) else cell for cell in row)


def region_of(market: str) -> str:
    """The region of a market: `US` of `US/defence`."""
    return market.split("/", 1)[0]
