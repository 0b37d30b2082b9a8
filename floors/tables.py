"""The results workbook, once: every sheet and column with its unit, meaning, number format and key.

The report, the results object and the documents follow from `RESULTS`. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

Cell: TypeAlias = bool | int | float | str | None
Row: TypeAlias = Sequence[Cell]

TEXT = "@"
YEAR = "0"
BOOL = '"TRUE";"TRUE";"FALSE"'
ANY = "General"
PRICE = "0.00"
FACTOR = "0.000"
TONNES = "#,##0.0"
MONEY = "#,##0.000"
PER_T = "#,##0.00"
SHARE = "0.0%"
INDEX = "#,##0"
SMALL = "0.0E+00"

PER_KG = "{currency}/kg"
PER_TONNE = "{currency}/t"
PER_YEAR = "t/yr"
MILLION_A_YEAR = "million {currency}/yr"
MILLION_PV = "million {currency}, present value"

_ROOM_FOR_FILTER_BUTTON = 4


class Column(NamedTuple):
    """One column: `unit` may hold ``{currency}``; `format` is Excel's; `width` in characters."""

    name: str
    unit: str
    meaning: str
    format: str
    width: int
    key: bool = False

    def unit_in(self, currency: str) -> str:
        """The unit with the currency of the study in it."""
        return self.unit.replace("{currency}", currency)


