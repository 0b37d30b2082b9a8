"""Small studies in each of which some sentence of the results is true, by what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import floors
from tests.support.studies import Table, settings, study, table, years

TWO = years((2026, 1), (2027, 1))
OF_PROCESS = "process region commodity unit_cost capacity"
CN, US = ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
REFERENCE = table("commodity 2026", ("oxide", 50))


def works(*rows: tuple[Any, ...], more: str = "") -> Table:
    """Sheet processes, of rows with unit cost and capacity."""
    return table(f"{OF_PROCESS} {more}", *rows)


def built(*more: tuple[Any, ...]) -> Table:
    """China's works, a plant of the US that must be built, at 40 a kg and 40 for its capacity, and more."""
    plant = table(f"{OF_PROCESS} capital_cost lifetime", ("US works", "US", "oxide", 40, None, 40, 1))
    return [*works(CN, *more), *plant]


def demand(*rows: tuple[Any, ...], years: str = "2026") -> Table:
    """Sheet demand of oxide: region, value, then t by year."""
    header = f"region segment commodity value {years}"
    return table(header, *((region, "all", "oxide", *rest) for region, *rest in rows))


def cap(*values: float | None, basis: str = "demand", first: int = 2026, **more: Any) -> Table:
    """A cap of the bloc on oxide, year by year."""
    given = {first + i: value for i, value in enumerate(values)}
    return [{"scope": "bloc", "commodity": "oxide", "basis": basis, **more, **given}]


def rules(*rows: tuple[Any, ...], years: str = "2026") -> Table:
    """Sheet floor_rules of oxide: rule, then values."""
    return table(f"commodity rule {years}", *(("oxide", *row) for row in rows))


def exempted(*tonnes: float, **sheets: Any) -> floors.Study:
    """Two years in which so much of what China ships to the US pays no levy."""
    return study(
        **{
            "years": years((2026, 1), (2027, 1)),
            "demand": demand(("US", 200, 10, 10), years="2026 2027"),
            "reference_prices": table("commodity 2026 2027", ("oxide", 50, 50)),
            "exemptions": table("origin destination commodity 2026 2027", ("CN", "US", "oxide", *tonnes)),
        }
        | sheets
    )


def minimum(least: float = 70, **sheets: Any) -> floors.Study:
    """A minimum on oxide, which China offers at 50 and the US makes at 80."""
    return study(**{"reference_prices": REFERENCE, "floor_rules": rules(("minimum", least)), **sheets})


def forced(
    least: float = 70, cost: float = 40, home: float = 80, most: float | None = None, **values: Any
) -> floors.Study:
    """A minimum levied on all non-members; MY must sell 2 t to the US, or may sell so many."""
    asked = ("MY", "US", "oxide", *((2, None) if most is None else (None, most)))
    return minimum(
        least,
        settings=settings(levy_on="non_members", **values),
        processes=works(CN, ("US works", "US", "oxide", home), ("MY works", "MY", "oxide", cost, 20)),
        routes=table("origin destination commodity minimum limit", ("*", "*", "*"), asked),
    )


def two_years(*caps: float | None, **sheets: Any) -> floors.Study:
    """Two years under a cap in each."""
    return study(
        **{
            "years": TWO,
            "demand": demand(("US", 200, 10, 10), years="2026 2027"),
            "caps": cap(*caps),
            **sheets,
        }
    )


def members(**sheets: Any) -> floors.Study:
    """The US and Japan under a cap each of its own or of both."""
    return study(**{"demand": demand(("US", 200, 10), ("JP", 200, 4)), **sheets})


def scenarios(*changes: tuple[Any, ...], **row: Any) -> dict[str, Table]:
    """One scenario `other` with these changes: sheet, where, column, change, value."""
    return {
        "scenarios": [{"scenario": "other", **row}],
        "changes": table(
            "scenario sheet where column change value", *(("other", *change) for change in changes)
        ),
    }


def short(places: int = 1, value: float = 60) -> floors.Study:
    """Buyers at 60 while a ban leaves only home at 80; of one place, or of several commodities."""
    goods = [f"good {n}" for n in range(places)]
    return study(
        commodities=table("commodity", *((c,) for c in goods)),
        processes=works(*((f"CN {c}", "CN", c, 50) for c in goods)),
        demand=table("region segment commodity value 2026", *(("US", "all", c, value, 10) for c in goods)),
        caps=[{"scope": "bloc", "commodity": c, "basis": "demand", 2026: 0.5} for c in goods],
    )


