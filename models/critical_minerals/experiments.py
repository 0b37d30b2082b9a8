"""What has happened, put to the workbook: trade that was held back, a duty, and the prices that the model finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

import floors
from floors import Result, Study
from models.critical_minerals.goods import STRONG, WEAK

FREE = "no policy"
DROPPED = ("scenarios", "changes", "uncertainty", "sources", "_figures")
SHOCK, AFTER = 2026, 2027  # no link is built within the year of a shock
HELD_BACK = 0.95
Tables = dict[str, pd.DataFrame]
Pair = tuple[str, str]  # origin, destination


class Trial(NamedTuple):
    """One experiment: USD/kg by region in the year of the shock and in the year after; t not served in the first."""

    name: str
    good: str
    price: dict[tuple[str, int], float]
    short: float

    def gap(self, region: str, year: int) -> float:
        """A region's price over China's."""
        return self.price[region, year] / self.price["CN", year]


def chain_of(study: Study, chain: str) -> Tables:
    """The sheets of one chain alone: chains share the fund, and without policy nothing else."""
    goods = {good.label for good in (*STRONG, *WEAK) if good.chain == chain}
    tables = {name: frame for name, frame in study.tables.items() if name not in DROPPED}
    steps = tables["technologies"]
    made = set(steps[steps["commodity"].isin(goods) & (steps["coefficient"] > 0)]["technology"])
    processes = tables["processes"]
    kept = processes[processes["commodity"].isin(goods) | processes["technology"].isin(made)]
    names = {
        "technology": made,
        "process": set(kept["process"]),
        "stockpile": set(tables["stockpiles"].query("commodity in @goods")["stockpile"]),
    }
    for name, frame in tables.items():
        if name == "processes":
            tables[name] = kept
        elif name == "commodities" or ("commodity" in frame and "technology" not in frame):
            tables[name] = frame[frame["commodity"].isin(goods)]
        else:
            for column, among in names.items():
                if column in frame:
                    tables[name] = frame = frame[frame[column].isin(among)]
    return {name: frame for name, frame in tables.items() if len(frame)}


def held(tables: Tables, good: str, limits: Mapping[Pair, float], years: tuple[int, ...]) -> Study:
    """The study with these limits on what pairs ship, t a year, in these years."""
    rows = [
        {"origin": origin, "destination": destination, "commodity": good} | dict.fromkeys(years, most)
        for (origin, destination), most in limits.items()
    ]
    before = tables["route_limits"]
    return Study(tables | {"route_limits": pd.concat([before, pd.DataFrame(rows)], ignore_index=True)})


def shipped(result: Result, good: str, origin: str, year: int) -> dict[str, float]:
    """t that leave a region for others, by destination."""
    rows: Any = result.shipments
    rows = rows[(rows["commodity"] == good) & (rows["origin"] == origin) & (rows["year"] == year)]
    found = rows.groupby("destination")["quantity"].sum()
    return {place: float(q) for place, q in found.items() if place != origin and q > 0}


def price(result: Result, good: str, region: str, year: int) -> float:
    """USD/kg that a region's buyers pay; NaN where none buys."""
    rows: Any = result.prices
    rows = rows[(rows["commodity"] == good) & (rows["region"] == region) & (rows["year"] == year)]
    return float(rows["price"].iloc[0]) if len(rows) else float("nan")


def free(study: Study, chain: str) -> tuple[Tables, Result]:
    """One chain without policy, and its result."""
    tables = chain_of(study.scenario(FREE), chain)
    return tables, floors.solve(Study(tables))


def trial(name: str, good: str, result: Result) -> Trial:
    """What a result says of a good in the two years."""
    years, regions = (SHOCK, AFTER), ("US", "EU", "JP", "CN")
    rows: Any = result.unserved
    rows = rows[(rows["commodity"] == good) & (rows["year"] == SHOCK)]
    prices = {(region, year): price(result, good, region, year) for region in regions for year in years}
    return Trial(name, good, prices, float(rows["unserved"].sum()))


def controls(study: Study, good: str, chain: str, left: float) -> list[Trial]:
    """China's exports as they are, barred from the United States, and cut to a share for everybody."""
    tables, before = free(study, chain)
    sent = shipped(before, good, "CN", SHOCK)
    years = tuple(study.years)
    limits: dict[str, dict[Pair, float]] = {
        "none to the United States": {("CN", "US"): 0.0},
        f"{left:.0%} to everybody".replace("%", " %"): {("CN", place): left * q for place, q in sent.items()},
    }
    return [
        trial("as free trade has it", good, before),
        *(
            trial(name, good, floors.solve(held(tables, good, limit, years)))
            for name, limit in limits.items()
        ),
    ]


def duty(study: Study) -> list[Trial]:
    """US magnesium: as it is, without the anti-dumping duty, and with sellers who hold back a twentieth."""
    good = "magnesium"
    tables, before = free(study, good)
    routes = tables["routes"]
    pair = (routes["origin"] == "CN") & (routes["destination"] == "US")
    others = (routes["origin"] == "*") & (routes["destination"] == "US")
    plain = routes.assign(tariff=routes["tariff"].mask(pair, float(routes[others]["tariff"].iloc[0])))
    sold = {
        (origin, "US"): HELD_BACK * shipped(before, good, origin, SHOCK).get("US", 0.0)
        for origin in set(before.shipments["origin"]) - {"CN", "US"}
    }
    return [
        trial("as it is", good, before),
        trial("without the duty", good, floors.solve(Study(tables | {"routes": plain}))),
        trial(
            "sellers other than China hold back 5 %",
            good,
            floors.solve(held(tables, good, sold, tuple(study.years))),
        ),
    ]


def without(study: Study, chain: str, plants: tuple[str, ...]) -> Result:
    """A chain under the policy, with these processes never built."""
    tables = chain_of(study, chain)
    left = {
        name: frame[~frame["process"].isin(plants)] if "process" in frame else frame
        for name, frame in tables.items()
    }
    return floors.solve(Study(left))
