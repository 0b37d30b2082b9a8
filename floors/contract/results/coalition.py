"""The results workbook of `floors coalition`: its sheets, and how its columns follow from the players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    COUNT,
    MILLION_PV,
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
