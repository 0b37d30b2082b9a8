"""Numbers as Excel shows them."""

from __future__ import annotations

import pytest

from floors.page.shown import shown

SIGNED = "[>=0.5]+#,##0;[<=-0.5]\u2013#,##0;0"


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (61.183, "0.00", "61.18"),
        (2.675, "0.00", "2.68"),
        (0.4, "0 %", "40 %"),
        (0.4375, "0.0%", "43.8%"),
        (1289.4, SIGNED, "+1,289"),
        (-512.5, SIGNED, "\u2013513"),
        (0.4, SIGNED, "0"),
        (-0.4, SIGNED, "0"),
        (-14.37, "0.00;\u20130.00;0.00", "\u201314.37"),
        (0.0, '0.00;\u20130.00;"\u2013"', "\u2013"),
        (-14.37, "0.00", "-14.37"),
        (-0.001, "0.00", "0.00"),
        (2027, "0", "2027"),
        (1234567.891, "#,##0.0", "1,234,567.9"),
        (12.0, '0" t"', "12 t"),
        (2.5, "General", "2.5"),
        (3, "General", "3"),
    ],
)
def test_a_number_is_shown_as_excel_shows_it(value: float, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a number to show"):
        shown(float("nan"), "0.00")
