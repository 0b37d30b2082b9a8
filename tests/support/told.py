"""What is said of small studies, by their names: that of every sentence is true of one and would be false of another."""

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
from floors.many.risks.averse import NEUTRAL
from floors.many.risks.words import risk_in_words
from floors.many.sweep.points import Point
from floors.results.leaving import Mover, Moves, moves_in_words
from floors.results.mix import mix_in_words
from floors.results.shock import Insurance, Shock
from floors.results.shock import told as shock_told
from floors.results.warned import _first_plan
from floors.results.words import _proof as proof_told
from floors.results.words import _uplift as uplift_told
from floors.solving.largest import Held
from floors.solving.mix import find_mix
from tests.support import chained as chains
from tests.support.answering import moving, restless, short_at_home, sold_below_cost
from tests.support.averse import held, minerals, plant, two_alike, unused, vault
from tests.support.candidates import THREE, bloc, short, twins
from tests.support.leaving import LEAVING
from tests.support.sampled import ROOM, failing
from tests.support.sampled import works as unsure
from tests.support.shocked import eased, late, opened, shocked
from tests.support.studies import settings, study, table
from tests.support.told_studies import (
    CN,
    SOLVED,
    US,
    cap,
    chained,
    demand,
    minimum,
    near_two,
    rules,
    scenarios,
    weighed,
    works,
)
from tests.support.uncertain import ROWS, leaching, may_lack


def insured(policy: float, bare: float, struck: float, bare_struck: float) -> str:
    """What is said of a surprise that has these costs, with the policy and without, before and with the shock."""
    one = Insurance(policy=policy, bare=bare, policy_struck=struck, bare_struck=bare_struck)
    return "\n".join(shock_told(Shock(one, one), 2027, "USD"))


@cache
def told(name: str) -> str:
    """All sentences and warnings of one of these, a line each."""
    result = SAID[name]()
    if isinstance(result, str):
        return result
    notes = []
    if isinstance(result, floors.Result):
        notes = [*result.sensitivity["note"].dropna(), *result.floors["note"].dropna()]
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


def _leaves(make: Callable[[], floors.Study]) -> Callable[[], floors.Result]:
    return lambda: floors.solve(make().scenario("leaves"))


def _ends_unknown() -> str:
    """What is said of a member that leaves where the ends of its net cost outside have no answer."""
    mover = Mover(region="JP", year=2027, leaves=True, before=2.0, now=1.0, ends=((1.0, 3.0), None))
    moves = Moves(
        movers=(mover,), parent="base", alone=True, stay=(), change={}, policy=(0.0, 0.0), contracts=None
    )
    return "\n".join(moves_in_words(floors.solve(study()).outcome, moves, 1.0, "USD"))


def _with_gap() -> str:
    result = floors.solve(study())
    return proof_told(result.outcome, replace(result.figures, gap=1e-3), "USD")


def _risk(paid: float = 0.0, foregone: float = 0.0, **expected: float | None) -> Callable[[], str]:
    """What is said of a risk of one likely state that costs so much."""
    found = dict.fromkeys(("worth", "worth_hedged", "worth_bloc", "worth_hedged_bloc"), 0.1)
    known = {"total_cost": 1.0, **found, **expected}
    fake = SimpleNamespace(
        currency="USD",
        study=study(),
        expected=known,
        weighed=[SimpleNamespace(name="base", probability=1.0)],
        leader=SimpleNamespace(name="base"),
        aversion=NEUTRAL,
        value_of_perfect_information=0.1,
        value_of_stochastic_solution=None,
        value_over_base_plan=None,
        uplift=paid + foregone,
        make_whole=paid,
        foregone=foregone,
        costs={name: {"base": known[name]} for name in found},
        rows=lambda name: [] if name in ("break_even", "waiting") else [()],
        records=lambda _: [],
    )
    return lambda: "\n".join(risk_in_words(fake))


def _candidates(wanted: dict[str, float], *names: str) -> Callable[[], Any]:
    return lambda: floors.coalition(bloc(wanted), candidates=names)


def _coalition(**sheets: Any) -> Callable[[], Any]:
    return lambda: floors.coalition(study(**sheets))


def _uplift(paid: float, foregone: float) -> Callable[[], str]:
    """What is said of an uplift that has these parts."""

    def said() -> str:
        result = floors.solve(study())
        found = replace(result.figures, uplift=paid + foregone, make_whole=paid, foregone=foregone)
        return "\n".join(uplift_told(result.outcome, found, "USD"))

    return said


