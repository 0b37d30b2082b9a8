"""Sheets of who pays, and of concentration."""

from __future__ import annotations

from floors.contract.results.columns import (
    INDEX,
    MILLION_PV,
    Sheet,
    column,
    key,
    money,
    share,
    text,
    tonnes,
    year,
)

SUPPORT = Sheet(
    "support",
    "Uplift, agent by agent: losses under the floors that are made whole, and gains foregone.",
    (
        key("kind", "Who or what: process, plant, route, demand, stockpile, cap, supply, use or fund."),
        key("name", "Its name.", 30),
        year(),
        money("make_whole", "Loss under the floors that must be paid for the plan to be kept.", MILLION_PV),
        money("foregone", "Gain that tempts away from the plan; nobody is paid it.", MILLION_PV),
        text("paid_by", "Member, or members, that pay the make-whole.", 24),
    ),
)

ACCOUNTS = Sheet(
    "accounts",
    "Who pays and who gains, region by region and year by year, real and undiscounted.",
    (
        key("region", "Region, or market region/segment."),
        text("role", "Member, capped or other."),
        year(),
        money("outlay", "What its buyers pay for what they use, less the make-whole of its demand."),
        money("unserved", "Value of demand left unserved."),
        money("levy_revenue", "Levies collected on what arrives; rebates are negative."),
        money("tariff_revenue", "Other tariffs collected on what arrives."),
        money("producer_surplus", "What its producers earn after inputs, unit costs and annual charges."),
        money("support", "Make-whole paid by it."),
        money("contract_payments", "Paid under contracts for difference; negative when upside flows back."),
        money("export_tax_revenue", "Export taxes kept by its treasury."),
        money("stock_cost", "Stock put away less taken, at delivered prices, plus holding cost."),
        money("net_cost", "All costs less all revenues and the producers' surplus."),
        money("baseline_cost", "Net cost of the same study without caps and floor rules."),
        money(
            "change",
            "Net cost less baseline cost: what the policy costs this region; over all regions, the deadweight loss.",
        ),
        money(
            "consumer_surplus_change",
            "By how much outlay and unserved value are less than in the baseline: what its buyers gain.",
        ),
    ),
)

CONCENTRATION = Sheet(
    "concentration",
    "How concentrated and how dependent on capped origins the supply is.",
    (
        key("commodity", "Commodity."),
        year(),
        key("scope", "The bloc, or one member."),
        column("hhi", "index 0-10,000", "Herfindahl-Hirschman index of the origins' shares.", INDEX, 10),
        share("capped_share", "Share of capped origin in arrivals, leaks included."),
        share("embodied_share", "The same traced back through all processing to the ore."),
        tonnes(
            "redirected",
            "Trade that changed destination against the baseline without changing in total; where no cap binds, the "
            "choice between plans that cost the same.",
        ),
        text("top_origin", "Largest origin."),
        share("top_share", "Share of the largest origin."),
        share("top3_share", "Share of the three largest origins together."),
        share("declared_share", "Share of capped origin on paper: leaks arrive under other names."),
        column("baseline_hhi", "index 0-10,000", "The index without caps and floor rules.", INDEX, 10),
        share("baseline_capped_share", "Share of capped origin without caps and floor rules."),
        share("baseline_embodied_share", "The same traced back to the ore."),
        text("baseline_top_origin", "Largest origin without caps and floor rules."),
        share("baseline_top_share", "Share of the largest origin without caps and floor rules."),
        share("baseline_top3_share", "Share of the three largest without caps and floor rules."),
        text("stage", "Stage of production of the commodity."),
    ),
)

SHUFFLING = Sheet(
    "shuffling",
    "Where each capped origin sells, with the policy and without: what the cap only sends elsewhere.",
    (
        key("commodity", "Commodity."),
        year(),
        key("origin", "Capped origin."),
        tonnes("members", "Sold to members, leaks included."),
        tonnes("others", "Sold to all other regions but itself."),
        tonnes("home", "Used at home, before anything is made of it."),
        tonnes("baseline_members", "Sold to members without caps and floor rules."),
        tonnes("baseline_others", "Sold to all other regions without caps and floor rules."),
        tonnes("baseline_home", "Used at home without caps and floor rules."),
        tonnes(
            "redirected",
            "Of the fall in sales to members, what others buy more; where no cap binds, the choice of equal plans.",
        ),
    ),
)
