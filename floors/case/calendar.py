"""Years of the study, their length, and the weight that turns a yearly flow into present value."""

from __future__ import annotations

from dataclasses import dataclass

from floors.study.study import Study


@dataclass(frozen=True)
class Calendar:
    """`length[t]` in years; `weight[t]` = length x (1 + discount rate)^-(t - first year)."""

    years: tuple[int, ...]
    length: dict[int, float]
    weight: dict[int, float]

    def before(self, year: int) -> int | None:
        """The listed year before `year`, or None for the first."""
        place = self.years.index(year)
        return self.years[place - 1] if place else None


def derive_calendar(study: Study) -> Calendar:
    """Read sheet `years` and the discount rate of `settings`."""
    rows = study.rows("years")
    years = tuple(int(row["year"]) for row in rows)
    length = {int(row["year"]): float(row["length"]) for row in rows}
    rate = study.settings.discount_rate
    weight = {t: length[t] * (1 + rate) ** -(t - years[0]) for t in years}
    return Calendar(years, length, weight)
