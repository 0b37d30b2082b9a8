"""Published plans of production and transport: steel in Mexico and of the AMPL book, Dantzig's canneries."""

from __future__ import annotations

from sheets import YEAR, Case, Source, answer, made, money, one_year, price, table, trade

STEEL_TOWNS = ("FRA", "DET", "LAN", "WIN", "STL", "FRE", "LAF")
STEEL_FREIGHT = {
    ("GARY", "bands"): (30, 10, 8, 10, 11, 71, 6),
    ("GARY", "coils"): (39, 14, 11, 14, 16, 82, 8),
    ("GARY", "plate"): (41, 15, 12, 16, 17, 86, 8),
    ("CLEV", "bands"): (22, 7, 10, 7, 21, 82, 13),
    ("CLEV", "coils"): (27, 9, 12, 9, 26, 95, 17),
    ("CLEV", "plate"): (29, 9, 13, 9, 28, 99, 18),
    ("PITT", "bands"): (19, 11, 12, 10, 25, 83, 15),
    ("PITT", "coils"): (24, 14, 17, 13, 28, 99, 20),
    ("PITT", "plate"): (26, 14, 17, 13, 31, 104, 20),
}
STEEL_NEEDS = {
    "bands": (300, 300, 100, 75, 650, 225, 250),
    "coils": (500, 750, 400, 250, 950, 850, 500),
    "plate": (100, 100, 0, 50, 200, 100, 250),
}


def mexss() -> Case:
    """Five mills, three markets: inputs bought, steel imported, and at most 1.0 million t exported."""
    mills = {
        # mill: freight to mexico-df, monterrey, guadalaja, and what the port takes off the export price
        "ahmsa": (12.5936, 4.3112, 11.93, 8.6876),
        "fundidora": (11.0228, 0, 11.132, 6.8564),
        "sicartsa": (9.3596, 13.442, 8.3936, 0),
        "hylsa": (11.0228, 0, 11.132, 6.8564),
        "hylsap": (4.034, 11.594, 8.864, 5.126),
    }
    markets = {
        # market: demand, import price
        "mexico-df": (4.01093, 156.0752),
        "monterrey": (2.18778, 156.8564),
        "guadalaja": (1.09389, 155.0),
    }
    export_price, export_limit = 140.0, 1.0
    inputs = {"pellets": 18.7, "coke": 52.17, "nat-gas": 14, "electric": 24, "scrap": 105}
    technologies = {
        "pig-iron": {"pellets": -1.58, "coke": -0.63, "pig-iron": 1},
        "sponge": {"pellets": -1.38, "nat-gas": -0.57, "sponge": 1},
        "steel-oh": {"scrap": -0.33, "pig-iron": -0.77, "steel": 1},
        "steel-bof": {"scrap": -0.12, "pig-iron": -0.95, "steel": 1},
        "steel-el": {"electric": -0.58, "sponge": -1.09, "steel": 1},
    }
    capacity = {
        "ahmsa": {"pig-iron": 3.25, "steel-oh": 1.5, "steel-bof": 2.07},
        "fundidora": {"pig-iron": 1.4, "steel-oh": 0.85, "steel-bof": 1.5},
        "sicartsa": {"pig-iron": 1.1, "steel-bof": 1.3},
        "hylsa": {"sponge": 0.98, "steel-el": 1.13},
        "hylsap": {"sponge": 1.0, "steel-el": 0.56},
    }
    processes = [
        (f"{mill} {t}", mill, t, None, 0, room)
        for mill, units in capacity.items()
        for t, room in units.items()
    ]
    processes += [(f"{mill} buys {c}", mill, None, c, cost) for mill in mills for c, cost in inputs.items()]
    processes += [(f"{m} imports", m, None, "steel", cost) for m, (_, cost) in markets.items()]
    places = [*markets, "abroad"]
    sheets = one_year(
        "Mexican steel", dict.fromkeys([*mills, *places], "member"), [*inputs, "pig-iron", "sponge", "steel"]
    )
    sheets |= {
        "technologies": table(
            "technology commodity coefficient",
            [(t, c, a) for t, io in technologies.items() for c, a in io.items()],
        ),
        "processes": table("process region technology commodity unit_cost capacity", processes),
        "routes": table(
            "origin destination commodity freight",
            [(o, d, "steel", f) for o, fs in mills.items() for d, f in zip(places, fs, strict=True)],
        ),
        "demand": table(
            "region segment commodity value",
            [
                *((m, "home", "steel", None, q) for m, (q, _) in markets.items()),
                ("abroad", "exports", "steel", export_price, export_limit),
            ],
            [YEAR],
        ),
    }
    source = Source(
        "mexss",
        "Kendrick, D, Meeraus, A, and Alatorre, J, The Planning of Investment Programs in the Steel "
        "Industry, small static model; GAMS Model Library, mexss (SEQ 15). Million t, USD/t.",
        "The Johns Hopkins University Press",
        "1984",
        "https://www.gams.com/latest/gamslib_ml/libhtml/gamslib_mexss.html",
    )
    prices = {"mexico-df": 149.0572, "monterrey": 138.0344, "guadalaja": 148.3936}
    answers = [
        money("cost less export revenue, million USD", 538.8112, offset=-export_price * export_limit),
        *(price(value, market, "steel") for market, value in prices.items()),
    ]
    return Case(sheets, source, answers)


