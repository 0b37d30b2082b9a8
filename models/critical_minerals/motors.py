"""Magnets as buyers want them: as such, or inside motors that members make or buy; t of magnet throughout."""

from __future__ import annotations

from models.books.book import Book
from models.books.changes import add_scenario
from models.books.figures import YEARS, Figure, Ground
from models.critical_minerals.condensed import Condensed, ground, number
from models.critical_minerals.goods import HEAVIES, MAGNET, MEMBERS, MOTOR, REGIONS
from models.critical_minerals.prices import LIFETIME

BASE = 2024
IN_MOTORS, AS_SUCH = ("vehicles", "industrial"), ("defence", "wind", "electronics")
OTHERS = ("KR", "IN", "UK", "CA", "AU", "CN", "VN", "RW")
NAMES = {"CN": "China, magnets, 2025", "VN": "Vietnam, magnets, 2025", "RW": "rest of world, magnets, 2025"}


def define_motors(book: Book, full: Condensed) -> None:
    """Short names of the figures for magnets and motors that the engine cites."""
    bought = {region: _bought(book, full, region) for region in (*MEMBERS, *OTHERS)}
    parts = _parts(book, full)
    made = {region: _made(book, region, bought[region], parts.get(region, parts["*"])) for region in bought}
    _define_use(book, made)
    _define_growth(book, full)
    _define_plants(book, made)
    _define_values(book, full)
    _define_prices(book)
    _define_licences(book, full)


def _define_licences(book: Book, full: Condensed) -> None:
    """t/yr of magnets that China lets out to each member under its licences."""
    for region in MEMBERS:
        book.define(f"magnet_let_out_{region}", full.figure(f"heavy licences, magnets to {region}"))


def _bought(book: Book, full: Condensed, region: str) -> Figure:
    """t bought as magnets in the base year."""
    if region == "UK":
        figure = book.cited("uk_2025")
    else:
        figure = full.figure(NAMES.get(region, f"{region}, magnets, 2025"))
    rate = full.figure("growth of magnet demand, world")
    base = book.derived(
        figure / (1 + rate),
        f"magnets bought, {REGIONS[region]}, {BASE}",
        "t",
        f"{figure:,g} of 2025, a year of {rate:.1%} before",
        figure,
        rate,
    )
    return book.define(f"magnet_used_{region}", base)


def _parts(book: Book, full: Condensed) -> dict[str, Figure]:
    """Share of the magnets bought that goes into motors; `*` is that of all members."""
    found, tonnes = dict[str, Figure](), list[Figure]()
    for region in MEMBERS:
        shares = [full.figure(f"share of {segment}, {region}") for segment in IN_MOTORS]
        found[region] = book.derived(
            sum(shares),
            f"magnets that go into motors, {REGIONS[region]}",
            "share",
            f"vehicles {shares[0]:g} and industry {shares[1]:g}: wind, electronics and defence take them as such",
            *shares,
        )
        tonnes.append(book.cited(f"magnet_used_{region}"))
    found["*"] = book.derived(
        sum(found[region] * t for region, t in zip(MEMBERS, tonnes, strict=True)) / sum(tonnes),
        "magnets that go into motors, elsewhere",
        "share",
        "mean of the members, by tonnes",
        *(found[region] for region in MEMBERS),
        *tonnes,
    )
    return found


def _made(book: Book, region: str, bought: Figure, share: Figure) -> Figure:
    figure = book.derived(
        bought * share,
        f"motors made, {REGIONS[region]}, {BASE}",
        "t of magnet",
        f"{bought:,g} t x {share:.3g}",
        bought,
        share,
    )
    return book.define(f"motor_made_{region}", figure)


