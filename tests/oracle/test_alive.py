"""The oracle is alive: where a rule of the package is changed, it disagrees; and it knows answers found by hand."""

from __future__ import annotations

import ast
import sys
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

import pytest

import floors
from floors.case.counted import Counted
from floors.case.stocks import derive_stocks
from floors.solving.instruments import TARIFF, held_by
from tests import oracle
from tests.oracle import accounts
from tests.oracle.comparing import Contradictory, book_of, differences, ours, theirs
from tests.support import mixed
from tests.support.places import ROOT, TOY

COMPARING = {"comparing", "test_alive", "test_differential", "test_traced"}
MOST = 40  # studies with the feature that may pass before one tells


def imported(path: Path) -> set[str]:
    """The packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_neither_the_oracle_nor_the_timers_script_shares_code_with_the_package() -> None:
    files = [file for file in Path(__file__).parent.glob("*.py") if file.stem not in COMPARING]
    assert len(files) > 10
    for file in files:
        assert not imported(file) & {"floors"}, file
    script = imported(ROOT / "tests" / "benchmarks" / "arrays.py")
    assert script - sys.stdlib_module_names == {"highspy", "numpy", "openpyxl", "xlsxwriter"}


def has(feature: str, book: mixed.Sheets) -> bool:
    """Whether a study holds what a rule is about."""
    if feature == "curve":
        return any(row.get("elasticity") for row in book["demand"])
    if feature == "unseen":
        return any(row.get("leaks") == "unseen" for row in book.get("caps", ()))
    if feature == "below cost":
        return any("cost_basis" in row for row in book["processes"])
    if feature == "exempt":
        return bool(book.get("exemptions")) and bool(book.get("caps"))
    if feature == "leak":
        return any("enforcement" in row for row in book["demand"])
    if feature == "expansion":
        return any("capital_cost" in row for row in book["processes"])
    used = any(row["basis"] == "use" for row in book.get("caps", ()))
    if feature in ("use", "use of stocks", "use after loss"):
        stocks, loss = bool(book.get("stockpiles")), any("loss" in row for row in book.get("routes", ()))
        return used and {"use": True, "use of stocks": stocks, "use after loss": loss}[feature]
    if feature == "rules":
        bloc = any(row["value"] == "bloc" for row in book["settings"])
        return (bloc or bool(book.get("floor_rules"))) and len(book.get("caps", ())) > 1
    if feature == "releases":
        return bool(book.get("releases"))
    if feature == "closing":
        return any("closing_value" in row for row in book.get("stockpiles", ()))
    if feature == "price":
        return any("price" in row for row in book.get("routes", ()))
    sellers = {row["region"] for row in book["processes"] if row["process"].startswith("twin")}
    if feature == "qualified":
        return any(row["origin"] in sellers for row in book.get("qualified", ()))
    if feature == "ties":
        return bool(sellers)
    return any(row["rule"] == feature for row in book.get("floor_rules", ()))


def told(study: floors.Study) -> bool:
    """Whether package and oracle differ on a study."""
    try:
        result = ours(study, accept_failed=True)  # here the oracle is to tell, not the certificate
        answers = theirs(study, result)
    except Contradictory:
        return False
    except (oracle.Unsettled, oracle.NotLeast):
        return True
    if result is None or answers is None:
        return (result is None) != (answers is None)
    return any(differences(result, answers))


STOCKS = derive_stocks
PLANTED: dict[str, tuple[str, str, Any]] = {
    "a step of a curve is worth its dearest price": (
        "curve",
        "floors.case.demand.area",
        lambda low, high, Q, p0, e: high * Q * ((low / p0) ** e - (high / p0) ** e),
    ),
    "curves are not cut again": ("curve", "floors.solving.cutting.STEP_RATIO", 100.0),
    "leaks take no room from caps": (
        "leak",
        "floors.case.derive.Case.leaked",
        property(lambda case: {(cap.name, t): 0.0 for cap in case.caps for t in cap.given}),
    ),
    "papers show all demand": (
        "unseen",
        "floors.case.demand.Demand.on_paper",
        lambda demand, places, c, t: demand.table(places, c, t),
    ),
    "papers show what leaks": (
        "unseen",
        "floors.case.derive.Case.counted_leaks",
        property(lambda case: Counted(case.scopes, case.caps, case.arcs.axes, case.leaks)),
    ),
    "nothing is offered below cost": (
        "below cost",
        "floors.results.policy.below_cost",
        lambda outcome: {},
    ),
    "leaks need not be made": ("leak", "floors.sourcing.trade.leaked_from", lambda case: {}),
    "leaks travel free": ("leak", "floors.sourcing.trade.leak_costs", lambda case: []),
    "levies of a minimum settle within 2 a kg": ("minimum", "floors.solving.minimum.MINIMUM_TOLERANCE", 2.0),
    "capital bears no interest": (
        "expansion",
        "floors.case.production.capital_charge",
        lambda capital, rate, life: capital / life,
    ),
    "any amount may be released": (
        "releases",
        "floors.case.derive.derive_stocks",
        lambda study, *given: STOCKS(study.with_rows(releases=()), *given),
    ),
    "what is left is paid for in every year of its period": (
        "closing",
        "floors.case.stocks.Stockpile.worth_a_year",
        lambda pile, closing, year, calendar: (pile.closing_value or 0.0) * closing / 1000,
    ),
    "contracts settle at the market's price": (
        "price",
        "floors.solving.settled.Settled.amount",
        property(lambda one: 0.0 * one.tonnes),
    ),
    "all that is shipped is under contract": (
        "price",
        "floors.solving.settled.Settled.amount",
        property(lambda one: (one.tonnes + 1.0) * (one.price - one.market) / 1000),
    ),
    "caps see what is exempt, in the market too": (
        "exempt",
        "floors.solving.run.outside_caps",
        lambda models, compiled, x: compiled,
    ),
    "exempt tonnes pay the levy": (
        "exempt",
        "floors.solving.outcome.Outcome.relief_column",
        property(lambda outcome: 0.0 * outcome.levy_column),
    ),
    "floors may rise as they like": ("max_rise", "floors.solving.bloc.CHANGES", ("max_rise_share",)),
}


RANGE = accounts.members_range
PLANTED_IN_THE_ORACLE: dict[str, tuple[str, str, Any]] = {
    "no levies of their own": ("rules", "tests.oracle.prices.own_levies", lambda data, lp, found: {}),
    "levies of their own on the first capped origin alone": (
        "rules",
        "tests.oracle.prices.own_levies",
        lambda data, lp, found: {
            ("levy", *ship[1:]): ship
            for ship in lp.cost
            if ship[0] == "ship" and ship[2:] in found and ship[1] == found[ship[2:]].origin
        },
    ),
    "levies of their own of any sum": (
        "rules",
        "tests.oracle.prices._least_of_their_own",
        lambda dual, own, friction: None,
    ),
    "what is not used is used": ("use", "tests.oracle.sourcing._waste", lambda lp, caps, use: iter(())),
    "a share of what is sent": ("use after loss", "tests.oracle.caps.Cap._arrives", lambda cap, route: 1.0),
    "what is put away is used, what is taken is not": (
        "use of stocks",
        "tests.oracle.sourcing._stocked",
        lambda data, cap, t: iter(()),
    ),
    "a use cap gives nobody what it charges": (
        "use of stocks",
        "tests.oracle.accounts._charges",
        lambda data, lp, priced: iter(()),
    ),
    "any plan of least cost": (
        "ties",
        "tests.oracle.steady.steadiest",
        lambda data, face, shipped: face.solve({}),
    ),
    "the year before the first is not known": ("qualified", "tests.oracle.steady.known", lambda data: {}),
    "members pay what this plan has them pay": (
        "ties",
        "tests.oracle.accounts.members_range",
        lambda entries, data, face: {
            member: (least, least) for member, (least, _) in RANGE(entries, data, face).items()
        },
    ),
}


@pytest.mark.parametrize("planted", PLANTED_IN_THE_ORACLE)
def test_a_rule_changed_in_the_oracle_is_found(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    feature, target, wrong = PLANTED_IN_THE_ORACLE[planted]
    seeds = (seed for seed in range(1000) if has(feature, book_of(seed)))
    monkeypatch.setattr(target, wrong)
    assert any(told(floors.Study(book_of(seed))) for seed in islice(seeds, MOST)), (
        f"none of {MOST} studies tells"
    )


@pytest.mark.parametrize("planted", PLANTED)
def test_a_rule_changed_in_the_package_is_found(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    feature, target, wrong = PLANTED[planted]
    seeds = (seed for seed in range(1000) if has(feature, book_of(seed)))
    monkeypatch.setattr(target, wrong)
    assert any(told(floors.Study(book_of(seed))) for seed in islice(seeds, MOST)), (
        f"none of {MOST} studies tells"
    )


FLOORS = (63.95, 76.9, 94.1, 94.1, 118.216, 105.75, 105.75, 105.75)  # by year, the same in each member


@pytest.mark.parametrize(
    ("rule", "uplift"), [({}, 0.0), ({"max_rise": 8, "max_fall": 8}, 28.75), ({"maximum": 100}, 125.1)]
)
def test_published_numbers_of_the_toy(rule: dict[str, float], uplift: float) -> None:
    study = floors.read(TOY)
    rows = [
        {"commodity": "*", "rule": name, "years": dict.fromkeys(study.years, v)} for name, v in rule.items()
    ]
    answer = oracle.solve(study.with_rows(floor_rules=rows))
    assert answer.priced.uplift == pytest.approx(uplift, abs=0.05)
    if not rule:
        by_year = dict(zip(study.years, FLOORS, strict=True))
        assert answer.priced.floor == {
            key: pytest.approx(by_year[key[2]], abs=0.01) for key in answer.priced.floor
        }


def alone(**sheets: list[dict[Any, Any]]) -> floors.Study:
    """100 t wanted in US, made there at 40 a kg or in CN at 10."""
    return floors.Study(
        {
            "settings": [{"key": "discount_rate", "value": 0}],
            "years": [{"year": 2030}],
            "regions": [{"region": "US", "role": "member"}, {"region": "CN", "role": "capped"}],
            "commodities": [{"commodity": "ore"}],
            "processes": [
                {"process": "mine", "region": "US", "commodity": "ore", "unit_cost": 40},
                {"process": "offer", "region": "CN", "commodity": "ore", "unit_cost": 10},
            ],
            "reference_prices": [{"commodity": "ore", 2030: 10}],
            "demand": [{"region": "US", "segment": "all", "commodity": "ore", "value": 90, 2030: 100}],
            **sheets,
        }
    )


def test_a_leak_takes_room_from_a_cap_and_pays_no_levy() -> None:
    wanted = {
        "region": "US",
        "segment": "all",
        "commodity": "ore",
        "value": 90,
        "enforcement": 0.9,
        2030: 100,
    }
    cap = {"scope": "bloc", "commodity": "ore", "basis": "tonnes", 2030: 60}
    answer = oracle.solve(alone(demand=[wanted], caps=[cap]))
    assert answer.cost == pytest.approx(60 * 10 + 40 * 40)
    assert answer.priced.floor == {("US", "ore", 2030): pytest.approx(40)}
    assert answer.accounts["US", 2030]["levy_revenue"] == pytest.approx(50 * 30)
    assert answer.accounts["US", 2030]["outlay"] == pytest.approx(90 * 40 + 10 * 10)


def test_what_is_bought_of_a_curve() -> None:
    """100 (40 / 10)^-1 = 25 t; the area from there to 200 t, bought at half the reference price, is 1000 ln(40 / 5)."""
    wanted = {"region": "US", "segment": "all", "commodity": "ore", "value": 90, "elasticity": -1, 2030: 100}
    cap = {"scope": "bloc", "commodity": "ore", "basis": "tonnes", 2030: 0}
    answer = oracle.solve(alone(demand=[wanted], caps=[cap]), cuts={("US", "all", "ore", 2030): [40.0]})
    assert sum(q for key, q in answer.plan.value.items() if key[0] == "consume") == pytest.approx(25)
    assert answer.cost == pytest.approx(25 * 40 + 1000 * log(40 / 5))


def test_levies_and_prices_of_a_minimum_belong_together_or_not() -> None:
    study = alone(floor_rules=[{"commodity": "ore", "rule": "minimum", 2030: 30}])
    key = ("CN", "ore", 2030)
    answer = oracle.solve(study, settled={key: (20.0, 10.0)})
    assert answer.cost == pytest.approx(100 * 30) and answer.priced.floor["US", "ore", 2030] == pytest.approx(
        30
    )
    for levy, price in ((19.0, 10.0), (19.0, 11.0), (0.0, 30.0)):
        with pytest.raises(oracle.Unsettled):
            oracle.solve(study, settled={key: (levy, price)})
    with pytest.raises(oracle.Unsettled):
        oracle.solve(study)


def test_a_plan_with_exempt_tonnes_is_held_otherwise() -> None:
    """A minimum of 30, 30 t mined at 25, and 50 of China's 70 t are exempt: without a levy the mine loses 15 on each."""
    mines = [
        {"process": "mine", "region": "US", "commodity": "ore", "unit_cost": 25, "capacity": 30},
        MINES[1],
    ]
    given: dict[str, Any] = {
        "processes": mines,
        "floor_rules": [{"commodity": "ore", "rule": "minimum", 2030: 30}],
        "exemptions": [{"origin": "CN", "destination": "US", "commodity": "ore", 2030: 50}],
    }
    answer = oracle.solve(alone(**given), settled={("CN", "ore", 2030): (20.0, 10.0)})
    assert oracle.instruments.held(answer) == pytest.approx((450, 450, 0, 0), abs=1e-6)


