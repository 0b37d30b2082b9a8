"""Sheets of prices: floors, what they are made of, caps, what these are worth, and how they may be evaded."""

from __future__ import annotations

from floors.contract.results.columns import (
    COUNT,
    FACTOR,
    Sheet,
    column,
    flag,
    key,
    money,
    per_tonne,
    price,
    share,
    text,
    tonnes,
    year,
)

FLOORS = Sheet(
    "floors",
    "The price floors: at which reference price the capped origin is held, and what the levy is.",
    (
        key("member", "Member, or market region/segment, at whose border the floor stands."),
        key("commodity", "Commodity under the floor."),
        year(),
        text("origin", "Capped origin at whose gate the floor is quoted."),
        price(
            "floor", "Reference price: ex works at the capped origin, before export tax, freight and duty."
        ),
        price("capped_price", "Price at the capped origin, ex works, that the levy tops up to the floor."),
        price(
            "levy", "Floor less capped price: what the adjustable tariff collects, on top of other tariffs."
        ),
        share("levy_rate", "Levy as a share of the capped price."),
        price("landed_price", "Floor plus export tax, freight and tariff, before losses on the way."),
        price("rebate", "What material of other origins is paid under a use cap, out of the levy."),
        price("producer_price", "Floor plus rebate: what the bloc's own producers see."),
        flag(
            "effective",
            "TRUE where capped material arrives and pays the levy; else the floor holds nothing up.",
        ),
        price(
            "lowest", "Lowest floor that keeps the same plan under the same rules; blank where not asked for."
        ),
        price("highest", "Highest such floor; blank where not asked for or without an upper end."),
        text(
            "set_by", "What sets the floor; 'unserved' names a buyer's value, a shortage and not a floor.", 26
        ),
        flag("binding", "TRUE where the levy is above 1e-6: the floor is more than the price already there."),
        text("note", "What to know about this floor.", 40),
    ),
)

FLOOR_PARTS = Sheet(
    "floor_parts",
    "What each floor is made of; the parts of a floor add up to it.",
    (
        key("member", "Member or market of the floor."),
        key("commodity", "Commodity of the floor."),
        year("Year of the floor."),
        key("part", "Cost, charge, freight, value or rule that enters the floor.", 44),
        column("coefficient", "", "Amount as a multiple of the number named in part.", FACTOR, 12),
        price("amount", "Contribution to the floor; negative for by-products and credits."),
    ),
)

PRICES = Sheet(
    "prices",
    "Prices at which no company could do better than the plan.",
    (
        key("region", "Region, or market region/segment."),
        key("commodity", "Commodity priced."),
        year(),
        price("price", "Delivered price: what one more kg is worth to users there."),
        price("origin_price", "Price ex works: what one more kg made there fetches."),
    ),
)

_CAP = (
    key("scope", "The bloc, or the member that is capped."),
    key("commodity", "Commodity or group under the cap."),
    key("segment", "Segment under the cap; blank for all."),
    key("origin", "Origin capped; blank for all capped origins by content."),
    key("basis", "What the cap is a share of: demand, use, or tonnes as given."),
    year(),
    tonnes("limit", "Volume allowed; under use, the share of arrivals."),
)
_PER_POINT = money("per_point", "Saving from one percentage point more of demand or arrivals.")

CAPS = Sheet(
    "caps",
    "Each cap: how much room it gives, how much is used, and the levy that one kg less would cost.",
    (
        *_CAP,
        tonnes("used", "Volume bought, weighted in a group; under use, capped arrivals."),
        tonnes("slack", "Limit less used."),
        price("levy", "Shadow price of the cap: what one kg more room would save."),
        _PER_POINT,
        text("note", "What to know about this cap.", 40),
    ),
)

SENSITIVITY = Sheet(
    "sensitivity",
    "Caps that bind: what a tonne or a point is worth, and how far that holds while all other rows stay.",
    (
        *_CAP,
        price("levy", "Levy of the cap, as in sheet caps."),
        per_tonne("per_tonne", "The levy on one tonne."),
        _PER_POINT,
        per_tonne("saves_more", "What one more tonne a year would save the whole system in that year."),
        per_tonne(
            "costs_less", "What one less tonne a year would cost it; blank where less is not possible."
        ),
        tonnes("holds_from", "Least limit down to which costs_less holds; blank without an end."),
        tonnes("holds_to", "Largest limit up to which saves_more holds; blank without an end."),
        text("note", "What to know about these prices.", 40),
    ),
)

TEMPTATION = Sheet(
    "temptation",
    "What a detour through the best three third countries would save a trader: the plan never takes it.",
    (
        key("member", "Member, or market region/segment, at whose border the floor stands."),
        key("commodity", "Commodity under the floor."),
        year(),
        text("origin", "Capped origin of the material."),
        key("hub", "Third country through which it would be shipped as its own."),
        price("levy", "Levy on the straight way."),
        price("detour_cost", "What the detour costs more, levies apart, per kg arriving."),
        price("temptation", "Levy saved less cost of the detour, per kg arriving: what evasion would earn."),
        column(
            "hubs", "", "Third countries through which it would pay; the best three are listed.", COUNT, 8
        ),
    ),
)
