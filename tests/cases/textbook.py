"""Small published programs: joint products, shared hours, stores, a variable levy."""

from __future__ import annotations

from typing import Any

from sheets import (
    YEAR,
    Case,
    Cell,
    Source,
    answer,
    demand,
    made,
    money,
    one_year,
    price,
    supply,
    table,
    trade,
)
from trade import GOOD, Market, account, economy

DANTZIG = "Dantzig, G B, Linear Programming and Extensions, chapter {}; GAMS Model Library, {} (SEQ {})."
GAMS_URL = "https://www.gams.com/latest/gamslib_ml/libhtml/gamslib_{}.html"


def dantzig_source(name: str, chapter: str, number: int) -> Source:
    """A problem of Dantzig's book, with the data of the GAMS library."""
    text = DANTZIG.format(chapter, name, number)
    return Source(name, text, "Princeton University Press", "1963", GAMS_URL.format(name))


def prodmix() -> Case:
    """Four desks out of the hours of two shops: an hour is a good that is made and used."""
    hours = {"carpentry": 6000, "finishing": 4000}
    labour = {"d1": (4, 1), "d2": (9, 1), "d3": (7, 3), "d4": (10, 40)}
    worth, most = {"d1": 12, "d2": 20, "d3": 18, "d4": 40}, 2000
    sheets = one_year("Production mix", {"works": "member"}, [*hours, *labour])
    sheets |= {
        "technologies": table(
            "technology commodity coefficient",
            [
                (d, c, a)
                for d, (x, y) in labour.items()
                for c, a in (("carpentry", -x), ("finishing", -y), (d, 1))
            ],
        ),
        "processes": table(
            "process region technology commodity unit_cost capacity",
            [
                *((f"hours of {s}", "works", None, s, 0, h) for s, h in hours.items()),
                *((f"make {d}", "works", d, None, 0, None) for d in labour),
            ],
        ),
        "demand": table(
            "region segment commodity value", [("works", "all", d, p, most) for d, p in worth.items()], [YEAR]
        ),
    }
    answers = [
        money("profit, USD", 56000 / 3, scale=-1000.0, offset=float(most * sum(worth.values()))),
        *(made(q, f"make {d}") for d, q in {"d1": 4000 / 3, "d2": 0, "d3": 0, "d4": 200 / 3}.items()),
        # Two desks are made, so two hours have one price each: 4a + b = 12 and 10a + 40b = 40.
        price(44 / 15, "works", "carpentry"),
        price(4 / 15, "works", "finishing"),
    ]
    return Case(sheets, dantzig_source("prodmix", "3.5", 3), answers)


def blend() -> Case:
    """An alloy of lead, zinc and tin from nine others: processes with three products."""
    mix = {  # lead, zinc, tin, price
        "a": (10, 10, 80, 4.1),
        "b": (10, 30, 60, 4.3),
        "c": (40, 50, 10, 5.8),
        "d": (60, 30, 10, 6.0),
        "e": (30, 30, 40, 7.6),
        "f": (30, 40, 30, 7.5),
        "g": (30, 20, 50, 7.3),
        "h": (50, 40, 10, 6.9),
        "i": (20, 30, 50, 7.3),
    }
    needs = {"lead": 30, "zinc": 30, "tin": 40}
    sheets = one_year("Blending", {"works": "member"}, needs)
    sheets |= {
        "technologies": table(
            "technology commodity coefficient",
            [(a, c, part) for a, parts in mix.items() for c, part in zip(needs, parts, strict=False)],
        ),
        "processes": table(
            "process region technology unit_cost",
            [(f"alloy {a}", "works", a, parts[3]) for a, parts in mix.items()],
        ),
        "demand": table(
            "region segment commodity", [("works", "all", c, q) for c, q in needs.items()], [YEAR]
        ),
    }
    answers = [money("cost, USD a pound", 4.98), made(0.6, "alloy b"), made(0.4, "alloy d")]
    return Case(sheets, dantzig_source("blend", "3.4", 2), answers)


