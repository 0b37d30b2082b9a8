"""Sheets of prices: floors, what they are made of, caps, what these are worth, and how they may be evaded."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import (
    ANY,
    COUNT,
    FACTOR,
    YEAR,
    flag,
    key,
    money,
    number,
    per_tonne,
    price,
    share,
    sheet_of,
    text,
    tonnes,
    year,
)

Scope = Annotated[str, key("The bloc, or the member that is capped.")]
Capped = Annotated[str, key("Commodity or group under the cap.")]
Segment = Annotated[str | None, key("Segment under the cap; blank for all.")]
Origin = Annotated[str | None, key("Origin capped; blank for all capped origins by content.")]
Basis = Annotated[str, key("What the cap is a share of: demand, use, or tonnes as given.")]
Limit = Annotated[float, tonnes("Volume allowed; under use, the share of what is used.")]
PerPoint = Annotated[float, money("Saving from one percentage point more of demand or use.")]


ALL_EXEMPT = "all capped material that comes is exempt"
"""Part of a note: a floor that bites nobody, since exemptions cover all that comes."""


class FloorRow(NamedTuple):
    """The price floors: at which reference price the capped origin is held, and what the levy is."""

    member: Annotated[str, key("Member, or market region/segment, at whose border the floor stands.")]
    commodity: Annotated[str, key("Commodity under the floor.")]
    year: Annotated[int, year()]
    origin: Annotated[str, text("Capped origin at whose gate the floor is quoted.")]
    floor: Annotated[
        float, price("Reference price: ex works at the capped origin, before export tax, freight and duty.")
    ]
    capped_price: Annotated[
        float,
        price(
            "What a seller at the capped origin asks ex works, friction in; the levy tops it up to the floor."
        ),
    ]
    levy: Annotated[
        float, price("Floor less capped price: what the adjustable tariff collects, on top of other tariffs.")
    ]
    own_levy: Annotated[
        float,
        price("Part of the levy that is no cap's and no minimum's: asked for by the rules on floors alone."),
    ]
    origin_price: Annotated[float, price("Of the capped price, what one more kg made there fetches.")]
    friction: Annotated[
        float,
        price(
            "Of the capped price, that of the pair's link: what its seller asks on this route above the other."
        ),
    ]
    levy_rate: Annotated[float | None, share("Levy as a share of the capped price.")]
    landed_price: Annotated[
        float, price("Floor plus export tax, freight and tariff, before losses on the way.")
    ]
    rebate: Annotated[
        float, price("What material of other origins is paid under a use cap, out of the levy.")
    ]
    producer_price: Annotated[float, price("Floor plus rebate: what the bloc's own producers see.")]
    effective: Annotated[
        bool,
        flag(
            "TRUE where capped material arrives and pays the levy; else see state: it may keep all of it out."
        ),
    ]
    state: Annotated[
        str,
        text(
            "Paid: capped material arrives and pays the levy; prohibitive: none arrives but what is exempt, and "
            "without the levy more would; idle: no levy, or nothing more would arrive without it either.",
            14,
        ),
    ]
    bites_from: Annotated[
        int | None,
        number(
            "",
            "First year in which this floor is paid or prohibitive, what is exempt apart; blank where sheet "
            "exemptions has nothing from this origin, or in no year.",
            YEAR,
            10,
        ),
    ]
    lowest: Annotated[
        float | None,
        price(
            "Lower end of the range that keeps this plan under the same rules; it does not say how sure the floor is. "
            "Blank where not asked for."
        ),
    ]
    highest: Annotated[
        float | None, price("Upper end of that range; blank where not asked for or without an upper end.")
    ]
    set_by: Annotated[
        str, text("What sets the floor; 'unserved' names a buyer's value, a shortage and not a floor.", 26)
    ]
    binding: Annotated[
        bool, flag("TRUE where there is a levy: the floor is more than the price already there.")
    ]
    note: Annotated[str, text("What to know about this floor.", 40)]


FLOORS = sheet_of("floors", FloorRow)


class PartRow(NamedTuple):
    """What each floor is made of; the parts of a floor add up to it."""

    member: Annotated[str, key("Member or market of the floor.")]
    commodity: Annotated[str, key("Commodity of the floor.")]
    year: Annotated[int, year("Year of the floor.")]
    part: Annotated[str, key("Cost, charge, freight, value or rule that enters the floor.", 44)]
    coefficient: Annotated[float, number("", "Amount as a multiple of the number named in part.", FACTOR, 12)]
    amount: Annotated[float, price("Contribution to the floor; negative for by-products and credits.")]


FLOOR_PARTS = sheet_of("floor_parts", PartRow)


class FloorKindRow(NamedTuple):
    """What each floor is made of by kind: making, new_plant, links, inputs, tariffs and other add up to it."""

    member: Annotated[str, key("Member or market of the floor.")]
    commodity: Annotated[str, key("Commodity of the floor.")]
    year: Annotated[int, year("Year of the floor.")]
    floor: Annotated[float, price("The floor, as in sheet floors.")]
    making: Annotated[
        float,
        price("Unit costs of the processes that make this commodity, where they make more or less of it."),
    ]
    new_plant: Annotated[float, price("Annual charges of capacity built for them.")]
    links: Annotated[
        float,
        price(
            "Annual charges of links of the commodity itself: what changing partners costs its rivals, or it."
        ),
    ]
    inputs: Annotated[
        float,
        price(
            "All of other commodities: what it is made of, less by-products; their costs, freight, duties."
        ),
    ]
    tariffs: Annotated[
        float,
        price(
            "Tariffs, export taxes and freight of the commodity itself: what its rivals pay on their way, less what "
            "the capped origin pays on the way where they compete."
        ),
    ]
    other: Annotated[
        float,
        price("Rules, levies of a minimum, buyers' values, stocks of it, a model's own costs; often 0."),
    ]
    third_country: Annotated[
        float, price("Of tariffs: tariffs and export taxes levied by regions other than the member.")
    ]
    whose: Annotated[
        str | None, text("Of these regions the one whose tariffs and export taxes move the floor most.", 12)
    ]
    set_by: Annotated[str, text("What sets the floor, as in sheet floors.", 26)]


FLOOR_KINDS = sheet_of("floor_kinds", FloorKindRow)


class OwnLevyRow(NamedTuple):
    """Levies of their own: what the rules on floors have shipments pay beside the levies of caps and minimums."""

    origin: Annotated[str, key("Region that ships, or would.")]
    destination: Annotated[str, key("Member, or market region/segment, at whose border it is levied.")]
    commodity: Annotated[str, key("Commodity levied.")]
    year: Annotated[int, year()]
    tag: Annotated[
        str | None,
        key("Tainted or clean, under traced caps; blank where the commodity is not tagged."),
    ]
    own_levy: Annotated[float, price("Levy of its own, per kg shipped; part of the levy in shipments.")]
    quantity: Annotated[float, tonnes("What the plan ships, and pays it; 0 where it keeps all out.")]


OWN_LEVIES = sheet_of("own_levies", OwnLevyRow)


class PriceRow(NamedTuple):
    """Prices at which no company could do better than the plan."""

    region: Annotated[str, key("Region, or market region/segment.")]
    commodity: Annotated[str, key("Commodity priced.")]
    year: Annotated[int, year()]
    price: Annotated[float | None, price("Delivered price: what one more kg is worth to users there.")]
    origin_price: Annotated[float | None, price("Price ex works: what one more kg made there fetches.")]
    minimum_levy: Annotated[
        float | None,
        price(
            "Levy of the minimum rule on what leaves here for the bloc, a kg of content; blank where none."
        ),
    ]
    plan_price: Annotated[
        float | None,
        price(
            "Delivered price without rules and exemptions at the border, which proves the plan; blank if the same."
        ),
    ]
    plan_origin_price: Annotated[
        float | None,
        price(
            "Price ex works without rules and exemptions at the border, which proves the plan; blank if the same."
        ),
    ]
    clean_price: Annotated[
        float | None,
        price("Delivered price of what is clean; price is that of any of it. Blank where it is not tagged."),
    ]
    clean_origin_price: Annotated[
        float | None,
        price(
            "Price ex works of what is clean; origin_price is that of what is tainted. Blank where not tagged."
        ),
    ]
    clean_minimum_levy: Annotated[
        float | None,
        price("Levy of the minimum rule on what is clean and leaves here for the bloc; blank where none."),
    ]
    clean_plan_price: Annotated[
        float | None,
        price("The same as plan_price of what is clean; blank where that is, or it is not tagged."),
    ]
    clean_plan_origin_price: Annotated[
        float | None,
        price("The same as plan_origin_price of what is clean; blank where that is, or not tagged."),
    ]
    bought: Annotated[
        bool | None,
        flag(
            "Whether any of it arrives there or is taken out of store. Where FALSE the price is one at which nobody "
            "would begin to buy: 0 where nobody would pay for any. For plants that could be built it may be spread "
            "over their years in other ways too. Blank where there is no price."
        ),
    ]
    sold: Annotated[
        bool | None,
        flag(
            "Whether any of it is sent from there, to users there too. Where FALSE the price ex works is one at which "
            "nobody would begin to sell. Blank where there is none."
        ),
    ]


PRICES = sheet_of("prices", PriceRow)


class CapRow(NamedTuple):
    """Each cap: how much room it gives, how much is used, and the levy that one kg less would cost."""

    scope: Scope
    commodity: Capped
    segment: Segment
    origin: Origin
    basis: Basis
    year: Annotated[int, year()]
    limit: Limit
    used: Annotated[
        float,
        tonnes(
            "Volume bought, weighted in a group, with what leaks where it is counted; under use, capped arrivals after "
            "loss."
        ),
    ]
    slack: Annotated[float, tonnes("Limit less used.")]
    traced: Annotated[
        bool, flag("TRUE where it counts what was made of capped material, wherever it was made.")
    ]
    levy: Annotated[float, price("Shadow price of the cap: what one kg more room would save.")]
    charged: Annotated[
        float, price("What it has shipments pay: its levy, but where rules on floors move the prices.")
    ]
    per_point: PerPoint
    lowest_levy: Annotated[
        float | None,
        price("Lower end of the levy, where links that are full share its rent; blank elsewhere."),
    ]
    highest_levy: Annotated[float | None, price("Upper end of it; blank elsewhere, or where it has none.")]
    lowest_per_point: Annotated[float | None, money("Lower end of per_point, as of the levy.")]
    highest_per_point: Annotated[float | None, money("Upper end of per_point, as of the levy.")]
    average: Annotated[
        float | None,
        price(
            "What this cap costs the system in all its years, over what would come beyond it without it: beside its "
            "levy, which is the last kg of a year; after a surprise of the years from it on, earlier ones as in the "
            "parent; blank without a levy, or where not looked for."
        ),
    ]
    wasted: Annotated[
        float | None,
        tonnes("Under use, what arrives and nobody uses: it pays the rebate back; blank under other bases."),
    ]
    exempt: Annotated[float, tonnes("Of what is used, weighted, what pays no levy, under sheet exemptions.")]
    leaks: Annotated[
        str,
        text("Whether what leaks past enforcement takes room: counted, or unseen and the cap binds papers."),
    ]
    declared: Annotated[float, tonnes("What of such volume the papers show: used, without what leaks.")]
    note: Annotated[str, text("What to know about this cap.", 40)]


CAPS = sheet_of("caps", CapRow)


class SensitivityRow(NamedTuple):
    """Caps that bind: what a tonne or a point is worth, and how far that holds while all other rows stay."""

    scope: Scope
    commodity: Capped
    segment: Segment
    origin: Origin
    basis: Basis
    year: Annotated[int, year()]
    limit: Limit
    levy: Annotated[float, price("Levy of the cap, as in sheet caps.")]
    per_tonne: Annotated[float, per_tonne("The levy on one tonne.")]
    per_point: PerPoint
    saves_more: Annotated[
        float, per_tonne("What one more tonne a year would save the whole system in that year.")
    ]
    costs_less: Annotated[
        float | None, per_tonne("What one less tonne a year would cost it; blank where less is not possible.")
    ]
    holds_from: Annotated[
        float | None, tonnes("Least limit down to which costs_less holds; blank without an end.")
    ]
    holds_to: Annotated[
        float | None, tonnes("Largest limit up to which saves_more holds; blank without an end.")
    ]
    note: Annotated[str, text("What to know about these prices.", 40)]


SENSITIVITY = sheet_of("sensitivity", SensitivityRow)


class NearestRow(NamedTuple):
    """The numbers of sheet caps, each one point lower by itself, and the floor that this moves most: solved. No row
    for a ban, which no number tightens, nor under a surprise. One per cent of it where a limit is in tonnes."""

    scope: Scope
    commodity: Capped
    segment: Segment
    origin: Annotated[str | None, key("Origin capped, or each; blank for all capped origins by content.")]
    basis: Basis
    year: Annotated[int, year()]
    row: Annotated[int, number("", "Row of sheet caps.", COUNT, 8, key=True)]
    limit: Annotated[float, number("", "The number of sheet caps: a share, or t/yr.", ANY, 12)]
    tightened: Annotated[float, number("", "The number one point lower; 0 at least.", ANY, 12)]
    floor_member: Annotated[
        str | None,
        text(
            "Member or market of the floor of this commodity and year that moves most, the first of equals; blank "
            "where there is none."
        ),
    ]
    floor_commodity: Annotated[str | None, text("Commodity of that floor.")]
    floor: Annotated[float | None, price("That floor, as in sheet floors.")]
    floor_then: Annotated[float | None, price("The same at the lower number; blank where there is no plan.")]
    status: Annotated[str, text("At the lower number: optimal, infeasible or over_budget.", 12)]
    step: Annotated[
        float | None,
        number(
            "",
            "Of the floor that moves most beside its size: points, to 0.01, that do for half of its move or more. "
            "Blank elsewhere.",
            FACTOR,
            8,
        ),
    ]
    step_floor: Annotated[float | None, price("The floor after so many points; blank where step is.")]
    set_by_then: Annotated[
        str | None,
        text("What sets that floor at the lower number; 'unserved' is a shortage. Blank where step is.", 26),
    ]


NEAREST = sheet_of("nearest", NearestRow)


class TemptationRow(NamedTuple):
    """What a detour through the best three third countries would save a trader: the plan never takes it."""

    member: Annotated[str, key("Member, or market region/segment, at whose border the floor stands.")]
    commodity: Annotated[str, key("Commodity under the floor.")]
    year: Annotated[int, year()]
    origin: Annotated[str, text("Capped origin of the material.")]
    hub: Annotated[str, key("Third country through which it would be shipped as its own.")]
    levy: Annotated[float, price("Levy on the straight way.")]
    detour_cost: Annotated[float, price("What the detour costs more, levies apart, per kg arriving.")]
    temptation: Annotated[
        float, price("Levy saved less cost of the detour, per kg arriving: what evasion would earn.")
    ]
    hubs: Annotated[
        int, number("", "Third countries through which it would pay; the best three are listed.", COUNT, 8)
    ]


TEMPTATION = sheet_of("temptation", TemptationRow)
