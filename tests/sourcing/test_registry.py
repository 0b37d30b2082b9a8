"""The registry of kinds of rows and columns against the model that is built: each claim of each entry is looked at.

`complaints` holds a registry against what the compiled model of everything.py shows; the real one has none, and one
with an entry missing, or with any field of any entry changed, has some.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from inspect import getsource
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

import floors
from floors.case.derive import Case, derive
from floors.contract import inputs
from floors.contract.results.policy import SUPPORT
from floors.diagnosis.advice import Advice, Asked
from floors.diagnosis.cells import Cells
from floors.diagnosis.kinds import WORDS
from floors.diagnosis.relax import Dial
from floors.diagnosis.statements import DECISIONS, Statements
from floors.lp.linear import ORDER, Compiled, compile_model
from floors.many.coalitions.owen import right_sides
from floors.solving.payments import AGENTS, named_in_support
from floors.solving.scene import Scene
from floors.sourcing import build as building
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS, ColumnKind, Gives, Holder, Measure, RowKind, parts
from tests.models.test_models import bloc
from tests.support import everything

GIVES = {
    "caps": Gives.CAP,
    "route_limits": Gives.ROUTE,
    **dict.fromkeys(("route_minimums", "minimums", "stock_targets", "releases", "funds"), Gives.POLICY),
    "demand": Gives.NEED,
    **dict.fromkeys(
        ("capacities", "processes", "plants", "stockpiles", "qualified", "routes"), Gives.PHYSICS
    ),
}
"""How a number gives way, by the sheet that it is in; of several the first here. Else the row is an identity."""


@dataclass(frozen=True)
class Built:
    """The model of everything.py as it is, compiled: by component the keys of its rows, and the columns in them."""

    case: Case
    model: Any
    compiled: Compiled
    rows: Mapping[str, Mapping[Any, int]]
    columns: Mapping[str, frozenset[str]]
    grown: Mapping[str, float]

    @property
    def scene(self) -> Scene:
        """As if it had no plan."""
        return Scene(case=self.case, model=self.model, compiled=self.compiled)


@cache
def built() -> Built:
    case = derive(everything.withheld())
    model = building.build(case)
    compiled = compile_model(model)
    rows = {c.name: compiled.rows(c) for c in model.component_objects(pyo.Constraint)}
    kind = np.array([name.partition("[")[0] for name in compiled.column_names])
    matrix = compiled.lp.matrix
    columns = {
        name: frozenset(kind[matrix.indices[np.isin(matrix.row, list(at.values()))]].tolist())
        for name, at in rows.items()
    }
    return Built(case, model, compiled, rows, columns, _grown(rows, compiled))


def _grown(rows: Mapping[str, Mapping[Any, int]], compiled: Compiled) -> dict[str, float]:
    """How much larger a right side is where every tonne is two and every unit of money three; 0 has no answer."""
    tables: dict[str, Any] = {}
    for name, frame in everything.study().tables.items():
        records = frame.astype(object).where(frame.notna(), None).to_dict("records")
        table = inputs.BY_NAME[name]
        units = {column.name: column.unit for column in table.columns}
        tables[name] = [
            {
                k: _more(v, units.get(str(k), table.years.unit if table.years else ""), row)
                for k, v in row.items()
            }
            for row in records
        ]
    other = building.build(
        derive(floors.Study(tables, "more").answered("CN", everything.withheld(2.0).export_limits))
    )
    more = compile_model(other)
    found = {}
    for name, at in rows.items():
        now, then = compiled.lp.row_lower, more.lp.row_lower
        places = more.rows(other.component(name))
        ratios = {round(float(then[places[key]] / now[row]), 9) for key, row in at.items() if now[row]}
        if ratios:
            (found[name],) = ratios
    return found


def _more(value: Any, unit: str, row: Mapping[Any, Any]) -> Any:
    if not isinstance(value, int | float):
        return value
    if unit == "million":
        return 6 * value
    if unit.startswith("USD"):
        return 3 * value
    tonnes = unit.startswith(("t/yr", "t,")) or unit == "t" or row.get("basis") == "tonnes"
    return 2 * value if tonnes else value


def domains(case: Case) -> dict[str, Any]:
    """What a part of a key may be, by its name."""
    data, places = case.production, case.places
    return {
        **dict.fromkeys(("o", "r", "s"), places.regions),
        "d": places.all,
        "c": [row["commodity"] for row in case.study.rows("commodities")],
        **dict.fromkeys(("t", "b", "before"), case.calendar.years),
        "p": data.processes,
        "x": (*data.processes, *data.plants),
        "g": {row["segment"] for row in case.study.rows("demand")},
        "j": range(3),
        "k": case.stocks.piles,
        "f": case.stocks.funds,
        "i": {cap.name for cap in case.caps},
    }


def holds(case: Case, holder: Holder, key: tuple[Any, ...], names: tuple[str, ...] = ()) -> bool:
    """Whether a key, with these names of its parts, is that of something which the holder has."""
    if holder is Holder.SELLER or names[:1] == ("s",):
        return holder is Holder.SELLER and names[:1] == ("s",) and key in case.study.export_limits
    data, places = case.production, case.places
    if holder is Holder.ROUTE:
        return len(key) == 4 and key[0] in places.regions and key[1] in places.all
    if holder is Holder.BUYER:
        return len(key) == 5 and key[0] in places.all
    if holder is Holder.POOL:
        return len(key) == 3 and key[0] in places.all and key[1] in case.tags.clean
    if holder in (Holder.GOODS, Holder.PLACE):
        return len(key) == 3 and key[0] in places.all
    has: dict[Holder, Any] = {
        Holder.PLANT: (*data.processes, *data.plants),
        Holder.STOCKPILE: case.stocks.piles,
        Holder.FUND: case.stocks.funds,
        Holder.CAP: {cap.name for cap in case.caps},
    }
    return key[0] in has[holder]


def sense(kind: RowKind) -> str:
    """The relation that a rule is written with."""
    (compared,) = (one for one in ast.walk(ast.parse(getsource(kind.rule))) if isinstance(one, ast.Compare))
    return {ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "="}[type(compared.ops[0])]


RETURNED = frozenset({"ship", "waste", "put", "take"})
"""What is sent to a bloc, and what pays the rebate back that it earned."""
EXEMPTED = frozenset({"ship", "exempt", "liable"})
"""What is sent to a bloc, with a levy and without."""
LINKED = ({"ship", "connect"}, {"connect"})
"""What is sent through a link, and what a sender builds for it."""


def measured(key: tuple[str, ...], columns: frozenset[str]) -> Measure:
    """What a row is measured in, by its key and the columns in it."""
    if "stock" in columns:
        return Measure.STORED
    if columns == {"connect"}:
        return Measure.LINKED
    if "c" in key:
        return Measure.GOODS
    return {
        frozenset({"build"}): Measure.BUILT,
        frozenset({"produce"}): Measure.ACTIVITY,
        frozenset({"produce", "build"}): Measure.CAPACITY,
        frozenset({"ship"}): Measure.GOODS,
        RETURNED: Measure.COUNTED,
        frozenset({"put"}): Measure.MONEY,
        frozenset({"take"}): Measure.GOODS,
    }[columns]


def given_way(kind: str) -> Gives | None:
    """How a row gives way, by the sheets of the cells that it comes from."""
    at = built()
    cells = Cells(at.case)
    if WORDS[kind].advice is None:
        return None
    sheets = {WORDS[kind].cells(cells, *parts(index))[0].sheet for index in at.rows[kind]}
    return next((gives for sheet, gives in GIVES.items() if sheet in sheets), None)


def complaints(kinds: Mapping[str, RowKind]) -> Iterator[str]:
    """What does not hold of a registry."""
    missing = (kinds.keys() ^ built().rows.keys()) | (kinds.keys() ^ WORDS.keys())
    if missing:
        yield f"without a row, an entry or words: {missing}"
    for kind in kinds.values():
        yield from (f"{kind.name}: {what}" for what in wrong(kind))


def wrong(kind: RowKind) -> Iterator[str]:
    """What does not hold of an entry."""
    at, name = built(), kind.name
    rows, columns, domain = at.rows[name], at.columns[name], domains(at.case)
    equal = set(at.compiled.equality[list(rows.values())].tolist())
    if equal != {kind.sense == "="} or kind.sense != sense(kind):
        yield "of another sense"
    keys = [parts(index) for index in rows]
    if any(len(key) != len(kind.key) for key in keys):
        yield "the key has other parts"
    elif any(part not in domain[of] for key in keys for of, part in zip(kind.key, key, strict=True)):
        yield "a part of the key is something else"
    if at.model.component(name).index_set().name != kind.index:
        yield "over another set"
    if kind.measure is not measured(kind.key, columns):
        yield "measured in something else"
    if name in at.grown and at.grown[name] != (6 if kind.measure.dual == "{currency}/{currency}" else 2):
        yield "its dual is in something else"
    if kind.holder is Holder.PLACE or not all(holds(at.case, kind.holder, key, kind.key) for key in keys):
        yield "somebody else's"
    if kind.gives is not given_way(name):
        yield "gives way otherwise"
    if kind.shared != (columns == {"build"}):
        yield "shared by states, or not"
    if kind.by_bloc != (
        ("ship" in columns and columns <= RETURNED)
        or ("exempt" in columns and columns <= EXEMPTED)
        or columns in LINKED
    ):
        yield "a sum of shipments, or not"


def test_every_claim_of_the_registry_holds() -> None:
    assert list(complaints(ROW_KINDS)) == []


@pytest.mark.parametrize("name", ROW_KINDS)
def test_an_entry_taken_out_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the checks above, and by the model, which has one file of rows too few."""
    fewer = {other: kind for other, kind in ROW_KINDS.items() if other != name}
    assert list(complaints(fewer))
    monkeypatch.setattr(building, "ROW_KINDS", fewer)
    assert not hasattr(building.build(everything.study()), name)