def _define_use(book: Book, made: dict[str, Figure]) -> None:
    """Motors used: what a region makes, and what it buys abroad or sells there, net."""
    cited, derived = book.cited, book.derived
    everything, direct, share = cited("motor_us_all"), cited("motor_us_bought"), cited("motor_in_goods")
    us = cited("magnet_used_US")
    net = {
        "US": derived(
            us * (everything / direct - 1) * share,
            "United States, motors bought abroad, net",
            "t of magnet",
            f"{us:,g} t bought as magnets x ({everything:,g} / {direct:,g} - 1) inside goods x {share:g}",
            us,
            everything,
            direct,
            share,
        )
    }
    for region in ("EU", "JP"):
        ratio = cited(f"motor_net_{region}")
        net[region] = derived(
            made[region] * ratio,
            f"{REGIONS[region]}, motors bought abroad, net",
            "t of magnet",
            f"{ratio:g} x {made[region]:,g}",
            made[region],
            ratio,
        )
    for region in ("MX", "VN"):
        out = cited(f"motor_out_{region}")
        net[region] = derived(
            -made[region] * out,
            f"{REGIONS[region]}, motors sold abroad, net",
            "t of magnet",
            f"less {out:g} x {made[region]:,g}",
            made[region],
            out,
        )
    net["CN"] = derived(
        -sum(net.values()),
        "China, motors sold abroad, net",
        "t of magnet",
        "what all others buy, net",
        *net.values(),
    )
    for region, tonnes in made.items():
        more = net.get(region)
        used = tonnes
        if more is not None:
            used = derived(
                tonnes + more,
                f"motors used, {REGIONS[region]}, {BASE}",
                "t of magnet",
                f"{tonnes:,g} made, {more:+,g} bought or sold abroad",
                tonnes,
                more,
            )
        book.define(f"motor_used_{region}", used)


def _define_plants(book: Book, made: dict[str, Figure]) -> None:
    """China's have room to spare; others have grown with use to the first year."""
    rate, running = book.cited("motor_growth_2030"), book.cited("motor_running")
    for region, tonnes in made.items():
        years = YEARS[0] - BASE
        value, formula, basis = tonnes * (1 + rate) ** years, f"{tonnes:,g} x {1 + rate:.4g}^{years}", rate
        if region == "CN":
            value, formula, basis = tonnes / running, f"{tonnes:,g} / {running:g} of their capacity", running
        book.define(
            f"motor_capacity_{region}",
            book.derived(
                value,
                f"motor plants, {REGIONS[region]}, {YEARS[0]}",
                "t of magnet a year",
                formula,
                tonnes,
                basis,
            ),
        )


def _mean(book: Book, full: Condensed, what: str, segments: tuple[str, ...], unit: str, name: str) -> Figure:
    """Mean over the members' segments, by tonnes."""
    pairs = [
        (full.figure(what.format(segment)), full.figure(tonnes))
        for region in MEMBERS
        for segment in segments
        if (tonnes := f"magnets, {region}, {segment}, 2025") in full.full.figures
    ]
    return book.derived(
        sum(value * t for value, t in pairs) / sum(t for _, t in pairs),
        name,
        unit,
        "mean over members of " + ", ".join(segments) + ", by tonnes",
        *(figure for pair in pairs for figure in pair),
    )


def _define_growth(book: Book, full: Condensed) -> None:
    for good, segments in (("magnet", AS_SUCH), ("motor", IN_MOTORS)):
        rate = _mean(
            book, full, "growth of magnet demand, {}", segments, "per year", f"growth of use, {good}"
        )
        for year in (2030, 2035):
            book.define(f"{good}_growth_{year}", rate)


def _define_values(book: Book, full: Condensed) -> None:
    value = "value of unserved magnets, {}"
    as_such = _mean(book, full, value, ("wind", "electronics"), "USD/kg", "value of unserved magnets as such")
    book.define("magnet_value", as_such)
    inside = _mean(book, full, value, IN_MOTORS, "USD/kg", "value of unserved magnets in motors")
    step = book.cited("motor_step_CN")
    book.define(
        "motor_value",
        book.derived(
            inside + step,
            "value of unserved motors",
            "USD/kg",
            f"{inside:.4g} of the magnet and {step:g}",
            inside,
            step,
        ),
    )
    defence = book.cited("defence_us")
    others = [full.figure(f"share of {segment}, US") for segment in AS_SUCH[1:]]
    book.define(
        "magnet_defence",
        book.derived(
            defence / (defence + sum(others)),
            "United States, defence in magnets bought as such",
            "share",
            f"{defence:g} / ({defence:g} + " + " + ".join(f"{share:g}" for share in others) + ")",
            defence,
            *others,
        ),
    )


