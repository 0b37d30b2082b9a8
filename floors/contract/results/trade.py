"""Sheets of the plan: who ships, makes, adds and stores what; and the plan without policy."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    ANY,
    flag,
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

MILLION = "million {currency}"
_ASKED = "where many can change, of the largest by money, else blank: --ranges asks for all."


class SourcingRow(NamedTuple):
    """The sourcing mix: where each destination's material comes from."""

    destination: Annotated[str, key("Region, or market region/segment, where the material arrives.")]
    commodity: Annotated[str, key("Commodity shipped.")]
    year: Annotated[int, year()]
    origin: Annotated[str, key("Region where it was made; the destination itself for home supply.")]
    tag: Annotated[
        str | None,
        key("Tainted or clean, under traced caps; blank where the commodity is not tagged."),
    ]
    quantity: Annotated[float, tonnes("Quantity sent, before losses on the way.")]
    share: Annotated[float, share("Share of all that is sent to this destination, leaks included.")]
    leak: Annotated[bool, flag("TRUE for material that evades the cap and the levy.", key=True)]
    movable: Annotated[
        bool, flag("TRUE where the quantity can move to another origin at no cost: conclude nothing from it.")
    ]
    least_share: Annotated[float | None, share(f"Least share in all plans of least cost; {_ASKED}")]
    most_share: Annotated[float | None, share(f"Largest share in all plans of least cost; {_ASKED}")]
    least_share_1pc: Annotated[
        float | None, share("Least share in the plans up to 1 % dearer; bloc only, blank without --ranges.")
    ]
    most_share_1pc: Annotated[
        float | None, share("Largest share in the plans up to 1 % dearer; bloc only, blank without --ranges.")
    ]


SOURCING = sheet_of("sourcing", SourcingRow)


class ShipmentRow(NamedTuple):
    """Every shipment, with what it pays on the way; what is exempt of it is a row of its own."""

    origin: Annotated[str, key("Region where it was made.")]
    destination: Annotated[str, key("Region, or market region/segment, where it arrives.")]
    commodity: Annotated[str, key("Commodity shipped.")]
    year: Annotated[int, year()]
    tag: Annotated[
        str | None,
        key("Tainted or clean, under traced caps; blank where the commodity is not tagged."),
    ]
    exempt: Annotated[
        bool,
        flag("TRUE for tonnes that sheet exemptions lets in: they count in caps and pay no levy.", key=True),
    ]
    quantity: Annotated[float, tonnes("Quantity sent, before losses on the way.")]
    content: Annotated[float, share("Share of capped origin in what is shipped.")]
    levy: Annotated[float, price("All levies on the shipment: caps and minimum; negative for a rebate.")]
    cost: Annotated[float, price("Freight plus tariff plus export tax.")]
    friction: Annotated[
        float, price("Price of the pair's link, which its sender asks above the price at origin.")
    ]
    link_charge: Annotated[
        float,
        money("Annual charges of the pair's links, shared by its shipments of the year by quantity."),
    ]


SHIPMENTS = sheet_of("shipments", ShipmentRow)


class ProductionRow(NamedTuple):
    """What each process and plant runs, and what it earns on the margin."""

    process: Annotated[str, key("Process or plant.", 26)]
    region: Annotated[str, text("Region where it stands.")]
    year: Annotated[int, year()]
    mode: Annotated[
        str | None,
        key(
            "Under traced caps clean: clean inputs, clean outputs; any: any inputs, tainted outputs. Blank where it "
            "makes nothing that is tagged."
        ),
    ]
    activity: Annotated[float, tonnes("Tonnes of activity; of a plant, the load of its processes.")]
    capacity: Annotated[
        float | None,
        tonnes("Capacity at hand of both modes, existing and built; blank where there is no limit."),
    ]
    utilisation: Annotated[float | None, share("Activity of both modes as a share of capacity.")]
    unit_margin: Annotated[
        float | None,
        price("Prices times coefficients less unit cost, before capital, support and contracts."),
    ]
    note: Annotated[
        str, text("Why it runs at a loss, where it does; what its contracts for difference pay.", 40)
    ]


PRODUCTION = sheet_of("production", ProductionRow)


class InvestmentRow(NamedTuple):
    """Capacity added."""

    process: Annotated[str, key("Process or plant that is expanded.", 26)]
    region: Annotated[str, text("Region where it stands.")]
    year: Annotated[int, year("Year in which the capacity is decided on; it runs after its lead time.")]
    added: Annotated[float, tonnes("Capacity added in the period.")]
    annual_charge: Annotated[float, money("Capital charge paid in each year that this capacity is alive.")]