OTHERS: dict[str, tuple[Any, ...]] = {
    "sense": ("<=", ">=", "="),
    "measure": tuple(Measure),
    "holder": tuple(Holder),
    "gives": (None, *Gives),
    "shared": (False, True),
    "by_bloc": (False, True),
    "index": tuple(kind.index for kind in ROW_KINDS.values()),
}


@pytest.mark.parametrize("field", OTHERS)
def test_a_changed_field_is_noticed(field: str) -> None:
    for name, kind in ROW_KINDS.items():
        for value in OTHERS[field]:
            if value != getattr(kind, field):
                other = replace(kind, **{field: value})
                assert list(wrong(other)), (name, field, value)


def test_every_kind_has_a_rule_and_a_set_of_its_own() -> None:
    """What the rule says is held by test_rows.py, against the file of the name that it has."""
    for kind in ROW_KINDS.values():
        assert kind.rule.__module__.startswith("floors.sourcing.") and kind.rule.__doc__
    for of in ("rule", "index"):
        assert len({getattr(kind, of) for kind in ROW_KINDS.values()}) == len(ROW_KINDS)


def test_every_variable_of_the_model_is_a_kind_of_column() -> None:
    at = built()
    found = {variable.name: variable for variable in at.model.component_objects(pyo.Var)}
    assert list(found) == list(COLUMN_KINDS) and set(ORDER) == set(COLUMN_KINDS) == set(DECISIONS)
    for name, kind in COLUMN_KINDS.items():
        assert all(holds(at.case, kind.holder, key) for key in found[name]), name
        assert kind == ColumnKind(name=name, holder=kind.holder, shared=name == "build", measure=kind.measure)
    assert AGENTS.keys() == {kind.holder for kind in COLUMN_KINDS.values()}


