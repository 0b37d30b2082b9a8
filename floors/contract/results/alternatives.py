"""The results workbook of `floors alternatives`: its sheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from floors.contract.results import RUN
from floors.contract.results.columns import (
    INDEX,
    MILLION_PV,
    Sheet,
    key,
    money,
    number,
    price,
    share,
    sheet_of,
    text,
    tonnes,
    year,
)
from floors.contract.results.common import (
    BlocNetCost,
    Commodity,
    Effective,
    Floor,
    Levy,
    MakeWhole,
    Member,
    SetBy,
    TotalCost,
)

LEAST_COST = "least cost"
LEAST_CAPPED = "least capped"
MOST_DOMESTIC = "most domestic"
FEWEST_PLANTS = "fewest new plants"
MOST_EVEN = "most even"
BESIDE = {
    LEAST_COST: "least_cost",
    LEAST_CAPPED: "least_capped",
    MOST_DOMESTIC: "most_domestic",
    FEWEST_PLANTS: "fewest_new_plants",
    MOST_EVEN: "most_even",
}
"""The column of each plan in sheets `mix` and `plans`."""

BLOC = "bloc"
PLAN = "The plan: of least cost, or what it aims at."
_ARRIVES = "what arrives in members of commodities under caps (of all where sheet caps names none), all years"


class PlanRow(NamedTuple):
    """The plan of least cost, and plans that cost little more and are best by one aim each."""

    plan: Annotated[str, key(PLAN, 20)]
    status: Annotated[str, text("As for a scenario: optimal, over_budget ...", 12)]
    same_as: Annotated[str | None, text("A plan above it that ships, makes and builds the same.", 20)] = None
    cost: TotalCost = None
    dearer_by: Annotated[float | None, money("Cost less that of the plan of least cost.", MILLION_PV)] = None
    capped_share: Annotated[float | None, share(f"Capped content in {_ARRIVES}.")] = None
    embodied_share: Annotated[
        float | None, share("Capped content in what the bloc uses of it, traced through production.")
    ] = None
    domestic_share: Annotated[float | None, share(f"Part of it last made in members: of {_ARRIVES}.")] = None
    largest_origin: Annotated[str | None, text("Region that most of it comes from; of equals the first.")] = (
        None
    )
    largest_share: Annotated[float | None, share("Share of that region.")] = None
    hhi: Annotated[
        float | None,
        number("0 to 10,000", "Sum of squared shares of regions of origin in per cent.", INDEX, 9),
    ] = None
    built_t: Annotated[
        float | None,
        tonnes("Capacity built x length of the period in which it is, all plants everywhere.", "t"),
    ] = None
    uplift: Annotated[
        float | None,
        money(
            "What holding it would cost beside levies: cost and levies of their own less what prices are worth; "
            "make-whole and foregone. Never above dearer_by without rules on floors, exemptions and support_budget.",
            MILLION_PV,
        ),
    ] = None
    make_whole: MakeWhole = None
    foregone: Annotated[
        float | None, money("What others could earn by doing more, and nobody is paid.", MILLION_PV)
    ] = None
    own_levies: Annotated[
        float | None, money("Levies of their own, beside those of caps, on what is shipped.", MILLION_PV)
    ] = None
    levy_revenue: Annotated[float | None, money("All levies that the members take in.", MILLION_PV)] = None
    bloc_net_cost: BlocNetCost = None
    change_of_bloc_net_cost: Annotated[
        float | None, money("Net cost of the bloc less that of the plan of least cost.", MILLION_PV)
    ] = None
    message: Annotated[str | None, text("Why there is no plan, or no floors.", 40)] = None


ALTERNATIVES = sheet_of("alternatives", PlanRow)


class OriginRow(NamedTuple):
    """Origins of what arrives in members in each plan: of commodities under caps, or of all without caps."""

    plan: Annotated[str, key(PLAN, 20)]
    origin: Annotated[str, key("Region where it was last made.")]
    quantity: Annotated[
        float, tonnes("Sent, before losses on the way, and leaks, times the length of each year.", "t")
    ]
    share: Annotated[float | None, share("Share of all that arrives.")]


ORIGINS = sheet_of("origins", OriginRow)


class MixRow(NamedTuple):
    """Share of each origin in what arrives at a destination, plan by plan; leaks included."""

    destination: Annotated[str, key("Member, or market member/segment, where it arrives.")]
    commodity: Commodity
    year: Annotated[int, year()]
    origin: Annotated[str, key("Region where it was last made.")]
    least_cost: Annotated[float | None, share("In the plan of least cost; blank where nothing arrives.")]
    least_capped: Annotated[float | None, share("In the plan with least of capped origin.")]
    most_domestic: Annotated[float | None, share("In the plan with most made in members.")]
    fewest_new_plants: Annotated[float | None, share("In the plan that builds least.")]
    most_even: Annotated[float | None, share("In the plan with the least largest share of one region.")]


MIX = sheet_of("mix", MixRow)


class ShareRangeRow(NamedTuple):
    """How far the capped share of what arrives can go, leaks included: over all plans within the limit of cost, all
    other limits kept, with no more left unused than in the plan of least cost. Any share between the ends is one of
    theirs."""

    destination: Annotated[str, key("Member, its markets in it; bloc: all members.")]
    commodity: Annotated[
        str | None, key("Commodity; blank: all under caps (all where sheet caps names none).")
    ]
    year: Annotated[int | None, year("Year; blank: all years, by their length.")]
    quantity: Annotated[
        float, tonnes("What arrives in the plan of least cost, before losses; of all years, t.")
    ]
    least_cost: Annotated[
        float | None, share("Capped content in it in the plan of least cost; blank where nothing arrives.")
    ]
    least: Annotated[float | None, share("Least capped share; blank where nothing arrives in any plan.")]
    most: Annotated[float | None, share("Most.")]


SHARE_RANGES = sheet_of("share_ranges", ShareRangeRow)


def spread(row: ShareRangeRow) -> float:
    """How far a share can go; 0 where it is not known."""
    return 0.0 if row.least is None or row.most is None else row.most - row.least


def widest(rows: Iterable[ShareRangeRow]) -> ShareRangeRow | None:
    """Of a year the share that can go farthest; of equals (to 0.1 %) that of most tonnes. None where none can."""
    moving = [row for row in rows if row.year is not None and spread(row)]
    return max(moving, key=lambda row: (round(spread(row), 3), row.quantity), default=None)


class QuantityRow(NamedTuple):
    """What is not the same in all plans. Of plans as good by their aim the cheapest was taken, of equals one."""

    kind: Annotated[str, key("shipment, production, build, link or closing stock (t).", 16)]
    origin: Annotated[str, key("Region that sends, or process, plant or stockpile.", 26)]
    destination: Annotated[str | None, key("Where a shipment or a link goes; else blank.")]
    commodity: Annotated[str | None, key("Of shipments and links; else blank.")]
    year: Annotated[int, year("Year; of what is built, that in which it is decided on.")]
    least_cost: Annotated[float | None, tonnes("In the plan of least cost.")]
    least_capped: Annotated[float | None, tonnes("In the plan with least of capped origin.")]
    most_domestic: Annotated[float | None, tonnes("In the plan with most made in members.")]
    fewest_new_plants: Annotated[float | None, tonnes("In the plan that builds least.")]
    most_even: Annotated[float | None, tonnes("In the plan with the least largest share of one region.")]


PLANS = sheet_of("plans", QuantityRow)


class NearFloorRow(NamedTuple):
    """The floors of least uplift that go with each plan."""

    plan: Annotated[str, key(PLAN, 20)]
    member: Member
    commodity: Commodity
    year: Annotated[int, year()]
    floor: Floor
    lowest: Annotated[
        float | None,
        price("Lowest at the same uplift and levies of their own; blank where not looked for, or none."),
    ]
    highest: Annotated[
        float | None, price("Highest at the same uplift and levies; blank where not looked for, or none.")
    ]
    levy: Levy
    effective: Effective
    set_by: SetBy


FLOORS = sheet_of("floors", NearFloorRow)

SHEETS: tuple[Sheet, ...] = (ALTERNATIVES, ORIGINS, SHARE_RANGES, MIX, PLANS, FLOORS, RUN)
