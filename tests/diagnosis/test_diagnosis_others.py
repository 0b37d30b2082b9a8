"""What else a diagnosis is asked: budgets, costs without bound, levies that do not settle, the past, own models."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pyomo.core as pyo
import pytest
from pytest import approx

import floors
import floors.solving.minimum
from floors.case.derive import Case
from floors.diagnosis import phrases
from floors.diagnosis.dials import make_dials
from floors.diagnosis.infeasible import Reasons
from floors.diagnosis.kinds import finding
from floors.diagnosis.relax import Dial, Elastic
from floors.diagnosis.rows import DECIDED, OWN, name_rows
from floors.diagnosis.told import told_together
from floors.lp.linear import LinearProgram
from floors.lp.sparse import Matrix
from floors.solving.scene import Scene
from tests.diagnosis.test_diagnosis import MUST, SMALL, sentences
from tests.support import studies
from tests.support.studies import settings, table, years

# Over budget


def capped_at_60(**sheets: Any) -> floors.Study:
    """Half of 10 t from China at 50; 3 t at home at 80 and the rest unserved at 200, under a maximum of 60."""
    given: dict[str, Any] = {
        "settings": settings(support_budget=0.01),
        "processes": SMALL,
        "caps": studies.cap("bloc", "oxide", "demand", 0.5),
        "floor_rules": table("commodity rule 2026", ("oxide", "maximum", 60)),
    }
    return studies.study(**given | sheets)


def test_over_budget_names_the_rule_its_cells_and_the_budget_that_would_do() -> None:
    """US works loses 80 - 60 on 3 t: 0.06 million."""
    found = floors.diagnose(capped_at_60())
    assert (found.status, found.exit_code) == ("over_budget", 3)
    assert sentences(found.relaxation) == ["raise support_budget from 0.01 to 0.06 million USD (settings!B3)"]
    assert found.relaxation[0].by == approx(0.05) and found.relaxation[0].needed == approx(0.06)
    assert [one.sentence for one in found.conflict] == [
        "maximum oxide (floor_rules!C2) adds 0.06 million USD to the least make-whole: 0 without it."
    ]
    assert sentences(found.alternatives) == ["remove or loosen maximum oxide (floor_rules!C2)"]
    assert found.sentences[1] == "What the rules on floors ask for:"
    assert "A budget that would do:" in found.sentences
    assert floors.diagnose(capped_at_60(settings=settings(support_budget=0.06))).status == "optimal"


def test_over_budget_with_rules_each_of_which_is_too_much() -> None:
    """Removing a rule that is not at fault does not help; neither does one of two that are."""
    found = floors.diagnose(
        capped_at_60(
            commodities=table("commodity", ("oxide",), ("magnet",)),
            processes=[
                *SMALL,
                {"process": "CN magnets", "region": "CN", "commodity": "magnet", "unit_cost": 50},
                {
                    "process": "US magnets",
                    "region": "US",
                    "commodity": "magnet",
                    "unit_cost": 80,
                    "capacity": 1,
                },
            ],
            demand=table(
                "region segment commodity value 2026",
                ("US", "all", "oxide", 200, 10),
                ("US", "all", "magnet", 200, 10),
            ),
            caps=table(
                "scope commodity basis 2026",
                ("bloc", "oxide", "demand", 0.5),
                ("bloc", "magnet", "demand", 0.5),
            ),
            floor_rules=table(
                "commodity rule 2026",
                ("oxide", "maximum", 60),
                ("magnet", "maximum", 60),
                ("*", "minimum", 10),
            ),
            reference_prices=table("commodity 2026", ("oxide", 50), ("magnet", 50)),
        )
    )
    told = {one.row: one.sentence for one in found.conflict}
    assert set(told) == {"maximum oxide", "minimum oxide", "maximum magnet", "minimum magnet"}
    assert "adds 0.06 million USD to the least make-whole: 0.02 without it." in told["maximum oxide"]
    assert "adds 0.02 million USD to the least make-whole: 0.06 without it." in told["maximum magnet"]
    assert "adds 0 million USD" in told["minimum oxide"]
    assert found.alternatives == () and found.relaxation[0].needed == approx(0.08)


def test_one_floor_for_the_bloc_is_a_rule_too() -> None:
    """The EU's own cap would have its own floor: 0.03 million are the price of one for both."""
    study = studies.study(
        settings=settings(support_budget=0.001, coordination="bloc"),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 80, None),
            ("JP works", "JP", "oxide", 90, None),
        ),
        routes=table("origin destination commodity", ("CN", "*", "*")),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 10),
        ),
        caps=table(
            "scope commodity basis 2026", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", 0.8)
        ),
    )
    found = floors.diagnose(study)
    assert found.status == "over_budget"
    (rule,) = found.conflict
    assert rule.sentence.startswith("one floor for the bloc (settings!B4) adds ")
    assert sentences(found.alternatives) == ["remove or loosen one floor for the bloc (settings!B4)"]