def test_every_kind_of_row_is_said_in_words_and_has_its_cells() -> None:
    at = built()
    cells = Cells(at.case)
    statements, advice = Statements(at.scene, cells), Advice(at.scene, cells)
    plan = np.ones(len(at.compiled.lp.cost))
    for name, kind in ROW_KINDS.items():
        words = WORDS[name]
        for index, row in at.rows[name].items():
            key = parts(index)
            found = words.cells(cells, *key)
            assert (found or name == "export_limit") and words.says(statements, [key]).endswith(".")
            words.alike(statements, *key)
            if kind.gives is None:
                assert words.advice is None
            else:
                assert words.advice is not None
                dial = Dial(name, key, f"{name}[...]", (row,), (1.0,), 1.0, kind.gives.group)
                change = words.advice(advice, Asked(dial, 0.001, plan, found, value=0.9))
                assert change.kind == name and change.sentence and change.cells


def test_every_right_side_is_shared_out() -> None:
    """By the Owen allocation, each row once: where what leaks is used at home too, its balance there has no part."""
    tables = dict(everything.study().tables)
    home = tables["demand"].iloc[[0]].assign(region="CN", enforcement=1.0)
    outcome = floors.solve(
        floors.Study(tables | {"demand": pd.concat([tables["demand"], home])}, "home")
    ).outcome
    side = outcome.market.lp.row_lower
    shared = {row: sum(part for _, part in shares) for row, shares in right_sides(outcome)}
    assert sorted(shared) == list(range(len(side))) and shared == pytest.approx(
        dict(enumerate(side)), abs=1e-12
    )


def test_sheet_support_says_what_kinds_it_has() -> None:
    at = built()
    (kind,) = (column for column in SUPPORT.columns if column.name == "kind")
    for name, entry in ROW_KINDS.items():
        for index in at.rows[name] if entry.sense != "=" else ():  # an equation leaves nothing that tempts
            assert named_in_support(at.case, entry, parts(index))[0] in kind.meaning


def test_the_model_spelled_out_has_every_kind() -> None:
    model = bloc.build(derive(everything.withheld()))
    assert {c.name for c in model.component_objects(pyo.Constraint)} == set(ROW_KINDS)
