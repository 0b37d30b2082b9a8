"""The rows of the sourcing LP that tags touch, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.lp.linear import compile_model
from floors.sourcing.rows import ROW_KINDS
from tests.support import tags

T = 2026
ROWS: dict[str, dict[Any, dict[tuple[Any, ...], float]]] = {
    "capacity": {("vn", T): {("produce", "vn", T): 1, ("produce", "vn (clean)", T): 1}},
    "process_minimum": {("vn", T): {("produce", "vn", T): 1, ("produce", "vn (clean)", T): 1}},
    "stock_capacity": {("pile", T): {("stock", "pile", T): 1, ("stock", "pile (clean)", T): 1}},
    "stock_target": {("pile", T): {("stock", "pile", T): 1, ("stock", "pile (clean)", T): 1}},
    "release": {("pile", T): {("take", "pile", T): 1, ("take", "pile (clean)", T): 1}},
    "route_limit": {
        ("VN", "US", "magnet", T): {
            ("ship", "VN", "US", "magnet", T): 1,
            ("ship", "VN", "US", "magnet (clean)", T): 1,
        },
        ("VN", "CN", "oxide", T): {("ship", "VN", "CN", "oxide", T): 1},
    },
    "cap": {  # (1 - 0.5) of what arrives tainted, - 0.5 of what arrives clean, and 0.5 back for what is wasted
        ("bloc magnet use", T): {
            ("ship", "VN", "US", "magnet", T): 0.5,
            ("ship", "VN", "US", "magnet (clean)", T): -0.5,
            ("waste", "US", "magnet", T): 0.5,
            ("waste", "US", "magnet (clean)", T): 0.5,
        }
    },
    "supply": {
        ("CN", "oxide", T): {
            ("produce", "cn", T): 1,
            ("ship", "CN", "CN", "oxide", T): -1,
            ("ship", "CN", "VN", "oxide", T): -1,
        },
        ("VN", "oxide", T): {("mingled", "VN", "oxide", T): 1, ("ship", "VN", "CN", "oxide", T): -1},
        ("VN", "oxide (clean)", T): {
            ("produce", "ox", T): 1,
            ("mingled", "VN", "oxide", T): -1,
            ("ship", "VN", "VN", "oxide (clean)", T): -1,
        },
        ("VN", "magnet", T): {("produce", "vn", T): 1, ("ship", "VN", "US", "magnet", T): -1},
        ("VN", "magnet (clean)", T): {
            ("produce", "vn (clean)", T): 1,
            ("ship", "VN", "US", "magnet (clean)", T): -1,
        },
    },
    "use": {
        ("VN", "oxide", T): {
            ("ship", "CN", "VN", "oxide", T): 1,
            ("take", "pile", T): 1,
            ("put", "pile", T): -1,
            ("passed", "VN", "oxide", T): 1,
            ("produce", "vn", T): -1.5,
            ("produce", "vn (clean)", T): -0.375,
        },
        ("VN", "oxide (clean)", T): {
            ("ship", "VN", "VN", "oxide (clean)", T): 1,
            ("take", "pile (clean)", T): 1,
            ("put", "pile (clean)", T): -1,
            ("passed", "VN", "oxide", T): -1,
            ("produce", "vn (clean)", T): -1.125,
        },
        ("CN", "oxide", T): {
            ("ship", "CN", "CN", "oxide", T): 1,
            ("ship", "VN", "CN", "oxide", T): 1,
            ("consume", "CN", "a", "oxide", 0, T): -1,
        },
    },
    "use_or_waste": {
        ("US", "magnet", T): {
            ("ship", "VN", "US", "magnet", T): 1,
            ("passed", "US", "magnet", T): 1,
            ("waste", "US", "magnet", T): -1,
            ("consume", "US", "a", "magnet", 0, T): -1,
        },
        ("US", "magnet (clean)", T): {
            ("ship", "VN", "US", "magnet (clean)", T): 1,
            ("passed", "US", "magnet", T): -1,
            ("waste", "US", "magnet (clean)", T): -1,
        },
    },
}
"""By rule and key: what stands in a row, by variable and key."""


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[Any, dict[tuple[Any, ...], float]]]:
    """Every row of the model, as its rule writes it."""
    model = floors.build(tags.study())
    compiled = compile_model(model)
    name = {}
    for variable in ("produce", "ship", "consume", "put", "take", "stock", "waste", "passed", "mingled"):
        for key, column in compiled.column_of(getattr(model, variable)).items():
            name[column] = (variable, *key)
    found: dict[str, dict[Any, dict[tuple[Any, ...], float]]] = {}
    for rule in ROWS:
        for key, row in compiled.rows(getattr(model, rule)).items():
            part, sign = compiled.lp.matrix[[row]], -1.0 if ROW_KINDS[rule].sense == "<=" else 1.0
            terms = zip(part.indices.tolist(), part.data.tolist(), strict=True)
            found.setdefault(rule, {})[key] = {name[j]: sign * a for j, a in terms}
    return found


@pytest.mark.parametrize("rule", ROWS)
def test_tags_stand_in_the_rows_as_they_should(rule: str, rows: dict[str, Any]) -> None:
    assert {key: terms for key, terms in rows[rule].items() if key in ROWS[rule]} == ROWS[rule]


def test_what_no_tag_touches_has_no_row_more() -> None:
    """Outside the traced chain there is one name, and without a traced row there is none."""
    tables = {name: list(tags.study().rows(name)) for name in ("caps",)}
    bare = tags.study().with_rows(caps=[row | {"traced": False} for row in tables["caps"]])
    model = floors.build(bare)
    assert not any(
        "(clean)" in str(part) for key in [*model.SHIP, *model.PRODUCE, *model.USE] for part in key
    )
    assert len(model.POOL) == len(model.MINGLED) == 0
