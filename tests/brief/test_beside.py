"""What other scenarios add to a page: insurance, what if, bands; each by bills as levels and never by a loss alone."""

from __future__ import annotations

import pytest

import floors
from floors.brief.page import page
from floors.brief.tables import RULES, SHOCK, WORLD, Family, Tables
from floors.many import solve_scenarios
from tests.support.paged import (
    answers_of,
    block,
    cells,
    heads,
    paragraphs,
    plain,
    solved,
    with_metrics,
    with_rows,
)
from tests.support.studies import Table, study, table, years
from tests.support.told_studies import CN, US, cap, demand, scenarios, works


def struck(after: float, without: float, base: float = 0.65, bare: float = 0.5, **changed: object) -> Family:
    """A page's family: the bill of the bloc with a shock of 2027, and that without a shock, with the policy and without."""
    given = study(
        years=years((2026, 1), (2027, 1)),
        demand=demand(("US", 200, 10, 10), ("JP", 200, 4, 4), years="2026 2027"),
        caps=cap(0.5, 0.5),
        route_limits=table("origin destination commodity 2026 2027", ("CN", "*", "*", 100, 100)),
        **scenarios(("route_limits", "origin=CN", 2027, "set", 0), known_from=2027, **changed),
    )
    result = floors.solve(given)
    base_tables = with_metrics(
        result, bloc_net_cost=base, baseline_bloc_net_cost=bare, change_in_bloc_net_cost=base - bare
    )
    shock = with_metrics(result, given.scenario("other"), bloc_net_cost=after, baseline_bloc_net_cost=without)
    return Family({"base": base_tables, "other": shock}, {"other": SHOCK})


def said_of(family: Family) -> list[str]:
    return answers_of(page(family.of["base"], family))


def test_no_insurance_where_the_bill_is_as_high_with_the_policy() -> None:
    (said,) = [one for one in said_of(struck(1.2, 1.2)) if "insurance" in one]
    assert said == (
        "It is no insurance. If CN stopped all exports in 2027, the bloc’s bill would be 1.2 million USD with the caps and "
        "as much without. Without a shock: 650 and 500 thousand."
    )


def test_no_insurance_where_the_loss_is_lower_and_the_bill_is_not() -> None:
    # The policy costs 0.15 where no shock comes; 0.1 of the loss is avoided, and the bill is 0.05 higher.
    (said,) = [one for one in said_of(struck(1.25, 1.2)) if "insurance" in one]
    assert said.startswith("It is no insurance.")
    assert "would be 1.25 million USD with the caps and 1.2 million without" in said


def test_insurance_pays_from_the_probability_at_which_expected_bills_are_equal() -> None:
    (said,) = [one for one in said_of(struck(0.9, 1.2)) if "insurance" in one]
    # 0.15 / (0.15 + 0.3) = a third: 2/3 x 0.65 + 1/3 x 0.9 = 2/3 x 0.5 + 1/3 x 1.2.
    assert said.startswith(
        "As insurance it pays if a stop of all exports by CN in 2027 is likelier than 33 %:"
    )
    assert "it costs 150 thousand USD without it and lowers the bloc’s bill by 300 thousand with it." in said


def test_a_policy_that_costs_nothing_is_told_of_no_insurance() -> None:
    assert not [one for one in said_of(struck(0.9, 1.2, base=0.5)) if "insurance" in one]


def test_a_shock_of_other_rules_is_no_counterpart() -> None:
    family = struck(1.2, 1.2)
    assert not [one for one in said_of(Family(family.of, {"other": RULES})) if "insurance" in one]
    assert not [
        one
        for one in said_of(Family(family.of, {"other": SHOCK}, mixed=frozenset({"other"})))
        if "insur" in one
    ]


def test_a_shock_in_another_world_is_none_of_the_page() -> None:
    family = struck(1.2, 1.2)
    elsewhere = Tables(family.of["base"].study.scenario("other"), family.of["base"].rows_of)
    told = answers_of(page(elsewhere, Family(family.of | {"more": family.of["base"]}, {"more": SHOCK})))
    assert not [one for one in told if "Without a shock" in one]


def test_a_shock_that_stops_no_exports_is_told_by_its_name() -> None:
    given = struck(1.2, 1.2).of["base"].study
    other = study(
        **{name: _records(given, name) for name in ("years", "demand", "caps")},
        **scenarios(("demand", "region=US", 2027, "set", 12), known_from=2027),
    )
    result = floors.solve(other)
    of = {
        "base": with_metrics(
            result, bloc_net_cost=0.65, baseline_bloc_net_cost=0.5, change_in_bloc_net_cost=0.15
        ),
        "other": with_metrics(result, other.scenario("other"), bloc_net_cost=1.2, baseline_bloc_net_cost=1.2),
    }
    (said,) = [one for one in said_of(Family(of, {"other": SHOCK})) if "insurance" in one]
    assert "If “other” came as a surprise in 2027, the bloc’s bill would be" in said