def near_two(*more: tuple[Any, ...], **sheets: Any) -> floors.Study:
    """100 t for the US, at most 70 from China at 50: 30 t at 52 from old works, up to 60 t at 51.50 from new ones; and
    more works."""
    header = f"{OF_PROCESS} capital_cost max_total lead_time lifetime rate"
    new = ("US new", "US", "oxide", 40, None, 115, 60, None, 10, 0)
    given = {
        "processes": table(header, CN, ("US old", "US", "oxide", 52, 30), new, *more),
        "demand": demand(("US", None, 100)),
        "caps": cap(0.7),
    }
    return study(**given | sheets)


def contract(strike: float, upside: float = 0.0) -> Table:
    """A contract for difference with US works, paid by the US."""
    return table("process commodity strike upside payer 2026", ("US works", "oxide", strike, upside, "US", 2))


def chained(share: float = 0.5, home: float = 200) -> floors.Study:
    """Magnets made in MY of oxide from China."""
    return study(
        technologies=table(
            "technology commodity coefficient", ("to magnet", "oxide", -1), ("to magnet", "magnet", 1)
        ),
        processes=table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 10),
            ("CN magnets", "CN", None, "magnet", 20),
            ("MY magnets", "MY", "to magnet", None, 15),
            ("US magnets", "US", None, "magnet", home),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "magnet", 500, 10)),
        caps=[{"scope": "bloc", "commodity": "magnet", "basis": "demand", 2026: share}],
    )


def traced(made_in: str = "MY", other: bool = False, **sheets: Any) -> floors.Study:
    """Magnets made in MY of oxide from China or of dearer oxide from AU, under a cap that sees which; and of `other`
    material of AU."""
    more = [("to magnet", "ore", -1)] * other
    return study(
        commodities=table("commodity", ("ore",), ("oxide",), ("magnet",)),
        technologies=table(
            "technology commodity coefficient", ("to magnet", "oxide", -1), *more, ("to magnet", "magnet", 1)
        ),
        processes=table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 10),
            ("AU works", "AU", None, "oxide", 20),
            ("AU mine", "AU", None, "ore", 5),
            ("magnets", made_in, "to magnet", None, 15),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "magnet", 500, 10)),
        caps=table("scope commodity basis traced 2026", ("bloc", "magnet", "demand", True, 0.5)),
        **sheets,
    )


def fund(amount: float, price: float = 50) -> floors.Study:
    """A reserve that a fund fills, as far as it goes."""
    return study(
        reference_prices=table("commodity 2026", ("oxide", price)),
        stockpiles=table("stockpile region commodity fund", ("reserve", "US", "oxide", "vault")),
        stock_targets=table("stockpile 2026", ("reserve", 4)),
        funds=table("fund amount", ("vault", amount)),
    )


def vault(value: float, later: float = 50, **money: float) -> floors.Study:
    """A reserve of 10 t bought at 50, of which 8 t are sold in the second year, and what is left is worth so much."""
    return study(
        years=TWO,
        processes=table("process region commodity", ("works", "US", "oxide")),
        unit_costs=table("process 2026 2027", ("works", 50, later)),
        demand=demand(("US", None, 1, 9), years="2026 2027"),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 50)),
        stockpiles=table(
            "stockpile region commodity capacity fund closing_value",
            ("pile", "US", "oxide", 10, "vault", value),
        ),
        stock_targets=table("stockpile 2026 2027", ("pile", 10, 2)),
        funds=[{"fund": "vault", "amount": 1, **money}],
    )


def linked(
    limit: float, cost: float = 100, most: float = 0, later: float = 10, **sheets: Any
) -> floors.Study:
    """China can ship 6 t to the US, what it qualifies beside costs so much for a year; a cap in tonnes."""
    header = "origin destination commodity qualify_cost qualify_life qualify_limit"
    return study(
        **{
            "years": TWO,
            "reference_prices": table("commodity 2026 2027", ("oxide", 50, 50)),
            "routes": table(header, ("CN", "member", "oxide", cost, 1, most)),
            "qualified": table("origin destination commodity t", ("CN", "US", "oxide", 6)),
            "demand": table(
                "region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, later)
            ),
            "caps": cap(limit, limit, basis="tonnes"),
            **sheets,
        }
    )


