"""Sheets of who pays, and of concentration."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    INDEX,
    MILLION_PV,
    key,
    money,
    number,
    share,
    sheet_of,
    text,
    tonnes,
    year,
)


class SupportRow(NamedTuple):
    """Uplift, agent by agent: losses under the floors that are made whole, and gains foregone."""

    kind: Annotated[
        str,
        key("Who or what: process, plant, route, demand, stockpile, waste, pool, cap, supply, use or fund."),
    ]
    name: Annotated[str, key("Its name.", 30)]
    year: Annotated[int, year()]
    make_whole: Annotated[
        float, money("Loss under the floors that must be paid for the plan to be kept.", MILLION_PV)
    ]
    foregone: Annotated[float, money("Gain that tempts away from the plan; nobody is paid it.", MILLION_PV)]
    paid_by: Annotated[str | None, text("Member, or members, that pay the make-whole.", 24)]


SUPPORT = sheet_of("support", SupportRow)


LinkCharge = Annotated[float, money("Of producer_surplus: annual charges of links, which senders pay.")]


RentRevenue = Annotated[
    float,
    money("Of levy_revenue: levies on pairs whose link alone would hold the plan, a tax on a scarcity rent."),
]


class AccountRow(NamedTuple):
    """Who pays and who gains, region by region and year by year, real and undiscounted."""

    region: Annotated[str, key("Region, or market region/segment.")]
    role: Annotated[str, text("Member, capped or other.")]
    year: Annotated[int, year()]
    outlay: Annotated[
        float, money("What its buyers pay for what they use, less the make-whole of its demand.")
    ]
    unserved: Annotated[float, money("Value of demand left unserved.")]
    levy_revenue: Annotated[float, money("Levies collected on what arrives; rebates are negative.")]
    tariff_revenue: Annotated[float, money("Other tariffs collected on what arrives.")]
    producer_surplus: Annotated[
        float, money("What its producers earn after inputs, unit costs and annual charges.")
    ]
    support: Annotated[float, money("Make-whole paid by it.")]
    contract_payments: Annotated[
        float, money("Paid under contracts for difference; negative when upside flows back.")
    ]
    export_tax_revenue: Annotated[float, money("Export taxes kept by its treasury.")]
    stock_cost: Annotated[
        float, money("Stock put away less taken, at delivered prices, plus holding, less closing worth.")
    ]
    settled: Annotated[
        float,
        money(
            "Of outlay and producer_surplus: what take-or-pay contracts at prices of their own add to them, below 0 "
            "where the market's price is higher."
        ),
    ]
    link_charge: LinkCharge
    rent_revenue: RentRevenue
    net_cost: Annotated[float, money("All costs less all revenues and the producers' surplus.")]
    below_cost: Annotated[
        float,
        money(
            "What its processes cost above the unit costs at which they are offered; not in net_cost, which is at "
            "offers. Below 0 where offers lie above cost."
        ),
    ]
    baseline_cost: Annotated[float | None, money("Net cost of the same study without caps and floor rules.")]
    change: Annotated[
        float | None,
        money(
            "Net cost less baseline cost: what the policy costs this region; over all regions, the deadweight loss."
        ),
    ]
    consumer_surplus_change: Annotated[
        float | None,
        money("By how much outlay and unserved value are less than in the baseline: what its buyers gain."),
    ]


ACCOUNTS = sheet_of("accounts", AccountRow)


class BaselineAccountRow(NamedTuple):
    """The accounts of the same study without caps and floor rules, real and undiscounted; columns as in accounts."""

    region: Annotated[str, key("Region, or market region/segment.")]
    role: Annotated[str, text("Member, capped or other.")]
    year: Annotated[int, year()]
    outlay: Annotated[float, money("What its buyers pay for what they use.")]
    unserved: Annotated[float, money("Value of demand left unserved.")]
    levy_revenue: Annotated[float, money("Levies collected on what arrives; without policy there is none.")]
    tariff_revenue: Annotated[float, money("Other tariffs collected on what arrives.")]
    producer_surplus: Annotated[
        float, money("What its producers earn after inputs, unit costs and annual charges.")
    ]
    support: Annotated[float, money("Make-whole paid by it.")]
    contract_payments: Annotated[
        float, money("Paid under contracts for difference; negative when upside flows back.")
    ]
    export_tax_revenue: Annotated[float, money("Export taxes kept by its treasury.")]
    stock_cost: Annotated[
        float, money("Stock put away less taken, at delivered prices, plus holding, less closing worth.")
    ]
    settled: Annotated[
        float,
        money(
            "Of outlay and producer_surplus: what take-or-pay contracts at prices of their own add to them."
        ),
    ]
    link_charge: LinkCharge
    net_cost: Annotated[float, money("All costs less all revenues and the producers' surplus.")]
    below_cost: Annotated[float, money("What its processes cost above their offers; not in net_cost.")]


BASELINE_ACCOUNTS = sheet_of("baseline_accounts", BaselineAccountRow)


class WhoPaysRow(NamedTuple):
    """Who gains (+) and who loses (-) by the policy, against the same study without caps and floor rules; over all
    regions net comes to the deadweight loss, negative."""

    region: Annotated[str, key("Region, its segment markets in it.")]
    role: Annotated[str, text("Member, capped or other.")]
    buyers: Annotated[float, money("Its buyers: by how much they pay and go without less.", MILLION_PV, 18)]
    levies: Annotated[float, money("Levies that it takes in.", MILLION_PV, 18)]
    tariffs: Annotated[float, money("Other tariffs that it takes in.", MILLION_PV, 18)]
    export_taxes: Annotated[float, money("Export taxes that it takes in.", MILLION_PV, 18)]
    producers: Annotated[
        float,
        money("Its producers' surplus, with what make-whole and contracts bring them.", MILLION_PV, 18),
    ]
    stockpiles: Annotated[float, money("Stock taken less put away, less holding cost.", MILLION_PV, 18)]
    contracts: Annotated[
        float, money("What it pays less under contracts for difference and as make-whole.", MILLION_PV, 18)
    ]
    net: Annotated[float, money("Sum of all these: by how much its net cost is less.", MILLION_PV, 18)]
    least_net: Annotated[
        float | None,
        money(
            "Least net of a member over all plans that cost as little, with the policy and without it, at these "
            "prices; blank where not found.",
            MILLION_PV,
            18,
        ),
    ]
    most_net: Annotated[
        float | None,
        money(
            "Most net of a member over all plans that cost as little, with the policy and without it, at these "
            "prices; blank where not found.",
            MILLION_PV,
            18,
        ),
    ]


WHO_PAYS = sheet_of("who_pays", WhoPaysRow)


class MemberRangeRow(NamedTuple):
    """How far the net cost of each member can move: over all plans that cost as little, at these prices."""

    member: Annotated[str, key("Member, its segment markets in it.")]
    least_net_cost: Annotated[
        float | None, money("Least net cost of any such plan; blank where not found.", MILLION_PV, 18)
    ]
    most_net_cost: Annotated[
        float | None, money("Most net cost of any such plan; blank where not found.", MILLION_PV, 18)
    ]


MEMBERS_RANGE = sheet_of("members_range", MemberRangeRow)


class ConcentrationRow(NamedTuple):
    """How concentrated and how dependent on capped origins the supply is; shares of arrivals are blank where all that
    is used is taken from stock."""

    commodity: Annotated[str, key("Commodity.")]
    year: Annotated[int, year()]
    scope: Annotated[str, key("The bloc, or one member.")]
    hhi: Annotated[
        float | None,
        number("index 0-10,000", "Herfindahl-Hirschman index of the origins' shares.", INDEX, 10),
    ]
    capped_share: Annotated[float | None, share("Share of capped origin in arrivals, leaks included.")]
    embodied_share: Annotated[
        float | None,
        share(
            "Share of capped origin in what is used, traced to the ore: stock taken in, what is put away out."
        ),
    ]
    redirected: Annotated[
        float | None,
        tonnes(
            "Trade that changed destination against the baseline without changing in total; where no cap binds, the "
            "choice between plans that cost the same."
        ),
    ]
    top_origin: Annotated[str | None, text("Largest origin.")]
    top_share: Annotated[float | None, share("Share of the largest origin.")]
    top3_share: Annotated[float | None, share("Share of the three largest origins together.")]
    declared_share: Annotated[
        float | None,
        share("Share of capped origin on paper, which knows nothing of what leaks; blank where all leaks."),
    ]
    traced_share: Annotated[
        float | None,
        share(
            "Share of arrivals that traced caps count: tainted, wherever it was made, leaks included. Blank where the "
            "commodity is not tagged."
        ),
    ]
    baseline_hhi: Annotated[
        float | None, number("index 0-10,000", "The index without caps and floor rules.", INDEX, 10)
    ]
    baseline_capped_share: Annotated[
        float | None, share("Share of capped origin without caps and floor rules.")
    ]
    baseline_embodied_share: Annotated[float | None, share("The same traced back to the ore.")]
    baseline_top_origin: Annotated[str | None, text("Largest origin without caps and floor rules.")]
    baseline_top_share: Annotated[
        float | None, share("Share of the largest origin without caps and floor rules.")
    ]
    baseline_top3_share: Annotated[
        float | None, share("Share of the three largest without caps and floor rules.")
    ]
    stage: Annotated[str, text("Stage of production of the commodity.")]


CONCENTRATION = sheet_of("concentration", ConcentrationRow)


class ShufflingRow(NamedTuple):
    """Where each capped origin sells, with the policy and without: what the cap only sends elsewhere."""

    commodity: Annotated[str, key("Commodity.")]
    year: Annotated[int, year()]
    origin: Annotated[str, key("Capped origin.")]
    members: Annotated[float, tonnes("Sold to members, leaks included.")]
    others: Annotated[float, tonnes("Sold to all other regions but itself.")]
    home: Annotated[float, tonnes("Used at home, before anything is made of it.")]
    baseline_members: Annotated[float, tonnes("Sold to members without caps and floor rules.")]
    baseline_others: Annotated[float, tonnes("Sold to all other regions without caps and floor rules.")]
    baseline_home: Annotated[float, tonnes("Used at home without caps and floor rules.")]
    redirected: Annotated[
        float,
        tonnes(
            "Of the fall in sales to members, what others buy more; where no cap binds, the choice of equal plans."
        ),
    ]


SHUFFLING = sheet_of("shuffling", ShufflingRow)
