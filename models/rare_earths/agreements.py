"""Who has agreed to buy what, and at which price: take-or-pay flows, and the contract of Japan with Lynas."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book, Cell
from models.books.figures import Figure, Series, between, grow
from models.rare_earths.demand import made_in_japan
from models.rare_earths.magnets import BUY_METAL, metal_costs
from models.rare_earths.prices import Prices
from models.rare_earths.routes import MEMBERS
from models.rare_earths.technologies import Recipe

EARLY, LATE = (2026, 2028), (2029, 2035)
FREE = {("JP", "EU"): "partnership agreement", ("KR", "US"): "KORUS", ("US", "MX"): "USMCA"}
CUSTOMERS = (
    # origin, destination, t/yr, why
    ("EU", "US", 400.0, "of 691 t of metal magnets by customs, what European plants have room for"),
    ("KR", "US", 250.0, "of 1,400 t from others than Japan and Europe, half of the room of Korean plants"),
    ("RW", "US", 300.0, "of 1,400 t from others than Japan and Europe, the room of plants elsewhere"),
    ("US", "MX", 530.0, "774 t of metal magnets by customs, at 35 USD/kg"),
    ("KR", "MX", 250.0, "398 t of metal magnets by customs, half of the room of Korean plants"),
)


def add_agreements(
    book: Book, prices: Prices, recipe: Recipe, links: Mapping[str, Cell]
) -> dict[str, Figure]:
    """Sheet route_minimums, `price` of routes, a row of contracts; magnets under contract by pair, t/yr.

    `links` are the cells of a route of magnets into a member that say what qualifying it takes.
    """
    agreed = _add_magnets(book)
    _add_prices(book, prices, recipe, links)
    _add_lynas(book)
    return agreed


def _add_magnets(book: Book) -> dict[str, Figure]:
    """What runs at a loss against the Chinese price, and is known to run; by pair, t/yr."""
    cited, assumed, derived = book.cited, book.assumed, book.derived

    def flow(origin: str, destination: str, tonnes: float, why: str) -> Figure:
        name = f"magnets under contract, {origin} to {destination}"
        return assumed(tonnes, name, "t/yr", why, "low-medium")

    share, narva, hanau = cited("narva_committed"), cited("eu_narva"), cited("eu_vac")
    europe = derived(
        hanau + share * narva,
        "magnets under contract, EU to EU",
        "t/yr",
        "VAC 1,500 and 35 % of Narva's 2,000",
        hanau,
        share,
        narva,
    )
    rows: list[tuple[str, str, Series, str]] = [
        (
            "JP",
            "JP",
            _captive(book),
            "captive and qualified supply, finished at home; keeps pace while plants have room",
        ),
        ("EU", "EU", _flat(europe), "VAC, and what a maker of motors has committed to at Narva"),
        (
            "US",
            "US",
            american(book, plant=True),
            "car makers and defence; from 2029 all magnets of 10X, for ten years",
        ),
        ("JP", "US", _flat(cited("jp_us")), "qualified supply, by customs"),
        ("JP", "EU", _flat(flow("JP", "EU", 400.0, "qualified supply")), "qualified supply"),
        *((o, d, _flat(flow(o, d, tonnes, why)), why) for o, d, tonnes, why in CUSTOMERS),
        ("VN", "JP", _flat(cited("vn_shin_etsu")), "Shin-Etsu Vietnam works for Japan; 2,696 t by customs"),
        ("RW", "JP", _flat(cited("my_th_jp")), "Japanese-owned plants in Malaysia and Thailand"),
        ("KR", "KR", _flat(book.figures["magnets under contract, KR to KR"]), "Korean makers"),
        (
            "IN",
            "IN",
            _since(2029, flow("IN", "IN", 1500.0, "scheme pays for output at home")),
            "scheme at home",
        ),
        ("RW", "RW", _flat(flow("RW", "RW", 700.0, "Russia and others for themselves")), "for themselves"),
    ]
    for origin, destination, series, why in rows:
        book.add(
            "route_minimums",
            origin=origin,
            destination=destination,
            commodity="magnet",
            series=series,
            note=why,
        )
    agreed = {f"{o}>{d}": series.basis[0] for o, d, series, _ in rows} | _add_machining(book)
    feed = derived(
        cited("eu_from_russia") * book.figures["REO in shipments of rare-earth compounds"],
        "feed of Silmet from Russia",
        "t REO",
        "3,700 t of all rare earths in 2024 x 0.42",
        cited("eu_from_russia"),
        book.figures["REO in shipments of rare-earth compounds"],
        confidence="low",
    )
    book.add(
        "route_minimums",
        origin="RW",
        destination="EU",
        commodity="monazite",
        series=_flat(feed),
        note="Russian feed of Silmet, as in 2024",
    )
    return agreed


def _captive(book: Book) -> Series:
    """Japanese magnets for Japan, t/yr: with demand, as far as its plants have room beside blocks and exports."""
    now, rate = made_in_japan(book)[1], book.figures["growth of magnet demand, world"]
    plants, blocks, sold = (
        book.figures["JP, magnet capacity, 2026"],
        book.cited("jp_ph_blocks"),
        book.cited("jp_us"),
    )
    room = book.derived(
        plants - blocks - sold - 400,
        "Japan, room for magnets for itself",
        "t/yr",
        "13,500 less 4,333 t of blocks, 461 t to the United States and 400 t to the European Union",
        plants,
        blocks,
        sold,
    )
    values = {year: min(room, value) for year, value in grow(now, rate, 2026).items()}
    return Series(values, (now, rate, room), f"{now:,.0f} in 2026, {rate:+.2%} a year, at most {room:,.0f}")


def american(book: Book, *, plant: bool) -> Series:
    """US magnets under contract at home, t/yr, with the offtake of 10X or without."""
    first = book.assumed(
        1200.0,
        "magnets under contract, US to US",
        "t/yr",
        "first contracts of car makers (GM with MP, eVAC and Noveon) and defence; Stillwater has none",
        "low-medium",
    )
    if not plant:
        return between({2026: first})
    size, formula = book.cited("us_10x"), "1,200 t and {} of 7,000 t"
    half = book.derived(first + size / 2, "10X offtake, 2029", "t/yr", formula.format("half"), first, size)
    full = book.derived(first + size, "10X offtake, from 2030", "t/yr", formula.format("all"), first, size)
    values = {
        year: first if year < 2029 else half if year == 2029 else full for year in between({2026: first})
    }
    return Series(values, (first, half, full), "1,200 to 2028, 4,700 in 2029, 8,200 from 2030")


def _add_machining(book: Book) -> dict[str, Figure]:
    """Japanese blocks to the Philippines, and the magnets that come of them, by pair."""
    agreed: dict[str, Figure] = {}
    blocks, machined = book.cited("jp_ph_blocks"), book.figures["Philippines, blocks of Japan machined"]
    book.add(
        "route_minimums",
        origin="JP",
        destination="PH",
        commodity="block",
        series=between({2026: blocks}),
        note="no diversification: Japanese blocks, machined in Japanese-owned plants",
    )
    flows = {to: book.cited(f"ph_{to.lower()}") for to in ("EU", "KR", "JP")}
    left = float(machined)
    for to, tonnes in flows.items():
        share = round(machined * tonnes / sum(flows.values())) if to != "JP" else left
        left -= share
        agreed[f"PH>{to}"] = part = book.derived(
            share,
            f"magnets under contract, PH to {to}",
            "t/yr",
            "blocks machined, by shares of metal magnets in customs",
            machined,
            *flows.values(),
        )
        book.add(
            "route_minimums",
            origin="PH",
            destination=to,
            commodity="magnet",
            series=between({2026: part}),
            note="Japanese blocks, machined there",
        )
    return agreed


def _add_prices(book: Book, prices: Prices, recipe: Recipe, links: Mapping[str, Cell]) -> None:
    """What take-or-pay flows settle at: what they cost, since no price is published."""
    _add_blocks(book, prices, recipe)
    free, us, eu = None, book.cited("us_mfn"), book.cited("eu_mfn")
    pairs: tuple[tuple[str, str, Figure | None], ...] = (
        ("JP", "JP", free),
        ("EU", "EU", free),
        ("US", "US", free),
        ("JP", "US", us),
        ("JP", "EU", free),
        ("EU", "US", us),
        ("KR", "US", free),
        ("RW", "US", us),
        ("US", "MX", free),
        ("KR", "MX", free),
        ("VN", "JP", free),
        ("RW", "JP", free),
        ("KR", "KR", free),
        ("IN", "IN", free),
        ("RW", "RW", free),
        ("PH", "JP", free),
        ("PH", "EU", eu),
        ("PH", "KR", free),
    )
    for origin, destination, tariff in pairs:
        for first, last in (EARLY, LATE):
            cost = _cost(book, prices, recipe, origin, first, last)
            note = "settles at what it costs: no price of such a contract is published"
            if (origin, destination) in FREE:
                note += f"; free: {FREE[origin, destination]}"
            if (origin, destination, first) == ("US", "US", LATE[0]):
                cost = _with_10x(book, cost)
                note = "1,200 t at cost, and 10X at earnings of 140 M USD a year, which are guaranteed"
            book.add(
                "routes",
                links if destination in MEMBERS and origin != destination else {},
                origin=origin,
                destination=destination,
                commodity="magnet",
                freight=None if origin == destination else book.figures["freight of magnets"],
                tariff=tariff,
                price=cost,
                first_year=book.assumed(
                    first, f"agreements, first year {first}", "year", "the path of NdPr", "medium"
                ),
                last_year=book.assumed(
                    last, f"agreements, last year {last}", "year", "the path of NdPr", "medium"
                ),
                note=note,
            )


def _add_blocks(book: Book, prices: Prices, recipe: Recipe) -> None:
    """Blocks go to the Philippines at what they cost."""
    finished, share = _cost(book, prices, recipe, "JP", *LATE), book.figures["making blocks, JP"]
    making = book.figures["making magnets, JP"]
    price = book.derived(
        finished - making + share,
        "cost of blocks, JP",
        "USD/kg",
        "as a magnet from 2029, less machining and coating",
        finished,
        making,
        share,
        confidence="low",
    )
    book.add(
        "routes",
        origin="JP",
        destination="PH",
        commodity="block",
        freight=book.figures["freight of magnets"],
        price=price,
        note="machined in Japanese-owned plants, which send them back or on; settles at cost",
    )


def _cost(book: Book, prices: Prices, recipe: Recipe, origin: str, first: int, last: int) -> Figure:
    """USD/kg of a magnet at the mean of NdPr's path over these years, without capital."""
    maker = "JP" if origin == "PH" else origin
    making = book.figures[f"making magnets, {maker}"]
    years = range(first, min(last, 2030) + 1) if first < 2029 else range(2030, 2031)
    oxide = sum(prices.ndpr[year] for year in years) / len(years)
    heavy = recipe.dy * prices.dy + recipe.tb * prices.tb
    value = making + recipe.ndpr * oxide + heavy
    parts = [making, recipe.ndpr, recipe.dy, recipe.tb, *prices.ndpr.basis, prices.dy, prices.tb]
    formula = f"making {making:.4g}, 0.35 x NdPr at {oxide:.4g}, Dy and Tb {heavy:.3g}"
    if maker in BUY_METAL:
        metal, share = metal_costs(book)["VN"], book.figures["NdPr metal per finished magnet"]
        value += share * metal
        parts += [metal, share]
        formula += ", and making metal"
    return book.derived(
        value, f"cost of magnets, {origin}, {first}-{last}", "USD/kg", formula, *parts, confidence="low"
    )


