"""What the workbook answers: levies by good, what China sends without policy, cost, who pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from floors import Result
from models.critical_minerals.goods import MEMBERS, REGIONS, Good

TOLD = (
    "base",
    "processing only",
    "nine members",
    "US alone",
    "controls back",
    "third country 65 %",
    "half on paper",
    "slow build-out",
    "recycling push",
    "embargo on all 2028",
)
EMBARGO = (2028, 2030)  # its first year, and when links and restarts have had time
LEAST = 0.005  # USD/kg: below it a levy is told as none


def china_share(result: Result, good: Good, year: int) -> float | None:
    """Of what members buy of it; None where they buy none."""
    rows: Any = result.sourcing
    rows = rows[
        (rows["commodity"] == good.label) & (rows["year"] == year) & rows["destination"].isin(result.members)
    ]
    total = float(rows["quantity"].sum())
    return float(rows[rows["origin"] == "CN"]["quantity"].sum()) / total if total > 0 else None


def levies(result: Result, good: Good) -> dict[int, float]:
    """USD/kg by year, the highest of members."""
    rows: Any = result.floors
    rows = rows[(rows["commodity"] == good.label) & (rows["origin"] == "CN")]
    return {int(year): float(levy) for year, levy in rows.groupby("year")["levy"].max().items()}


def set_by(result: Result, good: Good, year: int) -> str:
    """What the floors of its members in a year are made of."""
    rows: Any = result.floors
    rows = rows[(rows["commodity"] == good.label) & (rows["year"] == year) & (rows["levy"] > LEAST)]
    return ", ".join(sorted(set(rows["set_by"].dropna())))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}".replace("%", " %")


def _levy(value: float) -> str:
    return f"{value:.2f}" if value > LEAST else "0"


def answers(goods: Sequence[Good], free: Result, base: Result) -> Iterator[tuple[str, ...]]:
    """A row for each good."""
    for good in goods:
        path = levies(base, good)
        since = min((year for year, levy in path.items() if levy > LEAST), default=None)
        yield (
            good.label,
            *(_share(china_share(free, good, year)) for year in (2026, 2030, 2035)),
            *(_levy(path.get(year, 0.0)) for year in (2030, 2035)),
            str(since) if since else "none",
            set_by(base, good, 2035) or "-",
        )


def payers(base: Result) -> Iterator[tuple[str, ...]]:
    """A row for each member, for China, and for all others together; what is positive is gained."""
    rows: Any = base.who_pays.set_index("region")
    rows = rows.assign(duties=rows["tariffs"] + rows["export_taxes"])
    columns = ["buyers", "levies", "duties", "producers", "net"]
    sums: list[tuple[str, Any]] = [(REGIONS[m], rows.loc[m, columns]) for m in MEMBERS]
    sums.append(("Members together", rows.loc[list(MEMBERS), columns].sum()))
    sums.append(("China", rows.loc["CN", columns]))
    sums.append(("All others", rows.drop([*MEMBERS, "CN"])[columns].sum()))
    for name, found in sums:
        yield (name, *(f"{float(found[column]):,.0f}" for column in columns))


def short_of(result: Result, goods: Sequence[Good], year: int) -> dict[str, float]:
    """What part of members' demand for a good goes unserved in a year; of goods of which none does, nothing."""
    rows: Any = result.unserved
    rows = rows[(rows["year"] == year) & rows["region"].isin(MEMBERS)]
    sums = rows.groupby("commodity")[["wanted", "unserved"]].sum()
    shares = {str(name): float(row["unserved"] / row["wanted"]) for name, row in sums.iterrows()}
    return {good.label: part for good in goods if (part := shares.get(good.label, 0.0)) > 0.005}


def costs(goods: Sequence[Good], solved: Callable[[str], Result]) -> Iterator[tuple[str, ...]]:
    """A row for each scenario that is told; its cost is beside the same world without policy."""
    for name in TOLD:
        result = solved(name)
        found = {good.label: levies(result, good) for good in goods}
        yield (
            name,
            *(
                ", ".join(
                    f"{c} {_levy(path[year])}" for c, path in found.items() if path.get(year, 0.0) > LEAST
                )
                or "none"
                for year in (2030, 2035)
            ),
            f"{result.figures.bloc_net_cost - result.figures.baseline_bloc_net_cost:,.0f} M USD",
            *(
                ", ".join(f"{c} {_share(part)}" for c, part in short_of(result, goods, year).items())
                or "nothing"
                for year in EMBARGO
            ),
        )