@pytest.mark.parametrize(("equivalent", "uplift"), [(True, 0), (None, 300)])
def test_a_tariff_on_non_members_spares_an_equivalent_floor(equivalent: bool | None, uplift: float) -> None:
    """60 t of China at 10, 30 t of Malaysia at 20, 10 t mined at 40: a tariff of 30 holds that; where Malaysia pays it
    too, it loses 10 on each, at any."""
    regions = [
        {"region": "US", "role": "member"},
        {"region": "CN", "role": "capped"},
        {"region": "MY", "role": "other", "equivalent": equivalent},
    ]
    pit = {"process": "pit", "region": "MY", "commodity": "ore", "unit_cost": 20, "capacity": 30}
    settings = [{"key": "discount_rate", "value": 0}, {"key": "levy_on", "value": "non_members"}]
    routes = [{"origin": o, "destination": "US", "commodity": "ore", "freight": 0} for o in ("CN", "MY")]
    study = alone(
        settings=settings, regions=regions, processes=[*MINES, pit], routes=routes, caps=[cap("tonnes", 60)]
    )
    assert oracle.instruments.held(oracle.solve(study)).tariff == pytest.approx(uplift, abs=1e-6)
    assert held_by(floors.solve(study).outcome, TARIFF).priced.uplift == pytest.approx(uplift, abs=1e-6)


