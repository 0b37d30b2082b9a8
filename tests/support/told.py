"""Small studies of which every sentence of the results is true or false, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import floors
from floors.many import solve_scenarios
from floors.many.coalitions.coalitions import Coalitions
from floors.many.coalitions.coalitions import _core as core_told
from floors.many.coalitions.coalitions import _leaving as leaving_told
from floors.many.coalitions.runs import CoalitionRun
from floors.many.risks.words import risk_in_words
from floors.results.mix import mix_in_words
from floors.results.shock import Insurance, Shock
from floors.results.shock import told as shock_told
from floors.results.words import _proof as proof_told
from floors.results.words import _uplift as uplift_told
from floors.solving.largest import Held
from floors.solving.mix import find_mix
from tests.support.studies import Table, settings, study, table, years

TWO = years((2026, 1), (2027, 1))
OF_PROCESS = "process region commodity unit_cost capacity"
CN, US = ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
REFERENCE = table("commodity 2026", ("oxide", 50))


def works(*rows: tuple[Any, ...], more: str = "") -> Table:
    """Sheet processes, of rows with unit cost and capacity."""
    return table(f"{OF_PROCESS} {more}", *rows)


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


def fund(amount: float, price: float = 50) -> floors.Study:
    """A reserve that a fund fills, as far as it goes."""
    return study(
        reference_prices=table("commodity 2026", ("oxide", price)),
        stockpiles=table("stockpile region commodity fund", ("reserve", "US", "oxide", "vault")),
        stock_targets=table("stockpile 2026", ("reserve", 4)),
        funds=table("fund amount", ("vault", amount)),
    )


def insured(policy: float, bare: float, struck: float, bare_struck: float) -> str:
    """What is said of a surprise that has these costs, with the policy and without, before and with the shock."""
    one = Insurance(policy=policy, bare=bare, policy_struck=struck, bare_struck=bare_struck)
    return "\n".join(shock_told(Shock(one, one), 2027, "USD"))


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
    "roomy cap": lambda: study(caps=cap(0.9), processes=works((*CN, 5), US)),
    "tonnes": lambda: study(caps=cap(5, basis="tonnes")),
    "tonnes that just bind": lambda: study(caps=cap(10, basis="tonnes")),
    "a ban": lambda: study(caps=cap(0.0)),
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
    "straight": lambda: chained(home=10),
    "a fund that is spent": lambda: fund(0.2),
    "a fund with room": lambda: fund(2.0),
    "a fund at higher prices": lambda: fund(0.17, 40),
    "small": lambda: study(caps=cap(0.5), demand=demand(("US", 200, 0.002))),
    "a looser cap": lambda: study(caps=cap(0.8)),
    "slack in every year": lambda: two_years(1.0, 1.0),
    "one of two years is full": lambda: two_years(0.9, 0.3, processes=works((*CN, 5), US)),
    "one member": lambda: study(
        caps=cap(0.5), regions=table("region role", ("US", "member"), ("CN", "capped"))
    ),
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
    "reference price away": lambda: study(
        reference_prices=table("commodity 2026", ("oxide", 90)), caps=cap(0.5)
    ),
}


@cache
def told(name: str) -> str:
    """All sentences and warnings of one of these, a line each."""
    result = SAID[name]()
    if isinstance(result, str):
        return result
    notes = result.sensitivity["note"].tolist() if isinstance(result, floors.Result) else []
    return "\n".join([*result.sentences, *result.warnings, *notes])


def _solved(make: Callable[[], floors.Study]) -> Callable[[], Any]:
    return lambda: floors.solve(make())


MANY = Held(table="least_share", what="shares", held=0, of=3)


def _mixed(name: str, **other: Any) -> Callable[[], str]:
    """What is said of the mix of a study if it was found otherwise."""

    def said() -> str:
        outcome = floors.solve(SOLVED[name]()).outcome
        return "\n".join(
            mix_in_words(outcome, replace(find_mix(outcome, None), ranges={}, held=MANY, **other))
        )

    return said


def _with_gap() -> str:
    result = floors.solve(study())
    return proof_told(result.outcome, replace(result.figures, gap=1e-3), "USD")


def _risk(paid: float = 0.0, foregone: float = 0.0, **expected: float | None) -> Callable[[], str]:
    """What is said of a risk of one likely state that costs so much."""
    found = dict.fromkeys(("worth", "worth_hedged", "worth_bloc", "worth_hedged_bloc"), 0.1)
    known = {"total_cost": 1.0, **found, **expected}
    fake = SimpleNamespace(
        currency="USD",
        expected=known,
        weighed=[SimpleNamespace(name="base", probability=1.0)],
        leader=SimpleNamespace(name="base"),
        value_of_perfect_information=0.1,
        value_of_stochastic_solution=None,
        value_over_base_plan=None,
        uplift=paid + foregone,
        make_whole=paid,
        foregone=foregone,
        costs={name: {"base": known[name]} for name in found},
        rows=lambda _: [()],
    )
    return lambda: "\n".join(risk_in_words(fake))


def _coalition(**sheets: Any) -> Callable[[], Any]:
    return lambda: floors.coalition(study(**sheets))


def _uplift(paid: float, foregone: float) -> Callable[[], str]:
    """What is said of an uplift that has these parts."""
    return lambda: "\n".join(
        uplift_told(
            replace(
                floors.solve(study()).figures, uplift=paid + foregone, make_whole=paid, foregone=foregone
            ),
            "USD",
        )
    )


SAID: dict[str, Callable[[], Any]] = {
    **{name: _solved(make) for name, make in SOLVED.items()},
    "insurance that pays": lambda: insured(11, 10, 12, 15),
    "insurance that does not pay": lambda: insured(14, 10, 15, 13),
    "insurance that costs nothing": lambda: insured(9, 10, 11, 15),
    "a shock as large": lambda: insured(11, 10, 12, 11),
    "a shock made larger": lambda: insured(11, 10, 14, 12),
    "a shock made by the policy": lambda: insured(11, 10, 12, 10),
    "uplift that is paid": _uplift(0.05, 0),
    "uplift that is foregone": _uplift(0, 0.05),
    "uplift of both kinds": _uplift(0.05, 0.02),
    "a gap": _with_gap,
    "many ties": _mixed("half of two members", loose=frozenset()),
    "ties without ranges": lambda: floors.solve(SOLVED["half of two members"](), ranges=False),
    "shares not looked at that stay": _mixed("a share that stays", loose=frozenset({("US", "oxide", 2026)})),
    "a shock with nothing to compare": lambda: insured(10, 10, 12, 12),
    "tables cut short": lambda: Held(table="t", what="w", held=2, of=5, failed=1).said,
    "tables in full": lambda: Held(table="t", what="w", held=5, of=5).said,
    "scenarios": lambda: solve_scenarios(
        study(caps=cap(0.5), **scenarios(("processes", "process=US works", "unit_cost", "set", 90)))
    ),
    "scenarios without policy": lambda: solve_scenarios(
        study(**scenarios(("processes", "process=US works", "unit_cost", "set", 90)))
    ),
    "scenarios in which the bloc gains": lambda: solve_scenarios(
        study(
            caps=cap(0.3),
            processes=works((*CN, 5)),
            **scenarios(("processes", "process=CN works", "capacity", "set", 4)),
        )
    ),
    "scenarios that differ": lambda: solve_scenarios(
        study(
            caps=cap(0.3),
            processes=works((*CN, 5)),
            **scenarios(("caps", "commodity=oxide", 2026, "set", 0.9)),
        )
    ),
    "a coalition that holds": _coalition(demand=demand(("US", 200, 10), ("JP", 200, 4))),
    "a coalition that cannot pay": _coalition(caps=cap(0.5), demand=demand(("US", 200, 10), ("JP", 200, 4))),
    "a coalition half known": lambda: floors.coalition(
        study(
            regions=table(
                "region role", ("US", "member"), ("JP", "member"), ("EU", "member"), ("CN", "capped")
            ),
            demand=demand(("US", 200, 10), ("JP", 200, 4), ("EU", 200, 4)),
        ),
        coalitions=[("US", "JP", "EU"), ("US",), ("JP", "EU")],
    ),
    "a coalition under rules": _coalition(
        caps=cap(0.5), floor_rules=rules(("maximum", 70)), demand=demand(("US", 200, 10), ("JP", 200, 4))
    ),
    "an allocation with an objection": lambda: Coalitions(
        study(),
        ("US", "JP"),
        tuple(
            CoalitionRun(
                members=of,
                status="optimal",
                costs={"US": 2.0 if len(of) == 2 else 1.0, "JP": 1.0},
                owen={"US": 2.5, "JP": 0.5},
            )
            for of in ((), ("US",), ("JP",), ("US", "JP"))
        ),
    ),
    "leaving, and others gain more": lambda: leaving_told({"US": 1.0, "JP": -3.0}, 2, 10.0, "money"),
    "leaving, and others gain less": lambda: leaving_told({"US": 3.0, "JP": -1.0}, 2, 10.0, "money"),
    "leaving, and others gain as much": lambda: leaving_told({"US": 1.0, "JP": -1.0}, 2, 10.0, "money"),
    "leaving, and others gain nothing": lambda: leaving_told({"US": 1.0, "JP": 0.0}, 2, 10.0, "money"),
    "an empty core": lambda: core_told(0.5, True, 10.0, "money"),
    "a core": lambda: core_told(-0.5, True, 10.0, "money"),
    "a core without room": lambda: core_told(0.0, True, 10.0, "money"),
    "a core as far as known": lambda: core_told(-0.5, False, 10.0, "money"),
    "a sweep": lambda: floors.sweep(study(caps=cap(0.5)), [0.8, 0.5, 0.2]),
    "a sweep with a bend": lambda: floors.sweep(
        study(caps=cap(0.5), processes=works(CN, (*US, 3), ("US more", "US", "oxide", 120))), [0.8, 0.5, 0.2]
    ),
    "a sweep of caps that cost nothing": lambda: floors.sweep(
        study(caps=cap(0.5), processes=works((*CN, 5), US)), [0.9, 0.8]
    ),
    "a sweep under use": lambda: floors.sweep(study(caps=cap(0.5, basis="use")), [0.8, 0.5]),
    "a risk": lambda: floors.risk(weighed()),
    "a risk with caps": lambda: floors.risk(weighed(caps=cap(0.5))),
    "a risk without a mean": _risk(),
    "a risk without a plan for base": _risk(),
    "a risk in which foresight is dearer": _risk(worth=0.05, worth_bloc=0.05),
    "a risk in which one way has no plan": _risk(worth=None, worth_bloc=None),
    "a risk with uplift": _risk(0.2, 0.1),
    "a risk whose uplift is paid": _risk(0.2),
    "a risk whose uplift is foregone": _risk(0.0, 0.2),
}
