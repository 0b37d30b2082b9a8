"""The results workbook of `floors sweep`: its sheets."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    MILLION_PV,
    SHARE,
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
    Levy,
    LevyRevenue,
    MakeWhole,
    Member,
    Message,
    Movable,
    SetBy,
    TotalCost,
    WorldCostAtBasis,
)

Cap = Annotated[
    float | None,
    number("share", "Share the swept rows of `caps` are set to; blank: no cap.", "0.00%", 10, key=True),
]


class SweepRow(NamedTuple):
    """What the study costs at each cap, and at each cap where its cost bends."""

    cap: Cap
    kink: Annotated[bool, flag("TRUE where the cost bends: it rises faster below this cap.")]
    status: Annotated[str, text("As for a scenario: optimal, infeasible ...", 12)]
    total_cost: TotalCost = None
    cost_of_cap: Annotated[
        float | None, money("Total cost less that without the swept caps.", MILLION_PV)
    ] = None
    marginal_cost: Annotated[
        float | None,
        money("What one percentage point of cap less costs more; at a kink, below it.", MILLION_PV),
    ] = None
    resource_cost: Annotated[
        float | None, money("What is really spent, transfers and unserved value apart.", MILLION_PV)
    ] = None
    world_cost_at_basis: WorldCostAtBasis = None
    bloc_net_cost: BlocNetCost = None
    change_of_bloc_net_cost: Annotated[
        float | None, money("Net cost of the bloc less that without the swept caps.", MILLION_PV)
    ] = None
    levy_revenue: LevyRevenue = None
    capped_share: Annotated[
        float | None, number("share", "Capped content in what the bloc buys.", SHARE, 15)
    ] = None
    embodied_share: Annotated[
        float | None,
        number("share", "Capped content in what the bloc uses, traced through production.", SHARE, 17),
    ] = None
    uplift: Annotated[
        float | None, money("Cost less what the prices are worth: make-whole and foregone.", MILLION_PV)
    ] = None
    make_whole: MakeWhole = None
    movable: Movable = None
    message: Message = None


SWEEP = sheet_of("sweep", SweepRow)


class SweptFloorRow(NamedTuple):
    """The floors at each cap of the sweep."""

    cap: Cap
    member: Member
    commodity: Commodity
    year: Annotated[int, year()]
    floor: Floor
    levy: Levy
    effective: Effective
    set_by: SetBy


FLOORS = sheet_of("floors", SweptFloorRow)


class JumpRow(NamedTuple):
    """Where floors jump: between caps that follow each other and have a plan, by more than 1 %."""

    member: Member
    commodity: Commodity
    year: Annotated[int, year()]
    looser: Annotated[
        float | None, number("share", "The looser of the two caps; blank: no cap.", "0.00%", 10, key=True)
    ]
    tighter: Annotated[float, number("share", "The tighter of the two caps.", "0.00%", 10, key=True)]
    bends_at: Annotated[
        float | None,
        number(
            "share",
            "The cap between them at which cost bends, where there is one alone: there the floor jumps. Blank "
            "where there are several, under rules on floors, and where the bends are not looked for.",
            "0.00%",
            10,
        ),
    ]
    floor_from: Annotated[float, price("The floor at the looser cap.")]
    floor_to: Annotated[float, price("The floor at the tighter cap.")]
    jump: Annotated[float, price("The second less the first.")]
    set_by_from: Annotated[str, text("What sets the floor at the looser cap.", 26)]
    set_by_to: Annotated[
        str, text("What sets it at the tighter cap; 'unserved' names a buyer's value: a shortage.", 26)
    ]


JUMPS = sheet_of("jumps", JumpRow)


class OptimumRow(NamedTuple):
    """Of the caps tried that of least bloc net cost and that of least world cost, of several the loosest; no cap."""

    best_for: Annotated[str, key("bloc or world: whose cost is least there; or `no cap`.")]
    cap: Annotated[float | None, number("share", "The cap; blank: no cap.", "0.00%", 10)]
    bloc_net_cost: Annotated[float, money("Sum of the net costs of the members.", MILLION_PV)]
    total_cost: Annotated[float, money("Cost of the whole system at offer prices.", MILLION_PV)]
    world_cost_at_basis: Annotated[
        float,
        money("What the world spends at what goods cost, and leaves unserved; transfers apart.", MILLION_PV),
    ]
    bloc_bears_more: Annotated[
        float,
        money(
            "Net cost of the bloc less that at the bloc's best cap; at the world's: what that is worth.",
            MILLION_PV,
        ),
    ]
    world_bears_more: Annotated[float, money("Total cost less that at the world's best cap.", MILLION_PV)]


OPTIMUM = sheet_of("optimum", OptimumRow)

SHEETS: tuple[Sheet, ...] = (SWEEP, OPTIMUM, FLOORS, JUMPS, RUN)
