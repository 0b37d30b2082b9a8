"""A misspelt or missing field is found by a type checker, where rows are made and where they are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest

from floors.contract.results import PRICES
from floors.contract.results.columns import key, price, sheet_of
from tests.support.places import ROOT

USE = """
from floors.contract.results import FLOORS, PRICES
from floors.contract.results.border import FloorRow, PriceRow

def floors(rows: list[FloorRow]) -> list[float]:
    return [row.flor for row in rows]  # misspelt

def read(rows: list[tuple[str, ...]]) -> list[float | None]:
    _ = [row.levies for row in FLOORS.read(rows)]  # no such column
    return [row.price for row in PRICES.read(rows)]

from typing import Any
ruled: dict[str, Any] = {}
row = PriceRow(region="US", commodity="oxide", year=2026, prize=80.0, origin_price=None, minimum_levy=None, **ruled)  # misspelt
less = PriceRow(region="US", commodity="oxide", year=2026, price=80.0)  # missing
other = PriceRow(region="US", commodity="oxide", year="2026", price=80.0, origin_price=None, minimum_levy=None, **ruled)  # no whole number
right = PriceRow(region="US", commodity="oxide", year=2026, price=80.0, origin_price=None, minimum_levy=None, **ruled)
"""


@pytest.mark.long
def test_mypy_finds_each_wrong_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mypy import api

    monkeypatch.chdir(ROOT)
    (tmp_path / "use.py").write_text(USE)
    said, _, _ = api.run([str(tmp_path / "use.py"), "--follow-imports=silent", f"--cache-dir={tmp_path}"])
    found = [int(line) for line in re.findall(r"use\.py:(\d+): error", said)]
    wrong = [line for line, text in enumerate(USE.splitlines(), 1) if "#" in text]
    assert sorted(set(found)) == wrong, said


class Bare(NamedTuple):
    name: Annotated[str, key("A name.")]
    price: float


class Odd(NamedTuple):
    name: Annotated[bytes, key("A name.")]


class Twice(NamedTuple):
    name: Annotated[str, key("A name."), price("A price.")]


@pytest.mark.parametrize("made", [Bare, Odd, Twice])
def test_a_field_that_is_no_column_is_refused(made: Any) -> None:
    with pytest.raises(TypeError, match=r"expected Annotated\[str"):
        sheet_of("sheet", made)


CLEAN = ("price", "origin_price", "minimum_levy", "plan_price", "plan_origin_price")


def test_rows_of_columns_need_every_column_and_one_length() -> None:
    whole = {
        "region": ["US"],
        "commodity": ["oxide"],
        "year": [2026],
        "price": [80.0],
        "origin_price": [None],
        "minimum_levy": [None],
        "plan_price": [None],
        "plan_origin_price": [None],
        **{f"clean_{name}": [None] for name in CLEAN},
        "bought": [True],
        "sold": [None],
    }
    (row,) = PRICES.from_columns(**dict(reversed(whole.items())))
    assert row == ("US", "oxide", 2026, 80.0, *[None] * 9, True, None) and row.origin_price is None
    with pytest.raises(TypeError, match="prices: missing or unknown are price, prize"):
        PRICES.from_columns(**{"prize" if name == "price" else name: cells for name, cells in whole.items()})
    with pytest.raises(ValueError, match="argument"):
        PRICES.from_columns(**whole | {"price": []})
    with pytest.raises(TypeError, match="Expected 15 arguments, got 4"):
        list(PRICES.read([("US", "oxide", 2026, 80.0)]))
