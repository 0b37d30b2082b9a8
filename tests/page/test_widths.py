"""How wide texts are, and how many lines they take."""

from __future__ import annotations

import pytest

from floors.page.page import Paragraph
from floors.page.widths import lines, longest_word, width


def test_widths_are_those_of_the_font() -> None:
    """An em of 9 points is 12 pixels; a digit is 0.56 of it, a capital W 0.94, a space 0.28."""
    assert width("0", 9) == pytest.approx(0.56 * 12)
    assert width("W", 9) == pytest.approx(0.94 * 12)
    assert width("00", 18) == pytest.approx(4 * width("0", 9))
    assert width("\u00a0", 9) == width(" ", 9) == pytest.approx(0.28 * 12)
    assert width("b", 9, bold=True) > width("b", 9)


def test_accents_do_not_widen_a_letter_and_unknown_signs_have_a_width() -> None:
    assert width("é", 9) == width("e", 9) and width("Ž", 9) == width("Z", 9)
    assert width("漢", 9) == pytest.approx(12)
    assert width("\U0001f642", 9) >= 8


def test_lines_break_between_words_and_not_at_no_break_spaces() -> None:
    wide = width("two words", 9) + 0.01
    assert lines("two words", 9, wide) == 1
    assert lines("two words", 9, wide - 1) == 2
    assert lines("two\u00a0words", 9, wide - 1) == 2, "it is one word, longer than the line"
    assert lines("a two\u00a0words", 9, wide) == 2
    assert lines("one\ntwo\n\nthree", 9, 500) == 4
    assert lines("", 9, 50) == 1


def test_long_words_and_texts_of_east_asia_are_broken() -> None:
    assert lines("0" * 100, 9, 10 * width("0", 9)) == 10
    assert lines("漢" * 10, 9, 48) == 3
    assert longest_word("漢字 ab", 9) == pytest.approx(width("ab", 9))


def test_the_lead_of_a_paragraph_is_bold() -> None:
    told = Paragraph("Proof.", "All checks passed.")
    exact = width("Proof.", 9, bold=True) + width(" All checks passed.", 9)
    assert lines(told, 9, exact + 0.01) == 1 and lines(told, 9, exact - 0.01) == 2
    assert lines(Paragraph("", "abc"), 9, width("abc", 9) + 0.01) == 1
