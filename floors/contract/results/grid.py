"""The results workbook of `floors sweep` with answers of the capped seller: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    MILLION_PV,
    TONNES,
    Sheet,
    flag,
    key,
    money,
    number,
    price,
    sheet_of,
    text,
    year,
)
from floors.contract.results.common import (
    BlocNetCost,
    Commodity,
    Effective,
    Floor,
    LevyRevenue,
    Member,
    Message,
    Movable,
    SetBy,
    TotalCost,
    WorldCostAtBasis,
)

Cap = Annotated[float, number("share", "Share the swept rows of `caps` are set to.", "0.00%", 10, key=True)]
Answer = Annotated[
    float,
    number(
        "share",
        "What the seller answers: the factor on its offer prices, or the share of what it sells abroad without a "
        "policy that it sells at most (sheet run: answer).",
        "0.000",
        10,
        key=True,
    ),
]


class GridRow(NamedTuple):
    """Every cap against every answer of the capped seller: who pays what, and whether either would rather move."""

    cap: Cap
    answer: Answer
    status: Annotated[
        str, text("As for a scenario: optimal, infeasible ... Without a plan all numbers are blank.", 12)
    ]
    bloc_net_cost: BlocNetCost = None
    change_of_bloc_net_cost: Annotated[
        float | None, money("The same less that at no cap and no answer.", MILLION_PV)
    ] = None
    region_surplus: Annotated[
        float | None,
        money(
            "What the seller's region gains: less its net cost, less what selling below cost costs it.",
            MILLION_PV,
        ),
    ] = None
    change_of_region_surplus: Annotated[
        float | None, money("The same less that at no cap and no answer.", MILLION_PV)
    ] = None
    below_cost: Annotated[
        float | None,
        money("What its goods cost it above its offers; below 0 where offers lie above cost.", MILLION_PV),
    ] = None
    sold: Annotated[
        float | None,
        number("t", "All that the region ships abroad, to members and others, over all years.", TONNES, 12),
    ] = None
    total_cost: TotalCost = None
    world_cost_at_basis: WorldCostAtBasis = None
    levy_revenue: LevyRevenue = None
    bloc_best: Annotated[
        bool | None, flag("TRUE where no other cap costs the bloc less at this answer, to a billionth.")
    ] = None
    region_best: Annotated[
        bool | None, flag("TRUE where no other answer gains the region more at this cap, to a billionth.")
    ] = None
    neither_moves: Annotated[
        bool | None, flag("TRUE where both are: neither side gains by moving alone.")
    ] = None
    at_edge_cap: Annotated[
        bool | None, flag("TRUE for the loosest and the tightest cap tried: beyond it was not looked.")
    ] = None
    at_edge_answer: Annotated[
        bool | None, flag("TRUE for the least and the most answer tried: beyond it was not looked.")
    ] = None
    movable: Movable = None
    message: Message = None
    cause: Annotated[
        str | None,
        text(
            "Of one cell without a plan, of the loosest such cap that with the most answer: what cannot hold together "
            "there, where without any one of it the rest could; where goods are made and used apart.",
            40,
        ),
    ] = None


GRID = sheet_of("grid", GridRow)


class FirstRow(NamedTuple):
    """What is best to commit to first, where the other side answers as suits it best, and what that is worth."""

    first: Annotated[str, key("`bloc`, which commits to a cap, or the region, which commits to an answer.")]
    choice: Annotated[
        float,
        number("share", "The cap or answer that is best to commit to; a row each of several.", "0.000", 10),
    ]
    reply: Annotated[
        float,
        number(
            "share",
            "What the other side then does, of several alike the worst for who went first.",
            "0.000",
            10,
        ),
    ]
    payoff: Annotated[
        float, money("Net cost of the bloc, or surplus of the region, of who went first.", MILLION_PV)
    ]
    payoff_if_ties_favour: Annotated[
        float,
        money("The best there is for who goes first if ties of the other side fall its way.", MILLION_PV),
    ]
    payoff_where_neither_moves: Annotated[
        float | None,
        money(
            "The same where neither side wants to move; blank where there is no such cell, or several that "
            "pay differently.",
            MILLION_PV,
        ),
    ]
    worth: Annotated[
        float | None,
        money(
            "What committing first changes, the first less the second: of the bloc a cost (below 0: it saves), of the "
            "region a surplus (above 0: it gains).",
            MILLION_PV,
        ),
    ]


FIRST = sheet_of("first", FirstRow)


class GridMemberRow(NamedTuple):
    """The net cost of each member at every cap and answer."""

    cap: Cap
    answer: Answer
    member: Annotated[str, key("Member of the bloc.")]
    net_cost: Annotated[float, money("Its net cost in the years in which it is a member.", MILLION_PV)]
    change: Annotated[float | None, money("The same less that at no cap and no answer.", MILLION_PV)]


MEMBERS = sheet_of("members", GridMemberRow)


class GridFloorRow(NamedTuple):
    """The floors at every cap and answer."""

    cap: Cap
    answer: Answer
    member: Member
    commodity: Commodity
    year: Annotated[int, year()]
    floor: Floor
    levy: Annotated[
        float,
        price("Floor less the price of the capped origin, in which is the rent of what it withholds."),
    ]
    effective: Effective
    set_by: SetBy


FLOORS = sheet_of("floors", GridFloorRow)

SHEETS: tuple[Sheet, ...] = (GRID, FIRST, MEMBERS, FLOORS, RUN)
