"""Separation and recycling outside China: light plants in t NdPr, clay plants in t REO, heavy in t Dy+Tb."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import ONE, Figure, Series, between
from models.books.production import Growth, add_plant, add_process
from models.rare_earths.prices import Prices
from models.rare_earths.technologies import Recipe


def add_separation(book: Book, prices: Prices, recipe: Recipe) -> None:
    """Every plant outside China up to oxides."""
    lead = book.assumed(
        3.0,
        "years to open a mine or build separation",
        "years",
        "permits in hand; 7-15 without",
        "low-medium",
    )
    _add_light(book, recipe, lead)
    _add_nolans(book, lead)
    _add_clay_plants(book)
    _add_heavy_plants(book)
    _add_recyclers(book, prices)


def _light_plant(
    book: Book,
    name: str,
    capacity: Series,
    feed: str,
    recipe: Recipe,
    cost: Figure,
    mining: Figure,
    growth: Growth | None = None,
    note: str = "",
) -> None:
    """A plant counted in t NdPr; `cost` is from mine to oxide, so that of the mine is taken off."""
    region = name[:2]
    add_plant(book, name, capacity, growth, note)
    of_ndpr = recipe.ndpr_yield[feed]
    unit = book.derived(
        cost * of_ndpr - mining,
        f"separation, {name}",
        "USD/kg REO",
        f"{cost:g} USD/kg NdPr x {of_ndpr:.3g} - mining {mining:g}",
        cost,
        of_ndpr,
        mining,
    )
    use = Figure(of_ndpr, of_ndpr.what, of_ndpr.unit, of_ndpr.ground)
    add_process(
        book, f"{name} {feed}", region, technology=f"separate {feed}", cost=unit, plant=name, plant_use=use
    )


def _add_light(book: Book, recipe: Recipe, lead: Figure) -> None:
    cited, assumed, derived = book.cited, book.assumed, book.derived
    unit = "USD/kg NdPr"
    weld = assumed(3.5, "mining, Mt Weld", "USD/kg REO", "order of magnitude; part of Lynas's cost")
    pass_ = assumed(2.0, "mining, Mountain Pass", "USD/kg REO", "order of magnitude")
    lynas = derived(
        (cited("lynas_cost_2025") + cited("lynas_cost_2026")) / 2,
        "Lynas, mine to NdPr",
        unit,
        "mean of 45 and 55, all cost on NdPr",
        cited("lynas_cost_2025"),
        cited("lynas_cost_2026"),
    )
    _light_plant(
        book,
        "MY Lynas",
        between({2026: cited("lynas_2026"), 2029: cited("lynas_nameplate")}),
        "monazite",
        recipe,
        lynas,
        weld,
    )
    mp = assumed(50.0, "MP Materials, mine to NdPr", unit, "as Lynas; no figure published")
    rate = between({2026: cited("mp_2026"), 2028: cited("mp_nameplate")})
    _light_plant(book, "US Mountain Pass", rate, "bastnaesite", recipe, mp, pass_)
    _add_contract(book, "US Mountain Pass bastnaesite")

    phase1, phase2, capital = cited("mesa_phase1"), cited("mesa_phase2"), cited("mesa_capex")
    half = derived(phase1 / 2, "White Mesa, 2026", "t NdPr", "half of phase 1: it runs in campaigns", phase1)
    added = derived(phase2 - phase1, "White Mesa phase 2, added", "t NdPr", "6,000 - 1,000", phase2, phase1)
    mesa = assumed(
        48.0,
        "White Mesa, mine to NdPr",
        unit,
        f"campaigns cost more than the study's {cited('mesa_cost'):.3g}, which also credits Dy and Tb",
    )
    per_kg = derived(
        capital / added * 1000,
        "White Mesa phase 2, capital per kg",
        "USD per kg/yr NdPr",
        "410 M USD / 5,000 t",
        capital,
        added,
    )
    growth = Growth(per_kg, lead, total=added)
    _light_plant(
        book,
        "US White Mesa",
        between({2026: half, 2027: phase1}),
        "monazite",
        recipe,
        mesa,
        weld,
        growth,
        "phase 2 no earlier than 2029",
    )

    first = assumed(
        300.0, "Solvay La Rochelle, first line", "t NdPr", "opened April 2025; size not published"
    )
    both = derived(
        cited("silmet") + first, "Silmet and La Rochelle", "t NdPr", "800 + 300", cited("silmet"), first
    )
    more = derived(
        cited("solvay_reo") * recipe.ndpr_yield["monazite"],
        "La Rochelle, added if customers commit",
        "t NdPr",
        "2,000 t REO x 0.22",
        cited("solvay_reo"),
        recipe.ndpr_yield["monazite"],
    )
    europe = assumed(62.0, "Silmet and La Rochelle, mine to NdPr", unit, "small plants, bought feed")
    brown = assumed(
        60.0, "light separation in an existing plant, capital", "USD per kg/yr NdPr", "below White Mesa's 82"
    )
    quick = assumed(
        2.0, "years to build a plant on an existing site", "years", "eVAC and Narva took about two", "medium"
    )
    _light_plant(
        book,
        "EU Silmet and La Rochelle",
        between({2026: both}),
        "monazite",
        recipe,
        europe,
        weld,
        Growth(brown, quick, total=more),
    )

    none = assumed(0.0, "Eneabba, before it opens", "t/yr", "not running yet", "high")
    start = derived(
        cited("eneabba_ndpr") / 2,
        "Eneabba, NdPr, first year",
        "t NdPr",
        "half of 4,000 t",
        cited("eneabba_ndpr"),
    )
    ramp = Series(
        {
            year: 0.0 if year < 2028 else start if year == 2028 else cited("eneabba_ndpr")
            for year in range(2026, 2036)
        },
        (none, start, cited("eneabba_ndpr")),
        "from 2028, in full from 2029",
    )
    eneabba = assumed(
        55.0, "Eneabba, mine to NdPr", unit, "new plant, ore already mined; capital is sunk (state loan)"
    )
    _light_plant(book, "AU Eneabba", ramp, "monazite", recipe, eneabba, weld)
    irel = assumed(
        60.0, "small separation plants, mine to NdPr", unit, "IREL, Vietnam, Russia: small and old"
    )
    _light_plant(
        book,
        "IN IREL",
        between({2026: cited("irel_2026"), 2027: cited("irel_2027")}),
        "monazite",
        recipe,
        irel,
        weld,
    )
    oxide = derived(
        cited("src_metal") * cited("metal_to_oxide"),
        "SRC, NdPr",
        "t NdPr",
        "400 t metal x 1.2",
        cited("src_metal"),
        cited("metal_to_oxide"),
    )
    src_start = assumed(100.0, "SRC, 2026", "t NdPr", "start-up")
    src = assumed(70.0, "SRC, mine to NdPr", unit, "first of its kind in the country")
    _light_plant(book, "CA SRC", between({2026: src_start, 2028: oxide}), "monazite", recipe, src, weld)
    vietnam = assumed(
        300.0, "Vietnam, separation", "t NdPr", "part of the 1,500 t of Russia, Vietnam and Norway"
    )
    rest = derived(
        cited("rest_ndpr") - vietnam,
        "Russia and Norway, separation",
        "t NdPr",
        "1,500 - 300",
        cited("rest_ndpr"),
        vietnam,
    )
    _light_plant(book, "RW separation", between({2026: rest}), "monazite", recipe, irel, weld)
    _light_plant(book, "VN separation", between({2026: vietnam}), "monazite", recipe, irel, weld)


def _add_contract(book: Book, process: str) -> None:
    """The price protection of MP Materials, on what its plant makes now."""
    book.add(
        "contracts",
        process=process,
        commodity="ndpr",
        strike=book.cited("contract_floor"),
        upside=book.cited("contract_upside"),
        payer="US",
        series=between({2026: book.cited("mp_2026")}),
        note="ten years from October 2025; the rate at end-2025, though all that is sold or stockpiled is covered; "
        "the upside flows once 10X makes magnets",
    )


def _add_nolans(book: Book, lead: Figure) -> None:
    rate = book.assumed(0.66, "US dollars per Australian dollar", "USD/AUD", "0.65-0.70 in 2025-26", "medium")
    size, capital, running = book.cited("nolans_size"), book.cited("nolans_capex"), book.cited("nolans_opex")
    since = book.assumed(
        1.18, "rise of cost from 2022 to 2026", "ratio", "mining cost inflation", "low-medium"
    )
    add_process(
        book,
        "AU Nolans",
        "AU",
        technology="nolans",
        cost=book.derived(
            running * rate * since,
            "Nolans, cost",
            "USD/kg NdPr",
            "61.6 AUD x 0.66 x 1.18",
            running,
            rate,
            since,
        ),
        capacity=book.assumed(0.0, "Nolans, before it opens", "t/yr", "not running yet", "high"),
        growth=Growth(
            book.derived(
                capital * rate / size * 1000,
                "Nolans, capital per kg",
                "USD per kg/yr NdPr",
                "1,586 M AUD x 0.66 / 4,440 t",
                capital,
                rate,
                size,
            ),
            lead,
            total=size,
        ),
        note="no earlier than 2029",
    )


def _add_clay_plants(book: Book) -> None:
    cost = book.assumed(
        7.0, "separation of clay, outside China", "USD/kg REO", "China's 4 and as much again less scale"
    )
    cited = book.cited
    none = {
        name: book.assumed(0.0, f"{name}, before it opens", "t/yr", "not running yet", "high")
        for name in ("Caremag", "new clay plant")
    }
    opening = book.assumed(
        500.0, "Lynas heavy plant 2, 2026", "t REO", "opened April 2026; staged, samarium first"
    )
    start = book.assumed(2000.0, "Lynas heavy plant 2, 2027", "t REO", "ramp")
    first = book.assumed(1500.0, "Caremag, ore feed, 2027", "t REO", "start at end-2026")
    plants = (
        (
            "MY Lynas clay",
            between({2026: opening, 2027: start, 2028: cited("lynas_hre2")}),
            None,
        ),
        ("EU Caremag clay", between({2026: none["Caremag"], 2027: first, 2028: cited("caremag_feed")}), None),
        (
            "US clay",
            between({2026: none["new clay plant"]}),
            Growth(
                cited("eneabba_capex"),
                book.assumed(
                    2.0,
                    "years to build a plant on an existing site",
                    "years",
                    "eVAC and Narva took about two",
                    "medium",
                ),
                book.assumed(
                    2500.0,
                    "most built a year, US clay",
                    "t/yr per year",
                    "one plant of Lynas's size in two years",
                ),
            ),
        ),
    )
    for name, capacity, growth in plants:
        add_plant(book, name, capacity, growth)
        add_process(
            book, f"{name} feed", name[:2], technology="separate clay", cost=cost, plant=name, plant_use=ONE
        )


def _add_heavy_plants(book: Book) -> None:
    cost = book.assumed(
        40.0, "separation of heavy feed, outside China", "USD/kg Dy+Tb", "twice China's; far below the price"
    )
    cited, assumed = book.cited, book.assumed
    none = assumed(0.0, "heavy plant, before it opens", "t/yr", "not running yet", "high")
    starts = {
        "lynas": assumed(150.0, "Lynas, Dy and Tb, 2027", "t/yr", "own feed 79 t and Malaysian clay"),
        "lynas_full": assumed(
            300.0,
            "Lynas, Dy and Tb, 2028",
            "t/yr",
            "both plants; 250 t Dy and 50 t Tb recalled from guidance",
        ),
        "mp": assumed(36.0, "MP Materials, Dy and Tb, 2026", "t/yr", "own feed; commissioned in mid-2026"),
        "caremag": assumed(200.0, "Caremag, Dy and Tb, 2027", "t/yr", "start at end-2026"),
        "eneabba": cited("eneabba_heavy"),
        "src": assumed(4.0, "SRC, Dy and Tb, 2026", "t/yr", "start-up"),
        "src_full": assumed(30.0, "SRC, Dy and Tb, 2028", "t/yr", "with 480 t NdPr of monazite"),
    }
    half = book.derived(
        starts["eneabba"] / 2, "Eneabba, Dy and Tb, 2029", "t/yr", "half of 500 t", starts["eneabba"]
    )
    plants = {
        "MY heavy": {2026: cited("lynas_heavy_2026"), 2027: starts["lynas"], 2028: starts["lynas_full"]},
        "US heavy": {2026: starts["mp"], 2027: cited("mp_heavy")},
        "EU heavy": {2026: none, 2027: starts["caremag"], 2028: cited("caremag_heavy")},
        "AU heavy": {2026: none, 2028: none, 2029: half, 2030: starts["eneabba"]},
        "CA heavy": {2026: starts["src"], 2028: starts["src_full"]},
    }
    for name, points in plants.items():
        add_plant(book, name, between(points), note="feed binds, not the plant")
        for feed in ("seg", "hre"):
            add_process(
                book,
                f"{name} {feed}",
                name[:2],
                technology=f"separate {feed}",
                cost=cost,
                plant=name,
                plant_use=ONE,
            )


def _add_recyclers(book: Book, prices: Prices) -> None:
    heavies = prices.heavies_recycled
    net = book.assumed(
        58.0,
        "recycling outside China, less its heavies",
        "USD/kg NdPr",
        "above China's 45: collection, small scale",
    )
    cost = book.derived(
        net + heavies["dy"] * prices.dy + heavies["tb"] * prices.tb,
        "recycling outside China",
        "USD/kg NdPr",
        "58 and the value of the heavies with it",
        net,
        *heavies.values(),
        prices.dy,
        prices.tb,
    )
    paths = {
        "EU": {2026: 100.0, 2028: 600.0, 2035: 1800.0},
        "US": {2026: 100.0, 2030: 700.0, 2035: 1300.0},
        "JP": {2026: 300.0, 2030: 700.0, 2035: 1200.0},
    }
    whys = {
        "EU": f"Caremag ({book.cited('caremag_ndpr'):g} t from scrap magnets), HyProMag",
        "US": "Noveon and others",
        "JP": "scrap of magnet makers",
    }
    for region, points in paths.items():
        marks = {
            year: book.assumed(
                value, f"{region}, recycled NdPr, {year}", "t", f"limited by scrap; {whys[region]}"
            )
            for year, value in points.items()
        }
        add_process(
            book, f"{region} recycling", region, technology="recycle", cost=cost, capacity=between(marks)
        )
