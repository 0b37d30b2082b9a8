"""The results workbook of `floors priorities`: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    COUNT,
    FACTOR,
    MILLION_PV,
    SHARE,
    YEAR,
    Sheet,
    flag,
    key,
    money,
    number,
    price,
    share,
    sheet_of,
    text,
)

CHAIN = "Commodities made of or with each other, or capped together: by words all begin with, else by what is capped."
BINDS, SHORTAGE, REDIRECTED, NO_LEVY, UNDER, NO_CAPPED, NO_CAP = (
    "floor",
    "shortage",
    "redirected",
    "no levy",
    "under the cap",
    "nothing capped",
    "no cap",
)
"""What a chain needs: see column `need`."""
WHY_NONE = {
    NO_CAP: "no cap",
    NO_CAPPED: "nothing of capped origin would come without caps",
    UNDER: "below the caps even without them",
    REDIRECTED: "caps met by redirecting trade, at no levy",
    NO_LEVY: "caps met at no levy by what is made or built elsewhere",
}
"""Why a chain needs no floor, after its name."""
_APART = "million {currency} avoided per million of cost"


class PriorityRow(NamedTuple):
    """Each chain, the one whose caps avoid most per million that they cost first; chains without a rank last. Costs are
    of base with all caps less base with the rows of sheet caps of this chain blank, the rest as it is."""

    chain: Annotated[str, key(CHAIN, 24)]
    rank: Annotated[
        int | None,
        number(
            "",
            "1 is first: caps that cost nothing and avoid something, then by avoided_per_million, then those that gain "
            "without a shock and lose in one, last what costs and avoids nothing; of equals the same; blank: nothing "
            "is at stake, or not known.",
            COUNT,
            8,
        ),
    ]
    need: Annotated[
        str,
        text(
            "In base: floor (a levy in some year); shortage (the levy is a buyer's value); redirected (caps are met by "
            "redirecting trade at no levy); no levy (so too, but something is made or built elsewhere); under the cap "
            "(as without caps); nothing capped (nothing of capped origin arrives without caps); no cap.",
            16,
        ),
    ]
    status: Annotated[str, text("optimal, or why a number is blank: of the first solve without a plan.", 12)]
    levy: Annotated[
        float | None, price("Highest levy in base; 0: none in any year; blank: there is no floor.")
    ]
    floor: Annotated[float | None, price("The floor where and when that levy is.")]
    levy_commodity: Annotated[str | None, text("What it is on.")]
    levy_member: Annotated[str | None, text("Where it is.")]
    levy_year: Annotated[int | None, number("year", "When it is, the first of equals.", YEAR, 8)]
    cost: Annotated[
        float | None,
        money(
            "What its caps cost the members without a shock: net cost with all caps less without its own.",
            MILLION_PV,
        ),
    ]
    expected_avoided: Annotated[
        float | None,
        money(
            "Sum over shocks that strike it of probability x avoided (sheet priority_shocks); 0: none strikes it.",
            MILLION_PV,
        ),
    ]
    avoided_per_million: Annotated[
        float | None,
        number(_APART, "expected_avoided / cost: the rank; blank where it costs nothing.", FACTOR, 12),
    ]
    p5: Annotated[
        float | None,
        number(_APART, "5th percentile over samples that have one; blank: none, or not drawn.", FACTOR, 10),
    ]
    p50: Annotated[float | None, number(_APART, "The same, half of them.", FACTOR, 10)]
    p95: Annotated[float | None, number(_APART, "The same, 95th percentile.", FACTOR, 10)]
    samples: Annotated[int | None, number("", "Samples that have one.", COUNT, 9)]
    free_share: Annotated[
        float | None, share("Share of the samples in which its caps cost nothing and avoid something.")
    ]
    first_three: Annotated[
        float | None,
        share("Share of the samples in which its rank is 1 to 3; of those in which it has its plans."),
    ]
    gain: Annotated[
        float | None,
        money(
            "expected_avoided less cost x probability that no shock strikes it: what its caps save on average.",
            MILLION_PV,
        ),
    ]
    payer: Annotated[str | None, text("The member whose net cost rises most by its caps; blank: none rises.")]
    payer_cost: Annotated[float | None, money("By how much.", MILLION_PV)]
    gainer: Annotated[str | None, text("The region whose producers gain most by its caps; blank: none gain.")]
    gainer_gain: Annotated[float | None, money("By how much.", MILLION_PV)]
    weak: Annotated[
        bool | None,
        flag("TRUE where more than half of its input rows are weak; blank: not said."),
    ]
    weak_share: Annotated[
        float | None,
        share(
            "Of its input rows that say so those with source_status assumption or gap or source_confidence low."
        ),
    ]
    weakest_status: Annotated[
        str | None, text("Weakest source_status of its input rows; 'not said' where no row has one.", 14)
    ]
    weakest_confidence: Annotated[
        str | None, text("Weakest source_confidence of its input rows; 'not said' where no row has one.", 14)
    ]
    commodities: Annotated[str, text("Its commodities.", 40)]
    message: Annotated[str | None, text("Why there is no plan.", 40)] = None


PRIORITIES = sheet_of("priorities", PriorityRow)


class PriorityShockRow(NamedTuple):
    """Each shock that strikes a chain, with its caps and without: the rest as it is, and decided before the shock as if
    it never came. A shock strikes what it changes a row of, where that moves what the bloc pays."""

    chain: Annotated[str, key(CHAIN, 24)]
    scenario: Annotated[str, key("Scenario with a probability that is a shock.", 26)]
    probability: Annotated[float, number("", "How likely, of sheet scenarios.", SHARE, 10)]
    parent: Annotated[str, text("What comes where the shock does not.")]
    known_from: Annotated[
        int | None,
        number(
            "year",
            "First year in which it is known; blank: from the start, with what is built as without it.",
            YEAR,
            8,
        ),
    ]
    with_caps: Annotated[
        float | None,
        money("Net cost of the members for what was solved with the chain, with all caps.", MILLION_PV),
    ]
    without_caps: Annotated[float | None, money("The same without the caps of the chain.", MILLION_PV)]
    avoided: Annotated[
        float | None, money("Without less with: the loss that its caps avoid in the shock.", MILLION_PV)
    ]
    status: Annotated[str, text("optimal, or why a cost is blank.", 12)]


SHOCKS = sheet_of("priority_shocks", PriorityShockRow)


class PriorityFloorRow(NamedTuple):
    """Floors of each chain in base, by commodity and place; weighed: by what arrives and the weight of the year."""

    chain: Annotated[str, key(CHAIN, 24)]
    commodity: Annotated[str, key("Commodity.")]
    member: Annotated[str, key("Member, or market member/segment.")]
    first_year: Annotated[int | None, number("year", "First year with a levy; blank: none.", YEAR, 8)]
    levy: Annotated[float, price("Highest levy.")]
    year: Annotated[int, number("year", "When it is, the first of equals.", YEAR, 8)]
    floor: Annotated[float, price("The floor in that year.")]
    highest_floor: Annotated[float, price("Highest floor of any year.")]
    highest_year: Annotated[int, number("year", "When it is, the first of equals.", YEAR, 8)]
    mean_levy: Annotated[float | None, price("Levies of all years, weighed; blank where nothing arrives.")]
    mean_floor: Annotated[float | None, price("Floors of all years, weighed.")]
    shortage: Annotated[bool, flag("TRUE where the floor of highest levy is a buyer's value: a shortage.")]


FLOORS = sheet_of("priority_floors", PriorityFloorRow)


class PriorityPayerRow(NamedTuple):
    """Who pays for the caps of each chain and who gains, region by region and market by market: base with all caps less
    base without its own. A market's levies, tariffs, support and producers are told at it or at its region, as in
    accounts."""

    chain: Annotated[str, key(CHAIN, 24)]
    place: Annotated[str, key("Region, or market region/segment.")]
    role: Annotated[str, text("Member, capped or other.")]
    net_cost: Annotated[float, money("Change of net cost: above 0 it pays.", MILLION_PV)]
    buyers: Annotated[float, money("What its buyers pay more and go without more.", MILLION_PV)]
    producers: Annotated[float, money("What its producers earn more.", MILLION_PV)]
    treasury: Annotated[
        float,
        money(
            "What its treasury takes in more: levies, tariffs and export taxes less support and contracts.",
            MILLION_PV,
        ),
    ]


PAYERS = sheet_of("priority_payers", PriorityPayerRow)


class PriorityInputRow(NamedTuple):
    """How well the inputs of each chain are known: rows of the sheets that hold numbers of it, policy apart, by the
    user's columns source_status and source_confidence."""

    chain: Annotated[str, key(CHAIN, 24)]
    source_status: Annotated[str, key("As written; 'not said' where blank.")]
    source_confidence: Annotated[str, key("As written; 'not said' where blank.")]
    rows: Annotated[int, number("", "How many rows.", COUNT, 8)]
    weak: Annotated[bool, flag("TRUE for assumption, gap, or low.")]


INPUTS = sheet_of("priority_inputs", PriorityInputRow)

SHEETS: tuple[Sheet, ...] = (PRIORITIES, SHOCKS, FLOORS, PAYERS, INPUTS, RUN)
