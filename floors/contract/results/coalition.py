"""The results workbooks of `floors coalition`: their sheets, and how columns follow from the players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    COUNT,
    MILLION_PV,
    SHARE,
    Kind,
    Sheet,
    column,
    key,
    money,
    number,
    sheet_of,
    text,
)

COALITIONS = "coalitions"


class MemberRow(NamedTuple):
    """Each member inside, as a free rider and alone, and how the cost of the bloc can be shared."""

    member: Annotated[str, key("Region that may stay or leave.")]
    inside: Annotated[float | None, money("Net cost with all inside.", MILLION_PV, 16)]
    free_rider: Annotated[
        float | None,
        money("Net cost outside, no cap and no levy, while all others are the bloc.", MILLION_PV, 16),
    ]
    alone: Annotated[float | None, money("Net cost as a bloc of its own: its own cap.", MILLION_PV, 16)]
    gain_on_free_rider: Annotated[
        float | None, money("Free rider less inside: negative for a member who would leave.", MILLION_PV, 16)
    ]
    gain_on_alone: Annotated[float | None, money("Alone less inside.", MILLION_PV, 16)]
    side_payment: Annotated[
        float | None,
        money("What just keeps it in: inside less the better of the two; 0 if it stays.", MILLION_PV, 16),
    ]
    shapley: Annotated[
        float | None,
        money("What it adds to the cost of those before it, on average over all orders.", MILLION_PV, 16),
    ]
    owen: Annotated[
        float | None,
        money(
            "What its own demand, capacities and room under the caps are worth at the prices.", MILLION_PV, 16
        ),
    ]
    least_core: Annotated[
        float | None,
        money("Shares to which the coalition with most to object has least to object.", MILLION_PV, 16),
    ]


MEMBERS = sheet_of("members", MemberRow)


class CandidateRow(NamedTuple):
    """What it is worth when one candidate joins the members, and nobody else does: net costs before less after."""

    candidate: Annotated[str, key("Region that may join.")]
    status: Annotated[str, text("Of the set with it: optimal, infeasible ...; else of the members' own.", 12)]
    worth_to_members: Annotated[
        float | None, money("What those who are members gain together; negative: they lose.", MILLION_PV, 18)
    ]
    worth_to_itself: Annotated[
        float | None, money("What it gains itself; negative: it loses by joining.", MILLION_PV, 18)
    ]
    worth_together: Annotated[float | None, money("Sum of both.", MILLION_PV, 16)]
    place: Annotated[
        int | None, number("", "When it joins in the best order; blank where there is none.", COUNT, 8)
    ]
    not_settled: Annotated[
        str | None, text("Which of the three another plan of the same cost may change.", 30)
    ]
    message: Annotated[str | None, text("Why there is no result.", 40)]


class OrderRow(NamedTuple):
    """Orders of joining, the best first and of equals the first in sheet regions; of many the first 24."""

    order: Annotated[str, key("Who joins, the first first.", 30)]
    step: Annotated[int, number("", "Step of the order.", COUNT, 8, key=True)]
    joins: Annotated[str, text("Who joins in this step.")]
    rank: Annotated[
        int | None, number("", "1 for the best order; blank where some step has no plan.", COUNT, 8)
    ]
    status: Annotated[str, text("Of the set after this step; else of that before it.", 12)]
    worth_to_members: Annotated[
        float | None, money("What those who were in before gain together in this step.", MILLION_PV, 18)
    ]
    worth_to_itself: Annotated[
        float | None, money("What the one who joins gains in this step.", MILLION_PV, 18)
    ]
    cumulative_gain: Annotated[
        float | None, money("Gain of members and all who have joined, up to this step.", MILLION_PV, 18)
    ]
    worth_of_order: Annotated[
        float | None,
        money(
            "Sum of cumulative_gain over the steps: early gains count most. The best has most.",
            MILLION_PV,
            18,
        ),
    ]
    not_settled: Annotated[str | None, text("Which another plan of the same cost may change.", 30)]


class WorthBandRow(NamedTuple):
    """How sure the worths of joining are: over random factors on what is uncertain, the same in every set, of the
    samples in which both sets have a plan."""

    candidate: Annotated[str, key("Region that joins.")]
    joins: Annotated[str, key("`alone`, or the step of the best order.", 18)]
    worth: Annotated[str, key("worth_to_members, worth_to_itself, worth_together.", 18)]
    value: Annotated[float | None, money("With every number as it is in the workbook.", MILLION_PV)]
    p5: Annotated[float | None, money("One sample in twenty is below.", MILLION_PV)]
    p50: Annotated[float | None, money("Half of the samples are below.", MILLION_PV)]
    p95: Annotated[float | None, money("One sample in twenty is above.", MILLION_PV)]
    above_zero: Annotated[
        float | None, number("share", "Share of these samples in which it is a gain.", SHARE, 12)
    ]
    samples: Annotated[int, number("", "Samples in which both sets have a plan.", COUNT, 11)]
    failed_share: Annotated[float, number("share", "Share of all samples in which one has none.", SHARE, 12)]


CANDIDATES = sheet_of("candidates", CandidateRow)
ORDERS = sheet_of("orders", OrderRow)
WORTH_BANDS = sheet_of("worth_bands", WorthBandRow)


def coalitions_sheet(players: Sequence[str]) -> Sheet:
    """One row a coalition, with a column for the net cost of every player, inside or out."""
    return Sheet(
        COALITIONS,
        "Every coalition: what it costs its members together, and what it costs each region, in or out.",
        (
            column("members", Kind.TEXT, key("Who is in; blank for the empty coalition.", 30)),
            column("size", Kind.WHOLE, number("", "How many are in.", COUNT, 8)),
            column("status", Kind.TEXT, text("As for a scenario: optimal, infeasible ...", 12)),
            column(
                "total_net_cost",
                Kind.NUMBER,
                money("Sum of the net costs of those who are in.", MILLION_PV, 18),
            ),
            *(
                column(cost_of(i), Kind.NUMBER, money(f"Net cost of {i}, in or out.", MILLION_PV))
                for i in players
            ),
            column("outsiders", Kind.NUMBER, money("Net cost of all other regions.", MILLION_PV)),
            column(
                "not_settled",
                Kind.TEXT,
                text("Whose net cost, and whether their sum, another plan of the same cost may change.", 24),
            ),
            column("message", Kind.TEXT, text("Why there is no result.", 40)),
        ),
    )


def cost_of(player: str) -> str:
    """The column of sheet coalitions with the net cost of a player."""
    return f"cost_{player}"


def sheets_of(players: Sequence[str]) -> tuple[Sheet, ...]:
    """All sheets, in order."""
    return coalitions_sheet(players), MEMBERS, RUN


def candidates_sheets(players: Sequence[str]) -> tuple[Sheet, ...]:
    """All sheets where it was asked what joining is worth; worth_bands has rows where samples were."""
    return CANDIDATES, ORDERS, WORTH_BANDS, coalitions_sheet(players), RUN
