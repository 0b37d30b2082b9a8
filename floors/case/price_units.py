"""Prices and costs in another unit than USD/kg: those far off the reference price of what they are of.

In studies of real markets no cost, value or strike is more than some 40 times its reference price, nor less than a
hundredth of it; a price per t is 1,000 times one per kg.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log
from statistics import median, median_low
from typing import NamedTuple

from floors.case.apart import FAR, GAP, Cell, far_off, is_said, named, near, spot, times
from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.case.usual_prices import between_years, usual_prices
from floors.errors import Problem
from floors.study.study import Study

ABOVE_ITS_PRICE = 5.0  # what carries, keeps or qualifies a good does not cost so many times the good
FEWEST = 3  # prices of a commodity without a reference price, whose middle stands for it
OF_A_GOOD = (  # names of a good, a factor, what it is
    (r"tungsten|wolfram|apt|wo3|w", 7.93, "A mtu of WO3 holds 7.93 kg of tungsten"),
    (r"tungsten|wolfram|apt|wo3|w", 88.5, "A t of APT holds 88.5 mtu of WO3"),
    (r"lithium|li|lce|li2co3", 5.323, "A t of lithium makes 5.323 t of carbonate (LCE)"),
)


class _Price(NamedTuple):
    """A cell in USD/kg: of which commodity, how many kg of it it is of, whether being far below its reference says
    something, and how many times that it may be."""

    cell: Cell
    value: float
    commodity: str
    share: float = 1.0
    low: bool = True
    most: float = FAR


class _Anchor(NamedTuple):
    """What stands for the price of a commodity, USD/kg: a reference price, or the middle of what is said of it."""

    price: float
    cell: Cell
    what: str


def price_units(case: Case) -> Iterator[Problem]:
    """Warnings on prices in another unit; in a scenario where it set one of the two."""
    study = case.study
    told: set[Cell] = set()
    for found, cells in _far_off(case):
        told |= cells
        yield found
    yield from usual_prices(case, told)
    yield from between_years(study, told)


def _far_off(case: Case) -> Iterator[tuple[Problem, set[Cell]]]:
    study = case.study
    references = _references(study)
    by_commodity: dict[str, list[_Price]] = {}
    for price in _prices(case, references):
        by_commodity.setdefault(price.commodity, []).append(price)
    for c, prices in by_commodity.items():
        anchor = references.get(c) or _middle(prices)
        if anchor is None:
            continue
        far = [(side, one) for one in prices if (side := _side(one, anchor))]
        own = [one for _, one in far if one.low]
        one_side = c in references and len({side for side, _ in far}) == 1
        if one_side and len(own) > 1 and 2 * len(own) > (n := sum(one.low for one in prices)):
            yield from _of_reference(study, anchor, own, n)
            continue
        near_by: dict[tuple[str, object], list[float]] = {}
        groups: dict[tuple[tuple[str, object], int], list[_Price]] = {}
        for one in prices:
            side, column = _side(one, anchor), _column(one)
            if side:
                groups.setdefault((column, side), []).append(one)
            else:
                near_by.setdefault(column, []).append(_ratio(one, anchor))
        for (column, side), group in groups.items():
            rest = max((ratio**side for ratio in near_by.get(column, [])), default=0.0)
            if all(_ratio(one, anchor) ** side >= GAP * rest for one in group):
                yield from _of_prices(study, anchor, group)
        if c in references:
            yield from _of_content(study, anchor, [one for one in prices if not _side(one, anchor)])


def _column(one: _Price) -> tuple[str, object]:
    """Its column; years are one."""
    return one.cell.table, "years" if isinstance(one.cell.column, int) else one.cell.column


def _ratio(one: _Price, anchor: _Anchor) -> float:
    return one.value / (one.share * anchor.price)


def _side(one: _Price, anchor: _Anchor) -> int:
    """1 where a price is far above its reference, -1 where far below, else 0."""
    ratio = _ratio(one, anchor)
    if ratio >= one.most:
        return 1
    return -1 if one.low and ratio <= 1 / FAR else 0


def _references(study: Study) -> dict[str, _Anchor]:
    """The middle of the reference prices of each commodity, at the year nearest to it."""
    found: dict[str, _Anchor] = {}
    for i, row in enumerate(study.rows("reference_prices")):
        prices = {t: p for t, p in row["years"].items() if p > 0}
        if prices:
            middle, c = median(prices.values()), row["commodity"]
            _, year = min((abs(log(p / middle)), t) for t, p in prices.items())
            cell = Cell("reference_prices", i, year)
            found[c] = _Anchor(middle, cell, f"the reference price of {c}")
    return found


def _middle(prices: list[_Price]) -> _Anchor | None:
    """The middle of what is said of the price of a commodity, in the cell nearest to it."""
    of = [one for one in prices if one.low]
    if len(of) < FEWEST:
        return None
    middle = median_low(one.value for one in of)
    _, _, one = min((abs(log(one.value / middle)), k, one) for k, one in enumerate(of))
    return _Anchor(one.value, one.cell, f"what other cells say of {one.commodity}")


def _prices(case: Case, references: dict[str, _Anchor]) -> Iterator[_Price]:
    """Every price, value and cost of a kg of something."""
    study = case.study
    yield from _of_processes(case, references)
    for table, column, low, most in (
        ("demand", "value", True, FAR),
        ("stockpiles", "closing_value", True, FAR),
        ("stockpiles", "holding_cost", False, ABOVE_ITS_PRICE),
        ("routes", "price", True, FAR),
        ("routes", "freight", False, ABOVE_ITS_PRICE),
        ("routes", "qualify_cost", False, ABOVE_ITS_PRICE),
    ):
        for i, row in enumerate(study.rows(table)):
            c, value = row["commodity"], row[column]
            if c == "*" and references and not low:
                c = max(references, key=lambda c: references[c].price)  # beside what is dearest it is least
            if value and c != "*":
                yield _Price(Cell(table, i, column), value, c, 1.0, low, most)
    made = case.production.untagged.made
    for i, row in enumerate(study.rows("contracts")):
        c = row["commodity"] or next(iter(made(row["process"])))
        if row["strike"]:
            yield _Price(Cell("contracts", i, "strike"), row["strike"], c)
    for i, row in enumerate(study.rows("floor_rules")):
        if row["rule"] in ("minimum", "maximum") and row["commodity"] != "*":
            for t, value in row["years"].items():
                if value:
                    yield _Price(Cell("floor_rules", i, t), value, row["commodity"])


def _of_processes(case: Case, references: dict[str, _Anchor]) -> Iterator[_Price]:
    """Costs of activity beside what a tonne of activity makes; what has inputs may cost next to nothing itself."""
    study, production = case.study, case.production.untagged
    by_year = {row["process"]: (i, row["years"]) for i, row in enumerate(study.rows("unit_costs"))}
    plants = {row["plant"]: (i, row["capital_cost"]) for i, row in enumerate(study.rows("plants"))}
    told: set[str] = set()
    for i, row in enumerate(study.rows("processes")):
        made = production.made(row["process"])
        if len(made) > 1 and any(c not in references for c in made):
            continue
        worth = {c: a * (references[c].price if c in references else 1.0) for c, a in made.items()}
        if not worth:
            continue
        c = max(worth, key=lambda c: worth[c])
        share = made[c] * sum(worth.values()) / worth[c]
        low = not production.used(row["process"])
        if (row["unit_cost"] or 0) > 0:
            yield _Price(Cell("processes", i, "unit_cost"), row["unit_cost"], c, share, low)
        if row["capital_cost"]:
            yield _Price(Cell("processes", i, "capital_cost"), row["capital_cost"], c, share, False)
        plant, use = row["plant"], row["plant_use"]
        if plant in plants and plants[plant][1] and use and plant not in told:
            told.add(plant)
            i, cost = plants[plant]
            yield _Price(Cell("plants", i, "capital_cost"), cost, c, share / use, False)
        line, years = by_year.get(row["process"], (0, {}))
        for t, value in years.items():
            if value > 0:
                yield _Price(Cell("unit_costs", line, t), value, c, share, low)


def _of_prices(study: Study, anchor: _Anchor, group: list[_Price]) -> Iterator[tuple[Problem, set[Cell]]]:
    """Prices of one column that are far off what stands for theirs."""
    group = [one for one in group if is_said(study, one.cell, anchor.cell)]
    if not group:
        return
    one, rest = group[0], len(group) - 1
    value, price, worth = in_print(one.value, anchor.price, one.share * anchor.price)
    of = f"{anchor.what}, {price} ({spot(study, anchor.cell)})"
    if not near(one.share, 1):
        of = f"what a t of activity makes, worth {worth} a kg at {of}"
    more = f" So {'is 1 more cell' if rest == 1 else f'are {rest} more cells'}." if rest else ""
    ratio = _ratio(one, anchor)
    message = f"{named(one.cell)} {value} {study.settings.currency}/kg is {times(ratio)} {of}.{more}"
    cells = [other.cell for other in group]
    yield far_off(study, one.cell, message, ratio, [anchor.cell, *cells[1:]]), set(cells)


def _of_reference(
    study: Study, anchor: _Anchor, far: list[_Price], n: int
) -> Iterator[tuple[Problem, set[Cell]]]:
    """A reference price that most prices of its commodity are far from."""
    cells = [one.cell for one in far]
    if not any(is_said(study, cell, anchor.cell) for cell in cells):
        return
    one = far[0]
    ratio = _ratio(one, anchor)
    price, value = in_print(anchor.price, one.value)
    message = (
        f"{len(far)} of {n} prices and costs of {one.commodity} are far {'above' if ratio > 1 else 'below'} its "
        f"reference price, {price} {study.settings.currency}/kg: {named(one.cell)} {value} "
        f"({spot(study, one.cell)}) is {times(ratio)} what it would be at that."
    )
    yield far_off(study, anchor.cell, message, ratio, cells), {anchor.cell, *cells}


def _of_content(study: Study, anchor: _Anchor, prices: list[_Price]) -> Iterator[tuple[Problem, set[Cell]]]:
    """Prices that differ from the reference by what a unit of trade holds, of goods that are traded by it."""
    goods = {row["commodity"]: row for row in study.rows("commodities")}
    for one in prices:
        row = goods[one.commodity]
        words = " ".join(str(row.get(key) or "") for key in ("commodity", "name", "stage")).lower()
        ratio = _ratio(one, anchor)
        apart = max(ratio, 1 / ratio)
        for names, factor, what in OF_A_GOOD:
            if one.cell.column == "value" or not near(apart, factor, 0.002):  # a value is judged: any number
                continue
            if not is_said(study, one.cell, anchor.cell):
                continue
            if not re.search(rf"(?<![a-z0-9])({names})(?![a-z0-9])", words):
                continue
            value, price = in_print(one.value, anchor.price)
            message = (
                f"{named(one.cell)} {value} {study.settings.currency}/kg and {anchor.what}, {price} "
                f"({spot(study, anchor.cell)}), are {factor:,.6g} times apart."
            )
            hint = f"{what}: check that both are per kg of the same, unless it is meant."
            found = study.problem(*one.cell, message, hint, "unit_of_trade", "warning")
            yield found._replace(also=(spot(study, anchor.cell),)), {one.cell}
            break
