"""Studies that between them fill every column of the results, solved once for all that check them."""

from __future__ import annotations

from functools import cache
from typing import Any

import floors
from floors.many import solve_scenarios
from tests.support import everything, studies
from tests.support.places import TOY
from tests.support.studies import settings, table, years

YEARS = range(2026, 2034)


@cache
def one_of_everything() -> tuple[floors.Study, Any]:
    """Leaks, losses, duties, stocks, a fund, markets, a group, use and each caps, a minimum, elastic demand."""
    study = everything.study()
    return study, floors.solve(study)


@cache
def ruled_toy() -> tuple[floors.Study, Any]:
    """The toy under a limit on yearly change, which costs uplift, and a maximum."""
    rules = [{"commodity": "*", "rule": rule, **dict.fromkeys(YEARS, 8)} for rule in ("max_rise", "max_fall")]
    most = {"commodity": "oxide", "rule": "maximum", **dict.fromkeys(YEARS, 112)}
    study = floors.Study(dict(floors.read(TOY).tables) | {"floor_rules": [*rules, most]})
    return study, floors.solve(study, ranges=True)


@cache
def several() -> tuple[floors.Study, Any]:
    """Contracts, rents of exporters, take-or-pay, each caps, two members, scenarios and a surprise."""
    study = studies.study(
        settings=settings(discount_rate=0.1, rent="exporter", levy_on="non_members", demand_steps=4),
        years=years((2026, 1), (2027, 2)),
        regions=table(
            "region role",
            *(("US", "member"), ("JP", "member"), ("CN", "capped"), ("AU", "other"), ("MY", "other")),
        ),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 52), ("ore", 10, 10)),
        technologies=table(
            "technology commodity coefficient",
            *(("sep", "ore", -2), ("sep", "oxide", 1)),
        ),
        processes=table(
            "process region technology commodity unit_cost capacity capital_cost lifetime",
            ("CN works", "CN", None, "oxide", 50, 40),
            ("AU mine", "AU", None, "ore", 8, 30),
            ("MY sep", "MY", "sep", None, 20, 2, 60, 10),
            ("US works", "US", None, "oxide", 90),
            ("JP works", "JP", None, "oxide", 84, 3),
        ),
        routes=table(
            "origin destination commodity freight tariff export_tax loss minimum",
            ("*", "*", "*", 0.5),
            ("CN", "member", "oxide", 1, 0.1, 0.05, 0.02),
            ("MY", "JP", "oxide", 0.75, None, None, None, 0.5),
        ),
        demand=table(
            "region segment commodity value elasticity enforcement 2026 2027",
            ("US", "all", "oxide", 200, -0.4, 0.9, 10, 12),
            ("JP", "all", "oxide", 180, None, None, 8, 9),
            ("US", "defence", "oxide", 400, None, None, 1, 1),
        ),
        caps=table(
            "scope commodity segment origin basis 2026 2027",
            ("bloc", "oxide", None, None, "demand", 0.6, 0.5),
            ("bloc", "oxide", None, None, "use", None, 0.45),
            ("US", "oxide", "defence", None, "tonnes", 0.25, 0),
            ("bloc", "oxide", None, "each", "tonnes", 15, 15),
        ),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", 70, None)),
        contracts=table(
            "process commodity strike upside payer 2026 2027",
            ("US works", None, 100, 0.3, "US", 1, 1),
            ("JP works", None, 60, 0.5, "JP", 1, None),
        ),
        stockpiles=table(
            "stockpile region commodity opening holding_cost loss",
            ("pile", "JP", "oxide", 1, 0.5, 0.01),
        ),
        unit_costs=table("process 2026 2027", ("CN works",)),
        scenarios=table("scenario known_from", ("dear", None), ("shock", 2027), ("starved", None)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", "unit_costs", "process=CN works", "years", "set", 65),
            ("shock", "unit_costs", "process=CN works", 2027, "set", 60),
            ("starved", "processes", "process=*", "capacity", "set", 0.5),
            ("starved", "demand", "region=JP", "value", "set", None),
        ),
    )
    return study, solve_scenarios(study)


@cache
def lifted() -> tuple[floors.Study, Any]:
    """One floor for the bloc over slack caps, a slow fall, a maximum that costs uplift: levies of their own on two
    capped origins and on a third country, one of which ships nothing."""
    study = studies.study(
        settings=settings(discount_rate=0.1, coordination="bloc", levy_on="non_members"),
        years=years((2026, 1), (2027, 2)),
        regions=table(
            "region role",
            *(("US", "member"), ("JP", "member"), ("CN", "capped"), ("RU", "capped"), ("MY", "other")),
        ),
        commodities=table("commodity", ("oxide",)),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 10),
            ("RU works", "RU", "oxide", 12, 30),
            ("MY works", "MY", "oxide", 20, 25),
            ("US works", "US", "oxide", 40),
            ("JP works", "JP", "oxide", 55),
        ),
        routes=table(
            "origin destination commodity freight loss",
            ("*", "*", "*", 0.5, 0.01),
            ("US", "JP", "oxide", 30, None),
            ("CN", "JP", "oxide", 1, 0.02),
        ),
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 300, 100, 110),
            ("JP", "all", "oxide", 300, 100, 90),
            ("JP", "defence", "oxide", 300, 5, 5),
        ),
        caps=table(
            "scope commodity segment basis 2026 2027",
            ("US", "oxide", None, "tonnes", 50, 200),
            ("JP", "oxide", None, "tonnes", 150, 40),
            ("JP", "oxide", "defence", "tonnes", 2, 0),
        ),
        floor_rules=table(
            "commodity rule 2026 2027", ("oxide", "max_rise", None, 4), ("oxide", "maximum", 38, None)
        ),
    )
    return study, floors.solve(study, ranges=True)


