"""Every row of the sourcing LP, and its objective, alone: its LP text against a stored file checked by hand.

    python -m tests.sourcing.test_rows --write      rewrite tests/sourcing/rows/*.lp, to be checked against the equations again

The study is that of tests/support/everything.py.
"""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pyomo.core.base.constraint as pyomo_constraint
import pyomo.core.base.objective as pyomo_objective
import pyomo.environ as pyo
import pytest
from pyomo.core.base.constraint import TemplateDataMixin as TemplateRow
from pyomo.core.base.objective import TemplateDataMixin as TemplateCost
from pyomo.repn.plugins.lp_writer import LPWriter

import floors
from floors.lp.linear import compile_model
from tests.support import plain
from tests.support.everything import withheld as study

ROWS = Path(__file__).parent / "rows"


def texts() -> dict[str, str]:
    """LP text of each component alone: rows over an empty objective, and the objective over no rows."""
    model = floors.build(study())
    parts = [*model.component_objects((pyo.Constraint, pyo.Objective), active=True)]
    found = {}
    for part in parts:
        for other in parts:
            other.deactivate()
        part.activate()
        if part.ctype is pyo.Constraint:
            model.nothing = pyo.Objective(expr=0)
        text = StringIO()
        LPWriter().write(model, text, symbolic_solver_labels=True)
        found[part.local_name] = text.getvalue()
        if part.ctype is pyo.Constraint:
            model.del_component(model.nothing)
    return found


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """LP text of every component of the model as it is built now."""
    return texts()


# Where a coefficient of a stored file is not plain to see:
#
# build_limit       2 t/yr added a year x length 1, 2; nothing of 2029, which would only run after the horizon
# build_total       7 t/yr in all, over the builds that are alive within the horizon
# cap               bloc oxide demand: 0.5 x (6 + 2) - leak 1; 0.375 x (12 + 3) - leak 2; 0.25 x (18 + 4 + 4) -
#                   leak 3. use: (content - 0.625) x what arrives (0.75 of what CN ships), arrivals from members
#                   too; waste and put pay 0.625 back, take earns it; right side 0 - 0.375 x 0.75 x leak 2.
#                   earths each: weight 1 of oxide, less leak 1, for CN; weight 0.5 of ore for AU
# capacity          AU_mine: built in 2026 alive from 2027 to before 2029, built in 2027 only in 2029; 9 in 2027
#                   from sheet capacities. US_works: 1.5 t of load a t separated; built in 2026 alive until
#                   2027, so none of it in 2029; recycling ends in 2027. CN_oxide has no limit in 2027
# cost              weights 1, 1.6, 1.536. Charges 30 x 4/3 and 60 x 4/3 (100 % over 2 years) x the weights of
#                   the years alive: 40 x 1.6, 40 x 1.536; 80 x (1 + 1.6), 80 x 1.6, 80 x 1.536.
#                   CN to US: freight 0.5 + (0.25 + 0.125) x 60, 70, 60, and in 2026 the first levy 80 - 60.
#                   Constant: value of all demand, 1050 + 3360 + 4838.4 + 184.32 + 368.64 + 737.28, and freight
#                   and duty on leaks, 1 x 23 + 1.6 x 2 x 26.75 + 1.536 x 3 x 23
# demand            vehicles: 0.875 of the table. wind in 2029: 4 t at 60 USD/kg, elasticity -2, so 16, 4, 1 t at
#                   30, 60, 120 USD/kg; mean values of the steps 40 and 80 in cost.lp
# fund              length x reference price: 1 x 60, 2 x 70, 3 x 60; 0.5 million is 500 thousand
# process_minimum   0.5 in 2026 from the column, 0 in 2027 and 2 in 2029 from sheet minimums
# route_limit       50 - leaks of 1, 2, 3; the region and its market together
# route_minimum     3 over the region and its market together; leaks do not count towards a contract
# stock_balance     0.75 ^ 2, 0.75 ^ 3 left of the last stock; 2 and 3 years of put and take
# stock_opening     2 x 0.75
# stock_target      reserve in 2029: 73 / 365 x (18 + 4 + 4). heap in 2026: 60 / 365 x (3.65 + 1.25 t a t separated);
#                   heap in 2029: its opening, as no target is given for the last year
# supply            0.5 t of oxide a t separated; leaks of (1 - 0.875) x (6, 12, 18) / (1 - 0.25) = 1, 2, 3
# use               0.75 arrives of what CN ships; US/defence is a market of its own, without stock; oxide of 2027,
#                   under a cap on use, is in use_or_waste
# use_or_waste      the same as an equation, what is wasted being a quantity of its own
@pytest.mark.parametrize("name", sorted(path.stem for path in ROWS.glob("*.lp")))
def test_component_is_written_as_checked(name: str, written: dict[str, str]) -> None:
    assert written[name] == (ROWS / f"{name}.lp").read_text(encoding="utf-8")


def test_every_component_has_a_file_and_every_file_a_component(written: dict[str, str]) -> None:
    assert set(written) == {path.stem for path in ROWS.glob("*.lp")}


def test_every_component_of_the_model_is_in_the_tiny_study(written: dict[str, str]) -> None:
    """No Constraint is without a row here, and none is made inactive or hidden in a block."""
    model = floors.build(study())
    parts = [*model.component_objects((pyo.Constraint, pyo.Objective), active=None, descend_into=True)]
    assert {part.name for part in parts} == set(written)
    assert all(part.active and len(part) > 0 for part in parts)
    assert all("\nc_" in text.split("s.t.")[1] for text in written.values())


def test_the_tiny_study_can_be_solved() -> None:
    """Its rows do not only read well: they hold together, and the result passes its certificate."""
    assert floors.solve(study()).certificate["passed"].all()


Numbers = dict[tuple[str, str], float]


def entries(model: Any) -> Numbers:
    """(row, column) -> coefficient of the compiled model; the cost and both sides are rows and columns too."""
    compiled = compile_model(model)
    lp, rows, names = compiled.lp, compiled.row_names, compiled.column_names
    assert all(rows), "bounds became rows, which have no names"
    matrix = lp.matrix
    found: Numbers = {
        (rows[i], names[j]): float(a)
        for i, j, a in zip(matrix.row, matrix.indices, matrix.data, strict=True)
        if a
    }
    for i, row in enumerate(rows):
        found[row, "lower"], found[row, "upper"] = float(lp.row_lower[i]), float(lp.row_upper[i])
    found |= {("cost", name): float(a) for name, a in zip(names, lp.cost, strict=True) if a}
    return found | {("cost", "offset"): lp.offset}


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyomo makes one template of each rule, in place of one expression for each key."""
    monkeypatch.setattr(pyomo_constraint, "TEMPLATIZE_CONSTRAINTS", True)
    monkeypatch.setattr(pyomo_objective, "TEMPLATIZE_OBJECTIVES", True)
    plain.use(monkeypatch)


def test_rules_are_pure(templates: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule with an `if` or `for` on its index makes no template, or a template of something else."""
    model = floors.build(study())
    for part in model.component_objects((pyo.Constraint, pyo.Objective)):
        for data in part.values():
            assert isinstance(data, (TemplateRow, TemplateCost)), f"{part.name} is no template"
    from_templates = entries(model)
    monkeypatch.undo()
    assert from_templates == pytest.approx(entries(floors.build(study())), rel=1e-12)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    ROWS.mkdir(exist_ok=True)
    for old in ROWS.glob("*.lp"):
        old.unlink()
    for name, text in texts().items():
        (ROWS / f"{name}.lp").write_text(text, encoding="utf-8")
