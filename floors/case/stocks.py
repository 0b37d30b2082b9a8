"""Stockpiles, their reserve targets and the funds that pay for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from floors.case.calendar import Calendar
from floors.case.tags import NO_TAGS, Tags, clean_name
from floors.errors import Problem
from floors.study.study import Study

DAYS_A_YEAR = 365.0
NOTHING_LEFT = 1e-20


@dataclass(frozen=True, kw_only=True)
class Stockpile:
    """`opening`, `capacity` in t; `holding` in USD/kg per year; `loss` a share per year; `target[t]` in t,
    `cover[t]` in years of the region's demand and use."""

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

    def kept(self, years: float) -> float:
        """Share of a stock left after so many years; what is below any rounding is nothing."""
        left = float((1 - self.loss) ** years)
        return left if left > NOTHING_LEFT else 0.0


@dataclass(frozen=True)
class Stocks:
    """Stockpiles by name in sheet order, and funds: thousand that may be spent, undiscounted."""

    piles: dict[str, Stockpile]
    funds: dict[str, float]
    price: dict[tuple[str, int], float]  # (stockpile, year) -> reference price, where a fund buys
    clean: Mapping[str, str] = field(default_factory=dict)  # the name of the clean part of a stockpile -> the stockpile

    def pile(self, k: str) -> str:
        """The stockpile that this is, or is the clean part of."""
        return self.clean.get(k, k)

    def parts(self, k: str) -> tuple[str, ...]:
        """A stockpile, and its clean part where what it holds is tagged: capacity, targets and funds bind the sum."""
        return (k, *(part for part, of in self.clean.items() if of == k))

    def at(self, region: str, commodity: str) -> tuple[str, ...]:
        """Stockpiles of this commodity in this region."""
        return tuple(k for k, s in self.piles.items() if s.region == region and s.commodity == commodity)


def derive_stocks(
    study: Study,
    calendar: Calendar,
    reference: dict[tuple[str, int], float],
    problems: list[Problem],
    tags: Tags = NO_TAGS,
) -> Stocks:
    """Sheets stockpiles, stock_targets and funds; of what is tagged a stockpile has two parts."""
    targets = {row["stockpile"]: row["years"] for row in study.rows("stock_targets")}
    funds = {row["fund"]: 1000.0 * row["amount"] for row in study.rows("funds")}
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
        )
        if last not in tonnes and last not in cover:
            pile.target[last] = pile.opening * pile.kept(sum(calendar.length.values()))
        piles[k] = pile
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
    return _in_parts(study, Stocks(piles, funds, price), tags)


def _in_parts(study: Study, stocks: Stocks, tags: Tags) -> Stocks:
    """Stockpiles of what is tagged in two parts; the first has the capacity and the targets of both."""
    piles, price, clean = {}, dict[tuple[str, int], float](), dict[str, str]()
    content = {row["stockpile"]: row["opening_content"] for row in study.rows("stockpiles")}
    for k, pile in stocks.piles.items():
        for c, share in tags.split(pile.commodity, content[k]):
            name, part = k, replace(pile, commodity=c, opening=share * pile.opening)
            if c != pile.commodity:
                name = clean_name(k, {*stocks.piles})
                clean[name] = k
                part = replace(part, name=name, capacity=None, target={}, cover={})
            piles[name] = part
            price |= {(name, t): p for (of, t), p in stocks.price.items() if of == k}
    return Stocks(piles, stocks.funds, price, clean)