def _shared_at_will() -> Coalitions:
    """The first bears 1 less than inside; which of the others takes it over is open."""
    cost = {"A": 4.0, "B": 8.0, "C": 8.0, "AB": 20.0, "AC": 20.0, "BC": 8.0, "ABC": 10.0}
    runs = []
    for names, whole in cost.items():
        inside = {"A": 4.0, "B": 3.0, "C": 3.0}
        each = inside if len(names) == 3 else dict.fromkeys(inside, whole / len(names))
        runs.append(CoalitionRun(members=tuple(names), status="optimal", costs=each))
    return Coalitions(study(), ("A", "B", "C"), tuple(runs))


SAID: dict[str, Callable[[], Any]] = {
    **{name: _solved(make) for name, make in SOLVED.items()},
    "insurance that pays": lambda: insured(11, 10, 12, 15),
    "insurance that does not pay": lambda: insured(14, 10, 15, 13),
    "insurance that costs nothing": lambda: insured(9, 10, 11, 15),
    "a shock as large": lambda: insured(11, 10, 12, 11),
    "a shock made larger": lambda: insured(11, 10, 14, 12),
    "a shock made by the policy": lambda: insured(11, 10, 12, 10),
    **{name: _leaves(make) for name, make in LEAVING.items()},
    "ends unknown": _ends_unknown,
    "uplift that is paid": _uplift(0.05, 0),
    "uplift that is foregone": _uplift(0, 0.05),
    "uplift of both kinds": _uplift(0.05, 0.02),
    "a gap": _with_gap,
    "no steady plan": lambda: "\n".join(
        _first_plan(SimpleNamespace(choice=SimpleNamespace(why="it costs more")), "")
    ),
    "many ties": _mixed("half of two members", loose=frozenset()),
    "ties without ranges": lambda: floors.solve(SOLVED["half of two members"](), ranges=False),
    "shares not looked at that stay": _mixed("a share that stays", loose=frozenset({("US", "oxide", 2026)})),
    "a shock with nothing to compare": lambda: insured(10, 10, 12, 12),
    "tables cut short": lambda: Held(table="t", what="w", held=2, of=5, failed=1).said,
    "tables in full": lambda: Held(table="t", what="w", held=5, of=5).said,
    "a table not begun": lambda: Held(table="t", what="w", held=0, of=5).said,
    "scenarios": lambda: solve_scenarios(
        study(caps=cap(0.5), **scenarios(("processes", "process=US works", "unit_cost", "set", 90)))
    ),
    "scenarios with dumping": lambda: solve_scenarios(
        study(caps=cap(0.5), **scenarios(("processes", "process=CN works", "unit_cost", "set", 30)))
    ),
    "scenarios with slack caps": lambda: solve_scenarios(
        study(caps=cap(1.0), **scenarios(("processes", "process=US works", "unit_cost", "set", 90)))
    ),
    "scenarios that shuffle": lambda: solve_scenarios(
        study(
            caps=cap(0.5),
            processes=works((*CN, 10), ("MY works", "MY", "oxide", 60)),
            demand=demand(("US", 200, 10), ("AU", 200, 10)),
            routes=table(
                "origin destination commodity freight", ("*", "*", "*", 0), ("CN", "AU", "oxide", 5)
            ),
            **scenarios(("processes", "process=MY works", "unit_cost", "set", 62)),
        )
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
    "all leave": lambda: leaving_told({"US": 1.0, "JP": 2.0}, 2, 10.0, "money"),
    "an empty core": lambda: core_told(0.5, True, 10.0, "money"),
    "a core": lambda: core_told(-0.5, True, 10.0, "money"),
    "a core without room": lambda: core_told(0.0, True, 10.0, "money"),
    "a core as far as known": lambda: core_told(-0.5, False, 10.0, "money"),
    "a sweep": lambda: floors.sweep(study(caps=cap(0.5)), [0.8, 0.5, 0.2]),
    "a least core shared at will": _shared_at_will,
    "a sweep of two members": lambda: floors.sweep(SOLVED["half of two members"](), [1.0, 0.5]),
    "a sweep with a bend": lambda: floors.sweep(
        study(caps=cap(0.5), processes=works(CN, (*US, 3), ("US more", "US", "oxide", 120))), [0.8, 0.5, 0.2]
    ),
    "candidates who lose": _candidates(THREE, "JP", "KR"),
    "a candidate that gains": _candidates({"US": 300, "JP": 400}, "JP"),
    "candidates of whom one is better left out": _candidates({"US": 300, "JP": 400, "KR": 10}, "JP", "KR"),
    "many candidates": _candidates(
        {"US": 300, "A": 60, "B": 50, "C": 40, "D": 30, "E": 20, "F": 10, "G": 5}, *"ABCDEFG"
    ),
    "a candidate without a plan": lambda: floors.coalition(short(), candidates=["KR"]),
    "candidates in samples": lambda: floors.coalition(bloc(THREE), candidates=["JP", "KR"], n=4),
    "candidates in samples without a plan": lambda: floors.coalition(
        short(
            uncertainty=table(
                "sheet where column low high", ("processes", "process=AU works", "capacity", 0.5, 1.5)
            )
        ),
        candidates=["JP"],
        n=8,
    ),
    "candidates who are alike": lambda: floors.coalition(twins(), candidates=["X", "Y"]),
    "candidates whose shipments can move": lambda: floors.coalition(twins("as_given"), candidates=["X", "Y"]),
    "a sweep of caps that cost nothing": lambda: floors.sweep(
        study(caps=cap(0.5), processes=works((*CN, 5), US)), [0.9, 0.8]
    ),
    "a sweep in which the bloc moves prices": lambda: floors.sweep(moving(1.1), "0.9:0.1:3"),
    "a sweep without a plan at no cap": lambda: replace(
        floors.sweep(study(caps=cap(0.5)), [0.8, 0.5]), free=Point(share=None, status="infeasible")
    ),
    "a sweep of goods below cost": lambda: floors.sweep(sold_below_cost(), "0.9:0.1:3"),
    "caps and offers": lambda: floors.sweep(moving(), "0.9:0.1:3", offer="CN:1:1.2:3"),
    "caps and offers, no cell stays": lambda: floors.sweep(restless(), "0.9:0.15:3", offer="CN:0.9:1.3:3"),
    "caps and offers at the edge": lambda: floors.sweep(moving(), "0.9:0.5:2", offer="CN:1:1.1:2"),
    "caps and offers in which nothing matters": lambda: floors.sweep(
        moving(2.0), "0.9:0.1:3", offer="CN:1:1.2:3"
    ),
    "caps and exports": lambda: floors.sweep(moving(), "0.9:0.3:3", export="CN:0:1:3"),
    "caps and exports without a plan": lambda: floors.sweep(short_at_home(), "0.9:0.3:3", export="CN:0:1:3"),
    "a sweep under use": lambda: floors.sweep(study(caps=cap(0.5, basis="use")), [0.8, 0.5]),
    "alternatives": lambda: floors.alternatives(near_two()),
    "alternatives at no more": lambda: floors.alternatives(near_two(), 0.0),
    "alternatives of no cost": lambda: floors.alternatives(
        study(processes=works(("CN works", "CN", "oxide", 0)))
    ),
    "alternatives of a gain": lambda: floors.alternatives(
        study(processes=works(("CN works", "CN", "oxide", -5, 10)))
    ),
    "alternatives of one maker": lambda: floors.alternatives(study(processes=works(CN))),
    "alternatives that build": lambda: floors.alternatives(
        near_two(demand=demand(("US", None, 120)), settings=settings())
    ),
    "alternatives of three": lambda: floors.alternatives(near_two(("AU works", "AU", "oxide", 50.5, 15))),
    "alternatives of which one buys nothing": lambda: floors.alternatives(
        study(processes=works(CN, US), demand=demand(("US", 60, 10))), 0.3
    ),
    "alternatives of many goods": lambda: floors.alternatives(
        near_two(
            commodities=table("commodity", ("oxide",), ("ore",), ("metal",), ("magnet",)),
            caps=[
                one
                for good in ("oxide", "ore", "metal", "magnet")
                for one in cap(70, basis="tonnes", commodity=good)
            ],
        )
    ),
    "alternatives of many goods without caps": lambda: floors.alternatives(
        near_two(commodities=table("commodity", ("oxide",), ("ore",), ("metal",), ("magnet",)), caps=None)
    ),
    "alternatives over budget": lambda: floors.alternatives(
        near_two(caps=None, settings=settings(support_budget=0.001))
    ),
    "alternatives without caps": lambda: floors.alternatives(near_two(caps=None)),
    "alternatives at a minimum": lambda: floors.alternatives(minimum()),
    "a tornado": lambda: floors.tornado(leaching()),
    "a tornado of what buyers may lack": lambda: floors.tornado(may_lack()),
    "a tornado of one input": lambda: floors.tornado(leaching(ROWS[1])),
    "a tornado without a sheet": lambda: floors.tornado(leaching(uncertainty=None)),
    "a tornado of what moves nothing": lambda: floors.tornado(leaching(ROWS[0])),
    "samples": lambda: floors.sample(unsure(), 40),
    "samples of traced goods": lambda: floors.sample(chained(), 40),
    "samples some of which fail": lambda: floors.sample(failing(), 40),
    "samples all of which fail": lambda: floors.sample(failing((*ROOM[:3], 0.5, 0.8)), 4),
    "samples, the workbook fails": lambda: floors.sample(unsure((*ROOM[:3], 1.5, 2), room=3), 4),
    "samples of what goes short": lambda: floors.sample(unsure(value=90), 40),
    "samples without the sheet": lambda: floors.sample(study(), 4),
    "samples with indices": lambda: floors.sample(unsure(), 192, indices=True),
    "samples with indices, some of which fail": lambda: floors.sample(failing(), 256, indices=True),
    "samples with few rows": lambda: floors.sample(unsure(), 12, indices=True),
    "a risk": lambda: floors.risk(weighed()),
    "a risk with caps": lambda: floors.risk(weighed(caps=cap(0.5))),
    "a risk of which nothing need be known": lambda: floors.risk(
        study(**scenarios(("processes", "process=US works", "unit_cost", "set", 90), probability=0.5))
    ),
    "a risk of a plant, neutral": lambda: floors.risk(plant(), aversion=0.0),
    "a risk of a plant, averse": lambda: floors.risk(plant()),
    "a risk of a plant, drawn": lambda: floors.risk(plant(), aversion=[0.0, 0.5]),
    "a risk of a plant, all in the tail": lambda: floors.risk(plant(), tail=1.0),
    "a risk of a plant, a narrow tail": lambda: floors.risk(plant(), tail=0.05),
    "a risk of a vault": lambda: floors.risk(vault(), aversion=0.0),
    "a risk of a vault, averse": lambda: floors.risk(vault()),
    "a vault for two minerals": lambda: floors.risk(minerals(1.2)),
    "a vault with targets": lambda: floors.risk(held()),
    "a vault with dear targets": lambda: floors.risk(held(losses=(20, 20))),
    "a vault too small for 60 days": lambda: floors.risk(minerals(1.0)),
    "a vault without room for 60 days": lambda: floors.risk(minerals(1.2, room=40)),
    "a vault without money": lambda: floors.risk(minerals(0.0)),
    "a vault with more than it needs": lambda: floors.risk(minerals(9.0)),
    "a vault for six minerals": lambda: floors.risk(minerals(20.0, (210, 190, 180, 170, 160, 150))),
    "a vault for what nobody uses": lambda: floors.risk(unused()),
    "a risk of two alike": lambda: floors.risk(two_alike()),
    "a risk without a mean": _risk(),
    "a risk without a plan for base": _risk(),
    "a risk in which foresight is dearer": _risk(worth=0.05, worth_bloc=0.05),
    "a risk in which one way has no plan": _risk(worth=None, worth_bloc=None),
    "caps against a shock": lambda: floors.risk(shocked()),
    "caps against a shock that nobody would prepare for": lambda: floors.risk(shocked(value=55)),
    "caps that pay at no probability": lambda: floors.risk(shocked(value=45)),
    "caps that pay up to a probability": lambda: floors.risk(eased()),
    "caps that pay at any probability": lambda: floors.risk(eased(45)),
    "waiting pays": lambda: floors.risk(late(0.1)),
    "waiting for good news pays": lambda: floors.risk(opened(0.9)),
    "waiting always pays": lambda: floors.risk(late(0.1, lead=0)),
    "chains": lambda: floors.priorities(chains.chained(), 0),
    "chains whose caps cost nothing": lambda: floors.priorities(eased(45), 0),
    "chains whose caps avoid nothing": lambda: floors.priorities(shocked(value=55), 0),
    "chains whose caps pay": lambda: floors.priorities(shocked(probability=0.5), 0),
    "chains of one rank": lambda: floors.priorities(chains.alike(), 0),
    "chains of which one is not struck": lambda: floors.priorities(chains.spared(), 0),
    "chains in samples": lambda: floors.priorities(chains.four(), 4),
    "chains without samples": lambda: floors.priorities(chains.four(), 0),
    "chains, one of them weak": lambda: floors.priorities(chains.known(2), 0),
    "chains, all of them weak": lambda: floors.priorities(chains.known(2, 3), 0),
    "chains, none of them weak": lambda: floors.priorities(chains.known(1), 0),
    "chains beside another world": lambda: floors.priorities(chains.worldly(), 0),
    "chains whose caps move money without a levy": lambda: floors.priorities(chains.moved(), 0),
    "chains that fail in samples": lambda: floors.priorities(chains.failing(), 8),
    "a risk with uplift": _risk(0.2, 0.1),
    "a risk whose uplift is paid": _risk(0.2),
    "a risk whose uplift is foregone": _risk(0.0, 0.2),
}