def _records(given: floors.Study, name: str) -> Table:
    return given.tables[name].to_dict("records")


def test_the_value_of_a_shortage_is_an_assumption_wherever_bills_of_a_shock_are_told() -> None:
    said = "\n".join(paragraphs(block(page(struck(1.2, 1.2).of["base"], struck(1.2, 1.2)), "limits")))
    assert "The value of a shortage is an assumption (200 USD/kg): the bills of a shock rest on it." in said
    assert "value of a shortage" not in "\n".join(paragraphs(block(solved("half").brief, "limits")))


# Stockpiles


def stocked(with_them: float, without: float, shock: tuple[float, float] | None = None) -> list[str]:
    """What is said of stockpiles that make the bill so much, and without them, and the same in a shock."""
    family = struck(shock[0] if shock else 1.2, 1.2)
    base = _more(family.of["base"], bloc_net_cost=with_them, no_stockpiles_bloc_net_cost=without)
    of = {"base": base}
    if shock:
        of["other"] = _more(family.of["other"], bloc_net_cost=shock[0], no_stockpiles_bloc_net_cost=shock[1])
    found = block(page(base, Family(of, {"other": SHOCK} if shock else {})), "if")
    return paragraphs(found) if found else []


def _more(tables: Tables, **metrics: float) -> Tables:
    rows = [*tables.rows_of("summary"), *((name, value, "") for name, value in metrics.items())]

    def read(sheet: str) -> object:
        return list({row[0]: row for row in rows}.values()) if sheet == "summary" else tables.rows_of(sheet)

    return Tables(tables.study, read)


def test_stockpiles_are_worth_it_from_a_probability_on() -> None:
    (said,) = stocked(0.65, 0.60, (1.2, 1.3))
    assert said == (
        "Without stockpiles the bloc’s bill is 50 thousand USD lower, but 100 thousand higher if exports stop in 2027: they "
        "are worth it if that is likelier than 33 %."
    )


def test_stockpiles_that_save_nothing_in_a_shock_or_cost_nothing_are_told_so() -> None:
    assert stocked(0.65, 0.60, (1.3, 1.2)) == [
        "Without stockpiles the bloc’s bill is 50 thousand USD lower, and no higher if exports stop in 2027."
    ]
    assert stocked(0.65, 0.65) == ["Without stockpiles the bloc’s bill is the same."]
    assert stocked(0.60, 0.65) == [
        "Without stockpiles the bloc’s bill is 50 thousand USD higher, with no shock at all."
    ]
    assert stocked(0.65, 0.60) == [
        "Without stockpiles the bloc’s bill is 50 thousand USD lower; what they save in a shock was not solved."
    ]


# Other rules


