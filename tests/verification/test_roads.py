"""Which ways are open, read a second time."""

from __future__ import annotations

import pytest

import floors
from floors.contract.results import PRICES
from floors.verification import verify
from tests.support import studies
from tests.support.studies import table, years


@pytest.fixture(scope="module")
def opening() -> tuple[floors.Study, floors.Result]:
    """The US sells itself oxide from 2027, by a row that names it twice; China's costs 50, and 40 on the way."""
    study = studies.study(
        years=years((2026, 1), (2027, 1)),
        routes=table(
            "origin destination commodity freight first_year last_year",
            ("CN", "*", "*", 40, None, None),
            ("US", "US", "oxide", 0, 2027, None),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
    )
    return study, floors.solve(study)


def test_a_market_that_a_row_names_twice_is_shut_in_its_other_years(
    opening: tuple[floors.Study, floors.Result],
) -> None:
    """In 2026 the US pays China 90 and its own works, at 80, stand still; nothing is wrong in that."""
    study, result = opening
    found = {row.year: row.price for row in PRICES.read(result.rows("prices")) if row.region == "US"}
    assert found == {2026: pytest.approx(90), 2027: pytest.approx(80)}
    assert verify(study, result).findings == ()