def ampl_steel_p() -> Case:
    """Production and transport: three products share the hours of each mill."""
    hours = {"GARY": 20, "CLEV": 15, "PITT": 20}
    products = ("bands", "coils", "plate")
    rate = {"GARY": (200, 140, 160), "CLEV": (190, 130, 160), "PITT": (230, 160, 170)}
    cost = {"GARY": (180, 170, 180), "CLEV": (190, 170, 185), "PITT": (190, 180, 185)}
    towns, freight, needs = STEEL_TOWNS, STEEL_FREIGHT, STEEL_NEEDS
    sheets = one_year("AMPL steelP", dict.fromkeys([*hours, *towns], "member"), products)
    sheets |= {
        "plants": table("plant capacity", [(f"{m} hours", h) for m, h in hours.items()]),
        "processes": table(
            "process region commodity unit_cost plant plant_use",
            [
                (f"{m} {c}", m, c, cost[m][i], f"{m} hours", 1 / rate[m][i])
                for m in hours
                for i, c in enumerate(products)
            ],
        ),
        "routes": table(
            "origin destination commodity freight",
            [(m, d, c, f) for (m, c), fs in freight.items() for d, f in zip(towns, fs, strict=True)],
        ),
        "demand": table(
            "region segment commodity",
            [(d, "all", c, q) for c, qs in needs.items() for d, q in zip(towns, qs, strict=True)],
            [YEAR],
        ),
    }
    source = Source(
        "ampl_steelP",
        "Fourer, R, Gay, D M, and Kernighan, B W, AMPL: A Modeling Language for Mathematical Programming, "
        "second edition, section 4.3, figures 4-6 and 4-7 and the output printed there.",
        "Duxbury Press",
        "2003",
        "https://ampl.com/learn/ampl-book/",
    )
    output = {"GARY": (1125, 1750, 300), "CLEV": (0, 1950, 0), "PITT": (775, 500, 500)}
    answers = [money("total cost, USD", 1392175)]
    for mill, tonnes in output.items():
        for product, quantity in zip(products, tonnes, strict=True):
            answers.append(made(quantity, f"{mill} {product}"))
    # Hours of PITT are worth nothing; those of the other mills have no unique price.
    for product in products:
        where = {"process": f"PITT {product}"}
        answers.append(answer(f"margin of PITT {product}", 0, "production", "unit_margin", where))
    return Case(sheets, source, answers)