class Sheet(NamedTuple):
    """One sheet of the results: a tidy table, one row per combination of its key columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.key)


def _column(name: str, unit: str, meaning: str, number_format: str, width: int, key: bool = False) -> Column:
    return Column(name, unit, meaning, number_format, max(width, len(name) + _ROOM_FOR_FILTER_BUTTON), key)


def _key(name: str, meaning: str, width: int = 14) -> Column:
    return _column(name, "", meaning, TEXT, width, key=True)


def _year(meaning: str = "Year of the study.") -> Column:
    return _column("year", "", meaning, YEAR, 8, key=True)


def _text(name: str, meaning: str, width: int = 14) -> Column:
    return _column(name, "", meaning, TEXT, width)


def _bool(name: str, meaning: str, key: bool = False) -> Column:
    return _column(name, "", meaning, BOOL, 9, key)


def _price(name: str, meaning: str) -> Column:
    return _column(name, PER_KG, meaning, PRICE, 11)


def _tonnes(name: str, meaning: str, unit: str = PER_YEAR) -> Column:
    return _column(name, unit, meaning, TONNES, 12)


def _share(name: str, meaning: str) -> Column:
    return _column(name, "share", meaning, SHARE, 10)


def _per_tonne(name: str, meaning: str) -> Column:
    return _column(name, PER_TONNE, meaning, PER_T, 12)


def _money(name: str, meaning: str, unit: str = MILLION_A_YEAR) -> Column:
    return _column(name, unit, meaning, MONEY, 14)


SUMMARY = Sheet(
    "summary",
    "The headline numbers of the study.",
    (
        _key("metric", "What is measured.", 24),
        _column("value", "see unit", "Its value, in the unit beside it.", ANY, 16),
        _text("unit", "Unit of the value.", 30),
    ),
)

FLOORS = Sheet(
    "floors",
    "The price floors: at which reference price the capped origin is held, and what the levy is.",
    (
        _key("member", "Member, or market region/segment, at whose border the floor stands."),
        _key("commodity", "Commodity under the floor."),
        _year(),
        _text("origin", "Capped origin at whose gate the floor is quoted."),
        _price(
            "floor", "Reference price: ex works at the capped origin, before export tax, freight and duty."
        ),
        _price("capped_price", "Price at the capped origin, ex works, that the levy tops up to the floor."),
        _price(
            "levy", "Floor less capped price: what the adjustable tariff collects, on top of other tariffs."
        ),
        _share("levy_rate", "Levy as a share of the capped price."),
        _price("landed_price", "Floor plus export tax, freight and tariff, before losses on the way."),
        _price("rebate", "What material of other origins is paid under a use cap, out of the levy."),
        _price("producer_price", "Floor plus rebate: what the bloc's own producers see."),
        _bool(
            "effective",
            "TRUE where capped material arrives and pays the levy; else the floor holds nothing up.",
        ),
        _price(
            "lowest", "Lowest floor that keeps the same plan under the same rules; blank where not asked for."
        ),
        _price("highest", "Highest such floor; blank where not asked for or without an upper end."),
        _text(
            "set_by", "What sets the floor; 'unserved' names a buyer's value, a shortage and not a floor.", 26
        ),
        _bool(
            "binding", "TRUE where the levy is above 1e-6: the floor is more than the price already there."
        ),
        _text("note", "What to know about this floor.", 40),
    ),
)

FLOOR_PARTS = Sheet(
    "floor_parts",
    "What each floor is made of; the parts of a floor add up to it.",
    (
        _key("member", "Member or market of the floor."),
        _key("commodity", "Commodity of the floor."),
        _year("Year of the floor."),
        _key("part", "Cost, charge, freight, value or rule that enters the floor.", 44),
        _column("coefficient", "", "Amount as a multiple of the number named in part.", FACTOR, 12),
        _price("amount", "Contribution to the floor; negative for by-products and credits."),
    ),
)

PRICES = Sheet(
    "prices",
    "Prices at which no company could do better than the plan.",
    (
        _key("region", "Region, or market region/segment."),
        _key("commodity", "Commodity priced."),
        _year(),
        _price("price", "Delivered price: what one more kg is worth to users there."),
        _price("origin_price", "Price ex works: what one more kg made there fetches."),
    ),
)

_ASKED = "blank where many can move and --ranges was not asked for."

SOURCING = Sheet(
    "sourcing",
    "The sourcing mix: where each destination's material comes from.",
    (
        _key("destination", "Region, or market region/segment, where the material arrives."),
        _key("commodity", "Commodity shipped."),
        _year(),
        _key("origin", "Region where it was made; the destination itself for home supply."),
        _tonnes("quantity", "Quantity sent, before losses on the way."),
        _share("share", "Share of all that is sent to this destination, leaks included."),
        _column("leak", "", "TRUE for material that evades the cap and the levy.", BOOL, 9, key=True),
        _bool(
            "movable",
            "TRUE where the quantity can move to another origin at no cost: conclude nothing from it.",
        ),
        _share("least_share", f"Least share in all plans of least cost; {_ASKED}"),
        _share("most_share", f"Largest share in all plans of least cost; {_ASKED}"),
        _share(
            "least_share_1pc", "Least share in the plans up to 1 % dearer; bloc only, blank without --ranges."
        ),
        _share(
            "most_share_1pc",
            "Largest share in the plans up to 1 % dearer; bloc only, blank without --ranges.",
        ),
    ),
)

SHIPMENTS = Sheet(
    "shipments",
    "Every shipment, with what it pays on the way.",
    (
        _key("origin", "Region where it was made."),
        _key("destination", "Region, or market region/segment, where it arrives."),
        _key("commodity", "Commodity shipped."),
        _year(),
        _tonnes("quantity", "Quantity sent, before losses on the way."),
        _share("content", "Share of capped origin in what is shipped."),
        _price("levy", "All levies on the shipment: caps and minimum; negative for a rebate."),
        _price("cost", "Freight plus tariff plus export tax."),
    ),
)

PRODUCTION = Sheet(
    "production",
    "What each process and plant runs, and what it earns on the margin.",
    (
        _key("process", "Process or plant.", 26),
        _text("region", "Region where it stands."),
        _year(),
        _tonnes("activity", "Tonnes of activity; of a plant, the load of its processes."),
        _tonnes("capacity", "Capacity at hand, existing and built; blank where there is no limit."),
        _share("utilisation", "Activity as a share of capacity."),
        _price(
            "unit_margin", "Prices times coefficients less unit cost, before capital, support and contracts."
        ),
        _text("note", "Why it runs at a loss, where it does; what its contracts for difference pay.", 40),
    ),
)

INVESTMENT = Sheet(
    "investment",
    "Capacity added.",
    (
        _key("process", "Process or plant that is expanded.", 26),
        _text("region", "Region where it stands."),
        _year("Year in which the capacity is decided on; it runs after its lead time."),
        _tonnes("added", "Capacity added in the period."),
        _money("annual_charge", "Capital charge paid in each year that this capacity is alive."),
    ),
)

STOCKS = Sheet(
    "stocks",
    "Stockpiles: what goes in and out, and what is left.",
    (
        _key("stockpile", "Stockpile.", 20),
        _year(),
        _tonnes("put", "Put away out of what has arrived in the region."),
        _tonnes("take", "Taken out for use in the region."),
        _tonnes("closing", "Stock at the end of the period, after losses.", "t"),
        _money(
            "fund_spent", "Spent on buying in over the period, at delivered prices.", "million {currency}"
        ),
    ),
)

CAPS = Sheet(
    "caps",
    "Each cap: how much room it gives, how much is used, and the levy that one kg less would cost.",
    (
        _key("scope", "The bloc, or the member that is capped."),
        _key("commodity", "Commodity or group under the cap."),
        _key("segment", "Segment under the cap; blank for all."),
        _key("origin", "Origin capped; blank for all capped origins by content."),
        _key("basis", "What the cap is a share of: demand, use, or tonnes as given."),
        _year(),
        _tonnes("limit", "Volume allowed; under use, the share of arrivals."),
        _tonnes("used", "Volume bought, weighted in a group; under use, capped arrivals."),
        _tonnes("slack", "Limit less used."),
        _price("levy", "Shadow price of the cap: what one kg more room would save."),
        _money("per_point", "Saving from one percentage point more of demand or arrivals."),
        _text("note", "What to know about this cap.", 40),
    ),
)

SENSITIVITY = Sheet(
    "sensitivity",
    "Caps that bind: what a tonne or a point is worth, and how far that holds while all other rows stay.",
    (
        _key("scope", "The bloc, or the member that is capped."),
        _key("commodity", "Commodity or group under the cap."),
        _key("segment", "Segment under the cap; blank for all."),
        _key("origin", "Origin capped; blank for all capped origins by content."),
        _key("basis", "What the cap is a share of: demand, use, or tonnes as given."),
        _year(),
        _tonnes("limit", "Volume allowed; under use, the share of arrivals."),
        _price("levy", "Levy of the cap, as in sheet caps."),
        _per_tonne("per_tonne", "The levy on one tonne."),
        _money("per_point", "Saving from one percentage point more of demand or arrivals."),
        _per_tonne("saves_more", "What one more tonne a year would save the whole system in that year."),
        _per_tonne(
            "costs_less", "What one less tonne a year would cost it; blank where less is not possible."
        ),
        _tonnes("holds_from", "Least limit down to which costs_less holds; blank without an end."),
        _tonnes("holds_to", "Largest limit up to which saves_more holds; blank without an end."),
        _text("note", "What to know about these prices.", 40),
    ),
)

SUPPORT = Sheet(
    "support",
    "Uplift, agent by agent: losses under the floors that are made whole, and gains foregone.",
    (
        _key("kind", "Who or what: process, plant, route, demand, stockpile, cap, supply, use or fund."),
        _key("name", "Its name.", 30),
        _year(),
        _money("make_whole", "Loss under the floors that must be paid for the plan to be kept.", MILLION_PV),
        _money("foregone", "Gain that tempts away from the plan; nobody is paid it.", MILLION_PV),
        _text("paid_by", "Member, or members, that pay the make-whole.", 24),
    ),
)

ACCOUNTS = Sheet(
    "accounts",
    "Who pays and who gains, region by region and year by year, real and undiscounted.",
    (
        _key("region", "Region, or market region/segment."),
        _text("role", "Member, capped or other."),
        _year(),
        _money("outlay", "What its buyers pay for what they use, less the make-whole of its demand."),
        _money("unserved", "Value of demand left unserved."),
        _money("levy_revenue", "Levies collected on what arrives; rebates are negative."),
        _money("tariff_revenue", "Other tariffs collected on what arrives."),
        _money("producer_surplus", "What its producers earn after inputs, unit costs and annual charges."),
        _money("support", "Make-whole paid by it."),
        _money("contract_payments", "Paid under contracts for difference; negative when upside flows back."),
        _money("export_tax_revenue", "Export taxes kept by its treasury."),
        _money("stock_cost", "Stock put away less taken, at delivered prices, plus holding cost."),
        _money("net_cost", "All costs less all revenues and the producers' surplus."),
        _money("baseline_cost", "Net cost of the same study without caps and floor rules."),
        _money(
            "change",
            "Net cost less baseline cost: what the policy costs this region; over all regions, the deadweight loss.",
        ),
        _money(
            "consumer_surplus_change",
            "By how much outlay and unserved value are less than in the baseline: what its buyers gain.",
        ),
    ),
)

CONCENTRATION = Sheet(
    "concentration",
    "How concentrated and how dependent on capped origins the supply is.",
    (
        _key("commodity", "Commodity."),
        _year(),
        _key("scope", "The bloc, or one member."),
        _column("hhi", "index 0-10,000", "Herfindahl-Hirschman index of the origins' shares.", INDEX, 10),
        _share("capped_share", "Share of capped origin in arrivals, leaks included."),
        _share("embodied_share", "The same traced back through all processing to the ore."),
        _tonnes(
            "redirected",
            "Trade that changed destination against the baseline without changing in total; where no cap binds, the "
            "choice between plans that cost the same.",
        ),
        _text("top_origin", "Largest origin."),
        _share("top_share", "Share of the largest origin."),
        _share("top3_share", "Share of the three largest origins together."),
        _share("declared_share", "Share of capped origin on paper: leaks arrive under other names."),
        _column("baseline_hhi", "index 0-10,000", "The index without caps and floor rules.", INDEX, 10),
        _share("baseline_capped_share", "Share of capped origin without caps and floor rules."),
        _share("baseline_embodied_share", "The same traced back to the ore."),
        _text("baseline_top_origin", "Largest origin without caps and floor rules."),
        _share("baseline_top_share", "Share of the largest origin without caps and floor rules."),
        _share("baseline_top3_share", "Share of the three largest without caps and floor rules."),
        _text("stage", "Stage of production of the commodity."),
    ),
)

SHUFFLING = Sheet(
    "shuffling",
    "Where each capped origin sells, with the policy and without: what the cap only sends elsewhere.",
    (
        _key("commodity", "Commodity."),
        _year(),
        _key("origin", "Capped origin."),
        _tonnes("members", "Sold to members, leaks included."),
        _tonnes("others", "Sold to all other regions but itself."),
        _tonnes("home", "Used at home, before anything is made of it."),
        _tonnes("baseline_members", "Sold to members without caps and floor rules."),
        _tonnes("baseline_others", "Sold to all other regions without caps and floor rules."),
        _tonnes("baseline_home", "Used at home without caps and floor rules."),
        _tonnes(
            "redirected",
            "Of the fall in sales to members, what others buy more; where no cap binds, the choice of equal plans.",
        ),
    ),
)

TEMPTATION = Sheet(
    "temptation",
    "What a detour through a third country would save a trader: the plan never takes it.",
    (
        _key("member", "Member, or market region/segment, at whose border the floor stands."),
        _key("commodity", "Commodity under the floor."),
        _year(),
        _text("origin", "Capped origin of the material."),
        _key("hub", "Third country through which it would be shipped as its own."),
        _price("levy", "Levy on the straight way."),
        _price("detour_cost", "What the detour costs more, levies apart, per kg arriving."),
        _price("temptation", "Levy saved less cost of the detour, per kg arriving: what evasion would earn."),
    ),
)

BASELINE = Sheet(
    "baseline",
    "The plan and the prices without caps and floor rules; what is not listed is 0. Empty without policy.",
    (
        _key(
            "item", "A shipment, activity, capacity added, put, take, closing stock, price or origin price."
        ),
        _key("name", "Origin of a shipment; process, plant or stockpile; place of a price.", 26),
        _key("destination", "Where a shipment arrives; blank for all else."),
        _key("commodity", "Commodity shipped or priced; blank for all else."),
        _year(),
        _column("value", "see unit", "Its value without policy, in the unit beside it.", ANY, 16),
        _text("unit", "Unit of the value."),
    ),
)

CERTIFICATE = Sheet(
    "certificate",
    "Proof of the result, computed apart from the solver.",
    (
        _key("check", "What was checked.", 34),
        _column("value", "", "Largest violation found.", SMALL, 14),
        _column("tolerance", "", "Largest violation allowed.", SMALL, 14),
        _bool("passed", "TRUE where the value is within the tolerance."),
    ),
)

RUN = Sheet(
    "run",
    "How the result was made: versions, workbook, scenario, solver, sizes and every default used.",
    (
        _key("key", "What is recorded.", 34),
        _column("value", "", "As it was in this run.", ANY, 70),
    ),
)

RESULTS: tuple[Sheet, ...] = (
    SUMMARY,
    FLOORS,
    FLOOR_PARTS,
    PRICES,
    SOURCING,
    SHIPMENTS,
    PRODUCTION,
    INVESTMENT,
    STOCKS,
    CAPS,
    SENSITIVITY,
    SUPPORT,
    ACCOUNTS,
    CONCENTRATION,
    SHUFFLING,
    TEMPTATION,
    BASELINE,
    CERTIFICATE,
    RUN,
)
"""All sheets of the results workbook, in the order of the contract."""

BY_NAME: dict[str, Sheet] = {sheet.name: sheet for sheet in RESULTS}

SCENARIO = _key("scenario", "Scenario solved; base is the workbook as it stands.", 26)

COMPARISON = Sheet(
    "comparison",
    "Every scenario beside base: its status, its summary, and the floors of the first member.",
    (
        SCENARIO,
        *SUMMARY.columns[:2],
        _column("difference", "see unit", "Value less that of base; blank where either has none.", ANY, 16),
        SUMMARY.columns[2],
        _text("note", "Why a scenario has no result; whose floor it is, and whether it is a shortage.", 40),
    ),
)

_SEVERAL = tuple(sheet._replace(columns=(SCENARIO, *sheet.columns)) for sheet in RESULTS)
SEVERAL: tuple[Sheet, ...] = (_SEVERAL[0], COMPARISON, *_SEVERAL[1:])
"""All sheets of the results workbook of several scenarios."""


class Reportable(Protocol):
    """What a result offers to whoever writes it out.

    `members` are the bloc's members and their segment markets, in sheet order; `sentences` the result in
    plain words; `failed` whether its certificate failed; `rows` a sheet's rows in the order of its columns,
    None where there is no value.
    """

    @property
    def title(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def scenario_name(self) -> str: ...
    @property
    def members(self) -> Sequence[str]: ...
    @property
    def sentences(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def failed(self) -> bool: ...
    def rows(self, sheet: str) -> Sequence[Row]: ...