def cap(basis: str, share: float, **more: str) -> dict[Any, Any]:
    return {"scope": "bloc", "commodity": "ore", "basis": basis, **more, 2030: share}


def usual(study: floors.Study, place: str = "US") -> tuple[float, float, float]:
    """Cost, floor and delivered price."""
    answer = oracle.solve(study)
    return answer.cost, answer.priced.floor[place, "ore", 2030], answer.price(place, "ore", 2030)


MINES = [
    {"process": "mine", "region": "US", "commodity": "ore", "unit_cost": 40},
    {"process": "offer", "region": "CN", "commodity": "ore", "unit_cost": 10},
]


@pytest.mark.parametrize("opening", [None, 0.0])
def test_what_nobody_uses_is_no_use(opening: float | None) -> None:
    """Made at 5 in MX where nobody wants it, thrown away or put on a pile: no half of 100 t comes from there."""
    mexican = {"process": "heap", "region": "MX", "commodity": "ore", "unit_cost": 5}
    roles = [("US", "member"), ("MX", "member"), ("CN", "capped")]
    study = alone(
        regions=[{"region": r, "role": role} for r, role in roles],
        processes=[*MINES, mexican],
        routes=[{"origin": "CN", "destination": "*", "commodity": "ore", "freight": 0}],
        caps=[cap("use", 0.5)],
        stockpiles=[{"stockpile": "pile", "region": "MX", "commodity": "ore", "opening": opening}]
        * (opening == 0),
    )
    cost, floor, price = usual(study)
    assert cost == pytest.approx(50 * 10 + 50 * 40)
    assert (floor, price) == (pytest.approx(10 + 15), pytest.approx(25))  # the cap's price is 30


