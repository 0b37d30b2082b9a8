"""Trade between linear curves: quota, tariff, embargo and price support, with published answers.

Curves are cut at equal price steps, each valued at its middle. Areas under them are exact, and so are
quantities where the equilibrium falls between two steps (all but TP3 and autarky); a price that no constant
offer fixes is known to half a step, a sum of money to half a step of price on its quantity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sheets import (
    YEAR,
    Case,
    Cell,
    Source,
    Table,
    answer,
    demand,
    money,
    one_year,
    price,
    supply,
    table,
    trade,
)

GOOD = "good"


class Market(NamedTuple):
    """Demand a - b P and supply c + d P of one region; `b` = 0: no demand, `d` = 0: no supply."""

    a: float = 0
    b: float = 0
    c: float = 0
    d: float = 0

    @property
    def choke(self) -> float:
        """The price at which nothing is bought."""
        return self.a / self.b

    @property
    def start(self) -> float:
        """The price at which supply begins: 0 where something is made at any price."""
        return max(-self.c / self.d, 0)


def steps(low: float, high: float, width: float) -> list[float]:
    """Middles of the price steps between two prices, lowest first."""
    count = round((high - low) / width)
    if abs(low + count * width - high) > 1e-9:
        raise ValueError(f"{low} to {high} is no whole number of steps of {width}")
    return [round(low + (k + 0.5) * width, 10) for k in range(count)]


def wants(region: str, market: Market, width: float) -> list[tuple[Cell, ...]]:
    """Rows of `demand`, dearest first."""
    values = reversed(steps(0, market.choke, width))
    return [(region, f"{i:03}", GOOD, v, round(market.b * width, 10)) for i, v in enumerate(values, 1)]


def offers(region: str, market: Market, width: float, top: float) -> list[tuple[Cell, ...]]:
    """Rows of `processes`, cheapest first, up to a price."""
    first = [(f"{region} 000", region, GOOD, 0, market.c)] if market.c > 0 else []
    costs = steps(market.start, top, width)
    return first + [
        (f"{region} {i:03}", region, GOOD, p, round(market.d * width, 10)) for i, p in enumerate(costs, 1)
    ]


def worth(market: Market) -> float:
    """Value of all demand: the constant that unserved demand is counted from."""
    return market.a * market.choke / 2


def economy(
    title: str, roles: Mapping[str, str], markets: Mapping[str, Market], width: float
) -> dict[str, Table]:
    """Curves of several regions as sheets; supply is cut up to the highest choke price of all."""
    top = max(m.choke for m in markets.values() if m.b)
    sheets = one_year(title, roles, [GOOD])
    made = [row for r, m in markets.items() if m.d for row in offers(r, m, width, top)]
    needs = [row for r, m in markets.items() if m.b for row in wants(r, m, width)]
    sheets["processes"] = table("process region commodity unit_cost capacity", made)
    sheets["demand"] = table("region segment commodity value", needs, [YEAR])
    return sheets


def policies(abroad: str, reference: float, quota: float, tariff: float | None) -> dict[str, Table]:
    """A quota on what `home` imports and, where given, a tariff (both off), each put on by its scenario."""
    scenarios = [("quota", f"imports of at most {quota:g}")]
    changes: list[tuple[Cell, ...]] = [("quota", "caps", "scope=home", str(YEAR), "set", quota)]
    if tariff is not None:
        scenarios.append(("tariff", f"a specific tariff of {tariff:g}"))
        changes.append(("tariff", "routes", f"origin={abroad}", "tariff", "set", tariff / reference))
    return {
        "routes": table("origin destination commodity freight tariff", [(abroad, "home", GOOD, 0, 0)]),
        "reference_prices": table("commodity", [(GOOD, reference)], [YEAR]),
        "caps": table("scope commodity basis", [("home", GOOD, "tonnes")], [YEAR]),
        "scenarios": table("scenario description", scenarios),
        "changes": table("scenario sheet where column change value", changes),
    }


def account(what: str, value: float, columns: str, region: str = "home", **more: Any) -> dict[str, Any]:
    """Money of one region, thousand."""
    return answer(what, value, "accounts", columns, {"region": region}, **{"scale": 1000.0, **more})


def quota_rent(inside: float, half: float, value: float, levy: float, slack: float) -> list[dict[str, Any]]:
    """The floor, which is the price `inside`; the rent per unit, as levy of cap and floor; the whole rent."""
    where = {"scope": "home", "commodity": GOOD}
    floor = {"member": "home", "commodity": GOOD}
    return [
        answer("floor", inside, "floors", "floor", floor, scenario="quota", within=half),
        answer("levy", levy, "floors", "levy", floor, scenario="quota", within=slack),
        answer("rent per unit", levy, "caps", "levy", where, scenario="quota", within=slack),
        account("quota rent", value, "levy_revenue", scenario="quota", within=slack * value / levy),
    ]


def small_country(
    title: str,
    home: Market,
    world: float,
    width: float,
    source: Source,
    published: Mapping[str, tuple[float, ...]],
    quota: float,
    tariff: float | None,
) -> Case:
    """Imports at a fixed price; `published`: scenario -> price, demand, supply, both surpluses."""
    sheets = economy(title, {"home": "member", "world": "capped"}, {"home": home}, width)
    sheets["processes"].append(["world", "world", GOOD, world, None])
    sheets |= policies("world", world, quota, tariff)
    half = width / 2
    answers: list[dict[str, Any]] = []
    for scenario, (p, wanted, offered, consumers, producers) in published.items():
        run: dict[str, Any] = {"scenario": scenario}
        known = scenario != "quota"  # to half a step there, exactly where imports set the price
        answers += [
            price(p, "home", GOOD, **run, within=None if known else half),
            demand(wanted, "home", **run),
            supply(offered, "home", **run),
            trade(wanted - offered, "world", "home", **run),
            account(
                "consumer surplus",
                consumers,
                "outlay unserved",
                scale=-1000.0,
                offset=worth(home),
                **run,
                within=None if known else half * wanted,
            ),
            account(
                "producer surplus",
                producers,
                "producer_surplus",
                **run,
                within=None if known else half * offered,
            ),
        ]
    (p0, _, _, c0, s0), (p1, _, _, c1, s1) = published[""], published["quota"]
    rent = quota * (p1 - p0)
    loss = -(c1 - c0 + s1 - s0 + rent)
    answers += quota_rent(p1, half, rent, p1 - p0, half)
    answers.append(money("loss of welfare", loss, scenario="quota", less="base"))
    if tariff is not None:
        resources = ["resource_cost", "unserved_cost"]
        answers.append(account("tariff revenue", rent, "tariff_revenue", scenario="tariff"))
        answers.append(money("loss and revenue", loss + rent, scenario="tariff", less="base"))
        answers.append(money("loss of welfare", loss, metric=resources, scenario="tariff", less="base"))
    return Case(sheets, source, answers)


def tp1() -> Case:
    """Home 45 - 2P and -11 + 2P, imports at 8: free, quota 10, tariff 3.5."""
    source = Source(
        "tp1",
        "Osang, T, ECO 6333, spring 2018, problem set 2, answer key, part II: free trade and a quota of 10. "
        "The tariff of 3.5 is derived from the equivalence of quota and tariff.",
        "Southern Methodist University",
        "2018",
    )
    restricted = (11.5, 22, 12, 121, 36)
    published = {"": (8, 29, 5, 210.25, 6.25), "quota": restricted, "tariff": restricted}
    return small_country("Quota and tariff", Market(45, 2, -11, 2), 8, 0.125, source, published, 10, 3.5)


def tp4() -> Case:
    """Home 400 - 10P and 50 + 5P, imports at 10: free, quota 50."""
    source = Source(
        "tp4",
        "Answer sheet on the effects of an import quota: free trade at 10, quota of 50, price 20, rent 500, "
        "consumer surplus -2500, producer surplus +1250. The curves are inferred from its numbers "
        "(autarky 23.33, 166.67), and with them the surpluses before and after.",
        "Scribd, document 292736121",
    )
    published = {"": (10, 300, 100, 4500, 750), "quota": (20, 200, 150, 2000, 2000)}
    return small_country(
        "Quota of a small country", Market(400, 10, 50, 5), 10, 0.2, source, published, 50, None
    )


def two_countries(
    title: str,
    foreign: Market,
    width: float,
    source: Source,
    free: tuple[float, float],
    taxed: tuple[float, float, float],
    reference: float,
    exact: bool,
) -> Case:
    """Home 100 - 20P and 20 + 20P and a foreign country; `free`: price, trade; `taxed`: world, home, trade.

    `exact`: the equilibrium falls between two steps; else a quantity is known to one step of its curve.
    """
    markets = {"home": Market(100, 20, 20, 20), "foreign": foreign}
    sheets = economy(title, {"home": "member", "foreign": "capped"}, markets, width)
    tariff = taxed[1] - taxed[0]
    sheets |= policies("foreign", reference, taxed[2], tariff)
    answers: list[dict[str, Any]] = []
    for scenario, (world, inside, volume) in {
        "": (free[0], *free),
        "tariff": taxed,
        "quota": taxed,
    }.items():
        within = None if exact else (markets["home"].b + markets["home"].d) * width
        answers.append(trade(volume, "foreign", "home", scenario=scenario, within=within))
        for region, p in {"home": inside, "foreign": world}.items():
            market = markets[region]
            run: dict[str, Any] = {"scenario": scenario, "within": None if exact else market.b * width}
            answers += [
                price(p, region, GOOD, scenario=scenario, within=width / 2),
                demand(market.a - market.b * p, region, **run),
                supply(market.c + market.d * p, region, **run),
            ]
    # Two prices, each known to half a step, stand in the rent.
    answers += quota_rent(taxed[1], width / 2, tariff * taxed[2], tariff, width)
    revenue_within = None if exact else tariff * (markets["home"].b + markets["home"].d) * width
    answers.append(
        account(
            "tariff revenue", tariff * taxed[2], "tariff_revenue", scenario="tariff", within=revenue_within
        )
    )
    return Case(sheets, source, answers)


KRUGMAN = (
    "Krugman, P R, and Obstfeld, M, International Economics: Theory and Policy, chapter on the instruments "
    "of trade policy, {}; instructor's answers. Curves reconstructed from import demand 80 - 40P, export "
    "supply {} and the printed quantities; the quota is derived from the equivalence of quota and tariff."
)


def tp2() -> Case:
    """A foreign country of the same size: price 1.5, trade 20; with 0.5 of tariff 1.25, 1.75 and 10."""
    source = Source("tp2", KRUGMAN.format("problems 1 to 3", "-40 + 40P"), "Addison-Wesley")
    foreign, free, taxed = Market(80, 20, 40, 20), (1.5, 20.0), (1.25, 1.75, 10.0)
    return two_countries("Two equal countries", foreign, 0.05, source, free, taxed, 1.5, True)


def tp3() -> Case:
    """A foreign country ten times the size: printed 1.09 and 36.40, 1.045, 1.545 and 18.20; here exact."""
    source = Source("tp3", KRUGMAN.format("problem 4", "-400 + 400P"), "Addison-Wesley")
    free, taxed = (12 / 11, 400 / 11), (11.5 / 11, 17 / 11, 200 / 11)
    foreign = Market(800, 200, 400, 200)
    return two_countries("A small and a large country", foreign, 0.025, source, free, taxed, 12 / 11, False)


def tp5() -> Case:
    """Home 71 - 2P and -10 + P; a government that buys all it is offered at 33."""
    home, floor = Market(71, 2, -10, 1), 33
    sheets = economy("Price support", {"home": "member", "store": "member"}, {"home": home}, 0.5)
    sheets["routes"] = table("origin destination commodity freight", [("home", "store", GOOD, 0)])
    sheets["demand"].append(["store", "support", GOOD, floor, 100])
    source = Source(
        "tp5",
        "Exercise on a price floor of 33 with government purchase: demand 5, supply 23, purchases 18, "
        "cost 594.",
        "homeworksource.com, p/1121992",
    )
    answers = [
        price(floor, "home", GOOD),
        demand(5, "home"),
        supply(23, "home"),
        trade(18, "home", "store"),
        account("cost of the purchases", 594, "outlay", region="store"),
    ]
    return Case(sheets, source, answers)


def three_countries() -> Case:
    """Three countries, three linear markets, transport costs; and autarky, every route closed."""
    width, half = 0.3, 0.15
    markets = {  # p = 42 - 2q and 9 + q; 54 - 3q and 3 + 2q; 51 - q and 18 + q
        "one": Market(21, 1 / 2, -9, 1),
        "two": Market(18, 1 / 3, -1.5, 1 / 2),
        "three": Market(51, 1, -18, 1),
    }
    freight = {"one": {"two": 3, "three": 9}, "two": {"one": 3, "three": 3}, "three": {"one": 6, "two": 3}}
    sheets = economy("Three countries", dict.fromkeys(markets, "member"), markets, width)
    sheets["routes"] = table(
        "origin destination commodity freight limit",
        [(o, d, GOOD, cost) for o, to in freight.items() for d, cost in to.items()],
    )
    sheets["scenarios"] = table("scenario description", [("autarky", "no trade")])
    sheets["changes"] = table(
        "scenario sheet where column change value", [("autarky", "routes", "origin=*", "limit", "set", 0)]
    )
    source = Source(
        "three_countries",
        "Miranda, M J, and Fackler, P L, Applied Computational Economics and Finance, page 56, spatial "
        "equilibrium (demonstration demslv14): prices 24, 27, 30, net exports 6, 3, -9; in autarky "
        "quantities 11, 10.2, 16.5 and prices 20, 23.4, 34.5.",
        "The MIT Press",
        "2002",
        "https://github.com/randall-romero/CompEcon",
    )
    trading = {"one": (24, 9, 15), "two": (27, 9, 12), "three": (30, 21, 12)}
    alone = {"one": (20, 11), "two": (23.4, 10.2), "three": (34.5, 16.5)}
    answers: list[dict[str, Any]] = []
    for region, (p, wanted, offered) in trading.items():
        answers += [
            price(p, region, GOOD, within=half),
            demand(wanted, region),
            supply(offered, region),
        ]
    for region, (p, quantity) in alone.items():
        run = {"scenario": "autarky"}
        answers += [
            price(p, region, GOOD, within=half, **run),
            demand(quantity, region, within=markets[region].b * width, **run),
            supply(quantity, region, within=markets[region].d * width, **run),
        ]
    return Case(sheets, source, answers)
