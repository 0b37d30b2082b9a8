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
from tests import oracle
from tests.oracle.comparing import Contradictory, book_of, differences, ours, theirs
from tests.support import mixed
from tests.support.places import ROOT, TOY

COMPARING = {"comparing", "test_alive", "test_differential"}
MOST = 25  # studies with the feature that may pass before one tells


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
    if feature == "leak":
        return any("enforcement" in row for row in book["demand"])
    if feature == "expansion":
        return any("capital_cost" in row for row in book["processes"])
    return any(row["rule"] == feature for row in book.get("floor_rules", ()))


def told(study: floors.Study) -> bool:
    """Whether package and oracle differ on a study."""
    try:
        result = ours(study, accept_failed=True)  # here the oracle is to tell, not the certificate
        answers = theirs(study, result)
    except Contradictory:
        return False
    except oracle.Unsettled:
        return True
    if result is None or answers is None:
        return (result is None) != (answers is None)
    return any(differences(result, answers))


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
    "leaks need not be made": ("leak", "floors.sourcing.trade.leaked_from", lambda case: {}),
    "leaks travel free": ("leak", "floors.sourcing.trade.leak_costs", lambda case: []),
    "levies of a minimum settle within 2 a kg": ("minimum", "floors.solving.minimum.MINIMUM_TOLERANCE", 2.0),
    "capital bears no interest": (
        "expansion",
        "floors.case.production.capital_charge",
        lambda capital, rate, life: capital / life,
    ),
    "floors may rise as they like": ("max_rise", "floors.solving.bloc.CHANGES", ("max_rise_share",)),
}


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
