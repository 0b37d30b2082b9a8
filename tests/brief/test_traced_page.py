"""What the page says of a cap that sees through the chain."""

from __future__ import annotations

import floors
from tests.sourcing.test_traced import CN_MAKES, chain, settings, table
from tests.support.paged import plain

SEEN = "The cap sees through the chain:"


def page_of(study: floors.Study) -> str:
    """The page of a result as text, with plain spaces."""
    page = floors.solve(study).brief
    return plain("\n".join([page.headline, page.question, *(f"{a.lead} {a.text}" for a in page.answers)]))


def test_the_question_names_what_is_counted() -> None:
    caps = table("scope commodity basis traced 2026", ("bloc", "magnet", "demand", False, 0.3))
    traced, papers = page_of(chain(CN_MAKES)), page_of(chain(CN_MAKES, caps=caps))
    assert "magnet made of material from CN within 30 % of" in traced
    assert "magnet from CN within 30 % of" in papers


def test_what_counts_beside_what_comes_from_there() -> None:
    """VN makes all that counts: none comes from CN. Where CN sends what counts itself nothing is said."""
    third = page_of(chain())
    assert SEEN in third
    assert "30 % counts as made of material from CN, wherever it was made, and 0 % comes from there" in third
    assert "The cap puts a levy of 18 USD/kg on magnet from VN made of material from CN" in third
    assert SEEN not in page_of(chain(CN_MAKES, settings=settings(de_minimis=0.1)))
