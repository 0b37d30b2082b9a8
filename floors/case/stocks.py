"""Stockpiles, their reserve targets and the funds that pay for them."""

from __future__ import annotations

from dataclasses import dataclass

from floors.case.calendar import Calendar
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

    def at(self, region: str, commodity: str) -> tuple[str, ...]:
        """Stockpiles of this commodity in this region."""
        return tuple(k for k, s in self.piles.items() if s.region == region and s.commodity == commodity)


def derive_stocks(
    study: Study, calendar: Calendar, reference: dict[tuple[str, int], float], problems: list[Problem]
) -> Stocks:
    """Sheets stockpiles, stock_targets and funds."""
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
    return Stocks(piles, funds, price)
