"""Numbers in words that stay together."""

from __future__ import annotations

from floors.page.told import held_together


def test_a_number_keeps_its_minus_in_a_sentence_and_its_dash_in_a_range() -> None:
    told = "are –17.71 of the 65.79 (–3), 43–49 % – and no more"
    assert held_together(told) == "are \u221217.71 of the 65.79 (\u22123), 43–49\u00a0% – and no more"
    assert held_together(told, minus=False) == "are –17.71 of the 65.79 (–3), 43–49\u00a0% – and no more"
