"""Sheets of the same plan held by other instruments than the levies of the border."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    MILLION_PV,
    PRICE,
    key,
    money,
    number,
    price,
    share,
    sheet_of,
    text,
    year,
)

_WIDTH = 18


class InstrumentRow(NamedTuple):
    """Who would pay if the same plan were held otherwise: by levies at the border, by contracts for difference, by
    grants for capital, by one tariff a commodity, or by treasuries that guarantee the floors to all who deliver; over
    all regions net_cost is the same under each. No rows where neither a cap nor a minimum is set."""

    instrument: Annotated[
        str,
        key("How it is held: border (the prices of this result), contracts, grants, tariff or guarantee."),
    ]
    region: Annotated[str, key("Region, its segment markets in it.")]
    buyers: Annotated[
        float,
        money(
            "What its buyers pay for what they use, less the make-whole of its demand.", MILLION_PV, _WIDTH
        ),
    ]
    levies: Annotated[float, money("Levies that it takes in; rebates are negative.", MILLION_PV, _WIDTH)]
    support: Annotated[
        float,
        money(
            "Paid by it to who would lose, or earn less than is guaranteed; under grants see the next two.",
            MILLION_PV,
            _WIDTH,
        ),
    ]
    grants: Annotated[float, money("Paid by it so that builds stand, under grants.", MILLION_PV, _WIDTH)]
    running: Annotated[
        float,
        money("Paid by it to who loses though builds are paid for, under grants.", MILLION_PV, _WIDTH),
    ]
    producers: Annotated[float, money("Its producers' surplus, with what they are paid.", MILLION_PV, _WIDTH)]
    net_cost: Annotated[
        float,
        money(
            "Sum of buyers, unserved, stockpiles, support, grants, running and contracts, less levies, tariffs, "
            "export_taxes and producers.",
            MILLION_PV,
            _WIDTH,
        ),
    ]
    unserved: Annotated[float, money("Value of its demand left unserved.", MILLION_PV, _WIDTH)]
    stockpiles: Annotated[
        float, money("Stock put away less taken, at delivered prices, plus holding cost.", MILLION_PV, _WIDTH)
    ]
    contracts: Annotated[
        float,
        money(
            "Paid by it under the contracts of the workbook; negative when upside flows back.",
            MILLION_PV,
            _WIDTH,
        ),
    ]
    tariffs: Annotated[float, money("Other tariffs that it takes in.", MILLION_PV, _WIDTH)]
    export_taxes: Annotated[float, money("Export taxes that it takes in.", MILLION_PV, _WIDTH)]


INSTRUMENTS = sheet_of("instruments", InstrumentRow)


class GrantRow(NamedTuple):
    """Grants under which the plan stands without a floor: each build of the plan, and what is paid to whoever a grant
    for capital cannot keep from losing."""

    process: Annotated[str, key("Process or plant, or who else is paid, as named in sheet support.", 30)]
    year_built: Annotated[
        int | None,
        year("Year in which the capacity is added; blank: what exists before, is of a plant, or is none."),
    ]
    grant: Annotated[
        float | None,
        number(
            "{currency} per kg/yr", "Grant for a kg a year of capacity, paid in the year built.", PRICE, 12
        ),
    ]
    share_of_charges: Annotated[
        float | None, share("The grant's part of all annual charges within the horizon, at present value.")
    ]
    running: Annotated[
        float,
        money(
            "Paid over the horizon to whoever would lose by the plan, its builds aside.", MILLION_PV, _WIDTH
        ),
    ]
    kind: Annotated[str, text("Process, plant, route, demand, stockpile or waste.")]


GRANTS = sheet_of("grants", GrantRow)


class TariffRow(NamedTuple):
    """The plain tariff of sheet instruments: one levy a commodity, the same for all members and years."""

    commodity: Annotated[str, key("Commodity.")]
    from_year: Annotated[
        int, year("First year of the tariff; the years before a surprise have its parent's.")
    ]
    tariff: Annotated[float, price("Levy on what comes from where levies fall on.")]
    least_levy: Annotated[
        float | None, price("Least levy at the border on what is shipped; blank: nothing is.")
    ]
    most_levy: Annotated[
        float | None, price("Most levy at the border on what is shipped; blank: nothing is.")
    ]


TARIFFS = sheet_of("tariffs", TariffRow)
