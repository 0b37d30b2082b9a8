"""Stockpiles, their reserve targets and the funds that pay for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from floors.case.calendar import Calendar
from floors.case.funds import Fund, derive_funds
from floors.case.in_print import in_print
from floors.errors import Problem
from floors.study.study import Study

DAYS_A_YEAR = 365.0
NOTHING_LEFT = 1e-20
ABOVE = 1 + 1e-9  # less than this is no contradiction but rounding


@dataclass(frozen=True, kw_only=True)
class Stockpile:
    """`opening`, `capacity` in t; `holding` in USD/kg per year; `loss` a share per year; `target[t]` in t,
    `cover[t]` in years of the region's demand and use; `release[t]` the most that may be taken, t per year;
    `closing_value` of what lies there at the end, USD/kg, None where it has none."""

    name: str
    region: str
    commodity: str
    opening: float
    capacity: float | None
    holding: float
    loss: float
    fund: str | None
    target: dict[int, float]
    cover: dict[int, float]
    release: dict[int, float]
    closing_value: float | None

    def kept(self, years: float) -> float:
        """Share of a stock left after so many years; what is below any rounding is nothing."""
        left = float((1 - self.loss) ** years)
        return left if left > NOTHING_LEFT else 0.0

    def worth_a_year(self, closing: float, year: int, calendar: Calendar) -> float:
        """What is left at the end of the last period, in t, is worth by its closing value, million a year of that
        period; 0 in any other and without a closing value."""
        if self.closing_value is None or year != calendar.years[-1]:
            return 0.0
        return self.closing_value * closing / calendar.length[year] / 1000


@dataclass(frozen=True)
class Stocks:
    """Stockpiles and funds by name in sheet order."""

    piles: dict[str, Stockpile]
    funds: dict[str, Fund]
    price: dict[tuple[str, int], float]  # (stockpile, year) -> reference price, where a fund buys
    clean: Mapping[str, str] = field(
        default_factory=dict
    )  # the name of the clean part of a stockpile -> the stockpile

    def pile(self, k: str) -> str:
        """The stockpile that this is, or is the clean part of."""
        return self.clean.get(k, k)

    def parts(self, k: str) -> tuple[str, ...]:
        """A stockpile, and its clean part where what it holds is tagged: capacity, targets and funds bind the sum."""
        return (k, *(part for part, of in self.clean.items() if of == k))

    @property
    def whole(self) -> dict[str, Stockpile]:
        """Stockpiles as the sheet has them, by name."""
        return {
            k: replace(pile, opening=sum(self.piles[part].opening for part in self.parts(k)))
            for k, pile in self.piles.items()
            if k not in self.clean
        }

    def at(self, region: str, commodity: str) -> tuple[str, ...]:
        """Stockpiles of this commodity in this region."""
        return tuple(k for k, s in self.piles.items() if s.region == region and s.commodity == commodity)


def derive_stocks(
    study: Study, calendar: Calendar, reference: dict[tuple[str, int], float], problems: list[Problem]
) -> Stocks:
    """Sheets stockpiles, stock_targets, releases and funds."""
    releases = {row["stockpile"]: row["years"] for row in study.rows("releases")}
    targets = {row["stockpile"]: row["years"] for row in study.rows("stock_targets")}
    funds = derive_funds(study, problems)
    piles: dict[str, Stockpile] = {}
    price: dict[tuple[str, int], float] = {}
    last = calendar.years[-1]
    for i, row in enumerate(study.rows("stockpiles")):
        k = row["stockpile"]
        tonnes = {t: v for t, v in targets.get(k, {}).items() if not isinstance(v, str)}
        cover = {
            t: float(v.removesuffix("d")) / DAYS_A_YEAR
            for t, v in targets.get(k, {}).items()
            if isinstance(v, str)
        }
        pile = Stockpile(
            name=k,
            region=row["region"],
            commodity=row["commodity"],
            opening=row["opening"],
            capacity=row["capacity"],
            holding=row["holding_cost"],
            loss=row["loss"],
            fund=row["fund"],
            target=tonnes,
            cover=cover,
            release=releases.get(k, {}),
            closing_value=row["closing_value"],
        )
        if pile.closing_value is None and last not in tonnes and last not in cover:
            pile.target[last] = pile.opening * pile.kept(sum(calendar.length.values()))
        piles[k] = pile
        problems += _contradictions(study, calendar, i, pile)
        if pile.fund is None:
            continue
        for t in calendar.years:
            if (pile.commodity, t) not in reference:
                problems.append(
                    study.problem(
                        "stockpiles",
                        i,
                        "fund",
                        f"fund {pile.fund} buys {pile.commodity} at reference prices; found none for {t}.",
                        "Fill it in sheet reference_prices.",
                        code="missing_reference",
                    )
                )
                break
            price[k, t] = reference[pile.commodity, t]
    return Stocks(piles, funds, price)


def _contradictions(study: Study, calendar: Calendar, row: int, pile: Stockpile) -> Iterator[Problem]:
    """A closing value without an end to buying, and an opening stock that may not leave and has no room."""
    if pile.closing_value is not None and pile.capacity is None:
        message = f"stockpile {pile.name} has a closing value and no capacity: buying for it may have no end."
        hint = "Give the stockpile a capacity, or leave closing_value blank."
        yield study.problem(
            "stockpiles", row, "closing_value", message, hint, code="closing_value_without_capacity"
        )
    first = calendar.years[0]
    length, most = calendar.length[first], pile.release.get(first)
    if most is None or pile.capacity is None:
        return
    left = pile.opening * pile.kept(length) - length * most
    if left > pile.capacity * ABOVE:
        opening, released, kept, room = in_print(pile.opening, most, left, pile.capacity)
        at = next(i for i, one in enumerate(study.rows("releases")) if one["stockpile"] == pile.name)
        message = (
            f"stockpile {pile.name} opens with {opening} t, of which at most {released} t a year may be taken in "
            f"{first}: at least {kept} t stay, but there is room for {room} t."
        )
        hint = "Raise what may be released or the capacity, or lower the opening."
        yield study.problem("releases", at, first, message, hint, code="opening_above_release")