def whouse() -> Case:
    """Buying and selling out of a store at a price that changes by quarter."""
    quarters, at, most = (2001, 2002, 2003, 2004), (10, 12, 8, 9), 1000
    sheets = one_year("Warehouse", {"town": "member"}, [GOOD])
    sheets |= {
        "years": table("year length", [(q, 1) for q in quarters]),
        "processes": table("process region commodity unit_cost", [("buy", "town", GOOD, at[0])]),
        "unit_costs": table("process", [("buy", *at)], quarters),
        "demand": table(
            "region segment commodity value",
            [
                ("town", f"q{n + 1}", GOOD, p, *(most if q == quarter else None for q in quarters))
                for n, (quarter, p) in enumerate(zip(quarters, at, strict=True))
            ],
            quarters,
        ),
        "stockpiles": table(
            "stockpile region commodity opening capacity holding_cost", [("store", "town", GOOD, 50, 100, 1)]
        ),
        "stock_targets": table("stockpile", [("store", None, None, None, 0)], quarters),
    }
    answers = [money("cost, USD", -600, offset=-float(most * sum(at)))]
    return Case(sheets, dantzig_source("whouse", "3.6", 4), answers)


def robert() -> Case:
    """Three products out of two raw materials that are stored: opening stocks chosen, the rest valued (profit as for Ajax)."""
    start, periods = 2000, (2001, 2002, 2003)
    years = (start, *periods)
    inputs = {"low": (5, 1), "medium": (3, 2), "high": (1, 3)}  # scrap, new
    profit = {"low": (25, 20, 10), "medium": (50, 50, 50), "high": (75, 80, 100)}
    raw = {"scrap": (400, 0.5, 15), "new": (275, 2, 25)}  # most in store, cost of storing, value of the rest
    capacity = 40

    def in_year(year: int, quantity: float) -> list[Cell]:
        return [quantity if t == year else None for t in years]

    sold = [
        ("works", f"{p} {t}", p, value, *in_year(t, capacity))
        for p, values in profit.items()
        for t, value in zip(periods, values, strict=True)
    ]
    left = [
        ("works", f"rest of {c}", c, rest, *in_year(periods[-1], most)) for c, (most, _, rest) in raw.items()
    ]
    worth = sum(capacity * sum(values) for values in profit.values())
    worth += sum(most * rest for most, _, rest in raw.values())
    sheets = one_year("Production and inventory", {"works": "member"}, [*raw, *inputs])
    sheets |= {
        "years": table("year length", [(t, 1) for t in years]),
        "technologies": table(
            "technology commodity coefficient",
            [(p, c, a) for p, (x, y) in inputs.items() for c, a in (("scrap", -x), ("new", -y), (p, 1))],
        ),
        "plants": table("plant capacity", [("line", capacity)]),
        "processes": table(
            "process region technology commodity unit_cost capacity first_year last_year plant",
            [
                *((f"first {c}", "works", None, c, 0, most, None, start) for c, (most, _, _) in raw.items()),
                *((f"make {p}", "works", p, None, 0, None, periods[0], None, "line") for p in inputs),
            ],
        ),
        "demand": table("region segment commodity value", [*sold, *left], years),
        "stockpiles": table(
            "stockpile region commodity holding_cost", [(f"{c} in store", "works", c, raw[c][1]) for c in raw]
        ),
    }
    source = Source(
        "robert",
        "Fourer, R, Modeling Languages versus Matrix Generators for Linear Programming, ACM Transactions on "
        "Mathematical Software 9, 2, 143-183; GAMS Model Library, robert (SEQ 37). Data published; the profit was "
        "found by scipy.optimize.linprog from the same numbers.",
        "ACM",
        "1983",
        GAMS_URL.format("robert"),
    )
    return Case(sheets, source, [money("profit", 11025, scale=-1000.0, offset=float(worth))])