def test_what_is_taken_from_a_stock_is_used() -> None:
    pile = {"stockpile": "pile", "region": "US", "commodity": "ore", "opening": 60}
    study = alone(caps=[cap("use", 0.5)], stockpiles=[pile], stock_targets=[{"stockpile": "pile", 2030: 0}])
    assert oracle.solve(study).cost == pytest.approx(40 * 10)


def test_no_more_is_taken_than_may_be_released_and_what_stays_is_worth_something() -> None:
    """Of 50 t 30 may go, in place of what is made at 40: 20 t stay, worth 25 each."""
    pile = {
        "stockpile": "pile",
        "region": "US",
        "commodity": "ore",
        "opening": 50,
        "capacity": 50,
        "closing_value": 25,
    }
    caps = [cap("tonnes", 60)]
    answer = oracle.solve(alone(caps=caps, stockpiles=[pile], releases=[{"stockpile": "pile", 2030: 30}]))
    assert answer.cost == pytest.approx(60 * 10 + 10 * 40 - 20 * 25)
    assert answer.accounts["US", 2030]["stock_cost"] == pytest.approx(-30 * 40 - 20 * 25)


def test_a_take_or_pay_settles_at_its_price() -> None:
    """20 t from MX at 50 in place of the 10 that it gets at market."""
    roles = [("US", "member"), ("MX", "other"), ("CN", "capped")]
    answer = oracle.solve(
        alone(
            regions=[{"region": r, "role": role} for r, role in roles],
            processes=[*MINES, {"process": "heap", "region": "MX", "commodity": "ore", "unit_cost": 30}],
            routes=[
                {"origin": "CN", "destination": "US", "commodity": "ore"},
                {"origin": "MX", "destination": "US", "commodity": "ore", "minimum": 20, "price": 50},
            ],
        )
    )
    assert answer.accounts["US", 2030]["outlay"] == pytest.approx(100 * 10 + 20 * 40)
    assert answer.accounts["MX", 2030]["producer_surplus"] == pytest.approx(20 * (10 - 30) + 20 * 40)
    assert answer.accounts["MX", 2030]["settled"] == pytest.approx(20 * 40)