def _with_10x(book: Book, cost: Figure) -> Figure:
    plant, earnings = book.cited("us_10x"), book.cited("tenx_ebitda")
    first = book.figures["magnets under contract, US to US"]
    return book.derived(
        cost + earnings * 1000 / (first + plant),
        "price of US magnets under contract, from 2029",
        "USD/kg",
        f"{cost:.4g} and 140 M USD over 8,200 t",
        cost,
        earnings,
        first,
        plant,
        confidence="low",
    )


def _add_lynas(book: Book) -> None:
    """NdPr and heavies of Lynas for Japan, to 2038."""
    cited, assumed, derived = book.cited, book.assumed, book.derived
    firm = cited("jare")
    book.add(
        "contracts",
        process="MY Lynas monazite",
        commodity="ndpr",
        strike=cited("contract_floor"),
        payer="JP",
        series=between({2026: firm}),
        note="JARE buys 5,000 t a year at 110 or more; above 150 it gets 30 % of the excess, at most 10 M USD a year: "
        "a price that this study does not reach",
    )
    metal, oxide, american_oxide = (
        book.figures["Vietnam, NdPr metal made"],
        cited("metal_to_oxide"),
        cited("us_vn_2026"),
    )
    now = derived(
        metal * oxide - 3 * american_oxide,
        "Lynas for Japan, made into metal in Vietnam, 2026",
        "t NdPr",
        "2,473 t of metal x 1.2, less US oxide at the rate of January to April 2026",
        metal,
        oxide,
        american_oxide,
        confidence="low",
    )
    part = assumed(
        0.6,
        "part of Lynas's firm NdPr that is made into metal in Vietnam, 2030",
        "share",
        "once US oxide goes to US magnets; the rest is sold on, as in 2024",
    )
    later = derived(
        firm * part, "Lynas for Japan, made into metal in Vietnam, 2030", "t NdPr", "5,000 x 0.6", firm, part
    )
    taken = {2026: now, 2028: now, 2030: later}
    book.add(
        "route_minimums",
        origin="MY",
        destination="VN",
        commodity="ndpr",
        series=between(taken),
        note=f"made into metal for Japan there; {cited('lynas_cn_2024'):,g} t of Lynas's NdPr went to China in 2024",
    )
    bought, rate = cited("lynas_firm_heavies"), cited("lynas_heavy_2026")
    for element, of_rate in (("dy", "Dy in seg"), ("tb", "Tb in seg")):
        split, full = book.figures[of_rate], cited(f"weld_{element}")
        first = derived(
            bought * rate * split,
            f"Lynas for Japan, {element}, 2026",
            "t",
            f"50 % of 36 t x {split:g}",
            bought,
            rate,
            split,
        )
        then = derived(
            bought * full,
            f"Lynas for Japan, {element}, from 2027",
            "t",
            "50 % of what its own ore gives",
            bought,
            full,
        )
        values = {year: first if year == 2026 else then for year in between({2026: first})}
        book.add(
            "route_minimums",
            origin="MY",
            destination="JP",
            commodity=element,
            series=Series(values, (first, then), "by its rate of late 2025, then by its own ore"),
            note="75 % are offered to Japan and 50 % bought, to 2038",
        )


def _flat(figure: Figure) -> Series:
    return between({2026: figure})


def _since(year: int, figure: Figure) -> Series:
    series = between({2026: figure})
    return Series({t: value for t, value in series.items() if t >= year}, (figure,), series.note)
