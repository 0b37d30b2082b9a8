"""Sheet links: what pairs of regions can ship, what they qualified, and what a link is worth."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import flag, key, money, price, sheet_of, tonnes, year


class LinkRow(NamedTuple):
    """Pairs that need a link, by year, where one stands, is built or has a price: what they can ship, what they
    qualify, and what their sellers ask for it."""

    origin: Annotated[str, key("Region where it is made.")]
    destination: Annotated[str, key("Region where it arrives, its markets in it.")]
    commodity: Annotated[str, key("Commodity shipped.")]
    year: Annotated[int, year()]
    qualified: Annotated[float, tonnes("What the pair could ship when the first year began.")]
    added: Annotated[float, tonnes("What it qualifies in this period; it stands after its time.")]
    room: Annotated[
        float | None,
        tonnes("What it can ship: qualified, and added before and alive; blank where all is free."),
    ]
    shipped: Annotated[float, tonnes("What it ships, before losses on the way, without leaks.")]
    friction: Annotated[
        float | None,
        price("Price of the link: what its seller asks above the price at origin. Blank where all is free."),
    ]
    plan_friction: Annotated[
        float | None,
        price("The same without rules on floors, which proves the plan; blank where they change none."),
    ]
    scarce: Annotated[
        bool,
        flag(
            "TRUE where the link alone would hold the plan: levies of caps on this pair tax its rent, and no more."
        ),
    ]
    minimum_levy: Annotated[
        float | None,
        price("Levy of the minimum rule on this pair, a kg of content; blank where none."),
    ]
    clean_minimum_levy: Annotated[
        float | None, price("The same of what is clean, where the commodity is tagged; blank where none.")
    ]
    charge: Annotated[
        float, money("Annual charges of what it has qualified and is alive, which its sender pays.")
    ]


LINKS = sheet_of("links", LinkRow)
