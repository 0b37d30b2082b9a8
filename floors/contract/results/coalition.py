"""The results workbook of `floors coalition`: its sheets, and how its columns follow from the players."""

from __future__ import annotations

from collections.abc import Sequence

from floors.contract.results import MILLION_PV, MONEY, RUN, TEXT, Column, Sheet

COALITIONS = "coalitions"
MEMBERS = Sheet(
    "members",
    "Each member inside, as a free rider and alone, and how the cost of the bloc can be shared.",
    (
        Column("member", "", "Region that may stay or leave.", TEXT, 14, True),
        *(
            Column(name, MILLION_PV, meaning, MONEY, max(16, len(name) + 4))
            for name, meaning in (
                ("inside", "Net cost with all inside."),
                ("free_rider", "Net cost outside, no cap and no levy, while all others are the bloc."),
                ("alone", "Net cost as a bloc of its own: its own cap."),
                ("gain_on_free_rider", "Free rider less inside: negative for a member who would leave."),
                ("gain_on_alone", "Alone less inside."),
                ("side_payment", "What just keeps it in: inside less the better of the two; 0 if it stays."),
                ("shapley", "What it adds to the cost of those before it, on average over all orders."),
                ("owen", "What its own demand, capacities and room under the caps are worth at the prices."),
                ("least_core", "Shares to which the coalition with most to object has least to object."),
            )
        ),
    ),
)


def coalitions_sheet(players: Sequence[str]) -> Sheet:
    """One row a coalition, with a column for the net cost of every player, inside or out."""
    return Sheet(
        COALITIONS,
        "Every coalition: what it costs its members together, and what it costs each region, in or out.",
        (
            Column("members", "", "Who is in; blank for the empty coalition.", TEXT, 30, True),
            Column("size", "", "How many are in.", "0", 8),
            Column("status", "", "As for a scenario: optimal, infeasible ...", TEXT, 12),
            Column("total_net_cost", MILLION_PV, "Sum of the net costs of those who are in.", MONEY, 18),
            *(
                Column(f"cost_{i}", MILLION_PV, f"Net cost of {i}, in or out.", MONEY, max(14, len(i) + 9))
                for i in players
            ),
            Column("outsiders", MILLION_PV, "Net cost of all other regions.", MONEY, 14),
            Column("message", "", "Why there is no result.", TEXT, 40),
        ),
    )


def sheets_of(players: Sequence[str]) -> tuple[Sheet, ...]:
    """All sheets, in order."""
    return coalitions_sheet(players), MEMBERS, RUN