@pytest.fixture(scope="module")
def leaving() -> floors.many.Runs:
    """JP, which makes no oxide, leaves the bloc; and a scenario with another cap."""
    given = study(
        demand=demand(("US", 200, 10), ("JP", 200, 4)),
        processes=works(CN, US),
        caps=cap(0.5),
        scenarios=table("scenario", ("alone",), ("tighter",), ("dear",)),
        changes=table(
            "scenario sheet where column change value",
            ("alone", "regions", "region=JP", "role", "set", "other"),
            ("tighter", "caps", "scope=bloc", 2026, "set", 0.2),
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    )
    return solve_scenarios(given)


def test_if_members_leave_those_who_stay_are_held_against_the_same_in_the_bloc(
    leaving: floors.many.Runs,
) -> None:
    said = paragraphs(block(leaving.brief, "if"))
    # Alone the US halves its 10 t: 5 t at 30 more. In the bloc half of 14 t is replaced.
    assert said[0].startswith("If JP leaves: those who stay lose 150 thousand USD")
    assert "The floor is 80 in 2026 as before." in said[0]


def test_other_rules_stand_with_bills_as_levels(leaving: floors.many.Runs) -> None:
    found = block(leaving.brief, "what_if")
    assert heads(found) == ["If ...", "the bloc’s bill", "without a policy", "the policy costs", "floor 2026"]
    rows = {row[0]: row[1:] for row in cells(found)}
    assert set(rows) == {"as asked", "alone (1 member)", "tighter"}  # `dear` is the world, and no choice
    assert rows["tighter"] == pytest.approx([1.036, 0.7, 0.336, 80.0])


def test_a_page_alone_has_no_what_if() -> None:
    assert block(solved("half").brief, "what_if") is None and block(solved("half").brief, "if") is None


# Bands


def test_a_floor_carries_the_band_over_other_worlds_and_not_over_other_rules() -> None:
    changes = [
        (f"world {i}", "processes", "process=US works", "unit_cost", "set", 70 + 10 * i) for i in range(4)
    ]
    given = study(
        caps=cap(0.5),
        scenarios=table("scenario kind", *((f"world {i}", WORLD) for i in range(4)), ("tighter", RULES)),
        changes=table(
            "scenario sheet where column change value",
            *changes,
            ("tighter", "processes", "process=US works", "unit_cost", "set", 500),
        ),
    )
    found = block(solve_scenarios(given).brief, "floors")
    assert "other worlds*" in heads(found)
    assert cells(found)[0][heads(found).index("other worlds*")] == "70–100"
    assert plain(found.notes[0]).startswith(
        "* Over this and 4 scenarios that change the world and not the rules (in 2026 “world 0” lowest and “world 3” "
        "highest)."
    )
    assert "other worlds*" not in heads(block(solved("half").brief, "floors"))


# Nearest change, other plans


def near(**row: object) -> list[str]:
    given = {
        "scope": "bloc",
        "commodity": "oxide",
        "basis": "demand",
        "year": 2026,
        "row": 2,
        "limit": 0.57,
        "tightened": 0.56,
        "floor_member": "US",
        "floor_commodity": "oxide",
        "floor": 64.74,
        "floor_then": 77.38,
        "status": "optimal",
        "step": 0.74,
        "step_floor": 77.1,
    } | row
    found = paragraphs(block(page(with_rows(solved("half"), nearest=[given])), "sure"))
    return [one for one in found if one.startswith("Nearest change.")]


def test_the_nearest_change_is_told_as_it_was_solved() -> None:
    assert near() == [
        "Nearest change. One point less in 2026 (56 for 57 %) lifts that year’s floor from 64.7 to 77.4 USD/kg; 0.74 point "
        "is enough for 77.1."
    ]


def test_a_step_that_was_not_solved_is_not_told() -> None:
    assert near(step=None, step_floor=None)[0].endswith("lifts that year’s floor from 64.7 to 77.4 USD/kg.")


def test_no_plan_and_no_change_are_results() -> None:
    assert near(status="infeasible", floor_then=None) == [
        "Nearest change. One point less in 2026 (56 for 57 %) leaves no plan at all."
    ]
    assert near(floor_then=64.80) == [
        "Nearest change. One point less under any one cap moves no floor on what it caps by more than 1 % in that year."
    ]


def test_without_the_sheet_nothing_is_told_of_a_change() -> None:
    found = page(with_rows(solved("half"), nearest=[]))
    assert not [one for one in paragraphs(block(found, "sure")) if "Nearest" in one]


def sourced(least: float, most: float, quantity: float = 5.0) -> list[str]:
    kept = solved("half").records("sourcing")
    rows = [
        row | {"least_share_1pc": least, "most_share_1pc": most, "quantity": quantity}
        if row["origin"] == "CN"
        else row
        for row in kept
    ]
    found = paragraphs(block(page(with_rows(solved("half"), sourcing=rows)), "sure"))
    return [one for one in found if one.startswith("Other plans.")]


def test_other_plans_are_told_where_a_share_can_be_much_else() -> None:
    assert sourced(0.0, 1.0) == [
        "Other plans. At 1 % more total cost the share of CN in oxide bought in the US in 2026 can be anything from 0 to "
        "100 %."
    ]
    assert not sourced(0.48, 0.52)


def test_the_proof_says_what_it_is_no_proof_of() -> None:
    (said,) = [one for one in paragraphs(block(solved("half").brief, "sure")) if one.startswith("Proof.")]
    assert said.endswith(
        "no plan under these inputs is cheaper by one part in a billion. That proves the arithmetic, not the inputs."
    )


def test_scenarios_without_a_result_are_named_and_the_page_is_of_one_that_has_one() -> None:
    given = study(
        demand=demand(("US", None, 10)),
        processes=works((*CN, 5), (*US, 6)),
        caps=cap(0.1),
        **scenarios(("caps", "scope=bloc", 2026, "set", 0.5)),
    )
    found = solve_scenarios(given).brief
    assert found.where.endswith("scenario other")
    assert "Without a result: “base” (infeasible)." in paragraphs(block(found, "sure"))


def test_trade_is_free_to_change_only_where_no_link_is_needed() -> None:
    free, linked_up = (paragraphs(block(solved(name).brief, "limits")) for name in ("half", "a full link"))
    assert any("at once and free of charge" in one for one in free)
    assert not any("free of charge" in one for one in linked_up)
    assert any("for what a new link costs and takes" in one for one in linked_up)


def test_the_value_of_a_shortage_is_told_with_its_reason() -> None:
    told = paragraphs(block(solved("unmet, and why").brief, "limits"))
    assert any("all 60" in one and "a boiler does it too" in one for one in told)
    assert not any("boiler" in one for one in paragraphs(block(solved("unmet").brief, "limits")))
