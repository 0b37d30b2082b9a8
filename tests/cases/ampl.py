"""Programs of the AMPL book: stages with hours, nutrients, and products that share a road."""

from __future__ import annotations

from plans import STEEL_FREIGHT, STEEL_NEEDS, STEEL_TOWNS
from sheets import YEAR, Case, Source, made, money, one_year, table, trade

AMPL = (
    "Fourer, R, Gay, D M, and Kernighan, B W, AMPL: A Modeling Language for Mathematical Programming, second "
    "edition, "
)
AMPL_URL = "https://ampl.com/learn/ampl-book/"


def ampl_source(name: str, where: str) -> Source:
    """A model of the AMPL book."""
    return Source(name, AMPL + where, "Duxbury Press", "2003", AMPL_URL)


def ampl_steel4() -> Case:
    """Two stages with hours, least and most tons of each product; scenario `roll only` is the one-stage model."""
    hours = {"reheat": 35, "roll": 40}
    rate = {"bands": (200, 200), "coils": (200, 140), "plate": (200, 160)}
    profit = {"bands": 25, "coils": 30, "plate": 29}
    least, most = {"bands": 1000, "coils": 500, "plate": 750}, {"bands": 6000, "coils": 4000, "plate": 3500}
    stages = [f"{s} hours" for s in hours]
    sheets = one_year("AMPL steel4", {"mill": "member"}, [*stages, *rate])
    sheets |= {
        "technologies": table(
            "technology commodity coefficient",
            [
                (p, c, a)
                for p, rates in rate.items()
                for c, a in [*((s, -1 / r) for s, r in zip(stages, rates, strict=True)), (p, 1.0)]
            ],
        ),
        "processes": table(
            "process region technology commodity unit_cost capacity minimum",
            [
                *((s, "mill", None, s, 0, h) for s, h in zip(stages, hours.values(), strict=True)),
                *((f"make {p}", "mill", p, None, 0, None, least[p]) for p in rate),
            ],
        ),
        "demand": table(
            "region segment commodity value", [("mill", "all", p, profit[p], most[p]) for p in rate], [YEAR]
        ),
        "scenarios": table("scenario description", [("roll only", "steel3: the rolling stage alone")]),
        "changes": table(
            "scenario sheet where column change value",
            [("roll only", "processes", "process=reheat hours", "capacity", "set", 1000)],
        ),
    }
    worth = float(sum(profit[p] * most[p] for p in rate))
    answers = [
        money("profit, USD", 190071.4286, scale=-1000.0, offset=worth, within=1e-4),
        *(made(q, f"make {p}") for p, q in {"bands": 23500 / 7, "coils": 500, "plate": 22000 / 7}.items()),
        money("profit, USD", 194828.5714, scale=-1000.0, offset=worth, scenario="roll only", within=1e-4),
        *(
            made(q, f"make {p}", scenario="roll only")
            for p, q in {"bands": 6000, "coils": 500, "plate": 7200 / 7}.items()
        ),
    ]
    where = "section 1.5, models steel3 and steel4 and the output printed there."
    return Case(sheets, ampl_source("ampl_steel4", where), answers)


def ampl_diet() -> Case:
    """Eight foods, four nutrients, at least 700 % of each."""
    foods = {  # cost, and % of A, C, B1, B2
        "BEEF": (3.19, 60, 20, 10, 15),
        "CHK": (2.59, 8, 0, 20, 20),
        "FISH": (2.29, 8, 10, 15, 10),
        "HAM": (2.89, 40, 40, 35, 10),
        "MCH": (1.89, 15, 35, 15, 15),
        "MTL": (1.99, 70, 30, 15, 15),
        "SPG": (1.99, 25, 50, 25, 15),
        "TUR": (2.49, 60, 20, 15, 10),
    }
    nutrients = ("A", "C", "B1", "B2")
    sheets = one_year("AMPL diet", {"home": "member"}, nutrients)
    sheets |= {
        "technologies": table(
            "technology commodity coefficient",
            [
                (f, n, a)
                for f, (_, *amounts) in foods.items()
                for n, a in zip(nutrients, amounts, strict=True)
                if a
            ],
        ),
        "processes": table(
            "process region technology unit_cost capacity",
            [(f"buy {f}", "home", f, cost, 100) for f, (cost, *_) in foods.items()],
        ),
        "demand": table("region segment commodity", [("home", "all", n, 700) for n in nutrients], [YEAR]),
    }
    answers = [money("cost, USD", 88.2), made(140 / 3, "buy MCH", within=1e-4)]
    where = "section 2.3, model diet and the output printed there."
    return Case(sheets, ampl_source("ampl_diet", where), answers)


def ampl_transp() -> Case:
    """Three mills, seven towns, one product."""
    stock = {"GARY": 1400, "CLEV": 2600, "PITT": 2900}
    needs = (900, 1200, 600, 400, 1700, 1100, 1000)
    sheets = one_year("AMPL transp", dict.fromkeys([*stock, *STEEL_TOWNS], "member"), ["steel"])
    sheets |= {
        "processes": table(
            "process region commodity unit_cost capacity",
            [(f"{m} mill", m, "steel", 0, q) for m, q in stock.items()],
        ),
        "routes": table(
            "origin destination commodity freight",
            [
                (m, d, "steel", f)
                for m in stock
                for d, f in zip(STEEL_TOWNS, STEEL_FREIGHT[m, "coils"], strict=True)
            ],
        ),
        "demand": table(
            "region segment commodity",
            [(d, "all", "steel", q) for d, q in zip(STEEL_TOWNS, needs, strict=True)],
            [YEAR],
        ),
    }
    answers = [money("freight, USD", 196200), trade(1200, "CLEV", "DET"), trade(900, "PITT", "FRA")]
    where = "section 3.1, figures 3-1 and the output printed there."
    return Case(sheets, ampl_source("ampl_transp", where), answers)


def ampl_multi() -> Case:
    """Three products share each road: a cap in tonnes on a group, from one origin into one town."""
    limit = 625
    stock = {"GARY": (400, 800, 200), "CLEV": (700, 1600, 300), "PITT": (800, 1800, 300)}
    products = tuple(STEEL_NEEDS)
    roles = dict.fromkeys(stock, "other") | dict.fromkeys(STEEL_TOWNS, "member")
    sheets = one_year("AMPL multi", roles, products)
    sheets |= {
        "processes": table(
            "process region commodity unit_cost capacity",
            [
                (f"{m} {c}", m, c, 0, q)
                for m, tonnes in stock.items()
                for c, q in zip(products, tonnes, strict=True)
            ],
        ),
        "routes": table(
            "origin destination commodity freight",
            [
                (m, d, c, f)
                for (m, c), fs in STEEL_FREIGHT.items()
                for d, f in zip(STEEL_TOWNS, fs, strict=True)
            ],
        ),
        "demand": table(
            "region segment commodity",
            [(d, "all", c, q) for c, qs in STEEL_NEEDS.items() for d, q in zip(STEEL_TOWNS, qs, strict=True)],
            [YEAR],
        ),
        "groups": table("group commodity weight", [("road", c, 1) for c in products]),
        "caps": table(
            "scope commodity origin basis",
            [(d, "road", m, "tonnes", limit) for m in stock for d in STEEL_TOWNS],
            [YEAR],
        ),
    }
    answers = [money("freight, USD", 199500)]
    where = "section 4.1, figures 4-1 and 4-2 and the output printed there."
    return Case(sheets, ampl_source("ampl_multi", where), answers)