def test_a_share_of_use_is_of_what_arrives() -> None:
    """50 of 62.5 t arrive; 0.8 p = 10 + 0.5 x 0.8 y and p = 40 - 0.5 y give y = 27.5."""
    routes = [{"origin": "CN", "destination": "US", "commodity": "ore", "freight": 0, "loss": 0.2}]
    cost, floor, price = usual(alone(routes=routes, caps=[cap("use", 0.5)]))
    assert cost == pytest.approx(62.5 * 10 + 50 * 40)
    assert (floor, price) == (pytest.approx(10 + 0.5 * 0.8 * 27.5), pytest.approx(40 - 0.5 * 27.5))


def test_use_is_paid_where_it_gives_room_elsewhere() -> None:
    """MX uses 30 of 100 t that its works must make: a price of -15 there, and rebates that pay the levies."""
    mexican = {"process": "heap", "region": "MX", "commodity": "ore", "unit_cost": 20, "minimum": 100}
    wanted = [("US", 90, 100), ("MX", 1, 30)]
    roles = [("US", "member"), ("MX", "member"), ("CN", "capped")]
    study = alone(
        regions=[{"region": r, "role": role} for r, role in roles],
        processes=[*MINES, mexican],
        routes=[{"origin": "CN", "destination": "US", "commodity": "ore", "freight": 0}],
        caps=[cap("use", 0.5)],
        demand=[
            {"region": r, "segment": "all", "commodity": "ore", "value": v, 2030: q} for r, v, q in wanted
        ],
    )
    answer = oracle.solve(study)
    assert answer.cost == pytest.approx(100 * 20 + 65 * 10 + 35 * 40)
    assert answer.price("MX", "ore", 2030) == pytest.approx(-15)
    assert sum(account["levy_revenue"] for account in answer.accounts.values()) == pytest.approx(0)


@pytest.mark.parametrize("slack", [100, 150, 1000])
def test_a_levy_of_its_own_holds_a_floor_over_a_slack_cap(slack: float) -> None:
    """JP can buy all its 100 t in CN; one floor for the bloc is 40 there too, and nobody need be paid."""
    tight, loose = (
        {"scope": r, "commodity": "ore", "basis": "tonnes", 2030: q} for r, q in (("US", 50), ("JP", slack))
    )
    roles = [("US", "member"), ("JP", "member"), ("CN", "capped"), ("RU", "capped")]
    study = alone(
        settings=[{"key": "discount_rate", "value": 0}, {"key": "coordination", "value": "bloc"}],
        regions=[{"region": r, "role": role} for r, role in roles],
        processes=[*MINES, {"process": "other", "region": "RU", "commodity": "ore", "unit_cost": 12}],
        demand=[
            {"region": r, "segment": "all", "commodity": "ore", "value": 90, 2030: 100} for r in ("US", "JP")
        ],
        caps=[tight, loose],
    )
    answer = oracle.solve(study)
    assert answer.priced.uplift == 0 and answer.priced.floor == {
        ("US", "ore", 2030): pytest.approx(40),
        ("JP", "ore", 2030): pytest.approx(40),
    }
    own = {key[1:3]: levy for key, levy in answer.priced.price.items() if key[0] == "levy" and levy > 1e-9}
    carried = {("CN", "JP"): 30, ("RU", "JP"): 28} if slack > 100 else None
    assert carried is None or own == pytest.approx(carried)