def own_price(settles: float | None, pairs: int = 1) -> floors.Study:
    """The US must take 2 t of each of so many goods from MY."""
    goods = [f"good {n}" for n in range(pairs)]
    return study(
        commodities=table("commodity", *((c,) for c in goods)),
        processes=works(*((f"{r} {c}", r, c, cost) for c in goods for r, cost in (("CN", 50), ("MY", 60)))),
        demand=table("region segment commodity value 2026", *(("US", "all", c, 200, 10) for c in goods)),
        routes=table(
            "origin destination commodity minimum price",
            ("*", "*", "*"),
            *(("MY", "US", c, 2, settles) for c in goods),
        ),
    )


def weighed(probability: float = 0.5, home: float = 60, **sheets: Any) -> floors.Study:
    """Capacity at home has to be decided before it is known whether China still sells."""
    return study(
        processes=table(
            "process region commodity unit_cost capital_cost lifetime",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", home, 20, 1),
        ),
        route_limits=table("origin destination commodity 2026", ("CN", "member", "oxide", 1000)),
        **scenarios(("route_limits", "origin=CN", 2026, "set", 0), probability=probability),
        **sheets,
    )


SOLVED: dict[str, Callable[[], floors.Study]] = {
    "no policy": study,
    "half": lambda: study(caps=cap(0.5)),
    "half of two members": lambda: members(caps=cap(0.5)),
    "slack cap": lambda: study(caps=cap(1.0)),
    "a new plant": lambda: study(caps=cap(0.5), processes=built()),
    "an old pit beside a new plant": lambda: study(
        caps=cap(0.2), processes=built(("US pit", "US", "oxide", 55, 4))
    ),
    "a guarantee that saves on inputs": lambda: study(
        caps=cap(5, basis="tonnes"),
        processes=[
            *works(CN, US),
            *table(
                "process region technology commodity unit_cost capacity",
                ("US magnets", "US", "sintering", None, 100, 5),
                ("CN magnets", "CN", None, "magnet", 200),
            ),
        ],
        technologies=table(
            "technology commodity coefficient", ("sintering", "oxide", -1), ("sintering", "magnet", 1)
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 300, 5),
            ("US", "all", "magnet", 300, 10),
        ),
    ),
    "roomy cap": lambda: study(caps=cap(0.9), processes=works((*CN, 5), US)),
    "tonnes": lambda: study(caps=cap(5, basis="tonnes")),
    "tonnes that just bind": lambda: study(caps=cap(10, basis="tonnes")),
    "a ban": lambda: study(caps=cap(0.0)),
    "a full link": lambda: linked(9),
    "a link with room": lambda: linked(4),
    "a link as full as its cap": lambda: linked(6),
    "a link as full as its cap, exporters keep": lambda: linked(6, settings=settings(rent="exporter")),
    "a link that is built": lambda: linked(9, cost=5, most=8),
    "links and growth": lambda: linked(4, later=12),
    "a full link under a minimum": lambda: linked(
        9, floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", 60, 60))
    ),
    "no room for less": lambda: study(
        caps=cap(0.5), processes=works(CN, (*US, 5)), demand=demand(("US", None, 10))
    ),
    "tightening": lambda: two_years(0.8, 0.5),
    "tightening, home dearer later": lambda: two_years(
        0.8, 0.5, unit_costs=table("process 2026 2027", ("US works", 80, 90))
    ),
    "the same floor, another in between": lambda: study(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=demand(("US", 200, 10, 10, 10), years="2026 2027 2028"),
        unit_costs=table("process 2026 2027 2028", ("US works", 80, 95, 80)),
        caps=cap(0.5, 0.5, 0.5),
    ),
    "loosening": lambda: two_years(0.5, 1.0),
    "unmet": short,
    "unmet without the policy too": lambda: study(processes=works((*CN, 5)), caps=cap(0.3)),
    "unmet, and why": lambda: study(
        processes=works((*CN, 5)),
        caps=cap(0.3),
        demand=[{**row, "note_value": "a boiler does it too"} for row in demand(("US", 60, 10))],
    ),
    "unmet at eight places": lambda: short(8),
    "keeps CN out of JP": lambda: members(
        caps=cap(0.0, scope="JP"),
    ),
    "JP would not buy from CN": lambda: members(
        caps=cap(5, basis="tonnes"),
        processes=works(CN, US, ("JP works", "JP", "oxide", 45, None)),
        demand=demand(("US", 200, 10), ("JP", 200, 4)),
        routes=table("origin destination commodity freight", ("*", "*", "*", 1)),
    ),
    "a minimum below its price": lambda: minimum(40),
    "a minimum": minimum,
    "a minimum kept by exporters": lambda: minimum(settings=settings(rent="exporter")),
    "a minimum, all exempt in 2026": lambda: exempted(
        20, 5, floor_rules=rules(("minimum", 70, 70), years="2026 2027")
    ),
    "a minimum, all exempt": lambda: exempted(
        20, 20, floor_rules=rules(("minimum", 70, 70), years="2026 2027")
    ),
    "half, some exempt": lambda: exempted(2, 2, caps=cap(0.5, 0.5)),
    "half, and more exempt": lambda: exempted(7, 0, caps=cap(0.5, 0.5)),
    "two members, one exempt beyond its cap": lambda: exempted(
        caps=cap(0.25, 0.25),
        demand=demand(("US", 200, 10, 10), ("JP", 200, 10, 10), years="2026 2027"),
        exemptions=table(
            "origin destination commodity 2026 2027", ("CN", "US", "oxide", 3, 3), ("CN", "JP", "oxide", 7, 7)
        ),
    ),
    "a ban, and some exempt": lambda: exempted(2, 2, caps=cap(0.0, 0.0)),
    "a dear minimum, some exempt": lambda: exempted(
        2, 2, floor_rules=rules(("minimum", 90, 90), years="2026 2027")
    ),
    "slack cap, some exempt": lambda: exempted(2, 2, caps=cap(1.0, 1.0)),
    "exempt beyond a cap under a rule": lambda: exempted(
        7, 7, caps=cap(0.5, 0.5), floor_rules=rules(("maximum", 60, 60), years="2026 2027")
    ),
    "a minimum, home at half of it": lambda: minimum(
        90, processes=works(CN, ("US works", "US", "oxide", 45))
    ),
    "levied on others": lambda: forced(most=1000),
    "forced": lambda: forced(90, cost=60, home=45),
    "forced in part": lambda: forced(90, cost=60, home=65),
    "forced, exporters keep": lambda: forced(90, cost=60, home=45, rent="exporter"),
    "a maximum": lambda: study(caps=cap(0.5), floor_rules=rules(("maximum", 70))),
    "a maximum below China's price": lambda: study(caps=cap(1.0), floor_rules=rules(("maximum", 45))),
    "a minimum margin": lambda: study(caps=cap(0.5), floor_rules=rules(("max_rise", 5))),
    "leaks": lambda: study(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.7, 10)),
        caps=cap(5, basis="tonnes"),
    ),
    "leaks unseen": lambda: study(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.7, 10)),
        caps=table("scope commodity basis leaks 2026", ("bloc", "oxide", "demand", "unseen", 0.5)),
    ),
    "two works at home": lambda: study(
        caps=cap(0.5),
        processes=works(CN, ("US works", "US", "oxide", 70, 2), ("US bench", "US", "oxide", 90)),
    ),
    "below cost": lambda: study(
        caps=cap(0.5),
        processes=table(
            "process region commodity unit_cost cost_basis",
            ("CN works", "CN", "oxide", 50, 60),
            ("US works", "US", "oxide", 80),
        ),
    ),
    "above cost": lambda: study(
        processes=table(
            "process region commodity unit_cost cost_basis",
            ("CN works", "CN", "oxide", 50, 40),
            ("US works", "US", "oxide", 80),
        ),
    ),
    "a contract": lambda: study(caps=cap(0.5), contracts=contract(90)),
    "a contract at the price": lambda: study(caps=cap(0.5), contracts=contract(50)),
    "a contract that pays as much": lambda: study(
        caps=cap(0.5, scope="JP"),
        demand=demand(("US", 200, 10), ("JP", 200, 4)),
        processes=works(CN, US, ("JP works", "JP", "oxide", 90)),
        contracts=contract(90),
    ),
    "use": lambda: study(caps=cap(0.5, basis="use")),
    "chained": chained,
    "a traced cap": traced,
    "a traced cap, made at home": lambda: traced("US"),
    "a traced cap, of two materials": lambda: traced(other=True),
    "a traced cap, some of any": lambda: traced(settings=settings(de_minimis=0.2)),
    "straight": lambda: chained(home=10),
    "a fund that is spent": lambda: fund(0.2),
    "a fund with room": lambda: fund(2.0),
    "a fund at higher prices": lambda: fund(0.17, 40),
    "a fund that gains": lambda: vault(60, 70),
    "a fund that loses what is private": lambda: vault(20, private=0.5),
    "a fund that loses what is lent": lambda: vault(20),
    "a fund that loses both": lambda: vault(20, private=0.01),
    "a fund that comes out even": lambda: vault(50),
    "a contract at its own price": lambda: own_price(90),
    "six contracts at their own prices": lambda: own_price(90, 6),
    "small": lambda: study(caps=cap(0.5), demand=demand(("US", 200, 0.002))),
    "a looser cap": lambda: study(caps=cap(0.8)),
    "slack in every year": lambda: two_years(1.0, 1.0),
    "one of two years is full": lambda: two_years(0.9, 0.3, processes=works((*CN, 5), US)),
    "nearly full": lambda: study(caps=cap(0.50001), processes=works((*CN, 5), US)),
    "one member": lambda: study(
        caps=cap(0.5), regions=table("region role", ("US", "member"), ("CN", "capped"))
    ),
    "a fifth of two members": lambda: members(caps=cap(0.2)),
    "keeps CN out of JP alone": lambda: members(
        caps=cap(0.5),
        routes=table("origin destination commodity freight", ("*", "*", "*", 0), ("CN", "JP", "oxide", 10)),
    ),
    "other origins are levied": lambda: minimum(
        settings=settings(levy_on="non_members"),
        processes=works(("CN works", "CN", "oxide", 75), US, ("MY works", "MY", "oxide", 40)),
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("MY", "US", "oxide", 5)),
    ),
    "sent elsewhere": lambda: study(
        caps=cap(0.5),
        processes=works((*CN, 10), ("MY works", "MY", "oxide", 60)),
        demand=demand(("US", 200, 10), ("AU", 200, 10)),
        routes=table("origin destination commodity freight", ("*", "*", "*", 0), ("CN", "AU", "oxide", 5)),
    ),
    "the bloc gains what it loses": lambda: minimum(
        processes=works(CN, US, ("JP works", "JP", "oxide", 45, 8)),
    ),
    "unmet as much without the policy": lambda: study(processes=works((*CN, 5)), caps=cap(0.9)),
    "a contract whose price stays": lambda: study(
        caps=cap(0.5),
        processes=works(CN, US, ("US mine", "US", "ore", 20)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("US", "all", "ore", 200, 10),
        ),
        contracts=table("process commodity strike payer 2026", ("US mine", "ore", 30, "US", 2)),
    ),
    "a group without a chain": lambda: study(
        processes=works(CN, ("AU mine", "AU", "ore", 1)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("US", "all", "ore", 10, 10),
        ),
        groups=table("group commodity weight", ("both", "oxide", 1), ("both", "ore", 1)),
        caps=[{"scope": "bloc", "commodity": "both", "basis": "demand", 2026: 0.5}],
    ),
    "worth as much as it costs": lambda: study(demand=demand(("US", 50, 10))),
    "a share that stays": lambda: study(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 50, 10),
            ("US", "more", "oxide", 200, 5),
        )
    ),
    "a minimum and a cap": lambda: minimum(caps=cap(0.5)),
    "two origins alike": lambda: study(processes=works(CN, ("AU works", "AU", "oxide", 50))),
    "a duty on one of two": lambda: study(
        reference_prices=REFERENCE,
        processes=works(CN, ("AU works", "AU", "oxide", 60)),
        routes=table("origin destination commodity tariff", ("*", "*", "*", 0), ("CN", "US", "oxide", 0.2)),
    ),
    "a maximum for two members": lambda: members(caps=cap(0.5), floor_rules=rules(("maximum", 70))),
    "reference price away": lambda: study(
        reference_prices=table("commodity 2026", ("oxide", 90)), caps=cap(0.5)
    ),
}
