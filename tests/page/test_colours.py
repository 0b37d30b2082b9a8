"""Colours of pictures are told apart, and words in them can be read."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from floors.page.colours import (
    BAND,
    CAPPED,
    FLOOR,
    GAIN,
    GREY,
    INK,
    LOSS,
    MEMBERS,
    MOST,
    NET,
    OTHERS,
    REST,
    colours,
    words_colour,
)

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
SEEN_BY = {
    "all": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(colour: str, seen_by: str) -> tuple[float, float, float]:
    """CIE Lab of a colour as somebody sees it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in SEEN_BY[seen_by]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    f, g, h = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * g - 16, 500 * (f - g), 200 * (g - h)


def apart(one: str, other: str, seen_by: str) -> float:
    """CIE76 distance."""
    return sum((a - b) ** 2 for a, b in zip(lab(one, seen_by), lab(other, seen_by), strict=True)) ** 0.5


@pytest.mark.parametrize("seen_by", SEEN_BY)
def test_what_must_be_told_apart_is_for_everybody(seen_by: str) -> None:
    assert apart(FLOOR, CAPPED[0], seen_by) > 70
    assert apart(GAIN, LOSS, seen_by) > 60
    assert apart(GAIN, NET, seen_by) > 40 and apart(LOSS, NET, seen_by) > 25
    assert apart(BAND, FLOOR, seen_by) > 40


@pytest.mark.parametrize("seen_by", SEEN_BY)
def test_neighbours_in_a_stack_are_told_apart(seen_by: str) -> None:
    """Capped first, then members, then others, grey last; white edges and labels stand between them besides."""
    stack = (CAPPED[0], *MEMBERS, *REST, OTHERS)
    assert min(apart(one, other, seen_by) for one, other in pairwise(stack)) > 12


def test_eight_regions_have_a_colour_and_all_others_are_grey() -> None:
    weight = {f"R{n:02d}": float(n) for n in range(60)}
    found = colours(weight, ["R01", "R02"], ["R03", "R58", "R59"])
    own = {name: colour for name, colour in found.items() if colour != OTHERS}
    assert len(found) == 60 and len(own) == MOST
    assert (own["R01"], own["R02"]) == CAPPED[:2]  # capped, however small
    assert own["R59"] in MEMBERS and own["R58"] in MEMBERS
    assert found["R03"] == OTHERS
    assert len(set(own.values())) == MOST


def test_a_region_keeps_its_colour_whatever_is_drawn() -> None:
    weight = {"US": 3.0, "JP": 2.0, "CN": 1.0}
    assert colours(weight, ["CN"], ["US", "JP"]) == colours(
        dict(reversed(weight.items())), ["CN"], ["US", "JP"]
    )


@pytest.mark.parametrize("colour", [*CAPPED, *MEMBERS, *REST, OTHERS, FLOOR, INK, GREY])
def test_words_in_a_colour_can_be_read_on_white(colour: str) -> None:
    parts = [int(words_colour(colour)[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_colours_are_distinct() -> None:
    assert all(one != other for one, other in combinations((*CAPPED, *MEMBERS, *REST, OTHERS), 2))
