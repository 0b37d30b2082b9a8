"""Sheets of the plan: who ships, makes, adds and stores what; and the plan without policy."""

from __future__ import annotations

from floors.contract.results.columns import (
    ANY,
    BOOL,
    Sheet,
    column,
    flag,
    key,
    money,
    price,
    share,
    text,
    tonnes,
    year,
)

_ASKED = "where many can change, of the largest by money, else blank: --ranges asks for all."

SOURCING = Sheet(
    "sourcing",
    "The sourcing mix: where each destination's material comes from.",
    (
        key("destination", "Region, or market region/segment, where the material arrives."),
        key("commodity", "Commodity shipped."),
        year(),
        key("origin", "Region where it was made; the destination itself for home supply."),
        tonnes("quantity", "Quantity sent, before losses on the way."),
        share("share", "Share of all that is sent to this destination, leaks included."),
        column("leak", "", "TRUE for material that evades the cap and the levy.", BOOL, 9, key=True),
        flag(
            "movable",
            "TRUE where the quantity can move to another origin at no cost: conclude nothing from it.",
        ),
        share("least_share", f"Least share in all plans of least cost; {_ASKED}"),
        share("most_share", f"Largest share in all plans of least cost; {_ASKED}"),
        share(
            "least_share_1pc", "Least share in the plans up to 1 % dearer; bloc only, blank without --ranges."
        ),
        share(
            "most_share_1pc",
            "Largest share in the plans up to 1 % dearer; bloc only, blank without --ranges.",
        ),
    ),
)

SHIPMENTS = Sheet(
    "shipments",
    "Every shipment, with what it pays on the way.",
    (
        key("origin", "Region where it was made."),
        key("destination", "Region, or market region/segment, where it arrives."),
        key("commodity", "Commodity shipped."),
        year(),
        tonnes("quantity", "Quantity sent, before losses on the way."),
        share("content", "Share of capped origin in what is shipped."),
        price("levy", "All levies on the shipment: caps and minimum; negative for a rebate."),
        price("cost", "Freight plus tariff plus export tax."),
    ),
)

PRODUCTION = Sheet(
    "production",
    "What each process and plant runs, and what it earns on the margin.",
    (
        key("process", "Process or plant.", 26),
        text("region", "Region where it stands."),
        year(),
        tonnes("activity", "Tonnes of activity; of a plant, the load of its processes."),
        tonnes("capacity", "Capacity at hand, existing and built; blank where there is no limit."),
        share("utilisation", "Activity as a share of capacity."),
        price(
            "unit_margin", "Prices times coefficients less unit cost, before capital, support and contracts."
        ),
        text("note", "Why it runs at a loss, where it does; what its contracts for difference pay.", 40),
    ),
)

INVESTMENT = Sheet(
    "investment",
    "Capacity added.",
    (
        key("process", "Process or plant that is expanded.", 26),
        text("region", "Region where it stands."),
        year("Year in which the capacity is decided on; it runs after its lead time."),
        tonnes("added", "Capacity added in the period."),
        money("annual_charge", "Capital charge paid in each year that this capacity is alive."),
    ),
)

STOCKS = Sheet(
    "stocks",
    "Stockpiles: what goes in and out, and what is left.",
    (
        key("stockpile", "Stockpile.", 20),
        year(),
        tonnes("put", "Put away out of what has arrived in the region."),
        tonnes("take", "Taken out for use in the region."),
        tonnes("closing", "Stock at the end of the period, after losses.", "t"),
        money("fund_spent", "Spent on buying in over the period, at delivered prices.", "million {currency}"),
    ),
)

BASELINE = Sheet(
    "baseline",
    "The plan and the prices without caps and floor rules; what is not listed is 0. Empty without policy.",
    (
        key("item", "A shipment, activity, capacity added, put, take, closing stock, price or origin price."),
        key("name", "Origin of a shipment; process, plant or stockpile; place of a price.", 26),
        key("destination", "Where a shipment arrives; blank for all else."),
        key("commodity", "Commodity shipped or priced; blank for all else."),
        year(),
        column("value", "see unit", "Its value without policy, in the unit beside it.", ANY, 16),
        text("unit", "Unit of the value."),
    ),
)