# Without bound


def test_what_is_paid_without_limit_is_named_with_its_cells() -> None:
    """Both works, and the US one by the cells of its years; a negative cost with a capacity is no fault."""
    study = studies.study(
        years=years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", -50, None),
            ("US works", "US", "oxide", 80, None),
            ("AU works", "AU", "oxide", -9, 4),
        ),
        unit_costs=table("process 2026 2027", ("US works", -7, -8)),
    )
    found = floors.diagnose(study)
    assert (found.status, found.exit_code, found.relaxation) == ("unbounded", 4, ())
    slip = "a negative unit cost needs a capacity, or is a slip of the sign."
    assert [one.sentence for one in found.conflict] == [
        "CN works is paid 50 USD/kg for all that it makes in 2026 and 2027, and nothing limits it (processes!D2): "
        + slip,
        "US works is paid 7 and 8 USD/kg for all that it makes in 2026 and 2027, and nothing limits it (unit_costs!B2:C2): "
        + slip,
    ]
    assert found.sentences[:2] == [
        "The workbook as it stands: the cost falls without end.",
        "Paid without limit:",
    ]
    with pytest.raises(floors.Unbounded, match=r"the objective has no bound\. CN works is paid 50"):
        floors.solve(study)


def paid_bonus(case: Case) -> Any:
    """A model in which something that is no process is paid for, up to a point and beyond any."""
    m = floors.build(case)
    m.small = pyo.Var(domain=pyo.NonNegativeReals, bounds=(0, 5))
    m.bonus = pyo.Var()
    m.cost.expr = m.cost.expr - m.small + m.bonus
    m.above = pyo.Constraint(expr=m.bonus <= 3)
    return m


def test_a_variable_of_a_model_that_is_paid_without_limit() -> None:
    found = floors.diagnose(studies.study(), model=paid_bonus)
    assert [(one.kind, one.sentence) for one in found.conflict] == [
        ("model", "bonus is paid for in the model, without limit.")
    ]


# Levies that do not settle, and what is found before there is an LP


def test_levies_that_do_not_settle_name_the_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors.solving.minimum, "MOST_SOLVES", 1)
    monkeypatch.setattr(floors.solving.minimum, "MOST_CAREFUL", 0)
    study = studies.study(
        floor_rules=table("commodity rule 2026", ("*", "minimum", None), ("oxide", "minimum", 70)),
        reference_prices=table("commodity 2026", ("oxide", 30)),
    )
    found = floors.diagnose(study)
    assert (found.status, found.exit_code) == ("not_converged", 4)
    assert "the widest gap is 20 a kg, of oxide from CN in 2026 (floor_rules!C3)" in found.message


def test_a_leak_above_a_cap_says_which_cell() -> None:
    demand = table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0.5, 10))
    found = floors.diagnose(studies.study(demand=demand, caps=studies.cap("bloc", "oxide", "demand", 0.4)))
    assert (found.status, found.exit_code, found.conflict) == ("infeasible", 3, ())
    (told,) = found.sentences
    assert "caps!D2: bloc oxide demand is limited in 2026 to 4 t, but 5 t leak past enforcement" in told


def test_contradictory_rules_are_wrong_input() -> None:
    rules = table("commodity rule 2026", ("*", "minimum", 110), ("oxide", "maximum", 100))
    with pytest.raises(floors.InputError, match="above the maximum 100 at C3"):
        floors.diagnose(capped_at_60(floor_rules=rules))


