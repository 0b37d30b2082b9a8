"""Advice as printed: typed into its cells it gives a plan, a little less does not, and nothing ever crashes."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from pytest import approx

import floors
from floors.diagnosis import Change, Diagnosis
from tests.support import infeasible, mixed, studies
from tests.support.counts import few
from tests.support.studies import settings, table, years

LESS = 0.99  # of the way to the number that is named


def solvable(book: mixed.Sheets) -> bool:
    """Whether there is a plan; the rules on floors may still contradict each other."""
    try:
        return floors.diagnose(floors.Study(book)).status != "infeasible"
    except floors.InputError as error:
        return {problem.code for problem in error.problems} == {"contradictory_rules"}


def holds(book: mixed.Sheets, changes: tuple[Change, ...]) -> None:
    told = [change.sentence for change in changes]
    assert solvable(infeasible.typed(book, changes)), told
    numbers = [change.number for change in changes]
    assert len(numbers) == len(set(numbers)), f"a cell twice: {told}"


def is_least(book: mixed.Sheets, change: Change) -> None:
    if change.kind != "must_serve" and change.needed is not None:
        assert not solvable(infeasible.typed(book, [change], LESS)), change.sentence


@pytest.mark.parametrize("seed", few(range(60), 12))
def test_advice_as_printed_gives_a_plan_and_is_the_least(seed: int) -> None:
    book = infeasible.sheets(Random(seed))
    try:
        found = floors.diagnose(floors.Study(book))
    except floors.InputError:
        return
    if found.status != "infeasible":
        return
    for changes in (found.relaxation, found.policy or ()):
        if changes:
            holds(book, changes)
        if len(changes) == 1:
            is_least(book, changes[0])
    for change in found.alternatives:
        holds(book, (change,))
        is_least(book, change)


def test_the_random_studies_are_of_every_kind() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(40):
        try:
            found = floors.diagnose(floors.Study(infeasible.sheets(Random(seed))))
        except floors.InputError:
            continue
        kinds.update(
            change.kind for change in (*found.relaxation, *(found.policy or ()), *found.alternatives)
        )
    expected = {
        "must_serve",
        "cap",
        "capacity",
        "process_minimum",
        "route_limit",
        "route_minimum",
        "stock_target",
    }
    assert expected <= set(kinds)


def diagnosed(**sheets: Any) -> Diagnosis:
    found = floors.diagnose(studies.study(**sheets))
    assert found.status == "infeasible"
    return found


@pytest.mark.parametrize(
    ("present", "wanted", "printed"),
    [
        (1_000_000, 1_000_000.05, "from 1,000,000 t to 1,000,000.05 t"),
        (19_150, 19_150.004, "from 19,150 t to 19,150.004 t"),
        (19_150.25, 19_150.254, "from 19,150.25 t to 19,150.254 t"),
        (0.001, 0.0011, "from 0.001 t to 0.0011 t"),
        (0, 2e-7, "from 0 t to 0.0000002 t"),
        (3, 10, "from 3 t to 10 t"),
    ],
)
def test_a_number_is_printed_to_the_digits_that_tell_it_apart(
    present: float, wanted: float, printed: str
) -> None:
    book: dict[str, Any] = {
        "processes": table(
            "process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, present)
        ),
        "demand": table("region segment commodity value 2026", ("US", "all", "oxide", None, wanted)),
    }
    (change,) = diagnosed(**book).relaxation
    assert printed in change.sentence and change.needed == approx(wanted, rel=1e-12)


def test_a_capacity_of_several_years_is_one_number() -> None:
    """8 and 7 t are missing: 11 t in the cell, not 11 and 10."""
    found = diagnosed(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 3)),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", None, 11, 10, 3)
        ),
    )
    (change,) = found.relaxation
    assert change.sentence == (
        "raise the capacity of US works from 3 t to 11 t (processes!E2), which holds for every year"
    )
    assert change.counts == approx(1.05 * (8 + 7) * 80 / 1000)


def test_needs_that_one_value_lets_go_short_are_one_change() -> None:
    found = diagnosed(
        years=years((2026, 1), (2027, 1)),
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        routes=table("origin destination commodity", ("CN", "JP", "oxide")),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", None, 11, 10)),
    )
    (change,) = found.relaxation
    assert change.sentence.count("give demand!D2 (blank) a value") == 1
    assert "in 2026 (demand!E2), and let US (all) go without all its 10 t of oxide in 2027" in change.sentence
    assert change.by == approx(21) and change.counts == approx(2 * 21 * 50 / 1000)


def test_a_limit_of_several_pairs_is_one_number() -> None:
    found = diagnosed(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 9),
            ("JP", "all", "oxide", None, 7),
        ),
        route_limits=table("origin destination commodity 2026", ("CN", "member", "oxide", 5)),
    )
    (change,) = found.relaxation
    assert change.sentence == "raise what each pair of the row may ship from 5 t to 9 t (route_limits!D2)"


def test_the_share_of_use_that_is_enough_is_the_least() -> None:
    """The US makes 7 of the 10 t it needs and Japan 9 of 12: 3 of 10 t must be Chinese, 3 of 12 as well."""
    book: dict[str, Any] = {
        "settings": settings(coordination="national"),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 80, 7),
            ("JP works", "JP", "oxide", 80, 9),
        ),
        "routes": table("origin destination commodity", ("CN", "member", "oxide")),
        "demand": table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 10),
            ("JP", "all", "oxide", None, 12),
        ),
        "caps": studies.cap("bloc", "oxide", "use", 0.2),
    }
    found = diagnosed(**book)
    changes = {
        change.kind: change for change in (*found.relaxation, *(found.policy or ()), *found.alternatives)
    }
    assert changes["cap"].needed == approx(0.3)
    assert "from 20 % to 30 %" in changes["cap"].sentence


def test_a_share_of_use_is_the_least_though_more_use_brings_more_that_counts() -> None:
    """6 of the 10 t that the US needs are Chinese. What Japan may take is Chinese by 0.3: with all its 20 t, 12 of 30.

    At a share of 20 % a tonne for Japan is one more that lacks; at 40 % it is one less.
    """
    found = diagnosed(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", None, 10),
            ("JP", "all", "oxide", 200, 20),
        ),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("AU works", "AU", "oxide", 60, None),
            ("US works", "US", "oxide", 80, 4),
        ),
        routes=table(
            "origin destination commodity content", ("CN", "US", "oxide", 1), ("AU", "JP", "oxide", 0.3)
        ),
        caps=studies.cap("bloc", "oxide", "use", 0.2),
    )
    changes = {
        change.kind: change for change in (*found.relaxation, *(found.policy or ()), *found.alternatives)
    }
    assert changes["cap"].needed == approx(0.4)


def test_a_cap_of_a_share_of_nothing_is_to_be_emptied() -> None:
    """No share of no demand lets anything in."""
    found = diagnosed(
        years=years((2026, 1), (2027, 1)),
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "magnet", None, 5, 5),
            ("US", "all", "oxide", 4, None, 1),
        ),
        technologies=table("technology commodity coefficient", ("m", "oxide", -1), ("m", "magnet", 1)),
        processes=table(
            "process region commodity technology unit_cost capacity",
            ("CN works", "CN", "oxide", None, 50, None),
            ("US magnets", "US", None, "m", 5, None),
        ),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.9)),
    )
    cells = [change.sentence[:14] for change in found.relaxation]
    assert cells == ["empty caps!D2,", "empty caps!E2,"], "5 t are above the whole of 2027's single tonne"


def test_leaks_that_a_raised_limit_lets_in_are_counted() -> None:
    """Half a tonne leaks once China may ship at all: the limit must hold it as well."""
    book: dict[str, Any] = {
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 80, 9),
        ),
        "demand": table(
            "region segment commodity value enforcement 2026",
            ("US", "all", "oxide", 200, 0.5, 1),
            ("US", "army", "oxide", None, None, 9.2),
        ),
        "route_limits": table("origin destination commodity 2026", ("CN", "US", "oxide", 0)),
    }
    found = diagnosed(**book)
    changes = (*found.relaxation, *(found.policy or ()), *found.alternatives)
    needed = {change.needed for change in changes if change.kind == "route_limit"}
    assert len(needed) == 1 and needed.pop() == approx(0.7)


SHORT: dict[str, Any] = {
    "years": years((2026, 1), (2027, 1), (2028, 1)),
    "processes": table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, None),
        ("US works", "US", "oxide", 80, 4),
    ),
    "demand": table(
        "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", None, 10, 10, 12)
    ),
    "caps": table("scope commodity basis 2026 2027 2028", ("bloc", "oxide", "tonnes", 9, 9, 9)),
    "scenarios": table("scenario", ("s",)),
}
"""At home 4 t of 10, 10 and 12 are made: 6, 6 and 8 t are Chinese, and 9 allowed."""


@pytest.mark.parametrize(
    ("column", "how", "value", "told", "instead"),
    [
        ("2027-2028", "set", 5, "from 5 t to 8 t", 8),
        ("years", "multiply", 0.5, "multiply by 0.88889 there, in place of 0.5", 0.88889),
        (2028, "add", -5, "add -1 there, in place of -5", -1),
    ],
)
def test_what_a_scenario_changes_is_one_number_in_sheet_changes(
    column: Any, how: str, value: float, told: str, instead: float
) -> None:
    def changed(value: float) -> Diagnosis:
        rows = table(
            "scenario sheet where column change value", ("s", "caps", "scope=bloc", column, how, value)
        )
        return floors.diagnose(studies.study(**SHORT, changes=rows).scenario("s"))

    found = changed(value)
    (change,) = found.policy or found.relaxation
    assert change.sentence.startswith("raise changes!F2 for caps!F2 ") and told in change.sentence
    assert changed(instead).status == "optimal"
    assert changed(value + LESS * (instead - value)).status == "infeasible"


def test_the_conflict_tells_apart_what_differs_in_the_seventh_digit() -> None:
    found = diagnosed(
        processes=table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 1e6)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 1e6 + 0.05)),
    )
    assert (
        "must get all 1,000,000.05 t" in found.sentences[2] and "room for 1,000,000 t" in found.sentences[3]
    )


def test_a_national_cap_in_tonnes_without_demand_is_an_input_error() -> None:
    """Under `national` there is nothing to share it out by; it crashed."""
    study = studies.study(
        settings=settings(coordination="national"),
        demand=table("region segment commodity value 2026", ("US", "all", "magnet", None, 10)),
        technologies=table("technology commodity coefficient", ("m", "oxide", -1), ("m", "magnet", 1)),
        processes=table(
            "process region commodity technology unit_cost capacity",
            ("CN works", "CN", "oxide", None, 50, None),
            ("US magnets", "US", None, "m", 5, 50),
        ),
        caps=studies.cap("bloc", "oxide", "tonnes", 5),
    )
    for ask in (floors.solve, floors.diagnose):
        with pytest.raises(floors.InputError) as caught:
            ask(study)
        (problem,) = caught.value.problems
        assert (problem.sheet, problem.cell, problem.code) == ("caps", "D2", "cap_without_demand")


def test_a_minimum_is_lowered_with_the_contract_that_asks_for_less() -> None:
    """2 t may be made; 9 are asked for by the minimum, 5 by a contract: lowering one of them would not do."""
    book: mixed.Sheets = {
        **studies.BASE,
        "processes": table(
            "process region commodity unit_cost capacity minimum",
            *(("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80, 2, 9)),
        ),
        "contracts": table("process strike payer 2026", ("US works", 100, "US", 5)),
    }
    (change,) = floors.diagnose(floors.Study(book)).relaxation
    assert [cell.place for cell in change.cells] == ["processes!F3", "contracts!D2"]
    assert "from 9 t to 2 t (processes!F3, contracts!D2)" in change.sentence
    holds(book, (change,))