def _define_prices(book: Book) -> None:
    step, weight, sea = book.cited("motor_step_CN"), book.cited("motor_weight"), book.cited("sea")
    for year in (2026, 2030):
        magnet = book.cited(f"magnet_price_{year}")
        book.define(
            f"motor_price_{year}",
            book.derived(
                magnet + step,
                f"motors, China, {year}",
                "USD/kg magnet",
                f"{magnet:.4g} of the magnet and {step:g}",
                magnet,
                step,
            ),
        )
    freight = book.define(
        "motor_freight",
        book.derived(
            weight * sea, "freight of motors by sea", "USD/kg magnet", f"{weight:g} x {sea:g}", weight, sea
        ),
    )
    insured, price = book.cited("insurance"), book.cited("motor_price_2030")
    capital, hurdle = book.cited("motor_capital"), book.cited("hurdle")
    charge = book.derived(
        capital * hurdle / (1 - (1 + hurdle) ** -LIFETIME),
        "motor plant, charge on capital",
        "USD/kg magnet",
        f"{capital:g} USD per kg/yr at {hurdle:.0%} over {LIFETIME} years",
        capital,
        hurdle,
    )
    book.define(
        "motor_convert",
        book.derived(
            step + (freight - sea) + insured * step - charge,
            "making a motor outside China, without its magnets",
            "USD/kg magnet",
            f"China's {step:g}, freight saved {freight + insured * price - sea - insured * (price - step):.4g}, less "
            f"{charge:.4g} of capital: at Chinese prices of magnets a new plant just pays where no duty helps it",
            step,
            freight,
            sea,
            insured,
            price,
            charge,
        ),
    )
    book.define("motor_lead", book.figures["years to qualify a link, magnets"])
    book.define("motor_qualify_years", book.figures["years to qualify a link, magnets"])
    book.define("motor_duty_US_CN", book.cited("us_301"))
    room = book.cited("motor_room")
    for region in (*MEMBERS, "KR", "IN", "UK", "CA"):
        made = book.cited(f"motor_made_{region}")
        book.define(
            f"motor_plan_{region}_plants",
            book.derived(
                made * room,
                f"motors, plants that are spoken of, {REGIONS[region]}",
                "t of magnet a year",
                f"{room:g} x {made:,g}",
                made,
                room,
            ),
        )


def add_motor_scenarios(book: Book) -> None:
    """A cap on magnets alone moves the making of motors to where magnets are cheap; so do licences for magnets."""
    _cap_both(book)
    years = f"{YEARS[0] + 1}-{YEARS[-1]}"
    let_out = {region: book.cited(f"magnet_let_out_{region}") for region in MEMBERS}
    add_scenario(
        book,
        "licences for magnets",
        "China licenses no Dy and Tb for members from 2027, and magnets only for half their demand of 2025; motors "
        "need no licence.",
        [
            ("route_limits", f"origin=CN; destination=member; commodity={HEAVIES}", years, "set", 0),
            *(
                ("route_limits", f"origin=CN; destination={region}; commodity={MAGNET}", years, "set", tonnes)
                for region, tonnes in let_out.items()
            ),
        ],
        ground=Ground("assumption", "low", ("assumption", "license_2025")),
    )


def _cap_both(book: Book) -> None:
    links = [row for row in book.sheets["qualified"] if row["commodity"] == MOTOR and row["origin"] == "CN"]
    bought = [
        book.take(
            Figure(
                number(row["before"]),
                f"motors, CN>{row['destination']}, first year",
                "t/yr",
                ground(row),
                "row of sheet qualified",
            )
        )
        for row in links
    ]
    used = [
        book.take(
            Figure(
                number(row[YEARS[0]]),
                f"motors wanted, {row['region']}, {YEARS[0]}",
                "t/yr",
                ground(row),
                "row of sheet demand",
            )
        )
        for row in book.sheets["demand"]
        if row["commodity"] == MOTOR and row["region"] in MEMBERS
    ]
    share = book.derived(
        sum(bought) / sum(used),
        "motors from China in what the bloc uses, first year",
        "share",
        f"{sum(bought):,.0f} t of links with China / {sum(used):,.0f} t wanted",
        *bought,
        *used,
    )
    where, since = "scope=bloc; commodity=motor; origin=''", YEARS[0] + int(book.cited("motor_lead"))
    add_scenario(
        book,
        "motors too",
        f"From {since}, when new plants run, motors from China stay at the {share:.0%} of the bloc's use that links "
        f"hold in {YEARS[0]}: a cap on magnets alone lets more of them in.",
        [("caps", where, f"{since}-{YEARS[-1]}", "set", share)],
        ground=share.ground,
    )