def test_an_error_travels_without_its_scene() -> None:
    with pytest.raises(floors.Infeasible) as caught:
        floors.solve(studies.study(demand=MUST, processes=SMALL[1:]))
    assert isinstance(caught.value.scene, Scene)
    caught.value.add_note("of the first study")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value) and copy.scene is None
    assert copy.explained and copy.__notes__ == ["of the first study"]


# The past


def shocked(lead_time: int = 1, policy: bool = False) -> floors.Study:
    """China ships nothing from 2027, which nobody knew: 3 t at home, and what was built in time.

    With a policy, a ban from 2027 on was planned for.
    """
    return studies.study(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", None, 10, 10)),
        processes=table(
            "process region commodity unit_cost capacity capital_cost lead_time",
            ("CN works", "CN", "oxide", 50, None, None, None),
            ("US works", "US", "oxide", 80, 3, 10, lead_time),
        ),
        routes=table("origin destination commodity", ("CN", "US", "oxide")),
        route_limits=table("origin destination commodity 2026 2027", ("CN", "US", "oxide", None, None)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", None, 0))
        if policy
        else None,
        scenarios=table("scenario known_from", ("shock", 2027)),
        changes=table(
            "scenario sheet where column change value", ("shock", "route_limits", "origin=CN", 2027, "set", 0)
        ),
    ).scenario("shock")


def test_what_was_decided_before_a_surprise_is_named() -> None:
    found = floors.diagnose(shocked())
    assert found.message == "Scenario shock: no plan obeys every number of the input."
    assert "What was decided before 2027 stays: 0 t are added to US works in 2026." in found.told
    assert "CN may ship no oxide to US in 2027, an embargo (changes!F2 for route_limits!E2)." in found.told
    assert [one.kind for one in found.conflict].count(DECIDED) == 1
    (change,) = found.relaxation
    assert change.row == "route_limit[CN,US,oxide,2027]" and change.by == approx(7)
    assert all("2026" not in c.row for c in found.alternatives)


def test_what_was_decided_before_is_told_in_one_sentence() -> None:
    given = dict(shocked().parent.tables)
    second = table(
        "process region commodity unit_cost capacity capital_cost lead_time",
        ("US plant", "US", "oxide", 82, 2, 10, 1),
    )
    processes = [*given["processes"].to_dict("records"), *second]
    rows = [{k: v for k, v in row.items() if v == v} for row in processes]  # NaN is a blank of a DataFrame
    found = floors.diagnose(floors.Study(given | {"processes": rows}).scenario("shock"))
    assert [text for text in found.told if "decided" in text] == [
        "What was decided before 2027 stays: 0 t are added to US works in 2026; 0 t are added to US plant in 2026."
    ]
    assert [one.kind for one in found.conflict].count(DECIDED) == 2


def fixed_later(case: Case) -> Any:
    """The US ships itself 3 t in 2027, whatever happens."""
    m = floors.build(case)
    m.ship["US", "US", "oxide", 2027].fix(3)
    return m


def test_what_a_model_fixes_after_the_surprise_was_not_decided_before() -> None:
    found = floors.diagnose(shocked(lead_time=0), model=fixed_later)
    kinds = {one.row: one.kind for one in found.conflict}
    assert kinds["a bound on ship[US,US,oxide,2027]"] == OWN and DECIDED not in kinds.values()


def test_a_baseline_without_a_plan_is_said_to_be_the_baseline() -> None:
    """The ban made the bloc build in time; without it nobody had."""
    found = floors.diagnose(shocked(policy=True))
    assert found.message == "Scenario shock without its policy: no plan obeys every number of the input."
    with pytest.raises(floors.Infeasible, match=r"obeys every row\. \(This is the baseline, without caps"):
        floors.solve(shocked(policy=True))


DECISIONS = {
    "produce": ("US works", 2026, "US works runs 4 t in 2026"),
    "ship": ("CN", "US", "oxide", 2026, "CN ships 4 t of oxide to US in 2026"),
    "consume": ("US", "all", "oxide", 0, 2026, "US (all) buys 4 t of oxide in 2026"),
    "put": ("pile", 2026, "4 t a year are put into stockpile pile in 2026"),
    "take": ("pile", 2026, "4 t a year are taken from stockpile pile in 2026"),
    "stock": ("pile", 2026, "stockpile pile holds 4 t at the end of 2026"),
    "build": ("US works", 2026, "4 t are added to US works in 2026"),
    "plant": ("US works", 2026, "plant[US works,2026] is 4"),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_each_kind_of_decision_has_its_words(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from floors.diagnosis import statements
    from floors.diagnosis.rows import Row

    with pytest.raises(floors.Infeasible) as caught:
        floors.solve(shocked())
    *key, words = DECISIONS[what]
    monkeypatch.setattr(statements, "decided_value", lambda scene, row: 4.0)
    row = Row(0, DECIDED, (what, *key), f"{what}[{','.join(map(str, key))}]")
    told = finding(Reasons(caught.value.scene).statements, row)
    assert told.sentence == f"What was decided before 2027 stays: {words}."
    assert told.cells == ()


# Models of one's own


def quota(case: Case) -> Any:
    """At most 2 t come from China, and at most 1 t is the US's own."""
    m = floors.build(case)
    m.quota = pyo.Constraint(expr=m.ship["CN", "US", "oxide", 2026] <= 2)
    m.ship["US", "US", "oxide", 2026].setub(1)
    return m


def test_rows_of_a_model_are_named_as_it_names_them() -> None:
    found = floors.diagnose(studies.study(demand=MUST), model=quota)
    assert {one.row for one in found.conflict if one.kind == OWN} == {
        "quota",
        "a bound on ship[US,US,oxide,2026]",
    }
    assert "The model has a row that floors does not know: quota." in found.told
    told = {c.row: c.sentence for c in (*found.relaxation, *found.alternatives) if c.kind == OWN}
    assert told["quota"] == "let quota of the model be above its right side by 7"
    assert all(
        change.cells == () and change.needed is None for change in found.relaxation if change.kind == OWN
    )


def tied(case: Case) -> Any:
    """Exactly 4 t come from China, and a fixed 1 t from home."""
    m = floors.build(case)
    m.exactly = pyo.Constraint(expr=m.ship["CN", "US", "oxide", 2026] == 4)
    m.ship["US", "US", "oxide", 2026].fix(1)
    m.least = pyo.Constraint(expr=m.ship["CN", "US", "oxide", 2026] >= 1)
    return m


def test_an_equality_of_a_model_may_give_way_on_either_side() -> None:
    found = floors.diagnose(studies.study(demand=MUST), model=tied)
    told = {c.row: c.sentence for c in (*found.relaxation, *found.alternatives)}
    assert told["exactly"] == "let exactly of the model be above its right side by 5"
    fixed = "a bound on ship[US,US,oxide,2026]"
    assert told[fixed] == f"let {fixed} of the model be above its right side by 5"
    none = floors.diagnose(
        studies.study(processes=[row | {"capacity": 3} for row in SMALL]),
        model=tied,
    )
    assert {c.row: c.sentence for c in none.relaxation} == {
        "capacity[CN works,2026]": "raise the capacity of CN works in 2026 from 3 t to 4 t (processes!E2)"
    } or none.relaxation[0].sentence == "let exactly of the model stay below its right side by 1"
    assert any(
        c.sentence == "let exactly of the model stay below its right side by 1"
        for c in (*none.relaxation, *none.alternatives)
    )


def stricter(case: Case) -> Any:
    """The capacity of the study less 1 t, under the standard name; and a `cap` with keys of its own."""
    m = floors.build(case)
    m.del_component(m.capacity)
    m.capacity = pyo.Constraint([("US works", 2026)], rule=lambda m, p, t: m.produce[p, t] <= 2)
    m.del_component(m.cap)
    m.cap = pyo.Constraint(["mine"], rule=lambda m, name: m.ship["CN", "US", "oxide", 2026] <= 4)
    return m


def test_a_row_that_a_model_has_made_its_own_is_not_spoken_of_as_the_input() -> None:
    """The sentence of a capacity of 3 t would be false: it is 2, and 4 t of 10 go short."""
    found = floors.diagnose(studies.study(demand=MUST, processes=SMALL), model=stricter)
    kinds = {one.row: one.kind for one in found.conflict}
    assert (kinds["capacity[US works,2026]"], kinds["cap[mine]"]) == (OWN, OWN)
    assert {c.row: c.by for c in (*found.relaxation, *found.alternatives)} == {
        "capacity[US works,2026]": approx(4),
        "cap[mine]": approx(4),
        "must_serve[US,all,oxide,0,2026]": approx(4),
    }


def greedy(case: Case) -> Any:
    """At least 12 t are bought; of funds it knows nothing."""
    m = floors.build(case)
    m.del_component(m.fund)
    m.buys = pyo.Constraint(expr=m.consume["US", "all", "oxide", 0, 2026] >= 12)
    return m


def test_a_quantity_that_is_bought_at_most_binds_in_a_model_of_its_own() -> None:
    found = floors.diagnose(studies.study(), model=greedy)
    assert set(found.told) == {
        "The model has a row that floors does not know: buys.",
        "US (all) buys at most 10 t of oxide in 2026 (demand!E2).",
    }
    assert {c.sentence for c in (*found.relaxation, *found.alternatives)} == {
        "raise what US (all) buys of oxide in 2026 from 10 t to 12 t (demand!E2)",
        "let buys of the model stay below its right side by 2",
    }


def test_where_no_number_may_give_way_there_is_no_answer() -> None:
    with pytest.raises(floors.Infeasible) as caught:
        floors.solve(studies.study(demand=MUST, processes=SMALL[1:]))
    scene = caught.value.scene
    dials = make_dials(scene, name_rows(scene))
    assert Elastic(scene.compiled.lp, []).cheapest([]) is None  # type: ignore[arg-type]
    assert [dial.name for dial in dials] == ["capacity[US works,2026]", "must_serve[US,all,oxide,0,2026]"]


def elastic(*dials: tuple[float, tuple[int, ...]]) -> Elastic:
    """Two rows that lack 10 each; dials by price and the rows that a unit of them fills by one."""
    lp = LinearProgram(
        cost=np.zeros(1),
        offset=0.0,
        matrix=Matrix.empty(2, 1),
        row_lower=np.full(2, 10.0),
        row_upper=np.full(2, np.inf),
        lower=np.zeros(1),
        upper=np.zeros(1),
    )
    made = [
        Dial("", (), str(k), rows, (1.0,) * len(rows), price, "") for k, (price, rows) in enumerate(dials)
    ]
    return Elastic(lp, made)


def given(dials: Elastic) -> list[float]:
    found = dials.cheapest(np.ones(len(dials.dials), dtype=bool))
    assert found is not None
    return [float(by) for by in found.by]


def test_one_number_is_named_in_place_of_two_where_it_costs_next_to_nothing() -> None:
    """2.001 for both rows or 1 for each: within a thousandth; 2.01 is not."""
    assert given(elastic((1, (0,)), (1, (1,)), (2.001, (0, 1)))) == approx([0, 0, 10])
    assert given(elastic((1, (0,)), (1, (1,)), (2.01, (0, 1)))) == approx([10, 10, 0])


def test_of_as_many_numbers_the_cheapest_are_named() -> None:
    assert given(elastic((1, (0,)), (1, (1,)), (1.0001, (0,)))) == approx([10, 10, 0])


def test_years_in_a_row_are_told_by_the_first_and_last() -> None:
    assert phrases.years([2026, 2028, 2030], (2026, 2028, 2030)) == "2026 to 2030"
    assert phrases.years([2026, 2027, 2030], (2026, 2027, 2028, 2030)) == "2026, 2027 and 2030"
    assert phrases.years([2026, 2027], (2026, 2027)) == "2026 and 2027"


def test_many_decisions_are_told_in_one_line() -> None:
    with pytest.raises(floors.Infeasible) as caught:
        floors.solve(shocked())
    reasons = Reasons(caught.value.scene)
    row = next(row for row in reasons.rows if row.kind == DECIDED and row.key[0] == "build")
    line = "What was decided before 2027 stays: 0 t are added to US works in 2026"
    assert told_together(reasons.statements, [row]) == [f"{line}."]
    assert told_together(reasons.statements, [row] * 9) == [
        line + "; 0 t are added to US works in 2026" * 7 + "; and 1 more."
    ]
