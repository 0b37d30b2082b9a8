"""Who could buy from whom when the first year begins, and what it takes to change: sheet qualified."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book, Cell
from models.books.figures import Figure
from models.rare_earths.demand import SINCE
from models.rare_earths.prices import Prices
from models.rare_earths.routes import MEMBERS

GROWN = 2035


def friction(book: Book, prices: Prices) -> dict[str, dict[str, Cell]]:
    """Cells of routes by commodity: what qualifying a link costs, how long it takes, how long it lasts."""
    magnets = book.assumed(
        15.0,
        "qualifying a link, magnets",
        "USD per kg/yr",
        f"what buyers pay on top, {book.cited('premium_low'):g}-{book.cited('premium_high'):g} USD/kg, and 15-20 % for "
        "makers in Vietnam; 7-30",
        "medium",
    )
    low, high = book.cited("qualify_months_low"), book.cited("qualify_months_high")
    years = book.derived(
        round((low + high) / 2 / 12), "years to qualify a link, magnets", "years", "18-36 months", low, high
    )
    weeks = book.assumed(
        0.25,
        "years to qualify a link, oxides and metal",
        "years",
        "one specification: weeks; a licence takes 45 days",
    )
    lasts = book.assumed(
        10.0,
        "years that a link lasts",
        "years",
        "contracts run 4 to 15 years, GM with VAC 10 and more",
        "medium",
    )
    share = book.assumed(0.05, "qualifying a link, oxides and metal", "share of price", "same specification")
    oxide, margin = book.cited("metal_to_oxide"), book.cited("metal_margin_cn")
    metal = book.derived(
        oxide * prices.ndpr[2030] + margin,
        "NdPr metal, China, without VAT, from 2030",
        "USD/kg",
        "1.2 x 70.8 + 3.5",
        oxide,
        margin,
        *prices.ndpr.basis,
    )
    cells: dict[str, dict[str, Cell]] = {
        "magnet": {"qualify_cost": magnets, "qualify_time": years, "qualify_life": lasts}
    }
    of_2030 = prices.ndpr.basis[-1]
    for commodity, price in (("ndpr", of_2030), ("metal", metal), ("dy", prices.dy), ("tb", prices.tb)):
        cost = book.derived(
            share * price,
            f"qualifying a link, {commodity}",
            "USD per kg/yr",
            f"5 % of {price:.4g}",
            share,
            price,
        )
        cells[commodity] = {"qualify_cost": cost, "qualify_time": weeks, "qualify_life": lasts}
    return cells


def add_links(book: Book, agreed: Mapping[str, Figure]) -> None:
    """Sheet qualified: what is published of who bought where, by member; `agreed` are magnets under contract."""
    _add_magnets(book, agreed)
    _add_metal(book)
    _add_oxides(book, agreed)


def _row(
    book: Book, pair: str, commodity: str, t: Figure, before: Figure | None = None, note: str = ""
) -> None:
    origin, destination = pair.split(">")
    book.add(
        "qualified",
        origin=origin,
        destination=destination,
        commodity=commodity,
        t=t,
        before=before,
        note=note,
    )


def _add_magnets(book: Book, agreed: Mapping[str, Figure]) -> None:
    cited, derived = book.cited, book.derived
    traders = derived(
        cited("others_eu_2024") - cited("ph_eu") - agreed["JP>EU"],
        "magnets, through traders to European Union",
        "t",
        "2,728 - 741 - 400: Switzerland 579; who made them is not known, counted as Chinese",
        cited("others_eu_2024"),
        cited("ph_eu"),
        agreed["JP>EU"],
        confidence="low",
    )
    europe = derived(
        cited("cn_eu_2024") + traders,
        "magnets, China and traders to European Union",
        "t",
        "20,226 and 1,587",
        cited("cn_eu_2024"),
        traders,
    )
    japan = derived(
        12 * cited("jp_from_cn_month"),
        "magnets, China to Japan, 2025",
        "t",
        "12 x 230",
        cited("jp_from_cn_month"),
    )
    came = {"US": cited("cn_us_2024"), "EU": europe, "JP": japan, "MX": cited("cn_mx_2024")}
    for region, tonnes in came.items():
        note = "could grow with its customers: all that is not under contract elsewhere, to 2035"
        _row(book, f"CN>{region}", "magnet", _room(book, region, agreed), tonnes, note)
    for pair, tonnes in agreed.items():
        origin, destination = pair.split(">")
        if destination in MEMBERS and origin != destination:
            _row(book, pair, "magnet", tonnes, None, "under contract")


def _room(book: Book, region: str, agreed: Mapping[str, Figure]) -> Figure:
    """What Chinese makers could sell a member in the last year without a new link, t/yr."""
    demand = sum(float(row[GROWN] or 0) for row in book.sheets["demand"] if row["region"] == region)
    other = [tonnes for pair, tonnes in agreed.items() if pair.endswith(f">{region}")]
    return book.derived(
        demand - sum(other),
        f"link for magnets, CN>{region}",
        "t/yr",
        f"demand of {GROWN}, {demand:,.0f} t, less {sum(other):,.0f} t under contract",
        book.figures[f"{region}, magnets, {SINCE}"],
        book.figures["growth of magnet demand, vehicles"],
        *other,
        confidence="low",
    )


def _add_metal(book: Book) -> None:
    plants, share = book.figures["JP, magnet capacity, 2026"], book.figures["NdPr metal per finished magnet"]
    bought = book.derived(
        plants * share, "Japan, NdPr metal that its plants can use", "t/yr", "13,500 t x 0.292", plants, share
    )
    for origin, name in (("VN", "metal_vn"), ("RW", "metal_th"), ("CN", "metal_cn")):
        share = book.cited(name)
        t = book.derived(
            bought * share,
            f"link for metal, {origin}>JP",
            "t/yr",
            f"{bought:,.0f} t x {share:g}",
            bought,
            share,
        )
        _row(book, f"{origin}>JP", "metal", t, None, "by value of HS 2805 in 2024")


def _add_oxides(book: Book, agreed: Mapping[str, Figure]) -> None:
    """By element nothing is published: of NdPr shares of all rare earths, of heavies what monthly customs show."""
    cited, derived = book.cited, book.derived
    plants = book.figures["EU, magnet capacity, 2026"]
    own = [book.figures["feed of Silmet from Russia"], book.figures["NdPr per t of monazite concentrate"]]
    scrap = book.figures["EU, recycled NdPr, 2026"]
    per = {"ndpr": cited("ndpr_per_magnet")} | {
        c: book.figures[f"{c} oxide per finished magnet"] for c in ("dy", "tb")
    }
    bought = derived(
        plants * per["ndpr"] - own[0] * own[1] - scrap,
        "European Union, NdPr imported, 2026",
        "t",
        "2,600 t of magnets x 0.35, less Silmet's and recycled",
        plants,
        per["ndpr"],
        *own,
        scrap,
        confidence="low",
    )
    for origin, share in (("CN", cited("eu_cn")), ("MY", cited("eu_my"))):
        t = derived(
            bought * share,
            f"link for NdPr, {origin}>EU",
            "t/yr",
            f"{bought:,.0f} t x {share:g}",
            bought,
            share,
        )
        _row(book, f"{origin}>EU", "ndpr", t, None, "by its share of all rare earths in 2024")
    rest = derived(
        bought * (1 - cited("eu_cn") - cited("eu_my")),
        "link for NdPr, RW>EU",
        "t/yr",
        "the rest: Russia 28.4 % and others",
        bought,
        cited("eu_cn"),
        cited("eu_my"),
    )
    _row(book, "RW>EU", "ndpr", rest, None, "the rest of all rare earths in 2024")
    japan = book.figures["JP, magnet capacity, 2026"]
    _row(book, "MY>JP", "ndpr", cited("jare"), None, "bought firm")
    for c, element in (("dy", "Dy"), ("tb", "Tb")):
        for region, size in (("EU", plants), ("JP", japan)):
            t = derived(
                size * per[c],
                f"link for {element}, CN>{region}",
                "t/yr",
                "all that its magnet plants can use",
                size,
                per[c],
            )
            _row(
                book,
                f"CN>{region}",
                c,
                t,
                None,
                "nearly all until October 2025, by customs of China by element",
            )
        _row(book, "MY>JP", c, book.figures[f"Lynas for Japan, {c}, from 2027"], None, "bought firm")
        _row(book, "EU>JP", c, cited(f"caremag_jp_{c}"), None, "Caremag, deliveries from 2027")