def ajax() -> Case:
    """Four papers on three machines with hours to share; the profit is found apart by scipy (see the tests)."""
    hours = {"machine 1": 672, "machine 2": 600, "machine 3": 480}
    grades = {  # demand, price, tons an hour and cost a ton on each machine
        "20-bond-wt": (30000, 77, (53, 52, 49), (76, 75, 73)),
        "25-bond-wt": (20000, 81, (51, 49, 44), (82, 80, 78)),
        "c-bond-ext": (12000, 99, (52, 45, 47), (96, 95, 92)),
        "tissue-wrp": (8000, 105, (42, 44, 40), (72, 71, 70)),
    }
    sheets = one_year("Ajax Paper Company", {"mill": "member"}, grades)
    sheets |= {
        "plants": table("plant capacity", hours.items()),
        "processes": table(
            "process region commodity unit_cost plant plant_use",
            [
                (f"{g} on {m}", "mill", g, cost[i], m, 1 / rate[i])
                for g, (_, _, rate, cost) in grades.items()
                for i, m in enumerate(hours)
            ],
        ),
        "demand": table(
            "region segment commodity", [("mill", "all", g, q) for g, (q, _, _, _) in grades.items()], [YEAR]
        ),
    }
    revenue = sum(q * p for q, p, _, _ in grades.values())
    source = Source(
        "ajax",
        "CDC, PDS/APEX Sample Model Library; GAMS Model Library, ajax (SEQ 60). Data published; the profit was "
        "found by scipy.optimize.linprog from the same numbers.",
        "Control Data Corporation",
        "1977",
        GAMS_URL.format("ajax"),
    )
    return Case(
        sheets, source, [money("profit, USD", 441003.5953104645, scale=-1000.0, offset=float(revenue))]
    )


def wheat() -> Case:
    """Home 50 - 5P and 5P, thousand t: free at 3; a variable levy up to 4; and the world at 2 under the same."""
    threshold, world, cheap = 4, 3, 2
    home = Market(50, 5, 0, 5)
    sheets = economy("Variable levy on wheat", {"home": "member", "world": "capped"}, {"home": home}, 0.1)
    sheets["processes"].append(["world", "world", GOOD, world, None])
    sheets |= {
        "routes": table("origin destination commodity freight", [("world", "home", GOOD, 0)]),
        "reference_prices": table("commodity", [(GOOD, world)], [YEAR]),
        "floor_rules": table("commodity rule", [(GOOD, "minimum")], [YEAR]),
        "scenarios": table("scenario parent", [("levy",), ("cheaper world", "levy")]),
        "changes": table(
            "scenario sheet where column change value",
            [
                ("levy", "floor_rules", "rule=minimum", str(YEAR), "set", threshold),
                ("cheaper world", "processes", "process=world", "unit_cost", "set", cheap),
            ],
        ),
    }
    settled = 0.011  # a levy is found to 0.01
    answers: list[dict[str, Any]] = [
        price(world, "home", GOOD),
        demand(35, "home"),
        supply(15, "home"),
        trade(20, "world", "home"),
    ]
    for scenario, offer in {"levy": world, "cheaper world": cheap}.items():
        run: dict[str, Any] = {"scenario": scenario}
        floor = {"member": "home", "commodity": GOOD}
        answers += [
            demand(30, "home", **run),
            supply(20, "home", **run),
            trade(10, "world", "home", **run),
            price(threshold, "home", GOOD, **run, within=settled),
            answer("floor", threshold, "floors", "floor", floor, **run, within=settled),
            answer("levy", threshold - offer, "floors", "levy", floor, **run, within=settled),
            account("levy revenue", 10 * (threshold - offer), "levy_revenue", **run, within=10 * settled),
        ]
    source = Source(
        "wheat",
        "Intervention in agricultural markets, an exercise on a tariff on wheat: 35 and 15 thousand t at a world "
        "price of 3, 30 and 20 thousand at 4. That a variable levy up to 4 gives the same whatever the world "
        "price is its definition.",
        "textbook.stpauls.br, Microeconomics, page 152",
        "",
        "http://textbook.stpauls.br/Economics/Microeconomics/page_152.htm",
    )
    return Case(sheets, source, answers)
