"""Every input table once: columns, units, meaning, defaults, bounds, references.

The reader, the checks, the template and the documentation follow from `TABLES` and `SETTINGS`.
"""

from __future__ import annotations

from dataclasses import replace

from floors.contract.input_columns import (
    ANY,
    LOSS,
    NOT_NEGATIVE,
    POSITIVE,
    RATE,
    SHARE,
    Bounds,
    Column,
    Table,
    flag,
    name,
    number,
    text,
    whole,
    years,
)

YEAR = Bounds(low=1, high=9999)
FLOOR_RULES = ("minimum", "maximum", "max_rise", "max_fall", "max_rise_share", "max_fall_share", "margin")
ROLES = ("member", "capped", "other")
KINDS = WORLD, RULES, SHOCK = ("world", "rules", "shock")
"""Kinds of scenarios: what we do not know, what we choose, and what may befall."""
REGION, COMMODITY = "regions.region", "commodities.commodity"
PROCESS, PLANT = "processes.process", "plants.plant"
SCENARIO = "scenarios.scenario"

_PRESENT = "million, present value"
SETTINGS: tuple[Column, ...] = (
    whole("contract", "version of this layout", Bounds(1, 1), default=1),
    text("title", "what the study is about"),
    Column("currency", "currency of every price and cost", "text", default="USD"),
    whole("price_year", "year of whose money prices and costs are stated", YEAR),
    number("discount_rate", "per year", "real discount rate", RATE, default=0.07, warn_above=1),
    number(
        "capital_rate",
        "per year",
        "hurdle rate in capital charges",
        RATE,
        blank="discount_rate",
        warn_above=1,
    ),
    Column(
        "coordination",
        "as_given: caps as written; bloc: one floor per commodity, year and kind of market; "
        "national: each bloc cap becomes one per member",
        default="as_given",
        choices=("as_given", "bloc", "national"),
    ),
    Column("floor_choice", "among equals", default="lowest", choices=("lowest", "steadiest")),
    number("support_budget", _PRESENT, "most make-whole to be paid", NOT_NEGATIVE, blank="none"),
    whole("demand_steps", "steps of a demand curve", Bounds(low=1, high=10_000), default=40),
    Column("rent", "who keeps the levy", default="government", choices=("government", "exporter")),
    Column("levy_on", "who pays a minimum levy", default="capped", choices=("capped", "non_members")),
    Column(
        "plan_choice",
        "of plans that cost the same: steady: suppliers change least from year to year; any: the first found",
        default="steady",
        choices=("any", "steady"),
    ),
    number("de_minimis", "share", "of each tainted input, that a clean good may hold", LOSS, default=0.0),
    number(
        "risk_aversion",
        "weight",
        "of the tail in floors risk; the rest is that of the average",
        LOSS,
        default=0.0,
    ),
    number(
        "risk_tail",
        "share",
        "of the worst that may come, which the tail holds",
        Bounds(low=0, high=1, open_low=True),
        default=0.1,
    ),
)
_SETTING = {column.name: column for column in SETTINGS}
_EXPANDED = {"with_column": "capital_cost"}


def _expansion(limit: str, **capacity: object) -> tuple[Column, ...]:
    """Columns that processes and plants share."""
    most, unit = {"blank": "no limit"} | _EXPANDED, "USD per kg/yr of capacity"
    return (
        number("capacity", "t/yr", limit, NOT_NEGATIVE, **capacity),
        number("capital_cost", unit, "of new capacity", NOT_NEGATIVE, blank="cannot be expanded"),
        number("max_build", "t/yr added per year", "most that can be added", NOT_NEGATIVE, **most),
        number("max_total", "t/yr added in all", "most that can be added in all", NOT_NEGATIVE, **most),
        number("lead_time", "years", "from decision to first tonne", NOT_NEGATIVE, default=0.0, **_EXPANDED),
        number("lifetime", "years", "that new capacity runs", POSITIVE, default=20.0, **_EXPANDED),
        number(
            "rate", "per year", "its own hurdle rate", RATE, blank="capital_rate", warn_above=1, **_EXPANDED
        ),
    )