def ampl_steel_t() -> Case:
    """Four weeks, written as years: products share the hours of a mill and can be stored."""
    weeks = (2001, 2002, 2003, 2004)
    rate, cost = {"bands": 200, "coils": 140}, {"bands": 10, "coils": 11}
    opening, holding = {"bands": 10, "coils": 0}, {"bands": 2.5, "coils": 3}
    revenue = {"bands": (25, 26, 27, 27), "coils": (30, 35, 37, 39)}
    market = {"bands": (6000, 6000, 4000, 6500), "coils": (4000, 2500, 3500, 4200)}
    sold = [
        ("mill", f"week {i + 1}", c, revenue[c][i], *(market[c][i] if y == week else None for y in weeks))
        for c in rate
        for i, week in enumerate(weeks)
    ]
    value = sum(revenue[c][i] * market[c][i] for c in rate for i in range(len(weeks)))
    sheets = one_year("AMPL steelT", {"mill": "member"}, rate)
    sheets |= {
        "years": table("year length", [(y, 1) for y in weeks]),
        "plants": table("plant capacity", [("hours", 40)]),
        "capacities": table("process", [("hours", 40, 40, 32, 40)], weeks),
        "processes": table(
            "process region commodity unit_cost plant plant_use",
            [(f"make {c}", "mill", c, cost[c], "hours", 1 / rate[c]) for c in rate],
        ),
        "demand": table("region segment commodity value", sold, weeks),
        "stockpiles": table(
            "stockpile region commodity opening holding_cost",
            [(f"stored {c}", "mill", c, opening[c], holding[c]) for c in rate],
        ),
        "stock_targets": table("stockpile", [(f"stored {c}", None, None, None, 0) for c in rate], weeks),
        "scenarios": table(
            "scenario description", [(f"{h} h", f"{h} hours in week 3") for h in (37, 42, 47)]
        ),
        "changes": table(
            "scenario sheet where column change value",
            [(f"{h} h", "capacities", "process=hours", "2003", "set", h) for h in (37, 42, 47)],
        ),
    }
    source = Source(
        "ampl_steelT",
        "Fourer, R, Gay, D M, and Kernighan, B W, AMPL: A Modeling Language for Mathematical Programming, "
        "second edition, section 4.2, figures 4-4 and 4-5, and the sensitivity table of section 13.2.",
        "Duxbury Press",
        "2003",
        "https://ampl.com/learn/ampl-book/",
    )
    profit = {"": 515033, "37 h": 532033, "42 h": 549033, "47 h": 565193}
    answers = [
        money("total profit, USD", p, scenario=s, scale=-1000.0, offset=value) for s, p in profit.items()
    ]
    # An hour of week 3 is worth 3400, and 2980 in the last run: what a ton of coils costs beside its 11.
    for scenario, hour in {"": 3400, "37 h": 3400, "42 h": 3400, "47 h": 2980}.items():
        where = {"process": "make coils", "year": 2003}
        name, margin = f"margin of coils in week 3: an hour at {hour}", hour / rate["coils"]
        answers.append(answer(name, margin, "production", "unit_margin", where, scenario=scenario))
    for c, tonnes in {"bands": (5990, 6000, 1400, 2000), "coils": (1407, 1400, 3500, 4200)}.items():
        answers += [made(q, f"make {c}", year=y) for y, q in zip(weeks, tonnes, strict=True)]
    for week, stored in zip(weeks, (1100, 0, 0, 0), strict=True):
        where = {"stockpile": "stored coils", "year": week}
        answers.append(answer(f"coils stored in {week}", stored, "stocks", "closing", where))
    return Case(sheets, source, answers)


def dantzig() -> Case:
    """Two canneries, three markets: least freight."""
    capacity = {"seattle": 350, "san-diego": 600}
    needs = {"new-york": 325, "chicago": 300, "topeka": 275}
    miles = {"seattle": (2.5, 1.7, 1.8), "san-diego": (2.5, 1.8, 1.4)}  # thousand
    rate = 90  # USD per case and thousand miles
    sheets = one_year("Dantzig's transport problem", dict.fromkeys([*capacity, *needs], "member"), ["cases"])
    sheets |= {
        "processes": table(
            "process region commodity unit_cost capacity",
            [(f"{r} cannery", r, "cases", 0, q) for r, q in capacity.items()],
        ),
        "routes": table(
            "origin destination commodity freight",
            [
                (o, d, "cases", rate * m / 1000)
                for o, ms in miles.items()
                for d, m in zip(needs, ms, strict=True)
            ],
        ),
        "demand": table(
            "region segment commodity", [(r, "all", "cases", q) for r, q in needs.items()], [YEAR]
        ),
    }
    source = Source(
        "dantzig",
        "Dantzig, G B, Linear Programming and Extensions, chapter 3.3; with the data and the listing of "
        "Rosenthal, R E, A GAMS Tutorial (GAMS Model Library, trnsport, SEQ 1).",
        "Princeton University Press",
        "1963",
        "https://www.gams.com/latest/gamslib_ml/libhtml/gamslib_trnsport.html",
    )
    prices = {"new-york": 0.225, "chicago": 0.153, "topeka": 0.126}
    answers = [
        money("freight, thousand USD", 153.675),
        *(price(value, region, "cases") for region, value in prices.items()),
        trade(300, "seattle", "chicago"),
        trade(275, "san-diego", "topeka"),
    ]
    return Case(sheets, source, answers)
