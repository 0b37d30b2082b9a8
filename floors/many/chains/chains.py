"""The chains of a study: commodities that technologies join, and the records of the workbook that are of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from floors.study.study import Study

WHOLE = ("settings", "years", "regions", "roles", "sources", "scenarios", "changes", "uncertainty")
"""Sheets whose records are of no chain."""
MOST_NAMED = 3
_PARTS = str.maketrans("_-/", "   ")


@dataclass(frozen=True)
class Chain:
    """Commodities that are made of each other or with each other, or capped together, in sheet order; `capped` are
    those that caps name."""

    name: str
    goods: tuple[str, ...]
    capped: tuple[str, ...]


@dataclass(frozen=True)
class Goods:
    """What the records of a study are of."""

    study: Study

    @cached_property
    def of_technology(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self.study.rows("technologies"):
            found.setdefault(row["technology"], []).append(row["commodity"])
        return {name: tuple(goods) for name, goods in found.items()}

    @cached_property
    def of_process(self) -> dict[str, tuple[str, ...]]:
        return {
            row["process"]: self.of_technology.get(row["technology"], ())
            if row["technology"]
            else (row["commodity"],)
            for row in self.study.rows("processes")
        }

    @cached_property
    def of_plant(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {row["plant"]: {} for row in self.study.rows("plants")}
        for row in self.study.rows("processes"):
            if row["plant"]:
                found[row["plant"]].update(dict.fromkeys(self.of_process[row["process"]]))
        return {name: tuple(goods) for name, goods in found.items()}

    @cached_property
    def of_group(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self.study.rows("groups"):
            found.setdefault(row["group"], []).append(row["commodity"])
        return {name: tuple(goods) for name, goods in found.items()}

    @cached_property
    def of_pile(self) -> dict[str, tuple[str, ...]]:
        return {row["stockpile"]: (row["commodity"],) for row in self.study.rows("stockpiles")}

    @cached_property
    def of_fund(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {row["fund"]: [] for row in self.study.rows("funds")}
        for row in self.study.rows("stockpiles"):
            if row["fund"]:
                found[row["fund"]].append(row["commodity"])
        return {name: tuple(goods) for name, goods in found.items()}

    def of(self, table: str, row: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The commodities that a record is of; None: all."""
        if table in WHOLE:
            return None
        if table == "processes":
            return self.of_process[row["process"]]
        if table == "plants":
            return self.of_plant[row["plant"]]
        if table in ("minimums", "capacities", "unit_costs", "contracts"):
            found = self.of_process.get(row["process"])
            return self.of_plant[row["process"]] if found is None else found
        if table in ("releases", "stock_targets"):
            return self.of_pile[row["stockpile"]]
        if table == "funds":
            return self.of_fund[row["fund"]]
        good = row["commodity"]
        return None if good == "*" else self.of_group.get(good, (good,)) if table == "caps" else (good,)

    def records(self, goods: Iterable[str], tables: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """The records of these sheets that are of any of these commodities, those of all commodities among them."""
        some = frozenset(goods)
        return {
            table: tuple(
                i
                for i, row in enumerate(self.study.rows(table))
                if (of := self.of(table, row)) is None or not some.isdisjoint(of)
            )
            for table in tables
        }

    def joined(self) -> Iterator[tuple[str, ...]]:
        """Commodities that belong together: of a technology, of the processes of a plant, of a group that is capped."""
        yield from self.of_technology.values()
        yield from self.of_plant.values()
        for row in self.study.rows("caps"):
            yield self.of_group.get(row["commodity"], ())


def chains_of(study: Study) -> tuple[Chain, ...]:
    """The chains of a study, in the order of their first commodities."""
    goods = Goods(study)
    capped = {good for row in study.rows("caps") if row["years"] for good in goods.of("caps", row) or ()}
    whole = [row["commodity"] for row in study.rows("commodities")]
    groups = _components(whole, goods.joined())
    names = [_name(group, [c for c in group if c in capped]) for group in groups]
    twice = Counter(names)
    return tuple(
        Chain(
            name if twice[name] == 1 else "/".join(group),
            tuple(group),
            tuple(c for c in group if c in capped),
        )
        for name, group in zip(names, groups, strict=True)
    )


def _components(whole: Sequence[str], joined: Iterable[Sequence[str]]) -> list[list[str]]:
    """Of each set of commodities that belong together the commodities, in the order of the whole."""
    head = {c: c for c in whole}

    def find(c: str) -> str:
        while head[c] != c:
            c = head[c]
        return c

    for group in joined:
        for c in group[1:]:
            head[find(c)] = find(group[0])
    found: dict[str, list[str]] = {}
    for c in whole:
        found.setdefault(find(c), []).append(c)
    return list(found.values())


def _name(goods: Sequence[str], capped: Sequence[str]) -> str:
    """The words with which all names begin, else the commodities under caps, else all."""
    begins = []
    for words in zip(*(good.translate(_PARTS).split() for good in goods), strict=False):
        if len(set(words)) > 1:
            break
        begins.append(words[0])
    if begins:
        return " ".join(begins) if len(goods) > 1 else goods[0]
    named = capped or goods
    more = len(named) - MOST_NAMED
    return "/".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