_ACTIVE = (
    whole("first_year", "first year of validity", YEAR, blank="all"),
    whole("last_year", "last year of validity", YEAR, blank="all"),
)
_PAIR = (
    name("origin", "where it is made: a region, a role, or * for all", REGION, words=("*", *ROLES)),
    name("destination", "where it is used: a region, a role, or * for all", REGION, words=("*", *ROLES)),
    name("commodity", "a commodity, or * for all", COMMODITY, words=("*",)),
)
_COMMODITY = name("commodity", "a commodity", COMMODITY)
_FLOW = "t/yr"
_USE = "t of the plant's capacity per t of activity"
_DUTY = "share of reference price"
_QUALIFIED = {"with_column": "qualify_cost"}

TABLES: tuple[Table, ...] = (
    Table(
        "settings",
        "Choices for the whole study, one a row.",
        (
            name("key", "name of the setting", choices=tuple(_SETTING)),
            Column("value", "its value", "any", by="key", variants=_SETTING),
        ),
        key=("key",),
    ),
    Table(
        "years",
        "The years or periods of the study, in ascending order.",
        (
            whole("year", "year, or first year of a period", YEAR, required=True),
            number("length", "years", "length of the period", POSITIVE, default=1.0),
        ),
        key=("year",),
        required=True,
    ),
    Table(
        "regions",
        "Countries or groups of countries, and their part in the agreement.",
        (
            name("region", "short name"),
            text("name", "full name"),
            name("role", "member of the bloc, capped origin, or other", choices=ROLES),
            flag("equivalent", "a non-member with an equivalent floor: pays no levy of non-members"),
        ),
        key=("region",),
        required=True,
    ),
    Table(
        "roles",
        "Role by year, for those who join or leave; blank: the role in regions.",
        (name("region", "a region", REGION),),
        key=("region",),
        years=Column(
            "years", "role in that year", "name", blank="the role in regions", choices=ROLES
        ),
    ),
    Table(
        "commodities",
        "Goods, each at one stage of production.",
        (
            name("commodity", "short name"),
            text("name", "full name"),
            text("stage", "concentrate, oxide, metal, magnet ..."),
            Column("unit", "unit of quantity", "text", default="t"),
            Column("iamc", "name in data of the IAMC, as Non-Ferrous Metals|Nickel", "text", blank="the short name"),
        ),
        key=("commodity",),
        required=True,
    ),
    Table(
        "reference_prices",
        "Price at a capped origin: values tariffs, funds and elastic demand, starts minimum rules.",
        (_COMMODITY,),
        key=("commodity",),
        years=years("USD/kg", "price at a capped origin", NOT_NEGATIVE, "none"),
    ),
    Table(
        "technologies",
        "What one tonne of activity makes and uses, one commodity a row.",
        (
            name("technology", "short name"),
            _COMMODITY,
            number("coefficient", "t per t of activity", "made above 0, used below 0", ANY, required=True),
        ),
        key=("technology", "commodity"),
    ),
    Table(
        "processes",
        "Mines, plants, recyclers, import offers: whatever makes a commodity.",
        (
            name("process", "short name"),
            name("region", "where it stands", REGION),
            Column("technology", "what it makes and uses", refers=("technologies.technology",)),
            Column("commodity", "what it makes from nothing, without technology", refers=(COMMODITY,)),
            number("unit_cost", "USD/kg of activity", "cost without inputs; offer price if capped", ANY),
            number(
                "cost_basis", "USD/kg of activity", "what it costs, where it offers below", ANY,
                blank="in a capped region its unit cost before scenarios, else its unit cost",
            ),
            number("minimum", _FLOW, "must run whatever the price", NOT_NEGATIVE, default=0.0),
            *_expansion("existing: most activity", blank="no limit of its own; 0 where capital_cost is given"),
            *_ACTIVE,
            Column("plant", "plant whose capacity it shares", refers=(PLANT,)),
            number("plant_use", _USE, "load on the plant", NOT_NEGATIVE, default=1.0, with_column="plant"),
            flag("renews", "its output has the origin of its own region, whatever it used: recycling"),
        ),
        key=("process",),
        required=True,
    ),
    Table(
        "plants",
        "Capacity that several processes share, all in one region.",
        (name("plant", "short name"), *_expansion("existing, to share", default=0.0)),
        key=("plant",),
    ),
    Table(
        "minimums",
        "Activity that must run, by year; blank: the column of processes.",
        (name("process", "a process", PROCESS),),
        key=("process",),
        years=years(_FLOW, "must run whatever the price", NOT_NEGATIVE, "the column of processes"),
    ),
    Table(
        "capacities",
        "Existing capacity by year; blank: the column of processes or plants.",
        (name("process", "a process or a plant", PROCESS, PLANT),),
        key=("process",),
        years=years(_FLOW, "existing capacity", NOT_NEGATIVE, "the column of processes or plants"),
    ),
    Table(
        "unit_costs",
        "Unit cost by year; blank: the column of processes.",
        (name("process", "a process", PROCESS, PLANT),),
        key=("process",),
        years=years("USD/kg of activity", "cost without inputs", ANY, "the column of processes"),
    ),
    Table(
        "routes",
        "Who can ship what to whom. Without this sheet all can, free; with it, only what a row covers.",
        (
            *_PAIR,
            number("freight", "USD/kg shipped", "freight", NOT_NEGATIVE, default=0.0),
            number("tariff", _DUTY, "import duty", NOT_NEGATIVE, default=0.0, warn_above=5),
            number("export_tax", _DUTY, "kept by the origin", NOT_NEGATIVE, default=0.0, warn_above=5),
            number("loss", "share", "lost on the way", LOSS, default=0.0),
            number("limit", "t/yr for each pair", "most that may be shipped", NOT_NEGATIVE, blank="no limit"),
            number("minimum", "t/yr for each pair", "take-or-pay", NOT_NEGATIVE, blank="none"),
            number("content", "share", "of capped origin", SHARE, blank="1 from a capped region, else 0"),
            number(
                "price", "USD/kg ex works", "what its take-or-pay settles at", NOT_NEGATIVE, blank="the market's"
            ),
            number(
                "qualify_cost", "USD per kg/yr of link", "of qualifying a link, paid yearly", NOT_NEGATIVE,
                blank="free: no link is needed",
            ),
            number(
                "qualify_time", "years", "from decision to first tonne", NOT_NEGATIVE, default=0.0, **_QUALIFIED
            ),
            number("qualify_life", "years", "that a link lasts", POSITIVE, default=10.0, **_QUALIFIED),
            number(
                "qualify_limit", "t/yr added per year", "most that can be qualified", NOT_NEGATIVE,
                blank="no limit", **_QUALIFIED,
            ),
            *_ACTIVE,
        ),
    ),
    Table(
        "route_limits",
        "Most that may be shipped, by year; 0 is an embargo; blank: limit of routes.",
        _PAIR,
        years=years("t/yr for each pair", "most that may be shipped", NOT_NEGATIVE, "limit of routes"),
    ),
    Table(
        "route_minimums",
        "Take-or-pay contracts by year; blank: minimum of routes.",
        _PAIR,
        years=years("t/yr for each pair", "take-or-pay", NOT_NEGATIVE, "minimum of routes"),
    ),
    Table(
        "exemptions",
        "Tonnes under contracts signed before, which pay no levy and count in caps; blank: none.",
        _PAIR,
        years=years("t/yr for each pair", "that pay no levy", NOT_NEGATIVE, "none"),
    ),
    Table(
        "qualified",
        "Links that stand when the first year begins; with qualify_cost of routes no pair ships more than its link.",
        (
            name("origin", "where it is made: a region", REGION),
            name("destination", "where it is used: a region", REGION),
            _COMMODITY,
            number("t", _FLOW, "what the pair can ship when the first year begins", NOT_NEGATIVE, required=True),
            number("before", _FLOW, "shipped in the year before the first", NOT_NEGATIVE, blank="t"),
        ),
        key=("origin", "destination", "commodity"),
    ),
    Table(
        "demand",
        "What buyers want, by region, segment and commodity.",
        (
            name("region", "where it is used", REGION),
            name("segment", "kind of buyer: defence, vehicles, wind ..."),
            _COMMODITY,
            number("value", "USD/kg", "the most a buyer pays", NOT_NEGATIVE, blank="must be met in full"),
            number("elasticity", "", "of demand to price, 0 or less", Bounds(high=0), default=0.0),
            number("enforcement", "share", "on which caps and levies are enforced", SHARE, default=1.0),
        ),
        key=("region", "segment", "commodity"),
        years=years(_FLOW, "quantity at the reference price", NOT_NEGATIVE, "none"),
        required=True,
    ),
    Table(
        "groups",
        "Commodities capped together.",
        (
            name("group", "name of the group"),
            _COMMODITY,
            number("weight", "t per t", "what a tonne counts", NOT_NEGATIVE, required=True),
        ),
        key=("group", "commodity"),
    ),
    Table(
        "caps",
        "Limits on what the bloc takes from capped origins; 0 is a ban, blank is no cap.",
        (
            name("scope", "bloc, or a member", REGION, words=("bloc",)),
            name("commodity", "a commodity or a group", COMMODITY, "groups.group"),
            Column("segment", "a segment of demand", refers=("demand.segment",), blank="all"),
            Column(
                "origin", "a region, or each: every non-member on its own", refers=(REGION,), words=("each",),
                blank="all capped origins, by content",
            ),
            name("basis", "what the cap is a share of, or tonnes", choices=("demand", "use", "tonnes")),
            Column(
                "leaks",
                "counted: what leaks takes room from the cap; unseen: the cap binds what papers show",
                default="counted", choices=("counted", "unseen"),
            ),
            flag("traced", "counts what was made of capped material, wherever it was made"),
        ),
        key=("scope", "commodity", "segment", "origin", "basis"),
        years=replace(
            years("share, or t/yr for tonnes", "the cap", SHARE, "no cap"),
            by="basis",
            variants={"tonnes": years(_FLOW, "the cap", NOT_NEGATIVE, "no cap")},
        ),
    ),
    Table(
        "floor_rules",
        "The bloc's own rules on floors.",
        (
            name("commodity", "a commodity, or * for all", COMMODITY, words=("*",)),
            name("rule", "kind of rule", choices=FLOOR_RULES),
        ),
        key=("commodity", "rule"),
        years=replace(
            years("USD/kg, USD/kg per year, or share per year", "value of the rule", NOT_NEGATIVE, "none"),
            by="rule",
            variants={
                "margin": years("USD/kg", "least margin of members who make it", ANY, "none"),
                "max_fall_share": years("share per year", "largest fall, compounded", SHARE, "none"),
                "max_rise_share": replace(
                    years("share per year", "largest rise, compounded", NOT_NEGATIVE, "none"), warn_above=1
                ),
            },
        ),
    ),
    Table(
        "contracts",
        "Contracts for difference.",
        (
            name("process", "a process", PROCESS),
            Column("commodity", "what it is paid for", refers=(COMMODITY,), blank="the only one it makes"),
            number("strike", "USD/kg", "price paid up to", NOT_NEGATIVE, required=True),
            number("upside", "share", "of the price above the strike paid back", SHARE, default=0.0),
            name("payer", "a member", REGION),
        ),
        key=("process", "commodity", "payer"),
        years=years(_FLOW, "quantity under contract", NOT_NEGATIVE, "none"),
    ),
    Table(
        "stockpiles",
        "Stocks of one commodity in one region.",
        (
            name("stockpile", "short name"),
            name("region", "where it lies", REGION),
            _COMMODITY,
            number("opening", "t", "stock before the first year", NOT_NEGATIVE, default=0.0),
            number("capacity", "t", "room", NOT_NEGATIVE, blank="no limit"),
            number("holding_cost", "USD/kg per year", "cost of keeping", NOT_NEGATIVE, default=0.0),
            number("loss", "share per year", "lost in store", LOSS, default=0.0),
            Column("fund", "fund that pays for buying in", refers=("funds.fund",)),
            number(
                "closing_value", "USD/kg", "worth of what lies there at the end", NOT_NEGATIVE,
                blank="none: at least opening stays, unless stock_targets",
            ),
            number("opening_content", "share of opening", "that is tainted", SHARE, default=0.0),
        ),
        key=("stockpile",),
    ),
    Table(
        "releases",
        "Most that may be taken from a stockpile; 0 is shut; blank: no limit.",
        (name("stockpile", "a stockpile", "stockpiles.stockpile"),),
        key=("stockpile",),
        years=years(_FLOW, "most that may be taken", NOT_NEGATIVE, "no limit"),
    ),
    Table(
        "stock_targets",
        "Least closing stock by year.",
        (name("stockpile", "a stockpile", "stockpiles.stockpile"),),
        key=("stockpile",),
        years=replace(
            years("t, or days such as 60 d", "least closing stock", NOT_NEGATIVE, "none"), kind="target"
        ),
    ),
    Table(
        "funds",
        "Money for buying into stockpiles.",
        (
            name("fund", "short name"),
            number("amount", "million", "to be spent, at reference prices", NOT_NEGATIVE, required=True),
            number("loan", "million", "of it lent", NOT_NEGATIVE, blank="amount less private"),
            number("rate", "per year", "of the loan", NOT_NEGATIVE, default=0.0, warn_above=1),
            number("private", "million", "of it private capital, which bears a loss first", NOT_NEGATIVE, default=0.0),
            number("private_rate", "per year", "of private capital", NOT_NEGATIVE, blank="rate", warn_above=1),
        ),
        key=("fund",),
    ),
    Table(
        "scenarios",
        "Named sets of changes to the workbook.",
        (
            name("scenario", "short name"),
            text("description", "what it asks"),
            Column("parent", "scenario it adds to", refers=(SCENARIO,), words=("base",), blank="base"),
            number("probability", "share", "how likely, for floors risk; base has the rest", SHARE),
            whole("known_from", "first year in which it is known", YEAR, blank="from the start"),
            Column(
                "kind",
                "world: what nobody knows; rules: what is chosen; shock: what may befall",
                blank="told from what it and its parents change",
                choices=KINDS,
            ),
        ),
        key=("scenario",),
    ),
    Table(
        "changes",
        "What each scenario changes, applied from top to bottom.",
        (
            name("scenario", "a scenario", SCENARIO),
            name("sheet", "sheet to change"),
            Column("where", "column=value; column=value; * is anything, '*' a star", "text", required=True),
            Column("column", "a column, a year, years, or 2027-2030", "any", required=True),
            name("change", "what to do", choices=("set", "multiply", "add")),
            Column("value", "the new value, the factor, or the addition", "any", blank="blank"),
        ),
    ),
    Table(
        "uncertainty",
        "How far numbers may be from what they are here.",
        (
            name("sheet", "sheet of the numbers"),
            Column("where", "column=value; column=value; * is anything, '*' a star", "text", required=True),
            Column("column", "a column, a year, years, or 2027-2030", "any", required=True),
            number("low", "factor", "least, on every cell matched", NOT_NEGATIVE, required=True),
            number("high", "factor", "largest, on every cell matched", NOT_NEGATIVE, required=True),
            Column(
                "shape",
                "how factors spread from low to high: triangular has its mode at 1",
                default="uniform",
                choices=("uniform", "triangular"),
            ),
            Column("group", "rows of one group move together", "text", blank="a group of its own"),
        ),
    ),
    Table(
        "sources",
        "Where the numbers come from.",
        (
            Column("source", "short name", "any"),
            Column("citation", "full reference", "any"),
            Column("publisher", "who published it", "any"),
            Column("date", "when", "any"),
            Column("url", "where to find it", "any"),
        ),
    ),
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
RESERVED_REGIONS = ("bloc", "each", "*", *ROLES)