INVESTMENT = sheet_of("investment", InvestmentRow)


class StockRow(NamedTuple):
    """Stockpiles: what goes in and out, and what is left."""

    stockpile: Annotated[str, key("Stockpile.", 20)]
    year: Annotated[int, year()]
    tag: Annotated[
        str | None,
        key("Tainted or clean, under traced caps; blank where the commodity is not tagged."),
    ]
    put: Annotated[float, tonnes("Put away out of what has arrived in the region.")]
    take: Annotated[float, tonnes("Taken out for use in the region.")]
    closing: Annotated[float, tonnes("Stock at the end of the period, after losses.", "t")]
    fund_spent: Annotated[
        float, money("Spent on buying in over the period, at delivered prices.", "million {currency}")
    ]
    released_limit: Annotated[float | None, tonnes("Most that may be taken; blank: no limit.")]
    closing_worth: Annotated[
        float | None,
        money("What is left in the last year by its closing value; else blank.", "million {currency}"),
    ]


STOCKS = sheet_of("stocks", StockRow)


class VaultRow(NamedTuple):
    """Each fund after the plan, at delivered prices: what it bought and sold, what it owes, and who bears a loss.
    Nothing of it is in the plan."""

    fund: Annotated[str, key("Fund.", 20)]
    year: Annotated[int, year()]
    purchases: Annotated[float, money("Bought over the period by the stockpiles of the fund.", MILLION)]
    sales: Annotated[
        float, money("Sold over the period, what lay there before the first year included.", MILLION)
    ]
    holding: Annotated[float, money("Holding cost over the period.", MILLION)]
    interest: Annotated[
        float,
        money(
            "On the balance before, over the period: at rate up to the loan, at private_rate on the next private, at "
            "rate beyond; what lies above 0 in hand earns rate.",
            MILLION,
        ),
    ]
    balance: Annotated[
        float, money("Owed at the end: balance before, interest, purchases and holding, less sales.", MILLION)
    ]
    closing_worth: Annotated[
        float | None,
        money(
            "What is left in the last year, by closing_value, else at reference prices; else blank.", MILLION
        ),
    ]
    result: Annotated[
        float | None, money("Closing worth less balance, in the last year; else blank.", MILLION)
    ]
    borne_by_private: Annotated[
        float | None,
        money("Of a loss, what private capital bears: it is lost first. Last year only.", MILLION),
    ]
    borne_by_treasury: Annotated[
        float | None, money("Of a loss, what the treasury bears: the rest. Last year only.", MILLION)
    ]


VAULT = sheet_of("vault", VaultRow)


class UnservedRow(NamedTuple):
    """What buyers want and may go without, and what of it they do not get; no row where all must be served. What an
    elastic curve gives up is not in it: nobody goes short there."""

    region: Annotated[str, key("Region, or market region/segment.")]
    commodity: Annotated[str, key("Commodity wanted.")]
    year: Annotated[int, year()]
    wanted: Annotated[float, tonnes("Wanted at the value of sheet demand, leaks apart.")]
    unserved: Annotated[float, tonnes("Of this, what is not delivered: a shortage.")]
    value: Annotated[float, money("What buyers value it at, by sheet demand.")]
    baseline_unserved: Annotated[float, tonnes("What is not delivered without caps and floor rules.")]


UNSERVED = sheet_of("unserved", UnservedRow)


class BaselineRow(NamedTuple):
    """The plan and the prices without caps and floor rules; what is not listed is 0. Empty without policy."""

    item: Annotated[
        str,
        key(
            "A shipment, activity, capacity added, link added, put, take, closing stock, price, origin price or "
            "friction."
        ),
    ]
    name: Annotated[
        str, key("Origin of a shipment or link; process, plant or stockpile; place of a price.", 26)
    ]
    destination: Annotated[str | None, key("Where a shipment or link arrives; blank for all else.")]
    commodity: Annotated[str | None, key("Commodity shipped or priced; blank for all else.")]
    year: Annotated[int, year()]
    tag: Annotated[
        str | None,
        key("Tainted or clean, of an activity its mode; blank where nothing is tagged."),
    ]
    value: Annotated[float, number("see unit", "Its value without policy, in the unit beside it.", ANY, 16)]
    unit: Annotated[str, text("Unit of the value.")]


BASELINE = sheet_of("baseline", BaselineRow)
