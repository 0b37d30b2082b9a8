"""Plan, prices and names are kept apart: what one feature does must not reach into another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyomo.environ as pyo
import pytest
from pytest import approx

import floors
from floors.cli.main import run
from tests.support.places import TOY
from tests.support.studies import (
    activity,
    cap,
    floor,
    metric,
    one,
    refused,
    rows,
    settings,
    shipped,
    solve,
    table,
)

CAPS = "scope commodity basis 2026"


@pytest.mark.parametrize("limit", [0, 1])
def test_a_member_without_use_does_not_switch_the_policy_off(limit: float) -> None:
    """Japan buys nothing; its cap is a row all the same, and one floor for the bloc is 80 and not 50."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 4), ("JP", "oxide", "tonnes", limit))
    result = solve(settings=settings(coordination="bloc"), caps=caps)
    assert [floor(result, m) for m in ("US", "JP")] == approx([80, 80])
    assert metric(result, "uplift") == 0


def test_a_ban_has_no_upper_end() -> None:
    result = solve(caps=table(CAPS, ("US", "oxide", "tonnes", 4), ("JP", "oxide", "tonnes", 0)))
    highest = one(result.floors, "highest", member="JP")
    assert pd.isna(highest)


@pytest.mark.parametrize("most", [55, 70, 79])
def test_rules_choose_among_prices_never_among_plans(most: float) -> None:
    """Elastic demand in few steps: the plan is cut at its own price, whatever ceiling the floors have."""
    given = {
        "settings": settings(demand_steps=4),
        "demand": table(
            "region segment commodity value elasticity 2026", ("US", "all", "oxide", 300, -0.5, 10)
        ),
        "reference_prices": table("commodity 2026", ("oxide", 60)),
        "caps": cap("bloc", "oxide", "tonnes", 5),
    }
    free = solve(**given)
    ruled = solve(**given, floor_rules=table("commodity rule 2026", ("oxide", "maximum", most)))
    assert metric(ruled, "total_cost") == approx(metric(free, "total_cost"), rel=1e-12)
    assert metric(ruled, "uplift") > 0


def test_names_that_read_alike_are_two_caps() -> None:
    """`magnet` of segment `defence`, and `magnet defence`: 4 t and 3 t at 50, the rest at 80 and 90."""
    result = solve(
        commodities=table("commodity", ("magnet",), ("magnet defence",)),
        processes=table(
            "process region commodity unit_cost",
            ("CN a", "CN", "magnet", 50),
            ("US a", "US", "magnet", 80),
            ("CN b", "CN", "magnet defence", 50),
            ("US b", "US", "magnet defence", 90),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "defence", "magnet", 200, 10),
            ("US", "all", "magnet defence", 200, 7),
        ),
        caps=table(
            "scope commodity segment basis 2026",
            ("US", "magnet", "defence", "tonnes", 4),
            ("US", "magnet defence", None, "tonnes", 3),
        ),
    )
    assert result.caps["levy"].tolist() == approx([30, 40])
    assert 1000 * metric(result, "total_cost") == approx(4 * 50 + 6 * 80 + 3 * 50 + 4 * 90)


def test_a_minimum_sets_its_floor() -> None:
    result = solve(
        reference_prices=table("commodity 2026", ("oxide", 50)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 70)),
    )
    assert floor(result) == approx(70, abs=0.011)
    assert one(result.floors, "set_by", member="US") == "minimum oxide"
    parts = rows(result.floor_parts, member="US").set_index("part")["amount"]
    assert parts["minimum levy CN oxide"] == approx(20, abs=0.011)


def test_a_by_product_that_nobody_uses_at_home_counts_at_its_price_ex_works() -> None:
    """Separation makes 0.1 magnet a tonne, worth 300 where it goes: 30 of the margin are earned already."""
    result = solve(
        technologies=table("technology commodity coefficient", ("both", "oxide", 1), ("both", "magnet", 0.1)),
        processes=table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 50),
            ("US works", "US", "both", None, 110),
            ("CN magnets", "CN", None, "magnet", 300),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("CN", "all", "magnet", 400, 50),
        ),
        routes=table("origin destination commodity", ("*", "*", "*")),
        caps=cap("bloc", "oxide", "tonnes", 4),
        floor_rules=table("commodity rule 2026", ("oxide", "margin", 75)),
    )
    assert floor(result) == approx(80)
    assert metric(result, "uplift") == approx(0, abs=1e-9)


def test_splitting_and_joining_is_renaming_too() -> None:
    technologies = table(
        "technology commodity coefficient",
        ("split", "oxide", -1),
        ("split", "ore", 0.5),
        ("split", "magnet", 0.5),
        ("one", "ore", -1),
        ("one", "oxide", 1),
        ("two", "magnet", -1),
        ("two", "oxide", 1),
    )
    processes = table(
        "process region technology commodity unit_cost",
        ("CN works", "CN", None, "oxide", 50),
        ("US works", "US", None, "oxide", 80),
        *((name, "MY", name, None, 0.1) for name in ("split", "one", "two")),
    )
    (problem,) = refused(
        technologies=technologies, processes=processes, caps=cap("bloc", "oxide", "demand", 0.4)
    )
    assert (problem.sheet, problem.code) == ("caps", "renaming_chain")
    lossy = [row | {"coefficient": 0.45} if row["coefficient"] == 0.5 else row for row in technologies]
    result = solve(technologies=lossy, processes=processes, caps=cap("bloc", "oxide", "demand", 0.4))
    assert activity(result, "US works") + shipped(result, "MY", "US") == approx(6)


def test_it_works_after_another_program_has_used_the_solver() -> None:
    """A process that has solved with HiGHS before, on as many threads as it likes."""
    script = f"""
import pyomo.environ as pyo
m = pyo.ConcreteModel()
m.x = pyo.Var(domain=pyo.NonNegativeReals)
m.need = pyo.Constraint(expr=m.x >= 1)
m.cost = pyo.Objective(expr=m.x)
pyo.SolverFactory("appsi_highs").solve(m)
import floors
assert floors.price(m, {{"need": [(m.need, 1)]}}).floors == {{"need": 1.0}}
assert floors.solve(floors.read({str(TOY)!r})).status == "optimal"
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def build(case:\n", "line 1: SyntaxError"),
        ("def build(case):\n    return 1 / 0\n", "line 2: ZeroDivisionError"),
        ("def build(case):\n    return None\n", "standard components"),
        ("x = 1\n", "no function build"),
    ],
)
def test_a_faulty_model_file_is_its_authors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    model = tmp_path / "mine.py"
    model.write_text(text, encoding="utf-8")
    assert run(["solve", str(TOY), "-o", str(tmp_path / "out.xlsx"), "--model", str(model)]) == 2
    said = capsys.readouterr().err
    assert words in said and "mine.py" in said
    assert "bug in floors" not in said and not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    "terms", [lambda m: [m.need], lambda m: [(m.need, "1")], lambda m: [(m.need, float("nan"))]]
)
def test_a_term_that_is_no_pair_of_row_and_number_is_refused(terms: object) -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    m.need = pyo.Constraint(expr=m.x >= 1)
    m.cost = pyo.Objective(expr=m.x)
    with pytest.raises(floors.UsageError, match="floor 'f'"):
        floors.price(m, {"f": terms(m)})  # type: ignore[operator]
