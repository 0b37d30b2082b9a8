"""The toy bloc: caps, floors, and rules that floors must obey."""

from __future__ import annotations

from sheets import Case, Source, answer, money, table


def toy() -> Case:
    """Three members, one capped origin, eight years: caps, floors and rules on floors."""
    years = range(2026, 2034)
    regions = {"US": "member", "EU": "member", "JP": "member", "CN": "capped", "AU": "other", "MY": "other"}
    order = list(regions)
    annuity = (1 - 1.07**-20) / 0.07
    processes = [
        # name, region, technology, commodity, cost, capacity, charge, build, lead, life
        ("CN_oxide", "CN", None, "oxide", 62, 200),
        ("AU_mine", "AU", None, "concentrate", 30, 6, 18 * annuity, 4, 1, 20),
        ("US_mine", "US", None, "concentrate", 38, 3, 25 * annuity, 3, 1, 20),
        ("MY_sep", "MY", "separation", None, 30, 5, 22 * annuity, 3, 1, 20),
        ("US_sep", "US", "separation", None, 36, 2, 28 * annuity, 2, 1, 20),
        ("EU_sep", "EU", "separation", None, 40, 0, 35 * annuity, 3, 2, 20),
        ("US_recycling", "US", None, "oxide", 95, 1.5),
    ]
    needs = {
        "US": (8, 8.6, 9.2, 9.8, 10.4, 11, 11.6, 12.2),
        "EU": (10, 10.8, 11.6, 12.4, 13.2, 14, 14.8, 15.6),
        "JP": (9, 9.4, 9.8, 10.2, 10.6, 11, 11.4, 11.8),
    }
    freight = [
        (o, d, "*", round(0.3 + 0.2 * abs(order.index(o) - order.index(d)), 1))
        for o in order
        for d in order
        if o != d
    ]
    floors = dict(zip(years, (63.95, 76.9, 94.1, 94.1, 118.2155, 105.75, 105.75, 105.75), strict=True))
    answers = [money("total cost", 14488.502626), money("uplift without rules", 0.0, metric="uplift")]
    for year, floor in floors.items():
        row = {"commodity": "oxide", "year": year}
        answers.append(answer(f"floor in {year}", floor, "floors", "floor", row, each=True))
        answers.append(answer(f"levy in {year}", round(floor - 62, 6), "floors", "levy", row, each=True))
    for rules, uplift in (
        ({"max_rise": 12.0, "max_fall": 12.0}, 7.988162),
        ({"max_rise": 8.0, "max_fall": 8.0}, 28.751607),
        ({"maximum": 110.0}, 4.052619),
        ({"maximum": 100.0}, 125.120166),
    ):
        name = ", ".join(f"{rule} {limit:g}" for rule, limit in rules.items())
        answers.append(money(f"least uplift, {name}", uplift, metric="uplift", floor_rules=rules))
    gentle = {"max_rise": 8.0, "max_fall": 8.0}
    for metric, value in {"make_whole": 12.13, "least_make_whole": 0.0}.items():
        name = metric.replace("_", "-") + " at 8"
        answers.append(money(name, value, metric=metric, floor_rules=gentle, within=0.005))
    sheets = {
        "settings": table(
            "key value",
            [
                ("title", "Toy bloc: three members, one capped origin"),
                ("discount_rate", 0.07),
                ("coordination", "bloc"),
            ],
        ),
        "years": table("year length", [(y, 1) for y in years]),
        "regions": table("region name role", [(r, r, role) for r, role in regions.items()]),
        "commodities": table(
            "commodity name stage unit",
            [("concentrate", "Concentrate", "mining", "t"), ("oxide", "Oxide", "processing", "t")],
        ),
        "technologies": table(
            "technology commodity coefficient",
            [("separation", "concentrate", -1.1), ("separation", "oxide", 1)],
        ),
        "processes": table(
            "process region technology commodity unit_cost capacity "
            "capital_cost max_build lead_time lifetime",
            processes,
        ),
        "routes": table("origin destination commodity freight", freight),
        "reference_prices": table("commodity", [("oxide", *[62] * len(years))], years),
        "demand": table(
            "region segment commodity value", [(r, "all", "oxide", 400, *q) for r, q in needs.items()], years
        ),
        "caps": table(
            "scope commodity basis",
            [("bloc", "oxide", "demand", 0.9, 0.8, 0.75, 0.7, 0.6, 0.55, 0.5, 0.5)],
            years,
        ),
    }
    source = Source(
        "toy",
        "Constructed example. Its answers are those of one linear program over plans and prices together "
        "(least cost plus uplift), written apart from this package.",
        "floors",
    )
    return Case(sheets, source, answers)
