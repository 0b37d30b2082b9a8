"""Numbers in words as Excel shows them by their formats."""

from __future__ import annotations

import pytest

from floors.html.shown import look_of


@pytest.mark.parametrize(
    ("number_format", "value", "told"),
    [
        ("0.00", 61.1834, "61.18"),
        ("0.00", -0.001, "0.00"),
        ("#,##0", 12345.6, "12,346"),
        ("0", 2027, "2027"),
        ("0 %", 0.404, "40\u00a0%"),
        ("0.0%", 0.0625, "6.2\u00a0%"),
        ("+#,##0;\u2013#,##0;0", 113.2, "+113"),
        ("+#,##0;\u2013#,##0;0", -0.3, "0"),
        ("[>=0.5]+#,##0;[<=-0.5]\u2013#,##0;0", -4237.4, "\u20134,237"),
        ("General", 45.4311987, "45.4312"),
        ("General", 0.0000123, "0.0000123"),
        ("General", 0.0, "0"),
        ("0.0E+00", 2.5e-9, "2.5E-09"),
        ("0.0E+00", 0.0, "0.0E+00"),
        ("General", -1.387e-16, "\u20131.39E-16"),
        ("0.00", None, ""),
    ],
)
def test_numbers_are_told(number_format: str, value: float | None, told: str) -> None:
    assert look_of(number_format).text(value) == told