@cache
def tightened() -> tuple[floors.Study, Any]:
    """A cap on one origin that a point lower takes a dearer plant for."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, 5.005),
        ("US old works", "US", "oxide", 120),
    )
    study = studies.study(
        years=years((2026, 1), (2027, 1)),
        processes=processes,
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 9)),
        caps=table("scope commodity origin basis 2026 2027", ("bloc", "oxide", "CN", "demand", 0.5, 0.6)),
    )
    return study, floors.solve(study)


@cache
def linked() -> tuple[floors.Study, Any]:
    """Links that are full, built, paid for by a rule on floors and by a minimum, shared by a market; a levy that takes
    the rent of one."""
    study = studies.study(
        settings=settings(discount_rate=0.1),
        years=years((2026, 1), (2027, 1), (2028, 2)),
        regions=table("region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("MY", "other")),
        commodities=table("commodity", ("oxide",), ("metal",)),
        reference_prices=table("commodity 2026 2027 2028", ("oxide", 12, 12, 12), ("metal", 20, 20, 20)),
        processes=table(
            "process region commodity unit_cost",
            *(
                ("CN works", "CN", "oxide", 10),
                ("MY works", "MY", "oxide", 30),
                ("JP works", "JP", "oxide", 55),
            ),
            *(("CN metal", "CN", "metal", 20), ("US metal", "US", "metal", 50)),
        ),
        routes=table(
            "origin destination commodity freight loss qualify_cost qualify_time qualify_life qualify_limit",
            ("CN", "member", "oxide", 0.5, 0.01, 12, 0, 3),
            ("MY", "member", "oxide", 0.5, 0, 12, 0, 3, 40),
            ("CN", "US", "metal", 0.5, 0, 12, 1, 3, 0),
        ),
        qualified=table(
            "origin destination commodity t",
            *(("CN", "US", "oxide", 85), ("MY", "US", "oxide", 25), ("CN", "JP", "oxide", 20)),
            ("CN", "US", "metal", 6),
        ),
        demand=table(
            "region segment commodity value 2026 2027 2028",
            ("US", "all", "oxide", 200, 90, 90, 90),
            ("US", "defence", "oxide", 300, 10, 10, 10),
            ("JP", "all", "oxide", 200, 40, 40, 40),
            ("US", "all", "metal", 200, 20, 20, 20),
        ),
        caps=table(
            "scope commodity segment basis 2026 2027 2028",
            ("US", "oxide", None, "demand", 0.8, 0.6, 0.9),
            ("JP", "oxide", None, "tonnes", 20, 30, 30),
            ("US", "oxide", "defence", "tonnes", 2, 2, 2),
        ),
        floor_rules=table(
            "commodity rule 2026 2027 2028", ("oxide", "max_fall", 1, 1, 1), ("metal", "minimum", 30, 60, 45)
        ),
    )
    return study, floors.solve(study, ranges=True)


@cache
def traced() -> tuple[floors.Study, Any]:
    """Goods of both tags from one plant, out of a stock of both; a minimum on third countries, one over a link, and a
    rule that costs uplift."""
    study = studies.study(
        settings=settings(discount_rate=0.1, de_minimis=0.25, levy_on="non_members"),
        years=years((2026, 1), (2027, 2)),
        regions=table("region role", ("US", "member"), ("VN", "other"), ("AU", "other"), ("CN", "capped")),
        commodities=table("commodity", ("oxide",), ("magnet",)),
        reference_prices=table("commodity 2026 2027", ("oxide", 12, 12), ("magnet", 20, 20)),
        technologies=table(
            "technology commodity coefficient", ("sinter", "oxide", -1.5), ("sinter", "magnet", 1)
        ),
        processes=table(
            "process region technology commodity unit_cost capacity minimum",
            *(("CN pit", "CN", None, "oxide", 9, 1000), ("AU pit", "AU", None, "oxide", 21, 1000)),
            *(("CN works", "CN", "sinter", None, 5, 1000), ("VN works", "VN", "sinter", None, 7, 100, 10)),
            *(("AU works", "AU", "sinter", None, 9, 10), ("US works", "US", "sinter", None, 24, 1000)),
        ),
        routes=table(
            "origin destination commodity freight qualify_cost qualify_time qualify_life",
            *(("*", "*", "*", 0.5), ("VN", "US", "magnet", 1, 12, 0, 3)),
        ),
        qualified=table("origin destination commodity t", ("VN", "US", "magnet", 20)),
        demand=table(
            "region segment commodity value 2026 2027",
            *(("US", "all", "magnet", 300, 80, 90), ("CN", "all", "oxide", 30, 4, 4)),
        ),
        caps=table("scope commodity basis traced 2026 2027", ("bloc", "magnet", "use", True, 0.5, 0.3)),
        floor_rules=table(
            "commodity rule 2026 2027", ("magnet", "max_fall", None, 1), ("magnet", "minimum", 50, None)
        ),
        stockpiles=table(
            "stockpile region commodity opening opening_content capacity",
            ("pile", "VN", "oxide", 8, 0.25, 50),
        ),
        releases=table("stockpile 2026 2027", ("pile", 3, None)),
    )
    return study, floors.solve(study, ranges=True)
